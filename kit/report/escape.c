/* Text inside JSON and XML, and wrapped. A path or a message may hold any bytes; both formats want
 * UTF-8. */
#include "kit/report/escape.h"

#include <stdbool.h>
#include <string.h>

enum { WRAP_COLUMNS = 100 };

static const char replacement[] = "\xEF\xBF\xBD";

/* The length of the UTF-8 sequence at `text`, or 0 where it is none. */
static size_t sequence_length(const unsigned char *text)
{
    size_t length = text[0] < 0x80                       ? 1
                    : text[0] >= 0xC2 && text[0] <= 0xDF ? 2
                    : text[0] >= 0xE0 && text[0] <= 0xEF ? 3
                    : text[0] >= 0xF0 && text[0] <= 0xF4 ? 4
                                                         : 0;
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    /* Overlong forms, surrogates, and what lies beyond the last code point. */
    bool wrong = (text[0] == 0xE0 && text[1] < 0xA0) || (text[0] == 0xED && text[1] > 0x9F) ||
                 (text[0] == 0xF0 && text[1] < 0x90) || (text[0] == 0xF4 && text[1] > 0x8F);
    return wrong ? 0 : length;
}

static void put_json(unsigned char c, FILE *stream)
{
    switch (c) {
    case '"':
    case '\\':
        (void)fprintf(stream, "\\%c", c);
        break;
    case '\n':
        (void)fputs("\\n", stream);
        break;
    case '\t':
        (void)fputs("\\t", stream);
        break;
    default:
        if (c < 0x20 || c == 0x7F) {
            (void)fprintf(stream, "\\u%04x", c);
        } else {
            (void)fputc(c, stream);
        }
    }
}

static void put_xml(unsigned char c, FILE *stream)
{
    switch (c) {
    case '<':
        (void)fputs("&lt;", stream);
        break;
    case '>':
        (void)fputs("&gt;", stream);
        break;
    case '&':
        (void)fputs("&amp;", stream);
        break;
    case '"':
        (void)fputs("&quot;", stream);
        break;
    case '\n':
    case '\t':
        (void)fprintf(stream, "&#%u;", c);
        break;
    default:
        if (c < 0x20 || c == 0x7F) {
            (void)fputs(replacement, stream); /* no XML may hold it, in whatever spelling */
        } else {
            (void)fputc(c, stream);
        }
    }
}

static void escape(const char *text, void (*put)(unsigned char c, FILE *stream), FILE *stream)
{
    const unsigned char *at = (const unsigned char *)text;
    while (*at != '\0') {
        size_t length = sequence_length(at);
        if (length == 0) {
            (void)fputs(replacement, stream);
            at++;
        } else if (length == 1) {
            put(*at, stream);
            at++;
        } else {
            (void)fwrite(at, 1, length, stream);
            at += length;
        }
    }
}

void hck_report_escape_json(const char *text, FILE *stream)
{
    escape(text, put_json, stream);
}

void hck_report_escape_xml(const char *text, FILE *stream)
{
    escape(text, put_xml, stream);
}

void hck_report_wrap(const char *text, const char *prefix, FILE *stream)
{
    size_t room = WRAP_COLUMNS - strlen(prefix);
    while (*text != '\0') {
        size_t length = strlen(text);
        if (length > room) {
            length = room;
            while (length > 0 && text[length] != ' ') {
                length--;
            }
            length = length > 0 ? length : strcspn(text, " ");
        }
        (void)fprintf(stream, "%s%.*s\n", prefix, (int)length, text);
        text += length;
        text += strspn(text, " ");
    }
}

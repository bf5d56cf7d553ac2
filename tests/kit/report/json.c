/* Recursive descent. Strings have to be UTF-8 already, which the escape tests look at. */
#include "tests/kit/report/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { DEPTH_MAX = 20, KEY_MAX = 100 };

struct reader {
    const char *text;
    const char *at;
    unsigned depth;
    json_key_listener listener;
    void *context;
};

static void expect(const struct reader *reader, bool met, const char *what)
{
    if (!met) {
        fail_msg("JSON, byte %td: expected %s, found '%.30s'", reader->at - reader->text, what,
                 reader->at);
    }
}

static void skip_space(struct reader *reader)
{
    reader->at += strspn(reader->at, " \t\r\n");
}

static bool take(struct reader *reader, char c)
{
    skip_space(reader);
    bool found = *reader->at == c;
    reader->at += found;
    return found;
}

static void read_word(struct reader *reader, const char *word)
{
    size_t length = strlen(word);
    expect(reader, strncmp(reader->at, word, length) == 0, "a value");
    reader->at += length;
}

static size_t read_digits(struct reader *reader)
{
    size_t count = strspn(reader->at, "0123456789");
    expect(reader, count > 0, "a digit");
    reader->at += count;
    return count;
}

static void read_number(struct reader *reader)
{
    reader->at += *reader->at == '-';
    bool zero = *reader->at == '0';
    expect(reader, read_digits(reader) == 1 || !zero, "a number without a leading zero");
    if (*reader->at == '.') {
        reader->at++;
        read_digits(reader);
    }
    if (*reader->at == 'e' || *reader->at == 'E') {
        reader->at++;
        reader->at += *reader->at == '+' || *reader->at == '-';
        read_digits(reader);
    }
}

static void read_escape(struct reader *reader)
{
    reader->at++;
    if (*reader->at == 'u') {
        expect(reader, strspn(reader->at + 1, "0123456789abcdefABCDEF") >= 4, "four hex digits");
        reader->at += 5;
        return;
    }
    expect(reader, *reader->at != '\0' && strchr("\"\\/bfnrt", *reader->at) != NULL, "an escape");
    reader->at++;
}

/* Returns the length between the quotes. */
static size_t read_string(struct reader *reader)
{
    expect(reader, take(reader, '"'), "a string");
    const char *begin = reader->at;
    while (*reader->at != '"') {
        expect(reader, (unsigned char)*reader->at >= 0x20, "no control character");
        if (*reader->at == '\\') {
            read_escape(reader);
        } else {
            reader->at++;
        }
    }
    return (size_t)(reader->at++ - begin);
}

static void read_value(struct reader *reader);

static void read_member(struct reader *reader)
{
    char key[KEY_MAX];
    skip_space(reader);
    const char *begin = reader->at + 1;
    size_t length = read_string(reader);
    expect(reader, length > 0 && length < sizeof key, "a key");
    memcpy(key, begin, length);
    key[length] = '\0';
    if (reader->listener != NULL) {
        reader->listener(reader->context, key);
    }
    expect(reader, take(reader, ':'), "':'");
    read_value(reader);
}

/* Members of an object or values of an array, up to its end. */
static void read_list(struct reader *reader, char end, void (*read_one)(struct reader *reader))
{
    expect(reader, ++reader->depth <= DEPTH_MAX, "less depth");
    reader->at++;
    if (!take(reader, end)) {
        do {
            read_one(reader);
        } while (take(reader, ','));
        expect(reader, take(reader, end), "',' or the end of the list");
    }
    reader->depth--;
}

static void read_value(struct reader *reader)
{
    skip_space(reader);
    switch (*reader->at) {
    case '{':
        read_list(reader, '}', read_member);
        break;
    case '[':
        read_list(reader, ']', read_value);
        break;
    case '"':
        read_string(reader);
        break;
    case 't':
        read_word(reader, "true");
        break;
    case 'f':
        read_word(reader, "false");
        break;
    case 'n':
        read_word(reader, "null");
        break;
    default:
        read_number(reader);
    }
}

void check_json(const char *text, json_key_listener listener, void *context)
{
    struct reader reader = {text, text, 0, listener, context};
    read_value(&reader);
    skip_space(&reader);
    expect(&reader, *reader.at == '\0', "the end");
}

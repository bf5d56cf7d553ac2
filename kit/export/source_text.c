/* Source text that grows. */
#include "kit/export/source_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAPACITY_FIRST = 4096 };

static bool make_room(struct source_text *text, size_t length)
{
    size_t capacity = text->capacity == 0 ? CAPACITY_FIRST : text->capacity;
    while (capacity - text->length <= length) {
        capacity *= 2;
    }
    if (capacity != text->capacity) {
        char *bytes = realloc(text->bytes, capacity);
        if (bytes == NULL) {
            text->failed = true;
            return false;
        }
        text->bytes = bytes;
        text->capacity = capacity;
    }
    return true;
}

void hck_source_append(struct source_text *text, const char *bytes, size_t length)
{
    /* A text that nothing was said in has no bytes. */
    if (length > 0 && !text->failed && make_room(text, length)) {
        memcpy(text->bytes + text->length, bytes, length);
        text->length += length;
        text->bytes[text->length] = '\0';
    }
}

void hck_source_say(struct source_text *text, const char *format, ...)
{
    char line[2048];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof line) {
        text->failed = true;
    } else {
        hck_source_append(text, line, (size_t)length);
    }
}

void hck_source_cut(struct source_text *text, size_t length)
{
    if (length < text->length) {
        text->length = length;
        text->bytes[length] = '\0';
    }
}

void hck_source_free(struct source_text *text)
{
    free(text->bytes);
    *text = (struct source_text){0};
}

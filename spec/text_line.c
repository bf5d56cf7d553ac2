/* Comparing lines with texts. */
#include <string.h>

#include "spec/text.h"

bool hck_text_line_is(const char *line, size_t length, const char *text)
{
    return length == strlen(text) && memcmp(line, text, length) == 0;
}

bool hck_text_line_starts(const char *line, size_t length, const char *start)
{
    size_t start_length = strlen(start);
    return length >= start_length && memcmp(line, start, start_length) == 0;
}

#include "kit/fuzz/overheard.h"

#include <stdlib.h>
#include <string.h>

#include "spec/text.h"

enum { TEXT_BYTES_MAX = 1 << 20 };

static bool begins_with(const char *line, const char *begin)
{
    return strncmp(line, begin, strlen(begin)) == 0;
}

void hck_overheard_clear(struct overheard *overheard)
{
    free(overheard->text);
    *overheard = (struct overheard){.length = 0};
}

static void add(struct overheard *overheard, const char *line)
{
    size_t length = strlen(line);
    char *text = overheard->length + length < TEXT_BYTES_MAX
                     ? realloc(overheard->text, overheard->length + length + sizeof "\n")
                     : NULL;
    if (text == NULL) {
        hck_overheard_clear(overheard);
        return;
    }
    memcpy(text + overheard->length, line, length);
    memcpy(text + overheard->length + length, "\n", sizeof "\n");
    overheard->text = text;
    overheard->length += length + 1;
}

bool hck_overheard_take(struct overheard *overheard, const char *line)
{
    if (begins_with(line, OVERHEARD_BEFORE)) {
        hck_overheard_clear(overheard);
        overheard->is_unwritten = true;
    } else if (overheard->is_trace && begins_with(line, OVERHEARD_BEHIND)) {
        overheard->is_unwritten = false;
        overheard->is_trace = false;
        return true;
    } else if (overheard->is_unwritten) {
        overheard->is_trace = overheard->is_trace || begins_with(line, TEXT_TRACE_HEADER);
        if (overheard->is_trace) {
            add(overheard, line);
        }
    }
    return false;
}

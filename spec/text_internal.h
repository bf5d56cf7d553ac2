/* What parser and printer of trace text share: a writer that never overruns its buffer. */
#ifndef HCK_SPEC_TEXT_INTERNAL_H
#define HCK_SPEC_TEXT_INTERNAL_H

#include <string.h>

#include "spec/text.h"

/* Behaves as snprintf does: `length` counts what was asked for, the buffer gets what fits. */
struct writer {
    char *text;
    size_t size;
    size_t length;
};

static inline void put_char(struct writer *writer, char c)
{
    if (writer->length < writer->size) {
        writer->text[writer->length] = c;
    }
    writer->length++;
}

static inline void put_bytes(struct writer *writer, const char *bytes, size_t count)
{
    if (writer->length < writer->size) {
        size_t room = writer->size - writer->length;
        memcpy(writer->text + writer->length, bytes, count < room ? count : room);
    }
    writer->length += count;
}

static inline void put_string(struct writer *writer, const char *string)
{
    put_bytes(writer, string, strlen(string));
}

/* Terminates the text, cutting its last byte where it has no room, and returns the whole length. */
static inline size_t finish_text(struct writer *writer)
{
    if (writer->size > 0) {
        writer->text[writer->length < writer->size ? writer->length : writer->size - 1] = '\0';
    }
    return writer->length;
}

void hck_text_put_decimal(struct writer *writer, uint64_t value);
void hck_text_put_hexadecimal(struct writer *writer, uint64_t value); /* with 0x */

/* A number that is no size: decimal below 2^31, where people read it, else hexadecimal. */
void hck_text_put_number(struct writer *writer, uint64_t value);

/* A place in a line. The first error is kept; whoever sees a function return false returns too. */
struct cursor {
    const char *at;
    const char *end;
    const char *line;
    struct text_error *error;
};

/* Records what was expected at `at` (the strings, joined) and what stands there; returns false. */
bool hck_text_fail(struct cursor *cursor, const char *at, const char *const *expected);
#define FAIL(cursor, at, ...) hck_text_fail(cursor, at, (const char *const[]){__VA_ARGS__, NULL})

/* Looks at the cursor without moving it; '\0' at the end of the line (no line holds a NUL). */
static inline char peek_char(const struct cursor *cursor)
{
    return cursor->at < cursor->end ? *cursor->at : '\0';
}

static inline void skip_spaces(struct cursor *cursor)
{
    while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\t')) {
        cursor->at++;
    }
}

static inline bool accept_char(struct cursor *cursor, char c)
{
    if (cursor->at < cursor->end && *cursor->at == c) {
        cursor->at++;
        return true;
    }
    return false;
}

/* Moves past `word` where the line goes on with exactly it. */
bool hck_text_accept(struct cursor *cursor, const char *word);

/* The length of the run of letters, digits and '_' at the cursor. */
size_t hck_text_word_length(const struct cursor *cursor);

/* `what` says in the message what the number is. */
bool hck_text_parse_number(struct cursor *cursor, uint64_t max, const char *what, uint64_t *value);

/* A slot of the letter that stands at the cursor. */
bool hck_text_parse_slot(struct cursor *cursor, enum slot_kind kind, uint32_t *slot);

/* Prepares a cursor; false with an error for a line that no text may hold (a NUL byte). */
bool hck_text_start(struct cursor *cursor, const char *line, size_t length,
                    struct text_error *error);

/* Whether nothing but spaces or a comment is left. */
bool hck_text_at_end(struct cursor *cursor);

/* Parses "[@thread] [slot =] name(arguments)" and leaves the cursor behind the parenthesis. */
bool hck_text_parse_call_part(struct cursor *cursor, uint32_t line_number, struct call *call);

#endif

/* Source text that grows. A failure is remembered, so that only the end has to ask. */
#ifndef HCK_KIT_EXPORT_SOURCE_TEXT_H
#define HCK_KIT_EXPORT_SOURCE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct source_text {
    char *bytes; /* terminated; NULL while empty */
    size_t length;
    size_t capacity;
    bool failed; /* out of memory */
};

/* The attribute lets the compiler check the arguments against the format. */
__attribute__((format(printf, 2, 3))) void hck_source_say(struct source_text *text,
                                                          const char *format, ...);

void hck_source_append(struct source_text *text, const char *bytes, size_t length);

/* Cuts the text to its first `length` bytes. */
void hck_source_cut(struct source_text *text, size_t length);
void hck_source_free(struct source_text *text);

#endif

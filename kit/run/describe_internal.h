/* What the parts of kit/run/describe.h are written with. */
#ifndef HCK_KIT_RUN_DESCRIBE_INTERNAL_H
#define HCK_KIT_RUN_DESCRIBE_INTERNAL_H

#include "kit/run/constants.h"
#include "kit/run/describe.h"

enum { WORD_MAX = 160 };

/* A text that grows and is cut where its storage ends. */
struct sentence {
    char *text;
    size_t size;
    size_t length;
};

/* The attribute lets the compiler check the arguments against the format. */
__attribute__((format(printf, 2, 3))) void hck_describe_say(struct sentence *sentence,
                                                            const char *format, ...);
#define say hck_describe_say

/* Never a raw address: the name of a slot, or that there is none. */
void hck_describe_number(struct sentence *sentence, const struct names *names,
                         enum number_kind kind, uint64_t value);

/* describe_memory.c: what a probe was to find, "expected" said already. False
 * where that is not the matter; nothing is said then. */
bool hck_describe_memory(struct sentence *sentence, const struct names *names,
                         const struct call *call, const struct observation *seen,
                         const struct expectation *expectation);

#endif

/* What the processes of another engine say of themselves, line by line. */
#ifndef HCK_KIT_FUZZ_HEARING_H
#define HCK_KIT_FUZZ_HEARING_H

#include <stdint.h>

#include "kit/fuzz/overheard.h"

enum { HEARING_LINE_MAX = 1000 }; /* what is beyond it in a line is left out */

/* Of one process. Starts as all zeroes. */
struct hearing {
    char line[HEARING_LINE_MAX]; /* that is not whole yet */
    size_t line_length;
    char last_words[HEARING_LINE_MAX]; /* stay when it is cleared: of the last one that had any */
    struct overheard overheard;
    uint64_t tried_count;
    bool has_begun; /* it has tried what it begins with */
};

/* What is known of all of them. */
struct heard {
    uint32_t edge_count; /* the most that any had */
    uint32_t kept_count; /* by the last one that said it: they share a folder */
};

/* Takes a byte that libFuzzer, afl-fuzz or a harness printed. True: a find that is in no file is
 * whole in overheard.text, until the next byte. */
bool hck_hearing_take(struct hearing *hearing, char byte, struct heard *heard);

/* Another process takes its place. */
void hck_hearing_clear(struct hearing *hearing);

#endif

/* A find that a harness could not write into its folder, taken from what it prints before it ends:
 * where no file takes a byte, that is all there is of it. */
#ifndef HCK_KIT_FUZZ_OVERHEARD_H
#define HCK_KIT_FUZZ_OVERHEARD_H

#include <stdbool.h>
#include <stddef.h>

/* What one process says. Starts as all zeroes. */
struct overheard {
    bool is_unwritten; /* a trace follows that is in no file */
    bool is_trace;     /* its lines */
    char *text;        /* owned; NULL: nothing as yet */
    size_t length;
};

/* What a harness says before such a trace, and behind every trace (fuzz/harness.c). */
#define OVERHEARD_BEFORE "heapck harness: the trace cannot be written"
#define OVERHEARD_BEHIND "# end of the trace"

/* Takes a line, without its end. True: `text` is a whole trace, until the next line. Where there is
 * no memory for it, or it is longer than any trace, it is left out. */
bool hck_overheard_take(struct overheard *overheard, const char *line);

/* Forgets what it was told. */
void hck_overheard_clear(struct overheard *overheard);

#endif

/* Finding the violation in a trace that a user names: what `shrink` and `export` begin with. */
#ifndef HCK_KIT_CLI_VIOLATING_H
#define HCK_KIT_CLI_VIOLATING_H

#include "kit/cli/setup.h"
#include "kit/report/progress.h"

struct violating {
    struct setup setup;
    const char *output_path;
    const char *clause_id; /* NULL: any */
    struct trace_buffer plain;
    struct trace_buffer woven;
    struct trace_buffer closed;
    struct witness_wish wish;
    const struct trace *trace; /* the trace as it is where that violates, else woven with probes,
                                  else closed as well (kit/run/close.h) */
    struct witness witness;
    bool violated[CLAUSE_COUNT]; /* by `trace` */
    uint64_t *results;           /* of the calls of `trace`; see struct witness_wish */
    struct progress progress;    /* the line of a terminal, while the target is waited for: */
    uint32_t attempt;            /* of shrinking; 0: it has not begun */
    uint32_t calls_left;
};

#define ROW_CLAUSE(violating)                                                 \
    {                                                                         \
        OPTION_TEXT, "--clause", "ID",                                        \
            "the clause (default: FILE's \"# clause\" line, else the first)", \
            &(violating).clause_id                                            \
    }

/* Checks the options, reads the trace and runs it. Returns 0 or the exit status, having said why.
 */
int hck_violating_find(struct violating *violating, const struct command_line *line);
/* Whether what was found violates only where calls of several threads meet in time, which no
 * program promises. */
bool hck_violating_has_to_meet(struct violating *violating);
void hck_violating_free(struct violating *violating);

#endif

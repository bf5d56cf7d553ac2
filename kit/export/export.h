/* The C exporter: one violation as a standalone program that needs nothing of heapck.
 *
 * It compiles with mingw against <windows.h> and on Linux against <winmem.h>, makes the calls of
 * the trace, checks the one expectation, and exits 0 where the implementation conforms, 1 where it
 * violates the clause, 2 where it could not be run (a call before the last that did not succeed as
 * the trace needs it, or that never returned). It prints what was expected and what was seen. Where
 * the end of the process is the violation, another process makes the calls, and these statuses are
 * those of the first one however the other ends.
 *
 * A library may have a part of the functions only: on Linux the program refers to them weakly, and
 * exits 2 with the name of one that it needs and that is not there.
 *
 * What the expectation says rests on how the calls before went. With the results that were seen the
 * program is a straight line that stops with 2 at the first call that goes otherwise, and knows
 * addresses that no slot names by the calls that returned them. Without them it goes on as long as
 * the judged call can be made, and may exit 1 on an implementation that answered otherwise. */
#ifndef HCK_KIT_EXPORT_H
#define HCK_KIT_EXPORT_H

#include <stdio.h>

#include "oracle/oracle.h"

struct export_source {
    const struct trace *trace; /* woven; the violation is at call_index */
    uint32_t call_index;
    enum clause_id clause;
    const struct expectation *expectation;
    const char *path;   /* of the file that is written, for the line that builds it; NULL: none */
    const char *target; /* as hck_target_open takes it, for the line that builds; may be NULL */
    const uint64_t *results; /* of each call: observation.result, 0 where it raised an exception or
                                was not made, RESULT_UNKNOWN where it had not ended; NULL: not known
                                (kit/run/witness.h) */
    uint8_t status;          /* enum observation_status of the judged call */
    const char *sentence; /* "expected ..., seen ...", as the run put it; empty or NULL: unknown */
};

/* False where the stream failed or memory is short. */
bool hck_export_c(const struct export_source *source, FILE *stream);

#endif

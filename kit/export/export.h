/* The C exporter: one violation as a standalone program that needs nothing of heapck.
 *
 * It compiles with mingw against <windows.h> and on Linux against <winmem.h>, makes the calls of
 * the trace, checks the one expectation, and exits 0 where the implementation conforms, 1 where it
 * violates the clause, 2 where it could not be run (a call before the last that did not succeed as
 * the trace needs it). It prints what was expected and what was seen.
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
};

/* False where the stream failed or memory is short. */
bool hck_export_c(const struct export_source *source, FILE *stream);

/* The same with what was seen where the trace violated: results[i] is observation.result of call i,
 * 0 where it raised an exception or was not made; for all calls up to the judged one. NULL: not
 * known. */
bool hck_export_c_seen(const struct export_source *source, const uint64_t *results, FILE *stream);

#endif

/* Calls of up to four threads, side by side where the trace allows it, are answered as the clauses
 * allow: nothing is lost, nothing overlaps, and nobody comes by a lock. */
#include "fuzz/harness.h"

HARNESS_OPTIONS(threads);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hck_harness_judge(hck_harness_target(), &hck_harness_options, data, size);
    return 0;
}

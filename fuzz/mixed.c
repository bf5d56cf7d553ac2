/* Calls of all families, one after the other, are answered as the clauses allow: heaps and pages
 * share one address space. */
#include "fuzz/harness.h"

HARNESS_OPTIONS(mixed);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hck_harness_judge(hck_harness_target(), &hck_harness_options, data, size);
    return 0;
}

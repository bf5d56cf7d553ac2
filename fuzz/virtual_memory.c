/* The virtual-memory functions of the target answer every sequence of calls as the clauses allow.
 */
#include "fuzz/harness.h"

HARNESS_OPTIONS(virtual_memory);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hck_harness_judge(hck_harness_target(), &hck_harness_options, data, size);
    return 0;
}

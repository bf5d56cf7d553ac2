/* Sections and their views, beside reservations: the functions of the target answer every sequence
 * of calls as the clauses allow. */
#include "fuzz/harness.h"

HARNESS_OPTIONS(sections);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    hck_harness_judge(hck_harness_target(), &hck_harness_options, data, size);
    return 0;
}

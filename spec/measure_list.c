/* Measures of the arrays of GetProcessHeaps and GetWriteWatch. The last value is the guard count
 * and no element. */
#include "spec/measure_internal.h"

static uint32_t element_count(uint32_t value_count)
{
    return value_count > 0 ? value_count - 1 : 0;
}

uint64_t hck_measure_list_written(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    (void)operand;
    uint64_t count = 0;
    for (uint32_t i = 0; i < element_count(value_count); i++) {
        count += values[i] != OUT_UNTOUCHED_WORD;
    }
    return count;
}

uint64_t hck_measure_list_stored(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    (void)operand;
    uint64_t count = 0;
    for (uint32_t i = 0; i < element_count(value_count); i++) {
        count += values[i] != OUT_UNTOUCHED_WORD && values[i] != 0;
    }
    return count;
}

uint64_t hck_measure_list_at(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < element_count(value_count); i++) {
        count += values[i] == operand;
    }
    return count;
}

/* The array stands behind *lpdwCount, which says how far it was filled, and *lpdwGranularity. */
uint64_t hck_measure_list_pages_at(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    const uint32_t first = 2;
    uint64_t count = 0;
    for (uint32_t i = first; i < element_count(value_count) && i - first < values[0]; i++) {
        count += values[i] == operand;
    }
    return count;
}

uint64_t hck_measure_list_before(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    uint32_t i = 0;
    while (i < element_count(value_count) && values[i] != operand) {
        i++;
    }
    return i;
}

uint64_t hck_measure_list_repeats(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    (void)operand;
    uint64_t count = 0;
    for (uint32_t i = 0; i < element_count(value_count); i++) {
        if (values[i] != OUT_UNTOUCHED_WORD &&
            hck_measure_list_before(values, value_count, values[i]) < i) {
            count++;
        }
    }
    return count;
}

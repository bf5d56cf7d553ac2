/* What is asked of the system: GetSystemInfo and its like. */
#include "oracle/judges.h"
#include "oracle/region.h"

#include <string.h>

#define USER_LIMIT UINT64_C(0x0000800000000000)

static void judge_is_filled(struct judgement *j)
{
    static const enum system_value members[] = {SYSTEM_PAGE_SIZE, SYSTEM_MINIMUM, SYSTEM_MAXIMUM,
                                                SYSTEM_PROCESSOR_COUNT, SYSTEM_GRANULARITY};
    static const uint64_t untouched[] = {OUT_UNTOUCHED_DWORD, OUT_UNTOUCHED_WORD,
                                         OUT_UNTOUCHED_WORD, OUT_UNTOUCHED_DWORD,
                                         OUT_UNTOUCHED_DWORD};
    size_t at = 0;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (seen_value(j, members[i]) == 0 || seen_value(j, members[i]) == untouched[i]) {
            at = i;
        }
    }
    (void)judge_value(j, CLAUSE_system_info_structure_is_always_filled, members[at],
                      RELATION_NOT_EQUAL, seen_value(j, members[at]) == 0 ? 0 : untouched[at]);
}

/* Those that the first GetSystemInfo gave. */
static void judge_is_constant(struct judgement *j, enum clause_id clause)
{
    static const enum system_value members[] = {SYSTEM_PAGE_SIZE, SYSTEM_MINIMUM, SYSTEM_MAXIMUM,
                                                SYSTEM_GRANULARITY};
    size_t at = 0;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (seen_value(j, members[i]) != j->oracle->system[members[i]]) {
            at = i;
        }
    }
    (void)judge_value(j, clause, members[at], RELATION_EQUAL, j->oracle->system[members[at]]);
}

static void judge_documented_bounds(struct judgement *j)
{
    uint64_t page_size = seen_value(j, SYSTEM_PAGE_SIZE);
    /* Said of the maximum alone, so that it can be asked of another implementation as well. */
    struct operand bounds[2] = {number(seen_value(j, SYSTEM_MINIMUM) + 1), number(USER_LIMIT - 1)};
    (void)judge_value(j, CLAUSE_system_info_granularity_is_a_multiple_of_the_page_size,
                      SYSTEM_GRANULARITY, RELATION_MULTIPLE_OF, page_size);
    (void)hck_judge(j, CLAUSE_system_info_application_addresses_lie_below_128_terabytes,
                    SUBJECT_VALUE, SYSTEM_MAXIMUM, RELATION_IN_RANGE, 2, bounds);
}

static void judge_x64_values(struct judgement *j)
{
    (void)judge_value(j, CLAUSE_system_info_page_size_is_4096_on_x64, SYSTEM_PAGE_SIZE,
                      RELATION_EQUAL, MODEL_PAGE_SIZE);
    (void)judge_value(j, CLAUSE_system_info_granularity_is_65536_on_x64, SYSTEM_GRANULARITY,
                      RELATION_EQUAL, MODEL_GRANULARITY);
    (void)judge_value(j, CLAUSE_system_info_minimum_application_address_is_65536_on_x64,
                      SYSTEM_MINIMUM, RELATION_EQUAL, MODEL_ADDRESS_MIN);
    (void)judge_value(
        j, CLAUSE_system_info_maximum_application_address_ends_below_the_upper_gap_on_x64,
        SYSTEM_MAXIMUM, RELATION_EQUAL, MODEL_ADDRESS_MAX);
    (void)judge_value(j, CLAUSE_system_info_processor_architecture_is_9_on_x64, SYSTEM_ARCHITECTURE,
                      RELATION_EQUAL, PROCESSOR_ARCHITECTURE_AMD64);
}

/* Bounds that make no sense are judged, and not built upon. */
static bool is_sensible(const struct judgement *j)
{
    uint64_t minimum = seen_value(j, SYSTEM_MINIMUM);
    uint64_t maximum = seen_value(j, SYSTEM_MAXIMUM);
    return minimum >= MODEL_ADDRESS_MIN && minimum < maximum && maximum < USER_LIMIT &&
           (maximum + 1) % MODEL_PAGE_SIZE == 0;
}

void hck_judge_GetSystemInfo(struct judgement *j)
{
    struct oracle *oracle = j->oracle;
    if (!returned(j) || argument_is_null(j, 0) || j->seen->value_count < SYSTEM_VALUE_COUNT) {
        return;
    }
    judge_is_filled(j);
    judge_documented_bounds(j);
    judge_x64_values(j);
    if (oracle->system_asked) {
        judge_is_constant(j, CLAUSE_system_info_structure_stays_the_same);
        return;
    }
    memcpy(oracle->system, j->seen->values, sizeof oracle->system);
    oracle->system_asked = true;
    oracle->system_known = is_sensible(j);
}

void hck_judge_GetNativeSystemInfo(struct judgement *j)
{
    if (returned(j) && j->oracle->system_asked && j->seen->value_count >= SYSTEM_VALUE_COUNT) {
        judge_is_constant(j, CLAUSE_system_info_native_sizes_are_those_of_a_64_bit_process);
    }
}

void hck_judge_GetLargePageMinimum(struct judgement *j)
{
    struct oracle *oracle = j->oracle;
    if (!returned(j)) {
        return;
    }
    (void)judge_relation(j, CLAUSE_large_page_minimum_is_a_multiple_of_the_page_size,
                         SUBJECT_RESULT, RELATION_MULTIPLE_OF, MODEL_PAGE_SIZE);
    (void)judge_is(j, CLAUSE_large_page_minimum_is_2_megabytes_on_x64, SUBJECT_RESULT,
                   MODEL_LARGE_PAGE_SIZE);
    if (oracle->large_page_asked) {
        (void)judge_is(j, CLAUSE_large_page_minimum_stays_the_same, SUBJECT_RESULT,
                       oracle->large_page_minimum);
        return;
    }
    oracle->large_page_minimum = j->seen->result;
    oracle->large_page_asked = true;
}

/* The pair that is out of order is told, else the first. */
static void judge_available(struct judgement *j)
{
    static const enum memory_status_value totals[] = {
        MEMORY_STATUS_TOTAL_PHYSICAL, MEMORY_STATUS_TOTAL_PAGE_FILE, MEMORY_STATUS_TOTAL_VIRTUAL};
    enum memory_status_value total = totals[0];
    for (size_t i = 1; i < sizeof totals / sizeof totals[0]; i++) {
        total = seen_value(j, totals[i] + 1u) > seen_value(j, totals[i]) ? totals[i] : total;
    }
    (void)judge_value(j, CLAUSE_memory_status_available_is_at_most_the_total, total + 1u,
                      RELATION_AT_MOST, seen_value(j, total));
}

void hck_judge_GlobalMemoryStatusEx(struct judgement *j)
{
    const struct oracle *oracle = j->oracle;
    if (!returned(j)) {
        return;
    }
    (void)judge_is_not(j, CLAUSE_memory_status_call_succeeds, SUBJECT_RESULT, 0);
    if (j->seen->result == 0) {
        return;
    }
    (void)judge_value(j, CLAUSE_memory_status_load_is_a_percentage, MEMORY_STATUS_LOAD,
                      RELATION_AT_MOST, 100);
    judge_available(j);
    (void)judge_value(j, CLAUSE_memory_status_available_extended_is_zero,
                      MEMORY_STATUS_AVAILABLE_EXTENDED, RELATION_EQUAL, 0);
    (void)judge_value(j, CLAUSE_memory_status_total_virtual_spans_the_application_addresses,
                      MEMORY_STATUS_TOTAL_VIRTUAL, RELATION_EQUAL,
                      hck_region_maximum(oracle) - hck_region_minimum(oracle) + 1);
}

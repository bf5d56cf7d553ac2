/* Measures of a list of VirtualQuery answers (QueryRegion, QueryAll; VirtualQuery is a list of
 * one). */
#include "spec/measure_internal.h"
#include "spec/win32.h"

static uint32_t run_count(uint32_t value_count)
{
    return value_count / MEMORY_VALUE_COUNT;
}

static const uint64_t *run_at(const uint64_t *values, uint32_t index)
{
    return values + (size_t)index * MEMORY_VALUE_COUNT;
}

static uint64_t run_end(const uint64_t *run)
{
    return run[MEMORY_BASE] + run[MEMORY_REGION_SIZE];
}

/* The run that holds the address, or NULL. */
static const uint64_t *find_run(const uint64_t *values, uint32_t value_count, uint64_t address)
{
    for (uint32_t i = 0; i < run_count(value_count); i++) {
        const uint64_t *run = run_at(values, i);
        if (address - run[MEMORY_BASE] < run[MEMORY_REGION_SIZE]) {
            return run;
        }
    }
    return NULL;
}

uint64_t hck_measure_query_gaps(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    (void)operand;
    uint64_t count = 0;
    for (uint32_t i = 1; i < run_count(value_count); i++) {
        count += run_at(values, i)[MEMORY_BASE] != run_end(run_at(values, i - 1));
    }
    return count;
}

uint64_t hck_measure_query_unmerged(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    (void)operand;
    uint64_t count = 0;
    for (uint32_t i = 1; i < run_count(value_count); i++) {
        const uint64_t *run = run_at(values, i);
        const uint64_t *before = run_at(values, i - 1);
        count += run[MEMORY_STATE] == before[MEMORY_STATE] &&
                 run[MEMORY_TYPE] == before[MEMORY_TYPE] &&
                 (run[MEMORY_STATE] == MEM_FREE ||
                  (run[MEMORY_PROTECT] == before[MEMORY_PROTECT] &&
                   run[MEMORY_ALLOCATION_BASE] == before[MEMORY_ALLOCATION_BASE]));
    }
    return count;
}

uint64_t hck_measure_query_bad_states(const uint64_t *values, uint32_t value_count,
                                      uint64_t operand)
{
    (void)operand;
    uint64_t count = 0;
    for (uint32_t i = 0; i < run_count(value_count); i++) {
        uint64_t state = run_at(values, i)[MEMORY_STATE];
        uint64_t type = run_at(values, i)[MEMORY_TYPE];
        bool is_known = type == MEM_PRIVATE || type == MEM_MAPPED || type == MEM_IMAGE;
        count += state == MEM_FREE                             ? 0
                 : state == MEM_COMMIT || state == MEM_RESERVE ? !is_known
                                                               : 1;
    }
    return count;
}

uint64_t hck_measure_query_state_at(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    const uint64_t *run = find_run(values, value_count, operand);
    return run ? run[MEMORY_STATE] : 0;
}

uint64_t hck_measure_query_protect_at(const uint64_t *values, uint32_t value_count,
                                      uint64_t operand)
{
    const uint64_t *run = find_run(values, value_count, operand);
    return run ? run[MEMORY_PROTECT] : 0;
}

uint64_t hck_measure_query_type_at(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    const uint64_t *run = find_run(values, value_count, operand);
    return run ? run[MEMORY_TYPE] : 0;
}

uint64_t hck_measure_query_allocation_protect_at(const uint64_t *values, uint32_t value_count,
                                                 uint64_t operand)
{
    const uint64_t *run = find_run(values, value_count, operand);
    return run ? run[MEMORY_ALLOCATION_PROTECT] : 0;
}

uint64_t hck_measure_query_allocation_base_at(const uint64_t *values, uint32_t value_count,
                                              uint64_t operand)
{
    const uint64_t *run = find_run(values, value_count, operand);
    return run ? run[MEMORY_ALLOCATION_BASE] : 0;
}

uint64_t hck_measure_query_allocation_size(const uint64_t *values, uint32_t value_count,
                                           uint64_t operand)
{
    uint64_t size = 0;
    for (uint32_t i = 0; i < run_count(value_count); i++) {
        const uint64_t *run = run_at(values, i);
        size += run[MEMORY_STATE] != MEM_FREE && run[MEMORY_ALLOCATION_BASE] == operand
                    ? run[MEMORY_REGION_SIZE]
                    : 0;
    }
    return size;
}

uint64_t hck_measure_query_free_unmerged(const uint64_t *values, uint32_t value_count,
                                         uint64_t operand)
{
    (void)operand;
    uint64_t count = 0;
    for (uint32_t i = 1; i < run_count(value_count); i++) {
        count += run_at(values, i)[MEMORY_STATE] == MEM_FREE &&
                 run_at(values, i - 1)[MEMORY_STATE] == MEM_FREE;
    }
    return count;
}

uint64_t hck_measure_query_end(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    (void)operand;
    uint32_t count = run_count(value_count);
    return count > 0 ? run_end(run_at(values, count - 1)) : 0;
}

uint64_t hck_measure_query_used(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    (void)operand;
    uint64_t used = 0;
    for (uint32_t i = 0; i < run_count(value_count); i++) {
        const uint64_t *run = run_at(values, i);
        used += run[MEMORY_STATE] == MEM_FREE ? 0 : run[MEMORY_REGION_SIZE];
    }
    return used;
}

/* Measures of a list of walk entries (WalkHeap; HeapWalk is a list of one).
 *
 * Most heaps list their entries upward, so what compares pairs looks back only where an entry lies
 * below an earlier one; a list in the worst order costs the square of its length. */
#include "spec/measure_internal.h"
#include "spec/win32.h"

/* The text of this file goes into exported programs, which know nothing of spec/. */
enum { PAGE_BYTES = 0x1000, REGION_INDEX_COUNT = 256 };

_Static_assert(PAGE_BYTES == WINMEM_PAGE_SIZE, "the page size is another");

#define KIND_FLAGS (PROCESS_HEAP_REGION | PROCESS_HEAP_UNCOMMITTED_RANGE | PROCESS_HEAP_ENTRY_BUSY)
#define MOVEABLE_FLAGS (PROCESS_HEAP_ENTRY_MOVEABLE | PROCESS_HEAP_ENTRY_DDESHARE)

static uint32_t entry_count(uint32_t value_count)
{
    return value_count / WALK_VALUE_COUNT;
}

static const uint64_t *entry_at(const uint64_t *values, uint32_t index)
{
    return values + (size_t)index * WALK_VALUE_COUNT;
}

static bool is_region(const uint64_t *entry)
{
    return (entry[WALK_FLAGS] & PROCESS_HEAP_REGION) != 0;
}

static bool is_uncommitted(const uint64_t *entry)
{
    return (entry[WALK_FLAGS] & PROCESS_HEAP_UNCOMMITTED_RANGE) != 0;
}

static bool is_busy(const uint64_t *entry)
{
    return (entry[WALK_FLAGS] & PROCESS_HEAP_ENTRY_BUSY) != 0;
}

static bool is_free(const uint64_t *entry)
{
    return (entry[WALK_FLAGS] & KIND_FLAGS) == 0;
}

static const uint64_t *find_busy(const uint64_t *values, uint32_t value_count, uint64_t address)
{
    for (uint32_t i = 0; i < entry_count(value_count); i++) {
        const uint64_t *entry = entry_at(values, i);
        if (is_busy(entry) && entry[WALK_DATA] == address) {
            return entry;
        }
    }
    return NULL;
}

uint64_t hck_measure_walk_busy(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    (void)operand;
    uint64_t count = 0;
    for (uint32_t i = 0; i < entry_count(value_count); i++) {
        count += is_busy(entry_at(values, i));
    }
    return count;
}

uint64_t hck_measure_walk_busy_digest(const uint64_t *values, uint32_t value_count,
                                      uint64_t operand)
{
    (void)operand;
    uint64_t digest = 0;
    for (uint32_t i = 0; i < entry_count(value_count); i++) {
        const uint64_t *entry = entry_at(values, i);
        if (is_busy(entry)) {
            /* A sum, so that the order does not count. */
            uint64_t x = (entry[WALK_DATA] + entry[WALK_SIZE] * UINT64_C(0xD1B54A32D192ED03)) *
                         UINT64_C(0x9E3779B97F4A7C15);
            digest += x ^ (x >> 29);
        }
    }
    return digest;
}

uint64_t hck_measure_walk_busy_at(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < entry_count(value_count); i++) {
        const uint64_t *entry = entry_at(values, i);
        count += is_busy(entry) && entry[WALK_DATA] == operand;
    }
    return count;
}

uint64_t hck_measure_walk_size_at(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    const uint64_t *entry = find_busy(values, value_count, operand);
    return entry ? entry[WALK_SIZE] : 0;
}

uint64_t hck_measure_walk_moveable_at(const uint64_t *values, uint32_t value_count,
                                      uint64_t operand)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < entry_count(value_count); i++) {
        const uint64_t *entry = entry_at(values, i);
        count += is_busy(entry) && entry[WALK_DATA] == operand &&
                 (entry[WALK_FLAGS] & MOVEABLE_FLAGS) != 0;
    }
    return count;
}

uint64_t hck_measure_walk_free_over(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    uint64_t count = 0;
    for (uint32_t i = 0; i < entry_count(value_count); i++) {
        const uint64_t *entry = entry_at(values, i);
        count += is_free(entry) && operand - entry[WALK_DATA] < entry[WALK_SIZE];
    }
    return count;
}

uint64_t hck_measure_walk_free_largest(const uint64_t *values, uint32_t value_count,
                                       uint64_t operand)
{
    (void)operand;
    uint64_t largest = 0;
    for (uint32_t i = 0; i < entry_count(value_count); i++) {
        const uint64_t *entry = entry_at(values, i);
        uint64_t size = entry[WALK_SIZE] + entry[WALK_OVERHEAD];
        largest = is_free(entry) && size > largest ? size : largest;
    }
    return largest;
}

uint64_t hck_measure_walk_repeats(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    (void)operand;
    uint64_t count = 0;
    uint64_t highest = 0;
    for (uint32_t i = 0; i < entry_count(value_count); i++) {
        const uint64_t *entry = entry_at(values, i);
        bool may_repeat = i > 0 && entry[WALK_DATA] <= highest;
        for (uint32_t k = 0; may_repeat && k < i; k++) {
            const uint64_t *earlier = entry_at(values, k);
            if (earlier[WALK_DATA] == entry[WALK_DATA] &&
                earlier[WALK_FLAGS] == entry[WALK_FLAGS]) {
                count++;
                break;
            }
        }
        highest = entry[WALK_DATA] > highest ? entry[WALK_DATA] : highest;
    }
    return count;
}

static bool overlap(const uint64_t *one, const uint64_t *other)
{
    return one[WALK_SIZE] > 0 && other[WALK_SIZE] > 0 &&
           one[WALK_DATA] < other[WALK_DATA] + other[WALK_SIZE] &&
           other[WALK_DATA] < one[WALK_DATA] + one[WALK_SIZE];
}

uint64_t hck_measure_walk_overlaps(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    (void)operand;
    uint64_t count = 0;
    uint64_t highest = 0;
    for (uint32_t i = 0; i < entry_count(value_count); i++) {
        const uint64_t *entry = entry_at(values, i);
        if (is_region(entry)) {
            continue;
        }
        bool may_overlap = entry[WALK_DATA] < highest;
        for (uint32_t k = 0; may_overlap && k < i; k++) {
            if (!is_region(entry_at(values, k)) && overlap(entry_at(values, k), entry)) {
                count++;
                break;
            }
        }
        uint64_t end = entry[WALK_DATA] + entry[WALK_SIZE];
        highest = end > highest ? end : highest;
    }
    return count;
}

uint64_t hck_measure_walk_undocumented_flags(const uint64_t *values, uint32_t value_count,
                                             uint64_t operand)
{
    (void)operand;
    uint64_t count = 0;
    for (uint32_t i = 0; i < entry_count(value_count); i++) {
        uint64_t flags = entry_at(values, i)[WALK_FLAGS];
        count += (flags & ~(uint64_t)(KIND_FLAGS | MOVEABLE_FLAGS)) != 0;
    }
    return count;
}

uint64_t hck_measure_walk_contradicting_flags(const uint64_t *values, uint32_t value_count,
                                              uint64_t operand)
{
    (void)operand;
    uint64_t count = 0;
    for (uint32_t i = 0; i < entry_count(value_count); i++) {
        uint64_t kinds = entry_at(values, i)[WALK_FLAGS] & KIND_FLAGS;
        count += (kinds & (kinds - 1)) != 0;
    }
    return count;
}

uint64_t hck_measure_walk_moveable_not_busy(const uint64_t *values, uint32_t value_count,
                                            uint64_t operand)
{
    (void)operand;
    uint64_t count = 0;
    for (uint32_t i = 0; i < entry_count(value_count); i++) {
        const uint64_t *entry = entry_at(values, i);
        count += (entry[WALK_FLAGS] & MOVEABLE_FLAGS) != 0 && !is_busy(entry);
    }
    return count;
}

uint64_t hck_measure_walk_region_bad_bounds(const uint64_t *values, uint32_t value_count,
                                            uint64_t operand)
{
    (void)operand;
    uint64_t count = 0;
    for (uint32_t i = 0; i < entry_count(value_count); i++) {
        const uint64_t *entry = entry_at(values, i);
        count +=
            is_region(entry) && (entry[WALK_DATA] == 0 || entry[WALK_DATA] > entry[WALK_FIRST] ||
                                 entry[WALK_FIRST] > entry[WALK_LAST]);
    }
    return count;
}

uint64_t hck_measure_walk_region_unordered(const uint64_t *values, uint32_t value_count,
                                           uint64_t operand)
{
    (void)operand;
    bool seen[REGION_INDEX_COUNT] = {false};
    uint64_t count = 0;
    for (uint32_t i = 0; i < entry_count(value_count); i++) {
        const uint64_t *entry = entry_at(values, i);
        uint64_t index = entry[WALK_REGION_INDEX] % REGION_INDEX_COUNT;
        count += is_region(entry) && seen[index];
        seen[index] = true;
    }
    return count;
}

uint64_t hck_measure_walk_region_index_repeats(const uint64_t *values, uint32_t value_count,
                                               uint64_t operand)
{
    (void)operand;
    bool seen[REGION_INDEX_COUNT] = {false};
    uint64_t count = 0;
    for (uint32_t i = 0; i < entry_count(value_count); i++) {
        const uint64_t *entry = entry_at(values, i);
        uint64_t index = entry[WALK_REGION_INDEX] % REGION_INDEX_COUNT;
        if (is_region(entry)) {
            count += seen[index];
            seen[index] = true;
        }
    }
    return count;
}

static void collect_regions(const uint64_t *values, uint32_t value_count,
                            const uint64_t *regions[REGION_INDEX_COUNT])
{
    for (uint32_t i = 0; i < REGION_INDEX_COUNT; i++) {
        regions[i] = NULL;
    }
    for (uint32_t i = 0; i < entry_count(value_count); i++) {
        const uint64_t *entry = entry_at(values, i);
        if (is_region(entry)) {
            regions[entry[WALK_REGION_INDEX] % REGION_INDEX_COUNT] = entry;
        }
    }
}

static bool lies_in(const uint64_t *region, const uint64_t *entry)
{
    return region && entry[WALK_DATA] >= region[WALK_FIRST] && entry[WALK_DATA] < region[WALK_LAST];
}

uint64_t hck_measure_walk_outside_region(const uint64_t *values, uint32_t value_count,
                                         uint64_t operand)
{
    (void)operand;
    const uint64_t *regions[REGION_INDEX_COUNT];
    collect_regions(values, value_count, regions);
    uint64_t count = 0;
    for (uint32_t i = 0; i < entry_count(value_count); i++) {
        const uint64_t *entry = entry_at(values, i);
        const uint64_t *region = regions[entry[WALK_REGION_INDEX] % REGION_INDEX_COUNT];
        count += (is_busy(entry) || is_free(entry)) && region && !lies_in(region, entry);
    }
    return count;
}

static bool lies_in_any(const uint64_t *const regions[REGION_INDEX_COUNT], const uint64_t *entry)
{
    if (lies_in(regions[entry[WALK_REGION_INDEX] % REGION_INDEX_COUNT], entry)) {
        return true;
    }
    for (uint32_t i = 0; i < REGION_INDEX_COUNT; i++) {
        if (lies_in(regions[i], entry)) {
            return true;
        }
    }
    return false;
}

uint64_t hck_measure_walk_regions(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    (void)operand;
    const uint64_t *regions[REGION_INDEX_COUNT];
    collect_regions(values, value_count, regions);
    uint64_t count = 0;
    for (uint32_t i = 0; i < entry_count(value_count); i++) {
        const uint64_t *entry = entry_at(values, i);
        count += is_region(entry) || (is_busy(entry) && !lies_in_any(regions, entry));
    }
    return count;
}

uint64_t hck_measure_walk_large_shared(const uint64_t *values, uint32_t value_count,
                                       uint64_t operand)
{
    (void)operand;
    const uint64_t *regions[REGION_INDEX_COUNT];
    uint64_t users[REGION_INDEX_COUNT] = {0};
    uint64_t large[REGION_INDEX_COUNT] = {0};
    collect_regions(values, value_count, regions);
    for (uint32_t i = 0; i < entry_count(value_count); i++) {
        const uint64_t *entry = entry_at(values, i);
        uint64_t index = entry[WALK_REGION_INDEX] % REGION_INDEX_COUNT;
        users[index]++;
        large[index] += is_busy(entry) && !lies_in_any(regions, entry);
    }
    uint64_t count = 0;
    for (uint32_t i = 0; i < REGION_INDEX_COUNT; i++) {
        count += users[i] > 1 ? large[i] : 0;
    }
    return count;
}

uint64_t hck_measure_walk_committed(const uint64_t *values, uint32_t value_count, uint64_t operand)
{
    (void)operand;
    uint64_t committed = 0;
    for (uint32_t i = 0; i < entry_count(value_count); i++) {
        const uint64_t *entry = entry_at(values, i);
        committed += is_region(entry) ? entry[WALK_COMMITTED] : 0;
    }
    return committed;
}

uint64_t hck_measure_walk_uncommitted_unaligned(const uint64_t *values, uint32_t value_count,
                                                uint64_t operand)
{
    (void)operand;
    uint64_t count = 0;
    for (uint32_t i = 0; i < entry_count(value_count); i++) {
        const uint64_t *entry = entry_at(values, i);
        count +=
            is_uncommitted(entry) && (entry[WALK_DATA] % PAGE_BYTES != 0 ||
                                      entry[WALK_SIZE] % PAGE_BYTES != 0 || entry[WALK_SIZE] == 0);
    }
    return count;
}

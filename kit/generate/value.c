/* Numbers and flags, biased to the edges where implementations go wrong. */
#include <string.h>

#include "kit/generate/generate_internal.h"
#include "spec/win32.h"

#define KIB UINT64_C(1024)
#define MIB (UINT64_C(1024) * 1024)

/* --- Sizes -------------------------------------------------------------------------------- */

static uint64_t near(struct random *random, uint64_t size)
{
    static const int64_t offsets[] = {0, 0, 0, -1, 1, -8, 8, -16, 16};
    return size + (uint64_t)offsets[hck_random_below(random, sizeof(offsets) / sizeof(*offsets))];
}

static uint64_t draw_limit(struct random *random)
{
    static const uint64_t limits[] = {0x7FFF8, 0x7F000, 0x80000, MIB, MIB, 2 * MIB, 512 * KIB - 16};
    return near(random, limits[hck_random_below(random, sizeof(limits) / sizeof(*limits))]);
}

/* Sizes that no heap can have: sums of them with a header or a page must not wrap around. */
static uint64_t draw_huge(struct random *random)
{
    switch (hck_random_below(random, 6)) {
    case 0:
        return UINT64_MAX - hck_random_below(random, 65);
    case 1:
        return near(random, UINT64_MAX - FORECAST_PAGE + 1);
    case 2:
        return near(random, UINT64_MAX - FORECAST_GRANULE + 1);
    case 3:
        return near(random, UINT64_C(1) << 63);
    case 4:
        return near(random, UINT64_C(1) << 47);
    default:
        return near(random, UINT64_C(1) << 40);
    }
}

static uint64_t draw_edge(struct random *random)
{
    uint64_t size = hck_random_chance(random, 50) ? UINT64_C(1) << hck_random_between(random, 3, 15)
                                                  : 16 * hck_random_between(random, 1, 96);
    return size + hck_random_below(random, 3) - 1;
}

uint64_t hck_value_size_of(struct draft *draft, enum size_class size_class)
{
    struct random *random = &draft->random;
    switch (size_class) {
    case SIZE_TINY:
        return hck_random_below(random, 65) >> hck_random_below(random, 7);
    case SIZE_EDGE:
        return draw_edge(random);
    case SIZE_PAGES:
        return near(random, FORECAST_PAGE * (1 + (hck_random_below(random, 16) >>
                                                  hck_random_below(random, 3))));
    case SIZE_GRANULE:
        return near(random, FORECAST_GRANULE * hck_random_between(random, 1, 6));
    case SIZE_LIMIT:
        return draw_limit(random);
    case SIZE_MEDIUM:
        return hck_random_below(random, 64 * KIB);
    case SIZE_BIG:
        return near(random,
                    MIB * (3 + (hck_random_below(random, 30) >> hck_random_below(random, 5))));
    case SIZE_HUGE:
        return draw_huge(random);
    case SIZE_CLASS_COUNT:
        break;
    }
    return 0;
}

uint64_t hck_value_size(struct draft *draft)
{
    unsigned drawn = hck_swarm_pick(&draft->random, draft->swarm.size_weights, SIZE_CLASS_COUNT);
    return hck_value_size_of(draft, (enum size_class)drawn);
}

/* --- Numbers, by the name that the documentation gives them --------------------------------- */

static uint64_t draw_from(struct random *random, const uint64_t *values, size_t count)
{
    return values[hck_random_below(random, count)];
}

#define DRAW(random, ...)                              \
    draw_from(random, (const uint64_t[]){__VA_ARGS__}, \
              sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

uint64_t hck_value_number(struct draft *draft, enum number_meaning meaning)
{
    struct random *random = &draft->random;
    switch (meaning) {
    case MEANS_COUNT:
        return DRAW(random, 0, 1, 2, 3, 4, 8, 64, 1024);
    case MEANS_BYTE:
        return DRAW(random, 0, 1, 0xC3, 0xFF, 0xA5, 0x80);
    case MEANS_ERROR_CODE:
        return DRAW(random, 0, 1, 8, 87, 259, 0x20000000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF);
    case MEANS_POSITION:
        return DRAW(random, 0, 1, 1, 2);
    case MEANS_EXCEPTION_CODE:
        return DRAW(random, 0xE0000001, 0xE0000001, 0x20000001, 0xC0000017, 0xC0000005, 0xE0ABCDEF,
                    0xF0000001, 0);
    case MEANS_EXCEPTION_FLAGS:
        return DRAW(random, 0, 0, 0, 1, draft->risky ? 2u : 0u);
    case MEANS_PARAMETER_COUNT:
        return DRAW(random, 0, 1, 2, 3, 14, 15, draft->risky ? 16u : 15u);
    case MEANS_INHERITANCE:
        return DRAW(random, 0, 0, 0, 1);
    case MEANS_OFFSET_HIGH:
        return draft->risky ? DRAW(random, 0, 0, 0, 1, 0xFFFFFFFF) : 0;
    case MEANS_OFFSET_LOW:
        return DRAW(random, 0, 0, 0, 0x10000, 0x10000, 0x20000, draft->risky ? 0x1000u : 0u,
                    draft->risky ? 1u : 0u);
    case MEANS_SIZE_HIGH:
        return draft->risky ? DRAW(random, 0, 1, 0x7FFFFFFF, 0xFFFFFFFF) : 0;
    case MEANS_SIZE_LOW:
        return DRAW(random, 1, 0x1000, 0x1001, 0x2000, 0x4000, 0x8000, 0x10000, 0x10001, 0x20000,
                    0x30000, draft->risky ? 0u : 0x10000u);
    case MEANS_SEED:
    case MEANS_NOTHING:
        break;
    }
    return DRAW(random, 0, 1, 2, 3, 8, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF);
}

/* --- Flags ---------------------------------------------------------------------------------- */

struct usual {
    uint32_t value;
    uint16_t weight;
    bool fails; /* documented to be refused: drawn in risky calls only */
};

static const struct usual allocation_types[] = {
    {MEM_RESERVE, 24, false},
    {MEM_RESERVE | MEM_COMMIT, 34, false},
    {MEM_COMMIT, 40, false},
    {MEM_RESERVE | MEM_TOP_DOWN, 3, false},
    {MEM_RESERVE | MEM_COMMIT | MEM_TOP_DOWN, 4, false},
    {MEM_LARGE_PAGES | MEM_RESERVE | MEM_COMMIT, 1, false},
    {MEM_WRITE_WATCH | MEM_RESERVE, 2, false},
    {MEM_WRITE_WATCH | MEM_RESERVE | MEM_COMMIT, 4, false},
    {MEM_RESET, 4, false},
    {MEM_RESET_UNDO, 2, false},
    {0, 4, true},
    {MEM_TOP_DOWN, 3, true},
    {MEM_WRITE_WATCH | MEM_COMMIT, 3, true},
    {MEM_PHYSICAL | MEM_RESERVE | MEM_COMMIT, 3, true},
    {MEM_PHYSICAL, 2, true},
    {MEM_LARGE_PAGES | MEM_RESERVE, 2, true},
    {MEM_LARGE_PAGES | MEM_COMMIT, 2, true},
    {MEM_RESET | MEM_COMMIT, 3, true},
    {MEM_RESET | MEM_RESET_UNDO, 2, true},
    {MEM_RESET_UNDO | MEM_RESERVE, 2, true},
    {MEM_COMMIT | 0x4, 2, true},
};

static const struct usual watch_flags[] = {
    {0, 50, false},
    {WRITE_WATCH_FLAG_RESET, 50, false},
    {2, 1, true},
    {WRITE_WATCH_FLAG_RESET | 4, 1, true},
};

static const struct usual free_types[] = {
    {MEM_DECOMMIT, 55, false},
    {MEM_RELEASE, 45, false},
    {0, 4, true},
    {MEM_DECOMMIT | MEM_RELEASE, 4, true},
    {MEM_RELEASE | MEM_COALESCE_PLACEHOLDERS, 2, true},
    {MEM_DECOMMIT | 0x10, 3, true},
};

static const struct usual section_protections[] = {
    {PAGE_READWRITE, 40, false},
    {PAGE_READONLY, 10, false},
    {PAGE_WRITECOPY, 6, false},
    {PAGE_EXECUTE_READ, 4, false},
    {PAGE_EXECUTE_READWRITE, 8, false},
    {PAGE_EXECUTE_WRITECOPY, 4, false},
    {PAGE_READWRITE | SEC_COMMIT, 8, false},
    {PAGE_READWRITE | SEC_RESERVE, 10, false},
    {PAGE_READWRITE | SEC_COMMIT | SEC_NOCACHE, 1, false},
    {0, 3, true},
    {PAGE_NOACCESS, 3, true},
    {PAGE_EXECUTE, 3, true},
    {PAGE_READWRITE | PAGE_GUARD, 2, true},
    {PAGE_READONLY | PAGE_READWRITE, 2, true},
    {PAGE_READWRITE | SEC_COMMIT | SEC_RESERVE, 4, true},
    {PAGE_READWRITE | SEC_NOCACHE, 3, true},
    {PAGE_READWRITE | SEC_WRITECOMBINE, 3, true},
};

static const struct usual view_accesses[] = {
    {FILE_MAP_WRITE, 30, false},
    {FILE_MAP_READ, 30, false},
    {FILE_MAP_ALL_ACCESS, 10, false},
    {FILE_MAP_READ | FILE_MAP_WRITE, 10, false},
    {FILE_MAP_COPY, 20, false},
    {FILE_MAP_READ | FILE_MAP_EXECUTE, 5, false},
    {FILE_MAP_COPY | FILE_MAP_EXECUTE, 4, false},
    {FILE_MAP_WRITE | FILE_MAP_EXECUTE, 4, false},
    {FILE_MAP_COPY | FILE_MAP_READ, 2, true},
    {0, 2, true},
};

static const struct usual protections[] = {
    {PAGE_READWRITE, 46, false},
    {PAGE_READONLY, 13, false},
    {PAGE_NOACCESS, 10, false},
    {PAGE_EXECUTE_READWRITE, 7, false},
    {PAGE_EXECUTE_READ, 6, false},
    {PAGE_EXECUTE, 3, false},
    {PAGE_READWRITE | PAGE_GUARD, 8, false},
    {PAGE_READONLY | PAGE_GUARD, 3, false},
    {PAGE_EXECUTE_READWRITE | PAGE_GUARD, 2, false},
    {PAGE_EXECUTE_READ | PAGE_GUARD, 1, false},
    {PAGE_READWRITE | PAGE_NOCACHE, 1, false},
    {PAGE_READWRITE | PAGE_WRITECOMBINE, 1, false},
    {0, 4, true},
    {PAGE_WRITECOPY, 4, true},
    {PAGE_EXECUTE_WRITECOPY, 3, true},
    {PAGE_READONLY | PAGE_READWRITE, 4, true},
    {PAGE_NOACCESS | PAGE_GUARD, 4, true},
    {PAGE_GUARD, 2, true},
    {PAGE_READWRITE | PAGE_GUARD | PAGE_NOCACHE, 1, true},
    {PAGE_NOACCESS | PAGE_NOCACHE, 2, true},
    {PAGE_NOACCESS | PAGE_WRITECOMBINE, 2, true},
    {PAGE_READWRITE | PAGE_NOCACHE | PAGE_WRITECOMBINE, 2, true},
    {PAGE_READWRITE | 0x800, 3, true},
    {PAGE_READWRITE | PAGE_TARGETS_INVALID, 2, true},
};

/* A value whose bits the swarm left on; the first row where it left on none of them. */
static uint32_t draw_usual(struct draft *draft, const struct usual *rows, unsigned count,
                           uint32_t off)
{
    bool fails = draft->risky && hck_random_chance(&draft->random, 50);
    uint16_t weights[32] = {0};
    for (unsigned i = 0; i < count; i++) {
        bool is_on = rows[i].fails || i < 2 || (rows[i].value & off) == 0;
        weights[i] = rows[i].fails == fails && is_on ? rows[i].weight : 0;
    }
    return rows[hck_swarm_pick(&draft->random, weights, count)].value;
}

/* Each documented bit now and then; in a risky call at times one that is not. */
static uint32_t draw_bits(struct draft *draft, const struct argument_row *row, uint32_t off)
{
    uint32_t flags = 0;
    for (uint32_t bit = 1; bit != 0; bit <<= 1) {
        if ((row->allowed & ~off & bit) != 0 && row->allowed != ALL_BITS &&
            hck_random_chance(&draft->random, 22)) {
            flags |= bit;
        }
    }
    if (draft->risky && hck_random_chance(&draft->random, 10)) {
        flags |= HEAP_GROWABLE;
    }
    return flags;
}

static uint32_t draw_named(struct draft *draft, enum flag_set set)
{
    size_t count;
    const struct flag_row *rows = hck_call_flags(&count);
    uint32_t chosen = 0;
    uint64_t seen = 0;
    for (size_t i = 0; i < count; i++) {
        if (rows[i].set == set && hck_random_below(&draft->random, ++seen) == 0) {
            chosen = rows[i].value;
        }
    }
    return draft->risky && hck_random_chance(&draft->random, 20) ? chosen + 2 : chosen;
}

#define USUAL(draft, rows, off) draw_usual(draft, rows, sizeof(rows) / sizeof(*(rows)), off)

_Static_assert(sizeof(protections) / sizeof(*protections) <= 32, "draw_usual has 32 weights");

#define CHOSEN(rows, number) (rows)[(number) % (sizeof(rows) / sizeof(*(rows)))].value

uint32_t hck_value_usual_flags(const struct argument_row *row, uint64_t number)
{
    switch (row->set) {
    case FLAG_SET_allocation_type:
        return CHOSEN(allocation_types, number);
    case FLAG_SET_free_type:
        return CHOSEN(free_types, number);
    case FLAG_SET_protection:
        return CHOSEN(protections, number);
    case FLAG_SET_view_access:
        return CHOSEN(view_accesses, number);
    case FLAG_SET_section:
        return CHOSEN(section_protections, number);
    case FLAG_SET_heap:
    case FLAG_SET_heap_information:
    case FLAG_SET_offer_priority:
    case FLAG_SET_write_watch:
    case FLAG_SET_unmap:
    case FLAG_SET_none:
    case FLAG_SET_COUNT:
        break;
    }
    return (uint32_t)number & row->allowed;
}

uint32_t hck_value_flags(struct draft *draft, const struct argument_row *row)
{
    uint32_t off = draft->swarm.flags_off[row->set];
    switch (row->set) {
    case FLAG_SET_allocation_type:
        return USUAL(draft, allocation_types, off);
    case FLAG_SET_free_type:
        return USUAL(draft, free_types, off);
    case FLAG_SET_protection:
        return USUAL(draft, protections, off);
    case FLAG_SET_view_access:
        return USUAL(draft, view_accesses, off);
    case FLAG_SET_section:
        return USUAL(draft, section_protections, off);
    case FLAG_SET_heap:
    case FLAG_SET_unmap:
        return draw_bits(draft, row, off);
    case FLAG_SET_write_watch:
        return USUAL(draft, watch_flags, off);
    case FLAG_SET_heap_information:
    case FLAG_SET_offer_priority:
    case FLAG_SET_none:
    case FLAG_SET_COUNT:
        break;
    }
    return draw_named(draft, row->set);
}

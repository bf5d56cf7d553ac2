/* The entries of a walk, compared with each other and with the live blocks.
 *
 * Blocks are told by address: every live block of the heap must be among the busy entries once,
 * whatever else the heap lists. */
#include "oracle/judge_heap_walk.h"

enum {
    REGIONS_MAX = 256, /* iRegionIndex is a byte: beyond it says nothing */
    PAIRS_MAX = 4096   /* entries of a walk in which every pair is compared */
};

/* How many entries there are of each kind that a clause speaks of: without one of them there is
 * nothing that could have been wrong. */
struct census {
    uint32_t entries;
    uint32_t of_a_kind; /* region, uncommitted range or busy */
    uint32_t not_busy;
    uint32_t regions;
    uint32_t uncommitted;
    uint32_t ranges;  /* busy, free and uncommitted */
    uint32_t members; /* not REGION entries, with the iRegionIndex of one ... */
    uint32_t housed;  /* ... busy or free */
};

static void count_members(const struct judgement *j, struct census *census)
{
    bool has_region[REGIONS_MAX] = {false};
    for (uint32_t i = 0; i < census->entries; i++) {
        const uint64_t *entry = walk_entry(j, i);
        if ((entry[WALK_FLAGS] & PROCESS_HEAP_REGION) != 0) {
            has_region[entry[WALK_REGION_INDEX] % REGIONS_MAX] = true;
        }
    }
    for (uint32_t i = 0; i < census->entries; i++) {
        const uint64_t *entry = walk_entry(j, i);
        uint64_t flags = entry[WALK_FLAGS];
        if ((flags & PROCESS_HEAP_REGION) == 0 &&
            has_region[entry[WALK_REGION_INDEX] % REGIONS_MAX]) {
            census->members++;
            census->housed += (flags & PROCESS_HEAP_UNCOMMITTED_RANGE) == 0;
        }
    }
}

static void take_census(const struct judgement *j, struct census *census)
{
    struct census nothing = {.entries = j->seen->value_count / WALK_VALUE_COUNT};
    *census = nothing;
    for (uint32_t i = 0; i < census->entries; i++) {
        uint64_t flags = walk_entry(j, i)[WALK_FLAGS];
        census->of_a_kind += (flags & WALK_KINDS) != 0;
        census->not_busy += (flags & PROCESS_HEAP_ENTRY_BUSY) == 0;
        census->regions += (flags & PROCESS_HEAP_REGION) != 0;
        census->uncommitted += (flags & PROCESS_HEAP_UNCOMMITTED_RANGE) != 0;
    }
    census->ranges = census->entries - census->regions;
}

/* A pair takes two. */
static uint64_t pairs_of(uint64_t count)
{
    return count > 1 ? count - 1 : 0;
}

/* --- Entries by themselves ----------------------------------------------------------------- */

void hck_walk_judge_entries(struct judgement *j)
{
    struct census census;
    take_census(j, &census);
    hck_judge_none_of(j, CLAUSE_heap_walk_flags_are_documented_ones,
                      MEASURE_walk_undocumented_flags, census.entries);
    hck_judge_none_of(j, CLAUSE_heap_walk_flags_kinds_exclude_each_other,
                      MEASURE_walk_contradicting_flags, census.of_a_kind);
    hck_judge_none_of(j, CLAUSE_heap_walk_flags_moveable_and_ddeshare_need_busy,
                      MEASURE_walk_moveable_not_busy, census.not_busy);
    hck_judge_none_of(j, CLAUSE_heap_walk_region_entry_bounds_are_in_order,
                      MEASURE_walk_region_bad_bounds, census.regions);
    hck_judge_none_of(j, CLAUSE_heap_walk_uncommitted_entry_is_whole_pages,
                      MEASURE_walk_uncommitted_unaligned, census.uncommitted);
}

static void judge_regions(struct judgement *j, struct census *census)
{
    uint64_t regions = walk_measure(j, MEASURE_walk_regions);
    if (regions > REGIONS_MAX) {
        return;
    }
    count_members(j, census);
    uint64_t large = regions - census->regions;
    hck_judge_none_of(j, CLAUSE_heap_walk_region_entry_comes_first, MEASURE_walk_region_unordered,
                      census->members);
    hck_judge_none_of(j, CLAUSE_heap_walk_region_entry_index_is_unique,
                      MEASURE_walk_region_index_repeats, pairs_of(census->regions));
    hck_judge_none_of(j, CLAUSE_heap_walk_region_entry_bounds_its_blocks,
                      MEASURE_walk_outside_region, census->housed);
    hck_judge_none_of(j, CLAUSE_heap_walk_large_block_is_a_region_of_its_own,
                      MEASURE_walk_large_shared, census->entries > 1 ? large : 0);
}

static void judge_pairs(struct judgement *j, const struct walk *walk, const struct census *census)
{
    if (walk->entry_count <= PAIRS_MAX) {
        hck_judge_none_of(j, CLAUSE_heap_walk_step_gives_the_next_element, MEASURE_walk_repeats,
                          pairs_of(census->entries));
        hck_judge_none_of(j, CLAUSE_heap_walk_entries_do_not_overlap, MEASURE_walk_overlaps,
                          pairs_of(census->ranges));
    }
}

void hck_walk_judge_list(struct judgement *j, const struct walk *walk)
{
    struct census census;
    take_census(j, &census);
    judge_regions(j, &census);
    judge_pairs(j, walk, &census);
}

/* --- Entries and live blocks --------------------------------------------------------------- */

static void match_busy(struct judgement *j, const struct walk *walk, const uint64_t *entry,
                       struct match *match)
{
    struct extent block;
    match->busy++;
    if (!extent_map_find(&j->oracle->objects, entry[WALK_DATA], &block) ||
        block.start != entry[WALK_DATA] || object_kind(block.a) != OBJECT_BLOCK ||
        block.b != walk->use.serial) {
        return;
    }
    match->any = block;
    if (walk->is_whole &&
        !extent_map_mark(&j->oracle->objects, block.start, j->oracle->walk_mark)) {
        match->twice = block;
        return;
    }
    match->found++;
    if (block.length >= HEAP_DWORD_SIZES) {
        match->has_huge = true;
    } else if (entry[WALK_SIZE] < hck_heap_object_size(j, &block)) {
        match->too_short = block;
    }
    if ((entry[WALK_FLAGS] & (PROCESS_HEAP_ENTRY_MOVEABLE | PROCESS_HEAP_ENTRY_DDESHARE)) != 0) {
        match->moveable = block;
    }
}

static void match_free(struct judgement *j, const uint64_t *entry, struct match *match)
{
    struct extent block;
    match->has_free = true;
    if (entry[WALK_SIZE] > 0 &&
        hck_model_overlap(j->oracle, entry[WALK_DATA], entry[WALK_SIZE], &block) &&
        object_kind(block.a) == OBJECT_BLOCK) {
        match->in_free = block;
        match->in_free_offset = entry[WALK_DATA] > block.start ? entry[WALK_DATA] - block.start : 0;
    }
}

void hck_walk_match_blocks(struct judgement *j, const struct walk *walk, struct match *match)
{
    struct match nothing = {0};
    *match = nothing;
    j->oracle->walk_mark++;
    for (uint32_t i = 0; i < walk->entry_count; i++) {
        const uint64_t *entry = walk_entry(j, i);
        if ((entry[WALK_FLAGS] & PROCESS_HEAP_ENTRY_BUSY) != 0) {
            match_busy(j, walk, entry, match);
        } else if ((entry[WALK_FLAGS] & WALK_KINDS) == 0) {
            match_free(j, entry, match);
        }
    }
}

/* A live block of the heap that got no mark; rare, so it is searched for among all objects. */
static bool find_missing(struct judgement *j, const struct walk *walk, struct extent *block)
{
    struct extent_cursor cursor = extent_map_at_or_after(&j->oracle->objects, 0);
    for (; extent_map_get(cursor, block); cursor = extent_map_next(cursor)) {
        if (object_kind(block->a) == OBJECT_BLOCK && block->b == walk->use.serial &&
            extent_map_mark(&j->oracle->objects, block->start, j->oracle->walk_mark)) {
            return true;
        }
    }
    return false;
}

static void judge_one_entry(struct judgement *j, enum clause_id clause, const struct extent *block)
{
    if (block->length == 0) {
        judge_holds(j, clause);
    } else {
        hck_judge_measure(j, clause, MEASURE_walk_busy_at, hck_heap_object_operand(j, block, 0),
                          RELATION_EQUAL, 1);
    }
}

void hck_walk_judge_reported_once(struct judgement *j, const struct walk *walk,
                                  const struct match *match)
{
    const struct model_heap *heap = walk->use.heap;
    struct extent wrong = match->twice;
    if (heap->live_count == 0) {
        return;
    }
    if (wrong.length == 0 && match->found < heap->live_count && !find_missing(j, walk, &wrong)) {
        wrong.length = 0;
    }
    judge_one_entry(j, CLAUSE_heap_walk_live_block_is_reported_once, &wrong);
    if (heap->failed_changes == heap->changes + 1) {
        judge_one_entry(j, CLAUSE_heap_alloc_failure_changes_nothing, &wrong);
    }
}

void hck_walk_judge_blocks(struct judgement *j, const struct match *match)
{
    struct extent block = match->too_short.length > 0 ? match->too_short : match->any;
    if (block.length > 0 && block.length < HEAP_DWORD_SIZES) {
        hck_judge_measure(j, CLAUSE_heap_walk_busy_entry_covers_the_request, MEASURE_walk_size_at,
                          hck_heap_object_operand(j, &block, 0), RELATION_AT_LEAST,
                          hck_heap_object_size(j, &block));
    }
    block = match->moveable.length > 0 ? match->moveable : match->any;
    if (block.length > 0) {
        hck_judge_measure(j, CLAUSE_heap_walk_flags_heap_blocks_are_not_moveable,
                          MEASURE_walk_moveable_at, hck_heap_object_operand(j, &block, 0),
                          RELATION_EQUAL, 0);
    }
    if (match->in_free.length > 0) {
        hck_judge_measure(
            j, CLAUSE_heap_walk_free_entry_holds_no_live_block, MEASURE_walk_free_over,
            hck_heap_object_operand(j, &match->in_free, match->in_free_offset), RELATION_EQUAL, 0);
    } else if (match->has_free) {
        judge_holds(j, CLAUSE_heap_walk_free_entry_holds_no_live_block);
    }
    if (match->has_huge) {
        judge_latitude(j, CLAUSE_heap_walk_busy_entry_size_of_a_huge_block_is_open,
                       "a block of 4 GB or more is listed");
    }
}

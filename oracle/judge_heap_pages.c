/* What VirtualQuery and QueryAll say about the pages of heaps: pages of a destroyed heap are free,
 * uncommitted ranges are not committed, and heaps that come and go leave nothing behind. */
#include "oracle/judge_heap.h"

enum {
    BLOCKS_MAX = 256, /* blocks of a destroyed heap that one look at all pages is compared with, */
    PAGES_MAX = 1024, /* and pages with objects of any kind that are searched for them */
    ROUNDS_MIN = 16   /* heaps destroyed between two looks that are compared */
};

/* The page, where nothing of the trace has it now. */
static bool is_left_alone(const struct judgement *j, uint64_t address)
{
    struct extent object;
    return !hck_model_overlap(j->oracle, page_down(address), MODEL_PAGE_SIZE, &object);
}

/* --- Pages of a destroyed heap ------------------------------------------------------------- */

static void judge_destroyed_page(struct judgement *j)
{
    const struct argument *address = hck_call_argument(j->call, ARGUMENT_ADDRESS);
    const struct slot *slot = hck_typestate_slot(&j->oracle->state, address);
    if (j->oracle->just_destroyed == 0 || !slot || address->slot_kind != SLOT_BLOCK ||
        slot->serial != j->oracle->just_destroyed ||
        address->value >= (slot->size > 0 ? slot->size : 1) ||
        !is_left_alone(j, given_address(j))) {
        return;
    }
    judge_value(j, CLAUSE_heap_destroy_pages_are_released, MEMORY_STATE, RELATION_EQUAL, MEM_FREE);
}

static bool is_free(const struct judgement *j, uint64_t address)
{
    return hck_measure(MEASURE_query_state_at, j->seen->values, j->seen->value_count, address) ==
           MEM_FREE;
}

/* A byte of a block that nobody has now. */
struct choice {
    struct extent block; /* of length 0: there is none */
    uint64_t offset;
    bool is_free;
};

/* The first page, else the last, of the block that is not free; where both are, the first. The
 * choice stays where somebody has them now. */
static void choose_page(const struct judgement *j, const struct extent *block,
                        struct choice *choice)
{
    uint64_t last = block->start + block->length - 1;
    if (!is_left_alone(j, block->start) || !is_left_alone(j, last)) {
        return;
    }
    choice->block = *block;
    choice->is_free = is_free(j, block->start) && is_free(j, last);
    choice->offset = is_free(j, block->start) && !choice->is_free ? block->length - 1 : 0;
}

/* The first object that begins on a page above the one of the address. */
static bool find_on_next_page(const struct oracle *oracle, uint64_t address, struct extent *object)
{
    uint64_t next = page_down(address) + MODEL_PAGE_SIZE;
    return next != 0 && extent_map_get(extent_map_at_or_after(&oracle->objects, next), object);
}

/* Blocks of the destroyed heap are still in the model, since nothing was allocated since. Looking
 * whether a page is left alone takes them out, so each is taken by its address anew. The search
 * begins where the heap had its lowest block: what others have below costs nothing. */
static void choose_block(const struct judgement *j, const struct model_heap *heap,
                         struct choice *choice)
{
    const struct oracle *oracle = j->oracle;
    struct extent object;
    uint32_t count = 0;
    bool is_there =
        extent_map_get(extent_map_at_or_after(&oracle->objects, heap->lowest_block), &object);
    for (uint32_t page = 0; is_there && page < PAGES_MAX && count < BLOCKS_MAX; page++) {
        uint64_t start = object.start;
        if (object_kind(object.a) == OBJECT_BLOCK && object.b == oracle->just_destroyed) {
            count++;
            choose_page(j, &object, choice);
            if (choice->block.length > 0 && !choice->is_free) {
                return;
            }
        }
        is_there = find_on_next_page(oracle, start, &object);
    }
}

static void judge_destroyed_pages(struct judgement *j)
{
    struct choice choice = {{0, 0, 0, 0}, 0, false};
    const struct model_heap *heap = hck_model_heap(j->oracle, j->oracle->just_destroyed);
    if (j->oracle->just_destroyed == 0 || heap->live_count == 0) {
        return;
    }
    choose_block(j, heap, &choice);
    if (choice.block.length > 0) {
        hck_judge_measure(j, CLAUSE_heap_destroy_pages_are_released, MEASURE_query_state_at,
                          hck_heap_object_operand(j, &choice.block, choice.offset), RELATION_EQUAL,
                          MEM_FREE);
    }
}

/* --- Uncommitted ranges -------------------------------------------------------------------- */

/* The first committed byte of the range, or its first byte. */
static uint64_t find_committed(const struct judgement *j, const struct model_range *range)
{
    for (uint32_t i = 0; i < j->seen->value_count / MEMORY_VALUE_COUNT; i++) {
        const uint64_t *run = j->seen->values + (size_t)i * MEMORY_VALUE_COUNT;
        uint64_t start = run[MEMORY_BASE] > range->start ? run[MEMORY_BASE] : range->start;
        if (run[MEMORY_STATE] == MEM_COMMIT && start - run[MEMORY_BASE] < run[MEMORY_REGION_SIZE] &&
            start - range->start < range->length) {
            return start;
        }
    }
    return range->start;
}

static void judge_uncommitted(struct judgement *j)
{
    const struct oracle *oracle = j->oracle;
    const struct model_heap *heap = hck_model_heap(j->oracle, oracle->uncommitted_serial);
    if (oracle->uncommitted_serial == 0 || !heap->alive ||
        oracle->uncommitted_touches != heap->touches + oracle->global_touches) {
        return;
    }
    uint64_t chosen = 0;
    for (uint32_t i = 0; i < oracle->uncommitted_count; i++) {
        chosen = find_committed(j, &oracle->uncommitted[i]);
        if (hck_measure(MEASURE_query_state_at, j->seen->values, j->seen->value_count, chosen) ==
            MEM_COMMIT) {
            break;
        }
    }
    if (chosen != 0) {
        hck_judge_measure(j, CLAUSE_heap_walk_uncommitted_entry_is_not_committed,
                          MEASURE_query_state_at, number(chosen), RELATION_NOT_EQUAL, MEM_COMMIT);
    }
}

/* --- Rounds -------------------------------------------------------------------------------- */

/* A heap that lives through two looks and is used between them may have grown, whatever blocks it
 * is left with. */
static uint64_t fold_uses(const struct oracle *oracle)
{
    enum { FACTOR = 0x01000193 };
    uint64_t folded = 0;
    for (uint32_t serial = 1; serial <= oracle->heap_count; serial++) {
        const struct model_heap *heap = &oracle->heaps[serial];
        if (heap->alive && heap->touches > 0) {
            folded = (folded * FACTOR + serial) * FACTOR + heap->touches;
        }
    }
    return folded;
}

static bool holds_the_same(const struct footprint *one, const struct footprint *other)
{
    return one->live_heaps == other->live_heaps && one->uses == other->uses &&
           one->live_blocks == other->live_blocks && one->live_bytes == other->live_bytes &&
           one->region_bytes == other->region_bytes;
}

/* Two looks far enough apart, then a third: between the second and the third, caches are full and
 * whatever still grows grows for ever. */
static void judge_footprint(struct judgement *j)
{
    struct oracle *oracle = j->oracle;
    struct footprint *older = &oracle->footprints[0];
    struct footprint *newer = &oracle->footprints[1];
    struct footprint now = {
        .known = true,
        .end = j->seen->end,
        .destroyed = oracle->destroyed,
        .live_heaps = oracle->live_heaps,
        .uses = fold_uses(oracle),
        .region_bytes = oracle->region_bytes,
        .live_blocks = oracle->live_blocks,
        .live_bytes = oracle->live_bytes,
        .used = hck_measure(MEASURE_query_used, j->seen->values, j->seen->value_count, 0)};
    bool is_early = newer->known && holds_the_same(newer, &now) &&
                    now.destroyed - newer->destroyed < ROUNDS_MIN;
    if (is_early || hck_judge_met_another(j)) {
        return;
    }
    if (older->known && newer->known && holds_the_same(older, newer) &&
        holds_the_same(newer, &now)) {
        uint64_t rounds = now.destroyed - newer->destroyed;
        hck_judge_measure(j, CLAUSE_heap_destroy_repetition_does_not_accumulate, MEASURE_query_used,
                          number(0), RELATION_LESS, newer->used + rounds * MODEL_GRANULARITY);
    }
    *older = *newer;
    *newer = now;
}

void hck_heap_doubt_footprints(struct judgement *j)
{
    struct footprint *footprints = j->oracle->footprints;
    if (j->seen->status == STATUS_SKIPPED || j->seen->status == STATUS_UNSUPPORTED) {
        return;
    }
    footprints[0].known = footprints[0].known && footprints[0].end <= j->seen->start;
    footprints[1].known = footprints[1].known && footprints[1].end <= j->seen->start;
}

void hck_judge_heap_pages(struct judgement *j)
{
    uint32_t first = j->verdicts->count;
    if (!returned(j) || j->seen->result == 0) {
        return;
    }
    if (!j->row->is_list) {
        judge_destroyed_page(j);
    } else {
        judge_destroyed_pages(j);
        judge_uncommitted(j);
        judge_footprint(j);
    }
    hck_suspicion_hold_back(j, first, SUSPICION_ALONE, 0, 0);
}

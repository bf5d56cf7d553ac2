/* The typestate stays whole whatever a target answers, two of them that see the same agree, and it
 * keeps its pace with a million objects. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "tests/spec/test_header.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "spec/typestate.h"
#include "spec/win32.h"
#include "tests/spec/random_call.h"

enum { ROUNDS = 300, CALLS_PER_ROUND = 2000, SLOTS = 12, MILLION = 1000 * 1000 };

struct pair {
    struct typestate first;
    struct typestate second;
    void *storage[2];
};

static void start_pair(struct pair *pair, bool hostile)
{
    const uint32_t counts[SLOT_KIND_COUNT] = {SLOTS, SLOTS, SLOTS, SLOTS, HANDLERS_MAX, SLOTS};
    size_t size = hck_typestate_storage(counts);
    for (unsigned i = 0; i < 2; i++) {
        pair->storage[i] = malloc(size);
        assert_non_null(pair->storage[i]);
        memset(pair->storage[i], (int)(0x55 + i), size);
    }
    hck_typestate_init(&pair->first, counts, pair->storage[0]);
    hck_typestate_init(&pair->second, counts, pair->storage[1]);
    pair->first.hostile = hostile;
    pair->second.hostile = hostile;
}

static void end_pair(struct pair *pair)
{
    free(pair->storage[0]);
    free(pair->storage[1]);
}

/* Answers that make objects often enough, and sometimes none at all. */
static void answer(struct random *random, const struct call *call, struct observation *seen)
{
    static uint64_t values[8];
    random_observation(random, values, 8, seen);
    if (random_below(random, 4) == 0) {
        return;
    }
    seen->status = STATUS_RETURNED;
    switch (hck_call_rows[call->id].result) {
    case RESULT_HEAP:
    case RESULT_HANDLER:
        seen->result = 0x10000 + 0x1000 * random_below(random, 20);
        break;
    case RESULT_BLOCK:
        seen->result = 0x1000000 + 16 * random_below(random, 1000);
        break;
    case RESULT_REGION:
        seen->result = 0x100000 + 0x1000 * random_below(random, 100);
        break;
    default:
        seen->result = random_below(random, 4) != 0;
        break;
    }
}

static void assert_blocks_are_whole(const struct typestate *state)
{
    for (uint32_t i = 0; i < state->slot_count[SLOT_BLOCK]; i++) {
        const struct slot *block = &state->slots[SLOT_BLOCK][i];
        assert_true(block->fill_length <= block->size);
        assert_true(block->zero_to <= block->size && block->zero_from <= block->zero_to);
        if (hck_typestate_is_live(state, SLOT_BLOCK, i)) {
            assert_int_equal(block->state, SLOT_LIVE);
            assert_true(block->serial > 0 && block->serial <= state->heap_serial);
        }
    }
}

/* Neighbours in a chain know each other and live. */
static void assert_link_is_whole(const struct typestate *state, uint32_t slot)
{
    const struct heap_link *link = &state->heap_links[slot];
    if (state->slots[SLOT_HEAP][slot].state != SLOT_LIVE) {
        assert_true(link->next == 0 && link->previous == 0);
    }
    if (link->next != 0) {
        assert_int_equal(state->heap_links[link->next - 1].previous, slot + 1);
        assert_int_equal(state->slots[SLOT_HEAP][link->next - 1].state, SLOT_LIVE);
    }
    if (link->previous != 0) {
        assert_int_equal(state->heap_links[link->previous - 1].next, slot + 1);
    }
}

static void assert_locks_are_counted(const struct typestate *state)
{
    uint32_t locked = state->default_heap.lock_count > 0;
    uint32_t total = 0;
    for (uint32_t i = 0; i < state->slot_count[SLOT_HEAP]; i++) {
        locked += state->slots[SLOT_HEAP][i].lock_count > 0;
    }
    for (uint32_t i = 0; i < TRACE_THREADS_MAX; i++) {
        total += state->locked_by[i];
    }
    assert_int_equal(state->locked, locked);
    assert_int_equal(total, locked);
}

static void assert_heaps_are_whole(const struct typestate *state)
{
    assert_locks_are_counted(state);
    for (uint32_t i = 0; i < state->slot_count[SLOT_HEAP]; i++) {
        const struct slot *heap = &state->slots[SLOT_HEAP][i];
        assert_link_is_whole(state, i);
        if (heap->state == SLOT_LIVE && heap->is_default) {
            assert_int_equal(heap->serial, state->default_heap.serial);
            assert_int_equal(heap->lock_count, 0);
        }
        assert_true(heap->state != SLOT_DEAD || heap->lock_count == 0);
    }
}

static void assert_regions_are_whole(const struct typestate *state)
{
    bool seen[SLOTS] = {false};
    assert_true(state->region_order_count <= state->slot_count[SLOT_REGION]);
    for (uint32_t i = 0; i < state->region_order_count; i++) {
        uint32_t index = state->region_order[i];
        const struct slot *region = &state->slots[SLOT_REGION][index];
        assert_false(seen[index]);
        seen[index] = true;
        assert_int_equal(region->owner, index);
        assert_true(region->size > 0 && hck_typestate_is_live(state, SLOT_REGION, index));
        if (i > 0) {
            uint32_t before = state->region_order[i - 1];
            assert_true(state->slots[SLOT_REGION][before].address <= region->address);
        }
    }
}

/* The slots that a HeapDestroy of this call kills, as one look at each of them tells. */
static void mark_doomed(const struct typestate *state, const struct call *call, bool doomed[SLOTS])
{
    const struct slot *named = hck_typestate_slot(state, &call->arguments[0]);
    for (uint32_t i = 0; i < state->slot_count[SLOT_HEAP]; i++) {
        const struct slot *heap = &state->slots[SLOT_HEAP][i];
        doomed[i] = named != NULL && named->state == SLOT_LIVE && heap->state == SLOT_LIVE &&
                    heap->is_default == named->is_default &&
                    (heap->is_default || heap->address == named->address);
    }
}

static void assert_doomed_died(const struct typestate *state, const bool was_live[SLOTS],
                               const bool doomed[SLOTS])
{
    for (uint32_t i = 0; i < state->slot_count[SLOT_HEAP]; i++) {
        bool is_live = state->slots[SLOT_HEAP][i].state == SLOT_LIVE;
        assert_int_equal(is_live, was_live[i] && !doomed[i]);
    }
}

static void apply_destroy(struct typestate *state, const struct call *call,
                          const struct observation *seen)
{
    bool doomed[SLOTS] = {false};
    bool was_live[SLOTS] = {false};
    mark_doomed(state, call, doomed);
    for (uint32_t i = 0; i < state->slot_count[SLOT_HEAP]; i++) {
        was_live[i] = state->slots[SLOT_HEAP][i].state == SLOT_LIVE;
    }
    hck_typestate_apply(state, call, seen);
    if (seen->status == STATUS_RETURNED && seen->result != 0) {
        assert_doomed_died(state, was_live, doomed);
    }
}

/* Some calls overlapped with those before them. */
static void take_ticks(struct random *random, const struct call *call, unsigned index,
                       struct observation *seen)
{
    bool waited = call->id != CALL_HeapDestroy && random_below(random, 4) == 0;
    seen->end = 2 * (uint64_t)index + 2;
    seen->start = waited ? random_below(random, seen->end) : seen->end - 1;
}

static void run_round(struct random *random, bool hostile)
{
    struct pair pair;
    start_pair(&pair, hostile);
    for (unsigned i = 0; i < CALLS_PER_ROUND; i++) {
        struct call call;
        struct observation seen;
        random_call(random, SLOTS + 2, &call);
        enum clause_id clause = hck_typestate_check(&pair.first, &call);
        assert_int_equal(clause, hck_typestate_check(&pair.second, &call));
        if (clause != CLAUSE_NONE) {
            assert_int_equal(hck_clause_get(clause)->basis, BASIS_UNDEFINED);
            /* Mostly obeyed. The oracle also applies what a lying log says. */
            if (random_below(random, 8) != 0) {
                continue;
            }
        }
        answer(random, &call, &seen);
        take_ticks(random, &call, i, &seen);
        hck_typestate_lock_effect(&pair.first, &call);
        if (call.id == CALL_HeapDestroy) {
            apply_destroy(&pair.first, &call, &seen);
        } else {
            hck_typestate_apply(&pair.first, &call, &seen);
        }
        hck_typestate_apply(&pair.second, &call, &seen);
        assert_blocks_are_whole(&pair.first);
        assert_heaps_are_whole(&pair.first);
        assert_regions_are_whole(&pair.first);
    }
    end_pair(&pair);
}

static void a_typestate_stays_whole_whatever_a_target_answers(void **unused)
{
    const char *text = getenv("HEAPCK_TEST_SEED");
    struct random random = {text != NULL ? strtoull(text, NULL, 0) : 1};
    (void)unused;
    for (unsigned i = 0; i < ROUNDS; i++) {
        run_round(&random, i % 4 == 0);
    }
}

/* Would take hours if one of the steps walked over the objects. */
static void a_million_blocks_and_heaps_are_no_matter(void **unused)
{
    const uint32_t counts[SLOT_KIND_COUNT] = {2, MILLION, 0, 0, 0, 0};
    void *storage = malloc(hck_typestate_storage(counts));
    struct typestate state;
    struct call create = {.id = CALL_HeapCreate, .result_slot = 0};
    struct call allocate = {.id = CALL_HeapAlloc};
    struct call destroy = {.id = CALL_HeapDestroy, .result_slot = NO_SLOT};
    struct observation seen = {.status = STATUS_RETURNED, .result = 0x10000};
    (void)unused;
    assert_non_null(storage);
    hck_typestate_init(&state, counts, storage);
    allocate.arguments[0] = (struct argument){.form = FORM_SLOT, .slot_kind = SLOT_HEAP};
    destroy.arguments[0] = allocate.arguments[0];
    for (uint32_t i = 0; i < MILLION; i++) {
        allocate.result_slot = i;
        hck_typestate_apply(&state, &create, &seen);
        assert_int_equal(hck_typestate_check(&state, &allocate), CLAUSE_NONE);
        hck_typestate_apply(&state, &allocate, &seen);
        hck_typestate_apply(&state, &destroy, &seen);
        assert_false(hck_typestate_is_live(&state, SLOT_BLOCK, i / 2));
    }
    assert_int_equal(state.heap_serial, MILLION);
    free(storage);
}

static void storage_is_sixteen_aligned_and_there_may_be_no_slots(void **unused)
{
    const uint32_t counts[SLOT_KIND_COUNT] = {1, 3, 5, 7, 1, 2};
    const uint32_t none[SLOT_KIND_COUNT] = {0};
    struct typestate state;
    (void)unused;
    assert_int_equal(hck_typestate_storage(counts) % 16, 0);
    void *storage = malloc(hck_typestate_storage(none));
    assert_non_null(storage);
    hck_typestate_init(&state, none, storage);
    struct call call = {.id = CALL_HeapCreate, .result_slot = 0};
    struct observation seen = {.status = STATUS_RETURNED, .result = 0x10000};
    hck_typestate_apply(&state, &call, &seen);
    assert_false(hck_typestate_is_live(&state, SLOT_HEAP, 0));
    free(storage);
}

/* The storage cannot be written, so a process that does not die has not touched it. */
static void storage_of_zeroes_is_taken_as_it_is(void **unused)
{
    const uint32_t counts[SLOT_KIND_COUNT] = {MILLION, MILLION,      MILLION,
                                              MILLION, HANDLERS_MAX, MILLION};
    size_t size = hck_typestate_storage(counts);
    void *storage = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct typestate state;
    (void)unused;
    assert_true(storage != MAP_FAILED);
    hck_typestate_init_in_zeroes(&state, counts, storage);
    for (unsigned kind = 0; kind < SLOT_KIND_COUNT; kind++) {
        assert_int_equal(state.slots[kind][counts[kind] - 1].state, SLOT_EMPTY);
    }
    assert_int_equal(munmap(storage, size), 0);
}

static void a_trace_is_sparse_where_it_has_more_pages_of_slots_than_calls(void **unused)
{
    struct trace trace = {.thread_count = 1};
    (void)unused;
    assert_false(hck_typestate_is_sparse(&trace));
    trace.slot_count[SLOT_HEAP] = 1000; /* not worth it */
    assert_false(hck_typestate_is_sparse(&trace));
    trace.slot_count[SLOT_HEAP] = SLOT_INDEX_MAX + 1;
    trace.call_count = 1000;
    assert_true(hck_typestate_is_sparse(&trace));
    trace.call_count =
        (uint32_t)(hck_typestate_storage(trace.slot_count) / WINMEM_PAGE_SIZE); /* one for each */
    assert_false(hck_typestate_is_sparse(&trace));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_typestate_stays_whole_whatever_a_target_answers),
        cmocka_unit_test(a_million_blocks_and_heaps_are_no_matter),
        cmocka_unit_test(storage_is_sixteen_aligned_and_there_may_be_no_slots),
        cmocka_unit_test(storage_of_zeroes_is_taken_as_it_is),
        cmocka_unit_test(a_trace_is_sparse_where_it_has_more_pages_of_slots_than_calls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What holds for every heap function, and the list of heaps: GetProcessHeap, GetProcessHeaps. */
#include "oracle/judge_heap.h"

#include "oracle/judges.h"

static bool is_allocation(const struct judgement *j)
{
    return j->call->id == CALL_HeapAlloc || j->call->id == CALL_HeapReAlloc;
}

static bool has_failed(const struct judgement *j)
{
    return raised(j) || j->seen->result == (j->call->id == CALL_HeapSize ? UINT64_MAX : 0);
}

bool hck_heap_use(struct judgement *j, uint64_t dwFlags, struct heap_use *use)
{
    use->slot = argument_slot(j, 0);
    if (!use->slot || use->slot->state != SLOT_LIVE) {
        return false;
    }
    use->serial = use->slot->serial;
    use->heap = hck_model_heap(j->oracle, use->serial);
    if (!use->heap->alive) {
        return false;
    }
    use->call_flags = dwFlags;
    use->flags = use->heap->options | (dwFlags == HEAP_NO_FLAGS ? 0 : (uint32_t)dwFlags);
    use->is_shared = j->oracle->thread_count > 1;
    use->heap->users |= (uint8_t)(1u << j->call->thread % TRACE_THREADS_MAX);
    if (use->is_shared || use->heap->lock_count > 0) {
        hck_heap_judge_waiting(j, use);
    }
    if ((use->heap->options & HEAP_GENERATE_EXCEPTIONS) != 0 && !is_allocation(j) &&
        has_failed(j)) {
        judge_is(j, CLAUSE_heap_create_generate_exceptions_concerns_allocation_alone,
                 SUBJECT_STATUS, STATUS_RETURNED);
    }
    return true;
}

bool hck_heap_live_block(const struct judgement *j, const struct heap_use *use, unsigned index,
                         const struct slot **block)
{
    *block = argument_slot(j, index);
    return *block && (*block)->state == SLOT_LIVE && (*block)->serial == use->serial &&
           argument_value(j, index) == 0;
}

void hck_heap_judge_service(struct judgement *j, const struct heap_use *use, uint64_t failure)
{
    if (use->call_flags == 0) {
        judge_is_not(j, CLAUSE_heap_flags_zero_is_always_valid, SUBJECT_RESULT, failure);
    }
    if ((use->flags & HEAP_NO_SERIALIZE) != 0) {
        judge_is_not(j, CLAUSE_heap_unserialized_answers_as_a_serialized_heap, SUBJECT_RESULT,
                     failure);
    }
    if (!use->heap->is_default) {
        return;
    }
    judge_is_not(j, CLAUSE_process_heap_handle_serves_every_heap_function, SUBJECT_RESULT, failure);
    if (j->oracle->destroyed > 0) {
        judge_is_not(j, CLAUSE_process_heap_handle_lives_as_long_as_the_process, SUBJECT_RESULT,
                     failure);
    }
}

void hck_heap_judge_boolean(struct judgement *j)
{
    judge_latitude(j, CLAUSE_heap_boolean_result_any_nonzero_is_success,
                   j->seen->result == 1 ? "1" : "another nonzero value");
    judge_is(j, CLAUSE_heap_boolean_result_is_exactly_one_on_success, SUBJECT_RESULT, 1);
}

struct operand hck_heap_handle_operand(const struct judgement *j, uint32_t serial)
{
    const struct model_heap *heap = hck_model_heap(j->oracle, serial);
    const struct typestate *state = &j->oracle->state;
    bool has_slot = heap->slot < state->slot_count[SLOT_HEAP] &&
                    state->slots[SLOT_HEAP][heap->slot].serial == serial &&
                    state->slots[SLOT_HEAP][heap->slot].address == heap->handle;
    return has_slot ? at_slot(SLOT_HEAP, heap->slot, heap->handle, 0) : number(heap->handle);
}

struct operand hck_heap_object_operand(const struct judgement *j, const struct extent *object,
                                       uint64_t offset)
{
    const struct typestate *state = &j->oracle->state;
    uint32_t slot = object_number(object->a);
    enum slot_kind kind = SLOT_KIND_NONE;
    uint64_t address = 0;
    switch (object_kind(object->a)) {
    case OBJECT_BLOCK:
        kind = SLOT_BLOCK;
        break;
    case OBJECT_REGION:
        kind = SLOT_REGION;
        slot = slot < j->oracle->region_count ? j->oracle->regions[slot].slot : NO_SLOT;
        break;
    case OBJECT_KIND_END:
        break;
    }
    if (kind < SLOT_KIND_COUNT && slot < state->slot_count[kind]) {
        address = state->slots[kind][slot].address;
    }
    return address == object->start && address != 0
               ? at_slot(kind, slot, object->start + offset, offset)
               : number(object->start + offset);
}

/* The model gives a block of zero bytes one byte, too. Where the slot does not tell, the smaller.
 */
uint64_t hck_heap_object_size(const struct judgement *j, const struct extent *object)
{
    const struct typestate *state = &j->oracle->state;
    uint32_t slot = object_number(object->a);
    if (object_kind(object->a) != OBJECT_BLOCK || object->length != 1) {
        return object->length;
    }
    bool has_slot = slot < state->slot_count[SLOT_BLOCK] &&
                    state->slots[SLOT_BLOCK][slot].address == object->start;
    return has_slot ? state->slots[SLOT_BLOCK][slot].size : 0;
}

/* --- GetProcessHeap ----------------------------------------------------------------------- */

/* Whoever has no default heap before it is asked for makes it now, perhaps where another one was.
 */
static void note_default_heap(struct oracle *oracle)
{
    if (oracle->default_heap == 0 && oracle->base_heaps == 0) {
        oracle->just_destroyed = 0;
    }
}

void hck_judge_GetProcessHeap(struct judgement *j)
{
    struct oracle *oracle = j->oracle;
    note_default_heap(oracle);
    judge_is_not(j, CLAUSE_process_heap_handle_is_not_null, SUBJECT_RESULT, 0);
    if (oracle->default_heap != 0) {
        uint32_t slot = oracle->state.default_slot;
        struct operand expected = slot != NO_SLOT
                                      ? at_slot(SLOT_HEAP, slot, oracle->default_heap, 0)
                                      : number(oracle->default_heap);
        judge_is_operand(j, CLAUSE_process_heap_handle_is_the_same_for_every_caller, SUBJECT_RESULT,
                         0, expected);
    }
    oracle->default_heap = j->seen->result;
}

/* --- GetProcessHeaps ---------------------------------------------------------------------- */

static bool is_private(const struct model_heap *heap)
{
    return heap->alive && !heap->is_default;
}

static uint32_t listed_count(const struct judgement *j)
{
    return j->seen->value_count > 0 ? j->seen->value_count - 1
                                    : 0; /* the last is the guard count */
}

/* What the handles of the list say about the heaps of the trace. Serials, 0: none. */
struct list_match {
    uint32_t found;     /* private heaps that are listed */
    uint32_t some;      /* one of them */
    uint32_t destroyed; /* a destroyed heap that is listed */
    uint32_t early;     /* a heap that is listed before one that was made earlier ... */
    uint64_t early_at;  /* ... and where that one is */
};

static void match_heaps(struct judgement *j, struct list_match *match)
{
    struct oracle *oracle = j->oracle;
    struct list_match nothing = {0};
    uint32_t before = 0;
    *match = nothing;
    oracle->list_mark++;
    for (uint32_t i = 0; i < listed_count(j); i++) {
        uint64_t handle = j->seen->values[i];
        uint32_t serial = hck_model_heap_of_handle(oracle, handle);
        if (serial == 0 || !extent_map_mark(&oracle->handles, handle, oracle->list_mark)) {
            continue;
        }
        const struct model_heap *heap = hck_model_heap(oracle, serial);
        if (!heap->alive && handle != oracle->default_heap) {
            match->destroyed = serial;
        } else if (is_private(heap)) {
            match->found++;
            match->some = serial;
            if (serial < before && match->early == 0) {
                match->early = before;
                match->early_at = i;
            }
            before = serial;
        }
    }
}

/* A private heap that got no mark; only looked for where one is missing. */
static uint32_t find_missing(struct judgement *j)
{
    for (uint32_t serial = 1; serial <= j->oracle->heap_count; serial++) {
        const struct model_heap *heap = &j->oracle->heaps[serial];
        if (is_private(heap) &&
            extent_map_mark(&j->oracle->handles, heap->handle, j->oracle->list_mark)) {
            return serial;
        }
    }
    return 0;
}

static void judge_private_heaps(struct judgement *j, const struct list_match *match)
{
    uint32_t missing = match->found < j->oracle->live_heaps ? find_missing(j) : 0;
    if (missing != 0 || match->some != 0) {
        hck_judge_measure(j, CLAUSE_process_heap_list_holds_every_private_heap, MEASURE_list_at,
                          hck_heap_handle_operand(j, missing != 0 ? missing : match->some),
                          RELATION_AT_LEAST, 1);
    }
}

/* Before the first GetProcessHeap the default heap may be any in the list: also one that was made
 * where a destroyed one had been. */
static void judge_destroyed_heaps(struct judgement *j, const struct list_match *match)
{
    struct oracle *oracle = j->oracle;
    if (oracle->default_heap == 0) {
        return;
    }
    if (match->destroyed != 0) {
        hck_judge_measure(j, CLAUSE_process_heap_list_omits_a_destroyed_heap, MEASURE_list_at,
                          hck_heap_handle_operand(j, match->destroyed), RELATION_EQUAL, 0);
    } else if (oracle->dead_handles > 0) {
        judge_holds(j, CLAUSE_process_heap_list_omits_a_destroyed_heap);
    }
}

/* Serials ascend in the order of creation. */
static void judge_creation_order(struct judgement *j, const struct list_match *match)
{
    if (match->early != 0) {
        hck_judge_measure(j, CLAUSE_process_heap_list_keeps_creation_order, MEASURE_list_before,
                          hck_heap_handle_operand(j, match->early), RELATION_AT_LEAST,
                          match->early_at);
    } else if (match->found > 1) {
        judge_holds(j, CLAUSE_process_heap_list_keeps_creation_order);
    }
}

static void judge_complete_list(struct judgement *j)
{
    struct oracle *oracle = j->oracle;
    uint64_t count = j->seen->result;
    uint64_t stored = hck_measure(MEASURE_list_stored, j->seen->values, j->seen->value_count, 0);
    if (count == 0) {
        hck_judge_none_of(j, CLAUSE_process_heap_list_fills_a_sufficient_buffer,
                          MEASURE_list_written, 0);
    } else if (hck_judge_measure(j, CLAUSE_process_heap_list_fills_a_sufficient_buffer,
                                 MEASURE_list_written, number(0), RELATION_EQUAL, count)) {
        hck_judge_measure(j, CLAUSE_process_heap_list_fills_a_sufficient_buffer,
                          MEASURE_list_stored, number(0), RELATION_EQUAL, count);
    }
    hck_judge_none_of(j, CLAUSE_process_heap_list_handles_are_distinct, MEASURE_list_repeats,
                      stored > 1 ? stored : 0);
    struct list_match match;
    match_heaps(j, &match);
    judge_private_heaps(j, &match);
    judge_destroyed_heaps(j, &match);
    judge_latitude(j, CLAUSE_process_heap_list_may_hold_foreign_heaps,
                   count > 1 + (uint64_t)oracle->live_heaps ? "it lists other heaps, too"
                                                            : "it lists the trace's heaps alone");
    if (oracle->default_heap == 0) {
        return;
    }
    uint32_t slot = oracle->state.default_slot;
    struct operand handle = slot != NO_SLOT ? at_slot(SLOT_HEAP, slot, oracle->default_heap, 0)
                                            : number(oracle->default_heap);
    hck_judge_measure(j, CLAUSE_process_heap_list_holds_the_default_heap, MEASURE_list_at, handle,
                      RELATION_AT_LEAST, 1);
    if (oracle->destroyed > 0) {
        hck_judge_measure(j, CLAUSE_process_heap_handle_lives_as_long_as_the_process,
                          MEASURE_list_at, handle, RELATION_AT_LEAST, 1);
    } else {
        judge_creation_order(j, &match);
    }
    judge_latitude(j, CLAUSE_process_heap_list_order_is_open,
                   seen_value(j, PROCESS_HEAPS_FIRST) == oracle->default_heap
                       ? "the default heap comes first"
                       : "another heap comes first");
    judge_is_operand(j, CLAUSE_process_heap_list_starts_with_the_default_heap, SUBJECT_VALUE,
                     PROCESS_HEAPS_FIRST, handle);
}

static void judge_heap_count(struct judgement *j, uint64_t room)
{
    struct oracle *oracle = j->oracle;
    uint64_t least = 1 + (uint64_t)oracle->live_heaps;
    judge_relation(j, CLAUSE_process_heap_list_counts_every_live_heap, SUBJECT_RESULT,
                   RELATION_AT_LEAST, least);
    if (room < least) {
        judge_relation(j, CLAUSE_process_heap_list_count_ignores_the_buffer_size, SUBJECT_RESULT,
                       RELATION_AT_LEAST, least);
    }
    /* With threads a heap may be made while the list is, so the first count says nothing. */
    if (oracle->thread_count > 1) {
        return;
    }
    if (oracle->base_heaps != 0) {
        judge_is(j, CLAUSE_process_heap_list_count_follows_create_and_destroy, SUBJECT_RESULT,
                 oracle->base_heaps + (uint64_t)oracle->live_heaps);
    }
    oracle->base_heaps =
        j->seen->result > oracle->live_heaps ? (uint32_t)j->seen->result - oracle->live_heaps : 0;
}

void hck_judge_GetProcessHeaps(struct judgement *j)
{
    uint64_t room = argument_value(j, 0);
    bool has_buffer = !argument_is_null(j, 1);
    uint32_t first = j->verdicts->count;
    uint64_t recorded = j->seen->value_count > 0 ? j->seen->value_count - 1 : 0;

    note_default_heap(j->oracle);
    judge_heap_count(j, room);
    if (room == 0 && !has_buffer) {
        judge_is_not(j, CLAUSE_process_heap_list_accepts_an_empty_buffer, SUBJECT_RESULT, 0);
    }
    if (has_buffer && j->seen->result > room) {
        hck_judge_measure(j, CLAUSE_process_heap_list_fills_a_short_buffer_to_its_end,
                          MEASURE_list_written, number(0), RELATION_EQUAL, recorded);
        judge_is(j, CLAUSE_process_heap_list_fills_a_short_buffer_to_its_end, SUBJECT_GUARD, 0);
    } else if (has_buffer && j->seen->result <= recorded) {
        judge_complete_list(j);
    }
    hck_suspicion_hold_back(j, first, SUSPICION_ALONE, 0, 0);
}

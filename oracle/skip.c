/* See skip.h. */
#include "oracle/skip.h"

#include "oracle/suspicion.h"

static bool is_in(unsigned set, unsigned argument)
{
    return (set >> argument & 1u) != 0;
}

/* The slot of an argument, or NULL. */
static struct slot *slot_of(struct oracle *oracle, const struct argument *argument)
{
    const struct slot *slot = hck_typestate_slot(&oracle->state, argument);
    return slot ? &oracle->state.slots[argument->slot_kind][argument->slot] : NULL;
}

static bool name_same_slot(const struct argument *one, const struct argument *other)
{
    return one->form == FORM_SLOT && other->form == FORM_SLOT &&
           one->slot_kind == other->slot_kind && one->slot == other->slot;
}

/* What the typestate would say if the slots of these arguments were dead. */
static enum clause_id check_without(struct judgement *j, unsigned set)
{
    struct slot *hidden[CALL_ARGUMENTS_MAX];
    uint8_t states[CALL_ARGUMENTS_MAX];
    unsigned count = 0;
    for (unsigned i = 0; i < j->row->argument_count; i++) {
        struct slot *slot = is_in(set, i) ? slot_of(j->oracle, &j->call->arguments[i]) : NULL;
        if (slot) {
            states[count] = slot->state;
            hidden[count++] = slot;
            slot->state = SLOT_DEAD;
        }
    }
    enum clause_id rule = hck_typestate_check(&j->oracle->state, j->call);
    while (count > 0) {
        count--;
        hidden[count]->state = states[count];
    }
    return rule;
}

/* The arguments of which each alone, dead, makes the rule forbid the call; else the first set of
 * them that does; 0: there is none. */
static unsigned find_doubted(struct judgement *j, enum clause_id told)
{
    unsigned slots = 0;
    unsigned alone = 0;
    for (unsigned i = 0; i < j->row->argument_count; i++) {
        if (slot_of(j->oracle, &j->call->arguments[i])) {
            slots |= 1u << i;
            alone |= check_without(j, 1u << i) == told ? 1u << i : 0;
        }
    }
    for (unsigned set = 1; alone == 0 && set <= slots; set++) {
        if ((set & ~slots) == 0 && check_without(j, set) == told) {
            return set;
        }
    }
    return alone;
}

/* There is room for as many as a trace is likely to have at once; what comes when it is full is
 * believed. */
static void hold(struct judgement *j, unsigned doubted, uint8_t waiting)
{
    struct oracle *oracle = j->oracle;
    if (oracle->skip_count < SKIPS_MAX) {
        oracle->skips[oracle->skip_count++] =
            (struct held_skip){.call_index = j->call_index, .doubted = doubted, .waiting = waiting};
    }
}

/* Whether the call puts something new into the slot. */
static bool fills(const struct call *call, enum slot_kind kind, uint32_t slot)
{
    return hck_call_result_slot_kind(hck_call_rows[call->id].result) == kind &&
           call->result_slot == slot;
}

static bool locks(const struct call *call)
{
    return hck_call_effect(&hck_call_rows[call->id])->made == MADE_LOCK;
}

/* Whether the heap that the call named when it began may have been locked by another thread, under
 * whatever name, and have lost this one since: then which heap that was is not known any more. */
static bool may_have_lost_its_heap(const struct judgement *j)
{
    const struct argument *heap = &j->call->arguments[0];
    bool is_locked = false;
    bool is_replaced = false;
    if (j->row->arguments[0].kind != ARGUMENT_HEAP || heap->form != FORM_SLOT) {
        return false;
    }
    for (uint32_t i = 0; i < j->oracle->call_count; i++) {
        const struct call *call = &j->oracle->calls[i];
        bool is_of_another = call->thread != j->call->thread;
        is_locked = is_locked || (is_of_another && locks(call));
        is_replaced = is_replaced || (is_of_another && fills(call, SLOT_HEAP, heap->slot));
    }
    return is_locked && is_replaced;
}

/* The executor ends what waits for itself, or for what nobody gives back, and what the same thread
 * would have made after it. */
static bool may_be_stuck(struct judgement *j)
{
    uint8_t bit = (uint8_t)(1u << j->call->thread % TRACE_THREADS_MAX);
    if (hck_typestate_lock_effect(&j->oracle->state, j->call) != LOCK_PASSES ||
        may_have_lost_its_heap(j)) {
        j->oracle->stuck |= bit;
    }
    return (j->oracle->stuck & bit) != 0;
}

bool hck_skip_may_be_right(struct judgement *j, enum clause_id told)
{
    if (told == CLAUSE_heap_lock_owner_must_unlock_before_it_ends) {
        return may_be_stuck(j);
    }
    uint8_t waiting = hck_suspicion_other_threads(j);
    unsigned doubted = waiting != 0 ? find_doubted(j, told) : 0;
    if (doubted != 0) {
        hold(j, doubted, waiting);
    }
    return doubted != 0;
}

/* --- Calls that were made ------------------------------------------------------------------- */

static bool is_same_heap(const struct judgement *j, const struct argument *one,
                         const struct argument *other)
{
    const struct typestate *state = &j->oracle->state;
    const struct slot *heap = hck_typestate_slot(state, one);
    const struct slot *other_heap = hck_typestate_slot(state, other);
    return heap == NULL || other_heap == NULL ||
           hck_typestate_heap(state, heap) == hck_typestate_heap(state, other_heap);
}

/* Whether the other call names the block's heap, or made another heap in its slot. */
static bool names_owner(const struct judgement *j, const struct argument *block,
                        const struct call *other)
{
    const struct slot *slot = hck_typestate_slot(&j->oracle->state, block);
    const struct argument *heap = &other->arguments[0];
    return slot != NULL &&
           (fills(other, SLOT_HEAP, slot->owner) ||
            (heap->form == FORM_SLOT && heap->slot_kind == SLOT_HEAP && heap->slot == slot->owner));
}

/* Whether what the other call left behind is a matter of what the argument names. Any change of
 * pages is one of all memory. */
static bool meets_at(const struct judgement *j, unsigned index, const struct call *other)
{
    const struct argument *argument = &j->call->arguments[index];
    const struct call_row *row = &hck_call_rows[other->id];
    enum argument_kind kind = j->row->arguments[index].kind;
    enum effect_changes changes = hck_call_effect(row)->changes;
    if (kind == ARGUMENT_HEAP && row->arguments[0].kind == ARGUMENT_HEAP &&
        is_same_heap(j, argument, &other->arguments[0])) {
        return true;
    }
    if ((kind == ARGUMENT_ADDRESS || kind == ARGUMENT_REGION || kind == ARGUMENT_HANDLER) &&
        (changes == CHANGES_PAGES || changes == CHANGES_HANDLERS)) {
        return true;
    }
    if (argument->form != FORM_SLOT) {
        return false;
    }
    for (unsigned i = 0; i < row->argument_count; i++) {
        if (name_same_slot(argument, &other->arguments[i])) {
            return true;
        }
    }
    return fills(other, (enum slot_kind)argument->slot_kind, argument->slot) ||
           (argument->slot_kind == SLOT_BLOCK && names_owner(j, argument, other));
}

static bool meets(const struct judgement *j, const struct call *other)
{
    bool is_handler = j->row->result == RESULT_HANDLER;
    for (unsigned i = 0; i < j->row->argument_count; i++) {
        if (meets_at(j, i, other)) {
            return true;
        }
    }
    return is_handler && hck_call_effect(&hck_call_rows[other->id])->changes == CHANGES_HANDLERS;
}

bool hck_skip_came_too_late(const struct judgement *j)
{
    const struct oracle *oracle = j->oracle;
    for (uint32_t i = 0; i < TRACE_THREADS_MAX; i++) {
        if (i == j->call->thread || oracle->last_end[i] <= j->seen->start) {
            continue;
        }
        if (oracle->end_before[i] > j->seen->start ||
            meets(j, &oracle->calls[oracle->last_call[i]])) {
            return true;
        }
    }
    return false;
}

/* --- Deciding ----------------------------------------------------------------------------- */

static bool frees(enum argument_mode mode)
{
    return mode == MODE_REPLACE || mode == MODE_CONSUME || mode == MODE_GIVE_BACK;
}

/* Whether this call names what was in doubt, and one of the two calls frees it. */
static bool clashes(const struct judgement *j, const struct held_skip *skip)
{
    const struct call *call = &j->oracle->calls[skip->call_index];
    const struct call_row *row = &hck_call_rows[call->id];
    for (unsigned i = 0; i < row->argument_count; i++) {
        for (unsigned k = 0; is_in(skip->doubted, i) && k < j->row->argument_count; k++) {
            if (name_same_slot(&call->arguments[i], &j->call->arguments[k]) &&
                (frees(row->arguments[i].mode) || frees(j->row->arguments[k].mode))) {
                return true;
            }
        }
    }
    return false;
}

/* A call that was under way is told when it ended, or as skipped where the executor ended it. It
 * began before whatever the thread of the skip made next. */
static bool was_under_way(const struct judgement *j, const struct held_skip *skip)
{
    bool was_made = j->seen->status != STATUS_SKIPPED && j->seen->status != STATUS_UNSUPPORTED;
    return hck_suspicion_was_stuck(j) ||
           (was_made && (skip->next_start == 0 || j->seen->start < skip->next_start));
}

static void tell_unexplained(struct judgement *j, const struct held_skip *skip)
{
    struct verdict verdict = verdict_here(
        j, CLAUSE_NONE, VERDICT_BROKEN, "skipped for a call of another thread, and there was none");
    verdict.call_index = skip->call_index;
    verdict.status = STATUS_SKIPPED;
    hck_verdict_on(j, &verdict, NULL);
}

/* Whether nothing is left to decide. */
static bool decide(struct judgement *j, struct held_skip *skip)
{
    uint8_t bit = (uint8_t)(1u << j->call->thread % TRACE_THREADS_MAX);
    if (j->call->thread == j->oracle->calls[skip->call_index].thread && skip->next_start == 0) {
        skip->next_start = j->seen->start; /* of one that was skipped: 0 */
    }
    if ((skip->waiting & bit) == 0) {
        return false;
    }
    if (was_under_way(j, skip) && clashes(j, skip)) {
        return true;
    }
    skip->waiting &= (uint8_t)~bit;
    if (skip->waiting == 0) {
        tell_unexplained(j, skip);
    }
    return skip->waiting == 0;
}

void hck_skip_decide(struct judgement *j)
{
    struct oracle *oracle = j->oracle;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < oracle->skip_count; i++) {
        if (!decide(j, &oracle->skips[i])) {
            oracle->skips[kept++] = oracle->skips[i];
        }
    }
    oracle->skip_count = kept;
}

void hck_skip_finish(struct judgement *j, uint8_t under_way)
{
    struct oracle *oracle = j->oracle;
    for (uint32_t i = 0; i < oracle->skip_count; i++) {
        if ((oracle->skips[i].waiting & under_way) == 0) {
            tell_unexplained(j, &oracle->skips[i]);
        }
    }
    oracle->skip_count = 0;
}

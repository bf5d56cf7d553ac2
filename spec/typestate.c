/* Slots: where they are stored and how they are found, and the door to the rules. Which calls are
 * defined is in typestate_heap.c and typestate_memory.c, what a call leaves behind in
 * typestate_apply.c and typestate_region.c. */
#include <string.h>

#include "spec/typestate_internal.h"
#include "spec/win32.h"

/* Less than this is cleared as fast as it is taken from the system. */
enum { SPARSE_BYTES_MIN = 1 << 20 };

static size_t round_storage(size_t size)
{
    return (size + 15) & ~(size_t)15;
}

/* The parts of the storage, in order. */
enum part {
    PART_SLOTS,
    PART_FILLED,
    PART_REGION_ORDER,
    PART_CHANGES,
    PART_CHAINS,
    PART_LINKS,
    PART_COUNT
};

/* Sizes of the parts, each 16-aligned. */
static void measure_parts(const uint32_t slot_count[SLOT_KIND_COUNT], size_t sizes[PART_COUNT])
{
    uint32_t heaps = slot_count[SLOT_HEAP];
    sizes[PART_SLOTS] = 0;
    sizes[PART_FILLED] = 0;
    for (unsigned kind = 0; kind < SLOT_KIND_COUNT; kind++) {
        sizes[PART_SLOTS] += slot_count[kind] * sizeof(struct slot);
        sizes[PART_FILLED] += slot_count[kind] * sizeof(uint64_t);
    }
    sizes[PART_REGION_ORDER] = slot_count[SLOT_REGION] * sizeof(uint32_t);
    sizes[PART_CHANGES] = (heaps + (size_t)1) * TRACE_THREADS_MAX * sizeof(uint32_t);
    sizes[PART_CHAINS] = (hck_rule_bucket_count(heaps) + (size_t)1) * sizeof(uint32_t);
    sizes[PART_LINKS] = heaps * sizeof(struct heap_link);
    for (unsigned part = 0; part < PART_COUNT; part++) {
        sizes[part] = round_storage(sizes[part]);
    }
}

size_t hck_typestate_storage(const uint32_t slot_count[SLOT_KIND_COUNT])
{
    size_t sizes[PART_COUNT];
    size_t size = 0;
    measure_parts(slot_count, sizes);
    for (unsigned part = 0; part < PART_COUNT; part++) {
        size += sizes[part];
    }
    return size;
}

bool hck_typestate_is_sparse(const struct trace *trace)
{
    size_t touched = (size_t)trace->call_count * WINMEM_PAGE_SIZE;
    return hck_typestate_storage(trace->slot_count) > SPARSE_BYTES_MIN + touched;
}

void hck_typestate_init(struct typestate *state, const uint32_t slot_count[SLOT_KIND_COUNT],
                        void *storage)
{
    memset(storage, 0, hck_typestate_storage(slot_count));
    hck_typestate_init_in_zeroes(state, slot_count, storage);
}

void hck_typestate_init_in_zeroes(struct typestate *state,
                                  const uint32_t slot_count[SLOT_KIND_COUNT], void *storage)
{
    size_t sizes[PART_COUNT];
    char *parts[PART_COUNT];
    char *at = storage;
    struct slot *slots = storage;
    measure_parts(slot_count, sizes);
    for (unsigned part = 0; part < PART_COUNT; part++) {
        parts[part] = at;
        at += sizes[part];
    }
    uint64_t *filled_at = (uint64_t *)(void *)parts[PART_FILLED];
    *state = (struct typestate){.default_slot = NO_SLOT, .released = NO_SLOT};
    for (unsigned kind = 0; kind < SLOT_KIND_COUNT; kind++) {
        state->slot_count[kind] = slot_count[kind];
        state->slots[kind] = slots;
        state->filled_at[kind] = filled_at;
        slots += slot_count[kind];
        filled_at += slot_count[kind];
    }
    state->region_order = (uint32_t *)(void *)parts[PART_REGION_ORDER];
    state->thread_changes = (uint32_t(*)[TRACE_THREADS_MAX])(void *)parts[PART_CHANGES];
    state->heap_chains = (uint32_t *)(void *)parts[PART_CHAINS];
    state->heap_links = (struct heap_link *)(void *)parts[PART_LINKS];
}

static bool is_heap_live(const struct typestate *state, uint32_t owner, uint32_t serial)
{
    if (state->default_heap.state == SLOT_LIVE && serial == state->default_heap.serial) {
        return true;
    }
    if (owner >= state->slot_count[SLOT_HEAP]) {
        return false;
    }
    const struct slot *heap = &state->slots[SLOT_HEAP][owner];
    return heap->state == SLOT_LIVE && heap->serial == serial;
}

static bool is_reservation_live(const struct typestate *state, uint32_t owner, uint32_t serial)
{
    if (owner >= state->slot_count[SLOT_REGION]) {
        return false;
    }
    const struct slot *region = &state->slots[SLOT_REGION][owner];
    return region->state == SLOT_LIVE && region->owner == owner && region->serial == serial;
}

bool hck_typestate_is_live(const struct typestate *state, enum slot_kind kind, uint32_t index)
{
    if (kind >= SLOT_KIND_COUNT || index >= state->slot_count[kind]) {
        return false;
    }
    const struct slot *slot = &state->slots[kind][index];
    if (slot->state != SLOT_LIVE) {
        return false;
    }
    switch (kind) {
    case SLOT_BLOCK:
        return is_heap_live(state, slot->owner, slot->serial);
    case SLOT_REGION:
        return is_reservation_live(state, slot->owner, slot->serial);
    case SLOT_HEAP:
    case SLOT_WALK:
    case SLOT_HANDLER:
    case SLOT_SECTION:
    case SLOT_KIND_NONE:
        break;
    }
    return true;
}

bool hck_rule_live(const struct typestate *state, const struct argument *argument)
{
    return argument->form == FORM_SLOT &&
           hck_typestate_is_live(state, (enum slot_kind)argument->slot_kind, argument->slot);
}

const struct slot *hck_typestate_heap(const struct typestate *state, const struct slot *slot)
{
    return slot->is_default && slot->serial == state->default_heap.serial ? &state->default_heap
                                                                          : slot;
}

uint32_t *hck_rule_thread_changes(const struct typestate *state, const struct call *call)
{
    const struct slot *slot = hck_rule_filled(state, &call->arguments[0]);
    bool is_default = slot != NULL && hck_typestate_heap(state, slot) == &state->default_heap;
    uint32_t index = is_default ? state->slot_count[SLOT_HEAP] : call->arguments[0].slot;
    return &state->thread_changes[index][call->thread];
}

enum clause_id hck_rule_block_clause(const struct rule *rule, unsigned index)
{
    enum clause_id clause = rule->row->arguments[index].clause;
    if (rule->row->arguments[index].kind == ARGUMENT_BLOCK && clause != CLAUSE_NONE) {
        return clause;
    }
    return rule->row->family == FAMILY_probe
               ? CLAUSE_heap_memory_must_not_be_touched_outside_live_blocks
               : CLAUSE_heap_block_must_come_from_the_heap_functions;
}

/* A slot that was never filled has no value to pass, so no profile makes such a call. */
static enum clause_id unfilled_clause(const struct rule *rule, unsigned index)
{
    switch ((enum slot_kind)rule->call->arguments[index].slot_kind) {
    case SLOT_HEAP:
        return CLAUSE_heap_handle_must_be_live;
    case SLOT_BLOCK:
        return hck_rule_block_clause(rule, index);
    case SLOT_WALK:
        return CLAUSE_heap_walk_entry_must_not_be_changed_between_steps;
    case SLOT_HANDLER:
        return CLAUSE_exception_handler_removal_takes_no_handle_of_another_registration;
    case SLOT_SECTION:
        return CLAUSE_handle_closed_is_not_used_again;
    case SLOT_REGION:
    case SLOT_KIND_NONE:
        break;
    }
    return CLAUSE_address_space_foreign_memory_is_not_touched;
}

static enum clause_id check_filled(const struct rule *rule)
{
    for (unsigned i = 0; i < rule->row->argument_count; i++) {
        const struct argument *argument = &rule->call->arguments[i];
        if (argument->form == FORM_SLOT && hck_rule_filled(rule->state, argument) == NULL) {
            return unfilled_clause(rule, i);
        }
    }
    return CLAUSE_NONE;
}

/* --- What kind and mode of an argument say ------------------------------------------------ */

/* Whether the callee would have room for the first field of the structure. */
static bool has_room(const struct call *call, unsigned index)
{
    enum struct_id structure = hck_call_rows[call->id].arguments[index].structure;
    return hck_call_out_room(call, index) >= hck_struct_rows[structure].fields[0].width;
}

static enum clause_id check_out(const struct rule *rule, unsigned index)
{
    const struct argument_row *row = &rule->row->arguments[index];
    bool is_missing = row->clause != CLAUSE_NONE &&
                      rule->call->arguments[index].form == FORM_NULL && has_room(rule->call, index);
    return is_missing && !rule->state->hostile ? row->clause : CLAUSE_NONE;
}

static enum clause_id check_flags(const struct rule *rule, unsigned index)
{
    const struct argument_row *row = &rule->row->arguments[index];
    bool has_others = (rule->call->arguments[index].value & ~(uint64_t)row->allowed) != 0;
    return has_others && !rule->state->hostile ? row->clause : CLAUSE_NONE;
}

static enum clause_id check_argument(const struct rule *rule, unsigned index, bool is_memory_ruled)
{
    switch (rule->row->arguments[index].kind) {
    case ARGUMENT_FLAGS:
        return check_flags(rule, index);
    case ARGUMENT_OUT:
        return check_out(rule, index);
    case ARGUMENT_ADDRESS:
    case ARGUMENT_REGION:
        return is_memory_ruled ? CLAUSE_NONE : hck_rule_check_place(rule, index);
    case ARGUMENT_BLOCK: /* that of a heap is checked with its heap */
        return is_memory_ruled || rule->row->arguments[0].kind == ARGUMENT_HEAP
                   ? CLAUSE_NONE
                   : hck_rule_block_memory(rule, &rule->call->arguments[index]);
    case ARGUMENT_SECTION: /* its number may be somebody else's by now, even where misuse is wanted
                            */
        return rule->call->arguments[index].form == FORM_NULL ||
                       hck_rule_live(rule->state, &rule->call->arguments[index])
                   ? CLAUSE_NONE
                   : CLAUSE_handle_closed_is_not_used_again;
    case ARGUMENT_NONE:
    case ARGUMENT_HEAP:
    case ARGUMENT_WALK:
    case ARGUMENT_HANDLER:
    case ARGUMENT_SIZE:
    case ARGUMENT_NUMBER:
    case ARGUMENT_CHOICE:
    case ARGUMENT_BEHAVIOUR:
    case ARGUMENT_NAME:
    case ARGUMENT_PROCESS:
    case ARGUMENT_FILE:
    case ARGUMENT_ABSENT:
    case ARGUMENT_INPUT:
        break;
    }
    return CLAUSE_NONE;
}

/* --- What the rows name ------------------------------------------------------------------- */

enum clause_id hck_rule_none(const struct rule *rule)
{
    (void)rule;
    return CLAUSE_NONE;
}

/* A handler of a trace is one of a few functions, one for each slot, so a slot that is in use can
 * not be given to a second registration. */
enum clause_id hck_rule_add_handler(const struct rule *rule)
{
    uint32_t slot = rule->call->result_slot;
    bool is_free = slot != NO_SLOT && slot < rule->state->slot_count[SLOT_HANDLER] &&
                   rule->state->slots[SLOT_HANDLER][slot].state != SLOT_LIVE;
    return is_free ? CLAUSE_NONE : CLAUSE_exception_handler_registration_takes_a_slot_that_is_free;
}

enum clause_id hck_rule_remove_handler(const struct rule *rule)
{
    const struct slot *slot = hck_rule_filled(rule->state, &rule->call->arguments[0]);
    if (slot == NULL || slot->state == SLOT_LIVE) {
        return CLAUSE_NONE;
    }
    for (uint32_t i = 0; i < rule->state->slot_count[SLOT_HANDLER]; i++) {
        const struct slot *other = &rule->state->slots[SLOT_HANDLER][i];
        if (other->state == SLOT_LIVE && other->address == slot->address) {
            return CLAUSE_exception_handler_removal_takes_no_handle_of_another_registration;
        }
    }
    return CLAUSE_NONE;
}

enum clause_id hck_rule_raise(const struct rule *rule)
{
    const struct argument *arguments = rule->call->arguments;
    if (arguments[3].form != FORM_NULL && arguments[2].value > EXCEPTION_PARAMETERS_MAX) {
        return CLAUSE_exception_raise_takes_at_most_fifteen_arguments;
    }
    if (!rule->state->hostile && (arguments[1].value & ~(uint64_t)EXCEPTION_NONCONTINUABLE) != 0) {
        return CLAUSE_exception_raise_takes_no_undocumented_flag;
    }
    return CLAUSE_NONE;
}

/* No row is without a rule: it would not compile. */
typedef enum clause_id (*rule_function)(const struct rule *rule);

static const rule_function rules[CALL_COUNT] = {
#define CALL(name, family, named, ...) [CALL_##name] = hck_rule_##named,
#define PROBE(name, named, ...) [CALL_##name] = hck_rule_##named,
#include "spec/calls.def"
#undef CALL
#undef PROBE
};

enum clause_id hck_typestate_check(const struct typestate *state, const struct call *call)
{
    struct rule rule = {state, call, &hck_call_rows[call->id]};
    rule_function named = rules[call->id];
    enum clause_id clause = check_filled(&rule);
    if (clause == CLAUSE_NONE && rule.row->arguments[0].kind == ARGUMENT_HEAP) {
        clause = hck_rule_check_heap(&rule);
    }
    for (unsigned i = 0; clause == CLAUSE_NONE && i < rule.row->argument_count; i++) {
        clause = check_argument(&rule, i, named != hck_rule_none);
    }
    return clause != CLAUSE_NONE ? clause : named(&rule);
}

/* --- Locks -------------------------------------------------------------------------------- */

static bool is_locked_by_another(const struct slot *heap, uint8_t thread)
{
    return heap->state == SLOT_LIVE && heap->lock_count > 0 && heap->lock_thread != thread;
}

enum effect_lock hck_typestate_lock_effect(const struct typestate *state, const struct call *call)
{
    const struct call_row *row = &hck_call_rows[call->id];
    if (row->arguments[0].kind != ARGUMENT_HEAP) {
        return LOCK_PASSES;
    }
    const struct slot *heap = hck_rule_filled(state, &call->arguments[0]);
    if (heap == NULL) {
        /* A call on all heaps meets every lock. */
        return state->locked > state->locked_by[call->thread] ? LOCK_MAY_WAIT : LOCK_PASSES;
    }
    if (!is_locked_by_another(hck_typestate_heap(state, heap), call->thread)) {
        return LOCK_PASSES;
    }
    return hck_call_effect(row)->lock == LOCK_WAITS ? LOCK_WAITS : LOCK_MAY_WAIT;
}

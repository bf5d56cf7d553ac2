/* Which heap calls are defined. */
#include "spec/typestate_internal.h"
#include "spec/win32.h"

/* Rules that a hostile state lifts return through this. */
static enum clause_id unless_hostile(const struct rule *rule, enum clause_id clause)
{
    return rule->state->hostile ? CLAUSE_NONE : clause;
}

static bool asks_unserialized(const struct rule *rule)
{
    for (unsigned i = 0; i < rule->row->argument_count; i++) {
        if (rule->row->arguments[i].set == FLAG_SET_heap &&
            (rule->call->arguments[i].value & HEAP_NO_SERIALIZE) != 0) {
            return true;
        }
    }
    return false;
}

bool hck_rule_unserialized(const struct rule *rule, const struct slot *heap)
{
    return (heap->options & HEAP_NO_SERIALIZE) != 0 || asks_unserialized(rule);
}

static enum clause_id check_null_heap(const struct rule *rule)
{
    uint64_t class = rule->call->arguments[1].value;
    if (rule->row->effect == EFFECT_set_information &&
        (class == HeapEnableTerminationOnCorruption || class == HeapOptimizeResources)) {
        return CLAUSE_NONE;
    }
    return unless_hostile(rule, CLAUSE_heap_handle_must_be_live);
}

/* Locks, and heaps that go without them. */
static enum clause_id check_threads(const struct rule *rule, const struct slot *heap)
{
    uint8_t thread = rule->call->thread;
    bool owned_by_another = heap->lock_count > 0 && heap->lock_thread != thread;
    bool used_by_another =
        heap->is_shared || (heap->user_thread != NO_THREAD && heap->user_thread != thread);
    bool is_unlock = rule->row->effect == EFFECT_unlock;
    bool is_lock_call = is_unlock || rule->row->effect == EFFECT_lock;
    bool unserialized = hck_rule_unserialized(rule, heap);

    if (is_lock_call && (heap->options & HEAP_NO_SERIALIZE) != 0) {
        return CLAUSE_heap_lock_unserialized_heap_must_not_be_locked;
    }
    if (is_unlock && (heap->lock_count == 0 || owned_by_another)) {
        return CLAUSE_heap_lock_unlock_must_be_by_the_owner;
    }
    if (heap->is_default && asks_unserialized(rule)) {
        return CLAUSE_heap_unserialized_must_not_name_the_default_heap;
    }
    if (unserialized && owned_by_another) {
        return CLAUSE_heap_lock_unserialized_call_must_not_bypass_the_lock;
    }
    if ((unserialized || heap->is_unserialized) && used_by_another) {
        return CLAUSE_heap_unserialized_must_be_used_by_one_thread_at_a_time;
    }
    return CLAUSE_NONE;
}

static enum clause_id check_destroy(const struct rule *rule, const struct slot *heap)
{
    if (heap->is_default) {
        return CLAUSE_heap_destroy_default_heap_must_not_be_destroyed;
    }
    if (heap->lock_count > 0) {
        return heap->lock_thread == rule->call->thread
                   ? CLAUSE_heap_destroy_own_lock_must_be_released_first
                   : CLAUSE_heap_destroy_other_threads_must_be_out_of_the_heap;
    }
    return CLAUSE_NONE;
}

/* A block that was freed may be asked about as long as its heap lives; HeapValidate takes every
 * live one, inside and of other heaps as well, for it is free to answer as it likes. */
static enum clause_id check_any_block(const struct slot *block, const struct argument *argument,
                                      const struct slot *heap)
{
    if (block->state == SLOT_DEAD && block->serial == heap->serial && argument->value == 0) {
        return CLAUSE_NONE;
    }
    return block->state == SLOT_DEAD ? CLAUSE_heap_memory_must_not_be_touched_after_free
                                     : CLAUSE_heap_destroy_destroyed_heap_must_not_be_used;
}

static enum clause_id check_block(const struct rule *rule, unsigned index, const struct slot *heap)
{
    const struct argument *argument = &rule->call->arguments[index];
    enum argument_mode mode = rule->row->arguments[index].mode;
    const struct slot *block = hck_rule_filled(rule->state, argument);
    if (block == NULL) {
        /* heap_realloc.null_block.outcome_is_open: the one REPLACE that takes NULL. */
        return mode == MODE_USE ? hck_rule_block_clause(rule, index) : CLAUSE_NONE;
    }
    bool is_live = hck_rule_live(rule->state, argument);
    if (mode == MODE_ANY) {
        return is_live ? CLAUSE_NONE : check_any_block(block, argument, heap);
    }
    if (!is_live && block->state == SLOT_LIVE) {
        return CLAUSE_heap_destroy_destroyed_heap_must_not_be_used;
    }
    if (!is_live || argument->value != 0) {
        return hck_rule_block_clause(rule, index);
    }
    return block->serial == heap->serial ? CLAUSE_NONE : CLAUSE_heap_block_must_belong_to_the_heap;
}

/* The walking thread must have left the heap alone; what others did in between is their matter, and
 * heap_walk.concurrent_change.may_fail_or_skip. A thread that takes an enumeration over can not say
 * what it did itself, so nobody may have changed the heap. */
static bool has_changed(const struct rule *rule, const struct slot *walk, const struct slot *heap)
{
    uint64_t of_all = rule->state->changes_of_all;
    if (walk->changes == heap->changes + of_all) {
        return false;
    }
    return walk->user_thread != rule->call->thread ||
           walk->own_changes != *hck_rule_thread_changes(rule->state, rule->call) + of_all;
}

/* The entry must be where the heap left it. */
static enum clause_id check_walk(const struct rule *rule, unsigned index, const struct slot *heap)
{
    const struct slot *walk = hck_rule_filled(rule->state, &rule->call->arguments[index]);
    if (walk == NULL) {
        return CLAUSE_NONE;
    }
    if (walk->serial != heap->serial) {
        return CLAUSE_heap_walk_entry_must_not_be_changed_between_steps;
    }
    if (walk->options != 0) {
        return CLAUSE_heap_walk_end_must_not_be_passed;
    }
    if (has_changed(rule, walk, heap)) {
        return CLAUSE_heap_walk_heap_must_not_change_between_steps;
    }
    return CLAUSE_NONE;
}

static enum clause_id check_objects(const struct rule *rule, const struct slot *heap)
{
    for (unsigned i = 1; i < rule->row->argument_count; i++) {
        enum clause_id clause = CLAUSE_NONE;
        if (rule->row->arguments[i].kind == ARGUMENT_BLOCK) {
            clause = check_block(rule, i, heap);
        } else if (rule->row->arguments[i].kind == ARGUMENT_WALK) {
            clause = check_walk(rule, i, heap);
        }
        if (clause != CLAUSE_NONE) {
            return clause;
        }
    }
    return CLAUSE_NONE;
}

/* The buffers of a trace are as long as they are: saying more would make the kit the culprit. */
enum clause_id hck_rule_query_information(const struct rule *rule)
{
    const struct argument *arguments = rule->call->arguments;
    bool is_missing = arguments[2].form == FORM_NULL;
    return arguments[3].value > INFORMATION_SIZE && !is_missing
               ? CLAUSE_heap_query_buffer_must_hold_the_length
               : CLAUSE_NONE;
}

enum clause_id hck_rule_set_information(const struct rule *rule)
{
    const struct argument *arguments = rule->call->arguments;
    uint64_t length = arguments[3].value;
    bool is_missing = arguments[2].form == FORM_NULL;
    if (arguments[1].value == HeapEnableTerminationOnCorruption && (!is_missing || length != 0) &&
        !rule->state->hostile) {
        return CLAUSE_heap_set_termination_takes_no_information;
    }
    if (length > INFORMATION_SIZE && !is_missing) {
        return CLAUSE_heap_set_information_must_cover_the_length;
    }
    return is_missing && length > 0
               ? unless_hostile(rule, CLAUSE_heap_set_information_must_cover_the_length)
               : CLAUSE_NONE;
}

/* Nothing of it holds in a hostile state. */
enum clause_id hck_rule_check_heap(const struct rule *rule)
{
    const struct slot *slot = hck_rule_filled(rule->state, &rule->call->arguments[0]);
    if (slot == NULL) {
        return check_null_heap(rule);
    }
    if (rule->state->hostile) {
        return CLAUSE_NONE;
    }
    if (slot->state == SLOT_DEAD) {
        return CLAUSE_heap_destroy_destroyed_heap_must_not_be_used;
    }
    const struct slot *heap = hck_typestate_heap(rule->state, slot);
    enum clause_id clause =
        rule->row->effect == EFFECT_destroy_heap ? check_destroy(rule, heap) : CLAUSE_NONE;
    if (clause == CLAUSE_NONE) {
        clause = check_threads(rule, heap);
    }
    return clause != CLAUSE_NONE ? clause : check_objects(rule, heap);
}

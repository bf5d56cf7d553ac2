/* What a call leaves behind, taken from what was observed of it. Regions are in
 * typestate_region.c. */
#include <string.h>

#include "spec/protection.h"
#include "spec/typestate_internal.h"
#include "spec/win32.h"

/* The slot that the result goes to, or NULL where it goes nowhere. */
static struct slot *result_slot(struct typestate *state, const struct call *call,
                                enum slot_kind kind)
{
    uint32_t index = call->result_slot;
    return index < state->slot_count[kind] ? &state->slots[kind][index] : NULL;
}

/* The slot of an argument to change, or NULL. */
static struct slot *argument_slot(struct typestate *state, const struct argument *argument)
{
    const struct slot *slot = hck_rule_filled(state, argument);
    return slot != NULL ? &state->slots[argument->slot_kind][argument->slot] : NULL;
}

/* --- Heaps -------------------------------------------------------------------------------- */

/* The record of the heap that the call is made on, or NULL. */
static struct slot *heap_record(struct typestate *state, const struct call *call)
{
    struct slot *slot = argument_slot(state, &call->arguments[0]);
    if (slot == NULL) {
        return NULL;
    }
    return hck_typestate_heap(state, slot) == &state->default_heap ? &state->default_heap : slot;
}

/* Whether the call may move the ground of an enumeration of its heap. */
static bool moves_blocks(enum call_effect effect)
{
    return effect == EFFECT_allocate || effect == EFFECT_reallocate || effect == EFFECT_free ||
           effect == EFFECT_compact;
}

/* Every call on a heap: who uses it, and whether an enumeration under way may go on. Whether the
 * call succeeded does not matter: a failing one may move free blocks as well. */
static void note_use(struct typestate *state, const struct call *call)
{
    struct slot *heap = heap_record(state, call);
    struct rule rule = {state, call, &hck_call_rows[call->id]};
    if (rule.row->effect == EFFECT_set_information) {
        state->changes_of_all++;
    }
    if (heap == NULL) {
        return;
    }
    if (heap->user_thread == NO_THREAD) {
        heap->user_thread = call->thread;
    } else if (heap->user_thread != call->thread) {
        heap->is_shared = true;
    }
    if (hck_rule_unserialized(&rule, heap)) {
        heap->is_unserialized = true;
    }
    if (moves_blocks(rule.row->effect)) {
        heap->changes++;
        ++*hck_rule_thread_changes(state, call);
    }
}

static void set_lock(struct typestate *state, struct slot *heap, uint32_t count, uint8_t thread)
{
    if (heap->lock_count > 0) {
        state->locked_by[heap->lock_thread]--;
        state->locked--;
    }
    heap->lock_count = count;
    heap->lock_thread = thread;
    if (count > 0) {
        state->locked_by[thread]++;
        state->locked++;
    }
}

/* The slot is given to a heap; the one that it had is out of reach, if it was not the default one.
 */
static void put_heap(struct typestate *state, uint32_t index, const struct slot *heap)
{
    struct slot *slot = &state->slots[SLOT_HEAP][index];
    if (slot->state == SLOT_LIVE) {
        set_lock(state, slot, 0, 0);
        hck_rule_unchain_heap(state, index);
    }
    *slot = *heap;
    hck_rule_chain_heap(state, index);
}

static void apply_default_heap(struct typestate *state, const struct call *call, uint64_t handle)
{
    struct slot *slot = result_slot(state, call, SLOT_HEAP);
    struct slot *heap = &state->default_heap;
    if (handle == 0) {
        return;
    }
    if (heap->state != SLOT_LIVE) {
        *heap = (struct slot){.state = SLOT_LIVE,
                              .is_default = true,
                              .serial = ++state->heap_serial,
                              .address = handle};
        heap->user_thread = NO_THREAD;
    }
    if (slot != NULL) {
        struct slot named = *heap;
        named.address = handle;
        named.lock_count = 0;
        put_heap(state, call->result_slot, &named);
        state->default_slot = call->result_slot;
    }
}

static void apply_create(struct typestate *state, const struct call *call, uint64_t handle)
{
    if (result_slot(state, call, SLOT_HEAP) == NULL || handle == 0) {
        return;
    }
    if (state->default_slot == call->result_slot) {
        state->default_slot = NO_SLOT;
    }
    struct slot heap = {.state = SLOT_LIVE,
                        .options = (uint32_t)call->arguments[0].value,
                        .serial = ++state->heap_serial,
                        .address = handle,
                        .size = call->arguments[2].value};
    heap.user_thread = NO_THREAD;
    put_heap(state, call->result_slot, &heap);
    memset(state->thread_changes[call->result_slot], 0, sizeof(state->thread_changes[0]));
}

/* Every slot that has the handle dies: a target may have given one out twice. */
static void apply_destroy(struct typestate *state, const struct call *call)
{
    const struct slot *named = argument_slot(state, &call->arguments[0]);
    if (named == NULL || named->state != SLOT_LIVE) {
        return;
    }
    struct slot destroyed = *named;
    uint32_t next;
    for (uint32_t i = hck_rule_first_in_chain(state, &destroyed); i != NO_SLOT; i = next) {
        struct slot *slot = &state->slots[SLOT_HEAP][i];
        next = hck_rule_next_in_chain(state, i);
        if (destroyed.is_default || slot->address == destroyed.address) {
            hck_rule_unchain_heap(state, i);
            set_lock(state, slot, 0, 0);
            slot->state = SLOT_DEAD;
        }
    }
    if (destroyed.is_default) {
        set_lock(state, &state->default_heap, 0, 0);
        state->default_heap.state = SLOT_DEAD;
        state->default_slot = NO_SLOT;
    }
}

static void apply_lock(struct typestate *state, const struct call *call)
{
    struct slot *heap = heap_record(state, call);
    if (heap == NULL || heap->state != SLOT_LIVE) {
        return;
    }
    if (hck_call_rows[call->id].effect == EFFECT_lock) {
        /* Two owners at once are a deviation: the newer one is believed. */
        bool nests = heap->lock_count > 0 && heap->lock_thread == call->thread;
        set_lock(state, heap, nests ? heap->lock_count + 1 : 1, call->thread);
    } else if (heap->lock_count > 0) {
        set_lock(state, heap, heap->lock_count - 1, heap->lock_thread);
    }
}

static void apply_walk(struct typestate *state, const struct call *call, bool succeeded)
{
    const struct slot *heap = heap_record(state, call);
    struct slot *from = argument_slot(state, hck_call_argument(call, ARGUMENT_WALK));
    struct slot *to = result_slot(state, call, SLOT_WALK);
    if (!succeeded && from != NULL) {
        from->options = 1;
    }
    if (succeeded && to != NULL && heap != NULL) {
        *to = (struct slot){.state = SLOT_LIVE, .serial = heap->serial};
        to->changes = heap->changes + state->changes_of_all;
        to->own_changes = *hck_rule_thread_changes(state, call) + state->changes_of_all;
        to->user_thread = call->thread;
    }
}

/* --- Blocks ------------------------------------------------------------------------------- */

/* A fresh block in the heap of the call. */
static struct slot make_block(struct typestate *state, const struct call *call, uint64_t address,
                              uint64_t size)
{
    const struct slot *heap = heap_record(state, call);
    return (struct slot){.state = SLOT_LIVE,
                         .owner = heap != NULL ? call->arguments[0].slot : NO_SLOT,
                         .serial = heap != NULL ? heap->serial : 0,
                         .address = address,
                         .size = size};
}

static void apply_alloc(struct typestate *state, const struct call *call, uint64_t address)
{
    struct slot *slot = result_slot(state, call, SLOT_BLOCK);
    if (slot == NULL || address == 0) {
        return;
    }
    *slot = make_block(state, call, address, hck_call_argument(call, ARGUMENT_SIZE)->value);
    if ((hck_call_flags_given(call, FLAG_SET_heap) & HEAP_ZERO_MEMORY) != 0) {
        slot->zero_to = slot->size;
    }
}

static void apply_realloc(struct typestate *state, const struct call *call, uint64_t address)
{
    if (address == 0) {
        return;
    }
    uint64_t size = hck_call_argument(call, ARGUMENT_SIZE)->value;
    struct slot *from = argument_slot(state, hck_call_argument(call, ARGUMENT_BLOCK));
    struct slot *to = result_slot(state, call, SLOT_BLOCK);
    struct slot block = make_block(state, call, address, size);
    if (from != NULL) {
        block.fill_seed = from->fill_seed;
        block.fill_length = from->fill_length < size ? from->fill_length : size;
        if ((hck_call_flags_given(call, FLAG_SET_heap) & HEAP_ZERO_MEMORY) != 0 &&
            size > from->size) {
            block.zero_from = from->size;
            block.zero_to = size;
        }
        from->state = SLOT_DEAD;
    }
    if (to != NULL) {
        *to = block;
    }
}

static void apply_free(struct typestate *state, const struct call *call, bool succeeded)
{
    struct slot *slot = argument_slot(state, hck_call_argument(call, ARGUMENT_BLOCK));
    if (slot != NULL && succeeded) {
        slot->state = SLOT_DEAD;
    }
}

/* A Fill that faulted wrote some of it: nothing is known of the content then. */
static void apply_fill(struct typestate *state, const struct call *call, bool completed)
{
    struct slot *slot = argument_slot(state, &call->arguments[0]);
    if (slot != NULL) {
        slot->fill_seed = call->arguments[1].value;
        slot->fill_length = completed ? slot->size : 0;
        slot->zero_from = 0;
        slot->zero_to = 0;
    }
}

/* --- Handlers ----------------------------------------------------------------------------- */

static void apply_registration(struct typestate *state, const struct call *call, uint64_t handle)
{
    struct slot *slot = result_slot(state, call, SLOT_HANDLER);
    if (slot != NULL && handle != 0) {
        *slot = (struct slot){
            .state = SLOT_LIVE, .behaviour = (uint8_t)call->arguments[1].value, .address = handle};
    }
}

static void apply_removal(struct typestate *state, const struct call *call, bool succeeded)
{
    struct slot *slot = argument_slot(state, &call->arguments[0]);
    if (slot != NULL && succeeded) {
        slot->state = SLOT_DEAD;
    }
}

/* --- Sections ----------------------------------------------------------------------------- */

static void note_section(struct typestate *state, const struct call *call, const struct slot *made)
{
    struct slot *slot = result_slot(state, call, SLOT_SECTION);
    if (slot != NULL) {
        *slot = *made;
        slot->state = SLOT_LIVE;
    }
}

/* Where somebody has the name, the section is the one that is there. */
static void apply_section(struct typestate *state, const struct call *call, uint64_t handle)
{
    struct slot made = {.address = handle,
                        .options = hck_call_flags_given(call, FLAG_SET_section),
                        .size = hck_rule_pages_up(hck_call_section_bytes(call)),
                        .granted =
                            hck_protection_grants(hck_call_flags_given(call, FLAG_SET_section)),
                        .object = hck_call_object(call)};
    if (handle == 0) {
        return;
    }
    if (made.object != NO_OBJECT) {
        struct named_section *named = &state->named[made.object];
        if (named->handles == 0) {
            named->name = (uint8_t)hck_call_argument(call, ARGUMENT_NAME)->value;
            named->size = made.size;
            named->options = made.options;
        }
        named->handles++;
        made.size = named->size;
        made.options = named->options;
    }
    note_section(state, call, &made);
}

static void apply_open(struct typestate *state, const struct call *call, uint64_t handle)
{
    struct slot made = {.address = handle,
                        .granted = hck_call_flags_given(call, FLAG_SET_view_access),
                        .object = hck_call_object(call)};
    if (handle == 0) {
        return;
    }
    if (made.object != NO_OBJECT) {
        struct named_section *named = &state->named[made.object];
        named->handles++;
        made.size = named->size;
        made.options = named->options;
    }
    note_section(state, call, &made);
}

static void apply_close(struct typestate *state, const struct call *call, bool succeeded)
{
    struct slot *slot = argument_slot(state, hck_call_argument(call, ARGUMENT_SECTION));
    if (slot != NULL && succeeded) {
        slot->state = SLOT_DEAD;
        if (slot->object != NO_OBJECT && state->named[slot->object].handles > 0) {
            state->named[slot->object].handles--;
        }
    }
}

/* ------------------------------------------------------------------------------------------ */

static void apply_result(struct typestate *state, const struct call *call, uint64_t result)
{
    switch (hck_call_rows[call->id].effect) {
    case EFFECT_default_heap:
        apply_default_heap(state, call, result);
        break;
    case EFFECT_create_heap:
        apply_create(state, call, result);
        break;
    case EFFECT_destroy_heap:
        if (result != 0) {
            apply_destroy(state, call);
        }
        break;
    case EFFECT_allocate:
        apply_alloc(state, call, result);
        break;
    case EFFECT_reallocate:
        apply_realloc(state, call, result);
        break;
    case EFFECT_free:
        apply_free(state, call, result != 0);
        break;
    case EFFECT_lock:
    case EFFECT_unlock:
        if (result != 0) {
            apply_lock(state, call);
        }
        break;
    case EFFECT_walk:
        apply_walk(state, call, result != 0);
        break;
    case EFFECT_allocate_pages:
        hck_rule_apply_virtual_alloc(state, call, result);
        break;
    case EFFECT_free_pages:
        hck_rule_apply_virtual_free(state, call, result != 0);
        break;
    case EFFECT_offer_pages:
        if (result == 0) {
            hck_rule_apply_offer(state, call, true);
        }
        break;
    case EFFECT_reclaim_pages:
        if (result == 0 || result == ERROR_BUSY) {
            hck_rule_apply_offer(state, call, false);
        }
        break;
    case EFFECT_add_handler:
        apply_registration(state, call, result);
        break;
    case EFFECT_remove_handler:
        apply_removal(state, call, result != 0);
        break;
    case EFFECT_create_section:
        apply_section(state, call, result);
        break;
    case EFFECT_open_section:
        apply_open(state, call, result);
        break;
    case EFFECT_close_section:
        apply_close(state, call, result != 0);
        break;
    case EFFECT_map_view:
        hck_rule_apply_map(state, call, result);
        break;
    case EFFECT_unmap_view:
        hck_rule_apply_unmap(state, call, result != 0);
        break;
    case EFFECT_fill: /* whatever came of it */
    case EFFECT_nothing:
    case EFFECT_compact:
    case EFFECT_set_information:
    case EFFECT_protect_pages:
    case EFFECT_discard_pages:
    case EFFECT_lock_pages:
    case EFFECT_unlock_pages:
    case EFFECT_watch_pages:
    case EFFECT_set_working_set:
    case EFFECT_raise:
        break;
    }
}

/* Of a call that did not end, or without ticks, nobody knows when it began. */
static bool is_lost(const struct typestate *state, const struct argument *argument,
                    const struct observation *seen)
{
    bool has_ended = seen->status == STATUS_RETURNED || seen->status == STATUS_RAISED;
    return has_ended && seen->start != 0 && hck_typestate_slot(state, argument) != NULL &&
           state->filled_at[argument->slot_kind][argument->slot] > seen->start;
}

bool hck_typestate_has_lost(const struct typestate *state, const struct call *call,
                            const struct observation *seen)
{
    for (unsigned i = 0; i < hck_call_rows[call->id].argument_count; i++) {
        if (is_lost(state, &call->arguments[i], seen)) {
            return true;
        }
    }
    return false;
}

/* What the call gave back has no name: nobody knows any more what belongs to it. Calls that may
 * have to wait give nothing back but blocks and entries of enumerations. */
static void leave_nameless(struct typestate *state, const struct call *call)
{
    enum slot_kind kind = hck_call_result_slot_kind(hck_call_rows[call->id].result);
    if (kind == SLOT_BLOCK || kind == SLOT_WALK) {
        struct slot *slot = result_slot(state, call, kind);
        if (slot != NULL) {
            slot->state = SLOT_DEAD;
        }
    }
}

static void note_filled(struct typestate *state, const struct call *call,
                        const struct observation *seen)
{
    enum slot_kind kind = hck_call_result_slot_kind(hck_call_rows[call->id].result);
    if (kind < SLOT_KIND_COUNT && seen->status == STATUS_RETURNED && seen->result != 0 &&
        call->result_slot < state->slot_count[kind]) {
        state->filled_at[kind][call->result_slot] = seen->end;
    }
}

static void apply(struct typestate *state, const struct call *call, const struct observation *seen)
{
    if (hck_call_rows[call->id].effect == EFFECT_fill) {
        apply_fill(state, call, seen->status == STATUS_RETURNED);
    } else if (seen->status == STATUS_RETURNED) {
        apply_result(state, call, seen->result);
    }
}

void hck_typestate_apply(struct typestate *state, const struct call *call,
                         const struct observation *seen)
{
    if (seen->status == STATUS_SKIPPED || seen->status == STATUS_UNSUPPORTED) {
        return;
    }
    if (!hck_call_only_looks(&hck_call_rows[call->id])) {
        state->released = NO_SLOT;
    }
    if (hck_call_rows[call->id].arguments[0].kind == ARGUMENT_HEAP &&
        !is_lost(state, &call->arguments[0], seen)) {
        note_use(state, call);
    }
    if (!hck_typestate_has_lost(state, call, seen)) {
        apply(state, call, seen);
    } else if (seen->status == STATUS_RETURNED && seen->result != 0) {
        leave_nameless(state, call);
    }
    note_filled(state, call, seen);
}

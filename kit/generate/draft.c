/* The draft of one trace: which slots it may name next, and how calls get into the trace. */
#include "kit/generate/generate_internal.h"

/* Slots beyond the highest one used are empty, so a search stops there. */
static uint32_t used_slots(const struct draft *draft, enum slot_kind kind)
{
    return draft->buffer->trace.slot_count[kind];
}

static uint32_t find_slot(struct draft *draft, enum slot_kind kind, bool live, bool dead)
{
    uint32_t used = used_slots(draft, kind);
    uint32_t start = (uint32_t)hck_random_below(&draft->random, used);
    for (uint32_t i = 0; i < used; i++) {
        uint32_t index = start + i < used ? start + i : start + i - used;
        bool is_live = hck_forecast_is_live(&draft->forecast, kind, index);
        bool is_empty = hck_forecast_slot(&draft->forecast, kind, index)->state == SLOT_EMPTY;
        if ((live && is_live) || (dead && !is_live && !is_empty)) {
            return index;
        }
    }
    return NO_SLOT;
}

uint32_t hck_draft_live_slot(struct draft *draft, enum slot_kind kind)
{
    return find_slot(draft, kind, true, false);
}

uint32_t hck_draft_any_slot(struct draft *draft, enum slot_kind kind)
{
    return find_slot(draft, kind, true, true);
}

uint32_t hck_draft_free_slot(struct draft *draft, enum slot_kind kind)
{
    uint32_t used = used_slots(draft, kind);
    bool is_full = used >= draft->slot_count[kind];
    if (is_full || hck_random_chance(&draft->random, 20)) {
        uint32_t dead = find_slot(draft, kind, false, true);
        if (dead != NO_SLOT || is_full) {
            return dead;
        }
    }
    return used;
}

/* The heap that a block or walk belongs to is the one with its serial number. */
uint32_t hck_draft_heap_of(const struct draft *draft, enum slot_kind kind, uint32_t index)
{
    const struct slot *slot = hck_forecast_slot(&draft->forecast, kind, index);
    for (uint32_t i = 0; slot != NULL && i < used_slots(draft, SLOT_HEAP); i++) {
        const struct slot *heap = hck_forecast_slot(&draft->forecast, SLOT_HEAP, i);
        if (heap->state == SLOT_LIVE && heap->serial == slot->serial) {
            return i;
        }
    }
    return NO_SLOT;
}

uint64_t hck_draft_spend(struct draft *draft, uint64_t size)
{
    static const uint64_t small = UINT64_C(512) * 1024;
    if (size <= small || size > FORECAST_SIZE_MAX) {
        return size;
    }
    if (size > draft->budget_bytes) {
        return size % small;
    }
    draft->budget_bytes -= size;
    return size;
}

bool hck_draft_has(const struct draft *draft, enum call_id id)
{
    return (draft->options.families & 1u << hck_call_rows[id].family) != 0;
}

bool hck_draft_emit(struct draft *draft, struct call *call)
{
    call->thread = draft->thread;
    call->line = 0;
    if (draft->failed || draft->waits[draft->thread] ||
        !hck_draft_has(draft, (enum call_id)call->id)) {
        return false;
    }
    /* What is locked has to be unlocked, even where that makes the trace a little longer. */
    if (draft->buffer->trace.call_count >= draft->options.call_count_max &&
        call->id != CALL_HeapUnlock) {
        return false;
    }
    bool is_defined = hck_forecast_defined(&draft->forecast, call);
    if (!is_defined && !draft->risky) {
        return false;
    }
    if (hck_typestate_lock_effect(&draft->forecast.state, call) != LOCK_PASSES &&
        !draft->may_wait) {
        return false;
    }
    if (!hck_trace_append(draft->buffer, call)) {
        draft->failed = true;
        return false;
    }
    hck_forecast_advance(&draft->forecast, call);
    return is_defined;
}

bool hck_draft_make(struct draft *draft, enum call_id id, uint32_t result_slot,
                    const struct argument *arguments)
{
    struct call call = {.id = (uint16_t)id, .result_slot = result_slot};
    for (unsigned i = 0; i < hck_call_rows[id].argument_count; i++) {
        call.arguments[i] = arguments[i];
    }
    return hck_draft_emit(draft, &call);
}

uint32_t hck_draft_want_heap(struct draft *draft)
{
    struct call call;
    uint32_t heap = hck_draft_live_slot(draft, SLOT_HEAP);
    if (heap == NO_SLOT && hck_draft_draw_call(draft, CALL_HeapCreate, &call)) {
        hck_draft_emit(draft, &call);
        heap = hck_draft_live_slot(draft, SLOT_HEAP);
    }
    return heap;
}

/* Which probes a call asks for.
 *
 * A probe costs time and makes the trace longer, so the dearer ones come every second or fourth
 * time; the counts are those of struct weaver. */
#include "kit/generate/row.h"
#include "kit/weave/weave_internal.h"
#include "spec/protection.h"
#include "spec/win32.h"

/* Larger blocks are left alone: a word a page is too much. */
#define FILL_MAX (UINT64_C(64) << 20)
#define PEEK_MAX (UINT64_C(64) << 10)
#define POKE_MAX FORECAST_PAGE
#define WHOLE_PAGE FORECAST_PAGE

enum { CHECKS_MAX = 32, HEAPS_MAX = 64 };

static bool is_same_argument(const struct argument *a, const struct argument *b)
{
    return a->form == b->form && a->value == b->value &&
           (a->form != FORM_SLOT || (a->slot_kind == b->slot_kind && a->slot == b->slot));
}

bool hck_weave_is_same(const struct call *a, const struct call *b)
{
    if (a->id != b->id || a->thread != b->thread || a->result_slot != b->result_slot) {
        return false;
    }
    for (unsigned i = 0; i < hck_call_rows[a->id].argument_count; i++) {
        if (!is_same_argument(&a->arguments[i], &b->arguments[i])) {
            return false;
        }
    }
    return true;
}

/* A block that both anchors of a gap want checked is checked once. */
static bool is_checked(const struct weaver *weaver, const struct call *call)
{
    const struct trace *wanted = &weaver->wanted->trace;
    return call->id == CALL_Check && wanted->call_count > 0 &&
           hck_weave_is_same(&wanted->calls[wanted->call_count - 1], call);
}

static void want(struct weaver *weaver, uint8_t thread, enum call_id id,
                 const struct argument arguments[CALL_ARGUMENTS_MAX])
{
    struct call call = {.id = (uint16_t)id, .thread = thread, .result_slot = NO_SLOT};
    for (unsigned i = 0; i < hck_call_rows[id].argument_count; i++) {
        call.arguments[i] = arguments[i];
    }
    if (hck_forecast_defined(&weaver->forecast, &call) && !is_checked(weaver, &call) &&
        !hck_trace_append(weaver->wanted, &call)) {
        weaver->failed = true;
    }
}

#define WANT(weaver, thread, id, ...) \
    want(weaver, thread, CALL_##id, (const struct argument[CALL_ARGUMENTS_MAX]){__VA_ARGS__})

static struct argument slot_argument(enum slot_kind kind, uint32_t slot)
{
    return (struct argument){.form = FORM_SLOT, .slot_kind = (uint8_t)kind, .slot = slot};
}

static struct argument value_argument(uint64_t value)
{
    return (struct argument){.form = FORM_VALUE, .value = value};
}

static const struct argument null_argument = {.form = FORM_NULL};
static const struct argument out_argument = {.form = FORM_OUT};

bool hck_weave_inserts(const struct call *call)
{
    return hck_call_rows[call->id].family == FAMILY_probe || call->id == CALL_HeapSize ||
           call->id == CALL_HeapValidate || call->id == CALL_VirtualQuery;
}

/* --- Blocks ----------------------------------------------------------------------------------- */

static bool is_small_enough(const struct weaver *weaver, uint32_t block)
{
    return hck_forecast_is_live(&weaver->forecast, SLOT_BLOCK, block) &&
           hck_forecast_slot(&weaver->forecast, SLOT_BLOCK, block)->size <= FILL_MAX;
}

static void want_check(struct weaver *weaver, uint8_t thread, uint32_t block)
{
    if (is_small_enough(weaver, block)) {
        WANT(weaver, thread, Check, slot_argument(SLOT_BLOCK, block));
    }
}

/* Checks of live blocks: all of them, or those of the heap with `serial` where it is not 0. */
static void want_checks(struct weaver *weaver, uint8_t thread, uint32_t serial)
{
    uint32_t left = CHECKS_MAX;
    for (uint32_t i = 0; i < weaver->forecast.state.slot_count[SLOT_BLOCK] && left > 0; i++) {
        const struct slot *slot = hck_forecast_slot(&weaver->forecast, SLOT_BLOCK, i);
        if (hck_forecast_is_live(&weaver->forecast, SLOT_BLOCK, i) &&
            (serial == 0 || slot->serial == serial)) {
            want_check(weaver, thread, i);
            left--;
        }
    }
}

/* What a call gives back, and a live block whose slot gets another one. */
void hck_weave_before(struct weaver *weaver, const struct call *call)
{
    const struct call_row *row = &hck_call_rows[call->id];
    bool replaces = false;
    for (unsigned i = 0; i < row->argument_count; i++) {
        enum argument_mode mode = row->arguments[i].mode;
        const struct argument *argument = &call->arguments[i];
        replaces = replaces || mode == MODE_REPLACE;
        if (argument->form != FORM_SLOT || (mode != MODE_CONSUME && mode != MODE_GIVE_BACK)) {
            continue;
        }
        if (row->arguments[i].kind == ARGUMENT_BLOCK) {
            want_check(weaver, call->thread, argument->slot);
        } else if (row->arguments[i].kind == ARGUMENT_HEAP) {
            const struct slot *heap = hck_typestate_slot(&weaver->forecast.state, argument);
            want_checks(weaver, call->thread, heap->serial);
        }
    }
    if (hck_row_produces(call, SLOT_BLOCK) && !replaces) {
        want_check(weaver, call->thread, call->result_slot);
    }
}

static void want_block_probes(struct weaver *weaver, const struct call *call, bool was_granted)
{
    const struct call_row *row = &hck_call_rows[call->id];
    unsigned old = hck_call_place(row, ARGUMENT_BLOCK);
    unsigned heap = hck_call_place(row, ARGUMENT_HEAP);
    bool replaces = old < CALL_ARGUMENTS_MAX && row->arguments[old].mode == MODE_REPLACE;
    uint64_t ordinal = ++weaver->produced_count;

    if (replaces && call->arguments[old].form == FORM_SLOT &&
        (!was_granted || call->arguments[old].slot != call->result_slot)) {
        want_check(weaver, call->thread, call->arguments[old].slot);
    }
    if (!was_granted || !is_small_enough(weaver, call->result_slot)) {
        return;
    }
    struct argument block = slot_argument(SLOT_BLOCK, call->result_slot);
    if (replaces) {
        WANT(weaver, call->thread, Check, block);
    }
    if ((hck_call_flags_given(call, FLAG_SET_heap) & HEAP_ZERO_MEMORY) != 0) {
        WANT(weaver, call->thread, Zeroed, block);
    }
    WANT(weaver, call->thread, Fill, block, value_argument(ordinal));
    if (heap < CALL_ARGUMENTS_MAX && ordinal % 4 == 0) {
        WANT(weaver, call->thread, HeapSize, call->arguments[heap], value_argument(0), block);
    } else if (heap < CALL_ARGUMENTS_MAX && ordinal % 4 == 2) {
        WANT(weaver, call->thread, HeapValidate, call->arguments[heap], value_argument(0), block);
    }
}

/* A block that is gone is no block of its heap any more. */
static void want_gone(struct weaver *weaver, const struct call *call, const struct call_row *row)
{
    unsigned block = hck_call_place(row, ARGUMENT_BLOCK);
    unsigned heap = hck_call_place(row, ARGUMENT_HEAP);
    if (block < CALL_ARGUMENTS_MAX && heap < CALL_ARGUMENTS_MAX &&
        row->arguments[block].mode == MODE_GIVE_BACK && call->arguments[block].form == FORM_SLOT &&
        ++weaver->freed_count % 3 == 0) {
        WANT(weaver, call->thread, HeapValidate, call->arguments[heap], value_argument(0),
             call->arguments[block]);
    }
}

/* --- Pages ------------------------------------------------------------------------------------ */

struct span {
    struct argument address;
    uint64_t size;
};

/* The range that the call names, cut to its region; a size of 0 where there is none. */
static struct span find_span(const struct weaver *weaver, const struct call *call)
{
    struct span span = {.address = *hck_call_argument(call, ARGUMENT_ADDRESS),
                        .size = hck_row_size(call)};
    if (hck_row_produces(call, SLOT_REGION)) {
        span.address = slot_argument(SLOT_REGION, call->result_slot);
    }
    const struct slot *slot = span.address.form == FORM_SLOT
                                  ? hck_typestate_slot(&weaver->forecast.state, &span.address)
                                  : NULL;
    if (slot == NULL || span.address.slot_kind != SLOT_REGION ||
        !hck_forecast_is_live(&weaver->forecast, SLOT_REGION, span.address.slot) ||
        span.address.value >= slot->size) {
        span.size = 0;
    } else if (slot->is_view && span.size == 0) {
        span.size = slot->size;
    } else if (span.size > slot->size - span.address.value) {
        span.size = slot->size - span.address.value;
    }
    return span;
}

static void want_peek(struct weaver *weaver, uint8_t thread, const struct span *span, uint64_t most)
{
    uint64_t size = span->size < most ? span->size : most;
    if (size > 0) {
        WANT(weaver, thread, Peek, span->address, value_argument(size));
    }
}

static void want_poke(struct weaver *weaver, uint8_t thread, const struct span *span, uint64_t most,
                      uint64_t value)
{
    uint64_t size = span->size < most ? span->size : most;
    if (size > 0) {
        WANT(weaver, thread, Poke, span->address, value_argument(size), value_argument(value));
    }
}

/* The accesses that show what a protection grants. The pages of a fresh commit are looked at first,
 * for they have to be zero; what was written before a change of protection has to be there still.
 */
static void want_accesses(struct weaver *weaver, const struct call *call, uint32_t protection)
{
    struct span span = find_span(weaver, call);
    uint64_t ordinal = weaver->paged_count;
    uint64_t value = ordinal % 255 + 1;
    bool is_allocation = hck_call_flags_given(call, FLAG_SET_allocation_type) != 0 ||
                         hck_call_rows[call->id].effect == EFFECT_map_view;
    bool is_writable = (protection & (PAGE_READWRITE | PAGE_EXECUTE_READWRITE)) != 0;

    if ((protection & PAGE_GUARD) != 0) {
        want_peek(weaver, call->thread, &span, 1);
        want_poke(weaver, call->thread, &span, 1, value);
    } else if (is_writable) {
        if (is_allocation || ordinal % 2 == 0) {
            want_peek(weaver, call->thread, &span, PEEK_MAX);
        }
        if (ordinal % 2 == 1) {
            want_poke(weaver, call->thread, &span, POKE_MAX, value);
        }
    } else if ((protection & PAGE_NOACCESS) != 0 || ordinal % 2 == 0) {
        want_peek(weaver, call->thread, &span, PEEK_MAX);
    } else {
        want_poke(weaver, call->thread, &span, 1, value);
    }
}

/* Reserved pages refuse every access; asked every third time, for the answer rarely differs. */
static void want_refusal(struct weaver *weaver, const struct call *call)
{
    struct span span = find_span(weaver, call);
    if (weaver->paged_count % 3 == 0) {
        want_peek(weaver, call->thread, &span, 1);
    }
}

/* What is left of the content, and whether what is written stays. */
static void want_kept_or_lost(struct weaver *weaver, const struct call *call)
{
    struct span span = find_span(weaver, call);
    uint64_t value = weaver->paged_count % 255 + 1;
    want_peek(weaver, call->thread, &span, PEEK_MAX);
    if (weaver->paged_count % 2 == 1) {
        want_poke(weaver, call->thread, &span, POKE_MAX, value);
        want_peek(weaver, call->thread, &span, 1);
    }
}

/* For the next question about what was written; reading would only blur the answer. */
static void want_write(struct weaver *weaver, const struct call *call)
{
    struct span span = find_span(weaver, call);
    if (weaver->paged_count % 2 == 1) {
        want_poke(weaver, call->thread, &span, POKE_MAX, weaver->paged_count % 255 + 1);
    }
}

static void want_page_probes(struct weaver *weaver, const struct call *call, bool was_granted)
{
    uint32_t type = hck_call_flags_given(call, FLAG_SET_allocation_type);
    uint32_t protection = hck_call_flags_given(call, FLAG_SET_protection);
    uint32_t free_type = hck_call_flags_given(call, FLAG_SET_free_type);
    struct argument region = *hck_call_argument(call, ARGUMENT_ADDRESS);
    bool produces = hck_row_produces(call, SLOT_REGION);

    weaver->paged_count++;
    if (produces && was_granted) {
        region = slot_argument(SLOT_REGION, call->result_slot);
    }
    if (region.form == FORM_SLOT && region.slot_kind == SLOT_REGION) {
        struct argument whole = slot_argument(SLOT_REGION, region.slot);
        if (hck_forecast_is_live(&weaver->forecast, SLOT_REGION, region.slot)) {
            WANT(weaver, call->thread, QueryRegion, whole);
        } else {
            WANT(weaver, call->thread, VirtualQuery, whole, out_argument,
                 value_argument(sizeof(MEMORY_BASIC_INFORMATION)));
        }
    }
    if (!was_granted) {
        return;
    }
    if (hck_call_rows[call->id].effect == EFFECT_map_view) {
        uint32_t access = hck_call_flags_given(call, FLAG_SET_view_access);
        want_accesses(weaver, call, hck_protection_of_view(access));
    } else if (protection != 0 && (type == 0 || (type & MEM_COMMIT) != 0)) {
        want_accesses(weaver, call, protection);
    } else if (hck_call_rows[call->id].effect == EFFECT_watch_pages) {
        want_write(weaver, call);
    } else if (hck_call_returns_code(&hck_call_rows[call->id])) {
        want_kept_or_lost(weaver, call);
    } else if (type != 0 || free_type == MEM_DECOMMIT) {
        want_refusal(weaver, call);
    }
}

/* --- Entry points ----------------------------------------------------------------------------- */

void hck_weave_after(struct weaver *weaver, const struct call *call, bool was_granted)
{
    const struct call_row *row = &hck_call_rows[call->id];
    if (hck_row_produces(call, SLOT_BLOCK)) {
        want_block_probes(weaver, call, was_granted);
    } else if (hck_call_has(row, ARGUMENT_ADDRESS) || row->effect == EFFECT_map_view) {
        want_page_probes(weaver, call, was_granted);
    } else {
        want_gone(weaver, call, row);
    }
}

/* The thread that holds a heap's lock looks at it, for any other one would have to wait; else the
 * one that used it, for an unserialized heap is for one thread. */
static uint8_t find_asker(const struct weaver *weaver, const struct slot *heap, uint8_t thread)
{
    const struct slot *shared = hck_typestate_heap(&weaver->forecast.state, heap);
    if (shared->lock_count > 0) {
        return shared->lock_thread;
    }
    return shared->user_thread != NO_THREAD ? shared->user_thread : thread;
}

/* At times twice, for looking may not change what is seen. */
static void want_last_look(struct weaver *weaver, uint8_t thread, struct argument heap)
{
    WANT(weaver, thread, WalkHeap, heap);
    if (weaver->produced_count % 8 == 7) {
        WANT(weaver, thread, WalkHeap, heap);
    }
    WANT(weaver, thread, HeapValidate, heap, value_argument(0), null_argument);
    if (weaver->produced_count % 8 == 5) {
        WANT(weaver, thread, WalkHeap, heap);
    }
}

void hck_weave_end(struct weaver *weaver, uint8_t thread)
{
    const struct typestate *state = &weaver->forecast.state;
    want_checks(weaver, thread, 0);
    for (uint32_t i = 0; i < state->slot_count[SLOT_HEAP] && i < HEAPS_MAX; i++) {
        const struct slot *heap = &state->slots[SLOT_HEAP][i];
        if (heap->state == SLOT_LIVE) {
            uint8_t asker = find_asker(weaver, heap, thread);
            want_last_look(weaver, asker, slot_argument(SLOT_HEAP, i));
        }
    }
}

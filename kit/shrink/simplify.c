/* Simpler calls: threads, arguments and slot numbers, one change at a time.
 *
 * For each argument there is a list of values that are simpler than the one it has, the simplest
 * first; the first of them that still violates is taken. A value is never replaced by one that is
 * not simpler, so the passes end. */
#include <string.h>

#include "kit/shrink/shrink_internal.h"

enum { SIMPLER_MAX = 96 };

struct simpler {
    struct argument items[SIMPLER_MAX];
    unsigned count;
};

static void offer(struct simpler *list, struct argument argument, uint64_t value)
{
    if (list->count < SIMPLER_MAX && value != argument.value) {
        argument.value = value;
        list->items[list->count++] = argument;
    }
}

/* 0, 1 and the powers of two below the value, then its low bits alone: a size that has to be odd,
 * or a little more than a page, keeps that and nothing else. */
static void offer_numbers(struct simpler *list, const struct argument *argument)
{
    uint64_t value = argument->value;
    offer(list, *argument, 0);
    for (unsigned bit = 0; bit < 64 && UINT64_C(1) << bit < value; bit++) {
        offer(list, *argument, UINT64_C(1) << bit);
    }
    static const unsigned widths[] = {4, 12, 16, 20, 32};
    for (unsigned i = 0; i < sizeof(widths) / sizeof(*widths); i++) {
        uint64_t low = value & ((UINT64_C(1) << widths[i]) - 1);
        if (low != 0 && low != value) {
            offer(list, *argument, low);
        }
    }
    if (value > UINT64_MAX / 2) {
        offer(list, *argument, UINT64_MAX);
    }
}

static void offer_flags(struct simpler *list, const struct argument *argument)
{
    offer(list, *argument, 0);
    for (uint64_t bit = 1; bit <= UINT32_MAX; bit <<= 1) {
        if ((argument->value & bit) != 0) {
            offer(list, *argument, argument->value & ~bit);
        }
    }
}

static void offer_offsets(struct simpler *list, const struct argument *argument)
{
    uint64_t offset = argument->value;
    offer(list, *argument, 0);
    if (offset <= UINT64_MAX / 2) {
        offer(list, *argument, offset & ~UINT64_C(0xFFFF));
        offer(list, *argument, offset & ~UINT64_C(0xFFF));
        offer_numbers(list, argument);
    }
}

/* SIZE_MAX is as simple as a huge number gets. */
static bool is_simplest(const struct argument *argument)
{
    return argument->value == 0 || (argument->form == FORM_VALUE && argument->value == UINT64_MAX);
}

static void list_simpler(const struct argument_row *row, const struct argument *argument,
                         struct simpler *list)
{
    list->count = 0;
    if (argument->form == FORM_SLOT && row->mode == MODE_OPTIONAL) {
        list->items[list->count++] = (struct argument){.form = FORM_NULL};
    }
    if (is_simplest(argument) || (argument->form != FORM_VALUE && argument->form != FORM_SLOT)) {
        return;
    }
    switch (row->kind) {
    case ARGUMENT_SIZE:
    case ARGUMENT_NUMBER:
    case ARGUMENT_BEHAVIOUR:
    case ARGUMENT_NAME:
    case ARGUMENT_INPUT:
        offer_numbers(list, argument);
        break;
    case ARGUMENT_FLAGS:
    case ARGUMENT_CHOICE:
        offer_flags(list, argument);
        break;
    case ARGUMENT_HEAP:
    case ARGUMENT_BLOCK:
    case ARGUMENT_REGION:
    case ARGUMENT_WALK:
    case ARGUMENT_HANDLER:
    case ARGUMENT_SECTION:
    case ARGUMENT_ADDRESS:
        if (argument->form == FORM_SLOT) {
            offer_offsets(list, argument);
        }
        break;
    case ARGUMENT_NONE:
    case ARGUMENT_PROCESS:
    case ARGUMENT_FILE:
    case ARGUMENT_ABSENT:
    case ARGUMENT_OUT:
        break;
    }
}

static bool simplify_argument(struct shrinker *shrinker, uint32_t index, unsigned which)
{
    const struct call *call = &shrinker->current.trace.calls[index];
    struct simpler list;
    list_simpler(&hck_call_rows[call->id].arguments[which], &call->arguments[which], &list);
    for (unsigned i = 0; i < list.count && !hck_shrink_is_over(shrinker); i++) {
        if (!hck_shrink_copy(shrinker)) {
            return false;
        }
        shrinker->candidate.trace.calls[index].arguments[which] = list.items[i];
        hck_shrink_note(shrinker);
        if (hck_shrink_try(shrinker)) {
            return true;
        }
    }
    return false;
}

/* A result that nothing later needs has no name. */
static bool drop_result(struct shrinker *shrinker, uint32_t index)
{
    if (shrinker->current.trace.calls[index].result_slot == NO_SLOT || !hck_shrink_copy(shrinker)) {
        return false;
    }
    shrinker->candidate.trace.calls[index].result_slot = NO_SLOT;
    hck_shrink_note(shrinker);
    return hck_shrink_try(shrinker);
}

/* Flags are simplified bit by bit, so an argument is asked again until it stays as it is. */
bool hck_shrink_arguments(struct shrinker *shrinker)
{
    bool changed = false;
    for (uint32_t i = 0; i < shrinker->current.trace.call_count; i++) {
        unsigned count = hck_call_rows[shrinker->current.trace.calls[i].id].argument_count;
        for (unsigned k = 0; k < count; k++) {
            while (!hck_shrink_is_over(shrinker) && simplify_argument(shrinker, i, k)) {
                changed = true;
            }
        }
        changed = drop_result(shrinker, i) || changed;
    }
    return changed;
}

/* --- Threads ---------------------------------------------------------------------------------- */

/* Gives the calls from `first` to `last` that run on thread `from` to thread `to`. */
static bool move_calls(struct shrinker *shrinker, uint32_t first, uint32_t last, unsigned from,
                       unsigned to)
{
    bool moved = false;
    if (!hck_shrink_copy(shrinker)) {
        return false;
    }
    for (uint32_t i = first; i <= last; i++) {
        struct call *call = &shrinker->candidate.trace.calls[i];
        if (call->thread == from) {
            call->thread = (uint8_t)to;
            moved = true;
        }
    }
    hck_shrink_note(shrinker);
    return moved && hck_shrink_try(shrinker);
}

bool hck_shrink_threads(struct shrinker *shrinker)
{
    bool changed = false;
    uint32_t last = shrinker->current.trace.call_count - 1;
    for (unsigned from = shrinker->current.trace.thread_count - 1; from > 0; from--) {
        for (unsigned to = 0; to < from; to++) {
            changed = move_calls(shrinker, 0, last, from, to) || changed;
        }
    }
    for (uint32_t i = 0; i <= last && shrinker->current.trace.thread_count > 1; i++) {
        unsigned from = shrinker->current.trace.calls[i].thread;
        if (from != 0) {
            changed = move_calls(shrinker, i, i, from, 0) || changed;
        }
    }
    return changed;
}

/* --- Slots ------------------------------------------------------------------------------------ */

/* Renames one slot everywhere; a slot that is named already under the new number stands for both.
 */
static void rename_slot(struct trace *trace, enum slot_kind kind, uint32_t from, uint32_t to)
{
    for (uint32_t i = 0; i < trace->call_count; i++) {
        struct call *call = &trace->calls[i];
        const struct call_row *row = &hck_call_rows[call->id];
        if (hck_call_result_slot_kind(row->result) == kind && call->result_slot == from) {
            call->result_slot = to;
        }
        for (unsigned k = 0; k < row->argument_count; k++) {
            struct argument *argument = &call->arguments[k];
            if (argument->form == FORM_SLOT && argument->slot_kind == kind &&
                argument->slot == from) {
                argument->slot = to;
            }
        }
    }
}

uint32_t hck_shrink_next_slot(const struct shrinker *shrinker, enum slot_kind kind, uint32_t slot)
{
    const struct trace *trace = &shrinker->current.trace;
    uint32_t next = NO_SLOT;
    for (uint32_t i = 0; i < trace->call_count; i++) {
        const struct call *call = &trace->calls[i];
        const struct call_row *row = &hck_call_rows[call->id];
        if (hck_call_result_slot_kind(row->result) == kind && call->result_slot >= slot &&
            call->result_slot < next) {
            next = call->result_slot;
        }
        for (unsigned k = 0; k < row->argument_count; k++) {
            const struct argument *argument = &call->arguments[k];
            if (argument->form == FORM_SLOT && argument->slot_kind == kind &&
                argument->slot >= slot && argument->slot < next) {
                next = argument->slot;
            }
        }
    }
    return next;
}

/* First every slot of a kind into one (a trace often does with a single heap), then the holes in
 * the numbers closed, which changes nothing but names. */
bool hck_shrink_slots(struct shrinker *shrinker)
{
    bool changed = false;
    for (unsigned k = 0; k < SLOT_KIND_COUNT; k++) {
        enum slot_kind kind = (enum slot_kind)k;
        uint32_t next = 0;
        uint32_t slot = hck_shrink_next_slot(shrinker, kind, 0);
        for (; slot != NO_SLOT; slot = hck_shrink_next_slot(shrinker, kind, slot + 1)) {
            if (hck_shrink_is_over(shrinker)) {
                return changed;
            }
            bool joined = false;
            if (slot > 0 && hck_shrink_copy(shrinker)) {
                rename_slot(&shrinker->candidate.trace, kind, slot, 0);
                hck_shrink_note(shrinker);
                joined = hck_shrink_next_slot(shrinker, kind, 0) == 0 && hck_shrink_try(shrinker);
            }
            if (!joined && slot > next && hck_shrink_copy(shrinker)) {
                rename_slot(&shrinker->candidate.trace, kind, slot, next);
                hck_shrink_note(shrinker);
                joined = hck_shrink_try(shrinker);
                next += joined;
            } else if (!joined) {
                next++;
            }
            changed = changed || joined;
        }
    }
    return changed;
}

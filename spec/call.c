/* The tables of calls and flags, from spec/calls.def and spec/flags.def. */
#include "spec/call.h"

#include <string.h>

#include "spec/win32.h"

/* How many arguments a row has, counted from the row itself so that it cannot say it wrongly. */
#define ARG(...) +1
#define NO_ARG +0
enum {
#define CALL(name, family, result, type, parameters, a, b, c, d, e) COUNT_##name = 0 a b c d e,
#define PROBE(name, result, a, b, c) COUNT_##name = 0 a b c,
#include "spec/calls.def"
#undef CALL
#undef PROBE
    COUNT_END
};
#undef ARG
#undef NO_ARG

#define ARG(kind, mode, set, allowed, name)                             \
    {                                                                   \
        ARGUMENT_##kind, MODE_##mode, FLAG_SET_##set, (allowed), (name) \
    }
#define NO_ARG                                        \
    {                                                 \
        ARGUMENT_NONE, MODE_USE, FLAG_SET_none, 0, "" \
    }

const struct call_row hck_call_rows[CALL_COUNT] = {
#define CALL(name, family, result, type, parameters, a, b, c, d, e) \
    [CALL_##name] = {#name, FAMILY_##family, RESULT_##result, COUNT_##name, {a, b, c, d, e}},
#define PROBE(name, result, a, b, c) \
    [CALL_##name] = {#name, FAMILY_probe, RESULT_##result, COUNT_##name, {a, b, c, NO_ARG, NO_ARG}},
#include "spec/calls.def"
#undef CALL
#undef PROBE
};

/* Lengths apart from the rows: a search reads these few bytes and compares a name or two. */
static const uint8_t call_name_lengths[CALL_COUNT] = {
#define CALL(name, ...) sizeof(#name) - 1,
#define PROBE(name, ...) sizeof(#name) - 1,
#include "spec/calls.def"
#undef CALL
#undef PROBE
};

static const struct flag_row flag_rows[] = {
#define FLAG(set, name, value) {FLAG_SET_##set, #name, (value)},
#include "spec/flags.def"
#undef FLAG
};

static const uint8_t flag_name_lengths[] = {
#define FLAG(set, name, value) sizeof(#name) - 1,
#include "spec/flags.def"
#undef FLAG
};

enum { FLAG_ROWS = sizeof(flag_rows) / sizeof(flag_rows[0]) };

const char *const hck_call_behaviour_names[BEHAVIOUR_COUNT] = {
    [BEHAVIOUR_SEARCH] = "SEARCH",
    [BEHAVIOUR_CONTINUE] = "CONTINUE",
    [BEHAVIOUR_COMMIT] = "COMMIT",
};

enum call_id hck_call_find(const char *name, size_t length)
{
    for (unsigned i = 0; i < CALL_COUNT; i++) {
        if (call_name_lengths[i] == length && memcmp(hck_call_rows[i].name, name, length) == 0) {
            return (enum call_id)i;
        }
    }
    return CALL_COUNT;
}

enum slot_kind hck_call_result_slot_kind(enum result_kind kind)
{
    switch (kind) {
    case RESULT_HEAP:
        return SLOT_HEAP;
    case RESULT_BLOCK:
        return SLOT_BLOCK;
    case RESULT_REGION:
        return SLOT_REGION;
    case RESULT_WALK:
        return SLOT_WALK;
    case RESULT_HANDLER:
        return SLOT_HANDLER;
    case RESULT_NONE:
    case RESULT_BOOL:
    case RESULT_DWORD:
    case RESULT_SIZE:
        break;
    }
    return SLOT_KIND_NONE;
}

enum slot_kind hck_call_argument_slot_kind(enum argument_kind kind)
{
    switch (kind) {
    case ARGUMENT_HEAP:
        return SLOT_HEAP;
    case ARGUMENT_BLOCK:
        return SLOT_BLOCK;
    case ARGUMENT_REGION:
        return SLOT_REGION;
    case ARGUMENT_WALK:
        return SLOT_WALK;
    case ARGUMENT_HANDLER:
        return SLOT_HANDLER;
    case ARGUMENT_NONE:
    case ARGUMENT_ADDRESS:
    case ARGUMENT_SIZE:
    case ARGUMENT_NUMBER:
    case ARGUMENT_FLAGS:
    case ARGUMENT_CHOICE:
    case ARGUMENT_BEHAVIOUR:
    case ARGUMENT_INPUT:
    case ARGUMENT_OUT:
        break;
    }
    return SLOT_KIND_NONE;
}

char hck_call_slot_letter(enum slot_kind kind)
{
    return kind < SLOT_KIND_COUNT ? "hbrwv"[kind] : '?';
}

uint32_t hck_call_slot_limit(enum slot_kind kind)
{
    return kind == SLOT_HANDLER ? HANDLERS_MAX - 1 : SLOT_INDEX_MAX;
}

uint64_t hck_call_argument_max(enum call_id id, unsigned index)
{
    const struct argument_row *row = &hck_call_rows[id].arguments[index];
    switch (row->kind) {
    case ARGUMENT_FLAGS:
    case ARGUMENT_CHOICE:
        return UINT32_MAX;
    case ARGUMENT_NUMBER:
        if (row->allowed != ALL_BITS) {
            return row->allowed;
        }
        return hck_call_rows[id].family == FAMILY_probe ? UINT64_MAX : UINT32_MAX;
    case ARGUMENT_BEHAVIOUR:
        return BEHAVIOUR_COUNT - 1;
    case ARGUMENT_ADDRESS:
    case ARGUMENT_SIZE:
        return UINT64_MAX;
    case ARGUMENT_INPUT:
        return UINT64_MAX;
    case ARGUMENT_NONE:
    case ARGUMENT_HEAP:
    case ARGUMENT_BLOCK:
    case ARGUMENT_REGION:
    case ARGUMENT_WALK:
    case ARGUMENT_HANDLER:
    case ARGUMENT_OUT:
        break;
    }
    return 0;
}

const struct flag_row *hck_call_flags(size_t *count)
{
    *count = FLAG_ROWS;
    return flag_rows;
}

const struct flag_row *hck_call_flag_find(enum flag_set set, const char *name, size_t length)
{
    for (unsigned i = 0; i < FLAG_ROWS; i++) {
        if (flag_name_lengths[i] == length && flag_rows[i].set == set &&
            memcmp(flag_rows[i].name, name, length) == 0) {
            return &flag_rows[i];
        }
    }
    return NULL;
}

static void note_slot(struct trace *trace, enum slot_kind kind, uint32_t slot)
{
    if (kind < SLOT_KIND_COUNT && slot != NO_SLOT && trace->slot_count[kind] <= slot) {
        trace->slot_count[kind] = slot + 1;
    }
}

void hck_trace_note(struct trace *trace, const struct call *call)
{
    const struct call_row *row = &hck_call_rows[call->id];
    if (trace->thread_count <= call->thread) {
        trace->thread_count = call->thread + 1u;
    }
    note_slot(trace, hck_call_result_slot_kind(row->result), call->result_slot);
    for (unsigned i = 0; i < row->argument_count; i++) {
        const struct argument *argument = &call->arguments[i];
        if (argument->form == FORM_SLOT) {
            note_slot(trace, (enum slot_kind)argument->slot_kind, argument->slot);
        }
    }
}

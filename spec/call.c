/* The tables of calls and flags, from spec/calls.def and spec/flags.def. */
#include "spec/call.h"

#include <string.h>

#include "spec/win32.h"

/* How many arguments a row has, counted from the row itself so that it cannot say it wrongly: in
 * the first digit all, in the second out-structures, in the third arrays that are read. */
#define NO_ARG +0
#define ARG(...) +0x001
#define NUMBER(...) +0x001
#define BLOCK(...) +0x001
#define FLAGS(...) +0x001
#define FILLED(...) +0x011
#define WALKED(...) +0x011
#define CODE(...) +0x001
#define NAMED(...) +0x001
#define READ(...) +0x101
#define REPLACED(...) +0x011
#define CALL(name, family, rule, effect, result, type, parameters, ...) \
    COUNT_##name = 0 __VA_ARGS__,
#define PROBE(name, rule, effect, result, values, ...) COUNT_##name = 0 __VA_ARGS__,
enum {
#include "spec/calls.def"
    COUNT_END
};
#undef NO_ARG
#undef ARG
#undef BLOCK
#undef NUMBER
#undef FLAGS
#undef FILLED
#undef WALKED
#undef CODE
#undef NAMED
#undef READ
#undef REPLACED
#undef CALL
#undef PROBE

#define ARGUMENTS(name) (COUNT_##name & 0xF)
#define OUTS(name) (COUNT_##name >> 4 & 0xF)
#define READS(name) (COUNT_##name >> 8 & 0xF)

/* An observation has the values of out-structures or of an array that was read. */
#define CALL(name, ...)                                                                     \
    _Static_assert(OUTS(name) <= (int)CALL_OUTS_MAX, #name " has too many out-structures"); \
    _Static_assert(READS(name) == 0 || (READS(name) == 1 && OUTS(name) == 0),               \
                   #name " reads an array and has other values");
#define PROBE(...)
#include "spec/calls.def"
#undef CALL
#undef PROBE

enum { UNITS_BYTES = false, UNITS_WIDE = true };

/* The arguments of a row follow each other without commas between them. */
#define ARGUMENT_ROW(...) {__VA_ARGS__},
#define NO_ARG ARGUMENT_ROW(.kind = ARGUMENT_NONE, .name = "", .clause = CLAUSE_NONE)
#define ARG(argument_kind, argument_mode, of_set, bits, argument_name)                 \
    ARGUMENT_ROW(.kind = ARGUMENT_##argument_kind, .mode = MODE_##argument_mode,       \
                 .set = FLAG_SET_##of_set, .allowed = (bits), .name = (argument_name), \
                 .clause = CLAUSE_NONE)
#define NUMBER(of_meaning, most, argument_name)                                             \
    ARGUMENT_ROW(.kind = ARGUMENT_NUMBER, .meaning = MEANS_##of_meaning, .allowed = (most), \
                 .name = (argument_name), .clause = CLAUSE_NONE)
#define BLOCK(argument_mode, breaks, argument_name)                                             \
    ARGUMENT_ROW(.kind = ARGUMENT_BLOCK, .mode = MODE_##argument_mode, .name = (argument_name), \
                 .clause = CLAUSE_##breaks)
#define FLAGS(of_set, bits, breaks, argument_name)                                    \
    ARGUMENT_ROW(.kind = ARGUMENT_FLAGS, .set = FLAG_SET_##of_set, .allowed = (bits), \
                 .name = (argument_name), .clause = CLAUSE_##breaks)
#define FILLED(of_structure, of_room, argument, breaks, argument_name)       \
    ARGUMENT_ROW(.kind = ARGUMENT_OUT, .name = (argument_name),              \
                 .structure = STRUCT_##of_structure, .room = ROOM_##of_room, \
                 .room_argument = (argument), .clause = CLAUSE_##breaks)
#define WALKED(of_structure, argument_name)                                             \
    ARGUMENT_ROW(.kind = ARGUMENT_WALK, .mode = MODE_OPTIONAL, .name = (argument_name), \
                 .structure = STRUCT_##of_structure, .room = ROOM_ONE, .clause = CLAUSE_NONE)
#define CODE(argument_mode, argument_name)                                                        \
    ARGUMENT_ROW(.kind = ARGUMENT_ADDRESS, .mode = MODE_##argument_mode, .name = (argument_name), \
                 .is_code = true, .clause = CLAUSE_NONE)
#define NAMED(of_units, argument_mode, argument_name)                                          \
    ARGUMENT_ROW(.kind = ARGUMENT_NAME, .name = (argument_name), .mode = MODE_##argument_mode, \
                 .is_wide = UNITS_##of_units, .clause = CLAUSE_NONE)
#define READ(form, argument_name)                                                      \
    ARGUMENT_ROW(.kind = ARGUMENT_INPUT, .allowed = ALL_BITS, .name = (argument_name), \
                 .input = INPUT_##form, .clause = CLAUSE_NONE)
#define REPLACED(of_structure, argument_name)                                                   \
    ARGUMENT_ROW(.kind = ARGUMENT_INPUT, .allowed = ALL_BITS, .name = (argument_name),          \
                 .input = INPUT_REPLACED, .structure = STRUCT_##of_structure, .room = ROOM_ONE, \
                 .clause = CLAUSE_NONE)

#define NOTHING .values = STRUCT_none
#define ONE_OF(structure) .values = STRUCT_##structure
#define LIST_OF(structure) .values = STRUCT_##structure, .is_list = true, .is_guarded = true

const struct call_row hck_call_rows[CALL_COUNT] = {
#define CALL(call_name, of_family, rule, of_effect, of_result, type, parameters, ...) \
    [CALL_##call_name] = {.name = #call_name,                                         \
                          .family = FAMILY_##of_family,                               \
                          .result = RESULT_##of_result,                               \
                          .effect = EFFECT_##of_effect,                               \
                          .argument_count = ARGUMENTS(call_name),                     \
                          .out_count = OUTS(call_name),                               \
                          .input_count = READS(call_name),                            \
                          .is_guarded = OUTS(call_name) > 0,                          \
                          .arguments = {__VA_ARGS__}},
#define PROBE(call_name, rule, of_effect, of_result, seen, ...)   \
    [CALL_##call_name] = {.name = #call_name,                     \
                          .family = FAMILY_probe,                 \
                          .result = RESULT_##of_result,           \
                          .effect = EFFECT_##of_effect,           \
                          .argument_count = ARGUMENTS(call_name), \
                          seen,                                   \
                          .arguments = {__VA_ARGS__}},
#include "spec/calls.def"
#undef CALL
#undef PROBE
};

const struct effect_row hck_effect_rows[] = {
#define EFFECT(name, of_made, of_lock, of_changes) \
    [EFFECT_##name] = {MADE_##of_made, LOCK_##of_lock, CHANGES_##of_changes},
#include "spec/effects.def"
#undef EFFECT
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

const struct name_row hck_call_names[NAME_COUNT] = {
#define NAME(identifier, said, of_object, of_twin) [NAME_##identifier] = {said, of_object, of_twin},
#include "spec/names.def"
#undef NAME
};

#define NAME(identifier, said, of_object, of_twin)                              \
    _Static_assert((of_object) == NO_OBJECT || (of_object) < NAMED_OBJECTS_MAX, \
                   "NAMED_OBJECTS_MAX is too low");
#include "spec/names.def"
#undef NAME

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
    case RESULT_SECTION:
        return SLOT_SECTION;
    case RESULT_NONE:
    case RESULT_BOOL:
    case RESULT_DWORD:
    case RESULT_SIZE:
        break;
    }
    return SLOT_KIND_NONE;
}

bool hck_call_returns_address(enum result_kind kind)
{
    return kind != RESULT_WALK && hck_call_result_slot_kind(kind) != SLOT_KIND_NONE;
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
    case ARGUMENT_SECTION:
        return SLOT_SECTION;
    case ARGUMENT_NONE:
    case ARGUMENT_ADDRESS:
    case ARGUMENT_SIZE:
    case ARGUMENT_NUMBER:
    case ARGUMENT_FLAGS:
    case ARGUMENT_CHOICE:
    case ARGUMENT_BEHAVIOUR:
    case ARGUMENT_NAME:
    case ARGUMENT_PROCESS:
    case ARGUMENT_FILE:
    case ARGUMENT_ABSENT:
    case ARGUMENT_INPUT:
    case ARGUMENT_OUT:
        break;
    }
    return SLOT_KIND_NONE;
}

const char *hck_call_constant_handle(enum argument_kind kind)
{
    return kind == ARGUMENT_PROCESS ? "CURRENT_PROCESS"
           : kind == ARGUMENT_FILE  ? "INVALID_HANDLE_VALUE"
                                    : NULL;
}

char hck_call_slot_letter(enum slot_kind kind)
{
    return kind < SLOT_KIND_COUNT ? "hbrwvs"[kind] : '?';
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
    case ARGUMENT_NAME:
        return NAME_COUNT - 1;
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
    case ARGUMENT_SECTION:
    case ARGUMENT_PROCESS:
    case ARGUMENT_FILE:
    case ARGUMENT_ABSENT:
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

unsigned hck_call_number_place(const struct call_row *row, enum number_meaning meaning)
{
    unsigned i = 0;
    while (i < row->argument_count && row->arguments[i].meaning != meaning) {
        i++;
    }
    return i < row->argument_count ? i : CALL_ARGUMENTS_MAX;
}

uint64_t hck_call_number(const struct call *call, enum number_meaning meaning)
{
    unsigned place = hck_call_number_place(&hck_call_rows[call->id], meaning);
    return place < CALL_ARGUMENTS_MAX ? call->arguments[place].value : 0;
}

uint64_t hck_call_section_bytes(const struct call *call)
{
    return hck_call_number(call, MEANS_SIZE_HIGH) << 32 | hck_call_number(call, MEANS_SIZE_LOW);
}

uint64_t hck_call_view_offset(const struct call *call)
{
    return hck_call_number(call, MEANS_OFFSET_HIGH) << 32 | hck_call_number(call, MEANS_OFFSET_LOW);
}

/* Arguments to machine words before a call, out-structures to values after it. */
#include <string.h>

#include "kit/execute/executor.h"

void hck_marshal_out(struct out_buffer *out, uint64_t room, uint32_t size)
{
    out->room = room < CALL_OUT_BYTES_MAX ? (uint32_t)room : CALL_OUT_BYTES_MAX;
    out->size = out->room > size ? out->room : size;
    memset(out->bytes, OUT_UNTOUCHED, out->size + GUARD_BYTES);
}

/* An enumeration starts with lpData NULL, whatever the other members hold; so they hold garbage. */
static void prepare_walk(struct worker *worker, const struct argument *from, struct out_buffer *out)
{
    hck_marshal_out(out, sizeof(PROCESS_HEAP_ENTRY), sizeof(PROCESS_HEAP_ENTRY));
    if (from->form == FORM_SLOT) {
        memcpy(out->bytes, &worker->executor->walks[from->slot], sizeof(PROCESS_HEAP_ENTRY));
    } else {
        memset(out->bytes + offsetof(PROCESS_HEAP_ENTRY, lpData), 0, sizeof(PVOID));
    }
}

/* An array is recorded as far as there is room, a structure whole. */
static void prepare_out(struct worker *worker, unsigned index, struct out_buffer *out)
{
    const struct call_row *call_row = &hck_call_rows[worker->call->id];
    const struct argument_row *row = &call_row->arguments[index];
    bool is_array = row->room == ROOM_COUNT;
    if (is_array && call_row->arguments[row->room_argument].kind != ARGUMENT_INPUT) {
        worker->words[row->room_argument] = hck_call_out_entries(worker->call, index);
    }
    hck_marshal_out(out, hck_call_out_room(worker->call, index),
                    is_array ? 0 : hck_struct_rows[row->structure].size);
    hck_struct_write_size(row->structure, out->bytes);
}

/* The number that the callee replaces; one that counts an array is no larger than that. */
static void prepare_replaced(struct worker *worker, unsigned index, struct out_buffer *out)
{
    uint64_t number = hck_call_told(worker->call, index);
    prepare_out(worker, index, out);
    memcpy(out->bytes, &number, sizeof number);
}

static void prepare_outs(struct worker *worker)
{
    const struct call_row *row = &hck_call_rows[worker->call->id];
    struct out_buffer *out = worker->outs;
    for (unsigned i = 0; row->out_count > 0 && i < row->argument_count; i++) {
        if (row->arguments[i].kind == ARGUMENT_OUT) {
            prepare_out(worker, i, out++);
        } else if (hck_call_replaces(&row->arguments[i])) {
            prepare_replaced(worker, i, out++);
        } else if (row->arguments[i].kind == ARGUMENT_WALK) {
            prepare_walk(worker, &worker->call->arguments[i], out++);
        }
    }
}

static uint64_t prepare_input(struct worker *worker, const struct argument_row *row,
                              const struct argument *argument)
{
    uint64_t *input = worker->input;
    if (argument->form == FORM_NULL) {
        return 0;
    }
    for (unsigned i = 0; i < INPUT_WORDS; i++) {
        input[i] = row->input == INPUT_RISING ? argument->value + i : 0;
    }
    if (row->input == INPUT_DWORD) {
        input[0] = (uint32_t)argument->value;
    }
    memcpy(worker->input_before, input, sizeof worker->input_before);
    return (uint64_t)(uintptr_t)input;
}

/* Where the next out-structure of the call lies. */
static uint64_t next_out(struct worker *worker, unsigned *out_count)
{
    return (uint64_t)(uintptr_t)worker->outs[(*out_count)++].bytes;
}

/* --- Names --- */

/* A name in the making: both kinds of units at once. The agent does without stdio. */
static size_t put_text(struct worker *worker, size_t at, const char *text, size_t length)
{
    for (size_t i = 0; i < length && at + 1 < NAME_UNITS_MAX; i++, at++) {
        worker->name[at] = text[i];
        worker->wide_name[at] = (WCHAR)text[i];
    }
    worker->name[at] = '\0';
    worker->wide_name[at] = 0;
    return at;
}

static size_t put_number(struct worker *worker, size_t at, uint32_t number)
{
    char digits[9]; /* and a dash behind them */
    for (unsigned i = 0; i < 8; i++) {
        digits[i] = "0123456789abcdef"[number >> (28 - 4 * i) & 0xF];
    }
    digits[8] = '-';
    return put_text(worker, at, digits, sizeof digits);
}

/* What no other process and no other run of this one says goes in front of the name, behind the
 * prefix if it has one. */
static uint64_t prepare_name(struct worker *worker, const struct argument_row *row,
                             const struct argument *argument)
{
    static const char prefix[] = "Local\\";
    static const char mark[] = "heapck-";
    const char *text = hck_call_names[argument->value].text;
    size_t length = strncmp(text, prefix, sizeof prefix - 1) == 0 ? sizeof prefix - 1 : 0;
    if (argument->form == FORM_NULL) {
        return 0;
    }
    size_t at = put_text(worker, 0, text, length);
    at = put_text(worker, at, mark, sizeof mark - 1);
    at = put_number(worker, at, hck_thread_process());
    at = put_number(worker, at, worker->executor->run);
    (void)put_text(worker, at, text + length, strlen(text + length));
    return row->is_wide ? (uint64_t)(uintptr_t)worker->wide_name
                        : (uint64_t)(uintptr_t)worker->name;
}

static uint64_t word_of(struct worker *worker, const struct argument_row *row,
                        const struct argument *argument, unsigned *out_count)
{
    switch (row->kind) {
    case ARGUMENT_HEAP:
    case ARGUMENT_BLOCK:
    case ARGUMENT_REGION:
    case ARGUMENT_HANDLER:
    case ARGUMENT_SECTION:
    case ARGUMENT_ADDRESS:
        return hck_typestate_address(&worker->executor->state, argument);
    case ARGUMENT_SIZE:
    case ARGUMENT_NUMBER:
    case ARGUMENT_FLAGS:
    case ARGUMENT_CHOICE:
        return argument->value;
    case ARGUMENT_PROCESS:
    case ARGUMENT_FILE:
        return argument->form == FORM_NULL ? 0 : CONSTANT_HANDLE;
    case ARGUMENT_BEHAVIOUR:
        return (uint64_t)(uintptr_t)hck_handlers_prepare(worker->call->result_slot,
                                                         (enum handler_behaviour)argument->value);
    case ARGUMENT_NAME:
        return prepare_name(worker, row, argument);
    case ARGUMENT_INPUT:
        if (hck_call_replaces(row)) {
            uint64_t place = next_out(worker, out_count);
            return argument->form == FORM_NULL ? 0 : place;
        }
        return prepare_input(worker, row, argument);
    case ARGUMENT_WALK:
        return next_out(worker, out_count);
    case ARGUMENT_OUT: {
        uint64_t place = next_out(worker, out_count);
        return argument->form != FORM_OUT ? 0 : place;
    }
    case ARGUMENT_ABSENT:
    case ARGUMENT_NONE:
        break;
    }
    return 0;
}

void hck_marshal_arguments(struct worker *worker)
{
    const struct call_row *row = &hck_call_rows[worker->call->id];
    unsigned out_count = 0;
    for (unsigned i = 0; i < row->argument_count; i++) {
        worker->words[i] =
            word_of(worker, &row->arguments[i], &worker->call->arguments[i], &out_count);
    }
    prepare_outs(worker);
}

static void put(struct worker *worker, uint64_t value)
{
    struct observation *seen = &worker->seen;
    if (seen->value_count < seen->value_capacity) {
        seen->values[seen->value_count++] = value;
    }
}

void hck_marshal_entry(struct worker *worker, enum struct_id id, const void *bytes)
{
    struct observation *seen = &worker->seen;
    uint32_t count = hck_struct_rows[id].field_count;
    if (seen->value_capacity - seen->value_count >= count) {
        hck_struct_read(id, bytes, seen->values + seen->value_count);
        seen->value_count += count;
    }
}

static uint64_t count_changed_guards(const struct out_buffer *out)
{
    uint64_t changed = 0;
    for (uint32_t i = out->room; i < out->size + GUARD_BYTES; i++) {
        changed += out->bytes[i] != OUT_UNTOUCHED;
    }
    return changed;
}

static uint64_t count_changed_input(const struct worker *worker)
{
    const unsigned char *now = (const unsigned char *)worker->input;
    const unsigned char *before = (const unsigned char *)worker->input_before;
    uint64_t changed = 0;
    for (size_t i = 0; i < sizeof worker->input; i++) {
        changed += now[i] != before[i];
    }
    return changed;
}

static void put_inputs(struct worker *worker, const struct call_row *row)
{
    for (unsigned i = 0; i < row->argument_count; i++) {
        if (row->arguments[i].kind == ARGUMENT_INPUT &&
            worker->call->arguments[i].form != FORM_NULL) {
            put(worker, count_changed_input(worker));
        }
    }
}

/* In two passes: single structures stand before the array. */
static void put_outs(struct worker *worker, const struct call_row *row, bool are_arrays)
{
    const struct out_buffer *out = worker->outs;
    for (unsigned i = 0; i < row->argument_count; i++) {
        const struct argument_row *argument = &row->arguments[i];
        if (argument->room == ROOM_NONE) {
            continue;
        }
        uint32_t size = hck_struct_rows[argument->structure].size;
        if (are_arrays && argument->room == ROOM_COUNT) {
            for (uint32_t at = 0; at < out->room; at += size) {
                hck_marshal_entry(worker, argument->structure, out->bytes + at);
            }
        } else if (!are_arrays && argument->room != ROOM_COUNT) {
            hck_marshal_entry(worker, argument->structure, out->bytes);
        }
        out++;
    }
}

/* The entries of a list that a probe made up are there already. */
void hck_marshal_values(struct worker *worker)
{
    const struct call_row *row = &hck_call_rows[worker->call->id];
    if (row->input_count > 0) {
        put_inputs(worker, row);
    }
    if (!row->is_guarded) {
        return;
    }
    if (row->out_count > 0) {
        put_outs(worker, row, false);
        put_outs(worker, row, true);
    }
    uint64_t changed = 0;
    for (unsigned i = 0; i < row->out_count || i == 0; i++) {
        changed += count_changed_guards(&worker->outs[i]);
    }
    put(worker, changed);
}

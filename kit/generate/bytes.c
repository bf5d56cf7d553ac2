/* One record is one call, and every field of it is taken modulo what it may be. */
#include "kit/generate/bytes.h"

#include <string.h>

#include "kit/generate/generate_internal.h"

enum {
    AT_CALL = 0,
    AT_THREAD = 1,
    AT_VERSION = 2,
    AT_BITS = 3,
    AT_RESULT = 4,
    AT_ARGUMENTS = 8,
    SLOT_SIZE = 3,
    AT_FORM = SLOT_SIZE, /* in an argument */
    AT_NUMBER = AT_FORM + 1,
    NUMBER_SIZE = 8,
    ARGUMENT_SIZE_BYTES = AT_NUMBER + NUMBER_SIZE,
    THREAD_MASK = 7,
    RESULT_BIT = 3,
    FORM_MASK = 3,
    BLOCK_BIT = 2,
    NEAR_SLOTS = 16 /* so few that calls meet in them */
};

_Static_assert(AT_ARGUMENTS + CALL_ARGUMENTS_MAX * ARGUMENT_SIZE_BYTES <= BYTES_PER_CALL,
               "a record has room for every argument");
_Static_assert(SLOT_INDEX_MAX < 1 << 8 * SLOT_SIZE, "a record has room for every slot");
_Static_assert(CALL_COUNT <= 256, "a record has room for every call");
_Static_assert(TRACE_THREADS_MAX == THREAD_MASK + 1, "a record has room for every thread");

struct record {
    const uint8_t *bytes;
    bool is_exact; /* written by hck_bytes_encode */
};

static uint64_t read_number(const uint8_t *bytes, unsigned size)
{
    uint64_t value = 0;
    for (unsigned i = size; i-- > 0;) {
        value = value << 8 | bytes[i];
    }
    return value;
}

static void write_number(uint8_t *bytes, unsigned size, uint64_t value)
{
    for (unsigned i = 0; i < size; i++) {
        bytes[i] = (uint8_t)(value >> 8 * i);
    }
}

/* --- Bytes to calls --------------------------------------------------------------------------- */

static uint32_t slot_from(const struct record *record, enum slot_kind kind, uint64_t number)
{
    uint32_t limit = hck_call_slot_limit(kind);
    uint32_t count = record->is_exact || limit < NEAR_SLOTS ? limit + 1 : NEAR_SLOTS;
    return (uint32_t)(number % count);
}

static uint64_t bring_near(const struct record *record, uint64_t number)
{
    unsigned bits = record->bytes[AT_BITS] % 64;
    return record->is_exact || bits == 0 ? number : number & ((UINT64_C(1) << bits) - 1);
}

static uint64_t number_from(const struct record *record, enum call_id id, unsigned index,
                            uint64_t number)
{
    const struct argument_row *row = &hck_call_rows[id].arguments[index];
    uint64_t most = hck_call_argument_max(id, index);
    if (row->kind == ARGUMENT_FLAGS && !record->is_exact) {
        return hck_value_usual_flags(row, number);
    }
    number = bring_near(record, number);
    return most == UINT64_MAX ? number : number % (most + 1);
}

/* The kind of slot that the argument names where it names one, or SLOT_KIND_NONE. */
static enum slot_kind slot_kind_of(enum argument_kind kind, bool is_block)
{
    if (kind != ARGUMENT_ADDRESS) {
        return hck_call_argument_slot_kind(kind);
    }
    return is_block ? SLOT_BLOCK : SLOT_REGION;
}

/* The nearest form that an argument of the kind may have. */
static enum argument_form form_from(enum argument_kind kind, enum argument_form form)
{
    switch (kind) {
    case ARGUMENT_HEAP:
    case ARGUMENT_BLOCK:
    case ARGUMENT_REGION:
    case ARGUMENT_WALK:
    case ARGUMENT_HANDLER:
    case ARGUMENT_SECTION:
        return form == FORM_NULL ? FORM_NULL : FORM_SLOT;
    case ARGUMENT_ADDRESS:
        return form == FORM_OUT ? FORM_SLOT : form;
    case ARGUMENT_PROCESS:
    case ARGUMENT_FILE:
    case ARGUMENT_NAME:
    case ARGUMENT_INPUT:
        return form == FORM_NULL ? FORM_NULL : FORM_VALUE;
    case ARGUMENT_OUT:
        return form == FORM_NULL ? FORM_NULL : FORM_OUT;
    case ARGUMENT_ABSENT:
        return FORM_NULL;
    case ARGUMENT_SIZE:
    case ARGUMENT_NUMBER:
    case ARGUMENT_FLAGS:
    case ARGUMENT_CHOICE:
    case ARGUMENT_BEHAVIOUR:
    case ARGUMENT_NONE:
        break;
    }
    return FORM_VALUE;
}

static struct argument argument_from(const struct record *record, enum call_id id, unsigned index)
{
    const uint8_t *bytes = record->bytes + AT_ARGUMENTS + (size_t)index * ARGUMENT_SIZE_BYTES;
    enum argument_kind kind = hck_call_rows[id].arguments[index].kind;
    uint64_t number = read_number(bytes + AT_NUMBER, NUMBER_SIZE);
    struct argument argument = {
        .form = (uint8_t)form_from(kind, (enum argument_form)(bytes[AT_FORM] & FORM_MASK))};
    if (argument.form == FORM_SLOT) {
        bool is_block = (bytes[AT_FORM] >> BLOCK_BIT & 1) != 0;
        enum slot_kind slot_kind = slot_kind_of(kind, is_block);
        bool has_offset = slot_kind == SLOT_BLOCK || kind == ARGUMENT_ADDRESS;
        argument.slot_kind = (uint8_t)slot_kind;
        argument.slot = slot_from(record, slot_kind, read_number(bytes, SLOT_SIZE));
        argument.value = has_offset ? bring_near(record, number) : 0;
    } else if (argument.form == FORM_VALUE) {
        argument.value = number_from(record, id, index, number);
    }
    return argument;
}

static struct call call_from(const uint8_t bytes[BYTES_PER_CALL])
{
    const struct record record = {bytes, bytes[AT_VERSION] == BYTES_VERSION};
    struct call call = {
        .id = bytes[AT_CALL] % CALL_COUNT,
        .thread = bytes[AT_THREAD] & THREAD_MASK,
        .result_slot = NO_SLOT,
    };
    const struct call_row *row = &hck_call_rows[call.id];
    enum slot_kind result = hck_call_result_slot_kind(row->result);
    if (result != SLOT_KIND_NONE && (bytes[AT_THREAD] >> RESULT_BIT & 1) != 0) {
        call.result_slot = slot_from(&record, result, read_number(bytes + AT_RESULT, SLOT_SIZE));
    }
    for (unsigned i = 0; i < row->argument_count; i++) {
        call.arguments[i] = argument_from(&record, (enum call_id)call.id, i);
    }
    return call;
}

bool hck_bytes_decode(const uint8_t *bytes, size_t size, struct trace_buffer *trace)
{
    for (size_t at = 0; at < size && trace->trace.call_count < TRACE_CALLS_MAX;
         at += BYTES_PER_CALL) {
        uint8_t record[BYTES_PER_CALL] = {0};
        memcpy(record, bytes + at, size - at < BYTES_PER_CALL ? size - at : BYTES_PER_CALL);
        struct call call = call_from(record);
        if (!hck_trace_append(trace, &call)) {
            return false;
        }
    }
    return true;
}

/* --- Calls to bytes --------------------------------------------------------------------------- */

static void write_call(const struct call *call, uint8_t bytes[BYTES_PER_CALL])
{
    memset(bytes, 0, BYTES_PER_CALL);
    bytes[AT_CALL] = (uint8_t)call->id;
    bytes[AT_THREAD] = (uint8_t)(call->thread & THREAD_MASK);
    bytes[AT_VERSION] = BYTES_VERSION;
    if (call->result_slot != NO_SLOT) {
        bytes[AT_THREAD] |= 1u << RESULT_BIT;
        write_number(bytes + AT_RESULT, SLOT_SIZE, call->result_slot);
    }
    for (unsigned i = 0; i < hck_call_rows[call->id].argument_count; i++) {
        const struct argument *argument = &call->arguments[i];
        uint8_t *at = bytes + AT_ARGUMENTS + (size_t)i * ARGUMENT_SIZE_BYTES;
        bool is_block = hck_call_rows[call->id].arguments[i].kind == ARGUMENT_ADDRESS &&
                        argument->form == FORM_SLOT && argument->slot_kind == SLOT_BLOCK;
        write_number(at, SLOT_SIZE, argument->slot);
        at[AT_FORM] = (uint8_t)(argument->form | is_block << BLOCK_BIT);
        write_number(at + AT_NUMBER, NUMBER_SIZE, argument->value);
    }
}

size_t hck_bytes_encode(const struct trace *trace, uint8_t *bytes, size_t capacity)
{
    size_t size = 0;
    for (uint32_t i = 0; i < trace->call_count && capacity - size >= BYTES_PER_CALL; i++) {
        write_call(&trace->calls[i], bytes + size);
        size += BYTES_PER_CALL;
    }
    return size;
}

/* Random calls and observations for tests. */
#include "tests/spec/random_call.h"

#include <string.h>

uint64_t random_word(struct random *random)
{
    uint64_t x = random->state += UINT64_C(0x9E3779B97F4A7C15);
    x = (x ^ (x >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94D049BB133111EB);
    return x ^ (x >> 31);
}

uint64_t random_below(struct random *random, uint64_t count)
{
    return random_word(random) % count;
}

/* Numbers around powers of two, page multiples, the ends of the range, and anything. */
static uint64_t random_number(struct random *random)
{
    uint64_t power = UINT64_C(1) << random_below(random, 64);
    uint64_t near = random_below(random, 5) - 2;
    switch (random_below(random, 6)) {
    case 0:
        return random_below(random, 64);
    case 1:
        return power + near;
    case 2:
        return near; /* with those just below 2^64 */
    case 3:
        return random_below(random, 4096) << (10 * random_below(random, 5));
    case 4:
        return UINT64_MAX - random_below(random, 1 << 22);
    default:
        return random_word(random) >> random_below(random, 64);
    }
}

static uint64_t random_flags(struct random *random, const struct argument_row *row)
{
    size_t count;
    const struct flag_row *rows = hck_call_flags(&count);
    uint64_t value = 0;
    if (row->kind == ARGUMENT_CHOICE) {
        return random_below(random, 8) == 0 ? random_number(random) : random_below(random, 5);
    }
    for (size_t i = 0; i < count; i++) {
        if (rows[i].set == row->set && random_below(random, 3) == 0) {
            value |= rows[i].value;
        }
    }
    return random_below(random, 8) == 0 ? value ^ random_number(random) : value;
}

static struct argument random_slot(struct random *random, enum slot_kind kind, uint32_t slots)
{
    uint32_t limit = hck_call_slot_limit(kind) + 1;
    struct argument argument = {.form = FORM_SLOT, .slot_kind = (uint8_t)kind};
    argument.slot = (uint32_t)random_below(random, slots < limit ? slots : limit);
    return argument;
}

static struct argument random_value(struct random *random, enum call_id id, unsigned index)
{
    const struct argument_row *row = &hck_call_rows[id].arguments[index];
    uint64_t max = hck_call_argument_max(id, index);
    struct argument argument = {.form = FORM_VALUE};
    bool is_set = row->kind == ARGUMENT_FLAGS || row->kind == ARGUMENT_CHOICE;
    argument.value = is_set ? random_flags(random, row) : random_number(random);
    if (argument.value > max) {
        argument.value = max == UINT32_MAX ? (uint32_t)argument.value : argument.value % (max + 1);
    }
    return argument;
}

static struct argument random_argument(struct random *random, enum call_id id, unsigned index,
                                       uint32_t slots)
{
    const struct argument_row *row = &hck_call_rows[id].arguments[index];
    enum slot_kind kind = hck_call_argument_slot_kind(row->kind);
    bool is_null = random_below(random, 6) == 0;
    if (row->kind == ARGUMENT_ADDRESS && random_below(random, 4) != 0) {
        kind = random_below(random, 3) == 0 ? SLOT_BLOCK : SLOT_REGION;
    }
    bool takes_null = kind != SLOT_KIND_NONE || row->kind == ARGUMENT_ADDRESS ||
                      row->kind == ARGUMENT_INPUT || row->kind == ARGUMENT_OUT ||
                      row->kind == ARGUMENT_NAME;
    if (row->kind == ARGUMENT_ABSENT || (is_null && takes_null)) {
        return (struct argument){.form = FORM_NULL};
    }
    if (row->kind == ARGUMENT_OUT) {
        return (struct argument){.form = FORM_OUT};
    }
    if (kind == SLOT_KIND_NONE) {
        return random_value(random, id, index);
    }
    struct argument argument = random_slot(random, kind, slots);
    bool takes_offset = row->kind == ARGUMENT_ADDRESS || row->kind == ARGUMENT_BLOCK;
    if (takes_offset && random_below(random, 3) == 0) {
        argument.value = random_number(random);
    }
    return argument;
}

void random_call(struct random *random, uint32_t slots, struct call *call)
{
    enum call_id id = (enum call_id)random_below(random, CALL_COUNT);
    const struct call_row *row = &hck_call_rows[id];
    enum slot_kind kind = hck_call_result_slot_kind(row->result);
    memset(call, 0, sizeof(*call));
    call->id = (uint16_t)id;
    call->result_slot = NO_SLOT;
    if (random_below(random, 4) == 0) {
        call->thread = (uint8_t)random_below(random, TRACE_THREADS_MAX);
    }
    if (kind != SLOT_KIND_NONE && random_below(random, 5) != 0) {
        call->result_slot = random_slot(random, kind, slots).slot;
    }
    for (unsigned i = 0; i < row->argument_count; i++) {
        call->arguments[i] = random_argument(random, id, i, slots);
    }
}

static void random_exception(struct random *random, struct observation *seen)
{
    seen->exception_code = (uint32_t)random_number(random);
    seen->exception_flags = (uint32_t)random_number(random);
    seen->parameter_count = (uint32_t)random_below(random, EXCEPTION_PARAMETERS_MAX + 1);
    for (uint32_t i = 0; i < seen->parameter_count; i++) {
        seen->parameters[i] = random_number(random);
    }
    seen->result = random_below(random, 2) == 0 ? 0 : random_number(random);
}

static void random_handlers(struct random *random, struct observation *seen)
{
    if (random_below(random, 4) != 0) {
        return;
    }
    seen->handler_call_count = (uint32_t)random_below(random, HANDLER_CALLS_MAX + 1);
    for (uint32_t i = 0; i < seen->handler_call_count; i++) {
        struct handler_call *handler = &seen->handler_calls[i];
        bool has_name = random_below(random, 4) != 0;
        handler->slot = has_name ? (uint32_t)random_below(random, HANDLERS_MAX) : NO_SLOT;
        handler->code = (uint32_t)random_number(random);
        handler->flags = (uint32_t)random_number(random);
        handler->parameter_count = (uint32_t)random_below(random, EXCEPTION_PARAMETERS_MAX + 1);
        handler->parameters[0] = random_number(random);
        handler->parameters[1] = random_number(random);
    }
}

void random_observation(struct random *random, uint64_t *values, uint32_t capacity,
                        struct observation *seen)
{
    memset(seen, 0, sizeof(*seen));
    seen->values = values;
    seen->value_capacity = capacity;
    seen->status = (uint8_t)random_below(random, STATUS_COUNT);
    seen->has_last_error = true;
    seen->last_error = LAST_ERROR_SENTINEL;
    bool came_back = seen->status == STATUS_RETURNED || seen->status == STATUS_RAISED;
    if (came_back && random_below(random, 3) == 0) {
        seen->has_last_error = random_below(random, 2) == 0;
        seen->last_error = seen->has_last_error ? (uint32_t)random_number(random) : 0;
    }
    switch ((enum observation_status)seen->status) {
    case STATUS_RETURNED:
    case STATUS_CRASHED:
    case STATUS_EXITED:
        seen->result = random_number(random);
        break;
    case STATUS_RAISED:
        random_exception(random, seen);
        break;
    case STATUS_SKIPPED:
        seen->skipped_by = (uint16_t)random_below(random, CLAUSE_COUNT);
        break;
    case STATUS_UNSUPPORTED:
    case STATUS_HUNG:
    case STATUS_COUNT:
        break;
    }
    random_handlers(random, seen);
    if (random_below(random, 2) == 0) {
        seen->value_count = (uint32_t)random_below(random, capacity + 1);
        for (uint32_t i = 0; i < seen->value_count; i++) {
            values[i] = random_number(random);
        }
    }
    seen->start = random_number(random);
    seen->end = random_number(random);
}

/* Prints calls and observations in their one canonical spelling. */
#include "spec/text_internal.h"

void hck_text_put_decimal(struct writer *writer, uint64_t value)
{
    char digits[20];
    unsigned at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    put_bytes(writer, digits + at, sizeof(digits) - at);
}

void hck_text_put_hexadecimal(struct writer *writer, uint64_t value)
{
    char digits[18];
    unsigned at = sizeof(digits);
    do {
        digits[--at] = "0123456789abcdef"[value & 15];
        value >>= 4;
    } while (value != 0);
    digits[--at] = 'x';
    digits[--at] = '0';
    put_bytes(writer, digits + at, sizeof(digits) - at);
}

void hck_text_put_number(struct writer *writer, uint64_t value)
{
    if (value < UINT64_C(1) << 31) {
        hck_text_put_decimal(writer, value);
    } else {
        hck_text_put_hexadecimal(writer, value);
    }
}

/* The largest unit that divides it, up to where counting in G stops helping; then hexadecimal; and
 * the sizes just below 2^64, which overflow tests are made of, as what they are. */
static void put_size(struct writer *writer, uint64_t value)
{
    if (value >= UINT64_MAX - 0xFFFFF) {
        put_string(writer, "SIZE_MAX");
        if (value == UINT64_MAX) {
            return;
        }
        put_char(writer, '-');
        value = UINT64_MAX - value;
    }
    if (value >= UINT64_C(1) << 40) {
        hck_text_put_hexadecimal(writer, value);
        return;
    }
    unsigned unit = 0;
    while (unit < 3 && value != 0 && value % 1024 == 0) {
        value /= 1024;
        unit++;
    }
    hck_text_put_decimal(writer, value);
    if (unit > 0) {
        put_char(writer, "?KMG"[unit]);
    }
}

size_t hck_text_print_size(uint64_t value, char *text, size_t size)
{
    struct writer writer = {text, size, 0};
    put_size(&writer, value);
    return finish_text(&writer);
}

static void put_flags(struct writer *writer, enum flag_set set, uint32_t value)
{
    size_t count;
    const struct flag_row *rows = hck_call_flags(&count);
    const char *separator = "";
    if (value == 0) {
        put_char(writer, '0');
        return;
    }
    for (size_t i = 0; i < count && value != 0; i++) {
        if (rows[i].set == set && (value & rows[i].value) != 0) {
            put_string(writer, separator);
            put_string(writer, rows[i].name);
            value &= ~rows[i].value;
            separator = "|";
        }
    }
    if (value != 0) {
        put_string(writer, separator);
        hck_text_put_hexadecimal(writer, value);
    }
}

/* A choice is one value of its set and not a union of bits, so 0 may have a name. */
static void put_choice(struct writer *writer, enum flag_set set, uint64_t value)
{
    size_t count;
    const struct flag_row *rows = hck_call_flags(&count);
    for (size_t i = 0; i < count; i++) {
        if (rows[i].set == set && rows[i].value == value) {
            put_string(writer, rows[i].name);
            return;
        }
    }
    hck_text_put_number(writer, value);
}

size_t hck_text_print_flags(enum flag_set set, uint32_t value, char *text, size_t size)
{
    struct writer writer = {text, size, 0};
    if (set == FLAG_SET_heap_information || set == FLAG_SET_offer_priority) {
        put_choice(&writer, set, value);
    } else {
        put_flags(&writer, set, value);
    }
    return finish_text(&writer);
}

static void put_value(struct writer *writer, const struct argument_row *row, uint64_t value)
{
    switch (row->kind) {
    case ARGUMENT_SIZE:
        put_size(writer, value);
        return;
    case ARGUMENT_ADDRESS:
        hck_text_put_hexadecimal(writer, value);
        return;
    case ARGUMENT_FLAGS:
        put_flags(writer, row->set, (uint32_t)value);
        return;
    case ARGUMENT_CHOICE:
        put_choice(writer, row->set, value);
        return;
    case ARGUMENT_BEHAVIOUR:
        if (value < BEHAVIOUR_COUNT) {
            put_string(writer, hck_call_behaviour_names[value]);
            return;
        }
        break;
    case ARGUMENT_NAME:
        put_char(writer, '"');
        put_string(writer, value < NAME_COUNT ? hck_call_names[value].text : "");
        put_char(writer, '"');
        return;
    case ARGUMENT_PROCESS:
    case ARGUMENT_FILE:
        put_string(writer, hck_call_constant_handle(row->kind));
        return;
    case ARGUMENT_NONE:
    case ARGUMENT_HEAP:
    case ARGUMENT_BLOCK:
    case ARGUMENT_REGION:
    case ARGUMENT_WALK:
    case ARGUMENT_HANDLER:
    case ARGUMENT_SECTION:
    case ARGUMENT_ABSENT:
    case ARGUMENT_NUMBER:
    case ARGUMENT_INPUT:
    case ARGUMENT_OUT:
        break;
    }
    hck_text_put_number(writer, value);
}

static void put_slot(struct writer *writer, enum slot_kind kind, uint32_t slot)
{
    put_char(writer, hck_call_slot_letter(kind));
    hck_text_put_decimal(writer, slot);
}

static void put_argument(struct writer *writer, const struct argument_row *row,
                         const struct argument *argument)
{
    switch ((enum argument_form)argument->form) {
    case FORM_NULL:
        put_bytes(writer, "NULL", 4);
        return;
    case FORM_OUT:
        put_bytes(writer, "&out", 4);
        return;
    case FORM_VALUE:
        put_value(writer, row, argument->value);
        return;
    case FORM_SLOT:
        put_slot(writer, (enum slot_kind)argument->slot_kind, argument->slot);
        if (argument->value != 0) {
            bool below = argument->value >> 63 != 0;
            put_char(writer, below ? '-' : '+');
            put_size(writer, below ? UINT64_C(0) - argument->value : argument->value);
        }
        return;
    }
}

static void put_call(struct writer *writer, const struct call *call)
{
    const struct call_row *row = &hck_call_rows[call->id];
    if (call->thread != 0) {
        put_char(writer, '@');
        hck_text_put_decimal(writer, call->thread);
        put_char(writer, ' ');
    }
    if (call->result_slot != NO_SLOT) {
        put_slot(writer, hck_call_result_slot_kind(row->result), call->result_slot);
        put_bytes(writer, " = ", 3);
    }
    put_string(writer, row->name);
    put_char(writer, '(');
    for (unsigned i = 0; i < row->argument_count; i++) {
        if (i > 0) {
            put_bytes(writer, ", ", 2);
        }
        put_argument(writer, &row->arguments[i], &call->arguments[i]);
    }
    put_char(writer, ')');
}

size_t hck_text_print_call(const struct call *call, char *text, size_t size)
{
    struct writer writer = {text, size, 0};
    put_call(&writer, call);
    return finish_text(&writer);
}

static void put_list(struct writer *writer, const uint64_t *numbers, uint32_t count)
{
    put_char(writer, '(');
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0) {
            put_bytes(writer, ", ", 2);
        }
        hck_text_put_number(writer, numbers[i]);
    }
    put_char(writer, ')');
}

static void put_raised(struct writer *writer, const struct observation *seen)
{
    put_string(writer, "raised ");
    hck_text_put_hexadecimal(writer, seen->exception_code);
    put_string(writer, " flags=");
    hck_text_put_number(writer, seen->exception_flags);
    if (seen->parameter_count > 0) {
        put_char(writer, ' ');
        put_list(writer, seen->parameters,
                 seen->parameter_count < EXCEPTION_PARAMETERS_MAX ? seen->parameter_count
                                                                  : EXCEPTION_PARAMETERS_MAX);
    }
}

/* Addresses in hexadecimal whatever their size, everything else as a number. */
static void put_result(struct writer *writer, enum result_kind kind, uint64_t result)
{
    if (hck_call_returns_address(kind)) {
        hck_text_put_hexadecimal(writer, result);
    } else {
        hck_text_put_number(writer, result);
    }
}

static void put_status(struct writer *writer, enum result_kind kind, const struct observation *seen)
{
    switch ((enum observation_status)seen->status) {
    case STATUS_RETURNED:
        put_result(writer, kind, seen->result);
        return;
    case STATUS_RAISED:
        put_raised(writer, seen);
        return;
    case STATUS_SKIPPED:
        put_string(writer, "skipped ");
        put_string(writer, seen->skipped_by < CLAUSE_COUNT
                               ? hck_clause_get((enum clause_id)seen->skipped_by)->id
                               : "none");
        return;
    case STATUS_UNSUPPORTED:
        put_string(writer, "unsupported");
        return;
    case STATUS_CRASHED:
        put_string(writer, "crashed ");
        hck_text_put_number(writer, seen->result);
        return;
    case STATUS_HUNG:
        put_string(writer, "hung");
        return;
    case STATUS_EXITED:
        put_string(writer, "exited ");
        hck_text_put_number(writer, seen->result);
        return;
    case STATUS_COUNT:
        break;
    }
    put_string(writer, "unknown");
}

static void put_handlers(struct writer *writer, const struct observation *seen)
{
    put_string(writer, " handlers=(");
    for (uint32_t i = 0; i < seen->handler_call_count && i < HANDLER_CALLS_MAX; i++) {
        const struct handler_call *handler = &seen->handler_calls[i];
        put_string(writer, i > 0 ? ", (" : "(");
        if (handler->slot == NO_SLOT) {
            put_string(writer, "none");
        } else {
            put_slot(writer, SLOT_HANDLER, handler->slot);
        }
        put_char(writer, ' ');
        hck_text_put_hexadecimal(writer, handler->code);
        put_char(writer, ' ');
        hck_text_put_number(writer, handler->flags);
        put_char(writer, ' ');
        hck_text_put_number(writer, handler->parameter_count);
        for (unsigned k = 0; k < 2; k++) {
            put_char(writer, ' ');
            hck_text_put_number(writer, handler->parameters[k]);
        }
        put_char(writer, ')');
    }
    put_char(writer, ')');
}

static void put_last_error(struct writer *writer, const struct observation *seen)
{
    if (seen->status != STATUS_RETURNED && seen->status != STATUS_RAISED) {
        return;
    }
    if (!seen->has_last_error) {
        put_string(writer, " noerror");
    } else if (seen->last_error != LAST_ERROR_SENTINEL) {
        put_string(writer, " error=");
        hck_text_put_number(writer, seen->last_error);
    }
}

size_t hck_text_print_log(const struct call *call, const struct observation *seen, bool with_ticks,
                          char *text, size_t size)
{
    struct writer writer = {text, size, 0};
    put_call(&writer, call);
    put_string(&writer, " -> ");
    put_status(&writer, hck_call_rows[call->id].result, seen);
    put_last_error(&writer, seen);
    if (seen->status == STATUS_RAISED && seen->result != 0) {
        put_string(&writer, " result=");
        hck_text_put_number(&writer, seen->result);
    }
    if (seen->value_count > 0) {
        put_string(&writer, " values=");
        put_list(&writer, seen->values, seen->value_count);
    }
    if (seen->handler_call_count > 0) {
        put_handlers(&writer, seen);
    }
    if (with_ticks) {
        put_string(&writer, " ticks=");
        hck_text_put_number(&writer, seen->start);
        put_string(&writer, "..");
        hck_text_put_number(&writer, seen->end);
    }
    return finish_text(&writer);
}

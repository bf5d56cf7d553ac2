/* Parses one call. Recursive descent over one line; every function leaves the cursor behind what it
 * took, or records what it expected and returns false. */
#include "spec/text_internal.h"

static bool parse_null(struct cursor *cursor)
{
    return peek_char(cursor) == 'N' && hck_text_word_length(cursor) == 4 &&
           hck_text_accept(cursor, "NULL");
}

/* "+16" or "-4K" behind a slot, in two's complement. */
static bool parse_offset(struct cursor *cursor, struct argument *argument)
{
    skip_spaces(cursor);
    char sign = peek_char(cursor);
    if (sign != '+' && sign != '-') {
        return true;
    }
    cursor->at++;
    skip_spaces(cursor);
    uint64_t offset;
    if (!hck_text_parse_number(cursor, UINT64_MAX, "an offset such as 4K", &offset)) {
        return false;
    }
    argument->value = sign == '-' ? UINT64_C(0) - offset : offset;
    return true;
}

static bool parse_slot_argument(struct cursor *cursor, enum slot_kind kind,
                                struct argument *argument)
{
    if (parse_null(cursor)) {
        argument->form = FORM_NULL;
        return true;
    }
    argument->form = FORM_SLOT;
    argument->slot_kind = (uint8_t)kind;
    if (!hck_text_parse_slot(cursor, kind, &argument->slot)) {
        return false;
    }
    return kind != SLOT_BLOCK || parse_offset(cursor, argument);
}

static bool parse_address(struct cursor *cursor, struct argument *argument)
{
    char c = peek_char(cursor);
    if (c == 'r' || c == 'b') {
        enum slot_kind kind = c == 'r' ? SLOT_REGION : SLOT_BLOCK;
        argument->form = FORM_SLOT;
        argument->slot_kind = (uint8_t)kind;
        return hck_text_parse_slot(cursor, kind, &argument->slot) && parse_offset(cursor, argument);
    }
    if (parse_null(cursor)) {
        argument->form = FORM_NULL;
        return true;
    }
    argument->form = FORM_VALUE;
    return hck_text_parse_number(
        cursor, UINT64_MAX, "an address: a slot such as r0, a number or NULL", &argument->value);
}

/* One constant of a set by name, or a number. */
static bool parse_constant(struct cursor *cursor, const struct argument_row *row, uint64_t *value)
{
    char c = peek_char(cursor);
    if (c >= '0' && c <= '9') {
        return hck_text_parse_number(cursor, UINT32_MAX, "a number", value);
    }
    size_t length = hck_text_word_length(cursor);
    const struct flag_row *flag = hck_call_flag_find(row->set, cursor->at, length);
    if (flag == NULL) {
        return FAIL(cursor, cursor->at, "a number or a constant that ", row->name, " takes");
    }
    cursor->at += length;
    *value = flag->value;
    return true;
}

static bool parse_flags(struct cursor *cursor, const struct argument_row *row,
                        struct argument *argument)
{
    do {
        uint64_t value;
        skip_spaces(cursor);
        if (!parse_constant(cursor, row, &value)) {
            return false;
        }
        argument->value |= value;
        skip_spaces(cursor);
    } while (accept_char(cursor, '|'));
    return true;
}

static bool parse_behaviour(struct cursor *cursor, struct argument *argument)
{
    size_t length = hck_text_word_length(cursor);
    for (unsigned i = 0; i < BEHAVIOUR_COUNT; i++) {
        const char *name = hck_call_behaviour_names[i];
        if (strlen(name) == length && hck_text_accept(cursor, name)) {
            argument->value = i;
            return true;
        }
    }
    return FAIL(cursor, cursor->at, "SEARCH, CONTINUE or COMMIT");
}

static bool parse_constant_handle(struct cursor *cursor, enum argument_kind kind,
                                  struct argument *argument)
{
    const char *name = hck_call_constant_handle(kind);
    if (parse_null(cursor)) {
        argument->form = FORM_NULL;
        return true;
    }
    return (hck_text_word_length(cursor) == strlen(name) && hck_text_accept(cursor, name)) ||
           FAIL(cursor, cursor->at, name, " or NULL");
}

static bool parse_object_name(struct cursor *cursor, struct argument *argument)
{
    if (parse_null(cursor)) {
        argument->form = FORM_NULL;
        return true;
    }
    const char *start = cursor->at;
    for (unsigned i = 0; i < NAME_COUNT; i++) {
        if (accept_char(cursor, '"') && hck_text_accept(cursor, hck_call_names[i].text) &&
            accept_char(cursor, '"')) {
            argument->value = i;
            return true;
        }
        cursor->at = start;
    }
    return FAIL(cursor, start, "a name such as \"a\" (spec/names.def) or NULL");
}

static bool parse_out(struct cursor *cursor, struct argument *argument)
{
    if (parse_null(cursor)) {
        argument->form = FORM_NULL;
        return true;
    }
    const char *start = cursor->at;
    argument->form = FORM_OUT;
    if (hck_text_accept(cursor, "&out") && hck_text_word_length(cursor) == 0) {
        return true;
    }
    return FAIL(cursor, start, "&out or NULL");
}

static bool parse_argument(struct cursor *cursor, enum call_id id, unsigned index,
                           struct argument *argument)
{
    const struct argument_row *row = &hck_call_rows[id].arguments[index];
    argument->form = FORM_VALUE;
    switch (row->kind) {
    case ARGUMENT_HEAP:
        return parse_slot_argument(cursor, SLOT_HEAP, argument);
    case ARGUMENT_BLOCK:
        return parse_slot_argument(cursor, SLOT_BLOCK, argument);
    case ARGUMENT_REGION:
        return parse_slot_argument(cursor, SLOT_REGION, argument);
    case ARGUMENT_WALK:
        return parse_slot_argument(cursor, SLOT_WALK, argument);
    case ARGUMENT_HANDLER:
        return parse_slot_argument(cursor, SLOT_HANDLER, argument);
    case ARGUMENT_SECTION:
        return parse_slot_argument(cursor, SLOT_SECTION, argument);
    case ARGUMENT_ADDRESS:
        return parse_address(cursor, argument);
    case ARGUMENT_FLAGS:
        return parse_flags(cursor, row, argument);
    case ARGUMENT_CHOICE:
        return parse_constant(cursor, row, &argument->value);
    case ARGUMENT_BEHAVIOUR:
        return parse_behaviour(cursor, argument);
    case ARGUMENT_PROCESS:
    case ARGUMENT_FILE:
        return parse_constant_handle(cursor, row->kind, argument);
    case ARGUMENT_NAME:
        return parse_object_name(cursor, argument);
    case ARGUMENT_ABSENT:
        argument->form = FORM_NULL;
        return parse_null(cursor) || FAIL(cursor, cursor->at, "NULL");
    case ARGUMENT_INPUT:
        if (parse_null(cursor)) {
            argument->form = FORM_NULL;
            return true;
        }
        return hck_text_parse_number(cursor, hck_call_argument_max(id, index), "a number or NULL",
                                     &argument->value);
    case ARGUMENT_OUT:
        return parse_out(cursor, argument);
    case ARGUMENT_SIZE:
    case ARGUMENT_NUMBER:
        return hck_text_parse_number(cursor, hck_call_argument_max(id, index), "a number",
                                     &argument->value);
    case ARGUMENT_NONE:
        break;
    }
    return FAIL(cursor, cursor->at, "no argument");
}

static bool parse_arguments(struct cursor *cursor, struct call *call)
{
    const struct call_row *row = &hck_call_rows[call->id];
    if (!accept_char(cursor, '(')) {
        return FAIL(cursor, cursor->at, "'(' after ", row->name);
    }
    skip_spaces(cursor);
    for (unsigned i = 0; i < row->argument_count; i++) {
        if (i > 0 && !accept_char(cursor, ',')) {
            return FAIL(cursor, cursor->at, "',' and the argument ", row->arguments[i].name, " of ",
                        row->name);
        }
        skip_spaces(cursor);
        if (!parse_argument(cursor, (enum call_id)call->id, i, &call->arguments[i])) {
            return false;
        }
        skip_spaces(cursor);
    }
    if (!accept_char(cursor, ')')) {
        char count[2] = {(char)('0' + row->argument_count), '\0'};
        return FAIL(cursor, cursor->at, "')' after the ", count,
                    row->argument_count == 1 ? " argument of " : " arguments of ", row->name);
    }
    return true;
}

static bool parse_thread(struct cursor *cursor, struct call *call)
{
    if (!accept_char(cursor, '@')) {
        return true;
    }
    const char *digit = cursor->at;
    if (hck_text_word_length(cursor) != 1 || *digit < '0' ||
        *digit >= '0' + (int)TRACE_THREADS_MAX) {
        return FAIL(cursor, digit, "a thread from @0 to @7");
    }
    call->thread = (uint8_t)(*digit - '0');
    cursor->at++;
    skip_spaces(cursor);
    return true;
}

/* The kind of slot that a line begins with. Names of calls begin with a capital, slots do not. */
static enum slot_kind slot_kind_ahead(const struct cursor *cursor)
{
    char c = peek_char(cursor);
    for (unsigned kind = 0; kind < SLOT_KIND_COUNT; kind++) {
        if (c == hck_call_slot_letter((enum slot_kind)kind)) {
            return (enum slot_kind)kind;
        }
    }
    return SLOT_KIND_NONE;
}

static bool parse_name(struct cursor *cursor, enum slot_kind given, struct call *call)
{
    size_t length = hck_text_word_length(cursor);
    enum call_id id = hck_call_find(cursor->at, length);
    if (id == CALL_COUNT) {
        return FAIL(cursor, cursor->at, "the name of a call, such as HeapAlloc");
    }
    if (given != SLOT_KIND_NONE && hck_call_result_slot_kind(hck_call_rows[id].result) != given) {
        char letter[2] = {hck_call_slot_letter(given), '\0'};
        return FAIL(cursor, cursor->at, "a call whose result fits the slot ", letter);
    }
    call->id = (uint16_t)id;
    cursor->at += length;
    skip_spaces(cursor);
    return true;
}

bool hck_text_parse_call_part(struct cursor *cursor, uint32_t line_number, struct call *call)
{
    *call = (struct call){.result_slot = NO_SLOT, .line = line_number};
    if (!parse_thread(cursor, call)) {
        return false;
    }
    enum slot_kind given = slot_kind_ahead(cursor);
    if (given != SLOT_KIND_NONE) {
        if (!hck_text_parse_slot(cursor, given, &call->result_slot)) {
            return false;
        }
        skip_spaces(cursor);
        if (!accept_char(cursor, '=')) {
            return FAIL(cursor, cursor->at, "'=' after the slot of the result");
        }
        skip_spaces(cursor);
    }
    return parse_name(cursor, given, call) && parse_arguments(cursor, call);
}

enum text_line hck_text_parse_call(const char *line, size_t length, uint32_t line_number,
                                   struct call *call, struct text_error *error)
{
    struct cursor cursor;
    if (length > TEXT_LINE_MAX) {
        cursor = (struct cursor){line + TEXT_LINE_MAX, line + length, line, error};
        FAIL(&cursor, cursor.at, "the end of the line after at most 65536 bytes");
        return TEXT_ERROR;
    }
    if (!hck_text_start(&cursor, line, length, error)) {
        return TEXT_ERROR;
    }
    if (hck_text_at_end(&cursor)) {
        return TEXT_NOTHING;
    }
    if (!hck_text_parse_call_part(&cursor, line_number, call)) {
        return TEXT_ERROR;
    }
    if (!hck_text_at_end(&cursor)) {
        FAIL(&cursor, cursor.at, "the end of the line or a comment");
        return TEXT_ERROR;
    }
    return TEXT_CALL;
}

/* Parses a log line: a call, "->", and what was seen of it. */
#include "spec/text_internal.h"

static bool parse_any_number(struct cursor *cursor, uint64_t *value)
{
    return hck_text_parse_number(cursor, UINT64_MAX, "a number", value);
}

static bool parse_dword(struct cursor *cursor, uint32_t *value)
{
    uint64_t number = 0;
    bool parsed = hck_text_parse_number(cursor, UINT32_MAX, "a number", &number);
    *value = (uint32_t)number;
    return parsed;
}

/* "(n, n, ...)" of at most `max` numbers. */
static bool parse_list(struct cursor *cursor, uint64_t *numbers, uint32_t max, uint32_t *count)
{
    *count = 0;
    if (!accept_char(cursor, '(')) {
        return FAIL(cursor, cursor->at, "'(' and a list of numbers");
    }
    skip_spaces(cursor);
    if (accept_char(cursor, ')')) {
        return true;
    }
    for (;;) {
        uint64_t value;
        skip_spaces(cursor);
        const char *start = cursor->at;
        if (!parse_any_number(cursor, &value)) {
            return false;
        }
        if (*count == max) {
            return FAIL(cursor, start, "')': the list is longer than there is room for");
        }
        numbers[(*count)++] = value;
        skip_spaces(cursor);
        if (accept_char(cursor, ')')) {
            return true;
        }
        if (!accept_char(cursor, ',')) {
            return FAIL(cursor, cursor->at, "',' or ')'");
        }
    }
}

static bool parse_skipped(struct cursor *cursor, struct observation *seen)
{
    const char *start = cursor->at;
    const char *at = start;
    while (at < cursor->end && *at != ' ' && *at != '\t') {
        at++;
    }
    enum clause_id clause = hck_clause_find_text(start, (size_t)(at - start));
    if (clause == CLAUSE_NONE) {
        return FAIL(cursor, start, "the id of a clause");
    }
    seen->skipped_by = (uint16_t)clause;
    cursor->at = at;
    return true;
}

static bool parse_raised(struct cursor *cursor, struct observation *seen)
{
    if (!parse_dword(cursor, &seen->exception_code)) {
        return false;
    }
    skip_spaces(cursor);
    if (!hck_text_accept(cursor, "flags=")) {
        return FAIL(cursor, cursor->at, "flags= of the exception");
    }
    if (!parse_dword(cursor, &seen->exception_flags)) {
        return false;
    }
    skip_spaces(cursor);
    if (peek_char(cursor) != '(') {
        return true;
    }
    return parse_list(cursor, seen->parameters, EXCEPTION_PARAMETERS_MAX, &seen->parameter_count);
}

/* The word behind "->", or a number where the call returned. */
static bool parse_status(struct cursor *cursor, struct observation *seen)
{
    static const char *const words[STATUS_COUNT] = {
        [STATUS_RAISED] = "raised",
        [STATUS_SKIPPED] = "skipped",
        [STATUS_UNSUPPORTED] = "unsupported",
        [STATUS_CRASHED] = "crashed",
        [STATUS_HUNG] = "hung",
        [STATUS_EXITED] = "exited",
    };
    size_t length = hck_text_word_length(cursor);
    char c = peek_char(cursor);
    seen->status = STATUS_RETURNED;
    for (unsigned i = 0; c >= 'a' && i < STATUS_COUNT; i++) {
        if (words[i] != NULL && strlen(words[i]) == length && hck_text_accept(cursor, words[i])) {
            seen->status = (uint8_t)i;
            break;
        }
    }
    skip_spaces(cursor);
    switch ((enum observation_status)seen->status) {
    case STATUS_RAISED:
        return parse_raised(cursor, seen);
    case STATUS_SKIPPED:
        return parse_skipped(cursor, seen);
    case STATUS_RETURNED:
        return hck_text_parse_number(cursor, UINT64_MAX,
                                     "a result, or raised, skipped, unsupported, crashed, hung "
                                     "or exited",
                                     &seen->result);
    case STATUS_CRASHED:
    case STATUS_EXITED:
        return parse_any_number(cursor, &seen->result);
    case STATUS_UNSUPPORTED:
    case STATUS_HUNG:
    case STATUS_COUNT:
        break;
    }
    return true;
}

/* "(v0 code flags count p0 p1)" */
static bool parse_handler_call(struct cursor *cursor, struct handler_call *handler)
{
    uint32_t *const words[] = {&handler->code, &handler->flags, &handler->parameter_count};
    if (!accept_char(cursor, '(')) {
        return FAIL(cursor, cursor->at, "'(' and the call of a handler");
    }
    skip_spaces(cursor);
    handler->slot = NO_SLOT;
    if (!hck_text_accept(cursor, "none") &&
        !hck_text_parse_slot(cursor, SLOT_HANDLER, &handler->slot)) {
        return false;
    }
    for (unsigned i = 0; i < 3; i++) {
        skip_spaces(cursor);
        if (!parse_dword(cursor, words[i])) {
            return false;
        }
    }
    for (unsigned i = 0; i < 2; i++) {
        skip_spaces(cursor);
        if (!parse_any_number(cursor, &handler->parameters[i])) {
            return false;
        }
    }
    skip_spaces(cursor);
    return accept_char(cursor, ')') || FAIL(cursor, cursor->at, "')'");
}

static bool parse_handlers(struct cursor *cursor, struct observation *seen)
{
    if (!accept_char(cursor, '(')) {
        return FAIL(cursor, cursor->at, "'(' and a list of handler calls");
    }
    do {
        skip_spaces(cursor);
        if (seen->handler_call_count == HANDLER_CALLS_MAX) {
            return FAIL(cursor, cursor->at, "')' after at most 16 handler calls");
        }
        if (!parse_handler_call(cursor, &seen->handler_calls[seen->handler_call_count])) {
            return false;
        }
        seen->handler_call_count++;
        skip_spaces(cursor);
    } while (accept_char(cursor, ','));
    return accept_char(cursor, ')') || FAIL(cursor, cursor->at, "',' or ')'");
}

static bool parse_ticks(struct cursor *cursor, struct observation *seen)
{
    if (!parse_any_number(cursor, &seen->start)) {
        return false;
    }
    if (!hck_text_accept(cursor, "..")) {
        return FAIL(cursor, cursor->at, "'..' and the tick at the end");
    }
    return parse_any_number(cursor, &seen->end);
}

/* Each attribute at most once and in the order of spec/text.h, so a line has one spelling. */
static bool parse_attributes(struct cursor *cursor, struct observation *seen)
{
    bool came_back = seen->status == STATUS_RETURNED || seen->status == STATUS_RAISED;
    seen->has_last_error = true;
    seen->last_error = LAST_ERROR_SENTINEL;
    skip_spaces(cursor);
    if (came_back && hck_text_accept(cursor, "error=")) {
        if (!parse_dword(cursor, &seen->last_error)) {
            return false;
        }
    } else if (came_back && hck_text_accept(cursor, "noerror")) {
        seen->has_last_error = false;
        seen->last_error = 0;
    }
    skip_spaces(cursor);
    if (seen->status == STATUS_RAISED && hck_text_accept(cursor, "result=") &&
        !parse_any_number(cursor, &seen->result)) {
        return false;
    }
    skip_spaces(cursor);
    if (hck_text_accept(cursor, "values=") &&
        !parse_list(cursor, seen->values, seen->value_capacity, &seen->value_count)) {
        return false;
    }
    skip_spaces(cursor);
    if (hck_text_accept(cursor, "handlers=") && !parse_handlers(cursor, seen)) {
        return false;
    }
    skip_spaces(cursor);
    return !hck_text_accept(cursor, "ticks=") || parse_ticks(cursor, seen);
}

static void clear_observation(struct observation *seen)
{
    uint64_t *values = seen->values;
    uint32_t capacity = seen->value_capacity;
    memset(seen, 0, sizeof(*seen));
    seen->values = values;
    seen->value_capacity = capacity;
}

static bool parse_seen(struct cursor *cursor, struct observation *seen)
{
    clear_observation(seen);
    skip_spaces(cursor);
    if (!hck_text_accept(cursor, "->")) {
        return FAIL(cursor, cursor->at, "'->' and what was seen");
    }
    skip_spaces(cursor);
    if (!parse_status(cursor, seen) || !parse_attributes(cursor, seen)) {
        return false;
    }
    return hck_text_at_end(cursor) ||
           FAIL(cursor, cursor->at,
                "error=, noerror, result=, values=, handlers= or ticks= in this order, or the end "
                "of the line");
}

enum text_line hck_text_parse_log(const char *line, size_t length, uint32_t line_number,
                                  struct call *call, struct observation *seen,
                                  struct text_error *error)
{
    struct cursor cursor;
    if (!hck_text_start(&cursor, line, length, error)) {
        return TEXT_ERROR;
    }
    if (hck_text_at_end(&cursor)) {
        return TEXT_NOTHING;
    }
    bool parsed = hck_text_parse_call_part(&cursor, line_number, call) && parse_seen(&cursor, seen);
    return parsed ? TEXT_CALL : TEXT_ERROR;
}

/* Typestate tests written as log text. */
#include "tests/spec/script.h"

#include <stdlib.h>

#include "spec/text.h"

enum { SCRIPT_SLOTS = 16 };

int script_set_up(void **state)
{
    uint32_t counts[SLOT_KIND_COUNT];
    struct script *script = malloc(sizeof(*script));
    for (unsigned i = 0; i < SLOT_KIND_COUNT; i++) {
        counts[i] = SCRIPT_SLOTS;
    }
    if (script == NULL) {
        return -1;
    }
    script->storage = malloc(hck_typestate_storage(counts));
    if (script->storage == NULL) {
        free(script);
        return -1;
    }
    memset(script->storage, 0xEE, hck_typestate_storage(counts));
    hck_typestate_init(&script->state, counts, script->storage);
    *state = script;
    return 0;
}

int script_tear_down(void **state)
{
    struct script *script = *state;
    free(script->storage);
    free(script);
    return 0;
}

static const char *clause_name(enum clause_id clause)
{
    return clause == CLAUSE_NONE ? "none" : hck_clause_get(clause)->id;
}

static void expect_clause(const struct script *script, const struct call *call, const char *line,
                          enum clause_id expected)
{
    enum clause_id clause = hck_typestate_check(&script->state, call);
    if (clause != expected) {
        fail_msg("%s: expected %s, got %s", line, clause_name(expected), clause_name(clause));
    }
}

void script_saw(struct script *script, const char *log_line)
{
    uint64_t values[16];
    struct observation seen = {.values = values, .value_capacity = 16};
    struct call call;
    struct text_error error;
    if (hck_text_parse_log(log_line, strlen(log_line), 1, &call, &seen, &error) != TEXT_CALL) {
        fail_msg("%s: column %u: expected %s", log_line, error.column, error.expected);
    }
    expect_clause(script, &call, log_line, CLAUSE_NONE);
    hck_typestate_apply(&script->state, &call, &seen);
}

static void ask(const struct script *script, const char *line, enum clause_id clause)
{
    struct call call;
    struct text_error error;
    if (hck_text_parse_call(line, strlen(line), 1, &call, &error) != TEXT_CALL) {
        fail_msg("%s: column %u: expected %s", line, error.column, error.expected);
    }
    expect_clause(script, &call, line, clause);
}

void script_allows(const struct script *script, const char *line)
{
    ask(script, line, CLAUSE_NONE);
}

void script_forbids(const struct script *script, const char *line, enum clause_id clause)
{
    assert_int_equal(hck_clause_get(clause)->basis, BASIS_UNDEFINED);
    ask(script, line, clause);
}

const struct slot *script_slot(const struct script *script, enum slot_kind kind, uint32_t index)
{
    struct argument argument = {.form = FORM_SLOT, .slot_kind = (uint8_t)kind, .slot = index};
    return hck_typestate_slot(&script->state, &argument);
}

bool script_is_live(const struct script *script, enum slot_kind kind, uint32_t index)
{
    return hck_typestate_is_live(&script->state, kind, index);
}

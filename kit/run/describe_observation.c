/* One observation in words, as strace shows a system call. */
#include "kit/run/describe_internal.h"

#include <inttypes.h>

#include "spec/text.h"
#include "spec/win32.h"

enum { ENTRIES_SHOWN_MAX = 4, PARAMETERS_SHOWN_MAX = 4 };

/* A result that no slot was given, and a list of everything there is, hold addresses without a name
 * as a matter of course. */
static void say_number(struct sentence *sentence, const struct names *names, enum number_kind kind,
                       uint64_t value)
{
    char word[WORD_MAX];
    if (kind != NUMBER_ADDRESS) {
        hck_describe_number(sentence, names, kind, value);
        return;
    }
    hck_names_address(names, value, word, sizeof word);
    say(sentence, "%s", word);
}

/* A byte may well be 0xA5 by itself; a wider number is no accident. */
static bool is_untouched(const struct field_row *field, uint64_t value)
{
    return field->width > 1 && value == hck_struct_untouched(field);
}

/* Whether the call was given storage for the values from `first` on: NULL is none. */
static bool has_storage(const struct call *call, uint32_t first)
{
    struct value_place place;
    return !hck_call_value((enum call_id)call->id, first, &place) ||
           place.argument >= CALL_ARGUMENTS_MAX ||
           hck_call_rows[call->id].arguments[place.argument].kind == ARGUMENT_WALK ||
           call->arguments[place.argument].form != FORM_NULL;
}

/* Values from `first` on: {BaseAddress r0, State MEM_COMMIT}. The list of one number has no names.
 */
static void say_entry(struct sentence *sentence, const struct names *names, const struct call *call,
                      const uint64_t *values, uint32_t first, uint32_t count, bool has_names)
{
    say(sentence, " {");
    for (uint32_t i = 0; i < count; i++) {
        struct value_place place;
        if (!hck_call_value((enum call_id)call->id, first + i, &place)) {
            break;
        }
        enum number_kind kind = (enum number_kind)place.field->kind;
        uint64_t value = values[first + i];
        say(sentence, "%s", i > 0 ? ", " : "");
        if (has_names) {
            say(sentence, "%s ", place.field->name);
        }
        if (is_untouched(place.field, value)) {
            say(sentence, "untouched");
        } else {
            say_number(sentence, names, kind, value);
        }
    }
    say(sentence, "}");
}

/* What the bytes were, where all or some could be read. */
static void say_peek(struct sentence *sentence, const struct observation *seen)
{
    char length[32];
    if (seen->status != STATUS_RETURNED || seen->value_count < PEEK_VALUE_COUNT ||
        seen->result == 0) {
        return;
    }
    uint64_t uniform = seen->values[PEEK_UNIFORM];
    if (uniform >= seen->result) {
        say(sentence, ", every byte %" PRIu64, seen->values[PEEK_FIRST]);
        return;
    }
    hck_text_print_size(uniform, length, sizeof length);
    say(sentence, ", the first %s bytes %" PRIu64 ", then %" PRIu64, length,
        seen->values[PEEK_FIRST], seen->values[PEEK_DIFFERENT]);
}

/* How many bytes are right, and the one behind them. */
static void say_found(struct sentence *sentence, const struct observation *seen)
{
    if (seen->status != STATUS_RETURNED) {
        return;
    }
    say(sentence, seen->result == 1 ? " byte is right" : " bytes are right");
    if (seen->value_count >= FOUND_VALUE_COUNT) {
        say(sentence, ", then 0x%02x", (unsigned)(seen->values[FOUND_BYTE] & 0xFF));
    }
}

static void say_values(struct sentence *sentence, const struct names *names,
                       const struct call *call, const struct observation *seen)
{
    enum call_id id = (enum call_id)call->id;
    struct value_layout layout = hck_call_layout(id);
    uint32_t per_entry = hck_struct_rows[layout.entry].field_count;
    if (id == CALL_Peek) {
        say_peek(sentence, seen);
        return;
    }
    if (id == CALL_Check || id == CALL_Zeroed) {
        say_found(sentence, seen);
        return;
    }
    if (seen->value_count < layout.single_count || seen->value_count == 0) {
        return;
    }
    if (layout.single_count > 0 && has_storage(call, 0)) {
        say_entry(sentence, names, call, seen->values, 0, layout.single_count, true);
    }
    if (per_entry == 0 || !has_storage(call, layout.single_count)) {
        return;
    }
    uint32_t guards = layout.is_guarded ? 1 : 0;
    uint32_t entries = (seen->value_count - layout.single_count - guards) / per_entry;
    for (uint32_t i = 0; i < entries && i < ENTRIES_SHOWN_MAX; i++) {
        say_entry(sentence, names, call, seen->values, layout.single_count + i * per_entry,
                  per_entry, per_entry > 1);
    }
    if (entries > ENTRIES_SHOWN_MAX) {
        say(sentence, " and %u more", entries - ENTRIES_SHOWN_MAX);
    }
}

/* "reading b0+16": the first two parameters of an exception that a memory access raised. */
static bool say_fault(struct sentence *sentence, const struct names *names, const struct call *call,
                      const struct observation *seen)
{
    static const char *const verbs[] = {[0] = "reading", [1] = "writing", [8] = "executing"};
    uint64_t access = seen->parameters[0];
    bool is_fault = seen->exception_code == STATUS_ACCESS_VIOLATION ||
                    seen->exception_code == STATUS_GUARD_PAGE_VIOLATION ||
                    seen->exception_code == STATUS_IN_PAGE_ERROR;
    if (!is_fault || call->id == CALL_RaiseException || seen->parameter_count < 2 ||
        access >= sizeof verbs / sizeof verbs[0] || verbs[access] == NULL) {
        return false;
    }
    say(sentence, " %s ", verbs[access]);
    hck_describe_number(sentence, names, NUMBER_ADDRESS, seen->parameters[1]);
    return true;
}

static void say_exception(struct sentence *sentence, const struct names *names,
                          const struct call *call, const struct observation *seen)
{
    say(sentence, "raised ");
    hck_describe_number(sentence, names, NUMBER_EXCEPTION, seen->exception_code);
    if (seen->exception_flags != 0) {
        say(sentence, " flags 0x%x", seen->exception_flags);
    }
    uint32_t told = say_fault(sentence, names, call, seen) ? 2 : 0;
    for (uint32_t i = told; i < seen->parameter_count && i < PARAMETERS_SHOWN_MAX; i++) {
        say(sentence, "%s", i == told ? " with " : ", ");
        hck_describe_number(sentence, names, NUMBER_WORD, seen->parameters[i]);
    }
    say(sentence, "%s", seen->parameter_count > PARAMETERS_SHOWN_MAX ? ", ..." : "");
    if ((call->id == CALL_Peek || call->id == CALL_Poke) && seen->result > 0) {
        say(sentence, " after ");
        hck_describe_number(sentence, names, NUMBER_SIZE, seen->result);
        say(sentence, seen->result == 1 ? " byte" : " bytes");
    }
}

/* The result of a call that was given a slot is that slot. */
static void say_result(struct sentence *sentence, const struct names *names,
                       const struct call *call, const struct observation *seen)
{
    enum result_kind result = hck_call_rows[call->id].result;
    enum number_kind kind = hck_constant_result_kind(call);
    if (result == RESULT_NONE) {
        say(sentence, "done");
    } else if (kind == NUMBER_ADDRESS && seen->result != 0 && call->result_slot != NO_SLOT) {
        say(sentence, "%c%u", hck_call_slot_letter(hck_call_result_slot_kind(result)),
            call->result_slot);
    } else {
        say_number(sentence, names, kind, seen->result);
    }
}

static void say_details(struct sentence *sentence, const struct names *names,
                        const struct call *call, const struct observation *seen)
{
    if (seen->has_last_error && seen->last_error != LAST_ERROR_SENTINEL &&
        call->id != CALL_GetLastError && call->id != CALL_SetLastError) {
        say(sentence, ", error ");
        hck_describe_number(sentence, names, NUMBER_ERROR, seen->last_error);
    }
    say_values(sentence, names, call, seen);
    for (uint32_t i = 0; i < seen->handler_call_count && i < HANDLER_CALLS_MAX; i++) {
        say(sentence, ", handled by ");
        hck_describe_number(sentence, names, NUMBER_HANDLER, seen->handler_calls[i].slot);
        say(sentence, " as ");
        hck_describe_number(sentence, names, NUMBER_EXCEPTION, seen->handler_calls[i].code);
    }
}

void hck_describe_observation(const struct names *names, const struct call *call,
                              const struct observation *seen, char *text, size_t size)
{
    struct sentence sentence = {text, size, 0};
    say(&sentence, "-> ");
    switch ((enum observation_status)seen->status) {
    case STATUS_RETURNED:
        say_result(&sentence, names, call, seen);
        say_details(&sentence, names, call, seen);
        return;
    case STATUS_RAISED:
        say_exception(&sentence, names, call, seen);
        say_details(&sentence, names, call, seen);
        return;
    case STATUS_SKIPPED:
        say(&sentence, "not made, it would be undefined: %s",
            seen->skipped_by < CLAUSE_COUNT ? hck_clause_get((enum clause_id)seen->skipped_by)->id
                                            : "a rule");
        return;
    case STATUS_UNSUPPORTED:
        say(&sentence, hck_call_accesses_memory(&hck_call_rows[call->id])
                           ? "unsupported: the process has memory of its own there"
                           : "unsupported");
        return;
    case STATUS_CRASHED:
        say(&sentence, "crashed by signal %" PRIu64, seen->result);
        return;
    case STATUS_HUNG:
        say(&sentence, "hung");
        return;
    case STATUS_EXITED:
        say(&sentence, "ended the process with status %" PRIu64, seen->result);
        return;
    case STATUS_COUNT:
        break;
    }
    say(&sentence, "?");
}

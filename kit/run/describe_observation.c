/* One observation in words, as strace shows a system call. */
#include "kit/run/describe_internal.h"

#include <inttypes.h>

enum { ENTRIES_SHOWN_MAX = 4, PARAMETERS_SHOWN_MAX = 4 };

/* Values from `first` on: {BaseAddress r0, State MEM_COMMIT}. The list of one number has no names.
 */
static void say_entry(struct sentence *sentence, const struct names *names, enum call_id call,
                      const uint64_t *values, uint32_t first, uint32_t count, bool has_names)
{
    say(sentence, " {");
    for (uint32_t i = 0; i < count; i++) {
        struct value_place place;
        if (!hck_call_value(call, first + i, &place)) {
            break;
        }
        say(sentence, "%s", i > 0 ? ", " : "");
        if (has_names) {
            say(sentence, "%s ", place.field->name);
        }
        if (values[first + i] == OUT_UNTOUCHED_WORD) {
            say(sentence, "untouched");
        } else {
            hck_describe_number(sentence, names, (enum number_kind)place.field->kind,
                                values[first + i]);
        }
    }
    say(sentence, "}");
}

static void say_values(struct sentence *sentence, const struct names *names,
                       const struct call *call, const struct observation *seen)
{
    enum call_id id = (enum call_id)call->id;
    struct value_layout layout = hck_call_layout(id);
    uint32_t per_entry = hck_struct_rows[layout.entry].field_count;
    if (seen->value_count < layout.single_count || seen->value_count == 0) {
        return;
    }
    if (layout.single_count > 0) {
        say_entry(sentence, names, id, seen->values, 0, layout.single_count, true);
    }
    if (per_entry == 0) {
        return;
    }
    uint32_t guards = layout.is_guarded ? 1 : 0;
    uint32_t entries = (seen->value_count - layout.single_count - guards) / per_entry;
    for (uint32_t i = 0; i < entries && i < ENTRIES_SHOWN_MAX; i++) {
        say_entry(sentence, names, id, seen->values, layout.single_count + i * per_entry, per_entry,
                  per_entry > 1);
    }
    if (entries > ENTRIES_SHOWN_MAX) {
        say(sentence, " and %u more", entries - ENTRIES_SHOWN_MAX);
    }
}

static void say_exception(struct sentence *sentence, const struct names *names,
                          const struct observation *seen)
{
    say(sentence, "raised ");
    hck_describe_number(sentence, names, NUMBER_EXCEPTION, seen->exception_code);
    if (seen->exception_flags != 0) {
        say(sentence, " flags 0x%x", seen->exception_flags);
    }
    for (uint32_t i = 0; i < seen->parameter_count && i < PARAMETERS_SHOWN_MAX; i++) {
        say(sentence, "%s", i == 0 ? " (" : ", ");
        hck_describe_number(sentence, names, i == 1 ? NUMBER_ADDRESS : NUMBER_HEX,
                            seen->parameters[i]);
    }
    say(sentence, "%s",
        seen->parameter_count > PARAMETERS_SHOWN_MAX ? ", ...)"
        : seen->parameter_count > 0                  ? ")"
                                                     : "");
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
        hck_describe_number(sentence, names, kind, seen->result);
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
        say_exception(&sentence, names, seen);
        say_details(&sentence, names, call, seen);
        return;
    case STATUS_SKIPPED:
        say(&sentence, "not made, forbidden by %s",
            seen->skipped_by < CLAUSE_COUNT ? hck_clause_get((enum clause_id)seen->skipped_by)->id
                                            : "a rule");
        return;
    case STATUS_UNSUPPORTED:
        say(&sentence, "unsupported");
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

/* Writes a dictionary of the words of traces and logs, made from the tables, in the form that
 * libFuzzer and AFL++ read. */
#include <stdio.h>
#include <string.h>

#include "kit/execute/agent.h"
#include "spec/call.h"
#include "spec/text.h"

static void write_word(const char *word)
{
    (void)printf("\"%s\"\n", word);
}

/* In its quotation marks. */
static void write_name(const char *name)
{
    (void)printf("\"\\\"");
    for (; *name != 0; name++) {
        (void)printf(*name == '\\' ? "\\\\" : "%c", *name);
    }
    (void)printf("\\\"\"\n");
}

static void write_forms(void)
{
    static const char *const words[] = {
        (TEXT_TRACE_HEADER "\\x0a"),
        (TEXT_LOG_HEADER "\\x0a"),
        "# end of ",
        "# target winmem\\x0a",
        "# seed ",
        "# clause ",
        (AGENT_RUN "\\x0a"),
        (AGENT_STEP "\\x0a"),
        (AGENT_HOSTILE "\\x0a"),
        AGENT_LACKS,
        (AGENT_QUIT "\\x0a"),
        " -> ",
        " error=",
        " noerror",
        " result=",
        " values=(",
        " handlers=((",
        " ticks=",
        " raised ",
        " skipped ",
        " unsupported",
        " crashed ",
        " hung",
        " exited ",
        " flags=",
        "NULL",
        "&out",
        "SIZE_MAX",
        "SIZE_MAX-1",
        "64K",
        "1G",
        "@1 ",
        "none",
        "..",
        "0x",
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        write_word(words[i]);
    }
}

/* Results, and handles that no call has made. */
static void write_slots(void)
{
    for (unsigned kind = 0; kind < SLOT_KIND_COUNT; kind++) {
        (void)printf("\"%c0 = \"\n", hck_call_slot_letter((enum slot_kind)kind));
    }
    for (unsigned kind = 0; kind <= ARGUMENT_OUT; kind++) {
        const char *name = hck_call_constant_handle((enum argument_kind)kind);
        if (name != NULL) {
            write_word(name);
        }
    }
}

/* Some names are of two sets of flags. */
static bool is_repeated(const struct flag_row *flags, size_t index)
{
    for (size_t i = 0; i < index; i++) {
        if (strcmp(flags[i].name, flags[index].name) == 0) {
            return true;
        }
    }
    return false;
}

static void write_tables(void)
{
    size_t count;
    const struct flag_row *flags = hck_call_flags(&count);
    for (unsigned id = 0; id < CALL_COUNT; id++) {
        (void)printf("\"%s(\"\n", hck_call_rows[id].name);
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_repeated(flags, i)) {
            write_word(flags[i].name);
        }
    }
    for (unsigned i = 0; i < BEHAVIOUR_COUNT; i++) {
        write_word(hck_call_behaviour_names[i]);
    }
    for (unsigned i = 0; i < NAME_COUNT; i++) {
        write_name(hck_call_names[i].text);
    }
    for (unsigned clause = 0; clause < CLAUSE_COUNT; clause++) {
        if (hck_clause_get((enum clause_id)clause)->basis == BASIS_UNDEFINED) {
            write_word(hck_clause_get((enum clause_id)clause)->id);
        }
    }
}

int main(void)
{
    (void)printf("# Made from the tables by fuzz/make_dictionary.c\n");
    write_forms();
    write_slots();
    write_tables();
    return ferror(stdout) || fflush(stdout) != 0;
}

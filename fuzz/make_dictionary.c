/* Writes a dictionary of the words of traces and logs, made from the tables, in the form that
 * libFuzzer and AFL++ read. */
#include <stdio.h>

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
        TEXT_TRACE_HEADER "\\x0a",
        TEXT_LOG_HEADER "\\x0a",
        "# end of ",
        "# target winmem\\x0a",
        "# seed ",
        "# clause ",
        AGENT_RUN "\\x0a",
        AGENT_STEP "\\x0a",
        AGENT_HOSTILE "\\x0a",
        AGENT_LACKS,
        AGENT_QUIT "\\x0a",
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
        "h0 = ",
        "b0 = ",
        "r0 = ",
        "w0 = ",
        "v0 = ",
        "none",
        "..",
        "0x",
    };
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        write_word(words[i]);
    }
}

static void write_tables(void)
{
    size_t count;
    const struct flag_row *flags = hck_call_flags(&count);
    for (unsigned id = 0; id < CALL_COUNT; id++) {
        (void)printf("\"%s(\"\n", hck_call_rows[id].name);
    }
    for (size_t i = 0; i < count; i++) {
        write_word(flags[i].name);
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
    write_tables();
    return ferror(stdout) || fflush(stdout) != 0;
}

/* What stands at the top of the exported file: a comment that says everything about the violation
 * and how to see it, and the includes. */
#include <inttypes.h>
#include <string.h>

#include "kit/export/export_internal.h"
#include "kit/export/pieces.h"
#include "kit/run/describe.h"
#include "spec/text.h"

enum { COMMENT_COLUMNS = 96 };

/* --- The comment at the top ------------------------------------------------------------------- */

/* Text that a comment can hold: no end and no beginning of another one. */
static void say_in_comment(struct source_text *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        hck_source_append(out, &text[i], 1);
        if (i + 1 < length &&
            ((text[i] == '*' && text[i + 1] == '/') || (text[i] == '/' && text[i + 1] == '*'))) {
            hck_source_append(out, " ", 1);
        }
    }
}

/* A paragraph broken at spaces. */
static void say_paragraph(struct source_text *out, const char *text)
{
    while (*text != '\0') {
        size_t length = strlen(text);
        if (length > COMMENT_COLUMNS) {
            length = COMMENT_COLUMNS;
            while (length > 1 && text[length] != ' ') {
                length--;
            }
        }
        hck_source_say(out, " * ");
        say_in_comment(out, text, length);
        hck_source_say(out, "\n");
        text += length;
        text += *text == ' ';
    }
}

static void say_trace(struct source_text *out, const struct export_source *source)
{
    char text[EXPRESSION_MAX];
    hck_source_say(out, " *\n *     " TEXT_TRACE_HEADER "\n");
    if (source->trace->seed != 0) {
        hck_source_say(out, " *     # seed %" PRIu64 "\n", source->trace->seed);
    }
    for (uint32_t i = 0; i < source->trace->call_count; i++) {
        hck_text_print_call(&source->trace->calls[i], text, sizeof text);
        hck_source_say(out, " *     %s%s\n", text,
                       i == source->call_index && i + 1 < source->trace->call_count
                           ? "   # the judged call"
                           : "");
    }
}

/* What the run found, so that a reader need not build it. */
static void say_sentence(struct source_text *out, const struct export_source *source)
{
    char text[SENTENCE_MAX + 40];
    if (source->sentence != NULL && source->sentence[0] != '\0') {
        snprintf(text, sizeof text, "Call %" PRIu32 ": %s.", source->call_index + 1,
                 source->sentence);
        hck_source_say(out, " *\n");
        say_paragraph(out, text);
    }
}

static void say_comment(struct source_text *out, const struct export_source *source)
{
    const struct clause *clause = hck_clause_get(source->clause);
    hck_source_say(out, "/* %s (%s)\n *\n", clause->id, hck_clause_basis_name(clause->basis));
    say_paragraph(out, clause->statement);
    hck_source_say(out, " *\n");
    say_paragraph(out, clause->source);
    say_trace(out, source);
    say_sentence(out, source);
    hck_export_build_lines(out, source);
    hck_source_say(out, " */\n");
}

/* --- Includes --------------------------------------------------------------------------------- */

struct include {
    const char *line;
    const char *words[6]; /* the program needs it if it has one of them */
};

struct search {
    const struct include *include;
    bool is_found;
};

static void find_word(void *context, const char *name, size_t length)
{
    struct search *search = context;
    for (unsigned i = 0; i < 6 && search->include->words[i] != NULL; i++) {
        const char *word = search->include->words[i];
        if (strlen(word) == length && strncmp(word, name, length) == 0) {
            search->is_found = true;
        }
    }
}

static bool needs(const struct include *include, const struct source_text *program)
{
    struct search search = {.include = include};
    hck_pieces_scan(program->bytes, program->length, find_word, &search);
    return search.is_found;
}

static void say_includes(const struct exporter *exporter, const struct source_text *program,
                         struct source_text *out)
{
    static const struct include linux_only[] = {
        {"pthread.h", {"pthread_t"}},
        {"sys/wait.h", {"waitpid"}},
        {"time.h", {"nanosleep"}},
    };
    static const struct include everywhere[] = {
        {"fcntl.h", {"_O_BINARY"}},
        {"setjmp.h", {"setjmp"}},
        {"signal.h", {"signal", "SIGALRM"}},
        {"stdatomic.h", {"atomic_uint", "atomic_load"}},
        {"stdbool.h", {"bool"}},
        {"stdint.h", {"uint64_t", "uintptr_t", "SIZE_MAX"}},
        {"stdio.h", {"printf", "snprintf"}},
        {"stdlib.h", {"exit", "atoi"}},
        {"string.h", {"memset", "memcpy", "strlen"}},
        {"unistd.h", {"write"}},
        {"wchar.h", {"swprintf"}},
    };
    hck_source_say(out, "#ifdef _WIN32\n#include <windows.h>\n#else\n");
    for (unsigned i = 0; i < sizeof linux_only / sizeof linux_only[0]; i++) {
        if (needs(&linux_only[i], program)) {
            hck_source_say(out, "#include <%s>\n", linux_only[i].line);
        }
    }
    hck_source_say(out, "#include <winmem.h>\n");
    for (unsigned i = 0; i < CALL_COUNT; i++) {
        if (exporter->functions[i] != FUNCTION_UNUSED) {
            hck_source_say(out, "#pragma weak %s\n", hck_call_rows[i].name);
        }
    }
    hck_source_say(out, "#endif\n#include <inttypes.h>\n");
    for (unsigned i = 0; i < sizeof everywhere / sizeof everywhere[0]; i++) {
        if (needs(&everywhere[i], program)) {
            hck_source_say(out, "#include <%s>\n", everywhere[i].line);
        }
    }
    hck_source_say(out, "\n");
}

void hck_export_heading(const struct exporter *exporter, const struct source_text *program,
                        struct source_text *out)
{
    say_comment(out, exporter->source);
    say_includes(exporter, program, out);
}

/* The exported file: a comment that says everything about the violation, the includes and helpers
 * that the program needs and no others, its slots, and its calls. */
#include "kit/export/export.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "kit/export/export_internal.h"
#include "kit/export/pieces.h"
#include "spec/text.h"

enum { COMMENT_COLUMNS = 96 };

/* --- The comment at the top ---------------------------------------------------------------------
 */

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
                       i == source->call_index ? "   # the judged call" : "");
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
    hck_source_say(out,
                   " *\n"
                   " * Windows: x86_64-w64-mingw32-gcc -O1 repro.c -o repro.exe\n"
                   " * Linux:   gcc -O1 repro.c -lwinmem -o repro, with -I for <winmem.h>\n"
                   " * Exit status: 0 the clause holds, 1 it is violated, 2 it could not be run.\n"
                   " */\n");
}

/* --- Includes -----------------------------------------------------------------------------------
 */

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

static void say_includes(struct source_text *out, const struct source_text *program)
{
    static const struct include linux_only[] = {
        {"pthread.h", {"pthread_t"}},
        {"time.h", {"nanosleep"}},
        {"unistd.h", {"alarm"}},
    };
    static const struct include everywhere[] = {
        {"setjmp.h", {"setjmp"}},
        {"signal.h", {"signal"}},
        {"stdatomic.h", {"atomic_uint", "atomic_load"}},
        {"stdbool.h", {"bool"}},
        {"stdint.h", {"uint64_t", "uintptr_t", "SIZE_MAX"}},
        {"stdlib.h", {"exit", "atexit", "_Exit"}},
        {"string.h", {"memset", "memcpy"}},
    };
    hck_source_say(out, "#ifdef _WIN32\n#include <windows.h>\n#else\n#include <winmem.h>\n");
    for (unsigned i = 0; i < sizeof linux_only / sizeof linux_only[0]; i++) {
        if (needs(&linux_only[i], program)) {
            hck_source_say(out, "#include <%s>\n", linux_only[i].line);
        }
    }
    hck_source_say(out, "#endif\n#include <inttypes.h>\n");
    for (unsigned i = 0; i < sizeof everywhere / sizeof everywhere[0]; i++) {
        if (needs(&everywhere[i], program)) {
            hck_source_say(out, "#include <%s>\n", everywhere[i].line);
        }
    }
    hck_source_say(out, "#include <stdio.h>\n\n");
}

/* --- Slots and handlers -------------------------------------------------------------------------
 */

static void say_slot(struct exporter *exporter, enum slot_kind kind, uint32_t slot)
{
    struct source_text *out = exporter->out;
    switch (kind) {
    case SLOT_HEAP:
        hck_source_say(out, "static HANDLE h%" PRIu32 ";\n", slot);
        break;
    case SLOT_BLOCK:
        hck_source_say(out,
                       exporter->tracks_contents ? "static struct block b%" PRIu32 ";\n"
                                                 : "static char *b%" PRIu32 ";\n",
                       slot);
        break;
    case SLOT_REGION:
        hck_source_say(out, "static char *r%" PRIu32 ";\n", slot);
        break;
    case SLOT_WALK:
        hck_source_say(out, "static PROCESS_HEAP_ENTRY w%" PRIu32 ";\n", slot);
        if (exporter->results == NULL) {
            hck_source_say(out, "static int has_w%" PRIu32 ";\n", slot);
        }
        break;
    case SLOT_HANDLER:
        hck_source_say(out, "static PVOID v%" PRIu32 ";\n", slot);
        break;
    case SLOT_KIND_NONE:
        break;
    }
}

static void say_slots(struct exporter *exporter)
{
    size_t before = exporter->out->length;
    for (unsigned kind = 0; kind < SLOT_KIND_COUNT; kind++) {
        for (uint32_t i = 0; i < exporter->trace->slot_count[kind]; i++) {
            if (exporter->declared[kind][i] != 0) {
                say_slot(exporter, (enum slot_kind)kind, i);
            }
        }
    }
    for (uint32_t i = 0; i < exporter->trace->call_count; i++) {
        if (exporter->is_kept[i]) {
            hck_source_say(exporter->out, "static uintptr_t result_%" PRIu32 ";\n", i + 1);
        }
    }
    const char *type =
        hck_export_result_type(&exporter->trace->calls[exporter->source->call_index]);
    if (type[0] != '\0') {
        hck_source_say(exporter->out, "static %s result; /* of the judged call */\n", type);
    }
    if (exporter->out->length != before) {
        hck_source_say(exporter->out, "\n");
    }
}

static void say_handlers(struct exporter *exporter)
{
    static const char *const answers[BEHAVIOUR_COUNT] = {
        [BEHAVIOUR_SEARCH] = "search",
        [BEHAVIOUR_CONTINUE] = "continue_execution",
        [BEHAVIOUR_COMMIT] = "commit_page",
    };
    for (uint32_t i = 0; i <= exporter->source->call_index; i++) {
        const struct call *call = &exporter->trace->calls[i];
        if (call->id == CALL_AddVectoredExceptionHandler) {
            hck_source_say(exporter->out,
                           "static LONG CALLBACK handler_%" PRIu32
                           "(PEXCEPTION_POINTERS exception)\n"
                           "{\n    return %s(%" PRIu32 ", exception);\n}\n\n",
                           i + 1, answers[call->arguments[1].value % BEHAVIOUR_COUNT],
                           call->result_slot == NO_SLOT ? 0 : call->result_slot);
        }
    }
}

/* --- Functions ----------------------------------------------------------------------------------
 */

static void say_thread(struct exporter *exporter, unsigned thread, const struct source_text *body)
{
    hck_source_say(exporter->out, "static void thread_%u(void)\n{\n", thread);
    hck_source_append(exporter->out, body->bytes, body->length);
    hck_source_say(exporter->out, "}\n\n");
}

static void say_main(struct exporter *exporter, const struct source_text threads[TRACE_THREADS_MAX])
{
    struct source_text *out = exporter->out;
    hck_source_say(out, "int main(void)\n{\n");
    if (exporter->catches) {
        hck_source_say(out, "    catch_exceptions_last();\n");
    }
    if (exporter->source->expectation->subject == SUBJECT_STATUS) {
        hck_source_say(out, "    start_watch();\n");
    }
    if (!exporter->has_threads) {
        hck_source_append(out, threads[0].bytes, threads[0].length);
        hck_source_say(out, "}\n");
        return;
    }
    for (unsigned i = 0; i < TRACE_THREADS_MAX; i++) {
        if (threads[i].length > 0) {
            hck_source_say(out, "    start_thread(thread_%u);\n", i);
        }
    }
    hck_source_say(out, "    for (unsigned i = 0; i < 30000; i++) {\n"
                        "        sleep_a_little();\n"
                        "    }\n"
                        "    return could_not_run(\"the calls did not come to an end\");\n"
                        "}\n");
}

static void say_functions(struct exporter *exporter,
                          const struct source_text threads[TRACE_THREADS_MAX])
{
    for (unsigned i = 0; exporter->has_threads && i < TRACE_THREADS_MAX; i++) {
        if (threads[i].length > 0) {
            say_thread(exporter, i, &threads[i]);
        }
    }
    say_main(exporter, threads);
}

/* --- The whole ----------------------------------------------------------------------------------
 */

static void note_needs(struct exporter *exporter)
{
    const struct trace *trace = exporter->trace;
    exporter->catches = hck_export_is_about_exception(exporter);
    for (uint32_t i = 0; i <= exporter->source->call_index; i++) {
        const struct call *call = &trace->calls[i];
        exporter->has_threads = exporter->has_threads || call->thread != 0;
        exporter->tracks_contents = exporter->tracks_contents || call->id == CALL_Fill ||
                                    call->id == CALL_Check || call->id == CALL_Zeroed;
    }
}

/* Which calls the executor makes: with the results that were seen, or if all goes well. */
static bool find_made(struct exporter *exporter)
{
    const struct trace *trace = exporter->trace;
    struct forecast forecast;
    exporter->is_made = calloc(trace->call_count, sizeof(bool));
    exporter->is_kept = calloc(trace->call_count, sizeof(bool));
    if (exporter->is_made == NULL || exporter->is_kept == NULL ||
        !hck_forecast_start(&forecast, trace->slot_count, false)) {
        return false;
    }
    forecast.believes = true;
    for (uint32_t i = 0; i < trace->call_count; i++) {
        exporter->is_made[i] = hck_forecast_defined(&forecast, &trace->calls[i]);
        hck_export_follow(exporter, &forecast, i);
    }
    hck_forecast_stop(&forecast);
    hck_export_keep_named_addresses(exporter);
    return true;
}

/* Whether the program names a helper that catches exceptions. */
static void find_guard(void *context, const char *name, size_t length)
{
    static const char *const helpers[] = {
        "GUARDED", "peek", "poke", "execute", "execute_in_block", "catch_exceptions_last"};
    bool *is_found = context;
    for (unsigned i = 0; i < sizeof helpers / sizeof helpers[0]; i++) {
        if (strlen(helpers[i]) == length && strncmp(helpers[i], name, length) == 0) {
            *is_found = true;
        }
    }
}

static bool has_room(struct exporter *exporter)
{
    for (unsigned kind = 0; kind < SLOT_KIND_COUNT; kind++) {
        uint32_t count = exporter->trace->slot_count[kind];
        exporter->declared[kind] = calloc(count > 0 ? count : 1, sizeof(uint32_t));
        if (exporter->declared[kind] == NULL) {
            return false;
        }
    }
    return find_made(exporter) &&
           hck_forecast_start(&exporter->forecast, exporter->trace->slot_count, false);
}

static bool write_program(struct exporter *exporter, struct source_text *program)
{
    struct source_text threads[TRACE_THREADS_MAX] = {0};
    bool failed = false;
    exporter->forecast.believes = true;
    hck_export_calls(exporter, threads);
    for (unsigned i = 0; i < TRACE_THREADS_MAX; i++) {
        if (threads[i].length > 0) {
            hck_pieces_scan(threads[i].bytes, threads[i].length, find_guard, &exporter->catches);
        }
        failed = failed || threads[i].failed;
    }
    exporter->out = program;
    say_slots(exporter);
    say_handlers(exporter);
    say_functions(exporter, threads);
    for (unsigned i = 0; i < TRACE_THREADS_MAX; i++) {
        hck_source_free(&threads[i]);
    }
    return !failed && !program->failed;
}

bool hck_export_c(const struct export_source *source, FILE *stream)
{
    return hck_export_c_seen(source, NULL, stream);
}

bool hck_export_c_seen(const struct export_source *source, const uint64_t *results, FILE *stream)
{
    struct exporter exporter = {.source = source, .trace = source->trace, .results = results};
    struct source_text program = {0};
    struct source_text helpers = {0};
    struct source_text file = {0};
    bool is_written = false;

    note_needs(&exporter);
    if (has_room(&exporter) && write_program(&exporter, &program) &&
        hck_pieces_collect(program.bytes, &helpers)) {
        hck_source_append(&helpers, program.bytes, program.length);
        say_comment(&file, source);
        say_includes(&file, &helpers);
        hck_source_append(&file, helpers.bytes, helpers.length);
        is_written = !file.failed && !helpers.failed &&
                     fwrite(file.bytes, 1, file.length, stream) == file.length &&
                     fflush(stream) == 0;
    }
    hck_forecast_stop(&exporter.forecast);
    free(exporter.is_made);
    free(exporter.is_kept);
    for (unsigned kind = 0; kind < SLOT_KIND_COUNT; kind++) {
        free(exporter.declared[kind]);
    }
    hck_source_free(&program);
    hck_source_free(&helpers);
    hck_source_free(&file);
    return is_written;
}

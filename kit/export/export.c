/* The exported file: its heading, the helpers that the program needs and no others, its slots, and
 * its calls. */
#include "kit/export/export.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "kit/export/export_internal.h"
#include "kit/export/pieces.h"

/* --- Slots and handlers ----------------------------------------------------------------------- */

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
    case SLOT_SECTION:
        hck_source_say(out, "static HANDLE s%" PRIu32 ";\n", slot);
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

/* --- Functions -------------------------------------------------------------------------------- */

static void say_thread(struct exporter *exporter, unsigned thread, const struct source_text *body)
{
    hck_source_say(exporter->out, "static void thread_%u(void)\n{\n", thread);
    hck_source_append(exporter->out, body->bytes, body->length);
    hck_source_say(exporter->out, "}\n\n");
}

/* Helpers that main calls, beside those that the calls name. */
static const char *starter(const struct exporter *exporter)
{
    if (!exporter->catches) {
        return "";
    }
    return exporter->has_handlers ? "catch_exceptions_last" : "catch_exceptions";
}

static void say_needed_functions(struct exporter *exporter)
{
    struct source_text *out = exporter->out;
    hck_source_say(out, "#ifndef _WIN32 /* a library may have a part of the functions only */\n");
    for (unsigned i = 0; i < CALL_COUNT; i++) {
        if (exporter->functions[i] == FUNCTION_NEEDED) {
            hck_source_say(out, "    NEED(%s);\n", hck_call_rows[i].name);
        }
    }
    hck_source_say(out, "#endif\n");
}

static void say_main(struct exporter *exporter, const struct source_text threads[TRACE_THREADS_MAX])
{
    struct source_text *out = exporter->out;
    bool is_about_life = hck_export_is_about_life(exporter);
    hck_source_say(out, "int main(%s)\n{\n", is_about_life ? "int argc, char **argv" : "void");
    say_needed_functions(exporter);
    if (is_about_life) {
        hck_source_say(out, "    if (argc == 1) {\n"
                            "        return judge_another_process();\n"
                            "    }\n"
                            "    pipe_ends[1] = atoi(argv[1]);\n");
    }
    if (exporter->catches) {
        hck_source_say(out, "    %s();\n", starter(exporter));
    }
    if (exporter->accesses && exporter->is_of_library) {
        hck_source_say(out, "#ifndef _WIN32\n    catch_faults();\n#endif\n");
    }
    if (hck_export_is_about_hang(exporter)) {
        hck_source_say(out, "    start_watch_of_return();\n");
    } else if (exporter->has_threads && !is_about_life) {
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
    hck_source_say(out, "    end_turn();\n"
                        "    for (;;) {\n"
                        "        sleep_a_little();\n"
                        "    }\n"
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

/* --- The whole -------------------------------------------------------------------------------- */

static void note_needs(struct exporter *exporter)
{
    const struct trace *trace = exporter->trace;
    exporter->catches = hck_export_is_about_exception(exporter);
    exporter->has_threads = trace->thread_count > 1;
    exporter->is_of_library =
        exporter->source->target != NULL && strncmp(exporter->source->target, "so:", 3) == 0;
    for (uint32_t i = 0; i <= exporter->source->call_index; i++) {
        const struct call *call = &trace->calls[i];
        exporter->has_handlers =
            exporter->has_handlers || call->id == CALL_AddVectoredExceptionHandler;
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

static bool is_called(const char *word, const char *name, size_t length)
{
    return strlen(word) == length && strncmp(word, name, length) == 0;
}

/* Whether the program names a helper that catches exceptions. */
static void find_guard(void *context, const char *name, size_t length)
{
    static const char *const accesses[] = {"peek", "readable", "poke", "execute",
                                           "execute_in_block"};
    struct exporter *exporter = context;
    for (unsigned i = 0; i < sizeof accesses / sizeof accesses[0]; i++) {
        exporter->accesses = exporter->accesses || is_called(accesses[i], name, length);
    }
    exporter->catches = exporter->catches || exporter->accesses ||
                        is_called("GUARDED", name, length) ||
                        is_called("catch_exceptions_last", name, length);
}

static void note_function(void *context, const char *name, size_t length)
{
    struct exporter *exporter = context;
    for (unsigned i = 0; i < CALL_COUNT; i++) {
        const char *function = hck_call_rows[i].name;
        if (hck_call_rows[i].family != FAMILY_probe && strlen(function) == length &&
            strncmp(function, name, length) == 0) {
            exporter->functions[i] = FUNCTION_NEEDED;
        }
    }
}

/* The functions that the calls or their helpers name. Catching exceptions can be done without where
 * nothing but a fault could raise one. */
static bool find_functions(struct exporter *exporter,
                           const struct source_text threads[TRACE_THREADS_MAX])
{
    struct source_text body = {0};
    struct source_text helpers = {0};
    enum call_id catching = CALL_AddVectoredExceptionHandler;
    for (unsigned i = 0; i < TRACE_THREADS_MAX; i++) {
        hck_source_append(&body, threads[i].bytes, threads[i].length);
    }
    hck_source_append(&body, exporter->out->bytes, exporter->out->length);
    hck_source_say(&body, "\n");
    bool is_done = !body.failed && hck_pieces_collect(body.bytes, &helpers) && !helpers.failed;
    if (is_done) {
        hck_pieces_scan(body.bytes, body.length, note_function, exporter);
        hck_pieces_scan(helpers.bytes, helpers.length, note_function, exporter);
        if (exporter->catches && exporter->functions[catching] == FUNCTION_UNUSED) {
            exporter->functions[catching] =
                exporter->accesses && !exporter->is_of_library ? FUNCTION_NEEDED : FUNCTION_USED;
        }
    }
    hck_source_free(&body);
    hck_source_free(&helpers);
    return is_done;
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
            hck_pieces_scan(threads[i].bytes, threads[i].length, find_guard, exporter);
        }
        failed = failed || threads[i].failed;
    }
    exporter->out = program;
    say_slots(exporter);
    say_handlers(exporter);
    failed = failed || !find_functions(exporter, threads);
    say_functions(exporter, threads);
    for (unsigned i = 0; i < TRACE_THREADS_MAX; i++) {
        hck_source_free(&threads[i]);
    }
    return !failed && !program->failed;
}

bool hck_export_c(const struct export_source *source, FILE *stream)
{
    struct exporter exporter = {
        .source = source, .trace = source->trace, .results = source->results};
    struct source_text program = {0};
    struct source_text helpers = {0};
    struct source_text file = {0};
    bool is_written = false;

    note_needs(&exporter);
    if (has_room(&exporter) && write_program(&exporter, &program) &&
        hck_pieces_collect(program.bytes, &helpers)) {
        hck_source_append(&helpers, program.bytes, program.length);
        hck_export_heading(&exporter, &helpers, &file);
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

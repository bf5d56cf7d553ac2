/* heapck shrink: the smallest trace that violates the same clause. */
#include <inttypes.h>

#include "kit/cli/command.h"
#include "kit/cli/interrupt.h"
#include "kit/cli/output.h"
#include "kit/cli/violating.h"

static int write_smallest(const struct violating *violating, const struct reduced *reduced)
{
    struct output output;
    if (!hck_output_open(&output, violating->output_path)) {
        return EXIT_STATUS_USAGE;
    }
    bool to_stdout = output.stream == stdout;
    const char *clause_id = hck_clause_get(reduced->witness.finding.clause)->id;
    (void)hck_trace_write_violating(&reduced->trace.trace, clause_id, output.stream);
    if (!hck_output_close(&output)) {
        return EXIT_STATUS_BROKEN;
    }
    /* The trace alone on standard output, so that it can be piped into a file. */
    (void)fprintf(to_stdout ? stderr : stdout,
                  "%s\n%" PRIu32 " %s became %" PRIu32 "\ncall %" PRIu32 ": %s\n", clause_id,
                  reduced->calls_before, hck_report_plural(reduced->calls_before, "call", "calls"),
                  reduced->trace.trace.call_count, reduced->witness.call_index + 1,
                  reduced->witness.sentence);
    return EXIT_STATUS_CONFORMS;
}

static int complain_of(const char *what, const struct witness *witness)
{
    char message[MESSAGE_MAX];
    (void)snprintf(message, sizeof message,
                   "the violation %s, so nothing was written: %s, at call %" PRIu32 ": %s", what,
                   hck_clause_get(witness->finding.clause)->id, witness->call_index + 1,
                   witness->sentence);
    return hck_setup_fail(EXIT_STATUS_BROKEN, message);
}

/* For struct reduce_options. */
static void note_trying(void *context, uint32_t attempt, uint32_t call_count)
{
    struct violating *violating = context;
    violating->attempt = attempt;
    violating->calls_left = call_count;
}

static int shrink(struct violating *violating)
{
    struct reduced reduced = {.calls_before = 0};
    struct reduce_options options = {
        .target = violating->setup.target,
        .target_options = violating->setup.target_options,
        .bases = violating->setup.profile->bases,
        .wish = {.clause = violating->witness.finding.clause},
        .seen = &violating->witness.finding,
        .interrupted = &hck_interrupted,
        .trying = note_trying,
        .trying_context = violating,
    };
    int status = EXIT_STATUS_BROKEN;
    enum reduce_result result = hck_reduce(&options, violating->trace, &reduced);
    hck_progress_end(&violating->progress);
    switch (result) {
    case REDUCE_DONE:
        status = write_smallest(violating, &reduced);
        break;
    case REDUCE_UNSTEADY:
        status = complain_of("comes and goes from run to run", &reduced.witness);
        break;
    case REDUCE_NOT_VIOLATED:
        status = complain_of("did not come again when the trace ran in a new process",
                             &violating->witness);
        break;
    case REDUCE_BROKEN:
        if (!atomic_load(&hck_interrupted)) {
            status = hck_setup_fail(EXIT_STATUS_BROKEN, reduced.message);
        }
        break;
    }
    hck_reduced_free(&reduced);
    return hck_interrupt_status(status, status == EXIT_STATUS_CONFORMS
                                            ? "what was written is the smallest so far"
                                            : "nothing was written");
}

int hck_command_shrink(int argc, char *const *argv)
{
    struct violating violating = {.setup = SETUP_DEFAULTS};
    const struct option_row rows[] = {
        ROW_TARGET(violating.setup),
        ROW_PROFILE(violating.setup),
        {OPTION_TEXT, "-o", "OUT", "the trace that is written; - for standard output",
         &violating.output_path},
        ROW_CLAUSE(violating),
        ROW_LIMIT(violating.setup),
        ROW_END,
    };
    struct command_line line = {
        .name = "shrink",
        .usage = "FILE --target T -o OUT [--clause ID] [--profile P] [--limit S]",
        .summary =
            "Makes a trace that violates a clause as small as it can be: fewest calls, then\n"
            "simplest values. Exit status 0: OUT was written; 2: the trace conforms.\n"
            "Where every attempt hangs it takes a minute or two.",
        .rows = rows,
        .positional_name = "FILE",
        .positional_min = 1,
        .positional_max = 1,
    };
    int status = hck_options_read(&line, argc, argv);
    if (status == OPTIONS_GO_ON) {
        hck_interrupt_catch();
        status = hck_violating_find(&violating, &line);
        if (status == 0) {
            status = shrink(&violating);
        }
    }
    hck_violating_free(&violating);
    return status;
}

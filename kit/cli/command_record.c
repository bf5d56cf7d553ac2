/* heapck record: one trace on a target, written down and not judged. */
#include <errno.h>
#include <string.h>

#include "kit/cli/command.h"
#include "kit/cli/interrupt.h"
#include "kit/cli/output.h"
#include "kit/cli/setup.h"
#include "kit/run/log.h"
#include "kit/weave/weave.h"

struct record {
    struct setup setup;
    struct trace_buffer plain;
    struct trace_buffer woven;
    const char *output_path;
    bool weave;
};

static void observe(void *context, const struct call *call, const struct observation *seen)
{
    hck_log_write(context, call, seen);
}

/* There is no whole log. */
static int give_up(struct output *output, const struct target_error *error, uint32_t call_count)
{
    char done[MESSAGE_MAX];
    bool is_half_written = hck_output_discard(output);
    if (!atomic_load(&hck_interrupted)) {
        return hck_setup_target_failed(error);
    }
    if (is_half_written) {
        (void)snprintf(done, sizeof done, "%.800s has %u calls and no end, and will not be judged",
                       output->path, call_count);
    } else {
        (void)snprintf(done, sizeof done, "%.800s was not written", output->path);
    }
    return hck_interrupt_status(0, done);
}

static int record_trace(struct record *record, struct target *target, const struct trace *trace)
{
    struct target_error error = {.message = ""};
    struct output output;
    struct log_writer writer;
    if (!hck_target_start(target, &error)) {
        return atomic_load(&hck_interrupted) ? hck_interrupt_status(0, "nothing was recorded")
                                             : hck_setup_target_failed(&error);
    }
    if (!hck_output_open(&output, record->output_path)) {
        return EXIT_STATUS_USAGE;
    }
    hck_log_begin(&writer, output.stream, target, record->setup.profile->hostile, trace);
    enum target_result result = hck_target_run(target, trace, observe, &writer, &error);
    if (result != TARGET_BROKEN) {
        hck_log_end(&writer);
    }
    hck_log_free_writer(&writer);
    if (result == TARGET_BROKEN) {
        return give_up(&output, &error, writer.call_count);
    }
    if (writer.failed && !ferror(output.stream)) {
        (void)hck_output_discard(&output);
        return hck_setup_fail(EXIT_STATUS_BROKEN, "out of memory for a line of the log");
    }
    bool written = hck_output_close(&output);
    if (result == TARGET_DIED_BEHIND || result == TARGET_STALLED) {
        hck_setup_fail(0, error.message); /* which no line of the log says */
    }
    return written ? EXIT_STATUS_CONFORMS : EXIT_STATUS_BROKEN;
}

static int run_record(struct record *record, const struct command_line *line)
{
    if (record->output_path == NULL) {
        hck_options_complain(line, "-o LOG is missing");
        return EXIT_STATUS_USAGE;
    }
    int status = hck_setup_load_trace(line->positional.items[0], &record->plain);
    if (status == 0) {
        status = hck_setup_resolve(&record->setup, line);
    }
    if (status == 0) {
        status = hck_output_check(record->output_path);
    }
    if (status != 0) {
        return status;
    }
    const struct trace *trace = &record->plain.trace;
    if (record->weave) {
        if (!hck_weave(trace, &record->woven)) {
            return hck_setup_fail(EXIT_STATUS_BROKEN, "out of memory");
        }
        trace = &record->woven.trace;
    }
    struct target_error error = {.message = ""};
    struct target *target =
        hck_target_open(record->setup.target, &record->setup.target_options, &error);
    if (target == NULL) {
        return hck_setup_target_failed(&error);
    }
    hck_interrupt_catch();
    status = record_trace(record, target, trace);
    hck_target_close(target);
    return status;
}

int hck_command_record(int argc, char *const *argv)
{
    struct record record = {.setup = SETUP_DEFAULTS};
    const struct option_row rows[] = {
        ROW_TARGET(record.setup),
        ROW_PROFILE(record.setup),
        {OPTION_TEXT, "-o", "LOG", "the log that is written; - for standard output",
         &record.output_path},
        {OPTION_FLAG, "--weave", NULL, "put probes between the calls first, as 'run' does",
         &record.weave},
        ROW_LIMIT(record.setup),
        ROW_END,
    };
    struct command_line line = {
        .name = "record",
        .usage = "TRACE [--target T] [--profile P] [--weave] -o LOG",
        .summary =
            "Runs one trace and writes what was seen of each call into a log, which 'heapck\n"
            "judge' judges on this machine or another. Of the profile only 'hostile' makes\n"
            "a difference here. The exit status says nothing about conformance.",
        .rows = rows,
        .positional_name = "TRACE",
        .positional_min = 1,
        .positional_max = 1,
    };
    int status = hck_options_read(&line, argc, argv);
    if (status == OPTIONS_GO_ON) {
        status = run_record(&record, &line);
    }
    hck_trace_free(&record.plain);
    hck_trace_free(&record.woven);
    hck_setup_free(&record.setup);
    return status;
}

/* heapck bench: medians of several rounds, on a machine that had better be idle. */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kit/cli/bench.h"
#include "kit/cli/command.h"
#include "kit/cli/interrupt.h"
#include "kit/cli/setup.h"

enum { TRACES_DEFAULT = 100 };

static uint64_t read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint64_t hck_bench_clock_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

uint64_t hck_bench_processor_ns(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

static int compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

double hck_bench_median(double rounds[BENCH_ROUNDS])
{
    qsort(rounds, BENCH_ROUNDS, sizeof rounds[0], compare_numbers);
    return rounds[BENCH_ROUNDS / 2];
}

/* What fuzzers get done is asked for with sanitizers too. */
static void warn_of_build(bool is_for_sanitizers)
{
#ifndef NDEBUG
    hck_setup_fail(0, "note: this is not a release build; its numbers say little");
#endif
#ifdef HEAPCK_SANITIZED
    if (!is_for_sanitizers) {
        hck_setup_fail(0, "note: this build has sanitizers; its numbers say nothing");
    }
#else
    (void)is_for_sanitizers;
#endif
}

int hck_command_bench(int argc, char *const *argv)
{
    const char *target = "winmem";
    struct number_option traces = {TRACES_DEFAULT, 1, 1000000, false};
    const struct option_row rows[] = {
        {OPTION_TEXT, "--target", "T", "of 'agent': the target behind the pipe (default winmem)",
         &target},
        {OPTION_NUMBER, "--traces", "N", "of 'agent': generated traces in a round (default 100)",
         &traces},
        ROW_END,
    };
    struct command_line line = {
        .name = "bench",
        .usage = "[oracle | fuzz | vm | agent [--target T] [--traces N]]",
        .summary =
            "oracle (default): calls per second on libwinmem in this process, bare and judged,\n"
            "and what judging costs with 1,000 and with 1,000,000 live blocks.\n"
            "fuzz: executions of fuzz inputs per second on libwinmem in this process, judged, and\n"
            "where their time goes.\n"
            "vm: virtual memory beside the system calls that it stands on, and as it grows.\n"
            "agent: calls per second through the pipe of a target. Medians of 5 rounds.",
        .rows = rows,
        .positional_max = 1,
    };
    int status = hck_options_read(&line, argc, argv);
    if (status != OPTIONS_GO_ON) {
        return status;
    }
    hck_interrupt_catch();
    const char *name = line.positional.count > 0 ? line.positional.items[0] : "oracle";
    if (strcmp(name, "oracle") == 0) {
        warn_of_build(false);
        return hck_bench_oracle();
    }
    if (strcmp(name, "fuzz") == 0) {
        warn_of_build(true);
        return hck_bench_fuzz();
    }
    if (strcmp(name, "vm") == 0) {
        warn_of_build(false);
        return hck_bench_vm();
    }
    if (strcmp(name, "agent") == 0) {
        warn_of_build(false);
        return hck_bench_agent(target, traces.value);
    }
    char message[MESSAGE_MAX];
    (void)snprintf(message, sizeof message, "expected oracle, fuzz, vm or agent, found '%.800s'",
                   name);
    hck_options_complain(&line, message);
    return EXIT_STATUS_USAGE;
}

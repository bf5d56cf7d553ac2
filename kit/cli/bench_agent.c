/* heapck bench agent: calls through a target's pipe, not judged.
 *
 * agent.pipe is the pipe, the text and the executor: plain heap traces of a thousand cheap calls.
 * agent.generated is what a run makes of it: the generated mix with its probes, whose large blocks,
 * faults and whole-memory queries are the target's own time. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "kit/cli/bench.h"
#include "kit/cli/interrupt.h"
#include "kit/cli/setup.h"
#include "kit/run/plan.h"

enum { PLAIN_CALLS = 999 };

struct bench {
    struct target *target;
    struct trace_buffer *traces; /* woven */
    uint64_t trace_count;
    uint64_t call_count; /* observed in one round */
};

static void observe(void *context, const struct call *call, const struct observation *seen)
{
    struct bench *bench = context;
    (void)call;
    (void)seen;
    bench->call_count++;
}

static bool append_line(struct trace_buffer *trace, const char *line)
{
    struct call call;
    struct text_error error;
    return hck_text_parse_call(line, strlen(line), 0, &call, &error) == TEXT_CALL &&
           hck_trace_append(trace, &call);
}

static bool make_plain_traces(struct bench *bench)
{
    static const char *const lines[] = {"b0 = HeapAlloc(h0, 0, 100)", "HeapSize(h0, 0, b0)",
                                        "HeapFree(h0, 0, b0)"};
    bench->traces = calloc(bench->trace_count, sizeof *bench->traces);
    bool made = bench->traces != NULL;
    for (uint64_t i = 0; i < bench->trace_count && made; i++) {
        made = append_line(&bench->traces[i], "h0 = HeapCreate(0, 0, 0)");
        for (unsigned k = 0; k < PLAIN_CALLS && made; k++) {
            made = append_line(&bench->traces[i], lines[k % 3]);
        }
    }
    return made;
}

/* One thread: waiting for locks is not what is measured. */
static bool make_generated_traces(struct bench *bench)
{
    const struct corpus none = {NULL, 0, 0};
    const struct plan plan = {
        .corpus = &none, .seed = 1, .generated_count = bench->trace_count, .thread_count = 1};
    struct plan_trace trace;
    memset(&trace, 0, sizeof trace);
    bench->traces = calloc(bench->trace_count, sizeof *bench->traces);
    bool made = bench->traces != NULL;
    for (uint64_t i = 0; i < bench->trace_count && made; i++) {
        made = hck_plan_make(&plan, i, &trace) &&
               hck_trace_copy(&bench->traces[i], &trace.woven.trace);
    }
    hck_plan_trace_free(&trace);
    return made;
}

static int fail(const struct target_error *error)
{
    return atomic_load(&hck_interrupted) ? hck_interrupt_status(0, BENCH_INTERRUPTED)
                                         : hck_setup_target_failed(error);
}

static int run_rounds(struct bench *bench, const char *name)
{
    double rates[BENCH_ROUNDS];
    struct target_error error = {.message = ""};
    for (unsigned round = 0; round < BENCH_ROUNDS; round++) {
        bench->call_count = 0;
        uint64_t begin_ns = hck_bench_clock_ns();
        for (uint64_t i = 0; i < bench->trace_count; i++) {
            if (hck_target_run(bench->target, &bench->traces[i].trace, observe, bench, &error) ==
                TARGET_BROKEN) {
                return fail(&error);
            }
        }
        double seconds = (double)(hck_bench_clock_ns() - begin_ns) / 1e9;
        rates[round] = (double)bench->call_count / seconds;
    }
    (void)printf("%s %.0f calls/s\n", name, hck_bench_median(rates));
    (void)fflush(stdout);
    return EXIT_STATUS_CONFORMS;
}

static void free_traces(struct bench *bench)
{
    for (uint64_t i = 0; bench->traces != NULL && i < bench->trace_count; i++) {
        hck_trace_free(&bench->traces[i]);
    }
    free(bench->traces);
    bench->traces = NULL;
}

static int measure(struct bench *bench, const char *name, bool (*make)(struct bench *bench))
{
    int status = EXIT_STATUS_BROKEN;
    if (make(bench)) {
        status = run_rounds(bench, name);
    } else {
        hck_setup_fail(0, "out of memory");
    }
    free_traces(bench);
    return status;
}

int hck_bench_agent(const char *target_name, uint64_t trace_count)
{
    const struct target_options options = {.interrupted = &hck_interrupted,
                                           .waits = hck_setup_waits,
                                           .waits_context = (void *)(uintptr_t)target_name};
    struct target_error error = {.message = ""};
    struct bench bench = {.trace_count = trace_count};
    int status = EXIT_STATUS_BROKEN;
    bench.target = hck_target_open(target_name, &options, &error);
    if (bench.target == NULL || !hck_target_start(bench.target, &error)) {
        status = fail(&error);
    } else {
        status = measure(&bench, "agent.pipe", make_plain_traces);
        if (status == EXIT_STATUS_CONFORMS) {
            status = measure(&bench, "agent.generated", make_generated_traces);
        }
    }
    if (bench.target != NULL) {
        hck_target_close(bench.target);
    }
    return status;
}

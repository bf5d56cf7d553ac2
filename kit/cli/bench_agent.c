/* heapck bench agent: the same generated traces through a target's pipe, not judged. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "kit/cli/bench.h"
#include "kit/cli/setup.h"
#include "kit/run/plan.h"

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

/* One thread: waiting for locks is not what is measured. */
static bool make_traces(struct bench *bench)
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

static int run_rounds(struct bench *bench)
{
    double rates[BENCH_ROUNDS];
    struct target_error error = {.message = ""};
    for (unsigned round = 0; round < BENCH_ROUNDS; round++) {
        bench->call_count = 0;
        uint64_t begin_ns = hck_bench_clock_ns();
        for (uint64_t i = 0; i < bench->trace_count; i++) {
            if (hck_target_run(bench->target, &bench->traces[i].trace, observe, bench, &error) ==
                TARGET_BROKEN) {
                return hck_setup_target_failed(&error);
            }
        }
        double seconds = (double)(hck_bench_clock_ns() - begin_ns) / 1e9;
        rates[round] = (double)bench->call_count / seconds;
    }
    (void)printf("agent.pipe %.0f calls/s\n", hck_bench_median(rates));
    return EXIT_STATUS_CONFORMS;
}

int hck_bench_agent(const char *target_name, uint64_t trace_count)
{
    const struct target_options options = {0, 0, false};
    struct target_error error = {.message = ""};
    struct bench bench = {.trace_count = trace_count};
    int status = EXIT_STATUS_BROKEN;
    bench.target = hck_target_open(target_name, &options, &error);
    if (bench.target == NULL || !hck_target_start(bench.target, &error)) {
        status = hck_setup_target_failed(&error);
    } else if (!make_traces(&bench)) {
        hck_setup_fail(0, "out of memory");
    } else {
        status = run_rounds(&bench);
    }
    for (uint64_t i = 0; bench.traces != NULL && i < trace_count; i++) {
        hck_trace_free(&bench.traces[i]);
    }
    free(bench.traces);
    if (bench.target != NULL) {
        hck_target_close(bench.target);
    }
    return status;
}

/* heapck bench fuzz: how many inputs a fuzzer gets done on one core.
 *
 * An execution is what a harness does for an input: its bytes become a trace, one in four is woven,
 * run on libwinmem in this process, judged, and what it reached is noted. The inputs are drawn by
 * the generator and are neighbours of each other, as the built-in engine would have them, and do
 * not depend on the target: so two builds are measured with the same ones.
 *
 * Where the time goes is learned from loops that end after each of the steps: clocks between the
 * steps would cost as much as some of them do. */
#include <stdlib.h>
#include <string.h>

#include "kit/cli/bench.h"
#include "kit/cli/interrupt.h"
#include "kit/cli/setup.h"
#include "kit/execute/execute.h"
#include "kit/execute/fault.h"
#include "kit/fuzz/guide.h"
#include "kit/fuzz/input.h"
#include "kit/generate/bytes.h"
#include "kit/generate/mutate.h"
#include "kit/generate/random.h"
#include "kit/run/judge.h"
#include "kit/target/target_api.h"
#include "kit/weave/weave.h"

enum {
#ifdef HEAPCK_SANITIZED
    INPUTS = 500,
    GOAL = 5000,
#else
    INPUTS = 2000,
    GOAL = 20000,
#endif
    DRAWN_CALLS_MAX = 24, /* the inputs have about 20 calls */
    GENERATED_PART = 4,   /* one in so many is drawn, the others are changed */
    CHANGED_MAX = 3       /* times */
};

/* Each has those before it done. */
enum step { STEP_DECODE, STEP_WEAVE, STEP_EXECUTE, STEP_JUDGE, STEP_GUIDE, STEP_COUNT };

static const char *const step_names[STEP_COUNT] = {"decode", "weave", "execute", "judge", "guide"};

struct input {
    uint8_t *bytes;
    size_t size;
};

struct bench {
    struct api api;
    struct generate_options drawn;
    struct input inputs[INPUTS];
    double mutate_ns; /* of an input */
    struct trace_buffer plain;
    struct trace_buffer woven;
    struct judge_session *session;
    struct guide guide;
    uint64_t plain_calls; /* of one round */
    uint64_t woven_calls;
    uint64_t violated_count;
    bool is_broken;
};

/* The harnesses whose inputs are a part of those of `mixed`. */
static const struct {
    const char *name;
    uint32_t families;
    uint32_t thread_count;
} harnesses[] = {
#define HARNESS(name, families, threads, judges) {#name, (judges) ? (families) : 0, threads},
#include "kit/fuzz/harnesses.def"
#undef HARNESS
};

/* --- Inputs ----------------------------------------------------------------------------------- */

static bool keep(struct input *input, const struct trace *trace)
{
    size_t capacity = (size_t)trace->call_count * BYTES_PER_CALL;
    input->bytes = malloc(capacity + 1);
    input->size = input->bytes != NULL ? hck_bytes_encode(trace, input->bytes, capacity) : 0;
    return input->bytes != NULL;
}

static bool change(struct bench *bench, const struct input *from, struct random *random)
{
    hck_trace_clear(&bench->plain);
    if (!hck_bytes_decode(from->bytes, from->size, &bench->plain)) {
        return false;
    }
    for (uint64_t left = hck_random_between(random, 1, CHANGED_MAX); left > 0; left--) {
        hck_trace_clear(&bench->woven);
        if (!hck_mutate(&bench->plain.trace, hck_random_next(random), &bench->drawn,
                        &bench->woven)) {
            return false;
        }
        struct trace_buffer changed = bench->woven;
        bench->woven = bench->plain;
        bench->plain = changed;
    }
    return true;
}

static void drop_inputs(struct bench *bench)
{
    for (unsigned i = 0; i < INPUTS; i++) {
        free(bench->inputs[i].bytes);
        bench->inputs[i].bytes = NULL;
    }
}

/* Of calls of these families. */
static bool make_inputs(struct bench *bench, uint32_t families)
{
    struct random random;
    unsigned drawn_count = INPUTS / GENERATED_PART;
    uint64_t begin_ns = 0;
    hck_random_start(&random, 1);
    drop_inputs(bench);
    bench->drawn =
        (struct generate_options){.call_count_max = DRAWN_CALLS_MAX, .families = families};
    for (unsigned i = 0; i < INPUTS; i++) {
        hck_trace_clear(&bench->plain);
        if (i == drawn_count) {
            begin_ns = hck_bench_processor_ns();
        }
        bool is_made = i < drawn_count
                           ? hck_generate(hck_random_next(&random), &bench->drawn, &bench->plain)
                           : change(bench, &bench->inputs[hck_random_below(&random, i)], &random);
        if (!is_made || !keep(&bench->inputs[i], &bench->plain.trace)) {
            return false;
        }
    }
    bench->mutate_ns =
        (double)(hck_bench_processor_ns() - begin_ns) / (double)(INPUTS - drawn_count);
    return true;
}

/* --- Executions ------------------------------------------------------------------------------- */

static void observe_nothing(void *context, const struct call *call, const struct observation *seen)
{
    (void)context;
    (void)call;
    (void)seen;
}

static void note_reached(void *context, const struct trace *trace, uint32_t call_index,
                         const struct observation *seen, const struct verdicts *verdicts)
{
    struct bench *bench = context;
    (void)trace;
    (void)call_index;
    (void)seen;
    struct guide_news news = {.count = 0};
    hck_guide_note(&bench->guide, verdicts, &news);
}

static bool judge(struct bench *bench, judge_listener listener)
{
    struct judge_summary summary;
    hck_judge_local(bench->session, &bench->api, &bench->woven.trace, listener, bench, &summary);
    bench->violated_count += summary.violated_count;
    bench->is_broken = bench->is_broken || summary.broken;
    return !summary.broken;
}

static bool execute(struct bench *bench)
{
    struct executor_options options = {
        .block_wait_ms = EXECUTOR_BLOCK_WAIT_MS, .observe = observe_nothing, .context = bench};
    return hck_execute(&bench->api, &bench->woven.trace, &options);
}

static bool take(struct bench *bench, const struct input *input, enum step last)
{
    hck_trace_clear(&bench->plain);
    if (!hck_bytes_decode(input->bytes, input->size, &bench->plain)) {
        return false;
    }
    bench->plain_calls += bench->plain.trace.call_count;
    if (last == STEP_DECODE) {
        return true;
    }
    hck_trace_clear(&bench->woven);
    if (!hck_weave_some(&bench->plain.trace, &bench->woven)) {
        return false;
    }
    bench->woven_calls += bench->woven.trace.call_count;
    if (last == STEP_WEAVE) {
        return true;
    }
    return last == STEP_EXECUTE ? execute(bench)
                                : judge(bench, last == STEP_GUIDE ? note_reached : NULL);
}

/* Nanoseconds of an execution that ends with this step, or 0. */
static double measure_once(struct bench *bench, enum step last)
{
    uint64_t begin_ns = hck_bench_processor_ns();
    bench->plain_calls = 0;
    bench->woven_calls = 0;
    for (unsigned i = 0; i < INPUTS; i++) {
        if (atomic_load(&hck_interrupted) || !take(bench, &bench->inputs[i], last)) {
            return 0;
        }
    }
    return (double)(hck_bench_processor_ns() - begin_ns) / INPUTS;
}

/* The steps take turns, for a machine that becomes slower becomes so for all of them. */
static bool measure(struct bench *bench, double costs_ns[STEP_COUNT])
{
    double costs[STEP_COUNT][BENCH_ROUNDS];
    for (unsigned round = 0; round < BENCH_ROUNDS; round++) {
        for (unsigned step = 0; step < STEP_COUNT; step++) {
            costs[step][round] = measure_once(bench, (enum step)step);
            if (costs[step][round] <= 0) {
                return false;
            }
        }
    }
    for (unsigned step = 0; step < STEP_COUNT; step++) {
        costs_ns[step] = hck_bench_median(costs[step]);
    }
    return true;
}

/* --- What is said ----------------------------------------------------------------------------- */

static void print_rates(const struct bench *bench, double whole_ns)
{
    double plain = (double)bench->plain_calls / INPUTS;
    double woven = (double)bench->woven_calls / INPUTS;
    double rate = 1e9 / whole_ns;
    (void)printf("fuzz.input %.1f calls\n", plain);
    (void)printf("fuzz.input_woven %.1f calls\n", woven);
    (void)printf("fuzz.executions %.0f executions/s\n", rate);
    (void)printf("fuzz.executions_of_goal %.2f of %d executions/s\n", rate / GOAL, GOAL);
    (void)printf("fuzz.calls %.0f calls/s\n", rate * plain);
    (void)printf("fuzz.calls_woven %.0f calls/s\n", rate * woven);
}

/* A step costs what a loop with it takes longer than one without. */
static void print_steps(const double costs_ns[STEP_COUNT])
{
    double before_ns = 0;
    for (unsigned step = 0; step < STEP_COUNT; step++) {
        double own_ns = costs_ns[step] > before_ns ? costs_ns[step] - before_ns : 0;
        (void)printf("fuzz.step_%s %.2f us/execution\n", step_names[step], own_ns / 1e3);
        before_ns = costs_ns[step];
    }
    (void)printf("fuzz.step_all %.2f us/execution\n", costs_ns[STEP_GUIDE] / 1e3);
}

static bool run_steps(struct bench *bench)
{
    double costs_ns[STEP_COUNT];
    if (!measure(bench, costs_ns)) {
        return false;
    }
    print_rates(bench, costs_ns[STEP_GUIDE]);
    print_steps(costs_ns);
    (void)printf("fuzz.mutate %.2f us/input\n", bench->mutate_ns / 1e3);
    (void)fflush(stdout);
    return true;
}

static bool run_harness(struct bench *bench, const char *name, uint32_t families)
{
    double costs_ns[BENCH_ROUNDS];
    if (!make_inputs(bench, families)) {
        return false;
    }
    for (unsigned round = 0; round < BENCH_ROUNDS; round++) {
        costs_ns[round] = measure_once(bench, STEP_GUIDE);
        if (costs_ns[round] <= 0) {
            return false;
        }
    }
    (void)printf("fuzz.%s.executions %.0f executions/s\n", name, 1e9 / hck_bench_median(costs_ns));
    (void)fflush(stdout);
    return true;
}

static bool run_harnesses(struct bench *bench)
{
    bool is_run = true;
    for (size_t i = 0; i < sizeof harnesses / sizeof harnesses[0]; i++) {
        bool is_part = harnesses[i].families != 0 && harnesses[i].thread_count == 1 &&
                       harnesses[i].families != INPUT_FAMILIES_ALL;
        is_run =
            is_run && (!is_part || run_harness(bench, harnesses[i].name, harnesses[i].families));
    }
    return is_run;
}

static struct bench *open_bench(void)
{
    struct bench *bench = calloc(1, sizeof *bench);
    if (bench != NULL) {
        bench->session = hck_judge_open(PROFILE_WINDOWS, false);
        if (bench->session == NULL) {
            free(bench);
            return NULL;
        }
        hck_judge_tell_classes(bench->session);
        hck_target_fill_winmem(&bench->api);
    }
    return bench;
}

static void close_bench(struct bench *bench)
{
    drop_inputs(bench);
    hck_trace_free(&bench->plain);
    hck_trace_free(&bench->woven);
    hck_judge_close(bench->session);
    free(bench);
}

static int status_of(const struct bench *bench, bool is_run)
{
    if (!is_run && atomic_load(&hck_interrupted)) {
        return hck_interrupt_status(0, BENCH_INTERRUPTED);
    }
    if (!is_run) {
        return hck_setup_fail(EXIT_STATUS_BROKEN, bench->is_broken
                                                      ? "what was seen of an input makes no sense"
                                                      : "out of memory");
    }
    if (bench->violated_count > 0) {
        return hck_setup_fail(EXIT_STATUS_BROKEN,
                              "the measured calls violate clauses, so the numbers mean little");
    }
    return EXIT_STATUS_CONFORMS;
}

/* The engines that change and choose inputs have numbers of their own: each is a function beside
 * run_steps. */
int hck_bench_fuzz(void)
{
    struct bench *bench = open_bench();
    if (bench == NULL) {
        return hck_setup_fail(EXIT_STATUS_BROKEN, "out of memory");
    }
    int status = EXIT_STATUS_BROKEN;
    if (hck_fault_attach(&bench->api)) {
        status = status_of(bench, make_inputs(bench, INPUT_FAMILIES_ALL) && run_steps(bench) &&
                                      run_harnesses(bench));
        hck_fault_detach(&bench->api);
    } else {
        hck_setup_fail(status, "faults cannot be caught in this process");
    }
    close_bench(bench);
    return status;
}

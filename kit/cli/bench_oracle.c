/* heapck bench oracle.
 *
 * The first part replays one trace in this process, on one thread: mixed calls on a few thousand
 * live blocks, bare, and with the oracle judging each call as it ends. The second part records a
 * replay once and lets the oracle judge the record, with a thousand and with a million blocks
 * alive: the same calls, so what differs is the size of the model alone. The third part does so
 * with few and with many heaps that are made and destroyed. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "kit/cli/bench.h"
#include "kit/cli/interrupt.h"
#include "kit/cli/setup.h"
#include "kit/execute/execute.h"
#include "kit/execute/fault.h"
#include "kit/run/arena.h"
#include "kit/target/target_api.h"

enum {
    CHURN_BLOCKS = 4096,
#if defined HEAPCK_SANITIZED || defined HEAPCK_COUNTED
    CHURN_CALLS = 20 * 1000, /* only to see that it runs, and ends when it is told to */
#else
    CHURN_CALLS = 200 * 1000,
#endif
    FEW_BLOCKS = 1000,
    MANY_BLOCKS = 1000 * 1000,
    MEASURED_CALLS = 200 * 1000,
    FEW_HEAPS = 10 * 1000,
    MANY_HEAPS = 40 * 1000,
    BLOCK_SIZE_MAX = 512
};

/* One recorded call: none of those used here has values. */
struct record {
    uint64_t result;
    uint32_t last_error;
    uint8_t status;
    bool has_last_error;
};

struct bench {
    struct api api;
    struct trace_buffer trace;
    struct oracle *oracle;
    uint32_t judged_count; /* calls, by it */
    struct judge_arena arena;
    struct record *records; /* one per call of the trace */
    uint32_t record_count;
    uint64_t violated_count;
    uint64_t state; /* of the random numbers */
};

static uint64_t next_random(struct bench *bench)
{
    bench->state = bench->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return bench->state >> 33;
}

static struct argument slot_argument(enum slot_kind kind, uint32_t slot)
{
    return (struct argument){.form = FORM_SLOT, .slot_kind = (uint8_t)kind, .slot = slot};
}

static struct argument value_argument(uint64_t value)
{
    return (struct argument){.form = FORM_VALUE, .value = value};
}

static bool add_create(struct bench *bench, uint32_t heap)
{
    struct call call = {.id = CALL_HeapCreate, .result_slot = heap};
    return hck_trace_append(&bench->trace, &call);
}

static bool add_destroy(struct bench *bench, uint32_t heap)
{
    struct call call = {.id = CALL_HeapDestroy, .result_slot = NO_SLOT};
    call.arguments[0] = slot_argument(SLOT_HEAP, heap);
    return hck_trace_append(&bench->trace, &call);
}

/* A call on heap h0 with no flags: the block and the size where the call has them. */
static bool add_call(struct bench *bench, enum call_id id, uint32_t block)
{
    struct call call = {.id = (uint16_t)id, .result_slot = NO_SLOT};
    unsigned next = 2;
    call.arguments[0] = slot_argument(SLOT_HEAP, 0);
    call.arguments[1] = value_argument(0);
    if (id == CALL_HeapAlloc || id == CALL_HeapReAlloc) {
        call.result_slot = block;
    }
    if (id != CALL_HeapAlloc) {
        call.arguments[next++] = slot_argument(SLOT_BLOCK, block);
    }
    if (id == CALL_HeapAlloc || id == CALL_HeapReAlloc) {
        call.arguments[next] = value_argument(1 + next_random(bench) % BLOCK_SIZE_MAX);
    }
    return hck_trace_append(&bench->trace, &call);
}

/* Half of the blocks are alive on average. */
static bool make_churn(struct bench *bench)
{
    bool live[CHURN_BLOCKS] = {false};
    bool made = add_create(bench, 0);
    for (unsigned i = 0; i < CHURN_CALLS && made; i++) {
        uint32_t block = (uint32_t)(next_random(bench) % CHURN_BLOCKS);
        uint64_t dice = next_random(bench) % 8;
        enum call_id id = !live[block] ? CALL_HeapAlloc
                          : dice < 3   ? CALL_HeapFree
                          : dice < 5   ? CALL_HeapReAlloc
                          : dice < 7   ? CALL_HeapSize
                                       : CALL_HeapValidate;
        live[block] = id == CALL_HeapAlloc || (live[block] && id != CALL_HeapFree);
        made = add_call(bench, id, block);
    }
    return made;
}

/* `count` blocks, then pairs of free and allocate that keep as many alive. */
static bool make_steady(struct bench *bench, uint32_t count)
{
    bool made = add_create(bench, 0);
    for (uint32_t i = 0; i < count && made; i++) {
        made = add_call(bench, CALL_HeapAlloc, i);
    }
    for (uint32_t i = 0; i < MEASURED_CALLS / 2 && made; i++) {
        uint32_t block = (uint32_t)(next_random(bench) % count);
        made = add_call(bench, CALL_HeapFree, block) && add_call(bench, CALL_HeapAlloc, block);
    }
    return made;
}

/* Each heap is destroyed before the next one is made, so that the system's limits do not matter. */
static bool make_heaps(struct bench *bench, uint32_t count)
{
    bool made = true;
    for (uint32_t i = 0; i < count && made; i++) {
        made = add_create(bench, i) && add_destroy(bench, i);
    }
    return made;
}

static bool start_oracle(struct bench *bench)
{
    struct oracle_options options = {
        .bases = PROFILE_WINDOWS, .has_exceptions = true, .has_last_error = true};
    size_t size = bench->arena.size;
    if (!hck_arena_fit(&bench->arena, &bench->trace.trace)) {
        return false;
    }
    if (bench->arena.size != size) {
        memset(bench->arena.bytes, 0,
               bench->arena.size); /* page faults are not the oracle's cost */
    }
    bench->judged_count = 0;
    bench->oracle =
        hck_oracle_start(&bench->trace.trace, &options, bench->arena.bytes, bench->arena.size);
    return bench->oracle != NULL;
}

/* At once: the million blocks that a trace has made take long to give back, above all where every
 * change of a heap is checked. */
static void end_if_interrupted(void)
{
    if (atomic_load(&hck_interrupted)) {
        exit(hck_interrupt_exit(hck_interrupt_status(0, BENCH_INTERRUPTED)));
    }
}

/* The next call of the trace. */
static void judge(struct bench *bench, const struct observation *seen)
{
    struct verdicts verdicts;
    end_if_interrupted();
    verdicts.count = 0;
    verdicts.expectation_count = 0;
    hck_oracle_judge(bench->oracle, bench->judged_count++, seen, &verdicts);
    for (uint32_t i = 0; i < verdicts.count; i++) {
        bench->violated_count += verdicts.items[i].outcome == VERDICT_VIOLATED ||
                                 verdicts.items[i].outcome == VERDICT_BROKEN;
    }
}

static void observe_nothing(void *context, const struct call *call, const struct observation *seen)
{
    (void)context;
    (void)call;
    (void)seen;
    end_if_interrupted();
}

static void observe_and_judge(void *context, const struct call *call,
                              const struct observation *seen)
{
    (void)call;
    judge(context, seen);
}

static void observe_and_record(void *context, const struct call *call,
                               const struct observation *seen)
{
    struct bench *bench = context;
    (void)call;
    end_if_interrupted();
    if (bench->record_count < bench->trace.trace.call_count) {
        bench->records[bench->record_count++] =
            (struct record){seen->result, seen->last_error, seen->status, seen->has_last_error};
    }
}

static bool execute(struct bench *bench, executor_observe observe)
{
    struct executor_options options = {
        .block_wait_ms = EXECUTOR_BLOCK_WAIT_MS, .observe = observe, .context = bench};
    return hck_execute(&bench->api, &bench->trace.trace, &options);
}

/* Calls per second of the whole trace, or 0 where it could not run. */
static double measure_replay(struct bench *bench, executor_observe observe)
{
    double rates[BENCH_ROUNDS];
    for (unsigned round = 0; round < BENCH_ROUNDS; round++) {
        if (!start_oracle(bench)) {
            return 0;
        }
        uint64_t begin_ns = hck_bench_processor_ns();
        if (!execute(bench, observe)) {
            return 0;
        }
        rates[round] = (double)bench->trace.trace.call_count * 1e9 /
                       (double)(hck_bench_processor_ns() - begin_ns);
    }
    return hck_bench_median(rates);
}

static void judge_records(struct bench *bench, uint32_t begin, uint32_t end)
{
    struct observation seen;
    memset(&seen, 0, sizeof seen);
    for (uint32_t i = begin; i < end; i++) {
        const struct record *record = &bench->records[i];
        seen.status = record->status;
        seen.result = record->result;
        seen.last_error = record->last_error;
        seen.has_last_error = record->has_last_error;
        seen.start = 2 * (uint64_t)i + 1;
        seen.end = 2 * (uint64_t)i + 2;
        judge(bench, &seen);
    }
}

/* Executes the trace once and keeps what was seen. */
static bool record(struct bench *bench)
{
    uint32_t call_count = bench->trace.trace.call_count;
    free(bench->records);
    bench->records = calloc(call_count, sizeof *bench->records);
    bench->record_count = 0;
    return bench->records != NULL && execute(bench, observe_and_record) &&
           bench->record_count == call_count;
}

/* Nanoseconds per recorded call from number `prepared` on, or 0; *bytes receives the model's size
 * before these. */
static double measure_records(struct bench *bench, uint32_t prepared, size_t *bytes)
{
    double costs[BENCH_ROUNDS];
    uint32_t call_count = bench->trace.trace.call_count;
    for (unsigned round = 0; round < BENCH_ROUNDS; round++) {
        if (!start_oracle(bench)) {
            return 0;
        }
        judge_records(bench, 0, prepared);
        *bytes = hck_oracle_bytes(bench->oracle);
        uint64_t begin_ns = hck_bench_processor_ns();
        judge_records(bench, prepared, call_count);
        costs[round] =
            (double)(hck_bench_processor_ns() - begin_ns) / (double)(call_count - prepared);
    }
    return hck_bench_median(costs);
}

/* Nanoseconds per call with `count` blocks alive, or 0; *bytes receives the model's size for each.
 */
static double measure_live(struct bench *bench, uint32_t count, double *bytes)
{
    size_t size = 0;
    hck_trace_clear(&bench->trace);
    if (!make_steady(bench, count) || !record(bench)) {
        return 0;
    }
    double cost = measure_records(bench, count + 1, &size);
    *bytes = (double)size / (double)count;
    return cost;
}

static double measure_heaps(struct bench *bench, uint32_t count)
{
    size_t size = 0;
    hck_trace_clear(&bench->trace);
    return make_heaps(bench, count) && record(bench) ? measure_records(bench, 0, &size) : 0;
}

static bool run_replays(struct bench *bench)
{
    if (!make_churn(bench)) {
        return false;
    }
    double bare = measure_replay(bench, observe_nothing);
    double checked = measure_replay(bench, observe_and_judge);
    if (bare <= 0 || checked <= 0) {
        return false;
    }
    (void)printf("oracle.bare %.0f calls/s\n", bare);
    (void)printf("oracle.checked %.0f calls/s\n", checked);
    (void)printf("oracle.bare_to_checked %.2f times\n", bare / checked);
    (void)fflush(stdout);
    return true;
}

static bool run_records(struct bench *bench)
{
    double few_bytes = 0;
    double many_bytes = 0;
    double few = measure_live(bench, FEW_BLOCKS, &few_bytes);
    double many = measure_live(bench, MANY_BLOCKS, &many_bytes);
    if (few <= 0 || many <= 0) {
        return false;
    }
    (void)printf("oracle.live_%u %.1f ns/call\n", FEW_BLOCKS, few);
    (void)printf("oracle.live_%u %.1f ns/call\n", MANY_BLOCKS, many);
    (void)printf("oracle.many_to_few %.2f times\n", many / few);
    (void)printf("oracle.model %.1f bytes/block\n", many_bytes);
    return true;
}

static bool run_heaps(struct bench *bench)
{
    double few = measure_heaps(bench, FEW_HEAPS);
    double many = measure_heaps(bench, MANY_HEAPS);
    if (few <= 0 || many <= 0) {
        return false;
    }
    (void)printf("oracle.heaps_%u %.1f ns/call\n", FEW_HEAPS, few);
    (void)printf("oracle.heaps_%u %.1f ns/call\n", MANY_HEAPS, many);
    (void)printf("oracle.heaps_many_to_few %.2f times\n", many / few);
    return true;
}

int hck_bench_oracle(void)
{
    struct bench bench = {.state = 1};
    int status = EXIT_STATUS_CONFORMS;
    hck_target_fill_winmem(&bench.api);
    if (!hck_fault_attach(&bench.api)) {
        return hck_setup_fail(EXIT_STATUS_BROKEN, "faults cannot be caught in this process");
    }
    bool is_run = run_replays(&bench) && run_records(&bench) && run_heaps(&bench);
    if (!is_run) {
        status = hck_setup_fail(EXIT_STATUS_BROKEN, "out of memory, or the trace did not run");
    } else if (bench.violated_count > 0) {
        status = hck_setup_fail(EXIT_STATUS_BROKEN,
                                "the measured calls violate clauses, so the numbers mean little");
    }
    hck_fault_detach(&bench.api);
    hck_trace_free(&bench.trace);
    hck_arena_free(&bench.arena);
    free(bench.records);
    return status;
}

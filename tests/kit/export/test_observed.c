/* Programs see what the executor saw: generated traces are run on libwinmem, one thing that was
 * observed becomes an expectation, and the exported program has to find it so, and not otherwise.
 */
#include "tests/kit/export/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <winmem.h>

#include "kit/execute/execute.h"
#include "kit/execute/fault.h"
#include "kit/generate/generate.h"
#include "kit/generate/random.h"
#include "kit/weave/weave.h"

/* cmocka takes the signals of faults for itself, so everything is run and recorded before it
 * starts. */
enum { TRACES = 20, TRACES_WITH_THREADS = 16, RECORDS = TRACES + TRACES_WITH_THREADS, TRIES = 40 };

struct record {
    struct trace_buffer woven;
    struct observation *seen; /* one for each call; storage of its own */
    bool failed;
};

static struct record records[RECORDS];

static void observe(void *context, const struct call *call, const struct observation *seen)
{
    struct record *record = context;
    struct observation *copy = &record->seen[call - record->woven.trace.calls];
    size_t size = seen->value_count * sizeof *seen->values;
    *copy = *seen;
    copy->values = malloc(size + 1);
    if (copy->values == NULL) {
        record->failed = true;
        return;
    }
    memcpy(copy->values, seen->values, size);
}

static bool record_trace(const struct api *api, unsigned number, struct record *record)
{
    struct executor_options options = {.block_wait_ms = 20, .observe = observe, .context = record};
    struct generate_options wishes = {.thread_count = number < TRACES ? 1 : 3};
    struct trace_buffer plain = {0};
    bool is_made = hck_generate(hck_generate_seed(31, number), &wishes, &plain) &&
                   hck_weave(&plain.trace, &record->woven);
    hck_trace_free(&plain);
    record->seen = calloc(record->woven.trace.call_count + 1, sizeof *record->seen);
    return is_made && record->seen != NULL && hck_execute(api, &record->woven.trace, &options) &&
           !record->failed;
}

static bool record_everything(void)
{
    struct api api = {0};
    bool is_done = true;
#define CALL(name, ...) api.name = name;
#define PROBE(...)
#include "spec/calls.def"
#undef CALL
#undef PROBE
    if (!hck_fault_attach(&api)) {
        return false;
    }
    for (unsigned i = 0; i < RECORDS; i++) {
        is_done = is_done && record_trace(&api, i, &records[i]);
    }
    hck_fault_detach(&api);
    return is_done;
}

static void forget_everything(void)
{
    for (unsigned i = 0; i < RECORDS; i++) {
        for (uint32_t k = 0; k < records[i].woven.trace.call_count; k++) {
            free(records[i].seen[k].values);
        }
        free(records[i].seen);
        hck_trace_free(&records[i].woven);
    }
}

/* --- Expectations that do not name addresses, which differ from run to run -------------------- */

static bool has_fixed_values(enum call_id id, uint32_t index)
{
    index %= MEMORY_VALUE_COUNT;
    switch ((int)id) {
    case CALL_QueryRegion:
        return index == MEMORY_ALLOCATION_PROTECT || index >= MEMORY_STATE;
    case CALL_HeapQueryInformation:
    case CALL_VirtualProtect:
    case CALL_GetSystemInfo:
    case CALL_Peek:
        return true;
    default:
        return false;
    }
}

static void expect(struct expectation *expectation, enum subject subject, uint32_t index,
                   uint64_t value)
{
    *expectation = (struct expectation){.subject = (uint8_t)subject,
                                        .relation = RELATION_EQUAL,
                                        .operand_count = 1,
                                        .index = index};
    expectation->operands[0] = (struct operand){.slot_kind = SLOT_KIND_NONE, .value = value};
}

static bool expect_result(struct expectation *expectation, const struct call *call,
                          const struct observation *seen)
{
    bool is_access = call->id == CALL_Peek || call->id == CALL_Poke || call->id == CALL_Execute;
    bool is_of_process = call->id == CALL_GetProcessHeaps || call->id == CALL_HeapCompact ||
                         call->id == CALL_HeapWalk; /* whose default heap has a past */
    if ((seen->status == STATUS_RAISED && !is_access) || is_of_process) {
        return false;
    }
    expect(expectation, SUBJECT_RESULT, 0, seen->result);
    enum slot_kind kind = hck_call_result_slot_kind(hck_call_rows[call->id].result);
    if (kind != SLOT_KIND_NONE && kind != SLOT_WALK) {
        expectation->operands[0].value = 0;
        expectation->relation = seen->result == 0 ? RELATION_EQUAL : RELATION_NOT_EQUAL;
    }
    return hck_call_rows[call->id].result != RESULT_NONE;
}

static bool expect_handler(struct expectation *expectation, struct random *random,
                           const struct observation *seen)
{
    if (seen->handler_call_count == 0) {
        return false;
    }
    uint32_t index = (uint32_t)hck_random_below(random, seen->handler_call_count);
    const struct handler_call *handler = &seen->handler_calls[index];
    switch (hck_random_below(random, 4)) {
    case 0:
        expect(expectation, SUBJECT_HANDLER_COUNT, 0, seen->handler_call_count);
        break;
    case 1:
        expect(expectation, SUBJECT_HANDLER_SLOT, index, handler->slot);
        break;
    case 2:
        expect(expectation, SUBJECT_HANDLER_CODE, index, handler->code);
        break;
    default:
        expect(expectation, SUBJECT_HANDLER_PARAMETER_COUNT, index, handler->parameter_count);
        break;
    }
    return true;
}

/* False where what was drawn says nothing about this call. */
static bool draw_expectation(struct expectation *expectation, struct random *random,
                             const struct call *call, const struct observation *seen)
{
    uint32_t values = seen->value_count > 1 ? seen->value_count - 1 : 0;
    uint32_t index = (uint32_t)hck_random_below(random, values);
    switch (hck_random_below(random, 6)) {
    case 0:
        expect(expectation, SUBJECT_STATUS, 0, seen->status);
        return true;
    case 1:
        expect(expectation, SUBJECT_LAST_ERROR, 0, seen->last_error);
        return call->id != CALL_HeapWalk;
    case 2:
        return expect_result(expectation, call, seen);
    case 3:
        expect(expectation, SUBJECT_EXCEPTION, 0, seen->exception_code);
        return seen->status == STATUS_RAISED;
    case 4:
        expect(expectation, SUBJECT_VALUE, index, values > 0 ? seen->values[index] : 0);
        return values > 0 && seen->status == STATUS_RETURNED &&
               has_fixed_values((enum call_id)call->id, index);
    default:
        return expect_handler(expectation, random, seen);
    }
}

/* --- The test --------------------------------------------------------------------------------- */

/* Address spaces differ from process to process: a place that was free there may be taken here, and
 * then a program rightly says that it could not be run. */
static unsigned not_run_count;

static void assert_status(const struct record *record, struct export_source *source, int wanted)
{
    static char output[OUTPUT_SIZE];
    uint64_t *results = calloc(source->trace->call_count, sizeof *results);
    assert_non_null(results);
    for (uint32_t i = 0; i <= source->call_index; i++) {
        bool has_returned = record->seen[i].status == STATUS_RETURNED;
        results[i] = has_returned ? record->seen[i].result : 0;
    }
    source->results = results;
    char *text = harness_export(source);
    int status = harness_run(text, output);
    bool could_run = status != 2 || strstr(output, "could not be run") == NULL;
    not_run_count += !could_run;
    if (could_run && status != wanted) {
        fail_msg("exit status %d, not %d\n%s\n%s", status, wanted, output, text);
    }
    free(text);
    free(results);
}

/* One expectation of each trace, and its opposite. */
static void export_one(const struct record *record, struct random *random)
{
    const struct trace *trace = &record->woven.trace;
    for (unsigned i = 0; i < TRIES; i++) {
        uint32_t index = (uint32_t)hck_random_below(random, trace->call_count);
        const struct observation *seen = &record->seen[index];
        struct expectation expectation;
        bool was_made = seen->status == STATUS_RETURNED || seen->status == STATUS_RAISED;
        if (!was_made || !draw_expectation(&expectation, random, &trace->calls[index], seen)) {
            continue;
        }
        struct export_source source = {.trace = trace,
                                       .call_index = index,
                                       .clause =
                                           (enum clause_id)hck_random_below(random, CLAUSE_COUNT),
                                       .expectation = &expectation};
        assert_status(record, &source, 0);
        expectation.relation =
            expectation.relation == RELATION_EQUAL ? RELATION_NOT_EQUAL : RELATION_EQUAL;
        assert_status(record, &source, 1);
        return;
    }
}

static void export_from(unsigned first, unsigned end)
{
    struct random random;
    not_run_count = 0;
    hck_random_start(&random, first);
    for (unsigned i = first; i < end; i++) {
        export_one(&records[i], &random);
    }
    assert_true(not_run_count <= (end - first) / 2); /* of two programs each */
}

static void programs_see_what_the_executor_saw(void **unused)
{
    (void)unused;
    export_from(0, TRACES);
}

static void programs_with_threads_see_what_the_executor_saw(void **unused)
{
    (void)unused;
    export_from(TRACES, RECORDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_see_what_the_executor_saw),
        cmocka_unit_test(programs_with_threads_see_what_the_executor_saw),
    };
    if (!record_everything()) {
        puts("the traces could not be run");
        return 1;
    }
    int status = cmocka_run_group_tests(tests, harness_begin, harness_end);
    forget_everything();
    return status;
}

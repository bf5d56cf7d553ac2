/* Exported programs exit 0 where the expectation holds, 1 where it does not, 2 where the judged
 * call cannot be made; and they compile for Windows. */
#include "tests/kit/export/harness.h"

#include <stdlib.h>
#include <string.h>

#include "spec/measure.h"
#include "spec/win32.h"
#include "tests/kit/trace/text.h"

#define HEADER "# heapck trace 1\n"

#define NUMBER(number)               \
    {                                \
        SLOT_KIND_NONE, 0, number, 0 \
    }
#define AT(kind, slot, offset)       \
    {                                \
        SLOT_##kind, slot, 0, offset \
    }

struct sample {
    const char *name;
    const char *trace;
    uint32_t call_index;
    struct expectation expectation; /* as libwinmem has it: exit status 0 */
    bool for_windows;               /* worth the time of compiling it with mingw as well */
};

static const struct sample samples[] = {
    {"a result that a slot names",
     HEADER "h0 = HeapCreate(0, 0, 0)\n"
            "b0 = HeapAlloc(h0, HEAP_ZERO_MEMORY, 100)\n"
            "b0 = HeapReAlloc(h0, HEAP_REALLOC_IN_PLACE_ONLY, b0, 64)\n",
     2,
     {SUBJECT_RESULT, RELATION_EQUAL, 1, 0, 0, {AT(BLOCK, 0, 0)}},
     true},
    {"an alignment",
     HEADER "h0 = GetProcessHeap()\n"
            "b0 = HeapAlloc(h0, 0, 1)\n",
     1,
     {SUBJECT_RESULT, RELATION_MULTIPLE_OF, 1, 0, 0, {NUMBER(16)}},
     false},
    {"two blocks apart",
     HEADER "h0 = GetProcessHeap()\n"
            "b0 = HeapAlloc(h0, 0, 100)\n"
            "b1 = HeapAlloc(h0, 0, 200)\n",
     2,
     {SUBJECT_RESULT, RELATION_DISJOINT, 3, 0, 0, {NUMBER(200), AT(BLOCK, 0, 0), NUMBER(100)}},
     false},
    {"a pattern that survives a move",
     HEADER "h0 = HeapCreate(0, 0, 0)\n"
            "b0 = HeapAlloc(h0, HEAP_ZERO_MEMORY, 100)\n"
            "Zeroed(b0)\n"
            "Fill(b0, 7)\n"
            "b0 = HeapReAlloc(h0, HEAP_ZERO_MEMORY, b0, 100000)\n"
            "Check(b0)\n",
     5,
     {SUBJECT_RESULT, RELATION_EQUAL, 1, 0, 0, {NUMBER(100)}},
     true},
    {"the zeroes behind the old size",
     HEADER "h0 = HeapCreate(0, 0, 0)\n"
            "b0 = HeapAlloc(h0, 0, 1000)\n"
            "Fill(b0, 7)\n"
            "b0 = HeapReAlloc(h0, 0, b0, 10)\n"
            "b0 = HeapReAlloc(h0, HEAP_ZERO_MEMORY, b0, 1000)\n"
            "Zeroed(b0)\n",
     5,
     {SUBJECT_RESULT, RELATION_AT_LEAST, 1, 0, 0, {NUMBER(990)}},
     false},
    {"a last error",
     HEADER "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE)\n"
            "VirtualFree(r0, 4K, MEM_RELEASE)\n",
     1,
     {SUBJECT_LAST_ERROR, RELATION_ONE_OF, 2, 0, 0, {NUMBER(87), NUMBER(487)}},
     false},
    {"a last error that is asked for",
     HEADER "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE)\n"
            "VirtualFree(r0, 4K, MEM_RELEASE)\n"
            "GetLastError()\n",
     2,
     {SUBJECT_RESULT, RELATION_EQUAL, 1, 0, 0, {NUMBER(87)}},
     false},
    {"an exception of a call",
     HEADER "h0 = HeapCreate(HEAP_GENERATE_EXCEPTIONS, 0, 0)\n"
            "b0 = HeapAlloc(h0, 0, SIZE_MAX-15)\n",
     1,
     {SUBJECT_EXCEPTION, RELATION_EQUAL, 1, 0, 0, {NUMBER(0xC0000017)}},
     true},
    {"a status",
     HEADER "h0 = HeapCreate(0, 0, 0)\n"
            "b0 = HeapAlloc(h0, HEAP_GENERATE_EXCEPTIONS, SIZE_MAX)\n",
     1,
     {SUBJECT_STATUS, RELATION_EQUAL, 1, 0, 0, {NUMBER(STATUS_RAISED)}},
     false},
    {"a guard page that is touched",
     HEADER "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE|PAGE_GUARD)\n"
            "Peek(r0+100, 8)\n",
     1,
     {SUBJECT_EXCEPTION, RELATION_EQUAL, 1, 0, 0, {NUMBER(0x80000001)}},
     false},
    {"the address of a fault",
     HEADER "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_READWRITE)\n"
            "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE)\n"
            "Poke(r0, 8K, 1)\n",
     2,
     {SUBJECT_PARAMETER, RELATION_EQUAL, 1, 1, 0, {AT(REGION, 0, 4096)}},
     false},
    {"how far a write came",
     HEADER "r0 = VirtualAlloc(NULL, 8K, MEM_RESERVE, PAGE_READWRITE)\n"
            "VirtualAlloc(r0, 4K, MEM_COMMIT, PAGE_READWRITE)\n"
            "Poke(r0+1, 8K, 1)\n",
     2,
     {SUBJECT_RESULT, RELATION_IN_RANGE, 2, 0, 0, {NUMBER(0), NUMBER(4095)}},
     false},
    {"the byte that differs",
     HEADER "r0 = VirtualAlloc(NULL, 8K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE)\n"
            "Poke(r0+5000, 1, 255)\n"
            "Peek(r0, 8K)\n",
     2,
     {SUBJECT_VALUE, RELATION_EQUAL, 1, PEEK_UNIFORM, 0, {NUMBER(5000)}},
     false},
    {"execution of data",
     HEADER "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_EXECUTE_READWRITE)\n"
            "Poke(r0, 16, 195)\n"
            "Execute(r0)\n"
            "VirtualProtect(r0, 4K, PAGE_READWRITE, &out)\n"
            "Execute(r0)\n",
     4,
     {SUBJECT_PARAMETER, RELATION_EQUAL, 1, 0, 0, {NUMBER(8)}},
     true},
    {"execution in a block",
     HEADER "h0 = HeapCreate(HEAP_CREATE_ENABLE_EXECUTE, 0, 0)\n"
            "b0 = HeapAlloc(h0, 0, 100)\n"
            "Execute(b0+99)\n",
     2,
     {SUBJECT_RESULT, RELATION_EQUAL, 1, 0, 0, {NUMBER(1)}},
     false},
    {"a member of an out-structure",
     HEADER "r0 = VirtualAlloc(NULL, 12K, MEM_RESERVE, PAGE_READONLY)\n"
            "VirtualQuery(r0+8K, &out, 48)\n",
     1,
     {SUBJECT_VALUE, RELATION_EQUAL, 1, MEMORY_ALLOCATION_BASE, 0, {AT(REGION, 0, 0)}},
     false},
    {"the old protection",
     HEADER "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READONLY)\n"
            "VirtualProtect(r0, 1, PAGE_READWRITE, &out)\n",
     1,
     {SUBJECT_VALUE, RELATION_BITS_WITHIN, 1, 0, 0, {NUMBER(PAGE_READONLY)}},
     false},
    {"system information",
     HEADER "GetSystemInfo(&out)\n",
     0,
     {SUBJECT_VALUE, RELATION_EQUAL, 1, SYSTEM_GRANULARITY, 0, {NUMBER(65536)}},
     false},
    {"the summary of a heap",
     HEADER "h0 = HeapCreate(0, 0, 0)\n"
            "HeapSummary(h0, 0, &out)\n",
     1,
     {SUBJECT_VALUE, RELATION_EQUAL, 1, SUMMARY_CB, 0, {NUMBER(40)}},
     true},
    {"bytes behind an out-structure",
     HEADER "h0 = HeapCreate(0, 0, 0)\n"
            "HeapQueryInformation(h0, HeapCompatibilityInformation, &out, 4, &out)\n",
     1,
     {SUBJECT_GUARD, RELATION_EQUAL, 1, 0, 0, {NUMBER(0)}},
     true},
    {"a step of a walk",
     HEADER "h0 = HeapCreate(0, 0, 0)\n"
            "b0 = HeapAlloc(h0, 0, 100)\n"
            "w0 = HeapWalk(h0, NULL)\n"
            "w0 = HeapWalk(h0, w0)\n",
     3,
     {SUBJECT_RESULT, RELATION_NOT_EQUAL, 1, 0, 0, {NUMBER(0)}},
     false},
    {"a measure of a walk",
     HEADER "h0 = HeapCreate(0, 0, 0)\n"
            "b0 = HeapAlloc(h0, 0, 100)\n"
            "WalkHeap(h0)\n",
     2,
     {SUBJECT_MEASURE, RELATION_EQUAL, 2, MEASURE_walk_busy_at, 0, {AT(BLOCK, 0, 0), NUMBER(1)}},
     true},
    {"a measure of a list",
     HEADER "h0 = HeapCreate(0, 0, 0)\n"
            "GetProcessHeaps(1024, &out)\n",
     1,
     {SUBJECT_MEASURE, RELATION_EQUAL, 2, MEASURE_list_at, 0, {AT(HEAP, 0, 0), NUMBER(1)}},
     false},
    {"a measure of a region",
     HEADER "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE)\n"
            "VirtualAlloc(r0+4K, 8K, MEM_COMMIT, PAGE_READWRITE)\n"
            "QueryRegion(r0)\n",
     2,
     {SUBJECT_MEASURE,
      RELATION_EQUAL,
      2,
      MEASURE_query_state_at,
      0,
      {AT(REGION, 0, 4096), NUMBER(MEM_COMMIT)}},
     false},
    {"the order of handlers",
     HEADER "v0 = AddVectoredExceptionHandler(0, SEARCH)\n"
            "v1 = AddVectoredExceptionHandler(1, CONTINUE)\n"
            "v2 = AddVectoredExceptionHandler(1, SEARCH)\n"
            "RaiseException(0xe0000001, 0, 2, 5)\n",
     3,
     {SUBJECT_HANDLER_SLOT, RELATION_EQUAL, 1, 1, 0, {NUMBER(1)}},
     true},
    {"a page committed on demand",
     HEADER "v0 = AddVectoredExceptionHandler(1, COMMIT)\n"
            "r0 = VirtualAlloc(NULL, 16K, MEM_RESERVE, PAGE_READWRITE)\n"
            "Poke(r0, 16K, 9)\n",
     2,
     {SUBJECT_HANDLER_COUNT, RELATION_EQUAL, 1, 0, 0, {NUMBER(4)}},
     false},
    {"information that is only read",
     HEADER "h0 = HeapCreate(0, 0, 0)\n"
            "HeapSetInformation(h0, HeapOptimizeResources, 1, 8)\n",
     1,
     {SUBJECT_VALUE, RELATION_EQUAL, 1, 0, 0, {NUMBER(0)}},
     true},
    {"a view of a section, and pages that are offered",
     HEADER "s0 = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 64K, NULL)\n"
            "r0 = MapViewOfFile(s0, FILE_MAP_READ|FILE_MAP_WRITE, 0, 0, 0)\n"
            "r1 = VirtualAlloc(NULL, 16K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE)\n"
            "OfferVirtualMemory(r1, 8K, VmOfferPriorityBelowNormal)\n",
     3,
     {SUBJECT_RESULT, RELATION_EQUAL, 1, 0, 0, {NUMBER(0)}},
     true},
    {"a lock that another thread has to wait for",
     HEADER "h0 = HeapCreate(0, 0, 0)\n"
            "HeapLock(h0)\n"
            "@1 b0 = HeapAlloc(h0, 0, 100)\n"
            "HeapUnlock(h0)\n",
     2,
     {SUBJECT_TICKS, RELATION_WAITS, 2, 0, 0, {NUMBER(1), NUMBER(9)}},
     true},
    {"a lock that a second thread has to wait for",
     HEADER "h0 = HeapCreate(0, 0, 0)\n"
            "HeapLock(h0)\n"
            "HeapLock(h0)\n"
            "@1 HeapLock(h0)\n"
            "HeapUnlock(h0)\n"
            "HeapUnlock(h0)\n",
     3,
     {SUBJECT_TICKS, RELATION_WAITS, 2, 0, 0, {NUMBER(1), NUMBER(9)}},
     false},
    {"a call that waits for a lock and then succeeds",
     HEADER "h0 = HeapCreate(0, 0, 0)\n"
            "HeapLock(h0)\n"
            "@1 b0 = HeapAlloc(h0, 0, 100)\n"
            "HeapUnlock(h0)\n",
     2,
     {SUBJECT_RESULT, RELATION_NOT_EQUAL, 1, 0, 0, {NUMBER(0)}},
     false},
    {"calls that no rule allows",
     HEADER "h0 = HeapCreate(0, 0, 0)\n"
            "b0 = HeapAlloc(h0, 0, 100)\n"
            "HeapFree(h0, 0, b0)\n"
            "HeapFree(h0, 0, b0)\n"
            "HeapValidate(h0, 0, b0)\n",
     4,
     {SUBJECT_RESULT, RELATION_EQUAL, 1, 0, 0, {NUMBER(0)}},
     false},
};

enum { SAMPLES = sizeof samples / sizeof samples[0] };

/* What is true of libwinmem is false the other way round. Most equalities are left to
 * test_observed.c. */
static bool negate(struct expectation *expectation)
{
    switch ((enum relation)expectation->relation) {
    case RELATION_EQUAL:
        expectation->relation = RELATION_NOT_EQUAL;
        return expectation->subject == SUBJECT_EXCEPTION || expectation->subject == SUBJECT_GUARD;
    case RELATION_MULTIPLE_OF:
        expectation->operands[0].value = (uint64_t)1 << 60;
        return true;
    case RELATION_ONE_OF:
        expectation->operands[0].value++;
        expectation->operands[1].value++;
        return true;
    case RELATION_AT_LEAST:
        expectation->relation = RELATION_LESS;
        return true;
    case RELATION_IN_RANGE:
        expectation->operands[0].value = 5000;
        expectation->operands[1].value = 6000;
        return true;
    case RELATION_BITS_WITHIN:
        expectation->operands[0].value = PAGE_NOACCESS;
        return true;
    case RELATION_DISJOINT:
        expectation->operands[1].slot_kind = SLOT_KIND_NONE;
        expectation->operands[2].value = UINT64_MAX;
        return true;
    case RELATION_NOT_EQUAL:
    case RELATION_LESS:
    case RELATION_AT_MOST:
    case RELATION_HAS_BITS:
    case RELATION_WAITS:
    case RELATION_COUNT:
        break;
    }
    return false;
}

static void assert_status(const struct sample *sample, const struct trace *trace,
                          const struct expectation *expectation, int wanted)
{
    static char output[OUTPUT_SIZE];
    struct export_source source = {.trace = trace,
                                   .call_index = sample->call_index,
                                   .clause = CLAUSE_heap_alloc_zero_memory_zeroes_every_byte,
                                   .expectation = expectation};
    int status = harness_run_export(&source, output);
    if (status != wanted) {
        fail_msg("%s: exit status %d, not %d\n%s", sample->name, status, wanted, output);
    }
    assert_non_null(strstr(output, "expected: "));
}

static void expectations_that_hold_exit_with_0(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < SAMPLES; i++) {
        struct trace_buffer trace = {0};
        load_trace(samples[i].trace, &trace);
        assert_status(&samples[i], &trace.trace, &samples[i].expectation, 0);
        hck_trace_free(&trace);
    }
}

static void expectations_that_do_not_hold_exit_with_1(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < SAMPLES; i++) {
        struct trace_buffer trace = {0};
        struct expectation expectation = samples[i].expectation;
        load_trace(samples[i].trace, &trace);
        if (negate(&expectation)) {
            assert_status(&samples[i], &trace.trace, &expectation, 1);
        }
        hck_trace_free(&trace);
    }
}

static void programs_compile_for_windows(void **unused)
{
    (void)unused;
    if (!harness_has_mingw()) {
        print_message("skipped: there is no x86_64-w64-mingw32-gcc\n");
        skip();
    }
    for (unsigned i = 0; i < SAMPLES; i++) {
        if (samples[i].for_windows) {
            struct trace_buffer trace = {0};
            load_trace(samples[i].trace, &trace);
            struct export_source source = {.trace = &trace.trace,
                                           .call_index = samples[i].call_index,
                                           .clause =
                                               CLAUSE_heap_alloc_zero_memory_zeroes_every_byte,
                                           .expectation = &samples[i].expectation};
            char *text = harness_export(&source);
            assert_true(harness_compile_for_windows(text));
            free(text);
            hck_trace_free(&trace);
        }
    }
}

/* The lock of another heap: the call comes back at once, which is what a broken lock looks like. */
static void a_call_that_does_not_wait_exits_with_1(void **unused)
{
    static char output[OUTPUT_SIZE];
    struct trace_buffer trace = {0};
    struct expectation expectation = {SUBJECT_TICKS,         RELATION_WAITS, 2, 0, 0,
                                      {NUMBER(1), NUMBER(9)}};
    struct export_source source = {.trace = &trace.trace,
                                   .call_index = 3,
                                   .clause = CLAUSE_heap_alloc_zero_memory_zeroes_every_byte,
                                   .expectation = &expectation};
    (void)unused;
    load_trace(HEADER "h0 = HeapCreate(0, 0, 0)\n"
                      "h1 = HeapCreate(0, 0, 0)\n"
                      "HeapLock(h0)\n"
                      "@1 b0 = HeapAlloc(h1, 0, 100)\n"
                      "HeapUnlock(h0)\n",
               &trace);
    assert_int_equal(harness_run_export(&source, output), 1);
    assert_non_null(strstr(output, "VIOLATED"));
    hck_trace_free(&trace);
}

static void a_judged_call_that_cannot_be_made_exits_with_2(void **unused)
{
    static char output[OUTPUT_SIZE];
    struct trace_buffer trace = {0};
    struct expectation expectation = {SUBJECT_RESULT, RELATION_EQUAL, 1, 0, 0, {NUMBER(100)}};
    struct export_source source = {.trace = &trace.trace,
                                   .call_index = 2,
                                   .clause = CLAUSE_heap_alloc_zero_memory_zeroes_every_byte,
                                   .expectation = &expectation};
    (void)unused;
    load_trace(HEADER "h0 = HeapCreate(0, 0, 0)\n"
                      "b0 = HeapAlloc(h0, 0, SIZE_MAX)\n"
                      "HeapSize(h0, 0, b0)\n",
               &trace);
    assert_int_equal(harness_run_export(&source, output), 2);
    assert_non_null(strstr(output, "could not be run"));
    hck_trace_free(&trace);
}

static int run_seen(const char *text, uint32_t call_index, const struct expectation *expectation,
                    const uint64_t *results)
{
    static char output[OUTPUT_SIZE];
    struct trace_buffer trace = {0};
    load_trace(text, &trace);
    struct export_source source = {.trace = &trace.trace,
                                   .call_index = call_index,
                                   .clause = CLAUSE_heap_alloc_zero_memory_zeroes_every_byte,
                                   .expectation = expectation,
                                   .results = results};
    char *program = harness_export(&source);
    int status = harness_run(program, output);
    free(program);
    hck_trace_free(&trace);
    return status;
}

/* The state that the expectation speaks of came about by a call that had to fail; where it fails
 * there is nothing to judge. */
static void an_answer_against_all_expectation_is_asked_for_again(void **unused)
{
    static const char text[] = HEADER "r0 = VirtualAlloc(NULL, 4K, MEM_RESERVE, PAGE_READWRITE)\n"
                                      "VirtualAlloc(r0, 4K, MEM_COMMIT|MEM_RESET, PAGE_READWRITE)\n"
                                      "QueryRegion(r0)\n";
    static const uint64_t succeeded[] = {0x10000000, 0x10000000, 1};
    static const uint64_t failed[] = {0x10000000, 0, 1};
    struct expectation expectation = {SUBJECT_VALUE,        RELATION_EQUAL, 1, MEMORY_STATE, 0,
                                      {NUMBER(MEM_RESERVE)}};
    (void)unused;
    assert_int_equal(run_seen(text, 2, &expectation, NULL), 0);
    assert_int_equal(run_seen(text, 2, &expectation, failed), 0);
    assert_int_equal(run_seen(text, 2, &expectation, succeeded), 2);
}

/* Error codes belong to failures: where the judged call succeeds there is none to judge. */
static void an_error_is_judged_where_the_call_fails(void **unused)
{
    static const char text[] = HEADER "h0 = HeapCreate(0, 0, 0)\n"
                                      "b0 = HeapAlloc(h0, 0, 100)\n"
                                      "HeapCompact(h0, 0)\n";
    static const uint64_t nothing[] = {0x10000000, 0x20000000, 0};
    static const uint64_t something[] = {0x10000000, 0x20000000, 4096};
    struct expectation expectation = {SUBJECT_LAST_ERROR, RELATION_EQUAL, 1, 0, 0, {NUMBER(0)}};
    (void)unused;
    assert_int_equal(run_seen(text, 2, &expectation, NULL), 1);
    assert_int_equal(run_seen(text, 2, &expectation, nothing), 2);
    assert_int_equal(run_seen(text, 2, &expectation, something), 1);
}

static void an_address_is_known_by_the_call_that_returned_it(void **unused)
{
    static const char text[] = HEADER "h0 = HeapCreate(0, 0, 0)\n"
                                      "b0 = HeapAlloc(h0, 0, 100)\n"
                                      "HeapReAlloc(h0, 0, b0, 200000)\n"
                                      "WalkHeap(h0)\n";
    static const uint64_t results[] = {0x10000000, 0x20000000, 0x30000000, 1};
    struct expectation old = {SUBJECT_MEASURE,
                              RELATION_EQUAL,
                              2,
                              MEASURE_walk_busy_at,
                              0,
                              {NUMBER(0x20000000), NUMBER(0)}};
    struct expectation new = {SUBJECT_MEASURE,
                              RELATION_EQUAL,
                              2,
                              MEASURE_walk_busy_at,
                              0,
                              {NUMBER(0x30000000), NUMBER(1)}};
    (void)unused;
    assert_int_equal(run_seen(text, 3, &old, results), 0);
    assert_int_equal(run_seen(text, 3, &new, results), 0);
}

/* Given a block that an allocator gave for more than there is behind its address; when numbers are
 * expected that "lie in it"; then they are no addresses, and what is one is written as it is. */
static void a_number_is_never_written_relative_to_a_result(void **unused)
{
    static const char text[] = HEADER "h0 = HeapCreate(0, 0, 0)\n"
                                      "b0 = HeapAlloc(h0, 0, 32)\n"
                                      "HeapAlloc(h0, 0, SIZE_MAX-60)\n"
                                      "HeapAlloc(h0, 0, 0x30000000)\n"
                                      "HeapSize(h0, 0, b0)\n";
    static const uint64_t results[] = {0x10000000, 0x20000000, 0x7f0000000000, 0x10, 32};
    struct trace_buffer trace = {0};
    struct expectation size = {SUBJECT_RESULT, RELATION_EQUAL, 1, 0, 0, {NUMBER(32)}};
    struct expectation address = {SUBJECT_RESULT,          RELATION_NOT_EQUAL, 1, 0, 0,
                                  {NUMBER(0x7f0000000010)}};
    struct export_source source = {.trace = &trace.trace,
                                   .call_index = 4,
                                   .clause = CLAUSE_heap_size_live_block_is_the_requested_size,
                                   .expectation = &size,
                                   .results = results};
    (void)unused;
    load_trace(text, &trace);
    char *program = harness_export(&source);
    assert_non_null(strstr(program, "seen == 32"));
    free(program);

    source.call_index = 3;
    source.expectation = &address;
    program = harness_export(&source);
    assert_non_null(strstr(program, "seen != UINT64_C(0x7f0000000010)"));
    assert_null(strstr(program, "result_3 +"));
    free(program);
    hck_trace_free(&trace);
}

static void a_wrong_byte_is_told_with_its_place(void **unused)
{
    static char output[OUTPUT_SIZE];
    struct trace_buffer trace = {0};
    struct expectation expectation = {SUBJECT_RESULT, RELATION_NOT_EQUAL, 1, 0, 0, {NUMBER(10)}};
    struct export_source source = {.trace = &trace.trace,
                                   .call_index = 4,
                                   .clause = CLAUSE_heap_alloc_zero_memory_zeroes_every_byte,
                                   .expectation = &expectation,
                                   .sentence = "expected bytes 0..9 of b0 to be 0, seen 0x01"};
    (void)unused;
    load_trace(HEADER "h0 = HeapCreate(0, 0, 0)\n"
                      "b0 = HeapAlloc(h0, HEAP_ZERO_MEMORY, 10)\n"
                      "b0 = HeapReAlloc(h0, HEAP_ZERO_MEMORY, b0, 20)\n"
                      "b1 = HeapAlloc(h0, 0, 1)\n"
                      "Zeroed(b0)\n",
               &trace);
    assert_int_equal(harness_run_export(&source, output), 1);
    assert_non_null(strstr(output, "expected: bytes 0..9 of b0 to be 0\nseen:     "));
    hck_trace_free(&trace);
}

static void the_file_says_clause_source_and_trace(void **unused)
{
    struct trace_buffer trace = {0};
    struct expectation expectation = {SUBJECT_LAST_ERROR, RELATION_EQUAL, 1, 0, 0, {NUMBER(998)}};
    enum clause_id clause = CLAUSE_virtual_protect_old_protection_missing_is_reported_as_no_access;
    struct export_source source = {.trace = &trace.trace,
                                   .call_index = 1,
                                   .clause = clause,
                                   .expectation = &expectation,
                                   .sentence =
                                       "expected the last error to be 998 ERROR_NOACCESS, seen 87"};
    (void)unused;
    load_trace(HEADER "# seed 77\n"
                      "r0 = VirtualAlloc(NULL, 4K, MEM_COMMIT|MEM_RESERVE, PAGE_READWRITE)\n"
                      "VirtualProtect(r0, 4K, PAGE_READONLY, NULL)\n",
               &trace);
    char *text = harness_export(&source);
    assert_non_null(strstr(text, "/* virtual_protect.old_protection.missing_is_reported_as_no_"));
    assert_non_null(strstr(text, " * VirtualProtect with lpflOldProtect NULL fails"));
    assert_non_null(strstr(text, " * derived: the status of an access violation"));
    assert_non_null(strstr(text, " *     # seed 77\n"));
    assert_non_null(strstr(text, " *     VirtualProtect(r0, 4K, PAGE_READONLY, NULL)\n"));
    assert_non_null(strstr(text, " * Call 2: expected the last error to be 998 ERROR_NOACCESS, "
                                 "seen 87.\n"));
    assert_non_null(strstr(text, "\"the last error to be 998 ERROR_NOACCESS\", seen"));
    assert_non_null(strstr(text, "SetLastError(SENTINEL);\n"
                                 "    result = VirtualProtect(r0, 4096, PAGE_READONLY, NULL);\n"
                                 "    last_error = GetLastError();\n"));
    /* What the program has no use for is not there. */
    assert_null(strstr(text, "HeapWalk"));
    assert_null(strstr(text, "pthread"));
    assert_null(strstr(text, "setjmp"));
    free(text);
    hck_trace_free(&trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expectations_that_hold_exit_with_0),
        cmocka_unit_test(expectations_that_do_not_hold_exit_with_1),
        cmocka_unit_test(programs_compile_for_windows),
        cmocka_unit_test(a_call_that_does_not_wait_exits_with_1),
        cmocka_unit_test(a_judged_call_that_cannot_be_made_exits_with_2),
        cmocka_unit_test(an_answer_against_all_expectation_is_asked_for_again),
        cmocka_unit_test(an_error_is_judged_where_the_call_fails),
        cmocka_unit_test(an_address_is_known_by_the_call_that_returned_it),
        cmocka_unit_test(a_number_is_never_written_relative_to_a_result),
        cmocka_unit_test(a_wrong_byte_is_told_with_its_place),
        cmocka_unit_test(the_file_says_clause_source_and_trace),
    };
    return cmocka_run_group_tests(tests, harness_begin, harness_end);
}

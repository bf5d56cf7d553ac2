#define _POSIX_C_SOURCE 200809L /* fstat, mmap */

#include "fuzz/harness.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz/counters.h"
#include "kit/execute/fault.h"
#include "kit/fuzz/guide.h"
#include "kit/fuzz/kept.h"
#include "kit/fuzz/overheard.h"
#include "kit/generate/bytes.h"
#include "kit/generate/generate.h"
#include "kit/generate/random.h"
#include "kit/run/describe.h"
#include "kit/run/expect.h"
#include "kit/run/judge.h"
#include "kit/run/profile.h"
#include "kit/target/target_api.h"
#include "kit/weave/weave.h"

enum {
    STATUS_USAGE = 2,
    STATUS_BROKEN = 3,
    TEXT_MAX = 1000,
    WARM_UP_TRACES = 16,
    WARM_UP_CALLS = 200,
    WARM_UP_LONGEST = 4 /* as long as an input can be */
};

static const char library_prefix[] = "so:";

/* Made at the first input and kept: an engine gives thousands a second. */
static struct harness {
    pid_t process; /* 0: not started */
    const char *target_name;
    bool is_winmem;
    struct api api;
    struct judge_session *session;
    struct expect_list expected;
    uint8_t *judged; /* of HEAPCK_FUZZ_JUDGED, or NULL */
    struct trace_buffer plain;
    struct trace_buffer woven;
} harness;

_Noreturn void hck_harness_give_up(int status, const char *why)
{
    (void)fprintf(stderr, "heapck harness: %s\n", why);
    exit(status);
}

/* --- Starting --------------------------------------------------------------------------------- */

static void load_target(const char *name)
{
    const char *error = NULL;
    harness.target_name = "winmem";
    if (name == NULL || strcmp(name, harness.target_name) == 0) {
        hck_target_fill_winmem(&harness.api);
        harness.is_winmem = true;
    } else if (strncmp(name, library_prefix, sizeof library_prefix - 1) == 0) {
        harness.target_name = name;
        error = hck_target_fill_library(name + sizeof library_prefix - 1, &harness.api);
    } else {
        error = "it has to be winmem or so:PATH";
    }
    if (error != NULL) {
        char message[TEXT_MAX];
        (void)snprintf(message, sizeof message, "HEAPCK_FUZZ_TARGET=%s: %s", name, error);
        hck_harness_give_up(STATUS_USAGE, message);
    }
}

static void load_expected(const char *path)
{
    char message[TEXT_MAX];
    if (path != NULL &&
        hck_expect_load(path, &harness.expected, message, sizeof message) != EXPECT_LOADED) {
        hck_harness_give_up(STATUS_USAGE, message);
    }
}

static void share_judged(const char *path)
{
    int file = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    struct stat status;
    if (file >= 0 && fstat(file, &status) == 0 && status.st_size == CLAUSE_COUNT) {
        void *memory = mmap(NULL, CLAUSE_COUNT, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        harness.judged = memory == MAP_FAILED ? NULL : memory;
    }
    if (file >= 0) {
        (void)close(file);
    }
    if (path != NULL && harness.judged == NULL) {
        hck_harness_give_up(STATUS_USAGE, "HEAPCK_FUZZ_JUDGED is no file of a byte a clause");
    }
}

static void attach(void)
{
    if (!hck_fault_attach(&harness.api)) {
        hck_harness_give_up(STATUS_BROKEN, "the signals of memory faults can not be caught");
    }
}

/* At the first input and not before: by then the engine has the signals of faults, so that one that
 * is not the target's business is passed on to it, and reported. */
static void start(void)
{
    load_target(getenv("HEAPCK_FUZZ_TARGET"));
    load_expected(getenv("HEAPCK_FUZZ_EXPECT"));
    share_judged(getenv("HEAPCK_FUZZ_JUDGED"));
    const struct profile *profile = hck_profile_default(harness.target_name);
    harness.session = hck_judge_open(profile->bases, profile->hostile);
    if (harness.session == NULL) {
        hck_harness_give_up(STATUS_BROKEN, "out of memory");
    }
    hck_judge_tell_classes(harness.session);
    attach();
}

static void run(const struct api *api, judge_listener listener, void *context,
                struct judge_summary *summary)
{
    hck_trace_clear(&harness.woven);
    if (!hck_weave_some(&harness.plain.trace, &harness.woven)) {
        hck_harness_give_up(STATUS_BROKEN, "out of memory");
    }
    hck_judge_local(harness.session, api, &harness.woven.trace, listener, context, summary);
}

void hck_harness_start_over(void)
{
    const struct api *api = &harness.api;
    if (harness.is_winmem) {
        hck_fault_detach(api);
        if (!hck_winmem_start_over()) {
            hck_harness_fail("libwinmem keeps what all calls have given back", &harness.plain.trace,
                             NULL);
        }
        attach();
    } else if (api->GetProcessHeap != NULL && api->HeapCompact != NULL) {
        (void)api->HeapCompact(api->GetProcessHeap(), 0);
    }
}

static void run_and_tidy(bool is_made)
{
    struct judge_summary summary;
    if (!is_made) {
        hck_harness_give_up(STATUS_BROKEN, "out of memory");
    }
    run(&harness.api, NULL, NULL, &summary);
    hck_harness_start_over();
}

/* What a process does once, such as growing its tables, is no coverage of the input that happens to
 * come first. Calls of any bytes name slots of all kinds up to the last, and one that names only
 * the last leaves most of a table untouched. */
static void warm_up(void)
{
    static const struct generate_options drawn = {.call_count_max = WARM_UP_CALLS};
    static const struct input_options any = {.families = INPUT_FAMILIES_ALL, .thread_count = 1};
    static const char sparse[] = TEXT_TRACE_HEADER "\nHeapFree(h1023, 0, b1023)\n";
    static uint64_t bytes[(size_t)INPUT_CALLS_MAX * BYTES_PER_CALL / sizeof(uint64_t)];
    struct random random;
    hck_random_start(&random, 1);
    for (unsigned i = 0; i < WARM_UP_LONGEST; i++) {
        for (size_t k = 0; k < sizeof bytes / sizeof bytes[0]; k++) {
            bytes[k] = hck_random_next(&random);
        }
        run_and_tidy(hck_fuzz_input_read((uint8_t *)bytes, sizeof bytes, &any, &harness.plain));
    }
    run_and_tidy(
        hck_fuzz_input_read((const uint8_t *)sparse, sizeof sparse - 1, &any, &harness.plain));
    for (uint64_t i = 0; i < WARM_UP_TRACES; i++) {
        hck_trace_clear(&harness.plain);
        run_and_tidy(hck_generate(hck_generate_seed(1, i), &drawn, &harness.plain));
    }
}

const struct api *hck_harness_target(void)
{
    pid_t process = getpid();
    if (harness.process == 0) {
        start();
    }
    if (harness.process != process) { /* a child of fork begins anew where it asks for itself */
        if (harness.process != 0) {   /* and by now more may be known */
            hck_expect_free(&harness.expected);
            load_expected(getenv("HEAPCK_FUZZ_EXPECT"));
        }
        harness.process = process;
        warm_up();
    }
    return &harness.api;
}

/* --- Finds ------------------------------------------------------------------------------------ */

_Noreturn void hck_harness_fail(const char *what, const struct trace *trace, const char *clause_id)
{
    (void)fprintf(stderr, "heapck harness: %s\n", what);
    if (trace != NULL) {
        (void)fprintf(stderr, "To see it again, keep these lines as FILE");
        if (harness.target_name == NULL) { /* nobody but the harness was asked */
            (void)fprintf(stderr, ", and give it to this harness\n");
        } else {
            (void)fprintf(stderr, ": heapck replay %sFILE --target %s\n",
                          hck_weave_is_chosen(trace) ? "--weave " : "", harness.target_name);
        }
        (void)hck_trace_write_violating(trace, clause_id, stderr);
        (void)fprintf(stderr, OVERHEARD_BEHIND "\n");
    }
    abort();
}

/* Whoever started the engine picks it up from there. */
static void leave_find(const struct trace *trace, const char *clause_id)
{
    const char *folder = getenv("HEAPCK_FUZZ_FINDS");
    if (folder != NULL && !hck_kept_write(folder, trace, clause_id)) {
        (void)fprintf(stderr, OVERHEARD_BEFORE " into %s\n", folder);
    }
}

static void fail_by(const struct trace *trace, const struct observation *seen,
                    const struct verdicts *verdicts, const struct verdict *verdict)
{
    char call_text[TEXT_MAX];
    char sentence[SENTENCE_MAX] = "";
    char what[TEXT_MAX + 2 * SENTENCE_MAX];
    const struct call *call = &trace->calls[verdict->call_index];
    const char *clause_id = hck_clause_get((enum clause_id)verdict->clause)->id;
    hck_text_print_call(call, call_text, sizeof call_text);
    if (verdict->expectation < verdicts->expectation_count) {
        hck_describe_expectation(NULL, call, seen, &verdicts->expectations[verdict->expectation],
                                 sentence, sizeof sentence);
    }
    (void)snprintf(what, sizeof what, "%s is violated by %s: %s", clause_id, call_text, sentence);
    leave_find(&harness.plain.trace, clause_id);
    hck_harness_fail(what, &harness.plain.trace, clause_id);
}

static void mark_reach(const struct verdict *verdict)
{
    uint8_t reach = (uint8_t)hck_guide_reach(verdict);
    if (harness.judged != NULL && verdict->clause < CLAUSE_COUNT &&
        reach > harness.judged[verdict->clause]) {
        harness.judged[verdict->clause] = reach;
    }
}

/* What listen is given, for the pointer to it is to no constant. */
struct running {
    const struct harness_watch *watch;
};

static void listen(void *context, const struct trace *trace, uint32_t call_index,
                   const struct observation *seen, const struct verdicts *verdicts)
{
    const struct running *running = context;
    const struct harness_watch *watch = running->watch;
    bool is_excused = watch != NULL && watch->excuses(&trace->calls[call_index]);
    hck_fuzz_counters_note(verdicts);
    for (uint32_t i = 0; i < verdicts->count && !is_excused; i++) {
        const struct verdict *verdict = &verdicts->items[i];
        mark_reach(verdict);
        if (verdict->outcome == VERDICT_VIOLATED &&
            harness.expected.reasons[verdict->clause] == NULL) {
            fail_by(trace, verdict->call_index == call_index ? seen : NULL, verdicts, verdict);
        }
    }
    if (watch != NULL && call_index + 1 == trace->call_count) {
        watch->ends();
    }
}

/* --- Inputs ----------------------------------------------------------------------------------- */

const struct trace *hck_harness_read(const struct input_options *options, const uint8_t *data,
                                     size_t size)
{
    hck_fuzz_counters_clear();
    if (!hck_fuzz_input_read(data, size, options, &harness.plain)) {
        hck_harness_give_up(STATUS_BROKEN, "out of memory");
    }
    return &harness.plain.trace;
}

void hck_harness_run(const struct api *api, const struct harness_watch *watch)
{
    struct running running = {watch};
    struct judge_summary summary;
    run(api, listen, &running, &summary);
    if (summary.broken) {
        hck_harness_fail(summary.message, &harness.plain.trace, NULL);
    }
}

void hck_harness_judge(const struct api *api, const struct input_options *options,
                       const uint8_t *data, size_t size)
{
    (void)hck_harness_read(options, data, size);
    hck_harness_run(api, NULL);
    hck_harness_start_over();
}

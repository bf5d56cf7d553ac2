/* Whatever call to the operating system fails: a function that fails for it has changed nothing,
 * all others answer as the clauses allow, everything can be given back when the system works again,
 * and nothing is lost. But where more than one call fails (all from one on, or one that the system
 * itself refuses and one on demand), so may giving back what a function got before it failed, and
 * libwinmem keeps no list of that: then the bytes are not counted.
 *
 * Which call fails is said by the input: where its first call is SetLastError(n), the n % 256-th,
 * and n / 256 % 3 is enum winmem_failing; else one after as many as the trace has calls. */
#include "fuzz/harness.h"
#include "kit/target/target_api.h"

enum { NUMBERS = 256 };

HARNESS_OPTIONS(out_of_memory);

static unsigned long failures_before;
static bool fails_on;
static bool is_unknown;

static void let_pass(void)
{
    hck_winmem_fail(0, WINMEM_FAILS_ONCE);
}

/* Of a call that the system failed, all that is asked is that it changed nothing: what comes behind
 * it shows that. Where an access met it, as the alarm of a guard page that could not be taken away,
 * nobody knows what the page is now; nor what those of a destroyed heap are, where the system takes
 * nothing back any more. */
static bool excuses(const struct call *call)
{
    const struct call_row *row = &hck_call_rows[call->id];
    unsigned long failures = hck_winmem_failures();
    bool has_failed = failures != failures_before;
    bool is_left_open = fails_on && row->effect == EFFECT_destroy_heap;
    failures_before = failures;
    is_unknown = is_unknown || (has_failed && (is_left_open || hck_call_accesses_memory(row)));
    return has_failed || is_unknown;
}

struct failing {
    unsigned long call;
    enum winmem_failing mode;
};

static struct failing choose(const struct trace *trace)
{
    uint64_t number = trace->call_count;
    if (number > 0 && trace->calls[0].id == CALL_SetLastError) {
        number = trace->calls[0].arguments[0].value;
    }
    return (struct failing){number % NUMBERS,
                            (enum winmem_failing)(number / NUMBERS % WINMEM_FAILING_COUNT)};
}

static void run_failing(const struct failing *failing)
{
    static const struct harness_watch watch = {excuses, let_pass};
    is_unknown = false;
    fails_on = failing->mode == WINMEM_FAILS_ON;
    failures_before = hck_winmem_failures();
    hck_winmem_fail(failing->call, failing->mode);
    hck_harness_run(hck_harness_target(), &watch);
}

/* What the library has of the system when it has begun anew, and so has given back all that it
 * keeps. */
static uint64_t bytes_from_the_start(void)
{
    let_pass();
    hck_harness_start_over();
    return hck_winmem_mapped_bytes();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)hck_harness_target(); /* what it does first is no part of the input */
    const struct trace *trace = hck_harness_read(&hck_harness_options, data, size);
    struct failing failing = choose(trace);
    uint64_t bytes = bytes_from_the_start();
    unsigned long refusals = hck_winmem_refusals();
    run_failing(&failing);
    bool fails_once = !fails_on && hck_winmem_refusals() == refusals;
    if (bytes_from_the_start() > bytes && fails_once) {
        hck_harness_fail("memory is lost where a call to the system fails", trace, NULL);
    }
    return 0;
}

/* The harness of the oracle's own answers tells engines what the oracle judged, and tells a find by
 * the trace that was its input. */
#define _POSIX_C_SOURCE 200809L /* fork */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "fuzz/answer.h"
#include "fuzz/harness.h"

enum { SAID_MAX = 4096 };

/* As the linker names where libFuzzer looks for counters. */
extern const uint8_t counters_begin[] __asm__("__start___libfuzzer_extra_counters");
extern const uint8_t counters_end[] __asm__("__stop___libfuzzer_extra_counters");

/* The linker puts this one in place of the answerer's (CMakeLists.txt). */
uint32_t __wrap_hck_answerer_run(struct answerer *answerer, const struct trace *trace,
                                 uint64_t seed, const bool is_known[CALL_COUNT],
                                 const struct verdicts **left);
uint32_t __real_hck_answerer_run(struct answerer *answerer, const struct trace *trace,
                                 uint64_t seed, const bool is_known[CALL_COUNT],
                                 const struct verdicts **left);

/* While it is set there is no answer to the second call. */
static bool is_stuck;

uint32_t __wrap_hck_answerer_run(struct answerer *answerer, const struct trace *trace,
                                 uint64_t seed, const bool is_known[CALL_COUNT],
                                 const struct verdicts **left)
{
    static struct verdicts violated;
    if (!is_stuck) {
        return __real_hck_answerer_run(answerer, trace, seed, is_known, left);
    }
    violated.count = 1;
    violated.items[0] = (struct verdict){.clause = CLAUSE_heap_free_live_block_succeeds,
                                         .outcome = VERDICT_VIOLATED};
    *left = &violated;
    return 1;
}

static void judge(const char *input)
{
    (void)LLVMFuzzerTestOneInput((const uint8_t *)input, strlen(input));
}

static size_t counted(void)
{
    size_t count = 0;
    for (const uint8_t *counter = counters_begin; counter != counters_end; counter++) {
        count += *counter != 0;
    }
    return count;
}

static void what_the_oracle_judged_is_coverage_of_the_input(void **state)
{
    (void)state;
    judge("");
    assert_int_equal(counted(), 0);
    judge("# heapck trace 1\nh0 = HeapCreate(0, 0, 0)\n");
    size_t of_one = counted();
    assert_true(of_one > 0);
    judge("# heapck trace 1\nh0 = HeapCreate(0, 0, 0)\nb0 = HeapAlloc(h0, 0, 100)\n");
    assert_true(counted() > of_one);
    judge("");
    assert_int_equal(counted(), 0);
}

/* What a process says that judges it, which dies of it. */
static void say(const char *input, char said[SAID_MAX])
{
    int ends[2];
    int status = 0;
    size_t length = 0;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        (void)signal(SIGABRT, SIG_DFL);
        judge(input);
        _exit(0);
    }
    (void)close(ends[1]);
    for (ssize_t got = 1; got > 0 && length + 1 < SAID_MAX; length += (size_t)(got > 0 ? got : 0)) {
        got = read(ends[0], said + length, SAID_MAX - 1 - length);
    }
    (void)close(ends[0]);
    said[length] = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void a_find_is_told_by_the_trace_that_was_the_input(void **state)
{
    static const char input[] = "# heapck trace 1\n"
                                "h0 = HeapCreate(0, 0, 0)\n"
                                "b0 = HeapAlloc(h0, 0, 100)\n";
    char said[SAID_MAX];
    (void)state;
    is_stuck = true;
    say(input, said);
    is_stuck = false;
    assert_non_null(strstr(said, "no answer to b0 = HeapAlloc(h0, 0, 100) is allowed, the last by "
                                 "heap_free.live_block.succeeds\n"));
    assert_non_null(strstr(said, "keep these lines as FILE, and give it to this harness\n"));
    assert_non_null(strstr(said, "\nh0 = HeapCreate(0, 0, 0)\nb0 = HeapAlloc(h0, 0, 100)\n# end"));
    assert_null(strstr(said, "Fill(")); /* a probe, which weaving puts in */
    assert_null(strstr(said, "(null)"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_the_oracle_judged_is_coverage_of_the_input),
        cmocka_unit_test(a_find_is_told_by_the_trace_that_was_the_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

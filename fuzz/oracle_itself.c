/* The oracle's own answers hold: for every call there is one that no clause forbids, so no two
 * clauses contradict each other.
 *
 * Of the calls that are listed here the answerer does not always know enough to find one: lists
 * with many entries, and exceptions that many handlers see. They are left out then, and counted
 * (HEAPCK_FUZZ_STATISTICS=1 shows it); of all others having no answer is the find. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz/answer.h"
#include "fuzz/counters.h"
#include "fuzz/harness.h"
#include "kit/run/profile.h"
#include "kit/weave/weave.h"

HARNESS_OPTIONS(oracle_itself);

enum { TEXT_MAX = 500 };

static struct answerer *answerer;
static bool is_known[CALL_COUNT];

static void tell_statistics(void)
{
    for (unsigned id = 0; id < CALL_COUNT; id++) {
        struct answer_count count = hck_answerer_count(answerer, (enum call_id)id);
        (void)fprintf(stderr, "%-32s %10" PRIu64 " answered %8" PRIu64 " given up\n",
                      hck_call_rows[id].name, count.answered, count.given_up);
    }
}

static void start(void)
{
    static const enum call_id unknown[] = {
        CALL_GetProcessHeaps, CALL_GetWriteWatch, CALL_HeapWalk, CALL_RaiseException, CALL_WalkHeap,
        CALL_QueryAll,        CALL_Peek,          CALL_Poke,     CALL_Execute};
    for (unsigned id = 0; id < CALL_COUNT; id++) {
        is_known[id] = true;
    }
    for (unsigned i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
        is_known[unknown[i]] = false;
    }
    answerer = hck_answerer_open(hck_profile_find("windows")->bases);
    if (answerer == NULL) {
        hck_harness_give_up(3, "out of memory");
    }
    hck_answerer_listen(answerer, hck_fuzz_counters_note);
    if (getenv("HEAPCK_FUZZ_STATISTICS") != NULL) {
        (void)atexit(tell_statistics);
    }
}

/* The trace that is told is the input's: probes are woven into it again, and the answers follow
 * from how many calls it has. */
static _Noreturn void fail_at(const struct trace *trace, const struct call *unanswered,
                              const struct verdicts *left)
{
    char call[TEXT_MAX];
    char what[2 * TEXT_MAX];
    const char *clause_id = NULL;
    for (uint32_t i = 0; i < left->count; i++) {
        if (left->items[i].outcome == VERDICT_VIOLATED) {
            clause_id = hck_clause_get((enum clause_id)left->items[i].clause)->id;
        }
    }
    hck_text_print_call(unanswered, call, sizeof call);
    (void)snprintf(what, sizeof what, "no answer to %s is allowed, the last by %s", call,
                   clause_id != NULL ? clause_id : "no clause");
    hck_harness_fail(what, trace, clause_id);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct trace_buffer woven;
    const struct trace *trace = hck_harness_read(&hck_harness_options, data, size);
    const struct verdicts *left;
    if (answerer == NULL) {
        start();
    }
    hck_trace_clear(&woven);
    if (!hck_weave(trace, &woven)) {
        hck_harness_give_up(3, "out of memory");
    }
    uint32_t answered =
        hck_answerer_run(answerer, &woven.trace, trace->call_count, is_known, &left);
    if (answered < woven.trace.call_count) {
        fail_at(trace, &woven.trace.calls[answered], left);
    }
    return 0;
}

/* Trying traces, one after the other, for as long as the process lives. */
#define _POSIX_C_SOURCE 200809L /* write */

#include "kit/fuzz/worker.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kit/clock.h"
#include "kit/execute/fault.h"
#include "kit/fuzz/kept.h"
#include "kit/run/corpus.h"
#include "kit/run/judge.h"
#include "kit/target/target_api.h"
#include "kit/weave/weave.h"

enum { FINDINGS_OF_A_TRACE = 16 };

struct worker {
    const struct worker_options *options;
    struct worker_share *share;
    int tell;
    struct engine *engine;
    struct judge_session *session;
    struct target *target;
    bool is_local;
    struct api api; /* of a local target */
    struct trace_buffer plain;
    struct trace_buffer woven;
    /* Of the trace that is tried. */
    struct finding found[FINDINGS_OF_A_TRACE];
    uint32_t found_count;
};

/* --- Telling ---------------------------------------------------------------------------------- */

static bool is_found(const struct worker *worker, const struct finding *finding)
{
    for (uint32_t i = 0; i < worker->found_count; i++) {
        if (hck_finding_same(&worker->found[i], finding)) {
            return true;
        }
    }
    return false;
}

/* NULL where it was not told yet. */
static struct worker_told *find_told(struct worker_share *share, const struct finding *finding)
{
    for (uint32_t i = 0; i < share->told_count && i < WORKER_FINDINGS_MAX; i++) {
        if (hck_finding_same(&share->told[i].finding, finding)) {
            return &share->told[i];
        }
    }
    return NULL;
}

static bool write_all(int to, const void *bytes, size_t size)
{
    const char *from = bytes;
    while (size > 0) {
        ssize_t count = write(to, from, size);
        if (count < 0 && errno != EINTR) {
            return false;
        }
        from += count > 0 ? count : 0;
        size -= count > 0 ? (size_t)count : 0;
    }
    return true;
}

static bool tell(const struct worker *worker, const struct finding *finding)
{
    struct worker_message message = {.finding = *finding, .size = worker->share->trying_size};
    return write_all(worker->tell, &message, sizeof message) &&
           write_all(worker->tell, worker->share->trying, message.size);
}

static bool tell_once_more(struct worker *worker, const struct finding *finding)
{
    struct worker_share *share = worker->share;
    struct worker_told *told = find_told(share, finding);
    if (told == NULL && share->told_count >= WORKER_FINDINGS_MAX) {
        share->is_full = true;
        return true;
    }
    if (told == NULL) {
        told = &share->told[share->told_count++];
        *told = (struct worker_told){.finding = *finding};
    }
    if (told->times >= WORKER_TELLS_MAX) {
        return true;
    }
    told->times++;
    return tell(worker, finding);
}

/* Where there is no room to remember more findings, no other is told any more. */
static bool tell_found(struct worker *worker)
{
    bool is_told = true;
    for (uint32_t i = 0; i < worker->found_count && is_told; i++) {
        is_told = tell_once_more(worker, &worker->found[i]);
    }
    worker->found_count = 0;
    return is_told;
}

/* --- Trying ----------------------------------------------------------------------------------- */

static void listen(void *context, const struct trace *trace, uint32_t call_index,
                   const struct observation *seen, const struct verdicts *verdicts)
{
    struct worker *worker = context;
    (void)call_index;
    (void)seen;
    hck_engine_note(worker->engine, verdicts);
    for (uint32_t i = 0; i < verdicts->count; i++) {
        const struct verdict *verdict = &verdicts->items[i];
        if (verdict->outcome != VERDICT_VIOLATED || verdict->clause >= CLAUSE_COUNT ||
            !worker->options->selection->clauses[verdict->clause]) {
            continue;
        }
        struct finding finding = hck_finding_of(verdicts, verdict, trace, 0);
        if (worker->found_count < FINDINGS_OF_A_TRACE && !is_found(worker, &finding)) {
            worker->found[worker->found_count++] = finding;
        }
    }
}

/* A process that died behind a trace, or that the traces before had spoilt, is for the owner to
 * look at, and so is what makes no sense. */
static bool judge(struct worker *worker, const struct trace *trace)
{
    struct judge_summary summary;
    if (worker->is_local) {
        hck_judge_local(worker->session, &worker->api, trace, listen, worker, &summary);
    } else {
        hck_judge_trace(worker->session, worker->target, trace, listen, worker, &summary);
    }
    bool is_behind =
        summary.result == TARGET_DIED_BEHIND || summary.result == TARGET_SPOILED || summary.broken;
    const struct finding behind = {.clause = CLAUSE_NONE, .is_senseless = summary.broken};
    if (summary.result == TARGET_BROKEN) {
        (void)snprintf(worker->share->message, sizeof worker->share->message, "%s",
                       summary.message);
        return false;
    }
    return !is_behind || tell(worker, &behind);
}

static bool try_trace(struct worker *worker, const struct trace *plain)
{
    struct worker_share *share = worker->share;
    hck_trace_clear(&worker->woven);
    if (!hck_weave_some(plain, &worker->woven)) {
        return false;
    }
    share->trying_size = (uint32_t)hck_bytes_encode(plain, share->trying, sizeof share->trying);
    atomic_store(&share->began_ms, hck_clock_ms());
    bool judged = judge(worker, &worker->woven.trace);
    atomic_store(&share->began_ms, 0);
    if (!judged) {
        return false;
    }
    atomic_fetch_add(&share->tried_count, 1);
    atomic_fetch_add(&share->call_count, worker->woven.trace.call_count);
    return tell_found(worker);
}

static bool learn(struct worker *worker, const struct trace *plain, bool is_new_file)
{
    switch (hck_engine_learn(worker->engine, plain)) {
    case ENGINE_PASSED:
        return true;
    case ENGINE_KEPT:
        atomic_store(&worker->share->kept_count, hck_engine_progress(worker->engine).kept_count);
        /* A folder that takes no more files is no reason to stop. */
        if (is_new_file && worker->options->corpus != NULL) {
            (void)hck_kept_write(worker->options->corpus, plain, NULL);
        }
        return true;
    case ENGINE_NO_MEMORY:
        break;
    }
    return false;
}

/* What an earlier worker has tried was worth keeping, or else it reached nothing. */
static bool try_corpus(struct worker *worker)
{
    struct corpus corpus = {.count = 0};
    struct corpus_skipped skipped = {.count = 0};
    char message[CORPUS_MESSAGE_MAX];
    bool going = worker->options->corpus == NULL ||
                 hck_corpus_add_readable(&corpus, worker->options->corpus, &skipped, message,
                                         sizeof message) == CORPUS_FOUND;
    unsigned next = atomic_load(&worker->share->corpus_next);
    for (unsigned i = 0; i < corpus.count && going; i++) {
        const struct trace *trace = &corpus.files[i].trace.trace;
        if (trace->call_count > ENGINE_CALLS_MAX) {
            continue;
        }
        if (i < next) {
            going = hck_engine_add(worker->engine, trace);
        } else {
            atomic_store(&worker->share->corpus_next, i + 1);
            going = try_trace(worker, trace) && learn(worker, trace, false);
        }
    }
    hck_corpus_free(&corpus);
    /* From now on what is in the folder has been tried. */
    atomic_store(&worker->share->corpus_next, UINT32_MAX);
    return going;
}

static bool open_target(struct worker *worker)
{
    struct target_error error;
    const struct worker_options *options = worker->options;
    worker->target = hck_target_open(options->target, &options->target_options, &error);
    if (worker->target == NULL) {
        return false;
    }
    worker->is_local = hck_target_is_local(worker->target) && !options->target_options.hostile;
    return !worker->is_local || (hck_target_fill(worker->target, &worker->api) == NULL &&
                                 hck_fault_attach(&worker->api));
}

static bool open_worker(struct worker *worker)
{
    struct engine_options engine = worker->options->engine;
    engine.guide = &worker->share->guide;
    worker->engine = hck_engine_open(&engine);
    worker->session =
        hck_judge_open(worker->options->bases, worker->options->target_options.hostile);
    if (worker->engine == NULL || worker->session == NULL) {
        return false;
    }
    hck_judge_tell_classes(worker->session);
    return open_target(worker);
}

void hck_worker_run(const struct worker_options *options, struct worker_share *share, int tell_to)
{
    struct worker *worker = calloc(1, sizeof *worker);
    if (worker == NULL) {
        return;
    }
    worker->options = options;
    worker->share = share;
    worker->tell = tell_to;
    bool going = open_worker(worker) && try_corpus(worker);
    while (going) {
        going = hck_engine_next(worker->engine, &worker->plain) &&
                try_trace(worker, &worker->plain.trace) &&
                learn(worker, &worker->plain.trace, true);
    }
    hck_target_close(worker->target);
    hck_judge_close(worker->session);
    hck_engine_close(worker->engine);
    hck_trace_free(&worker->plain);
    hck_trace_free(&worker->woven);
    free(worker);
}

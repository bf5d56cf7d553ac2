/* One trace on a target.
 *
 * The trace is sent with `# run`, and the log comes back in large pieces, so when the process dies
 * the last lines are lost with it. Then a new process runs the same trace with `# step`, which says
 * before each call which one it is, and the observations of that run are the ones that count. A
 * death that does not come again in STEP_ATTEMPTS_MAX such runs, each in a new process, can not be
 * laid at the door of a call. Where the process had run other traces before, those have spoiled it
 * (a lock that a failing call never gave back): TARGET_SPOILED, and the trace is told as it runs
 * alone. Where it was fresh, nothing explains the death: TARGET_BROKEN. Threads meet in some runs
 * and not in others, so a trace that has them gets more.
 *
 * A process that was silent too long and answers every call in time when it runs step by step was
 * slow, unless the whole of these steps fits into the time, too: then it stood still, once, for a
 * reason that is not known (TARGET_STALLED).
 *
 * Where the steps are asked for at once, a fresh process needs no second one to be believed.
 *
 * A process that dies or hangs behind the last call did so while the executor gave back what the
 * trace had left: TARGET_DIED_BEHIND. */
#define _POSIX_C_SOURCE 200809L
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "kit/clock.h"
#include "kit/execute/agent.h"
#include "kit/execute/execute.h"
#include "kit/target/target_internal.h"

enum {
    STEP_ATTEMPTS_MAX = 3,
    STEP_ATTEMPTS_THREADED_MAX = 10,
    LOG_LINE_MAX = 32 << 20, /* a million values of 20 digits, and the call */
    END_GRACE_MS = 1000
};

/* How an attempt ended. */
struct attempt {
    enum exchange_end end;
    int status;   /* the wait status of a process that has ended */
    char how[80]; /* "died of signal 11 (SIGSEGV)", "did not answer for 10000 ms" */
    char last_words[TARGET_LAST_WORDS_MAX];
    bool is_complete; /* every call was seen */
    bool was_used;    /* the process had run a trace before */
    uint64_t took_ms;
};

/* For struct exchange. */
static bool is_over(void *context)
{
    const struct run *run = context;
    const struct target_options *options = &run->target->options;
    if (options->tick != NULL) {
        options->tick(options->tick_context);
    }
    return hck_target_is_interrupted(run->target);
}

static void make_attempt(struct run *run, bool in_steps, struct attempt *attempt)
{
    struct target *target = run->target;
    size_t length = target->offsets[run->trace->call_count];
    const char *command = in_steps ? AGENT_STEP "\n" : AGENT_RUN "\n";
    memcpy(target->text + length, command, strlen(command));
    const struct exchange exchange = {
        .text = target->text,
        .text_size = length + strlen(command),
        .timeout_ms = target->options.trace_timeout_ms,
        .total_ms = target->options.trace_total_ms,
        .line_max = LOG_LINE_MAX,
        .take_line = hck_target_log_take,
        .is_over = is_over,
        .context = run,
    };
    hck_target_log_begin(run);
    attempt->was_used = target->is_used;
    target->is_used = true;
    uint64_t begin_ms = hck_clock_ms();
    attempt->end = hck_channel_exchange(&target->channel, &exchange);
    attempt->took_ms = hck_clock_ms() - begin_ms;
    attempt->is_complete = run->seen_count == run->trace->call_count;
    if (attempt->end == EXCHANGE_DONE) {
        return;
    }
    attempt->status =
        hck_channel_close(&target->channel, attempt->end == EXCHANGE_DIED ? END_GRACE_MS : 0);
    hck_target_say_last_words(target, attempt->last_words);
    if (attempt->end == EXCHANGE_SILENT) {
        (void)snprintf(attempt->how, sizeof attempt->how, "did not answer for %u ms",
                       target->options.trace_timeout_ms);
    } else if (target->channel.was_killed) {
        (void)snprintf(attempt->how, sizeof attempt->how, "closed its output");
    } else {
        hck_target_say_end(attempt->status, attempt->how, sizeof attempt->how);
    }
}

/* The process has said nothing since the trace before, and ended in a way that speaks of the thread
 * that had started it (target_child.c). */
static bool is_left_from_before(const struct run *run, const struct attempt *attempt)
{
    if (attempt->end != EXCHANGE_DIED || run->line_count > 0 || run->target->channel.was_killed) {
        return false;
    }
    int status = attempt->status;
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static enum target_result tell_complete(struct run *run)
{
    return hck_target_log_tell(run) ? TARGET_DONE : TARGET_BROKEN;
}

static enum target_result tell_died_behind(struct run *run, const struct attempt *attempt)
{
    int status = attempt->status;
    bool has_faulted = attempt->end == EXCHANGE_DIED && WIFEXITED(status) &&
                       WEXITSTATUS(status) == EXECUTOR_EXIT_CLEAN_UP;
    if (!hck_target_log_tell(run)) {
        return TARGET_BROKEN;
    }
    hck_target_fail(run->error, run->target,
                    "it %s behind the last call, when what the trace left was given back%s",
                    has_faulted ? "raised an exception" : attempt->how, attempt->last_words);
    run->error->was_silent = attempt->end == EXCHANGE_SILENT;
    return TARGET_DIED_BEHIND;
}

static void tell_death(struct run *run, uint32_t blamed, enum exchange_end end, int status)
{
    struct observation seen;
    memset(&seen, 0, sizeof seen);
    seen.values = run->target->values;
    seen.value_capacity = OBSERVATION_VALUES_MAX;
    seen.has_last_error = !run->target->lacks[CALL_GetLastError];
    seen.last_error = LAST_ERROR_SENTINEL;
    seen.start = run->begun_at[run->trace->calls[blamed].thread];
    seen.end = seen.start;
    if (end == EXCHANGE_SILENT) {
        seen.status = STATUS_HUNG;
    } else if (WIFSIGNALED(status)) {
        seen.status = STATUS_CRASHED;
        seen.result = (uint64_t)WTERMSIG(status);
    } else {
        seen.status = STATUS_EXITED;
        seen.result = (uint64_t)WEXITSTATUS(status);
    }
    run->observe(run->context, &run->trace->calls[blamed], &seen);
}

static enum target_result tell_died(struct run *run, const struct attempt *attempt)
{
    bool closed_output = attempt->end == EXCHANGE_DIED && run->target->channel.was_killed;
    if (run->line_count == 0 || closed_output) {
        hck_target_fail(run->error, run->target, "it %s%s%s", attempt->how,
                        closed_output ? "" : " before the first call", attempt->last_words);
        return TARGET_BROKEN;
    }
    uint32_t blamed = hck_target_log_blamed(run);
    run->target->under_way = hck_target_log_under_way(run);
    if (!hck_target_log_tell(run)) {
        return TARGET_BROKEN;
    }
    tell_death(run, blamed, attempt->end, attempt->status);
    return TARGET_DIED;
}

/* Says what ended the exchange, where that is the protocol's fault and take_line has not said
 * it. */
static enum target_result say_broken(struct run *run, const struct attempt *attempt)
{
    if (attempt->end == EXCHANGE_TOO_LONG) {
        hck_target_fail(run->error, run->target, "a line of its log is longer than %d bytes",
                        LOG_LINE_MAX);
    } else if (attempt->end == EXCHANGE_TOO_SLOW) {
        hck_target_fail(run->error, run->target,
                        "it went on answering, and was not done within %u ms",
                        run->target->options.trace_total_ms);
    } else if (attempt->end == EXCHANGE_TOO_MUCH) {
        hck_target_fail(run->error, run->target, "its log is longer than %zu bytes",
                        CHANNEL_RECEIVED_MAX);
    } else if (attempt->end == EXCHANGE_NO_MEMORY) {
        hck_target_fail(run->error, run->target, "its log is too large for the memory");
    } else if (attempt->end == EXCHANGE_CALLED_OFF) {
        hck_target_fail(run->error, run->target, "interrupted");
    }
    return TARGET_BROKEN;
}

static unsigned attempts_max(const struct run *run)
{
    return run->trace->thread_count > 1 ? STEP_ATTEMPTS_THREADED_MAX : STEP_ATTEMPTS_MAX;
}

/* It did not come again. What the last attempt saw is still there to be told. */
static enum target_result tell_alone(struct run *run, const struct attempt *first)
{
    bool was_silent = first->end == EXCHANGE_SILENT;
    if ((first->was_used || was_silent) && !hck_target_log_tell(run)) {
        return TARGET_BROKEN;
    }
    run->error->was_silent = was_silent;
    if (first->was_used) {
        hck_target_fail(run->error, run->target,
                        "it %s behind other traces, and not in this one alone%s", first->how,
                        first->last_words);
        return TARGET_SPOILED;
    }
    hck_target_fail(run->error, run->target,
                    "it %s once in this trace, and not in %u more runs of it%s", first->how,
                    attempts_max(run), first->last_words);
    return was_silent ? TARGET_STALLED : TARGET_BROKEN;
}

/* The process has ended or hangs: step by step, to learn in which call. */
static enum target_result find_blamed(struct run *run, const struct attempt *first)
{
    bool was_silent = first->end == EXCHANGE_SILENT;
    for (unsigned i = 0; i < attempts_max(run); i++) {
        struct attempt attempt;
        (void)hck_channel_close(&run->target->channel, 0);
        if (!hck_target_start(run->target, run->error)) {
            return TARGET_BROKEN;
        }
        make_attempt(run, true, &attempt);
        switch (attempt.end) {
        case EXCHANGE_DONE:
            if (was_silent && attempt.took_ms >= run->target->options.trace_timeout_ms) {
                return tell_complete(run); /* slow */
            }
            break;
        case EXCHANGE_DIED:
        case EXCHANGE_SILENT:
            return attempt.is_complete ? tell_died_behind(run, &attempt) : tell_died(run, &attempt);
        case EXCHANGE_WRONG:
        case EXCHANGE_TOO_SLOW:
        case EXCHANGE_TOO_LONG:
        case EXCHANGE_TOO_MUCH:
        case EXCHANGE_NO_MEMORY:
        case EXCHANGE_CALLED_OFF:
            return say_broken(run, &attempt);
        }
    }
    return tell_alone(run, first);
}

uint8_t hck_target_under_way(const struct target *target)
{
    return target->under_way;
}

enum target_result hck_target_run(struct target *target, const struct trace *trace,
                                  void (*observe)(void *context, const struct call *call,
                                                  const struct observation *seen),
                                  void *context, struct target_error *error)
{
    struct run run = {
        .target = target, .trace = trace, .error = error, .observe = observe, .context = context};
    struct attempt attempt;
    target->under_way = 0;
    if (!hck_target_print_trace(target, trace)) {
        hck_target_fail(error, target, "out of memory");
        return TARGET_BROKEN;
    }
    for (unsigned i = 0; i < 2; i++) {
        pid_t before = target->channel.pid;
        if (!hck_target_start(target, error)) {
            return TARGET_BROKEN;
        }
        bool is_fresh = target->channel.pid != before;
        make_attempt(&run, target->options.in_steps, &attempt);
        if (is_fresh || !is_left_from_before(&run, &attempt)) {
            break;
        }
    }
    switch (attempt.end) {
    case EXCHANGE_DONE:
        return tell_complete(&run);
    case EXCHANGE_DIED:
    case EXCHANGE_SILENT:
        if (attempt.is_complete) {
            return tell_died_behind(&run, &attempt);
        }
        return target->options.in_steps && !attempt.was_used ? tell_died(&run, &attempt)
                                                             : find_blamed(&run, &attempt);
    case EXCHANGE_WRONG:
    case EXCHANGE_TOO_SLOW:
    case EXCHANGE_TOO_LONG:
    case EXCHANGE_TOO_MUCH:
    case EXCHANGE_NO_MEMORY:
    case EXCHANGE_CALLED_OFF:
        break;
    }
    return say_broken(&run, &attempt);
}

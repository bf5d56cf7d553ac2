/* Targets: who is judged, and the process that it lives in.
 *
 *     winmem        libwinmem, linked in
 *     so:PATH       a shared library that exports the documented names; without a slash a file in
 *                   the working directory, or else one where dlopen looks
 *     exec:COMMAND  an agent on stdin and stdout (kit/execute/agent.h); split as by a shell
 *
 * Every target runs in a child process with a time limit and speaks the agent's protocol, so a
 * crash, a hang, an exit or a scribble of the target ends as an observation, and never in this
 * process. What it prints to standard output or standard error is not shown, but for the last line
 * of the latter where the process ends before its time; with HEAPCK_AGENT_STDERR set, standard
 * error is this process's.
 *
 * Several threads may run targets at the same time, each its own. The child process ends together
 * with the thread that started it; the next run, on whatever thread, starts a new one. */
#ifndef HCK_KIT_TARGET_H
#define HCK_KIT_TARGET_H

#include <stdatomic.h>

#include "spec/call.h"

struct target;

struct target_options {
    /* Without any progress in a trace: every line of the log, and every piece of the trace that is
     * taken, gives the time again. 0: 10,000. */
    uint32_t trace_timeout_ms;
    /* Of a whole trace, whatever its progress; 0: TARGET_TRACE_TOTAL times that. */
    uint32_t trace_total_ms;
    /* Until it is ready; 0: as long as one trace, and TARGET_AGENT_START times that for exec:, for
     * Wine's first start is slow. */
    uint32_t start_timeout_ms;
    bool hostile;
    /* Each trace runs step by step at once. That is slower, and a death in a process that has run
     * nothing before is laid at its call without another run. */
    bool in_steps;
    /* Once true, starting and running end soon, as TARGET_BROKEN. May be NULL. */
    const atomic_bool *interrupted;
    /* Told (true) when a start takes longer than a second, and (false) when that is over. May be
     * NULL. */
    void (*waits)(void *context, bool waits);
    void *waits_context;
    /* Called several times a second while a trace is waited for. May be NULL. */
    void (*tick)(void *context);
    void *tick_context;
};

enum { TARGET_AGENT_START = 6, TARGET_TRACE_TOTAL = 60 };

/* trace_timeout_ms, or what 0 stands for; and in seconds, begun ones counted. */
uint32_t hck_target_limit_ms(const struct target_options *options);
uint32_t hck_target_limit_s(const struct target_options *options);

struct target_error {
    char message[400]; /* one line, without the program's name */
    bool usage;        /* the target string itself is wrong (exit status 2), else broken (3) */
    bool was_silent;   /* it did not answer in time, as also on a busy machine; of TARGET_STALLED,
                          TARGET_SPOILED and TARGET_DIED_BEHIND */
};

/* Reads a target string and checks what can be checked without starting anything. NULL: *error. */
struct target *hck_target_open(const char *name, const struct target_options *options,
                               struct target_error *error);

/* The string it was opened with. */
const char *hck_target_name(const struct target *target);

/* Starts the child process unless it runs, and waits until it is ready. False: *error (the library
 * does not load, has none of the functions, crashed in its constructor, the agent said
 * nonsense). */
bool hck_target_start(struct target *target, struct target_error *error);

/* Sets trace_timeout_ms, which is not 0, for the traces from now on. */
void hck_target_set_limit(struct target *target, uint32_t trace_timeout_ms);

/* Which functions the started target has. */
bool hck_target_has(const struct target *target, enum call_id call);

enum target_result {
    TARGET_DONE, /* every call was observed */
    TARGET_DIED, /* the last observation says CRASHED, HUNG or EXITED; the calls behind it were not
                    made. The child is started again with the next trace. */
    TARGET_DIED_BEHIND, /* every call was observed; then the process died or hung, when the executor
                           gave back what the trace had left, and *error says how */
    TARGET_STALLED, /* every call was observed, in a new process: the one before, which was fresh
                       as well, did not answer in time, and that did not come again */
    TARGET_SPOILED, /* every call was observed, in a new process: the one before, which had run
                       other traces, died or hung in this one, and *error says how; alone it does
                       not */
    TARGET_BROKEN   /* the protocol failed: *error. Nothing of this trace counts. */
};

/* Runs one trace. `observe` is told each call in the order of the log, after it has arrived; the
 * call is that of the trace.
 *
 * When the process dies or hangs, a new one runs the trace again step by step to learn in which
 * call, and only what was seen then is told. A death or hang that does not come again in three such
 * runs (ten, of a trace with threads), each in a process of its own, belongs to no call of this
 * trace: it is TARGET_SPOILED where the process had run other traces before; where it was fresh, a
 * death is TARGET_BROKEN, a hang TARGET_STALLED. */
enum target_result hck_target_run(struct target *target, const struct trace *trace,
                                  void (*observe)(void *context, const struct call *call,
                                                  const struct observation *seen),
                                  void *context, struct target_error *error);

/* Of the trace that is told: a bit set of the threads that had a call under way, of which nothing
 * is told, when the process died or hung. 0 where it did not. */
uint8_t hck_target_under_way(const struct target *target);

/* Stops the child process and frees everything. */
void hck_target_close(struct target *target);

/* The same by force, for a process that need not come to an end by itself. */
void hck_target_abandon(struct target *target);

#endif

/* The executor: makes the calls of a trace against a target and records what it saw.
 *
 * It is built for Linux and, with mingw, for Windows, and runs where the target lives: in a child
 * process of heapck or in the agent. It never knows an expected answer. It includes spec/ only.
 *
 * One trace at a time in a process: vectored handlers are C functions, so their state is global. */
#ifndef HCK_KIT_EXECUTE_H
#define HCK_KIT_EXECUTE_H

#include "spec/api.h"
#include "spec/call.h"

/* Told about every call, in the order in which the calls ended. The observation and its values are
 * valid during the call only. */
typedef void (*executor_observe)(void *context, const struct call *call,
                                 const struct observation *seen);

/* Told before every call is made, so that a crash in it can be laid at its door. May be NULL. */
typedef void (*executor_announce)(void *context, const struct call *call);

struct executor_options {
    bool hostile;           /* see struct typestate */
    uint32_t block_wait_ms; /* how long a call that may wait for a lock is waited for before
                               the next call starts */
    executor_announce announce;
    executor_observe observe;
    void (*give_up)(void *context); /* told, after every call was observed, that the clean-up raised
                                       an exception and that the process ends now with the status
                                       EXECUTOR_EXIT_CLEAN_UP. May be NULL, may not return */
    void *context;
};

enum { EXECUTOR_EXIT_CLEAN_UP = 4, EXECUTOR_BLOCK_WAIT_MS = 20 /* a good value */ };

/* Runs the whole trace on `api` and gives back what the trace left behind: live blocks are freed,
 * private heaps destroyed, regions released, handlers removed, locks unlocked, so that the next
 * trace starts clean. False where the executor could not get its own memory or threads, or is
 * running already (nothing was run).
 *
 * hck_fault_attach (kit/execute/fault.h) comes before, once for many traces.
 *
 * The last error counts as observed only on a target with both GetLastError and SetLastError.
 *
 * Threads: the calls of each thread are made in order on a thread of their own, and a call starts
 * after those before it in the trace have ended. But calls of different threads that allocate,
 * resize, free, fill or look at blocks which no two of them share are made side by side, and are
 * observed in the order of the trace when all have ended. Only a call that has to wait for a heap's
 * lock is left behind after block_wait_ms; the later calls of its thread wait for it. A call that
 * would use what an unfinished call is about to free is skipped as if it were freed already. Where
 * nothing but waiting calls is left, the threads that are done give back the locks which the trace
 * never unlocks; the calls that this sets free, and those behind them, are skipped by
 * heap_lock.owner.must_unlock_before_it_ends, as is a call that would close a circle of waiting
 * threads. */
bool hck_execute(const struct api *api, const struct trace *trace,
                 const struct executor_options *options);

#endif

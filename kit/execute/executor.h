/* What the parts of the executor share.
 *
 *     execute.c    the trace on one thread, storage
 *     sequence.c   the trace on several threads
 *     step.c       one call: check, make, record
 *     marshal.c    arguments to machine words, out-structures to values
 *     dispatch.c   one typed line for each function
 *     probe_*.c    the calls that the executor makes up
 *     handlers.c   the vectored handlers of a trace
 *     ledger.c     what the trace has that must be given back
 *     clean_up.c   giving it back
 *
 * A worker is one thread of the trace with the call it has in hand. The sequencer (or the caller's
 * thread, where the trace has one thread) begins and ends steps; only making the call happens on
 * the worker's thread. So typestate, ledger and ticks belong to one thread. */
#ifndef HCK_KIT_EXECUTOR_H
#define HCK_KIT_EXECUTOR_H

#include <stdatomic.h>

#include "kit/execute/execute.h"
#include "kit/execute/fault.h"
#include "kit/execute/thread.h"
#include "spec/structs.h"
#include "spec/typestate.h"

enum { GUARD_BYTES = 64, INPUT_WORDS = 64, NAME_UNITS_MAX = 64 };

/* An out-structure: `room` bytes that the callee may fill, recorded as `size` bytes or more, and
 * what is changed from `room` on is counted. */
struct out_buffer {
    uint32_t room;
    uint32_t size;
    _Alignas(16) unsigned char bytes[CALL_OUT_BYTES_MAX + GUARD_BYTES];
};

/* --- ledger.c --- */

enum ledger_kind {
    LEDGER_NOTHING,
    LEDGER_HANDLER,
    LEDGER_BLOCK, /* of the default heap; those of private heaps go with them */
    LEDGER_HEAP,
    LEDGER_REGION,
    LEDGER_VIEW,
    LEDGER_SECTION,
    LEDGER_LOCK /* and the thread's number added to it */
};

struct ledger_entry {
    uint64_t address;
    uint64_t detail; /* block: its heap; lock: how many times */
    uint32_t kind;
};

/* A hash table with linear probing, at most half full. */
struct ledger {
    struct ledger_entry *entries;
    uint64_t mask;                    /* capacity - 1 */
    uint32_t counts[LEDGER_LOCK + 1]; /* of entries by kind, so that nobody looks for what is not
                                         there; locks of all threads together */
};

/* Entries that a ledger of this trace needs. */
size_t hck_ledger_capacity(const struct trace *trace);

/* `storage` has room for that many entries. */
void hck_ledger_init(struct ledger *ledger, size_t capacity, void *storage);

struct ledger_entry *hck_ledger_find(const struct ledger *ledger, uint32_t kind, uint64_t address);

/* The entry, made with detail 0 where there is none. */
struct ledger_entry *hck_ledger_add(struct ledger *ledger, uint32_t kind, uint64_t address);

void hck_ledger_remove(struct ledger *ledger, struct ledger_entry *entry);

/* --- Workers --- */

struct executor;

enum task { TASK_CALL, TASK_UNLOCK, TASK_QUIT };

struct worker {
    struct executor *executor;
    const struct call *call; /* in hand, or NULL */
    struct observation seen;
    struct fault fault;
    uint64_t words[CALL_ARGUMENTS_MAX];
    struct slot subject; /* a copy of the slot that the first argument of a probe names */
    bool subject_is_default_heap;
    bool in_call;    /* handlers record */
    bool is_planted; /* Execute put a return in the place of a block's byte, which was ... */
    unsigned char planted_over;
    uint64_t input[INPUT_WORDS];
    uint64_t input_before[INPUT_WORDS];
    char name[NAME_UNITS_MAX]; /* of an object */
    WCHAR wide_name[NAME_UNITS_MAX];
    struct out_buffer outs[CALL_OUTS_MAX];
    /* The rest is for traces with threads. */
    struct thread thread;
    struct gate go;
    enum task task;
    uint64_t unlock_address;
    uint32_t cursor;   /* index of the thread's next call */
    uint8_t number;    /* of the thread */
    bool is_used;      /* the trace has calls for it */
    bool is_busy;      /* a task was posted and its end not yet taken note of */
    atomic_uint ended; /* 0, or when the task ended, counted over all workers */
};

struct executor {
    const struct api *api;
    const struct trace *trace;
    const struct executor_options *options;
    bool supports[CALL_COUNT];
    bool has_last_error;
    bool may_continue; /* a handler was registered that continues whatever it is called for */
    bool is_closing;   /* locks that the trace never unlocks are being given back */
    uint32_t run;      /* how many there were in this process */
    uint64_t tick;
    struct typestate state;
    struct ledger ledger;
    PROCESS_HEAP_ENTRY *walks; /* by walk slot */
    uint64_t *filled;          /* by block slot: how much the last Fill filled */
    struct worker *workers[TRACE_THREADS_MAX];
    struct gate ended;
    atomic_uint ended_count;
    void *storage;
    size_t storage_size;
};

/* The worker of a thread number, made at its first use and kept. NULL: no memory. */
struct worker *hck_executor_worker(struct executor *executor, unsigned number);

/* --- step.c --- */

/* Decides whether the call is made and prepares it. False: it was observed as skipped or
 * unsupported and is over. */
bool hck_step_begin(struct worker *worker, const struct call *call);

/* Makes it, on this thread, and records. */
void hck_step_make(struct worker *worker);

/* Takes note of what it did and has it observed. */
void hck_step_end(struct worker *worker);

/* Has the call observed as skipped without making it. */
void hck_step_skip(struct worker *worker, const struct call *call, enum clause_id clause);

static inline bool call_succeeded(const struct worker *worker)
{
    return worker->seen.status == STATUS_RETURNED && worker->seen.result != 0;
}

/* --- marshal.c --- */

/* Fills worker->words, the out-structures and the input from the call's arguments. */
void hck_marshal_arguments(struct worker *worker);

/* Appends the values that the out-structures hold now. */
void hck_marshal_values(struct worker *worker);

/* Prepares an out-structure: all bytes OUT_UNTOUCHED, and the guard behind them. */
void hck_marshal_out(struct out_buffer *out, uint64_t room, uint32_t size);

/* Appends the values of the structure at `bytes`; nothing where there is no room for all of them.
 */
void hck_marshal_entry(struct worker *worker, enum struct_id id, const void *bytes);

/* --- dispatch.c --- */

void hck_dispatch_survey(const struct api *api, bool supports[CALL_COUNT]);
uint64_t hck_dispatch(const struct api *api, enum call_id id,
                      const uint64_t words[CALL_ARGUMENTS_MAX]);

/* --- probe_memory.c, probe_walk.c --- */

void hck_probe_memory(struct worker *worker);

/* Takes back what Execute planted; a body for hck_fault_run. */
void hck_probe_restore(void *worker);

void hck_probe_walk(struct worker *worker);

/* --- handlers.c --- */

/* Handler calls on this thread are recorded in the worker's observation; NULL: nowhere. */
void hck_handlers_enter(struct worker *worker);

/* The function of a handler slot, which from now on does this. The typestate lets a slot have one
 * registration at a time, so a slot is all that tells handlers apart. */
PVECTORED_EXCEPTION_HANDLER hck_handlers_prepare(uint32_t slot, enum handler_behaviour behaviour);

/* --- sequence.c, clean_up.c --- */

/* Runs the trace on threads. False: they could not be had, and nothing was run. */
bool hck_sequence_run(struct executor *executor);

/* Undoes this thread's locks, as TASK_UNLOCK or for the only thread. */
void hck_clean_up_lock(struct executor *executor, uint64_t heap, uint64_t count);

/* Gives back everything in the ledger. Does not return where that faults. */
void hck_clean_up(struct executor *executor);

#endif

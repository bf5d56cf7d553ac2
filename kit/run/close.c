/* Closing a trace: names for what would be lost, then the calls that give everything back.
 *
 * It is done by the text of the trace alone, and so gives back too much rather than too little: a
 * call on a slot that is dead by then is not made. */
#include "kit/run/close.h"

#include <stdlib.h>

#include "spec/win32.h"

enum { PAGE_BYTES = 4096 };

struct closer {
    struct trace_buffer *closed;
    uint32_t *names[SLOT_KIND_COUNT]; /* by slot of the trace: its name now plus one, or 0 */
    uint32_t next[SLOT_KIND_COUNT];   /* the first name that is free */
    uint32_t heap_max;
    bool *is_default;                    /* by heap name: from GetProcessHeap */
    int32_t (*locks)[TRACE_THREADS_MAX]; /* by heap name and thread: how many more than unlocks */
};

static bool open_closer(struct closer *closer, const struct trace *trace)
{
    bool opened = true;
    for (unsigned kind = 0; kind < SLOT_KIND_COUNT; kind++) {
        size_t count = (size_t)trace->slot_count[kind] + 1;
        closer->next[kind] = trace->slot_count[kind];
        closer->names[kind] = calloc(count, sizeof closer->names[kind][0]);
        opened = opened && closer->names[kind] != NULL;
    }
    closer->heap_max = trace->slot_count[SLOT_HEAP] + trace->call_count;
    closer->is_default = calloc((size_t)closer->heap_max + 1, sizeof closer->is_default[0]);
    closer->locks = calloc((size_t)closer->heap_max + 1, sizeof closer->locks[0]);
    return opened && closer->is_default != NULL && closer->locks != NULL;
}

static void free_closer(struct closer *closer)
{
    for (unsigned kind = 0; kind < SLOT_KIND_COUNT; kind++) {
        free(closer->names[kind]);
    }
    free(closer->is_default);
    free(closer->locks);
}

/* --- Names --- */

/* The call that gives back what this one gets, or CALL_COUNT. A block goes with its heap, unless
 * that is the default heap, which give_back_result looks at. */
static enum call_id giver_of(const struct call *call)
{
    switch (hck_call_effect(&hck_call_rows[call->id])->made) {
    case MADE_HEAP:
        return CALL_HeapDestroy;
    case MADE_BLOCK:
        return CALL_HeapFree;
    case MADE_REGION:
        return hck_call_argument(call, ARGUMENT_ADDRESS)->form != FORM_SLOT ||
                       (hck_call_flags_given(call, FLAG_SET_allocation_type) & MEM_RESERVE) != 0
                   ? CALL_VirtualFree
                   : CALL_COUNT;
    case MADE_VIEW:
        return CALL_UnmapViewOfFile;
    case MADE_SECTION:
        return CALL_CloseHandle;
    case MADE_HANDLER:
        return CALL_RemoveVectoredExceptionHandler;
    case MADE_LOCK: /* counted, for it has no result */
    case MADE_NOTHING:
    case MADE_COUNT:
        break;
    }
    return CALL_COUNT;
}

/* Whether its result needs a name of its own. Handlers are few, and a slot has one at a time. */
static bool needs_name(const struct call *call)
{
    bool is_default_heap = hck_call_rows[call->id].effect == EFFECT_default_heap;
    enum call_id giver = giver_of(call);
    return (is_default_heap && call->result_slot != NO_SLOT) ||
           (giver != CALL_COUNT && giver != CALL_RemoveVectoredExceptionHandler);
}

/* A reallocation whose result takes the place of its block. */
static bool keeps_its_slot(const struct call *call)
{
    const struct argument *block = hck_call_argument(call, ARGUMENT_BLOCK);
    return hck_call_rows[call->id].effect == EFFECT_reallocate && block->form == FORM_SLOT &&
           block->slot == call->result_slot;
}

/* What the slot of the trace is called now, or NO_SLOT. */
static uint32_t name_of(const struct closer *closer, enum slot_kind kind, uint32_t slot)
{
    return closer->names[kind][slot] - 1; /* 0 becomes NO_SLOT */
}

static void name_result(struct closer *closer, struct call *call, bool keeps_slot)
{
    enum slot_kind kind = hck_call_result_slot_kind(hck_call_rows[call->id].result);
    uint32_t slot = call->result_slot;
    bool is_new = slot != NO_SLOT && name_of(closer, kind, slot) == NO_SLOT;
    if (keeps_slot && !is_new) {
        call->result_slot = name_of(closer, kind, slot);
        return;
    }
    if (!is_new && closer->next[kind] <= hck_call_slot_limit(kind)) {
        call->result_slot = closer->next[kind]++;
    }
    if (slot != NO_SLOT) {
        closer->names[kind][slot] = call->result_slot + 1;
    }
}

static void rename_slots(struct closer *closer, struct call *call)
{
    bool keeps_slot = keeps_its_slot(call);
    for (unsigned i = 0; i < hck_call_rows[call->id].argument_count; i++) {
        struct argument *argument = &call->arguments[i];
        if (argument->form != FORM_SLOT) {
            continue;
        }
        uint32_t name = name_of(closer, (enum slot_kind)argument->slot_kind, argument->slot);
        argument->slot = name != NO_SLOT ? name : argument->slot;
    }
    if (needs_name(call)) {
        name_result(closer, call, keeps_slot);
    }
}

/* How many more locks than unlocks the threads made of the heap that the call locks or unlocks, by
 * thread; NULL where it is no such call. */
static int32_t *locks_of(const struct closer *closer, const struct call *call)
{
    enum call_effect effect = hck_call_rows[call->id].effect;
    bool is_lock = effect == EFFECT_lock || effect == EFFECT_unlock;
    uint32_t heap = call->arguments[0].slot;
    return is_lock && call->arguments[0].form == FORM_SLOT && heap < closer->heap_max
               ? closer->locks[heap]
               : NULL;
}

static void note_heap(struct closer *closer, const struct call *call)
{
    enum call_effect effect = hck_call_rows[call->id].effect;
    int32_t *locks = locks_of(closer, call);
    if (effect == EFFECT_default_heap && call->result_slot < closer->heap_max) {
        closer->is_default[call->result_slot] = true;
    } else if (locks != NULL) {
        locks[call->thread] += effect == EFFECT_lock ? 1 : -1;
    }
}

/* --- Giving back --- */

static bool give_back(struct closer *closer, uint8_t thread, enum call_id id, struct argument first,
                      struct argument second, struct argument third)
{
    struct call call = {.id = (uint16_t)id,
                        .thread = thread,
                        .result_slot = NO_SLOT,
                        .arguments = {first, second, third}};
    return hck_trace_append(closer->closed, &call);
}

static struct argument slot_argument(enum slot_kind kind, uint32_t slot)
{
    return (struct argument){.form = FORM_SLOT, .slot_kind = (uint8_t)kind, .slot = slot};
}

static struct argument value_argument(uint64_t value)
{
    return (struct argument){.form = FORM_VALUE, .value = value};
}

/* Heap by heap, as the calls name them: there may be many more slots than calls. */
static bool give_back_locks(struct closer *closer, uint32_t call_count)
{
    const struct argument none = {.form = FORM_VALUE};
    bool done = true;
    for (uint32_t i = 0; i < call_count; i++) {
        uint32_t heap = closer->closed->trace.calls[i].arguments[0].slot;
        int32_t *locks = locks_of(closer, &closer->closed->trace.calls[i]);
        for (uint32_t thread = 0; locks != NULL && thread < TRACE_THREADS_MAX; thread++) {
            for (; locks[thread] > 0 && done; locks[thread]--) {
                done = give_back(closer, (uint8_t)thread, CALL_HeapUnlock,
                                 slot_argument(SLOT_HEAP, heap), none, none);
            }
        }
    }
    return done;
}

/* What the call got, where `id` is the call that gives such a thing back. */
static bool give_back_result(struct closer *closer, const struct call *call, enum call_id id)
{
    const struct argument none = {.form = FORM_VALUE};
    enum slot_kind kind = hck_call_result_slot_kind(hck_call_rows[call->id].result);
    struct argument result = slot_argument(kind, call->result_slot);
    const struct argument *heap = &call->arguments[0];
    if (call->result_slot == NO_SLOT || giver_of(call) != id) {
        return true;
    }
    if (kind == SLOT_BLOCK) {
        return heap->form != FORM_SLOT || heap->slot >= closer->heap_max ||
               !closer->is_default[heap->slot] ||
               give_back(closer, call->thread, id, *heap, value_argument(0), result);
    }
    return give_back(closer, call->thread, id, result, none,
                     value_argument(kind == SLOT_REGION ? MEM_RELEASE : 0));
}

/* `thread`: that makes the calls, or TRACE_THREADS_MAX for the one that got the thing. */
static bool give_results_back(struct closer *closer, uint32_t call_count, uint32_t thread)
{
    static const enum call_id order[] = {CALL_RemoveVectoredExceptionHandler,
                                         CALL_HeapFree,
                                         CALL_HeapDestroy,
                                         CALL_VirtualFree,
                                         CALL_UnmapViewOfFile,
                                         CALL_CloseHandle};
    bool done = true;
    for (unsigned k = 0; k < sizeof order / sizeof order[0]; k++) {
        for (uint32_t i = 0; i < call_count && done; i++) {
            struct call call = closer->closed->trace.calls[i]; /* they move as the trace grows */
            call.thread = thread < TRACE_THREADS_MAX ? (uint8_t)thread : call.thread;
            done = give_back_result(closer, &call, order[k]);
        }
    }
    return done;
}

/* A thread that ends gives back its stack, which no call of a trace does: a target that has lost
 * the lock of its address space hangs there. */
static bool use_address_space(struct closer *closer, uint32_t thread)
{
    struct call reserve = {.id = CALL_VirtualAlloc,
                           .thread = (uint8_t)thread,
                           .result_slot = closer->next[SLOT_REGION],
                           .arguments = {{.form = FORM_NULL},
                                         value_argument(PAGE_BYTES),
                                         value_argument(MEM_RESERVE),
                                         value_argument(PAGE_NOACCESS)}};
    return closer->next[SLOT_REGION] > hck_call_slot_limit(SLOT_REGION) ||
           (hck_trace_append(closer->closed, &reserve) &&
            give_back(closer, (uint8_t)thread, CALL_VirtualFree,
                      slot_argument(SLOT_REGION, reserve.result_slot), value_argument(0),
                      value_argument(MEM_RELEASE)));
}

/* The executor gives the results of a trace with threads back on a thread of its own: so first on
 * one that the trace does not have, which owns no lock that the target forgot; then, for what only
 * its user may touch, on the thread that got it. */
static bool give_all_back(struct closer *closer, uint32_t call_count)
{
    uint32_t thread_count = closer->closed->trace.thread_count;
    bool has_spare = thread_count > 1 && thread_count < TRACE_THREADS_MAX;
    return give_back_locks(closer, call_count) &&
           (!has_spare || (give_results_back(closer, call_count, thread_count) &&
                           use_address_space(closer, thread_count))) &&
           give_results_back(closer, call_count, TRACE_THREADS_MAX);
}

bool hck_close(const struct trace *trace, struct trace_buffer *closed)
{
    struct closer closer = {.closed = closed};
    bool done = open_closer(&closer, trace);
    closed->trace.seed = trace->seed;
    for (uint32_t i = 0; i < trace->call_count && done; i++) {
        struct call call = trace->calls[i];
        rename_slots(&closer, &call);
        note_heap(&closer, &call);
        done = hck_trace_append(closed, &call);
    }
    done = done && give_all_back(&closer, trace->call_count);
    free_closer(&closer);
    return done;
}

/* WM_TRY blocks: asking a filter before anything is unwound, in a language without closures.
 *
 * A filter is an expression inside the function of its block, so asking it means jumping there, and
 * whatever it calls then overwrites the stack below: the dispatcher, the fault, all callees of the
 * block. So that part of the stack is copied aside first and put back when the filter declines or
 * continues, as if the filter had run on top of it:
 *
 *     high   function of the WM_TRY block     keeps what the filter changes
 *            ---- node->stack -------------
 *            callees, the faulting code       saved before the filter, restored after it
 *            signal frame, dispatcher
 *     low    ---- run->low ----------------   restoring runs below this line
 *
 * On an alternate signal stack there are two such parts: what the fault has interrupted, and what
 * the handlers have put on the alternate stack since. Whatever is on that stack is further in than
 * everything on the interrupted one, wherever the two lie: see `outwardness`. The way back is a
 * __builtin_longjmp to a lower frame, which no libc jump promises.
 *
 * Invariants: 1. The list of a thread goes from inner to outer blocks, the outwardness of their
 * stack values never falls. 2. While a filter is asked, its block and all inner ones are off the
 * list. 3. A block that a longjmp left behind is further in than every live one, which is how it is
 * noticed. 4. Nodes live off the stack, because the frame of such a block may be overwritten by
 * then.
 */
#include "impl/base/assert.h"
#include "impl/base/checked.h"
#include "impl/base/client_error.h"
#include "impl/base/exception.h"
#include "impl/base/fork.h"
#include "impl/base/pool.h"
#include "impl/base/thread.h"
#include "impl/include/winmem.h"

/* What the interrupted code may use below its stack pointer (System V ABI). */
#define RED_ZONE_BYTES 128
/* Room for the frames of the restoring code itself, below the part it restores. */
#define RESTORE_ROOM_BYTES 1024
#define SAVED_BYTES_MAX ((uintptr_t)1 << 32)

struct saved_range {
    uintptr_t low;
    uintptr_t bytes;
    unsigned char *copy;
};

struct wm_filter_run {
    struct wm_filter_run *older;
    struct wm_signal_stack signal_stack_before;
    size_t mapping_bytes;
    struct wm_try_frame *frame;
    struct wm_try_node *list_before;
    void *stack; /* of the frame, which may be gone when this is read */
    LONG verdict;
    void *way_back[5];
    struct saved_range main_stack;
    struct saved_range signal_stack;
};

/* One instruction instead of memcpy: sanitizers must not look at dead parts of the stack, and no
 * call may be made while they change. */
static inline __attribute__((always_inline)) void copy_bytes(void *to, const void *from,
                                                             uintptr_t bytes)
{
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

static void drop_newest_run(void)
{
    struct wm_filter_run *run = wm_thread.filter_runs;
    wm_thread.filter_runs = run->older;
    (void)wm_os->unmap((uintptr_t)run, run->mapping_bytes);
}

static bool is_on_signal_stack(uintptr_t address)
{
    const struct wm_signal_stack *signal_stack = &wm_thread.signal_stack;
    return address - signal_stack->low < signal_stack->end - signal_stack->low;
}

/* A number that grows from callee to caller, also from the alternate signal stack to the stack that
 * was interrupted. User addresses leave the highest bit free. */
static uintptr_t outwardness(uintptr_t stack)
{
    const uintptr_t interrupted = (uintptr_t)1 << 63;
    return is_on_signal_stack(stack) ? stack : stack | interrupted;
}

static bool is_further_in(const void *stack, const void *other)
{
    return outwardness((uintptr_t)stack) < outwardness((uintptr_t)other);
}

/* Runs are nested like stack frames: those of blocks up to `stack` can never resume once an
 * exception is taken there. */
static void drop_runs_up_to(const void *stack)
{
    const struct wm_filter_run *run;
    while ((run = wm_thread.filter_runs) != NULL && !is_further_in(stack, run->stack)) {
        drop_newest_run();
    }
}

/* When a block is entered, its filter and all further in cannot be running: whatever they have left
 * behind is that of filters which were left by longjmp. */
static void drop_abandoned_runs(const struct wm_try_frame *frame, const void *stack)
{
    const struct wm_filter_run *run;
    while ((run = wm_thread.filter_runs) != NULL &&
           (is_further_in(run->stack, stack) || (run->stack == stack && run->frame == frame))) {
        drop_newest_run();
    }
}

static struct wm_lock node_lock;
static struct wm_pool node_pool;

__attribute__((constructor)) static void join_forks(void)
{
    wm_fork_join_lock(WM_FORK_BLOCKS, &node_lock);
}

static struct wm_try_node *new_node(struct wm_try_frame *frame)
{
    wm_lock_take(&node_lock);
    struct wm_try_node *node = wm_pool_take(&node_pool, sizeof *node);
    wm_lock_release(&node_lock);
    return node != NULL ? node : &frame->spare;
}

/* Compares addresses only: the frame of a block left by longjmp is no longer one. */
static void free_node(struct wm_try_node *node)
{
    if (node == &node->frame->spare) {
        return;
    }
    wm_lock_take(&node_lock);
    wm_pool_give(&node_pool, node, sizeof *node);
    wm_lock_release(&node_lock);
}

/* Takes off the list every block further in than `outermost`, which is on it or NULL. */
static void cut_list(struct wm_try_node *outermost)
{
    while (wm_thread.innermost_try != NULL && wm_thread.innermost_try != outermost) {
        struct wm_try_node *node = wm_thread.innermost_try;
        wm_thread.innermost_try = node->outer;
        free_node(node);
    }
}

__attribute__((noinline)) void wm_try_enter(struct wm_try_frame *frame)
{
    wm_fault_start();
    /* Above our frame pointer lie its old value and the return address, then the caller's stack. */
    void *stack = (char *)__builtin_frame_address(0) + 2 * sizeof(void *);
    struct wm_try_node *outer = wm_thread.innermost_try;
    while (outer != NULL && is_further_in(outer->stack, stack)) {
        outer = outer->outer;
    }
    for (struct wm_try_node *same = outer; same != NULL && same->stack == stack;
         same = same->outer) {
        if (same->frame == frame) { /* left by longjmp, and now the same block is entered again */
            outer = same->outer;
            break;
        }
    }
    cut_list(outer);
    drop_abandoned_runs(frame, stack);
    struct wm_try_node *node = new_node(frame);
    node->outer = outer;
    node->frame = frame;
    node->stack = stack;
    frame->node = node;
    wm_thread.innermost_try = node;
}

/* The node may be somebody else's by now: a coroutine that was switched away from inside its block
 * comes back after it was taken for one left by longjmp. */
void wm_try_leave(struct wm_try_frame *frame)
{
    for (struct wm_try_node *node = wm_thread.innermost_try; node != NULL; node = node->outer) {
        if (node == frame->node && node->frame == frame) {
            cut_list(node->outer);
            break;
        }
    }
    frame->node = NULL;
}

/* Up to the block's `high`, what the fault has interrupted. Where the fault is on the stack itself,
 * which has overflown, the part around it cannot be read, nor is there room to restore the rest
 * from below; nobody can go back to it either. */
static struct saved_range interrupted_range(uintptr_t high)
{
    const struct wm_signal_stack *signal_stack = &wm_thread.signal_stack;
    uintptr_t low = signal_stack->interrupted_stack - RED_ZONE_BYTES;
    if (signal_stack->fault_address - low < high - low) {
        low = wm_round_down(signal_stack->fault_address, WM_OS_PAGE_BYTES) + 2 * WM_OS_PAGE_BYTES;
    }
    return (struct saved_range){.low = low};
}

/* Whether the whole range can be read and written, as what lies between two frames of one stack
 * can. Where the system does not tell, it is taken to be one. */
static bool is_one_stretch(uintptr_t low, uintptr_t high)
{
    while (low < high) {
        struct wm_os_mapping mapping;
        switch (wm_os->find_mapping(low, &mapping)) {
        case WM_OS_FOUND:
            break;
        case WM_OS_NOTHING:
            return false;
        case WM_OS_UNKNOWN:
            return true;
        }
        if (mapping.start > low || (mapping.access & WM_OS_WRITE) == 0) {
            return false;
        }
        low = mapping.end;
    }
    return true;
}

/* Decides what has to be saved. NULL if there is no memory for it, or if the block is on another
 * stack: what the code there has suspended cannot be known, so nobody can go back to it. */
static struct wm_filter_run *new_run(struct wm_try_frame *frame, uintptr_t here)
{
    uintptr_t high = (uintptr_t)frame->node->stack;
    struct saved_range main_stack = {.low = here};
    struct saved_range signal_stack = {.low = 0};
    if (is_on_signal_stack(here) && !is_on_signal_stack(high)) {
        main_stack = interrupted_range(high);
        signal_stack.low = here;
        signal_stack.bytes = wm_thread.signal_stack.end - here;
    }
    if (high > main_stack.low) {
        main_stack.bytes = high - main_stack.low;
    }
    if (main_stack.bytes > SAVED_BYTES_MAX ||
        !is_one_stretch(main_stack.low, main_stack.low + main_stack.bytes)) {
        return NULL;
    }
    uintptr_t bytes = sizeof(struct wm_filter_run) + main_stack.bytes + signal_stack.bytes;
    if (!wm_round_up(bytes, WM_OS_GRANULE_BYTES, &bytes)) {
        return NULL;
    }
    uintptr_t address = 0;
    if (wm_os->map(&address, bytes, WM_OS_READ | WM_OS_WRITE) != WM_OS_OK) {
        return NULL;
    }
    struct wm_filter_run *run = (struct wm_filter_run *)address;
    run->mapping_bytes = bytes;
    run->frame = frame;
    run->stack = frame->node->stack;
    run->list_before = wm_thread.innermost_try;
    run->signal_stack_before = wm_thread.signal_stack;
    run->main_stack = main_stack;
    run->main_stack.copy = (unsigned char *)(run + 1);
    run->signal_stack = signal_stack;
    run->signal_stack.copy = run->main_stack.copy + main_stack.bytes;
    run->older = wm_thread.filter_runs;
    wm_thread.filter_runs = run;
    return run;
}

/* Where the bytes at `pointer` are while the filter runs. */
static void *while_saved(const struct wm_filter_run *run, void *pointer)
{
    uintptr_t address = (uintptr_t)pointer;
    const struct saved_range *ranges[] = {&run->main_stack, &run->signal_stack};
    for (unsigned i = 0; i < 2; i++) {
        if (address >= ranges[i]->low && address - ranges[i]->low < ranges[i]->bytes) {
            return ranges[i]->copy + (address - ranges[i]->low);
        }
    }
    return pointer;
}

static void enter_filter(struct wm_try_frame *frame, const EXCEPTION_RECORD *record)
{
    frame->record = *record;
    frame->pointers.ExceptionRecord = &frame->record;
    frame->pointers.ContextRecord = NULL;
    wm_thread.innermost_try = frame->node->outer;
}

__attribute__((noinline)) static _Noreturn void save_and_ask(struct wm_filter_run *run)
{
    copy_bytes(run->main_stack.copy, (void *)run->main_stack.low, run->main_stack.bytes);
    copy_bytes(run->signal_stack.copy, (void *)run->signal_stack.low, run->signal_stack.bytes);
    longjmp(run->frame->jump, 1);
}

/* The frame of this function is the lowest thing saved: `ask` is called with its frame address as
 * the border, and everything it needs later is in `run`, which is elsewhere. */
__attribute__((noinline)) static LONG ask(struct wm_filter_run *run)
{
    if (__builtin_setjmp(run->way_back) == 0) {
        save_and_ask(run);
    }
    return wm_thread.filter_runs->verdict;
}

__attribute__((noinline)) static LONG ask_filter(struct wm_try_frame *frame,
                                                 const EXCEPTION_RECORD *record,
                                                 const struct wm_exception_place *place)
{
    /* The frame of `ask` lies below ours and is small; what lies below it need not survive. */
    uintptr_t here = (uintptr_t)__builtin_frame_address(0) - RESTORE_ROOM_BYTES;
    struct wm_filter_run *run = new_run(frame, here);
    enter_filter(frame, record);
    if (run == NULL) { /* the filter can only accept or pass on; see decide_without_run */
        longjmp(frame->jump, 1);
    }
    frame->pointers.ContextRecord = (PCONTEXT)while_saved(run, place->context);
    frame->record.ExceptionRecord = while_saved(run, record->ExceptionRecord);
    LONG verdict = ask(run);
    wm_thread.innermost_try = wm_thread.filter_runs->list_before;
    wm_thread.signal_stack = wm_thread.filter_runs->signal_stack_before;
    drop_newest_run();
    return verdict;
}

/* Whether a longjmp has left the block. Seen from the alternate stack, the code on the other stack
 * ends where it was interrupted. */
static bool is_left_behind(const struct wm_try_node *node, const struct wm_exception_place *place)
{
    uintptr_t stack = (uintptr_t)node->stack;
    if (is_on_signal_stack(place->stack) && !is_on_signal_stack(stack)) {
        return stack < wm_thread.signal_stack.interrupted_stack;
    }
    return outwardness(stack) < outwardness(place->stack);
}

LONG wm_try_offer(const EXCEPTION_RECORD *record, const struct wm_exception_place *place)
{
    for (struct wm_try_node *node = wm_thread.innermost_try; node != NULL; node = node->outer) {
        if (is_left_behind(node, place)) {
            continue;
        }
        if (ask_filter(node->frame, record, place) < 0) {
            return EXCEPTION_CONTINUE_EXECUTION;
        }
    }
    return EXCEPTION_CONTINUE_SEARCH;
}

__attribute__((noinline)) static _Noreturn void restore(struct wm_filter_run *run)
{
    copy_bytes((void *)run->main_stack.low, run->main_stack.copy, run->main_stack.bytes);
    copy_bytes((void *)run->signal_stack.low, run->signal_stack.copy, run->signal_stack.bytes);
    __builtin_longjmp(run->way_back, 1);
}

/* Moves the stack pointer below the part that is about to be overwritten. */
__attribute__((noinline)) static _Noreturn void resume(struct wm_filter_run *run)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0);
    uintptr_t room = RESTORE_ROOM_BYTES;
    if (here > run->main_stack.low) {
        room += here - run->main_stack.low;
    }
    volatile unsigned char *below = __builtin_alloca(room);
    below[0] = 0;
    restore(run);
}

/* Without a saved stack the exception can be taken or passed outward, but never continued. */
static _Noreturn void decide_without_run(struct wm_try_frame *frame, LONG verdict)
{
    struct wm_try_node *outer = frame->node->outer;
    if (verdict == EXCEPTION_CONTINUE_SEARCH && outer != NULL) {
        enter_filter(outer->frame, &frame->record);
        longjmp(outer->frame->jump, 1);
    }
    wm_client_error_unhandled();
}

int wm_try_decide(struct wm_try_frame *frame, LONG verdict)
{
    if (verdict <= 0) {
        struct wm_filter_run *run = wm_thread.filter_runs;
        if (run == NULL || run->frame != frame) {
            decide_without_run(frame, verdict);
        }
        run->verdict = verdict;
        resume(run);
    }
    /* The blocks further in are on the list from before the filter, if that is known. */
    struct wm_filter_run *run = wm_thread.filter_runs;
    if (run != NULL && run->frame == frame) {
        wm_thread.innermost_try = run->list_before;
    }
    struct wm_try_node *outer = frame->node->outer;
    drop_runs_up_to(frame->node->stack);
    cut_list(outer);
    frame->node = NULL;
    frame->pointers.ContextRecord = NULL;
    frame->record.ExceptionRecord = NULL;
    return 1;
}

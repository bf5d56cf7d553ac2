/* Vectored exception handlers and the search through them.
 *
 * The first handler that a process ever registers is its backstop: the executor's own, which sees
 * what the handlers of a trace have left. Mutants that spoil handlers leave it alone, because
 * otherwise nobody would be there to report them. */
#include "tests/mutants/toy.h"

#include <pthread.h>
#include <stdlib.h>

enum { HANDLERS_MAX = 256 };

struct handler {
    PVECTORED_EXCEPTION_HANDLER function;
    struct handler *next;
    pthread_t thread; /* that registered it; only mutants ask */
};

static pthread_mutex_t handlers_lock = PTHREAD_MUTEX_INITIALIZER;
static struct handler *handlers;
static PVECTORED_EXCEPTION_HANDLER backstop; /* only mutants ask */

/* --- Registration ------------------------------------------------------------------------- */

static bool goes_first(ULONG first, const struct handler *added)
{
    if (added->function != backstop &&
        (mutant(add_handler_takes_first_for_last) || mutant(add_handler_takes_last_for_first))) {
        return mutant(add_handler_takes_last_for_first);
    }
    return first != 0;
}

static void insert(ULONG first, struct handler *added)
{
    struct handler **place = &handlers;
    while (!goes_first(first, added) && *place != NULL) {
        place = &(*place)->next;
    }
    added->next = *place;
    *place = added;
}

/* The first handler that is not the backstop, or NULL. */
static struct handler *first_of_the_trace(void)
{
    struct handler *handler = handlers;
    while (handler != NULL && handler->function == backstop) {
        handler = handler->next;
    }
    return handler;
}

PVOID AddVectoredExceptionHandler(ULONG First, PVECTORED_EXCEPTION_HANDLER Handler)
{
    struct handler *added = calloc(1, sizeof *added);
    if (added == NULL) {
        (void)toy_fail(ERROR_NOT_ENOUGH_MEMORY);
        return NULL;
    }
    added->function = Handler;
    added->thread = pthread_self();
    pthread_mutex_lock(&handlers_lock);
    if (backstop == NULL) {
        backstop = Handler;
    }
    insert(First, added);
    PVOID handle = added;
    if (mutant(add_handler_returns_a_handle_in_use) && Handler != backstop) {
        handle = first_of_the_trace();
    }
    pthread_mutex_unlock(&handlers_lock);
    toy_take_signals();
    return handle;
}

/* False where it is not registered. */
static bool remove_handler(const void *handle)
{
    for (struct handler **place = &handlers; *place != NULL; place = &(*place)->next) {
        if (*place == handle) {
            struct handler *gone = *place;
            *place = gone->next;
            free(gone);
            return true;
        }
    }
    return false;
}

static bool is_backstop(const void *handle)
{
    const struct handler *handler = handlers;
    while (handler != NULL && handler != handle) {
        handler = handler->next;
    }
    return handler != NULL && handler->function == backstop;
}

ULONG RemoveVectoredExceptionHandler(PVOID Handle)
{
    pthread_mutex_lock(&handlers_lock);
    bool of_the_trace = !is_backstop(Handle);
    bool removed = false;
    if (of_the_trace && mutant(removed_handler_is_called_on)) {
        removed = true;
    } else {
        removed = remove_handler(Handle);
    }
    if (removed && of_the_trace && mutant(remove_handler_takes_another_along)) {
        (void)remove_handler(first_of_the_trace());
    }
    pthread_mutex_unlock(&handlers_lock);
    if (of_the_trace && mutant(remove_handler_returns_zero)) {
        return 0;
    }
    return removed || mutant(remove_handler_accepts_any_handle);
}

/* --- The search --------------------------------------------------------------------------- */

/* Which handlers mutants pass over. `asked` were asked before. */
static bool is_passed_over(const struct handler *handler, enum origin origin, unsigned asked)
{
    if (handler->function == backstop) {
        return mutant(raise_exception_returns_unhandled) && origin == ORIGIN_RAISE;
    }
    if (mutant(handler_serves_its_own_thread_alone)) {
        return !pthread_equal(handler->thread, pthread_self());
    }
    return (mutant(handlers_miss_memory_faults) && origin == ORIGIN_FAULT) ||
           (mutant(search_ends_with_the_first_handler) && asked > 0);
}

struct question {
    PVECTORED_EXCEPTION_HANDLER function;
    EXCEPTION_POINTERS *pointers;
    LONG answer;
};

static void *put_question(void *context)
{
    struct question *question = context;
    question->answer = question->function(question->pointers);
    return NULL;
}

static LONG ask_on_another_thread(PVECTORED_EXCEPTION_HANDLER function,
                                  EXCEPTION_POINTERS *pointers)
{
    struct question question = {function, pointers, EXCEPTION_CONTINUE_SEARCH};
    pthread_t thread;
    if (pthread_create(&thread, NULL, put_question, &question) == 0) {
        (void)pthread_join(thread, NULL);
    }
    return question.answer;
}

static LONG ask(PVECTORED_EXCEPTION_HANDLER function, EXCEPTION_RECORD *record, void *context,
                unsigned asked)
{
    EXCEPTION_RECORD other = *record;
    EXCEPTION_POINTERS pointers = {record, context};
    if (function != backstop) {
        if (mutant(later_handlers_see_another_code) && asked > 0) {
            other.ExceptionCode ^= 1;
            pointers.ExceptionRecord = &other;
        }
        if (mutant(search_calls_each_handler_twice)) {
            (void)function(&pointers);
        }
        if (mutant(handlers_run_on_another_thread)) {
            return ask_on_another_thread(function, &pointers);
        }
    }
    return function(&pointers);
}

/* The list is copied, because a handler may remove itself. */
static unsigned copy_handlers(struct handler *copy)
{
    unsigned count = 0;
    pthread_mutex_lock(&handlers_lock);
    for (const struct handler *each = handlers; each != NULL && count < HANDLERS_MAX;
         each = each->next) {
        copy[count++] = *each;
    }
    pthread_mutex_unlock(&handlers_lock);
    return count;
}

enum search_end toy_dispatch(EXCEPTION_RECORD *record, void *context, enum origin origin)
{
    struct handler list[HANDLERS_MAX];
    unsigned count = copy_handlers(list);
    unsigned asked = 0;
    bool may_continue = origin != ORIGIN_SECOND &&
                        !(origin == ORIGIN_RAISE && mutant(raise_exception_never_returns));
    bool is_continued = false;
    for (unsigned i = 0; i < count; i++) {
        if (is_passed_over(&list[i], origin, asked) ||
            (is_continued && list[i].function == backstop)) {
            continue;
        }
        LONG answer = ask(list[i].function, record, context, asked++);
        is_continued = is_continued || (may_continue && answer == EXCEPTION_CONTINUE_EXECUTION);
        if (is_continued && !mutant(continued_execution_goes_on_searching)) {
            break;
        }
    }
    return is_continued ? SOMEBODY_CONTINUES : NOBODY_CONTINUES;
}

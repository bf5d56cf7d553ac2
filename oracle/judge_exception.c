/* AddVectoredExceptionHandler, RemoveVectoredExceptionHandler, RaiseException, and the calls of
 * handlers.
 *
 * Which handlers an exception has to meet follows from the order of the registrations. Where the
 * calls differ from that, the first call that does names one clause; the later ones follow from
 * it. */
#include "oracle/judge_exception.h"

#include "oracle/judge_call.h"
#include "oracle/judges.h"
#include "oracle/suspicion.h"

#define RESERVED_BIT 0x10000000u /* of an exception code */

/* --- Registration ------------------------------------------------------------------------- */

static bool is_certain(const struct judgement *j)
{
    return hck_judge_is_settled(j) && !j->oracle->handlers.is_uncertain;
}

static void note_change(struct judgement *j)
{
    if (!hck_judge_is_settled(j)) {
        j->oracle->handlers.is_uncertain = true;
    }
    j->oracle->changed_end[j->call->thread] = j->seen->end;
}

/* Unlike the handles of the others, of which there are some. */
static void judge_new_handle(struct judgement *j, uint64_t handle)
{
    const struct handlers *handlers = &j->oracle->handlers;
    uint32_t same = hck_handlers_find(handlers, handle);
    struct operand unlike = number(0);
    if (same != HANDLER_NONE) {
        uint32_t slot = handlers->items[same].slot;
        unlike = slot == NO_SLOT ? number(handle) : at_slot(SLOT_HANDLER, slot, handle, 0);
    }
    (void)hck_judge(j, CLAUSE_exception_handler_registration_returns_a_handle, SUBJECT_RESULT, 0,
                    RELATION_NOT_EQUAL, 1, &unlike);
}

void hck_judge_AddVectoredExceptionHandler(struct judgement *j)
{
    struct handlers *handlers = &j->oracle->handlers;
    uint64_t handle = j->seen->result;
    if (!returned(j)) {
        return;
    }
    if (handle == 0) {
        judge_latitude(j, CLAUSE_exception_handler_registration_may_fail, "failed");
        return;
    }
    judge_latitude(j, CLAUSE_exception_handler_registration_may_fail, "registered");
    if (handlers->count > 0 && is_certain(j)) {
        judge_new_handle(j, handle);
    }
    hck_handlers_add(handlers, handle, j->call->result_slot,
                     (enum handler_behaviour)argument_value(j, 1),
                     (uint32_t)argument_value(j, 0) != 0, j->call->thread);
    note_change(j);
}

void hck_judge_RemoveVectoredExceptionHandler(struct judgement *j)
{
    struct handlers *handlers = &j->oracle->handlers;
    uint32_t index = hck_handlers_find(handlers, argument_address(j, 0));
    if (!returned(j)) {
        return;
    }
    if (index == HANDLER_NONE) {
        if (is_certain(j)) {
            (void)judge_is(j,
                           CLAUSE_exception_handler_removal_refuses_a_handle_that_is_not_registered,
                           SUBJECT_RESULT, 0);
        }
        return;
    }
    if (is_certain(j)) {
        (void)judge_is_not(j, CLAUSE_exception_handler_removal_succeeds_for_a_registered_handler,
                           SUBJECT_RESULT, 0);
    }
    if (j->seen->result != 0) {
        hck_handlers_remove(handlers, index);
        note_change(j);
    }
}

/* --- Records ------------------------------------------------------------------------------ */

struct record_view hck_exception_view(const struct judgement *j, uint32_t first, uint32_t count,
                                      bool is_last)
{
    struct record_view view = {false, false, first};
    if (count > 0) {
        view.exists = first < j->seen->handler_call_count;
        view.is_in_handler_call = true;
    } else {
        view.exists = is_last && raised(j);
    }
    return view;
}

static enum subject subject_of(struct record_view view, enum record_part part)
{
    switch (part) {
    case RECORD_CODE:
        return view.is_in_handler_call ? SUBJECT_HANDLER_CODE : SUBJECT_EXCEPTION;
    case RECORD_FLAGS:
        return view.is_in_handler_call ? SUBJECT_HANDLER_FLAGS : SUBJECT_EXCEPTION_FLAGS;
    case RECORD_COUNT:
        return view.is_in_handler_call ? SUBJECT_HANDLER_PARAMETER_COUNT : SUBJECT_PARAMETER_COUNT;
    case RECORD_PARAMETER:
        break;
    }
    return view.is_in_handler_call ? SUBJECT_HANDLER_PARAMETER : SUBJECT_PARAMETER;
}

static uint32_t subject_index(struct record_view view, enum record_part part, uint32_t index)
{
    if (!view.is_in_handler_call) {
        return part == RECORD_PARAMETER ? index : 0;
    }
    return part == RECORD_PARAMETER ? view.index * 2 + index : view.index;
}

uint64_t hck_exception_part(const struct judgement *j, struct record_view view,
                            enum record_part part, uint32_t index)
{
    return hck_judge_subject(j, subject_of(view, part), subject_index(view, part, index));
}

bool hck_exception_judge_part(struct judgement *j, enum clause_id clause, struct record_view view,
                              enum record_part part, uint32_t index, enum relation relation,
                              unsigned operand_count, const struct operand *operands)
{
    return !view.exists ||
           hck_judge(j, clause, subject_of(view, part), subject_index(view, part, index), relation,
                     operand_count, operands);
}

/* Number of the handler call before which the exception of call `at` began. */
static uint32_t segment_start(const struct expected_handlers *expected, uint32_t at)
{
    while (at > 0 && expected->calls[at - 1].exception == expected->calls[at].exception) {
        at--;
    }
    return at;
}

bool hck_exception_was_continued(const struct judgement *j)
{
    const struct handlers *handlers = &j->oracle->handlers;
    bool may_continue = handlers->is_uncertain || !hck_judge_is_settled(j);
    for (uint32_t i = 0; i < handlers->count; i++) {
        may_continue |= handlers->items[i].behaviour == BEHAVIOUR_CONTINUE;
    }
    return may_continue && j->seen->handler_call_count > 0;
}

static bool judge_same_part(struct judgement *j, uint32_t first, uint32_t other,
                            enum record_part part, uint32_t index)
{
    struct record_view expected = {true, true, first};
    struct record_view seen = {true, true, other};
    uint64_t value = hck_exception_part(j, expected, part, index);
    if (hck_exception_part(j, seen, part, index) == value) {
        return true;
    }
    return judge_record(j, CLAUSE_exception_handler_record_is_the_same_for_every_handler, seen,
                        part, index, RELATION_EQUAL, number(value));
}

static void judge_same_records(struct judgement *j, const struct expected_handlers *expected)
{
    bool has_pair = false;
    for (uint32_t i = 0; i < expected->count && i < j->seen->handler_call_count; i++) {
        uint32_t first = segment_start(expected, i);
        has_pair = has_pair || first != i;
        if (first != i && !(judge_same_part(j, first, i, RECORD_CODE, 0) &&
                            judge_same_part(j, first, i, RECORD_FLAGS, 0) &&
                            judge_same_part(j, first, i, RECORD_COUNT, 0) &&
                            judge_same_part(j, first, i, RECORD_PARAMETER, 0) &&
                            judge_same_part(j, first, i, RECORD_PARAMETER, 1))) {
            return;
        }
    }
    if (has_pair) {
        judge_holds(j, CLAUSE_exception_handler_record_is_the_same_for_every_handler);
    }
}

/* --- Handler calls that are as expected --------------------------------------------------- */

static const struct handler *handler_of(const struct judgement *j,
                                        const struct expected_handlers *expected, uint32_t at)
{
    return &j->oracle->handlers.items[expected->calls[at].handler];
}

static void hold_order(struct judgement *j, const struct expected_handlers *expected)
{
    bool first_shown = false;
    bool last_shown = false;
    for (uint32_t i = 1; i < expected->count; i++) {
        if (expected->calls[i - 1].exception == expected->calls[i].exception) {
            bool is_newer =
                handler_of(j, expected, i - 1)->sequence > handler_of(j, expected, i)->sequence;
            first_shown = first_shown || is_newer;
            last_shown = last_shown || !is_newer;
        }
    }
    if (first_shown) {
        judge_holds(j, CLAUSE_exception_handler_order_first_goes_before_the_others);
    }
    if (last_shown) {
        judge_holds(j, CLAUSE_exception_handler_order_last_goes_after_the_others);
    }
    if (first_shown || last_shown) {
        judge_holds(j, CLAUSE_exception_handler_answer_continued_search_reaches_the_next_handler);
    }
}

static void hold_calls(struct judgement *j, const struct expected_handlers *expected,
                       enum exception_origin origin)
{
    struct handlers *handlers = &j->oracle->handlers;
    bool others = false;
    if (handlers->any_removed && expected->exception_count > 0) {
        judge_holds(j, CLAUSE_exception_handler_removal_ends_the_calls);
    }
    if (expected->count == 0) {
        return;
    }
    for (uint32_t i = 0; i < expected->count; i++) {
        others = others || handler_of(j, expected, i)->thread != j->call->thread;
    }
    judge_holds(j, CLAUSE_exception_handler_order_calls_each_handler_once);
    judge_holds(j, origin == ORIGIN_FAULT
                       ? CLAUSE_exception_handler_registration_covers_memory_faults
                       : CLAUSE_exception_raise_happens_in_the_calling_thread);
    if (others) {
        judge_holds(j, CLAUSE_exception_handler_registration_covers_every_thread);
    }
    if (handlers->any_removed) {
        judge_holds(j, CLAUSE_exception_handler_removal_keeps_the_other_handlers_in_order);
    }
    uint32_t last = expected->calls[expected->count - 1].handler;
    if (handlers->items[last].behaviour == BEHAVIOUR_CONTINUE && last + 1u < handlers->count) {
        judge_holds(j, CLAUSE_exception_handler_answer_continued_execution_ends_the_search);
    }
    hold_order(j, expected);
    handlers->removed_since_seen = false;
}

/* --- Handler calls that are not ----------------------------------------------------------- */

static bool was_called_before(const struct judgement *j, const struct expected_handlers *expected,
                              uint32_t at)
{
    uint32_t slot = j->seen->handler_calls[at].slot;
    uint32_t last = at < expected->count ? at : expected->count;
    uint32_t start = last > 0 ? segment_start(expected, last - 1) : 0;
    for (uint32_t i = start; i < at; i++) {
        if (slot != NO_SLOT && j->seen->handler_calls[i].slot == slot) {
            return true;
        }
    }
    return false;
}

/* The clause that call number `at`, which was made and is not the expected one, breaks. NONE where
 * it begins an exception that should not have been: that is for the access to say. */
static enum clause_id blame_wrong_call(const struct judgement *j,
                                       const struct expected_handlers *expected, uint32_t at)
{
    const struct handlers *handlers = &j->oracle->handlers;
    uint32_t slot = j->seen->handler_calls[at].slot;
    uint32_t registered = hck_handlers_of_slot(handlers, slot);
    if (registered == HANDLER_NONE && slot < HANDLERS_MAX &&
        (handlers->removed_slots & 1u << slot)) {
        return CLAUSE_exception_handler_removal_ends_the_calls;
    }
    if (was_called_before(j, expected, at)) {
        return CLAUSE_exception_handler_order_calls_each_handler_once;
    }
    bool search_is_over =
        at == expected->count ||
        (at > 0 && expected->calls[at].exception != expected->calls[at - 1].exception);
    if (search_is_over && at > 0 && registered != 0) {
        return CLAUSE_exception_handler_answer_continued_execution_ends_the_search;
    }
    if (at == expected->count || registered == HANDLER_NONE) {
        return CLAUSE_NONE;
    }
    if (handlers->removed_since_seen) {
        return CLAUSE_exception_handler_removal_keeps_the_other_handlers_in_order;
    }
    return handler_of(j, expected, at)->sequence > handlers->items[registered].sequence
               ? CLAUSE_exception_handler_order_first_goes_before_the_others
               : CLAUSE_exception_handler_order_last_goes_after_the_others;
}

/* The expected call number `at` was not made. */
static void judge_missing_call(struct judgement *j, const struct expected_handlers *expected,
                               uint32_t at, enum exception_origin origin)
{
    struct operand count = number((uint64_t)at + 1);
    enum clause_id clause;
    if (j->oracle->handlers.removed_since_seen) {
        clause = CLAUSE_exception_handler_removal_keeps_the_other_handlers_in_order;
    } else if (at > 0 && expected->calls[at - 1].exception == expected->calls[at].exception) {
        clause = CLAUSE_exception_handler_answer_continued_search_reaches_the_next_handler;
    } else if (at > 0) {
        return; /* the exception did not come again: that is for the access to say */
    } else if (origin == ORIGIN_FAULT) {
        clause = CLAUSE_exception_handler_registration_covers_memory_faults;
    } else {
        clause = CLAUSE_exception_raise_happens_in_the_calling_thread;
    }
    (void)hck_judge(j, clause, SUBJECT_HANDLER_COUNT, 0, RELATION_AT_LEAST, 1, &count);
    if (at == 0 && handler_of(j, expected, at)->thread != j->call->thread) {
        (void)hck_judge(j, CLAUSE_exception_handler_registration_covers_every_thread,
                        SUBJECT_HANDLER_COUNT, 0, RELATION_AT_LEAST, 1, &count);
    }
}

static void judge_wrong_call(struct judgement *j, const struct expected_handlers *expected,
                             uint32_t at)
{
    enum clause_id clause = blame_wrong_call(j, expected, at);
    if (clause == CLAUSE_NONE) {
        return;
    }
    if (at < expected->count) {
        (void)judge_is_operand(j, clause, SUBJECT_HANDLER_SLOT, at,
                               number(handler_of(j, expected, at)->slot));
    } else {
        (void)judge_is(j, clause, SUBJECT_HANDLER_COUNT, expected->count);
    }
}

bool hck_exception_judge_calls(struct judgement *j, const struct expected_handlers *expected,
                               enum exception_origin origin)
{
    uint32_t seen = j->seen->handler_call_count;
    uint32_t at = 0;
    if (!is_certain(j)) {
        return false;
    }
    while (at < expected->count && at < seen &&
           handler_of(j, expected, at)->slot == j->seen->handler_calls[at].slot) {
        at++;
    }
    if (at < expected->count && at == seen) {
        judge_missing_call(j, expected, at, origin);
        return false;
    }
    if (at < seen && (at < expected->count || !expected->is_open)) {
        judge_wrong_call(j, expected, at);
        return false;
    }
    hold_calls(j, expected, origin);
    judge_same_records(j, expected);
    return true;
}

/* --- RaiseException ----------------------------------------------------------------------- */

static void judge_code(struct judgement *j, struct record_view view, uint32_t code)
{
    enum clause_id clause = CLAUSE_exception_raise_delivers_the_code;
    if ((code & RESERVED_BIT) == 0) {
        (void)judge_record(j, clause, view, RECORD_CODE, 0, RELATION_EQUAL, number(code));
        return;
    }
    struct operand operands[2] = {number(code), number(code & ~RESERVED_BIT)};
    (void)hck_exception_judge_part(j, clause, view, RECORD_CODE, 0, RELATION_ONE_OF, 2, operands);
    if (view.exists) {
        judge_latitude(j, CLAUSE_exception_raise_may_clear_the_reserved_bit,
                       hck_exception_part(j, view, RECORD_CODE, 0) == code ? "delivered"
                                                                           : "cleared");
    }
}

static void judge_flags(struct judgement *j, struct record_view view, bool is_noncontinuable)
{
    enum clause_id clause = CLAUSE_exception_raise_delivers_the_noncontinuable_flag;
    if (is_noncontinuable) {
        (void)judge_record(j, clause, view, RECORD_FLAGS, 0, RELATION_HAS_BITS,
                           number(EXCEPTION_NONCONTINUABLE));
    } else {
        (void)judge_record(j, clause, view, RECORD_FLAGS, 0, RELATION_BITS_WITHIN,
                           number(~(uint32_t)EXCEPTION_NONCONTINUABLE));
    }
    if (view.exists) {
        uint64_t flags = hck_exception_part(j, view, RECORD_FLAGS, 0);
        judge_latitude(j, CLAUSE_exception_raise_may_add_other_flags,
                       flags & ~(uint64_t)EXCEPTION_NONCONTINUABLE ? "other flags as well"
                                                                   : "no other flag");
    }
}

/* A handler call records the first two parameters, an exception that left the call all of them. */
static void judge_arguments(struct judgement *j, struct record_view view)
{
    uint32_t count = (uint32_t)argument_value(j, 2);
    enum clause_id clause = CLAUSE_exception_raise_delivers_every_argument;
    uint32_t recorded = view.is_in_handler_call ? 2 : EXCEPTION_PARAMETERS_MAX;
    if (argument_is_null(j, 3)) {
        (void)judge_record(j, CLAUSE_exception_raise_ignores_the_count_without_an_array, view,
                           RECORD_COUNT, 0, RELATION_EQUAL, number(0));
        return;
    }
    if (count > EXCEPTION_PARAMETERS_MAX || !view.exists ||
        !judge_record(j, clause, view, RECORD_COUNT, 0, RELATION_EQUAL, number(count))) {
        return;
    }
    for (uint32_t i = 0; i < count && i < recorded; i++) {
        uint64_t expected = argument_value(j, 3) + i;
        if (hck_exception_part(j, view, RECORD_PARAMETER, i) != expected) {
            (void)judge_record(j, clause, view, RECORD_PARAMETER, i, RELATION_EQUAL,
                               number(expected));
            return;
        }
    }
}

static void judge_noncontinuable(struct judgement *j)
{
    if (returned(j)) {
        judge_latitude(j, CLAUSE_exception_noncontinuable_continuing_may_raise_another_exception,
                       "execution went on");
    } else if (judge_is(j, CLAUSE_exception_handler_answer_continued_execution_ends_the_search,
                        SUBJECT_EXCEPTION, STATUS_NONCONTINUABLE_EXCEPTION)) {
        judge_latitude(j, CLAUSE_exception_noncontinuable_continuing_may_raise_another_exception,
                       "another exception was raised");
    }
}

static void judge_end(struct judgement *j, enum exception_end end, bool is_noncontinuable)
{
    switch (end) {
    case EXCEPTION_CONTINUED:
    case EXCEPTION_COMMITTED:
        if (is_noncontinuable) {
            judge_noncontinuable(j);
        } else {
            (void)judge_is(j,
                           CLAUSE_exception_handler_answer_continued_execution_returns_from_raise,
                           SUBJECT_STATUS, STATUS_RETURNED);
        }
        break;
    case EXCEPTION_UNHANDLED:
        (void)judge_is(j, CLAUSE_exception_raise_does_not_return_when_no_handler_continues,
                       SUBJECT_STATUS, STATUS_RAISED);
        break;
    case EXCEPTION_OPEN:
        break;
    }
}

static void judge_raise(struct judgement *j)
{
    uint32_t code = (uint32_t)argument_value(j, 0);
    bool is_noncontinuable = ((uint32_t)argument_value(j, 1) & EXCEPTION_NONCONTINUABLE) != 0;
    struct expected_handlers expected;
    expected.count = 0;
    expected.exception_count = 0;
    expected.is_open = false;
    enum exception_end end =
        hck_handlers_expect(&j->oracle->handlers, code & ~RESERVED_BIT, COMMIT_OPEN, &expected);
    if (!is_certain(j)) {
        return;
    }
    expected.is_open = expected.is_open || (end == EXCEPTION_CONTINUED && is_noncontinuable);
    if (hck_exception_judge_calls(j, &expected, ORIGIN_RAISED)) {
        judge_end(j, end, is_noncontinuable);
    }
    struct record_view view =
        hck_exception_view(j, 0, j->seen->handler_call_count, end == EXCEPTION_UNHANDLED);
    struct record_view all = view;
    if (raised(j) && end == EXCEPTION_UNHANDLED) {
        all.exists = true;
        all.is_in_handler_call = false;
    }
    judge_code(j, view, code);
    judge_flags(j, view, is_noncontinuable);
    judge_arguments(j, all);
}

void hck_judge_RaiseException(struct judgement *j)
{
    uint32_t first = j->verdicts->count;
    judge_raise(j);
    hck_suspicion_hold_back(j, first, SUSPICION_PAGES, 0, 0);
}

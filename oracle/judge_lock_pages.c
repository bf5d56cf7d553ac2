/* VirtualLock and VirtualUnlock. Which pages are locked is told by VirtualUnlock alone. */
#include "oracle/judge_call.h"
#include "oracle/judge_virtual.h"
#include "oracle/judges.h"
#include "oracle/locks.h"

/* What is known of the pages of a call. */
struct request {
    struct page_range range;
    bool is_empty;
    bool is_vague;
    bool is_outside; /* where nothing can be committed; no code is named there */
    bool has_free;
    bool has_reserved;
    bool has_no_access;
    bool has_guard;
    uint32_t guarded_protect; /* of the last guarded page */
    bool has_spent_guard;     /* by an earlier lock */
    bool has_open_lock;
    bool all_held;
    enum page_lock not_held; /* of the pages that are not; LOCK_NEVER where they differ */
};

static void look_at_locks(const struct judgement *j, struct request *request)
{
    request->all_held = request->range.first < request->range.end; /* else it is far outside */
    for (uint64_t at = request->range.first; at < request->range.end;) {
        uint64_t stop = request->range.end;
        enum page_lock lock = hck_locks_at(j->oracle, at, &stop);
        request->has_open_lock |= lock == LOCK_OPEN;
        if (lock != LOCK_HELD) {
            bool is_alike = request->all_held || lock == request->not_held;
            request->not_held = is_alike ? lock : LOCK_NEVER;
            request->all_held = false;
        }
        at = stop;
    }
}

static void look_at_pages(const struct judgement *j, struct request *request)
{
    const struct model_region *region = request->range.region;
    uint64_t region_end = region ? region->base + region->size : 0;
    uint64_t end = request->range.end < region_end ? request->range.end : region_end;
    struct page_piece piece;
    for (uint64_t at = request->range.first; at < end; at = piece.end) {
        if (!hck_region_piece(j->oracle, at, &piece)) {
            request->is_vague = true;
            break;
        }
        bool is_committed = piece.state == MEM_COMMIT;
        request->has_reserved |= !is_committed;
        request->has_no_access =
            request->has_no_access || (is_committed && (piece.protect & PAGE_NOACCESS) != 0);
        request->has_spent_guard |= piece.cause == CAUSE_LOCK_ALARMED;
        if ((piece.protect & PAGE_GUARD) != 0) {
            request->has_guard = true;
            request->guarded_protect = piece.protect;
        }
    }
}

/* What lies outside the reservation that the range begins in, or where it begins in none. */
static void look_outside(struct request *request)
{
    const struct page_range *range = &request->range;
    switch (range->region ? range->beyond : range->space) {
    case SPACE_GRANULE_REST:
    case SPACE_RELEASED:
        request->has_free = true;
        break;
    case SPACE_NULL_PARTITION:
    case SPACE_UPPER_GAP:
    case SPACE_ABOVE:
    case SPACE_NONCANONICAL:
    case SPACE_SYSTEM:
        request->is_outside = true;
        break;
    case SPACE_REGION:
    case SPACE_UNKNOWN:
        request->is_vague = request->is_vague || !range->wraps;
        break;
    }
    request->is_outside = request->is_outside || range->wraps;
}

static struct request take_apart(const struct judgement *j)
{
    uint64_t size = given_size(j);
    struct request request = {.range = hck_virtual_range(j, given_address(j), size)};
    request.is_empty = size == 0;
    if (request.is_empty) {
        request.range.end = request.range.first;
    }
    request.is_vague = !hck_virtual_is_known(j, request.range.region);
    look_at_pages(j, &request);
    if (!request.range.is_inside && !request.is_empty) {
        look_outside(&request);
    }
    look_at_locks(j, &request);
    return request;
}

static bool can_be_locked(const struct request *request)
{
    return !(request->is_outside || request->has_free || request->has_reserved ||
             request->has_no_access || request->has_guard);
}

static void judge_codes(struct judgement *j, enum clause_id clause, uint32_t code,
                        uint32_t other_code)
{
    if (code == other_code || !j->seen->has_last_error) {
        (void)hck_judge_error(j, clause, code);
    } else {
        (void)judge_one_of2(j, clause, SUBJECT_LAST_ERROR, code, other_code);
    }
}

static void judge_error(struct judgement *j, enum clause_id clause, uint32_t code)
{
    if (judge_is(j, clause, SUBJECT_RESULT, 0)) {
        judge_codes(j, clause, code, code);
    }
}

/* A failure for which there are several reasons shows none of them. */
static void judge_lock_refusal(struct judgement *j, const struct request *request)
{
    bool is_missing = request->is_outside || request->has_free || request->has_reserved;
    bool has_succeeded = j->seen->result != 0;
    unsigned count =
        (unsigned)is_missing + (unsigned)request->has_no_access + (unsigned)request->has_guard;
    if (is_missing && (count == 1 || has_succeeded)) {
        (void)judge_is(j, CLAUSE_virtual_lock_pages_must_be_committed, SUBJECT_RESULT, 0);
    }
    if (request->has_no_access && (count == 1 || has_succeeded)) {
        (void)judge_is(j, CLAUSE_virtual_lock_pages_must_be_accessible, SUBJECT_RESULT, 0);
    }
    if (!request->has_guard && !request->is_outside && !has_succeeded) {
        judge_codes(j, CLAUSE_virtual_lock_pages_that_cannot_be_locked_name_noaccess,
                    ERROR_NOACCESS, request->has_free ? ERROR_INVALID_ADDRESS : ERROR_NOACCESS);
    }
}

static bool is_one_guarded_page(const struct request *request)
{
    return request->has_guard && request->range.end - request->range.first == MODEL_PAGE_SIZE;
}

static void judge_lock_answer(struct judgement *j, const struct request *request)
{
    enum clause_id locks = request->has_spent_guard
                               ? CLAUSE_virtual_lock_guard_page_loses_its_guard
                               : CLAUSE_virtual_lock_pages_are_locked_unless_there_are_too_many;
    if (request->is_empty) {
        judge_error(j, CLAUSE_virtual_lock_size_of_nothing_is_refused, ERROR_INVALID_PARAMETER);
    } else if (is_one_guarded_page(request)) {
        judge_error(j, CLAUSE_virtual_lock_guard_page_fails_with_the_alarm,
                    STATUS_GUARD_PAGE_VIOLATION);
    } else if (!can_be_locked(request)) {
        judge_lock_refusal(j, request);
    } else if (request->all_held) {
        (void)judge_is_not(j, CLAUSE_virtual_lock_locked_pages_can_be_locked_again, SUBJECT_RESULT,
                           0);
    } else if (j->seen->result != 0) {
        judge_holds(j, locks);
    } else {
        (void)hck_judge_error(j, locks, ERROR_WORKING_SET_QUOTA);
    }
}

/* The guards that such a call has met are gone, and of several pages it is not said which. */
static void end_guards(struct judgement *j, const struct request *request)
{
    const struct page_range *range = &request->range;
    if (!request->is_vague && is_one_guarded_page(request)) {
        hck_region_set(j->oracle, range->region, range->first, range->end, MEM_COMMIT,
                       request->guarded_protect & ~(uint32_t)PAGE_GUARD, CAUSE_LOCK_ALARMED,
                       j->call->thread);
    } else {
        hck_region_doubt_range(j->oracle, range->first, range->end);
    }
}

/* Nothing is said of an answer to a request that is not known well. */
static void judge_by(struct judgement *j, const struct request *request,
                     void (*judge_answer)(struct judgement *j, const struct request *request))
{
    uint32_t first = j->verdicts->count;
    if (!request->is_vague) {
        judge_answer(j, request);
    }
    hck_virtual_hold_back(j, first);
}

void hck_judge_VirtualLock(struct judgement *j)
{
    struct request request = take_apart(j);
    const struct page_range *range = &request.range;
    if (!returned(j)) {
        return;
    }
    judge_by(j, &request, judge_lock_answer);
    if (request.has_guard || request.is_vague) {
        end_guards(j, &request);
    }
    if (j->seen->result == 0) {
        note_event(j, &j->oracle->events.failed, 0, UINT64_MAX);
        hck_locks_open(j->oracle, range->first, range->end);
    } else if (!request.is_vague && !request.is_empty && can_be_locked(&request)) {
        hck_region_lock(j->oracle, range->region, range->first, range->end, j->call->thread);
        hck_virtual_changed(j, range->region, range->first, range->end);
    } else {
        hck_region_doubt_range(j->oracle, range->first, range->end);
        hck_locks_set(j->oracle, range->first, range->end, LOCK_OPEN);
    }
}

static enum clause_id clause_of_page_not_held(enum page_lock lock)
{
    switch (lock) {
    case LOCK_ENDED:
        return CLAUSE_virtual_lock_unlock_ends_every_lock_of_the_page;
    case LOCK_DECOMMITTED:
        return CLAUSE_virtual_lock_decommit_ends_the_lock;
    case LOCK_OFFERED:
        return CLAUSE_virtual_offer_locked_pages_are_unlocked;
    case LOCK_NEVER:
    case LOCK_HELD:
    case LOCK_OPEN:
        break;
    }
    return CLAUSE_virtual_lock_unlock_of_a_page_not_locked_names_it;
}

static void judge_unlock_answer(struct judgement *j, const struct request *request)
{
    bool is_committed = !(request->is_outside || request->has_free || request->has_reserved);
    if (request->is_empty) {
        judge_error(j, CLAUSE_virtual_lock_size_of_nothing_is_refused, ERROR_INVALID_PARAMETER);
    } else if (request->all_held) {
        (void)judge_is_not(j, CLAUSE_virtual_lock_unlock_succeeds_where_every_page_is_locked,
                           SUBJECT_RESULT, 0);
    } else if (!request->has_open_lock && is_committed) {
        judge_error(j, clause_of_page_not_held(request->not_held), ERROR_NOT_LOCKED);
    }
}

/* Whether a failing call has unlocked the pages that were locked is not said. */
void hck_judge_VirtualUnlock(struct judgement *j)
{
    struct request request = take_apart(j);
    const struct page_range *range = &request.range;
    if (!returned(j)) {
        return;
    }
    judge_by(j, &request, judge_unlock_answer);
    if (j->seen->result == 0) {
        note_event(j, &j->oracle->events.failed, 0, UINT64_MAX);
        hck_locks_change(j->oracle, range->first, range->end, LOCK_HELD, LOCK_OPEN);
    } else {
        hck_locks_set(j->oracle, range->first, range->end,
                      hck_judge_is_settled(j) ? LOCK_ENDED : LOCK_OPEN);
        hck_virtual_changed(j, range->region, range->first, range->end);
    }
}

/* See judge_reset.h. */
#include "oracle/judge_reset.h"

#include "oracle/content.h"
#include "oracle/judge_call.h"
#include "oracle/judge_virtual.h"
#include "oracle/watch.h"

/* --- The call --------------------------------------------------------------------------------- */

struct request {
    uint64_t address;
    uint64_t size;
    bool is_undo;
    struct page_range range; /* the pages that are touched */
    struct page_range inner; /* those that lie in the range as a whole: who rounds inward sees no
                                others; valid where there are some */
    bool has_inner;
    struct refusals refusals;
};

bool hck_reset_is_asked(const struct judgement *j)
{
    uint32_t type = given_flags(j, FLAG_SET_allocation_type);
    return type == MEM_RESET || type == MEM_RESET_UNDO;
}

static void take_apart(const struct judgement *j, struct request *request)
{
    request->address = given_address(j);
    request->size = given_size(j);
    request->is_undo = given_flags(j, FLAG_SET_allocation_type) == MEM_RESET_UNDO;
    request->range = hck_virtual_range(j, request->address, request->size);
    uint64_t inner_first;
    uint64_t inner_end = page_down(request->address + request->size);
    (void)page_up(request->address, &inner_first);
    request->has_inner = !request->range.wraps && inner_first < inner_end;
    if (request->has_inner) {
        request->inner = hck_virtual_range(j, inner_first, inner_end - inner_first);
    }
    request->refusals.count = 0;
    request->refusals.is_vague = false;
}

/* Whether a whole page of the range is known to be no committed page of the region that the first
 * one lies in. */
static bool has_wrong_page(const struct judgement *j, const struct request *request)
{
    const struct page_range *inner = &request->inner;
    if (!request->has_inner) {
        return false;
    }
    if (!inner->region) {
        return inner->space == SPACE_GRANULE_REST;
    }
    if (!inner->is_inside && inner->beyond != SPACE_UNKNOWN) {
        return true;
    }
    return hck_virtual_look(j->oracle, inner->first, inner->end).has_reserved;
}

static bool is_known(const struct judgement *j, const struct request *request)
{
    return hck_virtual_is_known(j, request->range.region) &&
           (!request->has_inner || hck_virtual_is_known(j, request->inner.region));
}

static void check_range(const struct judgement *j, struct request *request)
{
    const struct page_range *range = &request->range;
    struct refusals *refusals = &request->refusals;
    if (!is_known(j, request)) {
        refusals->is_vague = true;
    } else if (has_wrong_page(j, request)) {
        refuse(refusals, CLAUSE_NONE, CLAUSE_virtual_reset_range_needs_committed_pages,
               ERROR_INVALID_ADDRESS, ERROR_INVALID_ADDRESS);
    } else if (!range->is_inside ||
               !hck_region_all_committed(j->oracle, range->first, range->end)) {
        refusals->is_vague = true;
    }
}

static void check_rules(const struct judgement *j, struct request *request)
{
    struct refusals *refusals = &request->refusals;
    uint64_t minimum = hck_region_minimum(j->oracle);
    hck_virtual_refuse_protection(refusals, given_flags(j, FLAG_SET_protection),
                                  PROTECTING_NOTHING);
    if (request->size == 0) {
        refuse(refusals, CLAUSE_NONE, CLAUSE_virtual_alloc_size_zero_is_an_invalid_parameter,
               ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    }
    if (request->address != 0 && request->address < minimum) {
        refuse(refusals, CLAUSE_NONE,
               CLAUSE_virtual_alloc_address_below_the_granularity_is_an_invalid_parameter,
               ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    } else if (request->range.wraps) {
        refuse(refusals, CLAUSE_NONE,
               CLAUSE_virtual_alloc_address_above_the_maximum_is_an_invalid_parameter,
               ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    } else if (request->size > 0) {
        check_range(j, request);
    }
}

static void adopt_in(struct judgement *j, const struct request *request,
                     const struct page_range *range)
{
    if (range->region) {
        uint64_t region_end = range->region->base + range->region->size;
        uint64_t end = range->end < region_end ? range->end : region_end;
        if (request->is_undo) {
            hck_content_undo_reset(j->oracle, range->first, end);
            hck_watch_blur(j->oracle, range->first, end);
        } else {
            hck_region_reset(j->oracle, range->region, range->first, end, j->call->thread);
        }
    }
    hck_virtual_changed(j, range->region, range->first, range->end);
    hck_virtual_doubt(j, range->region, &request->refusals);
}

static void adopt(struct judgement *j, const struct request *request)
{
    adopt_in(j, request, &request->range);
    if (request->has_inner && request->inner.region != request->range.region) {
        adopt_in(j, request, &request->inner);
    }
}

/* A call that nothing forbids. */
static void judge_allowed(struct judgement *j, const struct request *request)
{
    bool failed = j->seen->result == 0;
    if (!request->is_undo) {
        (void)judge_is_not(j, CLAUSE_virtual_reset_range_accepts_committed_pages, SUBJECT_RESULT,
                           0);
        return;
    }
    judge_latitude(j, CLAUSE_virtual_reset_undo_may_fail, failed ? "failed" : "succeeded");
    if (failed) {
        note_event(j, &j->oracle->events.failed_undo, request->range.first, request->range.end);
    }
}

void hck_reset_judge_call(struct judgement *j)
{
    struct request request;
    uint32_t first = j->verdicts->count;
    take_apart(j, &request);
    hck_virtual_judge_no_alarm(j, request.range.first, request.range.end);
    if (!returned(j)) {
        hck_virtual_hold_back(j, first);
        return;
    }
    check_rules(j, &request);
    hck_virtual_judge_refusals(j, &request.refusals);
    if (hck_virtual_is_allowed(&request.refusals)) {
        judge_allowed(j, &request);
    }
    hck_virtual_hold_back(j, first);
    if (j->seen->result == 0) {
        hck_virtual_judge_failure(j, &request.refusals);
    } else {
        adopt(j, &request);
    }
}

/* --- What pages hold -------------------------------------------------------------------------- */

/* Open content of one byte, before it was reset, from the beginning of a Peek on. */
struct open_run {
    uint64_t length;
    uint8_t value;
    uint64_t reset_length; /* how much of it from the beginning on is CONTENT_RESET */
    uint32_t epoch_max;    /* of what was written or seen last */
    bool begins_dropped;   /* the byte at the beginning was seen to be zero */
};

static struct open_run open_run_at(const struct oracle *oracle, uint64_t start, uint64_t length)
{
    struct open_run run = {0, 0, 0, 0, false};
    struct content_piece piece;
    while (run.length < length && hck_content_at(oracle, start + run.length, &piece)) {
        if (!content_is_open(piece.kind) || (run.length > 0 && piece.value != run.value)) {
            break;
        }
        bool is_reset = piece.kind == CONTENT_RESET && run.reset_length == run.length;
        run.begins_dropped = run.length > 0 ? run.begins_dropped : piece.kind == CONTENT_DROPPED;
        run.value = piece.value;
        run.length = piece.end - start;
        run.reset_length = is_reset ? run.length : run.reset_length;
        run.epoch_max = piece.epoch > run.epoch_max ? piece.epoch : run.epoch_max;
    }
    run.length = run.length < length ? run.length : length;
    run.reset_length = run.reset_length < length ? run.reset_length : length;
    return run;
}

static bool judge_old_or_zero(struct judgement *j, enum peek_value index, uint8_t old)
{
    struct operand operands[2] = {number(old), number(0)};
    return hck_judge(j, CLAUSE_virtual_reset_content_is_old_or_zero, SUBJECT_VALUE, index,
                     old == 0 ? RELATION_EQUAL : RELATION_ONE_OF, old == 0 ? 1 : 2, operands);
}

static bool judge_zeroes_stay(struct judgement *j, const struct open_run *run)
{
    return !run->begins_dropped ||
           judge_value(j, CLAUSE_virtual_reset_content_zeroes_stay, PEEK_FIRST, RELATION_EQUAL, 0);
}

/* Where the bytes change, a page ends. */
static bool judge_whole_pages(struct judgement *j, uint64_t start, const struct open_run *run)
{
    uint64_t uniform = seen_value(j, PEEK_UNIFORM);
    uint64_t change = start + (uniform < run->length ? uniform : run->length);
    uint64_t page_end;
    (void)page_up(change, &page_end);
    uint64_t expected = page_end - start < run->length ? page_end - start : run->length;
    return run->value == 0 || judge_value(j, CLAUSE_virtual_reset_content_is_dropped_by_whole_pages,
                                          PEEK_UNIFORM, RELATION_AT_LEAST, expected);
}

/* All that an undoing which failed was asked for is seen to be as it was, or some of it is not. */
static void judge_failed_undo(struct judgement *j, uint64_t start, const struct open_run *run)
{
    const struct model_event *undo = &j->oracle->events.failed_undo;
    if (run->value == 0 || undo->epoch <= run->epoch_max) {
        return;
    }
    bool sees_all = start <= undo->start && undo->stop <= start + run->reset_length;
    bool sees_zero = seen_value(j, PEEK_FIRST) == 0 && start >= undo->start && start < undo->stop;
    if (sees_zero) {
        judge_holds(j, CLAUSE_virtual_reset_undo_failure_means_some_are_zeroes);
    } else if (sees_all && seen_value(j, PEEK_FIRST) != 0) {
        (void)judge_value(j, CLAUSE_virtual_reset_undo_failure_means_some_are_zeroes, PEEK_UNIFORM,
                          RELATION_LESS, undo->stop - start);
    }
}

static bool judge_run(struct judgement *j, uint64_t start, const struct open_run *run)
{
    bool is_right = judge_zeroes_stay(j, run) && judge_old_or_zero(j, PEEK_FIRST, run->value) &&
                    judge_whole_pages(j, start, run);
    if (is_right && seen_value(j, PEEK_UNIFORM) < run->length) {
        is_right = judge_old_or_zero(j, PEEK_DIFFERENT, run->value);
    }
    return is_right;
}

void hck_reset_judge_peek(struct judgement *j, uint64_t start, uint64_t done)
{
    struct open_run run = open_run_at(j->oracle, start, done);
    uint64_t uniform = seen_value(j, PEEK_UNIFORM);
    uint8_t first = (uint8_t)seen_value(j, PEEK_FIRST);
    if (run.length == 0) {
        return;
    }
    if (!judge_run(j, start, &run)) {
        hck_content_forget(j->oracle, start, start + done);
        return;
    }
    judge_failed_undo(j, start, &run);
    if (run.value != 0) {
        judge_latitude(j, CLAUSE_virtual_reset_content_may_be_kept_or_dropped,
                       first != 0 ? "kept" : "dropped");
    }
    hck_content_note_open(j->oracle, start, start + (uniform < run.length ? uniform : run.length),
                          first);
}

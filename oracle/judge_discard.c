/* See judge_discard.h. The result of these functions is the error code. */
#include "oracle/judge_discard.h"

#include "oracle/content.h"
#include "oracle/judge_virtual.h"
#include "oracle/judges.h"
#include "oracle/locks.h"

/* The call, taken apart. */
struct request {
    struct page_range range;
    bool is_ragged; /* not whole pages */
    bool has_reserved;
    bool has_other_protection; /* than PAGE_READWRITE */
    bool is_vague;             /* something is asked of which no clause speaks */
};

static void look_at_pages(const struct judgement *j, struct request *request)
{
    struct page_piece piece;
    for (uint64_t at = request->range.first;
         at < request->range.end && hck_region_piece(j->oracle, at, &piece); at = piece.end) {
        bool is_committed = piece.state == MEM_COMMIT;
        bool is_read_write = (piece.protect & PAGE_READWRITE) != 0;
        request->has_reserved = request->has_reserved || !is_committed;
        request->has_other_protection =
            request->has_other_protection || (is_committed && !is_read_write);
        request->is_vague = request->is_vague || (is_read_write && piece.protect != PAGE_READWRITE);
    }
}

static struct request take_apart(const struct judgement *j)
{
    uint64_t start = given_address(j);
    uint64_t size = given_size(j);
    struct request request = {.range = hck_virtual_range(j, start, size)};
    request.is_ragged = size == 0 || start % MODEL_PAGE_SIZE != 0 || size % MODEL_PAGE_SIZE != 0;
    request.is_vague = !request.range.region || !request.range.is_inside ||
                       !hck_virtual_is_known(j, request.range.region);
    if (!request.is_vague) {
        look_at_pages(j, &request);
    }
    return request;
}

/* Takes note of a success; nothing is known any more of what should not have had one. */
static void adopt(struct judgement *j, const struct request *request, bool is_right)
{
    hck_virtual_changed(j, request->range.region, request->range.first, request->range.end);
    if (!is_right) {
        hck_region_doubt_range(j->oracle, request->range.first, request->range.end);
    }
}

/* --- DiscardVirtualMemory --------------------------------------------------------------------- */

static void judge_discard_refusal(struct judgement *j, const struct request *request)
{
    unsigned count = (unsigned)request->is_ragged + (unsigned)request->has_reserved +
                     (unsigned)request->has_other_protection;
    bool is_told = count == 1 || j->seen->result == 0; /* several codes prove none */
    if (is_told && request->is_ragged) {
        (void)judge_is(j, CLAUSE_virtual_discard_range_must_be_whole_pages, SUBJECT_RESULT,
                       ERROR_INVALID_PARAMETER);
    }
    if (is_told && request->has_reserved) {
        (void)judge_is(j, CLAUSE_virtual_discard_range_needs_committed_pages, SUBJECT_RESULT,
                       ERROR_INVALID_ADDRESS);
    }
    if (is_told && request->has_other_protection) {
        (void)judge_is_not(j, CLAUSE_virtual_discard_protection_must_be_read_write, SUBJECT_RESULT,
                           0);
    }
}

void hck_judge_DiscardVirtualMemory(struct judgement *j)
{
    struct request request = take_apart(j);
    struct model_region *region = request.range.region;
    uint32_t first = j->verdicts->count;
    bool is_good = !request.is_ragged && !request.has_reserved && !request.has_other_protection;
    if (!returned(j)) {
        return;
    }
    bool is_locked = hck_locks_may_hold(j->oracle, request.range.first, request.range.end);
    if (!request.is_vague && is_good && is_locked) {
        /* whether it is refused is not said */
    } else if (!request.is_vague && is_good) {
        (void)judge_is(j, CLAUSE_virtual_discard_range_accepts_read_write_pages, SUBJECT_RESULT, 0);
    } else if (!request.is_vague) {
        judge_discard_refusal(j, &request);
    }
    hck_virtual_hold_back(j, first);
    if (j->seen->result != 0) {
        note_event(j, &j->oracle->events.failed_discard, request.range.first, request.range.end);
        return;
    }
    if (region && request.range.is_inside) {
        hck_region_discard(j->oracle, region, request.range.first, request.range.end,
                           CAUSE_DISCARDED, j->call->thread);
    }
    adopt(j, &request, is_good && !request.is_vague);
}

void hck_discard_judge_peek(struct judgement *j, uint64_t start)
{
    if (hck_content_is_discarded(j->oracle, start)) {
        judge_latitude(j, CLAUSE_virtual_discard_content_may_be_anything,
                       seen_value(j, PEEK_FIRST) == 0 ? "zeroes" : "other bytes");
    }
}

/* --- OfferVirtualMemory and ReclaimVirtualMemory ---------------------------------------------- */

void hck_judge_OfferVirtualMemory(struct judgement *j)
{
    struct request request = take_apart(j);
    uint32_t first = j->verdicts->count;
    uint64_t priority = hck_call_argument(j->call, ARGUMENT_CHOICE)->value;
    bool is_wrong =
        request.is_ragged || priority < VmOfferPriorityVeryLow || priority > VmOfferPriorityNormal;
    bool is_open = request.is_vague || request.has_reserved || request.has_other_protection;
    if (!returned(j)) {
        return;
    }
    if (!is_open && is_wrong) {
        (void)judge_is(j, CLAUSE_virtual_offer_arguments_are_checked, SUBJECT_RESULT,
                       ERROR_INVALID_PARAMETER);
    } else if (!is_open) {
        (void)judge_is(j, CLAUSE_virtual_offer_range_accepts_read_write_pages, SUBJECT_RESULT, 0);
    }
    hck_virtual_hold_back(j, first);
    hck_locks_change(j->oracle, request.range.first, request.range.end, LOCK_HELD,
                     j->seen->result == 0 ? LOCK_OFFERED : LOCK_OPEN);
    if (j->seen->result != 0) {
        note_event(j, &j->oracle->events.failed, 0, UINT64_MAX);
        return;
    }
    adopt(j, &request, !is_open && !is_wrong);
    if (request.range.region) {
        request.range.region->is_offered = true;
    }
}

/* The typestate sees to it that this is the range that was offered. */
void hck_judge_ReclaimVirtualMemory(struct judgement *j)
{
    struct page_range range = hck_virtual_range(j, given_address(j), given_size(j));
    struct model_region *region = range.region;
    uint32_t first = j->verdicts->count;
    uint64_t result = j->seen->result;
    if (!returned(j)) {
        return;
    }
    bool is_back = judge_one_of2(j, CLAUSE_virtual_offer_reclaim_gives_the_pages_back,
                                 SUBJECT_RESULT, 0, ERROR_BUSY);
    hck_virtual_hold_back(j, first);
    if (!is_back || !region) {
        return;
    }
    judge_latitude(j, CLAUSE_virtual_offer_reclaim_may_find_the_content_lost,
                   result == 0 ? "intact" : "lost");
    region->is_offered = false;
    if (result == 0) {
        hck_region_reclaim(j->oracle, region, range.first, range.end, j->call->thread);
    } else {
        hck_region_discard(j->oracle, region, range.first, range.end, CAUSE_RECLAIMED,
                           j->call->thread);
    }
    hck_virtual_changed(j, region, range.first, range.end);
}

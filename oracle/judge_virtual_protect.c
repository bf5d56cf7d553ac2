/* VirtualProtect. */
#include "oracle/judge_query.h"
#include "oracle/judge_virtual.h"
#include "oracle/judges.h"
#include "oracle/watch.h"
#include "spec/protection.h"

struct request {
    uint64_t address;
    uint64_t size;
    uint32_t protect; /* without the bit that is never reported */
    bool has_old;     /* lpflOldProtect is not NULL */
    struct page_range range;
    struct refusals refusals;
};

static void refuse_range(struct request *request, enum clause_id must_fail)
{
    refuse(&request->refusals, must_fail,
           CLAUSE_virtual_protect_range_reports_a_bad_one_as_invalid_address, ERROR_INVALID_ADDRESS,
           ERROR_INVALID_ADDRESS);
}

static void refuse_without_code(struct request *request)
{
    refuse(&request->refusals, CLAUSE_virtual_protect_range_needs_committed_pages, CLAUSE_NONE, 0,
           0);
}

/* Outside every allocation. No code is named above the highest application address. */
static void check_free_range(struct request *request)
{
    if (request->range.wraps) {
        refuse_without_code(request);
        return;
    }
    switch (request->range.space) {
    case SPACE_GRANULE_REST:
    case SPACE_RELEASED:
    case SPACE_NULL_PARTITION:
        refuse_range(request, CLAUSE_virtual_protect_range_needs_committed_pages);
        break;
    case SPACE_UPPER_GAP:
    case SPACE_ABOVE:
    case SPACE_NONCANONICAL:
    case SPACE_SYSTEM:
        refuse_without_code(request);
        break;
    case SPACE_REGION:
    case SPACE_UNKNOWN:
        request->refusals.is_vague = true;
        break;
    }
}

static void check_range(const struct judgement *j, struct request *request)
{
    const struct page_range *range = &request->range;
    const struct model_region *region = range->region;
    if (!region) {
        check_free_range(request);
        return;
    }
    uint64_t region_end = region->base + region->size;
    uint64_t own_end = range->end < region_end ? range->end : region_end;
    bool is_committed = hck_region_all_committed(j->oracle, range->first, own_end);
    if (range->wraps) {
        refuse_without_code(request);
    } else if (!is_committed || (!range->is_inside && (range->beyond == SPACE_GRANULE_REST ||
                                                       range->beyond == SPACE_RELEASED))) {
        refuse_range(request, CLAUSE_virtual_protect_range_needs_committed_pages);
    }
    if (!range->is_inside && range->beyond == SPACE_REGION) {
        refuse_range(request, CLAUSE_virtual_protect_range_needs_a_single_allocation);
    } else if (!range->is_inside && range->beyond == SPACE_UNKNOWN) {
        request->refusals.is_vague = true;
    }
}

static void take_apart(const struct judgement *j, struct request *request)
{
    request->address = given_address(j);
    request->size = given_size(j);
    request->protect = given_flags(j, FLAG_SET_protection) & ~PAGE_TARGETS_INVALID;
    request->has_old = gives_place_for_answer(j);
    request->refusals.count = 0;
    request->refusals.is_vague = false;
    request->range = hck_virtual_range(j, request->address, request->size);
}

static bool is_of_view(const struct request *request)
{
    return request->range.region && request->range.region->is_view;
}

static void check_rules(const struct judgement *j, struct request *request)
{
    struct refusals *refusals = &request->refusals;
    if (request->size == 0) {
        refuse(refusals, CLAUSE_NONE, CLAUSE_virtual_protect_size_zero_is_an_invalid_parameter,
               ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    }
    hck_virtual_refuse_protection(refusals, given_flags(j, FLAG_SET_protection),
                                  request->range.region ? PROTECTING_BY_PROTECT
                                                        : PROTECTING_FOREIGN);
    if (is_of_view(request) &&
        !hck_protection_is_within(request->protect, request->range.region->allocation_protect)) {
        refuse(refusals, CLAUSE_view_protection_beyond_the_access_is_refused,
               CLAUSE_view_protection_beyond_the_access_is_an_invalid_parameter,
               ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    }
    if (!request->has_old) {
        refuse(refusals, CLAUSE_virtual_protect_old_protection_is_required,
               CLAUSE_virtual_protect_old_protection_missing_is_reported_as_no_access,
               ERROR_NOACCESS, ERROR_NOACCESS);
    }
    if (!hck_virtual_is_known(j, request->range.region)) {
        refusals->is_vague = true;
    } else if (request->size > 0) {
        check_range(j, request);
    } else if (!hck_region_all_committed(j->oracle, request->range.first,
                                         request->range.first + MODEL_PAGE_SIZE)) {
        refusals->is_vague = true; /* the page that is named may be what is complained of */
    }
}

/* --- A call that may succeed -------------------------------------------------------------- */

static bool all_have(const struct oracle *oracle, const struct page_range *range, uint32_t protect)
{
    struct page_mix mix = hck_virtual_look(oracle, range->first, range->end);
    return mix.is_uniform && mix.protect == protect;
}

static void judge_allowed(struct judgement *j, const struct request *request)
{
    if (!hck_virtual_is_plausible(j, request->size) ||
        !hck_virtual_is_private_constant(given_flags(j, FLAG_SET_protection))) {
        return;
    }
    (void)judge_is_not(j,
                       is_of_view(request)
                           ? CLAUSE_view_protection_within_the_access_is_set
                           : CLAUSE_virtual_protect_protection_accepts_every_private_constant,
                       SUBJECT_RESULT, 0);
    if (all_have(j->oracle, &request->range, request->protect)) {
        (void)judge_is_not(j, CLAUSE_virtual_protect_protection_may_be_the_old_one, SUBJECT_RESULT,
                           0);
    }
}

/* Where a page has modifiers, the documentation leaves open whether the old protection says so. */
static void judge_old(struct judgement *j, const struct page_piece *first, bool has_modifiers)
{
    uint32_t cache = PAGE_NOCACHE | PAGE_WRITECOMBINE;
    if (has_modifiers && (first->protect & cache) != (seen_value(j, PROTECT_OLD) & cache)) {
        return; /* that of the allocation may be reported, or none */
    }
    uint32_t bare = first->protect & ~(cache | PAGE_GUARD);
    struct operand operands[4] = {number(first->protect), number(first->protect & ~cache),
                                  number(first->protect & ~PAGE_GUARD), number(bare)};
    unsigned count = first->protect == bare ? 1 : 4;
    (void)hck_judge(j, CLAUSE_virtual_protect_old_protection_is_that_of_the_first_page,
                    SUBJECT_VALUE, PROTECT_OLD, count == 1 ? RELATION_EQUAL : RELATION_ONE_OF,
                    count, operands);
    if (first->protect & PAGE_GUARD) {
        (void)judge_value(j, CLAUSE_virtual_protect_old_protection_includes_the_guard_modifier,
                          PROTECT_OLD, RELATION_HAS_BITS, PAGE_GUARD);
    }
}

static void judge_success(struct judgement *j, const struct request *request)
{
    struct page_piece first;
    if (!request->has_old || !request->range.region ||
        !hck_virtual_is_known(j, request->range.region) ||
        !hck_region_piece(j->oracle, request->range.first, &first) || first.state != MEM_COMMIT) {
        return;
    }
    struct former_page former = hck_query_former(j->oracle, &first);
    if (is_as_before(&former, seen_value(j, PROTECT_OLD))) {
        return;
    }
    judge_old(j, &first, request->range.region->has_modifiers);
    if (!request->range.region->has_modifiers &&
        all_have(j->oracle, &request->range, request->protect)) {
        (void)judge_value(j, CLAUSE_virtual_protect_protection_may_be_the_old_one, PROTECT_OLD,
                          RELATION_EQUAL, first.protect);
    }
}

static void adopt(struct judgement *j, const struct request *request)
{
    struct oracle *oracle = j->oracle;
    struct model_region *region = request->range.region;
    uint64_t at = request->range.first;
    uint64_t end = request->range.end;
    struct page_piece piece;
    if (region && end > region->base + region->size) {
        end = region->base + region->size;
    }
    while (region && at < end && hck_region_piece(oracle, at, &piece)) {
        uint64_t stop = piece.end < end ? piece.end : end;
        if (piece.state == MEM_COMMIT) {
            hck_region_set(oracle, region, at, stop, MEM_COMMIT, request->protect, CAUSE_PROTECTED,
                           j->call->thread);
        }
        at = stop;
    }
    hck_watch_note(oracle, request->range.first, end, WATCH_CLEAN, WATCH_WAS_READ);
    note_event(j, &oracle->events.protect, request->range.first, end);
    hck_virtual_changed(j, region, request->range.first, end);
    hck_virtual_doubt(j, region, &request->refusals);
}

void hck_judge_VirtualProtect(struct judgement *j)
{
    struct request request;
    uint32_t first = j->verdicts->count;
    take_apart(j, &request);
    if (request.range.region) {
        hck_virtual_judge_no_alarm(j, request.range.first, request.range.end);
    }
    if (!returned(j)) {
        hck_virtual_hold_back(j, first);
        return;
    }
    check_rules(j, &request);
    hck_virtual_judge_refusals(j, &request.refusals);
    if (hck_virtual_is_allowed(&request.refusals)) {
        judge_allowed(j, &request);
    }
    if (j->seen->result != 0) {
        judge_success(j, &request);
    }
    hck_virtual_hold_back(j, first);
    if (j->seen->result != 0) {
        adopt(j, &request);
        return;
    }
    hck_virtual_judge_failure(j, &request.refusals);
    if (request.has_old) {
        judge_latitude(j, CLAUSE_virtual_protect_old_protection_may_be_written_by_a_failing_call,
                       seen_value(j, PROTECT_OLD) == OUT_UNTOUCHED_DWORD ? "left" : "written");
    }
}

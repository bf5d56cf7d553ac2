/* VirtualFree. */
#include "oracle/content.h"
#include "oracle/judge_virtual.h"
#include "oracle/judges.h"

enum {
    PLACEHOLDER_TYPES = MEM_COALESCE_PLACEHOLDERS | MEM_PRESERVE_PLACEHOLDER,
    KNOWN_TYPES = MEM_DECOMMIT | MEM_RELEASE | PLACEHOLDER_TYPES
};

struct request {
    uint64_t address;
    uint64_t size;
    uint32_t type;
    bool releases;
    bool decommits;
    bool may_round; /* not the base, but in the first page of the allocation */
    struct page_range range;
    struct refusals refusals;
};

static void check_type(struct request *request)
{
    if (request->releases && request->decommits) {
        refuse(&request->refusals, CLAUSE_NONE,
               CLAUSE_virtual_free_type_refuses_decommit_with_release, ERROR_INVALID_PARAMETER,
               ERROR_INVALID_PARAMETER);
    }
    if ((!request->releases && !request->decommits) || (request->type & ~(uint32_t)KNOWN_TYPES)) {
        refuse(&request->refusals, CLAUSE_NONE,
               CLAUSE_virtual_free_type_refuses_neither_and_unknown, ERROR_INVALID_PARAMETER,
               ERROR_INVALID_PARAMETER);
    }
    if (request->type & PLACEHOLDER_TYPES) {
        request->refusals.is_vague = true;
    }
}

/* The address lies in no allocation of the trace. */
static void check_free_address(struct request *request)
{
    uint32_t other = request->range.wraps ? ERROR_INVALID_PARAMETER : ERROR_INVALID_ADDRESS;
    switch (request->range.space) {
    case SPACE_UPPER_GAP:
    case SPACE_ABOVE:
    case SPACE_NONCANONICAL:
    case SPACE_SYSTEM:
        other = ERROR_INVALID_PARAMETER;
        break;
    case SPACE_NULL_PARTITION:
        other = request->address == 0 ? ERROR_INVALID_PARAMETER : other;
        break;
    case SPACE_GRANULE_REST:
    case SPACE_RELEASED:
        break;
    case SPACE_REGION:
    case SPACE_UNKNOWN:
        request->refusals.is_vague = true;
        return;
    }
    refuse(&request->refusals, CLAUSE_NONE,
           CLAUSE_virtual_free_address_of_a_free_page_is_an_invalid_address, ERROR_INVALID_ADDRESS,
           other);
}

static void check_release(struct request *request)
{
    const struct model_region *region = request->range.region;
    if (request->size != 0) {
        refuse(&request->refusals, CLAUSE_virtual_free_release_refuses_a_size,
               CLAUSE_virtual_free_release_reports_a_size_as_invalid_parameter,
               ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    }
    if (region && page_down(request->address) != region->base) {
        refuse(&request->refusals, CLAUSE_virtual_free_release_refuses_an_interior_address,
               CLAUSE_virtual_free_release_reports_an_interior_address_as_invalid_address,
               ERROR_INVALID_ADDRESS, ERROR_INVALID_ADDRESS);
    }
}

static void check_decommit(struct request *request)
{
    const struct model_region *region = request->range.region;
    if (region && request->size == 0 && page_down(request->address) != region->base) {
        refuse(&request->refusals, CLAUSE_NONE,
               CLAUSE_virtual_free_decommit_of_size_zero_elsewhere_is_an_invalid_address,
               ERROR_INVALID_ADDRESS, ERROR_INVALID_ADDRESS);
    }
    if (region && request->size != 0 && !request->range.is_inside) {
        refuse(&request->refusals, CLAUSE_NONE,
               CLAUSE_virtual_free_decommit_past_the_end_is_an_invalid_parameter,
               ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    }
}

static void take_apart(const struct judgement *j, struct request *request)
{
    const struct model_region *region;
    request->address = given_address(j);
    request->size = given_size(j);
    request->type = given_flags(j, FLAG_SET_free_type);
    request->releases = (request->type & MEM_RELEASE) != 0;
    request->decommits = (request->type & MEM_DECOMMIT) != 0;
    request->refusals.count = 0;
    request->refusals.is_vague = false;
    request->range = hck_virtual_range(j, request->address, request->size);
    region = request->range.region;
    request->may_round = region && request->size == 0 && request->address != region->base &&
                         page_down(request->address) == region->base;
    if (region && request->size == 0) {
        request->range.first = region->base;
        request->range.end = region->base + region->size;
    }
}

static void check_rules(const struct judgement *j, struct request *request)
{
    check_type(request);
    if (!hck_virtual_is_known(j, request->range.region)) {
        request->refusals.is_vague = true;
        return;
    }
    if (!request->range.region) {
        check_free_address(request);
    }
    if (request->releases) {
        check_release(request);
    }
    if (request->decommits) {
        check_decommit(request);
    }
}

/* --- A call that has to succeed ----------------------------------------------------------- */

static void judge_succeeds(struct judgement *j, enum clause_id clause)
{
    (void)judge_is_not(j, clause, SUBJECT_RESULT, 0);
}

static void judge_release(struct judgement *j, const struct page_mix *mix)
{
    judge_succeeds(j, CLAUSE_virtual_free_release_frees_the_whole_allocation);
    if (mix->has_reserved && mix->has_committed) {
        judge_succeeds(j, CLAUSE_virtual_free_release_accepts_pages_in_different_states);
    }
}

static void judge_decommit(struct judgement *j, const struct request *request,
                           const struct page_mix *mix)
{
    if (!hck_virtual_is_plausible(j, 0)) {
        return; /* cutting a mapping in three takes a resource */
    }
    judge_succeeds(
        j, request->size == 0
               ? CLAUSE_virtual_free_decommit_of_size_zero_at_the_base_takes_the_whole_allocation
               : CLAUSE_virtual_free_decommit_makes_every_touched_page_reserved);
    if (mix->has_reserved) {
        judge_succeeds(j, CLAUSE_virtual_free_decommit_accepts_uncommitted_pages);
    }
}

static void judge_allowed(struct judgement *j, const struct request *request)
{
    struct page_mix mix = hck_virtual_look(j->oracle, request->range.first, request->range.end);
    if (request->may_round) {
        judge_latitude(j, CLAUSE_virtual_free_release_may_round_an_address_within_the_first_page,
                       j->seen->result == 0 ? "failed" : "acted as at the base");
        return;
    }
    if (request->releases) {
        judge_release(j, &mix);
    } else {
        judge_decommit(j, request, &mix);
    }
    if (mix.has_obstacle) {
        judge_succeeds(j, CLAUSE_virtual_free_protection_is_no_obstacle);
    }
}

/* --- What the state becomes --------------------------------------------------------------- */

/* The slot is dead from now on, whatever was freed. Where the call was to fail, or no clause speaks
 * of it, it may have freed all, a part or nothing: nothing is claimed of the range, nor of what the
 * process has in use. */
static void adopt_release(struct judgement *j, const struct request *request,
                          struct model_region *region)
{
    struct oracle *oracle = j->oracle;
    uint64_t end = region->base + region->size;
    bool is_certain = hck_virtual_is_allowed(&request->refusals);
    hck_region_remove(oracle, region);
    hck_virtual_changed(j, NULL, region->base, end);
    if (!is_certain) {
        hck_content_forget(oracle, region->base, end);
        oracle->footprints[0].known = false;
        oracle->footprints[1].known = false;
    } else if (oracle->thread_count == 1) {
        note_event(j, &oracle->events.released, region->base, end);
        oracle->events.released_was_view = false;
    }
}

static void adopt_decommit(struct judgement *j, const struct request *request,
                           struct model_region *region)
{
    uint64_t region_end = region->base + region->size;
    uint64_t end = request->range.end < region_end ? request->range.end : region_end;
    bool is_whole = request->size == 0;
    hck_region_decommit(j->oracle, region, request->range.first, end,
                        is_whole ? CAUSE_DECOMMITTED_WHOLE : CAUSE_DECOMMITTED, j->call->thread);
    hck_virtual_changed(j, region, request->range.first, end);
    hck_virtual_doubt(j, region, &request->refusals);
}

/* A range that was released before is not looked after any longer: something else was freed. */
static void adopt(struct judgement *j, const struct request *request)
{
    struct model_region *region = request->range.region;
    j->oracle->events.released.epoch = 0;
    if (region && region->end > j->seen->start) {
        region = NULL; /* it took the place of the one that was freed, and was quicker to tell */
    }
    if (!region) {
        hck_virtual_changed(j, NULL, request->range.first, request->range.end);
    } else if (request->releases) {
        adopt_release(j, request, region);
    } else if (request->decommits) {
        adopt_decommit(j, request, region);
    } else {
        hck_region_doubt(j->oracle, region);
        hck_virtual_changed(j, region, request->range.first, request->range.end);
    }
}

void hck_judge_VirtualFree(struct judgement *j)
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
    hck_virtual_hold_back(j, first);
    if (j->seen->result == 0) {
        hck_virtual_judge_failure(j, &request.refusals);
    } else {
        adopt(j, &request);
    }
}

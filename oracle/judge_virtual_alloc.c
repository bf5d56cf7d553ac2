/* VirtualAlloc. */
#include "oracle/content.h"
#include "oracle/judge_reset.h"
#include "oracle/judge_virtual.h"
#include "oracle/judge_watch.h"
#include "oracle/judges.h"
#include "oracle/watch.h"

enum {
    OPERATIONS = MEM_COMMIT | MEM_RESERVE | MEM_RESET | MEM_RESET_UNDO,
    STRANGE_TYPES = MEM_PHYSICAL | MEM_LARGE_PAGES,
    KNOWN_TYPES = OPERATIONS | MEM_TOP_DOWN | MEM_WRITE_WATCH | STRANGE_TYPES
};

/* Bits that some header gives a meaning for other calls; nothing is claimed of them here. */
#define NAMED_ELSEWHERE \
    (0x80800003u | MEM_DECOMMIT | MEM_RELEASE | MEM_FREE | MEM_PRIVATE | MEM_RESERVE_PLACEHOLDER)

/* The call, taken apart. */
struct request {
    uint64_t address; /* 0: the system chooses */
    uint64_t size;
    uint32_t type;
    uint32_t protect; /* without the bit that is never reported */
    bool reserves;    /* a new allocation is asked for */
    bool commits;
    bool is_named;
    struct page_range range; /* of a named address; from its granule where it reserves */
    struct refusals refusals;
};

/* --- Which rules the call breaks ---------------------------------------------------------- */

static void refuse_type(struct refusals *refusals, enum clause_id must_fail)
{
    refuse(refusals, must_fail, CLAUSE_virtual_alloc_type_reports_a_bad_one_as_invalid_parameter,
           ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
}

static void check_type(struct request *request)
{
    uint32_t type = request->type;
    uint32_t resets = type & (MEM_RESET | MEM_RESET_UNDO);
    struct refusals *refusals = &request->refusals;
    if ((type & OPERATIONS) == 0) {
        refuse_type(refusals, CLAUSE_virtual_alloc_type_needs_an_operation);
    }
    if (resets != 0 && type != MEM_RESET && type != MEM_RESET_UNDO) {
        refuse_type(refusals, CLAUSE_virtual_alloc_type_refuses_reset_with_another_flag);
    }
    if ((type & MEM_WRITE_WATCH) && !(type & MEM_RESERVE)) {
        refuse_type(refusals, CLAUSE_virtual_alloc_type_refuses_write_watch_without_reserve);
    }
    if ((type & MEM_PHYSICAL) && (!(type & MEM_RESERVE) || (type & MEM_COMMIT))) {
        refuse_type(refusals, CLAUSE_virtual_alloc_type_refuses_physical_with_commit);
    }
    if ((type & MEM_LARGE_PAGES) && (~type & (MEM_RESERVE | MEM_COMMIT))) {
        refuse(refusals, CLAUSE_virtual_alloc_type_refuses_large_pages_without_reserve_and_commit,
               CLAUSE_NONE, 0, 0);
    }
    if (type & ~(KNOWN_TYPES | NAMED_ELSEWHERE)) {
        refuse_type(refusals, CLAUSE_NONE);
    }
    bool asks_for_more = (type & STRANGE_TYPES) != 0;
    refusals->is_vague = (refusals->count == 0 && asks_for_more) || (type & NAMED_ELSEWHERE) != 0;
}

static bool wants_large_pages(const struct request *request)
{
    const uint32_t all = MEM_LARGE_PAGES | MEM_RESERVE | MEM_COMMIT;
    return (request->type & all) == all;
}

static void check_large_pages(const struct judgement *j, struct request *request)
{
    uint64_t minimum = j->oracle->large_page_minimum;
    if (wants_large_pages(request) && minimum != 0 && request->size % minimum != 0) {
        refuse(&request->refusals, CLAUSE_large_page_size_must_be_a_multiple_of_the_minimum,
               CLAUSE_NONE, 0, 0);
    }
}

/* Nothing is wrong with the call but that nobody promises large pages. */
static void judge_large_pages(struct judgement *j, const struct request *request)
{
    const struct operand reasons[4] = {
        number(ERROR_PRIVILEGE_NOT_HELD), number(ERROR_NOT_ENOUGH_MEMORY),
        number(ERROR_NO_SYSTEM_RESOURCES), number(ERROR_COMMITMENT_LIMIT)};
    enum clause_id clause = CLAUSE_large_page_refusal_names_its_reason;
    bool is_failure = j->seen->result == 0;
    bool is_plain = request->type == (MEM_LARGE_PAGES | MEM_RESERVE | MEM_COMMIT) &&
                    !request->is_named && given_flags(j, FLAG_SET_protection) == PAGE_READWRITE;
    if (!is_plain || request->refusals.count > 0 || j->oracle->large_page_minimum == 0) {
        return;
    }
    judge_latitude(j, CLAUSE_large_page_allocation_may_be_refused,
                   is_failure ? "refused" : "granted");
    if (is_failure && !j->seen->has_last_error) {
        judge_unsupported(j, clause);
    } else if (is_failure) {
        (void)hck_judge(j, clause, SUBJECT_LAST_ERROR, 0, RELATION_ONE_OF, 4, reasons);
    }
}

/* Nothing is wrong with the call. */
static void judge_watched(struct judgement *j, const struct request *request)
{
    bool is_plain = !request->is_named && hck_virtual_is_plausible(j, request->size) &&
                    hck_virtual_is_private_constant(request->protect);
    if ((request->type & MEM_WRITE_WATCH) != 0 && is_plain) {
        hck_watch_judge_allocation(j);
    }
}

static void check_bounds(const struct judgement *j, struct request *request)
{
    uint64_t minimum = hck_region_minimum(j->oracle);
    uint64_t maximum = hck_region_maximum(j->oracle);
    struct refusals *refusals = &request->refusals;
    enum clause_id must_fail =
        CLAUSE_address_space_allocation_lies_within_the_application_addresses;
    if (!request->is_named && request->size > maximum - minimum + 1) {
        refuse(refusals, must_fail, CLAUSE_virtual_alloc_size_beyond_the_address_space_is_named,
               ERROR_NOT_ENOUGH_MEMORY, ERROR_INVALID_PARAMETER);
    }
    if (request->is_named && request->address < minimum) {
        refuse(refusals, must_fail,
               CLAUSE_virtual_alloc_address_below_the_granularity_is_an_invalid_parameter,
               ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    }
    if (request->is_named && request->range.wraps) {
        refuse(refusals, must_fail,
               CLAUSE_virtual_alloc_address_above_the_maximum_is_an_invalid_parameter,
               ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    }
}

static void refuse_conflict(struct refusals *refusals, enum clause_id must_fail,
                            enum clause_id names_code)
{
    refuse(refusals, must_fail, names_code, ERROR_INVALID_ADDRESS, ERROR_INVALID_ADDRESS);
}

/* The pages asked for, and the slack below them. Where only the slack is in use, it is so because
 * an allocation has its granule to itself. */
static void check_reserved_range(struct judgement *j, struct request *request)
{
    struct extent object;
    const struct page_range *range = &request->range;
    if (range->end <= range->first ||
        !hck_model_overlap(j->oracle, range->first, range->end - range->first, &object)) {
        return;
    }
    bool is_slack = hck_region_space(j->oracle, request->address) == SPACE_GRANULE_REST &&
                    !hck_model_overlap(j->oracle, page_down(request->address),
                                       range->end - page_down(request->address), &object);
    refuse_conflict(&request->refusals,
                    is_slack ? CLAUSE_address_space_allocation_has_its_granule_to_itself
                             : CLAUSE_virtual_alloc_reserve_refuses_a_page_in_use,
                    CLAUSE_virtual_alloc_reserve_reports_a_page_in_use_as_invalid_address);
}

/* There may not be that much, which is one more reason to fail, with its own code. */
static bool may_be_too_much(const struct judgement *j, const struct request *request)
{
    return (request->reserves || request->commits) && request->refusals.count > 0 &&
           !hck_virtual_is_plausible(j, request->size);
}

/* Somebody else may be there, which is one more reason to fail, with its own code. */
static bool may_be_in_use(const struct request *request)
{
    return request->range.space == SPACE_UNKNOWN && request->refusals.count > 0;
}

static bool is_free_space(enum space space)
{
    return space == SPACE_GRANULE_REST || space == SPACE_RELEASED;
}

static void check_committed_range(struct request *request)
{
    const struct page_range *range = &request->range;
    if (is_free_space(range->space) ||
        (range->region && !range->is_inside && is_free_space(range->beyond))) {
        refuse_conflict(&request->refusals, CLAUSE_NONE,
                        CLAUSE_virtual_alloc_commit_refuses_a_range_not_reserved);
    } else if (range->region && !range->is_inside && range->beyond == SPACE_REGION) {
        refuse_conflict(&request->refusals, CLAUSE_NONE,
                        CLAUSE_virtual_alloc_commit_refuses_a_range_across_allocations);
    } else if (!range->is_inside) {
        request->refusals.is_vague = true;
    }
}

static void take_apart(struct judgement *j, struct request *request)
{
    request->address = given_address(j);
    request->size = given_size(j);
    request->type = given_flags(j, FLAG_SET_allocation_type);
    request->protect = given_flags(j, FLAG_SET_protection) & ~PAGE_TARGETS_INVALID;
    request->is_named = request->address != 0;
    request->commits = (request->type & MEM_COMMIT) != 0;
    request->reserves =
        (request->type & MEM_RESERVE) != 0 || (request->commits && !request->is_named);
    request->refusals.count = 0;
    request->refusals.is_vague = false;
    request->range = hck_virtual_range(j, request->address, request->size);
    if (request->reserves) {
        request->range.first = granule_down(request->address);
    }
}

/* A success in spite of a wrong type is laid at the door of the type alone. */
static void check_protection(const struct judgement *j, struct request *request)
{
    if (request->refusals.count == 0 || j->seen->result == 0) {
        hck_virtual_refuse_protection(&request->refusals, given_flags(j, FLAG_SET_protection),
                                      request->commits ? PROTECTING_COMMITTED
                                                       : PROTECTING_RESERVED);
    }
}

/* What the protection leaves open shows in a call that nothing else is wrong with. */
static void record_choice(struct judgement *j, const struct request *request)
{
    const char *choice = j->seen->result == 0 ? "refused" : "accepted";
    if (request->refusals.count > 0 || !request->commits) {
        return;
    }
    if (hck_virtual_guards_with_cache_modifier(given_flags(j, FLAG_SET_protection))) {
        judge_latitude(j, CLAUSE_page_protection_guard_with_a_cache_modifier_is_open, choice);
    }
    if (hck_virtual_marks_call_targets_in_data(given_flags(j, FLAG_SET_protection))) {
        judge_latitude(j, CLAUSE_page_protection_call_target_flag_in_an_allocation_is_open, choice);
    }
}

static void check_rules(struct judgement *j, struct request *request)
{
    struct refusals *refusals = &request->refusals;
    check_large_pages(j, request);
    check_type(request);
    check_protection(j, request);
    if (request->size == 0) {
        refuse(refusals, CLAUSE_NONE, CLAUSE_virtual_alloc_size_zero_is_an_invalid_parameter,
               ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    }
    refusals->is_vague = refusals->is_vague || may_be_too_much(j, request);
    check_bounds(j, request);
    if (!hck_virtual_is_known(j, request->range.region)) {
        refusals->is_vague = true;
    } else if (request->is_named && request->reserves) {
        check_reserved_range(j, request);
        refusals->is_vague = refusals->is_vague || may_be_in_use(request);
    } else if (request->is_named && request->commits && request->size > 0) {
        check_committed_range(request);
    }
}

/* --- A call that may succeed -------------------------------------------------------------- */

static void judge_must_succeed(struct judgement *j, const struct request *request)
{
    uint32_t type = request->type;
    if (request->commits && hck_virtual_is_private_constant(request->protect)) {
        (void)judge_is_not(j, CLAUSE_virtual_alloc_protection_accepts_every_private_constant,
                           SUBJECT_RESULT, 0);
    }
    if ((type & MEM_TOP_DOWN) && (type & MEM_RESERVE)) {
        (void)judge_is_not(j, CLAUSE_virtual_alloc_top_down_changes_placement_only, SUBJECT_RESULT,
                           0);
    }
    if (!request->is_named && !(type & MEM_RESERVE)) {
        (void)judge_is_not(j, CLAUSE_virtual_alloc_commit_without_an_address_reserves_too,
                           SUBJECT_RESULT, 0);
    }
}

static void judge_commit_succeeds(struct judgement *j, const struct request *request)
{
    const struct page_range *range = &request->range;
    bool holds = hck_virtual_look(j->oracle, range->first, range->end).has_committed;
    (void)judge_is_not(j,
                       holds ? CLAUSE_virtual_alloc_commit_accepts_committed_pages
                             : CLAUSE_virtual_alloc_commit_makes_every_touched_page_committed,
                       SUBJECT_RESULT, 0);
}

static bool is_just_released(const struct judgement *j, const struct page_range *range)
{
    const struct model_event *released = &j->oracle->events.released;
    return released->epoch != 0 && !j->oracle->events.released_was_view &&
           range->first >= released->start && range->end <= released->stop;
}

/* Nothing forbids the call. It has to succeed where it asks for no more than there certainly is,
 * and for none of the modifiers that a target may lack. */
static void judge_allowed(struct judgement *j, const struct request *request)
{
    uint32_t modifiers = PAGE_NOCACHE | PAGE_WRITECOMBINE | PAGE_TARGETS_INVALID;
    bool has_modifier = (given_flags(j, FLAG_SET_protection) & modifiers) != 0;
    bool is_demanded = hck_virtual_is_plausible(j, request->size) && !has_modifier &&
                       (request->type & MEM_WRITE_WATCH) == 0;
    if (is_demanded && !request->reserves) {
        judge_commit_succeeds(j, request);
        judge_must_succeed(j, request);
    } else if (is_demanded && !request->is_named) {
        judge_must_succeed(j, request);
    } else if (is_demanded && is_just_released(j, &request->range)) {
        (void)judge_is_not(j, CLAUSE_virtual_free_release_makes_the_range_available_again,
                           SUBJECT_RESULT, 0);
    } else if (request->is_named && request->reserves) {
        judge_latitude(j, CLAUSE_address_space_foreign_allocations_may_be_present,
                       j->seen->result == 0 ? "the range was refused" : "the range was free");
    }
    if (j->seen->result == 0) {
        judge_latitude(j, CLAUSE_virtual_alloc_resources_may_be_exhausted, "failed");
    }
}

/* --- Where a new allocation lies ---------------------------------------------------------- */

static uint64_t new_size(const struct request *request, uint64_t base)
{
    uint64_t end;
    uint64_t size = request->size;
    if (request->is_named && base == granule_down(request->address)) {
        size += request->address - base;
    }
    return page_up(size, &end) && end <= MODEL_USER_MAX ? end : 0;
}

/* Overlapping reservations are wrong also where the two calls overlapped in time: both are live
 * now, unless a release of the older one is under way. */
static void judge_overlap(struct judgement *j, uint64_t base, uint64_t size)
{
    struct extent object;
    if (!hck_model_overlap(j->oracle, base, size, &object)) {
        if (j->oracle->state.region_order_count > 0 || j->oracle->live_blocks > 0) {
            judge_holds(j, CLAUSE_address_space_allocation_overlaps_no_other);
        }
        if (j->oracle->region_count_live > j->oracle->region_count_of[j->call->thread]) {
            judge_holds(j, CLAUSE_address_space_map_changes_atomically);
        }
        return;
    }
    struct operand operands[3] = {number(size), number(object.start), number(object.length)};
    bool is_region = object_kind(object.a) == OBJECT_REGION;
    const struct model_region *other =
        is_region ? &j->oracle->regions[object_number(object.a)] : NULL;
    uint32_t first = j->verdicts->count;
    if (other) {
        operands[1] = hck_region_operand(j->oracle, other, object.start);
    } else if (object_number(object.a) < j->oracle->state.slot_count[SLOT_BLOCK]) {
        operands[1] = at_slot(SLOT_BLOCK, object_number(object.a), object.start, 0);
    }
    (void)hck_judge(j, CLAUSE_address_space_allocation_overlaps_no_other, SUBJECT_RESULT, 0,
                    RELATION_DISJOINT, 3, operands);
    if (other && other->thread != j->call->thread) {
        (void)hck_judge(j, CLAUSE_address_space_map_changes_atomically, SUBJECT_RESULT, 0,
                        RELATION_DISJOINT, 3, operands);
    }
    hck_suspicion_hold_back(j, first, other ? SUSPICION_REGION : SUSPICION_BLOCK,
                            other ? 0 : object.b, object.start);
}

void hck_virtual_judge_new_place(struct judgement *j, uint64_t base, uint64_t size)
{
    uint64_t maximum = hck_region_maximum(j->oracle);
    uint64_t highest = size <= maximum ? maximum - size + 1 : 0; /* else there is no such place */
    struct operand bounds[2] = {number(hck_region_minimum(j->oracle)), number(highest)};
    (void)judge_relation(j, CLAUSE_address_space_allocation_has_a_base_on_the_granularity,
                         SUBJECT_RESULT, RELATION_MULTIPLE_OF, MODEL_GRANULARITY);
    (void)hck_judge(j, CLAUSE_address_space_allocation_lies_within_the_application_addresses,
                    SUBJECT_RESULT, 0, RELATION_IN_RANGE, 2, bounds);
    if (size > 0) {
        judge_overlap(j, base, size);
    }
}

static void judge_place(struct judgement *j, const struct request *request)
{
    uint64_t base = j->seen->result;
    hck_virtual_judge_new_place(j, base, new_size(request, base));
    if (request->is_named) {
        (void)judge_is_operand(
            j, CLAUSE_virtual_alloc_result_is_the_granule_of_the_address_reserved, SUBJECT_RESULT,
            0, hck_virtual_near(j, granule_down(request->address)));
    } else {
        judge_latitude(j, CLAUSE_virtual_alloc_system_choice_may_be_any_free_range,
                       base >> 32 ? "above 4 GB" : "below 4 GB");
    }
    if (request->type & MEM_TOP_DOWN) {
        judge_latitude(j, CLAUSE_virtual_alloc_top_down_may_leave_higher_holes,
                       base >> 32 ? "above 4 GB" : "below 4 GB");
    }
}

/* --- What the state becomes --------------------------------------------------------------- */

static enum page_cause cause_of_new(const struct request *request)
{
    if (!request->commits) {
        return CAUSE_RESERVED;
    }
    return (request->type & MEM_RESERVE) ? CAUSE_RESERVED_COMMITTED : CAUSE_COMMITTED_ANYWHERE;
}

/* Where the call was not to succeed, or nobody says so, the region may be watched or not. */
static void adopt_watch(struct oracle *oracle, struct model_region *region,
                        const struct request *request)
{
    region->is_strange = region->is_strange || !hck_virtual_is_allowed(&request->refusals);
    if (!region->is_strange) {
        hck_watch_begin(oracle, region);
    }
}

static void adopt_new(struct judgement *j, const struct request *request)
{
    struct oracle *oracle = j->oracle;
    uint8_t thread = j->call->thread;
    uint64_t base = j->seen->result;
    uint64_t end = base + new_size(request, base);
    uint32_t protect = request->protect;
    struct model_region *region =
        hck_region_add(oracle, base, end - base, protect, j->call->result_slot, thread);
    if (!region) {
        return;
    }
    uint64_t named = request->is_named ? page_down(request->address) : base;
    uint64_t slack_end = named > base && named < end ? named : base;
    region->has_slack = slack_end > base;
    region->was_named = request->is_named;
    region->is_strange = region->is_strange || (request->type & STRANGE_TYPES) != 0;
    region->start = j->seen->start;
    region->end = j->seen->end;
    region->has_modifiers = (protect & (PAGE_NOCACHE | PAGE_WRITECOMBINE)) != 0;
    if (request->type & MEM_WRITE_WATCH) {
        adopt_watch(oracle, region, request);
    }
    hck_region_set(oracle, region, base, slack_end, MEM_RESERVE, 0, CAUSE_SLACK, thread);
    hck_region_set(oracle, region, slack_end, end, MEM_RESERVE, 0, cause_of_new(request), thread);
    if (request->commits) {
        hck_region_commit(oracle, region, base, slack_end, protect, CAUSE_SLACK, thread);
        hck_region_commit(oracle, region, slack_end, end, protect, cause_of_new(request), thread);
    }
    hck_virtual_changed(j, region, base, end);
    hck_virtual_doubt(j, region, &request->refusals);
}

static void adopt_commit(struct judgement *j, const struct request *request)
{
    struct oracle *oracle = j->oracle;
    struct model_region *region = request->range.region;
    uint64_t end = request->range.end;
    if (!region) {
        hck_virtual_changed(j, NULL, request->range.first, end);
        return;
    }
    if (end > region->base + region->size) {
        end = region->base + region->size;
    }
    if (hck_virtual_look(oracle, request->range.first, end).has_committed) {
        note_event(j, &oracle->events.recommit, request->range.first, end);
    }
    hck_region_commit(oracle, region, request->range.first, end, request->protect, CAUSE_COMMITTED,
                      j->call->thread);
    hck_virtual_changed(j, region, request->range.first, end);
    hck_virtual_doubt(j, region, &request->refusals);
}

static void adopt(struct judgement *j, const struct request *request)
{
    if (request->reserves) {
        adopt_new(j, request);
    } else if (request->commits) {
        adopt_commit(j, request);
    } else { /* whatever it did */
        hck_content_forget(j->oracle, request->range.first, request->range.end);
        hck_watch_doubt(j->oracle, request->range.first, request->range.end);
        hck_virtual_changed(j, request->range.region, request->range.first, request->range.end);
    }
}

void hck_judge_VirtualAlloc(struct judgement *j)
{
    struct request request;
    uint32_t first = j->verdicts->count;
    if (hck_reset_is_asked(j)) {
        hck_reset_judge_call(j);
        return;
    }
    take_apart(j, &request);
    if (request.is_named && request.commits) {
        hck_virtual_judge_no_alarm(j, request.range.first, request.range.end);
    }
    if (!returned(j)) {
        hck_virtual_hold_back(j, first);
        return;
    }
    check_rules(j, &request);
    record_choice(j, &request);
    hck_virtual_judge_refusals(j, &request.refusals);
    judge_large_pages(j, &request);
    if (hck_virtual_is_allowed(&request.refusals)) {
        judge_allowed(j, &request);
        judge_watched(j, &request);
    }
    hck_virtual_hold_back(j, first);
    if (j->seen->result == 0) {
        hck_virtual_judge_failure(j, &request.refusals);
        return;
    }
    if (request.reserves) {
        judge_place(j, &request);
    } else if (request.commits && request.is_named) {
        (void)judge_is_operand(j, CLAUSE_virtual_alloc_result_is_the_page_of_the_address_committed,
                               SUBJECT_RESULT, 0, hck_virtual_near(j, page_down(request.address)));
    }
    adopt(j, &request);
}

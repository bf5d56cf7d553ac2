/* A page that is not as the model has it breaks more than one promise: that of the query, and that
 * of whoever made the page so. The model remembers who that was until a query has shown the page
 * right; after that, the calls that were made in the meantime are to blame, if they were of one
 * kind only. Where a page is right, all of these hold. */
#include "oracle/judge_query.h"

#include <string.h>

#include "oracle/content.h"
#include "oracle/judge_call.h"

enum { CACHE_MODIFIERS = PAGE_NOCACHE | PAGE_WRITECOMBINE };

void hck_query_start(struct query *query, struct judgement *j)
{
    memset(query, 0, sizeof *query);
    query->j = j;
    query->values = j->seen->values;
    query->run_count = j->seen->value_count / MEMORY_VALUE_COUNT;
    query->is_single = !j->row->is_list;
}

/* Whether the clause is written down already; from now on it is. */
static bool was_told(struct query *query, enum clause_id clause)
{
    uint64_t bit = UINT64_C(1) << (clause % 64);
    bool told = (query->told[clause / 64] & bit) != 0;
    query->told[clause / 64] |= bit;
    return told;
}

static void tell_held(struct query *query, enum clause_id clause)
{
    if (clause != CLAUSE_NONE && !was_told(query, clause)) {
        hck_verdict(query->j, clause, VERDICT_HOLDS, NULL);
    }
}

/* A violation is written down even where the clause held for pages before it. */
static void tell_violated(struct query *query, enum clause_id clause, enum memory_value member,
                          struct operand address, uint64_t expected)
{
    static const enum measure measures[MEMORY_VALUE_COUNT] = {
        [MEMORY_ALLOCATION_BASE] = MEASURE_query_allocation_base_at,
        [MEMORY_ALLOCATION_PROTECT] = MEASURE_query_allocation_protect_at,
        [MEMORY_STATE] = MEASURE_query_state_at,
        [MEMORY_PROTECT] = MEASURE_query_protect_at,
        [MEMORY_TYPE] = MEASURE_query_type_at,
    };
    if (clause == CLAUSE_NONE) {
        return;
    }
    (void)was_told(query, clause);
    if (query->is_single) {
        (void)judge_value(query->j, clause, member, RELATION_EQUAL, expected);
    } else {
        (void)hck_judge_measure(query->j, clause, measures[member], address, RELATION_EQUAL,
                                expected);
    }
}

/* --- One piece of pages ------------------------------------------------------------------- */

/* The promises of the call that made a page as it is. */
struct promise {
    enum clause_id state;
    enum clause_id size; /* that the page is among those concerned; about the state too */
    enum clause_id protect;
};

static const struct promise promises[CAUSE_COUNT] = {
    [CAUSE_UNKNOWN] = {CLAUSE_NONE, CLAUSE_NONE, CLAUSE_NONE},
    [CAUSE_RESERVED] = {CLAUSE_virtual_alloc_reserve_makes_every_page_reserved, CLAUSE_NONE,
                        CLAUSE_NONE},
    [CAUSE_SLACK] = {CLAUSE_virtual_alloc_reserve_includes_the_slack_below_its_address, CLAUSE_NONE,
                     CLAUSE_virtual_alloc_reserve_includes_the_slack_below_its_address},
    [CAUSE_RESERVED_COMMITTED] =
        {CLAUSE_virtual_alloc_reserve_and_commit_commits_the_whole_allocation, CLAUSE_NONE,
         CLAUSE_virtual_alloc_reserve_and_commit_commits_the_whole_allocation},
    [CAUSE_COMMITTED_ANYWHERE] = {CLAUSE_virtual_alloc_commit_without_an_address_reserves_too,
                                  CLAUSE_NONE,
                                  CLAUSE_virtual_alloc_commit_without_an_address_reserves_too},
    [CAUSE_COMMITTED] = {CLAUSE_virtual_alloc_commit_makes_every_touched_page_committed,
                         CLAUSE_virtual_alloc_size_includes_every_touched_page,
                         CLAUSE_virtual_alloc_commit_gives_the_pages_its_protection},
    [CAUSE_RECOMMITTED] = {CLAUSE_virtual_alloc_commit_makes_every_touched_page_committed,
                           CLAUSE_NONE,
                           CLAUSE_virtual_alloc_commit_changes_the_protection_of_committed_pages},
    [CAUSE_PROTECTED] = {CLAUSE_virtual_protect_allocation_is_kept, CLAUSE_NONE,
                         CLAUSE_virtual_protect_protection_holds_for_every_touched_page},
    [CAUSE_DECOMMITTED] = {CLAUSE_virtual_free_decommit_makes_every_touched_page_reserved,
                           CLAUSE_NONE, CLAUSE_NONE},
    [CAUSE_DECOMMITTED_WHOLE] =
        {CLAUSE_virtual_free_decommit_of_size_zero_at_the_base_takes_the_whole_allocation,
         CLAUSE_NONE, CLAUSE_NONE},
    [CAUSE_RESET] = {CLAUSE_virtual_reset_pages_stay_committed, CLAUSE_NONE,
                     CLAUSE_virtual_reset_pages_stay_committed},
    [CAUSE_DISCARDED] = {CLAUSE_virtual_discard_pages_stay_committed, CLAUSE_NONE,
                         CLAUSE_virtual_discard_pages_stay_committed},
    [CAUSE_RECLAIMED] = {CLAUSE_virtual_offer_reclaimed_pages_are_as_they_were, CLAUSE_NONE,
                         CLAUSE_virtual_offer_reclaimed_pages_are_as_they_were},
    [CAUSE_MAPPED] = {CLAUSE_view_pages_are_committed, CLAUSE_view_size_covers_what_was_asked_for,
                      CLAUSE_view_pages_have_the_protection_of_the_access},
    [CAUSE_COPIED] = {CLAUSE_NONE, CLAUSE_NONE, CLAUSE_view_copy_written_page_becomes_writable},
    [CAUSE_ALARMED] = {CLAUSE_NONE, CLAUSE_NONE,
                       CLAUSE_guard_page_first_access_ends_the_guard_of_its_page},
    [CAUSE_LOCK_ALARMED] = {CLAUSE_NONE, CLAUSE_NONE,
                            CLAUSE_virtual_lock_guard_page_loses_its_guard},
    [CAUSE_LOCKED] = {CLAUSE_virtual_lock_pages_stay_as_they_are, CLAUSE_NONE,
                      CLAUSE_virtual_lock_pages_stay_as_they_are},
    [CAUSE_CONFIRMED] = {CLAUSE_NONE, CLAUSE_NONE, CLAUSE_NONE},
};

/* One piece against the run that reports it. */
struct comparison {
    struct query *query;
    struct operand address;
    const struct page_piece *piece;
    uint64_t protect; /* as expected of this target */
    bool state_matches;
    bool protect_matches;
};

static void tell_state(const struct comparison *c, enum clause_id clause)
{
    if (c->state_matches) {
        tell_held(c->query, clause);
    } else {
        tell_violated(c->query, clause, MEMORY_STATE, c->address, c->piece->state);
    }
}

/* Only of pages that are and should be committed. */
static void tell_protect(const struct comparison *c, enum clause_id clause)
{
    if (!c->state_matches || c->piece->state != MEM_COMMIT) {
        return;
    }
    if (c->protect_matches) {
        tell_held(c->query, clause);
    } else {
        tell_violated(c->query, clause, MEMORY_PROTECT, c->address, c->protect);
    }
}

static void tell_both(const struct comparison *c, enum clause_id clause)
{
    if (!c->state_matches || c->protect_matches) {
        tell_state(c, clause);
    } else {
        tell_protect(c, clause);
    }
}

static void judge_guard(const struct comparison *c)
{
    const struct page_piece *piece = c->piece;
    const struct model_events *events = &c->query->j->oracle->events;
    if ((piece->protect & PAGE_GUARD) == 0) {
        return;
    }
    if (piece->cause == CAUSE_PROTECTED) {
        tell_protect(c, CLAUSE_guard_page_arming_works_in_virtual_protect);
        if (piece->was_alarmed) {
            tell_protect(c, CLAUSE_guard_page_arming_can_be_repeated);
        }
    } else if (piece->cause == CAUSE_COMMITTED || piece->cause == CAUSE_RESERVED_COMMITTED) {
        tell_protect(c, CLAUSE_guard_page_arming_works_in_virtual_alloc);
    }
    if (events->alarm.epoch > piece->epoch) {
        tell_protect(c, CLAUSE_guard_page_first_access_keeps_the_guard_of_other_pages);
    }
}

/* Pages that were seen right: what was called since then, the call that showed them included, must
 * have left them alone. */
static void judge_events(const struct comparison *c)
{
    const struct model_events *events = &c->query->j->oracle->events;
    uint32_t since = c->piece->epoch;
    bool is_right = c->state_matches && c->protect_matches;
    bool failed = events->failed.epoch > since;
    bool succeeded = events->succeeded.epoch > since;
    bool is_confirmed = c->piece->cause == CAUSE_CONFIRMED;
    if (c->piece->thread != c->query->j->call->thread && c->piece->cause != CAUSE_UNKNOWN &&
        (is_right || !is_confirmed || !(failed || succeeded))) {
        tell_both(c, CLAUSE_address_space_map_is_one_for_all_threads);
    }
    if (!is_right && (!is_confirmed || (failed && succeeded))) {
        return;
    }
    if (failed) {
        tell_both(c, CLAUSE_address_space_failing_call_changes_no_page);
    }
    if (succeeded) {
        tell_both(c, CLAUSE_address_space_successful_call_changes_no_page_outside_its_range);
    }
    bool others = events->other.epoch > since || (is_confirmed && events->other.epoch == since);
    if (others && (is_right || !(failed || succeeded))) {
        tell_both(c, CLAUSE_address_space_other_calls_leave_the_state_of_regions);
    }
}

struct former_page hck_query_former(const struct oracle *oracle, const struct page_piece *piece)
{
    const struct model_region *region = hck_region_at(oracle, piece->start);
    uint32_t copy = PAGE_WRITECOPY | PAGE_EXECUTE_WRITECOPY;
    bool is_writable = (piece->protect & (PAGE_READWRITE | PAGE_EXECUTE_READWRITE)) != 0;
    struct former_page former = {CLAUSE_NONE, 0};
    if (piece->cause == CAUSE_LOCK_ALARMED) {
        former.clause = CLAUSE_virtual_lock_guard_page_loses_its_guard;
        former.protect = piece->protect | PAGE_GUARD;
    } else if (region && (region->allocation_protect & copy) != 0 && is_writable) {
        former.clause = CLAUSE_view_copy_written_page_becomes_writable;
        former.protect = (uint64_t)piece->protect << 1;
    }
    return former;
}

static void judge_piece(const struct comparison *c, uint64_t seen)
{
    const struct promise *promise = &promises[c->piece->cause];
    struct former_page former = hck_query_former(c->query->j->oracle, c->piece);
    tell_state(c, CLAUSE_virtual_query_state_is_that_of_the_page);
    tell_state(c, promise->state);
    tell_state(c, promise->size);
    if (is_as_before(&former, seen)) {
        tell_protect(c, former.clause);
        return;
    }
    tell_protect(c, promise->protect);
    tell_protect(c, CLAUSE_virtual_query_protect_is_that_of_the_committed_page);
    judge_guard(c);
    judge_events(c);
}

/* The cache modifiers of memory that was allocated with one may be reported or left out, whatever
 * protection its pages were given later. */
static uint64_t expected_protect(struct query *query, const struct model_region *region,
                                 uint32_t protect, uint64_t seen)
{
    if (!region->has_modifiers) {
        return protect;
    }
    bool is_left_out = (seen & CACHE_MODIFIERS) == 0;
    if (!was_told(query, CLAUSE_virtual_query_cache_modifiers_may_be_left_out)) {
        judge_latitude(query->j, CLAUSE_virtual_query_cache_modifiers_may_be_left_out,
                       is_left_out ? "left out" : "reported");
    }
    return (protect & ~(uint64_t)CACHE_MODIFIERS) | (seen & CACHE_MODIFIERS);
}

/* --- A whole run -------------------------------------------------------------------------- */

/* What every page of an allocation reports, whatever its state. */
static void judge_allocation(struct query *query, const struct model_region *region, uint32_t run)
{
    const struct {
        enum clause_id clause;
        enum memory_value member;
        uint64_t expected;
    } members[] = {
        {CLAUSE_virtual_query_allocation_base_is_the_base_of_the_allocation, MEMORY_ALLOCATION_BASE,
         region->base},
        {region->is_view ? CLAUSE_view_pages_are_mapped
                         : CLAUSE_virtual_query_type_is_private_for_virtual_alloc,
         MEMORY_TYPE, region->is_view ? MEM_MAPPED : MEM_PRIVATE},
        {CLAUSE_virtual_query_allocation_protect_is_that_of_the_first_call,
         MEMORY_ALLOCATION_PROTECT,
         expected_protect(query, region, region->allocation_protect,
                          query_value(query, run, MEMORY_ALLOCATION_PROTECT))},
    };
    uint64_t base = query_value(query, run, MEMORY_BASE);
    struct operand address = hck_region_operand(query->j->oracle, region, base);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (query_value(query, run, members[i].member) == members[i].expected) {
            tell_held(query, members[i].clause);
        } else {
            tell_violated(query, members[i].clause, members[i].member, address,
                          members[i].expected);
        }
    }
}

static void judge_reserved_run(struct query *query, const struct model_region *region, uint32_t run)
{
    uint64_t protect = query_value(query, run, MEMORY_PROTECT);
    struct operand address =
        hck_region_operand(query->j->oracle, region, query_value(query, run, MEMORY_BASE));
    if (!was_told(query, CLAUSE_virtual_query_reserved_page_may_report_any_protection)) {
        judge_latitude(query->j, CLAUSE_virtual_query_reserved_page_may_report_any_protection,
                       protect == 0 ? "no protection" : "a protection");
    }
    if (protect == 0) {
        tell_held(query, CLAUSE_virtual_query_reserved_page_reports_no_protection);
    } else {
        tell_violated(query, CLAUSE_virtual_query_reserved_page_reports_no_protection,
                      MEMORY_PROTECT, address, 0);
    }
}

/* --- What the state becomes --------------------------------------------------------------- */

/* Takes the pages as they were reported. Pages inside a live reservation that are reported free are
 * of no further use. */
static void adopt_piece(struct query *query, struct model_region *region,
                        const struct page_piece *piece, uint64_t stop, uint32_t run, bool is_right)
{
    struct oracle *oracle = query->j->oracle;
    uint8_t thread = query->j->call->thread;
    uint32_t state = (uint32_t)query_value(query, run, MEMORY_STATE);
    uint32_t protect = (uint32_t)query_value(query, run, MEMORY_PROTECT);
    if (region->is_offered) {
        return;
    }
    if (is_right) {
        state = piece->state;
        protect = piece->protect;
    } else if (!query->is_trusted) {
        region->is_uncertain = true; /* a change of another thread may be under way */
        hck_content_forget(oracle, piece->start, stop);
        return;
    } else if (state != MEM_COMMIT && state != MEM_RESERVE) {
        region->is_uncertain = true;
        return;
    } else if (state != piece->state) {
        hck_content_forget(oracle, piece->start, stop);
    }
    hck_region_set(oracle, region, piece->start, stop, state, state == MEM_COMMIT ? protect : 0,
                   CAUSE_CONFIRMED, thread);
}

static void look_at_piece(struct query *query, struct model_region *region,
                          const struct page_piece *piece, uint64_t stop, uint32_t run,
                          bool is_known)
{
    uint64_t protect = query_value(query, run, MEMORY_PROTECT);
    struct comparison c = {query, hck_region_operand(query->j->oracle, region, piece->start),
                           piece, expected_protect(query, region, piece->protect, protect),
                           false, false};
    c.state_matches = query_value(query, run, MEMORY_STATE) == piece->state;
    c.protect_matches = piece->state != MEM_COMMIT || protect == c.protect;
    if (is_known) {
        judge_piece(&c, protect);
    }
    struct former_page former = hck_query_former(query->j->oracle, piece);
    if (is_known && former.clause == CLAUSE_view_copy_written_page_becomes_writable &&
        is_as_before(&former, protect)) {
        return; /* what it holds tells whether it was copied */
    }
    adopt_piece(query, region, piece, stop, run, c.state_matches && c.protect_matches);
}

/* Goes over the pieces of pages that the run reports. How long the run of VirtualQuery should be is
 * judged apart, so there no more than the right length is looked at, where that is known. */
static void look_at_run(struct query *query, struct model_region *region, uint32_t run,
                        bool is_known)
{
    uint64_t at = query_value(query, run, MEMORY_BASE);
    uint64_t end = query_end(query, run);
    uint64_t region_end = region->base + region->size;
    struct page_piece piece;
    if (is_known && query_value(query, run, MEMORY_STATE) != MEM_FREE) {
        judge_allocation(query, region, run);
        if (query_value(query, run, MEMORY_STATE) == MEM_RESERVE) {
            judge_reserved_run(query, region, run);
        }
    }
    if (at < region->base) {
        at = region->base;
    }
    end = end < region_end ? end : region_end;
    uint64_t run_start;
    uint64_t run_end;
    if (is_known && query->is_single &&
        hck_region_run(query->j->oracle, at, &run_start, &run_end)) {
        end = end < run_end ? end : run_end;
    }
    while (at < end && hck_region_piece(query->j->oracle, at, &piece)) {
        uint64_t stop = piece.end < end ? piece.end : end;
        piece.start = at;
        look_at_piece(query, region, &piece, stop, run, is_known);
        at = stop;
    }
}

uint32_t hck_query_region(struct query *query, struct model_region *region, uint32_t first)
{
    bool is_known = hck_virtual_is_known(query->j, region);
    bool was_uncertain = region->is_uncertain;
    uint64_t region_end = region->base + region->size;
    uint64_t seen_from = query_value(query, first, MEMORY_BASE);
    uint64_t seen_to = seen_from;
    uint32_t run = first;
    bool is_settled = hck_judge_is_settled(query->j);
    query->is_trusted = query->j->oracle->thread_count == 1 || (is_settled && was_uncertain);
    if (is_settled && !region->is_offered) { /* what is offered is taken over when it is back */
        region->is_uncertain = false;
        region->allocation_protect =
            was_uncertain ? (uint32_t)query_value(query, first, MEMORY_ALLOCATION_PROTECT)
                          : region->allocation_protect;
    }
    for (; run < query->run_count && query_value(query, run, MEMORY_BASE) < region_end; run++) {
        look_at_run(query, region, run, is_known);
        seen_to = query_end(query, run);
    }
    if (was_uncertain && (seen_from > region->base || seen_to < region_end)) {
        region->is_uncertain = true; /* only a part of it was shown */
    }
    return run;
}

/* --- Free runs ---------------------------------------------------------------------------- */

void hck_query_free_run(struct query *query, uint32_t run)
{
    static const struct {
        enum memory_value member;
        uint64_t expected;
    } members[] = {{MEMORY_ALLOCATION_BASE, 0},
                   {MEMORY_ALLOCATION_PROTECT, 0},
                   {MEMORY_PROTECT, PAGE_NOACCESS},
                   {MEMORY_TYPE, 0}};
    enum clause_id clause = CLAUSE_virtual_query_free_page_reports_no_allocation;
    bool is_usual = true;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (is_usual && query_value(query, run, members[i].member) != members[i].expected) {
            is_usual = false;
            tell_violated(query, clause, members[i].member,
                          number(query_value(query, run, MEMORY_BASE)), members[i].expected);
        }
    }
    if (is_usual) {
        tell_held(query, clause);
    }
    if (!was_told(query, CLAUSE_virtual_query_free_page_may_report_any_details)) {
        judge_latitude(query->j, CLAUSE_virtual_query_free_page_may_report_any_details,
                       is_usual ? "no allocation" : "other details");
    }
}

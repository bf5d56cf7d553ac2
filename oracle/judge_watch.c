/* GetWriteWatch and ResetWriteWatch, which return 0 where they succeed. */
#include "oracle/judge_watch.h"

#include "oracle/judge_call.h"
#include "oracle/judge_virtual.h"
#include "oracle/judges.h"
#include "oracle/watch.h"
#include "spec/structs.h"

/* --- A region that is to be watched ------------------------------------------------------------
 */

void hck_watch_judge_allocation(struct judgement *j)
{
    const struct operand reasons[4] = {number(ERROR_NOT_SUPPORTED), number(ERROR_NOT_ENOUGH_MEMORY),
                                       number(ERROR_NO_SYSTEM_RESOURCES),
                                       number(ERROR_COMMITMENT_LIMIT)};
    bool is_failure = j->seen->result == 0;
    bool *is_told = &j->oracle->unsupported_told[CALL_GetWriteWatch];
    judge_latitude(j, CLAUSE_write_watch_allocation_may_be_refused,
                   is_failure ? "refused" : "granted");
    if (!is_failure) {
        return;
    }
    if (!j->seen->has_last_error) {
        judge_unsupported(j, CLAUSE_write_watch_refusal_names_its_reason);
    } else if (hck_judge(j, CLAUSE_write_watch_refusal_names_its_reason, SUBJECT_LAST_ERROR, 0,
                         RELATION_ONE_OF, 4, reasons) &&
               j->seen->last_error == ERROR_NOT_SUPPORTED && !*is_told) {
        hck_judge_family_unsupported(j, "write_watch");
        *is_told = true;
    }
}

/* --- The calls -------------------------------------------------------------------------------- */

/* The call, taken apart. */
struct request {
    uint64_t address;
    uint64_t size;
    struct page_range range;
    bool is_ragged; /* not whole pages */
    bool lists;     /* GetWriteWatch */
    bool resets;    /* what it lists, or all */
    uint64_t room;  /* of the array */
    uint64_t count; /* of the pages in it */
    uint64_t
        listed; /* the end of the pages that were looked at: where there was no more room ... */
    bool is_complete; /* ... or of all, and then this */
    struct refusals refusals;
};

static void refuse_range(struct refusals *refusals, enum clause_id must_fail)
{
    refuse(refusals, must_fail, CLAUSE_write_watch_range_reports_others_as_invalid_parameter,
           ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
}

static void check_range(const struct judgement *j, struct request *request)
{
    const struct page_range *range = &request->range;
    const struct model_region *region = range->region;
    bool is_elsewhere = !region && range->space == SPACE_UNKNOWN;
    if (request->size == 0) {
        refuse_range(&request->refusals, CLAUSE_NONE);
    } else if (is_elsewhere || !hck_virtual_is_known(j, region)) {
        request->refusals.is_vague = true;
    } else if (!region || !region->is_watched || !range->is_inside) {
        refuse_range(&request->refusals, CLAUSE_write_watch_range_must_be_watched);
    }
}

static void check_list(const struct judgement *j, struct request *request)
{
    struct refusals *refusals = &request->refusals;
    bool has_null = argument_is_null(j, 3) || argument_is_null(j, 4) || argument_is_null(j, 5);
    if ((given_flags(j, FLAG_SET_write_watch) & ~WRITE_WATCH_FLAG_RESET) != 0) {
        refuse(refusals, CLAUSE_NONE, CLAUSE_write_watch_flags_others_are_an_invalid_parameter,
               ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    }
    if (has_null) {
        refuse(refusals, CLAUSE_NONE, CLAUSE_write_watch_pointers_null_is_no_access, ERROR_NOACCESS,
               ERROR_NOACCESS);
    }
    if (!argument_is_null(j, 4) && request->room == 0) {
        refuse(refusals, CLAUSE_NONE, CLAUSE_write_watch_room_none_is_an_invalid_parameter,
               ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    }
}

static void take_apart(const struct judgement *j, struct request *request)
{
    request->address = given_address(j);
    request->size = given_size(j);
    request->range = hck_virtual_range(j, request->address, request->size);
    request->is_ragged = (request->address | request->size) % MODEL_PAGE_SIZE != 0;
    request->lists = j->call->id == CALL_GetWriteWatch;
    request->resets =
        !request->lists || given_flags(j, FLAG_SET_write_watch) == WRITE_WATCH_FLAG_RESET;
    request->room = request->lists ? hck_call_told(j->call, 4) : 0;
    request->count = seen_value(j, WATCH_COUNT);
    request->is_complete = request->count < request->room;
    request->listed = request->range.end;
    request->refusals.count = 0;
    request->refusals.is_vague = false;
}

/* --- The list --------------------------------------------------------------------------------- */

static uint64_t page_at(const struct judgement *j, uint64_t index)
{
    return seen_value(j, WATCH_PAGES + (uint32_t)index);
}

static bool judge_page(struct judgement *j, enum clause_id clause, uint64_t index,
                       enum relation relation, unsigned count, const struct operand *operands)
{
    return hck_judge(j, clause, SUBJECT_VALUE, WATCH_PAGES + (uint32_t)index, relation, count,
                     operands);
}

/* What holds of every page of the list by itself: the first that is wrong ends the search. */
static bool judge_pages(struct judgement *j, const struct request *request)
{
    const struct operand bounds[2] = {hck_virtual_near(j, request->range.first),
                                      hck_virtual_near(j, request->range.end - 1)};
    const struct operand page_size = number(MODEL_PAGE_SIZE);
    uint64_t before = 0;
    for (uint64_t i = 0; i < request->count; i++) {
        uint64_t page = page_at(j, i);
        if (page < request->range.first || page >= request->range.end) {
            return judge_page(j, CLAUSE_write_watch_addresses_lie_in_the_range, i,
                              RELATION_IN_RANGE, 2, bounds);
        }
        if (page % MODEL_PAGE_SIZE != 0) {
            return judge_page(j, CLAUSE_write_watch_addresses_are_where_pages_begin, i,
                              RELATION_MULTIPLE_OF, 1, &page_size);
        }
        if (page <= before) {
            const struct operand next = hck_virtual_near(j, before + 1);
            return judge_page(j, CLAUSE_write_watch_addresses_ascend, i, RELATION_AT_LEAST, 1,
                              &next);
        }
        before = page;
    }
    if (request->count > 0) {
        judge_holds(j, CLAUSE_write_watch_addresses_lie_in_the_range);
        judge_holds(j, CLAUSE_write_watch_addresses_are_where_pages_begin);
    }
    if (request->count > 1) {
        judge_holds(j, CLAUSE_write_watch_addresses_ascend);
    }
    return true;
}

/* What the pages of a list, and those that are not in it, put to the test. */
struct comparison {
    bool saw_state[WATCH_OPEN + 1];
    uint32_t notes[WATCH_OPEN + 1];
    bool saw_part; /* a page that was written, and of which the range holds a part */
    bool is_right;
    uint64_t wrong_page; /* the first one */
    struct watch_piece wrong;
};

static bool is_part(const struct request *request, uint64_t page)
{
    return page < request->address || page + MODEL_PAGE_SIZE > request->address + request->size;
}

/* The first page of the run that is listed and should not be, or the other way round; or its end.
 * `at` is a place in the list, and goes on behind the run. */
static uint64_t find_wrong(const struct judgement *j, const struct request *request,
                           const struct watch_piece *piece, uint64_t *at)
{
    uint64_t expected = piece->start;
    while (*at < request->count && page_at(j, *at) < piece->start) {
        ++*at;
    }
    for (; *at < request->count && page_at(j, *at) < piece->end; ++*at) {
        uint64_t page = page_at(j, *at);
        if (piece->state == WATCH_CLEAN) {
            return page;
        }
        if (piece->state == WATCH_WRITTEN && page != expected) {
            return expected;
        }
        expected = page + MODEL_PAGE_SIZE;
    }
    return piece->state == WATCH_WRITTEN ? expected : piece->end;
}

static struct comparison compare(const struct judgement *j, const struct request *request)
{
    struct comparison all = {.is_right = true};
    struct watch_piece piece;
    uint64_t at = 0;
    for (uint64_t from = request->range.first;
         all.is_right && from < request->listed &&
         hck_watch_next(j->oracle, from, request->listed, &piece);
         from = piece.end) {
        uint64_t wrong = find_wrong(j, request, &piece, &at);
        bool ends_in_part =
            is_part(request, piece.start) || is_part(request, piece.end - MODEL_PAGE_SIZE);
        all.saw_state[piece.state] = true;
        all.notes[piece.state] |= piece.notes;
        all.saw_part |= piece.state == WATCH_WRITTEN && ends_in_part;
        if (wrong < piece.end) {
            all.is_right = false;
            all.wrong_page = wrong;
            all.wrong = piece;
        }
    }
    return all;
}

static const struct {
    enum watch_state state;
    uint32_t note;
    enum clause_id clause;
} note_clauses[] = {
    {WATCH_CLEAN, WATCH_WAS_RESET, CLAUSE_write_watch_reset_forgets_the_writes},
    {WATCH_CLEAN, WATCH_WAS_TAKEN, CLAUSE_write_watch_flag_resets_the_pages_that_are_listed},
    {WATCH_CLEAN, WATCH_WAS_READ, CLAUSE_write_watch_access_reading_or_protecting_is_no_write},
    {WATCH_CLEAN, WATCH_REFUSED_A_WRITE, CLAUSE_write_watch_refused_write_does_not_count},
    {WATCH_WRITTEN, WATCH_HOLDS_THE_SAME, CLAUSE_write_watch_same_value_counts_as_a_write},
    {WATCH_WRITTEN, WATCH_WAS_LISTED, CLAUSE_write_watch_flag_without_it_nothing_is_reset},
    {WATCH_WRITTEN, WATCH_WAS_LEFT, CLAUSE_write_watch_room_keeps_the_pages_beyond_it},
    {WATCH_WRITTEN, WATCH_WAS_DECOMMITTED,
     CLAUSE_write_watch_tracking_lasts_until_the_region_is_freed},
};
enum { NOTES = sizeof note_clauses / sizeof note_clauses[0] };

static void judge_right(struct judgement *j, const struct request *request,
                        const struct comparison *all)
{
    uint64_t page;
    if (all->saw_state[WATCH_CLEAN]) {
        judge_holds(j, CLAUSE_write_watch_unwritten_pages_are_not_listed);
    }
    if (all->saw_state[WATCH_WRITTEN]) {
        judge_holds(j, CLAUSE_write_watch_written_pages_are_listed);
    }
    for (unsigned i = 0; i < NOTES; i++) {
        if ((all->notes[note_clauses[i].state] & note_clauses[i].note) != 0) {
            judge_holds(j, note_clauses[i].clause);
        }
    }
    if (all->saw_part) {
        judge_holds(j, CLAUSE_write_watch_range_rounds_to_whole_pages);
    }
    if (!request->is_complete &&
        hck_watch_find(j->oracle, request->listed, request->range.end, WATCH_WRITTEN, &page)) {
        judge_holds(j, CLAUSE_write_watch_room_takes_the_lowest_pages);
    }
}

static void tell(struct judgement *j, enum clause_id clause, const struct comparison *all)
{
    (void)hck_judge_measure(j, clause, MEASURE_list_pages_at, hck_virtual_near(j, all->wrong_page),
                            RELATION_EQUAL, all->wrong.state == WATCH_WRITTEN ? 1 : 0);
}

/* A promise that alone speaks of the page besides is broken as well. */
static void judge_wrong(struct judgement *j, const struct request *request,
                        const struct comparison *all)
{
    bool was_written = all->wrong.state == WATCH_WRITTEN;
    enum clause_id clause = CLAUSE_NONE;
    unsigned count = 0;
    for (unsigned i = 0; i < NOTES; i++) {
        if (note_clauses[i].state == all->wrong.state &&
            (all->wrong.notes & note_clauses[i].note) != 0) {
            clause = note_clauses[i].clause;
            count++;
        }
    }
    if (was_written && is_part(request, all->wrong_page)) {
        clause = CLAUSE_write_watch_range_rounds_to_whole_pages;
        count++;
    }
    if (count == 1) {
        tell(j, clause, all);
    }
    tell(j,
         !was_written           ? CLAUSE_write_watch_unwritten_pages_are_not_listed
         : request->is_complete ? CLAUSE_write_watch_written_pages_are_listed
                                : CLAUSE_write_watch_room_takes_the_lowest_pages,
         all);
}

/* Whether nothing is wrong with the list. */
static bool judge_list(struct judgement *j, struct request *request)
{
    uint64_t recorded = j->seen->value_count > WATCH_PAGES ? j->seen->value_count - WATCH_PAGES - 1
                                                           : 0; /* the last is the guard count */
    (void)judge_value(j, CLAUSE_write_watch_granularity_is_the_page_size, WATCH_GRANULARITY,
                      RELATION_EQUAL, MODEL_PAGE_SIZE);
    if (!judge_value(j, CLAUSE_write_watch_count_is_at_most_the_room, WATCH_COUNT, RELATION_AT_MOST,
                     request->room) ||
        request->count > recorded || !judge_pages(j, request)) {
        return false;
    }
    if (!request->is_complete) {
        request->listed = page_at(j, request->count - 1) + MODEL_PAGE_SIZE;
    }
    struct comparison all = compare(j, request);
    if (all.is_right) {
        judge_right(j, request, &all);
    } else {
        judge_wrong(j, request, &all);
    }
    return all.is_right;
}

/* --- What the state becomes ------------------------------------------------------------------- */

static void adopt(struct judgement *j, const struct request *request, bool is_right)
{
    struct oracle *oracle = j->oracle;
    const struct page_range *range = &request->range;
    if (request->resets) {
        oracle->changed_end[j->call->thread] = j->seen->end;
    }
    if (!is_right || !hck_judge_is_undisturbed(j)) {
        hck_watch_doubt(oracle, range->first, range->end);
    } else if (request->resets) {
        hck_watch_reset(oracle, range->first, request->listed,
                        request->lists ? WATCH_WAS_TAKEN : WATCH_WAS_RESET);
        hck_watch_note(oracle, request->listed, range->end, WATCH_WRITTEN, WATCH_WAS_LEFT);
    } else {
        hck_watch_note(oracle, range->first, request->listed, WATCH_WRITTEN, WATCH_WAS_LISTED);
    }
}

static void judge_success_owed(struct judgement *j, const struct request *request)
{
    if (!request->is_ragged) {
        (void)judge_is(j, CLAUSE_write_watch_call_returns_zero_for_watched_pages, SUBJECT_RESULT,
                       0);
    } else if (j->seen->result != 0) {
        (void)judge_is(j, CLAUSE_write_watch_range_rounds_to_whole_pages, SUBJECT_RESULT, 0);
    }
}

static void judge_call(struct judgement *j, struct request *request)
{
    bool is_allowed = hck_virtual_is_allowed(&request->refusals);
    bool is_right = is_allowed;
    hck_virtual_judge_refusals(j, &request->refusals);
    if (is_allowed) {
        judge_success_owed(j, request);
    }
    if (j->seen->result != 0) {
        (void)judge_is(j, CLAUSE_write_watch_failure_is_all_ones, SUBJECT_RESULT, UINT32_MAX);
        hck_virtual_judge_failure(j, &request->refusals);
        return;
    }
    if (is_allowed && request->lists) {
        is_right = judge_list(j, request);
    }
    adopt(j, request, is_right);
}

static void judge_watch(struct judgement *j)
{
    struct request request;
    uint32_t first = j->verdicts->count;
    take_apart(j, &request);
    if (request.range.region) {
        hck_virtual_judge_no_alarm(j, request.range.first, request.range.end);
    }
    if (returned(j)) {
        check_range(j, &request);
        if (request.lists) {
            check_list(j, &request);
        }
        judge_call(j, &request);
    }
    hck_virtual_hold_back(j, first);
}

void hck_judge_GetWriteWatch(struct judgement *j)
{
    judge_watch(j);
}

void hck_judge_ResetWriteWatch(struct judgement *j)
{
    judge_watch(j);
}

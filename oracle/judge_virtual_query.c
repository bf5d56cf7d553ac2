/* VirtualQuery, and the probes that query a whole reservation or the whole address space. */
#include "oracle/content.h"
#include "oracle/judge_call.h"
#include "oracle/judge_heap.h"
#include "oracle/judge_query.h"
#include "oracle/judges.h"

enum { STRUCTURE_SIZE = 48 };

/* --- VirtualQuery ------------------------------------------------------------------------- */

struct request {
    uint64_t address;
    uint64_t length;
    bool has_buffer;
    enum space space;
    struct refusals refusals;
};

static bool is_above(enum space space)
{
    switch (space) {
    case SPACE_UPPER_GAP:
    case SPACE_ABOVE:
    case SPACE_NONCANONICAL:
    case SPACE_SYSTEM:
        return true;
    case SPACE_REGION:
    case SPACE_GRANULE_REST:
    case SPACE_RELEASED:
    case SPACE_NULL_PARTITION:
    case SPACE_UNKNOWN:
        break;
    }
    return false;
}

static void take_apart(const struct judgement *j, struct request *request)
{
    struct refusals *refusals = &request->refusals;
    request->address = given_address(j);
    request->has_buffer = gives_place_for_answer(j);
    request->length = given_size(j);
    request->space = hck_region_space(j->oracle, request->address);
    refusals->count = 0;
    refusals->is_vague = false;
    if (is_above(request->space)) {
        refuse(refusals, CLAUSE_NONE, CLAUSE_virtual_query_address_above_the_maximum_fails,
               ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    }
    if (request->length < STRUCTURE_SIZE) {
        refuse(refusals, CLAUSE_NONE, CLAUSE_virtual_query_length_too_short_fails, ERROR_BAD_LENGTH,
               ERROR_BAD_LENGTH);
    }
    if (!request->has_buffer) {
        refuse(refusals, CLAUSE_NONE, CLAUSE_virtual_query_buffer_null_fails_with_no_access,
               ERROR_NOACCESS, ERROR_NOACCESS);
    }
    /* Where the highest application address was not asked for, high addresses may be above it. What
     * a target has put above it is not to be found there by rule. */
    bool is_misplaced = request->space == SPACE_REGION &&
                        page_down(request->address) > hck_region_maximum(j->oracle);
    if (is_misplaced || (request->space == SPACE_UNKNOWN && !j->oracle->system_known)) {
        refusals->is_vague = true;
    }
}

static void judge_result(struct judgement *j, const struct request *request)
{
    enum clause_id clause = request->length == STRUCTURE_SIZE
                                ? CLAUSE_virtual_query_result_is_the_size_of_the_structure
                                : CLAUSE_virtual_query_length_longer_is_accepted;
    if (j->seen->result == 0 && request->refusals.is_vague) {
        return;
    }
    (void)judge_is(j, clause, SUBJECT_RESULT, STRUCTURE_SIZE);
}

static void judge_size(struct judgement *j, enum clause_id clause, enum relation relation,
                       uint64_t size)
{
    (void)judge_value(j, clause, MEMORY_REGION_SIZE, relation, size);
}

/* Whether the pages became alike by several calls, or were written to in part. */
static bool has_history(const struct oracle *oracle, uint64_t start, uint64_t end)
{
    struct page_piece piece;
    struct content_piece content;
    return hck_region_piece(oracle, start, &piece) &&
           (piece.end < end || (hck_content_at(oracle, start, &content) && content.end < end));
}

/* Whether the run is longer or shorter than it should be because a page at its end, or the one that
 * was asked for, may be as it was before. */
static bool is_run_of_former_pages(const struct judgement *j, const struct page_piece *first,
                                   uint64_t base, uint64_t end)
{
    uint64_t seen_end = base + seen_value(j, MEMORY_REGION_SIZE);
    struct former_page former = hck_query_former(j->oracle, first);
    struct page_piece other;
    if (is_as_before(&former, seen_value(j, MEMORY_PROTECT))) {
        return true;
    }
    return seen_end != end &&
           hck_region_piece(j->oracle, seen_end < end ? seen_end : end, &other) &&
           hck_query_former(j->oracle, &other).clause != CLAUSE_NONE;
}

/* How long the run is, where its first page is as the model has it. */
static void judge_run(struct judgement *j, const struct model_region *region, uint64_t base)
{
    struct page_piece piece;
    uint64_t start;
    uint64_t end;
    if (!hck_region_run(j->oracle, base, &start, &end) ||
        !hck_region_piece(j->oracle, base, &piece) || piece.state != seen_value(j, MEMORY_STATE) ||
        is_run_of_former_pages(j, &piece, base, end)) {
        return;
    }
    judge_size(j, CLAUSE_virtual_query_region_is_the_longest_run_of_equal_pages, RELATION_EQUAL,
               end - base);
    if (has_history(j->oracle, base, end)) {
        judge_size(j, CLAUSE_virtual_query_region_does_not_show_history, RELATION_EQUAL,
                   end - base);
    }
    if (base > start) {
        judge_size(j, CLAUSE_virtual_query_region_begins_at_the_page_asked_for, RELATION_AT_MOST,
                   end - base);
    }
    if (end == region->base + region->size && hck_region_at(j->oracle, end)) {
        judge_size(j, CLAUSE_virtual_query_region_ends_with_its_allocation, RELATION_AT_MOST,
                   end - base);
    }
}

/* Asked about a byte inside a page, the answer is that of the page. */
static void judge_inner_byte(struct judgement *j, const struct request *request)
{
    enum clause_id clause = CLAUSE_page_state_applies_to_whole_pages;
    struct page_piece piece;
    if (request->address % MODEL_PAGE_SIZE == 0 ||
        !hck_region_piece(j->oracle, request->address, &piece)) {
        return;
    }
    struct former_page former = hck_query_former(j->oracle, &piece);
    if (judge_value(j, clause, MEMORY_STATE, RELATION_EQUAL, piece.state) &&
        piece.state == MEM_COMMIT && !is_as_before(&former, seen_value(j, MEMORY_PROTECT))) {
        (void)judge_value(j, clause, MEMORY_PROTECT, RELATION_EQUAL, piece.protect);
    }
}

static void judge_free_state(struct judgement *j, enum clause_id clause)
{
    (void)judge_value(j, clause, MEMORY_STATE, RELATION_EQUAL, MEM_FREE);
}

static void judge_outside(struct judgement *j, const struct request *request, uint64_t base)
{
    const struct model_event *released = &j->oracle->events.released;
    if (request->space == SPACE_GRANULE_REST) {
        judge_free_state(j, CLAUSE_virtual_query_granule_rest_is_reported_free);
    } else if (request->space == SPACE_RELEASED) {
        judge_free_state(j, j->oracle->events.released_was_view
                                ? CLAUSE_view_unmap_makes_the_pages_free
                                : CLAUSE_virtual_free_release_frees_the_whole_allocation);
        judge_size(j, CLAUSE_virtual_query_region_joins_free_neighbours, RELATION_AT_LEAST,
                   released->stop - base);
    } else if (request->address == 0) {
        judge_free_state(j, CLAUSE_virtual_query_address_null_is_a_free_page);
    }
}

static void judge_contents(struct judgement *j, const struct request *request)
{
    struct query query;
    uint64_t base = page_down(request->address);
    struct operand states[3] = {number(MEM_FREE), number(MEM_RESERVE), number(MEM_COMMIT)};
    struct model_region *region = hck_region_at(j->oracle, base);
    hck_query_start(&query, j);
    (void)hck_judge(j, CLAUSE_page_state_is_free_reserved_or_committed, SUBJECT_VALUE, MEMORY_STATE,
                    RELATION_ONE_OF, 3, states);
    if (!judge_is_operand(j, CLAUSE_virtual_query_address_rounds_down_to_its_page, SUBJECT_VALUE,
                          MEMORY_BASE, hck_virtual_near(j, base)) ||
        seen_value(j, MEMORY_BASE) != base) {
        return;
    }
    if (region) {
        if (hck_virtual_is_known(j, region) && !region->has_modifiers) {
            judge_run(j, region, base);
            judge_inner_byte(j, request);
        }
        (void)hck_query_region(&query, region, 0);
    } else if (hck_judge_is_settled(j)) {
        judge_outside(j, request, base);
    }
    if (seen_value(j, MEMORY_STATE) == MEM_FREE) {
        hck_query_free_run(&query, 0);
    }
    hck_judge_heap_pages(j);
}

static void judge_query(struct judgement *j)
{
    struct request request;
    take_apart(j, &request);
    if (j->oracle->pages.count > 0) {
        hck_virtual_judge_no_alarm(j, page_down(request.address),
                                   page_down(request.address) + MODEL_PAGE_SIZE);
    }
    if (raised(j)) {
        if (!request.has_buffer) {
            (void)judge_is_not(j, CLAUSE_virtual_query_buffer_null_fails_with_no_access,
                               SUBJECT_STATUS, STATUS_RAISED);
        }
        return;
    }
    hck_virtual_judge_refusals(j, &request.refusals);
    if (request.refusals.count == 0) {
        judge_result(j, &request);
    }
    if (j->seen->result == 0) {
        hck_virtual_judge_failure(j, &request.refusals);
    } else if (request.has_buffer && request.length >= STRUCTURE_SIZE &&
               j->seen->value_count >= MEMORY_VALUE_COUNT) {
        judge_contents(j, &request);
    }
}

void hck_judge_VirtualQuery(struct judgement *j)
{
    uint32_t first = j->verdicts->count;
    judge_query(j);
    hck_virtual_hold_back(j, first);
}

/* --- Lists of runs ------------------------------------------------------------------------ */

/* Bounds of runs are those of pages. */
static void judge_whole_pages(struct query *query)
{
    uint32_t index = MEMORY_BASE;
    for (uint32_t run = 0; run < query->run_count; run++) {
        uint32_t at = run * MEMORY_VALUE_COUNT;
        if (query_value(query, run, MEMORY_BASE) % MODEL_PAGE_SIZE != 0) {
            index = at + MEMORY_BASE;
        } else if (query_value(query, run, MEMORY_REGION_SIZE) % MODEL_PAGE_SIZE != 0) {
            index = at + MEMORY_REGION_SIZE;
        }
    }
    (void)judge_value(query->j, CLAUSE_page_state_applies_to_whole_pages, index,
                      RELATION_MULTIPLE_OF, MODEL_PAGE_SIZE);
}

static void judge_allocation_size(struct judgement *j, const struct model_region *region)
{
    struct operand base = hck_region_operand(j->oracle, region, region->base);
    enum measure size = MEASURE_query_allocation_size;
    (void)hck_judge_measure(j, CLAUSE_virtual_query_walk_adds_up_to_the_allocation, size, base,
                            RELATION_EQUAL, region->size);
    (void)hck_judge_measure(j, CLAUSE_address_space_allocation_has_a_size_of_whole_pages, size,
                            base, RELATION_MULTIPLE_OF, MODEL_PAGE_SIZE);
    if (!region->was_named) {
        (void)hck_judge_measure(j, CLAUSE_virtual_alloc_size_rounds_up_to_whole_pages, size, base,
                                RELATION_EQUAL, region->size);
    } else if (!region->has_slack) {
        (void)hck_judge_measure(j, CLAUSE_virtual_alloc_size_includes_every_touched_page, size,
                                base, RELATION_EQUAL, region->size);
    }
    if (hck_region_at(j->oracle, region->base + region->size)) {
        (void)hck_judge_measure(j, CLAUSE_virtual_query_region_ends_with_its_allocation, size, base,
                                RELATION_AT_MOST, region->size);
    }
}

static void judge_granule_rest(struct query *query, const struct model_region *region, uint32_t run)
{
    uint64_t end = region->base + region->size;
    for (; run < query->run_count; run++) {
        if (query_value(query, run, MEMORY_STATE) == MEM_FREE) {
            hck_query_free_run(query, run);
        }
    }
    if (hck_region_space(query->j->oracle, end) == SPACE_GRANULE_REST &&
        hck_virtual_is_known(query->j, region)) {
        (void)hck_judge_measure(
            query->j, CLAUSE_virtual_query_granule_rest_is_reported_free, MEASURE_query_state_at,
            hck_region_operand(query->j->oracle, region, end), RELATION_EQUAL, MEM_FREE);
    }
}

/* Runs that could have been cut in two, and those where something happened to a part alone. */
static void judge_merged(struct query *query, const struct model_region *region)
{
    bool is_known = hck_virtual_is_known(query->j, region);
    uint32_t divisible = 0;
    uint32_t with_history = 0;
    for (uint32_t run = 0; run < query->run_count; run++) {
        divisible += query_value(query, run, MEMORY_REGION_SIZE) > MODEL_PAGE_SIZE;
        with_history +=
            is_known && has_history(query->j->oracle, query_value(query, run, MEMORY_BASE),
                                    query_end(query, run));
    }
    (void)hck_judge_none_of(query->j, CLAUSE_virtual_query_region_is_the_longest_run_of_equal_pages,
                            MEASURE_query_unmerged, divisible);
    (void)hck_judge_none_of(query->j, CLAUSE_virtual_query_region_does_not_show_history,
                            MEASURE_query_unmerged, with_history);
}

static void judge_region_list(struct query *query, struct model_region *region)
{
    struct judgement *j = query->j;
    bool is_whole = query_value(query, 0, MEMORY_BASE) == region->base;
    if (!region->has_modifiers) {
        judge_merged(query, region);
    }
    judge_whole_pages(query);
    if (is_whole && hck_virtual_is_known(j, region)) {
        judge_allocation_size(j, region);
    }
    uint32_t behind = hck_query_region(query, region, 0);
    if (is_whole && j->seen->result == 1) {
        judge_granule_rest(query, region, behind);
    }
}

static void judge_region_walk(struct judgement *j)
{
    struct query query;
    hck_query_start(&query, j);
    if (j->seen->result != 1) { /* where it is, the sizes tell */
        (void)judge_is(j, CLAUSE_virtual_query_walk_adds_up_to_the_allocation, SUBJECT_RESULT, 1);
    }
    if (query.run_count == 0) {
        return;
    }
    (void)hck_judge_none_of(j, CLAUSE_page_state_is_free_reserved_or_committed,
                            MEASURE_query_bad_states, query.run_count);
    struct model_region *region = hck_region_at(j->oracle, query_value(&query, 0, MEMORY_BASE));
    if (region) {
        judge_region_list(&query, region);
    }
}

void hck_judge_QueryRegion(struct judgement *j)
{
    uint32_t first = j->verdicts->count;
    if (returned(j)) {
        judge_region_walk(j);
    }
    hck_virtual_hold_back(j, first);
}

/* Every reservation of the trace has its place in the list. */
static void look_at_regions(struct query *query)
{
    struct oracle *oracle = query->j->oracle;
    struct extent extent;
    uint32_t run = 0;
    struct extent_cursor cursor = extent_map_at_or_after(&oracle->reservations, 0);
    while (extent_map_get(cursor, &extent)) {
        while (run < query->run_count && query_end(query, run) <= extent.start) {
            run++;
        }
        if (run == query->run_count) {
            return;
        }
        (void)hck_query_region(query, &oracle->regions[extent.a], run);
        cursor = extent_map_next(cursor);
    }
}

static void judge_coverage(struct judgement *j, const struct query *query)
{
    enum clause_id clause = CLAUSE_virtual_query_walk_covers_the_address_space_once;
    if (j->seen->result != 1) {
        (void)judge_is(j, clause, SUBJECT_RESULT, 1);
        return;
    }
    (void)hck_judge_none_of(j, clause, MEASURE_query_gaps,
                            query->run_count > 1 ? query->run_count : 0);
    if (query->run_count == 0) {
        return;
    }
    if (j->oracle->system_known) {
        (void)judge_value(j, clause, MEMORY_BASE, RELATION_EQUAL,
                          j->oracle->system[SYSTEM_MINIMUM]);
        (void)hck_judge_measure(j, clause, MEASURE_query_end, number(0), RELATION_EQUAL,
                                j->oracle->system[SYSTEM_MAXIMUM] + 1);
    }
}

static uint32_t count_free_runs(const struct query *query)
{
    uint32_t count = 0;
    for (uint32_t run = 0; run < query->run_count; run++) {
        count += query_value(query, run, MEMORY_STATE) == MEM_FREE;
    }
    return count;
}

void hck_judge_QueryAll(struct judgement *j)
{
    struct query query;
    uint32_t first = j->verdicts->count;
    if (!returned(j)) {
        return;
    }
    hck_query_start(&query, j);
    judge_coverage(j, &query);
    (void)hck_judge_none_of(j, CLAUSE_page_state_is_free_reserved_or_committed,
                            MEASURE_query_bad_states, query.run_count);
    if (j->oracle->thread_count == 1) {
        (void)hck_judge_none_of(j, CLAUSE_virtual_query_region_joins_free_neighbours,
                                MEASURE_query_free_unmerged, count_free_runs(&query));
    }
    look_at_regions(&query);
    hck_judge_heap_pages(j);
    hck_virtual_hold_back(j, first);
}

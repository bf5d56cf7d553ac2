/* A fault on the way of an access: the clauses of the page and of the record, the handlers, and
 * what becomes of the page. */
#include "oracle/access_walk.h"
#include "oracle/watch.h"

void hck_access_doubt_region(struct walk *walk)
{
    struct oracle *oracle = walk->j->oracle;
    struct model_region *region = hck_region_at(oracle, walk->at);
    walk->is_open = true;
    if (region) {
        hck_region_doubt(oracle, region);
    }
}

/* The access got no further than the fault, or went on because a handler had removed its cause; and
 * the fault was the right one. */
static bool judge_stops(struct walk *walk, const struct fault *fault, enum clause_id clause)
{
    struct judgement *j = walk->j;
    uint64_t before = walk->at - walk->start;
    if (walk->may_go_on && j->seen->handler_call_count <= fault->view.index) {
        return judge_relation(j, clause, SUBJECT_HANDLER_COUNT, RELATION_AT_LEAST,
                              (uint64_t)fault->view.index + 1);
    }
    if (!walk->may_go_on && walk->done > before && walk->access != ACCESS_EXECUTE) {
        return judge_relation(j, clause, SUBJECT_RESULT, RELATION_AT_MOST, before);
    }
    if (!walk->may_go_on && !raised(j)) {
        return judge_is(j, clause, SUBJECT_STATUS, STATUS_RAISED);
    }
    return judge_record(j, clause, fault->view, RECORD_CODE, 0, RELATION_EQUAL,
                        number(fault->code));
}

/* The page refuses the access, or raises its alarm as everybody who armed it or left it armed
 * promised. */
static bool judge_fault_clauses(struct walk *walk, const struct fault *fault)
{
    enum clause_id clauses[GUARD_CLAUSES_MAX];
    bool stops = true;
    unsigned count = 0;
    if (fault->page_clause == CLAUSE_guard_page_first_access_raises_the_alarm) {
        count = hck_guard_clauses(walk->j->oracle, fault->piece, clauses);
    } else if (fault->page_clause != CLAUSE_NONE) {
        clauses[count++] = fault->page_clause;
    }
    for (unsigned i = 0; i < count; i++) {
        stops = judge_stops(walk, fault, clauses[i]) && stops;
    }
    return stops;
}

static enum clause_id access_clause(const struct walk *walk, const struct fault *fault)
{
    switch (walk->access) {
    case ACCESS_READ:
        return CLAUSE_exception_access_violation_names_a_read;
    case ACCESS_WRITE:
        return CLAUSE_exception_access_violation_names_a_write;
    case ACCESS_EXECUTE:
        break;
    }
    bool is_readable = fault->piece && fault->piece->state == MEM_COMMIT &&
                       !(fault->piece->protect & (PAGE_NOACCESS | PAGE_GUARD));
    return is_readable
               ? CLAUSE_exception_access_violation_names_an_execution
               : CLAUSE_exception_access_violation_names_an_execution_of_an_inaccessible_page;
}

static struct operand fault_operand(const struct walk *walk)
{
    return hck_virtual_near(walk->j, walk->at);
}

static void judge_violation_parameters(struct walk *walk, const struct fault *fault)
{
    struct judgement *j = walk->j;
    struct record_view view = fault->view;
    enum clause_id noncanonical =
        CLAUSE_exception_access_violation_of_a_noncanonical_address_names_no_address;
    (void)judge_record(j, CLAUSE_exception_access_violation_has_two_parameters, view, RECORD_COUNT,
                       0, RELATION_EQUAL, number(2));
    if (fault->space != SPACE_NONCANONICAL) {
        (void)judge_record(j, access_clause(walk, fault), view, RECORD_PARAMETER, 0, RELATION_EQUAL,
                           number((uint64_t)walk->access));
        (void)judge_record(j, CLAUSE_exception_access_violation_names_the_address, view,
                           RECORD_PARAMETER, 1, RELATION_EQUAL, fault_operand(walk));
    } else if (walk->access != ACCESS_EXECUTE &&
               judge_record(j, noncanonical, view, RECORD_PARAMETER, 0, RELATION_EQUAL,
                            number(0))) {
        (void)judge_record(j, noncanonical, view, RECORD_PARAMETER, 1, RELATION_EQUAL,
                           number(UINT64_MAX));
    }
}

static void judge_violation_record(struct walk *walk, const struct fault *fault)
{
    struct judgement *j = walk->j;
    struct record_view view = fault->view;
    if (!judge_record(j, CLAUSE_exception_access_violation_has_its_documented_code, view,
                      RECORD_CODE, 0, RELATION_EQUAL, number(STATUS_ACCESS_VIOLATION))) {
        return;
    }
    judge_violation_parameters(walk, fault);
    (void)judge_record(j, CLAUSE_exception_access_violation_continued_access_is_restarted, view,
                       RECORD_FLAGS, 0, RELATION_BITS_WITHIN,
                       number(~(uint32_t)EXCEPTION_NONCONTINUABLE));
}

static void judge_alarm_record(struct walk *walk, const struct fault *fault)
{
    struct judgement *j = walk->j;
    struct record_view view = fault->view;
    enum clause_id parameters = CLAUSE_guard_page_alarm_has_the_parameters_of_an_access_violation;
    if (hck_exception_part(j, view, RECORD_CODE, 0) == STATUS_GUARD_PAGE_VIOLATION &&
        judge_record(j, parameters, view, RECORD_COUNT, 0, RELATION_EQUAL, number(2)) &&
        judge_record(j, parameters, view, RECORD_PARAMETER, 0, RELATION_EQUAL,
                     number((uint64_t)walk->access))) {
        (void)judge_record(j, parameters, view, RECORD_PARAMETER, 1, RELATION_EQUAL,
                           fault_operand(walk));
    }
    (void)judge_record(j, CLAUSE_guard_page_alarm_is_an_exception_that_can_be_continued, view,
                       RECORD_FLAGS, 0, RELATION_BITS_WITHIN,
                       number(~(uint32_t)EXCEPTION_NONCONTINUABLE));
}

/* Only a target that delivers exceptions owes anything for their records; without them the executor
 * describes the fault itself. */
static void judge_record_of(struct walk *walk, const struct fault *fault)
{
    if (!walk->j->oracle->options.has_exceptions) {
        return;
    }
    if (fault->code == STATUS_GUARD_PAGE_VIOLATION) {
        judge_alarm_record(walk, fault);
    } else {
        judge_violation_record(walk, fault);
    }
}

static void end_guard(struct walk *walk, const struct page_piece *piece)
{
    struct oracle *oracle = walk->j->oracle;
    struct model_region *region = hck_region_at(oracle, walk->at);
    uint64_t page = page_down(walk->at);
    hck_region_set(oracle, region, page, page + MODEL_PAGE_SIZE, piece->state,
                   piece->protect & ~PAGE_GUARD, CAUSE_ALARMED, walk->j->call->thread);
    note_event(walk->j, &oracle->events.alarm, page, page + MODEL_PAGE_SIZE);
}

static void note_refused_write(struct walk *walk, uint32_t code)
{
    struct model_events *events = &walk->j->oracle->events;
    uint64_t page = page_down(walk->at);
    if (walk->access == ACCESS_WRITE) {
        note_event(walk->j,
                   code == STATUS_ACCESS_VIOLATION ? &events->refused_write : &events->alarm_write,
                   page, page + MODEL_PAGE_SIZE);
        events->refused_value = (uint8_t)argument_value(walk->j, 2);
        hck_watch_note(walk->j->oracle, page, page + MODEL_PAGE_SIZE, WATCH_CLEAN,
                       WATCH_REFUSED_A_WRITE);
    }
}

/* A page that was reserved gets committed; for one that is committed already the new protection is
 * not documented, so then it is left open. */
static enum commit_outcome commit_outcome(const struct fault *fault)
{
    if (fault->piece) {
        return fault->piece->state == MEM_RESERVE ? COMMIT_WORKS : COMMIT_OPEN;
    }
    return fault->space == SPACE_UNKNOWN ? COMMIT_OPEN : COMMIT_FAILS;
}

static void commit_page(struct walk *walk)
{
    struct oracle *oracle = walk->j->oracle;
    struct model_region *region = hck_region_at(oracle, walk->at);
    uint64_t page = page_down(walk->at);
    if (region) {
        hck_region_commit(oracle, region, page, page + MODEL_PAGE_SIZE, PAGE_READWRITE,
                          CAUSE_COMMITTED, walk->j->call->thread);
        hck_virtual_changed(walk->j, region, page, page + MODEL_PAGE_SIZE);
    }
}

static void settle_fault(struct walk *walk, const struct fault *fault, enum exception_end end)
{
    bool is_alarm = fault->code == STATUS_GUARD_PAGE_VIOLATION;
    walk->ends_in_fault = end == EXCEPTION_UNHANDLED;
    bool is_sole_obstacle = fault->page_clause == CLAUSE_guard_page_first_access_raises_the_alarm;
    bool is_accessible = end == EXCEPTION_COMMITTED && walk->access != ACCESS_EXECUTE;
    walk->must_go_on = is_accessible || (end == EXCEPTION_CONTINUED && is_sole_obstacle);
    walk->may_go_on = end == EXCEPTION_COMMITTED || end == EXCEPTION_OPEN ||
                      (end == EXCEPTION_CONTINUED && is_alarm);
    walk->continued_clause = is_alarm
                                 ? CLAUSE_guard_page_alarm_is_an_exception_that_can_be_continued
                                 : CLAUSE_exception_access_violation_continued_access_is_restarted;
    if (end == EXCEPTION_OPEN) {
        hck_access_doubt_region(walk);
    } else if (end == EXCEPTION_UNHANDLED) {
        note_refused_write(walk, fault->code);
    }
}

void hck_access_meet_fault(struct walk *walk, struct fault *fault)
{
    struct judgement *j = walk->j;
    struct page_piece piece;
    uint32_t first = walk->calls.count;
    bool is_alarm = fault->code == STATUS_GUARD_PAGE_VIOLATION;
    if (fault->piece) {
        piece = *fault->piece;
        fault->piece = &piece;
    }
    enum exception_end end =
        hck_handlers_expect(&j->oracle->handlers, fault->code, commit_outcome(fault), &walk->calls);
    settle_fault(walk, fault, end);
    fault->view = hck_exception_view(j, first, walk->calls.count - first, walk->ends_in_fault);
    if (!walk->fault_told) {
        bool stops = judge_fault_clauses(walk, fault);
        judge_record_of(walk, fault);
        if (!stops) {
            hck_access_doubt_region(walk);
            return;
        }
    }
    walk->fault_told = !is_alarm;
    if (is_alarm && fault->piece) {
        end_guard(walk, fault->piece);
    }
    if (end == EXCEPTION_COMMITTED) {
        commit_page(walk);
        walk->fault_told = false;
    }
}

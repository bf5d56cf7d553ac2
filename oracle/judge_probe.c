/* Peek, Poke and Execute on regions and on addresses that nobody owns.
 *
 * The judge goes the way that the access went, page by page: what the pages grant, which faults it
 * meets, what the handlers do about each, and where it ends. It changes the model on the way, for a
 * fault ends the guard of its page and a handler may commit one. Where the observation leaves that
 * way, the clause that says so is judged, and nothing is claimed behind it. */
#include <string.h>

#include "oracle/access_walk.h"
#include "oracle/content.h"
#include "oracle/judge_call.h"
#include "oracle/judge_content.h"
#include "oracle/judge_heap.h"
#include "oracle/judges.h"
#include "oracle/watch.h"

enum { RETURN_CODE = 0xC3 };

static bool was_reached(const struct walk *walk, uint64_t address)
{
    return walk->done >= address - walk->start;
}

/* --- Pages -------------------------------------------------------------------------------- */

static void judge_granted(struct walk *walk, const struct page_rule *rule,
                          const struct page_piece *piece, uint64_t stop)
{
    struct judgement *j = walk->j;
    uint64_t wanted = stop - walk->start;
    bool is_alarm = raised(j) && j->seen->exception_code == STATUS_GUARD_PAGE_VIOLATION;
    bool is_reached = was_reached(walk, stop);
    bool is_left = piece->cause == CAUSE_LOCK_ALARMED && is_alarm && !is_reached;
    enum clause_id clause = is_left ? CLAUSE_virtual_lock_guard_page_loses_its_guard : rule->clause;
    if (piece->was_alarmed && is_reached) {
        judge_holds(j, CLAUSE_guard_page_second_access_follows_the_base_protection);
    } else if (piece->was_alarmed && is_alarm && !is_left) {
        (void)judge_is_not(j, CLAUSE_guard_page_second_access_follows_the_base_protection,
                           SUBJECT_EXCEPTION, STATUS_GUARD_PAGE_VIOLATION);
    }
    if (walk->access == ACCESS_EXECUTE) {
        (void)judge_is(j, clause, SUBJECT_RESULT, EXECUTE_RETURNED);
    } else {
        (void)judge_relation(j, clause, SUBJECT_RESULT, RELATION_AT_LEAST, wanted);
    }
    walk->granted_clause = rule->clause;
    if (is_reached && piece->thread != j->call->thread) {
        judge_holds(j, CLAUSE_address_space_map_is_one_for_all_threads);
    }
    if (!is_reached) {
        hck_access_doubt_region(walk);
        return;
    }
    walk->at = stop;
    walk->fault_told = false;
}

/* Reading a page that grants execution only. */
static void judge_either(struct walk *walk, struct page_rule *rule, struct fault *fault,
                         uint64_t stop)
{
    struct judgement *j = walk->j;
    uint64_t next = page_down(walk->at) + MODEL_PAGE_SIZE;
    bool is_reached = was_reached(walk, next < stop ? next : stop);
    judge_latitude(j, CLAUSE_page_execute_may_refuse_a_read, is_reached ? "read" : "refused");
    (void)judge_relation(j, CLAUSE_page_execute_can_be_read_on_x64, SUBJECT_RESULT,
                         RELATION_AT_LEAST, stop - walk->start);
    if (is_reached && !was_reached(walk, stop)) {
        hck_access_doubt_region(walk);
    } else if (is_reached) {
        walk->at = stop;
    } else {
        fault->page_clause = CLAUSE_NONE;
        rule->verdict = PAGE_REFUSES;
        hck_access_meet_fault(walk, fault);
    }
}

/* Whether the code of the fault that comes next in the observation is the alarm's. */
static bool next_is_alarm(const struct walk *walk)
{
    const struct observation *seen = walk->j->seen;
    uint32_t code = walk->calls.count < seen->handler_call_count
                        ? seen->handler_calls[walk->calls.count].code
                        : seen->exception_code;
    return code == STATUS_GUARD_PAGE_VIOLATION;
}

/* The page is guarded. A target without exceptions has no way to raise the alarm. */
static void meet_guard(struct walk *walk, const struct page_rule *rule, struct fault *fault)
{
    struct judgement *j = walk->j;
    if (!j->oracle->options.has_exceptions) {
        judge_unsupported(j, CLAUSE_guard_page_first_access_raises_the_alarm);
        hck_access_doubt_region(walk);
        return;
    }
    fault->page_clause = rule->clause;
    fault->code = STATUS_ACCESS_VIOLATION;
    if (rule->verdict != PAGE_REFUSES) {
        fault->page_clause = CLAUSE_guard_page_first_access_raises_the_alarm;
        fault->code = STATUS_GUARD_PAGE_VIOLATION;
    } else if (next_is_alarm(walk)) {
        judge_latitude(j, CLAUSE_guard_page_refused_access_may_raise_either_exception, "the alarm");
        fault->code = STATUS_GUARD_PAGE_VIOLATION;
    } else {
        judge_latitude(j, CLAUSE_guard_page_refused_access_may_raise_either_exception,
                       "an access violation");
    }
    hck_access_meet_fault(walk, fault);
}

/* Code that is not known to be a return is not claimed to run. */
static bool is_known_code(const struct walk *walk)
{
    struct content_piece content;
    return hck_content_at(walk->j->oracle, walk->at, &content) && content.value == RETURN_CODE;
}

/* A guard hides code from the executor, so where an alarm was continued anything may have run: it
 * may have written, and gone on through the pages behind, whose alarms were continued as well. */
static void doubt_what_ran(struct walk *walk)
{
    struct oracle *oracle = walk->j->oracle;
    struct model_region *region = hck_region_at(oracle, walk->at);
    walk->is_open = true;
    while (region) {
        hck_region_doubt(oracle, region);
        region = hck_region_at(oracle, region->base + region->size);
    }
}

static bool runs_unknown_code(const struct walk *walk)
{
    return walk->access == ACCESS_EXECUTE && !is_known_code(walk) &&
           (raised(walk->j) || walk->j->seen->handler_call_count > 0);
}

static void visit_committed(struct walk *walk, const struct page_piece *piece, uint64_t stop)
{
    struct page_rule rule = hck_page_rule(piece->protect, walk->access);
    struct fault fault = {
        STATUS_ACCESS_VIOLATION, rule.clause, piece, SPACE_REGION, {false, false, 0}};
    if (rule.verdict == PAGE_UNKNOWN) {
        walk->is_open = true;
    } else if (piece->protect & PAGE_GUARD) {
        meet_guard(walk, &rule, &fault);
    } else if (rule.verdict == PAGE_REFUSES) {
        hck_access_meet_fault(walk, &fault);
    } else if (rule.verdict == PAGE_MAY_REFUSE) {
        judge_either(walk, &rule, &fault, stop);
    } else if (runs_unknown_code(walk)) {
        doubt_what_ran(walk);
    } else {
        judge_granted(walk, &rule, piece, stop);
    }
}

static enum clause_id outside_clause(enum space space)
{
    switch (space) {
    case SPACE_GRANULE_REST:
    case SPACE_RELEASED:
        return CLAUSE_page_free_refuses_every_access;
    case SPACE_NULL_PARTITION:
        return CLAUSE_address_space_null_partition_refuses_every_access;
    case SPACE_UPPER_GAP:
        return CLAUSE_address_space_upper_gap_refuses_every_access;
    case SPACE_SYSTEM:
        return CLAUSE_address_space_system_partition_refuses_every_access;
    case SPACE_NONCANONICAL:
    case SPACE_ABOVE:
    case SPACE_REGION:
    case SPACE_UNKNOWN:
        break;
    }
    return CLAUSE_NONE;
}

static void visit_outside(struct walk *walk)
{
    enum space space = hck_region_space(walk->j->oracle, walk->at);
    struct fault fault = {
        STATUS_ACCESS_VIOLATION, outside_clause(space), NULL, space, {false, false, 0}};
    if (fault.page_clause == CLAUSE_NONE && space != SPACE_NONCANONICAL) {
        walk->is_open = true;
    } else {
        hck_access_meet_fault(walk, &fault);
    }
}

/* As far as pages are alike, or to the first fault. */
static void visit(struct walk *walk)
{
    struct page_piece piece;
    struct model_region *region = hck_region_at(walk->j->oracle, walk->at);
    struct fault fault = {STATUS_ACCESS_VIOLATION,
                          CLAUSE_page_reserved_refuses_every_access,
                          &piece,
                          SPACE_REGION,
                          {false, false, 0}};
    if (!region) {
        visit_outside(walk);
    } else if (!hck_virtual_is_known(walk->j, region) ||
               !hck_region_piece(walk->j->oracle, walk->at, &piece)) {
        walk->is_open = true;
    } else if (piece.state == MEM_RESERVE) {
        hck_access_meet_fault(walk, &fault);
    } else {
        visit_committed(walk, &piece, piece.end < walk->end ? piece.end : walk->end);
    }
}

/* --- The whole way ------------------------------------------------------------------------ */

/* The restarted access goes on. A guard hides code from the executor, so what runs when the alarm
 * is continued may be anything but a return. */
static void judge_continued(struct walk *walk, uint64_t continued_at, enum clause_id clause)
{
    struct judgement *j = walk->j;
    if (walk->access == ACCESS_EXECUTE) {
        if (!walk->is_open) {
            (void)judge_is(j, clause, SUBJECT_STATUS, STATUS_RETURNED);
        }
    } else {
        (void)judge_relation(j, clause, SUBJECT_RESULT, RELATION_AT_LEAST,
                             continued_at - walk->start + 1);
    }
}

/* The access met a fault that nothing explains, and a handler continued it. */
static void judge_surplus_faults(struct walk *walk)
{
    struct judgement *j = walk->j;
    const struct observation *seen = j->seen;
    if (!walk->is_open && seen->handler_call_count > walk->calls.count &&
        walk->granted_clause != CLAUSE_NONE) {
        (void)judge_is(j,
                       walk->continued_clause != CLAUSE_NONE ? walk->continued_clause
                                                             : walk->granted_clause,
                       SUBJECT_HANDLER_COUNT, walk->calls.count);
    }
}

/* A fault inside a page whose first bytes were accessible. Two bytes of one page are needed to show
 * that there was none. */
static void judge_whole_pages(struct walk *walk)
{
    struct judgement *j = walk->j;
    uint64_t first_page = MODEL_PAGE_SIZE - walk->start % MODEL_PAGE_SIZE;
    uint64_t enough = first_page > 1 ? first_page : first_page + MODEL_PAGE_SIZE;
    uint64_t address = raised(j) && j->seen->parameter_count > 1 ? j->seen->parameters[1] : 0;
    bool is_inside = address > walk->start && address < walk->end;
    if (walk->access == ACCESS_EXECUTE) {
        return;
    }
    if (is_inside && address % MODEL_PAGE_SIZE != 0) {
        struct operand page = number(MODEL_PAGE_SIZE);
        (void)hck_judge(j, CLAUSE_page_state_applies_to_whole_pages, SUBJECT_PARAMETER, 1,
                        RELATION_MULTIPLE_OF, 1, &page);
    } else if (walk->done >= enough) {
        judge_holds(j, CLAUSE_page_state_applies_to_whole_pages);
    }
}

/* The way is not known from here on, and there were faults behind it: handlers may have made pages
 * accessible as far as the access was to go, and an alarm may have ended a guard. */
static void doubt_what_faults_changed(struct walk *walk)
{
    bool has_faults = walk->j->seen->handler_call_count > walk->calls.count || raised(walk->j);
    if (walk->is_open && has_faults) {
        hck_region_doubt_range(walk->j->oracle, walk->at, walk->end);
    }
}

static void go(struct walk *walk)
{
    while (!walk->is_open && !walk->ends_in_fault && walk->at < walk->end) {
        uint64_t before = walk->at;
        bool must_go_on = walk->must_go_on;
        enum clause_id clause = walk->continued_clause;
        walk->must_go_on = false;
        visit(walk);
        if (must_go_on) {
            judge_continued(walk, before, clause);
        }
    }
    walk->calls.is_open = walk->calls.is_open || walk->is_open;
    if (walk->j->oracle->options.has_exceptions) {
        (void)hck_exception_judge_calls(walk->j, &walk->calls, ORIGIN_FAULT);
        judge_surplus_faults(walk);
        doubt_what_faults_changed(walk);
    }
    judge_whole_pages(walk);
}

static void start_walk(struct walk *walk, struct judgement *j, enum access access, uint64_t size)
{
    uint64_t start = given_address(j);
    uint64_t room = UINT64_MAX - start; /* the last byte of all is nobody's */
    memset(walk, 0, sizeof *walk);
    walk->j = j;
    walk->access = access;
    walk->start = start;
    walk->end = start + (size < room ? size : room);
    walk->at = start;
    walk->continued_clause = CLAUSE_NONE;
    walk->granted_clause = CLAUSE_NONE;
    walk->done = access == ACCESS_EXECUTE ? j->seen->result == EXECUTE_RETURNED : j->seen->result;
}

static bool names_block(const struct judgement *j)
{
    const struct argument *argument = &j->call->arguments[0];
    return argument->form == FORM_SLOT && argument->slot_kind == SLOT_BLOCK;
}

/* Calls of other threads were under way: what the access met is not known, and a guard may be gone.
 */
static void doubt_unsettled(struct walk *walk)
{
    if (hck_virtual_look(walk->j->oracle, page_down(walk->start), walk->end).has_guard) {
        hck_access_doubt_region(walk);
    }
}

static bool go_if_settled(struct walk *walk)
{
    if (!hck_judge_is_settled(walk->j)) {
        doubt_unsettled(walk);
        return false;
    }
    go(walk);
    return true;
}

void hck_judge_Peek(struct judgement *j)
{
    struct walk walk;
    uint32_t first = j->verdicts->count;
    if (names_block(j)) {
        hck_judge_block_access(j);
        return;
    }
    start_walk(&walk, j, ACCESS_READ, given_size(j));
    if (go_if_settled(&walk) && hck_judge_is_undisturbed(j)) {
        hck_content_judge_peek(j, walk.start, walk.done);
    }
    hck_watch_note(j->oracle, walk.start, walk.start + walk.done, WATCH_CLEAN, WATCH_WAS_READ);
    hck_virtual_hold_back(j, first);
}

/* Whether the bytes of [start, end) are known to have the value. */
static bool holds(const struct oracle *oracle, uint64_t start, uint64_t end, uint8_t value)
{
    struct content_piece piece;
    return hck_content_at(oracle, start, &piece) && piece.end >= end && piece.value == value &&
           piece.kind < CONTENT_RESET;
}

void hck_judge_Poke(struct judgement *j)
{
    struct walk walk;
    uint32_t first = j->verdicts->count;
    if (names_block(j)) {
        hck_judge_block_access(j);
        return;
    }
    start_walk(&walk, j, ACCESS_WRITE, given_size(j));
    bool is_settled = go_if_settled(&walk);
    uint64_t stop = walk.start + walk.done;
    hck_virtual_hold_back(j, first);
    if (walk.done > 0) {
        uint8_t value = (uint8_t)argument_value(j, 2);
        hck_watch_note_write(j->oracle, walk.start, stop, holds(j->oracle, walk.start, stop, value),
                             is_settled);
        hck_region_note_write(j->oracle, walk.start, stop, is_settled, j->call->thread);
    }
    if (walk.done > 0 && is_settled) {
        hck_content_write(j->oracle, walk.start, stop, (uint8_t)argument_value(j, 2));
    } else if (walk.done > 0) {
        hck_content_forget(j->oracle, walk.start, stop);
    }
    if (walk.done > 0) {
        j->oracle->wrote_end[j->call->thread] = j->seen->end;
    }
}

void hck_judge_Execute(struct judgement *j)
{
    struct walk walk;
    uint32_t first = j->verdicts->count;
    if (names_block(j)) {
        hck_judge_block_access(j);
        return;
    }
    if (j->seen->result != EXECUTE_NO_CODE) {
        start_walk(&walk, j, ACCESS_EXECUTE, 1);
        (void)go_if_settled(&walk);
    }
    hck_virtual_hold_back(j, first);
}

/* Adding up verdicts.
 *
 * Invariants of a record:
 *   1. findings are sorted by is_closer and no two are the same deviation: each stands where it is
 *      closest to the start of a trace, and the FINDINGS_MAX closest ones are kept. One that has
 *      been pushed out of a full record can only have been followed by closer ones, so merging in
 *      any order gives the same ones.
 *   2. choices are sorted, no two are equal. */
#include "kit/run/collect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void hck_collect_init(struct collect *collect, const struct selection *selection)
{
    collect->selection = selection;
}

struct collect *hck_collect_open(const struct selection *selection)
{
    struct collect *collect = calloc(1, sizeof *collect);
    if (collect != NULL) {
        hck_collect_init(collect, selection);
    }
    return collect;
}

void hck_collect_close(struct collect *collect)
{
    free(collect);
}

bool hck_finding_same(const struct finding *a, const struct finding *b)
{
    return a->clause == b->clause && a->call == b->call && a->subject == b->subject &&
           a->relation == b->relation && a->index == b->index;
}

/* What has the fewest calls before it is the easiest to understand and to shrink; where traces had
 * to be joined, all of them come before it. */
static bool is_closer(const struct finding *a, const struct finding *b)
{
    if (a->is_joined != b->is_joined) {
        return b->is_joined;
    }
    if (a->call_index != b->call_index) {
        return a->call_index < b->call_index;
    }
    return a->trace_index != b->trace_index ? a->trace_index < b->trace_index
                                            : a->first_index > b->first_index;
}

struct finding hck_finding_of(const struct verdicts *verdicts, const struct verdict *verdict,
                              const struct trace *trace, uint64_t trace_index)
{
    struct finding finding = {
        .clause = (enum clause_id)verdict->clause,
        .call = (enum call_id)trace->calls[verdict->call_index].id,
        .trace_index = trace_index,
        .first_index = trace_index,
        .call_index = verdict->call_index,
    };
    if (verdict->expectation < verdicts->expectation_count) {
        const struct expectation *expectation = &verdicts->expectations[verdict->expectation];
        finding.subject = expectation->subject;
        finding.relation = expectation->relation;
        finding.is_hang =
            expectation->subject == SUBJECT_STATUS && expectation->observed == STATUS_HUNG;
        /* The position in a list of values says where, not what. */
        if (expectation->subject == SUBJECT_MEASURE || expectation->subject == SUBJECT_PARAMETER) {
            finding.index = expectation->index;
        }
    }
    return finding;
}

static void add_choice(struct clause_record *record, const char *choice)
{
    uint32_t at = 0;
    while (at < record->choice_count && strcmp(record->choices[at], choice) < 0) {
        at++;
    }
    if (at < record->choice_count && strcmp(record->choices[at], choice) == 0) {
        return;
    }
    if (at == CHOICES_MAX) {
        return;
    }
    uint32_t kept = record->choice_count < CHOICES_MAX ? record->choice_count : CHOICES_MAX - 1;
    memmove(&record->choices[at + 1], &record->choices[at],
            (kept - at) * sizeof record->choices[0]);
    record->choices[at] = choice;
    record->choice_count = kept + 1;
}

static void remove_finding(struct clause_record *record, uint32_t at)
{
    record->finding_count--;
    memmove(&record->findings[at], &record->findings[at + 1],
            (record->finding_count - at) * sizeof record->findings[0]);
}

/* Whether the record has the same deviation, and this one is not closer. */
static bool is_known(const struct clause_record *record, const struct finding *finding)
{
    for (uint32_t i = 0; i < record->finding_count; i++) {
        if (hck_finding_same(&record->findings[i], finding)) {
            return !is_closer(finding, &record->findings[i]);
        }
    }
    return false;
}

static void add_finding(struct clause_record *record, const struct finding *finding)
{
    for (uint32_t i = 0; i < record->finding_count; i++) {
        if (hck_finding_same(&record->findings[i], finding)) {
            if (!is_closer(finding, &record->findings[i])) {
                return;
            }
            remove_finding(record, i);
            break;
        }
    }
    uint32_t at = record->finding_count;
    while (at > 0 && is_closer(finding, &record->findings[at - 1])) {
        at--;
    }
    if (at == FINDINGS_MAX) {
        return;
    }
    uint32_t kept = record->finding_count < FINDINGS_MAX ? record->finding_count : FINDINGS_MAX - 1;
    memmove(&record->findings[at + 1], &record->findings[at],
            (kept - at) * sizeof record->findings[0]);
    record->findings[at] = *finding;
    record->finding_count = kept + 1;
}

static void add_record(struct clause_record *into, const struct clause_record *from)
{
    for (unsigned i = 0; i < VERDICT_OUTCOME_COUNT; i++) {
        into->counts[i] += from->counts[i];
    }
    for (uint32_t i = 0; i < from->choice_count; i++) {
        add_choice(into, from->choices[i]);
    }
    for (uint32_t i = 0; i < from->finding_count; i++) {
        add_finding(into, &from->findings[i]);
    }
}

static bool is_untouched(const struct clause_record *record)
{
    for (unsigned i = 0; i < VERDICT_OUTCOME_COUNT; i++) {
        if (record->counts[i] != 0) {
            return false;
        }
    }
    return true;
}

/* What was expected and seen is said of what may be kept. */
static void add_violation(struct collect *collect, struct finding *finding,
                          const struct trace *trace, const struct verdicts *verdicts,
                          const struct verdict *verdict)
{
    struct clause_record *pending = &collect->pending[finding->clause];
    if (collect->describe != NULL && verdict->expectation < verdicts->expectation_count &&
        !is_known(&collect->records[finding->clause], finding) && !is_known(pending, finding)) {
        collect->describe(collect->describe_context, &trace->calls[verdict->call_index],
                          &verdicts->expectations[verdict->expectation], finding->sentence,
                          sizeof finding->sentence);
    }
    add_finding(pending, finding);
}

/* `place` says which traces these are. */
static void collect_call(struct collect *collect, const struct finding *place,
                         const struct trace *trace, const struct verdicts *verdicts)
{
    collect->pending_calls++;
    for (uint32_t i = 0; i < verdicts->count; i++) {
        const struct verdict *verdict = &verdicts->items[i];
        if (verdict->clause >= CLAUSE_COUNT || verdict->outcome >= VERDICT_OUTCOME_COUNT ||
            !collect->selection->clauses[verdict->clause]) {
            continue;
        }
        struct clause_record *record = &collect->pending[verdict->clause];
        if (is_untouched(record)) {
            collect->touched[collect->touched_count++] = verdict->clause;
        }
        record->counts[verdict->outcome]++;
        if (verdict->outcome == VERDICT_LATITUDE && verdict->choice != NULL) {
            add_choice(record, verdict->choice);
        }
        if (verdict->outcome == VERDICT_VIOLATED) {
            struct finding finding = hck_finding_of(verdicts, verdict, trace, place->trace_index);
            finding.first_index = place->first_index;
            finding.is_joined = place->is_joined;
            add_violation(collect, &finding, trace, verdicts, verdict);
        }
    }
}

void hck_collect_call(struct collect *collect, uint64_t trace_index, const struct trace *trace,
                      const struct verdicts *verdicts)
{
    const struct finding place = {.trace_index = trace_index, .first_index = trace_index};
    collect_call(collect, &place, trace, verdicts);
}

void hck_collect_joined_call(struct collect *collect, uint64_t first_index, uint64_t trace_index,
                             const struct trace *trace, const struct verdicts *verdicts)
{
    const struct finding place = {
        .trace_index = trace_index, .first_index = first_index, .is_joined = true};
    collect_call(collect, &place, trace, verdicts);
}

void hck_collect_discard(struct collect *collect)
{
    for (uint32_t i = 0; i < collect->touched_count; i++) {
        struct clause_record *record = &collect->pending[collect->touched[i]];
        memset(record->counts, 0, sizeof record->counts);
        record->choice_count = 0;
        record->finding_count = 0;
    }
    collect->touched_count = 0;
    collect->pending_calls = 0;
}

void hck_collect_commit(struct collect *collect)
{
    for (uint32_t i = 0; i < collect->touched_count; i++) {
        uint16_t clause = collect->touched[i];
        add_record(&collect->records[clause], &collect->pending[clause]);
    }
    collect->trace_count++;
    collect->call_count += collect->pending_calls;
    hck_collect_discard(collect);
}

void hck_collect_note_broken(struct collect *collect, uint64_t trace_index, const char *message)
{
    if (!collect->broken || trace_index < collect->broken_trace_index) {
        collect->broken = true;
        collect->broken_trace_index = trace_index;
        (void)snprintf(collect->broken_message, sizeof collect->broken_message, "%s", message);
    }
}

static void add_silences(struct silences *into, const struct silences *from)
{
    if (from->count > 0 && (into->count == 0 || from->first_index < into->first_index)) {
        into->first_index = from->first_index;
        memcpy(into->first_name, from->first_name, sizeof into->first_name);
    }
    into->count += from->count;
    into->threaded_count += from->threaded_count;
}

void hck_collect_note_silent(struct collect *collect, uint64_t trace_index, bool has_threads,
                             const char *name)
{
    struct silences one = {.count = 1, .threaded_count = has_threads, .first_index = trace_index};
    (void)snprintf(one.first_name, sizeof one.first_name, "%s", name);
    add_silences(&collect->silences, &one);
}

static void add_not_run(struct not_run *into, const struct not_run *from)
{
    if (from->count == 0) {
        return;
    }
    bool is_first = into->count == 0;
    into->has_others =
        into->has_others || from->has_others || (!is_first && into->call != from->call);
    into->call = is_first || from->call < into->call ? from->call : into->call;
    into->count += from->count;
}

void hck_collect_note_not_run(struct collect *collect, enum call_id call)
{
    struct not_run one = {.count = 1, .call = call};
    add_not_run(&collect->not_run, &one);
}

void hck_collect_merge(struct collect *into, const struct collect *from)
{
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        add_record(&into->records[i], &from->records[i]);
    }
    into->trace_count += from->trace_count;
    into->call_count += from->call_count;
    if (from->broken) {
        hck_collect_note_broken(into, from->broken_trace_index, from->broken_message);
    }
    add_silences(&into->silences, &from->silences);
    add_not_run(&into->not_run, &from->not_run);
}

enum clause_state hck_collect_state(const struct collect *collect, enum clause_id clause)
{
    const uint64_t *counts = collect->records[clause].counts;
    if (counts[VERDICT_VIOLATED] > 0) {
        return STATE_VIOLATED;
    }
    if (counts[VERDICT_HOLDS] > 0) {
        return STATE_HOLDS;
    }
    if (counts[VERDICT_LATITUDE] > 0) {
        return STATE_LATITUDE;
    }
    return counts[VERDICT_UNSUPPORTED] > 0 ? STATE_UNSUPPORTED : STATE_NOT_EXERCISED;
}

bool hck_collect_exercised(const struct collect *collect, enum clause_id clause)
{
    return hck_collect_state(collect, clause) <= STATE_LATITUDE;
}

void hck_collect_totals(const struct collect *collect, uint32_t totals[STATE_COUNT])
{
    memset(totals, 0, STATE_COUNT * sizeof totals[0]);
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        if (collect->selection->clauses[i] &&
            hck_clause_get((enum clause_id)i)->basis != BASIS_UNDEFINED) {
            totals[hck_collect_state(collect, (enum clause_id)i)]++;
        }
    }
}

const char *hck_collect_state_name(enum clause_state state)
{
    switch (state) {
    case STATE_VIOLATED:
        return "violated";
    case STATE_HOLDS:
        return "hold";
    case STATE_LATITUDE:
        return "latitude";
    case STATE_UNSUPPORTED:
        return "unsupported";
    case STATE_NOT_EXERCISED:
        return "not exercised";
    case STATE_COUNT:
        break;
    }
    return "unknown";
}

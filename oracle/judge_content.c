/* A Peek tells the first byte, how many like it follow, and the first that differs. So up to two
 * runs of known bytes can be compared. A byte that is wrong breaks the promise of whoever last said
 * what it is, and of the one kind of call since then that could have changed it. */
#include "oracle/judge_content.h"

#include "oracle/content.h"
#include "oracle/judge_discard.h"
#include "oracle/judge_reset.h"
#include "oracle/judge_virtual.h"

/* Bytes that are known to be alike. */
struct stretch {
    uint64_t length;
    uint8_t value;
    uint32_t kinds;     /* 1 << enum content_kind of those in it */
    uint32_t epoch_min; /* of the one that was not seen for longest */
};

static const enum clause_id kind_clauses[] = {
    [CONTENT_WRITTEN] = CLAUSE_page_content_stays_as_written,
    [CONTENT_FRESH] = CLAUSE_page_committed_starts_as_zero,
    [CONTENT_AGAIN] = CLAUSE_page_decommitted_starts_as_zero_again,
    [CONTENT_REUSED] = CLAUSE_page_released_starts_as_zero_again,
    [CONTENT_SETTLED] = CLAUSE_virtual_reset_write_ends_the_reset,
    [CONTENT_RESTORED] = CLAUSE_virtual_reset_undo_success_means_every_byte_is_intact,
    [CONTENT_REWRITTEN] = CLAUSE_virtual_discard_rewritten_content_stays,
    [CONTENT_RECLAIMED] = CLAUSE_virtual_offer_reclaim_success_means_every_byte_is_intact,
    [CONTENT_UNSHOWN] = CLAUSE_view_content_begins_as_zero,
    [CONTENT_SHARED] = CLAUSE_view_content_is_that_of_the_section,
    [CONTENT_SPARED] = CLAUSE_view_copy_leaves_the_section_as_it_was,
    [CONTENT_COPIED] = CLAUSE_view_copy_has_the_rest_of_its_page,
};
enum { KINDS = sizeof kind_clauses / sizeof kind_clauses[0] };

static struct stretch stretch_at(const struct oracle *oracle, uint64_t start, uint64_t length)
{
    struct stretch stretch = {0, 0, 0, UINT32_MAX};
    struct content_piece piece;
    while (stretch.length < length && hck_content_at(oracle, start + stretch.length, &piece)) {
        if (content_is_open(piece.kind) || (stretch.length > 0 && piece.value != stretch.value)) {
            break;
        }
        stretch.value = piece.value;
        stretch.kinds |= 1u << piece.kind;
        stretch.epoch_min = piece.epoch < stretch.epoch_min ? piece.epoch : stretch.epoch_min;
        stretch.length = piece.end - start;
    }
    stretch.length = stretch.length < length ? stretch.length : length;
    return stretch;
}

static bool touches(const struct model_event *event, uint32_t since, uint64_t start, uint64_t stop)
{
    return event->epoch > since && event->start < stop && event->stop > start;
}

/* How the bytes compare: what was to be true of which value. */
struct finding {
    bool is_right;
    uint32_t index; /* enum peek_value */
    enum relation relation;
    uint64_t expected;
    uint64_t at;    /* the byte that is wrong ... */
    uint64_t found; /* ... and what it is */
};

static struct finding compare(const struct judgement *j, uint64_t start, uint64_t done,
                              const struct stretch *first)
{
    struct finding finding = {true,         PEEK_FIRST, RELATION_EQUAL,
                              first->value, start,      seen_value(j, PEEK_FIRST)};
    uint64_t uniform = seen_value(j, PEEK_UNIFORM);
    if (seen_value(j, PEEK_FIRST) != first->value) {
        finding.is_right = false;
        return finding;
    }
    if (uniform < first->length) {
        struct finding short_run = {false,         PEEK_UNIFORM,    RELATION_AT_LEAST,
                                    first->length, start + uniform, seen_value(j, PEEK_DIFFERENT)};
        return short_run;
    }
    struct stretch second = stretch_at(j->oracle, start + first->length, done - first->length);
    if (second.length > 0 && uniform > first->length) {
        struct finding long_run = {false,         PEEK_UNIFORM,          RELATION_EQUAL,
                                   first->length, start + first->length, seen_value(j, PEEK_FIRST)};
        return long_run;
    }
    if (second.length > 0 && seen_value(j, PEEK_DIFFERENT) != second.value) {
        struct finding other = {false,        PEEK_DIFFERENT,        RELATION_EQUAL,
                                second.value, start + first->length, seen_value(j, PEEK_DIFFERENT)};
        return other;
    }
    return finding;
}

static void tell(struct judgement *j, enum clause_id clause, const struct finding *finding)
{
    (void)judge_value(j, clause, finding->index, finding->relation, finding->expected);
}

struct suspect {
    const struct model_event *event;
    enum clause_id clause;
};

/* Calls since then that could have changed the bytes, though they must not. A byte with the value
 * that a refused write had speaks against that write, whatever else was called. */
static void judge_events(struct judgement *j, const struct finding *finding, uint64_t start,
                         uint64_t stop, uint32_t since)
{
    const struct model_events *events = &j->oracle->events;
    const struct suspect suspects[] = {
        {&events->protect, CLAUSE_virtual_protect_content_is_kept},
        {&events->recommit, CLAUSE_virtual_alloc_commit_keeps_the_content_of_committed_pages},
        {&events->refused_write, CLAUSE_page_refused_write_changes_no_byte},
        {&events->alarm_write, CLAUSE_guard_page_first_access_does_not_take_place},
        {&events->failed_discard, CLAUSE_virtual_discard_failure_changes_no_byte},
        {&events->failed, CLAUSE_address_space_failing_call_changes_no_page},
    };
    unsigned count = 0;
    bool has_refused_value = !finding->is_right && finding->found == events->refused_value;
    for (size_t i = 0; i < sizeof suspects / sizeof suspects[0]; i++) {
        count += touches(suspects[i].event, since, start, stop);
    }
    for (size_t i = 0; i < sizeof suspects / sizeof suspects[0]; i++) {
        bool is_write = suspects[i].event == &events->refused_write ||
                        suspects[i].event == &events->alarm_write;
        if (touches(suspects[i].event, since, start, stop) &&
            (finding->is_right || count == 1 || (is_write && has_refused_value))) {
            tell(j, suspects[i].clause, finding);
        }
    }
    if (j->oracle->epoch > since + 1 && (finding->is_right || count == 0)) {
        tell(j, CLAUSE_call_content_leaves_other_objects_unchanged, finding);
    }
}

static void judge_right(struct judgement *j, const struct finding *finding,
                        const struct stretch *first, uint64_t start)
{
    for (unsigned kind = 0; kind < KINDS; kind++) {
        if (first->kinds & 1u << kind) {
            tell(j, kind_clauses[kind], finding);
        }
    }
    judge_events(j, finding, start, start + first->length, first->epoch_min);
}

static void judge_wrong(struct judgement *j, const struct finding *finding)
{
    struct content_piece piece;
    if (hck_content_at(j->oracle, finding->at, &piece)) {
        tell(j, kind_clauses[piece.kind], finding);
        judge_events(j, finding, finding->at, finding->at + 1, piece.epoch);
    }
}

static bool is_known(const struct judgement *j, uint64_t start)
{
    const struct model_region *region = hck_region_at(j->oracle, start);
    return region && hck_virtual_is_known(j, region);
}

void hck_content_judge_peek(struct judgement *j, uint64_t start, uint64_t done)
{
    struct stretch first;
    if (done == 0 || j->seen->value_count < PEEK_VALUE_COUNT || !is_known(j, start)) {
        return;
    }
    first = stretch_at(j->oracle, start, done);
    if (first.length == 0) {
        hck_reset_judge_peek(j, start, done);
        hck_discard_judge_peek(j, start);
        return;
    }
    struct finding finding = compare(j, start, done, &first);
    if (finding.is_right) {
        judge_right(j, &finding, &first, start);
        hck_content_confirm(j->oracle, start, start + first.length);
    } else {
        judge_wrong(j, &finding);
        hck_content_forget(j->oracle, start, start + done);
    }
}

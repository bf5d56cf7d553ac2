/* IsBadReadPtr and its like. */
#include "oracle/content.h"
#include "oracle/judge_call.h"
#include "oracle/judge_virtual.h"
#include "oracle/judges.h"
#include "oracle/page_access.h"

/* What can be said of a range. */
enum quality { QUALITY_GOOD, QUALITY_BAD, QUALITY_OPEN };

struct check {
    enum access access;
    enum clause_id good;
    enum clause_id bad;
};

static bool is_nobodys(enum space space)
{
    return space == SPACE_GRANULE_REST || space == SPACE_NULL_PARTITION ||
           space == SPACE_UPPER_GAP || space == SPACE_SYSTEM || space == SPACE_NONCANONICAL;
}

/* Of the stretch of like pages at `*at`, whose end it becomes where that is known. */
static enum quality quality_of_stretch(const struct judgement *j, uint64_t *at, enum access access)
{
    const struct model_region *region = hck_region_at(j->oracle, *at);
    struct page_piece piece;
    if (!region) {
        return is_nobodys(hck_region_space(j->oracle, *at)) ? QUALITY_BAD : QUALITY_OPEN;
    }
    if (!hck_virtual_is_known(j, region) || !hck_region_piece(j->oracle, *at, &piece)) {
        return QUALITY_OPEN;
    }
    if (piece.state != MEM_COMMIT) {
        return QUALITY_BAD;
    }
    *at = piece.end;
    enum page_verdict verdict = hck_page_rule(piece.protect, access).verdict;
    return verdict == PAGE_GRANTS    ? QUALITY_GOOD
           : verdict == PAGE_REFUSES ? QUALITY_BAD
                                     : QUALITY_OPEN;
}

static enum quality quality_of_range(const struct judgement *j, uint64_t start, uint64_t size,
                                     enum access access)
{
    bool is_open = false;
    uint64_t last = start + (size - 1);
    last = last < start ? UINT64_MAX : last;
    for (uint64_t at = start; at <= last;) {
        uint64_t before = at;
        enum quality quality = quality_of_stretch(j, &at, access);
        if (quality == QUALITY_BAD) {
            return QUALITY_BAD;
        }
        is_open = is_open || quality == QUALITY_OPEN;
        if (at == before) {
            return QUALITY_OPEN; /* how far it is so is not known */
        }
    }
    return is_open ? QUALITY_OPEN : QUALITY_GOOD;
}

enum ending { ENDING_THERE, ENDING_NOT_THERE, ENDING_OPEN };

/* Whether a byte of [start, stop) is zero. */
static enum ending find_terminator(const struct oracle *oracle, uint64_t start, uint64_t stop)
{
    struct content_piece piece;
    for (uint64_t at = start; at < stop; at = piece.end) {
        if (!hck_content_at(oracle, at, &piece) || content_is_open(piece.kind)) {
            return ENDING_OPEN;
        }
        if (piece.value == 0) {
            return ENDING_THERE;
        }
    }
    return ENDING_NOT_THERE;
}

/* Of a string. What lies behind its end does not count. */
static enum quality quality_of_string(const struct judgement *j, uint64_t start, uint64_t size)
{
    bool may_have_ended = false;
    uint64_t last = start + (size - 1);
    last = last < start ? UINT64_MAX : last;
    for (uint64_t at = start; at <= last;) {
        uint64_t stop = at;
        enum quality quality = quality_of_stretch(j, &stop, ACCESS_READ);
        if (quality == QUALITY_BAD && !may_have_ended) {
            return QUALITY_BAD;
        }
        if (quality != QUALITY_GOOD) {
            return QUALITY_OPEN;
        }
        enum ending ending = find_terminator(j->oracle, at, stop <= last ? stop : last + 1);
        if (ending == ENDING_THERE) {
            return QUALITY_GOOD;
        }
        may_have_ended = may_have_ended || ending == ENDING_OPEN;
        at = stop;
    }
    return QUALITY_GOOD;
}

/* Whoever looks at a guard page may set it off, and a handler that is called may change anything in
 * the range. */
static bool may_change_pages(struct judgement *j, uint64_t start, uint64_t size)
{
    uint64_t end = size < UINT64_MAX - start ? start + size : UINT64_MAX;
    bool has_guard = hck_virtual_look(j->oracle, page_down(start), end).has_guard;
    if (has_guard && returned(j)) {
        judge_latitude(j, CLAUSE_pointer_check_guard_page_may_lose_its_guard,
                       j->seen->result == 0 ? "good" : "bad");
    }
    if (has_guard || j->oracle->handlers.count > 0) {
        hck_region_doubt_range(j->oracle, page_down(start), end);
        return true;
    }
    return false;
}

static bool names_block(const struct judgement *j)
{
    const struct argument *argument = hck_call_argument(j->call, ARGUMENT_ADDRESS);
    return argument->form == FORM_SLOT && argument->slot_kind == SLOT_BLOCK;
}

static void judge_quality(struct judgement *j, enum quality quality, enum clause_id good,
                          enum clause_id bad)
{
    uint32_t first = j->verdicts->count;
    if (quality == QUALITY_GOOD) {
        (void)judge_is(j, good, SUBJECT_RESULT, 0);
    } else if (quality == QUALITY_BAD) {
        (void)judge_is_not(j, bad, SUBJECT_RESULT, 0);
    }
    hck_virtual_hold_back(j, first);
}

static void judge_check(struct judgement *j, const struct check *check, uint64_t size)
{
    uint64_t start = given_address(j);
    if (size == 0 && returned(j)) {
        (void)judge_is(j, CLAUSE_pointer_check_size_zero_is_never_bad, SUBJECT_RESULT, 0);
        return;
    }
    if (may_change_pages(j, start, size) || !returned(j)) {
        return;
    }
    if (names_block(j)) {
        (void)judge_is(j, check->good, SUBJECT_RESULT, 0);
    } else if (hck_judge_is_settled(j)) {
        judge_quality(j, quality_of_range(j, start, size, check->access), check->good, check->bad);
    }
    if (check->access == ACCESS_WRITE) { /* it may write to find out, which copies pages of views */
        uint64_t end = size < UINT64_MAX - start ? start + size : UINT64_MAX;
        hck_region_note_write(j->oracle, start, end, false, j->call->thread);
    }
}

void hck_judge_IsBadReadPtr(struct judgement *j)
{
    static const struct check check = {ACCESS_READ,
                                       CLAUSE_pointer_check_read_readable_range_is_good,
                                       CLAUSE_pointer_check_read_unreadable_byte_is_bad};
    judge_check(j, &check, given_size(j));
}

void hck_judge_IsBadWritePtr(struct judgement *j)
{
    static const struct check check = {ACCESS_WRITE,
                                       CLAUSE_pointer_check_write_writable_range_is_good,
                                       CLAUSE_pointer_check_write_unwritable_byte_is_bad};
    judge_check(j, &check, given_size(j));
}

void hck_judge_IsBadCodePtr(struct judgement *j)
{
    static const struct check check = {ACCESS_READ,
                                       CLAUSE_pointer_check_code_readable_address_is_good,
                                       CLAUSE_pointer_check_code_unreadable_address_is_bad};
    judge_check(j, &check, 1);
}

void hck_judge_IsBadStringPtrA(struct judgement *j)
{
    uint64_t start = given_address(j);
    uint64_t size = given_size(j);
    enum clause_id good = CLAUSE_pointer_check_string_readable_string_is_good;
    if (size == 0 && returned(j)) {
        (void)judge_is(j, CLAUSE_pointer_check_string_of_no_characters_is_never_bad, SUBJECT_RESULT,
                       0);
        return;
    }
    if (may_change_pages(j, start, size) || !returned(j)) {
        return;
    }
    if (names_block(j)) {
        (void)judge_is(j, good, SUBJECT_RESULT, 0);
    } else if (hck_judge_is_settled(j)) {
        bool is_good_beyond = quality_of_range(j, start, size, ACCESS_READ) == QUALITY_GOOD;
        judge_quality(j, quality_of_string(j, start, size),
                      is_good_beyond ? good
                                     : CLAUSE_pointer_check_string_check_ends_at_the_terminator,
                      CLAUSE_pointer_check_string_unreadable_byte_is_bad);
    }
}

/* What the judges of virtual memory share: why a call has to fail, and with which code. */
#ifndef HCK_ORACLE_JUDGE_VIRTUAL_H
#define HCK_ORACLE_JUDGE_VIRTUAL_H

#include "oracle/judge.h"
#include "oracle/region.h"
#include "oracle/suspicion.h"

/* One broken rule. Either clause may be CLAUSE_NONE: a rule that is only observed has no
 * `must_fail`, a rule whose code nobody names has no `names_code`. */
struct refusal {
    enum clause_id must_fail;  /* the call fails */
    enum clause_id names_code; /* it fails, and with one of the codes */
    uint32_t codes[2];         /* the same one twice where there is one */
};

enum { REFUSALS_MAX = 24 }; /* more than there are rules that one call can break */

struct refusals {
    uint32_t count;
    struct refusal items[REFUSALS_MAX];
    bool is_vague; /* something is asked of which no clause speaks: a call may fail or not */
};

static inline void refuse(struct refusals *refusals, enum clause_id must_fail,
                          enum clause_id names_code, uint32_t code, uint32_t other_code)
{
    if (refusals->count < REFUSALS_MAX) {
        struct refusal refusal = {must_fail, names_code, {code, other_code}};
        refusals->items[refusals->count++] = refusal;
    }
}

enum protecting {
    PROTECTING_RESERVED,
    PROTECTING_COMMITTED,
    PROTECTING_BY_PROTECT,
    PROTECTING_FOREIGN, /* by VirtualProtect as well, and perhaps no private memory */
    PROTECTING_NOTHING  /* resetting ignores it, but it has to be one */
};

/* Rules that a protection breaks, by what is to have it. */
void hck_virtual_refuse_protection(struct refusals *refusals, uint32_t protect,
                                   enum protecting protecting);

/* Whether the protection is one of which two pages say different things. */
bool hck_virtual_guards_with_cache_modifier(uint32_t protect);

/* Whether the protection marks call targets on pages that hold none. */
bool hck_virtual_marks_call_targets_in_data(uint32_t protect);

/* Whether the protection is one that private memory has to accept. */
bool hck_virtual_is_private_constant(uint32_t protect);

/* Judges where a new allocation of so many bytes lies (judge_virtual_alloc.c). */
void hck_virtual_judge_new_place(struct judgement *j, uint64_t base, uint64_t size);

/* Judges result and last error of a call that breaks rules. */
void hck_virtual_judge_refusals(struct judgement *j, const struct refusals *refusals);

/* Judges what every failing call of the family owes, and takes note of it. */
void hck_virtual_judge_failure(struct judgement *j, const struct refusals *refusals);

/* Whether a call of this size can be said to have to succeed: it is so small, and the trace has so
 * little, that a lack of resources is not plausible. */
bool hck_virtual_is_plausible(const struct judgement *j, uint64_t size);

/* The pages that hold a byte of [address, address + size). */
struct page_range {
    uint64_t first;
    uint64_t end;
    bool wraps;                  /* the range leaves the application addresses */
    struct model_region *region; /* that holds the first page, or NULL */
    enum space space;            /* of the first page */
    bool is_inside;              /* the region holds all of it */
    enum space beyond; /* of the byte behind the region, where the range runs past its end */
};

struct page_range hck_virtual_range(const struct judgement *j, uint64_t address, uint64_t size);

/* Whether an answer can be judged by what is known of the region: nothing overlapped in time, and
 * it is an ordinary one. */
bool hck_virtual_is_known(const struct judgement *j, const struct model_region *region);

/* Whether nothing forbids the call. */
static inline bool hck_virtual_is_allowed(const struct refusals *refusals)
{
    return refusals->count == 0 && !refusals->is_vague;
}

/* The address that the call was given, moved to `address`. */
struct operand hck_virtual_near(const struct judgement *j, uint64_t address);

/* What the pages of [start, end) are, as far as they are known. */
struct page_mix {
    bool has_reserved;
    bool has_committed;
    bool has_guard;
    bool has_obstacle; /* a page that cannot be written, or that would raise an alarm */
    bool is_uniform;   /* all have one protection ... */
    uint32_t protect;  /* ... this one */
};

struct page_mix hck_virtual_look(const struct oracle *oracle, uint64_t start, uint64_t end);

/* The functions of the family do not touch the pages they work on. */
void hck_virtual_judge_no_alarm(struct judgement *j, uint64_t start, uint64_t end);

/* Takes note of a call that succeeded in changing [start, stop). The region is uncertain from now
 * on where calls of two threads overlapped. */
void hck_virtual_changed(struct judgement *j, struct model_region *region, uint64_t start,
                         uint64_t stop);

/* Takes note that a call has succeeded which should have failed, or of which no clause speaks: what
 * it did to the pages of the region a query will tell, and nothing is claimed of them before. */
void hck_virtual_doubt(struct judgement *j, struct model_region *region,
                       const struct refusals *refusals);

/* In a trace with threads: what the call did may be explained by a change of pages or handlers that
 * is under way. */
static inline void hck_virtual_hold_back(struct judgement *j, uint32_t first)
{
    hck_suspicion_hold_back(j, first, SUSPICION_PAGES, 0, 0);
}

/* Takes note of an event at [start, stop). */
static inline void note_event(const struct judgement *j, struct model_event *event, uint64_t start,
                              uint64_t stop)
{
    event->epoch = j->oracle->epoch;
    event->start = start;
    event->stop = stop;
}

#endif

/* The generator's parts: what a trace prefers (swarm), single arguments (value, argument), and
 * sequences that belong together (idiom). Only kit/generate includes this. */
#ifndef HCK_KIT_GENERATE_INTERNAL_H
#define HCK_KIT_GENERATE_INTERNAL_H

#include "kit/generate/forecast.h"
#include "kit/generate/generate.h"
#include "kit/generate/random.h"

enum size_class {
    SIZE_TINY,    /* 0 to 64 */
    SIZE_EDGE,    /* powers of two and multiples of 16, give or take one */
    SIZE_PAGES,   /* whole pages, give or take a little */
    SIZE_GRANULE, /* multiples of 64 KiB, give or take one */
    SIZE_LIMIT,   /* where documented limits lie: 0x7FFF8, 1 MiB, 2 MiB */
    SIZE_MEDIUM,  /* anything up to 64 KiB */
    SIZE_BIG,     /* 3 to 32 MiB, from the trace's budget */
    SIZE_HUGE,    /* no target has it */
    SIZE_CLASS_COUNT
};

enum heap_shape { SHAPE_PLAIN, SHAPE_FIXED, SHAPE_EXECUTE, SHAPE_NO_SERIALIZE, SHAPE_COUNT };

enum idiom {
#define IDIOM(name, families, kind) IDIOM_##name,
#include "kit/generate/idioms.def"
#undef IDIOM
    IDIOM_COUNT
};

enum idiom_kind { IDIOM_IS_USUAL, IDIOM_IS_THREADS, IDIOM_IS_RARE };

struct draft;

struct idiom_row {
    uint32_t families; /* bits, by enum family */
    enum idiom_kind kind;
    void (*emit)(struct draft *draft);
};

extern const struct idiom_row hck_idioms[IDIOM_COUNT];

/* What one trace draws from: a random subset with random weights, so that rare combinations meet.
 */
struct swarm {
    uint32_t families; /* as in generate_options */
    uint16_t call_weights[CALL_COUNT];
    uint16_t idiom_weights[IDIOM_COUNT];
    uint16_t size_weights[SIZE_CLASS_COUNT];
    uint16_t shape_weights[SHAPE_COUNT];
    uint32_t flags_off[FLAG_SET_COUNT]; /* bits that this trace does without */
    unsigned heap_count;                /* private heaps at the start; 0: the default heap */
    unsigned idiom_percent;             /* of the turns */
    unsigned risk_percent;              /* of the single calls */
};

/* Large requests that can succeed: their sum in one trace stays below. */
#define DRAFT_BUDGET_BYTES (UINT64_C(256) << 20)

struct draft {
    struct random random;
    struct generate_options options; /* zeroes replaced by the defaults */
    struct swarm swarm;
    struct forecast forecast;
    uint32_t slot_count[SLOT_KIND_COUNT];
    uint64_t budget_bytes;
    uint8_t thread;                /* of the next call */
    bool waits[TRACE_THREADS_MAX]; /* the thread stands before a lock until it is given back */
    bool may_wait;                 /* the call in the making may have to wait for a lock */
    bool risky;                    /* the call in the making may be undefined, or has to fail */
    bool failed;                   /* out of memory */
    struct trace_buffer *buffer;
};

/* generate.c: begins with the slots that the trace has already, and ends with hck_forecast_stop.
 * False when out of memory. */
bool hck_draft_start(struct draft *draft, uint64_t seed, const struct generate_options *options,
                     struct trace_buffer *buffer);
void hck_draft_make_call(struct draft *draft);  /* one turn: a single call ... */
void hck_draft_make_idiom(struct draft *draft); /* ... or an idiom of the swarm's; or nothing */

/* swarm.c */
void hck_swarm_draw(struct swarm *swarm, struct random *random,
                    const struct generate_options *options);
unsigned hck_swarm_pick(struct random *random, const uint16_t *weights, unsigned count);

/* value.c: numbers that no slot has a say in */
uint64_t hck_value_size(struct draft *draft);
uint64_t hck_value_size_of(struct draft *draft, enum size_class size_class);
uint64_t hck_value_number(struct draft *draft, enum number_meaning meaning);
uint32_t hck_value_flags(struct draft *draft, const struct argument_row *row);

/* One of the values that traces have there, chosen by any number. */
uint32_t hck_value_usual_flags(const struct argument_row *row, uint64_t number);

/* draft.c: slots, threads and the way into the trace */
uint32_t hck_draft_live_slot(struct draft *draft, enum slot_kind kind);
uint32_t hck_draft_any_slot(struct draft *draft, enum slot_kind kind); /* live or dead */
uint32_t hck_draft_free_slot(struct draft *draft, enum slot_kind kind);
uint32_t hck_draft_heap_of(const struct draft *draft, enum slot_kind kind, uint32_t index);

/* Draws from the budget of large requests: what is left of `size` once it is used up. */
uint64_t hck_draft_spend(struct draft *draft, uint64_t size);

/* argument.c: whole calls. False where the trace lacks the slots that the row needs. */
bool hck_draft_draw_call(struct draft *draft, enum call_id id, struct call *call);
struct argument hck_argument_slot(enum slot_kind kind, uint32_t slot, uint64_t offset);
struct argument hck_argument_value(uint64_t value);
struct argument hck_argument_form(enum argument_form form); /* FORM_NULL, FORM_OUT */

/* Emits one call of an idiom, with as many arguments as the row has. */
bool hck_draft_make(struct draft *draft, enum call_id id, uint32_t result_slot,
                    const struct argument *arguments);
#define DRAFT_MAKE(draft, id, result_slot, ...) \
    hck_draft_make(draft, CALL_##id, result_slot, (const struct argument[]){__VA_ARGS__})

/* A heap of the trace, made where there is none yet; NO_SLOT where that is not possible. */
uint32_t hck_draft_want_heap(struct draft *draft);

/* pages.c: addresses and ranges of the virtual family and of Peek, Poke and Execute */
struct page_range {
    uint32_t region; /* slot */
    uint64_t offset;
    uint64_t size;
};

bool hck_pages_draw_range(struct draft *draft, bool committed, struct page_range *range);
void hck_pages_draw_call(struct draft *draft, struct call *call);

/* Appends the call on the draft's thread and moves the forecast on. True where the call was
 * appended and is defined. Undefined calls are appended in a risky draft only; calls that would
 * wait for a lock only where the draft says so; nothing beyond the length of the trace but
 * unlocking. */
bool hck_draft_emit(struct draft *draft, struct call *call);

/* Whether the options allow calls of the row's family. */
bool hck_draft_has(const struct draft *draft, enum call_id id);

/* idiom.c, idiom_pages.c, idiom_rare.c */

#endif

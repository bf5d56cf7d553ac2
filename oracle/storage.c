/* See storage.h.
 *
 * What is counted is bounded twice: by what the calls can add, and by what there can be at once. A
 * run of pages holds a page at least and begins where no other does, so there are no more runs than
 * pages in all reservations of the trace; the same goes for runs of bytes. A million looks at one
 * page need no more than a few. */
#include "oracle/storage.h"

#include "oracle/content.h"
#include "oracle/extent_map.h"
#include "spec/win32.h"

enum {
    PAGE = 0x1000,
    SLACK_PAGES = 17, /* that a reservation may have beside those asked for */
    /* Keys that a call can add to a map of runs: one for each end of a range, and those of the
     * slack of a new reservation. */
    KEYS_OF_ALLOCATION = 4,
    KEYS_OF_CHANGE = 3,
    KEYS_OF_LOOK = 2,
    KEYS_OF_PAGE = 2,       /* a page that loses its guard or is committed by a handler */
    KEYS_OF_WATCH = 8,      /* the most that any call adds to what is known of writes */
    KEYS_IN_A_LEAF_MIN = 16 /* insertions behind every leaf: extent_map_storage */
};

/* What decides whether an access can change pages. */
struct powers {
    bool guards;   /* some page may be guarded */
    bool commits;  /* a handler may commit pages */
    bool handlers; /* and may continue after a fault */
    bool copies;   /* some view may be copied by writes */
    bool watches;  /* writes to some region may be watched */
};

static struct powers find_powers(const struct trace *trace)
{
    struct powers powers = {.guards = false};
    for (uint32_t i = 0; i < trace->call_count; i++) {
        const struct call *call = &trace->calls[i];
        const struct call_row *row = &hck_call_rows[call->id];
        for (unsigned k = 0; k < row->argument_count; k++) {
            powers.guards = powers.guards || (row->arguments[k].set == FLAG_SET_protection &&
                                              (call->arguments[k].value & PAGE_GUARD) != 0);
            powers.commits =
                powers.commits || (row->arguments[k].kind == ARGUMENT_BEHAVIOUR &&
                                   call->arguments[k].value == (uint64_t)BEHAVIOUR_COMMIT);
        }
        powers.watches = powers.watches || (hck_call_flags_given(call, FLAG_SET_allocation_type) &
                                            MEM_WRITE_WATCH) != 0;
        powers.copies = powers.copies || hck_call_effect(row)->made == MADE_VIEW;
        powers.handlers = powers.handlers || row->effect == EFFECT_add_handler;
    }
    return powers;
}

static uint64_t add_up(uint64_t one, uint64_t other)
{
    return one + other >= one ? one + other : UINT64_MAX;
}

static uint64_t least(uint64_t one, uint64_t other)
{
    return one < other ? one : other;
}

/* Pages whose state an access of so many bytes can change: without handlers it ends at the first
 * fault, with them when the observation is full. */
static uint64_t changed_pages(const struct powers *powers, uint64_t size)
{
    uint64_t faults = powers->handlers ? HANDLER_CALLS_MAX + 1 : 1;
    return powers->guards || powers->commits ? least(faults, size / PAGE + 2) : 0;
}

static void count_access(struct need *need, const struct powers *powers, uint64_t size)
{
    uint64_t pages = changed_pages(powers, size);
    need->pages += KEYS_OF_PAGE * pages;
    need->contents += KEYS_OF_LOOK + (powers->commits ? KEYS_OF_PAGE * pages : 0);
    if (powers->copies) {
        need->pages += KEYS_OF_CHANGE;
        need->contents += 2 * KEYS_OF_CHANGE * CONTENT_COPIES_MAX;
    }
}

static bool may_reserve(const struct call *call)
{
    const struct argument *address = hck_call_argument(call, ARGUMENT_ADDRESS);
    bool is_named = address->form == FORM_SLOT || (address->form == FORM_VALUE && address->value);
    return (hck_call_flags_given(call, FLAG_SET_allocation_type) & MEM_RESERVE) != 0 || !is_named;
}

/* `bytes`: of all reservations so far. */
static void count_allocation(struct need *need, const struct call *call, uint64_t *bytes)
{
    if (may_reserve(call)) {
        need->objects++;
        need->regions++;
        *bytes = add_up(*bytes, add_up(hck_call_argument(call, ARGUMENT_SIZE)->value,
                                       (uint64_t)SLACK_PAGES * PAGE));
    }
    need->pages += KEYS_OF_ALLOCATION;
    need->contents += KEYS_OF_ALLOCATION;
    need->locks += KEYS_OF_CHANGE;
}

/* Accesses of pages, by a size where there is one, and what is told of pages. */
static void count_look(struct need *need, const struct powers *powers, const struct call *call)
{
    const struct call_row *row = &hck_call_rows[call->id];
    bool tells_pages = row->values == STRUCT_memory;
    if (hck_call_accesses_memory(row) && hck_call_has(row, ARGUMENT_ADDRESS)) {
        bool has_size = row->arguments[1].kind == ARGUMENT_SIZE;
        count_access(need, powers, has_size ? call->arguments[1].value : 1);
    }
    for (unsigned i = 0; i < row->argument_count; i++) {
        tells_pages = tells_pages || row->arguments[i].structure == STRUCT_memory;
    }
    need->pages += tells_pages ? KEYS_OF_LOOK : 0;
}

static void count_call(struct need *need, const struct powers *powers, const struct call *call,
                       uint64_t *bytes)
{
    const struct call_row *row = &hck_call_rows[call->id];
    const struct effect_row *effect = hck_call_effect(row);
    need->heaps += effect->made == MADE_HEAP;
    need->objects += effect->made == MADE_BLOCK;
    if (row->effect == EFFECT_create_section) {
        need->contents += KEYS_OF_CHANGE;
        *bytes = add_up(*bytes, hck_call_section_bytes(call));
        *bytes = add_up(*bytes, PAGE);
    } else if (effect->made == MADE_VIEW) {
        need->objects++;
        need->regions++;
        need->pages += KEYS_OF_ALLOCATION;
        need->locks += KEYS_OF_CHANGE;
        *bytes = add_up(*bytes, *bytes); /* it may show the largest section */
    } else if (effect->made == MADE_REGION) {
        count_allocation(need, call, bytes);
    } else if (effect->changes == CHANGES_PAGES) {
        need->pages += KEYS_OF_CHANGE;
        need->contents += KEYS_OF_CHANGE;
        need->locks += KEYS_OF_CHANGE;
    } else if (row->effect == EFFECT_nothing) {
        count_look(need, powers, call);
    }
}

/* The default heap is one, but where it was destroyed, as only a hostile trace does, it comes again
 * as another. */
static uint64_t count_default_heaps(const struct trace *trace)
{
    uint64_t asked = 0;
    uint64_t destroyed = 0;
    for (uint32_t i = 0; i < trace->call_count; i++) {
        enum call_effect effect = hck_call_rows[trace->calls[i].id].effect;
        asked += effect == EFFECT_default_heap;
        destroyed += effect == EFFECT_destroy_heap;
    }
    return least(asked, destroyed + 1);
}

static bool locks_pages(const struct trace *trace)
{
    for (uint32_t i = 0; i < trace->call_count; i++) {
        if (hck_call_rows[trace->calls[i].id].effect == EFFECT_lock_pages) {
            return true;
        }
    }
    return false;
}

struct need hck_storage_need(const struct trace *trace)
{
    struct need need = {.heaps = count_default_heaps(trace)};
    struct powers powers = find_powers(trace);
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < trace->call_count; i++) {
        count_call(&need, &powers, &trace->calls[i], &bytes);
    }
    /* Every leaf of a map holds at least one of its keys. */
    if (powers.watches) {
        uint64_t watches = (uint64_t)KEYS_OF_WATCH * trace->call_count;
        need.watches = least(watches, KEYS_IN_A_LEAF_MIN * least(bytes / PAGE, watches));
    }
    need.pages = least(need.pages, KEYS_IN_A_LEAF_MIN * least(bytes / PAGE, need.pages));
    need.contents = least(need.contents, KEYS_IN_A_LEAF_MIN * least(bytes, need.contents));
    need.locks = locks_pages(trace) ? least(need.locks, need.pages) : 0;
    return need;
}

size_t hck_storage_of_runs(const struct need *need)
{
    return 2 * extent_map_storage(need->pages) + extent_map_storage(need->contents) +
           extent_map_storage(need->locks) + extent_map_storage(need->watches);
}

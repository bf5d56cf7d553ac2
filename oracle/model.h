/* The model: what the oracle believes the target's state to be.
 *
 * Invariants, for a conforming target:
 *   1. `objects` holds every live heap block (its requested bytes, at least one) and every live
 *      reservation (its pages), pairwise disjoint. a: object_tag, the kind and the block's slot or
 *      the number of the reservation; b: the block's heap serial. `reservations` holds the latter
 * alone.
 *   2. Blocks of a destroyed heap stay in `objects` until somebody gets in their way: their heap's
 *      serial is dead, so they are known to be stale, and destroying a heap costs no walk.
 *   3. Pages, contents and handlers: see region.h and handlers.h.
 *   4. Everything an answer leaves open is taken from the observation.
 *   5. Whatever a target answers, the ranges in `objects` are disjoint. What is placed on top of
 *      others evicts them from the map: the newest owner has the addresses. The evicted ones keep
 *      what is known of them by slot or number, and are freed or released as any others; a thread
 *      that was slow to tell that it had freed a block finds it evicted.
 */
#ifndef HCK_ORACLE_MODEL_H
#define HCK_ORACLE_MODEL_H

#include "oracle/arena.h"
#include "oracle/extent_map.h"
#include "oracle/handlers.h"
#include "oracle/oracle.h"
#include "spec/typestate.h"
#include "spec/win32.h"

enum { MODEL_PAGE_SIZE = WINMEM_PAGE_SIZE, MODEL_GRANULARITY = WINMEM_GRANULARITY };
enum { MODEL_LARGE_PAGE_SIZE = WINMEM_LARGE_PAGE_SIZE };
#define MODEL_ADDRESS_MIN WINMEM_ADDRESS_MIN
#define MODEL_ADDRESS_MAX WINMEM_ADDRESS_MAX
#define MODEL_USER_MAX UINT64_C(0x7FFFFFFFFFFF) /* last byte of the lower canonical half */
#define MODEL_SYSTEM_MIN UINT64_C(0xFFFF800000000000)

/* One heap, by serial number (typestate gives serials from 1). */
struct model_heap {
    bool alive;
    bool is_default;
    bool has_open_maximum; /* dwMaximumSize can not be rounded up: nothing is claimed of it */
    bool was_freed_from;   /* a block was freed or reallocated */
    bool just_freed;       /* the newest call on it freed a block that was never reallocated */
    bool lfh_accepted;     /* HeapSetInformation took the low-fragmentation heap */
    bool lfh_seen;         /* HeapQueryInformation gave it */
    uint8_t users;         /* bit set of the threads that called on it */
    uint8_t between;       /* enum between_walks: calls since the newest walk */
    bool was_valid;        /* HeapValidate has called the whole of it valid */
    uint32_t options;      /* flOptions */
    uint32_t slot;         /* that it was given to */
    uint32_t born;         /* number of the call that made it */
    uint64_t handle;       /* 0 where HeapCreate gave the same to a later heap */
    uint64_t initial;      /* dwInitialSize */
    uint64_t maximum;      /* dwMaximumSize; 0: growable */
    uint64_t ceiling;      /* what its live blocks may add up to; UINT64_MAX where growable */
    uint64_t live_count;
    uint64_t live_bytes;   /* sum of requested sizes */
    uint64_t lowest_block; /* that it ever had; 0: none */
    uint64_t allocated;    /* blocks that were ever allocated ... */
    uint64_t charge;       /* ... and their sizes, each with MODEL_BLOCK_CHARGE */
    uint64_t first_fit;    /* size of the first block */
    uint64_t just_freed_size;
    uint64_t last_freed; /* address of the block freed last, while nothing was allocated or
                            reallocated since; 0: none. And its slot */
    uint32_t last_freed_slot;
    uint64_t moved_from;     /* old address of the block that HeapReAlloc moved, as long; 0: none */
    uint64_t changes;        /* calls that changed its blocks */
    uint64_t failed_changes; /* at the newest allocation that failed: `changes` + 1; 0: none */
    uint64_t touches;        /* calls that may have changed anything in it */
    uint64_t born_touches;   /* oracle.global_touches when it was made */
    uint64_t compact_result; /* of the newest HeapCompact, while compact_touches == touches + 1 */
    uint64_t compact_touches;
    uint64_t walk_changes;  /* of the newest whole walk: `changes` + 1; 0: none */
    uint64_t walk_digest;   /* of its busy entries */
    uint64_t first_touches; /* when first_data was seen: `touches` + 1; 0: never */
    uint64_t first_data;    /* first element of a walk */
    uint32_t lock_count;
    uint8_t lock_owner; /* thread, while lock_count > 0 */
    uint8_t last_owner;
    uint64_t lock_end;      /* tick at which the newest owner had the lock */
    uint64_t partly_end;    /* tick at which it had unlocked a nested lock once; 0: it did not */
    uint64_t last_lock_end; /* of the newest ownership that is over: [last_lock_end, ... */
    uint64_t unlock_start;  /* ... unlock_start] it certainly had the lock; 0: none */
    uint64_t last_partly_end;
};

enum { MODEL_BLOCK_CHARGE = 64 };

enum between_walks { BETWEEN_FAILED_ALLOCATION = 1, BETWEEN_VALIDATION = 2 };

/* What HeapReAlloc did to a block itself since its content was known to be right. */
enum own_events {
    OWN_REALLOCATED = 1,
    OWN_ZEROED = 2, /* with HEAP_ZERO_MEMORY */
    OWN_REFUSED_IN_PLACE = 4,
    OWN_FAILED = 8,
    OWN_RAISED = 16
};

/* What is known of a block beside its typestate, by block slot. */
struct model_block {
    uint32_t verified;  /* epoch of the newest Fill or faultless Check; 0: none */
    uint8_t thread;     /* that allocated it */
    uint8_t own_events; /* enum own_events */
    uint8_t flag_count; /* flags of its newest allocation or reallocation */
    bool was_reallocated;
    bool was_shrunk; /* by a HeapReAlloc before the newest one */
    bool was_sized;  /* HeapSize gave its size since it was last resized */
    bool is_lost;    /* its content was seen to be wrong since the newest Fill */
};

/* One enumeration by HeapWalk, by walk slot. */
struct model_walk {
    uint64_t data; /* of the newest element */
    uint64_t flags;
    uint64_t busy_count;
    uint64_t touches; /* of the heap, when it began; UINT64_MAX: it met another thread's call */
    uint64_t turn;    /* number of the newest HeapWalk of this enumeration */
    bool interleaved; /* another enumeration took a step since it began */
};

/* Kinds of calls that must not change a block: epoch of the newest one of each. */
enum content_event {
    EVENT_FREE,
    EVENT_REALLOC,
    EVENT_DESTROY,
    EVENT_COMPACT,
    EVENT_SET_INFORMATION,
    EVENT_VALIDATE,
    EVENT_SIZE,
    EVENT_FAILED_ALLOCATION,
    EVENT_COUNT
};

/* One look at the whole address space. */
struct footprint {
    bool known;
    uint32_t destroyed; /* heaps destroyed until then */
    uint32_t live_heaps;
    uint64_t uses; /* which of them had been touched, and how often, in one number */
    uint64_t region_bytes;
    uint64_t live_blocks;
    uint64_t live_bytes;
    uint64_t used; /* bytes that are not free */
    uint64_t end;  /* tick of the look */
};

enum { MODEL_UNCOMMITTED_MAX = 16 };

struct model_range {
    uint64_t start;
    uint64_t length;
};

/* A reservation. Each one that the trace makes has a number of its own. */
struct model_region {
    uint64_t base;
    uint64_t size; /* bytes, whole pages; 0 once it is gone */
    uint32_t allocation_protect;
    uint32_t slot;       /* that was given its address, or NO_SLOT */
    uint8_t thread;      /* that reserved it, and when */
    bool was_named;      /* the caller said where ... */
    bool has_slack;      /* ... and not at the beginning of a granule */
    bool has_modifiers;  /* some page had a cache modifier, which queries may leave out */
    bool is_view;        /* of a section */
    bool is_watched : 1; /* its written pages are told: watch.h */
    bool is_strange : 1; /* large pages, AWE, where no application may have memory, or more runs of
                            pages than there is room for: nothing is claimed of it */
    bool is_offered;     /* some of its pages: nothing is claimed until they are reclaimed */
    bool is_uncertain;   /* calls overlapped in time: nothing is claimed until a query shows it */
    uint64_t start;
    uint64_t end;
    uint64_t storage; /* view: where its content is kept, from its base on; 0: nowhere */
};

/* What the views of a section show is kept where no address of a process is. */
#define MODEL_STORAGE_MIN (UINT64_C(1) << 63)

struct model_section {
    uint64_t bytes;   /* as they were asked for */
    uint64_t storage; /* 0: there is too much of it to be kept */
    uint64_t asked;   /* for, by the call whose handle it is, though the section was there */
};

/* What has a name, or had it last. */
struct model_name {
    struct model_section section;
    uint64_t end;     /* tick of the last call that got or closed a handle of it */
    bool is_doubtful; /* such calls met each other: nothing is claimed of the section */
    bool was_used;    /* some section had the name */
};

/* What the newest call of a kind touched: decides which promise a change that shows later breaks.
 */
struct model_event {
    uint32_t epoch; /* the number of the call, 0: there was none */
    uint64_t start;
    uint64_t stop;
};

/* The sizes of the working set, once a call of the trace has set or told them. */
struct model_working_set {
    bool is_known;
    bool is_told; /* as they are, and not as they were asked for */
    uint64_t minimum;
    uint64_t maximum;
    uint64_t set_end[TRACE_THREADS_MAX]; /* tick at which the newest call that set them ended */
};

struct model_events {
    struct model_event failed;    /* a virtual function that failed */
    struct model_event succeeded; /* VirtualAlloc, VirtualFree, VirtualProtect */
    struct model_event other;     /* any other call */
    struct model_event protect;
    struct model_event recommit;
    struct model_event refused_write;
    struct model_event alarm; /* of a guard page: the page */
    struct model_event alarm_write;
    struct model_event failed_undo; /* of MEM_RESET */
    struct model_event failed_discard;
    uint8_t refused_value;       /* the byte that the newest of these two writes had */
    struct model_event released; /* the newest released range, while nothing can have taken it */
    bool released_was_view;
};

/* A violation of which it is not certain yet that it is none of another thread's doing: a call of
 * that thread may be under way, and comes to light when it ends (suspicion.h). */
enum suspicion_kind {
    SUSPICION_ALONE,  /* holds unless a call of another thread overlapped in time */
    SUSPICION_BLOCK,  /* holds unless the block at `key` was being freed */
    SUSPICION_LOCK,   /* holds unless the owner was unlocking the heap */
    SUSPICION_REGION, /* holds unless the reservation at `key` was being released */
    SUSPICION_PAGES   /* holds unless a call that changes pages or handlers overlapped in time */
};

struct suspicion {
    enum clause_id clause;
    enum suspicion_kind kind;
    uint8_t waiting;     /* threads whose next call decides */
    uint8_t status;      /* of the suspected call */
    uint32_t call_index; /* the suspected call */
    uint32_t serial;     /* of the heap */
    uint64_t key;
    uint64_t end; /* tick of the suspected call */
    struct expectation expectation;
};

/* A call that was skipped because another thread's call might free what it names (skip.h). */
struct held_skip {
    uint32_t call_index;
    unsigned doubted;    /* set of its arguments */
    uint8_t waiting;     /* threads whose next call decides */
    uint64_t next_start; /* tick at which its thread made its next call; 0: not yet */
};

struct oracle {
    struct oracle_options options;
    const struct call *calls; /* of the trace */
    uint32_t call_count;
    struct arena arena;
    struct arena region_arena; /* of pages, causes, contents and watches */
    struct typestate state;
    struct extent_map objects;
    struct extent_map reservations;
    struct extent_map pages;
    struct extent_map causes;
    struct extent_map contents;
    struct extent_map locks; /* see locks.h */
    bool has_lost_locks;
    struct extent_map watches;
    struct extent_map handles; /* of heaps, of length 1; a: the serial */
    uint32_t dead_handles;     /* how many of them are of destroyed heaps */
    struct model_heap *heaps;  /* by serial, 1 to heap_count, and a spare one */
    uint32_t heap_count;
    uint32_t heap_count_max;
    struct model_region *regions; /* by number */
    uint32_t region_count;
    uint32_t region_count_max;
    uint64_t region_bytes; /* of the live ones, and how many there are, of all and each thread */
    uint32_t region_count_live;
    uint32_t region_count_of[TRACE_THREADS_MAX];
    struct model_events events;
    struct handlers handlers;
    uint32_t epoch;                          /* number of the call under judgement, from 1 */
    uint64_t changed_end[TRACE_THREADS_MAX]; /* tick at which the thread last changed pages or
                                                handlers */
    uint64_t wrote_end[TRACE_THREADS_MAX];   /* tick at which it last wrote to a region */
    bool has_reset;                          /* some MEM_RESET has succeeded */
    bool has_discarded;                      /* some content was given up for good */
    bool has_views;                          /* some view was mapped */
    bool has_copies;                         /* some of them to be copied when it is written */
    bool has_watches;                        /* some region is watched, or was */
    uint64_t next_storage;                   /* where the content of the next section is kept */
    struct model_block *blocks;              /* by block slot, and a spare one behind them */
    struct model_walk *walks;                /* by walk slot, and a spare one */
    struct model_section *sections;          /* by section slot, and a spare one */
    struct model_name names[NAMED_OBJECTS_MAX];
    uint64_t live_blocks;
    uint64_t live_bytes;
    uint64_t live_initial;   /* sum of dwInitialSize over the live heaps */
    uint32_t live_heaps;     /* made by the trace, the default heap left out */
    uint32_t destroyed;      /* heaps that were destroyed */
    uint32_t just_destroyed; /* serial of the heap destroyed last, while no heap or block can have
                                been made since; 0: none */
    uint32_t content_events[EVENT_COUNT];
    uint32_t locks_held; /* heaps that are locked, by any thread and by each */
    uint32_t locks_held_by[TRACE_THREADS_MAX];
    uint64_t walk_turn;             /* number of the newest HeapWalk or WalkHeap */
    uint64_t global_touches;        /* as model_heap.touches, for all heaps at once */
    struct footprint footprints[2]; /* older, newer */
    uint32_t uncommitted_serial;    /* heap of the newest walk, which saw uncommitted[] ... */
    uint32_t uncommitted_count;
    uint64_t uncommitted_touches; /* ... when the heap had these touches */
    struct model_range uncommitted[MODEL_UNCOMMITTED_MAX];
    uint32_t base_heaps; /* heaps beside them that GetProcessHeaps first listed; 0: not asked yet */
    uint32_t walk_mark;  /* of the newest WalkHeap */
    uint32_t list_mark;  /* of the newest GetProcessHeaps */
    uint32_t thread_count;
    uint32_t calls_left[TRACE_THREADS_MAX]; /* not judged yet */
    uint64_t last_end[TRACE_THREADS_MAX];   /* tick at which the newest call ended ... */
    uint64_t end_before[TRACE_THREADS_MAX]; /* ... and the one before it ... */
    uint32_t last_call[TRACE_THREADS_MAX];  /* ... and which it is; in a trace with threads */
    uint32_t last_error[TRACE_THREADS_MAX]; /* after the newest call of the thread */
    bool last_error_known[TRACE_THREADS_MAX];
    uint64_t default_heap;
    uint64_t system[SYSTEM_VALUE_COUNT]; /* of the first GetSystemInfo */
    uint64_t large_page_minimum;         /* of the first GetLargePageMinimum */
    bool large_page_asked;
    bool system_asked;
    bool system_known; /* and its bounds make sense */
    struct model_working_set working_set;
    uint32_t suspicion_count;
    bool suspicions_lost; /* there was no room for one */
    bool is_astray; /* from now on nothing is claimed: in the profile `hostile` a call was made that
                       the documentation forbids; or one of a trace with threads lost what it named
                       (hck_typestate_has_lost) */
    uint32_t skip_count;
    uint8_t stuck; /* threads of which the executor ended a call that waited for a lock */
    bool unsupported_told[CALL_COUNT];
    /* From here on nothing is cleared at the start: what the counts say is there was put there. */
    struct suspicion suspicions[SUSPICIONS_MAX];
    struct held_skip skips[SKIPS_MAX];
};

/* Whether verdicts on the clause are wanted. Those that are BROKEN are on CLAUSE_NONE. */
static inline bool oracle_judges(const struct oracle *oracle, enum clause_id clause)
{
    return (oracle->options.bases & hck_clause_basis_bits[clause]) != 0;
}

static inline uint64_t page_down(uint64_t address)
{
    return address & ~(uint64_t)(MODEL_PAGE_SIZE - 1);
}

static inline uint64_t granule_down(uint64_t address)
{
    return address & ~(uint64_t)(MODEL_GRANULARITY - 1);
}

/* Round up; false where the sum wraps. */
static inline bool page_up(uint64_t value, uint64_t *rounded)
{
    *rounded = (value + MODEL_PAGE_SIZE - 1) & ~(uint64_t)(MODEL_PAGE_SIZE - 1);
    return *rounded >= value;
}

static inline bool granule_up(uint64_t value, uint64_t *rounded)
{
    *rounded = (value + MODEL_GRANULARITY - 1) & ~(uint64_t)(MODEL_GRANULARITY - 1);
    return *rounded >= value;
}

/* Payload of `objects`: what the object is, and its number among those. No tag is 0. */
enum object_kind {
    OBJECT_BLOCK = 1, /* the number is its slot, or NO_SLOT cut short */
    OBJECT_REGION,    /* the number of the reservation */
    OBJECT_KIND_END
};

enum { OBJECT_KIND_BITS = 4, OBJECT_KIND_MASK = (1 << OBJECT_KIND_BITS) - 1 };

_Static_assert((int)OBJECT_KIND_END <= OBJECT_KIND_MASK, "kinds of objects fit their bits");
_Static_assert(SLOT_INDEX_MAX < UINT32_MAX >> OBJECT_KIND_BITS, "no slot is taken for NO_SLOT");
_Static_assert(TRACE_CALLS_MAX < UINT32_MAX >> OBJECT_KIND_BITS, "every reservation has a number");

/* A kind that there is not is a mistake of the oracle itself, and no verdict is worth anything. */
static inline void refuse_unknown_kind(uint32_t kind)
{
    if (kind == 0 || kind >= OBJECT_KIND_END) {
        __builtin_trap();
    }
}

static inline uint32_t object_tag(enum object_kind kind, uint32_t number)
{
    refuse_unknown_kind((uint32_t)kind);
    return number << OBJECT_KIND_BITS | (uint32_t)kind;
}

static inline enum object_kind object_kind(uint32_t tag)
{
    refuse_unknown_kind(tag & OBJECT_KIND_MASK);
    return (enum object_kind)(tag & OBJECT_KIND_MASK);
}

static inline uint32_t object_number(uint32_t tag)
{
    return tag >> OBJECT_KIND_BITS;
}

/* Some live object that overlaps [start, start + length); removes stale blocks it meets. */
bool hck_model_overlap(struct oracle *oracle, uint64_t start, uint64_t length,
                       struct extent *object);

/* Gives an object its addresses; evicts what has any of them (invariant 5). */
void hck_model_place(struct oracle *oracle, const struct extent *object);

/* A block is there from now on / is gone. `slot` may be NO_SLOT for one that has no name. */
void hck_model_add_block(struct oracle *oracle, uint64_t address, uint64_t size, uint32_t slot,
                         uint32_t serial);
void hck_model_remove_block(struct oracle *oracle, uint64_t address, uint64_t size, uint32_t slot,
                            uint32_t serial);

/* The record of a block or walk slot; a spare one for NO_SLOT. */
static inline struct model_block *hck_model_block(struct oracle *oracle, uint32_t slot)
{
    uint32_t count = oracle->state.slot_count[SLOT_BLOCK];
    return &oracle->blocks[slot < count ? slot : count];
}

static inline struct model_walk *hck_model_walk(struct oracle *oracle, uint32_t slot)
{
    uint32_t count = oracle->state.slot_count[SLOT_WALK];
    return &oracle->walks[slot < count ? slot : count];
}

static inline struct model_section *hck_model_section(const struct oracle *oracle, uint32_t slot)
{
    uint32_t count = oracle->state.slot_count[SLOT_SECTION];
    return &oracle->sections[slot < count ? slot : count];
}

/* A new heap has a serial: called when the typestate has it. */
void hck_model_adopt_heap(struct oracle *oracle, const struct call *call);

/* Kills a heap with all its blocks, which stay in `objects` (invariant 2). */
void hck_model_destroy_heap(struct oracle *oracle, uint32_t serial);

/* The serial of the newest heap that got this handle, 0 where none did. */
uint32_t hck_model_heap_of_handle(const struct oracle *oracle, uint64_t handle);

/* A dead heap is no longer known by a handle that another one has now, whether the trace has a name
 * for that one or not. */
void hck_model_give_handle_anew(struct oracle *oracle, uint64_t handle);

/* The heap of a serial; a spare one for a serial that is out of range, so that callers need no
 * check. */
struct model_heap *hck_model_heap(struct oracle *oracle, uint32_t serial);

#endif

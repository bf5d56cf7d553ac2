/* Typestate: which calls are defined, judged by the calls and results so far alone.
 *
 * A slot is empty, live or dead. Executor and oracle each keep one typestate and feed it the same
 * observations, so they agree on every skipped call, whatever the target did. It needs no target
 * and no address: any byte string decodes to a legal program.
 *
 * Invariants:
 *   1. A slot that is not EMPTY has an address that some call returned.
 *   2. A block is live only while its heap is, and a region slot only while the reservation it lies
 * in is: both hold the slot and the serial number of their owner, so destroying a heap or releasing
 *      a reservation kills what is inside without a walk over it, and `state` alone does not tell.
 *      Ask hck_typestate_is_live. A heap or reservation whose slot was given to another is out of
 *      reach, and what is inside it counts as dead. The default heap lives for ever.
 *   3. fill_length <= size, zero_to <= size; [0, fill_length) holds the pattern of fill_seed and
 *      [zero_from, zero_to) is zero in a conforming target.
 *   4. All live slots of the default heap have the serial of `default_heap`; what changes later is
 *      kept there alone. Ask hck_typestate_heap.
 *   5. region_order holds each slot that owns a live reservation once, by rising address.
 *   6. Each live heap slot is in one chain, that of its handle or that of the default heap.
 *   7. A call may wait for a lock while another thread gives one of its slots to something else.
 *      What it named is out of reach then, and its slots stay as they are when it ends.
 *
 * Storage is brought by the caller. */
#ifndef HCK_SPEC_TYPESTATE_H
#define HCK_SPEC_TYPESTATE_H

#include "spec/call.h"

enum slot_state { SLOT_EMPTY, SLOT_LIVE, SLOT_DEAD };

#define NO_THREAD UINT8_MAX

struct slot {
    uint8_t state;       /* enum slot_state */
    uint8_t behaviour;   /* handler: enum handler_behaviour */
    bool is_default;     /* heap: from GetProcessHeap */
    bool is_view;        /* region: of a section */
    bool is_watched;     /* region: reserved with MEM_WRITE_WATCH */
    uint8_t lock_thread; /* heap: the thread that owns the lock, valid while lock_count > 0 */
    union {
        uint32_t lock_count; /* heap */
        uint32_t owner; /* block: the slot of its heap; region: of its reservation, or NO_SLOT */
    };
    uint32_t options; /* heap: flOptions of HeapCreate; section: flProtect; region: of a view, the
                         protection it was mapped with; walk: 1 after the end was reached */
    uint32_t serial;  /* heap: its own; block and walk: its heap's; region: its reservation's */
    uint64_t address; /* block, region: the address; else the handle */
    uint64_t
        size; /* block: last requested; heap: maximum; section: in whole pages; region: reserved
                 bytes from address, 0 where it names memory inside another slot's reservation */
    union {
        struct { /* block */
            uint64_t fill_seed;
            uint64_t fill_length;
            uint64_t zero_from;
            uint64_t zero_to;
        };
        struct {                 /* region: that owns its reservation */
            uint64_t reset_from; /* what the newest MEM_RESET in it was applied to, as long as no */
            uint64_t reset_to;   /* VirtualFree was; both 0: nothing */
            uint64_t offered_from; /* the pages that were offered and not reclaimed; both 0: none */
            uint64_t offered_to;
        };
        struct {              /* section */
            uint32_t granted; /* to views, by the call that got the handle */
            uint8_t object;   /* that has its name, or NO_OBJECT */
        };
        struct {              /* heap, walk */
            uint64_t changes; /* calls so far that may move an enumeration's ground; walk: ... */
            uint64_t own_changes; /* ... of its heap when the entry was filled, and how many of
                                     those user_thread made */
            uint8_t user_thread;  /* heap: the first thread that used it, or NO_THREAD; walk: the
                                     thread that filled the entry */
            bool is_shared;       /* heap: another thread used it as well */
            bool is_unserialized; /* heap: it was used without serialization */
        };
    };
};

/* Neighbours in a chain of heap slots: spec/typestate_chain.c. */
struct heap_link {
    uint32_t next;
    uint32_t previous;
};

/* The section that has a name. */
struct named_section {
    uint64_t size;
    uint32_t options; /* flProtect of the call that made it */
    uint32_t handles; /* open ones, also those without a slot; 0: nobody has the name */
    uint8_t name;     /* enum object_name that it was made with */
};

struct typestate {
    struct slot *slots[SLOT_KIND_COUNT]; /* slot_count[kind] entries, all EMPTY at the start */
    uint32_t slot_count[SLOT_KIND_COUNT];
    uint32_t heap_serial;     /* of the newest heap; the first is 1 */
    uint32_t region_serial;   /* of the newest reservation; the first is 1 */
    uint32_t default_slot;    /* some slot of the default heap, or NO_SLOT */
    struct slot default_heap; /* what all slots of the default heap share; EMPTY before the first */
    uint32_t locked_by[TRACE_THREADS_MAX]; /* heaps that each thread has locked ... */
    uint32_t locked;                       /* ... and all of them */
    uint32_t *heap_chains;                 /* where each chain begins */
    struct heap_link *heap_links;          /* by heap slot */
    uint64_t *filled_at[SLOT_KIND_COUNT];  /* by slot: the tick at which it got what it names */
    uint64_t changes_of_all; /* calls so far that may have moved the ground in every heap */
    /* How much of `changes` each thread made, by heap slot; the last one is the default heap's. */
    uint32_t (*thread_changes)[TRACE_THREADS_MAX];
    bool hostile; /* profile `hostile`: only what cannot be carried out is skipped */
    /* Live reservations in order of address, so that a range is known to be the trace's own.
     * region_order holds slot numbers, capacity slot_count[SLOT_REGION]. An insertion shifts the
     * numbers behind it, four bytes for each of the few ten thousand regions a process may have. */
    uint32_t *region_order;
    uint32_t region_order_count;
    /* The slot whose reservation the newest call but for looks has released, or NO_SLOT: its pages
     * are free still, for nobody can have taken them. */
    uint32_t released;
    struct named_section named[NAMED_OBJECTS_MAX];
};

/* How many bytes of storage a trace with these slot counts needs; 16-aligned. */
size_t hck_typestate_storage(const uint32_t slot_count[SLOT_KIND_COUNT]);

/* Puts a typestate into `storage` of that size. Clears it. */
void hck_typestate_init(struct typestate *state, const uint32_t slot_count[SLOT_KIND_COUNT],
                        void *storage);

/* The same in storage that is all zeroes, which it does not touch: memory that the system fills
 * with zeroes when it is touched is then used in proportion to the slots that calls name, and not
 * to the highest number. */
void hck_typestate_init_in_zeroes(struct typestate *state,
                                  const uint32_t slot_count[SLOT_KIND_COUNT], void *storage);

/* Whether the slots of a trace are so many more than its calls that most pages of the storage are
 * never touched. Fresh pages are cheaper then than kept ones that are cleared. */
bool hck_typestate_is_sparse(const struct trace *trace);

/* CLAUSE_NONE where the call is defined, else the `undefined` clause that forbids it.
 *
 * In a hostile state a call on dead slots, a flag that is not documented and the like are let
 * through; what stays is what cannot be carried out (a slot that was never filled) and what would
 * make the kit itself the culprit (probes of memory that is not the trace's, buffers shorter than
 * said). */
enum clause_id hck_typestate_check(const struct typestate *state, const struct call *call);

/* Brings the state in line with what was observed of the call. Not for STATUS_SKIPPED. */
void hck_typestate_apply(struct typestate *state, const struct call *call,
                         const struct observation *seen);

/* Whether a slot that the call names was given to something else while the call, which has ended,
 * was under way, by the ticks. Before the call is applied. */
bool hck_typestate_has_lost(const struct typestate *state, const struct call *call,
                            const struct observation *seen);

/* Whether a slot is live, what it lies in included. False for a slot that does not exist. */
bool hck_typestate_is_live(const struct typestate *state, enum slot_kind kind, uint32_t slot);

/* The record that all slots of a heap share: its lock and its users. */
const struct slot *hck_typestate_heap(const struct typestate *state, const struct slot *slot);

/* The slot of an argument, or NULL where it names none. Its `state` does not tell whether a block
 * or region is live: ask hck_typestate_is_live. */
static inline const struct slot *hck_typestate_slot(const struct typestate *state,
                                                    const struct argument *argument)
{
    if (argument->form != FORM_SLOT || argument->slot_kind >= SLOT_KIND_COUNT ||
        argument->slot >= state->slot_count[argument->slot_kind]) {
        return NULL;
    }
    return &state->slots[argument->slot_kind][argument->slot];
}

/* The address that an argument stands for: slot address plus offset, a literal, or 0 for NULL. */
static inline uint64_t hck_typestate_address(const struct typestate *state,
                                             const struct argument *argument)
{
    const struct slot *slot = hck_typestate_slot(state, argument);
    if (slot != NULL) {
        return slot->address + argument->value;
    }
    return argument->form == FORM_VALUE ? argument->value : 0;
}

/* Whether `call` has to wait while another thread holds the lock of its heap (allocate, free,
 * reallocate, lock), or may wait (everything else on that heap). */
enum effect_lock hck_typestate_lock_effect(const struct typestate *state, const struct call *call);

/* The pattern that Fill writes: word k of a block filled with `seed`. Bytes are little-endian. */
static inline uint64_t hck_pattern_word(uint64_t seed, uint64_t k)
{
    uint64_t x = (seed + 1) * UINT64_C(0x9E3779B97F4A7C15) + k * UINT64_C(0xD1B54A32D192ED03);
    return x ^ (x >> 29);
}

static inline uint8_t hck_pattern_byte(uint64_t seed, uint64_t offset)
{
    return (uint8_t)(hck_pattern_word(seed, offset / 8) >> (offset % 8 * 8));
}

#endif

/* What the files of the typestate share: typestate.c (slots), typestate_chain.c (heap slots by
 * handle), typestate_heap.c and typestate_memory.c (which calls are defined), typestate_apply.c and
 * typestate_region.c (what calls leave behind). */
#ifndef HCK_SPEC_TYPESTATE_INTERNAL_H
#define HCK_SPEC_TYPESTATE_INTERNAL_H

#include "spec/structs.h"
#include "spec/typestate.h"
#include "spec/win32.h"

enum {
    MEMORY_PAGE = WINMEM_PAGE_SIZE,
    MEMORY_GRANULE = WINMEM_GRANULARITY,
    INFORMATION_SIZE = 8 /* bytes in the buffers of HeapQueryInformation, HeapSetInformation */
};

/* One call on its way through the rules. */
struct rule {
    const struct typestate *state;
    const struct call *call;
    const struct call_row *row;
};

/* The slot that an argument names where it was ever filled, else NULL. */
static inline const struct slot *hck_rule_filled(const struct typestate *state,
                                                 const struct argument *argument)
{
    if (argument->form != FORM_SLOT || argument->slot_kind >= SLOT_KIND_COUNT ||
        argument->slot >= state->slot_count[argument->slot_kind]) {
        return NULL;
    }
    const struct slot *slot = &state->slots[argument->slot_kind][argument->slot];
    return slot->state != SLOT_EMPTY ? slot : NULL;
}

/* Whether the slot of an argument is live. */
bool hck_rule_live(const struct typestate *state, const struct argument *argument);

/* How many changes of the heap of a call, whose slot is filled, the thread of the call has made. */
uint32_t *hck_rule_thread_changes(const struct typestate *state, const struct call *call);

/* A heap slot that is live is in the chain of its handle, or of the default heap; it leaves it when
 * it dies and before another heap is put into it. */
uint32_t hck_rule_bucket_count(uint32_t heap_slot_count);
void hck_rule_chain_heap(struct typestate *state, uint32_t slot);
void hck_rule_unchain_heap(struct typestate *state, uint32_t slot);

/* The first slot in the chain that `slot` is in, or NO_SLOT; some of the chain may have another
 * handle. */
uint32_t hck_rule_first_in_chain(const struct typestate *state, const struct slot *slot);
uint32_t hck_rule_next_in_chain(const struct typestate *state, uint32_t slot);

/* Position in region_order of the first reservation that begins above `address`. */
uint32_t hck_rule_region_above(const struct typestate *state, uint64_t address);

/* Slot of the live reservation that holds the address (to the end of its last granule), or
 * NO_SLOT. */
uint32_t hck_rule_region_at(const struct typestate *state, uint64_t address);

/* What a VirtualAlloc that returned `address` and a VirtualFree leave behind. */
void hck_rule_apply_virtual_alloc(struct typestate *state, const struct call *call,
                                  uint64_t address);
void hck_rule_apply_offer(struct typestate *state, const struct call *call, bool offers);
void hck_rule_apply_virtual_free(struct typestate *state, const struct call *call, bool succeeded);

/* The same for MapViewOfFile and UnmapViewOfFile. */
void hck_rule_apply_map(struct typestate *state, const struct call *call, uint64_t address);
void hck_rule_apply_unmap(struct typestate *state, const struct call *call, bool succeeded);

/* The size in bytes of whole pages; less than `size` where there are none such. */
static inline uint64_t hck_rule_pages_up(uint64_t size)
{
    return (size + MEMORY_PAGE - 1) & ~(uint64_t)(MEMORY_PAGE - 1);
}

/* The clause that forbids a block that argument `index` can not be. */
enum clause_id hck_rule_block_clause(const struct rule *rule, unsigned index);

/* Why a block slot must not be touched by a probe; CLAUSE_NONE where it is live. */
enum clause_id hck_rule_block_memory(const struct rule *rule, const struct argument *argument);

/* What is said of the heap that the call is made on, and of what belongs to it. */
enum clause_id hck_rule_check_heap(const struct rule *rule);

/* What is said of a region, or of an address and the bytes behind it. */
enum clause_id hck_rule_check_place(const struct rule *rule, unsigned index);

/* The rules that the rows of spec/calls.def name. */
#define CALL(name, family, named, ...) enum clause_id hck_rule_##named(const struct rule *rule);
#define PROBE(name, named, ...) enum clause_id hck_rule_##named(const struct rule *rule);
#include "spec/calls.def"
#undef CALL
#undef PROBE

/* Whether the call is unserialized: by the options of the heap or by its own flags. */
bool hck_rule_unserialized(const struct rule *rule, const struct slot *heap);

#endif

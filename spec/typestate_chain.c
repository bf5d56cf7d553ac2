/* Heap slots by handle, so that a heap that is destroyed takes along every slot that has its handle
 * without a look at the others: chains of a hash table, and one chain for the default heap, whose
 * slots belong together whatever their handles are. Links hold slot numbers plus one, 0: none. */
#include "spec/typestate_internal.h"

uint32_t hck_rule_bucket_count(uint32_t heap_slot_count)
{
    uint32_t count = 1;
    while (count < heap_slot_count) {
        count *= 2;
    }
    return count;
}

/* Where the chain of a slot begins; that of the default heap lies behind the buckets. */
static uint32_t *chain_of(const struct typestate *state, const struct slot *slot)
{
    uint32_t bucket_count = hck_rule_bucket_count(state->slot_count[SLOT_HEAP]);
    uint64_t hash = slot->address * UINT64_C(0x9E3779B97F4A7C15);
    return &state->heap_chains[slot->is_default ? bucket_count
                                                : (uint32_t)(hash >> 32) & (bucket_count - 1)];
}

void hck_rule_chain_heap(struct typestate *state, uint32_t slot)
{
    uint32_t *first = chain_of(state, &state->slots[SLOT_HEAP][slot]);
    state->heap_links[slot] = (struct heap_link){.next = *first};
    if (*first != 0) {
        state->heap_links[*first - 1].previous = slot + 1;
    }
    *first = slot + 1;
}

void hck_rule_unchain_heap(struct typestate *state, uint32_t slot)
{
    const struct heap_link *link = &state->heap_links[slot];
    uint32_t *first = chain_of(state, &state->slots[SLOT_HEAP][slot]);
    if (link->previous != 0) {
        state->heap_links[link->previous - 1].next = link->next;
    } else if (*first == slot + 1) {
        *first = link->next;
    }
    if (link->next != 0) {
        state->heap_links[link->next - 1].previous = link->previous;
    }
    state->heap_links[slot] = (struct heap_link){0, 0};
}

uint32_t hck_rule_first_in_chain(const struct typestate *state, const struct slot *slot)
{
    return *chain_of(state, slot) - 1; /* 0 becomes NO_SLOT */
}

uint32_t hck_rule_next_in_chain(const struct typestate *state, uint32_t slot)
{
    return state->heap_links[slot].next - 1;
}

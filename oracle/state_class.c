/* Classes of states. What makes one stands in its bits side by side, so that a class says what it
 * is. */
#include "oracle/state_class.h"

#include "oracle/region.h"

/* Adds `bits` bits of `value` to the made, where they have room for it. */
static void add(uint16_t *made, uint32_t value, unsigned bits)
{
    uint32_t before = *made;
    *made = (uint16_t)(before << bits | (value & ((1u << bits) - 1)));
}

/* 0, 1, 2, 3 to 7, and 8 or more. */
static uint32_t count_class(uint64_t count)
{
    return count < 3 ? (uint32_t)count : count < 8 ? 3 : 4;
}

/* Where documentation and allocators know limits. */
static uint32_t size_class(uint64_t size)
{
    static const uint64_t limits[] = {1,       17,      MODEL_PAGE_SIZE,  MODEL_GRANULARITY,
                                      0x7FFF8, 1 << 22, UINT64_C(1) << 38};
    uint32_t made = 0;
    while (made < sizeof limits / sizeof limits[0] && size >= limits[made]) {
        made++;
    }
    return made;
}

static uint16_t heap_class(const struct oracle *oracle, const struct slot *slot, uint8_t thread)
{
    uint16_t made = 0;
    bool is_known = slot != NULL && slot->serial <= oracle->heap_count;
    const struct model_heap *heap = &oracle->heaps[is_known ? slot->serial : 0];
    bool is_owned = heap->lock_count > 0 && heap->lock_owner == thread;
    add(&made, heap->alive, 1);
    add(&made, heap->maximum != 0, 1);
    add(&made, (heap->options & HEAP_GENERATE_EXCEPTIONS) != 0, 1);
    add(&made, count_class(heap->live_count), 3);
    add(&made, heap->was_freed_from, 1);
    add(&made, heap->lock_count == 0 ? 0 : is_owned ? 1 : 2, 2);
    return made;
}

static uint16_t block_class(const struct oracle *oracle, const struct argument *argument,
                            uint64_t requested)
{
    uint16_t made = 0;
    add(&made, size_class(requested), 3);
    const struct slot *slot = hck_typestate_slot(&oracle->state, argument);
    if (slot == NULL) {
        add(&made, argument->form == FORM_NULL, 7);
        return made;
    }
    add(&made, slot->state, 2);
    add(&made, size_class(slot->size), 3);
    add(&made, requested < slot->size ? 0 : requested == slot->size ? 1 : 2, 2);
    return made;
}

static uint16_t page_class(const struct oracle *oracle, uint64_t address)
{
    uint16_t made = 0;
    struct page_piece piece;
    if (!hck_region_piece(oracle, address, &piece)) {
        add(&made, address == 0, 6);
        return made;
    }
    uint32_t access = piece.protect & 0xFF; /* one bit of PAGE_NOACCESS to PAGE_EXECUTE_WRITECOPY */
    uint32_t kind = 0;
    while (access > 1) {
        access >>= 1;
        kind++;
    }
    add(&made, piece.state == MEM_COMMIT ? 3 : 2, 2);
    add(&made, (piece.protect & PAGE_GUARD) != 0, 1);
    add(&made, kind, 3);
    return made;
}

void hck_oracle_state_classes(const struct oracle *oracle, const struct call *call,
                              uint16_t classes[STATE_PART_COUNT])
{
    unsigned size_place = hck_call_place(&hck_call_rows[call->id], ARGUMENT_SIZE);
    uint64_t size = size_place < CALL_ARGUMENTS_MAX ? call->arguments[size_place].value : 0;
    const struct argument *heap = hck_call_argument(call, ARGUMENT_HEAP);
    const struct argument *address = hck_call_argument(call, ARGUMENT_ADDRESS);
    classes[STATE_PART_HEAP] =
        heap_class(oracle, hck_typestate_slot(&oracle->state, heap), call->thread);
    classes[STATE_PART_BLOCK] = block_class(oracle, hck_call_argument(call, ARGUMENT_BLOCK), size);
    classes[STATE_PART_PAGES] = page_class(oracle, hck_typestate_address(&oracle->state, address));
}

/* Classes of states. What makes one stands in its bits side by side, so that a class says what it
 * is. */
#include "oracle/state_class.h"

#include "oracle/locks.h"
#include "oracle/region.h"
#include "oracle/watch.h"

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

/* The place of the one bit of PAGE_NOACCESS to PAGE_EXECUTE_WRITECOPY. */
static uint32_t protection_class(uint32_t protection)
{
    uint32_t made = 0;
    for (uint32_t access = protection & 0xFF; access > 1; access >>= 1) {
        made++;
    }
    return made;
}

static uint32_t beside(uint64_t requested, uint64_t size)
{
    return requested < size ? 0 : requested == size ? 1 : 2;
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
    add(&made, beside(requested, slot->size), 2);
    return made;
}

enum { SECTION_CLASSES = 1 << 15 }; /* the lowest that no block is of */

/* A call that names a section by its handle. */
static uint16_t section_class(const struct oracle *oracle, const struct argument *argument,
                              uint64_t requested)
{
    uint16_t made = 0;
    const struct slot *slot = hck_typestate_slot(&oracle->state, argument);
    add(&made, requested != 0, 1);
    if (slot != NULL) {
        add(&made, slot->state, 2);
        add(&made, protection_class(slot->options), 3);
        add(&made, (slot->options & SEC_RESERVE) != 0, 1);
        add(&made, slot->granted != 0, 1);
        add(&made, slot->object != NO_OBJECT, 1);
        add(&made, beside(requested, slot->size), 2);
    }
    return made | SECTION_CLASSES;
}

/* One that gives the name of a section. */
static uint16_t name_class(const struct oracle *oracle, const struct argument *argument)
{
    uint16_t made = 0;
    uint8_t object =
        argument->form == FORM_VALUE ? hck_call_names[argument->value].object : NO_OBJECT;
    add(&made, argument->form == FORM_VALUE, 1);
    if (object != NO_OBJECT) {
        const struct named_section *named = &oracle->state.named[object];
        add(&made, count_class(named->handles), 3);
        add(&made, protection_class(named->options), 3);
        add(&made, oracle->names[object].was_used, 1);
    }
    return made | SECTION_CLASSES;
}

static uint16_t object_class(const struct oracle *oracle, const struct call *call,
                             uint64_t requested)
{
    const struct call_row *row = &hck_call_rows[call->id];
    return hck_call_has(row, ARGUMENT_SECTION)
               ? section_class(oracle, hck_call_argument(call, ARGUMENT_SECTION), requested)
           : hck_call_has(row, ARGUMENT_NAME)
               ? name_class(oracle, hck_call_argument(call, ARGUMENT_NAME))
               : block_class(oracle, hck_call_argument(call, ARGUMENT_BLOCK), requested);
}

static uint16_t page_class(const struct oracle *oracle, uint64_t address)
{
    uint16_t made = 0;
    struct page_piece piece;
    const struct model_region *region = hck_region_at(oracle, address);
    bool is_known = hck_region_piece(oracle, address, &piece);
    is_known &= region != NULL; /* regions that are said to overlap leave pages of none */
    if (!is_known) {
        add(&made, address == 0, 6);
        return made;
    }
    uint64_t end = piece.end;
    struct watch_piece watch;
    bool is_watched = hck_watch_next(oracle, address, piece.end, &watch);
    add(&made, is_watched ? 1 + watch.state : 0, 2);
    add(&made, hck_locks_at(oracle, address, &end), 3);
    add(&made, region->is_view, 1);
    add(&made, piece.cause == CAUSE_COPIED, 1);
    add(&made, piece.state == MEM_COMMIT ? 3 : 2, 2);
    add(&made, (piece.protect & PAGE_GUARD) != 0, 1);
    add(&made, protection_class(piece.protect), 3);
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
    classes[STATE_PART_OBJECT] = object_class(oracle, call, size);
    classes[STATE_PART_PAGES] = page_class(oracle, hck_typestate_address(&oracle->state, address));
}

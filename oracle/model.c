/* The model's bookkeeping. See model.h for the invariants.
 *
 * The arena is sized for the trace (hck_oracle_storage), so insertions cannot fail; where a caller
 * brought less, the model forgets rather than stops, and later checks are weaker, never wrong. */
#include "oracle/model.h"

struct model_heap *hck_model_heap(struct oracle *oracle, uint32_t serial)
{
    return &oracle->heaps[serial <= oracle->heap_count ? serial : 0];
}

static bool is_stale(struct oracle *oracle, const struct extent *object)
{
    return object_kind(object->a) == OBJECT_BLOCK && !hck_model_heap(oracle, object->b)->alive;
}

bool hck_model_overlap(struct oracle *oracle, uint64_t start, uint64_t length,
                       struct extent *object)
{
    while (extent_map_overlap(&oracle->objects, start, length, object)) {
        if (!is_stale(oracle, object)) {
            return true;
        }
        (void)extent_map_remove(&oracle->objects, object->start);
    }
    return false;
}

void hck_model_place(struct oracle *oracle, const struct extent *object)
{
    struct extent other;
    while (extent_map_overlap(&oracle->objects, object->start, object->length, &other)) {
        (void)extent_map_remove(&oracle->objects, other.start);
    }
    (void)extent_map_insert(&oracle->objects, object);
}

void hck_model_add_block(struct oracle *oracle, uint64_t address, uint64_t size, uint32_t slot,
                         uint32_t serial)
{
    struct extent extent = {address, size > 0 ? size : 1, object_tag(OBJECT_BLOCK, slot), serial};
    hck_model_place(oracle, &extent);
    struct model_heap *heap = hck_model_heap(oracle, serial);
    heap->live_count++;
    heap->live_bytes += size;
    if (heap->lowest_block == 0 || address < heap->lowest_block) {
        heap->lowest_block = address;
    }
    oracle->live_blocks++;
    oracle->live_bytes += size;
}

void hck_model_remove_block(struct oracle *oracle, uint64_t address, uint64_t size, uint32_t slot,
                            uint32_t serial)
{
    /* Another block may have the address by now: invariant 5. */
    (void)extent_map_remove_exact(&oracle->objects, address, object_tag(OBJECT_BLOCK, slot),
                                  serial);
    struct model_heap *heap = hck_model_heap(oracle, serial);
    heap->live_count -= heap->live_count > 0;
    heap->live_bytes -= size <= heap->live_bytes ? size : heap->live_bytes;
    oracle->live_blocks -= oracle->live_blocks > 0;
    oracle->live_bytes -= size <= oracle->live_bytes ? size : oracle->live_bytes;
}

/* A growable heap has no ceiling. Where the initial size is not below the maximum, either may be
 * the maximum; where that can not be rounded up to pages, any may be. */
static void set_maximum(struct model_heap *heap, uint64_t initial, uint64_t maximum)
{
    heap->initial = initial;
    heap->maximum = maximum;
    heap->ceiling = UINT64_MAX;
    if (maximum == 0) {
        return;
    }
    uint64_t ceiling;
    bool can_round = page_up(initial > maximum ? initial : maximum, &ceiling);
    heap->ceiling = can_round ? ceiling : UINT64_MAX;
    heap->has_open_maximum = !can_round;
}

/* Records are cleared when their heaps are made: a trace may make a million, one after the other.
 */
static void make_records(struct oracle *oracle, uint32_t serial)
{
    static const struct model_heap empty;
    while (oracle->heap_count < serial && oracle->heap_count < oracle->heap_count_max) {
        oracle->heaps[++oracle->heap_count] = empty;
    }
}

uint32_t hck_model_heap_of_handle(const struct oracle *oracle, uint64_t handle)
{
    struct extent extent;
    return extent_map_find(&oracle->handles, handle, &extent) ? extent.a : 0;
}

void hck_model_give_handle_anew(struct oracle *oracle, uint64_t handle)
{
    uint32_t older = hck_model_heap_of_handle(oracle, handle);
    if (older != 0 && !hck_model_heap(oracle, older)->alive) {
        hck_model_heap(oracle, older)->handle = 0;
        oracle->dead_handles -= oracle->dead_handles > 0;
        (void)extent_map_remove(&oracle->handles, handle);
    }
}

static void note_handle(struct oracle *oracle, uint32_t serial, uint64_t handle)
{
    struct extent extent = {handle, 1, serial, 0};
    hck_model_give_handle_anew(oracle, handle);
    (void)extent_map_insert(&oracle->handles, &extent);
}

void hck_model_adopt_heap(struct oracle *oracle, const struct call *call)
{
    uint32_t index = call->result_slot;
    if (index >= oracle->state.slot_count[SLOT_HEAP]) {
        return;
    }
    const struct slot *slot = &oracle->state.slots[SLOT_HEAP][index];
    make_records(oracle, slot->serial);
    struct model_heap *heap = hck_model_heap(oracle, slot->serial);
    if (slot->state != SLOT_LIVE || slot->serial == 0 || heap->alive) {
        return;
    }
    heap->alive = true;
    heap->born = oracle->epoch;
    heap->is_default = slot->is_default;
    heap->options = slot->options;
    heap->slot = index;
    heap->handle = slot->address;
    note_handle(oracle, slot->serial, slot->address);
    heap->born_touches = oracle->global_touches;
    if (call->id == CALL_HeapCreate) {
        set_maximum(heap, call->arguments[1].value, call->arguments[2].value);
    } else {
        set_maximum(heap, 0, 0);
    }
}

void hck_model_destroy_heap(struct oracle *oracle, uint32_t serial)
{
    struct model_heap *heap = hck_model_heap(oracle, serial);
    if (!heap->alive) {
        return;
    }
    heap->alive = false;
    oracle->dead_handles += hck_model_heap_of_handle(oracle, heap->handle) == serial;
    oracle->live_blocks -=
        heap->live_count <= oracle->live_blocks ? heap->live_count : oracle->live_blocks;
    oracle->live_bytes -=
        heap->live_bytes <= oracle->live_bytes ? heap->live_bytes : oracle->live_bytes;
    oracle->live_initial -=
        heap->initial <= oracle->live_initial ? heap->initial : oracle->live_initial;
    oracle->live_heaps -= oracle->live_heaps > 0;
    oracle->destroyed++;
    oracle->just_destroyed = serial;
}

/* Who validates the validator: wm_heap_is_sound sees every invariant of heap.h that is broken, one
 * planted damage at a time, and nothing else. */
#include "tests/impl/support.h"

#include "impl/heap/heap.h"

#include <string.h>

#define assert_seen(heap, place, value) assert_damage_seen(wm_heap_is_sound(heap), place, value)

static HANDLE handle;
static struct wm_heap *heap;

/* Two slabs of one class and one of another, busy and free chunks, a large block. */
static int open_heap(void **state)
{
    (void)state;
    handle = HeapCreate(0, 0, 0);
    heap = wm_heap_find(handle);
    for (int i = 0; i < 16; i++) {
        (void)HeapAlloc(handle, 0, 8192); /* a slab has eight */
    }
    (void)HeapAlloc(handle, 0, 100);
    void *freed = HeapAlloc(handle, 0, 20000);
    (void)HeapAlloc(handle, 0, 20000);
    void *large = HeapAlloc(handle, 0, 2 << 20);
    return heap == NULL || large == NULL || !HeapFree(handle, 0, freed);
}

static int close_heap(void **state)
{
    (void)state;
    return !HeapDestroy(handle);
}

static struct wm_chunk *first_of(enum wm_chunk_kind kind)
{
    for (struct wm_segment *segment = heap->first_segment; segment != NULL;
         segment = segment->next) {
        for (struct wm_chunk *chunk = segment->head; chunk != NULL; chunk = chunk->next) {
            if (chunk->kind == kind) {
                return chunk;
            }
        }
    }
    fail_msg("there is no chunk of kind %d", (int)kind);
    return NULL;
}

static struct wm_slab *slab_with_blocks_and_room(void)
{
    unsigned size_class = 0;
    while (heap->slabs[size_class] == NULL) {
        size_class++;
    }
    return heap->slabs[size_class];
}

static void a_chunk_lies_where_its_segment_says(void **state)
{
    (void)state;
    struct wm_chunk *busy = first_of(WM_CHUNK_BUSY);
    assert_seen(heap, busy->segment, NULL);
    assert_seen(heap, busy->bytes, 0);
    assert_seen(heap, busy->bytes, busy->bytes - 1);
    assert_seen(heap, busy->bytes, busy->bytes + WM_BLOCK_ALIGNMENT);
    assert_seen(heap, busy->next->previous, NULL);
    struct wm_segment *segment = busy->segment;
    assert_seen(heap, segment->last, busy);
    assert_seen(heap, segment->base, segment->base - WM_BLOCK_ALIGNMENT);
    assert_seen(heap, segment->end, segment->end + WM_BLOCK_ALIGNMENT);
}

static void the_chunks_of_a_segment_begin_with_one_head(void **state)
{
    (void)state;
    assert_seen(heap, first_of(WM_CHUNK_BUSY)->kind, WM_CHUNK_HEAD);
    assert_seen(heap, heap->first_segment, NULL);
    /* The head of another segment is none of this one. */
    struct wm_chunk *head = heap->first_segment->head;
    assert_seen(heap, head->kind, WM_CHUNK_LARGE);
    assert_seen(heap, head->kind, 99);
}

static void every_chunk_is_in_the_index(void **state)
{
    (void)state;
    struct wm_chunk *busy = first_of(WM_CHUNK_BUSY);
    struct wm_chunk **bucket = &heap->index.buckets[wm_index_bucket(&heap->index, busy->start)];
    assert_seen(heap, *bucket, NULL);
    assert_seen(heap, heap->index.chunk_count, heap->index.chunk_count + 1);
    struct wm_chunk *large =
        WM_TREE_ENTRY(wm_tree_first(&heap->large_blocks), struct wm_chunk, as.node);
    bucket = &heap->index.buckets[wm_index_bucket(&heap->index, large->start)];
    assert_seen(heap, *bucket, NULL);
}

static void free_neighbours_are_one_chunk(void **state)
{
    (void)state;
    struct wm_chunk *freed = first_of(WM_CHUNK_FREE);
    assert_non_null(freed->next);
    assert_seen(heap, freed->next->kind, WM_CHUNK_FREE);
}

static void every_free_chunk_is_on_the_list_of_its_size(void **state)
{
    (void)state;
    struct wm_chunk *freed = first_of(WM_CHUNK_FREE);
    unsigned bin = wm_free_index_bin(freed->bytes);
    assert_seen(heap, heap->bins[bin], NULL);
    assert_seen(heap, heap->bins_filled[bin / 64], 0);
    assert_seen(heap, heap->bins[bin], first_of(WM_CHUNK_BUSY));
    /* Far from all others, where every size is empty. */
    assert_int_equal(heap->bins_filled[WM_BIN_COUNT / 64 - 1], 0);
    for (unsigned i = WM_BIN_COUNT - 64; i < WM_BIN_COUNT; i++) {
        assert_seen(heap, heap->bins[i], freed);
        assert_seen(heap, heap->bins_filled[i / 64], (uint64_t)1 << i % 64);
    }
    /* A list that has no end is left. */
    struct wm_chunk *last = heap->bins[bin];
    while (last->as.bin.bin_next != NULL) {
        last = last->as.bin.bin_next;
    }
    assert_seen(heap, last->as.bin.bin_next, heap->bins[bin]);
    /* On the list of another size, and on none. */
    unsigned other = bin == 0 ? 1 : bin - 1;
    uint64_t filled[sizeof heap->bins_filled / sizeof heap->bins_filled[0]];
    memcpy(filled, heap->bins_filled, sizeof filled);
    struct wm_chunk *list = heap->bins[bin];
    assert_null(heap->bins[other]);
    heap->bins[bin] = NULL;
    heap->bins_filled[bin / 64] &= ~((uint64_t)1 << bin % 64);
    assert_false(wm_heap_is_sound(heap));
    heap->bins[other] = list;
    heap->bins_filled[other / 64] |= (uint64_t)1 << other % 64;
    assert_false(wm_heap_is_sound(heap));
    heap->bins[other] = NULL;
    heap->bins[bin] = list;
    memcpy(heap->bins_filled, filled, sizeof filled);
}

static void what_is_committed_ends_where_the_uncommitted_begins(void **state)
{
    (void)state;
    struct wm_segment *segment = first_of(WM_CHUNK_UNCOMMITTED)->segment;
    assert_seen(heap, segment->committed_end, segment->committed_end - PAGE);
    assert_seen(heap, first_of(WM_CHUNK_BUSY)->kind, WM_CHUNK_UNCOMMITTED);
    assert_seen(heap, heap->committed_bytes, heap->committed_bytes + PAGE);
}

static void sums_are_those_of_the_blocks(void **state)
{
    (void)state;
    struct wm_chunk *busy = first_of(WM_CHUNK_BUSY);
    assert_seen(heap, busy->requested, busy->requested - 1);
    assert_seen(heap, busy->requested, busy->bytes + 1);
    assert_seen(heap, heap->allocated_bytes, heap->allocated_bytes + 1);
}

static void the_states_of_a_slab_agree_with_its_counts(void **state)
{
    (void)state;
    struct wm_slab *slab = slab_with_blocks_and_room();
    unsigned used = 0;
    while ((slab->states[used] & WM_SLOT_FREE) != 0) {
        used++;
    }
    assert_seen(heap, slab->states[used], slab->slot_bytes + 1);
    assert_seen(heap, slab->states[used], WM_SLOT_FREE);
    assert_seen(heap, slab->free_count, slab->free_count + 1);
    assert_seen(heap, slab->fresh, slab->slot_count + 1);
    assert_true(slab->fresh < slab->slot_count);
    assert_seen(heap, slab->states[slab->slot_count - 1], 5); /* though it was never used */
    assert_seen(heap, slab->chunk, NULL);
    assert_seen(heap, heap->fixed, true);
}

static void a_slab_with_room_is_on_the_list_of_its_class(void **state)
{
    (void)state;
    struct wm_slab *slab = slab_with_blocks_and_room();
    struct wm_slab **list = &heap->slabs[slab->size_class];
    assert_ptr_equal(*list, slab);
    assert_seen(heap, *list, NULL);
    assert_seen(heap, slab->size_class, slab->size_class + 1);
    assert_seen(heap, slab->next, slab);
    struct wm_slab elsewhere = *slab;
    elsewhere.next = NULL;
    assert_seen(heap, slab->previous, &elsewhere);
    /* On the list of a class that it is not of. */
    unsigned empty = 0;
    while (heap->slabs[empty] != NULL) {
        empty++;
    }
    assert_seen(heap, heap->slabs[empty], slab);
    /* A full one on a list. */
    struct wm_slab *full = first_of(WM_CHUNK_SLAB)->as.slab;
    assert_int_equal(full->free_count, 0);
    assert_seen(heap, heap->slabs[full->size_class], full);
}

static void a_large_block_fits_its_region(void **state)
{
    (void)state;
    struct wm_tree_node *node = wm_tree_first(&heap->large_blocks);
    struct wm_chunk *large = WM_TREE_ENTRY(node, struct wm_chunk, as.node);
    assert_seen(heap, large->kind, WM_CHUNK_BUSY);
    assert_seen(heap, large->requested, large->bytes + 1);
    assert_seen(heap, large->bytes, large->reserved + PAGE);
    assert_seen(heap, node->height, 2);
}

static void a_fixed_heap_has_one_segment_no_slab_and_no_large_block(void **state)
{
    (void)state;
    HANDLE fixed_handle = HeapCreate(0, 0, 1 << 16);
    struct wm_heap *fixed = wm_heap_find(fixed_handle);
    assert_non_null(HeapAlloc(fixed_handle, 0, 100));
    assert_int_equal(fixed->first_segment->head->next->kind, WM_CHUNK_BUSY);
    assert_seen(fixed, fixed->first_segment->head->next->kind, WM_CHUNK_SLAB);
    assert_seen(fixed, fixed->first_segment->next, heap->first_segment);
    assert_seen(fixed, fixed->large_blocks.root, heap->large_blocks.root);
    assert_true(HeapDestroy(fixed_handle));
}

static void validation_of_a_whole_heap_reports_it(void **state)
{
    (void)state;
    assert_true(HeapValidate(handle, 0, NULL));
    heap->allocated_bytes++;
    bool is_valid = HeapValidate(handle, 0, NULL);
    heap->allocated_bytes--;
    assert_false(is_valid);
    assert_true(HeapValidate(handle, 0, NULL));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_heap, close_heap)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_chunk_lies_where_its_segment_says),
        TEST(the_chunks_of_a_segment_begin_with_one_head),
        TEST(every_chunk_is_in_the_index),
        TEST(free_neighbours_are_one_chunk),
        TEST(every_free_chunk_is_on_the_list_of_its_size),
        TEST(what_is_committed_ends_where_the_uncommitted_begins),
        TEST(sums_are_those_of_the_blocks),
        TEST(the_states_of_a_slab_agree_with_its_counts),
        TEST(a_slab_with_room_is_on_the_list_of_its_class),
        TEST(a_large_block_fits_its_region),
        TEST(a_fixed_heap_has_one_segment_no_slab_and_no_large_block),
        TEST(validation_of_a_whole_heap_reports_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

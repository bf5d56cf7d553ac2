/* A model with a list of live blocks agrees with heaps of every kind over long random call
 * sequences: disjoint, exact, contents kept. The seeds are fixed, so a failure repeats. */
#include "tests/impl/support.h"

#include <string.h>

enum { BLOCK_COUNT = 300, STEP_COUNT = 6000 };

struct live {
    unsigned char *pointer;
    size_t bytes;
    unsigned char mark;
};

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Mostly small, sometimes middle, rarely large. */
static size_t random_size(uint32_t *seed)
{
    uint32_t kind = next_random(seed) % 100;
    if (kind < 70) {
        return next_random(seed) % 600;
    }
    if (kind < 95) {
        return next_random(seed) % 20000;
    }
    return kind < 99 ? next_random(seed) % 400000 : next_random(seed) % 3000000;
}

static void check(HANDLE heap, const struct live *block)
{
    assert_int_equal(HeapSize(heap, 0, block->pointer), block->bytes);
    for (size_t i = 0; i < block->bytes; i += 97) {
        assert_int_equal(block->pointer[i], block->mark);
    }
}

static void step(HANDLE heap, struct live *block, uint32_t *seed)
{
    size_t bytes = random_size(seed);
    unsigned char mark = (unsigned char)(next_random(seed) | 1u);
    if (block->pointer == NULL) {
        block->pointer = HeapAlloc(heap, next_random(seed) % 2 ? HEAP_ZERO_MEMORY : 0, bytes);
        block->bytes = bytes;
    } else if (next_random(seed) % 2 == 0) {
        check(heap, block);
        DWORD flags = next_random(seed) % 4 == 0 ? HEAP_REALLOC_IN_PLACE_ONLY : 0;
        unsigned char *moved = HeapReAlloc(heap, flags, block->pointer, bytes);
        if (moved == NULL) {
            check(heap, block);
            return;
        }
        size_t kept = bytes < block->bytes ? bytes : block->bytes;
        *block = (struct live){moved, kept, block->mark};
        for (size_t i = 0; i < kept; i += 97) {
            assert_int_equal(moved[i], block->mark);
        }
        block->bytes = bytes;
    } else {
        check(heap, block);
        assert_true(HeapFree(heap, 0, block->pointer));
        block->pointer = NULL;
        return;
    }
    if (block->pointer != NULL) {
        block->mark = mark;
        memset(block->pointer, mark, block->bytes);
    }
}

static void run(DWORD options, size_t initial, size_t maximum, uint32_t seed)
{
    static struct live blocks[BLOCK_COUNT];
    memset(blocks, 0, sizeof blocks);
    HANDLE heap = HeapCreate(options, initial, maximum);
    assert_non_null(heap);
    for (int i = 0; i < STEP_COUNT; i++) {
        step(heap, &blocks[next_random(&seed) % BLOCK_COUNT], &seed);
        if (i % 500 == 0) {
            assert_true(HeapValidate(heap, 0, NULL));
        }
    }
    for (int i = 0; i < BLOCK_COUNT; i++) {
        if (blocks[i].pointer != NULL) {
            check(heap, &blocks[i]);
            assert_true(HeapFree(heap, 0, blocks[i].pointer));
        }
    }
    assert_true(HeapValidate(heap, 0, NULL));
    HEAP_SUMMARY summary = {.cb = sizeof summary};
    assert_true(HeapSummary(heap, 0, &summary));
    assert_int_equal(summary.cbAllocated, 0);
    assert_true(HeapDestroy(heap));
}

static void growable_heaps_agree_with_the_model(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 3; seed++) {
        run(0, 0, 0, seed);
        run(HEAP_NO_SERIALIZE, 300000, 0, seed + 100);
    }
}

static void fixed_heaps_agree_with_the_model(void **state)
{
    (void)state;
    for (uint32_t seed = 1; seed <= 3; seed++) {
        run(0, 0, 1 << 20, seed + 200);
        run(HEAP_NO_SERIALIZE, PAGE, 30000, seed + 300);
        run(0, 0, PAGE, seed + 400);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(growable_heaps_agree_with_the_model),
        cmocka_unit_test(fixed_heaps_agree_with_the_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Idioms of heaps: sequences in which real allocators have gone wrong.
 *
 * Every call goes through the draft, so what turns out undefined (a slot that is gone) is left out
 * and the rest of the idiom goes on. */
#include "kit/generate/idiom.h"
#include "spec/win32.h"

enum {
    MANY_MAX = 12,
    FEW_LARGE = 4, /* of blocks of LARGE_BYTES and more */
    LARGE_BYTES = 1 << 17,
    EQUAL_MAX = 1 << 21,
    SMALL_BYTES = 1 << 12 /* in place of what is more than EQUAL_MAX */
};

static uint64_t draw_block_size(struct draft *draft)
{
    return hck_draft_spend(draft, hck_value_size(draft));
}

static uint32_t allocate(struct draft *draft, uint32_t heap, uint32_t flags, uint64_t size)
{
    uint32_t block = hck_draft_free_slot(draft, SLOT_BLOCK);
    if (heap == NO_SLOT || block == NO_SLOT ||
        !DRAFT_MAKE(draft, HeapAlloc, block, SLOT(HEAP, heap), VALUE(flags), VALUE(size))) {
        return NO_SLOT;
    }
    return block;
}

static void release(struct draft *draft, uint32_t heap, uint32_t block)
{
    if (block != NO_SLOT) {
        DRAFT_MAKE(draft, HeapFree, NO_SLOT, SLOT(HEAP, heap), VALUE(0), SLOT(BLOCK, block));
    }
}

static void resize(struct draft *draft, uint32_t heap, uint32_t flags, uint32_t block,
                   uint64_t size)
{
    if (block != NO_SLOT) {
        DRAFT_MAKE(draft, HeapReAlloc, block, SLOT(HEAP, heap), VALUE(flags), SLOT(BLOCK, block),
                   VALUE(size));
    }
}

/* --- Blocks ----------------------------------------------------------------------------------- */

void hck_idiom_free_every_other(struct draft *draft)
{
    uint32_t blocks[MANY_MAX];
    uint32_t heap = hck_draft_want_heap(draft);
    uint64_t drawn = draw_block_size(draft);
    uint64_t size = drawn <= EQUAL_MAX ? drawn : drawn % SMALL_BYTES;
    unsigned most = size < LARGE_BYTES ? MANY_MAX : FEW_LARGE;
    unsigned count = (unsigned)hck_random_between(&draft->random, 4, most);

    for (unsigned i = 0; i < count; i++) {
        uint64_t extra =
            hck_random_chance(&draft->random, 30) ? hck_random_below(&draft->random, 17) : 0;
        blocks[i] = allocate(draft, heap, 0, size + extra);
    }
    for (unsigned i = 0; i < count; i += 2) {
        release(draft, heap, blocks[i]);
    }
    for (unsigned i = 1; i < count; i += 2) {
        resize(draft, heap, 0, blocks[i], size + hck_random_below(&draft->random, 2 * size + 2));
    }
    for (unsigned i = 1; i < count && hck_random_chance(&draft->random, 60); i += 2) {
        release(draft, heap, blocks[i]);
    }
}

/* The slack that a shrink leaves has to be zeroed again when HEAP_ZERO_MEMORY grows over it, and so
 * has the memory of a block that is gone. */
void hck_idiom_realloc_chain(struct draft *draft)
{
    uint32_t heap = hck_draft_want_heap(draft);
    uint64_t size = draw_block_size(draft);
    uint32_t block = allocate(draft, heap, HEAP_ZERO_MEMORY, size);
    release(draft, heap, allocate(draft, heap, 0, size));
    unsigned count = (unsigned)hck_random_between(&draft->random, 3, 8);

    for (unsigned i = 0; i < count; i++) {
        uint32_t flags = hck_random_chance(&draft->random, 70) ? HEAP_ZERO_MEMORY : 0;
        uint64_t next = hck_random_chance(&draft->random, 60)
                            ? hck_random_below(&draft->random, size % (UINT64_C(4) << 20) + 2)
                            : draw_block_size(draft);
        resize(draft, heap, flags, block, i % 2 == 0 ? next : size);
    }
}

void hck_idiom_in_place(struct draft *draft)
{
    uint32_t heap = hck_draft_want_heap(draft);
    uint64_t size = draw_block_size(draft);
    uint32_t block = allocate(draft, heap, 0, size);
    uint32_t neighbour =
        hck_random_chance(&draft->random, 60) ? allocate(draft, heap, 0, size) : NO_SLOT;
    static const int64_t steps[] = {-1, 1, 16, -16, 32, 1, 4096, -4096, 65536};
    unsigned count = (unsigned)hck_random_between(&draft->random, 2, 5);

    for (unsigned i = 0; i < count; i++) {
        uint64_t step = (uint64_t)steps[hck_random_below(&draft->random, 9)];
        uint32_t flags = HEAP_REALLOC_IN_PLACE_ONLY;
        flags |= hck_random_chance(&draft->random, 40) ? HEAP_ZERO_MEMORY : 0;
        resize(draft, heap, flags, block, size + step > size / 2 ? size + step : size / 2);
        if (i == 0) {
            release(draft, heap, neighbour);
        }
    }
}

/* Freed memory comes back dirty: the next zeroed block of the size has to be clean all the same. */
void hck_idiom_reuse(struct draft *draft)
{
    uint32_t heap = hck_draft_want_heap(draft);
    uint64_t size = draw_block_size(draft);
    uint32_t block = allocate(draft, heap, 0, size);
    unsigned count = (unsigned)hck_random_between(&draft->random, 1, 3);

    for (unsigned i = 0; i < count; i++) {
        release(draft, heap, block);
        DRAFT_MAKE(draft, HeapValidate, NO_SLOT, SLOT(HEAP, heap), VALUE(0), SLOT(BLOCK, block));
        block = allocate(draft, heap, HEAP_ZERO_MEMORY,
                         size - hck_random_below(&draft->random, size % 8 + 1));
    }
}

/* Blocks that are half as large each time leave no room at all where a heap has no more overhead
 * than a block's alignment. */
static void fill_to_the_brim(struct draft *draft, uint32_t heap, uint64_t maximum)
{
    for (uint64_t size = maximum / 2; size >= 8; size /= 2) {
        allocate(draft, heap, 0, size);
    }
    DRAFT_MAKE(draft, HeapCompact, NO_SLOT, SLOT(HEAP, heap), VALUE(0));
}

/* A fixed-size heap filled until it has to refuse; what is freed then makes room again. */
void hck_idiom_exhaust(struct draft *draft)
{
    struct random *random = &draft->random;
    uint32_t heap = hck_draft_free_slot(draft, SLOT_HEAP);
    bool is_brim = hck_random_chance(random, 20);
    uint64_t maximum = UINT64_C(0x10000) << hck_random_below(random, 3);
    uint64_t size = maximum / hck_random_between(random, 2, 9) + hck_random_below(random, 17);
    uint32_t blocks[MANY_MAX];
    maximum = is_brim ? FORECAST_PAGE << hck_random_below(random, 2) : maximum;
    if (heap == NO_SLOT ||
        !DRAFT_MAKE(draft, HeapCreate, heap, VALUE(0), VALUE(0), VALUE(maximum))) {
        return;
    }
    if (is_brim) {
        fill_to_the_brim(draft, heap, maximum);
        return;
    }
    for (unsigned i = 0; i < MANY_MAX; i++) {
        blocks[i] = allocate(draft, heap, 0, size);
    }
    for (unsigned i = 0; i < MANY_MAX; i++) {
        release(draft, heap, blocks[i]);
    }
    DRAFT_MAKE(draft, HeapCompact, NO_SLOT, SLOT(HEAP, heap), VALUE(0));
    allocate(draft, heap, HEAP_ZERO_MEMORY, size);
    allocate(draft, heap, 0, maximum);
}

/* --- Whole heaps ------------------------------------------------------------------------------ */

/* A second enumeration that goes on from a copy of the first one's entry. */
static void walk_apart(struct draft *draft, uint32_t heap, uint32_t walk)
{
    uint32_t copy = hck_draft_free_slot(draft, SLOT_WALK);
    if (copy != NO_SLOT && copy != walk) {
        DRAFT_MAKE(draft, HeapWalk, copy, SLOT(HEAP, heap), SLOT(WALK, walk));
        DRAFT_MAKE(draft, HeapWalk, copy, SLOT(HEAP, heap), SLOT(WALK, copy));
    }
}

void hck_idiom_walk(struct draft *draft)
{
    uint32_t heap = hck_draft_want_heap(draft);
    uint32_t walk = hck_draft_free_slot(draft, SLOT_WALK);
    bool locks = hck_random_chance(&draft->random, 40);
    unsigned steps = (unsigned)hck_random_between(&draft->random, 1, 6);
    if (walk == NO_SLOT || heap == NO_SLOT) {
        return;
    }
    if (locks) {
        locks = DRAFT_MAKE(draft, HeapLock, NO_SLOT, SLOT(HEAP, heap));
    }
    DRAFT_MAKE(draft, HeapWalk, walk, SLOT(HEAP, heap), NIL);
    if (hck_random_chance(&draft->random, 30)) {
        walk_apart(draft, heap, walk);
    }
    for (unsigned i = 0; i < steps; i++) {
        DRAFT_MAKE(draft, HeapWalk, walk, SLOT(HEAP, heap), SLOT(WALK, walk));
        if (hck_random_chance(&draft->random, 15)) {
            DRAFT_MAKE(draft, HeapValidate, NO_SLOT, SLOT(HEAP, heap), VALUE(0), NIL);
        }
    }
    if (locks) {
        DRAFT_MAKE(draft, HeapUnlock, NO_SLOT, SLOT(HEAP, heap));
    }
}

void hck_idiom_heap_life(struct draft *draft)
{
    struct call call;
    if (!hck_draft_draw_call(draft, CALL_HeapCreate, &call) || !hck_draft_emit(draft, &call)) {
        return;
    }
    uint32_t heap = call.result_slot;
    unsigned count = (unsigned)hck_random_between(&draft->random, 0, 4);
    for (unsigned i = 0; i < count; i++) {
        allocate(draft, heap, 0, draw_block_size(draft));
    }
    DRAFT_MAKE(draft, GetProcessHeaps, NO_SLOT, VALUE(64), OUT);
    DRAFT_MAKE(draft, HeapDestroy, NO_SLOT, SLOT(HEAP, heap));
    if (hck_random_chance(&draft->random, 60)) {
        DRAFT_MAKE(draft, GetProcessHeaps, NO_SLOT, VALUE(64), OUT);
    }
}

void hck_idiom_nested_lock(struct draft *draft)
{
    uint32_t heap = hck_draft_want_heap(draft);
    unsigned depth = 0;
    unsigned wanted = (unsigned)hck_random_between(&draft->random, 1, 3);
    while (heap != NO_SLOT && depth < wanted &&
           DRAFT_MAKE(draft, HeapLock, NO_SLOT, SLOT(HEAP, heap))) {
        depth++;
    }
    if (depth > 0) {
        uint32_t block = allocate(draft, heap, 0, draw_block_size(draft));
        release(draft, heap, block);
    }
    while (depth > 0 && DRAFT_MAKE(draft, HeapUnlock, NO_SLOT, SLOT(HEAP, heap))) {
        depth--;
    }
}

/* What the other thread asks of the locked heap. A block that it gets is given back; a lock that it
 * gets is given back by the end of the trace at the latest. */
static bool ask_locked_heap(struct draft *draft, uint32_t heap, uint32_t mine, uint32_t *theirs)
{
    *theirs = NO_SLOT;
    switch (hck_random_below(&draft->random, 9)) {
    case 0:
    case 3:
        return DRAFT_MAKE(draft, HeapLock, NO_SLOT, SLOT(HEAP, heap));
    case 1:
        return DRAFT_MAKE(draft, HeapValidate, NO_SLOT, SLOT(HEAP, heap), VALUE(0), NIL);
    case 2:
        return mine != NO_SLOT &&
               DRAFT_MAKE(draft, HeapSize, NO_SLOT, SLOT(HEAP, heap), VALUE(0), SLOT(BLOCK, mine));
    default:
        *theirs = allocate(draft, heap, 0, draw_block_size(draft));
        return *theirs != NO_SLOT;
    }
}

/* What a third thread, which waits as well, learns of the heap may be how it was before or after
 * the call of the other one. */
static bool look_at_locked_heap(struct draft *draft, uint32_t heap)
{
    return hck_random_chance(&draft->random, 50)
               ? DRAFT_MAKE(draft, HeapCompact, NO_SLOT, SLOT(HEAP, heap), VALUE(0))
               : DRAFT_MAKE(draft, WalkHeap, NO_SLOT, SLOT(HEAP, heap));
}

/* One thread holds the lock while another wants something of the heap, for which it has to wait. A
 * third one may look at the heap, and once more when the lock is given back. */
void hck_idiom_lock_section(struct draft *draft)
{
    uint32_t heap = hck_draft_want_heap(draft);
    uint8_t owner = draft->thread;
    uint8_t other = (uint8_t)((owner + 1) % draft->options.thread_count);
    uint8_t third = (uint8_t)((owner + 2) % draft->options.thread_count);
    bool looks = third != owner && hck_random_chance(&draft->random, 40);
    uint32_t theirs;
    if (heap == NO_SLOT || !DRAFT_MAKE(draft, HeapLock, NO_SLOT, SLOT(HEAP, heap))) {
        return;
    }
    if (hck_random_chance(&draft->random, 30) &&
        DRAFT_MAKE(draft, HeapLock, NO_SLOT, SLOT(HEAP, heap))) {
        DRAFT_MAKE(draft, HeapUnlock, NO_SLOT, SLOT(HEAP, heap)); /* which leaves one lock */
    }
    uint32_t mine = allocate(draft, heap, 0, draw_block_size(draft));
    bool keeps_mine = hck_random_chance(&draft->random, 50);

    draft->thread = other;
    draft->may_wait = true;
    draft->waits[other] = ask_locked_heap(draft, heap, mine, &theirs);
    if (looks) {
        draft->thread = third;
        looks = look_at_locked_heap(draft, heap);
        draft->waits[third] = looks;
    }
    draft->may_wait = false;

    draft->thread = owner;
    if (!keeps_mine && theirs != NO_SLOT) {
        release(draft, heap, mine);
    }
    DRAFT_MAKE(draft, HeapUnlock, NO_SLOT, SLOT(HEAP, heap));
    draft->waits[other] = false;
    if (looks) {
        draft->waits[third] = false;
        draft->thread = third;
        DRAFT_MAKE(draft, WalkHeap, NO_SLOT, SLOT(HEAP, heap));
    }
    draft->thread = other;
    release(draft, heap, theirs);
}

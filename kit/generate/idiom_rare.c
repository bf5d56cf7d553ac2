/* Idioms that cost a hundred times what others do: every mapping of the process asked about, blocks
 * beyond 4 GiB. A trace in fifty has one, which is enough for the clauses that nothing else brings
 * to judgement. */
#include "kit/generate/idiom.h"
#include "spec/win32.h"

static bool query_all(struct draft *draft)
{
    return hck_draft_make(draft, CALL_QueryAll, NO_SLOT, NULL);
}

/* The whole map, at times right after a walk that says which pages are not committed. */
void hck_idiom_query_all(struct draft *draft)
{
    uint32_t heap = hck_draft_live_slot(draft, SLOT_HEAP);
    if (heap != NO_SLOT && hck_random_chance(&draft->random, 60)) {
        DRAFT_MAKE(draft, WalkHeap, NO_SLOT, SLOT(HEAP, heap));
    }
    query_all(draft);
}

static bool live_and_die(struct draft *draft, uint32_t heap, uint64_t size, uint64_t maximum)
{
    uint32_t block = hck_draft_free_slot(draft, SLOT_BLOCK);
    if (block == NO_SLOT ||
        !DRAFT_MAKE(draft, HeapCreate, heap, VALUE(0), VALUE(0), VALUE(maximum))) {
        return false;
    }
    DRAFT_MAKE(draft, HeapAlloc, block, SLOT(HEAP, heap), VALUE(0), VALUE(size));
    if (!DRAFT_MAKE(draft, HeapDestroy, NO_SLOT, SLOT(HEAP, heap))) {
        return false;
    }
    if (hck_random_chance(&draft->random, 30)) {
        DRAFT_MAKE(draft, VirtualQuery, NO_SLOT, SLOT(BLOCK, block), OUT, VALUE(48));
    }
    return true;
}

/* The same heap again and again leaves nothing behind: the second half is compared with the first,
 * which may have filled caches. Sixteen rounds each tell growth from noise; a trace without room
 * for them still looks at the pages that the heaps have left. */
void hck_idiom_heaps_return(struct draft *draft)
{
    struct random *random = &draft->random;
    uint32_t heap = hck_draft_free_slot(draft, SLOT_HEAP);
    uint64_t size =
        hck_value_size_of(draft, hck_random_chance(random, 50) ? SIZE_LIMIT : SIZE_EDGE);
    uint64_t maximum = hck_random_chance(random, 30) ? 2 * size + FORECAST_GRANULE : 0;
    enum { ROUNDS = 16, CALLS = 3 + 2 * ROUNDS * 4 };
    bool has_room = draft->buffer->trace.call_count + CALLS <= draft->options.call_count_max;
    unsigned rounds = has_room ? ROUNDS : (unsigned)hck_random_between(random, 1, 3);
    if (heap == NO_SLOT || !query_all(draft)) {
        return;
    }
    for (unsigned i = 0; i < 2 * rounds; i++) {
        if (!live_and_die(draft, heap, size, maximum)) {
            return;
        }
        if (i == rounds - 1) {
            query_all(draft);
        }
    }
    query_all(draft);
}

/* Nothing may touch all of such a block, so it is given back before anything else is drawn. */
void hck_idiom_giant(struct draft *draft)
{
    static const uint64_t sizes[] = {0x100000010, 0x100000000, 0x100000001, 0xFFFFFFFF,
                                     0x180000000};
    uint32_t heap = hck_draft_free_slot(draft, SLOT_HEAP);
    uint32_t block = hck_draft_free_slot(draft, SLOT_BLOCK);
    uint64_t size = sizes[hck_random_below(&draft->random, 5)];
    enum { CALLS = 5 };
    if (heap == NO_SLOT || block == NO_SLOT || draft->options.thread_count > 1 ||
        draft->buffer->trace.call_count + CALLS > draft->options.call_count_max ||
        !DRAFT_MAKE(draft, HeapCreate, heap, VALUE(0), VALUE(0), VALUE(0)) ||
        !DRAFT_MAKE(draft, HeapAlloc, block, SLOT(HEAP, heap), VALUE(0), VALUE(size))) {
        return;
    }
    DRAFT_MAKE(draft, HeapSize, NO_SLOT, SLOT(HEAP, heap), VALUE(0), SLOT(BLOCK, block));
    DRAFT_MAKE(draft, WalkHeap, NO_SLOT, SLOT(HEAP, heap));
    DRAFT_MAKE(draft, HeapFree, NO_SLOT, SLOT(HEAP, heap), VALUE(0), SLOT(BLOCK, block));
}

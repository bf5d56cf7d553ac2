/* HeapLock and HeapUnlock, and several threads in one heap. */
#include "tests/oracle/heap_cases.h"

#define MADE "h0 = HeapCreate(0, 0, 0) -> 0x100000 ticks=1..2\n"
#define MADE_TWO MADE "h1 = HeapCreate(0, 0, 0) -> 0x8100000 ticks=3..4\n"
#define LOCKED "HeapLock(h0) -> 1 ticks=5..6\n"
#define LOCKED_TWICE LOCKED "HeapLock(h0) -> 1 ticks=7..8\n"
#define UNLOCKED_ONCE "HeapUnlock(h0) -> 1 ticks=9..10\n"
#define UNLOCKED "HeapUnlock(h0) -> 1 ticks=20..21\n"
#define ALLOC_INSIDE "@1 b1 = HeapAlloc(h0, 0, 100) -> 0x100200 ticks=11..12\n"
#define ALLOC_AFTER "@1 b1 = HeapAlloc(h0, 0, 100) -> 0x100200 ticks=11..22\n"
#define ALLOC0 "b0 = HeapAlloc(h0, 0, 100) -> 0x100100 ticks=3..4\n"

const struct log_case heap_lock_cases[] = {
    HOLDS(heap_lock_free_heap_is_granted, HEAP "HeapLock(h0) -> 1\nHeapUnlock(h0) -> 1\n"),
    VIOLATED(heap_lock_free_heap_is_granted, HEAP "HeapLock(h0) -> 0\n"),
    VIOLATED(heap_lock_free_heap_is_granted, HEAP "HeapLock(h0) -> hung\n"),
    HOLDS(heap_lock_unlock_by_the_owner_succeeds, HEAP "HeapLock(h0) -> 1\nHeapUnlock(h0) -> 1\n"),
    VIOLATED(heap_lock_unlock_by_the_owner_succeeds,
             HEAP "HeapLock(h0) -> 1\nHeapUnlock(h0) -> 0\n"),
    HOLDS(heap_lock_nesting_owner_can_lock_again, HEAP "HeapLock(h0) -> 1\nHeapLock(h0) -> 1\n"),
    VIOLATED(heap_lock_nesting_owner_can_lock_again, HEAP "HeapLock(h0) -> 1\nHeapLock(h0) -> 0\n"),
    VIOLATED(heap_lock_nesting_owner_can_lock_again,
             HEAP "HeapLock(h0) -> 1\nHeapLock(h0) -> hung\n"),
    HOLDS(heap_lock_owned_heap_serves_its_owner, HEAP "HeapLock(h0) -> 1\n" B0 FREE0),
    VIOLATED(heap_lock_owned_heap_serves_its_owner,
             HEAP "HeapLock(h0) -> 1\nHeapAlloc(h0, 0, 100) -> hung\n"),

    HOLDS(heap_lock_owned_heap_blocks_other_threads, MADE LOCKED UNLOCKED ALLOC_AFTER),
    VIOLATED(heap_lock_owned_heap_blocks_other_threads, MADE LOCKED ALLOC_INSIDE UNLOCKED),
    VIOLATED(heap_lock_owned_heap_blocks_other_threads, /* never unlocked */
             MADE LOCKED ALLOC_INSIDE),
    HOLDS(heap_lock_owned_heap_blocks_other_threads, /* the waiter is quicker to tell */
          MADE LOCKED "@1 b1 = HeapAlloc(h0, 0, 100) -> 0x100200 ticks=11..22\n"
                      "HeapUnlock(h0) -> 1 ticks=20..23\n"),
    HOLDS(heap_lock_owned_heap_lets_waiters_go_after_release, MADE LOCKED UNLOCKED ALLOC_AFTER),
    VIOLATED(heap_lock_owned_heap_lets_waiters_go_after_release,
             MADE LOCKED UNLOCKED "@1 HeapAlloc(h0, 0, 100) -> hung ticks=11..11\n"),
    HOLDS(heap_lock_owned_heap_blocks_a_second_owner,
          MADE LOCKED UNLOCKED "@1 HeapLock(h0) -> 1 ticks=11..22\n"),
    VIOLATED(heap_lock_owned_heap_blocks_a_second_owner,
             MADE LOCKED "@1 HeapLock(h0) -> 1 ticks=11..12\n"
                         "GetProcessHeap() -> 0x90000 ticks=20..21\n"),
    VIOLATED(heap_lock_owned_heap_blocks_a_second_owner,
             MADE LOCKED "@1 HeapLock(h0) -> 1 ticks=11..12\n"
                         "HeapUnlock(h0) -> skipped heap_lock.unlock.must_be_by_the_owner\n"),
    HOLDS(heap_lock_nesting_ends_with_the_last_unlock,
          MADE LOCKED_TWICE UNLOCKED_ONCE UNLOCKED ALLOC_AFTER),
    VIOLATED(heap_lock_nesting_ends_with_the_last_unlock,
             MADE LOCKED_TWICE UNLOCKED_ONCE ALLOC_INSIDE UNLOCKED),
    VIOLATED(heap_lock_nesting_ends_with_the_last_unlock, /* the first unlock lets it go */
             MADE LOCKED_TWICE "HeapUnlock(h0) -> 1 ticks=10..11\n"
                               "@1 b1 = HeapAlloc(h0, 0, 100) -> 0x100200 ticks=9..12\n" UNLOCKED),
    HOLDS(heap_lock_other_heap_stays_open,
          MADE_TWO LOCKED "@1 b1 = HeapAlloc(h1, 0, 100) -> 0x8100200 ticks=11..12\n" UNLOCKED),
    VIOLATED(heap_lock_other_heap_stays_open, MADE_TWO LOCKED "@1 HeapAlloc(h1, 0, 100) -> hung\n"),
    HOLDS(heap_lock_unlock_by_the_owner_succeeds, /* freeing nothing need not wait */
          MADE LOCKED "@1 HeapFree(h0, 0, NULL) -> 1 ticks=11..12\n" UNLOCKED),
    LATITUDE(heap_lock_owned_heap_may_block_inspection,
             MADE ALLOC0 LOCKED "@1 HeapSize(h0, 0, b0) -> 100 ticks=11..12\n" UNLOCKED),
    LATITUDE(heap_lock_owned_heap_may_block_inspection,
             MADE ALLOC0 LOCKED UNLOCKED "@1 HeapSize(h0, 0, b0) -> 100 ticks=11..22\n"),

    HOLDS(heap_serialization_keeps_concurrent_calls_apart,
          MADE "b0 = HeapAlloc(h0, 0, 100) -> 0x100100 ticks=3..6\n"
               "@1 b1 = HeapAlloc(h0, 0, 100) -> 0x100200 ticks=5..7\n"),
    HOLDS(heap_free_live_block_succeeds, /* the block was being freed */
          MADE ALLOC0 "@1 b1 = HeapAlloc(h0, 0, 100) -> 0x100100 ticks=6..7\n"
                      "HeapFree(h0, 0, b0) -> 1 ticks=5..8\n"
                      "@1 HeapFree(h0, 0, b1) -> 1 ticks=9..10\n"),
    VIOLATED(heap_serialization_keeps_concurrent_calls_apart,
             MADE ALLOC0 "@1 b1 = HeapAlloc(h0, 0, 100) -> 0x100140 ticks=5..6\n"
                         "HeapFree(h0, 0, b0) -> 1 ticks=7..8\n"),
    VIOLATED(heap_serialization_keeps_concurrent_calls_apart,
             MADE ALLOC0 "@1 b1 = HeapAlloc(h0, 0, 100) -> 0x100140 ticks=5..6\n"),
    VIOLATED(heap_serialization_keeps_concurrent_calls_apart,
             MADE ALLOC0 "Fill(b0, 1) -> 0 ticks=5..6\n"
                         "@1 HeapValidate(h0, 0, NULL) -> 1 ticks=7..8\n"
                         "Check(b0) -> 8 ticks=9..10\n"),
    HOLDS(heap_serialization_leaves_a_valid_heap,
          MADE ALLOC0 "HeapValidate(h0, 0, NULL) -> 1 ticks=5..6\n"
                      "@1 HeapFree(h0, 0, b0) -> 1 ticks=7..8\n"
                      "HeapValidate(h0, 0, NULL) -> 1 ticks=9..10\n"),
    VIOLATED(heap_serialization_leaves_a_valid_heap,
             MADE ALLOC0 "HeapValidate(h0, 0, NULL) -> 1 ticks=5..6\n"
                         "@1 HeapFree(h0, 0, b0) -> 1 ticks=7..8\n"
                         "HeapValidate(h0, 0, NULL) -> 0 ticks=9..10\n"),
    HOLDS(heap_serialization_blocks_belong_to_the_process,
          MADE ALLOC0 "@1 HeapFree(h0, 0, b0) -> 1 ticks=5..6\n"),
    VIOLATED(heap_serialization_blocks_belong_to_the_process,
             MADE ALLOC0 "@1 HeapFree(h0, 0, b0) -> 0 error=87 ticks=5..6\n"),
    HOLDS(heap_free_live_block_succeeds, /* the other thread changed the heap under the walk */
          MADE ALLOC0 "w0 = HeapWalk(h0, NULL) -> 1 values=(" REGION "0) ticks=5..6\n"
                      "@1 HeapFree(h0, 0, b0) -> 1 ticks=7..8\n"
                      "HeapWalk(h0, w0) -> 0 error=87 values=(" REGION "0) ticks=9..10\n"),
    LATITUDE(heap_walk_concurrent_change_may_fail_or_skip,
             MADE ALLOC0 "@1 WalkHeap(h0) -> 1 error=259 values=(" REGION BUSY0 "0) ticks=5..6\n"),
};
const size_t heap_lock_case_count = CASE_COUNT(heap_lock_cases);

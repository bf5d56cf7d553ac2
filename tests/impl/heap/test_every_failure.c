/* Every failing call to the operating system, one after the other, under a script that goes through
 * every function: a function that fails has changed nothing that anybody can ask about (pages, what
 * the system allows on them, heaps, blocks, bytes, errno), works when it is called again, and a
 * function that does without what it could not get tells the truth about it.
 *
 * Each run is a process of its own, so that first calls are first calls. */
/* The formatter does not know that WM_TRY and WM_EXCEPT are statements. */
/* clang-format off */
#define _GNU_SOURCE /* fork, mmap, waitpid */
#include "tests/impl/support.h"

#include "impl/os/os_sim.h"
#include "impl/vm/region.h"
#include "impl/vm/vm.h"
#include "impl/vm/vm_internal.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CLIENT_ERRNO = 1234, SMALL_COUNT = 16, HEAP_COUNT = 40, CALLS_MAX = 2000, TRIES_MAX = 3 };

/* In a child, where cmocka's assertions have nowhere to jump to. */
static const char *running = "start";
static unsigned long failing;

#define REQUIRE(condition)                                                                     \
    do {                                                                                       \
        if (!(condition)) {                                                                    \
            fprintf(stderr, "%s, call %lu failing: %s:%d: %s\n", running, failing, __FILE__,   \
                    __LINE__, #condition);                                                     \
            _exit(1);                                                                          \
        }                                                                                      \
    } while (0)

/* --- What anybody can ask about ------------------------------------------------------------- */

enum { WORDS_MAX = 1 << 18 };

struct snapshot {
    size_t count;
    uint64_t words[WORDS_MAX];
};

static struct snapshot snapshots[2];
static struct snapshot *before = &snapshots[0];
static struct snapshot *after = &snapshots[1];

static void note(struct snapshot *snapshot, uint64_t word)
{
    REQUIRE(snapshot->count < WORDS_MAX);
    snapshot->words[snapshot->count++] = word;
}

/* The system allows on every page what the map says. */
static void require_access(uintptr_t start, uintptr_t end, unsigned access)
{
    while (start < end) {
        struct wm_os_mapping mapping;
        REQUIRE(wm_os->find_mapping(start, &mapping) == WM_OS_FOUND);
        REQUIRE(mapping.start <= start);
        REQUIRE(mapping.access == access);
        start = mapping.end;
    }
}

static void note_bytes(struct snapshot *snapshot, const unsigned char *bytes, size_t count)
{
    enum { STRIDE = 509 };
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i += STRIDE) {
        sum = sum * 31 + bytes[i];
    }
    note(snapshot, sum);
}

static unsigned char *pages; /* whose bytes are ours, not a heap's */
static const size_t pages_bytes = 16 * PAGE;

static void note_run(struct snapshot *snapshot, const MEMORY_BASIC_INFORMATION *run)
{
    note(snapshot, (uintptr_t)run->BaseAddress);
    note(snapshot, (uintptr_t)run->AllocationBase);
    note(snapshot, run->AllocationProtect);
    note(snapshot, run->RegionSize);
    note(snapshot, run->State);
    note(snapshot, run->Protect);
    unsigned access = wm_vm_access_of(run->Protect);
    require_access((uintptr_t)run->BaseAddress, (uintptr_t)run->BaseAddress + run->RegionSize,
                   access);
    if (run->AllocationBase == pages && (access & WM_OS_READ) != 0) {
        note_bytes(snapshot, run->BaseAddress, run->RegionSize);
    }
}

static void note_regions(struct snapshot *snapshot)
{
    uintptr_t address = 0;
    const struct wm_region *region;
    while ((region = wm_region_at_or_above(address)) != NULL) {
        for (address = region->node.key; address < region->end;) {
            MEMORY_BASIC_INFORMATION run;
            REQUIRE(VirtualQuery((void *)address, &run, sizeof run) == sizeof run);
            note_run(snapshot, &run);
            address += run.RegionSize;
        }
        address = region->os_end;
    }
}

static void note_heap(struct snapshot *snapshot, HANDLE heap)
{
    HEAP_SUMMARY summary = {.cb = sizeof summary};
    REQUIRE(HeapValidate(heap, 0, NULL));
    REQUIRE(HeapSummary(heap, 0, &summary));
    note(snapshot, summary.cbAllocated);
    note(snapshot, summary.cbCommitted);
    note(snapshot, summary.cbReserved);
    PROCESS_HEAP_ENTRY entry = {.lpData = NULL};
    while (HeapWalk(heap, &entry)) {
        note(snapshot, (uintptr_t)entry.lpData);
        note(snapshot, entry.cbData);
        note(snapshot, (uint64_t)entry.wFlags << 16 | (uint64_t)entry.cbOverhead << 8 |
                           entry.iRegionIndex);
        if ((entry.wFlags & PROCESS_HEAP_ENTRY_BUSY) != 0) {
            REQUIRE(HeapSize(heap, 0, entry.lpData) == entry.cbData);
            note_bytes(snapshot, entry.lpData, entry.cbData);
        }
    }
    REQUIRE(GetLastError() == ERROR_NO_MORE_ITEMS);
}

static bool has_default_heap;

static void take_snapshot(struct snapshot *snapshot)
{
    const struct wm_os *table = wm_os;
    DWORD error = GetLastError();
    wm_os = &wm_os_linux;
    snapshot->count = 0;
    REQUIRE(wm_vm_is_sound());
    note_regions(snapshot);
    if (has_default_heap) { /* asking would create it */
        HANDLE heaps[HEAP_COUNT + 8];
        DWORD count = GetProcessHeaps(HEAP_COUNT + 8, heaps);
        REQUIRE(count <= HEAP_COUNT + 8);
        for (DWORD i = 0; i < count; i++) {
            note(snapshot, (uintptr_t)heaps[i]);
            note_heap(snapshot, heaps[i]);
        }
    }
    SetLastError(error);
    wm_os = table;
}

static void require_same(void)
{
    REQUIRE(before->count == after->count);
    for (size_t i = 0; i < before->count; i++) {
        REQUIRE(before->words[i] == after->words[i]);
    }
}

/* --- The script: every step says whether it has worked ---------------------------------------- */

static HANDLE heap;
static HANDLE fixed;
static HANDLE executable;
static HANDLE many[HEAP_COUNT];
static unsigned char *small[SMALL_COUNT];
static unsigned char *middle;
static unsigned char *large;
static unsigned char *odd;
static unsigned char *foreign;
static PVOID handler;

static bool set_block(unsigned char **block, void *got, size_t bytes, int mark)
{
    if (got == NULL) {
        return false;
    }
    *block = got;
    memset(got, mark, bytes);
    return true;
}

static bool get_default_heap(void)
{
    has_default_heap = GetProcessHeap() != NULL;
    return has_default_heap;
}

static bool create_heap(void)
{
    return (heap = HeapCreate(0, 0, 0)) != NULL;
}

static bool create_fixed(void)
{
    return (fixed = HeapCreate(0, 3 * PAGE, 40 * PAGE)) != NULL;
}

static bool create_executable(void)
{
    executable = HeapCreate(HEAP_CREATE_ENABLE_EXECUTE | HEAP_NO_SERIALIZE, 1 << 20, 0);
    return executable != NULL;
}

static bool allocate_small(void)
{
    for (size_t i = 0; i < SMALL_COUNT; i++) {
        if (small[i] == NULL) { /* one step each, as the caller comes back */
            return set_block(&small[i], HeapAlloc(heap, 0, i * 500), i * 500, (int)i);
        }
    }
    return true;
}

static bool allocate_middle(void)
{
    return set_block(&middle, HeapAlloc(heap, HEAP_ZERO_MEMORY, 300000), 300000, 5);
}

static bool grow_middle(void)
{
    void *grown = HeapReAlloc(heap, HEAP_ZERO_MEMORY, middle, 900000);
    middle = grown != NULL ? grown : middle;
    return grown != NULL;
}

static bool allocate_large(void)
{
    return set_block(&large, HeapAlloc(heap, 0, 3 << 20), 3 << 20, 6);
}

static bool grow_large(void)
{
    void *grown = HeapReAlloc(heap, 0, large, 5 << 20);
    large = grown != NULL ? grown : large;
    return grown != NULL;
}

static bool shrink_large(void)
{
    return HeapReAlloc(heap, 0, large, 100000) == large;
}

static bool grow_large_in_place(void)
{
    return HeapReAlloc(heap, HEAP_REALLOC_IN_PLACE_ONLY, large, 4 << 20) == large;
}

static bool middle_becomes_large(void)
{
    void *grown = HeapReAlloc(heap, 0, middle, 2 << 20);
    middle = grown != NULL ? grown : middle;
    return grown != NULL;
}

static bool allocate_fixed(void)
{
    return HeapAlloc(fixed, 0, 15 * PAGE) != NULL;
}

static bool allocate_executable(void)
{
    return HeapAlloc(executable, 0, 2 << 20) != NULL && HeapAlloc(executable, 0, 500000) != NULL;
}

static bool ask_heap(void)
{
    ULONG value;
    return HeapLock(heap) && HeapUnlock(heap) && HeapCompact(heap, 0) != 0 &&
           HeapQueryInformation(heap, HeapCompatibilityInformation, &value, sizeof value, NULL);
}

static bool free_blocks(void)
{
    for (size_t i = 0; i < SMALL_COUNT; i++) {
        if (i % 3 != 0 && small[i] != NULL) {
            if (!HeapFree(heap, 0, small[i])) {
                return false;
            }
            small[i] = NULL;
        }
    }
    return true;
}

static bool free_large(void)
{
    if (!HeapFree(heap, 0, large)) {
        return false;
    }
    large = NULL;
    return true;
}

static bool free_middle(void)
{
    return HeapFree(heap, 0, middle);
}

static bool optimize(void)
{
    HEAP_OPTIMIZE_RESOURCES_INFORMATION request = {HEAP_OPTIMIZE_RESOURCES_CURRENT_VERSION, 0};
    ULONG value = 2;
    return HeapSetInformation(NULL, HeapOptimizeResources, &request, sizeof request) &&
           HeapSetInformation(heap, HeapCompatibilityInformation, &value, sizeof value);
}

/* Failures are of interest around the heap for which the registry has to widen its table. */
static bool create_many(void)
{
    const struct wm_os *table = wm_os;
    bool created = true;
    for (size_t i = 0; i < HEAP_COUNT && created; i++) {
        wm_os = i > 24 && i < 34 ? table : &wm_os_linux;
        many[i] = many[i] != NULL ? many[i] : HeapCreate(0, 0, PAGE);
        created = many[i] != NULL;
    }
    wm_os = table;
    return created;
}

static bool list_many(void)
{
    HANDLE list[HEAP_COUNT + 8];
    DWORD count = GetProcessHeaps(HEAP_COUNT + 8, list);
    return count == HEAP_COUNT + 4;
}

static bool destroy_many(void)
{
    for (size_t i = 0; i < HEAP_COUNT; i++) {
        REQUIRE(HeapDestroy(many[i]));
    }
    return HeapDestroy(heap) && HeapDestroy(fixed) && HeapDestroy(executable);
}

static bool reserve(void)
{
    pages = VirtualAlloc(NULL, pages_bytes, MEM_RESERVE, PAGE_READWRITE);
    return pages != NULL;
}

static bool reserve_odd(void)
{
    odd = VirtualAlloc(NULL, 3 * PAGE, MEM_RESERVE | MEM_COMMIT | MEM_TOP_DOWN, PAGE_READWRITE);
    return odd != NULL;
}

static bool commit_some(void)
{
    for (size_t i = 0; i < 16; i += 4) {
        if (VirtualAlloc(pages + i * PAGE, 2 * PAGE, MEM_COMMIT, PAGE_READWRITE) == NULL) {
            return false;
        }
        memset(pages + i * PAGE, (int)i + 1, 2 * PAGE);
    }
    return true;
}

static bool commit_all(void)
{
    return VirtualAlloc(pages, pages_bytes, MEM_COMMIT, PAGE_READWRITE) != NULL;
}

static bool protect_across_runs(void)
{
    DWORD old;
    return VirtualProtect(pages + PAGE, PAGE, PAGE_READONLY, &old) &&
           VirtualProtect(pages, pages_bytes, PAGE_EXECUTE_READ, &old) && old == PAGE_READWRITE;
}

static bool protect_guard(void)
{
    DWORD old;
    return VirtualProtect(pages + 8 * PAGE, PAGE, PAGE_READWRITE | PAGE_GUARD, &old);
}

/* The guard may stay where it could not be taken away; it has been noticed all the same. */
static bool touch_guard(void)
{
    REQUIRE(read_code(pages + 8 * PAGE, NULL, NULL) == STATUS_GUARD_PAGE_VIOLATION);
    MEMORY_BASIC_INFORMATION run;
    const struct wm_os *table = wm_os;
    wm_os = &wm_os_linux;
    REQUIRE(VirtualQuery(pages + 8 * PAGE, &run, sizeof run) == sizeof run);
    wm_os = table;
    return run.Protect == PAGE_READWRITE;
}

static bool decommit_some(void)
{
    return VirtualFree(pages + PAGE, 9 * PAGE, MEM_DECOMMIT);
}

static bool protect_foreign(void)
{
    DWORD old;
    return VirtualProtect(foreign, PAGE, PAGE_READONLY, &old) && old == PAGE_READWRITE;
}

/* An answer is the truth, or there is none. */
static bool query_all_kinds(void)
{
    const void *of_program = (const void *)(uintptr_t)&query_all_kinds;
    const void *addresses[] = {foreign, of_program, &running, pages, odd + 3 * PAGE, NULL};
    bool answered = true;
    for (size_t i = 0; i < sizeof addresses / sizeof *addresses; i++) {
        MEMORY_BASIC_INFORMATION run;
        MEMORY_BASIC_INFORMATION truth;
        bool got = VirtualQuery(addresses[i], &run, sizeof run) == sizeof run;
        REQUIRE(got || GetLastError() == ERROR_ACCESS_DENIED);
        REQUIRE(got || addresses[i] != pages);
        const struct wm_os *table = wm_os;
        wm_os = &wm_os_linux;
        REQUIRE(VirtualQuery(addresses[i], &truth, sizeof truth) == sizeof truth);
        wm_os = table;
        REQUIRE(!got || (run.State == truth.State && run.AllocationBase == truth.AllocationBase &&
                         run.RegionSize == truth.RegionSize && run.Type == truth.Type));
        answered = answered && got;
    }
    return answered;
}

static bool release_all(void)
{
    if (odd != NULL && !VirtualFree(odd, 0, MEM_RELEASE)) {
        return false;
    }
    odd = NULL;
    return VirtualFree(pages, 0, MEM_RELEASE);
}

static LONG CALLBACK pass(PEXCEPTION_POINTERS pointers)
{
    (void)pointers;
    return EXCEPTION_CONTINUE_SEARCH;
}

static bool add_handler(void)
{
    SYSTEM_INFO information;
    GetSystemInfo(&information);
    return (handler = AddVectoredExceptionHandler(1, pass)) != NULL;
}

static bool raise_and_catch(void)
{
    volatile bool caught = false;
    WM_TRY
    {
        RaiseException(0xE0000001u, 0, 0, NULL);
    }
    WM_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        caught = true;
    }
    WM_END
    return caught && RemoveVectoredExceptionHandler(handler) == 1;
}

static const struct {
    const char *name;
    bool (*run)(void);
    unsigned times;
} steps[] = {
#define STEP(function) {#function, function, 1}
    STEP(add_handler),       STEP(raise_and_catch),      STEP(get_default_heap),
    STEP(create_heap),       STEP(create_fixed),         STEP(create_executable),
    {"allocate_small", allocate_small, SMALL_COUNT},
    STEP(allocate_middle),   STEP(grow_middle),          STEP(allocate_large),
    STEP(grow_large),        STEP(shrink_large),         STEP(grow_large_in_place),
    STEP(middle_becomes_large),
    {"allocate_fixed", allocate_fixed, 2},
    STEP(allocate_executable), STEP(ask_heap),           STEP(free_blocks),
    STEP(free_middle),       STEP(optimize),
    STEP(create_many),       STEP(list_many),         STEP(free_large),           STEP(destroy_many),
    STEP(reserve),           STEP(reserve_odd),          STEP(commit_some),
    STEP(query_all_kinds),   STEP(commit_all),           STEP(protect_across_runs),
    STEP(protect_guard),     STEP(touch_guard),          STEP(decommit_some),
    STEP(protect_foreign),   STEP(release_all),
};

/* A function that says that it failed has done nothing; the parts of a step that worked before it
 * are in the second snapshot, so only steps of one function are compared. */
static bool is_one_function(bool (*step)(void))
{
    return step != commit_some && step != protect_across_runs && step != free_blocks && step != create_many &&
           step != allocate_executable && step != release_all;
}

/* ThreadSanitizer calls handlers with an errno of its own, which stays where one is left by a
 * jump. */
static bool keeps_errno(bool (*step)(void))
{
#ifdef THREAD_SANITIZER
    return step != touch_guard;
#else
    (void)step;
    return true;
#endif
}

static void run_step(size_t i, enum wm_os_sim_mode mode)
{
    running = steps[i].name;
    for (int tries = 0;; tries++) {
        errno = CLIENT_ERRNO;
        bool worked = steps[i].run();
        REQUIRE(errno == CLIENT_ERRNO || !keeps_errno(steps[i].run));
        take_snapshot(after);
        if (!worked && is_one_function(steps[i].run)) {
            require_same();
        }
        struct snapshot *swapped = before;
        before = after;
        after = swapped;
        if (worked) {
            return;
        }
        if (mode == WM_OS_SIM_FAIL_REST) {
            wm_os_sim_stop();
        }
        REQUIRE(tries < TRIES_MAX);
    }
}

/* Returns in the parent whether the n-th call was made. */
static bool run_script(unsigned long n, enum wm_os_sim_mode mode)
{
    pid_t child = fork();
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL);
        failing = n;
        foreign = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        wm_os_sim_start(n, mode);
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
            for (unsigned k = 0; k < steps[i].times; k++) {
                run_step(i, mode);
            }
        }
        _exit(wm_os_sim_stop() < n ? 2 : 0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_true(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 2);
    return WEXITSTATUS(status) == 0;
}

static void sweep(enum wm_os_sim_mode mode)
{
    unsigned long n = 1;
    while (run_script(n, mode)) {
        n++;
        assert_true(n < CALLS_MAX);
    }
    assert_true(n > 100); /* or the script did not get far */
}

static void one_call_that_fails(void **state)
{
    (void)state;
    sweep(WM_OS_SIM_FAIL_ONE);
}

static void one_call_that_fails_halfway(void **state)
{
    (void)state;
    sweep(WM_OS_SIM_FAIL_HALFWAY);
}

static void a_call_that_fails_and_all_after_it(void **state)
{
    (void)state;
    sweep(WM_OS_SIM_FAIL_REST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_call_that_fails),
        cmocka_unit_test(one_call_that_fails_halfway),
        cmocka_unit_test(a_call_that_fails_and_all_after_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

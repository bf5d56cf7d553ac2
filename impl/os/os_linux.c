/* The operating system is Linux: memory, waiting and dying. Mappings are listed in
 * os_linux_mappings.c, faults caught in os_linux_faults.c, names kept in os_linux_names.c.
 *
 * Reservations are PROT_NONE mappings without MAP_NORESERVE, so the kernel charges commitment when,
 * and only when, pages become writable: the accounting of the API is the accounting of the kernel.
 */
#define _GNU_SOURCE /* MAP_FIXED_NOREPLACE, syscall */
#include "impl/os/os.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

const struct wm_os *wm_os = &wm_os_linux;

static enum wm_os_result result_of_errno(int error)
{
    switch (error) {
    case EEXIST:
        return WM_OS_TAKEN;
    case ENOMEM:
    case EAGAIN:
        return WM_OS_NO_MEMORY;
    default:
        return WM_OS_REFUSED;
    }
}

static int protection_of(unsigned access)
{
    int protection = PROT_NONE;
    if (access & WM_OS_READ) {
        protection |= PROT_READ;
    }
    if (access & WM_OS_WRITE) {
        protection |= PROT_WRITE;
    }
    if (access & WM_OS_EXECUTE) {
        protection |= PROT_EXEC;
    }
    return protection;
}

/* ThreadSanitizer ends a process that maps memory where its shadow may be, instead of refusing:
 * what lies outside the ranges it leaves to programs on x86-64 counts as taken. */
static bool belongs_to_sanitizer(uintptr_t address)
{
#if defined(__SANITIZE_THREAD__)
    return address >= 0x010000000000 && address < 0x7e8000000000;
#else
    (void)address;
    return false;
#endif
}

static enum wm_os_result map_exactly(uintptr_t address, size_t bytes, int protection)
{
    if (belongs_to_sanitizer(address)) {
        return WM_OS_TAKEN;
    }
    void *wanted = (void *)address;
    void *got =
        mmap(wanted, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (got == MAP_FAILED) {
        return result_of_errno(errno);
    }
    if (got != wanted) { /* a kernel before 4.17 takes the address as a hint */
        munmap(got, bytes);
        return WM_OS_TAKEN;
    }
    return WM_OS_OK;
}

/* Right below it there is likely to be room at a multiple of the granule. What was given back is
 * not taken again soon, so that whoever still uses it meets nobody else's memory. */
static _Atomic uintptr_t mapped_last;
static _Atomic uintptr_t mapped_first;

static void note_mapped(uintptr_t address)
{
    if (atomic_load_explicit(&mapped_first, memory_order_relaxed) == 0) {
        atomic_store_explicit(&mapped_first, address, memory_order_relaxed);
    }
    atomic_store_explicit(&mapped_last, address, memory_order_relaxed);
}

void wm_os_start_over(void)
{
    uintptr_t first = atomic_load_explicit(&mapped_first, memory_order_relaxed);
    atomic_store_explicit(&mapped_last, first, memory_order_relaxed);
}

static void *likely_place(size_t bytes)
{
    uintptr_t last = atomic_load_explicit(&mapped_last, memory_order_relaxed);
    uintptr_t place = last > bytes ? (last - bytes) & ~(WM_OS_GRANULE_BYTES - 1) : 0;
    return place < WM_OS_ADDRESS_MIN || belongs_to_sanitizer(place) ? NULL : (void *)place;
}

/* The place that the kernel picks without being told one is below the last mapping of anybody, or
 * in any gap, and so need not be aligned. Where it is not, map a granule more and cut the ends. */
static enum wm_os_result map_somewhere(uintptr_t *address, size_t bytes, int protection)
{
    const int flags = MAP_PRIVATE | MAP_ANONYMOUS;
    void *got = mmap(likely_place(bytes), bytes, protection, flags, -1, 0);
    if (got == MAP_FAILED) {
        return result_of_errno(errno);
    }
    if (((uintptr_t)got & (WM_OS_GRANULE_BYTES - 1)) == 0) {
        *address = (uintptr_t)got;
        note_mapped(*address);
        return WM_OS_OK;
    }
    munmap(got, bytes);
    if (bytes > SIZE_MAX - WM_OS_GRANULE_BYTES) {
        return WM_OS_NO_MEMORY;
    }
    size_t wide_bytes = bytes + WM_OS_GRANULE_BYTES;
    got = mmap(NULL, wide_bytes, protection, flags, -1, 0);
    if (got == MAP_FAILED) {
        return result_of_errno(errno);
    }
    uintptr_t start = (uintptr_t)got;
    uintptr_t aligned = (start + WM_OS_GRANULE_BYTES - 1) & ~(WM_OS_GRANULE_BYTES - 1);
    uintptr_t tail = aligned + bytes;
    bool cut = (aligned == start || munmap(got, aligned - start) == 0) &&
               munmap((void *)tail, start + wide_bytes - tail) == 0;
    if (!cut) {
        int error = errno;
        munmap(got, wide_bytes);
        return result_of_errno(error);
    }
    *address = aligned;
    note_mapped(aligned);
    return WM_OS_OK;
}

static enum wm_os_result map_in_user_space(uintptr_t *address, size_t bytes, int protection)
{
    uintptr_t got = 0;
    enum wm_os_result result = map_somewhere(&got, bytes, protection);
    if (result != WM_OS_OK) {
        return result;
    }
    if (got < WM_OS_ADDRESS_MIN || got > WM_OS_ADDRESS_MAX || bytes - 1 > WM_OS_ADDRESS_MAX - got) {
        munmap((void *)got, bytes);
        return WM_OS_NO_MEMORY;
    }
    *address = got;
    return WM_OS_OK;
}

static enum wm_os_result linux_map(uintptr_t *address, size_t bytes, unsigned access)
{
    int error = errno;
    enum wm_os_result result = *address != 0
                                   ? map_exactly(*address, bytes, protection_of(access))
                                   : map_in_user_space(address, bytes, protection_of(access));
    errno = error;
    return result;
}

/* The result of a system call that was just made; puts back the client's errno. */
static enum wm_os_result result_of(bool worked, int error_before)
{
    enum wm_os_result result = worked ? WM_OS_OK : result_of_errno(errno);
    errno = error_before;
    return result;
}

static enum wm_os_result linux_unmap(uintptr_t address, size_t bytes)
{
    int error = errno;
    return result_of(munmap((void *)address, bytes) == 0, error);
}

static enum wm_os_result linux_protect(uintptr_t address, size_t bytes, unsigned access)
{
    int error = errno;
    return result_of(mprotect((void *)address, bytes, protection_of(access)) == 0, error);
}

/* A fresh mapping in place of the old one, in one call: it drops the pages and their charge, which
 * madvise would keep. The range is our own, so nothing of anybody else can be replaced. */
static enum wm_os_result linux_discard(uintptr_t address, size_t bytes)
{
    int error = errno;
    void *got =
        mmap((void *)address, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    return result_of(got != MAP_FAILED, error);
}

/* mlock writes to private pages that can be written. */
static enum wm_os_result linux_lock(uintptr_t address, size_t bytes, bool is_only_read)
{
    int error = errno;
    if (!is_only_read) {
        return result_of(mlock((void *)address, bytes) == 0, error);
    }
    bool is_done = mlock2((void *)address, bytes, MLOCK_ONFAULT) == 0;
    for (size_t at = 0; at < bytes; at += WM_OS_PAGE_BYTES) {
        (void)*(const volatile char *)(address + at);
    }
    return result_of(is_done, error);
}

static void linux_unlock(uintptr_t address, size_t bytes)
{
    int error = errno;
    (void)munlock((void *)address, bytes);
    errno = error;
}

static void linux_trim(uintptr_t address, size_t bytes)
{
    int error = errno;
    (void)madvise((void *)address, bytes, MADV_PAGEOUT);
    errno = error;
}

static void linux_drop(uintptr_t address, size_t bytes)
{
    int error = errno;
    (void)madvise((void *)address, bytes, MADV_DONTNEED);
    errno = error;
}

/* A mapping that is gone again at once: the kernel charges it, or refuses to. */
static bool linux_may_commit(size_t bytes)
{
    int error = errno;
    void *got = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (got != MAP_FAILED) {
        munmap(got, bytes);
    }
    errno = error;
    return got != MAP_FAILED;
}

static enum wm_os_result linux_create_store(uint64_t bytes, int *store)
{
    int error = errno;
    int file = bytes <= INT64_MAX ? memfd_create("section", MFD_CLOEXEC) : -1;
    if (file < 0) {
        errno = error;
        return WM_OS_NO_MEMORY;
    }
    enum wm_os_result result = result_of(ftruncate(file, (off_t)bytes) == 0, error);
    if (result == WM_OS_OK) {
        *store = file;
    } else {
        close(file);
    }
    return result;
}

static void linux_drop_store(int store)
{
    int error = errno;
    close(store);
    errno = error;
}

static enum wm_os_result linux_map_store(uintptr_t address, size_t bytes, unsigned access,
                                         int store, uint64_t offset, bool copies)
{
    int error = errno;
    void *got = mmap((void *)address, bytes, protection_of(access),
                     (copies ? MAP_PRIVATE : MAP_SHARED) | MAP_FIXED, store, (off_t)offset);
    return result_of(got != MAP_FAILED, error);
}

/* One that is there, or swapped out, and not the store's. See pagemap.rst of the kernel. */
static bool is_copy(uint64_t entry)
{
    const uint64_t present_or_swapped = UINT64_C(3) << 62;
    const uint64_t of_a_file = UINT64_C(1) << 61;
    return (entry & present_or_swapped) != 0 && (entry & of_a_file) == 0;
}

static bool linux_find_copied(uintptr_t start, uintptr_t *end)
{
    enum { ENTRIES = 512 };
    int error = errno;
    uint64_t entries[ENTRIES];
    uintptr_t at = start;
    bool is_copied = false;
    bool is_alike = true;
    ssize_t count = 1;
    int file = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    while (is_alike && count > 0 && at < *end) {
        count = pread(file, entries, sizeof entries, (off_t)(at / WM_OS_PAGE_BYTES * 8)) / 8;
        for (ssize_t i = 0; is_alike && i < count && at < *end; i++) {
            is_copied = at == start ? is_copy(entries[i]) : is_copied;
            is_alike = is_copy(entries[i]) == is_copied;
            at += is_alike ? WM_OS_PAGE_BYTES : 0;
        }
    }
    (void)close(file);
    *end = is_alike ? *end : at;
    errno = error;
    return is_copied;
}

static void linux_wait(uint32_t *word, uint32_t value)
{
    int error = errno;
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
    errno = error;
}

static void linux_wake_one(uint32_t *word)
{
    int error = errno;
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    errno = error;
}

static enum wm_os_result linux_catch_forks(void (*before)(void), void (*after_in_parent)(void),
                                           void (*after_in_child)(void))
{
    int error = pthread_atfork(before, after_in_parent, after_in_child);
    return error == 0 ? WM_OS_OK : result_of_errno(error);
}

static void linux_let_others_run(void)
{
    int error = errno;
    struct timespec moment = {.tv_nsec = 20000};
    nanosleep(&moment, NULL);
    errno = error;
}

static unsigned linux_processor_count(void)
{
    int error = errno;
    cpu_set_t set;
    CPU_ZERO(&set);
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    errno = error;
    return count > 0 ? (unsigned)count : 1;
}

_Noreturn void wm_os_die(const char *sentence)
{
    ssize_t written = write(STDERR_FILENO, sentence, strlen(sentence));
    (void)written; /* the process ends whether or not anybody reads it */
    abort();
}

/* The first number of /proc/self/statm, in pages. */
static uint64_t count_mapped_pages(void)
{
    char text[32] = "";
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t length = read(file, text, sizeof text - 1);
    (void)length; /* what is not there reads as no text, which is 0 */
    (void)close(file);
    return strtoull(text, NULL, 10);
}

static void linux_measure_memory(struct wm_os_memory *memory)
{
    int error = errno;
    struct sysinfo info = {0};
    (void)sysinfo(&info); /* fails for a bad pointer alone */
    *memory = (struct wm_os_memory){
        .physical_total = (uint64_t)info.totalram * info.mem_unit,
        .physical_available = ((uint64_t)info.freeram + info.bufferram) * info.mem_unit,
        .swap_total = (uint64_t)info.totalswap * info.mem_unit,
        .swap_available = (uint64_t)info.freeswap * info.mem_unit,
        .mapped = count_mapped_pages() * WM_OS_PAGE_BYTES,
    };
    errno = error;
}

const struct wm_os wm_os_linux = {
    .map = linux_map,
    .unmap = linux_unmap,
    .protect = linux_protect,
    .discard = linux_discard,
    .trim = linux_trim,
    .drop = linux_drop,
    .lock = linux_lock,
    .unlock = linux_unlock,
    .measure_memory = linux_measure_memory,
    .may_commit = linux_may_commit,
    .create_store = linux_create_store,
    .drop_store = linux_drop_store,
    .open_named = wm_os_linux_open_named,
    .drop_named = wm_os_linux_drop_named,
    .map_store = linux_map_store,
    .find_copied = linux_find_copied,
    .watch = wm_os_linux_watch,
    .forget_writes = wm_os_linux_forget_writes,
    .find_written = wm_os_linux_find_written,
    .find_mapping = wm_os_linux_find_mapping,
    .wait = linux_wait,
    .wake_one = linux_wake_one,
    .catch_faults = wm_os_linux_catch_faults,
    .catch_forks = linux_catch_forks,
    .let_others_run = linux_let_others_run,
    .processor_count = linux_processor_count,
};

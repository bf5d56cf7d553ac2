/* Which pages were written: asynchronous write protection by userfaultfd, which the kernel takes
 * off by itself at the first write, and PAGEMAP_SCAN, which tells where that was. Both are there
 * from Linux 6.7 on, and need no privilege for faults of user mode.
 *
 * The descriptor stays open, since closing it ends every watch. It belongs to the address space
 * that opened it: a child of fork has none of the watches of its parent, and opens its own.
 */
#define _GNU_SOURCE /* O_CLOEXEC, syscall */
#include "impl/os/os.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ioctl.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* Of linux/userfaultfd.h and linux/fs.h of 6.7, which older systems do not ship. */
#define USER_MODE_ONLY 1
#define FEATURE_WP_UNPOPULATED (UINT64_C(1) << 13)
#define FEATURE_WP_ASYNC (UINT64_C(1) << 15)

struct page_run {
    uint64_t start;
    uint64_t end;
    uint64_t categories;
};

struct page_scan {
    uint64_t size;
    uint64_t flags;
    uint64_t start;
    uint64_t end;
    uint64_t walk_end;
    uint64_t runs;
    uint64_t run_count;
    uint64_t page_count_max; /* 0: no limit */
    uint64_t category_inverted;
    uint64_t category_mask;
    uint64_t category_anyof_mask;
    uint64_t return_mask;
};
_Static_assert(sizeof(struct page_scan) == 96, "the size is part of the request number");

#define SCAN_PAGES _IOWR('f', 16, struct page_scan)
#define SCAN_PROTECTS_MATCHING UINT64_C(1)
#define SCAN_WANTS_ASYNC UINT64_C(2) /* refuses pages that are not watched */
#define PAGE_IS_WRITTEN UINT64_C(2)

static struct {
    pid_t process; /* 0: none was opened */
    int descriptor;
} watch; /* guarded by the lock of impl/vm */

static enum wm_os_result result_of_errno(int error)
{
    return error == ENOMEM || error == EMFILE || error == ENFILE ? WM_OS_NO_MEMORY : WM_OS_REFUSED;
}

static int open_pagemap(void)
{
    return open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
}

/* With a look at whether the answers could be had. */
static bool open_watch(void)
{
    int file = open_pagemap();
    if (file < 0) {
        return false;
    }
    (void)close(file);
    long descriptor = syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | USER_MODE_ONLY);
    if (descriptor < 0) {
        return false;
    }
    struct uffdio_api api = {.api = UFFD_API,
                             .features = FEATURE_WP_UNPOPULATED | FEATURE_WP_ASYNC};
    if (ioctl((int)descriptor, UFFDIO_API, &api) != 0) {
        int error = errno;
        (void)close((int)descriptor);
        errno = error;
        return false;
    }
    watch.descriptor = (int)descriptor;
    watch.process = getpid();
    return true;
}

static bool forget(uintptr_t address, size_t bytes)
{
    struct uffdio_writeprotect range = {.range = {.start = address, .len = bytes},
                                        .mode = UFFDIO_WRITEPROTECT_MODE_WP};
    return ioctl(watch.descriptor, UFFDIO_WRITEPROTECT, &range) == 0;
}

static bool begin(uintptr_t address, size_t bytes)
{
    struct uffdio_register range = {.range = {.start = address, .len = bytes},
                                    .mode = UFFDIO_REGISTER_MODE_WP};
    return ioctl(watch.descriptor, UFFDIO_REGISTER, &range) == 0;
}

enum wm_os_result wm_os_linux_watch(uintptr_t address, size_t bytes)
{
    int error = errno;
    bool is_done = (watch.process == getpid() || open_watch()) && begin(address, bytes);
    enum wm_os_result result = is_done ? WM_OS_OK : result_of_errno(errno);
    errno = error;
    return result;
}

enum wm_os_result wm_os_linux_forget_writes(uintptr_t address, size_t bytes)
{
    int error = errno;
    bool is_mine = watch.process == getpid();
    enum wm_os_result result = WM_OS_REFUSED;
    if (is_mine) {
        result = forget(address, bytes) ? WM_OS_OK : result_of_errno(errno);
    }
    errno = error;
    return result;
}

/* One question after the other, each for as many runs as there is room for. */
static bool scan(int file, uintptr_t start, uintptr_t end, bool forgets, uintptr_t *pages,
                 size_t *count)
{
    enum { RUNS = 128 };
    struct page_run runs[RUNS] = {{0, 0, 0}}; /* sanitizers do not know that the kernel fills it */
    size_t room = *count;
    *count = 0;
    while (start < end && *count < room) {
        struct page_scan question = {
            .size = sizeof question,
            .flags = SCAN_WANTS_ASYNC | (forgets ? SCAN_PROTECTS_MATCHING : 0),
            .start = start,
            .end = end,
            .runs = (uintptr_t)runs,
            .run_count = RUNS,
            .page_count_max = room - *count,
            .category_mask = PAGE_IS_WRITTEN,
            .return_mask = PAGE_IS_WRITTEN,
        };
        int found = ioctl(file, SCAN_PAGES, &question);
        if (found < 0) {
            return false;
        }
        for (int i = 0; i < found; i++) {
            for (uint64_t page = runs[i].start; page < runs[i].end; page += WM_OS_PAGE_BYTES) {
                pages[(*count)++] = page;
            }
        }
        start = question.walk_end;
    }
    return true;
}

enum wm_os_result wm_os_linux_find_written(uintptr_t start, uintptr_t end, bool forgets,
                                           uintptr_t *pages, size_t *count)
{
    int error = errno;
    enum wm_os_result result = WM_OS_OK;
    int file = open_pagemap();
    if (file < 0 || !scan(file, start, end, forgets, pages, count)) {
        result = result_of_errno(errno);
        *count = 0;
    }
    if (file >= 0) {
        (void)close(file);
    }
    errno = error;
    return result;
}

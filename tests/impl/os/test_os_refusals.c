/* A system that refuses: a sandbox or an older kernel answers some system call with an error, and
 * the contract of os.h holds all the same. Every test runs in a child, under a seccomp filter. */
#define _GNU_SOURCE /* MAP_FIXED_NOREPLACE, syscall numbers */
#include "tests/impl/support.h"

#include "impl/base/exception.h"
#include "impl/os/os.h"
#include "impl/vm/vm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* In a child, where cmocka's assertions would end nothing. */
#define EXPECT(condition)                                                 \
    do {                                                                  \
        if (!(condition)) {                                               \
            (void)fprintf(stderr, "line %d: %s\n", __LINE__, #condition); \
            abort();                                                      \
        }                                                                 \
    } while (0)

static void install(struct sock_filter *filter, unsigned short length)
{
    struct sock_fprog program = {.len = length, .filter = filter};
    EXPECT(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
    EXPECT(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

/* From now on the system call fails with `error`. */
static void refuse(long call, int error)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ((uint32_t)error & SECCOMP_RET_DATA)),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    install(filter, sizeof filter / sizeof filter[0]);
}

/* The same where the low half of argument number `place` is `value`. */
static void refuse_where(long call, unsigned place, uint32_t value, int error)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
                 (uint32_t)(offsetof(struct seccomp_data, args) + place * sizeof(uint64_t))),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ((uint32_t)error & SECCOMP_RET_DATA)),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    install(filter, sizeof filter / sizeof filter[0]);
}

/* Runs it in a child. */
static void check(void (*body)(void))
{
    struct death death = die_of(body);
    assert_string_equal(death.text, "");
    assert_int_equal(death.signal, 0);
}

static void map_without_memory(void)
{
    uintptr_t address = 0;
    refuse(SYS_mmap, EAGAIN); /* a limit on locked memory */
    EXPECT(wm_os->map(&address, GRANULE, WM_OS_READ) == WM_OS_NO_MEMORY);
    address = GRANULE;
    EXPECT(wm_os->map(&address, GRANULE, WM_OS_READ) == WM_OS_NO_MEMORY);
}

static void map_where_it_is_forbidden(void)
{
    uintptr_t address = 0;
    refuse(SYS_mmap, EPERM);
    EXPECT(wm_os->map(&address, GRANULE, WM_OS_READ | WM_OS_EXECUTE) == WM_OS_REFUSED);
}

static void a_map_tells_want_of_memory_from_a_refusal(void **state)
{
    (void)state;
    check(map_without_memory);
    check(map_where_it_is_forbidden);
}

enum { ODD_BYTES = 5 * 0x10000, HOLES_MAX = 1000 };

static void take_page(uintptr_t place)
{
    EXPECT(mmap((void *)place, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
                -1, 0) != MAP_FAILED);
}

/* There is no room where the probe was, nor right below it, where the next map is tried; and where
 * the system would put it then at a granule, it has to put it below an odd page. */
static void make_the_next_place_unaligned(void)
{
    uintptr_t probe = 0;
    EXPECT(wm_os->map(&probe, ODD_BYTES, WM_OS_NONE) == WM_OS_OK);
    EXPECT(wm_os->unmap(probe, ODD_BYTES) == WM_OS_OK);
    take_page(probe + ODD_BYTES - PAGE);
    take_page(probe - PAGE);
    for (int holes = 0; holes < HOLES_MAX; holes++) {
        char *place = mmap(NULL, ODD_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        EXPECT(munmap(place, ODD_BYTES) == 0);
        if ((uintptr_t)place % GRANULE != 0) {
            return;
        }
        take_page((uintptr_t)place + ODD_BYTES - PAGE);
    }
    EXPECT(!"every place that the system chooses is at a granule");
}

static void map_where_a_granule_more_does_not_fit(void)
{
    uintptr_t address = 0;
    make_the_next_place_unaligned();
    refuse_where(SYS_mmap, 1, ODD_BYTES + (uint32_t)GRANULE, ENOMEM);
    EXPECT(wm_os->map(&address, ODD_BYTES, WM_OS_NONE) == WM_OS_NO_MEMORY);
    EXPECT(address == 0);
}

static void map_where_the_ends_cannot_be_cut(void)
{
    uintptr_t address = 0;
    make_the_next_place_unaligned();
    refuse(SYS_munmap, ENOMEM); /* too many mappings */
    EXPECT(wm_os->map(&address, ODD_BYTES, WM_OS_NONE) == WM_OS_NO_MEMORY);
    EXPECT(address == 0);
}

static void a_map_that_cannot_be_aligned_fails_as_a_whole(void **state)
{
    (void)state;
    check(map_where_a_granule_more_does_not_fit);
    check(map_where_the_ends_cannot_be_cut);
}

static void count_processors_in_a_sandbox(void)
{
    refuse(SYS_sched_getaffinity, EPERM);
    EXPECT(wm_os->processor_count() == 1);
}

static void a_hidden_number_of_processors_is_one(void **state)
{
    (void)state;
    check(count_processors_in_a_sandbox);
}

static void list_on_an_older_kernel(void)
{
    struct wm_os_mapping asked;
    struct wm_os_mapping read;
    uintptr_t here = (uintptr_t)&asked;
    refuse(SYS_ioctl, ENOTTY);
    for (int i = 0; i < 2; i++) { /* the second time it is known */
        EXPECT(wm_os_linux_find_mapping(here, &asked) == WM_OS_FOUND);
        EXPECT(wm_os_linux_find_mapping_in_text(NULL, here, &read) == WM_OS_FOUND);
        EXPECT(asked.start == read.start && asked.start <= here && here < asked.end);
    }
}

static void list_where_it_is_hidden(void)
{
    struct wm_os_mapping mapping;
    MEMORY_BASIC_INFORMATION information;
    char *base = VirtualAlloc(NULL, PAGE, MEM_RESERVE, PAGE_READWRITE);
    EXPECT(base != NULL);
    refuse_where(SYS_openat, 2, O_RDONLY | O_CLOEXEC, EACCES);
    EXPECT(wm_os_linux_find_mapping(0, &mapping) == WM_OS_UNKNOWN);
    EXPECT(VirtualQuery(&mapping, &information, sizeof information) == 0);
    EXPECT(GetLastError() == ERROR_ACCESS_DENIED);
    EXPECT(VirtualQuery(base, &information, sizeof information) == sizeof information);
    EXPECT(information.State == MEM_RESERVE);
}

/* Who cannot tell whether a list is still his does not keep it. */
static void list_that_cannot_be_looked_at(void)
{
    struct wm_os_mapping mapping;
    uintptr_t here = (uintptr_t)&mapping;
    refuse(SYS_fstat, EACCES);
    refuse(SYS_newfstatat, EACCES);
    EXPECT(wm_os_linux_find_mapping(here, &mapping) == WM_OS_FOUND);
    int before = dup(STDERR_FILENO);
    for (int i = 0; i < 3; i++) {
        EXPECT(wm_os_linux_find_mapping(here, &mapping) == WM_OS_FOUND);
        EXPECT(mapping.start <= here && here < mapping.end);
    }
    EXPECT(close(before) == 0);
    EXPECT(dup(STDERR_FILENO) == before);
}

static void mappings_are_read_where_they_cannot_be_asked_for(void **state)
{
    (void)state;
    check(list_that_cannot_be_looked_at);
    check(list_on_an_older_kernel);
    check(list_where_it_is_hidden);
}

static bool never(const struct wm_os_fault *fault)
{
    (void)fault;
    return false;
}

static void catch_where_signals_are_out_of_reach(void)
{
    refuse(SYS_rt_sigaction, EPERM);
    EXPECT(wm_os->catch_faults(never) == WM_OS_REFUSED);
}

static void catch_one_of_two(void)
{
    refuse_where(SYS_rt_sigaction, 0, SIGBUS, EPERM);
    EXPECT(wm_os->catch_faults(never) == WM_OS_REFUSED);
}

static void faults_that_cannot_be_caught_are_told(void **state)
{
    (void)state;
    check(catch_where_signals_are_out_of_reach);
    check(catch_one_of_two);
}

/* The request of linux/fs.h, without the structure that it is of: 96 bytes. */
#define SCAN_PAGES 0xc0606610u

static uintptr_t map_pages(void)
{
    uintptr_t address = 0;
    EXPECT(wm_os->map(&address, GRANULE, WM_OS_NONE) == WM_OS_OK);
    return address;
}

static void watch_without_pagemap(void)
{
    uintptr_t pages = map_pages();
    refuse_where(SYS_openat, 2, O_RDONLY | O_CLOEXEC, EACCES);
    EXPECT(wm_os->watch(pages, GRANULE) == WM_OS_REFUSED);
}

static void watch_where_it_is_forbidden(void)
{
    uintptr_t pages = map_pages();
    refuse(SYS_userfaultfd, EPERM);
    EXPECT(wm_os->watch(pages, GRANULE) == WM_OS_REFUSED);
    EXPECT(wm_os->forget_writes(pages, GRANULE) == WM_OS_REFUSED);
    EXPECT(VirtualAlloc(NULL, PAGE, MEM_RESERVE | MEM_WRITE_WATCH, PAGE_READWRITE) == NULL);
    EXPECT(GetLastError() == ERROR_NOT_SUPPORTED);
}

static void watch_without_descriptors(void)
{
    uintptr_t pages = map_pages();
    refuse(SYS_userfaultfd, EMFILE);
    EXPECT(wm_os->watch(pages, GRANULE) == WM_OS_NO_MEMORY);
}

static void watch_on_a_kernel_without_asynchronous_protection(void)
{
    uintptr_t pages = map_pages();
    refuse_where(SYS_ioctl, 1, (uint32_t)UFFDIO_API, EINVAL);
    EXPECT(wm_os->watch(pages, GRANULE) == WM_OS_REFUSED);
}

static void a_system_that_cannot_watch_refuses(void **state)
{
    (void)state;
    check(watch_without_pagemap);
    check(watch_where_it_is_forbidden);
    check(watch_without_descriptors);
    check(watch_on_a_kernel_without_asynchronous_protection);
}

/* False where the system cannot do it at all, and there is nothing to test. */
static bool watch_pages(uintptr_t *pages)
{
    *pages = map_pages();
    return wm_os->watch(*pages, GRANULE) == WM_OS_OK;
}

static void watch_without_memory(void)
{
    uintptr_t pages;
    if (watch_pages(&pages)) {
        refuse_where(SYS_ioctl, 1, (uint32_t)UFFDIO_WRITEPROTECT, ENOMEM);
        EXPECT(wm_os->forget_writes(pages, GRANULE) == WM_OS_NO_MEMORY);
        refuse_where(SYS_ioctl, 1, (uint32_t)UFFDIO_REGISTER, ENOMEM);
        EXPECT(wm_os->watch(pages, GRANULE) == WM_OS_NO_MEMORY);
    }
}

static void look_where_it_is_forbidden(void)
{
    uintptr_t pages;
    uintptr_t written;
    if (watch_pages(&pages)) {
        size_t count = 1;
        refuse_where(SYS_ioctl, 1, SCAN_PAGES, ENOTTY);
        EXPECT(wm_os->find_written(pages, pages + GRANULE, false, &written, &count) ==
               WM_OS_REFUSED);
        EXPECT(count == 0);
        count = 1;
        refuse_where(SYS_openat, 2, O_RDONLY | O_CLOEXEC, ENFILE);
        EXPECT(wm_os->find_written(pages, pages + GRANULE, false, &written, &count) ==
               WM_OS_NO_MEMORY);
        EXPECT(count == 0);
    }
}

static void a_watch_that_the_system_hinders_fails(void **state)
{
    (void)state;
    check(watch_without_memory);
    check(look_where_it_is_forbidden);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_map_tells_want_of_memory_from_a_refusal),
        cmocka_unit_test(a_map_that_cannot_be_aligned_fails_as_a_whole),
        cmocka_unit_test(a_hidden_number_of_processors_is_one),
        cmocka_unit_test(mappings_are_read_where_they_cannot_be_asked_for),
        cmocka_unit_test(faults_that_cannot_be_caught_are_told),
        cmocka_unit_test(a_system_that_cannot_watch_refuses),
        cmocka_unit_test(a_watch_that_the_system_hinders_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

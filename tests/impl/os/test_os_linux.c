/* The real operating system keeps the contract of os.h. */
#define _GNU_SOURCE /* mkstemp */
#include "tests/impl/support.h"

#include "impl/os/os.h"
#include "impl/os/os_sim.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void map_anywhere_is_granule_aligned_zero_and_inside_the_user_space(void **state)
{
    (void)state;
    uintptr_t address[16];
    for (size_t i = 0; i < 16; i++) {
        address[i] = 0;
        assert_int_equal(wm_os->map(&address[i], GRANULE * (i + 1), WM_OS_READ | WM_OS_WRITE),
                         WM_OS_OK);
        assert_int_equal(address[i] % GRANULE, 0);
        assert_true(address[i] >= WM_OS_ADDRESS_MIN && address[i] < WM_OS_ADDRESS_MAX);
        assert_int_equal(*(char *)address[i], 0);
    }
    for (size_t i = 0; i < 16; i++) {
        assert_int_equal(wm_os->unmap(address[i], GRANULE * (i + 1)), WM_OS_OK);
    }
}

static void map_at_an_address_never_replaces(void **state)
{
    (void)state;
    uintptr_t first = 0;
    assert_int_equal(wm_os->map(&first, GRANULE, WM_OS_READ | WM_OS_WRITE), WM_OS_OK);
    memset((void *)first, 7, GRANULE);
    uintptr_t second = first;
    assert_int_equal(wm_os->map(&second, GRANULE, WM_OS_READ), WM_OS_TAKEN);
    assert_int_equal(*(char *)first, 7);
    assert_int_equal(wm_os->unmap(first, GRANULE), WM_OS_OK);
}

static void more_than_the_address_space_is_no_memory(void **state)
{
    (void)state;
    uintptr_t address = 0;
    assert_int_equal(wm_os->map(&address, (size_t)1 << 50, WM_OS_NONE), WM_OS_NO_MEMORY);
}

static void discard_makes_pages_inaccessible_and_zero_when_next_used(void **state)
{
    (void)state;
    uintptr_t address = 0;
    assert_int_equal(wm_os->map(&address, GRANULE, WM_OS_READ | WM_OS_WRITE), WM_OS_OK);
    memset((void *)address, 7, GRANULE);
    assert_int_equal(wm_os->discard(address, PAGE), WM_OS_OK);
    assert_int_equal(wm_os->protect(address, PAGE, WM_OS_READ), WM_OS_OK);
    assert_int_equal(*(char *)address, 0);
    assert_int_equal(*(char *)(address + PAGE), 7);
    assert_int_equal(wm_os->unmap(address, GRANULE), WM_OS_OK);
}

static void both_ways_of_listing_mappings_agree(void **state)
{
    (void)state;
    uintptr_t address = 0;
    unsigned count = 0;
    for (;;) {
        struct wm_os_mapping asked;
        struct wm_os_mapping read;
        bool found = wm_os_linux_find_mapping(address, &asked) == WM_OS_FOUND;
        bool found_text = wm_os_linux_find_mapping_in_text(NULL, address, &read) == WM_OS_FOUND;
        if (!found) { /* the vsyscall page, above user space, is listed as text only */
            assert_true(!found_text || read.start > WM_OS_ADDRESS_MAX);
            break;
        }
        assert_true(found_text);
        assert_true(asked.start < asked.end && asked.end > address);
        /* The stack may grow between the two questions. */
        assert_int_equal(asked.end, read.end);
        assert_int_equal(asked.access, read.access);
        assert_int_equal(asked.shared, read.shared);
        assert_int_equal(asked.file == 0, read.file == 0);
        address = asked.end;
        count++;
    }
    assert_true(count > 5);
}

static enum wm_os_finding find_in(const char *text, uintptr_t address)
{
    char path[] = "/tmp/winmem-maps-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, text, strlen(text)), strlen(text));
    struct wm_os_mapping mapping;
    enum wm_os_finding finding = wm_os_linux_find_mapping_in_text(path, address, &mapping);
    close(file);
    unlink(path);
    return finding;
}

static void a_list_that_cannot_be_read_is_no_empty_list(void **state)
{
    (void)state;
    static const char good[] = "10000-20000 rw-p 00000000 00:00 0 \n";
    assert_int_equal(find_in(good, 0x10000), WM_OS_FOUND);
    assert_int_equal(find_in(good, 0x20000), WM_OS_NOTHING);
    assert_int_equal(find_in("", 0), WM_OS_UNKNOWN);
    assert_int_equal(find_in("Permission denied\n", 0), WM_OS_UNKNOWN);
    assert_int_equal(find_in("10000-20000 rw-p 00000000 00:00 0 ", 0x10000), WM_OS_UNKNOWN);
    assert_int_equal(find_in("10000-20000 rw-p 00000000 00:00 0 \n30000-", 0x20000), WM_OS_UNKNOWN);
    static const char *const bad[] = {
        "10000 20000 rw-p 00000000 00:00 0 \n", "1000g-20000 rw-p 00000000 00:00 0 \n",
        "10000-2000G rw-p 00000000 00:00 0 \n", "10000-20000 rw-\n",
        "10000-20000 rw-p 0000.000 00:00 0 \n", "10000-20000 rw-p 00000000 zz:00 0 \n",
        "10000-20000 rw-p 00000000 00:0z 0 \n",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(find_in(bad[i], 0x10000), WM_OS_UNKNOWN);
    }
    struct wm_os_mapping mapping;
    assert_int_equal(wm_os_linux_find_mapping_in_text("/nonexistent/maps", 0, &mapping),
                     WM_OS_UNKNOWN);
    assert_int_equal(wm_os_linux_find_mapping_in_text("/tmp", 0, &mapping), WM_OS_UNKNOWN);
}

/* The descriptor of the list that is kept open, or -1. */
static int kept_descriptor(void)
{
    for (int descriptor = 0; descriptor < 64; descriptor++) {
        char link[32];
        char path[64] = "";
        (void)snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
        if (readlink(link, path, sizeof path - 1) > 0 && strstr(path, "/maps") != NULL) {
            return descriptor;
        }
    }
    return -1;
}

static void assert_opened_again(FILE *file)
{
    struct wm_os_mapping mapping;
    uintptr_t here = (uintptr_t)&kept_descriptor;
    assert_int_equal(wm_os_linux.find_mapping(here, &mapping), WM_OS_FOUND);
    int kept = kept_descriptor();
    if (kept < 0) {
        print_message("skipped: the list is read as text\n");
        (void)fclose(file);
        return;
    }
    assert_int_equal(dup2(fileno(file), kept), kept);
    assert_int_equal(lseek(kept, 0, SEEK_SET), 0);
    assert_int_equal(wm_os_linux.find_mapping(here, &mapping), WM_OS_FOUND);
    assert_true(mapping.start <= here && here < mapping.end);
    assert_int_equal(lseek(kept, 0, SEEK_CUR), 0);
    assert_int_equal(close(kept), 0);
    (void)fclose(file);
}

/* Its number belongs to a file of the program, which stays open and is not read: one on a disk, and
 * one where the list is, too. */
static void a_list_that_the_program_has_closed_is_opened_again(void **state)
{
    (void)state;
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(write(fileno(file), "abc", 3), 3);
    assert_opened_again(file);
    file = fopen("/proc/self/status", "r");
    assert_non_null(file);
    assert_opened_again(file);
    struct wm_os_mapping mapping; /* and now the number is nobody's */
    (void)close(kept_descriptor());
    assert_int_equal(wm_os_linux.find_mapping((uintptr_t)&mapping, &mapping), WM_OS_FOUND);
}

static void a_child_of_fork_sees_its_own_list(void **state)
{
    (void)state;
    struct wm_os_mapping mapping;
    assert_int_equal(wm_os_linux.find_mapping((uintptr_t)&kept_descriptor, &mapping), WM_OS_FOUND);
    pid_t child = fork();
    if (child == 0) {
        uintptr_t address = 0;
        bool is_seen = wm_os_linux.map(&address, WM_OS_GRANULE_BYTES, WM_OS_READ) == WM_OS_OK &&
                       wm_os_linux.find_mapping(address, &mapping) == WM_OS_FOUND &&
                       mapping.start <= address;
        _exit(is_seen ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void what_was_given_back_is_not_mapped_again_at_once(void **state)
{
    (void)state;
    uintptr_t places[8] = {0};
    for (unsigned i = 0; i < 8; i++) {
        assert_int_equal(wm_os_linux.map(&places[i], (i + 1) * WM_OS_GRANULE_BYTES, WM_OS_NONE),
                         WM_OS_OK);
        assert_int_equal(places[i] % WM_OS_GRANULE_BYTES, 0);
    }
    assert_int_equal(wm_os_linux.unmap(places[7], 8 * WM_OS_GRANULE_BYTES), WM_OS_OK);
    uintptr_t next = 0;
    assert_int_equal(wm_os_linux.map(&next, 8 * WM_OS_GRANULE_BYTES, WM_OS_NONE), WM_OS_OK);
    assert_int_not_equal(next, places[7]);
    for (unsigned i = 0; i < 7; i++) {
        assert_int_equal(wm_os_linux.unmap(places[i], (i + 1) * WM_OS_GRANULE_BYTES), WM_OS_OK);
    }
    assert_int_equal(wm_os_linux.unmap(next, 8 * WM_OS_GRANULE_BYTES), WM_OS_OK);
}

static void no_call_changes_errno(void **state)
{
    (void)state;
    struct wm_os_mapping mapping;
    uint32_t value = 0;
    uintptr_t address = 0;
    errno = 77;
    assert_int_equal(wm_os->map(&address, (size_t)1 << 50, WM_OS_NONE), WM_OS_NO_MEMORY);
    address = GRANULE;
    assert_int_not_equal(wm_os->unmap(1, PAGE), WM_OS_OK);
    assert_int_not_equal(wm_os->protect(1, PAGE, WM_OS_READ), WM_OS_OK);
    assert_int_not_equal(wm_os->discard(1, PAGE), WM_OS_OK);
    wm_os->wait(&value, 1);
    wm_os->wake_one(&value);
    wm_os->let_others_run();
    (void)wm_os_linux_find_mapping_in_text("/nonexistent/maps", 0, &mapping);
    assert_int_equal(wm_os->find_mapping(WM_OS_ADDRESS_MAX + 1, &mapping), WM_OS_NOTHING);
    assert_int_equal(errno, 77);
}

static void the_simulation_fails_the_call_it_was_told_to_and_counts(void **state)
{
    (void)state;
    uintptr_t address = 0;
    wm_os_sim_start(2, WM_OS_SIM_FAIL_ONE);
    assert_int_equal(wm_os->map(&address, GRANULE, WM_OS_NONE), WM_OS_OK);
    assert_int_equal(wm_os->protect(address, GRANULE, WM_OS_READ), WM_OS_NO_MEMORY);
    assert_int_equal(wm_os->protect(address, GRANULE, WM_OS_READ), WM_OS_OK);
    assert_int_equal(wm_os->unmap(address, GRANULE), WM_OS_OK);
    assert_int_equal(wm_os_sim_stop(), 4);
    struct wm_os_mapping mapping;
    wm_os_sim_start(0, WM_OS_SIM_FAIL_ONE); /* counts alone */
    assert_int_equal(wm_os->find_mapping((uintptr_t)&mapping, &mapping), WM_OS_FOUND);
    assert_int_not_equal(wm_os->protect(1, PAGE, WM_OS_READ), WM_OS_OK);
    assert_int_equal(wm_os_sim_stop(), 2);
    address = 0;
    wm_os_sim_start(1, WM_OS_SIM_FAIL_REST);
    assert_int_equal(wm_os->map(&address, GRANULE, WM_OS_NONE), WM_OS_NO_MEMORY);
    assert_int_equal(wm_os->map(&address, GRANULE, WM_OS_NONE), WM_OS_NO_MEMORY);
    wm_os_sim_stop();
}

/* The longest path that there is, and digits behind it that are none of the file's number. */
static void what_stands_behind_the_file_number_is_a_name(void **state)
{
    (void)state;
    static char text[5000];
    int length = snprintf(text, sizeof text, "10000-20000 r-xs 00001000 fe:01 12/");
    memset(text + length, '9', 4096);
    (void)snprintf(text + length + 4096, sizeof text - 4096 - (size_t)length,
                   "\n30000-40000 ---p 00000000 00:00 0x\n");
    assert_int_equal(find_in(text, 0x10000), WM_OS_FOUND);
    assert_int_equal(find_in(text, 0x20000), WM_OS_FOUND);
    assert_int_equal(find_in(text, 0x40000), WM_OS_NOTHING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(map_anywhere_is_granule_aligned_zero_and_inside_the_user_space),
        cmocka_unit_test(map_at_an_address_never_replaces),
        cmocka_unit_test(more_than_the_address_space_is_no_memory),
        cmocka_unit_test(discard_makes_pages_inaccessible_and_zero_when_next_used),
        cmocka_unit_test(both_ways_of_listing_mappings_agree),
        cmocka_unit_test(a_list_that_cannot_be_read_is_no_empty_list),
        cmocka_unit_test(a_list_that_the_program_has_closed_is_opened_again),
        cmocka_unit_test(a_child_of_fork_sees_its_own_list),
        cmocka_unit_test(what_was_given_back_is_not_mapped_again_at_once),
        cmocka_unit_test(no_call_changes_errno),
        cmocka_unit_test(the_simulation_fails_the_call_it_was_told_to_and_counts),
        cmocka_unit_test(what_stands_behind_the_file_number_is_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

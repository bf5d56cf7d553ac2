/* Names of stores as files, and what else may lie where they are kept. */
#define _DEFAULT_SOURCE /* mkdtemp, symlink, flock */
#include "tests/impl/support.h"

#include "impl/os/os.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_ROOM = 128, IMAGE_ROOM = 64, SAME_HASH = 8 };

static char place[] = "/tmp/os_names_XXXXXX";
static char kept[PATH_ROOM]; /* where names are kept */
static uint16_t units[] = {'n', 'a', 'm', 'e'};
static const struct wm_os_name name = {.units = units, .count = 4, .scope = 1};
static const struct wm_os_named wanted = {.bytes = PAGE, .marks = {4, 1}};

static int set_up(void **state)
{
    (void)state;
    if (mkdtemp(place) == NULL) {
        return -1;
    }
    (void)snprintf(kept, sizeof kept, "%s/names", place);
    wm_os_linux_keep_names_in(kept);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    wm_os_linux_keep_names_in(NULL);
    return rmdir(kept) == 0 && rmdir(place) == 0 ? 0 : -1; /* nothing is left */
}

static void open_new(struct wm_os_named *found)
{
    assert_int_equal(wm_os_linux_open_named(&name, &wanted, found), WM_OS_NAME_NEW);
}

static void assert_naming(enum wm_os_naming expected)
{
    struct wm_os_named found;
    assert_int_equal(wm_os_linux_open_named(&name, &wanted, &found), expected);
}

static const char *path_of(uint64_t key, unsigned index)
{
    static char path[2 * PATH_ROOM];
    (void)snprintf(path, sizeof path, "%s/%016llx.%u", kept, (unsigned long long)key, index);
    return path;
}

static uint64_t key_of_name(void)
{
    struct wm_os_named found;
    open_new(&found);
    wm_os_linux_drop_named(&found);
    return found.key;
}

static unsigned first_free_descriptor(void)
{
    int file = dup(0);
    assert_true(file >= 0);
    close(file);
    return (unsigned)file;
}

/* --- Files that are no store of this name --------------------------------------------------- */

/* The beginning of a file: what a header is, and the name behind it. */
static size_t read_image(const char *path, unsigned char image[IMAGE_ROOM])
{
    int file = open(path, O_RDONLY);
    assert_true(file >= 0);
    ssize_t size = read(file, image, IMAGE_ROOM);
    close(file);
    assert_int_equal(size, IMAGE_ROOM);
    return (size_t)size;
}

/* A file of so many bytes that somebody has. */
static int put(const char *path, const unsigned char *image, off_t bytes)
{
    int file = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
    assert_true(file >= 0);
    assert_int_equal(write(file, image, IMAGE_ROOM), IMAGE_ROOM);
    assert_int_equal(ftruncate(file, bytes), 0);
    assert_int_equal(flock(file, LOCK_SH), 0);
    return file;
}

static void a_file_that_says_something_else_is_of_another_name(void **state)
{
    (void)state;
    unsigned char image[IMAGE_ROOM];
    struct wm_os_named made;
    struct wm_os_named found;
    open_new(&made);
    off_t whole = (off_t)(made.offset + made.bytes);
    (void)read_image(path_of(made.key, 0), image);
    wm_os_linux_drop_named(&made);
    enum { BYTES_AT = 32, HEADER = 40 }; /* see struct header of os_linux_names.c */
    static const struct {
        unsigned changed;                     /* the byte that is another one, */
        unsigned bits;                        /* in these bits, */
        bool is_cut;                          /* and whether the file ends there */
    } cases[] = {{0, 1, false},               /* magic */
                 {8, 1, false},               /* version */
                 {12, 1, false},              /* scope */
                 {16, 1, false},              /* length of the name */
                 {HEADER, 1, false},          /* the name */
                 {BYTES_AT + 5, 1, false},    /* more than there is */
                 {BYTES_AT + 1, 0x30, false}, /* all that there is */
                 {BYTES_AT, 1, true},
                 {HEADER + 2, 1, true},
                 {HEADER + 8, 1, true}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned char other[IMAGE_ROOM];
        memcpy(other, image, sizeof other);
        other[cases[i].changed] ^= (unsigned char)cases[i].bits;
        int file = put(path_of(made.key, 0), other, cases[i].is_cut ? cases[i].changed : whole);
        assert_int_equal(wm_os_linux_open_named(&name, NULL, &found), WM_OS_NAME_NOBODYS);
        open_new(&found);
        assert_int_equal(found.index, 1);
        wm_os_linux_drop_named(&found);
        assert_int_equal(unlink(path_of(made.key, 0)), 0);
        close(file);
    }
    int file = put(path_of(made.key, 0), image, whole);
    assert_int_equal(wm_os_linux_open_named(&name, NULL, &found), WM_OS_NAME_OLD);
    assert_int_equal(found.bytes, wanted.bytes);
    wm_os_linux_drop_named(&found);
    close(file);
    assert_int_equal(unlink(path_of(made.key, 0)), 0);
}

/* Given two files of one hash, the first of a process that has ended; when names are used; then the
 * second is found in its place, and goes with whoever had it under its old number. */
static void the_file_behind_one_that_is_gone_takes_its_place(void **state)
{
    (void)state;
    unsigned char image[IMAGE_ROOM];
    struct wm_os_named ours;
    struct wm_os_named found;
    open_new(&ours);
    (void)read_image(path_of(ours.key, 0), image);
    image[12] ^= 1; /* of another scope */
    wm_os_linux_drop_named(&ours);
    int file = put(path_of(ours.key, 0), image, IMAGE_ROOM);
    open_new(&ours);
    assert_int_equal(ours.index, 1);
    close(file);
    assert_int_equal(wm_os_linux_open_named(&name, NULL, &found), WM_OS_NAME_OLD);
    assert_int_equal(found.index, 0);
    assert_int_equal(access(path_of(ours.key, 1), F_OK), -1);
    wm_os_linux_drop_named(&found);
    wm_os_linux_drop_named(&ours);
    assert_int_equal(access(path_of(ours.key, 0), F_OK), -1);

    file = put(path_of(ours.key, 0), image, IMAGE_ROOM);
    open_new(&ours);
    close(file);
    wm_os_linux_keep_names_in(kept); /* as a new process, which sweeps */
    assert_int_equal(wm_os_linux_open_named(&name, NULL, &found), WM_OS_NAME_OLD);
    assert_int_equal(found.index, 0);
    wm_os_linux_drop_named(&ours);
    wm_os_linux_drop_named(&found);
    assert_int_equal(access(path_of(ours.key, 0), F_OK), -1);
}

static void eight_strangers_leave_no_room(void **state)
{
    (void)state;
    uint64_t key = key_of_name();
    for (unsigned i = 0; i < SAME_HASH; i++) {
        assert_int_equal(mkdir(path_of(key, i), 0700), 0);
    }
    assert_naming(WM_OS_NAME_REFUSED);
    for (unsigned i = 0; i < SAME_HASH; i++) {
        assert_int_equal(rmdir(path_of(key, i)), 0);
    }

    struct wm_os_named ours;
    open_new(&ours);
    assert_int_equal(unlink(path_of(key, 0)), 0);
    for (unsigned i = 0; i < SAME_HASH; i++) {
        assert_int_equal(mkdir(path_of(key, i), 0700), 0);
    }
    wm_os_linux_drop_named(&ours); /* which is none of them */
    for (unsigned i = 0; i < SAME_HASH; i++) {
        assert_int_equal(rmdir(path_of(key, i)), 0);
    }
}

static void the_last_of_eight_takes_the_place_of_one_that_goes(void **state)
{
    (void)state;
    unsigned char image[IMAGE_ROOM];
    struct wm_os_named ours;
    int files[SAME_HASH];
    open_new(&ours);
    (void)read_image(path_of(ours.key, 0), image);
    for (unsigned i = 1; i < SAME_HASH; i++) {
        files[i] = put(path_of(ours.key, i), image, IMAGE_ROOM);
    }
    wm_os_linux_drop_named(&ours);
    assert_int_equal(access(path_of(ours.key, SAME_HASH - 1), F_OK), -1);
    for (unsigned i = 0; i < SAME_HASH - 1; i++) {
        assert_int_equal(unlink(path_of(ours.key, i)), 0);
        close(files[i + 1]);
    }
}

static void the_first_use_of_names_removes_what_nobody_has(void **state)
{
    (void)state;
    static const char *const others[] = {"0000000000000000.0", "0000000000000000.8", "name", "1.0"};
    char path[2 * PATH_ROOM];
    (void)key_of_name();
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", kept, others[i]);
        int file = open(path, O_RDWR | O_CREAT | O_EXCL, 0600);
        assert_true(file >= 0);
        close(file);
        wm_os_linux_keep_names_in(kept); /* as a new process */
        (void)key_of_name();
        assert_int_equal(access(path, F_OK), -1);
    }
}

static void the_first_use_of_names_leaves_strangers_alone(void **state)
{
    (void)state;
    char link[2 * PATH_ROOM];
    (void)snprintf(link, sizeof link, "%s/link", kept);
    (void)key_of_name();
    assert_int_equal(symlink("/nowhere", link), 0);
    wm_os_linux_keep_names_in(kept); /* as a new process */
    (void)key_of_name();
    assert_int_equal(unlink(link), 0);
}

static void a_file_that_somebody_took_away_is_not_missed(void **state)
{
    (void)state;
    struct wm_os_named found;
    open_new(&found);
    assert_int_equal(unlink(path_of(found.key, found.index)), 0);
    wm_os_linux_drop_named(&found);

    open_new(&found);
    assert_int_equal(unlink(path_of(found.key, found.index)), 0);
    int file = open(path_of(found.key, found.index), O_RDWR | O_CREAT, 0600);
    assert_true(file >= 0);
    wm_os_linux_drop_named(&found);
    close(file);
    assert_int_equal(unlink(path_of(found.key, found.index)), 0); /* it was left alone */
}

/* --- The directory -------------------------------------------------------------------------- */

static void what_cannot_be_removed_is_nobodys(void **state)
{
    (void)state;
    struct wm_os_named found;
    open_new(&found);
    assert_int_equal(chmod(kept, 0770), 0);
    wm_os_linux_drop_named(&found);
    assert_int_equal(chmod(kept, 0700), 0);
    assert_int_equal(access(path_of(found.key, 0), F_OK), 0);
    open_new(&found);
    assert_int_equal(found.index, 0);
    wm_os_linux_drop_named(&found);
}

static void the_directory_of_another_user_is_not_used(void **state)
{
    (void)state;
    if (geteuid() != 0) {
        skip(); /* nobody else may give a directory away */
    }
    (void)key_of_name();
    assert_int_equal(chown(kept, 65534, (gid_t)-1), 0);
    assert_naming(WM_OS_NAME_REFUSED);
    assert_int_equal(chown(kept, 0, (gid_t)-1), 0);
}

static volatile sig_atomic_t alarm_count;

static void note_alarm(int signal)
{
    (void)signal;
    alarm_count++;
}

/* Somebody else has the directory for a while, and signals come meanwhile. */
static void signals_end_no_wait(void **state)
{
    (void)state;
    struct wm_os_named found;
    int ready[2];
    char byte;
    (void)key_of_name();
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        int directory = open(kept, O_RDONLY | O_DIRECTORY);
        int locked = flock(directory, LOCK_EX);
        (void)!write(ready[1], "", 1);
        (void)usleep(100000);
        _exit(locked);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    struct sigaction catches = {.sa_handler = note_alarm};
    struct sigaction before;
    struct itimerval soon = {{0, 10000}, {0, 10000}};
    struct itimerval never = {{0, 0}, {0, 0}};
    assert_int_equal(sigaction(SIGALRM, &catches, &before), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
    enum wm_os_naming naming = wm_os_linux_open_named(&name, &wanted, &found);
    assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
    assert_int_equal(sigaction(SIGALRM, &before, NULL), 0);
    int status;
    while (waitpid(child, &status, 0) < 0) {
        assert_int_equal(errno, EINTR);
    }
    assert_int_equal(status, 0);
    close(ready[0]);
    close(ready[1]);
    assert_int_equal(naming, WM_OS_NAME_NEW);
    assert_true(alarm_count > 0);
    wm_os_linux_drop_named(&found);
}

/* --- Limits --------------------------------------------------------------------------------- */

static void a_file_that_is_too_large_is_no_space(void **state)
{
    (void)state;
    struct rlimit before;
    unsigned free_before = first_free_descriptor();
    assert_ptr_not_equal(signal(SIGXFSZ, SIG_IGN), SIG_ERR);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    struct rlimit small = {PAGE, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    assert_naming(WM_OS_NAME_NO_SPACE);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_ptr_not_equal(signal(SIGXFSZ, SIG_DFL), SIG_ERR);
    assert_int_equal(first_free_descriptor(), free_before);
}

/* With one descriptor for the directory and none for the list of what is in it, and so on. */
static void few_descriptors_are_no_memory_and_none_are_lost(void **state)
{
    (void)state;
    struct rlimit before;
    struct wm_os_named found;
    enum { NEEDED = 3 };
    unsigned next = first_free_descriptor();
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    for (unsigned left = 0; left <= NEEDED; left++) {
        struct rlimit low = {next + left, before.rlim_max};
        wm_os_linux_keep_names_in(kept); /* as a new process */
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
        enum wm_os_naming naming = wm_os_linux_open_named(&name, &wanted, &found);
        assert_int_equal(naming, left < NEEDED ? WM_OS_NAME_NO_MEMORY : WM_OS_NAME_NEW);
        if (naming == WM_OS_NAME_NEW) {
            wm_os_linux_drop_named(&found); /* which needs none besides those it has */
        }
        assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
        assert_int_equal(first_free_descriptor(), next);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_that_says_something_else_is_of_another_name),
        cmocka_unit_test(the_file_behind_one_that_is_gone_takes_its_place),
        cmocka_unit_test(eight_strangers_leave_no_room),
        cmocka_unit_test(the_last_of_eight_takes_the_place_of_one_that_goes),
        cmocka_unit_test(the_first_use_of_names_removes_what_nobody_has),
        cmocka_unit_test(the_first_use_of_names_leaves_strangers_alone),
        cmocka_unit_test(a_file_that_somebody_took_away_is_not_missed),
        cmocka_unit_test(what_cannot_be_removed_is_nobodys),
        cmocka_unit_test(the_directory_of_another_user_is_not_used),
        cmocka_unit_test(signals_end_no_wait),
        cmocka_unit_test(a_file_that_is_too_large_is_no_space),
        cmocka_unit_test(few_descriptors_are_no_memory_and_none_are_lost),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

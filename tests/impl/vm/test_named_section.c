/* Sections with names, in one process and in several. */
#define _DEFAULT_SOURCE /* mkdtemp, symlink, flock */
#include "tests/impl/support.h"

#include "impl/include/winmem_sim.h"
#include "impl/os/os.h"
#include "impl/os/os_sim.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char place[] = "/tmp/named_section_XXXXXX"; /* where names are kept */
static char kept[64];

static int keep_names_apart(void **state)
{
    (void)state;
    if (mkdtemp(place) == NULL) {
        return -1;
    }
    (void)snprintf(kept, sizeof kept, "%s/names", place);
    wm_os_linux_keep_names_in(kept);
    return 0;
}

static unsigned count_files(const char *path)
{
    unsigned count = 0;
    DIR *list = opendir(path);
    if (list == NULL) {
        return 0;
    }
    while (readdir(list) != NULL) {
        count++;
    }
    closedir(list);
    return count - 2; /* itself and its parent */
}

static int remove_names(void **state)
{
    (void)state;
    wm_os_linux_keep_names_in(NULL);
    bool is_left = count_files(kept) != 0;
    return !is_left && rmdir(kept) == 0 && rmdir(place) == 0 ? 0 : -1;
}

static unsigned count_open_files(void)
{
    return count_files("/proc/self/fd");
}

static HANDLE create(const char *name, DWORD protection, DWORD bytes)
{
    return CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, protection, 0, bytes, name);
}

static HANDLE create_new(const char *name)
{
    SetLastError(0xDEADBEEF);
    HANDLE handle = create(name, PAGE_READWRITE, GRANULE);
    assert_non_null(handle);
    assert_int_equal(GetLastError(), NO_ERROR);
    return handle;
}

static char *map(HANDLE handle, DWORD access)
{
    return MapViewOfFile(handle, access, 0, 0, 0);
}

/* --- One process -------------------------------------------------------------------------- */

static void who_comes_second_gets_the_section_that_is_there(void **state)
{
    (void)state;
    HANDLE first = create_new("twice");
    HANDLE second = create("twice", PAGE_READWRITE, 4 * GRANULE);
    assert_non_null(second);
    assert_int_equal(GetLastError(), ERROR_ALREADY_EXISTS);
    assert_ptr_not_equal(first, second);
    char *one = map(first, FILE_MAP_WRITE);
    char *other = map(second, FILE_MAP_READ);
    assert_non_null(one);
    assert_non_null(other);
    strcpy(one, "seen");
    assert_string_equal(other, "seen");
    assert_run(other, GRANULE, MEM_COMMIT, PAGE_READONLY);
    assert_true(UnmapViewOfFile(one));
    assert_true(UnmapViewOfFile(other));
    assert_true(CloseHandle(first));
    assert_true(CloseHandle(second));
    assert_int_equal(count_files(kept), 0);
}

static void a_name_goes_with_its_last_handle_though_views_stay(void **state)
{
    (void)state;
    HANDLE handle = create_new("gone");
    HANDLE again = OpenFileMappingA(FILE_MAP_READ, FALSE, "gone");
    assert_non_null(again);
    char *view = map(handle, FILE_MAP_WRITE);
    assert_non_null(view);
    view[5] = 'x';
    assert_true(CloseHandle(handle));
    handle = OpenFileMappingA(FILE_MAP_READ, FALSE, "gone");
    assert_non_null(handle);
    assert_true(CloseHandle(handle));
    assert_true(CloseHandle(again));
    assert_fails_with(OpenFileMappingA(FILE_MAP_READ, FALSE, "gone"), ERROR_FILE_NOT_FOUND);
    assert_int_equal(view[5], 'x');
    handle = create_new("gone");
    char *fresh = map(handle, FILE_MAP_READ);
    assert_non_null(fresh);
    assert_int_equal(fresh[5], 0);
    view[6] = 'y';
    assert_int_equal(fresh[6], 0);
    assert_true(UnmapViewOfFile(view));
    assert_true(UnmapViewOfFile(fresh));
    assert_true(CloseHandle(handle));
}

static void a_handle_is_good_for_the_access_it_was_opened_for(void **state)
{
    (void)state;
    HANDLE whole = create("rights", PAGE_EXECUTE_READWRITE, GRANULE);
    assert_non_null(whole);
    static const struct {
        DWORD opened;
        DWORD mapped;
        bool is_granted;
    } cases[] = {
        {FILE_MAP_READ, FILE_MAP_READ, true},
        {FILE_MAP_READ, FILE_MAP_COPY, true},
        {FILE_MAP_READ, FILE_MAP_WRITE, false},
        {FILE_MAP_COPY, FILE_MAP_COPY, true},
        {FILE_MAP_COPY, FILE_MAP_WRITE, false},
        {FILE_MAP_WRITE, FILE_MAP_WRITE, true},
        {FILE_MAP_WRITE, FILE_MAP_READ, false},
        {FILE_MAP_ALL_ACCESS, FILE_MAP_ALL_ACCESS, true},
        {FILE_MAP_READ, FILE_MAP_READ | FILE_MAP_EXECUTE, false},
        {FILE_MAP_READ | FILE_MAP_EXECUTE, FILE_MAP_READ | FILE_MAP_EXECUTE, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        HANDLE part = OpenFileMappingA(cases[i].opened, FALSE, "rights");
        assert_non_null(part);
        char *view = map(part, cases[i].mapped);
        assert_int_equal(view != NULL, cases[i].is_granted);
        assert_true(view != NULL ? UnmapViewOfFile(view) : GetLastError() == ERROR_ACCESS_DENIED);
        assert_true(CloseHandle(part));
    }
    HANDLE reader = create("rights", PAGE_READONLY, GRANULE);
    assert_int_equal(GetLastError(), ERROR_ALREADY_EXISTS);
    assert_fails_with(map(reader, FILE_MAP_WRITE), ERROR_ACCESS_DENIED);
    assert_true(CloseHandle(reader));
    assert_true(CloseHandle(whole));
}

static void a_section_grants_no_more_than_it_was_made_with(void **state)
{
    (void)state;
    HANDLE maker = create("poor", PAGE_READONLY, GRANULE);
    HANDLE wanting = create("poor", PAGE_EXECUTE_READWRITE, GRANULE);
    assert_non_null(wanting);
    assert_fails_with(map(wanting, FILE_MAP_WRITE), ERROR_ACCESS_DENIED);
    assert_fails_with(map(wanting, FILE_MAP_READ | FILE_MAP_EXECUTE), ERROR_ACCESS_DENIED);
    assert_true(CloseHandle(maker));
    assert_true(CloseHandle(wanting));
}

static void names_are_told_apart_by_every_unit(void **state)
{
    (void)state;
    static const char *const names[] = {"name", "Name", "names", "nam", "Global\\name", "\xC3\xA9"};
    enum { COUNT = sizeof names / sizeof names[0] };
    HANDLE handles[COUNT];
    for (unsigned i = 0; i < COUNT; i++) {
        handles[i] = create_new(names[i]);
    }
    HANDLE same = create("Local\\name", PAGE_READWRITE, GRANULE);
    assert_int_equal(GetLastError(), ERROR_ALREADY_EXISTS);
    assert_true(CloseHandle(same));
    static const WCHAR accent[] = {0xE9, 0};
    same = OpenFileMappingW(FILE_MAP_READ, FALSE, accent);
    assert_non_null(same);
    assert_true(CloseHandle(same));
    for (unsigned i = 0; i < COUNT; i++) {
        assert_true(CloseHandle(handles[i]));
    }
    assert_int_equal(count_files(kept), 0);
}

static void names_with_tricks_are_names_or_are_refused(void **state)
{
    (void)state;
    static const char *const names[] = {"../name", "/etc/passwd", ".",      "..",   "a/b",
                                        "name ",   "%s%n",        "Global", "Local"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_true(CloseHandle(create_new(names[i])));
    }
    static const struct {
        const char *name;
        DWORD error;
    } refused[] = {
        {"", ERROR_INVALID_NAME},
        {"Local\\", ERROR_INVALID_NAME},
        {"Global\\", ERROR_INVALID_NAME},
        {"\\", ERROR_PATH_NOT_FOUND},
        {"a\\b", ERROR_PATH_NOT_FOUND},
        {"local\\a", ERROR_PATH_NOT_FOUND},
        {"Local\\a\\", ERROR_PATH_NOT_FOUND},
        {"Global\\Local\\a", ERROR_PATH_NOT_FOUND},
    };
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        assert_fails_with(create(refused[i].name, PAGE_READWRITE, 1), refused[i].error);
        assert_fails_with(OpenFileMappingA(FILE_MAP_READ, FALSE, refused[i].name),
                          refused[i].error);
    }
    assert_fails_with(OpenFileMappingA(FILE_MAP_READ, FALSE, NULL), ERROR_INVALID_PARAMETER);
    assert_fails_with(OpenFileMappingW(FILE_MAP_READ, FALSE, NULL), ERROR_INVALID_PARAMETER);
    HANDLE handle = create_new("rightless");
    assert_fails_with(OpenFileMappingA(0, FALSE, "rightless"), ERROR_ACCESS_DENIED);
    assert_true(CloseHandle(handle));
    assert_int_equal(count_files(kept), 0);
}

static void names_are_as_long_as_they_may_be(void **state)
{
    (void)state;
    static const struct {
        size_t length;
        DWORD error;
    } cases[] = {{1, NO_ERROR},
                 {260, NO_ERROR},
                 {32767, NO_ERROR},
                 {32768, ERROR_FILENAME_EXCED_RANGE},
                 {70000, ERROR_FILENAME_EXCED_RANGE}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *name = malloc(cases[i].length + 1);
        WCHAR *wide = malloc((cases[i].length + 1) * sizeof *wide);
        assert_true(name != NULL && wide != NULL);
        memset(name, 'n', cases[i].length);
        name[cases[i].length] = 0;
        for (size_t k = 0; k <= cases[i].length; k++) {
            wide[k] = (WCHAR)name[k];
        }
        HANDLE handle = create(name, PAGE_READWRITE, 1);
        assert_int_equal(GetLastError(), cases[i].error);
        HANDLE same = OpenFileMappingW(FILE_MAP_READ, FALSE, wide);
        if (cases[i].error == NO_ERROR) {
            assert_non_null(same);
            wide[cases[i].length - 1] = 'm'; /* told apart by its last unit */
            assert_fails_with(OpenFileMappingW(FILE_MAP_READ, FALSE, wide), ERROR_FILE_NOT_FOUND);
            assert_true(CloseHandle(same));
            assert_true(CloseHandle(handle));
        } else {
            assert_null(handle);
            assert_null(same);
            assert_int_equal(GetLastError(), cases[i].error);
        }
        free(name);
        free(wide);
    }
}

/* What is not UTF-8 is one replacement character for each byte that leads nowhere; UTF-16 is not
 * looked at. */
static void malformed_text_names_sections_as_well(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        WCHAR units[6];
    } cases[] = {
        {"\xFF", {0xFFFD}},
        {"a\xE2\x82", {'a', 0xFFFD}},
        {"\xE2\x82\xAC", {0x20AC}},
        {"\xF0\x9F\x98\x80", {0xD83D, 0xDE00}},
        {"\xC0\x80", {0xFFFD}},
        {"\xED\xA0\x80", {0xFFFD}},
        {"\xF4\x90\x80\x80", {0xFFFD}},
        {"\x80z", {0xFFFD, 'z'}},
        {"\xC3(", {0xFFFD, '('}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        HANDLE handle = create_new(cases[i].bytes);
        HANDLE same = OpenFileMappingW(FILE_MAP_READ, FALSE, cases[i].units);
        assert_non_null(same);
        assert_true(CloseHandle(same));
        assert_true(CloseHandle(handle));
    }
    static const WCHAR lone[] = {0xD800, 0};
    static const WCHAR other[] = {0xDC00, 0};
    HANDLE handle =
        CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, GRANULE, lone);
    assert_non_null(handle);
    assert_fails_with(OpenFileMappingW(FILE_MAP_READ, FALSE, other), ERROR_FILE_NOT_FOUND);
    assert_true(CloseHandle(handle));
}

/* --- What is kept ------------------------------------------------------------------------- */

static void print_only_file(char *path, size_t size)
{
    DIR *list = opendir(kept);
    assert_non_null(list);
    const struct dirent *entry;
    path[0] = 0;
    while ((entry = readdir(list)) != NULL) {
        if (entry->d_name[0] != '.') {
            (void)snprintf(path, size, "%s/%.63s", kept, entry->d_name);
        }
    }
    closedir(list);
    assert_true(path[0] != 0);
}

/* Something else in the place of a file of ours is left alone, and gives nothing away. */
static void strange_files_let_nobody_in(void **state)
{
    (void)state;
    char path[256];
    char target[256];
    HANDLE handle = create_new("strange");
    print_only_file(path, sizeof path);
    assert_true(CloseHandle(handle));
    (void)snprintf(target, sizeof target, "%s/target", place);
    int file = open(target, O_RDWR | O_CREAT, 0600);
    assert_true(file >= 0);

    assert_int_equal(symlink(target, path), 0);
    handle = create_new("strange"); /* beside it */
    assert_true(CloseHandle(handle));
    struct stat status;
    assert_int_equal(fstat(file, &status), 0);
    assert_int_equal(status.st_size, 0);
    assert_int_equal(unlink(path), 0);

    assert_int_equal(mkfifo(path, 0600), 0);
    handle = create_new("strange");
    assert_true(CloseHandle(handle));
    (void)unlink(path);

    assert_int_equal(mkdir(path, 0700), 0);
    handle = create_new("strange");
    assert_true(CloseHandle(handle));
    assert_int_equal(rmdir(path), 0);

    int locked = open(path, O_RDWR | O_CREAT, 0600); /* a file that somebody has, and no section */
    assert_true(locked >= 0);
    assert_int_equal(flock(locked, LOCK_SH), 0);
    assert_int_equal(write(locked, "winmem\n", 8), 8);
    handle = create_new("strange");
    assert_true(CloseHandle(handle));
    assert_int_equal(flock(locked, LOCK_EX), 0);
    assert_fails_with(OpenFileMappingA(FILE_MAP_READ, FALSE, "strange"), ERROR_FILE_NOT_FOUND);
    close(locked); /* now it is nobody's */
    handle = create_new("strange");
    assert_true(CloseHandle(handle));
    assert_int_equal(count_files(kept), 0);
    close(file);
    assert_int_equal(unlink(target), 0);
}

static void a_directory_that_others_may_enter_is_not_used(void **state)
{
    (void)state;
    assert_int_equal(chmod(kept, 0770), 0);
    assert_fails_with(create("open", PAGE_READWRITE, 1), ERROR_ACCESS_DENIED);
    assert_fails_with(OpenFileMappingA(FILE_MAP_READ, FALSE, "open"), ERROR_ACCESS_DENIED);
    assert_int_equal(chmod(kept, 0700), 0);

    char elsewhere[256];
    (void)snprintf(elsewhere, sizeof elsewhere, "%s/link", place);
    assert_int_equal(symlink(kept, elsewhere), 0);
    wm_os_linux_keep_names_in(elsewhere);
    assert_fails_with(create("open", PAGE_READWRITE, 1), ERROR_ACCESS_DENIED);
    assert_int_equal(unlink(elsewhere), 0);
    (void)snprintf(elsewhere, sizeof elsewhere, "%s/missing/names", place);
    assert_fails_with(create("open", PAGE_READWRITE, 1), ERROR_ACCESS_DENIED);
    wm_os_linux_keep_names_in(kept);
    assert_true(CloseHandle(create_new("open")));
}

/* --- Limits ------------------------------------------------------------------------------- */

static void more_than_can_be_shared_is_refused(void **state)
{
    (void)state;
    unsigned before = count_open_files();
    static const uint64_t sizes[] = {UINT64_MAX, INT64_MAX, (uint64_t)1 << 55};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        assert_null(CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE,
                                       (DWORD)(sizes[i] >> 32), (DWORD)sizes[i], "large"));
        assert_true(GetLastError() == ERROR_COMMITMENT_LIMIT ||
                    GetLastError() == ERROR_NOT_ENOUGH_MEMORY);
    }
    assert_int_equal(count_open_files(), before);
    assert_int_equal(count_files(kept), 0);
}

static void a_failing_system_leaves_no_name_behind(void **state)
{
    (void)state;
    unsigned before = count_open_files();
    bool is_done = false;
    for (unsigned long n = 1; !is_done; n++) {
        wm_os_sim_start(n, WM_OS_SIM_FAIL_ONE);
        HANDLE handle = create("failing", PAGE_READWRITE, GRANULE);
        unsigned long calls = wm_os_sim_stop();
        assert_true(handle != NULL || GetLastError() == ERROR_NOT_ENOUGH_MEMORY);
        is_done = handle != NULL && calls < n;
        assert_true(handle == NULL || CloseHandle(handle));
        assert_int_equal(count_open_files(), before);
        assert_int_equal(count_files(kept), 0);
    }
}

/* What comes of a name was given back, so the call is as any other; but the copy that was made of
 * it is nobody's, and no section shows that. */
static void a_copy_that_the_system_does_not_take_back_is_kept(void **state)
{
    (void)state;
    assert_true(wm_start_over());
    for (unsigned long n = 1; n <= 3; n++) { /* a copy is had, looked up, and given back */
        wm_os_sim_start(0, WM_OS_SIM_FAIL_ONE);
        uint64_t before = wm_os_sim_mapped_bytes();
        wm_os_sim_start(n, WM_OS_SIM_FAIL_ONE);
        assert_null(OpenFileMappingA(FILE_MAP_READ, FALSE, "nobody's"));
        assert_int_equal(wm_os_sim_stop(), n == 1 ? 1 : 3);
        wm_os_sim_start(1, WM_OS_SIM_FAIL_ONE);
        assert_null(OpenFileMappingA(FILE_MAP_READ, FALSE, "nobody's"));
        (void)wm_os_sim_stop();
        wm_os_sim_start(0, WM_OS_SIM_FAIL_ONE);
        assert_true(wm_start_over());
        assert_true(wm_os_sim_mapped_bytes() == before);
        (void)wm_os_sim_stop();
    }
    wm_os_sim_start(3, WM_OS_SIM_FAIL_ONE);
    assert_null(OpenFileMappingA(FILE_MAP_READ, FALSE, "nobody's"));
    wm_os_sim_start(1, WM_OS_SIM_FAIL_ONE);
    assert_false(wm_start_over()); /* it is still kept */
    (void)wm_os_sim_stop();
    assert_true(wm_start_over());
}

/* A name takes three of them while it is looked for. */
static void without_descriptors_there_is_no_memory(void **state)
{
    (void)state;
    enum { LIMIT = 64 };
    struct rlimit before;
    int files[LIMIT];
    unsigned count = 0;
    HANDLE handle = create_new("scarce");
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    struct rlimit low = {LIMIT, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
    while (count < LIMIT && (files[count] = open("/dev/null", O_RDONLY)) >= 0) {
        count++;
    }
    for (unsigned left = 0; left < 3; left++) {
        assert_fails_with(create("scarcer", PAGE_READWRITE, GRANULE), ERROR_NOT_ENOUGH_MEMORY);
        assert_fails_with(OpenFileMappingA(FILE_MAP_READ, FALSE, "scarce"),
                          ERROR_NOT_ENOUGH_MEMORY);
        close(files[--count]);
    }
    assert_true(CloseHandle(create_new("scarcer")));
    while (count > 0) {
        close(files[--count]);
    }
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    assert_true(CloseHandle(handle));
    assert_int_equal(count_files(kept), 0);
}

/* --- Several processes -------------------------------------------------------------------- */

/* A child of fork has the handles of its parent, and the name lives until both are done. */
static void a_child_has_the_handles_of_its_parent(void **state)
{
    (void)state;
    int go[2];
    assert_int_equal(pipe(go), 0);
    HANDLE handle = create_new("family");
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char byte;
        close(go[1]);
        (void)!read(go[0], &byte, 1); /* until the parent has closed its own */
        HANDLE same = OpenFileMappingA(FILE_MAP_READ, FALSE, "family");
        _exit(same != NULL && CloseHandle(same) && CloseHandle(handle) ? 0 : 1);
    }
    close(go[0]);
    assert_true(CloseHandle(handle));
    handle = OpenFileMappingA(FILE_MAP_READ, FALSE, "family");
    assert_non_null(handle);
    assert_true(CloseHandle(handle));
    close(go[1]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_fails_with(OpenFileMappingA(FILE_MAP_READ, FALSE, "family"), ERROR_FILE_NOT_FOUND);
    assert_int_equal(count_files(kept), 0);
}

static void what_a_killed_process_had_is_gone_when_it_is_looked_for(void **state)
{
    (void)state;
    int ready[2];
    char byte;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        HANDLE handle = create("orphan", PAGE_READWRITE, GRANULE);
        char *view = map(handle, FILE_MAP_WRITE);
        view[0] = 'x';
        (void)!write(ready[1], "", 1);
        for (;;) {
            pause();
        }
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    HANDLE handle = OpenFileMappingA(FILE_MAP_READ, FALSE, "orphan");
    assert_non_null(handle);
    assert_true(CloseHandle(handle));
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(count_files(kept), 1);
    handle = create_new("orphan");
    char *view = map(handle, FILE_MAP_READ);
    assert_int_equal(view[0], 0);
    assert_true(UnmapViewOfFile(view));
    assert_true(CloseHandle(handle));
    assert_int_equal(count_files(kept), 0);
}

/* Nobody asks for such a name again. */
static void what_a_killed_process_had_goes_with_the_first_use_of_names(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)create("never asked for again", PAGE_READWRITE, GRANULE);
        (void)kill(getpid(), SIGKILL);
    }
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_int_equal(count_files(kept), 1);
    wm_os_linux_keep_names_in(kept); /* as a new process */
    HANDLE handle = create_new("another");
    assert_int_equal(count_files(kept), 1);
    assert_true(CloseHandle(handle));
    assert_int_equal(count_files(kept), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_comes_second_gets_the_section_that_is_there),
        cmocka_unit_test(a_name_goes_with_its_last_handle_though_views_stay),
        cmocka_unit_test(a_handle_is_good_for_the_access_it_was_opened_for),
        cmocka_unit_test(a_section_grants_no_more_than_it_was_made_with),
        cmocka_unit_test(names_are_told_apart_by_every_unit),
        cmocka_unit_test(names_with_tricks_are_names_or_are_refused),
        cmocka_unit_test(names_are_as_long_as_they_may_be),
        cmocka_unit_test(malformed_text_names_sections_as_well),
        cmocka_unit_test(strange_files_let_nobody_in),
        cmocka_unit_test(a_directory_that_others_may_enter_is_not_used),
        cmocka_unit_test(more_than_can_be_shared_is_refused),
        cmocka_unit_test(a_failing_system_leaves_no_name_behind),
        cmocka_unit_test(a_copy_that_the_system_does_not_take_back_is_kept),
        cmocka_unit_test(without_descriptors_there_is_no_memory),
        cmocka_unit_test(a_child_has_the_handles_of_its_parent),
        cmocka_unit_test(what_a_killed_process_had_is_gone_when_it_is_looked_for),
        cmocka_unit_test(what_a_killed_process_had_goes_with_the_first_use_of_names),
    };
    return cmocka_run_group_tests(tests, keep_names_apart, remove_names);
}

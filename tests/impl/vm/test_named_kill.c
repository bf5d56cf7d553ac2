/* Processes that share a section by its name, and are killed at any moment. */
#define _DEFAULT_SOURCE /* mkdtemp, usleep */
#include "tests/impl/support.h"

#include "impl/os/os.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    ROUNDS = 200,
    WINDOW_MICROSECONDS = 4000, /* in which a process is killed */
    SURVIVOR = 0,
    VICTIM = 1,
    WORKERS = 2,
    SECTION_BYTES = 0x10000
};

#define NAME "load"

/* At the beginning of the section. */
struct shared {
    _Atomic uint64_t all;
    _Atomic uint64_t of[WORKERS];
};

struct worker {
    pid_t process;
    int acknowledged; /* from the worker: a number after each update */
    uint64_t count;
};

static struct shared *open_shared(HANDLE *handle, DWORD *error)
{
    *handle =
        CreateFileMappingA(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, SECTION_BYTES, NAME);
    *error = GetLastError();
    return *handle != NULL ? MapViewOfFile(*handle, FILE_MAP_WRITE, 0, 0, 0) : NULL;
}

/* Ends only by a signal, or where something is wrong. */
static int work(const char *names, unsigned number)
{
    HANDLE handle;
    DWORD error;
    wm_os_linux_keep_names_in(names);
    struct shared *shared = open_shared(&handle, &error);
    if (shared == NULL || number >= WORKERS) {
        return 1;
    }
    for (;;) {
        uint64_t count = atomic_fetch_add(&shared->of[number], 1) + 1;
        (void)atomic_fetch_add(&shared->all, 1);
        if (write(STDOUT_FILENO, &count, sizeof count) != sizeof count) {
            return 1;
        }
    }
}

static struct worker start(const char *names, unsigned number)
{
    int ends[2];
    char text[4];
    struct worker worker = {.count = 0};
    (void)snprintf(text, sizeof text, "%u", number);
    assert_int_equal(pipe(ends), 0);
    worker.process = fork();
    assert_true(worker.process >= 0);
    if (worker.process == 0) {
        (void)dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execl("/proc/self/exe", "worker", names, text, (char *)NULL);
        _exit(2);
    }
    close(ends[1]);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    worker.acknowledged = ends[0];
    return worker;
}

static void hear(struct worker *worker)
{
    uint64_t counts[64];
    ssize_t length;
    while ((length = read(worker->acknowledged, counts, sizeof counts)) > 0) {
        assert_int_equal((size_t)length % sizeof counts[0], 0);
        worker->count = counts[(size_t)length / sizeof counts[0] - 1];
    }
}

static void kill_and_hear(struct worker *worker)
{
    int status;
    assert_int_equal(kill(worker->process, SIGKILL), 0);
    assert_int_equal(waitpid(worker->process, &status, 0), worker->process);
    assert_true(WIFSIGNALED(status));
    hear(worker);
    close(worker->acknowledged);
}

static void listen_for(struct worker workers[WORKERS], unsigned microseconds)
{
    enum { STEP = 200 };
    for (unsigned passed = 0; passed < microseconds; passed += STEP) {
        hear(&workers[SURVIVOR]);
        hear(&workers[VICTIM]);
        usleep(STEP);
    }
}

static unsigned count_files(const char *path)
{
    unsigned count = 0;
    DIR *list = opendir(path);
    assert_non_null(list);
    while (readdir(list) != NULL) {
        count++;
    }
    closedir(list);
    return count - 2; /* itself and its parent */
}

/* Everything acknowledged is there, as long as one of them lives; then nothing is. */
static uint64_t run_round(const char *names, unsigned random)
{
    struct worker workers[WORKERS];
    HANDLE handle;
    DWORD error;
    workers[SURVIVOR] = start(names, SURVIVOR);
    workers[VICTIM] = start(names, VICTIM);
    while (workers[SURVIVOR].count == 0) {
        listen_for(workers, 1);
    }
    listen_for(workers, random % WINDOW_MICROSECONDS);
    kill_and_hear(&workers[VICTIM]);
    hear(&workers[SURVIVOR]);

    struct shared *shared = open_shared(&handle, &error);
    assert_non_null(shared);
    assert_int_equal(error, ERROR_ALREADY_EXISTS);
    uint64_t counts[WORKERS];
    for (unsigned i = 0; i < WORKERS; i++) {
        counts[i] = atomic_load(&shared->of[i]);
        assert_true(counts[i] >= workers[i].count);
    }
    assert_true(counts[VICTIM] <= workers[VICTIM].count + 1);
    assert_true(atomic_load(&shared->all) >= workers[SURVIVOR].count + workers[VICTIM].count);
    assert_true(UnmapViewOfFile(shared));
    assert_true(CloseHandle(handle));

    kill_and_hear(&workers[SURVIVOR]);
    shared = open_shared(&handle, &error);
    assert_non_null(shared);
    assert_int_equal(error, NO_ERROR);
    assert_int_equal(atomic_load(&shared->all), 0);
    assert_true(UnmapViewOfFile(shared));
    assert_true(CloseHandle(handle));
    assert_int_equal(count_files(names), 0);
    return workers[SURVIVOR].count + workers[VICTIM].count;
}

static void nothing_acknowledged_is_lost_and_nothing_is_left(void **state)
{
    (void)state;
    char place[] = "/tmp/named_kill_XXXXXX";
    char names[64];
    uint64_t updates = 0;
    uint32_t random = 1;
    assert_non_null(mkdtemp(place));
    (void)snprintf(names, sizeof names, "%s/names", place);
    wm_os_linux_keep_names_in(names);
    for (unsigned round = 0; round < ROUNDS; round++) {
        random = random * 1664525u + 1013904223u;
        updates += run_round(names, random >> 8);
    }
    wm_os_linux_keep_names_in(NULL);
    assert_int_equal(rmdir(names), 0);
    assert_int_equal(rmdir(place), 0);
    print_message("%d rounds, %llu updates acknowledged, none lost, no name left\n", ROUNDS,
                  (unsigned long long)updates);
}

int main(int argc, char **argv)
{
    if (argc == 3) {
        return work(argv[1], (unsigned)strtoul(argv[2], NULL, 10));
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_acknowledged_is_lost_and_nothing_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

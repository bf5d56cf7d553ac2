/* A pool of processes over a counter in shared memory.
 *
 * Every worker holds the writing end of one pipe, so its end of file tells when all are gone. */
#define _GNU_SOURCE /* sched_getaffinity, which knows of the processors a container may use; pipe2 \
                     */

#include "kit/run/workers.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kit/child.h"

enum { TICK_MS = 100 };

/* What the workers share. */
struct pool {
    atomic_uint_fast64_t next;
    atomic_bool stopped;
};

/* The look for leaks of an AddressSanitizer build, which _exit would leave out. */
extern void __lsan_do_leak_check(void) __attribute__((weak));

static void work_until_done(const struct work *work, struct pool *pool, unsigned worker)
{
    while (!atomic_load(&pool->stopped)) {
        uint64_t item = atomic_fetch_add(&pool->next, 1);
        if (item >= work->item_count) {
            break;
        }
        if (!work->run(work->context, worker, item)) {
            atomic_store(&pool->stopped, true);
        }
    }
}

static pid_t start_worker(const struct work *work, struct pool *pool, unsigned worker)
{
    pid_t caller = getpid();
    pid_t pid = fork();
    if (pid != 0) {
        return pid;
    }
    bool has_caller = hck_child_follow(caller);
    hck_child_leave_signals_to_parent();
    if (has_caller) {
        work_until_done(work, pool, worker);
    }
    if (__lsan_do_leak_check != NULL) {
        __lsan_do_leak_check();
    }
    _exit(0);
}

static void tick_until_closed(const struct work *work, int from)
{
    struct pollfd wait_for = {.fd = from, .events = POLLIN};
    for (;;) {
        int count = poll(&wait_for, 1, TICK_MS);
        if (work->tick != NULL) {
            work->tick(work->context);
        }
        if (count > 0 || (count < 0 && errno != EINTR)) {
            return; /* nobody writes: it is the end of file */
        }
    }
}

static bool collect_worker(pid_t pid, char *message)
{
    int status = 0;
    pid_t got;
    do {
        got = waitpid(pid, &status, 0);
    } while (got < 0 && errno == EINTR);
    if (got == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return true;
    }
    (void)snprintf(message, WORKERS_MESSAGE_MAX, "a worker process of the kit %s %d",
                   WIFSIGNALED(status) ? "died of signal" : "exited with status",
                   WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    return false;
}

/* Fewer workers than asked for do the same work. */
static bool run_pool(const struct work *work, struct pool *pool, const int ends[2], char *message)
{
    pid_t workers[WORKERS_MAX];
    unsigned wanted = work->worker_count < WORKERS_MAX ? work->worker_count : WORKERS_MAX;
    unsigned started = 0;
    (void)fflush(NULL); /* or every worker would have its copy of what is still to be written */
    while (started < wanted) {
        pid_t pid = start_worker(work, pool, started);
        if (pid < 0) {
            break;
        }
        workers[started++] = pid;
    }
    (void)close(ends[1]);
    if (started == 0) {
        (void)snprintf(message, WORKERS_MESSAGE_MAX, "no worker process starts: %s",
                       strerror(errno));
        return false;
    }
    tick_until_closed(work, ends[0]);
    bool done = true;
    for (unsigned i = 0; i < started; i++) {
        done = collect_worker(workers[i], message) && done;
    }
    return done;
}

bool hck_workers_run(const struct work *work, char *message)
{
    int ends[2];
    struct pool *pool = hck_workers_share(sizeof *pool);
    if (pool == NULL || pipe2(ends, O_CLOEXEC) != 0) {
        (void)snprintf(message, WORKERS_MESSAGE_MAX, "no worker process starts: %s",
                       strerror(errno));
        hck_workers_unshare(pool, sizeof *pool);
        return false;
    }
    bool done = run_pool(work, pool, ends, message);
    (void)close(ends[0]);
    hck_workers_unshare(pool, sizeof *pool);
    return done;
}

void *hck_workers_share(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void hck_workers_unshare(void *memory, size_t size)
{
    if (memory != NULL) {
        (void)munmap(memory, size);
    }
}

unsigned hck_workers_default(void)
{
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) != 0) {
        return 1;
    }
    int count = CPU_COUNT(&set);
    return count < 1 ? 1 : count > WORKERS_MAX ? WORKERS_MAX : (unsigned)count;
}

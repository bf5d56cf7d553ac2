/* Threads and gates from pthreads; what a thread does, from Linux. */
#define _GNU_SOURCE /* syscall */
#include "kit/execute/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct posix_gate {
    pthread_mutex_t mutex;
    pthread_cond_t opened;
    bool is_open;
};

_Static_assert(sizeof(struct posix_gate) <= sizeof(struct gate), "a gate is too small");
_Static_assert(sizeof(pthread_t) <= sizeof(uint64_t), "a thread handle is too small");

uint32_t hck_thread_process(void)
{
    return (uint32_t)getpid();
}

static void *run_body(void *context)
{
    struct thread *thread = context;
    atomic_store(&thread->number, syscall(SYS_gettid));
    thread->body(thread->context);
    return NULL;
}

bool hck_thread_start(struct thread *thread, void (*body)(void *), void *context)
{
    pthread_t handle;
    thread->body = body;
    thread->context = context;
    atomic_store(&thread->number, 0);
    if (pthread_create(&handle, NULL, run_body, thread) != 0) {
        return false;
    }
    memcpy(&thread->handle, &handle, sizeof handle);
    return true;
}

void hck_thread_join(struct thread *thread)
{
    pthread_t handle;
    memcpy(&handle, &thread->handle, sizeof handle);
    (void)pthread_join(handle, NULL);
}

/* What Linux says is "NUMBER (NAME) STATE ...", and the name may be anything. */
static char state_of(int64_t number)
{
    char path[64];
    char text[128];
    (void)snprintf(path, sizeof path, "/proc/self/task/%" PRId64 "/stat", number);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = file < 0 ? -1 : read(file, text, sizeof text - 1);
    if (file >= 0) {
        (void)close(file);
    }
    text[size > 0 ? size : 0] = '\0';
    const char *name_end = strrchr(text, ')');
    return name_end != NULL && name_end[1] == ' ' ? name_end[2] : '\0';
}

bool hck_thread_waits(const struct thread *thread)
{
    int64_t number = atomic_load(&thread->number);
    char state = number != 0 ? state_of(number) : 'R';
    return state == 'S' || state == '\0';
}

static struct posix_gate *posix_gate(struct gate *gate)
{
    return (struct posix_gate *)(void *)gate->parts;
}

bool hck_gate_make(struct gate *gate)
{
    struct posix_gate *inner = posix_gate(gate);
    pthread_condattr_t attributes;
    inner->is_open = false;
    if (pthread_mutex_init(&inner->mutex, NULL) != 0) {
        return false;
    }
    bool made = pthread_condattr_init(&attributes) == 0;
    if (made) {
        made = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC) == 0 &&
               pthread_cond_init(&inner->opened, &attributes) == 0;
        (void)pthread_condattr_destroy(&attributes);
    }
    if (!made) {
        (void)pthread_mutex_destroy(&inner->mutex);
    }
    return made;
}

void hck_gate_drop(struct gate *gate)
{
    struct posix_gate *inner = posix_gate(gate);
    (void)pthread_cond_destroy(&inner->opened);
    (void)pthread_mutex_destroy(&inner->mutex);
}

void hck_gate_open(struct gate *gate)
{
    struct posix_gate *inner = posix_gate(gate);
    (void)pthread_mutex_lock(&inner->mutex);
    inner->is_open = true;
    (void)pthread_cond_signal(&inner->opened);
    (void)pthread_mutex_unlock(&inner->mutex);
}

static struct timespec time_after(uint32_t wait_ms)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    time.tv_sec += wait_ms / 1000;
    time.tv_nsec += (long)(wait_ms % 1000) * 1000000;
    if (time.tv_nsec >= 1000000000) {
        time.tv_nsec -= 1000000000;
        time.tv_sec++;
    }
    return time;
}

bool hck_gate_pass(struct gate *gate, uint32_t wait_ms)
{
    struct posix_gate *inner = posix_gate(gate);
    struct timespec limit = time_after(wait_ms == GATE_WAIT_FOREVER ? 0 : wait_ms);
    (void)pthread_mutex_lock(&inner->mutex);
    int waited = 0;
    while (!inner->is_open && waited != ETIMEDOUT) {
        waited = wait_ms == GATE_WAIT_FOREVER
                     ? pthread_cond_wait(&inner->opened, &inner->mutex)
                     : pthread_cond_timedwait(&inner->opened, &inner->mutex, &limit);
    }
    bool passed = inner->is_open;
    inner->is_open = false;
    (void)pthread_mutex_unlock(&inner->mutex);
    return passed;
}

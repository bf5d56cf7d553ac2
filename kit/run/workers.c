/* A pool of threads over a counter. */
#define _GNU_SOURCE /* sched_getaffinity, which knows of the processors a container may use */

#include "kit/run/workers.h"

#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <time.h>

enum { TICK_NANOSECONDS = 100 * 1000 * 1000, SECOND_NANOSECONDS = 1000 * 1000 * 1000 };

struct pool {
    const struct work *work;
    pthread_mutex_t mutex;
    pthread_cond_t ended; /* a worker went home */
    uint64_t next;
    unsigned working;
    bool stopped;
};

struct worker {
    struct pool *pool;
    unsigned number;
    pthread_t thread;
};

static bool take_item(struct pool *pool, uint64_t *item)
{
    pthread_mutex_lock(&pool->mutex);
    bool taken = !pool->stopped && pool->next < pool->work->item_count;
    if (taken) {
        *item = pool->next++;
    }
    pthread_mutex_unlock(&pool->mutex);
    return taken;
}

static void *work_until_done(void *argument)
{
    const struct worker *worker = argument;
    struct pool *pool = worker->pool;
    uint64_t item = 0;
    while (take_item(pool, &item)) {
        if (!pool->work->run(pool->work->context, worker->number, item)) {
            pthread_mutex_lock(&pool->mutex);
            pool->stopped = true;
            pthread_mutex_unlock(&pool->mutex);
        }
    }
    pthread_mutex_lock(&pool->mutex);
    pool->working--;
    pthread_cond_signal(&pool->ended);
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

static void wait_and_tick(struct pool *pool)
{
    pthread_mutex_lock(&pool->mutex);
    while (pool->working > 0) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += TICK_NANOSECONDS;
        if (until.tv_nsec >= SECOND_NANOSECONDS) {
            until.tv_nsec -= SECOND_NANOSECONDS;
            until.tv_sec++;
        }
        pthread_cond_timedwait(&pool->ended, &pool->mutex, &until);
        if (pool->work->tick != NULL) {
            pthread_mutex_unlock(&pool->mutex);
            pool->work->tick(pool->work->context);
            pthread_mutex_lock(&pool->mutex);
        }
    }
    pthread_mutex_unlock(&pool->mutex);
}

bool hck_workers_run(const struct work *work)
{
    struct pool pool = {.work = work};
    struct worker workers[WORKERS_MAX];
    pthread_mutex_init(&pool.mutex, NULL);
    pthread_cond_init(&pool.ended, NULL);
    unsigned wanted = work->worker_count < WORKERS_MAX ? work->worker_count : WORKERS_MAX;
    unsigned started = 0;
    pool.working = wanted;
    while (started < wanted) {
        workers[started] = (struct worker){.pool = &pool, .number = started};
        if (pthread_create(&workers[started].thread, NULL, work_until_done, &workers[started]) !=
            0) {
            break;
        }
        started++;
    }
    /* Fewer threads than asked for do the same work. */
    pthread_mutex_lock(&pool.mutex);
    pool.working -= wanted - started;
    pthread_mutex_unlock(&pool.mutex);
    wait_and_tick(&pool);
    for (unsigned i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    pthread_cond_destroy(&pool.ended);
    pthread_mutex_destroy(&pool.mutex);
    return started > 0;
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

/* Threads that take numbered pieces of work in order, one at a time. */
#ifndef HCK_KIT_RUN_WORKERS_H
#define HCK_KIT_RUN_WORKERS_H

#include <stdbool.h>
#include <stdint.h>

enum { WORKERS_MAX = 256 };

struct work {
    unsigned worker_count; /* 1 to WORKERS_MAX */
    uint64_t item_count;
    /* Does one item on one worker. False: no more items are handed out to anybody; those that are
     * under way come to their end. */
    bool (*run)(void *context, unsigned worker, uint64_t item);
    /* Called on the calling thread every tenth of a second meanwhile; may be NULL. */
    void (*tick)(void *context);
    void *context;
};

/* Returns when every worker is done. False where no thread could be started: nothing was done. */
bool hck_workers_run(const struct work *work);

/* Processors that this process may use; at least 1, at most WORKERS_MAX. */
unsigned hck_workers_default(void);

#endif

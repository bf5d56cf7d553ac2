/* Worker processes that take numbered pieces of work in order, one at a time.
 *
 * Processes and not threads: a worker starts the processes of targets by fork, and the child of a
 * process with threads finds locks held by threads that it does not have. It also keeps a failure
 * of a worker away from the others. What workers write for the caller lies in shared memory;
 * everything else that they see is a copy of the caller's from the start. */
#ifndef HCK_KIT_RUN_WORKERS_H
#define HCK_KIT_RUN_WORKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WORKERS_MAX = 256, WORKERS_MESSAGE_MAX = 100 };

struct work {
    unsigned worker_count; /* 1 to WORKERS_MAX */
    uint64_t item_count;
    /* Does one item, in the process of that worker. False: no more items are handed out to anybody;
     * those that are under way come to their end. */
    bool (*run)(void *context, unsigned worker, uint64_t item);
    /* Called in the calling process every tenth of a second meanwhile; may be NULL. */
    void (*tick)(void *context);
    void *context;
};

/* Returns when every worker is done. False where none could be started, or one died: `message`
 * (WORKERS_MESSAGE_MAX bytes) says so, and the work is not complete. */
bool hck_workers_run(const struct work *work, char *message);

/* Memory full of zeroes that the caller and workers started later share. NULL when there is none.
 */
void *hck_workers_share(size_t size);
void hck_workers_unshare(void *memory, size_t size);

/* Processors that this process may use; at least 1, at most WORKERS_MAX. */
unsigned hck_workers_default(void);

#endif

/* The little that the sequencer of a trace needs of threads (thread_posix.c, thread_windows.c). */
#ifndef HCK_KIT_THREAD_H
#define HCK_KIT_THREAD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct thread {
    uint64_t handle;             /* of the system; opaque */
    atomic_int_least64_t number; /* of the system, or 0 where the thread has not begun */
    void (*body)(void *);
    void *context;
};

/* Runs body(context) on a new thread. `thread` stays where it is until the thread is joined. */
bool hck_thread_start(struct thread *thread, void (*body)(void *), void *context);
void hck_thread_join(struct thread *thread);

/* The number of this process. */
uint32_t hck_thread_process(void);

/* Whether a thread that makes no progress waits for something, rather than for a processor. Where
 * the system does not tell, it waits. */
bool hck_thread_waits(const struct thread *thread);

/* A gate lets one thread through for each time it is opened; opening an open gate does nothing.
 * What was written before the opening is seen behind the gate. */
struct gate {
    uint64_t parts[16]; /* of the system; opaque */
};

bool hck_gate_make(struct gate *gate);
void hck_gate_drop(struct gate *gate);
void hck_gate_open(struct gate *gate);

/* Waits until the gate is open, for at most `wait_ms`; false where it stayed closed. */
#define GATE_WAIT_FOREVER UINT32_MAX
bool hck_gate_pass(struct gate *gate, uint32_t wait_ms);

#endif

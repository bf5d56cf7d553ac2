/* The forecast: what the calls of a trace would leave behind on a target that grants every request
 * that can plausibly be granted.
 *
 * It is a typestate fed with made-up observations, so it knows which later calls are defined by the
 * very rules that executor and oracle use, and needs no target. A forecast may be wrong (a heap may
 * be full, an address taken); then a probe or call too many is skipped at run time, no harm done.
 */
#ifndef HCK_KIT_GENERATE_FORECAST_H
#define HCK_KIT_GENERATE_FORECAST_H

#include "spec/typestate.h"
#include "spec/win32.h"

#define FORECAST_PAGE ((uint64_t)WINMEM_PAGE_SIZE)
#define FORECAST_GRANULE ((uint64_t)WINMEM_GRANULARITY)

/* Beyond this no request is granted; the sizes that traces use lie far from it on either side. */
#define FORECAST_SIZE_MAX (UINT64_C(1) << 38)

/* A fixed-size heap refuses single blocks from here on (HeapAlloc function, Remarks). */
#define FORECAST_FIXED_HEAP_LIMIT UINT64_C(0x7FFF8)

/* A call that stands before a lock. */
struct forecast_waiter {
    bool waits;
    bool is_known; /* what it will return: `result` */
    uint64_t result;
    struct call call;
};

/* The pages of a reservation that are looked at one by one: a bit each. */
enum { FORECAST_PAGES = 64 };

struct forecast {
    struct typestate state;
    uint64_t *committed;   /* per region slot: bit k is page k of the first FORECAST_PAGES */
    uint64_t next_address; /* where the next made-up object lies */
    bool believes;         /* that heaps and blocks of any size are granted */
    struct forecast_waiter waiters[TRACE_THREADS_MAX];
    void *storage;
};

/* Everything empty, for slots below these counts. False when out of memory. */
bool hck_forecast_start(struct forecast *forecast, const uint32_t slot_count[SLOT_KIND_COUNT],
                        bool hostile);
void hck_forecast_stop(struct forecast *forecast);

/* Whether a target could do what the call asks: no size out of reach, no page in a wrong state. */
bool hck_forecast_grants(const struct forecast *forecast, const struct call *call);

/* Whether the executor would make the call. */
bool hck_forecast_defined(const struct forecast *forecast, const struct call *call);

/* Takes the call as made and granted; one that has to wait for a lock as made when the lock is
 * given back. A call that is not defined changes nothing. */
void hck_forecast_advance(struct forecast *forecast, const struct call *call);

/* The same for a call that was found to be defined. */
void hck_forecast_take(struct forecast *forecast, const struct call *call);

/* The same as hck_forecast_advance for a call that is known to have returned `result`. */
void hck_forecast_follow(struct forecast *forecast, const struct call *call, uint64_t result);

/* The slot, or NULL where the number is beyond the counts. */
const struct slot *hck_forecast_slot(const struct forecast *forecast, enum slot_kind kind,
                                     uint32_t index);

bool hck_forecast_is_live(const struct forecast *forecast, enum slot_kind kind, uint32_t index);

#endif

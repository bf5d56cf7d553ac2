/* See patience.h. */
#include "kit/run/patience.h"

/* Of the functions that the trace calls, the one that has hung most often. */
static enum call_id most_often(const struct patience *patience, const struct trace *trace,
                               unsigned *most)
{
    enum call_id call = CALL_COUNT;
    *most = 0;
    for (uint32_t i = 0; i < trace->call_count; i++) {
        enum call_id id = trace->calls[i].id;
        unsigned hangs = atomic_load_explicit(&patience->hangs[id], memory_order_relaxed);
        if (hangs > *most) {
            *most = hangs;
            call = id;
        }
    }
    return call;
}

void hck_patience_note(struct patience *patience, enum call_id call)
{
    (void)atomic_fetch_add_explicit(&patience->hangs[call], 1, memory_order_relaxed);
}

bool hck_patience_knows(const struct patience *patience, enum call_id call)
{
    return atomic_load_explicit(&patience->hangs[call], memory_order_relaxed) >=
           PATIENCE_SHORT_AFTER;
}

uint32_t hck_patience_limit_ms(const struct patience *patience, const struct trace *trace,
                               uint32_t whole_ms)
{
    unsigned hangs;
    uint32_t tenth_ms = whole_ms / 10;
    uint32_t short_ms = tenth_ms > PATIENCE_LEAST_MS ? tenth_ms : PATIENCE_LEAST_MS;
    (void)most_often(patience, trace, &hangs);
    return hangs >= PATIENCE_SHORT_AFTER && short_ms < whole_ms ? short_ms : whole_ms;
}

enum call_id hck_patience_is_over(const struct patience *patience, const struct trace *trace)
{
    unsigned hangs;
    enum call_id call = most_often(patience, trace, &hangs);
    return hangs >= PATIENCE_OVER_AFTER ? call : CALL_COUNT;
}

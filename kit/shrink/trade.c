/* Fewer calls for larger ones. Where it takes many requests to fill something up, none of them can
 * go alone; one may go where the others of its kind ask for more. The trace gets shorter each time,
 * so this ends, and the sizes are made simple again afterwards. */
#include "kit/shrink/shrink_internal.h"

enum {
    OFFERED = 3,
    /* Of the next power of two: a size that is large for what lies below it, and leaves room for
     * what an allocator puts beside a block. */
    HEADROOM_BYTES = 64
};

/* The argument that is a size, or the number of arguments where there is none, or several. */
static unsigned find_size(const struct call *call)
{
    const struct call_row *row = &hck_call_rows[call->id];
    unsigned found = row->argument_count;
    for (unsigned i = 0; i < row->argument_count; i++) {
        if (row->arguments[i].kind == ARGUMENT_SIZE) {
            if (found != row->argument_count) {
                return row->argument_count;
            }
            found = i;
        }
    }
    return found;
}

/* What the others may ask for: as much as the largest of them, then more. */
static void offer_sizes(uint64_t largest, uint64_t sizes[OFFERED])
{
    uint64_t power = UINT64_C(2) * HEADROOM_BYTES;
    while (power - HEADROOM_BYTES <= largest && power <= UINT64_MAX / 4) {
        power *= 2;
    }
    sizes[0] = largest;
    sizes[1] = power - HEADROOM_BYTES;
    sizes[2] = power;
}

struct others {
    uint32_t gone;
    uint16_t id;
    unsigned which; /* their argument that is the size */
    uint32_t count;
    uint64_t largest;
};

static struct others find_others(const struct trace *trace, uint32_t gone)
{
    struct others others = {
        .gone = gone, .id = trace->calls[gone].id, .which = find_size(&trace->calls[gone])};
    for (uint32_t i = 0; i < trace->call_count; i++) {
        if (i != gone && trace->calls[i].id == others.id) {
            uint64_t size = trace->calls[i].arguments[others.which].value;
            others.largest = size > others.largest ? size : others.largest;
            others.count++;
        }
    }
    return others;
}

static bool is_other_call(const void *context, uint32_t index, const struct call *call)
{
    const struct others *others = context;
    (void)call;
    return index != others->gone;
}

static bool trade(struct shrinker *shrinker, const struct others *others, uint64_t size)
{
    if (!hck_shrink_filter(shrinker, is_other_call, others)) {
        return false;
    }
    struct trace *candidate = &shrinker->candidate.trace;
    for (uint32_t i = 0; i < candidate->call_count; i++) {
        if (candidate->calls[i].id == others->id) {
            candidate->calls[i].arguments[others->which].value = size;
        }
    }
    hck_shrink_note(shrinker);
    return hck_shrink_try(shrinker);
}

/* Whether the call could go. */
static bool trade_call(struct shrinker *shrinker, uint32_t index)
{
    const struct trace *trace = &shrinker->current.trace;
    if (find_size(&trace->calls[index]) == hck_call_rows[trace->calls[index].id].argument_count) {
        return false;
    }
    struct others others = find_others(trace, index);
    uint64_t sizes[OFFERED];
    offer_sizes(others.largest, sizes);
    for (unsigned i = 0; i < OFFERED && others.count > 0; i++) {
        if (hck_shrink_is_over(shrinker)) {
            return false;
        }
        if (trade(shrinker, &others, sizes[i])) {
            return true;
        }
    }
    return false;
}

bool hck_shrink_trades(struct shrinker *shrinker)
{
    bool changed = false;
    for (uint32_t i = shrinker->current.trace.call_count; i > 0; i--) {
        changed = trade_call(shrinker, i - 1) || changed;
    }
    return changed;
}

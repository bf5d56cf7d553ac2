/* The shrinker's loop: fewer calls, fewer for larger ones, then fewer threads, then simpler
 * arguments, then lower slots, and all over again until nothing changes. */
#include "kit/shrink/shrink.h"

#include <stdlib.h>
#include <string.h>

#include "kit/shrink/shrink_internal.h"

enum { ATTEMPTS_DEFAULT = 2000 };

/* --- Candidates ------------------------------------------------------------------------------- */

static uint64_t hash_number(uint64_t hash, uint64_t number)
{
    hash = (hash ^ number) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ (hash >> 29);
}

static uint64_t hash_trace(const struct trace *trace)
{
    uint64_t hash = trace->call_count;
    for (uint32_t i = 0; i < trace->call_count; i++) {
        const struct call *call = &trace->calls[i];
        hash = hash_number(hash, (uint64_t)call->id << 40 | (uint64_t)call->thread << 32 |
                                     call->result_slot);
        for (unsigned k = 0; k < hck_call_rows[call->id].argument_count; k++) {
            const struct argument *argument = &call->arguments[k];
            hash = hash_number(hash, (uint64_t)argument->form << 40 |
                                         (uint64_t)argument->slot_kind << 32 | argument->slot);
            hash = hash_number(hash, argument->value);
        }
    }
    return hash == 0 ? 1 : hash;
}

/* The place of the hash in the table: the one that holds it, or the empty one where it belongs. The
 * table is twice as large as the number of attempts, so it never fills up. */
static uint64_t *find_refused(struct shrinker *shrinker, uint64_t hash)
{
    size_t place = hash % shrinker->refused_size;
    while (shrinker->refused[place] != 0 && shrinker->refused[place] != hash) {
        place = (place + 1) % shrinker->refused_size;
    }
    return &shrinker->refused[place];
}

bool hck_shrink_is_over(const struct shrinker *shrinker)
{
    return shrinker->failed || shrinker->attempts >= shrinker->attempts_max;
}

bool hck_shrink_try(struct shrinker *shrinker)
{
    uint64_t hash = hash_trace(&shrinker->candidate.trace);
    uint64_t *place = find_refused(shrinker, hash);
    if (hck_shrink_is_over(shrinker) || *place == hash ||
        shrinker->candidate.trace.call_count == 0) {
        return false;
    }
    shrinker->attempts++;
    if (!shrinker->options->still(shrinker->options->context, &shrinker->candidate.trace)) {
        *place = hash;
        return false;
    }
    struct trace_buffer better = shrinker->candidate;
    shrinker->candidate = shrinker->current;
    shrinker->current = better;
    return true;
}

static void clear_candidate(struct shrinker *shrinker)
{
    hck_trace_clear(&shrinker->candidate);
    shrinker->candidate.trace.seed = shrinker->current.trace.seed;
}

bool hck_shrink_filter(struct shrinker *shrinker, shrink_keep keep, const void *context)
{
    const struct trace *current = &shrinker->current.trace;
    clear_candidate(shrinker);
    for (uint32_t i = 0; i < current->call_count; i++) {
        if (keep(context, i, &current->calls[i]) &&
            !hck_trace_append(&shrinker->candidate, &current->calls[i])) {
            shrinker->failed = true;
            return false;
        }
    }
    return shrinker->candidate.trace.call_count < current->call_count;
}

static bool keep_all(const void *context, uint32_t index, const struct call *call)
{
    (void)context;
    (void)index;
    (void)call;
    return true;
}

bool hck_shrink_copy(struct shrinker *shrinker)
{
    hck_shrink_filter(shrinker, keep_all, NULL);
    return !shrinker->failed;
}

void hck_shrink_note(struct shrinker *shrinker)
{
    hck_trace_count_anew(&shrinker->candidate.trace);
}

/* --- Fewer calls ------------------------------------------------------------------------------ */

struct window {
    uint32_t start;
    uint32_t end;
};

static bool is_outside(const void *context, uint32_t index, const struct call *call)
{
    const struct window *window = context;
    (void)call;
    return index < window->start || index >= window->end;
}

struct slot_name {
    enum slot_kind kind;
    uint32_t slot;
};

static bool names_other_slots(const void *context, uint32_t index, const struct call *call)
{
    const struct slot_name *name = context;
    const struct call_row *row = &hck_call_rows[call->id];
    (void)index;
    if (hck_call_result_slot_kind(row->result) == name->kind && call->result_slot == name->slot) {
        return false;
    }
    for (unsigned i = 0; i < row->argument_count; i++) {
        const struct argument *argument = &call->arguments[i];
        if (argument->form == FORM_SLOT && argument->slot_kind == name->kind &&
            argument->slot == name->slot) {
            return false;
        }
    }
    return true;
}

/* Windows from the end to the start: what comes late depends on what comes early, so it goes first
 * without making anything else undefined. */
static bool drop_windows(struct shrinker *shrinker, uint32_t size)
{
    bool changed = false;
    uint32_t end = shrinker->current.trace.call_count;
    while (end > 0 && !hck_shrink_is_over(shrinker)) {
        struct window window = {.start = end > size ? end - size : 0, .end = end};
        if (hck_shrink_filter(shrinker, is_outside, &window) && hck_shrink_try(shrinker)) {
            changed = true;
        }
        end = window.start;
    }
    return changed;
}

/* A slot with everything that is done to it: calls that only make sense together. */
static bool drop_slots(struct shrinker *shrinker)
{
    bool changed = false;
    for (unsigned kind = 0; kind < SLOT_KIND_COUNT; kind++) {
        struct slot_name name = {.kind = (enum slot_kind)kind};
        name.slot = hck_shrink_next_slot(shrinker, name.kind, 0);
        for (; name.slot != NO_SLOT;
             name.slot = hck_shrink_next_slot(shrinker, name.kind, name.slot + 1)) {
            if (hck_shrink_is_over(shrinker)) {
                return changed;
            }
            if (hck_shrink_filter(shrinker, names_other_slots, &name) && hck_shrink_try(shrinker)) {
                changed = true;
            }
        }
    }
    return changed;
}

bool hck_shrink_calls(struct shrinker *shrinker)
{
    bool changed = false;
    for (uint32_t size = shrinker->current.trace.call_count / 2; size > 1; size /= 2) {
        changed = drop_windows(shrinker, size) || changed;
    }
    changed = drop_slots(shrinker) || changed;
    while (drop_windows(shrinker, 1)) {
        changed = true;
    }
    return changed;
}

/* --- The loop --------------------------------------------------------------------------------- */

static bool start_shrinker(struct shrinker *shrinker, const struct trace *violating,
                           const struct shrink_options *options)
{
    memset(shrinker, 0, sizeof(*shrinker));
    shrinker->options = options;
    shrinker->attempts_max = options->attempts_max == 0 ? ATTEMPTS_DEFAULT : options->attempts_max;
    shrinker->refused_size = (size_t)shrinker->attempts_max * 2;
    shrinker->refused = calloc(shrinker->refused_size, sizeof(*shrinker->refused));
    return shrinker->refused != NULL && hck_trace_copy(&shrinker->current, violating) &&
           hck_shrink_copy(shrinker);
}

static void shrink_until_stable(struct shrinker *shrinker)
{
    bool changed = true;
    while (changed && !hck_shrink_is_over(shrinker)) {
        changed = hck_shrink_calls(shrinker);
        changed = hck_shrink_trades(shrinker) || changed;
        changed = hck_shrink_threads(shrinker) || changed;
        changed = hck_shrink_arguments(shrinker) || changed;
        changed = hck_shrink_slots(shrinker) || changed;
    }
}

bool hck_shrink(const struct trace *violating, const struct shrink_options *options,
                struct trace_buffer *smallest, struct shrink_result *result)
{
    struct shrinker shrinker;
    bool is_done = start_shrinker(&shrinker, violating, options);
    if (is_done) {
        /* Where the trace does not violate again there is nothing to go by: it stays as it is. */
        if (hck_shrink_try(&shrinker)) {
            shrink_until_stable(&shrinker);
        }
        *result = (struct shrink_result){.attempts = shrinker.attempts,
                                         .calls_before = violating->call_count,
                                         .calls_after = shrinker.current.trace.call_count};
        is_done = !shrinker.failed && hck_trace_copy(smallest, &shrinker.current.trace);
    }
    hck_trace_free(&shrinker.current);
    hck_trace_free(&shrinker.candidate);
    free(shrinker.refused);
    return is_done;
}

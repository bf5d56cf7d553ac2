/* The generator's main loop: heaps first, then turn by turn a single call or an idiom. */
#include "kit/generate/generate.h"

#include <string.h>

#include "kit/generate/generate_internal.h"

enum {
    CALLS_LEAST = 4,
    DRAWS_PER_CALL = 12, /* tries to make a defined call before the turn is given up */
    TURNS_PER_CALL = 40, /* turns without any call before the trace ends early */
    HEAP_SLOTS = 8,
    REGION_SLOTS = 16,
    WALK_SLOTS = 4,
    HANDLER_SLOTS = 4,
    SECTION_SLOTS = 6
};

static void choose_defaults(struct generate_options *options)
{
    if (options->call_count_max == 0) {
        options->call_count_max = GENERATE_CALLS;
    }
    if (options->families == 0) {
        options->families = (1u << FAMILY_COUNT) - 1;
    }
    if (options->thread_count == 0) {
        options->thread_count = 1;
    }
    if (options->thread_count > TRACE_THREADS_MAX) {
        options->thread_count = TRACE_THREADS_MAX;
    }
}

/* The room for slots follows the length of the trace, so that long traces have many live blocks. */
bool hck_draft_start(struct draft *draft, uint64_t seed, const struct generate_options *options,
                     struct trace_buffer *buffer)
{
    memset(draft, 0, sizeof(*draft));
    draft->options = *options;
    choose_defaults(&draft->options);
    draft->buffer = buffer;
    draft->budget_bytes = DRAFT_BUDGET_BYTES;
    draft->slot_count[SLOT_HEAP] = HEAP_SLOTS;
    draft->slot_count[SLOT_BLOCK] = 48 + draft->options.call_count_max / 4;
    draft->slot_count[SLOT_REGION] = REGION_SLOTS + draft->options.call_count_max / 64;
    draft->slot_count[SLOT_WALK] = WALK_SLOTS;
    draft->slot_count[SLOT_HANDLER] = HANDLER_SLOTS;
    draft->slot_count[SLOT_SECTION] = SECTION_SLOTS;
    hck_random_start(&draft->random, seed);
    hck_swarm_draw(&draft->swarm, &draft->random, &draft->options);
    for (unsigned kind = 0; kind < SLOT_KIND_COUNT; kind++) {
        uint32_t used = buffer->trace.slot_count[kind];
        draft->slot_count[kind] = used > draft->slot_count[kind] ? used : draft->slot_count[kind];
    }
    return hck_forecast_start(&draft->forecast, draft->slot_count, draft->options.hostile);
}

static void open_heaps(struct draft *draft)
{
    struct call call;
    unsigned heap_count = draft->swarm.heap_count;
    if (draft->swarm.call_weights[CALL_HeapAlloc] == 0) {
        return;
    }
    if (heap_count == 0 || hck_random_chance(&draft->random, 20)) {
        if (hck_draft_draw_call(draft, CALL_GetProcessHeap, &call)) {
            hck_draft_emit(draft, &call);
        }
    }
    for (unsigned i = 0; i < heap_count; i++) {
        if (hck_draft_draw_call(draft, CALL_HeapCreate, &call)) {
            hck_draft_emit(draft, &call);
        }
    }
}

/* A risky call is taken as it comes; any other has to be defined. */
void hck_draft_make_call(struct draft *draft)
{
    struct call call;
    draft->risky = hck_random_chance(&draft->random, draft->swarm.risk_percent);
    for (unsigned i = 0; i < DRAWS_PER_CALL; i++) {
        unsigned id = hck_swarm_pick(&draft->random, draft->swarm.call_weights, CALL_COUNT);
        uint32_t before = draft->buffer->trace.call_count;
        if (hck_draft_draw_call(draft, (enum call_id)id, &call)) {
            hck_draft_emit(draft, &call);
            if (draft->buffer->trace.call_count != before) {
                break;
            }
        }
    }
    if (draft->risky && hck_random_chance(&draft->random, 10)) {
        hck_draft_make(draft, CALL_GetLastError, NO_SLOT, NULL);
    }
    draft->risky = false;
}

void hck_draft_make_idiom(struct draft *draft)
{
    unsigned chosen = hck_swarm_pick(&draft->random, draft->swarm.idiom_weights, IDIOM_COUNT);
    if (draft->swarm.idiom_weights[chosen] != 0) {
        hck_idioms[chosen].emit(draft);
    }
}

static void choose_thread(struct draft *draft)
{
    if (draft->options.thread_count > 1 && hck_random_chance(&draft->random, 40)) {
        draft->thread = (uint8_t)hck_random_below(&draft->random, draft->options.thread_count);
    }
}

/* Locks that are still held would make the last probes of other threads wait. */
static void give_back_locks(struct draft *draft)
{
    for (uint32_t i = 0; i < draft->buffer->trace.slot_count[SLOT_HEAP]; i++) {
        const struct slot *slot = hck_forecast_slot(&draft->forecast, SLOT_HEAP, i);
        const struct slot *heap = hck_typestate_heap(&draft->forecast.state, slot);
        while (slot->state == SLOT_LIVE && heap->lock_count > 0) {
            struct call call = {.id = CALL_HeapUnlock, .result_slot = NO_SLOT};
            call.arguments[0] = hck_argument_slot(SLOT_HEAP, i, 0);
            draft->thread = heap->lock_thread;
            if (!hck_draft_emit(draft, &call)) {
                break;
            }
        }
    }
}

bool hck_generate(uint64_t seed, const struct generate_options *options,
                  struct trace_buffer *buffer)
{
    struct draft draft;
    if (!hck_draft_start(&draft, seed, options, buffer)) {
        return false;
    }
    uint32_t most = draft.options.call_count_max;
    uint32_t least = most < 4 * CALLS_LEAST ? 1 : most / 4;
    uint64_t length = hck_random_between(&draft.random, least, most);
    buffer->trace.seed = seed;
    open_heaps(&draft);
    for (uint64_t turn = 0; turn < length * TURNS_PER_CALL; turn++) {
        if (draft.failed || buffer->trace.call_count >= length) {
            break;
        }
        choose_thread(&draft);
        if (hck_random_chance(&draft.random, draft.swarm.idiom_percent)) {
            hck_draft_make_idiom(&draft);
        } else {
            hck_draft_make_call(&draft);
        }
    }
    give_back_locks(&draft);
    hck_forecast_stop(&draft.forecast);
    return !draft.failed;
}

uint64_t hck_generate_seed(uint64_t run_seed, uint64_t n)
{
    return hck_random_mix(hck_random_mix(run_seed) + n + 1);
}

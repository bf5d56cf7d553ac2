/* See turns.h. */
#include "kit/run/turns.h"

static bool begins_turn(const struct trace *trace, uint32_t index)
{
    return index > 0 && trace->calls[index - 1].thread != trace->calls[index].thread;
}

bool hck_turns_make(const struct trace *trace, struct trace_buffer *made)
{
    bool has_room = true;
    for (uint32_t i = 0; i < trace->call_count && has_room; i++) {
        const struct call *call = &trace->calls[i];
        const struct call between = {
            .id = CALL_GetLastError, .thread = call->thread, .result_slot = NO_SLOT};
        has_room = (!begins_turn(trace, i) || hck_trace_append(made, &between)) &&
                   hck_trace_append(made, call);
    }
    made->trace.seed = trace->seed;
    return has_room;
}

uint32_t hck_turns_place(const struct trace *trace, uint32_t index)
{
    uint32_t place = index;
    for (uint32_t i = 0; i <= index && i < trace->call_count; i++) {
        place += begins_turn(trace, i);
    }
    return place;
}

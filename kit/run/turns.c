/* See turns.h. */
#include "kit/run/turns.h"

bool hck_turns_make(const struct trace *trace, struct trace_buffer *made)
{
    bool has_room = true;
    for (uint32_t i = 0; i < trace->call_count && has_room; i++) {
        const struct call *call = &trace->calls[i];
        const struct call between = {
            .id = CALL_GetLastError, .thread = call->thread, .result_slot = NO_SLOT};
        bool is_turn = i > 0 && trace->calls[i - 1].thread != call->thread;
        has_room = (!is_turn || hck_trace_append(made, &between)) && hck_trace_append(made, call);
    }
    made->trace.seed = trace->seed;
    return has_room;
}

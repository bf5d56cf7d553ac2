#include "kit/generate/random.h"
#include "kit/weave/weave.h"

/* What a call adds depends on its place, so that the same calls in another order are others. */
static uint64_t sum_of(const struct trace *trace)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < trace->call_count; i++) {
        const struct call *call = &trace->calls[i];
        uint64_t part = (uint64_t)call->id << 8 | call->thread;
        for (unsigned k = 0; k < hck_call_rows[call->id].argument_count; k++) {
            const struct argument *argument = &call->arguments[k];
            part = part * 31 + argument->form;
            part = part * 31 + (argument->form == FORM_SLOT    ? argument->slot
                                : argument->form == FORM_VALUE ? argument->value
                                                               : 0);
        }
        sum = (sum + part) * UINT64_C(0x9E3779B97F4A7C15);
    }
    return sum;
}

bool hck_weave_is_chosen(const struct trace *plain)
{
    return hck_random_mix(sum_of(plain)) % WEAVE_SOME == 0;
}

bool hck_weave_some(const struct trace *plain, struct trace_buffer *woven)
{
    return hck_weave_is_chosen(plain) ? hck_weave(plain, woven) : hck_trace_copy(woven, plain);
}

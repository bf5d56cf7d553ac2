/* The traces of a run by index. */
#include "kit/run/plan.h"

#include <string.h>

#include "kit/generate/generate.h"
#include "kit/run/close.h"
#include "kit/weave/weave.h"

/* Calls that wait for another thread's lock cost milliseconds each, so few traces have threads. */
enum { THREADED_EVERY = 64 };

uint64_t hck_plan_count(const struct plan *plan)
{
    return plan->corpus->count + plan->generated_count;
}

static bool generate(const struct plan *plan, uint64_t n, struct trace_buffer *plain)
{
    struct generate_options options = {.hostile = plan->hostile};
    if (plan->thread_count != 0) {
        options.thread_count = plan->thread_count;
    } else if (n % THREADED_EVERY == THREADED_EVERY - 1) {
        options.thread_count = 2 + (uint32_t)(n / THREADED_EVERY % 3);
    }
    return hck_generate(hck_generate_seed(plan->seed, n), &options, plain);
}

bool hck_plan_make(const struct plan *plan, uint64_t index, struct plan_trace *trace)
{
    hck_trace_clear(&trace->woven);
    if (index < plan->corpus->count) {
        return hck_weave(&plan->corpus->files[index].trace.trace, &trace->woven);
    }
    hck_trace_clear(&trace->plain);
    return generate(plan, index - plan->corpus->count, &trace->plain) &&
           hck_weave(&trace->plain.trace, &trace->woven);
}

/* Gives the call's slots numbers behind those that are taken. */
static bool move_slot(enum slot_kind kind, const uint32_t taken[SLOT_KIND_COUNT], uint32_t *slot)
{
    if (kind != SLOT_HANDLER) {
        *slot += taken[kind];
    }
    return *slot <= hck_call_slot_limit(kind);
}

static bool append_moved(struct trace_buffer *joined, const uint32_t taken[SLOT_KIND_COUNT],
                         const struct call *original)
{
    struct call call = *original;
    const struct call_row *row = &hck_call_rows[call.id];
    bool fits = call.result_slot == NO_SLOT ||
                move_slot(hck_call_result_slot_kind(row->result), taken, &call.result_slot);
    for (unsigned i = 0; i < row->argument_count && fits; i++) {
        struct argument *argument = &call.arguments[i];
        fits = argument->form != FORM_SLOT ||
               move_slot((enum slot_kind)argument->slot_kind, taken, &argument->slot);
    }
    return fits && hck_trace_append(joined, &call);
}

static bool append_trace(struct trace_buffer *joined, const struct trace *trace)
{
    uint32_t taken[SLOT_KIND_COUNT];
    bool fits = true;
    memcpy(taken, joined->trace.slot_count, sizeof taken);
    for (uint32_t i = 0; i < trace->call_count && fits; i++) {
        fits = append_moved(joined, taken, &trace->calls[i]);
    }
    return fits;
}

bool hck_plan_join(const struct plan *plan, uint64_t first, uint64_t last,
                   struct trace_buffer *joined)
{
    struct plan_trace trace;
    struct trace_buffer closed = {.capacity = 0};
    bool made = true;
    memset(&trace, 0, sizeof trace);
    for (uint64_t i = first; i <= last && made; i++) {
        hck_trace_clear(&closed);
        made = hck_plan_make(plan, i, &trace) && hck_close(&trace.woven.trace, &closed) &&
               append_trace(joined, &closed.trace);
    }
    hck_trace_free(&closed);
    hck_plan_trace_free(&trace);
    return made;
}

void hck_plan_trace_free(struct plan_trace *trace)
{
    hck_trace_free(&trace->plain);
    hck_trace_free(&trace->woven);
}

void hck_plan_name(const struct plan *plan, uint64_t index, char *text, size_t size)
{
    if (index < plan->corpus->count) {
        (void)snprintf(text, size, "%s", plan->corpus->files[index].name);
        return;
    }
    (void)snprintf(text, size, "generated trace %llu of seed %llu",
                   (unsigned long long)(index - plan->corpus->count),
                   (unsigned long long)plan->seed);
}

void hck_plan_name_last(const struct plan *plan, uint64_t first, uint64_t last, char *text,
                        size_t size)
{
    hck_plan_name(plan, last, text, size);
    size_t length = strlen(text);
    if (first < last) {
        (void)snprintf(text + length, size - length, " behind the %llu traces before it",
                       (unsigned long long)(last - first));
    }
}

/* The traces of a run by index. */
#include "kit/run/plan.h"

#include "kit/generate/generate.h"
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

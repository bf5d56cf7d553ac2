/* Merging wanted probes into a trace.
 *
 * Between two calls that the weaver never inserts (the anchors) lies a gap, with the probes of a
 * person or of an earlier weaving in it. What the anchor before and the anchor behind it want is
 * put into the gap in order; a wanted probe that already stands there, behind those wanted before
 * it, is taken as found. So what was wanted is a subsequence of every gap of a woven trace, and
 * weaving it again finds all of it and inserts nothing. */
#include "kit/weave/weave.h"

#include "kit/weave/weave_internal.h"

struct gap {
    const struct call *calls;
    uint32_t count;
    uint32_t next; /* the first one not written yet */
};

static bool write_until(struct gap *gap, uint32_t end, struct trace_buffer *woven)
{
    for (; gap->next < end; gap->next++) {
        if (!hck_trace_append(woven, &gap->calls[gap->next])) {
            return false;
        }
    }
    return true;
}

static uint32_t find_in_gap(const struct gap *gap, const struct call *call)
{
    for (uint32_t i = gap->next; i < gap->count; i++) {
        if (hck_weave_is_same(&gap->calls[i], call)) {
            return i;
        }
    }
    return gap->count;
}

/* Writes the gap with the wanted probes in it: the first `after_count` of them belong to the anchor
 * before it and stand as early as they can, the others as late as they can. */
static bool write_gap(struct gap *gap, const struct trace *wanted, uint32_t after_count,
                      struct trace_buffer *woven)
{
    for (uint32_t i = 0; i < wanted->call_count; i++) {
        const struct call *probe = &wanted->calls[i];
        uint32_t found = find_in_gap(gap, probe);
        if (found < gap->count) {
            if (!write_until(gap, found + 1, woven)) {
                return false;
            }
            continue;
        }
        if (i >= after_count && !write_until(gap, gap->count, woven)) {
            return false;
        }
        if (!hck_trace_append(woven, probe)) {
            return false;
        }
    }
    return write_until(gap, gap->count, woven);
}

/* Takes the anchor, which is defined, into the forecast and asks what should stand behind it:
 * nothing where it waits for a lock that only a later call of the trace gives back. */
static void pass_anchor(struct weaver *weaver, const struct call *call)
{
    const struct forecast *forecast = &weaver->forecast;
    bool is_made = hck_typestate_lock_effect(&forecast->state, call) == LOCK_PASSES;
    bool is_granted = is_made && hck_forecast_grants(forecast, call);

    hck_forecast_take(&weaver->forecast, call);
    if (is_made) {
        hck_weave_after(weaver, call, is_granted);
    }
}

static bool weave_calls(struct weaver *weaver, const struct trace *plain,
                        struct trace_buffer *woven)
{
    uint32_t next = 0;
    uint8_t thread = 0;
    for (;;) {
        struct gap gap = {.calls = plain->calls + next};
        uint32_t after_count = weaver->wanted->trace.call_count;
        while (next < plain->call_count && hck_weave_inserts(&plain->calls[next])) {
            next++;
            gap.count++;
        }
        bool is_end = next == plain->call_count;
        bool is_defined = !is_end && hck_forecast_defined(&weaver->forecast, &plain->calls[next]);
        if (is_end) {
            hck_weave_end(weaver, thread);
        } else if (is_defined) {
            hck_weave_before(weaver, &plain->calls[next]);
        }
        if (weaver->failed || !write_gap(&gap, &weaver->wanted->trace, after_count, woven)) {
            return false;
        }
        hck_trace_clear(weaver->wanted);
        if (is_end) {
            return true;
        }
        thread = plain->calls[next].thread;
        if (!hck_trace_append(woven, &plain->calls[next])) {
            return false;
        }
        if (is_defined) {
            pass_anchor(weaver, &plain->calls[next]);
        }
        next++;
    }
}

bool hck_weave(const struct trace *plain, struct trace_buffer *woven)
{
    struct trace_buffer wanted = {0};
    struct weaver weaver = {.wanted = &wanted};
    bool is_woven = false;

    woven->trace.seed = plain->seed;
    if (hck_forecast_start(&weaver.forecast, plain->slot_count, false)) {
        is_woven = weave_calls(&weaver, plain, woven);
        hck_forecast_stop(&weaver.forecast);
    }
    hck_trace_free(&wanted);
    return is_woven;
}

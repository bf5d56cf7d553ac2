#include "kit/fuzz/input.h"

#include <string.h>

#include "kit/generate/bytes.h"
#include "kit/generate/generate.h"

enum { MESSAGE_MAX = 400 };

static const struct input_harness harnesses[] = {
#define HARNESS(name, families, threads, judges) {#name, {families, threads}, judges},
#include "kit/fuzz/harnesses.def"
#undef HARNESS
};

const struct input_harness *hck_fuzz_input_harness(const char *name)
{
    for (size_t i = 0; name != NULL && i < sizeof harnesses / sizeof harnesses[0]; i++) {
        if (strcmp(harnesses[i].name, name) == 0) {
            return &harnesses[i];
        }
    }
    return NULL;
}

struct input_options hck_fuzz_input_options(const char *harness)
{
    static const struct input_options any = {.families = INPUT_FAMILIES_ALL, .thread_count = 1};
    const struct input_harness *row = hck_fuzz_input_harness(harness);
    return row != NULL ? row->options : any;
}

static bool begins_as_text(const uint8_t *data, size_t size)
{
    static const char header[] = TEXT_TRACE_HEADER;
    return size >= sizeof header - 1 && memcmp(data, header, sizeof header - 1) == 0;
}

static bool read_any(const uint8_t *data, size_t size, struct trace_buffer *trace)
{
    char message[MESSAGE_MAX];
    if (begins_as_text(data, size) && hck_trace_parse("input", (const char *)data, size, trace,
                                                      message, sizeof message) == TRACE_LOADED) {
        return true;
    }
    hck_trace_clear(trace);
    size_t most = (size_t)INPUT_CALLS_MAX * BYTES_PER_CALL;
    return hck_bytes_decode(data, size < most ? size : most, trace);
}

/* A block is filled and copied, so its size is memory and time. What no machine has fails as it is;
 * but a probe goes as far as it can. */
static uint64_t bring_size_near(const struct call *call, uint64_t size)
{
    if (hck_generate_is_probe(call)) {
        return size > INPUT_PROBE_BYTES_MAX ? size % INPUT_PROBE_BYTES_MAX : size;
    }
    if (hck_call_effect(&hck_call_rows[call->id])->made != MADE_BLOCK) {
        return size;
    }
    return size > INPUT_BLOCK_BYTES_MAX && size < INPUT_IMPOSSIBLE_BYTES
               ? size % INPUT_BLOCK_BYTES_MAX
               : size;
}

static void bring_near(struct call *call, const struct input_options *options)
{
    call->thread = (uint8_t)(call->thread % options->thread_count);
    if (call->result_slot != NO_SLOT) {
        call->result_slot %= INPUT_SLOTS;
    }
    const struct call_row *row = &hck_call_rows[call->id];
    for (unsigned i = 0; i < row->argument_count; i++) {
        call->arguments[i].slot %= INPUT_SLOTS;
        if (row->arguments[i].kind == ARGUMENT_SIZE) {
            call->arguments[i].value = bring_size_near(call, call->arguments[i].value);
        }
    }
}

bool hck_fuzz_input_read(const uint8_t *data, size_t size, const struct input_options *options,
                         struct trace_buffer *trace)
{
    if (!read_any(data, size, trace)) {
        return false;
    }
    uint32_t kept = 0;
    uint32_t maps = 0;
    for (uint32_t i = 0; i < trace->trace.call_count && kept < INPUT_CALLS_MAX; i++) {
        struct call call = trace->trace.calls[i];
        maps += call.id == CALL_QueryAll;
        bool is_dear = call.id == CALL_QueryAll && maps > INPUT_MAPS_MAX;
        if (!is_dear && (options->families & 1u << hck_call_rows[call.id].family) != 0) {
            bring_near(&call, options);
            trace->trace.calls[kept++] = call;
        }
    }
    trace->trace.call_count = kept;
    hck_trace_count_anew(&trace->trace);
    return true;
}

/* Inputs of the harnesses as traces, and back.
 *
 * Any bytes are a trace (kit/generate/bytes.h). What begins with the first line of a trace file and
 * parses is read as text instead, so that every engine takes the traces of corpus/seeds as they
 * are, and a find that was printed can be an input again. Harnesses read their inputs so, and
 * `heapck fuzz` reads what engines have left of them. */
#ifndef HCK_KIT_FUZZ_INPUT_H
#define HCK_KIT_FUZZ_INPUT_H

#include "kit/trace.h"

/* Of an input of a megabyte only the first calls are made: what they show, fewer show as well, and
 * an input has to end within seconds under every sanitizer. */
enum { INPUT_CALLS_MAX = 1024 };

/* Slots are few, so that an input costs what its calls cost and not what its numbers name. */
enum { INPUT_SLOTS = 1024 };

/* QueryAll asks for every mapping of the process, of which a sanitizer has hundreds. More of them
 * than a comparison of three takes are left out. */
enum { INPUT_MAPS_MAX = 4 };

/* Blocks between these sizes are made smaller, and so are accesses longer than a probe's most: two
 * page faults for every page of an input cost more than all of its calls, and with fewer megabytes
 * an engine gets done twice as many. */
#define INPUT_BLOCK_BYTES_MAX (UINT64_C(1) << 20)
#define INPUT_IMPOSSIBLE_BYTES (UINT64_C(1) << 47)
#define INPUT_PROBE_BYTES_MAX (UINT64_C(256) << 10)

enum {
    INPUT_FAMILIES_ALL = (1 << FAMILY_COUNT) - 1,
    INPUT_FAMILIES_HEAP = 1 << FAMILY_heap | 1 << FAMILY_error | 1 << FAMILY_probe,
    INPUT_FAMILIES_VIRTUAL = 1 << FAMILY_virtual | 1 << FAMILY_error | 1 << FAMILY_probe,
    INPUT_FAMILIES_SECTIONS = INPUT_FAMILIES_VIRTUAL | 1 << FAMILY_section,
    INPUT_FAMILIES_CANARY = 1 << FAMILY_heap | 1 << FAMILY_probe
};

/* What a harness makes of the calls of an input. */
struct input_options {
    uint32_t families;     /* 1 << FAMILY_...: calls of others are left out */
    uint32_t thread_count; /* the calls of thread t are made by thread t % thread_count */
};

/* A row of harnesses.def. */
struct input_harness {
    const char *name;
    struct input_options options;
    bool judges;
};

/* The harness of this name, or NULL where there is none whose inputs are traces. */
const struct input_harness *hck_fuzz_input_harness(const char *name);

/* What the harness takes; all calls on one thread where there is none of this name, which may be
 * NULL. */
struct input_options hck_fuzz_input_options(const char *harness);

/* Fills `trace`, which it clears. False when out of memory. */
bool hck_fuzz_input_read(const uint8_t *data, size_t size, const struct input_options *options,
                         struct trace_buffer *trace);

#endif

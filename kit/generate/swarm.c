/* Swarm selection: what one trace prefers and what it does without.
 *
 * A generator that draws from everything all the time makes traces that are all alike: a free list
 * never grows long where frees are as likely as allocations. So every trace leaves some calls,
 * flags and sizes out and prefers others. */
#include <string.h>

#include "kit/generate/generate_internal.h"
#include "kit/generate/row.h"

unsigned hck_swarm_pick(struct random *random, const uint16_t *weights, unsigned count)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < count; i++) {
        sum += weights[i];
    }
    uint64_t rest = hck_random_below(random, sum);
    for (unsigned i = 0; i < count; i++) {
        if (rest < weights[i]) {
            return i;
        }
        rest -= weights[i];
    }
    return 0;
}

/* How often a row is worth calling, from what it takes and makes: what makes objects comes first,
 * then what changes them, then what asks about them. */
static uint16_t base_weight(enum call_id id)
{
    const struct call_row *row = &hck_call_rows[id];
    if (row->family == FAMILY_probe) {
        bool is_access = hck_call_has(row, ARGUMENT_ADDRESS);
        return id == CALL_Execute ? 4 : is_access ? 16 : 0;
    }
    switch (row->result) {
    case RESULT_BLOCK:
        return 50;
    case RESULT_REGION:
        return 50;
    case RESULT_HEAP:
        return row->argument_count == 0 ? 3 : 8;
    case RESULT_WALK:
        return 12;
    case RESULT_HANDLER:
        return 4;
    case RESULT_SECTION:
        return 6;
    case RESULT_NONE:
    case RESULT_BOOL:
    case RESULT_DWORD:
    case RESULT_SIZE:
        break;
    }
    for (unsigned i = 0; i < row->argument_count; i++) {
        enum argument_mode mode = row->arguments[i].mode;
        if (mode == MODE_CONSUME || mode == MODE_GIVE_BACK) {
            return row->arguments[i].kind == ARGUMENT_HEAP      ? 4
                   : row->arguments[i].kind == ARGUMENT_HANDLER ? 3
                   : row->arguments[i].kind == ARGUMENT_SECTION ? 3
                                                                : 34;
        }
    }
    if (hck_call_flags_place(row, FLAG_SET_protection) < CALL_ARGUMENTS_MAX) {
        return 30;
    }
    return row->family == FAMILY_error ? 3 : 6;
}

static bool is_producer(enum call_id id)
{
    enum result_kind result = hck_call_rows[id].result;
    return result == RESULT_HEAP || result == RESULT_BLOCK || result == RESULT_REGION;
}

/* The weight of each family in this trace: mostly one of heap and virtual, at times both. */
static void draw_family_weights(uint16_t weights[FAMILY_COUNT], struct random *random,
                                uint32_t families)
{
    static const uint16_t focus[][FAMILY_COUNT] = {
        {[FAMILY_heap] = 8, [FAMILY_error] = 1, [FAMILY_probe] = 1},
        {[FAMILY_virtual] = 8, [FAMILY_section] = 4, [FAMILY_error] = 1, [FAMILY_probe] = 8},
        {[FAMILY_heap] = 4,
         [FAMILY_virtual] = 4,
         [FAMILY_section] = 4,
         [FAMILY_error] = 2,
         [FAMILY_probe] = 4},
        {[FAMILY_heap] = 2, [FAMILY_virtual] = 3, [FAMILY_error] = 12, [FAMILY_probe] = 6},
        {[FAMILY_section] = 12, [FAMILY_virtual] = 2, [FAMILY_error] = 1, [FAMILY_probe] = 8},
    };
    static const uint16_t focus_weights[] = {42, 28, 17, 6, 7};
    unsigned chosen = hck_swarm_pick(random, focus_weights, 5);
    if ((families & 1u << FAMILY_virtual) == 0) {
        chosen = 0;
    } else if ((families & (1u << FAMILY_heap | 1u << FAMILY_section)) == 1u << FAMILY_section) {
        chosen = 4;
    } else if ((families & 1u << FAMILY_heap) == 0) {
        chosen = 1;
    }
    for (unsigned i = 0; i < FAMILY_COUNT; i++) {
        weights[i] = (families & 1u << i) != 0 ? focus[chosen][i] : 0;
        if (weights[i] == 0 && families == 1u << i) {
            weights[i] = 1;
        }
    }
}

static bool is_possible(const struct idiom_row *row, const uint16_t families[FAMILY_COUNT])
{
    for (unsigned i = 0; i < FAMILY_COUNT; i++) {
        if ((row->families & 1u << i) != 0 && families[i] == 0) {
            return false;
        }
    }
    return true;
}

/* At most one expensive idiom, in one trace of fifty. */
static void draw_rare_idiom(struct swarm *swarm, struct random *random,
                            const uint16_t families[FAMILY_COUNT])
{
    enum { PERCENT = 2, WEIGHT = 4 };
    uint64_t seen = 0;
    unsigned chosen = IDIOM_COUNT;
    for (unsigned i = 0; i < IDIOM_COUNT; i++) {
        if (hck_idioms[i].kind == IDIOM_IS_RARE && hck_random_below(random, ++seen) == 0) {
            chosen = i;
        }
    }
    if (hck_random_chance(random, PERCENT) && is_possible(&hck_idioms[chosen], families)) {
        swarm->idiom_weights[chosen] = WEIGHT;
    }
}

static void draw_idioms(struct swarm *swarm, struct random *random,
                        const uint16_t families[FAMILY_COUNT], bool has_threads)
{
    for (unsigned i = 0; i < IDIOM_COUNT; i++) {
        const struct idiom_row *row = &hck_idioms[i];
        bool is_wanted =
            row->kind == IDIOM_IS_USUAL || (row->kind == IDIOM_IS_THREADS && has_threads);
        if (is_wanted && is_possible(row, families) && hck_random_chance(random, 60)) {
            swarm->idiom_weights[i] = (uint16_t)hck_random_below(random, 5);
        }
    }
    draw_rare_idiom(swarm, random, families);
}

static void draw_calls(struct swarm *swarm, struct random *random, bool has_threads)
{
    uint16_t families[FAMILY_COUNT];
    draw_family_weights(families, random, swarm->families);
    for (unsigned i = 0; i < CALL_COUNT; i++) {
        static const uint16_t factors[] = {0, 1, 1, 2, 4};
        uint16_t factor = factors[hck_random_below(random, 5)];
        if (factor == 0 && is_producer((enum call_id)i)) {
            factor = 1;
        }
        uint16_t family = families[hck_call_rows[i].family];
        swarm->call_weights[i] = (uint16_t)(base_weight((enum call_id)i) * factor * family);
    }
    draw_idioms(swarm, random, families, has_threads);
}

static void draw_flags(struct swarm *swarm, struct random *random)
{
    size_t count;
    const struct flag_row *rows = hck_call_flags(&count);
    for (size_t i = 0; i < count; i++) {
        if (hck_random_chance(random, 35)) {
            swarm->flags_off[rows[i].set] |= rows[i].value;
        }
    }
}

/* Pages that are touched for the first time are most of what a trace costs. So most traces have
 * small blocks, and those with large ones have several of them: what depends on their meeting still
 * happens, in fewer traces. */
static void draw_sizes(struct swarm *swarm, struct random *random)
{
    enum { MEDIUM_PERCENT = 6, LIMIT_PERCENT = 2, BIG_PERCENT = 1, LIMIT_WEIGHT = 12 };
    static const uint16_t base[SIZE_CLASS_COUNT] = {
        [SIZE_TINY] = 24,   [SIZE_EDGE] = 30,   [SIZE_PAGES] = 8,
        [SIZE_GRANULE] = 8, [SIZE_MEDIUM] = 14, [SIZE_HUGE] = 2,
    };
    bool has_medium = hck_random_chance(random, MEDIUM_PERCENT);
    for (unsigned i = 0; i < SIZE_CLASS_COUNT; i++) {
        bool is_medium = i == SIZE_GRANULE || i == SIZE_MEDIUM;
        uint16_t weight = (uint16_t)(base[i] * hck_random_below(random, 4));
        swarm->size_weights[i] = is_medium && !has_medium ? 0 : weight;
    }
    swarm->size_weights[SIZE_EDGE] = (uint16_t)(swarm->size_weights[SIZE_EDGE] + 1);
    swarm->size_weights[SIZE_LIMIT] = hck_random_chance(random, LIMIT_PERCENT) ? LIMIT_WEIGHT : 0;
    swarm->size_weights[SIZE_BIG] = hck_random_chance(random, BIG_PERCENT) ? 4 : 0;
}

void hck_swarm_draw(struct swarm *swarm, struct random *random,
                    const struct generate_options *options)
{
    static const uint16_t heap_counts[] = {20, 50, 18, 7, 5};

    memset(swarm, 0, sizeof(*swarm));
    swarm->families = options->families;
    draw_calls(swarm, random, options->thread_count > 1);
    draw_flags(swarm, random);
    draw_sizes(swarm, random);
    swarm->shape_weights[SHAPE_PLAIN] = 4;
    for (unsigned i = SHAPE_PLAIN + 1; i < SHAPE_COUNT; i++) {
        swarm->shape_weights[i] = (uint16_t)hck_random_below(random, 4);
    }
    swarm->heap_count = hck_swarm_pick(random, heap_counts, 5);
    swarm->idiom_percent = (unsigned)hck_random_between(random, 4, 24);
    swarm->risk_percent = (unsigned)hck_random_between(random, 14, 34);
    if (options->hostile) {
        swarm->risk_percent += 30;
    }
}

/* Each step reads one trace and writes the next one from its beginning, so that no step has to make
 * room or close gaps. */
#include "kit/generate/mutate.h"

#include "kit/generate/generate_internal.h"

enum {
    STEPS_MAX = 4,
    RANGE_MAX = 8,
    REPEATS_MAX = 16,
    LONG_PERCENT = 50, /* of the loops where there is room for more rounds */
    TRIES_MAX = 8      /* of a step that finds nothing to change */
};

struct mutator {
    struct random random;
    struct generate_options options;
    const struct trace *from;
    struct trace_buffer *to;
    bool failed; /* out of memory */
};

struct range {
    uint32_t begin;
    uint32_t end;
};

static uint32_t below(struct mutator *mutator, uint32_t limit)
{
    return (uint32_t)hck_random_below(&mutator->random, limit);
}

static void append(struct mutator *mutator, const struct call *call)
{
    if (mutator->to->trace.call_count < mutator->options.call_count_max &&
        !hck_trace_append(mutator->to, call)) {
        mutator->failed = true;
    }
}

static void copy(struct mutator *mutator, uint32_t begin, uint32_t end)
{
    for (uint32_t i = begin; i < end; i++) {
        append(mutator, &mutator->from->calls[i]);
    }
}

static void copy_rest(struct mutator *mutator, uint32_t begin)
{
    copy(mutator, begin, mutator->from->call_count);
}

/* Mostly of few calls. */
static struct range draw_range(struct mutator *mutator)
{
    uint32_t count = mutator->from->call_count;
    uint32_t length = 1 + below(mutator, hck_random_chance(&mutator->random, 60) ? 1 : RANGE_MAX);
    uint32_t begin = below(mutator, count);
    return (struct range){begin, count - begin < length ? count : begin + length};
}

/* --- Calls as they are ------------------------------------------------------------------------ */

static bool remove_range(struct mutator *mutator)
{
    struct range range = draw_range(mutator);
    copy(mutator, 0, range.begin);
    copy_rest(mutator, range.end);
    return true;
}

static bool repeat_range(struct mutator *mutator)
{
    struct range range = draw_range(mutator);
    uint32_t where = range.end + below(mutator, mutator->from->call_count - range.end + 1);
    copy(mutator, 0, where);
    copy(mutator, range.begin, range.end);
    copy_rest(mutator, where);
    return true;
}

static bool move_range(struct mutator *mutator)
{
    struct range range = draw_range(mutator);
    uint32_t where = below(mutator, mutator->from->call_count + 1);
    if (where >= range.begin && where <= range.end) {
        return false;
    }
    copy(mutator, 0, where < range.begin ? where : range.begin);
    if (where < range.begin) {
        copy(mutator, range.begin, range.end);
        copy(mutator, where, range.begin);
        copy_rest(mutator, range.end);
    } else {
        copy(mutator, range.end, where);
        copy(mutator, range.begin, range.end);
        copy_rest(mutator, where);
    }
    return true;
}

static bool change_thread(struct mutator *mutator)
{
    if (mutator->options.thread_count < 2) {
        return false;
    }
    struct range range = draw_range(mutator);
    uint8_t thread = (uint8_t)below(mutator, mutator->options.thread_count);
    copy(mutator, 0, range.begin);
    for (uint32_t i = range.begin; i < range.end; i++) {
        struct call call = mutator->from->calls[i];
        call.thread = thread;
        append(mutator, &call);
    }
    copy_rest(mutator, range.end);
    return true;
}

/* --- New calls -------------------------------------------------------------------------------- */

/* What the generator would say behind the calls before `place`. It knows the slots of the whole
 * trace, so that what it makes does not take a name that is given later. */
static bool draft_behind(struct mutator *mutator, uint32_t place, struct draft *draft)
{
    struct trace *trace = &mutator->to->trace;
    copy(mutator, 0, place);
    for (unsigned kind = 0; kind < SLOT_KIND_COUNT; kind++) {
        trace->slot_count[kind] = mutator->from->slot_count[kind];
    }
    if (mutator->failed || !hck_draft_start(draft, hck_random_next(&mutator->random),
                                            &mutator->options, mutator->to)) {
        mutator->failed = true;
        return false;
    }
    for (uint32_t i = 0; i < trace->call_count; i++) {
        hck_forecast_advance(&draft->forecast, &trace->calls[i]);
    }
    /* Of a trace that is longer than it may be, fewer calls were copied. */
    if (trace->call_count > 0) {
        draft->thread = trace->calls[trace->call_count - 1].thread;
    }
    return true;
}

/* A draft may say HeapUnlock beyond the limit. */
static void end_draft(struct mutator *mutator, struct draft *draft)
{
    struct trace *trace = &mutator->to->trace;
    if (trace->call_count > mutator->options.call_count_max) {
        trace->call_count = mutator->options.call_count_max;
    }
    mutator->failed = mutator->failed || draft->failed;
    hck_forecast_stop(&draft->forecast);
}

static bool insert(struct mutator *mutator)
{
    struct draft draft;
    uint32_t place = below(mutator, mutator->from->call_count + 1);
    if (!draft_behind(mutator, place, &draft)) {
        return false;
    }
    if (hck_random_chance(&mutator->random, 25)) {
        hck_draft_make_idiom(&draft);
    } else {
        hck_draft_make_call(&draft);
    }
    end_draft(mutator, &draft);
    copy_rest(mutator, place);
    return true;
}

/* The same function, asked otherwise. */
static bool redraw(struct mutator *mutator)
{
    struct draft draft;
    struct call call;
    uint32_t place = below(mutator, mutator->from->call_count);
    const struct call *old = &mutator->from->calls[place];
    if (!draft_behind(mutator, place, &draft)) {
        return false;
    }
    draft.risky = hck_random_chance(&mutator->random, 30);
    bool is_drawn = hck_draft_draw_call(&draft, (enum call_id)old->id, &call);
    end_draft(mutator, &draft);
    if (is_drawn) {
        call.thread = old->thread;
        call.result_slot = old->result_slot != NO_SLOT ? old->result_slot : call.result_slot;
        append(mutator, &call);
    }
    copy_rest(mutator, place + is_drawn);
    return true;
}

/* --- Single arguments ------------------------------------------------------------------------- */

/* Changes one argument of the call; false where it has none to change. */
typedef bool (*change_argument)(struct mutator *mutator, struct call *call, unsigned index);

static bool change_call(struct mutator *mutator, change_argument change)
{
    uint32_t place = below(mutator, mutator->from->call_count);
    struct call call = mutator->from->calls[place];
    unsigned count = hck_call_rows[call.id].argument_count;
    unsigned first = below(mutator, count);
    bool is_changed = false;
    for (unsigned i = 0; i < count && !is_changed; i++) {
        is_changed = change(mutator, &call, (first + i) % count);
    }
    if (is_changed) {
        copy(mutator, 0, place);
        append(mutator, &call);
        copy_rest(mutator, place + 1);
    }
    return is_changed;
}

static bool name_another_slot(struct mutator *mutator, struct call *call, unsigned index)
{
    struct argument *argument = &call->arguments[index];
    if (argument->form != FORM_SLOT) {
        return false;
    }
    uint32_t count = mutator->from->slot_count[argument->slot_kind];
    argument->slot = below(mutator, count < 2 ? 2 : count);
    return argument->slot <= hck_call_slot_limit((enum slot_kind)argument->slot_kind);
}

/* A number that the trace has elsewhere: sizes that are equal, or add up, meet in edges. */
static uint64_t number_of_another_call(struct mutator *mutator, uint64_t number)
{
    const struct call *call = &mutator->from->calls[below(mutator, mutator->from->call_count)];
    unsigned sizes = 0;
    for (unsigned i = 0; i < hck_call_rows[call->id].argument_count; i++) {
        bool is_size = hck_call_rows[call->id].arguments[i].kind == ARGUMENT_SIZE;
        if (is_size && below(mutator, ++sizes) == 0) {
            number = call->arguments[i].value;
        }
    }
    return number;
}

/* Large blocks are rare: see draw_sizes of swarm.c. What is not filled costs nothing. */
static enum size_class draw_size_class(struct mutator *mutator, const struct call *call)
{
    static const enum size_class small[] = {SIZE_TINY, SIZE_EDGE, SIZE_EDGE, SIZE_PAGES, SIZE_HUGE};
    static const enum size_class large[] = {SIZE_GRANULE, SIZE_LIMIT};
    enum { LARGE_BLOCK_PERCENT = 2, LARGE_PERCENT = 20 };
    bool is_block = hck_call_effect(&hck_call_rows[call->id])->made == MADE_BLOCK;
    return hck_random_chance(&mutator->random, is_block ? LARGE_BLOCK_PERCENT : LARGE_PERCENT)
               ? large[below(mutator, sizeof large / sizeof large[0])]
               : small[below(mutator, sizeof small / sizeof small[0])];
}

static uint64_t draw_number(struct mutator *mutator, const struct call *call, uint64_t number)
{
    static const uint64_t near[] = {1, 8, 16, 4096, 65536};
    uint64_t step = near[below(mutator, sizeof near / sizeof near[0])];
    switch (below(mutator, 6)) {
    case 0:
        return number + step;
    case 1:
        return number - step;
    case 2:
        return number * 2;
    case 3:
        return number / 2;
    case 4:
        return number_of_another_call(mutator, number);
    default:
        break;
    }
    struct draft draft = {.random = mutator->random};
    number = hck_value_size_of(&draft, draw_size_class(mutator, call));
    mutator->random = draft.random;
    return number;
}

static bool move_number_to_an_edge(struct mutator *mutator, struct call *call, unsigned index)
{
    struct argument *argument = &call->arguments[index];
    const struct argument_row *row = &hck_call_rows[call->id].arguments[index];
    enum argument_kind kind = row->kind;
    bool is_any_pointer = kind == ARGUMENT_BLOCK && row->mode == MODE_ANY;
    bool is_offset = argument->form == FORM_SLOT && (kind == ARGUMENT_ADDRESS || is_any_pointer);
    bool is_number = argument->form == FORM_VALUE &&
                     (kind == ARGUMENT_SIZE || kind == ARGUMENT_NUMBER || kind == ARGUMENT_INPUT);
    if (!is_offset && !is_number) {
        return false;
    }
    uint64_t most = is_offset ? UINT64_MAX : hck_call_argument_max((enum call_id)call->id, index);
    if (kind == ARGUMENT_SIZE && hck_generate_is_probe(call)) {
        most = GENERATE_PROBE_BYTES_MAX;
    }
    uint64_t number = draw_number(mutator, call, argument->value);
    argument->value = most == UINT64_MAX ? number : number % (most + 1);
    return true;
}

static bool change_flags(struct mutator *mutator, struct call *call, unsigned index)
{
    const struct argument_row *row = &hck_call_rows[call->id].arguments[index];
    struct argument *argument = &call->arguments[index];
    uint64_t most = hck_call_argument_max((enum call_id)call->id, index);
    if (row->kind == ARGUMENT_FLAGS && hck_random_chance(&mutator->random, 50)) {
        argument->value = hck_value_usual_flags(row, hck_random_next(&mutator->random));
    } else if (row->kind == ARGUMENT_FLAGS) {
        uint32_t bit = 1u << below(mutator, 32);
        argument->value ^= (row->allowed & bit) != 0 ? bit : row->allowed & (~row->allowed + 1);
    } else if (row->kind == ARGUMENT_CHOICE || row->kind == ARGUMENT_BEHAVIOUR) {
        argument->value = (argument->value + 1 + below(mutator, 2)) % (most < 4 ? most + 1 : 4);
    } else if (row->kind == ARGUMENT_NAME) {
        argument->value = below(mutator, (uint32_t)most + 1);
        argument->form =
            (uint8_t)(hck_random_chance(&mutator->random, 30) ? FORM_NULL : FORM_VALUE);
    } else if (row->kind == ARGUMENT_OUT || row->kind == ARGUMENT_INPUT ||
               hck_call_constant_handle(row->kind) != NULL) {
        enum argument_form other = row->kind == ARGUMENT_OUT ? FORM_OUT : FORM_VALUE;
        argument->form = (uint8_t)(argument->form == FORM_NULL ? other : FORM_NULL);
        argument->value = 0;
    } else {
        return false;
    }
    return true;
}

static bool change_slot(struct mutator *mutator)
{
    return change_call(mutator, name_another_slot);
}

static bool change_number(struct mutator *mutator)
{
    return change_call(mutator, move_number_to_an_edge);
}

static bool change_flag(struct mutator *mutator)
{
    return change_call(mutator, change_flags);
}

/* --- Loops ------------------------------------------------------------------------------------ */

static bool fills(const struct call *call, enum slot_kind kind, uint32_t slot)
{
    return hck_call_result_slot_kind(hck_call_rows[call->id].result) == kind &&
           call->result_slot == slot;
}

/* Every round of a loop has results of its own, and its calls take those of their round. */
static uint32_t slot_of_round(const struct mutator *mutator, const struct range *range,
                              enum slot_kind kind, uint32_t slot, uint32_t round)
{
    uint32_t maker = range->begin; /* the first call that fills the slot: no two have the same */
    while (maker < range->end && !fills(&mutator->from->calls[maker], kind, slot)) {
        maker++;
    }
    uint32_t name =
        mutator->from->slot_count[kind] + (round - 1) * RANGE_MAX + (maker - range->begin);
    return round == 0 || maker == range->end || name > hck_call_slot_limit(kind) ? slot : name;
}

static void append_round(struct mutator *mutator, const struct range *range, uint32_t round)
{
    for (uint32_t i = range->begin; i < range->end; i++) {
        struct call call = mutator->from->calls[i];
        enum slot_kind made = hck_call_result_slot_kind(hck_call_rows[call.id].result);
        for (unsigned k = 0; k < hck_call_rows[call.id].argument_count; k++) {
            struct argument *argument = &call.arguments[k];
            if (argument->form == FORM_SLOT) {
                argument->slot = slot_of_round(mutator, range, (enum slot_kind)argument->slot_kind,
                                               argument->slot, round);
            }
        }
        if (made != SLOT_KIND_NONE && call.result_slot != NO_SLOT) {
            call.result_slot = slot_of_round(mutator, range, made, call.result_slot, round);
        }
        append(mutator, &call);
    }
}

/* A few, or as many as there is room for: some limits are met by hundreds of objects alone. */
static uint32_t draw_rounds(struct mutator *mutator, const struct range *range)
{
    uint32_t most = mutator->options.call_count_max;
    uint32_t count = mutator->from->call_count;
    uint32_t room = count < most ? (most - count) / (range->end - range->begin) : 0;
    bool is_long = room > REPEATS_MAX && hck_random_chance(&mutator->random, LONG_PERCENT);
    return 2 + below(mutator, is_long ? room : REPEATS_MAX - 1);
}

static bool stretch(struct mutator *mutator)
{
    struct range range = draw_range(mutator);
    uint32_t rounds = draw_rounds(mutator, &range);
    copy(mutator, 0, range.begin);
    for (uint32_t round = 0; round < rounds; round++) {
        append_round(mutator, &range, round);
    }
    copy_rest(mutator, range.end);
    return true;
}

/* --- All of it -------------------------------------------------------------------------------- */

/* Writes the next trace; false where there was nothing to change, or no memory. */
typedef bool (*mutate_step)(struct mutator *mutator);

static const struct {
    mutate_step step;
    uint16_t weight;
} steps[] = {
    {insert, 30},      {redraw, 14},       {remove_range, 12}, {change_number, 14},
    {change_flag, 10}, {change_slot, 8},   {repeat_range, 6},  {move_range, 5},
    {stretch, 4},      {change_thread, 6},
};

enum { STEP_KINDS = sizeof steps / sizeof steps[0] };

static mutate_step draw_step(struct mutator *mutator)
{
    uint16_t weights[STEP_KINDS];
    for (unsigned i = 0; i < STEP_KINDS; i++) {
        weights[i] = steps[i].weight;
    }
    bool is_empty = mutator->from->call_count == 0;
    return is_empty ? insert : steps[hck_swarm_pick(&mutator->random, weights, STEP_KINDS)].step;
}

static void take_step(struct mutator *mutator)
{
    for (unsigned i = 0; i < TRIES_MAX && !mutator->failed; i++) {
        hck_trace_clear(mutator->to);
        if (draw_step(mutator)(mutator)) {
            return;
        }
    }
    hck_trace_clear(mutator->to);
    copy_rest(mutator, 0);
}

static void start(struct mutator *mutator, uint64_t seed, const struct generate_options *options)
{
    *mutator = (struct mutator){.options = *options};
    mutator->options.call_count_max =
        options->call_count_max == 0 ? GENERATE_CALLS : options->call_count_max;
    hck_random_start(&mutator->random, seed);
}

bool hck_mutate(const struct trace *from, uint64_t seed, const struct generate_options *options,
                struct trace_buffer *to)
{
    struct mutator mutator;
    struct trace_buffer before = {0};
    start(&mutator, seed, options);
    unsigned count = 1 + (unsigned)below(&mutator, STEPS_MAX);
    mutator.from = from;
    mutator.to = to;
    for (unsigned i = 0; i < count && !mutator.failed; i++) {
        if (i > 0) {
            mutator.failed = !hck_trace_copy(&before, &to->trace);
            mutator.from = &before.trace;
        }
        take_step(&mutator);
        hck_trace_count_anew(&to->trace);
    }
    hck_trace_free(&before);
    return !mutator.failed;
}

bool hck_splice(const struct trace *first, const struct trace *second, uint64_t seed,
                const struct generate_options *options, struct trace_buffer *to)
{
    struct mutator mutator;
    start(&mutator, seed, options);
    mutator.to = to;
    mutator.from = first;
    copy(&mutator, 0, below(&mutator, first->call_count + 1));
    mutator.from = second;
    copy_rest(&mutator, below(&mutator, second->call_count + 1));
    return !mutator.failed;
}

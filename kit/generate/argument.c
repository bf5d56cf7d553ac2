/* One call from its row: every argument by its kind, then what the arguments owe each other. */
#include <string.h>

#include "kit/generate/generate_internal.h"
#include "kit/generate/row.h"
#include "spec/protection.h"
#include "spec/win32.h"

struct argument hck_argument_slot(enum slot_kind kind, uint32_t slot, uint64_t offset)
{
    return (struct argument){
        .form = FORM_SLOT, .slot_kind = (uint8_t)kind, .slot = slot, .value = offset};
}

struct argument hck_argument_value(uint64_t value)
{
    return (struct argument){.form = FORM_VALUE, .value = value};
}

struct argument hck_argument_form(enum argument_form form)
{
    return (struct argument){.form = (uint8_t)form};
}

/* Into a block, where any pointer may be asked about; or past it. */
static uint64_t draw_offset(struct draft *draft, uint32_t block)
{
    const struct slot *slot = hck_forecast_slot(&draft->forecast, SLOT_BLOCK, block);
    uint64_t size = slot != NULL ? slot->size : 0;
    const uint64_t offsets[] = {1, 8, 16, size / 2, size == 0 ? 0 : size - 1, size};
    return hck_random_chance(&draft->random, 20) ? offsets[hck_random_below(&draft->random, 6)] : 0;
}

/* A slot for an argument of this mode; a form of NULL where the mode allows none. */
static bool draw_slot(struct draft *draft, const struct argument_row *row,
                      struct argument *argument)
{
    enum slot_kind kind = hck_call_argument_slot_kind(row->kind);
    bool may_be_null =
        row->mode == MODE_OPTIONAL || row->mode == MODE_GIVE_BACK || row->mode == MODE_ANY;
    unsigned null_percent = row->mode == MODE_GIVE_BACK ? 4 : 25;
    bool replaces_nothing = row->mode == MODE_REPLACE && draft->risky;

    *argument = hck_argument_form(FORM_NULL);
    if ((may_be_null && hck_random_chance(&draft->random, null_percent)) ||
        (replaces_nothing && hck_random_chance(&draft->random, 8))) {
        return true;
    }
    bool wants_dead = (draft->risky && hck_random_chance(&draft->random, 25)) ||
                      (row->mode == MODE_ANY && hck_random_chance(&draft->random, 40));
    uint32_t slot = wants_dead ? hck_draft_any_slot(draft, kind) : hck_draft_live_slot(draft, kind);
    if (slot == NO_SLOT) {
        return may_be_null;
    }
    bool is_any_pointer = kind == SLOT_BLOCK && row->mode == MODE_ANY;
    *argument = hck_argument_slot(kind, slot, is_any_pointer ? draw_offset(draft, slot) : 0);
    return true;
}

static struct argument draw_input(struct draft *draft)
{
    static const uint64_t inputs[] = {0, 1, 2, 3, 0x100000001, UINT64_MAX};
    if (hck_random_chance(&draft->random, 20)) {
        return hck_argument_form(FORM_NULL);
    }
    return hck_argument_value(inputs[hck_random_below(&draft->random, 6)]);
}

/* Where there may be none, mostly none: a section with a name is like others until it is asked for
 * again. */
static struct argument draw_name(struct draft *draft, const struct argument_row *row)
{
    if (!hck_random_chance(&draft->random, row->mode == MODE_OPTIONAL ? 25 : 95)) {
        return hck_argument_form(FORM_NULL);
    }
    bool is_usual = !hck_random_chance(&draft->random, draft->risky ? 30 : 10);
    return hck_argument_value(is_usual ? NAME_first : hck_random_below(&draft->random, NAME_COUNT));
}

static bool draw_argument(struct draft *draft, const struct argument_row *row,
                          struct argument *argument)
{
    switch (row->kind) {
    case ARGUMENT_NONE:
        return true;
    case ARGUMENT_HEAP:
    case ARGUMENT_BLOCK:
    case ARGUMENT_REGION:
    case ARGUMENT_WALK:
    case ARGUMENT_HANDLER:
    case ARGUMENT_SECTION:
        return draw_slot(draft, row, argument);
    case ARGUMENT_ADDRESS:
        *argument = hck_argument_form(FORM_NULL);
        return true;
    case ARGUMENT_SIZE:
        *argument = hck_argument_value(hck_draft_spend(draft, hck_value_size(draft)));
        return true;
    case ARGUMENT_NUMBER:
        *argument = hck_argument_value(hck_value_number(draft, row->meaning));
        return true;
    case ARGUMENT_FLAGS:
    case ARGUMENT_CHOICE:
        *argument = hck_argument_value(hck_value_flags(draft, row));
        return true;
    case ARGUMENT_BEHAVIOUR:
        *argument = hck_argument_value(hck_random_below(&draft->random, BEHAVIOUR_COUNT));
        return true;
    case ARGUMENT_NAME:
        *argument = draw_name(draft, row);
        return true;
    case ARGUMENT_ABSENT:
        *argument = hck_argument_form(FORM_NULL);
        return true;
    case ARGUMENT_PROCESS:
    case ARGUMENT_FILE:
        *argument = draft->risky && hck_random_chance(&draft->random, 20)
                        ? hck_argument_form(FORM_NULL)
                        : hck_argument_value(0);
        return true;
    case ARGUMENT_INPUT:
        *argument = draw_input(draft);
        return true;
    case ARGUMENT_OUT: {
        bool is_null = hck_random_chance(&draft->random, draft->risky ? 20 : 4);
        *argument = hck_argument_form(is_null ? FORM_NULL : FORM_OUT);
        return true;
    }
    }
    return false;
}

/* --- What arguments owe each other ------------------------------------------------------------ */

/* A block or walk goes with its own heap; in a risky call at times with another one. */
static void match_heap(struct draft *draft, struct call *call, const struct call_row *row)
{
    unsigned heap = hck_call_place(row, ARGUMENT_HEAP);
    unsigned member = hck_call_place(row, ARGUMENT_BLOCK);
    if (member == CALL_ARGUMENTS_MAX) {
        member = hck_call_place(row, ARGUMENT_WALK);
    }
    if (heap == CALL_ARGUMENTS_MAX || member == CALL_ARGUMENTS_MAX ||
        call->arguments[member].form != FORM_SLOT ||
        (draft->risky && hck_random_chance(&draft->random, 15))) {
        return;
    }
    enum slot_kind kind = (enum slot_kind)call->arguments[member].slot_kind;
    uint32_t owner = hck_draft_heap_of(draft, kind, call->arguments[member].slot);
    if (owner != NO_SLOT) {
        call->arguments[heap] = hck_argument_slot(SLOT_HEAP, owner, 0);
    }
}

static void shape_heap(struct draft *draft, struct call *call)
{
    static const uint64_t maxima[] = {0x1000,  0x2000,   0x10000,  0x10001,  0x40000,
                                      0x80000, 0x100000, 0x100001, 0x200000, 0x1000000};
    struct random *random = &draft->random;
    uint64_t initial = hck_random_chance(random, 60) ? 0 : hck_value_size_of(draft, SIZE_PAGES);
    uint64_t maximum = 0;

    switch ((enum heap_shape)hck_swarm_pick(random, draft->swarm.shape_weights, SHAPE_COUNT)) {
    case SHAPE_FIXED:
        maximum = maxima[hck_random_below(random, sizeof(maxima) / sizeof(*maxima))];
        initial = initial < maximum ? initial : 0;
        break;
    case SHAPE_EXECUTE:
        call->arguments[0].value |= HEAP_CREATE_ENABLE_EXECUTE;
        break;
    case SHAPE_NO_SERIALIZE:
        call->arguments[0].value |= HEAP_NO_SERIALIZE;
        break;
    case SHAPE_PLAIN:
    case SHAPE_COUNT:
        call->arguments[0].value &= ~(uint64_t)HEAP_NO_SERIALIZE;
        break;
    }
    if (draft->risky && hck_random_chance(random, 50)) {
        maximum = hck_random_chance(random, 50) ? hck_value_size_of(draft, SIZE_HUGE) : maximum;
        initial = hck_random_chance(random, 30) ? maximum : initial;
        if (hck_random_chance(random, 30)) {
            initial = hck_value_size_of(draft, SIZE_HUGE);
            maximum = 0;
        }
    }
    call->arguments[1] = hck_argument_value(initial);
    call->arguments[2] = hck_argument_value(maximum);
}

static void shape_query_information(struct draft *draft, struct call *call)
{
    static const uint64_t lengths[] = {4, 4, 4, 8, 0, 3};
    if (!draft->risky) {
        call->arguments[1] = hck_argument_value(HeapCompatibilityInformation);
    }
    call->arguments[3] = hck_argument_value(lengths[hck_random_below(&draft->random, 6)]);
    if (hck_random_chance(&draft->random, 30)) {
        call->arguments[4] = hck_argument_form(FORM_NULL);
    }
}

/* The length and contents that the page of HeapSetInformation asks for, by information class. */
static void shape_set_information(struct draft *draft, struct call *call)
{
    switch (call->arguments[1].value) {
    case HeapEnableTerminationOnCorruption:
        call->arguments[2] = hck_argument_form(FORM_NULL);
        call->arguments[3] = hck_argument_value(0);
        if (draft->risky && hck_random_chance(&draft->random, 50)) {
            call->arguments[2] = hck_argument_value(1);
            call->arguments[3] = hck_argument_value(4);
        }
        break;
    case 3: /* HeapOptimizeResources: a version, 1, and flags, 0 */
        call->arguments[2] = hck_argument_value(draft->risky ? 2 : 1);
        call->arguments[3] = hck_argument_value(8);
        break;
    default:
        call->arguments[2] = hck_argument_value(hck_random_chance(&draft->random, 70) ? 2 : 0);
        call->arguments[3] = hck_argument_value(draft->risky ? 2 : 4);
        if (draft->risky && hck_random_chance(&draft->random, 20)) {
            call->arguments[2] = hck_argument_form(FORM_NULL);
            call->arguments[3] = hck_argument_value(4);
        }
        break;
    }
}

static void set(struct call *call, unsigned place, uint64_t value)
{
    if (place < CALL_ARGUMENTS_MAX) {
        call->arguments[place] = hck_argument_value(value);
    }
}

/* Mostly a part of the section, with access that it grants. */
static void shape_view(struct draft *draft, struct call *call)
{
    const struct call_row *row = &hck_call_rows[call->id];
    const struct slot *section =
        hck_typestate_slot(&draft->forecast.state, hck_call_argument(call, ARGUMENT_SECTION));
    struct random *random = &draft->random;
    if (section == NULL || draft->risky) {
        return;
    }
    uint64_t granules = section->size / FORECAST_GRANULE;
    uint64_t offset = hck_random_below(random, granules + 1) * FORECAST_GRANULE;
    offset = offset < section->size ? offset : 0;
    uint64_t rest = section->size - offset;
    uint64_t size = hck_random_chance(random, 50) ? 0 : 1 + hck_random_below(random, rest);
    uint32_t granted = hck_protection_grants(section->options) & section->granted;
    uint64_t access = hck_call_flags_given(call, FLAG_SET_view_access);
    if ((access & FILE_MAP_WRITE) != 0 && (granted & FILE_MAP_WRITE) == 0) {
        access = hck_random_chance(random, 50) ? FILE_MAP_READ : FILE_MAP_COPY;
    }
    if ((granted & FILE_MAP_EXECUTE) == 0 && hck_random_chance(random, 80)) {
        access &= ~(uint64_t)FILE_MAP_EXECUTE;
    }
    set(call, hck_call_flags_place(row, FLAG_SET_view_access), access);
    set(call, hck_call_number_place(row, MEANS_OFFSET_HIGH), offset >> 32);
    set(call, hck_call_number_place(row, MEANS_OFFSET_LOW), offset & UINT32_MAX);
    set(call, hck_call_place(row, ARGUMENT_SIZE), size);
}

static void shape_call(struct draft *draft, struct call *call, const struct call_row *row)
{
    match_heap(draft, call, row);
    if (hck_call_has(row, ARGUMENT_ADDRESS)) {
        hck_pages_draw_call(draft, call);
    }
    if (row->effect == EFFECT_map_view) {
        shape_view(draft, call);
    }
    switch (call->id) {
    case CALL_HeapCreate:
        shape_heap(draft, call);
        break;
    case CALL_HeapQueryInformation:
        shape_query_information(draft, call);
        break;
    case CALL_HeapSetInformation:
        shape_set_information(draft, call);
        break;
    case CALL_GetProcessHeaps:
        if (call->arguments[1].form == FORM_NULL &&
            !(draft->risky && hck_random_chance(&draft->random, 30))) {
            call->arguments[0] = hck_argument_value(0);
        }
        break;
    default:
        break;
    }
}

/* The result goes to the slot that it replaces, and mostly to a new one otherwise. */
static bool draw_result(struct draft *draft, struct call *call, const struct call_row *row)
{
    enum slot_kind kind = hck_call_result_slot_kind(row->result);
    if (kind == SLOT_KIND_NONE) {
        return true;
    }
    for (unsigned i = 0; i < row->argument_count; i++) {
        const struct argument *argument = &call->arguments[i];
        if (argument->form == FORM_SLOT && argument->slot_kind == kind &&
            (row->arguments[i].mode == MODE_REPLACE || kind == SLOT_WALK) &&
            hck_random_chance(&draft->random, 92)) {
            call->result_slot = argument->slot;
            return true;
        }
    }
    if (kind == SLOT_HANDLER && draft->risky && hck_random_chance(&draft->random, 10)) {
        call->result_slot = hck_draft_live_slot(draft, kind); /* whose handler would be lost */
        return call->result_slot != NO_SLOT;
    }
    call->result_slot = hck_draft_free_slot(draft, kind);
    return call->result_slot != NO_SLOT;
}

bool hck_draft_draw_call(struct draft *draft, enum call_id id, struct call *call)
{
    const struct call_row *row = &hck_call_rows[id];

    memset(call, 0, sizeof(*call));
    call->id = (uint16_t)id;
    call->result_slot = NO_SLOT;
    for (unsigned i = 0; i < row->argument_count; i++) {
        if (!draw_argument(draft, &row->arguments[i], &call->arguments[i])) {
            return false;
        }
    }
    if (!draw_result(draft, call, row)) {
        return false;
    }
    shape_call(draft, call, row);
    return true;
}

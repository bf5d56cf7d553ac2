/* Predicting results: which requests a target can grant, and made-up addresses for what it grants.
 *
 * Made-up objects lie in order, never on each other, each on a granule of its own, so that offsets
 * from one slot do not reach into the next by accident. */
#include "kit/generate/forecast.h"

#include <stdlib.h>
#include <string.h>

#include "kit/generate/row.h"
#include "spec/protection.h"
#include "spec/win32.h"

#define DEFAULT_HEAP_ADDRESS UINT64_C(0x100000)
#define FIRST_ADDRESS (UINT64_C(1) << 32)
#define OBJECT_GAP (UINT64_C(16) * FORECAST_GRANULE)
#define USER_LIMIT UINT64_C(0x7FFFFFFF0000)

bool hck_forecast_start(struct forecast *forecast, const uint32_t slot_count[SLOT_KIND_COUNT],
                        bool hostile)
{
    size_t state_size = hck_typestate_storage(slot_count);
    size_t committed_size = slot_count[SLOT_REGION] * sizeof(*forecast->committed);

    memset(forecast, 0, sizeof(*forecast));
    forecast->storage = calloc(1, state_size + committed_size + 1);
    if (forecast->storage == NULL) {
        return false;
    }
    hck_typestate_init_in_zeroes(&forecast->state, slot_count, forecast->storage);
    forecast->state.hostile = hostile;
    forecast->committed = (uint64_t *)(void *)((char *)forecast->storage + state_size);
    forecast->next_address = FIRST_ADDRESS;
    return true;
}

void hck_forecast_stop(struct forecast *forecast)
{
    free(forecast->storage);
    memset(forecast, 0, sizeof(*forecast));
}

const struct slot *hck_forecast_slot(const struct forecast *forecast, enum slot_kind kind,
                                     uint32_t index)
{
    if (kind >= SLOT_KIND_COUNT || index >= forecast->state.slot_count[kind]) {
        return NULL;
    }
    return &forecast->state.slots[kind][index];
}

bool hck_forecast_is_live(const struct forecast *forecast, enum slot_kind kind, uint32_t index)
{
    return hck_typestate_is_live(&forecast->state, kind, index);
}

static uint64_t given_address(const struct forecast *forecast, const struct call *call)
{
    return hck_typestate_address(&forecast->state, hck_call_argument(call, ARGUMENT_ADDRESS));
}

/* --- Regions ------------------------------------------------------------------------------ */

/* The region whose base is the highest at or below `address`, or NO_SLOT. */
static uint32_t region_below(const struct forecast *forecast, uint64_t address)
{
    const struct typestate *state = &forecast->state;
    uint32_t low = 0;
    uint32_t high = state->region_order_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (state->slots[SLOT_REGION][state->region_order[middle]].address <= address) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low == 0 ? NO_SLOT : state->region_order[low - 1];
}

/* The live region that holds all of [address, address + size), or NO_SLOT. */
static uint32_t region_around(const struct forecast *forecast, uint64_t address, uint64_t size)
{
    uint32_t index = region_below(forecast, address);
    if (index == NO_SLOT) {
        return NO_SLOT;
    }
    const struct slot *slot = &forecast->state.slots[SLOT_REGION][index];
    uint64_t offset = address - slot->address;
    return offset < slot->size && size <= slot->size - offset ? index : NO_SLOT;
}

static bool touches_region(const struct forecast *forecast, uint64_t address, uint64_t size)
{
    uint32_t index = region_below(forecast, address + size - 1);
    if (index == NO_SLOT) {
        return false;
    }
    /* The rest of a region's last granule can not be reserved either. */
    const struct slot *slot = &forecast->state.slots[SLOT_REGION][index];
    uint64_t end = slot->address + slot->size + FORECAST_GRANULE - 1;
    return end / FORECAST_GRANULE * FORECAST_GRANULE > address;
}

/* The bits of the pages of [address, address + size), as far as they have bits. */
static uint64_t page_bits(uint64_t base, uint64_t address, uint64_t size)
{
    uint64_t first = (address - base) / FORECAST_PAGE;
    uint64_t last = (address - base + size - 1) / FORECAST_PAGE;
    uint64_t bits = 0;
    for (uint64_t page = first; page <= last && page < FORECAST_PAGES; page++) {
        bits |= UINT64_C(1) << page;
    }
    return bits;
}

/* --- What can be granted ------------------------------------------------------------------ */

static bool is_valid_protection(uint32_t protection)
{
    switch (protection & 0xFFu) {
    case PAGE_NOACCESS:
        return protection == PAGE_NOACCESS;
    case PAGE_READONLY:
    case PAGE_READWRITE:
    case PAGE_EXECUTE:
    case PAGE_EXECUTE_READ:
    case PAGE_EXECUTE_READWRITE:
        break;
    default:
        return false;
    }
    uint32_t modifiers = protection & ~0xFFu;
    return modifiers == 0 || modifiers == PAGE_GUARD || modifiers == PAGE_NOCACHE ||
           modifiers == PAGE_WRITECOMBINE;
}

static bool grants_committed(const struct forecast *forecast, uint64_t address, uint64_t size)
{
    uint32_t index = region_around(forecast, address, size);
    if (index == NO_SLOT || size == 0) {
        return false;
    }
    uint64_t base = forecast->state.slots[SLOT_REGION][index].address;
    return (~forecast->committed[index] & page_bits(base, address, size)) == 0;
}

static bool grants_allocation(const struct forecast *forecast, uint64_t address, uint64_t size,
                              uint32_t type)
{
    bool may_watch = (type & MEM_RESERVE) != 0;
    uint32_t operation = type & ~(MEM_TOP_DOWN | (may_watch ? MEM_WRITE_WATCH : 0));
    if (type == MEM_RESET || type == MEM_RESET_UNDO) {
        return grants_committed(forecast, address, size);
    }
    if (size == 0 || (operation & ~(MEM_COMMIT | MEM_RESERVE)) != 0 || operation == 0) {
        return false;
    }
    if (address == 0) {
        return true;
    }
    if (address < FORECAST_GRANULE || address >= USER_LIMIT || size > USER_LIMIT - address) {
        return false;
    }
    if ((operation & MEM_RESERVE) == 0) {
        return region_around(forecast, address, size) != NO_SLOT;
    }
    uint64_t base = address / FORECAST_GRANULE * FORECAST_GRANULE;
    return !touches_region(forecast, base, address - base + size);
}

static bool grants_free(const struct forecast *forecast, uint64_t address, uint64_t size,
                        uint32_t type)
{
    uint32_t index = region_around(forecast, address, size);
    if (index == NO_SLOT || (type != MEM_DECOMMIT && type != MEM_RELEASE)) {
        return false;
    }
    bool is_base = forecast->state.slots[SLOT_REGION][index].address == address;
    return type == MEM_RELEASE ? is_base && size == 0 : is_base || size != 0;
}

/* VirtualAlloc, VirtualFree and VirtualProtect are known by the flag sets of their rows. */
static bool grants_pages(const struct forecast *forecast, const struct call *call,
                         const struct call_row *row)
{
    uint64_t address = given_address(forecast, call);
    uint64_t size = hck_row_size(call);
    if (hck_call_flags_place(row, FLAG_SET_free_type) < CALL_ARGUMENTS_MAX) {
        return grants_free(forecast, address, size, hck_call_flags_given(call, FLAG_SET_free_type));
    }
    if (!is_valid_protection(hck_call_flags_given(call, FLAG_SET_protection))) {
        return false;
    }
    if (hck_call_flags_place(row, FLAG_SET_allocation_type) < CALL_ARGUMENTS_MAX) {
        uint32_t type = hck_call_flags_given(call, FLAG_SET_allocation_type);
        return grants_allocation(forecast, address, size, type);
    }
    unsigned out = hck_call_place(row, ARGUMENT_OUT);
    uint32_t index = region_around(forecast, address, size);
    const struct slot *region =
        index != NO_SLOT ? &forecast->state.slots[SLOT_REGION][index] : NULL;
    if (region != NULL && region->is_view &&
        !hck_protection_is_within(hck_call_flags_given(call, FLAG_SET_protection),
                                  region->options)) {
        return false;
    }
    return call->arguments[out].form == FORM_OUT && grants_committed(forecast, address, size);
}

static bool grants_block(const struct forecast *forecast, const struct call *call)
{
    unsigned index = hck_call_place(&hck_call_rows[call->id], ARGUMENT_HEAP);
    if (index == CALL_ARGUMENTS_MAX) {
        return true;
    }
    const struct slot *heap = hck_typestate_slot(&forecast->state, &call->arguments[index]);
    uint64_t size = hck_row_size(call);
    return heap == NULL || heap->size == 0 ||
           (size < heap->size && size < FORECAST_FIXED_HEAP_LIMIT);
}

static bool names_nothing(const struct call *call)
{
    return hck_call_argument(call, ARGUMENT_NAME)->form == FORM_VALUE &&
           hck_call_object(call) == NO_OBJECT;
}

static bool grants_section(const struct call *call)
{
    uint32_t flags = hck_call_flags_given(call, FLAG_SET_section);
    uint32_t protect = flags & 0x7FF;
    bool is_valid = (protect & (protect - 1)) == 0 &&
                    (protect & ~(uint32_t)(PAGE_NOACCESS | PAGE_EXECUTE | PAGE_GUARD)) != 0;
    bool has_both = (flags & SEC_COMMIT) != 0 && (flags & SEC_RESERVE) != 0;
    return is_valid && !has_both && hck_call_argument(call, ARGUMENT_FILE)->form != FORM_NULL &&
           hck_call_number(call, MEANS_SIZE_HIGH) == 0 &&
           hck_call_number(call, MEANS_SIZE_LOW) != 0 && !names_nothing(call);
}

/* It may be that nobody has it. */
static bool grants_open(const struct forecast *forecast, const struct call *call)
{
    uint8_t object = hck_call_object(call);
    return object != NO_OBJECT && forecast->state.named[object].handles > 0 &&
           hck_call_flags_given(call, FLAG_SET_view_access) != 0;
}

/* Of a call that returns an error code. */
static bool grants_code(const struct forecast *forecast, const struct call *call)
{
    uint64_t address = given_address(forecast, call);
    uint64_t size = hck_row_size(call);
    return (address | size) % FORECAST_PAGE == 0 && grants_committed(forecast, address, size);
}

/* What is watched, and mostly asked about. */
static bool grants_watch(const struct forecast *forecast, const struct call *call)
{
    const struct call_row *row = &hck_call_rows[call->id];
    unsigned room = hck_call_place(row, ARGUMENT_INPUT);
    uint64_t size = hck_row_size(call);
    uint32_t index = region_around(forecast, given_address(forecast, call), size);
    for (unsigned i = 0; i < row->argument_count; i++) {
        if (row->arguments[i].room != ROOM_NONE && call->arguments[i].form == FORM_NULL) {
            return false;
        }
    }
    return index != NO_SLOT && forecast->state.slots[SLOT_REGION][index].is_watched && size > 0 &&
           hck_call_flags_given(call, FLAG_SET_write_watch) <= WRITE_WATCH_FLAG_RESET &&
           (room == CALL_ARGUMENTS_MAX || call->arguments[room].value > 0);
}

static uint64_t view_size(const struct forecast *forecast, const struct call *call)
{
    const struct slot *section =
        hck_typestate_slot(&forecast->state, hck_call_argument(call, ARGUMENT_SECTION));
    uint64_t asked = hck_row_size(call);
    return asked != 0 ? asked : section->size;
}

/* Where a view is to lie; 0: anywhere. */
static uint64_t asked_base(const struct forecast *forecast, const struct call *call)
{
    return hck_call_has(&hck_call_rows[call->id], ARGUMENT_ADDRESS) ? given_address(forecast, call)
                                                                    : 0;
}

static bool grants_view(const struct forecast *forecast, const struct call *call)
{
    const struct slot *section =
        hck_typestate_slot(&forecast->state, hck_call_argument(call, ARGUMENT_SECTION));
    uint64_t offset = hck_call_view_offset(call);
    uint32_t access = hck_call_flags_given(call, FLAG_SET_view_access);
    uint32_t decisive = FILE_MAP_WRITE | FILE_MAP_EXECUTE;
    uint64_t base = asked_base(forecast, call);
    if (base != 0 && section != NULL &&
        (base % FORECAST_GRANULE != 0 || base < FORECAST_GRANULE || base >= USER_LIMIT ||
         touches_region(forecast, base, view_size(forecast, call)))) {
        return false;
    }
    return section != NULL && offset % FORECAST_GRANULE == 0 && offset < section->size &&
           hck_row_size(call) <= section->size - offset &&
           (access & ~(hck_protection_grants(section->options) & section->granted) & decisive) == 0;
}

static bool names_view(const struct forecast *forecast, const struct call *call)
{
    const struct slot *region =
        hck_typestate_slot(&forecast->state, hck_call_argument(call, ARGUMENT_ADDRESS));
    return region != NULL && region->is_view;
}

bool hck_forecast_grants(const struct forecast *forecast, const struct call *call)
{
    const struct call_row *row = &hck_call_rows[call->id];
    enum slot_kind kind = hck_call_result_slot_kind(row->result);
    bool makes_memory = kind == SLOT_HEAP || kind == SLOT_BLOCK || kind == SLOT_REGION;

    if (forecast->believes && (kind == SLOT_HEAP || kind == SLOT_BLOCK)) {
        return true;
    }
    for (unsigned i = 0; makes_memory && i < row->argument_count; i++) {
        if (row->arguments[i].kind == ARGUMENT_SIZE &&
            call->arguments[i].value > FORECAST_SIZE_MAX) {
            return false;
        }
    }
    if (row->effect == EFFECT_create_section) {
        return grants_section(call);
    }
    if (row->effect == EFFECT_open_section) {
        return grants_open(forecast, call);
    }
    if (row->effect == EFFECT_map_view) {
        return grants_view(forecast, call);
    }
    if (row->effect == EFFECT_unmap_view) {
        return names_view(forecast, call);
    }
    if (hck_call_flags_place(row, FLAG_SET_free_type) < CALL_ARGUMENTS_MAX ||
        hck_call_flags_place(row, FLAG_SET_protection) < CALL_ARGUMENTS_MAX) {
        return grants_pages(forecast, call, row);
    }
    if (row->effect == EFFECT_watch_pages) {
        return grants_watch(forecast, call);
    }
    if (hck_call_returns_code(row)) {
        return grants_code(forecast, call);
    }
    return row->result != RESULT_BLOCK || grants_block(forecast, call);
}

/* --- What is granted ---------------------------------------------------------------------- */

static uint64_t make_address(struct forecast *forecast, uint64_t size)
{
    uint64_t address = forecast->next_address;
    uint64_t granules = size / FORECAST_GRANULE + 1;
    while (touches_region(forecast, address, granules * FORECAST_GRANULE)) {
        address += OBJECT_GAP;
    }
    forecast->next_address = address + granules * FORECAST_GRANULE + OBJECT_GAP;
    return address;
}

static uint64_t grant_block(struct forecast *forecast, const struct call *call,
                            const struct call_row *row)
{
    unsigned index = hck_call_place(row, ARGUMENT_BLOCK);
    uint64_t size = hck_row_size(call);
    if (index < CALL_ARGUMENTS_MAX && row->arguments[index].mode == MODE_REPLACE) {
        const struct slot *old = hck_typestate_slot(&forecast->state, &call->arguments[index]);
        uint32_t flags = hck_call_flags_given(call, FLAG_SET_heap);
        if (old != NULL && (size <= old->size || (flags & HEAP_REALLOC_IN_PLACE_ONLY) != 0)) {
            return old->address;
        }
    }
    return make_address(forecast, size);
}

static uint64_t grant_region(struct forecast *forecast, const struct call *call)
{
    uint64_t address = given_address(forecast, call);
    if (address == 0) {
        return make_address(forecast, hck_row_size(call));
    }
    uint32_t type = hck_call_flags_given(call, FLAG_SET_allocation_type);
    uint64_t unit = (type & MEM_RESERVE) != 0 ? FORECAST_GRANULE : FORECAST_PAGE;
    return address / unit * unit;
}

static uint64_t grant_view_place(struct forecast *forecast, const struct call *call)
{
    uint64_t base = asked_base(forecast, call);
    return base != 0 ? base : make_address(forecast, view_size(forecast, call));
}

static uint64_t predict_result(struct forecast *forecast, const struct call *call)
{
    const struct call_row *row = &hck_call_rows[call->id];
    bool is_granted = hck_forecast_grants(forecast, call);
    if (hck_call_succeeds_with_zero(row)) {
        return is_granted ? NO_ERROR : ERROR_INVALID_PARAMETER;
    }
    if (!is_granted) {
        return 0;
    }
    switch (row->result) {
    case RESULT_NONE:
        return 0;
    case RESULT_BOOL:
    case RESULT_DWORD:
    case RESULT_WALK:
        return 1;
    case RESULT_SIZE:
        return FORECAST_PAGE;
    case RESULT_HEAP:
        return row->argument_count == 0 ? DEFAULT_HEAP_ADDRESS : make_address(forecast, 0);
    case RESULT_BLOCK:
        return grant_block(forecast, call, row);
    case RESULT_REGION:
        return row->effect == EFFECT_map_view ? grant_view_place(forecast, call)
                                              : grant_region(forecast, call);
    case RESULT_HANDLER:
    case RESULT_SECTION:
        return make_address(forecast, 0);
    }
    return 0;
}

/* Pages of a section that was only reserved are committed one by one. */
static uint64_t view_bits(const struct forecast *forecast, const struct call *call)
{
    const struct slot *section =
        hck_typestate_slot(&forecast->state, hck_call_argument(call, ARGUMENT_SECTION));
    bool is_committed = section != NULL && (section->options & SEC_RESERVE) == 0;
    uint64_t size = hck_row_size(call);
    uint64_t offset = hck_call_view_offset(call);
    if (is_committed && size == 0 && offset < section->size) {
        size = section->size - offset;
    }
    return is_committed && size > 0 ? page_bits(0, 0, size) : 0;
}

/* Keeps the committed bits; called with the state before the call is applied. */
static void note_pages(struct forecast *forecast, const struct call *call, uint64_t result)
{
    uint64_t size = hck_row_size(call);
    uint32_t type = hck_call_flags_given(call, FLAG_SET_allocation_type);
    uint32_t free_type = hck_call_flags_given(call, FLAG_SET_free_type);
    uint64_t address = given_address(forecast, call);

    if (hck_call_rows[call->id].effect == EFFECT_map_view && call->result_slot != NO_SLOT) {
        forecast->committed[call->result_slot] = view_bits(forecast, call);
    } else if ((type & MEM_COMMIT) != 0 && size > 0) {
        uint32_t index = region_around(forecast, address, size);
        if (index != NO_SLOT) {
            uint64_t base = forecast->state.slots[SLOT_REGION][index].address;
            forecast->committed[index] |= page_bits(base, address, size);
        } else if (call->result_slot != NO_SLOT) {
            uint64_t reach = address == 0 ? size : address - result + size;
            forecast->committed[call->result_slot] = page_bits(0, 0, reach);
        }
    } else if ((type & MEM_RESERVE) != 0 && call->result_slot != NO_SLOT) {
        forecast->committed[call->result_slot] = 0;
    } else if (free_type == MEM_DECOMMIT) {
        uint32_t index = region_around(forecast, address, size);
        if (index != NO_SLOT) {
            uint64_t base = forecast->state.slots[SLOT_REGION][index].address;
            forecast->committed[index] &= size == 0 ? 0 : ~page_bits(base, address, size);
        }
    }
}

bool hck_forecast_defined(const struct forecast *forecast, const struct call *call)
{
    return hck_typestate_check(&forecast->state, call) == CLAUSE_NONE;
}

static void apply_call(struct forecast *forecast, const struct call *call, uint64_t result)
{
    uint64_t values[WALK_VALUE_COUNT + 1] = {0};
    struct observation seen = {
        .status = STATUS_RETURNED,
        .has_last_error = true,
        .last_error = LAST_ERROR_SENTINEL,
        .result = result,
        .values = values,
        .value_capacity = WALK_VALUE_COUNT + 1,
    };
    if (hck_call_rows[call->id].result == RESULT_WALK) {
        seen.value_count = WALK_VALUE_COUNT + 1;
    }
    if (seen.result != 0) {
        note_pages(forecast, call, seen.result);
    }
    hck_typestate_apply(&forecast->state, call, &seen);
}

static bool has_to_wait(const struct forecast *forecast, const struct call *call)
{
    return hck_typestate_lock_effect(&forecast->state, call) == LOCK_WAITS;
}

/* Calls that the lock no longer holds up, in the order of their threads. */
static void let_go(struct forecast *forecast)
{
    for (unsigned i = 0; i < TRACE_THREADS_MAX; i++) {
        struct forecast_waiter *waiter = &forecast->waiters[i];
        if (waiter->waits && !has_to_wait(forecast, &waiter->call)) {
            waiter->waits = false;
            apply_call(forecast, &waiter->call,
                       waiter->is_known ? waiter->result : predict_result(forecast, &waiter->call));
        }
    }
}

static void take(struct forecast *forecast, const struct call *call, bool is_known, uint64_t result)
{
    struct forecast_waiter *waiter = &forecast->waiters[call->thread];
    if (has_to_wait(forecast, call) && !waiter->waits) {
        *waiter = (struct forecast_waiter){true, is_known, result, *call};
        return;
    }
    apply_call(forecast, call, is_known ? result : predict_result(forecast, call));
    if (call->id == CALL_HeapUnlock) {
        let_go(forecast);
    }
}

void hck_forecast_advance(struct forecast *forecast, const struct call *call)
{
    if (hck_forecast_defined(forecast, call)) {
        take(forecast, call, false, 0);
    }
}

void hck_forecast_take(struct forecast *forecast, const struct call *call)
{
    take(forecast, call, false, 0);
}

void hck_forecast_follow(struct forecast *forecast, const struct call *call, uint64_t result)
{
    if (hck_forecast_defined(forecast, call)) {
        take(forecast, call, true, result);
    }
}

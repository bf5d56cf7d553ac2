/* Reservations: which memory is the trace's own, and what VirtualAlloc and VirtualFree change. */
#include "spec/protection.h"
#include "spec/typestate_internal.h"
#include "spec/win32.h"

uint32_t hck_rule_region_above(const struct typestate *state, uint64_t address)
{
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
    return low;
}

uint32_t hck_rule_region_at(const struct typestate *state, uint64_t address)
{
    uint32_t above = hck_rule_region_above(state, address);
    if (above == 0) {
        return NO_SLOT;
    }
    uint32_t index = state->region_order[above - 1];
    const struct slot *region = &state->slots[SLOT_REGION][index];
    /* Written so that nothing overflows, whatever a target answered. */
    uint64_t offset = address - region->address;
    if (offset < region->size) {
        return index;
    }
    uint64_t rest = (UINT64_C(0) - (region->address + region->size)) % MEMORY_GRANULE;
    return offset - region->size < rest ? index : NO_SLOT;
}

static bool owns_reservation(const struct typestate *state, uint32_t index)
{
    const struct slot *slot = &state->slots[SLOT_REGION][index];
    return slot->state == SLOT_LIVE && slot->owner == index && slot->size > 0;
}

/* Takes a slot out of region_order. By its address where the order is as it should be; a target
 * that reserves one range twice may have spoiled it, so in the end every place is looked at. */
static void forget_reservation(struct typestate *state, uint32_t index)
{
    uint64_t address = state->slots[SLOT_REGION][index].address;
    uint32_t at = hck_rule_region_above(state, address);
    if (at == 0 || state->region_order[at - 1] != index) {
        for (at = 0; at < state->region_order_count && state->region_order[at] != index; at++) {
        }
        at++;
    }
    if (at > state->region_order_count) {
        return;
    }
    for (uint32_t i = at; i < state->region_order_count; i++) {
        state->region_order[i - 1] = state->region_order[i];
    }
    state->region_order_count--;
}

static void remember_reservation(struct typestate *state, uint32_t index)
{
    uint32_t at = hck_rule_region_above(state, state->slots[SLOT_REGION][index].address);
    for (uint32_t i = state->region_order_count; i > at; i--) {
        state->region_order[i] = state->region_order[i - 1];
    }
    state->region_order[at] = index;
    state->region_order_count++;
}

/* How much of a new reservation lies at and above the address returned. */
static uint64_t reservation_size(uint64_t asked, uint64_t size, uint64_t address)
{
    const uint64_t mask = MEMORY_PAGE - 1;
    uint64_t end = (asked + size + mask) & ~mask;
    if (asked == 0 || end <= address) {
        end = (address + size + mask) & ~mask;
    }
    return end - address;
}

static void put_reservation(struct typestate *state, uint32_t index, uint64_t address,
                            uint64_t size, uint32_t view_protection)
{
    if (owns_reservation(state, index)) {
        forget_reservation(state, index);
    }
    state->slots[SLOT_REGION][index] = (struct slot){.state = SLOT_LIVE,
                                                     .is_view = view_protection != 0,
                                                     .owner = index,
                                                     .options = view_protection,
                                                     .serial = ++state->region_serial,
                                                     .address = address,
                                                     .size = size};
    if (owns_reservation(state, index)) {
        remember_reservation(state, index);
    }
}

static void apply_reserve(struct typestate *state, const struct call *call, uint64_t asked,
                          uint64_t address)
{
    uint64_t size = hck_call_argument(call, ARGUMENT_SIZE)->value;
    uint32_t type = hck_call_flags_given(call, FLAG_SET_allocation_type);
    put_reservation(state, call->result_slot, address, reservation_size(asked, size, address), 0);
    state->slots[SLOT_REGION][call->result_slot].is_watched = (type & MEM_WRITE_WATCH) != 0;
}

/* The result names memory inside a reservation. Where it is that of the very slot, the slot goes on
 * to own what lies at and above its new address. */
static void apply_commit(struct typestate *state, const struct call *call, uint64_t address)
{
    uint32_t index = call->result_slot;
    uint32_t owner = hck_rule_region_at(state, address);
    struct slot *slot = &state->slots[SLOT_REGION][index];
    bool owns = owns_reservation(state, index);
    if (owns) {
        forget_reservation(state, index);
    }
    if (owns && owner == index && address - slot->address < slot->size) {
        slot->size -= address - slot->address;
        slot->address = address;
        remember_reservation(state, index);
        return;
    }
    bool is_inside = owner != NO_SLOT && owner != index;
    *slot = (struct slot){.state = is_inside ? SLOT_LIVE : SLOT_DEAD,
                          .owner = is_inside ? owner : NO_SLOT,
                          .serial = is_inside ? state->slots[SLOT_REGION][owner].serial : 0,
                          .address = address};
}

/* Pages that are touched are those that may have been reset; undoing changes nothing that counts
 * here. */
static void apply_reset(struct typestate *state, const struct call *call, uint64_t asked)
{
    const uint64_t mask = MEMORY_PAGE - 1;
    uint32_t owner = hck_rule_region_at(state, asked);
    if (owner != NO_SLOT) {
        struct slot *region = &state->slots[SLOT_REGION][owner];
        region->reset_from = (asked + mask) & ~mask;
        region->reset_to = (asked + hck_call_argument(call, ARGUMENT_SIZE)->value) & ~mask;
    }
}

void hck_rule_apply_virtual_alloc(struct typestate *state, const struct call *call,
                                  uint64_t address)
{
    uint64_t asked = hck_typestate_address(state, hck_call_argument(call, ARGUMENT_ADDRESS));
    uint32_t type = hck_call_flags_given(call, FLAG_SET_allocation_type);
    if (address != 0 && type == MEM_RESET) {
        apply_reset(state, call, asked);
    }
    if (address == 0 || call->result_slot >= state->slot_count[SLOT_REGION]) {
        return;
    }
    if (asked == 0 || (type & MEM_RESERVE) != 0) {
        apply_reserve(state, call, asked, address);
    } else {
        apply_commit(state, call, address);
    }
}

static void release(struct typestate *state, uint32_t owner)
{
    forget_reservation(state, owner);
    state->slots[SLOT_REGION][owner].state = SLOT_DEAD;
    state->released = owner;
}

/* A release that succeeded gave back the reservation, wherever in it the address was. */
void hck_rule_apply_virtual_free(struct typestate *state, const struct call *call, bool succeeded)
{
    uint64_t address = hck_typestate_address(state, hck_call_argument(call, ARGUMENT_ADDRESS));
    uint32_t owner = hck_rule_region_at(state, address);
    if (!succeeded || owner == NO_SLOT) {
        return;
    }
    if ((hck_call_flags_given(call, FLAG_SET_free_type) & MEM_RELEASE) == 0) {
        state->slots[SLOT_REGION][owner].reset_from = 0;
        state->slots[SLOT_REGION][owner].reset_to = 0;
    } else {
        release(state, owner);
    }
}

/* Whole pages, of the reservation that they begin in. */
void hck_rule_apply_offer(struct typestate *state, const struct call *call, bool offers)
{
    const uint64_t mask = MEMORY_PAGE - 1;
    uint64_t first = hck_typestate_address(state, hck_call_argument(call, ARGUMENT_ADDRESS));
    uint32_t owner = hck_rule_region_at(state, first);
    if (owner != NO_SLOT) {
        struct slot *region = &state->slots[SLOT_REGION][owner];
        uint64_t size = hck_call_argument(call, ARGUMENT_SIZE)->value;
        region->offered_from = offers ? first & ~mask : 0;
        region->offered_to = offers ? (first + size + mask) & ~mask : 0;
    }
}

/* A view has at most what the section has behind the offset, whatever a target was asked for. */
void hck_rule_apply_map(struct typestate *state, const struct call *call, uint64_t address)
{
    const struct slot *section = hck_rule_filled(state, hck_call_argument(call, ARGUMENT_SECTION));
    uint64_t offset = hck_call_view_offset(call);
    uint64_t asked = hck_rule_pages_up(hck_call_argument(call, ARGUMENT_SIZE)->value);
    if (address == 0 || section == NULL || offset >= section->size ||
        call->result_slot >= state->slot_count[SLOT_REGION]) {
        return;
    }
    uint64_t most = section->size - offset;
    put_reservation(state, call->result_slot, address, asked == 0 || asked > most ? most : asked,
                    hck_protection_of_view(hck_call_flags_given(call, FLAG_SET_view_access)));
}

void hck_rule_apply_unmap(struct typestate *state, const struct call *call, bool succeeded)
{
    uint64_t address = hck_typestate_address(state, hck_call_argument(call, ARGUMENT_ADDRESS));
    uint32_t owner = hck_rule_region_at(state, address);
    if (succeeded && owner != NO_SLOT && state->slots[SLOT_REGION][owner].is_view) {
        release(state, owner);
    }
}

/* Names for addresses, from the typestate of the trace so far. */
#include "kit/run/names.h"

#include <stdio.h>
#include <stdlib.h>

#include "spec/text.h"
#include "spec/typestate.h"

struct names {
    struct typestate state;
    void *storage;
};

struct names *hck_names_open(const struct trace *trace)
{
    struct names *names = calloc(1, sizeof *names);
    if (names == NULL) {
        return NULL;
    }
    size_t size = hck_typestate_storage(trace->slot_count);
    names->storage = aligned_alloc(16, (size + 15) / 16 * 16 + 16);
    if (names->storage == NULL) {
        free(names);
        return NULL;
    }
    hck_typestate_init(&names->state, trace->slot_count, names->storage);
    return names;
}

void hck_names_close(struct names *names)
{
    if (names != NULL) {
        free(names->storage);
        free(names);
    }
}

void hck_names_note(struct names *names, const struct call *call, const struct observation *seen)
{
    if (seen->status != STATUS_SKIPPED) {
        hck_typestate_apply(&names->state, call, seen);
    }
}

void hck_names_slot(enum slot_kind kind, uint32_t slot, uint64_t offset, char *text, size_t size)
{
    char distance[32];
    bool below = offset > UINT64_MAX / 2;
    if (offset == 0) {
        (void)snprintf(text, size, "%c%u", hck_call_slot_letter(kind), slot);
        return;
    }
    hck_text_print_size(below ? 0 - offset : offset, distance, sizeof distance);
    (void)snprintf(text, size, "%c%u%c%s", hck_call_slot_letter(kind), slot, below ? '-' : '+',
                   distance);
}

/* Inside the object, or, for `reach` 1, just behind it. */
static bool find(const struct names *names, enum slot_kind kind, uint64_t address, uint64_t reach,
                 char *text, size_t size)
{
    uint32_t count = names->state.slot_count[kind];
    for (uint32_t i = 0; i < count && i < NAMES_SLOTS_MAX; i++) {
        const struct slot *slot = &names->state.slots[kind][i];
        if (slot->state != SLOT_LIVE || slot->address == 0 || address < slot->address) {
            continue;
        }
        uint64_t offset = address - slot->address;
        bool spans = kind == SLOT_BLOCK || kind == SLOT_REGION;
        if (offset == 0 || (spans && offset < slot->size + reach)) {
            hck_names_slot(kind, i, offset, text, size);
            return true;
        }
    }
    return false;
}

bool hck_names_address(const struct names *names, uint64_t address, char *text, size_t size)
{
    if (address == 0) {
        (void)snprintf(text, size, "NULL");
        return true;
    }
    if (names != NULL && (find(names, SLOT_BLOCK, address, 0, text, size) ||
                          find(names, SLOT_REGION, address, 0, text, size) ||
                          find(names, SLOT_HEAP, address, 0, text, size) ||
                          find(names, SLOT_HANDLER, address, 0, text, size) ||
                          find(names, SLOT_REGION, address, 1, text, size))) {
        return true;
    }
    (void)snprintf(text, size, "an address");
    return false;
}

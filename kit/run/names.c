/* Names for addresses, from the typestate of the trace so far. */
#include "kit/run/names.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "spec/text.h"
#include "spec/typestate.h"

/* An object that the trace made and gave no slot. */
struct unnamed {
    uint64_t address;
    uint64_t size;
    uint32_t call_index;
};

struct names {
    struct typestate state;
    void *storage;
    struct unnamed results[NAMES_RESULTS_MAX]; /* the next one takes result_count modulo the size */
    uint32_t result_count;
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

/* How much memory the call was asked for, 0 where its result is none. */
static uint64_t asked_size(const struct call *call)
{
    const struct call_row *row = &hck_call_rows[call->id];
    if (row->result != RESULT_BLOCK && row->result != RESULT_REGION) {
        return 0;
    }
    for (unsigned i = 0; i < CALL_ARGUMENTS_MAX; i++) {
        if (row->arguments[i].kind == ARGUMENT_SIZE) {
            return call->arguments[i].value;
        }
    }
    return 0;
}

static void note_unnamed(struct names *names, uint32_t call_index, const struct call *call,
                         const struct observation *seen)
{
    enum result_kind result = hck_call_rows[call->id].result;
    bool is_object = result == RESULT_HEAP || result == RESULT_BLOCK || result == RESULT_REGION ||
                     result == RESULT_HANDLER;
    if (is_object && seen->status == STATUS_RETURNED && seen->result != 0 &&
        call->result_slot == NO_SLOT) {
        names->results[names->result_count++ % NAMES_RESULTS_MAX] =
            (struct unnamed){seen->result, asked_size(call), call_index};
    }
}

void hck_names_note(struct names *names, uint32_t call_index, const struct call *call,
                    const struct observation *seen)
{
    if (seen->status != STATUS_SKIPPED) {
        hck_typestate_apply(&names->state, call, seen);
        note_unnamed(names, call_index, call, seen);
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

/* Inside an object of this state, or, for `reach` 1, just behind it. */
static bool find_slot(const struct names *names, enum slot_state state, enum slot_kind kind,
                      uint64_t address, uint64_t reach, char *text, size_t size)
{
    uint32_t count = names->state.slot_count[kind];
    for (uint32_t i = 0; i < count && i < NAMES_SLOTS_MAX; i++) {
        const struct slot *slot = &names->state.slots[kind][i];
        if (slot->state != state || slot->address == 0 || address < slot->address) {
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

static bool find(const struct names *names, enum slot_kind kind, uint64_t address, uint64_t reach,
                 char *text, size_t size)
{
    return find_slot(names, SLOT_LIVE, kind, address, reach, text, size);
}

static bool find_former(const struct names *names, enum slot_kind kind, uint64_t address,
                        char *text, size_t size)
{
    static const char former[] = "the former ";
    const size_t length = sizeof former - 1;
    if (size <= length ||
        !find_slot(names, SLOT_DEAD, kind, address, 0, text + length, size - length)) {
        return false;
    }
    memcpy(text, former, length);
    return true;
}

static bool find_result(const struct names *names, uint64_t address, char *text, size_t size)
{
    uint32_t count =
        names->result_count < NAMES_RESULTS_MAX ? names->result_count : NAMES_RESULTS_MAX;
    for (uint32_t i = 0; i < count; i++) {
        const struct unnamed *result = &names->results[i];
        uint64_t offset = address - result->address;
        char distance[32] = "";
        if (offset != 0 && offset >= result->size) {
            continue;
        }
        if (offset != 0) {
            hck_text_print_size(offset, distance, sizeof distance);
        }
        (void)snprintf(text, size, "the result of call %u%s%s", result->call_index + 1,
                       offset != 0 ? "+" : "", distance);
        return true;
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
                          find_result(names, address, text, size) ||
                          find(names, SLOT_REGION, address, 1, text, size) ||
                          find_former(names, SLOT_BLOCK, address, text, size) ||
                          find_former(names, SLOT_REGION, address, text, size) ||
                          find_former(names, SLOT_HEAP, address, text, size))) {
        return true;
    }
    (void)snprintf(text, size, "an address");
    return false;
}

/* Names for addresses, from the typestate of the trace so far. */
#include "kit/run/names.h"

#include <inttypes.h>
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

/* When a block was filled, and when, and by which function, it was reallocated since; 0: not. */
struct history {
    uint64_t filled;
    uint64_t reallocated;
    uint16_t reallocator; /* enum call_id */
};

struct names {
    struct typestate state;
    void *storage;
    struct history *blocks;                    /* by slot */
    uint64_t time;                             /* counts calls */
    uint64_t called;                           /* when the last function was called ... */
    uint16_t caller;                           /* ... and which: enum call_id */
    struct unnamed results[NAMES_RESULTS_MAX]; /* the next one takes result_count modulo the size */
    uint32_t result_count;
};

struct names *hck_names_open(const struct trace *trace)
{
    struct names *names = calloc(1, sizeof *names);
    if (names == NULL) {
        return NULL;
    }
    names->storage = calloc(1, hck_typestate_storage(trace->slot_count) + 1);
    names->blocks = calloc((size_t)trace->slot_count[SLOT_BLOCK] + 1, sizeof *names->blocks);
    if (names->storage == NULL || names->blocks == NULL) {
        hck_names_close(names);
        return NULL;
    }
    hck_typestate_init_in_zeroes(&names->state, trace->slot_count, names->storage);
    return names;
}

void hck_names_close(struct names *names)
{
    if (names != NULL) {
        free(names->storage);
        free(names->blocks);
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
    return hck_call_argument(call, ARGUMENT_SIZE)->value;
}

static void note_unnamed(struct names *names, uint32_t call_index, const struct call *call,
                         const struct observation *seen)
{
    enum result_kind result = hck_call_rows[call->id].result;
    if (hck_call_returns_address(result) && seen->status == STATUS_RETURNED && seen->result != 0 &&
        call->result_slot == NO_SLOT) {
        names->results[names->result_count++ % NAMES_RESULTS_MAX] =
            (struct unnamed){seen->result, asked_size(call), call_index};
    }
}

/* A moved block is what it was, under the name of its result. */
static void note_history(struct names *names, const struct call *call,
                         const struct observation *seen)
{
    bool came_back = seen->status == STATUS_RETURNED || seen->status == STATUS_RAISED;
    const struct argument *block = hck_call_argument(call, ARGUMENT_BLOCK);
    names->time++;
    if (came_back && hck_call_rows[call->id].family != FAMILY_probe) {
        names->called = names->time;
        names->caller = call->id;
    }
    if (hck_names_block(names, block) == NULL) {
        return;
    }
    if (call->id == CALL_Fill) {
        names->blocks[block->slot] = (struct history){.filled = names->time};
    } else if (hck_call_rows[call->id].effect == EFFECT_reallocate && came_back) {
        names->blocks[block->slot].reallocated = names->time;
        names->blocks[block->slot].reallocator = call->id;
        if (call->result_slot != NO_SLOT && seen->status == STATUS_RETURNED && seen->result != 0) {
            names->blocks[call->result_slot] = names->blocks[block->slot];
        }
    }
}

void hck_names_note(struct names *names, uint32_t call_index, const struct call *call,
                    const struct observation *seen)
{
    if (seen->status != STATUS_SKIPPED) {
        hck_typestate_apply(&names->state, call, seen);
        note_unnamed(names, call_index, call, seen);
        note_history(names, call, seen);
    }
}

/* Far from the start, a number that is not round says more in hexadecimal. */
static void print_distance(uint64_t distance, char *text, size_t size)
{
    if (distance > UINT16_MAX && distance % 1024 != 0) {
        (void)snprintf(text, size, "0x%" PRIx64, distance);
    } else {
        hck_text_print_size(distance, text, size);
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
    print_distance(below ? 0 - offset : offset, distance, sizeof distance);
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
            print_distance(offset, distance, sizeof distance);
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
                          find(names, SLOT_SECTION, address, 0, text, size) ||
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

const struct slot *hck_names_block(const struct names *names, const struct argument *argument)
{
    bool is_block = argument->form == FORM_SLOT && argument->slot_kind == SLOT_BLOCK;
    return names != NULL && is_block ? hck_typestate_slot(&names->state, argument) : NULL;
}

const char *hck_names_caller_since_fill(const struct names *names, const struct argument *argument)
{
    if (hck_names_block(names, argument) == NULL) {
        return NULL;
    }
    const struct history *block = &names->blocks[argument->slot];
    if (block->reallocated > block->filled) {
        return hck_call_rows[block->reallocator].name;
    }
    return names->called > block->filled ? hck_call_rows[names->caller].name : NULL;
}

/* What the trace has of the target that has to be given back at its end, by address.
 *
 * It is fed with what the target returned and not with slots, for a result may have no slot, or a
 * slot another result later. */
#include <string.h>

#include "kit/execute/executor.h"

enum { CAPACITY_MIN = 16 };

size_t hck_ledger_capacity(const struct trace *trace)
{
    size_t recorded = 0;
    size_t capacity = CAPACITY_MIN;
    for (uint32_t i = 0; i < trace->call_count; i++) {
        const struct call_row *row = &hck_call_rows[trace->calls[i].id];
        recorded += hck_call_effect(row)->made != MADE_NOTHING;
    }
    while (capacity < 2 * recorded) {
        capacity *= 2;
    }
    return capacity;
}

void hck_ledger_init(struct ledger *ledger, size_t capacity, void *storage)
{
    memset(storage, 0, capacity * sizeof(struct ledger_entry));
    ledger->entries = storage;
    ledger->mask = capacity - 1;
    memset(ledger->counts, 0, sizeof ledger->counts);
}

/* Where the entries of a kind are counted. */
static uint32_t counted_as(uint32_t kind)
{
    return kind < LEDGER_LOCK ? kind : LEDGER_LOCK;
}

static uint64_t home_of(const struct ledger *ledger, uint32_t kind, uint64_t address)
{
    uint64_t hash = (address ^ kind) * UINT64_C(0x9E3779B97F4A7C15);
    return hash >> 32 & ledger->mask;
}

/* The entry, or the free place where it would be. */
static struct ledger_entry *find_place(const struct ledger *ledger, uint32_t kind, uint64_t address)
{
    uint64_t at = home_of(ledger, kind, address);
    while (ledger->entries[at].kind != LEDGER_NOTHING &&
           (ledger->entries[at].kind != kind || ledger->entries[at].address != address)) {
        at = (at + 1) & ledger->mask;
    }
    return &ledger->entries[at];
}

struct ledger_entry *hck_ledger_find(const struct ledger *ledger, uint32_t kind, uint64_t address)
{
    /* Blocks of private heaps are not in it, and of most traces no others are asked for. */
    if (ledger->counts[counted_as(kind)] == 0) {
        return NULL;
    }
    struct ledger_entry *entry = find_place(ledger, kind, address);
    return entry->kind == LEDGER_NOTHING ? NULL : entry;
}

struct ledger_entry *hck_ledger_add(struct ledger *ledger, uint32_t kind, uint64_t address)
{
    struct ledger_entry *entry = find_place(ledger, kind, address);
    if (entry->kind == LEDGER_NOTHING) {
        entry->kind = kind;
        entry->address = address;
        entry->detail = 0;
        ledger->counts[counted_as(kind)]++;
    }
    return entry;
}

/* Entries behind the hole move up as far as their home allows, so that no mark is needed and
 * searches stay short. */
void hck_ledger_remove(struct ledger *ledger, struct ledger_entry *entry)
{
    uint64_t hole = (uint64_t)(entry - ledger->entries);
    uint64_t at = hole;
    ledger->counts[counted_as(entry->kind)]--;
    for (;;) {
        at = (at + 1) & ledger->mask;
        const struct ledger_entry *next = &ledger->entries[at];
        if (next->kind == LEDGER_NOTHING) {
            break;
        }
        uint64_t home = home_of(ledger, next->kind, next->address);
        if (((at - home) & ledger->mask) >= ((at - hole) & ledger->mask)) {
            ledger->entries[hole] = *next;
            hole = at;
        }
    }
    ledger->entries[hole].kind = LEDGER_NOTHING;
}

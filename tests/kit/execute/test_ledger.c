/* The ledger of what a trace has holds exactly what was added and not removed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>

#include "kit/execute/executor.h"

enum { ADDRESSES = 300, ROUNDS = 200000 };

/* Given a trace with as many recorded calls as there may be entries; when entries come and go at
 * random; then every address is found exactly while it is there, with its detail. */
static void random_additions_and_removals_match_a_plain_table(void **state)
{
    (void)state;
    struct call *calls = calloc(ADDRESSES, sizeof *calls);
    for (unsigned i = 0; i < ADDRESSES; i++) {
        calls[i].id = CALL_HeapAlloc;
    }
    struct trace trace = {.calls = calls, .call_count = ADDRESSES};
    struct ledger ledger;
    size_t capacity = hck_ledger_capacity(&trace);
    void *storage = malloc(capacity * sizeof(struct ledger_entry));
    hck_ledger_init(&ledger, capacity, storage);
    uint64_t details[ADDRESSES] = {0}; /* 0: not there */
    uint32_t random = 1;
    for (unsigned round = 1; round < ROUNDS; round++) {
        random = random * 1664525u + 1013904223u;
        unsigned i = random >> 8 & 0x7FFF;
        i %= ADDRESSES;
        uint64_t address = UINT64_C(0x7f0000000000) + i * UINT64_C(0x10000);
        struct ledger_entry *entry = hck_ledger_find(&ledger, LEDGER_BLOCK, address);
        assert_int_equal(entry != NULL, details[i] != 0);
        if (entry == NULL) {
            details[i] = round;
            hck_ledger_add(&ledger, LEDGER_BLOCK, address)->detail = round;
        } else {
            assert_int_equal(entry->detail, details[i]);
            hck_ledger_remove(&ledger, entry);
            details[i] = 0;
        }
    }
    uint32_t count = 0;
    for (unsigned i = 0; i < ADDRESSES; i++) {
        count += details[i] != 0;
    }
    assert_int_equal(ledger.counts[LEDGER_BLOCK], count);
    free(storage);
    free(calls);
}

static void kinds_at_one_address_are_different_entries(void **state)
{
    (void)state;
    struct trace trace = {.call_count = 0};
    struct ledger ledger;
    size_t capacity = hck_ledger_capacity(&trace);
    void *storage = malloc(capacity * sizeof(struct ledger_entry));
    hck_ledger_init(&ledger, capacity, storage);
    hck_ledger_add(&ledger, LEDGER_HEAP, 64)->detail = 1;
    hck_ledger_add(&ledger, LEDGER_LOCK + 3, 64)->detail = 2;
    hck_ledger_remove(&ledger, hck_ledger_find(&ledger, LEDGER_HEAP, 64));
    assert_null(hck_ledger_find(&ledger, LEDGER_HEAP, 64));
    assert_int_equal(hck_ledger_find(&ledger, LEDGER_LOCK + 3, 64)->detail, 2);
    free(storage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_additions_and_removals_match_a_plain_table),
        cmocka_unit_test(kinds_at_one_address_are_different_entries),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The address map of the model, where a target gives out what is not free: against an array with a
 * cell for each address, in which the newest owner wins. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "oracle/model.h"
#include "oracle/region.h"

enum { SPACE = 2048, BLOCKS = 64, ROUNDS = 40000, SERIAL = 1, NOBODY = -1 };

struct fixture {
    struct call *calls;
    void *arena;
    struct oracle *oracle;
    int cells[SPACE];
    uint64_t starts[BLOCKS];
    uint64_t sizes[BLOCKS]; /* 0: not live */
};

static uint32_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(*state >> 33);
}

/* An oracle for a trace that makes blocks in one heap. */
static void set_up(struct fixture *fixture)
{
    struct oracle_options options = {.bases = PROFILE_WINDOWS};
    struct trace trace = {.call_count = ROUNDS, .thread_count = 1};
    trace.slot_count[SLOT_HEAP] = 1;
    trace.slot_count[SLOT_BLOCK] = BLOCKS;
    memset(fixture, 0, sizeof *fixture);
    fixture->calls = calloc(ROUNDS, sizeof *fixture->calls);
    assert_non_null(fixture->calls);
    for (unsigned i = 0; i < ROUNDS; i++) {
        fixture->calls[i].id = CALL_HeapAlloc;
    }
    fixture->calls[0].id = CALL_HeapCreate;
    trace.calls = fixture->calls;
    size_t size = hck_oracle_storage(&trace);
    fixture->arena = malloc(size);
    assert_non_null(fixture->arena);
    fixture->oracle = hck_oracle_start(&trace, &options, fixture->arena, size);
    assert_non_null(fixture->oracle);
    fixture->oracle->state.slots[SLOT_HEAP][0] =
        (struct slot){.state = SLOT_LIVE, .serial = SERIAL, .address = 1};
    struct call create = {.id = CALL_HeapCreate, .result_slot = 0};
    hck_model_adopt_heap(fixture->oracle, &create);
    for (unsigned i = 0; i < SPACE; i++) {
        fixture->cells[i] = NOBODY;
    }
}

static void tear_down(struct fixture *fixture)
{
    free(fixture->calls);
    free(fixture->arena);
}

static void evict(struct fixture *fixture, int owner)
{
    for (unsigned i = 0; i < SPACE && owner != NOBODY; i++) {
        fixture->cells[i] = fixture->cells[i] == owner ? NOBODY : fixture->cells[i];
    }
}

static void add(struct fixture *fixture, int slot, uint64_t start, uint64_t size)
{
    hck_model_add_block(fixture->oracle, start, size, (uint32_t)slot, SERIAL);
    for (uint64_t i = start; i < start + size; i++) {
        evict(fixture, fixture->cells[i]);
    }
    for (uint64_t i = start; i < start + size; i++) {
        fixture->cells[i] = slot;
    }
    fixture->starts[slot] = start;
    fixture->sizes[slot] = size;
}

static void take_away(struct fixture *fixture, int slot)
{
    hck_model_remove_block(fixture->oracle, fixture->starts[slot], fixture->sizes[slot],
                           (uint32_t)slot, SERIAL);
    evict(fixture, slot);
    fixture->sizes[slot] = 0;
}

static void assert_disjoint(const struct oracle *oracle)
{
    struct extent extent;
    uint64_t end = 0;
    uint64_t count = 0;
    struct extent_cursor cursor = extent_map_at_or_after(&oracle->objects, 0);
    for (; extent_map_get(cursor, &extent); cursor = extent_map_next(cursor)) {
        assert_true(extent.start >= end);
        end = extent.start + extent.length;
        count++;
    }
    assert_int_equal(count, oracle->objects.count);
}

static void the_newest_owner_has_the_addresses(void **state)
{
    (void)state;
    static struct fixture fixture;
    uint64_t seed = 5;
    set_up(&fixture);
    for (unsigned round = 0; round < ROUNDS; round++) {
        int slot = (int)(next_random(&seed) % BLOCKS);
        if (fixture.sizes[slot] > 0) {
            take_away(&fixture, slot);
        } else {
            uint64_t start = next_random(&seed) % SPACE;
            uint64_t size = 1 + next_random(&seed) % 96;
            add(&fixture, slot, start, start + size > SPACE ? SPACE - start : size);
        }
        struct extent found;
        uint64_t asked = next_random(&seed) % SPACE;
        bool is_there = hck_model_overlap(fixture.oracle, asked, 1, &found);
        assert_int_equal(is_there ? (int)object_number(found.a) : NOBODY, fixture.cells[asked]);
        if (round % 64 == 0) {
            assert_disjoint(fixture.oracle);
        }
    }
    uint64_t live = 0;
    for (int slot = 0; slot < BLOCKS; slot++) {
        live += fixture.sizes[slot] > 0;
    }
    assert_int_equal(hck_oracle_live_blocks(fixture.oracle), live);
    tear_down(&fixture);
}

/* Dies by the trap that refuses a kind. */
static void assert_refused(bool reads, uint32_t kind)
{
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)signal(SIGILL, SIG_DFL);
        (void)signal(SIGTRAP, SIG_DFL);
        volatile uint32_t answer =
            reads ? (uint32_t)object_kind(kind) : object_tag((enum object_kind)kind, 1);
        (void)answer;
        _exit(0);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_true(WTERMSIG(status) == SIGILL || WTERMSIG(status) == SIGTRAP);
}

static void an_object_is_of_a_kind_that_is_known(void **state)
{
    (void)state;
    uint32_t region = object_tag(OBJECT_REGION, TRACE_CALLS_MAX);
    uint32_t block = object_tag(OBJECT_BLOCK, SLOT_INDEX_MAX);
    assert_true(object_kind(region) == OBJECT_REGION && object_kind(block) == OBJECT_BLOCK);
    assert_int_equal(object_number(region), TRACE_CALLS_MAX);
    assert_int_equal(object_number(block), SLOT_INDEX_MAX);
    assert_true(object_number(object_tag(OBJECT_BLOCK, NO_SLOT)) > SLOT_INDEX_MAX);
    assert_refused(true, 0);
    assert_refused(true, OBJECT_KIND_END);
    assert_refused(false, 0);
    assert_refused(false, OBJECT_KIND_END);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_object_is_of_a_kind_that_is_known),
        cmocka_unit_test(the_newest_owner_has_the_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

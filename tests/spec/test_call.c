/* The tables of calls and flags say what spec/calls.def and spec/flags.def say, and are found. */
#include "tests/spec/test_header.h"

#include "spec/call.h"

static void every_call_is_found_by_its_name(void **unused)
{
    (void)unused;
    for (unsigned i = 0; i < CALL_COUNT; i++) {
        const char *name = hck_call_rows[i].name;
        assert_int_equal(hck_call_find(name, strlen(name)), i);
    }
}

static void other_names_are_not_found(void **unused)
{
    (void)unused;
    assert_int_equal(hck_call_find("", 0), CALL_COUNT);
    assert_int_equal(hck_call_find("heapalloc", 9), CALL_COUNT);
    assert_int_equal(hck_call_find("HeapAllocate", 12), CALL_COUNT);
    assert_int_equal(hck_call_find("HeapAlloc", 8), CALL_COUNT);
}

static void rows_count_their_arguments(void **unused)
{
    (void)unused;
    assert_int_equal(hck_call_rows[CALL_GetProcessHeap].argument_count, 0);
    assert_int_equal(hck_call_rows[CALL_HeapAlloc].argument_count, 3);
    assert_int_equal(hck_call_rows[CALL_HeapQueryInformation].argument_count, 5);
    assert_int_equal(hck_call_rows[CALL_QueryAll].argument_count, 0);
    for (unsigned i = 0; i < CALL_COUNT; i++) {
        const struct call_row *row = &hck_call_rows[i];
        for (unsigned k = 0; k < CALL_ARGUMENTS_MAX; k++) {
            bool is_argument = k < row->argument_count;
            assert_int_equal(row->arguments[k].kind != ARGUMENT_NONE, is_argument);
            assert_int_equal(is_argument, is_argument && row->arguments[k].name != NULL);
        }
    }
}

/* What a row forbids it forbids by a clause, or nobody could say why the call was skipped. */
static void rows_name_the_clauses_that_they_need(void **unused)
{
    (void)unused;
    for (unsigned id = 0; id < CALL_COUNT; id++) {
        const struct call_row *row = &hck_call_rows[id];
        for (unsigned i = 0; i < row->argument_count; i++) {
            const struct argument_row *argument = &row->arguments[i];
            bool is_narrow = argument->kind == ARGUMENT_FLAGS && argument->allowed != ALL_BITS;
            if (is_narrow || argument->kind == ARGUMENT_BLOCK) {
                assert_int_not_equal(argument->clause, CLAUSE_NONE);
            }
            if (argument->clause != CLAUSE_NONE) {
                assert_int_equal(hck_clause_get(argument->clause)->basis, BASIS_UNDEFINED);
            }
        }
    }
}

static void rooms_are_told_by_numbers(void **unused)
{
    (void)unused;
    for (unsigned id = 0; id < CALL_COUNT; id++) {
        const struct call_row *row = &hck_call_rows[id];
        for (unsigned i = 0; i < row->argument_count; i++) {
            const struct argument_row *argument = &row->arguments[i];
            bool is_replaced =
                argument->kind == ARGUMENT_INPUT && argument->input == INPUT_REPLACED;
            bool is_filled =
                argument->kind == ARGUMENT_OUT || argument->kind == ARGUMENT_WALK || is_replaced;
            assert_int_equal(argument->room != ROOM_NONE, is_filled);
            assert_int_equal(argument->structure != STRUCT_none, is_filled);
            if (argument->room == ROOM_BYTES || argument->room == ROOM_COUNT) {
                enum argument_kind kind = row->arguments[argument->room_argument].kind;
                assert_true(kind == ARGUMENT_SIZE || kind == ARGUMENT_NUMBER ||
                            kind == ARGUMENT_INPUT);
            }
        }
    }
}

/* A call that makes an object or takes one away leaves something behind. */
static void rows_that_change_slots_have_an_effect(void **unused)
{
    (void)unused;
    for (unsigned id = 0; id < CALL_COUNT; id++) {
        const struct call_row *row = &hck_call_rows[id];
        bool changes = hck_call_result_slot_kind(row->result) != SLOT_KIND_NONE;
        for (unsigned i = 0; i < row->argument_count; i++) {
            enum argument_mode mode = row->arguments[i].mode;
            changes =
                changes || mode == MODE_REPLACE || mode == MODE_CONSUME || mode == MODE_GIVE_BACK;
        }
        if (changes) {
            assert_int_not_equal(row->effect, EFFECT_nothing);
        }
    }
}

/* What is made has a slot, unless it is a lock, which only counts. */
static void what_is_made_has_a_slot(void **unused)
{
    static const enum slot_kind slots[MADE_COUNT] = {
        [MADE_NOTHING] = SLOT_KIND_NONE, [MADE_LOCK] = SLOT_KIND_NONE,
        [MADE_HEAP] = SLOT_HEAP,         [MADE_BLOCK] = SLOT_BLOCK,
        [MADE_REGION] = SLOT_REGION,     [MADE_HANDLER] = SLOT_HANDLER,
        [MADE_SECTION] = SLOT_SECTION,   [MADE_VIEW] = SLOT_REGION,
    };
    (void)unused;
    for (unsigned id = 0; id < CALL_COUNT; id++) {
        const struct call_row *row = &hck_call_rows[id];
        enum effect_made made = hck_call_effect(row)->made;
        enum slot_kind slot = hck_call_result_slot_kind(row->result);
        if (made != MADE_NOTHING) {
            assert_int_equal(slot, slots[made]);
        } else if (slot != SLOT_KIND_NONE) {
            assert_true(row->effect == EFFECT_walk || row->effect == EFFECT_default_heap);
        }
    }
}

/* What an effect takes is found by its kind. */
static void effects_have_the_arguments_that_they_need(void **unused)
{
    (void)unused;
    for (unsigned id = 0; id < CALL_COUNT; id++) {
        const struct call_row *row = &hck_call_rows[id];
        if (row->effect == EFFECT_free || row->effect == EFFECT_reallocate) {
            assert_in_range(hck_call_place(row, ARGUMENT_BLOCK), 0, CALL_ARGUMENTS_MAX - 1);
        }
        if (hck_call_effect(row)->made == MADE_BLOCK) {
            assert_in_range(hck_call_place(row, ARGUMENT_SIZE), 0, CALL_ARGUMENTS_MAX - 1);
        }
        if (hck_call_effect(row)->changes == CHANGES_PAGES && row->effect != EFFECT_map_view) {
            assert_in_range(hck_call_place(row, ARGUMENT_ADDRESS), 0, CALL_ARGUMENTS_MAX - 1);
        }
        if (row->effect == EFFECT_map_view) {
            assert_in_range(hck_call_place(row, ARGUMENT_SECTION), 0, CALL_ARGUMENTS_MAX - 1);
        }
    }
}

static void an_argument_that_a_call_lacks_is_null(void **unused)
{
    struct call call = {.id = CALL_HeapFree, .arguments = {{0}, {.value = 1}, {.form = FORM_SLOT}}};
    (void)unused;
    assert_ptr_equal(hck_call_argument(&call, ARGUMENT_BLOCK), &call.arguments[2]);
    assert_int_equal(hck_call_flags_given(&call, FLAG_SET_heap), 1);
    assert_int_equal(hck_call_argument(&call, ARGUMENT_SIZE)->form, FORM_NULL);
    assert_int_equal(hck_call_argument(&call, ARGUMENT_SIZE)->value, 0);
    assert_int_equal(hck_call_flags_given(&call, FLAG_SET_free_type), 0);
}

static void only_results_that_are_objects_have_slots(void **unused)
{
    (void)unused;
    assert_int_equal(hck_call_result_slot_kind(RESULT_BLOCK), SLOT_BLOCK);
    assert_int_equal(hck_call_result_slot_kind(RESULT_WALK), SLOT_WALK);
    assert_int_equal(hck_call_result_slot_kind(RESULT_BOOL), SLOT_KIND_NONE);
    assert_int_equal(hck_call_result_slot_kind(RESULT_NONE), SLOT_KIND_NONE);
    assert_int_equal(hck_call_slot_letter(SLOT_HEAP), 'h');
    assert_int_equal(hck_call_slot_letter(SLOT_HANDLER), 'v');
    assert_int_equal(hck_call_slot_letter(SLOT_SECTION), 's');
    assert_true(hck_call_returns_address(RESULT_SECTION));
    assert_false(hck_call_returns_address(RESULT_WALK));
    assert_false(hck_call_returns_address(RESULT_SIZE));
    assert_int_equal(hck_call_slot_limit(SLOT_HANDLER), HANDLERS_MAX - 1);
    assert_int_equal(hck_call_argument_slot_kind(ARGUMENT_REGION), SLOT_REGION);
    assert_int_equal(hck_call_argument_slot_kind(ARGUMENT_ADDRESS), SLOT_KIND_NONE);
}

static void flags_are_found_in_their_own_set_only(void **unused)
{
    (void)unused;
    size_t count;
    const struct flag_row *rows = hck_call_flags(&count);
    assert_true(count > 0);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(hck_call_flag_find(rows[i].set, rows[i].name, strlen(rows[i].name)),
                         &rows[i]);
    }
    assert_null(hck_call_flag_find(FLAG_SET_heap, "PAGE_GUARD", 10));
    assert_null(hck_call_flag_find(FLAG_SET_heap, "HEAP_ZERO", 9));
}

static void flags_of_a_set_are_different_bits(void **unused)
{
    (void)unused;
    size_t count;
    const struct flag_row *rows = hck_call_flags(&count);
    uint32_t seen[FLAG_SET_COUNT] = {0};
    for (size_t i = 0; i < count; i++) {
        if (rows[i].set != FLAG_SET_heap_information && rows[i].set != FLAG_SET_offer_priority) {
            assert_int_equal(rows[i].value & (rows[i].value - 1), 0);
            assert_int_equal(seen[rows[i].set] & rows[i].value, 0);
            seen[rows[i].set] |= rows[i].value;
        }
    }
}

static void numbers_have_the_width_of_their_parameter(void **unused)
{
    (void)unused;
    assert_int_equal(hck_call_argument_max(CALL_SetLastError, 0), UINT32_MAX);
    assert_int_equal(hck_call_argument_max(CALL_HeapAlloc, 1), UINT32_MAX);
    assert_true(hck_call_argument_max(CALL_HeapAlloc, 2) == UINT64_MAX);
    assert_true(hck_call_argument_max(CALL_Fill, 1) == UINT64_MAX);
    assert_int_equal(hck_call_argument_max(CALL_Poke, 2), 0xFF);
    assert_int_equal(hck_call_argument_max(CALL_HeapAlloc, 0), 0);
}

static void a_trace_learns_its_slots_and_threads(void **unused)
{
    (void)unused;
    struct trace trace = {0};
    struct call call = {.id = CALL_HeapReAlloc, .thread = 3, .result_slot = 7};
    call.arguments[0] = (struct argument){.form = FORM_SLOT, .slot_kind = SLOT_HEAP, .slot = 2};
    call.arguments[2] = (struct argument){.form = FORM_SLOT, .slot_kind = SLOT_BLOCK, .slot = 9};
    hck_trace_note(&trace, &call);
    assert_int_equal(trace.thread_count, 4);
    assert_int_equal(trace.slot_count[SLOT_HEAP], 3);
    assert_int_equal(trace.slot_count[SLOT_BLOCK], 10);
    assert_int_equal(trace.slot_count[SLOT_REGION], 0);

    call = (struct call){.id = CALL_QueryAll, .result_slot = NO_SLOT};
    hck_trace_note(&trace, &call);
    assert_int_equal(trace.thread_count, 4);
    assert_int_equal(trace.slot_count[SLOT_BLOCK], 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_is_found_by_its_name),
        cmocka_unit_test(other_names_are_not_found),
        cmocka_unit_test(rows_count_their_arguments),
        cmocka_unit_test(rows_name_the_clauses_that_they_need),
        cmocka_unit_test(rooms_are_told_by_numbers),
        cmocka_unit_test(rows_that_change_slots_have_an_effect),
        cmocka_unit_test(what_is_made_has_a_slot),
        cmocka_unit_test(effects_have_the_arguments_that_they_need),
        cmocka_unit_test(an_argument_that_a_call_lacks_is_null),
        cmocka_unit_test(only_results_that_are_objects_have_slots),
        cmocka_unit_test(flags_are_found_in_their_own_set_only),
        cmocka_unit_test(flags_of_a_set_are_different_bits),
        cmocka_unit_test(numbers_have_the_width_of_their_parameter),
        cmocka_unit_test(a_trace_learns_its_slots_and_threads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

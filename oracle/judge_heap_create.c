/* HeapCreate and HeapDestroy. */
#include "oracle/judge_heap.h"
#include "oracle/judges.h"

struct creation {
    uint32_t options;
    uint64_t initial;
    uint64_t maximum;
};

/* Sizes that any machine can give, and a number of heaps that any process can hold. */
static bool is_modest(const struct judgement *j, const struct creation *creation)
{
    const struct oracle *oracle = j->oracle;
    return creation->initial <= HEAP_SERVED_MAX && creation->maximum <= HEAP_SERVED_MAX &&
           oracle->live_initial + creation->initial < HEAP_LIVE_MAX &&
           oracle->live_bytes < HEAP_LIVE_MAX && oracle->live_heaps < HEAP_COUNT_SURE;
}

static void judge_success_demanded(struct judgement *j, const struct creation *creation)
{
    if (!is_modest(j, creation)) {
        return;
    }
    bool is_large_enough = creation->maximum == 0 || creation->maximum >= MODEL_GRANULARITY;
    bool is_in_order = creation->maximum == 0 || creation->initial < creation->maximum;
    if (is_in_order && is_large_enough) {
        judge_is_not(j, CLAUSE_heap_create_options_every_combination_is_accepted, SUBJECT_RESULT,
                     0);
    }
    if (creation->maximum == 0) {
        judge_is_not(j, CLAUSE_heap_create_initial_size_is_free_without_a_maximum, SUBJECT_RESULT,
                     0);
    }
    if (creation->maximum == 0 && creation->initial == 0 && j->oracle->live_heaps > 0) {
        judge_is_not(j, CLAUSE_heap_create_many_heaps_coexist, SUBJECT_RESULT, 0);
    }
    if (creation->initial == creation->maximum && creation->maximum != 0 && is_large_enough) {
        judge_is_not(j, CLAUSE_heap_create_initial_size_equal_to_the_maximum_is_accepted,
                     SUBJECT_RESULT, 0);
    }
}

static bool is_impossible(uint64_t size)
{
    return size >= HEAP_IMPOSSIBLE_MIN && size <= HEAP_IMPOSSIBLE_MAX;
}

static void judge_sizes(struct judgement *j, const struct creation *creation)
{
    const char *outcome = j->seen->result != 0 ? "succeeds" : "fails";
    if (is_impossible(creation->initial) && creation->maximum == 0) {
        judge_is(j, CLAUSE_heap_create_initial_size_of_an_impossible_amount_fails, SUBJECT_RESULT,
                 0);
    }
    if (is_impossible(creation->maximum)) {
        judge_is(j, CLAUSE_heap_create_maximum_size_of_an_impossible_amount_fails, SUBJECT_RESULT,
                 0);
    }
    if (creation->maximum > HEAP_IMPOSSIBLE_MAX) {
        judge_latitude(j, CLAUSE_heap_create_maximum_size_within_a_page_of_the_largest_is_open,
                       outcome);
    }
    if (creation->maximum != 0 && creation->initial >= creation->maximum) {
        judge_latitude(j, CLAUSE_heap_create_initial_size_not_below_the_maximum_is_open, outcome);
    }
}

/* Differs from every live heap. */
static void judge_new_handle(struct judgement *j)
{
    struct oracle *oracle = j->oracle;
    struct operand other = number(0);
    uint32_t serial = hck_model_heap_of_handle(oracle, j->seen->result);
    if (serial != 0 && hck_model_heap(oracle, serial)->alive) {
        other = hck_heap_handle_operand(j, serial);
    }
    if (other.value == 0 && oracle->default_heap == j->seen->result) {
        other = number(oracle->default_heap);
    }
    if (other.value == 0 && oracle->live_heaps == 0 && oracle->default_heap == 0) {
        return; /* no other handle is known */
    }
    uint32_t first = j->verdicts->count;
    hck_judge(j, CLAUSE_heap_create_success_returns_a_new_handle, SUBJECT_RESULT, 0,
              RELATION_NOT_EQUAL, 1, &other);
    hck_suspicion_hold_back(j, first, SUSPICION_ALONE, 0, 0);
}

void hck_judge_HeapCreate(struct judgement *j)
{
    struct oracle *oracle = j->oracle;
    struct creation creation = {(uint32_t)argument_value(j, 0), argument_value(j, 1),
                                argument_value(j, 2)};
    judge_success_demanded(j, &creation);
    judge_sizes(j, &creation);
    if (!returned(j) || j->seen->result == 0) {
        judge_is(j, CLAUSE_heap_create_failure_returns_null_and_raises_nothing, SUBJECT_STATUS,
                 STATUS_RETURNED);
        return;
    }
    judge_new_handle(j);
    hck_model_give_handle_anew(oracle, j->seen->result);
    oracle->live_heaps++;
    oracle->live_initial += creation.initial;
    oracle->just_destroyed = 0;
}

void hck_judge_HeapDestroy(struct judgement *j)
{
    struct heap_use use;
    if (!hck_heap_use(j, HEAP_NO_FLAGS, &use) || use.heap->is_default) {
        return;
    }
    judge_is_not(j, CLAUSE_heap_destroy_live_heap_succeeds, SUBJECT_RESULT, 0);
    if (use.heap->live_count > 0) {
        judge_is_not(j, CLAUSE_heap_destroy_live_blocks_do_not_prevent_it, SUBJECT_RESULT, 0);
    }
    if (!returned(j) || j->seen->result == 0) {
        return;
    }
    hck_heap_judge_boolean(j);
    heap_note_event(j, EVENT_DESTROY);
    hck_model_destroy_heap(j->oracle, use.serial);
    if (hck_judge_met_another(j)) {
        j->oracle->just_destroyed = 0; /* what that call made may have its pages already */
    }
}

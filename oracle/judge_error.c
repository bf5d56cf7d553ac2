/* GetLastError and SetLastError. */
#include "oracle/judges.h"

/* Whether another thread's newest call left a code of its own, so that a mix-up would show. */
static bool others_differ(const struct oracle *oracle, uint32_t thread)
{
    for (uint32_t other = 0; other < oracle->thread_count; other++) {
        if (other != thread && oracle->last_error_known[other] &&
            oracle->last_error[other] != oracle->last_error[thread]) {
            return true;
        }
    }
    return false;
}

void hck_judge_GetLastError(struct judgement *j)
{
    const struct oracle *oracle = j->oracle;
    uint32_t thread = j->call->thread;
    if (!returned(j) || !oracle->last_error_known[thread]) {
        return;
    }
    uint32_t expected = oracle->last_error[thread];
    if (judge_is(j, CLAUSE_last_error_get_returns_the_value_set, SUBJECT_RESULT, expected) &&
        j->seen->last_error != expected) {
        (void)hck_judge_error(j, CLAUSE_last_error_get_returns_the_value_set, expected);
    }
    if (others_differ(oracle, thread)) {
        (void)judge_is(j, CLAUSE_last_error_value_belongs_to_one_thread, SUBJECT_RESULT, expected);
    }
}

void hck_judge_SetLastError(struct judgement *j)
{
    if (returned(j)) {
        (void)hck_judge_error(j, CLAUSE_last_error_set_keeps_all_32_bits,
                              (uint32_t)argument_value(j, 0));
    }
}

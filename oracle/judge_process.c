/* Functions that are given a process: in a trace it is the one that calls, or none. */
#include "oracle/judges.h"
#include "spec/win32.h"

/* The handle is no reason to fail; where there is none, the other clauses see to it. */
static void judge_current(struct judgement *j)
{
    if (j->seen->result == 0 && j->seen->has_last_error) {
        (void)judge_is_not(j, CLAUSE_process_handle_current_is_accepted, SUBJECT_LAST_ERROR,
                           ERROR_INVALID_HANDLE);
    }
}

/* A call that is wrong in more than this may name either fault. */
static void judge_null_error(struct judgement *j)
{
    bool is_query = j->row->effect == EFFECT_nothing;
    struct operand errors[4] = {number(ERROR_INVALID_HANDLE), number(ERROR_INVALID_PARAMETER),
                                number(is_query ? ERROR_BAD_LENGTH : ERROR_INVALID_ADDRESS),
                                number(ERROR_NOACCESS)};
    if (!j->seen->has_last_error) {
        judge_unsupported(j, CLAUSE_process_handle_null_is_an_invalid_handle);
        return;
    }
    (void)hck_judge(j, CLAUSE_process_handle_null_is_an_invalid_handle, SUBJECT_LAST_ERROR, 0,
                    RELATION_ONE_OF, 4, errors);
}

/* For the process itself a function does what the one without a handle does, whose judge sees to
 * that. A success without a process is wrong, and then believed to be one of this process. */
static void judge_in_process(struct judgement *j, void (*judge_without)(struct judgement *j))
{
    bool is_current = hck_call_argument(j->call, ARGUMENT_PROCESS)->form != FORM_NULL;
    if (is_current && returned(j)) {
        judge_current(j);
    } else if (returned(j)) {
        (void)judge_is(j, CLAUSE_process_handle_null_is_refused, SUBJECT_RESULT, 0);
    }
    if (is_current || !returned(j) || j->seen->result != 0) {
        judge_without(j);
    } else {
        judge_null_error(j);
    }
}

void hck_judge_VirtualAllocEx(struct judgement *j)
{
    judge_in_process(j, hck_judge_VirtualAlloc);
}

void hck_judge_VirtualFreeEx(struct judgement *j)
{
    judge_in_process(j, hck_judge_VirtualFree);
}

void hck_judge_VirtualProtectEx(struct judgement *j)
{
    judge_in_process(j, hck_judge_VirtualProtect);
}

void hck_judge_VirtualQueryEx(struct judgement *j)
{
    judge_in_process(j, hck_judge_VirtualQuery);
}

/* GetProcessWorkingSetSize and SetProcessWorkingSetSize. The sizes are those of the process, which
 * other traces may have set before. */
#include "oracle/judge_call.h"
#include "oracle/judge_virtual.h"
#include "oracle/judges.h"
#include "spec/win32.h"

enum { LEAST_MINIMUM = 20 * MODEL_PAGE_SIZE, LEAST_MAXIMUM = 13 * MODEL_PAGE_SIZE };

#define EVERY_MEMORY (UINT64_C(128) << 40)

/* Whether no other thread set them since this call began. */
static bool is_settled(const struct judgement *j)
{
    for (uint32_t thread = 0; thread < j->oracle->thread_count; thread++) {
        if (thread != j->call->thread && j->oracle->working_set.set_end[thread] > j->seen->start) {
            return false;
        }
    }
    return true;
}

static void check_process(const struct judgement *j, struct refusals *refusals)
{
    if (hck_call_argument(j->call, ARGUMENT_PROCESS)->form == FORM_NULL) {
        refuse(refusals, CLAUSE_working_set_process_null_is_refused,
               CLAUSE_working_set_process_null_is_an_invalid_handle, ERROR_INVALID_HANDLE,
               ERROR_INVALID_HANDLE);
    }
}

/* --- GetProcessWorkingSetSize ------------------------------------------------------------- */

/* Where the call before it set them, how they are rounded is not said; else they are told already.
 */
static void judge_size(struct judgement *j, enum clause_id clause_if_set, uint32_t member,
                       uint64_t expected)
{
    bool is_told = j->oracle->working_set.is_told;
    enum clause_id clause =
        is_told ? CLAUSE_working_set_sizes_stay_until_they_are_set : clause_if_set;
    uint64_t down = page_down(expected);
    struct operand operands[3] = {number(expected), number(down),
                                  number(down == expected ? down : down + MODEL_PAGE_SIZE)};
    if (is_told || down == expected) {
        (void)judge_value(j, clause, member, RELATION_EQUAL, expected);
    } else {
        (void)hck_judge(j, clause, SUBJECT_VALUE, member, RELATION_ONE_OF, 3, operands);
    }
}

static void judge_told(struct judgement *j)
{
    struct model_working_set *sizes = &j->oracle->working_set;
    struct operand bounds[2] = {number(1), number(seen_value(j, WORKING_SET_MAXIMUM))};
    (void)hck_judge(j, CLAUSE_working_set_sizes_minimum_is_at_most_the_maximum, SUBJECT_VALUE,
                    WORKING_SET_MINIMUM, RELATION_IN_RANGE, 2, bounds);
    if (sizes->is_known && is_settled(j)) {
        judge_size(j, CLAUSE_working_set_sizes_maximum_is_the_one_that_was_set, WORKING_SET_MAXIMUM,
                   sizes->maximum);
        judge_size(j, CLAUSE_working_set_sizes_minimum_is_the_one_that_was_set, WORKING_SET_MINIMUM,
                   sizes->minimum);
    }
    sizes->is_known = is_settled(j);
    sizes->is_told = true;
    sizes->minimum = seen_value(j, WORKING_SET_MINIMUM);
    sizes->maximum = seen_value(j, WORKING_SET_MAXIMUM);
}

void hck_judge_GetProcessWorkingSetSize(struct judgement *j)
{
    uint32_t first = j->verdicts->count;
    struct refusals refusals = {.count = 0, .is_vague = false};
    if (!returned(j)) {
        return;
    }
    check_process(j, &refusals);
    hck_virtual_judge_refusals(j, &refusals);
    if (refusals.count == 0) {
        (void)judge_is_not(j, CLAUSE_working_set_sizes_of_the_current_process_are_told,
                           SUBJECT_RESULT, 0);
    }
    if (j->seen->result == 0) {
        hck_virtual_judge_failure(j, &refusals);
    } else if (refusals.count == 0 && j->seen->value_count >= WORKING_SET_VALUE_COUNT) {
        judge_told(j);
    }
    hck_suspicion_hold_back(j, first, SUSPICION_ALONE, 0, 0);
}

/* --- SetProcessWorkingSetSize ------------------------------------------------------------- */

struct request {
    uint64_t minimum;
    uint64_t maximum;
    struct refusals refusals;
};

static void refuse_size(struct request *request, enum clause_id clause)
{
    refuse(&request->refusals, clause,
           CLAUSE_working_set_setting_bad_sizes_are_an_invalid_parameter, ERROR_INVALID_PARAMETER,
           ERROR_INVALID_PARAMETER);
}

/* Of a maximum between 13 and 20 pages the page says that it is large enough, and that the minimum
 * is raised above it. */
static void check_sizes(struct request *request)
{
    request->refusals.is_vague =
        request->maximum >= LEAST_MAXIMUM && request->maximum < LEAST_MINIMUM;
    if (request->minimum > request->maximum) {
        refuse_size(request, CLAUSE_working_set_setting_minimum_above_the_maximum_is_refused);
    }
    if (request->minimum == 0) {
        refuse_size(request, CLAUSE_working_set_setting_minimum_zero_is_refused);
    }
    if (request->maximum < LEAST_MAXIMUM) {
        refuse_size(request, CLAUSE_working_set_setting_maximum_below_13_pages_is_refused);
    }
    if (request->maximum >= EVERY_MEMORY) {
        refuse_size(request, CLAUSE_working_set_setting_maximum_above_every_memory_is_refused);
    }
}

static void judge_allowed(struct judgement *j, const struct request *request)
{
    const struct model_working_set *sizes = &j->oracle->working_set;
    bool is_known = sizes->is_known && is_settled(j);
    bool is_more = request->minimum > sizes->minimum || request->maximum > sizes->maximum;
    if (is_known && is_more) {
        judge_latitude(j, CLAUSE_working_set_setting_of_more_may_be_refused,
                       j->seen->result == 0 ? "refused" : "set");
    } else if (is_known && sizes->is_told && request->minimum >= LEAST_MINIMUM) {
        (void)judge_is_not(j, CLAUSE_working_set_setting_within_the_present_sizes_succeeds,
                           SUBJECT_RESULT, 0);
    }
}

static void judge_sizes(struct judgement *j, struct request *request)
{
    struct model_working_set *sizes = &j->oracle->working_set;
    hck_virtual_judge_refusals(j, &request->refusals);
    if (hck_virtual_is_allowed(&request->refusals)) {
        judge_allowed(j, request);
    }
    if (j->seen->result == 0) {
        hck_virtual_judge_failure(j, &request->refusals);
        return;
    }
    sizes->is_known = is_settled(j) && hck_virtual_is_allowed(&request->refusals);
    sizes->is_told = false;
    sizes->set_end[j->call->thread] = j->seen->end;
    sizes->minimum = request->minimum < LEAST_MINIMUM ? LEAST_MINIMUM : request->minimum;
    sizes->maximum = request->maximum;
}

void hck_judge_SetProcessWorkingSetSize(struct judgement *j)
{
    struct request request = {.minimum = j->call->arguments[1].value,
                              .maximum = j->call->arguments[2].value,
                              .refusals = {.count = 0, .is_vague = false}};
    bool is_emptied = request.minimum == UINT64_MAX && request.maximum == UINT64_MAX;
    uint32_t first = j->verdicts->count;
    if (!returned(j)) {
        return;
    }
    check_process(j, &request.refusals);
    if (!is_emptied) {
        check_sizes(&request);
        judge_sizes(j, &request);
    } else if (request.refusals.count == 0) {
        (void)judge_is_not(j, CLAUSE_working_set_emptying_succeeds, SUBJECT_RESULT, 0);
    } else {
        hck_virtual_judge_refusals(j, &request.refusals);
    }
    hck_suspicion_hold_back(j, first, SUSPICION_ALONE, 0, 0);
}

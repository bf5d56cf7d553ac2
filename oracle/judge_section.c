/* CreateFileMapping and CloseHandle. */
#include "oracle/content.h"
#include "oracle/judge_virtual.h"
#include "oracle/judges.h"
#include "oracle/region.h"
#include "spec/win32.h"

enum {
    PROTECTIONS = 0x7FF,
    CACHE_ATTRIBUTES = SEC_NOCACHE | SEC_WRITECOMBINE,
    SIZE_ATTRIBUTES = SEC_COMMIT | SEC_RESERVE
};

static uint64_t wanted_size(const struct judgement *j)
{
    return argument_value(j, 3) << 32 | argument_value(j, 4);
}

static bool is_section_protection(uint32_t protect)
{
    return protect == PAGE_READONLY || protect == PAGE_READWRITE || protect == PAGE_WRITECOPY ||
           protect == PAGE_EXECUTE_READ || protect == PAGE_EXECUTE_READWRITE ||
           protect == PAGE_EXECUTE_WRITECOPY;
}

static void check_attributes(struct refusals *refusals, uint32_t attributes)
{
    if ((attributes & SIZE_ATTRIBUTES) == SIZE_ATTRIBUTES) {
        refuse(refusals, CLAUSE_file_mapping_attributes_commit_and_reserve_exclude_each_other,
               CLAUSE_file_mapping_attributes_bad_ones_are_an_invalid_parameter,
               ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    }
    if ((attributes & CACHE_ATTRIBUTES) != 0 && (attributes & SIZE_ATTRIBUTES) == 0) {
        refuse(refusals, CLAUSE_file_mapping_attributes_cache_ones_need_commit_or_reserve,
               CLAUSE_file_mapping_attributes_bad_ones_are_an_invalid_parameter,
               ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    }
    if ((attributes & CACHE_ATTRIBUTES) == CACHE_ATTRIBUTES) {
        refusals->is_vague = true; /* nobody says whether one excludes the other */
    }
}

static bool names_no_file(const struct judgement *j)
{
    return hck_call_argument(j->call, ARGUMENT_FILE)->form == FORM_NULL;
}

static void check_rules(const struct judgement *j, struct refusals *refusals)
{
    uint32_t given = given_flags(j, FLAG_SET_section);
    refusals->is_vague = names_no_file(j);
    if (wanted_size(j) == 0) {
        refuse(refusals, CLAUSE_file_mapping_size_zero_is_refused,
               CLAUSE_file_mapping_size_zero_is_an_invalid_parameter, ERROR_INVALID_PARAMETER,
               ERROR_INVALID_PARAMETER);
    }
    if (!is_section_protection(given & PROTECTIONS)) {
        refuse(refusals, CLAUSE_file_mapping_protection_others_are_refused,
               CLAUSE_file_mapping_protection_bad_one_is_an_invalid_parameter,
               ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    }
    check_attributes(refusals, given & ~(uint32_t)PROTECTIONS);
}

void hck_judge_CreateFileMappingW(struct judgement *j)
{
    struct refusals refusals = {.is_vague = false};
    if (!returned(j)) {
        return;
    }
    check_rules(j, &refusals);
    hck_virtual_judge_refusals(j, &refusals);
    if (refusals.count == 0 && names_no_file(j)) {
        judge_latitude(j, CLAUSE_file_mapping_file_null_may_be_refused,
                       j->seen->result == 0 ? "refused" : "the paging file");
    }
    if (hck_virtual_is_allowed(&refusals) && hck_virtual_is_plausible(j, wanted_size(j))) {
        (void)judge_is_not(j, CLAUSE_file_mapping_paging_file_section_is_made, SUBJECT_RESULT, 0);
    }
    if (j->seen->result == 0) {
        hck_virtual_judge_failure(j, &refusals);
    } else {
        hck_content_add_section(j->oracle, hck_model_section(j->oracle, j->call->result_slot),
                                wanted_size(j));
    }
}

void hck_judge_CloseHandle(struct judgement *j)
{
    struct refusals refusals = {.is_vague = false};
    if (!returned(j)) {
        return;
    }
    if (argument_is_null(j, 0)) {
        refuse(&refusals, CLAUSE_handle_close_null_is_refused,
               CLAUSE_handle_close_null_is_an_invalid_handle, ERROR_INVALID_HANDLE,
               ERROR_INVALID_HANDLE);
        hck_virtual_judge_refusals(j, &refusals);
    } else {
        (void)judge_is_not(j, CLAUSE_handle_close_open_one_succeeds, SUBJECT_RESULT, 0);
    }
    if (j->seen->result == 0) {
        hck_virtual_judge_failure(j, &refusals);
    }
}

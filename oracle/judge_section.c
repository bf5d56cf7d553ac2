/* CreateFileMapping, OpenFileMapping and CloseHandle. */
#include "oracle/content.h"
#include "oracle/judge_call.h"
#include "oracle/judge_virtual.h"
#include "oracle/judges.h"
#include "oracle/region.h"
#include "oracle/section_names.h"
#include "spec/win32.h"

enum {
    PROTECTIONS = 0x7FF,
    CACHE_ATTRIBUTES = SEC_NOCACHE | SEC_WRITECOMBINE,
    SIZE_ATTRIBUTES = SEC_COMMIT | SEC_RESERVE
};

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

/* --- Names --------------------------------------------------------------------------------- */

/* What the call names, and whether anybody has it. */
struct naming {
    uint8_t object; /* or NO_OBJECT */
    bool is_given;
    bool is_sure; /* no other call says otherwise */
    bool is_in_use;
};

static struct naming take_name(const struct judgement *j)
{
    const struct argument *name = hck_call_argument(j->call, ARGUMENT_NAME);
    struct naming naming = {.object = hck_call_object(j->call),
                            .is_given = name->form == FORM_VALUE,
                            .is_sure = hck_judge_is_settled(j)};
    if (naming.object != NO_OBJECT) {
        naming.is_in_use = j->oracle->state.named[naming.object].handles > 0;
        naming.is_sure =
            naming.is_sure && !(naming.is_in_use && hck_section_name_is_doubtful(j, naming.object));
    }
    return naming;
}

static bool is_some_name_in_use(const struct typestate *state)
{
    bool is_in_use = false;
    for (unsigned i = 0; i < NAMED_OBJECTS_MAX; i++) {
        is_in_use = is_in_use || state->named[i].handles > 0;
    }
    return is_in_use;
}

/* A backslash looks for what follows in what precedes it; where that is a section, nobody says how
 * the call fails. */
static void check_name(const struct judgement *j, const struct naming *naming,
                       struct refusals *refusals)
{
    if (naming->is_given && naming->object == NO_OBJECT) {
        refuse(refusals, CLAUSE_section_name_spelling_other_backslashes_are_refused,
               is_some_name_in_use(&j->oracle->state)
                   ? CLAUSE_NONE
                   : CLAUSE_section_name_spelling_other_backslashes_are_no_path,
               ERROR_PATH_NOT_FOUND, ERROR_PATH_NOT_FOUND);
    }
}

/* A name is given and taken by calls of every thread. */
static void hold_back(struct judgement *j, const struct naming *naming, uint32_t first)
{
    if (naming->is_given) {
        hck_suspicion_hold_back(j, first, SUSPICION_ALONE, 0, 0);
    }
}

/* --- CreateFileMapping -------------------------------------------------------------------- */

/* A size has to be said with INVALID_HANDLE_VALUE. Of no file at all the page says nothing; a
 * section that is there has its size. */
static void check_rules(const struct judgement *j, const struct naming *naming,
                        struct refusals *refusals)
{
    uint32_t given = given_flags(j, FLAG_SET_section);
    refusals->is_vague = names_no_file(j);
    if (hck_call_section_bytes(j->call) == 0 && !(names_no_file(j) && naming->is_in_use)) {
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

static enum clause_id success_clause(const struct naming *naming)
{
    return !naming->is_given   ? CLAUSE_file_mapping_paging_file_section_is_made
           : naming->is_in_use ? CLAUSE_section_name_create_one_in_use_gives_its_section
                               : CLAUSE_section_name_create_new_one_makes_a_section;
}

/* What tells a section that was there from a new one. */
static void judge_existence(struct judgement *j, const struct naming *naming)
{
    if (naming->object == NO_OBJECT || !naming->is_sure) {
        return;
    }
    if (naming->is_in_use) {
        (void)hck_judge_error(j, CLAUSE_section_name_create_one_in_use_exists_already,
                              ERROR_ALREADY_EXISTS);
    } else if (!j->seen->has_last_error) {
        judge_unsupported(j, CLAUSE_section_name_create_new_one_does_not_exist_already);
    } else {
        (void)judge_is_not(j, CLAUSE_section_name_create_new_one_does_not_exist_already,
                           SUBJECT_LAST_ERROR, ERROR_ALREADY_EXISTS);
    }
}

static void adopt_section(struct judgement *j, const struct naming *naming, uint64_t bytes)
{
    if (naming->object == NO_OBJECT) {
        struct model_section *section = hck_model_section(j->oracle, j->call->result_slot);
        hck_content_add_section(j->oracle, section, bytes);
        section->asked = bytes;
    } else {
        hck_section_name_note(j, naming->object);
        hck_section_name_share(j, naming->object, bytes);
    }
}

static void judge_create(struct judgement *j)
{
    struct refusals refusals = {.is_vague = false};
    struct naming naming = take_name(j);
    uint32_t first = j->verdicts->count;
    if (!returned(j)) {
        return;
    }
    check_rules(j, &naming, &refusals);
    check_name(j, &naming, &refusals);
    hck_virtual_judge_refusals(j, &refusals);
    if (refusals.count == 0 && names_no_file(j)) {
        judge_latitude(j, CLAUSE_file_mapping_file_null_may_be_refused,
                       j->seen->result == 0 ? "refused" : "the paging file");
    }
    if (hck_virtual_is_allowed(&refusals) && naming.is_sure &&
        hck_virtual_is_plausible(j, hck_call_section_bytes(j->call))) {
        (void)judge_is_not(j, success_clause(&naming), SUBJECT_RESULT, 0);
    }
    if (j->seen->result == 0) {
        hck_virtual_judge_failure(j, &refusals);
    } else {
        judge_existence(j, &naming);
    }
    hold_back(j, &naming, first);
    if (j->seen->result != 0) {
        adopt_section(j, &naming, hck_call_section_bytes(j->call));
    }
}

void hck_judge_CreateFileMappingW(struct judgement *j)
{
    judge_create(j);
}

void hck_judge_CreateFileMappingA(struct judgement *j)
{
    judge_create(j);
}

/* --- OpenFileMapping ---------------------------------------------------------------------- */

/* Whether a section is open whose name differs in the case of letters alone. */
static bool is_in_other_case(const struct judgement *j)
{
    uint8_t twin = hck_call_names[hck_call_argument(j->call, ARGUMENT_NAME)->value].twin;
    return twin != NO_OBJECT && j->oracle->state.named[twin].handles > 0;
}

static void check_open(const struct judgement *j, const struct naming *naming,
                       struct refusals *refusals)
{
    refusals->is_vague = !naming->is_sure;
    if (!naming->is_given) {
        refuse(refusals, CLAUSE_section_name_open_null_is_refused,
               CLAUSE_section_name_open_null_is_an_invalid_parameter, ERROR_INVALID_PARAMETER,
               ERROR_INVALID_PARAMETER);
    }
    check_name(j, naming, refusals);
    if (naming->object != NO_OBJECT && !naming->is_in_use) {
        enum clause_id clause = is_in_other_case(j) ? CLAUSE_section_name_spelling_case_matters
                                : j->oracle->names[naming->object].was_used
                                    ? CLAUSE_section_name_life_ends_with_the_last_handle
                                    : CLAUSE_section_name_open_unused_one_is_refused;
        refuse(refusals, clause, CLAUSE_section_name_open_unused_one_is_not_found,
               ERROR_FILE_NOT_FOUND, ERROR_FILE_NOT_FOUND);
    }
}

/* Rights beyond those of views are for whoever the security of the section lets have them. */
static bool asks_for_views_alone(const struct judgement *j)
{
    uint32_t access = given_flags(j, FLAG_SET_view_access);
    uint32_t views = FILE_MAP_COPY | FILE_MAP_WRITE | FILE_MAP_READ | FILE_MAP_EXECUTE;
    return access == FILE_MAP_ALL_ACCESS || (access != 0 && (access & ~views) == 0);
}

static void judge_open(struct judgement *j)
{
    struct refusals refusals;
    struct naming naming = take_name(j);
    uint32_t first = j->verdicts->count;
    refusals.count = 0;
    if (!returned(j)) {
        return;
    }
    check_open(j, &naming, &refusals);
    hck_virtual_judge_refusals(j, &refusals);
    if (hck_virtual_is_allowed(&refusals) && asks_for_views_alone(j)) {
        bool is_same = j->oracle->state.named[naming.object].name ==
                       hck_call_argument(j->call, ARGUMENT_NAME)->value;
        (void)judge_is_not(j,
                           is_same ? CLAUSE_section_name_open_one_in_use_succeeds
                                   : CLAUSE_section_name_spelling_local_prefix_is_the_session,
                           SUBJECT_RESULT, 0);
    }
    if (j->seen->result == 0) {
        hck_virtual_judge_failure(j, &refusals);
    }
    hold_back(j, &naming, first);
    if (j->seen->result != 0 && naming.object != NO_OBJECT) {
        hck_section_name_note(j, naming.object);
        hck_section_name_share(j, naming.object, 0);
    }
}

void hck_judge_OpenFileMappingW(struct judgement *j)
{
    judge_open(j);
}

void hck_judge_OpenFileMappingA(struct judgement *j)
{
    judge_open(j);
}

/* --- CloseHandle -------------------------------------------------------------------------- */

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
    const struct slot *slot = hck_typestate_slot(&j->oracle->state, &j->call->arguments[0]);
    if (j->seen->result == 0) {
        hck_virtual_judge_failure(j, &refusals);
    } else if (slot && slot->object != NO_OBJECT) {
        hck_section_name_note(j, slot->object);
    }
}

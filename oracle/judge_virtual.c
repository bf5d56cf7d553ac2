/* See judge_virtual.h. */
#include "oracle/judge_virtual.h"

#include "oracle/judge_call.h"

enum {
    BASE_CONSTANTS = 0xFF,
    DATA_CONSTANTS = PAGE_NOACCESS | PAGE_READONLY | PAGE_READWRITE | PAGE_WRITECOPY,
    COPY_CONSTANTS = PAGE_WRITECOPY | PAGE_EXECUTE_WRITECOPY,
    PLAUSIBLE_RUNS_MAX = 4096
};

/* Bits that no documented protection uses, in whatever header. The ones between are named somewhere
 * (graphics, enclaves), so nothing is claimed of them. */
#define UNKNOWN_PROTECTIONS 0x0FF80000u
#define CLAIMED_PROTECTIONS                                                                  \
    (BASE_CONSTANTS | PAGE_GUARD | PAGE_NOCACHE | PAGE_WRITECOMBINE | PAGE_TARGETS_INVALID | \
     UNKNOWN_PROTECTIONS)

#define PLAUSIBLE_SIZE_MAX (UINT64_C(1) << 24)
#define PLAUSIBLE_TOTAL_MAX (UINT64_C(1) << 32)

/* --- Protections -------------------------------------------------------------------------- */

static bool is_single_bit(uint32_t value)
{
    return value != 0 && (value & (value - 1)) == 0;
}

static void refuse_bad_protection(struct refusals *refusals, enum clause_id must_fail,
                                  enum protecting protecting)
{
    if (protecting == PROTECTING_RESERVED) {
        refuse(refusals, CLAUSE_NONE, CLAUSE_virtual_alloc_reserve_checks_its_protection,
               ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    } else if (protecting == PROTECTING_NOTHING) {
        refuse(refusals, CLAUSE_NONE, CLAUSE_virtual_reset_protection_must_be_valid,
               ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    } else {
        refuse(refusals, must_fail, CLAUSE_page_protection_reports_a_bad_one_as_invalid_parameter,
               ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    }
}

bool hck_virtual_guards_with_cache_modifier(uint32_t protect)
{
    return (protect & PAGE_GUARD) != 0 && (protect & (PAGE_NOCACHE | PAGE_WRITECOMBINE)) != 0;
}

static void refuse_cache_modifiers(struct refusals *refusals, uint32_t protect,
                                   enum protecting protecting)
{
    if ((protect & PAGE_NOCACHE) && (protect & (PAGE_NOACCESS | PAGE_WRITECOMBINE))) {
        refuse_bad_protection(refusals, CLAUSE_page_protection_refuses_no_cache_combinations,
                              protecting);
    }
    if ((protect & PAGE_WRITECOMBINE) && (protect & (PAGE_NOACCESS | PAGE_NOCACHE))) {
        refuse_bad_protection(refusals, CLAUSE_page_protection_refuses_write_combine_combinations,
                              protecting);
    }
    refusals->is_vague = refusals->is_vague || hck_virtual_guards_with_cache_modifier(protect);
}

bool hck_virtual_marks_call_targets_in_data(uint32_t protect)
{
    uint32_t base = protect & BASE_CONSTANTS;
    return (protect & PAGE_TARGETS_INVALID) != 0 && (base & DATA_CONSTANTS) == base;
}

static void refuse_call_target_flag(struct refusals *refusals, uint32_t protect,
                                    enum protecting protecting)
{
    if (!hck_virtual_marks_call_targets_in_data(protect)) {
        return;
    }
    if (protecting == PROTECTING_BY_PROTECT || protecting == PROTECTING_FOREIGN) {
        refuse_bad_protection(
            refusals, CLAUSE_page_protection_refuses_call_target_flag_on_data_pages, protecting);
    } else {
        refusals->is_vague = true;
    }
}

static void refuse_copy_on_write(struct refusals *refusals, enum protecting protecting)
{
    if (protecting == PROTECTING_BY_PROTECT) {
        refuse(refusals, CLAUSE_NONE,
               CLAUSE_virtual_protect_protection_refuses_copy_on_write_on_private_pages,
               ERROR_INVALID_PARAMETER, ERROR_INVALID_PARAMETER);
    } else if (protecting == PROTECTING_NOTHING || protecting == PROTECTING_FOREIGN) {
        refusals->is_vague = true;
    } else {
        refuse(refusals, CLAUSE_virtual_alloc_protection_refuses_copy_on_write, CLAUSE_NONE, 0, 0);
    }
}

void hck_virtual_refuse_protection(struct refusals *refusals, uint32_t protect,
                                   enum protecting protecting)
{
    uint32_t base = protect & BASE_CONSTANTS;
    if (!is_single_bit(base)) {
        refuse_bad_protection(refusals, CLAUSE_page_protection_needs_exactly_one_base_constant,
                              protecting);
    }
    if ((protect & PAGE_GUARD) && (base & PAGE_NOACCESS)) {
        refuse_bad_protection(refusals, CLAUSE_page_protection_refuses_guard_with_no_access,
                              protecting);
    }
    refuse_cache_modifiers(refusals, protect, protecting);
    refuse_call_target_flag(refusals, protect, protecting);
    if (protect & UNKNOWN_PROTECTIONS) {
        refuse_bad_protection(refusals, CLAUSE_NONE, protecting);
    }
    if (is_single_bit(base) && (base & COPY_CONSTANTS)) {
        refuse_copy_on_write(refusals, protecting);
    }
    if (protect & ~CLAIMED_PROTECTIONS) {
        refusals->is_vague = true;
    }
}

bool hck_virtual_is_private_constant(uint32_t protect)
{
    uint32_t base = protect & BASE_CONSTANTS;
    return (protect & ~(uint32_t)(BASE_CONSTANTS | PAGE_GUARD)) == 0 && is_single_bit(base) &&
           (base & COPY_CONSTANTS) == 0 && !((protect & PAGE_GUARD) && base == PAGE_NOACCESS);
}

/* --- Calls that have to fail -------------------------------------------------------------- */

/* The codes that any of the broken rules allows. False where one of them allows every code. */
static bool allowed_codes(const struct judgement *j, const struct refusals *refusals,
                          struct operand operands[OPERANDS_MAX], unsigned *count)
{
    *count = 0;
    for (uint32_t i = 0; i < refusals->count; i++) {
        const struct refusal *refusal = &refusals->items[i];
        if (refusal->names_code == CLAUSE_NONE || !judge_enabled(j, refusal->names_code)) {
            return false;
        }
        for (unsigned k = 0; k < 2; k++) {
            bool is_new = true;
            for (unsigned n = 0; n < *count; n++) {
                is_new = is_new && operands[n].value != refusal->codes[k];
            }
            if (is_new && *count == OPERANDS_MAX) {
                return false;
            }
            if (is_new) {
                operands[(*count)++] = number(refusal->codes[k]);
            }
        }
    }
    return true;
}

static const char *name_code(uint32_t code)
{
    switch (code) {
    case ERROR_INVALID_PARAMETER:
        return "ERROR_INVALID_PARAMETER";
    case ERROR_INVALID_ADDRESS:
        return "ERROR_INVALID_ADDRESS";
    case ERROR_NOT_ENOUGH_MEMORY:
        return "ERROR_NOT_ENOUGH_MEMORY";
    case ERROR_NOACCESS:
        return "ERROR_NOACCESS";
    case ERROR_BAD_LENGTH:
        return "ERROR_BAD_LENGTH";
    case ERROR_COMMITMENT_LIMIT:
        return "ERROR_COMMITMENT_LIMIT";
    default:
        return "another code";
    }
}

/* Whether every broken rule is of one clause, so that a failure shows that clause and no other. */
static bool is_one_rule(const struct refusals *refusals)
{
    for (uint32_t i = 1; i < refusals->count; i++) {
        if (refusals->items[i].must_fail != refusals->items[0].must_fail) {
            return false;
        }
    }
    return !refusals->is_vague;
}

static bool is_one_code_clause(const struct refusals *refusals)
{
    for (uint32_t i = 1; i < refusals->count; i++) {
        if (refusals->items[i].names_code != refusals->items[0].names_code) {
            return false;
        }
    }
    return true;
}

static bool is_allowed(uint32_t code, unsigned count, const struct operand *operands)
{
    for (unsigned i = 0; i < count; i++) {
        if (operands[i].value == code) {
            return true;
        }
    }
    return false;
}

/* Where rules of several clauses are broken, the code of any of them will do and proves none of
 * them; a code of none of them breaks the first. */
static void judge_codes(struct judgement *j, const struct refusals *refusals)
{
    struct operand operands[OPERANDS_MAX];
    enum clause_id clause = refusals->items[0].names_code;
    bool is_one = is_one_code_clause(refusals);
    unsigned count;
    if (refusals->count > 1 && j->seen->has_last_error) {
        judge_latitude(j, CLAUSE_last_error_failure_may_name_any_of_several_violations,
                       name_code(j->seen->last_error));
    }
    if (!allowed_codes(j, refusals, operands, &count)) {
        return;
    }
    if (!j->seen->has_last_error) {
        for (uint32_t i = 0; i < refusals->count; i++) {
            judge_unsupported(j, refusals->items[i].names_code);
        }
    } else if (is_one || !is_allowed(j->seen->last_error, count, operands)) {
        (void)hck_judge(j, clause, SUBJECT_LAST_ERROR, 0,
                        count == 1 ? RELATION_EQUAL : RELATION_ONE_OF, count, operands);
    }
}

static bool names_documented_code(const struct refusals *refusals)
{
    for (uint32_t i = 0; i < refusals->count; i++) {
        enum clause_id clause = refusals->items[i].names_code;
        if (clause != CLAUSE_NONE && hck_clause_get(clause)->basis == BASIS_DOCUMENTED) {
            return true;
        }
    }
    return false;
}

/* The call succeeded: every rule that it breaks was not kept. The clause of the code says so where
 * no other does. */
static void judge_granted(struct judgement *j, const struct refusals *refusals)
{
    const struct operand nothing = number(0);
    enum relation failed =
        hck_call_succeeds_with_zero(j->row) ? RELATION_NOT_EQUAL : RELATION_EQUAL;
    for (uint32_t i = 0; i < refusals->count; i++) {
        const struct refusal *refusal = &refusals->items[i];
        bool is_said = refusal->must_fail != CLAUSE_NONE && judge_enabled(j, refusal->must_fail);
        enum clause_id clause = is_said ? refusal->must_fail : refusal->names_code;
        if (clause != CLAUSE_NONE) {
            (void)hck_judge(j, clause, SUBJECT_RESULT, 0, failed, 1, &nothing);
        }
    }
}

void hck_virtual_judge_refusals(struct judgement *j, const struct refusals *refusals)
{
    if (refusals->count == 0) {
        return;
    }
    if ((j->seen->result == 0) == hck_call_succeeds_with_zero(j->row)) {
        judge_granted(j, refusals);
        return;
    }
    if (is_one_rule(refusals) && refusals->items[0].must_fail != CLAUSE_NONE) {
        judge_holds(j, refusals->items[0].must_fail);
    }
    if (!refusals->is_vague) {
        judge_codes(j, refusals);
    }
}

void hck_virtual_judge_failure(struct judgement *j, const struct refusals *refusals)
{
    struct model_events *events = &j->oracle->events;
    note_event(j, &events->failed, 0, UINT64_MAX);
    if (!j->seen->has_last_error) {
        judge_unsupported(j, CLAUSE_last_error_failure_is_set_by_virtual_functions);
        return;
    }
    (void)judge_is_not(j, CLAUSE_last_error_failure_is_set_by_virtual_functions, SUBJECT_LAST_ERROR,
                       j->seen->last_error == 0 ? 0 : LAST_ERROR_SENTINEL);
    if (!names_documented_code(refusals)) {
        judge_latitude(j, CLAUSE_last_error_failure_may_name_any_code_where_none_is_documented,
                       name_code(j->seen->last_error));
    }
}

bool hck_virtual_is_plausible(const struct judgement *j, uint64_t size)
{
    const struct oracle *oracle = j->oracle;
    return size <= PLAUSIBLE_SIZE_MAX && oracle->region_bytes <= PLAUSIBLE_TOTAL_MAX &&
           oracle->pages.count < PLAUSIBLE_RUNS_MAX;
}

/* --- Ranges ------------------------------------------------------------------------------- */

struct page_range hck_virtual_range(const struct judgement *j, uint64_t address, uint64_t size)
{
    const struct oracle *oracle = j->oracle;
    struct page_range range = {page_down(address), 0,     false,        NULL,
                               SPACE_UNKNOWN,      false, SPACE_UNKNOWN};
    uint64_t maximum = hck_region_maximum(oracle);
    range.wraps = address > maximum || (size > 0 && size - 1 > maximum - address);
    range.end = range.wraps ? maximum + 1 : address + size;
    (void)page_up(range.end, &range.end);
    range.region = hck_region_at(oracle, address);
    range.space = hck_region_space(oracle, range.first);
    if (range.region) {
        uint64_t region_end = range.region->base + range.region->size;
        range.is_inside = !range.wraps && range.end <= region_end;
        range.beyond = hck_region_space(oracle, region_end);
    }
    return range;
}

bool hck_virtual_is_known(const struct judgement *j, const struct model_region *region)
{
    return hck_judge_is_settled(j) &&
           (!region || !(region->is_strange || region->is_offered || region->is_uncertain));
}

struct operand hck_virtual_near(const struct judgement *j, uint64_t address)
{
    struct operand operand =
        hck_judge_argument_operand(j, hck_call_place(j->row, ARGUMENT_ADDRESS));
    operand.offset += address - operand.value;
    operand.value = address;
    return operand.slot_kind == SLOT_KIND_NONE ? number(address) : operand;
}

struct page_mix hck_virtual_look(const struct oracle *oracle, uint64_t start, uint64_t end)
{
    struct page_mix mix = {.is_uniform = true};
    struct page_piece piece;
    const uint32_t writable = PAGE_READWRITE | PAGE_EXECUTE_READWRITE;
    for (uint64_t at = start; at < end && hck_region_piece(oracle, at, &piece); at = piece.end) {
        bool is_committed = piece.state == MEM_COMMIT;
        bool is_guarded = (piece.protect & PAGE_GUARD) != 0;
        mix.protect = at == start ? piece.protect : mix.protect;
        mix.is_uniform = mix.is_uniform && piece.protect == mix.protect;
        mix.has_committed = mix.has_committed || is_committed;
        mix.has_reserved = mix.has_reserved || !is_committed;
        mix.has_guard = mix.has_guard || is_guarded;
        mix.has_obstacle =
            mix.has_obstacle || (is_committed && (is_guarded || !(piece.protect & writable)));
    }
    return mix;
}

void hck_virtual_judge_no_alarm(struct judgement *j, uint64_t start, uint64_t end)
{
    enum clause_id clause = CLAUSE_guard_page_virtual_functions_do_not_raise_the_alarm;
    if (!judge_enabled(j, clause) || !hck_virtual_look(j->oracle, start, end).has_guard) {
        return;
    }
    if (raised(j)) {
        (void)judge_is_not(j, clause, SUBJECT_STATUS, STATUS_RAISED);
    } else {
        (void)judge_is(j, clause, SUBJECT_HANDLER_COUNT, 0);
    }
}

void hck_virtual_changed(struct judgement *j, struct model_region *region, uint64_t start,
                         uint64_t stop)
{
    note_event(j, &j->oracle->events.succeeded, start, stop);
    if (region && region->size > 0 && !hck_judge_is_settled(j)) {
        hck_region_doubt(j->oracle, region);
    }
    j->oracle->changed_end[j->call->thread] = j->seen->end;
}

void hck_virtual_doubt(struct judgement *j, struct model_region *region,
                       const struct refusals *refusals)
{
    if (region && region->size > 0 && (refusals->count > 0 || refusals->is_vague)) {
        hck_region_doubt(j->oracle, region);
    }
}

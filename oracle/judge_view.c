/* MapViewOfFile and UnmapViewOfFile. */
#include "oracle/judge_call.h"
#include "oracle/judge_virtual.h"
#include "oracle/judges.h"
#include "oracle/section_names.h"
#include "spec/protection.h"
#include "spec/win32.h"

/* --- MapViewOfFile ------------------------------------------------------------------------ */

struct request {
    const struct slot *slot;             /* of the section, or NULL */
    const struct model_section *section; /* valid where there is a slot */
    uint64_t offset;
    uint64_t size;    /* in whole pages, to the end of the section where the call said 0 */
    uint32_t access;  /* given */
    uint64_t address; /* where it is to lie; 0: anywhere */
    struct refusals refusals;
};

static void take_apart(const struct judgement *j, struct request *request)
{
    const struct argument *section = hck_call_argument(j->call, ARGUMENT_SECTION);
    request->slot = hck_typestate_slot(&j->oracle->state, section);
    request->section = hck_model_section(j->oracle, section->slot);
    request->offset = hck_call_view_offset(j->call);
    request->access = given_flags(j, FLAG_SET_view_access);
    request->address = hck_call_has(j->row, ARGUMENT_ADDRESS) ? given_address(j) : 0;
    request->refusals.count = 0;
    request->refusals.is_vague = !page_up(given_size(j), &request->size);
    if (request->slot && given_size(j) == 0 && request->offset < request->slot->size) {
        request->size = request->slot->size - request->offset;
    }
}

/* What the section does not grant. */
static void check_protection(struct request *request)
{
    uint32_t denied = request->access & ~hck_protection_grants(request->slot->options);
    if ((denied & FILE_MAP_WRITE) != 0) {
        refuse(&request->refusals, CLAUSE_view_access_writing_needs_a_writable_section,
               CLAUSE_view_access_that_is_not_granted_is_access_denied, ERROR_ACCESS_DENIED,
               ERROR_ACCESS_DENIED);
    }
    if ((denied & FILE_MAP_EXECUTE) != 0) {
        refuse(&request->refusals, CLAUSE_view_access_executing_needs_an_executable_section,
               CLAUSE_view_access_that_is_not_granted_is_access_denied, ERROR_ACCESS_DENIED,
               ERROR_ACCESS_DENIED);
    }
}

/* What the section grants, and its handle was not opened for. Whether writing takes the right to
 * read, executing a right of its own, and FILE_MAP_COPY beside other rights that of reading, nobody
 * says. */
static void check_handle(struct request *request)
{
    uint32_t granted = request->slot->granted;
    bool writes = (request->access & FILE_MAP_WRITE) != 0;
    bool reads = (granted & FILE_MAP_READ) != 0 || granted == FILE_MAP_COPY;
    bool may_read = reads || (granted & FILE_MAP_COPY) != 0;
    bool is_enough = writes ? (granted & FILE_MAP_WRITE) != 0 : may_read;
    uint32_t denied = request->access & ~hck_protection_grants(request->slot->options);
    if ((denied & (FILE_MAP_WRITE | FILE_MAP_EXECUTE)) != 0) {
        return;
    }
    if (!is_enough) {
        refuse(&request->refusals, CLAUSE_section_name_access_views_need_that_of_the_handle,
               CLAUSE_view_access_that_is_not_granted_is_access_denied, ERROR_ACCESS_DENIED,
               ERROR_ACCESS_DENIED);
    } else if (!reads || (request->access & ~granted & FILE_MAP_EXECUTE) != 0) {
        request->refusals.is_vague = true;
    }
}

/* A view may not begin at the end of the section; with whole pages it may reach it. Whether the
 * rest of the last page belongs to a section that ends within it, nobody says. */
static void check_range(const struct judgement *j, struct request *request)
{
    uint64_t whole = request->slot->size;
    bool begins_inside = request->offset < whole;
    uint64_t asked = given_size(j);
    if (!begins_inside || request->size > whole - request->offset) {
        refuse(&request->refusals, CLAUSE_view_range_must_lie_in_the_section,
               CLAUSE_view_range_outside_the_section_is_access_denied, ERROR_ACCESS_DENIED,
               begins_inside ? ERROR_ACCESS_DENIED : ERROR_INVALID_PARAMETER);
    } else if (asked > 0 && asked > request->section->bytes - request->offset) {
        request->refusals.is_vague = true;
    }
}

static void check_base(const struct judgement *j, struct request *request)
{
    struct extent object;
    struct refusals *refusals = &request->refusals;
    uint64_t size = request->size > 0 ? request->size : 1;
    struct page_range range = hck_virtual_range(j, request->address, size);
    if (request->address % MODEL_GRANULARITY != 0) {
        refuse(refusals, CLAUSE_view_base_must_be_on_the_granularity,
               CLAUSE_view_base_off_the_granularity_is_a_mapped_alignment, ERROR_MAPPED_ALIGNMENT,
               ERROR_MAPPED_ALIGNMENT);
    }
    if (request->address < hck_region_minimum(j->oracle) || range.wraps) {
        refuse(refusals, CLAUSE_address_space_allocation_lies_within_the_application_addresses,
               CLAUSE_NONE, 0, 0);
    } else if (!hck_virtual_is_known(j, range.region) || range.space == SPACE_UNKNOWN) {
        refusals->is_vague = true;
    } else if (hck_model_overlap(j->oracle, range.first, range.end - range.first, &object)) {
        refuse(refusals, CLAUSE_view_base_needs_a_free_range,
               CLAUSE_view_base_in_use_is_an_invalid_address, ERROR_INVALID_ADDRESS,
               ERROR_INVALID_ADDRESS);
    }
}

static void check_rules(const struct judgement *j, struct request *request)
{
    struct refusals *refusals = &request->refusals;
    if (!request->slot) {
        refuse(refusals, CLAUSE_view_map_of_null_is_refused,
               CLAUSE_view_map_of_null_is_an_invalid_handle, ERROR_INVALID_HANDLE,
               ERROR_INVALID_HANDLE);
    }
    if (request->offset % MODEL_GRANULARITY != 0) {
        refuse(refusals, CLAUSE_view_offset_must_be_on_the_granularity,
               CLAUSE_view_offset_off_the_granularity_is_a_mapped_alignment, ERROR_MAPPED_ALIGNMENT,
               ERROR_MAPPED_ALIGNMENT);
    }
    if (request->slot) {
        check_protection(request);
        check_handle(request);
        check_range(j, request);
        refusals->is_vague =
            refusals->is_vague || hck_section_name_is_doubtful(j, request->slot->object);
    }
    if (request->address != 0) {
        check_base(j, request);
    }
    refusals->is_vague = refusals->is_vague || !hck_judge_is_settled(j);
}

static void adopt(struct judgement *j, const struct request *request)
{
    uint8_t thread = j->call->thread;
    uint64_t base = j->seen->result;
    uint64_t end = base + request->size;
    uint32_t protect = hck_protection_of_view(request->access);
    struct model_region *region =
        hck_region_add(j->oracle, base, request->size, protect, j->call->result_slot, thread);
    if (!region) {
        return;
    }
    region->is_view = true;
    region->has_modifiers = (request->slot->options & (SEC_NOCACHE | SEC_WRITECOMBINE)) != 0;
    region->storage =
        request->section->storage != 0 ? request->section->storage + request->offset : 0;
    region->is_strange = region->is_strange || region->storage == 0;
    region->start = j->seen->start;
    region->end = j->seen->end;
    j->oracle->has_views = true;
    j->oracle->has_copies = j->oracle->has_copies || hck_protection_copies(protect);
    hck_region_set(j->oracle, region, base, end, MEM_COMMIT, protect, CAUSE_MAPPED, thread);
    hck_virtual_changed(j, region, base, end);
    hck_virtual_doubt(j, region, &request->refusals);
}

/* The clause that promises the view. */
static enum clause_id success_clause(const struct request *request)
{
    uint64_t asked;
    bool is_smaller = page_up(request->section->asked, &asked) && asked > 0 &&
                      request->offset + request->size > asked;
    return is_smaller ? CLAUSE_section_name_create_size_of_one_in_use_stays
           : request->slot->granted == FILE_MAP_COPY ? CLAUSE_section_name_access_copying_is_reading
                                                     : CLAUSE_view_map_shows_a_part_of_the_section;
}

/* What a target maps that it should have refused has a size that nobody knows. */
static bool has_known_size(const struct request *request)
{
    return request->slot && request->offset < request->slot->size &&
           request->size <= request->slot->size - request->offset;
}

static void judge_map(struct judgement *j)
{
    struct request request;
    uint32_t first = j->verdicts->count;
    if (!returned(j)) {
        return;
    }
    take_apart(j, &request);
    check_rules(j, &request);
    hck_virtual_judge_refusals(j, &request.refusals);
    if (request.address == 0 && hck_virtual_is_allowed(&request.refusals) &&
        hck_virtual_is_plausible(j, request.size)) {
        (void)judge_is_not(j, success_clause(&request), SUBJECT_RESULT, 0);
    }
    if (j->seen->result == 0) {
        hck_virtual_judge_failure(j, &request.refusals);
        return;
    }
    if (request.address != 0) {
        (void)judge_is(j, CLAUSE_view_base_is_where_the_view_begins, SUBJECT_RESULT,
                       request.address);
    }
    if (request.slot && request.slot->object != NO_OBJECT) {
        hck_suspicion_hold_back(j, first, SUSPICION_ALONE, 0, 0); /* others may have its name */
    }
    if (has_known_size(&request)) {
        hck_virtual_judge_new_place(j, j->seen->result, request.size);
        adopt(j, &request);
    }
}

void hck_judge_MapViewOfFile(struct judgement *j)
{
    judge_map(j);
}

void hck_judge_MapViewOfFileEx(struct judgement *j)
{
    judge_map(j);
}

/* --- UnmapViewOfFile ---------------------------------------------------------------------- */

static void judge_unmap(struct judgement *j, const struct page_range *range, uint64_t address)
{
    struct refusals refusals = {.is_vague = false};
    const struct model_region *region = range->region;
    bool is_known = hck_virtual_is_known(j, region);
    bool is_view = region && region->is_view;
    if (is_known && is_view && address == region->base) {
        bool is_boosted = given_flags(j, FLAG_SET_unmap) != 0;
        (void)judge_is_not(j,
                           is_boosted ? CLAUSE_view_unmap_flags_boost_is_a_hint
                                      : CLAUSE_view_unmap_of_a_view_succeeds,
                           SUBJECT_RESULT, 0);
    } else if (is_known && is_view) {
        judge_latitude(j, CLAUSE_view_unmap_of_an_inner_address_may_be_refused,
                       j->seen->result == 0 ? "refused" : "unmapped");
    } else if (is_known && (region || range->space != SPACE_UNKNOWN)) {
        refuse(&refusals, CLAUSE_NONE, CLAUSE_view_unmap_of_what_is_no_view_is_refused,
               ERROR_INVALID_ADDRESS, ERROR_INVALID_ADDRESS);
        hck_virtual_judge_refusals(j, &refusals);
    }
    if (j->seen->result == 0) {
        hck_virtual_judge_failure(j, &refusals);
    }
}

/* As with a reservation that is released: whoever maps next may have its place. */
static void adopt_unmap(struct judgement *j, const struct page_range *range)
{
    struct model_region *region = range->region;
    j->oracle->events.released.epoch = 0;
    if (!region || region->end > j->seen->start) {
        hck_virtual_changed(j, NULL, range->first, range->end);
    } else if (!region->is_view) {
        hck_region_doubt(j->oracle, region);
        hck_virtual_changed(j, region, range->first, range->end);
    } else {
        uint64_t base = region->base;
        uint64_t end = base + region->size;
        hck_region_remove(j->oracle, region);
        hck_virtual_changed(j, NULL, base, end);
        if (j->oracle->thread_count == 1) {
            note_event(j, &j->oracle->events.released, base, end);
            j->oracle->events.released_was_view = true;
        }
    }
}

static void judge_unmapping(struct judgement *j)
{
    uint64_t address = given_address(j);
    struct page_range range = hck_virtual_range(j, address, 1);
    uint32_t first = j->verdicts->count;
    if (!returned(j)) {
        return;
    }
    judge_unmap(j, &range, address);
    hck_virtual_hold_back(j, first);
    if (j->seen->result != 0) {
        adopt_unmap(j, &range);
    }
}

void hck_judge_UnmapViewOfFile(struct judgement *j)
{
    judge_unmapping(j);
}

void hck_judge_UnmapViewOfFileEx(struct judgement *j)
{
    judge_unmapping(j);
}

/* --- FlushViewOfFile ---------------------------------------------------------------------- */

void hck_judge_FlushViewOfFile(struct judgement *j)
{
    uint64_t size = given_size(j);
    struct page_range range = hck_virtual_range(j, given_address(j), size > 0 ? size : 1);
    struct refusals refusals = {.is_vague = false};
    const struct model_region *region = range.region;
    uint32_t first = j->verdicts->count;
    if (!returned(j) || !hck_virtual_is_known(j, region)) {
        return;
    }
    if (region && region->is_view && range.is_inside) {
        (void)judge_is_not(j,
                           size > 0 ? CLAUSE_view_flush_of_a_view_succeeds
                                    : CLAUSE_view_flush_of_no_bytes_is_of_the_rest,
                           SUBJECT_RESULT, 0);
    } else if (region ? !region->is_view : range.space != SPACE_UNKNOWN) {
        refuse(&refusals, CLAUSE_NONE, CLAUSE_view_flush_of_what_is_no_view_is_refused,
               ERROR_INVALID_ADDRESS, region ? ERROR_INVALID_ADDRESS : ERROR_INVALID_PARAMETER);
        hck_virtual_judge_refusals(j, &refusals);
    }
    if (j->seen->result == 0) {
        hck_virtual_judge_failure(j, &refusals);
    }
    hck_virtual_hold_back(j, first);
}

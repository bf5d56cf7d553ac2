/* Which virtual-memory calls and probes are defined: those that touch only the trace's own. */
#include "spec/protection.h"
#include "spec/typestate_internal.h"
#include "spec/win32.h"

/* Nothing can be allocated there, so whatever is done with such addresses harms nobody. Where a
 * process has memory there all the same, the executor makes no probe of it. */
static bool is_barren(uint64_t first, uint64_t last)
{
    return first <= last && (last < MEMORY_GRANULE || first > WINMEM_ADDRESS_MAX);
}

/* The first view of which a byte lies in [first, last], or NULL. */
static const struct slot *view_in(const struct typestate *state, uint64_t first, uint64_t last)
{
    uint32_t at = hck_rule_region_above(state, first);
    for (at = at > 0 ? at - 1 : 0; at < state->region_order_count; at++) {
        const struct slot *region = &state->slots[SLOT_REGION][state->region_order[at]];
        if (region->address > last) {
            break;
        }
        if (region->is_view && region->address + (region->size - 1) >= first) {
            return region;
        }
    }
    return NULL;
}

/* Whether [first, last] lies in live reservations without a gap. */
static bool is_own(const struct typestate *state, uint64_t first, uint64_t last)
{
    while (first <= last) {
        uint32_t index = hck_rule_region_at(state, first);
        if (index == NO_SLOT) {
            return false;
        }
        const struct slot *region = &state->slots[SLOT_REGION][index];
        uint64_t end = region->address + region->size - 1;
        end |= MEMORY_GRANULE - 1;
        if (last <= end || end < first) {
            return last <= end;
        }
        first = end + 1;
    }
    return true;
}

/* Whether a page of [first, last] was offered and not reclaimed. */
static bool is_offered(const struct typestate *state, uint64_t first, uint64_t last)
{
    const uint64_t mask = MEMORY_PAGE - 1;
    while (first <= last) {
        uint32_t index = hck_rule_region_at(state, first);
        if (index == NO_SLOT) {
            return false;
        }
        const struct slot *region = &state->slots[SLOT_REGION][index];
        if ((first & ~mask) < region->offered_to && (last | mask) >= region->offered_from &&
            region->offered_to != 0) {
            return true;
        }
        uint64_t end = (region->address + region->size - 1) | (MEMORY_GRANULE - 1);
        if (last <= end || end < first) {
            return false;
        }
        first = end + 1;
    }
    return false;
}

/* Only who takes offered pages back, or gives them back for good, may name them. */
static bool may_name_offered(const struct rule *rule)
{
    return rule->row->effect == EFFECT_reclaim_pages || rule->state->hostile ||
           (hck_call_flags_given(rule->call, FLAG_SET_free_type) & MEM_RELEASE) != 0;
}

/* A hostile trace may hand a released region to a function again, as far as it reached. */
static bool is_misuse_on_purpose(const struct rule *rule, const struct argument *argument,
                                 uint64_t size)
{
    return rule->state->hostile && argument->value == 0 &&
           size <= hck_typestate_slot(rule->state, argument)->size;
}

/* Of a function that is given pages of a view. */
static enum clause_id check_view(const struct rule *rule, const struct slot *view)
{
    uint32_t asked = hck_call_flags_given(rule->call, FLAG_SET_protection);
    enum call_effect effect = rule->row->effect;
    if (hck_call_effect(rule->row)->changes != CHANGES_PAGES || effect == EFFECT_unmap_view ||
        effect == EFFECT_lock_pages || effect == EFFECT_unlock_pages) {
        return CLAUSE_NONE;
    }
    if (effect != EFFECT_protect_pages) {
        return CLAUSE_view_pages_are_for_no_other_function;
    }
    return hck_protection_copies(view->options | asked)
               ? CLAUSE_view_protection_of_copies_is_not_specified
               : CLAUSE_NONE;
}

/* An address argument that has to stay inside the trace's reservations. A size of 0 counts as one
 * byte. A function answers a range that wraps around with a failure; a probe would go on. */
static enum clause_id check_range(const struct rule *rule, unsigned index, uint64_t size)
{
    const struct argument *argument = &rule->call->arguments[index];
    bool is_function = rule->row->family != FAMILY_probe;
    if (argument->form == FORM_SLOT && !hck_rule_live(rule->state, argument)) {
        return is_function && is_misuse_on_purpose(rule, argument, size)
                   ? CLAUSE_NONE
                   : CLAUSE_virtual_free_released_region_is_not_used_again;
    }
    uint64_t first = hck_typestate_address(rule->state, argument);
    uint64_t last = first + (size == 0 ? 0 : size - 1);
    bool wraps = last < first;
    const struct slot *view = view_in(rule->state, first, wraps ? UINT64_MAX : last);
    enum clause_id forbidden = view != NULL ? check_view(rule, view) : CLAUSE_NONE;
    if (forbidden != CLAUSE_NONE) {
        return forbidden;
    }
    if (!(wraps ? is_function : is_barren(first, last) || is_own(rule->state, first, last))) {
        return CLAUSE_address_space_foreign_memory_is_not_touched;
    }
    return !wraps && !may_name_offered(rule) && is_offered(rule->state, first, last)
               ? CLAUSE_virtual_offer_pages_are_left_alone_until_they_are_reclaimed
               : CLAUSE_NONE;
}

/* The range that the call names has to stay inside the trace's reservations. */
static enum clause_id check_named_range(const struct rule *rule)
{
    return check_range(rule, hck_call_place(rule->row, ARGUMENT_ADDRESS),
                       hck_call_argument(rule->call, ARGUMENT_SIZE)->value);
}

static bool names_block(const struct rule *rule)
{
    const struct argument *argument = hck_call_argument(rule->call, ARGUMENT_ADDRESS);
    return argument->form == FORM_SLOT && argument->slot_kind == SLOT_BLOCK;
}

/* Types that VirtualAlloc refuses by its documentation are defined; of the others, those of
 * features that come later are left out. */
static bool is_later_feature(uint64_t type)
{
    bool reserves = (type & MEM_RESERVE) != 0;
    bool commits = (type & MEM_COMMIT) != 0;
    if ((type & MEM_PHYSICAL) != 0 && (!reserves || commits)) {
        return false;
    }
    if ((type & MEM_WRITE_WATCH) != 0 && !reserves) {
        return false;
    }
    if ((type & MEM_LARGE_PAGES) != 0 && (!reserves || !commits)) {
        return false;
    }
    return (type & MEM_PHYSICAL) != 0;
}

/* Undoing is for what was reset before, whole pages of it. */
static enum clause_id check_reset(const struct rule *rule, uint64_t type)
{
    const uint64_t mask = MEMORY_PAGE - 1;
    uint64_t first =
        hck_typestate_address(rule->state, hck_call_argument(rule->call, ARGUMENT_ADDRESS));
    uint64_t size = hck_call_argument(rule->call, ARGUMENT_SIZE)->value;
    uint32_t owner = hck_rule_region_at(rule->state, first);
    if (type == MEM_RESET_UNDO && owner != NO_SLOT) {
        const struct slot *region = &rule->state->slots[SLOT_REGION][owner];
        bool begins_inside = (first & ~mask) >= region->reset_from && first <= region->reset_to;
        if (!begins_inside || size > region->reset_to - first) {
            return CLAUSE_virtual_reset_undo_of_pages_never_reset_is_not_made;
        }
    }
    return check_named_range(rule);
}

enum clause_id hck_rule_allocate_pages(const struct rule *rule)
{
    uint64_t type = hck_call_flags_given(rule->call, FLAG_SET_allocation_type);
    if (is_later_feature(type)) {
        return CLAUSE_virtual_alloc_type_later_features_are_not_specified;
    }
    if (names_block(rule)) {
        return CLAUSE_heap_block_must_come_from_the_heap_functions;
    }
    if (type == MEM_RESET || type == MEM_RESET_UNDO) {
        return check_reset(rule, type);
    }
    /* The system chooses, or refuses, where a reservation is wanted; only a commit reaches into
     * what is there. */
    const struct argument *address = hck_call_argument(rule->call, ARGUMENT_ADDRESS);
    bool touches = (type & MEM_COMMIT) != 0 && (type & MEM_RESERVE) == 0 &&
                   hck_typestate_address(rule->state, address) != 0;
    return touches ? check_named_range(rule) : CLAUSE_NONE;
}

/* With a size of 0 all of the reservation is decommitted. */
static bool decommits_offered(const struct rule *rule)
{
    uint64_t first =
        hck_typestate_address(rule->state, hck_call_argument(rule->call, ARGUMENT_ADDRESS));
    uint32_t index = hck_rule_region_at(rule->state, first);
    return index != NO_SLOT && hck_call_argument(rule->call, ARGUMENT_SIZE)->value == 0 &&
           !may_name_offered(rule) && rule->state->slots[SLOT_REGION][index].offered_to != 0;
}

enum clause_id hck_rule_free_pages(const struct rule *rule)
{
    uint64_t placeholders = MEM_COALESCE_PLACEHOLDERS | MEM_PRESERVE_PLACEHOLDER;
    if (names_block(rule)) {
        return CLAUSE_heap_block_must_come_from_the_heap_functions;
    }
    if ((hck_call_flags_given(rule->call, FLAG_SET_free_type) & placeholders) != 0) {
        return CLAUSE_virtual_free_type_placeholders_are_not_specified;
    }
    return decommits_offered(rule)
               ? CLAUSE_virtual_offer_pages_are_left_alone_until_they_are_reclaimed
               : check_named_range(rule);
}

/* The reservation that the range begins in, or NULL. */
static const struct slot *named_region(const struct rule *rule, uint64_t *first)
{
    *first = hck_typestate_address(rule->state, hck_call_argument(rule->call, ARGUMENT_ADDRESS));
    uint32_t index = hck_rule_region_at(rule->state, *first);
    return index != NO_SLOT ? &rule->state->slots[SLOT_REGION][index] : NULL;
}

enum clause_id hck_rule_named_pages(const struct rule *rule)
{
    return names_block(rule) ? CLAUSE_heap_block_must_come_from_the_heap_functions
                             : check_named_range(rule);
}

/* What a further offer means for pages that are offered already is not said. */
enum clause_id hck_rule_offer_pages(const struct rule *rule)
{
    uint64_t first;
    const struct slot *region = named_region(rule, &first);
    uint64_t size = hck_call_argument(rule->call, ARGUMENT_SIZE)->value;
    if (!names_block(rule) && region != NULL && !rule->state->hostile &&
        (region->offered_to != 0 || size > region->address + region->size - first)) {
        return CLAUSE_virtual_offer_pages_are_offered_in_one_range;
    }
    return hck_rule_named_pages(rule);
}

enum clause_id hck_rule_reclaim_pages(const struct rule *rule)
{
    uint64_t first;
    const struct slot *region = named_region(rule, &first);
    uint64_t size = hck_call_argument(rule->call, ARGUMENT_SIZE)->value;
    if (names_block(rule)) {
        return CLAUSE_heap_block_must_come_from_the_heap_functions;
    }
    if (!rule->state->hostile && (region == NULL || size == 0 || first != region->offered_from ||
                                  size != region->offered_to - region->offered_from)) {
        return CLAUSE_virtual_offer_reclaim_of_pages_never_offered_is_not_made;
    }
    return check_named_range(rule);
}

enum clause_id hck_rule_protect_pages(const struct rule *rule)
{
    if (names_block(rule)) {
        return CLAUSE_virtual_protect_heap_block_is_not_protected;
    }
    if (!rule->state->hostile && (hck_call_flags_given(rule->call, FLAG_SET_protection) &
                                  (PAGE_NOCACHE | PAGE_WRITECOMBINE)) != 0) {
        return CLAUSE_virtual_protect_cache_modifiers_are_not_passed;
    }
    return check_named_range(rule);
}

/* Of views with an access that clauses speak of, and of sections whose pages are committed. */
enum clause_id hck_rule_map_view(const struct rule *rule)
{
    const struct slot *section =
        hck_typestate_slot(rule->state, hck_call_argument(rule->call, ARGUMENT_SECTION));
    if (hck_call_has(rule->row, ARGUMENT_ADDRESS) && names_block(rule)) {
        return CLAUSE_heap_block_must_come_from_the_heap_functions;
    }
    uint32_t given = hck_call_flags_given(rule->call, FLAG_SET_view_access);
    uint32_t access = given & ~(uint32_t)FILE_MAP_EXECUTE;
    if (access != FILE_MAP_READ && access != FILE_MAP_WRITE && access != FILE_MAP_ALL_ACCESS &&
        access != (FILE_MAP_READ | FILE_MAP_WRITE) && access != FILE_MAP_COPY) {
        return CLAUSE_view_access_others_are_not_specified;
    }
    return section != NULL && (section->options & SEC_RESERVE) != 0
               ? CLAUSE_view_section_reserved_ones_are_not_specified
               : CLAUSE_NONE;
}

enum clause_id hck_rule_block_memory(const struct rule *rule, const struct argument *argument)
{
    const struct slot *block = hck_rule_filled(rule->state, argument);
    if (block == NULL) {
        return CLAUSE_heap_memory_must_not_be_touched_outside_live_blocks;
    }
    if (block->state == SLOT_DEAD) {
        return CLAUSE_heap_memory_must_not_be_touched_after_free;
    }
    return hck_rule_live(rule->state, argument)
               ? CLAUSE_NONE
               : CLAUSE_heap_destroy_destroyed_heap_must_not_be_used;
}

/* Fill, Check and Zeroed. */
enum clause_id hck_rule_content(const struct rule *rule)
{
    const struct argument *argument = &rule->call->arguments[0];
    enum clause_id clause = hck_rule_block_memory(rule, argument);
    if (clause == CLAUSE_NONE && argument->value != 0) {
        clause = CLAUSE_heap_memory_is_written_by_fill_alone;
    }
    return clause;
}

/* How many bytes behind an address: the next argument says it, where it is a size. */
static uint64_t size_behind(const struct rule *rule, unsigned index)
{
    bool has_size = index + 1 < rule->row->argument_count &&
                    rule->row->arguments[index + 1].kind == ARGUMENT_SIZE;
    return has_size ? rule->call->arguments[index + 1].value : 1;
}

/* Whether this reads a region that was released a moment ago: nobody can have its pages yet. */
static bool is_read_of_free_pages(const struct rule *rule, const struct argument *argument,
                                  uint64_t size)
{
    uint64_t released = hck_typestate_slot(rule->state, argument)->size;
    return rule->call->id == CALL_Peek && argument->slot == rule->state->released &&
           argument->slot_kind == SLOT_REGION && !hck_rule_live(rule->state, argument) &&
           argument->value <= released && size <= released - argument->value;
}

/* Peek and Execute. A number names only what nobody can own: addresses come from slots. */
enum clause_id hck_rule_access(const struct rule *rule)
{
    const struct argument *argument = &rule->call->arguments[0];
    uint64_t size = size_behind(rule, 0);
    if (names_block(rule)) {
        enum clause_id clause = hck_rule_block_memory(rule, argument);
        uint64_t block_size =
            clause == CLAUSE_NONE ? hck_typestate_slot(rule->state, argument)->size : 0;
        if (clause == CLAUSE_NONE &&
            (argument->value > block_size || size > block_size - argument->value)) {
            clause = CLAUSE_heap_memory_must_not_be_touched_outside_live_blocks;
        }
        return clause;
    }
    if (argument->form != FORM_SLOT) {
        uint64_t first = hck_typestate_address(rule->state, argument);
        return is_barren(first, first + (size == 0 ? 0 : size - 1))
                   ? CLAUSE_NONE
                   : CLAUSE_address_space_foreign_memory_is_not_touched;
    }
    return is_read_of_free_pages(rule, argument, size) ? CLAUSE_NONE : check_range(rule, 0, size);
}

/* Poke. */
enum clause_id hck_rule_write_access(const struct rule *rule)
{
    return names_block(rule) ? CLAUSE_heap_memory_is_written_by_fill_alone : hck_rule_access(rule);
}

static enum clause_id check_region(const struct rule *rule, const struct argument *argument)
{
    if (argument->form != FORM_SLOT) {
        return CLAUSE_address_space_foreign_memory_is_not_touched;
    }
    return hck_rule_live(rule->state, argument)
               ? CLAUSE_NONE
               : CLAUSE_virtual_free_released_region_is_not_used_again;
}

enum clause_id hck_rule_check_place(const struct rule *rule, unsigned index)
{
    const struct argument_row *row = &rule->row->arguments[index];
    if (row->kind == ARGUMENT_REGION) {
        return check_region(rule, &rule->call->arguments[index]);
    }
    return row->mode == MODE_ANY ? CLAUSE_NONE : check_range(rule, index, size_behind(rule, index));
}

/* MEM_RESET and MEM_RESET_UNDO. The toy keeps what pages hold, which is allowed, and so undoing
 * always succeeds; the rest is mutants, of which some do their work when another function is called
 * next. */
#include <string.h>

#include "tests/mutants/toy_virtual.h"

/* What was reset last, and what its first page held. */
static struct range last;
static unsigned char held[TOY_PAGE];

static void spoil_or_drop(struct region *region, const struct range *range)
{
    if (mutant(reset_changes_the_protection)) {
        (void)set_pages(region, range, PAGE_NOACCESS);
    }
    if (mutant(reset_spoils_a_page)) {
        spoil_page_of(region, range->first);
    }
    if (mutant(reset_drops_half_a_page)) {
        overwrite(region, range->first + TOY_PAGE / 2, NULL, TOY_PAGE / 2);
    }
    if (mutant(reset_page_comes_back)) {
        read_page_of(region, range->first, held);
        overwrite(region, range->first, NULL, TOY_PAGE);
    }
    if (mutant(undo_succeeds_with_dropped_pages)) {
        overwrite(region, range->first, NULL, TOY_PAGE);
    }
}

uintptr_t reset_pages(uintptr_t address, size_t size, DWORD type)
{
    struct range range;
    if (!range_of(address, size, &range)) {
        return 0;
    }
    struct region *region = region_around(&range);
    if (region == NULL || !all_committed(region, &range)) {
        return mutant(reset_accepts_reserved_pages) || toy_fail(ERROR_INVALID_ADDRESS) ? range.first
                                                                                       : 0;
    }
    bool is_undo = type == MEM_RESET_UNDO;
    if (is_undo ? mutant(undo_fails_with_kept_pages) : mutant(reset_refuses_committed_pages)) {
        (void)toy_fail(ERROR_INVALID_PARAMETER);
        return 0;
    }
    if (!is_undo) {
        spoil_or_drop(region, &range);
        last = range;
    }
    return range.first;
}

/* The region of what was reset last, where that is committed still, or NULL. */
static const struct region *reset_region(void)
{
    const struct region *region = last.first != 0 ? region_around(&last) : NULL;
    return region != NULL && all_committed(region, &last) ? region : NULL;
}

void note_query_after_reset(void)
{
    const struct region *region = reset_region();
    if (region != NULL && mutant(reset_drops_pages_written_since)) {
        overwrite(region, last.first, NULL, TOY_PAGE);
    }
}

void note_commit_after_reset(void)
{
    const struct region *region = reset_region();
    if (region != NULL && mutant(reset_page_comes_back)) {
        overwrite(region, last.first, held, TOY_PAGE);
    }
}

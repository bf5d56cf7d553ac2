/* VirtualQuery.
 *
 * The toy knows its own regions; everything else that is mapped (modules, stacks, the C library's
 * heap, the toy's heaps) it looks up in /proc/self/maps, one mapping an allocation. */
#define _GNU_SOURCE /* getline */

#include "tests/mutants/toy_virtual.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPORTED_PROTECTIONS (PAGE_GUARD | BASE_PROTECTIONS)

/* A mapping of the process, or the part of one that is no region of the toy. */
struct mapping {
    uintptr_t start;
    uintptr_t end;
    char access[5]; /* "rw-p" */
    bool of_a_file;
};

/* --- Foreign mappings --------------------------------------------------------------------- */

/* The first part of the mapping that ends above `address` and is not a region's. The kernel joins
 * neighbouring mappings, so one line may cover a region and what lies beside it. */
static bool part_above(const struct mapping *mapping, uintptr_t address, struct mapping *part)
{
    uintptr_t start = mapping->start;
    *part = *mapping;
    for (const struct region *region = regions; region != NULL; region = region->next) {
        if (region->base + region->span <= start) {
            continue;
        }
        if (region->base >= mapping->end) {
            break;
        }
        if (start < region->base && address < region->base) {
            part->start = start;
            part->end = region->base;
            return true;
        }
        start = region->base + region->span;
    }
    part->start = start;
    return start < mapping->end && address < mapping->end;
}

/* "7f00-7f10 rw-p 00000000 08:01 1234   /a/file" */
static bool read_mapping(const char *line, struct mapping *mapping)
{
    char *rest = NULL;
    mapping->start = strtoull(line, &rest, 16);
    if (*rest != '-') {
        return false;
    }
    mapping->end = strtoull(rest + 1, &rest, 16);
    if (strlen(rest) < sizeof " rw-p ") {
        return false;
    }
    memcpy(mapping->access, rest + 1, sizeof mapping->access - 1);
    mapping->access[sizeof mapping->access - 1] = '\0';
    const char *device = strchr(rest + sizeof " rw-p", ' ');
    const char *inode = device == NULL ? NULL : strchr(device + 1, ' ');
    mapping->of_a_file = inode != NULL && strtoull(inode, NULL, 10) != 0;
    return inode != NULL;
}

/* The foreign mapping that holds the address, else the next one above it. */
static bool find_mapping(uintptr_t address, struct mapping *found)
{
    bool is_found = false;
    struct mapping mapping;
    char *line = NULL;
    size_t size = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    if (maps == NULL) {
        return false;
    }
    while (!is_found && getline(&line, &size, maps) > 0) {
        is_found = read_mapping(line, &mapping) && mapping.end > address &&
                   part_above(&mapping, address, found);
    }
    free(line);
    (void)fclose(maps);
    return is_found;
}

static DWORD protection_of(const char *access)
{
    bool writes = access[1] == 'w';
    if (access[2] == 'x') {
        return writes ? PAGE_EXECUTE_READWRITE : PAGE_EXECUTE_READ;
    }
    return writes ? PAGE_READWRITE : PAGE_READONLY;
}

static void describe_foreign(const struct mapping *mapping, PMEMORY_BASIC_INFORMATION out)
{
    bool is_accessible = strncmp(mapping->access, "---", 3) != 0;
    DWORD protect = is_accessible ? protection_of(mapping->access) : 0;
    out->AllocationBase = to_pointer(mapping->start);
    out->AllocationProtect = is_accessible ? protect : PAGE_NOACCESS;
    out->State = is_accessible ? MEM_COMMIT : MEM_RESERVE;
    out->Protect = protect;
    out->Type = mapping->of_a_file ? MEM_MAPPED : MEM_PRIVATE;
}

/* --- Own regions -------------------------------------------------------------------------- */

static bool pages_look_alike(const struct page *a, const struct page *b)
{
    if (mutant(query_shows_what_each_call_committed) && a->commit != b->commit) {
        return false;
    }
    return a->committed == b->committed && (!a->committed || a->protect == b->protect);
}

static uintptr_t run_end(const struct region *region, uintptr_t address)
{
    const struct page *first = page_of(region, address);
    uintptr_t end = address + TOY_PAGE;
    while (end < region_end(region) && pages_look_alike(first, page_of(region, end))) {
        end += TOY_PAGE;
    }
    bool is_joined = end == region_end(region) && region->next != NULL &&
                     region->next->base == end && pages_look_alike(first, &region->next->pages[0]);
    return is_joined && mutant(query_joins_adjacent_allocations) ? run_end(region->next, end) : end;
}

/* How many equal bytes of the region lie right below the address. */
static size_t alike_below(const struct region *region, uintptr_t address)
{
    uintptr_t start = address;
    while (start > region->base &&
           pages_look_alike(page_of(region, address), page_of(region, start - TOY_PAGE))) {
        start -= TOY_PAGE;
    }
    return address - start;
}

static void spoil_committed(const struct region *region, const struct page *page,
                            PMEMORY_BASIC_INFORMATION out)
{
    if (mutant(query_calls_committed_pages_reserved)) {
        out->State = MEM_RESERVE;
    } else if (mutant(query_reports_two_states)) {
        out->State |= MEM_RESERVE;
    } else if (mutant(query_reports_the_first_protection)) {
        out->Protect = region->protect & REPORTED_PROTECTIONS;
    } else if (mutant(query_reports_the_current_protection_as_the_first)) {
        out->AllocationProtect = page->protect & REPORTED_PROTECTIONS;
    }
}

static void spoil_own(const struct region *region, uintptr_t address, PMEMORY_BASIC_INFORMATION out)
{
    if (mutant(query_calls_private_pages_mapped)) {
        out->Type = MEM_MAPPED;
    } else if (mutant(query_takes_the_page_for_the_allocation_base)) {
        out->AllocationBase = to_pointer(address);
    } else if (mutant(query_reports_a_protection_of_reserved_pages) && out->State == MEM_RESERVE) {
        out->Protect = region->protect & REPORTED_PROTECTIONS;
    } else if (mutant(query_hides_regions_of_other_threads) &&
               !pthread_equal(region->thread, pthread_self())) {
        out->State = MEM_FREE;
    }
}

/* The end of a run as mutants see it. */
static uintptr_t spoiled_end(const struct region *region, uintptr_t address, uintptr_t end)
{
    if (mutant(query_reports_one_page)) {
        return address + TOY_PAGE;
    }
    if (mutant(query_counts_pages_below)) {
        return end + alike_below(region, address);
    }
    if (end == region_end(region)) {
        if (mutant(query_reports_half_a_page_too_much)) {
            return end + TOY_PAGE / 2;
        }
        if (mutant(query_reports_a_page_too_much)) {
            return end + TOY_PAGE;
        }
    }
    return end;
}

static uintptr_t describe_own(const struct region *region, uintptr_t address,
                              PMEMORY_BASIC_INFORMATION out)
{
    const struct page *page = page_of(region, address);
    out->AllocationBase = to_pointer(region->base);
    out->AllocationProtect = region->protect & REPORTED_PROTECTIONS;
    out->State = page->committed ? MEM_COMMIT : MEM_RESERVE;
    out->Protect = page->committed ? page->protect & REPORTED_PROTECTIONS : 0;
    out->Type = region->section != NULL && !mutant(views_are_private) ? MEM_MAPPED : MEM_PRIVATE;
    if (page->committed) {
        spoil_committed(region, page, out);
    }
    spoil_own(region, address, out);
    return spoiled_end(region, address, run_end(region, address));
}

/* --- Everything else ---------------------------------------------------------------------- */

/* The region in whose last granule, behind its end, the address is, or NULL. */
static const struct region *region_below(uintptr_t address)
{
    const struct region *region = regions;
    while (region != NULL &&
           (address < region_end(region) || address >= region->base + region->span)) {
        region = region->next;
    }
    return region;
}

static uintptr_t next_region_base(uintptr_t address)
{
    const struct region *region = regions;
    while (region != NULL && region->base <= address) {
        region = region->next;
    }
    return region == NULL ? TOY_BEYOND : region->base;
}

/* The end of a run of free pages. */
static uintptr_t describe_free(uintptr_t address, uintptr_t end, PMEMORY_BASIC_INFORMATION out)
{
    const struct region *below = region_below(address);
    out->State = MEM_FREE;
    out->Protect = PAGE_NOACCESS;
    if (mutant(query_calls_free_pages_private)) {
        out->Type = MEM_PRIVATE;
    }
    if (mutant(query_calls_the_rest_of_a_granule_reserved) && below != NULL) {
        out->State = MEM_RESERVE;
        out->Type = MEM_PRIVATE;
        out->AllocationBase = to_pointer(below->base);
        return below->base + below->span;
    }
    if (mutant(query_calls_the_null_page_reserved) && address == 0) {
        out->State = MEM_RESERVE;
    }
    if (mutant(query_cuts_free_pages_apart)) {
        end = released_edge(address, below == NULL ? end : below->base + below->span);
    }
    return end;
}

static uintptr_t describe_other(uintptr_t address, PMEMORY_BASIC_INFORMATION out)
{
    uintptr_t end = next_region_base(address);
    struct mapping mapping;
    if (find_mapping(address, &mapping)) {
        if (mapping.start <= address) {
            describe_foreign(&mapping, out);
            return smaller(mapping.end, end);
        }
        end = smaller(mapping.start, end);
    }
    return describe_free(address, end, out);
}

/* --- The call ----------------------------------------------------------------------------- */

static bool arguments_are_accepted(uintptr_t address, const void *buffer, size_t length)
{
    if (address >= TOY_BEYOND && !mutant(query_accepts_addresses_above_the_maximum)) {
        return toy_fail(ERROR_INVALID_PARAMETER);
    }
    if (length < sizeof(MEMORY_BASIC_INFORMATION)) {
        return toy_fail(mutant(query_names_another_error_for_a_short_length)
                            ? ERROR_INVALID_PARAMETER
                            : ERROR_BAD_LENGTH);
    }
    if (length > sizeof(MEMORY_BASIC_INFORMATION) && mutant(query_refuses_a_long_length)) {
        return toy_fail(ERROR_BAD_LENGTH);
    }
    if (buffer == NULL) {
        return toy_fail(mutant(query_names_another_error_for_null) ? ERROR_INVALID_PARAMETER
                                                                   : ERROR_NOACCESS);
    }
    return true;
}

/* Fills *out; returns whether the page is one of a region and can be written. */
static bool query(uintptr_t address, PMEMORY_BASIC_INFORMATION out)
{
    uintptr_t page = round_down(address, TOY_PAGE);
    pthread_mutex_lock(&virtual_lock);
    note_query_after_reset();
    note_query_after_discard();
    const struct region *region = region_of(page);
    uintptr_t end = region == NULL ? describe_other(page, out) : describe_own(region, page, out);
    bool is_committed = region != NULL && page_of(region, page)->committed;
    pthread_mutex_unlock(&virtual_lock);
    out->BaseAddress = to_pointer(mutant(query_does_not_round_its_address) ? address : page);
    out->RegionSize = end - page;
    if (mutant(query_sees_half_pages) && address - page >= TOY_PAGE / 2 && is_committed) {
        out->Protect = PAGE_NOACCESS;
    }
    return is_committed;
}

SIZE_T VirtualQuery(LPCVOID lpAddress, PMEMORY_BASIC_INFORMATION lpBuffer, SIZE_T dwLength)
{
    uintptr_t address = to_address(lpAddress);
    if (!arguments_are_accepted(address, lpBuffer, dwLength)) {
        return 0;
    }
    MEMORY_BASIC_INFORMATION out = {0};
    bool is_committed = query(address, &out);
    if (mutant(query_fails_for_the_last_free_run) && out.State == MEM_FREE &&
        to_address(out.BaseAddress) + out.RegionSize == TOY_BEYOND) {
        return (SIZE_T)toy_fail(ERROR_INVALID_PARAMETER);
    }
    *lpBuffer = out;
    if (mutant(query_changes_a_byte) && is_committed) {
        spoil_page(round_down(address, TOY_PAGE));
    }
    if (mutant(query_writes_beyond_its_structure)) {
        memset(lpBuffer + 1, 0, sizeof(DWORD));
    }
    return mutant(query_returns_one) ? 1 : sizeof out;
}

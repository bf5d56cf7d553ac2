/* MapViewOfFile and UnmapViewOfFile. */
#define _GNU_SOURCE /* mmap */

#include "tests/mutants/toy_virtual.h"

#include <sys/mman.h>

struct wanted {
    uint64_t offset;
    uint64_t size; /* in whole pages */
    DWORD access;
};

static bool is_writable(const struct section *section)
{
    return (section->protect & (PAGE_READWRITE | PAGE_EXECUTE_READWRITE)) != 0 ||
           mutant(any_section_is_mapped_for_writing);
}

static bool is_executable(const struct section *section)
{
    return (section->protect &
            (PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY)) != 0 ||
           mutant(any_section_is_mapped_for_execution);
}

static DWORD protection_of(DWORD access)
{
    bool writes = (access & FILE_MAP_WRITE) != 0;
    bool copies = (access & FILE_MAP_COPY) != 0 && !writes;
    bool reads = !writes && !copies && !mutant(every_view_is_writable);
    DWORD protect = copies ? PAGE_WRITECOPY : reads ? PAGE_READONLY : PAGE_READWRITE;
    return (access & FILE_MAP_EXECUTE) != 0 ? protect << 4 : protect;
}

/* 0 where the view can be had; `size` is then what it has. */
static DWORD check(const struct handle *handle, struct wanted *wanted)
{
    const struct section *section = handle->section;
    DWORD needed = (wanted->access & FILE_MAP_WRITE) != 0 ? FILE_MAP_WRITE : FILE_MAP_READ;
    uint64_t unit = mutant(view_begins_on_any_page) ? TOY_PAGE : TOY_GRANULARITY;
    if (wanted->offset % unit != 0) {
        return mutant(view_names_another_error_for_offsets) ? ERROR_INVALID_PARAMETER
                                                            : ERROR_MAPPED_ALIGNMENT;
    }
    if (((wanted->access & FILE_MAP_WRITE) != 0 && !is_writable(section)) ||
        ((wanted->access & FILE_MAP_EXECUTE) != 0 && !is_executable(section)) ||
        ((handle->access & needed) == 0 && !mutant(any_section_is_mapped_for_writing))) {
        return mutant(view_names_another_error_for_access) ? ERROR_INVALID_PARAMETER
                                                           : ERROR_ACCESS_DENIED;
    }
    uint64_t most = wanted->offset < handle->size ? handle->size - wanted->offset : 0;
    if (most > 0 && wanted->size > most && mutant(view_is_cut_to_the_section)) {
        wanted->size = most;
    }
    if (most == 0 || wanted->size > most) {
        return mutant(view_names_another_error_for_ranges) ? ERROR_NOT_ENOUGH_MEMORY
                                                           : ERROR_ACCESS_DENIED;
    }
    if (wanted->offset > 0 && mutant(view_shows_the_beginning_alone)) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    if (wanted->size == 0) {
        wanted->size = mutant(view_of_size_zero_has_one_page) ? TOY_PAGE : most;
    }
    return 0;
}

static void note_pages(struct region *region, DWORD protect)
{
    for (uintptr_t at = region->base; at < region_end(region); at += TOY_PAGE) {
        struct page *page = page_of(region, at);
        bool is_last = at + TOY_PAGE == region_end(region);
        page->committed = !(is_last && mutant(last_page_of_a_view_is_reserved));
        page->was_committed = true;
        page->protect = page->committed ? protect : 0;
    }
}

static bool is_in_use(uintptr_t base, size_t size)
{
    for (uintptr_t at = base; at < base + size; at += TOY_PAGE) {
        if (region_of(at) != NULL) {
            return true;
        }
    }
    return false;
}

/* Where the region is to be added; 0: anywhere. False, with the last error set: nowhere. */
static bool choose_base(const struct wanted *wanted, uintptr_t *base)
{
    struct range range;
    if (mutant(view_base_is_ignored)) {
        *base = 0;
    }
    if (*base % TOY_GRANULARITY != 0 && mutant(view_base_is_rounded_down)) {
        *base = round_down(*base, TOY_GRANULARITY);
    }
    if (*base % TOY_GRANULARITY != 0) {
        return toy_fail(mutant(view_base_names_another_error) ? ERROR_INVALID_ADDRESS
                                                              : ERROR_MAPPED_ALIGNMENT);
    }
    if (*base == 0 || !range_of(*base, wanted->size, &range)) {
        return *base == 0;
    }
    if (is_in_use(*base, wanted->size)) {
        if (mutant(view_in_use_lies_elsewhere)) {
            *base = 0;
            return true;
        }
        return toy_fail(mutant(view_in_use_names_another_error) ? ERROR_INVALID_PARAMETER
                                                                : ERROR_INVALID_ADDRESS);
    }
    return true;
}

static struct region *map_view(struct section *section, const struct wanted *wanted, uintptr_t base)
{
    DWORD protect = protection_of(wanted->access);
    if (!choose_base(wanted, &base)) {
        return NULL;
    }
    struct region *region = add_region(base, wanted->size, MEM_RESERVE, protect);
    bool is_copy = (protect & (PAGE_WRITECOPY | PAGE_EXECUTE_WRITECOPY)) != 0
                       ? !mutant(copy_is_written_to_the_section)
                       : mutant(view_is_a_copy);
    int sharing = is_copy ? MAP_PRIVATE : MAP_SHARED;
    if (region == NULL) {
        return NULL;
    }
    if (mmap(to_pointer(region->base), region->size, native_protection_of(protect),
             sharing | MAP_FIXED, section->memory, (off_t)wanted->offset) == MAP_FAILED) {
        remove_region(region);
        (void)toy_fail(ERROR_NOT_ENOUGH_MEMORY);
        return NULL;
    }
    note_pages(region, protect);
    region->section = section;
    keep_section(section);
    return region;
}

LPVOID MapViewOfFileEx(HANDLE hFileMappingObject, DWORD dwDesiredAccess, DWORD dwFileOffsetHigh,
                       DWORD dwFileOffsetLow, SIZE_T dwNumberOfBytesToMap, LPVOID lpBaseAddress)
{
    struct handle *handle = hFileMappingObject;
    struct wanted wanted = {(uint64_t)dwFileOffsetHigh << 32 | dwFileOffsetLow,
                            round_up(dwNumberOfBytesToMap, TOY_PAGE), dwDesiredAccess};
    if (handle == NULL) {
        if (mutant(view_of_no_section_is_mapped)) {
            return to_pointer(TOY_LOWEST);
        }
        (void)toy_fail(mutant(view_names_another_error_for_handles) ? ERROR_ACCESS_DENIED
                                                                    : ERROR_INVALID_HANDLE);
        return NULL;
    }
    DWORD error = wanted.size < dwNumberOfBytesToMap ? ERROR_ACCESS_DENIED : check(handle, &wanted);
    if (error != 0) {
        (void)toy_fail(error);
        return NULL;
    }
    pthread_mutex_lock(&virtual_lock);
    struct region *region = map_view(handle->section, &wanted, to_address(lpBaseAddress));
    uintptr_t base = region != NULL ? region->base : 0;
    pthread_mutex_unlock(&virtual_lock);
    return to_pointer(base);
}

LPVOID MapViewOfFile(HANDLE hFileMappingObject, DWORD dwDesiredAccess, DWORD dwFileOffsetHigh,
                     DWORD dwFileOffsetLow, SIZE_T dwNumberOfBytesToMap)
{
    return MapViewOfFileEx(hFileMappingObject, dwDesiredAccess, dwFileOffsetHigh, dwFileOffsetLow,
                           dwNumberOfBytesToMap, NULL);
}

BOOL UnmapViewOfFile(LPCVOID lpBaseAddress)
{
    pthread_mutex_lock(&virtual_lock);
    struct region *region = region_of(to_address(lpBaseAddress));
    bool is_view = region != NULL && region->section != NULL;
    if (is_view && !mutant(unmap_leaves_the_view)) {
        let_go_of_section(region->section);
        remove_region(region);
    }
    pthread_mutex_unlock(&virtual_lock);
    if (!is_view) {
        return (region != NULL && mutant(unmap_accepts_reservations)) ||
               toy_fail(ERROR_INVALID_ADDRESS);
    }
    return !mutant(unmap_returns_zero);
}

BOOL UnmapViewOfFileEx(PVOID BaseAddress, ULONG UnmapFlags)
{
    bool is_refused = UnmapFlags > MEM_UNMAP_WITH_TRANSIENT_BOOST ||
                      (UnmapFlags != 0 && mutant(unmap_refuses_a_boost));
    return is_refused ? toy_fail(ERROR_INVALID_PARAMETER) : UnmapViewOfFile(BaseAddress);
}

BOOL FlushViewOfFile(LPCVOID lpBaseAddress, SIZE_T dwNumberOfBytesToFlush)
{
    pthread_mutex_lock(&virtual_lock);
    uintptr_t address = to_address(lpBaseAddress);
    const struct region *region = region_of(address);
    bool is_view = region != NULL && region->section != NULL &&
                   dwNumberOfBytesToFlush <= region->base + region->size - address;
    pthread_mutex_unlock(&virtual_lock);
    if (!is_view) {
        return (region != NULL && mutant(flush_accepts_reservations)) ||
               toy_fail(ERROR_INVALID_ADDRESS);
    }
    if (dwNumberOfBytesToFlush == 0 && mutant(flush_of_nothing_is_refused)) {
        return toy_fail(ERROR_INVALID_PARAMETER);
    }
    return dwNumberOfBytesToFlush == 0 || !mutant(flush_returns_zero);
}

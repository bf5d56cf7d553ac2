/* MapViewOfFile and UnmapViewOfFile: regions that show a section. */
#include "impl/base/assert.h"
#include "impl/base/checked.h"
#include "impl/base/thread.h"
#include "impl/include/winmem.h"
#include "impl/os/os.h"
#include "impl/vm/handle.h"
#include "impl/vm/locked.h"
#include "impl/vm/region.h"
#include "impl/vm/section.h"
#include "impl/vm/vm_internal.h"

/* From PAGE_READONLY to PAGE_EXECUTE_READ, and so on. */
enum { EXECUTE_SHIFT = 4 };

struct wanted {
    uint64_t offset;
    size_t bytes; /* 0: to the end of the section */
    DWORD protection;
};

/* The protection that views of this access have; 0 where there is none. FILE_MAP_ALL_ACCESS has the
 * bit of FILE_MAP_COPY, too. */
static DWORD protection_of(DWORD access)
{
    DWORD protection = (access & FILE_MAP_WRITE) != 0  ? PAGE_READWRITE
                       : (access & FILE_MAP_COPY) != 0 ? PAGE_WRITECOPY
                       : (access & FILE_MAP_READ) != 0 ? PAGE_READONLY
                                                       : 0;
    bool executes = (access & FILE_MAP_EXECUTE) != 0;
    bool is_known = (access & ~(FILE_MAP_ALL_ACCESS | FILE_MAP_EXECUTE)) == 0;
    return !is_known ? 0 : executes ? protection << EXECUTE_SHIFT : protection;
}

/* Whether the section may be shown with this protection by this handle. */
static bool grants(struct wm_handle handle, DWORD protection)
{
    const struct wm_section *section = handle.section;
    DWORD executing = SECTION_MAP_EXECUTE | SECTION_MAP_EXECUTE_EXPLICIT;
    bool is_writable =
        section->protection == PAGE_READWRITE || section->protection == PAGE_EXECUTE_READWRITE;
    bool is_executable = section->protection >= PAGE_EXECUTE && (handle.access & executing) != 0;
    bool writes = (protection & (PAGE_READWRITE | PAGE_EXECUTE_READWRITE)) != 0;
    DWORD needed = writes ? SECTION_MAP_WRITE : SECTION_MAP_READ;
    return (is_writable || !writes) && (is_executable || protection < PAGE_EXECUTE) &&
           (handle.access & needed) == needed;
}

/* Completes what is wanted, of a section that it can be had of. */
static DWORD check(struct wm_handle handle, struct wanted *wanted)
{
    const struct wm_section *section = handle.section;
    if (section == NULL) {
        return ERROR_INVALID_HANDLE;
    }
    if (wanted->protection == 0 || section->is_reserved) {
        return ERROR_NOT_SUPPORTED;
    }
    if (wanted->offset % WM_OS_GRANULE_BYTES != 0) {
        return ERROR_MAPPED_ALIGNMENT;
    }
    if (!grants(handle, wanted->protection) || wanted->offset >= section->bytes ||
        wanted->bytes > section->bytes - wanted->offset) {
        return ERROR_ACCESS_DENIED;
    }
    if (wanted->bytes == 0) {
        wanted->bytes = section->bytes - wanted->offset;
    }
    return NO_ERROR;
}

/* A place on the granularity, and then the pages of the section there. */
static DWORD map(const struct wm_section *section, const struct wanted *wanted, size_t bytes,
                 size_t os_bytes, uintptr_t *base)
{
    DWORD error = wm_vm_map(base, os_bytes, WM_OS_NONE);
    if (error == NO_ERROR && wm_os->map_store(*base, bytes, wm_vm_access_of(wanted->protection),
                                              section->store, section->offset + wanted->offset,
                                              wm_vm_copies(wanted->protection)) != WM_OS_OK) {
        (void)wm_os->unmap(*base, os_bytes);
        error = ERROR_NOT_ENOUGH_MEMORY;
    }
    return error;
}

/* What the map of regions needs may take memory of its own: before the range where any place will
 * do, behind it where one is wanted, in which that memory could come to lie. */
static DWORD map_locked(HANDLE mapping, struct wanted *wanted, uintptr_t *base)
{
    struct wm_handle handle = wm_handle_find(mapping);
    struct wm_section *section = handle.section;
    DWORD error = check(handle, wanted);
    bool is_named = *base != 0;
    uintptr_t bytes = 0;
    uintptr_t os_bytes = 0;
    if (error != NO_ERROR) {
        return error;
    }
    if (!is_named && !wm_region_prepare_insert()) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    (void)wm_round_up(wanted->bytes, WM_OS_PAGE_BYTES, &bytes); /* a section is far smaller */
    (void)wm_round_up(bytes, WM_OS_GRANULE_BYTES, &os_bytes);
    if (*base > WM_OS_ADDRESS_MAX || os_bytes - 1 > WM_OS_ADDRESS_MAX - *base) {
        return ERROR_INVALID_PARAMETER;
    }
    error = map(section, wanted, bytes, os_bytes, base);
    if (error != NO_ERROR) {
        return error;
    }
    struct wm_region *region = wm_region_new(*base, *base + bytes, *base + os_bytes,
                                             wanted->protection, wanted->protection);
    if (region == NULL || (is_named && !wm_region_prepare_insert())) {
        wm_region_delete(region);
        (void)wm_os->unmap(*base, os_bytes);
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    region->section = section;
    wm_section_add_view(section);
    wm_region_insert(region);
    WM_VALIDATE(wm_region_map_is_sound());
    return NO_ERROR;
}

LPVOID WINAPI MapViewOfFileEx(HANDLE hFileMappingObject, DWORD dwDesiredAccess,
                              DWORD dwFileOffsetHigh, DWORD dwFileOffsetLow,
                              SIZE_T dwNumberOfBytesToMap, LPVOID lpBaseAddress)
{
    struct wanted wanted = {(uint64_t)dwFileOffsetHigh << 32 | dwFileOffsetLow,
                            dwNumberOfBytesToMap, protection_of(dwDesiredAccess)};
    uintptr_t base = (uintptr_t)lpBaseAddress;
    if (base % WM_OS_GRANULE_BYTES != 0) {
        wm_fail(ERROR_MAPPED_ALIGNMENT);
        return NULL;
    }
    wm_vm_start_faults();
    wm_lock_take(&wm_vm_lock);
    DWORD error = map_locked(hFileMappingObject, &wanted, &base);
    wm_lock_release(&wm_vm_lock);
    if (error != NO_ERROR) {
        wm_fail(error);
        return NULL;
    }
    return (LPVOID)base;
}

LPVOID WINAPI MapViewOfFile(HANDLE hFileMappingObject, DWORD dwDesiredAccess,
                            DWORD dwFileOffsetHigh, DWORD dwFileOffsetLow,
                            SIZE_T dwNumberOfBytesToMap)
{
    return MapViewOfFileEx(hFileMappingObject, dwDesiredAccess, dwFileOffsetHigh, dwFileOffsetLow,
                           dwNumberOfBytesToMap, NULL);
}

static DWORD unmap_locked(uintptr_t address)
{
    struct wm_region *region = wm_region_find(address);
    if (region == NULL || region->section == NULL) {
        return ERROR_INVALID_ADDRESS;
    }
    if (wm_os->unmap(region->node.key, region->os_end - region->node.key) != WM_OS_OK) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    wm_locked_forget(region->node.key, region->end);
    wm_section_remove_view(region->section);
    wm_region_remove(region);
    wm_region_delete(region);
    WM_VALIDATE(wm_region_map_is_sound());
    return NO_ERROR;
}

BOOL WINAPI UnmapViewOfFileEx(PVOID BaseAddress, ULONG UnmapFlags)
{
    if ((UnmapFlags & ~MEM_UNMAP_WITH_TRANSIENT_BOOST) != 0) { /* there are no placeholders */
        return wm_fail(ERROR_INVALID_PARAMETER);
    }
    return UnmapViewOfFile(BaseAddress);
}

/* What is written is in the memory that all views show, and no file is behind it. */
BOOL WINAPI FlushViewOfFile(LPCVOID lpBaseAddress, SIZE_T dwNumberOfBytesToFlush)
{
    uintptr_t address = (uintptr_t)lpBaseAddress;
    wm_lock_take(&wm_vm_lock);
    const struct wm_region *region = wm_region_find(address);
    bool is_view = region != NULL && region->section != NULL &&
                   dwNumberOfBytesToFlush <= region->end - address;
    wm_lock_release(&wm_vm_lock);
    return is_view ? TRUE : wm_fail(ERROR_INVALID_ADDRESS);
}

BOOL WINAPI UnmapViewOfFile(LPCVOID lpBaseAddress)
{
    wm_lock_take(&wm_vm_lock);
    DWORD error = unmap_locked((uintptr_t)lpBaseAddress);
    wm_lock_release(&wm_vm_lock);
    return error == NO_ERROR ? TRUE : wm_fail(error);
}

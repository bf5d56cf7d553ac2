/* Sections: memory that has a handle, and that views show. Source: the memoryapi.h pages of
 * CreateFileMapping, and CloseHandle of handleapi.h. */
#include "impl/vm/section.h"
#include "impl/base/checked.h"
#include "impl/base/pool.h"
#include "impl/base/thread.h"
#include "impl/include/winmem.h"
#include "impl/os/os.h"
#include "impl/vm/handle.h"
#include "impl/vm/vm_internal.h"

#define SIZE_ATTRIBUTES (SEC_COMMIT | SEC_RESERVE)
#define CACHE_ATTRIBUTES (SEC_NOCACHE | SEC_WRITECOMBINE)
#define ATTRIBUTES (SIZE_ATTRIBUTES | CACHE_ATTRIBUTES)

static struct wm_pool pool; /* guarded by wm_vm_lock */

void wm_section_let_go(struct wm_section *section)
{
    section->references--;
    if (section->references == 0) {
        wm_os->drop_store(section->store);
        wm_pool_give(&pool, section, sizeof *section);
    }
}

bool wm_section_start_over(void)
{
    bool is_done = wm_handle_start_over();
    return is_done && wm_pool_reset(&pool);
}

static bool is_section_protection(DWORD protection)
{
    switch (protection) {
    case PAGE_READONLY:
    case PAGE_READWRITE:
    case PAGE_WRITECOPY:
    case PAGE_EXECUTE_READ:
    case PAGE_EXECUTE_READWRITE:
    case PAGE_EXECUTE_WRITECOPY:
        return true;
    default:
        return false;
    }
}

static bool attributes_go_together(DWORD attributes)
{
    bool has_size_attribute = (attributes & SIZE_ATTRIBUTES) != 0;
    return (attributes & SIZE_ATTRIBUTES) != SIZE_ATTRIBUTES &&
           ((attributes & CACHE_ATTRIBUTES) == 0 || has_size_attribute);
}

static DWORD check(HANDLE file, DWORD flags, uint64_t bytes)
{
    if (!is_section_protection(flags & ~ATTRIBUTES) ||
        !attributes_go_together(flags & ATTRIBUTES)) {
        return ERROR_INVALID_PARAMETER;
    }
    if (file != INVALID_HANDLE_VALUE) {
        return ERROR_INVALID_HANDLE;
    }
    return bytes != 0 ? NO_ERROR : ERROR_INVALID_PARAMETER;
}

static DWORD make_locked(const struct wm_section *wanted, HANDLE *handle)
{
    struct wm_section *section = wm_pool_take(&pool, sizeof *section);
    if (section == NULL) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    *section = *wanted;
    *handle = wm_handle_make(section);
    if (*handle == NULL) {
        wm_pool_give(&pool, section, sizeof *section);
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    return NO_ERROR;
}

static DWORD create(DWORD flags, uint64_t bytes, HANDLE *handle)
{
    struct wm_section section = {.protection = flags & ~ATTRIBUTES,
                                 .is_reserved = (flags & SEC_RESERVE) != 0,
                                 .references = 1};
    uintptr_t rounded;
    if (!wm_round_up(bytes, WM_OS_PAGE_BYTES, &rounded)) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    section.bytes = rounded;
    if (!section.is_reserved && !wm_os->may_commit(rounded)) {
        return ERROR_COMMITMENT_LIMIT;
    }
    if (wm_os->create_store(section.bytes, &section.store) != WM_OS_OK) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    wm_lock_take(&wm_vm_lock);
    DWORD error = make_locked(&section, handle);
    wm_lock_release(&wm_vm_lock);
    if (error != NO_ERROR) {
        wm_os->drop_store(section.store);
    }
    return error;
}

HANDLE WINAPI CreateFileMappingW(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                                 DWORD flProtect, DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow,
                                 LPCWSTR lpName)
{
    (void)lpFileMappingAttributes; /* no process inherits handles, and there is one user */
    uint64_t bytes = (uint64_t)dwMaximumSizeHigh << 32 | dwMaximumSizeLow;
    HANDLE handle = NULL;
    DWORD error = lpName != NULL ? ERROR_NOT_SUPPORTED : check(hFile, flProtect, bytes);
    if (error == NO_ERROR) {
        error = create(flProtect, bytes, &handle);
    }
    if (error != NO_ERROR) {
        wm_fail(error);
    }
    return handle;
}

BOOL WINAPI CloseHandle(HANDLE hObject)
{
    wm_lock_take(&wm_vm_lock);
    struct wm_section *section = wm_handle_find(hObject);
    if (section != NULL) {
        wm_handle_drop(hObject);
        wm_section_let_go(section);
    }
    wm_lock_release(&wm_vm_lock);
    return section != NULL ? TRUE : wm_fail(ERROR_INVALID_HANDLE);
}

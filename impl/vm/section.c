/* Sections: memory that has a handle, and that views show. Source: the memoryapi.h pages of
 * CreateFileMapping, and CloseHandle of handleapi.h. */
#include "impl/vm/section.h"
#include "impl/base/checked.h"
#include "impl/base/pool.h"
#include "impl/base/thread.h"
#include "impl/include/winmem.h"
#include "impl/os/os.h"
#include "impl/vm/handle.h"
#include "impl/vm/name.h"
#include "impl/vm/vm_internal.h"

#define SIZE_ATTRIBUTES (SEC_COMMIT | SEC_RESERVE)
#define CACHE_ATTRIBUTES (SEC_NOCACHE | SEC_WRITECOMBINE)
#define ATTRIBUTES (SIZE_ATTRIBUTES | CACHE_ATTRIBUTES)

static struct wm_pool pool; /* guarded by wm_vm_lock */

static void delete_unused(struct wm_section *section)
{
    if (section->handle_count == 0 && section->view_count == 0) {
        if (!section->is_named) {
            wm_os->drop_store(section->store);
        }
        wm_pool_give(&pool, section, sizeof *section);
    }
}

void wm_section_remove_view(struct wm_section *section)
{
    section->view_count--;
    delete_unused(section);
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

static bool executes(DWORD protection)
{
    return protection >= PAGE_EXECUTE;
}

static bool writes(DWORD protection)
{
    return protection == PAGE_READWRITE || protection == PAGE_EXECUTE_READWRITE;
}

/* What may be done with the handle of a section that was made with this protection. */
static DWORD access_of(DWORD protection)
{
    return SECTION_QUERY | SECTION_MAP_READ | (writes(protection) ? SECTION_MAP_WRITE : 0) |
           (executes(protection) ? SECTION_MAP_EXECUTE | SECTION_MAP_EXECUTE_EXPLICIT : 0);
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

/* Where something fails, the store is dropped. */
static void drop(const struct wm_section *section)
{
    if (section->is_named) {
        struct wm_os_named named = {.store = section->store,
                                    .holder = section->holder,
                                    .key = section->key,
                                    .index = section->index};
        wm_os->drop_named(&named);
    } else {
        wm_os->drop_store(section->store);
    }
}

static DWORD make_locked(const struct wm_section *wanted, DWORD access, HANDLE *handle)
{
    struct wm_section *section = wm_pool_take(&pool, sizeof *section);
    if (section == NULL) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    *section = *wanted;
    section->handle_count = 1;
    *handle = wm_handle_make((struct wm_handle){section, access});
    if (*handle == NULL) {
        wm_pool_give(&pool, section, sizeof *section);
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    return NO_ERROR;
}

/* The first handle of a section whose store is had. */
static DWORD make(const struct wm_section *section, DWORD access, HANDLE *handle)
{
    wm_lock_take(&wm_vm_lock);
    DWORD error = make_locked(section, access, handle);
    wm_lock_release(&wm_vm_lock);
    if (error != NO_ERROR) {
        drop(section);
    }
    return error;
}

/* --- With a name -------------------------------------------------------------------------- */

static DWORD error_of(enum wm_os_naming naming)
{
    switch (naming) {
    case WM_OS_NAME_NEW:
        return NO_ERROR;
    case WM_OS_NAME_OLD:
        return ERROR_ALREADY_EXISTS;
    case WM_OS_NAME_NOBODYS:
        return ERROR_FILE_NOT_FOUND;
    case WM_OS_NAME_NO_MEMORY:
        return ERROR_NOT_ENOUGH_MEMORY;
    case WM_OS_NAME_NO_SPACE:
        return ERROR_COMMITMENT_LIMIT;
    case WM_OS_NAME_REFUSED:
        break;
    }
    return ERROR_ACCESS_DENIED;
}

enum { MARK_PROTECTION, MARK_IS_RESERVED };

/* Adds what the store that has the name says. */
static DWORD open_named(const struct wm_name *name, const struct wm_os_named *wanted,
                        struct wm_section *section)
{
    struct wm_os_named found;
    enum wm_os_naming naming = wm_os->open_named(&name->name, wanted, &found);
    if (naming == WM_OS_NAME_NEW || naming == WM_OS_NAME_OLD) {
        section->store = found.store;
        section->holder = found.holder;
        section->offset = found.offset;
        section->bytes = found.bytes;
        section->protection = found.marks[MARK_PROTECTION];
        section->is_reserved = found.marks[MARK_IS_RESERVED] != 0;
        section->is_named = true;
        section->key = found.key;
        section->index = found.index;
    }
    return error_of(naming);
}

/* ERROR_ALREADY_EXISTS is a success. */
static DWORD create_named(const struct wm_name *name, struct wm_section *section)
{
    struct wm_os_named wanted = {.bytes = section->bytes};
    wanted.marks[MARK_PROTECTION] = section->protection;
    wanted.marks[MARK_IS_RESERVED] = section->is_reserved;
    return open_named(name, &wanted, section);
}

/* --- Without ------------------------------------------------------------------------------ */

static DWORD create_unnamed(struct wm_section *section)
{
    if (!section->is_reserved && !wm_os->may_commit(section->bytes)) {
        return ERROR_COMMITMENT_LIMIT;
    }
    return wm_os->create_store(section->bytes, &section->store) == WM_OS_OK
               ? NO_ERROR
               : ERROR_NOT_ENOUGH_MEMORY;
}

/* ------------------------------------------------------------------------------------------ */

/* NULL with an error; with a handle NO_ERROR, or ERROR_ALREADY_EXISTS. */
static DWORD create(const struct wm_name *name, DWORD flags, uint64_t bytes, HANDLE *handle)
{
    DWORD protection = flags & ~ATTRIBUTES;
    struct wm_section section = {.protection = protection,
                                 .is_reserved = (flags & SEC_RESERVE) != 0};
    if (!wm_round_up(bytes, WM_OS_PAGE_BYTES, &section.bytes)) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    DWORD found = name != NULL ? create_named(name, &section) : create_unnamed(&section);
    if (found != NO_ERROR && found != ERROR_ALREADY_EXISTS) {
        return found;
    }
    DWORD error = make(&section, access_of(protection), handle);
    return error != NO_ERROR ? error : found;
}

/* `named` is what came of the name, if there is one. The last error of a success tells the two
 * kinds of success apart. */
static HANDLE create_checked(HANDLE file, DWORD flags, uint64_t bytes, struct wm_name *name,
                             DWORD named)
{
    HANDLE handle = NULL;
    DWORD error = check(file, flags, bytes);
    if (error == NO_ERROR) {
        error = named;
    }
    if (error == NO_ERROR) {
        error = create(name, flags, bytes, &handle);
    }
    if (name != NULL) {
        wm_name_drop(name);
    }
    wm_thread.last_error = error;
    return handle;
}

static uint64_t join(DWORD high, DWORD low)
{
    return (uint64_t)high << 32 | low;
}

HANDLE WINAPI CreateFileMappingW(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                                 DWORD flProtect, DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow,
                                 LPCWSTR lpName)
{
    (void)lpFileMappingAttributes; /* no process inherits handles, and there is one user */
    struct wm_name name;
    DWORD named = lpName != NULL ? wm_name_from_wide(&name, lpName) : NO_ERROR;
    return create_checked(hFile, flProtect, join(dwMaximumSizeHigh, dwMaximumSizeLow),
                          lpName != NULL ? &name : NULL, named);
}

HANDLE WINAPI CreateFileMappingA(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                                 DWORD flProtect, DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow,
                                 LPCSTR lpName)
{
    (void)lpFileMappingAttributes;
    struct wm_name name;
    DWORD named = lpName != NULL ? wm_name_from_bytes(&name, lpName) : NO_ERROR;
    return create_checked(hFile, flProtect, join(dwMaximumSizeHigh, dwMaximumSizeLow),
                          lpName != NULL ? &name : NULL, named);
}

/* --- OpenFileMapping ---------------------------------------------------------------------- */

static HANDLE open_checked(DWORD access, struct wm_name *name, DWORD named)
{
    struct wm_section section = {.is_named = false};
    HANDLE handle = NULL;
    DWORD error = named != NO_ERROR ? named : open_named(name, NULL, &section);
    if (error == ERROR_ALREADY_EXISTS && access == 0) {
        drop(&section);
        error = ERROR_ACCESS_DENIED;
    } else if (error == ERROR_ALREADY_EXISTS) {
        error = make(&section, access, &handle);
    }
    wm_name_drop(name);
    if (error != NO_ERROR) {
        wm_fail(error);
    }
    return handle;
}

/* FILE_MAP_COPY is no right of its own. */
static DWORD wanted_access(DWORD access)
{
    return (access & FILE_MAP_COPY) != 0 ? access | FILE_MAP_READ : access;
}

HANDLE WINAPI OpenFileMappingW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
{
    (void)bInheritHandle;
    struct wm_name name = {.copy = 0};
    DWORD named = lpName != NULL ? wm_name_from_wide(&name, lpName) : ERROR_INVALID_PARAMETER;
    return open_checked(wanted_access(dwDesiredAccess), &name, named);
}

HANDLE WINAPI OpenFileMappingA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName)
{
    (void)bInheritHandle;
    struct wm_name name = {.copy = 0};
    DWORD named = lpName != NULL ? wm_name_from_bytes(&name, lpName) : ERROR_INVALID_PARAMETER;
    return open_checked(wanted_access(dwDesiredAccess), &name, named);
}

/* --- CloseHandle -------------------------------------------------------------------------- */

/* The name of a section goes with its last handle, though views may show it still. */
BOOL WINAPI CloseHandle(HANDLE hObject)
{
    struct wm_section gone = {.is_named = false};
    wm_lock_take(&wm_vm_lock);
    struct wm_section *section = wm_handle_find(hObject).section;
    if (section != NULL) {
        wm_handle_drop(hObject);
        section->handle_count--;
        if (section->handle_count == 0) {
            gone = *section;
        }
        delete_unused(section);
    }
    wm_lock_release(&wm_vm_lock);
    if (gone.is_named) {
        drop(&gone);
    }
    return section != NULL ? TRUE : wm_fail(ERROR_INVALID_HANDLE);
}

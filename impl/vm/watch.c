/* Only committed pages can be written, so only their runs are asked about. What a page of a watched
 * region has been through before it was committed is forgotten by the commit, while nobody can
 * access it: so no write is missed, and decommitting needs to do nothing. */
#include "impl/vm/watch.h"

#include "impl/base/copy.h"
#include "impl/os/os.h"
#include "impl/vm/vm_internal.h"

static DWORD error_of(enum wm_os_result result)
{
    if (result == WM_OS_OK) {
        return NO_ERROR;
    }
    return result == WM_OS_NO_MEMORY ? ERROR_NOT_ENOUGH_MEMORY : ERROR_NOT_SUPPORTED;
}

DWORD wm_watch_begin(uintptr_t start, uintptr_t end)
{
    return error_of(wm_os->watch(start, end - start));
}

/* A part of a range with one protection. */
struct piece {
    uintptr_t start;
    uintptr_t end;
    const struct wm_run *run;
};

/* The first piece at or behind `at` that is, or is not, committed. */
static bool find_piece(const struct wm_region *region, uintptr_t at, uintptr_t end,
                       bool is_committed, struct piece *piece)
{
    const struct wm_run *run = at < end ? wm_region_run(region, at) : NULL;
    while (run != NULL && (run->protection != 0) != is_committed) {
        run = wm_region_next_run(run);
    }
    if (run == NULL || run->node.key >= end) {
        return false;
    }
    uintptr_t run_end = wm_region_run_end(region, run);
    piece->run = run;
    piece->start = run->node.key > at ? run->node.key : at;
    piece->end = run_end < end ? run_end : end;
    return true;
}

DWORD wm_watch_before_commit(const struct wm_region *region, uintptr_t start, uintptr_t end)
{
    struct piece piece;
    for (uintptr_t at = start; find_piece(region, at, end, false, &piece); at = piece.end) {
        size_t bytes = piece.end - piece.start;
        /* Watching takes memory for every page. */
        if (!wm_os->may_commit(bytes)) {
            return ERROR_COMMITMENT_LIMIT;
        }
        enum wm_os_result result = wm_os->watch(piece.start, bytes);
        if (result == WM_OS_OK) {
            result = wm_os->forget_writes(piece.start, bytes);
        }
        if (result != WM_OS_OK) {
            return error_of(result);
        }
    }
    return NO_ERROR;
}

static const struct wm_region *find_watched(uintptr_t start, uintptr_t end)
{
    const struct wm_region *region = wm_region_find(start);
    return region != NULL && region->is_watched && end <= region->end ? region : NULL;
}

/* Through a buffer, since a client's array is written with care. */
static DWORD get_piece(const struct piece *piece, bool forgets, PVOID *pages, size_t room,
                       size_t *count)
{
    enum { BUFFER = 256 };
    uintptr_t buffer[BUFFER];
    uintptr_t at = piece->start;
    while (at < piece->end && *count < room) {
        size_t part = room - *count < BUFFER ? room - *count : BUFFER;
        size_t found = part;
        DWORD error = error_of(wm_os->find_written(at, piece->end, forgets, buffer, &found));
        if (error != NO_ERROR) {
            return error;
        }
        if (found != 0 && !wm_copy_out(pages + *count, buffer, found * sizeof *buffer)) {
            return ERROR_NOACCESS;
        }
        *count += found;
        at = found == part ? buffer[found - 1] + WM_OS_PAGE_BYTES : piece->end;
    }
    return NO_ERROR;
}

static DWORD get_locked(uintptr_t start, uintptr_t end, bool forgets, PVOID *pages, size_t room,
                        size_t *count)
{
    const struct wm_region *region = find_watched(start, end);
    DWORD error = region != NULL ? NO_ERROR : ERROR_INVALID_PARAMETER;
    struct piece piece;
    uintptr_t at = start;
    while (error == NO_ERROR && *count < room && find_piece(region, at, end, true, &piece)) {
        error = get_piece(&piece, forgets, pages, room, count);
        at = piece.end;
    }
    return error;
}

/* Before anything is forgotten it is certain that the client will hear of it, and whether a pointer
 * is bad does not depend on what it is to receive. */
static bool can_write_all(PVOID *pages, size_t count)
{
    uintptr_t at = (uintptr_t)pages;
    uintptr_t end = at + count * sizeof *pages;
    while (at < end) {
        uintptr_t next = (at & ~(WM_OS_PAGE_BYTES - 1)) + WM_OS_PAGE_BYTES;
        size_t bytes = (next < end ? next : end) - at;
        if (!wm_copy_probe((void *)at, bytes)) {
            return false;
        }
        at += bytes;
    }
    return true;
}

DWORD wm_watch_get(uintptr_t start, uintptr_t end, bool forgets, PVOID *pages, ULONG_PTR *count)
{
    wm_vm_start_faults();
    if (pages == NULL || count == NULL || !wm_copy_probe(count, sizeof *count)) {
        return ERROR_NOACCESS;
    }
    size_t page_count = (end - start) / WM_OS_PAGE_BYTES;
    size_t room = *count < page_count ? *count : page_count;
    if (room == 0) {
        return ERROR_INVALID_PARAMETER;
    }
    if (!can_write_all(pages, room)) {
        return ERROR_NOACCESS;
    }
    size_t found = 0;
    wm_lock_take(&wm_vm_lock);
    DWORD error = get_locked(start, end, forgets, pages, room, &found);
    wm_lock_release(&wm_vm_lock);
    if (error == NO_ERROR && !wm_copy_out(count, &found, sizeof found)) {
        error = ERROR_NOACCESS;
    }
    return error;
}

DWORD wm_watch_reset(uintptr_t start, uintptr_t end)
{
    wm_lock_take(&wm_vm_lock);
    const struct wm_region *region = find_watched(start, end);
    DWORD error = region != NULL ? NO_ERROR : ERROR_INVALID_PARAMETER;
    struct piece piece;
    uintptr_t at = start;
    while (error == NO_ERROR && find_piece(region, at, end, true, &piece)) {
        error = error_of(wm_os->forget_writes(piece.start, piece.end - piece.start));
        at = piece.end;
    }
    wm_lock_release(&wm_vm_lock);
    return error;
}

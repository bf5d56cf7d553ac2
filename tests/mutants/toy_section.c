/* CreateFileMapping and CloseHandle. */
#define _GNU_SOURCE /* memfd_create */

#include "tests/mutants/toy_virtual.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void keep_section(struct section *section)
{
    section->users++;
}

void let_go_of_section(struct section *section)
{
    section->users--;
    if (section->users == 0) {
        forget_named(section);
        close(section->memory);
        free(section);
    }
}

static bool is_section_protection(DWORD protect)
{
    static const DWORD good[] = {PAGE_READONLY,     PAGE_READWRITE,         PAGE_WRITECOPY,
                                 PAGE_EXECUTE_READ, PAGE_EXECUTE_READWRITE, PAGE_EXECUTE_WRITECOPY};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        if (protect == good[i]) {
            return true;
        }
    }
    return mutant(section_takes_any_protection) &&
           (protect == PAGE_NOACCESS || protect == PAGE_EXECUTE);
}

static bool are_good_attributes(DWORD attributes)
{
    bool commits = (attributes & SEC_COMMIT) != 0;
    bool reserves = (attributes & SEC_RESERVE) != 0;
    bool is_uncached = (attributes & (SEC_NOCACHE | SEC_WRITECOMBINE)) != 0;
    if (commits && reserves) {
        return mutant(section_is_committed_and_reserved);
    }
    return !is_uncached || commits || reserves || mutant(section_is_uncached_without_commit);
}

/* 0 where the arguments are good. */
static DWORD error_of(HANDLE file, DWORD flags, uint64_t size)
{
    DWORD attributes = flags & (SEC_COMMIT | SEC_RESERVE | SEC_NOCACHE | SEC_WRITECOMBINE);
    if (!is_section_protection(flags & ~attributes)) {
        return mutant(section_names_another_error_for_protections) ? ERROR_ACCESS_DENIED
                                                                   : ERROR_INVALID_PARAMETER;
    }
    if (!are_good_attributes(attributes)) {
        return mutant(section_names_another_error_for_attributes) ? ERROR_NOT_SUPPORTED
                                                                  : ERROR_INVALID_PARAMETER;
    }
    if (file != INVALID_HANDLE_VALUE) {
        return ERROR_INVALID_HANDLE;
    }
    if (size == 0 && !mutant(section_without_size_is_made)) {
        return mutant(section_without_size_names_another_error) ? ERROR_FILE_INVALID
                                                                : ERROR_INVALID_PARAMETER;
    }
    return size <= TOY_BYTES_MAX ? 0 : ERROR_NOT_ENOUGH_MEMORY;
}

struct handle *open_section(struct section *section, DWORD access)
{
    struct handle *handle = malloc(sizeof *handle);
    if (handle != NULL) {
        *handle = (struct handle){section, access, section->size};
        section->handles++;
        keep_section(section);
    }
    return handle;
}

static DWORD access_of(DWORD protect)
{
    bool writes = (protect & (PAGE_READWRITE | PAGE_EXECUTE_READWRITE)) != 0;
    bool executes =
        (protect & (PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY)) != 0;
    return FILE_MAP_READ | (writes ? FILE_MAP_WRITE : 0) | (executes ? FILE_MAP_EXECUTE : 0);
}

static struct section *make_section(uint64_t size, DWORD protect)
{
    static const char one = 1;
    struct section *section = calloc(1, sizeof *section);
    int memory = memfd_create("toy", 0);
    if (section == NULL || memory < 0 || ftruncate(memory, (off_t)size) != 0) {
        free(section);
        close(memory);
        return NULL;
    }
    section->memory = memory;
    section->size = size;
    section->protect = protect;
    if (mutant(section_begins_with_a_one)) {
        (void)!write(memory, &one, 1);
    }
    return section;
}

/* The handle of a section that has the name, or of a new one. */
static struct handle *create_section(uint64_t size, DWORD protect, const WCHAR *name)
{
    struct section *section = name != NULL ? find_named(name) : NULL;
    if (section != NULL) {
        struct handle *handle = open_section(section, access_of(protect));
        SetLastError(mutant(name_in_use_sets_no_error) ? NO_ERROR : ERROR_ALREADY_EXISTS);
        if (handle != NULL && mutant(name_in_use_gets_the_size_asked_for)) {
            handle->size = size < section->size ? size : section->size;
        }
        return mutant(name_in_use_is_refused) ? NULL : handle;
    }
    section = make_section(size, protect);
    if (section == NULL) {
        (void)toy_fail(ERROR_NOT_ENOUGH_MEMORY);
        return NULL;
    }
    if (name != NULL) {
        note_named(section, name);
    }
    SetLastError(name != NULL && mutant(new_name_exists_already) ? ERROR_ALREADY_EXISTS : NO_ERROR);
    return open_section(section, access_of(protect));
}

static HANDLE create(HANDLE file, DWORD protect, uint64_t size, LPCWSTR wide, LPCSTR narrow)
{
    WCHAR name[TOY_NAME_MAX];
    bool is_named = wide != NULL || narrow != NULL;
    DWORD error = error_of(file, protect, size);
    if (error != 0 || (!is_named && mutant(paging_file_needs_a_name)) ||
        (is_named && mutant(named_section_is_refused))) {
        (void)toy_fail(error != 0 ? error : ERROR_INVALID_PARAMETER);
        return NULL;
    }
    if (is_named && !take_name(wide, narrow, name)) {
        return NULL;
    }
    pthread_mutex_lock(&virtual_lock);
    struct handle *handle =
        create_section(round_up(size, TOY_PAGE), protect, is_named ? name : NULL);
    pthread_mutex_unlock(&virtual_lock);
    return handle;
}

HANDLE CreateFileMappingW(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                          DWORD flProtect, DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow,
                          LPCWSTR lpName)
{
    (void)lpFileMappingAttributes;
    return create(hFile, flProtect, (uint64_t)dwMaximumSizeHigh << 32 | dwMaximumSizeLow, lpName,
                  NULL);
}

HANDLE CreateFileMappingA(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                          DWORD flProtect, DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow,
                          LPCSTR lpName)
{
    (void)lpFileMappingAttributes;
    return create(hFile, flProtect, (uint64_t)dwMaximumSizeHigh << 32 | dwMaximumSizeLow, NULL,
                  lpName);
}

BOOL CloseHandle(HANDLE hObject)
{
    struct handle *handle = hObject;
    if (handle == NULL) {
        return mutant(close_accepts_null) ||
               toy_fail(mutant(close_names_another_error) ? ERROR_INVALID_PARAMETER
                                                          : ERROR_INVALID_HANDLE);
    }
    pthread_mutex_lock(&virtual_lock);
    struct section *section = handle->section;
    section->handles--;
    if (section->handles == 0 && !mutant(name_lives_as_long_as_views)) {
        forget_named(section);
    }
    let_go_of_section(section);
    pthread_mutex_unlock(&virtual_lock);
    free(handle);
    return !mutant(close_returns_zero);
}

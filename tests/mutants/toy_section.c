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

HANDLE CreateFileMappingW(HANDLE hFile, LPSECURITY_ATTRIBUTES lpFileMappingAttributes,
                          DWORD flProtect, DWORD dwMaximumSizeHigh, DWORD dwMaximumSizeLow,
                          LPCWSTR lpName)
{
    (void)lpFileMappingAttributes;
    (void)lpName;
    static const char one = 1;
    uint64_t size = (uint64_t)dwMaximumSizeHigh << 32 | dwMaximumSizeLow;
    DWORD error = error_of(hFile, flProtect, size);
    if (error != 0 || mutant(paging_file_needs_a_name)) {
        toy_fail(error != 0 ? error : ERROR_INVALID_PARAMETER);
        return NULL;
    }
    struct section *section = malloc(sizeof *section);
    int memory = memfd_create("toy", 0);
    if (section == NULL || memory < 0 || ftruncate(memory, (off_t)round_up(size, TOY_PAGE)) != 0) {
        free(section);
        close(memory);
        toy_fail(ERROR_NOT_ENOUGH_MEMORY);
        return NULL;
    }
    *section = (struct section){memory, round_up(size, TOY_PAGE), flProtect, 1};
    if (mutant(section_begins_with_a_one)) {
        (void)!write(memory, &one, 1);
    }
    return section;
}

BOOL CloseHandle(HANDLE hObject)
{
    struct section *section = hObject;
    if (section == NULL) {
        return mutant(close_accepts_null) ||
               toy_fail(mutant(close_names_another_error) ? ERROR_INVALID_PARAMETER
                                                          : ERROR_INVALID_HANDLE);
    }
    pthread_mutex_lock(&virtual_lock);
    let_go_of_section(section);
    pthread_mutex_unlock(&virtual_lock);
    return !mutant(close_returns_zero);
}

/* Names of sections, and OpenFileMapping. */
#include "tests/mutants/toy_virtual.h"

#include <stdlib.h>

static struct section *named; /* guarded by virtual_lock */

static size_t length_of(const WCHAR *text)
{
    size_t length = 0;
    while (text[length] != 0) {
        length++;
    }
    return length;
}

static bool begins_with(const WCHAR *text, const char *prefix)
{
    for (; *prefix != 0; text++, prefix++) {
        if (*text != (unsigned char)*prefix) {
            return false;
        }
    }
    return true;
}

static bool has_backslash(const WCHAR *text)
{
    for (; *text != 0; text++) {
        if (*text == '\\') {
            return true;
        }
    }
    return false;
}

bool take_name(LPCWSTR wide, LPCSTR narrow, WCHAR name[TOY_NAME_MAX])
{
    static const char prefix[] = "Local\\";
    WCHAR whole[TOY_NAME_MAX] = {0};
    for (size_t i = 0; i + 1 < TOY_NAME_MAX && (wide != NULL ? wide[i] : narrow[i]) != 0; i++) {
        whole[i] = wide != NULL ? wide[i] : (unsigned char)narrow[i];
    }
    bool is_prefixed = begins_with(whole, prefix);
    const WCHAR *rest = whole + (is_prefixed ? sizeof prefix - 1 : 0);
    if (has_backslash(rest) && !mutant(backslashes_are_letters)) {
        return toy_fail(mutant(backslash_is_an_invalid_name) ? ERROR_INVALID_NAME
                                                             : ERROR_PATH_NOT_FOUND);
    }
    rest = mutant(local_prefix_is_part_of_the_name) ? whole : rest;
    for (size_t i = 0; i <= length_of(rest); i++) {
        bool is_capital = rest[i] >= 'A' && rest[i] <= 'Z';
        name[i] = is_capital && mutant(names_have_no_case) ? (WCHAR)(rest[i] + 'a' - 'A') : rest[i];
    }
    return true;
}

static bool are_same(const WCHAR *one, const WCHAR *other)
{
    while (*one != 0 && *one == *other) {
        one++;
        other++;
    }
    return *one == *other;
}

struct section *find_named(const WCHAR *name)
{
    struct section *section = named;
    while (section != NULL && !are_same(section->name, name)) {
        section = section->next;
    }
    return section;
}

void note_named(struct section *section, const WCHAR *name)
{
    for (size_t i = 0; i <= length_of(name); i++) {
        section->name[i] = name[i];
    }
    section->next = named;
    named = section;
}

void forget_named(struct section *section)
{
    struct section **link = &named;
    while (*link != NULL && *link != section) {
        link = &(*link)->next;
    }
    if (*link != NULL) {
        *link = section->next;
        section->name[0] = 0;
    }
}

/* --- OpenFileMapping ---------------------------------------------------------------------- */

static DWORD access_of(DWORD asked)
{
    bool copies = (asked & FILE_MAP_COPY) != 0 && !mutant(copy_access_cannot_read);
    DWORD access = copies ? asked | FILE_MAP_READ : asked;
    return mutant(handle_access_is_ignored) ? access | FILE_MAP_READ | FILE_MAP_WRITE : access;
}

static struct handle *open_named(DWORD access, const WCHAR *name)
{
    struct section *section = find_named(name);
    if (section == NULL) {
        (void)toy_fail(mutant(unused_name_is_an_invalid_name) ? ERROR_INVALID_NAME
                                                              : ERROR_FILE_NOT_FOUND);
        return NULL;
    }
    if (access == 0 || ((access & FILE_MAP_WRITE) == 0 && mutant(open_is_for_writers_alone))) {
        (void)toy_fail(ERROR_ACCESS_DENIED);
        return NULL;
    }
    return open_section(section, access_of(access));
}

static HANDLE open_mapping(DWORD access, LPCWSTR wide, LPCSTR narrow)
{
    WCHAR name[TOY_NAME_MAX];
    if (wide == NULL && narrow == NULL) {
        if (mutant(open_of_null_makes_a_section)) {
            return CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 1, NULL);
        }
        (void)toy_fail(mutant(open_of_null_names_another_error) ? ERROR_INVALID_NAME
                                                                : ERROR_INVALID_PARAMETER);
        return NULL;
    }
    if (!take_name(wide, narrow, name)) {
        return NULL;
    }
    pthread_mutex_lock(&virtual_lock);
    struct handle *handle = open_named(access, name);
    pthread_mutex_unlock(&virtual_lock);
    if (handle == NULL && GetLastError() == ERROR_FILE_NOT_FOUND && mutant(open_makes_a_section)) {
        return CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, 1, NULL);
    }
    return handle;
}

HANDLE OpenFileMappingW(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCWSTR lpName)
{
    (void)bInheritHandle;
    return open_mapping(dwDesiredAccess, lpName, NULL);
}

HANDLE OpenFileMappingA(DWORD dwDesiredAccess, BOOL bInheritHandle, LPCSTR lpName)
{
    (void)bInheritHandle;
    return open_mapping(dwDesiredAccess, NULL, lpName);
}

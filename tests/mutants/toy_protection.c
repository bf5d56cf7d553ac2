/* Protection constants: which there are and what access they stand for. */
#define _GNU_SOURCE /* PROT_NONE and its like */

#include "tests/mutants/toy_virtual.h"

#include <sys/mman.h>

#define EXECUTE_PROTECTIONS \
    (PAGE_EXECUTE | PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY)
#define KNOWN_PROTECTIONS \
    (BASE_PROTECTIONS | PAGE_GUARD | PAGE_NOCACHE | PAGE_WRITECOMBINE | PAGE_TARGETS_INVALID)

static bool has(DWORD protect, DWORD modifier)
{
    return (protect & modifier) != 0;
}

/* PAGE_GUARD, PAGE_NOCACHE and PAGE_WRITECOMBINE exclude each other and PAGE_NOACCESS. */
static bool modifiers_combine(DWORD protect)
{
    if (has(protect, PAGE_GUARD) && has(protect, PAGE_NOACCESS) &&
        !mutant(guard_combines_with_no_access)) {
        return false;
    }
    if (has(protect, PAGE_NOCACHE) &&
        has(protect, PAGE_GUARD | PAGE_NOACCESS | PAGE_WRITECOMBINE) &&
        !mutant(no_cache_combines_with_everything)) {
        return false;
    }
    if (has(protect, PAGE_WRITECOMBINE) &&
        has(protect, PAGE_GUARD | PAGE_NOACCESS | PAGE_NOCACHE) &&
        !mutant(write_combine_combines_with_everything)) {
        return false;
    }
    return !has(protect, PAGE_TARGETS_INVALID) || has(protect, EXECUTE_PROTECTIONS) ||
           mutant(call_targets_combine_with_data_pages);
}

bool protection_is_valid(DWORD protect, bool accepts_copies)
{
    DWORD base = protect & BASE_PROTECTIONS;
    bool is_single = base != 0 && (base & (base - 1)) == 0;
    if ((!is_single && !mutant(any_base_protections_are_accepted)) ||
        has(protect, ~KNOWN_PROTECTIONS)) {
        return false;
    }
    if ((base == PAGE_WRITECOPY || base == PAGE_EXECUTE_WRITECOPY) && !accepts_copies) {
        return false; /* for views of sections only */
    }
    return modifiers_combine(protect);
}

static int access_of_data(DWORD base)
{
    int execute = mutant(data_pages_are_executable) ? PROT_EXEC : 0;
    if (base == PAGE_READONLY) {
        if (mutant(readonly_page_cannot_be_read)) {
            return PROT_NONE;
        }
        return PROT_READ | execute | (mutant(readonly_page_can_be_written) ? PROT_WRITE : 0);
    }
    if (base == PAGE_READWRITE) {
        return PROT_READ | execute | (mutant(readwrite_page_cannot_be_written) ? 0 : PROT_WRITE);
    }
    if (base == PAGE_WRITECOPY) {
        return PROT_READ | execute; /* the first write is noticed */
    }
    return mutant(no_access_page_can_be_read) ? PROT_READ : PROT_NONE;
}

static int access_of_code(DWORD base)
{
    int write = 0;
    int execute = PROT_EXEC;
    if (base == PAGE_EXECUTE) {
        write = mutant(execute_page_can_be_written) ? PROT_WRITE : 0;
        execute = mutant(execute_page_cannot_be_executed) ? 0 : PROT_EXEC;
    } else if (base == PAGE_EXECUTE_READ) {
        write = mutant(execute_read_page_can_be_written) ? PROT_WRITE : 0;
        execute = mutant(execute_read_page_cannot_be_executed) ? 0 : PROT_EXEC;
    } else if (base == PAGE_EXECUTE_WRITECOPY) {
        execute = mutant(execute_writecopy_page_cannot_be_executed) ? 0 : PROT_EXEC;
    } else {
        write = mutant(execute_readwrite_page_cannot_be_written) ? 0 : PROT_WRITE;
    }
    return PROT_READ | write | execute;
}

/* A guard page is mapped without access: that is how its alarm is noticed. */
int native_protection_of(DWORD protect)
{
    if (has(protect, PAGE_GUARD)) {
        return PROT_NONE;
    }
    DWORD base = protect & BASE_PROTECTIONS;
    return has(base, EXECUTE_PROTECTIONS) ? access_of_code(base) : access_of_data(base);
}

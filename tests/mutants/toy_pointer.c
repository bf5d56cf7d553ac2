/* IsBadReadPtr and its like. */
#define _GNU_SOURCE /* process_vm_readv */

#include "tests/mutants/toy_virtual.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

/* Of memory that is in no region: the heap's, which can be read and written where it is there. */
static bool is_there(uintptr_t address)
{
    char byte;
    struct iovec to = {&byte, 1};
    struct iovec from = {to_pointer(address), 1};
    return process_vm_readv(getpid(), &to, 1, &from, 1, 0) == 1;
}

static bool page_grants(const struct region *region, uintptr_t address, int access)
{
    const struct page *page = page_of(region, address);
    bool is_copied = (page->protect & (PAGE_WRITECOPY | PAGE_EXECUTE_WRITECOPY)) != 0;
    DWORD protect = is_copied ? page->protect >> 1 : page->protect;
    int granted = page->committed ? native_protection_of(protect) : PROT_NONE;
    if (mutant(read_check_needs_a_writable_page) && access == PROT_READ) {
        access = PROT_WRITE;
    }
    if (mutant(write_check_asks_for_reading) && access == PROT_WRITE) {
        access = PROT_READ;
    }
    return (granted & access) != 0;
}

static bool grants(uintptr_t address, int access)
{
    pthread_mutex_lock(&virtual_lock);
    const struct region *region = region_of(address);
    bool is_granted = region != NULL ? page_grants(region, address, access) : is_there(address);
    pthread_mutex_unlock(&virtual_lock);
    return is_granted;
}

static BOOL is_bad(uintptr_t start, size_t size, int access)
{
    if (size == 0) {
        return mutant(check_of_nothing_looks_at_the_address) && !grants(start, access);
    }
    if (start >= TOY_BEYOND || size > TOY_BEYOND - start) {
        return TRUE;
    }
    uintptr_t end = mutant(read_check_looks_at_the_first_byte) ? start + 1 : start + size;
    for (uintptr_t at = start; at < end; at = round_down(at, TOY_PAGE) + TOY_PAGE) {
        if (!grants(at, access)) {
            return TRUE;
        }
    }
    return FALSE;
}

BOOL IsBadReadPtr(LPCVOID lp, UINT_PTR ucb)
{
    return is_bad(to_address(lp), ucb, PROT_READ);
}

BOOL IsBadWritePtr(LPVOID lp, UINT_PTR ucb)
{
    if (mutant(write_check_refuses_executable_pages) && !is_bad(to_address(lp), ucb, PROT_EXEC)) {
        return TRUE;
    }
    return is_bad(to_address(lp), ucb, PROT_WRITE);
}

BOOL IsBadCodePtr(FARPROC lpfn)
{
    uintptr_t address = (uintptr_t)lpfn;
    if (mutant(code_check_believes_everything)) {
        return FALSE;
    }
    return is_bad(address, 1, mutant(code_check_asks_for_execution) ? PROT_EXEC : PROT_READ);
}

/* Page by page, so that nothing is touched behind the page with the end. */
BOOL IsBadStringPtrA(LPCSTR lpsz, UINT_PTR ucchMax)
{
    uintptr_t at = to_address(lpsz);
    size_t left = ucchMax;
    if (mutant(string_check_looks_at_all_it_may)) {
        return is_bad(at, ucchMax, PROT_READ);
    }
    if (left == 0) {
        return mutant(string_check_of_nothing_looks_at_the_address) && !grants(at, PROT_READ);
    }
    while (left > 0) {
        size_t in_page = TOY_PAGE - at % TOY_PAGE;
        size_t bytes = left < in_page ? left : in_page;
        if (at >= TOY_BEYOND || !grants(at, PROT_READ)) {
            return !mutant(string_check_stops_at_a_bad_page);
        }
        if (memchr(to_pointer(at), 0, bytes) != NULL) {
            return FALSE;
        }
        left -= bytes;
        at += bytes;
    }
    return mutant(string_check_needs_a_terminator);
}

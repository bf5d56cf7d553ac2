/* What protections exist and what they allow. Source: "Memory Protection Constants". */
#include "impl/vm/vm.h"
#include "impl/vm/vm_internal.h"

#define BASE_BITS 0xFFu
#define EXECUTE_BITS \
    (PAGE_EXECUTE | PAGE_EXECUTE_READ | PAGE_EXECUTE_READWRITE | PAGE_EXECUTE_WRITECOPY)
#define MODIFIER_BITS (PAGE_GUARD | PAGE_NOCACHE | PAGE_WRITECOMBINE)

BOOL wm_vm_protection_is_valid(DWORD protection)
{
    DWORD base = protection & BASE_BITS;
    DWORD modifiers = protection & MODIFIER_BITS;
    if ((protection & ~(BASE_BITS | MODIFIER_BITS | PAGE_TARGETS_INVALID)) != 0) {
        return FALSE;
    }
    if (base == 0 || (base & (base - 1)) != 0) {
        return FALSE;
    }
    if (base == PAGE_WRITECOPY || base == PAGE_EXECUTE_WRITECOPY) {
        return FALSE; /* copy on write is for views */
    }
    if (base == PAGE_NOACCESS && modifiers != 0) {
        return FALSE;
    }
    if ((modifiers & (modifiers - 1)) != 0) {
        return FALSE; /* the three exclude each other */
    }
    if ((protection & PAGE_TARGETS_INVALID) != 0 && (base & EXECUTE_BITS) == 0) {
        return FALSE;
    }
    return TRUE;
}

DWORD wm_vm_protection_kept(DWORD protection)
{
    return protection & ~PAGE_TARGETS_INVALID;
}

unsigned wm_vm_access_of(DWORD protection)
{
    if ((protection & PAGE_GUARD) != 0) {
        return WM_OS_NONE;
    }
    switch (protection & BASE_BITS) {
    case PAGE_READONLY:
        return WM_OS_READ;
    case PAGE_READWRITE:
    case PAGE_WRITECOPY: /* the system copies */
        return WM_OS_READ | WM_OS_WRITE;
    case PAGE_EXECUTE: /* x86 cannot execute what it cannot read */
    case PAGE_EXECUTE_READ:
        return WM_OS_READ | WM_OS_EXECUTE;
    case PAGE_EXECUTE_READWRITE:
    case PAGE_EXECUTE_WRITECOPY:
        return WM_OS_READ | WM_OS_WRITE | WM_OS_EXECUTE;
    default:
        return WM_OS_NONE;
    }
}

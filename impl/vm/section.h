/* Sections, for the views that show them. Guarded by wm_vm_lock. */
#ifndef WM_VM_SECTION_H
#define WM_VM_SECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "spec/win32.h"

/* It lives as long as its handle is open or a view shows it. */
struct wm_section {
    int store;
    uint64_t bytes; /* whole pages */
    DWORD protection;
    bool is_reserved; /* SEC_RESERVE: its pages are not committed */
    uint32_t references;
};

static inline void wm_section_keep(struct wm_section *section)
{
    section->references++;
}

/* The last one to let go gives the memory back. */
void wm_section_let_go(struct wm_section *section);

/* As before the first section. False: there is one. */
bool wm_section_start_over(void);

#endif

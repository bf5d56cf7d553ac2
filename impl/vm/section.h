/* Sections, for the views that show them. Guarded by wm_vm_lock. */
#ifndef WM_VM_SECTION_H
#define WM_VM_SECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "impl/os/os.h"
#include "spec/win32.h"

/* It lives as long as its handle is open or a view shows it. Where it has a name, others may have
 * the store as well, and it is let go with the handle. */
struct wm_section {
    int store;
    uint64_t offset; /* of its first byte in the store */
    uint64_t bytes;  /* whole pages */
    DWORD protection;
    DWORD access;     /* of its handle: SECTION_MAP_... */
    bool is_reserved; /* SEC_RESERVE: its pages are not committed */
    bool is_named;
    int holder;     /* what has the name, */
    uint32_t index; /* and where that is kept */
    uint64_t key;
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

/* Sections, for the views that show them. Guarded by wm_vm_lock. */
#ifndef WM_VM_SECTION_H
#define WM_VM_SECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "impl/os/os.h"
#include "spec/win32.h"

/* It lives as long as a handle of it is open or a view shows it. Where it has a name, others may
 * have the store as well, and it is let go with the last handle. */
struct wm_section {
    int store;
    uint64_t offset; /* of its first byte in the store */
    uint64_t bytes;  /* whole pages */
    DWORD protection;
    bool is_reserved; /* SEC_RESERVE: its pages are not committed */
    bool is_named;
    int holder;     /* what has the name, */
    uint32_t index; /* and where that is kept */
    uint64_t key;
    uint32_t handle_count;
    uint32_t view_count;
};

static inline void wm_section_add_view(struct wm_section *section)
{
    section->view_count++;
}

/* The last view of a section without handles gives the memory back. */
void wm_section_remove_view(struct wm_section *section);

/* As before the first section. False: there is one. */
bool wm_section_start_over(void);

#endif

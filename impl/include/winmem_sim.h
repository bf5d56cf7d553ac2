/* libwinmem on an operating system that fails on demand, for tests and fuzzers.
 *
 * Part of libwinmem.a alone, and not installed. Only calls to the system that can fail are counted:
 * map, unmap, protect, discard, find_mapping and store (impl/os/os.h). Not for use while other
 * threads are in the library. */
#ifndef WINMEM_SIM_H
#define WINMEM_SIM_H

#include <stdint.h>

enum wm_os_sim_mode {
    WM_OS_SIM_FAIL_ONE,     /* the n-th call fails, the ones after it work */
    WM_OS_SIM_FAIL_HALFWAY, /* the same, but a protect has then changed half of its pages */
    WM_OS_SIM_FAIL_REST     /* the n-th call and all after it fail */
};

/* From now on the n-th call (1 is the next one) fails without having done anything, but for what
 * the mode says; n 0 counts and lets everything pass. */
void wm_os_sim_start(unsigned long n, enum wm_os_sim_mode mode);

/* Back to the real system. Returns how many calls were counted. */
unsigned long wm_os_sim_stop(void);

/* How many calls have failed on demand, and how many bytes were mapped and not unmapped, while the
 * simulation was on, since the process began. */
unsigned long wm_os_sim_failures(void);
uint64_t wm_os_sim_mapped_bytes(void);

#endif

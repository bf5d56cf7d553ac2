/* libwinmem for tests and fuzzers: on an operating system that fails on demand, and started over.
 *
 * Part of libwinmem.a alone, and not installed. Not for use while other threads are in the library.
 *
 * Only calls to the system that can fail are counted: map, unmap, protect, discard, find_mapping and
 * those that watch writes (impl/os/os.h). */
#ifndef WINMEM_SIM_H
#define WINMEM_SIM_H

#include <stdbool.h>
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

/* How many calls have failed on demand, how many were let pass and refused for want of memory by
 * the system itself, and how many bytes were mapped and not unmapped, while the simulation was on,
 * since the process began. */
unsigned long wm_os_sim_failures(void);
unsigned long wm_os_sim_refusals(void);
uint64_t wm_os_sim_mapped_bytes(void);

/* As in a process that has just begun: gives back what the library keeps from earlier calls and no
 * client sees, such as spare memory, with the default heap and whatever is in it. So the next calls
 * do the same wherever they come. False: some heap, region or handler of the client's is still
 * there, or the system has kept something; what could be given back was. */
bool wm_start_over(void);

#endif

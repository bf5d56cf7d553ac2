/* An operating system that fails on demand, for tests: the Linux table, decorated.
 *
 * Only calls that can fail are counted: map, unmap, protect, discard, find_mapping and store. Not
 * for use while other threads are in the library. */
#ifndef WM_OS_OS_SIM_H
#define WM_OS_OS_SIM_H

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

#endif

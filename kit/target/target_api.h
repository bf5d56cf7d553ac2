/* The functions of a target in this very process: for its child process, and for whoever makes so
 * many calls that a process for them costs more than they do. */
#ifndef HCK_KIT_TARGET_API_H
#define HCK_KIT_TARGET_API_H

#include "kit/target/target.h"
#include <stdint.h>

#include "spec/api.h"

/* Those of libwinmem, linked in. */
void hck_target_fill_winmem(struct api *api);

/* NULL, or why the library is of no use. Loads it into this process for good; functions that it
 * lacks are NULL. */
const char *hck_target_fill_library(const char *path, struct api *api);

/* Whether the functions of a target can be had like that: of winmem and so:PATH. */
bool hck_target_is_local(const struct target *target);

/* Those of a local target; NULL, or why they are of no use. */
const char *hck_target_fill(const struct target *target, struct api *api);

/* libwinmem on a system that fails on demand (impl/include/winmem_sim.h says what counts). The n-th
 * call to the system from now on fails; 0: none does. Not while threads are in the library. */
enum winmem_failing {
    WINMEM_FAILS_ONCE,
    WINMEM_FAILS_HALFWAY, /* where it can: half of the pages are changed */
    WINMEM_FAILS_ON,      /* so do all calls after it */
    WINMEM_FAILING_COUNT
};
void hck_winmem_fail(unsigned long n, enum winmem_failing mode);

/* Makes libwinmem in this process as it was before the first call, default heap and all
 * (impl/include/winmem_sim.h). Not while threads are in the library. */
bool hck_winmem_start_over(void);

/* How many calls have failed on demand since the process began. */
unsigned long hck_winmem_failures(void);

/* How many calls the system has refused by itself since the first hck_winmem_fail. */
unsigned long hck_winmem_refusals(void);

/* What libwinmem has mapped and not unmapped since the first hck_winmem_fail. */
uint64_t hck_winmem_mapped_bytes(void);

#endif

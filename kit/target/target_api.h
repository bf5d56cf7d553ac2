/* The functions of a target in this very process: for its child process, and for whoever makes so
 * many calls that a process for them costs more than they do. */
#ifndef HCK_KIT_TARGET_API_H
#define HCK_KIT_TARGET_API_H

#include "kit/target/target.h"
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

#endif

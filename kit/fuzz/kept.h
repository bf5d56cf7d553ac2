/* The folder of traces that an engine has kept: a file each, as text, named for what is in it. */
#ifndef HCK_KIT_FUZZ_KEPT_H
#define HCK_KIT_FUZZ_KEPT_H

#include "spec/call.h"

/* Writes the trace unless the folder has it, with the clause that it violates or NULL. False with
 * errno where it cannot. */
bool hck_kept_write(const char *folder, const struct trace *trace, const char *clause_id);

#endif

/* The folder of traces that an engine has kept: a file each, as text, named for what is in it. */
#ifndef HCK_KIT_FUZZ_KEPT_H
#define HCK_KIT_FUZZ_KEPT_H

#include <stdint.h>

#include "spec/call.h"

/* Writes the trace unless the folder has it, with the clause that it violates or NULL. False with
 * errno where it cannot. */
bool hck_kept_write(const char *folder, const struct trace *trace, const char *clause_id);

/* Of the trace as text. False when out of memory. */
bool hck_kept_digest(const struct trace *trace, uint64_t *digest);

/* Writes a file under another name first, one that begins with a dot: whoever reads the folder
 * finds whole files. Where it cannot, it returns false with errno, and what was there before stays.
 */
bool hck_kept_replace(const char *path, const void *bytes, size_t length);

#endif

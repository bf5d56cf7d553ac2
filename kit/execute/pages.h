/* Memory of the executor's own, straight from the system (pages_posix.c, pages_windows.c), and what
 * the process has besides.
 *
 * Not malloc: the target may be the malloc of this process, and on Windows malloc lives in the very
 * heap that a trace is walking. */
#ifndef HCK_KIT_PAGES_H
#define HCK_KIT_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whole pages of zeroes that cost nothing until they are touched. NULL where there are none. */
void *hck_pages_take(size_t size);
void hck_pages_give(void *pages, size_t size);

/* Whether the process has memory at that page; on Windows only what can be read is seen. Changes
 * nothing. */
bool hck_pages_is_mapped(uint64_t page);

/* Whether the process had nothing in the gap above WINMEM_ADDRESS_MAX when it started, before any
 * target was loaded. Linux without address randomisation (setarch -R, debuggers, some containers)
 * puts the first stack there. Windows keeps the gap free; an implementation of Windows on another
 * system may not. What a target maps there later is the target's. */
bool hck_pages_gap_is_empty(void);

#endif

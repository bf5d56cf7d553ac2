/* Whether the gap above the last address is empty, looked at before main and so before any target.
 */
#include "kit/execute/pages.h"

#include <stdint.h>

#include "spec/win32.h"

static bool gap_is_empty;

__attribute__((constructor)) static void look_at_gap(void)
{
    uint64_t gap = WINMEM_ADDRESS_MAX + 1;
    gap_is_empty = true;
    for (uint64_t at = gap; at < gap + WINMEM_GRANULARITY; at += WINMEM_PAGE_SIZE) {
        gap_is_empty = gap_is_empty && !hck_pages_is_mapped(at);
    }
}

bool hck_pages_gap_is_empty(void)
{
    return gap_is_empty;
}

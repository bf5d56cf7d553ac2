/* libwinmem's functions, the one place of the kit that knows it. */
#include <winmem.h>
#include <winmem_sim.h>

#include "kit/target/target_api.h"

void hck_target_fill_winmem(struct api *api)
{
#define CALL(name, ...) api->name = name;
#define PROBE(...)
#include "spec/calls.def"
#undef CALL
#undef PROBE
}

void hck_winmem_fail(unsigned long n, enum winmem_failing mode)
{
    static const enum wm_os_sim_mode modes[WINMEM_FAILING_COUNT] = {
        [WINMEM_FAILS_ONCE] = WM_OS_SIM_FAIL_ONE,
        [WINMEM_FAILS_HALFWAY] = WM_OS_SIM_FAIL_HALFWAY,
        [WINMEM_FAILS_ON] = WM_OS_SIM_FAIL_REST,
    };
    wm_os_sim_start(n, modes[mode]);
}

bool hck_winmem_start_over(void)
{
    return wm_start_over();
}

unsigned long hck_winmem_failures(void)
{
    return wm_os_sim_failures();
}

unsigned long hck_winmem_refusals(void)
{
    return wm_os_sim_refusals();
}

uint64_t hck_winmem_mapped_bytes(void)
{
    return wm_os_sim_mapped_bytes();
}

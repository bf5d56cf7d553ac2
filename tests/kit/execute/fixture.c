#include "tests/kit/execute/fixture.h"

#include "kit/execute/fault.h"
#include "tests/kit/execute/fake.h"
#include "tests/kit/execute/harness.h"

struct api api;

int start_fake(void **state)
{
    (void)state;
    fake_start(&api);
    return hck_fault_attach(&api) ? 0 : -1;
}

int start_winmem(void **state)
{
    (void)state;
    winmem_start(&api);
    return hck_fault_attach(&api) ? 0 : -1;
}

int stop_target(void **state)
{
    (void)state;
    hck_fault_detach(&api);
    return 0;
}

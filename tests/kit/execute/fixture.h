/* cmocka's fixtures for tests of a target in this process, with a handler of faults attached. */
#ifndef HCK_TESTS_EXECUTE_FIXTURE_H
#define HCK_TESTS_EXECUTE_FIXTURE_H

#include "spec/api.h"

/* The functions of the running test's target. */
extern struct api api;

int start_fake(void **state);
int start_winmem(void **state);
int stop_target(void **state);

#define WITH_FAKE(name) cmocka_unit_test_setup_teardown(name, start_fake, stop_target)
#define WITH_WINMEM(name) cmocka_unit_test_setup_teardown(name, start_winmem, stop_target)

#endif

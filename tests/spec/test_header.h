/* What cmocka wants included before itself. */
#ifndef HCK_TESTS_SPEC_TEST_HEADER_H
#define HCK_TESTS_SPEC_TEST_HEADER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#endif

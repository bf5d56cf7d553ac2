/* What the tests of libwinmem share: cmocka with what it needs, tests that must die, and faults
 * that belong to the library again after cmocka has taken the signals for itself. */
#ifndef WM_TESTS_SUPPORT_H
#define WM_TESTS_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "impl/include/winmem.h"

/* ThreadSanitizer keeps a stack of its own, so some ways through WM_TRY cannot be tested with it.
 */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define THREAD_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define THREAD_SANITIZER 1
#endif

/* cmocka installs its own SIGSEGV handler before every test; call this first in a test that faults
 * on purpose. */
void take_faults_back(void);

struct death {
    int signal;     /* that ended the child, 0 if it returned */
    char text[512]; /* what it wrote to standard error */
};

/* Runs `body` in a child process. */
struct death die_of(void (*body)(void));

/* Accesses whose exception is the result: its code, or 0 if there was none. *address receives
 * ExceptionInformation[1], *kind [0]; both may be NULL. */
DWORD read_code(const void *pointer, ULONG_PTR *kind, ULONG_PTR *address);
DWORD write_code(void *pointer, ULONG_PTR *kind, ULONG_PTR *address);

/* Asserts that `call` fails with `error`. */
#define assert_fails_with(call, error)             \
    do {                                           \
        SetLastError(0xDEADBEEF);                  \
        assert_false((call) != 0);                 \
        assert_int_equal(GetLastError(), (error)); \
    } while (0)

/* One run as VirtualQuery reports it, written as the numbers that matter. */
#define assert_run(pointer, bytes, state, protection)                               \
    do {                                                                            \
        MEMORY_BASIC_INFORMATION run_;                                              \
        assert_int_equal(VirtualQuery((pointer), &run_, sizeof run_), sizeof run_); \
        assert_int_equal(run_.RegionSize, (bytes));                                 \
        assert_int_equal(run_.State, (state));                                      \
        assert_int_equal(run_.Protect, (protection));                               \
    } while (0)

/* Asserts that a validator (`is_sound`, an expression) fails while `place` holds `value`, and holds
 * before and after. GNU's __typeof__ spares every caller a type. */
#define assert_damage_seen(is_sound, place, value) \
    do {                                           \
        assert_true(is_sound);                     \
        __typeof__(place) *place_ = &(place);      \
        __typeof__(place) kept_ = *place_;         \
        *place_ = (__typeof__(place))(value);      \
        bool is_sound_ = (is_sound);               \
        *place_ = kept_;                           \
        assert_false(is_sound_);                   \
        assert_true(is_sound);                     \
    } while (0)

#define PAGE ((size_t)0x1000)
#define GRANULE ((size_t)0x10000)

#endif

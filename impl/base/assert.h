/* Three meanings of assertion, three names.
 *
 * WM_ASSERT: our own mistake. Cheap, on in every build, because going on would hurt the client.
 * WM_VALIDATE: a whole-structure validator. On where WM_VALIDATORS is defined (debug, tests, fuzz).
 * The client's mistake is neither: see impl/base/client_error.h.
 */
#ifndef WM_BASE_ASSERT_H
#define WM_BASE_ASSERT_H

#include "impl/os/os.h"

#define WM_TEXT_OF(tokens) #tokens
#define WM_TEXT(tokens) WM_TEXT_OF(tokens)

#define WM_ASSERT(condition)                                                                \
    do {                                                                                    \
        if (__builtin_expect(!(condition), 0)) {                                            \
            wm_os_die("libwinmem: " __FILE__ ":" WM_TEXT(                                   \
                __LINE__) ": " #condition " does not hold; this is a bug in libwinmem.\n"); \
        }                                                                                   \
    } while (0)

#ifdef WM_VALIDATORS
#define WM_VALIDATE(condition)        \
    do {                              \
        if (wm_validation_is_due()) { \
            WM_ASSERT(condition);     \
        }                             \
    } while (0)
#else
#define WM_VALIDATE(condition) \
    do {                       \
    } while (0)
#endif

/* Validators are O(n), so they run after every change at first and then after every 64th. */
bool wm_validation_is_due(void);

#endif

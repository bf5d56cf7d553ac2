/* Sums and roundings of sizes that cannot wrap unseen. The builtins are extensions of gcc and
 * clang, which need one instruction for what portable C says in three comparisons. */
#ifndef WM_BASE_CHECKED_H
#define WM_BASE_CHECKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool wm_add(uintptr_t a, uintptr_t b, uintptr_t *sum)
{
    return !__builtin_add_overflow(a, b, sum);
}

static inline uintptr_t wm_round_down(uintptr_t value, uintptr_t power_of_two)
{
    return value & ~(power_of_two - 1);
}

/* False if the next multiple is not representable. */
static inline bool wm_round_up(uintptr_t value, uintptr_t power_of_two, uintptr_t *rounded)
{
    uintptr_t sum;
    if (!wm_add(value, power_of_two - 1, &sum)) {
        return false;
    }
    *rounded = wm_round_down(sum, power_of_two);
    return true;
}

#endif

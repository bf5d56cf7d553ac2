/* See clock.h. */
#define _POSIX_C_SOURCE 200809L /* clock_gettime */
#include "kit/clock.h"

#include <time.h>

uint64_t hck_clock_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* The clock that limits, progress and times of the kit go by. */
#ifndef HCK_KIT_CLOCK_H
#define HCK_KIT_CLOCK_H

#include <stdint.h>

/* Milliseconds since some moment before the start; never goes back. */
uint64_t hck_clock_ms(void);

#endif

/* An operating system that fails on demand, for tests: the Linux table, decorated. What it does is
 * said where everybody may read it. */
#ifndef WM_OS_OS_SIM_H
#define WM_OS_OS_SIM_H

#include "impl/include/winmem_sim.h"

#endif

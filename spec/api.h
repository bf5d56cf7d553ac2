/* The documented functions as one structure of pointers, made from spec/calls.def.
 *
 * A pointer is NULL where the target does not have the function. Calling convention and widths are
 * the platform's own: System V with Win64 widths on Linux, WINAPI on Windows. */
#ifndef HCK_SPEC_API_H
#define HCK_SPEC_API_H

#include "spec/win32.h"

struct api {
#define CALL(name, family, rule, effect, result, type, parameters, ...) \
    type(WINAPI *name) parameters;
#define PROBE(...)
#include "spec/calls.def"
#undef CALL
#undef PROBE
};

#endif

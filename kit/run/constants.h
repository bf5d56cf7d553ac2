/* Numbers of an observation for people; what its values are is in spec/structs.h. */
#ifndef HCK_KIT_RUN_CONSTANTS_H
#define HCK_KIT_RUN_CONSTANTS_H

#include "oracle/oracle.h"
#include "spec/structs.h"

/* Everything but addresses and words, which need names of a trace (kit/run/names.h). A size of more
 * than a terabyte that is no round number is the distance of two addresses, or an address, and
 * differs from run to run: it is rounded down to "more than 64T". */
void hck_constant_print(enum number_kind kind, uint64_t value, char *text, size_t size);

/* How the result of a call is read. */
enum number_kind hck_constant_result_kind(const struct call *call);

enum number_kind hck_constant_measure_kind(uint32_t measure);

#endif

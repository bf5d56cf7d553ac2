/* How a number of an observation is to be read, and its name where it has one. */
#ifndef HCK_KIT_RUN_CONSTANTS_H
#define HCK_KIT_RUN_CONSTANTS_H

#include "oracle/oracle.h"

enum number_kind {
    NUMBER_PLAIN,
    NUMBER_SIZE,
    NUMBER_HEX,
    NUMBER_BOOL,
    NUMBER_ADDRESS,
    NUMBER_ERROR,      /* a Win32 error code */
    NUMBER_EXCEPTION,  /* an exception code */
    NUMBER_STATUS,     /* enum observation_status */
    NUMBER_PROTECTION, /* PAGE_... */
    NUMBER_STATE,      /* MEM_COMMIT, MEM_RESERVE, MEM_FREE */
    NUMBER_TYPE,       /* MEM_PRIVATE, ... */
    NUMBER_WALK_FLAGS, /* PROCESS_HEAP_... */
    NUMBER_HANDLER     /* a v slot */
};

/* Everything but addresses, which need names of a trace (kit/run/names.h). */
void hck_constant_print(enum number_kind kind, uint64_t value, char *text, size_t size);

/* How the result of a call is read. */
enum number_kind hck_constant_result_kind(const struct call *call);

/* Name and kind of values[index] of an observation of this call; `entry` receives the position in a
 * list of entries, or UINT32_MAX where the call has no list. NULL for the guard count behind a list
 * or a value nobody named. */
const char *hck_constant_value_name(enum call_id call, uint32_t index, enum number_kind *kind,
                                    uint32_t *entry);

/* How many values one entry of the call's list has; 0 where it has no list. */
uint32_t hck_constant_entry_values(enum call_id call);

enum number_kind hck_constant_measure_kind(uint32_t measure);

#endif

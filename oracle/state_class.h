/* What a call meets, in a number for each part of it. */
#ifndef HCK_ORACLE_STATE_CLASS_H
#define HCK_ORACLE_STATE_CLASS_H

#include "oracle/model.h"
#include "oracle/oracle.h"

/* The classes of the state as it is now for the call. */
void hck_oracle_state_classes(const struct oracle *oracle, const struct call *call,
                              uint16_t classes[STATE_PART_COUNT]);

#endif

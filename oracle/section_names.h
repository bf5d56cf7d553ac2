/* What is known of the names of sections. How many handles a name has, and the size and protection
 * of its section, is in the typestate. */
#ifndef HCK_ORACLE_SECTION_NAMES_H
#define HCK_ORACLE_SECTION_NAMES_H

#include "oracle/judge.h"

/* Whether nothing is known of the section of this object: calls that gave its name or took it away
 * met each other in time. */
bool hck_section_name_is_doubtful(const struct judgement *j, uint8_t object);

/* A call has got or closed a handle of the object, and is not in the typestate yet. */
void hck_section_name_note(struct judgement *j, uint8_t object);

/* The model of a section for the slot of the call, which has got a handle of the object: where it
 * is new, one of `bytes`. */
void hck_section_name_share(struct judgement *j, uint8_t object, uint64_t bytes);

#endif

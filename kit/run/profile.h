/* Profiles: which bases of clauses a run judges. */
#ifndef HCK_KIT_RUN_PROFILE_H
#define HCK_KIT_RUN_PROFILE_H

#include "oracle/oracle.h"

struct profile {
    const char *name; /* "documented", "windows", "hostile" */
    uint32_t bases;
    bool hostile;
};

/* The profile of a name, or NULL. */
const struct profile *hck_profile_find(const char *name);

/* What a target is judged by unless the user says: `windows` for libwinmem and for an agent under
 * Wine (the first word of the command is wine or wine64), `documented` for everybody else. */
const struct profile *hck_profile_default(const char *target_name);

/* What a clause can be judged under: `hostile` for a promise, which is about calls that no other
 * profile makes, `windows` for the rest. */
const struct profile *hck_profile_for_clause(enum clause_id clause);

#endif

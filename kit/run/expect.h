/* Known deviations: a file of clauses that may be violated, each with a reason.
 *
 *     # why this file is here
 *     heap_realloc.in_place_only.never_moves  the arena has no free list yet, issue 12
 *
 * The list can only shrink: a clause on it that is no longer violated fails the run. */
#ifndef HCK_KIT_RUN_EXPECT_H
#define HCK_KIT_RUN_EXPECT_H

#include <stddef.h>

#include "spec/clause.h"

/* reasons[clause] is NULL where the clause is not listed. Starts as all zeroes. */
struct expect_list {
    char *reasons[CLAUSE_COUNT];
    uint32_t count;
};

enum expect_load { EXPECT_LOADED, EXPECT_UNREADABLE, EXPECT_MALFORMED };

/* Otherwise `message` says "file:line:column: expected ...", or why the file cannot be read. */
enum expect_load hck_expect_load(const char *path, struct expect_list *list, char *message,
                                 size_t size);
void hck_expect_free(struct expect_list *list);

#endif

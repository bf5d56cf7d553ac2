/* Which clauses a run speaks of: those of its profile, narrowed by globs. */
#ifndef HCK_KIT_RUN_SELECTION_H
#define HCK_KIT_RUN_SELECTION_H

#include <stddef.h>

#include "spec/clause.h"

struct selection {
    bool clauses[CLAUSE_COUNT];
    uint32_t count;
};

/* Takes the clauses of `bases` that match a glob of `only` (all, where there is none) and no glob
 * of `skip`. Each text holds globs joined by commas. False, with *message (of `size` bytes): a glob
 * that matches no clause at all, or nothing is left. */
bool hck_selection_make(struct selection *selection, uint32_t bases, const char *const *only,
                        size_t only_count, const char *const *skip, size_t skip_count,
                        char *message, size_t size);

/* Says ", did you mean 'heap_size.*'?" of a glob that matches no clause: one that it begins, or
 * that is spelt like it. Nothing where there is none. */
void hck_selection_suggest(const char *glob, char *text, size_t size);

/* The same of an id: ", did you mean 'heap_size.live_block.succeeds'?", or "; see 'heapck spec list
 * heap_size.*'" where the id begins like that, or where they all are. */
void hck_selection_suggest_id(const char *id, char *text, size_t size);

#endif

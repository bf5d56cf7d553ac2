/* The clause table: what an implementation of the documented API owes its callers.
 *
 * One row per clause in spec/clauses/<file>.def, all of them listed by spec/clauses/all.def. A row
 * is
 *
 *     CLAUSE(family, topic, guarantee, BASIS, "statement", "source")
 *
 * and its stable id is the three words joined by dots: heap_realloc.in_place_only.never_moves. The
 * enumerator is CLAUSE_heap_realloc_in_place_only_never_moves, so the compiler checks every use.
 * A retired id is never given to another guarantee.
 *
 * What a clause lacks on purpose (a judge, a trace, a mutant) is a row with its reason in
 * spec/clauses/exemptions.def: EXEMPT(family, topic, guarantee, WHAT, "reason").
 */
#ifndef HCK_SPEC_CLAUSE_H
#define HCK_SPEC_CLAUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum clause_basis {
    BASIS_DOCUMENTED, /* the platform documentation guarantees it */
    BASIS_LATITUDE,   /* the documentation leaves a choice; every allowed answer is accepted */
    BASIS_UNDEFINED,  /* the documentation forbids the call; the kit does not make it */
    BASIS_OBSERVED,   /* undocumented but stable behaviour that real programs rely on */
    BASIS_PROMISE,    /* what libwinmem adds on top */
    BASIS_COUNT
};

#define BASIS_BIT(basis) (1u << (basis))

enum clause_id {
#define CLAUSE(family, topic, guarantee, basis, statement, source) \
    CLAUSE_##family##_##topic##_##guarantee,
#include "spec/clauses/all.def"
#undef CLAUSE
    CLAUSE_COUNT,
    CLAUSE_NONE = CLAUSE_COUNT
};

struct clause {
    const char *id;     /* "heap_alloc.zero_memory.zeroes_every_byte" */
    const char *family; /* "heap_alloc" */
    enum clause_basis basis;
    const char *statement; /* precise enough to check by machine */
    const char *source;    /* documentation page or seed document */
};

/* What a clause may do without. */
enum clause_exempt_from { EXEMPT_JUDGE = 1, EXEMPT_TRACE = 2, EXEMPT_MUTANT = 4 };

/* The row of a clause. `id` is below CLAUSE_COUNT. */
const struct clause *hck_clause_get(enum clause_id id);

/* BASIS_BIT of each, close together, for who needs them at every call; of CLAUSE_NONE all. */
extern const uint8_t hck_clause_basis_bits[CLAUSE_COUNT + 1];

/* The clause of a dotted id, or CLAUSE_NONE. */
enum clause_id hck_clause_find(const char *id);

/* The same for an id of `length` characters that is not terminated. */
enum clause_id hck_clause_find_text(const char *id, size_t length);

/* The written reason why a clause lacks `what`, or NULL where it has to have one. */
const char *hck_clause_exemption(enum clause_id id, enum clause_exempt_from what);

/* Whether the dotted id matches a glob of '*' and '?'. */
bool hck_clause_glob(const char *glob, const char *id);

const char *hck_clause_basis_name(enum clause_basis basis);

#endif

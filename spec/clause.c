/* The clause table in storage, and the ways to find a row. */
#include "spec/clause.h"

#include <string.h>

static const struct clause clauses[CLAUSE_COUNT] = {
#define CLAUSE(family, topic, guarantee, basis, statement, source) \
    {#family "." #topic "." #guarantee, #family, basis, statement, source},
#include "spec/clauses/all.def"
#undef CLAUSE
};

/* Lengths apart from the rows: a search reads these bytes and compares only ids of that length. */
static const uint8_t id_lengths[CLAUSE_COUNT] = {
#define CLAUSE(family, topic, guarantee, basis, statement, source) \
    sizeof(#family "." #topic "." #guarantee) - 1,
#include "spec/clauses/all.def"
#undef CLAUSE
};

const uint8_t hck_clause_basis_bits[CLAUSE_COUNT + 1] = {
#define CLAUSE(family, topic, guarantee, basis, statement, source) BASIS_BIT(basis),
#include "spec/clauses/all.def"
#undef CLAUSE
    [CLAUSE_NONE] = UINT8_MAX,
};

const struct clause *hck_clause_get(enum clause_id id)
{
    return &clauses[id];
}

enum clause_id hck_clause_find_text(const char *id, size_t length)
{
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        if (id_lengths[i] == length && memcmp(clauses[i].id, id, length) == 0) {
            return (enum clause_id)i;
        }
    }
    return CLAUSE_NONE;
}

enum clause_id hck_clause_find(const char *id)
{
    return hck_clause_find_text(id, strlen(id));
}

struct exemption {
    enum clause_id clause;
    unsigned from;
    const char *reason;
};

/* The row at the end keeps the array legal where there are no exemptions at all. */
static const struct exemption exemptions[] = {
#define EXEMPT(family, topic, guarantee, what, reason) \
    {CLAUSE_##family##_##topic##_##guarantee, (what), reason},
#include "spec/clauses/exemptions.def"
#undef EXEMPT
    {CLAUSE_NONE, 0, NULL},
};

const char *hck_clause_exemption(enum clause_id id, enum clause_exempt_from what)
{
    for (const struct exemption *row = exemptions; row->reason != NULL; row++) {
        if (row->clause == id && (row->from & (unsigned)what) != 0) {
            return row->reason;
        }
    }
    return NULL;
}

/* On a mismatch the last star takes one character more; earlier stars never need to, so the work is
 * at most the product of the lengths. */
bool hck_clause_glob(const char *glob, const char *id)
{
    const char *star = NULL;
    const char *star_id = NULL;
    while (*id != '\0') {
        if (*glob == '*') {
            star = glob++;
            star_id = id;
        } else if (*glob == '?' || *glob == *id) {
            glob++;
            id++;
        } else if (star != NULL) {
            glob = star + 1;
            id = ++star_id;
        } else {
            return false;
        }
    }
    while (*glob == '*') {
        glob++;
    }
    return *glob == '\0';
}

const char *hck_clause_basis_name(enum clause_basis basis)
{
    switch (basis) {
    case BASIS_DOCUMENTED:
        return "documented";
    case BASIS_LATITUDE:
        return "latitude";
    case BASIS_UNDEFINED:
        return "undefined";
    case BASIS_OBSERVED:
        return "observed";
    case BASIS_PROMISE:
        return "promise";
    case BASIS_COUNT:
        break;
    }
    return "unknown";
}

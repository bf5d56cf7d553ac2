/* What each protection grants. */
#ifndef HCK_ORACLE_PAGE_ACCESS_H
#define HCK_ORACLE_PAGE_ACCESS_H

#include "oracle/region.h"

/* The numbers are those of an exception record. */
enum access { ACCESS_READ = 0, ACCESS_WRITE = 1, ACCESS_EXECUTE = 8 };

enum page_verdict { PAGE_GRANTS, PAGE_REFUSES, PAGE_MAY_REFUSE, PAGE_UNKNOWN };

struct page_rule {
    enum page_verdict verdict;
    enum clause_id clause; /* that says so */
};

/* PAGE_GUARD and the cache modifiers are left out of account. */
struct page_rule hck_page_rule(uint32_t protect, enum access access);

enum { GUARD_CLAUSES_MAX = 4 };

/* The clauses by which the first access to a guard page raises the alarm: that of the access, and
 * those of whoever armed the page or was to leave it armed. Returns how many. */
unsigned hck_guard_clauses(const struct oracle *oracle, const struct page_piece *piece,
                           enum clause_id clauses[GUARD_CLAUSES_MAX]);

#endif

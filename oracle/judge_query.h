/* What queries show of a reservation, compared with what the model has. */
#ifndef HCK_ORACLE_JUDGE_QUERY_H
#define HCK_ORACLE_JUDGE_QUERY_H

#include "oracle/judge_virtual.h"

enum { CLAUSE_WORDS = CLAUSE_COUNT / 64 + 1 };

/* One observation of a query. Many pages may show the same clause, which is written down once. */
struct query {
    struct judgement *j;
    const uint64_t *values;
    uint32_t run_count;
    bool is_single;  /* VirtualQuery: subjects are its values, not measures */
    bool is_trusted; /* of the region in hand: what is not as expected is how it is now */
    uint64_t told[CLAUSE_WORDS];
};

/* How a page was before the call that should have changed its protection, and the clause that this
 * call breaks where the page is still so: a written page that is no copy, a guard that outlived a
 * lock. Calls that merely show it are not to blame. */
struct former_page {
    enum clause_id clause; /* CLAUSE_NONE: there is no such call */
    uint64_t protect;
};

struct former_page hck_query_former(const struct oracle *oracle, const struct page_piece *piece);

/* Whether the clause of the former page is the one that is broken. */
static inline bool is_as_before(const struct former_page *former, uint64_t seen_protect)
{
    return former->clause != CLAUSE_NONE && former->protect == seen_protect;
}

void hck_query_start(struct query *query, struct judgement *j);

/* Judges what the runs from number `first` on show of the region, and brings the model in line with
 * it. The first of them holds a page of the region. Returns the number of the first run behind the
 * region. */
uint32_t hck_query_region(struct query *query, struct model_region *region, uint32_t first);

/* The details of a run that is reported free. */
void hck_query_free_run(struct query *query, uint32_t run);

static inline uint64_t query_value(const struct query *query, uint32_t run,
                                   enum memory_value member)
{
    return query->values[(size_t)run * MEMORY_VALUE_COUNT + member];
}

static inline uint64_t query_end(const struct query *query, uint32_t run)
{
    return query_value(query, run, MEMORY_BASE) + query_value(query, run, MEMORY_REGION_SIZE);
}

#endif

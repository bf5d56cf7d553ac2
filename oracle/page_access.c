/* The access matrix, one row for each base protection. */
#include "oracle/page_access.h"

enum { BASE_CONSTANTS = 0xFF };

struct row {
    uint32_t protect;
    struct page_rule read;
    struct page_rule write;
    struct page_rule execute;
};

#define GRANTS(clause)                    \
    {                                     \
        PAGE_GRANTS, CLAUSE_page_##clause \
    }
#define REFUSES(clause)                    \
    {                                      \
        PAGE_REFUSES, CLAUSE_page_##clause \
    }

static const struct row rows[] = {
    {PAGE_NOACCESS, REFUSES(no_access_refuses_every_access),
     REFUSES(no_access_refuses_every_access), REFUSES(no_access_refuses_every_access)},
    {PAGE_READONLY, GRANTS(readonly_can_be_read), REFUSES(readonly_refuses_a_write),
     REFUSES(data_page_refuses_execution)},
    {PAGE_READWRITE, GRANTS(readwrite_can_be_read_and_written),
     GRANTS(readwrite_can_be_read_and_written), REFUSES(data_page_refuses_execution)},
    {PAGE_WRITECOPY, GRANTS(writecopy_can_be_read_and_written),
     GRANTS(writecopy_can_be_read_and_written), REFUSES(data_page_refuses_execution)},
    {PAGE_EXECUTE,
     {PAGE_MAY_REFUSE, CLAUSE_page_execute_may_refuse_a_read},
     REFUSES(execute_refuses_a_write),
     GRANTS(execute_can_be_executed)},
    {PAGE_EXECUTE_READ, GRANTS(execute_read_can_be_read_and_executed),
     REFUSES(execute_read_refuses_a_write), GRANTS(execute_read_can_be_read_and_executed)},
    {PAGE_EXECUTE_READWRITE, GRANTS(execute_readwrite_allows_every_access),
     GRANTS(execute_readwrite_allows_every_access), GRANTS(execute_readwrite_allows_every_access)},
    {PAGE_EXECUTE_WRITECOPY, GRANTS(execute_writecopy_allows_every_access),
     GRANTS(execute_writecopy_allows_every_access), GRANTS(execute_writecopy_allows_every_access)},
};

struct page_rule hck_page_rule(uint32_t protect, enum access access)
{
    struct page_rule unknown = {PAGE_UNKNOWN, CLAUSE_NONE};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].protect == (protect & BASE_CONSTANTS)) {
            switch (access) {
            case ACCESS_READ:
                return rows[i].read;
            case ACCESS_WRITE:
                return rows[i].write;
            case ACCESS_EXECUTE:
                return rows[i].execute;
            }
        }
    }
    return unknown;
}

unsigned hck_guard_clauses(const struct oracle *oracle, const struct page_piece *piece,
                           enum clause_id clauses[GUARD_CLAUSES_MAX])
{
    unsigned count = 0;
    clauses[count++] = CLAUSE_guard_page_first_access_raises_the_alarm;
    if (piece->cause == CAUSE_PROTECTED) {
        clauses[count++] = CLAUSE_guard_page_arming_works_in_virtual_protect;
    } else if (piece->cause == CAUSE_COMMITTED || piece->cause == CAUSE_RESERVED_COMMITTED) {
        clauses[count++] = CLAUSE_guard_page_arming_works_in_virtual_alloc;
    }
    if (piece->cause == CAUSE_PROTECTED && piece->was_alarmed) {
        clauses[count++] = CLAUSE_guard_page_arming_can_be_repeated;
    }
    if (oracle->events.alarm.epoch > piece->epoch) {
        clauses[count++] = CLAUSE_guard_page_first_access_keeps_the_guard_of_other_pages;
    }
    return count;
}

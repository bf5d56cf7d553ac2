/* Logs for the clauses of calls, errors, exceptions and virtual memory, one table a file. */
#ifndef HCK_TESTS_ORACLE_VIRTUAL_CASES_H
#define HCK_TESTS_ORACLE_VIRTUAL_CASES_H

#include "tests/oracle/harness.h"

/* X(name): tables `name_cases` with `name_case_count` rows. */
#define EACH_VIRTUAL_TABLE(X) \
    X(call)                   \
    X(error)                  \
    X(exception)              \
    X(memory_status)          \
    X(working_set)            \
    X(address_space)          \
    X(page)                   \
    X(virtual_alloc)          \
    X(large_page)             \
    X(virtual_reset)          \
    X(virtual_discard)        \
    X(virtual_lock)           \
    X(virtual_offer)          \
    X(write_watch)            \
    X(virtual_free)           \
    X(virtual_protect)        \
    X(virtual_query)          \
    X(process_handle)         \
    X(pointer_check)          \
    X(file_mapping)           \
    X(section_name)           \
    X(view)                   \
    X(handle)

#define DECLARE(name)                            \
    extern const struct log_case name##_cases[]; \
    extern const size_t name##_case_count;
EACH_VIRTUAL_TABLE(DECLARE)
#undef DECLARE

#define CASE_COUNT(cases) (sizeof(cases) / sizeof(cases)[0])

#define HOLDS(clause, log)                  \
    {                                       \
        CLAUSE_##clause, VERDICT_HOLDS, log \
    }
#define VIOLATED(clause, log)                  \
    {                                          \
        CLAUSE_##clause, VERDICT_VIOLATED, log \
    }
#define LATITUDE(clause, log)                  \
    {                                          \
        CLAUSE_##clause, VERDICT_LATITUDE, log \
    }
#define UNSUPPORTED(clause, log)                  \
    {                                             \
        CLAUSE_##clause, VERDICT_UNSUPPORTED, log \
    }

#endif

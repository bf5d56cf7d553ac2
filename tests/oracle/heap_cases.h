/* Logs for the clauses of the heap families, one table a file, and the lines that many begin with.
 */
#ifndef HCK_TESTS_ORACLE_HEAP_CASES_H
#define HCK_TESTS_ORACLE_HEAP_CASES_H

#include "tests/oracle/harness.h"

/* X(name): tables `name_cases` with `name_case_count` rows. */
#define EACH_HEAP_TABLE(X) \
    X(heap_create)         \
    X(heap_alloc)          \
    X(heap_realloc)        \
    X(heap_block)          \
    X(heap_content)        \
    X(heap_walk)           \
    X(heap_information)    \
    X(heap_lock)

#define DECLARE(name)                            \
    extern const struct log_case name##_cases[]; \
    extern const size_t name##_case_count;
EACH_HEAP_TABLE(DECLARE)
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

#define HEAP "h0 = HeapCreate(0, 0, 0) -> 0x100000\n"
#define RAISING_HEAP "h0 = HeapCreate(HEAP_GENERATE_EXCEPTIONS, 0, 0) -> 0x100000\n"
#define FIXED "h0 = HeapCreate(0, 0, 4M) -> 0x100000\n"
#define SECOND_HEAP "h1 = HeapCreate(0, 0, 0) -> 0x8100000\n"
#define DEFAULT "h9 = GetProcessHeap() -> 0x90000\n"
#define B0 "b0 = HeapAlloc(h0, 0, 100) -> 0x100100\n"
#define B1 "b1 = HeapAlloc(h0, 0, 100) -> 0x100200\n"
#define FREE0 "HeapFree(h0, 0, b0) -> 1\n"
#define FREE1 "HeapFree(h0, 0, b1) -> 1\n"
#define FILL0 "Fill(b0, 7) -> 0\n"

/* A walk: the entries, then the guard count. */
#define REGION "0x100000, 64, 0, 0, 1, 4096, 1044480, 0x100040, 0x200000, "
#define BUSY0 "0x100100, 100, 12, 0, 4, 0, 0, 0, 0, "
#define BUSY1 "0x100200, 100, 12, 0, 4, 0, 0, 0, 0, "
#define GAP "0x100300, 3328, 0, 0, 0, 0, 0, 0, 0, "
#define RESERVE "0x101000, 1044480, 0, 0, 2, 0, 0, 0, 0, "
#define WALK(entries) "WalkHeap(h0) -> 1 error=259 values=(" entries "0)\n"

#endif

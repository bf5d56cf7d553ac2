/* See answers.h. */
#include "tests/oracle/answers.h"

#include "spec/clause.h"
#include "spec/win32.h"

enum { MORE_VALUES_MAX = 20 };

static uint64_t state;

void answers_seed(uint64_t seed)
{
    state = seed;
}

uint64_t answers_next(uint64_t below)
{
    state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (state >> 33) % below;
}

/* Numbers that mean something in many logs, among them the addresses of their heaps, blocks and
 * regions. */
uint64_t answers_number(void)
{
    static const uint64_t numbers[] = {0,
                                       1,
                                       2,
                                       4,
                                       8,
                                       100,
                                       4096,
                                       0x10000,
                                       MEM_COMMIT,
                                       MEM_RESERVE,
                                       MEM_FREE,
                                       MEM_PRIVATE,
                                       PAGE_NOACCESS,
                                       PAGE_READWRITE | PAGE_GUARD,
                                       0x100000,
                                       0x100100,
                                       0x100200,
                                       0x10000000,
                                       0x10001000,
                                       OUT_UNTOUCHED_DWORD,
                                       OUT_UNTOUCHED_WORD,
                                       LAST_ERROR_SENTINEL,
                                       ERROR_INVALID_PARAMETER,
                                       ERROR_INVALID_ADDRESS,
                                       ERROR_ALREADY_EXISTS,
                                       ERROR_NO_MORE_ITEMS,
                                       STATUS_ACCESS_VIOLATION,
                                       STATUS_GUARD_PAGE_VIOLATION,
                                       STATUS_NO_MEMORY,
                                       UINT32_MAX,
                                       UINT64_MAX};
    return numbers[answers_next(sizeof numbers / sizeof numbers[0])];
}

static void answer_handlers(struct observation *seen)
{
    seen->handler_call_count = (uint32_t)answers_next(HANDLER_CALLS_MAX + 1);
    for (uint32_t i = 0; i < seen->handler_call_count; i++) {
        seen->handler_calls[i] =
            (struct handler_call){answers_next(4) == 0 ? NO_SLOT : (uint32_t)answers_next(3),
                                  (uint32_t)answers_number(),
                                  (uint32_t)answers_next(2),
                                  (uint32_t)answers_next(EXCEPTION_PARAMETERS_MAX + 2),
                                  {answers_number(), answers_number()}};
    }
}

static void answer_values(struct observation *seen)
{
    uint32_t count = (uint32_t)answers_next(seen->value_count + MORE_VALUES_MAX);
    for (uint32_t i = 0; i < count; i++) {
        if (i >= seen->value_count || answers_next(3) == 0) {
            seen->values[i] = answers_number();
        }
    }
    seen->value_count = count;
}

static void answer_exception(struct observation *seen)
{
    seen->status = STATUS_RAISED;
    seen->exception_code = (uint32_t)answers_number();
    seen->exception_flags = (uint32_t)answers_next(2);
    seen->parameter_count = (uint32_t)answers_next(EXCEPTION_PARAMETERS_MAX + 1);
    for (uint32_t i = 0; i < seen->parameter_count; i++) {
        seen->parameters[i] = answers_number();
    }
}

/* A rule, or a clause that is none. */
static void answer_skipped(struct observation *seen)
{
    seen->status = STATUS_SKIPPED;
    do {
        seen->skipped_by = (uint16_t)answers_next(CLAUSE_COUNT);
    } while (answers_next(8) != 0 &&
             hck_clause_get((enum clause_id)seen->skipped_by)->basis != BASIS_UNDEFINED);
}

void answers_change(struct observation *seen)
{
    switch (answers_next(12)) {
    case 6:
        answer_skipped(seen);
        break;
    case 0:
        seen->status = (uint8_t)answers_next(STATUS_COUNT);
        break;
    case 1:
        answer_exception(seen);
        break;
    case 2:
        answer_handlers(seen);
        break;
    case 3:
        seen->last_error = (uint32_t)answers_number();
        break;
    case 4:
        seen->has_last_error = false;
        break;
    case 5:
        seen->result = answers_number();
        break;
    default:
        answer_values(seen);
        break;
    }
}

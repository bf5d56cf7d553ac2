/* Constants of the platform by number, for people. */
#include "kit/run/constants.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "spec/measure.h"
#include "spec/text.h"
#include "spec/win32.h"

#define GIGABYTE (UINT64_C(1) << 30)
#define TERABYTE (UINT64_C(1) << 40)

struct constant {
    uint64_t value;
    const char *name;
};

#define NAMED(constant)     \
    {                       \
        constant, #constant \
    }

static const struct constant errors[] = {
    NAMED(ERROR_SUCCESS),
    NAMED(ERROR_INVALID_FUNCTION),
    NAMED(ERROR_ACCESS_DENIED),
    NAMED(ERROR_INVALID_HANDLE),
    NAMED(ERROR_NOT_ENOUGH_MEMORY),
    NAMED(ERROR_BAD_LENGTH),
    NAMED(ERROR_GEN_FAILURE),
    NAMED(ERROR_NOT_SUPPORTED),
    NAMED(ERROR_INVALID_PARAMETER),
    NAMED(ERROR_CALL_NOT_IMPLEMENTED),
    NAMED(ERROR_INSUFFICIENT_BUFFER),
    NAMED(ERROR_NOT_LOCKED),
    NAMED(ERROR_BUSY),
    NAMED(ERROR_NO_MORE_ITEMS),
    NAMED(ERROR_NOT_OWNER),
    NAMED(ERROR_INVALID_ADDRESS),
    NAMED(ERROR_NOACCESS),
    NAMED(ERROR_NO_SYSTEM_RESOURCES),
    NAMED(ERROR_COMMITMENT_LIMIT),
    NAMED(ERROR_ALREADY_EXISTS),
    NAMED(ERROR_FILE_NOT_FOUND),
    NAMED(ERROR_PATH_NOT_FOUND),
};

static const struct constant exceptions[] = {
    NAMED(STATUS_GUARD_PAGE_VIOLATION),
    NAMED(STATUS_DATATYPE_MISALIGNMENT),
    NAMED(STATUS_ACCESS_VIOLATION),
    NAMED(STATUS_IN_PAGE_ERROR),
    NAMED(STATUS_INVALID_HANDLE),
    NAMED(STATUS_INVALID_PARAMETER),
    NAMED(STATUS_NO_MEMORY),
    NAMED(STATUS_ILLEGAL_INSTRUCTION),
    NAMED(STATUS_NONCONTINUABLE_EXCEPTION),
    NAMED(STATUS_INVALID_DISPOSITION),
    NAMED(STATUS_STACK_OVERFLOW),
    NAMED(STATUS_HEAP_CORRUPTION),
};

static const struct constant statuses[] = {
    {STATUS_RETURNED, "a return"},
    {STATUS_RAISED, "an exception"},
    {STATUS_SKIPPED, "not made"},
    {STATUS_UNSUPPORTED, "unsupported"},
    {STATUS_CRASHED, "a crash"},
    {STATUS_HUNG, "a hang"},
    {STATUS_EXITED, "an exit of the process"},
};

static const struct constant accesses[] = {
    {0, "0 (a read)"},
    {1, "1 (a write)"},
    {8, "8 (an execution)"},
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char *find_name(const struct constant *rows, size_t count, uint64_t value)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].value == value) {
            return rows[i].name;
        }
    }
    return NULL;
}

static void print_error(uint64_t value, char *text, size_t size)
{
    const char *name = find_name(errors, COUNT(errors), value);
    if (value == LAST_ERROR_SENTINEL) {
        (void)snprintf(text, size, "what it was before");
    } else {
        (void)snprintf(text, size, "%" PRIu64 "%s%s", value, name != NULL ? " " : "",
                       name != NULL ? name : "");
    }
}

static void print_name_or_hex(const struct constant *rows, size_t count, uint64_t value, char *text,
                              size_t size)
{
    const char *name = find_name(rows, count, value);
    if (name != NULL) {
        (void)snprintf(text, size, "%s", name);
    } else {
        (void)snprintf(text, size, "%#" PRIx64, value);
    }
}

/* The bounds of what a process may have are round enough: SIZE_MAX-15, and the last 2 MB below 128
 * TB in which nothing is ever placed. */
static bool is_from_the_layout(uint64_t size)
{
    return size > TERABYTE && size < 128 * TERABYTE - (2u << 20) && size % GIGABYTE != 0;
}

static void print_size(uint64_t value, char *text, size_t size)
{
    if (!is_from_the_layout(value)) {
        hck_text_print_size(value, text, size);
        return;
    }
    uint64_t round = TERABYTE;
    while (round * 2 <= value) {
        round *= 2;
    }
    (void)snprintf(text, size, "more than %" PRIu64 "T", round / TERABYTE);
}

void hck_constant_print(enum number_kind kind, uint64_t value, char *text, size_t size)
{
    if (hck_number_print(kind, value, text, size)) {
        return;
    }
    switch ((int)kind) {
    case NUMBER_PLAIN:
    case NUMBER_ADDRESS:
        (void)snprintf(text, size, "%" PRIu64, value);
        break;
    case NUMBER_SIZE:
        print_size(value, text, size);
        break;
    case NUMBER_DIGEST:
        (void)snprintf(text, size, "others");
        break;
    case NUMBER_ACCESS:
        print_name_or_hex(accesses, COUNT(accesses), value, text, size);
        break;
    case NUMBER_WORD:
    case NUMBER_HEX:
        (void)snprintf(text, size, "0x%" PRIx64, value);
        break;
    case NUMBER_BOOL:
        (void)snprintf(text, size, "%s", value == 0 ? "FALSE" : "TRUE");
        break;
    case NUMBER_ERROR:
        print_error(value, text, size);
        break;
    case NUMBER_EXCEPTION:
        print_name_or_hex(exceptions, COUNT(exceptions), value, text, size);
        break;
    case NUMBER_STATUS:
        print_name_or_hex(statuses, COUNT(statuses), value, text, size);
        break;
    case NUMBER_HANDLER:
        (void)snprintf(text, size, value == NO_SLOT ? "a handler without a name" : "v%" PRIu64,
                       value);
        break;
    default:
        break;
    }
}

enum number_kind hck_constant_result_kind(const struct call *call)
{
    switch (hck_call_rows[call->id].result) {
    case RESULT_NONE:
        return NUMBER_PLAIN;
    case RESULT_BOOL:
    case RESULT_WALK:
        return NUMBER_BOOL;
    case RESULT_DWORD:
        return call->id == CALL_GetLastError ? NUMBER_ERROR : NUMBER_PLAIN;
    case RESULT_SIZE:
        return NUMBER_SIZE;
    case RESULT_HEAP:
    case RESULT_BLOCK:
    case RESULT_REGION:
    case RESULT_HANDLER:
    case RESULT_SECTION:
        break;
    }
    return NUMBER_ADDRESS;
}

enum number_kind hck_constant_measure_kind(uint32_t measure)
{
    switch (measure) {
    case MEASURE_walk_busy_digest:
        return NUMBER_DIGEST;
    case MEASURE_walk_size_at:
    case MEASURE_walk_free_largest:
    case MEASURE_walk_committed:
    case MEASURE_query_allocation_size:
    case MEASURE_query_used:
        return NUMBER_SIZE;
    case MEASURE_query_protect_at:
    case MEASURE_query_allocation_protect_at:
        return NUMBER_protection;
    case MEASURE_query_type_at:
        return NUMBER_memory_type;
    case MEASURE_query_state_at:
        return NUMBER_memory_state;
    case MEASURE_query_allocation_base_at:
    case MEASURE_query_end:
        return NUMBER_ADDRESS;
    default:
        return NUMBER_PLAIN;
    }
}

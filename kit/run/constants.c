/* Constants of the platform by number, for people. */
#include "kit/run/constants.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "spec/measure.h"
#include "spec/text.h"
#include "spec/win32.h"

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

static const struct constant states[] = {
    NAMED(MEM_COMMIT),
    NAMED(MEM_RESERVE),
    NAMED(MEM_FREE),
};

static const struct constant types[] = {
    NAMED(MEM_PRIVATE),
    NAMED(MEM_MAPPED),
    NAMED(MEM_IMAGE),
};

static const struct constant walk_flags[] = {
    NAMED(PROCESS_HEAP_REGION),         NAMED(PROCESS_HEAP_UNCOMMITTED_RANGE),
    NAMED(PROCESS_HEAP_ENTRY_BUSY),     NAMED(PROCESS_HEAP_SEG_ALLOC),
    NAMED(PROCESS_HEAP_ENTRY_MOVEABLE), NAMED(PROCESS_HEAP_ENTRY_DDESHARE),
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

static void print_walk_flags(uint64_t value, char *text, size_t size)
{
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; i < COUNT(walk_flags) && length < size; i++) {
        if ((value & walk_flags[i].value) != 0) {
            int written = snprintf(text + length, size - length, "%s%s", length > 0 ? "|" : "",
                                   walk_flags[i].name);
            length += written > 0 ? (size_t)written : 0;
            value &= ~walk_flags[i].value;
        }
    }
    if ((value != 0 || length == 0) && length < size) {
        (void)snprintf(text + length, size - length, "%s%#" PRIx64, length > 0 ? "|" : "", value);
    }
}

void hck_constant_print(enum number_kind kind, uint64_t value, char *text, size_t size)
{
    switch (kind) {
    case NUMBER_PLAIN:
    case NUMBER_ADDRESS:
        (void)snprintf(text, size, "%" PRIu64, value);
        break;
    case NUMBER_SIZE:
        hck_text_print_size(value, text, size);
        break;
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
    case NUMBER_PROTECTION:
        hck_text_print_flags(FLAG_SET_protection, (uint32_t)value, text, size);
        break;
    case NUMBER_STATE:
        print_name_or_hex(states, COUNT(states), value, text, size);
        break;
    case NUMBER_TYPE:
        print_name_or_hex(types, COUNT(types), value, text, size);
        break;
    case NUMBER_WALK_FLAGS:
        print_walk_flags(value, text, size);
        break;
    case NUMBER_HANDLER:
        (void)snprintf(text, size, value == NO_SLOT ? "a handler without a name" : "v%" PRIu64,
                       value);
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
        break;
    }
    return NUMBER_ADDRESS;
}

struct value_row {
    const char *name;
    enum number_kind kind;
};

static const struct value_row walk_values[WALK_VALUE_COUNT] = {
    [WALK_DATA] = {"lpData", NUMBER_ADDRESS},
    [WALK_SIZE] = {"cbData", NUMBER_SIZE},
    [WALK_OVERHEAD] = {"cbOverhead", NUMBER_PLAIN},
    [WALK_REGION_INDEX] = {"iRegionIndex", NUMBER_PLAIN},
    [WALK_FLAGS] = {"wFlags", NUMBER_WALK_FLAGS},
    [WALK_COMMITTED] = {"dwCommittedSize", NUMBER_SIZE},
    [WALK_UNCOMMITTED] = {"dwUnCommittedSize", NUMBER_SIZE},
    [WALK_FIRST] = {"lpFirstBlock", NUMBER_ADDRESS},
    [WALK_LAST] = {"lpLastBlock", NUMBER_ADDRESS},
};

static const struct value_row memory_values[MEMORY_VALUE_COUNT] = {
    [MEMORY_BASE] = {"BaseAddress", NUMBER_ADDRESS},
    [MEMORY_ALLOCATION_BASE] = {"AllocationBase", NUMBER_ADDRESS},
    [MEMORY_ALLOCATION_PROTECT] = {"AllocationProtect", NUMBER_PROTECTION},
    [MEMORY_REGION_SIZE] = {"RegionSize", NUMBER_SIZE},
    [MEMORY_STATE] = {"State", NUMBER_STATE},
    [MEMORY_PROTECT] = {"Protect", NUMBER_PROTECTION},
    [MEMORY_TYPE] = {"Type", NUMBER_TYPE},
};

static const struct value_row summary_values[SUMMARY_VALUE_COUNT] = {
    [SUMMARY_CB] = {"cb", NUMBER_PLAIN},
    [SUMMARY_ALLOCATED] = {"cbAllocated", NUMBER_SIZE},
    [SUMMARY_COMMITTED] = {"cbCommitted", NUMBER_SIZE},
    [SUMMARY_RESERVED] = {"cbReserved", NUMBER_SIZE},
    [SUMMARY_MAX_RESERVE] = {"cbMaxReserve", NUMBER_SIZE},
};

static const struct value_row query_values[QUERY_VALUE_COUNT] = {
    [QUERY_INFORMATION] = {"HeapInformation", NUMBER_PLAIN},
    [QUERY_INFORMATION_BEYOND] = {"the word behind HeapInformation", NUMBER_HEX},
    [QUERY_RETURN_LENGTH] = {"ReturnLength", NUMBER_SIZE},
};

static const struct value_row protect_values[PROTECT_VALUE_COUNT] = {
    [PROTECT_OLD] = {"the old protection", NUMBER_PROTECTION},
};

static const struct value_row system_values[SYSTEM_VALUE_COUNT] = {
    [SYSTEM_ARCHITECTURE] = {"wProcessorArchitecture", NUMBER_PLAIN},
    [SYSTEM_PAGE_SIZE] = {"dwPageSize", NUMBER_SIZE},
    [SYSTEM_MINIMUM] = {"lpMinimumApplicationAddress", NUMBER_HEX},
    [SYSTEM_MAXIMUM] = {"lpMaximumApplicationAddress", NUMBER_HEX},
    [SYSTEM_PROCESSOR_MASK] = {"dwActiveProcessorMask", NUMBER_HEX},
    [SYSTEM_PROCESSOR_COUNT] = {"dwNumberOfProcessors", NUMBER_PLAIN},
    [SYSTEM_PROCESSOR_TYPE] = {"dwProcessorType", NUMBER_PLAIN},
    [SYSTEM_GRANULARITY] = {"dwAllocationGranularity", NUMBER_SIZE},
};

static const struct value_row peek_values[PEEK_VALUE_COUNT] = {
    [PEEK_FIRST] = {"the first byte", NUMBER_PLAIN},
    [PEEK_UNIFORM] = {"the number of leading bytes equal to the first", NUMBER_SIZE},
    [PEEK_DIFFERENT] = {"the first byte that differs", NUMBER_PLAIN},
};

static const struct value_row process_heaps_values[1] = {{"ProcessHeaps", NUMBER_ADDRESS}};

uint32_t hck_constant_entry_values(enum call_id call)
{
    switch ((int)call) {
    case CALL_WalkHeap:
        return WALK_VALUE_COUNT;
    case CALL_QueryRegion:
    case CALL_QueryAll:
        return MEMORY_VALUE_COUNT;
    case CALL_GetProcessHeaps:
        return 1;
    default:
        return 0;
    }
}

/* The rows of one out-structure or list entry of the call. */
static const struct value_row *find_rows(enum call_id call, uint32_t *count)
{
    switch ((int)call) {
    case CALL_HeapWalk:
    case CALL_WalkHeap:
        *count = WALK_VALUE_COUNT;
        return walk_values;
    case CALL_VirtualQuery:
    case CALL_QueryRegion:
    case CALL_QueryAll:
        *count = MEMORY_VALUE_COUNT;
        return memory_values;
    case CALL_HeapSummary:
        *count = SUMMARY_VALUE_COUNT;
        return summary_values;
    case CALL_HeapQueryInformation:
        *count = QUERY_VALUE_COUNT;
        return query_values;
    case CALL_VirtualProtect:
        *count = PROTECT_VALUE_COUNT;
        return protect_values;
    case CALL_GetSystemInfo:
        *count = SYSTEM_VALUE_COUNT;
        return system_values;
    case CALL_Peek:
        *count = PEEK_VALUE_COUNT;
        return peek_values;
    case CALL_GetProcessHeaps:
        *count = 1;
        return process_heaps_values;
    default:
        *count = 0;
        return NULL;
    }
}

const char *hck_constant_value_name(enum call_id call, uint32_t index, enum number_kind *kind,
                                    uint32_t *entry)
{
    uint32_t count = 0;
    const struct value_row *rows = find_rows(call, &count);
    uint32_t per_entry = hck_constant_entry_values(call);
    *kind = NUMBER_HEX;
    *entry = UINT32_MAX;
    if (per_entry != 0) {
        *entry = index / per_entry;
        index %= per_entry;
    }
    if (index >= count) {
        return NULL;
    }
    *kind = rows[index].kind;
    return rows[index].name;
}

enum number_kind hck_constant_measure_kind(uint32_t measure)
{
    switch (measure) {
    case MEASURE_walk_size_at:
        return NUMBER_SIZE;
    case MEASURE_query_state_at:
        return NUMBER_STATE;
    case MEASURE_query_allocation_base_at:
    case MEASURE_query_end:
        return NUMBER_ADDRESS;
    default:
        return NUMBER_PLAIN;
    }
}

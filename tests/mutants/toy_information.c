/* HeapQueryInformation and HeapSetInformation. */
#include "tests/mutants/toy_heap.h"

#include <string.h>

#define LOW_FRAGMENTATION 2u

/* --- Query -------------------------------------------------------------------------------- */

static ULONG compatibility_of(const struct heap *heap)
{
    bool is_restricted = heap_is_restricted(heap);
    if (mutant(heap_query_gives_an_unknown_value)) {
        return 7;
    }
    if (mutant(heap_query_gives_look_aside_lists) && !is_restricted) {
        return 1;
    }
    if (mutant(heap_query_calls_a_restricted_heap_low_fragmentation) && is_restricted) {
        return LOW_FRAGMENTATION;
    }
    if (mutant(heap_query_calls_a_restricted_heap_look_aside) && is_restricted) {
        return 1;
    }
    return heap->compatibility;
}

static BOOL query_compatibility(struct heap *heap, PVOID information, SIZE_T length, PSIZE_T needed)
{
    bool is_short = length < sizeof heap->compatibility;
    if (needed != NULL && !(is_short && mutant(heap_query_hides_the_needed_length))) {
        *needed = mutant(heap_query_returns_eight_bytes) && !is_short ? 8 : 4;
    }
    if (needed == NULL && mutant(heap_query_needs_a_return_length)) {
        return heap_fail(heap, ERROR_INVALID_PARAMETER);
    }
    if (is_short && mutant(heap_query_accepts_a_short_buffer)) {
        return TRUE;
    }
    if (is_short) {
        return heap_fail(heap, mutant(heap_query_calls_a_short_buffer_a_parameter)
                                   ? ERROR_INVALID_PARAMETER
                                   : ERROR_INSUFFICIENT_BUFFER);
    }
    if (information == NULL) {
        return heap_fail(heap, ERROR_NOACCESS);
    }
    ULONG value = compatibility_of(heap);
    memcpy(information, &value, sizeof value);
    return TRUE;
}

BOOL HeapQueryInformation(HANDLE HeapHandle, HEAP_INFORMATION_CLASS HeapInformationClass,
                          PVOID HeapInformation, SIZE_T HeapInformationLength, PSIZE_T ReturnLength)
{
    struct heap *heap = heap_find(HeapHandle);
    if (heap == NULL) {
        return toy_fail(ERROR_INVALID_HANDLE);
    }
    if (HeapInformationClass != HeapCompatibilityInformation) {
        return heap_fail(heap, ERROR_INVALID_PARAMETER);
    }
    return query_compatibility(heap, HeapInformation, HeapInformationLength, ReturnLength);
}

/* --- Set ---------------------------------------------------------------------------------- */

static BOOL ask_for_low_fragmentation(struct heap *heap)
{
    if (mutant(heap_set_refuses_low_fragmentation)) {
        return heap_fail(heap, ERROR_GEN_FAILURE);
    }
    if (heap_is_restricted(heap)) {
        return mutant(heap_set_accepts_it_for_a_restricted_heap)
                   ? TRUE
                   : heap_fail(heap, ERROR_GEN_FAILURE);
    }
    heap->compatibility = mutant(heap_set_forgets_low_fragmentation) ? 0 : LOW_FRAGMENTATION;
    return TRUE;
}

/* Every growable serialized heap is a low-fragmentation heap, and none can stop being one; a
 * restricted heap cannot be one. */
static BOOL set_compatibility(struct heap *heap, const void *information, SIZE_T length)
{
    ULONG value = 0;
    if (heap == NULL) {
        return toy_fail(ERROR_INVALID_HANDLE);
    }
    if (information == NULL || length < sizeof value) {
        return heap_fail(heap, ERROR_INSUFFICIENT_BUFFER);
    }
    memcpy(&value, information, sizeof value);
    if (value > LOW_FRAGMENTATION) {
        return heap_fail(heap, ERROR_INVALID_PARAMETER);
    }
    if (value == LOW_FRAGMENTATION) {
        return ask_for_low_fragmentation(heap);
    }
    if (mutant(heap_set_ends_low_fragmentation)) {
        heap->compatibility = 0;
    }
    return value == heap->compatibility ? TRUE : heap_fail(heap, ERROR_GEN_FAILURE);
}

static BOOL optimize(const struct heap *heap, HANDLE handle, const void *information, SIZE_T length)
{
    HEAP_OPTIMIZE_RESOURCES_INFORMATION wanted;
    if (heap == NULL && handle != NULL) {
        return toy_fail(ERROR_INVALID_HANDLE);
    }
    if (information == NULL || length < sizeof wanted || mutant(heap_set_refuses_to_optimize)) {
        return toy_fail(ERROR_INVALID_PARAMETER);
    }
    memcpy(&wanted, information, sizeof wanted);
    if (wanted.Version != HEAP_OPTIMIZE_RESOURCES_CURRENT_VERSION || wanted.Flags != 0) {
        return toy_fail(ERROR_INVALID_PARAMETER);
    }
    return TRUE;
}

BOOL HeapSetInformation(HANDLE HeapHandle, HEAP_INFORMATION_CLASS HeapInformationClass,
                        PVOID HeapInformation, SIZE_T HeapInformationLength)
{
    struct heap *heap = heap_find(HeapHandle);
    if (mutant(heap_set_damages_a_block)) {
        spoil_block(heap == NULL ? heaps : heap, 0);
    }
    switch ((int)HeapInformationClass) {
    case HeapCompatibilityInformation:
        return set_compatibility(heap, HeapInformation, HeapInformationLength);
    case HeapEnableTerminationOnCorruption:
        /* The toy finds no corruption: its bookkeeping is out of reach. */
        return mutant(heap_set_refuses_termination) ? toy_fail(ERROR_INVALID_PARAMETER) : TRUE;
    case HeapOptimizeResources:
        return optimize(heap, HeapHandle, HeapInformation, HeapInformationLength);
    default:
        return toy_fail(ERROR_INVALID_PARAMETER);
    }
}

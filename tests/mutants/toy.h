/* What the files of the toy share.
 *
 * The toy is a second, independent implementation of the documented API: slow, simple and meant to
 * be right. It shows that the oracle is not merely fitted to libwinmem. Each mutant is the toy with
 * one deliberate fault, chosen at load by HEAPCK_MUTANT=<name> from mutants.def; it shows that the
 * oracle notices. `if (mutant(name))` stands where the fault is made; without a mutant no such
 * branch is ever taken. What only mutants need is marked so.
 *
 * Locks are taken in this order: heap list, heap, virtual memory, handlers. No lock is held while a
 * handler of the client runs, because a handler may leave by longjmp. */
#ifndef HCK_TESTS_MUTANTS_TOY_H
#define HCK_TESTS_MUTANTS_TOY_H

#include <stdbool.h>
#include <stdint.h>

#include "tests/mutants/toy_api.h"

enum mutant_id {
    MUTANT_NONE, /* the correct toy */
#define MUTANT(name, ...) MUTANT_##name,
#include "tests/mutants/mutants.def"
#undef MUTANT
    MUTANT_COUNT
};

extern enum mutant_id toy_mutant;

#define mutant(name) (toy_mutant == MUTANT_##name)

#define TOY_PAGE ((size_t)0x1000)
#define TOY_LARGE_PAGE ((size_t)0x200000)
#define TOY_GRANULARITY ((size_t)0x10000)
#define TOY_LOWEST ((uintptr_t)0x10000)
#define TOY_BEYOND                                                                        \
    ((uintptr_t)0x7FFFFFFF0000)         /* the first byte above the application addresses \
                                         */
#define TOY_BYTES_MAX ((size_t)1 << 34) /* of one block, heap or region: more is out of memory */

static inline size_t round_down(size_t value, size_t unit)
{
    return value - value % unit;
}

/* The caller has excluded overflow. */
static inline size_t round_up(size_t value, size_t unit)
{
    return round_down(value + unit - 1, unit);
}

static inline size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Addresses are numbers inside the toy; these two are where they become pointers again. */
static inline void *to_pointer(uintptr_t address)
{
    return (void *)address;
}

static inline uintptr_t to_address(const void *pointer)
{
    return (uintptr_t)pointer;
}

/* What a mutant does to a byte that it must not touch. */
static inline void spoil(uintptr_t address)
{
    *(unsigned char *)to_pointer(address) += 1; /* not undone by another time */
}

/* Sets the last error and is false, so that `return toy_fail(...)` reads as what it does. */
bool toy_fail(DWORD error);

/* Raises a continuable exception with one parameter; returns where a handler continues. */
void toy_raise(DWORD code, ULONG_PTR parameter);

/* Where an exception comes from. */
enum origin {
    ORIGIN_RAISE,
    ORIGIN_FAULT,
    ORIGIN_SECOND /* the one that continuing a noncontinuable exception raises */
};

enum search_end { NOBODY_CONTINUES, SOMEBODY_CONTINUES };

/* Shows the record to the vectored handlers until one continues execution. */
enum search_end toy_dispatch(EXCEPTION_RECORD *record, void *context, enum origin origin);

/* Takes the signals of memory faults, at load and again with every handler that is added. */
void toy_take_signals(void);

/* Makes the default heap, at load. */
void toy_start_heaps(void);

#endif

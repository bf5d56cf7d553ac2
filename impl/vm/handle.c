/* See handle.h. */
#include "impl/vm/handle.h"

#include "impl/base/pool.h"

#include <stdint.h>

enum {
    PLACES_IN_A_TABLE = 256, /* so that a table is a piece of a pool */
    TABLE_COUNT = 256,
    PLACE_BITS = 16,
    USE_BITS = 8,
    HANDLE_SHIFT = 2 /* the lowest bits of a handle are the client's */
};

_Static_assert(PLACES_IN_A_TABLE *TABLE_COUNT == 1 << PLACE_BITS, "every place has its number");

struct place {
    struct wm_handle what; /* without a section: free */
    uint32_t use;          /* how often it was taken, as far as USE_BITS tell */
    uint32_t next_free;    /* where it is free: number of the next one, plus one */
};

_Static_assert(PLACES_IN_A_TABLE * sizeof(struct place) <= WM_POOL_PIECE_BYTES_MAX, "one piece");

static struct place *tables[TABLE_COUNT];
static uint32_t place_count; /* in tables, from the first one on */
static uint32_t first_free;  /* its number plus one, 0: none */
static uint32_t open_count;
static struct wm_pool pool;

static struct place *place_at(uint32_t number)
{
    return &tables[number / PLACES_IN_A_TABLE][number % PLACES_IN_A_TABLE];
}

static bool add_table(void)
{
    uint32_t table = place_count / PLACES_IN_A_TABLE;
    if (table == TABLE_COUNT) {
        return false;
    }
    tables[table] = wm_pool_take(&pool, PLACES_IN_A_TABLE * sizeof(struct place));
    if (tables[table] == NULL) {
        return false;
    }
    for (uint32_t i = PLACES_IN_A_TABLE; i > 0; i--) {
        uint32_t number = place_count + i - 1;
        place_at(number)->next_free = first_free;
        first_free = number + 1;
    }
    place_count += PLACES_IN_A_TABLE;
    return true;
}

HANDLE wm_handle_make(struct wm_handle what)
{
    if (first_free == 0 && !add_table()) {
        return NULL;
    }
    uint32_t number = first_free - 1;
    struct place *place = place_at(number);
    first_free = place->next_free;
    place->what = what;
    open_count++;
    place->use = (place->use + 1) % (1u << USE_BITS);
    uintptr_t value = (uintptr_t)place->use << PLACE_BITS | number;
    return (HANDLE)((value + 1) << HANDLE_SHIFT);
}

/* The number of the place that an open handle has, or place_count. */
static uint32_t number_of(HANDLE handle)
{
    uintptr_t value = ((uintptr_t)handle >> HANDLE_SHIFT) - 1;
    uint32_t number = value % (1u << PLACE_BITS);
    bool is_open = number < place_count && place_at(number)->what.section != NULL &&
                   place_at(number)->use == value >> PLACE_BITS;
    return is_open ? number : place_count;
}

struct wm_handle wm_handle_find(HANDLE handle)
{
    uint32_t number = number_of(handle);
    return number < place_count ? place_at(number)->what : (struct wm_handle){.section = NULL};
}

void wm_handle_drop(HANDLE handle)
{
    uint32_t number = number_of(handle);
    struct place *place = place_at(number);
    place->what.section = NULL;
    open_count--;
    place->next_free = first_free;
    first_free = number + 1;
}

bool wm_handle_start_over(void)
{
    if (open_count != 0) {
        return false;
    }
    place_count = 0;
    first_free = 0;
    return wm_pool_reset(&pool);
}

/* An input meets the target as any other did, whichever came before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "fuzz/harness.h"

enum { SEEN_MAX = 64 };

static const struct api *target;
static HANDLE seen[SEEN_MAX];
static unsigned seen_count;

static HANDLE see(HANDLE heap)
{
    assert_true(seen_count < SEEN_MAX);
    return seen[seen_count++] = heap;
}

static HANDLE WINAPI seen_create(DWORD options, SIZE_T initial, SIZE_T maximum)
{
    return see(target->HeapCreate(options, initial, maximum));
}

static HANDLE WINAPI seen_default(void)
{
    return see(target->GetProcessHeap());
}

static LPVOID WINAPI seen_allocate(HANDLE heap, DWORD flags, SIZE_T size)
{
    return see(target->HeapAlloc(heap, flags, size));
}

/* How many addresses the input was given. */
static unsigned judge(const char *input)
{
    static const struct input_options options = {.families = INPUT_FAMILIES_ALL, .thread_count = 1};
    struct api api;
    target = hck_harness_target();
    api = *target;
    api.HeapCreate = seen_create;
    api.GetProcessHeap = seen_default;
    api.HeapAlloc = seen_allocate;
    seen_count = 0;
    hck_harness_judge(&api, &options, (const uint8_t *)input, strlen(input));
    return seen_count;
}

static void an_input_is_given_the_same_addresses_whichever_came_before_it(void **state)
{
    (void)state;
    static const char input[] = "# heapck trace 1\n"
                                "h0 = HeapCreate(0, 0, 0)\n"
                                "b0 = HeapAlloc(h0, 0, 100)\n"
                                "h1 = GetProcessHeap()\n"
                                "b1 = HeapAlloc(h1, 0, 4M)\n"
                                "b2 = HeapAlloc(h1, 0, 30)\n";
    static const char *const others[] = {
        "",
        "# heapck trace 1\nr0 = VirtualAlloc(NULL, 1G, MEM_RESERVE, PAGE_NOACCESS)\n",
        "# heapck trace 1\nh0 = GetProcessHeap()\nb0 = HeapAlloc(h0, 0, 16)\nb1 = HeapAlloc(h0, 0, "
        "600000)\nHeapFree(h0, 0, b0)\n",
        "# heapck trace 1\nh0 = HeapCreate(0, 0, 0)\nh1 = HeapCreate(0, 1M, 0)\nHeapDestroy(h0)\n",
        "# heapck trace 1\nHeapFree(h1023, 0, b1023)\n",
    };
    HANDLE first[SEEN_MAX];
    unsigned count = judge(input);
    assert_true(count >= 5);
    memcpy(first, seen, sizeof first);
    for (unsigned i = 0; i < sizeof others / sizeof others[0]; i++) {
        (void)judge(others[i]);
        assert_int_equal(judge(input), count);
        assert_memory_equal(seen, first, count * sizeof seen[0]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_input_is_given_the_same_addresses_whichever_came_before_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

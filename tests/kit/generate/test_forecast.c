/* The forecast grants what a target can grant and refuses what the documentation refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kit/generate/forecast.h"
#include "tests/kit/trace/text.h"

static const uint32_t slot_count[SLOT_KIND_COUNT] = {4, 8, 8, 4, 4, 4};

static void advance(struct forecast *forecast, const char *text)
{
    struct call call = parse_call(text);
    hck_forecast_advance(forecast, &call);
}

static bool grants(const struct forecast *forecast, const char *text)
{
    struct call call = parse_call(text);
    return hck_forecast_grants(forecast, &call);
}

static struct forecast start(void)
{
    struct forecast forecast;
    assert_true(hck_forecast_start(&forecast, slot_count, false));
    return forecast;
}

static void blocks_live_and_die(void **unused)
{
    struct forecast forecast = start();
    (void)unused;
    advance(&forecast, "h0 = HeapCreate(0, 0, 0)");
    advance(&forecast, "b0 = HeapAlloc(h0, 0, 100)");
    assert_true(hck_forecast_is_live(&forecast, SLOT_BLOCK, 0));
    advance(&forecast, "b1 = HeapReAlloc(h0, 0, b0, 200)");
    assert_false(hck_forecast_is_live(&forecast, SLOT_BLOCK, 0));
    assert_true(hck_forecast_slot(&forecast, SLOT_BLOCK, 1)->size == 200);
    advance(&forecast, "HeapDestroy(h0)");
    assert_false(hck_forecast_is_live(&forecast, SLOT_BLOCK, 1));
    assert_null(hck_forecast_slot(&forecast, SLOT_BLOCK, 8));
    hck_forecast_stop(&forecast);
}

static void sizes_out_of_reach_are_refused(void **unused)
{
    struct forecast forecast = start();
    (void)unused;
    advance(&forecast, "h0 = HeapCreate(0, 0, 0)");
    advance(&forecast, "h1 = HeapCreate(0, 0, 1M)");
    assert_true(grants(&forecast, "b0 = HeapAlloc(h0, 0, 64M)"));
    assert_false(grants(&forecast, "b0 = HeapAlloc(h0, 0, SIZE_MAX)"));
    assert_true(grants(&forecast, "b0 = HeapAlloc(h1, 0, 524279)"));
    assert_false(grants(&forecast, "b0 = HeapAlloc(h1, 0, 524280)"));
    advance(&forecast, "b0 = HeapAlloc(h0, 0, SIZE_MAX)");
    assert_false(hck_forecast_is_live(&forecast, SLOT_BLOCK, 0));
    hck_forecast_stop(&forecast);
}

static void pages_have_to_be_in_the_right_state(void **unused)
{
    struct forecast forecast = start();
    (void)unused;
    advance(&forecast, "r0 = VirtualAlloc(NULL, 16K, MEM_RESERVE, PAGE_READWRITE)");
    assert_false(grants(&forecast, "VirtualProtect(r0, 4K, PAGE_READONLY, &out)"));
    advance(&forecast, "VirtualAlloc(r0+4K, 1, MEM_COMMIT, PAGE_READWRITE)");
    assert_true(grants(&forecast, "VirtualProtect(r0+4K, 4K, PAGE_READONLY, &out)"));
    assert_false(grants(&forecast, "VirtualProtect(r0+4K, 4097, PAGE_READONLY, &out)"));
    assert_false(grants(&forecast, "VirtualProtect(r0+4K, 4K, PAGE_READONLY, NULL)"));
    assert_false(grants(&forecast, "VirtualProtect(r0+4K, 4K, PAGE_WRITECOPY, &out)"));
    assert_false(grants(&forecast, "VirtualAlloc(r0+12K, 8K, MEM_COMMIT, PAGE_READWRITE)"));
    assert_false(grants(&forecast, "r1 = VirtualAlloc(r0, 4K, MEM_RESERVE, PAGE_READWRITE)"));
    assert_false(grants(&forecast, "r1 = VirtualAlloc(r0+32K, 4K, MEM_RESERVE, PAGE_READWRITE)"));
    assert_true(grants(&forecast, "r1 = VirtualAlloc(r0+64K, 4K, MEM_RESERVE, PAGE_READWRITE)"));
    hck_forecast_stop(&forecast);
}

static void pages_of_a_view_are_committed_unless_the_section_is_only_reserved(void **unused)
{
    struct forecast forecast = start();
    (void)unused;
    advance(&forecast, "r0 = VirtualAlloc(NULL, 16K, MEM_RESERVE|MEM_COMMIT, PAGE_READWRITE)");
    advance(&forecast, "VirtualFree(r0, 0, MEM_RELEASE)");
    advance(&forecast, "s0 = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, "
                       "128K, NULL)");
    advance(&forecast, "r0 = MapViewOfFile(s0, FILE_MAP_WRITE, 0, 64K, 4097)");
    assert_true(grants(&forecast, "VirtualProtect(r0+4K, 1, PAGE_READONLY, &out)"));
    assert_false(grants(&forecast, "VirtualProtect(r0+8K, 1, PAGE_READONLY, &out)"));
    advance(&forecast, "r1 = MapViewOfFile(s0, FILE_MAP_READ, 0, 64K, 0)");
    assert_true(grants(&forecast, "VirtualProtect(r1+60K, 4K, PAGE_READONLY, &out)"));
    assert_false(grants(&forecast, "VirtualProtect(r1, 4K, PAGE_READWRITE, &out)"));
    advance(&forecast, "s1 = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, "
                       "PAGE_READWRITE|SEC_RESERVE, 0, 64K, NULL)");
    advance(&forecast, "UnmapViewOfFile(r0)");
    advance(&forecast, "r0 = MapViewOfFile(s1, FILE_MAP_WRITE, 0, 0, 0)");
    assert_false(grants(&forecast, "VirtualProtect(r0, 4K, PAGE_READONLY, &out)"));
    hck_forecast_stop(&forecast);
}

static void only_a_release_of_the_whole_takes_a_region_away(void **unused)
{
    struct forecast forecast = start();
    (void)unused;
    advance(&forecast, "r0 = VirtualAlloc(NULL, 16K, MEM_RESERVE|MEM_COMMIT, PAGE_READWRITE)");
    advance(&forecast, "VirtualFree(r0, 16K, MEM_RELEASE)");
    assert_true(hck_forecast_is_live(&forecast, SLOT_REGION, 0));
    advance(&forecast, "VirtualFree(r0+4K, 0, MEM_RELEASE)");
    assert_true(hck_forecast_is_live(&forecast, SLOT_REGION, 0));
    assert_true(forecast.committed[0] == 0xF);
    advance(&forecast, "VirtualFree(r0+4K, 4K, MEM_DECOMMIT)");
    assert_true(forecast.committed[0] == 0xD);
    advance(&forecast, "VirtualFree(r0, 0, MEM_DECOMMIT)");
    assert_true(forecast.committed[0] == 0);
    advance(&forecast, "VirtualFree(r0, 0, MEM_RELEASE)");
    assert_false(hck_forecast_is_live(&forecast, SLOT_REGION, 0));
    assert_true(grants(&forecast, "r1 = VirtualAlloc(r0, 4K, MEM_RESERVE, PAGE_READWRITE)"));
    hck_forecast_stop(&forecast);
}

static void a_call_that_is_not_defined_changes_nothing(void **unused)
{
    struct forecast forecast = start();
    (void)unused;
    advance(&forecast, "b0 = HeapAlloc(h0, 0, 100)");
    assert_false(hck_forecast_is_live(&forecast, SLOT_BLOCK, 0));
    advance(&forecast, "h0 = HeapCreate(0, 0, 0)");
    advance(&forecast, "h1 = HeapCreate(0, 0, 0)");
    advance(&forecast, "b0 = HeapAlloc(h0, 0, 100)");
    advance(&forecast, "HeapFree(h1, 0, b0)");
    assert_true(hck_forecast_is_live(&forecast, SLOT_BLOCK, 0));
    hck_forecast_stop(&forecast);
}

static void a_call_that_waits_is_made_when_the_lock_is_given_back(void **unused)
{
    struct forecast forecast = start();
    (void)unused;
    advance(&forecast, "h0 = HeapCreate(0, 0, 0)");
    advance(&forecast, "HeapLock(h0)");
    advance(&forecast, "@1 b0 = HeapAlloc(h0, 0, 100)");
    advance(&forecast, "@2 HeapLock(h0)");
    assert_false(hck_forecast_is_live(&forecast, SLOT_BLOCK, 0));
    advance(&forecast, "HeapUnlock(h0)");
    assert_true(hck_forecast_is_live(&forecast, SLOT_BLOCK, 0));
    assert_int_equal(hck_forecast_slot(&forecast, SLOT_HEAP, 0)->lock_thread, 2);
    assert_int_equal(hck_forecast_slot(&forecast, SLOT_HEAP, 0)->lock_count, 1);
    hck_forecast_stop(&forecast);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_live_and_die),
        cmocka_unit_test(sizes_out_of_reach_are_refused),
        cmocka_unit_test(pages_have_to_be_in_the_right_state),
        cmocka_unit_test(pages_of_a_view_are_committed_unless_the_section_is_only_reserved),
        cmocka_unit_test(only_a_release_of_the_whole_takes_a_region_away),
        cmocka_unit_test(a_call_that_is_not_defined_changes_nothing),
        cmocka_unit_test(a_call_that_waits_is_made_when_the_lock_is_given_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

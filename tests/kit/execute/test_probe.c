/* Probes see every byte that matters, and faults end them where the page does. */
#define _POSIX_C_SOURCE 200809L
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kit/execute/fault.h"
#include "tests/kit/execute/fake.h"
#include "tests/kit/execute/fixture.h"
#include "tests/kit/execute/harness.h"

static void a_filled_block_checks_in_full_at_every_size(void **state)
{
    (void)state;
    static const char *const sizes[] = {"0",       "1",    "7",       "8",  "9",
                                        "4095",    "4097", "1048575", "1M", "1048577",
                                        "1048585", "2M",   "3145731", "16M"};
    static const unsigned long numbers[] = {
        0, 1, 7, 8, 9, 4095, 4097, 1048575, 1048576, 1048577, 1048585, 2097152, 3145731, 16777216};
    for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        char text[400];
        char end[40];
        (void)snprintf(text, sizeof text,
                       "h0 = HeapCreate(0, 0, 0)\nb0 = HeapAlloc(h0, HEAP_ZERO_MEMORY, %s)\n"
                       "Zeroed(b0)\nFill(b0, %u)\nCheck(b0)\n",
                       sizes[i], i * 1000);
        (void)snprintf(end, sizeof end, ") -> %lu", numbers[i]);
        run_text(&api, text);
        assert_log(2, end);
        assert_log(4, end);
    }
}

/* The fake writes into the last byte of what it copies. */
static void a_lost_last_byte_is_found_at_every_size(void **state)
{
    (void)state;
    fake.loses_tail = true;
    run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                   "b0 = HeapAlloc(h0, 0, 100)\n"
                   "Fill(b0, 1)\n"
                   "b0 = HeapReAlloc(h0, 0, b0, 200)\n"
                   "Check(b0)\n"
                   "b1 = HeapAlloc(h0, 0, 3000001)\n"
                   "Fill(b1, 1)\n"
                   "b2 = HeapReAlloc(h0, 0, b1, 4M)\n"
                   "Check(b2)\n");
    assert_log(4, "-> 99 values=(87)");
    assert_log(8, "-> 3000000 values=(19)");
}

static void a_byte_that_is_not_zero_is_found_at_every_size(void **state)
{
    (void)state;
    fake.forgets_to_zero = true;
    run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                   "b0 = HeapAlloc(h0, HEAP_ZERO_MEMORY, 100)\n"
                   "Zeroed(b0)\n"
                   "b1 = HeapAlloc(h0, HEAP_ZERO_MEMORY, 3000001)\n"
                   "Zeroed(b1)\n");
    assert_log(2, "-> 99 values=(1)");
    assert_log(4, "-> 3000000 values=(1)");
}

static void a_large_block_that_shrank_checks_what_it_still_has(void **state)
{
    (void)state;
    run_text(&api, "h0 = HeapCreate(0, 0, 0)\n"
                   "b0 = HeapAlloc(h0, 0, 8M)\n"
                   "Fill(b0, 3)\n"
                   "b0 = HeapReAlloc(h0, 0, b0, 3000001)\n"
                   "Check(b0)\n"
                   "b0 = HeapReAlloc(h0, 0, b0, 500001)\n"
                   "Check(b0)\n"
                   "b0 = HeapReAlloc(h0, 0, b0, 8M)\n"
                   "Check(b0)\n"
                   "b1 = HeapAlloc(h0, 0, 200M)\n" /* too large for every page */
                   "Fill(b1, 4)\n"
                   "b1 = HeapReAlloc(h0, 0, b1, 70000001)\n"
                   "Check(b1)\n");
    assert_log(4, "-> 3000001");
    assert_log(6, "-> 500001");
    assert_log(8, "-> 500001");
    assert_log(12, "-> 70000001");
}

static void peek_and_poke_stop_at_the_page_that_faults(void **state)
{
    (void)state;
    run_text(&api, "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE, PAGE_READWRITE)\n"
                   "r1 = VirtualAlloc(r0, 8K, MEM_COMMIT, PAGE_READWRITE)\n"
                   "Poke(r0+10, 5, 9)\n"
                   "Peek(r0, 12K)\n"
                   "Peek(r0+10, 8K)\n"
                   "Poke(r0+8191, 2, 1)\n"
                   "VirtualProtect(r0+4K, 4K, PAGE_READONLY, &out)\n"
                   "Poke(r0, 8K, 3)\n"
                   "Peek(r0, 8K)\n"
                   "Peek(r0, 0)\n");
    assert_log(2, "-> 5");
    assert_non_null(strstr(log_line(3), "-> raised 0xc0000005 flags=0 (0, "));
    assert_log(3, " result=8192 values=(0, 10, 9)");
    assert_log(4, " result=8182 values=(9, 5, 0)");
    assert_non_null(strstr(log_line(5), "-> raised 0xc0000005 flags=0 (1, "));
    assert_log(5, " result=1");
    assert_non_null(strstr(log_line(7), "flags=0 (1, "));
    assert_log(7, " result=4096");
    assert_log(8, "-> 8192 values=(3, 4096, 0)");
    assert_log(9, "-> 0 values=(165, 0, 165)");
}

static void a_guard_page_faults_once_also_for_an_execution(void **state)
{
    (void)state;
    run_text(&api, "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE|MEM_COMMIT, PAGE_EXECUTE_READWRITE)\n"
                   "Poke(r0, 1, 195)\n"
                   "VirtualProtect(r0, 4K, PAGE_EXECUTE_READ|PAGE_GUARD, &out)\n"
                   "Execute(r0)\n"
                   "Execute(r0)\n"
                   "Execute(r0+1)\n"
                   "VirtualProtect(r0, 4K, PAGE_READWRITE, &out)\n"
                   "Execute(r0)\n"
                   "VirtualProtect(r0, 4K, PAGE_NOACCESS, &out)\n"
                   "Execute(r0)\n");
    assert_non_null(strstr(log_line(3), "-> raised 0x80000001"));
    assert_log(4, "-> 1");
    assert_log(5, "-> 2");
    assert_non_null(strstr(log_line(7), "-> raised 0xc0000005 flags=0 (8, "));
    assert_non_null(strstr(log_line(9), "-> raised 0xc0000005 flags=0 (8, "));
}

static void executing_a_block_leaves_its_content(void **state)
{
    (void)state;
    run_text(&api, "h0 = HeapCreate(HEAP_CREATE_ENABLE_EXECUTE, 0, 0)\n"
                   "h1 = HeapCreate(0, 0, 0)\n"
                   "b0 = HeapAlloc(h0, 0, 100)\n"
                   "b1 = HeapAlloc(h1, 0, 100)\n"
                   "Fill(b0, 5)\n"
                   "Fill(b1, 5)\n"
                   "Execute(b0+50)\n"
                   "Execute(b1+50)\n"
                   "Check(b0)\n"
                   "Check(b1)\n");
    assert_log(6, "-> 1");
    assert_non_null(strstr(log_line(7), "-> raised 0xc0000005 flags=0 (8, "));
    assert_log(8, "-> 100");
    assert_log(9, "-> 100");
}

/* Given libwinmem's pages but none of its exceptions, before it has taken the signals for itself;
 * in a process of its own. */
static void without_exceptions_a_fault_in_a_probe_is_described_from_the_signal(void **state)
{
    (void)state;
    char line[512] = "";
    int ends[2];
    fake_start_without_exceptions(&api);
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        (void)hck_fault_attach(&api);
        run_hostile(&api, "r0 = VirtualAlloc(NULL, 64K, MEM_RESERVE|MEM_COMMIT, PAGE_READWRITE)\n"
                          "Peek(r0, 4K)\n"
                          "Execute(r0)\n"
                          "Poke(r0, 1, 195)\n"
                          "Execute(r0)\n");
        (void)!write(ends[1], log_line(4), strlen(log_line(4)));
        _exit(0);
    }
    (void)close(ends[1]);
    (void)!read(ends[0], line, sizeof line - 1);
    (void)close(ends[0]);
    (void)waitpid(pid, NULL, 0);
    assert_non_null(strstr(line, "-> raised 0xc0000005 flags=0 (8, "));
}

static LPVOID WINAPI crash(HANDLE heap, DWORD flags, SIZE_T size)
{
    (void)heap;
    (void)flags;
    return *(void *volatile *)(uintptr_t)(size & 8);
}

static void without_exceptions_a_fault_in_a_call_kills_the_process(void **state)
{
    (void)state;
    int status = 0;
    fake_start_without_exceptions(&api);
    api.HeapAlloc = crash;
    pid_t pid = fork();
    if (pid == 0) {
        (void)signal(SIGSEGV, SIG_DFL); /* cmocka's */
        (void)hck_fault_attach(&api);
        run_text(&api, "h0 = HeapCreate(0, 0, 0)\nb0 = HeapAlloc(h0, 0, 8)\n");
        _exit(0);
    }
    (void)waitpid(pid, &status, 0);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGSEGV);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_exceptions_a_fault_in_a_probe_is_described_from_the_signal),
        cmocka_unit_test(without_exceptions_a_fault_in_a_call_kills_the_process),
        WITH_FAKE(a_filled_block_checks_in_full_at_every_size),
        WITH_FAKE(a_lost_last_byte_is_found_at_every_size),
        WITH_FAKE(a_byte_that_is_not_zero_is_found_at_every_size),
        WITH_FAKE(a_large_block_that_shrank_checks_what_it_still_has),
        WITH_WINMEM(a_large_block_that_shrank_checks_what_it_still_has),
        WITH_WINMEM(peek_and_poke_stop_at_the_page_that_faults),
        WITH_WINMEM(a_guard_page_faults_once_also_for_an_execution),
        WITH_WINMEM(executing_a_block_leaves_its_content),
    };
    winmem_meet();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

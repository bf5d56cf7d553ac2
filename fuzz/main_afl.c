/* main() of a harness under AFL++: inputs come in shared memory, thousands to a process.
 *
 * Without afl-fuzz one input is read from standard input. */
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

/* The macros of the compiler wrapper are not written for our warnings. */
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wsign-compare"

enum { INPUTS_OF_A_PROCESS = 100000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

__AFL_FUZZ_INIT();

int main(void)
{
    static const uint8_t nothing[1];
    /* What the first input does and no other, such as attaching to the target, is none of the
     * coverage of an input, and is done before processes are forked; and what the first one of a
     * process does, before they are counted. */
    (void)LLVMFuzzerTestOneInput(nothing, 0);
    __AFL_INIT();
    (void)LLVMFuzzerTestOneInput(nothing, 0);
    const uint8_t *input = __AFL_FUZZ_TESTCASE_BUF;
    while (__AFL_LOOP(INPUTS_OF_A_PROCESS)) {
        (void)LLVMFuzzerTestOneInput(input, (size_t)__AFL_FUZZ_TESTCASE_LEN);
    }
    return 0;
}

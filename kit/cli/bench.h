/* The benchmarks. They print lines that a machine can read, "oracle.bare 5123456 calls/s", and
 * return the exit status. */
#ifndef HCK_KIT_CLI_BENCH_H
#define HCK_KIT_CLI_BENCH_H

#include <stdint.h>

enum { BENCH_ROUNDS = 5 };

/* What a benchmark that was interrupted says. */
#define BENCH_INTERRUPTED "what is above is all"

/* What judging costs: a replay on libwinmem in this process with and without the oracle, and the
 * oracle alone with few and with many live blocks. */
int hck_bench_oracle(void);

/* Calls per second through the pipe of a target's child process. */
int hck_bench_agent(const char *target_name, uint64_t trace_count);

/* Executions of fuzz inputs per second on libwinmem in this process, judged, and where their time
 * goes. */
int hck_bench_fuzz(void);

/* libwinmem's virtual memory beside the system's, and what its queries and changes cost with few
 * and many regions and with small and large ones. */
int hck_bench_vm(void);

/* Time that went by, and time that this process was given: the latter is what a benchmark inside
 * one process measures, as other work on the machine disturbs it little. */
uint64_t hck_bench_clock_ns(void);
uint64_t hck_bench_processor_ns(void);

/* The median of BENCH_ROUNDS numbers; sorts them. */
double hck_bench_median(double rounds[BENCH_ROUNDS]);

#endif

/* Runs traces written as text on targets, and keeps what was seen. */
#ifndef HCK_TESTS_TARGET_HARNESS_H
#define HCK_TESTS_TARGET_HARNESS_H

#include "kit/target/target.h"

/* What one run saw; the last observation in full. */
struct outcome {
    enum target_result result;
    uint32_t seen_count;
    struct call last_call;
    struct observation last; /* without values */
    uint32_t skipped_count;
    struct target_error error;
};

/* Fails the running test where the target string is wrong or the text malformed. */
struct target *open_target(const char *name, uint32_t trace_timeout_ms);
void run_on(struct target *target, const char *text, struct outcome *outcome);

/* The same for a trace that is there already. */
void run_trace_on(struct target *target, const struct trace *trace, struct outcome *outcome);

/* Opens, starts and closes. Fails unless it does not start, for this reason. */
void assert_does_not_start(const char *name, uint32_t start_timeout_ms, const char *reason);

/* Fails unless the run is TARGET_BROKEN, for this reason. */
void assert_broken(const struct outcome *outcome, const char *reason);

#endif

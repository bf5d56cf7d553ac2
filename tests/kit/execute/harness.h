/* Runs a trace that is written down as text and gives its log as text. */
#ifndef HCK_TESTS_EXECUTE_HARNESS_H
#define HCK_TESTS_EXECUTE_HARNESS_H

#include "kit/execute/execute.h"

/* Lines end with '\n'; the header is not needed. The observations are kept until the next run.
 * Fails the running test where the text is malformed. */
void run_text(const struct api *api, const char *text);
void run_hostile(const struct api *api, const char *text);

/* The log line of the call, counted from 0 in the order of observation. */
const char *log_line(unsigned index);

/* How many calls were observed. */
unsigned log_count(void);

/* The index of the first observed line that begins so; fails where there is none. */
unsigned log_find(const char *start);

/* Fails the running test unless the log line ends with this. */
void assert_log(unsigned index, const char *end);

/* libwinmem as a target. Its signal handlers have to outlive cmocka, which puts its own in their
 * place before each test: winmem_meet keeps them, in main before the first test, and each run with
 * the functions that winmem_start filled puts them back. */
void winmem_meet(void);
void winmem_start(struct api *api);

#endif

/* Compiling and running exported programs. */
#ifndef HCK_TESTS_KIT_EXPORT_HARNESS_H
#define HCK_TESTS_KIT_EXPORT_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kit/export/export.h"
#include "kit/trace.h"

enum { OUTPUT_SIZE = 1 << 16 };

/* cmocka group fixtures: a directory of its own in the working directory, empty at the start. */
int harness_begin(void **state);
int harness_end(void **state);

/* Compiles C text against libwinmem without any warning, runs it and returns its exit status; its
 * output goes to `output`. A signal fails the test. */
int harness_run(const char *text, char output[OUTPUT_SIZE]);

/* The same against a shared library. */
int harness_run_with(const char *text, const char *library, char output[OUTPUT_SIZE]);

/* Against libwinmem, for the export of a trace. */
int harness_run_export(const struct export_source *source, char output[OUTPUT_SIZE]);

/* Compiles for Windows without any warning. False where there is no mingw. */
bool harness_compile_for_windows(const char *text);
bool harness_has_mingw(void);

/* Compiles for Windows, runs it under Wine and returns its exit status; -1 where there is no mingw.
 */
int harness_run_under_wine(const char *text, char output[OUTPUT_SIZE]);

/* The exported text; to be freed. */
char *harness_export(const struct export_source *source);

#endif

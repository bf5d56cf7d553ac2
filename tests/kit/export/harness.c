/* Compiling and running exported programs, in child processes as a developer would. */
#define _POSIX_C_SOURCE 200809L /* mkdtemp, open_memstream, WIFEXITED */
#include "tests/kit/export/harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMMAND_SIZE = 4096 };

static char directory[] = "export_programs_XXXXXX";

int harness_begin(void **state)
{
    (void)state;
    return mkdtemp(directory) == NULL;
}

int harness_end(void **state)
{
    static const char *const names[] = {"program.c", "program", "program.exe", "output", "errors"};
    char path[256];
    (void)state;
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        (void)remove(path);
    }
    return rmdir(directory);
}

char *harness_export(const struct export_source *source)
{
    char *text = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    assert_non_null(stream);
    assert_true(hck_export_c(source, stream));
    assert_int_equal(fclose(stream), 0);
    return text;
}

static void write_program(const char *text)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/program.c", directory);
    FILE *stream = fopen(path, "w");
    assert_non_null(stream);
    assert_int_equal(fputs(text, stream) < 0, 0);
    assert_int_equal(fclose(stream), 0);
}

static void read_file(const char *name, char output[OUTPUT_SIZE])
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *stream = fopen(path, "r");
    assert_non_null(stream);
    size_t length = fread(output, 1, OUTPUT_SIZE - 1, stream);
    output[length] = '\0';
    (void)fclose(stream);
}

static int run(const char *command)
{
    int status = system(command);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void compile(const char *compiler, const char *flags, const char *more)
{
    char command[COMMAND_SIZE];
    static char errors[OUTPUT_SIZE];
    int length = snprintf(command, sizeof command,
                          "%s -O1 -Wall -Wextra -Werror %s %s/program.c %s 2> %s/errors", compiler,
                          flags, directory, more, directory);
    assert_true(length > 0 && length < COMMAND_SIZE);
    if (run(command) != 0) {
        read_file("errors", errors);
        fail_msg("%s\n%s", command, errors);
    }
}

static int build_and_run(const char *text, const char *link, char output[OUTPUT_SIZE])
{
    char command[COMMAND_SIZE];
    char more[COMMAND_SIZE / 2];
    write_program(text);
    (void)snprintf(more, sizeof more, "-o %s/program %s -lpthread", directory, link);
    compile(NATIVE_CC, NATIVE_FLAGS " -I" SOURCE_ROOT " -I" SOURCE_ROOT "/impl/include", more);
    /* What a program has when it ends is nobody's leak. */
    (void)snprintf(
        command, sizeof command,
        "ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0 timeout 60 %s/program > %s/output 2>&1",
        directory, directory);
    int status = run(command);
    read_file("output", output);
    return status;
}

/* The references are weak, and a weak one takes nothing out of an archive. */
int harness_run(const char *text, char output[OUTPUT_SIZE])
{
    return build_and_run(text, "-Wl,--whole-archive " WINMEM_LIBRARY " -Wl,--no-whole-archive",
                         output);
}

int harness_run_with(const char *text, const char *library, char output[OUTPUT_SIZE])
{
    char link[COMMAND_SIZE / 4];
    (void)snprintf(link, sizeof link, "-Wl,--no-as-needed %s -Wl,-rpath,%.*s", library,
                   (int)(strrchr(library, '/') - library), library);
    return build_and_run(text, link, output);
}

int harness_run_export(const struct export_source *source, char output[OUTPUT_SIZE])
{
    char *text = harness_export(source);
    int status = harness_run(text, output);
    free(text);
    return status;
}

#ifdef MINGW_CC
bool harness_has_mingw(void)
{
    return true;
}

bool harness_compile_for_windows(const char *text)
{
    char more[256];
    write_program(text);
    (void)snprintf(more, sizeof more, "-o %s/program.exe", directory);
    compile(MINGW_CC, "", more);
    return true;
}

int harness_run_under_wine(const char *text, char output[OUTPUT_SIZE])
{
    char command[COMMAND_SIZE];
    assert_true(harness_compile_for_windows(text));
    (void)snprintf(command, sizeof command, "timeout 120 wine %s/program.exe > %s/output 2>&1",
                   directory, directory);
    int status = run(command);
    read_file("output", output);
    return status;
}
#else
bool harness_has_mingw(void)
{
    return false;
}

bool harness_compile_for_windows(const char *text)
{
    (void)text;
    return false;
}

int harness_run_under_wine(const char *text, char output[OUTPUT_SIZE])
{
    (void)text;
    output[0] = '\0';
    return -1;
}
#endif

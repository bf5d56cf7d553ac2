/* Running the program from a shell. */
#define _POSIX_C_SOURCE 200809L /* mkdtemp, setenv, symlink */

#include "tests/kit/cli/program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { TEXT_MAX = 1 << 22, COMMAND_MAX = 4000 };

static char folder[] = "/tmp/heapck-cli-XXXXXX";
static char out_text[TEXT_MAX];
static char err_text[TEXT_MAX];
static char file_text[TEXT_MAX];

const char plain_trace[] = "# heapck trace 1\n"
                           "h0 = HeapCreate(0, 0, 0)\n"
                           "b0 = HeapAlloc(h0, 0, 100)\n"
                           "HeapSize(h0, 0, b0)\n"
                           "HeapFree(h0, 0, b0)\n"
                           "HeapDestroy(h0)\n";

int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL || chdir(folder) != 0 || setenv("HEAPCK", HEAPCK_PROGRAM, 1) != 0 ||
        setenv("AGENT", AGENT_PROGRAM, 1) != 0 || unsetenv("HEAPCK_CORPUS") != 0 ||
        unsetenv("HEAPCK_MUTANT") != 0 || unsetenv("DEVIANT") != 0 ||
        symlink(DEVIANT_LIBRARY, "deviant.so") != 0) {
        return -1;
    }
    write_file("plain.trace", plain_trace);
    return 0;
}

int remove_folder(void **state)
{
    char command[100];
    (void)state;
    (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return chdir("/") != 0 || system(command) != 0; /* NOLINT(cert-env33-c) a name we made */
}

static void read_into(const char *name, char *text)
{
    FILE *file = fopen(name, "r");
    if (file == NULL) {
        fail_msg("%s is not there", name);
    }
    size_t length = fread(text, 1, TEXT_MAX - 1, file);
    text[length] = '\0';
    (void)fclose(file);
}

struct run run(const char *command)
{
    char shell[COMMAND_MAX];
    (void)snprintf(shell, sizeof shell, "{ %s\n} >.out 2>.err", command);
    int status = system(shell); /* NOLINT(cert-env33-c) a shell is what users type into */
    read_into(".out", out_text);
    read_into(".err", err_text);
    return (struct run){WIFEXITED(status) ? WEXITSTATUS(status) : -1, out_text, err_text};
}

struct run run_for(int status, const char *command)
{
    struct run result = run(command);
    if (result.status != status) {
        fail_msg("%s\nexit status %d, not %d\n%s\n%s", command, result.status, status, result.out,
                 result.err);
    }
    return result;
}

void write_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
}

const char *read_file(const char *name)
{
    read_into(name, file_text);
    return file_text;
}

void check_has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("'%s' is not in:\n%s", part, text);
    }
}

void check_lacks(const char *text, const char *part)
{
    if (strstr(text, part) != NULL) {
        fail_msg("'%s' is in:\n%s", part, text);
    }
}

void check_last_line(const char *text, const char *line)
{
    size_t length = strlen(text);
    size_t line_length = strlen(line);
    if (length < line_length + 1 || text[length - 1] != '\n' ||
        strncmp(text + length - 1 - line_length, line, line_length) != 0 ||
        (length > line_length + 1 && text[length - line_length - 2] != '\n')) {
        fail_msg("the last line is not '%s':\n%s", line, text);
    }
}

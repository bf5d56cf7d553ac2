/* Running heapck as a user does, from a shell, in a folder of its own.
 *
 * The folder holds deviant.so (deviant.c). In commands $HEAPCK is the program. */
#ifndef HCK_TESTS_KIT_CLI_PROGRAM_H
#define HCK_TESTS_KIT_CLI_PROGRAM_H

struct run {
    int status;
    const char *out; /* standard output and standard error; valid until the next run */
    const char *err;
};

/* Group fixtures: make the folder and go there; remove it. */
int make_folder(void **state);
int remove_folder(void **state);

struct run run(const char *command);

/* Runs and fails the test, showing the output, where the exit status is another. */
struct run run_for(int status, const char *command);

void write_file(const char *name, const char *text);

/* The text of a file; valid until the next read. Fails the test where there is none. */
const char *read_file(const char *name);

/* Fails the test where the text does not hold, or does hold, the part. */
void check_has(const char *text, const char *part);
void check_lacks(const char *text, const char *part);

/* Fails the test where the last line of the text is not `line`. */
void check_last_line(const char *text, const char *line);

/* A short trace on a heap: allocate, size, free. */
extern const char plain_trace[];

#endif

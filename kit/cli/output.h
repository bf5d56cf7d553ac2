/* A file that a command is asked to write.
 *
 * It is written beside its place and moved there when it is whole, so that a command that fails or
 * is interrupted leaves what was there before. What is no plain file (a device, a pipe, a link such
 * as /dev/stdout) is written where it is. */
#ifndef HCK_KIT_CLI_OUTPUT_H
#define HCK_KIT_CLI_OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

enum { OUTPUT_PATH_MAX = 4096 };

struct output {
    const char *path; /* "-": standard output */
    FILE *stream;
    char beside[OUTPUT_PATH_MAX]; /* where it is written; empty: in its place */
};

/* Before long work whose result goes to `path` (NULL: nowhere): returns 0, or 2 where it cannot be
 * written, having said why. Changes no file, and waits for no reader of a pipe. */
int hck_output_check(const char *path);

/* False: it has said why. */
bool hck_output_open(struct output *output, const char *path);

/* Puts the file into its place. False where it could not be written whole; it has said so, and
 * what was there before still is. */
bool hck_output_close(struct output *output);

/* Gives up instead. Returns whether a part of it is written all the same: not beside its place. */
bool hck_output_discard(struct output *output);

#endif

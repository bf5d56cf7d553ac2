/* Targets that are agents: a program of its own on two pipes. */
#define _GNU_SOURCE /* strerrordesc_np, which takes no lock and so is safe in the child of a \
                       thread */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kit/execute/agent.h"
#include "kit/target/target_internal.h"

/* --- Splitting the command --- */

/* Copies one word to *to and leaves *at behind it. False: *problem. */
static bool take_word(const char **at, char **to, const char **problem)
{
    const char *from = *at;
    char quote = '\0';
    for (; *from != '\0' && (quote != '\0' || strchr(" \t\n", *from) == NULL); from++) {
        bool takes_next = *from == '\\' && (quote == '\0' || (quote == '"' && from[1] != '\0' &&
                                                              strchr("\"\\$`", from[1]) != NULL));
        if (takes_next) {
            from++;
            if (*from == '\0') {
                *problem = "it ends with a backslash";
                return false;
            }
            *(*to)++ = *from;
        } else if (quote == '\0' && (*from == '\'' || *from == '"')) {
            quote = *from;
        } else if (quote != '\0' && *from == quote) {
            quote = '\0';
        } else {
            *(*to)++ = *from;
        }
    }
    if (quote != '\0') {
        *problem = quote == '"' ? "a \" is not closed" : "a ' is not closed";
        return false;
    }
    *(*to)++ = '\0';
    *at = from;
    return true;
}

char **hck_target_split(const char *command, const char **problem)
{
    /* A word takes a blank or the end, so there are no more than this, and their texts are no
     * longer than the command. */
    size_t length = strlen(command);
    size_t word_max = length / 2 + 2;
    char **words = malloc(word_max * sizeof *words + length + 1);
    *problem = NULL;
    if (words == NULL) {
        *problem = "out of memory";
        return NULL;
    }
    char *to = (char *)(words + word_max);
    size_t count = 0;
    for (const char *at = command;;) {
        at += strspn(at, " \t\n");
        if (*at == '\0') {
            break;
        }
        words[count++] = to;
        if (!take_word(&at, &to, problem)) {
            break;
        }
    }
    words[count] = NULL;
    if (count == 0) {
        *problem = "there is no command";
    }
    if (*problem != NULL) {
        free(words);
        return NULL;
    }
    return words;
}

/* --- Becoming it --- */

void hck_target_become_command(const struct target *target)
{
    (void)execvp(target->words[0], target->words);
    int error = errno;
    const char *program = target->words[0];
    const char *advice = error != ENOENT || program[0] == '/' ? ""
                         : strchr(program, '/') != NULL
                             ? "; a relative path is taken from the current folder"
                             : "; a name without a slash is looked for in PATH";
    (void)dprintf(STDOUT_FILENO, AGENT_BROKEN "\"%s\" does not start: %s%s\n", program,
                  strerrordesc_np(error), advice);
}

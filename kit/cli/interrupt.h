/* Ctrl-C (SIGINT), the end of a CI job (SIGTERM) and of a terminal (SIGHUP): long commands end
 * soon, say what was done, and exit with 128 and the number of the signal. */
#ifndef HCK_KIT_CLI_INTERRUPT_H
#define HCK_KIT_CLI_INTERRUPT_H

#include <stdatomic.h>

/* True once one of these signals came. A second one of the same kind ends the program at once. */
extern atomic_bool hck_interrupted;

/* SIGHUP stays ignored where it was: nohup. */
void hck_interrupt_catch(void);

/* The status of a command: `status`, or EXIT_STATUS_INTERRUPTED where a signal came; then `done`
 * says on standard error what there is all the same (NULL: the command has said so). */
int hck_interrupt_status(int status, const char *done);

/* What the program exits with: of EXIT_STATUS_INTERRUPTED, 128 and the number of the signal. */
int hck_interrupt_exit(int status);

#endif

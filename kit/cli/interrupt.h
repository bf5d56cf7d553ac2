/* Ctrl-C: long commands end soon, say what was done, and exit 130. */
#ifndef HCK_KIT_CLI_INTERRUPT_H
#define HCK_KIT_CLI_INTERRUPT_H

#include <stdatomic.h>

/* True once Ctrl-C was pressed. A second one ends the program at once. */
extern atomic_bool hck_interrupted;

void hck_interrupt_catch(void);

/* The exit status of a command: `status`, or 130 where Ctrl-C was pressed; then `done` says on
 * standard error what there is all the same (NULL: the command has said so). */
int hck_interrupt_status(int status, const char *done);

#endif

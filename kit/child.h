/* What a forked process does first that is to run somebody else's code, and how its parent waits
 * for its end. */
#ifndef HCK_KIT_CHILD_H
#define HCK_KIT_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Ends with its parent, however that ends. False: the parent, `parent`, has ended already. */
bool hck_child_follow(pid_t parent);

/* Every signal does what it does in a program that has just begun, and none is blocked. */
void hck_child_reset_signals(void);

/* Ctrl-C and the like are for the parent, who passes on what they mean. */
void hck_child_leave_signals_to_parent(void);

/* exit, which a target may call, ends the process at once: before exit handlers, which are the
 * parent's, and so are the files that they would write to and remove. */
void hck_child_leave_at_once(void);

/* --- In the parent --- */

/* Waits for a child to end, and kills one that has not after `grace_ms`: with what it has started,
 * where it leads a group. How it ended, as waitpid says. */
int hck_child_await(pid_t pid, uint32_t grace_ms, bool leads_group);

#endif

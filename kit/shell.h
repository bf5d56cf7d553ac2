/* Command lines that are told to a reader, who pastes them into a shell. */
#ifndef HCK_KIT_SHELL_H
#define HCK_KIT_SHELL_H

#include <stddef.h>

/* Says one word of a command line, in quotes where a shell needs them, piece by piece. */
void hck_shell_say_word(const char *word, void (*say)(void *out, const char *bytes, size_t length),
                        void *out);

#endif

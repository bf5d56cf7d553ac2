/* Files that commands read: by their path, or standard input where that is "-". */
#ifndef HCK_KIT_INPUT_H
#define HCK_KIT_INPUT_H

#include <stdio.h>

/* NULL with errno set. */
FILE *hck_input_open(const char *path);
void hck_input_close(FILE *input); /* standard input stays open */

/* For people: the path, or "standard input". */
const char *hck_input_name(const char *path);

#endif

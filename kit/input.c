/* Files that commands read. */
#include "kit/input.h"

#include <stdbool.h>
#include <string.h>

static bool is_standard_input(const char *path)
{
    return strcmp(path, "-") == 0;
}

FILE *hck_input_open(const char *path)
{
    return is_standard_input(path) ? stdin : fopen(path, "rb");
}

void hck_input_close(FILE *input)
{
    if (input != stdin) {
        (void)fclose(input);
    }
}

const char *hck_input_name(const char *path)
{
    return is_standard_input(path) ? "standard input" : path;
}

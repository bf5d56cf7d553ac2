/* Prints an input of a harness as the text of a trace, as seeds are kept.
 *
 * usage: print_input FILE */
#include <stdio.h>
#include <stdlib.h>

#include "kit/fuzz/input.h"

enum { INPUT_BYTES_MAX = 1 << 20, STATUS_USAGE = 2, STATUS_BROKEN = 3 };

int main(int argc, char **argv)
{
    static const struct input_options options = {INPUT_FAMILIES_ALL, TRACE_THREADS_MAX};
    static uint8_t data[INPUT_BYTES_MAX];
    struct trace_buffer trace = {0};
    FILE *stream = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (stream == NULL) {
        (void)fprintf(stderr, "usage: %s FILE that can be read\n", argv[0]);
        return STATUS_USAGE;
    }
    size_t size = fread(data, 1, sizeof data, stream);
    (void)fclose(stream);
    bool is_printed =
        hck_fuzz_input_read(data, size, &options, &trace) && hck_trace_write(&trace.trace, stdout);
    hck_trace_free(&trace);
    return is_printed ? EXIT_SUCCESS : STATUS_BROKEN;
}

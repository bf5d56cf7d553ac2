/* An agent on standard input and output for libwinmem: what heapck-agent.exe is for Windows. */
#include <unistd.h>
#include <winmem.h>

#include "kit/execute/agent.h"

static long read_input(void *context, char *bytes, unsigned long size)
{
    (void)context;
    return read(STDIN_FILENO, bytes, size);
}

static long write_output(void *context, const char *bytes, unsigned long size)
{
    (void)context;
    return write(STDOUT_FILENO, bytes, size);
}

int main(void)
{
    static const struct agent_stream stream = {read_input, write_output, NULL};
    struct api api;
#define CALL(name, ...) api.name = name;
#define PROBE(...)
#include "spec/calls.def"
#undef CALL
#undef PROBE
    return hck_agent_serve(&api, &stream);
}

/* The agent's side of the protocol: traces in, logs out, over two byte streams.
 *
 *   agent -> kit   # heapck agent 1
 *                  # lacks HeapSummary                    a line for each function it does not have
 *                  # ready
 *   kit -> agent   # heapck trace 1                       a trace as text ...
 *                  h0 = HeapCreate(0, 0, 0)
 *                  # run            or  # step            ... executed when this line comes
 *   agent -> kit   h0 = HeapCreate(0, 0, 0) -> 0x10000    the log
 *                  # done
 *   kit -> agent   # quit             or end of file: the agent exits 0
 *
 * `# run` is buffered. With `# step` each call is announced as "# at h0 = HeapCreate(0, 0, 0)"
 * before it is made, and every line is flushed.
 *
 * Instead of "# heapck agent 1" an agent that can not start says "# broken <message>" and exits.
 *
 * A line that the agent does not understand makes it answer `# run` with
 * "# error <line>:<column>: <message>" followed by "# done", and nothing of that trace is executed;
 * lines count from the header. So do a trace without a header of its own, for a trace is run once,
 * and the header of another version. `# hostile` before `# run` lifts the typestate rules that can
 * be lifted. In a trace with threads every log line has ticks.
 *
 * "# done" is said when what the trace left behind has been given back. An agent that can not do
 * that (the target faulted) ends without it, behind the log of the last call, and exits with
 * EXECUTOR_EXIT_CLEAN_UP where it still can. */
#ifndef HCK_KIT_AGENT_H
#define HCK_KIT_AGENT_H

#include "spec/api.h"

struct agent_stream {
    /* Like read(2) and write(2); negative on failure, 0 at the end of input. */
    long (*read)(void *context, char *bytes, unsigned long size);
    long (*write)(void *context, const char *bytes, unsigned long size);
    void *context;
};

#define AGENT_HEADER "# heapck agent 1"
#define AGENT_LACKS "# lacks "
#define AGENT_BROKEN "# broken "
#define AGENT_READY "# ready"
#define AGENT_HOSTILE "# hostile"
#define AGENT_RUN "# run"
#define AGENT_STEP "# step"
#define AGENT_AT "# at "
#define AGENT_ERROR "# error "
#define AGENT_DONE "# done"
#define AGENT_QUIT "# quit"

/* Serves until the input ends or says quit. The exit status of the process: 0, or 3 where the
 * stream or memory failed. */
int hck_agent_serve(const struct api *api, const struct agent_stream *stream);

#endif

/* The process of a target and the two pipes to it.
 *
 * Bytes flow both ways at once: neither side ever waits for the other while its own pipe is full.
 * The end of the process is learned from the system and not from the end of its output, which a
 * process that it left behind may hold open. */
#ifndef HCK_KIT_CHANNEL_H
#define HCK_KIT_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct channel {
    pid_t pid; /* 0: there is no process */
    int to;    /* -1: closed */
    int from;
    int pid_fd;      /* readable when the process has ended; -1 where the system has none */
    bool was_killed; /* by hck_channel_close */
    char *received;  /* the lines of the current exchange, then what is not yet a line */
    size_t received_size;
    size_t received_capacity;
    size_t line_begin; /* of the first line not yet handed over */
};

/* What became of a line. */
enum line_taken {
    LINE_TAKEN, /* go on */
    LINE_LAST,  /* the exchange is over */
    LINE_WRONG  /* the exchange is over and the process of no more use */
};

typedef enum line_taken (*channel_line)(void *context, const char *line, size_t length);

struct exchange {
    const char *text; /* to send */
    size_t text_size;
    uint32_t timeout_ms;
    bool is_timeout_total; /* of the whole exchange; otherwise since a byte went through last */
    size_t line_max;
    channel_line take_line;
    void *context;
};

enum exchange_end {
    EXCHANGE_DONE,   /* LINE_LAST */
    EXCHANGE_WRONG,  /* LINE_WRONG */
    EXCHANGE_DIED,   /* the process has ended (hck_channel_close tells how), or closed its output */
    EXCHANGE_SILENT, /* the time is over */
    EXCHANGE_TOO_LONG, /* a line above line_max */
    EXCHANGE_NO_MEMORY
};

/* Begins with nothing received. Takes over the pipe ends and the process. */
void hck_channel_open(struct channel *channel, pid_t pid, int to, int from);

/* Whether there is a process that has ended since the last exchange. */
bool hck_channel_has_ended(const struct channel *channel);

enum exchange_end hck_channel_exchange(struct channel *channel, const struct exchange *exchange);

/* Ends the process: by closing its input, and where it does not end by itself within `grace_ms`, by
 * force with its whole process group. Returns the wait status; of a process that ended by itself,
 * its own. Closes the pipes. */
int hck_channel_close(struct channel *channel, uint32_t grace_ms);

/* Frees what was received. */
void hck_channel_free(struct channel *channel);

/* Two pipes, close-on-exec and above the standard descriptors: {child reads, we write, we read,
 * child writes}. */
enum pipe_end { CHILD_READS, WE_WRITE, WE_READ, CHILD_WRITES, PIPE_ENDS };
bool hck_channel_pipes(int ends[PIPE_ENDS]);

#endif

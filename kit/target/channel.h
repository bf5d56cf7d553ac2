/* The process of a target and the pipes to it: its input, its output, and its standard error, of
 * which the last line is kept.
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

enum { COMPLAINT_MAX = 120 };

struct channel {
    pid_t pid; /* 0: there is no process */
    int to;    /* -1: closed */
    int from;
    int errors;      /* its standard error */
    int pid_fd;      /* readable when the process has ended; -1 where the system has none */
    bool was_killed; /* by hck_channel_close */
    char *received;  /* the lines of the current exchange, then what is not yet a line */
    size_t received_size;
    size_t received_capacity;
    size_t line_begin; /* of the first line not yet handed over */
    /* The last line that it wrote to standard error, cut, as plain text. */
    char complaint[COMPLAINT_MAX];
    size_t complaint_length;
    bool complaint_is_whole; /* the next byte begins another line */
};

/* Bytes of one exchange: a million calls, or a hundred whole walks of a large heap. */
#define CHANNEL_RECEIVED_MAX ((size_t)1 << 30)

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
    uint32_t timeout_ms; /* since a line was taken, or bytes of the text went through */
    uint32_t total_ms;   /* of the whole exchange */
    size_t line_max;
    channel_line take_line;
    /* Asked again and again while the exchange goes on, ten times a second at least: true ends it.
     * May be NULL. */
    bool (*is_over)(void *context);
    void *context;
};

enum exchange_end {
    EXCHANGE_DONE,   /* LINE_LAST */
    EXCHANGE_WRONG,  /* LINE_WRONG */
    EXCHANGE_DIED,   /* the process has ended (hck_channel_close tells how), or closed its output */
    EXCHANGE_SILENT, /* timeout_ms is over */
    EXCHANGE_TOO_SLOW, /* total_ms is over */
    EXCHANGE_TOO_LONG, /* a line above line_max */
    EXCHANGE_TOO_MUCH, /* all lines together above CHANNEL_RECEIVED_MAX */
    EXCHANGE_NO_MEMORY,
    EXCHANGE_CALLED_OFF /* is_over said so */
};

/* Begins with nothing received. Takes over the pipe ends and the process. */
void hck_channel_open(struct channel *channel, pid_t pid, int to, int from, int errors);

/* Whether there is a process that has ended since the last exchange. */
bool hck_channel_has_ended(const struct channel *channel);

enum exchange_end hck_channel_exchange(struct channel *channel, const struct exchange *exchange);

/* Ends the process: by closing its input, and where it does not end by itself within `grace_ms`, by
 * force with its whole process group. Returns the wait status; of a process that ended by itself,
 * its own. Closes the pipes. */
int hck_channel_close(struct channel *channel, uint32_t grace_ms);

/* Frees what was received. */
void hck_channel_free(struct channel *channel);

/* The last line that the process wrote to standard error; empty where there was none. Also after
 * hck_channel_close. */
const char *hck_channel_complaint(struct channel *channel);

/* Three pipes, close-on-exec and above the standard descriptors. */
enum pipe_end { CHILD_READS, WE_WRITE, WE_READ, CHILD_WRITES, WE_HEAR, CHILD_COMPLAINS, PIPE_ENDS };
bool hck_channel_pipes(int ends[PIPE_ENDS]);

#endif

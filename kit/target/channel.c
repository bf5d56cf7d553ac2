/* Talking to the process of a target. */
#define _GNU_SOURCE /* pipe2, F_SETPIPE_SZ */
#include "kit/target/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "kit/clock.h"

enum {
    READ_BYTES = 1 << 16,
    PIPE_BYTES = 1 << 20, /* fewer changes between the processes; as much as anybody may ask for */
    DRAIN_MS = 200,       /* for output still on its way from a process that has ended */
    ASK_AGAIN_MS = 100,   /* whether the process has ended, or the user has enough */
    LIVED_MAX_MS = 2 * ASK_AGAIN_MS,
    DESCRIPTOR_MIN = 3
};

/* --- Opening and closing --- */

static bool move_up(int *descriptor)
{
    if (*descriptor >= DESCRIPTOR_MIN) {
        return true;
    }
    int moved = fcntl(*descriptor, F_DUPFD_CLOEXEC, DESCRIPTOR_MIN);
    if (moved < 0) {
        return false;
    }
    (void)close(*descriptor);
    *descriptor = moved;
    return true;
}

bool hck_channel_pipes(int ends[PIPE_ENDS])
{
    bool made = true;
    for (unsigned i = 0; i < PIPE_ENDS; i++) {
        ends[i] = -1;
    }
    made = pipe2(&ends[CHILD_READS], O_CLOEXEC) == 0 && pipe2(&ends[WE_READ], O_CLOEXEC) == 0 &&
           pipe2(&ends[WE_HEAR], O_CLOEXEC) == 0;
    for (unsigned i = 0; i < PIPE_ENDS && made; i++) {
        made = move_up(&ends[i]);
    }
    if (!made) {
        for (unsigned i = 0; i < PIPE_ENDS; i++) {
            if (ends[i] >= 0) {
                (void)close(ends[i]);
            }
        }
    }
    return made;
}

void hck_channel_open(struct channel *channel, pid_t pid, int to, int from, int errors)
{
    (void)fcntl(to, F_SETFL, O_NONBLOCK);
    (void)fcntl(from, F_SETFL, O_NONBLOCK);
    (void)fcntl(errors, F_SETFL, O_NONBLOCK);
    (void)fcntl(to, F_SETPIPE_SZ, PIPE_BYTES);
    (void)fcntl(from, F_SETPIPE_SZ, PIPE_BYTES);
    channel->pid = pid;
    channel->to = to;
    channel->from = from;
    channel->errors = errors;
    channel->complaint_length = 0;
    channel->complaint_is_whole = false;
    channel->pid_fd = pidfd_open(pid, 0);
    channel->received_size = 0;
    channel->line_begin = 0;
}

static void close_end(int *descriptor)
{
    if (*descriptor >= 0) {
        (void)close(*descriptor);
        *descriptor = -1;
    }
}

/* Whether the process has ended; it stays there to be waited for. */
static bool has_ended(const struct channel *channel)
{
    siginfo_t info;
    info.si_pid = 0;
    return waitid(P_PID, (id_t)channel->pid, &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
           info.si_pid != 0;
}

bool hck_channel_has_ended(const struct channel *channel)
{
    return channel->pid != 0 && has_ended(channel);
}

/* --- Standard error --- */

static void hear_byte(struct channel *channel, char byte)
{
    if (byte == '\n' || byte == '\r') {
        channel->complaint_is_whole = channel->complaint_length > 0;
        return;
    }
    if (channel->complaint_is_whole) {
        channel->complaint_is_whole = false;
        channel->complaint_length = 0;
    }
    if (channel->complaint_length < COMPLAINT_MAX - 1) {
        bool is_plain = byte >= ' ' && byte <= '~';
        channel->complaint[channel->complaint_length++] = byte;
        if (!is_plain) {
            channel->complaint[channel->complaint_length - 1] = '?';
        }
    }
}

/* Takes what has come, so that nobody ever waits for room in that pipe. False at its end. */
static bool hear(struct channel *channel)
{
    char bytes[4096];
    ssize_t count = read(channel->errors, bytes, sizeof bytes);
    for (ssize_t i = 0; i < count; i++) {
        hear_byte(channel, bytes[i]);
    }
    return count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
}

/* The last words of a process that has ended. */
static void hear_the_rest(struct channel *channel)
{
    uint64_t limit = hck_clock_ms() + DRAIN_MS;
    struct pollfd polled = {.fd = channel->errors, .events = POLLIN};
    while (poll(&polled, 1, 0) > 0 && hear(channel) && hck_clock_ms() < limit) {
    }
}

const char *hck_channel_complaint(struct channel *channel)
{
    channel->complaint[channel->complaint_length] = '\0';
    return channel->complaint;
}

static void wait_for_end(struct channel *channel, uint32_t grace_ms)
{
    uint64_t limit = hck_clock_ms() + grace_ms;
    for (uint64_t now = hck_clock_ms(); now < limit && !has_ended(channel); now = hck_clock_ms()) {
        struct pollfd polled[2] = {
            {.fd = channel->pid_fd, .events = POLLIN},
            {.fd = channel->errors, .events = POLLIN},
        };
        int left_ms = (int)(limit - now);
        bool is_told = channel->pid_fd >= 0;
        (void)poll(polled, 2, is_told || left_ms < ASK_AGAIN_MS ? left_ms : ASK_AGAIN_MS);
        if (polled[1].revents != 0 && !hear(channel)) {
            close_end(&channel->errors);
        }
    }
}

int hck_channel_close(struct channel *channel, uint32_t grace_ms)
{
    int status = 0;
    if (channel->pid == 0) {
        return status;
    }
    close_end(&channel->to);
    wait_for_end(channel, grace_ms);
    /* The number is the process's own as long as it was not waited for. What it started is in its
     * group, and hangs as it does. */
    channel->was_killed = !has_ended(channel);
    if (channel->was_killed) {
        (void)kill(-channel->pid, SIGKILL);
        (void)kill(channel->pid, SIGKILL);
    }
    while (waitpid(channel->pid, &status, 0) < 0 && errno == EINTR) {
    }
    hear_the_rest(channel);
    close_end(&channel->from);
    close_end(&channel->errors);
    close_end(&channel->pid_fd);
    channel->pid = 0;
    return status;
}

void hck_channel_free(struct channel *channel)
{
    free(channel->received);
    channel->received = NULL;
    channel->received_capacity = 0;
}

/* --- Receiving --- */

static bool make_room(struct channel *channel, enum exchange_end *end)
{
    if (channel->received_capacity - channel->received_size >= READ_BYTES) {
        return true;
    }
    if (channel->received_capacity >= CHANNEL_RECEIVED_MAX) {
        *end = EXCHANGE_TOO_MUCH;
        return false;
    }
    size_t capacity = (channel->received_capacity + READ_BYTES) * 2;
    capacity = capacity < CHANNEL_RECEIVED_MAX ? capacity : CHANNEL_RECEIVED_MAX;
    char *received = realloc(channel->received, capacity);
    if (received == NULL) {
        *end = EXCHANGE_NO_MEMORY;
        return false;
    }
    channel->received = received;
    channel->received_capacity = capacity;
    return true;
}

/* Hands over the complete lines that have come. `searched` bytes hold no newline behind
 * line_begin. */
static bool hand_over(struct channel *channel, const struct exchange *exchange, size_t searched,
                      enum exchange_end *end)
{
    for (;;) {
        char *begin = channel->received + channel->line_begin;
        size_t size = channel->received_size - channel->line_begin;
        char *newline = size > searched ? memchr(begin + searched, '\n', size - searched) : NULL;
        if (newline == NULL) {
            *end = EXCHANGE_TOO_LONG;
            return size <= exchange->line_max;
        }
        size_t length = (size_t)(newline - begin);
        searched = 0;
        switch (exchange->take_line(exchange->context, begin, length)) {
        case LINE_TAKEN:
            channel->line_begin += length + 1;
            break;
        case LINE_LAST:
            *end = EXCHANGE_DONE;
            return false;
        case LINE_WRONG:
            *end = EXCHANGE_WRONG;
            return false;
        }
    }
}

enum received { RECEIVED_SOME, RECEIVED_NOTHING, RECEIVED_END, RECEIVED_LAST };

/* Reads what has come. RECEIVED_LAST: the exchange is over, *end says how. */
static enum received receive(struct channel *channel, const struct exchange *exchange,
                             enum exchange_end *end)
{
    if (!make_room(channel, end)) {
        return RECEIVED_LAST;
    }
    size_t searched = channel->received_size - channel->line_begin;
    ssize_t count = read(channel->from, channel->received + channel->received_size, READ_BYTES);
    if (count < 0) {
        return errno == EAGAIN || errno == EINTR ? RECEIVED_NOTHING : RECEIVED_END;
    }
    if (count == 0) {
        return RECEIVED_END;
    }
    channel->received_size += (size_t)count;
    return hand_over(channel, exchange, searched, end) ? RECEIVED_SOME : RECEIVED_LAST;
}

/* The last words of a process that has ended. */
static enum exchange_end drain(struct channel *channel, const struct exchange *exchange)
{
    enum exchange_end end = EXCHANGE_DIED;
    uint64_t limit = hck_clock_ms() + DRAIN_MS;
    for (;;) {
        switch (receive(channel, exchange, &end)) {
        case RECEIVED_SOME:
            break;
        case RECEIVED_LAST:
            return end;
        case RECEIVED_NOTHING: /* nobody of the process is left to write, only what it started is */
        case RECEIVED_END:
            return EXCHANGE_DIED;
        }
        if (hck_clock_ms() > limit) {
            return EXCHANGE_DIED;
        }
    }
}

/* --- The exchange --- */

struct sending {
    const char *text;
    size_t left;
};

/* Whether bytes went through. A process that does not read any more will be found to have ended. */
static bool send_some(struct channel *channel, struct sending *sending)
{
    ssize_t count = write(channel->to, sending->text, sending->left);
    if (count < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            sending->left = 0;
        }
        return false;
    }
    sending->text += count;
    sending->left -= (size_t)count;
    return true;
}

/* How long the process has been waited for. */
struct waiting {
    uint64_t looked_ms; /* when it was looked at the clock last */
    uint64_t silent_ms; /* since it took bytes of the text or said a line */
    uint64_t total_ms;
};

/* Time counts as this process lives it. Where it had none between two looks at the clock, the
 * machine stood still, or had no time for anybody, the target no more than this process. */
static void wait_on(struct waiting *waiting)
{
    uint64_t now = hck_clock_ms();
    uint64_t passed = now - waiting->looked_ms;
    passed = passed < LIVED_MAX_MS ? passed : LIVED_MAX_MS;
    waiting->looked_ms = now;
    waiting->silent_ms += passed;
    waiting->total_ms += passed;
}

static uint64_t left_ms(uint64_t limit_ms, uint64_t waited_ms)
{
    return limit_ms > waited_ms ? limit_ms - waited_ms : 0;
}

static int poll_ms(const struct exchange *exchange, const struct waiting *waiting)
{
    uint64_t silent = left_ms(exchange->timeout_ms, waiting->silent_ms);
    uint64_t total = left_ms(exchange->total_ms, waiting->total_ms);
    uint64_t left = silent < total ? silent : total;
    return left < ASK_AGAIN_MS ? (int)left : ASK_AGAIN_MS;
}

static enum exchange_end run_exchange(struct channel *channel, const struct exchange *exchange)
{
    struct sending sending = {exchange->text, exchange->text_size};
    struct waiting waiting = {.looked_ms = hck_clock_ms()};
    enum exchange_end end = EXCHANGE_DIED;
    for (;;) {
        struct pollfd polled[4] = {
            {.fd = channel->from, .events = POLLIN},
            {.fd = sending.left > 0 ? channel->to : -1, .events = POLLOUT},
            {.fd = channel->pid_fd, .events = POLLIN},
            {.fd = channel->errors, .events = POLLIN},
        };
        bool went_through = false; /* bytes did */
        size_t line_begin = channel->line_begin;
        (void)poll(polled, 4, poll_ms(exchange, &waiting));
        wait_on(&waiting);
        if (exchange->is_over != NULL && exchange->is_over(exchange->context)) {
            return EXCHANGE_CALLED_OFF;
        }
        if (polled[3].revents != 0 && !hear(channel)) {
            close_end(&channel->errors);
        }
        if ((polled[1].revents & (POLLOUT | POLLERR | POLLHUP)) != 0) {
            went_through = send_some(channel, &sending);
            waiting.silent_ms = went_through ? 0 : waiting.silent_ms;
        }
        if ((polled[0].revents & (POLLIN | POLLERR | POLLHUP)) != 0) {
            switch (receive(channel, exchange, &end)) {
            case RECEIVED_SOME:
                went_through = true;
                break;
            case RECEIVED_NOTHING:
                break;
            case RECEIVED_END:
                return EXCHANGE_DIED;
            case RECEIVED_LAST:
                return end;
            }
        }
        if (!went_through &&
            (polled[2].revents != 0 || (channel->pid_fd < 0 && has_ended(channel)))) {
            return drain(channel, exchange);
        }
        if (channel->line_begin != line_begin) {
            waiting.silent_ms = 0;
        }
        if (waiting.silent_ms >= exchange->timeout_ms) {
            return EXCHANGE_SILENT;
        }
        if (waiting.total_ms >= exchange->total_ms) {
            return EXCHANGE_TOO_SLOW;
        }
    }
}

/* Writing to a process that has ended raises SIGPIPE in this thread, which is not this program's
 * end: it is held back, and taken away if it came. */
enum exchange_end hck_channel_exchange(struct channel *channel, const struct exchange *exchange)
{
    const struct timespec no_time = {0, 0};
    sigset_t pipe_signal;
    sigset_t previous;
    sigset_t pending;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    channel->received_size = 0;
    channel->line_begin = 0;
    (void)sigpending(&pending);
    (void)pthread_sigmask(SIG_BLOCK, &pipe_signal, &previous);
    enum exchange_end end = run_exchange(channel, exchange);
    if (!sigismember(&pending, SIGPIPE)) {
        (void)sigtimedwait(&pipe_signal, NULL, &no_time);
    }
    (void)pthread_sigmask(SIG_SETMASK, &previous, NULL);
    return end;
}

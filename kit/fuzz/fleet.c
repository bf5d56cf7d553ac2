/* Starting, watching, hearing and replacing workers. */
#define _GNU_SOURCE /* pipe2 */

#include "kit/fuzz/fleet.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kit/child.h"
#include "kit/clock.h"
#include "kit/generate/random.h"
#include "kit/run/workers.h"
#include "kit/target/target_api.h"

enum {
    TICK_MS = 100,
    IDLE_DEATHS_MAX = 3, /* of a worker that has tried nothing since it was started */
    EXIT_GAVE_UP = 3
};

/* One worker, and what takes its place. */
struct member {
    pid_t pid; /* 0: none */
    int from;  /* the pipe's end */
    struct worker_share *share;
    unsigned generation;
    unsigned idle_deaths;
    uint64_t tried_before; /* when it was started */
    uint8_t *heard;        /* of a message that is not whole yet; room for one */
    size_t heard_size;
};

struct fleet {
    struct fleet_options options;
    struct member members[FLEET_WORKERS_MAX];
    struct trace_buffer trace; /* that is told */
    uint32_t death_count;
    char *message; /* of hck_fleet_run */
};

enum { MESSAGE_ROOM = sizeof(struct worker_message) + WORKER_CALLS_MAX * BYTES_PER_CALL };

struct fleet *hck_fleet_open(const struct fleet_options *options)
{
    struct fleet *fleet = calloc(1, sizeof *fleet);
    if (fleet == NULL) {
        return NULL;
    }
    fleet->options = *options;
    for (unsigned i = 0; i < options->worker_count; i++) {
        fleet->members[i].share = hck_workers_share(sizeof *fleet->members[i].share);
        fleet->members[i].heard = malloc(MESSAGE_ROOM);
        if (fleet->members[i].share == NULL || fleet->members[i].heard == NULL) {
            hck_fleet_close(fleet);
            return NULL;
        }
    }
    return fleet;
}

void hck_fleet_close(struct fleet *fleet)
{
    for (unsigned i = 0; fleet != NULL && i < fleet->options.worker_count; i++) {
        hck_workers_unshare(fleet->members[i].share, sizeof *fleet->members[i].share);
        free(fleet->members[i].heard);
    }
    if (fleet != NULL) {
        hck_trace_free(&fleet->trace);
        free(fleet);
    }
}

/* --- In a worker ------------------------------------------------------------------------------ */

/* What a target prints is of no use to anybody. */
static void close_streams(void)
{
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int stream = STDIN_FILENO; nowhere >= 0 && stream <= STDERR_FILENO; stream++) {
        if (stream != STDERR_FILENO || getenv("HEAPCK_AGENT_STDERR") == NULL) {
            (void)dup2(nowhere, stream);
        }
    }
}

static void work(const struct fleet *fleet, unsigned number, int tell, pid_t owner)
{
    const struct member *member = &fleet->members[number];
    struct worker_options options = fleet->options.worker;
    bool has_owner = hck_child_follow(owner);
    hck_child_reset_signals();
    hck_child_leave_signals_to_parent();
    (void)signal(SIGPIPE, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN); /* a corpus that may not grow is no reason to stop */
    close_streams();
    hck_child_leave_at_once();
    if (number > 0 || member->generation > 0) {
        options.engine.seed = hck_random_mix(
            options.engine.seed ^ hck_random_mix((uint64_t)number << 32 | member->generation));
    }
    if (has_owner) {
        hck_worker_run(&options, member->share, tell);
    }
    _exit(EXIT_GAVE_UP);
}

/* --- In the owner ----------------------------------------------------------------------------- */

static bool fail(struct fleet *fleet, const char *what)
{
    (void)snprintf(fleet->message, BROKEN_MESSAGE_MAX, "%s", what);
    return false;
}

static bool start(struct fleet *fleet, unsigned number)
{
    struct member *member = &fleet->members[number];
    int ends[2];
    pid_t owner = getpid();
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return fail(fleet, "no pipe for a worker process");
    }
    (void)fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(ends[0]);
        work(fleet, number, ends[1], owner);
    }
    (void)close(ends[1]);
    if (pid < 0) {
        (void)close(ends[0]);
        return fail(fleet, "no worker process starts");
    }
    (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
    member->pid = pid;
    member->from = ends[0];
    member->heard_size = 0;
    member->tried_before = atomic_load(&member->share->tried_count);
    return true;
}

static void reap(struct member *member)
{
    while (waitpid(member->pid, NULL, 0) < 0 && errno == EINTR) {
    }
    (void)close(member->from);
    member->pid = 0;
}

static void tell(struct fleet *fleet, const uint8_t *bytes, size_t size,
                 const struct finding *finding)
{
    hck_trace_clear(&fleet->trace);
    if (hck_bytes_decode(bytes, size, &fleet->trace)) {
        fleet->options.seen(fleet->options.context, &fleet->trace.trace, finding);
    }
}

/* Takes the whole messages from the front of what was heard. */
static void take_messages(struct fleet *fleet, struct member *member)
{
    struct worker_message message;
    size_t at = 0;
    while (member->heard_size - at >= sizeof message) {
        memcpy(&message, member->heard + at, sizeof message);
        if (message.size > MESSAGE_ROOM - sizeof message) { /* no worker of ours says that */
            at = member->heard_size;
            break;
        }
        if (member->heard_size - at < sizeof message + message.size) {
            break;
        }
        tell(fleet, member->heard + at + sizeof message, message.size, &message.finding);
        at += sizeof message + message.size;
    }
    member->heard_size -= at;
    memmove(member->heard, member->heard + at, member->heard_size);
}

/* Whether it is still there. */
static bool hear(struct fleet *fleet, struct member *member)
{
    for (;;) {
        ssize_t count = read(member->from, member->heard + member->heard_size,
                             MESSAGE_ROOM - member->heard_size);
        if (count > 0) {
            member->heard_size += (size_t)count;
            take_messages(fleet, member);
        } else if (count == 0) {
            return false;
        } else if (errno != EINTR) {
            return errno == EAGAIN;
        }
    }
}

/* It died in a trace, which is told, or it gave up. */
static bool replace(struct fleet *fleet, unsigned number)
{
    struct member *member = &fleet->members[number];
    struct worker_share *share = member->share;
    reap(member);
    bool is_idle = atomic_load(&share->tried_count) == member->tried_before;
    member->idle_deaths = is_idle ? member->idle_deaths + 1 : 0;
    member->generation++;
    if (atomic_load(&share->began_ms) != 0) {
        static const struct finding death = {.clause = CLAUSE_NONE};
        /* What died may have written anywhere, and so into what it shared. */
        uint32_t size = share->trying_size;
        size = size < sizeof share->trying ? size : sizeof share->trying;
        atomic_store(&share->began_ms, 0);
        fleet->death_count++;
        tell(fleet, share->trying, size, &death);
    } else if (member->idle_deaths >= IDLE_DEATHS_MAX) {
        return fail(fleet, share->message[0] != '\0' ? share->message
                                                     : "a worker process cannot do its work");
    }
    return start(fleet, number);
}

/* One that does not get on has hung in its trace. */
static void watch(const struct fleet *fleet, const struct member *member)
{
    uint64_t began_ms = atomic_load(&member->share->began_ms);
    uint64_t now_ms = hck_clock_ms();
    if (began_ms != 0 && now_ms > began_ms && now_ms - began_ms > fleet->options.silence_ms) {
        (void)kill(member->pid, SIGKILL);
    }
}

static bool look_after(struct fleet *fleet, bool is_watched)
{
    struct pollfd wait_for[FLEET_WORKERS_MAX];
    for (unsigned i = 0; i < fleet->options.worker_count; i++) {
        wait_for[i] = (struct pollfd){.fd = fleet->members[i].from, .events = POLLIN};
    }
    (void)poll(wait_for, fleet->options.worker_count, TICK_MS);
    for (unsigned i = 0; i < fleet->options.worker_count; i++) {
        if (is_watched) {
            watch(fleet, &fleet->members[i]);
        }
        if (!hear(fleet, &fleet->members[i]) && !replace(fleet, i)) {
            return false;
        }
    }
    return true;
}

/* Those in processes of their own are watched by whoever runs them (kit/target/). */
static bool has_local_target(const struct fleet *fleet)
{
    struct target_error error;
    const struct worker_options *worker = &fleet->options.worker;
    struct target *target = hck_target_open(worker->target, &worker->target_options, &error);
    bool is_local =
        target != NULL && hck_target_is_local(target) && !worker->target_options.hostile;
    hck_target_close(target);
    return is_local;
}

static void stop(struct fleet *fleet)
{
    for (unsigned i = 0; i < fleet->options.worker_count; i++) {
        if (fleet->members[i].pid != 0) {
            (void)kill(fleet->members[i].pid, SIGKILL);
            reap(&fleet->members[i]);
        }
    }
}

bool hck_fleet_run(struct fleet *fleet, char *message)
{
    bool is_watched = has_local_target(fleet);
    bool going = true;
    fleet->message = message;
    for (unsigned i = 0; i < fleet->options.worker_count && going; i++) {
        going = start(fleet, i);
    }
    while (going && fleet->options.go_on(fleet->options.context)) {
        going = look_after(fleet, is_watched);
    }
    stop(fleet);
    return going;
}

/* --- Asking: numbers for people, of workers that go on meanwhile ------------------------------ */

static uint32_t count_features(const struct fleet *fleet)
{
    uint32_t count = 0;
    for (unsigned place = 0; place < GUIDE_PLACES; place++) {
        bool is_seen = false;
        for (unsigned i = 0; i < fleet->options.worker_count && !is_seen; i++) {
            is_seen = fleet->members[i].share->guide.hits[place] != 0;
        }
        count += is_seen;
    }
    return count;
}

enum guide_reach hck_fleet_reach(const struct fleet *fleet, enum clause_id clause)
{
    uint8_t reach = REACH_NONE;
    for (unsigned i = 0; i < fleet->options.worker_count; i++) {
        uint8_t of_worker = fleet->members[i].share->guide.reach[clause];
        reach = of_worker > reach ? of_worker : reach;
    }
    return (enum guide_reach)reach;
}

struct fleet_progress hck_fleet_progress(const struct fleet *fleet)
{
    struct fleet_progress progress = {.feature_count = count_features(fleet),
                                      .death_count = fleet->death_count};
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        progress.clause_count += hck_fleet_reach(fleet, (enum clause_id)i) == REACH_JUDGED;
    }
    for (unsigned i = 0; i < fleet->options.worker_count; i++) {
        const struct worker_share *share = fleet->members[i].share;
        progress.tried_count += atomic_load(&share->tried_count);
        progress.call_count += atomic_load(&share->call_count);
        progress.kept_count += atomic_load(&share->kept_count);
        progress.is_full = progress.is_full || share->is_full;
    }
    return progress;
}

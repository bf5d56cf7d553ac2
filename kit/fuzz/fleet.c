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
    ENDING_MS = 1000,    /* that a process may take which has closed its pipe */
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
    uint64_t began_ms;     /* of the trace that it was seen in last */
    uint64_t silent_ms;    /* in that, while this process was there to see it */
    uint8_t *heard;        /* of a message that is not whole yet; room for one */
    size_t heard_size;
    bool is_garbled; /* somebody else wrote into its pipe, or it has lost its mind */
};

struct fleet {
    struct fleet_options options;
    struct member members[FLEET_WORKERS_MAX];
    struct trace_buffer trace; /* that is told */
    uint32_t death_count;
    bool is_local;      /* targets are in the workers' own processes */
    uint64_t looked_ms; /* when the workers were looked after last */
    char *message;      /* of hck_fleet_run */
    uint32_t feature_count;
    uint64_t feature_sum; /* what the workers had each, when those were counted */
};

enum { MESSAGE_ROOM = sizeof(struct worker_message) + ENGINE_CALLS_MAX * BYTES_PER_CALL };

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
    member->share->trying_size = 0;
    member->tried_before = atomic_load(&member->share->tried_count);
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
    member->is_garbled = false;
    return true;
}

/* How it ended, as waitpid says. A target may have closed the pipe of a worker that lives. */
static int reap(struct member *member)
{
    int status = hck_child_await(member->pid, ENDING_MS, false);
    (void)close(member->from);
    member->pid = 0;
    return status;
}

static void tell(struct fleet *fleet, const uint8_t *bytes, size_t size,
                 const struct finding *finding)
{
    hck_trace_clear(&fleet->trace);
    if (hck_bytes_decode(bytes, size, &fleet->trace)) {
        fleet->options.seen(fleet->options.context, &fleet->trace.trace, finding);
    }
}

/* Takes the first message of what was heard. Each may take its hearer long. False: none is whole,
 * or what comes is none: the worker is ended, and what it tried was its target's doing. */
static bool take_message(struct fleet *fleet, struct member *member)
{
    struct worker_message message;
    if (member->is_garbled || member->heard_size < sizeof message) {
        member->heard_size = member->is_garbled ? 0 : member->heard_size;
        return false;
    }
    memcpy(&message, member->heard, sizeof message);
    if (message.size > MESSAGE_ROOM - sizeof message) { /* no worker of ours says that */
        member->is_garbled = true;
        (void)kill(member->pid, SIGKILL);
        return false;
    }
    size_t whole = sizeof message + message.size;
    if (member->heard_size < whole) {
        return false;
    }
    tell(fleet, member->heard + sizeof message, message.size, &message.finding);
    member->heard_size -= whole;
    memmove(member->heard, member->heard + whole, member->heard_size);
    return true;
}

/* Whether it may say more. */
static bool hear(struct member *member)
{
    while (member->heard_size < MESSAGE_ROOM) {
        ssize_t count = read(member->from, member->heard + member->heard_size,
                             MESSAGE_ROOM - member->heard_size);
        if (count == 0) {
            return false;
        }
        if (count < 0 && errno != EINTR) {
            return errno == EAGAIN;
        }
        member->heard_size += count > 0 ? (size_t)count : 0;
    }
    return true;
}

/* The target ended it: in the trace that it tried, or between two, where memory that a trace has
 * spoilt is used again. */
static void tell_death(struct fleet *fleet, struct member *member, bool is_hang)
{
    struct worker_share *share = member->share;
    struct finding death = {.clause = CLAUSE_NONE, .is_hang = is_hang};
    uint32_t size = share->trying_size;
    size = size < sizeof share->trying ? size : sizeof share->trying;
    atomic_store(&share->began_ms, 0);
    fleet->death_count++;
    tell(fleet, share->trying, size, &death);
}

static bool fail_as_told(struct fleet *fleet, const struct worker_share *share)
{
    if (share->message[0] == '\0') {
        return fail(fleet, "a worker process cannot do its work");
    }
    (void)snprintf(fleet->message, BROKEN_MESSAGE_MAX, "%.*s", BROKEN_MESSAGE_MAX - 1,
                   share->message);
    return false;
}

/* It died, or it gave up. */
static bool replace(struct fleet *fleet, unsigned number)
{
    struct member *member = &fleet->members[number];
    struct worker_share *share = member->share;
    int status = reap(member);
    bool gave_up = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_GAVE_UP;
    bool is_idle = gave_up ? atomic_load(&share->tried_count) == member->tried_before
                           : share->trying_size == 0;
    /* Killed by this process, which had waited, or by who knows whom. */
    bool is_hang = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL && !member->is_garbled;
    member->idle_deaths = is_idle ? member->idle_deaths + 1 : 0;
    member->generation++;
    if (atomic_load(&share->began_ms) != 0 || (!gave_up && !is_idle)) {
        tell_death(fleet, member, is_hang);
    } else if (member->idle_deaths >= IDLE_DEATHS_MAX) {
        return fail_as_told(fleet, share);
    }
    return start(fleet, number);
}

/* One that does not get on has hung in its trace. Time in which this process did not run, or was
 * about something else, is none that the worker had. */
static void watch(const struct fleet *fleet, struct member *member, uint64_t passed_ms)
{
    uint64_t began_ms = atomic_load(&member->share->began_ms);
    if (began_ms == 0 || began_ms != member->began_ms) {
        member->began_ms = began_ms;
        member->silent_ms = 0;
        return;
    }
    member->silent_ms += passed_ms < 2 * TICK_MS ? passed_ms : 2 * TICK_MS;
    if (member->silent_ms > fleet->options.silence_ms) {
        (void)kill(member->pid, SIGKILL);
    }
}

static void wait_for_words(const struct fleet *fleet)
{
    struct pollfd wait_for[FLEET_WORKERS_MAX];
    bool is_behind = false;
    for (unsigned i = 0; i < fleet->options.worker_count; i++) {
        wait_for[i] = (struct pollfd){.fd = fleet->members[i].from, .events = POLLIN};
        is_behind = is_behind || fleet->members[i].heard_size > 0;
    }
    (void)poll(wait_for, fleet->options.worker_count, is_behind ? 1 : TICK_MS);
}

static bool look_after(struct fleet *fleet)
{
    wait_for_words(fleet);
    uint64_t now_ms = hck_clock_ms();
    uint64_t passed_ms = now_ms - fleet->looked_ms;
    fleet->looked_ms = now_ms;
    for (unsigned i = 0; i < fleet->options.worker_count; i++) {
        struct member *member = &fleet->members[i];
        if (fleet->is_local) {
            watch(fleet, member, passed_ms);
        }
        bool is_there = hear(member);
        if (!take_message(fleet, member) && !is_there && !replace(fleet, i)) {
            return false;
        }
    }
    return true;
}

/* Those in processes of their own are watched by whoever runs them (kit/target/). The workers know
 * it as well, but a target may write into what they share. Opening reads the name alone. */
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

/* What it said before it was stopped. */
static void say_last_words(struct fleet *fleet, struct member *member)
{
    bool is_there = true;
    while (is_there) {
        is_there = hear(member);
        is_there = take_message(fleet, member) || (is_there && member->heard_size == MESSAGE_ROOM);
    }
}

static void stop(struct fleet *fleet)
{
    for (unsigned i = 0; i < fleet->options.worker_count; i++) {
        if (fleet->members[i].pid != 0) {
            (void)kill(fleet->members[i].pid, SIGKILL);
            say_last_words(fleet, &fleet->members[i]);
            (void)reap(&fleet->members[i]);
        }
    }
    fleet->feature_sum = 0; /* one may have been stopped between the number and the map */
}

bool hck_fleet_run(struct fleet *fleet, char *message)
{
    fleet->is_local = has_local_target(fleet);
    bool going = true;
    fleet->message = message;
    fleet->looked_ms = hck_clock_ms();
    for (unsigned i = 0; i < fleet->options.worker_count && going; i++) {
        going = start(fleet, i);
    }
    while (going && fleet->options.go_on(fleet->options.context)) {
        going = look_after(fleet);
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
    return reach < REACH_JUDGED ? (enum guide_reach)reach : REACH_JUDGED;
}

bool hck_fleet_is_local(const struct fleet *fleet)
{
    return fleet->is_local;
}

/* The maps are looked through only where a worker has reached something since, which soon is
 * seldom: whoever shrinks or waits for a busy worker asks hundreds of times a second. */
static uint32_t feature_count(struct fleet *fleet)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < fleet->options.worker_count; i++) {
        sum += fleet->members[i].share->guide.feature_count;
    }
    if (sum != fleet->feature_sum) {
        fleet->feature_count = count_features(fleet);
        fleet->feature_sum = sum;
    }
    return fleet->feature_count;
}

struct fleet_progress hck_fleet_progress(struct fleet *fleet)
{
    struct fleet_progress progress = {.feature_count = feature_count(fleet),
                                      .death_count = fleet->death_count};
    for (unsigned i = 0; i < fleet->options.worker_count; i++) {
        const struct worker_share *share = fleet->members[i].share;
        progress.tried_count += atomic_load(&share->tried_count);
        progress.call_count += atomic_load(&share->call_count);
        progress.kept_count += atomic_load(&share->kept_count);
        progress.is_full = progress.is_full || share->is_full;
    }
    return progress;
}

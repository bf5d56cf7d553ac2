/* Files are known by their paths in this run, and inputs by what is in them in the next one, since
 * engines give files other names. */
#define _POSIX_C_SOURCE 200809L /* st_mtim, clock_gettime */

#include "kit/fuzz/harvest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "kit/fuzz/kept.h"
#include "kit/fuzz/program_internal.h"

enum {
    MESSAGE_MAX = 400,
    LINE_MAX_BYTES = 100,
    SETTLED_MS = 200, /* since a file was changed that engines write where it is to be */
    HEX = 16,
    DIGITS = 16
};

static const char *const seen_patterns[] = {"seen/*.trace", NULL};
static const char *const input_patterns[] = {"artifacts/crash-*",
                                             "artifacts/timeout-*",
                                             "artifacts/oom-*",
                                             "artifacts/leak-*",
                                             "afl*/job*/crashes*/id:*",
                                             "afl*/job*/hangs*/id:*",
                                             NULL};

/* --- Opening ---------------------------------------------------------------------------------- */

static bool name_looked(const struct harvest *harvest, char path[PROGRAM_PATH_MAX])
{
    int length = snprintf(path, PROGRAM_PATH_MAX, "%s/looked", harvest->folder);
    return length > 0 && length < PROGRAM_PATH_MAX;
}

bool hck_harvest_open(struct harvest *harvest, const char *folder, const char *harness)
{
    char path[PROGRAM_PATH_MAX];
    char line[LINE_MAX_BYTES];
    *harvest = (struct harvest){.folder = folder, .input = hck_fuzz_input_options(harness)};
    FILE *file = name_looked(harvest, path) ? fopen(path, "r") : NULL;
    bool has_room = true;
    while (file != NULL && has_room && fgets(line, sizeof line, file) != NULL) {
        uint64_t digest = strtoull(line, NULL, HEX);
        has_room = digest == 0 || hck_digests_add(&harvest->inputs, digest);
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return has_room;
}

void hck_harvest_close(struct harvest *harvest)
{
    while (harvest->waiting_count > 0) {
        free(harvest->waiting[--harvest->waiting_count].path);
    }
    hck_digests_free(&harvest->files);
    hck_digests_free(&harvest->inputs);
    hck_digests_free(&harvest->traces);
}

/* --- Files ------------------------------------------------------------------------------------ */

struct search {
    struct harvest *harvest;
    bool is_settled; /* that alone */
    bool is_seen;
    unsigned most;
};

/* One that is written anew is another one: an engine has died of it again. */
static uint64_t date(uint64_t digest, const struct stat *status)
{
    struct {
        uint64_t digest;
        int64_t s;
        int64_t ns;
    } dated = {digest, status->st_mtim.tv_sec, status->st_mtim.tv_nsec};
    return hck_digest_of(&dated, sizeof dated);
}

static bool is_settled(const struct stat *status)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    int64_t age_ms = ((int64_t)now.tv_sec - (int64_t)status->st_mtim.tv_sec) * 1000 +
                     (now.tv_nsec - status->st_mtim.tv_nsec) / 1000000;
    return age_ms < 0 || age_ms >= SETTLED_MS; /* below 0: the clock was set back */
}

static bool is_new_file(const struct search *search, const char *path, uint64_t *digest)
{
    struct stat status;
    if (stat(path, &status) != 0 || (search->is_settled && !is_settled(&status))) {
        return false;
    }
    *digest = date(hck_digest_of(path, strlen(path)), &status);
    return !hck_digests_has(&search->harvest->files, *digest);
}

/* Some at a time, for a folder may have thousands. */
static bool collect(void *context, const char *path)
{
    struct search *search = context;
    struct harvest *harvest = search->harvest;
    uint64_t digest = 0;
    if (!is_new_file(search, path, &digest)) {
        return true;
    }
    char *copy = strdup(path);
    if (copy == NULL || !hck_digests_add(&harvest->files, digest)) {
        free(copy);
        return false;
    }
    harvest->waiting[harvest->waiting_count++] = (struct harvest_file){copy, search->is_seen};
    return harvest->waiting_count < search->most;
}

static bool stop_at_new(void *context, const char *path)
{
    uint64_t digest = 0;
    return !is_new_file(context, path, &digest);
}

/* Whether it was ended by what it visits. */
static bool search_files(const char *const *patterns, struct search *search,
                         bool (*visit)(void *context, const char *path))
{
    bool going = true;
    for (; *patterns != NULL && going; patterns++) {
        going = hck_program_each_file(search->harvest->folder, *patterns, visit, search);
    }
    return !going;
}

bool hck_harvest_has_more(struct harvest *harvest)
{
    struct search search = {.harvest = harvest};
    return harvest->waiting_count > 0 || search_files(seen_patterns, &search, stop_at_new) ||
           search_files(input_patterns, &search, stop_at_new);
}

/* --- Giving ----------------------------------------------------------------------------------- */

bool hck_harvest_is_new(struct harvest *harvest, const struct trace *trace)
{
    uint64_t digest = 0;
    harvest->given = 0;
    return hck_kept_digest(trace, &digest) && !hck_digests_has(&harvest->traces, digest) &&
           hck_digests_add(&harvest->traces, digest);
}

static bool take_seen(struct harvest *harvest, const char *path, struct trace_buffer *trace,
                      enum clause_id *clause)
{
    char message[MESSAGE_MAX];
    if (hck_trace_load(path, trace, message, sizeof message) != TRACE_LOADED ||
        trace->clause_id == NULL) {
        return false;
    }
    *clause = hck_clause_find(trace->clause_id);
    (void)hck_harvest_is_new(harvest, &trace->trace); /* it may violate several clauses */
    return *clause != CLAUSE_NONE;
}

static void remove_input(const struct harvest *harvest, const char *name)
{
    char path[PROGRAM_PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/libfuzzer/%s", harvest->folder, name);
    if (length > 0 && length < (int)sizeof path) {
        (void)unlink(path);
    }
}

/* An input that libFuzzer began with ends every process of it. It is there by our name, or by
 * libFuzzer's own, which is the last part of the name of the artifact. */
static void take_from_engine(const struct harvest *harvest, const char *path, uint64_t digest)
{
    char name[DIGITS + 1];
    const char *slash = strrchr(path, '/');
    const char *dash = strrchr(path, '-');
    (void)snprintf(name, sizeof name, "%016" PRIx64, digest);
    remove_input(harvest, name);
    if (dash != NULL && slash != NULL && dash > slash) {
        remove_input(harvest, dash + 1);
    }
}

/* One that is no other's trace, and was not looked at. */
static bool take_bytes(struct harvest *harvest, const uint8_t *bytes, size_t size, uint64_t digest,
                       struct trace_buffer *trace)
{
    if (hck_digests_has(&harvest->inputs, digest) || !hck_digests_add(&harvest->inputs, digest) ||
        !hck_fuzz_input_read(bytes, size, &harvest->input, trace)) {
        return false;
    }
    bool is_new = hck_harvest_is_new(harvest, &trace->trace);
    harvest->given = digest;
    if (!is_new) {
        hck_harvest_looked(harvest);
    }
    return is_new;
}

static bool take_input(struct harvest *harvest, const char *path, struct trace_buffer *trace)
{
    struct stat status;
    size_t size = 0;
    uint8_t *bytes = stat(path, &status) == 0 ? hck_program_read_input(path, &size) : NULL;
    if (bytes == NULL) {
        return false;
    }
    uint64_t digest = hck_digest_of(bytes, size);
    take_from_engine(harvest, path, digest);
    bool is_taken = take_bytes(harvest, bytes, size, date(digest, &status), trace);
    free(bytes);
    return is_taken;
}

static bool is_input_next(const struct harvest *harvest)
{
    return harvest->waiting_count == 0 || !harvest->waiting[harvest->waiting_count - 1].is_seen;
}

/* A harness writes its trace before its engine writes the input. So inputs are looked for first,
 * and one is given when then there is no new trace. */
static void collect_some(struct harvest *harvest)
{
    struct search inputs = {
        .harvest = harvest, .is_settled = !harvest->is_ended, .most = HARVEST_WAITING_MAX / 2};
    struct search seen = {.harvest = harvest, .is_seen = true, .most = HARVEST_WAITING_MAX};
    if (harvest->waiting_count == 0) {
        (void)search_files(input_patterns, &inputs, collect);
    }
    if (is_input_next(harvest)) {
        (void)search_files(seen_patterns, &seen, collect);
    }
}

bool hck_harvest_next(struct harvest *harvest, struct trace_buffer *trace, enum clause_id *clause)
{
    bool is_given = false;
    collect_some(harvest);
    while (!is_given && harvest->waiting_count > 0) {
        struct harvest_file file = harvest->waiting[--harvest->waiting_count];
        *clause = CLAUSE_NONE;
        is_given = file.is_seen ? take_seen(harvest, file.path, trace, clause)
                                : take_input(harvest, file.path, trace);
        free(file.path);
        if (!is_given) {
            collect_some(harvest);
        }
    }
    return is_given;
}

void hck_harvest_looked(struct harvest *harvest)
{
    char path[PROGRAM_PATH_MAX];
    FILE *file = harvest->given != 0 && name_looked(harvest, path) ? fopen(path, "a") : NULL;
    if (file != NULL) { /* else a later run looks again */
        (void)fprintf(file, "%016" PRIx64 "\n", harvest->given);
        (void)fclose(file);
    }
    harvest->given = 0;
}

uint32_t hck_harvest_count_left(struct harvest *harvest)
{
    struct trace_buffer trace = {.capacity = 0};
    enum clause_id clause;
    uint32_t count = 0;
    harvest->is_ended = true;
    while (hck_harvest_next(harvest, &trace, &clause)) {
        count++;
    }
    hck_trace_free(&trace);
    return count;
}

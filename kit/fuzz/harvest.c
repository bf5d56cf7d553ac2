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
    hck_digests_free(&harvest->files);
    hck_digests_free(&harvest->inputs);
    hck_digests_free(&harvest->traces);
}

/* --- Files ------------------------------------------------------------------------------------ */

struct search {
    const struct harvest *harvest;
    bool is_settled; /* that alone */
    char path[PROGRAM_PATH_MAX];
};

static uint64_t digest_of_path(const char *path)
{
    return hck_digest_of(path, strlen(path));
}

static bool is_settled(const char *path)
{
    struct stat status;
    struct timespec now;
    if (stat(path, &status) != 0 || clock_gettime(CLOCK_REALTIME, &now) != 0) {
        return false;
    }
    int64_t age_ms = ((int64_t)now.tv_sec - (int64_t)status.st_mtim.tv_sec) * 1000 +
                     (now.tv_nsec - status.st_mtim.tv_nsec) / 1000000;
    return age_ms < 0 || age_ms >= SETTLED_MS; /* below 0: the clock was set back */
}

static bool is_old(void *context, const char *path)
{
    struct search *search = context;
    if (hck_digests_has(&search->harvest->files, digest_of_path(path)) ||
        (search->is_settled && !is_settled(path))) {
        return true;
    }
    (void)snprintf(search->path, sizeof search->path, "%s", path);
    return false;
}

static bool find_new(const char *const *patterns, struct search *search)
{
    bool is_found = false;
    for (; *patterns != NULL && !is_found; patterns++) {
        is_found = !hck_program_each_file(search->harvest->folder, *patterns, is_old, search);
    }
    return is_found;
}

bool hck_harvest_has_more(const struct harvest *harvest)
{
    struct search search = {.harvest = harvest};
    return find_new(seen_patterns, &search) || find_new(input_patterns, &search);
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
static bool take_bytes(struct harvest *harvest, const uint8_t *bytes, size_t size,
                       struct trace_buffer *trace)
{
    uint64_t digest = hck_digest_of(bytes, size);
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
    size_t size = 0;
    uint8_t *bytes = hck_program_read_input(path, &size);
    take_from_engine(harvest, path, hck_digest_of(bytes, size));
    bool is_taken = bytes != NULL && take_bytes(harvest, bytes, size, trace);
    free(bytes);
    return is_taken;
}

/* A harness writes its trace before its engine writes the input, so where there is an input, and
 * then no new trace, there is none of that input. */
bool hck_harvest_next(struct harvest *harvest, struct trace_buffer *trace, enum clause_id *clause)
{
    struct search input = {.harvest = harvest, .is_settled = !harvest->is_ended};
    struct search seen = {.harvest = harvest};
    for (;;) {
        bool has_input = find_new(input_patterns, &input);
        bool has_seen = find_new(seen_patterns, &seen);
        const char *path = has_seen ? seen.path : input.path;
        if ((!has_seen && !has_input) || !hck_digests_add(&harvest->files, digest_of_path(path))) {
            return false;
        }
        *clause = CLAUSE_NONE;
        if (has_seen ? take_seen(harvest, path, trace, clause) : take_input(harvest, path, trace)) {
            return true;
        }
    }
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

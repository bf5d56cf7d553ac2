/* The corpus is text, and what libFuzzer reads is bytes: a longer text would be cut in the middle
 * of a line, and be no trace. What comes back from an engine is text again. */
#define _XOPEN_SOURCE 700 /* nftw */

#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kit/clock.h"
#include "kit/fuzz/input.h"
#include "kit/fuzz/kept.h"
#include "kit/fuzz/program_internal.h"
#include "kit/generate/bytes.h"
#include "kit/run/corpus.h"

enum {
    KEEP_LIMIT_MS = 10000, /* of tens of thousands of files */
    FOLDERS_OPEN_MAX = 16
};

static const char *const input_patterns[] = {"libfuzzer/*", "afl*/job*/queue/id:*", NULL};

/* --- To engines ------------------------------------------------------------------------------- */

struct feeding {
    const char *folder;
    struct digests *corpus;
    struct digests there; /* what lies in the folder of the engine */
    bool is_fed;          /* afl-fuzz takes the text */
};

static bool note_there(void *context, const char *path)
{
    struct feeding *feeding = context;
    size_t size = 0;
    uint8_t *bytes = hck_program_read_input(path, &size);
    bool is_noted = bytes == NULL || hck_digests_add(&feeding->there, hck_digest_of(bytes, size));
    free(bytes);
    return is_noted;
}

/* Named for what is in it, so that one that ends every process can be taken out (harvest.c). A
 * folder that takes no more files is no reason not to begin. */
static void feed(const struct feeding *feeding, const uint8_t *bytes, size_t size, uint64_t digest)
{
    char path[PROGRAM_PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/libfuzzer/%016" PRIx64, feeding->folder, digest);
    if (!hck_digests_has(&feeding->there, digest) && length > 0 && length < (int)sizeof path) {
        (void)hck_kept_replace(path, bytes, size);
    }
}

static bool feed_corpus(struct feeding *feeding, const struct corpus *corpus, size_t most)
{
    uint8_t *bytes = malloc(most);
    bool has_room = bytes != NULL;
    for (size_t i = 0; i < corpus->count && has_room; i++) {
        const struct trace *trace = &corpus->files[i].trace.trace;
        size_t size = hck_bytes_encode(trace, bytes, most);
        uint64_t as_bytes = hck_digest_of(bytes, size);
        uint64_t as_text = 0;
        has_room = hck_kept_digest(trace, &as_text) && hck_digests_add(feeding->corpus, as_text) &&
                   hck_digests_add(feeding->corpus, as_bytes);
        if (feeding->is_fed) {
            feed(feeding, bytes, size, as_bytes);
        }
    }
    free(bytes);
    return has_room;
}

bool hck_program_feed(const struct program_options *options, struct digests *corpus_digests)
{
    struct feeding feeding = {.folder = options->folder,
                              .corpus = corpus_digests,
                              .is_fed = options->engine == ENGINE_LIBFUZZER};
    struct corpus corpus = {.count = 0};
    struct corpus_skipped skipped = {.count = 0};
    char message[CORPUS_MESSAGE_MAX];
    bool is_fed = hck_program_each_file(options->folder, input_patterns[0], note_there, &feeding) &&
                  hck_corpus_add_readable(&corpus, options->corpus, &skipped, message,
                                          sizeof message) == CORPUS_FOUND &&
                  feed_corpus(&feeding, &corpus, hck_program_max_len(options));
    hck_corpus_free(&corpus);
    hck_digests_free(&feeding.there);
    return is_fed;
}

/* --- From engines ----------------------------------------------------------------------------- */

struct keeping {
    const struct program_options *options;
    const struct digests *corpus; /* inputs that came from there */
    struct input_options input;
    struct trace_buffer trace;
    uint64_t until_ms;
    uint32_t left_count;
};

static bool is_from_corpus(const struct keeping *keeping, const struct trace *trace)
{
    uint64_t digest = 0;
    return trace->call_count == 0 ||
           (hck_kept_digest(trace, &digest) && hck_digests_has(keeping->corpus, digest));
}

static bool keep_bytes(struct keeping *keeping, const uint8_t *bytes, size_t size)
{
    const struct trace *trace = &keeping->trace.trace;
    return hck_digests_has(keeping->corpus, hck_digest_of(bytes, size)) ||
           (hck_fuzz_input_read(bytes, size, &keeping->input, &keeping->trace) &&
            (is_from_corpus(keeping, trace) ||
             hck_kept_write(keeping->options->corpus, trace, NULL)));
}

static bool keep(void *context, const char *path)
{
    struct keeping *keeping = context;
    size_t size = 0;
    uint8_t *bytes =
        hck_clock_ms() < keeping->until_ms ? hck_program_read_input(path, &size) : NULL;
    keeping->left_count += bytes == NULL || !keep_bytes(keeping, bytes, size);
    free(bytes);
    return true;
}

uint32_t hck_program_keep(const struct program_options *options, const struct digests *corpus)
{
    struct keeping keeping = {
        .options = options,
        .corpus = corpus,
        .input = hck_fuzz_input_options(hck_program_harness_name(options)),
        .until_ms = hck_clock_ms() + KEEP_LIMIT_MS,
    };
    for (const char *const *pattern = input_patterns; *pattern != NULL; pattern++) {
        (void)hck_program_each_file(options->folder, *pattern, keep, &keeping);
    }
    hck_trace_free(&keeping.trace);
    return keeping.left_count;
}

/* --- afl-fuzz --------------------------------------------------------------------------------- */

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(path);
}

/* The path of the n-th folder that was set aside. */
static bool name_aside(const struct program_options *options, unsigned number,
                       char path[PROGRAM_PATH_MAX])
{
    int length =
        number == 1 ? snprintf(path, PROGRAM_PATH_MAX, "%s/afl.before", options->folder)
                    : snprintf(path, PROGRAM_PATH_MAX, "%s/afl.before.%u", options->folder, number);
    return length > 0 && length < PROGRAM_PATH_MAX;
}

bool hck_program_set_afl_aside(const struct program_options *options, bool is_kept)
{
    char folder[PROGRAM_PATH_MAX];
    char aside[PROGRAM_PATH_MAX];
    int length = snprintf(folder, sizeof folder, "%s/afl", options->folder);
    bool is_named = length > 0 && length < PROGRAM_PATH_MAX;
    if (is_named && access(folder, F_OK) != 0) {
        return true;
    }
    unsigned number = 1;
    while ((is_named = is_named && name_aside(options, number, aside)) &&
           access(aside, F_OK) == 0) {
        if (is_kept) {
            (void)nftw(aside, remove_one, FOLDERS_OPEN_MAX, FTW_DEPTH | FTW_PHYS);
        }
        number++;
    }
    is_named = is_named && name_aside(options, is_kept ? 1 : number, aside);
    return is_named && rename(folder, aside) == 0;
}

/* Trace files: finding them, in folders too, and reading them all before anything runs. */
#ifndef HCK_KIT_RUN_CORPUS_H
#define HCK_KIT_RUN_CORPUS_H

#include "kit/trace.h"
#include "spec/clause.h"

enum { CORPUS_MESSAGE_MAX = 1000 };

struct corpus_file {
    char *path;
    char *name; /* how reports call it: a path that is the same on every machine */
    struct trace_buffer trace;
};

/* Starts as all zeroes. */
struct corpus {
    struct corpus_file *files;
    size_t count;
    size_t capacity;
};

enum corpus_result {
    CORPUS_FOUND,
    CORPUS_MISSING,   /* there is no such file, or it cannot be read */
    CORPUS_MALFORMED, /* a file is not a trace; message says file:line:column */
    CORPUS_NO_MEMORY
};

/* Adds a trace file, or every *.trace in a folder and its folders in order of their paths. A folder
 * without any adds nothing. `name` stands for `path` in reports. Otherwise *message (of `size`
 * bytes) says why not. */
enum corpus_result hck_corpus_add(struct corpus *corpus, const char *path, const char *name,
                                  char *message, size_t size);
void hck_corpus_free(struct corpus *corpus);

/* Files that were left out. */
struct corpus_skipped {
    size_t count;
    char first[CORPUS_MESSAGE_MAX]; /* and why */
};

enum { CORPUS_FILE_MAX = 1 << 20 };

/* The same of a folder that programs and people put files into: a *.trace that cannot be read, is
 * no trace or has more than CORPUS_FILE_MAX bytes is left out. CORPUS_FOUND or CORPUS_NO_MEMORY,
 * and CORPUS_MISSING where the folder itself cannot be read. */
enum corpus_result hck_corpus_add_readable(struct corpus *corpus, const char *path,
                                           struct corpus_skipped *skipped, char *message,
                                           size_t size);

/* Whether a file of this name is taken for a trace. */
bool hck_corpus_is_trace_name(const char *name);

/* Where the corpus that comes with heapck is: `option` (of --corpus), else $HEAPCK_CORPUS, else
 * ./corpus, else where it is installed beside this program, else in the source tree that this
 * program was built from. False where there is none; `path` then names the one that was asked for,
 * or is empty where none was. */
bool hck_corpus_find(const char *option, char *path, size_t size);

/* Adds clauses/, regress/ and findings/ of that folder: what one implementation failed, all are
 * asked. CORPUS_MISSING where it has none of them, or there is no trace in them: it is another
 * folder than was meant. */
enum corpus_result hck_corpus_add_default(struct corpus *corpus, const char *root, char *message,
                                          size_t size);

/* The clause that a file is named for: FOLDER/<family>/<topic>.<guarantee>.trace or <id>.trace,
 * with a number before the suffix where a clause has several (<id>.2.trace). Else CLAUSE_NONE. */
enum clause_id hck_corpus_clause(const struct corpus_file *file);

#endif

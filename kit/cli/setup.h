/* What the commands share: options that mean the same everywhere, and turning them into what the
 * kit works with. Every function that can fail says why on standard error. */
#ifndef HCK_KIT_CLI_SETUP_H
#define HCK_KIT_CLI_SETUP_H

#include <stdio.h>

#include "kit/cli/options.h"
#include "kit/report/report.h"
#include "kit/run/profile.h"
#include "kit/trace.h"

enum { MESSAGE_MAX = 1000, TRACE_LIMIT_S = 10, JOBS_DEFAULT = 0 };

/* Who is judged by what. */
struct setup {
    /* As given. */
    const char *target;
    const char *profile_name; /* NULL: by target */
    const char *expect_path;  /* NULL: none */
    struct string_list only;
    struct string_list skip;
    struct number_option limit_s; /* of one trace */
    /* Worked out by hck_setup_resolve. */
    const struct profile *profile;
    struct target_options target_options;
    struct selection selection;
    struct expect_list expected;
};

#define SETUP_DEFAULTS                                                   \
    {                                                                    \
        .target = "winmem", .limit_s = { TRACE_LIMIT_S, 1, 3600, false } \
    }

#define ROW_TARGET(setup)                                                                         \
    {                                                                                             \
        OPTION_TEXT, "--target", "T", "winmem (default), so:PATH or exec:COMMAND: who is judged", \
            &(setup).target                                                                       \
    }
#define ROW_PROFILE(setup)                                                                        \
    {                                                                                             \
        OPTION_TEXT, "--profile", "P",                                                            \
            "documented, windows (default for winmem and Wine) or hostile", &(setup).profile_name \
    }
#define ROW_ONLY(setup)                                                                       \
    {                                                                                         \
        OPTION_LIST, "--only", "GLOB", "judge these clauses alone: 'heap_alloc.*,virtual_*'", \
            &(setup).only                                                                     \
    }
#define ROW_SKIP(setup)                                                     \
    {                                                                       \
        OPTION_LIST, "--skip", "GLOB", "judge all but these", &(setup).skip \
    }
#define ROW_EXPECT(setup)                                                                  \
    {                                                                                      \
        OPTION_TEXT, "--expect", "FILE", "known deviations: a clause and a reason a line", \
            &(setup).expect_path                                                           \
    }
#define ROW_LIMIT(setup)                                                                          \
    {                                                                                             \
        OPTION_NUMBER, "--limit", "S",                                                            \
            "seconds without a line of a trace's log (default 10); a whole trace may take sixty " \
            "times that, an agent's start six times",                                             \
            &(setup).limit_s                                                                      \
    }
#define ROW_VERBOSE(flag)                                                                        \
    {                                                                                            \
        OPTION_FLAG, "--verbose", NULL,                                                          \
            "text: sources, answers taken, rules, what is unsupported or not exercised", &(flag) \
    }
#define ROW_END                            \
    {                                      \
        OPTION_END, NULL, NULL, NULL, NULL \
    }

/* Finds the profile, selects the clauses, reads --expect and checks the target string. Returns 0 or
 * the exit status. */
int hck_setup_resolve(struct setup *setup, const struct command_line *line);

/* The same without a target: where there is only its name, in a log. */
int hck_setup_resolve_profile(struct setup *setup, const struct command_line *line);
void hck_setup_free(struct setup *setup);

/* "heapck: message" on standard error; returns `status`. */
int hck_setup_fail(int status, const char *message);

/* For struct target_options: says on a terminal that `target` (its name) is slow to start. */
void hck_setup_waits(void *target, bool waits);

/* The exit status for a target that could not be opened or started. */
int hck_setup_target_failed(const struct target_error *error);

/* Reads a trace file. Returns 0 or the exit status. */
int hck_setup_load_trace(const char *path, struct trace_buffer *trace);

/* Where the corpus is found and which traces a command runs: --corpus and PATH... Returns 0 or the
 * exit status. Without paths a missing default corpus is only noted. */
int hck_setup_load_corpus(const struct command_line *line, const char *corpus_option,
                          struct corpus *corpus);

/* A clause by its id; complains otherwise. */
enum clause_id hck_setup_clause(const struct command_line *line, const char *id);

/* Every command ends with this: standard output that could not be written makes the status 3. */
int hck_setup_finish(int status);

/* Whether standard output and standard error are one: a terminal, or the log that a script keeps of
 * both. What the one says, the other need not repeat then. */
bool hck_setup_is_one_stream(void);

/* What a script's log has to show whatever the format of the report: on standard error, unless that
 * and standard output, where the text says it, are one. */
void hck_setup_tell_troubles(const struct report *report, enum report_format format);

/* The format of --format. Returns 0 or the exit status. */
int hck_setup_format(const struct command_line *line, const char *name, enum report_format *format);

/* Worker threads for --jobs N, where 0 is one per processor. */
unsigned hck_setup_jobs(const struct number_option *jobs);

#endif

/* A deviation is known by the part of a call's observation that was wrong (hck_finding_same), and
 * again by the trace that it was shrunk to. */
#define _POSIX_C_SOURCE 200809L /* access */

#include "kit/fuzz/finds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kit/report/report.h"
#include "kit/run/close.h"
#include "kit/run/judge.h"
#include "kit/weave/weave.h"

enum {
    FIND_PATH_MAX = 4096,
    NUMBER_MAX = 10000, /* of the files of one clause */
    TRIES_MAX = 3,      /* of a deviation that does not come again */
    DOUBTS_MAX = 512
};

/* A deviation that was seen and did not come again. */
struct doubt {
    struct finding finding;
    unsigned tries;
};

struct finds {
    struct finds_options options;
    struct find **items;   /* owned */
    struct finding *known; /* of each item */
    size_t count;
    struct doubt doubts[DOUBTS_MAX];
    size_t doubt_count;
};

struct finds *hck_finds_open(const struct finds_options *options)
{
    struct finds *finds = calloc(1, sizeof *finds);
    if (finds != NULL) {
        finds->options = *options;
    }
    return finds;
}

void hck_finds_close(struct finds *finds)
{
    for (size_t i = 0; finds != NULL && i < finds->count; i++) {
        hck_reduced_free(&finds->items[i]->violation.reduced);
        free(finds->items[i]);
    }
    if (finds != NULL) {
        free(finds->items);
        free(finds->known);
        free(finds);
    }
}

size_t hck_finds_count(const struct finds *finds)
{
    return finds->count;
}

const struct find *hck_finds_at(const struct finds *finds, size_t index)
{
    return finds->items[index];
}

/* --- Knowing ---------------------------------------------------------------------------------- */

static bool is_known(const struct finds *finds, const struct finding *finding)
{
    for (size_t i = 0; i < finds->count; i++) {
        if (hck_finding_same(&finds->known[i], finding)) {
            return true;
        }
    }
    for (size_t i = 0; i < finds->doubt_count; i++) {
        if (hck_finding_same(&finds->doubts[i].finding, finding)) {
            return finds->doubts[i].tries >= TRIES_MAX;
        }
    }
    return false;
}

static bool is_known_trace(const struct finds *finds, enum clause_id clause,
                           const struct trace *trace)
{
    for (size_t i = 0; i < finds->count; i++) {
        const struct violation *violation = &finds->items[i]->violation;
        if (violation->finding.clause == clause &&
            hck_trace_same(&violation->reduced.trace.trace, trace)) {
            return true;
        }
    }
    return false;
}

static void doubt(struct finds *finds, const struct finding *finding)
{
    for (size_t i = 0; i < finds->doubt_count; i++) {
        if (hck_finding_same(&finds->doubts[i].finding, finding)) {
            finds->doubts[i].tries++;
            return;
        }
    }
    if (finding->clause != CLAUSE_NONE && finds->doubt_count < DOUBTS_MAX) {
        finds->doubts[finds->doubt_count++] = (struct doubt){*finding, 1};
    }
}

/* --- Keeping ---------------------------------------------------------------------------------- */

/* The first name that no file has. */
static void choose_stem(const struct finds *finds, struct find *find)
{
    char path[FIND_PATH_MAX];
    for (unsigned number = 1; number < NUMBER_MAX; number++) {
        hck_report_stem(find->violation.finding.clause, number, find->stem, sizeof find->stem);
        (void)snprintf(path, sizeof path, "%s/%s.trace", finds->options.folder, find->stem);
        if (access(path, F_OK) != 0) {
            return;
        }
    }
}

static bool make_room(struct finds *finds)
{
    struct find **items = realloc(finds->items, (finds->count + 1) * sizeof *items);
    finds->items = items != NULL ? items : finds->items;
    struct finding *known = realloc(finds->known, (finds->count + 1) * sizeof *known);
    finds->known = known != NULL ? known : finds->known;
    return items != NULL && known != NULL;
}

/* Takes over the find, also where there is no memory for it. */
static bool keep(struct finds *finds, struct find *find)
{
    if (!make_room(finds)) {
        hck_reduced_free(&find->violation.reduced);
        free(find);
        return false;
    }
    finds->known[finds->count] = find->violation.finding;
    finds->items[finds->count++] = find;
    return true;
}

static enum find_result out_of_memory(char *message)
{
    (void)snprintf(message, BROKEN_MESSAGE_MAX, "out of memory");
    return FIND_BROKEN;
}

/* Takes over what was reduced. */
static enum find_result save(struct finds *finds, struct reduced *reduced, uint8_t fate,
                             const struct find **kept, char *message)
{
    struct find *find = calloc(1, sizeof *find);
    if (find == NULL) {
        hck_reduced_free(reduced);
        return out_of_memory(message);
    }
    find->violation.finding = reduced->witness.finding;
    find->violation.fate = fate;
    find->violation.has_witness = true;
    find->violation.reduced = *reduced;
    choose_stem(finds, find);
    find->is_saved =
        hck_report_violation_files(&find->violation, finds->options.target, finds->options.folder,
                                   find->stem, find->message, sizeof find->message);
    if (!keep(finds, find)) {
        return out_of_memory(message);
    }
    *kept = find;
    return FIND_NEW;
}

/* --- Looking again ---------------------------------------------------------------------------- */

/* A death may be laid at any clause, but not at what is known already. */
static enum reduce_result reduce(const struct finds *finds, const struct trace *trace,
                                 const struct finding *seen, struct reduced *reduced)
{
    bool is_death = seen->clause == CLAUSE_NONE;
    struct reduce_options options = {
        .target = finds->options.target,
        .target_options = finds->options.target_options,
        .bases = finds->options.bases,
        .wish = {.selection = finds->options.selection,
                 .clause = seen->clause,
                 .same_as = is_death ? NULL : seen,
                 .known = finds->known,
                 .known_count = is_death ? finds->count : 0,
                 .sentence = true},
        .seen = is_death ? NULL : seen,
        .interrupted = finds->options.interrupted,
        .trying = finds->options.trying,
        .trying_context = finds->options.trying_context,
    };
    enum reduce_result result = hck_reduce(&options, trace, reduced);
    bool is_interrupted = options.interrupted != NULL && atomic_load(options.interrupted);
    /* A process that is slow to end on a busy machine is broken once. */
    if (result == REDUCE_BROKEN && !is_interrupted) {
        hck_reduced_free(reduced);
        result = hck_reduce(&options, trace, reduced);
    }
    return result;
}

/* `selection` NULL: any clause, also one that is not asked for. */
static enum witness_result look(const struct finds *finds, const struct trace *trace,
                                const struct selection *selection, enum clause_id clause,
                                struct witness *witness, char *message)
{
    const struct finds_options *options = &finds->options;
    struct witness_place place = {options->target, options->target_options, options->bases};
    struct witness_wish wish = {.selection = selection, .clause = clause, .sentence = true};
    return hck_witness_find_fresh(&place, trace, &wish, witness, message);
}

static enum find_result take_reduced(struct finds *finds, enum reduce_result result,
                                     struct reduced *reduced, const struct finding *seen,
                                     const struct find **find, char *message)
{
    switch (result) {
    case REDUCE_DONE:
    case REDUCE_UNSTEADY:
        if (is_known(finds, &reduced->witness.finding) ||
            is_known_trace(finds, reduced->witness.finding.clause, &reduced->trace.trace)) {
            hck_reduced_free(reduced);
            return FIND_KNOWN;
        }
        return save(finds, reduced, result == REDUCE_DONE ? VIOLATION_SHRUNK : VIOLATION_UNSTEADY,
                    find, message);
    case REDUCE_NOT_VIOLATED:
        doubt(finds, seen);
        hck_reduced_free(reduced);
        return FIND_GONE;
    case REDUCE_BROKEN:
        break;
    }
    (void)snprintf(message, BROKEN_MESSAGE_MAX, "%s", reduced->message);
    hck_reduced_free(reduced);
    return FIND_BROKEN;
}

/* Whether the trace violates what is known or is not asked for, as many a trace does that ends the
 * process. */
static bool is_explained(const struct finds *finds, const struct trace *trace)
{
    char message[BROKEN_MESSAGE_MAX];
    struct witness witness;
    return look(finds, trace, NULL, CLAUSE_NONE, &witness, message) == WITNESS_FOUND;
}

/* A death is looked for in the trace alone, and then in all that it leaves being given back by
 * calls. */
static enum find_result take_death(struct finds *finds, const struct trace *trace,
                                   const struct finding *seen, const struct find **find,
                                   char *message)
{
    struct trace_buffer closed = {.capacity = 0};
    struct reduced reduced = {.calls_before = 0};
    enum reduce_result result = reduce(finds, trace, seen, &reduced);
    bool is_ours = result != REDUCE_NOT_VIOLATED;
    bool is_old = !is_ours && is_explained(finds, trace);
    if (!is_ours && !is_old && hck_close(trace, &closed)) {
        hck_reduced_free(&reduced);
        result = reduce(finds, &closed.trace, seen, &reduced);
        is_old = result == REDUCE_NOT_VIOLATED && is_explained(finds, &closed.trace);
    }
    hck_trace_free(&closed);
    if (is_old) {
        hck_reduced_free(&reduced);
        return FIND_KNOWN;
    }
    return take_reduced(finds, result, &reduced, seen, find, message);
}

enum find_result hck_finds_take(struct finds *finds, const struct trace *plain,
                                const struct finding *seen, const struct find **find, char *message)
{
    struct trace_buffer woven = {.capacity = 0};
    struct reduced reduced = {.calls_before = 0};
    if (seen->clause != CLAUSE_NONE && is_known(finds, seen)) {
        return FIND_KNOWN;
    }
    if (!hck_weave_some(plain, &woven)) {
        hck_trace_free(&woven);
        return out_of_memory(message);
    }
    enum find_result result;
    if (seen->clause == CLAUSE_NONE) {
        result = take_death(finds, &woven.trace, seen, find, message);
    } else {
        enum reduce_result reduce_result = reduce(finds, &woven.trace, seen, &reduced);
        result = take_reduced(finds, reduce_result, &reduced, seen, find, message);
    }
    hck_trace_free(&woven);
    return result;
}

enum find_result hck_finds_take_named(struct finds *finds, const struct trace *plain,
                                      enum clause_id clause, const struct find **find,
                                      char *message)
{
    struct trace_buffer woven = {.capacity = 0};
    struct witness witness;
    enum witness_result result = WITNESS_BROKEN;
    (void)snprintf(message, BROKEN_MESSAGE_MAX, "out of memory");
    if (hck_weave_some(plain, &woven)) {
        result = look(finds, &woven.trace, finds->options.selection, clause, &witness, message);
    }
    hck_trace_free(&woven);
    switch (result) {
    case WITNESS_FOUND:
        return hck_finds_take(finds, plain, &witness.finding, find, message);
    case WITNESS_NOT_FOUND:
        return FIND_GONE;
    case WITNESS_BROKEN:
        break;
    }
    return FIND_BROKEN;
}

enum find_result hck_finds_again(struct finds *finds, const struct trace *trace, const char *stem,
                                 enum clause_id clause, const struct find **kept, char *message)
{
    struct find *find = calloc(1, sizeof *find);
    if (find == NULL) {
        return out_of_memory(message);
    }
    struct violation *violation = &find->violation;
    switch (look(finds, trace, finds->options.selection, clause, &violation->reduced.witness,
                 message)) {
    case WITNESS_FOUND:
        break;
    case WITNESS_NOT_FOUND:
        free(find);
        return FIND_GONE;
    case WITNESS_BROKEN:
        free(find);
        return FIND_BROKEN;
    }
    violation->finding = violation->reduced.witness.finding;
    violation->fate = VIOLATION_SHRUNK;
    violation->has_witness = true;
    (void)snprintf(find->stem, sizeof find->stem, "%s", stem);
    find->was_there = true;
    find->is_saved = true;
    if (!hck_trace_copy(&violation->reduced.trace, trace)) {
        free(find);
        return out_of_memory(message);
    }
    if (!keep(finds, find)) {
        return out_of_memory(message);
    }
    *kept = find;
    return FIND_KNOWN;
}

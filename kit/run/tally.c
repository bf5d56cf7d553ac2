/* A bit for every class of every part of the state, clause by clause. Most are never touched, so
 * their pages are never there. */
#include "kit/run/tally.h"

#include <stdlib.h>

enum { CLASS_BYTES = (UINT16_MAX + 1) / 8 };

struct tally {
    struct clause_tally clauses[CLAUSE_COUNT];
    uint8_t classes[CLAUSE_COUNT][STATE_PART_COUNT][CLASS_BYTES];
};

struct tally *hck_tally_open(void)
{
    struct tally *tally = calloc(1, sizeof *tally);
    for (unsigned i = 0; i < CLAUSE_COUNT && tally != NULL; i++) {
        tally->clauses[i].first_trace = TALLY_NEVER;
    }
    return tally;
}

void hck_tally_close(struct tally *tally)
{
    free(tally);
}

static void note_classes(struct tally *tally, uint16_t clause, const struct verdicts *verdicts)
{
    for (unsigned part = 0; part < STATE_PART_COUNT; part++) {
        uint16_t class = verdicts->state_classes[part];
        uint8_t *byte = &tally->classes[clause][part][class / 8];
        uint8_t bit = (uint8_t)(1u << class % 8);
        tally->clauses[clause].class_counts[part] += (*byte & bit) == 0;
        *byte |= bit;
    }
}

void hck_tally_note(struct tally *tally, const struct trace *trace, uint64_t trace_index,
                    const struct verdicts *verdicts)
{
    bool is_counted = trace->thread_count <= 1;
    for (uint32_t i = 0; i < verdicts->count; i++) {
        const struct verdict *verdict = &verdicts->items[i];
        if (verdict->clause >= CLAUSE_COUNT) {
            continue; /* an observation that makes no sense is of no clause */
        }
        struct clause_tally *clause = &tally->clauses[verdict->clause];
        bool is_judged =
            verdict->outcome != VERDICT_UNSUPPORTED && verdict->outcome != VERDICT_BROKEN;
        clause->counts[verdict->outcome] += is_counted;
        if (is_judged && trace_index < clause->first_trace) {
            clause->first_trace = trace_index;
        }
        if (is_judged && is_counted) {
            note_classes(tally, verdict->clause, verdicts);
        }
    }
}

const struct clause_tally *hck_tally_get(const struct tally *tally, enum clause_id clause)
{
    return &tally->clauses[clause];
}

/* Where a long report ends: how the clauses of each topic fared, in a table. A topic is the first
 * word of a clause's id: mostly the function that it is about. */
#include <string.h>

#include "kit/report/report_internal.h"

enum { TOPICS_MAX = 100, TOPIC_NAME_MAX = 60 };

/* Fewer violated and unsupported clauses than these are seen without a table. */
enum { OVERVIEW_VIOLATED_MIN = 6, OVERVIEW_UNSUPPORTED_MIN = 10 };

struct topic {
    char name[TOPIC_NAME_MAX];
    unsigned counts[STATE_COUNT];
};

struct overview {
    struct topic topics[TOPICS_MAX];
    size_t count;
    struct topic quiet; /* all topics without a violated or unsupported clause */
    size_t quiet_count;
};

static struct topic *topic_of(struct overview *overview, const char *id)
{
    char name[TOPIC_NAME_MAX];
    (void)snprintf(name, sizeof name, "%.*s", (int)strcspn(id, "."), id);
    for (size_t i = 0; i < overview->count; i++) {
        if (strcmp(overview->topics[i].name, name) == 0) {
            return &overview->topics[i];
        }
    }
    struct topic *topic = &overview->topics[overview->count];
    overview->count += overview->count + 1 < TOPICS_MAX;
    memcpy(topic->name, name, sizeof name);
    return topic;
}

static void count_clauses(const struct collect *collect, struct overview *overview)
{
    for (unsigned i = 0; i < CLAUSE_COUNT; i++) {
        const struct clause *clause = hck_clause_get((enum clause_id)i);
        if (collect->selection->clauses[i] && clause->basis != BASIS_UNDEFINED) {
            topic_of(overview, clause->id)->counts[hck_collect_state(collect, (enum clause_id)i)]++;
        }
    }
}

static bool is_quiet(const struct topic *topic)
{
    return topic->counts[STATE_VIOLATED] == 0 && topic->counts[STATE_UNSUPPORTED] == 0;
}

static void print_topic(const struct topic *topic, FILE *stream)
{
    (void)fprintf(stream, "%-16s %8u %6u %10u %13u %15u\n", topic->name,
                  topic->counts[STATE_VIOLATED], topic->counts[STATE_HOLDS],
                  topic->counts[STATE_LATITUDE], topic->counts[STATE_UNSUPPORTED],
                  topic->counts[STATE_NOT_EXERCISED]);
}

static void print_rows(struct overview *overview, FILE *stream)
{
    (void)fprintf(stream, "\n%-16s %8s %6s %10s %13s %15s\n", "clauses", "violated", "hold",
                  "latitude", "unsupported", "not exercised");
    for (size_t i = 0; i < overview->count; i++) {
        const struct topic *topic = &overview->topics[i];
        if (!is_quiet(topic)) {
            print_topic(topic, stream);
            continue;
        }
        overview->quiet_count++;
        for (unsigned state = 0; state < STATE_COUNT; state++) {
            overview->quiet.counts[state] += topic->counts[state];
        }
    }
    if (overview->quiet_count > 0) {
        (void)snprintf(overview->quiet.name, TOPIC_NAME_MAX, "%zu %s", overview->quiet_count,
                       hck_report_plural(overview->quiet_count, "other", "others"));
        print_topic(&overview->quiet, stream);
    }
}

void hck_report_overview(const struct report *report, FILE *stream)
{
    uint32_t totals[STATE_COUNT];
    struct overview overview = {.count = 0};
    hck_collect_totals(report->collect, totals);
    if (totals[STATE_VIOLATED] >= OVERVIEW_VIOLATED_MIN ||
        totals[STATE_UNSUPPORTED] >= OVERVIEW_UNSUPPORTED_MIN) {
        count_clauses(report->collect, &overview);
        print_rows(&overview, stream);
    }
}

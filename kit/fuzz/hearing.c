#include "kit/fuzz/hearing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What libFuzzer says at its end, of all that it tried. */
static const char executed[] = "stat::number_of_executed_units: ";

/* 0 where the word is not there. */
static uint64_t number_behind(const char *line, const char *word)
{
    const char *at = strstr(line, word);
    return at != NULL ? strtoull(at + strlen(word), NULL, 10) : 0;
}

/* "#1234	NEW    cov: 56 ft: 78 corp: 9/10b lim: 11 exec/s: 12 rss: 13Mb ..." */
static void take_numbers(struct hearing *hearing, const char *line, struct heard *heard)
{
    uint32_t edges = (uint32_t)number_behind(line, " cov: ");
    heard->edge_count = edges > heard->edge_count ? edges : heard->edge_count;
    if (strstr(line, " corp: ") != NULL) {
        heard->kept_count = (uint32_t)number_behind(line, " corp: ");
    }
    hearing->tried_count = strtoull(line + 1, NULL, 10);
    hearing->has_begun = true;
}

static bool take_line(struct hearing *hearing, const char *line, struct heard *heard)
{
    if (line[0] != '\0') {
        (void)snprintf(hearing->last_words, sizeof hearing->last_words, "%s", line);
    }
    if (strncmp(line, executed, sizeof executed - 1) == 0) {
        hearing->tried_count = strtoull(line + sizeof executed - 1, NULL, 10);
    } else if (line[0] == '#' && strstr(line, " cov: ") != NULL) {
        take_numbers(hearing, line, heard);
    }
    return hck_overheard_take(&hearing->overheard, line);
}

bool hck_hearing_take(struct hearing *hearing, char byte, struct heard *heard)
{
    if (byte != '\n') {
        if (hearing->line_length < sizeof hearing->line - 1) {
            hearing->line[hearing->line_length++] = byte;
        }
        return false;
    }
    hearing->line[hearing->line_length] = '\0';
    hearing->line_length = 0;
    return take_line(hearing, hearing->line, heard);
}

void hck_hearing_clear(struct hearing *hearing)
{
    hearing->line_length = 0;
    hearing->tried_count = 0;
    hearing->has_begun = false;
    hck_overheard_clear(&hearing->overheard);
}

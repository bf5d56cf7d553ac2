/* Typestate tests written as log text: what was seen, and what must not be asked next. */
#ifndef HCK_TESTS_SPEC_SCRIPT_H
#define HCK_TESTS_SPEC_SCRIPT_H

#include "tests/spec/test_header.h"

#include "spec/typestate.h"

struct script {
    struct typestate state;
    void *storage;
};

/* cmocka fixtures: *state becomes a fresh struct script, with slots 0 to 15 of each kind. */
int script_set_up(void **state);
int script_tear_down(void **state);

/* A log line: the call has to be defined, and is applied. */
void script_saw(struct script *script, const char *log_line);

/* Calls that are asked about and not made. */
void script_allows(const struct script *script, const char *line);
void script_forbids(const struct script *script, const char *line, enum clause_id clause);

const struct slot *script_slot(const struct script *script, enum slot_kind kind, uint32_t index);
bool script_is_live(const struct script *script, enum slot_kind kind, uint32_t index);

#endif

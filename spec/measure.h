/* Measures: numbers computed from the list of values of an observation, for what no single value
 * says. A measure has the same meaning in the oracle, in a report and in an exported C program,
 * which carries its own copy of the few lines (kit/export/). */
#ifndef HCK_SPEC_MEASURE_H
#define HCK_SPEC_MEASURE_H

#include "spec/call.h"

enum measure {
#define MEASURE(name, text) MEASURE_##name,
#include "spec/measures.def"
#undef MEASURE
    MEASURE_COUNT
};

/* "busy entries at the address" */
const char *hck_measure_text(enum measure measure);

/* `operand` is the address the measure asks about, where it asks about one. */
uint64_t hck_measure(enum measure measure, const uint64_t *values, uint32_t value_count,
                     uint64_t operand);

#endif

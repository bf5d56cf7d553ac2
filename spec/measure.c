/* The table of measures. */
#include "spec/measure.h"

#include "spec/measure_internal.h"

typedef uint64_t (*measure_function)(const uint64_t *values, uint32_t value_count,
                                     uint64_t operand);

static const struct {
    const char *text;
    measure_function function;
} measures[MEASURE_COUNT] = {
#define MEASURE(name, text) {text, hck_measure_##name},
#include "spec/measures.def"
#undef MEASURE
};

const char *hck_measure_text(enum measure measure)
{
    return measures[measure].text;
}

uint64_t hck_measure(enum measure measure, const uint64_t *values, uint32_t value_count,
                     uint64_t operand)
{
    return measures[measure].function(values, value_count, operand);
}

/* One function for each row of spec/measures.def, so that a measure is a few lines that can be read
 * and copied by themselves. Inside spec/ only; everybody else calls hck_measure. */
#ifndef HCK_SPEC_MEASURE_INTERNAL_H
#define HCK_SPEC_MEASURE_INTERNAL_H

#include "spec/measure.h"

/* `operand` is looked at where the measure is about an address. */
#define MEASURE(name, text) \
    uint64_t hck_measure_##name(const uint64_t *values, uint32_t value_count, uint64_t operand);
#include "spec/measures.def"
#undef MEASURE

#endif

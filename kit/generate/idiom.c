/* The table of idioms.
 *
 * Every call of one goes through the draft, so what turns out undefined (a slot that is gone) is
 * left out and the rest of the idiom goes on. */
#include "kit/generate/idiom.h"

#define IN(family) (1u << FAMILY_##family)
#define IDIOM(name, families, kind) {families, IDIOM_IS_##kind, hck_idiom_##name},
const struct idiom_row hck_idioms[IDIOM_COUNT] = {
#include "kit/generate/idioms.def"
};
#undef IDIOM
#undef IN

/* libwinmem's functions, the one place of the kit that knows it. */
#include <winmem.h>

#include "kit/target/target_api.h"

void hck_target_fill_winmem(struct api *api)
{
#define CALL(name, ...) api->name = name;
#define PROBE(...)
#include "spec/calls.def"
#undef CALL
#undef PROBE
}

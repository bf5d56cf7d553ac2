/* See section_names.h. */
#include "oracle/section_names.h"

#include "oracle/content.h"

/* A view of the section that the name has, or had last. */
static bool is_view_of(const struct model_region *region, const struct model_name *name)
{
    return region->is_view && region->storage - name->section.storage < name->section.bytes;
}

/* The section that a call makes, or the one whose last handle it closes, may be another one than it
 * seems: of its content nothing is claimed, nor of that of its views. */
static void doubt(struct oracle *oracle, uint8_t object)
{
    struct model_name *name = &oracle->names[object];
    struct extent extent;
    name->is_doubtful = true;
    for (uint32_t i = 0; i < oracle->state.slot_count[SLOT_SECTION]; i++) {
        const struct slot *slot = &oracle->state.slots[SLOT_SECTION][i];
        if (slot->state != SLOT_EMPTY && slot->object == object) {
            oracle->sections[i].storage = 0;
        }
    }
    struct extent_cursor cursor = extent_map_at_or_after(&oracle->reservations, 0);
    for (; extent_map_get(cursor, &extent); cursor = extent_map_next(cursor)) {
        struct model_region *region = &oracle->regions[extent.a];
        region->is_strange = region->is_strange || is_view_of(region, name);
    }
}

bool hck_section_name_is_doubtful(const struct judgement *j, uint8_t object)
{
    return object != NO_OBJECT && j->oracle->names[object].is_doubtful;
}

void hck_section_name_note(struct judgement *j, uint8_t object)
{
    struct model_name *name = &j->oracle->names[object];
    if (name->end > j->seen->start) {
        doubt(j->oracle, object);
    } else if (j->oracle->state.named[object].handles == 0) {
        name->is_doubtful = false; /* whatever it was, it is gone */
    }
    name->end = name->end > j->seen->end ? name->end : j->seen->end;
}

void hck_section_name_share(struct judgement *j, uint8_t object, uint64_t bytes)
{
    struct model_name *name = &j->oracle->names[object];
    struct model_section *section = hck_model_section(j->oracle, j->call->result_slot);
    if (j->oracle->state.named[object].handles == 0) {
        hck_content_add_section(j->oracle, &name->section, bytes);
        name->was_used = true;
    }
    *section = name->section;
    if (name->is_doubtful) {
        section->storage = 0;
    }
    section->asked = bytes;
}

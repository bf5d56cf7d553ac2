/* What idioms are made of. Each is a function of its own, named in idioms.def. */
#ifndef HCK_KIT_GENERATE_IDIOM_H
#define HCK_KIT_GENERATE_IDIOM_H

#include "kit/generate/generate_internal.h"
#include "spec/win32.h"

#define IDIOM(name, families, kind) void hck_idiom_##name(struct draft *draft);
#include "kit/generate/idioms.def"
#undef IDIOM

#define SLOT(kind, index) hck_argument_slot(SLOT_##kind, index, 0)
#define REGION(index, offset) hck_argument_slot(SLOT_REGION, index, offset)
#define VALUE(value) hck_argument_value(value)
#define NIL hck_argument_form(FORM_NULL)
#define OUT hck_argument_form(FORM_OUT)

#define PAGE FORECAST_PAGE

/* --- Pages ------------------------------------------------------------------------------------ */

static inline uint32_t allocate_pages(struct draft *draft, uint32_t type, uint64_t page_count,
                                      uint32_t protection)
{
    uint32_t region = hck_draft_free_slot(draft, SLOT_REGION);
    if (region == NO_SLOT || !DRAFT_MAKE(draft, VirtualAlloc, region, NIL, VALUE(page_count * PAGE),
                                         VALUE(type), VALUE(protection))) {
        return NO_SLOT;
    }
    return region;
}

static inline bool commit(struct draft *draft, uint32_t region, uint64_t page, uint64_t size,
                          uint32_t protection)
{
    return DRAFT_MAKE(draft, VirtualAlloc, NO_SLOT, REGION(region, page * PAGE), VALUE(size),
                      VALUE(MEM_COMMIT), VALUE(protection));
}

static inline bool protect(struct draft *draft, uint32_t region, uint64_t offset, uint64_t size,
                           uint32_t protection)
{
    return DRAFT_MAKE(draft, VirtualProtect, NO_SLOT, REGION(region, offset), VALUE(size),
                      VALUE(protection), OUT);
}

static inline bool peek(struct draft *draft, uint32_t region, uint64_t offset, uint64_t size)
{
    return DRAFT_MAKE(draft, Peek, NO_SLOT, REGION(region, offset), VALUE(size));
}

static inline bool poke(struct draft *draft, uint32_t region, uint64_t offset, uint64_t size)
{
    uint64_t value = hck_value_number(draft, MEANS_BYTE);
    return DRAFT_MAKE(draft, Poke, NO_SLOT, REGION(region, offset), VALUE(size), VALUE(value));
}

#endif

/* What protections of pages, sections and views mean to each other. */
#ifndef HCK_SPEC_PROTECTION_H
#define HCK_SPEC_PROTECTION_H

#include <stdbool.h>
#include <stdint.h>

/* The protection of the pages of a view that is mapped with this access, one of those that clauses
 * speak of. FILE_MAP_ALL_ACCESS has the bit of FILE_MAP_COPY as well. */
uint32_t hck_protection_of_view(uint32_t access);

/* The access to views that a section with this protection can be had with: FILE_MAP_READ,
 * FILE_MAP_COPY, FILE_MAP_WRITE, FILE_MAP_EXECUTE. */
uint32_t hck_protection_grants(uint32_t protect);

/* Whether the first write to a page of this protection makes a copy of it. */
bool hck_protection_copies(uint32_t protection);

/* Whether a protection, modifiers aside, allows no access that another one does not. */
bool hck_protection_is_within(uint32_t protection, uint32_t other);

#endif

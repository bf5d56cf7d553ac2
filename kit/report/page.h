/* What every HTML page of heapck begins and ends with. It needs nothing but itself: no script, no
 * font, no other file. */
#ifndef HCK_KIT_REPORT_PAGE_H
#define HCK_KIT_REPORT_PAGE_H

#include <stdio.h>

#include "spec/clause.h"

/* With the title as its heading. */
void hck_page_begin(const char *title, FILE *stream);
void hck_page_end(FILE *stream);

/* The first cell of a row: a clause that opens to its statement and source. */
void hck_page_clause(enum clause_id clause, FILE *stream);

#endif

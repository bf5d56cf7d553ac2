/* The pieces of C that exported programs are put together from.
 *
 * They are the definitions of values.c.in, prelude.c.in and spec/measure_*.c, embedded as text, and
 * those that spec/structs.def stands for. A program
 * gets those that its own text names, and those that they name in turn. */
#ifndef HCK_KIT_EXPORT_PIECES_H
#define HCK_KIT_EXPORT_PIECES_H

#include "kit/export/source_text.h"

/* Made from the files by CMakeLists.txt. */
extern const char hck_export_values[];
extern const char hck_export_prelude[];
extern const char hck_export_measure_list[];
extern const char hck_export_measure_walk[];
extern const char hck_export_measure_query[];

/* Made from spec/structs.def by structs_text.c. */
extern const char hck_export_structs[];

/* Appends to `to` the pieces that `body` needs, in the order of their files. Names lose the prefix
 * hck_. False where there are more pieces or names than there is room for. */
bool hck_pieces_collect(const char *body, struct source_text *to);

/* Calls visit(context, name, length) for each identifier in C text outside comments and strings. */
typedef void (*pieces_visit)(void *context, const char *name, size_t length);
void hck_pieces_scan(const char *text, size_t length, pieces_visit visit, void *context);

#endif

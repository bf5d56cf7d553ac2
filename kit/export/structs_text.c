/* The rows of spec/structs.def as text of exported programs: for each structure the places of its
 * values, a variable, and a function that puts its values behind those that are there. */
#include "kit/export/pieces.h"

const char hck_export_structs[] =
#define STRUCT(id, type, variable) "/* The words of one " #type ". */\nenum {\n"
#define ITEMS(id, type, count, variable) "enum {\n"
#define FIELD(id, value, member, kind) "    " #value ",\n"
#define ITEM(id, value, index, name, kind) "    " #value ",\n"
#define END(id, prefix) "    " #prefix "_VALUE_COUNT\n};\n\n"
#include "spec/structs.def"

#define STRUCT(id, type, variable) "static " #type " " #variable ";\n\n"
#define ITEMS(id, type, count, variable) STRUCT(id, type, variable)
#include "spec/structs.def"

#define STRUCT(id, type, variable) "static void put_" #id "(const " #type " *item)\n{\n"
#define ITEMS(id, type, count, variable) STRUCT(id, type, variable)
#define FIELD(id, value, member, kind) "    put((uintptr_t)item->" #member ");\n"
#define FIELD_OF_UNION(id, value, outer, member, kind, tag, bits) \
    "    put((item->" #tag " & " #bits ") != 0 ? (uintptr_t)item->" #outer "." #member " : 0);\n"
#define ITEM(id, value, index, name, kind) "    put((uintptr_t)item[" #index "]);\n"
#define END(id, prefix) "}\n\n"
#include "spec/structs.def"
    "";

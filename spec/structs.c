/* The table of out-structures, from spec/structs.def. */
#include "spec/structs.h"

#include "spec/text_internal.h"
#include "spec/win32.h"

/* The type of each structure under one name, so that a field is found in plain numbers as well. */
#define STRUCT(id, type, variable) typedef type struct_##id;
#define ITEMS(id, type, count, variable) \
    typedef struct {                     \
        type words[count];               \
    } struct_##id;
#include "spec/structs.def"

#define WIDTH_OF(id, member) sizeof(((struct_##id *)0)->member)
#define IS_POINTER(id, member) _Generic(((struct_##id *)0)->member, void * : true, default : false)
#define PLACE(id, path) .offset = offsetof(struct_##id, path), .width = WIDTH_OF(id, path)
#define MEMBER(id, path, words, number)                                         \
    PLACE(id, path), .member = #path, .name = (words), .kind = NUMBER_##number, \
                     .is_pointer = IS_POINTER(id, path)

#define STRUCT(id, type, variable) static const struct field_row fields_of_##id[] = {
#define ITEMS(id, type, count, variable) static const struct field_row fields_of_##id[] = {
#define FIELD(id, value, path, number) [value] = {MEMBER(id, path, #path, number)},
#define FIELD_OF_SIZE(id, value, path, number) \
    [value] = {MEMBER(id, path, #path, number), .is_size = true},
#define FIELD_OF_UNION(id, value, outer, inner, number, tag, bits)                                \
    [value] = {MEMBER(id, outer.inner, #inner, number), .tag_offset = offsetof(struct_##id, tag), \
               .tag_width = WIDTH_OF(id, tag), .tag_bits = (bits)},
#define ITEM(id, value, index, words_for_it, number)                          \
    [value] = {PLACE(id, words[index]), .member = "", .name = (words_for_it), \
               .kind = NUMBER_##number, .is_pointer = IS_POINTER(id, words[index])},
#define END(id, prefix) \
    }                   \
    ;
#include "spec/structs.def"

const struct struct_row hck_struct_rows[STRUCT_COUNT] = {
    [STRUCT_none] = {"", "", NULL, 0, 0},
#define ROW(id, type, variable)                        \
    [STRUCT_##id] = {#type, #variable, fields_of_##id, \
                     sizeof(fields_of_##id) / sizeof((fields_of_##id)[0]), sizeof(struct_##id)},
#define STRUCT(id, type, variable) ROW(id, type, variable)
#define ITEMS(id, type, count, variable) ROW(id, type, variable)
#include "spec/structs.def"
#undef ROW
};

#define STRUCT(id, type, variable) \
    _Static_assert(sizeof(struct_##id) <= CALL_OUT_BYTES_MAX, "there is no room for " #id);
#include "spec/structs.def"

/* --- Reading ------------------------------------------------------------------------------ */

static uint64_t read_number(const unsigned char *at, unsigned width)
{
    uint64_t value = 0;
    memcpy(&value, at, width); /* both platforms are little-endian */
    return value;
}

void hck_struct_read(enum struct_id id, const void *bytes, uint64_t *values)
{
    const struct struct_row *row = &hck_struct_rows[id];
    const unsigned char *from = bytes;
    for (uint32_t i = 0; i < row->field_count; i++) {
        const struct field_row *field = &row->fields[i];
        bool is_there =
            field->tag_bits == 0 ||
            (read_number(from + field->tag_offset, field->tag_width) & field->tag_bits) != 0;
        values[i] = is_there ? read_number(from + field->offset, field->width) : 0;
    }
}

void hck_struct_write_size(enum struct_id id, void *bytes)
{
    const struct struct_row *row = &hck_struct_rows[id];
    for (uint32_t i = 0; i < row->field_count; i++) {
        if (row->fields[i].is_size) {
            uint64_t size = row->size;
            memcpy((unsigned char *)bytes + row->fields[i].offset, &size, row->fields[i].width);
        }
    }
}

uint64_t hck_struct_untouched(const struct field_row *field)
{
    return OUT_UNTOUCHED_WORD >> (64 - 8 * field->width);
}

/* --- The out-structures of a call --------------------------------------------------------- */

uint64_t hck_call_out_entries(const struct call *call, unsigned index)
{
    const struct argument_row *out = &hck_call_rows[call->id].arguments[index];
    uint64_t count = call->arguments[out->room_argument].value;
    uint64_t most = CALL_OUT_BYTES_MAX / hck_struct_rows[out->structure].size;
    return count < most ? count : most;
}

uint64_t hck_call_told(const struct call *call, unsigned index)
{
    const struct call_row *row = &hck_call_rows[call->id];
    for (unsigned i = 0; i < row->argument_count; i++) {
        if (row->arguments[i].room == ROOM_COUNT && row->arguments[i].room_argument == index) {
            return hck_call_out_entries(call, i);
        }
    }
    return call->arguments[index].value;
}

uint64_t hck_call_out_room(const struct call *call, unsigned index)
{
    const struct argument_row *out = &hck_call_rows[call->id].arguments[index];
    uint64_t length = call->arguments[out->room_argument].value;
    switch ((enum out_room)out->room) {
    case ROOM_NONE:
        break;
    case ROOM_ONE:
        return hck_struct_rows[out->structure].size;
    case ROOM_BYTES:
        return length < CALL_SIZED_BUFFER_MAX ? length : CALL_SIZED_BUFFER_MAX;
    case ROOM_COUNT:
        return hck_call_out_entries(call, index) * hck_struct_rows[out->structure].size;
    }
    return 0;
}

/* --- Where values stand ------------------------------------------------------------------- */

struct value_layout hck_call_layout(enum call_id id)
{
    const struct call_row *row = &hck_call_rows[id];
    struct value_layout layout = {.entry = STRUCT_none};
    if (row->is_list) {
        layout.entry = row->values;
    } else {
        layout.single_count = hck_struct_rows[row->values].field_count;
    }
    for (unsigned i = 0; i < row->argument_count; i++) {
        const struct argument_row *argument = &row->arguments[i];
        if (argument->room == ROOM_COUNT) {
            layout.entry = argument->structure;
        } else if (argument->room != ROOM_NONE) {
            layout.single_count += hck_struct_rows[argument->structure].field_count;
        }
    }
    layout.is_guarded = row->is_guarded;
    layout.is_input = row->input_count > 0;
    return layout;
}

static void set_place(struct value_place *place, enum struct_id structure, unsigned argument,
                      uint32_t index)
{
    place->structure = structure;
    place->argument = argument;
    place->item = index % hck_struct_rows[structure].field_count;
    place->field = &hck_struct_rows[structure].fields[place->item];
}

/* Whether a value lies in a single structure that an argument points to; else takes those values
 * off the index. */
static bool find_single(const struct call_row *row, uint32_t *index, struct value_place *place)
{
    for (unsigned i = 0; i < row->argument_count; i++) {
        const struct argument_row *argument = &row->arguments[i];
        uint32_t count = hck_struct_rows[argument->structure].field_count;
        if (argument->room == ROOM_NONE || argument->room == ROOM_COUNT) {
            continue;
        }
        if (*index < count) {
            set_place(place, argument->structure, i, *index);
            return true;
        }
        *index -= count;
    }
    return false;
}

bool hck_call_value(enum call_id id, uint32_t index, struct value_place *place)
{
    const struct call_row *row = &hck_call_rows[id];
    place->entry = UINT32_MAX;
    if (find_single(row, &index, place)) {
        return true;
    }
    enum struct_id structure = row->values;
    unsigned argument = CALL_ARGUMENTS_MAX;
    bool is_list = row->is_list;
    for (unsigned i = 0; i < row->argument_count; i++) {
        if (row->arguments[i].room == ROOM_COUNT) {
            structure = row->arguments[i].structure;
            argument = i;
            is_list = true;
        }
    }
    uint32_t count = hck_struct_rows[structure].field_count;
    if (structure == STRUCT_none || (!is_list && index >= count)) {
        return false;
    }
    set_place(place, structure, argument, index);
    place->entry = is_list ? index / count : UINT32_MAX;
    return true;
}

/* --- Numbers with names ------------------------------------------------------------------- */

struct number_name {
    enum number_kind kind;
    const char *name;
    uint64_t value;
};

static const struct number_name number_names[] = {
#define NAME(kind, constant) {NUMBER_##kind, #constant, constant},
#include "spec/structs.def"
};

enum { NUMBER_NAMES = sizeof(number_names) / sizeof(number_names[0]) };

const char *hck_number_name(enum number_kind kind, uint64_t value)
{
    for (unsigned i = 0; i < NUMBER_NAMES; i++) {
        if (number_names[i].kind == kind && number_names[i].value == value) {
            return number_names[i].name;
        }
    }
    return NULL;
}

static void put_rest(struct writer *writer, uint64_t value)
{
    if (value == 0) {
        put_char(writer, '0');
    } else {
        hck_text_put_hexadecimal(writer, value);
    }
}

static void put_bits(struct writer *writer, enum number_kind kind, uint64_t value)
{
    const char *separator = "";
    for (unsigned i = 0; i < NUMBER_NAMES; i++) {
        if (number_names[i].kind == kind && (value & number_names[i].value) != 0) {
            put_string(writer, separator);
            put_string(writer, number_names[i].name);
            value &= ~number_names[i].value;
            separator = "|";
        }
    }
    if (value != 0 || separator[0] == '\0') {
        put_string(writer, separator);
        put_rest(writer, value);
    }
}

static void put_choice(struct writer *writer, enum number_kind kind, uint64_t value)
{
    const char *name = hck_number_name(kind, value);
    if (name != NULL) {
        put_string(writer, name);
    } else {
        put_rest(writer, value);
    }
}

bool hck_number_print(enum number_kind kind, uint64_t value, char *text, size_t size)
{
    struct writer writer = {text, size, 0};
    switch ((int)kind) {
#define FLAGS_KIND(set)                                                    \
    case NUMBER_##set:                                                     \
        hck_text_print_flags(FLAG_SET_##set, (uint32_t)value, text, size); \
        return true;
#define BITS_KIND(set)                  \
    case NUMBER_##set:                  \
        put_bits(&writer, kind, value); \
        break;
#define CHOICE_KIND(set)                  \
    case NUMBER_##set:                    \
        put_choice(&writer, kind, value); \
        break;
#include "spec/structs.def"
    default:
        return false;
    }
    finish_text(&writer);
    return true;
}

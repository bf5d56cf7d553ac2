/* Out-structures: what calls fill in, from spec/structs.def, and where the values of an observation
 * stand. Executor, oracle, reports and exporter read these rows and know no structure by name. */
#ifndef HCK_SPEC_STRUCTS_H
#define HCK_SPEC_STRUCTS_H

#include "spec/call.h"

/* How a number of an observation is to be read. */
enum number_kind {
    NUMBER_PLAIN,
    NUMBER_SIZE,
    NUMBER_HEX,
    NUMBER_BOOL,
    NUMBER_ADDRESS,
    NUMBER_ERROR,     /* a Win32 error code */
    NUMBER_EXCEPTION, /* an exception code */
    NUMBER_STATUS,    /* enum observation_status */
    NUMBER_HANDLER,   /* a v slot */
    NUMBER_WORD,      /* whatever a target put there; it may be an address */
    NUMBER_ACCESS,    /* what a fault was about: 0 a read, 1 a write, 8 an execution */
    NUMBER_DIGEST,    /* of addresses: equal or not is all that it says */
#define FLAGS_KIND(kind) NUMBER_##kind,
#define BITS_KIND(kind) NUMBER_##kind,
#define CHOICE_KIND(kind) NUMBER_##kind,
#include "spec/structs.def"
};

struct field_row {
    const char *member; /* with the path inside its structure; "" where it is a plain number */
    const char *name;   /* for people */
    uint16_t offset;
    uint16_t tag_offset; /* of the field that says whether the union holds this one */
    uint32_t tag_bits;   /* 0: it always does */
    uint8_t width;       /* in bytes: 1, 2, 4 or 8 */
    uint8_t tag_width;
    uint8_t kind;    /* enum number_kind */
    bool is_pointer; /* in C */
    bool is_size;    /* holds the size of its structure before the call */
};

struct struct_row {
    const char *type;     /* in C; of ITEMS that of one */
    const char *variable; /* declarator in an exported program: "memory", "heaps[1024]" */
    const struct field_row *fields;
    uint32_t field_count;
    uint32_t size; /* in bytes */
};

extern const struct struct_row hck_struct_rows[STRUCT_COUNT];

/* The values of the structure that lies, aligned or not, at `bytes`: field_count of them. */
void hck_struct_read(enum struct_id id, const void *bytes, uint64_t *values);

/* Before a call: puts the structure's size into the field that holds it. */
void hck_struct_write_size(enum struct_id id, void *bytes);

/* What an out-structure that nobody wrote to shows at this field. */
uint64_t hck_struct_untouched(const struct field_row *field);

/* How many bytes the callee of `call` is told that out-structure `index` (an argument of kind OUT)
 * has, and how many are to be recorded at least; 0 and 0 for other arguments. An array is cut to
 * what fits into CALL_OUT_BYTES_MAX. */
uint64_t hck_call_out_room(const struct call *call, unsigned index);

/* How many entries of the array argument `index` the callee may be told of. */
uint64_t hck_call_out_entries(const struct call *call, unsigned index);

/* The number of argument `index` as the callee is told it: that of the entries of an array is cut.
 */
uint64_t hck_call_told(const struct call *call, unsigned index);

/* Whether the callee reads a number through the argument and puts another one there. */
static inline bool hck_call_replaces(const struct argument_row *row)
{
    return row->kind == ARGUMENT_INPUT && row->input == INPUT_REPLACED;
}

/* The order of an observation's values: single structures in the order of their arguments, then the
 * entries of the one list, then the guard count. */
struct value_layout {
    uint32_t single_count; /* values of the single structures */
    enum struct_id entry;  /* what the list is made of, STRUCT_none where there is none */
    bool is_guarded;       /* the last value is the number of guard bytes that were changed */
    bool is_input;         /* one value: how many bytes of an input array were changed */
};

struct value_layout hck_call_layout(enum call_id id);

/* Where value `index` of an observation comes from. */
struct value_place {
    const struct field_row *field;
    enum struct_id structure;
    unsigned argument; /* that the callee filled; CALL_ARGUMENTS_MAX where the executor did */
    uint32_t item;     /* index of the field in its structure */
    uint32_t entry;    /* place in the list, or UINT32_MAX */
};

/* False for a value without a name, such as the count behind single structures. Where a list ends
 * only the observation knows. */
bool hck_call_value(enum call_id id, uint32_t index, struct value_place *place);

/* The name of a value of a kind of number, or NULL where it has none. */
const char *hck_number_name(enum number_kind kind, uint64_t value);

/* Prints a number of one of the kinds of spec/structs.def, as snprintf does: bits joined by '|',
 * the rest in hexadecimal. False for the other kinds. */
bool hck_number_print(enum number_kind kind, uint64_t value, char *text, size_t size);

#endif

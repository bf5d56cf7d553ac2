/* Calls, traces and observations: what is asked of a target, and what was seen.
 *
 * Everything here is plain data that travels as text (spec/text.h) between the kit, which judges,
 * and the executor, which runs where the target lives. No function allocates; whoever fills a
 * structure brings its storage. */
#ifndef HCK_SPEC_CALL_H
#define HCK_SPEC_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/clause.h"

enum {
    CALL_ARGUMENTS_MAX = 9,       /* of MapViewOfFile3 */
    CALL_OUTS_MAX = 3,            /* out-structures of one call */
    CALL_OUT_BYTES_MAX = 8 << 10, /* the largest one, arrays included */
    CALL_SIZED_BUFFER_MAX = 4096, /* a buffer whose length the call says, in bytes */
    TRACE_THREADS_MAX = 8,        /* threads @0 to @7 */
    TRACE_CALLS_MAX = 4 * 1000 * 1000,
    SLOT_INDEX_MAX = 4 * 1000 * 1000 - 1,
    HANDLERS_MAX = 8,                /* v0 to v7: a handler is a C function, so they are few */
    HANDLER_CALLS_MAX = 16,          /* handler calls recorded in one observation */
    EXCEPTION_PARAMETERS_MAX = 15,   /* EXCEPTION_MAXIMUM_PARAMETERS */
    OBSERVATION_VALUES_MAX = 1 << 20 /* words of out-structure or list in one observation */
};

/* Last error before every call but GetLastError, so that a call that sets it shows. */
#define LAST_ERROR_SENTINEL 0x2E5EB0DEu

#define ALL_BITS 0xFFFFFFFFu

enum call_id {
#define CALL(name, ...) CALL_##name,
#define PROBE(name, ...) CALL_##name,
#include "spec/calls.def"
#undef CALL
#undef PROBE
    CALL_COUNT
};

enum call_family {
    FAMILY_heap,
    FAMILY_virtual,
    FAMILY_section,
    FAMILY_error,
    FAMILY_probe,
    FAMILY_COUNT
};

/* The structures of spec/structs.def. */
enum struct_id {
    STRUCT_none,
#define STRUCT(id, ...) STRUCT_##id,
#define ITEMS(id, ...) STRUCT_##id,
#include "spec/structs.def"
    STRUCT_COUNT
};

/* What a call that succeeds leaves behind. */
enum call_effect {
#define EFFECT(name, ...) EFFECT_##name,
#include "spec/effects.def"
#undef EFFECT
};

/* The columns of spec/effects.def. */
enum effect_made {
    MADE_NOTHING,
    MADE_HEAP,
    MADE_BLOCK,
    MADE_REGION,
    MADE_HANDLER,
    MADE_SECTION,
    MADE_VIEW,
    MADE_LOCK,
    MADE_COUNT
};
enum effect_lock { LOCK_PASSES, LOCK_MAY_WAIT, LOCK_WAITS };
enum effect_changes {
    CHANGES_NOTHING,
    CHANGES_BLOCKS,
    CHANGES_HEAPS,
    CHANGES_PAGES,
    CHANGES_HANDLERS,
    CHANGES_SECTIONS
};

struct effect_row {
    enum effect_made made;
    enum effect_lock lock;
    enum effect_changes changes;
};

/* What a number is for. */
enum number_meaning {
    MEANS_NOTHING, /* no number */
    MEANS_COUNT,
    MEANS_BYTE,
    MEANS_SEED,
    MEANS_ERROR_CODE,
    MEANS_POSITION, /* of a handler: the first, or the last */
    MEANS_EXCEPTION_CODE,
    MEANS_EXCEPTION_FLAGS,
    MEANS_PARAMETER_COUNT, /* of an exception */
    MEANS_INHERITANCE,
    MEANS_SIZE_HIGH, /* of a section */
    MEANS_SIZE_LOW,
    MEANS_OFFSET_HIGH, /* in a section */
    MEANS_OFFSET_LOW
};

enum argument_kind {
    ARGUMENT_NONE,
    ARGUMENT_HEAP,
    ARGUMENT_BLOCK,
    ARGUMENT_REGION,
    ARGUMENT_WALK,
    ARGUMENT_HANDLER,
    ARGUMENT_SECTION,
    ARGUMENT_ADDRESS,
    ARGUMENT_SIZE,
    ARGUMENT_NUMBER,
    ARGUMENT_FLAGS,
    ARGUMENT_CHOICE,
    ARGUMENT_BEHAVIOUR,
    ARGUMENT_PROCESS, /* the handle of the process itself, or NULL */
    ARGUMENT_FILE,    /* INVALID_HANDLE_VALUE, which stands for the paging file, or NULL */
    ARGUMENT_NAME,    /* of an object, or NULL */
    ARGUMENT_ABSENT,  /* NULL: nothing else is passed there yet */
    ARGUMENT_INPUT,
    ARGUMENT_OUT
};

enum argument_mode {
    MODE_USE,
    MODE_REPLACE,
    MODE_CONSUME,
    MODE_OPTIONAL,
    MODE_GIVE_BACK,
    MODE_ANY
};

enum flag_set {
    FLAG_SET_none,
    FLAG_SET_heap,
    FLAG_SET_heap_information,
    FLAG_SET_offer_priority,
    FLAG_SET_allocation_type,
    FLAG_SET_write_watch,
    FLAG_SET_free_type,
    FLAG_SET_protection,
    FLAG_SET_section,
    FLAG_SET_view_access,
    FLAG_SET_unmap,
    FLAG_SET_COUNT
};

enum result_kind {
    RESULT_NONE,  /* nothing is returned */
    RESULT_BOOL,  /* 32 bits, zero or non-zero */
    RESULT_DWORD, /* 32 bits */
    RESULT_SIZE,  /* 64 bits, a number */
    RESULT_HEAP,  /* the rest name a slot: 64 bits, an address ... */
    RESULT_BLOCK,
    RESULT_REGION,
    RESULT_WALK, /* ... but a BOOL here: the slot holds the walk entry */
    RESULT_HANDLER,
    RESULT_SECTION /* the handle of a file mapping object */
};

enum slot_kind {
    SLOT_HEAP,    /* h */
    SLOT_BLOCK,   /* b */
    SLOT_REGION,  /* r */
    SLOT_WALK,    /* w */
    SLOT_HANDLER, /* v */
    SLOT_SECTION, /* s */
    SLOT_KIND_COUNT,
    SLOT_KIND_NONE = SLOT_KIND_COUNT
};

/* What a vectored exception handler of a trace does when it is called. A handler that is called
 * when HANDLER_CALLS_MAX calls are already recorded records nothing and continues the search, so
 * that a fault which is continued and comes again ends. */
enum handler_behaviour {
    BEHAVIOUR_SEARCH,   /* records, returns EXCEPTION_CONTINUE_SEARCH */
    BEHAVIOUR_CONTINUE, /* records, returns EXCEPTION_CONTINUE_EXECUTION; but lets pass
                           STATUS_NONCONTINUABLE_EXCEPTION, which would only come again */
    BEHAVIOUR_COMMIT,   /* records; commits the page of an access violation (PAGE_READWRITE) and
                           continues; continues the search where that failed, and for every other
                           exception */
    BEHAVIOUR_COUNT
};

/* Names of spec/names.def. */
enum object_name {
#define NAME(identifier, text, object, twin) NAME_##identifier,
#include "spec/names.def"
#undef NAME
    NAME_COUNT
};

#define NO_OBJECT UINT8_MAX

enum { NAMED_OBJECTS_MAX = 3 };

/* How much the callee may fill in. */
enum out_room {
    ROOM_NONE,  /* no out-structure */
    ROOM_ONE,   /* one structure */
    ROOM_BYTES, /* as many bytes as another argument says */
    ROOM_COUNT  /* as many structures as another argument says */
};

/* What a number becomes as the array that the callee reads. */
enum input_form {
    INPUT_DWORD,   /* a DWORD, and zeroes behind it */
    INPUT_RISING,  /* words: the number, the number plus one, ... */
    INPUT_REPLACED /* an out-structure of one word, which holds the number before the call */
};

struct argument_row {
    enum argument_kind kind;
    enum argument_mode mode;
    enum flag_set set;
    enum number_meaning meaning;
    uint32_t allowed; /* flag bits that are documented; ALL_BITS where any value is defined */
    const char *name; /* as the documentation names it */
    enum struct_id structure; /* of OUT and WALK, and of what is replaced */
    enum out_room room;
    unsigned room_argument; /* index of the argument that says how many */
    enum clause_id clause;  /* broken by what is not allowed: bits, a dead block, missing storage */
    enum input_form input;
    bool is_code; /* the parameter has the type of a function */
    bool is_wide; /* a name of 16-bit units */
};

struct call_row {
    const char *name;
    enum call_family family;
    enum call_effect effect;
    enum result_kind result;
    unsigned argument_count;
    unsigned out_count;    /* out-structures, a walk entry included */
    unsigned input_count;  /* arrays that are read */
    enum struct_id values; /* what the executor makes up for a probe, or STRUCT_none */
    bool is_list;          /* of those, as many as there are */
    bool is_guarded;       /* the last value counts the bytes written behind out-structures */
    struct argument_row arguments[CALL_ARGUMENTS_MAX];
};

extern const struct call_row hck_call_rows[CALL_COUNT];
extern const struct effect_row hck_effect_rows[];

static inline const struct effect_row *hck_call_effect(const struct call_row *row)
{
    return &hck_effect_rows[row->effect];
}

/* Where a row has its argument of a kind, or its flags of a set; CALL_ARGUMENTS_MAX where it has
 * none. What is done because of a call's effect finds its arguments so, wherever they stand. */
static inline unsigned hck_call_place(const struct call_row *row, enum argument_kind kind)
{
    unsigned i = 0;
    while (i < row->argument_count && row->arguments[i].kind != kind) {
        i++;
    }
    return i < row->argument_count ? i : CALL_ARGUMENTS_MAX;
}

static inline bool hck_call_has(const struct call_row *row, enum argument_kind kind)
{
    return hck_call_place(row, kind) < CALL_ARGUMENTS_MAX;
}

static inline unsigned hck_call_flags_place(const struct call_row *row, enum flag_set set)
{
    unsigned i = 0;
    while (i < row->argument_count && row->arguments[i].set != set) {
        i++;
    }
    return i < row->argument_count ? i : CALL_ARGUMENTS_MAX;
}

/* Whether a function only asks whether memory can be accessed. */
static inline bool hck_call_checks_access(const struct call_row *row)
{
    return row->family != FAMILY_probe && row->effect == EFFECT_nothing &&
           hck_call_has(row, ARGUMENT_ADDRESS) && !hck_call_has(row, ARGUMENT_FLAGS) &&
           !hck_call_has(row, ARGUMENT_OUT);
}

/* Whether the result 0 of a function is success, and any other one a failure. */
static inline bool hck_call_succeeds_with_zero(const struct call_row *row)
{
    return row->family == FAMILY_virtual && row->result == RESULT_DWORD;
}

/* Whether the result is then the error code; else that is the last error. */
static inline bool hck_call_returns_code(const struct call_row *row)
{
    return hck_call_succeeds_with_zero(row) && row->effect != EFFECT_watch_pages;
}

/* A probe that reads, writes or executes memory itself; the others ask the target again and again.
 */
static inline bool hck_call_accesses_memory(const struct call_row *row)
{
    return row->family == FAMILY_probe && !row->is_list;
}

/* A call that can not have given memory to anybody. A heap function may have, even one that only
 * looks, and so may a list of questions to the target. */
static inline bool hck_call_only_looks(const struct call_row *row)
{
    return row->effect == EFFECT_nothing && row->family != FAMILY_heap && !row->is_list;
}

/* The call of a name of `length` characters, or CALL_COUNT. */
enum call_id hck_call_find(const char *name, size_t length);

/* The kind of slot that a result of this kind may be given to, or SLOT_KIND_NONE. */
enum slot_kind hck_call_result_slot_kind(enum result_kind kind);

/* The kind of slot that an argument of this kind names, or SLOT_KIND_NONE (also for ADDRESS, which
 * takes two kinds). */
enum slot_kind hck_call_argument_slot_kind(enum argument_kind kind);

/* Handles that no call has made: PROCESS is what GetCurrentProcess returns, FILE the one of no
 * file. The name that the text has for it where the kind takes such a one, else NULL. All are
 * passed as one number. */
const char *hck_call_constant_handle(enum argument_kind kind);
#define CONSTANT_HANDLE UINT64_MAX

/* Whether a call of this kind returns an address or a handle, and 0 where it fails. */
bool hck_call_returns_address(enum result_kind kind);

/* The letter of a slot kind: h, b, r, w, v, s. */
char hck_call_slot_letter(enum slot_kind kind);

/* The highest slot number of a kind: HANDLERS_MAX - 1 for handlers, else SLOT_INDEX_MAX. */
uint32_t hck_call_slot_limit(enum slot_kind kind);

/* The largest number that FORM_VALUE may hold for an argument: 32 bits for flags, choices and the
 * DWORD numbers of calls, 64 for sizes, addresses, inputs and the numbers of probes, what `allowed`
 * says for a number that it narrows (Poke's byte). Text with a larger one is malformed. 0 where the
 * argument takes no number. */
uint64_t hck_call_argument_max(enum call_id id, unsigned index);

struct flag_row {
    enum flag_set set;
    const char *name;
    uint32_t value;
};

/* All rows of spec/flags.def in order; `*count` receives how many. */
const struct flag_row *hck_call_flags(size_t *count);

/* The flag of `set` that has this name of `length` characters, or NULL. */
const struct flag_row *hck_call_flag_find(enum flag_set set, const char *name, size_t length);

extern const char *const hck_call_behaviour_names[BEHAVIOUR_COUNT]; /* "SEARCH", ... */

struct name_row {
    const char *text;
    uint8_t object; /* below NAMED_OBJECTS_MAX, or NO_OBJECT ... */
    uint8_t twin;   /* ... and so the one whose name differs in the case of letters alone */
};

extern const struct name_row hck_call_names[NAME_COUNT];

enum argument_form {
    FORM_VALUE, /* number, flags, choice, behaviour, name, literal address, constant handle (0) */
    FORM_NULL,  /* NULL */
    FORM_SLOT,  /* a slot, plus `value` bytes (two's complement, so r0-4K works) */
    FORM_OUT    /* &out */
};

struct argument {
    uint8_t form;      /* enum argument_form */
    uint8_t slot_kind; /* of FORM_SLOT */
    uint32_t slot;     /* of FORM_SLOT */
    uint64_t value;
};

#define NO_SLOT UINT32_MAX

struct call {
    uint16_t id;          /* enum call_id */
    uint8_t thread;       /* 0 to TRACE_THREADS_MAX - 1 */
    uint32_t result_slot; /* of the kind that the row's result has, or NO_SLOT */
    uint32_t line;        /* in the source text, from 1; 0 where there is none */
    struct argument arguments[CALL_ARGUMENTS_MAX];
};

/* The call's argument of a kind, or one that is NULL; the bits of its flags of a set, or 0. */
static inline const struct argument *hck_call_argument(const struct call *call,
                                                       enum argument_kind kind)
{
    static const struct argument none = {.form = FORM_NULL};
    unsigned place = hck_call_place(&hck_call_rows[call->id], kind);
    return place < CALL_ARGUMENTS_MAX ? &call->arguments[place] : &none;
}

static inline uint32_t hck_call_flags_given(const struct call *call, enum flag_set set)
{
    unsigned place = hck_call_flags_place(&hck_call_rows[call->id], set);
    return place < CALL_ARGUMENTS_MAX ? (uint32_t)call->arguments[place].value : 0;
}

/* The place of the call's number of a meaning, or CALL_ARGUMENTS_MAX; the number, or 0. */
unsigned hck_call_number_place(const struct call_row *row, enum number_meaning meaning);
uint64_t hck_call_number(const struct call *call, enum number_meaning meaning);

/* The size of the section, and where in it the view begins. */
uint64_t hck_call_section_bytes(const struct call *call);
uint64_t hck_call_view_offset(const struct call *call);

/* What has the name that the call gives, or NO_OBJECT: it gives none, or one that may not be used.
 */
static inline uint8_t hck_call_object(const struct call *call)
{
    const struct argument *name = hck_call_argument(call, ARGUMENT_NAME);
    return name->form == FORM_VALUE ? hck_call_names[name->value].object : NO_OBJECT;
}

struct trace {
    struct call *calls;
    uint32_t call_count;
    uint32_t thread_count;                /* highest thread used, plus one; at least 1 */
    uint32_t slot_count[SLOT_KIND_COUNT]; /* highest slot used, plus one */
    uint64_t seed;                        /* that made it, 0 where a person did */
};

/* Brings thread_count and slot_count of a trace in line with one more call. */
void hck_trace_note(struct trace *trace, const struct call *call);

enum observation_status {
    STATUS_RETURNED,    /* result is valid */
    STATUS_RAISED,      /* an exception left the call; exception fields are valid */
    STATUS_SKIPPED,     /* not made: skipped_by says which clause forbids it */
    STATUS_UNSUPPORTED, /* not made: the target does not have the function, or the executor has
                           memory of its own where the probe would go */
    STATUS_CRASHED,     /* the process died of a signal (result) inside the call */
    STATUS_HUNG,        /* the time limit ended the process inside the call */
    STATUS_EXITED,      /* the process exited with a status (result) inside the call */
    STATUS_COUNT
};

/* One call of a registered handler during a call, in order. */
struct handler_call {
    uint32_t slot; /* v slot; NO_SLOT for one registered without a name */
    uint32_t code;
    uint32_t flags;
    uint32_t parameter_count;
    uint64_t parameters[2]; /* the first two */
};

struct observation {
    uint8_t status;          /* enum observation_status */
    bool has_last_error;     /* the target has GetLastError */
    uint16_t skipped_by;     /* enum clause_id, of STATUS_SKIPPED */
    uint32_t last_error;     /* after the call; LAST_ERROR_SENTINEL where it did not set one */
    uint64_t result;         /* as wide as the result kind says; higher bits zero */
    uint32_t exception_code; /* of STATUS_RAISED */
    uint32_t exception_flags;
    uint32_t parameter_count;
    uint32_t handler_call_count;
    uint64_t parameters[EXCEPTION_PARAMETERS_MAX];
    struct handler_call handler_calls[HANDLER_CALLS_MAX];
    uint64_t start; /* ticks of one process-wide counter: at the start of the call ... */
    uint64_t end;   /* ... and at its end; start < end, no two equal */
    /* Out-structures and lists, in words; the layouts are those of spec/structs.def. The storage
     * belongs to whoever fills the observation. */
    uint64_t *values;
    uint32_t value_count;
    uint32_t value_capacity;
};

/* Layouts of `values`. An out-structure that was NULL or that the callee refused to fill is still
 * recorded as it then was: the executor fills it with OUT_UNTOUCHED bytes before the call. */
#define OUT_UNTOUCHED 0xA5u
#define OUT_UNTOUCHED_DWORD 0xA5A5A5A5u
#define OUT_UNTOUCHED_WORD UINT64_C(0xA5A5A5A5A5A5A5A5)

/* Every list of values ends with the number of guard bytes behind the out-structure that the callee
 * changed (0 in a correct one); it is not counted in the layouts below. Peek, which has no
 * out-structure, has no such count. A call with an input array that is not NULL
 * (HeapSetInformation, RaiseException) has one value, the number of bytes of the array that the
 * callee changed. The array of RaiseException has EXCEPTION_PARAMETERS_MAX words: word k is the
 * number of the argument plus k. */

/* The values of each structure: enum memory_value, MEMORY_VALUE_COUNT and so on. */
#define STRUCT(id, ...) \
    enum id##_value     \
    {
#define ITEMS(id, ...) \
    enum id##_value    \
    {
#define FIELD(id, value, ...) value,
#define ITEM(id, value, ...) value,
#define END(id, prefix)  \
    prefix##_VALUE_COUNT \
    }                    \
    ;
#include "spec/structs.def"

/* HeapQueryInformation and GetProcessWorkingSetSize have two structures, one behind the other; so
 * has GetWriteWatch before its array. */
enum { QUERY_RETURN_LENGTH = INFORMATION_VALUE_COUNT + RETURN_LENGTH };
enum {
    WORKING_SET_MINIMUM = WORKING_SET_LEAST,
    WORKING_SET_MAXIMUM = WORKING_SET_LEAST_VALUE_COUNT + WORKING_SET_MOST,
    WORKING_SET_VALUE_COUNT = WORKING_SET_LEAST_VALUE_COUNT + WORKING_SET_MOST_VALUE_COUNT
};
enum {
    WATCH_COUNT = WRITTEN_COUNT,
    WATCH_GRANULARITY = WRITTEN_COUNT_VALUE_COUNT + GRANULARITY_BYTES,
    WATCH_PAGES = WRITTEN_COUNT_VALUE_COUNT + GRANULARITY_VALUE_COUNT
};

/* The executor passes min(NumberOfHeaps, PROCESS_HEAPS_MAX), so that the array always has the room
 * that the callee is told of; a target with more heaps then answers as documented for a small
 * array. So for every array. */
enum { PROCESS_HEAPS_MAX = CALL_OUT_BYTES_MAX / 8 };

/* WalkHeap: result is 1 where the enumeration ended by itself (0 where it passed
 * WALK_ENTRIES_MAX); last_error is the one of the last HeapWalk. */
enum { WALK_ENTRIES_MAX = OBSERVATION_VALUES_MAX / WALK_VALUE_COUNT - 1 };

/* QueryRegion, QueryAll: result is 1 where the walk reached its end, 0 where a query failed, went
 * backward or passed MEMORY_RUNS_MAX. QueryRegion starts at the region's base and ends at its last
 * byte rounded up to the allocation granularity; QueryAll goes from the lowest to the highest
 * application address of GetSystemInfo. */
enum { MEMORY_RUNS_MAX = OBSERVATION_VALUES_MAX / MEMORY_VALUE_COUNT - 1 };

/* Check: result is the number of leading bytes that still hold the pattern of the last Fill (all
 * that the block's slot still promises: fill_length where nothing is lost).
 * Zeroed: result is the number of leading bytes of the range that has to be zero that are zero.
 * Fill, Check, Zeroed go over every byte up to PROBE_WHOLE_MAX and over a sample above: the head, a
 * word in each page, or, of more than PROBE_SAMPLES_MAX pages, in every so many, and the tail.
 * Where result falls short, the one value is the byte that is wrong; logs of older agents lack it.
 *
 * Peek: result is the number of bytes read before the first fault (STATUS_RAISED with the fault
 * where there was one); of the values PEEK_DIFFERENT is the first byte where none differs.
 *
 * Poke: result is the number of bytes written before the first fault.
 * Peek and Poke go byte by byte, upward; a fault ends them, unless a handler continues execution.
 * With STATUS_RAISED result is still valid.
 *
 * Execute: calls the code at the address, which has to be the one byte 0xC3 (return). On a block
 * the executor plants it and puts the old byte back; on a region the trace pokes it. */
enum execute_result {
    EXECUTE_RETURNED = 1, /* the code ran */
    EXECUTE_NO_CODE = 2 /* the byte is not 0xC3, and it is readable, or a handler may make the code
                           run: not called */
};
/* STATUS_RAISED: the call faulted. */

enum { PROBE_WHOLE_MAX = 1 << 20, PROBE_SAMPLES_MAX = 1 << 14 };

#endif

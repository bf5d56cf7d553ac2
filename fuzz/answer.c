#include "fuzz/answer.h"

#include <stdlib.h>
#include <string.h>

#include "kit/generate/random.h"
#include "kit/run/arena.h"
#include "spec/structs.h"
#include "spec/typestate.h"
#include "spec/win32.h"

enum {
    TRIES_MAX = 48,
    TRIES_OF_SUCCESS = 16, /* then failures are tried ... */
    TRIES_OF_FAILURE = 32, /* ... and then exceptions */
    VALUES_MAX = 1 << 16
};

#define FIRST_ADDRESS UINT64_C(0x100000000)

/* Below what applications may have. */
#define ADDRESSES_END (UINT64_C(0x7fff) << 32)

/* Of everything that the answerer gives out, so that nothing overlaps by itself. */
#define ROOM_OF_ONE (UINT64_C(1) << 32)

struct answerer {
    uint32_t bases;
    void (*listen)(const struct verdicts *); /* or NULL */
    struct judge_arena arena;
    unsigned char *before; /* the arena, as it was before the call */
    size_t before_size;
    struct oracle *oracle;
    struct typestate state;
    void *state_storage;
    size_t state_size;
    struct random random;
    uint64_t next_address;
    struct observation seen;
    struct verdicts verdicts;
    struct answer_count counts[CALL_COUNT];
    uint64_t values[VALUES_MAX];
};

struct answerer *hck_answerer_open(uint32_t bases)
{
    struct answerer *answerer = calloc(1, sizeof *answerer);
    if (answerer != NULL) {
        answerer->bases = bases;
    }
    return answerer;
}

void hck_answerer_close(struct answerer *answerer)
{
    if (answerer != NULL) {
        hck_arena_free(&answerer->arena);
        free(answerer->before);
        free(answerer->state_storage);
        free(answerer);
    }
}

void hck_answerer_listen(struct answerer *answerer, void (*listen)(const struct verdicts *))
{
    answerer->listen = listen;
}

struct answer_count hck_answerer_count(const struct answerer *answerer, enum call_id id)
{
    return answerer->counts[id];
}

const struct observation *hck_answerer_last(const struct answerer *answerer)
{
    return &answerer->seen;
}

/* --- Starting --------------------------------------------------------------------------------- */

static bool fit(void **storage, size_t *size, size_t wanted)
{
    if (wanted > *size) {
        void *larger = realloc(*storage, wanted);
        if (larger == NULL) {
            return false;
        }
        *storage = larger;
        *size = wanted;
    }
    return true;
}

static bool start(struct answerer *answerer, const struct trace *trace, uint64_t seed)
{
    void *before = answerer->before;
    bool has_room = hck_arena_fit(&answerer->arena, trace) &&
                    fit(&before, &answerer->before_size, answerer->arena.size) &&
                    fit(&answerer->state_storage, &answerer->state_size,
                        hck_typestate_storage(trace->slot_count));
    answerer->before = before;
    if (!has_room) {
        return false;
    }
    struct oracle_options options = {.bases = answerer->bases,
                                     .has_exceptions = true,
                                     .has_last_error = true,
                                     .tells_classes = answerer->listen != NULL,
                                     .has_zeroed_arena = answerer->arena.is_zeroed};
    answerer->oracle =
        hck_oracle_start(trace, &options, answerer->arena.bytes, answerer->arena.size);
    hck_typestate_init(&answerer->state, trace->slot_count, answerer->state_storage);
    hck_random_start(&answerer->random, seed);
    answerer->next_address = FIRST_ADDRESS;
    return answerer->oracle != NULL;
}

/* --- Guessing --------------------------------------------------------------------------------- */

static void put(struct answerer *answerer, uint64_t value)
{
    struct observation *seen = &answerer->seen;
    if (seen->value_count < seen->value_capacity) {
        seen->values[seen->value_count++] = value;
    }
}

static void put_untouched(struct answerer *answerer, enum struct_id id)
{
    const struct struct_row *row = &hck_struct_rows[id];
    for (uint32_t i = 0; i < row->field_count; i++) {
        put(answerer, hck_struct_untouched(&row->fields[i]));
    }
}

/* As an executor records them, and as if the callee had written nothing. */
static void guess_values(struct answerer *answerer, const struct call *call)
{
    const struct call_row *row = &hck_call_rows[call->id];
    for (unsigned i = 0; i < row->argument_count; i++) {
        if (row->arguments[i].kind == ARGUMENT_INPUT && row->arguments[i].room == ROOM_NONE &&
            call->arguments[i].form != FORM_NULL) {
            put(answerer, 0);
        }
    }
    for (unsigned i = 0; i < row->argument_count; i++) {
        if (row->arguments[i].room != ROOM_NONE && row->arguments[i].room != ROOM_COUNT) {
            put_untouched(answerer, row->arguments[i].structure);
        }
    }
    for (unsigned i = 0; i < row->argument_count; i++) {
        uint64_t count = row->arguments[i].room == ROOM_COUNT ? hck_call_out_entries(call, i) : 0;
        for (uint64_t k = 0; k < count; k++) {
            put_untouched(answerer, row->arguments[i].structure);
        }
    }
    if (row->is_guarded) {
        put(answerer, 0);
    }
}

static uint64_t guess_result(struct answerer *answerer, enum result_kind kind)
{
    switch (kind) {
    case RESULT_HEAP:
    case RESULT_BLOCK:
    case RESULT_REGION:
    case RESULT_HANDLER:
    case RESULT_SECTION:
        return answerer->next_address;
    case RESULT_BOOL:
    case RESULT_WALK:
        return 1;
    case RESULT_NONE:
    case RESULT_DWORD:
    case RESULT_SIZE:
        break;
    }
    return 0;
}

/* More than the addresses that are given out here; no machine has it either. */
static bool asks_for_too_much(const struct call *call)
{
    for (unsigned i = 0; i < hck_call_rows[call->id].argument_count; i++) {
        if (hck_call_rows[call->id].arguments[i].kind == ARGUMENT_SIZE &&
            call->arguments[i].value > ROOM_OF_ONE) {
            return true;
        }
    }
    return false;
}

static void guess(struct answerer *answerer, const struct call *call, unsigned try)
{
    static const uint32_t errors[] = {8, 87, 6, 24, 487, 998, 259, 5, 1816, 120};
    struct observation *seen = &answerer->seen;
    uint64_t start = seen->end;
    memset(seen, 0, sizeof *seen);
    seen->values = answerer->values;
    seen->value_capacity = VALUES_MAX;
    seen->has_last_error = true;
    seen->last_error = LAST_ERROR_SENTINEL;
    seen->start = start + 1;
    seen->end = start + 2;
    seen->status = STATUS_RETURNED;
    guess_values(answerer, call);
    if (try < TRIES_OF_SUCCESS) {
        seen->result =
            asks_for_too_much(call) ? 0 : guess_result(answerer, hck_call_rows[call->id].result);
    } else if (try < TRIES_OF_FAILURE) {
        seen->last_error =
            errors[hck_random_below(&answerer->random, sizeof errors / sizeof errors[0])];
    } else {
        seen->status = STATUS_RAISED;
        seen->exception_code = STATUS_ACCESS_VIOLATION;
        seen->parameter_count = 2;
    }
}

/* --- Mending ---------------------------------------------------------------------------------- */

/* What the subject of the expectation is by now: one that was met before it may have changed it. */
static uint64_t read_subject(const struct observation *seen, const struct expectation *expected)
{
    uint32_t index = expected->index;
    switch ((enum subject)expected->subject) {
    case SUBJECT_STATUS:
        return seen->status;
    case SUBJECT_RESULT:
        return seen->result;
    case SUBJECT_LAST_ERROR:
        return seen->last_error;
    case SUBJECT_EXCEPTION:
        return seen->exception_code;
    case SUBJECT_EXCEPTION_FLAGS:
        return seen->exception_flags;
    case SUBJECT_PARAMETER_COUNT:
        return seen->parameter_count;
    case SUBJECT_PARAMETER:
        return index < EXCEPTION_PARAMETERS_MAX ? seen->parameters[index] : 0;
    case SUBJECT_VALUE:
        return index < seen->value_count ? seen->values[index] : 0;
    case SUBJECT_HANDLER_COUNT:
        return seen->handler_call_count;
    default:
        return expected->observed;
    }
}

static void write_handler(struct handler_call *handler, const struct expectation *expected,
                          uint64_t value)
{
    switch ((enum subject)expected->subject) {
    case SUBJECT_HANDLER_SLOT:
        handler->slot = (uint32_t)value;
        break;
    case SUBJECT_HANDLER_CODE:
        handler->code = (uint32_t)value;
        break;
    case SUBJECT_HANDLER_FLAGS:
        handler->flags = (uint32_t)value;
        break;
    case SUBJECT_HANDLER_PARAMETER_COUNT:
        handler->parameter_count = (uint32_t)value;
        break;
    case SUBJECT_HANDLER_PARAMETER:
        handler->parameters[expected->index % 2] = value;
        break;
    default:
        break;
    }
}

static void write_value(struct observation *seen, uint32_t index, uint64_t value)
{
    while (seen->value_count <= index && seen->value_count < seen->value_capacity) {
        seen->values[seen->value_count++] = 0;
    }
    if (index < seen->value_count) {
        seen->values[index] = value;
    }
}

static void write_subject(struct observation *seen, const struct expectation *expected,
                          uint64_t value)
{
    uint32_t index = expected->index;
    uint32_t handler = expected->subject == SUBJECT_HANDLER_PARAMETER ? index / 2 : index;
    switch ((enum subject)expected->subject) {
    case SUBJECT_STATUS:
        seen->status = (uint8_t)value;
        break;
    case SUBJECT_RESULT:
        seen->result = value;
        break;
    case SUBJECT_LAST_ERROR:
        seen->last_error = (uint32_t)value;
        break;
    case SUBJECT_EXCEPTION:
        seen->exception_code = (uint32_t)value;
        break;
    case SUBJECT_EXCEPTION_FLAGS:
        seen->exception_flags = (uint32_t)value;
        break;
    case SUBJECT_PARAMETER_COUNT:
        seen->parameter_count =
            value < EXCEPTION_PARAMETERS_MAX ? (uint32_t)value : EXCEPTION_PARAMETERS_MAX;
        break;
    case SUBJECT_PARAMETER:
        seen->parameters[index % EXCEPTION_PARAMETERS_MAX] = value;
        break;
    case SUBJECT_VALUE:
        write_value(seen, index, value);
        break;
    case SUBJECT_VALUE_COUNT:
        seen->value_count = value < VALUES_MAX - 1 ? (uint32_t)value + 1 : seen->value_count;
        seen->values[seen->value_count > 0 ? seen->value_count - 1 : 0] = 0;
        break;
    case SUBJECT_GUARD:
        write_value(seen, seen->value_count > 0 ? seen->value_count - 1 : 0, value);
        break;
    case SUBJECT_HANDLER_COUNT:
        seen->handler_call_count = value < HANDLER_CALLS_MAX ? (uint32_t)value : HANDLER_CALLS_MAX;
        break;
    default:
        if (handler < HANDLER_CALLS_MAX) {
            write_handler(&seen->handler_calls[handler], expected, value);
        }
        break;
    }
}

static void go_behind(struct answerer *answerer, uint64_t end)
{
    uint64_t start = (end + ROOM_OF_ONE - 1) / ROOM_OF_ONE * ROOM_OF_ONE;
    bool is_tight = hck_random_chance(&answerer->random, 25);
    answerer->next_address += ROOM_OF_ONE;
    if (is_tight) { /* what is behind everything may not be free either */
        answerer->next_address =
            hck_random_between(&answerer->random, 1, ADDRESSES_END / ROOM_OF_ONE - 1) * ROOM_OF_ONE;
    } else if (start > answerer->next_address && start < ADDRESSES_END) {
        answerer->next_address = start;
    }
}

/* A number that stands to the operands as it should; nearest to what was guessed. */
static uint64_t fitting(struct answerer *answerer, const struct call *call,
                        const struct expectation *expected, uint64_t seen)
{
    const struct operand *operands = expected->operands;
    uint64_t first = operands[0].value;
    switch ((enum relation)expected->relation) {
    case RELATION_EQUAL:
    case RELATION_AT_MOST:
    case RELATION_AT_LEAST:
    case RELATION_IN_RANGE:
        return first;
    case RELATION_NOT_EQUAL:
        if (expected->subject == SUBJECT_RESULT && first == 0) {
            uint64_t guessed = guess_result(answerer, hck_call_rows[call->id].result);
            return guessed != 0 ? guessed : 1;
        }
        return expected->subject == SUBJECT_STATUS ? STATUS_RETURNED : first == 0 ? 1 : 0;
    case RELATION_LESS:
        return first - 1;
    case RELATION_MULTIPLE_OF:
        return first == 0 ? seen : seen / first * first;
    case RELATION_ONE_OF:
        return operands[hck_random_below(&answerer->random, expected->operand_count)].value;
    case RELATION_BITS_WITHIN:
        return seen & first;
    case RELATION_HAS_BITS:
        return seen | first;
    case RELATION_DISJOINT:
        go_behind(answerer, operands[1].value + operands[2].value);
        return answerer->next_address;
    case RELATION_WAITS:
    case RELATION_COUNT:
        break;
    }
    return seen;
}

/* An exception that is no longer one has a result, and the other way round. */
static void mend_one(struct answerer *answerer, const struct call *call,
                     const struct expectation *expected)
{
    struct observation *seen = &answerer->seen;
    uint8_t status = seen->status;
    write_subject(seen, expected, fitting(answerer, call, expected, read_subject(seen, expected)));
    if (status == STATUS_RETURNED && seen->status == STATUS_RAISED) {
        seen->exception_code = STATUS_ACCESS_VIOLATION;
        seen->parameter_count = 2;
        seen->result = 0;
    } else if (status == STATUS_RAISED && seen->status == STATUS_RETURNED) {
        seen->result =
            asks_for_too_much(call) ? 0 : guess_result(answerer, hck_call_rows[call->id].result);
    }
    if (expected->subject == SUBJECT_RESULT && seen->result == 0 &&
        seen->last_error == LAST_ERROR_SENTINEL) {
        seen->last_error = 8;
    } else if (expected->subject == SUBJECT_RESULT && seen->result != 0) {
        seen->last_error = LAST_ERROR_SENTINEL;
    }
}

/* All violations at first; later one of them, in case that two of them undo each other. */
static void mend(struct answerer *answerer, const struct call *call, unsigned try)
{
    const struct verdicts *verdicts = &answerer->verdicts;
    uint32_t count = verdicts->expectation_count;
    if (count == 0) {
        return;
    }
    if (try % 4 == 3) {
        mend_one(answerer, call,
                 &verdicts->expectations[hck_random_below(&answerer->random, count)]);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        mend_one(answerer, call, &verdicts->expectations[i]);
    }
}

/* --- Answering -------------------------------------------------------------------------------- */

static bool is_allowed(const struct verdicts *verdicts)
{
    for (uint32_t i = 0; i < verdicts->count; i++) {
        if (verdicts->items[i].outcome == VERDICT_VIOLATED ||
            verdicts->items[i].outcome == VERDICT_BROKEN) {
            return false;
        }
    }
    return true;
}

static bool ask(struct answerer *answerer, uint32_t index)
{
    hck_oracle_judge(answerer->oracle, index, &answerer->seen, &answerer->verdicts);
    bool is_answer = is_allowed(&answerer->verdicts);
    if (is_answer && answerer->listen != NULL) {
        answerer->listen(&answerer->verdicts);
    }
    return is_answer;
}

static bool skip(struct answerer *answerer, uint32_t index, enum clause_id rule)
{
    struct observation *seen = &answerer->seen;
    seen->status = STATUS_SKIPPED;
    seen->skipped_by = (uint16_t)rule;
    seen->value_count = 0;
    return ask(answerer, index);
}

/* Every so many tries it starts from a new guess. */
static bool answer(struct answerer *answerer, const struct call *call, uint32_t index)
{
    enum clause_id rule = hck_typestate_check(&answerer->state, call);
    guess(answerer, call, 0);
    if (rule != CLAUSE_NONE) {
        return skip(answerer, index, rule);
    }
    memcpy(answerer->before, answerer->arena.bytes, answerer->arena.size);
    for (unsigned try = 0; try < TRIES_MAX; try++) {
        if (try == TRIES_OF_SUCCESS || try == TRIES_OF_FAILURE) {
            guess(answerer, call, try);
        }
        if (ask(answerer, index)) {
            hck_typestate_apply(&answerer->state, call, &answerer->seen);
            answerer->next_address += ROOM_OF_ONE;
            return true;
        }
        memcpy(answerer->arena.bytes, answerer->before, answerer->arena.size);
        if (try % 4 == 3) { /* the address may be what is wrong */
            answerer->next_address += ROOM_OF_ONE;
        }
        mend(answerer, call, try);
    }
    return false;
}

/* Nothing is learned of it, and the trace goes on without it. */
static bool leave_out(struct answerer *answerer, const struct call *call, uint32_t index)
{
    guess(answerer, call, 0);
    answerer->seen.status = STATUS_UNSUPPORTED;
    answerer->seen.value_count = 0;
    hck_typestate_apply(&answerer->state, call, &answerer->seen);
    return ask(answerer, index);
}

uint32_t hck_answerer_run(struct answerer *answerer, const struct trace *trace, uint64_t seed,
                          const bool is_known[CALL_COUNT], const struct verdicts **left)
{
    *left = &answerer->verdicts;
    answerer->seen.end = 0;
    if (!start(answerer, trace, seed)) {
        return 0;
    }
    for (uint32_t i = 0; i < trace->call_count; i++) {
        struct answer_count *count = &answerer->counts[trace->calls[i].id];
        if (!answer(answerer, &trace->calls[i], i)) {
            count->given_up++;
            if (is_known[trace->calls[i].id] || !leave_out(answerer, &trace->calls[i], i)) {
                return i;
            }
        } else {
            count->answered++;
        }
    }
    return trace->call_count;
}

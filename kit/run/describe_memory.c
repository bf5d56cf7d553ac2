/* Sentences on what a probe found: "expected byte 0 of b0 to be 0, seen 0xcd". The number that a
 * probe answers with counts bytes, or is 1 where it came to its end, which says little to who did
 * not write the probe. */
#include "kit/run/describe_internal.h"

#include <inttypes.h>

#include "spec/typestate.h"
#include "spec/win32.h"

/* What a sentence is made of. */
struct telling {
    struct sentence *sentence;
    const struct names *names;      /* may be NULL */
    const struct call *call;        /* a probe */
    const struct observation *seen; /* may be NULL */
    const struct expectation *expectation;
};

static bool is_number(const struct operand *operand)
{
    return operand->slot_kind >= SLOT_KIND_COUNT;
}

static void say_byte(const struct telling *telling, uint64_t byte)
{
    say(telling->sentence, byte == 0 ? "0" : "0x%02x", (unsigned)byte);
}

/* "r0+4K": the probe's address, and `further` bytes on. */
static void say_address(const struct telling *telling, uint64_t further)
{
    const struct argument *argument = &telling->call->arguments[0];
    char word[WORD_MAX];
    if (argument->form == FORM_SLOT) {
        hck_names_slot((enum slot_kind)argument->slot_kind, argument->slot,
                       argument->value + further, word, sizeof word);
        say(telling->sentence, "%s", word);
    } else {
        say(telling->sentence, "0x%" PRIx64, argument->value + further); /* the trace says so */
    }
}

static void say_count(const struct telling *telling, uint64_t count)
{
    hck_describe_number(telling->sentence, telling->names, NUMBER_SIZE, count);
    say(telling->sentence, count == 1 ? " byte" : " bytes");
}

/* --- Check and Zeroed: bytes of a block ----------------------------------------------------- */

static void say_range(const struct telling *telling, uint64_t from, uint64_t length)
{
    if (length == 1) {
        say(telling->sentence, "byte %" PRIu64 " of ", from);
    } else {
        say(telling->sentence, "bytes %" PRIu64 "..%" PRIu64 " of ", from, from + length - 1);
    }
    say_address(telling, 0);
}

static void say_found(const struct telling *telling, uint64_t at, uint64_t length)
{
    const struct observation *seen = telling->seen;
    bool is_told = seen != NULL && seen->value_count >= FOUND_VALUE_COUNT &&
                   seen->result == telling->expectation->observed;
    say(telling->sentence, ", seen ");
    if (is_told) {
        say_byte(telling, seen->values[FOUND_BYTE] & 0xFF);
    } else {
        say(telling->sentence, "another value");
    }
    if (length > 1) {
        say(telling->sentence, " at byte %" PRIu64, at);
    }
}

static bool tell_zeroed(const struct telling *telling, uint64_t length, uint64_t right)
{
    const struct slot *block = hck_names_block(telling->names, &telling->call->arguments[0]);
    if (block == NULL || block->zero_to - block->zero_from != length) {
        return false;
    }
    say_range(telling, block->zero_from, length);
    say(telling->sentence, " to be 0");
    say_found(telling, block->zero_from + right, length);
    return true;
}

static bool tell_kept(const struct telling *telling, uint64_t length, uint64_t right)
{
    const struct argument *argument = &telling->call->arguments[0];
    const struct slot *block = hck_names_block(telling->names, argument);
    const char *caller = hck_names_caller_since_fill(telling->names, argument);
    say_range(telling, 0, length);
    if (caller != NULL) {
        say(telling->sentence, " to be kept from before %s", caller);
    } else {
        say(telling->sentence, " to be what Fill wrote");
    }
    say_found(telling, right, length);
    if (block != NULL) {
        say(telling->sentence, " in place of ");
        say_byte(telling, hck_pattern_byte(block->fill_seed, right));
    }
    return true;
}

static bool tell_block(const struct telling *telling)
{
    const struct expectation *expectation = telling->expectation;
    uint64_t length = expectation->operands[0].value;
    if (expectation->subject != SUBJECT_RESULT || expectation->relation != RELATION_EQUAL ||
        !is_number(&expectation->operands[0]) || expectation->observed >= length) {
        return false;
    }
    return telling->call->id == CALL_Zeroed ? tell_zeroed(telling, length, expectation->observed)
                                            : tell_kept(telling, length, expectation->observed);
}

/* --- Any access ------------------------------------------------------------------------------ */

static const char *access_verb(const struct call *call)
{
    return call->id == CALL_Execute                         ? "executing"
           : call->id == CALL_Poke || call->id == CALL_Fill ? "writing"
                                                            : "reading";
}

static void say_access(const struct telling *telling)
{
    const struct call *call = telling->call;
    say(telling->sentence, "%s ", access_verb(call));
    if (call->id == CALL_Peek || call->id == CALL_Poke) {
        say_count(telling, call->arguments[1].value);
        say(telling->sentence, " at ");
    } else if (call->id == CALL_Execute) {
        say(telling->sentence, "the code at ");
    }
    say_address(telling, 0);
}

/* The exception that ended the access, by its code. */
static void say_exception(const struct telling *telling)
{
    const struct observation *seen = telling->seen;
    if (seen == NULL || seen->status != STATUS_RAISED) {
        say(telling->sentence, "an exception");
        return;
    }
    hck_describe_number(telling->sentence, telling->names, NUMBER_EXCEPTION, seen->exception_code);
}

static bool tell_end(const struct telling *telling)
{
    const struct expectation *expectation = telling->expectation;
    uint64_t wanted = expectation->operands[0].value;
    if (expectation->relation != RELATION_EQUAL ||
        (wanted != STATUS_RETURNED && wanted != STATUS_RAISED)) {
        return false;
    }
    say_access(telling);
    say(telling->sentence, wanted == STATUS_RETURNED ? " to succeed" : " to raise an exception");
    say(telling->sentence, ", seen ");
    if (expectation->observed == STATUS_RETURNED) {
        say(telling->sentence, "that it succeeds");
    } else if (expectation->observed == STATUS_RAISED) {
        say_exception(telling);
    } else {
        hck_describe_number(telling->sentence, telling->names, NUMBER_STATUS,
                            expectation->observed);
    }
    return true;
}

/* --- Peek and Poke: how far they got ---------------------------------------------------------- */

static bool tell_too_short(const struct telling *telling, uint64_t wanted)
{
    const struct call *call = telling->call;
    uint64_t done = telling->expectation->observed;
    bool is_whole = wanted == call->arguments[1].value;
    say(telling->sentence, is_whole ? "" : "at least ");
    say_count(telling, wanted);
    say(telling->sentence, " at ");
    say_address(telling, 0);
    say(telling->sentence, " to be %s, seen ", call->id == CALL_Peek ? "readable" : "writable");
    if (telling->seen != NULL && telling->seen->status == STATUS_RAISED) {
        say_exception(telling);
        say(telling->sentence, done > 0 ? " after " : "");
    } else {
        say(telling->sentence, "only ");
    }
    if (done > 0 || telling->seen == NULL || telling->seen->status != STATUS_RAISED) {
        say_count(telling, done);
    }
    return true;
}

static bool tell_too_far(const struct telling *telling, uint64_t allowed)
{
    const struct call *call = telling->call;
    say(telling->sentence, allowed == 0 ? "no byte" : "no more than ");
    if (allowed > 0) {
        say_count(telling, allowed);
    }
    say(telling->sentence, " at ");
    say_address(telling, 0);
    say(telling->sentence, " to be %s, seen ", call->id == CALL_Peek ? "readable" : "writable");
    say_count(telling, telling->expectation->observed);
    say(telling->sentence, call->id == CALL_Peek ? " read" : " written");
    return true;
}

static bool tell_distance(const struct telling *telling)
{
    const struct expectation *expectation = telling->expectation;
    uint64_t wanted = expectation->operands[0].value;
    if (!is_number(&expectation->operands[0])) {
        return false;
    }
    switch ((enum relation)expectation->relation) {
    case RELATION_EQUAL:
    case RELATION_AT_LEAST:
        return expectation->observed < wanted && tell_too_short(telling, wanted);
    case RELATION_AT_MOST:
        return tell_too_far(telling, wanted);
    default:
        return false;
    }
}

/* --- Peek: which bytes it read ---------------------------------------------------------------- */

static bool tell_byte(const struct telling *telling, uint64_t further)
{
    const struct expectation *expectation = telling->expectation;
    uint64_t wanted = expectation->operands[0].value;
    if (expectation->relation != RELATION_EQUAL || wanted > UINT8_MAX ||
        expectation->observed > UINT8_MAX) {
        return false;
    }
    say(telling->sentence, "the byte at ");
    say_address(telling, further);
    say(telling->sentence, " to be ");
    say_byte(telling, wanted);
    say(telling->sentence, ", seen ");
    say_byte(telling, expectation->observed);
    return true;
}

/* Bytes that were to be equal and are not. */
static bool tell_run(const struct telling *telling, uint64_t first, uint64_t different)
{
    const struct expectation *expectation = telling->expectation;
    uint64_t wanted = expectation->operands[0].value;
    if (expectation->relation != RELATION_AT_LEAST || expectation->observed >= wanted) {
        return false;
    }
    say_count(telling, wanted);
    say(telling->sentence, " at ");
    say_address(telling, 0);
    say(telling->sentence, " to be ");
    say_byte(telling, first);
    say(telling->sentence, ", seen ");
    say_byte(telling, different);
    say(telling->sentence, " at ");
    say_address(telling, expectation->observed);
    return true;
}

static bool tell_value(const struct telling *telling)
{
    const struct expectation *expectation = telling->expectation;
    const struct observation *seen = telling->seen;
    if (!is_number(&expectation->operands[0])) {
        return false;
    }
    if (expectation->index == PEEK_FIRST) {
        return tell_byte(telling, 0);
    }
    if (seen == NULL || seen->value_count < PEEK_VALUE_COUNT ||
        seen->values[PEEK_FIRST] > UINT8_MAX || seen->values[PEEK_DIFFERENT] > UINT8_MAX) {
        return false;
    }
    return expectation->index == PEEK_UNIFORM
               ? tell_run(telling, seen->values[PEEK_FIRST], seen->values[PEEK_DIFFERENT])
               : tell_byte(telling, seen->values[PEEK_UNIFORM]);
}

/* --- Execute ---------------------------------------------------------------------------------- */

static bool tell_execution(const struct telling *telling)
{
    const struct expectation *expectation = telling->expectation;
    if (expectation->relation != RELATION_EQUAL ||
        expectation->operands[0].value != EXECUTE_RETURNED ||
        (expectation->observed != 0 && expectation->observed != EXECUTE_NO_CODE)) {
        return false;
    }
    say_access(telling);
    say(telling->sentence, " to succeed, seen ");
    if (expectation->observed == EXECUTE_NO_CODE) {
        say(telling->sentence, "another byte there than the trace wrote");
    } else {
        say_exception(telling);
    }
    return true;
}

/* --- WalkHeap, QueryRegion, QueryAll ---------------------------------------------------------- */

static bool tell_walk(const struct telling *telling)
{
    const struct expectation *expectation = telling->expectation;
    if (expectation->subject != SUBJECT_RESULT || expectation->relation != RELATION_EQUAL ||
        expectation->operands[0].value != 1 || expectation->observed != 0) {
        return false;
    }
    say(telling->sentence, "the %s to come to its end, seen that it does not",
        telling->call->id == CALL_WalkHeap ? "enumeration" : "walk over the pages");
    return true;
}

static bool tell(const struct telling *telling)
{
    enum subject subject = (enum subject)telling->expectation->subject;
    if (subject == SUBJECT_STATUS && !hck_call_rows[telling->call->id].is_list) {
        return tell_end(telling);
    }
    switch ((int)telling->call->id) {
    case CALL_Check:
    case CALL_Zeroed:
        return subject == SUBJECT_RESULT && tell_block(telling);
    case CALL_Peek:
        return subject == SUBJECT_VALUE ? tell_value(telling)
                                        : subject == SUBJECT_RESULT && tell_distance(telling);
    case CALL_Poke:
        return subject == SUBJECT_RESULT && tell_distance(telling);
    case CALL_Execute:
        return subject == SUBJECT_RESULT && tell_execution(telling);
    case CALL_WalkHeap:
    case CALL_QueryRegion:
    case CALL_QueryAll:
        return tell_walk(telling);
    default:
        return false;
    }
}

bool hck_describe_memory(struct sentence *sentence, const struct names *names,
                         const struct call *call, const struct observation *seen,
                         const struct expectation *expectation)
{
    const struct telling telling = {sentence, names, call, seen, expectation};
    size_t before = sentence->length;
    if (hck_call_rows[call->id].family != FAMILY_probe || expectation->operand_count == 0) {
        return false;
    }
    bool told = tell(&telling);
    if (!told) {
        sentence->length = before;
    }
    return told;
}

/* The judged call: it is made like the others, and then the verdict is given. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "kit/export/export_internal.h"

bool hck_export_is_about_lock(const struct exporter *exporter)
{
    return exporter->source->expectation->subject == SUBJECT_TICKS;
}

bool hck_export_is_about_exception(const struct exporter *exporter)
{
    switch ((enum subject)exporter->source->expectation->subject) {
    case SUBJECT_STATUS:
        return hck_export_tells_exceptions(exporter);
    case SUBJECT_EXCEPTION:
    case SUBJECT_EXCEPTION_FLAGS:
    case SUBJECT_PARAMETER_COUNT:
    case SUBJECT_PARAMETER:
    case SUBJECT_HANDLER_COUNT:
    case SUBJECT_HANDLER_SLOT:
    case SUBJECT_HANDLER_CODE:
    case SUBJECT_HANDLER_FLAGS:
    case SUBJECT_HANDLER_PARAMETER_COUNT:
    case SUBJECT_HANDLER_PARAMETER:
        return true;
    case SUBJECT_NONE:
    case SUBJECT_RESULT:
    case SUBJECT_LAST_ERROR:
    case SUBJECT_VALUE:
    case SUBJECT_VALUE_COUNT:
    case SUBJECT_GUARD:
    case SUBJECT_MEASURE:
    case SUBJECT_TICKS:
    case SUBJECT_COUNT:
        break;
    }
    return false;
}

static const char *leave_word(const struct exporter *exporter)
{
    return exporter->has_threads ? "exit" : "return ";
}

/* What main returns, or what ends the process from a thread. */
static void leave(struct exporter *exporter, const char *status)
{
    hck_export_line(exporter, exporter->has_threads ? "%s(%s);" : "%s%s;", leave_word(exporter),
                    status);
}

static void give_up(struct exporter *exporter, const char *reason)
{
    char status[EXPRESSION_MAX];
    snprintf(status, sizeof status, "could_not_run(\"%.300s\")", reason);
    leave(exporter, status);
}

/* `judge` is the helper that gives the verdict, `seen` its last argument if it has one. */
static void emit_judgement(struct exporter *exporter, const struct call *call, const char *judge,
                           const char *holds, const char *seen)
{
    char expected[EXPRESSION_MAX];
    bool is_told = hck_export_is_about_life(exporter);
    hck_export_expected(exporter, call, expected);
    hck_export_whereabouts(exporter);
    hck_export_line(exporter, "%s%s%s%s(%s, \"%s\"%s%s)%s%s;", leave_word(exporter),
                    exporter->has_threads ? "(" : "", is_told ? "tell_parent(" : "", judge, holds,
                    expected, seen[0] == '\0' ? "" : ", ", seen, is_told ? ")" : "",
                    exporter->has_threads ? ")" : "");
}

/* The owner of the lock asks, directly before it gives the lock back. */
void hck_export_lock_check(struct exporter *exporter)
{
    const struct call *call = &exporter->trace->calls[exporter->source->call_index];
    emit_judgement(exporter, call, "judge", "!atomic_load(&judged_returned)",
                   "atomic_load(&judged_returned)");
}

static bool is_access(const struct call *call)
{
    return call->id == CALL_Peek || call->id == CALL_Poke || call->id == CALL_Execute;
}

/* Accesses guard themselves. */
static void make_call(struct exporter *exporter, const struct call *call, bool is_guarded)
{
    char expression[EXPRESSION_MAX];
    hck_export_expression(exporter, call, expression);
    bool has_result = hck_export_result_type(call)[0] != '\0';
    if (is_guarded && !is_access(call)) {
        hck_export_line(exporter, "GUARDED(%s%s);", has_result ? "result = " : "", expression);
    } else {
        hck_export_line(exporter, "%s%s;", has_result ? "result = " : "", expression);
    }
}

/* A number of a result that never came, or of an exception that was never raised, says nothing. */
static void check_outcome(struct exporter *exporter, const struct call *call, bool is_guarded)
{
    switch ((enum subject)exporter->source->expectation->subject) {
    case SUBJECT_EXCEPTION:
    case SUBJECT_EXCEPTION_FLAGS:
    case SUBJECT_PARAMETER_COUNT:
    case SUBJECT_PARAMETER:
        hck_export_line(exporter, "if (!was_raised) {");
        break;
    case SUBJECT_RESULT:
    case SUBJECT_VALUE:
    case SUBJECT_VALUE_COUNT:
    case SUBJECT_GUARD:
    case SUBJECT_MEASURE:
        if (!is_guarded || is_access(call)) {
            return;
        }
        hck_export_line(exporter, "if (was_raised) {");
        break;
    default:
        return;
    }
    bool wants_exception = hck_export_is_about_exception(exporter);
    exporter->indent++;
    give_up(exporter, wants_exception ? "the call raised nothing" : "the call raised an exception");
    exporter->indent--;
    hck_export_line(exporter, "}");
}

/* The end of a call is one of two here, for the program was there to see it. */
static bool holds_for(const struct expectation *expectation, enum observation_status status)
{
    bool is_one = false;
    for (unsigned i = 0; i < expectation->operand_count && i < OPERANDS_MAX; i++) {
        is_one = is_one || expectation->operands[i].value == (uint64_t)status;
    }
    return expectation->relation == RELATION_NOT_EQUAL ? !is_one : is_one;
}

bool hck_export_tells_exceptions(const struct exporter *exporter)
{
    const struct expectation *expectation = exporter->source->expectation;
    return holds_for(expectation, STATUS_RETURNED) != holds_for(expectation, STATUS_RAISED);
}

static void emit_end_verdict(struct exporter *exporter, const struct call *call)
{
    const struct expectation *expectation = exporter->source->expectation;
    bool may_return = holds_for(expectation, STATUS_RETURNED);
    if (hck_export_tells_exceptions(exporter)) {
        emit_judgement(exporter, call, "judge_end", may_return ? "!was_raised" : "was_raised", "");
    } else {
        emit_judgement(exporter, call, "judge_return", may_return ? "1" : "0", "");
    }
}

/* A number of bytes that are right says where the wrong one is. */
static bool is_about_bytes(const struct exporter *exporter, const struct call *call)
{
    const struct argument *block = &call->arguments[0];
    return (call->id == CALL_Check || call->id == CALL_Zeroed) && block->form == FORM_SLOT &&
           exporter->source->expectation->subject == SUBJECT_RESULT;
}

static void emit_verdict(struct exporter *exporter, const struct call *call)
{
    char seen[EXPRESSION_MAX];
    char holds[EXPRESSION_MAX];
    if (exporter->source->expectation->subject == SUBJECT_STATUS) {
        emit_end_verdict(exporter, call);
        return;
    }
    hck_export_subject(exporter, call, seen);
    hck_export_relation(exporter, holds);
    hck_export_line(exporter, "uint64_t seen = %s;", seen);
    if (is_about_bytes(exporter, call)) {
        uint32_t block = call->arguments[0].slot;
        if (call->id == CALL_Zeroed) {
            snprintf(seen, sizeof seen, "&b%" PRIu32 ", b%" PRIu32 ".zero_from + seen", block,
                     block);
        } else {
            snprintf(seen, sizeof seen, "&b%" PRIu32 ", seen", block);
        }
        emit_judgement(exporter, call, "judge_bytes", holds, seen);
        return;
    }
    emit_judgement(exporter, call, "judge", holds, "seen");
}

static bool is_about_handlers(const struct exporter *exporter)
{
    uint8_t subject = exporter->source->expectation->subject;
    return subject >= SUBJECT_HANDLER_COUNT && subject <= SUBJECT_HANDLER_PARAMETER;
}

bool hck_export_is_about_hang(const struct exporter *exporter)
{
    return exporter->source->expectation->subject == SUBJECT_STATUS &&
           exporter->source->status == STATUS_HUNG;
}

bool hck_export_is_about_life(const struct exporter *exporter)
{
    uint8_t status = exporter->source->status;
    return exporter->source->expectation->subject == SUBJECT_STATUS &&
           (status == STATUS_CRASHED || status == STATUS_EXITED);
}

void hck_export_check(struct exporter *exporter, const struct call *call)
{
    const struct expectation *expectation = exporter->source->expectation;
    bool is_guarded =
        hck_export_is_about_exception(exporter) || hck_export_may_raise(exporter, call);
    char condition[EXPRESSION_MAX];
    char reason[EXPRESSION_MAX];

    hck_export_line(exporter, "/* The judged call. */");
    hck_export_condition(exporter, call, condition);
    if (condition[0] != '\0' && exporter->results == NULL) {
        hck_export_line(exporter, "if (!(%s)) {", condition);
        exporter->indent++;
        snprintf(reason, sizeof reason, "it needs %.200s", condition);
        give_up(exporter, reason);
        exporter->indent--;
        hck_export_line(exporter, "}");
    }
    exporter->writes_behind = expectation->subject == SUBJECT_GUARD;
    hck_export_prepare(exporter, call);
    if (hck_export_is_about_hang(exporter)) {
        hck_export_line(exporter, "is_return_judged = 1;");
    } else if (hck_export_is_about_life(exporter)) {
        hck_export_line(exporter, "tell_parent(TOLD_JUDGED_CALL);");
    }
    if (is_about_handlers(exporter)) {
        hck_export_line(exporter, "handler_call_count = 0;");
    }
    make_call(exporter, call, is_guarded);
    exporter->writes_behind = false;
    if (expectation->subject == SUBJECT_LAST_ERROR) {
        hck_export_line(exporter, "last_error = GetLastError();");
    }
    check_outcome(exporter, call, is_guarded);
    hck_export_require_judged_outcome(exporter, call);
    if (hck_export_is_about_lock(exporter)) {
        hck_export_line(exporter, "atomic_store(&judged_returned, 1);");
    } else {
        emit_verdict(exporter, call);
    }
}

/* The oracle: an executable reference model that judges an implementation call by call.
 *
 * Pure: (state, call, observation) -> verdicts and next state. It does no I/O, knows no operating
 * system and allocates only from the arena it is given.
 *
 * It is an envelope, not an emulator: it accepts every answer that the clauses allow and lets the
 * observation pick the next state. After a deviation it says what was allowed, adopts what was seen
 * and goes on. It keeps one address-space map for all families, so a heap block inside a region and
 * two heaps that overlap are seen.
 *
 * Observations come in the order in which the calls ended; on one thread that is the order of the
 * trace. */
#ifndef HCK_ORACLE_H
#define HCK_ORACLE_H

#include "spec/call.h"

enum verdict_outcome {
    VERDICT_HOLDS,       /* judged, and as the clause says */
    VERDICT_VIOLATED,    /* judged, and not */
    VERDICT_LATITUDE,    /* the clause leaves a choice; `choice` says which was taken */
    VERDICT_SKIPPED,     /* an `undefined` clause kept the call from being made */
    VERDICT_UNSUPPORTED, /* the target lacks what the clause needs */
    VERDICT_BROKEN,      /* the kit's own failure, or an observation that makes no sense */
    VERDICT_OUTCOME_COUNT
};

/* What part of an observation a clause speaks of. */
enum subject {
    SUBJECT_NONE,
    SUBJECT_STATUS, /* enum observation_status */
    SUBJECT_RESULT,
    SUBJECT_LAST_ERROR,
    SUBJECT_EXCEPTION, /* the exception code */
    SUBJECT_EXCEPTION_FLAGS,
    SUBJECT_PARAMETER_COUNT,
    SUBJECT_PARAMETER,   /* parameters[index] */
    SUBJECT_VALUE,       /* values[index] */
    SUBJECT_VALUE_COUNT, /* how many values, the guard count left out */
    SUBJECT_GUARD,       /* bytes changed behind the out-structure */
    SUBJECT_HANDLER_COUNT,
    SUBJECT_HANDLER_SLOT, /* handler_calls[index].slot */
    SUBJECT_HANDLER_CODE,
    SUBJECT_HANDLER_FLAGS,
    SUBJECT_HANDLER_PARAMETER_COUNT,
    SUBJECT_HANDLER_PARAMETER, /* handler_calls[index / 2].parameters[index % 2] */
    SUBJECT_MEASURE, /* spec/measure.h: a number computed from values; index is the measure */
    SUBJECT_TICKS,   /* thread intervals: see RELATION_WAITS */
    SUBJECT_COUNT
};

enum relation {
    RELATION_EQUAL,
    RELATION_NOT_EQUAL,
    RELATION_LESS,
    RELATION_AT_MOST,
    RELATION_AT_LEAST,
    RELATION_MULTIPLE_OF,
    RELATION_ONE_OF,      /* any operand */
    RELATION_IN_RANGE,    /* operand 0 <= subject <= operand 1 */
    RELATION_BITS_WITHIN, /* no bit outside operand 0 */
    RELATION_HAS_BITS,    /* every bit of operand 0 */
    RELATION_DISJOINT, /* [subject, subject + operand 0) and [operand 1, operand 1 + operand 2) */
    RELATION_WAITS,    /* the call does not begin and end inside [operand 0, operand 1] */
    RELATION_COUNT
};

/* A number, or an address said through the slot that has it, so that text and C can name it. */
struct operand {
    uint8_t slot_kind; /* SLOT_KIND_NONE: value is the number */
    uint32_t slot;
    uint64_t value;  /* the number itself, also where a slot names it */
    uint64_t offset; /* of the number from the slot's address */
};

/* A call violates a clause once, with its first witness. Of other verdicts those beyond the first
 * few are written down once for each clause and outcome, and what was held back (suspicion.h,
 * skip.h) is told once, so there is room for all. */
enum {
    OPERANDS_MAX = 4,
    SUSPICIONS_MAX = 256,
    SKIPS_MAX = 64,
    VERDICTS_FEW = 64,
    VERDICTS_MAX =
        VERDICTS_FEW + (CLAUSE_COUNT + 1) * VERDICT_OUTCOME_COUNT + SUSPICIONS_MAX + SKIPS_MAX,
    EXPECTATIONS_MAX = CLAUSE_COUNT + 1 + SUSPICIONS_MAX
};

/* Why a verdict is VIOLATED: `subject relation operands` was to be true and `observed` is not it.
 */
struct expectation {
    uint8_t subject;
    uint8_t relation;
    uint8_t operand_count;
    uint32_t index; /* of the subject, where it has one */
    uint64_t observed;
    struct operand operands[OPERANDS_MAX];
};

struct verdict {
    uint16_t clause;      /* enum clause_id */
    uint16_t expectation; /* index into verdicts.expectations, or NO_EXPECTATION */
    uint8_t outcome;      /* enum verdict_outcome */
    uint8_t status;       /* of the judged call: enum observation_status */
    uint32_t call_index;  /* the judged call: its place in the trace */
    const char *choice;   /* of LATITUDE: the answer taken, a constant string; else NULL */
};

#define NO_EXPECTATION UINT16_MAX

/* What a call meets, in so few words that engines can look for what was not met yet: how many
 * blocks its heap had and who had its lock, how large its block or section was beside the size it
 * asks for, what its pages were. Two states of one class are alike in that part; a part has some
 * dozens. */
enum state_part { STATE_PART_HEAP, STATE_PART_OBJECT, STATE_PART_PAGES, STATE_PART_COUNT };

/* What one observation brought to light: the verdicts on that call, and those on calls of other
 * threads that had to wait for it. */
struct verdicts {
    uint32_t count;
    uint32_t expectation_count;
    uint16_t state_classes[STATE_PART_COUNT]; /* of what the call met: see oracle_options */
    struct verdict items[VERDICTS_MAX];
    struct expectation expectations[EXPECTATIONS_MAX];
};

enum profile_bits {
    PROFILE_DOCUMENTED =
        BASIS_BIT(BASIS_DOCUMENTED) | BASIS_BIT(BASIS_LATITUDE) | BASIS_BIT(BASIS_UNDEFINED),
    PROFILE_WINDOWS = PROFILE_DOCUMENTED | BASIS_BIT(BASIS_OBSERVED),
    PROFILE_HOSTILE = PROFILE_WINDOWS | BASIS_BIT(BASIS_PROMISE)
};

struct oracle_options {
    uint32_t bases;      /* BASIS_BIT set: clauses of other bases are not judged */
    bool has_exceptions; /* the target has AddVectoredExceptionHandler */
    bool has_last_error; /* the target has GetLastError */
    bool hostile;
    bool has_zeroed_arena; /* the arena is all zeroes: what no call touches is not cleared */
    bool tells_classes;    /* verdicts.state_classes is told, else it is zeroes */
};

struct oracle;

/* Bytes of arena that a trace with these counts needs at least; more live objects than calls that
 * make them are not possible, so it never runs out. */
size_t hck_oracle_storage(const struct trace *trace);

/* Starts a judge of this trace, which has to stay, in `arena` (16-aligned, hck_oracle_storage
 * bytes). */
struct oracle *hck_oracle_start(const struct trace *trace, const struct oracle_options *options,
                                void *arena, size_t size);

/* Judges the call at this place of the trace. Never fails; what makes no sense is VERDICT_BROKEN.
 */
void hck_oracle_judge(struct oracle *oracle, uint32_t call_index, const struct observation *seen,
                      struct verdicts *verdicts);

/* After the last observation: adds to the verdicts those that waited for calls that are not to
 * come. `under_way` is a bit set of the threads that have a call under way, of which nothing is
 * known: what it may explain stays undecided. */
void hck_oracle_finish(struct oracle *oracle, uint8_t under_way, struct verdicts *verdicts);

/* Live blocks in the model, and bytes of the arena in use. */
uint64_t hck_oracle_live_blocks(const struct oracle *oracle);
size_t hck_oracle_bytes(const struct oracle *oracle);

#endif

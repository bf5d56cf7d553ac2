/* Probes that access memory: contents, zeroes, protections, execution.
 *
 * They run under hck_fault_run and keep seen.result at the number of bytes done, so that it is
 * right when a fault ends them. Nothing here may be instrumented: the addresses are the target's,
 * and a fault has to be the access's own. */
#include <string.h>

#include "kit/execute/executor.h"

/* GNU C: without instrumentation; any alignment and any type. */
#define RAW __attribute__((no_sanitize("address", "thread", "undefined")))
typedef uint64_t __attribute__((may_alias, aligned(1))) raw_word;
typedef uint64_t __attribute__((vector_size(16), may_alias, aligned(1))) raw_pair;
typedef void (*code)(void);

enum {
    PAGE_BYTES = WINMEM_PAGE_SIZE,
    TAIL_BYTES = 4096,
    PAIRS = 4,
    STRIDE_BYTES = PAIRS * sizeof(raw_pair)
};

#define PATTERN_STEP UINT64_C(0xD1B54A32D192ED03) /* of hck_pattern_word from one k to the next */
#define PAIR_STEP (2 * PATTERN_STEP)

/* Pairs of words are as wide as any processor's registers are; several at a time, for the branch
 * that looks at them costs as much as they do. A vector is no argument here: each instruction set
 * has its own way to pass one. */
struct pairs {
    raw_pair at[PAIRS];
};

RAW static inline void start_pattern(struct pairs *pattern, uint64_t x)
{
    for (unsigned i = 0; i < PAIRS; i++) {
        pattern->at[i] = (raw_pair){x, x + PATTERN_STEP} + i * PAIR_STEP;
    }
}

RAW static inline void go_on(struct pairs *pattern)
{
    for (unsigned i = 0; i < PAIRS; i++) {
        pattern->at[i] += PAIRS * PAIR_STEP;
    }
}

static void set_done(struct worker *worker, uint64_t bytes)
{
    atomic_signal_fence(memory_order_seq_cst); /* the accesses before it are not moved behind */
    *(volatile uint64_t *)&worker->seen.result = bytes;
    atomic_signal_fence(memory_order_seq_cst);
}

/* --- Blocks of any size, sampled above PROBE_WHOLE_MAX --- */

/* From one word to the next in a range of so many bytes. Gigabytes are not gone over page by page:
 * who wrote to each would be waited for, and have them as memory. */
static uint64_t sample_step(uint64_t bytes)
{
    const uint64_t page_by_page = (uint64_t)PROBE_SAMPLES_MAX * PAGE_BYTES;
    return bytes > page_by_page ? (bytes - 1) / page_by_page * PAGE_BYTES + PAGE_BYTES : PAGE_BYTES;
}

/* Goes over the parts of [from, to) that are looked at: all of it up to PROBE_WHOLE_MAX bytes, then
 * a word every `step` bytes, then the tail. `visit` returns where it stopped, which is the end of
 * the part unless there is something to report. Returns where the whole thing stopped. */
typedef uint64_t (*visitor)(const struct worker *worker, uint64_t from, uint64_t to);

static uint64_t visit_sample(struct worker *worker, visitor visit, uint64_t from, uint64_t to,
                             uint64_t step, bool has_tail)
{
    uint64_t head_end = to - from > PROBE_WHOLE_MAX ? from + PROBE_WHOLE_MAX : to;
    for (uint64_t at = from; at < head_end; at += PAGE_BYTES) {
        uint64_t end = head_end - at > PAGE_BYTES ? at + PAGE_BYTES : head_end;
        set_done(worker, at - from);
        uint64_t stopped = visit(worker, at, end);
        if (stopped != end) {
            return stopped;
        }
    }
    for (uint64_t at = head_end; to - at >= sizeof(uint64_t) && at < to;) {
        set_done(worker, at - from);
        uint64_t stopped = visit(worker, at, at + sizeof(uint64_t));
        if (stopped != at + sizeof(uint64_t)) {
            return stopped;
        }
        at = to - at > step ? at + step : to;
    }
    if (head_end < to && has_tail) {
        uint64_t tail = to - head_end > TAIL_BYTES ? (to - TAIL_BYTES) & ~UINT64_C(7) : head_end;
        set_done(worker, tail - from);
        return visit(worker, tail, to);
    }
    return to;
}

/* --- Fill, Check: `from` is a multiple of 8 --- */

RAW static uint64_t fill_part(const struct worker *worker, uint64_t from, uint64_t to)
{
    unsigned char *block = (unsigned char *)(uintptr_t)worker->words[0];
    uint64_t seed = worker->words[1];
    uint64_t x = (seed + 1) * UINT64_C(0x9E3779B97F4A7C15) + from / 8 * PATTERN_STEP;
    uint64_t at = from;
    struct pairs pattern;
    start_pattern(&pattern, x);
    for (; to - at >= STRIDE_BYTES; at += STRIDE_BYTES) {
        for (unsigned i = 0; i < PAIRS; i++) {
            ((raw_pair *)(block + at))[i] = pattern.at[i] ^ pattern.at[i] >> 29;
        }
        go_on(&pattern);
    }
    x = pattern.at[0][0];
    for (; to - at >= 8; at += 8) {
        *(raw_word *)(block + at) = x ^ x >> 29;
        x += PATTERN_STEP;
    }
    for (; at < to; at++) {
        block[at] = hck_pattern_byte(seed, at);
    }
    return to;
}

RAW static uint64_t check_part(const struct worker *worker, uint64_t from, uint64_t to)
{
    const unsigned char *block = (const unsigned char *)(uintptr_t)worker->words[0];
    uint64_t seed = worker->subject.fill_seed;
    uint64_t x = (seed + 1) * UINT64_C(0x9E3779B97F4A7C15) + from / 8 * PATTERN_STEP;
    uint64_t at = from;
    struct pairs pattern;
    start_pattern(&pattern, x);
    for (; to - at >= STRIDE_BYTES; at += STRIDE_BYTES) {
        raw_pair different = {0, 0};
        for (unsigned i = 0; i < PAIRS; i++) {
            different |= ((const raw_pair *)(block + at))[i] ^ pattern.at[i] ^ pattern.at[i] >> 29;
        }
        if ((different[0] | different[1]) != 0) {
            break;
        }
        go_on(&pattern);
    }
    x = pattern.at[0][0];
    for (; to - at >= 8; at += 8) {
        if (*(const raw_word *)(block + at) != (x ^ x >> 29)) {
            break;
        }
        x += PATTERN_STEP;
    }
    while (at < to && block[at] == hck_pattern_byte(seed, at)) {
        at++;
    }
    return at;
}

/* Where the bytes from `at` on stop to be those of `word`, which are all the same. */
RAW static uint64_t equal_bytes(const unsigned char *bytes, uint64_t at, uint64_t to, uint64_t word)
{
    for (; to - at >= STRIDE_BYTES; at += STRIDE_BYTES) {
        raw_pair different = {0, 0};
        for (unsigned i = 0; i < PAIRS; i++) {
            different |= ((const raw_pair *)(bytes + at))[i] ^ word;
        }
        if ((different[0] | different[1]) != 0) {
            break;
        }
    }
    while (to - at >= 8 && *(const raw_word *)(bytes + at) == word) {
        at += 8;
    }
    while (at < to && bytes[at] == (unsigned char)word) {
        at++;
    }
    return at;
}

RAW static uint64_t zero_part(const struct worker *worker, uint64_t from, uint64_t to)
{
    return equal_bytes((const unsigned char *)(uintptr_t)worker->words[0], from, to, 0);
}

/* `at` is where the look at the block ended. */
RAW static void note_found(struct worker *worker, uint64_t at, uint64_t end)
{
    if (at < end) {
        const unsigned char *block = (const unsigned char *)(uintptr_t)worker->words[0];
        worker->seen.values[FOUND_BYTE] = block[at];
        worker->seen.value_count = FOUND_VALUE_COUNT;
    }
}

static void fill(struct worker *worker)
{
    uint64_t size = worker->subject.size;
    visit_sample(worker, fill_part, 0, size, sample_step(size), true);
    set_done(worker, 0);
}

/* What was filled is what the block's size was then; one that shrank since has lost the tail. */
static void check(struct worker *worker)
{
    uint64_t length = worker->subject.fill_length;
    uint64_t filled = worker->executor->filled[worker->call->arguments[0].slot];
    uint64_t stopped =
        visit_sample(worker, check_part, 0, length, sample_step(filled), length == filled);
    set_done(worker, stopped);
    note_found(worker, stopped, length);
}

static void zeroed(struct worker *worker)
{
    uint64_t from = worker->subject.zero_from;
    uint64_t to = worker->subject.zero_to;
    if (from < to) {
        uint64_t stopped = visit_sample(worker, zero_part, from, to, sample_step(to - from), true);
        set_done(worker, stopped - from);
        note_found(worker, stopped, to);
    }
}

/* --- Peek, Poke: protections are those of pages, so the first byte of each page is the one that
 * faults, and what follows on the page is fast. --- */

static uint64_t clamp_size(uint64_t address, uint64_t size)
{
    uint64_t to_the_end = UINT64_C(0) - address;
    return address != 0 && size > to_the_end ? to_the_end : size;
}

static uint64_t page_end(uint64_t address, uint64_t at, uint64_t size)
{
    uint64_t left_on_page = PAGE_BYTES - (address + at) % PAGE_BYTES;
    return size - at > left_on_page ? at + left_on_page : size;
}

RAW static void peek(struct worker *worker)
{
    const unsigned char *bytes = (const unsigned char *)(uintptr_t)worker->words[0];
    uint64_t size = clamp_size(worker->words[0], worker->words[1]);
    volatile uint64_t *values = worker->seen.values;
    bool is_uniform = true;
    values[PEEK_FIRST] = OUT_UNTOUCHED;
    values[PEEK_UNIFORM] = 0;
    values[PEEK_DIFFERENT] = OUT_UNTOUCHED;
    worker->seen.value_count = PEEK_VALUE_COUNT;
    for (uint64_t at = 0; at < size;) {
        uint64_t end = page_end(worker->words[0], at, size);
        unsigned char byte = *(const volatile unsigned char *)(bytes + at);
        if (at == 0) {
            values[PEEK_FIRST] = byte;
            values[PEEK_DIFFERENT] = byte;
        }
        if (is_uniform) {
            uint64_t word = values[PEEK_FIRST] * UINT64_C(0x0101010101010101);
            uint64_t equal = equal_bytes(bytes, at, end, word);
            values[PEEK_UNIFORM] = equal;
            if (equal < end) {
                is_uniform = false;
                values[PEEK_DIFFERENT] = bytes[equal];
            }
        }
        at = end;
        set_done(worker, at);
    }
}

RAW static void poke(struct worker *worker)
{
    unsigned char *bytes = (unsigned char *)(uintptr_t)worker->words[0];
    uint64_t size = clamp_size(worker->words[0], worker->words[1]);
    unsigned char value = (unsigned char)worker->words[2];
    uint64_t word = value * UINT64_C(0x0101010101010101);
    for (uint64_t at = 0; at < size;) {
        uint64_t end = page_end(worker->words[0], at, size);
        *(volatile unsigned char *)(bytes + at) = value;
        for (at++; end - at >= 8; at += 8) {
            *(volatile raw_word *)(bytes + at) = word;
        }
        for (; at < end; at++) {
            *(volatile unsigned char *)(bytes + at) = value;
        }
        set_done(worker, at);
    }
}

/* --- Execute --- */

/* Where a handler may continue the alarm of the page, the code behind it runs, and has to be a
 * return as any other. */
static bool is_other_code(const struct worker *worker)
{
    enum fault_code_at there = hck_fault_code_at(worker->words[0]);
    if (there == CODE_IS_UNREADABLE && worker->executor->may_continue) {
        there = hck_fault_code_behind(worker->words[0]);
    }
    return there == CODE_IS_ELSE;
}

/* A fault must not leave the planted byte behind, so hck_probe_restore puts the old one back after
 * the call, however it ended, under a guard of its own. */
RAW static void execute(struct worker *worker)
{
    volatile unsigned char *place = (volatile unsigned char *)(uintptr_t)worker->words[0];
    const struct argument *argument = &worker->call->arguments[0];
    bool is_block = argument->form == FORM_SLOT && argument->slot_kind == SLOT_BLOCK;
    if (is_block && argument->value < worker->subject.size) {
        worker->planted_over = *place;
        *place = 0xC3;
        worker->is_planted = true;
    } else if (is_other_code(worker)) {
        set_done(worker, EXECUTE_NO_CODE);
        return;
    }
    hck_fault_flush_code(worker->words[0], 1);
    ((code)(uintptr_t)place)();
    set_done(worker, EXECUTE_RETURNED);
}

void hck_probe_memory(struct worker *worker)
{
    switch ((int)worker->call->id) {
    case CALL_Fill:
        fill(worker);
        break;
    case CALL_Check:
        check(worker);
        break;
    case CALL_Zeroed:
        zeroed(worker);
        break;
    case CALL_Peek:
        peek(worker);
        break;
    case CALL_Poke:
        poke(worker);
        break;
    case CALL_Execute:
        execute(worker);
        break;
    default:
        break;
    }
}

RAW void hck_probe_restore(void *context)
{
    struct worker *worker = context;
    worker->is_planted = false;
    *(volatile unsigned char *)(uintptr_t)worker->words[0] = worker->planted_over;
}

/* Trace and log text: one call a line.
 *
 *     # heapck trace 1                          the first line of a trace; comments start with '#'
 *     # clause heap_size.live_block.is_exact    optional: what it violates, where a report says so
 *     # seed 42                                 optional
 *     h0 = HeapCreate(0, 0, 64K)
 *     b0 = HeapAlloc(h0, HEAP_ZERO_MEMORY, 100)
 *     b0 = HeapReAlloc(h0, HEAP_REALLOC_IN_PLACE_ONLY, b0, 4K)
 *     HeapValidate(h0, 0, b0+16)
 *     VirtualProtect(r0, 4K, PAGE_READWRITE|PAGE_GUARD, &out)
 *     @1 HeapLock(h0)                           thread 1
 *
 * Numbers are decimal, hexadecimal (0x...), or decimal with K, M, G, or SIZE_MAX and SIZE_MAX-n;
 * flags are names and numbers joined by '|'. The printer writes the one canonical spelling of each;
 * the parser takes all. NULL may stand for every slot, address, &out and input.
 *
 * A log is the same text, `# heapck log 1`, and behind each call what was seen:
 *
 *     h0 = HeapCreate(0, 0, 64K) -> 0x7f0000010000
 *     b0 = HeapAlloc(h0, 0, SIZE_MAX) -> 0x0 error=8
 *     HeapFree(h0, 0, b0) -> skipped heap_free.block.must_be_live_in_the_heap
 *     b1 = HeapAlloc(h0, HEAP_GENERATE_EXCEPTIONS, 1G) -> raised 0xc0000017 flags=0 (1073741824)
 *     Peek(r0, 4K) -> raised 0xc0000005 flags=0 (0, 0x7f0000020000) result=9 values=(0, 9, 0)
 *     HeapSize(h0, 0, b0) -> unsupported
 *     HeapFree(h0, 0, b0) -> crashed 11
 *
 * and its last line, without which it was cut off, counts the calls:
 *
 *     # end of 7 calls
 *
 * What was seen is a result (addresses in hexadecimal; 0 where nothing is returned), or raised CODE
 * flags=N (parameters), skipped CLAUSE, unsupported, crashed SIGNAL, hung, exited STATUS.
 * Attributes follow in this order, each only where it says something: error=N (not the sentinel),
 * or noerror where the target has no GetLastError (both only of a call that returned or raised);
 * result=N (of `raised`, where not 0); values=(n, ...); handlers=((v0 code flags count p0 p1),
 * ...), with `none` for a handler without a slot; ticks=a..b (always in a trace with threads, never
 * in one without; of a call that crashed, hung or exited both are the tick when it began, or 0
 * where that is not known).
 *
 * Everything here is pure, allocates nothing and takes any bytes. */
#ifndef HCK_SPEC_TEXT_H
#define HCK_SPEC_TEXT_H

#include "spec/call.h"

enum { TEXT_LINE_MAX = 1 << 16 }; /* bytes of a trace line; a log line may be longer (values) */

#define TEXT_TRACE_HEADER "# heapck trace 1"
#define TEXT_LOG_HEADER "# heapck log 1"

struct text_error {
    uint32_t column;    /* from 1, in bytes */
    char expected[160]; /* follows the word "expected": "a slot such as b0, found 'x'" */
};

enum text_line {
    TEXT_CALL,    /* *call (and *seen, if the line has "->") are filled */
    TEXT_NOTHING, /* blank, or a comment */
    TEXT_ERROR    /* *error says what was expected where */
};

/* Parses one line without its newline. `line_number` goes into call->line. */
enum text_line hck_text_parse_call(const char *line, size_t length, uint32_t line_number,
                                   struct call *call, struct text_error *error);

/* The same for a log line. seen->values has to have storage of seen->value_capacity words; more
 * values than that are an error. A line without "->" is an error. */
enum text_line hck_text_parse_log(const char *line, size_t length, uint32_t line_number,
                                  struct call *call, struct observation *seen,
                                  struct text_error *error);

/* Whether a line, which has no newline, is the text, or begins with it. */
bool hck_text_line_is(const char *line, size_t length, const char *text);
bool hck_text_line_starts(const char *line, size_t length, const char *start);

/* Print without a newline; return the length that the whole text has, as snprintf does (the text is
 * cut where it is not smaller than `size`, and always terminated if size > 0). */
size_t hck_text_print_call(const struct call *call, char *text, size_t size);
size_t hck_text_print_log(const struct call *call, const struct observation *seen, bool with_ticks,
                          char *text, size_t size);

/* A number as the printer spells it: 64K, 4097, SIZE_MAX-15, 0x7ffffff0000. */
size_t hck_text_print_size(uint64_t value, char *text, size_t size);

/* Flags of a set joined by '|', unknown bits in hexadecimal, "0" for none. */
size_t hck_text_print_flags(enum flag_set set, uint32_t value, char *text, size_t size);

#endif

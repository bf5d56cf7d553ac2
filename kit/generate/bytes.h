/* Traces as bytes, for engines that change bytes.
 *
 * Any bytes are a trace: a record of BYTES_PER_CALL for each call, so that an edit stays where it
 * is; the last one may be short, and is read as if zeroes followed. What a trace becomes as bytes
 * is that very trace again. Bytes are a form for engines alone: kept are traces as text
 * (spec/text.h), since a record means something else when rows of the call table come or go.
 *
 *     byte 0      the call
 *          1      bits 0 to 2: the thread; bit 3: the result has a slot
 *          2      the version of this layout, BYTES_VERSION; with any other value what follows is
 *                 brought near to what calls are made of: few slots, usual flags, small numbers
 *          3      bits of numbers that are kept, where they are brought near; 0: all
 *          4, 5, 6    the slot of the result
 *          7      nothing
 *          8 + 12 * i      argument i: 3 bytes of slot; a byte with enum argument_form in bits 0
 *                 and 1 and, in bit 2, whether an address names a block and no region; 8 bytes of
 *                 number or offset; all with the lowest byte first */
#ifndef HCK_KIT_GENERATE_BYTES_H
#define HCK_KIT_GENERATE_BYTES_H

#include "kit/trace.h"

enum { BYTES_VERSION = 0xA2, BYTES_PER_CALL = 120 };

/* Appends the calls to the trace, as many as it may have (TRACE_CALLS_MAX). False when out of
 * memory. */
bool hck_bytes_decode(const uint8_t *bytes, size_t size, struct trace_buffer *trace);

/* As many whole records as `capacity` bytes hold; returns how many bytes they are. */
size_t hck_bytes_encode(const struct trace *trace, uint8_t *bytes, size_t capacity);

#endif

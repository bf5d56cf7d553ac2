/* The words of trace text: numbers, slots, and what is said when something else stands there. */
#include "spec/text_internal.h"

/* Letters, digits and '_' hold together as a word; a table because every byte of a log is asked. */
static const bool is_word[256] = {
    ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1, ['7'] = 1,
    ['8'] = 1, ['9'] = 1, ['_'] = 1, ['A'] = 1, ['B'] = 1, ['C'] = 1, ['D'] = 1, ['E'] = 1,
    ['F'] = 1, ['G'] = 1, ['H'] = 1, ['I'] = 1, ['J'] = 1, ['K'] = 1, ['L'] = 1, ['M'] = 1,
    ['N'] = 1, ['O'] = 1, ['P'] = 1, ['Q'] = 1, ['R'] = 1, ['S'] = 1, ['T'] = 1, ['U'] = 1,
    ['V'] = 1, ['W'] = 1, ['X'] = 1, ['Y'] = 1, ['Z'] = 1, ['a'] = 1, ['b'] = 1, ['c'] = 1,
    ['d'] = 1, ['e'] = 1, ['f'] = 1, ['g'] = 1, ['h'] = 1, ['i'] = 1, ['j'] = 1, ['k'] = 1,
    ['l'] = 1, ['m'] = 1, ['n'] = 1, ['o'] = 1, ['p'] = 1, ['q'] = 1, ['r'] = 1, ['s'] = 1,
    ['t'] = 1, ['u'] = 1, ['v'] = 1, ['w'] = 1, ['x'] = 1, ['y'] = 1, ['z'] = 1,
};

enum { FOUND_MAX = 32 }; /* bytes of the line that a message repeats */

/* Bytes that are no printable ASCII are spelled \xNN: a message is always one clean line. */
static void put_found_byte(struct writer *writer, unsigned char byte)
{
    if (byte >= 0x20 && byte < 0x7F) {
        put_char(writer, (char)byte);
    } else {
        put_string(writer, "\\x");
        put_char(writer, "0123456789abcdef"[byte >> 4]);
        put_char(writer, "0123456789abcdef"[byte & 15]);
    }
}

static void put_found(struct writer *writer, const struct cursor *cursor)
{
    if (cursor->at >= cursor->end) {
        put_string(writer, "the end of the line");
        return;
    }
    if (*cursor->at == '\0') {
        put_string(writer, "a NUL byte");
        return;
    }
    size_t length = hck_text_word_length(cursor);
    if (length == 0) {
        bool arrow = cursor->end - cursor->at >= 2 && memcmp(cursor->at, "->", 2) == 0;
        length = arrow ? 2 : 1;
    }
    put_char(writer, '\'');
    for (size_t i = 0; i < length && i < FOUND_MAX; i++) {
        put_found_byte(writer, (unsigned char)cursor->at[i]);
    }
    put_string(writer, length > FOUND_MAX ? "...'" : "'");
}

bool hck_text_fail(struct cursor *cursor, const char *at, const char *const *expected)
{
    struct writer writer = {cursor->error->expected, sizeof(cursor->error->expected), 0};
    for (; *expected != NULL; expected++) {
        put_string(&writer, *expected);
    }
    put_string(&writer, ", found ");
    cursor->at = at;
    put_found(&writer, cursor);
    finish_text(&writer);
    cursor->error->column = (uint32_t)(at - cursor->line) + 1;
    return false;
}

bool hck_text_accept(struct cursor *cursor, const char *word)
{
    size_t length = strlen(word);
    if ((size_t)(cursor->end - cursor->at) < length || memcmp(cursor->at, word, length) != 0) {
        return false;
    }
    cursor->at += length;
    return true;
}

size_t hck_text_word_length(const struct cursor *cursor)
{
    const char *at = cursor->at;
    while (at < cursor->end && is_word[(unsigned char)*at]) {
        at++;
    }
    return (size_t)(at - cursor->at);
}

static bool fail_number_range(struct cursor *cursor, const char *start, uint64_t max)
{
    char digits[24];
    struct writer writer = {digits, sizeof(digits), 0};
    hck_text_put_decimal(&writer, max);
    finish_text(&writer);
    return FAIL(cursor, start, "a number of at most ", digits);
}

/* Digits of a base, as many as there are. `*fits` turns false where they do not fit 64 bits. */
static uint64_t parse_decimal(struct cursor *cursor, bool *fits)
{
    uint64_t value = 0;
    for (; cursor->at < cursor->end; cursor->at++) {
        unsigned digit = (unsigned)(unsigned char)*cursor->at - '0';
        if (digit > 9) {
            break;
        }
        if (value > UINT64_MAX / 10 || value * 10 > UINT64_MAX - digit) {
            *fits = false;
        }
        value = value * 10 + digit;
    }
    return value;
}

static uint64_t parse_hexadecimal(struct cursor *cursor, bool *fits)
{
    uint64_t value = 0;
    for (; cursor->at < cursor->end; cursor->at++) {
        unsigned byte = (unsigned char)*cursor->at;
        unsigned digit = byte - '0';
        if (digit > 9) {
            digit = (byte | 0x20) - 'a' + 10;
            if (digit < 10 || digit > 15) {
                break;
            }
        }
        if (value >> 60 != 0) {
            *fits = false;
        }
        value = value << 4 | digit;
    }
    return value;
}

/* A plain number with its suffix; the cursor does not move where there are no digits. */
static uint64_t parse_plain_number(struct cursor *cursor, bool *fits)
{
    const char *start = cursor->at;
    if (hck_text_accept(cursor, "0x")) {
        const char *digits = cursor->at;
        uint64_t value = parse_hexadecimal(cursor, fits);
        if (cursor->at == digits) {
            cursor->at = start;
        }
        return value;
    }
    uint64_t value = parse_decimal(cursor, fits);
    unsigned shift = 0;
    switch (cursor->at > start ? peek_char(cursor) : '\0') {
    case 'K':
        shift = 10;
        break;
    case 'M':
        shift = 20;
        break;
    case 'G':
        shift = 30;
        break;
    default:
        return value;
    }
    cursor->at++;
    if (value > UINT64_MAX >> shift) {
        *fits = false;
    }
    return value << shift;
}

bool hck_text_parse_number(struct cursor *cursor, uint64_t max, const char *what, uint64_t *value)
{
    const char *start = cursor->at;
    bool fits = true;
    uint64_t number;
    if (peek_char(cursor) == 'S' && hck_text_accept(cursor, "SIZE_MAX")) {
        number = UINT64_MAX;
        if (accept_char(cursor, '-')) {
            const char *digits = cursor->at;
            number -= parse_plain_number(cursor, &fits);
            if (cursor->at == digits) {
                return FAIL(cursor, digits, "a number behind SIZE_MAX-");
            }
        }
    } else {
        number = parse_plain_number(cursor, &fits);
    }
    if (cursor->at == start || hck_text_word_length(cursor) != 0) {
        return FAIL(cursor, start, what);
    }
    if (!fits || number > max) {
        return fail_number_range(cursor, start, max);
    }
    *value = number;
    return true;
}

bool hck_text_parse_slot(struct cursor *cursor, enum slot_kind kind, uint32_t *slot)
{
    static const char *const wanted[SLOT_KIND_COUNT] = {
        [SLOT_HEAP] = "a heap slot such as h0",       [SLOT_BLOCK] = "a block slot such as b0",
        [SLOT_REGION] = "a region slot such as r0",   [SLOT_WALK] = "a walk slot such as w0",
        [SLOT_HANDLER] = "a handler slot such as v0", [SLOT_SECTION] = "a section slot such as s0",
    };
    const char *start = cursor->at;
    bool fits = true;
    if (!accept_char(cursor, hck_call_slot_letter(kind))) {
        return FAIL(cursor, start, wanted[kind]);
    }
    const char *digits = cursor->at;
    uint64_t number = parse_decimal(cursor, &fits);
    if (cursor->at == digits || hck_text_word_length(cursor) != 0) {
        return FAIL(cursor, start, wanted[kind]);
    }
    uint32_t limit = hck_call_slot_limit(kind);
    if (!fits || number > limit) {
        char text[24];
        struct writer writer = {text, sizeof(text), 0};
        hck_text_put_decimal(&writer, limit);
        finish_text(&writer);
        return FAIL(cursor, start, wanted[kind], " with a number of at most ", text);
    }
    *slot = (uint32_t)number;
    return true;
}

bool hck_text_start(struct cursor *cursor, const char *line, size_t length,
                    struct text_error *error)
{
    /* A file with the line ends of Windows reads as well. */
    if (length > 0 && line[length - 1] == '\r') {
        length--;
    }
    *cursor = (struct cursor){.at = line, .end = line + length, .line = line, .error = error};
    const char *nul = length > 0 ? memchr(line, '\0', length) : NULL;
    if (nul != NULL) {
        return FAIL(cursor, nul, "text");
    }
    return true;
}

bool hck_text_at_end(struct cursor *cursor)
{
    skip_spaces(cursor);
    return cursor->at == cursor->end || *cursor->at == '#';
}

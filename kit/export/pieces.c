/* Cutting C text into definitions, and finding those that a program needs.
 *
 * This is no C parser: it knows comments, strings, braces and preprocessor lines, which is enough
 * for text in the house style. The tests compile a program for every piece, so text that it does
 * not understand is noticed. */
#include "kit/export/pieces.h"

#include <ctype.h>
#include <string.h>

enum { PIECES_MAX = 256, NAMES_MAX = 512 };

struct piece {
    const char *text;
    size_t length;
    bool is_wanted;
    bool is_measure; /* an external function of spec/, which becomes a static one */
};

struct name {
    const char *text;
    size_t length;
    unsigned piece;
};

struct collection {
    struct piece pieces[PIECES_MAX];
    struct name names[NAMES_MAX];
    unsigned piece_count;
    unsigned name_count;
    bool is_full;
};

/* --- Reading C -------------------------------------------------------------------------------- */

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static const char *skip_line(const char *at, const char *end)
{
    while (at < end && (*at != '\n' || at[-1] == '\\')) {
        at++;
    }
    return at;
}

/* Behind the comment or literal that begins at `at`, or `at` where none does. */
static const char *skip_inert(const char *at, const char *end)
{
    if (end - at >= 2 && at[0] == '/' && at[1] == '*') {
        for (at += 2; at < end && (at[-1] != '/' || at[-2] != '*'); at++) {
        }
        return at;
    }
    if (*at == '"' || *at == '\'') {
        char quote = *at;
        for (at++; at < end && *at != quote; at++) {
            at += *at == '\\';
        }
        return at < end ? at + 1 : end;
    }
    return at;
}

void hck_pieces_scan(const char *text, size_t length, pieces_visit visit, void *context)
{
    const char *end = text + length;
    for (const char *at = text; at < end;) {
        const char *behind = skip_inert(at, end);
        if (behind != at) {
            at = behind;
        } else if (is_word(*at)) {
            const char *start = at;
            while (at < end && is_word(*at)) {
                at++;
            }
            if (!isdigit((unsigned char)*start)) {
                visit(context, start, (size_t)(at - start));
            }
        } else {
            at++;
        }
    }
}

/* --- Cutting ---------------------------------------------------------------------------------- */

/* How the lines of a piece nest: braces, and #if ... #endif. */
static void count_nesting(const char *line, const char *end, int *depth)
{
    if (*line == '#') {
        *depth += strncmp(line, "#if", 3) == 0;
        *depth -= strncmp(line, "#endif", 6) == 0;
    }
    for (const char *at = line; at < end;) {
        const char *behind = skip_inert(at, end);
        if (behind == at) {
            *depth += (*at == '{') - (*at == '}');
            at++;
        } else {
            at = behind;
        }
    }
}

static void add_piece(struct collection *all, const char *text, size_t length, bool is_measure)
{
    if (all->piece_count == PIECES_MAX) {
        all->is_full = true;
        return;
    }
    all->pieces[all->piece_count++] =
        (struct piece){.text = text, .length = length, .is_measure = is_measure};
}

static void split(struct collection *all, const char *source, bool is_measure)
{
    const char *start = source;
    int depth = 0;
    bool in_comment = false;
    for (const char *line = source; *line != '\0';) {
        const char *end = strchr(line, '\n');
        end = end != NULL ? end : line + strlen(line);
        bool is_blank = end == line;
        if (is_blank && depth == 0 && !in_comment) {
            add_piece(all, start, (size_t)(line - start), is_measure);
            start = end + (*end == '\n');
        } else if (in_comment || strncmp(line, "/*", 2) == 0) {
            in_comment = end - line < 2 || end[-1] != '/' || end[-2] != '*';
        } else {
            count_nesting(line, end, &depth);
        }
        line = *end == '\n' ? end + 1 : end;
    }
    add_piece(all, start, strlen(start), is_measure);
}

/* --- Names ------------------------------------------------------------------------------------ */

static void strip_prefix(const char **name, size_t *length)
{
    if (*length > 4 && strncmp(*name, "hck_", 4) == 0) {
        *name += 4;
        *length -= 4;
    }
}

static void add_name(struct collection *all, unsigned piece, const char *name, size_t length)
{
    strip_prefix(&name, &length);
    if (all->name_count == NAMES_MAX) {
        all->is_full = true;
    } else if (length > 0) {
        all->names[all->name_count++] = (struct name){name, length, piece};
    }
}

/* What a piece defines: at depth 0 the word before a parenthesis, bracket, brace or semicolon and
 * behind #define; in an enumeration the word behind its brace and each comma. */
struct reader {
    struct collection *all;
    unsigned piece;
    const char *word; /* the last one at depth 0, or NULL */
    size_t word_length;
    int depth;
    bool is_enum;
    bool in_value; /* behind '=' */
};

static void take_word(struct reader *reader)
{
    bool is_keyword = reader->word != NULL && (strncmp(reader->word, "struct", 6) == 0 ||
                                               strncmp(reader->word, "union", 5) == 0 ||
                                               strncmp(reader->word, "_Alignas", 8) == 0);
    if (reader->word != NULL && !is_keyword) {
        add_name(reader->all, reader->piece, reader->word, reader->word_length);
    }
    reader->word = NULL;
}

static void read_punctuation(struct reader *reader, char c)
{
    bool opens = c == '{' || c == '(' || c == '[';
    bool closes = c == '}' || c == ')' || c == ']';
    if (reader->depth == 0 && !reader->in_value && (opens || c == ';' || c == '=')) {
        take_word(reader);
    }
    if (reader->is_enum && reader->depth == 1 && (c == ',' || c == '}' || c == '=')) {
        take_word(reader);
    }
    reader->in_value =
        reader->depth == 0 ? c == '=' || (reader->in_value && c != ';') : reader->in_value;
    reader->depth += opens - closes;
}

static void read_word(struct reader *reader, const char *start, size_t length)
{
    bool is_enumerator = reader->is_enum && reader->depth == 1 && reader->word == NULL;
    if (length == 4 && strncmp(start, "enum", 4) == 0 && reader->depth == 0) {
        reader->is_enum = true;
        reader->word = NULL;
    } else if ((reader->depth == 0 && !reader->in_value) || is_enumerator) {
        reader->word = start;
        reader->word_length = length;
    }
}

static const char *read_directive(struct reader *reader, const char *at, const char *end)
{
    if (strncmp(at, "#define ", 8) == 0) {
        const char *name = at + 8;
        size_t length = 0;
        while (is_word(name[length])) {
            length++;
        }
        add_name(reader->all, reader->piece, name, length);
    }
    return skip_line(at + 1, end);
}

static void read_names(struct collection *all, unsigned index)
{
    const struct piece *piece = &all->pieces[index];
    const char *end = piece->text + piece->length;
    struct reader reader = {.all = all, .piece = index};
    for (const char *at = piece->text; at < end;) {
        const char *behind = skip_inert(at, end);
        if (behind != at) {
            at = behind;
        } else if (*at == '#') {
            at = read_directive(&reader, at, end);
        } else if (is_word(*at)) {
            const char *start = at;
            while (at < end && is_word(*at)) {
                at++;
            }
            read_word(&reader, start, (size_t)(at - start));
        } else {
            read_punctuation(&reader, *at++);
        }
    }
}

/* --- Collecting ------------------------------------------------------------------------------- */

static void want_name(void *context, const char *name, size_t length)
{
    struct collection *all = context;
    strip_prefix(&name, &length);
    for (unsigned i = 0; i < all->name_count; i++) {
        struct piece *piece = &all->pieces[all->names[i].piece];
        if (!piece->is_wanted && all->names[i].length == length &&
            strncmp(all->names[i].text, name, length) == 0) {
            piece->is_wanted = true;
            hck_pieces_scan(piece->text, piece->length, want_name, all);
        }
    }
}

static void write_piece(const struct piece *piece, struct source_text *to)
{
    static const char external[] = "uint64_t hck_";
    const char *end = piece->text + piece->length;
    const char *heading_end = piece->text; /* of an external function: its '{' */
    for (const char *at = piece->text; at < end;) {
        bool begins_line = at == piece->text || at[-1] == '\n';
        if (piece->is_measure && begins_line && strncmp(at, external, sizeof external - 1) == 0) {
            hck_source_say(to, "static ");
            heading_end = strchr(at, '{');
        } else if (begins_line && at < heading_end && *at == ' ') {
            hck_source_say(to, "   "); /* "static " is three longer than "hck_" */
        }
        if (piece->is_measure && strncmp(at, "hck_", 4) == 0) {
            at += 4;
        } else {
            hck_source_append(to, at++, 1);
        }
    }
    hck_source_say(to, piece->text[piece->length - 1] == '\n' ? "\n" : "\n\n");
}

bool hck_pieces_collect(const char *body, struct source_text *to)
{
    struct collection all;
    memset(&all, 0, sizeof all);
    split(&all, hck_export_values, false);
    split(&all, hck_export_structs, false);
    split(&all, hck_export_prelude, false);
    split(&all, hck_export_measure_list, true);
    split(&all, hck_export_measure_walk, true);
    split(&all, hck_export_measure_query, true);
    for (unsigned i = 0; i < all.piece_count; i++) {
        read_names(&all, i);
    }
    hck_pieces_scan(body, strlen(body), want_name, &all);
    for (unsigned i = 0; i < all.piece_count; i++) {
        if (all.pieces[i].is_wanted) {
            write_piece(&all.pieces[i], to);
        }
    }
    return !all.is_full;
}

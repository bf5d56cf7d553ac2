/* The distance is the number of letters put in, left out, replaced or swapped with a neighbour. */
#include "kit/closest.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { LETTERS_PER_EDIT = 3 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Three rows of the usual table: swaps look back two. */
static size_t count_edits(const char *a, size_t a_length, const char *b, size_t b_length)
{
    size_t rows[3][CLOSEST_LENGTH_MAX + 1];
    for (size_t k = 0; k <= b_length; k++) {
        rows[0][k] = k;
    }
    for (size_t i = 1; i <= a_length; i++) {
        size_t *row = rows[i % 3];
        const size_t *above = rows[(i - 1) % 3];
        row[0] = i;
        for (size_t k = 1; k <= b_length; k++) {
            row[k] = least(least(above[k], row[k - 1]) + 1, above[k - 1] + (a[i - 1] != b[k - 1]));
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1]) {
                row[k] = least(row[k], rows[(i - 2) % 3][k - 2] + 1);
            }
        }
    }
    return rows[a_length % 3][b_length];
}

struct closest hck_closest_begin(const char *word, size_t length)
{
    return (struct closest){.word = word, .length = length, .distance = SIZE_MAX};
}

void hck_closest_offer(struct closest *closest, const char *name)
{
    size_t length = strlen(name);
    if (closest->length > CLOSEST_LENGTH_MAX || length > CLOSEST_LENGTH_MAX) {
        return;
    }
    size_t distance = count_edits(closest->word, closest->length, name, length);
    if (distance < closest->distance) {
        memcpy(closest->name, name, length + 1);
        closest->distance = distance;
    }
}

const char *hck_closest_end(const struct closest *closest)
{
    size_t allowed = closest->length / LETTERS_PER_EDIT;
    bool is_close =
        closest->distance <= (allowed > 0 ? allowed : 1) && closest->distance < closest->length;
    return is_close ? closest->name : NULL;
}

/* "did you mean": of many names the one that a misspelt word is closest to.
 *
 *     struct closest closest = hck_closest_begin("replya", 6);
 *     hck_closest_offer(&closest, "replay");   (every name there is)
 *     name = hck_closest_end(&closest);
 */
#ifndef HCK_KIT_CLOSEST_H
#define HCK_KIT_CLOSEST_H

#include <stddef.h>

enum { CLOSEST_LENGTH_MAX = 120 }; /* longer words and names are close to nothing */

struct closest {
    const char *word;
    size_t length;
    size_t distance; /* of `name` in edits; SIZE_MAX before the first */
    char name[CLOSEST_LENGTH_MAX + 1];
};

/* The word is `length` bytes and need not end there. */
struct closest hck_closest_begin(const char *word, size_t length);

/* Of names that are equally close the first one counts. */
void hck_closest_offer(struct closest *closest, const char *name);

/* NULL where nothing that was offered is close: more than one letter in three is another.
 * Else the name, in `closest`. */
const char *hck_closest_end(const struct closest *closest);

#endif

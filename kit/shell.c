/* Words in single quotes, between which nothing but their end means anything. */
#include "kit/shell.h"

#include <stdbool.h>
#include <string.h>

static bool is_plain(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "._-+/:,=@%";
    return word[0] != '\0' && word[strspn(word, plain)] == '\0';
}

void hck_shell_say_word(const char *word, void (*say)(void *out, const char *bytes, size_t length),
                        void *out)
{
    static const char quote[] = "'\\''"; /* ends the quotes, and begins others behind itself */
    if (is_plain(word)) {
        say(out, word, strlen(word));
        return;
    }
    say(out, "'", 1);
    for (const char *c = word; *c != '\0'; c++) {
        if (*c == '\'') {
            say(out, quote, sizeof quote - 1);
        } else {
            say(out, c, 1);
        }
    }
    say(out, "'", 1);
}

/* See copy.h. */
#include "impl/base/copy.h"

#include "impl/base/thread.h"

/* One instruction instead of memcpy, in which a sanitizer would look at the address first. */
static void copy_bytes(void *to, const void *from, size_t bytes)
{
    __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

/* A write like any other to the page. */
static void write_nothing(void *byte)
{
    __asm__ volatile("lock orb $0, (%0)" : : "r"(byte) : "memory", "cc");
}

/* Copies from `source`, or where it is NULL writes nothing to the first and the last byte. */
static bool write_guarded(void *destination, const void *source, size_t bytes)
{
    struct wm_copy copy = {.destination = (uintptr_t)destination, .bytes = bytes};
    if (setjmp(copy.jump) != 0) {
        wm_thread.copy = NULL;
        return false;
    }
    wm_thread.copy = &copy;
    if (source != NULL) {
        copy_bytes(destination, source, bytes);
    } else {
        write_nothing(destination);
        write_nothing((char *)destination + bytes - 1);
    }
    wm_thread.copy = NULL;
    return true;
}

bool wm_copy_probe(void *destination, size_t bytes)
{
    return write_guarded(destination, NULL, bytes);
}

bool wm_copy_out(void *destination, const void *source, size_t bytes)
{
    return write_guarded(destination, source, bytes);
}

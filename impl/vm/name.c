/* See name.h. */
#include "impl/vm/name.h"

#include "impl/vm/vm_internal.h"

#include <string.h>

enum {
    SCOPE_SESSION, /* with the prefix Local\, or with none */
    SCOPE_GLOBAL,
    COPY_BYTES = 2 * WM_OS_GRANULE_BYTES, /* no text that is short enough takes more */
    REPLACEMENT = 0xFFFD
};

struct prefix {
    const char *text;
    uint32_t scope;
};

static const struct prefix prefixes[] = {{"Local\\", SCOPE_SESSION}, {"Global\\", SCOPE_GLOBAL}};

/* The length of the prefix, where the name begins with it, or 0. */
static uint32_t match(const struct prefix *prefix, const struct wm_os_name *name)
{
    uint32_t length = (uint32_t)strlen(prefix->text);
    for (uint32_t i = 0; i < length; i++) {
        if (i >= name->count || name->units[i] != (unsigned char)prefix->text[i]) {
            return 0;
        }
    }
    return length;
}

static bool has_backslash(const struct wm_os_name *name)
{
    for (uint32_t i = 0; i < name->count; i++) {
        if (name->units[i] == '\\') {
            return true;
        }
    }
    return false;
}

static DWORD take_apart(struct wm_os_name *name)
{
    name->scope = SCOPE_SESSION;
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        uint32_t length = match(&prefixes[i], name);
        if (length > 0) {
            name->units += length;
            name->count -= length;
            name->scope = prefixes[i].scope;
            break;
        }
    }
    if (has_backslash(name)) {
        return ERROR_PATH_NOT_FOUND;
    }
    return name->count == 0 ? ERROR_INVALID_NAME : NO_ERROR;
}

DWORD wm_name_from_wide(struct wm_name *name, LPCWSTR text)
{
    uint32_t count = 0;
    name->copy = 0;
    while (count <= WM_NAME_UNITS_MAX && text[count] != 0) {
        count++;
    }
    name->name = (struct wm_os_name){text, count, SCOPE_SESSION};
    return count > WM_NAME_UNITS_MAX ? ERROR_FILENAME_EXCED_RANGE : take_apart(&name->name);
}

/* --- Copies ------------------------------------------------------------------------------- */

/* Copies that the system did not take back begin with the address of the next one, and are for the
 * names that come. Guarded by wm_vm_lock. */
static uintptr_t kept_copies;

static uintptr_t take_kept_copy(void)
{
    wm_lock_take(&wm_vm_lock);
    uintptr_t copy = kept_copies;
    if (copy != 0) {
        memcpy(&kept_copies, (const void *)copy, sizeof kept_copies);
    }
    wm_lock_release(&wm_vm_lock);
    return copy;
}

static void keep_copy(uintptr_t copy)
{
    wm_lock_take(&wm_vm_lock);
    memcpy((void *)copy, &kept_copies, sizeof kept_copies);
    kept_copies = copy;
    wm_lock_release(&wm_vm_lock);
}

/* 0: there is no memory. */
static uintptr_t take_copy(void)
{
    uintptr_t copy = take_kept_copy();
    bool has_one = copy != 0 || wm_os->map(&copy, COPY_BYTES, WM_OS_READ | WM_OS_WRITE) == WM_OS_OK;
    return has_one ? copy : 0;
}

void wm_name_drop(struct wm_name *name)
{
    if (name->copy != 0 && wm_os->unmap(name->copy, COPY_BYTES) != WM_OS_OK) {
        keep_copy(name->copy);
    }
    name->copy = 0;
}

bool wm_name_start_over(void)
{
    uintptr_t copy = take_kept_copy();
    while (copy != 0 && wm_os->unmap(copy, COPY_BYTES) == WM_OS_OK) {
        copy = take_kept_copy();
    }
    if (copy != 0) {
        keep_copy(copy);
    }
    return copy == 0;
}

/* --- UTF-8 -------------------------------------------------------------------------------- */

/* The next character; what belongs to none counts as one. */
static uint32_t decode(const unsigned char **text)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    uint32_t first = *(*text)++;
    unsigned length = first < 0x80         ? 1
                      : first >> 5 == 0x6  ? 2
                      : first >> 4 == 0xE  ? 3
                      : first >> 3 == 0x1E ? 4
                                           : 0;
    if (length <= 1) {
        return length == 1 ? first : REPLACEMENT;
    }
    uint32_t value = first & (0x7Fu >> length);
    for (unsigned i = 1; i < length; i++) {
        if (**text >> 6 != 2) {
            return REPLACEMENT;
        }
        value = value << 6 | (*(*text)++ & 0x3Fu);
    }
    bool is_surrogate = value >= 0xD800 && value < 0xE000;
    return value < least[length] || value > 0x10FFFF || is_surrogate ? REPLACEMENT : value;
}

static uint32_t put(uint16_t *units, uint32_t count, uint32_t character)
{
    if (character < 0x10000) {
        units[count] = (uint16_t)character;
        return count + 1;
    }
    units[count] = (uint16_t)(0xD800 + ((character - 0x10000) >> 10));
    units[count + 1] = (uint16_t)(0xDC00 + ((character - 0x10000) & 0x3FF));
    return count + 2;
}

DWORD wm_name_from_bytes(struct wm_name *name, LPCSTR text)
{
    const unsigned char *at = (const unsigned char *)text;
    uint32_t count = 0;
    name->copy = take_copy();
    if (name->copy == 0) {
        return ERROR_NOT_ENOUGH_MEMORY;
    }
    uint16_t *units = (uint16_t *)name->copy;
    while (count <= WM_NAME_UNITS_MAX && *at != 0) {
        count = put(units, count, decode(&at));
    }
    name->name = (struct wm_os_name){units, count, SCOPE_SESSION};
    return count > WM_NAME_UNITS_MAX ? ERROR_FILENAME_EXCED_RANGE : take_apart(&name->name);
}

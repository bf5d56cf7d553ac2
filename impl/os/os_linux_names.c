/* Names of stores, for all processes of a user: files in a directory of shared memory.
 *
 * Each file begins with a header and its name, and goes on with the bytes of the store at the next
 * page. Its own name is a hash, so that no name of a client leads anywhere else, and a number: from
 * 0 on, without gaps, where names have the same hash. Whoever has the name has the file locked with
 * others. The kernel ends such locks with the process, however that ends; a file that nobody has
 * locked is nobody's, and goes when it is met next, by whoever wants its name or by the first use
 * of names in a process. What is mapped is the file opened a second time, for pages that are mapped
 * keep it open, and it locked.
 *
 * The directory is locked while a name is looked up, made or dropped. It belongs to the user, and
 * nobody else may look into it; otherwise nothing in it is used. Locks are ended before a file is
 * closed, but for those that stand for a store: a process that was forked meanwhile may have the
 * file as well. */
#define _GNU_SOURCE /* O_CLOEXEC, flock */
#include "impl/os/os.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
    SAME_HASH_MAX = 8, /* names that live at once */
    FILE_NAME_MAX = 32,
    PATH_SIZE = 128,
    HEADER_VERSION = 1,
    COPY_UNITS = 512 /* that are compared at a time */
};

struct header {
    char magic[8];
    uint32_t version;
    uint32_t scope;
    uint32_t name_count; /* in units, which follow the header */
    uint32_t marks[2];
    uint32_t zero; /* where there would be bytes of nobody otherwise, for others to read */
    uint64_t bytes;
};

_Static_assert(sizeof(struct header) == 40, "there is nothing between the fields");

static const char magic[8] = "winmem\n";

static const char *test_directory;
static atomic_bool has_swept; /* this process */

void wm_os_linux_keep_names_in(const char *directory)
{
    test_directory = directory;
    atomic_store(&has_swept, false);
}

/* --- Files and locks ---------------------------------------------------------------------- */

static bool lock_file(int file, int how)
{
    int result;
    do {
        result = flock(file, how);
    } while (result != 0 && errno == EINTR);
    return result == 0;
}

static void unlock_and_close(int file)
{
    (void)lock_file(file, LOCK_UN);
    close(file);
}

static enum wm_os_naming naming_of_errno(int error)
{
    switch (error) {
    case ENOMEM:
    case EMFILE:
    case ENFILE:
    case EDQUOT:
        return WM_OS_NAME_NO_MEMORY;
    case ENOSPC:
    case EFBIG:
    case EINVAL: /* a size that no file has */
        return WM_OS_NAME_NO_SPACE;
    default:
        return WM_OS_NAME_REFUSED;
    }
}

static bool is_mine_alone(int file)
{
    struct stat status;
    return fstat(file, &status) == 0 && status.st_uid == geteuid() && (status.st_mode & 077) == 0;
}

/* Locked, or -1 with errno. */
static int open_directory(void)
{
    char path[PATH_SIZE];
    if (test_directory != NULL) {
        (void)snprintf(path, sizeof path, "%s", test_directory);
    } else {
        (void)snprintf(path, sizeof path, "/dev/shm/winmem-%u", (unsigned)geteuid());
    }
    if (mkdir(path, 0700) != 0 && errno != EEXIST) {
        return -1;
    }
    int directory = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (directory < 0) {
        return -1;
    }
    if (!is_mine_alone(directory) || !lock_file(directory, LOCK_EX)) {
        close(directory);
        errno = EACCES;
        return -1;
    }
    return directory;
}

/* FNV-1a, of 64 bits. */
static uint64_t hash_of(const struct wm_os_name *name)
{
    const uint64_t prime = UINT64_C(0x100000001B3);
    uint64_t hash = (UINT64_C(0xCBF29CE484222325) ^ name->scope) * prime;
    for (uint32_t i = 0; i < name->count; i++) {
        hash = (hash ^ (name->units[i] & 0xFFu)) * prime;
        hash = (hash ^ (name->units[i] >> 8)) * prime;
    }
    return hash;
}

static void print_file_name(uint64_t key, uint32_t index, char text[FILE_NAME_MAX])
{
    (void)snprintf(text, FILE_NAME_MAX, "%016llx.%u", (unsigned long long)key, (unsigned)index);
}

static uint64_t content_offset(uint32_t name_count)
{
    uint64_t length = sizeof(struct header) + 2 * (uint64_t)name_count;
    return (length + WM_OS_PAGE_BYTES - 1) / WM_OS_PAGE_BYTES * WM_OS_PAGE_BYTES;
}

/* The last of the files with the same hash takes its place, so that no gap is left. */
static bool remove_file(int directory, uint64_t key, uint32_t index)
{
    char text[FILE_NAME_MAX];
    char last[FILE_NAME_MAX];
    struct stat status;
    uint32_t behind = index + 1;
    print_file_name(key, index, text);
    for (; behind < SAME_HASH_MAX; behind++) {
        print_file_name(key, behind, last);
        if (fstatat(directory, last, &status, AT_SYMLINK_NOFOLLOW) != 0) {
            break;
        }
    }
    if (behind == index + 1) {
        return unlinkat(directory, text, 0) == 0;
    }
    print_file_name(key, behind - 1, last);
    return renameat(directory, last, directory, text) == 0;
}

/* --- A file that is there ----------------------------------------------------------------- */

static bool has_name(int file, const struct wm_os_name *name)
{
    uint16_t units[COPY_UNITS];
    for (uint32_t at = 0; at < name->count; at += COPY_UNITS) {
        uint32_t count = name->count - at < COPY_UNITS ? name->count - at : COPY_UNITS;
        off_t place = (off_t)(sizeof(struct header) + 2 * (size_t)at);
        if (pread(file, units, 2 * (size_t)count, place) != (ssize_t)(2 * (size_t)count) ||
            memcmp(units, name->units + at, 2 * (size_t)count) != 0) {
            return false;
        }
    }
    return true;
}

/* The same file once more, for its content. */
static bool open_store(int directory, struct wm_os_named *found, int holder)
{
    char text[FILE_NAME_MAX];
    print_file_name(found->key, found->index, text);
    found->holder = holder;
    found->store = openat(directory, text, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    return found->store >= 0;
}

static bool reads_as(int file, const struct wm_os_name *name, struct wm_os_named *found)
{
    struct header header;
    struct stat status;
    if (fstat(file, &status) != 0 || pread(file, &header, sizeof header, 0) != sizeof header ||
        memcmp(header.magic, magic, sizeof magic) != 0 || header.version != HEADER_VERSION ||
        header.scope != name->scope || header.name_count != name->count || !has_name(file, name)) {
        return false;
    }
    found->bytes = header.bytes;
    found->offset = content_offset(name->count);
    memcpy(found->marks, header.marks, sizeof found->marks);
    return header.bytes <= (uint64_t)status.st_size &&
           found->offset <= (uint64_t)status.st_size - header.bytes;
}

enum candidate {
    CANDIDATE_FREE, /* there is none, nor behind it */
    CANDIDATE_GONE, /* it was nobody's; another one may be in its place */
    CANDIDATE_FOUND,
    CANDIDATE_OTHER,
    CANDIDATE_UNKNOWN
};

/* What is kept under this hash and index; leaves a file that was found open and locked. */
static enum candidate try_candidate(int directory, const struct wm_os_name *name,
                                    struct wm_os_named *found)
{
    char text[FILE_NAME_MAX];
    print_file_name(found->key, found->index, text);
    int file = openat(directory, text, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) {
        return errno == ENOENT                                  ? CANDIDATE_FREE
               : naming_of_errno(errno) == WM_OS_NAME_NO_MEMORY ? CANDIDATE_UNKNOWN
                                                                : CANDIDATE_OTHER;
    }
    if (lock_file(file, LOCK_EX | LOCK_NB)) { /* nobody's */
        bool is_gone = remove_file(directory, found->key, found->index);
        unlock_and_close(file);
        return is_gone ? CANDIDATE_GONE : CANDIDATE_OTHER;
    }
    bool is_found = lock_file(file, LOCK_SH | LOCK_NB) && reads_as(file, name, found);
    if (is_found && open_store(directory, found, file)) {
        return CANDIDATE_FOUND;
    }
    unlock_and_close(file);
    return is_found ? CANDIDATE_UNKNOWN : CANDIDATE_OTHER;
}

/* --- A file that is made ------------------------------------------------------------------ */

static bool has_space(int directory, uint64_t bytes)
{
    struct statvfs status;
    return fstatvfs(directory, &status) != 0 ||
           bytes / status.f_frsize < status.f_bavail; /* nobody has it reserved, though */
}

static bool write_header(int file, const struct wm_os_name *name, const struct wm_os_named *wanted)
{
    struct header header = {.version = HEADER_VERSION,
                            .scope = name->scope,
                            .name_count = name->count,
                            .marks = {wanted->marks[0], wanted->marks[1]},
                            .bytes = wanted->bytes};
    size_t length = 2 * (size_t)name->count;
    memcpy(header.magic, magic, sizeof magic);
    errno = ENOSPC; /* where less is written than was asked for */
    return pwrite(file, &header, sizeof header, 0) == sizeof header &&
           pwrite(file, name->units, length, sizeof header) == (ssize_t)length;
}

static enum wm_os_naming make_file(int directory, const struct wm_os_name *name,
                                   const struct wm_os_named *wanted, struct wm_os_named *found)
{
    char text[FILE_NAME_MAX];
    uint64_t offset = content_offset(name->count);
    print_file_name(found->key, found->index, text);
    if (wanted->bytes > (uint64_t)INT64_MAX - offset || !has_space(directory, wanted->bytes)) {
        return WM_OS_NAME_NO_SPACE;
    }
    int file = openat(directory, text, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) {
        return naming_of_errno(errno);
    }
    if (!lock_file(file, LOCK_SH | LOCK_NB) ||
        ftruncate(file, (off_t)(offset + wanted->bytes)) != 0 ||
        !write_header(file, name, wanted) || !open_store(directory, found, file)) {
        enum wm_os_naming naming = naming_of_errno(errno);
        (void)unlinkat(directory, text, 0);
        unlock_and_close(file);
        return naming;
    }
    found->bytes = wanted->bytes;
    found->offset = offset;
    memcpy(found->marks, wanted->marks, sizeof found->marks);
    return WM_OS_NAME_NEW;
}

/* ------------------------------------------------------------------------------------------ */

static void remove_where_nobodys(int directory, const char *name)
{
    char text[FILE_NAME_MAX];
    char *end;
    uint64_t key = strtoull(name, &end, 16);
    uint32_t index = *end == '.' ? (uint32_t)strtoul(end + 1, NULL, 10) : SAME_HASH_MAX;
    print_file_name(key, index, text);
    int file = openat(directory, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) {
        return;
    }
    if (lock_file(file, LOCK_EX | LOCK_NB)) {
        bool is_numbered = index < SAME_HASH_MAX && strcmp(text, name) == 0;
        if (is_numbered) {
            (void)remove_file(directory, key, index);
        } else {
            (void)unlinkat(directory, name, 0);
        }
    }
    unlock_and_close(file);
}

/* What processes left behind that were killed. The list has a description of the directory of its
 * own, without which closing it would end the lock. */
static void sweep(int directory)
{
    int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = copy >= 0 ? fdopendir(copy) : NULL;
    const struct dirent *entry;
    if (list == NULL) {
        if (copy >= 0) {
            close(copy);
        }
        return;
    }
    while ((entry = readdir(list)) != NULL) {
        if (entry->d_name[0] != '.') {
            remove_where_nobodys(directory, entry->d_name);
        }
    }
    closedir(list);
}

static enum wm_os_naming open_locked(int directory, const struct wm_os_name *name,
                                     const struct wm_os_named *wanted, struct wm_os_named *found)
{
    enum candidate candidate = CANDIDATE_OTHER;
    if (!atomic_exchange(&has_swept, true)) {
        sweep(directory);
    }
    found->key = hash_of(name);
    found->index = 0;
    while (found->index < SAME_HASH_MAX && candidate != CANDIDATE_FREE) {
        candidate = try_candidate(directory, name, found);
        if (candidate == CANDIDATE_FOUND) {
            return WM_OS_NAME_OLD;
        }
        if (candidate == CANDIDATE_UNKNOWN) {
            return WM_OS_NAME_NO_MEMORY;
        }
        found->index += candidate == CANDIDATE_OTHER;
    }
    if (wanted == NULL) {
        return WM_OS_NAME_NOBODYS;
    }
    return candidate == CANDIDATE_FREE ? make_file(directory, name, wanted, found)
                                       : WM_OS_NAME_REFUSED;
}

enum wm_os_naming wm_os_linux_open_named(const struct wm_os_name *name,
                                         const struct wm_os_named *wanted,
                                         struct wm_os_named *found)
{
    int error = errno;
    int directory = open_directory();
    enum wm_os_naming naming =
        directory < 0 ? naming_of_errno(errno) : open_locked(directory, name, wanted, found);
    if (directory >= 0) {
        unlock_and_close(directory);
    }
    errno = error;
    return naming;
}

/* Removes the file that was had, where nobody else has it. Its number may be another one by now. */
static void remove_unused(int directory, uint64_t key, ino_t had_file)
{
    char text[FILE_NAME_MAX];
    struct stat status;
    uint32_t index = 0;
    print_file_name(key, index, text);
    while (index < SAME_HASH_MAX && fstatat(directory, text, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
           status.st_ino != had_file) {
        print_file_name(key, ++index, text);
    }
    /* Where it was not found, there is no file of this name. */
    int file = openat(directory, text, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (file < 0) {
        return;
    }
    if (lock_file(file, LOCK_EX | LOCK_NB)) {
        (void)remove_file(directory, key, index);
    }
    unlock_and_close(file);
}

/* The lock is not ended but closed: a process that was forked since has it still. It is closed with
 * the directory locked, so that nobody takes the name in between, and the number of the file for
 * another. */
void wm_os_linux_drop_named(const struct wm_os_named *named)
{
    int error = errno;
    struct stat had = {.st_ino = 0}; /* as no file has it */
    (void)fstat(named->holder, &had);
    close(named->store);
    int directory = open_directory();
    close(named->holder);
    if (directory >= 0) {
        remove_unused(directory, named->key, had.st_ino);
        unlock_and_close(directory);
    }
    errno = error;
}

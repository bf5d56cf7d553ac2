/* Which mappings the process has: /proc/self/maps, asked by ioctl where the kernel is new enough
 * (6.11) and read as text where it is not. Needs neither the heap nor stdio, since the heap stands
 * on top of it.
 */
#define _GNU_SOURCE /* O_CLOEXEC */
#include "impl/os/os.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ioctl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

/* The structure and numbers of linux/fs.h of 6.11, which older systems do not ship. */
struct mapping_query {
    uint64_t size;
    uint64_t query_flags;
    uint64_t query_addr;
    uint64_t vma_start;
    uint64_t vma_end;
    uint64_t vma_flags;
    uint64_t vma_page_size;
    uint64_t vma_offset;
    uint64_t inode;
    uint32_t dev_major;
    uint32_t dev_minor;
    uint32_t vma_name_size;
    uint32_t build_id_size;
    uint64_t vma_name_addr;
    uint64_t build_id_addr;
};
_Static_assert(sizeof(struct mapping_query) == 104, "the size is part of the request number");

#define MAPPING_QUERY _IOWR('f', 17, struct mapping_query)
#define QUERY_READABLE 0x01u
#define QUERY_WRITABLE 0x02u
#define QUERY_EXECUTABLE 0x04u
#define QUERY_SHARED 0x08u
#define QUERY_COVERING_OR_NEXT 0x10u

/* Longer than any line can be up to the end of the fields that matter. */
#define TEXT_BUFFER_BYTES 4096
#define LINE_FIELDS_BYTES_MAX 160

static uint64_t file_identity(uint64_t major, uint64_t minor, uint64_t inode)
{
    return inode == 0 ? 0 : (inode ^ (major << 52) ^ (minor << 40));
}

#define LIST "/proc/self/maps"

/* UNKNOWN: the kernel does not know the request. */
static enum wm_os_finding query_by_ioctl(int maps, uintptr_t address, struct wm_os_mapping *mapping)
{
    struct mapping_query query = {
        .size = sizeof query, .query_flags = QUERY_COVERING_OR_NEXT, .query_addr = address};
    if (ioctl(maps, MAPPING_QUERY, &query) != 0) {
        return errno == ENOENT ? WM_OS_NOTHING : WM_OS_UNKNOWN;
    }
    *mapping = (struct wm_os_mapping){
        .start = query.vma_start,
        .end = query.vma_end,
        .access = ((query.vma_flags & QUERY_READABLE) != 0 ? WM_OS_READ : 0u) |
                  ((query.vma_flags & QUERY_WRITABLE) != 0 ? WM_OS_WRITE : 0u) |
                  ((query.vma_flags & QUERY_EXECUTABLE) != 0 ? WM_OS_EXECUTE : 0u),
        .shared = (query.vma_flags & QUERY_SHARED) != 0,
        .file = file_identity(query.dev_major, query.dev_minor, query.inode),
    };
    return WM_OS_FOUND;
}

static const char *parse_number(const char *text, unsigned base, char end, uint64_t *value)
{
    uint64_t number = 0;
    /* A line ends with a NUL. NOLINTNEXTLINE(clang-analyzer-*) */
    for (; *text != end; text++) {
        unsigned digit = 0;
        if (*text >= '0' && *text <= '9') {
            digit = (unsigned)(*text - '0');
        } else if (*text >= 'a' && *text <= 'f') {
            digit = (unsigned)(*text - 'a') + 10u;
        } else {
            return NULL;
        }
        number = number * base + digit;
    }
    *value = number;
    return text + 1;
}

/* "start-end rwxp offset major:minor inode   name"; the text ends in a newline or a zero. */
static bool parse_line(const char *text, struct wm_os_mapping *mapping)
{
    uint64_t start = 0;
    uint64_t end = 0;
    uint64_t offset = 0;
    uint64_t major = 0;
    uint64_t minor = 0;
    uint64_t inode = 0;
    text = parse_number(text, 16, '-', &start);
    if (text != NULL) {
        text = parse_number(text, 16, ' ', &end);
    }
    if (text == NULL || memchr(text, '\0', 5) != NULL) {
        return false;
    }
    const char *rights = text;
    text = parse_number(text + 5, 16, ' ', &offset);
    if (text != NULL) {
        text = parse_number(text, 16, ':', &major);
    }
    if (text != NULL) {
        text = parse_number(text, 16, ' ', &minor);
    }
    if (text == NULL) {
        return false;
    }
    for (; *text >= '0' && *text <= '9'; text++) {
        inode = inode * 10 + (uint64_t)(*text - '0');
    }
    *mapping = (struct wm_os_mapping){
        .start = start,
        .end = end,
        /* Five characters were looked at. NOLINTNEXTLINE(clang-analyzer-*) */
        .access = (rights[0] == 'r' ? WM_OS_READ : 0u) | (rights[1] == 'w' ? WM_OS_WRITE : 0u) |
                  (rights[2] == 'x' ? WM_OS_EXECUTE : 0u),
        .shared = rights[3] == 's',
        .file = file_identity(major, minor, inode),
    };
    return true;
}

/* Takes the next line's first LINE_FIELDS_BYTES_MAX bytes; the rest of a long line is a name. */
struct line_reader {
    int file;
    size_t filled;
    size_t position;
    char buffer[TEXT_BUFFER_BYTES];
};

enum line_end { LINE_WHOLE, LINE_NONE_LEFT, LINE_UNREADABLE };

static enum line_end next_line(struct line_reader *reader, char line[LINE_FIELDS_BYTES_MAX + 1])
{
    size_t length = 0;
    for (;;) {
        if (reader->position == reader->filled) {
            ssize_t got = read(reader->file, reader->buffer, sizeof reader->buffer);
            if (got < 0 && errno == EINTR) {
                continue;
            }
            if (got <= 0) {
                return got < 0 || length != 0 ? LINE_UNREADABLE : LINE_NONE_LEFT;
            }
            reader->filled = (size_t)got;
            reader->position = 0;
        }
        char byte = reader->buffer[reader->position++];
        if (byte == '\n') {
            line[length] = '\0';
            return LINE_WHOLE;
        }
        if (length < LINE_FIELDS_BYTES_MAX) {
            line[length++] = byte;
        }
    }
}

/* A list without any line is none: every process has mappings. */
static enum wm_os_finding search_text(int file, uintptr_t address, struct wm_os_mapping *mapping)
{
    struct line_reader reader;
    reader.filled = 0;
    reader.position = 0;
    reader.file = file;
    char line[LINE_FIELDS_BYTES_MAX + 1];
    enum wm_os_finding otherwise = WM_OS_UNKNOWN;
    for (;;) {
        switch (next_line(&reader, line)) {
        case LINE_NONE_LEFT:
            return otherwise;
        case LINE_UNREADABLE:
            return WM_OS_UNKNOWN;
        case LINE_WHOLE:
            if (!parse_line(line, mapping)) {
                return WM_OS_UNKNOWN;
            }
            if (mapping->end > address) {
                return WM_OS_FOUND;
            }
            otherwise = WM_OS_NOTHING;
            break;
        }
    }
}

enum wm_os_finding wm_os_linux_find_mapping_in_text(const char *list, uintptr_t address,
                                                    struct wm_os_mapping *mapping)
{
    int error = errno;
    enum wm_os_finding finding = WM_OS_UNKNOWN;
    int file = open(list != NULL ? list : LIST, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        finding = search_text(file, address, mapping);
        close(file);
    }
    errno = error;
    return finding;
}

/* The list stays open between questions, since opening it takes several times as long as asking.
 * The program may have closed the descriptor, and may have given its number to a file of its own;
 * and a child of fork has the descriptor of its parent's list. So who it is, is asked every time.
 */
static struct {
    atomic_flag is_in_use;
    pid_t process; /* 0: none was opened */
    int descriptor;
    dev_t device;
    ino_t file;
} kept = {.is_in_use = ATOMIC_FLAG_INIT};

static bool is_still_there(void)
{
    struct stat status;
    return kept.process != 0 && fstat(kept.descriptor, &status) == 0 &&
           status.st_dev == kept.device && status.st_ino == kept.file;
}

/* -1: it cannot be opened. */
static int take_kept_list(void)
{
    pid_t process = getpid();
    bool is_there = is_still_there();
    if (is_there && kept.process == process) {
        return kept.descriptor;
    }
    if (is_there) {
        close(kept.descriptor);
    }
    struct stat status;
    kept.process = 0;
    kept.descriptor = open(LIST, O_RDONLY | O_CLOEXEC);
    if (kept.descriptor >= 0 && fstat(kept.descriptor, &status) == 0) {
        kept.process = process;
        kept.device = status.st_dev;
        kept.file = status.st_ino;
    }
    return kept.descriptor;
}

/* A thread that finds it in use opens the list for itself. */
static enum wm_os_finding find_by_ioctl(uintptr_t address, struct wm_os_mapping *mapping,
                                        bool *is_open)
{
    bool is_mine = !atomic_flag_test_and_set_explicit(&kept.is_in_use, memory_order_acquire);
    int maps = is_mine ? take_kept_list() : open(LIST, O_RDONLY | O_CLOEXEC);
    enum wm_os_finding finding = maps >= 0 ? query_by_ioctl(maps, address, mapping) : WM_OS_UNKNOWN;
    *is_open = maps >= 0;
    if (maps >= 0 && (!is_mine || kept.process == 0)) {
        close(maps);
    }
    if (is_mine) {
        atomic_flag_clear_explicit(&kept.is_in_use, memory_order_release);
    }
    return finding;
}

enum wm_os_finding wm_os_linux_find_mapping(uintptr_t address, struct wm_os_mapping *mapping)
{
    static atomic_bool ioctl_unknown;
    if (!atomic_load_explicit(&ioctl_unknown, memory_order_relaxed)) {
        int error = errno;
        bool is_open;
        enum wm_os_finding finding = find_by_ioctl(address, mapping, &is_open);
        errno = error;
        if (!is_open || finding != WM_OS_UNKNOWN) {
            return finding;
        }
        atomic_store_explicit(&ioctl_unknown, true, memory_order_relaxed);
    }
    return wm_os_linux_find_mapping_in_text(NULL, address, mapping);
}

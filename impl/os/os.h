/* The whole contract between libwinmem and the operating system.
 *
 * Everything above asks for memory, faults, waiting and words on standard error through this table
 * and includes no header of the system. os_linux*.c is the real one; os_sim.c decorates it and
 * makes calls fail on demand. Every call that may fail changes nothing when it does, but for
 * `protect`, which may have changed part of its range. None changes errno, which belongs to the
 * client.
 *
 * Addresses are uintptr_t because most of them are not yet, or no longer, objects.
 */
#ifndef WM_OS_OS_H
#define WM_OS_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "spec/win32.h"

#define WM_OS_PAGE_BYTES ((uintptr_t)WINMEM_PAGE_SIZE)
#define WM_OS_GRANULE_BYTES ((uintptr_t)WINMEM_GRANULARITY)
#define WM_OS_ADDRESS_MIN ((uintptr_t)WINMEM_ADDRESS_MIN)
#define WM_OS_ADDRESS_MAX ((uintptr_t)WINMEM_ADDRESS_MAX)

enum wm_os_result {
    WM_OS_OK,
    WM_OS_TAKEN,     /* somebody else has mapped part of the range */
    WM_OS_NO_MEMORY, /* address space, commitment or kernel resources are exhausted */
    WM_OS_REFUSED    /* the system forbids it: a policy, or an address it keeps for itself */
};

enum wm_os_access { WM_OS_NONE = 0, WM_OS_READ = 1, WM_OS_WRITE = 2, WM_OS_EXECUTE = 4 };

/* A mapping of the process as the system sees it. Neighbours with equal attributes may show as one.
 * `file` tells files apart and is 0 for memory without one. */
struct wm_os_mapping {
    uintptr_t start;
    uintptr_t end;
    unsigned access; /* enum wm_os_access bits */
    bool shared;
    uint64_t file;
};

enum wm_os_finding {
    WM_OS_FOUND,
    WM_OS_NOTHING,
    WM_OS_UNKNOWN /* the system does not show its list: no /proc, a sandbox, no file descriptor */
};

enum wm_os_fault_kind { WM_OS_FAULT_READ, WM_OS_FAULT_WRITE, WM_OS_FAULT_EXECUTE };

/* A memory fault of the calling thread. `backing_lost` says that the page is mapped but its file
 * could not supply it. `context` is the machine context, valid until the handler returns. */
struct wm_os_fault {
    enum wm_os_fault_kind kind;
    uintptr_t address; /* ~0 where the processor does not say */
    uintptr_t instruction;
    uintptr_t stack; /* stack pointer of the interrupted code */
    /* The alternate stack the handler runs on; both 0 if it runs on the one that faulted. */
    uintptr_t signal_stack_low;
    uintptr_t signal_stack_end;
    bool backing_lost;
    void *context;
};

/* Returns whether the instruction is to be restarted. False hands the fault to whoever was there
 * before. May leave by longjmp. */
typedef bool (*wm_os_fault_handler)(const struct wm_os_fault *fault);

/* In bytes. What is available is what is free now; the cache of the system is not counted. */
struct wm_os_memory {
    uint64_t physical_total;
    uint64_t physical_available;
    uint64_t swap_total;
    uint64_t swap_available;
    uint64_t mapped; /* by the process; 0 where the system does not show it */
};

enum wm_os_naming {
    WM_OS_NAME_NEW,
    WM_OS_NAME_OLD, /* somebody has the name already */
    WM_OS_NAME_NOBODYS,
    WM_OS_NAME_NO_MEMORY,
    WM_OS_NAME_NO_SPACE, /* for so many bytes that are shared */
    WM_OS_NAME_REFUSED   /* the place where names are kept is not this user's alone, or missing */
};

/* Compared unit by unit. `scope` tells name spaces apart. */
struct wm_os_name {
    const uint16_t *units;
    uint32_t count;
    uint32_t scope;
};

/* A store that has a name, for all processes of the user. */
struct wm_os_named {
    uint64_t bytes;    /* a multiple of the page */
    uint32_t marks[2]; /* of whoever made it, for those who open it */
    int store;
    int holder;      /* has the name */
    uint64_t offset; /* of the first byte in the store */
    uint64_t key;    /* where its name is kept */
    uint32_t index;
};

struct wm_os {
    /* Maps `bytes` (a multiple of the granule) of zeroes, private to the process. *address 0: at
     * a multiple of the granule that the system chooses and stores; otherwise exactly there and
     * nowhere else, never in place of another mapping. Commitment is charged for writable memory.
     */
    enum wm_os_result (*map)(uintptr_t *address, size_t bytes, unsigned access);

    /* The three below take whole pages: of earlier maps only, but protect also those of others. */
    enum wm_os_result (*unmap)(uintptr_t address, size_t bytes);
    enum wm_os_result (*protect)(uintptr_t address, size_t bytes, unsigned access);

    /* Drops contents and commitment: the pages become inaccessible and are zero when next used. */
    enum wm_os_result (*discard)(uintptr_t address, size_t bytes);

    /* Keeps the pages in memory, all of which can be accessed, until they are unlocked or unmapped
     * or discarded; after a failure some may be kept. `is_only_read`: without a write to them. */
    enum wm_os_result (*lock)(uintptr_t address, size_t bytes, bool is_only_read);
    void (*unlock)(uintptr_t address, size_t bytes);

    /* The pages need not stay in memory; what they hold does. */
    void (*trim)(uintptr_t address, size_t bytes);

    /* Whether the system has this much memory to commit, as far as it says so. */
    bool (*may_commit)(size_t bytes);

    /* Memory of its own, all zeroes, that can be mapped in several places. `bytes` is a multiple of
     * the page. */
    enum wm_os_result (*create_store)(uint64_t bytes, int *store);
    void (*drop_store)(int store);

    /* The store that has the name, whoever made it and whatever was wanted; where nobody has it,
     * one with the bytes and marks of *wanted, if that is not NULL. The name is somebody's until
     * each process that had the store of it has dropped it or ended in any way. */
    enum wm_os_naming (*open_named)(const struct wm_os_name *name, const struct wm_os_named *wanted,
                                    struct wm_os_named *found);
    void (*drop_named)(const struct wm_os_named *named);

    /* The same for what pages hold alone, which is zero afterwards; or leaves them as they are. */
    void (*drop)(uintptr_t address, size_t bytes);

    /* The pages of a store from `offset` on, in place of pages of an earlier map; shared by all
     * that have them, or, where `copies`, each copied by the first write to it, which nobody else
     * sees. Unmapped as others are. */
    enum wm_os_result (*map_store)(uintptr_t address, size_t bytes, unsigned access, int store,
                                   uint64_t offset, bool copies);

    /* Whether pages of a map that copies were copied, from `start` to `*end`, which becomes the end
     * of those of which the same is true. Where the system does not tell, they were not. */
    bool (*find_copied)(uintptr_t start, uintptr_t *end);

    /* Writes to pages of an earlier map are noted from now on, until they are unmapped or
     * discarded, or in a child of fork. REFUSED: the system does not do this. */
    enum wm_os_result (*watch)(uintptr_t address, size_t bytes);

    /* Watched pages count as not written, until the next write. */
    enum wm_os_result (*forget_writes)(uintptr_t address, size_t bytes);

    /* Stores the first *count of the watched pages in [start, end) that were written, ascending,
     * and how many there are. Where `forgets`, each is forgotten in the moment in which it is
     * found. One thread at a time asks for these three. */
    enum wm_os_result (*find_written)(uintptr_t start, uintptr_t end, bool forgets,
                                      uintptr_t *pages, size_t *count);

    /* The lowest mapping whose end is above `address`. */
    enum wm_os_finding (*find_mapping)(uintptr_t address, struct wm_os_mapping *mapping);

    /* Sleeps while *word is `value`; may wake for no reason. */
    void (*wait)(uint32_t *word, uint32_t value);
    void (*wake_one)(uint32_t *word);

    /* Routes memory faults of the process to `handler`, also if somebody else has taken them over
     * since the last time. */
    enum wm_os_result (*catch_faults)(wm_os_fault_handler handler);

    /* Calls `before` in the forking thread, and then one of the others on each side of the fork. */
    enum wm_os_result (*catch_forks)(void (*before)(void), void (*after_in_parent)(void),
                                     void (*after_in_child)(void));

    /* A moment's sleep, for waiting without a word to wait on. */
    void (*let_others_run)(void);

    unsigned (*processor_count)(void);

    void (*measure_memory)(struct wm_os_memory *memory);
};

/* Writes a sentence to standard error and ends the process with SIGABRT. */
_Noreturn void wm_os_die(const char *sentence);

/* From now on `map` chooses addresses as it did from the beginning. */
void wm_os_start_over(void);

extern const struct wm_os wm_os_linux;

/* The table in use. Only tests exchange it, while no other thread is in the library. */
extern const struct wm_os *wm_os;

/* What os_linux.c is made of; not for the layers above. */
enum wm_os_finding wm_os_linux_find_mapping(uintptr_t address, struct wm_os_mapping *mapping);

/* From a list in the form of /proc/self/maps, which NULL stands for. */
enum wm_os_finding wm_os_linux_find_mapping_in_text(const char *list, uintptr_t address,
                                                    struct wm_os_mapping *mapping);
enum wm_os_result wm_os_linux_catch_faults(wm_os_fault_handler handler);
enum wm_os_result wm_os_linux_watch(uintptr_t address, size_t bytes);
enum wm_os_result wm_os_linux_forget_writes(uintptr_t address, size_t bytes);
enum wm_os_result wm_os_linux_find_written(uintptr_t start, uintptr_t end, bool forgets,
                                           uintptr_t *pages, size_t *count);
enum wm_os_naming wm_os_linux_open_named(const struct wm_os_name *name,
                                         const struct wm_os_named *wanted,
                                         struct wm_os_named *found);
void wm_os_linux_drop_named(const struct wm_os_named *named);

/* Where the names of this user are kept, instead of the directory that is; NULL: that one again.
 * For tests. */
void wm_os_linux_keep_names_in(const char *directory);

#endif

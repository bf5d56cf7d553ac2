/* See os_sim.h. Every fallible entry asks `may_pass` first; the rest is the Linux table itself. */
#include "impl/os/os_sim.h"

#include "impl/os/os.h"

static unsigned long call_count;
static unsigned long failing_call;
static enum wm_os_sim_mode failing_mode;
static unsigned long failure_count;
static unsigned long refusal_count;
static uint64_t mapped_bytes;
static struct wm_os simulated;

static bool may_pass(void)
{
    call_count++;
    bool is_reached = failing_call != 0 && call_count >= failing_call;
    if (!is_reached || (failing_mode != WM_OS_SIM_FAIL_REST && call_count > failing_call)) {
        return true;
    }
    failure_count++;
    return false;
}

static enum wm_os_result note_refusal(enum wm_os_result result)
{
    refusal_count += result == WM_OS_NO_MEMORY;
    return result;
}

static enum wm_os_result sim_map(uintptr_t *address, size_t bytes, unsigned access)
{
    enum wm_os_result result =
        may_pass() ? note_refusal(wm_os_linux.map(address, bytes, access)) : WM_OS_NO_MEMORY;
    mapped_bytes += result == WM_OS_OK ? bytes : 0;
    return result;
}

static enum wm_os_result sim_unmap(uintptr_t address, size_t bytes)
{
    enum wm_os_result result = may_pass() ? wm_os_linux.unmap(address, bytes) : WM_OS_NO_MEMORY;
    mapped_bytes -= result == WM_OS_OK ? bytes : 0;
    return result;
}

static enum wm_os_result sim_protect(uintptr_t address, size_t bytes, unsigned access)
{
    if (may_pass()) {
        return note_refusal(wm_os_linux.protect(address, bytes, access));
    }
    size_t half = (bytes / 2 + WM_OS_PAGE_BYTES - 1) & ~(WM_OS_PAGE_BYTES - 1);
    if (failing_mode == WM_OS_SIM_FAIL_HALFWAY && half < bytes) {
        (void)wm_os_linux.protect(address, half, access);
    }
    return WM_OS_NO_MEMORY;
}

static enum wm_os_result sim_discard(uintptr_t address, size_t bytes)
{
    return may_pass() ? wm_os_linux.discard(address, bytes) : WM_OS_NO_MEMORY;
}

static enum wm_os_result sim_lock(uintptr_t address, size_t bytes, bool is_only_read)
{
    return may_pass() ? wm_os_linux.lock(address, bytes, is_only_read) : WM_OS_NO_MEMORY;
}

static bool sim_may_commit(size_t bytes)
{
    return may_pass() && wm_os_linux.may_commit(bytes);
}

static enum wm_os_result sim_create_store(uint64_t bytes, int *store)
{
    return may_pass() ? wm_os_linux.create_store(bytes, store) : WM_OS_NO_MEMORY;
}

static enum wm_os_naming sim_open_named(const struct wm_os_name *name,
                                        const struct wm_os_named *wanted, struct wm_os_named *found)
{
    return may_pass() ? wm_os_linux.open_named(name, wanted, found) : WM_OS_NAME_NO_MEMORY;
}

static enum wm_os_result sim_map_store(uintptr_t address, size_t bytes, unsigned access, int store,
                                       uint64_t offset, bool copies)
{
    return may_pass() ? wm_os_linux.map_store(address, bytes, access, store, offset, copies)
                      : WM_OS_NO_MEMORY;
}

static enum wm_os_result sim_watch(uintptr_t address, size_t bytes)
{
    return may_pass() ? wm_os_linux.watch(address, bytes) : WM_OS_NO_MEMORY;
}

static enum wm_os_result sim_forget_writes(uintptr_t address, size_t bytes)
{
    return may_pass() ? wm_os_linux.forget_writes(address, bytes) : WM_OS_NO_MEMORY;
}

static enum wm_os_result sim_find_written(uintptr_t start, uintptr_t end, bool forgets,
                                          uintptr_t *pages, size_t *count)
{
    return may_pass() ? wm_os_linux.find_written(start, end, forgets, pages, count)
                      : WM_OS_NO_MEMORY;
}

static enum wm_os_finding sim_find_mapping(uintptr_t address, struct wm_os_mapping *mapping)
{
    return may_pass() ? wm_os_linux.find_mapping(address, mapping) : WM_OS_UNKNOWN;
}

void wm_os_sim_start(unsigned long n, enum wm_os_sim_mode mode)
{
    call_count = 0;
    failing_call = n;
    failing_mode = mode;
    simulated = wm_os_linux;
    simulated.map = sim_map;
    simulated.unmap = sim_unmap;
    simulated.protect = sim_protect;
    simulated.discard = sim_discard;
    simulated.lock = sim_lock;
    simulated.may_commit = sim_may_commit;
    simulated.create_store = sim_create_store;
    simulated.open_named = sim_open_named;
    simulated.map_store = sim_map_store;
    simulated.watch = sim_watch;
    simulated.forget_writes = sim_forget_writes;
    simulated.find_written = sim_find_written;
    simulated.find_mapping = sim_find_mapping;
    wm_os = &simulated;
}

unsigned long wm_os_sim_stop(void)
{
    wm_os = &wm_os_linux;
    return call_count;
}

unsigned long wm_os_sim_failures(void)
{
    return failure_count;
}

unsigned long wm_os_sim_refusals(void)
{
    return refusal_count;
}

uint64_t wm_os_sim_mapped_bytes(void)
{
    return mapped_bytes;
}

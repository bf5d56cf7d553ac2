/* heapck bench vm: libwinmem's virtual memory beside the system calls that it stands on.
 *
 * Both run in turn in each round, so that a machine that becomes slower becomes so for both; what
 * counts are the ratios. What grows with the number or the size of regions is measured with few and
 * with many, or with a small and a large one. */
#define _GNU_SOURCE /* mmap's flags */

#include <fcntl.h>
#include <linux/ioctl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kit/cli/bench.h"
#include "kit/cli/interrupt.h"
#include "kit/cli/setup.h"
#include "kit/generate/random.h"
#include "kit/target/target_api.h"

enum {
    PAIRS = 5000,
    CHANGES = 10000,
    QUERIES = 50000,
    STEPS = 2000,
    FEW_REGIONS = 10,
    MANY_REGIONS = 30000, /* the system has room for about 65,000 mappings */
    PAGE = 4096,
    GRANULE = 64 << 10,
    RUNS = 20000,
    WORKS_MAX = 2
};

#define GIGABYTE ((size_t)1 << 30)
#define TERABYTE ((size_t)1 << 40)
#define MEGABYTE ((size_t)1 << 20)

struct bench {
    struct api api;
    struct random random;
    char *page;       /* of a region of libwinmem's */
    char *plain_page; /* of a mapping of nobody's */
    char *regions[MANY_REGIONS];
    uint32_t region_count;
    char *target;        /* what is queried, or the reservation that is changed here and there */
    size_t target_bytes; /* its size, or that of what is allocated again and again */
    int maps;
    bool is_broken;
};

/* Makes `count` operations. */
typedef void (*work)(struct bench *bench, unsigned count);

/* --- Beside the system ------------------------------------------------------------------------ */

static void *allocate(const struct bench *bench, size_t bytes, DWORD type)
{
    return bench->api.VirtualAlloc(NULL, bytes, type, PAGE_READWRITE);
}

static void expect(struct bench *bench, bool is_right)
{
    bench->is_broken = bench->is_broken || !is_right;
}

static void free_region(struct bench *bench, void *region)
{
    expect(bench, region != NULL && bench->api.VirtualFree(region, 0, MEM_RELEASE));
}

static void *map_plainly(size_t bytes)
{
    void *got = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return got != MAP_FAILED ? got : NULL;
}

static void allocate_and_free(struct bench *bench, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        free_region(bench, allocate(bench, bench->target_bytes, MEM_RESERVE | MEM_COMMIT));
    }
}

static void map_and_unmap(struct bench *bench, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        void *region = map_plainly(bench->target_bytes);
        expect(bench, region != NULL && munmap(region, bench->target_bytes) == 0);
    }
}

static void change_protection(struct bench *bench, unsigned count)
{
    DWORD old;
    for (unsigned i = 0; i < count; i++) {
        DWORD protection = i % 2 ? PAGE_READWRITE : PAGE_READONLY;
        expect(bench, bench->api.VirtualProtect(bench->page, PAGE, protection, &old));
    }
}

static void change_plain_protection(struct bench *bench, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        int protection = i % 2 ? PROT_READ | PROT_WRITE : PROT_READ;
        expect(bench, mprotect(bench->plain_page, PAGE, protection) == 0);
    }
}

/* The size of the run of pages that begins there, or 0. */
static size_t query(const struct bench *bench, const char *page)
{
    MEMORY_BASIC_INFORMATION information;
    size_t written = bench->api.VirtualQuery(page, &information, sizeof information);
    return written == sizeof information ? information.RegionSize : 0;
}

static void query_plain_page(struct bench *bench, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        expect(bench, query(bench, bench->plain_page) > 0);
    }
}

/* The structure and the number of PROCMAP_QUERY in linux/fs.h of 6.11, with a field for each of its
 * words and none that is used here but the first three. */
struct system_query {
    uint64_t size;
    uint64_t flags;
    uint64_t address;
    uint64_t rest[10];
};
#define SYSTEM_QUERY _IOWR('f', 17, struct system_query)
#define COVERING_OR_NEXT 0x10u

static bool ask_system(struct bench *bench)
{
    struct system_query query = {.size = sizeof query,
                                 .flags = COVERING_OR_NEXT,
                                 .address = (uint64_t)(uintptr_t)bench->plain_page};
    return ioctl(bench->maps, SYSTEM_QUERY, &query) == 0;
}

static void ask_system_again(struct bench *bench, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        expect(bench, ask_system(bench));
    }
}

/* --- Growth ----------------------------------------------------------------------------------- */

static void query_regions(struct bench *bench, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        char *region = bench->regions[hck_random_below(&bench->random, bench->region_count)];
        expect(bench, query(bench, region) > 0);
    }
}

static void query_target(struct bench *bench, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        expect(bench, query(bench, bench->target) == bench->target_bytes);
    }
}

/* Commits, protects and decommits a page somewhere. */
static void change_pages_of_target(struct bench *bench, unsigned count)
{
    DWORD old;
    for (unsigned i = 0; i < count; i++) {
        char *page =
            bench->target + hck_random_below(&bench->random, bench->target_bytes / PAGE) * PAGE;
        bool is_done = bench->api.VirtualAlloc(page, PAGE, MEM_COMMIT, PAGE_READWRITE) == page &&
                       bench->api.VirtualProtect(page, PAGE, PAGE_READONLY, &old) &&
                       bench->api.VirtualFree(page, PAGE, MEM_DECOMMIT);
        expect(bench, is_done);
    }
}

/* --- Measuring -------------------------------------------------------------------------------- */

static double measure_once(struct bench *bench, work what, unsigned count)
{
    uint64_t begin_ns = hck_bench_processor_ns();
    what(bench, count);
    return (double)(hck_bench_processor_ns() - begin_ns) / count;
}

/* Nanoseconds of an operation of each of the first `kinds`; in turn. */
static bool measure_each(struct bench *bench, const work *works, unsigned kinds, unsigned count,
                         double *costs_ns)
{
    double costs[WORKS_MAX][BENCH_ROUNDS];
    for (unsigned round = 0; round < BENCH_ROUNDS; round++) {
        for (unsigned kind = 0; kind < kinds; kind++) {
            if (atomic_load(&hck_interrupted)) {
                return false;
            }
            costs[kind][round] = measure_once(bench, works[kind], count);
        }
    }
    for (unsigned kind = 0; kind < kinds; kind++) {
        costs_ns[kind] = hck_bench_median(costs[kind]);
    }
    return !bench->is_broken;
}

static bool measure(struct bench *bench, work what, unsigned count, double *cost_ns)
{
    return measure_each(bench, &what, 1, count, cost_ns);
}

static bool compare(struct bench *bench, const char *name, work ours, work theirs, unsigned count,
                    double goal)
{
    const work works[WORKS_MAX] = {ours, theirs};
    double costs_ns[WORKS_MAX];
    if (!measure_each(bench, works, WORKS_MAX, count, costs_ns)) {
        return false;
    }
    (void)printf("vm.%s %.0f ns\n", name, costs_ns[0]);
    (void)printf("vm.%s_system %.0f ns\n", name, costs_ns[1]);
    (void)printf("vm.%s_to_system %.2f times (goal %.1f)\n", name, costs_ns[0] / costs_ns[1], goal);
    return true;
}

static bool compare_pairs(struct bench *bench, const char *name, size_t bytes)
{
    bench->target_bytes = bytes;
    return compare(bench, name, allocate_and_free, map_and_unmap, PAIRS, 1.3);
}

static bool add_regions(struct bench *bench, uint32_t count)
{
    while (bench->region_count < count && !bench->is_broken) {
        char *region = allocate(bench, PAGE, MEM_RESERVE | MEM_COMMIT);
        bench->regions[bench->region_count++] = region;
        expect(bench, region != NULL);
    }
    return !bench->is_broken;
}

static bool compare_regions(struct bench *bench)
{
    double few_ns;
    double many_ns;
    bool is_measured =
        add_regions(bench, FEW_REGIONS) && measure(bench, query_regions, QUERIES, &few_ns) &&
        add_regions(bench, MANY_REGIONS) && measure(bench, query_regions, QUERIES, &many_ns);
    while (bench->region_count > 0) {
        free_region(bench, bench->regions[--bench->region_count]);
    }
    if (!is_measured || bench->is_broken) {
        return false;
    }
    (void)printf("vm.query_regions_%u %.0f ns\n", FEW_REGIONS, few_ns);
    (void)printf("vm.query_regions_%u %.0f ns (goal 200)\n", MANY_REGIONS, many_ns);
    (void)printf("vm.query_many_to_few %.2f times (goal 2.0)\n", many_ns / few_ns);
    return true;
}

/* What `what` costs in a region of each of two sizes. */
static bool compare_sizes(struct bench *bench, const char *name, work what, unsigned count,
                          DWORD type, size_t large_bytes, const char *large)
{
    const size_t bytes[] = {MEGABYTE, large_bytes};
    double costs_ns[2] = {0, 0};
    for (unsigned i = 0; i < 2; i++) {
        bench->target = allocate(bench, bytes[i], type);
        bench->target_bytes = bytes[i];
        bool is_measured = bench->target != NULL && measure(bench, what, count, &costs_ns[i]);
        free_region(bench, bench->target);
        if (!is_measured || bench->is_broken) {
            return false;
        }
    }
    (void)printf("vm.%s_1M %.0f ns\n", name, costs_ns[0]);
    (void)printf("vm.%s_%s %.0f ns\n", name, large, costs_ns[1]);
    (void)printf("vm.%s_large_to_small %.2f times (goal 1.0)\n", name, costs_ns[1] / costs_ns[0]);
    return true;
}

/* Memory that the process has, in bytes. */
static double resident_bytes(void)
{
    char text[128] = "";
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t length = file >= 0 ? read(file, text, sizeof text - 1) : -1;
    if (file >= 0) {
        (void)close(file);
    }
    char *pages = length > 0 ? strchr(text, ' ') : NULL;
    return pages != NULL ? strtod(pages, NULL) * PAGE : 0;
}

/* Every other page of a reservation is committed and none is touched, so what the process has more
 * than before is what libwinmem knows of them. */
static bool weigh_runs(struct bench *bench)
{
    double before = resident_bytes();
    char *region = allocate(bench, TERABYTE, MEM_RESERVE);
    for (size_t i = 0; i < RUNS && region != NULL && !bench->is_broken; i++) {
        char *page = region + 2 * i * PAGE;
        expect(bench, bench->api.VirtualAlloc(page, PAGE, MEM_COMMIT, PAGE_READWRITE) == page);
    }
    double grown = resident_bytes() - before;
    free_region(bench, region);
    if (bench->is_broken) {
        return false;
    }
    (void)printf("vm.run_metadata %.0f bytes/run\n", grown / (2 * RUNS));
    return true;
}

static bool run_all(struct bench *bench)
{
    bool is_run =
        compare_pairs(bench, "allocate_free_64K", GRANULE) &&
        compare_pairs(bench, "allocate_free_4K", PAGE) &&
        compare(bench, "protect_page", change_protection, change_plain_protection, CHANGES, 1.3) &&
        compare_regions(bench) &&
        compare_sizes(bench, "query_committed", query_target, QUERIES, MEM_RESERVE | MEM_COMMIT,
                      GIGABYTE, "1G") &&
        compare_sizes(bench, "change_page", change_pages_of_target, STEPS, MEM_RESERVE, TERABYTE,
                      "1T") &&
        weigh_runs(bench);
    if (is_run && !ask_system(bench)) {
        (void)printf("vm.query_foreign: this kernel has no PROCMAP_QUERY to compare with\n");
        return true;
    }
    return is_run &&
           compare(bench, "query_foreign", query_plain_page, ask_system_again, CHANGES, 3.0);
}

int hck_bench_vm(void)
{
    static struct bench bench;
    int status = EXIT_STATUS_CONFORMS;
    hck_target_fill_winmem(&bench.api);
    hck_random_start(&bench.random, 1);
    bench.maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    bench.page = allocate(&bench, GRANULE, MEM_RESERVE | MEM_COMMIT);
    bench.plain_page = map_plainly(PAGE);
    bool is_run = bench.page != NULL && bench.plain_page != NULL && run_all(&bench);
    if (!is_run && atomic_load(&hck_interrupted)) {
        status = hck_interrupt_status(0, BENCH_INTERRUPTED);
    } else if (!is_run) {
        status = hck_setup_fail(EXIT_STATUS_BROKEN, "a call failed that is measured");
    }
    if (bench.page != NULL) {
        free_region(&bench, bench.page);
    }
    if (bench.plain_page != NULL) {
        (void)munmap(bench.plain_page, PAGE);
    }
    if (bench.maps >= 0) {
        (void)close(bench.maps);
    }
    return status;
}

/* A list of walk entries, whole or a single step, compared with itself and with the live blocks
 * (judge_heap_entries.c), for the judges of walks (judge_heap_walk.c). */
#ifndef HCK_ORACLE_JUDGE_HEAP_WALK_H
#define HCK_ORACLE_JUDGE_HEAP_WALK_H

#include "oracle/judge_heap.h"

#define WALK_KINDS (PROCESS_HEAP_REGION | PROCESS_HEAP_UNCOMMITTED_RANGE | PROCESS_HEAP_ENTRY_BUSY)

/* A walk, or a step of one, under judgement. */
struct walk {
    struct heap_use use;
    uint32_t entry_count;
    bool is_whole;
};

static inline const uint64_t *walk_entry(const struct judgement *j, uint32_t index)
{
    return j->seen->values + (size_t)index * WALK_VALUE_COUNT;
}

static inline uint64_t walk_measure(const struct judgement *j, enum measure name)
{
    return hck_measure(name, j->seen->values, j->seen->value_count, 0);
}

/* What the busy and free entries say about live blocks: the first wrong one of each kind. */
struct match {
    uint32_t found;
    uint32_t busy;
    bool has_huge;
    bool has_free;
    struct extent twice; /* length 0: none, here and below */
    struct extent too_short;
    struct extent moveable;
    struct extent in_free; /* and how far into it the free entry begins */
    uint64_t in_free_offset;
    struct extent any;
};

/* What each entry owes by itself. */
void hck_walk_judge_entries(struct judgement *j);

/* What the entries of a whole walk owe each other. */
void hck_walk_judge_list(struct judgement *j, const struct walk *walk);

/* Looks for the live blocks among the entries. */
void hck_walk_match_blocks(struct judgement *j, const struct walk *walk, struct match *match);
void hck_walk_judge_blocks(struct judgement *j, const struct match *match);

/* A whole walk: each live block is there once. */
void hck_walk_judge_reported_once(struct judgement *j, const struct walk *walk,
                                  const struct match *match);

#endif

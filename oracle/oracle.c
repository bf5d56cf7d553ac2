/* The oracle's door: starts a judge for a trace, and leads each call through the typestate, its
 * judge and back into the typestate. */
#include "oracle/oracle.h"

#include <stddef.h>
#include <string.h>

#include "oracle/judge.h"
#include "oracle/judge_call.h"
#include "oracle/judge_heap.h"
#include "oracle/skip.h"
#include "oracle/state_class.h"
#include "oracle/storage.h"
#include "oracle/suspicion.h"

size_t hck_oracle_storage(const struct trace *trace)
{
    struct need need = hck_storage_need(trace);
    size_t size = arena_round(sizeof(struct oracle));
    size += arena_round(hck_typestate_storage(trace->slot_count));
    size += arena_round(((size_t)need.heaps + 1) * sizeof(struct model_heap));
    size += arena_round(((size_t)need.regions + 1) * sizeof(struct model_region));
    size += arena_round(((size_t)trace->slot_count[SLOT_BLOCK] + 1) * sizeof(struct model_block));
    size += arena_round(((size_t)trace->slot_count[SLOT_WALK] + 1) * sizeof(struct model_walk));
    size +=
        arena_round(((size_t)trace->slot_count[SLOT_SECTION] + 1) * sizeof(struct model_section));
    size += extent_map_storage(need.objects) + extent_map_storage(need.regions) +
            extent_map_storage(need.heaps);
    size += arena_round(hck_storage_of_runs(&need));
    return size + 64;
}

struct oracle *hck_oracle_start(const struct trace *trace, const struct oracle_options *options,
                                void *storage, size_t size)
{
    struct need need = hck_storage_need(trace);
    struct arena arena = {storage, size, 0};
    struct oracle *oracle = arena_take(&arena, sizeof *oracle);
    void *typestate = arena_take(&arena, hck_typestate_storage(trace->slot_count));
    struct model_heap *heaps = arena_take(&arena, ((size_t)need.heaps + 1) * sizeof *heaps);
    struct model_region *regions = arena_take(&arena, ((size_t)need.regions + 1) * sizeof *regions);
    void *runs = arena_take(&arena, hck_storage_of_runs(&need));
    size_t block_size = ((size_t)trace->slot_count[SLOT_BLOCK] + 1) * sizeof(struct model_block);
    size_t walk_size = ((size_t)trace->slot_count[SLOT_WALK] + 1) * sizeof(struct model_walk);
    struct model_block *blocks = arena_take(&arena, block_size);
    struct model_walk *walks = arena_take(&arena, walk_size);
    size_t section_size =
        ((size_t)trace->slot_count[SLOT_SECTION] + 1) * sizeof(struct model_section);
    struct model_section *sections = arena_take(&arena, section_size);
    if (!oracle || !typestate || !heaps || !regions || !runs || !blocks || !walks || !sections) {
        return NULL;
    }
    if (!options->has_zeroed_arena) {
        memset(typestate, 0, hck_typestate_storage(trace->slot_count));
        memset(blocks, 0, block_size);
        memset(walks, 0, walk_size);
        memset(sections, 0, section_size);
    }
    memset(oracle, 0, offsetof(struct oracle, suspicions));
    memset(heaps, 0, sizeof *heaps); /* the others when they are made */
    oracle->options = *options;
    oracle->calls = trace->calls;
    oracle->call_count = trace->call_count;
    oracle->arena = arena;
    oracle->region_arena = (struct arena){runs, hck_storage_of_runs(&need), 0};
    oracle->heaps = heaps;
    oracle->heap_count_max = (uint32_t)need.heaps;
    oracle->regions = regions;
    oracle->region_count_max = (uint32_t)need.regions;
    oracle->blocks = blocks;
    oracle->walks = walks;
    oracle->sections = sections;
    oracle->next_storage = MODEL_STORAGE_MIN;
    oracle->thread_count = trace->thread_count;
    for (uint32_t i = 0; i < trace->call_count; i++) {
        oracle->calls_left[trace->calls[i].thread % TRACE_THREADS_MAX]++;
    }
    hck_typestate_init_in_zeroes(&oracle->state, trace->slot_count, typestate);
    oracle->state.hostile = options->hostile;
    if (!extent_map_init(&oracle->objects, &oracle->arena, need.objects) ||
        !extent_map_init(&oracle->reservations, &oracle->arena, need.regions) ||
        !extent_map_init(&oracle->handles, &oracle->arena, need.heaps) ||
        !extent_map_init(&oracle->causes, &oracle->region_arena, need.pages) ||
        !extent_map_init(&oracle->pages, &oracle->region_arena, need.pages) ||
        !extent_map_init(&oracle->contents, &oracle->region_arena, need.contents) ||
        !extent_map_init(&oracle->locks, &oracle->region_arena, need.locks) ||
        !extent_map_init(&oracle->watches, &oracle->region_arena, need.watches)) {
        return NULL;
    }
    return oracle;
}

/* Every target can be peeked at and poked; what an executor does not touch is the gap above the
 * application addresses, where its process has memory of its own in it. */
static void tell_unsupported(struct judgement *j)
{
    const char *family = hck_judges[j->call->id].clause_family;
    if (j->oracle->unsupported_told[j->call->id]) {
        return;
    }
    j->oracle->unsupported_told[j->call->id] = true;
    if (j->call->id == CALL_Peek || j->call->id == CALL_Poke) {
        judge_unsupported(j, CLAUSE_address_space_upper_gap_refuses_every_access);
    }
    if (family) {
        hck_judge_family_unsupported(j, family);
    }
}

/* With many blocks alive most of what a call on one needs is in no cache. It is fetched while the
 * call before it is judged. */
static void fetch_slot(const struct oracle *oracle, const struct call *call)
{
    const struct argument *block = hck_call_argument(call, ARGUMENT_BLOCK);
    if (block->form == FORM_SLOT && block->slot_kind == SLOT_BLOCK &&
        block->slot < oracle->state.slot_count[SLOT_BLOCK]) {
        __builtin_prefetch(&oracle->state.slots[SLOT_BLOCK][block->slot]);
        __builtin_prefetch(&oracle->blocks[block->slot]);
    }
    if (hck_call_rows[call->id].result == RESULT_BLOCK &&
        call->result_slot < oracle->state.slot_count[SLOT_BLOCK]) {
        __builtin_prefetch(&oracle->state.slots[SLOT_BLOCK][call->result_slot]);
        __builtin_prefetch(&oracle->blocks[call->result_slot]);
    }
}

static void fetch_place(const struct judgement *j)
{
    struct extent_map *objects = &j->oracle->objects;
    if (j->row->result == RESULT_BLOCK && j->seen->result != 0) {
        extent_map_prepare(objects, j->seen->result);
    } else if (j->row->effect == EFFECT_free) {
        extent_map_prepare(
            objects,
            hck_typestate_address(&j->oracle->state, hck_call_argument(j->call, ARGUMENT_BLOCK)));
    }
}

/* From here on nothing is claimed, so no suspicion matters. */
static void go_astray(struct oracle *oracle)
{
    oracle->is_astray = true;
    oracle->suspicion_count = 0;
    oracle->suspicions_lost = false;
}

/* In the profile `hostile` calls are made that the documentation forbids. Nothing is promised of
 * them, and of nothing that comes behind them. */
static void note_misuse(struct judgement *j)
{
    struct oracle *oracle = j->oracle;
    bool is_made = j->seen->status != STATUS_SKIPPED && j->seen->status != STATUS_UNSUPPORTED;
    if (!oracle->state.hostile || !is_made || oracle->is_astray) {
        return;
    }
    oracle->state.hostile = false;
    bool is_misuse = hck_typestate_check(&oracle->state, j->call) != CLAUSE_NONE;
    oracle->state.hostile = true;
    if (is_misuse) {
        go_astray(oracle);
    }
}

/* A call waited for a lock, and another thread gave one of its slots to something else meanwhile:
 * what it did, and to what, nobody can tell, so nothing is claimed any more. */
static bool note_lost(struct judgement *j)
{
    struct oracle *oracle = j->oracle;
    if (!hck_typestate_has_lost(&oracle->state, j->call, j->seen)) {
        return false;
    }
    go_astray(oracle);
    return true;
}

/* What is done with an observation. */
enum treatment {
    TREATMENT_NONE,  /* nothing more: what there is to say is said */
    TREATMENT_ADOPT, /* it changes the state, and is not judged */
    TREATMENT_JUDGE
};

/* Skipped by both or by neither: the typestate is the same on both sides, or somebody lies. With
 * threads a call may be checked before, and judged after, one that changes the answer. */
static enum treatment check_typestate(struct judgement *j)
{
    enum clause_id rule = hck_typestate_check(&j->oracle->state, j->call);
    bool skipped = j->seen->status == STATUS_SKIPPED;
    if (skipped) {
        enum clause_id told = (enum clause_id)j->seen->skipped_by;
        bool is_right =
            told == rule || (j->oracle->thread_count > 1 && hck_skip_may_be_right(j, told));
        if (!is_right) {
            hck_verdict(j, CLAUSE_NONE, VERDICT_BROKEN, "skipped without the rule that was named");
        } else {
            hck_verdict(j, told, VERDICT_SKIPPED, NULL);
        }
        return TREATMENT_NONE;
    }
    if (rule == CLAUSE_NONE) {
        return j->oracle->is_astray ? TREATMENT_ADOPT : TREATMENT_JUDGE;
    }
    if (j->oracle->thread_count > 1 && hck_skip_came_too_late(j)) {
        return TREATMENT_ADOPT;
    }
    hck_verdict(j, CLAUSE_NONE, VERDICT_BROKEN, "made although a rule forbids it");
    return TREATMENT_NONE;
}

static void judge_observation(struct judgement *j)
{
    const struct observation *seen = j->seen;
    hck_judge_any_call(j);
    if (seen->status == STATUS_RETURNED || seen->status == STATUS_RAISED) {
        hck_judges[j->call->id].judge(j);
        hck_judge_after_call(j);
        hck_typestate_apply(&j->oracle->state, j->call, seen);
        if (j->row->result == RESULT_HEAP && seen->result != 0) {
            hck_model_adopt_heap(j->oracle, j->call);
        }
    } else {
        hck_heap_judge_unfinished(j);
    }
}

/* No clause speaks of a call that a rule forbids, nor of what comes behind a misuse: what the
 * judges say of it is not told. */
static void adopt_observation(struct judgement *j)
{
    uint32_t count = j->verdicts->count;
    uint32_t expectation_count = j->verdicts->expectation_count;
    uint32_t suspicion_count = j->oracle->suspicion_count;
    bool suspicions_lost = j->oracle->suspicions_lost;
    judge_observation(j);
    j->verdicts->count = count;
    j->verdicts->expectation_count = expectation_count;
    j->oracle->suspicion_count = suspicion_count;
    j->oracle->suspicions_lost = suspicions_lost;
}

void hck_oracle_judge(struct oracle *oracle, uint32_t call_index, const struct observation *seen,
                      struct verdicts *verdicts)
{
    const struct call *call = &oracle->calls[call_index];
    struct judgement j = {oracle, call_index, call, &hck_call_rows[call->id], seen, verdicts};
    verdicts->count = 0;
    verdicts->expectation_count = 0;
    memset(verdicts->state_classes, 0, sizeof verdicts->state_classes);
    if (oracle->options.tells_classes) {
        hck_oracle_state_classes(oracle, call, verdicts->state_classes);
    }
    oracle->epoch++;
    if (call_index + 1 < oracle->call_count) {
        fetch_slot(oracle, call + 1);
    }
    note_misuse(&j);
    bool has_lost = oracle->thread_count > 1 && note_lost(&j);
    if (oracle->thread_count > 1) {
        hck_suspicion_decide(&j);
        hck_skip_decide(&j);
        hck_heap_doubt_footprints(&j);
    }
    if (has_lost) {
        hck_typestate_apply(&oracle->state, call, seen);
        return;
    }
    enum treatment treatment = check_typestate(&j);
    if (treatment == TREATMENT_NONE) {
        return;
    }
    if (seen->status == STATUS_UNSUPPORTED) {
        tell_unsupported(&j);
        return;
    }
    fetch_place(&j);
    if (treatment == TREATMENT_ADOPT) {
        adopt_observation(&j);
    } else {
        judge_observation(&j);
    }
}

void hck_oracle_finish(struct oracle *oracle, uint8_t under_way, struct verdicts *verdicts)
{
    static const struct observation nothing = {.status = STATUS_SKIPPED};
    struct judgement j = {.oracle = oracle, .seen = &nothing, .verdicts = verdicts};
    hck_suspicion_finish(&j, under_way);
    hck_skip_finish(&j, under_way);
}

uint64_t hck_oracle_live_blocks(const struct oracle *oracle)
{
    return oracle->live_blocks;
}

size_t hck_oracle_bytes(const struct oracle *oracle)
{
    return oracle->arena.used;
}

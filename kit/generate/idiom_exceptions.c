/* Idioms of handlers and exceptions. */
#include "kit/generate/idiom.h"
#include "spec/win32.h"

static uint32_t add_handler(struct draft *draft, uint64_t first, enum handler_behaviour behaviour)
{
    uint32_t handler = hck_draft_free_slot(draft, SLOT_HANDLER);
    if (handler == NO_SLOT ||
        !DRAFT_MAKE(draft, AddVectoredExceptionHandler, handler, VALUE(first), VALUE(behaviour))) {
        return NO_SLOT;
    }
    return handler;
}

static void remove_handler(struct draft *draft, uint32_t handler)
{
    if (handler != NO_SLOT) {
        DRAFT_MAKE(draft, RemoveVectoredExceptionHandler, NO_SLOT, SLOT(HANDLER, handler));
    }
}

/* A handler that commits on demand, as programs with large sparse tables do. */
void hck_idiom_handler(struct draft *draft)
{
    uint64_t count = hck_random_between(&draft->random, 1, 4);
    bool commits = hck_random_chance(&draft->random, 65);
    uint32_t region = allocate_pages(draft, MEM_RESERVE, count, PAGE_READWRITE);
    uint32_t watcher =
        hck_random_chance(&draft->random, 40) ? add_handler(draft, 1, BEHAVIOUR_SEARCH) : NO_SLOT;
    uint32_t handler = add_handler(draft, hck_random_below(&draft->random, 2),
                                   commits ? BEHAVIOUR_COMMIT : BEHAVIOUR_SEARCH);
    if (region != NO_SLOT && handler != NO_SLOT) {
        poke(draft, region, 0, count * PAGE);
        peek(draft, region, hck_random_below(&draft->random, count) * PAGE, 1);
    }
    remove_handler(draft, handler);
    remove_handler(draft, watcher);
}

void hck_idiom_raise(struct draft *draft)
{
    struct random *random = &draft->random;
    unsigned count = (unsigned)hck_random_between(random, 1, 3);
    uint32_t handlers[3] = {NO_SLOT, NO_SLOT, NO_SLOT};
    for (unsigned i = 0; i < count; i++) {
        bool continues = hck_random_chance(random, 40);
        handlers[i] = add_handler(draft, hck_random_below(random, 2),
                                  continues ? BEHAVIOUR_CONTINUE : BEHAVIOUR_SEARCH);
    }
    for (unsigned i = 0; i < 2; i++) {
        DRAFT_MAKE(draft, RaiseException, NO_SLOT,
                   VALUE(hck_value_number(draft, MEANS_EXCEPTION_CODE)),
                   VALUE(hck_value_number(draft, MEANS_EXCEPTION_FLAGS)),
                   VALUE(hck_value_number(draft, MEANS_PARAMETER_COUNT)),
                   hck_random_chance(random, 70) ? VALUE(hck_random_below(random, 1000)) : NIL);
        remove_handler(draft, handlers[i]);
    }
    remove_handler(draft, handlers[2]);
}

/* The way of one access over pages: what judge_probe.c goes and access_fault.c stops. */
#ifndef HCK_ORACLE_ACCESS_WALK_H
#define HCK_ORACLE_ACCESS_WALK_H

#include "oracle/judge_exception.h"
#include "oracle/judge_virtual.h"
#include "oracle/page_access.h"

struct walk {
    struct judgement *j;
    enum access access;
    uint64_t start;
    uint64_t end;
    uint64_t at;
    uint64_t done;      /* bytes that were accessed, as observed */
    bool is_open;       /* nothing is known of what comes from `at` on */
    bool ends_in_fault; /* nobody continued the fault at `at` */
    bool may_go_on;     /* a handler may have made the newest fault go away */
    bool must_go_on;    /* the newest fault, at `at`, was continued and its cause is gone ... */
    enum clause_id continued_clause; /* ... so by this clause the access is restarted */
    enum clause_id granted_clause;   /* of the newest page that granted the access */
    bool fault_told;                 /* the fault at `at` has been judged */
    struct expected_handlers calls;
};

/* One fault on the way. */
struct fault {
    uint32_t code;
    enum clause_id page_clause;     /* that the page refuses the access, or CLAUSE_NONE */
    const struct page_piece *piece; /* NULL outside the reservations */
    enum space space;
    struct record_view view;
};

/* Makes the region of the address one of which nothing is claimed, until a query shows it. */
void hck_access_doubt_region(struct walk *walk);

/* One fault: who is called, how it ends, and what that makes of the model. */
void hck_access_meet_fault(struct walk *walk, struct fault *fault);

#endif

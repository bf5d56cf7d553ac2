/* How much of everything a trace can need. */
#ifndef HCK_ORACLE_STORAGE_H
#define HCK_ORACLE_STORAGE_H

#include "spec/call.h"

struct need {
    uint64_t objects;  /* insertions into the maps of objects ... */
    uint64_t regions;  /* ... and of reservations, and how many of these there are */
    uint64_t heaps;    /* serials */
    uint64_t pages;    /* runs that calls can add to `pages` and `causes` ... */
    uint64_t contents; /* ... and to `contents` ... */
    uint64_t locks;    /* ... to `locks` ... */
    uint64_t watches;  /* ... and to `watches` */
};

struct need hck_storage_need(const struct trace *trace);

/* Bytes for the pages, causes, contents and watches of regions. */
size_t hck_storage_of_runs(const struct need *need);

#endif

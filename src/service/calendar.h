/*
 * The calendar of work: what falls due between two days, from every kind of record that has a day
 * on which something is owed, ends, or has to be said.
 *
 * Derived days (instances of obligations, renewals, the last day for notice) are computed; a record
 * whose sides the viewer may not read is there without them, as everywhere.
 */
#pragma once

#include "service/agreements.h"
#include "service/render.h"

enum calendar_what {
    CALENDAR_OBLIGATION,
    CALENDAR_COMMITMENT,
    CALENDAR_TRANSACTION,
    CALENDAR_EXPIRES,
    CALENDAR_RENEWS,
    CALENDAR_NOTICE,
    CALENDAR_ENTERS,
    CALENDAR_REQUEST,
    CALENDAR_NEED,
    CALENDAR_ATTESTATION,
    CALENDAR_COUNT
};

struct calendar_item {
    int64_t day; /* ms of its beginning */
    enum calendar_what what;
    struct slice record, from, to; /* from owes it; empty: nobody in particular */
    const char *state;
};

struct calendar_query {
    struct slice of;     /* only what concerns this actor; empty: all */
    int64_t from, until; /* ms of the first and the last moment */
    int64_t as_of_ms;
    unsigned what; /* bit per enum calendar_what; 0: all */
};

struct calendar {
    struct calendar_item *items; /* by day, what, record */
    size_t count;
    bool cut; /* at LIMIT_CALENDAR: there are more, later ones */
};

int calendar_make(struct snapshot *s, const struct calendar_query *q, struct error *err,
                  struct calendar *ret);
const char *calendar_word(enum calendar_what what);
/* One item as an object. What the viewer may not read (any more) writes nothing. */
int calendar_write_item(const struct calendar_item *i, int64_t as_of_ms, struct render *r,
                        struct error *err);

/* ---- what the files of the calendar share ---- */

struct calendar_list {
    struct snapshot *snapshot;
    struct arena *arena;
    const struct calendar_query *query;
    struct agreements *agreements;
    struct calendar_item *items;
    size_t count, capacity;
};
/* Takes the item if it lies within the query. */
int calendar_add(struct calendar_list *l, struct calendar_item item);
int calendar_collect(struct calendar_list *l, struct error *err);

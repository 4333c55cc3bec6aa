/*
 * The status of an agreement on a day: a pure function of what is written in the instrument and
 * done about it (the body of the record), the day, and the day from which another agreement
 * replaces it. No clock, no other record, no label. The rules stand at the head of
 * agreement_status.c.
 *
 * Everything counts in whole days of UTC; a day is the milliseconds of its beginning. DAY_NEVER
 * means that there is no such day.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/json.h"
#include "base/when.h"

#define DAY_NEVER INT64_MAX
#define DAY_MS INT64_C(86400000)

enum agreement_state {
    AGREEMENT_DRAFT,
    AGREEMENT_NEGOTIATING,
    AGREEMENT_AGREED, /* the text stands, nobody has signed */
    AGREEMENT_SIGNED,
    AGREEMENT_PROVISIONAL,
    AGREEMENT_IN_FORCE,
    AGREEMENT_SUSPENDED,
    AGREEMENT_EXPIRING, /* in force, and its end is known and near */
    AGREEMENT_EXPIRED,
    AGREEMENT_TERMINATED,
    AGREEMENT_SUPERSEDED,
};

enum agreement_end { /* why it ends or ended */
                     AGREEMENT_END_NONE,
                     AGREEMENT_END_EXPIRY,
                     AGREEMENT_END_TERMINATION,
                     AGREEMENT_END_SUPERSEDED,
                     AGREEMENT_END_STATED,
                     AGREEMENT_END_MINIMUM,
};

enum party_state {
    PARTY_LISTED,
    PARTY_SIGNED,
    PARTY_PROVISIONAL,
    PARTY_BOUND,
    PARTY_WITHDRAWN,
    PARTY_ENDED, /* was bound until the agreement ended */
};

struct agreement_party {
    struct slice party, role;
    enum party_state state;
    int64_t since, until; /* first and last day of the state; DAY_NEVER: not known */
    bool suspended;       /* bound, but has suspended the agreement for itself */
};

/* Beside acts: concluded, provisional_begins, provisional_ends, entry_into_force, renewal,
 * suspended, resumed, notice_by, expiring, expired, terminated, superseded; of a party:
 * party_bound, party_withdrawn, party_provisional, party_provisional_ended. */
struct agreement_event {
    int64_t at;
    const char *event;  /* the word of an act, or one of those below */
    struct slice party; /* whose act or state it is, or empty */
    const char *source; /* action, term or stated */
    bool future;        /* after the day that was asked for */
};

struct agreement_status {
    enum agreement_state state;
    int64_t since;                             /* first day of the state */
    int64_t in_force_on;                       /* day of entry into force */
    int64_t provisional_on, provisional_until; /* first and last day of provisional application */
    int64_t ends_on;                           /* last day in force */
    enum agreement_end end;
    int64_t renews_on;                     /* first day of the next term */
    int renewals;                          /* so far */
    int64_t notice_by;                     /* last day to stop the next renewal */
    const struct agreement_party *parties; /* in the order of the record */
    size_t party_count;
    const struct agreement_event *events; /* by day */
    size_t event_count;
};

/* superseded_on: the first day on which another agreement stands in its place, or DAY_NEVER. Texts
 * are those of the body; the rest lives in the arena. Fails only for memory. */
int agreement_status(struct arena *a, const struct json *body, int64_t at_ms, int64_t superseded_on,
                     struct error *err, struct agreement_status *ret);

const char *agreement_state_word(enum agreement_state state);
const char *agreement_end_word(enum agreement_end end); /* NULL for none */
const char *party_state_word(enum party_state state);
/* In force, whether or not its end is near: what binds those who are bound. */
static inline bool agreement_state_binds(enum agreement_state state)
{
    return state == AGREEMENT_IN_FORCE || state == AGREEMENT_EXPIRING;
}

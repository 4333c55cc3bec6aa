/*
 * The roster: who holds which position when, and who belongs to whom, as a viewer may see it.
 *
 * Position is not person: people pass through positions. A person is found behind a participant of
 * an engagement by the position they spoke from and the day. Of two holders of one position on a
 * day (a week of handover) the one who came last is meant.
 *
 * Invariant: only postings whose person and position are readable are known, and parents end where
 * the viewer's sight ends, so that what is hidden is as if it had never been stated.
 */
#pragma once

#include "picture/picture.h"

struct roster;

struct tour { /* a posting */
    struct slice posting, person, position;
    struct slice from, until;  /* as stated, or empty */
    int64_t first_ms, last_ms; /* INT64_MIN, INT64_MAX where nothing is stated */
    uint32_t label;            /* its number: what is told from it marks the answer */
};

/* Reads the readable postings, once. All lives in the snapshot's arena. */
int roster_open(struct snapshot *s, struct error *err, struct roster **ret);

/* The holder of the position on the day, or NULL. */
const struct tour *roster_holder(const struct roster *r, struct slice position, int64_t at_ms);
/* The posting that a person stands in on the day: the one that began last; or NULL. */
const struct tour *roster_post(const struct roster *r, struct slice person, int64_t at_ms);
/* Who takes the position next: the first posting that begins after the day; or NULL. */
const struct tour *roster_next(const struct roster *r, struct slice position, int64_t at_ms);
/* Who held it before: the last one of another person that began before that tour; or NULL. */
const struct tour *roster_before(const struct roster *r, const struct tour *t);
/* The latest posting of the person that began by that day, or the first to come; or NULL. */
const struct tour *roster_latest(const struct roster *r, struct slice person, int64_t at_ms);

/* Is the actor that other one, or part of it: by the chain of parents, for a person by the position
 * held on the day? */
bool roster_belongs(struct roster *r, struct slice actor, struct slice to, int64_t at_ms);
/* The nearest of the actor itself, its position and its parents that satisfies; empty when none. */
typedef bool (*roster_test)(void *context, struct slice actor, struct slice nature);
struct slice roster_climb(struct roster *r, struct slice actor, int64_t at_ms, roster_test test,
                          void *context);

enum { ROSTER_UNDER_MAX = 2000 };
struct ids {
    struct slice *items;
    size_t count;
};
/* The actor, all that is part of it, and the persons ever posted there; at most
 * ROSTER_UNDER_MAX, in order of discovery. */
int roster_under(struct roster *r, struct slice actor, struct error *err, struct ids *ret);

/* "posting","person","position","from","until" members, where the roster's viewer may see them. */
struct render;
bool tour_write(const struct tour *t, struct render *r);

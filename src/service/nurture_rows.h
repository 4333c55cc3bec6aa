/*
 * The relationships of an actor as nurture sees them: those in force, with who met whom, when and
 * how, what is planned, and what each side delivered. Plans, fading and the digest begin here.
 *
 * Contact: a held engagement in which both take part, or that names the relationship; of any form,
 * counted for each relationship. Who began it: the first participant that the viewer may read (by
 * custom the one who invited). Delivered: commitments of each side to the other.
 *
 * Invariant: rows depend on readable records alone; what was counted has entered the marking.
 */
#pragma once

#include "picture/picture.h"
#include "service/node.h"

enum { NURTURE_BEGAN_DAYS = 730, NURTURE_YEAR_DAYS = 365, NURTURE_ACCEPTED = 8 };
#define PLAN_EXTERNAL "plan:" /* how external ids of lines accepted from a plan begin */

/* An engagement as one relationship sees it. */
struct contact {
    struct slice engagement; /* id; empty: none */
    int64_t at;              /* seconds, its first moment */
    struct slice mode;
    const struct json *body;
};

struct contacts {
    struct contact last, next;                 /* held; planned, the soonest to come */
    struct contact accepted[NURTURE_ACCEPTED]; /* planned, from a plan; the first few by id */
    uint32_t accepted_count;
    uint32_t year;         /* held in the year before */
    uint32_t ours, theirs; /* begun by each side in the two years before */
};

struct delivery {
    uint32_t kept, late, broken, open, overdue;
};

struct nurture_row {
    struct slice relationship, partner; /* ids */
    struct slice title, title_fr, country, nature, priority, posture;
    struct slice steward;                   /* id, or empty */
    int64_t half_life;                      /* seconds, of the pair */
    int64_t cadence_ideal, cadence_longest; /* days, 0: none set */
    struct contacts contacts;
    struct delivery ours, theirs; /* what we promised them; what they promised us */
};

struct nurture_rows {
    struct nurture_row *rows; /* in order of relationship id */
    size_t count;
};

/* as_of in seconds. None when the actor may not be read. In the snapshot's arena. */
int nurture_rows_read(struct node *n, struct snapshot *s, struct slice of, int64_t as_of,
                      struct error *err, struct nurture_rows *ret);
/* The row of a relationship, or NULL. */
struct nurture_row *nurture_row_of(const struct nurture_rows *all, struct slice relationship);
/* Days from the last contact; -1: none. */
int64_t nurture_days_since(const struct nurture_row *row, int64_t as_of);
/* "2026-11-23" of a moment. */
struct slice nurture_day(struct arena *a, int64_t seconds);

/*
 * Fading: per relationship, when trust falls below a floor if nothing is done, contact against
 * cadence, who does the asking and the giving, and which way it goes.
 *
 * Falling is the trust model's own decay with the prior held (opinion_time_to_fall), in both
 * directions: our trust in them and what we have earned of theirs. One-sided, stated as a rule: of
 * at least four beginnings (or promises that were decided) in the window, one side has at most a
 * fifth of them (or keeps less than half of its own while the other keeps most).
 */
#pragma once

#include "service/nurture_rows.h"
#include "service/trust.h"

struct fading_query {
    struct slice of;
    int64_t as_of; /* seconds */
    double floor;
    size_t limit;
};

enum fading_side { SIDE_EVEN, SIDE_OURS, SIDE_THEIRS }; /* who does more */

struct fading_sides {
    enum fading_side began, delivers;
};
struct fading_sides fading_sides_of(const struct nurture_row *row);

struct fading_row {
    const struct nurture_row *row;
    struct trust_figure trust, earned;
    int64_t falls, earned_falls; /* seconds from as_of; 0: is below; -1: never */
    double trend;                /* trust now less trust 90 days before */
    int64_t overdue_days;        /* past the longest interval; negative: still to come */
    struct fading_sides sides;
};

struct fading {
    struct fading_row *rows; /* soonest to fall first, then longest overdue, then id */
    size_t count;
};

/* What calls for attention, as bits. */
enum fading_need {
    FADING_BELOW = 1,  /* trust is below the floor */
    FADING_SOON = 2,   /* falls below it within FADING_SOON_DAYS */
    FADING_OVERDUE = 4 /* no contact for longer than the longest interval */
};
enum { FADING_SOON_DAYS = 30, FADING_ANY = FADING_BELOW | FADING_SOON | FADING_OVERDUE };

/* Seconds until a figure falls below the floor if nothing is done; 0: it is below; -1: never. */
int fading_falls(struct trust_desk *d, struct node *n, const struct trust_figure *f, double floor,
                 struct error *err, int64_t *ret);
unsigned fading_need_of(int64_t falls); /* FADING_BELOW, FADING_SOON or nothing */
/* Whom we never met is overdue only when an interval was set. */
unsigned fading_needs(const struct fading_row *row);
/* Everything of one row whose nurture row is filled. */
int fading_judge(struct trust_desk *d, struct node *n, const struct fading_query *q,
                 struct fading_row *row, struct error *err);
int fading_make(struct trust_desk *d, struct node *n, struct snapshot *s,
                const struct fading_query *q, struct error *err, struct fading *ret);
/* Members "as_of", "of", "floor", "items" into the open object. */
int fading_write(struct node *n, const struct fading_query *q, struct render *r, struct error *err);
/* The members beside trust: "falls", "earned_falls", "contact", "began", "delivered". */
int fading_write_state(const struct fading_row *row, const struct fading_query *q, struct render *r,
                       struct error *err);
int fading_write_row(const struct fading_row *row, const struct fading_query *q, struct render *r,
                     struct error *err);

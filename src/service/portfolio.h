/*
 * The portfolio: every relationship of an actor with trust in both directions, trend and contact.
 *
 * Two steps: all rows lightly (portfolio_rows.h) with no more than the figure that the order needs,
 * then all figures for the rows of the page. Past dates are whole days, so that
 * their folds are found again.
 *
 * Invariant: rows, order and cursor depend on readable records and evidence alone. The order is
 * total: the sort key, then the id of the relationship.
 */
#pragma once

#include "service/fading.h"

enum contact_state { CONTACT_NONE, CONTACT_FRESH, CONTACT_DUE, CONTACT_FADING };

struct portfolio_row {
    struct slice relationship, partner; /* ids */
    struct slice title, title_fr, short_en, country, audience;
    struct slice nature, priority, posture;
    struct slice origin; /* of the relationship; of the page's rows alone */
    int64_t half_life;                      /* seconds */
    int64_t cadence_ideal, cadence_longest; /* days, 0: none set */
    struct trust_figure trust, earned;
    double trend;         /* trust now less trust 90 days before */
    int64_t last_contact; /* seconds, INT64_MIN: none */
    enum contact_state contact;
    int64_t falls; /* seconds until trust is below the floor; 0: is; -1: never */
    uint32_t open_commitments, overdue_commitments;
    struct nurture_row nurture; /* who met whom, who delivers; of the page's rows alone */
    struct fading_row fading;
};

struct portfolio_query {
    struct slice of; /* actor id */
    int64_t as_of;   /* seconds */
    struct slice words, audience, priority, posture;
    double floor;       /* trust below it fades */
    unsigned needs;     /* only those with one of these bits of enum fading_need; 0: all */
    bool one_sided;     /* only those in which one side always begins, or alone delivers */
    struct slice sort;  /* "partner", "trust", "earned", "trend", "last_contact", "fading_on",
                           "priority"; '-' first: descending */
    size_t limit;       /* 0: all */
    struct slice after; /* cursor */
};

struct portfolio {
    struct portfolio_row *rows;
    size_t count;
    size_t total; /* before pages */
    struct slice next;
};

int portfolio_make(struct trust_desk *d, struct node *n, struct snapshot *s,
                   const struct portfolio_query *q, struct error *err, struct portfolio *ret);
/* One row as JSON; spark: twelve monthly values of trust, the last one now. */
int portfolio_write_row(struct trust_desk *d, const struct portfolio_row *row,
                        const struct portfolio_query *q, bool spark, struct render *r,
                        struct error *err);
const char *contact_state_word(enum contact_state state);

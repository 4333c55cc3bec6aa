/*
 * The plan: where the free hours of the coming weeks do most good, for a viewer and an actor.
 *
 * One arm for each partner (of several relationships the one of the highest priority): its state
 * is the evidence that the trust figure itself stands on (own, reciprocal and witnessed, decayed
 * with the pair's half-life), so that what a plan says of today is what the portfolio says. Its
 * importance has two parts, told apart in every line: what the declared priority is worth, and
 * what the partner is worth to the open needs (need_worth.h), each need counted by its own
 * priority beside the first.
 *
 * Nobody is met again within the policy's gap, or half the ideal interval, but when it must be.
 * Weeks are runs of seven days from the day asked about. A day that is blacked out takes its share
 * of the week's hours. A partner whom we meet within these weeks anyhow is not planned for, and
 * what was accepted from an earlier plan takes its hours. Must-do: priorities named by the policy,
 * with a longest interval. Nothing is stored; the same records and query give the same bytes.
 *
 * Several persons, each with hours of their own, have a plan each, over the relationships that they
 * serve: as steward (themselves, or by the post that they hold today), or, where there is no
 * steward, as the first of them who was at the last contact. One relationship is served by one.
 */
#pragma once

#include "service/need_worth.h"
#include "service/nurture.h"
#include "service/nurture_rows.h"
#include "service/records.h"
#include "service/trust.h"

/* What one person can give, week by week. */
struct plan_budget {
    struct slice person; /* id */
    double hours[ATTENTION_WEEKS_MAX];
};

struct plan_query {
    struct slice of;
    int64_t as_of;                     /* seconds */
    double hours;                      /* a week */
    uint32_t weeks;                    /* 1 .. ATTENTION_WEEKS_MAX */
    double floor;                      /* trust below it is told of */
    struct slice person;               /* only relationships that this person serves; empty: all */
    const struct plan_budget *budgets; /* then hours and person say nothing */
    size_t budget_count;
    const int64_t *blackout; /* days since 1970 */
    size_t blackout_count;
};

struct plan_arm {
    const struct nurture_row *row;
    struct trust_figure trust;
    double declared, critical; /* the parts of its importance */
    int64_t falls;             /* seconds until trust is below the floor; -1: never */
    bool planned;              /* met within these weeks anyhow */
};

/* The plan of one budget. */
struct nurture_plan {
    const struct plan_query *query;
    const struct plan_budget *budget; /* NULL: the query's hours */
    uint32_t trips_before;            /* of the plans before it, so that trips have one number */
    const struct nurture *policy;
    struct plan_arm *arms;
    size_t count;
    const struct need_worths *needs;
    struct slice home_country, *countries; /* of regions */
    struct attention_problem problem;
    struct attention_plan plan, nothing, oldest;
    double hours[ATTENTION_WEEKS_MAX]; /* free */
};

/* The plans of all budgets, and what none of them serves. */
struct plan_set {
    const struct plan_query *query;
    struct nurture_plan *plans;
    size_t count;
    struct need_worths needs;
    const struct nurture_row **unserved; /* by partner */
    size_t unserved_count;
};

int plan_set_make(struct trust_desk *d, struct node *n, struct snapshot *s,
                  const struct plan_query *q, struct error *err, struct plan_set *ret);
/* The first day of a week, in days since 1970. */
int64_t plan_week_day(const struct plan_query *q, uint32_t week);
/* The day that a line is proposed for: working days that are not blacked out, filled in order. */
int64_t plan_line_day(const struct nurture_plan *p, uint32_t line);

/* The members of the answer into the open object. */
int plan_write(struct node *n, const struct plan_query *q, struct render *r, struct error *err);
int plan_write_week(const struct plan_set *set, uint32_t week, struct render *r, struct error *err);
/* The arms that are met anyhow, the soonest first. NULL without memory. */
const struct plan_arm **plan_planned(const struct plan_set *set, struct arena *a,
                                     size_t *ret_count);
/* "planned" and "compare" with their keys. */
int plan_write_planned(const struct plan_set *set, struct render *r, struct error *err);
void plan_write_compare(const struct plan_set *set, struct json_writer *out);
/* "Not met for 83 days (at most 60). ..." why a line is there. */
void plan_reason(const struct nurture_plan *p, uint32_t line, bool french, struct buf *out);

/* Who of these persons serves each row, by number in persons; PLAN_NOBODY when none does. In the
 * snapshot's arena. */
enum { PLAN_NOBODY = -1 };
int plan_people(struct snapshot *s, const struct nurture_rows *rows, const struct slice *persons,
                size_t person_count, int64_t now_ms, struct error *err, int **ret);

/* A line becomes a planned engagement of the two; asked again, the one that stands is told.
 * input: relationship, type, on, title, place, label. The snapshot is closed. */
int plan_accept(struct write_context *w, const struct json *input, struct error *err,
                struct written *ret);

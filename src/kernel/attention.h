/*
 * Attention: which relationships to give the few hours of a week to, and what becomes of the rest.
 *
 * A relationship is an arm of a restless bandit. Its state is the decayed evidence of the trust
 * model itself, p kept and n = lambda * broken units, which both fade at the rate d = ln 2 / H per
 * week; its reward in a week is its importance w times its trust
 *
 *   E = a + (p(1-a) - n a) / (c(p+n) + W)      c = 1 + kappa          (opinion.h)
 *
 * Held n and a, this is exactly a constant plus  s * p/(p+V)  with
 *
 *   V = n + W/c          s = (n + (1-a) W/c) / (c V)
 *
 * so that the price at which an engagement that is expected to add m units of kept evidence is just
 * worth having, in trust times weeks, has a closed form (p -> 0: s ln[(m+V)/V] / d):
 *
 *   index(p) = (s/d) { ln[(p+m+V)/(p+V)] - ln[(p+m)/p] * p(p+m) / ((p+V)(p+m+V)) } - loss
 *
 * An engagement succeeds with probability theta: m = theta * kept. A failure leaves evidence
 * against; n' = (1-theta) * lambda * broken units are expected, and cost over their life 1/d
 *
 *   loss = (n'/d) * mean over one cycle of -dE/dn,     -dE/dn = (c p + a W) / (c(p+n) + W)^2
 *        = (n'/d) / L * { m/(c B) + a W [ (L - ln((p+m+V)/(p+V))) / (cV)^2 - m/(c^2 V B) ] }
 *   with  L = ln[(p+m)/p],  B = (p+V)(p+m+V);  the cycle is p+m fading to p.
 *
 * Source: Whittle 1988 (restless bandits, index as a subsidy); the closed form is the optimal
 * threshold of the continuous-time arm, worked out for this project and judged in the tests by
 * value iteration. It differs from the numeric index where a week is long beside 1/d, and in
 * holding n and a still; the tests state how close a plan comes to the Lagrangian bound.
 *
 * Planning, week by week: who was met too recently rests; what must be done is reserved first, in
 * its cheapest form; then hours go where w * index / hours is greatest. An arm that may be engaged
 * in several forms climbs the upper hull of its (hours, value) points. A form that travels needs a
 * trip to the arm's region, which costs once a week; the best bundle of visits there (the prefix,
 * by value per hour, with the best mean) competes with all else. Between weeks the state moves to
 * its expectation.
 *
 * Units: hours; weeks; evidence in units of the trust model. Ties fall by number: the same problem
 * gives the same plan. Edge cases: no hours, no arms, or no form worth its price give an empty
 * week. Cost a week: O(arms * types) logarithms, and a heap.
 */
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "kernel/opinion.h"

enum {
    ATTENTION_TYPES_MAX = 16,
    ATTENTION_WEEKS_MAX = 26,
    ATTENTION_NEVER = INT32_MAX /* as a week: not due */
};
#define ATTENTION_NOWHERE UINT32_MAX /* as a region: cannot be visited */

/* A form of engagement. */
struct attention_type {
    double hours;   /* > 0, without travel */
    double kept;    /* units that a good one leaves */
    double broken;  /* units against that a failed one leaves, before lambda */
    double success; /* theta, 0..1 */
    bool travels;   /* takes place where the partner is */
};

struct attention_state {
    double kept, broken; /* units, before lambda */
    double prior;        /* a */
    double rate;         /* d > 0, per week */
};

struct attention_arm {
    struct attention_state state; /* now */
    double importance;            /* w >= 0 */
    uint32_t types;               /* bits of the forms that suit it */
    uint32_t region;              /* or ATTENTION_NOWHERE */
    int32_t due;                  /* week by whose end contact must be; <= 0: at once */
    int32_t every;                /* weeks from a contact until it is due again; 0: no more */
    int32_t since;                /* weeks since the last contact, for the baselines */
    int32_t ideal;                /* weeks between contacts, for the fixed cadence; 0: none */
    int32_t gap;                  /* weeks between contacts at least, unless one is due */
};

struct attention_problem {
    const struct trust_parameters *parameters;
    const struct attention_type *types;
    uint32_t type_count;
    const struct attention_arm *arms;
    uint32_t arm_count;
    const double *trip_hours; /* per region: one trip in a week */
    uint32_t region_count;
    const double *hours; /* per week */
    uint32_t weeks;
};

enum attention_policy {
    ATTENTION_INDEX,   /* what is described above */
    ATTENTION_NOTHING, /* no engagement at all */
    ATTENTION_OLDEST,  /* whoever was not met for longest */
    ATTENTION_CADENCE  /* whoever is furthest past the ideal interval */
};

enum { ATTENTION_NO_TRIP = UINT32_MAX };
struct attention_line {
    uint32_t week, arm, type;
    uint32_t trip;   /* number in trips, or ATTENTION_NO_TRIP */
    double hours;    /* without the trip's own */
    double index;    /* trust times weeks that this engagement is worth at most, per w = 1 */
    double priority; /* w * index / hours: what the line was chosen by */
    bool must_do;
};

struct attention_trip {
    uint32_t week, region;
    double hours;
};

struct attention_unmet { /* what must be done and found no hours; told once */
    uint32_t week, arm;
};

struct attention_plan {
    struct attention_line *lines; /* by week; must-do first, then by priority */
    uint32_t line_count;
    struct attention_trip *trips;
    uint32_t trip_count;
    struct attention_unmet *unmet;
    uint32_t unmet_count;
    double used[ATTENTION_WEEKS_MAX]; /* hours, trips included */
    struct attention_state *end;      /* per arm: the expectation after the last week */
    double value;                     /* sum of w E at the end / sum of w */
};

/* Trust (the prudent read-out) in a state. */
double attention_trust(const struct attention_state *s, const struct trust_parameters *p);
/* The index of one form in a state; may be negative. */
double attention_index(const struct attention_state *s, const struct attention_type *t,
                       const struct trust_parameters *p);
/* The state a week later, with the expectation of an engagement of this form (NULL: none). */
struct attention_state attention_next(const struct attention_state *s,
                                      const struct attention_type *t);

/* EN_INVALID for a problem outside its ranges, EN_NO_MEMORY. The plan lives in the arena. */
int attention_plan_make(const struct attention_problem *p, enum attention_policy policy,
                        struct arena *a, struct error *err, struct attention_plan *ret);
/* Trust at the end of line `skip`'s arm with everything else of the plan but this line. */
double attention_without(const struct attention_problem *p, const struct attention_plan *plan,
                         uint32_t skip);

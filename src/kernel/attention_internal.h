/* What the files of attention share; nothing outside this folder includes it. */
#pragma once

#include "kernel/attention.h"

enum { ATTENTION_NO_TYPE = ATTENTION_TYPES_MAX };

/* One step up an arm's hull: from one form to a longer one. */
struct attention_step {
    double rate; /* value gained per hour */
    uint32_t arm;
    uint8_t type, from; /* from: ATTENTION_NO_TYPE at first */
};

/* The best visits of one region at the hours that were left when it was looked at. */
struct attention_bundle {
    double rate, hours;
    uint32_t count; /* the first members of the region's slice */
    bool fresh, open;
    uint32_t trip;
};

/* What one week is filled in; kept from week to week. */
struct attention_week {
    const struct attention_problem *problem;
    struct attention_state *states;
    int32_t *due, *since;
    bool *told;
    double *value;   /* [arm * type_count + type]: w * index */
    uint8_t *chosen; /* form of each arm, or ATTENTION_NO_TYPE */
    uint8_t *visit;  /* its best form that travels, or ATTENTION_NO_TYPE */
    bool *must;
    uint32_t *first;   /* of each region in members */
    uint32_t *members; /* arms by region */
    uint32_t *order;   /* scratch, arms */
    double *rates;     /* scratch, arms */
    struct attention_bundle *bundles;
    struct attention_step *steps; /* a heap, greatest rate first */
    uint32_t step_count;
    double least; /* hours of the shortest form */
    double left;  /* hours of this week */
    uint32_t number;
    struct attention_plan *plan;
};

/* attention_week.c: fills the week by index; the choice stands in `chosen`. */
void attention_fill(struct attention_week *w);
/* The same by one order of all arms, each in the form that leaves most per hour: the baselines. */
void attention_fill_ordered(struct attention_week *w, const uint32_t *order, uint32_t count);
/* Value of a form for an arm now. */
static inline double attention_value(const struct attention_week *w, uint32_t arm, uint32_t type)
{
    return w->value[(size_t)arm * w->problem->type_count + type];
}

/*
 * The weights policy: how much each kind of event says about trust (trust.md section 8), and the
 * parameters of the trust model. It is policy, editable per instance, and printed in explanations.
 *
 * weight of an item = sqrt(stakes) * share, split equally over the dimensions the row names, in
 * micro-units; a row may give a positive and a negative item (kept late: half each).
 */
#pragma once

#include "record/kind.h"

enum { WEIGHT_ROWS_MAX = 64 };

struct weight_row {
    char event[48];
    unsigned dimensions;   /* bit per dimension; 0: as the record states */
    double positive;       /* share of the weight */
    double negative;
    double stakes;         /* 0: as the record states */
};

struct weights {
    struct weight_row rows[WEIGHT_ROWS_MAX];
    size_t count;
    double routine, significant, critical; /* stakes by word: 1, 4, 16 */
    /* parameters of the model */
    int64_t half_life_strategic, half_life_situational, half_life_time_bound,
        half_life_individual; /* seconds */
    double lambda, prior_weight, kappa, reporter_cap, prior_strength, reciprocity, witness_cap,
        base_rate_default;
    double own_delivery;   /* how surely what is our own is delivered */
    double delivery_floor; /* partners less likely than this to deliver enter no option */
    int64_t fading_days; /* contact older than the longest cadence, or this when none is set */
    /* strengths of ties that no evidence speaks of, for introductions; dormant is a factor */
    double tie_posting, tie_unit, tie_membership, tie_dormant;
    double access_weak, access_fair, access_strong;
};

/* Reads policy/trust.json's form; unset members keep the defaults of trust.md. */
int weights_parse(struct slice text, struct error *err, struct weights *ret);
void weights_write(const struct weights *w, struct json_writer *out);

struct evidence_item {
    struct slice truster, trustee;
    int64_t at_ms;
    uint8_t dimension;
    int8_t valence;    /* +1, -1 */
    uint32_t w_micro;
    const char *event;
    uint8_t stakes;    /* 0 none, 1 routine, 2 significant, 3 critical: for showing */
};

typedef void (*evidence_sink)(void *context, const struct evidence_item *item);
/* The weighted items of one testimony, in a fixed order. */
void weights_weigh(const struct weights *w, const struct testimony *t, evidence_sink sink,
                   void *context);
/* Turns a record's testimony into weighted items, in a fixed order. */
void record_evidence(const struct kind *k, const struct json *body, const struct weights *w,
                     evidence_sink sink, void *context);

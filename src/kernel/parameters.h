/*
 * Every parameter of the trust model, with its default. Policy sets them; kernels only read them.
 *
 * lambda is prudence, not a discovery: weighing a breach more heavily does not improve prediction,
 * so there are two read-outs of one state: `forecast` (lambda 1, calibrated) and `trust` (this
 * lambda). Whoever shows a figure says which of the two it is.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define TRUST_DAY ((int64_t)86400)

struct trust_parameters {
    int64_t half_life_kept;   /* seconds, 0: never fades */
    int64_t half_life_broken; /* the same unless set apart on purpose */
    double lambda;            /* weight of a breach in the prudent read-out, > 0 */
    double prior_weight;      /* W > 0: units of evidence that the prior is worth */
    double kappa;             /* >= 0: share of evidence that stays uncertain */

    /* base rate a0 = (kept + base_kept) / (all + base_all) over what is readable, else base_rate */
    double base_kept, base_all;
    double base_rate;     /* where nothing is readable */
    bool base_rate_fixed; /* use base_rate always */

    bool network;               /* false: the prior is a0, no reciprocity, no witnesses */
    double reporter_cap;        /* c_r: units one reporter's pair may count in a reputation */
    double prior_strength;      /* k: units of evidence that a0 is worth in a reputation */
    double reciprocity;         /* rho: what the trustee's evidence about the truster counts */
    double witness_cap;         /* units all witnesses together may count */
    double clip_low, clip_high; /* bounds of the network prior, inside (0,1) */

    /* value form: ratings -1..1 */
    double value_damping;     /* k of the damped means */
    double value_prior;       /* W: weight of the two-way mean */
    double value_reciprocity; /* rho */
    double value_witness;     /* delta */
};

static inline struct trust_parameters trust_parameters_default(void)
{
    return (struct trust_parameters){
        .half_life_kept = 730 * TRUST_DAY,
        .half_life_broken = 730 * TRUST_DAY,
        .lambda = 1.5,
        .prior_weight = 3,
        .kappa = 0.25,
        .base_kept = 4.5,
        .base_all = 5,
        .base_rate = 0.6,
        .base_rate_fixed = false,
        .network = true,
        .reporter_cap = 4,
        .prior_strength = 4,
        .reciprocity = 0.5,
        .witness_cap = 1,
        .clip_low = 0.02,
        .clip_high = 0.98,
        .value_damping = 3,
        .value_prior = 1,
        .value_reciprocity = 1.5,
        .value_witness = 1,
    };
}

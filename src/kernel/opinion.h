/*
 * From evidence to an opinion, and the questions one can ask of it in closed form.
 *
 * With p = kept and n = lambda * broken (units after decay), a the prior, W and kappa parameters:
 *
 *   S = (1+kappa)(p+n) + W      E = a + (p(1-a) - n a)/S
 *   b = p/S   d = n/S   u = (W + kappa(p+n))/S      b+d+u = 1,  E = b + a u,  u >= kappa/(1+kappa)
 *
 * Source: beta reputation (Josang and Ismail 2002) and subjective logic's evidence map (Josang
 * 2016), with a share kappa of the evidence left uncertain; kappa = 0, lambda = 1 is the canonical
 * form. Pure functions of doubles, in a fixed order of operations; 0 < E < 1 whenever 0 < a < 1.
 */
#pragma once

#include "kernel/decay.h"
#include "kernel/parameters.h"

/* Decayed evidence in units (weight 1, undecayed, is one unit), before lambda. */
struct evidence {
    double kept, broken;
};

struct opinion {
    double belief, disbelief, uncertainty;
    double prior;       /* a */
    double expectation; /* E: the figure shown */
};

/* One read-out. lambda 1 is the forecast, parameters' lambda is trust. 0 <= prior <= 1. */
struct opinion opinion_read(struct evidence e, double prior, double lambda,
                            const struct trust_parameters *p);

/* "If this promise is kept / broken now": the read-out with an item of this weight (units) added.
 */
struct opinion opinion_what_if(struct evidence e, double prior, double lambda, double weight,
                               bool broken, const struct trust_parameters *p);

/* PAPER: "lost faster than it can be earned". Kept weight that brings the expectation back to
 * `expectation` after a breach of weight `breach` there:
 *   breach * lambda * ((1+kappa)E - kappa a) / ((1+kappa a) - (1+kappa)E)
 * HUGE_VAL (infinite) when no amount does (E at or above the ceiling (1+kappa a)/(1+kappa)); 0
 * where nothing is lost. */
double opinion_kept_to_return(double expectation, double prior, double lambda, double breach,
                              const struct trust_parameters *p);

/* Kept weight, added now to evidence e, that lifts the expectation to `target`; 0 when it is there
 * already, HUGE_VAL (infinite) when it cannot be reached. */
double opinion_kept_to_reach(struct evidence e, double prior, double lambda, double target,
                             const struct trust_parameters *p);

/* The highest expectation that any amount of kept evidence approaches: (1+kappa a)/(1+kappa). */
double opinion_ceiling(double prior, const struct trust_parameters *p);

/* Seconds until the expectation first lies under `floor` if nothing happens and the prior stays:
 * 0 when it does now, -1 when it never will (within DECAY_TIME_MAX). Found by bisection on the
 * exact decays, so every platform answers the same second. `kept`, `broken`: the half-lives of e.
 */
int64_t opinion_time_to_fall(struct evidence e, double prior, double lambda, double floor,
                             const struct decay *kept, const struct decay *broken,
                             const struct trust_parameters *p);

/*
 * Explanation: why the expectation is what it is, item by item, and exactly.
 *
 * An item of decayed weight w (times the scale of its source) contributes w(1-a)/S if kept and
 * -lambda w a/S if broken; E - a is their sum identically. Printed figures are parts per million,
 * rounded by largest remainder so that they add up to printed E minus printed a, to the last digit.
 *
 * Sources: direct evidence, scale 1; the trustee's evidence about the truster ("reciprocal"), scale
 * rho; the evidence of a witness x about the trustee ("via x"), scale t_x after the cap.
 */
#pragma once

#include "kernel/trust.h"

enum term_source { TERM_DIRECT, TERM_RECIPROCAL, TERM_WITNESS };

struct trust_term {
    uint32_t item; /* index into the columns */
    uint32_t via;  /* actor number of a witness, else UINT32_MAX */
    enum term_source source;
    uint8_t side;
    uint64_t decay; /* D, of 2^32 */
    double scale;   /* what this source counts */
    double weight;  /* units after decay and scale, before lambda */
    double share;   /* contribution to E - a */
    int64_t ppm;    /* the same as it is printed */
};

/* Appends the visible items of one pair (dimension < 0: all) to terms; returns how many there are;
 * writes none past capacity (call with capacity 0 to count). Items whose weight has faded to
 * nothing are included: they are part of what was weighed. */
size_t explain_pair(const struct trust_columns *c, size_t pair, const struct trust_view *v,
                    const struct decay *kept, const struct decay *broken, int dimension,
                    enum term_source source, double scale, uint32_t via, struct trust_term *terms,
                    size_t capacity);

/* Fills share and ppm of all terms for the opinion read from the evidence they come from. `e` is
 * the evidence given to opinion_read, o its result. scratch: count entries. */
void explain_shares(struct trust_term *terms, size_t count, struct evidence e, struct opinion o,
                    double lambda, const struct trust_parameters *p, uint32_t *scratch);

/* x in parts per million, half to even: the same digits as a fixed decimal of six places
 * (jw_fixed). */
int64_t explain_ppm(double x);

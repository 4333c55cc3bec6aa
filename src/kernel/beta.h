/*
 * The interval of a probability that is known only through an opinion, and the digits it carries.
 *
 *   I_x(a,b) = x^a (1-x)^b / (a B(a,b)) * 1/(1 + d1/(1 + d2/(1 + ...)))      the share below x
 *   d_2m = m (b-m) x / ((a+2m-1)(a+2m)),  d_2m+1 = -(a+m)(a+b+m) x / ((a+2m)(a+2m+1))
 *
 * Source: Abramowitz and Stegun 1964, 26.5.8, taken forwards as Lentz 1976 and Thompson and Barnett
 * 1986 do; above x = (a+1)/(a+b+2) by 1 - I_(1-x)(b,a). An opinion b, d, u with prior a and prior
 * weight W stands for Beta(W b/u + W a, W d/u + W (1-a)), whose mean is its expectation b + a u
 * (Josang 2016). What kappa leaves uncertain widens it, as it should.
 *
 * Units: probabilities 0..1. Edge cases: a parameter of 0 puts all mass at 0 (a) or at 1 (b); an
 * opinion without uncertainty is a point. O(sqrt(a+b)) terms a value. Measured against exact sums,
 * within 4 standard deviations of the mean: 12 digits at a+b = 500, 11 at 5e3, 10 at 5e4; what is
 * lost is lost in the logarithms of the gamma function.
 */
#pragma once

#include "kernel/opinion.h"

/* I_x(a,b) for a, b >= 0, not both 0: 0 at x <= 0 and 1 at x >= 1. */
double beta_cdf(double x, double a, double b);
/* The x with I_x(a,b) = level; 0 for level <= 0, 1 for level >= 1. Rises with the level, to
 * rounding. */
double beta_quantile(double level, double a, double b);

/* 80 of 100 lie inside: the quantiles of 10 % and of 90 %, quantised to 1e-9. */
struct interval {
    double low, high;
};
#define INTERVAL_LEVEL_LOW 0.1
#define INTERVAL_LEVEL_HIGH 0.9

/* An opinion surer than this many units of evidence is taken as worth just so many: its interval
 * comes out a little wider, never narrower. */
#define INTERVAL_EVIDENCE_MAX 1e6

/* Of an opinion, prior included; its expectation is not used. prior_weight W > 0. */
struct interval beta_interval(const struct opinion *o, double prior_weight);

enum { INTERVAL_DIGITS_MAX = 4 };
/* How many decimals a probability with this interval carries: down to the place of the first
 * significant digit of half the width, and never past INTERVAL_DIGITS_MAX. 0.62..0.94 carries 1,
 * 0.71..0.75 carries 2. "Never print more digits than that carries." */
unsigned interval_digits(struct interval i);

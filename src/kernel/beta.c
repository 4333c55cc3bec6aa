/*
 * The incomplete beta function, its inverse, and intervals (formulas and source in beta.h).
 *
 * The inverse keeps a bracket [low, high] with I(low) <= level <= I(high) and shrinks it by a
 * Newton step and a halving in turn: the step makes it fast, the halving makes it end. It must
 * never leave the bracket, so the answer is right to the last bits that the function itself
 * carries.
 */
#include "kernel/beta.h"

#include <float.h>
#include <math.h>

enum { TERMS_MAX = 20000, HALVINGS_MAX = 1100 };

static double log_gamma(double x)
{
    int sign;
    return lgamma_r(x, &sign); /* lgamma writes a global */
}

/* ln of x^a (1-x)^b / B(a,b) */
static double log_front(double x, double a, double b)
{
    return log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log1p(-x);
}

/* A denominator of zero would end the recurrence; the smallest number carries it past. */
static double not_zero(double x)
{
    const double least = 1e-300;
    return fabs(x) < least ? least : x;
}

/* 1/(1 + d1/(1 + d2/(1 + ...))) */
static double fraction(double x, double a, double b)
{
    double c = 1;
    double d = 1 / not_zero(1 - (a + b) * x / (a + 1));
    double value = d;
    for (int m = 1; m <= TERMS_MAX; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / not_zero(1 + even * d);
        c = not_zero(1 + even / c);
        value *= c * d;
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / not_zero(1 + odd * d);
        c = not_zero(1 + odd / c);
        value *= c * d;
        if (fabs(c * d - 1) < DBL_EPSILON)
            break;
    }
    return value;
}

static double within_unit(double x)
{
    return x < 0 ? 0 : x > 1 ? 1 : x;
}

double beta_cdf(double x, double a, double b)
{
    if (x <= 0)
        return 0;
    if (x >= 1 || a <= 0)
        return 1;
    if (b <= 0)
        return 0;
    double front = exp(log_front(x, a, b));
    if (x < (a + 1) / (a + b + 2))
        return within_unit(front * fraction(x, a, b) / a);
    return within_unit(1 - front * fraction(1 - x, b, a) / b);
}

/* Where the level is reached, between low and high; narrowed by one look at x. */
struct bracket {
    double low, high;
};

static double look(struct bracket *k, double x, double level, double a, double b)
{
    double over = beta_cdf(x, a, b) - level;
    if (over < 0)
        k->low = x;
    else
        k->high = x;
    return over;
}

double beta_quantile(double level, double a, double b)
{
    if (level <= 0 || a <= 0)
        return 0;
    if (level >= 1 || b <= 0)
        return 1;
    struct bracket k = { 0, 1 };
    double x = a / (a + b);
    for (int n = 0; n < HALVINGS_MAX; n++) {
        double over = look(&k, x, level, a, b);
        double step = over * x * (1 - x) / exp(log_front(x, a, b));
        if (fabs(step) <= DBL_EPSILON * x)
            break;
        double middle = k.low + (k.high - k.low) / 2;
        if (middle <= k.low || middle >= k.high)
            break;
        look(&k, middle, level, a, b);
        double next = x - step; /* not a number where the density vanishes: halving goes on */
        x = next > k.low && next < k.high ? next : k.low + (k.high - k.low) / 2;
    }
    return x;
}

static double quantised(double x)
{
    return floor(x * 1e9 + 0.5) / 1e9;
}

struct interval beta_interval(const struct opinion *o, double prior_weight)
{
    double u = o->uncertainty;
    double least = prior_weight / INTERVAL_EVIDENCE_MAX;
    if (u <= 0) {
        double mean = o->belief + o->disbelief > 0 ? o->belief / (o->belief + o->disbelief) : 0;
        return (struct interval){ quantised(mean), quantised(mean) };
    }
    /* W/u is the weight of prior and evidence together, and belief + prior u its share for. */
    double all = prior_weight / (u > least ? u : least);
    double a = all * (o->belief + o->prior * u);
    double b = all * (o->disbelief + (1 - o->prior) * u);
    return (struct interval){ quantised(beta_quantile(INTERVAL_LEVEL_LOW, a, b)),
                              quantised(beta_quantile(INTERVAL_LEVEL_HIGH, a, b)) };
}

unsigned interval_digits(struct interval i)
{
    static const double place[INTERVAL_DIGITS_MAX + 1] = { 1, 1e-1, 1e-2, 1e-3, 1e-4 };
    /* A width that falls a rounding short of a place is taken as reaching it. */
    double half = fabs(i.high - i.low) / 2 + 1e-12;
    unsigned digits = 0;
    while (digits < INTERVAL_DIGITS_MAX && place[digits] > half)
        digits++;
    return digits;
}

/*
 * Read-out and closed forms of opinion.h.
 *
 * The closed forms follow from E(S) = a S + p(1-a) - n a, solved for p: with
 *   gain = (1-a) - (E-a)(1+kappa) = (1+kappa a) - (1+kappa)E     what one unit kept is worth at E
 *   loss = a + (E-a)(1+kappa)     = (1+kappa)E - kappa a         what one unit broken costs there
 * E is met when p gain = n loss + (E-a) W. A gain of zero or less: E is out of reach.
 */
#include "kernel/opinion.h"

#include <math.h>

struct opinion opinion_read(struct evidence e, double prior, double lambda,
                            const struct trust_parameters *q)
{
    double p = e.kept;
    double n = lambda * e.broken;
    double s = (1 + q->kappa) * (p + n) + q->prior_weight;
    return (struct opinion){
        .belief = p / s,
        .disbelief = n / s,
        .uncertainty = (q->prior_weight + q->kappa * (p + n)) / s,
        .prior = prior,
        .expectation = prior + (p * (1 - prior) - n * prior) / s,
    };
}

struct opinion opinion_what_if(struct evidence e, double prior, double lambda, double weight,
                               bool broken, const struct trust_parameters *q)
{
    if (broken)
        e.broken += weight;
    else
        e.kept += weight;
    return opinion_read(e, prior, lambda, q);
}

static double gain_at(double expectation, double prior, const struct trust_parameters *q)
{
    return (1 + q->kappa * prior) - (1 + q->kappa) * expectation;
}

static double loss_at(double expectation, double prior, const struct trust_parameters *q)
{
    return (1 + q->kappa) * expectation - q->kappa * prior;
}

double opinion_ceiling(double prior, const struct trust_parameters *q)
{
    return (1 + q->kappa * prior) / (1 + q->kappa);
}

double opinion_kept_to_return(double expectation, double prior, double lambda, double breach,
                              const struct trust_parameters *q)
{
    double gain = gain_at(expectation, prior, q);
    double loss = loss_at(expectation, prior, q);
    if (loss <= 0)
        return 0;
    return gain > 0 ? breach * lambda * loss / gain : HUGE_VAL;
}

double opinion_kept_to_reach(struct evidence e, double prior, double lambda, double target,
                             const struct trust_parameters *q)
{
    if (opinion_read(e, prior, lambda, q).expectation >= target)
        return 0;
    double gain = gain_at(target, prior, q);
    if (gain <= 0)
        return HUGE_VAL;
    double n = lambda * e.broken;
    double needed = (n * loss_at(target, prior, q) + (target - prior) * q->prior_weight) / gain;
    return needed > e.kept ? needed - e.kept : 0;
}

/* Everything that the expectation at a later second depends on. */
struct course {
    struct evidence e;
    double prior, lambda, floor;
    const struct decay *kept, *broken;
    const struct trust_parameters *q;
};

static bool below_at(const struct course *c, int64_t dt)
{
    struct evidence later = { c->e.kept * ((double)decay_of(c->kept, dt) / 4294967296.0),
                              c->e.broken * ((double)decay_of(c->broken, dt) / 4294967296.0) };
    return opinion_read(later, c->prior, c->lambda, c->q).expectation < c->floor;
}

/* The first second in (from, until] that lies below; not below at from, below at until. */
static int64_t first_below(const struct course *c, int64_t from, int64_t until)
{
    while (until - from > 1) {
        int64_t middle = from + (until - from) / 2;
        if (below_at(c, middle))
            until = middle;
        else
            from = middle;
    }
    return until;
}

/* p gain - n loss is a difference of two exponentials: it has at most one turning point. With equal
 * half-lives it has none. Returns a second in (0, DECAY_TIME_MAX), or 0 for none. */
static int64_t turning_point(const struct course *c)
{
    if (c->kept->half_life == c->broken->half_life || c->kept->half_life == DECAY_NONE ||
        c->broken->half_life == DECAY_NONE)
        return 0;
    double rise = c->lambda * c->e.broken * loss_at(c->floor, c->prior, c->q);
    double fall = c->e.kept * gain_at(c->floor, c->prior, c->q);
    if (rise <= 0 || fall <= 0)
        return 0;
    double hk = (double)c->kept->half_life, hb = (double)c->broken->half_life;
    double t = log2((rise / hb) / (fall / hk)) / (1 / hb - 1 / hk);
    return t > 0 && t < (double)DECAY_TIME_MAX ? (int64_t)t : 0;
}

int64_t opinion_time_to_fall(struct evidence e, double prior, double lambda, double floor,
                             const struct decay *kept, const struct decay *broken,
                             const struct trust_parameters *q)
{
    struct course c = { e, prior, lambda, floor, kept, broken, q };
    if (below_at(&c, 0))
        return 0;
    int64_t turn = turning_point(&c);
    if (turn > 0 && below_at(&c, turn))
        return first_below(&c, 0, turn);
    if (below_at(&c, DECAY_TIME_MAX))
        return first_below(&c, turn, DECAY_TIME_MAX);
    return -1;
}

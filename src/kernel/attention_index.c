/* One arm: its trust, the worth of an engagement, its way through the weeks. See attention.h. */
#include "kernel/attention.h"

#include <math.h>

/* Below this much evidence the index is that of none; the logarithms stay finite. */
static const double least_kept = 1e-6;

double attention_trust(const struct attention_state *s, const struct trust_parameters *p)
{
    struct evidence e = { .kept = s->kept, .broken = s->broken };
    return opinion_read(e, s->prior, p->lambda, p).expectation;
}

double attention_index(const struct attention_state *s, const struct attention_type *t,
                       const struct trust_parameters *p)
{
    double c = 1 + p->kappa, n = p->lambda * s->broken, a = s->prior;
    double x = s->kept > least_kept ? s->kept : least_kept;
    double m = t->success * t->kept, v = n + p->prior_weight / c;
    if (m <= 0)
        return 0;
    double scale = (n + (1 - a) * p->prior_weight / c) / (c * v);
    double both = (x + v) * (x + m + v);
    double up = log1p(m / (x + v)), cycle = log1p(m / x);
    double worth = scale / s->rate * (up - cycle * x * (x + m) / both);
    double against = (1 - t->success) * p->lambda * t->broken;
    double slope = m / (c * both) +
                   a * p->prior_weight * ((cycle - up) / (c * v * c * v) - m / (c * c * v * both));
    return worth - against / s->rate * slope / cycle;
}

struct attention_state attention_next(const struct attention_state *s,
                                      const struct attention_type *t)
{
    double left = exp(-s->rate);
    struct attention_state next = *s;
    next.kept *= left;
    next.broken *= left;
    if (t) {
        next.kept += t->success * t->kept;
        next.broken += (1 - t->success) * t->broken;
    }
    return next;
}

/*
 * Network form of trust (formulas, exactness and invariants in network.h).
 *
 * Edge cases: an actor nobody has evidence about has f = a0, so the prior falls back to what is
 * known of the other side, and to a0 when nothing is. A base rate of 0 or 1 is taken as 1e-9 away
 * from it in log-odds. Self-evidence (u about u) is an ordinary pair; nobody is their own witness.
 */
#include "kernel/network.h"

#include "base/fault.h"

#include <math.h>
#include <stdlib.h>

static const double integer_units = 4294967296.0 * 1e6;

/* The pair's sum, scaled down to the cap as a whole. */
static struct trust_sum capped(struct trust_sum s, double cap_units)
{
    trust_integer all = s.kept + s.broken;
    double cap = cap_units * integer_units;
    double weight = (double)all;
    if (weight <= cap)
        return s;
    return (struct trust_sum){ (trust_integer)(cap * ((double)s.kept / weight)),
                               (trust_integer)(cap * ((double)s.broken / weight)) };
}

static struct trust_sum subtract(struct trust_sum a, struct trust_sum b)
{
    return (struct trust_sum){ a.kept - b.kept, a.broken - b.broken };
}

struct trust_sum network_total(const struct trust_sum *sum, size_t count)
{
    struct trust_sum total = { 0, 0 };
    for (size_t i = 0; i < count; i++)
        total = trust_sum_add(total, sum[i]);
    return total;
}

double network_base_rate(struct trust_sum total, const struct trust_parameters *p)
{
    if (p->base_rate_fixed || (total.kept == 0 && total.broken == 0))
        return p->base_rate;
    struct evidence e = trust_evidence(total);
    return (e.kept + p->base_kept) / (e.kept + e.broken + p->base_all);
}

struct network network_plain(const struct pair_index *index, const struct trust_sum *sum,
                             double base_rate, const struct trust_parameters *p)
{
    return (struct network){ .index = index, .sum = sum, .parameters = *p, .base_rate = base_rate };
}

int network_init(const struct pair_index *index, const struct trust_sum *sum,
                 const struct trust_parameters *p, struct error *err, struct network *ret)
{
    double base = network_base_rate(network_total(sum, index->pair_count), p);
    struct network n = network_plain(index, sum, base, p);
    size_t actors = index->actor_count ? index->actor_count : 1;
    n.reputation = base_calloc(actors, sizeof(*n.reputation));
    n.disposition = base_calloc(actors, sizeof(*n.disposition));
    if (!n.reputation || !n.disposition) {
        network_done(&n);
        return error_set(err, EN_NO_MEMORY, "no memory for %zu actors", actors);
    }
    for (uint32_t i = 0; i < index->pair_count; i++) {
        struct trust_sum s = capped(sum[i], p->reporter_cap);
        struct trust_sum *about = &n.reputation[index->trustee[i]];
        struct trust_sum *by = &n.disposition[index->truster[i]];
        *about = trust_sum_add(*about, s);
        *by = trust_sum_add(*by, s);
    }
    *ret = n;
    return 0;
}

void network_done(struct network *n)
{
    base_free(n->reputation);
    base_free(n->disposition);
    n->reputation = n->disposition = NULL;
}

static struct trust_sum row_total(const struct network *n, const uint32_t *row, uint32_t from,
                                  uint32_t until)
{
    struct trust_sum total = { 0, 0 };
    for (uint32_t i = from; i < until; i++)
        total = trust_sum_add(total, capped(n->sum[row[i]], n->parameters.reporter_cap));
    return total;
}

static struct trust_sum about_total(const struct network *n, uint32_t trustee)
{
    const struct pair_index *x = n->index;
    return n->reputation ? n->reputation[trustee]
                         : row_total(n, x->in, x->in_start[trustee], x->in_start[trustee + 1]);
}

static struct trust_sum by_total(const struct network *n, uint32_t truster)
{
    const struct pair_index *x = n->index;
    return n->disposition ? n->disposition[truster]
                          : row_total(n, x->out, x->out_start[truster], x->out_start[truster + 1]);
}

static double share_kept(struct evidence e, double base, double strength)
{
    return (e.kept + strength * base) / (e.kept + e.broken + strength);
}

static double logit(double x)
{
    const double edge = 1e-9;
    x = x < edge ? edge : x > 1 - edge ? 1 - edge : x;
    return log(x / (1 - x));
}

static double quantised(double x)
{
    return floor(x * 1e9 + 0.5) / 1e9;
}

static double clip(double x, const struct trust_parameters *p)
{
    double bounded = x < p->clip_low ? p->clip_low : x > p->clip_high ? p->clip_high : x;
    return quantised(bounded);
}

static struct network_prior prior_of(const struct network *n, uint32_t truster, uint32_t trustee,
                                     int64_t pair)
{
    const struct trust_parameters *p = &n->parameters;
    double base = quantised(n->base_rate);
    struct network_prior r = { .base_rate = base, .prior = base };
    if (!p->network)
        return r;
    struct trust_sum own = { 0, 0 };
    if (pair >= 0)
        own = capped(n->sum[pair], p->reporter_cap);
    r.about_trustee = trust_evidence(subtract(about_total(n, trustee), own));
    r.by_truster = trust_evidence(subtract(by_total(n, truster), own));
    double rep = share_kept(r.about_trustee, base, p->prior_strength);
    double disp = share_kept(r.by_truster, base, p->prior_strength);
    double odds = logit(rep) + logit(disp) - logit(base);
    double x10 = clip(rep, p), x01 = clip(disp, p);
    double x11 = clip(1 / (1 + exp(-odds)), p);
    r.prior = x11;
    r.reputation = ((x10 - base) + (x11 - x01)) / 2;
    r.disposition = ((x01 - base) + (x11 - x10)) / 2;
    return r;
}

/* What a walk over the witnesses gathers. */
struct gathering {
    struct evidence e;
    size_t count;
    struct network_witness *list;
    size_t capacity;
};

static void gather(const struct network *n, uint32_t actor, int64_t trust, int64_t report,
                   struct gathering *g)
{
    if (trust < 0 || report < 0 || n->sum[trust].kept == 0)
        return;
    struct trust_sum says = n->sum[report];
    if (says.kept == 0 && says.broken == 0)
        return;
    double t = trust_units(n->sum[trust].kept);
    t = t < 1 ? t : 1;
    struct evidence e = trust_evidence(says);
    g->e.kept += t * e.kept;
    g->e.broken += t * e.broken;
    if (g->count < g->capacity)
        g->list[g->count] =
            (struct network_witness){ .actor = actor, .pair = (uint32_t)report, .scale = t };
    g->count++;
}

/* Walks the shorter of the two rows; both are ascending in x, so the sums are the same either way.
 */
static void walk(const struct network *n, uint32_t truster, uint32_t trustee, struct gathering *g)
{
    const struct pair_index *x = n->index;
    uint32_t out = x->out_start[truster], out_end = x->out_start[truster + 1];
    uint32_t in = x->in_start[trustee], in_end = x->in_start[trustee + 1];
    if (out_end - out <= in_end - in) {
        for (uint32_t i = out; i < out_end; i++) {
            uint32_t actor = x->trustee[x->out[i]];
            if (actor != trustee && actor != truster)
                gather(n, actor, x->out[i], pair_index_find(x, actor, trustee), g);
        }
    } else {
        for (uint32_t i = in; i < in_end; i++) {
            uint32_t actor = x->truster[x->in[i]];
            if (actor != trustee && actor != truster)
                gather(n, actor, pair_index_find(x, truster, actor), x->in[i], g);
        }
    }
}

static double cap_scale(struct evidence e, double cap)
{
    double weight = e.kept + e.broken;
    return weight > cap ? cap / weight : 1;
}

size_t network_witnesses(const struct network *n, uint32_t truster, uint32_t trustee,
                         struct network_witness *ret, size_t capacity)
{
    if (!n->parameters.network || n->parameters.witness_cap <= 0)
        return 0;
    struct gathering g = { .list = ret, .capacity = capacity };
    walk(n, truster, trustee, &g);
    double scale = cap_scale(g.e, n->parameters.witness_cap);
    for (size_t i = 0; i < g.count && i < capacity; i++)
        ret[i].scale *= scale;
    return g.count;
}

struct network_reading network_read(const struct network *n, uint32_t truster, uint32_t trustee,
                                    int64_t pair)
{
    const struct trust_parameters *p = &n->parameters;
    struct network_reading r = { .prior = prior_of(n, truster, trustee, pair) };
    if (pair >= 0)
        r.direct = trust_evidence(n->sum[pair]);
    r.total = r.direct;
    if (!p->network)
        return r;
    int64_t reverse =
        pair >= 0 ? n->index->reverse[pair] : pair_index_find(n->index, trustee, truster);
    if (reverse >= 0 && truster != trustee) {
        struct evidence e = trust_evidence(n->sum[reverse]);
        r.reciprocal = (struct evidence){ p->reciprocity * e.kept, p->reciprocity * e.broken };
    }
    if (p->witness_cap > 0) {
        struct gathering g = { .list = NULL };
        walk(n, truster, trustee, &g);
        double scale = cap_scale(g.e, p->witness_cap);
        r.witnessed = (struct evidence){ scale * g.e.kept, scale * g.e.broken };
    }
    r.total.kept += r.reciprocal.kept + r.witnessed.kept;
    r.total.broken += r.reciprocal.broken + r.witnessed.broken;
    return r;
}

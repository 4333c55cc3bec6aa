/*
 * Shapley and Banzhaf values by quadrature (formulas, source and laws in criticality.h).
 *
 * A partner with an empty mask or probability 0 changes nothing and is passed over; so the least
 * number of nodes is that of the others. At a node t < 1, so no logarithm is that of 0; v(all), at
 * t = 1, takes the partners that deliver for sure out of the product and into the set of
 * requirements that every M must contain.
 */
#include "kernel/criticality.h"

#include "base/fault.h"

#include <float.h>
#include <math.h>
#include <string.h>

struct game {
    const struct criticality_partner *partners;
    uint32_t count, active;     /* active: those that change anything */
    uint32_t requirements, all; /* all: the mask of every requirement */
    double *term;               /* 2^requirements */
};

static bool is_active(const struct criticality_partner *p)
{
    return p->mask != 0 && p->probability > 0;
}

static void subset_sums(const struct game *g)
{
    for (uint32_t bit = 1; bit <= g->all; bit <<= 1) {
        for (uint32_t m = 0; m <= g->all; m++) {
            if (m & bit)
                g->term[m] += g->term[m ^ bit];
        }
    }
}

static void superset_sums(const struct game *g)
{
    for (uint32_t bit = 1; bit <= g->all; bit <<= 1) {
        for (uint32_t m = 0; m <= g->all; m++) {
            if (!(m & bit))
                g->term[m] += g->term[m ^ bit];
        }
    }
}

/* term[M] becomes +-prod over j with m_j not in M of (1 - t p_j). Partners for which that is 0 are
 * passed over: the caller leaves out the M that do not contain their masks. */
static void signed_products(const struct game *g, double t)
{
    double total = 0;
    memset(g->term, 0, ((size_t)g->all + 1) * sizeof(*g->term));
    for (uint32_t j = 0; j < g->count; j++) {
        double fails = 1 - t * g->partners[j].probability;
        if (!is_active(&g->partners[j]) || fails <= 0)
            continue;
        double l = log(fails);
        g->term[g->partners[j].mask] += l;
        total += l;
    }
    subset_sums(g);
    for (uint32_t m = 0; m <= g->all; m++) {
        double product = exp(total - g->term[m]);
        g->term[m] = __builtin_parity(g->all ^ m) ? -product : product;
    }
}

/* weight * f_i(t), added to value[i] for every partner. */
static void add_slopes(const struct game *g, double t, double weight, double *value)
{
    signed_products(g, t);
    superset_sums(g);
    double every = g->term[0]; /* all M contain the empty set */
    for (uint32_t i = 0; i < g->count; i++) {
        const struct criticality_partner *p = &g->partners[i];
        if (is_active(p))
            value[i] +=
                weight * -p->probability * (every - g->term[p->mask]) / (1 - t * p->probability);
    }
}

static double coverage_of_all(const struct game *g)
{
    uint32_t sure = 0;
    for (uint32_t j = 0; j < g->count; j++)
        sure |= g->partners[j].probability >= 1 ? g->partners[j].mask : 0;
    signed_products(g, 1);
    double sum = 0;
    for (uint32_t m = 0; m <= g->all; m++) {
        if ((m & sure) == sure)
            sum += g->term[m];
    }
    return sum < 0 ? 0 : sum > 1 ? 1 : sum;
}

/* Node k of n of Gauss and Legendre's rule, on 0..1: a root of the Legendre polynomial P_n by
 * Newton's method, P by its three-term recurrence (Abramowitz and Stegun 1964, 25.4.30, 22.7.10).
 */
static double legendre_node(uint32_t k, uint32_t n, double *ret_weight)
{
    const double pi = 3.14159265358979323846;
    double x = cos(pi * (k + 0.75) / (n + 0.5)), slope = 1;
    for (int pass = 0; pass < 50; pass++) {
        double before = 0, here = 1;
        for (uint32_t j = 1; j <= n; j++) {
            double next = ((2 * j - 1) * x * here - (j - 1) * before) / j;
            before = here;
            here = next;
        }
        slope = n * (before - x * here) / (1 - x * x);
        double step = here / slope;
        x -= step;
        if (fabs(step) <= DBL_EPSILON)
            break;
    }
    *ret_weight = 1 / ((1 - x * x) * slope * slope);
    return (1 - x) / 2;
}

static int check(const struct criticality_partner *partners, uint32_t count, uint32_t requirements,
                 struct error *err)
{
    if (requirements > CRITICALITY_REQUIREMENTS_MAX)
        return error_set(err, EN_TOO_LARGE, "%u requirements, at most %d", requirements,
                         CRITICALITY_REQUIREMENTS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        if (!(partners[i].probability >= 0 && partners[i].probability <= 1))
            return error_set(err, EN_INVALID, "partner %u has no probability", i);
        if (partners[i].mask >> requirements)
            return error_set(err, EN_INVALID, "partner %u covers what is not required", i);
    }
    return 0;
}

static double quantised(double x)
{
    return x <= 0 ? 0 : floor(x * 1e9 + 0.5) / 1e9;
}

static void finish(const struct game *g, double *shapley, double *banzhaf, struct criticality *c)
{
    double sum = 0;
    for (uint32_t i = 0; i < g->count; i++) {
        sum += shapley[i];
        shapley[i] = quantised(shapley[i]);
        banzhaf[i] = quantised(banzhaf[i]);
    }
    c->gap = fabs(sum - c->coverage);
}

static void play(struct game *g, double *shapley, double *banzhaf, struct criticality *ret)
{
    uint32_t together = 0;
    memset(shapley, 0, g->count * sizeof(*shapley));
    memset(banzhaf, 0, g->count * sizeof(*banzhaf));
    for (uint32_t i = 0; i < g->count; i++) {
        g->active += is_active(&g->partners[i]);
        together |= is_active(&g->partners[i]) ? g->partners[i].mask : 0;
    }
    struct criticality c = { .exact = true };
    if (g->all == 0)
        c.coverage = 1; /* nothing is needed: nobody adds anything */
    if (g->all != 0 && together == g->all) {
        uint32_t nodes = g->active / 2 + g->active % 2;
        c.nodes = nodes < CRITICALITY_NODES_MAX ? nodes : CRITICALITY_NODES_MAX;
        c.exact = c.nodes == nodes;
        for (uint32_t k = 0; k < c.nodes; k++) {
            double weight, t = legendre_node(k, c.nodes, &weight);
            add_slopes(g, t, weight, shapley);
        }
        add_slopes(g, 0.5, 1, banzhaf);
        c.coverage = coverage_of_all(g);
        finish(g, shapley, banzhaf, &c);
    }
    *ret = c;
}

void criticality_merge(const uint32_t *partner, const struct criticality_partner *column,
                       uint32_t column_count, uint32_t partner_count,
                       struct criticality_partner *ret)
{
    memset(ret, 0, partner_count * sizeof(*ret));
    for (uint32_t i = 0; i < column_count; i++) {
        struct criticality_partner *p = &ret[partner[i]];
        if (column[i].mask == 0)
            continue;
        if (p->mask == 0 || column[i].probability < p->probability)
            p->probability = column[i].probability;
        p->mask |= column[i].mask;
    }
}

int criticality_values(const struct criticality_partner *partners, uint32_t count,
                       uint32_t requirement_count, struct error *err, double *ret_shapley,
                       double *ret_banzhaf, struct criticality *ret)
{
    int rc = check(partners, count, requirement_count, err);
    if (rc < 0)
        return rc;
    struct game g = { .partners = partners,
                      .count = count,
                      .requirements = requirement_count,
                      .all = ((uint32_t)1 << requirement_count) - 1 };
    g.term = base_malloc(((size_t)g.all + 1) * sizeof(*g.term));
    if (!g.term)
        return error_set(err, EN_NO_MEMORY, "no memory for %u requirements", requirement_count);
    play(&g, ret_shapley, ret_banzhaf, ret);
    base_free(g.term);
    return 0;
}

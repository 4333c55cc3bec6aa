/*
 * Value form of values.h. Edge cases: no ratings at all predict 0; an actor without ratings has a
 * damped mean of 0; W + rho + delta = 0 is excluded by W > 0.
 */
#include "kernel/values.h"

#include "base/fault.h"

#include <assert.h>
#include <stdlib.h>

int value_table_init(const struct pair_index *index, struct error *err, struct value_table *ret)
{
    struct value_table t = { .index = index };
    size_t pairs = index->pair_count ? index->pair_count : 1;
    size_t actors = index->actor_count ? index->actor_count : 1;
    t.rating = base_calloc(pairs, sizeof(*t.rating));
    t.present = base_calloc(pairs, sizeof(*t.present));
    t.given = base_calloc(actors, sizeof(*t.given));
    t.received = base_calloc(actors, sizeof(*t.received));
    t.given_count = base_calloc(actors, sizeof(*t.given_count));
    t.received_count = base_calloc(actors, sizeof(*t.received_count));
    if (!t.rating || !t.present || !t.given || !t.received || !t.given_count || !t.received_count) {
        value_table_done(&t);
        return error_set(err, EN_NO_MEMORY, "no memory for %zu ratings", pairs);
    }
    *ret = t;
    return 0;
}

void value_table_done(struct value_table *t)
{
    base_free(t->rating);
    base_free(t->present);
    base_free(t->given);
    base_free(t->received);
    base_free(t->given_count);
    base_free(t->received_count);
    *t = (struct value_table){ 0 };
}

void value_table_unset(struct value_table *t, uint32_t pair)
{
    if (!t->present[pair])
        return;
    uint32_t u = t->index->truster[pair], v = t->index->trustee[pair];
    t->present[pair] = 0;
    t->given[u] -= t->rating[pair];
    t->received[v] -= t->rating[pair];
    t->total -= t->rating[pair];
    t->given_count[u]--;
    t->received_count[v]--;
    t->count--;
}

void value_table_set(struct value_table *t, uint32_t pair, int32_t rating)
{
    assert(rating >= -VALUE_ONE && rating <= VALUE_ONE);
    value_table_unset(t, pair);
    uint32_t u = t->index->truster[pair], v = t->index->trustee[pair];
    t->present[pair] = 1;
    t->rating[pair] = rating;
    t->given[u] += rating;
    t->received[v] += rating;
    t->total += rating;
    t->given_count[u]++;
    t->received_count[v]++;
    t->count++;
}

/* sum of (w - mu) over count ratings, over count + k; in ratings -1..1 */
static double damped(int64_t sum, uint32_t count, double mean, double k)
{
    if (count == 0)
        return 0;
    return ((double)sum / VALUE_ONE - count * mean) / (count + k);
}

/* The two-way mean and what the witnesses are compared with. */
struct expected {
    double mean;    /* mu */
    double truster; /* b_u */
    double m;
};

static struct expected expected_of(const struct value_table *t, uint32_t u, uint32_t v,
                                   int64_t without, const struct trust_parameters *p)
{
    int64_t total = t->total, given = t->given[u], received = t->received[v];
    uint32_t count = t->count, given_count = t->given_count[u];
    uint32_t received_count = t->received_count[v];
    if (without >= 0) {
        int32_t own = t->rating[without];
        total -= own;
        given -= own;
        received -= own;
        count--;
        given_count--;
        received_count--;
    }
    struct expected e = { .mean = count ? (double)total / VALUE_ONE / count : 0 };
    e.truster = damped(given, given_count, e.mean, p->value_damping);
    e.m = e.mean + e.truster + damped(received, received_count, e.mean, p->value_damping);
    return e;
}

/* Numerator and weight of what witnesses add. */
struct correction {
    double sum, weight;
};

static void add_witness(const struct value_table *t, uint32_t x, int64_t trust, int64_t report,
                        struct expected e, const struct trust_parameters *p, struct correction *c)
{
    if (trust < 0 || report < 0 || !t->present[trust] || !t->present[report] ||
        t->rating[trust] <= 0)
        return;
    double weight = (double)t->rating[trust] / VALUE_ONE;
    double own = damped(t->given[x], t->given_count[x], e.mean, p->value_damping);
    double says = (double)t->rating[report] / VALUE_ONE - e.mean - own;
    c->sum += weight * (says - (e.m - e.mean - e.truster / 2));
    c->weight += weight;
}

static struct correction witnesses(const struct value_table *t, uint32_t u, uint32_t v,
                                   struct expected e, const struct trust_parameters *p)
{
    const struct pair_index *x = t->index;
    struct correction c = { 0, 0 };
    uint32_t out = x->out_start[u], out_end = x->out_start[u + 1];
    uint32_t in = x->in_start[v], in_end = x->in_start[v + 1];
    bool by_out = out_end - out <= in_end - in;
    for (uint32_t i = by_out ? out : in; i < (by_out ? out_end : in_end); i++) {
        uint32_t actor = by_out ? x->trustee[x->out[i]] : x->truster[x->in[i]];
        if (actor == u || actor == v)
            continue;
        int64_t trust = by_out ? (int64_t)x->out[i] : pair_index_find(x, u, actor);
        int64_t report = by_out ? pair_index_find(x, actor, v) : (int64_t)x->in[i];
        add_witness(t, actor, trust, report, e, p, &c);
    }
    return c;
}

double value_predict(const struct value_table *t, uint32_t truster, uint32_t trustee,
                     bool leave_out, const struct trust_parameters *p)
{
    int64_t pair = pair_index_find(t->index, truster, trustee);
    int64_t without = leave_out && pair >= 0 && t->present[pair] ? pair : PAIR_NONE;
    struct expected e = expected_of(t, truster, trustee, without, p);
    double sum = 0, weight = p->value_prior;
    int64_t reverse = pair_index_find(t->index, trustee, truster);
    if (reverse >= 0 && t->present[reverse] && truster != trustee) {
        sum += p->value_reciprocity * ((double)t->rating[reverse] / VALUE_ONE - e.m);
        weight += p->value_reciprocity;
    }
    struct correction c = witnesses(t, truster, trustee, e, p);
    sum += p->value_witness * c.sum;
    weight += p->value_witness * c.weight;
    double value = e.m + sum / weight;
    return value < -1 ? -1 : value > 1 ? 1 : value;
}

/*
 * Prints generated cases with the kernel's answers, one JSON object a line, for oracle.py to judge.
 * Usage: oracle_driver decay|trust|network|values SEED COUNT
 * It must print every input the judge needs: the judge computes from those alone.
 */
#include "evidence.h"
#include "kernel/decay_wide.h"
#include "kernel/explain.h"
#include "kernel/network.h"
#include "kernel/values.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void print_integer(trust_integer x)
{
    if (x >= 10)
        print_integer(x / 10);
    putchar('0' + (int)(x % 10));
}

static void print_sum(struct trust_sum s)
{
    putchar('[');
    print_integer(s.kept);
    putchar(',');
    print_integer(s.broken);
    putchar(']');
}

static int64_t some_half_life(struct random *r)
{
    static const int64_t usual[] = { 63072000, 31536000, 15552000, 7776000 };
    switch (random_below(r, 4)) {
    case 0:
        return (int64_t)random_below(r, 2000) + 1;
    case 1:
        return (int64_t)random_below(r, (uint64_t)DECAY_HALF_LIFE_MAX) + 1;
    default:
        return usual[random_below(r, 4)];
    }
}

static void decay_case(struct random *r)
{
    int64_t h = some_half_life(r);
    struct decay *d = decay_new(h);
    if (!d)
        abort();
    for (int n = 0; n < 20; n++) {
        uint64_t dt = random_below(r, (uint64_t)h * (n % 4 == 0 ? 1 : 33) + 3);
        dt = dt < (uint64_t)DECAY_TIME_MAX ? dt : (uint64_t)DECAY_TIME_MAX;
        printf("{\"h\":%lld,\"dt\":%llu,\"d\":%llu,\"wide\":%llu,\"power\":\"", (long long)h,
               (unsigned long long)dt, (unsigned long long)decay_of(d, (int64_t)dt),
               (unsigned long long)decay_exact(h, dt));
        struct wide y = { { 0 } };
        if (dt % (uint64_t)h)
            y = wide_half_power(dt % (uint64_t)h, (uint64_t)h);
        for (size_t i = 0; i < WIDE_LIMBS; i++)
            printf("%016llx", (unsigned long long)y.limb[i]);
        printf("\"}\n");
    }
    free(d);
}

static void print_items(const struct made *m)
{
    printf("\"items\":[");
    for (size_t i = 0; i < m->items; i++)
        printf("%s[%lld,%u,%u,%u]", i ? "," : "", (long long)m->at[i], m->weight[i], m->side[i],
               m->label[i]);
    printf("],");
}

static void print_opinion(const char *name, struct opinion o)
{
    printf("\"%s\":[%.17g,%.17g,%.17g,%.17g,%.17g],", name, o.belief, o.disbelief, o.uncertainty,
           o.prior, o.expectation);
}

static void print_terms(const struct trust_term *terms, size_t count)
{
    printf("\"terms\":[");
    for (size_t i = 0; i < count; i++)
        printf("%s[%u,%llu,%.17g,%.17g,%lld]", i ? "," : "", terms[i].item,
               (unsigned long long)terms[i].decay, terms[i].weight, terms[i].share,
               (long long)terms[i].ppm);
    printf("],");
}

static void print_view(const struct trust_view *v, const struct decay *kept,
                       const struct decay *broken)
{
    printf("\"as_of\":%lld,\"seen_until\":%lld,\"h\":[%lld,%lld],\"readable\":[",
           (long long)v->as_of, (long long)v->seen_until, (long long)kept->half_life,
           (long long)broken->half_life);
    const char *comma = "";
    for (size_t i = 0; i < v->label_count; i++) {
        if (v->labels[i / 64] >> (i % 64) & 1) {
            printf("%s%zu", comma, i);
            comma = ",";
        }
    }
    printf("],");
}

static struct trust_parameters some_parameters(struct random *r)
{
    struct trust_parameters p = trust_parameters_default();
    if (random_below(r, 2)) {
        p.kappa = (double)random_below(r, 9) / 8;
        p.prior_weight = (double)(1 + random_below(r, 16)) / 4;
    }
    return p;
}

static void trust_case(struct random *r)
{
    enum { MOST = 40 };
    struct decay *kept = decay_new(some_half_life(r)), *other = decay_new(some_half_life(r));
    if (!kept || !other)
        abort();
    const struct decay *broken = random_below(r, 3) ? kept : other;
    uint64_t span = 1 + random_below(r, 4 * (uint64_t)kept->half_life);
    struct made m = made_evidence(r, 1, MOST, 1400000000, span);
    struct trust_parameters p = some_parameters(r);
    struct trust_view v = trust_view_at(1400000000 + (int64_t)random_below(r, 2 * span));
    if (random_below(r, 2))
        v = trust_view_before(v.as_of);
    uint64_t labels[2] = { random_next(r) | random_next(r), random_next(r) };
    v.labels = labels;
    v.label_count = EVIDENCE_LABELS - random_below(r, 20);
    double a = (double)(1 + random_below(r, 999)) / 1000, lambda = random_below(r, 2) ? 1 : 1.5;
    struct trust_state s;
    struct trust_term terms[MOST];
    uint32_t scratch[MOST];
    trust_fold(&m.columns, 0, 1, &v, kept, broken, &s);
    struct evidence e = trust_evidence(trust_state_total(&s));
    struct opinion o = opinion_read(e, a, lambda, &p);
    size_t count =
        explain_pair(&m.columns, 0, &v, kept, broken, -1, TERM_DIRECT, 1, UINT32_MAX, terms, MOST);
    explain_shares(terms, count, e, o, lambda, &p, scratch);
    printf("{\"a\":%.17g,\"lambda\":%.17g,\"kappa\":%.17g,\"w\":%.17g,", a, lambda, p.kappa,
           p.prior_weight);
    print_view(&v, kept, broken);
    print_items(&m);
    print_terms(terms, count);
    print_opinion("opinion", o);
    print_opinion("kept1", opinion_what_if(e, a, lambda, 1, false, &p));
    print_opinion("broken4", opinion_what_if(e, a, lambda, 4, true, &p));
    printf("\"price\":%.17g,\"sums\":[", opinion_kept_to_return(o.expectation, a, lambda, 4, &p));
    for (size_t d = 0; d < TRUST_DIMENSIONS; d++) {
        printf("%s", d ? "," : "");
        print_sum(s.dimension[d]);
    }
    printf("]}\n");
    made_free(&m);
    free(kept);
    free(other);
}

enum { ACTORS = 6, PAIRS_MAX = ACTORS * ACTORS };

struct web {
    uint32_t truster[PAIRS_MAX], trustee[PAIRS_MAX], count;
    struct pair_index index;
};

static void make_web(struct random *r, struct web *w)
{
    uint64_t sparse = 2 + random_below(r, 3);
    w->count = 0;
    for (uint32_t i = 0; i < PAIRS_MAX; i++) {
        if (random_below(r, sparse) == 0) {
            w->truster[w->count] = i / ACTORS;
            w->trustee[w->count++] = i % ACTORS;
        }
    }
    if (pair_index_init(w->truster, w->trustee, w->count, ACTORS, NULL, &w->index) < 0)
        abort();
}

static void print_reading(const struct network *n, uint32_t u, uint32_t v, bool first)
{
    struct network_reading g = network_read(n, u, v, pair_index_find(n->index, u, v));
    double e =
        opinion_read(g.total, g.prior.prior, n->parameters.lambda, &n->parameters).expectation;
    printf("%s[%u,%u,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g,%.17g]", first ? "" : ",", u,
           v, g.prior.base_rate, g.prior.prior, g.prior.reputation, g.prior.disposition,
           g.reciprocal.kept, g.reciprocal.broken, g.witnessed.kept, g.witnessed.broken, e);
}

static void network_case(struct random *r)
{
    struct web w;
    make_web(r, &w);
    struct trust_sum sum[PAIRS_MAX];
    struct trust_parameters p = some_parameters(r);
    p.reporter_cap = (double)(1 + random_below(r, 8));
    p.witness_cap = (double)random_below(r, 9) / 4;
    p.reciprocity = (double)random_below(r, 5) / 4;
    p.base_rate_fixed = random_below(r, 3) == 0;
    printf("{\"cap\":%.17g,\"witness_cap\":%.17g,\"rho\":%.17g,\"fixed\":%d,\"kappa\":%.17g,"
           "\"w\":%.17g,\"sums\":[",
           p.reporter_cap, p.witness_cap, p.reciprocity, p.base_rate_fixed, p.kappa,
           p.prior_weight);
    for (uint32_t i = 0; i < w.count; i++) {
        trust_integer one = random_below(r, DECAY_ONE + 1), two = random_below(r, DECAY_ONE + 1);
        sum[i].kept = random_below(r, 3) ? one * random_below(r, 9000000) : 0;
        sum[i].broken = random_below(r, 3) ? two * random_below(r, 9000000) : 0;
        printf("%s[%u,%u,", i ? "," : "", w.truster[i], w.trustee[i]);
        print_sum(sum[i]);
        printf("]");
    }
    printf("],\"readings\":[");
    struct network n;
    if (network_init(&w.index, sum, &p, NULL, &n) < 0)
        abort();
    for (uint32_t i = 0; i < PAIRS_MAX; i++)
        print_reading(&n, i / ACTORS, i % ACTORS, i == 0);
    printf("]}\n");
    network_done(&n);
    pair_index_done(&w.index);
}

static void values_case(struct random *r)
{
    struct web w;
    struct value_table t;
    struct trust_parameters p = trust_parameters_default();
    make_web(r, &w);
    if (value_table_init(&w.index, NULL, &t) < 0)
        abort();
    printf("{\"ratings\":[");
    for (uint32_t i = 0; i < w.count; i++) {
        int32_t rating = (int32_t)random_below(r, 2 * VALUE_ONE + 1) - VALUE_ONE;
        value_table_set(&t, i, rating);
        printf("%s[%u,%u,%d]", i ? "," : "", w.truster[i], w.trustee[i], rating);
    }
    printf("],\"values\":[");
    for (uint32_t i = 0; i < PAIRS_MAX; i++)
        printf("%s[%u,%u,%.17g,%.17g]", i ? "," : "", i / ACTORS, i % ACTORS,
               value_predict(&t, i / ACTORS, i % ACTORS, false, &p),
               value_predict(&t, i / ACTORS, i % ACTORS, true, &p));
    printf("]}\n");
    value_table_done(&t);
    pair_index_done(&w.index);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*print)(struct random *r);
    } cases[] = { { "decay", decay_case },
                  { "trust", trust_case },
                  { "network", network_case },
                  { "values", values_case } };
    if (argc != 4)
        return 2;
    struct random r = { strtoull(argv[2], NULL, 10) };
    for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
        for (long n = strcmp(argv[1], cases[k].name) == 0 ? strtol(argv[3], NULL, 10) : 0; n > 0;
             n--)
            cases[k].print(&r);
    }
    return 0;
}

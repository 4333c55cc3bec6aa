/* The network form: laws that are equalities. Its numbers are judged by oracle.py. */
#include "kernel/network.h"
#include "random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "near.h"

enum { ACTORS = 9, PAIRS_MAX = ACTORS * ACTORS, CASES = 200 };

struct web {
    uint32_t truster[PAIRS_MAX], trustee[PAIRS_MAX], count;
    struct trust_sum sum[PAIRS_MAX];
};

static trust_integer some_sum(struct random *r)
{
    uint64_t units = random_below(r, 3) ? random_below(r, 12000000) : 0;
    return (trust_integer)units * random_below(r, DECAY_ONE + 1);
}

static struct web some_web(struct random *r)
{
    struct web w = { .count = 0 };
    for (uint32_t u = 0; u < ACTORS; u++) {
        for (uint32_t v = 0; v < ACTORS; v++) {
            if (random_below(r, 3) == 0)
                continue;
            w.truster[w.count] = u;
            w.trustee[w.count] = v;
            w.sum[w.count++] = (struct trust_sum){ some_sum(r), some_sum(r) };
        }
    }
    return w;
}

static struct trust_parameters some_parameters(struct random *r)
{
    struct trust_parameters p = trust_parameters_default();
    if (random_below(r, 2))
        p.reporter_cap = 0.5 + 5 * random_unit(r);
    if (random_below(r, 2))
        p.witness_cap = 3 * random_unit(r);
    p.reciprocity = random_below(r, 2) ? 0.5 : random_unit(r);
    p.base_rate_fixed = random_below(r, 4) == 0;
    return p;
}

static struct pair_index index_of(const struct web *w)
{
    struct pair_index x;
    assert_int_equal(pair_index_init(w->truster, w->trustee, w->count, ACTORS, NULL, &x), 0);
    return x;
}

static void same_reading(struct network_reading a, struct network_reading b)
{
    assert_true(a.prior.prior == b.prior.prior && a.prior.reputation == b.prior.reputation);
    assert_true(a.prior.base_rate == b.prior.base_rate &&
                a.prior.disposition == b.prior.disposition);
    assert_true(a.total.kept == b.total.kept && a.total.broken == b.total.broken);
    assert_true(a.witnessed.kept == b.witnessed.kept && a.witnessed.broken == b.witnessed.broken);
    assert_true(a.reciprocal.kept == b.reciprocal.kept);
}

static void the_index_finds_every_pair_and_no_other(void **state)
{
    (void)state;
    struct random r = { 41 };
    for (int n = 0; n < CASES; n++) {
        struct web w = some_web(&r);
        struct pair_index x = index_of(&w);
        int64_t where[ACTORS][ACTORS];
        memset(where, 0xff, sizeof(where));
        for (uint32_t i = 0; i < w.count; i++)
            where[w.truster[i]][w.trustee[i]] = i;
        for (uint32_t u = 0; u < ACTORS; u++) {
            for (uint32_t v = 0; v < ACTORS; v++)
                assert_int_equal(pair_index_find(&x, u, v), where[u][v]);
        }
        for (uint32_t i = 0; i < w.count; i++)
            assert_int_equal(x.reverse[i], where[w.trustee[i]][w.truster[i]]);
        pair_index_done(&x);
    }
}

static void a_pair_named_twice_or_an_unknown_actor_is_refused(void **state)
{
    (void)state;
    uint32_t truster[3] = { 0, 1, 0 }, trustee[3] = { 1, 2, 1 };
    struct pair_index x;
    struct error err = { 0 };
    assert_int_equal(pair_index_init(truster, trustee, 3, 3, &err, &x), EN_INVALID);
    assert_int_equal(pair_index_init(truster, trustee, 2, 2, &err, &x), EN_INVALID);
    assert_int_equal(pair_index_init(truster, trustee, 0, 0, &err, &x), 0);
    pair_index_done(&x);
}

static void the_fast_form_equals_the_plain_form_bit_for_bit(void **state)
{
    (void)state;
    struct random r = { 42 };
    for (int n = 0; n < CASES; n++) {
        struct web w = some_web(&r);
        struct trust_parameters p = some_parameters(&r);
        struct pair_index x = index_of(&w);
        struct network fast, plain;
        assert_int_equal(network_init(&x, w.sum, &p, NULL, &fast), 0);
        double base = network_base_rate(network_total(w.sum, w.count), &p);
        plain = network_plain(&x, w.sum, base, &p);
        for (uint32_t u = 0; u < ACTORS; u++) {
            for (uint32_t v = 0; v < ACTORS; v++) {
                int64_t pair = pair_index_find(&x, u, v);
                same_reading(network_read(&fast, u, v, pair), network_read(&plain, u, v, pair));
            }
        }
        network_done(&fast);
        pair_index_done(&x);
    }
}

static void pairs_without_visible_evidence_change_no_bit(void **state)
{
    (void)state;
    struct random r = { 43 };
    for (int n = 0; n < CASES; n++) {
        struct web all = some_web(&r), seen = { .count = 0 };
        for (uint32_t i = 0; i < all.count; i++) {
            if (random_below(&r, 3) == 0) {
                all.sum[i] = (struct trust_sum){ 0, 0 };
            } else {
                seen.truster[seen.count] = all.truster[i];
                seen.trustee[seen.count] = all.trustee[i];
                seen.sum[seen.count++] = all.sum[i];
            }
        }
        struct trust_parameters p = some_parameters(&r);
        struct pair_index x = index_of(&all), y = index_of(&seen);
        struct network with, without;
        assert_int_equal(network_init(&x, all.sum, &p, NULL, &with), 0);
        assert_int_equal(network_init(&y, seen.sum, &p, NULL, &without), 0);
        for (uint32_t u = 0; u < ACTORS; u++) {
            for (uint32_t v = 0; v < ACTORS; v++)
                same_reading(network_read(&with, u, v, pair_index_find(&x, u, v)),
                             network_read(&without, u, v, pair_index_find(&y, u, v)));
        }
        network_done(&with);
        network_done(&without);
        pair_index_done(&x);
        pair_index_done(&y);
    }
}

static void the_prior_splits_exactly_and_stays_within_its_clip(void **state)
{
    (void)state;
    struct random r = { 44 };
    for (int n = 0; n < CASES; n++) {
        struct web w = some_web(&r);
        struct trust_parameters p = some_parameters(&r);
        struct pair_index x = index_of(&w);
        struct network net;
        assert_int_equal(network_init(&x, w.sum, &p, NULL, &net), 0);
        for (uint32_t i = 0; i < w.count; i++) {
            struct network_prior q = network_read(&net, w.truster[i], w.trustee[i], i).prior;
            assert_true(q.prior >= p.clip_low && q.prior <= p.clip_high);
            assert_near(q.reputation + q.disposition, q.prior - q.base_rate, 1e-15);
        }
        network_done(&net);
        pair_index_done(&x);
    }
}

static void witnesses_add_up_to_what_was_read_and_keep_the_cap(void **state)
{
    (void)state;
    struct random r = { 45 };
    for (int n = 0; n < CASES; n++) {
        struct web w = some_web(&r);
        struct trust_parameters p = some_parameters(&r);
        struct pair_index x = index_of(&w);
        struct network net;
        assert_int_equal(network_init(&x, w.sum, &p, NULL, &net), 0);
        for (uint32_t u = 0; u < ACTORS; u++) {
            for (uint32_t v = 0; v < ACTORS; v++) {
                struct network_reading g = network_read(&net, u, v, pair_index_find(&x, u, v));
                struct network_witness list[ACTORS];
                size_t count = network_witnesses(&net, u, v, list, ACTORS);
                struct evidence sum = { 0, 0 };
                for (size_t i = 0; i < count; i++) {
                    struct evidence e = trust_evidence(w.sum[list[i].pair]);
                    assert_int_equal(w.trustee[list[i].pair], v);
                    assert_int_equal(w.truster[list[i].pair], list[i].actor);
                    assert_true(i == 0 || list[i - 1].actor < list[i].actor);
                    assert_true(list[i].actor != u && list[i].actor != v);
                    sum.kept += list[i].scale * e.kept;
                    sum.broken += list[i].scale * e.broken;
                }
                assert_near(sum.kept, g.witnessed.kept, 1e-12);
                assert_near(sum.broken, g.witnessed.broken, 1e-12);
                assert_true(sum.kept + sum.broken <= p.witness_cap + 1e-12);
            }
        }
        network_done(&net);
        pair_index_done(&x);
    }
}

static void without_a_network_the_prior_is_the_base_rate(void **state)
{
    (void)state;
    struct random r = { 46 };
    struct web w = some_web(&r);
    struct trust_parameters p = trust_parameters_default();
    p.network = false;
    struct pair_index x = index_of(&w);
    struct network net;
    assert_int_equal(network_init(&x, w.sum, &p, NULL, &net), 0);
    for (uint32_t i = 0; i < w.count; i++) {
        struct network_reading g = network_read(&net, w.truster[i], w.trustee[i], i);
        assert_true(g.prior.prior == g.prior.base_rate);
        assert_true(g.total.kept == trust_units(w.sum[i].kept));
        assert_true(g.total.broken == trust_units(w.sum[i].broken));
    }
    network_done(&net);
    pair_index_done(&x);
}

static void where_nothing_is_readable_the_base_rate_is_the_default(void **state)
{
    (void)state;
    struct trust_parameters p = trust_parameters_default();
    assert_near(network_base_rate((struct trust_sum){ 0, 0 }, &p), 0.6, 0);
    struct trust_sum one = { (trust_integer)1000000 << 32, 0 };
    assert_near(network_base_rate(one, &p), 5.5 / 6, 1e-15);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_index_finds_every_pair_and_no_other),
        cmocka_unit_test(a_pair_named_twice_or_an_unknown_actor_is_refused),
        cmocka_unit_test(the_fast_form_equals_the_plain_form_bit_for_bit),
        cmocka_unit_test(pairs_without_visible_evidence_change_no_bit),
        cmocka_unit_test(the_prior_splits_exactly_and_stays_within_its_clip),
        cmocka_unit_test(witnesses_add_up_to_what_was_read_and_keep_the_cap),
        cmocka_unit_test(without_a_network_the_prior_is_the_base_rate),
        cmocka_unit_test(where_nothing_is_readable_the_base_rate_is_the_default),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

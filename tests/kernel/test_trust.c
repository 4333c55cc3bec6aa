/* The fold: laws of trust.md section 5 that concern sums, all of them equalities of integers. */
#include "evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { CASES = 120, PAIRS = 6, MOST = 300 };
static const int64_t start = 1500000000;
static const uint64_t span = (uint64_t)6 * 365 * 86400;

struct half_lives {
    struct decay *one, *other;
};

static int setup(void **state)
{
    struct half_lives *h = malloc(sizeof(*h));
    h->one = decay_new(730 * TRUST_DAY);
    h->other = decay_new(180 * TRUST_DAY);
    *state = h;
    return h->one && h->other ? 0 : -1;
}

static int teardown(void **state)
{
    struct half_lives *h = *state;
    free(h->one);
    free(h->other);
    free(h);
    return 0;
}

static void same_state(const struct trust_state *a, const struct trust_state *b)
{
    for (size_t d = 0; d < TRUST_DIMENSIONS; d++) {
        assert_true(a->dimension[d].kept == b->dimension[d].kept);
        assert_true(a->dimension[d].broken == b->dimension[d].broken);
    }
}

/* The definition, item by item. */
static struct trust_state defined(const struct made *m, size_t pair, const struct trust_view *v,
                                  const struct half_lives *h)
{
    struct trust_state s = { 0 };
    for (size_t i = m->offset[pair]; i < m->offset[pair + 1]; i++) {
        if (m->at[i] > v->seen_until)
            continue;
        if (v->labels && (m->label[i] >= v->label_count ||
                          !(v->labels[m->label[i] / 64] >> (m->label[i] % 64) & 1)))
            continue;
        bool broken = m->side[i] % 2 == 1;
        trust_integer w = m->weight[i];
        struct trust_sum *sum = &s.dimension[m->side[i] / 2];
        if (broken)
            sum->broken += w * decay_exact(h->other->half_life, (uint64_t)(v->as_of - m->at[i]));
        else
            sum->kept += w * decay_exact(h->one->half_life, (uint64_t)(v->as_of - m->at[i]));
    }
    return s;
}

static void the_fold_is_its_definition(void **state)
{
    const struct half_lives *h = *state;
    struct random r = { 11 };
    for (int n = 0; n < 12; n++) {
        struct made m = made_evidence(&r, PAIRS, MOST, start, span);
        uint64_t labels[2] = { random_next(&r), random_next(&r) };
        struct trust_view views[] = { trust_view_at(start + (int64_t)random_below(&r, span)),
                                      trust_view_before(start + (int64_t)span),
                                      trust_view_at(start) };
        views[1].labels = labels;
        views[1].label_count = 90;
        struct trust_state got[PAIRS];
        for (size_t v = 0; v < 3; v++) {
            trust_fold(&m.columns, 0, PAIRS, &views[v], h->one, h->other, got);
            for (size_t p = 0; p < PAIRS; p++) {
                struct trust_state want = defined(&m, p, &views[v], h);
                same_state(&got[p], &want);
            }
        }
        made_free(&m);
    }
}

static void swap_items(struct made *m, size_t a, size_t b)
{
    struct {
        int64_t at;
        uint32_t since, weight, label;
        uint8_t side;
    } t = { m->at[a], m->since[a], m->weight[a], m->label[a], m->side[a] };
    m->at[a] = m->at[b], m->since[a] = m->since[b], m->weight[a] = m->weight[b];
    m->label[a] = m->label[b], m->side[a] = m->side[b];
    m->at[b] = t.at, m->since[b] = t.since, m->weight[b] = t.weight;
    m->label[b] = t.label, m->side[b] = t.side;
}

static void any_order_gives_the_same_integers(void **state)
{
    const struct half_lives *h = *state;
    struct random r = { 12 };
    for (int n = 0; n < CASES; n++) {
        struct made m = made_evidence(&r, 1, MOST, start, span);
        struct trust_view v = trust_view_at(start + (int64_t)span);
        struct trust_state before, after;
        trust_fold(&m.columns, 0, 1, &v, h->one, h->one, &before);
        for (size_t i = m.items; i > 1; i--)
            swap_items(&m, i - 1, random_below(&r, i));
        trust_fold(&m.columns, 0, 1, &v, h->one, h->one, &after);
        same_state(&before, &after);
        made_free(&m);
    }
}

static struct trust_state combine(const struct trust_state *a, const struct trust_state *b)
{
    struct trust_state s;
    for (size_t d = 0; d < TRUST_DIMENSIONS; d++)
        s.dimension[d] = trust_sum_add(a->dimension[d], b->dimension[d]);
    return s;
}

static void any_partition_and_combine_tree_gives_the_same_integers(void **state)
{
    const struct half_lives *h = *state;
    struct random r = { 13 };
    enum { PARTS = 8 };
    for (int n = 0; n < CASES; n++) {
        struct made m = made_evidence(&r, 1, MOST, start, span);
        struct trust_view v = trust_view_at(start + (int64_t)random_below(&r, span));
        struct trust_state whole, part[PARTS];
        trust_fold(&m.columns, 0, 1, &v, h->one, h->other, &whole);
        uint32_t cut[PARTS + 1] = { 0 };
        cut[PARTS] = (uint32_t)m.items;
        for (size_t i = 1; i < PARTS; i++)
            cut[i] = cut[i - 1] + (uint32_t)random_below(&r, m.items - cut[i - 1] + 1);
        struct trust_columns parts = m.columns;
        parts.offset = cut;
        parts.pair_count = PARTS;
        trust_fold(&parts, 0, PARTS, &v, h->one, h->other, part);
        for (size_t left = PARTS; left > 1; left--) {
            size_t a = random_below(&r, left), b = random_below(&r, left - 1);
            b += b >= a;
            part[a < b ? a : b] = combine(&part[a], &part[b]);
            part[a < b ? b : a] = part[left - 1];
        }
        same_state(&part[0], &whole);
        made_free(&m);
    }
}

static void splitting_an_item_changes_nothing(void **state)
{
    const struct half_lives *h = *state;
    struct random r = { 14 };
    for (int n = 0; n < CASES; n++) {
        uint32_t weight = (uint32_t)random_below(&r, 4000001) + 5;
        int64_t at[6];
        uint32_t parts[6] = { weight }, offset[3] = { 0, 1, 6 }, left = weight;
        uint8_t side[6];
        memset(side, (int)random_below(&r, TRUST_SIDES), sizeof(side));
        for (size_t i = 0; i < 6; i++)
            at[i] = start;
        for (size_t i = 1; i < 5; i++)
            left -= parts[i] = (uint32_t)random_below(&r, left);
        parts[5] = left;
        struct trust_columns c = {
            .pair_count = 2, .offset = offset, .at = at, .weight = parts, .side = side
        };
        struct trust_view v = trust_view_at(start + (int64_t)random_below(&r, span));
        struct trust_state got[2];
        trust_fold(&c, 0, 2, &v, h->one, h->one, got);
        same_state(&got[0], &got[1]);
    }
}

static void moving_all_times_moves_nothing(void **state)
{
    const struct half_lives *h = *state;
    struct random r = { 15 };
    for (int n = 0; n < CASES; n++) {
        struct made m = made_evidence(&r, PAIRS, 60, start, span);
        int64_t shift = (int64_t)random_below(&r, (uint64_t)1 << 40) - ((int64_t)1 << 39);
        struct trust_view v = trust_view_at(start + (int64_t)random_below(&r, span));
        struct trust_state before[PAIRS], after[PAIRS];
        trust_fold(&m.columns, 0, PAIRS, &v, h->one, h->other, before);
        for (size_t i = 0; i < m.items; i++)
            m.at[i] += shift;
        m.columns.epoch += shift;
        v.as_of += shift;
        v.seen_until += shift;
        trust_fold(&m.columns, 0, PAIRS, &v, h->one, h->other, after);
        for (size_t p = 0; p < PAIRS; p++)
            same_state(&before[p], &after[p]);
        made_free(&m);
    }
}

/* Items outside the view, taken out: the columns that this viewer "really" has. */
static struct made without_hidden(const struct made *m, const struct trust_view *v, size_t pairs,
                                  struct random *r)
{
    struct made copy = made_evidence(r, pairs, MOST, start, span);
    copy.items = 0;
    for (size_t p = 0; p < pairs; p++) {
        copy.offset[p] = (uint32_t)copy.items;
        for (size_t i = m->offset[p]; i < m->offset[p + 1]; i++) {
            if (!trust_visible(&m->columns, v, i))
                continue;
            copy.at[copy.items] = m->at[i];
            copy.weight[copy.items] = m->weight[i];
            copy.label[copy.items] = m->label[i];
            copy.side[copy.items++] = m->side[i];
        }
    }
    copy.offset[pairs] = (uint32_t)copy.items;
    copy.columns.since = NULL;
    if (trust_columns_since(copy.at, copy.items, copy.since, &copy.columns.epoch))
        copy.columns.since = copy.since;
    return copy;
}

static void the_future_and_the_unreadable_are_as_if_absent(void **state)
{
    const struct half_lives *h = *state;
    struct random r = { 16 };
    for (int n = 0; n < CASES; n++) {
        struct made m = made_evidence(&r, PAIRS, MOST, start, span);
        uint64_t labels[2] = { random_next(&r) & random_next(&r), random_next(&r) };
        struct trust_view v = trust_view_at(start + (int64_t)random_below(&r, span));
        v.labels = labels;
        v.label_count = 30 + random_below(&r, 70);
        struct made seen = without_hidden(&m, &v, PAIRS, &r);
        struct trust_view all = trust_view_at(v.as_of);
        struct trust_state hidden[PAIRS], absent[PAIRS];
        trust_fold(&m.columns, 0, PAIRS, &v, h->one, h->one, hidden);
        trust_fold(&seen.columns, 0, PAIRS, &all, h->one, h->one, absent);
        for (size_t p = 0; p < PAIRS; p++)
            same_state(&hidden[p], &absent[p]);
        made_free(&seen);
        made_free(&m);
    }
}

static void compact_times_change_nothing(void **state)
{
    const struct half_lives *h = *state;
    struct random r = { 17 };
    for (int n = 0; n < CASES; n++) {
        struct made m = made_evidence(&r, PAIRS, 40, -start, random_below(&r, UINT32_MAX - 1) + 1);
        /* as-of times before the first item, inside, and too far after it for 32 bits */
        int64_t when = -start - 10 + (int64_t)random_below(&r, (uint64_t)3 << 32);
        struct trust_view v = n % 2 ? trust_view_at(when) : trust_view_before(when);
        struct trust_state compact[PAIRS], plain[PAIRS];
        trust_fold(&m.columns, 0, PAIRS, &v, h->one, h->other, compact);
        m.columns.since = NULL;
        trust_fold(&m.columns, 0, PAIRS, &v, h->one, h->other, plain);
        for (size_t p = 0; p < PAIRS; p++)
            same_state(&compact[p], &plain[p]);
        made_free(&m);
    }
}

static void evidence_at_the_moment_itself_counts_only_at_it(void **state)
{
    const struct half_lives *h = *state;
    int64_t at[1] = { start };
    uint32_t since[1] = { 0 }, weight[1] = { 1000000 }, offset[2] = { 0, 1 };
    uint8_t side[1] = { trust_side(TRUST_INTEGRITY, true) };
    struct trust_columns c = { .pair_count = 1,
                               .offset = offset,
                               .at = at,
                               .since = since,
                               .epoch = start,
                               .weight = weight,
                               .side = side };
    struct trust_view before = trust_view_before(start), now = trust_view_at(start);
    struct trust_state s;
    trust_fold(&c, 0, 1, &before, h->one, h->one, &s);
    assert_true(s.dimension[TRUST_INTEGRITY].broken == 0);
    trust_fold(&c, 0, 1, &now, h->one, h->one, &s);
    assert_true(s.dimension[TRUST_INTEGRITY].broken == (trust_integer)1000000 << 32);
    assert_true(s.dimension[TRUST_INTEGRITY].kept == 0);
}

static void totals_add_the_dimensions(void **state)
{
    const struct half_lives *h = *state;
    struct random r = { 18 };
    for (int n = 0; n < CASES; n++) {
        struct made m = made_evidence(&r, PAIRS, n % 2 ? MOST : 12, start, span);
        struct trust_view v = trust_view_at(start + (int64_t)random_below(&r, 2 * span));
        struct trust_state states[PAIRS];
        struct trust_sum totals[PAIRS];
        trust_fold(&m.columns, 0, PAIRS, &v, h->one, h->other, states);
        trust_fold_total(&m.columns, 0, PAIRS, &v, h->one, h->other, totals);
        for (size_t p = 0; p < PAIRS; p++) {
            struct trust_sum sum = trust_state_total(&states[p]);
            assert_true(totals[p].kept == sum.kept && totals[p].broken == sum.broken);
        }
        made_free(&m);
    }
}

static void sums_go_past_64_bits_without_loss(void **state)
{
    const struct half_lives *h = *state;
    enum { N = 5000 };
    static const uint32_t heaviest[] = { 4000000, (1U << 24) - 1, 1U << 24, 1U << 30, UINT32_MAX };
    static int64_t at[N];
    static uint32_t weight[N], since[N];
    static uint8_t side[N];
    uint32_t offset[2] = { 0, N };
    struct trust_columns c = {
        .pair_count = 1, .offset = offset, .at = at, .since = since, .weight = weight, .side = side
    };
    struct trust_view v = trust_view_at(0);
    for (size_t k = 0; k < sizeof(heaviest) / sizeof(heaviest[0]); k++) {
        struct trust_sum sum;
        struct trust_state each;
        for (size_t i = 0; i < N; i++)
            weight[i] = heaviest[k] - i % 2;
        trust_fold_total(&c, 0, 1, &v, h->one, h->one, &sum);
        trust_fold(&c, 0, 1, &v, h->one, h->one, &each);
        assert_true(sum.kept == (trust_integer)(N / 2) * (2 * (uint64_t)heaviest[k] - 1) << 32);
        assert_true(each.dimension[0].kept == sum.kept);
    }
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fold_is_its_definition),
        cmocka_unit_test(any_order_gives_the_same_integers),
        cmocka_unit_test(any_partition_and_combine_tree_gives_the_same_integers),
        cmocka_unit_test(splitting_an_item_changes_nothing),
        cmocka_unit_test(moving_all_times_moves_nothing),
        cmocka_unit_test(the_future_and_the_unreadable_are_as_if_absent),
        cmocka_unit_test(compact_times_change_nothing),
        cmocka_unit_test(evidence_at_the_moment_itself_counts_only_at_it),
        cmocka_unit_test(totals_add_the_dimensions),
        cmocka_unit_test(sums_go_past_64_bits_without_loss),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}

/*
 * Trust as the service reads it, against a slow second path: the entries of the ledger themselves,
 * what they say now, who may read it, and the definitions of the model word for word, in long
 * doubles and without any index, column, fold or cache.
 */
#include "../leak/world.h"

#include "base/limits.h"
#include "service/portfolio.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ITEMS_MAX = 4000, ENTRIES_MAX = 2000, ACTORS_MAX = 400 };
#define NOW_MS INT64_C(1765000000000)

struct item {
    struct uuid truster, trustee;
    int64_t at;
    int dimension;
    bool broken;
    long double weight;
};

struct relation {
    struct uuid a, b;
    int64_t half_life;
};

/* What one viewer may read of a world. */
struct judge {
    struct world *world;
    const struct viewer *viewer;
    struct entry entries[ENTRIES_MAX];
    size_t entry_count;
    struct item items[ITEMS_MAX];
    size_t item_count;
    struct relation ties[ENTRIES_MAX];
    size_t tie_count;
    struct uuid actors[ACTORS_MAX];
    size_t actor_count;
};

/* ---- what stands ---- */

static int keep_entry(void *context, const struct entry *e)
{
    struct judge *j = context;
    struct arena *a = j->world->arena;
    struct entry *copy = &j->entries[j->entry_count++];
    assert_true(j->entry_count < ENTRIES_MAX);
    *copy = *e;
    copy->kind = arena_copy(a, e->kind);
    copy->label = arena_copy(a, e->label);
    copy->body = e->body.ptr ? arena_copy(a, e->body) : e->body;
    return 0;
}

static bool may_read(struct judge *j, struct slice text)
{
    struct json *json;
    const struct label *l;
    struct error err = { 0 };
    const struct policy *p = j->world->node->policy;
    assert_int_equal(json_parse(j->world->arena, text, &err, &json), 0);
    assert_int_equal(label_parse(p, j->world->arena, json, S(""), &err, &l), 0);
    return label_may_read(p, j->viewer->clearance, l, NOW_MS);
}

static void note_actor(struct judge *j, struct uuid id)
{
    for (size_t i = 0; i < j->actor_count; i++)
        if (uuid_eq(j->actors[i], id))
            return;
    assert_true(j->actor_count < ACTORS_MAX);
    j->actors[j->actor_count++] = id;
}

static void add_item(void *context, const struct evidence_item *e)
{
    struct judge *j = context;
    struct item *i = &j->items[j->item_count++];
    assert_true(j->item_count < ITEMS_MAX);
    assert_true(uuid_parse(e->truster, &i->truster) && uuid_parse(e->trustee, &i->trustee));
    i->at = (int64_t)floorl((long double)e->at_ms / 1000);
    i->dimension = e->dimension;
    i->broken = e->valence < 0;
    i->weight = (long double)e->w_micro / 1e6L;
    note_actor(j, i->truster);
    note_actor(j, i->trustee);
}

static void add_tie(struct judge *j, const struct json *body)
{
    struct relation *t = &j->ties[j->tie_count++];
    const struct weights *w = &j->world->node->weights;
    assert_true(uuid_parse(json_get_text(body, "a"), &t->a));
    assert_true(uuid_parse(json_get_text(body, "b"), &t->b));
    bool strategic = slice_is(json_get_text(body, "horizon"), "strategic");
    bool personal = slice_is(json_get_text(body, "nature"), "interpersonal");
    t->half_life = personal    ? w->half_life_individual
                   : strategic ? w->half_life_strategic
                               : w->half_life_situational;
}

/* The newest PUT of the record says what it says, unless a RETRACT follows or its body is gone. */
static void take_record(struct judge *j, const struct entry *put)
{
    struct json *body = NULL;
    for (const struct entry *e = put + 1; e < j->entries + j->entry_count; e++)
        if (uuid_eq(e->record, put->record) && e->operation != ENTRY_REDACT)
            return;
    const struct kind *k = kinds_find(j->world->node->kinds, put->kind);
    if (!put->body.ptr || !may_read(j, put->label))
        return;
    assert_int_equal(json_parse(j->world->arena, put->body, NULL, &body), 0);
    record_evidence(k, body, &j->world->node->weights, add_item, j);
    if (slice_is(put->kind, "relationship"))
        add_tie(j, body);
}

static struct judge *judge_new(struct world *w, const struct viewer *v)
{
    struct judge *j = calloc(1, sizeof *j);
    struct error err = { 0 };
    *j = (struct judge){ .world = w, .viewer = v };
    assert_int_equal(ledger_read(w->node->ledger, 0, ENTRIES_MAX, &err, keep_entry, j), 0);
    for (size_t i = 0; i < j->entry_count; i++)
        if (j->entries[i].operation == ENTRY_PUT)
            take_record(j, &j->entries[i]);
    return j;
}

/* ---- the model ---- */

struct sums {
    long double kept, broken;
};

struct asked {
    struct uuid u, v;
    int64_t as_of, half_life;
    int dimension;
};

static struct sums direct(const struct judge *j, const struct asked *q, struct uuid u,
                          struct uuid v)
{
    struct sums s = { 0, 0 };
    for (size_t i = 0; i < j->item_count; i++) {
        const struct item *x = &j->items[i];
        if (!uuid_eq(x->truster, u) || !uuid_eq(x->trustee, v) || x->at > q->as_of ||
            (q->dimension >= 0 && x->dimension != q->dimension))
            continue;
        long double left = exp2l(-(long double)(q->as_of - x->at) / (long double)q->half_life);
        *(x->broken ? &s.broken : &s.kept) += x->weight * left;
    }
    return s;
}

static struct sums scaled(struct sums s, long double by)
{
    return (struct sums){ s.kept * by, s.broken * by };
}

static void add(struct sums *s, struct sums more)
{
    s->kept += more.kept;
    s->broken += more.broken;
}

static struct sums capped(struct sums s, long double cap)
{
    long double all = s.kept + s.broken;
    return all > cap ? scaled(s, cap / all) : s;
}

static long double logit(long double x)
{
    return logl(x / (1 - x));
}

static long double prior(const struct judge *j, const struct asked *q,
                         const struct trust_parameters *p)
{
    struct sums all = { 0, 0 }, about = { 0, 0 }, by = { 0, 0 };
    for (size_t x = 0; x < j->actor_count; x++)
        for (size_t y = 0; y < j->actor_count; y++) {
            struct sums s = direct(j, q, j->actors[x], j->actors[y]);
            bool own = uuid_eq(j->actors[x], q->u), theirs = uuid_eq(j->actors[y], q->v);
            add(&all, s);
            if (theirs && !own)
                add(&about, capped(s, (long double)p->reporter_cap));
            if (own && !theirs)
                add(&by, capped(s, (long double)p->reporter_cap));
        }
    long double a0 = all.kept + all.broken > 0
                         ? (all.kept + (long double)p->base_kept) /
                               (all.kept + all.broken + (long double)p->base_all)
                         : (long double)p->base_rate;
    long double k = (long double)p->prior_strength;
    long double rep = (about.kept + k * a0) / (about.kept + about.broken + k);
    long double disp = (by.kept + k * a0) / (by.kept + by.broken + k);
    long double z = logit(rep) + logit(disp) - logit(a0);
    long double a = 1 / (1 + expl(-z));
    return a < (long double)p->clip_low    ? (long double)p->clip_low
           : a > (long double)p->clip_high ? (long double)p->clip_high
                                           : a;
}

static struct sums evidence(const struct judge *j, const struct asked *q,
                            const struct trust_parameters *p)
{
    struct sums witnessed = { 0, 0 }, all = direct(j, q, q->u, q->v);
    for (size_t x = 0; x < j->actor_count; x++) {
        struct uuid via = j->actors[x];
        if (uuid_eq(via, q->u) || uuid_eq(via, q->v))
            continue;
        long double t = direct(j, q, q->u, via).kept;
        add(&witnessed, scaled(direct(j, q, via, q->v), t < 1 ? t : 1));
    }
    add(&all, scaled(direct(j, q, q->v, q->u), (long double)p->reciprocity));
    add(&all, capped(witnessed, (long double)p->witness_cap));
    return all;
}

static long double expectation(struct sums e, long double a, long double lambda,
                               const struct trust_parameters *p)
{
    long double kept = e.kept, broken = lambda * e.broken;
    long double s = (1 + (long double)p->kappa) * (kept + broken) + (long double)p->prior_weight;
    return a + (kept * (1 - a) - broken * a) / s;
}

/* ---- the comparison ---- */

static const char *const clearances[] = {
    "{\"class\":\"UNCLASSIFIED\",\"permissive\":{\"Releasable To\":[\"DEU\"]}}",
    "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[\"CAN\"]},\"tlp\":\"RED\"}",
};

static struct viewer viewer_of(struct world *w, const char *clearance)
{
    struct json *json;
    struct error err = { 0 };
    struct viewer v = { .role = ROLE_READER, .permissions = role_permissions(ROLE_READER) };
    assert_int_equal(json_parse(w->arena, slice_of(clearance), &err, &json), 0);
    assert_int_equal(clearance_parse(w->node->policy, w->arena, json, S(""), &err, &v.clearance),
                     0);
    return v;
}

static struct trust_query any_query(struct world *w)
{
    return (struct trust_query){ .truster = world_id(w, "actor"),
                                 .trustee = world_id(w, "actor"),
                                 .as_of = NOW_MS / 1000 - (int64_t)world_random(w, 700) * 86400 +
                                          world_random(w, 86400),
                                 .dimension = (int)world_random(w, 4) - 1 };
}

static int64_t half_life_of(const struct judge *j, const struct asked *q)
{
    int64_t longest = 0;
    for (size_t i = 0; i < j->tie_count; i++) {
        const struct relation *t = &j->ties[i];
        bool same = (uuid_eq(t->a, q->u) && uuid_eq(t->b, q->v)) ||
                    (uuid_eq(t->a, q->v) && uuid_eq(t->b, q->u));
        if (same && t->half_life > longest)
            longest = t->half_life;
    }
    return longest ? longest : j->world->node->weights.half_life_situational;
}

static void assert_near(double x, long double y)
{
    if (fabsl((long double)x - y) > 1e-8L)
        fail_msg("%.12f is not %.12Lf", x, y);
}

/* The printed shares of an explanation are what the figure is more than its prior, exactly. */
static void check_explanation(struct trust_desk *d, const struct trust_query *q, bool forecast,
                              double expected)
{
    struct trust_explanation x;
    struct error err = { 0 };
    int64_t sum = 0;
    assert_int_equal(trust_explain(d, q, forecast, &err, &x), 0);
    for (size_t i = 0; i < x.count; i++)
        sum += x.terms[i].ppm;
    assert_true(x.opinion.expectation == expected);
    assert_int_equal(explain_ppm(x.opinion.prior) + sum, explain_ppm(x.opinion.expectation));
}

static void compare(struct judge *j, struct trust_desk *d, const struct trust_query *q)
{
    struct trust_figure f;
    struct error err = { 0 };
    struct asked same = { .as_of = q->as_of, .dimension = q->dimension };
    assert_true(uuid_parse(q->truster, &same.u) && uuid_parse(q->trustee, &same.v));
    same.half_life = half_life_of(j, &same);
    const struct trust_parameters *p = trust_parameters_of(d);
    assert_int_equal(trust_figure(d, q, &err, &f), 0);
    assert_int_equal(f.half_life, same.half_life);
    long double a = prior(j, &same, p);
    struct sums e = evidence(j, &same, p);
    assert_near(f.trust.prior, a);
    assert_near(f.reading.total.kept, e.kept);
    assert_near(f.reading.total.broken, e.broken);
    assert_near(f.trust.expectation, expectation(e, a, (long double)p->lambda, p));
    assert_near(f.forecast.expectation, expectation(e, a, 1, p));
    check_explanation(d, q, false, f.trust.expectation);
    check_explanation(d, q, true, f.forecast.expectation);
}

static void figures_are_what_the_definitions_give(void **state)
{
    (void)state;
    enum { QUESTIONS = 40 };
    struct world w;
    for (uint64_t seed = 1; seed <= 2; seed++) {
        world_make(&w, seed * 101);
        for (size_t c = 0; c < sizeof clearances / sizeof *clearances; c++) {
            struct viewer v = viewer_of(&w, clearances[c]);
            struct judge *j = judge_new(&w, &v);
            struct snapshot *s = NULL;
            struct trust_desk *d = NULL;
            struct error err = { 0 };
            assert_int_equal(node_snapshot(w.node, &v, w.arena, NOW_MS, &err, &s), 0);
            assert_int_equal(trust_open(w.node, s, &err, &d), 0);
            assert_true(j->item_count > 40);
            for (int i = 0; i < QUESTIONS; i++) {
                struct trust_query q = any_query(&w);
                if (!slice_eq(q.truster, q.trustee))
                    compare(j, d, &q);
            }
            trust_close(d);
            snapshot_close(s);
            free(j);
        }
        world_free(&w);
    }
}

/* ---- the portfolio's order ---- */

static int order_of(const struct portfolio_row *x, const struct portfolio_row *y, struct slice key)
{
    double a = 0, b = 0;
    if (slice_is(key, "trust"))
        a = round(x->trust.trust.expectation * 1e6), b = round(y->trust.trust.expectation * 1e6);
    if (slice_is(key, "trend"))
        a = round(x->trend * 1e6), b = round(y->trend * 1e6);
    if (slice_is(key, "last_contact"))
        a = (double)x->last_contact, b = (double)y->last_contact;
    int by_text = slice_is(key, "partner") ? slice_compare(x->title, y->title) : 0;
    if (a != b)
        return a < b ? -1 : 1;
    return by_text ? by_text : slice_compare(x->relationship, y->relationship);
}

static void a_portfolio_is_in_order_and_its_pages_are_the_whole(void **state)
{
    (void)state;
    static const char *const sorts[] = { "partner", "-partner", "trust",        "-trust",
                                         "trend",   "-trend",   "last_contact", "-last_contact" };
    struct world w;
    struct snapshot *s = NULL;
    struct trust_desk *d = NULL;
    struct error err = { 0 };
    size_t most = 0;
    world_make(&w, 4);
    assert_int_equal(node_snapshot(w.node, node_operator(w.node), w.arena, NOW_MS, &err, &s), 0);
    assert_int_equal(trust_open(w.node, s, &err, &d), 0);
    for (int i = 0; i < 64; i++) {
        bool descending = sorts[i % 8][0] == '-';
        struct slice key = slice_of(sorts[i % 8] + descending);
        struct portfolio all, page;
        struct portfolio_query q = { .of = world_id(&w, "actor"),
                                     .as_of = NOW_MS / 1000,
                                     .sort = slice_of(sorts[i % 8]) };
        assert_int_equal(portfolio_make(d, w.node, s, &q, &err, &all), 0);
        most = all.count > most ? all.count : most;
        for (size_t r = 1; r < all.count; r++) {
            int order = order_of(&all.rows[r - 1], &all.rows[r], key);
            assert_true(descending ? order > 0 : order < 0);
        }
        size_t seen = 0;
        q.limit = 2;
        do {
            assert_int_equal(portfolio_make(d, w.node, s, &q, &err, &page), 0);
            for (size_t r = 0; r < page.count; r++, seen++)
                assert_true(slice_eq(page.rows[r].relationship, all.rows[seen].relationship));
            q.after = page.next;
        } while (page.next.len);
        assert_int_equal(seen, all.count);
    }
    assert_true(most >= 4);
    trust_close(d);
    snapshot_close(s);
    world_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_what_the_definitions_give),
        cmocka_unit_test(a_portfolio_is_in_order_and_its_pages_are_the_whole),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

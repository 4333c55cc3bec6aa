/*
 * Introductions as the service finds them, against a slow second path: the readable records listed
 * one by one, each tie's strength from what it says, and every chain there is walked in turn.
 */
#include "../leak/world.h"

#include "base/limits.h"
#include "service/introductions.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { ACTORS_MAX = 200 };
#define NOW_MS INT64_C(1765000000000)

/* Strengths between all actors of one viewer, in ten-thousandths; ended actors pass nothing on. */
struct judge {
    struct snapshot *snapshot;
    struct trust_desk *desk;
    const struct weights *weights;
    struct slice actors[ACTORS_MAX]; /* ascending */
    size_t count;
    uint32_t strength[ACTORS_MAX][ACTORS_MAX];
    bool taken[ACTORS_MAX][ACTORS_MAX]; /* not to be used again */
    bool avoided[ACTORS_MAX];
    struct {
        uint64_t product;
        uint32_t hops, actors[PATHS_HOPS_MAX + 1];
    } best, walk;
};

static size_t number_of(const struct judge *j, struct slice id)
{
    for (size_t i = 0; i < j->count; i++)
        if (slice_eq(j->actors[i], id))
            return i;
    return SIZE_MAX;
}

static int compare_ids(const void *a, const void *b)
{
    return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

static void state_tie(struct judge *j, struct slice from, struct slice to, double strength)
{
    size_t a = number_of(j, from), b = number_of(j, to);
    if (a == SIZE_MAX || b == SIZE_MAX || a == b)
        return;
    uint32_t whole = paths_strength(strength);
    if (whole > j->strength[a][b])
        j->strength[a][b] = whole;
}

static double forecast(struct judge *j, struct slice from, struct slice to)
{
    struct trust_query q = {
        .truster = from, .trustee = to, .as_of = NOW_MS / 1000, .dimension = TRUST_ALL
    };
    struct trust_figure f;
    assert_int_equal(trust_figure(j->desk, &q, NULL, &f), 0);
    return f.forecast.expectation;
}

/* Postings of the worlds have begun; some are over. */
static bool has_ended(const struct json *body)
{
    struct when until;
    return when_parse(json_get_text(body, "until"), &until) && when_last_ms(until) < NOW_MS;
}

static void take(struct judge *j, const struct row *row)
{
    const struct json *b = row->body;
    const char *kind = row->kind->name;
    if (strcmp(kind, "relationship") == 0) {
        struct slice x = json_get_text(b, "a"), y = json_get_text(b, "b");
        double factor = slice_is(json_get_text(b, "priority"), "T5") ? j->weights->tie_dormant : 1;
        state_tie(j, x, y, forecast(j, x, y) * factor);
        state_tie(j, y, x, forecast(j, y, x) * factor);
    } else if (strcmp(kind, "posting") == 0 && !has_ended(b)) {
        state_tie(j, json_get_text(b, "person"), json_get_text(b, "position"),
                  j->weights->tie_posting);
        state_tie(j, json_get_text(b, "position"), json_get_text(b, "person"),
                  j->weights->tie_posting);
    } else if (strcmp(kind, "membership") == 0 && !has_ended(b)) {
        state_tie(j, json_get_text(b, "member"), json_get_text(b, "group"),
                  j->weights->tie_membership);
        state_tie(j, json_get_text(b, "group"), json_get_text(b, "member"),
                  j->weights->tie_membership);
    } else if (strcmp(kind, "access") == 0) {
        state_tie(j, json_get_text(b, "holder"), json_get_text(b, "target"),
                  j->weights->access_weak);
    } else if (strcmp(kind, "actor") == 0 && json_get_text(b, "parent").len) {
        state_tie(j, row->id, json_get_text(b, "parent"), j->weights->tie_unit);
        state_tie(j, json_get_text(b, "parent"), row->id, j->weights->tie_unit);
    }
}

static void each_row(struct judge *j, const char *kind,
                     void (*each)(struct judge *, const struct row *))
{
    struct list_query q = { .kind = kinds_find(snapshot_kinds(j->snapshot), slice_of(kind)),
                            .order = LIST_TITLE,
                            .limit = LIMIT_PAGE };
    struct page page;
    do {
        assert_int_equal(snapshot_list(j->snapshot, &q, NULL, &page), 0);
        for (size_t i = 0; i < page.count; i++) {
            assert_int_equal(snapshot_body(j->snapshot, &page.rows[i], NULL), 0);
            each(j, &page.rows[i]);
        }
        q.after = page.next;
    } while (q.after.len);
}

static void note_actor(struct judge *j, const struct row *row)
{
    assert_true(j->count < ACTORS_MAX);
    j->actors[j->count++] = row->id;
}

static void judge_read(struct judge *j, struct world *w, struct snapshot *s, struct trust_desk *d)
{
    static const char *const kinds[] = { "actor", "relationship", "posting", "membership",
                                         "access" };
    memset(j, 0, sizeof *j);
    j->snapshot = s;
    j->desk = d;
    j->weights = node_weights(w->node);
    each_row(j, "actor", note_actor);
    qsort(j->actors, j->count, sizeof *j->actors, compare_ids);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        each_row(j, kinds[i], take);
}

static bool is_better(const struct judge *j)
{
    if (j->walk.product != j->best.product)
        return j->walk.product > j->best.product;
    return j->walk.hops < j->best.hops; /* actors are walked in order: the first of equals stays */
}

/* Walks on from the last actor in every way; product is of PATHS_ONE^hops. */
static void walk(struct judge *j, uint32_t target, uint64_t product)
{
    uint32_t u = j->walk.actors[j->walk.hops];
    if (u == target) {
        j->walk.product = product;
        for (uint32_t i = j->walk.hops; i < PATHS_HOPS_MAX; i++)
            j->walk.product *= PATHS_ONE;
        if (j->best.hops == 0 || is_better(j))
            j->best = j->walk;
        return;
    }
    if (j->walk.hops == PATHS_HOPS_MAX)
        return;
    for (uint32_t v = 0; v < j->count; v++) {
        bool met = j->avoided[v] || j->taken[u][v];
        for (uint32_t i = 0; i <= j->walk.hops; i++)
            met |= j->walk.actors[i] == v;
        if (met || j->strength[u][v] == 0)
            continue;
        j->walk.actors[++j->walk.hops] = v;
        walk(j, target, product * j->strength[u][v]);
        j->walk.hops--;
    }
}

static void find_best(struct judge *j, uint32_t source, uint32_t target)
{
    memset(&j->best, 0, sizeof j->best);
    memset(&j->walk, 0, sizeof j->walk);
    j->walk.actors[0] = source;
    walk(j, target, 1);
}

/* The best of all, then the best without the intermediaries and ties before. */
static uint32_t check_disjoint(struct judge *j, const struct introduction_answer *a,
                               uint32_t source, uint32_t target)
{
    memset(j->taken, 0, sizeof j->taken);
    memset(j->avoided, 0, sizeof j->avoided);
    for (uint32_t k = 0; k < a->node_disjoint_count; k++) {
        const struct paths_chain *c = &a->node_disjoint[k];
        find_best(j, source, target);
        assert_true(c->product == j->best.product);
        assert_int_equal(c->hops, j->best.hops);
        assert_memory_equal(c->actors, j->best.actors, (c->hops + 1) * sizeof *c->actors);
        for (uint32_t i = 0; i < c->hops; i++) {
            assert_int_equal(c->strength[i], j->strength[c->actors[i]][c->actors[i + 1]]);
            j->taken[c->actors[i]][c->actors[i + 1]] = true;
            j->avoided[c->actors[i]] |= i > 0;
        }
    }
    find_best(j, source, target);
    if (a->node_disjoint_count < 3)
        assert_int_equal(j->best.hops, 0);
    return a->node_disjoint_count;
}

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

/* Asks about pairs of readable actors; counts the chains found. */
static void check_viewer(struct world *w, struct judge *j, const char *clearance, uint32_t *found,
                         uint32_t *alternatives)
{
    enum { QUESTIONS = 60 };
    struct viewer v = viewer_of(w, clearance);
    struct snapshot *s = NULL;
    struct trust_desk *d = NULL;
    struct error err = { 0 };
    assert_int_equal(node_snapshot(w->node, &v, w->arena, NOW_MS, &err, &s), 0);
    assert_int_equal(trust_open(w->node, s, &err, &d), 0);
    judge_read(j, w, s, d);
    for (int i = 0; i < QUESTIONS; i++) {
        uint32_t source = world_random(w, (uint32_t)j->count);
        uint32_t target = world_random(w, (uint32_t)j->count);
        struct introduction_query q = { .of = j->actors[source],
                                        .what = INTRODUCE_TO_ACTOR,
                                        .asked = j->actors[target],
                                        .hops = PATHS_HOPS_MAX,
                                        .count = 3,
                                        .as_of = NOW_MS / 1000 };
        struct introduction_answer a;
        if (source == target)
            continue;
        assert_int_equal(introductions_find(w->node, s, &q, &err, &a), 0);
        assert_int_equal(a.graph.actor_count, j->count);
        uint32_t count = check_disjoint(j, &a, source, target);
        *found += count > 0;
        *alternatives += count > 1;
        introductions_done(&a);
    }
    trust_close(d);
    snapshot_close(s);
}

static void chains_are_the_best_of_all_that_the_readable_records_make(void **state)
{
    (void)state;
    struct world w;
    struct judge *j = calloc(1, sizeof *j);
    uint32_t found = 0, alternatives = 0;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        world_make(&w, seed * 307);
        for (size_t c = 0; c < sizeof clearances / sizeof *clearances; c++)
            check_viewer(&w, j, clearances[c], &found, &alternatives);
        world_free(&w);
    }
    free(j);
    print_message("# %u chains, %u with an alternative\n", found, alternatives);
    assert_true(found > 40 && alternatives > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chains_are_the_best_of_all_that_the_readable_records_make),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("service introductions", tests, NULL, NULL);
}

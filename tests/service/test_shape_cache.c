/*
 * Networks that are kept: what is given out is what would be made now, for this mask, at this
 * position, on this day; and it is given out again.
 */
#include "../leak/world.h"

#include "base/limits.h"
#include "service/access.h"
#include "service/shape_cache.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define NOW_MS INT64_C(1765000000000)
#define DAY INT64_C(86400)

static const char *const clearances[] = {
    "{\"class\":\"UNCLASSIFIED\",\"permissive\":{\"Releasable To\":[\"DEU\"]}}",
    "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[\"CAN\"]},\"tlp\":\"RED\"}",
};

static struct viewer viewer_of(struct world *w, struct arena *a, const char *clearance)
{
    struct json *json;
    struct viewer v = { .role = ROLE_READER, .permissions = role_permissions(ROLE_READER) };
    assert_int_equal(json_parse(a, slice_of(clearance), NULL, &json), 0);
    assert_int_equal(clearance_parse(w->node->policy, a, json, S(""), NULL, &v.clearance), 0);
    return v;
}

struct asking {
    struct arena *arena;
    struct viewer viewer;
    struct snapshot *snapshot;
    struct trust_desk *desk;
};

static void ask(struct world *w, const char *clearance, struct asking *x)
{
    x->arena = arena_new(LIMIT_ARENA);
    x->viewer = viewer_of(w, x->arena, clearance);
    assert_int_equal(node_snapshot(w->node, &x->viewer, x->arena, NOW_MS, NULL, &x->snapshot), 0);
    assert_int_equal(trust_open(w->node, x->snapshot, NULL, &x->desk), 0);
}

static void asked(struct asking *x)
{
    trust_close(x->desk);
    snapshot_close(x->snapshot);
    arena_free(x->arena);
}

static const struct shape_network *get(struct world *w, struct asking *x, int64_t as_of)
{
    const struct shape_network *found = NULL;
    assert_int_equal(shape_cache_get(w->node, x->snapshot, x->desk, as_of, NULL, &found), 0);
    return found;
}

static void assert_same(const struct shape_network *a, const struct shape_network *b)
{
    assert_int_equal(a->actor_count, b->actor_count);
    assert_int_equal(a->tie_count, b->tie_count);
    assert_int_equal(a->step_count, b->step_count);
    for (uint32_t i = 0; i < a->actor_count; i++)
        assert_true(slice_eq(a->actors[i].id, b->actors[i].id));
    for (uint32_t i = 0; i < a->tie_count; i++) {
        assert_true(slice_eq(a->ties[i].record, b->ties[i].record));
        assert_int_equal(a->ties[i].strength, b->ties[i].strength);
    }
    for (uint32_t i = 0; i < a->step_count; i++)
        assert_int_equal(a->steps[i].strength, b->steps[i].strength);
}

/* What was given out is what is made anew from the same snapshot. */
static void assert_right(struct world *w, struct asking *x, const struct shape_network *given)
{
    struct shape_network *made = NULL;
    assert_int_equal(shape_network_make(w->node, x->snapshot, x->desk, given->as_of, NULL, &made),
                     0);
    assert_same(given, made);
    shape_network_free(made);
}

static uint64_t made_by(struct world *w)
{
    uint64_t kept, made;
    shape_cache_counts(w->node, &kept, &made);
    return made;
}

static void a_whole_day_is_read_once_and_any_other_moment_each_time(void **state)
{
    struct world *w = *state;
    struct asking x;
    int64_t day = shape_day(NOW_MS / 1000);
    assert_int_equal(day % DAY, DAY - 1);
    assert_int_equal(shape_day(day), day);
    assert_int_equal(shape_day(day + 1), day + DAY);
    assert_int_equal(shape_day(-1), -1);
    ask(w, clearances[1], &x);
    uint64_t before = made_by(w);
    const struct shape_network *one = get(w, &x, day), *two = get(w, &x, day);
    assert_ptr_equal(one, two);
    assert_int_equal(made_by(w), before + 1);
    assert_right(w, &x, one);
    assert_true(one->step_count > 0 && one->tie_count > 0);
    const struct shape_network *moment = get(w, &x, day - 1), *again = get(w, &x, day - 1);
    assert_int_equal(made_by(w), before + 3);
    shape_cache_release(w->node, one);
    shape_cache_release(w->node, two);
    shape_cache_release(w->node, moment);
    shape_cache_release(w->node, again);
    asked(&x);
}

static void one_mask_never_gets_what_another_reads(void **state)
{
    struct world *w = *state;
    struct asking low, high;
    int64_t day = shape_day(NOW_MS / 1000);
    ask(w, clearances[1], &high);
    const struct shape_network *all = get(w, &high, day);
    uint32_t many = all->actor_count;
    asked(&high); /* the network outlives the question that made it */
    ask(w, clearances[0], &low);
    const struct shape_network *few = get(w, &low, day);
    assert_true(few->actor_count < many);
    assert_right(w, &low, few);
    assert_int_equal(all->actor_count, many);
    shape_cache_release(w->node, all);
    shape_cache_release(w->node, few);
    asked(&low);
}

static void a_write_ends_what_was_kept(void **state)
{
    struct world *w = *state;
    struct asking x;
    struct error err = { 0 };
    int64_t day = shape_day(NOW_MS / 1000);
    ask(w, clearances[1], &x);
    const struct shape_network *before = get(w, &x, day);
    asked(&x);
    struct write_context c = { .node = w->node, .now_ms = NOW_MS };
    struct arena *a = arena_new(LIMIT_ARENA);
    assert_int_equal(node_snapshot(w->node, node_operator(w->node), a, NOW_MS, &err, &c.snapshot),
                     0);
    assert_int_equal(settings_put(&c, S("home"), before->actors[0].id, &err), 0);
    arena_free(a);
    ask(w, clearances[1], &x);
    uint64_t made = made_by(w);
    const struct shape_network *after = get(w, &x, day);
    assert_int_equal(made_by(w), made + 1);
    assert_ptr_not_equal(before, after);
    assert_same(before, after); /* in use, it outlives its place */
    shape_cache_release(w->node, before);
    shape_cache_release(w->node, after);
    asked(&x);
}

static void more_days_than_are_kept_are_all_right(void **state)
{
    enum { DAYS = 40 };
    struct world *w = *state;
    struct asking x;
    ask(w, clearances[1], &x);
    uint64_t before = made_by(w);
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < DAYS; i++) {
            const struct shape_network *n = get(w, &x, shape_day(NOW_MS / 1000) - (i + 1) * DAY);
            if (i % 8 == 0)
                assert_right(w, &x, n);
            shape_cache_release(w->node, n);
        }
    assert_int_equal(made_by(w), before + 2 * DAYS); /* the oldest gave way each time */
    asked(&x);
}

/* ---- threads ---- */

struct thread_work {
    struct world *world;
    int number;
    uint32_t expected[2][3]; /* actors by mask and day */
    bool right;
};

/* Assertions belong to the main thread: this one only notes. */
static void *run(void *context)
{
    struct thread_work *t = context;
    struct world *w = t->world;
    t->right = true;
    for (int i = 0; i < 30; i++) {
        int mask = (i + t->number) % 2, day = i % 3;
        struct asking x;
        const struct shape_network *n = NULL;
        ask(w, clearances[mask], &x);
        int code = shape_cache_get(w->node, x.snapshot, x.desk,
                                   shape_day(NOW_MS / 1000) - day * DAY, NULL, &n);
        t->right &= code == 0 && n->actor_count == t->expected[mask][day];
        shape_cache_release(w->node, n);
        asked(&x);
    }
    return NULL;
}

static void many_threads_get_their_own(void **state)
{
    enum { THREADS = 4 };
    struct world *w = *state;
    struct thread_work work[THREADS];
    pthread_t threads[THREADS];
    uint32_t expected[2][3];
    for (int mask = 0; mask < 2; mask++)
        for (int day = 0; day < 3; day++) {
            struct asking x;
            struct shape_network *n = NULL;
            ask(w, clearances[mask], &x);
            assert_int_equal(shape_network_make(w->node, x.snapshot, x.desk,
                                                shape_day(NOW_MS / 1000) - day * DAY, NULL, &n),
                             0);
            expected[mask][day] = n->actor_count;
            shape_network_free(n);
            asked(&x);
        }
    for (int i = 0; i < THREADS; i++) {
        work[i] = (struct thread_work){ .world = w, .number = i };
        memcpy(work[i].expected, expected, sizeof expected);
        assert_int_equal(pthread_create(&threads[i], NULL, run, &work[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < THREADS; i++)
        assert_true(work[i].right);
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    world_make(w, 4711);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    world_free(*state);
    free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_whole_day_is_read_once_and_any_other_moment_each_time),
        cmocka_unit_test(one_mask_never_gets_what_another_reads),
        cmocka_unit_test(a_write_ends_what_was_kept),
        cmocka_unit_test(more_days_than_are_kept_are_all_right),
        cmocka_unit_test(many_threads_get_their_own),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("service shape cache", tests, setup, teardown);
}

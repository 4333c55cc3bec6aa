/*
 * Plans, fading and the digest while memory fails: each allocation in turn, until the answer gets
 * through. It is the same answer then; before that there is none. What cannot be read is not
 * absent: nothing fades later, and no line is left out, for want of memory.
 */
#include "../ledger/fault_memory.h"
#include "torment.h"

#include "base/fault.h"

static const struct with plain = { 0 };

struct bench {
    struct desk d;
    const char *home, *relationship;
};

static const char *make(struct desk *d, const char *kind, const char *body)
{
    return desk_id(d, desk_must(d, desk_text(d, "%s.create", kind), NULL, body, plain));
}

static void set_home(struct desk *d, const char *id)
{
    struct error err = { 0 };
    struct write_context w = { .node = d->node, .now_ms = DESK_NOW };
    assert_int_equal(
        node_snapshot(d->node, node_operator(d->node), d->arena, DESK_NOW, &err, &w.snapshot), 0);
    assert_int_equal(settings_put(&w, S("home"), slice_of(id), &err), 0);
}

static void meet(struct desk *d, const char *us, const char *them, const char *when,
                 const char *status)
{
    make(d, "engagement",
         desk_text(d,
                   "{\"title\":\"t\",\"when\":\"%s\",\"mode\":\"visit\",\"status\":\"%s\","
                   "\"participants\":[{\"actor\":\"%s\"},{\"actor\":\"%s\"}]}",
                   when, status, us, them));
}

static void need(struct desk *d, const char *who)
{
    const char *v = make(d, "vocabulary", "{\"title\":\"Words\"}");
    const char *boats =
        make(d, "concept",
             desk_text(d, "{\"vocabulary\":\"%s\",\"pref\":\"Boats\",\"capability\":true}", v));
    make(d, "offer", desk_text(d, "{\"actor\":\"%s\",\"capability\":\"%s\"}", who, boats));
    make(d, "need",
         desk_text(d,
                   "{\"title\":\"Flood\",\"state\":\"open\",\"agreement_rule\":\"not_needed\","
                   "\"requirements\":[{\"capability\":\"%s\"}]}",
                   boats));
}

static int setup(void **state)
{
    struct bench *x = calloc(1, sizeof *x);
    struct desk *d = &x->d;
    const char *names[] = { "Home", "Alpha", "Bravo", "Charlie" }, *who[4];
    desk_open(d);
    for (int i = 0; i < 4; i++)
        who[i] =
            make(d, "actor",
                 desk_text(d, "{\"nature\":\"organisation\",\"name_en\":\"%s\",\"country\":\"%s\"}",
                           names[i], i % 2 ? "USA" : "CAN"));
    set_home(d, who[0]);
    x->home = who[0];
    for (int i = 1; i < 4; i++) {
        x->relationship =
            make(d, "relationship",
                 desk_text(d,
                           "{\"a\":\"%s\",\"b\":\"%s\",\"nature\":\"institutional\","
                           "\"priority\":\"T%d\",\"cadence_longest\":60,\"steward\":\"%s\"}",
                           who[0], who[i], i, who[0]));
        make(d, "commitment",
             desk_text(d,
                       "{\"from\":\"%s\",\"to\":\"%s\",\"text\":\"t\",\"stakes\":\"routine\","
                       "\"state\":\"%s\",\"decided_on\":\"2026-0%d-01\"}",
                       who[i], who[0], i == 2 ? "broken" : "kept", i));
        meet(d, who[0], who[i], desk_text(d, "2026-0%d-11", i), "held");
    }
    meet(d, who[2], who[0], "2026-06-02", "planned");
    need(d, who[3]);
    *state = x;
    return 0;
}

static int teardown(void **state)
{
    struct bench *x = *state;
    desk_done(&x->d);
    free(x);
    return 0;
}

static void torment_all(struct bench *x, const struct fault *f)
{
    const char *query = "{\"hours\":\"12\",\"weeks\":\"2\",\"floor\":\"0.7\"}";
    int failures = torment(&x->d, f, "plan", query);
    failures += torment(&x->d, f, "fading", "{\"floor\":\"0.7\"}");
    failures += torment(&x->d, f, "attention", query);
    failures += torment(&x->d, f, "attention.text", query);
    failures += torment(&x->d, f, "attention.html", query);
    failures += torment(&x->d, f, "portfolio", "{\"sort\":\"fading_on\",\"attention\":\"any\"}");
    failures += torment(&x->d, f, "portfolio", "{\"attention\":\"one_sided\"}");
    failures += torment(&x->d, f, "today", "{}");
    failures += torment(&x->d, f, "plan",
                        desk_text(&x->d, "{\"weeks\":\"2\",\"budgets\":\"%s=9\"}", x->home));
    assert_true(failures > 10);
}

static void plans_without_memory_fail_or_are_the_same(void **state)
{
    torment_all(*state, &torment_heap);
}

static void plans_without_sqlite_memory_fail_or_are_the_same(void **state)
{
    torment_all(*state, &torment_sqlite);
}

/* A look that fails keeps the one before, so that nothing is told twice and nothing forgotten. */
static void a_look_without_memory_keeps_the_one_before(void **state)
{
    struct bench *x = *state;
    struct desk *d = &x->d;
    const struct viewer *v = node_operator(d->node);
    struct watch *watch = NULL;
    struct attention_change *changes = NULL;
    size_t count = 0;
    int64_t today = DESK_NOW / 86400000;
    struct error err = { 0 };
    assert_int_equal(
        node_watch(d->node, v, d->arena, DESK_NOW, today - 100, &err, &watch, &changes, &count), 0);
    bool struck = true;
    int code = 0;
    for (int n = 1; struck; n++) {
        error_clear(&err);
        fault_arm_allocation(n);
        code = node_watch(d->node, v, d->arena, DESK_NOW, today, &err, &watch, &changes, &count);
        struck = fault_disarm();
        assert_true(code == 0 || torment_explained(code));
        if (code == 0 && struck) /* it had no need of it: the next look is the second */
            break;
    }
    assert_int_equal(code, 0);
    assert_true(count > 0);
    watch_free(watch);
}

static uint32_t planned(struct desk *d)
{
    return desk_count(desk_must(d, "engagement.list", "{\"status\":\"planned\"}", NULL, plain));
}

/* The write itself may have stood when its answer failed; asked again it writes nothing more. */
static void a_line_without_memory_is_accepted_once_or_not(void **state)
{
    struct bench *x = *state;
    struct desk *d = &x->d;
    const char *line = desk_text(
        d, "{\"relationship\":\"%s\",\"type\":\"call\",\"on\":\"2026-06-01\"}", x->relationship);
    uint32_t before = planned(d);
    bool struck = true;
    for (int n = 1; struck; n += 1 + n / 8) {
        struct asked a =
            desk_ask(d, "plan.accept", NULL, line, (struct with){ .fault = &torment_heap, .n = n });
        struck = a.struck;
        if (a.code < 0 && !torment_explained(a.code))
            fail_msg("n=%d: %d %s (%s)", n, a.code, a.err.message, a.err.origin);
        assert_true(planned(d) <= before + 1);
    }
    assert_int_equal(planned(d), before + 1);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(plans_without_memory_fail_or_are_the_same),
        CASE(plans_without_sqlite_memory_fail_or_are_the_same),
        CASE(a_look_without_memory_keeps_the_one_before),
        CASE(a_line_without_memory_is_accepted_once_or_not),
    };
    fault_memory_install();
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Non-interference of nurture: relationships, engagements, promises, offers and needs that a viewer
 * may not read change no byte of what fades, of a plan, or of the digest in its three forms.
 *
 * The worlds are dense around one actor, so that plans have lines, trips, needs and planned
 * engagements.
 */
#include "world_bodies.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW_MS INT64_C(1770000000000) /* 2026-02-02 */

static const char *const clearances[] = {
    "{\"class\":\"UNCLASSIFIED\",\"permissive\":{\"Releasable To\":[\"DEU\"]}}",
    "{\"class\":\"RESTRICTED\",\"permissive\":{\"Releasable To\":[\"CAN\"]},\"tlp\":\"AMBER\"}",
    "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[\"USA\"]},\"tlp\":\"RED\"}",
};
enum { CLEARANCES = sizeof clearances / sizeof *clearances, WORLDS = 2 };

/* ---- the world ---- */

/* The actor that all turns around: the first of the world. */
static struct slice center(struct world *w)
{
    return w->ids[0];
}

static struct slice actor_body(struct world *w)
{
    static const char *const countries[] = { "CAN", "USA", "DEU", "SWE" };
    uint32_t r = world_random(w, 1000);
    return arena_printf(w->arena,
                        "{\"nature\":\"organisation\",\"name_en\":\"actor %u\",\"country\":\"%s\"}",
                        r, countries[r % 4]);
}

static struct slice other(struct world *w)
{
    struct slice id = world_id(w, "actor");
    while (slice_eq(id, center(w)))
        id = world_id(w, "actor");
    return id;
}

static struct slice relationship_body(struct world *w)
{
    static const char *const natures[] = { "institutional", "interpersonal" };
    uint32_t r = world_random(w, 10000);
    return arena_printf(w->arena,
                        "{\"a\":\"" SLICE_FMT "\",\"b\":\"" SLICE_FMT
                        "\",\"nature\":\"%s\",\"priority\":\"T%u\",\"steward\":\"" SLICE_FMT
                        "\",\"cadence_ideal\":%u,\"cadence_longest\":%u}",
                        SLICE_ARG(center(w)), SLICE_ARG(other(w)), natures[r % 2], r / 2 % 5 + 1,
                        SLICE_ARG(other(w)), r % 40 + 1, r % 40 + 1 + r % 60);
}

/* Another than these two, or nobody. */
static struct slice third(struct world *w, struct slice a, struct slice b)
{
    struct slice id = other(w);
    bool same = slice_eq(id, a) || slice_eq(id, b);
    return same ? S("") : arena_printf(w->arena, "{\"actor\":\"" SLICE_FMT "\"},", SLICE_ARG(id));
}

static struct slice engagement_body(struct world *w)
{
    static const char *const modes[] = { "visit", "call", "meeting", "exercise" };
    static const char *const extra[] = { "", ",\"external_ids\":[\"plan:x/call/2026-02-05\"]" };
    uint32_t r = world_random(w, 10000);
    bool planned = r % 6 == 0;
    struct slice first = r % 2 ? center(w) : other(w), second = r % 2 ? other(w) : center(w);
    struct slice before = r % 5 < 2 ? third(w, first, second) : S("");
    struct slice when = planned ? arena_printf(w->arena, "2026-02-%02u", r % 20 + 3)
                                : arena_printf(w->arena, "2025-1%u", r % 3);
    return arena_printf(
        w->arena,
        "{\"title\":\"talks\",\"mode\":\"%s\",\"status\":\"%s\",\"when\":\"" SLICE_FMT
        "\",\"participants\":[" SLICE_FMT "{\"actor\":\"" SLICE_FMT "\"},{\"actor\":\"" SLICE_FMT
        "\"}]%s}",
        modes[r % 4], planned ? "planned" : "held", SLICE_ARG(when), SLICE_ARG(before),
        SLICE_ARG(first), SLICE_ARG(second), extra[planned && r % 4 == 0]);
}

static struct slice promise_body(struct world *w)
{
    static const char *const states[] = { "kept", "kept", "broken", "late", "open" };
    uint32_t r = world_random(w, 10000);
    bool ours = r % 3 == 0, open = r % 5 == 4;
    return arena_printf(w->arena,
                        "{\"from\":\"" SLICE_FMT "\",\"to\":\"" SLICE_FMT
                        "\",\"text\":\"t\",\"stakes\":\"significant\",\"state\":\"%s\"%s%s%s}",
                        SLICE_ARG(ours ? center(w) : other(w)),
                        SLICE_ARG(ours ? other(w) : center(w)), states[r % 5],
                        open ? "" : ",\"decided_on\":\"", open ? "" : "2025-06-01",
                        open ? "" : "\"");
}

static struct slice offer_body(struct world *w)
{
    return arena_printf(w->arena, "{\"actor\":\"" SLICE_FMT "\",\"capability\":\"" SLICE_FMT "\"}",
                        SLICE_ARG(world_id(w, "actor")), SLICE_ARG(world_id(w, "concept")));
}

static struct slice need_body(struct world *w)
{
    return arena_printf(
        w->arena,
        "{\"title\":\"n\",\"state\":\"open\",\"priority\":\"T%u\","
        "\"agreement_rule\":\"not_needed\",\"requirements\":[{\"capability\":\"" SLICE_FMT "\"}]}",
        world_random(w, 3) + 1, SLICE_ARG(world_id(w, "concept")));
}

static struct slice body(struct world *w, const char *kind)
{
    static const struct {
        const char *kind;
        struct slice (*make)(struct world *w);
    } own[] = { { "actor", actor_body },           { "relationship", relationship_body },
                { "engagement", engagement_body }, { "commitment", promise_body },
                { "offer", offer_body },           { "need", need_body } };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(own[i].kind, kind) == 0)
            return own[i].make(w);
    return world_body(w, kind);
}

static const char *const kinds[] = { "concept",    "relationship", "relationship", "engagement",
                                     "engagement", "engagement",   "commitment",   "commitment",
                                     "offer",      "need" };
static const struct world_recipe recipe = { .kinds = kinds,
                                            .kind_count = sizeof kinds / sizeof *kinds,
                                            .actors = 14,
                                            .others = 220,
                                            .changes = 40,
                                            .body = body };

/* ---- asking ---- */

struct answer {
    int code;
    struct buf text;
    struct slice marking;
    struct error err;
    struct arena *arena;
};

static void ask(struct node *n, const struct viewer *v, const struct operation *o,
                const struct json *parameters, struct answer *ret)
{
    *ret = (struct answer){ .arena = arena_new(LIMIT_ARENA) };
    buf_init(&ret->text, LIMIT_RESPONSE);
    struct call c = { .node = n,
                      .operation = o,
                      .viewer = v,
                      .arena = ret->arena,
                      .now_ms = NOW_MS,
                      .parameters =
                          json_merge_patch(ret->arena, parameters, json_new_object(ret->arena)),
                      .out = &ret->text,
                      .err = &ret->err };
    ret->code = ops_run(&c);
    ret->marking = c.marking_en;
}

/* Asks both sides; the answer of the whole world. */
static struct slice compare(struct world *w, const struct viewer *v, const char *operation,
                            const struct json *parameters, struct arena *keep)
{
    struct answer all, some;
    const struct operation *o = operations_find(w->operations, slice_of(operation));
    ask(w->node, v, o, parameters, &all);
    ask(&w->filtered, v, o, parameters, &some);
    bool equal = all.code == some.code && slice_eq(all.marking, some.marking) &&
                 slice_eq(buf_slice(&all.text), buf_slice(&some.text));
    if (!equal)
        fprintf(stderr, "# %s\n# all:  %d %s\n%.6000s\n# some: %d %s\n%.6000s\n", operation,
                all.code, all.err.message, all.text.ptr ? all.text.ptr : "", some.code,
                some.err.message, some.text.ptr ? some.text.ptr : "");
    struct slice text = arena_copy(keep, buf_slice(&all.text));
    assert_int_equal(all.code, 0);
    buf_done(&all.text);
    buf_done(&some.text);
    arena_free(all.arena);
    arena_free(some.arena);
    assert_true(equal);
    return text;
}

struct counts {
    uint32_t fading, lines, trips, needs, planned, portfolio, served;
};

static void count_plan(struct arena *a, struct slice text, struct counts *c)
{
    struct json *plan = NULL;
    assert_int_equal(json_parse(a, text, NULL, &plan), 0);
    const struct json *weeks = json_get(plan, "weeks");
    c->planned += json_get(plan, "planned")->count;
    for (uint32_t i = 0; i < weeks->count; i++) {
        const struct json *lines = json_get(&weeks->items[i], "lines");
        c->lines += lines->count;
        c->trips += json_get(&weeks->items[i], "trips")->count;
        for (uint32_t k = 0; k < lines->count; k++)
            c->needs += json_get(json_get(&lines->items[k], "why"), "needs")->count;
    }
}

/* What the portfolio and today say of fading; in every order and filter that needs it. */
static void compare_portfolio(struct world *w, const struct viewer *v, struct arena *a,
                              struct counts *c)
{
    static const char *const attention[] = { "any", "below", "soon", "overdue", "one_sided" };
    struct json *p = json_new_object(a), *answer = NULL;
    json_object_set(a, p, S("of"), json_new_text(a, center(w)));
    compare(w, v, "today", p, a);
    json_object_set(a, p, S("floor"), json_new_text(a, S("0.9")));
    json_object_set(a, p, S("sort"), json_new_text(a, S("fading_on")));
    for (size_t i = 0; i < sizeof attention / sizeof *attention; i++) {
        json_object_set(a, p, S("attention"), json_new_text(a, slice_of(attention[i])));
        struct slice text = compare(w, v, "portfolio", p, a);
        assert_int_equal(json_parse(a, text, NULL, &answer), 0);
        c->portfolio += json_get(answer, "items")->count;
    }
}

/* Every actor of the world as a person with hours of their own: stewards are among them. Whom the
 * viewer may not read is refused alike, so only readable ones are asked for. */
static void compare_budgets(struct world *w, const struct viewer *v, const struct json *plain,
                            struct arena *a, struct counts *c)
{
    struct json *p = json_merge_patch(a, plain, json_new_object(a)), *plan = NULL;
    struct slice budgets = S("");
    struct snapshot *s = NULL;
    struct error err = { 0 };
    assert_int_equal(node_snapshot(w->node, v, a, NOW_MS, &err, &s), 0);
    for (size_t i = 1, count = 0; i < w->count && count < 6; i++) {
        if (strcmp(w->kinds[i], "actor") != 0 || !snapshot_readable(s, w->ids[i], NULL))
            continue;
        budgets = arena_printf(a, SLICE_FMT "%s" SLICE_FMT "=9/4", SLICE_ARG(budgets),
                               count++ ? "," : "", SLICE_ARG(w->ids[i]));
    }
    snapshot_close(s);
    json_object_set(a, p, S("budgets"), json_new_text(a, budgets));
    struct slice text = compare(w, v, "plan", p, a);
    assert_int_equal(json_parse(a, text, NULL, &plan), 0);
    const struct json *persons = json_get(plan, "persons");
    for (uint32_t i = 0; persons && i < persons->count; i++)
        c->served += json_get_int(&persons->items[i], "relationships", 0) > 0;
    compare(w, v, "attention", p, a);
}

static void compare_all(struct world *w, const struct viewer *v, struct counts *c)
{
    static const char *const digests[] = { "attention", "attention.text", "attention.html" };
    struct arena *a = arena_new(LIMIT_ARENA);
    struct json *p = json_new_object(a), *fading = NULL;
    json_object_set(a, p, S("of"), json_new_text(a, center(w)));
    json_object_set(a, p, S("floor"), json_new_text(a, S("0.9")));
    struct slice text = compare(w, v, "fading", p, a);
    assert_int_equal(json_parse(a, text, NULL, &fading), 0);
    c->fading += json_get(fading, "items")->count;
    json_object_set(a, p, S("hours"), json_new_text(a, S("60")));
    json_object_set(a, p, S("weeks"), json_new_text(a, S("2")));
    count_plan(a, compare(w, v, "plan", p, a), c);
    for (size_t i = 0; i < sizeof digests / sizeof *digests; i++)
        compare(w, v, digests[i], p, a);
    compare_portfolio(w, v, a, c);
    compare_budgets(w, v, p, a, c);
    json_object_set(a, p, S("as_of"), json_new_text(a, S("2025-12-01")));
    compare(w, v, "plan", p, a);
    arena_free(a);
}

static struct viewer viewer_of(struct world *w, const char *clearance)
{
    struct error err = { 0 };
    struct json *json;
    struct viewer v = { .username = S("v"),
                        .role = ROLE_ADMINISTRATOR,
                        .permissions = role_permissions(ROLE_ADMINISTRATOR) };
    assert_int_equal(json_parse(w->arena, slice_of(clearance), &err, &json), 0);
    assert_int_equal(clearance_parse(w->node->policy, w->arena, json, S("/"), &err, &v.clearance),
                     0);
    return v;
}

static void plans_tell_nothing_of_what_the_viewer_may_not_read(void **state)
{
    (void)state;
    struct counts c = { 0 };
    struct world w;
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        world_make_of(&w, seed, &recipe);
        for (size_t k = 0; k < CLEARANCES; k++) {
            struct viewer v = viewer_of(&w, clearances[k]);
            world_filter(&w, &v, NOW_MS);
            compare_all(&w, &v, &c);
            world_unfilter(&w);
        }
        world_free(&w);
    }
    print_message("# %u fading, %u lines, %u trips, %u needs, %u planned\n", c.fading, c.lines,
                  c.trips, c.needs, c.planned);
    /* the comparison must be of plans that say something */
    assert_true(c.fading > 20);
    assert_true(c.lines > 5);
    assert_true(c.trips > 0);
    assert_true(c.needs > 0);
    assert_true(c.planned > 0);
    assert_true(c.portfolio > 20);
    assert_true(c.served > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plans_tell_nothing_of_what_the_viewer_may_not_read),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Non-interference of options: offers, agreements, concepts, mappings, requests, actors and
 * promises that a viewer may not read change no byte of what the viewer learns about a need.
 *
 * The worlds are dense: few concepts, so that needs have options, and many labels. Requests come of
 * real options before anybody looks.
 */
#include "world_bodies.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define NOW_MS INT64_C(1775000000000)

static const char *const clearances[] = {
    "{\"class\":\"UNCLASSIFIED\",\"permissive\":{\"Releasable To\":[\"DEU\"]}}",
    "{\"class\":\"RESTRICTED\",\"permissive\":{\"Releasable To\":[\"CAN\"]},\"tlp\":\"AMBER\"}",
    "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[\"USA\"]},\"tlp\":\"RED\"}",
    "{\"class\":\"CONFIDENTIAL\",\"permissive\":{\"Releasable To\":[\"SWE\"]}}",
};
enum { CLEARANCES = sizeof clearances / sizeof *clearances, WORLDS = 3 };

/* ---- the world ---- */

#define ID(kind) SLICE_ARG(world_id(w, kind))

static struct slice actor_body(struct world *w)
{
    static const char *const countries[] = { "CAN", "USA", "DEU", "SWE" };
    static const char *const languages[] = { "", ",\"languages\":[\"en\"]",
                                             ",\"languages\":[\"fr-CA\"]" };
    uint32_t r = world_random(w, 1000);
    bool under = w->count > 4 && r % 3 == 0;
    return arena_printf(w->arena,
                        "{\"nature\":\"organisation\",\"name_en\":\"actor %u\",\"country\":\"%s\""
                        "%s%s" SLICE_FMT "%s}",
                        r, countries[r % 4], languages[r / 4 % 3], under ? ",\"parent\":\"" : "",
                        SLICE_ARG(under ? world_id(w, "actor") : S("")), under ? "\"" : "");
}

static struct slice offer_body(struct world *w)
{
    static const char *const bases[] = { "mechanism", "mandate", "mechanism", "agreement",
                                         "ad_hoc" };
    static const char *const extras[] = { "",
                                          ",\"shareable\":true",
                                          ",\"last_resort\":true",
                                          ",\"regions\":[\"150\"]",
                                          ",\"asset\":\"x\"",
                                          "" };
    uint32_t r = world_random(w, 100000);
    struct slice needs =
        r % 7 == 0 ? arena_printf(w->arena, ",\"needs\":[\"" SLICE_FMT "\"]", ID("concept"))
                   : S("");
    return arena_printf(w->arena,
                        "{\"actor\":\"" SLICE_FMT "\",\"capability\":\"" SLICE_FMT
                        "\",\"quantity\":%u,\"burden\":%u,\"notice\":\"PT%uH\",\"basis\":\"%s\","
                        "\"agreement\":\"" SLICE_FMT "\",\"attested_by\":\"" SLICE_FMT
                        "\"%s" SLICE_FMT "}",
                        ID("actor"), ID("concept"), r % 3 + 1, r % 20, r % 72, bases[r / 3 % 5],
                        ID("agreement"), ID("actor"), extras[r / 16 % 6], SLICE_ARG(needs));
}

static struct slice need_body(struct world *w)
{
    static const char nato[] = ",\"disclosure\":{\"class\":\"UNCLASSIFIED\",\"permissive\":"
                               "{\"Releasable To\":[[\"NATO\"]]},\"tlp\":\"CLEAR\"}";
    static const char secret[] = ",\"disclosure\":{\"class\":\"SECRET\",\"permissive\":{},"
                                 "\"tlp\":\"CLEAR\"}";
    static const char *const told[] = { "", "", nato, secret };
    static const char *const extras[] = { "", ",\"languages\":[\"en\"]", ",\"region\":\"DEU\"",
                                          ",\"last_resort\":true", "" };
    uint32_t r = world_random(w, 100000);
    struct slice line = arena_printf(
        w->arena, "{\"capability\":\"" SLICE_FMT "\",\"quantity\":%u,\"redundancy\":%u}",
        ID("concept"), r % 3 + 1, r / 3 % 5 == 0 ? 2 : 1);
    struct slice more =
        r % 3 ? arena_printf(w->arena, ",{\"capability\":\"" SLICE_FMT "\"}", ID("concept"))
              : S("");
    return arena_printf(w->arena,
                        "{\"title\":\"need %u\",\"requester\":\"" SLICE_FMT
                        "\",\"state\":\"open\",\"agreement_rule\":\"%s\",\"requirements\":"
                        "[" SLICE_FMT SLICE_FMT "],\"common_causes\":[{\"actors\":[\"" SLICE_FMT
                        "\",\"" SLICE_FMT "\"],\"probability\":0.%u}]%s%s}",
                        r, ID("actor"), r % 4 ? "preferred" : "required", SLICE_ARG(line),
                        SLICE_ARG(more), ID("actor"), ID("actor"), r % 9 + 1, told[r / 9 % 4],
                        extras[r / 36 % 5]);
}

static struct slice agreement_body(struct world *w)
{
    uint32_t r = world_random(w, 1000);
    return arena_printf(w->arena,
                        "{\"title\":\"agreement %u\",\"instrument\":\"%s\",\"in_force\":\"2024\","
                        "\"parties\":[{\"party\":\"" SLICE_FMT "\"},{\"party\":\"" SLICE_FMT
                        "\"}],\"covers\":[\"" SLICE_FMT "\"]}",
                        r, r % 2 ? "information_sharing" : "arrangement", ID("actor"), ID("actor"),
                        ID("concept"));
}

static struct slice promise_body(struct world *w)
{
    uint32_t r = world_random(w, 1000);
    return arena_printf(w->arena,
                        "{\"from\":\"" SLICE_FMT "\",\"to\":\"" SLICE_FMT "\",\"text\":\"t\","
                        "\"stakes\":\"significant\",\"state\":\"%s\",\"decided_on\":\"2025-0%u\"}",
                        ID("actor"), ID("actor"), r % 3 ? "kept" : "broken", r % 9 + 1);
}

static struct slice body(struct world *w, const char *kind)
{
    static const struct {
        const char *kind;
        struct slice (*make)(struct world *w);
    } own[] = { { "actor", actor_body },
                { "offer", offer_body },
                { "need", need_body },
                { "agreement", agreement_body },
                { "commitment", promise_body } };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(own[i].kind, kind) == 0)
            return own[i].make(w);
    return world_body(w, kind);
}

static const char *const kinds[] = {
    "concept", "mapping", "agreement", "agreement", "offer", "offer",      "offer",     "offer",
    "offer",   "offer",   "need",      "request",   "need",  "commitment", "commitment"
};
static const struct world_recipe recipe = { .kinds = kinds,
                                            .kind_count = sizeof kinds / sizeof *kinds,
                                            .actors = 12,
                                            .others = 180,
                                            .changes = 50,
                                            .body = body };

/* ---- asking ---- */

struct answer {
    int code;
    struct buf text;
    struct error err;
    struct slice marking;
    struct arena *arena;
};

static void ask(struct node *n, const struct viewer *v, const struct operation *o,
                const struct json *parameters, const struct json *input, struct answer *ret)
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
                      .body = input,
                      .if_match = S("*"),
                      .out = &ret->text,
                      .err = &ret->err };
    ret->code = ops_run(&c);
    ret->marking = c.marking_en;
}

static void answer_done(struct answer *a)
{
    buf_done(&a->text);
    arena_free(a->arena);
}

static bool same(const struct answer *a, const struct answer *b)
{
    return a->code == b->code && slice_eq(a->marking, b->marking) &&
           (a->code < 0 ? strcmp(a->err.message, b->err.message) == 0
                        : slice_eq(buf_slice(&a->text), buf_slice(&b->text)));
}

static struct json *parameters_of(struct arena *a, struct slice id, struct slice key,
                                  struct slice without)
{
    struct json *p = json_new_object(a);
    if (id.len)
        json_object_set(a, p, S("id"), json_new_text(a, id));
    if (key.len)
        json_object_set(a, p, S("key"), json_new_text(a, key));
    if (without.len)
        json_object_set(a, p, S("without"), json_new_text(a, without));
    return p;
}

/* Asks both sides; the answer of the whole world is kept when there is one. */
static bool compare(struct world *w, const struct viewer *v, const char *operation,
                    const struct json *parameters, struct arena *keep, struct json **ret)
{
    struct answer all, some;
    const struct operation *o = operations_find(w->operations, slice_of(operation));
    ask(w->node, v, o, parameters, NULL, &all);
    ask(&w->filtered, v, o, parameters, NULL, &some);
    bool equal = same(&all, &some), good = all.code == 0;
    if (!equal)
        fprintf(stderr, "# %s\n# all:  %d %s %.3000s\n# some: %d %s %.3000s\n", operation, all.code,
                all.err.message, all.text.ptr ? all.text.ptr : "", some.code, some.err.message,
                some.text.ptr ? some.text.ptr : "");
    struct slice text = good ? arena_copy(keep, buf_slice(&all.text)) : S("");
    answer_done(&all);
    answer_done(&some);
    assert_true(equal);
    if (good && ret)
        assert_int_equal(json_parse(keep, text, NULL, ret), 0);
    return good;
}

struct counts {
    int answers, options, gaps, requests;
};

static void compare_option(struct world *w, const struct viewer *v, struct slice need,
                           const struct json *option, struct arena *a, struct counts *c)
{
    struct json *page = NULL;
    struct slice key = json_get_text(option, "key");
    if (compare(w, v, "need.option", parameters_of(a, need, key, S("")), a, &page))
        c->requests += (int)json_get(page, "requests")->count;
    c->options++;
}

static void compare_need(struct world *w, const struct viewer *v, struct slice need,
                         struct counts *c)
{
    struct arena *a = arena_new(LIMIT_ARENA);
    struct json *all = NULL;
    c->answers += compare(w, v, "need.options", parameters_of(a, need, S(""), S("")), a, &all);
    const struct json *list = json_get(all, "options");
    for (uint32_t i = 0; list && i < list->count && i < 4; i++)
        compare_option(w, v, need, &list->items[i], a, c);
    c->gaps += all && json_get(all, "gaps");
    compare(w, v, "need.options", parameters_of(a, need, S(""), world_id(w, "actor")), a, NULL);
    compare(w, v, "need.gaps", parameters_of(a, need, S(""), S("")), a, NULL);
    compare(w, v, "need.criticality", parameters_of(a, need, S(""), S("")), a, NULL);
    compare(w, v, "need.option", parameters_of(a, need, S("0123456789abcdef"), S("")), a, NULL);
    arena_free(a);
}

/* The operator asks the partners of the first option of every need. */
static void write_requests(struct world *w)
{
    const struct viewer *v = node_operator(w->node);
    for (size_t i = 0; i < w->count; i++) {
        struct arena *a = arena_new(LIMIT_ARENA);
        struct json *all = NULL, *input = json_new_object(a);
        struct answer x;
        if (strcmp(w->kinds[i], "need") == 0) {
            ask(w->node, v, operations_find(w->operations, S("need.options")),
                parameters_of(a, w->ids[i], S(""), S("")), NULL, &x);
            if (x.code == 0)
                assert_int_equal(json_parse(a, arena_copy(a, buf_slice(&x.text)), NULL, &all), 0);
            answer_done(&x);
        }
        const struct json *list = json_get(all, "options");
        if (list && list->count) {
            ask(w->node, v, operations_find(w->operations, S("need.request")),
                parameters_of(a, w->ids[i], json_get_text(&list->items[0], "key"), S("")), input,
                &x);
            assert_int_equal(x.code, 0);
            answer_done(&x);
        }
        arena_free(a);
    }
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

static void options_tell_nothing_of_what_the_viewer_may_not_read(void **state)
{
    (void)state;
    struct counts c = { 0 };
    struct world w;
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        world_make_of(&w, seed, &recipe);
        write_requests(&w);
        for (size_t k = 0; k < CLEARANCES; k++) {
            struct viewer v = viewer_of(&w, clearances[k]);
            world_filter(&w, &v, NOW_MS);
            for (size_t i = 0; i < w.count; i++)
                if (strcmp(w.kinds[i], "need") == 0)
                    compare_need(&w, &v, w.ids[i], &c);
            struct arena *a = arena_new(LIMIT_ARENA);
            compare(&w, &v, "requests.board", json_new_object(a), a, NULL);
            arena_free(a);
            world_unfilter(&w);
        }
        world_free(&w);
    }
    print_message("# %d answers, %d options, %d needs with gaps, %d requests\n", c.answers,
                  c.options, c.gaps, c.requests);
    /* the comparison must mostly be of real answers */
    assert_true(c.answers > 60);
    assert_true(c.options > 60);
    assert_true(c.gaps > 10);
    assert_true(c.requests > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_tell_nothing_of_what_the_viewer_may_not_read),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

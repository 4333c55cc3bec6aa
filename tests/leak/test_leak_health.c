/*
 * Non-interference of the network's health: actors, ties, postings, offers, needs, concepts and
 * promises that a viewer may not read change no byte of what the viewer learns about the network.
 *
 * The worlds are made of what the questions look at: actors that are part of each other and act by
 * several means in several regions, a sparse network of relationships and postings so that there is
 * something to cut, and few concepts, so that needs can be met.
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
};
static const char *const questions[] = { "health", "coverage", "dependence", "discovery" };
static const char *const dates[] = { "", "2024-06", "2025-03-01" };
enum {
    CLEARANCES = sizeof clearances / sizeof *clearances,
    QUESTIONS = sizeof questions / sizeof *questions,
    WORLDS = 3,
    ASKED = 3 /* of whom, for each question */
};

/* ---- the world ---- */

#define ID(kind) SLICE_ARG(world_id(w, kind))

static struct slice actor_body(struct world *w)
{
    static const char *const natures[] = { "organisation", "organisation", "unit", "position",
                                           "person" };
    static const char *const extras[] = {
        "", ",\"country\":\"CAN\",\"instruments\":[\"military\"]",
        ",\"country\":\"DEU\",\"audience\":\"ally\",\"instruments\":[\"diplomatic\",\"legal\"]",
        ",\"country\":\"SWE\",\"audience\":\"ngo\",\"regions\":[\"150\",\"CAN\"]",
        ",\"audience\":\"industry\",\"instruments\":[\"economic\"],\"until\":\"2025-01\""
    };
    uint32_t r = world_random(w, 100000);
    bool under = w->count > 6 && r % 3 == 0;
    return arena_printf(w->arena, "{\"nature\":\"%s\",\"name_en\":\"actor %u\"%s%s" SLICE_FMT "%s}",
                        natures[r / 3 % 5], r, extras[r / 15 % 5], under ? ",\"parent\":\"" : "",
                        SLICE_ARG(under ? world_id(w, "actor") : S("")), under ? "\"" : "");
}

static struct slice relationship_body(struct world *w)
{
    static const char *const extras[] = { "", ",\"from\":\"2024-09\"", ",\"until\":\"2025-01\"",
                                          ",\"instruments\":[\"informational\"]", "" };
    uint32_t r = world_random(w, 1000);
    return arena_printf(w->arena,
                        "{\"a\":\"" SLICE_FMT "\",\"b\":\"" SLICE_FMT
                        "\",\"nature\":\"institutional\",\"priority\":\"T%u\"%s}",
                        ID("actor"), ID("actor"), r % 5 + 1, extras[r / 5 % 5]);
}

static struct slice offer_body(struct world *w)
{
    static const char *const extras[] = { "", ",\"regions\":[\"150\"]", ",\"regions\":[\"CAN\"]",
                                          ",\"until\":\"2025\"" };
    uint32_t r = world_random(w, 1000);
    return arena_printf(w->arena,
                        "{\"actor\":\"" SLICE_FMT "\",\"capability\":\"" SLICE_FMT
                        "\",\"quantity\":%u,\"basis\":\"mandate\"%s}",
                        ID("actor"), ID("concept"), r % 3 + 1, extras[r / 3 % 4]);
}

static struct slice need_body(struct world *w)
{
    static const char *const regions[] = { "", ",\"region\":\"DEU\"", ",\"region\":\"CA-AB\"" };
    uint32_t r = world_random(w, 1000);
    return arena_printf(
        w->arena,
        "{\"title\":\"need %u\",\"requester\":\"" SLICE_FMT
        "\",\"state\":\"%s\",\"priority\":\"T%u\",\"requirements\":[{\"capability\":"
        "\"" SLICE_FMT "\"},{\"capability\":\"" SLICE_FMT "\",\"quantity\":2}]%s}",
        r, ID("actor"), r % 5 ? "open" : "met", r % 5 + 1, ID("concept"), ID("concept"),
        regions[r / 5 % 3]);
}

static struct slice access_body(struct world *w)
{
    static const char *const regions[] = { "", ",\"region\":\"150\"", ",\"region\":\"CAN\"" };
    uint32_t r = world_random(w, 1000);
    return arena_printf(w->arena,
                        "{\"holder\":\"" SLICE_FMT "\",\"to\":\"%s\",\"subject\":\"s\",\"concept\":"
                        "\"" SLICE_FMT "\"%s}",
                        ID("actor"), r % 2 ? "tool" : "insight", ID("concept"), regions[r / 2 % 3]);
}

static struct slice body(struct world *w, const char *kind)
{
    static const struct {
        const char *kind;
        struct slice (*make)(struct world *w);
    } own[] = { { "actor", actor_body },
                { "relationship", relationship_body },
                { "offer", offer_body },
                { "access", access_body },
                { "need", need_body } };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (strcmp(own[i].kind, kind) == 0)
            return own[i].make(w);
    return world_body(w, kind);
}

static const char *const kinds[] = { "relationship", "relationship", "relationship", "posting",
                                     "offer",        "offer",        "concept",      "mapping",
                                     "need",         "commitment",   "commitment",   "access",
                                     "access",       "membership" };
static const struct world_recipe recipe = { .kinds = kinds,
                                            .kind_count = sizeof kinds / sizeof *kinds,
                                            .actors = 30,
                                            .others = 170,
                                            .changes = 40,
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

/* What the answers were about, so that the comparison is of something. */
struct counts {
    int answers, points, bridges, cells, dependents, findings;
};

static int length(const struct json *of, const char *name)
{
    const struct json *list = json_get(of, name);
    return list ? (int)list->count : 0;
}

static void count(const struct json *all, struct counts *c)
{
    const struct json *rows = json_get(all, "rows");
    c->answers++;
    c->points += length(all, "articulation");
    c->bridges += length(all, "bridges");
    for (uint32_t i = 0; rows && i < rows->count; i++)
        c->cells += length(&rows->items[i], "cells");
    c->dependents += json_get(all, "not_counted") ? length(all, "items") : 0;
    c->findings += !json_get(all, "not_counted") ? length(all, "items") : 0;
}

static void compare(struct world *w, const struct viewer *v, const char *question, struct slice of,
                    const char *date, struct counts *c)
{
    struct arena *a = arena_new(LIMIT_ARENA);
    struct json *p = json_new_object(a), *parsed = NULL;
    struct answer all, some;
    const struct operation *o = operations_find(w->operations, slice_of(question));
    if (of.len)
        json_object_set(a, p, S("of"), json_new_text(a, of));
    if (*date)
        json_object_set(a, p, S("as_of"), json_new_text(a, slice_of(date)));
    ask(w->node, v, o, p, &all);
    ask(&w->filtered, v, o, p, &some);
    bool equal = same(&all, &some);
    if (!equal)
        fprintf(stderr, "# %s\n# all:  %d %s %.3000s\n# some: %d %s %.3000s\n", question, all.code,
                all.err.message, all.text.ptr ? all.text.ptr : "", some.code, some.err.message,
                some.text.ptr ? some.text.ptr : "");
    if (all.code == 0 && json_parse(a, buf_slice(&all.text), NULL, &parsed) == 0)
        count(parsed, c);
    answer_done(&all);
    answer_done(&some);
    arena_free(a);
    assert_true(equal);
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

static void the_networks_health_tells_nothing_of_what_the_viewer_may_not_read(void **state)
{
    (void)state;
    struct counts c = { 0 };
    struct world w;
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        world_make_of(&w, seed, &recipe);
        for (size_t k = 0; k < CLEARANCES; k++) {
            struct viewer v = viewer_of(&w, clearances[k]);
            world_filter(&w, &v, NOW_MS);
            for (int i = 0; i < QUESTIONS; i++)
                for (int n = 0; n < ASKED; n++)
                    compare(&w, &v, questions[i], n ? world_id(&w, "actor") : S(""), dates[n], &c);
            world_unfilter(&w);
        }
        world_free(&w);
    }
    print_message("# %d answers: %d points, %d bridges, %d cells, %d dependents, %d findings\n",
                  c.answers, c.points, c.bridges, c.cells, c.dependents, c.findings);
    /* the comparison must mostly be of real answers */
    assert_true(c.answers > WORLDS * CLEARANCES * QUESTIONS * ASKED / 2);
    assert_true(c.points > 10 && c.bridges > 10 && c.cells > 10);
    assert_true(c.dependents > 5 && c.findings > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_networks_health_tells_nothing_of_what_the_viewer_may_not_read),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

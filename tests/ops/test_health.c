/*
 * The health of the network through the operation table: what is said of a small network whose
 * every tie, offer and need is known must be what its records say.
 *
 *   Home - Ally - Far - Farther     Ally and Charity both know Common
 *   Home - Charity - (its unit)     a post of Charity's is held by a person
 *   Stranger                        tied to nobody
 */
#include "desk.h"

#include <math.h>

static const struct with plain = { 0 };

enum { HOME, ALLY, CHARITY, COMMON, FAR, FARTHER, STRANGER, UNIT, POST, PERSON, STATE, ACTORS };

struct world {
    struct desk desk;
    const char *id[ACTORS];
    const char *tie[5], *concept;
};

static const char *make(struct desk *d, const char *kind, const char *body)
{
    return desk_id(d, desk_must(d, desk_text(d, "%s.create", kind), NULL, body, plain));
}

static const char *tie(struct world *w, int a, int b, const char *more)
{
    return make(
        &w->desk, "relationship",
        desk_text(&w->desk,
                  "{\"a\":\"%s\",\"b\":\"%s\",\"nature\":\"institutional\",\"from\":\"2025\""
                  "%s}",
                  w->id[a], w->id[b], more));
}

static void make_actors(struct world *w)
{
    static const char *const bodies[ACTORS] = {
        "\"organisation\",\"name_en\":\"Home\",\"country\":\"CAN\",\"audience\":\"internal\","
        "\"instruments\":[\"military\"]",
        "\"organisation\",\"name_en\":\"Ally\",\"country\":\"USA\",\"audience\":\"ally\","
        "\"instruments\":[\"military\",\"law_enforcement\"]",
        "\"organisation\",\"name_en\":\"Charity\",\"country\":\"CAN\",\"audience\":\"ngo\"",
        "\"organisation\",\"name_en\":\"Common\",\"country\":\"FRA\",\"audience\":\"ngo\","
        "\"instruments\":[\"informational\"]",
        "\"organisation\",\"name_en\":\"Far\"",
        "\"organisation\",\"name_en\":\"Farther\"",
        "\"organisation\",\"name_en\":\"Stranger\",\"country\":\"NOR\",\"audience\":"
        "\"partner_nation\",\"instruments\":[\"diplomatic\"]",
        "\"unit\",\"name_en\":\"Unit\"",
        "\"position\",\"name_en\":\"Post\"",
        "\"person\",\"name_en\":\"Person\"",
        "\"state\",\"name_en\":\"State\"",
    };
    static const int parents[ACTORS] = { [HOME] = STATE, [UNIT] = CHARITY, [POST] = CHARITY };
    struct desk *d = &w->desk;
    for (int i = ACTORS - 1; i >= 0; i--) /* what others are part of comes first */
        if (!parents[i])
            w->id[i] = make(d, "actor", desk_text(d, "{\"nature\":%s}", bodies[i]));
    for (int i = 0; i < ACTORS; i++)
        if (parents[i])
            w->id[i] = make(
                d, "actor",
                desk_text(d, "{\"nature\":%s,\"parent\":\"%s\"}", bodies[i], w->id[parents[i]]));
}

static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct desk *d = &w->desk;
    struct error err = { 0 };
    desk_open(d);
    make_actors(w);
    w->tie[0] = tie(w, HOME, ALLY, ",\"priority\":\"T1\"");
    w->tie[1] = tie(w, CHARITY, HOME, ",\"priority\":\"T4\",\"instruments\":[\"economic\"]");
    w->tie[2] = tie(w, ALLY, COMMON, "");
    w->tie[3] = tie(w, CHARITY, COMMON, "");
    w->tie[4] = tie(w, ALLY, FAR, "");
    tie(w, FARTHER, FAR, "");
    tie(w, HOME, STRANGER, ",\"until\":\"2025-06\""); /* over */
    make(d, "posting",
         desk_text(d, "{\"person\":\"%s\",\"position\":\"%s\",\"from\":\"2025\"}", w->id[PERSON],
                   w->id[POST]));
    const char *words =
        make(d, "vocabulary", desk_text(d, "{\"title\":\"words\",\"owner\":\"%s\"}", w->id[HOME]));
    w->concept =
        make(d, "concept",
             desk_text(d, "{\"vocabulary\":\"%s\",\"pref\":\"boats\",\"capability\":true}", words));
    make(d, "commitment",
         desk_text(d,
                   "{\"from\":\"%s\",\"to\":\"%s\",\"text\":\"t\",\"stakes\":\"critical\","
                   "\"state\":\"kept\",\"decided_on\":\"2026-03\"}",
                   w->id[ALLY], w->id[HOME]));
    struct write_context c = { .node = d->node, .now_ms = DESK_NOW };
    assert_int_equal(
        node_snapshot(d->node, node_operator(d->node), d->arena, DESK_NOW, &err, &c.snapshot), 0);
    assert_int_equal(settings_put(&c, S("home"), slice_of(w->id[HOME]), &err), 0);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    desk_done(&w->desk);
    free(w);
    return 0;
}

static const char *offer(struct world *w, int actor)
{
    return make(&w->desk, "offer",
                desk_text(&w->desk,
                          "{\"actor\":\"%s\",\"capability\":\"%s\",\"basis\":\"mandate\","
                          "\"quantity\":1}",
                          w->id[actor], w->concept));
}

static const char *access(struct world *w, int holder, const char *rest)
{
    return make(&w->desk, "access",
                desk_text(&w->desk, "{\"holder\":\"%s\",%s}", w->id[holder], rest));
}

static const char *need(struct world *w)
{
    return make(&w->desk, "need",
                desk_text(&w->desk,
                          "{\"title\":\"flood\",\"region\":\"CA-AB\",\"priority\":\"T1\",\"state\":"
                          "\"open\",\"requirements\":[{\"capability\":\"%s\"}]}",
                          w->concept));
}

static const struct json *item_of(const struct json *list, const char *name, const char *value)
{
    for (uint32_t i = 0; list && i < list->count; i++)
        if (slice_is(json_get_text(&list->items[i], name), value))
            return &list->items[i];
    return NULL;
}

static bool has(const struct json *list, const char *text)
{
    for (uint32_t i = 0; list && i < list->count; i++)
        if (slice_is(list->items[i].text, text))
            return true;
    return false;
}

static double figure(const struct json *of, const char *name)
{
    assert_non_null(json_get(of, name));
    return json_get(of, name)->number;
}

static int64_t whole(const struct json *of, const char *name)
{
    assert_non_null(json_get(of, name));
    return json_get_int(of, name, -1);
}

/* ---- shape ---- */

static void the_network_is_told_in_numbers(void **state)
{
    struct world *w = *state;
    struct asked a = desk_must(&w->desk, "health", "{}", NULL, plain);
    assert_int_equal(whole(a.json, "relationships"), 6);
    assert_int_equal(whole(a.json, "postings"), 1);
    assert_int_equal(whole(a.json, "units"), 2); /* not the state */
    assert_int_equal(whole(a.json, "ties"), 9);
    assert_int_equal(whole(a.json, "nodes"), 9);
    assert_int_equal(whole(a.json, "untied"), 2);
    assert_int_equal(whole(a.json, "components"), 1);
    const struct json *reach = json_get(a.json, "reach");
    static const int64_t within[] = { 2, 6, 8, 8 };
    assert_int_equal(reach->count, 4);
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(whole(&reach->items[i], "actors"), within[i]);
}

static void whom_a_loss_cuts_off_is_named(void **state)
{
    struct world *w = *state;
    struct asked a = desk_must(&w->desk, "health", "{}", NULL, plain);
    const struct json *points = json_get(a.json, "articulation");
    assert_int_equal(points->count, 4);
    const struct json *charity = item_of(points, "actor", w->id[CHARITY]);
    const struct json *ally = item_of(points, "actor", w->id[ALLY]);
    const struct json *far = item_of(points, "actor", w->id[FAR]);
    assert_ptr_equal(charity, &points->items[0]); /* cuts off most */
    assert_int_equal(whole(charity, "count"), 3);
    assert_int_equal(whole(ally, "count"), 2);
    assert_true(json_get(ally, "partner")->boolean && !json_get(far, "partner")->boolean);
    assert_true(has(json_get(ally, "cut_off"), w->id[FAR]));
    assert_true(has(json_get(ally, "cut_off"), w->id[FARTHER]));
    assert_int_equal(whole(far, "count"), 1);
    const struct json *bridges = json_get(a.json, "bridges");
    assert_int_equal(bridges->count, 2); /* neither the unit nor the posting */
    assert_true(slice_is(json_get_text(&bridges->items[0], "relationship"), w->tie[4]));
    assert_int_equal(whole(&bridges->items[0], "count"), 2);
    /* seen from the other side it is we who are cut off */
    a = desk_must(&w->desk, "health", desk_text(&w->desk, "{\"of\":\"%s\"}", w->id[FARTHER]), NULL,
                  plain);
    far = item_of(json_get(a.json, "articulation"), "actor", w->id[FAR]);
    assert_int_equal(whole(far, "count"), 7);
    assert_true(has(json_get(far, "cut_off"), w->id[HOME]));
}

/* Pairs of others whose shortest chains pass, counted by hand. */
static void brokers_are_those_in_between(void **state)
{
    struct world *w = *state;
    struct asked a = desk_must(&w->desk, "health", "{}", NULL, plain);
    const struct json *brokers = json_get(a.json, "brokers");
    const struct json *ally = item_of(brokers, "actor", w->id[ALLY]);
    const struct json *post = item_of(brokers, "actor", w->id[POST]);
    const struct json *home = item_of(brokers, "actor", w->id[HOME]);
    assert_true(json_get(a.json, "brokers_exact")->boolean);
    /* Far and Farther with 6 others, and half of Home - Common */
    assert_true(fabs(figure(ally, "betweenness") - 12.5) < 1e-9);
    assert_true(fabs(figure(post, "betweenness") - 7) < 1e-9);
    /* half of what passes between Ally's side (3) and Charity's (4) */
    assert_true(fabs(figure(home, "betweenness") - 6) < 1e-9);
    assert_true(fabs(figure(ally, "share") - 12.5 / 28) < 1e-6);
    assert_null(item_of(brokers, "actor", w->id[FARTHER]));
}

static void audiences_are_trusted_as_their_partners_are(void **state)
{
    struct world *w = *state;
    struct asked a = desk_must(&w->desk, "health", "{}", NULL, plain);
    const struct json *all = json_get(a.json, "audiences");
    const struct json *ally = item_of(all, "audience", "ally");
    const struct json *none = item_of(all, "audience", "industry");
    w->desk.now_ms =
        DESK_NOW / 86400000 * 86400000 + 86399000; /* a network is one of a whole day */
    struct asked t = desk_must(
        &w->desk, "trust.get",
        desk_text(&w->desk, "{\"truster\":\"%s\",\"trustee\":\"%s\"}", w->id[HOME], w->id[ALLY]),
        NULL, plain);
    assert_int_equal(whole(ally, "relationships"), 1);
    assert_true(fabs(figure(ally, "trust") - figure(t.json, "forecast")) < 1.5e-6);
    assert_int_equal(whole(none, "relationships"), 0);
    assert_null(json_get(none, "trust"));
    assert_int_equal(all->count, 12);
    assert_null(item_of(json_get(a.json, "communities"), "center", w->id[STRANGER]));
}

static void a_tie_counts_while_it_is_in_force_and_readable(void **state)
{
    struct world *w = *state;
    struct desk *d = &w->desk;
    struct asked a = desk_must(d, "health", "{\"as_of\":\"2025-03-01\"}", NULL, plain);
    assert_int_equal(whole(a.json, "relationships"), 7); /* the stranger was no stranger then */
    a = desk_must(d, "health", "{\"as_of\":\"2024-03-01\"}", NULL, plain);
    assert_int_equal(whole(a.json, "relationships"), 0);
    tie(w, HOME, FAR, ",\"label\":{\"class\":\"SECRET\"}");
    a = desk_must(d, "health", "{}", NULL, plain);
    assert_int_equal(whole(item_of(json_get(a.json, "articulation"), "actor", w->id[FAR]), "count"),
                     1);
    assert_null(item_of(json_get(a.json, "articulation"), "actor", w->id[ALLY]));
    struct with low = { .viewer = desk_viewer(d, ROLE_READER, "{\"class\":\"UNCLASSIFIED\"}") };
    a = desk_must(d, "health", "{}", NULL, low);
    assert_non_null(item_of(json_get(a.json, "articulation"), "actor", w->id[ALLY]));
    const char *nobody = "{\"of\":\"01890000-0000-7000-8000-000000000000\"}";
    assert_int_equal(desk_ask(d, "health", nobody, NULL, plain).code, EN_NOT_FOUND);
}

/* ---- coverage ---- */

static const struct json *cell_of(struct asked a, const char *instrument, const char *region,
                                  const char *audience)
{
    const struct json *row = item_of(json_get(a.json, "rows"), "instrument", instrument);
    const struct json *cells = json_get(row, "cells");
    for (uint32_t i = 0; cells && i < cells->count; i++)
        if (slice_is(json_get_text(&cells->items[i], "region"), region) &&
            slice_is(json_get_text(&cells->items[i], "audience"), audience))
            return &cells->items[i];
    return NULL;
}

static void relationships_stand_in_their_cells(void **state)
{
    struct world *w = *state;
    struct asked a = desk_must(&w->desk, "coverage", "{}", NULL, plain);
    const struct json *military = cell_of(a, "military", "021", "ally");
    assert_int_equal(whole(military, "relationships"), 1);
    assert_true(has(json_get(military, "actors"), w->id[ALLY]));
    assert_non_null(cell_of(a, "law_enforcement", "021", "ally"));
    /* what the relationship says counts, too; the home country stands for itself */
    assert_int_equal(whole(cell_of(a, "economic", "CAN", "ngo"), "relationships"), 1);
    const struct json *empty = json_get(a.json, "empty");
    const struct json *norway = item_of(empty, "region", "154");
    assert_true(slice_is(json_get_text(norway, "instrument"), "diplomatic"));
    assert_true(has(json_get(norway, "actors"), w->id[STRANGER]));
    assert_int_equal(whole(norway, "demand"), 0);
    assert_int_equal(whole(a.json, "empty_count"), 2); /* and Common's */
}

static void open_needs_are_demand_where_somebody_could_meet_them(void **state)
{
    struct world *w = *state;
    need(w);
    offer(w, STRANGER);
    offer(w, ALLY);
    struct asked a = desk_must(&w->desk, "coverage", "{}", NULL, plain);
    const struct json *here = cell_of(a, "military", "CAN", "ally");
    assert_int_equal(whole(here, "demand"), 16);
    assert_int_equal(whole(here, "relationships"), 1);
    assert_int_equal(whole(here, "offers"), 1);
    const struct json *empty = json_get(a.json, "empty");
    assert_true(slice_is(json_get_text(&empty->items[0], "audience"), "partner_nation"));
    assert_int_equal(whole(&empty->items[0], "demand"), 16); /* the one asked for comes first */
}

static void who_gives_access_to_a_region_stands_in_it(void **state)
{
    struct world *w = *state;
    access(w, ALLY, "\"to\":\"region\",\"region\":\"KEN\",\"strength\":\"fair\"");
    access(w, CHARITY, "\"to\":\"region\",\"region\":\"KEN\",\"until\":\"2025\""); /* over */
    struct asked a = desk_must(&w->desk, "coverage", "{}", NULL, plain);
    const struct json *there = cell_of(a, "military", "014", "ally");
    assert_int_equal(whole(there, "relationships"), 1);
    assert_int_equal(whole(there, "accesses"), 1);
    assert_true(slice_is(json_get_text(there, "region_name"), "Eastern Africa"));
    assert_true(slice_is(json_get_text(there, "region_name_fr"), "Afrique orientale"));
    assert_null(cell_of(a, "economic", "014", "ngo"));
    assert_int_equal(whole(cell_of(a, "military", "021", "ally"), "accesses"), 0);
}

static void an_access_to_what_is_asked_for_answers_the_need(void **state)
{
    struct world *w = *state;
    need(w);
    const char *to = desk_text(&w->desk, "\"to\":\"tool\",\"concept\":\"%s\"", w->concept);
    access(w, ALLY, to);
    access(w, STRANGER, desk_text(&w->desk, "%s,\"region\":\"FRA\"", to)); /* elsewhere */
    struct asked a = desk_must(&w->desk, "coverage", "{}", NULL, plain);
    const struct json *here = cell_of(a, "military", "CAN", "ally");
    assert_int_equal(whole(here, "demand"), 16);
    assert_int_equal(whole(here, "accesses"), 1);
    assert_int_equal(whole(here, "offers"), 0);
    assert_null(cell_of(a, "diplomatic", "CAN", "partner_nation"));
}

/* ---- dependence ---- */

static void who_alone_can_meet_a_need_is_indispensable(void **state)
{
    struct world *w = *state;
    const char *flood = need(w);
    offer(w, ALLY);
    struct asked a = desk_must(&w->desk, "dependence", "{}", NULL, plain);
    assert_int_equal(whole(a.json, "needs"), 1);
    const struct json *items = json_get(a.json, "items");
    const struct json *ally = item_of(items, "actor", w->id[ALLY]);
    assert_ptr_equal(ally, &items->items[0]);
    const struct json *one = &json_get(ally, "needs")->items[0];
    assert_true(slice_is(json_get_text(one, "need"), flood));
    assert_true(json_get(one, "indispensable")->boolean);
    assert_int_equal(whole(one, "options"), whole(one, "of"));
    assert_int_equal(whole(ally, "cut_off"), 2);
    assert_int_equal(whole(item_of(items, "actor", w->id[CHARITY]), "cut_off"), 3);
    offer(w, CHARITY);
    a = desk_must(&w->desk, "dependence", "{}", NULL, plain);
    ally = item_of(json_get(a.json, "items"), "actor", w->id[ALLY]);
    one = &json_get(ally, "needs")->items[0]; /* the surest still, but no longer the only one */
    assert_false(json_get(one, "indispensable")->boolean);
    desk_must(&w->desk, "need.change", desk_text(&w->desk, "{\"id\":\"%s\"}", flood),
              "{\"state\":\"met\"}", plain);
    a = desk_must(&w->desk, "dependence", "{}", NULL, plain);
    assert_int_equal(whole(a.json, "needs"), 0);
}

/* ---- discovery ---- */

static const struct json *reason_of(const struct json *item, const char *kind)
{
    return item_of(json_get(item, "reasons"), "kind", kind);
}

static void common_contacts_make_somebody_worth_meeting(void **state)
{
    struct world *w = *state;
    struct asked a = desk_must(&w->desk, "discovery", "{}", NULL, plain);
    const struct json *items = json_get(a.json, "items");
    const struct json *why = reason_of(item_of(items, "actor", w->id[COMMON]), "structural");
    assert_true(has(json_get(why, "via"), w->id[ALLY]));
    assert_true(has(json_get(why, "via"), w->id[CHARITY]));
    assert_true(slice_starts(json_get_text(why, "detail"), S("2 contacts in common")));
    assert_true(slice_starts(json_get_text(why, "detail_fr"), S("2 contacts en commun")));
    assert_null(item_of(items, "actor", w->id[ALLY]));   /* a partner already */
    assert_null(item_of(items, "actor", w->id[PERSON])); /* not by itself */
    assert_null(item_of(items, "actor", w->id[HOME]));
}

static void what_nobody_can_bring_makes_somebody_worth_meeting(void **state)
{
    struct world *w = *state;
    const char *flood = need(w), *boats = offer(w, STRANGER);
    struct asked a = desk_must(&w->desk, "discovery", "{}", NULL, plain);
    const struct json *items = json_get(a.json, "items");
    assert_true(slice_is(json_get_text(&items->items[0], "actor"), w->id[STRANGER]));
    const struct json *why = reason_of(&items->items[0], "gap");
    assert_true(has(json_get(why, "via"), flood) && has(json_get(why, "via"), boats));
    double alone = figure(&items->items[0], "gap");
    offer(w, ALLY); /* now a partner can */
    a = desk_must(&w->desk, "discovery", "{}", NULL, plain);
    const struct json *second = item_of(json_get(a.json, "items"), "actor", w->id[STRANGER]);
    assert_non_null(
        strstr(arena_cstr(w->desk.arena, json_get_text(reason_of(second, "gap"), "detail")),
               "beside Ally"));
    offer(w, CHARITY); /* and another: nothing is missing */
    a = desk_must(&w->desk, "discovery", "{}", NULL, plain);
    const struct json *third = item_of(json_get(a.json, "items"), "actor", w->id[STRANGER]);
    assert_false(has(json_get(reason_of(third, "gap"), "via"), flood));
    assert_true(alone > 0.8);
    assert_int_equal(desk_count(desk_must(&w->desk, "discovery", "{\"limit\":\"1\"}", NULL, plain)),
                     1);
}

static void who_gives_access_to_what_is_missing_is_worth_meeting(void **state)
{
    struct world *w = *state;
    const char *flood = need(w);
    const char *to = desk_text(&w->desk, "\"to\":\"insight\",\"concept\":\"%s\"", w->concept);
    const char *way = access(w, STRANGER, to);
    struct asked a = desk_must(&w->desk, "discovery", "{}", NULL, plain);
    const struct json *first = &json_get(a.json, "items")->items[0];
    assert_true(slice_is(json_get_text(first, "actor"), w->id[STRANGER]));
    const struct json *why = reason_of(first, "gap");
    assert_true(has(json_get(why, "via"), flood) && has(json_get(why, "via"), way));
    assert_true(slice_starts(json_get_text(why, "detail"), S("Could give access to")));
    assert_true(slice_starts(json_get_text(why, "detail_fr"), S("Pourrait donner accès à")));
    access(w, ALLY, to);
    access(w, CHARITY, to); /* now nothing is missing */
    a = desk_must(&w->desk, "discovery", "{}", NULL, plain);
    const struct json *then = item_of(json_get(a.json, "items"), "actor", w->id[STRANGER]);
    assert_false(has(json_get(reason_of(then, "gap"), "via"), flood));
    assert_null(json_get(then, "introduction")); /* no tie leads there */
}

static void how_to_be_introduced_is_told_with_whom_to_seek(void **state)
{
    struct world *w = *state;
    struct asked a = desk_must(&w->desk, "discovery", "{}", NULL, plain);
    const struct json *common = item_of(json_get(a.json, "items"), "actor", w->id[COMMON]);
    struct asked best =
        desk_must(&w->desk, "introductions",
                  desk_text(&w->desk, "{\"to\":\"%s\",\"k\":\"1\"}", w->id[COMMON]), NULL, plain);
    const struct json *told = json_get(common, "introduction");
    const struct json *asked = &json_get(best.json, "paths")->items[0];
    assert_int_equal(json_get(told, "actors")->count, 3);
    assert_true(figure(told, "probability") == figure(asked, "probability"));
    for (uint32_t i = 0; i < 3; i++)
        assert_true(slice_eq(json_get(told, "actors")->items[i].text,
                             json_get(asked, "actors")->items[i].text));
    assert_int_equal(json_get(told, "hops")->count, 2);
}

/* Without a home there is nobody to look from; the network itself can still be told of. */
static void without_a_home_there_is_a_network_and_no_partner(void **state)
{
    struct world *w = *state;
    struct error err = { 0 };
    struct write_context c = { .node = w->desk.node, .now_ms = DESK_NOW };
    assert_int_equal(node_snapshot(w->desk.node, node_operator(w->desk.node), w->desk.arena,
                                   DESK_NOW, &err, &c.snapshot),
                     0);
    assert_int_equal(settings_put(&c, S("home"), S(""), &err), 0);
    struct asked a = desk_must(&w->desk, "health", "{}", NULL, plain);
    assert_null(json_get(a.json, "of"));
    assert_int_equal(whole(a.json, "relationships"), 6);
    assert_int_equal(json_get(a.json, "reach")->count, 0);
    assert_int_equal(desk_count(desk_must(&w->desk, "discovery", "{}", NULL, plain)), 0);
    desk_must(&w->desk, "coverage", "{}", NULL, plain);
    desk_must(&w->desk, "dependence", "{}", NULL, plain);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(the_network_is_told_in_numbers),
        CASE(whom_a_loss_cuts_off_is_named),
        CASE(brokers_are_those_in_between),
        CASE(audiences_are_trusted_as_their_partners_are),
        CASE(a_tie_counts_while_it_is_in_force_and_readable),
        CASE(relationships_stand_in_their_cells),
        CASE(open_needs_are_demand_where_somebody_could_meet_them),
        CASE(who_gives_access_to_a_region_stands_in_it),
        CASE(an_access_to_what_is_asked_for_answers_the_need),
        CASE(who_alone_can_meet_a_need_is_indispensable),
        CASE(common_contacts_make_somebody_worth_meeting),
        CASE(what_nobody_can_bring_makes_somebody_worth_meeting),
        CASE(who_gives_access_to_what_is_missing_is_worth_meeting),
        CASE(how_to_be_introduced_is_told_with_whom_to_seek),
        CASE(without_a_home_there_is_a_network_and_no_partner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Continuity through the operation table: on whom relationships rest, what a post hands over, whom
 * a successor has met, and contacts as vCards. DESK_NOW is 2026-05-28. */
#include "desk.h"

#include <math.h>

static const struct with plain = { 0 };

struct net {
    const char *home, *cell, *desk, *ann, *bob, *partner, *second, *tie, *other_tie;
};

static const char *make(struct desk *d, const char *kind, const char *body)
{
    return desk_id(d, desk_must(d, desk_text(d, "%s.create", kind), NULL, body, plain));
}

static const char *actor(struct desk *d, const char *nature, const char *name, const char *parent)
{
    return make(d, "actor",
                desk_text(d, "{\"nature\":\"%s\",\"name_en\":\"%s\",\"name_fr\":\"%s (fr)\"%s%s%s}",
                          nature, name, name, parent ? ",\"parent\":\"" : "", parent ? parent : "",
                          parent ? "\"" : ""));
}

static void post(struct desk *d, const char *person, const char *position, const char *dates)
{
    make(d, "posting",
         desk_text(d, "{\"person\":\"%s\",\"position\":\"%s\",%s}", person, position, dates));
}

static const char *meet(struct desk *d, const char *title, const char *when, const char *status,
                        const char *us, const char *position, const char *them)
{
    return make(d, "engagement",
                desk_text(d,
                          "{\"title\":\"%s\",\"when\":\"%s\",\"mode\":\"meeting\",\"status\":"
                          "\"%s\",\"topics\":[\"%s topic\"],\"participants\":[{\"actor\":\"%s\""
                          "%s%s%s},{\"actor\":\"%s\"}]}",
                          title, when, status, title, us, position ? ",\"position\":\"" : "",
                          position ? position : "", position ? "\"" : "", them));
}

/* Home with a desk: Ann held it until 10 May 2026, Bob since the 4th (a week together). */
static struct net make_net(struct desk *d)
{
    struct net n;
    n.home = actor(d, "organisation", "Home", NULL);
    n.cell = actor(d, "unit", "Cell", n.home);
    n.desk = actor(d, "position", "Desk", n.cell);
    n.ann = actor(d, "person", "Ann", NULL);
    n.bob = actor(d, "person", "Bob", NULL);
    n.partner = actor(d, "organisation", "Partner", NULL);
    n.second = actor(d, "organisation", "Second", NULL);
    post(d, n.ann, n.desk, "\"from\":\"2024-05\",\"until\":\"2026-05-10\"");
    post(d, n.bob, n.desk, "\"from\":\"2026-05-04\"");
    n.tie = make(d, "relationship",
                 desk_text(d,
                           "{\"a\":\"%s\",\"b\":\"%s\",\"nature\":\"institutional\",\"steward\":"
                           "\"%s\",\"priority\":\"T1\"}",
                           n.home, n.partner, n.desk));
    n.other_tie = make(
        d, "relationship",
        desk_text(d, "{\"a\":\"%s\",\"b\":\"%s\",\"nature\":\"institutional\"}", n.second, n.home));
    desk_must(d, "home", desk_text(d, "{\"actor\":\"%s\"}", n.home), NULL, plain);
    return n;
}

static const struct json *item_with(const struct json *list, const char *name, const char *value)
{
    assert_non_null(list);
    for (uint32_t i = 0; i < list->count; i++)
        if (slice_is(json_get_text(&list->items[i], name), value))
            return &list->items[i];
    return NULL;
}

static void contact_is_counted_for_the_person_behind_the_post(void **state)
{
    struct desk *d = *state;
    struct net n = make_net(d);
    meet(d, "one", "2025-09-01", "held", n.home, n.desk, n.partner);
    meet(d, "two", "2026-01-10", "held", n.desk, NULL, n.partner);
    meet(d, "three", "2026-05-20", "held", n.home, n.desk, n.partner);
    meet(d, "old", "2025-05-01", "held", n.home, n.desk, n.partner);
    meet(d, "off", "2026-02-01", "planned", n.home, n.desk, n.partner);
    meet(d, "hers", "2026-03-01", "held", n.ann, NULL, n.second);
    struct asked a = desk_must(d, "key-persons", NULL, NULL, plain);
    const struct json *items = json_get(a.json, "items");
    assert_int_equal(items->count, 1); /* Bob carried one of three */
    const struct json *ann = item_with(items, "person", n.ann);
    assert_non_null(ann);
    assert_true(slice_is(json_get_text(ann, "position"), n.desk));
    assert_int_equal(json_get_int(ann, "days_left", 0), -18);
    const struct json *ties = json_get(ann, "relationships");
    assert_int_equal(ties->count, 2);
    const struct json *with_partner = item_with(ties, "relationship", n.tie);
    assert_int_equal(json_get_int(with_partner, "contacts", 0), 3);
    assert_true(fabs(json_get(with_partner, "share")->number - 2.0 / 3) < 1e-6);
    assert_true(json_get(item_with(ties, "relationship", n.other_tie), "share")->number == 1);
}

static void those_who_leave_soonest_come_first(void **state)
{
    struct desk *d = *state;
    struct net n = make_net(d);
    const char *east = actor(d, "position", "East", n.home), *cy = actor(d, "person", "Cy", NULL);
    post(d, cy, east, "\"from\":\"2025-01\",\"until\":\"2026-06-30\"");
    meet(d, "one", "2026-05-20", "held", n.home, n.desk, n.partner);
    meet(d, "two", "2026-04-20", "held", n.home, east, n.second);
    struct asked a = desk_must(d, "key-persons", NULL, NULL, plain);
    const struct json *items = json_get(a.json, "items");
    assert_int_equal(items->count, 2);
    assert_true(slice_is(json_get_text(&items->items[0], "person"), cy));
    assert_int_equal(json_get_int(&items->items[0], "days_left", 0), 33);
    assert_true(slice_is(json_get_text(&items->items[1], "person"), n.bob));
    assert_null(json_get(&items->items[1], "days_left"));
    /* before the year of that contact nothing rested on anyone */
    assert_int_equal(
        desk_count(desk_must(d, "key-persons", "{\"as_of\":\"2026-04-01\"}", NULL, plain)), 0);
}

static struct asked pack(struct desk *d, const char *id, const char *as_of)
{
    return desk_must(d, "handover",
                     desk_text(d, "{\"id\":\"%s\"%s%s%s}", id, as_of ? ",\"as_of\":\"" : "",
                               as_of ? as_of : "", as_of ? "\"" : ""),
                     NULL, plain);
}

static void promise(struct desk *d, const char *from, const char *to, const char *text,
                    const char *state)
{
    make(d, "commitment",
         desk_text(d,
                   "{\"from\":\"%s\",\"to\":\"%s\",\"text\":\"%s\",\"stakes\":\"routine\","
                   "\"state\":%s}",
                   from, to, text, state));
}

static void a_pack_tells_what_the_post_owes_and_is_owed(void **state)
{
    struct desk *d = *state;
    struct net n = make_net(d);
    promise(d, n.home, n.partner, "ours", "\"open\"");
    promise(d, n.partner, n.home, "theirs", "\"open\"");
    promise(d, n.home, n.partner, "done", "\"kept\",\"decided_on\":\"2026-01\"");
    promise(d, n.home, n.second, "not the post's", "\"open\"");
    make(d, "disclosure",
         desk_text(d,
                   "{\"from\":\"%s\",\"to\":\"%s\",\"what\":\"vulnerability\",\"summary\":\"s\","
                   "\"given\":\"2026-01\",\"handling\":\"Ask first\",\"state\":\"in_confidence\"}",
                   n.partner, n.home));
    make(d, "relationship",
         desk_text(d, "{\"a\":\"%s\",\"b\":\"%s\",\"nature\":\"interpersonal\"}", n.bob, n.second));
    struct asked a = pack(d, n.desk, NULL);
    assert_true(slice_is(json_get_text(a.json, "of"), n.home));
    assert_true(slice_is(json_get_text(json_get(a.json, "holder"), "person"), n.bob));
    assert_true(slice_is(json_get_text(json_get(a.json, "predecessor"), "person"), n.ann));
    const struct json *ties = json_get(a.json, "relationships");
    assert_int_equal(ties->count, 1);
    assert_true(slice_is(json_get_text(&ties->items[0], "basis"), "steward"));
    const struct json *both = json_get(a.json, "commitments");
    assert_int_equal(json_get(both, "ours")->count, 1);
    assert_true(slice_is(json_get_text(json_get(both, "ours")->items, "text"), "ours"));
    assert_int_equal(json_get(both, "theirs")->count, 1);
    assert_true(
        slice_is(json_get_text(json_get(a.json, "disclosures")->items, "handling"), "Ask first"));
    assert_int_equal(json_get(a.json, "personal")->count, 1);
}

static const char *concept(struct desk *d, const char *vocabulary, const char *name,
                           const char *more)
{
    return make(d, "concept",
                desk_text(d, "{\"vocabulary\":\"%s\",\"pref\":\"%s\",\"capability\":true%s}",
                          vocabulary, name, more));
}

/* The partner offers rafts, which are boats; a word of another vocabulary that is exactly the same
 * as lifts; and planes, which are only close to lifts. */
static void needs_are_found_by_narrower_and_exactly_mapped_words(void **state)
{
    struct desk *d = *state;
    struct net n = make_net(d);
    const char *v = make(d, "vocabulary", "{\"title\":\"Ours\"}");
    const char *w = make(d, "vocabulary", "{\"title\":\"Theirs\"}");
    const char *boats = concept(d, v, "Boats", ""), *lifts = concept(d, v, "Lifts", "");
    const char *rafts = concept(d, v, "Rafts", desk_text(d, ",\"broader\":[\"%s\"]", boats));
    const char *theirs = concept(d, w, "Airlift", ""), *planes = concept(d, w, "Planes", "");
    make(d, "mapping",
         desk_text(d, "{\"from\":\"%s\",\"to\":\"%s\",\"relation\":\"exact\"}", lifts, theirs));
    const char *close =
        make(d, "mapping",
             desk_text(d, "{\"from\":\"%s\",\"to\":\"%s\",\"relation\":\"close\"}", boats, planes));
    const char *offered[] = { rafts, theirs, planes };
    for (size_t i = 0; i < 3; i++)
        make(d, "offer",
             desk_text(d, "{\"actor\":\"%s\",\"capability\":\"%s\"}", n.partner, offered[i]));
    make(d, "offer", desk_text(d, "{\"actor\":\"%s\",\"capability\":\"%s\"}", n.second, boats));
    const char *need =
        make(d, "need",
             desk_text(d,
                       "{\"title\":\"Flood\",\"state\":\"open\",\"agreement_rule\":\"not_needed\","
                       "\"requirements\":[{\"capability\":\"%s\"},{\"capability\":\"%s\"}]}",
                       boats, lifts));
    const struct json *needs = json_get(pack(d, n.desk, NULL).json, "needs");
    assert_int_equal(needs->count, 2);
    const struct json *by_boats = item_with(needs, "capability", boats);
    const struct json *by_lifts = item_with(needs, "capability", lifts);
    assert_true(by_boats && by_lifts && slice_is(json_get_text(by_boats, "need"), need));
    assert_true(slice_is(json_get_text(by_boats, "through"), rafts));
    assert_int_equal(json_get_int(by_boats, "offers", -1), 1); /* planes are only close */
    assert_int_equal(json_get_int(by_boats, "other_offers", -1), 1);
    assert_true(slice_is(json_get_text(by_lifts, "through"), theirs));
    assert_int_equal(json_get_int(by_lifts, "other_offers", -1), 0);
    make(d, "offer", desk_text(d, "{\"actor\":\"%s\",\"capability\":\"%s\"}", n.partner, boats));
    needs = json_get(pack(d, n.desk, NULL).json, "needs");
    by_boats = item_with(needs, "capability", boats);
    assert_null(json_get(by_boats, "through")); /* the very word goes before what answers it */
    assert_int_equal(json_get_int(by_boats, "offers", -1), 2);
    desk_must(d, "mapping.change", desk_text(d, "{\"id\":\"%s\"}", close),
              "{\"relation\":\"exact\"}", plain);
    needs = json_get(pack(d, n.desk, NULL).json, "needs");
    assert_int_equal(json_get_int(item_with(needs, "capability", boats), "offers", -1), 3);
    /* who may not read the mapping has no chain through it */
    desk_must(d, "mapping.change", desk_text(d, "{\"id\":\"%s\"}", close),
              "{\"label\":{\"class\":\"SECRET\"}}", plain);
    struct with low = { .viewer = desk_viewer(d, ROLE_READER, "{\"class\":\"UNCLASSIFIED\"}") };
    struct asked seen =
        desk_must(d, "handover", desk_text(d, "{\"id\":\"%s\"}", n.desk), NULL, low);
    assert_int_equal(
        json_get_int(item_with(json_get(seen.json, "needs"), "capability", boats), "offers", -1),
        2);
}

static void a_successor_has_met_whom_engagements_show(void **state)
{
    struct desk *d = *state;
    struct net n = make_net(d);
    meet(d, "before", "2026-04-01", "held", n.home, n.desk, n.partner); /* Ann's */
    const char *first = meet(d, "first", "2026-05-06", "held", n.home, n.desk, n.partner);
    meet(d, "again", "2026-05-20", "held", n.home, n.desk, n.partner);
    meet(d, "hers", "2026-03-01", "held", n.home, n.desk, n.second);
    const char *next = meet(d, "next", "2026-06-20", "planned", n.home, n.desk, n.second);
    struct asked a = pack(d, n.desk, NULL);
    const struct json *s = json_get(a.json, "succession");
    assert_true(slice_is(json_get_text(s, "person"), n.bob));
    assert_int_equal(json_get(s, "met")->count, 1);
    assert_true(slice_is(json_get_text(json_get(s, "met")->items, "engagement"), first));
    assert_int_equal(json_get(s, "unmet")->count, 1);
    assert_true(slice_is(json_get_text(json_get(s, "unmet")->items, "partner"), n.second));
    assert_true(slice_is(json_get_text(json_get(s, "unmet")->items, "engagement"), next));
    /* the person stands for the post; before the rotation nobody had met anybody */
    assert_true(slice_is(json_get_text(pack(d, n.bob, NULL).json, "post"), n.desk));
    const struct json *then = pack(d, n.desk, "2026-04-15").json;
    assert_true(slice_is(json_get_text(json_get(then, "holder"), "person"), n.ann));
    assert_true(slice_is(json_get_text(json_get(then, "successor"), "person"), n.bob));
    assert_int_equal(json_get(json_get(then, "succession"), "met")->count, 0);
}

static void the_page_shows_the_marking_and_escapes_what_people_wrote(void **state)
{
    struct desk *d = *state;
    struct net n = make_net(d);
    make(d, "commitment",
         desk_text(d,
                   "{\"from\":\"%s\",\"to\":\"%s\",\"text\":\"<script>x</script> & \\\"y\\\"\","
                   "\"stakes\":\"critical\",\"state\":\"open\",\"due\":\"2026-06-01\"}",
                   n.home, n.partner));
    const char *id = desk_text(d, "{\"id\":\"%s\"}", n.desk);
    const char *french = desk_text(d, "{\"id\":\"%s\",\"language\":\"fr\"}", n.desk);
    const char *en = arena_cstr(d->arena, desk_must(d, "handover.html", id, NULL, plain).text);
    const char *fr = arena_cstr(d->arena, desk_must(d, "handover.html", french, NULL, plain).text);
    assert_null(strstr(en, "<script>"));
    assert_non_null(strstr(en, "&lt;script&gt;x&lt;/script&gt; &amp; &quot;y&quot;"));
    assert_non_null(strstr(en, "<thead><tr><td class=\"m\">UNCLASSIFIED"));
    assert_non_null(strstr(en, "<tfoot><tr><td class=\"m\">UNCLASSIFIED"));
    assert_non_null(strstr(fr, "<html lang=\"fr\">"));
    assert_non_null(strstr(fr, "1er\xc2\xa0juin\xc2\xa0"
                               "2026"));
    assert_non_null(strstr(fr, "Desk (fr)"));
}

static void only_posts_and_persons_are_handed_over(void **state)
{
    struct desk *d = *state;
    struct net n = make_net(d);
    struct asked a =
        desk_ask(d, "handover", desk_text(d, "{\"id\":\"%s\"}", n.partner), NULL, plain);
    assert_int_equal(a.code, EN_INVALID);
    a = desk_ask(d, "handover", "{\"id\":\"01890000-0000-7000-8000-000000000000\"}", NULL, plain);
    assert_int_equal(a.code, EN_NOT_FOUND);
}

static int setup(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    desk_open(d);
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    desk_done(*state);
    free(*state);
    return 0;
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(contact_is_counted_for_the_person_behind_the_post),
        CASE(those_who_leave_soonest_come_first),
        CASE(a_pack_tells_what_the_post_owes_and_is_owed),
        CASE(needs_are_found_by_narrower_and_exactly_mapped_words),
        CASE(a_successor_has_met_whom_engagements_show),
        CASE(the_page_shows_the_marking_and_escapes_what_people_wrote),
        CASE(only_posts_and_persons_are_handed_over),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Introductions through the operation table: every chain is what the records behind its ties say.
 */
#include "desk.h"

#include <math.h>

static const struct with plain = { 0 };

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

/* ---- stating ---- */

static const char *state_record(struct desk *d, const char *operation, const char *body)
{
    return desk_id(d, desk_must(d, operation, NULL, body, plain));
}

static const char *actor(struct desk *d, const char *name, const char *rest)
{
    return state_record(
        d, "actor.create",
        desk_text(d, "{\"nature\":\"organisation\",\"name_en\":\"%s\",\"name_fr\":\"%s fr\"%s}",
                  name, name, rest));
}

static const char *tie(struct desk *d, const char *a, const char *b, const char *rest)
{
    return state_record(
        d, "relationship.create",
        desk_text(d, "{\"a\":\"%s\",\"b\":\"%s\",\"nature\":\"institutional\"%s}", a, b, rest));
}

/* The truster has so many kept promises of the trustee. */
static void trust(struct desk *d, const char *truster, const char *trustee, int kept)
{
    for (int i = 0; i < kept; i++)
        state_record(d, "commitment.create",
                     desk_text(d,
                               "{\"from\":\"%s\",\"to\":\"%s\",\"text\":\"t%d\",\"stakes\":"
                               "\"critical\",\"state\":\"kept\",\"decided_on\":\"2026-05-01\"}",
                               trustee, truster, i));
}

/* ---- asking ---- */

static struct asked introduce(struct desk *d, const char *of, const char *rest)
{
    return desk_must(d, "introductions", desk_text(d, "{\"of\":\"%s\"%s}", of, rest), NULL, plain);
}

static struct asked introduce_to(struct desk *d, const char *of, const char *to, const char *rest)
{
    return introduce(d, of, desk_text(d, ",\"to\":\"%s\"%s", to, rest));
}

static const struct json *chain(struct asked a, const char *list, uint32_t i)
{
    const struct json *all = json_get(a.json, list);
    assert_non_null(all);
    assert_true(i < all->count);
    return &all->items[i];
}

static uint32_t chains(struct asked a, const char *list)
{
    return json_get(a.json, list)->count;
}

static const struct json *hop(const struct json *c, uint32_t i)
{
    assert_true(i < json_get(c, "hops")->count);
    return &json_get(c, "hops")->items[i];
}

static double number(const struct json *of, const char *name)
{
    assert_non_null(json_get(of, name));
    return json_get(of, name)->number;
}

#define assert_text(of, name, text) assert_true(slice_is(json_get_text((of), (name)), (text)))

static double forecast(struct desk *d, const char *truster, const char *trustee)
{
    struct asked a = desk_must(
        d, "trust.get", desk_text(d, "{\"truster\":\"%s\",\"trustee\":\"%s\"}", truster, trustee),
        NULL, plain);
    const struct json *figure =
        json_get(a.json, "trust")->type == JSON_OBJECT ? json_get(a.json, "trust") : a.json;
    return number(figure, "forecast");
}

static const char *reason(struct desk *d, struct asked a)
{
    assert_int_equal(chains(a, "paths"), 0);
    assert_int_equal(chains(a, "disjoint"), 0);
    assert_int_equal(chains(a, "edge_disjoint"), 0);
    return desk_text(d, SLICE_FMT, SLICE_ARG(json_get_text(a.json, "none_reason")));
}

/* ---- cases ---- */

static void a_chain_is_as_reliable_as_the_product_of_the_forecasts(void **state)
{
    struct desk *d = *state;
    const char *us = actor(d, "Us", ""), *via = actor(d, "Via", ""), *them = actor(d, "Them", "");
    const char *first = tie(d, us, via, ""), *second = tie(d, them, via, "");
    trust(d, us, via, 4);
    trust(d, via, them, 1);
    struct asked a = introduce_to(d, us, them, "");
    const struct json *c = chain(a, "paths", 0);
    assert_int_equal(json_get(c, "hops")->count, 2);
    assert_text(hop(c, 0), "from", us);
    assert_text(hop(c, 0), "to", via);
    assert_text(hop(c, 0), "record", first);
    assert_text(hop(c, 0), "basis", "relationship");
    assert_text(hop(c, 1), "from", via);
    assert_text(hop(c, 1), "to", them);
    assert_text(hop(c, 1), "record", second);
    double there = forecast(d, us, via), on = forecast(d, via, them);
    assert_true(fabs(number(hop(c, 0), "strength") - there) <= 0.00005001);
    assert_true(fabs(number(hop(c, 1), "strength") - on) <= 0.00005001);
    double product = number(hop(c, 0), "strength") * number(hop(c, 1), "strength");
    assert_true(fabs(number(c, "probability") - product) <= 0.00005001);
    assert_int_equal(json_get_int(c, "weakest", -1), 1);
    const char *in_order[] = { us, via, them };
    assert_int_equal(json_get(c, "actors")->count, 3);
    for (uint32_t i = 0; i < 3; i++)
        assert_true(slice_is(json_get(c, "actors")->items[i].text, in_order[i]));
    assert_text(json_get(a.json, "target"), "record", them);
    assert_null(json_get(a.json, "none_reason"));
    /* the other way round the trust is another one */
    const struct json *back = chain(introduce_to(d, them, us, ""), "paths", 0);
    assert_true(fabs(number(hop(back, 0), "strength") - forecast(d, them, via)) <= 0.00005001);
}

static void the_last_contact_is_told_with_each_tie(void **state)
{
    struct desk *d = *state;
    const char *us = actor(d, "Us", ""), *them = actor(d, "Them", "");
    tie(d, us, them, "");
    assert_null(json_get(hop(chain(introduce_to(d, us, them, ""), "paths", 0), 0), "last_contact"));
    state_record(d, "engagement.create",
                 desk_text(d,
                           "{\"title\":\"m\",\"when\":\"2026-04-02\",\"mode\":\"meeting\","
                           "\"status\":\"held\",\"participants\":[{\"actor\":\"%s\"},{\"actor\":"
                           "\"%s\"}]}",
                           us, them));
    assert_text(hop(chain(introduce_to(d, us, them, ""), "paths", 0), 0), "last_contact",
                "2026-04-02");
}

static void a_dormant_relationship_is_weak_and_an_ended_one_is_none(void **state)
{
    struct desk *d = *state;
    const char *us = actor(d, "Us", ""), *them = actor(d, "Them", "");
    const char *old = actor(d, "Old", ""), *asleep = actor(d, "Asleep", "");
    tie(d, us, them, ",\"posture\":\"dormant\"");
    tie(d, us, asleep, ",\"priority\":\"T5\"");
    tie(d, us, old, ",\"until\":\"2026-05-01\"");
    const struct json *h = hop(chain(introduce_to(d, us, them, ""), "paths", 0), 0);
    assert_true(json_get_bool(h, "dormant", false));
    assert_true(fabs(number(h, "strength") - forecast(d, us, them) / 2) <= 0.0001);
    h = hop(chain(introduce_to(d, us, asleep, ""), "paths", 0), 0);
    assert_true(json_get_bool(h, "dormant", false));
    assert_string_equal(reason(d, introduce_to(d, us, old, "")), "too_far");
    struct asked then = introduce_to(d, us, old, ",\"as_of\":\"2026-04-30\"");
    assert_false(json_get_bool(hop(chain(then, "paths", 0), 0), "dormant", true));
}

static void people_introduce_by_their_posts_and_posts_by_their_units(void **state)
{
    struct desk *d = *state;
    const char *unit = actor(d, "Unit", "");
    const char *post = actor(d, "Post", desk_text(d, ",\"parent\":\"%s\"", unit));
    const char *person = actor(d, "Person", ""), *gone = actor(d, "Gone", "");
    const char *posting = state_record(
        d, "posting.create",
        desk_text(d, "{\"person\":\"%s\",\"position\":\"%s\",\"from\":\"2025\"}", person, post));
    state_record(d, "posting.create",
                 desk_text(d,
                           "{\"person\":\"%s\",\"position\":\"%s\",\"from\":\"2023\",\"until\":"
                           "\"2024-12\"}",
                           gone, post));
    const struct json *c = chain(introduce_to(d, unit, person, ""), "paths", 0);
    assert_text(hop(c, 0), "basis", "unit");
    assert_text(hop(c, 0), "record", post);
    assert_text(hop(c, 1), "basis", "posting");
    assert_text(hop(c, 1), "record", posting);
    assert_true(fabs(number(c, "probability") - 0.8 * 0.95) < 1e-9);
    assert_string_equal(reason(d, introduce_to(d, unit, gone, "")), "too_far");
    c = chain(introduce_to(d, person, unit, ""), "paths", 0); /* and the other way */
    assert_int_equal(json_get(c, "hops")->count, 2);
}

static void alternatives_share_no_intermediary_and_no_tie(void **state)
{
    struct desk *d = *state;
    const char *us = actor(d, "Us", ""), *them = actor(d, "Them", "");
    const char *one = actor(d, "One", ""), *two = actor(d, "Two", "");
    tie(d, us, one, "");
    tie(d, us, two, "");
    tie(d, one, two, "");
    tie(d, one, them, "");
    tie(d, two, them, "");
    trust(d, us, one, 3);
    struct asked a = introduce_to(d, us, them, ",\"k\":\"16\"");
    assert_int_equal(chains(a, "paths"), 4);
    assert_int_equal(chains(a, "disjoint"), 2);
    assert_int_equal(chains(a, "edge_disjoint"), 2);
    assert_text(hop(chain(a, "disjoint", 0), 0), "to", one);
    assert_text(hop(chain(a, "disjoint", 1), 0), "to", two);
    for (uint32_t i = 1; i < 4; i++)
        assert_true(number(chain(a, "paths", i - 1), "probability") >=
                    number(chain(a, "paths", i), "probability"));
    a = introduce_to(d, us, them, ",\"k\":\"1\",\"hops\":\"1\"");
    assert_string_equal(reason(d, a), "too_far");
    a = introduce_to(d, us, them, desk_text(d, ",\"without\":\"%s\"", one));
    assert_int_equal(chains(a, "paths"), 1);
    assert_text(hop(chain(a, "paths", 0), 0), "to", two);
}

static void whoever_has_ceased_to_be_introduces_nobody(void **state)
{
    struct desk *d = *state;
    const char *us = actor(d, "Us", ""), *them = actor(d, "Them", "");
    const char *was = actor(d, "Was", ",\"until\":\"2026-01\"");
    tie(d, us, was, "");
    tie(d, was, them, "");
    assert_string_equal(reason(d, introduce_to(d, us, them, "")), "too_far");
    assert_string_equal(reason(d, introduce_to(d, us, was, "")), "ended");
    assert_string_equal(reason(d, introduce_to(d, us, us, "")), "self");
    assert_int_equal(chains(introduce_to(d, us, them, ",\"as_of\":\"2025-12\""), "paths"), 1);
    const char *alone = actor(d, "Alone", "");
    assert_string_equal(reason(d, introduce_to(d, alone, them, "")), "no_tie");
}

static const char *access_to(struct desk *d, const char *holder, const char *rest)
{
    return state_record(d, "access.create", desk_text(d, "{\"holder\":\"%s\",%s}", holder, rest));
}

static void an_access_is_the_last_tie_to_a_person_or_a_thing(void **state)
{
    struct desk *d = *state;
    const char *us = actor(d, "Us", ""), *via = actor(d, "Via", ""), *minister = actor(d, "M", "");
    tie(d, us, via, "");
    const char *who = access_to(
        d, via,
        desk_text(d, "\"to\":\"person\",\"target\":\"%s\",\"strength\":\"strong\"", minister));
    const struct json *c = chain(introduce_to(d, us, minister, ""), "paths", 0);
    assert_text(hop(c, 1), "basis", "access");
    assert_text(hop(c, 1), "record", who);
    assert_true(fabs(number(hop(c, 1), "strength") - 0.9) < 1e-9);
    const char *tool = access_to(d, via, "\"to\":\"tool\",\"subject\":\"ice radar of the strait\"");
    c = chain(introduce(d, us, ",\"topic\":\"radar\""), "paths", 0);
    assert_int_equal(json_get(c, "hops")->count, 2);
    assert_text(hop(c, 1), "from", via);
    assert_null(json_get(hop(c, 1), "to"));
    assert_text(hop(c, 1), "record", tool);
    assert_true(fabs(number(hop(c, 1), "strength") - 0.4) < 1e-9); /* unstated: weak */
    assert_null(json_get(c, "gives"));
    assert_string_equal(reason(d, introduce(d, us, ",\"topic\":\"sonar\"")), "nobody");
}

static void a_region_is_reached_by_who_is_there_or_has_access(void **state)
{
    struct desk *d = *state;
    const char *us = actor(d, "Us", ",\"country\":\"CAN\"");
    const char *there = actor(d, "There", ",\"country\":\"KEN\"");
    const char *acts = actor(d, "Acts", ",\"country\":\"FRA\",\"regions\":[\"MLI\"]");
    const char *holder = actor(d, "Holder", ",\"country\":\"DEU\"");
    tie(d, us, there, "");
    tie(d, us, acts, "");
    tie(d, us, holder, "");
    const char *access =
        access_to(d, holder, "\"to\":\"region\",\"region\":\"JPN\",\"strength\":\"fair\"");
    struct asked a = introduce(d, us, ",\"region\":\"KEN\"");
    assert_int_equal(chains(a, "paths"), 1);
    assert_text(json_get(chain(a, "paths", 0), "gives"), "basis", "place");
    assert_text(json_get(chain(a, "paths", 0), "gives"), "record", there);
    assert_text(json_get(a.json, "target"), "name", "Kenya");
    assert_int_equal(chains(introduce(d, us, ",\"region\":\"002\""), "paths"), 2); /* Africa */
    const struct json *c = chain(introduce(d, us, ",\"region\":\"JPN\""), "paths", 0);
    assert_text(hop(c, 1), "record", access);
    assert_true(fabs(number(hop(c, 1), "strength") - 0.65) < 1e-9);
    assert_string_equal(reason(d, introduce(d, us, ",\"region\":\"BRA\"")), "nobody");
}

static void a_capability_is_had_by_who_offers_it_or_a_narrower_one(void **state)
{
    struct desk *d = *state;
    const char *us = actor(d, "Us", ""), *diver = actor(d, "Diver", ""), *sage = actor(d, "S", "");
    const char *words = state_record(d, "vocabulary.create",
                                     desk_text(d, "{\"title\":\"W\",\"owner\":\"%s\"}", us));
    const char *diving = state_record(
        d, "concept.create",
        desk_text(d, "{\"vocabulary\":\"%s\",\"pref\":\"Diving\",\"capability\":true}", words));
    const char *ice =
        state_record(d, "concept.create",
                     desk_text(d,
                               "{\"vocabulary\":\"%s\",\"pref\":\"Ice diving\",\"capability\":true,"
                               "\"broader\":[\"%s\"]}",
                               words, diving));
    tie(d, us, diver, "");
    tie(d, us, sage, "");
    struct asked a = introduce(d, us, desk_text(d, ",\"capability\":\"%s\"", diving));
    assert_string_equal(reason(d, a), "nobody");
    const char *offer = state_record(
        d, "offer.create",
        desk_text(d, "{\"actor\":\"%s\",\"capability\":\"%s\",\"notice\":\"PT6H\"}", diver, ice));
    access_to(d, sage, desk_text(d, "\"to\":\"insight\",\"concept\":\"%s\"", diving));
    a = introduce(d, us, desk_text(d, ",\"capability\":\"%s\"", diving));
    assert_int_equal(chains(a, "paths"), 2);
    assert_text(json_get(chain(a, "paths", 0), "gives"), "basis", "offer");
    assert_text(json_get(chain(a, "paths", 0), "gives"), "record", offer);
    assert_text(hop(chain(a, "paths", 1), 1), "basis", "access");
    a = introduce(d, us, desk_text(d, ",\"capability\":\"%s\"", ice)); /* not the broader one */
    assert_int_equal(chains(a, "paths"), 1);
}

static void the_same_in_other_words_is_had_too_and_the_merely_close_is_not(void **state)
{
    struct desk *d = *state;
    const char *us = actor(d, "Us", ""), *diver = actor(d, "Diver", ""), *near = actor(d, "N", "");
    const char *ours = state_record(d, "vocabulary.create",
                                    desk_text(d, "{\"title\":\"W\",\"owner\":\"%s\"}", us));
    const char *word[4], *names[] = { "Diving", "Plongee", "Plongee polaire", "Swimming" };
    for (int i = 0; i < 4; i++)
        word[i] = state_record(
            d, "concept.create",
            desk_text(d, "{\"vocabulary\":\"%s\",\"pref\":\"%s\",\"capability\":true%s}", ours,
                      names[i], i == 2 ? desk_text(d, ",\"broader\":[\"%s\"]", word[1]) : ""));
    tie(d, us, diver, "");
    tie(d, us, near, "");
    for (int i = 2; i < 4; i++)
        state_record(d, "offer.create",
                     desk_text(d, "{\"actor\":\"%s\",\"capability\":\"%s\"}", i == 2 ? diver : near,
                               word[i]));
    const char *ask = desk_text(d, ",\"capability\":\"%s\"", word[0]);
    assert_string_equal(reason(d, introduce(d, us, ask)), "nobody");
    state_record(
        d, "mapping.create",
        desk_text(d, "{\"from\":\"%s\",\"to\":\"%s\",\"relation\":\"close\"}", word[0], word[3]));
    assert_string_equal(reason(d, introduce(d, us, ask)), "nobody");
    const char *map = state_record(
        d, "mapping.create",
        desk_text(d, "{\"from\":\"%s\",\"to\":\"%s\",\"relation\":\"exact\"}", word[1], word[0]));
    struct asked a = introduce(d, us, ask);
    assert_int_equal(chains(a, "paths"), 1);
    assert_text(hop(chain(a, "paths", 0), 0), "to", diver);
    desk_must(d, "mapping.change", desk_text(d, "{\"id\":\"%s\"}", map),
              desk_text(d,
                        "{\"from\":\"%s\",\"to\":\"%s\",\"relation\":\"exact\",\"label\":{"
                        "\"class\":\"SECRET\"}}",
                        word[1], word[0]),
              plain);
    const struct with low = { .viewer =
                                  desk_viewer(d, ROLE_READER, "{\"class\":\"UNCLASSIFIED\"}") };
    const char *question = desk_text(d, "{\"of\":\"%s\"%s}", us, ask);
    assert_string_equal(reason(d, desk_must(d, "introductions", question, NULL, low)), "nobody");
}

static void a_membership_is_a_weak_tie(void **state)
{
    struct desk *d = *state;
    const char *us = actor(d, "Us", ""), *them = actor(d, "Them", ""), *body = actor(d, "B", "");
    const char *first = state_record(
        d, "membership.create", desk_text(d, "{\"member\":\"%s\",\"group\":\"%s\"}", us, body));
    const char *second = state_record(
        d, "membership.create",
        desk_text(d, "{\"member\":\"%s\",\"group\":\"%s\",\"until\":\"2026-05\"}", them, body));
    const struct json *c = chain(introduce_to(d, us, them, ""), "paths", 0);
    assert_text(hop(c, 0), "basis", "membership");
    assert_text(hop(c, 0), "record", first);
    assert_text(hop(c, 1), "record", second);
    assert_true(fabs(number(c, "probability") - 0.3 * 0.3) < 1e-9);
    tie(d, us, them, "");
    assert_int_equal(json_get(chain(introduce_to(d, us, them, ""), "paths", 0), "hops")->count, 1);
    d->now_ms = INT64_C(1781000000000); /* June: the second one is over */
    assert_int_equal(chains(introduce_to(d, us, them, ""), "paths"), 1);
    assert_string_equal(reason(d, introduce_to(d, them, body, ",\"hops\":\"1\"")), "too_far");
}

static bool same_text(struct asked a, struct asked b)
{
    return slice_eq(a.text, b.text);
}

/* One network serves all questions: what one leaves out or adds is not there for the next. */
static void a_question_leaves_nothing_behind_for_the_next(void **state)
{
    struct desk *d = *state;
    const char *us = actor(d, "Us", ""), *via = actor(d, "Via", ""), *them = actor(d, "Them", "");
    tie(d, us, via, "");
    tie(d, via, them, ",\"label\":{\"class\":\"SECRET\"}");
    state_record(d, "access.create",
                 desk_text(d, "{\"holder\":\"%s\",\"to\":\"region\",\"region\":\"JPN\"}", them));
    struct asked before = introduce_to(d, us, them, "");
    assert_string_equal(
        reason(d, introduce_to(d, us, them, desk_text(d, ",\"without\":\"%s\"", via))), "too_far");
    assert_int_equal(chains(introduce(d, us, ",\"region\":\"JPN\""), "paths"), 1);
    const struct with low = { .viewer =
                                  desk_viewer(d, ROLE_READER, "{\"class\":\"UNCLASSIFIED\"}") };
    const char *question = desk_text(d, "{\"of\":\"%s\",\"to\":\"%s\"}", us, them);
    for (int i = 0; i < 2; i++) {
        assert_string_equal(reason(d, desk_must(d, "introductions", question, NULL, low)),
                            "too_far");
        assert_true(same_text(introduce_to(d, us, them, ""), before));
    }
    tie(d, us, them, "");
    assert_int_equal(chains(introduce_to(d, us, them, ""), "paths"), 2);
}

static void what_may_not_be_read_is_no_tie_and_no_actor(void **state)
{
    struct desk *d = *state;
    const char *us = actor(d, "Us", ""), *via = actor(d, "Via", ""), *them = actor(d, "Them", "");
    const char *secret = desk_actor(d, "Secret", "{\"class\":\"SECRET\"}");
    tie(d, us, via, "");
    tie(d, via, them, ",\"label\":{\"class\":\"SECRET\"}");
    const struct with low = { .viewer = desk_viewer(d, ROLE_CONTRIBUTOR,
                                                    "{\"class\":\"UNCLASSIFIED\"}") };
    const char *asked = desk_text(d, "{\"of\":\"%s\",\"to\":\"%s\"}", us, them);
    assert_int_equal(chains(desk_must(d, "introductions", asked, NULL, plain), "paths"), 1);
    assert_string_equal(reason(d, desk_must(d, "introductions", asked, NULL, low)), "too_far");
    struct asked hidden = desk_ask(
        d, "introductions", desk_text(d, "{\"of\":\"%s\",\"to\":\"%s\"}", us, secret), NULL, low);
    struct asked absent = desk_ask(
        d, "introductions",
        desk_text(d, "{\"of\":\"%s\",\"to\":\"01890000-0000-7000-8000-000000000000\"}", us), NULL,
        low);
    assert_int_equal(hidden.code, EN_NOT_FOUND);
    assert_int_equal(absent.code, EN_NOT_FOUND);
    assert_string_equal(hidden.err.message, absent.err.message);
    const char *body = desk_text(d, "{\"path\":[\"%s\",\"%s\",\"%s\"]}", us, via, them);
    struct asked request = desk_ask(d, "introduction.request", NULL, body, low);
    assert_int_equal(request.code, EN_INVALID);
    assert_string_equal(request.err.fields[0].pointer, "/path/2");
}

static void one_thing_is_asked_for_at_a_time(void **state)
{
    struct desk *d = *state;
    const char *us = actor(d, "Us", "");
    const char *none = desk_text(d, "{\"of\":\"%s\"}", us);
    const char *two = desk_text(d, "{\"of\":\"%s\",\"topic\":\"x\",\"region\":\"CAN\"}", us);
    assert_int_equal(desk_ask(d, "introductions", none, NULL, plain).code, EN_INVALID);
    assert_int_equal(desk_ask(d, "introductions", two, NULL, plain).code, EN_INVALID);
    struct asked homeless = desk_ask(d, "introductions", "{\"topic\":\"x\"}", NULL, plain);
    assert_int_equal(homeless.code, EN_INVALID);
    assert_string_equal(homeless.err.fields[0].pointer, "of");
}

/* ---- asking for it ---- */

static void a_request_goes_to_the_first_intermediary_once(void **state)
{
    struct desk *d = *state;
    const char *us = actor(d, "Us", ""), *via = actor(d, "Via", ""), *them = actor(d, "Them", "");
    tie(d, us, via, "");
    tie(d, via, them, ",\"label\":{\"class\":\"SECRET\"}");
    const char *path = desk_text(d, "\"path\":[\"%s\",\"%s\",\"%s\"]", us, via, them);
    const char *body = desk_text(d, "{%s,\"response_due\":\"2026-06-10\"}", path);
    struct asked a = desk_must(d, "introduction.request", NULL, body, plain);
    assert_text(a.json, "from", us);
    assert_text(a.json, "to", via);
    assert_text(a.json, "nature", "support");
    assert_text(a.json, "state", "draft");
    assert_text(a.json, "text", "Please introduce us to Them.");
    assert_text(a.json, "response_due", "2026-06-10");
    assert_text(json_get(a.json, "label"), "class", "SECRET"); /* the join of what it came from */
    struct asked again = desk_must(d, "introduction.request", NULL, body, plain);
    assert_string_equal(desk_id(d, a), desk_id(d, again));
    struct asked sent = desk_must(d, "introduction.request", NULL,
                                  desk_text(d, "{%s,\"submit\":true,\"text\":\"Now\"}", path),
                                  (struct with){ .key = "k1" });
    assert_text(sent.json, "state", "submitted");
    assert_text(sent.json, "submitted_on", "2026-05-28");
    assert_text(sent.json, "text", "Now");
    assert_int_equal(desk_count(desk_must(d, "request.list", NULL, NULL, plain)), 2);
    struct asked french = desk_must(d, "introduction.request", NULL, desk_text(d, "{%s}", path),
                                    (struct with){ .french = true });
    assert_text(french.json, "text", "Veuillez nous présenter : Them fr.");
    desk_assert_sound(d);
}

static void a_request_needs_a_chain_with_someone_between(void **state)
{
    struct desk *d = *state;
    const char *us = actor(d, "Us", ""), *via = actor(d, "Via", ""), *them = actor(d, "Them", "");
    tie(d, us, via, "");
    const struct {
        const char *path;
        const char *pointer;
    } wrong[] = {
        { desk_text(d, "[\"%s\",\"%s\"]", us, via), "/path" },
        { desk_text(d, "[\"%s\",\"%s\",\"%s\"]", us, via, us), "/path" },
        { desk_text(d, "[\"%s\",\"%s\",\"%s\"]", us, via, them), "/path/2" },
        { desk_text(d, "[\"%s\",\"%s\",\"%s\"]", us, them, via), "/path/1" },
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct asked a = desk_ask(d, "introduction.request", NULL,
                                  desk_text(d, "{\"path\":%s}", wrong[i].path), plain);
        assert_int_equal(a.code, EN_INVALID);
        assert_string_equal(a.err.fields[0].pointer, wrong[i].pointer);
    }
    assert_int_equal(desk_count(desk_must(d, "request.list", NULL, NULL, plain)), 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_chain_is_as_reliable_as_the_product_of_the_forecasts),
        CASE(the_last_contact_is_told_with_each_tie),
        CASE(a_dormant_relationship_is_weak_and_an_ended_one_is_none),
        CASE(people_introduce_by_their_posts_and_posts_by_their_units),
        CASE(alternatives_share_no_intermediary_and_no_tie),
        CASE(whoever_has_ceased_to_be_introduces_nobody),
        CASE(an_access_is_the_last_tie_to_a_person_or_a_thing),
        CASE(a_region_is_reached_by_who_is_there_or_has_access),
        CASE(a_capability_is_had_by_who_offers_it_or_a_narrower_one),
        CASE(the_same_in_other_words_is_had_too_and_the_merely_close_is_not),
        CASE(a_membership_is_a_weak_tie),
        CASE(a_question_leaves_nothing_behind_for_the_next),
        CASE(what_may_not_be_read_is_no_tie_and_no_actor),
        CASE(one_thing_is_asked_for_at_a_time),
        CASE(a_request_goes_to_the_first_intermediary_once),
        CASE(a_request_needs_a_chain_with_someone_between),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("ops introductions", tests, NULL, NULL);
}

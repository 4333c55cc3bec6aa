/* Questions about trust through the operation table: what explanations, what-ifs and half-lives
 * say must be what the records say. */
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

/* {"truster":u,"trustee":v,<more>} */
static const char *pair(struct desk *d, const char *u, const char *v, const char *more)
{
    return desk_text(d, "{\"truster\":\"%s\",\"trustee\":\"%s\"%s}", u, v, more);
}

static const char *confide(struct desk *d, const char *from, const char *to, const char *rest)
{
    return desk_id(d, desk_must(d, "disclosure.create", NULL,
                                desk_text(d,
                                          "{\"from\":\"%s\",\"to\":\"%s\",\"what\":\"strength\","
                                          "\"summary\":\"s\",%s}",
                                          from, to, rest),
                                plain));
}

static const struct json *item_of(struct asked a, int64_t valence)
{
    const struct json *items = json_get(a.json, "items");
    for (uint32_t i = 0; items && i < items->count; i++)
        if (json_get_int(&items->items[i], "valence", 0) == valence)
            return &items->items[i];
    return NULL;
}

static void each_item_names_its_own_event_and_stakes(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    confide(d, a, b,
            "\"given\":\"2024-01-10\",\"state\":\"breached\",\"decided_on\":\"2026-05-01\"");
    struct asked x = desk_must(d, "trust.explain", pair(d, a, b, ""), NULL, plain);
    assert_int_equal(desk_count(x), 2);
    const struct json *broken = item_of(x, -1), *kept = item_of(x, 1);
    assert_true(slice_is(json_get_text(broken, "event"), "disclosure.breached"));
    assert_true(slice_is(json_get_text(broken, "stakes"), "critical"));
    assert_true(slice_is(json_get_text(kept, "event"), "disclosure.honoured"));
    assert_true(slice_is(json_get_text(kept, "stakes"), "significant"));
}

#define NOW "2026-05-28T20:26:40Z" /* DESK_NOW */

static const char *promise(struct desk *d, const char *from, const char *to, const char *rest)
{
    return desk_id(d, desk_must(d, "commitment.create", NULL,
                                desk_text(d, "{\"from\":\"%s\",\"to\":\"%s\",\"text\":\"t\",%s}",
                                          from, to, rest),
                                plain));
}

static double figure(const struct json *of, const char *name)
{
    const struct json *v = json_get(of, name);
    assert_non_null(v);
    return v->number;
}

static void assert_foretold(const struct json *after, const struct json *is)
{
    static const char *const names[] = { "trust",       "forecast", "belief",  "disbelief",
                                         "uncertainty", "prior",    "evidence" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (fabs(figure(after, names[i]) - figure(is, names[i])) > 1.5e-6)
            fail_msg("%s: foretold %f, is %f", names[i], figure(after, names[i]),
                     figure(is, names[i]));
}

static void a_what_if_foretells_what_recording_it_does(void **state)
{
    static const char *const dimensions[] = { "", "ability", "benevolence", "integrity" };
    static const char *const outcomes[] = { "kept", "broken" };
    struct desk *d = *state;
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    const char *c = desk_actor(d, "Coral", NULL);
    promise(d, c, a, "\"stakes\":\"critical\",\"state\":\"broken\",\"decided_on\":\"2026-01\"");
    promise(d, a, b, "\"stakes\":\"critical\",\"state\":\"kept\",\"decided_on\":\"2026-02\"");
    for (int round = 0; round < 4; round++) { /* the first: nothing between the two yet */
        struct asked asked[4];
        const char *stakes = round < 2 ? "significant" : "critical";
        for (int i = 0; i < 4; i++)
            asked[i] = desk_must(
                d, "trust.what-if",
                pair(d, a, b,
                     desk_text(d, ",\"dimension\":\"%s\",\"stakes\":\"%s\",\"valence\":\"%s\"",
                               dimensions[i], stakes, round % 2 ? "negative" : "positive")),
                NULL, plain);
        promise(d, b, a,
                desk_text(d, "\"stakes\":\"%s\",\"state\":\"%s\",\"decided_on\":\"" NOW "\"",
                          stakes, outcomes[round % 2]));
        for (int i = 0; i < 4; i++) {
            const char *more = desk_text(d, ",\"dimension\":\"%s\"", dimensions[i]);
            struct asked is = desk_must(d, "trust.get", pair(d, a, b, more), NULL, plain);
            const struct json *all = json_get(is.json, "trust")->type == JSON_OBJECT
                                         ? json_get(is.json, "trust")
                                         : is.json;
            assert_foretold(json_get(asked[i].json, "after"), all);
        }
    }
}

static const char *tie(struct desk *d, const char *a, const char *b, const char *rest)
{
    return desk_id(d, desk_must(d, "relationship.create", NULL,
                                desk_text(d, "{\"a\":\"%s\",\"b\":\"%s\",%s}", a, b, rest), plain));
}

static double half_life(struct desk *d, const char *a, const char *b, const char *as_of)
{
    struct asked x = desk_must(
        d, "trust.get", pair(d, a, b, desk_text(d, ",\"as_of\":\"%s\"", as_of)), NULL, plain);
    return figure(x.json, "half_life_days");
}

static void a_relationship_that_has_ended_no_longer_slows_forgetting(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    tie(d, a, b,
        "\"nature\":\"institutional\",\"horizon\":\"strategic\",\"from\":\"2001\",\"until\":"
        "\"2002\"");
    tie(d, b, a, "\"nature\":\"institutional\",\"term\":\"time_bound\",\"from\":\"2020-05-28\"");
    assert_true(half_life(d, a, b, "2000-12-31") == 365); /* none yet */
    assert_true(half_life(d, a, b, "2001-01-01") == 730);
    assert_true(half_life(d, b, a, "2002-12-31") == 730);
    assert_true(half_life(d, a, b, "2003-01-01") == 365);
    assert_true(half_life(d, a, b, "2026-05-01") == 180);
}

/* Rows are kept between questions: those of another date must not carry its half-life along. */
static void a_portfolio_uses_the_half_life_of_its_date(void **state)
{
    static const char *const dates[] = { "2002-06-01", "2004-06-01", "2002-06-01" };
    struct desk *d = *state;
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    tie(d, a, b,
        "\"nature\":\"institutional\",\"horizon\":\"strategic\",\"from\":\"2001\",\"until\":"
        "\"2002\"");
    promise(d, b, a, "\"stakes\":\"critical\",\"state\":\"broken\",\"decided_on\":\"2001-01-05\"");
    for (size_t i = 0; i < 3; i++) {
        const char *as_of = desk_text(d, ",\"as_of\":\"%s\"", dates[i]);
        struct asked one = desk_must(d, "trust.get", pair(d, a, b, as_of), NULL, plain);
        struct asked all =
            desk_must(d, "portfolio", desk_text(d, "{\"of\":\"%s\"%s}", a, as_of), NULL, plain);
        assert_int_equal(desk_count(all), 1);
        const struct json *row = json_get(&json_get(all.json, "items")->items[0], "trust");
        assert_true(fabs(figure(row, "trust") - figure(one.json, "trust")) < 1e-6);
        assert_true(fabs(figure(one.json, "trust") - 0.6) > 0.01);
    }
}

static void a_promise_is_due_soon_until_the_last_day_of_its_date(void **state)
{
    static const struct {
        const char *due;
        bool soon;
    } dues[] = {
        { "2026-05-27", false }, { "2026-05-28", true },  { "2026-05", true },
        { "2026-06-11", true },  { "2026-06-12", false }, { "2026-06", false },
        { "2026", false },       { "2026-04", false },    { "2026-06-11T23:59:59Z", true },
        { "2027", false },
    };
    struct desk *d = *state;
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    const char *ids[10];
    for (size_t i = 0; i < 10; i++)
        ids[i] = promise(
            d, i % 2 ? a : b, i % 2 ? b : a,
            desk_text(d, "\"stakes\":\"routine\",\"state\":\"open\",\"due\":\"%s\"", dues[i].due));
    struct asked today = desk_must(d, "today", desk_text(d, "{\"of\":\"%s\"}", a), NULL, plain);
    const struct json *list = json_get(today.json, "due_soon");
    for (size_t i = 0; i < 10; i++) {
        bool found = false;
        for (uint32_t j = 0; j < list->count; j++)
            found |= slice_is(json_get_text(&list->items[j], "record"), ids[i]);
        if (found != dues[i].soon)
            fail_msg("%s: %d", dues[i].due, found);
    }
    today = desk_must(d, "today", desk_text(d, "{\"of\":\"%s\",\"as_of\":\"2026-05-20\"}", a), NULL,
                      plain);
    assert_int_equal(json_get(today.json, "due_soon")->count, 3); /* 05-27, 05-28, 05 */
}

static struct asked assess(struct desk *d, const char *tie_id, const char *u, const char *v)
{
    return desk_ask(d, "assessment.create", NULL,
                    desk_text(d,
                              "{\"relationship\":\"%s\",\"truster\":\"%s\",\"trustee\":\"%s\","
                              "\"dimension\":\"ability\",\"valence\":\"positive\",\"on\":\"2026\","
                              "\"rationale\":\"because it was so\"}",
                              tie_id, u, v),
                    plain);
}

static void an_assessment_speaks_of_the_two_of_its_relationship(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    const char *c = desk_actor(d, "Coral", NULL);
    const char *id = tie(d, a, b, "\"nature\":\"institutional\"");
    assert_int_equal(assess(d, id, a, b).code, 0);
    assert_int_equal(assess(d, id, b, a).code, 0);
    struct asked wrong = assess(d, id, c, a);
    assert_int_equal(wrong.code, EN_INVALID);
    assert_string_equal(wrong.err.fields[0].pointer, "/truster");
    wrong = assess(d, id, a, c);
    assert_int_equal(wrong.code, EN_INVALID);
    assert_string_equal(wrong.err.fields[0].pointer, "/trustee");
}

static void what_has_happened_does_not_lie_ahead(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    struct asked kept = desk_ask(d, "commitment.create", NULL,
                                 desk_text(d,
                                           "{\"from\":\"%s\",\"to\":\"%s\",\"text\":\"t\","
                                           "\"stakes\":\"routine\",\"state\":\"kept\","
                                           "\"decided_on\":\"2030\"}",
                                           a, b),
                                 plain);
    assert_int_equal(kept.code, EN_INVALID);
    assert_string_equal(kept.err.fields[0].pointer, "/decided_on");
    struct asked planned = desk_must(
        d, "engagement.create", NULL,
        "{\"title\":\"t\",\"when\":\"2026-06-10\",\"mode\":\"visit\",\"status\":\"planned\"}",
        plain);
    const char *path = desk_text(d, "{\"id\":\"%s\"}", desk_id(d, planned));
    struct asked held = desk_ask(d, "engagement.change", path, "{\"status\":\"held\"}", plain);
    assert_int_equal(held.code, EN_INVALID);
    assert_string_equal(held.err.fields[0].pointer, "/when");
    desk_must(d, "engagement.change", path, "{\"status\":\"held\",\"when\":\"2026-05-29\"}",
              plain); /* it is that day already somewhere */
}

static void assert_ahead(struct desk *d, const char *operation, const char *body,
                         const char *pointer)
{
    struct asked x = desk_ask(d, operation, NULL, body, plain);
    assert_int_equal(x.code, EN_INVALID);
    assert_int_equal(x.err.field_count, 1);
    assert_string_equal(x.err.fields[0].pointer, pointer);
    assert_string_equal(x.err.fields[0].detail, "in the future");
}

#define ASKS                                                                \
    "{\"from\":\"%s\",\"to\":\"%s\",\"nature\":\"support\",\"text\":\"t\"," \
    "\"stakes\":\"routine\",\"state\":\"submitted\",\"submitted_on\":\"%s\"}"
#define OWED                                                                     \
    "{\"agreement\":\"%s\",\"obligor\":\"%s\",\"beneficiary\":\"%s\",\"text\":"  \
    "\"t\",\"trigger\":\"event\",\"stakes\":\"routine\",\"instances\":[{\"on\":" \
    "\"2026-05\",\"state\":\"%s\",\"decided_on\":\"%s\"}]}"
#define SUPPLY                                                 \
    "{\"supplier\":\"%s\",\"receiver\":\"%s\",\"item\":\"t\"," \
    "\"settlement\":\"cash\",%s}"
static void what_was_owed_asked_or_supplied_does_not_lie_ahead(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    const char *agreement =
        desk_id(d, desk_must(d, "agreement.create", NULL,
                             "{\"title\":\"t\",\"instrument\":\"acsa\"}", plain));
    desk_must(d, "transaction.create", NULL,
              desk_text(d, SUPPLY, a, b, "\"state\":\"ordered\",\"delivered\":\"2030\""), plain);
    assert_ahead(d, "transaction.create",
                 desk_text(d, SUPPLY, a, b, "\"state\":\"delivered\",\"delivered\":\"2030\""),
                 "/delivered");
    assert_ahead(d, "transaction.create",
                 desk_text(d, SUPPLY, a, b, "\"state\":\"settled\",\"settled\":\"2030\""),
                 "/settled");
    assert_ahead(d, "obligation.create", desk_text(d, OWED, agreement, a, b, "breached", "2030"),
                 "/instances/0/decided_on");
    desk_must(d, "obligation.create", NULL,
              desk_text(d, OWED, agreement, a, b, "breached", "2026-05-28"), plain);
    assert_ahead(d, "request.create", desk_text(d, ASKS, a, b, "2030"), "/submitted_on");
    desk_must(d, "request.create", NULL, desk_text(d, ASKS, a, b, "2026-05-29"), plain);
}

/* A delivery that was planned is not delivered by a change of words. */
static void a_planned_day_is_judged_again_when_it_is_said_to_have_come(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    struct asked ordered =
        desk_must(d, "transaction.create", NULL,
                  desk_text(d,
                            "{\"supplier\":\"%s\",\"receiver\":\"%s\",\"item\":"
                            "\"t\",\"settlement\":\"cash\",\"state\":\"ordered\","
                            "\"delivered\":\"2026-08\"}",
                            a, b),
                  plain);
    const char *path = desk_text(d, "{\"id\":\"%s\"}", desk_id(d, ordered));
    struct asked x = desk_ask(d, "transaction.change", path, "{\"state\":\"delivered\"}", plain);
    assert_int_equal(x.code, EN_INVALID);
    assert_string_equal(x.err.fields[0].pointer, "/delivered");
    desk_must(d, "transaction.change", path,
              "{\"state\":\"delivered\",\"delivered\":\"2026-05-20\"}", plain);
}

static void a_french_answer_is_french_to_the_end(void **state)
{
    struct desk *d = *state;
    struct with french = { .french = true };
    const char *a = desk_actor(d, "Alpha", NULL);
    const char *path = desk_text(d, "{\"id\":\"%s\"}", a);
    struct asked none =
        desk_ask(d, "actor.get", "{\"id\":\"00000000-0000-7000-8000-000000000000\"}", NULL, french);
    assert_string_equal(none.err.message, "cette fiche n'existe pas");
    struct asked stale = desk_ask(d, "actor.change", path, "{\"notes\":\"n\"}",
                                  (struct with){ .french = true, .if_match = "other" });
    assert_string_equal(stale.err.message, "la fiche a changé depuis que vous l'avez lue");
    struct asked same = desk_ask(d, "trust.get", pair(d, a, a, ""), NULL, french);
    assert_string_equal(same.err.fields[0].detail, "un autre acteur que celui qui fait confiance");
    assert_string_equal(same.err.message, "trustee enfreint une règle (un autre acteur que celui "
                                          "qui fait confiance)");
    struct asked brief = desk_ask(d, "user.create", NULL,
                                  "{\"username\":\"someone\",\"display_name\":\"S\","
                                  "\"role\":\"reader\",\"password\":\"short\","
                                  "\"clearance\":{\"class\":\"UNCLASSIFIED\"}}",
                                  french);
    assert_true(strncmp(brief.err.fields[0].detail, "au moins ", 9) == 0);
}

static void put_policy(struct desk *d, const char *text)
{
    FILE *f = fopen(desk_text(d, "%s/trust.json", d->directory), "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    desk_reopen(d);
}

static void an_explanation_names_the_readout_that_was_asked_for(void **state)
{
    struct desk *d = *state;
    put_policy(d, "{\"model\":{\"lambda\":1}}");
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    struct asked trust = desk_must(d, "trust.explain", pair(d, a, b, ""), NULL, plain);
    assert_true(slice_is(json_get_text(trust.json, "readout"), "trust"));
    struct asked forecast =
        desk_must(d, "trust.explain", pair(d, a, b, ",\"readout\":\"forecast\""), NULL, plain);
    assert_true(slice_is(json_get_text(forecast.json, "readout"), "forecast"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_item_names_its_own_event_and_stakes, setup, teardown),
        cmocka_unit_test_setup_teardown(a_what_if_foretells_what_recording_it_does, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_explanation_names_the_readout_that_was_asked_for, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_relationship_that_has_ended_no_longer_slows_forgetting,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_portfolio_uses_the_half_life_of_its_date, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_promise_is_due_soon_until_the_last_day_of_its_date, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_assessment_speaks_of_the_two_of_its_relationship, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_has_happened_does_not_lie_ahead, setup, teardown),
        cmocka_unit_test_setup_teardown(what_was_owed_asked_or_supplied_does_not_lie_ahead, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_planned_day_is_judged_again_when_it_is_said_to_have_come,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_french_answer_is_french_to_the_end, setup, teardown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("ops questions", tests, NULL, NULL);
}

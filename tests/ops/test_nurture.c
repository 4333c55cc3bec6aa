/* What fades, the plan of the hours, accepting a line and the digest, through the operation table:
 * what they foretell must be what trust says when the day has come. */
#include "desk.h"

#include "kernel/parameters.h"

#include <math.h>

static const struct with plain = { 0 };

struct place {
    struct desk desk;
    const char *home, *alpha, *bravo, *charlie, *delta;
    const char *to_alpha, *to_bravo, *to_charlie, *to_delta; /* relationships */
};

static const char *make(struct desk *d, const char *kind, const char *body)
{
    return desk_id(d, desk_must(d, desk_text(d, "%s.create", kind), NULL, body, plain));
}

static const char *actor(struct desk *d, const char *name, const char *country)
{
    return make(d, "actor",
                desk_text(d, "{\"nature\":\"organisation\",\"name_en\":\"%s\",\"country\":\"%s\"}",
                          name, country));
}

static const char *relate(struct place *p, const char *with, const char *more)
{
    return make(&p->desk, "relationship",
                desk_text(&p->desk,
                          "{\"a\":\"%s\",\"b\":\"%s\",\"nature\":\"institutional\","
                          "\"horizon\":\"situational\"%s}",
                          p->home, with, more));
}

static const char *engage(struct place *p, const char *first, const char *second, const char *when,
                          const char *status)
{
    return make(&p->desk, "engagement",
                desk_text(&p->desk,
                          "{\"title\":\"Talks\",\"when\":\"%s\",\"mode\":\"meeting\","
                          "\"status\":\"%s\",\"participants\":[{\"actor\":\"%s\"},"
                          "{\"actor\":\"%s\"}]}",
                          when, status, first, second));
}

static void promise(struct place *p, const char *from, const char *to, const char *state,
                    const char *day)
{
    make(&p->desk, "commitment",
         desk_text(&p->desk,
                   "{\"from\":\"%s\",\"to\":\"%s\",\"text\":\"t\",\"stakes\":\"significant\","
                   "\"state\":\"%s\",\"decided_on\":\"%s\"}",
                   from, to, state, day));
}

static void set_home(struct desk *d, const char *id)
{
    struct error err = { 0 };
    struct write_context w = { .node = d->node, .now_ms = DESK_NOW };
    assert_int_equal(
        node_snapshot(d->node, node_operator(d->node), d->arena, DESK_NOW, &err, &w.snapshot), 0);
    assert_int_equal(settings_put(&w, S("home"), slice_of(id), &err), 0);
}

/* Alpha: first priority, long unmet. Bravo: trusted, met lately. Charlie: of little priority.
 * Delta: abroad with Bravo. */
static int setup(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    struct desk *d = &p->desk;
    desk_open(d);
    p->home = actor(d, "Home command", "CAN");
    p->alpha = actor(d, "Alpha", "CAN");
    p->bravo = actor(d, "Bravo", "USA");
    p->charlie = actor(d, "Charlie", "FRA");
    p->delta = actor(d, "Delta <b>", "USA");
    set_home(d, p->home);
    p->to_alpha = relate(p, p->alpha, ",\"priority\":\"T1\",\"cadence_longest\":60");
    p->to_bravo = relate(p, p->bravo, ",\"priority\":\"T2\",\"cadence_longest\":90");
    p->to_charlie = relate(p, p->charlie, ",\"priority\":\"T5\"");
    p->to_delta = relate(p, p->delta, ",\"priority\":\"T3\"");
    engage(p, p->home, p->alpha, "2026-01-10", "held");
    engage(p, p->home, p->bravo, "2026-05-20", "held");
    promise(p, p->alpha, p->home, "kept", "2026-02-01");
    promise(p, p->alpha, p->home, "broken", "2025-01-01");
    promise(p, p->delta, p->home, "kept", "2025-08-01");
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    struct place *p = *state;
    desk_done(&p->desk);
    free(p);
    return 0;
}

static struct asked ask(struct place *p, const char *operation, const char *parameters)
{
    return desk_must(&p->desk, operation, parameters, NULL, plain);
}

static const struct json *list(const struct json *of, const char *name)
{
    const struct json *v = json_get(of, name);
    assert_non_null(v);
    assert_int_equal(v->type, JSON_ARRAY);
    return v;
}

static double number(const struct json *of, const char *name)
{
    const struct json *v = json_get(of, name);
    assert_non_null(v);
    assert_int_equal(v->type, JSON_NUMBER);
    return v->number;
}

static const struct json *week(struct asked a, uint32_t number_of_week)
{
    const struct json *weeks = list(a.json, "weeks");
    assert_true(number_of_week < weeks->count);
    return &weeks->items[number_of_week];
}

/* The member of a list whose partner it is, or NULL. */
static const struct json *of_partner(const struct json *items, const char *partner)
{
    for (uint32_t i = 0; i < items->count; i++)
        if (slice_is(json_get_text(&items->items[i], "partner"), partner))
            return &items->items[i];
    return NULL;
}

static const struct json *line_of(struct asked a, uint32_t w, const char *partner)
{
    return of_partner(list(week(a, w), "lines"), partner);
}

static double trust_of(struct place *p, const char *partner)
{
    struct desk *d = &p->desk;
    struct asked a = ask(p, "trust.get",
                         desk_text(d, "{\"truster\":\"%s\",\"trustee\":\"%s\"}", p->home, partner));
    return number(a.json, "trust");
}

/* ---- fading ---- */

/* The figure so many days on, with the prior held, from what is shown of it now. */
static double foretold(const struct json *figure, double days, double half_life)
{
    struct trust_parameters m = trust_parameters_default();
    double b = number(figure, "belief"), d = number(figure, "disbelief");
    double a = number(figure, "prior");
    double weight = m.prior_weight / (number(figure, "uncertainty") - m.kappa * (b + d));
    double left = exp2(-days / half_life), kept = b * weight * left, broken = d * weight * left;
    return a + (kept * (1 - a) - broken * a) / ((1 + m.kappa) * (kept + broken) + m.prior_weight);
}

static void trust_falls_when_fading_says_so(void **state)
{
    struct place *p = *state;
    double now = trust_of(p, p->delta), floor = now - 0.02;
    struct asked a = ask(p, "fading", desk_text(&p->desk, "{\"floor\":\"%.6f\"}", floor));
    const struct json *row = of_partner(list(a.json, "items"), p->delta);
    const struct json *trust = json_get(row, "trust"), *falls = json_get(row, "falls");
    assert_true(slice_is(json_get_text(falls, "state"), "later"));
    int64_t days = json_get_int(falls, "in_days", -1);
    assert_true(days > 1);
    double half_life = (double)json_get_int(row, "half_life_days", 0);
    assert_true(foretold(trust, (double)days - 0.5, half_life) > floor - 1e-5);
    assert_true(foretold(trust, (double)days + 1.5, half_life) < floor + 1e-5);
    row = of_partner(list(ask(p, "fading", "{\"floor\":\"0.99\"}").json, "items"), p->delta);
    assert_true(slice_is(json_get_text(json_get(row, "falls"), "state"), "below"));
    row = of_partner(list(ask(p, "fading", "{\"floor\":\"0.01\"}").json, "items"), p->delta);
    assert_true(slice_is(json_get_text(json_get(row, "falls"), "state"), "never"));
}

static void contact_of_any_kind_starts_the_interval_again(void **state)
{
    struct place *p = *state;
    const struct json *row = of_partner(list(ask(p, "fading", NULL).json, "items"), p->alpha);
    const struct json *contact = json_get(row, "contact");
    assert_int_equal(json_get_int(contact, "days_since", -1), 138);
    assert_int_equal(json_get_int(contact, "overdue_days", -1), 78);
    make(&p->desk, "engagement",
         desk_text(&p->desk,
                   "{\"title\":\"Gathering\",\"when\":\"2026-05-18\",\"mode\":\"ceremony\","
                   "\"status\":\"held\",\"relationships\":[\"%s\"]}",
                   p->to_alpha));
    row = of_partner(list(ask(p, "fading", NULL).json, "items"), p->alpha);
    contact = json_get(row, "contact");
    assert_int_equal(json_get_int(contact, "days_since", -1), 10);
    assert_int_equal(json_get_int(contact, "overdue_days", -1), 0);
    assert_true(slice_is(json_get_text(contact, "due_on"), "2026-07-17"));
    assert_true(slice_is(json_get_text(json_get(contact, "last"), "mode"), "ceremony"));
    assert_int_equal(json_get_int(contact, "in_year", -1), 2);
}

static void who_always_begins_and_who_delivers_is_told(void **state)
{
    struct place *p = *state;
    for (int i = 1; i <= 4; i++)
        engage(p, p->home, p->alpha, desk_text(&p->desk, "2026-02-%02d", i), "held");
    for (int i = 1; i <= 4; i++)
        promise(p, p->bravo, p->home, "broken", "2026-03-01");
    promise(p, p->home, p->bravo, "kept", "2026-03-01");
    const struct json *items = list(ask(p, "fading", NULL).json, "items");
    const struct json *alpha = of_partner(items, p->alpha), *bravo = of_partner(items, p->bravo);
    assert_int_equal(json_get_int(json_get(alpha, "began"), "ours", -1), 5);
    assert_true(slice_is(json_get_text(json_get(alpha, "began"), "side"), "ours"));
    assert_true(slice_is(json_get_text(json_get(bravo, "began"), "side"), "even"));
    assert_true(slice_is(json_get_text(json_get(bravo, "delivered"), "side"), "ours"));
    engage(p, p->alpha, p->home, "2026-03-01", "held");
    engage(p, p->alpha, p->home, "2026-03-02", "held");
    items = list(ask(p, "fading", NULL).json, "items");
    assert_true(
        slice_is(json_get_text(json_get(of_partner(items, p->alpha), "began"), "side"), "even"));
}

/* ---- plans ---- */

static double hours_of(const struct json *w)
{
    const struct json *lines = list(w, "lines"), *trips = list(w, "trips");
    double sum = 0;
    for (uint32_t i = 0; i < lines->count; i++)
        sum += number(&lines->items[i], "hours");
    for (uint32_t i = 0; i < trips->count; i++)
        sum += number(&trips->items[i], "hours");
    return sum;
}

static void a_plan_keeps_the_hours_and_says_why(void **state)
{
    struct place *p = *state;
    struct asked a = ask(p, "plan", "{\"hours\":\"12\",\"weeks\":\"3\",\"floor\":\"0.6\"}");
    assert_int_equal(list(a.json, "weeks")->count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_true(hours_of(week(a, i)) <= 12 + 1e-6);
        assert_true(fabs(hours_of(week(a, i)) - number(week(a, i), "used")) < 1e-6);
    }
    const struct json *alpha = line_of(a, 0, p->alpha);
    assert_non_null(alpha); /* 138 days, at most 60, of the first priority */
    const struct json *why = json_get(alpha, "why");
    assert_true(json_get_bool(why, "must_do", false));
    assert_true(slice_is(json_get_text(why, "priority"), "T1"));
    assert_true(slice_is(json_get_text(why, "last_contact"), "2026-01-10"));
    assert_true(fabs(number(why, "declared") - 16) < 1e-9);
    assert_true(fabs(number(why, "criticality")) < 1e-9);
    assert_true(fabs(number(alpha, "trust") - trust_of(p, p->alpha)) < 1.5e-6);
    assert_true(number(alpha, "lost_if_skipped") < number(alpha, "trust_end"));
    assert_true(strstr(json_get_text(json_get(alpha, "because"), "en").ptr, "138 days") != NULL);
    assert_true(strstr(json_get_text(json_get(alpha, "because"), "fr").ptr, "138 jours") != NULL);
    const struct json *compare = json_get(a.json, "compare");
    assert_true(number(compare, "plan") > number(compare, "nothing"));
    assert_true(number(compare, "plan") >= number(compare, "oldest_first"));
    assert_int_equal(list(a.json, "unmet")->count, 0);
}

static void what_must_be_done_without_hours_is_told(void **state)
{
    struct place *p = *state;
    struct asked a = ask(p, "plan", "{\"hours\":\"0\",\"weeks\":\"2\"}");
    assert_int_equal(list(week(a, 0), "lines")->count, 0);
    assert_non_null(of_partner(list(a.json, "unmet"), p->alpha));
    const struct json *compare = json_get(a.json, "compare");
    assert_true(fabs(number(compare, "plan") - number(compare, "nothing")) < 1e-9);
}

static void blacked_out_days_take_their_hours(void **state)
{
    struct place *p = *state;
    /* the week from Thursday 2026-05-28: five working days */
    struct asked a = ask(p, "plan",
                         "{\"hours\":\"10\",\"weeks\":\"2\","
                         "\"blackout\":\"2026-05-28,2026-05-29,2026-05-30,2026-06-01\"}");
    assert_true(fabs(number(week(a, 0), "hours") - 4) < 1e-9); /* the Saturday took nothing */
    assert_true(fabs(number(week(a, 1), "hours") - 10) < 1e-9);
    const struct json *lines = list(week(a, 0), "lines");
    assert_true(lines->count > 0);
    for (uint32_t i = 0; i < lines->count; i++) {
        struct slice on = json_get_text(&lines->items[i], "on");
        assert_true(slice_is(on, "2026-06-02") || slice_is(on, "2026-06-03"));
    }
    a = desk_ask(&p->desk, "plan", "{\"blackout\":\"tomorrow\"}", NULL, plain);
    assert_int_equal(a.code, EN_INVALID);
    assert_string_equal(a.err.fields[0].pointer, "blackout");
}

static void a_steward_sees_only_what_they_look_after(void **state)
{
    struct place *p = *state;
    const char *person = make(&p->desk, "actor", "{\"nature\":\"person\",\"name_en\":\"Avery\"}");
    desk_must(&p->desk, "relationship.change", desk_text(&p->desk, "{\"id\":\"%s\"}", p->to_delta),
              desk_text(&p->desk, "{\"steward\":\"%s\"}", person), plain);
    struct asked a =
        ask(p, "plan", desk_text(&p->desk, "{\"person\":\"%s\",\"hours\":\"12\"}", person));
    assert_int_equal(json_get_int(a.json, "relationships", -1), 1);
    assert_non_null(line_of(a, 0, p->delta));
    assert_null(line_of(a, 0, p->alpha));
}

static void what_open_needs_count_on_adds_to_the_declared_priority(void **state)
{
    struct place *p = *state;
    struct desk *d = &p->desk;
    const char *v = make(d, "vocabulary", "{\"title\":\"Capabilities\"}");
    const char *boats = make(d, "concept",
                             desk_text(d,
                                       "{\"vocabulary\":\"%s\",\"pref\":\"Boats\","
                                       "\"capability\":true}",
                                       v));
    make(d, "offer", desk_text(d, "{\"actor\":\"%s\",\"capability\":\"%s\"}", p->charlie, boats));
    double before = number(json_get(ask(p, "plan", "{\"hours\":\"40\"}").json, "compare"), "plan");
    const char *need =
        make(d, "need",
             desk_text(d,
                       "{\"title\":\"Flood\",\"state\":\"open\","
                       "\"priority\":\"T1\",\"agreement_rule\":\"not_needed\",\"requirements\":"
                       "[{\"capability\":\"%s\"}]}",
                       boats));
    struct asked a = ask(p, "plan", "{\"hours\":\"40\",\"weeks\":\"1\"}");
    const struct json *charlie = line_of(a, 0, p->charlie);
    assert_non_null(charlie);
    const struct json *why = json_get(charlie, "why"), *needs = list(why, "needs");
    assert_int_equal(needs->count, 1);
    assert_true(slice_is(json_get_text(&needs->items[0], "need"), need));
    /* nobody else brings it: all of its probability is theirs */
    struct asked worth = ask(p, "need.criticality", desk_text(d, "{\"id\":\"%s\"}", need));
    double shapley = number(&list(worth.json, "items")->items[0], "shapley");
    assert_true(fabs(number(&needs->items[0], "worth") - shapley) < 1.5e-6);
    assert_true(fabs(number(why, "criticality") - 16 * shapley) < 1e-3);
    assert_true(fabs(number(why, "declared") - 0.5) < 1e-9);
    assert_true(before > 0);
}

static const char *accept(struct place *p, const struct json *line, const char *more)
{
    return desk_text(&p->desk,
                     "{\"relationship\":\"" SLICE_FMT "\",\"type\":\"" SLICE_FMT
                     "\",\"on\":\"" SLICE_FMT "\"%s}",
                     SLICE_ARG(json_get_text(line, "relationship")),
                     SLICE_ARG(json_get_text(line, "type")), SLICE_ARG(json_get_text(line, "on")),
                     more);
}

static void an_accepted_line_is_planned_once_and_takes_its_hours(void **state)
{
    struct place *p = *state;
    struct asked before = ask(p, "plan", "{\"hours\":\"12\",\"weeks\":\"2\"}");
    const struct json *alpha = line_of(before, 0, p->alpha);
    struct asked first = desk_must(&p->desk, "plan.accept", NULL, accept(p, alpha, ""), plain);
    assert_true(slice_is(json_get_text(first.json, "status"), "planned"));
    assert_true(slice_eq(json_get_text(first.json, "mode"), json_get_text(alpha, "type")));
    assert_true(slice_eq(json_get_text(first.json, "when"), json_get_text(alpha, "on")));
    assert_int_equal(list(first.json, "participants")->count, 2);
    struct asked again = desk_must(&p->desk, "plan.accept", NULL, accept(p, alpha, ""), plain);
    assert_true(slice_eq(json_get_text(again.json, "id"), json_get_text(first.json, "id")));
    assert_int_equal(json_get_int(again.json, "version", 0), 1);
    assert_int_equal(desk_count(ask(p, "engagement.list", "{\"status\":\"planned\"}")), 1);
    struct asked after = ask(p, "plan", "{\"hours\":\"12\",\"weeks\":\"2\"}");
    assert_null(line_of(after, 0, p->alpha));
    assert_null(line_of(after, 1, p->alpha));
    assert_non_null(of_partner(list(after.json, "planned"), p->alpha));
    assert_true(number(week(after, 0), "hours") < 12);
    assert_true(fabs(number(week(after, 1), "hours") - 12) < 1e-9);
}

static void accept_this(struct place *p, const char *relationship, const char *type, const char *on)
{
    desk_must(&p->desk, "plan.accept", NULL,
              desk_text(&p->desk, "{\"relationship\":\"%s\",\"type\":\"%s\",\"on\":\"%s\"}",
                        relationship, type, on),
              plain);
}

static void every_accepted_line_takes_its_hours_and_a_trip_only_once(void **state)
{
    struct place *p = *state;
    accept_this(p, p->to_bravo, "visit", "2026-05-29");
    accept_this(p, p->to_delta, "visit", "2026-05-29");
    accept_this(p, p->to_delta, "call", "2026-06-08");
    struct asked a = ask(p, "plan", "{\"hours\":\"12\",\"weeks\":\"2\"}");
    /* two visits of two hours, one trip of four to the same country; half an hour of a call */
    assert_true(fabs(number(week(a, 0), "hours") - 4) < 1e-9);
    assert_true(fabs(number(week(a, 1), "hours") - 11.5) < 1e-9);
}

static void what_others_planned_takes_no_free_hours(void **state)
{
    struct place *p = *state;
    engage(p, p->alpha, p->home, "2026-06-01", "planned");
    struct asked a = ask(p, "plan", "{\"hours\":\"12\",\"weeks\":\"2\"}");
    assert_null(line_of(a, 0, p->alpha));
    assert_non_null(of_partner(list(a.json, "planned"), p->alpha));
    assert_true(fabs(number(week(a, 0), "hours") - 12) < 1e-9);
}

static void an_accepted_line_is_labelled_as_what_it_tells(void **state)
{
    struct place *p = *state;
    struct desk *d = &p->desk;
    desk_must(d, "relationship.change", desk_text(d, "{\"id\":\"%s\"}", p->to_alpha),
              "{\"label\":{\"class\":\"SECRET\"}}", plain);
    const struct json *alpha = line_of(ask(p, "plan", NULL), 0, p->alpha);
    struct asked low = desk_ask(d, "plan.accept", NULL,
                                accept(p, alpha, ",\"label\":{\"class\":\"UNCLASSIFIED\"}"), plain);
    assert_int_equal(low.code, EN_INVALID);
    assert_string_equal(low.err.fields[0].pointer, "/label");
    struct asked good = desk_must(d, "plan.accept", NULL, accept(p, alpha, ""), plain);
    assert_true(slice_is(json_get_text(json_get(good.json, "label"), "class"), "SECRET"));
    /* who may not read the relationship is told what is told of one that is not there */
    struct with low_reader = { .viewer = desk_viewer(d, ROLE_CONTRIBUTOR,
                                                     "{\"class\":\"UNCLASSIFIED\"}") };
    struct asked hidden = desk_ask(d, "plan.accept", NULL, accept(p, alpha, ""), low_reader);
    struct asked absent = desk_ask(d, "plan.accept", NULL,
                                   "{\"relationship\":\"01890000-0000-7000-8000-000000000000\","
                                   "\"type\":\"call\",\"on\":\"2026-06-01\"}",
                                   low_reader);
    assert_int_equal(hidden.code, EN_INVALID);
    assert_int_equal(absent.code, EN_INVALID);
    assert_string_equal(hidden.err.message, absent.err.message);
    struct asked word = desk_ask(d, "plan.accept", NULL,
                                 desk_text(d,
                                           "{\"relationship\":\"%s\",\"type\":\"seance\","
                                           "\"on\":\"2026-06-01\"}",
                                           p->to_delta),
                                 plain);
    assert_int_equal(word.code, EN_INVALID);
}

/* ---- the digest ---- */

static void the_digest_is_marked_and_escaped(void **state)
{
    struct place *p = *state;
    const char *query = "{\"hours\":\"12\",\"floor\":\"0.95\"}";
    struct asked json = ask(p, "attention", query);
    assert_true(list(json.json, "fading")->count > 0);
    assert_true(list(json_get(json.json, "week"), "lines")->count > 0);
    const char *marking =
        arena_cstr(p->desk.arena, json_get_text(json_get(json.json, "marking"), "en"));
    struct asked text = ask(p, "attention.text", query), page = ask(p, "attention.html", query);
    const char *t = arena_cstr(p->desk.arena, text.text), *h = arena_cstr(p->desk.arena, page.text);
    assert_int_equal(strncmp(t, marking, strlen(marking)), 0);
    assert_string_equal(t + strlen(t) - strlen(marking) - 1, desk_text(&p->desk, "%s\n", marking));
    assert_non_null(strstr(t, "Delta <b>"));
    assert_null(strstr(h, "Delta <b>"));
    assert_non_null(strstr(h, "Delta &lt;b&gt;"));
    assert_non_null(strstr(h, "<!doctype html>"));
    struct asked french =
        desk_must(&p->desk, "attention.text", query, NULL, (struct with){ .french = true });
    assert_non_null(strstr(arena_cstr(p->desk.arena, french.text), "Cette semaine"));
}

/* ---- the policy ---- */

static void put_policy(struct desk *d, const char *text)
{
    FILE *f = fopen(desk_text(d, "%s/nurture.json", d->directory), "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void the_policy_of_the_instance_is_used(void **state)
{
    struct place *p = *state;
    put_policy(&p->desk, "{\"must_do\":[],\"importance\":{\"T5\":30,\"criticality\":0},"
                         "\"types\":{\"exercise\":null,\"training\":null,\"visit\":null,"
                         "\"meeting\":null,\"message\":{\"hours\":0.25,\"kept\":0.1}},"
                         "\"plan\":{\"hours\":0.5,\"weeks\":1}}");
    desk_reopen(&p->desk);
    struct asked a = ask(p, "plan", NULL);
    const struct json *lines = list(week(a, 0), "lines");
    assert_int_equal(list(a.json, "weeks")->count, 1);
    assert_true(lines->count > 0);
    assert_non_null(of_partner(lines, p->charlie));
    for (uint32_t i = 0; i < lines->count; i++) {
        struct slice type = json_get_text(&lines->items[i], "type");
        assert_true(slice_is(type, "message") || slice_is(type, "call"));
    }
    struct asked policy = ask(p, "plan.policy", NULL);
    assert_true(fabs(number(json_get(policy.json, "importance"), "T5") - 30) < 1e-9);
}

static void a_policy_that_is_wrong_keeps_the_instance_shut(void **state)
{
    struct place *p = *state;
    struct error err = { 0 };
    struct node *n = NULL;
    put_policy(&p->desk, "{\"types\":{\"call\":{\"hours\":0}}}");
    node_close(p->desk.node);
    struct node_options o = { .directory = p->desk.directory, .now_ms = DESK_NOW };
    assert_int_equal(node_open(&o, &err, &n), EN_INVALID);
    assert_string_equal(err.fields[0].pointer, "/types/call/hours");
    put_policy(&p->desk, "");
    assert_int_equal(node_open(&o, &err, &p->desk.node), 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(trust_falls_when_fading_says_so),
        CASE(contact_of_any_kind_starts_the_interval_again),
        CASE(who_always_begins_and_who_delivers_is_told),
        CASE(a_plan_keeps_the_hours_and_says_why),
        CASE(what_must_be_done_without_hours_is_told),
        CASE(blacked_out_days_take_their_hours),
        CASE(a_steward_sees_only_what_they_look_after),
        CASE(what_open_needs_count_on_adds_to_the_declared_priority),
        CASE(an_accepted_line_is_planned_once_and_takes_its_hours),
        CASE(every_accepted_line_takes_its_hours_and_a_trip_only_once),
        CASE(what_others_planned_takes_no_free_hours),
        CASE(an_accepted_line_is_labelled_as_what_it_tells),
        CASE(the_digest_is_marked_and_escaped),
        CASE(the_policy_of_the_instance_is_used),
        CASE(a_policy_that_is_wrong_keeps_the_instance_shut),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("ops nurture", tests, NULL, NULL);
}

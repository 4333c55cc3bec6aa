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

/* ---- portfolio and today ---- */

static void portfolio_and_today_say_what_fading_says(void **state)
{
    struct place *p = *state;
    for (int i = 1; i <= 4; i++)
        engage(p, p->home, p->alpha, desk_text(&p->desk, "2025-09-%02d", i), "held");
    struct asked fading = ask(p, "fading", "{\"floor\":\"0.6\"}");
    struct asked portfolio =
        ask(p, "portfolio", "{\"floor\":\"0.6\",\"sort\":\"fading_on\",\"limit\":\"100\"}");
    static const char *const members[] = { "falls", "earned_falls", "contact",
                                           "began", "delivered",    "trust" };
    const struct json *told = list(fading.json, "items"), *rows = list(portfolio.json, "items");
    assert_int_equal(told->count, rows->count);
    assert_int_equal(told->count, 4);
    for (uint32_t i = 0; i < rows->count; i++) {
        const char *partner = arena_cstr(p->desk.arena, json_get_text(&rows->items[i], "partner"));
        const struct json *same = of_partner(told, partner);
        for (size_t m = 0; m < sizeof members / sizeof *members; m++) {
            struct buf x cleanup_buf, y cleanup_buf;
            struct json_writer to_x, to_y;
            buf_init(&x, 1 << 16);
            buf_init(&y, 1 << 16);
            jw_init(&to_x, &x);
            jw_init(&to_y, &y);
            jw_json(&to_x, json_get(&rows->items[i], members[m]));
            jw_json(&to_y, json_get(same, members[m]));
            assert_true(slice_eq(buf_slice(&x), buf_slice(&y)));
        }
    }
    const struct json *alpha = of_partner(rows, p->alpha);
    assert_true(slice_is(json_get_text(json_get(alpha, "began"), "side"), "ours"));
    /* what calls for attention: today and the filter say the same */
    struct asked calls = ask(p, "portfolio", "{\"attention\":\"any\",\"sort\":\"fading_on\"}");
    struct asked today = ask(p, "today", NULL);
    assert_int_equal(json_get_int(today.json, "fading_count", -1), desk_count(calls));
    assert_non_null(of_partner(list(today.json, "fading"), p->alpha)); /* 138 days, at most 60 */
    struct asked overdue = ask(p, "portfolio", "{\"attention\":\"overdue\"}");
    assert_non_null(of_partner(list(overdue.json, "items"), p->alpha));
    assert_null(of_partner(list(overdue.json, "items"), p->bravo));
    struct asked sided = ask(p, "portfolio", "{\"attention\":\"one_sided\"}");
    assert_int_equal(desk_count(sided), 1);
    assert_non_null(of_partner(list(sided.json, "items"), p->alpha));
    assert_int_equal(desk_ask(&p->desk, "portfolio", "{\"attention\":\"odd\"}", NULL, plain).code,
                     EN_INVALID);
}

static void a_gathering_is_contact_only_for_what_it_names(void **state)
{
    struct place *p = *state;
    struct desk *d = &p->desk;
    const char *crowd = desk_text(d, "{\"actor\":\"%s\"},{\"actor\":\"%s\"}", p->home, p->alpha);
    for (int i = 0; i < 11; i++)
        crowd = desk_text(d, "%s,{\"actor\":\"%s\"}", crowd,
                          actor(d, desk_text(d, "Guest %d", i), "CAN"));
    make(d, "engagement",
         desk_text(d,
                   "{\"title\":\"Fair\",\"when\":\"2026-05-20\",\"mode\":\"conference\","
                   "\"status\":\"held\",\"relationships\":[\"%s\"],\"participants\":[%s]}",
                   p->to_delta, crowd));
    const struct json *items = list(ask(p, "portfolio", NULL).json, "items");
    const struct json *alpha = of_partner(items, p->alpha), *delta = of_partner(items, p->delta);
    assert_int_equal(json_get_int(json_get(alpha, "contact"), "days_since", -1), 138);
    assert_int_equal(json_get_int(alpha, "days_since_contact", -1), 138);
    assert_int_equal(json_get_int(json_get(delta, "contact"), "days_since", -1), 8);
    assert_int_equal(json_get_int(delta, "days_since_contact", -1), 8);
    assert_true(slice_is(json_get_text(delta, "contact_state"), "fresh"));
}

/* ---- watching ---- */

struct looked {
    struct attention_change *changes;
    size_t count;
};

static struct looked look(struct place *p, const struct viewer *v, int64_t day,
                          struct watch **watch)
{
    struct error err = { 0 };
    struct looked l = { 0 };
    assert_int_equal(node_watch(p->desk.node, v, p->desk.arena, DESK_NOW, day, &err, watch,
                                &l.changes, &l.count),
                     0);
    return l;
}

static const struct attention_change *change_of(struct looked l, const char *relationship)
{
    for (size_t i = 0; i < l.count; i++)
        if (strcmp(l.changes[i].relationship, relationship) == 0)
            return &l.changes[i];
    return NULL;
}

#define TODAY (DESK_NOW / 86400000)

static void attention_changes_as_days_pass_and_as_evidence_comes(void **state)
{
    struct place *p = *state;
    const struct viewer *v = node_operator(p->desk.node);
    struct watch *watch = NULL;
    assert_int_equal(look(p, v, TODAY, &watch).count, 0); /* the first look compares with nothing */
    assert_int_equal(look(p, v, TODAY, &watch).count, 0);
    struct looked later = look(p, v, TODAY + 200, &watch); /* Bravo: at most 90 days */
    const struct attention_change *bravo = change_of(later, p->to_bravo);
    assert_non_null(bravo);
    assert_string_equal(bravo->contact, "fading");
    assert_null(change_of(later, p->to_alpha)); /* was fading, and is */
    struct looked back = look(p, v, TODAY, &watch);
    assert_string_equal(change_of(back, p->to_bravo)->contact, "fresh");
    engage(p, p->alpha, p->home, "2026-05-28", "held");
    struct looked met = look(p, v, TODAY, &watch);
    assert_string_equal(change_of(met, p->to_alpha)->contact, "fresh");
    assert_int_equal(met.count, 1);
    watch_free(watch);
}

static void hidden_evidence_changes_no_state(void **state)
{
    struct place *p = *state;
    struct desk *d = &p->desk;
    const struct viewer *low = desk_viewer(d, ROLE_READER, "{\"class\":\"UNCLASSIFIED\"}");
    const struct viewer *all = node_operator(d->node);
    struct watch *of_low = NULL, *of_all = NULL;
    look(p, low, TODAY, &of_low);
    look(p, all, TODAY, &of_all);
    make(d, "engagement",
         desk_text(d,
                   "{\"title\":\"Talks\",\"when\":\"2026-05-28\",\"mode\":\"call\","
                   "\"status\":\"held\",\"label\":{\"class\":\"SECRET\"},"
                   "\"participants\":[{\"actor\":\"%s\"},{\"actor\":\"%s\"}]}",
                   p->home, p->alpha));
    assert_int_equal(look(p, low, TODAY, &of_low).count, 0);
    assert_non_null(change_of(look(p, all, TODAY, &of_all), p->to_alpha));
    watch_free(of_low);
    watch_free(of_all);
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

static const char *post(struct place *p, const char *person, const char *name)
{
    struct desk *d = &p->desk;
    const char *position =
        make(d, "actor",
             desk_text(d, "{\"nature\":\"position\",\"name_en\":\"%s\",\"parent\":\"%s\"}", name,
                       p->home));
    make(d, "posting",
         desk_text(d, "{\"person\":\"%s\",\"position\":\"%s\",\"from\":\"2026-01-01\"}", person,
                   position));
    return position;
}

/* Delta by Avery's post, Bravo by who was at the last contact, Alpha by Blake as steward. */
static void persons_with_their_own_hours_plan_what_they_serve(void **state)
{
    struct place *p = *state;
    struct desk *d = &p->desk;
    const char *avery = make(d, "actor", "{\"nature\":\"person\",\"name_en\":\"Avery\"}");
    const char *blake = make(d, "actor",
                             "{\"nature\":\"person\",\"name_en\":\"Blake\","
                             "\"external_ids\":[\"staff:blake\"]}");
    const char *desk = post(p, avery, "Desk");
    desk_must(d, "relationship.change", desk_text(d, "{\"id\":\"%s\"}", p->to_delta),
              desk_text(d, "{\"steward\":\"%s\"}", desk), plain);
    desk_must(d, "relationship.change", desk_text(d, "{\"id\":\"%s\"}", p->to_alpha),
              desk_text(d, "{\"steward\":\"%s\"}", blake), plain);
    make(d, "engagement",
         desk_text(d,
                   "{\"title\":\"Talks\",\"when\":\"2026-05-21\",\"mode\":\"call\","
                   "\"status\":\"held\",\"participants\":[{\"actor\":\"%s\"},{\"actor\":\"%s\"},"
                   "{\"actor\":\"%s\",\"position\":\"%s\"}]}",
                   p->home, p->bravo, avery, desk));
    struct asked a =
        ask(p, "plan",
            desk_text(d, "{\"weeks\":\"3\",\"budgets\":\"%s=12/8/0, staff:blake=2\"}", avery));
    const struct json *persons = list(a.json, "persons"), *unserved = list(a.json, "unserved");
    assert_int_equal(persons->count, 2);
    assert_int_equal(json_get_int(&persons->items[0], "relationships", -1), 2);
    assert_int_equal(json_get_int(&persons->items[1], "relationships", -1), 1);
    assert_int_equal(unserved->count, 1);
    assert_true(slice_is(json_get_text(&unserved->items[0], "partner"), p->charlie));
    static const double hours[] = { 14, 10, 2 };
    for (uint32_t w = 0; w < 3; w++) {
        const struct json *lines = list(week(a, w), "lines");
        double used[2] = { 0 };
        assert_true(fabs(number(week(a, w), "hours") - hours[w]) < 1e-9);
        for (uint32_t i = 0; i < lines->count; i++) {
            bool blakes = slice_is(json_get_text(&lines->items[i], "person"), blake);
            bool alpha = slice_is(json_get_text(&lines->items[i], "partner"), p->alpha);
            assert_true(blakes == alpha);
            used[blakes] += number(&lines->items[i], "hours");
        }
        assert_true(used[1] <= 2 + 1e-9 && used[0] <= hours[w] - 2 + 1e-9);
    }
    assert_non_null(line_of(a, 0, p->alpha));
    assert_true(number(json_get(a.json, "compare"), "plan") >
                number(json_get(a.json, "compare"), "nothing"));
    /* one person alone: the very lines of the person's own plan */
    struct asked own =
        ask(p, "plan", desk_text(d, "{\"weeks\":\"1\",\"hours\":\"12\",\"person\":\"%s\"}", avery));
    const struct json *mine = list(week(own, 0), "lines");
    assert_true(mine->count > 0);
    for (uint32_t i = 0; i < mine->count; i++) {
        const char *partner = arena_cstr(d->arena, json_get_text(&mine->items[i], "partner"));
        const struct json *same = line_of(a, 0, partner);
        assert_non_null(same);
        assert_true(fabs(number(same, "index") - number(&mine->items[i], "index")) < 1e-9);
    }
}

static void budgets_that_say_nothing_are_refused(void **state)
{
    struct place *p = *state;
    struct desk *d = &p->desk;
    const char *avery = make(d, "actor", "{\"nature\":\"person\",\"name_en\":\"Avery\"}");
    const struct {
        const char *budgets;
        enum reason reason;
    } cases[] = {
        { "nobody=3", REASON_REFERENCE },
        { desk_text(d, "%s=", avery), REASON_RANGE },
        { desk_text(d, "%s=200", avery), REASON_RANGE },
        { desk_text(d, "%s=4/x", avery), REASON_RANGE },
        { desk_text(d, "%s=4,%s=2", avery, avery), REASON_DUPLICATE },
        { desk_text(d, "%s=1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1/1", avery),
          REASON_TOO_MANY },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct asked a = desk_ask(d, "plan", desk_text(d, "{\"budgets\":\"%s\"}", cases[i].budgets),
                                  NULL, plain);
        assert_int_equal(a.code, EN_INVALID);
        assert_string_equal(a.err.fields[0].pointer, "budgets");
        assert_int_equal(a.err.fields[0].reason, cases[i].reason);
    }
    /* whom one may not read is as absent */
    const char *hidden = desk_actor(d, "Hidden", "{\"class\":\"SECRET\"}");
    struct with low = { .viewer = desk_viewer(d, ROLE_READER, "{\"class\":\"UNCLASSIFIED\"}") };
    struct asked a = desk_ask(d, "plan", desk_text(d, "{\"budgets\":\"%s=3\"}", hidden), NULL, low);
    assert_int_equal(a.code, EN_INVALID);
    assert_int_equal(a.err.fields[0].reason, REASON_REFERENCE);
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
        CASE(portfolio_and_today_say_what_fading_says),
        CASE(a_gathering_is_contact_only_for_what_it_names),
        CASE(attention_changes_as_days_pass_and_as_evidence_comes),
        CASE(hidden_evidence_changes_no_state),
        CASE(a_plan_keeps_the_hours_and_says_why),
        CASE(what_must_be_done_without_hours_is_told),
        CASE(blacked_out_days_take_their_hours),
        CASE(a_steward_sees_only_what_they_look_after),
        CASE(persons_with_their_own_hours_plan_what_they_serve),
        CASE(budgets_that_say_nothing_are_refused),
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

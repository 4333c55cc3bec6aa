/*
 * From a need to options, through the operation table, on a small world made by hand: who is
 * chosen, who is left out and why, what would close a gap, what becomes of it when a partner drops
 * out, and the requests that come of it.
 */
#include "desk.h"

#include <math.h>

static const struct with plain = { 0 };

struct place {
    struct desk desk;
    const char *home, *unit, *alpha, *bravo, *charlie, *delta;
    const char *airlift, *heavy, *water, *medics;
};

static const char *make(struct desk *d, const char *kind, const char *body)
{
    return desk_id(d, desk_must(d, desk_text(d, "%s.create", kind), NULL, body, plain));
}

static const char *actor(struct desk *d, const char *name, const char *country, const char *parent)
{
    return make(
        d, "actor",
        desk_text(d, "{\"nature\":\"organisation\",\"name_en\":\"%s\",\"country\":\"%s\"%s%s%s}",
                  name, country, parent ? ",\"parent\":\"" : "", parent ? parent : "",
                  parent ? "\"" : ""));
}

static const char *concept(struct desk *d, const char *vocabulary, const char *label,
                           const char *more)
{
    return make(d, "concept",
                desk_text(d, "{\"vocabulary\":\"%s\",\"pref\":\"%s\",\"capability\":true%s}",
                          vocabulary, label, more));
}

static const char *offer(struct place *p, const char *who, const char *capability, const char *more)
{
    return make(
        &p->desk, "offer",
        desk_text(&p->desk, "{\"actor\":\"%s\",\"capability\":\"%s\"%s}", who, capability, more));
}

static const char *need(struct place *p, const char *lines, const char *more)
{
    return make(&p->desk, "need",
                desk_text(&p->desk,
                          "{\"title\":\"Fire season\",\"state\":\"open\",\"requirements\":[%s]%s}",
                          lines, more));
}

static const char *line(struct place *p, const char *capability, const char *more)
{
    return desk_text(&p->desk, "{\"capability\":\"%s\"%s}", capability, more);
}

/* An arrangement in force between home and another, which covers these capabilities. */
static const char *arrange(struct place *p, const char *with, const char *covers)
{
    return make(&p->desk, "agreement",
                desk_text(&p->desk,
                          "{\"title\":\"Arrangement\",\"instrument\":\"arrangement\","
                          "\"in_force\":\"2024-01-01\",\"parties\":[{\"party\":\"%s\"},"
                          "{\"party\":\"%s\"}],\"covers\":[%s]}",
                          p->home, with, covers));
}

/* So many promises kept to home, and broken. */
static void promises(struct place *p, const char *who, int kept, int broken)
{
    for (int i = 0; i < kept + broken; i++)
        make(&p->desk, "commitment",
             desk_text(&p->desk,
                       "{\"from\":\"%s\",\"to\":\"%s\",\"text\":\"t\",\"stakes\":\"significant\","
                       "\"state\":\"%s\",\"decided_on\":\"2026-0%d-01\"}",
                       who, p->home, i < kept ? "kept" : "broken", i % 4 + 1));
}

static void set_home(struct desk *d, const char *id)
{
    struct error err = { 0 };
    struct write_context w = { .node = d->node, .now_ms = DESK_NOW };
    assert_int_equal(
        node_snapshot(d->node, node_operator(d->node), d->arena, DESK_NOW, &err, &w.snapshot), 0);
    assert_int_equal(settings_put(&w, S("home"), slice_of(id), &err), 0);
}

static int setup(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    struct desk *d = &p->desk;
    desk_open(d);
    p->home = actor(d, "Home command", "CAN", NULL);
    p->unit = actor(d, "Own squadron", "CAN", p->home);
    p->alpha = actor(d, "Alpha", "USA", NULL);
    p->bravo = actor(d, "Bravo", "DEU", NULL);
    p->charlie = actor(d, "Charlie", "FRA", NULL);
    p->delta = actor(d, "Delta", "CAN", NULL);
    set_home(d, p->home);
    const char *v = make(d, "vocabulary", "{\"title\":\"Capabilities\"}");
    p->airlift = concept(d, v, "Airlift", "");
    p->heavy = concept(d, v, "Heavy airlift", desk_text(d, ",\"broader\":[\"%s\"]", p->airlift));
    p->water = concept(d, v, "Water bombing", "");
    p->medics = concept(d, v, "Medical team", "");
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

static struct asked ask(struct place *p, const char *operation, const char *id, const char *more)
{
    return desk_must(&p->desk, operation, desk_text(&p->desk, "{\"id\":\"%s\"%s}", id, more), NULL,
                     plain);
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

/* The option that has just these members, or NULL. */
static const struct json *option_of(struct asked a, const char *const *members, uint32_t count)
{
    const struct json *all = list(a.json, "options");
    for (uint32_t i = 0; i < all->count; i++) {
        const struct json *in = list(&all->items[i], "members");
        uint32_t found = 0;
        for (uint32_t j = 0; j < in->count; j++)
            for (uint32_t k = 0; k < count; k++)
                found += slice_is(json_get_text(&in->items[j], "actor"), members[k]);
        if (in->count == count && found == count)
            return &all->items[i];
    }
    return NULL;
}

static bool has_word(const struct json *words, const char *word)
{
    for (uint32_t i = 0; i < words->count; i++)
        if (slice_is(words->items[i].text, word))
            return true;
    return false;
}

/* The reasons why this offer was left out. */
static const struct json *reasons(struct asked a, const char *offer)
{
    const struct json *all = list(a.json, "excluded");
    for (uint32_t i = 0; i < all->count; i++)
        if (slice_is(json_get_text(&all->items[i], "offer"), offer))
            return list(&all->items[i], "reasons");
    return NULL;
}

static void assert_only_reason(struct asked a, const char *offer, const char *word)
{
    const struct json *why = reasons(a, offer);
    assert_non_null(why);
    if (why->count != 1 || !slice_is(why->items[0].text, word))
        fail_msg("not left out for %s alone: " SLICE_FMT, word, SLICE_ARG(a.text));
}

/* ---- the front ---- */

static void an_option_covers_every_line_by_somebody_who_may(void **state)
{
    struct place *p = *state;
    arrange(p, p->alpha, desk_text(&p->desk, "\"%s\"", p->airlift));
    offer(p, p->alpha, p->heavy, "");
    offer(p, p->unit, p->water, "");
    const char *stranger = offer(p, p->bravo, p->airlift, "");
    const char *id =
        need(p, desk_text(&p->desk, "%s,%s", line(p, p->airlift, ""), line(p, p->water, "")), "");
    struct asked a = ask(p, "need.options", id, "");
    const char *both[] = { p->alpha, p->unit };
    assert_int_equal(list(a.json, "options")->count, 1);
    const struct json *x = option_of(a, both, 2);
    assert_non_null(x);
    assert_true(slice_is(json_get_text(a.json, "state"), "exact"));
    assert_false(json_get_bool(a.json, "infeasible", true));
    assert_only_reason(a, stranger, "agreement");
    /* 0.98 is the policy's figure for what is our own; ours weighs 5, the partner's offer 10 */
    const struct json *members = list(x, "members");
    double product = 1;
    for (uint32_t i = 0; i < 2; i++) {
        bool own = json_get_bool(&members->items[i], "own", false);
        assert_int_equal(own, slice_is(json_get_text(&members->items[i], "actor"), p->unit));
        product *= number(&members->items[i], "forecast");
        if (own)
            assert_true(number(&members->items[i], "forecast") == 0.98);
    }
    assert_true(fabs(number(x, "probability") - product) < 2e-6);
    assert_true(number(x, "burden") == 15);
    assert_int_equal(json_get_int(x, "partners", 0), 2);
    assert_true(number(x, "low") <= number(x, "probability"));
    assert_true(number(x, "high") >= number(x, "probability"));
}

static void a_surer_partner_and_a_lighter_one_are_both_shown_and_a_worse_one_is_not(void **state)
{
    struct place *p = *state;
    const char *covers = desk_text(&p->desk, "\"%s\"", p->airlift);
    arrange(p, p->alpha, covers);
    arrange(p, p->bravo, covers);
    arrange(p, p->charlie, covers);
    promises(p, p->alpha, 6, 0);
    promises(p, p->bravo, 2, 3);
    promises(p, p->charlie, 1, 4);
    offer(p, p->alpha, p->airlift, ",\"burden\":30");
    offer(p, p->bravo, p->airlift, ",\"burden\":10");
    offer(p, p->charlie, p->airlift, ",\"burden\":10");
    struct asked a = ask(p, "need.options", need(p, line(p, p->airlift, ""), ""), "");
    const char *sure[] = { p->alpha }, *light[] = { p->bravo };
    assert_int_equal(list(a.json, "options")->count, 2);
    const struct json *x = option_of(a, sure, 1), *y = option_of(a, light, 1);
    assert_non_null(x);
    assert_non_null(y);
    assert_true(number(x, "probability") > number(y, "probability"));
    assert_true(number(x, "burden") > number(y, "burden"));
    /* each is backed up by the other */
    const struct json *backup = &list(y, "with_backups")->items[0];
    assert_true(slice_is(list(backup, "members")->items[0].text, p->alpha));
    double miss = (1 - number(x, "probability")) * (1 - number(y, "probability"));
    assert_true(fabs(number(backup, "probability") - (1 - miss)) < 3e-6);
    assert_true(number(backup, "burden") == 40);
}

static void quantities_of_several_partners_add_up(void **state)
{
    struct place *p = *state;
    const char *covers = desk_text(&p->desk, "\"%s\"", p->water);
    arrange(p, p->alpha, covers);
    arrange(p, p->bravo, covers);
    arrange(p, p->charlie, covers);
    offer(p, p->alpha, p->water, ",\"quantity\":4,\"unit\":\"aircraft\"");
    offer(p, p->bravo, p->water, ",\"quantity\":2.5,\"unit\":\"aircraft\"");
    offer(p, p->charlie, p->water, ",\"quantity\":1,\"unit\":\"aircraft\"");
    const char *more = ",\"quantity\":6.5,\"unit\":\"aircraft\"";
    struct asked a = ask(p, "need.options", need(p, line(p, p->water, more), ""), "");
    const char *two[] = { p->alpha, p->bravo };
    assert_int_equal(list(a.json, "options")->count, 1);
    assert_non_null(option_of(a, two, 2));
    a = ask(p, "need.options",
            need(p, line(p, p->water, ",\"quantity\":7.6,\"unit\":\"aircraft\""), ""), "");
    assert_true(json_get_bool(a.json, "infeasible", false));
    const struct json *gaps = json_get(a.json, "gaps");
    const struct json *missing = &list(gaps, "missing")->items[0];
    assert_true(number(missing, "best_quantity") == 7.5);
}

static void redundancy_asks_for_so_many_partners_and_makes_it_surer(void **state)
{
    struct place *p = *state;
    const char *covers = desk_text(&p->desk, "\"%s\"", p->medics);
    arrange(p, p->alpha, covers);
    arrange(p, p->bravo, covers);
    offer(p, p->alpha, p->medics, ",\"quantity\":3");
    offer(p, p->bravo, p->medics, "");
    struct asked a =
        ask(p, "need.options", need(p, line(p, p->medics, ",\"redundancy\":2"), ""), "");
    const char *two[] = { p->alpha, p->bravo };
    assert_int_equal(list(a.json, "options")->count, 1);
    const struct json *x = option_of(a, two, 2);
    assert_non_null(x);
    const struct json *m = list(x, "members");
    double one = number(&m->items[0], "forecast"), other = number(&m->items[1], "forecast");
    assert_true(fabs(number(x, "probability") - (1 - (1 - one) * (1 - other))) < 3e-6);
    assert_true(fabs(number(x, "all_deliver") - one * other) < 3e-6);
}

static void one_offer_serves_one_line_unless_it_may_be_shared(void **state)
{
    struct place *p = *state;
    const char *id =
        need(p, desk_text(&p->desk, "%s,%s", line(p, p->airlift, ""), line(p, p->heavy, "")), "");
    offer(p, p->unit, p->heavy, "");
    struct asked a = ask(p, "need.options", id, "");
    assert_true(json_get_bool(a.json, "infeasible", false));
    offer(p, p->home, p->heavy, ",\"shareable\":true");
    a = ask(p, "need.options", id, "");
    const char *home[] = { p->home };
    assert_non_null(option_of(a, home, 1));
}

static void offers_of_one_asset_exclude_each_other(void **state)
{
    struct place *p = *state;
    const char *id =
        need(p, desk_text(&p->desk, "%s,%s", line(p, p->airlift, ""), line(p, p->water, "")), "");
    offer(p, p->unit, p->airlift, ",\"asset\":\"tail-1\"");
    offer(p, p->unit, p->water, ",\"asset\":\"tail-1\"");
    struct asked a = ask(p, "need.options", id, "");
    assert_true(json_get_bool(a.json, "infeasible", false));
    const struct json *missing = list(json_get(a.json, "gaps"), "missing");
    assert_int_equal(missing->count, 2); /* each alone is there: the two together are the gap */
    offer(p, p->unit, p->water, ",\"asset\":\"tail-2\"");
    a = ask(p, "need.options", id, "");
    assert_false(json_get_bool(a.json, "infeasible", true));
}

static void a_complement_is_brought_by_whoever_has_it(void **state)
{
    struct place *p = *state;
    const char *more = desk_text(&p->desk, ",\"stand_alone\":false,\"needs\":[\"%s\"]", p->airlift);
    const char *id = need(p, line(p, p->medics, ""), "");
    arrange(p, p->alpha, desk_text(&p->desk, "\"%s\"", p->airlift));
    offer(p, p->unit, p->medics, more);
    struct asked a = ask(p, "need.options", id, "");
    assert_true(json_get_bool(a.json, "infeasible", false));
    offer(p, p->alpha, p->heavy, "");
    a = ask(p, "need.options", id, "");
    const char *both[] = { p->alpha, p->unit };
    const struct json *x = option_of(a, both, 2);
    assert_non_null(x);
    /* no medics without the flight */
    const struct json *m = list(x, "members");
    double product = number(&m->items[0], "forecast") * number(&m->items[1], "forecast");
    assert_true(fabs(number(x, "probability") - product) < 2e-6);
}

/* ---- who is left out ---- */

static void each_rule_leaves_out_with_its_own_reason(void **state)
{
    struct place *p = *state;
    static const struct {
        const char *offer, *reason;
    } rows[] = {
        { ",\"type\":3", "type" },
        { "", "type" },
        { ",\"type\":2,\"unit\":\"tonnes\"", "unit" },
        { ",\"type\":1,\"notice\":\"P10D\",\"travel\":\"P2D\"", "notice" },
        { ",\"type\":1,\"windows\":[{\"from\":\"2026-06-01\",\"until\":\"2026-06-12\"}]",
          "window" },
        { ",\"type\":1,\"from\":\"2026-06-11\"", "window" },
        { ",\"type\":1,\"sustain\":\"P4D\"", "sustain" },
        { ",\"type\":1,\"regions\":[\"150\"]", "region" },
        { ",\"type\":1,\"last_resort\":true", "last_resort" },
    };
    enum { ROWS = sizeof rows / sizeof *rows };
    const char *ids[ROWS];
    for (size_t i = 0; i < ROWS; i++)
        ids[i] = offer(p, p->unit, p->airlift,
                       desk_text(&p->desk, "%s%s", rows[i].offer,
                                 strstr(rows[i].offer, "unit") ? "" : ",\"unit\":\"aircraft\""));
    offer(p, p->unit, p->airlift, ",\"type\":2,\"unit\":\"aircraft\",\"regions\":[\"CAN\"]");
    const char *id = need(p,
                          line(p, p->airlift,
                               ",\"type\":2,\"unit\":\"aircraft\",\"required_by\":\"2026-06-08\","
                               "\"duration\":\"P5D\""),
                          ",\"region\":\"CA-AB\",\"from\":\"2026-06-10\"");
    struct asked a = ask(p, "need.options", id, "");
    assert_int_equal(list(a.json, "options")->count, 1);
    for (size_t i = 0; i < ROWS; i++)
        assert_only_reason(a, ids[i], rows[i].reason);
}

static void what_must_be_told_may_only_be_told_to_some(void **state)
{
    struct place *p = *state;
    const char *covers = desk_text(&p->desk, "\"%s\"", p->airlift);
    const char *others[] = { p->alpha, p->bravo, p->delta };
    const char *offers[3];
    for (int i = 0; i < 3; i++) {
        arrange(p, others[i], covers);
        offers[i] = offer(p, others[i], p->airlift, "");
    }
    const char *id = need(p, line(p, p->airlift, ""),
                          ",\"disclosure\":{\"class\":\"UNCLASSIFIED\",\"permissive\":"
                          "{\"Releasable To\":[[\"FVEY\"]]},\"tlp\":\"CLEAR\"}");
    struct asked a = ask(p, "need.options", id, "");
    assert_only_reason(a, offers[1], "label"); /* Germany is no member of the group */
    assert_null(reasons(a, offers[0]));
    id = need(p, line(p, p->airlift, ""),
              ",\"disclosure\":{\"class\":\"SECRET\",\"permissive\":{},\"tlp\":\"CLEAR\"}");
    a = ask(p, "need.options", id, "");
    assert_true(json_get_bool(a.json, "infeasible", false));
    for (int i = 0; i < 3; i++)
        assert_only_reason(a, offers[i], "sharing");
    make(&p->desk, "agreement",
         desk_text(&p->desk,
                   "{\"title\":\"Sharing\",\"instrument\":\"information_sharing\",\"in_force\":"
                   "\"2024\",\"parties\":[{\"party\":\"%s\"},{\"party\":\"%s\"}]}",
                   p->home, p->bravo));
    a = ask(p, "need.options", id, "");
    assert_null(reasons(a, offers[1]));
    assert_only_reason(a, offers[0], "sharing");
}

static void a_close_mapping_makes_a_candidate_and_an_exact_one_covers(void **state)
{
    struct place *p = *state;
    struct desk *d = &p->desk;
    const char *v = make(d, "vocabulary", "{\"title\":\"Theirs\"}");
    const char *theirs = concept(d, v, "Transport aérien", "");
    const char *again = concept(d, v, "Lufttransport", "");
    const char *x = offer(p, p->unit, again, "");
    const char *id = need(p, line(p, p->airlift, ""), "");
    const char *mapping = make(
        d, "mapping",
        desk_text(d, "{\"from\":\"%s\",\"to\":\"%s\",\"relation\":\"close\"}", p->airlift, theirs));
    make(d, "mapping",
         desk_text(d, "{\"from\":\"%s\",\"to\":\"%s\",\"relation\":\"exact\"}", again, theirs));
    struct asked a = ask(p, "need.options", id, "");
    assert_true(json_get_bool(a.json, "infeasible", false));
    const struct json *candidate = &list(a.json, "candidates")->items[0];
    assert_true(slice_is(json_get_text(candidate, "offer"), x));
    assert_true(slice_is(json_get_text(candidate, "mapping"), mapping));
    const struct json *repair = &list(json_get(a.json, "gaps"), "repairs")->items[0];
    assert_int_equal(json_get_int(repair, "price", 0), 1);
    const struct json *action = &list(repair, "actions")->items[0];
    assert_true(slice_is(json_get_text(action, "action"), "confirm_mapping"));
    assert_true(slice_is(json_get_text(json_get(action, "link"), "id"), mapping));
    desk_must(d, "mapping.change", desk_text(d, "{\"id\":\"%s\"}", mapping),
              "{\"relation\":\"exact\"}", plain);
    a = ask(p, "need.options", id, "");
    const char *unit[] = { p->unit };
    assert_non_null(option_of(a, unit, 1));
}

static void the_last_resort_is_called_when_nothing_else_covers(void **state)
{
    struct place *p = *state;
    const char *id = need(p, line(p, p->airlift, ""), "");
    offer(p, p->unit, p->airlift, ",\"last_resort\":true");
    struct asked a = ask(p, "need.options", id, "");
    const char *unit[] = { p->unit };
    const struct json *x = option_of(a, unit, 1);
    assert_non_null(x);
    assert_true(json_get_bool(&list(x, "members")->items[0], "last_resort", false));
    offer(p, p->home, p->airlift, "");
    a = ask(p, "need.options", id, "");
    assert_int_equal(list(a.json, "options")->count, 1);
    assert_null(option_of(a, unit, 1));
}

static void without_a_partner_is_as_if_it_were_not_there(void **state)
{
    struct place *p = *state;
    offer(p, p->unit, p->airlift, "");
    offer(p, p->home, p->airlift, ",\"burden\":90");
    const char *id = need(p, line(p, p->airlift, ""), "");
    struct asked a =
        ask(p, "need.options", id, desk_text(&p->desk, ",\"without\":\"%s\"", p->unit));
    const char *home[] = { p->home };
    assert_int_equal(list(a.json, "options")->count, 1);
    assert_non_null(option_of(a, home, 1));
}

/* ---- gaps ---- */

static const struct json *action_of(const struct json *repair, const char *word)
{
    const struct json *all = list(repair, "actions");
    for (uint32_t i = 0; i < all->count; i++)
        if (slice_is(json_get_text(&all->items[i], "action"), word))
            return &all->items[i];
    return NULL;
}

static void the_cheapest_step_that_closes_a_gap_comes_first(void **state)
{
    struct place *p = *state;
    offer(p, p->alpha, p->airlift, ""); /* no agreement: 5 */
    arrange(p, p->bravo, desk_text(&p->desk, "\"%s\"", p->airlift));
    offer(p, p->bravo, p->airlift, ",\"type\":3"); /* one type short: 3 */
    offer(p, p->delta, p->airlift, ",\"type\":4"); /* two types short: nothing to be done */
    const char *id = need(p, line(p, p->airlift, ",\"type\":2"), "");
    struct asked a = ask(p, "need.gaps", id, "");
    assert_false(json_get_bool(a.json, "feasible", true));
    const struct json *first = &list(a.json, "repairs")->items[0];
    assert_int_equal(json_get_int(first, "price", 0), 3);
    const struct json *raise = action_of(first, "raise_type");
    assert_non_null(raise);
    assert_true(slice_is(json_get_text(json_get(raise, "link"), "kind"), "offer"));
    assert_int_equal(json_get_int(json_get(json_get(raise, "link"), "preset"), "type", 0), 2);
    const struct json *missing = &list(a.json, "missing")->items[0];
    assert_int_equal(json_get_int(missing, "requirement", -1), 0);
    assert_true(number(missing, "best_quantity") == 0);
    assert_int_equal(json_get_int(json_get(missing, "reasons"), "type", 0), 3);
    assert_int_equal(json_get_int(json_get(missing, "reasons"), "agreement", 0), 2);
}

static void an_agreement_signed_once_serves_all_that_the_partner_brings(void **state)
{
    struct place *p = *state;
    offer(p, p->alpha, p->airlift, "");
    offer(p, p->alpha, p->water, "");
    const char *id =
        need(p, desk_text(&p->desk, "%s,%s", line(p, p->airlift, ""), line(p, p->water, "")), "");
    struct asked a = ask(p, "need.gaps", id, "");
    const struct json *first = &list(a.json, "repairs")->items[0];
    assert_int_equal(json_get_int(first, "price", 0), 5);
    assert_int_equal(list(first, "actions")->count, 1);
    const struct json *preset =
        json_get(json_get(action_of(first, "sign_agreement"), "link"), "preset");
    assert_true(slice_is(json_get_text(&list(preset, "parties")->items[1], "party"), p->alpha));
}

static void what_nobody_offers_must_be_found(void **state)
{
    struct place *p = *state;
    offer(p, p->unit, p->airlift, "");
    const char *id =
        need(p, desk_text(&p->desk, "%s,%s", line(p, p->airlift, ""), line(p, p->medics, "")), "");
    struct asked a = ask(p, "need.gaps", id, "");
    const struct json *missing = list(a.json, "missing");
    assert_int_equal(missing->count, 1);
    assert_int_equal(json_get_int(&missing->items[0], "requirement", -1), 1);
    const struct json *first = &list(a.json, "repairs")->items[0];
    assert_int_equal(json_get_int(first, "price", 0), 8);
    const struct json *find = action_of(first, "find_capability");
    assert_true(slice_is(json_get_text(find, "capability"), p->medics));
    assert_true(slice_is(json_get_text(json_get(json_get(find, "link"), "preset"), "capability"),
                         p->medics));
}

static void trust_too_low_is_a_gap_that_can_be_closed(void **state)
{
    struct place *p = *state;
    arrange(p, p->alpha, desk_text(&p->desk, "\"%s\"", p->airlift));
    promises(p, p->alpha, 0, 30);
    const char *x = offer(p, p->alpha, p->airlift, "");
    const char *id = need(p, line(p, p->airlift, ""), "");
    struct asked a = ask(p, "need.options", id, "");
    assert_only_reason(a, x, "trust");
    const struct json *first = &list(json_get(a.json, "gaps"), "repairs")->items[0];
    assert_int_equal(json_get_int(first, "price", 0), 3);
    assert_non_null(action_of(first, "earn_trust"));
}

/* ---- one option ---- */

/* Alpha and Bravo can each fly; Charlie alone has medics. */
static const char *three_partners(struct place *p)
{
    const char *covers = desk_text(&p->desk, "\"%s\",\"%s\"", p->airlift, p->medics);
    arrange(p, p->alpha, covers);
    arrange(p, p->bravo, covers);
    arrange(p, p->charlie, covers);
    promises(p, p->alpha, 6, 0);
    promises(p, p->bravo, 2, 1);
    offer(p, p->alpha, p->airlift, "");
    offer(p, p->bravo, p->airlift, ",\"burden\":20");
    offer(p, p->charlie, p->medics, "");
    return need(p, desk_text(&p->desk, "%s,%s", line(p, p->airlift, ""), line(p, p->medics, "")),
                ",\"priority\":\"T1\"");
}

static const char *first_key(struct place *p, const char *id)
{
    struct asked a = ask(p, "need.options", id, "");
    return arena_cstr(p->desk.arena, json_get_text(&list(a.json, "options")->items[0], "key"));
}

static const struct json *item_of(const struct json *items, const char *actor)
{
    for (uint32_t i = 0; i < items->count; i++)
        if (slice_is(json_get_text(&items->items[i], "actor"), actor))
            return &items->items[i];
    fail_msg("nothing about %s", actor);
    return NULL;
}

static void dropping_out_leads_to_the_next_best_or_to_nothing(void **state)
{
    struct place *p = *state;
    const char *id = three_partners(p), *key = first_key(p, id);
    struct asked a = ask(p, "need.option", id, desk_text(&p->desk, ",\"key\":\"%s\"", key));
    const struct json *drop = list(a.json, "drop");
    const struct json *alpha = item_of(drop, p->alpha), *charlie = item_of(drop, p->charlie);
    assert_true(json_get_bool(alpha, "feasible", false));
    assert_true(number(alpha, "loss") > 0);
    assert_true(number(json_get(alpha, "next"), "burden") == 30);
    assert_false(json_get_bool(charlie, "feasible", true));
    assert_null(json_get(charlie, "next"));
    assert_true(fabs(number(charlie, "loss") - number(a.json, "probability")) < 2e-6);
    const struct json *why = item_of(list(a.json, "why"), p->alpha);
    const struct json *about = &list(why, "lines")->items[0];
    const struct json *other = &list(about, "alternatives")->items[0];
    assert_true(slice_is(json_get_text(other, "actor"), p->bravo));
    assert_true(has_word(list(other, "why_not"), "less_sure"));
    assert_true(has_word(list(other, "why_not"), "more_burden"));
    assert_true(has_word(list(about, "because"), "surest"));
}

static void who_cannot_be_replaced_is_indispensable(void **state)
{
    struct place *p = *state;
    const char *id = three_partners(p);
    struct asked a = ask(p, "need.criticality", id, "");
    const struct json *items = list(a.json, "items");
    assert_int_equal(items->count, 3);
    assert_true(json_get_bool(item_of(items, p->charlie), "indispensable", false));
    assert_false(json_get_bool(item_of(items, p->alpha), "indispensable", true));
    double charlie = number(item_of(items, p->charlie), "shapley");
    assert_true(charlie > number(item_of(items, p->alpha), "shapley"));
    assert_true(number(item_of(items, p->alpha), "shapley") >
                number(item_of(items, p->bravo), "shapley"));
}

static void stated_causes_make_partners_fail_together(void **state)
{
    struct place *p = *state;
    arrange(p, p->alpha, desk_text(&p->desk, "\"%s\"", p->airlift));
    arrange(p, p->bravo, desk_text(&p->desk, "\"%s\"", p->airlift));
    offer(p, p->alpha, p->airlift, "");
    offer(p, p->bravo, p->airlift, "");
    const char *id = need(
        p, line(p, p->airlift, ",\"redundancy\":2"),
        desk_text(&p->desk, ",\"common_causes\":[{\"actors\":[\"%s\",\"%s\"],\"probability\":0.5}]",
                  p->alpha, p->bravo));
    struct asked a = ask(p, "need.options", id, "");
    const struct json *x = &list(a.json, "options")->items[0];
    const struct json *m = list(x, "members");
    double both = (1 - number(&m->items[0], "forecast")) * (1 - number(&m->items[1], "forecast"));
    assert_true(fabs(number(x, "probability") - 0.5 * (1 - both)) < 3e-6);
    const char *key = first_key(p, id);
    a = ask(p, "need.option", id, desk_text(&p->desk, ",\"key\":\"%s\"", key));
    const struct json *causes = list(a.json, "common_causes");
    assert_int_equal(causes->count, 1);
    assert_true(slice_is(json_get_text(&causes->items[0], "reason"), "stated"));
    assert_int_equal(list(&causes->items[0], "actors")->count, 2);
}

/* ---- requests ---- */

static struct asked request(struct place *p, const char *id, const char *key, const char *body,
                            struct with with)
{
    return desk_ask(&p->desk, "need.request",
                    desk_text(&p->desk, "{\"id\":\"%s\",\"key\":\"%s\"}", id, key), body, with);
}

static void an_option_becomes_one_request_to_each_partner_and_only_once(void **state)
{
    struct place *p = *state;
    struct desk *d = &p->desk;
    const char *id = three_partners(p), *key = first_key(p, id);
    struct asked a =
        request(p, id, key, "{\"response_due\":\"2026-06-01\",\"submit\":true}", plain);
    assert_int_equal(a.code, 0);
    assert_int_equal(list(a.json, "requests")->count, 2);
    struct asked again = request(p, id, key, "{\"submit\":true}", plain);
    assert_int_equal(again.code, 0);
    assert_true(json_equal(list(a.json, "requests"), list(again.json, "requests")));
    for (uint32_t i = 0; i < 2; i++) {
        const char *request = arena_cstr(d->arena, list(a.json, "requests")->items[i].text);
        struct asked r =
            desk_must(d, "request.get", desk_text(d, "{\"id\":\"%s\"}", request), NULL, plain);
        assert_true(slice_is(json_get_text(r.json, "state"), "submitted"));
        assert_true(slice_is(json_get_text(r.json, "stakes"), "critical"));
        assert_true(slice_is(json_get_text(r.json, "from"), p->home));
        assert_true(slice_is(json_get_text(r.json, "option"), key));
        assert_true(json_get_text(r.json, "agreement").len > 0);
        assert_int_equal(list(r.json, "lines")->count, 1);
    }
    a = ask(p, "need.option", id, desk_text(d, ",\"key\":\"%s\"", key));
    assert_int_equal(list(a.json, "requests")->count, 2);
}

static void a_request_is_never_labelled_below_what_it_tells(void **state)
{
    struct place *p = *state;
    struct desk *d = &p->desk;
    arrange(p, p->alpha, desk_text(d, "\"%s\"", p->airlift));
    offer(p, p->alpha, p->airlift, ",\"label\":{\"class\":\"RESTRICTED\"}");
    const char *id = need(p, line(p, p->airlift, ""), ""), *key = first_key(p, id);
    struct asked a = request(p, id, key, "{\"label\":{\"class\":\"UNCLASSIFIED\"}}", plain);
    assert_int_equal(a.code, EN_INVALID);
    assert_string_equal(a.err.fields[0].pointer, "/label");
    a = request(p, id, key, "{}", plain);
    assert_int_equal(a.code, 0);
    struct asked r = desk_must(d, "request.get",
                               desk_text(d, "{\"id\":\"" SLICE_FMT "\"}",
                                         SLICE_ARG(list(a.json, "requests")->items[0].text)),
                               NULL, plain);
    assert_true(slice_is(json_get_text(json_get(r.json, "label"), "class"), "RESTRICTED"));
}

static void who_cannot_read_the_offer_cannot_see_or_ask_for_the_option(void **state)
{
    struct place *p = *state;
    struct desk *d = &p->desk;
    arrange(p, p->alpha, desk_text(d, "\"%s\"", p->airlift));
    offer(p, p->alpha, p->airlift, ",\"label\":{\"class\":\"SECRET\"}");
    const char *id = need(p, line(p, p->airlift, ""), ""), *key = first_key(p, id);
    struct with low = { .viewer =
                            desk_viewer(d, ROLE_CONTRIBUTOR, "{\"class\":\"UNCLASSIFIED\"}") };
    struct asked a = desk_ask(d, "need.options", desk_text(d, "{\"id\":\"%s\"}", id), NULL, low);
    assert_int_equal(a.code, 0);
    assert_int_equal(list(a.json, "options")->count, 0);
    assert_int_equal(list(a.json, "excluded")->count, 0);
    a = request(p, id, key, "{}", low);
    assert_int_equal(a.code, EN_NOT_FOUND);
}

static void the_board_shows_what_waits_and_how_partners_answered(void **state)
{
    struct place *p = *state;
    struct desk *d = &p->desk;
    const char *common = "\"nature\":\"support\",\"text\":\"help\",\"stakes\":\"routine\"";
    make(d, "request",
         desk_text(d,
                   "{\"from\":\"%s\",\"to\":\"%s\",%s,\"state\":\"submitted\",\"submitted_on\":"
                   "\"2026-05-28T00:00:00Z\",\"response_due\":\"2026-05-28T22:26:40Z\"}",
                   p->home, p->alpha, common));
    make(d, "request",
         desk_text(d,
                   "{\"from\":\"%s\",\"to\":\"%s\",%s,\"state\":\"offered\",\"submitted_on\":"
                   "\"2026-05-01T00:00:00Z\",\"answered_on\":\"2026-05-01T06:00:00Z\",\"answer\":"
                   "\"full\"}",
                   p->home, p->alpha, common));
    make(d, "request",
         desk_text(d,
                   "{\"from\":\"%s\",\"to\":\"%s\",%s,\"state\":\"offered\",\"submitted_on\":"
                   "\"2026-05-02T00:00:00Z\",\"answered_on\":\"2026-05-02T10:00:00Z\",\"answer\":"
                   "\"part\"}",
                   p->home, p->alpha, common));
    struct asked a = desk_must(d, "requests.board", "{}", NULL, plain);
    const struct json *columns = list(a.json, "columns");
    assert_int_equal(columns->count, 12);
    const struct json *waiting = list(&columns->items[1], "items");
    assert_int_equal(waiting->count, 1);
    assert_int_equal(json_get_int(&waiting->items[0], "hours_left", -1), 2);
    assert_int_equal(list(&columns->items[4], "items")->count, 2);
    const struct json *partner = item_of(list(a.json, "partners"), p->alpha);
    assert_int_equal(json_get_int(partner, "asked", 0), 3);
    assert_int_equal(json_get_int(partner, "answered_in_time", 0), 1);
    assert_int_equal(json_get_int(partner, "part", 0), 1);
    assert_int_equal(json_get_int(partner, "open", 0), 1);
    assert_true(number(partner, "median_answer_hours") == 8);
    assert_true(number(partner, "success_rate") == 0.75);
}

/* ---- what is not there ---- */

static void a_need_or_an_option_that_is_not_there_is_not_found(void **state)
{
    struct place *p = *state;
    struct desk *d = &p->desk;
    static const char *const operations[] = { "need.options", "need.gaps", "need.criticality" };
    const char *hidden = need(p, line(p, p->airlift, ""), ",\"label\":{\"class\":\"SECRET\"}");
    const char *absent = "01890000-0000-7000-8000-000000000000";
    struct with low = { .viewer = desk_viewer(d, ROLE_READER, "{\"class\":\"UNCLASSIFIED\"}") };
    for (size_t i = 0; i < 3; i++) {
        struct asked x =
            desk_ask(d, operations[i], desk_text(d, "{\"id\":\"%s\"}", hidden), NULL, low);
        struct asked y =
            desk_ask(d, operations[i], desk_text(d, "{\"id\":\"%s\"}", absent), NULL, low);
        assert_int_equal(x.code, EN_NOT_FOUND);
        assert_int_equal(y.code, EN_NOT_FOUND);
        assert_string_equal(x.err.message, y.err.message);
    }
    offer(p, p->unit, p->airlift, "");
    const char *id = need(p, line(p, p->airlift, ""), "");
    struct asked a =
        desk_ask(d, "need.option", desk_text(d, "{\"id\":\"%s\",\"key\":\"0123456789abcdef\"}", id),
                 NULL, plain);
    assert_int_equal(a.code, EN_NOT_FOUND);
    a = request(p, id, "0123456789abcdef", "{}", plain);
    assert_int_equal(a.code, EN_NOT_FOUND);
    a = desk_ask(d, "need.options", desk_text(d, "{\"id\":\"%s\",\"without\":\"%s\"}", id, absent),
                 NULL, plain);
    assert_int_equal(a.code, EN_INVALID);
}

static void the_same_records_give_the_same_bytes(void **state)
{
    struct place *p = *state;
    const char *id = three_partners(p);
    static const char *const operations[] = { "need.options", "need.gaps", "need.criticality" };
    for (size_t i = 0; i < 3; i++) {
        struct asked x = ask(p, operations[i], id, "");
        desk_reopen(&p->desk);
        struct asked y = ask(p, operations[i], id, "");
        assert_true(slice_eq(x.text, y.text));
    }
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_option_covers_every_line_by_somebody_who_may),
        CASE(a_surer_partner_and_a_lighter_one_are_both_shown_and_a_worse_one_is_not),
        CASE(quantities_of_several_partners_add_up),
        CASE(redundancy_asks_for_so_many_partners_and_makes_it_surer),
        CASE(one_offer_serves_one_line_unless_it_may_be_shared),
        CASE(offers_of_one_asset_exclude_each_other),
        CASE(a_complement_is_brought_by_whoever_has_it),
        CASE(each_rule_leaves_out_with_its_own_reason),
        CASE(what_must_be_told_may_only_be_told_to_some),
        CASE(a_close_mapping_makes_a_candidate_and_an_exact_one_covers),
        CASE(the_last_resort_is_called_when_nothing_else_covers),
        CASE(without_a_partner_is_as_if_it_were_not_there),
        CASE(the_cheapest_step_that_closes_a_gap_comes_first),
        CASE(an_agreement_signed_once_serves_all_that_the_partner_brings),
        CASE(what_nobody_offers_must_be_found),
        CASE(trust_too_low_is_a_gap_that_can_be_closed),
        CASE(dropping_out_leads_to_the_next_best_or_to_nothing),
        CASE(who_cannot_be_replaced_is_indispensable),
        CASE(stated_causes_make_partners_fail_together),
        CASE(an_option_becomes_one_request_to_each_partner_and_only_once),
        CASE(a_request_is_never_labelled_below_what_it_tells),
        CASE(who_cannot_read_the_offer_cannot_see_or_ask_for_the_option),
        CASE(the_board_shows_what_waits_and_how_partners_answered),
        CASE(a_need_or_an_option_that_is_not_there_is_not_found),
        CASE(the_same_records_give_the_same_bytes),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

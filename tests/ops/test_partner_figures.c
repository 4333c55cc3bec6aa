/*
 * Our figures are ours: what a partner states of us (that we met, what we promised, a relationship,
 * a need, a posting) is shown in lists as theirs and moves no date, count or share of ours; not
 * even through a bundle whose every record names our own actors.
 */
#include "desk.h"
#include "service/exchange_sites.h"

#define CLEARANCE "CONFIDENTIAL; Releasable To: CAN"

struct two {
    struct desk desk; /* its operations, asked of site A */
    struct site sites[2];
    struct slice home, partner, other, person, position, tie, boats; /* A's */
    struct slice meeting, promise;                                   /* B's, of A's actors */
};

static const char *fields(struct two *x, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static const char *fields(struct two *x, const char *format, ...)
{
    char text[2048];
    va_list list;
    va_start(list, format);
    int n = vsnprintf(text, sizeof text, format, list);
    va_end(list);
    assert_true(n > 0 && (size_t)n < sizeof text);
    return arena_cstr(x->desk.arena, slice_make(text, (size_t)n));
}

static struct slice meet(struct two *x, int at, const char *when, const char *status,
                         struct slice first, struct slice second)
{
    return site_state(&x->sites[at], "engagement",
                      fields(x,
                             "{\"title\":\"Talks\",\"when\":\"%s\",\"mode\":\"meeting\","
                             "\"status\":\"%s\",\"participants\":[{\"actor\":\"" SLICE_FMT "\"},"
                             "{\"actor\":\"" SLICE_FMT "\"}],\"relationships\":[\"" SLICE_FMT
                             "\"]}",
                             when, status, SLICE_ARG(first), SLICE_ARG(second), SLICE_ARG(x->tie)),
                      NULL);
}

static struct slice promise(struct two *x, int at, struct slice from, struct slice to,
                            const char *rest)
{
    return site_state(&x->sites[at], "commitment",
                      fields(x,
                             "{\"from\":\"" SLICE_FMT "\",\"to\":\"" SLICE_FMT
                             "\",\"text\":\"t\",\"stakes\":\"significant\",%s}",
                             SLICE_ARG(from), SLICE_ARG(to), rest),
                      NULL);
}

static struct slice relate(struct two *x, int at, struct slice a, struct slice b, const char *rest)
{
    return site_state(&x->sites[at], "relationship",
                      fields(x,
                             "{\"a\":\"" SLICE_FMT "\",\"b\":\"" SLICE_FMT
                             "\",\"nature\":\"institutional\"%s}",
                             SLICE_ARG(a), SLICE_ARG(b), rest),
                      NULL);
}

static void supply(struct two *x, int at, const char *value)
{
    site_state(&x->sites[at], "transaction",
               fields(x,
                      "{\"supplier\":\"" SLICE_FMT "\",\"receiver\":\"" SLICE_FMT
                      "\",\"item\":\"fuel\",\"value\":%s,\"currency\":\"CAD\",\"settlement\":"
                      "\"cash\",\"state\":\"delivered\",\"delivered\":\"2026-01-05\"}",
                      SLICE_ARG(x->home), SLICE_ARG(x->partner), value),
               NULL);
}

static struct slice post(struct two *x, int at, struct slice person, struct slice position,
                         const char *from)
{
    return site_state(
        &x->sites[at], "posting",
        fields(x, "{\"person\":\"" SLICE_FMT "\",\"position\":\"" SLICE_FMT "\",\"from\":\"%s\"}",
               SLICE_ARG(person), SLICE_ARG(position), from),
        NULL);
}

static void need(struct two *x, int at)
{
    site_state(&x->sites[at], "need",
               fields(x,
                      "{\"title\":\"Flood\",\"state\":\"open\",\"priority\":\"T1\",\"requester\":"
                      "\"" SLICE_FMT "\",\"requirements\":[{\"capability\":\"" SLICE_FMT "\"}]}",
                      SLICE_ARG(x->home), SLICE_ARG(x->boats)),
               NULL);
}

/* A need of ours, and one partner who could meet it. */
static void state_need(struct two *x)
{
    struct site *a = &x->sites[A];
    struct slice words = site_state(
        a, "vocabulary",
        fields(x, "{\"title\":\"words\",\"owner\":\"" SLICE_FMT "\"}", SLICE_ARG(x->home)), NULL);
    x->boats = site_state(
        a, "concept",
        fields(x, "{\"vocabulary\":\"" SLICE_FMT "\",\"pref\":\"boats\",\"capability\":true}",
               SLICE_ARG(words)),
        NULL);
    site_state(a, "offer",
               fields(x, "{\"actor\":\"" SLICE_FMT "\",\"capability\":\"" SLICE_FMT "\"}",
                      SLICE_ARG(x->partner), SLICE_ARG(x->boats)),
               NULL);
    need(x, A);
}

static struct slice actor_under(struct two *x, const char *nature, const char *name)
{
    return site_state(&x->sites[A], "actor",
                      fields(x,
                             "{\"nature\":\"%s\",\"name_en\":\"%s\",\"parent\":\"" SLICE_FMT "\"}",
                             nature, name, SLICE_ARG(x->home)),
                      NULL);
}

static void set_home(struct two *x)
{
    struct site *a = &x->sites[A];
    struct write_context w = { .node = a->node, .now_ms = a->now_ms };
    site_ok(a, node_snapshot(a->node, node_operator(a->node), a->arena, a->now_ms, &a->err,
                             &w.snapshot));
    site_ok(a, settings_put(&w, S("home"), x->home, &a->err));
}

static void state_ours(struct two *x)
{
    struct site *a = &x->sites[A];
    x->home = site_actor(a, "Home", NULL);
    x->partner = site_actor(a, "Partner", NULL);
    x->other = site_actor(a, "Other", NULL);
    x->position = actor_under(x, "position", "Liaison");
    x->person = site_state(a, "actor", "{\"nature\":\"person\",\"name_en\":\"Officer\"}", NULL);
    set_home(x);
    x->tie = relate(x, A, x->home, x->partner,
                    ",\"priority\":\"T2\",\"horizon\":\"situational\",\"cadence_longest\":30");
    relate(x, A, x->home, x->other, ",\"priority\":\"T3\"");
    post(x, A, x->person, x->position, "2025-01-01");
    meet(x, A, "2026-01-10", "held", x->home, x->partner);
    meet(x, A, "2026-02-10", "held", x->position, x->partner);
    meet(x, A, "2026-12-10", "planned", x->home, x->partner);
    promise(x, A, x->partner, x->home, "\"state\":\"kept\",\"decided_on\":\"2026-02-01\"");
    promise(x, A, x->home, x->partner, "\"state\":\"open\",\"due\":\"2026-12-01\"");
    supply(x, A, "100");
    state_need(x);
}

/* Everything names A's actors, as B knows them from A's own bundle. */
static void state_theirs(struct two *x)
{
    struct site *b = &x->sites[B];
    struct slice own = site_actor(b, "B's own", NULL), third = site_actor(b, "B's third", NULL);
    x->meeting = meet(x, B, "2026-05-20", "held", x->partner, x->home);
    meet(x, B, "2026-05-21", "held", x->partner, x->position);
    meet(x, B, "2026-06-20", "planned", x->partner, x->home);
    x->promise = promise(x, B, x->home, x->partner, "\"state\":\"open\",\"due\":\"2026-03-01\"");
    for (int i = 0; i < 5; i++)
        promise(x, B, x->home, x->partner, "\"state\":\"broken\",\"decided_on\":\"2026-05-01\"");
    promise(x, B, x->partner, x->home, "\"state\":\"kept\",\"decided_on\":\"2026-05-01\"");
    relate(x, B, x->partner, x->home,
           ",\"priority\":\"T1\",\"horizon\":\"strategic\",\"cadence_longest\":3");
    relate(x, B, x->home, own, ",\"priority\":\"T1\",\"cadence_longest\":3");
    relate(x, B, x->other, own, "");
    relate(x, B, own, third, "");
    post(x, B, own, x->position, "2026-05-01");
    supply(x, B, "5000");
    need(x, B);
}

static int setup(void **state)
{
    struct two *x = calloc(1, sizeof *x);
    assert_non_null(x);
    desk_open(&x->desk);
    sites_open(x->sites, 2);
    sites_meet(x->sites, A, B, CLEARANCE, CLEARANCE);
    state_ours(x);
    assert_int_equal(site_send(x->sites, A, B).counts.refused, 0);
    *state = x;
    return 0;
}

static int teardown(void **state)
{
    struct two *x = *state;
    sites_sound(x->sites, 2);
    sites_close(x->sites, 2);
    desk_done(&x->desk);
    free(x);
    return 0;
}

static struct asked ask(struct two *x, const char *operation, const char *parameters)
{
    return desk_must(&x->desk, operation, parameters, NULL,
                     (struct with){ .node = x->sites[A].node });
}

/* What is a figure from the first byte to the last. */
enum { FIGURES = 13 };
static void read_figures(struct two *x, struct slice ret[FIGURES])
{
    const char *pair = fields(x, "{\"truster\":\"" SLICE_FMT "\",\"trustee\":\"" SLICE_FMT "\"}",
                              SLICE_ARG(x->home), SLICE_ARG(x->partner));
    const struct {
        const char *operation, *parameters;
    } questions[FIGURES] = {
        { "portfolio", NULL },
        { "portfolio", "{\"attention\":\"one_sided\"}" },
        { "portfolio", "{\"sort\":\"-last_contact\",\"attention\":\"any\"}" },
        { "fading", NULL },
        { "plan", "{\"hours\":\"8\"}" },
        { "attention", "{\"hours\":\"8\"}" },
        { "health", NULL },
        { "dependence", NULL },
        { "discovery", NULL },
        { "key-persons", NULL },
        { "balance", NULL },
        { "trust.get", pair },
        { "trust.series", pair },
    };
    for (size_t i = 0; i < FIGURES; i++)
        ret[i] = ask(x, questions[i].operation, questions[i].parameters).text;
}

static void what_a_partner_states_moves_no_figure_of_ours(void **state)
{
    struct two *x = *state;
    struct slice before[FIGURES], after[FIGURES];
    read_figures(x, before);
    state_theirs(x);
    struct exchange_taken t = site_send(x->sites, B, A);
    assert_int_equal(t.outcome, BUNDLE_TAKEN);
    assert_int_equal(t.counts.refused, 0);
    assert_true(site_has(&x->sites[A], x->meeting) && site_has(&x->sites[A], x->promise));
    read_figures(x, after);
    for (size_t i = 0; i < FIGURES; i++)
        if (!slice_eq(before[i], after[i]))
            fail_msg("%zu\n" SLICE_FMT "\n" SLICE_FMT, i, SLICE_ARG(before[i]),
                     SLICE_ARG(after[i]));
}

static bool lists(const struct json *list, struct slice id)
{
    for (uint32_t i = 0; list && i < list->count; i++)
        if (slice_eq(json_get_text(&list->items[i], "id"), id) ||
            slice_eq(json_get_text(&list->items[i], "record"), id))
            return true;
    return false;
}

static void lists_show_it_beside_figures_that_stay(void **state)
{
    struct two *x = *state;
    const char *of = fields(x, "{\"id\":\"" SLICE_FMT "\"}", SLICE_ARG(x->partner));
    const char *post = fields(x, "{\"id\":\"" SLICE_FMT "\"}", SLICE_ARG(x->position));
    struct asked before = ask(x, "brief", of), pack = ask(x, "handover", post);
    struct asked today = ask(x, "today", NULL);
    state_theirs(x);
    assert_int_equal(site_send(x->sites, B, A).counts.refused, 0);
    struct asked after = ask(x, "brief", of), pack_after = ask(x, "handover", post);
    struct asked today_after = ask(x, "today", NULL);
    assert_false(lists(json_get(before.json, "engagements"), x->meeting));
    assert_true(lists(json_get(after.json, "engagements"), x->meeting));
    assert_true(lists(json_get(json_get(after.json, "commitments"), "ours"), x->promise));
    assert_true(slice_is(json_get_text(before.json, "last_contact"), "2026-01-10"));
    assert_true(slice_is(json_get_text(after.json, "last_contact"), "2026-01-10"));
    assert_true(json_equal(json_get(before.json, "trust"), json_get(after.json, "trust")));
    assert_true(json_equal(json_get(before.json, "earned"), json_get(after.json, "earned")));
    assert_true(json_equal(json_get(pack.json, "relationships"),
                           json_get(pack_after.json, "relationships")));
    assert_true(json_equal(json_get(pack.json, "holder"), json_get(pack_after.json, "holder")));
    assert_true(
        json_equal(json_get(pack.json, "successor"), json_get(pack_after.json, "successor")));
    assert_true(json_equal(json_get(today.json, "fading"), json_get(today_after.json, "fading")));
    assert_int_equal(json_get_int(today.json, "fading_count", -1),
                     json_get_int(today_after.json, "fading_count", -1));
    assert_true(lists(json_get(today_after.json, "overdue"), x->promise));
}

static void what_we_adopt_counts_once(void **state)
{
    struct two *x = *state;
    struct asked before = ask(x, "fading", NULL);
    state_theirs(x);
    site_send(x->sites, B, A);
    desk_must(&x->desk, "adopt", fields(x, "{\"id\":\"" SLICE_FMT "\"}", SLICE_ARG(x->meeting)),
              NULL, (struct with){ .node = x->sites[A].node });
    struct asked after = ask(x, "fading", NULL);
    const struct json *row = NULL, *was = NULL;
    for (uint32_t i = 0; i < desk_count(after); i++)
        if (slice_eq(json_get_text(&json_get(after.json, "items")->items[i], "relationship"),
                     x->tie))
            row = json_get(&json_get(after.json, "items")->items[i], "contact");
    for (uint32_t i = 0; i < desk_count(before); i++)
        if (slice_eq(json_get_text(&json_get(before.json, "items")->items[i], "relationship"),
                     x->tie))
            was = json_get(&json_get(before.json, "items")->items[i], "contact");
    assert_non_null(row);
    assert_non_null(was);
    assert_int_equal(json_get_int(row, "in_year", 0), json_get_int(was, "in_year", 0) + 1);
    assert_true(slice_is(json_get_text(json_get(row, "last"), "on"), "2026-05-20"));
}

#define with_two(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_two(what_a_partner_states_moves_no_figure_of_ours),
        with_two(lists_show_it_beside_figures_that_stay),
        with_two(what_we_adopt_counts_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

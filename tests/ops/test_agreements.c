/* Agreements through the operation table: where they stand for a viewer, who is bound together,
 * what falls due, and a ledger that adds up to nothing. */
#include "desk.h"

#include "service/agreements.h"

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

static const char *create(struct desk *d, const char *kind, const char *body)
{
    return desk_id(d, desk_must(d, desk_text(d, "%s.create", kind), NULL, body, plain));
}

static const char *actor(struct desk *d, const char *name, const char *rest)
{
    return create(d, "actor", desk_text(d, "{\"name_en\":\"%s\",%s}", name, rest));
}

/* An agreement of two with further members. */
static const char *agree(struct desk *d, const char *a, const char *b, const char *rest)
{
    return create(d, "agreement",
                  desk_text(d,
                            "{\"title\":\"T\",\"instrument\":\"acsa\",\"parties\":[{\"party\":"
                            "\"%s\"},{\"party\":\"%s\"}]%s}",
                            a, b, rest));
}

static struct slice text_of(const struct json *object, const char *name)
{
    return json_get_text(object, name);
}

static void assert_text(const struct json *object, const char *name, const char *wanted)
{
    struct slice got = text_of(object, name);
    if (!slice_is(got, wanted))
        fail_msg("%s is " SLICE_FMT ", not %s", name, SLICE_ARG(got), wanted);
}

static struct asked status(struct desk *d, const char *id, const char *as_of)
{
    return desk_must(d, "agreement.status",
                     desk_text(d, "{\"id\":\"%s\",\"as_of\":\"%s\"}", id, as_of), NULL, plain);
}

/* ---- status ---- */

static void a_status_says_what_stands_and_what_comes(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    const char *id = agree(d, a, b,
                           ",\"in_force\":\"2024-02-29\",\"term\":\"P1Y\",\"renewal\":"
                           "\"automatic\",\"notice_period\":\"P30D\"");
    struct asked s = status(d, id, "2026-05-28");
    assert_text(s.json, "state", "in_force");
    assert_text(s.json, "since", "2024-02-29");
    assert_text(s.json, "renews_on", "2027-02-28");
    assert_text(s.json, "notice_by", "2027-01-29");
    assert_int_equal(json_get_int(s.json, "renewals", -1), 2);
    assert_null(json_get(s.json, "ends_on"));
    assert_int_equal(json_get(s.json, "parties")->count, 2);
    s = status(d, id, "2028-03-01"); /* ahead */
    assert_int_equal(json_get_int(s.json, "renewals", -1), 4);
    assert_text(status(d, id, "2023").json, "state", "agreed");
}

static void another_agreement_replaces_it_for_those_who_may_read_that_one(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    const char *old = agree(d, a, b, ",\"in_force\":\"2020-01-01\"");
    const char *replacing = agree(d, a, b,
                                  desk_text(d,
                                            ",\"in_force\":\"2025-01-01\",\"supersedes\":\"%s\","
                                            "\"label\":{\"class\":\"SECRET\"}",
                                            old));
    const struct viewer *low = desk_viewer(d, ROLE_READER, "{\"class\":\"UNCLASSIFIED\"}");
    struct asked all = status(d, old, "2026-01-01");
    struct asked some = desk_must(d, "agreement.status", desk_text(d, "{\"id\":\"%s\"}", old), NULL,
                                  (struct with){ .viewer = low });
    assert_text(all.json, "state", "superseded");
    assert_text(all.json, "superseded_by", replacing);
    assert_text(all.json, "ends_on", "2024-12-31");
    assert_text(some.json, "state", "in_force");
    assert_null(json_get(some.json, "superseded_by"));
    assert_int_equal(desk_ask(d, "agreement.status", desk_text(d, "{\"id\":\"%s\"}", replacing),
                              NULL, (struct with){ .viewer = low })
                         .code,
                     EN_NOT_FOUND);
}

/* ---- bound together ---- */

struct links {
    struct arena *arena;
    struct snapshot *snapshot;
    struct agreements *all;
};

static struct links open_links(struct desk *d)
{
    struct links l = { .arena = arena_new((size_t)64 << 20) };
    struct error err = { 0 };
    assert_int_equal(
        node_snapshot(d->node, node_operator(d->node), l.arena, d->now_ms, &err, &l.snapshot), 0);
    assert_int_equal(agreements_open(l.snapshot, d->now_ms / 1000, &err, &l.all), 0);
    return l;
}

static void close_links(struct links *l)
{
    snapshot_close(l->snapshot);
    arena_free(l->arena);
}

static size_t between(struct links *l, const char *a, const char *b, const char *capability)
{
    const struct agreement_link *links;
    size_t count = 0;
    assert_int_equal(agreements_between(l->all, slice_of(a), slice_of(b),
                                        slice_of(capability ? capability : ""), &links, &count),
                     0);
    for (size_t i = 0; i < count; i++) {
        assert_true(agreements_bound(l->all, links[i].index, slice_of(a)));
        assert_true(agreements_bound(l->all, links[i].index, slice_of(b)));
    }
    return count;
}

static void units_are_bound_through_their_parents_and_states(void **state)
{
    struct desk *d = *state;
    const char *ours = actor(d, "Ours", "\"nature\":\"state\",\"country\":\"CAN\"");
    const char *theirs = actor(d, "Theirs", "\"nature\":\"state\",\"country\":\"USA\"");
    const char *unit = actor(d, "Unit", "\"nature\":\"unit\",\"country\":\"CAN\"");
    const char *other = actor(d, "Other", "\"nature\":\"unit\",\"country\":\"CAN\"");
    const char *guard = actor(d, "Guard", "\"nature\":\"unit\",\"country\":\"USA\"");
    const char *relief = actor(d, "Relief", "\"nature\":\"organisation\"");
    const char *chapter =
        actor(d, "Chapter", desk_text(d, "\"nature\":\"unit\",\"parent\":\"%s\"", relief));
    agree(d, ours, theirs, ",\"in_force\":\"2020\"");
    agree(d, unit, relief, ",\"in_force\":\"2020\"");
    agree(d, unit, guard, ",\"in_force\":\"2020\",\"ended\":\"2024\"");
    agree(d, unit, guard, ",\"concluded\":\"2020\"");
    struct links l = open_links(d);
    assert_int_equal(between(&l, unit, guard, NULL), 1); /* the states' */
    assert_int_equal(between(&l, guard, unit, NULL), 1);
    assert_int_equal(between(&l, ours, theirs, NULL), 1);
    assert_int_equal(between(&l, unit, chapter, NULL), 1); /* the parent's */
    assert_int_equal(between(&l, other, chapter, NULL), 0);
    assert_int_equal(between(&l, unit, other, NULL), 0); /* one party for both binds not two */
    assert_int_equal(between(&l, guard, relief, NULL), 0);
    close_links(&l);
}

static void an_agreement_covers_what_it_names_and_what_is_narrower(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    const char *v = create(d, "vocabulary", "{\"title\":\"V\"}");
#define CONCEPT(rest) \
    create(d, "concept", desk_text(d, "{\"vocabulary\":\"%s\",\"pref\":\"c\"%s}", v, rest))
    const char *broad = CONCEPT(""), *apart = CONCEPT("");
    const char *middle = CONCEPT(desk_text(d, ",\"broader\":[\"%s\"]", broad));
    const char *narrow = CONCEPT(desk_text(d, ",\"broader\":[\"%s\"]", middle));
    agree(d, a, b, desk_text(d, ",\"in_force\":\"2020\",\"covers\":[\"%s\"]", middle));
    agree(d, a, b, ",\"in_force\":\"2020\"");
    struct links l = open_links(d);
    assert_int_equal(between(&l, a, b, NULL), 2);
    assert_int_equal(between(&l, a, b, middle), 1);
    assert_int_equal(between(&l, a, b, narrow), 1);
    assert_int_equal(between(&l, a, b, broad), 0);
    assert_int_equal(between(&l, a, b, apart), 0);
    close_links(&l);
}

/* ---- obligations ---- */

static const char *oblige(struct desk *d, const char *agreement, const char *from, const char *to,
                          const char *rest)
{
    return create(d, "obligation",
                  desk_text(d,
                            "{\"agreement\":\"%s\",\"obligor\":\"%s\",\"beneficiary\":\"%s\","
                            "\"text\":\"t\",\"stakes\":\"routine\",%s}",
                            agreement, from, to, rest));
}

static const struct json *obligations(struct desk *d, const char *agreement, const char *as_of)
{
    struct asked page =
        desk_must(d, "agreement.page",
                  desk_text(d, "{\"id\":\"%s\",\"as_of\":\"%s\"}", agreement, as_of), NULL, plain);
    return json_get(page.json, "obligations");
}

/* "on:state on:state", of the first obligation that is listed. */
static const char *told(struct desk *d, const char *agreement, const char *as_of)
{
    const struct json *list = obligations(d, agreement, as_of);
    const char *text = "";
    assert_int_equal(list->count, 1);
    const struct json *instances = json_get(&list->items[0], "instances");
    for (uint32_t i = 0; i < instances->count; i++)
        text = desk_text(d, "%s%s" SLICE_FMT ":" SLICE_FMT, text, i ? " " : "",
                         SLICE_ARG(text_of(&instances->items[i], "on")),
                         SLICE_ARG(text_of(&instances->items[i], "state")));
    return text;
}

static void a_recurring_obligation_falls_due_and_overdue(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    const char *id = agree(d, a, b, ",\"in_force\":\"2026-01-01\",\"ended\":\"2026-05-31\"");
    oblige(d, id, a, b,
           "\"trigger\":\"recurrence\",\"starts\":\"2025-12-31\",\"recurrence\":"
           "\"FREQ=MONTHLY;BYMONTHDAY=-1\",\"due_within\":\"P5D\",\"grace\":\"P10D\","
           "\"instances\":[{\"on\":\"2026-02-28\",\"state\":\"fulfilled\",\"decided_on\":"
           "\"2026-03-02\"}]");
    /* from entry into force to the end: nothing on 31 December, nothing after May */
    assert_string_equal(told(d, id, "2026-04-15"),
                        "2026-01-31:overdue 2026-02-28:fulfilled 2026-03-31:due "
                        "2026-04-30:upcoming 2026-05-31:upcoming");
    /* due on 5 April, days of grace until the 15th: overdue on the 16th */
    assert_string_equal(told(d, id, "2026-04-16"),
                        "2026-01-31:overdue 2026-02-28:fulfilled 2026-03-31:overdue "
                        "2026-04-30:upcoming 2026-05-31:upcoming");
    /* what was done in March was not done yet on the first of it */
    assert_string_equal(told(d, id, "2026-03-01"),
                        "2026-01-31:overdue 2026-02-28:due 2026-03-31:upcoming "
                        "2026-04-30:upcoming 2026-05-31:upcoming");
}

static void after_the_end_only_what_survives_is_alive(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    const char *id = agree(d, a, b, ",\"in_force\":\"2025-01-01\",\"ended\":\"2025-12-31\"");
    const char *rest = "\"trigger\":\"date\",\"starts\":\"2026-02\"";
    oblige(d, id, a, b, rest);
    const char *survivor = oblige(d, id, a, b, desk_text(d, "%s,\"survives\":true", rest));
    const struct json *list = obligations(d, id, "2026-02-10");
    assert_int_equal(list->count, 2);
    for (uint32_t i = 0; i < 2; i++) {
        bool survives = slice_is(text_of(&list->items[i], "id"), survivor);
        const struct json *instances = json_get(&list->items[i], "instances");
        assert_int_equal(json_get_bool(&list->items[i], "alive", !survives), survives);
        assert_int_equal(instances->count, survives);
        if (survives) {
            assert_text(&instances->items[0], "on", "2026-02");
            assert_text(&instances->items[0], "due", "2026-02-28"); /* the last day it can mean */
            assert_text(&instances->items[0], "state", "due");
        }
    }
}

static void a_rule_that_names_no_day_is_told(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    const char *id = agree(d, a, b, ",\"in_force\":\"2025-01-01\"");
    oblige(d, id, a, b,
           "\"trigger\":\"recurrence\",\"starts\":\"2025-02-01\",\"recurrence\":"
           "\"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30\"");
    const struct json *list = obligations(d, id, "2026-02-10");
    assert_true(json_get_bool(&list->items[0], "unreadable_rule", false));
    assert_int_equal(json_get(&list->items[0], "instances")->count, 0);
}

/* ---- the ledger of mutual support ---- */

static void supply(struct desk *d, const char *agreement, const char *from, const char *to,
                   const char *rest)
{
    create(d, "transaction",
           desk_text(d,
                     "{\"agreement\":\"%s\",\"supplier\":\"%s\",\"receiver\":\"%s\",\"item\":"
                     "\"fuel\",%s}",
                     agreement, from, to, rest));
}

static void assert_number(const struct json *object, const char *name, const char *wanted)
{
    const struct json *v = json_get(object, name);
    assert_non_null(v);
    if (!slice_is(v->text, wanted))
        fail_msg("%s is " SLICE_FMT ", not %s", name, SLICE_ARG(v->text), wanted);
}

#define GIVEN "\"state\":\"delivered\",\"settlement\":\"cash\",\"delivered\":"

static void amounts_add_up_digit_by_digit(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    const char *id = agree(d, a, b, ",\"in_force\":\"2020\"");
    supply(d, id, a, b, GIVEN "\"2025-03-01\",\"value\":0.1,\"currency\":\"CAD\"");
    supply(d, id, a, b, GIVEN "\"2025-04-01\",\"value\":0.2,\"currency\":\"CAD\"");
    supply(d, id, b, a,
           "\"state\":\"settled\",\"settlement\":\"equal_value_exchange\",\"delivered\":"
           "\"2025-05-01\",\"settled\":\"2025-06-01\",\"settled_value\":999999999999.99,"
           "\"value\":999999999999.98,\"currency\":\"CAD\"");
    struct asked all =
        desk_must(d, "balance", desk_text(d, "{\"agreement\":\"%s\"}", id), NULL, plain);
    const struct json *rows = json_get(all.json, "rows");
    assert_int_equal(rows->count, 1);
    bool alpha_first = slice_is(text_of(&rows->items[0], "a"), a);
    assert_number(&rows->items[0], alpha_first ? "a_to_b" : "b_to_a", "0.3");
    assert_number(&rows->items[0], alpha_first ? "b_to_a" : "a_to_b", "999999999999.98");
    assert_number(&rows->items[0], "net", alpha_first ? "-999999999999.68" : "999999999999.68");
    assert_number(&rows->items[0], alpha_first ? "owed_by_b" : "owed_by_a", "0.3");
    assert_number(&rows->items[0], alpha_first ? "owed_by_a" : "owed_by_b", "0");
    assert_number(&rows->items[0], "settled", "999999999999.99");
    assert_number(json_get(&rows->items[0], "by_settlement"), "cash", "0.3");
    /* before it was delivered, nothing; before it was settled, it was owed */
    all = desk_must(d, "balance", "{\"as_of\":\"2025-05-15\"}", NULL, plain);
    assert_number(&json_get(all.json, "rows")->items[0], "settled", "0");
    assert_number(&json_get(all.json, "rows")->items[0], "open", "1000000000000.28");
    all = desk_must(d, "balance", "{\"as_of\":\"2025-02\"}", NULL, plain);
    assert_int_equal(json_get(all.json, "rows")->count, 0);
}

static void nothing_is_netted_across_agreements_years_or_currencies(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    const char *one = agree(d, a, b, ",\"in_force\":\"2020\"");
    const char *two = agree(d, a, b, ",\"in_force\":\"2020\"");
    supply(d, one, a, b, GIVEN "\"2024-03-01\",\"value\":5,\"currency\":\"CAD\"");
    supply(d, one, b, a, GIVEN "\"2025-03-01\",\"value\":5,\"currency\":\"CAD\"");
    supply(d, one, b, a, GIVEN "\"2025-03-01\",\"value\":5,\"currency\":\"USD\"");
    supply(d, two, b, a, GIVEN "\"2024-03-01\",\"value\":5,\"currency\":\"CAD\"");
    supply(d, two, a, b,
           "\"state\":\"ordered\",\"settlement\":\"cash\",\"value\":7,\"currency\":\"CAD\"");
    supply(d, one, a, b,
           "\"state\":\"delivered\",\"settlement\":\"replacement_in_kind\",\"delivered\":\"2024\","
           "\"quantity\":3.5,\"unit\":\"m3\"");
    struct asked all = desk_must(d, "balance", "{}", NULL, plain);
    const struct json *rows = json_get(all.json, "rows");
    assert_int_equal(rows->count, 5);
    int kinds = 0;
    for (uint32_t i = 0; i < rows->count; i++) {
        const struct json *in_kind = json_get(&rows->items[i], "in_kind");
        bool alpha_first = slice_is(text_of(&rows->items[i], "a"), a);
        kinds += (int)in_kind->count;
        if (in_kind->count) {
            assert_null(json_get(&rows->items[i], "currency"));
            assert_text(&in_kind->items[0], "unit", "m3");
            assert_number(&in_kind->items[0], alpha_first ? "a_to_b" : "b_to_a", "3.5");
        }
    }
    assert_int_equal(kinds, 1);
    assert_int_equal(json_get(all.json, "sums")->count, 2);
}

static uint32_t next(uint64_t *seed, uint32_t below)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((*seed >> 33) % below);
}

static void every_set_sums_to_zero(void **state)
{
    struct desk *d = *state;
    uint64_t seed = 2344;
    const char *actors[5], *agreements[3];
    for (int i = 0; i < 5; i++)
        actors[i] = desk_actor(d, desk_text(d, "A%d", i), NULL);
    for (int i = 0; i < 3; i++)
        agreements[i] = agree(d, actors[i], actors[i + 1], ",\"in_force\":\"2020\"");
    for (int i = 0; i < 120; i++) {
        uint32_t from = next(&seed, 5), to = (from + 1 + next(&seed, 4)) % 5;
        supply(d, agreements[next(&seed, 3)], actors[from], actors[to],
               desk_text(d, GIVEN "\"%u-05-01\",\"value\":%u.%02u,\"currency\":\"%s\"",
                         2023 + next(&seed, 3), next(&seed, 1000000), next(&seed, 100),
                         next(&seed, 2) ? "CAD" : "EUR"));
    }
    for (int of = -1; of < 5; of++) {
        struct asked all = desk_must(
            d, "balance", of < 0 ? "{}" : desk_text(d, "{\"of\":\"%s\"}", actors[of]), NULL, plain);
        const struct json *sums = json_get(all.json, "sums");
        assert_int_equal(sums->count, 2);
        for (uint32_t i = 0; i < 2; i++)
            assert_number(&sums->items[i], "net", "0");
        /* the totals' nets of an agreement and currency are zero too, in hundredths */
        const struct json *totals = json_get(all.json, "totals");
        for (uint32_t i = 0; i < totals->count; i++) {
            long long net = 0;
            for (uint32_t j = 0; j < totals->count; j++)
                if (slice_eq(text_of(&totals->items[i], "agreement"),
                             text_of(&totals->items[j], "agreement")) &&
                    slice_eq(text_of(&totals->items[i], "currency"),
                             text_of(&totals->items[j], "currency")))
                    net +=
                        (long long)(json_get(&totals->items[j], "net")->number * 100 +
                                    (json_get(&totals->items[j], "net")->number < 0 ? -0.5 : 0.5));
            assert_int_equal(net, 0);
        }
    }
}

/* ---- calendar and today ---- */

static const struct json *calendar(struct desk *d, const char *parameters)
{
    return json_get(desk_must(d, "calendar", parameters, NULL, plain).json, "items");
}

static uint32_t count_what(const struct json *items, const char *what)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < items->count; i++)
        count += slice_is(text_of(&items->items[i], "what"), what);
    return count;
}

static void the_calendar_has_every_day_that_matters_in_order(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    const char *c = desk_actor(d, "Coral", NULL);
    const char *id = agree(d, a, b,
                           ",\"in_force\":\"2025-08-01\",\"term\":\"P1Y\",\"renewal\":"
                           "\"automatic\",\"notice_period\":\"P30D\"");
    agree(d, a, c, ",\"in_force\":\"2026-07-01\",\"expires\":\"2026-09\"");
    oblige(d, id, a, b, "\"trigger\":\"date\",\"starts\":\"2026-06-15\",\"due_within\":\"P3D\"");
    supply(d, id, a, b,
           GIVEN "\"2026-05-01\",\"value\":1,\"currency\":\"CAD\",\"due\":\"2026-06\"");
    create(d, "commitment",
           desk_text(d,
                     "{\"from\":\"%s\",\"to\":\"%s\",\"text\":\"t\",\"stakes\":\"routine\","
                     "\"state\":\"open\",\"due\":\"2026-06-02\"}",
                     b, c));
    const struct json *all = calendar(d, "{\"from\":\"2026-05\",\"until\":\"2026-12\"}");
    static const char *const wanted[][2] = {
        { "2026-06-02", "commitment" },        { "2026-06-18", "obligation" },
        { "2026-06-30", "transaction" },       { "2026-07-01", "agreement_enters" },
        { "2026-07-02", "agreement_notice" },  { "2026-08-01", "agreement_renews" },
        { "2026-09-30", "agreement_expires" },
    };
    assert_int_equal(all->count, 7);
    for (uint32_t i = 0; i < 7; i++) {
        assert_text(&all->items[i], "at", wanted[i][0]);
        assert_text(&all->items[i], "what", wanted[i][1]);
    }
    assert_int_equal(json_get_int(&all->items[0], "days", 0), 5); /* from 28 May */
    const struct json *theirs =
        calendar(d, desk_text(d, "{\"from\":\"2026-05\",\"until\":\"2026-12\",\"of\":\"%s\"}", c));
    assert_int_equal(theirs->count, 3);
    assert_int_equal(count_what(theirs, "commitment"), 1);
    assert_int_equal(calendar(d, "{}")->count, 7); /* 180 days ahead */
}

static void a_calendar_says_what_it_cannot_take(void **state)
{
    struct desk *d = *state;
    const char *hidden = desk_actor(d, "Hidden", "{\"class\":\"SECRET\"}");
    const struct viewer *low = desk_viewer(d, ROLE_READER, "{\"class\":\"UNCLASSIFIED\"}");
    struct asked wrong =
        desk_ask(d, "calendar", "{\"from\":\"2026-02\",\"until\":\"2026-01\"}", NULL, plain);
    assert_int_equal(wrong.code, EN_INVALID);
    assert_string_equal(wrong.err.fields[0].pointer, "from");
    wrong = desk_ask(d, "calendar", desk_text(d, "{\"of\":\"%s\"}", hidden), NULL,
                     (struct with){ .viewer = low });
    struct asked absent =
        desk_ask(d, "calendar", "{\"of\":\"01890000-0000-7000-8000-0000000000ff\"}", NULL,
                 (struct with){ .viewer = low });
    assert_int_equal(wrong.code, EN_INVALID);
    assert_int_equal(absent.code, EN_INVALID);
    assert_string_equal(wrong.err.message, absent.err.message);
}

static void today_tells_of_obligations_notices_and_requests(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    const char *c = desk_actor(d, "Coral", NULL);
    const char *id = agree(d, a, b,
                           ",\"in_force\":\"2025-08-01\",\"term\":\"P1Y\",\"renewal\":"
                           "\"automatic\",\"notice_period\":\"P30D\"");
    oblige(d, id, a, b, "\"trigger\":\"date\",\"starts\":\"2026-05-20\"");
    oblige(d, id, b, a, "\"trigger\":\"date\",\"starts\":\"2026-06-05\"");
    oblige(d, id, b, a, "\"trigger\":\"date\",\"starts\":\"2026-06-20\"");
    for (int i = 0; i < 2; i++)
        create(d, "request",
               desk_text(d,
                         "{\"from\":\"%s\",\"to\":\"%s\",\"nature\":\"support\",\"text\":\"t\","
                         "\"stakes\":\"routine\",\"state\":\"submitted\",\"submitted_on\":"
                         "\"2026-05-01\"%s}",
                         i ? a : c, i ? c : a, i ? ",\"response_due\":\"2026-05-30\"" : ""));
    struct asked today = desk_must(d, "today", desk_text(d, "{\"of\":\"%s\"}", a), NULL, plain);
    assert_int_equal(json_get(today.json, "obligations_overdue")->count, 1);
    assert_int_equal(json_get(today.json, "obligations_due_soon")->count, 1);
    const struct json *notices = json_get(today.json, "agreement_notices");
    assert_int_equal(notices->count, 1);
    assert_text(&notices->items[0], "at", "2026-07-02");
    const struct json *waiting = json_get(today.json, "requests_waiting");
    assert_int_equal(waiting->count, 2);
    assert_text(&waiting->items[0], "direction", "out");
    assert_int_equal(json_get_int(&waiting->items[0], "days", 0), 2);
    assert_text(&waiting->items[1], "direction", "in");
    today = desk_must(d, "today", desk_text(d, "{\"of\":\"%s\"}", c), NULL, plain);
    assert_int_equal(json_get(today.json, "obligations_overdue")->count, 0);
    assert_int_equal(json_get(today.json, "agreement_notices")->count, 0);
    assert_int_equal(json_get(today.json, "requests_waiting")->count, 2);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(a_status_says_what_stands_and_what_comes),
        TEST(another_agreement_replaces_it_for_those_who_may_read_that_one),
        TEST(units_are_bound_through_their_parents_and_states),
        TEST(an_agreement_covers_what_it_names_and_what_is_narrower),
        TEST(a_recurring_obligation_falls_due_and_overdue),
        TEST(after_the_end_only_what_survives_is_alive),
        TEST(a_rule_that_names_no_day_is_told),
        TEST(amounts_add_up_digit_by_digit),
        TEST(nothing_is_netted_across_agreements_years_or_currencies),
        TEST(every_set_sums_to_zero),
        TEST(the_calendar_has_every_day_that_matters_in_order),
        TEST(a_calendar_says_what_it_cannot_take),
        TEST(today_tells_of_obligations_notices_and_requests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The status of agreements: a fixture of instruments with what a reader of their terms expects,
 * replayed for every day, and the laws that hold for any instrument.
 *
 * agreements/<file>.json: what the agreement says; "days": from this day on, this state, and these
 * are bound; "on": dates that the status gives on a day. All of it was worked out from the terms.
 */
#include "record_check.h"

#include "record/agreement_status.h"

#include <stdio.h>
#include <stdlib.h>

static int64_t day_at(const struct json *text)
{
    struct when w;
    assert_non_null(text);
    assert_true(when_parse(text->text, &w));
    return when_first_ms(w);
}

static struct slice day_text(struct arena *a, int64_t day)
{
    char text[32];
    if (day == DAY_NEVER)
        return S("null");
    when_format_ms(day, false, text);
    return arena_copy(a, slice_make(text, 10));
}

static int compare_slices(const void *x, const void *y)
{
    return slice_compare(*(const struct slice *)x, *(const struct slice *)y);
}

/* "A B" */
static struct slice bound_of(struct arena *a, const struct agreement_status *s)
{
    struct slice *names = arena_array_of(a, struct slice, s->party_count + 1);
    struct slice text = S("");
    size_t count = 0;
    for (size_t i = 0; i < s->party_count; i++)
        if (s->parties[i].state == PARTY_BOUND)
            names[count++] = s->parties[i].party;
    qsort(names, count, sizeof *names, compare_slices);
    for (size_t i = 0; i < count; i++)
        text = arena_printf(a, SLICE_FMT "%s" SLICE_FMT, SLICE_ARG(text), i ? " " : "",
                            SLICE_ARG(names[i]));
    return text;
}

static struct agreement_status status_on(struct arena *a, const struct json *body, int64_t day,
                                         int64_t superseded_on)
{
    struct agreement_status s;
    struct error err = { 0 };
    if (agreement_status(a, body, day, superseded_on, &err, &s))
        fail_msg("%s", err.message);
    return s;
}

/* ---- the fixture ---- */

static int64_t superseded_of(const struct json *sheet)
{
    const struct json *day = json_get(sheet, "superseded_on");
    return day ? day_at(day) : DAY_NEVER;
}

typedef void (*sheet_test)(struct arena *scratch, const struct json *sheet);

static int each_sheet(sheet_test test)
{
    static const char *const files[] = { "entry", "terms", "leaving" };
    int count = 0;
    struct arena *a = arena_new(LIMIT_ARENA), *scratch = arena_new(LIMIT_ARENA);
    for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
        static char text[64 * 1024];
        struct slice path = arena_printf(a, "%s/tests/record/agreements/%s.json",
                                         getenv("ENTENTE_SOURCE"), files[f]);
        FILE *file = fopen(path.ptr, "r");
        assert_non_null(file);
        size_t length = fread(text, 1, sizeof text - 1, file);
        assert_true(feof(file));
        fclose(file);
        text[length] = '\0';
        struct slice own = arena_copy(a, slice_of(text));
        const struct json *all = parse(a, own.ptr);
        for (uint32_t i = 0; i < all->count; i++, count++)
            test(scratch, &all->items[i]);
    }
    arena_free(scratch);
    arena_free(a);
    return count;
}

static void check_day(struct arena *a, const struct json *sheet, const struct json *row,
                      int64_t day)
{
    struct agreement_status s =
        status_on(a, json_get(sheet, "agreement"), day, superseded_of(sheet));
    const char *state = agreement_state_word(s.state);
    struct slice bound = bound_of(a, &s);
    if (!slice_is(row->items[1].text, state) || !slice_eq(row->items[2].text, bound))
        fail_msg(SLICE_FMT ": on %s it is %s, binding \"" SLICE_FMT "\", not " SLICE_FMT
                           ", binding \"" SLICE_FMT "\"",
                 SLICE_ARG(json_get_text(sheet, "name")), day_text(a, day).ptr, state,
                 SLICE_ARG(bound), SLICE_ARG(row->items[1].text), SLICE_ARG(row->items[2].text));
}

static void replay(struct arena *a, const struct json *sheet)
{
    const struct json *days = json_get(sheet, "days");
    int64_t until = day_at(json_get(sheet, "until"));
    for (uint32_t i = 0; i < days->count; i++) {
        const struct json *row = &days->items[i];
        int64_t next = i + 1 < days->count ? day_at(&days->items[i + 1].items[0]) : until + DAY_MS;
        assert_true(next > day_at(&row->items[0]));
        for (int64_t day = day_at(&row->items[0]); day < next; day += DAY_MS) {
            check_day(a, sheet, row, day);
            arena_reset(a);
        }
    }
}

static void every_day_is_as_the_terms_say(void **state)
{
    (void)state;
    assert_in_range(each_sheet(replay), 30, 1000);
}

static struct slice date_named(struct arena *a, const struct agreement_status *s, struct slice name)
{
    const struct {
        const char *name;
        int64_t day;
    } dates[] = { { "since", s->since },
                  { "in_force_on", s->in_force_on },
                  { "provisional_on", s->provisional_on },
                  { "ends_on", s->ends_on },
                  { "renews_on", s->renews_on },
                  { "notice_by", s->notice_by } };
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++)
        if (slice_is(name, dates[i].name))
            return day_text(a, dates[i].day);
    if (slice_is(name, "renewals"))
        return arena_printf(a, "%d", s->renewals);
    if (slice_is(name, "end"))
        return slice_of(s->end ? agreement_end_word(s->end) : "null");
    fail_msg("no date " SLICE_FMT, SLICE_ARG(name));
    return S("");
}

static void check_parties(struct arena *a, const struct json *sheet,
                          const struct agreement_status *s, const struct json *wanted, bool until)
{
    for (uint32_t i = 0; wanted && i < wanted->count; i++)
        for (size_t p = 0; p < s->party_count; p++) {
            if (!slice_eq(s->parties[p].party, wanted->members[i].name))
                continue;
            struct slice got = until ? day_text(a, s->parties[p].until)
                                     : slice_of(party_state_word(s->parties[p].state));
            if (!slice_eq(got, wanted->members[i].value.text))
                fail_msg(SLICE_FMT ": " SLICE_FMT " is " SLICE_FMT,
                         SLICE_ARG(json_get_text(sheet, "name")),
                         SLICE_ARG(wanted->members[i].name), SLICE_ARG(got));
        }
}

static void check_dates(struct arena *a, const struct json *sheet)
{
    const struct json *on = json_get(sheet, "on");
    for (uint32_t i = 0; on && i < on->count; i++) {
        const struct json *row = &on->items[i];
        struct agreement_status s = status_on(a, json_get(sheet, "agreement"),
                                              day_at(json_get(row, "day")), superseded_of(sheet));
        check_parties(a, sheet, &s, json_get(row, "party"), false);
        check_parties(a, sheet, &s, json_get(row, "leaves"), true);
        for (uint32_t m = 0; m < row->count; m++) {
            const struct json_member *wanted = &row->members[m];
            if (slice_is(wanted->name, "day") || wanted->value.type == JSON_OBJECT)
                continue;
            struct slice got = date_named(a, &s, wanted->name);
            struct slice text = wanted->value.type == JSON_NULL ? S("null") : wanted->value.text;
            if (!slice_eq(got, text))
                fail_msg(
                    SLICE_FMT ": on " SLICE_FMT " " SLICE_FMT " is " SLICE_FMT ", not " SLICE_FMT,
                    SLICE_ARG(json_get_text(sheet, "name")), SLICE_ARG(json_get_text(row, "day")),
                    SLICE_ARG(wanted->name), SLICE_ARG(got), SLICE_ARG(text));
        }
    }
    arena_reset(a);
}

static void the_dates_are_as_the_terms_say(void **state)
{
    (void)state;
    assert_in_range(each_sheet(check_dates), 30, 1000);
}

/* Items of a list with ids in place of the fixture's letters. */
static struct json *with_ids(struct arena *a, const struct json *list)
{
    struct json *copy = json_new_array(a);
    for (uint32_t i = 0; i < list->count; i++) {
        struct json *item = json_new_object(a);
        for (uint32_t m = 0; m < list->items[i].count; m++)
            json_object_set(a, item, list->items[i].members[m].name,
                            &list->items[i].members[m].value);
        struct slice id = arena_printf(a, "01890000-0000-7000-8000-0000000000%02x",
                                       json_get_text(item, "party").ptr[0]);
        json_object_set(a, item, S("party"), json_new_text(a, id));
        json_array_add(a, copy, item);
    }
    return copy;
}

static void check_as_record(struct arena *a, const struct json *sheet)
{
    const struct json *agreement = json_get(sheet, "agreement");
    struct json *body = json_new_object(a), *clean = NULL;
    const struct record_rules rules = { 0 };
    const struct kinds *kinds = NULL;
    struct error err = { 0 };
    assert_int_equal(kinds_make(a, S(""), NULL, &kinds), 0);
    json_object_set(a, body, S("title"), json_new_text(a, S("T")));
    json_object_set(a, body, S("instrument"), json_new_text(a, S("treaty")));
    for (uint32_t i = 0; i < agreement->count; i++) {
        const struct json *value = &agreement->members[i].value;
        json_object_set(a, body, agreement->members[i].name,
                        value->type == JSON_ARRAY ? with_ids(a, value) : value);
    }
    if (record_check(kinds_find(kinds, S("agreement")), a, body, &rules, &err, &clean))
        fail_msg(SLICE_FMT ": %s %s", SLICE_ARG(json_get_text(sheet, "name")),
                 err.fields[0].pointer, err.fields[0].detail);
    arena_reset(a);
}

static void the_fixture_is_what_records_may_say(void **state)
{
    (void)state;
    each_sheet(check_as_record);
}

/* ---- laws ---- */

static void assert_same_status(const struct agreement_status *a, const struct agreement_status *b)
{
    assert_int_equal(a->state, b->state);
    assert_true(a->since == b->since && a->in_force_on == b->in_force_on);
    assert_true(a->ends_on == b->ends_on && a->end == b->end && a->notice_by == b->notice_by);
    assert_true(a->renews_on == b->renews_on && a->renewals == b->renewals);
    assert_int_equal(a->party_count, b->party_count);
    assert_int_equal(a->event_count, b->event_count);
    for (size_t i = 0; i < a->party_count; i++)
        assert_true(a->parties[i].state == b->parties[i].state &&
                    a->parties[i].since == b->parties[i].since &&
                    a->parties[i].until == b->parties[i].until);
    for (size_t i = 0; i < a->event_count; i++)
        assert_true(a->events[i].at == b->events[i].at &&
                    strcmp(a->events[i].event, b->events[i].event) == 0);
}

static void check_timeline(const struct agreement_status *s, int64_t day)
{
    for (size_t i = 0; i < s->event_count; i++) {
        assert_true(i == 0 || s->events[i - 1].at <= s->events[i].at);
        assert_int_equal(s->events[i].future, s->events[i].at > day);
    }
    assert_true(s->since == DAY_NEVER || s->since <= day);
    assert_true(s->renews_on == DAY_NEVER || s->renews_on > day);
    assert_true(s->state < AGREEMENT_EXPIRED || s->ends_on < day);
    for (size_t i = 0; i < s->party_count; i++)
        assert_true(s->parties[i].state != PARTY_BOUND || agreement_state_binds(s->state) ||
                    s->state == AGREEMENT_SUSPENDED);
}

static bool event_on(const struct agreement_status *s, int64_t day)
{
    for (size_t i = 0; i < s->event_count; i++)
        if (s->events[i].at == day)
            return true;
    return false;
}

/* Every day of a span: the same again, in order, and changed only where the day before had
 * announced that something would happen. */
static void check_laws(const struct json *body, int64_t superseded_on, int64_t from, int64_t until,
                       const char *name)
{
    struct arena *arenas[2] = { arena_new(LIMIT_ARENA), arena_new(LIMIT_ARENA) };
    struct agreement_status before = { 0 };
    for (int64_t day = from; day <= until; day += DAY_MS) {
        struct arena *a = arenas[(day / DAY_MS) & 1];
        arena_reset(a);
        struct agreement_status s = status_on(a, body, day, superseded_on);
        struct agreement_status again = status_on(a, body, day + DAY_MS - 1, superseded_on);
        assert_same_status(&s, &again);
        check_timeline(&s, day);
        bool same = day == from ||
                    (s.state == before.state && slice_eq(bound_of(a, &s), bound_of(a, &before)) &&
                     s.renewals == before.renewals);
        if (!same && !event_on(&before, day))
            fail_msg("%s: %s to %s on %s without an event", name,
                     agreement_state_word(before.state), agreement_state_word(s.state),
                     day_text(a, day).ptr);
        before = s;
    }
    arena_free(arenas[0]);
    arena_free(arenas[1]);
}

static void check_sheet_laws(struct arena *a, const struct json *sheet)
{
    (void)a;
    const struct json *days = json_get(sheet, "days");
    struct slice name = json_get_text(sheet, "name");
    char text[200];
    snprintf(text, sizeof text, SLICE_FMT, SLICE_ARG(name));
    check_laws(json_get(sheet, "agreement"), superseded_of(sheet), day_at(&days->items[0].items[0]),
               day_at(json_get(sheet, "until")), text);
}

static void the_fixture_keeps_the_laws(void **state)
{
    (void)state;
    each_sheet(check_sheet_laws);
}

/* ---- random instruments ---- */

static const char *pick(uint64_t *seed, const char *const *words)
{
    uint32_t count = 0;
    while (words[count])
        count++;
    return words[random_below(seed, count)];
}

static struct slice random_day(struct arena *a, uint64_t *seed)
{
    unsigned year = 2018 + random_below(seed, 3), month = 1 + random_below(seed, 12);
    if (random_below(seed, 8) == 0)
        return arena_printf(a, "%u-%02u", year, month);
    return arena_printf(a, "%u-%02u-%02u", year, month, 1 + random_below(seed, 28));
}

static void maybe(struct arena *a, uint64_t *seed, struct json *object, const char *name,
                  struct slice text)
{
    if (random_below(seed, 3) == 0)
        json_object_set(a, object, slice_of(name), json_new_text(a, text));
}

static struct json *random_acts(struct arena *a, uint64_t *seed)
{
    static const char *const acts[] = { "signature",
                                        "definitive_signature",
                                        "ratification",
                                        "ratification",
                                        "accession",
                                        "provisional_application",
                                        "end_of_provisional_application",
                                        "declaration",
                                        "notice_of_termination",
                                        "objection_to_renewal",
                                        "consent_to_renewal",
                                        "withdrawal",
                                        "suspension",
                                        "resumption",
                                        NULL };
    static const char *const parties[] = { "A", "B", "C", "X", NULL };
    struct json *list = json_new_array(a);
    for (uint32_t i = random_below(seed, 9); i > 0; i--) {
        struct json *act = json_new_object(a);
        json_object_set(a, act, S("party"), json_new_text(a, slice_of(pick(seed, parties))));
        json_object_set(a, act, S("action"), json_new_text(a, slice_of(pick(seed, acts))));
        json_object_set(a, act, S("deposited"), json_new_text(a, random_day(a, seed)));
        maybe(a, seed, act, "effective", random_day(a, seed));
        json_array_add(a, list, act);
    }
    return list;
}

static struct json *random_parties(struct arena *a, uint64_t *seed)
{
    static const char *const names[] = { "A", "B", "C", "D" };
    struct json *list = json_new_array(a);
    uint32_t count = random_below(seed, 5);
    for (uint32_t i = 0; i < count; i++) {
        struct json *party = json_new_object(a);
        json_object_set(a, party, S("party"), json_new_text(a, slice_of(names[i])));
        if (random_below(seed, 4) == 0)
            maybe(a, seed, party, "joined", random_day(a, seed));
        if (random_below(seed, 4) == 0)
            maybe(a, seed, party, "left", random_day(a, seed));
        json_array_add(a, list, party);
    }
    return list;
}

static struct json *random_agreement(struct arena *a, uint64_t *seed)
{
    static const char *const rules[] = { "date", "signature", "ratification", "threshold", NULL };
    static const char *const renewals[] = { "none", "automatic", "consent", NULL };
    static const char *const spans[] = { "P1Y", "P6M", "P90D", "P1M", "P10D", "P1D", "P4Y", NULL };
    struct json *body = json_new_object(a);
    json_object_set(a, body, S("parties"), random_parties(a, seed));
    json_object_set(a, body, S("actions"), random_acts(a, seed));
    maybe(a, seed, body, "concluded", random_day(a, seed));
    maybe(a, seed, body, "in_force", random_day(a, seed));
    maybe(a, seed, body, "entry_rule", slice_of(pick(seed, rules)));
    maybe(a, seed, body, "entry_delay", slice_of(pick(seed, spans)));
    maybe(a, seed, body, "term", slice_of(pick(seed, spans)));
    maybe(a, seed, body, "renewal", slice_of(pick(seed, renewals)));
    maybe(a, seed, body, "renewal_period", slice_of(pick(seed, spans)));
    maybe(a, seed, body, "notice_period", slice_of(pick(seed, spans)));
    maybe(a, seed, body, "provisional_from", random_day(a, seed));
    maybe(a, seed, body, "provisional_until", random_day(a, seed));
    if (random_below(seed, 4) == 0)
        maybe(a, seed, body, "expires", random_day(a, seed));
    if (random_below(seed, 4) == 0)
        maybe(a, seed, body, "ended", random_day(a, seed));
    json_object_set(a, body, S("entry_threshold"), json_new_int(a, random_below(seed, 4)));
    json_object_set(a, body, S("minimum_parties"), json_new_int(a, random_below(seed, 4)));
    json_object_set(a, body, S("renewal_limit"), json_new_int(a, random_below(seed, 4)));
    return body;
}

static void any_instrument_keeps_the_laws(void **state)
{
    (void)state;
    uint64_t seed = 20261127;
    for (int i = 0; i < 100; i++) {
        struct arena *a = arena_new(LIMIT_ARENA);
        struct json *body = random_agreement(a, &seed);
        int64_t superseded =
            random_below(&seed, 5) ? DAY_NEVER : when_from_civil(2019, 7, 1) + i * DAY_MS;
        cleanup_buf struct buf text;
        buf_init(&text, LIMIT_RECORD);
        json_write_value(body, &text);
        check_laws(body, superseded, when_from_civil(2018, 3, 1), when_from_civil(2020, 10, 1),
                   text.ptr);
        arena_free(a);
    }
}

/* ---- hostile ones ---- */

static void a_term_of_a_day_for_eight_thousand_years_is_counted_at_once(void **state)
{
    (void)state;
    struct arena *a = arena_new(LIMIT_ARENA);
    const struct json *body = parse(a, "{\"in_force\":\"0001-01-01\",\"term\":\"P1D\",\"renewal\":"
                                       "\"automatic\",\"parties\":[{\"party\":\"A\"}]}");
    struct agreement_status s = status_on(a, body, when_from_civil(9000, 1, 1), DAY_NEVER);
    assert_int_equal(s.state, AGREEMENT_IN_FORCE);
    assert_int_equal(s.renewals, (when_from_civil(9000, 1, 1) - when_from_civil(1, 1, 1)) / DAY_MS);
    assert_in_range(s.event_count, 1, 1000);
    arena_free(a);
}

static void an_empty_body_has_a_status(void **state)
{
    (void)state;
    struct arena *a = arena_new(LIMIT_ARENA);
    struct agreement_status s = status_on(a, parse(a, "{}"), 0, DAY_NEVER);
    assert_int_equal(s.state, AGREEMENT_AGREED);
    assert_true(s.since == DAY_NEVER && s.event_count == 0 && s.party_count == 0);
    arena_free(a);
}

static void without_memory_it_says_so(void **state)
{
    (void)state;
    struct arena *a = arena_new(LIMIT_ARENA);
    uint64_t seed = 7;
    const struct json *body = random_agreement(a, &seed);
    int failed = 0;
    for (size_t budget = 64; budget < 64 * 1024; budget += 64) {
        struct arena *small = arena_new(budget);
        struct agreement_status s;
        int code = agreement_status(small, body, when_from_civil(2019, 1, 1), DAY_NEVER, NULL, &s);
        assert_true(code == 0 || code == EN_NO_MEMORY);
        failed += code != 0;
        arena_free(small);
    }
    assert_in_range(failed, 1, 900);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_is_as_the_terms_say),
        cmocka_unit_test(the_dates_are_as_the_terms_say),
        cmocka_unit_test(the_fixture_is_what_records_may_say),
        cmocka_unit_test(the_fixture_keeps_the_laws),
        cmocka_unit_test(any_instrument_keeps_the_laws),
        cmocka_unit_test(a_term_of_a_day_for_eight_thousand_years_is_counted_at_once),
        cmocka_unit_test(an_empty_body_has_a_status),
        cmocka_unit_test(without_memory_it_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Who may read what under the shipped policy: levels, caveats, releasability with dated groups,
 * TLP.
 */
#include "check.h"

struct fixture {
    struct policy *p;
    struct arena *a;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    f->p = default_policy();
    f->a = arena_new(CHECK_MEMORY);
    *state = f;
    return f->a ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    arena_free(f->a);
    policy_free(f->p);
    free(f);
    return 0;
}

static bool reads(const struct fixture *f, const char *clearance, const char *label,
                  const char *date)
{
    return label_may_read(f->p, clearance_of(f->p, f->a, clearance),
                          label_of_text(f->p, f->a, label), day(date));
}

/* A reader of one country, cleared for everything else. */
static bool country_reads(const struct fixture *f, const char *country, const char *label,
                          const char *date)
{
    struct slice clearance = arena_printf(f->a,
                                          "{\"class\":\"TOP SECRET\",\"tlp\":\"RED\","
                                          "\"permissive\":{\"Releasable To\":[\"%s\"]}}",
                                          country);
    return reads(f, clearance.ptr, label, date);
}

static void a_group_has_the_members_of_the_day_of_the_decision(void **state)
{
    static const struct {
        const char *country, *group, *before, *first, *last, *after;
    } members[] = {
        { "FIN", "NATO", "2023-04-03T23:59:59.999Z", "2023-04-04", "2050-01-01", NULL },
        { "SWE", "NATO", "2024-03-06T23:59:59.999Z", "2024-03-07", "2050-01-01", NULL },
        { "CAN", "NATO", "1949-08-23", "1949-08-24", "2050-01-01", NULL },
        { "DEU", "NATO", "1955-05-05", "1955-05-06", "2050-01-01", NULL },
        { "GBR", "EU", "1972-12-31", "1973-01-01", "2020-01-31T23:59:59.999Z", "2020-02-01" },
        { "HRV", "EU", "2013-06-30", "2013-07-01", "2050-01-01", NULL },
    };
    for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
        struct slice label = arena_printf(((struct fixture *)*state)->a,
                                          "SECRET; Releasable To: %s", members[i].group);
        assert_false(country_reads(*state, members[i].country, label.ptr, members[i].before));
        assert_true(country_reads(*state, members[i].country, label.ptr, members[i].first));
        assert_true(country_reads(*state, members[i].country, label.ptr, members[i].last));
        if (members[i].after) {
            assert_false(country_reads(*state, members[i].country, label.ptr, members[i].after));
        }
    }
}

static unsigned members_on(const struct fixture *f, const char *group, const char *date)
{
    cleanup_buf struct buf b;
    struct json_writer w;
    struct json *policy = NULL;
    buf_init(&b, CHECK_MEMORY);
    jw_init(&w, &b);
    policy_describe(f->p, &w);
    assert_int_equal(json_parse(f->a, buf_slice(&b), NULL, &policy), 0);
    const struct json *values = json_get(&json_get(policy, "permissive")->items[0], "values");
    struct slice label = arena_printf(f->a, "SECRET; Releasable To: %s", group);
    unsigned members = 0;
    for (uint32_t i = 0; i < values->count; i++) {
        const char *name = arena_cstr(f->a, json_get_text(&values->items[i], "name"));
        members += country_reads(f, name, label.ptr, date);
    }
    return members;
}

static void the_groups_have_as_many_members_as_is_publicly_known(void **state)
{
    assert_int_equal(members_on(*state, "NATO", "1950-01-01"), 12);
    assert_int_equal(members_on(*state, "NATO", "1999-03-11"), 16);
    assert_int_equal(members_on(*state, "NATO", "1999-03-12"), 19);
    assert_int_equal(members_on(*state, "NATO", "2004-04-01"), 26);
    assert_int_equal(members_on(*state, "NATO", "2025-01-01"), 32);
    assert_int_equal(members_on(*state, "EU", "1960-01-01"), 6);
    assert_int_equal(members_on(*state, "EU", "1990-01-01"), 12);
    assert_int_equal(members_on(*state, "EU", "2010-01-01"), 27);
    assert_int_equal(members_on(*state, "EU", "2015-01-01"), 28);
    assert_int_equal(members_on(*state, "EU", "2025-01-01"), 27);
    assert_int_equal(members_on(*state, "FVEY", "2025-01-01"), 5);
    assert_int_equal(members_on(*state, "ACGU", "2025-01-01"), 4);
    assert_int_equal(members_on(*state, "ABCANZ", "2025-01-01"), 5);
    assert_int_equal(members_on(*state, "G7", "2025-01-01"), 7);
    assert_int_equal(members_on(*state, "AUKUS", "2021-01-01"), 0);
    assert_int_equal(members_on(*state, "AUKUS", "2025-01-01"), 3);
}

static void a_member_is_not_its_group_and_a_group_is_not_its_members(void **state)
{
    const struct fixture *f = *state;
    /* staff of the alliance itself read what goes to the alliance, not what goes to a member */
    assert_true(country_reads(f, "NATO", "SECRET; Releasable To: NATO", "2024-01-01"));
    assert_false(country_reads(f, "NATO", "SECRET; Releasable To: CAN", "2024-01-01"));
    assert_true(country_reads(f, "CAN", "SECRET; Releasable To: NATO", "2024-01-01"));
    assert_false(country_reads(f, "CHE", "SECRET; Releasable To: NATO", "2024-01-01"));
    assert_false(country_reads(f, "NZL", "SECRET; Releasable To: ACGU", "2024-01-01"));
    assert_true(country_reads(f, "NZL", "SECRET; Releasable To: FVEY", "2024-01-01"));
    assert_true(country_reads(f, "CHE", "SECRET; Releasable To: CHE, NATO", "2024-01-01"));
}

static void every_clause_must_be_met(void **state)
{
    const struct fixture *f = *state;
    const char *label = "SECRET; Releasable To: CAN, USA; Releasable To: CAN, JPN";
    assert_true(country_reads(f, "CAN", label, "2024-01-01"));
    assert_false(country_reads(f, "USA", label, "2024-01-01"));
    assert_false(country_reads(f, "JPN", label, "2024-01-01"));
    const char *both =
        "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[\"USA\",\"JPN\"]}}";
    assert_true(reads(f, both, label, "2024-01-01"));
}

static void a_class_is_held_with_all_below_and_none_above(void **state)
{
    static const char *const classes[] = { "UNCLASSIFIED", "RESTRICTED", "CONFIDENTIAL", "SECRET",
                                           "TOP SECRET" };
    const struct fixture *f = *state;
    for (unsigned k = 0; k < 5; k++) {
        for (unsigned l = 0; l < 5; l++) {
            struct slice clearance = arena_printf(f->a, "{\"class\":\"%s\"}", classes[k]);
            assert_int_equal(reads(f, clearance.ptr, classes[l], "2024-01-01"), k >= l);
        }
    }
}

static void every_caveat_must_be_held(void **state)
{
    const struct fixture *f = *state;
    const char *legal = "{\"class\":\"SECRET\",\"restrictive\":{\"Caveat\":[\"LEGAL\"]}}";
    const char *two = "{\"class\":\"SECRET\",\"restrictive\":{\"Caveat\":[\"LEGAL\",\"MEDICAL\"]}}";
    assert_true(reads(f, legal, "SECRET; Caveat: LEGAL", "2024-01-01"));
    assert_false(reads(f, legal, "SECRET; Caveat: LEGAL, MEDICAL", "2024-01-01"));
    assert_true(reads(f, two, "SECRET; Caveat: LEGAL, MEDICAL", "2024-01-01"));
    assert_false(reads(f, "{\"class\":\"SECRET\"}", "SECRET; Caveat: LEGAL", "2024-01-01"));
}

static void a_clearance_that_says_nothing_reads_the_lowest_label_only(void **state)
{
    const struct fixture *f = *state;
    assert_true(reads(f, "{}", "UNCLASSIFIED", "2024-01-01"));
    assert_false(reads(f, "{}", "RESTRICTED", "2024-01-01"));
    assert_false(reads(f, "{}", "UNCLASSIFIED; TLP:GREEN", "2024-01-01"));
    assert_false(reads(f, "{}", "UNCLASSIFIED; Releasable To: NATO", "2024-01-01"));
    assert_false(reads(f, "{}", "UNCLASSIFIED; Caveat: LEGAL", "2024-01-01"));
    const struct clearance *none = NULL;
    assert_int_equal(clearance_parse(f->p, f->a, NULL, S(""), NULL, &none), 0);
    assert_true(label_may_read(f->p, none, policy_lowest_label(f->p), 0));
}

static void whatever_is_missing_is_denied(void **state)
{
    const struct fixture *f = *state;
    const struct clearance *all = clearance_all(f->p);
    const struct label *lowest = policy_lowest_label(f->p);
    assert_true(label_may_read(f->p, all, lowest, INT64_MIN));
    assert_true(label_may_read(f->p, all, lowest, INT64_MAX));
    assert_false(label_may_read(NULL, all, lowest, 0));
    assert_false(label_may_read(f->p, NULL, lowest, 0));
    assert_false(label_may_read(f->p, all, NULL, 0));
}

static void the_operator_reads_everything_that_anyone_can(void **state)
{
    const struct fixture *f = *state;
    const struct label *top =
        label_of_text(f->p, f->a,
                      "TOP SECRET; Caveat: LEGAL, LIAISON, MEDICAL, PERSONNEL; "
                      "Releasable To: CHE; Releasable To: AUKUS; TLP:RED");
    assert_true(label_may_read(f->p, clearance_all(f->p), top, day("1900-01-01")));
    const struct label *nobody = label_of_text(f->p, f->a, "SECRET; Releasable To: NOBODY");
    assert_false(label_may_read(f->p, clearance_all(f->p), nobody, 0));
}

static void a_written_clearance_reads_back_as_the_same(void **state)
{
    const struct fixture *f = *state;
    const char *canonical =
        "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[\"CAN\",\"NATO\"]},"
        "\"policy\":\"entente-default\",\"restrictive\":{\"Caveat\":[\"LEGAL\",\"LIAISON\"]},"
        "\"tlp\":\"AMBER+STRICT\"}";
    const char *said = "{\"tlp\":\"TLP:AMBER+STRICT\",\"restrictive\":{\"Caveat\":[\"LIAISON\","
                       "\"LEGAL\",\"LEGAL\"]},\"class\":\"SECRET\",\"permissive\":"
                       "{\"Releasable To\":[\"NATO\",\"CAN\"]}}";
    const char *const texts[] = { said, canonical };
    for (int i = 0; i < 2; i++) {
        cleanup_buf struct buf b;
        buf_init(&b, CHECK_MEMORY);
        clearance_write(f->p, clearance_of(f->p, f->a, texts[i]), &b);
        assert_string_equal(b.ptr, canonical);
    }
}

#define case_(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_(a_group_has_the_members_of_the_day_of_the_decision),
        case_(the_groups_have_as_many_members_as_is_publicly_known),
        case_(a_member_is_not_its_group_and_a_group_is_not_its_members),
        case_(every_clause_must_be_met),
        case_(a_class_is_held_with_all_below_and_none_above),
        case_(every_caveat_must_be_held),
        case_(a_clearance_that_says_nothing_reads_the_lowest_label_only),
        case_(whatever_is_missing_is_denied),
        case_(the_operator_reads_everything_that_anyone_can),
        case_(a_written_clearance_reads_back_as_the_same),
    };
    return run_suite(tests);
}

/* The rules across fields, kind by kind, and the life cycles, pair by pair. */
#include "record_check.h"

#include "record/registry.h"

struct rule_case {
    const char *kind;
    const char *body;   /* members after the head of the kind */
    const char *errors; /* NULL: accepted */
};

/* The least that each kind needs. */
static const char *head_of(const char *kind)
{
    static const char *const heads[][2] = {
        { "actor", "\"nature\":\"unit\",\"name_en\":\"N\"" },
        { "posting", "\"person\":\"" ID_A "\"" },
        { "membership", "\"member\":\"" ID_A "\"" },
        { "relationship", "\"a\":\"" ID_A "\",\"nature\":\"interpersonal\"" },
        { "engagement", "\"title\":\"T\",\"mode\":\"call\",\"when\":\"2024-05-10\"" },
        { "commitment", "\"from\":\"" ID_A "\",\"text\":\"T\",\"stakes\":\"routine\"" },
        { "disclosure", "\"from\":\"" ID_A "\",\"what\":\"strength\",\"summary\":\"S\"" },
        { "assessment", "\"relationship\":\"" ID_D "\",\"truster\":\"" ID_A
                        "\",\"dimension\":\"ability\",\"valence\":\"positive\",\"rationale\":\"R\","
                        "\"on\":\"2024\"" },
        { "agreement", "\"title\":\"T\",\"instrument\":\"mou\"" },
    };
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        if (strcmp(heads[i][0], kind) == 0)
            return heads[i][1];
    }
    fail_msg("no head for %s", kind);
    return "";
}

static void run_cases(const struct rule_case *cases, size_t count)
{
    cleanup_fixture struct fixture f = fixture_new();
    for (size_t i = 0; i < count; i++) {
        struct slice body = arena_printf(f.arena, "{%s,%s}", head_of(cases[i].kind), cases[i].body);
        struct slice got = outcome(&f, cases[i].kind, body.ptr, NULL);
        if (!cases[i].errors && got.ptr[0] != '{')
            fail_msg("%s should be accepted: %s", body.ptr, got.ptr);
        const char *rule = cases[i].errors ? strstr(cases[i].errors, " rule ") : NULL;
        if (rule && !strchr(rule, '\n') && rule_text(rule + 6, true) == rule + 6)
            fail_msg("no French for: %s", rule + 6);
        if (cases[i].errors && strcmp(got.ptr, cases[i].errors) != 0)
            fail_msg("%s\n gave %s\n not  %s", body.ptr, got.ptr, cases[i].errors);
    }
}

#define RUN(...)                                                  \
    do {                                                          \
        static const struct rule_case cases_[] = { __VA_ARGS__ }; \
        run_cases(cases_, sizeof cases_ / sizeof cases_[0]);      \
    } while (0)

static void nothing_ends_surely_before_it_begins(void **state)
{
    (void)state;
    RUN({ "actor", "\"since\":\"2024\",\"until\":\"2023-12\"", "/until order since" },
        { "actor", "\"since\":\"2024\",\"until\":\"2024-03-01\"", NULL }, /* may be true */
        { "actor", "\"since\":\"2024-03-02\",\"until\":\"2024-03\"", NULL },
        { "posting", "\"position\":\"" ID_B "\",\"from\":\"2024-05\",\"until\":\"2024-04-30\"",
          "/until order from" },
        { "membership", "\"group\":\"" ID_B "\",\"from\":\"2024-05\",\"until\":\"2024-04-30\"",
          "/until order from" },
        { "relationship", "\"b\":\"" ID_B "\",\"from\":\"2024-05\",\"until\":\"2023\"",
          "/until order from" },
        { "engagement", "\"status\":\"held\",\"until\":\"2024-05-09\"", "/until order when" },
        { "engagement", "\"status\":\"held\",\"until\":\"2024-05-10T08:00:00Z\"", NULL },
        { "agreement", "\"concluded\":\"2024-05-10\",\"ended\":\"2024-05-09\"",
          "/ended order concluded" },
        { "agreement", "\"in_force\":\"2024\",\"ended\":\"2023\"", "/ended order in_force" },
        { "agreement", "\"concluded\":\"2024-05-10\",\"in_force\":\"2024-01\"",
          NULL }, /* provisional */
        { "disclosure",
          "\"to\":\"" ID_B
          "\",\"given\":\"2024-05\",\"state\":\"breached\",\"decided_on\":\"2024-04\"",
          "/decided_on order given" },
        { "commitment",
          "\"to\":\"" ID_B "\",\"state\":\"open\",\"made_on\":\"2024-05\",\"due\":\"2024-04\"",
          "/due order made_on" },
        { "commitment",
          "\"to\":\"" ID_B
          "\",\"state\":\"kept\",\"made_on\":\"2024-05\",\"decided_on\":\"2024-04\"",
          "/decided_on order made_on" });
}

static void two_sides_are_two_actors(void **state)
{
    (void)state;
    RUN({ "relationship", "\"b\":\"" ID_A "\"", "/b rule the two sides are the same actor" },
        { "posting", "\"position\":\"" ID_A "\"",
          "/position rule the person and the position are the same" },
        { "membership", "\"group\":\"" ID_A "\"", "/group rule a group is not a member of itself" },
        { "commitment", "\"to\":\"" ID_A "\",\"state\":\"open\"",
          "/to rule a commitment needs two different actors" },
        { "disclosure", "\"to\":\"" ID_A "\",\"given\":\"2024\",\"state\":\"in_confidence\"",
          "/to rule a disclosure needs two different actors" },
        { "assessment", "\"trustee\":\"" ID_A "\"",
          "/trustee rule an assessment needs two different actors" },
        { "relationship", "\"b\":\"" ID_B "\"", NULL },
        { "posting", "\"position\":\"" ID_B "\"", NULL },
        { "membership", "\"group\":\"" ID_B "\"", NULL },
        { "assessment", "\"trustee\":\"" ID_B "\"", NULL });
}

static void a_point_has_both_coordinates_in_range(void **state)
{
    (void)state;
    RUN({ "actor", "\"latitude\":1", "/longitude rule latitude and longitude come together" },
        { "actor", "\"longitude\":1", "/latitude rule latitude and longitude come together" },
        { "actor", "\"latitude\":-90,\"longitude\":180", NULL },
        { "actor", "\"latitude\":1,\"longitude\":180.0001", "/longitude range -180..180" },
        { "actor", "\"latitude\":-90.1,\"longitude\":0", "/latitude range -90..90" },
        { "engagement", "\"status\":\"planned\",\"latitude\":1",
          "/longitude rule latitude and longitude come together" });
}

static void a_relationship_is_consistent(void **state)
{
    (void)state;
    RUN({ "relationship", "\"b\":\"" ID_B "\",\"cadence_ideal\":30,\"cadence_longest\":29",
          "/cadence_longest rule the longest interval is shorter than the ideal one" },
        { "relationship", "\"b\":\"" ID_B "\",\"cadence_ideal\":30,\"cadence_longest\":30", NULL },
        { "relationship", "\"b\":\"" ID_B "\",\"cadence_longest\":30", NULL },
        { "relationship",
          "\"b\":\"" ID_B
          "\",\"integration\":[{\"channel\":\"Fuel\",\"level\":\"compatible\"},{\"channel\":"
          "\"fuel\",\"level\":\"integrated\"}]",
          "/integration/1/channel duplicate" },
        { "relationship", "\"b\":\"" ID_B "\",\"integration\":[{\"level\":\"compatible\"}]",
          "/integration/0/channel required" },
        { "relationship", "\"b\":\"" ID_B "\",\"priority\":\"T6\"", "/priority choice" });
}

static void an_engagement_says_only_what_its_status_allows(void **state)
{
    (void)state;
    RUN({ "engagement", "\"status\":\"held\",\"cancelled_by\":\"" ID_A "\"",
          "/cancelled_by rule only with the status cancelled" },
        { "engagement",
          "\"status\":\"planned\",\"cancelled_on\":\"2024\",\"cancelled_why\":\"rain\"",
          "/cancelled_on rule only with the status cancelled\n"
          "/cancelled_why rule only with the status cancelled" },
        { "engagement",
          "\"status\":\"cancelled\",\"cancelled_by\":\"" ID_A
          "\",\"cancelled_on\":\"2024\",\"cancelled_why\":\"rain\"",
          NULL },
        { "engagement", "\"status\":\"planned\",\"outcome\":\"positive\"",
          "/outcome rule only with the status held" },
        { "engagement", "\"status\":\"cancelled\",\"outcome\":\"negative\"",
          "/outcome rule only with the status held" },
        { "engagement", "\"status\":\"held\",\"outcome\":\"negative\"", NULL },
        { "engagement",
          "\"status\":\"held\",\"participants\":[{\"actor\":\"" ID_A "\"},{\"actor\":\"" ID_B
          "\"},{\"actor\":\"" ID_A "\",\"position\":\"" ID_C "\"}]",
          "/participants/2/actor duplicate" });
}

static void a_decided_commitment_agrees_with_its_dates(void **state)
{
    (void)state;
#define TO "\"to\":\"" ID_B "\","
    RUN({ "commitment", TO "\"state\":\"kept\"",
          "/decided_on rule needed once a commitment is kept, late or broken" },
        { "commitment", TO "\"state\":\"broken\"",
          "/decided_on rule needed once a commitment is kept, late or broken" },
        { "commitment", TO "\"state\":\"late\"",
          "/decided_on rule needed once a commitment is kept, late or broken\n"
          "/due rule a late commitment needs a due date" },
        { "commitment", TO "\"state\":\"waived\"", NULL },
        { "commitment", TO "\"state\":\"disputed\"", NULL },
        { "commitment", TO "\"state\":\"open\",\"decided_on\":\"2024\"",
          "/decided_on rule an open commitment is not decided yet" },
        { "commitment",
          TO "\"state\":\"kept\",\"due\":\"2024-05-10\",\"decided_on\":\"2024-05-11\"",
          "/state rule it was decided after it was due: the state is \"late\"" },
        { "commitment", TO "\"state\":\"kept\",\"due\":\"2024-05\",\"decided_on\":\"2024-05-31\"",
          NULL },
        { "commitment", TO "\"state\":\"kept\",\"due\":\"2024-05-10\",\"decided_on\":\"2024\"",
          NULL },
        { "commitment",
          TO "\"state\":\"late\",\"due\":\"2024-05-10\",\"decided_on\":\"2024-05-09\"",
          "/state rule it was decided before it was due: the state is \"kept\"" },
        { "commitment",
          TO "\"state\":\"late\",\"due\":\"2024-05-10\",\"decided_on\":\"2024-05-12\"", NULL },
        { "commitment",
          TO "\"state\":\"broken\",\"due\":\"2024-05-10\",\"decided_on\":\"2024-05-01\"", NULL });
}

static void a_disclosure_is_decided_when_it_is_over(void **state)
{
    (void)state;
#define GIVEN "\"to\":\"" ID_B "\",\"given\":\"2024\","
    RUN({ "disclosure", GIVEN "\"state\":\"in_confidence\"", NULL },
        { "disclosure", GIVEN "\"state\":\"in_confidence\",\"decided_on\":\"2024\"",
          "/decided_on rule a confidence that lasts is not decided yet" },
        { "disclosure", GIVEN "\"state\":\"honoured\"",
          "/decided_on rule needed once a confidence is honoured, breached or released" },
        { "disclosure", GIVEN "\"state\":\"breached\"",
          "/decided_on rule needed once a confidence is honoured, breached or released" },
        { "disclosure", GIVEN "\"state\":\"released\"",
          "/decided_on rule needed once a confidence is honoured, breached or released" },
        { "disclosure", GIVEN "\"state\":\"released\",\"decided_on\":\"2024\"", NULL });
}

static void an_assessment_weighs_between_nothing_and_one(void **state)
{
    (void)state;
    RUN({ "assessment", "\"trustee\":\"" ID_B "\",\"weight\":1.01", "/weight range 0..1" },
        { "assessment", "\"trustee\":\"" ID_B "\",\"weight\":-0.01", "/weight range 0..1" },
        { "assessment", "\"trustee\":\"" ID_B "\",\"weight\":0", NULL },
        { "assessment", "\"trustee\":\"" ID_B "\",\"weight\":1", NULL });
}

static void a_party_may_come_back_but_not_stand_twice(void **state)
{
    (void)state;
    RUN({ "agreement", "\"parties\":[{\"party\":\"" ID_A "\"},{\"party\":\"" ID_A "\"}]",
          "/parties/1/party duplicate" },
        { "agreement",
          "\"parties\":[{\"party\":\"" ID_A "\",\"joined\":\"1949\",\"left\":\"1966\"},{\"party\":"
          "\"" ID_A "\",\"joined\":\"2009\"}]",
          NULL },
        { "agreement",
          "\"parties\":[{\"party\":\"" ID_B "\"},{\"party\":\"" ID_A
          "\",\"joined\":\"1966-02\",\"left\":\"1949\"}]",
          "/parties/1/left order joined" });
}

static void required_fields_are_named_for_every_kind(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    static const char *const rows[][2] = {
        { "actor", "nature name_en" },
        { "posting", "person position" },
        { "membership", "member group" },
        { "relationship", "a b nature" },
        { "engagement", "title when mode status" },
        { "commitment", "from to text stakes state" },
        { "disclosure", "from to what summary given state" },
        { "assessment", "relationship truster trustee dimension valence rationale on" },
        { "agreement", "title instrument" },
        { "user", "username role" },
        { "token", "name scope hash expires" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cleanup_buf struct buf expected;
        buf_init(&expected, LIMIT_TEXT);
        struct slice rest = slice_of(rows[i][1]);
        while (rest.ptr) {
            struct slice name = slice_cut(&rest, ' ');
            buf_printf(&expected, "%s/" SLICE_FMT " required", expected.len ? "\n" : "",
                       SLICE_ARG(name));
        }
        assert_outcome(&f, rows[i][0], "{}", expected.ptr);
    }
}

/* Judged by a second statement of the same life cycle: the allowed pairs as words. */
static void check_cycle(const struct state_row *table, const struct choice *states,
                        const char *allowed)
{
    size_t rows = 0;
    while (table[rows].state)
        rows++;
    for (const struct choice *x = states; x->value; x++) {
        assert_string_equal(table[x - states].state, x->value); /* the bits count in this order */
        for (const struct choice *y = states; y->value; y++) {
            char pair[64];
            snprintf(pair, sizeof pair, " %s>%s ", x->value, y->value);
            bool expected = x == y || strstr(allowed, pair) != NULL;
            if (rule_may_follow(table, slice_of(x->value), slice_of(y->value)) != expected)
                fail_msg("%s should be %s", pair, expected ? "allowed" : "refused");
        }
        assert_false(rule_may_follow(table, slice_of(x->value), S("gone")));
        assert_false(rule_may_follow(table, S("gone"), slice_of(x->value)));
        rows--;
    }
    assert_int_equal(rows, 0);
}

static void life_cycles_allow_exactly_these_steps(void **state)
{
    (void)state;
    check_cycle(commitment_states, kind_field(&kind_commitment, S("state"))->choices,
                " open>kept  open>late  open>broken  open>waived  open>disputed "
                " kept>disputed  late>disputed  broken>disputed  waived>disputed "
                " kept>open  late>open  broken>open  waived>open  disputed>open "
                " disputed>kept  disputed>late  disputed>broken  disputed>waived ");
    check_cycle(disclosure_states, kind_field(&kind_disclosure, S("state"))->choices,
                " in_confidence>honoured  in_confidence>breached  in_confidence>released "
                " honoured>in_confidence  honoured>breached  honoured>released "
                " breached>in_confidence  released>in_confidence ");
    check_cycle(engagement_states, kind_field(&kind_engagement, S("status"))->choices,
                " planned>held  planned>cancelled  held>planned  cancelled>planned ");
    check_cycle(
        obligation_states,
        field_find(kind_field(&kind_obligation, S("instances"))->fields, S("state"))->choices,
        " due>fulfilled  due>late  due>waived  due>disputed  due>breached "
        " fulfilled>due  late>due  waived>due  breached>due  disputed>due "
        " fulfilled>disputed  late>disputed  waived>disputed  breached>disputed "
        " disputed>fulfilled  disputed>late  disputed>waived  disputed>breached ");
    check_cycle(transaction_states, kind_field(&kind_transaction, S("state"))->choices,
                " ordered>delivered  ordered>settled  ordered>waived  ordered>disputed "
                " ordered>cancelled  delivered>ordered  delivered>settled  delivered>defaulted "
                " delivered>waived  delivered>disputed  settled>delivered  settled>disputed "
                " defaulted>delivered  defaulted>settled  defaulted>waived  defaulted>disputed "
                " waived>delivered  waived>disputed  disputed>delivered  disputed>settled "
                " disputed>defaulted  disputed>waived  disputed>cancelled  cancelled>ordered ");
}

static void a_request_goes_from_draft_to_settlement(void **state)
{
    (void)state;
    check_cycle(request_states, kind_field(&kind_request, S("state"))->choices,
                " draft>submitted  draft>cancelled "
                " submitted>validated  submitted>sourcing  submitted>offered "
                " submitted>declined  submitted>cancelled  submitted>expired "
                " validated>sourcing  validated>offered "
                " validated>declined  validated>cancelled  validated>expired "
                " sourcing>offered  sourcing>declined  sourcing>cancelled  sourcing>expired "
                " offered>accepted  offered>declined  offered>cancelled  offered>expired "
                " accepted>deployed  accepted>cancelled  deployed>released  released>settled "
                " settled>released  declined>submitted  expired>submitted "
                " cancelled>draft  cancelled>submitted ");
}

static void a_step_is_checked_against_the_version_before(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    struct record_rules rules = {
        .before = parse(f.arena, "{\"title\":\"T\",\"when\":\"2024\",\"mode\":\"call\","
                                 "\"status\":\"held\"}")
    };
    const char *after = "{\"title\":\"T\",\"when\":\"2024\",\"mode\":\"call\",\"status\":"
                        "\"cancelled\"}";
    assert_string_equal(outcome(&f, "engagement", after, &rules).ptr,
                        "/status transition held -> cancelled");
    assert_string_equal(outcome(&f, "engagement", after, NULL).ptr, after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_ends_surely_before_it_begins),
        cmocka_unit_test(two_sides_are_two_actors),
        cmocka_unit_test(a_point_has_both_coordinates_in_range),
        cmocka_unit_test(a_relationship_is_consistent),
        cmocka_unit_test(an_engagement_says_only_what_its_status_allows),
        cmocka_unit_test(a_decided_commitment_agrees_with_its_dates),
        cmocka_unit_test(a_disclosure_is_decided_when_it_is_over),
        cmocka_unit_test(an_assessment_weighs_between_nothing_and_one),
        cmocka_unit_test(a_party_may_come_back_but_not_stand_twice),
        cmocka_unit_test(required_fields_are_named_for_every_kind),
        cmocka_unit_test(life_cycles_allow_exactly_these_steps),
        cmocka_unit_test(a_request_goes_from_draft_to_settlement),
        cmocka_unit_test(a_step_is_checked_against_the_version_before),
    };
    return run_suite(tests);
}

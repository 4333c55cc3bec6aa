/* The rules of agreements' terms, obligations, transactions and requests; recurrence rules. Life
 * cycles are in test_rules.c, evidence in test_evidence.c. */
#include "record_check.h"

#include "record/recurrence.h"
#include "record/registry.h"

struct rule_case {
    const char *body;   /* members after the head */
    const char *errors; /* NULL: accepted */
};

static void run_cases(const char *kind, const char *head, const struct rule_case *cases,
                      size_t count)
{
    cleanup_fixture struct fixture f = fixture_new();
    for (size_t i = 0; i < count; i++) {
        struct slice body = arena_printf(f.arena, "{%s%s}", head, cases[i].body);
        struct slice got = outcome(&f, kind, body.ptr, NULL);
        if (!cases[i].errors && got.ptr[0] != '{')
            fail_msg("%s should be accepted: %s", body.ptr, got.ptr);
        const char *rule = cases[i].errors ? strstr(cases[i].errors, " rule ") : NULL;
        if (rule && !strchr(rule, '\n') && rule_text(rule + 6, true) == rule + 6)
            fail_msg("no French for: %s", rule + 6);
        if (cases[i].errors && strcmp(got.ptr, cases[i].errors) != 0)
            fail_msg("%s\n gave %s\n not  %s", body.ptr, got.ptr, cases[i].errors);
    }
}

#define RUN(kind, head, ...)                                           \
    do {                                                               \
        static const struct rule_case cases_[] = { __VA_ARGS__ };      \
        run_cases(kind, head, cases_, sizeof cases_ / sizeof *cases_); \
    } while (0)

static void required_fields_are_named(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    assert_outcome(&f, "agreement", "{\"actions\":[{\"note\":\"N\"}]}",
                   "/title required\n/instrument required\n/actions/0/party required\n"
                   "/actions/0/action required\n/actions/0/deposited required");
    assert_outcome(&f, "obligation", "{\"instances\":[{\"note\":\"N\"}]}",
                   "/agreement required\n/obligor required\n/beneficiary required\n"
                   "/text required\n/trigger required\n/stakes required\n"
                   "/instances/0/on required\n/instances/0/state required");
    assert_outcome(&f, "transaction", "{}",
                   "/supplier required\n/receiver required\n/item required\n"
                   "/settlement required\n/state required");
    assert_outcome(&f, "request", "{}",
                   "/from required\n/to required\n/nature required\n/text required\n"
                   "/stakes required\n/state required");
}

#define AGREEMENT "\"title\":\"T\",\"instrument\":\"acsa\""

static void an_agreement_holds_its_terms_in_their_shortest_form(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    assert_outcome(&f, "agreement",
                   "{" AGREEMENT ",\"term\":\"P60M\",\"notice_period\":\"P26W\",\"languages\":"
                   "[\"EN\",\"fr-ca\"],\"regions\":[\"m49-021\",\"ca\"],\"covers\":[\"" ID_A
                   "\"],\"number\":\"I:33521\"}",
                   "{\"title\":\"T\",\"instrument\":\"acsa\",\"number\":\"I:33521\",\"covers\":"
                   "[\"" ID_A "\"],\"term\":\"P5Y\",\"notice_period\":\"P182D\",\"regions\":"
                   "[\"021\",\"CAN\"],\"languages\":[\"en\",\"fr-CA\"]}");
    assert_outcome(&f, "agreement", "{" AGREEMENT ",\"term\":\"five years\"}",
                   "/term format ISO 8601 duration, e.g. P6M, P14D or PT36H");
}

static void a_text_that_is_negotiated_is_not_concluded_nor_acted_upon(void **state)
{
    (void)state;
#define SIGNED \
    ",\"actions\":[{\"party\":\"" ID_A "\",\"action\":\"signature\",\"deposited\":\"2024\"}]"
    RUN("agreement", AGREEMENT, { ",\"stage\":\"draft\"", NULL },
        { ",\"stage\":\"negotiating\",\"in_force\":\"2030\"", NULL },
        { ",\"stage\":\"agreed\",\"concluded\":\"2024\"" SIGNED, NULL },
        { ",\"concluded\":\"2024\"" SIGNED, NULL },
        { ",\"stage\":\"draft\",\"concluded\":\"2024\"",
          "/concluded rule a text that is still negotiated is not concluded" },
        { ",\"stage\":\"negotiating\"" SIGNED,
          "/actions rule nobody acts on a text that is still negotiated" });
}

static void the_rule_of_entry_has_what_it_needs_and_no_more(void **state)
{
    (void)state;
    RUN("agreement", AGREEMENT, { ",\"entry_rule\":\"threshold\",\"entry_threshold\":12", NULL },
        { ",\"entry_rule\":\"ratification\",\"entry_delay\":\"P30D\"", NULL },
        { ",\"entry_rule\":\"date\",\"in_force\":\"2025\"", NULL },
        { ",\"entry_rule\":\"threshold\"",
          "/entry_threshold rule needed with the entry rule threshold" },
        { ",\"entry_rule\":\"signature\",\"entry_threshold\":2",
          "/entry_threshold rule only with the entry rule threshold" },
        { ",\"entry_threshold\":2", "/entry_threshold rule only with the entry rule threshold" },
        { ",\"entry_rule\":\"threshold\",\"entry_threshold\":0", "/entry_threshold range 1..500" },
        { ",\"entry_rule\":\"date\",\"entry_delay\":\"P30D\"",
          "/entry_delay rule only with an entry rule other than a date" },
        { ",\"entry_delay\":\"P30D\"",
          "/entry_delay rule only with an entry rule other than a date" });
}

static void a_renewal_renews_for_some_time(void **state)
{
    (void)state;
    RUN("agreement", AGREEMENT,
        { ",\"renewal\":\"automatic\",\"term\":\"P5Y\",\"renewal_limit\":3", NULL },
        { ",\"renewal\":\"consent\",\"expires\":\"2030\",\"renewal_period\":\"P1Y\"", NULL },
        { ",\"renewal\":\"none\",\"expires\":\"2030\"", NULL },
        { ",\"renewal\":\"automatic\"",
          "/term rule a renewal needs a term, or an end and a renewal period" },
        { ",\"renewal\":\"consent\",\"expires\":\"2030\"",
          "/term rule a renewal needs a term, or an end and a renewal period" },
        { ",\"renewal\":\"automatic\",\"renewal_period\":\"P1Y\"",
          "/term rule a renewal needs a term, or an end and a renewal period" },
        { ",\"renewal\":\"none\",\"term\":\"P5Y\",\"renewal_period\":\"P1Y\"",
          "/renewal_period rule only with a renewal" },
        { ",\"renewal_limit\":2", "/renewal_limit rule only with a renewal" },
        { ",\"term\":\"P0D\"", "/term rule longer than nothing" },
        { ",\"renewal\":\"automatic\",\"term\":\"P5Y\",\"renewal_period\":\"PT0S\"",
          "/renewal_period rule longer than nothing" });
}

static void the_days_of_an_agreement_are_in_order(void **state)
{
    (void)state;
    RUN("agreement", AGREEMENT,
        { ",\"in_force\":\"2024-05\",\"expires\":\"2024-04\"", "/expires order in_force" },
        { ",\"provisional_from\":\"2024\",\"provisional_until\":\"2023\"",
          "/provisional_until order provisional_from" },
        { ",\"provisional_from\":\"2024\",\"provisional_until\":\"2024\"", NULL },
        { ",\"concluded\":\"2024\",\"ended\":\"2023\"", "/ended order concluded" });
}

#define ACT(action, day, more) \
    "{\"party\":\"" ID_A "\",\"action\":\"" action "\",\"deposited\":\"" day "\"" more "}"

static void a_party_acts_once_a_day_and_leaves_after_it_said_so(void **state)
{
    (void)state;
    RUN("agreement", AGREEMENT ",\"actions\":[" ACT("signature", "2024-05-01", ""),
        { "," ACT("ratification", "2024-05-01", "") "]", NULL },
        { "," ACT("signature", "2024-05-02", "") "]", NULL },
        { "," ACT("signature", "2024-05-01", "") "]", "/actions/1/action duplicate" },
        { "," ACT("withdrawal", "2024-06", ",\"effective\":\"2024-12\"") "]", NULL },
        { "," ACT("withdrawal", "2024-06", ",\"effective\":\"2024-05\"") "]",
          "/actions/1/effective order deposited" },
        { "," ACT("notice_of_termination", "2024-06", ",\"effective\":\"2023\"") "]",
          "/actions/1/effective order deposited" },
        { "," ACT("provisional_application", "2024-06", ",\"effective\":\"2024-05\"") "]", NULL });
}

#define OBLIGATION                                                                               \
    "\"agreement\":\"" ID_D "\",\"obligor\":\"" ID_A "\",\"text\":\"T\",\"stakes\":\"critical\"" \
    ",\"beneficiary\":\"" ID_B "\""

static void an_obligation_has_a_trigger_and_what_it_needs(void **state)
{
    (void)state;
    RUN("obligation", OBLIGATION, { ",\"trigger\":\"date\",\"starts\":\"2024-05-01\"", NULL },
        { ",\"trigger\":\"recurrence\",\"starts\":\"2024\",\"recurrence\":\"FREQ=YEARLY\"", NULL },
        { ",\"trigger\":\"request\"", NULL },
        { ",\"trigger\":\"event\",\"starts\":\"2024\",\"until\":\"2030\"", NULL },
        { ",\"trigger\":\"date\"", "/starts rule needed with a date or a recurrence" },
        { ",\"trigger\":\"recurrence\",\"recurrence\":\"FREQ=YEARLY\"",
          "/starts rule needed with a date or a recurrence" },
        { ",\"trigger\":\"recurrence\",\"starts\":\"2024\"",
          "/recurrence rule needed with the trigger recurrence" },
        { ",\"trigger\":\"recurrence\",\"starts\":\"2024\",\"recurrence\":\"every March\"",
          "/recurrence format a recurrence of RFC 5545, e.g. FREQ=YEARLY;BYMONTH=3" },
        { ",\"trigger\":\"request\",\"recurrence\":\"FREQ=YEARLY\"",
          "/recurrence rule only with the trigger recurrence" },
        { ",\"trigger\":\"event\",\"starts\":\"2024\",\"until\":\"2023\"", "/until order starts" });
}

static void an_obligation_binds_two_actors(void **state)
{
    (void)state;
    RUN("obligation",
        "\"agreement\":\"" ID_D "\",\"obligor\":\"" ID_A "\",\"text\":\"T\",\"stakes\":"
        "\"routine\",\"trigger\":\"request\"",
        { ",\"beneficiary\":\"" ID_A "\"",
          "/beneficiary rule an obligation binds two different actors" },
        { ",\"beneficiary\":\"" ID_B "\"", NULL });
}

#define INSTANCE(text) ",\"instances\":[{\"on\":\"2024-05-01\"," text "}]"
#define EVENT_OF OBLIGATION ",\"trigger\":\"event\""
#define TOO_LATE "/instances/0/state rule it was fulfilled after it was due: the state is \"late\""
#define TOO_EARLY \
    "/instances/0/state rule it was fulfilled before it was due: the state is \"fulfilled\""

static void a_decided_instance_is_dated(void **state)
{
    (void)state;
#define UNDATED \
    "/instances/0/decided_on rule needed once an instance is fulfilled, late or breached"
    RUN("obligation", EVENT_OF, { INSTANCE("\"state\":\"due\""), NULL },
        { INSTANCE("\"state\":\"waived\""), NULL }, { INSTANCE("\"state\":\"disputed\""), NULL },
        { INSTANCE("\"state\":\"fulfilled\""), UNDATED },
        { INSTANCE("\"state\":\"late\""), UNDATED },
        { INSTANCE("\"state\":\"breached\""), UNDATED },
        { INSTANCE("\"state\":\"due\",\"decided_on\":\"2024\""),
          "/instances/0/decided_on rule what is due is not decided yet" });
}

static void an_instance_agrees_with_when_it_was_due(void **state)
{
    (void)state;
#define DONE(state, day) "\"state\":\"" state "\",\"decided_on\":\"" day "\""
    RUN("obligation", EVENT_OF, { INSTANCE(DONE("fulfilled", "2024-05-01")), NULL },
        { INSTANCE(DONE("fulfilled", "2024-05")), NULL },
        { INSTANCE(DONE("fulfilled", "2024-05-02")), TOO_LATE },
        { INSTANCE(DONE("late", "2024-05-02")), NULL },
        { INSTANCE(DONE("late", "2024-04-30")), TOO_EARLY },
        { INSTANCE(DONE("breached", "2024-04-30")), NULL },
        { INSTANCE("\"due\":\"2024-06\"," DONE("fulfilled", "2024-06-30")), NULL },
        { INSTANCE("\"due\":\"2024-06\"," DONE("fulfilled", "2024-07-01")), TOO_LATE },
        { INSTANCE("\"due\":\"2024-06\"," DONE("late", "2024-05-31")), TOO_EARLY });
}

static void the_due_rule_and_grace_push_the_limit_out(void **state)
{
    (void)state;
    RUN("obligation", EVENT_OF ",\"due_within\":\"P1M\",\"grace\":\"P10D\"",
        { INSTANCE(DONE("fulfilled", "2024-06-11")), NULL },
        { INSTANCE(DONE("fulfilled", "2024-06-12")), TOO_LATE },
        { INSTANCE(DONE("late", "2024-06-12")), NULL },
        { INSTANCE(DONE("late", "2024-06-01")), NULL },
        { INSTANCE(DONE("late", "2024-05-31")), TOO_EARLY },
        { INSTANCE("\"due\":\"2024-05-20\"," DONE("fulfilled", "2024-05-30")), NULL },
        { INSTANCE("\"due\":\"2024-05-20\"," DONE("fulfilled", "2024-05-31")), TOO_LATE });
}

static void instances_stand_once_and_in_their_time(void **state)
{
    (void)state;
#define TWO(one, other)                                                         \
    ",\"instances\":[{\"on\":\"2024-05-01\",\"state\":\"due\"" one "},{\"on\":" \
    "\"2024-05-01\",\"state\":\"due\"" other "}]"
    RUN("obligation", OBLIGATION ",\"trigger\":\"request\",\"starts\":\"2024-05\"",
        { TWO("", ""), "/instances/1/on duplicate" },
        { TWO(",\"request\":\"" ID_A "\"", ",\"request\":\"" ID_B "\""), NULL },
        { TWO(",\"request\":\"" ID_A "\"", ",\"request\":\"" ID_A "\""),
          "/instances/1/on duplicate" },
        { ",\"instances\":[{\"on\":\"2024-04\",\"state\":\"due\"}]",
          "/instances/0/on order starts" },
        { INSTANCE("\"state\":\"due\",\"due\":\"2024-04\""), "/instances/0/due order on" });
}

static void an_instance_takes_only_its_next_steps(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    struct record_rules rules = {
        .before = parse(f.arena, "{" EVENT_OF ",\"instances\":[{\"on\":\"2023\",\"state\":\"due\"},"
                                 "{\"on\":\"2024\",\"state\":\"waived\"}]}")
    };
    const char *wrong = "{" EVENT_OF ",\"instances\":[{\"on\":\"2024\",\"state\":\"breached\","
                        "\"decided_on\":\"2024\"},{\"on\":\"2022\",\"state\":\"waived\"}]}";
    const char *right = "{" EVENT_OF ",\"instances\":[{\"on\":\"2024\",\"state\":\"due\"},"
                        "{\"on\":\"2023\",\"state\":\"disputed\"}]}";
    assert_string_equal(outcome(&f, "obligation", wrong, &rules).ptr,
                        "/instances/0/state transition waived -> breached");
    assert_true(outcome(&f, "obligation", right, &rules).ptr[0] == '{');
    assert_true(outcome(&f, "obligation", wrong, NULL).ptr[0] == '{');
}

static void recurrences_are_rules_of_days(void **state)
{
    (void)state;
    static const char *const good[] = {
        "FREQ=YEARLY",
        "FREQ=YEARLY;BYMONTH=3",
        "FREQ=MONTHLY;BYDAY=1MO,-1FR;COUNT=12",
        "INTERVAL=2;FREQ=WEEKLY;WKST=SU;BYDAY=TU,TH",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY;BYMONTHDAY=-1;BYMONTH=3,6,9,12",
        "FREQ=DAILY;UNTIL=20301231",
        "FREQ=DAILY;UNTIL=20301231T235959Z",
        "FREQ=YEARLY;BYWEEKNO=1;BYYEARDAY=-366",
    };
    static const char *const bad[] = {
        "",
        "yearly",
        "FREQ=HOURLY",
        "FREQ=yearly",
        "RRULE:FREQ=YEARLY",
        "FREQ=YEARLY;",
        ";FREQ=YEARLY",
        "FREQ=YEARLY;FREQ=DAILY",
        "BYMONTH=3",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;BYMONTH=0",
        "FREQ=YEARLY;BYMONTH=-1",
        "FREQ=YEARLY;BYMONTH=3,",
        "FREQ=YEARLY;BYMONTH=",
        "FREQ=YEARLY;BYMONTH",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=MONTHLY;BYDAY=XX",
        "FREQ=MONTHLY;BYDAY=0MO",
        "FREQ=MONTHLY;BYDAY=54MO",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=3;UNTIL=20301231",
        "FREQ=DAILY;UNTIL=2030-12-31",
        "FREQ=DAILY;UNTIL=20301331",
        "FREQ=DAILY;INTERVAL=99999",
        "FREQ=DAILY;INTERVAL=1,2",
        "FREQ=DAILY;BYHOUR=3",
        "FREQ=DAILY;COUNT=1e3",
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        if (!recurrence_is_rule(slice_of(good[i])))
            fail_msg("should be a rule: %s", good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        if (recurrence_is_rule(slice_of(bad[i])))
            fail_msg("should be no rule: %s", bad[i]);
    }
}

#define TRANSACTION                                                                         \
    "\"supplier\":\"" ID_A "\",\"receiver\":\"" ID_B "\",\"item\":\"Fuel\",\"settlement\":" \
    "\"cash\""

static void a_transaction_says_what_its_state_needs(void **state)
{
    (void)state;
    RUN("transaction", TRANSACTION, { ",\"state\":\"ordered\"", NULL },
        { ",\"state\":\"delivered\"", "/delivered rule needed once it is delivered" },
        { ",\"state\":\"delivered\",\"delivered\":\"2024\"", NULL },
        { ",\"state\":\"settled\"", "/settled rule needed once it is settled" },
        { ",\"state\":\"settled\",\"settled\":\"2024\",\"settled_value\":5,\"currency\":\"CAD\"",
          NULL },
        { ",\"state\":\"defaulted\"", "/due rule only what was due can be defaulted on" },
        { ",\"state\":\"defaulted\",\"due\":\"2024\"", NULL },
        { ",\"state\":\"delivered\",\"delivered\":\"2024\",\"settled\":\"2024\"",
          "/settled rule only once it is settled" },
        { ",\"state\":\"waived\",\"settled_value\":5,\"currency\":\"CAD\"",
          "/settled_value rule only once it is settled" },
        { ",\"state\":\"disputed\",\"settled\":\"2024\",\"settled_value\":5,\"currency\":\"CAD\"",
          NULL },
        { ",\"state\":\"cancelled\"", NULL });
}

static void a_value_has_its_currency(void **state)
{
    (void)state;
#define CURRENCY_FORMAT "/currency format an ISO 4217 code in capitals, e.g. CAD"
    RUN("transaction", TRANSACTION ",\"state\":\"ordered\"",
        { ",\"value\":10,\"currency\":\"CAD\"", NULL }, { ",\"currency\":\"CAD\"", NULL },
        { ",\"value\":10", "/currency rule a value needs its currency" },
        { ",\"value\":0", "/currency rule a value needs its currency" },
        { ",\"value\":-1,\"currency\":\"CAD\"", "/value range 0..1000000000000000" },
        { ",\"value\":1,\"currency\":\"cad\"", CURRENCY_FORMAT },
        { ",\"value\":1,\"currency\":\"CA\"", CURRENCY_FORMAT },
        { ",\"value\":1,\"currency\":\"CAD$\"", "/currency too-long 3" });
}

static void supplier_and_receiver_differ(void **state)
{
    (void)state;
    RUN("transaction", "\"supplier\":\"" ID_A "\",\"item\":\"Fuel\",\"settlement\":\"cash\"",
        { ",\"state\":\"ordered\",\"receiver\":\"" ID_A "\"",
          "/receiver rule a transaction needs two different actors" },
        { ",\"state\":\"ordered\",\"receiver\":\"" ID_B "\"", NULL });
}

#define ASKED                                                                                     \
    "\"from\":\"" ID_A "\",\"to\":\"" ID_B "\",\"nature\":\"support\",\"text\":\"T\",\"stakes\":" \
    "\"routine\""
#define SENT ASKED ",\"submitted_on\":\"2024-05-01\""

static void a_draft_has_neither_left_nor_been_answered(void **state)
{
    (void)state;
    RUN("request", ASKED, { ",\"state\":\"draft\"", NULL },
        { ",\"state\":\"draft\",\"submitted_on\":\"2024\"",
          "/submitted_on rule a draft has not been submitted" },
        { ",\"state\":\"draft\",\"answer\":\"full\"", "/answer rule a draft has no answer" },
        { ",\"state\":\"draft\",\"answered_on\":\"2024\"",
          "/answered_on rule a draft has no answer" },
        { ",\"state\":\"cancelled\"", NULL },
        { ",\"state\":\"submitted\"", "/submitted_on rule needed once a request is submitted" },
        { ",\"state\":\"sourcing\"", "/submitted_on rule needed once a request is submitted" },
        { ",\"state\":\"expired\"", "/submitted_on rule needed once a request is submitted" });
}

static void the_answer_fits_the_state(void **state)
{
    (void)state;
#define GRANTED "/answer rule once a request is offered, the answer is \"full\" or \"part\""
#define ON ",\"answered_on\":\"2024-05-02\""
    RUN("request", SENT, { ",\"state\":\"offered\",\"answer\":\"full\"" ON, NULL },
        { ",\"state\":\"settled\",\"answer\":\"part\"" ON, NULL },
        { ",\"state\":\"offered\"", GRANTED }, { ",\"state\":\"accepted\"", GRANTED },
        { ",\"state\":\"deployed\",\"answer\":\"declined\"" ON, GRANTED },
        { ",\"state\":\"released\"", GRANTED }, { ",\"state\":\"settled\"", GRANTED },
        { ",\"state\":\"declined\"", "/answer rule a declined request has an answer" },
        { ",\"state\":\"declined\",\"answer\":\"declined\"" ON, NULL },
        { ",\"state\":\"declined\",\"answer\":\"full\"" ON, NULL },
        { ",\"state\":\"expired\"", NULL }, { ",\"state\":\"expired\",\"answer\":\"none\"", NULL },
        { ",\"state\":\"submitted\",\"answer\":\"none\"",
          "/answer rule only of an expired request" },
        { ",\"state\":\"declined\",\"answer\":\"none\"",
          "/answer rule only of an expired request" },
        { ",\"state\":\"offered\",\"answer\":\"full\"", "/answered_on rule needed with an answer" },
        { ",\"state\":\"declined\",\"answer\":\"declined\"",
          "/answered_on rule needed with an answer" },
        { ",\"state\":\"expired\",\"answer\":\"none\"" ON, "/answered_on rule no answer came" });
}

static void the_days_of_a_request_are_in_order(void **state)
{
    (void)state;
    RUN("request", SENT ",\"state\":\"settled\",\"answer\":\"full\",\"answered_on\":\"2024-05-03\"",
        { ",\"accepted_on\":\"2024-05-04\",\"deployed_on\":\"2024-05-05\",\"released_on\":"
          "\"2024-05-06\",\"settled_on\":\"2024-05-07\"",
          NULL },
        { ",\"response_due\":\"2024-04\"", "/response_due order submitted_on" },
        { ",\"accepted_on\":\"2024-05-02\"", "/accepted_on order answered_on" },
        { ",\"accepted_on\":\"2024-06\",\"deployed_on\":\"2024-05\"",
          "/deployed_on order accepted_on" },
        { ",\"deployed_on\":\"2024-06\",\"released_on\":\"2024-05\"",
          "/released_on order deployed_on" },
        { ",\"released_on\":\"2024-06\",\"settled_on\":\"2024-05\"",
          "/settled_on order released_on" },
        { ",\"closed_on\":\"2024-04\"", "/closed_on order submitted_on" });
    RUN("request", SENT ",\"state\":\"offered\",\"answer\":\"full\"",
        { ",\"answered_on\":\"2024-04-30\"", "/answered_on order submitted_on" });
}

static void nobody_asks_themselves(void **state)
{
    (void)state;
    RUN("request",
        "\"from\":\"" ID_A "\",\"nature\":\"information\",\"text\":\"T\",\"stakes\":\"routine\","
        "\"state\":\"draft\"",
        { ",\"to\":\"" ID_A "\"", "/to rule a request needs two different actors" },
        { ",\"to\":\"" ID_B "\"", NULL });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(required_fields_are_named),
        cmocka_unit_test(an_agreement_holds_its_terms_in_their_shortest_form),
        cmocka_unit_test(a_text_that_is_negotiated_is_not_concluded_nor_acted_upon),
        cmocka_unit_test(the_rule_of_entry_has_what_it_needs_and_no_more),
        cmocka_unit_test(a_renewal_renews_for_some_time),
        cmocka_unit_test(the_days_of_an_agreement_are_in_order),
        cmocka_unit_test(a_party_acts_once_a_day_and_leaves_after_it_said_so),
        cmocka_unit_test(an_obligation_has_a_trigger_and_what_it_needs),
        cmocka_unit_test(an_obligation_binds_two_actors),
        cmocka_unit_test(a_decided_instance_is_dated),
        cmocka_unit_test(an_instance_agrees_with_when_it_was_due),
        cmocka_unit_test(the_due_rule_and_grace_push_the_limit_out),
        cmocka_unit_test(instances_stand_once_and_in_their_time),
        cmocka_unit_test(an_instance_takes_only_its_next_steps),
        cmocka_unit_test(recurrences_are_rules_of_days),
        cmocka_unit_test(a_transaction_says_what_its_state_needs),
        cmocka_unit_test(a_value_has_its_currency),
        cmocka_unit_test(supplier_and_receiver_differ),
        cmocka_unit_test(a_draft_has_neither_left_nor_been_answered),
        cmocka_unit_test(the_answer_fits_the_state),
        cmocka_unit_test(the_days_of_a_request_are_in_order),
        cmocka_unit_test(nobody_asks_themselves),
    };
    return run_suite(tests);
}

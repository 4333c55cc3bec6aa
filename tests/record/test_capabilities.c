/* The rules of words, offers, needs, objectives and accesses, and the life cycle of a need. */
#include "record_check.h"

#include "record/registry.h"

#include <stdio.h>

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
    assert_outcome(&f, "vocabulary", "{}", "/title required");
    assert_outcome(&f, "concept", "{}", "/vocabulary required\n/pref required");
    assert_outcome(&f, "mapping", "{}", "/from required\n/to required\n/relation required");
    assert_outcome(&f, "objective", "{\"endorsements\":[{\"on\":\"2024\"}]}",
                   "/title required\n/endorsements/0/actor required\n"
                   "/endorsements/0/degree required");
    assert_outcome(&f, "need",
                   "{\"requirements\":[{\"quantity\":1}],\"common_causes\":[{\"note\":\"N\"}]}",
                   "/title required\n/state required\n/requirements/0/capability required\n"
                   "/common_causes/0/actors required\n/common_causes/0/probability required");
    assert_outcome(&f, "offer", "{}", "/actor required\n/capability required");
    assert_outcome(&f, "access", "{}", "/holder required\n/to required");
}

static void the_namespace_of_a_vocabulary_is_a_uri(void **state)
{
    (void)state;
    RUN("vocabulary", "\"title\":\"T\"", { ",\"namespace\":\"https://example.org/terms/\"", NULL },
        { ",\"namespace\":\"urn:x\"", NULL }, { "", NULL },
        { ",\"namespace\":\"example.org/a:b\"", "/namespace rule not a URI" },
        { ",\"namespace\":\"https:\"", "/namespace rule not a URI" },
        { ",\"namespace\":\":x\"", "/namespace rule not a URI" },
        { ",\"namespace\":\"urn:a b\"", "/namespace rule not a URI" });
}

static void a_concept_keeps_the_integrity_conditions_of_skos(void **state)
{
    (void)state;
    RUN("concept", "\"vocabulary\":\"" ID_A "\",\"pref\":\"Boat\",\"pref_fr\":\"Bateau\"",
        { ",\"broader\":[\"" ID_B "\"],\"related\":[\"" ID_C "\"]", NULL },
        { ",\"broader\":[\"" ID_B "\",\"" ID_C "\"],\"related\":[\"" ID_D "\",\"" ID_C "\"]",
          "/related rule a broader concept is not also a related one" },
        { ",\"alt\":[\"Craft\"],\"alt_fr\":[\"Boat\"]", NULL },
        { ",\"alt\":[\"Craft\",\"Boat\"]", "/alt rule it is the preferred label already" },
        { ",\"alt_fr\":[\"Bateau\"]", "/alt_fr rule it is the preferred label already" });
}

static void only_a_capability_has_types_and_complements(void **state)
{
    (void)state;
    RUN("concept", "\"vocabulary\":\"" ID_A "\",\"pref\":\"Boat\"",
        { ",\"capability\":true,\"types\":4,\"unit\":\"boat\",\"prerequisites\":[\"" ID_B
          "\"],\"complements\":[\"" ID_C "\"]",
          NULL },
        { ",\"capability\":true,\"types\":0", "/types range 1..9" },
        { ",\"types\":4", "/types rule only for a capability" },
        { ",\"capability\":false,\"unit\":\"boat\"", "/unit rule only for a capability" },
        { ",\"prerequisites\":[\"" ID_B "\"],\"complements\":[\"" ID_C "\"]",
          "/prerequisites rule only for a capability\n"
          "/complements rule only for a capability" });
}

static void a_mapping_joins_two_concepts(void **state)
{
    (void)state;
    RUN("mapping", "\"from\":\"" ID_A "\"", { ",\"to\":\"" ID_B "\",\"relation\":\"exact\"", NULL },
        { ",\"to\":\"" ID_A "\",\"relation\":\"close\"",
          "/to rule a mapping needs two different concepts" },
        { ",\"to\":\"" ID_B "\",\"relation\":\"equal\"",
          "/relation choice exact, close, broad, narrow, related" });
}

#define OFFER "\"actor\":\"" ID_A "\",\"capability\":\"" ID_B "\""

static void an_offer_is_consistent(void **state)
{
    (void)state;
    RUN("offer", OFFER, { "", NULL },
        { ",\"from\":\"2024\",\"until\":\"2023\"", "/until order from" },
        { ",\"windows\":[{\"from\":\"2024-05\",\"until\":\"2024-05\"},{\"from\":\"2024-05\","
          "\"until\":\"2024-04\"}]",
          "/windows/1/until order from" },
        { ",\"burden\":1000,\"quantity\":0,\"type\":9", NULL },
        { ",\"burden\":1000.5", "/burden range 0..1000" },
        { ",\"quantity\":-1", "/quantity range 0..1000000000" },
        { ",\"type\":10", "/type range 1..9" },
        { ",\"latitude\":1", "/longitude rule latitude and longitude come together" },
        { ",\"notice\":\"soon\"", "/notice format ISO 8601 duration, e.g. P6M, P14D or PT36H" },
        { ",\"regions\":[\"021\",\"CA-AB\",\"CAN\"]", NULL },
        { ",\"regions\":[\"021\",\"North\"]",
          "/regions/1 format UN M49 or ISO 3166 code, e.g. 021, CAN or CA-AB" });
}

static void an_attestation_is_somebodys(void **state)
{
    (void)state;
    RUN("offer", OFFER,
        { ",\"standard\":\"S\",\"level\":\"heavy\",\"attested_until\":\"2030\"", NULL },
        { ",\"attested_by\":\"" ID_C "\",\"level\":\"heavy\"", NULL },
        { ",\"level\":\"heavy\"", "/level rule an attestation names who gave it or the standard" },
        { ",\"attested_until\":\"2030\"",
          "/attested_until rule an attestation names who gave it or the standard" });
}

static void an_offer_that_needs_something_does_not_stand_alone(void **state)
{
    (void)state;
    RUN("offer", OFFER, { ",\"stand_alone\":true", NULL }, { ",\"needs\":[\"" ID_C "\"]", NULL },
        { ",\"stand_alone\":false,\"needs\":[\"" ID_C "\"]", NULL },
        { ",\"stand_alone\":false", NULL },
        { ",\"stand_alone\":true,\"needs\":[\"" ID_C "\"]",
          "/stand_alone rule what needs a complement does not stand alone" });
}

static void an_access_names_what_it_is_to(void **state)
{
    (void)state;
    RUN("access", "\"holder\":\"" ID_A "\"", { ",\"to\":\"person\",\"target\":\"" ID_B "\"", NULL },
        { ",\"to\":\"person\",\"subject\":\"The duty officer\"", NULL },
        { ",\"to\":\"person\",\"region\":\"CAN\"", "/target rule access to a person names whom" },
        { ",\"to\":\"region\",\"region\":\"CAN\"", NULL },
        { ",\"to\":\"region\",\"subject\":\"The north\"",
          "/region rule access to a region names the region" },
        { ",\"to\":\"tool\",\"concept\":\"" ID_B "\"", NULL },
        { ",\"to\":\"insight\",\"subject\":\"Ice charts\"", NULL },
        { ",\"to\":\"tool\",\"target\":\"" ID_B "\"",
          "/subject rule access to a tool or an insight says which" },
        { ",\"to\":\"insight\"", "/subject rule access to a tool or an insight says which" },
        { ",\"to\":\"person\",\"target\":\"" ID_A "\"",
          "/target rule nobody needs access to themselves" },
        { ",\"to\":\"region\",\"region\":\"CAN\",\"from\":\"2024\",\"until\":\"2023\"",
          "/until order from" });
}

static void an_objective_is_endorsed_once_a_day(void **state)
{
    (void)state;
#define SAID(actor, on) "{\"actor\":\"" actor "\",\"on\":\"" on "\",\"degree\":\"full\"}"
    RUN("objective", "\"title\":\"T\"",
        { ",\"endorsements\":[" SAID(ID_A, "2024") "," SAID(ID_B, "2024") "," SAID(ID_A,
                                                                                   "2025") "]",
          NULL },
        { ",\"endorsements\":[" SAID(ID_A, "2024") "," SAID(ID_B, "2024") "," SAID(ID_A,
                                                                                   "2024") "]",
          "/endorsements/2/actor duplicate" });
}

#define NEED "\"title\":\"T\",\"state\":\"open\""
#define LINES(rest) ",\"requirements\":[{\"capability\":\"" ID_A "\"" rest "}]"

static void a_need_has_lines_that_can_be_met(void **state)
{
    (void)state;
    RUN("need", NEED, { LINES(""), NULL }, { "", "/requirements required" },
        { ",\"requirements\":[]", "/requirements required" },
        { LINES(",\"quantity\":0.5,\"redundancy\":4,\"duration\":\"P14D\""), NULL },
        { LINES(",\"quantity\":0"), "/requirements/0/quantity rule more than nothing" },
        { LINES(",\"redundancy\":5"), "/requirements/0/redundancy range 1..4" },
        { ",\"from\":\"2024-05-03\",\"until\":\"2024-05-02\"" LINES(""), "/until order from" },
        { ",\"until\":\"2024-05\"" LINES(",\"required_by\":\"2024-05-31\""), NULL },
        { ",\"until\":\"2024-05\"" LINES(",\"required_by\":\"2024-06-01\""),
          "/requirements/0/required_by rule it would come after the need is over" },
        { ",\"region\":\"CA-AB\",\"priority\":\"T1\",\"languages\":[\"fr-CA\"]" LINES(""), NULL },
        { ",\"longitude\":1" LINES(""), "/latitude rule latitude and longitude come together" });
}

static void a_need_has_at_most_64_lines(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    for (int lines = 64; lines <= 65; lines++) {
        cleanup_buf struct buf body;
        buf_init(&body, LIMIT_BODY);
        buf_add_cstr(&body, "{" NEED ",\"requirements\":[");
        for (int i = 0; i < lines; i++)
            buf_printf(&body, "%s{\"capability\":\"" ID_A "\"}", i ? "," : "");
        buf_add_cstr(&body, "]}");
        struct slice got = outcome(&f, "need", buf_slice(&body).ptr, NULL);
        assert_string_equal(got.ptr,
                            lines == 64 ? buf_slice(&body).ptr : "/requirements too-many 64");
    }
}

static void a_common_cause_is_shared(void **state)
{
    (void)state;
#define CAUSE(actors, probability) \
    LINES("") ",\"common_causes\":[{\"actors\":[" actors "],\"probability\":" probability "}]"
    RUN("need", NEED, { CAUSE("\"" ID_A "\",\"" ID_B "\"", "0.9"), NULL },
        { CAUSE("\"" ID_A "\"", "0.9"),
          "/common_causes/0/actors rule a common cause has at least two actors" },
        { CAUSE("\"" ID_A "\",\"" ID_A "\"", "0"), /* said twice is said once */
          "/common_causes/0/actors rule a common cause has at least two actors" },
        { CAUSE("\"" ID_A "\",\"" ID_B "\"", "1.5"), "/common_causes/0/probability range 0..1" });
}

static void a_need_may_be_opened_again(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    static const char *const states[] = { "open", "met", "closed" };
    for (int x = 0; x < 3; x++) {
        for (int y = 0; y < 3; y++) {
            struct slice before =
                arena_printf(f.arena, "{\"title\":\"T\",\"state\":\"%s\"}", states[x]);
            struct record_rules rules = { .before = parse(f.arena, before.ptr) };
            struct slice after = arena_printf(
                f.arena,
                "{\"title\":\"T\",\"state\":\"%s\",\"requirements\":[{\"capability\":\"" ID_A
                "\"}]}",
                states[y]);
            bool refused = x == 2 && y == 1; /* what is closed was not met meanwhile */
            assert_string_equal(outcome(&f, "need", after.ptr, &rules).ptr,
                                refused ? "/state transition closed -> met" : after.ptr);
        }
    }
}

static void none_of_them_gives_evidence(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    static const char *const silent[] = { "vocabulary", "concept", "mapping", "objective",
                                          "need",       "offer",   "access" };
    for (size_t i = 0; i < sizeof silent / sizeof silent[0]; i++)
        assert_null(kind_named(&f, silent[i])->testify);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(required_fields_are_named),
        cmocka_unit_test(the_namespace_of_a_vocabulary_is_a_uri),
        cmocka_unit_test(a_concept_keeps_the_integrity_conditions_of_skos),
        cmocka_unit_test(only_a_capability_has_types_and_complements),
        cmocka_unit_test(a_mapping_joins_two_concepts),
        cmocka_unit_test(an_offer_is_consistent),
        cmocka_unit_test(an_attestation_is_somebodys),
        cmocka_unit_test(an_offer_that_needs_something_does_not_stand_alone),
        cmocka_unit_test(an_access_names_what_it_is_to),
        cmocka_unit_test(an_objective_is_endorsed_once_a_day),
        cmocka_unit_test(a_need_has_lines_that_can_be_met),
        cmocka_unit_test(a_need_has_at_most_64_lines),
        cmocka_unit_test(a_common_cause_is_shared),
        cmocka_unit_test(a_need_may_be_opened_again),
        cmocka_unit_test(none_of_them_gives_evidence),
    };
    return run_suite(tests);
}

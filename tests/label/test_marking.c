/*
 * The markings people read, in both languages, and the short text form: a golden list, and every
 * text form written reads back.
 */
#include "check.h"

static const struct {
    const char *text; /* as label_write_text writes it */
    const char *en, *fr;
} markings[] = {
    { "UNCLASSIFIED", "UNCLASSIFIED", "NON CLASSIFIÉ" },
    { "RESTRICTED", "RESTRICTED", "DIFFUSION RESTREINTE" },
    { "CONFIDENTIAL; TLP:GREEN", "CONFIDENTIAL // TLP:GREEN", "CONFIDENTIEL // TLP:GREEN" },
    { "SECRET; Releasable To: CAN, USA; TLP:AMBER", "SECRET // REL TO CAN, USA // TLP:AMBER",
      "SECRET // COMMUNICABLE À CAN, USA // TLP:AMBER" },
    { "TOP SECRET; Caveat: LEGAL, MEDICAL; TLP:RED", "TOP SECRET // LEGAL/MEDICAL // TLP:RED",
      "TRÈS SECRET // JURIDIQUE/MÉDICAL // TLP:RED" },
    { "SECRET; Releasable To: CHE, EU, NATO", "SECRET // REL TO CHE, EU, NATO",
      "SECRET // COMMUNICABLE À CHE, UE, OTAN" },
    { "SECRET; Releasable To: CAN, JPN; Releasable To: CAN, USA",
      "SECRET // REL TO CAN, JPN // REL TO CAN, USA",
      "SECRET // COMMUNICABLE À CAN, JPN // COMMUNICABLE À CAN, USA" },
    { "UNCLASSIFIED; Releasable To: NOBODY", "UNCLASSIFIED // NOT RELEASABLE",
      "NON CLASSIFIÉ // NON COMMUNICABLE" },
    { "RESTRICTED; Caveat: LIAISON; Releasable To: FVEY; TLP:AMBER+STRICT",
      "RESTRICTED // LIAISON // REL TO FVEY // TLP:AMBER+STRICT",
      "DIFFUSION RESTREINTE // LIAISON // COMMUNICABLE À FVEY // TLP:AMBER+STRICT" },
};
enum { MARKINGS = sizeof(markings) / sizeof(markings[0]) };

static void markings_are_these(void **state)
{
    (void)state;
    struct policy *p = default_policy();
    struct arena *a = arena_new(CHECK_MEMORY);
    for (size_t i = 0; i < MARKINGS; i++) {
        const struct label *l = label_of_text(p, a, markings[i].text);
        assert_string_equal(marking_of(p, a, l, false), markings[i].en);
        assert_string_equal(marking_of(p, a, l, true), markings[i].fr);
        assert_string_equal(text_of(p, a, l), markings[i].text);
    }
    arena_free(a);
    policy_free(p);
}

static void a_banner_is_the_marking_of_the_join_of_its_parts(void **state)
{
    (void)state;
    struct policy *p = default_policy();
    struct arena *a = arena_new(CHECK_MEMORY);
    const struct label *banner = policy_lowest_label(p);
    static const char *const parts[] = { "RESTRICTED; Releasable To: CAN, USA", "SECRET; TLP:AMBER",
                                         "UNCLASSIFIED; Caveat: LEGAL; TLP:GREEN",
                                         "UNCLASSIFIED; Releasable To: CAN, GBR, USA" };
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        banner = label_join(p, a, banner, label_of_text(p, a, parts[i]));
    }
    assert_string_equal(marking_of(p, a, banner, false),
                        "SECRET // LEGAL // REL TO CAN, USA // TLP:AMBER");
    arena_free(a);
    policy_free(p);
}

static void text_may_be_typed_in_any_case_and_order(void **state)
{
    (void)state;
    struct policy *p = default_policy();
    struct arena *a = arena_new(CHECK_MEMORY);
    static const struct {
        const char *typed, *written;
    } texts[] = {
        { "top secret ; tlp: red;caveat:medical ,legal",
          "TOP SECRET; Caveat: LEGAL, MEDICAL; TLP:RED" },
        { "Secret;releasable to:usa,can,usa", "SECRET; Releasable To: CAN, USA" },
        { "SECRET; Caveat: LEGAL; Caveat: MEDICAL", "SECRET; Caveat: LEGAL, MEDICAL" },
        { "SECRET; Releasable To: NATO; Releasable To: nobody", "SECRET; Releasable To: NOBODY" },
        { "SECRET; Releasable To: ANYONE; Caveat: NONE; TLP:WHITE", "SECRET" },
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_string_equal(text_of(p, a, label_of_text(p, a, texts[i].typed)), texts[i].written);
    }
    arena_free(a);
    policy_free(p);
}

static void text_that_is_no_label_is_refused(void **state)
{
    (void)state;
    struct policy *p = default_policy();
    struct arena *a = arena_new(CHECK_MEMORY);
    static const struct {
        const char *text;
        enum reason reason;
        const char *detail;
    } refusals[] = {
        { "COSMIC", REASON_CHOICE, "\"COSMIC\" is no class of entente-default" },
        { "SECRET;", REASON_CHOICE, "\"\" is no tag" },
        { "SECRET; LEGAL", REASON_CHOICE, "\"LEGAL\" is no tag" },
        { "SECRET; Caveat", REASON_CHOICE, "\"\" is no value of Caveat" },
        { "SECRET; Caveat: LEGAL,", REASON_CHOICE, "\"\" is no value of Caveat" },
        { "SECRET; Caveat: NATO", REASON_CHOICE, "\"NATO\" is no value of Caveat" },
        { "SECRET; Releasable To: CAN, XYZ", REASON_CHOICE,
          "\"XYZ\" is no value of Releasable To" },
        { "SECRET; TLP:PINK", REASON_CHOICE, "TLP:CLEAR, GREEN, AMBER, AMBER+STRICT or RED" },
        { "SECRET; TLP:RED; TLP:CLEAR", REASON_DUPLICATE, "TLP" },
        { "SECRET; Caveat: \xff", REASON_TEXT, "one line of UTF-8" },
        { "SECRET\nTLP:RED", REASON_TEXT, "one line of UTF-8" },
    };
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        struct error err = { 0 };
        const struct label *l = NULL;
        assert_int_equal(label_parse_text(p, a, slice_of(refusals[i].text), S("label"), &err, &l),
                         EN_INVALID);
        assert_null(l);
        assert_int_equal(err.field_count, 1);
        assert_string_equal(err.fields[0].pointer, "label");
        assert_int_equal(err.fields[0].reason, refusals[i].reason);
        assert_string_equal(err.fields[0].detail, refusals[i].detail);
    }
    arena_free(a);
    policy_free(p);
}

/* A policy whose defaults restrict: what is empty must then be said, in every form. */
static void text_says_what_is_empty_where_the_default_is_not(void **state)
{
    (void)state;
    static const char policy[] = SPIF_OPEN(
        "strict",
        "2.25.2") "<securityClassifications><securityClassification name='LOW' lacv='1' "
                  "hierarchy='1'/>"
                  "</securityClassifications><securityCategoryTagSets>"
                  "<securityCategoryTagSet name='Need' id='2.25.2.1'>"
                  "<securityCategoryTag tagType='restrictive'><tagCategory name='X' lacv='1'/>"
                  "</securityCategoryTag></securityCategoryTagSet>"
                  "<securityCategoryTagSet name='Rel' id='2.25.2.2'>"
                  "<securityCategoryTag tagType='permissive'><tagCategory name='A' lacv='1'/>"
                  "</securityCategoryTag></securityCategoryTagSet></securityCategoryTagSets>"
                  "<extensions><ent:policy default='LOW; TLP:RED' tlp='AMBER'>"
                  "<ent:tag name='Need' default='X'/><ent:tag name='Rel' default='A'/></ent:policy>"
                  "</extensions>" SPIF_CLOSE;
    struct policy *p = NULL;
    struct arena *a = arena_new(CHECK_MEMORY);
    assert_int_equal(policy_load(slice_of(policy), NULL, &p), 0);
    const struct {
        const char *json, *text;
    } same[] = {
        { "{}", "LOW; Need: X; Rel: A; TLP:RED" },
        { "{\"class\":\"LOW\"}", "LOW; Need: X; Rel: A; TLP:AMBER" },
        { "{\"class\":\"LOW\",\"restrictive\":{},\"permissive\":{},\"tlp\":\"CLEAR\"}",
          "LOW; Need: NONE; Rel: ANYONE; TLP:CLEAR" },
        { "{\"class\":\"LOW\",\"permissive\":{\"Rel\":[[]]}}",
          "LOW; Need: X; Rel: NOBODY; TLP:AMBER" },
    };
    for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
        const struct label *l = label_of(p, a, same[i].json);
        assert_string_equal(text_of(p, a, l), same[i].text);
        assert_true(label_equal(l, label_of_text(p, a, same[i].text)));
        assert_true(label_equal(l, label_of(p, a, json_of(p, a, l))));
    }
    assert_true(label_equal(label_of_text(p, a, "LOW"), label_of(p, a, "{\"class\":\"LOW\"}")));
    assert_false(label_is_lowest(p, policy_default_label(p)));
    arena_free(a);
    policy_free(p);
}

/* ADatP-4774, the examples of its table 17, as public test vectors have them. The French of the
 * first is theirs; the others follow from the same phrases. */
static void the_public_vectors_of_nato_markings_come_out_in_both_languages(void **state)
{
    (void)state;
    static const struct {
        const char *text, *en, *fr;
    } vectors[] = {
        { "UNCLASSIFIED; Context: NATO, Releasable; "
          "Releasable To: NATO, ISAF, KFOR, RESOLUTE SUPPORT",
          "NATO UNCLASSIFIED Releasable to ISAF, KFOR, RESOLUTE SUPPORT",
          "NATO SANS CLASSIFICATION Communicable a ISAF, KFOR, RESOLUTE SUPPORT" },
        { "UNCLASSIFIED; Context: NATO; Administrative: STAFF", "NATO UNCLASSIFIED - STAFF",
          "NATO SANS CLASSIFICATION - STAFF" },
        { "RESTRICTED; Context: NATO, Releasable; Releasable To: NATO, JPN, CHE, UKR",
          "NATO RESTRICTED Releasable to Japan, Switzerland, Ukraine",
          "NATO DIFFUSION RESTREINTE Communicable a Japon, Suisse, Ukraine" },
        { "CONFIDENTIAL; Context: KFOR; Only: NATO, IRL, SWE, UKR",
          "NATO/KFOR CONFIDENTIAL Ireland, Sweden, Ukraine, NATO ONLY",
          "NATO/KFOR CONFIDENTIEL Irlande, Suède, Ukraine, NATO SEULEMENT" },
        { "TOP SECRET; Context: ANYONE", "COSMIC TOP SECRET", "COSMIC TRÈS SECRET" },
        { "SECRET; Additional Sensitivity: ATOMAL, CRYPTO; Context: NATO",
          "NATO SECRET ATOMAL CRYPTO", "NATO SECRET ATOMAL CRYPTO" },
        /* what SPIF does not know: a second clause cannot be read as "or" */
        { "RESTRICTED; Context: NATO; Releasable To: JPN, UKR; Releasable To: CHE, JPN; TLP:AMBER",
          "NATO RESTRICTED Releasable to Japan, Switzerland // Releasable to Japan, Ukraine // "
          "TLP:AMBER",
          "NATO DIFFUSION RESTREINTE Communicable a Japon, Suisse // Communicable a Japon, Ukraine "
          "// TLP:AMBER" },
    };
    struct policy *p = shipped_policy("nato");
    struct arena *a = arena_new(CHECK_MEMORY);
    for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
        const struct label *l = label_of_text(p, a, vectors[i].text);
        assert_string_equal(marking_of(p, a, l, false), vectors[i].en);
        assert_string_equal(marking_of(p, a, l, true), vectors[i].fr);
    }
    arena_free(a);
    policy_free(p);
}

static const char *marked(const char *classes, const char *tags, const char *whole,
                          const char *text, bool french, struct arena *a)
{
    struct slice spif = arena_printf(
        a,
        SPIF_OPEN("P",
                  "2.25.5") "<securityClassifications>%s</securityClassifications>"
                            "<securityCategoryTagSets>%s</securityCategoryTagSets>%s" SPIF_CLOSE,
        classes, tags, whole);
    struct policy *p = load_policy(spif);
    const char *marking = marking_of(p, a, label_of_text(p, a, text), french);
    policy_free(p);
    return marking;
}

#define CODE(code) "<code>" code "</code>"
#define CLASSES                                                                                 \
    "<securityClassification name='LOW' lacv='1' hierarchy='1'>"                                \
    "<markingData phrase='bas' xml:lang='fr'>" CODE(                                            \
        "pageTop") "</markingData>"                                                             \
                   "<markingData phrase='BAS' xml:lang='fr-CA'>" CODE(                          \
                       "pageTopBottom") "</markingData>"                                        \
                                        "<markingData phrase='below' xml:lang='en'>" CODE(      \
                                            "pageBottom") "</markingData>"                      \
                                                          "</"                                  \
                                                          "securityClassification><"            \
                                                          "securityClassification name='HIGH' " \
                                                          "lacv='2' hierarchy='2'/>"
#define TAGS                                                                                      \
    "<securityCategoryTagSet name='T' id='2.25.5.1'><securityCategoryTag tagType='restrictive'>"  \
    "<tagCategory name='a' lacv='1'><markingData phrase='Alpha'>" CODE("suppressClassName") CODE( \
        "pageTop") "</markingData></tagCategory>"                                                 \
                   "<tagCategory name='b' lacv='2'><markingData>" CODE(                           \
                       "noNameDisplay") "</markingData>"                                          \
                                        "</tagCategory><tagCategory name='c' "                    \
                                        "lacv='3'><markingData phrase='Q'>" CODE(                 \
                                            "replacePolicy") "</markingData></"                   \
                                                             "tagCategory><markingQualifier>"     \
                                                             "<qualifier markingQualifier='[' "   \
                                                             "qualifierCode='prefix'/>"           \
                                                             "<qualifier markingQualifier=']' "   \
                                                             "qualifierCode='suffix'/></"         \
                                                             "markingQualifier>"                  \
                                                             "</securityCategoryTag></"           \
                                                             "securityCategoryTagSet>"

static void a_marking_takes_names_languages_and_codes_as_the_file_says(void **state)
{
    (void)state;
    static const struct {
        const char *whole, *text;
        bool french;
        const char *marking;
    } cases[] = {
        { "", "LOW", false, "P LOW" },
        { "", "LOW", true, "P BAS" }, /* fr-CA before fr */
        { "", "HIGH", true, "P HIGH" },
        { "", "HIGH; T: a, c", false, "Q HIGH [Alpha/c]" }, /* the class is not the lowest */
        { "", "LOW; T: a", false, "P [Alpha]" },
        { "", "HIGH; T: b", false, "P HIGH" },
        { "", "HIGH; T: b, c", false, "Q HIGH [c]" },
        { "<markingData phrase=''>" CODE("replacePolicy") "</markingData>", "LOW; T: c", false,
          "LOW [c]" },
        { "<markingQualifier markingCode='pageTop'>"
          "<qualifier markingQualifier='&lt;' qualifierCode='prefix'/>"
          "<qualifier markingQualifier=' | ' qualifierCode='separator'/>"
          "<qualifier markingQualifier='&gt;' qualifierCode='suffix'/></markingQualifier>",
          "HIGH; T: b, c; TLP:RED", false, "<Q | HIGH | [c]> | TLP:RED" },
    };
    struct arena *a = arena_new(CHECK_MEMORY);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_string_equal(
            marked(CLASSES, TAGS, cases[i].whole, cases[i].text, cases[i].french, a),
            cases[i].marking);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markings_are_these),
        cmocka_unit_test(a_banner_is_the_marking_of_the_join_of_its_parts),
        cmocka_unit_test(text_may_be_typed_in_any_case_and_order),
        cmocka_unit_test(text_that_is_no_label_is_refused),
        cmocka_unit_test(text_says_what_is_empty_where_the_default_is_not),
        cmocka_unit_test(the_public_vectors_of_nato_markings_come_out_in_both_languages),
        cmocka_unit_test(a_marking_takes_names_languages_and_codes_as_the_file_says),
    };
    return run_suite(tests);
}

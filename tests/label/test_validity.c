/*
 * What may be given now, and that none of it changes who reads what was given before.
 */
#include "check.h"

#define CLASS(name, rank, rules) \
    "<securityClassification name='" name "' lacv='" rank "' hierarchy='" rank "'" rules
#define CATEGORY(name, lacv, rules) "<tagCategory name='" name "' lacv='" lacv "'" rules
#define NEEDS(operation, refs) \
    "<requiredCategory operation='" operation "'>" refs "</requiredCategory>"
#define REF(set, type, lacv) \
    "<categoryGroup tagSetRef='" set "' tagType='" type "' lacv='" lacv "'/>"

static const char text[] = SPIF_OPEN("rules", "2.25.6") "<securityClassifications>" CLASS("LOW",
                                                                                          "1", "/>")
    CLASS("OLD", "2", " obsolete='true'/>") CLASS(
        "TOP", "3",
        ">" NEEDS(
            "oneOrMore",
            REF("R", "permissive", "1") REF(
                "R", "permissive",
                "2"))) "</securityClassification></"
                       "securityClassifications><securityCategoryTagSets>"
                       "<securityCategoryTagSet name='N' id='2.25.6.1'><securityCategoryTag "
                       "tagType='restrictive'>" CATEGORY(
                           "atom",
                           "1", "><excludedClass>LOW</excludedClass></tagCategory>")
                           CATEGORY("old", "2",
                                    " obsolete='1'/>") CATEGORY("summer", "3",
                                                                " notBefore='2030-06-01T00:00:00Z' "
                                                                "notAfter='2030-08-31T00:00:00Z'/>")
                               CATEGORY("high", "4", " requiredClass='OLD'/>") CATEGORY(
                                   "pair",
                                   "5",
                                   ">" NEEDS(
                                       "all",
                                       REF("N", "restrictive", "6")
                                           REF("R", "permissive",
                                               "1")) "</tagCategory>") CATEGORY("other", "6",
                                                                                "><"
                                                                                "excludedCategory "
                                                                                "tagSetRef='R' "
                                                                                "tagType='"
                                                                                "permissive' "
                                                                                "lacv='2'/>"
                                                                                "</tagCategory>")
                                   CATEGORY("one", "7",
                                            ">" NEEDS(
                                                "onlyOne",
                                                REF("R", "permissive", "1")
                                                    REF("R", "permissive",
                                                        "2")) "</tagCategory>")
                                       CATEGORY(
                                           "alone",
                                           "8",
                                           "><excludedCategory tagSetRef='S' tagType='restrictive' "
                                           "all='true'/>"
                                           "</tagCategory>") "</securityCategoryTag></"
                                                             "securityCategoryTagSet>"
                                                             "<securityCategoryTagSet name='R' "
                                                             "id='2.25.6.2'><securityCategoryTag "
                                                             "tagType='permissive'>" CATEGORY("CAN",
                                                                                              "1",
                                                                                              "/>")
                                                                 CATEGORY(
                                                                     "USA", "2",
                                                                     "/>") "</"
                                                                           "securityCategoryTag></"
                                                                           "securityCategoryTagSet>"
                                                                           "<securityCategoryTagSet"
                                                                           " name='S' "
                                                                           "id='2.25.6.3'>"
                                                                           "<securityCategoryTag "
                                                                           "tagType='restrictive' "
                                                                           "singleSelection='true'"
                                                                           ">" CATEGORY("x", "1", "/>") CATEGORY(
                                                                               "y", "2",
                                                                               "/>") "</"
                                                                                     "securityCateg"
                                                                                     "oryTag></"
                                                                                     "securityCateg"
                                                                                     "oryTagSet>"
                                                                                     "<securityCate"
                                                                                     "goryTagSet "
                                                                                     "name='M' "
                                                                                     "id='2.25.6.4'"
                                                                                     ">"
                                                                                     "<securityCate"
                                                                                     "goryTag "
                                                                                     "tagType='"
                                                                                     "permissive' "
                                                                                     "minSelection="
                                                                                     "'2' "
                                                                                     "maxSelection="
                                                                                     "'3'"
                                                                                     ">" CATEGORY(
                                                                                         "p", "1",
                                                                                         "/>")
                                                                                         CATEGORY(
                                                                                             "q",
                                                                                             "2",
                                                                                             "/>")
                                                                                             CATEGORY(
                                                                                                 "r",
                                                                                                 "3",
                                                                                                 "/"
                                                                                                 ">")
                                                                                                 CATEGORY(
                                                                                                     "s",
                                                                                                     "4",
                                                                                                     "/>") "</securityCategoryTag></securityCategoryTagSet>"
                                                                                                           "</securityCategoryTagSets>" SPIF_CLOSE;

static void what_a_policy_forbids_cannot_be_given_and_the_value_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *label, *refusal; /* NULL: valid */
    } cases[] = {
        { "LOW", NULL },
        { "OLD", "OLD is obsolete" },
        { "TOP", "TOP needs values of R" },
        { "TOP; R: USA", NULL },
        { "LOW; N: atom", "atom is excluded at LOW" },
        { "TOP; N: atom; R: CAN", NULL },
        { "LOW; N: old", "old is obsolete" },
        { "LOW; N: summer", "summer is not valid now" },
        { "LOW; N: high", "high needs the class OLD" },
        { "TOP; N: high; R: CAN", NULL },
        { "LOW; N: pair, other", "pair needs values of N" },
        { "LOW; N: pair, other; R: CAN", NULL },
        { "LOW; N: other; R: CAN; R: USA", "other excludes values of R" },
        { "LOW; N: one", "one needs values of R" },
        { "LOW; N: one; R: USA", NULL },
        { "LOW; N: one; R: CAN, USA", "one needs values of R" },
        { "LOW; N: alone", NULL },
        { "LOW; N: alone; S: y", "alone excludes values of S" },
        { "LOW; S: x, y", "S takes 0 to 1 values" },
        { "LOW; M: p", "M takes 2 to 3 values" },
        { "LOW; M: p; M: q", NULL },
        { "LOW; M: p, q; M: r, s", "M takes 2 to 3 values" },
    };
    struct policy *p = load_policy(slice_of(text));
    struct arena *a = arena_new(CHECK_MEMORY);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct error err = { 0 };
        const struct label *l = label_of_text(p, a, cases[i].label);
        int code = label_check_new(p, l, day("2030-01-01"), S("/label"), &err);
        if (!cases[i].refusal) {
            assert_int_equal(code, 0);
            continue;
        }
        assert_int_equal(code, EN_INVALID);
        assert_int_equal(err.field_count, 1);
        assert_string_equal(err.fields[0].pointer, "/label");
        assert_int_equal(err.fields[0].reason, REASON_LABEL);
        assert_string_equal(err.fields[0].detail, cases[i].refusal);
        /* readable all the same, and in every form */
        assert_true(label_may_read(p, clearance_all(p), l, 0));
        assert_true(label_equal(l, label_of(p, a, json_of(p, a, l))));
    }
    const struct label *summer = label_of_text(p, a, "LOW; N: summer");
    assert_int_equal(label_check_new(p, summer, day("2030-07-01"), S(""), NULL), 0);
    assert_int_equal(label_check_new(p, summer, day("2030-09-01"), S(""), NULL), EN_INVALID);
    arena_free(a);
    policy_free(p);
}

static void
atomal_on_unclassified_and_an_obsolete_context_are_refused_by_the_nato_policy(void **state)
{
    (void)state;
    struct policy *p = shipped_policy("nato");
    struct arena *a = arena_new(CHECK_MEMORY);
    static const struct {
        const char *label;
        int code;
    } cases[] = {
        { "UNCLASSIFIED; Additional Sensitivity: ATOMAL", EN_INVALID },
        { "SECRET; Additional Sensitivity: ATOMAL", 0 },
        { "SECRET; Context: UKRAINE", EN_INVALID },
        { "SECRET; Context: NATO; Releasable To: NATO, JPN", EN_INVALID },
        { "SECRET; Context: NATO, Releasable; Releasable To: NATO, JPN", 0 },
        { "TOP SECRET; Context: NATO, Releasable; Releasable To: JPN", EN_INVALID },
        { "SECRET; Context: NATO; Releasable To: CAN, FIN", 0 },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct label *l = label_of_text(p, a, cases[i].label);
        assert_int_equal(label_check_new(p, l, day("2026-01-01"), S(""), NULL), cases[i].code);
    }
    arena_free(a);
    policy_free(p);
}

static void every_default_label_of_a_shipped_policy_may_be_given(void **state)
{
    (void)state;
    static const char *const names[] = { "entente", "nato", "can", "tlp" };
    for (size_t i = 0; i < 4; i++) {
        struct policy *p = shipped_policy(names[i]);
        assert_int_equal(
            label_check_new(p, policy_default_label(p), day("2026-01-01"), S(""), NULL), 0);
        policy_free(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_policy_forbids_cannot_be_given_and_the_value_is_named),
        cmocka_unit_test(
            atomal_on_unclassified_and_an_obsolete_context_are_refused_by_the_nato_policy),
        cmocka_unit_test(every_default_label_of_a_shipped_policy_may_be_given),
    };
    return run_suite(tests);
}

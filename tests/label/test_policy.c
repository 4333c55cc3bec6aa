/*
 * Loading policies: the shipped one holds what it promises, its description says it all again, and
 * a file with anything wrong in it is refused with its line and element.
 */
#include "check.h"

static void the_shipped_policy_loads_and_offers_every_country_code(void **state)
{
    (void)state;
    struct policy *p = default_policy();
    struct arena *a = arena_new(CHECK_MEMORY);
    assert_true(slice_is(policy_id(p), "entente-default"));
    static const char *const some[] = { "CAN", "USA", "GBR", "AUS", "NZL", "FIN", "SWE", "UKR",
                                        "JPN", "KOR", "CHE", "ZWE", "XKX", "ABW", "TUV" };
    for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
        struct slice text = arena_printf(a, "SECRET; Releasable To: %s", some[i]);
        assert_string_equal(text_of(p, a, label_of_text(p, a, text.ptr)), text.ptr);
    }
    arena_free(a);
    policy_free(p);
}

static void countries_are_249_iso_codes_and_kosovo_in_order_with_names(void **state)
{
    (void)state;
    struct policy *p = default_policy();
    struct arena *a = arena_new(CHECK_MEMORY);
    cleanup_buf struct buf b;
    struct json_writer w;
    struct json *policy = NULL;
    buf_init(&b, CHECK_MEMORY);
    jw_init(&w, &b);
    policy_describe(p, &w);
    assert_int_equal(json_parse(a, buf_slice(&b), NULL, &policy), 0);
    const struct json *values = json_get(&json_get(policy, "permissive")->items[0], "values");
    assert_int_equal(values->count, 250);
    for (uint32_t i = 0; i < values->count; i++) {
        struct slice name = json_get_text(&values->items[i], "name");
        assert_int_equal(name.len, 3);
        for (size_t k = 0; k < 3; k++) {
            assert_in_range(name.ptr[k], 'A', 'Z');
        }
        assert_true(json_get_text(&values->items[i], "en").len > 0);
        assert_true(json_get_text(&values->items[i], "fr").len > 0);
        if (i > 0) {
            struct slice before = json_get_text(&values->items[i - 1], "name");
            assert_true(slice_compare(before, name) < 0);
        }
    }
    arena_free(a);
    policy_free(p);
}

static void the_description_is_json_that_says_the_policy_again(void **state)
{
    (void)state;
    struct policy *p = default_policy();
    struct arena *a = arena_new(CHECK_MEMORY);
    cleanup_buf struct buf b;
    buf_init(&b, CHECK_MEMORY);
    struct json_writer w;
    jw_init(&w, &b);
    policy_describe(p, &w);
    struct json *d = NULL;
    assert_int_equal(json_parse(a, buf_slice(&b), NULL, &d), 0);
    assert_true(slice_is(json_get_text(d, "id"), "entente-default"));
    assert_int_equal(json_get(d, "levels")->count, 5);
    assert_true(
        slice_is(json_get_text(&json_get(d, "levels")->items[4], "marking_fr"), "TRÈS SECRET"));
    assert_int_equal(json_get(d, "tlp")->count, 5);
    const struct json *release = &json_get(d, "permissive")->items[0];
    assert_int_equal(json_get(release, "values")->count, 250);
    assert_int_equal(json_get(release, "groups")->count, 7);
    const struct json *eu = &json_get(release, "groups")->items[3];
    assert_true(slice_is(json_get_text(eu, "name"), "EU"));
    bool found = false;
    for (uint32_t i = 0; i < json_get(eu, "members")->count; i++) {
        const struct json *m = &json_get(eu, "members")->items[i];
        if (slice_is(json_get_text(m, "is"), "GBR")) {
            assert_true(slice_is(json_get_text(m, "from"), "1973-01-01"));
            assert_true(slice_is(json_get_text(m, "until"), "2020-02-01"));
            found = true;
        }
    }
    assert_true(found);
    const struct label *l = NULL;
    assert_int_equal(label_parse(p, a, json_get(d, "default"), S(""), NULL, &l), 0);
    assert_true(label_equal(l, policy_default_label(p)));
    arena_free(a);
    policy_free(p);
}

/* ---- refusals: the small policy with one piece replaced ---- */

static const char *replaced(struct arena *a, const char *old, const char *new)
{
    const char *at = strstr(small_policy_text, old);
    assert_non_null(at);
    return arena_printf(a, "%.*s%s%s", (int)(at - small_policy_text), small_policy_text, new,
                        at + strlen(old))
        .ptr;
}

#define CLASS "<securityClassification name='LOW' lacv='7' hierarchy='10'/>"
#define VALUE "<tagCategory name='X' lacv='1'/>"

static void a_wrong_policy_is_refused_with_its_line_and_element(void **state)
{
    (void)state;
    static const struct {
        const char *old, *new, *message;
    } refusals[] = {
        { "http://www.xmlspif.org/spif", "urn:other", "line 1, SPIF: not a SPIF element" },
        { "schemaVersion='2.1'", "schemaVersion='3.0'", "schemaVersion is 1.0, 2.0 or 2.1" },
        { "schemaVersion='2.1' ", "", "\"schemaVersion\" is required" },
        { "rbacId='1.2'", "rbacId='1.2' level='9'", "SPIF: the attribute \"level\"" },
        { "name='small'", "name=' small'", "securityPolicyId: a name has 1 to 64 bytes" },
        { "id='2.25.1'", "id='small'", "\"id\" is an object identifier" },
        { "<securityPolicyId name='small' id='2.25.1'/>", "", "one securityPolicyId" },
        { CLASS, "", "\"LOW\" is no class of small" }, /* the default label */
        { CLASS, "\n\n<securityClassification name='LOW' lacv='7'/>",
          "line 3, securityClassification: the attribute \"hierarchy\" is required" },
        { CLASS, "<securityClassification name='LOW' lacv='7' hierarchy='20'/>",
          "of the same hierarchy" },
        { CLASS, "<securityClassification name='LOW' lacv='7' hierarchy='low'/>", "is a number" },
        { CLASS, "<securityClassification name='LOW' lacv='1' hierarchy='10'/>", "name or lacv" },
        { CLASS, "<securityClassification name='high' lacv='7' hierarchy='10'/>", "name or lacv" },
        { CLASS, "<securityClassification name='L;W' lacv='7' hierarchy='10'/>", "none of ; , :" },
        { CLASS, CLASS "<other/>", "other: the element is not understood" },
        { CLASS, CLASS "<ent:class name='LOW'/>", "class: the element is not understood" },
        { CLASS, CLASS "words", "text between elements" },
        { "/>"
          "</securityClassifications>",
          ">secret</securityClassification>"
          "</securityClassifications>",
          "text is not understood here" },
        { CLASS,
          "<securityClassification name='LOW' lacv='7' hierarchy='10'><requiredCategory "
          "operation='all'><categoryGroup tagSetRef='Nede' tagType='restrictive' lacv='1'/>"
          "</requiredCategory></securityClassification>",
          "which has none" },
        { VALUE, "<tagCategory name='TLP' lacv='1'/>", "a name has" },
        { VALUE, "<tagCategory name='orcon' lacv='1'/>", "a name has" },
        { VALUE, "<tagCategory name='Persons' lacv='1'/>", "a name has" },
        { VALUE, "<tagCategory name='y' lacv='1'/>", "name or lacv" },
        { VALUE, "<tagCategory name='X' lacv='2'/>", "name or lacv" },
        { VALUE, "<tagCategory name='X'/>", "\"lacv\" is required" },
        { VALUE, "<tagCategory name='X' lacv='1' userInput='string'/>", "\"userInput\"" },
        { VALUE, "<tagCategory name='X' lacv='1' obsolete='maybe'/>", "is true or false" },
        { VALUE, "<tagCategory name='X' lacv='1' notAfter='never'/>", "is an instant" },
        { VALUE, "<tagCategory name='X' lacv='1' requiredClass='MID'/>", "no classification" },
        { VALUE, "<tagCategory name='X' lacv='1'><excludedClass>MID</excludedClass></tagCategory>",
          "excludedClass: \"MID\" is no classification" },
        { VALUE,
          "<tagCategory name='X' lacv='1'><markingData phrase='x'><code>everywhere</code>"
          "</markingData></tagCategory>",
          "code: \"everywhere\" is no marking code" },
        { VALUE,
          "<tagCategory name='X' lacv='1'><markingQualifier><qualifier qualifierCode='between' "
          "markingQualifier=','/></markingQualifier></tagCategory>",
          "prefix, separator or suffix" },
        { VALUE,
          "<tagCategory name='X' lacv='1'><requiredCategory operation='some'><categoryGroup "
          "tagSetRef='Need' tagType='restrictive' lacv='2'/></requiredCategory></tagCategory>",
          "onlyOne, oneOrMore or all" },
        { VALUE,
          "<tagCategory name='X' lacv='1'><excludedCategory tagSetRef='Need' "
          "tagType='permissive' lacv='2'/></tagCategory>",
          "which has none" },
        { VALUE,
          "<tagCategory name='X' lacv='1'><equivalentSecCategoryTag policyRef='NATO' "
          "tagSetId='1.2' "
          "tagType='restrictive' lacv='1' applied='both'/></tagCategory>",
          "policyRef names none" },
        { "tagType='restrictive'", "tagType='either'", "tagType is restrictive" },
        { "enumType='permissive'", "", "\"enumType\" is required" },
        { "name='Rel' id='2.25.1.2'", "name='Need' id='2.25.1.2'", "this name or id" },
        { "name='Rel' id='2.25.1.2'", "name='Rel' id='2.25.1.1'", "this name or id" },
        { "<securityCategoryTag name='Rel'", "<securityCategoryTag name='need'",
          "another tag is called" },
        { "name='G'>", "name='Z'>", "group: \"Z\" is no value of the tag" },
        { "<ent:member name='B'/>", "<ent:member name='G'/>", "member: \"G\" is no value" },
        { "<ent:member name='B'/>", "<ent:member/>", "\"name\" is required" },
        { "until='2020-01-01'", "untill='2020-01-01'", "member: the attribute \"untill\"" },
        { "until='2020-01-01'", "until='2020'", "is a day" },
        { "until='2020-01-01'", "until='2020-02-30'", "is a day" },
        { "until='2020-01-01'", "from='2020-01-01' until='2020-01-01'", "is not after" },
        { "<ent:tag name='Rel'>", "<ent:tag name='Rel' chain='true'>", "only a restrictive tag" },
        { "<ent:tag name='Rel'>", "<ent:tag name='Rel' default='A, Q'>", "\"Q\" is no value" },
        { "<ent:tag name='Rel'>", "<ent:tag name='Lost'/><ent:tag name='Rel'>", "no tag of" },
        { "<ent:tag name='Rel'>", "<ent:tag name='Rel'/><ent:tag name='Rel'>", "stands here once" },
        { "default='LOW'", "default='MID'", "\"MID\" is no class of small" },
        { "default='LOW'", "default='LOW' tlp='BLUE'", "policy: tlp is CLEAR" },
        { "default='LOW'", "default='LOW' owner='us'", "\"owner\"" },
        { "<ent:policy default='LOW'>",
          "<ent:policy default='LOW'><ent:class name='LOW' tlp='RED'/>", "below that of a lower" },
    };
    struct arena *a = arena_new(CHECK_MEMORY);
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        struct error err = { 0 };
        struct policy *p = NULL;
        const char *text = replaced(a, refusals[i].old, refusals[i].new);
        int code = policy_load(slice_of(text), &err, &p);
        if (code != EN_INVALID || p || !strstr(err.message, refusals[i].message)) {
            fail_msg("%s -> %s: code %d, %s", refusals[i].old, refusals[i].new, code, err.message);
        }
    }
    arena_free(a);
}

static void text_that_is_no_spif_is_no_policy(void **state)
{
    (void)state;
    static const char *const texts[] = { "",
                                         " ",
                                         "{}",
                                         "<a>",
                                         "<a/><b/>",
                                         "<a x='1' x='2'/>",
                                         "<a>&undefined;</a>",
                                         "<a>\x01</a>",
                                         "<a b='\xff'/>",
                                         "<?xml version='1.0'?>" };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct error err = { 0 };
        struct policy *p = NULL;
        assert_int_equal(policy_load(slice_of(texts[i]), &err, &p), EN_INVALID);
        assert_null(p);
        assert_true(err.message[0] != '\0');
    }
}

/* What XML can be made to do to its reader: read files, ask the network, grow without bound. */
static void a_dtd_an_entity_and_endless_nesting_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "<!DOCTYPE SPIF><SPIF/>",
        "<!DOCTYPE SPIF SYSTEM 'file:///etc/passwd'><SPIF/>",
        "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>",
        "<!DOCTYPE a [<!ENTITY x 'yy'><!ENTITY z '&x;&x;&x;&x;'>]><a b='&z;'/>",
        "<!DOCTYPE a PUBLIC 'p' 'http://example.invalid/a.dtd'><a/>",
    };
    struct error err = { 0 };
    struct policy *p = NULL;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_int_equal(policy_load(slice_of(texts[i]), &err, &p), EN_INVALID);
        assert_non_null(strstr(err.message, "DTD"));
    }
    size_t deep = 1000000;
    char *text = malloc(3 * deep + 1);
    assert_non_null(text);
    for (size_t i = 0; i < deep; i++) {
        memcpy(text + 3 * i, "<a>", 3);
    }
    assert_int_equal(policy_load(slice_make(text, 3 * deep), &err, &p), EN_TOO_LARGE);
    memset(text, ' ', 3 * deep);
    free(text);
    text = calloc(1, (size_t)4 * 1024 * 1024 + 1);
    assert_non_null(text);
    memset(text, ' ', (size_t)4 * 1024 * 1024 + 1);
    assert_int_equal(policy_load(slice_make(text, (size_t)4 * 1024 * 1024 + 1), &err, &p),
                     EN_TOO_LARGE);
    free(text);
    assert_null(p);
}

static void a_policy_without_tags_is_a_plain_chain_of_levels(void **state)
{
    (void)state;
    struct arena *a = arena_new(CHECK_MEMORY);
    struct policy *p = load_policy(S(SPIF_OPEN(
        "chain", "2.25.3") "<securityClassifications>"
                           "<securityClassification name='1' lacv='5' hierarchy='1'/>"
                           "<securityClassification name='2' lacv='4' "
                           "hierarchy='2'/></securityClassifications>"
                           "<extensions><ent:policy default='2'/></extensions>" SPIF_CLOSE));
    assert_true(policy_states_default(p));
    assert_string_equal(json_of(p, a, policy_default_label(p)),
                        "{\"class\":\"2\",\"permissive\":{},\"policy\":\"chain\","
                        "\"restrictive\":{},\"tlp\":\"CLEAR\"}");
    const struct label *j = label_join(p, a, policy_default_label(p), policy_lowest_label(p));
    assert_true(label_equal(j, policy_default_label(p)));
    assert_string_equal(text_of(p, a, j), "2");
    arena_free(a);
    policy_free(p);
}

static void a_file_of_another_hand_loads_and_says_that_it_states_no_default(void **state)
{
    (void)state;
    struct arena *a = arena_new(CHECK_MEMORY);
    struct policy *p = load_policy(
        S("<?xml version='1.0' encoding='UTF-8'?><!-- theirs -->\n"
          "<s:SPIF xmlns:s='http://www.xmlspif.org/spif' xmlns:i='http://www.w3.org/2001/"
          "XMLSchema-instance' i:schemaLocation='a b' schemaVersion='2.0' creationDate='0' "
          "originatorDN='O' keyIdentifier='0' privilegeId='1.2' rbacId='1.2'>"
          "<s:securityPolicyId name='Theirs' id='1.2.3'/><s:securityClassifications>"
          "<s:securityClassification name='Open' lacv='9' hierarchy='0'/>"
          "<s:securityClassification name='A &amp; B' lacv='1' hierarchy='7'/>"
          "</s:securityClassifications><s:extensions><x:y xmlns:x='urn:x'><x:z>1</x:z></x:y>"
          "</s:extensions></s:SPIF>"));
    assert_false(policy_states_default(p));
    assert_true(slice_is(policy_oid(p), "1.2.3"));
    assert_int_equal(policy_digest(p).len, 64);
    assert_true(label_equal(policy_default_label(p), policy_lowest_label(p)));
    assert_string_equal(marking_of(p, a, label_of_text(p, a, "a & b"), false), "Theirs A & B");
    arena_free(a);
    policy_free(p);
}

/* Forms and markings follow the policy's order; canonical JSON follows the names. */
static void a_name_is_read_in_both_languages_and_what_is_unknown_as_it_is(void **state)
{
    (void)state;
    struct policy *p = default_policy();
    const struct {
        const char *tag, *name, *en, *fr;
    } cases[] = {
        { "", "RESTRICTED", "RESTRICTED", "DIFFUSION RESTREINTE" },
        { "", "TOP SECRET", "TOP SECRET", "TRÈS SECRET" },
        { "", "COSMIC", "COSMIC", "COSMIC" },
        { "Caveat", "LEGAL", "LEGAL", "JURIDIQUE" },
        { "Caveat", "SECRET", "SECRET", "SECRET" }, /* a class, not a value */
        { "Releasable To", "CAN", "CAN", "CAN" },
        { "Releasable To", "", "Releasable to", "Communicable à" },
        { "Nothing", "LEGAL", "LEGAL", "LEGAL" },
        { "Nothing", "", "Nothing", "Nothing" },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct slice tag = slice_of(cases[i].tag), name = slice_of(cases[i].name);
        assert_true(slice_is(policy_reading(p, tag, name, false), cases[i].en));
        assert_true(slice_is(policy_reading(p, tag, name, true), cases[i].fr));
    }
    policy_free(p);
}

static void tags_stand_in_policy_order_in_text_and_by_name_in_canonical_json(void **state)
{
    (void)state;
#define SET(id, name, type, values)                                                    \
    "<securityCategoryTagSet name='" name "' id='2.25.4." id "'><securityCategoryTag " \
    "tagType='" type "'>" values "</securityCategoryTag></securityCategoryTagSet>"
    struct arena *a = arena_new(CHECK_MEMORY);
    struct policy *p =
        load_policy(S(SPIF_OPEN(
            "order",
            "2.25.4") "<securityClassifications><securityClassification name='L' lacv='1' "
                      "hierarchy='1'/>"
                      "</securityClassifications><securityCategoryTagSets>" SET(
                          "1", "m", "restrictive",
                          "<tagCategory name='z' lacv='1'/><tagCategory name='a' lacv='2'/>")
                          SET("2", "B", "restrictive", "<tagCategory name='1' lacv='1'/>") SET(
                              "3", "y", "permissive", "<tagCategory name='2' lacv='1'/>")
                              SET("4", "é", "permissive", "<tagCategory name='3' lacv='1'/>") SET(
                                  "5", "x", "permissive",
                                  "<tagCategory name='4' lacv='1'/>") "</"
                                                                      "securityCategoryTagSets><"
                                                                      "extensions><ent:policy "
                                                                      "default='L'>"
                                                                      "<ent:tag name='m' "
                                                                      "default='a, z'/><ent:tag "
                                                                      "name='B' default='1'/>"
                                                                      "<ent:tag name='y' "
                                                                      "default='2'/><ent:tag "
                                                                      "name='é' default='3'/>"
                                                                      "<ent:tag name='x' "
                                                                      "default='4'/></ent:policy></"
                                                                      "extensions>" SPIF_CLOSE));
    const char *canonical = json_of(p, a, policy_default_label(p));
    assert_string_equal(canonical,
                        "{\"class\":\"L\",\"permissive\":{\"x\":[[\"4\"]],\"y\":[[\"2\"]],"
                        "\"é\":[[\"3\"]]},\"policy\":\"order\","
                        "\"restrictive\":{\"B\":[\"1\"],\"m\":[\"z\",\"a\"]},\"tlp\":\"CLEAR\"}");
    assert_true(label_equal(label_of(p, a, canonical), policy_default_label(p)));
    assert_string_equal(text_of(p, a, policy_default_label(p)),
                        "L; m: z, a; B: 1; y: 2; é: 3; x: 4");
    arena_free(a);
    policy_free(p);
}

static void every_shipped_policy_loads_and_none_has_the_identifier_of_another(void **state)
{
    (void)state;
    static const char *const names[] = { "entente", "nato", "can", "tlp" };
    struct policy *all[4];
    for (size_t i = 0; i < 4; i++) {
        all[i] = shipped_policy(names[i]);
        assert_true(policy_states_default(all[i]));
        for (size_t k = 0; k < i; k++) {
            assert_false(slice_eq(policy_oid(all[i]), policy_oid(all[k])));
            assert_false(slice_eq(policy_digest(all[i]), policy_digest(all[k])));
        }
    }
    for (size_t i = 0; i < 4; i++) {
        policy_free(all[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_policy_loads_and_offers_every_country_code),
        cmocka_unit_test(countries_are_249_iso_codes_and_kosovo_in_order_with_names),
        cmocka_unit_test(the_description_is_json_that_says_the_policy_again),
        cmocka_unit_test(a_wrong_policy_is_refused_with_its_line_and_element),
        cmocka_unit_test(text_that_is_no_spif_is_no_policy),
        cmocka_unit_test(a_dtd_an_entity_and_endless_nesting_are_refused),
        cmocka_unit_test(a_policy_without_tags_is_a_plain_chain_of_levels),
        cmocka_unit_test(a_file_of_another_hand_loads_and_says_that_it_states_no_default),
        cmocka_unit_test(a_name_is_read_in_both_languages_and_what_is_unknown_as_it_is),
        cmocka_unit_test(tags_stand_in_policy_order_in_text_and_by_name_in_canonical_json),
        cmocka_unit_test(every_shipped_policy_loads_and_none_has_the_identifier_of_another),
    };
    return run_suite(tests);
}

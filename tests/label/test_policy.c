/*
 * Loading policies: the shipped one holds what it promises, its description says it all again, and
 * a file with anything wrong in it is refused at the exact place.
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
    struct arena *a = arena_new(CHECK_MEMORY);
    size_t len = 0;
    char *text = source_file("policy/default.json", &len);
    struct json *policy = NULL;
    assert_int_equal(json_parse(a, slice_make(text, len), NULL, &policy), 0);
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
    free(text);
    arena_free(a);
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

static void a_wrong_policy_is_refused_at_its_field(void **state)
{
    (void)state;
    static const struct {
        const char *old, *new, *pointer;
        enum reason reason;
    } refusals[] = {
        { "\"id\":\"small\",", "", "/id", REASON_REQUIRED },
        { "\"id\":\"small\"", "\"id\":7", "/id", REASON_TYPE },
        { "\"id\":\"small\"", "\"id\":\" small\"", "/id", REASON_FORMAT },
        { "\"id\":\"small\"", "\"id\":\"small\",\"en\":\"a\\nb\"", "/en", REASON_TEXT },
        { "\"id\":\"small\"", "\"id\":\"small\",\"fr\":\"\"", "/fr", REASON_RANGE },
        { "\"id\":\"small\"", "\"id\":\"small\",\"version\":2", "/version", REASON_UNKNOWN_FIELD },
        { "{\"name\":\"LOW\"},{\"name\":\"HIGH\"}", "", "/levels", REASON_REQUIRED },
        { "[{\"name\":\"LOW\"},{\"name\":\"HIGH\"}]", "\"LOW\"", "/levels", REASON_TYPE },
        { "{\"name\":\"HIGH\"}", "\"HIGH\"", "/levels/1", REASON_TYPE },
        { "{\"name\":\"HIGH\"}", "{\"name\":\"low\"}", "/levels/1/name", REASON_DUPLICATE },
        { "{\"name\":\"HIGH\"}", "{\"name\":\"A;B\"}", "/levels/1/name", REASON_FORMAT },
        { "{\"name\":\"HIGH\"}", "{\"name\":\"HIGH\",\"rank\":2}", "/levels/1/rank",
          REASON_UNKNOWN_FIELD },
        { "\"restrictive\":[", "\"restrictive\":[3,", "/restrictive/0", REASON_TYPE },
        { "\"name\":\"Need\"", "\"name\":\"TLP\"", "/restrictive/0/name", REASON_FORMAT },
        { "{\"name\":\"X\"}", "{\"name\":\"none\"}", "/restrictive/0/values/0/name",
          REASON_FORMAT },
        { "{\"name\":\"Y\"}", "{\"name\":\"x\"}", "/restrictive/0/values/1/name",
          REASON_DUPLICATE },
        { "\"default\":[]", "\"default\":[\"Z\"]", "/restrictive/0/default/0", REASON_CHOICE },
        { ",\"default\":[]", "", "/restrictive/0/default", REASON_REQUIRED },
        { "\"default\":[]", "\"default\":[],\"groups\":[]", "/restrictive/0/groups",
          REASON_UNKNOWN_FIELD },
        { "\"name\":\"Rel\"", "\"name\":\"need\"", "/permissive/0/name", REASON_DUPLICATE },
        { "\"name\":\"Team\"", "\"name\":\"REL\"", "/permissive/1/name", REASON_DUPLICATE },
        { ",\"default\":\"ANYONE\"},", "},", "/permissive/0/default", REASON_REQUIRED },
        { "\"default\":\"ANYONE\"},", "\"default\":\"NOBODY\"},", "/permissive/0/default",
          REASON_CHOICE },
        { "\"default\":\"ANYONE\"},", "\"default\":[]},", "/permissive/0/default",
          REASON_REQUIRED },
        { "\"default\":\"ANYONE\"},", "\"default\":[[\"Q\"]]},", "/permissive/0/default/0/0",
          REASON_CHOICE },
        { "{\"name\":\"G\"", "{\"name\":\"a\"", "/permissive/0/groups/0/name", REASON_DUPLICATE },
        { "{\"is\":\"B\"}", "{\"is\":\"G\"}", "/permissive/0/groups/0/members/1/is",
          REASON_CHOICE },
        { "{\"is\":\"B\"}", "{}", "/permissive/0/groups/0/members/1/is", REASON_REQUIRED },
        { "\"until\":\"2020-01-01\"", "\"untill\":\"2020-01-01\"",
          "/permissive/0/groups/0/members/0/untill", REASON_UNKNOWN_FIELD },
        { "\"until\":\"2020-01-01\"", "\"until\":\"2020\"",
          "/permissive/0/groups/0/members/0/until", REASON_FORMAT },
        { "\"until\":\"2020-01-01\"", "\"until\":\"2020-02-30\"",
          "/permissive/0/groups/0/members/0/until", REASON_FORMAT },
        { "\"until\":\"2020-01-01\"", "\"from\":\"2020-01-01\",\"until\":\"2020-01-01\"",
          "/permissive/0/groups/0/members/0/until", REASON_ORDER },
        { "\"default\":{", "\"tlp\":\"BLUE\",\"default\":{", "/tlp", REASON_CHOICE },
        { ",\"default\":{\"class\":\"LOW\"}", "", "/default", REASON_REQUIRED },
        { "{\"class\":\"LOW\"}", "{}", "/default/class", REASON_REQUIRED },
        { "{\"class\":\"LOW\"}", "{\"class\":\"MID\"}", "/default/class", REASON_CHOICE },
        { "{\"class\":\"LOW\"}", "{\"class\":\"LOW\",\"permissive\":{\"Team\":[[\"Q\"]]}}",
          "/default/permissive/Team/0/0", REASON_CHOICE },
    };
    struct arena *a = arena_new(CHECK_MEMORY);
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        struct error err = { 0 };
        struct policy *p = NULL;
        const char *text = replaced(a, refusals[i].old, refusals[i].new);
        int code = policy_load(slice_of(text), &err, &p);
        if (code != EN_INVALID || p || err.field_count != 1 ||
            strcmp(err.fields[0].pointer, refusals[i].pointer) != 0 ||
            err.fields[0].reason != refusals[i].reason) {
            fail_msg("%s: code %d, %u fields, %s %d (%s)", refusals[i].new, code, err.field_count,
                     err.fields[0].pointer, (int)err.fields[0].reason, err.fields[0].detail);
        }
    }
    arena_free(a);
}

static void text_that_is_no_json_is_no_policy(void **state)
{
    (void)state;
    static const char *const texts[] = { "",     "{",    "[]",
                                         "null", "\xff", "{\"id\":\"a\",\"id\":\"a\"}" };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct error err = { 0 };
        struct policy *p = NULL;
        assert_int_equal(policy_load(slice_of(texts[i]), &err, &p), EN_INVALID);
        assert_null(p);
        assert_true(err.message[0] != '\0');
    }
}

static void a_policy_without_tags_is_a_plain_chain_of_levels(void **state)
{
    (void)state;
    struct policy *p = NULL;
    struct arena *a = arena_new(CHECK_MEMORY);
    assert_int_equal(
        policy_load(S("{\"id\":\"chain\",\"levels\":[{\"name\":\"1\"},{\"name\":\"2\"}],"
                      "\"restrictive\":[],\"permissive\":[],"
                      "\"default\":{\"class\":\"2\"}}"),
                    NULL, &p),
        0);
    assert_string_equal(json_of(p, a, policy_default_label(p)),
                        "{\"class\":\"2\",\"permissive\":{},\"policy\":\"chain\","
                        "\"restrictive\":{},\"tlp\":\"CLEAR\"}");
    const struct label *j = label_join(p, a, policy_default_label(p), policy_lowest_label(p));
    assert_true(label_equal(j, policy_default_label(p)));
    assert_string_equal(text_of(p, a, j), "2");
    arena_free(a);
    policy_free(p);
}

/* Forms and markings follow the policy's order; canonical JSON follows the names. */
static void tags_stand_in_policy_order_in_text_and_by_name_in_canonical_json(void **state)
{
    (void)state;
    struct policy *p = NULL;
    struct arena *a = arena_new(CHECK_MEMORY);
    assert_int_equal(
        policy_load(S("{\"id\":\"order\",\"levels\":[{\"name\":\"L\"}],\"restrictive\":["
                      "{\"name\":\"m\",\"values\":[{\"name\":\"z\"},{\"name\":\"a\"}],"
                      "\"default\":[\"a\",\"z\"]},"
                      "{\"name\":\"B\",\"values\":[{\"name\":\"1\"}],\"default\":[\"1\"]}],"
                      "\"permissive\":["
                      "{\"name\":\"y\",\"values\":[{\"name\":\"2\"}],\"default\":[[\"2\"]]},"
                      "{\"name\":\"é\",\"values\":[{\"name\":\"3\"}],\"default\":[[\"3\"]]},"
                      "{\"name\":\"x\",\"values\":[{\"name\":\"4\"}],\"default\":[[\"4\"]]}],"
                      "\"default\":{\"class\":\"L\"}}"),
                    NULL, &p),
        0);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_shipped_policy_loads_and_offers_every_country_code),
        cmocka_unit_test(countries_are_249_iso_codes_and_kosovo_in_order_with_names),
        cmocka_unit_test(the_description_is_json_that_says_the_policy_again),
        cmocka_unit_test(a_wrong_policy_is_refused_at_its_field),
        cmocka_unit_test(text_that_is_no_json_is_no_policy),
        cmocka_unit_test(a_policy_without_tags_is_a_plain_chain_of_levels),
        cmocka_unit_test(tags_stand_in_policy_order_in_text_and_by_name_in_canonical_json),
    };
    return run_suite(tests);
}

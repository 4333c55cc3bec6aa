/*
 * Reading labels and clearances: what is accepted becomes canonical, what is not is refused at the
 * exact field, and nothing unknown is ever guessed or dropped.
 */
#include "base/limits.h"
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

static void assert_canonical(const struct fixture *f, const char *written, const char *canonical)
{
    const struct label *l = label_of(f->p, f->a, written);
    assert_string_equal(json_of(f->p, f->a, l), canonical);
    const struct label *back = label_of(f->p, f->a, canonical);
    assert_true(label_equal(l, back));
    assert_string_equal(label_text(f->p, f->a, l).ptr, canonical);
    /* the canonical form is RFC 8785: the general writer agrees */
    struct json *tree = NULL;
    cleanup_buf struct buf b;
    buf_init(&b, CHECK_MEMORY);
    assert_int_equal(json_parse(f->a, slice_of(canonical), NULL, &tree), 0);
    json_write_canonical(f->a, tree, &b);
    assert_string_equal(b.ptr, canonical);
    assert_true(json_equal(label_json(f->p, f->a, l), tree));
}

static void the_canonical_form_sorts_removes_duplicates_and_absorbs(void **state)
{
    const struct fixture *f = *state;
    assert_canonical(f, "{\"class\":\"SECRET\"}",
                     "{\"class\":\"SECRET\",\"permissive\":{},\"policy\":\"entente-default\","
                     "\"restrictive\":{},\"tlp\":\"CLEAR\"}");
    assert_canonical(
        f,
        "{\"tlp\":\"AMBER\",\"restrictive\":{\"Caveat\":[\"MEDICAL\",\"LEGAL\",\"MEDICAL\"]},"
        "\"permissive\":{\"Releasable To\":[[\"USA\",\"CAN\",\"USA\"],[\"NATO\",\"CAN\"]]},"
        "\"class\":\"SECRET\",\"policy\":\"entente-default\"}",
        "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[[\"CAN\",\"USA\"],"
        "[\"CAN\",\"NATO\"]]},\"policy\":\"entente-default\","
        "\"restrictive\":{\"Caveat\":[\"LEGAL\",\"MEDICAL\"]},\"tlp\":\"AMBER\"}");
    /* who is CAN meets [CAN, USA] too */
    assert_canonical(f,
                     "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":"
                     "[[\"USA\",\"CAN\"],[\"CAN\"],[\"CAN\"]]}}",
                     "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[[\"CAN\"]]},"
                     "\"policy\":\"entente-default\",\"restrictive\":{},\"tlp\":\"CLEAR\"}");
    /* an empty list of a restrictive tag demands nothing */
    assert_canonical(f, "{\"class\":\"SECRET\",\"restrictive\":{\"Caveat\":[]}}",
                     "{\"class\":\"SECRET\",\"permissive\":{},\"policy\":\"entente-default\","
                     "\"restrictive\":{},\"tlp\":\"CLEAR\"}");
}

static void a_group_does_not_absorb_its_members_because_membership_changes(void **state)
{
    const struct fixture *f = *state;
    assert_canonical(
        f, "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[[\"NATO\"],[\"CAN\"]]}}",
        "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[[\"CAN\"],[\"NATO\"]]},"
        "\"policy\":\"entente-default\",\"restrictive\":{},\"tlp\":\"CLEAR\"}");
}

static void nobody_absorbs_every_other_clause_and_is_read_by_nobody(void **state)
{
    const struct fixture *f = *state;
    assert_canonical(
        f, "{\"class\":\"UNCLASSIFIED\",\"permissive\":{\"Releasable To\":[[\"CAN\"],[]]}}",
        "{\"class\":\"UNCLASSIFIED\",\"permissive\":{\"Releasable To\":[[]]},"
        "\"policy\":\"entente-default\",\"restrictive\":{},\"tlp\":\"CLEAR\"}");
    const struct label *l = label_of(
        f->p, f->a, "{\"class\":\"UNCLASSIFIED\",\"permissive\":{\"Releasable To\":[[]]}}");
    assert_false(label_may_read(f->p, clearance_all(f->p), l, day("2024-01-01")));
}

static void nothing_said_is_the_default_label(void **state)
{
    const struct fixture *f = *state;
    const struct label *l = NULL;
    assert_int_equal(label_parse(f->p, f->a, NULL, S("/label"), NULL, &l), 0);
    assert_ptr_equal(l, policy_default_label(f->p));
    assert_ptr_equal(label_of(f->p, f->a, "null"), policy_default_label(f->p));
    assert_ptr_equal(label_of(f->p, f->a, "{}"), policy_default_label(f->p));
    assert_ptr_equal(label_of_text(f->p, f->a, "  "), policy_default_label(f->p));
}

static void tlp_white_and_a_prefix_are_understood_and_written_as_tlp_2(void **state)
{
    const struct fixture *f = *state;
    const struct {
        const char *said, *meant;
    } words[] = { { "WHITE", "CLEAR" },
                  { "TLP:WHITE", "CLEAR" },
                  { "tlp:amber+strict", "AMBER+STRICT" },
                  { "Red", "RED" },
                  { "TLP:GREEN", "GREEN" } };
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        struct slice said =
            arena_printf(f->a, "{\"class\":\"SECRET\",\"tlp\":\"%s\"}", words[i].said);
        struct slice meant =
            arena_printf(f->a, "{\"class\":\"SECRET\",\"tlp\":\"%s\"}", words[i].meant);
        assert_true(label_equal(label_of(f->p, f->a, said.ptr), label_of(f->p, f->a, meant.ptr)));
        assert_non_null(
            strstr(json_of(f->p, f->a, label_of(f->p, f->a, said.ptr)), words[i].meant));
    }
}

#define ID_A "0190a1b2-0000-7000-8000-00000000000a"
#define ID_B "0190a1b2-0000-7000-8000-00000000000b"

static void originators_are_kept_sorted_in_every_form_and_by_the_join(void **state)
{
    const struct fixture *f = *state;
    const struct uuid *ids = NULL;
    assert_canonical(f, "{\"class\":\"SECRET\",\"orcon\":[\"" ID_B "\",\"" ID_A "\",\"" ID_B "\"]}",
                     "{\"class\":\"SECRET\",\"orcon\":[\"" ID_A "\",\"" ID_B
                     "\"],\"permissive\":{},\"policy\":\"entente-default\",\"restrictive\":{},"
                     "\"tlp\":\"CLEAR\"}");
    const struct label *a = label_of(f->p, f->a, "{\"class\":\"SECRET\",\"orcon\":[\"" ID_A "\"]}");
    const struct label *b = label_of_text(f->p, f->a, "UNCLASSIFIED; ORCON: " ID_B);
    const struct label *plain = label_of_text(f->p, f->a, "SECRET");
    const struct label *both = label_join(f->p, f->a, a, b);
    assert_string_equal(text_of(f->p, f->a, both), "SECRET; ORCON: " ID_A ", " ID_B);
    assert_true(label_equal(both, label_of_text(f->p, f->a, text_of(f->p, f->a, both))));
    assert_string_equal(marking_of(f->p, f->a, both, false), "SECRET // ORCON");
    assert_int_equal(label_originators(both, &ids), 2);
    char id[UUID_TEXT + 1];
    uuid_format(ids[1], id);
    assert_string_equal(id, ID_B);
    assert_true(label_has_originators(a) && !label_has_originators(plain));
    assert_false(label_equal(a, plain));
    assert_true(label_equal(label_join(f->p, f->a, a, plain), a));
    /* reading does not ask the originator; passing on does */
    assert_true(label_may_read(f->p, clearance_all(f->p), both, 0));
    assert_false(label_is_lowest(f->p, b));
}

static void a_review_date_that_passes_is_a_flag_and_the_earlier_one_counts(void **state)
{
    const struct fixture *f = *state;
    int64_t at = 0;
    const struct label *late = label_of_text(f->p, f->a, "SECRET; REVIEW: 2031-01-02");
    const struct label *soon =
        label_of(f->p, f->a, "{\"class\":\"SECRET\",\"review\":\"2030-05-01T12:00:00Z\"}");
    assert_string_equal(text_of(f->p, f->a, late), "SECRET; REVIEW: 2031-01-02T00:00:00Z");
    assert_true(label_equal(label_join(f->p, f->a, late, soon), soon));
    assert_true(
        label_equal(label_join(f->p, f->a, late, label_of_text(f->p, f->a, "RESTRICTED")), late));
    assert_true(label_review(late, &at) && at == day("2031-01-02"));
    assert_false(label_review_due(late, day("2031-01-01")));
    assert_true(label_review_due(late, day("2031-01-02")));
    assert_true(label_may_read(f->p, clearance_all(f->p), late, day("2040-01-01")));
    const struct clearance *none = clearance_of(f->p, f->a, "{}");
    assert_false(label_may_read(f->p, none, late, day("2040-01-01")));
    assert_false(label_review(label_of_text(f->p, f->a, "SECRET"), &at));
}

/* ---- refusals ---- */

struct refusal {
    const char *json;
    const char *pointer;
    enum reason reason;
};

static void assert_refused(const struct fixture *f, const struct refusal *r, bool clearance)
{
    struct error err = { 0 };
    struct json *v = NULL;
    const struct label *l = NULL;
    const struct clearance *c = NULL;
    assert_int_equal(json_parse(f->a, slice_of(r->json), &err, &v), 0);
    int code = clearance ? clearance_parse(f->p, f->a, v, S("/label"), &err, &c)
                         : label_parse(f->p, f->a, v, S("/label"), &err, &l);
    if (code != EN_INVALID || err.field_count != 1 ||
        strcmp(err.fields[0].pointer, r->pointer) != 0 || err.fields[0].reason != r->reason) {
        fail_msg("%s: code %d, %u fields, %s %d (%s)", r->json, code, err.field_count,
                 err.fields[0].pointer, (int)err.fields[0].reason, err.fields[0].detail);
    }
    assert_null(l);
    assert_null(c);
}

static void whatever_is_unknown_is_refused_at_its_field(void **state)
{
    static const struct refusal refusals[] = {
        { "7", "/label", REASON_TYPE },
        { "[]", "/label", REASON_TYPE },
        { "\"SECRET\"", "/label", REASON_TYPE },
        { "{\"tlp\":\"RED\"}", "/label/class", REASON_REQUIRED },
        { "{\"class\":\"COSMIC\"}", "/label/class", REASON_CHOICE },
        { "{\"class\":\"secret\"}", "/label/class", REASON_CHOICE },
        { "{\"class\":\"\"}", "/label/class", REASON_CHOICE },
        { "{\"class\":3}", "/label/class", REASON_TYPE },
        { "{\"class\":null}", "/label/class", REASON_TYPE },
        { "{\"class\":\"SECRET\",\"policy\":\"NATO\"}", "/label/policy", REASON_CHOICE },
        { "{\"class\":\"SECRET\",\"policy\":1}", "/label/policy", REASON_TYPE },
        { "{\"class\":\"SECRET\",\"orcon\":{}}", "/label/orcon", REASON_TYPE },
        { "{\"class\":\"SECRET\",\"orcon\":[7]}", "/label/orcon/0", REASON_TYPE },
        { "{\"class\":\"SECRET\",\"orcon\":[\"CAN\"]}", "/label/orcon/0", REASON_FORMAT },
        { "{\"class\":\"SECRET\",\"review\":\"2031\"}", "/label/review", REASON_FORMAT },
        { "{\"class\":\"SECRET\",\"review\":null}", "/label/review", REASON_TYPE },
        { "{\"class\":\"SECRET\",\"informative\":[]}", "/label/informative", REASON_TYPE },
        { "{\"class\":\"SECRET\",\"informative\":{\"Caveat\":[]}}", "/label/informative/Caveat",
          REASON_UNKNOWN_FIELD },
        { "{\"class\":\"SECRET\",\"a/b~\":1}", "/label/a~1b~0", REASON_UNKNOWN_FIELD },
        { "{\"class\":\"SECRET\",\"tlp\":\"PINK\"}", "/label/tlp", REASON_CHOICE },
        { "{\"class\":\"SECRET\",\"tlp\":\"TLP:\"}", "/label/tlp", REASON_CHOICE },
        { "{\"class\":\"SECRET\",\"tlp\":null}", "/label/tlp", REASON_TYPE },
        { "{\"class\":\"SECRET\",\"restrictive\":[]}", "/label/restrictive", REASON_TYPE },
        { "{\"class\":\"SECRET\",\"restrictive\":null}", "/label/restrictive", REASON_TYPE },
        { "{\"class\":\"SECRET\",\"restrictive\":{\"Codeword\":[]}}", "/label/restrictive/Codeword",
          REASON_UNKNOWN_FIELD },
        { "{\"class\":\"SECRET\",\"restrictive\":{\"Releasable To\":[]}}",
          "/label/restrictive/Releasable To", REASON_UNKNOWN_FIELD },
        { "{\"class\":\"SECRET\",\"restrictive\":{\"Caveat\":\"LEGAL\"}}",
          "/label/restrictive/Caveat", REASON_TYPE },
        { "{\"class\":\"SECRET\",\"restrictive\":{\"Caveat\":[\"LEGAL\",\"ATOMAL\"]}}",
          "/label/restrictive/Caveat/1", REASON_CHOICE },
        { "{\"class\":\"SECRET\",\"permissive\":7}", "/label/permissive", REASON_TYPE },
        { "{\"class\":\"SECRET\",\"permissive\":{\"Caveat\":[[]]}}", "/label/permissive/Caveat",
          REASON_UNKNOWN_FIELD },
        { "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[]}}",
          "/label/permissive/Releasable To", REASON_REQUIRED },
        { "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":null}}",
          "/label/permissive/Releasable To", REASON_TYPE },
        { "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[\"CAN\"]}}",
          "/label/permissive/Releasable To/0", REASON_TYPE },
        { "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[[\"CAN\",\"CA\"]]}}",
          "/label/permissive/Releasable To/0/1", REASON_CHOICE },
        { "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[[\"CAN\"],[\"USA\",4]]}}",
          "/label/permissive/Releasable To/1/1", REASON_TYPE },
    };
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        assert_refused(*state, &refusals[i], /* clearance= */ false);
    }
}

static void an_unknown_clearance_is_refused_at_its_field(void **state)
{
    static const struct refusal refusals[] = {
        { "true", "/label", REASON_TYPE },
        { "{\"class\":\"ULTRA\"}", "/label/class", REASON_CHOICE },
        { "{\"policy\":\"NATO\"}", "/label/policy", REASON_CHOICE },
        { "{\"expires\":\"2024\"}", "/label/expires", REASON_UNKNOWN_FIELD },
        { "{\"restrictive\":{\"Caveat\":[\"NATO\"]}}", "/label/restrictive/Caveat/0",
          REASON_CHOICE },
        { "{\"permissive\":{\"Releasable To\":[[\"CAN\"]]}}", "/label/permissive/Releasable To/0",
          REASON_TYPE },
        { "{\"permissive\":{\"Releasable To\":[\"ZZZ\"]}}", "/label/permissive/Releasable To/0",
          REASON_CHOICE },
        { "{\"permissive\":{\"Nation\":[\"CAN\"]}}", "/label/permissive/Nation",
          REASON_UNKNOWN_FIELD },
        { "{\"tlp\":\"ORANGE\"}", "/label/tlp", REASON_CHOICE },
    };
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        assert_refused(*state, &refusals[i], /* clearance= */ true);
    }
}

static void all_wrong_fields_are_named_at_once(void **state)
{
    const struct fixture *f = *state;
    struct error err = { 0 };
    struct json *v = NULL;
    const struct label *l = NULL;
    assert_int_equal(json_parse(f->a,
                                S("{\"class\":\"X\",\"tlp\":\"Y\",\"z\":1,"
                                  "\"restrictive\":{\"Caveat\":[\"A\",\"B\"]}}"),
                                &err, &v),
                     0);
    assert_int_equal(label_parse(f->p, f->a, v, S(""), &err, &l), EN_INVALID);
    assert_int_equal(err.field_count, 5);
    assert_string_equal(err.fields[0].pointer, "/z");
    assert_string_equal(err.fields[4].pointer, "/tlp");
}

static void more_clauses_or_atoms_than_the_limit_are_refused(void **state)
{
    const struct fixture *f = *state;
    cleanup_buf struct buf b;
    buf_init(&b, CHECK_MEMORY);
    const char *const codes[] = { "AUS", "AUT", "BEL", "BGR", "CAN", "CHE", "CYP", "CZE", "DEU",
                                  "DNK", "ESP", "EST", "FIN", "FRA", "GBR", "GRC", "HRV" };
    for (int count = 16; count <= 17; count++) {
        buf_clear(&b);
        buf_add_cstr(&b, "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[");
        for (int i = 0; i < count; i++) {
            buf_printf(&b, "%s[\"%s\"]", i ? "," : "", codes[i]);
        }
        buf_add_cstr(&b, "]}}");
        if (count == 16) {
            label_of(f->p, f->a, b.ptr);
        } else {
            struct refusal r = { b.ptr, "/label/permissive/Releasable To", REASON_TOO_MANY };
            assert_refused(f, &r, /* clearance= */ false);
        }
    }
    buf_clear(&b);
    buf_add_cstr(&b, "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[[\"CAN\"");
    for (int i = 0; i < LIMIT_LABEL_ATOMS; i++) {
        buf_add_cstr(&b, ",\"CAN\"");
    }
    buf_add_cstr(&b, "]]}}");
    struct refusal r = { b.ptr, "/label/permissive/Releasable To/0", REASON_TOO_MANY };
    assert_refused(f, &r, /* clearance= */ false);
}

static void labels_of_two_policies_have_no_join_and_are_never_equal_or_read(void **state)
{
    const struct fixture *f = *state;
    struct policy *other = default_policy(); /* even the same file is another policy object */
    const struct label *here = policy_lowest_label(f->p);
    const struct label *there = policy_lowest_label(other);
    assert_null(label_join(f->p, f->a, here, there));
    assert_null(label_join(f->p, f->a, here, NULL));
    assert_false(label_equal(here, there));
    assert_false(label_equal(here, NULL));
    assert_false(label_is_lowest(f->p, there));
    assert_false(label_may_read(f->p, clearance_all(f->p), there, 0));
    assert_false(label_may_read(f->p, clearance_all(other), here, 0));
    assert_false(label_may_read(other, clearance_all(f->p), here, 0));
    assert_true(label_may_read(f->p, clearance_all(f->p), here, 0));
    policy_free(other);
}

static void only_the_lowest_label_is_the_lowest(void **state)
{
    const struct fixture *f = *state;
    assert_true(label_is_lowest(f->p, policy_lowest_label(f->p)));
    assert_true(label_is_lowest(f->p, label_of_text(f->p, f->a, "UNCLASSIFIED")));
    assert_false(label_is_lowest(f->p, label_of_text(f->p, f->a, "RESTRICTED")));
    assert_false(label_is_lowest(f->p, label_of_text(f->p, f->a, "UNCLASSIFIED; TLP:GREEN")));
    assert_false(label_is_lowest(f->p, label_of_text(f->p, f->a, "UNCLASSIFIED; Caveat: LEGAL")));
    assert_false(
        label_is_lowest(f->p, label_of_text(f->p, f->a, "UNCLASSIFIED; Releasable To: NATO")));
}

#define case_(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

static bool within(const struct policy *p, struct arena *a, const char *inner, const char *outer)
{
    return clearance_within(clearance_of(p, a, inner), clearance_of(p, a, outer));
}

static void a_clearance_is_within_another_that_holds_all_of_it(void **state)
{
    (void)state;
    cleanup_arena struct arena *a = arena_new(CHECK_MEMORY);
    struct policy *p = small_policy();
    static const char outer[] = "{\"class\":\"HIGH\",\"restrictive\":{\"Need\":[\"X\"]},"
                                "\"permissive\":{\"Rel\":[\"A\",\"B\"]},\"tlp\":\"GREEN\"}";
    assert_true(within(p, a, outer, outer));
    assert_true(within(p, a, "{}", outer));
    assert_true(within(p, a, "{\"permissive\":{\"Rel\":[\"B\"]}}", outer));
    assert_false(within(p, a, "{\"class\":\"HIGH\"}", "{\"class\":\"LOW\"}"));
    assert_false(within(p, a, "{\"restrictive\":{\"Need\":[\"Y\"]}}", outer));
    assert_false(within(p, a, "{\"permissive\":{\"Rel\":[\"C\"]}}", outer));
    assert_false(within(p, a, "{\"permissive\":{\"Team\":[\"P\"]}}", outer));
    assert_false(within(p, a, "{\"tlp\":\"AMBER\"}", outer));
    assert_true(clearance_within(clearance_of(p, a, outer), clearance_all(p)));
    assert_false(clearance_within(clearance_all(p), clearance_of(p, a, outer)));
    policy_free(p);
}

static void assert_clearance_text(const struct policy *p, struct arena *a, const char *text,
                                  const char *json)
{
    const struct clearance *c = NULL;
    struct error err = { 0 };
    struct buf got cleanup_buf, expected cleanup_buf;
    buf_init(&got, 4096);
    buf_init(&expected, 4096);
    assert_int_equal(clearance_parse_text(p, a, slice_of(text), S("/c"), &err, &c), 0);
    clearance_write(p, c, &got);
    clearance_write(p, clearance_of(p, a, json), &expected);
    assert_string_equal(got.ptr, expected.ptr);
}

static void a_clearance_is_read_from_its_short_form(void **state)
{
    (void)state;
    cleanup_arena struct arena *a = arena_new(CHECK_MEMORY);
    struct policy *p = small_policy();
    const struct clearance *c = NULL;
    assert_clearance_text(p, a, "high", "{\"class\":\"HIGH\"}");
    assert_clearance_text(p, a, "LOW; Need: X, Y; Rel: A; Rel: A, B; TLP:AMBER",
                          "{\"class\":\"LOW\",\"restrictive\":{\"Need\":[\"X\",\"Y\"]},"
                          "\"permissive\":{\"Rel\":[\"A\",\"B\"]},\"tlp\":\"AMBER\"}");
    assert_clearance_text(p, a, "LOW; Rel: NOBODY", "{\"class\":\"LOW\"}");
    static const char *const wrong[] = {
        "", "MIDDLE", "LOW; Rel: Z", "LOW; Rel: ANYONE", "LOW; Colour: A", "LOW; TLP:PINK"
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error err = { 0 };
        assert_int_equal(clearance_parse_text(p, a, slice_of(wrong[i]), S("/c"), &err, &c),
                         EN_INVALID);
        assert_string_equal(err.fields[0].pointer, "/c");
    }
    policy_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        case_(the_canonical_form_sorts_removes_duplicates_and_absorbs),
        case_(a_group_does_not_absorb_its_members_because_membership_changes),
        case_(nobody_absorbs_every_other_clause_and_is_read_by_nobody),
        case_(nothing_said_is_the_default_label),
        case_(originators_are_kept_sorted_in_every_form_and_by_the_join),
        case_(a_review_date_that_passes_is_a_flag_and_the_earlier_one_counts),
        case_(tlp_white_and_a_prefix_are_understood_and_written_as_tlp_2),
        case_(whatever_is_unknown_is_refused_at_its_field),
        case_(an_unknown_clearance_is_refused_at_its_field),
        case_(all_wrong_fields_are_named_at_once),
        case_(more_clauses_or_atoms_than_the_limit_are_refused),
        case_(labels_of_two_policies_have_no_join_and_are_never_equal_or_read),
        case_(only_the_lowest_label_is_the_lowest),
        case_(a_clearance_is_within_another_that_holds_all_of_it),
        case_(a_clearance_is_read_from_its_short_form),
    };
    return run_suite(tests);
}

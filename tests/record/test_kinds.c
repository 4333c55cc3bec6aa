/* The registry: what every kind's table must say, and fields that a configuration adds. */
#include "record_check.h"

#include "record/country.h"
#include "record/registry.h"
#include "record/words.h"

static void is_text(const char *text)
{
    assert_non_null(text);
    assert_true(strlen(text) > 0);
    assert_true(slice_is_utf8(slice_of(text)));
    assert_int_equal(slice_trim(slice_of(text)).len, strlen(text));
}

static bool known_kind(const struct fixture *f, const char *name)
{
    return kinds_find(f->kinds, slice_of(name)) != NULL;
}

static void check_table(const struct fixture *f, const struct field *fields)
{
    for (const struct field *x = fields; x->name; x++) {
        is_text(x->label_en);
        is_text(x->label_fr);
        is_text(x->help_en);
        is_text(x->help_fr);
        assert_string_not_equal(x->help_en, x->help_fr);
        assert_true((x->type == FIELD_ENUM) == (x->choices != NULL));
        assert_true((x->type == FIELD_OBJECT) == (x->fields != NULL));
        assert_true(x->type == FIELD_REF || !x->target);
        assert_true(!x->target || known_kind(f, x->target));
        assert_true(x->min <= x->max);
        for (const struct choice *c = x->choices; c && c->value; c++) {
            is_text(c->en);
            is_text(c->fr);
            assert_ptr_equal(choice_find(x->choices, slice_of(c->value)), c);
        }
        assert_ptr_equal(field_find(fields, slice_of(x->name)), x);
        if (x->fields)
            check_table(f, x->fields);
    }
}

static void every_field_speaks_both_languages_and_is_complete(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    for (size_t i = 0; i < f.kinds->count; i++) {
        const struct kind *k = f.kinds->items[i];
        is_text(k->title_en);
        is_text(k->title_fr);
        is_text(k->help_en);
        is_text(k->help_fr);
        check_table(&f, k->fields);
    }
    check_table(&f, common_fields);
}

static void every_kind_is_found_by_its_name_and_its_plural_only(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    for (size_t i = 0; i < f.kinds->count; i++) {
        const struct kind *k = f.kinds->items[i];
        assert_ptr_equal(kinds_find(f.kinds, slice_of(k->name)), k);
        assert_ptr_equal(kinds_find_plural(f.kinds, slice_of(k->plural)), k);
        assert_null(kinds_find(f.kinds, slice_of(k->plural)));
        for (const struct field *x = common_fields; x->name; x++)
            assert_null(field_find(k->fields, slice_of(x->name)));
    }
    assert_null(kinds_find(f.kinds, S("")));
    assert_null(kinds_find(f.kinds, S("acto")));
}

/* The picture has columns of its own beside the fields, and so have tables in files. */
static void no_field_has_a_name_that_every_record_bears(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    static const char *const taken[] = { "id",    "num",     "version", "origin",
                                         "label", "created", "updated", "kind" };
    for (size_t i = 0; i < f.kinds->count; i++) {
        if (f.kinds->items[i]->system)
            continue;
        for (size_t t = 0; t < sizeof taken / sizeof taken[0]; t++)
            assert_null(kind_field(f.kinds->items[i], slice_of(taken[t])));
    }
}

static void names_and_dates_of_a_kind_are_fields_of_the_right_type(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    for (size_t i = 0; i < f.kinds->count; i++) {
        const struct kind *k = f.kinds->items[i];
        assert_true((k->name_field != NULL) != (k->name_refs[0] != NULL));
        assert_true(!k->name_field || kind_field(k, slice_of(k->name_field)));
        assert_true(!k->name_field_fr || kind_field(k, slice_of(k->name_field_fr)));
        assert_true(!k->when_field || kind_field(k, slice_of(k->when_field))->type == FIELD_WHEN);
        for (int r = 0; r < 3 && k->name_refs[r]; r++)
            assert_int_equal(kind_field(k, slice_of(k->name_refs[r]))->type, FIELD_REF);
    }
}

static void every_field_of_a_kind_and_the_common_ones_are_walked_once(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    size_t count = 0;
    KIND_EACH_FIELD(kind_named(&f, "token"), x)
    count++;
    assert_int_equal(count, 6 + 2);
}

static void words_are_the_same_without_case_accents_and_punctuation(void **state)
{
    (void)state;
    assert_true(words_same(S("Date d'échéance"), S("date_d_echeance")));
    assert_true(words_same(S("Mise en œuvre"), S("MISE EN OEUVRE")));
    assert_true(words_same(S("Côte d\u2019Ivoire"), S("cote d'ivoire")));
    assert_true(words_same(S("ÀÉÎÕÜÇ"), S("aeiouc")));
    assert_true(words_same(S("Ægir"), S("aegir")));
    assert_false(words_same(S("from"), S("form")));
    assert_false(words_same(S("a"), S("")));
    assert_false(words_same(S("-"), S("_"))); /* nothing is left to compare */
    assert_true(words_same(S("日本"), S("日本")));
    assert_false(words_same(S("日本"), S("日米")));
}

static void countries_are_found_by_either_code_and_by_name(void **state)
{
    (void)state;
    const char *last = "";
    size_t count = 0;
    for (const struct country *c = countries; c->en; c++, count++) {
        assert_true(strcmp(last, c->alpha3) < 0); /* halving needs the order */
        last = c->alpha3;
        assert_ptr_equal(country_find(slice_of(c->alpha2)), c);
        assert_ptr_equal(country_find(slice_of(c->alpha3)), c);
        is_text(c->fr);
    }
    assert_int_equal(count, 249);
    assert_string_equal(country_find(S("ca"))->alpha3, "CAN");
    assert_string_equal(country_find_words(S("Allemagne"))->alpha3, "DEU");
    assert_string_equal(country_find_words(S("cote d'ivoire"))->alpha3, "CIV");
    assert_null(country_find(S("XX")));
    assert_null(country_find(S("C")));
    assert_null(country_find(S("CANA")));
    assert_null(country_find_words(S("Atlantis")));
}

static void a_configuration_adds_fields_to_a_kind(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    struct error err = { 0 };
    int code = kinds_make(f.arena,
                          S("{\"actor\":[{\"name\":\"x_callsign\",\"type\":\"text\",\"label_en\":"
                            "\"Call sign\",\"label_fr\":\"Indicatif\",\"indexed\":true},"
                            "{\"name\":\"x_grade\",\"type\":\"enum\",\"many\":true,\"choices\":["
                            "{\"value\":\"a\",\"en\":\"A\"},{\"value\":\"b\"}]},"
                            "{\"name\":\"x_liaison\",\"type\":\"ref\",\"target\":\"actor\"}]}"),
                          &err, &f.kinds);
    assert_int_equal(code, 0);
    const struct field *x = kind_field(kind_named(&f, "actor"), S("x_callsign"));
    assert_non_null(x);
    assert_string_equal(x->label_fr, "Indicatif");
    assert_int_equal(x->flags, FIELD_INDEXED | FIELD_SEARCHED);
    assert_null(kind_field(kind_named(&f, "posting"), S("x_callsign")));
    assert_non_null(kind_field(&kind_actor, S("until")));
    assert_null(kind_field(&kind_actor, S("x_callsign"))); /* the built-in table is untouched */
    assert_outcome(&f, "actor",
                   "{\"nature\":\"unit\",\"name_en\":\"N\",\"x_callsign\":\" Fox \",\"x_grade\":"
                   "[\"b\",\"b\",\"a\"],\"x_liaison\":\"" ID_A "\",\"notes\":\"n\"}",
                   "{\"nature\":\"unit\",\"name_en\":\"N\",\"x_callsign\":\"Fox\",\"x_grade\":"
                   "[\"b\",\"a\"],\"x_liaison\":\"" ID_A "\",\"notes\":\"n\"}");
    assert_outcome(&f, "actor", "{\"nature\":\"unit\",\"name_en\":\"N\",\"x_grade\":[\"c\"]}",
                   "/x_grade/0 choice");
}

static void a_wrong_configuration_is_refused_with_every_mistake_named(void **state)
{
    (void)state;
    static const struct {
        const char *custom, *errors;
    } rows[] = {
        { "{\"actors\":[]}", "fields.json/actors unknown-field" },
        { "{\"user\":[]}", "fields.json/user unknown-field" }, /* a system kind */
        { "{\"actor\":{}}", "fields.json/actor type list" },
        { "[]", "fields.json type object" },
        { "{\"actor\":[{\"name\":\"x_u\",\"type\":\"ref\",\"target\":\"user\"}]}",
          "fields.json/actor/0/target choice" }, /* users are no records */
        { "{\"actor\":[{\"name\":\"callsign\",\"type\":\"text\"},{\"name\":\"x_a\",\"type\":"
          "\"blob\"},{\"name\":\"x_b\",\"type\":\"enum\"},{\"name\":\"x_c\",\"type\":\"ref\","
          "\"target\":\"ship\"},{\"name\":\"x_d\",\"type\":\"text\",\"labl\":1},{\"name\":\"x_d\","
          "\"type\":\"bool\"},7]}",
          "fields.json/actor/0/name format x_ and then a-z, 0-9 or _\nfields.json/actor/1/type "
          "choice\n"
          "fields.json/actor/2/choices required\nfields.json/actor/3/target "
          "choice\nfields.json/actor/4/labl unknown-field\n"
          "fields.json/actor/5/name duplicate\nfields.json/actor/6 type object" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
        cleanup_buf struct buf out;
        struct error err = { 0 };
        const struct kinds *kinds = NULL;
        buf_init(&out, LIMIT_BODY);
        assert_int_equal(kinds_make(a, slice_of(rows[i].custom), &err, &kinds), EN_INVALID);
        assert_null(kinds);
        describe_error(&err, &out);
        assert_string_equal(buf_slice(&out).ptr, rows[i].errors);
    }
    cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
    const struct kinds *kinds = NULL;
    assert_int_equal(kinds_make(a, S("{\"actor\":["), NULL, &kinds), EN_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_speaks_both_languages_and_is_complete),
        cmocka_unit_test(every_kind_is_found_by_its_name_and_its_plural_only),
        cmocka_unit_test(no_field_has_a_name_that_every_record_bears),
        cmocka_unit_test(names_and_dates_of_a_kind_are_fields_of_the_right_type),
        cmocka_unit_test(every_field_of_a_kind_and_the_common_ones_are_walked_once),
        cmocka_unit_test(words_are_the_same_without_case_accents_and_punctuation),
        cmocka_unit_test(countries_are_found_by_either_code_and_by_name),
        cmocka_unit_test(a_configuration_adds_fields_to_a_kind),
        cmocka_unit_test(a_wrong_configuration_is_refused_with_every_mistake_named),
    };
    return run_suite(tests);
}

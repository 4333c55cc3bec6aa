/* Checking fields, whatever the kind: types, limits, canonical form, pointers, references. */
#include "record_check.h"

#include "record/registry.h"

static void a_clean_body_is_canonical(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    assert_outcome(&f, "actor",
                   "{\"notes\":\"  a\\r\\nb  \",\"name_en\":\"\\t Canada \",\"nature\":\"state\","
                   "\"country\":\"ca\",\"languages\":[\"EN\",\"FR-ca\",\"zh-hant-tw\",\"en\"],"
                   "\"instruments\":[\"legal\",\"legal\",\"military\"],\"regions\":[],"
                   "\"short_en\":\"   \",\"short_fr\":null,\"latitude\":45.50,\"longitude\":-0.0,"
                   "\"since\":\"1867-07-01T00:00:00.000+02:00\",\"parent\":"
                   "\"01890000-0000-7000-8000-00000000000A\",\"contacts\":[null,\"\",\" x \"]}",
                   "{\"nature\":\"state\",\"name_en\":\"Canada\",\"parent\":\"" ID_A "\","
                   "\"country\":\"CAN\",\"instruments\":[\"legal\",\"military\"],\"latitude\":45.5,"
                   "\"longitude\":0,\"contacts\":[\"x\"],\"languages\":[\"en\",\"fr-CA\","
                   "\"zh-Hant-TW\"],\"since\":\"1867-06-30T22:00:00Z\",\"notes\":\"a\\nb\"}");
}

static void every_error_is_reported_with_its_own_pointer(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    assert_outcome(
        &f, "engagement",
        "{\"title\":7,\"when\":\"yesterday\",\"mode\":\"picnic\",\"country\":\"XX\","
        "\"latitude\":90.5,\"all_day\":\"yes\",\"participants\":[{\"actor\":\"me\","
        "\"a/b~c\":1},{\"position\":\"" ID_A "\"},4],\"relationships\":\"" ID_A "\","
        "\"topics\":[\"ok\",5],\"colour\":\"red\",\"id\":\"x\",\"label\":{}}",
        "/colour unknown-field\n/id read-only\n/label unknown-field\n/title type text\n"
        "/when format YYYY, YYYY-MM, YYYY-MM-DD or an RFC 3339 instant\n/all_day type true or "
        "false\n"
        "/mode choice\n/country format ISO 3166-1 country code, e.g. CAN\n/latitude range -90..90\n"
        "/status required\n/participants/0/a~1b~0c unknown-field\n"
        "/participants/0/actor format id of a record (UUID)\n"
        "/participants/1/actor required\n/participants/2 type object\n"
        "/relationships type list\n/topics/1 type text");
}

static void more_errors_than_fit_still_refuse(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    cleanup_buf struct buf text;
    struct error err = { 0 };
    struct json *body = NULL;
    buf_init(&text, LIMIT_BODY);
    buf_add_cstr(&text, "{\"nature\":\"unit\",\"name_en\":\"N\"");
    for (int i = 0; i < 40; i++)
        buf_printf(&text, ",\"u%d\":1", i);
    buf_add_char(&text, '}');
    assert_int_equal(
        record_check(kind_named(&f, "actor"), f.arena, parse(f.arena, text.ptr), NULL, &err, &body),
        EN_INVALID);
    assert_null(body);
    assert_int_equal(
        record_check(kind_named(&f, "actor"), f.arena, parse(f.arena, text.ptr), NULL, NULL, &body),
        EN_INVALID); /* nobody needs to know why */
}

static void a_body_that_is_no_object_is_refused(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    assert_outcome(&f, "actor", "[]", " type object");
    assert_outcome(&f, "actor", "null", " type object");
    assert_outcome(&f, "actor", "{}", "/nature required\n/name_en required");
    assert_outcome(&f, "actor", "{\"nature\":null,\"name_en\":\" \"}",
                   "/nature required\n/name_en required");
}

static void control_and_direction_characters_are_refused(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    static const char *const bad[] = { "a\\u0001b", "a\\nb",     "a\\tb",     "a\\u007fb",
                                       "a\\u0085b", "a\\u202eb", "a\\u2066b", "a\\rb" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct slice body =
            arena_printf(f.arena, "{\"nature\":\"unit\",\"name_en\":\"%s\"}", bad[i]);
        assert_outcome(&f, "actor", body.ptr, "/name_en text");
    }
    assert_outcome(&f, "actor",
                   "{\"nature\":\"unit\",\"name_en\":\"a\\u200fb\",\"notes\":\"a\\n\\tb\"}",
                   "{\"nature\":\"unit\",\"name_en\":\"a\u200Fb\",\"notes\":\"a\\n\\tb\"}");
    assert_outcome(&f, "actor",
                   "{\"nature\":\"unit\",\"name_en\":\"a\",\"notes\":\"a\\rb\\u0002\"}",
                   "/notes text");
}

static void limits_hold_to_the_byte(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    const struct {
        const char *name;
        size_t limit;
    } rows[] = { { "name_en", LIMIT_NAME }, { "short_en", 60 }, { "notes", LIMIT_TEXT } };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (size_t over = 0; over < 2; over++) {
            char *text = arena_alloc(f.arena, rows[i].limit + over + 1);
            memset(text, 'x', rows[i].limit + over);
            struct json *body = parse(f.arena, "{\"nature\":\"unit\",\"name_en\":\"N\"}");
            struct json *out = NULL;
            struct error err = { 0 };
            struct json *value = json_new_text(f.arena, slice_of(text));
            assert_int_equal(json_object_set(f.arena, body, slice_of(rows[i].name), value), 0);
            int code = record_check(kind_named(&f, "actor"), f.arena, body, NULL, &err, &out);
            assert_int_equal(code, over ? EN_INVALID : 0);
            assert_int_equal(err.fields[0].reason, over ? REASON_TOO_LONG : REASON_NONE);
        }
    }
}

static void a_list_may_be_full_but_not_longer(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    for (int over = 0; over < 2; over++) {
        struct json *body = parse(f.arena, "{\"nature\":\"unit\",\"name_en\":\"N\"}");
        struct json *list = json_new_array(f.arena);
        struct json *out = NULL;
        struct error err = { 0 };
        for (int i = 0; i < LIMIT_LIST + over; i++) {
            struct slice text = arena_printf(f.arena, "r%d", i);
            assert_int_equal(json_array_add(f.arena, list, json_new_text(f.arena, text)), 0);
        }
        assert_int_equal(json_object_set(f.arena, body, S("regions"), list), 0);
        int code = record_check(kind_named(&f, "actor"), f.arena, body, NULL, &err, &out);
        assert_int_equal(code, over ? EN_INVALID : 0);
        if (over)
            assert_string_equal(err.fields[0].detail, "500");
    }
}

static void a_record_too_large_in_all_is_refused(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    struct json *body = json_new_object(f.arena);
    struct json *list = json_new_array(f.arena);
    struct json *out = NULL;
    for (int i = 0; i < 400; i++) {
        struct slice id = arena_printf(f.arena, "%0290d", i);
        assert_int_equal(json_array_add(f.arena, list, json_new_text(f.arena, id)), 0);
    }
    static const struct field wide[] = {
        { .name = "one", .type = FIELD_TEXT, .flags = FIELD_MANY },
        { .name = "two", .type = FIELD_TEXT, .flags = FIELD_MANY },
        { .name = "three", .type = FIELD_TEXT, .flags = FIELD_MANY },
        { 0 },
    };
    json_object_set(f.arena, body, S("one"), list);
    json_object_set(f.arena, body, S("two"), list);
    assert_int_equal(fields_check(wide, f.arena, body, S(""), NULL, NULL, &out), 0);
    json_object_set(f.arena, body, S("three"), list);
    assert_int_equal(fields_check(wide, f.arena, body, S(""), NULL, NULL, &out), EN_TOO_LARGE);
}

static void numbers_keep_to_their_type_and_range(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    const char *head = "{\"a\":\"" ID_A "\",\"b\":\"" ID_B "\",\"nature\":\"institutional\"";
    const struct {
        const char *value, *errors;
    } rows[] = {
        { "0", "/cadence_ideal range 1..3650" },
        { "3651", "/cadence_ideal range 1..3650" },
        { "30.5", "/cadence_ideal type whole number" },
        { "\"30\"", "/cadence_ideal type whole number" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct slice body = arena_printf(f.arena, "%s,\"cadence_ideal\":%s}", head, rows[i].value);
        assert_outcome(&f, "relationship", body.ptr, rows[i].errors);
    }
    struct json *ok =
        clean(&f, "relationship", arena_printf(f.arena, "%s,\"cadence_ideal\":3e1}", head).ptr);
    assert_int_equal(json_get_int(ok, "cadence_ideal", 0), 30);
}

static void language_tags_are_checked(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    static const char *const good[][2] = {
        { "EN", "en" },
        { "fr-ca", "fr-CA" },
        { "sr-latn-rs", "sr-Latn-RS" },
        { "es-419", "es-419" },
        { "en-a-bb-x-yy", "en-a-bb-x-yy" },
        { "iu", "iu" },
    };
    static const char *const bad[] = {
        "e", "en_CA", "en-", "-en", "en--ca", "english language", "fr-abcdefghi", "1a"
    };
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        struct slice in = arena_printf(
            f.arena, "{\"nature\":\"unit\",\"name_en\":\"N\",\"languages\":[\"%s\"]}", good[i][0]);
        struct slice out = arena_printf(
            f.arena, "{\"nature\":\"unit\",\"name_en\":\"N\",\"languages\":[\"%s\"]}", good[i][1]);
        assert_outcome(&f, "actor", in.ptr, out.ptr);
    }
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct slice in = arena_printf(
            f.arena, "{\"nature\":\"unit\",\"name_en\":\"N\",\"languages\":[\"%s\"]}", bad[i]);
        assert_outcome(&f, "actor", in.ptr, "/languages/0 format language tag, e.g. fr-CA");
    }
}

static const struct field dated[] = {
    { .name = "term", .type = FIELD_DURATION },
    { .name = "where", .type = FIELD_REGION, .flags = FIELD_MANY },
    { 0 },
};

/* The clean form of a body of `dated`, or its errors. */
static const char *dated_outcome(struct arena *a, const char *text)
{
    struct json *out = NULL;
    struct error err = { 0 };
    struct buf shown;
    buf_init(&shown, LIMIT_TEXT);
    if (fields_check(dated, a, parse(a, text), S(""), NULL, &err, &out))
        describe_error(&err, &shown);
    else
        json_write_value(out, &shown);
    const char *copy = arena_cstr(a, buf_slice(&shown));
    buf_done(&shown);
    return copy;
}

static void durations_are_held_in_shortest_form(void **state)
{
    (void)state;
    cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
    assert_string_equal(dated_outcome(a, "{\"term\":\" P12M \"}"), "{\"term\":\"P1Y\"}");
    assert_string_equal(dated_outcome(a, "{\"term\":\"P2W\"}"), "{\"term\":\"P14D\"}");
    assert_string_equal(dated_outcome(a, "{\"term\":\"PT0S\"}"), "{\"term\":\"P0D\"}");
    static const char *const bad[] = { "\"five years\"", "\"P\"",     "\"-P1D\"",
                                       "\"P1.5Y\"",      "\"P1Y2W\"", "\"P2000Y\"" };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct slice body = arena_printf(a, "{\"term\":%s}", bad[i]);
        assert_string_equal(dated_outcome(a, body.ptr),
                            "/term format ISO 8601 duration, e.g. P6M, P14D or PT36H");
    }
    assert_string_equal(dated_outcome(a, "{\"term\":5}"), "/term type text");
}

static void regions_are_held_as_their_codes(void **state)
{
    (void)state;
    cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
    assert_string_equal(
        dated_outcome(a, "{\"where\":[\"ca\",\"m49-021\",\"iso-can\",\"ca-ab\",\"21\"]}"),
        "{\"where\":[\"CAN\",\"021\",\"CA-AB\"]}");
    assert_string_equal(dated_outcome(a, "{\"where\":[\"CAN\",\"Canada\",\"999\"]}"),
                        "/where/1 format UN M49 or ISO 3166 code, e.g. 021, CAN or CA-AB\n"
                        "/where/2 format UN M49 or ISO 3166 code, e.g. 021, CAN or CA-AB");
}

/* Knows only ID_A as an actor. */
static bool knows(void *context, struct slice id, const char *kind)
{
    ++*(int *)context;
    return slice_is(id, ID_A) && kind && strcmp(kind, "actor") == 0;
}

static void references_are_asked_of_the_caller(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    int asked = 0;
    struct record_rules rules = { .reference = knows, .context = &asked };
    const char *body = "{\"title\":\"T\",\"when\":\"2024\",\"mode\":\"call\",\"status\":\"held\","
                       "\"participants\":[{\"actor\":\"" ID_A "\"},{\"actor\":\"" ID_B "\"}],"
                       "\"relationships\":[\"" ID_A "\"]}";
    assert_string_equal(outcome(&f, "engagement", body, &rules).ptr,
                        "/participants/1/actor reference\n/relationships/0 reference");
    assert_int_equal(asked, 3);
}

static void a_reference_held_before_is_not_asked_again(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    int asked = 0;
    const char *body = "{\"nature\":\"unit\",\"name_en\":\"N\",\"parent\":\"" ID_B "\"}";
    struct record_rules rules = { .reference = knows,
                                  .context = &asked,
                                  .before = parse(f.arena, body) };
    assert_string_equal(outcome(&f, "actor", body, &rules).ptr, body);
    assert_int_equal(asked, 0);
    assert_string_equal(outcome(&f, "actor",
                                "{\"nature\":\"unit\",\"name_en\":\"N\",\"parent\":\"" ID_C "\"}",
                                &rules)
                            .ptr,
                        "/parent reference");
}

static void bare_tables_are_checked_under_a_prefix(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    static const struct field inputs[] = {
        { .name = "reason", .type = FIELD_TEXT, .flags = FIELD_REQUIRED },
        { .name = "clearance", .type = FIELD_LABEL },
        { 0 },
    };
    struct json *out = NULL;
    struct error err = { 0 };
    assert_int_equal(
        fields_check(inputs, f.arena, parse(f.arena, "{\"id\":1}"), S("/input"), NULL, &err, &out),
        EN_INVALID);
    assert_null(out);
    assert_string_equal(err.fields[0].pointer, "/input/id");
    assert_int_equal(err.fields[0].reason, REASON_UNKNOWN_FIELD);
    assert_string_equal(err.fields[1].pointer, "/input/reason");
    assert_int_equal(fields_check(inputs, f.arena,
                                  parse(f.arena, "{\"reason\":\" r \",\"clearance\":{\"x\":[1]}}"),
                                  S(""), NULL, NULL, &out),
                     0);
    assert_slice(json_get_text(out, "reason"), "r");
    assert_int_equal(json_get(out, "clearance")->count, 1);
}

static void names_dates_words_and_references_of_a_body_are_found(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    const struct json *body = clean(
        &f, "agreement",
        "{\"title\":\"Treaty\",\"instrument\":\"treaty\",\"concluded\":\"1949-04\","
        "\"parent\":\"" ID_C "\",\"subjects\":[\"defence\",\"law\"],\"notes\":\"long\","
        "\"parties\":[{\"party\":\"" ID_A "\",\"role\":\"hidden\"},{\"party\":\"" ID_B "\"}]}");
    const struct kind *k = kind_named(&f, "agreement");
    cleanup_buf struct buf words;
    buf_init(&words, LIMIT_TEXT);
    record_words(k, body, &words);
    assert_string_equal(words.ptr, "Treaty defence law long");
    assert_slice(record_title(k, body, false), "Treaty");
    assert_slice(record_title(k, body, true), "Treaty"); /* no French twin: the other name */
    assert_slice(record_when(k, body), "1949-04");
    body = clean(&f, "agreement",
                 "{\"title\":\"Treaty\",\"title_fr\":\"Traité\",\"instrument\":\"treaty\"}");
    assert_slice(record_title(k, body, true), "Traité");
    assert_slice(record_when(k, body), "");
    body = clean(&f, "posting", "{\"person\":\"" ID_A "\",\"position\":\"" ID_B "\"}");
    assert_slice(record_title(kind_named(&f, "posting"), body, false), "");
}

static void note_reference(void *context, const char *path, const struct field *f, struct slice id)
{
    buf_printf(context, "%s:%s:%c ", path, f->target ? f->target : "*", id.ptr[id.len - 1]);
}

static void note_value(void *context, const struct field *f, struct slice value)
{
    buf_printf(context, "%s=" SLICE_FMT " ", f->name, SLICE_ARG(value));
}

static void references_and_list_values_are_walked_in_order(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    cleanup_buf struct buf out;
    buf_init(&out, LIMIT_TEXT);
    const struct json *body =
        clean(&f, "engagement",
              "{\"title\":\"T\",\"when\":\"2024\",\"mode\":\"call\",\"status\":\"held\","
              "\"participants\":[{\"actor\":\"" ID_A "\",\"position\":\"" ID_D "\"},{\"actor\":"
              "\"" ID_B "\"}],\"relationships\":[\"" ID_C "\"],\"topics\":[\"x\",\"y\"],"
              "\"external_ids\":[\"e:1\"]}");
    record_references(kind_named(&f, "engagement"), body, note_reference, &out);
    assert_string_equal(out.ptr, "participants.actor:actor:a participants.position:actor:d "
                                 "participants.actor:actor:b relationships:relationship:c ");
    buf_clear(&out);
    record_list_values(kind_named(&f, "engagement"), body, note_value, &out);
    assert_string_equal(out.ptr, "topics=x topics=y external_ids=e:1 ");
}

static void every_detail_sentence_has_its_french_twin(void **state)
{
    (void)state;
    assert_string_equal(rule_text("only with the status held", true),
                        "seulement si l'activité a été tenue");
    assert_string_equal(rule_text("only with the status held", false), "only with the status held");
    assert_string_equal(rule_text("-90..90", true), "-90..90");
    for (const struct rule_text *t = rule_texts; t->en; t++) {
        assert_non_null(t->fr);
        assert_true(strlen(t->fr) < sizeof((struct field_error *)0)->detail);
        assert_true(strlen(t->en) < sizeof((struct field_error *)0)->detail);
        assert_string_equal(rule_text(t->en, true), t->fr); /* stated once */
    }
}

/* Every sentence that a rule or a type check really says is in the table: none stays English. */
static void errors_can_be_put_into_french(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    cleanup_buf struct buf out;
    struct error err = { 0 };
    struct json *body = NULL;
    buf_init(&out, LIMIT_TEXT);
    assert_int_equal(record_check(kind_named(&f, "actor"), f.arena,
                                  parse(f.arena, "{\"nature\":1,\"name_en\":\"N\",\"country\":"
                                                 "\"XX\",\"since\":\"soon\",\"parent\":\"me\","
                                                 "\"latitude\":91,\"languages\":\"en\"}"),
                                  NULL, &err, &body),
                     EN_INVALID);
    rule_errors_to_french(&err);
    describe_error(&err, &out);
    assert_string_equal(out.ptr,
                        "/nature type texte\n/parent format identifiant d'une fiche (UUID)\n"
                        "/country format code de pays ISO 3166-1, p. ex. CAN\n"
                        "/latitude range -90..90\n/languages type liste\n"
                        "/since format AAAA, AAAA-MM, AAAA-MM-JJ ou instant RFC 3339");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_clean_body_is_canonical),
        cmocka_unit_test(every_error_is_reported_with_its_own_pointer),
        cmocka_unit_test(more_errors_than_fit_still_refuse),
        cmocka_unit_test(a_body_that_is_no_object_is_refused),
        cmocka_unit_test(control_and_direction_characters_are_refused),
        cmocka_unit_test(limits_hold_to_the_byte),
        cmocka_unit_test(a_list_may_be_full_but_not_longer),
        cmocka_unit_test(a_record_too_large_in_all_is_refused),
        cmocka_unit_test(numbers_keep_to_their_type_and_range),
        cmocka_unit_test(language_tags_are_checked),
        cmocka_unit_test(durations_are_held_in_shortest_form),
        cmocka_unit_test(regions_are_held_as_their_codes),
        cmocka_unit_test(references_are_asked_of_the_caller),
        cmocka_unit_test(a_reference_held_before_is_not_asked_again),
        cmocka_unit_test(bare_tables_are_checked_under_a_prefix),
        cmocka_unit_test(names_dates_words_and_references_of_a_body_are_found),
        cmocka_unit_test(references_and_list_values_are_walked_in_order),
        cmocka_unit_test(every_detail_sentence_has_its_french_twin),
        cmocka_unit_test(errors_can_be_put_into_french),
    };
    return run_suite(tests);
}

/* Values as one text and back: examples in both languages, then random values of every field. */
#include "random_record.h"

static const struct field *field_named(const struct fixture *f, const char *kind, const char *name)
{
    const struct field *x = kind_field(kind_named(f, kind), slice_of(name));
    assert_non_null(x);
    return x;
}

/* The JSON that a cell becomes, or the errors. */
static void assert_reads(const char *kind, const char *name, const char *text, const char *expected)
{
    cleanup_fixture struct fixture f = fixture_new();
    cleanup_buf struct buf out;
    struct error err = { 0 };
    buf_init(&out, LIMIT_TEXT);
    const struct json *v =
        field_from_text(field_named(&f, kind, name), f.arena, slice_of(text), S("Column"), &err);
    if (v)
        json_write_value(v, &out);
    else
        describe_error(&err, &out);
    assert_string_equal(buf_slice(&out).ptr, expected);
}

static void cells_are_read_as_people_write_them(void **state)
{
    (void)state;
    assert_reads("actor", "nature", "Unité", "\"unit\"");
    assert_reads("actor", "nature", "ORGANISATION", "\"organisation\"");
    assert_reads("actor", "audience", "Political authority", "\"political_authority\"");
    assert_reads("actor", "audience", "nation-partenaire", "\"partner_nation\"");
    assert_reads("actor", "country", "Canada", "\"CAN\"");
    assert_reads("actor", "country", "Royaume-Uni de Grande-Bretagne et d'Irlande du Nord",
                 "\"GBR\"");
    assert_reads("actor", "latitude", "45,5", "45.5");
    assert_reads("actor", "latitude", "+45.50", "45.5");
    assert_reads("posting", "primary", "Oui", "true");
    assert_reads("posting", "primary", "N", "false");
    assert_reads("actor", "instruments", "legal; Militaire ;;legal", "[\"legal\",\"military\"]");
    assert_reads("actor", "name_en", "  Canada  ", "\"Canada\"");
    assert_reads("actor", "name_en", "   ", "null");
    assert_reads("actor", "contacts", "a\\;b;c\\\\d;C:\\dir", "[\"a;b\",\"c\\\\d\",\"C:\\\\dir\"]");
    assert_reads("actor", "since", "1949-04-04T12:00:00+02:00", "\"1949-04-04T10:00:00Z\"");
    assert_reads("user", "clearance", "{\"class\":\"SECRET\"}", "{\"class\":\"SECRET\"}");
}

static void areas_are_read_by_name_and_durations_as_codes(void **state)
{
    (void)state;
    static const struct field where = { .name = "where",
                                        .type = FIELD_REGION,
                                        .flags = FIELD_MANY };
    static const struct field term = { .name = "term", .type = FIELD_DURATION };
    cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
    cleanup_buf struct buf out;
    buf_init(&out, LIMIT_TEXT);
    struct slice cell = S("Amérique septentrionale; Canada;ca-ab;m49-021");
    json_write_value(field_from_text(&where, a, cell, S("c"), NULL), &out);
    json_write_value(field_from_text(&term, a, S("P18M"), S("c"), NULL), &out);
    assert_string_equal(buf_slice(&out).ptr, "[\"021\",\"CAN\",\"CA-AB\"]\"P1Y6M\"");
    assert_null(field_from_text(&where, a, S("Atlantis"), S("c"), NULL));
    assert_null(field_from_text(&term, a, S("five years"), S("c"), NULL));
}

static void objects_are_read_by_key_or_by_their_first_field(void **state)
{
    (void)state;
    assert_reads("engagement", "participants", "sample:state-can;sample:state-usa",
                 "[{\"actor\":\"sample:state-can\"},{\"actor\":\"sample:state-usa\"}]");
    assert_reads("engagement", "participants", "actor=x, position=y ; Participant=z",
                 "[{\"actor\":\"x\",\"position\":\"y\"},{\"actor\":\"z\"}]");
    assert_reads("engagement", "participants", "Canada, the government",
                 "[{\"actor\":\"Canada, the government\"}]");
    assert_reads("agreement", "parties", "party=x,role=a\\,b\\=c\\;d,joined=1949",
                 "[{\"party\":\"x\",\"role\":\"a,b=c;d\",\"joined\":\"1949\"}]");
    assert_reads("relationship", "integration", "voie=Carburant,niveau=Intégré",
                 "[{\"channel\":\"Carburant\",\"level\":\"integrated\"}]");
}

static void what_cannot_be_read_says_why_and_where(void **state)
{
    (void)state;
    assert_reads("actor", "nature", "ship", "Column choice");
    assert_reads("actor", "country", "Atlantis", "Column format ISO 3166-1 country code, e.g. CAN");
    assert_reads("actor", "latitude", "north", "Column type number");
    assert_reads("actor", "latitude", "1,234,5", "Column type number");
    assert_reads("actor", "latitude", "91", "Column range -90..90");
    assert_reads("relationship", "cadence_ideal", "3.5", "Column type whole number");
    assert_reads("posting", "primary", "perhaps", "Column type true or false");
    assert_reads("actor", "instruments", "legal;magic", "Column/1 choice");
    assert_reads("engagement", "participants", "actor=x,colour=red",
                 "Column format key=value,key=value");
    assert_reads("engagement", "participants", "actor=x;position=y", "Column/1/actor required");
    assert_reads("agreement", "parties", "party=x,joined=soon",
                 "Column/0/joined format YYYY, YYYY-MM, YYYY-MM-DD or an RFC 3339 instant");
    assert_reads("user", "clearance", "{SECRET}", "Column format JSON");
    assert_reads("actor", "name_en", "a\nb", "Column text");
    assert_reads("actor", "name_en", "a\xFF", "Column text");
}

static void every_value_of_every_field_comes_back(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    uint64_t seed = 7;
    size_t values = 0;
    for (int round = 0; round < 60; round++) {
        for (size_t i = 0; i < f.kinds->count; i++) {
            const struct kind *k = f.kinds->items[i];
            cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
            const struct json *body = random_body(a, &seed, k);
            KIND_EACH_FIELD(k, x)
            {
                const struct json *v = json_get(body, x->name);
                struct error err = { 0 };
                cleanup_buf struct buf text;
                buf_init(&text, LIMIT_RECORD);
                if (!v)
                    continue;
                field_to_text(x, v, &text);
                const struct json *back = field_from_text(x, a, buf_slice(&text), S("c"), &err);
                if (!back || !json_equal(v, back))
                    fail_msg("%s.%s: %s: %s", k->name, x->name, text.ptr, err.message);
                values++;
            }
        }
    }
    assert_true(values > 2000);
}

static void a_clean_body_stays_as_it_is(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    uint64_t seed = 11;
    for (int round = 0; round < 40; round++) {
        for (size_t i = 0; i < f.kinds->count; i++) {
            const struct kind *k = f.kinds->items[i];
            cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
            struct json *body = random_body(a, &seed, k), *again = NULL;
            struct json *own = json_new_object(a);
            for (const struct field *x = k->fields; x->name; x++) {
                if (json_get(body, x->name))
                    json_object_set(a, own, slice_of(x->name), json_get(body, x->name));
            }
            assert_int_equal(fields_check(k->fields, a, own, S(""), NULL, NULL, &again), 0);
            assert_true(json_equal(own, again));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_are_read_as_people_write_them),
        cmocka_unit_test(areas_are_read_by_name_and_durations_as_codes),
        cmocka_unit_test(objects_are_read_by_key_or_by_their_first_field),
        cmocka_unit_test(what_cannot_be_read_says_why_and_where),
        cmocka_unit_test(every_value_of_every_field_comes_back),
        cmocka_unit_test(a_clean_body_stays_as_it_is),
    };
    return run_suite(tests);
}

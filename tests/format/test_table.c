/* Tables of a kind: columns by any name, cells to values, names to ids, records to rows and back.
 */
#include "../record/random_record.h"

#include "format/table.h"

/* Canada has one id; "Twins" names two records, so nothing. */
static bool resolve(void *context, const char *kind, struct slice text, struct slice *ret_id)
{
    buf_printf(context, "%s:" SLICE_FMT " ", kind ? kind : "*", SLICE_ARG(text));
    if (!slice_is(text, "Canada") && !slice_is(text, "sample:state-can"))
        return false;
    *ret_id = S(ID_A);
    return true;
}

/* Reads a header and rows; a row is its body (with id and label when given) or its errors. */
static void read_table(const char *kind, const char *text, bool ignore_unknown, struct buf *out,
                       struct buf *asked)
{
    cleanup_fixture struct fixture f = fixture_new();
    struct csv_reader r;
    struct csv_row row;
    struct table *t = NULL;
    struct error err = { 0 };
    assert_int_equal(csv_open(&r, slice_of(text), 0, NULL), 0);
    assert_int_equal(csv_next(&r, f.arena, NULL, &row), 1);
    if (table_open(kind_named(&f, kind), &row, ignore_unknown, f.arena, &err, &t)) {
        describe_error(&err, out);
        return;
    }
    while (csv_next(&r, f.arena, NULL, &row) == 1) {
        struct table_record record = { 0 };
        err = (struct error){ 0 };
        if (table_row(t, f.arena, &row, asked ? resolve : NULL, asked, &err, &record)) {
            buf_printf(out, "%u: ", row.line);
            describe_error(&err, out);
        } else if (record.empty) {
            buf_add_cstr(out, "empty");
        } else {
            buf_printf(out, SLICE_FMT "[" SLICE_FMT "]", SLICE_ARG(record.id),
                       SLICE_ARG(record.label));
            json_write_value(record.body, out);
        }
        buf_add_char(out, '\n');
    }
}

static void assert_table(const char *kind, const char *text, const char *expected)
{
    cleanup_buf struct buf out, asked;
    buf_init(&out, LIMIT_BODY);
    buf_init(&asked, LIMIT_BODY);
    read_table(kind, text, false, &out, &asked);
    assert_string_equal(buf_slice(&out).ptr, expected);
}

static void columns_are_found_by_name_and_by_label_in_both_languages(void **state)
{
    (void)state;
    assert_table("actor",
                 "id;Nature;NAME EN;Nom (français);pays;identifiant externe;Étiquette;Marking\n"
                 "7;État;Canada;Le Canada;ca;\"sample:a\\;b\";SECRET;X\n",
                 "7[SECRET]{\"nature\":\"state\",\"name_en\":\"Canada\",\"name_fr\":\"Le Canada\","
                 "\"country\":\"CAN\",\"external_ids\":[\"sample:a;b\"]}\n");
}

static void every_label_of_every_kind_names_its_own_field(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    for (size_t i = 0; i < f.kinds->count; i++) {
        for (int names = TABLE_NAMES; names <= TABLE_LABELS_FR; names++) {
            const struct kind *k = f.kinds->items[i];
            cleanup_buf struct buf text;
            struct csv_writer w;
            struct csv_reader r;
            struct csv_row row;
            struct table *t = NULL;
            struct error err = { 0 };
            buf_init(&text, LIMIT_BODY);
            csv_writer_init(&w, &text, false);
            table_write_header(k, (enum table_names)names, &w);
            assert_int_equal(csv_open(&r, buf_slice(&text), ',', NULL), 0);
            assert_int_equal(csv_next(&r, f.arena, NULL, &row), 1);
            if (table_open(k, &row, false, f.arena, &err, &t))
                fail_msg("%s: %s", k->name, err.message);
            size_t at = 1; /* behind the id */
            KIND_EACH_FIELD(k, x)
            {
                if (x->flags & FIELD_SECRET)
                    continue;
                struct slice pointer = arena_printf(f.arena, "/%s/0", x->name);
                assert_true(slice_eq(table_column_name(t, pointer), row.cells[at]));
                at++;
            }
            assert_int_equal(at + 1, row.count);
        }
    }
}

static void a_wrong_header_names_its_columns(void **state)
{
    (void)state;
    assert_table("actor", "nature,Colour,name_en,Nom (anglais),,size\n",
                 "Colour unknown-field\nNom (anglais) duplicate name_en\nsize unknown-field");
    assert_table("actor", "id,label\n", "no column of this file is a field of actors");
    assert_table("user", "username,password_hash\n", "password_hash unknown-field");
    cleanup_buf struct buf out;
    buf_init(&out, LIMIT_BODY);
    read_table("actor", "Colour,Nature\nred,unit\n", true, &out, NULL);
    assert_string_equal(out.ptr, "[]{\"nature\":\"unit\"}\n");
}

static void every_wrong_cell_is_named_with_its_line_and_column(void **state)
{
    (void)state;
    assert_table("actor", "Nature,Name EN,Latitude,Langues\nunit,A,1,en\n\n\nship,B,north,fr;!\n",
                 "[]{\"nature\":\"unit\",\"name_en\":\"A\",\"latitude\":1,\"languages\":[\"en\"]}\n"
                 "5: Nature choice organisation, unit, position, person, community, "
                 "state\nLatitude type number\n"
                 "Langues/1 format language tag, e.g. fr-CA\n");
    assert_table("actor", "nature\nunit,B\n", "2: the row has more cells than the header\n");
    assert_table("actor", "nature,name_en\n,\nunit\n", "empty\n[]{\"nature\":\"unit\"}\n");
}

static void names_in_reference_cells_become_ids(void **state)
{
    (void)state;
    cleanup_buf struct buf out, asked;
    buf_init(&out, LIMIT_BODY);
    buf_init(&asked, LIMIT_BODY);
    read_table("engagement",
               "title,participants,relationships,country\n"
               "T,sample:state-can;" ID_B ",,Canada\n"
               "U,\"actor=Canada\\, eh\",Nobody;" ID_C ",\n"
               "V,\"actor=" ID_B "\\,position=Canada\",,\n",
               false, &out, &asked);
    assert_string_equal(out.ptr, "[]{\"title\":\"T\",\"participants\":[{\"actor\":\"" ID_A
                                 "\"},{\"actor\":\"" ID_B "\"}],\"country\":\"CAN\"}\n"
                                 "3: participants/0/actor reference Canada, eh\n"
                                 "relationships/0 reference Nobody\n"
                                 "4: participants/0/actor reference " ID_B ",position=Canada\n");
    assert_string_equal(asked.ptr, "actor:sample:state-can actor:Canada, eh relationship:Nobody "
                                   "actor:" ID_B ",position=Canada ");
}

static void without_a_resolver_names_stay(void **state)
{
    (void)state;
    cleanup_buf struct buf out;
    buf_init(&out, LIMIT_BODY);
    read_table("posting", "person,Poste,Du\nsample:a,The post,2024\n", false, &out, NULL);
    assert_string_equal(
        out.ptr, "[]{\"person\":\"sample:a\",\"position\":\"The post\",\"from\":\"2024\"}\n");
}

static void a_pointer_without_a_column_stays_a_pointer(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    struct csv_row header = { .count = 1, .cells = { S("Nature") } };
    struct table *t = NULL;
    assert_int_equal(table_open(kind_named(&f, "actor"), &header, false, f.arena, NULL, &t), 0);
    assert_slice(table_column_name(t, S("/nature")), "Nature");
    assert_slice(table_column_name(t, S("/name_en")), "/name_en");
    assert_slice(table_column_name(t, S("")), "");
}

/* The export of any record is the import of the same record. */
static void every_record_comes_back_from_its_row(void **state)
{
    (void)state;
    cleanup_fixture struct fixture f = fixture_new();
    uint64_t seed = 23;
    for (size_t i = 0; i < f.kinds->count; i++) {
        const struct kind *k = f.kinds->items[i];
        for (int round = 0; round < 30; round++) {
            cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
            cleanup_buf struct buf text;
            struct csv_writer w;
            struct csv_reader r;
            struct csv_row row;
            struct table *t = NULL;
            struct error err = { 0 };
            struct table_record back = { 0 };
            struct json *body = random_body(a, &seed, k);
            for (const struct field *x = k->fields; x->name; x++) {
                if (x->flags & FIELD_SECRET)
                    json_object_remove(body, slice_of(x->name));
            }
            buf_init(&text, LIMIT_BODY);
            csv_writer_init(&w, &text, round & 1);
            table_write_header(k, (enum table_names)(round % 3), &w);
            table_write_row(k, S(ID_A), S("SECRET; TLP:RED"), body, &w);
            assert_int_equal(csv_open(&r, buf_slice(&text), ',', NULL), 0);
            assert_int_equal(csv_next(&r, a, NULL, &row), 1);
            assert_int_equal(table_open(k, &row, false, a, NULL, &t), 0);
            assert_int_equal(csv_next(&r, a, NULL, &row), 1);
            if (table_row(t, a, &row, NULL, NULL, &err, &back))
                fail_msg("%s: %s %s: %s", k->name, err.message, err.fields[0].detail, text.ptr);
            if (!json_equal(back.body, body))
                fail_msg("%s: %s", k->name, text.ptr);
            assert_slice(back.id, ID_A);
            assert_slice(back.label, "SECRET; TLP:RED");
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_found_by_name_and_by_label_in_both_languages),
        cmocka_unit_test(every_label_of_every_kind_names_its_own_field),
        cmocka_unit_test(a_wrong_header_names_its_columns),
        cmocka_unit_test(every_wrong_cell_is_named_with_its_line_and_column),
        cmocka_unit_test(names_in_reference_cells_become_ids),
        cmocka_unit_test(without_a_resolver_names_stay),
        cmocka_unit_test(a_pointer_without_a_column_stays_a_pointer),
        cmocka_unit_test(every_record_comes_back_from_its_row),
    };
    return run_suite(tests);
}

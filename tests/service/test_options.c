/* The batch door of options: what a file means, and what is refused where. */
#include "service/options_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { MEMORY = 16 << 20 };

static const char need[] =
    "{\"requirements\":[{\"id\":\"lift\",\"demand\":1},{\"id\":\"medics\",\"demand\":4}],"
    "\"partners\":[{\"id\":\"north\",\"modes\":["
    "{\"id\":\"full\",\"burden\":40,\"probability\":0.9,\"readiness\":72,"
    "\"covers\":{\"lift\":1,\"medics\":9},\"wants\":[\"escort\"]},"
    "{\"id\":\"part\",\"burden\":15,\"risk\":7,\"covers\":{\"medics\":2}}]},"
    "{\"id\":\"east\",\"modes\":[{\"id\":\"ships\",\"burden\":3,\"probability\":1,"
    "\"gives\":[\"escort\",\"fuel\"]}]}]}";

static void a_file_becomes_columns(void **state)
{
    (void)state;
    struct arena *a = arena_new(MEMORY);
    struct options_file x;
    assert_int_equal(options_file_read(slice_of(need), a, NULL, &x), 0);
    assert_int_equal(x.in.requirement_count, 2);
    assert_int_equal(x.in.demands[1], 4);
    assert_int_equal(x.in.partner_count, 2);
    assert_int_equal(x.in.column_count, 3);
    const struct cover_column *full = &x.in.columns[0], *ships = &x.in.columns[2];
    assert_int_equal(full->risk, 105); /* -1000 ln 0.9 = 105.36 */
    assert_int_equal(full->readiness, 72);
    assert_int_equal(full->part_count, 2);
    assert_int_equal(full->parts[1].requirement, 1);
    assert_int_equal(full->parts[1].quantity, 9);
    assert_int_equal(x.in.columns[1].partner, 0);
    assert_int_equal(x.in.columns[1].readiness, 0);
    assert_int_equal(ships->partner, 1);
    assert_int_equal(ships->risk, 0);
    assert_int_equal(ships->part_count, 0);
    assert_int_equal(full->wants & ships->gives, full->wants);
    assert_int_not_equal(ships->gives, full->wants);
    assert_true(slice_is(x.names[2].partner, "east") && slice_is(x.names[2].mode, "ships"));
    arena_free(a);
}

static void the_answer_names_partners_and_modes(void **state)
{
    (void)state;
    struct cover_options o = { .readiness = true };
    cleanup_buf struct buf out;
    buf_init(&out, MEMORY);
    assert_int_equal(options_file_solve(slice_of(need), &o, &out, NULL), 0);
    assert_non_null(strstr(out.ptr, "\"state\": \"exact\",\n\"gap\": 0.000000,\n"));
    assert_non_null(strstr(out.ptr,
                           "\"infeasible\": false,\n\"objectives\": [\"burden\", \"risk\", "
                           "\"partners\", \"readiness\"],\n"));
    assert_non_null(strstr(out.ptr,
                           "\"points\": [\n"
                           "{\"burden\":43,\"risk\":105,\"probability\":0.900325,\"partners\":2,"
                           "\"readiness\":72,\"weakest\":105,\"members\":["
                           "{\"partner\":\"north\",\"mode\":\"full\"},"
                           "{\"partner\":\"east\",\"mode\":\"ships\"}]}\n]\n}\n"));
}

static void nothing_is_appended_for_a_refused_file(void **state)
{
    (void)state;
    struct cover_options o = { 0 };
    struct error err = { 0 };
    cleanup_buf struct buf out;
    buf_init(&out, MEMORY);
    buf_add_cstr(&out, "before");
    assert_int_equal(options_file_solve(S("{}"), &o, &out, &err), EN_INVALID);
    assert_string_equal(out.ptr, "before");
    assert_int_equal(err.field_count, 2);
    assert_string_equal(err.fields[0].pointer, "/requirements");
    assert_string_equal(err.fields[1].pointer, "/partners");
}

static void an_impossible_need_is_said_to_be(void **state)
{
    (void)state;
    struct cover_options o = { 0 };
    cleanup_buf struct buf out;
    buf_init(&out, MEMORY);
    struct slice text = S("{\"requirements\":[{\"id\":\"a\",\"demand\":2}],\"partners\":[]}");
    assert_int_equal(options_file_solve(text, &o, &out, NULL), 0);
    assert_non_null(strstr(out.ptr, "\"infeasible\": true"));
    assert_non_null(strstr(out.ptr, "\"points\": []"));
}

#define FILE_OF(requirement, mode) \
    "{\"requirements\":[" requirement "],\"partners\":[{\"id\":\"p\",\"modes\":[" mode "]}]}"
#define NEED "{\"id\":\"a\",\"demand\":1}"

static void each_mistake_is_named_where_it_stands(void **state)
{
    (void)state;
    static const struct {
        const char *text, *pointer;
        enum reason reason;
    } rows[] = {
        { "[]", "", REASON_TYPE },
        { "{\"requirements\":[],\"partners\":[]}", "/requirements", REASON_RANGE },
        { "{\"requirements\":[" NEED "]}", "/partners", REASON_REQUIRED },
        { FILE_OF("{\"demand\":1}", ""), "/requirements/0/id", REASON_REQUIRED },
        { FILE_OF("{\"id\":\"\",\"demand\":1}", ""), "/requirements/0/id", REASON_REQUIRED },
        { FILE_OF("{\"id\":\"a\",\"demand\":0}", ""), "/requirements/0/demand", REASON_RANGE },
        { FILE_OF("{\"id\":\"a\",\"demand\":1.5}", ""), "/requirements/0/demand", REASON_RANGE },
        { FILE_OF(NEED "," NEED, ""), "/requirements/1/id", REASON_DUPLICATE },
        { FILE_OF(NEED, "7"), "/partners/0/modes/0", REASON_TYPE },
        { FILE_OF(NEED, "{\"id\":\"m\",\"risk\":1}"), "/partners/0/modes/0/burden",
          REASON_REQUIRED },
        { FILE_OF(NEED, "{\"id\":\"m\",\"burden\":1}"), "/partners/0/modes/0/probability",
          REASON_REQUIRED },
        { FILE_OF(NEED, "{\"id\":\"m\",\"burden\":1,\"probability\":0}"),
          "/partners/0/modes/0/probability", REASON_RANGE },
        { FILE_OF(NEED, "{\"id\":\"m\",\"burden\":1,\"risk\":1,\"probability\":1}"),
          "/partners/0/modes/0/risk", REASON_RULE },
        { FILE_OF(NEED, "{\"id\":\"m\",\"burden\":1,\"risk\":1,\"covers\":{\"a\":0}}"),
          "/partners/0/modes/0/covers/a", REASON_RANGE },
        { FILE_OF(NEED, "{\"id\":\"m\",\"burden\":1,\"risk\":1,\"covers\":{\"b\":1}}"),
          "/partners/0/modes/0/covers/b", REASON_REFERENCE },
        { FILE_OF(NEED, "{\"id\":\"m\",\"burden\":1,\"risk\":1,\"wants\":[1]}"),
          "/partners/0/modes/0/wants/0", REASON_TYPE },
        { FILE_OF(NEED, "{\"id\":\"m\",\"burden\":1,\"risk\":1,\"price\":1}"),
          "/partners/0/modes/0/price", REASON_UNKNOWN_FIELD },
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct arena *a = arena_new(MEMORY);
        struct error err = { 0 };
        struct options_file x;
        assert_int_equal(options_file_read(slice_of(rows[i].text), a, &err, &x), EN_INVALID);
        assert_int_equal(err.field_count, 1);
        assert_string_equal(err.fields[0].pointer, rows[i].pointer);
        assert_int_equal(err.fields[0].reason, rows[i].reason);
        arena_free(a);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_becomes_columns),
        cmocka_unit_test(the_answer_names_partners_and_modes),
        cmocka_unit_test(nothing_is_appended_for_a_refused_file),
        cmocka_unit_test(an_impossible_need_is_said_to_be),
        cmocka_unit_test(each_mistake_is_named_where_it_stands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

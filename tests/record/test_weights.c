/* The weights policy: its defaults, the file in the repository, reading, writing, refusing. */
#include "record_check.h"

#include "record/weights.h"

static void write_policy(const struct weights *w, struct buf *out)
{
    struct json_writer writer;
    jw_init(&writer, out);
    weights_write(w, &writer);
}

static void defaults_are_those_of_the_trust_model(void **state)
{
    (void)state;
    struct weights w;
    assert_int_equal(weights_parse(S(""), NULL, &w), 0);
    assert_true(w.lambda == 1.5 && w.prior_weight == 3 && w.kappa == 0.25);
    assert_true(w.reporter_cap == 4 && w.prior_strength == 4 && w.reciprocity == 0.5);
    assert_true(w.witness_cap == 1 && w.base_rate_default == 0.6);
    assert_true(w.own_delivery == 0.98 && w.delivery_floor == 0.2);
    assert_true(w.routine == 1 && w.significant == 4 && w.critical == 16);
    assert_int_equal(w.half_life_strategic, 730 * 86400);
    assert_int_equal(w.half_life_situational, 365 * 86400);
    assert_int_equal(w.half_life_time_bound, 180 * 86400);
    assert_true(w.half_life_individual >= 90 * 86400 && w.half_life_individual <= 180 * 86400);
    assert_int_equal(w.count, 20);
}

static void the_file_in_the_repository_states_the_defaults(void **state)
{
    (void)state;
    const char *source = getenv("ENTENTE_SOURCE");
    if (!source) {
        print_message("ENTENTE_SOURCE is not set: nothing to compare\n");
        skip();
    }
    cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
    FILE *file = fopen(arena_printf(a, "%s/policy/trust.json", source).ptr, "rb");
    assert_non_null(file);
    char text[16384];
    size_t len = fread(text, 1, sizeof text, file);
    fclose(file);
    struct json *stated = NULL, *built_in = NULL;
    struct weights w;
    cleanup_buf struct buf out;
    buf_init(&out, LIMIT_BODY);
    assert_int_equal(json_parse(a, slice_make(text, len), NULL, &stated), 0);
    assert_int_equal(weights_parse(S(""), NULL, &w), 0);
    write_policy(&w, &out);
    assert_int_equal(json_parse(a, buf_slice(&out), NULL, &built_in), 0);
    assert_true(json_equal(stated, built_in));
}

static void what_is_written_reads_back_the_same(void **state)
{
    (void)state;
    struct weights w, back;
    struct error err = { 0 };
    cleanup_buf struct buf first, second;
    buf_init(&first, LIMIT_BODY);
    buf_init(&second, LIMIT_BODY);
    assert_int_equal(
        weights_parse(S("{\"model\":{\"lambda\":1.1,\"half_life_individual\":\"36h\","
                        "\"fading_days\":60},\"stakes\":{\"routine\":0.5},\"events\":{"
                        "\"report.refuted\":{\"stakes\":\"record\",\"negative\":0.125},"
                        "\"assessment.positive\":{\"dimensions\":[\"integrity\"]},"
                        "\"engagement.held\":{\"dimensions\":\"record\"}}}"),
                      &err, &w),
        0);
    assert_true(w.lambda == 1.1 && w.routine == 0.5);
    assert_int_equal(w.half_life_individual, 36 * 3600);
    assert_int_equal(w.fading_days, 60);
    write_policy(&w, &first);
    assert_non_null(strstr(first.ptr, "\"half_life_individual\":\"129600s\""));
    assert_int_equal(weights_parse(buf_slice(&first), &err, &back), 0);
    write_policy(&back, &second);
    assert_string_equal(first.ptr, second.ptr);
}

static void what_is_not_known_or_out_of_range_is_refused_by_name(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        { "{\"events\":{\"commitment.kpt\":{}}}", "/events/commitment.kpt unknown-field" },
        { "{\"events\":{\"commitment.kept\":{\"positive\":2}}}",
          "/events/commitment.kept/positive range 0..1" },
        { "{\"events\":{\"commitment.kept\":{\"dimensions\":[\"charm\"]}}}",
          "/events/commitment.kept/dimensions choice" },
        { "{\"events\":{\"commitment.kept\":{\"dimensions\":[]}}}",
          "/events/commitment.kept/dimensions type list" },
        { "{\"events\":{\"commitment.kept\":{\"stakes\":0}}}",
          "/events/commitment.kept/stakes range 1e-06..10000" },
        { "{\"events\":{\"commitment.kept\":7}}", "/events/commitment.kept type object" },
        { "{\"events\":{\"commitment.kept\":{\"stake\":7}}}",
          "/events/commitment.kept/stake unknown-field" },
        { "{\"model\":{\"lambda\":0}}", "/model/lambda range 0.01..100" },
        { "{\"model\":{\"lambda\":\"1.5\"}}", "/model/lambda type number" },
        { "{\"model\":{\"lamda\":1}}", "/model/lamda unknown-field" },
        { "{\"model\":{\"half_life_strategic\":730}}", "/model/half_life_strategic format 730d" },
        { "{\"model\":{\"half_life_strategic\":\"1s\"}}",
          "/model/half_life_strategic range 1d..36500d" },
        { "{\"model\":{\"fading_days\":0}}", "/model/fading_days range 1..36500" },
        { "{\"stakes\":{\"critical\":2}}", "/stakes range routine <= significant <= critical" },
        { "{\"stakes\":{\"routine\":5}}", "/stakes range routine <= significant <= critical" },
        { "{\"weights\":{}}", "/weights unknown-field" },
        { "{\"model\":[]}", "/model type object" },
        { "[]", " type object" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct weights w = { .lambda = 42 };
        struct error err = { 0 };
        cleanup_buf struct buf out;
        buf_init(&out, LIMIT_BODY);
        assert_int_equal(weights_parse(slice_of(rows[i][0]), &err, &w), EN_INVALID);
        assert_true(w.lambda == 42); /* untouched on failure */
        describe_error(&err, &out);
        assert_string_equal(buf_slice(&out).ptr, rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_those_of_the_trust_model),
        cmocka_unit_test(the_file_in_the_repository_states_the_defaults),
        cmocka_unit_test(what_is_written_reads_back_the_same),
        cmocka_unit_test(what_is_not_known_or_out_of_range_is_refused_by_name),
    };
    return run_suite(tests);
}

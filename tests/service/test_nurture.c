/* The nurture policy: what is said twice is the same, what is wrong is refused with its place, and
 * what a file does not say keeps its default. */
#include "service/embedded.h"
#include "service/nurture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct place {
    struct arena *arena;
    const struct kind *engagement;
    struct nurture policy; /* the built-in one */
};

static int setup(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    const struct kinds *kinds = NULL;
    struct error err = { 0 };
    p->arena = arena_new(1 << 22);
    assert_int_equal(kinds_make(p->arena, S(""), &err, &kinds), 0);
    p->engagement = kinds_find(kinds, S("engagement"));
    assert_int_equal(
        nurture_parse(slice_of(embedded_nurture), p->engagement, NULL, &err, &p->policy), 0);
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    struct place *p = *state;
    arena_free(p->arena);
    free(p);
    return 0;
}

static void what_is_wrong_is_refused_with_its_place(void **state)
{
    static const struct {
        const char *text, *pointer;
    } cases[] = {
        { "{\"importnce\":{}}", "/importnce" },
        { "{\"importance\":[]}", "/importance" },
        { "{\"importance\":{\"T6\":1}}", "/importance/T6" },
        { "{\"importance\":{\"T1\":-1}}", "/importance/T1" },
        { "{\"importance\":{\"T1\":\"high\"}}", "/importance/T1" },
        { "{\"types\":{\"seance\":{\"hours\":1}}}", "/types/seance" },
        { "{\"types\":{\"call\":2}}", "/types/call" },
        { "{\"types\":{\"call\":{\"hours\":0}}}", "/types/call/hours" },
        { "{\"types\":{\"call\":{\"success\":1.5}}}", "/types/call/success" },
        { "{\"types\":{\"call\":{\"travels\":1}}}", "/types/call/travels" },
        { "{\"types\":{\"call\":{\"kept\":-1}}}", "/types/call/kept" },
        { "{\"types\":{\"summit\":{\"kept\":1}}}", "/types/summit/hours" },
        { "{\"trips\":{\"regions\":{\"Canada\":1}}}", "/trips/regions/Canada" },
        { "{\"trips\":{\"abroad\":-1}}", "/trips/abroad" },
        { "{\"plan\":{\"weeks\":0}}", "/plan/weeks" },
        { "{\"plan\":{\"weeks\":27}}", "/plan/weeks" },
        { "{\"plan\":{\"floor\":1}}", "/plan/floor" },
        { "{\"plan\":{\"gap_days\":1.5}}", "/plan/gap_days" },
        { "{\"must_do\":[\"T9\"]}", "/must_do" },
        { "[]", "" },
    };
    struct place *p = *state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err = { 0 };
        struct nurture policy = { .weeks = -7 };
        assert_int_equal(
            nurture_parse(slice_of(cases[i].text), p->engagement, &p->policy, &err, &policy),
            EN_INVALID);
        assert_string_equal(err.fields[0].pointer, cases[i].pointer);
        assert_int_equal(policy.weeks, -7); /* untouched on failure */
    }
}

static void what_is_written_reads_back_the_same(void **state)
{
    struct place *p = *state;
    struct error err = { 0 };
    struct nurture back;
    struct buf text cleanup_buf, again cleanup_buf;
    struct json_writer out;
    buf_init(&text, 1 << 16);
    buf_init(&again, 1 << 16);
    jw_init(&out, &text);
    nurture_write(&p->policy, &out);
    assert_int_equal(nurture_parse(buf_slice(&text), p->engagement, NULL, &err, &back), 0);
    jw_init(&out, &again);
    nurture_write(&back, &out);
    assert_true(slice_eq(buf_slice(&text), buf_slice(&again)));
    assert_memory_equal(back.types, p->policy.types, sizeof back.types);
    assert_int_equal(back.must_do, p->policy.must_do);
}

static void a_file_changes_only_what_it_says(void **state)
{
    struct place *p = *state;
    struct error err = { 0 };
    struct nurture policy;
    struct slice text = S("{\"types\":{\"visit\":null,\"summit\":{\"hours\":6,\"kept\":2}},"
                          "\"importance\":{\"T2\":9},\"trips\":{\"regions\":{\"FRA\":7}}}");
    assert_int_equal(nurture_parse(text, p->engagement, &p->policy, &err, &policy), 0);
    assert_int_equal(policy.type_count, p->policy.type_count);
    for (uint32_t i = 0; i < policy.type_count; i++)
        assert_string_not_equal(policy.types[i].mode, "visit");
    assert_string_equal(policy.types[policy.type_count - 1].mode, "summit");
    assert_true(policy.types[policy.type_count - 1].form.success == 1);
    assert_true(policy.importance[2] == 9 && policy.importance[1] == p->policy.importance[1]);
    assert_true(nurture_trip(&policy, S("CAN"), S("FRA")) == 7);
    assert_true(nurture_trip(&policy, S("CAN"), S("CAN")) == policy.trip_same_country);
    assert_true(nurture_trip(&policy, S("CAN"), S("NZL")) == policy.trip_abroad);
    assert_true(nurture_trip(&policy, S(""), S("NZL")) == policy.trip_abroad);
}

static void the_built_in_forms_are_worth_planning_with(void **state)
{
    struct place *p = *state;
    assert_true(p->policy.type_count > 0);
    for (uint32_t i = 0; i < p->policy.type_count; i++) {
        const struct attention_type *t = &p->policy.types[i].form;
        assert_true(t->hours > 0 && t->success * t->kept > (1 - t->success) * t->broken);
    }
    for (int i = 2; i < NURTURE_PRIORITIES; i++)
        assert_true(p->policy.importance[i] < p->policy.importance[i - 1]);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_is_wrong_is_refused_with_its_place),
        CASE(what_is_written_reads_back_the_same),
        CASE(a_file_changes_only_what_it_says),
        CASE(the_built_in_forms_are_worth_planning_with),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("service nurture", tests, NULL, NULL);
}

/*
 * No memory: the 1st, 2nd, 3rd ... allocation of loading a policy and of working with labels is
 * refused until none is. Every time the refusal is reported as such, nothing leaks (the leak
 * checker is the judge), and what existed before still answers as before.
 */
#include "check.h"

#include "base/fault.h"
#include "label/policies.h"

#include <libxml/parser.h>

static void loading_a_policy_survives_every_refused_allocation(void **state)
{
    (void)state;
    for (long n = 1;; n++) {
        struct error err = { 0 };
        struct policy *p = NULL;
        fault_arm_allocation(n);
        int code = policy_load(slice_of(small_policy_text), &err, &p);
        bool struck = fault_disarm();
        if (!struck) {
            assert_int_equal(code, 0);
            policy_free(p);
            assert_true(n > 4);
            return;
        }
        assert_int_equal(code, EN_NO_MEMORY);
        assert_int_equal(err.code, EN_NO_MEMORY);
        assert_null(p);
    }
}

static const char stated_label[] =
    "{\"class\":\"HIGH\",\"restrictive\":{\"Need\":[\"X\",\"Y\"]},\"permissive\":"
    "{\"Rel\":[[\"A\",\"G\"],[\"B\",\"C\"]],\"Team\":[[\"P\"]]},\"tlp\":\"AMBER\"}";

/* Everything that one operation does with labels. 0 or EN_NO_MEMORY. */
static int work(const struct policy *p, struct arena *a)
{
    struct error err = { 0 };
    struct json *v = NULL;
    const struct label *l = NULL;
    const struct label *t = NULL;
    const struct clearance *c = NULL;
    int code = json_parse(a, slice_of(stated_label), &err, &v);
    code = code ? code : label_parse(p, a, v, S(""), &err, &l);
    code = code ? code : label_parse_text(p, a, S("LOW; Rel: A; Rel: G"), S(""), &err, &t);
    code = code ? code : json_parse(a, S("{\"permissive\":{\"Rel\":[\"A\"]}}"), &err, &v);
    code = code ? code : clearance_parse(p, a, v, S(""), &err, &c);
    if (code != 0) {
        assert_int_equal(err.code, code);
        return code;
    }
    const struct label *j = label_join(p, a, l, t);
    if (!j) {
        return EN_NO_MEMORY;
    }
    assert_false(label_may_read(p, c, j, 0));
    cleanup_buf struct buf b;
    buf_init(&b, CHECK_MEMORY);
    label_write(p, j, &b);
    label_write_text(p, j, &b);
    label_write_marking(p, j, true, &b);
    clearance_write(p, c, &b);
    bool made = label_text(p, a, j).ptr && label_json(p, a, j) && label_marking(p, a, j, true).ptr;
    return buf_failed(&b) || !made ? EN_NO_MEMORY : 0;
}

/* Small arenas make every piece an allocation of its own sooner or later: budgets do it here. */
static void work_with_labels_survives_every_budget_and_every_refused_allocation(void **state)
{
    (void)state;
    struct policy *p = small_policy();
    size_t budget = 0;
    int code = EN_NO_MEMORY;
    while (code != 0) {
        struct arena *a = arena_new(budget);
        assert_non_null(a);
        code = work(p, a);
        assert_true(code == 0 || code == EN_NO_MEMORY);
        arena_free(a);
        budget += 16;
    }
    assert_true(budget > 1024);
    bool struck = true;
    for (long n = 1; struck; n++) {
        struct arena *a = arena_new(budget);
        assert_non_null(a);
        fault_arm_allocation(n);
        code = work(p, a);
        struck = fault_disarm();
        assert_int_equal(code, struck ? EN_NO_MEMORY : 0);
        arena_free(a);
    }
    policy_free(p);
}

/* A table that grows past its first capacity while allocations fail; one attempt per fault. */
static void interning_survives_every_refused_allocation(void **state)
{
    (void)state;
    struct policy *p = small_policy();
    for (long n = 1; n <= 3; n++) {
        fault_arm_allocation(n);
        assert_null(label_table_new(p));
        assert_true(fault_disarm());
    }
    struct label_table *t = label_table_new(p);
    assert_non_null(t);
    const struct slice known = S("{\"class\":\"LOW\"}");
    uint32_t number = 0;
    assert_int_equal(label_table_put(t, 63, known, NULL), 0); /* the next one grows the table */
    bool struck = true;
    unsigned refused = 0;
    for (long n = 1; struck; n++) {
        struct error err = { 0 };
        number = 0;
        fault_arm_allocation(n);
        int code = label_table_intern(t, slice_of(stated_label), &err, &number);
        struck = fault_disarm();
        assert_int_equal(code, struck ? EN_NO_MEMORY : 0);
        assert_int_equal(number, struck ? 0 : 64);
        refused += struck;
        uint32_t again = 0;
        assert_int_equal(label_table_intern(t, known, NULL, &again), 0);
        assert_int_equal(again, 63);
        assert_int_equal(label_table_count(t), struck ? 64 : 65);
    }
    assert_true(refused >= 4);
    struct label_mask m = { 0 };
    fault_arm_allocation(1);
    assert_int_equal(label_mask_make(t, clearance_all(p), NULL, 0, &m), EN_NO_MEMORY);
    assert_true(fault_disarm());
    assert_null(m.words);
    label_table_free(t);
    policy_free(p);
}

/* libxml2's own allocations, refused one by one. */
static long xml_left;

static void *xml_refuse_malloc(size_t size)
{
    return xml_left > 0 && --xml_left == 0 ? NULL : malloc(size);
}

static void *xml_refuse_realloc(void *old, size_t size)
{
    return xml_left > 0 && --xml_left == 0 ? NULL : realloc(old, size);
}

static char *xml_refuse_strdup(const char *text)
{
    return xml_left > 0 && --xml_left == 0 ? NULL : strdup(text);
}

static void a_policy_is_whole_or_refused_when_the_xml_parser_has_no_memory(void **state)
{
    (void)state;
    xmlCleanupParser(); /* so that all it has comes from here */
    assert_int_equal(xmlMemSetup(free, xml_refuse_malloc, xml_refuse_realloc, xml_refuse_strdup),
                     0);
    xmlInitParser();
    unsigned refused = 0;
    for (long n = 1; n < 10000; n++) {
        struct error err = { 0 };
        struct policy *p = NULL;
        xml_left = n;
        int code = policy_load(slice_of(small_policy_text), &err, &p);
        bool struck = xml_left == 0;
        xml_left = 0;
        assert_true((code == 0) == (p != NULL));
        if (!struck) {
            assert_int_equal(code, 0);
            policy_free(p);
            break;
        }
        /* a refusal that it does not report as such must leave the policy whole */
        if (code == 0) {
            struct policy *whole = small_policy();
            cleanup_buf struct buf got, wanted;
            struct json_writer w;
            buf_init(&got, CHECK_MEMORY);
            buf_init(&wanted, CHECK_MEMORY);
            jw_init(&w, &got);
            policy_describe(p, &w);
            jw_init(&w, &wanted);
            policy_describe(whole, &w);
            assert_string_equal(got.ptr, wanted.ptr);
            policy_free(whole);
        }
        refused += code != 0;
        policy_free(p);
    }
    assert_true(refused > 10);
}

static void loading_and_translating_between_policies_survives_every_refused_allocation(void **state)
{
    (void)state;
    size_t len = 0;
    char *nato = source_file("policy/nato.spif.xml", &len);
    struct slice text = slice_make(nato, len);
    struct policy *own = default_policy();
    struct policies *all = NULL;
    struct error err = { 0 };
    for (long n = 1; n <= 3; n++) {
        fault_arm_allocation(n);
        assert_int_equal(policies_load(own, &text, 1, &err, &all), EN_NO_MEMORY);
        assert_true(fault_disarm());
        assert_null(all);
    }
    assert_int_equal(policies_load(own, &text, 1, &err, &all), 0);
    free(nato);
    static const char json[] =
        "{\"class\":\"SECRET\",\"policy\":\"NATO\",\"permissive\":{\"Context\":"
        "[[\"NATO\",\"Releasable\"]],\"Releasable To\":[[\"CAN\",\"NATO\"]]}}";
    int code = EN_NO_MEMORY;
    size_t budget = 0;
    for (; code != 0; budget += 64) {
        struct arena *a = arena_new(budget);
        struct json *v = NULL;
        const struct label *l = NULL;
        assert_non_null(a);
        code = json_parse(a, slice_of(json), &err, &v);
        code = code ? code : label_translate(all, own, a, v, &err, &l);
        assert_true(code == 0 ? l != NULL : code == EN_NO_MEMORY && !l);
        arena_free(a);
    }
    assert_true(budget > 2048);
    policies_free(all);
    policy_free(own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loading_a_policy_survives_every_refused_allocation),
        cmocka_unit_test(work_with_labels_survives_every_budget_and_every_refused_allocation),
        cmocka_unit_test(interning_survives_every_refused_allocation),
        cmocka_unit_test(
            loading_and_translating_between_policies_survives_every_refused_allocation),
        cmocka_unit_test(a_policy_is_whole_or_refused_when_the_xml_parser_has_no_memory),
    };
    return run_suite(tests);
}

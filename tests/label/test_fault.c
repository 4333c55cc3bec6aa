/*
 * No memory: the 1st, 2nd, 3rd ... allocation of loading a policy and of working with labels is
 * refused until none is. Every time the refusal is reported as such, nothing leaks (the leak
 * checker is the judge), and what existed before still answers as before.
 */
#include "check.h"

#include "base/fault.h"

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

static const char label_json[] =
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
    int code = json_parse(a, slice_of(label_json), &err, &v);
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
    return buf_failed(&b) ? EN_NO_MEMORY : 0;
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
        int code = label_table_intern(t, slice_of(label_json), &err, &number);
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
    assert_int_equal(label_mask_make(t, clearance_all(p), 0, &m), EN_NO_MEMORY);
    assert_true(fault_disarm());
    assert_null(m.words);
    label_table_free(t);
    policy_free(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loading_a_policy_survives_every_refused_allocation),
        cmocka_unit_test(work_with_labels_survives_every_budget_and_every_refused_allocation),
        cmocka_unit_test(interning_survives_every_refused_allocation),
    };
    return run_suite(tests);
}

/*
 * No memory: the 1st, 2nd, 3rd ... allocation of a whole batch is refused until none is. Each time
 * the batch says so, leaves the answer empty and leaks nothing (the leak checker is the judge).
 */
#include "base/fault.h"
#include "service/predict.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void every_allocation_may_fail(bool values, const char *evidence, const char *queries)
{
    struct predict_options o = predict_options_default();
    o.values = values;
    o.parameters.half_life_broken = 86400; /* two decays */
    long refused = 0;
    for (long n = 1;; n++) {
        cleanup_buf struct buf out;
        struct error err = { 0 };
        buf_init(&out, 1 << 20);
        fault_arm_allocation(n);
        int code = predict_run(&o, slice_of(evidence), slice_of(queries), &out, NULL, NULL, &err);
        if (!fault_disarm()) {
            assert_int_equal(code, 0);
            assert_true(out.len > 0);
            break;
        }
        refused++;
        assert_true(code == EN_NO_MEMORY || code == EN_TOO_LARGE);
        assert_int_equal(err.code, code);
        assert_int_equal(out.len, 0);
    }
    assert_true(refused > 10);
}

static void a_batch_of_events_survives_every_failed_allocation(void **state)
{
    (void)state;
    every_allocation_may_fail(false,
                              "truster,trustee,time,valence\n\"a\"\"\",b,1,1\nb,c,2,-1\nc,b,3,1\n",
                              "truster,trustee,as_of\nb,c,5\nz,b,3\n");
}

static void a_batch_of_values_survives_every_failed_allocation(void **state)
{
    (void)state;
    every_allocation_may_fail(true, "truster,trustee,value\n\"a\"\"\",b,0.5\nb,c,-1\n",
                              "truster,trustee\nb,c\nc,b\n");
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_batch_of_events_survives_every_failed_allocation),
        cmocka_unit_test(a_batch_of_values_survives_every_failed_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

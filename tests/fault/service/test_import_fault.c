/*
 * An import while memory fails: each allocation in turn, until the import gets through.
 *
 * What cannot be read is not absent: an import either fails as a whole, with a code that the fault
 * explains, or finds every record that stands. It never makes one a second time, nor refuses a
 * reference that holds.
 */
#include "../../service/transfer_world.h"
#include "../ledger/fault_memory.h"

#include "base/fault.h"

#include <stdlib.h>

static const char known[] = "external_ids,nature,name_en,parent\n"
                            "t:board,organisation,Harbour Board,\n"
                            "t:dive,unit,Dive Section,t:board\n";
static const char again[] = "external_ids,nature,name_en,parent\n"
                            "t:board,organisation,Harbour Board,\n"
                            "t:dive,unit,Dive Section,Harbour Board\n";

static void arm_heap(int n)
{
    fault_arm_allocation(n);
}

static void import_without(struct world *w, void (*arm)(int n), bool (*disarm)(void))
{
    bool struck = true;
    int failures = 0;
    world_import(w, "actor", known);
    for (int n = 1; struck; n += 1 + n / 12) {
        struct transfer_report r = { 0 };
        struct error err = { 0 };
        struct write_context c = world_write(w, NULL);
        arm(n);
        int code = transfer_import_csv(&c, world_kind(w, "actor"), slice_of(again),
                                       /* dry_run= */ true, NULL, &err, &r);
        struck = disarm();
        failures += code < 0;
        if (code < 0 && code != EN_NO_MEMORY && code != EN_IO && code != EN_BUSY)
            fail_msg("n=%d: %d %s", n, code, err.message);
        if (code == 0 && (r.created || r.changed || r.failed || r.unchanged != 2))
            fail_msg("n=%d: %lld created, %lld changed, %lld failed: %.60s", n,
                     (long long)r.created, (long long)r.changed, (long long)r.failed,
                     r.error_count ? r.errors[0].detail.ptr : "");
        arena_reset(w->arena);
    }
    assert_true(failures > 5);
}

static void an_import_without_memory_makes_nothing_twice(void **state)
{
    import_without(*state, arm_heap, fault_disarm);
}

static void an_import_without_sqlite_memory_makes_nothing_twice(void **state)
{
    import_without(*state, fault_memory_arm, fault_memory_disarm);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        CASE(an_import_without_memory_makes_nothing_twice),
        CASE(an_import_without_sqlite_memory_makes_nothing_twice),
    };
    fault_memory_install();
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* UUIDs: the layout of version 7, text both ways, order in time. */
#include "check.h"

#include "base/uuid.h"

static const uint8_t all_ones[10] = { 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 };
static const uint8_t all_zeros[10] = { 0 };

static void the_example_of_rfc_9562_is_reproduced(void **state)
{
    (void)state;
    /* appendix A.6: rand_a CC3, rand_b 18C4DC0C0C07398F, 2022-02-22T19:22:22Z */
    const uint8_t random[10] = { 0x0C, 0xC3, 0x18, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F };
    char text[UUID_TEXT + 1];
    uuid_format(uuid_v7(INT64_C(1645557742000), random), text);
    assert_string_equal(text, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

static void version_and_variant_hold_for_any_randomness(void **state)
{
    (void)state;
    char text[UUID_TEXT + 1];
    uuid_format(uuid_v7(0, all_ones), text);
    assert_string_equal(text, "00000000-0000-7fff-bfff-ffffffffffff");
    uuid_format(uuid_v7((INT64_C(1) << 48) - 1, all_zeros), text);
    assert_string_equal(text, "ffffffff-ffff-7000-8000-000000000000");
}

static void text_reads_back_in_either_case(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int i = 0; i < 1000; i++) {
        struct uuid id;
        struct uuid back;
        uint64_t halves[2] = { random_next(&seed), random_next(&seed) };
        memcpy(id.bytes, halves, 16);
        char text[UUID_TEXT + 1];
        uuid_format(id, text);
        assert_true(uuid_parse(slice_of(text), &back));
        assert_true(uuid_eq(id, back));
        for (char *c = text; *c; c++) {
            *c = (char)(*c >= 'a' ? *c - 32 : *c);
        }
        assert_true(uuid_parse(slice_of(text), &back));
        assert_true(uuid_eq(id, back));
    }
}

static void anything_else_is_no_uuid(void **state)
{
    (void)state;
    const char *const wrong[] = {
        "",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398ff",
        "017f22e279b0-7cc3-98c4-dc0c0c07398f-",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "017f22e2_79b0-7cc3-98c4-dc0c0c07398f",
        "{17f22e2-79b0-7cc3-98c4-dc0c0c07398}",
        "017f22e2-79b0-7cc3-98c4-dc0c0c0739 f",
    };
    struct uuid id = { .bytes = { 42 } };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_false(uuid_parse(slice_of(wrong[i]), &id));
    }
    assert_int_equal(id.bytes[0], 42);
}

static void ids_sort_by_time(void **state)
{
    (void)state;
    assert_int_equal(uuid_compare(uuid_v7(1000, all_ones), uuid_v7(1001, all_zeros)), -1);
    assert_int_equal(uuid_compare(uuid_v7(1001, all_zeros), uuid_v7(1000, all_ones)), 1);
    assert_int_equal(uuid_compare(uuid_v7(5, all_ones), uuid_v7(5, all_ones)), 0);
    struct uuid earlier = uuid_v7(1000, all_ones), later = uuid_v7(1001, all_zeros);
    assert_int_equal(uuid_order(&earlier, &later), -1);
    assert_int_equal(uuid_order(&later, &earlier), 1);
}

static void new_ids_carry_their_time_and_differ(void **state)
{
    (void)state;
    struct uuid a = uuid_new(INT64_C(1645557742000));
    struct uuid b = uuid_new(INT64_C(1645557742000));
    assert_false(uuid_eq(a, b));
    assert_memory_equal(a.bytes, b.bytes, 6);
    assert_int_equal(a.bytes[6] >> 4, 7);
    assert_int_equal(a.bytes[8] >> 6, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_rfc_9562_is_reproduced),
        cmocka_unit_test(version_and_variant_hold_for_any_randomness),
        cmocka_unit_test(text_reads_back_in_either_case),
        cmocka_unit_test(anything_else_is_no_uuid),
        cmocka_unit_test(ids_sort_by_time),
        cmocka_unit_test(new_ids_carry_their_time_and_differ),
    };
    return run_suite(tests);
}

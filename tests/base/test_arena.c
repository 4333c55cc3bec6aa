/* The arena: alignment, zeroed memory, the budget and its failure, text. */
#include "check.h"

#include "base/fault.h"

static void pieces_are_aligned_zeroed_and_apart(void **state)
{
    (void)state;
    cleanup_arena struct arena *a = arena_new(1 << 24);
    unsigned char *before = NULL;
    size_t before_size = 0;
    for (size_t size = 1; size < 3000; size += 7) {
        unsigned char *piece = arena_alloc(a, size);
        assert_non_null(piece);
        assert_int_equal((uintptr_t)piece % 16, 0);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(piece[i], 0);
        }
        memset(piece, 0xAB, size);
        for (size_t i = 0; i < before_size; i++) {
            assert_int_equal(before[i], 0xAB);
        }
        before = piece;
        before_size = size;
    }
}

static void memory_given_back_comes_zeroed_again(void **state)
{
    (void)state;
    cleanup_arena struct arena *a = arena_new(1 << 20);
    for (int round = 0; round < 3; round++) {
        unsigned char *piece = arena_alloc(a, 4000);
        for (size_t i = 0; i < 4000; i++) {
            assert_int_equal(piece[i], 0);
        }
        memset(piece, 0xFF, 4000);
        arena_reset(a);
        assert_int_equal(arena_used(a), 0);
    }
}

static void exactly_the_budget_is_handed_out_and_not_more(void **state)
{
    (void)state;
    cleanup_arena struct arena *a = arena_new(64);
    assert_non_null(arena_alloc(a, 48));
    assert_non_null(arena_alloc(a, 1)); /* counts as 16 */
    assert_int_equal(arena_used(a), 64);
    assert_false(arena_failed(a));
    assert_null(arena_alloc(a, 1));
    assert_true(arena_failed(a));
    arena_reset(a);
    assert_false(arena_failed(a));
    assert_non_null(arena_alloc(a, 64));
}

static void a_small_piece_still_fits_after_a_large_one_was_refused(void **state)
{
    (void)state;
    cleanup_arena struct arena *a = arena_new(1000);
    assert_null(arena_alloc(a, 2000));
    assert_non_null(arena_alloc(a, 10));
    assert_true(arena_failed(a)); /* remembered all the same */
}

static void sizes_that_overflow_are_refused(void **state)
{
    (void)state;
    cleanup_arena struct arena *a = arena_new(SIZE_MAX);
    assert_null(arena_alloc_array(a, SIZE_MAX / 2, 3));
    assert_null(arena_alloc(a, SIZE_MAX));
    assert_null(arena_alloc(a, SIZE_MAX - 3));
    assert_true(arena_failed(a));
}

static void an_empty_piece_is_not_null(void **state)
{
    (void)state;
    cleanup_arena struct arena *a = arena_new(1000);
    assert_non_null(arena_alloc(a, 0));
    assert_non_null(arena_array_of(a, int, 0));
}

static void copies_end_with_nul_and_printf_measures_itself(void **state)
{
    (void)state;
    cleanup_arena struct arena *a = arena_new(1 << 20);
    struct slice copy = arena_copy(a, slice_make("partner", 4));
    assert_slice(copy, "part");
    assert_int_equal(copy.ptr[4], 0);
    assert_string_equal(arena_cstr(a, S("x")), "x");
    assert_string_equal(arena_cstr(a, (struct slice){ 0 }), "");
    struct slice text = arena_printf(a, "%05d %s", 42, "été");
    assert_slice(text, "00042 été");
    struct slice wide = arena_printf(a, "%9000d", 1);
    assert_int_equal(wide.len, 9000);
}

static void a_copy_past_the_budget_is_the_empty_slice(void **state)
{
    (void)state;
    cleanup_arena struct arena *a = arena_new(16);
    struct slice copy = arena_copy(a, S("sixteen or more!"));
    assert_null(copy.ptr);
    assert_int_equal(copy.len, 0);
    struct slice text = arena_printf(a, "%40d", 1);
    assert_null(text.ptr);
    assert_true(arena_failed(a));
}

static void every_refused_allocation_is_reported_and_survived(void **state)
{
    (void)state;
    for (long n = 1;; n++) {
        fault_arm_allocation(n);
        cleanup_arena struct arena *a = arena_new(1 << 24);
        int got = 0;
        for (size_t size = 1000; a && size < 1000000; size *= 3) {
            got += arena_alloc(a, size) != NULL;
        }
        bool struck = fault_disarm();
        if (!struck) {
            assert_true(n > 3); /* several chunks were at stake */
            assert_int_equal(got, 7);
            return;
        }
        assert_true(!a || (arena_failed(a) && got == 6));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_aligned_zeroed_and_apart),
        cmocka_unit_test(memory_given_back_comes_zeroed_again),
        cmocka_unit_test(exactly_the_budget_is_handed_out_and_not_more),
        cmocka_unit_test(a_small_piece_still_fits_after_a_large_one_was_refused),
        cmocka_unit_test(sizes_that_overflow_are_refused),
        cmocka_unit_test(an_empty_piece_is_not_null),
        cmocka_unit_test(copies_end_with_nul_and_printf_measures_itself),
        cmocka_unit_test(a_copy_past_the_budget_is_the_empty_slice),
        cmocka_unit_test(every_refused_allocation_is_reported_and_survived),
    };
    return run_suite(tests);
}

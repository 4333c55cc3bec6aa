/* Parts of the door that need no program around them: widths, progress lines, near verbs. */
#include "cli/progress.h"
#include "cli/verbs.h"
#include "cli/width.h"

/* cmocka needs these first */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void assert_cut(const char *text, size_t most, const char *expected)
{
    struct buf out cleanup_buf = { 0 };
    buf_init(&out, 1000);
    width_cut(slice_of(text), most, &out);
    assert_string_equal(out.ptr ? out.ptr : "", expected);
    if (most > 0) {
        assert_true(width_of(buf_slice(&out)) <= most);
    }
}

static void width_counts_columns_not_bytes(void **state)
{
    (void)state;
    assert_int_equal(width_of(S("")), 0);
    assert_int_equal(width_of(S("Entente")), 7);
    assert_int_equal(width_of(S("Défense")), 7);
    assert_int_equal(width_of(S("De\xCC\x81"
                                "fense")),
                     7);
    assert_int_equal(width_of(S("東京")), 4);
    assert_int_equal(width_of(S("▁▂▃")), 3);
    assert_int_equal(width_of(S("\xFF\xFE")), 2); /* not UTF-8: one column a byte */
}

static void cut_text_ends_with_an_ellipsis_and_never_splits_a_character(void **state)
{
    (void)state;
    assert_cut("Harbour Office", 0, "Harbour Office");
    assert_cut("Harbour Office", 14, "Harbour Office");
    assert_cut("Harbour Office", 8, "Harbour…");
    assert_cut("東京港", 6, "東京港");
    assert_cut("東京港", 5, "東京…");
    assert_cut("東京港", 4, "東…"); /* the second character would need two columns */
    assert_cut("éééé", 3, "éé…");
    assert_cut("abc", 1, "…");
}

static void control_characters_never_reach_the_terminal(void **state)
{
    struct buf out cleanup_buf = { 0 };
    (void)state;
    buf_init(&out, 1000);
    width_clean(S("a\033[31mb\x7f\xC2\x9B"
                  "c\td\ne"),
                false, &out);
    assert_string_equal(out.ptr, "a?[31mb??c d e");
    buf_clear(&out);
    width_clean(S("one\ntwo\r"), true, &out);
    assert_string_equal(out.ptr, "one\ntwo ");
    buf_clear(&out);
    width_clean(S("Été \xC2\xA0!"), false, &out); /* C2 A0 is a space, no control */
    assert_string_equal(out.ptr, "Été \xC2\xA0!");
}

static void assert_line(bool french, int64_t done, int64_t total, int64_t elapsed_ms,
                        const char *expected)
{
    const struct progress p = { .french = french };
    struct buf out cleanup_buf = { 0 };
    buf_init(&out, 1000);
    progress_line(&p, "import", done, total, elapsed_ms, &out);
    assert_string_equal(out.ptr, expected);
}

static void progress_shows_part_rate_and_time_left(void **state)
{
    (void)state;
    assert_line(false, 0, 100, 0, "import [........................]   0% 0");
    assert_line(false, 50, 100, 100, "import [############............]  50% 50");
    assert_line(false, 2500, 10000, 10000,
                "import [######..................]  25% 2500  250/s  left 0:30");
    assert_line(true, 2500, 10000, 10000,
                "import [######..................]  25% 2500  250/s  reste 0:30");
    assert_line(false, 1000, 8641000, 1000,
                "import [........................]   0% 1000  1000/s  left 2h24");
    assert_line(false, 100, 100, 2000, "import [########################] 100% 100  50/s");
}

static void progress_without_a_known_total_counts_only(void **state)
{
    (void)state;
    assert_line(false, 700, 0, 1000, "import 700  700/s");
    assert_line(false, 700, -1, 100, "import 700");
}

static void progress_past_its_total_stays_at_the_end(void **state)
{
    (void)state;
    assert_line(false, 120, 100, 1000, "import [########################] 100% 100  100/s");
}

static const struct operation rows[] = {
    { .name = "actor.list" },
    { .name = "actor.get" },
    { .name = "trust" },
    { .name = "trust.what_if" },
    { .name = "login", .flags = OP_NO_CLI },
};

static const struct verbs *make(struct arena *a)
{
    static const struct operations all = { rows, sizeof(rows) / sizeof(rows[0]) };
    static const struct verb own[] = { { .name = "serve", .operation = &rows[0] },
                                       { .name = "trust", .operation = &rows[0] } };
    const struct verbs *ret = NULL;
    assert_int_equal(verbs_make(a, &all, own, 2, NULL, &ret), 0);
    return ret;
}

static void verbs_are_operations_in_words_without_those_for_the_browser(void **state)
{
    struct arena *a cleanup_arena = arena_new(100000);
    const struct verbs *v = make(a);
    static const char *const expected[] = { "actor get", "actor list", "serve", "trust",
                                            "trust what-if" };
    (void)state;
    assert_int_equal(v->count, 5);
    for (size_t i = 0; i < v->count; i++) {
        assert_string_equal(v->items[i].name, expected[i]);
    }
    assert_ptr_equal(v->items[3].operation, &rows[2]); /* the operation's, not the door's own */
}

static void the_longest_verb_wins(void **state)
{
    struct arena *a cleanup_arena = arena_new(100000);
    const struct verbs *v = make(a);
    char trust[] = "trust", what_if[] = "what-if", other[] = "CAN";
    char *const longer[] = { trust, what_if, other };
    char *const shorter[] = { trust, other };
    char *const none[] = { other };
    int used = 0;
    (void)state;
    assert_string_equal(verbs_match(v, a, longer, 3, &used)->name, "trust what-if");
    assert_int_equal(used, 2);
    assert_string_equal(verbs_match(v, a, shorter, 2, &used)->name, "trust");
    assert_int_equal(used, 1);
    assert_null(verbs_match(v, a, none, 1, &used));
    assert_true(verbs_is_group(v, S("actor")));
    assert_false(verbs_is_group(v, S("act")));
    assert_false(verbs_is_group(v, S("serve")));
}

static void a_slip_finds_the_verb_and_nonsense_finds_none(void **state)
{
    struct arena *a cleanup_arena = arena_new(100000);
    const struct verbs *v = make(a);
    (void)state;
    assert_string_equal(verbs_nearest(v, S("actor lst"))->name, "actor list");
    assert_string_equal(verbs_nearest(v, S("srve"))->name, "serve");
    assert_string_equal(verbs_nearest(v, S("trsut"))->name, "trust");
    assert_null(verbs_nearest(v, S("zzzzzzzzzz")));
    assert_null(verbs_nearest(v, S("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(width_counts_columns_not_bytes),
        cmocka_unit_test(cut_text_ends_with_an_ellipsis_and_never_splits_a_character),
        cmocka_unit_test(control_characters_never_reach_the_terminal),
        cmocka_unit_test(progress_shows_part_rate_and_time_left),
        cmocka_unit_test(progress_without_a_known_total_counts_only),
        cmocka_unit_test(progress_past_its_total_stays_at_the_end),
        cmocka_unit_test(verbs_are_operations_in_words_without_those_for_the_browser),
        cmocka_unit_test(the_longest_verb_wins),
        cmocka_unit_test(a_slip_finds_the_verb_and_nonsense_finds_none),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("cli door", tests, NULL, NULL);
}

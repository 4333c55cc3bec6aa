/*
 * Labels, clearances and what a partner lacks, as the tables of the command line show them: to a
 * French reader in the words of the policy, to everybody else and in CSV by the names themselves.
 */
#include "base/limits.h"
#include "cli/table.h"
#include "label/label.h"

/* cmocka needs these first */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

static const char rows[] =
    "[{\"label\":{\"class\":\"CONFIDENTIAL\",\"permissive\":{\"Releasable To\":[[\"CAN\"]]},"
    "\"policy\":\"entente-default\",\"restrictive\":{\"Caveat\":[\"LEGAL\"]},\"tlp\":\"AMBER\"},"
    "\"why\":\"class\",\"value\":\"CONFIDENTIAL\","
    "\"says_en\":\"The partner does not hold its class.\",\"says_fr\":\"Pas habilité.\"},"
    "{\"label\":{\"class\":\"RESTRICTED\",\"policy\":\"another\"},"
    "\"why\":\"tag\",\"tag\":\"Caveat\",\"value\":\"LEGAL, MEDICAL\"},"
    "{\"why\":\"orcon\",\"value\":\"CONFIDENTIAL\",\"class\":\"RESTRICTED\"}]";

struct fixture {
    struct arena *a;
    struct policy *p;
    struct json *rows;
};

static int set_up(void **state)
{
    char path[4096];
    struct buf text cleanup_buf = { 0 };
    struct fixture *f = calloc(1, sizeof(*f));
    const char *root = getenv("ENTENTE_SOURCE");
    snprintf(path, sizeof(path), "%s/policy/entente.spif.xml", root ? root : ".");
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    buf_init(&text, 4 * LIMIT_RECORD);
    for (int c = fgetc(file); c != EOF; c = fgetc(file)) {
        buf_add_char(&text, (char)c);
    }
    fclose(file);
    f->a = arena_new(LIMIT_ARENA);
    assert_int_equal(policy_load(buf_slice(&text), NULL, &f->p), 0);
    assert_int_equal(json_parse(f->a, slice_of(rows), NULL, &f->rows), 0);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    policy_free(f->p);
    arena_free(f->a);
    free(f);
    return 0;
}

/* The cell under this column; NULL when there is no such column. */
static const char *cell(struct fixture *f, const struct table_style *style, size_t row,
                        const char *column)
{
    struct table t = { 0 };
    assert_int_equal(
        table_make(style, f->rows->items, f->rows->count, (struct slice){ 0 }, NULL, &t), 0);
    for (size_t i = 0; i < t.column_count; i++) {
        if (slice_is(t.columns[i].name, column)) {
            struct slice text = t.cells[row * t.column_count + i];
            return text.ptr ? arena_cstr(f->a, text) : "";
        }
    }
    return NULL;
}

static void a_french_reader_is_shown_the_words_of_the_policy(void **state)
{
    struct fixture *f = *state;
    const struct table_style french = { .arena = f->a, .policy = f->p, .french = true };
    assert_string_equal(cell(f, &french, 0, "label.class"), "CONFIDENTIEL");
    assert_string_equal(cell(f, &french, 0, "label.restrictive.Caveat"), "JURIDIQUE");
    assert_string_equal(cell(f, &french, 0, "label.permissive.Releasable To"), "CAN");
    assert_string_equal(cell(f, &french, 0, "label.policy"), "entente-default");
    assert_string_equal(cell(f, &french, 0, "why"), "class");
    assert_string_equal(cell(f, &french, 0, "value"), "CONFIDENTIEL");
    assert_string_equal(cell(f, &french, 1, "value"), "JURIDIQUE, MÉDICAL");
}

static void what_is_no_word_of_this_policy_stays_as_it_is(void **state)
{
    struct fixture *f = *state;
    const struct table_style french = { .arena = f->a, .policy = f->p, .french = true };
    assert_string_equal(cell(f, &french, 1, "label.class"), "RESTRICTED");
    assert_string_equal(cell(f, &french, 2, "value"), "CONFIDENTIAL");
    assert_string_equal(cell(f, &french, 2, "class"), "RESTRICTED");
}

static void english_and_csv_keep_the_names(void **state)
{
    struct fixture *f = *state;
    const struct table_style english = { .arena = f->a, .policy = f->p };
    const struct table_style csv = {
        .arena = f->a, .policy = f->p, .french = true, .plain = true, .whole = true
    };
    const struct table_style *const all[] = { &english, &csv };
    for (size_t i = 0; i < 2; i++) {
        assert_string_equal(cell(f, all[i], 0, "label.class"), "CONFIDENTIAL");
        assert_string_equal(cell(f, all[i], 0, "label.restrictive.Caveat"), "LEGAL");
        assert_string_equal(cell(f, all[i], 0, "value"), "CONFIDENTIAL");
    }
}

static void a_sentence_in_two_languages_is_shown_in_the_one_that_is_read(void **state)
{
    struct fixture *f = *state;
    const struct table_style english = { .arena = f->a };
    const struct table_style french = { .arena = f->a, .french = true };
    const struct table_style csv = { .arena = f->a, .plain = true, .whole = true };
    assert_non_null(cell(f, &english, 0, "says_en"));
    assert_null(cell(f, &english, 0, "says_fr"));
    assert_null(cell(f, &french, 0, "says_en"));
    assert_string_equal(cell(f, &french, 0, "says_fr"), "Pas habilité.");
    assert_non_null(cell(f, &csv, 0, "says_en"));
    assert_non_null(cell(f, &csv, 0, "says_fr"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_french_reader_is_shown_the_words_of_the_policy, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_word_of_this_policy_stays_as_it_is, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(english_and_csv_keep_the_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            a_sentence_in_two_languages_is_shown_in_the_one_that_is_read, set_up, tear_down),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("cli label words", tests, NULL, NULL);
}

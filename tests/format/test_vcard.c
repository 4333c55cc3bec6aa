/* vCards: what is read, refused and written, case by case. */
#include "format/vcard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static int read_one(struct arena *a, const char *text, struct error *err, struct vcard *ret)
{
    struct vcard_reader r;
    vcard_open(&r, slice_of(text));
    return vcard_next(&r, a, err, ret);
}

static struct slice value_of(struct arena *a, const struct vcard *c, const char *name)
{
    size_t at = 0;
    const struct vcard_property *p = vcard_find(c, name, &at);
    assert_non_null(p);
    return vcard_text(a, p->value);
}

static void a_card_of_version_4_is_read(void **state)
{
    struct arena *a = arena_new(1 << 20);
    struct vcard c;
    struct error err = { 0 };
    (void)state;
    assert_int_equal(read_one(a,
                              "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:A\\, B\\; C\\nD\r\n"
                              "TEL;VALUE=uri;TYPE=\"work,voice\";PREF=1:tel:+1-613\r\n"
                              "X-LONG:one\r\n  two\r\nEND:VCARD\r\n",
                              &err, &c),
                     1);
    size_t at = 0;
    const struct vcard_property *tel = vcard_find(&c, "tel", &at);
    assert_int_equal(c.version, 4);
    assert_true(slice_is(value_of(a, &c, "FN"), "A, B; C\nD"));
    assert_true(vcard_is_type(tel, "VOICE") && vcard_is_type(tel, "work"));
    assert_false(vcard_is_type(tel, "fax"));
    assert_true(slice_is(vcard_parameter(tel, "pref"), "1"));
    assert_true(slice_is(value_of(a, &c, "X-LONG"), "one two"));
    arena_free(a);
}

static void a_card_of_version_3_with_bare_types_and_groups_is_read(void **state)
{
    struct arena *a = arena_new(1 << 20);
    struct slice parts[VCARD_PARTS_MAX];
    struct vcard c;
    size_t at = 0;
    (void)state;
    assert_int_equal(read_one(a,
                              "BEGIN:VCARD\nVERSION:3.0\nitem1.TEL;WORK;VOICE:+33\n"
                              "N:Roy;Andr\xc3\n \xa9;;Col.;\nEND:VCARD",
                              NULL, &c),
                     1);
    assert_int_equal(c.version, 3);
    assert_true(vcard_is_type(vcard_find(&c, "TEL", &at), "work"));
    at = 0;
    assert_int_equal(vcard_split(a, vcard_find(&c, "N", &at)->value, ';', parts), 5);
    assert_true(slice_is(parts[1], "Andr\xc3\xa9"));
    arena_free(a);
}

static void what_cannot_be_read_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *text, *line;
    } cases[] = {
        { "FN:x\nEND:VCARD\n", "line 1:" },
        { "BEGIN:VCARD\nVERSION:2.1\nEND:VCARD\n", "line 2:" },
        { "BEGIN:VCARD\nFN:x\nEND:VCARD\n", "line 1:" },
        { "BEGIN:VCARD\nVERSION:4.0\nFN:x\n", "line 1:" },
        { "BEGIN:VCARD\nVERSION:4.0\nFN x\nEND:VCARD\n", "line 3:" },
        { "BEGIN:VCARD\nVERSION:4.0\nTEL;TYPE=\"a:b\nEND:VCARD\n", "line 3:" },
        { "BEGIN:VCARD\nVERSION:4.0\nBEGIN:VCARD\nEND:VCARD\n", "line 3:" },
        { "BEGIN:VCARD\nVERSION:4.0\nFN:\xff\nEND:VCARD\n", "line 3:" },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena *a = arena_new(1 << 20);
        struct error err = { 0 };
        struct vcard c;
        assert_int_equal(read_one(a, cases[i].text, &err, &c), EN_INVALID);
        assert_non_null(strstr(err.message, cases[i].line));
        arena_free(a);
    }
}

static void reading_goes_on_behind_a_bad_card(void **state)
{
    struct arena *a = arena_new(1 << 20);
    struct vcard_reader r;
    struct vcard c;
    (void)state;
    vcard_open(&r, S("BEGIN:VCARD\nVERSION:4.0\nnonsense\nFN:bad\nEND:VCARD\n"
                     "BEGIN:VCARD\nVERSION:4.0\nFN:good\nEND:VCARD\n"));
    assert_int_equal(vcard_next(&r, a, NULL, &c), EN_INVALID);
    assert_int_equal(vcard_next(&r, a, NULL, &c), 1);
    assert_true(slice_is(value_of(a, &c, "FN"), "good"));
    assert_int_equal(c.line, 6);
    assert_int_equal(vcard_next(&r, a, NULL, &c), 0);
    arena_free(a);
}

static void long_lines_are_folded_between_characters(void **state)
{
    struct buf out cleanup_buf;
    char text[301];
    (void)state;
    buf_init(&out, 1 << 16);
    for (size_t i = 0; i < 300; i += 2)
        memcpy(text + i, "\xc3\xa9", 2);
    vcard_add_text(&out, "NOTE", "", slice_make(text, 300));
    struct slice rest = buf_slice(&out);
    while (rest.len) {
        struct slice line = slice_cut(&rest, '\n');
        assert_true(line.len <= 76 && line.ptr[line.len - 1] == '\r');
        assert_true(slice_is_utf8(line));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_card_of_version_4_is_read),
        cmocka_unit_test(a_card_of_version_3_with_bare_types_and_groups_is_read),
        cmocka_unit_test(what_cannot_be_read_is_refused_with_its_line),
        cmocka_unit_test(reading_goes_on_behind_a_bad_card),
        cmocka_unit_test(long_lines_are_folded_between_characters),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

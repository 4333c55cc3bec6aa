/*
 * The parser judged by jansson: the same texts accepted, the same refused, the same values read,
 * over seeded random texts and near-valid mutations of them. The one wanted difference is depth.
 */
#include "random_json.h"

#include "base/limits.h"

#include "jansson_judge.h"

static void write_text(struct slice text, struct buf *out)
{
    buf_printf(out, "s%zu:", text.len);
    buf_add(out, text);
}

/* Our tree in the plain form of jansson_judge.h. */
static void write_plain(const struct json *v, struct buf *out)
{
    switch (v->type) {
    case JSON_NULL:
        buf_add_char(out, 'n');
        break;
    case JSON_BOOL:
        buf_add_char(out, v->boolean ? 't' : 'f');
        break;
    case JSON_NUMBER:
        buf_printf(out, "d%a;", v->number);
        break;
    case JSON_STRING:
        write_text(v->text, out);
        break;
    case JSON_ARRAY:
        buf_add_char(out, '[');
        for (uint32_t i = 0; i < v->count; i++) {
            write_plain(&v->items[i], out);
        }
        buf_add_char(out, ']');
        break;
    case JSON_OBJECT:
        buf_add_char(out, '{');
        for (uint32_t i = 0; i < v->count; i++) {
            write_text(v->members[i].name, out);
            write_plain(&v->members[i].value, out);
        }
        buf_add_char(out, '}');
        break;
    }
}

static void both_read_the_same(struct slice text, unsigned *accepted, unsigned *refused)
{
    cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
    cleanup_buf struct buf ours;
    cleanup_buf struct buf theirs;
    buf_init(&ours, LIMIT_BODY);
    buf_init(&theirs, LIMIT_BODY);
    struct error err = { 0 };
    struct json *v = NULL;
    int r = json_parse(a, text, &err, &v);
    if (text.len > 0 && memchr(text.ptr, 0, text.len)) {
        assert_int_equal(r, EN_INVALID); /* jansson overlooks a NUL after a number */
        (*refused)++;
        return;
    }
    bool judged = jansson_reads(text, &theirs);
    if ((r == 0) != judged) {
        fail_msg("we: %d %s; jansson: %s; text: " SLICE_FMT, r, err.message,
                 judged ? "accepted" : "refused", SLICE_ARG(text));
    }
    if (r == 0) {
        write_plain(v, &ours);
        assert_true(slice_eq(buf_slice(&ours), buf_slice(&theirs)));
        assert_false(buf_failed(&ours));
        (*accepted)++;
    } else {
        assert_int_equal(r, EN_INVALID);
        (*refused)++;
    }
}

static void random_texts_and_their_mutations_read_the_same(void **state)
{
    (void)state;
    uint64_t seed = 21;
    unsigned accepted = 0;
    unsigned refused = 0;
    for (int i = 0; i < 8000; i++) {
        cleanup_buf struct buf text;
        buf_init(&text, LIMIT_BODY);
        random_value(&seed, &text, i % 6);
        both_read_the_same(buf_slice(&text), &accepted, &refused);
        for (int again = 0; again < 3; again++) {
            mutate(&seed, &text);
            both_read_the_same(buf_slice(&text), &accepted, &refused);
        }
    }
    assert_true(accepted > 8000); /* both sides of the border were visited */
    assert_true(refused > 8000);
}

static void every_text_of_two_bytes_reads_the_same(void **state)
{
    (void)state;
    unsigned accepted = 0;
    unsigned refused = 0;
    for (unsigned i = 0; i < 0x10000; i++) {
        char text[4] = { (char)(i >> 8), (char)i };
        both_read_the_same(slice_make(text, 2), &accepted, &refused);
    }
    /* 10..99; 0..9 with white space before or after; -0..-9; [] {} "" */
    assert_int_equal(accepted, 90 + 10 * 4 * 2 + 10 + 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_texts_and_their_mutations_read_the_same),
        cmocka_unit_test(every_text_of_two_bytes_reads_the_same),
    };
    return run_suite(tests);
}

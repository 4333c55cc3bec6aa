/* The CSV reader and writer: what is accepted, what is refused and where, and the way back. */
#include "../base/check.h"

#include "format/csv.h"

/* Rows as "a|b\n", errors as "! message\n"; the reader goes on after an error. */
static void dump(struct slice text, char separator, struct buf *out)
{
    struct csv_reader r;
    struct csv_row row;
    struct error err = { 0 };
    int code;
    cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
    if (csv_open(&r, text, separator, &err)) {
        buf_printf(out, "! %s\n", err.message);
        return;
    }
    while ((code = csv_next(&r, a, &err, &row)) != 0) {
        for (size_t i = 0; code > 0 && i < row.count; i++) {
            buf_add_cstr(out, i ? "|" : "");
            buf_add(out, row.cells[i]);
        }
        if (code < 0)
            buf_printf(out, "! %s", err.message);
        buf_add_char(out, '\n');
    }
}

static void assert_rows(const char *text, const char *expected)
{
    cleanup_buf struct buf out;
    buf_init(&out, LIMIT_BODY);
    dump(slice_of(text), 0, &out);
    assert_string_equal(buf_slice(&out).ptr, expected);
}

static void plain_and_quoted_cells_are_read(void **state)
{
    (void)state;
    assert_rows("a,b\r\n1,2\r\n", "a|b\n1|2\n");
    assert_rows("a,b\n1,2", "a|b\n1|2\n");
    assert_rows("a,b\r1,2\r", "a|b\n1|2\n");
    assert_rows("\"a\",\"x,\"\"y\"\"\n2\"\n,\n", "a|x,\"y\"\n2\n|\n");
    assert_rows(" a , b \n", " a | b \n");
    assert_rows("5\" gun,\"\"\n", "5\" gun|\n"); /* a quote inside a plain cell is a quote */
    assert_rows("\"\"\n", "\n");                 /* one empty cell */
    assert_rows("", "");
    assert_rows("\n\r\n\na\n\n", "a\n");
}

static void marks_and_separators_are_found_out(void **state)
{
    (void)state;
    assert_rows("\xEF\xBB\xBFname;nom\nx;y\n", "name|nom\nx|y\n");
    assert_rows("a\tb;c\td\n", "a|b;c|d\n");
    assert_rows("\"a;b;c\",d\n", "a;b;c|d\n"); /* separators in quotes do not count */
    assert_rows("sep=|\na|b\n", "a|b\n");
    assert_rows("sep=;\r\na;b,c,d\r\n", "a|b,c,d\n");
    assert_rows("one\ntwo\n", "one\ntwo\n");
    assert_rows("\xFF\xFE\x61", "! the file is UTF-16; save it as CSV UTF-8\n");
    cleanup_buf struct buf out;
    buf_init(&out, LIMIT_BODY);
    dump(S("a,b;c\n"), ';', &out);
    assert_string_equal(out.ptr, "a,b|c\n");
    buf_clear(&out);
    dump(S("a"), '"', &out);
    assert_string_equal(out.ptr, "! a quote or a line end cannot separate cells\n");
}

static void what_has_no_single_reading_is_refused_with_its_place(void **state)
{
    (void)state;
    assert_rows("a,b\n1,\"x\"y,3\n4,5\n",
                "a|b\n! line 2, column 6: text after the closing quote\n4|5\n");
    assert_rows("a\né,\"open\n\n", "a\n! line 2, column 3: this quote is never closed\n");
    assert_rows("a\n\xC3,b\nc\n", "a\n! line 2, column 2: the cell ending here is not UTF-8; save "
                                  "the file as CSV UTF-8\nc\n");
    assert_rows("\"a\nb\nc\"x,\nnext\n",
                "! line 3, column 3: text after the closing quote\nnext\n");
}

static void the_line_of_a_row_is_where_it_begins(void **state)
{
    (void)state;
    struct csv_reader r;
    struct csv_row row;
    cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
    assert_int_equal(csv_open(&r, S("h\n\n\"a\r\nb\"\n\rc"), ',', NULL), 0);
    unsigned lines[3] = { 1, 3, 6 };
    for (int i = 0; i < 3; i++) {
        assert_int_equal(csv_next(&r, a, NULL, &row), 1);
        assert_int_equal(row.line, lines[i]);
    }
    assert_int_equal(csv_next(&r, a, NULL, &row), 0);
}

static void limits_are_kept(void **state)
{
    (void)state;
    cleanup_buf struct buf text, out;
    buf_init(&text, LIMIT_BODY);
    buf_init(&out, LIMIT_BODY);
    for (int i = 1; i < LIMIT_CSV_COLUMNS; i++)
        buf_add_char(&text, ',');
    dump(buf_slice(&text), ',', &out);
    assert_int_equal(out.len, LIMIT_CSV_COLUMNS);
    buf_add_cstr(&text, ",\nnext");
    buf_clear(&out);
    dump(buf_slice(&text), ',', &out);
    assert_string_equal(out.ptr, "! line 1, column 257: too many columns\nnext\n");
    buf_clear(&text);
    for (int i = 0; i <= LIMIT_CSV_FIELD; i++)
        buf_add_char(&text, 'x');
    buf_clear(&out);
    dump(buf_slice(&text), ',', &out);
    assert_string_equal(out.ptr, "! line 1, column 65538: the cell ending here is too long\n");
    buf_clear(&out);
    dump(slice_make(text.ptr, LIMIT_CSV_FIELD), ',', &out);
    assert_int_equal(out.len, LIMIT_CSV_FIELD + 1);
}

static void assert_written(struct slice text, const char *expected)
{
    struct csv_writer w;
    cleanup_buf struct buf out;
    buf_init(&out, LIMIT_BODY);
    csv_writer_init(&w, &out, false);
    csv_write_text(&w, text);
    csv_write_text(&w, S("z"));
    csv_end_row(&w);
    assert_string_equal(out.ptr, expected);
}

static void a_cell_never_runs_as_a_formula(void **state)
{
    (void)state;
    assert_written(S("=1+1"), "'=1+1,z\r\n");
    assert_written(S("+1 613"), "'+1 613,z\r\n");
    assert_written(S("-5"), "'-5,z\r\n");
    assert_written(S("@SUM(A1)"), "'@SUM(A1),z\r\n");
    assert_written(S("\tx"), "\"'\tx\",z\r\n");
    assert_written(S("\rx"), "\"'\rx\",z\r\n");
    assert_written(S("\nx"), "\"'\nx\",z\r\n");
    assert_written(S("\uFF1Dx"), "'\uFF1Dx,z\r\n");
    assert_written(S("'=x"), "''=x,z\r\n");
    assert_written(S("'tis"), "'tis,z\r\n");
    assert_written(S("a=b"), "a=b,z\r\n");
    assert_written(S("a\"b"), "\"a\"\"b\",z\r\n");
    assert_written(S(" a"), "\" a\",z\r\n");
    assert_written(S(""), ",z\r\n");
    assert_written(S("sep=x"), "\"sep=x\",z\r\n"); /* or the first row would be read over */
    assert_written(S("\xEF\xBB\xBF"), "\"\xEF\xBB\xBF\",z\r\n");
    struct csv_writer w;
    cleanup_buf struct buf out;
    buf_init(&out, LIMIT_BODY);
    csv_writer_init(&w, &out, true);
    csv_write_number(&w, S("-5.5"));
    csv_end_row(&w);
    csv_write_text(&w, S(""));
    csv_end_row(&w);
    assert_string_equal(out.ptr, "\xEF\xBB\xBF-5.5\r\n\"\"\r\n");
}

static void neutralising_is_exactly_reversible(void **state)
{
    (void)state;
    assert_slice(csv_restore(S("'=1")), "=1");
    assert_slice(csv_restore(S("''=1")), "'=1");
    assert_slice(csv_restore(S("'tis")), "'tis");
    assert_slice(csv_restore(S("=1")), "=1");
    assert_slice(csv_restore(S("'")), "'");
    assert_slice(csv_restore(S("")), "");
}

static struct slice random_cell(struct arena *a, uint64_t *seed)
{
    static const char *const parts[] = { ",", ";", "\t", "\"", "\n", "\r", "\r\n", "'",
                                         "=", "+", "-",  "@",  " ",  "a",  "é",    "\uFF1D" };
    cleanup_buf struct buf out;
    buf_init(&out, LIMIT_BODY);
    for (uint32_t n = random_below(seed, 7); n > 0; n--)
        buf_add_cstr(&out, parts[random_below(seed, sizeof parts / sizeof parts[0])]);
    return arena_copy(a, buf_slice(&out));
}

static void every_table_of_texts_comes_back(void **state)
{
    (void)state;
    uint64_t seed = 5;
    for (int round = 0; round < 2000; round++) {
        struct slice cells[6][5];
        struct csv_writer w;
        struct csv_reader r;
        struct csv_row row;
        cleanup_buf struct buf out;
        cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
        uint32_t rows = random_below(&seed, 6) + 1, columns = random_below(&seed, 5) + 1;
        buf_init(&out, LIMIT_BODY);
        csv_writer_init(&w, &out, random_below(&seed, 2));
        for (uint32_t i = 0; i < rows; i++) {
            for (uint32_t j = 0; j < columns; j++)
                csv_write_text(&w, cells[i][j] = random_cell(a, &seed));
            csv_end_row(&w);
        }
        assert_int_equal(csv_open(&r, buf_slice(&out), ',', NULL), 0);
        for (uint32_t i = 0; i < rows; i++) {
            assert_int_equal(csv_next(&r, a, NULL, &row), 1);
            assert_int_equal(row.count, columns);
            for (uint32_t j = 0; j < columns; j++)
                assert_true(slice_eq(csv_restore(row.cells[j]), cells[i][j]));
        }
        assert_int_equal(csv_next(&r, a, NULL, &row), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_and_quoted_cells_are_read),
        cmocka_unit_test(marks_and_separators_are_found_out),
        cmocka_unit_test(what_has_no_single_reading_is_refused_with_its_place),
        cmocka_unit_test(the_line_of_a_row_is_where_it_begins),
        cmocka_unit_test(limits_are_kept),
        cmocka_unit_test(a_cell_never_runs_as_a_formula),
        cmocka_unit_test(neutralising_is_exactly_reversible),
        cmocka_unit_test(every_table_of_texts_comes_back),
    };
    return run_suite(tests);
}

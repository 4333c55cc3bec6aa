/*
 * Any bytes as CSV. What must hold: reading ends, and every step moves on; lines never go back;
 * cells are UTF-8 and within limits; what is read and written again reads back equal; a cell never
 * begins a formula once written; as a table of any kind, a row is either refused or a body that
 * record_check can judge, and an accepted body survives its own export.
 */
#include "fuzz.h"

#include "base/limits.h"
#include "format/table.h"

enum { MEMORY = 64 * 1024 * 1024 };

static void check_again(struct arena *a, const struct csv_row *row)
{
    struct csv_writer w;
    struct csv_reader r;
    static struct csv_row back; /* too large for a stack under the sanitizers */
    cleanup_buf struct buf out;
    buf_init(&out, MEMORY);
    csv_writer_init(&w, &out, false);
    for (size_t i = 0; i < row->count; i++) {
        size_t before = out.len;
        csv_write_text(&w, row->cells[i]);
        if (buf_failed(&out))
            return;
        size_t at = before + (i > 0);
        at += at < out.len && out.ptr[at] == '"';
        must(at >= out.len || !memchr("=+-@\t\r\n", out.ptr[at], 7));
    }
    csv_end_row(&w);
    must(csv_open(&r, buf_slice(&out), ',', NULL) == 0);
    int code = csv_next(&r, a, NULL, &back);
    if (code == EN_TOO_LARGE) /* the longest cell, with a quote in front */
        return;
    must(code == 1 && back.count == row->count);
    for (size_t i = 0; i < row->count; i++)
        must(slice_eq(csv_restore(back.cells[i]), row->cells[i]));
    must(csv_next(&r, a, NULL, &back) == 0);
}

static void check_export(const struct kind *k, struct arena *a, const struct json *body)
{
    static struct csv_row row;
    struct csv_writer w;
    struct csv_reader r;
    struct table *t;
    struct table_record back;
    cleanup_buf struct buf out;
    buf_init(&out, MEMORY);
    csv_writer_init(&w, &out, false);
    table_write_header(k, TABLE_NAMES, &w);
    table_write_row(k, S(""), S(""), body, &w);
    must(csv_open(&r, buf_slice(&out), ',', NULL) == 0);
    must(csv_next(&r, a, NULL, &row) == 1);
    must(table_open(k, &row, false, a, NULL, &t) == 0);
    int code = csv_next(&r, a, NULL, &row);
    if (code == EN_TOO_LARGE)
        return;
    must(code == 1);
    must(table_row(t, a, &row, NULL, NULL, NULL, &back) == 0);
    must(json_equal(back.body, body));
}

static bool find_nothing(void *context, const char *kind, struct slice text, struct slice *ret)
{
    (void)context;
    (void)kind;
    *ret = S("01890000-0000-7000-8000-00000000000a");
    return text.len > 3;
}

static void check_row(const struct table *t, const struct kind *k, struct arena *a,
                      const struct csv_row *row)
{
    struct table_record record;
    struct json *body = NULL;
    struct error err = { 0 };
    if (table_row(t, a, row, find_nothing, NULL, &err, &record)) {
        must(err.code < 0 && err.message[0]);
        return;
    }
    must(record.body && slice_is_utf8(record.id) && slice_is_utf8(record.label));
    if (record_check(k, a, record.body, NULL, &err, &body) == 0)
        check_export(k, a, body);
    else
        must(err.code < 0);
}

static void check_file(struct slice text, const struct kind *k)
{
    static struct csv_row row;
    struct csv_reader r;
    struct error err = { 0 };
    struct table *t = NULL;
    size_t before = 0;
    unsigned line = 0;
    int code;
    cleanup_arena struct arena *a = arena_new(4 * (size_t)MEMORY);
    must(a);
    if (csv_open(&r, text, 0, &err)) {
        must(err.code == EN_INVALID);
        return;
    }
    for (int rows = 0; (code = csv_next(&r, a, &err, &row)) != 0; rows++) {
        must(r.at > before && r.at <= text.len);
        before = r.at;
        must(code == 1 || code == EN_INVALID || code == EN_TOO_LARGE);
        if (code < 0)
            continue;
        must(row.line > line && row.count > 0 && row.count <= LIMIT_CSV_COLUMNS);
        line = row.line;
        for (size_t i = 0; i < row.count; i++)
            must(row.cells[i].len <= LIMIT_CSV_FIELD && slice_is_utf8(row.cells[i]));
        check_again(a, &row);
        if (rows == 0 && table_open(k, &row, true, a, NULL, &t))
            t = NULL;
        else if (rows > 0 && t && rows < 200)
            check_row(t, k, a, &row);
    }
    must(r.at == text.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cleanup_arena struct arena *a = arena_new(MEMORY);
    const struct kinds *kinds;
    must(a && kinds_make(a, S(""), NULL, &kinds) == 0);
    if (size == 0)
        return 0;
    const struct kind *k =
        kinds->items[data[0] % kinds->count]; /* the first byte chooses the kind */
    check_file(slice_make((const char *)data + 1, size - 1), k);
    return 0;
}

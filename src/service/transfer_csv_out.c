/*
 * Records of one kind as CSV, page after page.
 *
 * Invariant: a cell shows what the record shows this viewer and no more: rows are made from the
 * rendered record (service/render.h), so a reference to what the viewer may not read is absent.
 */
#include "base/limits.h"
#include "format/table.h"
#include "service/render.h"
#include "service/transfer.h"

enum { EXPORT_PAGE = 500, SCRATCH = 16 * 1024 * 1024 };

struct out {
    struct snapshot *s;
    struct refs *refs;
    struct arena *scratch; /* given back after every record */
    struct csv_writer csv;
};

static int write_row(struct out *o, struct row *row, struct error *err)
{
    struct buf text cleanup_buf = { 0 }, label cleanup_buf = { 0 };
    struct json_writer w;
    struct json *shown = NULL;
    struct render r = { .snapshot = o->s, .out = &w, .refs = o->refs };
    buf_init(&text, LIMIT_RECORD * 4);
    buf_init(&label, LIMIT_RECORD);
    jw_init(&w, &text);
    int code = render_record(&r, row, err);
    if (code == 0 && buf_failed(&text))
        code = error_set(err, EN_NO_MEMORY, "export");
    arena_reset(o->scratch);
    if (code == 0)
        code = json_parse(o->scratch, buf_slice(&text), err, &shown);
    if (code < 0)
        return code;
    label_write_text(snapshot_policy(o->s), row->label, &label);
    if (buf_failed(&label))
        return error_set(err, EN_NO_MEMORY, "export");
    table_write_row(row->kind, row->id, buf_slice(&label), shown, &o->csv);
    return 0;
}

int transfer_export_csv(struct snapshot *s, const struct list_query *q, struct buf *out,
                        struct error *err)
{
    struct arena *scratch cleanup_arena = arena_new(SCRATCH);
    struct out o = { .s = s, .refs = refs_new(s), .scratch = scratch };
    struct list_query page_query = *q;
    struct page page;
    int code = scratch && o.refs ? 0 : error_set(err, EN_NO_MEMORY, "export");
    csv_writer_init(&o.csv, out, /* bom= */ false);
    table_write_header(q->kind, TABLE_NAMES, &o.csv);
    page_query.limit = EXPORT_PAGE;
    while (code == 0) {
        code = snapshot_list(s, &page_query, err, &page);
        for (size_t i = 0; code == 0 && i < page.count; i++)
            code = write_row(&o, &page.rows[i], err);
        if (code == 0 && out->no_memory)
            code = error_set(err, EN_NO_MEMORY, "export");
        if (code == 0 && buf_failed(out))
            code = error_set(err, EN_TOO_LARGE, "the export is larger than %zu bytes", out->max);
        if (code < 0 || page.next.len == 0)
            break;
        page_query.after = page.next;
    }
    return code;
}

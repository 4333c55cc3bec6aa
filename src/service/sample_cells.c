/*
 * Words and cells of the sample's mappings: see sample_cells.h.
 */
#include "service/sample_cells.h"

#include "base/limits.h"

const char *map_word(const struct word_pair *table, struct slice word, const char *fallback)
{
    for (const struct word_pair *p = table; p->from; p++)
        if (slice_is(word, p->from))
            return p->to;
    return fallback;
}

void cell_end(struct cell *c)
{
    if (buf_failed(&c->text))
        c->out->out->failed = true;
    csv_write_text(c->out, buf_slice(&c->text));
    buf_clear(&c->text);
}

void write_ids(struct cell *c, struct slice id, struct slice others)
{
    buf_printf(&c->text, "sample:" SLICE_FMT, SLICE_ARG(id));
    if (others.len)
        buf_printf(&c->text, ";" SLICE_FMT, SLICE_ARG(others));
    cell_end(c);
}

void write_reference(struct cell *c, struct slice id)
{
    if (id.len)
        buf_printf(&c->text, "sample:" SLICE_FMT, SLICE_ARG(id));
    cell_end(c);
}

void add_items(struct cell *c, struct slice list, const char *member)
{
    while (list.len) {
        struct slice id = slice_trim(slice_cut(&list, ';'));
        buf_printf(&c->text, "%s%s=sample:" SLICE_FMT, c->text.len ? ";" : "", member,
                   SLICE_ARG(id));
    }
}

void write_notes(struct cell *c, const struct sheet *s, size_t row)
{
    struct slice note = sheet_cell(s, row, "note"), source = sheet_cell(s, row, "source");
    struct slice basis = sheet_cell(s, row, "basis"), as_of = sheet_cell(s, row, "as_of");
    if (note.len)
        buf_printf(&c->text, SLICE_FMT "\n", SLICE_ARG(note));
    if (as_of.len)
        buf_printf(&c->text, "As of: " SLICE_FMT "\n", SLICE_ARG(as_of));
    buf_printf(&c->text, "Source: " SLICE_FMT, SLICE_ARG(source));
    if (basis.len)
        buf_printf(&c->text, "\nBasis: " SLICE_FMT, SLICE_ARG(basis));
    cell_end(c);
}

static void write_columns(struct csv_writer *w, const char *const *names)
{
    for (; *names; names++)
        csv_write_text(w, slice_of(*names));
    csv_end_row(w);
}

int cell_finish(struct cell *c, struct error *err)
{
    int code = buf_failed(c->out->out) ? error_set(err, EN_NO_MEMORY, "sample") : 0;
    buf_done(&c->text);
    return code;
}

void cell_start(struct cell *c, struct csv_writer *w, struct buf *out, const char *const *names)
{
    csv_writer_init(w, out, /* bom= */ false);
    write_columns(w, names);
    *c = (struct cell){ .out = w };
    buf_init(&c->text, LIMIT_CSV_FIELD);
}

void add_line(struct cell *c, const char *what, struct slice text)
{
    if (text.len)
        buf_printf(&c->text, "%s" SLICE_FMT "\n", what, SLICE_ARG(text));
}

size_t sheet_find(const struct sheet *s, struct slice id)
{
    for (size_t i = 0; i < s->rows; i++)
        if (slice_eq(sheet_cell(s, i, "id"), id))
            return i;
    return SIZE_MAX;
}

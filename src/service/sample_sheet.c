/*
 * Reading a whole CSV file. Rows may be shorter than the header; longer ones are refused, because
 * it cannot be known which cell moved.
 */
#include "service/sample_sheet.h"

static int keep_row(struct arena *a, struct sheet *s, const struct csv_row *row, size_t *capacity,
                    struct error *err)
{
    if (row->count > s->columns)
        return error_set(err, EN_INVALID, "line %u has more cells than the header", row->line);
    if (s->rows == *capacity) {
        size_t wider = *capacity ? *capacity * 2 : 256;
        struct slice *cells = arena_array_of(a, struct slice, wider * s->columns);
        if (!cells)
            return error_set(err, EN_NO_MEMORY, "sample");
        if (s->rows)
            memcpy(cells, s->cells, s->rows * s->columns * sizeof *cells);
        s->cells = cells;
        *capacity = wider;
    }
    struct slice *to = s->cells + s->rows++ * s->columns;
    for (size_t i = 0; i < s->columns; i++)
        to[i] = i < row->count ? slice_trim(row->cells[i]) : S("");
    return 0;
}

int sheet_read(struct arena *a, struct slice text, struct error *err, struct sheet *ret)
{
    struct csv_reader r;
    struct sheet s = { .rows = 0 };
    struct csv_row *row = arena_new_of(a, struct csv_row);
    size_t capacity = 0;
    int code = row ? csv_open(&r, text, 0, err) : error_set(err, EN_NO_MEMORY, "sample");
    if (code == 0)
        code = csv_next(&r, a, err, row);
    if (code < 0)
        return code;
    s.columns = code == 1 ? row->count : 0;
    s.names = arena_array_of(a, struct slice, s.columns + 1);
    for (size_t i = 0; s.names && i < s.columns; i++)
        s.names[i] = slice_trim(row->cells[i]);
    while (code == 1 && s.names && (code = csv_next(&r, a, err, row)) == 1) {
        int kept = keep_row(a, &s, row, &capacity, err);
        code = kept < 0 ? kept : 1;
    }
    if (code == 0 || (code == 1 && s.columns == 0))
        *ret = s;
    return code < 0 ? code : 0;
}

static size_t column_of(const struct sheet *s, const char *column)
{
    for (size_t i = 0; i < s->columns; i++)
        if (slice_is(s->names[i], column))
            return i;
    return SIZE_MAX;
}

struct slice sheet_cell(const struct sheet *s, size_t row, const char *column)
{
    size_t at = column_of(s, column);
    return at == SIZE_MAX ? S("") : s->cells[row * s->columns + at];
}

bool sheet_has(const struct sheet *s, const char *column)
{
    return column_of(s, column) != SIZE_MAX;
}

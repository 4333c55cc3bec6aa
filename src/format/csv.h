/*
 * CSV (RFC 4180), both ways, without copying the file: a reader over a slice, a writer into a
 * buffer.
 *
 * Reading accepts what offices send: a byte-order mark, comma, semicolon or tab (found out from the
 * first line, or from Excel's "sep=;" line), CRLF, LF or CR, quoted newlines, blank lines. It
 * refuses what cannot be read one way only, with line and column: text after a closing quote, a
 * quote that never closes, bytes that are not UTF-8, too many columns, too long a cell.
 *
 * Writing keeps spreadsheets from running a cell as a formula (OWASP): a text cell that begins with
 * = + - @, tab, CR, LF or their full-width forms gets a ' in front; so does one that begins with
 * quotes followed by such a character, which makes it exactly reversible: csv_restore takes one '
 * off again. Numeric cells are written as they are.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"
#include "base/limits.h"

struct csv_reader {
    struct slice text;
    size_t at;     /* bytes read so far: progress */
    unsigned line; /* of `at`, from 1 */
    size_t line_start;
    char separator;
};

struct csv_row {
    size_t count;
    unsigned line; /* the line it begins on */
    struct slice cells[LIMIT_CSV_COLUMNS];
};

/* separator 0: find out. The text must outlive the reader. */
int csv_open(struct csv_reader *r, struct slice text, char separator, struct error *err);
/* 1 and the next row, 0 at the end, or a negative code. Cells are slices of the text, or of the
 * arena where quotes had to be undone. After an error the reader stands behind the bad row's line,
 * so that a report may go on. */
int csv_next(struct csv_reader *r, struct arena *a, struct error *err, struct csv_row *ret);

struct csv_writer {
    struct buf *out;
    size_t cells; /* in this row */
    bool lone_empty;
};

/* bom: for spreadsheets that guess the encoding. */
void csv_writer_init(struct csv_writer *w, struct buf *out, bool bom);
void csv_write_text(struct csv_writer *w, struct slice text);
/* A number: not neutralised. The text must be one. */
void csv_write_number(struct csv_writer *w, struct slice text);
void csv_end_row(struct csv_writer *w);

/* The text that was written: without the ' that csv_write_text put in front. */
struct slice csv_restore(struct slice cell);

/*
 * The CSV reader is one pass with no state but its position; the writer decides quoting per cell.
 *
 * Invariant: for every list of rows of texts, reading what was written gives the same rows. It must
 * never guess between two readings of one file: then it reports where.
 */
#include "format/csv.h"

static bool is_end(char c)
{
    return c == '\n' || c == '\r';
}

/* Characters since the start of the line, from 1. */
static size_t column_at(const struct csv_reader *r, size_t at)
{
    size_t column = 1;
    for (size_t i = r->line_start; i < at; i++)
        column += ((unsigned char)r->text.ptr[i] & 0xC0) != 0x80;
    return column;
}

/* Steps over one line end at `at`. */
static size_t skip_end(struct csv_reader *r, size_t at)
{
    bool pair = r->text.ptr[at] == '\r' && at + 1 < r->text.len && r->text.ptr[at + 1] == '\n';
    at += pair ? 2 : 1;
    r->line++;
    r->line_start = at;
    return at;
}

static int fail(struct csv_reader *r, size_t at, struct error *err, int code, const char *what)
{
    int set = error_set(err, code, "line %u, column %zu: %s", r->line, column_at(r, at), what);
    r->at = at;
    while (r->at < r->text.len && !is_end(r->text.ptr[r->at]))
        r->at++;
    if (r->at < r->text.len)
        r->at = skip_end(r, r->at);
    return set;
}

/* The separator that stands most often in the first line, outside quotes. */
static char find_separator(struct slice text)
{
    static const char candidates[] = { ',', ';', '\t' };
    size_t counts[3] = { 0 };
    bool quoted = false;
    for (size_t i = 0; i < text.len && (quoted || !is_end(text.ptr[i])); i++) {
        if (text.ptr[i] == '"')
            quoted = !quoted;
        for (size_t k = 0; !quoted && k < 3; k++)
            counts[k] += text.ptr[i] == candidates[k];
    }
    size_t best = 0;
    for (size_t k = 1; k < 3; k++)
        best = counts[k] > counts[best] ? k : best;
    return candidates[best];
}

/* Excel's own hint: a first line of "sep=X". */
static void take_hint(struct csv_reader *r)
{
    struct slice rest = slice_make(r->text.ptr + r->at, r->text.len - r->at);
    if (rest.len < 6 || memcmp(rest.ptr, "sep=", 4) != 0 || !is_end(rest.ptr[5]))
        return;
    r->separator = rest.ptr[4];
    r->at = skip_end(r, r->at + 5);
}

int csv_open(struct csv_reader *r, struct slice text, char separator, struct error *err)
{
    *r = (struct csv_reader){ .text = text, .line = 1, .separator = separator };
    if (text.len >= 2 &&
        (memcmp(text.ptr, "\xFF\xFE", 2) == 0 || memcmp(text.ptr, "\xFE\xFF", 2) == 0))
        return error_set(err, EN_INVALID, "the file is UTF-16; save it as CSV UTF-8");
    if (text.len >= 3 && memcmp(text.ptr, "\xEF\xBB\xBF", 3) == 0)
        r->at = r->line_start = 3;
    take_hint(r);
    if (!r->separator)
        r->separator = find_separator(slice_make(text.ptr + r->at, text.len - r->at));
    if (r->separator == '"' || is_end(r->separator))
        return error_set(err, EN_INVALID, "a quote or a line end cannot separate cells");
    return 0;
}

/* Undoes "" inside a quoted cell of `pairs` doubled quotes. */
static struct slice undouble(struct arena *a, struct slice inner, size_t pairs)
{
    if (pairs == 0)
        return inner;
    char *out = arena_alloc(a, inner.len - pairs + 1);
    size_t n = 0;
    if (!out)
        return (struct slice){ 0 };
    for (size_t i = 0; i < inner.len; i++) {
        out[n++] = inner.ptr[i];
        if (inner.ptr[i] == '"')
            i++;
    }
    return slice_make(out, n);
}

/* A quoted cell at *at (on its quote); leaves *at behind its closing quote. */
static int read_quoted(struct csv_reader *r, struct arena *a, size_t *at, struct error *err,
                       struct slice *ret)
{
    size_t open = *at, i = open + 1, pairs = 0;
    struct csv_reader begin = *r;
    while (i < r->text.len) {
        char c = r->text.ptr[i];
        if (is_end(c)) {
            i = skip_end(r, i);
        } else if (c != '"') {
            i++;
        } else if (i + 1 < r->text.len && r->text.ptr[i + 1] == '"') {
            pairs++;
            i += 2;
        } else {
            break;
        }
    }
    if (i >= r->text.len) {
        int code = fail(&begin, open, err, EN_INVALID, "this quote is never closed");
        r->at = r->text.len; /* nothing behind it can be trusted */
        return code;
    }
    *ret = undouble(a, slice_make(r->text.ptr + open + 1, i - open - 1), pairs);
    *at = i + 1;
    return ret->ptr ? 0 : error_set(err, EN_NO_MEMORY, "no memory for a cell");
}

static void read_plain(struct csv_reader *r, size_t *at, struct slice *ret)
{
    size_t i = *at;
    while (i < r->text.len && r->text.ptr[i] != r->separator && !is_end(r->text.ptr[i]))
        i++;
    *ret = slice_make(r->text.ptr + *at, i - *at);
    *at = i;
}

static int read_cell(struct csv_reader *r, struct arena *a, size_t *at, struct error *err,
                     struct slice *ret)
{
    size_t begin = *at;
    if (begin < r->text.len && r->text.ptr[begin] == '"') {
        int code = read_quoted(r, a, at, err, ret);
        if (code)
            return code;
        if (*at < r->text.len && r->text.ptr[*at] != r->separator && !is_end(r->text.ptr[*at]))
            return fail(r, *at, err, EN_INVALID, "text after the closing quote");
    } else {
        read_plain(r, at, ret);
    }
    if (ret->len > LIMIT_CSV_FIELD)
        return fail(r, *at, err, EN_TOO_LARGE, "the cell ending here is too long");
    if (!slice_is_utf8(*ret))
        return fail(r, *at, err, EN_INVALID,
                    "the cell ending here is not UTF-8; save the file as "
                    "CSV UTF-8");
    return 0;
}

int csv_next(struct csv_reader *r, struct arena *a, struct error *err, struct csv_row *ret)
{
    size_t at = r->at;
    while (at < r->text.len && is_end(r->text.ptr[at]))
        at = skip_end(r, at);
    r->at = at;
    if (at >= r->text.len)
        return 0;
    ret->line = r->line;
    ret->count = 0;
    for (;;) {
        if (ret->count == LIMIT_CSV_COLUMNS)
            return fail(r, at, err, EN_TOO_LARGE, "too many columns");
        int code = read_cell(r, a, &at, err, &ret->cells[ret->count]);
        if (code)
            return code;
        ret->count++;
        if (at >= r->text.len)
            break;
        if (is_end(r->text.ptr[at])) {
            at = skip_end(r, at);
            break;
        }
        at++; /* the separator */
    }
    r->at = at;
    return 1;
}

void csv_writer_init(struct csv_writer *w, struct buf *out, bool bom)
{
    *w = (struct csv_writer){ .out = out };
    if (bom)
        buf_add_cstr(out, "\xEF\xBB\xBF");
}

/* Does a spreadsheet take a cell with this beginning for a formula? */
static bool is_trigger(struct slice text)
{
    static const char *const wide[] = { "\uFF1D", "\uFF0B", "\uFF0D", "\uFF20" }; /* = + - @ */
    if (slice_empty(text))
        return false;
    if (memchr("=+-@\t\r\n", text.ptr[0], 7))
        return true;
    for (size_t i = 0; text.ptr[0] == '\xEF' && i < sizeof wide / sizeof wide[0]; i++) {
        if (slice_starts(text, slice_of(wide[i])))
            return true;
    }
    return false;
}

/* Quotes at the beginning, when a formula's beginning stands behind them; SIZE_MAX when not. */
static size_t quotes_before_trigger(struct slice text)
{
    size_t n = 0;
    while (n < text.len && text.ptr[n] == '\'')
        n++;
    return is_trigger(slice_make(text.ptr + n, text.len - n)) ? n : SIZE_MAX;
}

struct slice csv_restore(struct slice cell)
{
    if (slice_empty(cell) || cell.ptr[0] != '\'')
        return cell;
    size_t quotes = quotes_before_trigger(cell);
    return quotes != SIZE_MAX && quotes > 0 ? slice_make(cell.ptr + 1, cell.len - 1) : cell;
}

/* Also what a reader would take for a mark at the beginning of the file. */
static bool needs_quotes(struct slice text)
{
    if (slice_empty(text))
        return false;
    if (slice_starts(text, S("\xEF\xBB\xBF")) || slice_starts(text, S("sep=")))
        return true;
    if (text.ptr[0] == ' ' || text.ptr[text.len - 1] == ' ')
        return true;
    for (size_t i = 0; i < text.len; i++) {
        if (memchr(",;\t\"\r\n", text.ptr[i], 6))
            return true;
    }
    return false;
}

static void write_cell(struct csv_writer *w, const char *prefix, struct slice text)
{
    bool quoted = needs_quotes(text);
    if (w->cells > 0)
        buf_add_char(w->out, ',');
    w->lone_empty = w->cells == 0 && slice_empty(text);
    w->cells++;
    if (quoted)
        buf_add_char(w->out, '"');
    buf_add_cstr(w->out, prefix);
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"')
            buf_add_char(w->out, '"');
        buf_add_char(w->out, text.ptr[i]);
    }
    if (quoted)
        buf_add_char(w->out, '"');
}

void csv_write_text(struct csv_writer *w, struct slice text)
{
    write_cell(w, quotes_before_trigger(text) == SIZE_MAX ? "" : "'", text);
}

void csv_write_number(struct csv_writer *w, struct slice text)
{
    write_cell(w, "", text);
}

/* A row of one empty cell would be a blank line, which readers skip. */
void csv_end_row(struct csv_writer *w)
{
    if (w->lone_empty)
        buf_add_cstr(w->out, "\"\"");
    buf_add_cstr(w->out, "\r\n");
    w->cells = 0;
    w->lone_empty = false;
}

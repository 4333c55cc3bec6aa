/*
 * Rows and numbers for the batch door (predict_table.h). Numbers are read in integers, so that they
 * mean the same on every platform. It must never guess: what is no number is an error that names
 * line and column.
 */
#include "service/predict_table.h"

int predict_table_wrong(const struct predict_table *t, const char *column, enum reason reason,
                        const char *expected, struct error *err)
{
    error_field(err, slice_of(column), reason, "%s line %u: %s", t->name, t->cells.line, expected);
    return error_set(err, EN_INVALID, "%s, line %u, column %s: %s", t->name, t->cells.line, column,
                     expected);
}

static bool is_end(char c)
{
    return c == '\n' || c == '\r';
}

/* Puts the table's name in front of what the reader said. */
static int named(const struct predict_table *t, int code, const struct error *from,
                 struct error *err)
{
    return error_set(err, code, "%s, %s", t->name, from->message);
}

/* The next row, and where it stands in the text. */
static int next_row(struct predict_table *t, struct error *err)
{
    struct csv_reader *r = &t->reader;
    struct error trouble = { 0 };
    size_t blank = r->at;
    while (blank < r->text.len && is_end(r->text.ptr[blank]))
        blank++;
    int code = csv_next(r, t->arena, &trouble, &t->cells);
    if (code < 0)
        return named(t, code, &trouble, err);
    if (code == 0)
        return 0;
    size_t until = r->at;
    while (until > blank && is_end(r->text.ptr[until - 1]))
        until--;
    t->row = slice_make(r->text.ptr + blank, until - blank);
    return 1;
}

int predict_table_next(struct predict_table *t, struct error *err)
{
    int code = next_row(t, err);
    if (code > 0 && t->cells.count > t->columns)
        return error_set(err, EN_INVALID, "%s, line %u: more fields than columns", t->name,
                         t->cells.line);
    for (size_t i = t->cells.count; code > 0 && i < t->columns; i++)
        t->cells.cells[i] = S("");
    return code;
}

int predict_table_open(struct predict_table *t, const char *name, struct slice text,
                       struct arena *arena, struct error *err)
{
    struct error trouble = { 0 };
    *t = (struct predict_table){ .name = name, .arena = arena };
    int code = csv_open(&t->reader, text, 0, &trouble);
    if (code < 0)
        return named(t, code, &trouble, err);
    code = next_row(t, err);
    if (code < 0)
        return code;
    if (code == 0)
        return error_set(err, EN_INVALID, "%s: no header line", name);
    t->columns = t->cells.count;
    t->header_row = t->row;
    for (size_t i = 0; i < t->columns; i++)
        t->header[i] = slice_trim(t->cells.cells[i]);
    return 0;
}

int predict_table_column(const struct predict_table *t, const char *name, bool required,
                         struct error *err, int *ret_column)
{
    int found = -1;
    for (size_t i = 0; i < t->columns && found < 0; i++) {
        if (slice_eq_fold(t->header[i], slice_of(name)))
            found = (int)i;
    }
    if (found < 0 && required) {
        error_field(err, slice_of(name), REASON_REQUIRED, "%s has no such column", t->name);
        return error_set(err, EN_INVALID, "%s, line 1, column %s: the column is missing", t->name,
                         name);
    }
    *ret_column = found;
    return 0;
}

size_t predict_table_rows_at_most(const struct predict_table *t)
{
    size_t rows = 1;
    for (size_t i = t->reader.at; i < t->reader.text.len; i++)
        rows += is_end(t->reader.text.ptr[i]);
    return rows;
}

/* A number as it is written: digits * 10^exponent. */
struct decimal {
    uint64_t digits;
    int exponent;
    bool negative;
};

/* Reads digits from s at *at; past 18 of them the value is kept and only its size counts. */
static size_t take_digits(struct slice s, size_t *at, bool fraction, struct decimal *d)
{
    size_t count = 0;
    for (; *at < s.len && char_is_digit(s.ptr[*at]); (*at)++, count++) {
        bool room = d->digits < 100000000000000000U;
        if (room)
            d->digits = d->digits * 10 + (uint64_t)(s.ptr[*at] - '0');
        if (room && fraction)
            d->exponent--;
        if (!room && !fraction)
            d->exponent++;
    }
    return count;
}

static bool parse_exponent(struct slice s, struct decimal *d)
{
    int64_t exponent = 0;
    if (!slice_to_int64(s, &exponent) || exponent < -400 || exponent > 400)
        return false;
    d->exponent += (int)exponent;
    return true;
}

static bool parse_decimal(struct slice s, struct decimal *ret)
{
    struct decimal d = { 0 };
    size_t at = 0;
    s = slice_trim(s);
    if (at < s.len && (s.ptr[at] == '-' || s.ptr[at] == '+'))
        d.negative = s.ptr[at++] == '-';
    size_t count = take_digits(s, &at, false, &d);
    if (at < s.len && s.ptr[at] == '.') {
        at++;
        count += take_digits(s, &at, true, &d);
    }
    if (count == 0)
        return false;
    if (at < s.len && (s.ptr[at] == 'e' || s.ptr[at] == 'E')) {
        if (!parse_exponent(slice_make(s.ptr + at + 1, s.len - at - 1), &d))
            return false;
        at = s.len;
    }
    *ret = d;
    return at == s.len;
}

bool predict_parse_micro(struct slice s, int64_t *ret)
{
    struct decimal d;
    if (!parse_decimal(s, &d))
        return false;
    int64_t value = (int64_t)d.digits; /* below 10^18 */
    int exponent = d.exponent + 6;
    for (; exponent > 0 && value != 0; exponent--) {
        if (__builtin_mul_overflow(value, 10, &value))
            return false;
    }
    for (; exponent < 0 && value != 0; exponent++) {
        int64_t cut = value % 10;
        value /= 10;
        value += exponent == -1 && cut >= 5; /* the first digit cut decides the rounding */
    }
    *ret = d.negative ? -value : value;
    return true;
}

bool predict_parse_seconds(struct slice s, int64_t *ret)
{
    s = slice_trim(s);
    if (slice_to_int64(s, ret))
        return true;
    struct decimal d;
    if (!parse_decimal(s, &d) || d.exponent < -30)
        return false;
    int64_t value = (int64_t)d.digits;
    for (; d.exponent > 0 && value != 0; d.exponent--) {
        if (__builtin_mul_overflow(value, 10, &value))
            return false;
    }
    bool fraction = false;
    for (; d.exponent < 0; d.exponent++) {
        fraction |= value % 10 != 0;
        value /= 10;
    }
    *ret = d.negative ? -value - fraction : value;
    return true;
}

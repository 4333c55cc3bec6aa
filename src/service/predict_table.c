/*
 * CSV rows and numbers for the batch door (predict_table.h). One pass, no row is copied; only
 * fields with doubled quotes go to the arena. It must never guess: a stray quote or a row longer
 * than its header is an error that names the line.
 */
#include "service/predict_table.h"

int predict_table_wrong(const struct predict_table *t, const char *column, enum reason reason,
                        const char *expected, struct error *err)
{
    error_field(err, slice_of(column), reason, "%s line %zu: %s", t->name, t->line, expected);
    return error_set(err, EN_INVALID, "%s, line %zu, column %s: %s", t->name, t->line, column,
                     expected);
}

static int malformed(const struct predict_table *t, const char *what, struct error *err)
{
    return error_set(err, EN_INVALID, "%s, line %zu: %s", t->name, t->line, what);
}

static bool at_row_end(const struct predict_table *t)
{
    size_t at = t->position;
    if (at >= t->text.len || t->text.ptr[at] == '\n')
        return true;
    return t->text.ptr[at] == '\r' && (at + 1 == t->text.len || t->text.ptr[at + 1] == '\n');
}

static void skip_row_end(struct predict_table *t)
{
    if (t->position < t->text.len && t->text.ptr[t->position] == '\r')
        t->position++;
    if (t->position < t->text.len && t->text.ptr[t->position] == '\n') {
        t->position++;
        t->next_line++;
    }
}

/* Undoes doubled quotes. */
static bool unquote(struct predict_table *t, struct slice raw, struct slice *ret)
{
    struct slice copy = arena_copy(t->arena, raw);
    if (!copy.ptr)
        return false;
    char *bytes = (char *)(uintptr_t)copy.ptr;
    size_t len = 0;
    for (size_t i = 0; i < raw.len; i++) {
        bytes[len++] = raw.ptr[i];
        i += raw.ptr[i] == '"';
    }
    *ret = slice_make(bytes, len);
    return true;
}

static int read_quoted(struct predict_table *t, struct slice *ret, struct error *err)
{
    const char *text = t->text.ptr;
    size_t from = ++t->position, at = from;
    bool doubled = false;
    for (;; at++) {
        if (at >= t->text.len)
            return malformed(t, "a quoted field does not end", err);
        if (text[at] == '\n')
            t->next_line++;
        if (text[at] != '"')
            continue;
        if (at + 1 >= t->text.len || text[at + 1] != '"')
            break;
        doubled = true;
        at++;
    }
    t->position = at + 1;
    *ret = slice_make(text + from, at - from);
    if (doubled && !unquote(t, *ret, ret))
        return error_set(err, EN_NO_MEMORY, "%s: no memory", t->name);
    if (!at_row_end(t) && text[t->position] != ',')
        return malformed(t, "text after a closing quote", err);
    return 0;
}

static int read_field(struct predict_table *t, struct slice *ret, struct error *err)
{
    if (t->position < t->text.len && t->text.ptr[t->position] == '"') {
        int code = read_quoted(t, ret, err);
        if (code < 0)
            return code;
    } else {
        size_t from = t->position;
        while (!at_row_end(t) && t->text.ptr[t->position] != ',')
            t->position++;
        *ret = slice_make(t->text.ptr + from, t->position - from);
    }
    if (ret->len > LIMIT_CSV_FIELD)
        return malformed(t, "a field is too long", err);
    return 0;
}

/* Reads the fields of one row; position is at its first byte. */
static int read_row(struct predict_table *t, size_t most, struct error *err)
{
    size_t from = t->position;
    t->line = t->next_line;
    t->count = 0;
    for (;;) {
        if (t->count == most)
            return malformed(t, "more fields than columns", err);
        int code = read_field(t, &t->field[t->count], err);
        if (code < 0)
            return code;
        t->count++;
        if (at_row_end(t))
            break;
        t->position++; /* the comma */
    }
    t->row = slice_make(t->text.ptr + from, t->position - from);
    skip_row_end(t);
    return 1;
}

int predict_table_next(struct predict_table *t, struct error *err)
{
    while (t->position < t->text.len && at_row_end(t))
        skip_row_end(t);
    if (t->position >= t->text.len)
        return 0;
    int code = read_row(t, t->columns, err);
    for (size_t i = t->count; code > 0 && i < t->columns; i++)
        t->field[i] = S("");
    return code;
}

int predict_table_open(struct predict_table *t, const char *name, struct slice text,
                       struct arena *arena, struct error *err)
{
    *t = (struct predict_table){ .name = name, .text = text, .arena = arena, .next_line = 1 };
    if (text.len >= 3 && memcmp(text.ptr, "\xef\xbb\xbf", 3) == 0)
        t->position = 3;
    t->columns = LIMIT_CSV_COLUMNS;
    int code = predict_table_next(t, err);
    if (code < 0)
        return code;
    if (code == 0)
        return error_set(err, EN_INVALID, "%s: no header line", name);
    t->columns = t->count;
    t->header_row = t->row;
    for (size_t i = 0; i < t->count; i++)
        t->header[i] = slice_trim(t->field[i]);
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
    for (size_t i = t->position; i < t->text.len; i++)
        rows += t->text.ptr[i] == '\n';
    return rows;
}

/* A number as it is written: digits * 10^exponent. */
struct decimal {
    uint64_t digits;
    int exponent;
    bool negative;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Reads digits from s at *at; past 18 of them the value is kept and only its size counts. */
static size_t take_digits(struct slice s, size_t *at, bool fraction, struct decimal *d)
{
    size_t count = 0;
    for (; *at < s.len && is_digit(s.ptr[*at]); (*at)++, count++) {
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

/*
 * Writing JSON: values, strings, numbers, and the streaming writer.
 *
 * Invariant: what is written is one valid JSON value per call, without white space; failures are
 * those of the buffer and are asked for once, at the end. The streaming writer keeps commas and
 * nesting; using it wrongly (a value without its key, an end without its begin) is a bug and
 * asserts.
 */
#include "base/json_internal.h"

#include <assert.h>
#include <math.h>

/* 0: as it is; 'u': \u00xx; else the letter after the backslash. */
static const char escapes[256] = {
    ['"'] = '"',  ['\\'] = '\\', ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f',
    ['\r'] = 'r', [0] = 'u',     [1] = 'u',    [2] = 'u',    [3] = 'u',    [4] = 'u',
    [5] = 'u',    [6] = 'u',     [7] = 'u',    [11] = 'u',   [14] = 'u',   [15] = 'u',
    [16] = 'u',   [17] = 'u',    [18] = 'u',   [19] = 'u',   [20] = 'u',   [21] = 'u',
    [22] = 'u',   [23] = 'u',    [24] = 'u',   [25] = 'u',   [26] = 'u',   [27] = 'u',
    [28] = 'u',   [29] = 'u',    [30] = 'u',   [31] = 'u',
};

static void write_escape(struct buf *out, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    if (escapes[c] == 'u') {
        const char text[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };
        buf_add(out, slice_make(text, sizeof(text)));
    } else {
        const char text[2] = { '\\', escapes[c] };
        buf_add(out, slice_make(text, sizeof(text)));
    }
}

/* Length of the run at the start of text that needs no escape. */
static size_t plain_run(const char *text, size_t len)
{
    size_t i = 0;
    while (len - i >= sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, text + i, sizeof(word));
        if (json_special_bytes(word, /* not_ascii= */ false)) {
            break;
        }
        i += sizeof(word);
    }
    while (i < len && !escapes[(unsigned char)text[i]]) {
        i++;
    }
    return i;
}

void json_write_text(struct buf *out, struct slice text)
{
    buf_add_char(out, '"');
    for (size_t at = 0; at < text.len;) {
        size_t run = plain_run(text.ptr + at, text.len - at);
        if (run > 0) {
            buf_add(out, slice_make(text.ptr + at, run));
        }
        at += run;
        if (at < text.len) {
            write_escape(out, (unsigned char)text.ptr[at++]);
        }
    }
    buf_add_char(out, '"');
}

void json_write_number(struct buf *out, double value)
{
    if (!isfinite(value)) {
        buf_add(out, S("null")); /* JSON has no word for it; ES6 writes null too */
        return;
    }
    char text[JSON_NUMBER_TEXT];
    buf_add(out, slice_make(text, json_number_format(value, text)));
}

static void write_items(const struct json *array, struct buf *out)
{
    buf_add_char(out, '[');
    for (uint32_t i = 0; i < array->count; i++) {
        if (i > 0) {
            buf_add_char(out, ',');
        }
        json_write_value(&array->items[i], out);
    }
    buf_add_char(out, ']');
}

static void write_members(const struct json *object, struct buf *out)
{
    buf_add_char(out, '{');
    for (uint32_t i = 0; i < object->count; i++) {
        if (i > 0) {
            buf_add_char(out, ',');
        }
        json_write_text(out, object->members[i].name);
        buf_add_char(out, ':');
        json_write_value(&object->members[i].value, out);
    }
    buf_add_char(out, '}');
}

void json_write_value(const struct json *v, struct buf *out)
{
    switch (v->type) {
    case JSON_NULL:
        buf_add(out, S("null"));
        break;
    case JSON_BOOL:
        buf_add(out, v->boolean ? S("true") : S("false"));
        break;
    case JSON_NUMBER:
        buf_add(out, v->text);
        break;
    case JSON_STRING:
        json_write_text(out, v->text);
        break;
    case JSON_ARRAY:
        write_items(v, out);
        break;
    case JSON_OBJECT:
        write_members(v, out);
        break;
    }
}

/* ---- the streaming writer ---- */

enum { DEPTH_MAX = 64 };

void jw_init(struct json_writer *w, struct buf *out)
{
    *w = (struct json_writer){ .out = out };
}

static uint64_t level_bit(const struct json_writer *w)
{
    assert(w->depth > 0);
    return UINT64_C(1) << (w->depth - 1);
}

/* A comma unless this is the first thing at its level. */
static void separate(struct json_writer *w)
{
    uint64_t bit = level_bit(w);
    if (w->has_items & bit) {
        buf_add_char(w->out, ',');
    }
    w->has_items |= bit;
}

static void before_value(struct json_writer *w)
{
    if (w->after_key) {
        w->after_key = false;
    } else if (w->depth > 0) {
        assert(!(w->is_object & level_bit(w))); /* a value in an object needs its key */
        separate(w);
    }
}

static void begin(struct json_writer *w, char c, bool object)
{
    before_value(w);
    assert(w->depth < DEPTH_MAX);
    w->depth++;
    uint64_t bit = level_bit(w);
    w->has_items &= ~bit;
    w->is_object = object ? w->is_object | bit : w->is_object & ~bit;
    buf_add_char(w->out, c);
}

static void end(struct json_writer *w, char c, bool object)
{
    assert(!w->after_key);
    assert(((w->is_object & level_bit(w)) != 0) == object);
    w->depth--;
    buf_add_char(w->out, c);
}

void jw_object(struct json_writer *w)
{
    begin(w, '{', true);
}

void jw_object_end(struct json_writer *w)
{
    end(w, '}', true);
}

void jw_array(struct json_writer *w)
{
    begin(w, '[', false);
}

void jw_array_end(struct json_writer *w)
{
    end(w, ']', false);
}

void jw_key(struct json_writer *w, const char *name)
{
    jw_key_slice(w, slice_of(name));
}

void jw_key_slice(struct json_writer *w, struct slice name)
{
    assert(!w->after_key && (w->is_object & level_bit(w)));
    separate(w);
    json_write_text(w->out, name);
    buf_add_char(w->out, ':');
    w->after_key = true;
}

void jw_text(struct json_writer *w, struct slice text)
{
    before_value(w);
    json_write_text(w->out, text);
}

void jw_cstr(struct json_writer *w, const char *text)
{
    if (text) {
        jw_text(w, slice_of(text));
    } else {
        jw_null(w);
    }
}

void jw_int(struct json_writer *w, int64_t value)
{
    before_value(w);
    buf_add_int(w->out, value);
}

void jw_bool(struct json_writer *w, bool value)
{
    before_value(w);
    buf_add(w->out, value ? S("true") : S("false"));
}

void jw_null(struct json_writer *w)
{
    before_value(w);
    buf_add(w->out, S("null"));
}

void jw_double(struct json_writer *w, double value)
{
    before_value(w);
    json_write_number(w->out, value);
}

/* units is the value in steps of 10^-digits. */
static void write_scaled(struct buf *out, int64_t units, int digits)
{
    char text[24];
    size_t at = sizeof(text);
    uint64_t left = units < 0 ? 0 - (uint64_t)units : (uint64_t)units;
    for (int i = 0; i < digits || left > 0 || i == digits; i++) {
        if (i == digits && digits > 0) {
            text[--at] = '.';
        }
        text[--at] = (char)('0' + left % 10);
        left /= 10;
    }
    if (units < 0) {
        text[--at] = '-';
    }
    buf_add(out, slice_make(text + at, sizeof(text) - at));
}

void jw_fixed(struct json_writer *w, double value, int digits)
{
    static const double scales[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9 };
    assert(digits >= 0 && digits <= 9);
    before_value(w);
    double scaled = value * scales[digits];
    if (!(fabs(scaled) < (double)JSON_INTEGER_MAX)) {
        json_write_number(w->out, value); /* so large that it has no such decimals */
        return;
    }
    write_scaled(w->out, (int64_t)rint(scaled), digits);
}

void jw_json(struct json_writer *w, const struct json *value)
{
    before_value(w);
    if (value) {
        json_write_value(value, w->out);
    } else {
        buf_add(w->out, S("null"));
    }
}

void jw_raw(struct json_writer *w, struct slice value)
{
    before_value(w);
    buf_add(w->out, value);
}

void jw_key_text(struct json_writer *w, const char *name, struct slice text)
{
    jw_key(w, name);
    jw_text(w, text);
}

void jw_key_cstr(struct json_writer *w, const char *name, const char *text)
{
    jw_key(w, name);
    jw_cstr(w, text);
}

void jw_key_int(struct json_writer *w, const char *name, int64_t value)
{
    jw_key(w, name);
    jw_int(w, value);
}

void jw_key_bool(struct json_writer *w, const char *name, bool value)
{
    jw_key(w, name);
    jw_bool(w, value);
}

void jw_key_fixed(struct json_writer *w, const char *name, double value, int digits)
{
    jw_key(w, name);
    jw_fixed(w, value, digits);
}

/*
 * Strict reading of request targets; see url.h. Follows RFC 3986 for the path and the WHATWG form
 * encoding for the query ('+' is a space there, because browsers write it so).
 */
#include "http/url.h"

enum { QUERY_PARAMETERS_MAX = 64 };

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* -1 when the three bytes at text are no percent-encoding. */
static int decode_byte(struct slice text)
{
    if (text.len < 3) {
        return -1;
    }
    int high = hex_digit(text.ptr[1]);
    int low = hex_digit(text.ptr[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7F;
}

/* Decodes into the arena; query: '+' is a space, and line breaks and tabs are allowed (long text).
 */
static int decode(struct arena *a, struct slice text, bool query, struct error *err,
                  struct slice *ret)
{
    char *out = arena_alloc(a, text.len + 1);
    if (!out) {
        return error_set(err, EN_NO_MEMORY, "no memory for the address");
    }
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '%') {
            int byte = decode_byte(slice_make(text.ptr + i, text.len - i));
            if (byte < 0) {
                return error_set(err, EN_INVALID, "the address has a broken percent-encoding");
            }
            c = (char)byte;
            i += 2;
            if (!query && c == '/') {
                return error_set(err, EN_INVALID, "the path has an encoded slash");
            }
        } else if (query && c == '+') {
            c = ' ';
        }
        bool allowed = query && (c == '\n' || c == '\r' || c == '\t');
        if (is_control(c) && !allowed) {
            return error_set(err, EN_INVALID, "the address has a control character");
        }
        out[len++] = c;
    }
    *ret = slice_make(out, len);
    if (!slice_is_utf8(*ret)) {
        return error_set(err, EN_INVALID, "the address is not UTF-8");
    }
    return 0;
}

int url_split(struct arena *a, struct slice target, struct error *err, struct url *ret)
{
    if (target.len == 0 || target.ptr[0] != '/') {
        return error_set(err, EN_INVALID, "the address does not begin with a slash");
    }
    struct url url = { 0 };
    url.query = target;
    struct slice path = slice_cut(&url.query, '?');
    int rc = decode(a, path, /* query= */ false, err, &url.path);
    if (rc == 0) {
        *ret = url;
    }
    return rc;
}

static int add(struct arena *a, struct slice name, struct slice value, struct error *err,
               struct json *parameters)
{
    if (json_get_slice(parameters, name)) {
        return error_field(err, name, REASON_DUPLICATE, "%s", "");
    }
    struct json *text = json_new_text(a, value);
    if (!text || json_object_set(a, parameters, name, text) != 0) {
        return error_set(err, EN_NO_MEMORY, "no memory for the parameters");
    }
    return 0;
}

int url_query(struct arena *a, struct slice query, struct error *err, struct json *parameters)
{
    unsigned count = 0;
    while (query.len > 0) {
        struct slice value = slice_cut(&query, '&');
        if (value.len == 0) {
            continue;
        }
        if (++count > QUERY_PARAMETERS_MAX) {
            return error_set(err, EN_INVALID, "more than %d parameters", QUERY_PARAMETERS_MAX);
        }
        struct slice name = slice_cut(&value, '=');
        struct slice plain_name;
        struct slice plain_value;
        int rc = decode(a, name, /* query= */ true, err, &plain_name);
        rc = rc ? rc : decode(a, value, /* query= */ true, err, &plain_value);
        if (rc == 0 && plain_name.len == 0) {
            rc = error_set(err, EN_INVALID, "a parameter has no name");
        }
        rc = rc ? rc : add(a, plain_name, plain_value, err, parameters);
        if (rc != 0) {
            return rc;
        }
    }
    return 0;
}

/* See jansson_judge.h. */
#include "jansson_judge.h"

#include <jansson.h>

static void write_text(const char *text, size_t len, struct buf *out)
{
    buf_printf(out, "s%zu:", len);
    buf_add(out, slice_make(text, len));
}

static void write_value(json_t *v, struct buf *out)
{
    size_t i;
    json_t *item;
    const char *name;
    switch (json_typeof(v)) {
    case JSON_OBJECT:
        buf_add_char(out, '{');
        json_object_foreach(v, name, item)
        {
            write_text(name, strlen(name), out);
            write_value(item, out);
        }
        buf_add_char(out, '}');
        break;
    case JSON_ARRAY:
        buf_add_char(out, '[');
        json_array_foreach(v, i, item)
        {
            write_value(item, out);
        }
        buf_add_char(out, ']');
        break;
    case JSON_STRING:
        write_text(json_string_value(v), json_string_length(v), out);
        break;
    case JSON_REAL:
        buf_printf(out, "d%a;", json_real_value(v));
        break;
    case JSON_INTEGER:
        buf_add_cstr(out, "an integer, which was not asked for");
        break;
    case JSON_TRUE:
        buf_add_char(out, 't');
        break;
    case JSON_FALSE:
        buf_add_char(out, 'f');
        break;
    case JSON_NULL:
        buf_add_char(out, 'n');
        break;
    }
}

bool jansson_reads(struct slice text, struct buf *out)
{
    json_error_t err;
    /* integers as doubles: jansson's own integers end at 64 bits, RFC 8259 has no such end */
    json_t *v =
        json_loadb(text.ptr, text.len,
                   JSON_REJECT_DUPLICATES | JSON_DECODE_ANY | JSON_DECODE_INT_AS_REAL, &err);
    if (!v) {
        return false;
    }
    write_value(v, out);
    json_decref(v);
    return true;
}

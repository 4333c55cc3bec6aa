/*
 * JSON as the operation gave it, indented by two spaces; an error is a problem object (RFC 9457)
 * with the members that the HTTP door uses.
 */
#include "cli/render.h"

static void indent(unsigned depth, struct buf *out)
{
    buf_add_char(out, '\n');
    for (unsigned i = 0; i < depth; i++) {
        buf_add_cstr(out, "  ");
    }
}

static void write(const struct json *v, unsigned depth, struct buf *out)
{
    bool object = v->type == JSON_OBJECT;
    if ((!object && v->type != JSON_ARRAY) || v->count == 0) {
        json_write_value(v, out);
        return;
    }
    buf_add_char(out, object ? '{' : '[');
    for (uint32_t i = 0; i < v->count; i++) {
        if (i > 0) {
            buf_add_char(out, ',');
        }
        indent(depth + 1, out);
        if (object) {
            json_write_text(out, v->members[i].name);
            buf_add_cstr(out, ": ");
        }
        write(object ? &v->members[i].value : &v->items[i], depth + 1, out);
    }
    indent(depth, out);
    buf_add_char(out, object ? '}' : ']');
}

static int answer(struct render *r)
{
    write(r->answer, 0, r->out);
    buf_add_char(r->out, '\n');
    return 0;
}

static void error(struct cli *c, const struct error *e, struct buf *out)
{
    const struct code_info *info = error_code_info(e->code);
    struct json_writer w;
    jw_init(&w, out);
    jw_object(&w);
    jw_key_cstr(&w, "title", tr(c, info->title_en, info->title_fr));
    jw_key_int(&w, "status", info->http_status);
    jw_key_cstr(&w, "code", info->word);
    jw_key_cstr(&w, "detail", e->message);
    jw_key(&w, "errors");
    jw_array(&w);
    for (unsigned i = 0; i < e->field_count && i < ERROR_FIELDS_MAX; i++) {
        jw_object(&w);
        jw_key_cstr(&w, "pointer", e->fields[i].pointer);
        jw_key_cstr(&w, "code", error_reason_word(e->fields[i].reason));
        jw_key_cstr(&w, "detail", e->fields[i].detail);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    buf_add_char(out, '\n');
}

const struct form form_json = { "json", answer, error };

/*
 * CSV after RFC 4180 with a header: the items of a list; a record as one row; else the only list of
 * objects in the answer; else the answer's own members as field,value rows.
 */
#include "cli/render.h"
#include "cli/table.h"

static void cell(struct slice text, struct buf *out)
{
    bool quote = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        quote = quote || c == ',' || c == '"' || c == '\n' || c == '\r';
    }
    /* A space at an edge is part of the value, and some readers would trim it. */
    quote = quote || (text.len > 0 && (text.ptr[0] == ' ' || text.ptr[text.len - 1] == ' '));
    if (!quote) {
        buf_add(out, text);
        return;
    }
    buf_add_char(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"') {
            buf_add_char(out, '"');
        }
        buf_add_char(out, text.ptr[i]);
    }
    buf_add_char(out, '"');
}

static int rows(struct render *r, const struct table_style *style, const struct json *items,
                size_t count)
{
    struct table t;
    int code = table_make(style, items, count, r->c->options.columns, r->err, &t);
    if (code < 0) {
        return code;
    }
    for (size_t i = 0; i < t.column_count; i++) {
        if (i > 0) {
            buf_add_char(r->out, ',');
        }
        cell(t.columns[i].name, r->out);
    }
    for (size_t i = 0; i < t.row_count * t.column_count; i++) {
        buf_add_cstr(r->out, i % t.column_count == 0 ? "\r\n" : ",");
        cell(t.cells[i], r->out);
    }
    buf_add_cstr(r->out, "\r\n");
    return 0;
}

/* "items", or the only list of objects. */
static const struct json *the_list(const struct json *answer)
{
    const struct json *items = json_get(answer, "items"), *found = NULL;
    if (items && items->type == JSON_ARRAY) {
        return items;
    }
    if (answer->type != JSON_OBJECT) {
        return answer->type == JSON_ARRAY ? answer : NULL;
    }
    for (uint32_t i = 0; i < answer->count; i++) {
        if (table_is_list(&answer->members[i].value)) {
            if (found) {
                return NULL;
            }
            found = &answer->members[i].value;
        }
    }
    return found;
}

struct pairs {
    struct render *r;
    const struct table_style *style;
};

static int pair(void *context, struct slice name, const struct json *value)
{
    struct pairs *p = context;
    struct buf text cleanup_buf = { 0 };
    buf_init(&text, CLI_OUTPUT);
    table_cell(p->style, value, &text);
    cell(name, p->r->out);
    buf_add_char(p->r->out, ',');
    cell(buf_slice(&text), p->r->out);
    buf_add_cstr(p->r->out, "\r\n");
    return 0;
}

static int answer(struct render *r)
{
    struct table_style style = { .arena = r->c->arena, .plain = true, .whole = true };
    const struct json *list = the_list(r->answer);
    if (json_get(r->answer, "id") && json_get(r->answer, "version")) {
        return rows(r, &style, r->answer, 1);
    }
    if (list) {
        return rows(r, &style, list->items, list->count);
    }
    struct pairs p = { r, &style };
    buf_add_cstr(r->out, "field,value\r\n");
    struct slice name = r->answer->type == JSON_OBJECT ? (struct slice){ .ptr = "" } : S("value");
    return table_leaves(&style, r->answer, name, pair, &p);
}

static void error(struct cli *c, const struct error *e, struct buf *out)
{
    form_text.error(c, e, out);
}

const struct form form_csv = { "csv", answer, error };

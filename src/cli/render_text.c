/*
 * Text for people: aligned tables for lists, names and values for objects, markings above and
 * below. Tables fit the terminal: wide columns are cut first, then the last columns are left out,
 * and a remark says so. Into a file or a pipe nothing is cut.
 */
#include "cli/render.h"
#include "cli/render_plan.h"
#include "cli/table.h"
#include "cli/width.h"

enum { COLUMN_LEAST = 12, TITLE_LEAST = 32, SECTIONS_MAX = 32, GAP = 2 };

struct section {
    struct slice name;
    const struct json *list;
};

struct text {
    struct render *r;
    const struct table_style *style;
    struct slice *names, *values;
    size_t count, capacity;
    struct section sections[SECTIONS_MAX];
    size_t section_count;
};

static size_t total_width(const struct table *t)
{
    size_t total = 0;
    for (size_t i = 0; i < t->column_count; i++) {
        total += t->columns[i].width + (i > 0 ? GAP : 0);
    }
    return total;
}

/* What a column is never cut below: what names a row needs more, ids and numbers need all. */
static size_t least_width(const struct column *c)
{
    bool title = slice_is(c->name, "title") || slice_is(c->name, "title_fr") ||
                 slice_is(c->name, "name_en") || slice_is(c->name, "text");
    size_t least = c->number || slice_is(c->name, "id") ? c->width
                   : title                              ? TITLE_LEAST
                                                        : COLUMN_LEAST;
    return c->width < least ? c->width : least;
}

/* The widest column that may still be cut. */
static struct column *widest(struct table *t)
{
    struct column *best = NULL;
    for (size_t i = 0; i < t->column_count; i++) {
        struct column *c = &t->columns[i];
        if (c->width > least_width(c) && (!best || c->width > best->width)) {
            best = c;
        }
    }
    return best;
}

/* Returns how many columns at the end are left out. */
static size_t fit(struct table *t, size_t limit)
{
    size_t all = t->column_count;
    while (limit > 0 && total_width(t) > limit && t->column_count > 1) {
        struct column *c = widest(t);
        if (c) {
            c->width--;
        } else {
            t->column_count--;
        }
    }
    return all - t->column_count;
}

static void table_line(struct text *x, const struct table *t, const struct slice *cells)
{
    struct buf *out = x->r->out;
    size_t owed = 0; /* spaces before the next cell, so that no line ends in spaces */
    for (size_t i = 0; i < t->column_count; i++) {
        const struct column *c = &t->columns[i];
        size_t width = width_of(cells[i]) < c->width ? width_of(cells[i]) : c->width;
        size_t before = c->number ? c->width - width : 0;
        if (width > 0) {
            width_pad(owed + before, out);
            width_cut(cells[i], c->width, out);
            owed = c->width - width - before + GAP;
        } else {
            owed += c->width + GAP;
        }
    }
    buf_add_char(out, '\n');
}

/* The columns that text shows of an answer when none are asked for, where all of them would be far
 * wider than a page. */
static struct slice usual_columns(const struct text *x)
{
    static const struct {
        const char *operation, *columns;
    } usual[] = {
        { "key-persons", "person,position,days_left,relationships" },
        { "portfolio", "title,priority,posture,trust,earned,trend,spark,last_contact,"
                       "contact_state,contact.next.on,falls.state,falls.on" },
    };
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
        if (strcmp(x->r->operation, usual[i].operation) == 0) {
            return slice_of(usual[i].columns);
        }
    }
    return (struct slice){ 0 };
}

static int make_table(struct text *x, const struct json *list, struct table *ret,
                      size_t *ret_hidden)
{
    struct slice asked = x->r->c->options.columns, only = asked.len ? asked : usual_columns(x);
    struct table whole = { 0 };
    int code = table_make(x->style, list->items, list->count, only, x->r->err, ret);
    if (code == 0 && asked.len == 0 && only.len > 0) {
        code = table_make(x->style, list->items, list->count, asked, x->r->err, &whole);
        *ret_hidden = code == 0 && whole.column_count > ret->column_count
                          ? whole.column_count - ret->column_count
                          : 0;
    }
    return code;
}

static int table(struct text *x, const struct json *list)
{
    struct cli *c = x->r->c;
    struct table t;
    size_t hidden = 0;
    int code = make_table(x, list, &t, &hidden);
    if (code < 0) {
        return code;
    }
    size_t stride = t.column_count;
    size_t left_out = hidden + fit(&t, c->options.columns.len > 0 ? 0 : (size_t)c->width);
    struct slice *names = arena_array_of(c->arena, struct slice, stride + 1);
    if (!names) {
        return error_set(x->r->err, EN_NO_MEMORY, "no memory for the table");
    }
    for (size_t i = 0; i < stride; i++) {
        names[i] = t.columns[i].name;
    }
    table_line(x, &t, names);
    for (size_t i = 0; i < t.row_count; i++) {
        table_line(x, &t, t.cells + i * stride);
    }
    x->r->left_out = left_out > x->r->left_out ? left_out : x->r->left_out;
    return 0;
}

/* Members that the frame of the page shows. */
static bool is_frame(struct slice name)
{
    return slice_is(name, "items") || slice_is(name, "next") || slice_is(name, "marking") ||
           slice_is(name, "refs");
}

/* Sentences in a list stand on lines of their own; words stay on one. */
static bool is_sentences(const struct json *v)
{
    size_t width = 0;
    for (uint32_t i = 0; v->type == JSON_ARRAY && i < v->count; i++) {
        width += v->items[i].type == JSON_STRING ? width_of(v->items[i].text) : 0;
    }
    return width > 60 && width / v->count > 20;
}

static void value_text(const struct text *x, struct slice name, const struct json *v,
                       struct buf *out)
{
    bool known = v->type == JSON_STRING && json_get_slice(x->style->refs, v->text);
    if (v->type == JSON_STRING && !known) {
        width_clean(v->text, true, out);
    } else if (is_sentences(v)) {
        for (uint32_t i = 0; i < v->count; i++) {
            buf_add_cstr(out, i > 0 ? "\n" : "");
            table_member(x->style, name, &v->items[i], out);
        }
    } else {
        table_member(x->style, name, v, out);
    }
}

static int collect(void *context, struct slice name, const struct json *value)
{
    struct text *x = context;
    if (is_frame(name) || (value->type == JSON_ARRAY && value->count == 0)) {
        return 0;
    }
    if (table_is_list(value) && x->section_count < SECTIONS_MAX) {
        x->sections[x->section_count++] = (struct section){ name, value };
        return 0;
    }
    if (x->count == x->capacity) {
        return error_set(x->r->err, EN_TOO_LARGE, "more than %zu members", x->capacity);
    }
    struct buf text cleanup_buf = { 0 };
    buf_init(&text, CLI_OUTPUT);
    value_text(x, name, value, &text);
    struct slice kept = arena_copy(x->style->arena, buf_slice(&text));
    if (!kept.ptr || buf_failed(&text)) {
        return error_set(x->r->err, EN_NO_MEMORY, "no memory for the answer");
    }
    x->names[x->count] = name;
    x->values[x->count++] = kept;
    return 0;
}

/* Paragraphs go on under the first line. */
static void print_value(struct slice value, size_t margin, struct buf *out)
{
    bool first = true;
    do {
        struct slice line = slice_cut(&value, '\n');
        if (!first) {
            width_pad(line.len > 0 ? margin : 0, out);
        }
        buf_add(out, line);
        buf_add_char(out, '\n');
        first = false;
    } while (value.ptr);
}

static void print_pairs(struct text *x)
{
    size_t margin = 0;
    for (size_t i = 0; i < x->count; i++) {
        size_t width = width_of(x->names[i]);
        margin = width > margin ? width : margin;
    }
    for (size_t i = 0; i < x->count; i++) {
        buf_add(x->r->out, x->names[i]);
        width_pad(margin - width_of(x->names[i]) + GAP, x->r->out);
        print_value(x->values[i], margin + GAP, x->r->out);
    }
}

static int print_sections(struct text *x)
{
    int code = 0;
    for (size_t i = 0; i < x->section_count && code == 0; i++) {
        if (x->count + i > 0) {
            buf_add_char(x->r->out, '\n');
        }
        buf_add(x->r->out, x->sections[i].name);
        buf_add_char(x->r->out, '\n');
        if (plan_is_weeks(x->sections[i].list)) {
            plan_weeks(x->style, x->sections[i].list, x->r->out);
        } else {
            code = table(x, x->sections[i].list);
        }
    }
    return code;
}

static int print_items(struct text *x, const struct json *items)
{
    struct cli *c = x->r->c;
    if (!items || items->type != JSON_ARRAY) {
        return 0;
    }
    if (x->count + x->section_count > 0) {
        buf_add_char(x->r->out, '\n');
    }
    if (items->count == 0) {
        buf_add_cstr(x->r->out, tr(c, "Nothing found.\n", "Rien trouvé.\n"));
        return 0;
    }
    return table(x, items);
}

static int print_answer(struct text *x)
{
    const struct json *v = x->r->answer;
    if (v->type == JSON_ARRAY) {
        return print_items(x, v);
    }
    struct slice name = v->type == JSON_OBJECT ? (struct slice){ .ptr = "" } : S("value");
    int code = table_leaves(x->style, v, name, collect, x);
    if (code < 0) {
        return code;
    }
    print_pairs(x);
    code = print_sections(x);
    return code < 0 ? code : print_items(x, json_get(v, "items"));
}

static void marking(struct render *r)
{
    if (r->marking.len > 0) {
        width_clean(r->marking, false, r->out);
        buf_add_char(r->out, '\n');
    }
}

static int answer(struct render *r)
{
    enum { PAIRS = 4096 };
    struct arena *a = r->c->arena;
    struct table_style style = { .arena = a,
                                 .policy = r->policy,
                                 .refs = json_get(r->answer, "refs"),
                                 .french = r->c->options.french };
    struct text x = { .r = r, .style = &style, .capacity = PAIRS };
    x.names = arena_array_of(a, struct slice, PAIRS);
    x.values = arena_array_of(a, struct slice, PAIRS);
    if (!x.names || !x.values) {
        return error_set(r->err, EN_NO_MEMORY, "no memory for the answer");
    }
    marking(r);
    int code = print_answer(&x);
    marking(r);
    r->next = json_get_text(r->answer, "next");
    return code;
}

static void error(struct cli *c, const struct error *e, struct buf *out)
{
    const struct code_info *info = error_code_info(e->code);
    /* A message that is the title, or made from the first field error, would only say it twice. */
    const char *title = tr(c, info->title_en, info->title_fr);
    bool twice =
        strcasecmp(e->message, title) == 0 ||
        (e->field_count > 0 && slice_starts(slice_of(e->message), slice_of(e->fields[0].pointer)));
    buf_printf(out, "entente: %s", title);
    if (e->message[0] && !twice) {
        buf_add_cstr(out, tr(c, ": ", " : "));
        width_clean(slice_of(e->message), false, out);
    }
    buf_add_char(out, '\n');
    for (unsigned i = 0; i < e->field_count && i < ERROR_FIELDS_MAX; i++) {
        const struct field_error *f = &e->fields[i];
        buf_add_cstr(out, "  ");
        width_clean(slice_of(f->pointer[0] == '/' ? f->pointer + 1 : f->pointer), false, out);
        buf_printf(out, " %s", error_reason_text(f->reason, c->options.french));
        if (f->detail[0]) {
            buf_add_cstr(out, " (");
            width_clean(slice_of(f->detail), false, out);
            buf_add_char(out, ')');
        }
        buf_add_char(out, '\n');
    }
}

const struct form form_text = { "text", answer, error };

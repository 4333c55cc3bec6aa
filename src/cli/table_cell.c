/*
 * One value as one line: what a cell of a table shows.
 *
 * In text form some objects are said by what a reader needs of them: a text in one language, a
 * trust figure as one number, who takes part by name, a step in words. CSV keeps every member.
 *
 * Invariant: one line without control characters in text form, the exact value in CSV.
 */
#include "cli/table_internal.h"

#include "cli/label_words.h"
#include "cli/provenance.h"
#include "cli/width.h"

/* Of a longer list of words text shows the beginning and how many there are. */
enum { LIST_LONG = 24, LIST_SHOWN = 8 };

/* Left out of records in text: machinery that says nothing to a reader at the terminal. */
static const char *const quiet_names[] = {
    "label",   "origin",       "theirs", "origin_name", "created",
    "updated", "external_ids", "kind",   "version",
};

bool table_is_quiet(const struct json *object, struct slice name)
{
    if (!json_get(object, "id") || !json_get(object, "version")) {
        return slice_is(name, "csrf");
    }
    if (slice_is(name, "created") && slice_is(json_get_text(object, "kind"), "audit")) {
        return false; /* when somebody read is half of what an audit says */
    }
    for (size_t i = 0; i < sizeof(quiet_names) / sizeof(quiet_names[0]); i++) {
        if (slice_is(name, quiet_names[i])) {
            return true;
        }
    }
    return false;
}

static bool is_bilingual(const struct json *v)
{
    const struct json *en = json_get(v, "en"), *fr = json_get(v, "fr");
    return v->count == 2 && en && fr && en->type == JSON_STRING && fr->type == JSON_STRING;
}

static bool is_figure(const struct json *v)
{
    return json_get(v, "trust") && json_get(v, "uncertainty");
}

/* Who takes part in an option: its name stands for it. */
static bool is_member(const struct json *v)
{
    return json_get(v, "actor") && (json_get(v, "offers") || v->count == 2);
}

/* A step that would close a gap: said in words. */
static bool is_step(const struct json *v)
{
    return json_get(v, "action") && json_get(v, "detail");
}

/* The relationships that rest on somebody: many a person, each with many figures. In text their
 * number stands for them. */
static bool is_carried(const struct json *v)
{
    return table_is_list(v) && json_get(&v->items[0], "relationship") &&
           json_get(&v->items[0], "share");
}

bool table_is_one(const struct json *v)
{
    return is_bilingual(v) || is_figure(v) || is_member(v);
}

bool table_is_list(const struct json *value)
{
    return value && value->type == JSON_ARRAY && value->count > 0 &&
           value->items[0].type == JSON_OBJECT;
}

static struct slice title_of(const struct table_style *style, struct slice id)
{
    const struct json *ref = json_get_slice(style->refs, id);
    struct slice french = json_get_text(ref, "title_fr");
    return style->french && french.len > 0 ? french : json_get_text(ref, "title");
}

static void text_cell(const struct table_style *style, struct slice text, struct buf *out)
{
    struct slice title = style->plain ? (struct slice){ 0 } : title_of(style, text);
    if (style->plain) {
        buf_add(out, text);
    } else {
        width_clean(title.len > 0 ? title : text, false, out);
    }
}

/* Identifiers that are there to be copied stay as they are, even when their titles are known. */
static struct table_style style_of(const struct table_style *style, struct slice name)
{
    struct table_style own = *style;
    for (struct slice rest = name; rest.ptr;) {
        name = slice_cut(&rest, '.');
    }
    if (slice_is(name, "id") || slice_is(name, "record") || slice_is(name, "relationship")) {
        own.refs = NULL;
    }
    return own;
}

void table_member(const struct table_style *style, struct slice name, const struct json *value,
                  struct buf *out)
{
    const struct table_style own = style_of(style, name);
    table_cell(&own, value, out);
}

/* Numbers as a line of blocks, from the least to the greatest. */
static void sparkline(const struct json *list, struct buf *out)
{
    static const char *const blocks[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
    double least = list->items[0].number, greatest = least;
    for (uint32_t i = 1; i < list->count; i++) {
        double n = list->items[i].number;
        least = n < least ? n : least;
        greatest = n > greatest ? n : greatest;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        double span = greatest - least;
        double part = span > 0 ? (list->items[i].number - least) / span : 0.5;
        buf_add_cstr(out, blocks[(size_t)(part * 7.0 + 0.5)]);
    }
}

static bool is_series(const struct json *list)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (list->items[i].type != JSON_NUMBER) {
            return false;
        }
    }
    return list->count >= 6;
}

/* An object inside a list: "key=value,key=value" in CSV, its values alone in text. */
static void object_cell(const struct table_style *style, const struct json *v, struct buf *out)
{
    v = label_in_words(style, v);
    bool first = true, theirs = provenance_is_theirs(style, v);
    for (uint32_t i = 0; i < v->count; i++) {
        const struct json_member *m = &v->members[i];
        bool said = theirs && slice_is(m->name, PROVENANCE);
        bool in_it = theirs && !said && provenance_is_member(m->name);
        if (in_it || (!said && !style->whole && table_is_quiet(v, m->name))) {
            continue;
        }
        if (!first) {
            buf_add_cstr(out, style->plain ? "," : " ");
        }
        if (style->plain) {
            buf_add(out, m->name);
            buf_add_char(out, '=');
        }
        const struct json *text = said ? provenance_text(style, v) : NULL;
        table_cell(style, text ? text : &m->value, out);
        first = false;
    }
}

static void list_cell(const struct table_style *style, const struct json *v, struct buf *out)
{
    if (!style->plain && is_series(v)) {
        sparkline(v, out);
        return;
    }
    if (!style->plain && is_carried(v)) {
        buf_printf(out, "%u", v->count);
        return;
    }
    uint32_t shown = !style->whole && v->count > LIST_LONG ? LIST_SHOWN : v->count;
    for (uint32_t i = 0; i < shown; i++) {
        if (i > 0) {
            buf_add_cstr(out, style->plain ? ";" : table_is_list(v) ? "; " : ", ");
        }
        table_cell(style, &v->items[i], out);
    }
    if (shown < v->count) {
        buf_printf(out, ", … (%u)", v->count);
    }
}

static void figure_cell(const struct json *v, struct buf *out)
{
    const struct json *trust = json_get(v, "trust");
    buf_printf(out, "%.3f", trust->type == JSON_NUMBER ? trust->number : 0.0);
}

static void step_cell(const struct table_style *style, const struct json *v, struct buf *out)
{
    const struct json *who = json_get(v, "actor");
    text_cell(style, json_get_text(v, style->french ? "detail_fr" : "detail"), out);
    if (!who) {
        who = json_get(v, "capability");
    }
    if (who) {
        buf_add_cstr(out, style->french ? " : " : ": ");
        table_cell(style, who, out);
    }
}

void table_cell(const struct table_style *style, const struct json *value, struct buf *out)
{
    switch (value->type) {
    case JSON_NULL:
        break;
    case JSON_BOOL:
        buf_add_cstr(out, style->plain    ? (value->boolean ? "true" : "false")
                          : style->french ? (value->boolean ? "oui" : "non")
                                          : (value->boolean ? "yes" : "no"));
        break;
    case JSON_NUMBER:
        buf_add(out, value->text);
        break;
    case JSON_STRING:
        text_cell(style, value->text, out);
        break;
    case JSON_ARRAY:
        list_cell(style, value, out);
        break;
    case JSON_OBJECT:
        if (!style->plain && is_bilingual(value)) {
            text_cell(style, json_get_text(value, style->french ? "fr" : "en"), out);
        } else if (!style->plain && is_figure(value)) {
            figure_cell(value, out);
        } else if (!style->plain && is_member(value)) {
            table_cell(style, json_get(value, "actor"), out);
        } else if (!style->plain && is_step(value)) {
            step_cell(style, value, out);
        } else {
            object_cell(style, value, out);
        }
        break;
    }
}

/* The weeks of a plan as text: see render_plan.h. Long reasons keep their lines whole. */
#include "cli/render_plan.h"

#include "cli/width.h"

enum { NAME_WIDTH = 48, MODE_WIDTH = 10 };

bool plan_is_weeks(const struct json *list)
{
    const struct json *first = table_is_list(list) ? &list->items[0] : NULL;
    const struct json *lines = json_get(first, "lines");
    return lines && lines->type == JSON_ARRAY && json_get(first, "from") && json_get(first, "used");
}

static void add_padded(struct slice text, size_t width, struct buf *out)
{
    struct buf clean cleanup_buf;
    buf_init(&clean, 4096);
    width_clean(text, false, &clean);
    size_t whole = width_of(buf_slice(&clean)), own = whole < width ? whole : width;
    width_cut(buf_slice(&clean), width, out);
    width_pad(width - own + 2, out);
}

static double number_of(const struct json *v, const char *name)
{
    const struct json *n = json_get(v, name);
    return n && n->type == JSON_NUMBER ? n->number : 0;
}

/* Whose hours it takes, of a plan for several persons. */
static void add_person(const struct table_style *style, const struct json *of, struct buf *out)
{
    const struct json *person = json_get(of, "person");
    if (person) {
        buf_add_cstr(out, "  ");
        table_cell(style, person, out);
    }
}

static void add_line(const struct table_style *style, const struct json *line, struct buf *out)
{
    struct slice title = json_get_text(line, style->french ? "title_fr" : "title");
    struct slice region = json_get_text(line, "region");
    struct slice because = json_get_text(json_get(line, "because"), style->french ? "fr" : "en");
    buf_add_cstr(out, "  ");
    add_padded(json_get_text(line, "on"), 10, out);
    add_padded(json_get_text(line, "type"), MODE_WIDTH, out);
    add_padded(title, NAME_WIDTH, out);
    buf_printf(out, "%5.2f h  %.3f", number_of(line, "hours"), number_of(line, "trust"));
    buf_printf(out, " -> %.3f", number_of(line, "trust_end"));
    buf_printf(out, style->french ? ", sinon %.3f" : ", else %.3f",
               number_of(line, "lost_if_skipped"));
    add_person(style, line, out);
    if (region.len)
        buf_printf(out, style->french ? "  voyage %lld " SLICE_FMT : "  trip %lld " SLICE_FMT,
                   (long long)json_get_int(line, "trip", 0), SLICE_ARG(region));
    buf_add_cstr(out, "\n      ");
    width_clean(because, false, out);
    buf_add_char(out, '\n');
}

static void add_week(const struct table_style *style, const struct json *week, struct buf *out)
{
    const struct json *lines = json_get(week, "lines"), *trips = json_get(week, "trips");
    buf_printf(out, SLICE_FMT " – " SLICE_FMT "  ", SLICE_ARG(json_get_text(week, "from")),
               SLICE_ARG(json_get_text(week, "until")));
    buf_printf(out, style->french ? "%.2f h sur %.2f" : "%.2f h of %.2f", number_of(week, "used"),
               number_of(week, "hours"));
    for (uint32_t i = 0; trips && i < trips->count; i++) {
        const struct json *t = &trips->items[i];
        buf_printf(out,
                   style->french ? ", voyage %lld " SLICE_FMT " %.2f h"
                                 : ", trip %lld " SLICE_FMT " %.2f h",
                   (long long)json_get_int(t, "trip", 0), SLICE_ARG(json_get_text(t, "region")),
                   number_of(t, "hours"));
    }
    buf_add_char(out, '\n');
    for (uint32_t i = 0; i < lines->count; i++)
        add_line(style, &lines->items[i], out);
    if (lines->count == 0)
        buf_add_cstr(out, style->french ? "  Rien.\n" : "  Nothing.\n");
}

void plan_weeks(const struct table_style *style, const struct json *weeks, struct buf *out)
{
    for (uint32_t i = 0; i < weeks->count; i++) {
        buf_add_cstr(out, i > 0 ? "\n" : "");
        add_week(style, &weeks->items[i], out);
    }
}

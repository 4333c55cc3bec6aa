/*
 * Rows and columns from JSON, in two passes: first which columns there are, then the cells.
 *
 * Invariant: two rows may have different members; an absent one is an empty cell. What a cell shows
 * is table_cell.c's matter.
 */
#include "cli/table_internal.h"

#include "base/limits.h"
#include "cli/label_words.h"
#include "cli/provenance.h"
#include "cli/width.h"

/* Of a title, or a sentence, in two languages the one that is read; a record's own fields are both
 * shown. */
static bool is_other_language(const struct table_style *style, const struct json *object,
                              struct slice name)
{
    static const char *const pairs[][2] = { { "title", "title_fr" }, { "says_en", "says_fr" } };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        if (slice_is(name, pairs[i][!style->french])) {
            return json_get_text(object, pairs[i][style->french]).len > 0 &&
                   !json_get(object, "version");
        }
    }
    return false;
}

/* A probability with its interval: an option, a repair. */
static bool is_estimate(const struct json *v)
{
    return json_get(v, "probability") && json_get(v, "digits");
}

/* "0.6 (0.3-0.9)": no more digits than the interval carries. */
static struct json *estimate(const struct table_style *style, const struct json *v)
{
    const struct json *p = json_get(v, "probability"), *low = json_get(v, "low"),
                      *high = json_get(v, "high");
    int digits = (int)json_get_int(v, "digits", 0);
    struct slice text = low && high
                            ? arena_printf(style->arena, "%.*f (%.*f–%.*f)", digits, p->number,
                                           digits, low->number, digits, high->number)
                            : arena_printf(style->arena, "%.*f", digits, p->number);
    return json_new_text(style->arena, text);
}

/* What an estimate says already. */
static bool is_in_estimate(struct slice name)
{
    return slice_is(name, "low") || slice_is(name, "high") || slice_is(name, "digits") ||
           slice_is(name, "all_deliver") || slice_is(name, "risk");
}

static struct slice name_in(const struct table_style *style, struct slice prefix, struct slice name)
{
    return prefix.len == 0 ? name
                           : arena_printf(style->arena, SLICE_FMT "." SLICE_FMT, SLICE_ARG(prefix),
                                          SLICE_ARG(name));
}

static int tell_provenance(const struct table_style *style, const struct json *value,
                           struct slice name, table_leaf each, void *context)
{
    const struct json *said = provenance_text(style, value);
    return said ? each(context, name, said) : EN_NO_MEMORY;
}

int table_leaves(const struct table_style *style, const struct json *value, struct slice prefix,
                 table_leaf each, void *context)
{
    bool leaf =
        value->type != JSON_OBJECT || (!style->plain && prefix.len > 0 && table_is_one(value));
    value = label_in_words(style, value);
    if (leaf) {
        return value->type == JSON_NULL ? 0 : each(context, prefix, value);
    }
    bool theirs = !style->told && provenance_is_theirs(style, value);
    struct table_style own = *style;
    own.told = style->told || theirs;
    int code = 0;
    if (theirs) {
        code = tell_provenance(style, value, name_in(style, prefix, S(PROVENANCE)), each, context);
    }
    for (uint32_t i = 0; i < value->count && code == 0; i++) {
        const struct json_member *m = &value->members[i];
        bool refs = prefix.len == 0 && slice_is(m->name, "refs");
        bool hidden = table_is_quiet(value, m->name) || is_other_language(style, value, m->name);
        bool told = !style->plain && is_estimate(value);
        if (theirs && provenance_is_member(m->name)) {
            continue;
        }
        if (refs || (!style->whole && hidden) || (told && is_in_estimate(m->name))) {
            continue;
        }
        struct json *said =
            told && slice_is(m->name, "probability") ? estimate(style, value) : NULL;
        code = table_leaves(&own, said ? said : &m->value, name_in(style, prefix, m->name), each,
                            context);
    }
    return code;
}

struct build {
    const struct table_style *style;
    struct slice only;
    struct table *table;
    struct error *err;
    size_t row;
    size_t hint; /* the column after the last one found: rows mostly have the same order */
};

static bool wanted(struct slice only, struct slice name)
{
    if (only.len == 0) {
        return true;
    }
    while (only.len > 0) {
        if (slice_eq(slice_trim(slice_cut(&only, ',')), name)) {
            return true;
        }
    }
    return false;
}

static struct column *find_column(struct build *b, struct slice name)
{
    struct table *t = b->table;
    for (size_t i = 0; i < t->column_count; i++) {
        size_t at = (b->hint + i) % t->column_count;
        if (slice_eq(t->columns[at].name, name)) {
            b->hint = at + 1;
            return &t->columns[at];
        }
    }
    return NULL;
}

static int note_column(void *context, struct slice name, const struct json *value)
{
    struct build *b = context;
    struct column *found = find_column(b, name);
    if (found) {
        found->number = found->number && value->type == JSON_NUMBER;
        return 0;
    }
    if (!wanted(b->only, name)) {
        return 0;
    }
    if (b->table->column_count == LIMIT_CSV_COLUMNS) {
        return error_set(b->err, EN_TOO_LARGE, "more than %d columns", LIMIT_CSV_COLUMNS);
    }
    b->table->columns[b->table->column_count++] = (struct column){
        .name = name, .width = width_of(name), .number = value->type == JSON_NUMBER
    };
    return 0;
}

static int fill_cell(void *context, struct slice name, const struct json *value)
{
    struct build *b = context;
    struct column *column = find_column(b, name);
    if (!column) {
        return 0;
    }
    struct buf text cleanup_buf = { 0 };
    buf_init(&text, LIMIT_RECORD);
    table_member(b->style, name, value, &text);
    struct slice kept = arena_copy(b->style->arena, buf_slice(&text));
    if (!kept.ptr || buf_failed(&text)) {
        return error_set(b->err, EN_NO_MEMORY, "no memory for the table");
    }
    size_t width = width_of(kept);
    column->width = width > column->width ? width : column->width;
    b->table->cells[b->row * b->table->column_count + (size_t)(column - b->table->columns)] = kept;
    return 0;
}

/* --columns also says the order; a name that no row has stays as an empty column. */
static int order_columns(struct build *b)
{
    struct table *t = b->table;
    struct column *ordered = arena_array_of(b->style->arena, struct column, LIMIT_CSV_COLUMNS);
    size_t count = 0;
    struct slice rest = b->only;
    if (!ordered) {
        return error_set(b->err, EN_NO_MEMORY, "no memory for the table");
    }
    while (rest.len > 0 && count < LIMIT_CSV_COLUMNS) {
        struct slice name = slice_trim(slice_cut(&rest, ','));
        const struct column *found = find_column(b, name);
        ordered[count++] =
            found ? *found : (struct column){ .name = name, .width = width_of(name) };
    }
    t->columns = ordered;
    t->column_count = count;
    return 0;
}

static bool has_column(const struct table *t, const char *name)
{
    for (size_t i = 0; i < t->column_count; i++) {
        if (slice_is(t->columns[i].name, name)) {
            return true;
        }
    }
    return false;
}

/* In text, notes and the marking of a row stand at its end, out of the way of what identifies it.
 */
static void move_last(struct table *t, const char *name)
{
    size_t i = 0;
    while (i < t->column_count && !slice_is(t->columns[i].name, name)) {
        i++;
    }
    if (i < t->column_count) {
        struct column moved = t->columns[i];
        memmove(&t->columns[i], &t->columns[i + 1], (t->column_count - i - 1) * sizeof(moved));
        t->columns[t->column_count - 1] = moved;
    }
}

/* Whose a row is stands beside what a reader knows it by, or it would be cut with the last columns.
 */
static void move_provenance(struct table *t)
{
    static const char *const after[] = { "title_fr", "title", "text", "person", "name_en", "id" };
    struct slice place = { 0 };
    for (size_t i = 0; i < sizeof(after) / sizeof(after[0]) && !place.ptr; i++) {
        place = has_column(t, after[i]) ? slice_of(after[i]) : place;
    }
    size_t from = t->column_count, i = 0;
    move_last(t, PROVENANCE);
    if (!has_column(t, PROVENANCE)) {
        return;
    }
    while (place.ptr && i < from && !slice_eq(t->columns[i].name, place)) {
        i++;
    }
    struct column moved = t->columns[from - 1];
    i = place.ptr ? i + 1 : 0;
    memmove(&t->columns[i + 1], &t->columns[i], (from - i - 1) * sizeof(moved));
    t->columns[i] = moved;
}

/* In text a row begins with what a reader knows it by; ids beside a title, notes and the marking
 * stand at its end. */
static void order_for_readers(struct table *t)
{
    static const char *const ids[] = { "relationship", "partner", "record", "posting", "user" };
    bool named = has_column(t, "title") || has_column(t, "title_fr") || has_column(t, "text") ||
                 has_column(t, "person");
    for (size_t i = 0; named && i < sizeof(ids) / sizeof(ids[0]); i++) {
        move_last(t, ids[i]);
    }
    move_last(t, "notes");
    move_last(t, "marking");
    move_provenance(t);
}

static int each_row(struct build *b, const struct json *rows, size_t count, table_leaf each)
{
    int code = 0;
    for (b->row = 0; b->row < count && code == 0; b->row++) {
        const struct json *v = &rows[b->row];
        b->hint = 0;
        struct slice name = v->type == JSON_OBJECT ? (struct slice){ .ptr = "" } : S("value");
        code = table_leaves(b->style, v, name, each, b);
    }
    return code;
}

int table_make(const struct table_style *style, const struct json *rows, size_t count,
               struct slice only, struct error *err, struct table *ret)
{
    struct table t = { .row_count = count };
    struct table_style all = *style;
    all.whole = style->whole || only.len > 0;
    struct build b = { .style = &all, .only = only, .table = &t, .err = err };
    t.columns = arena_array_of(style->arena, struct column, LIMIT_CSV_COLUMNS);
    if (!t.columns) {
        return error_set(err, EN_NO_MEMORY, "no memory for the table");
    }
    int code = each_row(&b, rows, count, note_column);
    if (code == 0 && only.len > 0) {
        code = order_columns(&b);
    } else if (code == 0 && !style->plain) {
        order_for_readers(&t);
    }
    if (code < 0) {
        return code;
    }
    t.cells = arena_array_of(style->arena, struct slice, t.column_count * count + 1);
    if (!t.cells) {
        return error_set(err, EN_NO_MEMORY, "no memory for the table");
    }
    code = each_row(&b, rows, count, fill_cell);
    if (code == 0) {
        *ret = t;
    }
    return code;
}

/*
 * Checking whole records, and reading the parts of a clean body that other layers need: its title,
 * its date, its words, its references.
 */
#include "record/check.h"

#include "base/limits.h"

/* Members of a record that the product sets: a client may not. */
static bool set_by_us(struct slice name)
{
    static const char *const names[] = { "id",     "kind",        "version", "marking", "origin",
                                         "theirs", "origin_name", "created", "updated", "refs" };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (slice_is(name, names[i]))
            return true;
    }
    return false;
}

static void check_names(struct checker *c, const struct field *first, const struct field *second,
                        const struct json *input)
{
    const struct field *next = first; /* in table order each name is the next one found */
    for (uint32_t i = 0; i < input->count; i++) {
        struct slice name = input->members[i].name;
        const struct field *found = field_find(next, name);
        if (found)
            next = found + 1;
        if (found || field_find(first, name) || field_find(second, name))
            continue;
        size_t at = checker_push(c, name);
        checker_report(c, second && set_by_us(name) ? REASON_READ_ONLY : REASON_UNKNOWN_FIELD, "%s",
                       "");
        checker_pop(c, at);
    }
}

static int check_tables(struct checker *c, const struct field *first, const struct field *second,
                        const struct json *input, struct json **ret)
{
    if (!input || input->type != JSON_OBJECT) {
        checker_report(c, REASON_TYPE, "object");
        return c->code;
    }
    struct json *body = json_new_object(c->arena);
    if (!body)
        return error_set(c->err, EN_NO_MEMORY, "no memory for the record");
    check_names(c, first, second, input);
    checker_members(c, first, input, body);
    if (second)
        checker_members(c, second, input, body);
    if (!c->code && c->bytes > LIMIT_RECORD)
        c->code =
            error_set(c->err, EN_TOO_LARGE, "the record is larger than %d bytes", LIMIT_RECORD);
    if (arena_failed(c->arena))
        c->code = error_set(c->err, EN_NO_MEMORY, "no memory for the record");
    *ret = body;
    return c->code;
}

int record_check(const struct kind *k, struct arena *a, const struct json *input,
                 const struct record_rules *rules, struct error *err, struct json **ret)
{
    struct checker c;
    struct json *body = NULL;
    checker_init(&c, a, rules, S(""), err);
    int code = check_tables(&c, k->fields, common_fields, input, &body);
    if (code)
        return code;
    int rule = k->check ? k->check(body, err) : 0;
    int step = k->advance && rules && rules->before ? k->advance(rules->before, body, err) : 0;
    if (rule || step)
        return rule ? rule : step;
    *ret = body;
    return 0;
}

int fields_check(const struct field *fields, struct arena *a, const struct json *input,
                 struct slice pointer, const struct record_rules *rules, struct error *err,
                 struct json **ret)
{
    struct checker c;
    struct json *body = NULL;
    checker_init(&c, a, rules, pointer, err);
    int code = check_tables(&c, fields, NULL, input, &body);
    if (!code)
        *ret = body;
    return code;
}

struct slice record_title(const struct kind *k, const struct json *body, bool french)
{
    struct slice title = { .ptr = "" };
    if (french && k->name_field_fr)
        title = json_get_text(body, k->name_field_fr);
    if (slice_empty(title) && k->name_field)
        title = json_get_text(body, k->name_field);
    return title;
}

struct slice record_when(const struct kind *k, const struct json *body)
{
    return k->when_field ? json_get_text(body, k->when_field) : S("");
}

static void add_words(const struct field *f, const struct json *v, struct buf *out)
{
    if (!v)
        return;
    if (v->type == JSON_ARRAY) {
        for (uint32_t i = 0; i < v->count; i++)
            add_words(f, &v->items[i], out);
    } else if (v->type == JSON_OBJECT) {
        for (const struct field *m = f->fields; m && m->name; m++)
            add_words(m, json_get(v, m->name), out);
    } else if (v->type == JSON_STRING && (f->flags & FIELD_SEARCHED)) {
        if (out->len)
            buf_add_char(out, ' ');
        buf_add(out, v->text);
    }
}

void record_words(const struct kind *k, const struct json *body, struct buf *out)
{
    KIND_EACH_FIELD(k, f)
    add_words(f, json_get(body, f->name), out);
}

struct walk {
    reference_sink sink;
    void *context;
    char path[96];
    size_t len;
};

static void walk_references(struct walk *w, const struct field *f, const struct json *v)
{
    if (!v)
        return;
    if (v->type == JSON_ARRAY) {
        for (uint32_t i = 0; i < v->count; i++)
            walk_references(w, f, &v->items[i]);
        return;
    }
    if (f->type == FIELD_REF && v->type == JSON_STRING)
        w->sink(w->context, w->path, f, v->text);
    if (f->type != FIELD_OBJECT)
        return;
    for (const struct field *m = f->fields; m->name; m++) {
        size_t before = w->len, n = strlen(m->name);
        if (w->len + n + 2 > sizeof w->path)
            continue;
        w->path[w->len] = '.';
        memcpy(w->path + w->len + 1, m->name, n + 1);
        w->len += n + 1;
        walk_references(w, m, json_get(v, m->name));
        w->len = before;
        w->path[before] = 0;
    }
}

void record_references(const struct kind *k, const struct json *body, reference_sink sink,
                       void *context)
{
    struct walk w = { .sink = sink, .context = context };
    KIND_EACH_FIELD(k, f)
    {
        if (f->type != FIELD_REF && f->type != FIELD_OBJECT)
            continue;
        w.len = strlen(f->name);
        if (w.len + 1 > sizeof w.path)
            continue;
        memcpy(w.path, f->name, w.len + 1);
        walk_references(&w, f, json_get(body, f->name));
    }
}

void record_list_values(const struct kind *k, const struct json *body, value_sink sink,
                        void *context)
{
    KIND_EACH_FIELD(k, f)
    {
        const struct json *list = json_get(body, f->name);
        if (!list || !(f->flags & FIELD_INDEXED) || !(f->flags & FIELD_MANY) ||
            f->type == FIELD_REF)
            continue;
        for (uint32_t i = 0; i < list->count; i++) {
            if (list->items[i].type == JSON_STRING)
                sink(context, f, list->items[i].text);
        }
    }
}

/*
 * Custom fields: an instance's configuration adds fields to the kinds, without code.
 *
 * Invariant: a custom field's name starts with "x_", so that it can never collide with a field that
 * a later version brings. A wrong configuration is refused whole, with a pointer to each mistake,
 * which begins with the name of the file: who starts the program has not stated it.
 */
#include "record/registry.h"

#include "base/limits.h"

#include <stdio.h>

enum { CUSTOM_NAME_MAX = 40 };

struct reader {
    struct arena *arena;
    struct error *err;
    int code;
    char path[96];
    size_t len;
};

static void refuse(struct reader *r, const char *member, enum reason reason, const char *detail)
{
    char pointer[112];
    int n = snprintf(pointer, sizeof pointer, "fields.json%.*s%s%s", (int)r->len, r->path,
                     *member ? "/" : "", member);
    size_t len = n < 0 ? 0 : n < (int)sizeof pointer ? (size_t)n : sizeof pointer - 1;
    r->code = error_field(r->err, slice_make(pointer, len), reason, "%s", detail);
}

static bool good_name(struct slice name)
{
    if (name.len < 3 || name.len > CUSTOM_NAME_MAX || memcmp(name.ptr, "x_", 2) != 0)
        return false;
    for (size_t i = 2; i < name.len; i++) {
        char c = name.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'))
            return false;
    }
    return true;
}

static bool find_type(struct slice word, enum field_type *ret)
{
    static const enum field_type allowed[] = {
        FIELD_TEXT, FIELD_LONGTEXT, FIELD_ENUM,    FIELD_REF,     FIELD_WHEN,
        FIELD_BOOL, FIELD_INTEGER,  FIELD_DECIMAL, FIELD_COUNTRY, FIELD_LANGUAGE,
        FIELD_CODE, FIELD_DURATION, FIELD_REGION,
    };
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++) {
        if (slice_is(word, field_type_word(allowed[i]))) {
            *ret = allowed[i];
            return true;
        }
    }
    return false;
}

/* Text member as a NUL-terminated copy; the fallback when unset. */
static const char *text_or(struct reader *r, const struct json *v, const char *name,
                           const char *fallback)
{
    struct slice text = slice_trim(json_get_text(v, name));
    if (slice_empty(text))
        return fallback;
    if (text.len > LIMIT_NAME)
        refuse(r, name, REASON_TOO_LONG, "300");
    return arena_cstr(r->arena, text);
}

static const struct choice *read_choices(struct reader *r, const struct json *v)
{
    const struct json *list = json_get(v, "choices");
    if (!list || list->type != JSON_ARRAY || list->count == 0 || list->count > LIMIT_LIST) {
        refuse(r, "choices", REASON_REQUIRED, "");
        return NULL;
    }
    struct choice *choices = arena_array_of(r->arena, struct choice, list->count + 1);
    for (uint32_t i = 0; choices && i < list->count; i++) {
        const char *value = text_or(r, &list->items[i], "value", NULL);
        if (!value) {
            refuse(r, "choices", REASON_REQUIRED, "value");
            return NULL;
        }
        choices[i].value = value;
        choices[i].en = text_or(r, &list->items[i], "en", value);
        choices[i].fr = text_or(r, &list->items[i], "fr", choices[i].en);
    }
    return choices;
}

static const char *const known_members[] = { "name",    "type",     "label_en", "label_fr",
                                             "help_en", "help_fr",  "many",     "indexed",
                                             "choices", "required", "target",   "searched" };

static void check_members(struct reader *r, const struct json *v)
{
    for (uint32_t i = 0; i < v->count; i++) {
        size_t k = 0, n = sizeof known_members / sizeof known_members[0];
        while (k < n && !slice_is(v->members[i].name, known_members[k]))
            k++;
        if (k < n)
            continue;
        const char *name = arena_cstr(r->arena, v->members[i].name);
        refuse(r, name ? name : "", REASON_UNKNOWN_FIELD, "");
    }
}

static unsigned read_flags(const struct json *v, enum field_type type)
{
    bool text = type == FIELD_TEXT || type == FIELD_LONGTEXT;
    unsigned flags = 0;
    if (json_get_bool(v, "many", false))
        flags |= FIELD_MANY;
    if (json_get_bool(v, "indexed", false))
        flags |= FIELD_INDEXED;
    if (json_get_bool(v, "required", false))
        flags |= FIELD_REQUIRED;
    if (text && json_get_bool(v, "searched", true))
        flags |= FIELD_SEARCHED;
    return flags;
}

static void read_target(struct reader *r, const struct json *v, const struct kind **kinds,
                        size_t count, struct field *f)
{
    f->target = text_or(r, v, "target", NULL);
    for (size_t i = 0; f->target && i < count; i++) {
        if (!kinds[i]->system && strcmp(kinds[i]->name, f->target) == 0)
            return;
    }
    if (f->target)
        refuse(r, "target", REASON_CHOICE, "");
}

static void read_field(struct reader *r, const struct json *v, const struct kind **kinds,
                       size_t count, struct field *f)
{
    if (v->type != JSON_OBJECT) {
        refuse(r, "", REASON_TYPE, "object");
        return;
    }
    struct slice name = json_get_text(v, "name");
    check_members(r, v);
    if (!good_name(name)) {
        refuse(r, "name", REASON_FORMAT, "x_ and then a-z, 0-9 or _");
        return;
    }
    f->name = arena_cstr(r->arena, name);
    if (!find_type(json_get_text(v, "type"), &f->type)) {
        refuse(r, "type", REASON_CHOICE, "");
        return;
    }
    f->flags = read_flags(v, f->type);
    f->label_en = text_or(r, v, "label_en", f->name);
    f->label_fr = text_or(r, v, "label_fr", f->label_en);
    f->help_en = text_or(r, v, "help_en", "");
    f->help_fr = text_or(r, v, "help_fr", f->help_en);
    if (f->type == FIELD_ENUM)
        f->choices = read_choices(r, v);
    if (f->type == FIELD_REF)
        read_target(r, v, kinds, count, f);
}

static size_t count_fields(const struct field *fields)
{
    size_t n = 0;
    while (fields[n].name)
        n++;
    return n;
}

/* The kind with the listed fields after its own. */
static const struct kind *extend(struct reader *r, const struct kind *k, const struct json *list,
                                 const struct kind **kinds, size_t count)
{
    size_t own = count_fields(k->fields);
    struct kind *copy = arena_new_of(r->arena, struct kind);
    struct field *fields = arena_array_of(r->arena, struct field, own + list->count + 1);
    if (!copy || !fields) {
        r->code = error_set(r->err, EN_NO_MEMORY, "no memory for custom fields");
        return k;
    }
    *copy = *k;
    memcpy(fields, k->fields, own * sizeof *fields);
    size_t base = r->len;
    for (uint32_t i = 0; i < list->count; i++) {
        int n = snprintf(r->path + base, sizeof r->path - base, "/%u", i);
        r->len = base + (size_t)n;
        read_field(r, &list->items[i], kinds, count, &fields[own + i]);
        for (size_t j = 0; j < own + i && fields[own + i].name; j++) {
            if (fields[j].name && strcmp(fields[j].name, fields[own + i].name) == 0)
                refuse(r, "name", REASON_DUPLICATE, "");
        }
        r->len = base;
    }
    copy->fields = fields;
    return copy;
}

int custom_fields_apply(struct arena *a, struct slice custom, struct error *err,
                        const struct kind **kinds, size_t count)
{
    struct reader r = { .arena = a, .err = err };
    struct json *root;
    struct error e = { 0 };
    int code = json_parse(a, custom, &e, &root);
    if (code)
        return error_set(err, code, "fields.json: %.200s", e.message);
    if (root->type != JSON_OBJECT)
        return error_field(err, S("fields.json"), REASON_TYPE, "object");
    for (uint32_t m = 0; m < root->count; m++) {
        struct slice name = root->members[m].name;
        const struct json *list = &root->members[m].value;
        int n =
            snprintf(r.path, sizeof r.path, "/%.*s", name.len > 60 ? 60 : (int)name.len, name.ptr);
        r.len = (size_t)n;
        size_t i = 0;
        while (i < count && (kinds[i]->system || !slice_is(name, kinds[i]->name)))
            i++;
        if (i == count)
            refuse(&r, "", REASON_UNKNOWN_FIELD, "");
        else if (list->type != JSON_ARRAY)
            refuse(&r, "", REASON_TYPE, "list");
        else if (list->count > LIMIT_LIST)
            refuse(&r, "", REASON_TOO_MANY, "500");
        else
            kinds[i] = extend(&r, kinds[i], list, kinds, count);
    }
    if (!r.code && arena_failed(a))
        r.code = error_set(err, EN_NO_MEMORY, "no memory for custom fields");
    return r.code;
}

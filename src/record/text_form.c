/*
 * Values as one text: CSV cells, query parameters, command-line flags; and back.
 *
 * Grammar: a list is items with ';' between them; an object is "key=value" pairs with ',' between
 * them; inside a list or an object the characters ; , = and \ of a text are written with a \ before
 * them. A single text is written as it is. An item without any '=' is the object's first field.
 * Invariant: field_from_text(field_to_text(v)) is v, for every clean value v.
 * Reading is generous (choices and keys by label in either language, countries and regions by name,
 * oui/non, decimal comma); writing is strict. A reference may be any text: the caller resolves
 * names to ids.
 */
#include "record/check.h"

#include "base/limits.h"
#include "record/country.h"
#include "record/region.h"
#include "record/words.h"

static bool is_special(char c)
{
    return c == ';' || c == ',' || c == '=' || c == '\\';
}

/* Cuts at the first separator that has no backslash before it; what follows stays in *rest, whose
 * ptr is NULL when nothing follows. */
static struct slice cut(struct slice *rest, char separator)
{
    struct slice all = *rest;
    for (size_t i = 0; i < all.len; i++) {
        if (all.ptr[i] == '\\' && i + 1 < all.len && is_special(all.ptr[i + 1])) {
            i++;
        } else if (all.ptr[i] == separator) {
            *rest = slice_make(all.ptr + i + 1, all.len - i - 1);
            return slice_make(all.ptr, i);
        }
    }
    *rest = (struct slice){ 0 };
    return all;
}

static struct slice unescape(struct arena *a, struct slice text)
{
    if (!memchr(text.ptr, '\\', text.len))
        return text;
    char *out = arena_alloc(a, text.len + 1);
    size_t n = 0;
    if (!out)
        return (struct slice){ 0 };
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\\' && i + 1 < text.len && is_special(text.ptr[i + 1]))
            i++;
        out[n++] = text.ptr[i];
    }
    return slice_make(out, n);
}

static void add_escaped(struct buf *out, struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (is_special(text.ptr[i]))
            buf_add_char(out, '\\');
        buf_add_char(out, text.ptr[i]);
    }
}

static const struct field *find_key(const struct field *fields, struct slice key)
{
    const struct field *found = field_find(fields, key);
    for (const struct field *f = fields; !found && f->name; f++) {
        if (words_same(key, slice_of(f->name)) || words_same(key, slice_of(f->label_en)) ||
            words_same(key, slice_of(f->label_fr)))
            found = f;
    }
    return found;
}

static struct json *bool_from(struct arena *a, struct slice text)
{
    static const char *const yes[] = { "true", "yes", "oui", "vrai", "1", "x", "y", "o" };
    static const char *const no[] = { "false", "no", "non", "faux", "0", "n" };
    for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++) {
        if (slice_eq_fold(text, slice_of(yes[i])))
            return json_new_bool(a, true);
    }
    for (size_t i = 0; i < sizeof no / sizeof no[0]; i++) {
        if (slice_eq_fold(text, slice_of(no[i])))
            return json_new_bool(a, false);
    }
    return json_new_text(a, text); /* refused by its type */
}

/* A number as JSON reads it; one comma is a decimal comma. What is no number stays a text. */
static struct json *number_from(struct arena *a, struct slice text)
{
    char *copy = arena_cstr(a, text);
    struct json *value = NULL;
    if (!copy)
        return NULL;
    char *comma = memchr(copy, ',', text.len);
    if (comma && !memchr(copy, '.', text.len))
        *comma = '.';
    size_t plus = text.len && copy[0] == '+';
    if (!json_parse(a, slice_make(copy + plus, text.len - plus), NULL, &value) &&
        value->type == JSON_NUMBER)
        return value;
    return json_new_text(a, text);
}

static struct json *choice_from(const struct field *f, struct arena *a, struct slice text)
{
    const struct choice *exact = choice_find(f->choices, text);
    for (const struct choice *c = f->choices; !exact && c && c->value; c++) {
        if (words_same(text, slice_of(c->value)) || words_same(text, slice_of(c->en)) ||
            words_same(text, slice_of(c->fr)))
            return json_new_text(a, slice_of(c->value));
    }
    return json_new_text(a, text);
}

static struct json *label_from(struct checker *c, struct slice text)
{
    struct json *value = NULL;
    if (json_parse(c->arena, text, NULL, &value)) {
        checker_report(c, REASON_FORMAT, "JSON");
        return NULL;
    }
    return value;
}

static struct json *object_from(struct checker *c, const struct field *f, struct slice text);
static struct json *list_from(struct checker *c, const struct field *f, struct slice text);

/* The raw value; checker_value judges it afterwards. NULL: no memory, or reported. */
static struct json *single_from(struct checker *c, const struct field *f, struct slice text)
{
    struct arena *a = c->arena;
    const struct country *country;
    struct region region;
    switch (f->type) {
    case FIELD_BOOL:
        return bool_from(a, text);
    case FIELD_INTEGER:
    case FIELD_DECIMAL:
        return number_from(a, text);
    case FIELD_ENUM:
        return choice_from(f, a, text);
    case FIELD_COUNTRY:
        country = country_find_words(text);
        return json_new_text(a, country ? slice_of(country->alpha3) : text);
    case FIELD_REGION:
        return json_new_text(
            a, region_read_words(text, &region) ? arena_copy(a, slice_of(region.code)) : text);
    case FIELD_LABEL:
        return label_from(c, text);
    case FIELD_OBJECT:
        return object_from(c, f, text);
    default:
        return json_new_text(a, text);
    }
}

static bool set_member(struct checker *c, const struct field *f, struct slice text,
                       struct json *object)
{
    struct slice plain = slice_trim(unescape(c->arena, text));
    if (slice_empty(plain))
        return true;
    struct json *value = f->flags & FIELD_MANY ? list_from(c, f, plain) : single_from(c, f, plain);
    return value && !json_object_set(c->arena, object, slice_of(f->name), value);
}

static struct json *object_from(struct checker *c, const struct field *f, struct slice text)
{
    struct json *object = json_new_object(c->arena);
    struct slice whole = text;
    cut(&whole, '=');
    if (object && !whole.ptr) /* no '=' at all: the first field's value */
        return set_member(c, f->fields, text, object) ? object : NULL;
    for (struct slice rest = text; object && rest.ptr;) {
        struct slice value = cut(&rest, ',');
        if (slice_empty(slice_trim(value)))
            continue;
        struct slice key = slice_trim(cut(&value, '='));
        const struct field *member = find_key(f->fields, key);
        if (!value.ptr || !member) {
            checker_report(c, REASON_FORMAT, "key=value,key=value");
            return NULL;
        }
        if (!set_member(c, member, value, object))
            return NULL;
    }
    return object;
}

static struct json *list_from(struct checker *c, const struct field *f, struct slice text)
{
    struct json *list = json_new_array(c->arena);
    for (struct slice rest = text; list && rest.ptr;) {
        struct slice item = slice_trim(cut(&rest, ';'));
        if (slice_empty(item))
            continue;
        struct slice plain = f->type == FIELD_OBJECT ? item : unescape(c->arena, item);
        struct json *value = plain.ptr ? single_from(c, f, plain) : NULL;
        if (!value || json_array_add(c->arena, list, value))
            return NULL;
    }
    return list;
}

struct json *field_from_text(const struct field *f, struct arena *a, struct slice text,
                             struct slice pointer, struct error *err)
{
    struct checker c;
    struct json *ret = json_new_null(a);
    checker_init(&c, a, NULL, pointer, err);
    c.loose_refs = true;
    text = slice_trim(text);
    if (!ret || slice_empty(text))
        return ret;
    if (!slice_is_utf8(text)) {
        checker_report(&c, REASON_TEXT, "%s", "");
        return NULL;
    }
    struct json *raw = f->flags & FIELD_MANY ? list_from(&c, f, text) : single_from(&c, f, text);
    if (!raw && !c.code)
        error_set(err, EN_NO_MEMORY, "no memory for a value");
    if (!raw)
        return NULL;
    checker_value(&c, f, raw, ret);
    return c.code ? NULL : ret;
}

/* A list within an object: its text, as one text of the object. */
static void list_to(const struct field *f, const struct json *v, struct buf *out)
{
    cleanup_buf struct buf list;
    buf_init(&list, LIMIT_RECORD);
    field_to_text(f, v, &list);
    add_escaped(out, buf_slice(&list));
    if (buf_failed(&list))
        out->failed = true;
}

static void single_to(const struct field *f, const struct json *v, bool escape, struct buf *out)
{
    switch (v->type) {
    case JSON_BOOL:
        buf_add_cstr(out, v->boolean ? "true" : "false");
        break;
    case JSON_NUMBER:
        buf_add(out, v->text);
        break;
    case JSON_STRING:
        if (escape)
            add_escaped(out, v->text);
        else
            buf_add(out, v->text);
        break;
    case JSON_OBJECT:
        if (f->type == FIELD_LABEL) {
            json_write_value(v, out);
            break;
        }
        for (uint32_t i = 0; i < v->count; i++) {
            const struct field *m = field_find(f->fields, v->members[i].name);
            if (!m)
                continue;
            if (i)
                buf_add_char(out, ',');
            buf_add_cstr(out, m->name);
            buf_add_char(out, '=');
            single_to(m, &v->members[i].value, true, out);
        }
        break;
    case JSON_ARRAY:
        list_to(f, v, out);
        break;
    default:
        break;
    }
}

void field_to_text(const struct field *f, const struct json *value, struct buf *out)
{
    if (!value)
        return;
    if (value->type != JSON_ARRAY) {
        single_to(f, value, false, out);
        return;
    }
    for (uint32_t i = 0; i < value->count; i++) {
        if (i)
            buf_add_char(out, ';');
        single_to(f, &value->items[i], true, out);
    }
}

/*
 * Checking values against their fields, and making the clean body.
 *
 * Invariant: what comes out is canonical: members in table order, texts trimmed, empty values gone,
 * dates and durations in shortest form, countries alpha-3, regions as region.h says, ids lower
 * case, list values without repetition. Every wrong value is reported with its own pointer; one
 * wrong value never hides another. It must never read a clock, a label or another record
 * (references are asked of the caller).
 */
#include "record/check.h"

#include "base/duration.h"
#include "base/limits.h"
#include "base/uuid.h"
#include "record/country.h"
#include "record/region.h"
#include "record/scalar.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

enum { CODE_MAX = 128 };

void checker_init(struct checker *c, struct arena *a, const struct record_rules *rules,
                  struct slice pointer, struct error *err)
{
    memset(c, 0, offsetof(struct checker, path));
    c->arena = a;
    c->rules = rules;
    c->err = err;
    c->path_len = pointer.len < sizeof c->path ? pointer.len : sizeof c->path;
    if (c->path_len)
        memcpy(c->path, pointer.ptr, c->path_len);
}

void checker_report(struct checker *c, enum reason reason, const char *format, ...)
{
    char detail[112];
    va_list args;
    va_start(args, format);
    vsnprintf(detail, sizeof detail, format, args);
    va_end(args);
    int code = error_field(c->err, slice_make(c->path, c->path_len), reason, "%s", detail);
    if (c->code != EN_NO_MEMORY)
        c->code = code;
}

/* RFC 6901: "~" is "~0", "/" is "~1". A path that does not fit is cut between characters. */
size_t checker_push(struct checker *c, struct slice name)
{
    size_t before = c->path_len;
    if (c->path_len < sizeof c->path)
        c->path[c->path_len++] = '/';
    for (size_t i = 0; i < name.len && c->path_len + 2 <= sizeof c->path; i++) {
        char x = name.ptr[i];
        if (x == '~' || x == '/') {
            c->path[c->path_len++] = '~';
            x = x == '~' ? '0' : '1';
        }
        c->path[c->path_len++] = x;
    }
    return before;
}

/* The same for a place in a list; every item comes through here, so it does not print. */
static size_t push_index(struct checker *c, uint32_t index)
{
    char digits[10];
    size_t n = sizeof digits;
    do {
        digits[--n] = (char)('0' + index % 10);
        index /= 10;
    } while (index);
    return checker_push(c, slice_make(digits + n, sizeof digits - n));
}

void checker_pop(struct checker *c, size_t len)
{
    c->path_len = len;
}

static bool refuse(struct checker *c, enum reason reason, const char *detail)
{
    checker_report(c, reason, "%s", detail);
    return false;
}

static bool no_memory(struct checker *c)
{
    c->code = error_set(c->err, EN_NO_MEMORY, "no memory for the record");
    return false;
}

static void put_text(struct checker *c, struct json *ret, struct slice text)
{
    *ret = (struct json){ .type = JSON_STRING, .text = text };
    c->bytes += text.len;
}

/* The longest value of a single text, in bytes. In lists `max` counts items. */
static size_t text_limit(const struct field *f)
{
    if (f->max && !(f->flags & FIELD_MANY))
        return (size_t)f->max;
    return f->type == FIELD_LONGTEXT ? LIMIT_TEXT : f->type == FIELD_CODE ? CODE_MAX : LIMIT_NAME;
}

static bool value_text(struct checker *c, const struct field *f, struct slice text,
                       struct json *ret)
{
    bool lines = f->type == FIELD_LONGTEXT;
    if (lines)
        text = text_unify_lines(c->arena, text);
    if (!text.ptr)
        return no_memory(c);
    if (!text_is_clean(text, lines))
        return refuse(c, REASON_TEXT, "");
    if (text.len > text_limit(f)) {
        checker_report(c, REASON_TOO_LONG, "%zu", text_limit(f));
        return false;
    }
    for (size_t i = 0; f->type == FIELD_CODE && i < text.len; i++) {
        if (text.ptr[i] == ' ')
            return refuse(c, REASON_FORMAT, "a code without spaces");
    }
    put_text(c, ret, text);
    return true;
}

/* A text made here: copied into the arena. */
static bool put_made(struct checker *c, const struct buf *made, struct json *ret)
{
    struct slice copy = arena_copy(c->arena, buf_slice(made));
    if (buf_failed(made) || !copy.ptr)
        return no_memory(c);
    put_text(c, ret, copy);
    return true;
}

static bool value_when(struct checker *c, struct slice text, struct json *ret)
{
    struct when when;
    if (!when_parse(text, &when))
        return refuse(c, REASON_FORMAT, "YYYY, YYYY-MM, YYYY-MM-DD or an RFC 3339 instant");
    if (when.precision != WHEN_INSTANT) { /* these have one form only */
        put_text(c, ret, text);
        return true;
    }
    cleanup_buf struct buf out;
    buf_init(&out, 64);
    when_write(when, &out);
    return put_made(c, &out, ret);
}

static bool value_duration(struct checker *c, struct slice text, struct json *ret)
{
    struct duration duration;
    if (!duration_parse(text, &duration))
        return refuse(c, REASON_FORMAT, "ISO 8601 duration, e.g. P6M, P14D or PT36H");
    cleanup_buf struct buf out;
    buf_init(&out, 64);
    duration_write(duration, &out);
    return put_made(c, &out, ret);
}

/* True when the version before already held this text: such a reference is not asked for again, so
 * that a writer who may not read the other record can still change the rest of this one. */
static bool held_before(const struct json *v, struct slice text)
{
    if (!v)
        return false;
    if (v->type == JSON_STRING)
        return slice_eq(v->text, text);
    for (uint32_t i = 0; v->type == JSON_ARRAY && i < v->count; i++) {
        if (held_before(&v->items[i], text))
            return true;
    }
    for (uint32_t i = 0; v->type == JSON_OBJECT && i < v->count; i++) {
        if (held_before(&v->members[i].value, text))
            return true;
    }
    return false;
}

static bool value_ref(struct checker *c, const struct field *f, struct slice text, struct json *ret)
{
    struct uuid id;
    char lower[UUID_TEXT + 1];
    if (!uuid_parse(text, &id)) {
        if (!c->loose_refs)
            return refuse(c, REASON_FORMAT, "id of a record (UUID)");
        return value_text(c, f, text, ret);
    }
    uuid_format(id, lower);
    struct slice clean = arena_copy(c->arena, slice_make(lower, UUID_TEXT));
    if (!clean.ptr)
        return no_memory(c);
    if (c->rules && c->rules->reference && !held_before(c->rules->before, clean) &&
        !c->rules->reference(c->rules->context, clean, f->target))
        return refuse(c, REASON_REFERENCE, "");
    put_text(c, ret, clean);
    return true;
}

static bool value_country(struct checker *c, struct slice text, struct json *ret)
{
    const struct country *found = country_find(text);
    if (!found)
        return refuse(c, REASON_FORMAT, "ISO 3166-1 country code, e.g. CAN");
    put_text(c, ret, slice_make(found->alpha3, 3));
    return true;
}

static bool value_region(struct checker *c, struct slice text, struct json *ret)
{
    struct region region;
    if (!region_read(text, &region))
        return refuse(c, REASON_FORMAT, "UN M49 or ISO 3166 code, e.g. 021, CAN or CA-AB");
    cleanup_buf struct buf out;
    buf_init(&out, sizeof region.code);
    buf_add_cstr(&out, region.code);
    return put_made(c, &out, ret);
}

static bool value_language(struct checker *c, struct slice text, struct json *ret)
{
    struct slice tag = language_clean(c->arena, text);
    if (slice_empty(tag))
        return arena_failed(c->arena) ? no_memory(c)
                                      : refuse(c, REASON_FORMAT, "language tag, e.g. fr-CA");
    put_text(c, ret, tag);
    return true;
}

static bool value_choice(struct checker *c, const struct field *f, struct slice text,
                         struct json *ret)
{
    const struct choice *found = choice_find(f->choices, text);
    if (!found)
        return refuse(c, REASON_CHOICE, "");
    put_text(c, ret, slice_of(found->value));
    return true;
}

/* Everything that is a JSON string. */
static bool value_string(struct checker *c, const struct field *f, const struct json *in,
                         struct json *ret)
{
    if (in->type != JSON_STRING)
        return refuse(c, REASON_TYPE, "text");
    struct slice text = slice_trim(in->text);
    if (slice_empty(text))
        return false;
    if (!slice_is_utf8(text))
        return refuse(c, REASON_TEXT, "");
    switch (f->type) {
    case FIELD_WHEN:
        return value_when(c, text, ret);
    case FIELD_REF:
        return value_ref(c, f, text, ret);
    case FIELD_COUNTRY:
        return value_country(c, text, ret);
    case FIELD_LANGUAGE:
        return value_language(c, text, ret);
    case FIELD_ENUM:
        return value_choice(c, f, text, ret);
    case FIELD_DURATION:
        return value_duration(c, text, ret);
    case FIELD_REGION:
        return value_region(c, text, ret);
    default:
        return value_text(c, f, text, ret);
    }
}

static bool in_range(struct checker *c, const struct field *f, double value)
{
    if ((f->min == 0 && f->max == 0) || (value >= (double)f->min && value <= (double)f->max))
        return true;
    checker_report(c, REASON_RANGE, "%lld..%lld", (long long)f->min, (long long)f->max);
    return false;
}

static bool value_integer(struct checker *c, const struct field *f, const struct json *in,
                          struct json *ret)
{
    if (in->type != JSON_NUMBER || !in->is_integer)
        return refuse(c, REASON_TYPE, "whole number");
    if (!in_range(c, f, (double)in->integer))
        return false;
    struct json *made = json_new_int(c->arena, in->integer);
    if (!made)
        return no_memory(c);
    *ret = *made;
    return true;
}

static bool value_decimal(struct checker *c, const struct field *f, const struct json *in,
                          struct json *ret)
{
    if (in->type != JSON_NUMBER || !isfinite(in->number))
        return refuse(c, REASON_TYPE, "number");
    double value = in->number; /* minus zero is written as 0 */
    if (!in_range(c, f, value))
        return false;
    cleanup_buf struct buf out;
    buf_init(&out, 64);
    json_write_number(&out, value);
    struct json *made;
    if (buf_failed(&out) || json_parse(c->arena, buf_slice(&out), NULL, &made))
        return no_memory(c);
    *ret = *made;
    ret->text = arena_copy(c->arena, made->text); /* the parser may borrow its input */
    return ret->text.ptr ? true : no_memory(c);
}

static bool value_object(struct checker *c, const struct field *f, const struct json *in,
                         struct json *ret)
{
    if (in->type != JSON_OBJECT)
        return refuse(c, REASON_TYPE, "object");
    if (f->type == FIELD_LABEL) {
        *ret = *in;
        return in->count > 0;
    }
    for (uint32_t i = 0; i < in->count; i++) {
        if (field_find(f->fields, in->members[i].name))
            continue;
        size_t at = checker_push(c, in->members[i].name);
        checker_report(c, REASON_UNKNOWN_FIELD, "%s", "");
        checker_pop(c, at);
    }
    if (in->count == 0)
        return false;
    struct json *made = json_new_object(c->arena);
    if (!made)
        return no_memory(c);
    checker_members(c, f->fields, in, made);
    *ret = *made;
    return made->count > 0;
}

static bool value_single(struct checker *c, const struct field *f, const struct json *in,
                         struct json *ret)
{
    switch (f->type) {
    case FIELD_BOOL:
        if (in->type != JSON_BOOL)
            return refuse(c, REASON_TYPE, "true or false");
        *ret = (struct json){ .type = JSON_BOOL, .boolean = in->boolean };
        return true;
    case FIELD_INTEGER:
        return value_integer(c, f, in, ret);
    case FIELD_DECIMAL:
        return value_decimal(c, f, in, ret);
    case FIELD_LABEL:
    case FIELD_OBJECT:
        return value_object(c, f, in, ret);
    default:
        return value_string(c, f, in, ret);
    }
}

static bool holds(const struct json *list, const struct json *value)
{
    for (uint32_t i = 0; i < list->count; i++) {
        if (json_equal(&list->items[i], value))
            return true;
    }
    return false;
}

/* A list of single values is a set: a repeated value is said once. Objects are kept as they are;
 * their kind says what may not repeat. */
static bool value_list(struct checker *c, const struct field *f, const struct json *in,
                       struct json *ret)
{
    size_t limit = f->max && f->type != FIELD_INTEGER && f->type != FIELD_DECIMAL
                       ? (size_t)f->max
                       : (size_t)LIMIT_LIST;
    if (in->type != JSON_ARRAY)
        return refuse(c, REASON_TYPE, "list");
    if (in->count > limit) {
        checker_report(c, REASON_TOO_MANY, "%zu", limit);
        return false;
    }
    struct json *list = json_new_array(c->arena);
    for (uint32_t i = 0; list && i < in->count; i++) {
        struct json value;
        size_t at = push_index(c, i);
        if (in->items[i].type != JSON_NULL && value_single(c, f, &in->items[i], &value) &&
            (f->type == FIELD_OBJECT || !holds(list, &value)) &&
            json_array_add(c->arena, list, &value))
            no_memory(c);
        checker_pop(c, at);
    }
    if (!list)
        return no_memory(c);
    *ret = *list;
    return list->count > 0;
}

bool checker_value(struct checker *c, const struct field *f, const struct json *in,
                   struct json *ret)
{
    if (!in || in->type == JSON_NULL)
        return false;
    return f->flags & FIELD_MANY ? value_list(c, f, in, ret) : value_single(c, f, in, ret);
}

/* The member of that name. Most bodies have their members in table order, so the one behind the
 * last found is looked at first. */
static const struct json *find_value(const struct json *in, struct slice name, uint32_t *next)
{
    if (*next < in->count && slice_eq(in->members[*next].name, name))
        return &in->members[(*next)++].value;
    for (uint32_t i = 0; i < in->count; i++) {
        if (slice_eq(in->members[i].name, name)) {
            *next = i + 1;
            return &in->members[i].value;
        }
    }
    return NULL;
}

void checker_members(struct checker *c, const struct field *fields, const struct json *in,
                     struct json *ret)
{
    uint32_t next = 0;
    for (const struct field *f = fields; f->name; f++) {
        struct json value;
        int before = c->code;
        struct slice name = slice_of(f->name);
        size_t at = checker_push(c, name);
        c->code = 0;
        if (checker_value(c, f, find_value(in, name, &next), &value)) {
            c->bytes += name.len + 8;
            if (json_object_set(c->arena, ret, name, &value))
                no_memory(c);
        } else if (!c->code && (f->flags & FIELD_REQUIRED)) {
            checker_report(c, REASON_REQUIRED, "%s", "");
        }
        if (before)
            c->code = before;
        checker_pop(c, at);
    }
}

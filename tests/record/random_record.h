/*
 * Random bodies for any field table: messy input that is valid once it is cleaned. Texts are made
 * of the characters that foreign formats stumble over.
 */
#pragma once

#include "record_check.h"

#include "record/country.h"

static inline struct slice random_text(struct arena *a, uint64_t *seed, bool lines, uint32_t max)
{
    static const char *const parts[] = { "a",  "B",  "7",  " ",  ";",          ",",
                                         "=",  "\\", "\"", "'",  "+",          "-",
                                         "@",  "é",  "œ",  "日", "\U0001F600", "\\;",
                                         "''", "x",  "z/", "~1", "key=v,w",    "=1+1" };
    cleanup_buf struct buf out;
    buf_init(&out, LIMIT_TEXT);
    uint32_t n = random_below(seed, max) + 1;
    for (uint32_t i = 0; i < n; i++) {
        if (lines && random_below(seed, 9) == 0)
            buf_add_cstr(&out, random_below(seed, 2) ? "\n" : "\t");
        buf_add_cstr(&out, parts[random_below(seed, sizeof parts / sizeof parts[0])]);
    }
    return arena_copy(a, buf_slice(&out));
}

static inline struct slice random_when(struct arena *a, uint64_t *seed)
{
    unsigned year = 1900 + random_below(seed, 200), month = 1 + random_below(seed, 12);
    unsigned day = 1 + random_below(seed, 28);
    switch (random_below(seed, 4)) {
    case 0:
        return arena_printf(a, "%u", year);
    case 1:
        return arena_printf(a, "%u-%02u", year, month);
    case 2:
        return arena_printf(a, "%u-%02u-%02u", year, month, day);
    default:
        return arena_printf(a, "%u-%02u-%02uT%02u:%02u:00Z", year, month, day,
                            random_below(seed, 24), random_below(seed, 60));
    }
}

static inline struct slice random_choice(uint64_t *seed, const struct choice *choices)
{
    uint32_t n = 0;
    while (choices[n].value)
        n++;
    return slice_of(choices[random_below(seed, n)].value);
}

static inline struct json *random_number(struct arena *a, uint64_t *seed, const struct field *f)
{
    int64_t low = f->min == 0 && f->max == 0 ? -1000 : f->min;
    int64_t high = f->min == 0 && f->max == 0 ? 1000 : f->max;
    int64_t whole = low + (int64_t)random_below(seed, (uint32_t)(high - low));
    if (f->type == FIELD_INTEGER)
        return json_new_int(a, whole);
    struct slice text = arena_printf(a, "%lld.%u", (long long)whole, random_below(seed, 1000));
    if (whole < 0 && whole == low)
        text = arena_printf(a, "%lld", (long long)low);
    return parse(a, text.ptr);
}

static inline struct json *random_object(struct arena *a, uint64_t *seed,
                                         const struct field *fields);

static inline struct json *random_single(struct arena *a, uint64_t *seed, const struct field *f)
{
    static const char *const languages[] = { "en", "fr-CA", "zh-Hant", "es-419" };
    static const char *const durations[] = { "P0D", "P1Y6M", "P2W", "P30D", "PT36H", "P1DT12H" };
    static const char *const regions[] = { "001", "021", "CAN", "CA-AB", "fr-2a", "m49-150" };
    struct slice text = { 0 };
    switch (f->type) {
    case FIELD_BOOL:
        return json_new_bool(a, random_below(seed, 2));
    case FIELD_INTEGER:
    case FIELD_DECIMAL:
        return random_number(a, seed, f);
    case FIELD_OBJECT:
        return random_object(a, seed, f->fields);
    case FIELD_LABEL:
        return parse(a, "{\"class\":\"SECRET\",\"tlp\":\"RED\",\"x\":[[\"A\",\"B\"]]}");
    case FIELD_REF:
        text = arena_printf(a, "01890000-0000-7000-8000-%012u", random_below(seed, 1000000));
        break;
    case FIELD_ENUM:
        text = random_choice(seed, f->choices);
        break;
    case FIELD_WHEN:
        text = random_when(a, seed);
        break;
    case FIELD_COUNTRY:
        text = slice_of(countries[random_below(seed, 249)].alpha3);
        break;
    case FIELD_DURATION:
        text = slice_of(durations[random_below(seed, 6)]);
        break;
    case FIELD_REGION:
        text = slice_of(regions[random_below(seed, 6)]);
        break;
    case FIELD_LANGUAGE:
        text = slice_of(languages[random_below(seed, 4)]);
        break;
    case FIELD_CODE:
        text = arena_printf(a, "c-%u;,=\\'%u", random_below(seed, 100), random_below(seed, 100));
        if (f->max && !(f->flags & FIELD_MANY) && text.len > (size_t)f->max)
            text.len = (size_t)f->max;
        break;
    default:
        text = random_text(a, seed, f->type == FIELD_LONGTEXT, 10);
    }
    return json_new_text(a, text);
}

static inline struct json *random_value(struct arena *a, uint64_t *seed, const struct field *f)
{
    if (!(f->flags & FIELD_MANY))
        return random_single(a, seed, f);
    struct json *list = json_new_array(a);
    uint32_t least = f->flags & FIELD_REQUIRED ? 1 : 0;
    for (uint32_t i = least + random_below(seed, 5 - least); i > 0; i--)
        assert_int_equal(json_array_add(a, list, random_single(a, seed, f)), 0);
    return list;
}

static inline struct json *random_object(struct arena *a, uint64_t *seed,
                                         const struct field *fields)
{
    struct json *object = json_new_object(a);
    for (const struct field *f = fields; f->name; f++) {
        if (!(f->flags & FIELD_REQUIRED) && random_below(seed, 3) == 0)
            continue;
        struct json *value = random_value(a, seed, f);
        if ((f->flags & FIELD_REQUIRED) && value->type == JSON_STRING &&
            slice_empty(slice_trim(value->text)))
            value = json_new_text(a, S("required"));
        assert_int_equal(json_object_set(a, object, slice_of(f->name), value), 0);
    }
    return object;
}

/* A clean body of the kind: every field rule holds; rules across fields are not looked at. */
static inline struct json *random_body(struct arena *a, uint64_t *seed, const struct kind *k)
{
    struct json *own = NULL, *common = NULL;
    struct error err = { 0 };
    if (fields_check(k->fields, a, random_object(a, seed, k->fields), S(""), NULL, &err, &own) ||
        fields_check(common_fields, a, random_object(a, seed, common_fields), S(""), NULL, &err,
                     &common))
        fail_msg("%s: %s", k->name, err.message);
    for (uint32_t i = 0; i < common->count; i++)
        assert_int_equal(
            json_object_set(a, own, common->members[i].name, &common->members[i].value), 0);
    return own;
}

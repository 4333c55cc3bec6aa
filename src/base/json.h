/*
 * JSON: a parser into an arena, a writer into a buffer, and the canonical form.
 *
 * The tree is immutable after parsing; object members keep their order of appearance, and a
 * duplicate name is an error (RFC 8259 leaves it open; RFC 8785 needs it closed). Depth, size and
 * the number of values are limited. Strings are decoded, valid UTF-8, and may not hold NUL. Numbers
 * keep their text; integers within +-2^53 are also given as int64. The canonical form is RFC 8785:
 * members sorted by UTF-16 code units, ES6 number format, minimal escapes.
 */
#pragma once

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json_member;

struct json {
    enum json_type type;
    bool boolean;
    bool is_integer;   /* JSON_NUMBER: exact, within +-2^53 */
    uint32_t count;    /* items or members */
    uint32_t capacity; /* of the builders in json_build.c; 0 for a parsed or copied value */
    union {
        struct slice text; /* JSON_STRING: decoded. JSON_NUMBER: as written */
        struct json *items;
        struct json_member *members;
    };
    int64_t integer;
    double number;
};

struct json_member {
    struct slice name;
    struct json value;
};

/* Parses the whole text (white space around it allowed). Errors name line and column.
 * EN_INVALID, EN_TOO_LARGE (depth, values) or EN_NO_MEMORY. The tree lives in the arena. */
int json_parse(struct arena *a, struct slice text, struct error *err, struct json **ret);

/* The member's value, or NULL when v is NULL, not an object, or has no such member. */
const struct json *json_get(const struct json *v, const char *name);
const struct json *json_get_slice(const struct json *v, struct slice name);
/* Text of a string member, or the empty slice. */
struct slice json_get_text(const struct json *v, const char *name);
/* Integer member, or the fallback. */
int64_t json_get_int(const struct json *v, const char *name, int64_t fallback);
bool json_get_bool(const struct json *v, const char *name, bool fallback);
bool json_equal(const struct json *a, const struct json *b); /* member order does not matter */

/* Builders, for the few places that make a tree by hand (arena-allocated, NULL on failure). */
struct json *json_new_object(struct arena *a);
struct json *json_new_array(struct arena *a);
struct json *json_new_text(struct arena *a, struct slice text);
struct json *json_new_int(struct arena *a, int64_t value);
struct json *json_new_bool(struct arena *a, bool value);
struct json *json_new_null(struct arena *a);
/* Replaces an existing member of that name; the value is copied shallowly. Growth is amortised. */
int json_object_set(struct arena *a, struct json *object, struct slice name,
                    const struct json *value);
/* A new value set in one call. A text whose ptr is NULL is one that memory failed for, and is
 * refused as such; of an empty one json_set_nonempty makes no member. */
int json_set_text(struct arena *a, struct json *object, const char *name, struct slice text);
int json_set_nonempty(struct arena *a, struct json *object, const char *name, struct slice text);
int json_set_int(struct arena *a, struct json *object, const char *name, int64_t value);
int json_set_bool(struct arena *a, struct json *object, const char *name, bool value);
/* Removes a member if present, in place: for objects made by these builders, not for parsed ones.
 */
void json_object_remove(struct json *object, struct slice name);
int json_array_add(struct arena *a, struct json *array, const struct json *value);

/* RFC 7396: the target with the patch applied; neither input changes. NULL when memory fails. */
struct json *json_merge_patch(struct arena *a, const struct json *target, const struct json *patch);

/* Appends v in RFC 8785 form. Fails (sticky, in out) only for memory or size. Member sorting uses
 * scratch memory from the arena. */
void json_write_canonical(struct arena *a, const struct json *v, struct buf *out);
/* Appends v as it is (member order kept, no white space). */
void json_write_value(const struct json *v, struct buf *out);

/* Appends a JSON string with quotes and escapes. */
void json_write_text(struct buf *out, struct slice text);
/* Appends a double as the shortest text that reads back the same (ES6 form, RFC 8785 3.2.2.3). */
void json_write_number(struct buf *out, double value);

/* The streaming writer: commas and nesting are kept by it; misuse is an assertion. */
struct json_writer {
    struct buf *out;
    unsigned depth;
    uint64_t has_items; /* bit per depth */
    uint64_t is_object; /* bit per depth */
    bool after_key;
};

void jw_init(struct json_writer *w, struct buf *out);
void jw_object(struct json_writer *w);
void jw_object_end(struct json_writer *w);
void jw_array(struct json_writer *w);
void jw_array_end(struct json_writer *w);
void jw_key(struct json_writer *w, const char *name);
void jw_key_slice(struct json_writer *w, struct slice name);
void jw_text(struct json_writer *w, struct slice text);
void jw_cstr(struct json_writer *w, const char *text); /* NULL writes null */
void jw_int(struct json_writer *w, int64_t value);
void jw_bool(struct json_writer *w, bool value);
void jw_null(struct json_writer *w);
void jw_double(struct json_writer *w, double value);
/* A figure with `digits` decimals (0..9), rounded half to even on the scaled integer: 0.600000 */
void jw_fixed(struct json_writer *w, double value, int digits);
void jw_json(struct json_writer *w, const struct json *value);
/* Bytes that are already one JSON value. */
void jw_raw(struct json_writer *w, struct slice value);
/* key and value in one call */
void jw_key_text(struct json_writer *w, const char *name, struct slice text);
void jw_key_cstr(struct json_writer *w, const char *name, const char *text);
void jw_key_int(struct json_writer *w, const char *name, int64_t value);
void jw_key_bool(struct json_writer *w, const char *name, bool value);
void jw_key_fixed(struct json_writer *w, const char *name, double value, int digits);

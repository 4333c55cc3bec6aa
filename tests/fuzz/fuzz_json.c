/*
 * Any bytes as JSON. What must hold: a refusal says so and gives no tree; a tree keeps the promises
 * of json.h; what is written reads back equal; the canonical form is a fixed point; a merge patch
 * applied twice is the patch applied once; no text with its last bracket cut off is accepted.
 */
#include "fuzz.h"

#include <math.h>

#include "base/json.h"
#include "base/limits.h"

enum { MEMORY = 64 * 1024 * 1024 };

static void check_names(const struct json *v)
{
    for (uint32_t i = 0; i < v->count && i < 300; i++) {
        for (uint32_t j = 0; j < i; j++) {
            must(!slice_eq(v->members[i].name, v->members[j].name));
        }
    }
}

static void check_tree(const struct json *v, unsigned depth)
{
    must(depth <= LIMIT_JSON_DEPTH);
    switch (v->type) {
    case JSON_STRING:
        must(slice_is_utf8(v->text));
        break;
    case JSON_NUMBER:
        must(isfinite(v->number));
        must(!v->is_integer || (double)v->integer == v->number);
        break;
    case JSON_ARRAY:
        for (uint32_t i = 0; i < v->count; i++) {
            check_tree(&v->items[i], depth + 1);
        }
        break;
    case JSON_OBJECT:
        check_names(v);
        for (uint32_t i = 0; i < v->count; i++) {
            must(slice_is_utf8(v->members[i].name));
            check_tree(&v->members[i].value, depth + 1);
        }
        break;
    default:
        break;
    }
}

static struct json *reparse(struct arena *a, const struct buf *text)
{
    struct json *v = NULL;
    must(!buf_failed(text));
    must(json_parse(a, buf_slice(text), NULL, &v) == 0);
    return v;
}

static void check_writing(struct arena *a, const struct json *v)
{
    cleanup_buf struct buf first;
    cleanup_buf struct buf second;
    buf_init(&first, MEMORY);
    buf_init(&second, MEMORY);
    json_write_value(v, &first);
    struct json *back = reparse(a, &first);
    must(json_equal(v, back));
    json_write_value(back, &second);
    must(slice_eq(buf_slice(&first), buf_slice(&second)));

    buf_clear(&first);
    buf_clear(&second);
    json_write_canonical(a, v, &first);
    back = reparse(a, &first);
    must(json_equal(v, back));
    json_write_canonical(a, back, &second);
    must(slice_eq(buf_slice(&first), buf_slice(&second)));
}

static void check_patching(struct arena *a, const struct json *v)
{
    struct json *nothing = json_new_null(a);
    struct json *once = json_merge_patch(a, nothing, v);
    must(once);
    struct json *twice = json_merge_patch(a, once, v);
    must(twice && json_equal(once, twice));
    if (v->type == JSON_OBJECT) {
        struct json *unchanged = json_merge_patch(a, v, json_new_object(a));
        must(unchanged && json_equal(v, unchanged));
    }
}

static void check_cut(struct arena *a, struct slice text)
{
    struct json *v = NULL;
    text = slice_trim(text);
    char last = text.ptr[text.len - 1];
    if (last == ']' || last == '}' || last == '"') {
        must(json_parse(a, slice_make(text.ptr, text.len - 1), NULL, &v) == EN_INVALID);
        must(!v);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = slice_make((const char *)data, size);
    struct error err = { 0 };
    struct json *v = NULL;
    cleanup_arena struct arena *a = arena_new(16 * (size_t)MEMORY);
    must(a);
    int r = json_parse(a, text, &err, &v);
    if (r < 0) {
        must(r == EN_INVALID || r == EN_TOO_LARGE);
        must(!v && err.code == r && err.message[0] && slice_is_utf8(slice_of(err.message)));
        return 0;
    }
    must(v && err.code == EN_OK);
    must(slice_is_utf8(text));
    check_tree(v, 0);
    check_writing(a, v);
    check_patching(a, v);
    check_cut(a, text);
    return 0;
}

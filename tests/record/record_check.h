/*
 * What the record tests share: the kinds, a short way to check a body written as JSON and to state
 * all the errors that are expected, one per line, and ids that can be told apart.
 */
#pragma once

#include "../base/check.h"

#include "base/limits.h"
#include "record/record.h"

#define ID_A "01890000-0000-7000-8000-00000000000a"
#define ID_B "01890000-0000-7000-8000-00000000000b"
#define ID_C "01890000-0000-7000-8000-00000000000c"
#define ID_D "01890000-0000-7000-8000-00000000000d"

struct fixture {
    struct arena *arena;
    const struct kinds *kinds;
};

static inline struct fixture fixture_new(void)
{
    struct fixture f = { .arena = arena_new(LIMIT_ARENA) };
    assert_non_null(f.arena);
    assert_int_equal(kinds_make(f.arena, S(""), NULL, &f.kinds), 0);
    return f;
}

static inline void fixture_done(struct fixture *f)
{
    arena_free(f->arena);
}
#define cleanup_fixture __attribute__((cleanup(fixture_done)))

static inline const struct kind *kind_named(const struct fixture *f, const char *name)
{
    const struct kind *k = kinds_find(f->kinds, slice_of(name));
    assert_non_null(k);
    return k;
}

static inline struct json *parse(struct arena *a, const char *text)
{
    struct json *v = NULL;
    struct error err = { 0 };
    if (json_parse(a, slice_of(text), &err, &v))
        fail_msg("%s in %s", err.message, text);
    return v;
}

/* "/pointer reason detail" per field error, or the message of an error without fields. */
static inline void describe_error(const struct error *err, struct buf *out)
{
    for (unsigned i = 0; i < err->field_count && i < ERROR_FIELDS_MAX; i++) {
        const struct field_error *f = &err->fields[i];
        buf_printf(out, "%s%s %s%s%s", i ? "\n" : "", f->pointer, error_reason_word(f->reason),
                   f->detail[0] ? " " : "", f->detail);
    }
    if (err->field_count == 0)
        buf_add_cstr(out, err->message);
}

/* The clean body as text when it is accepted, all errors when it is refused. */
static inline struct slice outcome(const struct fixture *f, const char *kind, const char *input,
                                   const struct record_rules *rules)
{
    struct error err = { 0 };
    struct json *body = NULL;
    cleanup_buf struct buf out;
    buf_init(&out, LIMIT_BODY);
    int code =
        record_check(kind_named(f, kind), f->arena, parse(f->arena, input), rules, &err, &body);
    if (code) {
        assert_null(body);
        assert_int_equal(err.code, code);
        describe_error(&err, &out);
    } else {
        assert_int_equal(err.code, 0);
        json_write_value(body, &out);
    }
    return arena_copy(f->arena, buf_slice(&out));
}

#define assert_outcome(f, kind, input, expected) \
    assert_string_equal(outcome((f), (kind), (input), NULL).ptr, (expected))

static inline struct json *clean(const struct fixture *f, const char *kind, const char *input)
{
    struct error err = { 0 };
    struct json *body = NULL;
    if (record_check(kind_named(f, kind), f->arena, parse(f->arena, input), NULL, &err, &body))
        fail_msg("refused: %s (%s)", err.message, input);
    return body;
}

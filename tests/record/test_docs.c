/*
 * Golden: the tables of docs/kinds.md and docs/trust-policy.md are made from the kinds and from the
 * default policy. What stands above the mark in those files is written by hand. ENTENTE_BLESS=1
 * rewrites what stands below it.
 */
#include "record_check.h"

#include "record/weights.h"

static const char mark[] = "<!-- Made by `make bless` from the tables in src/record. -->\n";

static void add_limits(const struct field *f, struct buf *out)
{
    if (f->type == FIELD_INTEGER || f->type == FIELD_DECIMAL) {
        if (f->min || f->max)
            buf_printf(out, ", %lld to %lld", (long long)f->min, (long long)f->max);
    } else if (f->max) {
        buf_printf(out, f->flags & FIELD_MANY ? ", at most %lld" : ", at most %lld bytes",
                   (long long)f->max);
    }
}

static void add_field(const struct field *f, const char *prefix, struct buf *out)
{
    bool both = (f->flags & FIELD_INDEXED) && (f->flags & FIELD_SEARCHED);
    buf_printf(out, "| `%s%s`%s | %s%s", prefix, f->name, f->flags & FIELD_REQUIRED ? " *" : "",
               f->flags & FIELD_MANY ? "list of " : "", field_type_word(f->type));
    if (f->type == FIELD_REF)
        buf_printf(out, " -> %s", f->target ? f->target : "any record");
    add_limits(f, out);
    for (const struct choice *c = f->choices; c && c->value; c++)
        buf_printf(out, "%s`%s`", c == f->choices ? ": " : ", ", c->value);
    buf_printf(out, " | %s / %s | %s%s%s |\n", f->label_en, f->label_fr,
               f->flags & FIELD_INDEXED ? "filter" : "", both ? ", " : "",
               f->flags & FIELD_SEARCHED ? "search" : "");
    for (const struct field *m = f->fields; m && m->name; m++) {
        struct buf path;
        buf_init(&path, LIMIT_NAME);
        buf_printf(&path, "%s%s.", prefix, f->name);
        add_field(m, path.ptr, out);
        buf_done(&path);
    }
}

static void add_table(const struct field *fields, struct buf *out)
{
    buf_add_cstr(out, "| field | type | label EN / FR | used by |\n|---|---|---|---|\n");
    for (const struct field *f = fields; f->name; f++)
        add_field(f, "", out);
    buf_add_char(out, '\n');
}

static void make_kinds(struct buf *out)
{
    cleanup_fixture struct fixture f = fixture_new();
    buf_add_cstr(out, "## Every record\n\n");
    add_table(common_fields, out);
    for (size_t i = 0; i < f.kinds->count; i++) {
        const struct kind *k = f.kinds->items[i];
        buf_printf(out, "## %s (`%s`)%s\n\n%s\n*%s : %s*\n\n", k->title_en, k->name,
                   k->system ? " - system kind" : "", k->help_en, k->title_fr, k->help_fr);
        add_table(k->fields, out);
    }
    buf_truncate(out, out->len - 1);
}

static void add_row(const struct weight_row *row, struct buf *out)
{
    buf_printf(out, "| %s |", row->event);
    for (unsigned d = 0; d < DIMENSION_COUNT; d++) {
        if (row->dimensions >> d & 1)
            buf_printf(out, " %s", dimension_choices[d].value);
    }
    buf_printf(out, "%s | %g | %g |", row->dimensions ? "" : " as the record states", row->positive,
               row->negative);
    if (row->stakes > 0)
        buf_printf(out, " %g |\n", row->stakes);
    else
        buf_add_cstr(out, " as the record states |\n");
}

static void make_policy(struct buf *out)
{
    struct weights w;
    assert_int_equal(weights_parse(S(""), NULL, &w), 0);
    buf_add_cstr(out, "| event | dimensions | positive | negative | stakes |\n"
                      "|---|---|---|---|---|\n");
    for (size_t i = 0; i < w.count; i++)
        add_row(&w.rows[i], out);
}

static struct slice read_file(struct arena *a, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail_msg("%s cannot be read", path);
    char *text = arena_alloc(a, LIMIT_BODY);
    size_t len = fread(text, 1, LIMIT_BODY - 1, file);
    fclose(file);
    return slice_make(text, len);
}

static void compare(const char *name, void (*make)(struct buf *out))
{
    const char *source = getenv("ENTENTE_SOURCE");
    if (!source)
        skip();
    cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
    cleanup_buf struct buf wanted;
    buf_init(&wanted, LIMIT_BODY);
    const char *path = arena_printf(a, "%s/docs/%s", source, name).ptr;
    struct slice text = read_file(a, path);
    const char *end = strstr(text.ptr, mark);
    assert_non_null(end);
    buf_add(&wanted, slice_make(text.ptr, (size_t)(end - text.ptr)));
    buf_add_cstr(&wanted, mark);
    buf_add_char(&wanted, '\n');
    make(&wanted);
    const char *bless = getenv("ENTENTE_BLESS");
    if (bless && strcmp(bless, "1") == 0) {
        FILE *file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(wanted.ptr, 1, wanted.len, file), wanted.len);
        assert_int_equal(fclose(file), 0);
    } else if (!slice_eq(text, buf_slice(&wanted))) {
        fail_msg("docs/%s is not what the tables say: run make bless", name);
    }
}

static void the_page_of_kinds_is_what_the_tables_say(void **state)
{
    (void)state;
    compare("kinds.md", make_kinds);
}

static void the_page_of_the_policy_is_what_the_defaults_say(void **state)
{
    (void)state;
    compare("trust-policy.md", make_policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_of_kinds_is_what_the_tables_say),
        cmocka_unit_test(the_page_of_the_policy_is_what_the_defaults_say),
    };
    return run_suite(tests);
}

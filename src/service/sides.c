/*
 * Both sides of one thing: our record, theirs, and where they differ.
 *
 * Invariant: nothing is merged. Theirs is shown as theirs, with its origin; a difference is named
 * in both languages and settled by nobody but people. What one side leaves out is a difference only
 * where it could not have been left out for the reader's sake: references are compared when both
 * state them.
 */
#include "service/sides.h"
#include "service/exchange.h"

#include "base/limits.h"
#include "service/render.h"

static const char *match_word(enum sides_match match)
{
    static const char *const words[] = { [SIDES_NONE] = "none",
                                         [SIDES_STATED] = "annotation",
                                         [SIDES_EXTERNAL] = "external_id",
                                         [SIDES_KEY] = "parties" };
    return words[match];
}

/* ---- differences ---- */

struct comparing {
    struct snapshot *snapshot;
    struct render *render;
    struct json_writer *out;
};

static bool same_value(struct snapshot *s, const struct field *f, const struct json *a,
                       const struct json *b)
{
    if (f->type == FIELD_REF && a->type == JSON_STRING && b->type == JSON_STRING)
        return sides_same(s, a->text, b->text);
    return json_equal(a, b);
}

/* Lists of references and of objects speak of each side's own records: they are not compared. */
static bool is_compared(const struct field *f, const struct json *a, const struct json *b)
{
    bool both = a && b;
    if (f->flags & FIELD_SECRET)
        return false;
    if (f->type == FIELD_OBJECT || (f->type == FIELD_REF && (f->flags & FIELD_MANY)))
        return false;
    return f->type == FIELD_REF ? both : a || b;
}

/* The value as people read it. */
static void value_text(struct comparing *c, const struct field *f, const struct json *v,
                       bool french, struct buf *out)
{
    if (!v) {
        buf_add_cstr(out, french ? "rien" : "nothing");
        return;
    }
    if (f->type == FIELD_ENUM && v->type == JSON_STRING) {
        const struct choice *choice = choice_find(f->choices, v->text);
        buf_add_cstr(out, choice ? (french ? choice->fr : choice->en) : "?");
        return;
    }
    if (f->type == FIELD_REF && v->type == JSON_STRING) {
        struct reference ref;
        if (snapshot_reference(c->snapshot, v->text, NULL, &ref))
            buf_add(out, french && ref.title_fr.len ? ref.title_fr : ref.title);
        else
            buf_add_cstr(out, "?");
        return;
    }
    field_to_text(f, v, out);
}

static void write_says(struct comparing *c, const struct field *f, const struct json *ours,
                       const struct json *theirs, bool french)
{
    struct buf text cleanup_buf;
    buf_init(&text, LIMIT_RECORD);
    buf_add_cstr(&text, french ? f->label_fr : f->label_en);
    buf_add_cstr(&text, french ? " : nous disons « " : ": we say \"");
    value_text(c, f, ours, french, &text);
    buf_add_cstr(&text, french ? " », ils disent « " : "\", they say \"");
    value_text(c, f, theirs, french, &text);
    buf_add_cstr(&text, french ? " »." : "\".");
    if (buf_failed(&text))
        snapshot_fail(c->snapshot, EN_NO_MEMORY);
    jw_key_text(c->out, french ? "says_fr" : "says_en", buf_slice(&text));
}

static void write_value(struct comparing *c, const char *name, const struct field *f,
                        const struct json *v)
{
    jw_key(c->out, name);
    if (!v || (f->type == FIELD_REF && !refs_add(c->render->refs, v->text)))
        jw_null(c->out);
    else
        jw_json(c->out, v);
}

static void compare_field(struct comparing *c, const struct field *f, const struct json *ours,
                          const struct json *theirs)
{
    const struct json *a = json_get(ours, f->name), *b = json_get(theirs, f->name);
    if (!is_compared(f, a, b) || (a && b && same_value(c->snapshot, f, a, b)))
        return;
    /* a reference that the viewer may not read is absent */
    if (f->type == FIELD_REF && (!snapshot_readable(c->snapshot, a->text, NULL) ||
                                 !snapshot_readable(c->snapshot, b->text, NULL)))
        return;
    jw_object(c->out);
    jw_key_cstr(c->out, "field", f->name);
    write_value(c, "ours", f, a);
    write_value(c, "theirs", f, b);
    write_says(c, f, a, b, false);
    write_says(c, f, a, b, true);
    jw_object_end(c->out);
}

static void write_differences(struct comparing *c, const struct row *ours, const struct row *theirs)
{
    jw_key(c->out, "differences");
    jw_array(c->out);
    for (const struct field *f = ours ? ours->kind->fields : NULL; f && f->name && theirs; f++)
        compare_field(c, f, ours->body, theirs->body);
    jw_array_end(c->out);
}

/* ---- what was said about either ---- */

struct notes {
    struct arena *arena;
    struct slice ids[LIMIT_LIST];
    size_t count;
};

static int note_annotation(void *context, const struct slice *columns)
{
    struct notes *n = context;
    if (n->count == LIMIT_LIST)
        return 1;
    n->ids[n->count] = arena_copy(n->arena, columns[0]);
    return n->ids[n->count++].ptr ? 0 : EN_NO_MEMORY;
}

static int write_annotations(struct comparing *c, const struct row *ours, const struct row *theirs,
                             struct error *err)
{
    static const char sql[] = "SELECT r.id FROM annotations_v k JOIN record_v r ON r.num = k.num"
                              " WHERE r.retracted = 0 AND k.about IN (?1, ?2) ORDER BY r.id";
    struct notes *n = arena_new_of(snapshot_arena(c->snapshot), struct notes);
    struct slice ids[] = { ours ? ours->id : S(""), theirs ? theirs->id : S("") };
    if (!n)
        return error_set(err, EN_NO_MEMORY, "sides");
    n->arena = snapshot_arena(c->snapshot);
    int code = snapshot_query(c->snapshot, sql, ids, 2, err, note_annotation, n);
    if (code < 0)
        return error_set(err, code, "the records cannot be read");
    code = 0;
    jw_key(c->out, "annotations");
    jw_array(c->out);
    for (size_t i = 0; code == 0 && i < n->count; i++) {
        struct row row;
        code = snapshot_get(c->snapshot, NULL, n->ids[i], err, &row);
        if (code == 0)
            code = render_record(c->render, &row, err);
    }
    jw_array_end(c->out);
    return code;
}

static int write_side(struct comparing *c, const char *name, struct row *row, struct error *err)
{
    jw_key(c->out, name);
    if (!row) {
        jw_null(c->out);
        return 0;
    }
    return render_record(c->render, row, err);
}

int sides_write(struct node *n, struct slice record, struct render *r, struct error *err)
{
    struct comparing c = { .snapshot = r->snapshot, .render = r, .out = r->out };
    struct row row, twin;
    enum sides_match match = SIDES_NONE;
    char own[UUID_TEXT + 1];
    uuid_format(ledger_instance(node_ledger(n)), own);
    int code = snapshot_get(r->snapshot, NULL, record, err, &row);
    if (code == 0 && row.kind->system)
        code = error_set(err, EN_NOT_FOUND, "there is no such record");
    if (code == 0 && row.retracted)
        code = error_set(err, EN_GONE, "the record was retracted; its history remains");
    if (code == 0)
        code = sides_twin(n, r->snapshot, &row, err, &twin, &match);
    if (code < 0)
        return code;
    bool mine = slice_is(row.origin, own);
    struct row *other = match ? &twin : NULL;
    struct row *ours = mine ? &row : other, *theirs = mine ? other : &row;
    jw_key_cstr(c.out, "kind", row.kind->name);
    jw_key_cstr(c.out, "matched_by", match_word(match));
    code = write_side(&c, "ours", ours, err);
    if (code == 0)
        code = write_side(&c, "theirs", theirs, err);
    if (code < 0)
        return code;
    write_differences(&c, ours, theirs);
    return write_annotations(&c, ours, theirs, err);
}

/*
 * Titles: what records are called, and what a reference shows of the record that it names.
 *
 * A record whose kind has no name of its own is named by its references ("a – b"), as far as the
 * viewer may read them. Names of names are not looked up: such a reference adds its own title only.
 */
#include "picture/internal.h"

#include <string.h>

/* A row without its body, unless the body is needed to name it. */
static bool take_reference(struct snapshot *s, sqlite3_stmt *st, const struct kind *kind,
                           struct row *ret)
{
    struct row r = { .number = (uint32_t)db_int(st, 0),
                     .kind = kinds_find(s->picture->kinds, db_text(st, 2)) };
    uint32_t label = (uint32_t)db_int(st, 3);
    if (!r.kind || (kind ? strcmp(r.kind->name, kind->name) != 0 : r.kind->system))
        return false;
    r.label = label_table_label(s->picture->labels, label);
    if (!r.label)
        return false;
    r.id = db_copy(st, 1, s->arena);
    r.title = db_copy(st, 4, s->arena);
    r.title_fr = db_copy(st, 5, s->arena);
    r.body_text = db_copy(st, 6, s->arena);
    r.origin = db_copy(st, 7, s->arena);
    snapshot_saw(s, label, &r);
    *ret = r;
    return true;
}

static bool find_reference(struct snapshot *s, struct slice id, const struct kind *kind,
                           struct row *ret)
{
    static const char sql[] = "SELECT num, id, kind, label, title, title_fr,"
                              " CASE WHEN title = '' OR title IS NULL THEN body END, origin"
                              " FROM record_v WHERE id = ?1 AND retracted = 0";
    sqlite3_stmt *st = NULL;
    if (snapshot_cached(s, sql, NULL, &st) < 0)
        return false;
    db_bind_text(st, 1, id);
    int code = db_step(st, NULL);
    bool found = code == 1 && take_reference(s, st, kind, ret);
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    if (code < 0)
        snapshot_fail(s, code);
    return found;
}

static struct slice joined(struct arena *a, struct slice title, struct slice name)
{
    return title.len ? arena_printf(a, SLICE_FMT " – " SLICE_FMT, SLICE_ARG(title), SLICE_ARG(name))
                     : name;
}

/* Both titles of a row that its references name. */
static void name_by_references(struct snapshot *s, const struct row *row, struct slice *title,
                               struct slice *title_fr)
{
    struct row copy = *row, other;
    if (snapshot_body(s, &copy, NULL) < 0)
        return;
    for (int i = 0; i < 3 && row->kind->name_refs[i]; i++) {
        struct slice id = json_get_text(copy.body, row->kind->name_refs[i]);
        if (!id.len || !find_reference(s, id, NULL, &other))
            continue;
        *title = joined(s->arena, *title, other.title);
        *title_fr = joined(s->arena, *title_fr, other.title_fr.len ? other.title_fr : other.title);
    }
}

bool snapshot_reference(struct snapshot *s, struct slice id, const struct kind *kind,
                        struct reference *ret)
{
    struct row row;
    if (!find_reference(s, id, kind, &row))
        return false;
    *ret = (struct reference){ .kind = row.kind,
                               .origin = row.origin,
                               .title = row.title,
                               .title_fr = row.title_fr.len ? row.title_fr : row.title };
    if (!row.title.len && row.kind->name_refs[0])
        name_by_references(s, &row, &ret->title, &ret->title_fr);
    return true;
}

struct slice snapshot_title(struct snapshot *s, const struct row *row, bool french)
{
    struct slice own = french && row->title_fr.len ? row->title_fr : row->title;
    struct slice title = S(""), title_fr = S("");
    if (own.len || !row->kind->name_refs[0])
        return own;
    name_by_references(s, row, &title, &title_fr);
    return french ? title_fr : title;
}

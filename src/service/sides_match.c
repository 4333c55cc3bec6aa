/*
 * Matching the records of two sides: see sides.h.
 *
 * Invariant: what a person stated (an annotation of ours) comes before what two systems share (an
 * external id), and that before what merely looks the same. Among equals the smallest id is taken,
 * so that the answer depends on nothing but the records that the viewer may read.
 */
#include "service/sides.h"

#include "base/limits.h"

struct finding {
    struct arena *arena;
    struct slice id;
};

static int note_first(void *context, const struct slice *columns)
{
    struct finding *f = context;
    f->id = arena_copy(f->arena, columns[0]);
    return f->id.ptr ? 1 : EN_NO_MEMORY;
}

static int find(struct snapshot *s, const char *sql, const struct slice *values, int count,
                struct error *err, struct slice *ret)
{
    struct finding f = { .arena = snapshot_arena(s) };
    int code = snapshot_query(s, sql, values, count, err, note_first, &f);
    if (code < 0)
        return error_set(err, code, "the records cannot be read");
    *ret = f.id;
    return code == 1;
}

/* ---- one thing? ---- */

static int note_yes(void *context, const struct slice *columns)
{
    (void)context;
    (void)columns;
    return 1;
}

bool sides_same(struct snapshot *s, struct slice a, struct slice b)
{
    static const char stated[] =
        "SELECT 1 FROM annotations_v k JOIN record_v r ON r.num = k.num WHERE r.retracted = 0 AND"
        " ((k.about = ?1 AND k.same_as = ?2) OR (k.about = ?2 AND k.same_as = ?1)) LIMIT 1";
    static const char shared[] =
        "SELECT 1 FROM record_v x JOIN item_v i ON i.num = x.num AND i.field = 'external_ids'"
        " JOIN item_v j ON j.field = 'external_ids' AND j.value = i.value"
        " JOIN record_v y ON y.num = j.num WHERE x.id = ?1 AND y.id = ?2 LIMIT 1";
    struct slice both[] = { a, b };
    if (!a.len || !b.len)
        return false;
    return slice_eq(a, b) || snapshot_query(s, stated, both, 2, NULL, note_yes, NULL) == 1 ||
           snapshot_query(s, shared, both, 2, NULL, note_yes, NULL) == 1;
}

/* ---- natural keys ---- */

/* The same text to a reader: without case and without more than one space. */
static bool same_text(struct slice a, struct slice b)
{
    return a.len && slice_eq_fold(slice_trim(a), slice_trim(b));
}

static bool same_field(const struct json *a, const struct json *b, const char *name)
{
    return same_text(json_get_text(a, name), json_get_text(b, name));
}

static bool same_party(struct snapshot *s, const struct json *a, const struct json *b,
                       const char *one, const char *other)
{
    return sides_same(s, json_get_text(a, one), json_get_text(b, other));
}

static bool same_parties(struct snapshot *s, const struct json *a, const struct json *b,
                         const char *first, const char *second)
{
    return same_party(s, a, b, first, first) && same_party(s, a, b, second, second);
}

static bool same_key(struct snapshot *s, const struct kind *k, const struct json *a,
                     const struct json *b)
{
    if (strcmp(k->name, "relationship") == 0)
        return same_parties(s, a, b, "a", "b") ||
               (same_party(s, a, b, "a", "b") && same_party(s, a, b, "b", "a"));
    if (strcmp(k->name, "commitment") == 0)
        return same_field(a, b, "text") && same_parties(s, a, b, "from", "to");
    if (strcmp(k->name, "request") == 0)
        return same_field(a, b, "text") && same_parties(s, a, b, "from", "to");
    if (strcmp(k->name, "obligation") == 0)
        return same_field(a, b, "text") && same_parties(s, a, b, "obligor", "beneficiary");
    if (strcmp(k->name, "agreement") == 0)
        return same_field(a, b, "title");
    return false;
}

/* Kinds whose natural key is worth a look through the other side's records. */
static bool has_key(const struct kind *k)
{
    static const char *const names[] = { "relationship", "commitment", "request", "obligation",
                                         "agreement" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(k->name, names[i]) == 0)
            return true;
    return false;
}

struct candidates {
    struct arena *arena;
    struct slice ids[LIMIT_SIDES];
    size_t count;
};

static int note_candidate(void *context, const struct slice *columns)
{
    struct candidates *c = context;
    if (c->count == LIMIT_SIDES)
        return 1;
    c->ids[c->count] = arena_copy(c->arena, columns[0]);
    return c->ids[c->count++].ptr ? 0 : EN_NO_MEMORY;
}

static int find_by_key(struct snapshot *s, struct row *row, bool ours, struct slice own,
                       struct error *err, struct slice *ret)
{
    static const char theirs[] = "SELECT id FROM record_v WHERE kind = ?1 AND origin <> ?2"
                                 " AND retracted = 0 ORDER BY id";
    static const char mine[] = "SELECT id FROM record_v WHERE kind = ?1 AND origin = ?2"
                               " AND retracted = 0 ORDER BY id";
    struct slice values[] = { slice_of(row->kind->name), own };
    struct candidates *c = arena_new_of(snapshot_arena(s), struct candidates);
    if (!c)
        return error_set(err, EN_NO_MEMORY, "sides");
    c->arena = snapshot_arena(s);
    int code = snapshot_query(s, ours ? theirs : mine, values, 2, err, note_candidate, c);
    if (code < 0)
        return error_set(err, code, "the records cannot be read");
    for (size_t i = 0; i < c->count; i++) {
        struct row other;
        if (snapshot_get(s, row->kind, c->ids[i], NULL, &other) < 0 ||
            snapshot_body(s, &other, NULL) < 0 || !same_key(s, row->kind, row->body, other.body))
            continue;
        *ret = other.id;
        return 1;
    }
    return 0;
}

/* ---- the twin ---- */

static int find_stated(struct snapshot *s, const struct row *row, struct slice own,
                       struct error *err, struct slice *ret)
{
    static const char sql[] =
        "SELECT o.id FROM annotations_v k JOIN record_v r ON r.num = k.num"
        " JOIN record_v o ON o.id = iif(k.about = ?1, k.same_as, k.about)"
        " WHERE r.retracted = 0 AND o.retracted = 0 AND (k.about = ?1 OR k.same_as = ?1)"
        " AND o.kind = ?2 AND (o.origin = ?3) <> (?4 = ?3)"
        " ORDER BY r.origin = ?3 DESC, o.id LIMIT 1";
    struct slice values[] = { row->id, slice_of(row->kind->name), own, row->origin };
    return find(s, sql, values, 4, err, ret);
}

static int find_external(struct snapshot *s, const struct row *row, struct slice own,
                         struct error *err, struct slice *ret)
{
    /* the ids of this record first: SQLite would begin with all that there are */
    static const char sql[] =
        "SELECT o.id FROM record_v x JOIN item_v i ON i.num = x.num AND i.field = 'external_ids'"
        " CROSS JOIN item_v j ON j.field = 'external_ids' AND j.value = i.value"
        " JOIN record_v o ON o.num = j.num WHERE x.id = ?1 AND o.kind = ?2 AND o.retracted = 0"
        " AND (o.origin = ?3) <> (?4 = ?3) ORDER BY o.id LIMIT 1";
    struct slice values[] = { row->id, slice_of(row->kind->name), own, row->origin };
    return find(s, sql, values, 4, err, ret);
}

int sides_twin(struct node *n, struct snapshot *s, struct row *row, struct error *err,
               struct row *ret, enum sides_match *ret_match)
{
    char text[UUID_TEXT + 1];
    struct slice own, id = S("");
    enum sides_match match = SIDES_STATED;
    uuid_format(ledger_instance(node_ledger(n)), text);
    own = arena_copy(snapshot_arena(s), slice_of(text));
    int code = snapshot_body(s, row, err);
    int found = code < 0 ? code : find_stated(s, row, own, err, &id);
    if (found == 0) {
        match = SIDES_EXTERNAL;
        found = find_external(s, row, own, err, &id);
    }
    if (found == 0 && has_key(row->kind)) {
        match = SIDES_KEY;
        found = find_by_key(s, row, slice_eq(row->origin, own), own, err, &id);
    }
    if (found < 0)
        return found;
    *ret_match = found ? match : SIDES_NONE;
    if (!found)
        return 0;
    code = snapshot_get(s, row->kind, id, err, ret);
    return code < 0 ? code : snapshot_body(s, ret, err);
}

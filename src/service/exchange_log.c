/*
 * What is known afterwards: the log of bundles, and the proof of what became of one record.
 *
 * Invariant: both are made from the bundle records that this viewer may read, so from the bundles
 * whose whole content lies within the viewer's clearance.
 */
#include "service/exchange_internal.h"

#include "base/limits.h"
#include "service/render.h"

static void write_counts(const struct json *body, struct json_writer *out)
{
    const struct json *counts = json_get(body, "counts");
    jw_key(out, "counts");
    if (counts)
        jw_json(out, counts);
    else
        jw_null(out);
}

/* Finds the peer's name; peers are no secret to officers. */
static void write_peer(struct snapshot *s, struct slice id, struct json_writer *out)
{
    struct row row;
    const struct kind *k = kinds_find(snapshot_kinds(s), S("peer"));
    jw_key_text(out, "peer", id);
    if (snapshot_get(s, k, id, NULL, &row) == 0)
        jw_key_text(out, "peer_name", row.title);
}

static void write_optional(const struct json *body, const char *name, struct json_writer *out)
{
    const struct json *v = json_get(body, name);
    if (!v)
        return;
    jw_key(out, name);
    jw_json(out, v);
}

static void write_bundle(struct snapshot *s, const struct row *row, struct json_writer *out)
{
    static const char *const names[] = {
        "direction", "state", "number",       "base",        "at",
        "hash",      "size",  "receipted_at", "taken_up_to", NULL
    };
    jw_object(out);
    jw_key_text(out, "id", row->id);
    write_peer(s, json_get_text(row->body, "peer"), out);
    for (int i = 0; names[i]; i++)
        write_optional(row->body, names[i], out);
    write_counts(row->body, out);
    render_marking(s, row->label, out);
    jw_object_end(out);
}

int exchange_log(struct snapshot *s, struct slice peer, size_t limit, struct slice after,
                 struct json_writer *out, struct error *err)
{
    struct filter filters[] = { { .field = S("part"), .value = S("0") },
                                { .field = S("peer"), .value = peer } };
    struct list_query q = { .kind = kinds_find(snapshot_kinds(s), S("bundle")),
                            .filters = filters,
                            .filter_count = peer.len ? 2 : 1,
                            .order = LIST_WHEN,
                            .descending = true,
                            .limit = limit,
                            .after = after };
    struct page page;
    int code = snapshot_list(s, &q, err, &page);
    if (code < 0)
        return code;
    jw_key(out, "items");
    jw_array(out);
    for (size_t i = 0; code == 0 && i < page.count; i++) {
        code = snapshot_body(s, &page.rows[i], err);
        if (code == 0)
            write_bundle(s, &page.rows[i], out);
    }
    jw_array_end(out);
    if (page.next.len)
        jw_key_text(out, "next", page.next);
    return code;
}

/* ---- the proof ---- */

struct tellings {
    struct arena *arena;
    struct slice *ids;
    size_t count, capacity;
};

static int note_telling(void *context, const struct slice *columns)
{
    struct tellings *t = context;
    if (t->count == t->capacity) {
        size_t wider = t->capacity ? t->capacity * 2 : 16;
        struct slice *more = arena_array_of(t->arena, struct slice, wider);
        if (!more)
            return EN_NO_MEMORY;
        if (t->count)
            memcpy(more, t->ids, t->count * sizeof *more);
        t->ids = more;
        t->capacity = wider;
    }
    t->ids[t->count] = arena_copy(t->arena, columns[0]);
    return t->ids[t->count++].ptr ? 0 : EN_NO_MEMORY;
}

static int find_tellings(struct snapshot *s, struct slice record, struct error *err,
                         struct tellings *ret)
{
    static const char sql[] =
        "SELECT r.id FROM item_v i JOIN bundles_v b ON b.num = i.num JOIN record_v r"
        " ON r.num = i.num WHERE i.field = 'statement' AND i.value = ?1"
        " ORDER BY b.at, b.direction, b.number";
    *ret = (struct tellings){ .arena = snapshot_arena(s) };
    int code = snapshot_query(s, sql, &record, 1, err, note_telling, ret);
    return code < 0 ? error_set(err, code, "the bundles cannot be read") : 0;
}

static const struct bundle_row *row_of(const struct bundle_row *rows, size_t count,
                                       struct uuid record)
{
    for (size_t i = 0; i < count; i++)
        if (uuid_eq(rows[i].record, record))
            return &rows[i];
    return NULL;
}

static void write_telling(struct snapshot *s, const struct row *bundle,
                          const struct bundle_row *row, struct json_writer *out)
{
    bool taken = slice_is(json_get_text(bundle->body, "direction"), "taken");
    jw_object(out);
    write_peer(s, json_get_text(bundle->body, "peer"), out);
    jw_key_text(out, "direction", json_get_text(bundle->body, "direction"));
    jw_key_cstr(out, "operation", statement_operation_word(row->operation));
    jw_key_int(out, "number", json_get_int(bundle->body, "number", 0));
    jw_key_text(out, "bundle", json_get_text(bundle->body, "hash"));
    jw_key_text(out, taken ? "taken_at" : "sent_at", json_get_text(bundle->body, "at"));
    if (!taken && slice_is(json_get_text(bundle->body, "state"), "receipted"))
        jw_key_text(out, "receipted_at", json_get_text(bundle->body, "receipted_at"));
    jw_key_bool(out, "receipted",
                taken || slice_is(json_get_text(bundle->body, "state"), "receipted"));
    if (row->reason) {
        enum exchange_reason reason = (enum exchange_reason)row->reason;
        jw_key_cstr(out, "refused", exchange_reason_word(reason));
        jw_key_cstr(out, "says_en", exchange_reason_text(reason, false));
        jw_key_cstr(out, "says_fr", exchange_reason_text(reason, true));
    }
    jw_object_end(out);
}

static int write_one(struct snapshot *s, struct slice id, struct uuid record,
                     struct json_writer *out, struct error *err)
{
    const struct kind *k = kinds_find(snapshot_kinds(s), S("bundle"));
    struct bundle_row *rows = NULL;
    struct row bundle;
    size_t count = 0;
    int code = snapshot_get(s, k, id, err, &bundle);
    if (code == 0)
        code = snapshot_body(s, &bundle, err);
    if (code == 0)
        code = bundle_rows_unpack(snapshot_arena(s), bundle.body, err, &rows, &count);
    if (code < 0)
        return code;
    const struct bundle_row *row = row_of(rows, count, record);
    if (row)
        write_telling(s, &bundle, row, out);
    return 0;
}

int exchange_proof(struct snapshot *s, struct slice record, struct json_writer *out,
                   struct error *err)
{
    struct tellings t;
    struct uuid id;
    struct row row;
    int code = snapshot_get(s, NULL, record, err, &row);
    if (code == 0 && (row.kind->system || !uuid_parse(row.id, &id)))
        code = error_set(err, EN_NOT_FOUND, "there is no such record");
    if (code == 0)
        code = find_tellings(s, row.id, err, &t);
    if (code < 0)
        return code;
    jw_key_text(out, "record", row.id);
    jw_key_cstr(out, "kind", row.kind->name);
    jw_key_text(out, "origin", row.origin);
    jw_key_bool(out, "retracted", row.retracted);
    jw_key(out, "items");
    jw_array(out);
    for (size_t i = 0; code == 0 && i < t.count; i++)
        code = write_one(s, t.ids[i], id, out, err);
    jw_array_end(out);
    return code;
}

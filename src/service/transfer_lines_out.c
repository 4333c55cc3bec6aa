/*
 * The instance as JSON Lines, in the order of the ledger, and the digest of what it holds.
 *
 * A line: {"operation","kind","id","version","label","at","user"} and "body" for a version that
 * still has one, "redacted":true for one whose body was destroyed, "redacts" for the entry that
 * destroyed it. The first line names the format and the policy.
 * Invariant: entries come only from snapshot_changes, which the guard filters; the ledger is read
 * beside it for bodies of just those entries.
 */
#include "base/limits.h"
#include "service/render.h"
#include "service/transfer.h"

#include <sodium.h>
#include <sqlite3.h>

enum { EXPORT_STEP = 1000 };

struct lines {
    struct node *node;
    struct snapshot *s;
    struct refs *refs;
    struct buf *out;
    struct error *err;
    bool administers; /* holds all that can be held: system records too */
    bool full;        /* and reads what is for named persons: bodies as they stand */
    /* the entries wanted of this step, ascending, and where we are in them */
    const struct version_row *wanted;
    size_t count, at;
};

/* Does this viewer administer, and hold everything that a clearance can state? */
static bool administers(struct node *n, const struct viewer *v)
{
    struct buf own cleanup_buf, all cleanup_buf;
    buf_init(&own, LIMIT_RECORD);
    buf_init(&all, LIMIT_RECORD);
    clearance_write(node_policy(n), v->clearance, &own);
    clearance_write(node_policy(n), clearance_all(node_policy(n)), &all);
    return (v->permissions & PERMIT_ADMIN) && !buf_failed(&own) &&
           slice_eq(buf_slice(&own), buf_slice(&all));
}

/* Reads are of this instance's users, bundles and peers of this instance's key. */
static bool is_exported(const struct lines *l, const struct kind *k)
{
    if (!k || strcmp(k->name, "audit") == 0 || strcmp(k->name, "bundle") == 0 ||
        strcmp(k->name, "peer") == 0 || strcmp(k->name, "peer_release") == 0)
        return false;
    return l->administers || !k->system;
}

/* The fields that a list shows this viewer, as a body. */
static int write_shown_body(struct lines *l, const struct version_row *v, const struct entry *e,
                            struct json_writer *w)
{
    struct arena *a cleanup_arena = arena_new(LIMIT_BODY * 4);
    struct buf text cleanup_buf = { 0 };
    struct json_writer record;
    struct json *shown = NULL;
    struct row row = { .id = v->id,
                       .kind = v->kind,
                       .version = v->version,
                       .label = v->label,
                       .origin = S(""),
                       .user = S(""),
                       .body_text = e->body };
    struct render r = { .snapshot = l->s, .out = &record, .refs = l->refs };
    struct json *body = NULL;
    if (!a)
        return error_set(l->err, EN_NO_MEMORY, "export");
    buf_init(&text, LIMIT_RECORD * 4);
    jw_init(&record, &text);
    int code = json_parse(a, e->body, l->err, &body);
    row.body = body;
    if (code == 0)
        code = render_record(&r, &row, l->err);
    if (code == 0)
        code = json_parse(a, buf_slice(&text), l->err, &shown);
    if (code < 0)
        return code;
    jw_object(w);
    KIND_EACH_FIELD(v->kind, f)
    {
        const struct json *value = json_get(shown, f->name);
        if (!value)
            continue;
        jw_key(w, f->name);
        jw_json(w, value);
    }
    jw_object_end(w);
    return 0;
}

/* Which of the versions that this viewer reads the entry destroyed, counted as a restore will count
 * them: those before it may not be in the file. *ret -1 when that one is not. 0 are all. */
static int destroyed_version(struct lines *l, const struct version_row *v, int64_t redacts,
                             int64_t *ret)
{
    struct version_row *all = NULL;
    size_t count = 0;
    *ret = redacts;
    if (l->full || redacts == 0)
        return 0;
    int code = snapshot_versions(l->s, v->id, l->err, &all, &count);
    *ret = -1;
    for (size_t i = 0; code == 0 && i < count && *ret < 0; i++)
        if (all[i].version == redacts)
            *ret = (int64_t)i + 1;
    return code;
}

static int write_line(struct lines *l, const struct version_row *v, const struct entry *e)
{
    struct json_writer w;
    int64_t redacts = 0;
    int code = e->operation == ENTRY_REDACT ? destroyed_version(l, v, e->redacts, &redacts) : 0;
    if (code < 0 || redacts < 0)
        return code;
    snapshot_saw_version(l->s, v); /* whoever reads above the lowest level is audited for it */
    jw_init(&w, l->out);
    jw_object(&w);
    jw_key_cstr(&w, "operation", entry_operation_word(e->operation));
    jw_key_cstr(&w, "kind", v->kind->name);
    jw_key_text(&w, "id", v->id);
    jw_key_int(&w, "version", e->version);
    jw_key(&w, "label");
    jw_raw(&w, e->label);
    render_instant(&w, "at", e->at_ms);
    jw_key_text(&w, "user", e->user);
    if (!uuid_eq(e->instance, ledger_instance(node_ledger(l->node)))) {
        char originator[UUID_TEXT + 1];
        uuid_format(e->instance, originator);
        jw_key_cstr(&w, "instance", originator); /* a partner's record stays the partner's */
    }
    if (e->operation == ENTRY_REDACT)
        jw_key_int(&w, "redacts", redacts);
    if (e->redacted)
        jw_key_bool(&w, "redacted", true);
    if (e->body.ptr && e->body.len) {
        jw_key(&w, "body");
        if (l->full || e->operation != ENTRY_PUT)
            jw_raw(&w, e->body);
        else
            code = write_shown_body(l, v, e, &w);
    }
    jw_object_end(&w);
    buf_add_char(l->out, '\n');
    if (code == 0 && buf_failed(l->out))
        code = error_set(l->err, EN_TOO_LARGE, "the export is larger than %zu bytes", l->out->max);
    return code;
}

/* 1 when all that was wanted has been written. */
static int each_entry(void *context, const struct entry *e)
{
    struct lines *l = context;
    while (l->at < l->count && l->wanted[l->at].seq < e->seq)
        l->at++;
    if (l->at == l->count)
        return 1;
    const struct version_row *v = &l->wanted[l->at];
    if (v->seq != e->seq || !is_exported(l, v->kind))
        return 0;
    return write_line(l, v, e);
}

static void write_head(struct lines *l)
{
    struct json_writer w;
    jw_init(&w, l->out);
    jw_object(&w);
    jw_key_int(&w, "entente_export", 1);
    jw_key_text(&w, "policy", policy_id(node_policy(l->node)));
    jw_key_bool(&w, "complete", l->full);
    jw_object_end(&w);
    buf_add_char(l->out, '\n');
}

int transfer_export(struct node *n, struct snapshot *s, const struct transfer_progress *progress,
                    struct buf *out, struct error *err)
{
    struct lines l = { .node = n, .s = s, .refs = refs_new(s), .out = out, .err = err };
    int64_t after = 0, last = 0, total = picture_position(node_picture(n));
    int code = l.refs ? 0 : error_set(err, EN_NO_MEMORY, "export");
    l.administers = administers(n, snapshot_viewer(s));
    l.full = l.administers && clearance_reads_everyone(snapshot_viewer(s)->clearance);
    write_head(&l);
    do {
        struct version_row *rows = NULL;
        if (code == 0)
            code = snapshot_changes(s, after, EXPORT_STEP, err, &rows, &l.count, &last);
        l.wanted = rows;
        l.at = 0;
        if (code == 0 && l.count > 0)
            code = ledger_read(node_ledger(n), rows[0].seq - 1,
                               rows[l.count - 1].seq - rows[0].seq + 1, err, each_entry, &l);
        code = code == 1 ? 0 : code;
        after = last;
        if (code == 0 && progress && progress->step)
            progress->step(progress->context, "exporting", after, total > after ? total : after);
    } while (code == 0 && l.count == EXPORT_STEP);
    return code;
}

/* ---- the digest ---- */

static void digest_text(crypto_generichash_state *h, const void *bytes, size_t len)
{
    uint64_t n = len;
    unsigned char head[8];
    for (int i = 0; i < 8; i++)
        head[i] = (unsigned char)(n >> (8 * i));
    crypto_generichash_update(h, head, sizeof head);
    crypto_generichash_update(h, bytes, len);
}

static void digest_number(crypto_generichash_state *h, int64_t number)
{
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)((uint64_t)number >> (8 * i));
    digest_text(h, bytes, sizeof bytes);
}

static void digest_column(crypto_generichash_state *h, sqlite3_stmt *st, int column)
{
    const void *text = sqlite3_column_text(st, column);
    digest_text(h, text ? text : "", (size_t)sqlite3_column_bytes(st, column));
}

static int digest_row(crypto_generichash_state *h, struct snapshot *s, sqlite3_stmt *st,
                      struct buf *label, struct error *err)
{
    uint32_t number = (uint32_t)sqlite3_column_int64(st, 3);
    const struct label *l = snapshot_label(s, number);
    if (!l)
        return error_set(err, EN_CORRUPT, "a record without a label");
    buf_clear(label);
    label_write(snapshot_policy(s), l, label);
    digest_column(h, st, 0);
    digest_column(h, st, 1);
    digest_number(h, sqlite3_column_int64(st, 2));
    digest_text(h, label->ptr, label->len);
    for (int column = 4; column < 7; column++)
        digest_number(h, sqlite3_column_int64(st, column));
    digest_column(h, st, 7);
    snapshot_mark_number(s, number);
    return 0;
}

int transfer_digest(struct node *n, struct snapshot *s, struct error *err, char ret[65])
{
    struct buf label cleanup_buf;
    crypto_generichash_state h;
    unsigned char hash[32];
    sqlite3_stmt *st = NULL;
    (void)n;
    buf_init(&label, LIMIT_RECORD);
    int code = snapshot_prepare(
        s,
        "SELECT r.id, r.kind, r.version, r.label, r.retracted, r.updated,"
        " (SELECT min(v.at) FROM version_v v WHERE v.record = r.num), r.body"
        " FROM record_v r WHERE r.kind NOT IN ('audit', 'bundle', 'peer', 'peer_release')"
        " ORDER BY r.id",
        err, &st);
    if (code < 0)
        return code;
    crypto_generichash_init(&h, NULL, 0, sizeof hash);
    int rc;
    while (code == 0 && (rc = sqlite3_step(st)) == SQLITE_ROW)
        code = digest_row(&h, s, st, &label, err);
    sqlite3_finalize(st);
    if (code == 0 && rc != SQLITE_DONE)
        code = error_set(err, EN_IO, "the picture cannot be read");
    if (code < 0)
        return code;
    crypto_generichash_final(&h, hash, sizeof hash);
    sodium_bin2hex(ret, 65, hash, sizeof hash);
    return 0;
}

/*
 * The dump: every row of the picture as text, ordered by content, with local numbers replaced by
 * what they stand for. Two pictures of one ledger give the same bytes, however they were made.
 */
#include "picture/internal.h"

static const char *const dumps[] = {
    "SELECT 'record', id, kind, version, (SELECT text FROM label WHERE num = label), retracted,"
    " title, title_fr, at, updated, origin, user, body FROM record ORDER BY id",
    "SELECT 'version', r.id, v.version, v.seq, v.entry, v.at, v.user, v.operation,"
    " (SELECT text FROM label WHERE num = v.label), v.redacted FROM version v"
    " JOIN record r ON r.num = v.record ORDER BY r.id, v.version",
    "SELECT 'item', r.id, i.field, i.value FROM item i JOIN record r USING(num)"
    " ORDER BY r.id, i.field, i.value",
    "SELECT 'evidence', r.id, e.ordinal, e.truster, e.trustee, e.at, e.side, e.w_micro, e.event,"
    " e.stakes FROM evidence e JOIN record r USING(num) ORDER BY r.id, e.ordinal",
    "SELECT 'holding', peer, direction, record, (SELECT text FROM label WHERE num = h.label), op,"
    " hash, sent, sent_op, sent_hash, refused, refused_hash, put_sent, put_acked, end_sent,"
    " end_acked, end_op, at, entry FROM holding h ORDER BY peer, direction, record",
    "SELECT 'acked', peer, record, (SELECT text FROM label WHERE num = a.label) AS text, op, number, hash"
    " FROM acked a ORDER BY peer, record, text",
    "SELECT 'words', r.id, w.text FROM words w JOIN record r ON r.num = w.rowid ORDER BY r.id",
    "SELECT 'place', r.id, p.south, p.west FROM place p JOIN record r USING(num) ORDER BY r.id",
};

static int dump_query(sqlite3 *db, struct slice sql, struct buf *out, struct error *err)
{
    sqlite3_stmt *s cleanup_stmt = NULL;
    int code = db_prepare(db, sql, err, &s);
    while (code >= 0 && (code = db_step(s, err)) == 1) {
        for (int i = 0; i < sqlite3_column_count(s); i++) {
            if (i)
                buf_add_char(out, '\t');
            buf_add(out, db_text(s, i));
        }
        buf_add_char(out, '\n');
    }
    return code;
}

int picture_dump(struct picture *p, struct buf *out, struct error *err)
{
    pthread_mutex_lock(&p->apply_lock);
    int code = 0;
    for (size_t i = 0; code == 0 && i < sizeof dumps / sizeof *dumps; i++)
        code = dump_query(p->db, slice_of(dumps[i]), out, err);
    for (size_t i = 0; code == 0 && i < p->kinds->count; i++) {
        struct buf sql cleanup_buf;
        buf_init(&sql, 1024);
        /* k.num and k.label are local and left out */
        buf_printf(&sql, "SELECT '%s', r.id, k.own", p->kinds->items[i]->plural);
        for (const struct field *f = p->kinds->items[i]->fields; f->name; f++)
            if (schema_is_column(f))
                buf_printf(&sql, ", k.\"%s\"", f->name);
        buf_printf(&sql, " FROM \"%s\" k JOIN record r USING(num) ORDER BY r.id",
                   p->kinds->items[i]->plural);
        code = dump_query(p->db, buf_slice(&sql), out, err);
    }
    pthread_mutex_unlock(&p->apply_lock);
    if (code == 0 && buf_failed(out))
        code = error_set(err, EN_TOO_LARGE, "picture: dump");
    return code;
}

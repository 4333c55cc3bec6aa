/* Reading what peers have: see holdings.h. */
#include "picture/holdings.h"
#include "picture/internal.h"

#define COLUMNS                                                                                   \
    "h.record, h.peer, h.op, h.hash, h.sent, h.sent_op, h.sent_hash, h.refused,"                  \
    " h.refused_hash, h.put_sent, h.put_acked, h.end_sent, h.end_acked, h.end_op, h.at, h.entry," \
    " h.relays"

static void read_holding(sqlite3_stmt *st, struct arena *a, struct holding *ret)
{
    *ret = (struct holding){ .record = db_copy(st, 0, a),
                             .peer = db_copy(st, 1, a),
                             .op = db_int(st, 2),
                             .hash = db_copy(st, 3, a),
                             .sent = db_int(st, 4),
                             .sent_op = db_int(st, 5),
                             .sent_hash = db_copy(st, 6, a),
                             .refused = db_int(st, 7),
                             .refused_hash = db_copy(st, 8, a),
                             .put_sent = db_int(st, 9),
                             .put_acked = db_int(st, 10),
                             .end_sent = db_int(st, 11),
                             .end_acked = db_int(st, 12),
                             .end_op = db_int(st, 13),
                             .at_ms = db_int(st, 14),
                             .entry = db_copy(st, 15, a),
                             .relays = db_int(st, 16) };
}

/* All rows of a bound statement. */
static int read_all(struct snapshot *s, sqlite3_stmt *st, struct error *err, struct holding **ret,
                    size_t *ret_count)
{
    struct holding *all = NULL;
    size_t count = 0, capacity = 0;
    int code;
    while ((code = db_step(st, err)) == 1) {
        if (count == capacity) {
            size_t wider = capacity ? capacity * 2 : 8;
            struct holding *more = arena_array_of(s->arena, struct holding, wider);
            if (!more) {
                code = error_set(err, EN_NO_MEMORY, "holdings");
                break;
            }
            if (count)
                memcpy(more, all, count * sizeof *all);
            all = more;
            capacity = wider;
        }
        read_holding(st, s->arena, &all[count++]);
    }
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    if (code < 0) {
        snapshot_fail(s, code);
        return code;
    }
    *ret = all;
    *ret_count = count;
    return arena_failed(s->arena) ? error_set(err, EN_NO_MEMORY, "holdings") : 0;
}

int holding_get(struct snapshot *s, struct slice peer, enum holding_direction direction,
                struct slice record, struct error *err, struct holding *ret)
{
    static const char sql[] = "SELECT " COLUMNS " FROM holding_v h WHERE h.peer = ?1"
                              " AND h.direction = ?2 AND h.record = ?3";
    sqlite3_stmt *st = NULL;
    struct holding *found = NULL;
    size_t count = 0;
    int code = snapshot_cached(s, sql, err, &st);
    if (code < 0)
        return code;
    db_bind_text(st, 1, peer);
    db_bind_int(st, 2, direction);
    db_bind_text(st, 3, record);
    code = read_all(s, st, err, &found, &count);
    if (code == 0 && count == 1)
        *ret = found[0];
    return code < 0 ? code : count == 1;
}

/* The last acknowledged statement, as far as the readable bundles tell; a gap puts all before it in
 * doubt. */
static int get_acked(struct snapshot *s, struct slice peer, struct slice record, struct error *err,
                     struct holding *ret)
{
    static const char sql[] =
        "SELECT a.op, a.hash FROM acked_v a WHERE a.peer = ?1 AND a.record = ?2 AND a.number >"
        " (SELECT coalesce(max(g.number), 0) FROM acked_v g WHERE g.peer = ?1 AND g.record = '')"
        " ORDER BY a.number DESC LIMIT 1";
    sqlite3_stmt *st = NULL;
    int code = snapshot_cached(s, sql, err, &st);
    if (code < 0)
        return code;
    db_bind_text(st, 1, peer);
    db_bind_text(st, 2, record);
    code = db_step(st, err);
    if (code == 1) {
        ret->op = db_int(st, 0);
        ret->hash = db_copy(st, 1, s->arena);
    }
    sqlite3_reset(st);
    sqlite3_clear_bindings(st);
    if (code < 0)
        snapshot_fail(s, code);
    return code < 0 || !arena_failed(s->arena) ? code : error_set(err, EN_NO_MEMORY, "holdings");
}

int holding_seen(struct snapshot *s, struct slice peer, struct slice record, struct error *err,
                 struct holding *ret)
{
    int row = holding_get(s, peer, HOLDING_MADE, record, err, ret);
    if (row < 0)
        return row;
    if (row == 0)
        *ret = (struct holding){ .record = record, .peer = peer };
    ret->op = 0;
    ret->hash = S("");
    int code = get_acked(s, peer, record, err, ret);
    return code < 0 ? code : row || code;
}

int holding_sources(struct snapshot *s, struct slice record, struct error *err,
                    struct holding **ret, size_t *ret_count)
{
    static const char sql[] = "SELECT " COLUMNS " FROM holding_v h WHERE h.record = ?1"
                              " AND h.direction = 2 ORDER BY h.peer";
    sqlite3_stmt *st = NULL;
    int code = snapshot_cached(s, sql, err, &st);
    if (code < 0)
        return code;
    db_bind_text(st, 1, record);
    return read_all(s, st, err, ret, ret_count);
}

int holding_acknowledged(struct snapshot *s, struct slice peer, struct error *err,
                         int (*each)(void *context, const struct slice *columns), void *context)
{
    /* op is of the row with the highest number; a gap puts all before it in doubt */
    static const char sql[] =
        "SELECT t.record FROM (SELECT a.record, a.op, max(a.number) AS number FROM acked_v a"
        " WHERE a.peer = ?1 AND a.record <> '' GROUP BY a.record) t JOIN record_v r"
        " ON r.id = t.record WHERE t.op = 1 AND t.number > (SELECT coalesce(max(g.number), 0)"
        " FROM acked_v g WHERE g.peer = ?1 AND g.record = '') ORDER BY t.record";
    return snapshot_query(s, sql, &peer, 1, err, each, context);
}

/*
 * Which readable records name given ones, by whatever field. The statement is made from the kinds:
 * one look into the items per field that holds references.
 */
#include "picture/internal.h"

#include <stdio.h>

static void list_fields(const struct field *fields, const char *prefix, struct buf *out)
{
    for (const struct field *f = fields; f && f->name; f++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", prefix, f->name);
        if (f->type == FIELD_REF)
            buf_printf(out, "%s'%s'", out->len ? "," : "", path);
        if (f->type != FIELD_OBJECT)
            continue;
        snprintf(path, sizeof path, "%s%s.", prefix, f->name);
        list_fields(f->fields, path, out);
    }
}

static int prepare(struct snapshot *s, struct error *err, sqlite3_stmt **ret)
{
    const struct kinds *kinds = snapshot_kinds(s);
    struct buf fields cleanup_buf;
    struct buf sql cleanup_buf;
    buf_init(&fields, 1 << 16);
    buf_init(&sql, 1 << 17);
    for (size_t i = 0; i < kinds->count; i++)
        if (!kinds->items[i]->system)
            list_fields(kinds->items[i]->fields, "", &fields);
    buf_printf(&sql,
               "SELECT r.id FROM item_v i JOIN record_v r ON r.num = i.num WHERE i.value = ?1"
               " AND i.field IN (" SLICE_FMT ")",
               SLICE_ARG(buf_slice(&fields)));
    if (buf_failed(&fields) || buf_failed(&sql))
        return error_set(err, EN_NO_MEMORY, "picture: references");
    return snapshot_prepare_slice(s, buf_slice(&sql), err, ret);
}

int snapshot_referring(struct snapshot *s, const struct uuid *ids, size_t count, struct error *err,
                       int (*each)(void *context, struct uuid id), void *context)
{
    sqlite3_stmt *st cleanup_stmt = NULL;
    int code = count ? prepare(s, err, &st) : 0;
    for (size_t i = 0; code == 0 && i < count; i++) {
        char text[UUID_TEXT + 1];
        struct uuid id;
        uuid_format(ids[i], text);
        db_bind_text(st, 1, slice_of(text));
        while (code == 0 && (code = db_step(st, err)) == 1)
            code = uuid_parse(db_text(st, 0), &id) ? each(context, id) : 0;
        sqlite3_reset(st);
    }
    if (code < 0)
        snapshot_fail(s, code);
    return code;
}

/*
 * The audit of reads: who was shown which records above the lowest level.
 *
 * Invariants: every record of the answer is in it, and it is durable before the answer leaves. Each
 * entry carries the label of the records it names, never a join: a join of many labels may be a
 * label that can be shown but not stored.
 */
#include "base/limits.h"
#include "ops/internal.h"

#include <stdlib.h>

/* Members in canonical order. */
static int audit_body(struct call *c, struct slice reader, const struct audited *ids, size_t count,
                      struct slice *ret)
{
    struct buf body cleanup_buf;
    struct json_writer w;
    buf_init(&body, LIMIT_RECORD);
    jw_init(&w, &body);
    jw_object(&w);
    jw_key_int(&w, "count", (int64_t)count);
    jw_key_cstr(&w, "operation", c->operation->name);
    jw_key_text(&w, "reader", reader);
    jw_key(&w, "records");
    jw_array(&w);
    for (size_t i = 0; i < count; i++)
        jw_text(&w, ids[i].id);
    jw_array_end(&w);
    if (c->as_peer.len)
        jw_key_text(&w, "seen_as", c->as_peer);
    jw_object_end(&w);
    *ret = buf_failed(&body) ? slice_make(NULL, 0) : arena_copy(c->arena, buf_slice(&body));
    return ret->ptr ? 0 : error_set(c->err, EN_NO_MEMORY, "audit");
}

static int compare_audited(const void *x, const void *y)
{
    const struct audited *a = x, *b = y;
    if (a->label != b->label)
        return a->label < b->label ? -1 : 1;
    return slice_compare(a->id, b->id);
}

/* How many of the sorted ids, from the first on, one entry takes: one label, LIMIT_LIST ids. */
static size_t group(const struct audited *ids, size_t count)
{
    size_t n = 1;
    while (n < count && n < LIMIT_LIST && ids[n].label == ids[0].label)
        n++;
    return n;
}

static int label_of(struct call *c, uint32_t number, struct slice *ret)
{
    *ret = label_text(node_policy(c->node), c->arena, snapshot_label(c->snapshot, number));
    return ret->ptr ? 0 : error_set(c->err, EN_NO_MEMORY, "audit");
}

int audit_prepare(struct call *c, struct audit *ret)
{
    const struct audited *shown;
    size_t count = snapshot_audited(c->snapshot, &shown);
    struct slice reader = records_user(c->reader, c->arena);
    if (count == 0)
        return 0;
    struct audited *ids = arena_array_of(c->arena, struct audited, count);
    ret->drafts = arena_array_of(c->arena, struct draft, count);
    if (!ids || !ret->drafts || !reader.ptr)
        return error_set(c->err, EN_NO_MEMORY, "audit");
    memcpy(ids, shown, count * sizeof *ids);
    qsort(ids, count, sizeof *ids, compare_audited);
    for (size_t at = 0; at < count;) {
        size_t n = group(ids + at, count - at);
        struct draft *d = &ret->drafts[ret->count++];
        *d = (struct draft){ .operation = ENTRY_PUT,
                             .kind = S("audit"),
                             .record = uuid_new(c->now_ms),
                             .user = reader };
        int code = label_of(c, ids[at].label, &d->label);
        if (code == 0)
            code = audit_body(c, reader, ids + at, n, &d->body);
        if (code < 0)
            return code;
        at += n;
    }
    return 0;
}

int audit_write(struct call *c, const struct audit *a)
{
    struct appended *done = arena_array_of(c->arena, struct appended, a->count + 1);
    if (!done)
        return error_set(c->err, EN_NO_MEMORY, "audit");
    for (size_t at = 0; at < a->count; at += LIMIT_BATCH) {
        size_t n = a->count - at < LIMIT_BATCH ? a->count - at : LIMIT_BATCH;
        int code = ledger_append(node_ledger(c->node), a->drafts + at, n, c->now_ms, c->err, done);
        if (code < 0)
            return code;
    }
    return 0;
}

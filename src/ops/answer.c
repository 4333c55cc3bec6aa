/* Answers that operations share: see internal.h. */
#include "base/limits.h"
#include "ops/internal.h"

int answer_begin(struct call *c, struct answer *ret)
{
    *ret = (struct answer){ .call = c };
    jw_init(&ret->out, c->out);
    jw_object(&ret->out);
    if (!c->snapshot)
        return 0;
    struct refs *refs = refs_new(c->snapshot);
    if (!refs)
        return error_set(c->err, EN_NO_MEMORY, "answer");
    ret->render = (struct render){ .snapshot = c->snapshot, .out = &ret->out, .refs = refs };
    return 0;
}

int answer_end(struct answer *a)
{
    if (a->render.refs)
        refs_write(a->render.refs, &a->out);
    if (a->call->snapshot)
        render_marking(a->call->snapshot, snapshot_marking(a->call->snapshot), &a->out);
    jw_object_end(&a->out);
    return 0;
}

int answer_page(struct answer *a, const struct page *page)
{
    int code = 0;
    jw_key(&a->out, "items");
    jw_array(&a->out);
    for (size_t i = 0; code == 0 && i < page->count; i++)
        code = render_record(&a->render, &page->rows[i], a->call->err);
    jw_array_end(&a->out);
    if (page->next.len)
        jw_key_text(&a->out, "next", page->next);
    return code < 0 ? code : answer_end(a);
}

int answer_record(struct call *c, struct row *row)
{
    struct json_writer out;
    struct render r = { .snapshot = c->snapshot, .out = &out, .refs = refs_new(c->snapshot) };
    if (!r.refs)
        return error_set(c->err, EN_NO_MEMORY, "record");
    jw_init(&out, c->out);
    size_t start = c->out->len;
    int code = render_record_open(&r, row, c->err);
    if (code == 0 && buf_failed(c->out))
        code = error_set(c->err, EN_TOO_LARGE, "record");
    if (code == 0)
        code = render_etag_open(c->snapshot, slice_make(c->out->ptr + start, c->out->len - start),
                                c->err, &c->etag);
    if (code < 0)
        return code;
    refs_write(r.refs, &out);
    jw_object_end(&out);
    return 0;
}

int answer_written(struct call *c, const struct kind *k, const struct written *w)
{
    struct row row;
    int code = node_snapshot(c->node, c->viewer, c->arena, c->now_ms, c->err, &c->snapshot);
    if (code == 0)
        code = snapshot_get(c->snapshot, k, w->id, c->err, &row);
    if (code == 0)
        code = answer_record(c, &row);
    if (code == 0 && (c->operation->flags & OP_CREATED))
        c->location = arena_printf(c->arena, "/api/v1/%s/" SLICE_FMT, k->plural, SLICE_ARG(w->id));
    return code;
}

struct write_context call_write(struct call *c)
{
    struct write_context w = { .node = c->node, .snapshot = c->snapshot, .now_ms = c->now_ms };
    if (c->idempotency_key.len) { /* a key belongs to its user */
        struct slice user = records_user(c->viewer, c->arena);
        w.request = arena_printf(c->arena, SLICE_FMT ":" SLICE_FMT, SLICE_ARG(user),
                                 SLICE_ARG(c->idempotency_key));
    }
    c->snapshot = NULL; /* the write closes it */
    return w;
}

/*
 * Running an operation: permission, inputs, the viewer's snapshot, the handler, the audit.
 *
 * Whoever may disclose can ask any reading operation as a peer: here, in one place, the viewer
 * becomes that partner's, narrowed by the officer's own clearance, and everything below answers as
 * it would answer the partner. Nothing is written with another's eyes.
 *
 * Invariants: a handler runs only with inputs that passed its table row; no answer that shows
 * records above the lowest level leaves before its audit entry is durable; the snapshot is closed
 * on every path.
 */
#include "base/limits.h"
#include "ops/internal.h"
#include "ops/messages.h"
#include "service/partner.h"
#include "service/release.h"

struct slice call_text(const struct call *c, const char *name)
{
    return json_get_text(c->parameters, name);
}

int64_t call_int(const struct call *c, const char *name, int64_t fallback)
{
    return json_get_int(c->parameters, name, fallback);
}

int call_sort(struct call *c, const char *const *words, const char *detail, struct slice *ret_word,
              bool *ret_descending)
{
    struct slice word = call_text(c, "sort");
    bool descending = word.len && word.ptr[0] == '-';
    if (descending)
        word = slice_make(word.ptr + 1, word.len - 1);
    while (*words && (word.len || descending) && !slice_is(word, *words))
        words++;
    if (!*words)
        return error_field(c->err, S("sort"), REASON_CHOICE, "%s", detail);
    *ret_word = word;
    *ret_descending = descending;
    return 0;
}

int call_number(struct call *c, const char *name, double min, double max, double fallback,
                double *ret)
{
    const struct json *v = json_get(c->parameters, name);
    *ret = fallback;
    if (!v)
        return 0;
    if (!(v->number >= min && v->number <= max))
        return error_field(c->err, slice_of(name), REASON_RANGE, "%g..%g", min, max);
    *ret = v->number;
    return 0;
}

bool call_bool(const struct call *c, const char *name, bool fallback)
{
    return json_get_bool(c->parameters, name, fallback);
}

int64_t call_as_of(const struct call *c)
{
    struct when w;
    if (!when_parse(call_text(c, "as_of"), &w))
        return c->now_ms;
    int64_t last = when_last_ms(w);
    return last < c->now_ms ? last : c->now_ms;
}

static const struct parameter *find_parameter(const struct operation *o, struct slice name)
{
    for (const struct parameter *p = o->parameters; p && p->name; p++)
        if (slice_is(name, p->name))
            return p;
    return NULL;
}

/* Texts become values of their declared types; what is not declared is refused. */
static int check_parameters(struct call *c)
{
    struct json *typed = json_new_object(c->arena);
    int code = typed ? 0 : error_set(c->err, EN_NO_MEMORY, "parameters");
    for (uint32_t i = 0; typed && c->parameters && i < c->parameters->count; i++) {
        const struct json_member *m = &c->parameters->members[i];
        const struct parameter *p = find_parameter(c->operation, m->name);
        if (!p) {
            code = error_field(c->err, m->name, REASON_UNKNOWN_FIELD, "no such parameter");
            continue;
        }
        if (m->value.type != JSON_STRING || m->value.text.len == 0)
            continue;
        struct json *v = field_from_text(&p->field, c->arena, m->value.text, m->name, c->err);
        if (!v) /* wrong, or no memory to say what it is */
            code = c->err && c->err->code < 0 ? c->err->code : EN_INVALID;
        else if (json_object_set(c->arena, typed, m->name, v) < 0)
            code = error_set(c->err, EN_NO_MEMORY, "parameters");
    }
    for (const struct parameter *p = c->operation->parameters; p && p->name; p++)
        if ((p->field.flags & FIELD_REQUIRED) && !json_get(typed, p->name))
            code = error_field(c->err, slice_of(p->name), REASON_REQUIRED, "%s", "");
    c->parameters = typed;
    return code;
}

static int check_body(struct call *c)
{
    const struct operation *o = c->operation;
    if (o->body) {
        struct json *clean = NULL;
        if (!c->body || c->body->type != JSON_OBJECT)
            return error_set(c->err, EN_INVALID, "a JSON object is expected as the body");
        int code = fields_check(o->body, c->arena, c->body, S(""), NULL, c->err, &clean);
        c->body = clean;
        return code;
    }
    if (o->kind && (o->flags & OP_WRITE) && (!c->body || c->body->type != JSON_OBJECT) &&
        !(o->flags & OP_RAW_BODY) && o->method && !strstr(o->path, "/restore"))
        return error_set(c->err, EN_INVALID, "a JSON object is expected as the body");
    return 0;
}

int call_mark(struct call *c, const struct label *l)
{
    const struct policy *p = node_policy(c->node);
    c->marking_en = label_marking(p, c->arena, l, /* french= */ false);
    c->marking_fr = label_marking(p, c->arena, l, /* french= */ true);
    return c->marking_en.ptr && c->marking_fr.ptr ? 0 : error_set(c->err, EN_NO_MEMORY, "marking");
}

/* Closes the snapshot of a read: marking for the door, audit for the ledger. */
static int finish_read(struct call *c)
{
    struct snapshot *s = c->snapshot;
    const struct label *join = snapshot_marking(s);
    struct audit audit = { 0 };
    int code = audit_prepare(c, &audit);
    c->label = join;
    if (code == 0)
        code = call_mark(c, join);
    snapshot_close(s);
    c->snapshot = NULL;
    return code < 0 ? code : audit_write(c, &audit);
}

/* An answer that is too large, or that was made while memory or disk failed, is none; and what was
 * refused while they failed was refused for that. */
static int check_answer(struct call *c, int code)
{
    int failure = c->snapshot ? snapshot_failure(c->snapshot) : 0;
    if (failure == 0 && (arena_failed(c->arena) || c->out->no_memory))
        failure = EN_NO_MEMORY;
    if (failure == 0 && code == 0 && buf_failed(c->out))
        return error_set(c->err, EN_TOO_LARGE, "the answer is larger than %d bytes",
                         LIMIT_RESPONSE);
    if (failure == 0 || failure == code)
        return code;
    error_clear(c->err);
    return error_set(c->err, failure,
                     failure == EN_NO_MEMORY ? "the operation needs too much memory"
                                             : "the records cannot be read");
}

static int run_handler(struct call *c)
{
    const struct operation *o = c->operation;
    int code = 0;
    if (o->flags & (OP_READ | OP_WRITE))
        code = node_snapshot(c->node, c->viewer, c->arena, c->now_ms, c->err, &c->snapshot);
    if (code < 0)
        return code;
    code = check_answer(c, o->handle(c));
    if (c->snapshot && code == 0)
        return finish_read(c);
    snapshot_close(c->snapshot);
    c->snapshot = NULL;
    return code;
}

/* The query's `as` stands for the header; no operation has a parameter of that name. */
static int take_as(struct call *c)
{
    const struct json *stated = c->parameters ? json_get(c->parameters, "as") : NULL;
    struct json *rest = stated ? json_new_object(c->arena) : NULL;
    if (!stated)
        return 0;
    for (uint32_t i = 0; rest && i < c->parameters->count; i++) {
        const struct json_member *m = &c->parameters->members[i];
        if (!slice_is(m->name, "as") && json_object_set(c->arena, rest, m->name, &m->value) < 0)
            rest = NULL;
    }
    if (!rest)
        return error_set(c->err, EN_NO_MEMORY, "parameters");
    c->as =
        c->as.len ? c->as : slice_make(stated->text.len ? stated->text.ptr : "", stated->text.len);
    c->parameters = rest;
    return 0;
}

/* From here on the call is the partner's. */
static int become_partner(struct call *c)
{
    const struct viewer *partner = NULL;
    char id[UUID_TEXT + 1];
    if (!(c->viewer->permissions & PERMIT_DISCLOSE) || c->viewer->is_partner)
        return error_set(c->err, EN_FORBIDDEN, "only a disclosure officer asks as a peer");
    if (c->operation->flags & OP_WRITE)
        return error_set(c->err, EN_FORBIDDEN, "nothing is written as a peer");
    int code = partner_viewer(c->node, c->arena, c->as, c->viewer, c->now_ms, c->err, &partner);
    if (code < 0)
        return code;
    uuid_format(partner->user, id);
    c->as_peer = arena_copy(c->arena, slice_of(id));
    c->as_narrowed = partner_narrowed(partner);
    c->viewer = partner;
    return c->as_peer.ptr ? 0 : error_set(c->err, EN_NO_MEMORY, "peer");
}

static int run(struct call *c)
{
    const struct operation *o = c->operation;
    int code = take_as(c);
    if (code < 0)
        return code;
    if (o->permission != PERMIT_NONE && !c->viewer)
        return error_set(c->err, EN_UNAUTHENTICATED, "log in first");
    if (c->as.ptr && !c->as.len) /* a forgotten name must not show one's own view */
        return error_set(c->err, EN_INVALID, "no peer is named whose view this would be");
    c->reader = c->viewer;
    if (c->as.len && c->viewer && (code = become_partner(c)) < 0)
        return code;
    if (o->permission != PERMIT_NONE && !(c->viewer->permissions & o->permission))
        return error_set(c->err, EN_FORBIDDEN, "your role does not permit this");
    if (!o->handle)
        return error_set(c->err, EN_UNSUPPORTED, "this operation belongs to another door");
    code = check_parameters(c);
    if (code == 0)
        code = check_body(c);
    return code < 0 ? code : run_handler(c);
}

int ops_tend(struct node *n, int64_t now_ms, struct error *err)
{
    struct arena *a cleanup_arena = arena_new(LIMIT_ARENA);
    return a ? release_sweep(n, a, now_ms, err) : error_set(err, EN_NO_MEMORY, "releases");
}

int ops_run(struct call *c)
{
    const struct viewer *own = c->viewer;
    int code = run(c);
    c->viewer = own;
    if (code < 0 && c->french && c->err)
        messages_to_french(c->err);
    return code;
}

/* The lines inside a bundle: see statement.h. */
#include "format/statement.h"

#include "base/limits.h"
#include "base/when.h"
#include "format/bundle.h"

#include <sodium.h>

static const char *const words[] = { "put", "retract", "redact", "withdraw" };

const char *statement_operation_word(int operation)
{
    return operation >= 1 && operation <= 4 ? words[operation - 1] : "unknown";
}

void statement_hash(struct slice line, uint8_t ret[16])
{
    crypto_generichash(ret, 16, (const uint8_t *)line.ptr, line.len, NULL, 0);
}

/* ---- writing: members in canonical order ---- */

static void key_uuid(struct json_writer *w, const char *name, struct uuid id)
{
    char text[UUID_TEXT + 1];
    uuid_format(id, text);
    jw_key_cstr(w, name, text);
}

void manifest_write(const struct manifest *m, struct buf *out)
{
    struct json_writer w;
    jw_init(&w, out);
    jw_object(&w);
    jw_key_int(&w, "base", m->base);
    jw_key_cstr(&w, "format", BUNDLE_FORMAT);
    key_uuid(&w, "from", m->from);
    jw_key_int(&w, "made_at", m->made_ms);
    jw_key_int(&w, "number", m->number);
    jw_key(&w, "policy");
    jw_object(&w);
    jw_key_text(&w, "digest", m->policy_digest);
    jw_key_text(&w, "name", m->policy_name);
    jw_key_text(&w, "oid", m->policy_oid);
    jw_object_end(&w);
    jw_key_text(&w, "previous", m->previous);
    key_uuid(&w, "to", m->to);
    jw_object_end(&w);
}

void statement_write(const struct statement *s, struct buf *out)
{
    struct json_writer w;
    jw_init(&w, out);
    jw_object(&w);
    if (s->operation != 4)
        jw_key_int(&w, "at", s->at_ms);
    if (s->operation == 1) {
        jw_key(&w, "body");
        jw_raw(&w, s->body);
    }
    if (s->operation != 4)
        key_uuid(&w, "entry", s->entry);
    key_uuid(&w, "instance", s->instance);
    jw_key_text(&w, "kind", s->kind);
    if (s->operation == 1) {
        jw_key(&w, "label");
        jw_raw(&w, s->label);
    }
    jw_key_cstr(&w, "operation", statement_operation_word(s->operation));
    if (s->operation <= 2 && s->past_redacted)
        jw_key_cstr(&w, "past", "redacted");
    key_uuid(&w, "record", s->record);
    if (s->operation == 1 && s->relays)
        jw_key_int(&w, "relays", s->relays);
    jw_object_end(&w);
}

void summary_write(const struct summary *s, struct buf *out)
{
    struct json_writer w;
    jw_init(&w, out);
    jw_object(&w);
    jw_key(&w, "counts");
    jw_object(&w);
    jw_key_int(&w, "put", s->counts[0]);
    jw_key_int(&w, "redact", s->counts[2]);
    jw_key_int(&w, "retract", s->counts[1]);
    jw_key_int(&w, "withdraw", s->counts[3]);
    jw_object_end(&w);
    jw_key_cstr(&w, "format", "end");
    if (s->label.len) {
        jw_key(&w, "label");
        jw_raw(&w, s->label);
    }
    if (s->more)
        jw_key_bool(&w, "more", true);
    jw_object_end(&w);
}

/* ---- reading ---- */

static int refuse(struct error *err, const char *why)
{
    return error_set(err, EN_INVALID, "a line of the bundle does not hold: %s", why);
}

/* An object with these members and no others, in canonical form. */
static int read_object(struct arena *a, struct slice line, const char *const *members,
                       struct error *err, struct json **ret)
{
    struct buf again cleanup_buf = { 0 };
    int code = json_parse(a, line, err, ret);
    if (code < 0)
        return code;
    if ((*ret)->type != JSON_OBJECT)
        return refuse(err, "it is not an object");
    for (uint32_t i = 0; i < (*ret)->count; i++) {
        const char *const *m = members;
        while (*m && !slice_is((*ret)->members[i].name, *m))
            m++;
        if (!*m)
            return refuse(err, "it has a member that is not known");
    }
    buf_init(&again, LIMIT_STATEMENT);
    json_write_canonical(a, *ret, &again);
    if (again.no_memory || arena_failed(a))
        return error_set(err, EN_NO_MEMORY, "out of memory");
    return slice_eq(buf_slice(&again), line) ? 0 : refuse(err, "it is not in canonical form");
}

static bool read_uuid(const struct json *o, const char *name, struct uuid *ret)
{
    struct slice text = json_get_text(o, name);
    char again[UUID_TEXT + 1];
    if (!uuid_parse(text, ret))
        return false;
    uuid_format(*ret, again);
    return slice_is(text, again); /* one spelling: equal records are told by equal bytes */
}

static bool read_int(const struct json *o, const char *name, int64_t most, int64_t *ret)
{
    *ret = json_get_int(o, name, -1);
    return *ret >= 0 && *ret <= most;
}

static bool read_text(const struct json *o, const char *name, size_t most, struct slice *ret)
{
    const struct json *v = json_get(o, name);
    if (!v || v->type != JSON_STRING || v->text.len > most)
        return false;
    *ret = v->text;
    return true;
}

/* The member's own bytes: canonical, because the line is. */
static int read_part(struct arena *a, const struct json *o, const char *name, struct error *err,
                     struct slice *ret, const struct json **ret_json)
{
    struct buf text cleanup_buf = { 0 };
    const struct json *v = json_get(o, name);
    if (!v || v->type != JSON_OBJECT)
        return refuse(err, "it has no body, or no label");
    buf_init(&text, LIMIT_STATEMENT);
    json_write_canonical(a, v, &text);
    *ret = arena_copy(a, buf_slice(&text));
    *ret_json = v;
    return ret->ptr && !buf_failed(&text) ? 0 : error_set(err, EN_NO_MEMORY, "out of memory");
}

#define TIME_MAX INT64_C(253402300799999) /* the last millisecond of the year 9999 */
enum { NUMBER_MAX = 1000000000 };

int manifest_parse(struct arena *a, struct slice line, struct error *err, struct manifest *ret)
{
    static const char *const members[] = { "base",   "format", "from",     "made_at", "number",
                                           "policy", "to",     "previous", NULL };
    struct manifest m = { .number = 0 };
    struct json *o = NULL;
    int code = read_object(a, line, members, err, &o);
    if (code < 0)
        return code;
    const struct json *policy = json_get(o, "policy");
    if (!slice_is(json_get_text(o, "format"), BUNDLE_FORMAT))
        return refuse(err, "it is of another format");
    if (!read_uuid(o, "from", &m.from) || !read_uuid(o, "to", &m.to))
        return refuse(err, "it names no instances");
    if (!read_int(o, "number", NUMBER_MAX, &m.number) ||
        !read_int(o, "base", NUMBER_MAX, &m.base) || m.number <= m.base ||
        !read_int(o, "made_at", TIME_MAX, &m.made_ms))
        return refuse(err, "its numbers do not hold");
    if (!read_text(o, "previous", 64, &m.previous) || (m.previous.len && m.previous.len != 64) ||
        !read_text(policy, "name", LIMIT_NAME, &m.policy_name) ||
        !read_text(policy, "oid", LIMIT_NAME, &m.policy_oid) ||
        !read_text(policy, "digest", 128, &m.policy_digest) || policy->count != 3)
        return refuse(err, "its policy is not stated");
    *ret = m;
    return 0;
}

static int operation_of(const struct json *o)
{
    struct slice word = json_get_text(o, "operation");
    for (int i = 0; i < 4; i++)
        if (slice_is(word, words[i]))
            return i + 1;
    return 0;
}

static int read_revision(const struct json *o, struct statement *s, struct error *err)
{
    if (!read_int(o, "at", TIME_MAX, &s->at_ms) || !read_uuid(o, "entry", &s->entry))
        return refuse(err, "it does not say which revision it is");
    const struct json *past = json_get(o, "past");
    if (past && (s->operation > 2 || !slice_is(json_get_text(o, "past"), "redacted")))
        return refuse(err, "it says something of the past that is not known");
    s->past_redacted = past != NULL;
    return 0;
}

static int read_put(struct arena *a, const struct json *o, struct statement *s, struct error *err)
{
    int64_t relays = 0;
    int code = read_part(a, o, "body", err, &s->body, &s->body_json);
    if (code == 0)
        code = read_part(a, o, "label", err, &s->label, &s->label_json);
    if (code < 0)
        return code;
    if (json_get(o, "relays") && (!read_int(o, "relays", LIMIT_RELAYS, &relays) || relays == 0))
        return refuse(err, "it came through more instances than may pass it on");
    s->relays = (int)relays;
    return 0;
}

int statement_parse(struct arena *a, struct slice line, struct error *err, struct statement *ret)
{
    static const char *const members[] = { "at",     "body",   "entry",     "instance",
                                           "kind",   "label",  "operation", "past",
                                           "record", "relays", NULL };
    static const uint32_t least[] = { 8, 6, 6, 4 };
    struct statement s = { .operation = 0 };
    struct json *o = NULL;
    int code = read_object(a, line, members, err, &o);
    if (code < 0)
        return code;
    s.operation = operation_of(o);
    if (!s.operation)
        return refuse(err, "it does nothing that is known");
    if (!read_uuid(o, "record", &s.record) || !read_uuid(o, "instance", &s.instance) ||
        !read_text(o, "kind", LIMIT_NAME, &s.kind) || !s.kind.len)
        return refuse(err, "it names no record");
    if (s.operation != 4)
        code = read_revision(o, &s, err);
    if (code == 0 && s.operation == 1)
        code = read_put(a, o, &s, err);
    if (code == 0 &&
        o->count != least[s.operation - 1] + (s.past_redacted ? 1 : 0) + (s.relays ? 1 : 0))
        code = refuse(err, "it has members that another operation has");
    if (code == 0)
        *ret = s;
    return code;
}

int summary_parse(struct arena *a, struct slice line, struct error *err, struct summary *ret)
{
    static const char *const members[] = { "counts", "format", "label", "more", NULL };
    struct summary s = { .label = S("") };
    struct json *o = NULL;
    int code = read_object(a, line, members, err, &o);
    if (code < 0)
        return code;
    const struct json *counts = json_get(o, "counts");
    if (!slice_is(json_get_text(o, "format"), "end") || !counts || counts->type != JSON_OBJECT ||
        counts->count != 4)
        return refuse(err, "it is no summary");
    for (int i = 0; i < 4; i++)
        if (!read_int(counts, words[i], LIMIT_BUNDLE_LINES, &s.counts[i]))
            return refuse(err, "its counts do not hold");
    if (json_get(o, "label"))
        code = read_part(a, o, "label", err, &s.label, &s.label_json);
    s.more = json_get_bool(o, "more", false);
    if (code == 0 && json_get(o, "more") && !s.more)
        code = refuse(err, "it does not say whether more follows");
    if (code == 0)
        *ret = s;
    return code;
}

/* The handlers that every kind has: list, get, create, change, retract, restore, redact, history.
 */
#include "base/limits.h"
#include "format/csv.h"
#include "ops/internal.h"
#include "service/transfer.h"

/* "-updated" and the like. */
static int parse_order(struct call *c, struct list_query *q)
{
    static const char *const words[] = { "updated", "when", "title", NULL };
    struct slice word = { 0 };
    int code = call_sort(c, words, "updated, when or title", &word, &q->descending);
    if (code < 0)
        return code;
    if (!word.len)
        q->descending = true;
    q->order = word.len                         ? (slice_is(word, "title")  ? LIST_TITLE
                                                   : slice_is(word, "when") ? LIST_WHEN
                                                                            : LIST_UPDATED)
               : c->operation->kind->when_field ? LIST_WHEN
                                                : LIST_UPDATED;
    return 0;
}

static bool is_list_control(struct slice name)
{
    return slice_is(name, "limit") || slice_is(name, "cursor") || slice_is(name, "q") ||
           slice_is(name, "sort") || slice_is(name, "retracted");
}

/* Everything else that the row declares is a filter. */
int call_list_query(struct call *c, struct list_query *q)
{
    struct filter *filters = arena_array_of(c->arena, struct filter, c->parameters->count + 1);
    if (!filters)
        return error_set(c->err, EN_NO_MEMORY, "filters");
    *q = (struct list_query){ .kind = c->operation->kind,
                              .filters = filters,
                              .words = call_text(c, "q"),
                              .retracted = call_bool(c, "retracted", false),
                              .limit = (size_t)call_int(c, "limit", LIMIT_PAGE_DEFAULT),
                              .after = call_text(c, "cursor") };
    if (parse_order(c, q) < 0)
        return EN_INVALID;
    for (uint32_t i = 0; i < c->parameters->count; i++) {
        const struct json_member *m = &c->parameters->members[i];
        if (is_list_control(m->name))
            continue;
        struct buf text cleanup_buf;
        buf_init(&text, LIMIT_TEXT);
        if (m->value.type == JSON_STRING)
            buf_add(&text, m->value.text);
        else
            json_write_value(&m->value, &text);
        if (buf_failed(&text)) /* or the filter would ask for nothing */
            return error_set(c->err, text.no_memory ? EN_NO_MEMORY : EN_TOO_LARGE, "filters");
        filters[q->filter_count++] =
            (struct filter){ .field = m->name, .value = arena_copy(c->arena, buf_slice(&text)) };
    }
    return 0;
}

int handle_list(struct call *c)
{
    struct list_query q;
    struct page page;
    struct answer a;
    int code = call_list_query(c, &q);
    if (code == 0)
        code = snapshot_list(c->snapshot, &q, c->err, &page);
    if (code == 0)
        code = answer_begin(c, &a);
    if (code < 0)
        return code;
    return answer_page(&a, &page);
}

int handle_get(struct call *c)
{
    struct row row;
    int code = snapshot_get(c->snapshot, c->operation->kind, call_text(c, "id"), c->err, &row);
    if (code == 0 && row.retracted)
        return error_set(c->err, EN_GONE, "the record was retracted; its history remains");
    return code < 0 ? code : answer_record(c, &row);
}

int handle_create(struct call *c)
{
    struct written done;
    struct write_context w = call_write(c);
    int code = records_create(&w, c->operation->kind, c->body, c->err, &done);
    return code < 0 ? code : answer_written(c, c->operation->kind, &done);
}

int handle_change(struct call *c)
{
    struct written done;
    struct write_context w = call_write(c);
    w.grounds = release_grounds_of(c);
    int code = records_change(&w, c->operation->kind, call_text(c, "id"), c->body, c->if_match,
                              c->err, &done);
    return code < 0 ? code : answer_written(c, c->operation->kind, &done);
}

static int answer_version(struct call *c, const struct written *done, const char *what)
{
    struct json_writer out;
    jw_init(&out, c->out);
    jw_object(&out);
    jw_key_text(&out, "id", done->id);
    jw_key_int(&out, "version", done->version);
    jw_key_bool(&out, what, true);
    jw_object_end(&out);
    return 0;
}

int handle_retract(struct call *c)
{
    struct written done;
    struct write_context w = call_write(c);
    int code = records_retract(&w, c->operation->kind, call_text(c, "id"),
                               json_get_text(c->body, "reason"), c->if_match, c->err, &done);
    return code < 0 ? code : answer_version(c, &done, "retracted");
}

int handle_restore(struct call *c)
{
    struct written done;
    struct write_context w = call_write(c);
    int code = records_restore(&w, c->operation->kind, call_text(c, "id"), c->err, &done);
    return code < 0 ? code : answer_written(c, c->operation->kind, &done);
}

int handle_redact(struct call *c)
{
    struct written done;
    struct write_context w = call_write(c);
    int code = records_redact(&w, c->operation->kind, call_text(c, "id"),
                              json_get_int(c->body, "version", 0), c->err, &done);
    return code < 0 ? code : answer_version(c, &done, "redacted");
}

/* One version: who, when, what; the record as it stood, unless its body was destroyed. */
static int write_version(struct call *c, struct answer *a, const struct version_row *v)
{
    struct entry e;
    struct uuid id;
    if (!uuid_parse(v->id, &id))
        return error_set(c->err, EN_CORRUPT, "a version without a record");
    int code = ledger_read_version(node_ledger(c->node), c->arena, id, v->version, c->err, &e);
    if (code < 0)
        return code;
    char instance[UUID_TEXT + 1];
    uuid_format(e.instance, instance);
    struct slice origin = arena_copy(c->arena, slice_of(instance));
    if (!origin.ptr)
        return error_set(c->err, EN_NO_MEMORY, "history");
    snapshot_saw_version(c->snapshot, v);
    jw_object(&a->out);
    jw_key_int(&a->out, "version", v->version);
    render_instant(&a->out, "at", v->at_ms);
    jw_key_text(&a->out, "user", v->user);
    jw_key_cstr(&a->out, "operation", entry_operation_word(v->operation));
    jw_key_bool(&a->out, "redacted", v->redacted);
    render_origin(&a->render, origin);
    struct json *stated = NULL;
    if (v->operation == ENTRY_RETRACT && e.body.ptr &&
        json_parse(c->arena, e.body, NULL, &stated) == 0)
        jw_key_text(&a->out, "reason", json_get_text(stated, "reason"));
    jw_key(&a->out, "record");
    if (v->operation != ENTRY_PUT || v->redacted || !e.body.ptr) {
        jw_null(&a->out);
    } else {
        struct row row = { .id = v->id,
                           .kind = v->kind,
                           .version = v->version,
                           .label = v->label,
                           .created_ms = v->at_ms,
                           .updated_ms = v->at_ms,
                           .origin = origin,
                           .user = v->user,
                           .body_text = e.body };
        code = render_record(&a->render, &row, c->err);
        if (code < 0) /* it wrote nothing, and the key needs its value */
            jw_null(&a->out);
    }
    jw_object_end(&a->out);
    return code;
}

int handle_history(struct call *c)
{
    struct version_row *rows;
    struct row row;
    struct answer a;
    size_t count = 0;
    int code = snapshot_get(c->snapshot, c->operation->kind, call_text(c, "id"), c->err, &row);
    if (code == 0)
        code = snapshot_versions(c->snapshot, row.id, c->err, &rows, &count);
    if (code == 0)
        code = answer_begin(c, &a);
    if (code < 0)
        return code;
    jw_key(&a.out, "items");
    jw_array(&a.out);
    for (size_t i = 0; code == 0 && i < count; i++)
        code = write_version(c, &a, &rows[i]);
    jw_array_end(&a.out);
    return code < 0 ? code : answer_end(&a);
}

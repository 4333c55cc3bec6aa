/*
 * The short account of a policy file: see policy_file.h.
 *
 * Made from the policy's own description, so that it says what the program understood and not what
 * the file looks like.
 */
#include "service/policy_file.h"

#include "base/json.h"
#include "base/limits.h"
#include "label/label.h"

enum { MEMORY = 64 * 1024 * 1024 };

static void write_names(struct json_writer *w, const char *key, const struct json *list)
{
    jw_key(w, key);
    jw_array(w);
    for (uint32_t i = 0; list && i < list->count; i++)
        jw_text(w, json_get_text(&list->items[i], "name"));
    jw_array_end(w);
}

static void write_tags(struct json_writer *w, const struct json *d, const char *type)
{
    const struct json *tags = json_get(d, type);
    for (uint32_t i = 0; tags && i < tags->count; i++) {
        const struct json *values = json_get(&tags->items[i], "values");
        const struct json *groups = json_get(&tags->items[i], "groups");
        jw_object(w);
        jw_key_text(w, "name", json_get_text(&tags->items[i], "name"));
        jw_key_cstr(w, "type", type);
        jw_key_int(w, "values", values ? values->count : 0);
        jw_key_int(w, "groups", groups ? groups->count : 0);
        jw_object_end(w);
    }
}

static void write_account(struct json_writer *w, const struct policy *p, const struct json *d)
{
    struct buf label cleanup_buf = { 0 };
    buf_init(&label, LIMIT_TEXT);
    if (policy_states_default(p))
        label_write_text(p, policy_default_label(p), &label);
    jw_object(w);
    jw_key_text(w, "policy", policy_id(p));
    jw_key_text(w, "oid", policy_oid(p));
    jw_key_text(w, "digest", policy_digest(p));
    jw_key_text(w, "default", buf_slice(&label));
    write_names(w, "classes", json_get(d, "levels"));
    jw_key(w, "tags");
    jw_array(w);
    write_tags(w, d, "restrictive");
    write_tags(w, d, "permissive");
    write_tags(w, d, "informative");
    jw_array_end(w);
    write_names(w, "equivalents", json_get(d, "equivalents"));
    jw_object_end(w);
}

static int tell(const struct policy *p, struct arena *a, struct buf *out, struct error *err)
{
    struct buf text cleanup_buf = { 0 };
    struct json_writer w;
    struct json *d = NULL;
    buf_init(&text, MEMORY);
    jw_init(&w, &text);
    policy_describe(p, &w);
    if (buf_failed(&text))
        return error_set(err, EN_NO_MEMORY, "no memory for the policy");
    int code = json_parse(a, buf_slice(&text), err, &d);
    if (code < 0)
        return code;
    jw_init(&w, out);
    write_account(&w, p, d);
    return buf_failed(out) ? error_set(err, EN_NO_MEMORY, "no memory for the policy") : 0;
}

int policy_file_check(struct slice text, struct buf *out, struct error *err)
{
    struct policy *p = NULL;
    int code = policy_load(text, err, &p);
    struct arena *a = code == 0 ? arena_new(MEMORY) : NULL;
    if (code == 0)
        code = a ? tell(p, a, out, err) : error_set(err, EN_NO_MEMORY, "no memory for the policy");
    arena_free(a);
    policy_free(p);
    return code;
}

/* Labels and clearances in the reader's words: see label_words.h. */
#include "cli/label_words.h"

#include "base/limits.h"
#include "label/label.h"

struct words {
    struct arena *a;
    const struct policy *policy;
};

static struct slice reading(const struct words *w, struct slice tag, struct slice name)
{
    return policy_reading(w->policy, tag, name, /* french= */ true);
}

static bool is_of_policy(const struct words *w, const struct json *v)
{
    return json_get(v, "class") && slice_eq(json_get_text(v, "policy"), policy_id(w->policy));
}

/* Why the partner does not read it, and what it lacks. */
static bool is_lack(const struct json *v)
{
    struct slice why = json_get_text(v, "why");
    return json_get_text(v, "value").len > 0 && (slice_is(why, "class") || slice_is(why, "tag"));
}

/* "CAN, USA": the values of a clause. */
static struct json *each_reading(const struct words *w, struct slice tag, struct slice list)
{
    struct buf text cleanup_buf = { 0 };
    buf_init(&text, LIMIT_TEXT);
    while (list.ptr) {
        buf_add_cstr(&text, text.len > 0 ? ", " : "");
        buf_add(&text, reading(w, tag, slice_trim(slice_cut(&list, ','))));
    }
    return buf_failed(&text) ? NULL : json_new_text(w->a, buf_slice(&text));
}

/* The values of a tag: a list of names, or of lists of them. */
static struct json *values(const struct words *w, struct slice tag, const struct json *v)
{
    struct json *list = json_new_array(w->a);
    if (v->type == JSON_STRING) {
        return json_new_text(w->a, reading(w, tag, v->text));
    }
    for (uint32_t i = 0; v->type == JSON_ARRAY && i < v->count; i++) {
        if (json_array_add(w->a, list, values(w, tag, &v->items[i])) < 0) {
            return NULL;
        }
    }
    return list;
}

static struct json *tags(const struct words *w, const struct json *v)
{
    struct json *all = json_new_object(w->a);
    for (uint32_t i = 0; v->type == JSON_OBJECT && i < v->count; i++) {
        struct slice tag = v->members[i].name; /* part of a column's name, which one types */
        if (json_object_set(w->a, all, tag, values(w, tag, &v->members[i].value)) < 0) {
            return NULL;
        }
    }
    return all;
}

static const struct json *member(const struct words *w, const struct json *of,
                                 const struct json_member *m)
{
    bool lack = is_lack(of);
    if (slice_is(m->name, "class") && !lack) {
        return json_new_text(w->a, reading(w, S(""), m->value.text));
    }
    if (slice_is(m->name, "permissive") || slice_is(m->name, "restrictive") ||
        slice_is(m->name, "informative")) {
        return tags(w, &m->value);
    }
    if (lack && slice_is(m->name, "tag")) {
        return json_new_text(w->a, reading(w, m->value.text, S("")));
    }
    if (lack && slice_is(m->name, "value")) {
        return each_reading(w, json_get_text(of, "tag"), m->value.text);
    }
    return &m->value;
}

const struct json *label_in_words(const struct table_style *style, const struct json *value)
{
    const struct words w = { .a = style->arena, .policy = style->policy };
    if (!w.policy || style->plain || !style->french || value->type != JSON_OBJECT ||
        !(is_of_policy(&w, value) || is_lack(value))) {
        return value;
    }
    struct json *said = json_new_object(w.a);
    for (uint32_t i = 0; i < value->count; i++) {
        const struct json_member *m = &value->members[i];
        if (json_object_set(w.a, said, m->name, member(&w, value, m)) < 0) {
            return value;
        }
    }
    return said ? said : value;
}

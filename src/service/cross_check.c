/* Rules across records: see cross_check.h. */
#include "service/cross_check.h"

#include <stdio.h>

static bool stands(const struct json *body, const struct json *before, const char *name)
{
    return before && slice_eq(json_get_text(body, name), json_get_text(before, name));
}

static bool ahead(struct snapshot *s, struct when at)
{
    return when_first_ms(at) > snapshot_now(s) + CROSS_CHECK_AHEAD_MS;
}

/* What has happened cannot lie ahead. */
static int check_past(struct snapshot *s, const struct json *body, const struct json *before,
                      const char *name, struct error *err)
{
    struct when at;
    char pointer[64];
    if (!when_parse(json_get_text(body, name), &at) || !ahead(s, at))
        return 0;
    if (stands(body, before, name) && stands(body, before, "status") &&
        stands(body, before, "state"))
        return 0;
    snprintf(pointer, sizeof pointer, "/%s", name);
    return error_field(err, slice_of(pointer), REASON_RULE, "in the future");
}

/* The days of a kind's own life, and the state in which one is only planned. */
static const struct {
    const char *kind, *field, *planned;
} past_days[] = {
    { "transaction", "delivered", "ordered" }, { "transaction", "settled", NULL },
    { "request", "submitted_on", NULL },       { "request", "answered_on", NULL },
    { "request", "accepted_on", NULL },        { "request", "deployed_on", NULL },
    { "request", "released_on", NULL },        { "request", "settled_on", NULL },
    { "request", "closed_on", NULL },
};

static int check_past_days(struct snapshot *s, const struct kind *k, const struct json *body,
                           const struct json *before, struct error *err)
{
    struct slice state = json_get_text(body, "state");
    int code = 0;
    for (size_t i = 0; i < sizeof past_days / sizeof *past_days; i++) {
        if (strcmp(k->name, past_days[i].kind) != 0 ||
            (past_days[i].planned && slice_is(state, past_days[i].planned)))
            continue;
        int c = check_past(s, body, before, past_days[i].field, err);
        code = code ? code : c;
    }
    return code;
}

static bool has_item(const struct json *list, const struct json *item)
{
    for (uint32_t i = 0; list && i < list->count; i++) {
        if (json_equal(&list->items[i], item))
            return true;
    }
    return false;
}

static int check_instances(struct snapshot *s, const struct json *body, const struct json *before,
                           struct error *err)
{
    const struct json *list = json_get(body, "instances");
    int code = 0;
    for (uint32_t i = 0; list && i < list->count; i++) {
        struct when at;
        char pointer[64];
        if (!when_parse(json_get_text(&list->items[i], "decided_on"), &at) || !ahead(s, at) ||
            (before && has_item(json_get(before, "instances"), &list->items[i])))
            continue;
        snprintf(pointer, sizeof pointer, "/instances/%u/decided_on", i);
        code = error_field(err, slice_of(pointer), REASON_RULE, "in the future");
    }
    return code;
}

static bool is_side(const struct json *relationship, struct slice actor)
{
    return slice_eq(json_get_text(relationship, "a"), actor) ||
           slice_eq(json_get_text(relationship, "b"), actor);
}

/* The two of an assessment are the two of its relationship. */
static int check_sides(struct snapshot *s, const struct json *body, const struct json *before,
                       struct error *err)
{
    const struct kind *k = kinds_find(snapshot_kinds(s), S("relationship"));
    struct slice id = json_get_text(body, "relationship");
    struct row row;
    if (!id.len || !snapshot_readable(s, id, k) ||
        (stands(body, before, "relationship") && stands(body, before, "truster") &&
         stands(body, before, "trustee")))
        return 0;
    int code = snapshot_get(s, k, id, err, &row);
    if (code == 0)
        code = snapshot_body(s, &row, err);
    if (code < 0)
        return code;
    if (!is_side(row.body, json_get_text(body, "truster")))
        code = error_field(err, S("/truster"), REASON_RULE,
                           "another truster than the relationship's sides");
    if (!is_side(row.body, json_get_text(body, "trustee")))
        code = error_field(err, S("/trustee"), REASON_RULE,
                           "another trustee than the relationship's sides");
    return code;
}

/* A label that a record states (not its own) is one of the policy's. */
static int check_labels(struct snapshot *s, const struct kind *k, const struct json *body,
                        struct error *err)
{
    int code = 0;
    for (const struct field *f = k->fields; !k->system && f->name; f++) {
        const struct json *stated = json_get(body, f->name);
        const struct label *l;
        char pointer[64];
        if (f->type != FIELD_LABEL || !stated)
            continue;
        snprintf(pointer, sizeof pointer, "/%s", f->name);
        int c =
            label_parse(snapshot_policy(s), snapshot_arena(s), stated, slice_of(pointer), err, &l);
        code = c < 0 ? c : code;
    }
    return code;
}

int cross_check(struct snapshot *s, const struct kind *k, const struct json *body,
                const struct json *before, struct error *err)
{
    int labels = check_labels(s, k, body, err);
    int decided = check_past(s, body, before, "decided_on", err), code = 0;
    if (strcmp(k->name, "assessment") == 0)
        code = check_sides(s, body, before, err);
    if (strcmp(k->name, "engagement") == 0)
        code = slice_is(json_get_text(body, "status"), "held")
                   ? check_past(s, body, before, "when", err)
                   : check_past(s, body, before, "cancelled_on", err);
    if (strcmp(k->name, "obligation") == 0)
        code = check_instances(s, body, before, err);
    int days = check_past_days(s, k, body, before, err);
    return decided ? decided : code ? code : days ? days : labels;
}

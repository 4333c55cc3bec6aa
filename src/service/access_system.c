/*
 * System records (users, tokens, settings): stating them under the lowest label, and the settings.
 * See access.h. Operations guard them by permission, not by label.
 */
#include "service/access_internal.h"

#include "base/limits.h"

/* System records bear the lowest label, always: what reads them goes by permission. */
static int check_no_label(struct write_context *w, const struct json *input, struct error *err)
{
    const struct policy *p = w->node->policy;
    const struct json *stated = json_get(input, "label");
    const struct label *l;
    if (!stated || stated->type == JSON_NULL)
        return 0;
    int code = label_parse(p, snapshot_arena(w->snapshot), stated, S("/label"), err, &l);
    if (code == 0 && !label_equal(l, policy_lowest_label(p)))
        code = error_field(err, S("/label"), REASON_READ_ONLY, "these records have one label");
    return code;
}

/* A copy of what was stated, to be completed. */
int access_own_fields(struct write_context *w, const struct json *input, struct error *err,
                      struct json **ret)
{
    struct arena *a = snapshot_arena(w->snapshot);
    if (!input || input->type != JSON_OBJECT)
        return error_set(err, EN_INVALID, "a JSON object is expected as the body");
    int code = check_no_label(w, input, err);
    if (code < 0)
        return code;
    const struct json *nothing = json_new_object(a);
    *ret = nothing ? json_merge_patch(a, input, nothing) : NULL;
    if (!*ret)
        return error_set(err, EN_NO_MEMORY, "fields");
    json_object_remove(*ret, S("label"));
    return 0;
}

/* System records are readable by everyone the policy knows; operations guard them by permission. */
static int set_lowest_label(struct write_context *w, struct json *fields)
{
    struct arena *a = snapshot_arena(w->snapshot);
    const struct policy *p = w->node->policy;
    return json_object_set(a, fields, S("label"), label_json(p, a, policy_lowest_label(p)));
}

int access_create_system(struct write_context *w, const char *kind, struct json *fields,
                         struct error *err, struct written *ret)
{
    if (set_lowest_label(w, fields) < 0) {
        snapshot_close(w->snapshot);
        return error_set(err, EN_NO_MEMORY, "%s", kind);
    }
    return records_create(w, kinds_find(w->node->kinds, slice_of(kind)), fields, err, ret);
}

struct slice settings_get(struct snapshot *s, struct slice name)
{
    struct row row;
    int code = access_find(s, "setting", "name", name, NULL, &row);
    if (code < 0 && code != EN_NOT_FOUND)
        snapshot_fail(s, code); /* what could not be read is not unset */
    return code < 0 || row.retracted ? S("") : json_get_text(row.body, "value");
}

struct slice settings_home(struct snapshot *s)
{
    struct slice id = settings_get(s, S("home"));
    const struct kind *actor = kinds_find(snapshot_kinds(s), S("actor"));
    return id.len && snapshot_readable(s, id, actor) ? id : S("");
}

int settings_put(struct write_context *w, struct slice name, struct slice value, struct error *err)
{
    struct arena *a = snapshot_arena(w->snapshot);
    struct json *fields = json_new_object(a);
    struct row row;
    struct written unused;
    if (!fields || json_object_set(a, fields, S("name"), json_new_text(a, name)) < 0 ||
        json_object_set(a, fields, S("value"), json_new_text(a, value)) < 0) {
        snapshot_close(w->snapshot);
        return error_set(err, EN_NO_MEMORY, "setting");
    }
    int found = access_find(w->snapshot, "setting", "name", name, NULL, &row);
    if (found == EN_NOT_FOUND)
        return access_create_system(w, "setting", fields, err, &unused);
    if (found < 0) {
        snapshot_close(w->snapshot);
        return error_set(err, found, "settings cannot be read");
    }
    return records_change(w, row.kind, row.id, fields, S("*"), err, &unused);
}

struct slice node_home(struct node *n, struct arena *a)
{
    struct snapshot *s = NULL;
    if (access_identity_open(n, a, 0, NULL, &s) < 0)
        return S("");
    struct slice home = settings_home(s);
    snapshot_close(s);
    return home;
}

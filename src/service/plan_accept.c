/*
 * A line of a plan becomes a planned engagement: see plan.h.
 *
 * The engagement names the two actors and the relationship, so its label is at least the join of
 * theirs. It carries an external id made of relationship, form and day: accepted again, the one
 * that stands is told and nothing is written.
 */
#include "service/plan.h"

#include "base/limits.h"
#include "service/access.h"

struct accepting {
    struct write_context *context;
    struct snapshot *snapshot;
    struct arena *arena;
    const struct json *input;
    struct slice us, them, external;
    const struct label *least; /* of what the engagement tells */
};

static int join_of(struct accepting *x, struct slice id, const struct kind *kind, struct error *err)
{
    struct row row;
    int code = snapshot_get(x->snapshot, kind, id, err, &row);
    if (code < 0)
        return code;
    x->least = x->least ? label_join(snapshot_policy(x->snapshot), x->arena, x->least, row.label)
                        : row.label;
    return x->least ? 0 : error_set(err, EN_NO_MEMORY, "label");
}

/* Our side is home when it takes part, else the first. */
static int read_sides(struct accepting *x, struct error *err)
{
    const struct kinds *kinds = snapshot_kinds(x->snapshot);
    const struct kind *actor = kinds_find(kinds, S("actor"));
    struct slice id = json_get_text(x->input, "relationship"), home = settings_home(x->snapshot);
    struct row row;
    int code = snapshot_get(x->snapshot, kinds_find(kinds, S("relationship")), id, err, &row);
    if (code == EN_NOT_FOUND || (code == 0 && row.retracted))
        return error_field(err, S("/relationship"), REASON_REFERENCE, "%s", "");
    if (code == 0)
        code = snapshot_body(x->snapshot, &row, err);
    if (code < 0)
        return code;
    x->least = row.label;
    x->us = json_get_text(row.body, "a");
    x->them = json_get_text(row.body, "b");
    if (slice_eq(x->them, home)) {
        x->them = x->us;
        x->us = home;
    }
    if (!snapshot_readable(x->snapshot, x->us, actor) ||
        !snapshot_readable(x->snapshot, x->them, actor))
        return error_field(err, S("/relationship"), REASON_REFERENCE, "%s", "");
    code = join_of(x, x->us, actor, err);
    return code < 0 ? code : join_of(x, x->them, actor, err);
}

/* ---- label ---- */

static int label_of(struct accepting *x, struct error *err, struct json **ret)
{
    const struct policy *p = snapshot_policy(x->snapshot);
    const struct json *stated = json_get(x->input, "label");
    const struct label *label = x->least;
    if (stated && stated->type != JSON_NULL) {
        int code = label_parse(p, x->arena, stated, S("/label"), err, &label);
        const struct label *both = code == 0 ? label_join(p, x->arena, label, x->least) : NULL;
        if (code < 0)
            return code;
        if (!both)
            return error_set(err, EN_NO_MEMORY, "label");
        if (!label_equal(both, label))
            return error_field(err, S("/label"), REASON_LABEL, "below what the engagement tells");
    }
    *ret = label_json(p, x->arena, label);
    return *ret ? 0 : error_set(err, EN_NO_MEMORY, "label");
}

/* ---- body ---- */

static struct json *participants_of(struct accepting *x)
{
    const struct slice sides[] = { x->us, x->them };
    struct json *list = json_new_array(x->arena);
    for (int i = 0; list && i < 2; i++) {
        struct json *one = json_new_object(x->arena);
        if (json_set_text(x->arena, one, "actor", sides[i]) < 0 ||
            json_array_add(x->arena, list, one) < 0)
            return NULL;
    }
    return list;
}

static struct json *list_of(struct arena *a, struct slice text)
{
    struct json *list = json_new_array(a), *item = json_new_text(a, text);
    return list && item && json_array_add(a, list, item) == 0 ? list : NULL;
}

/* "Call – Harbour Office" */
static struct slice title_of(struct accepting *x)
{
    struct slice stated = json_get_text(x->input, "title"), mode = json_get_text(x->input, "type");
    bool french = snapshot_viewer(x->snapshot)->french;
    const struct kinds *kinds = snapshot_kinds(x->snapshot);
    const struct field *f = kind_field(kinds_find(kinds, S("engagement")), S("mode"));
    struct reference them;
    if (stated.len)
        return stated;
    for (const struct choice *c = f ? f->choices : NULL; c && c->value; c++)
        if (slice_is(mode, c->value))
            mode = slice_of(french ? c->fr : c->en);
    if (!snapshot_reference(x->snapshot, x->them, NULL, &them))
        return mode;
    struct slice name = french && them.title_fr.len ? them.title_fr : them.title;
    struct slice title =
        arena_printf(x->arena, SLICE_FMT " – " SLICE_FMT, SLICE_ARG(mode), SLICE_ARG(name));
    return title.len > LIMIT_NAME ? mode : title;
}

static int body_of(struct accepting *x, struct error *err, struct json **ret)
{
    struct arena *a = x->arena;
    struct json *o = json_new_object(a), *label = NULL;
    struct slice relationship = json_get_text(x->input, "relationship");
    int code = label_of(x, err, &label);
    if (code < 0)
        return code;
    struct json *sides = participants_of(x), *ids = list_of(a, x->external);
    struct json *relations = list_of(a, relationship);
    bool good = o && sides && ids && relations &&
                json_set_nonempty(a, o, "title", title_of(x)) == 0 &&
                json_set_nonempty(a, o, "when", json_get_text(x->input, "on")) == 0 &&
                json_set_nonempty(a, o, "mode", json_get_text(x->input, "type")) == 0 &&
                json_set_nonempty(a, o, "place", json_get_text(x->input, "place")) == 0 &&
                json_set_text(a, o, "status", S("planned")) == 0 &&
                json_object_set(a, o, S("participants"), sides) == 0 &&
                json_object_set(a, o, S("relationships"), relations) == 0 &&
                json_object_set(a, o, S("external_ids"), ids) == 0 &&
                json_object_set(a, o, S("label"), label) == 0;
    *ret = o;
    return good ? 0 : error_set(err, EN_NO_MEMORY, "engagement");
}

static int prepare(struct accepting *x, struct error *err, struct json **ret_body,
                   struct row *ret_found, bool *ret_exists)
{
    const struct kind *kind = kinds_find(snapshot_kinds(x->snapshot), S("engagement"));
    int code = read_sides(x, err);
    if (code < 0)
        return code;
    x->external = arena_printf(x->arena, PLAN_EXTERNAL SLICE_FMT "/" SLICE_FMT "/" SLICE_FMT,
                               SLICE_ARG(json_get_text(x->input, "relationship")),
                               SLICE_ARG(json_get_text(x->input, "type")),
                               SLICE_ARG(json_get_text(x->input, "on")));
    if (!x->external.ptr)
        return error_set(err, EN_NO_MEMORY, "engagement");
    code = snapshot_find_own(x->snapshot, kind, x->external, NULL, ret_found);
    *ret_exists = code == 0 && !ret_found->retracted;
    if (code < 0 && code != EN_NOT_FOUND)
        return error_set(err, code, "the engagements cannot be read");
    return *ret_exists ? 0 : body_of(x, err, ret_body);
}

int plan_accept(struct write_context *w, const struct json *input, struct error *err,
                struct written *ret)
{
    struct accepting x = {
        .context = w, .snapshot = w->snapshot, .arena = snapshot_arena(w->snapshot), .input = input
    };
    const struct kind *kind = kinds_find(snapshot_kinds(w->snapshot), S("engagement"));
    struct json *body = NULL;
    struct row found;
    bool exists = false;
    int code = prepare(&x, err, &body, &found, &exists);
    if (code == 0 && !exists)
        return records_create(w, kind, body, err, ret);
    int failure = snapshot_failure(w->snapshot);
    snapshot_close(w->snapshot);
    if (failure < 0 && failure != code) {
        error_clear(err);
        return error_set(err, failure, "the engagement was not written");
    }
    if (code == 0)
        *ret = (struct written){ .id = found.id, .version = found.version, .replayed = true };
    return code;
}

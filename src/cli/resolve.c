/*
 * People call a record by its name; the operations take ids. This is a convenience of the console:
 * it asks the list operation of the kind, as the viewer of the call and as the partner of
 * --as-partner, and decides nothing itself.
 *
 * Invariant: a name is taken only when exactly one readable record bears it, whole, or exactly one
 * of ours among those that partners sent. What is already an id is left alone.
 */
#include "cli/resolve.h"

#include "cli/run.h"
#include "ledger/signer.h"
#include "service/node.h"

/* Members that name a record; the whole value must match, letter case apart. */
static const char *const name_members[] = { "short_en", "short_fr", "name_en", "name_fr",
                                            "title",    "title_fr", "username" };

static bool is_called(const struct json *record, struct slice name)
{
    for (size_t i = 0; i < sizeof(name_members) / sizeof(name_members[0]); i++) {
        struct slice value = json_get_text(record, name_members[i]);
        if (value.len > 0 && slice_eq_fold(value, name)) {
            return true;
        }
    }
    return false;
}

/* Pages looked through for one name; beyond them an id is asked for. */
enum { NAME_PAGES = 50 };

static int list(struct cli *c, struct node *n, const struct viewer *v, const char *kind,
                const char *filter, struct slice value, struct slice cursor, struct error *err,
                struct json **ret)
{
    struct json *parameters = json_new_object(c->arena);
    struct slice name = arena_printf(c->arena, "%s.list", kind);
    if (!name.ptr || json_set_nonempty(c->arena, parameters, "cursor", cursor) < 0 ||
        json_set_text(c->arena, parameters, filter, value) < 0 ||
        json_set_text(c->arena, parameters, "limit", S("200")) < 0) {
        return error_set(err, EN_NO_MEMORY, "no memory for a name");
    }
    struct slice as = slice_of(c->options.as_partner);
    return run_named_as(c, n, v, as, name.ptr, parameters, err, ret);
}

/* What was found under a name: ours, and what partners sent. */
struct found {
    struct uuid own; /* this instance */
    struct slice ours, theirs;
};

/* What several records of one name are told apart by. */
static int ambiguous(const struct cli *c, struct slice name, struct slice first,
                     struct slice second, struct error *err)
{
    return error_set(
        err, EN_CONFLICT,
        tr(c, "several records are called \"" SLICE_FMT "\": " SLICE_FMT ", " SLICE_FMT,
           "plusieurs fiches s'appellent « " SLICE_FMT " » : " SLICE_FMT ", " SLICE_FMT),
        SLICE_ARG(name), SLICE_ARG(first), SLICE_ARG(second));
}

/* Adds what matches on the page to what was found; named: by its names, else any. Two of ours are
 * one too many; whether two of theirs are is seen at the end. */
static int one_of(const struct cli *c, const struct json *page, struct slice name, bool named,
                  struct error *err, struct found *found, struct slice *another)
{
    const struct json *items = json_get(page, "items");
    for (uint32_t i = 0; items && items->type == JSON_ARRAY && i < items->count; i++) {
        struct uuid origin;
        struct slice id = json_get_text(&items->items[i], "id");
        if (named && !is_called(&items->items[i], name)) {
            continue;
        }
        bool foreign = uuid_parse(json_get_text(&items->items[i], "origin"), &origin) &&
                       !uuid_eq(origin, found->own);
        struct slice *place = foreign ? &found->theirs : &found->ours;
        if (place->len > 0 && !slice_eq(*place, id)) {
            if (!foreign) {
                return ambiguous(c, name, *place, id, err);
            }
            *another = id;
            continue;
        }
        *place = id;
    }
    return 0;
}

static int look_through(struct cli *c, struct node *n, const struct viewer *v, const char *kind,
                        struct slice name, bool named, struct error *err, struct slice *ret,
                        bool *ret_ours)
{
    struct found found = { .own = signer_instance(node_signer(n)) };
    struct slice cursor = { 0 }, another = { 0 };
    for (int i = 0; i < NAME_PAGES && (i == 0 || cursor.len > 0); i++) {
        struct json *page = NULL;
        int code = list(c, n, v, kind, named ? "q" : "external_ids", name, cursor, err, &page);
        code = code == 0 ? one_of(c, page, name, named, err, &found, &another) : code;
        if (code < 0) {
            return code;
        }
        cursor = json_get_text(page, "next");
    }
    if (found.ours.len == 0 && another.len > 0) {
        return ambiguous(c, name, found.theirs, another, err);
    }
    *ret = found.ours.len > 0 ? found.ours : found.theirs;
    *ret_ours = found.ours.len > 0;
    return 0;
}

/* Users have no list that is searched: their names are unique, and looked for page by page. */
static int look_up_user(struct cli *c, struct node *n, const struct viewer *v, struct slice name,
                        struct error *err, struct slice *ret)
{
    struct uuid user;
    char id[UUID_TEXT + 1];
    int code = run_user_named(c, n, v, name, err, &user);
    if (code < 0) {
        return code;
    }
    uuid_format(user, id);
    *ret = arena_copy(c->arena, slice_of(id));
    return ret->ptr ? 0 : error_set(err, EN_NO_MEMORY, "no memory for a name");
}

static int look_up(struct cli *c, struct node *n, const struct viewer *v, const char *kind,
                   struct slice name, struct error *err, struct slice *ret)
{
    struct slice found = { 0 };
    bool ours = false;
    if (strcmp(kind, "user") == 0) {
        return look_up_user(c, n, v, name, err, ret);
    }
    int code = look_through(c, n, v, kind, name, /* named= */ false, err, &found, &ours);
    if (code == 0 && found.len == 0) {
        code = look_through(c, n, v, kind, name, /* named= */ true, err, &found, &ours);
    }
    if (code == 0 && found.len == 0) {
        return error_set(err, EN_NOT_FOUND,
                         tr(c, "no %s is called \"" SLICE_FMT "\"",
                            "aucune fiche (%s) ne s'appelle « " SLICE_FMT " »"),
                         kind, SLICE_ARG(name));
    }
    *ret = code == 0 ? found : *ret;
    return code;
}

/* A record of whatever kind, by its external id; with several, of the first kind that has one, and
 * a partner's only when none of ours has it. */
static int look_everywhere(struct cli *c, struct node *n, const struct viewer *v, struct slice name,
                           struct error *err, struct slice *ret)
{
    struct slice found = { 0 };
    bool ours = false;
    for (size_t i = 0; i < c->kinds->count && !ours; i++) {
        const struct kind *k = c->kinds->items[i];
        struct slice one = { 0 };
        int code = k->system ? 0 : look_through(c, n, v, k->name, name, false, err, &one, &ours);
        if (code < 0) {
            return code;
        }
        if (one.len > 0 && (ours || found.len == 0)) {
            found = one;
        }
    }
    if (found.len == 0) {
        return error_set(err, EN_NOT_FOUND,
                         tr(c, "no record has the external id \"" SLICE_FMT "\"",
                            "aucune fiche n'a l'identifiant externe « " SLICE_FMT " »"),
                         SLICE_ARG(name));
    }
    *ret = found;
    return 0;
}

/* Puts the id in place of a name; no kind: a record of any. A value that is no text, empty or an id
 * already stays. */
static int resolve_in(struct cli *c, struct node *n, const struct viewer *v, const char *kind,
                      struct json *value, struct error *err)
{
    struct uuid id;
    if (!value || value->type != JSON_STRING || value->text.len == 0 ||
        uuid_parse(value->text, &id)) {
        return 0;
    }
    return kind ? look_up(c, n, v, kind, value->text, err, &value->text)
                : look_everywhere(c, n, v, value->text, err, &value->text);
}

/* The value of a member, to be changed in place: the tree is the door's own. */
static struct json *member_of(struct json *object, const char *name)
{
    for (uint32_t i = 0; object && i < object->count; i++) {
        if (slice_is(object->members[i].name, name)) {
            return &object->members[i].value;
        }
    }
    return NULL;
}

struct resolving {
    struct cli *c;
    struct node *node;
    const struct viewer *viewer;
    struct json *body;
    struct error *err;
};

static int resolve_field(void *context, const struct field *f)
{
    struct resolving *r = context;
    struct json *value = member_of(r->body, f->name);
    int code = 0;
    if (f->type != FIELD_REF || !value) {
        return 0;
    }
    if (value->type != JSON_ARRAY) {
        return resolve_in(r->c, r->node, r->viewer, f->target, value, r->err);
    }
    for (uint32_t i = 0; i < value->count && code == 0; i++) {
        code = resolve_in(r->c, r->node, r->viewer, f->target, &value->items[i], r->err);
    }
    return code;
}

/* The kind of records that an operation is about: the row's, or the one it is called after;
 * questions such as `brief` are about an actor. */
static const struct kind *kind_of(const struct cli *c, const struct operation *o)
{
    struct slice rest = slice_of(o->name);
    const struct kind *named = kinds_find(c->kinds, slice_cut(&rest, '.'));
    return o->kind ? o->kind : named ? named : kinds_find(c->kinds, S("actor"));
}

/* The kind that a parameter names a record of, or NULL: what a reference points to, the {id} of an
 * operation, or a path parameter called after a kind. */
static const char *kind_named(const struct cli *c, const struct operation *o,
                              const struct parameter *p)
{
    if (p->field.type == FIELD_REF) {
        return p->field.target;
    }
    if (p->place != IN_PATH || p->field.type == FIELD_TEXT) {
        return NULL; /* a text is for the operation to understand */
    }
    const struct kind *k =
        strcmp(p->name, "id") == 0 ? kind_of(c, o) : kinds_find(c->kinds, slice_of(p->name));
    return k && (!k->system || strcmp(k->name, "user") == 0) ? k->name : NULL;
}

/* A question that is not called after a kind is about an actor, or, by an external id, about
 * whatever record has it. */
static int resolve_path(struct cli *c, struct node *n, const struct viewer *v,
                        const struct operation *o, const char *kind, struct json *value,
                        struct error *err)
{
    struct slice rest = slice_of(o->name);
    bool called_after = o->kind || kinds_find(c->kinds, slice_cut(&rest, '.'));
    int code = resolve_in(c, n, v, kind, value, err);
    if (code != EN_NOT_FOUND || called_after || !memchr(value->text.ptr, ':', value->text.len)) {
        return code;
    }
    error_clear(err);
    return resolve_in(c, n, v, NULL, value, err);
}

int resolve_references(struct cli *c, struct node *n, const struct viewer *v,
                       const struct arguments *args, struct error *err)
{
    const struct operation *o = args->verb->operation;
    struct resolving r = { c, n, v, args->body, err };
    int code = 0;
    for (const struct parameter *p = o->parameters; p && p->name && code == 0; p++) {
        const char *kind = kind_named(c, o, p);
        struct json *value = member_of(args->parameters, p->name);
        if (kind && value) {
            code = p->place == IN_PATH ? resolve_path(c, n, v, o, kind, value, err)
                                       : resolve_in(c, n, v, kind, value, err);
        }
    }
    return code == 0 && args->body ? operation_body_fields(c, o, resolve_field, &r) : code;
}

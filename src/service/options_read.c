/*
 * Reading what a question about one need stands on: the need and its lines, the concepts that
 * answer them, the offers of these, the complements that offers cannot do without, and the offers
 * of those in turn.
 *
 * A line whose capability the viewer may not read is no line; an offer whose actor or capability is
 * unreadable is no offer. Lines are numbered among the readable ones, as the need is shown.
 */
#include "service/options_internal.h"

#include "service/access.h"

#include <math.h>
#include <stdlib.h>

enum { MILLION = 1000000, BURDEN_SCALE = 10, BURDEN_DEFAULT = 10, BURDEN_OWN = 5 };

int64_t option_millionths(const struct json *v, bool up, int64_t fallback)
{
    if (!v || v->type != JSON_NUMBER)
        return fallback;
    double scaled = v->number * MILLION;
    if (!(scaled >= 0))
        return 0;
    if (scaled > 9e15)
        return (int64_t)9e15;
    /* 0.1 is no binary fraction: what is within a billionth of a whole is meant as the whole */
    double whole = nearbyint(scaled);
    if (fabs(scaled - whole) < 1e-3)
        return (int64_t)whole;
    return (int64_t)(up ? ceil(scaled) : floor(scaled));
}

/* ---- the need ---- */

static int read_need(struct option_desk *d, struct error *err)
{
    const struct kind *kind = kinds_find(snapshot_kinds(d->snapshot), S("need"));
    int code = snapshot_get(d->snapshot, kind, d->query->need, err, &d->need);
    if (code == 0 && d->need.retracted)
        code = error_set(err, EN_GONE, "the record was retracted; its history remains");
    return code < 0 ? code : snapshot_body(d->snapshot, &d->need, err);
}

static int read_principal(struct option_desk *d, struct error *err)
{
    const struct kind *kind = kinds_find(snapshot_kinds(d->snapshot), S("actor"));
    struct slice requester = json_get_text(d->need.body, "requester");
    d->home = settings_home(d->snapshot);
    d->principal = snapshot_readable(d->snapshot, requester, kind) ? requester : d->home;
    if (!d->principal.len)
        return error_set(err, EN_CONFLICT, "state who needs it: there is no requester and no home");
    d->principal_is_ours = option_is_under(d, d->principal, d->home);
    return 0;
}

static int read_disclosure(struct option_desk *d, struct error *err)
{
    const struct policy *p = snapshot_policy(d->snapshot);
    const struct json *stated = json_get(d->need.body, "disclosure");
    const struct label *label = NULL;
    if (!stated || stated->type == JSON_NULL)
        return 0;
    int code = label_parse(p, d->arena, stated, S("/disclosure"), err, &label);
    if (code == 0 && !label_is_lowest(p, label))
        d->disclosure = label;
    return code;
}

/* The window in which the line is needed: from when the need has begun and the line is due, for as
 * long as it says, or else until the need ends. */
static void read_window(struct option_desk *d, const struct json *item, struct option_line *l)
{
    struct when from, until, due;
    bool begins = when_parse(json_get_text(d->need.body, "from"), &from);
    bool is_due = when_parse(json_get_text(item, "required_by"), &due);
    l->begin_ms = d->query->as_of_ms;
    if (begins)
        l->begin_ms = when_first_ms(from);
    if (is_due && (!begins || when_first_ms(due) > l->begin_ms))
        l->begin_ms = when_first_ms(due);
    l->deadline_ms = is_due ? when_last_ms(due) : begins ? when_last_ms(from) : INT64_MAX;
    l->end_ms = l->begin_ms;
    if (duration_parse(json_get_text(item, "duration"), &l->duration))
        l->end_ms = duration_after(l->begin_ms, l->duration, 1);
    else if (when_parse(json_get_text(d->need.body, "until"), &until) &&
             when_last_ms(until) > l->begin_ms)
        l->end_ms = when_last_ms(until);
}

static int read_lines(struct option_desk *d, struct error *err)
{
    const struct kind *kind = kinds_find(snapshot_kinds(d->snapshot), S("concept"));
    const struct json *list = json_get(d->need.body, "requirements");
    uint32_t count = list ? list->count : 0;
    d->lines = arena_array_of(d->arena, struct option_line, count + 1);
    if (!d->lines)
        return error_set(err, EN_NO_MEMORY, "options");
    for (uint32_t i = 0; i < count && d->line_count < COVER_REQUIREMENTS_MAX; i++) {
        const struct json *item = &list->items[i];
        struct slice capability = json_get_text(item, "capability");
        if (!snapshot_readable(d->snapshot, capability, kind))
            continue;
        struct option_line *l = &d->lines[d->line_count++];
        l->capability = capability;
        l->unit = json_get_text(item, "unit");
        l->required_by = json_get_text(item, "required_by");
        l->note = json_get_text(item, "note");
        l->type = json_get_int(item, "type", 0);
        l->quantity = option_millionths(json_get(item, "quantity"), /* up= */ true, MILLION);
        l->redundancy = (int32_t)json_get_int(item, "redundancy", 1);
        read_window(d, item, l);
        int code = option_concepts(d, capability, /* close= */ true, err, &l->concepts);
        if (code < 0)
            return code;
    }
    return 0;
}

/* ---- offers ---- */

static int grow_offers(struct option_desk *d)
{
    if (d->offer_count < d->offer_capacity)
        return 0;
    if (d->offer_count >= LIMIT_OPTION_OFFERS)
        return EN_TOO_LARGE;
    uint32_t wider = d->offer_capacity ? d->offer_capacity * 2 : 64;
    struct option_offer *moved = arena_array_of(d->arena, struct option_offer, wider);
    if (!moved)
        return EN_NO_MEMORY;
    if (d->offer_count)
        memcpy(moved, d->offers, d->offer_count * sizeof *moved);
    d->offers = moved;
    d->offer_capacity = wider;
    return 0;
}

/* The columns: id, label, body. */
static int take_offer(void *context, const struct slice *c)
{
    struct option_desk *d = context;
    struct json *body = NULL;
    int64_t label = 0;
    int code = grow_offers(d);
    if (code < 0 || !slice_to_int64(c[1], &label))
        return code < 0 ? code : EN_CORRUPT;
    struct slice id = arena_copy(d->arena, c[0]), text = arena_copy(d->arena, c[2]);
    if (!id.ptr || !text.ptr || json_parse(d->arena, text, NULL, &body) < 0)
        return EN_NO_MEMORY;
    d->offers[d->offer_count++] = (struct option_offer){
        .id = id,
        .label = (uint32_t)label,
        .body = body,
        .capability = json_get_text(body, "capability"),
        .asset = json_get_text(body, "asset"),
        .type = json_get_int(body, "type", 0),
        .quantity = option_millionths(json_get(body, "quantity"), /* up= */ false, MILLION),
        .last_resort = json_get_bool(body, "last_resort", false),
        .shareable = json_get_bool(body, "shareable", false),
    };
    return 0;
}

static int offers_of(struct option_desk *d, struct slice concept, struct error *err)
{
    static const char sql[] = "SELECT r.id, r.label, r.body FROM offers_v k JOIN record_v r"
                              " ON r.num = k.num WHERE k.capability = ?1 AND r.retracted = 0"
                              " ORDER BY r.id";
    for (uint32_t i = 0; i < d->offer_count; i++)
        if (slice_eq(d->offers[i].capability, concept))
            return 0; /* read already, all of them */
    int code = snapshot_query(d->snapshot, sql, &concept, 1, err, take_offer, d);
    if (code == EN_TOO_LARGE)
        return error_set(err, code, "more than %d offers answer the need", LIMIT_OPTION_OFFERS);
    return code < 0 ? error_set(err, code, "the offers cannot be read") : 0;
}

static int offers_of_all(struct option_desk *d, const struct answerings *all, struct error *err)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < all->count; i++)
        code = offers_of(d, all->items[i].concept, err);
    return code;
}

/* ---- complements ---- */

/* The class of a concept, made when it is new. */
static int class_of(struct option_desk *d, struct slice concept, struct error *err, uint32_t *ret)
{
    uint32_t at = 0;
    while (at < d->class_count && !slice_eq(d->classes[at].concept, concept))
        at++;
    *ret = at;
    if (at < d->class_count)
        return 0;
    if (at == COVER_CLASSES_MAX)
        return error_set(err, EN_TOO_LARGE, "offers for this need ask for more than %d complements",
                         COVER_CLASSES_MAX);
    d->classes[d->class_count++].concept = concept;
    return option_concepts(d, concept, /* close= */ false, err, &d->classes[at].concepts);
}

static int add_wants(struct option_desk *d, const struct json *list, struct error *err,
                     uint32_t *wants)
{
    const struct kind *kind = kinds_find(snapshot_kinds(d->snapshot), S("concept"));
    int code = 0;
    for (uint32_t i = 0; code == 0 && list && i < list->count; i++) {
        uint32_t class;
        if (list->items[i].type != JSON_STRING ||
            !snapshot_readable(d->snapshot, list->items[i].text, kind))
            continue;
        code = class_of(d, list->items[i].text, err, &class);
        if (code == 0)
            *wants |= 1u << class;
    }
    return code;
}

static int wants_of(struct option_desk *d, struct option_offer *x, struct error *err)
{
    const struct kind *kind = kinds_find(snapshot_kinds(d->snapshot), S("concept"));
    struct row concept;
    for (const struct option_offer *o = d->offers; o < x; o++)
        if (slice_eq(o->capability, x->capability) && !json_get(o->body, "needs")) {
            x->wants = o->wants; /* the same prerequisites */
            return add_wants(d, json_get(x->body, "needs"), err, &x->wants);
        }
    if (!snapshot_readable(d->snapshot, x->capability, kind))
        return 0;
    int code = snapshot_get(d->snapshot, kind, x->capability, err, &concept);
    if (code == 0)
        code = snapshot_body(d->snapshot, &concept, err);
    if (code == 0)
        code = add_wants(d, json_get(concept.body, "prerequisites"), err, &x->wants);
    return code < 0 ? code : add_wants(d, json_get(x->body, "needs"), err, &x->wants);
}

/* What offers want, the offers of that, what those want: until nothing new is wanted. */
static int read_complements(struct option_desk *d, struct error *err)
{
    uint32_t offers_done = 0, classes_done = 0;
    int code = 0;
    d->classes = arena_array_of(d->arena, struct option_class, COVER_CLASSES_MAX);
    if (!d->classes)
        return error_set(err, EN_NO_MEMORY, "options");
    while (code == 0 && (offers_done < d->offer_count || classes_done < d->class_count)) {
        for (; code == 0 && offers_done < d->offer_count; offers_done++)
            code = wants_of(d, &d->offers[offers_done], err);
        for (; code == 0 && classes_done < d->class_count; classes_done++)
            code = offers_of_all(d, &d->classes[classes_done].concepts, err);
    }
    return code;
}

static void set_gives(struct option_desk *d)
{
    for (uint32_t i = 0; i < d->offer_count; i++)
        for (uint32_t c = 0; c < d->class_count; c++)
            if (answering_find(&d->classes[c].concepts, d->offers[i].capability))
                d->offers[i].gives |= 1u << c;
}

/* ---- together ---- */

static int compare_offers(const void *x, const void *y)
{
    return slice_compare(((const struct option_offer *)x)->id,
                         ((const struct option_offer *)y)->id);
}

/* Relative cost to us, in tenths. */
static int32_t burden_of(const struct json *body, bool own)
{
    const struct json *stated = json_get(body, "burden");
    double burden = stated ? stated->number : own ? BURDEN_OWN : BURDEN_DEFAULT;
    return (int32_t)lround(burden * BURDEN_SCALE);
}

/* Their actors; an offer of nobody that the viewer may read is left out. */
static int read_actors(struct option_desk *d, struct error *err)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < d->offer_count; i++) {
        struct option_offer *x = &d->offers[i];
        int code = option_actor_of(d, json_get_text(x->body, "actor"), err, &x->actor);
        if (code == EN_NOT_FOUND)
            continue;
        if (code < 0)
            return code;
        snapshot_mark_number(d->snapshot, x->label);
        d->offers[kept++] = *x;
    }
    d->offer_count = kept;
    return 0;
}

static int judge_actors(struct option_desk *d, struct error *err)
{
    bool *judged = arena_array_of(d->arena, bool, d->actor_count + 1);
    uint32_t known = d->actor_count; /* parents that are read on the way are no partners */
    if (!judged)
        return error_set(err, EN_NO_MEMORY, "options");
    for (uint32_t i = 0; i < d->offer_count; i++) {
        struct option_offer *x = &d->offers[i];
        if (x->actor < known && !judged[x->actor]) {
            int code = option_actor_judge(d, x->actor, err);
            if (code < 0)
                return code;
            judged[x->actor] = true;
        }
        x->burden = burden_of(x->body, d->actors[x->actor].own);
    }
    return 0;
}

static int read_all(struct option_desk *d, struct error *err)
{
    int code = read_need(d, err);
    if (code == 0)
        code = read_principal(d, err);
    if (code == 0)
        code = read_disclosure(d, err);
    if (code == 0)
        code = agreements_open(d->snapshot, d->query->as_of_ms / 1000, err, &d->agreements);
    if (code == 0)
        code = trust_open(d->node, d->snapshot, err, &d->trust);
    if (code == 0)
        code = read_lines(d, err);
    for (uint32_t i = 0; code == 0 && i < d->line_count; i++)
        code = offers_of_all(d, &d->lines[i].concepts, err);
    if (code == 0)
        code = read_complements(d, err);
    if (code == 0)
        code = read_actors(d, err);
    if (code == 0 && d->offer_count > 1)
        qsort(d->offers, d->offer_count, sizeof *d->offers, compare_offers);
    if (code == 0)
        code = judge_actors(d, err);
    return code;
}

int option_desk_open(struct node *n, struct snapshot *s, const struct option_query *q,
                     struct error *err, struct option_desk **ret)
{
    struct option_desk *d = arena_new_of(snapshot_arena(s), struct option_desk);
    if (!d)
        return error_set(err, EN_NO_MEMORY, "options");
    *d = (struct option_desk){ .node = n,
                               .snapshot = s,
                               .arena = snapshot_arena(s),
                               .query = q,
                               .budget = LIMIT_OPTION_NODES };
    int code = read_all(d, err);
    if (code == 0) {
        set_gives(d);
        code = option_match(d, err);
    }
    if (code < 0) {
        option_desk_close(d);
        return code;
    }
    *ret = d;
    return 0;
}

void option_desk_close(struct option_desk *d)
{
    if (d)
        trust_close(d->trust);
}

/*
 * The actors around a need: who is our own, what may be told to a partner, in which language, under
 * which agreement, and how likely it is to deliver. Read once each, as the viewer may read them.
 *
 * A partner's clearance for what the need tells is not known here, so it is judged by what is
 * known: its country must satisfy every clause of releasability, and a class, a TLP or a
 * need-to-know group above the lowest asks for an agreement to share information in force with it.
 */
#include "service/options_internal.h"

#include <math.h>

enum { CHAIN_MAX = 32, RISK_SCALE = 1000 };
static const double least_forecast = 0.001; /* ln of less tells nothing more */

static int grow_actors(struct option_desk *d)
{
    if (d->actor_count < d->actor_capacity)
        return 0;
    uint32_t wider = d->actor_capacity ? d->actor_capacity * 2 : 64;
    struct option_actor *moved = arena_array_of(d->arena, struct option_actor, wider);
    if (!moved)
        return EN_NO_MEMORY;
    if (d->actor_count)
        memcpy(moved, d->actors, d->actor_count * sizeof *moved);
    d->actors = moved;
    d->actor_capacity = wider;
    return 0;
}

/* EN_NOT_FOUND when there is no such actor for this viewer. */
int option_actor_of(struct option_desk *d, struct slice id, struct error *err, uint32_t *ret)
{
    const struct kind *kind = kinds_find(snapshot_kinds(d->snapshot), S("actor"));
    struct row row;
    for (uint32_t i = 0; i < d->actor_count; i++)
        if (slice_eq(d->actors[i].id, id)) {
            *ret = i;
            return 0;
        }
    if (!id.len || !snapshot_readable(d->snapshot, id, kind))
        return EN_NOT_FOUND; /* the caller goes on without: nothing is said */
    int code = snapshot_get(d->snapshot, kind, id, err, &row);
    if (code == 0)
        code = snapshot_body(d->snapshot, &row, err);
    if (code == 0 && grow_actors(d) < 0)
        code = error_set(err, EN_NO_MEMORY, "options");
    if (code < 0)
        return code;
    *ret = d->actor_count;
    d->actors[d->actor_count++] =
        (struct option_actor){ .id = row.id,
                               .row = row,
                               .country = json_get_text(row.body, "country"),
                               .parent = json_get_text(row.body, "parent") };
    return 0;
}

/* Itself, or some part of it, as far as the viewer may follow the chain. */
bool option_is_under(struct option_desk *d, struct slice actor, struct slice top)
{
    uint32_t at;
    if (!top.len)
        return false;
    for (int i = 0; i < CHAIN_MAX && actor.len; i++) {
        if (slice_eq(actor, top))
            return true;
        if (option_actor_of(d, actor, NULL, &at) < 0)
            return false;
        actor = d->actors[at].parent;
    }
    return false;
}

/* ---- what may be told ---- */

static bool copy_members(struct arena *a, const struct json *label, const char *name,
                         struct json *into)
{
    const struct json *v = json_get(label, name);
    return !v || json_object_set(a, into, slice_of(name), v) == 0;
}

/* {"Releasable To":["CAN"]} for every permissive tag that the label has. */
static struct json *country_of_tags(struct arena *a, const struct json *label, struct slice country)
{
    const struct json *tags = json_get(label, "permissive");
    struct json *all = json_new_object(a), *one = json_new_array(a);
    struct json *atom = json_new_text(a, country);
    bool good = all && one && atom && json_array_add(a, one, atom) == 0;
    for (uint32_t i = 0; good && tags && i < tags->count; i++)
        good = json_object_set(a, all, tags->members[i].name, one) == 0;
    return good ? all : NULL;
}

int option_label_json(struct option_desk *d, const struct label *l, struct error *err,
                      struct json **ret)
{
    *ret = label_json(snapshot_policy(d->snapshot), d->arena, l);
    return *ret ? 0 : error_set(err, EN_NO_MEMORY, "label");
}

/* The clearance of one who holds what the label asks for, and is of this country. */
static int clearance_of(struct option_desk *d, struct slice country, struct error *err,
                        const struct clearance **ret)
{
    struct json *label = NULL, *held = json_new_object(d->arena);
    int code = held ? option_label_json(d, d->disclosure, err, &label)
                    : error_set(err, EN_NO_MEMORY, "label");
    if (code < 0)
        return code;
    bool good = copy_members(d->arena, label, "class", held) &&
                copy_members(d->arena, label, "restrictive", held) &&
                copy_members(d->arena, label, "tlp", held);
    struct json *is = country.len ? country_of_tags(d->arena, label, country) : NULL;
    if (is)
        good &= json_object_set(d->arena, held, S("permissive"), is) == 0;
    if (!good || arena_failed(d->arena))
        return error_set(err, EN_NO_MEMORY, "label");
    struct error unknown = { 0 }; /* a country that the policy does not know satisfies nothing */
    code = clearance_parse(snapshot_policy(d->snapshot), d->arena, held, S(""), &unknown, ret);
    if (code == EN_INVALID) {
        *ret = NULL;
        return 0;
    }
    return code < 0 ? error_set(err, EN_NO_MEMORY, "label") : 0;
}

/* True when the class, the TLP or a group asks for more than the country says. */
static int asks_sharing(struct option_desk *d, struct error *err, bool *ret)
{
    struct json *label = NULL, *lowest = NULL;
    int code = option_label_json(d, d->disclosure, err, &label);
    if (code == 0)
        code =
            option_label_json(d, policy_lowest_label(snapshot_policy(d->snapshot)), err, &lowest);
    static const char *const parts[] = { "class", "tlp", "restrictive" };
    *ret = false;
    for (size_t i = 0; code == 0 && i < sizeof parts / sizeof *parts; i++) {
        const struct json *x = json_get(label, parts[i]), *y = json_get(lowest, parts[i]);
        bool nothing = !x || ((x->type == JSON_OBJECT || x->type == JSON_ARRAY) && x->count == 0);
        *ret |= !nothing && !(y && json_equal(x, y));
    }
    return code;
}

static int shares_information(struct option_desk *d, struct slice actor, struct error *err,
                              bool *ret)
{
    const struct agreement_link *links = NULL;
    size_t count = 0;
    int code = agreements_between(d->agreements, d->principal, actor, S(""), &links, &count);
    *ret = false;
    for (size_t i = 0; code == 0 && i < count; i++)
        *ret |= slice_is(links[i].instrument, "information_sharing");
    return code < 0 ? error_set(err, code, "the agreements cannot be read") : 0;
}

static int judge_disclosure(struct option_desk *d, struct option_actor *x, struct error *err)
{
    const struct clearance *held = NULL;
    bool asked = false;
    x->releasable = x->shares = true;
    if (!d->disclosure || x->own)
        return 0;
    int code = clearance_of(d, x->country, err, &held);
    if (code == 0)
        code = asks_sharing(d, err, &asked);
    if (code == 0 && asked)
        code = shares_information(d, x->id, err, &x->shares);
    x->releasable = held && label_may_read(snapshot_policy(d->snapshot), held, d->disclosure,
                                           d->query->as_of_ms);
    return code;
}

/* ---- languages ---- */

/* "fr-CA" is understood where "fr" is asked, and the other way round. */
static bool same_language(struct slice x, struct slice y)
{
    return slice_eq_fold(slice_cut(&x, '-'), slice_cut(&y, '-'));
}

static void judge_languages(struct option_desk *d, struct option_actor *x)
{
    const struct json *asked = json_get(d->need.body, "languages");
    const struct json *spoken = json_get(x->row.body, "languages");
    x->languages_stated = spoken && spoken->count > 0;
    x->speaks = x->own || !asked || asked->count == 0 || !x->languages_stated;
    for (uint32_t i = 0; !x->speaks && i < asked->count; i++)
        for (uint32_t j = 0; !x->speaks && j < spoken->count; j++)
            x->speaks = same_language(asked->items[i].text, spoken->items[j].text);
}

/* ---- trust ---- */

/* PAPER: relationships "fold" into options: a partner is as sure as its record makes it. */
static int judge_trust(struct option_desk *d, struct option_actor *x, struct error *err)
{
    const struct weights *w = node_weights(d->node);
    struct trust_query q = { .truster = d->principal,
                             .trustee = x->id,
                             .as_of = d->query->as_of_ms / 1000,
                             .dimension = TRUST_ALL };
    int code = 0;
    if (x->own) {
        x->forecast = w->own_delivery;
        x->interval = (struct interval){ w->own_delivery, w->own_delivery };
    } else {
        code = trust_figure(d->trust, &q, err, &x->figure);
        x->forecast = x->figure.forecast.expectation;
        x->interval = beta_interval(&x->figure.forecast, w->prior_weight);
    }
    double p = code < 0 ? 1 : x->forecast > least_forecast ? x->forecast : least_forecast;
    x->risk = (int32_t)lround(-RISK_SCALE * log(p));
    return code;
}

static bool is_without(const struct option_desk *d, struct slice actor)
{
    for (size_t i = 0; i < d->query->without_count; i++)
        if (slice_eq(d->query->without[i], actor))
            return true;
    return false;
}

int option_actor_judge(struct option_desk *d, uint32_t actor, struct error *err)
{
    struct slice id = d->actors[actor].id; /* the array may move below */
    bool own = option_is_under(d, id, d->principal) ||
               (d->principal_is_ours && option_is_under(d, id, d->home));
    struct option_actor *x = &d->actors[actor];
    x->own = own;
    x->without = is_without(d, id);
    judge_languages(d, x);
    int code = judge_disclosure(d, x, err);
    return code < 0 ? code : judge_trust(d, x, err);
}

/* ---- agreements ---- */

static const struct option_link *known_link(const struct option_actor *x, struct slice capability)
{
    for (size_t i = 0; i < x->link_count; i++)
        if (slice_eq(x->links[i].capability, capability))
            return &x->links[i];
    return NULL;
}

static int keep_link(struct option_desk *d, struct option_actor *x, struct option_link link)
{
    if (x->link_count == x->link_capacity) {
        size_t wider = x->link_capacity ? x->link_capacity * 2 : 4;
        struct option_link *moved = arena_array_of(d->arena, struct option_link, wider);
        if (!moved)
            return EN_NO_MEMORY;
        if (x->link_count)
            memcpy(moved, x->links, x->link_count * sizeof *moved);
        x->links = moved;
        x->link_capacity = wider;
    }
    x->links[x->link_count++] = link;
    return 0;
}

/* Of several, one that binds in law; then one that lasts longer; then the first by id. */
static bool better_link(const struct agreement_link *x, const struct agreement_link *y)
{
    if (x->binding != y->binding)
        return x->binding;
    return x->ends_on > y->ends_on;
}

int option_agreement_of(struct option_desk *d, uint32_t actor, struct slice capability,
                        struct error *err, const struct option_link **ret)
{
    struct option_actor *x = &d->actors[actor];
    const struct agreement_link *links = NULL, *best = NULL;
    size_t count = 0;
    *ret = known_link(x, capability);
    if (*ret)
        return 0;
    int code = agreements_between(d->agreements, d->principal, x->id, capability, &links, &count);
    for (size_t i = 0; code == 0 && i < count; i++)
        if (!best || better_link(&links[i], best))
            best = &links[i];
    struct option_link link = { .capability = capability, .agreement = S("") };
    if (best)
        link = (struct option_link){ capability, best->agreement, best->ends_on };
    if (code == 0)
        code = keep_link(d, x, link);
    *ret = code == 0 ? &x->links[x->link_count - 1] : NULL;
    return code < 0 ? error_set(err, code, "the agreements cannot be read") : 0;
}

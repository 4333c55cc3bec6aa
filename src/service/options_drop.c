/*
 * One option looked at closely: what else there was for each line, what becomes of the need when a
 * partner drops out, what its partners have in common, and which requests came of it.
 */
#include "service/options_internal.h"

#include <stdlib.h>

/* ---- without a partner ---- */

int option_solve_without(struct option_desk *d, uint32_t actor, struct error *err,
                         struct option_set *ret)
{
    bool last_resort = d->last_resort;
    d->actors[actor].without = true;
    int code = option_solve(d, err, ret);
    d->actors[actor].without = false;
    d->last_resort = last_resort;
    return code;
}

void option_share_budget(struct option_desk *d, uint32_t searches)
{
    d->budget = LIMIT_OPTION_NODES / (searches > 1 ? searches : 1);
}

/* The surest; of equals the first in the front's order. */
static const struct option *surest(const struct option_set *set)
{
    const struct option *best = NULL;
    for (uint32_t i = 0; i < set->count; i++)
        if (!best || set->options[i].risk < best->risk)
            best = &set->options[i];
    return best;
}

static int write_drop(struct option_desk *d, const struct option *x, uint32_t actor,
                      struct render *r, struct error *err)
{
    struct json_writer *out = r->out;
    struct option_set set;
    int code = option_solve_without(d, actor, err, &set);
    if (code < 0)
        return code;
    const struct option *next = surest(&set);
    jw_object(out);
    if (refs_add(r->refs, d->actors[actor].id))
        jw_key_text(out, "actor", d->actors[actor].id);
    jw_key_bool(out, "feasible", !set.front.infeasible); /* without a next one: none was found */
    if (next) {
        jw_key(out, "next");
        jw_object(out);
        jw_key_cstr(out, "key", next->key);
        jw_key_fixed(out, "probability", next->probability, 6);
        jw_key_int(out, "digits", next->digits);
        jw_key_fixed(out, "burden", (double)next->burden / 10, 1);
        jw_key_int(out, "partners", next->member_count);
        jw_key(out, "members");
        jw_array(out);
        for (uint32_t i = 0; i < next->member_count; i++)
            if (refs_add(r->refs, d->actors[next->members[i]->actor].id))
                jw_text(out, d->actors[next->members[i]->actor].id);
        jw_array_end(out);
        jw_object_end(out);
    }
    jw_key_fixed(out, "loss", x->probability - (next ? next->probability : 0), 6);
    jw_object_end(out);
    return 0;
}

static int write_drops(struct option_desk *d, const struct option *x, struct render *r,
                       struct error *err)
{
    int code = 0;
    option_share_budget(d, x->member_count);
    jw_key(r->out, "drop");
    jw_array(r->out);
    for (uint32_t i = 0; code == 0 && i < x->member_count; i++)
        code = write_drop(d, x, x->members[i]->actor, r, err);
    jw_array_end(r->out);
    return code;
}

/* ---- why this one ---- */

static bool is_member(const struct option *x, uint32_t actor)
{
    for (uint32_t i = 0; i < x->member_count; i++)
        if (x->members[i]->actor == actor)
            return true;
    return false;
}

static bool is_usable(const struct option_desk *d, const struct fit *f)
{
    unsigned allowed = d->last_resort ? FIT_LAST_RESORT : 0u;
    return !(f->reasons & ~allowed) && !d->actors[d->offers[f->offer].actor].without;
}

/* What speaks against the other, beside the one that was chosen. */
static void write_comparison(const struct option_desk *d, const struct option *x,
                             const struct fit *chosen, const struct fit *other,
                             struct json_writer *out)
{
    const struct option_offer *a = &d->offers[chosen->offer], *b = &d->offers[other->offer];
    jw_key(out, "why_not");
    jw_array(out);
    if (is_member(x, b->actor))
        jw_cstr(out, "takes_part_already");
    if (d->actors[b->actor].risk > d->actors[a->actor].risk)
        jw_cstr(out, "less_sure");
    if (b->burden > a->burden)
        jw_cstr(out, "more_burden");
    if (other->readiness > chosen->readiness)
        jw_cstr(out, "later");
    if (b->quantity < a->quantity && b->quantity < d->lines[other->line].quantity)
        jw_cstr(out, "less_of_it");
    if (b->wants & ~a->wants)
        jw_cstr(out, "needs_a_complement");
    jw_array_end(out);
}

static void write_alternative(struct option_desk *d, const struct option *x,
                              const struct fit *chosen, const struct fit *other, struct render *r)
{
    struct json_writer *out = r->out;
    const struct option_offer *o = &d->offers[other->offer];
    jw_object(out);
    if (refs_add(r->refs, o->id))
        jw_key_text(out, "offer", o->id);
    if (refs_add(r->refs, d->actors[o->actor].id))
        jw_key_text(out, "actor", d->actors[o->actor].id);
    jw_key_fixed(out, "forecast", d->actors[o->actor].forecast, 6);
    jw_key_fixed(out, "burden", (double)o->burden / 10, 1);
    jw_key_int(out, "readiness_hours", other->readiness);
    write_comparison(d, x, chosen, other, out);
    jw_object_end(out);
}

/* Best of all that is usable for the line, in these ways. */
static void write_merits(const struct option_desk *d, const struct fit *chosen,
                         struct json_writer *out)
{
    const struct option_offer *a = &d->offers[chosen->offer];
    bool only = true, sure = true, light = true, soon = true;
    for (uint32_t i = 0; i < d->fit_count; i++) {
        const struct fit *f = &d->fits[i];
        const struct option_offer *b = &d->offers[f->offer];
        if (f->line != chosen->line || f == chosen || !is_usable(d, f))
            continue;
        only = false;
        sure &= d->actors[a->actor].risk <= d->actors[b->actor].risk;
        light &= a->burden <= b->burden;
        soon &= chosen->readiness <= f->readiness;
    }
    jw_key(out, "because");
    jw_array(out);
    if (only)
        jw_cstr(out, "only_one");
    if (!only && sure)
        jw_cstr(out, "surest");
    if (!only && light)
        jw_cstr(out, "least_burden");
    if (!only && soon)
        jw_cstr(out, "soonest");
    jw_array_end(out);
}

enum { ALTERNATIVES_SHOWN = 20 };

static void write_why_use(struct option_desk *d, const struct option *x, const struct fit *chosen,
                          struct render *r)
{
    struct json_writer *out = r->out;
    jw_object(out);
    jw_key_int(out, "requirement", chosen->line);
    if (refs_add(r->refs, d->offers[chosen->offer].id))
        jw_key_text(out, "offer", d->offers[chosen->offer].id);
    write_merits(d, chosen, out);
    jw_key(out, "alternatives");
    jw_array(out);
    for (uint32_t i = 0, shown = 0; i < d->fit_count && shown < ALTERNATIVES_SHOWN; i++) {
        const struct fit *f = &d->fits[i];
        if (f->line != chosen->line || !is_usable(d, f) ||
            d->offers[f->offer].actor == d->offers[chosen->offer].actor)
            continue;
        write_alternative(d, x, chosen, f, r);
        shown++;
    }
    jw_array_end(out);
    jw_object_end(out);
}

static void write_why(struct option_desk *d, const struct option *x, struct render *r)
{
    struct json_writer *out = r->out;
    jw_key(out, "why");
    jw_array(out);
    for (uint32_t i = 0; i < x->member_count; i++) {
        jw_object(out);
        if (refs_add(r->refs, d->actors[x->members[i]->actor].id))
            jw_key_text(out, "actor", d->actors[x->members[i]->actor].id);
        jw_key(out, "lines");
        jw_array(out);
        for (uint32_t j = 0; j < x->members[i]->use_count; j++)
            if (x->members[i]->uses[j].fit->line < d->line_count)
                write_why_use(d, x, x->members[i]->uses[j].fit, r);
        jw_array_end(out);
        jw_object_end(out);
    }
    jw_array_end(out);
}

/* ---- what partners have in common ---- */

enum { CHAIN_MAX = 32 };

static struct slice topmost(struct option_desk *d, uint32_t actor)
{
    struct slice top = d->actors[actor].id;
    uint32_t at = actor;
    for (int i = 0; i < CHAIN_MAX; i++) {
        if (option_actor_of(d, d->actors[at].parent, NULL, &at) < 0)
            break;
        top = d->actors[at].id;
    }
    return top;
}

static struct slice agreement_of(const struct option_mode *m)
{
    for (uint32_t i = 0; i < m->use_count; i++)
        if (m->uses[i].fit->agreement.len)
            return m->uses[i].fit->agreement;
    return S("");
}

static void write_cause(struct option_desk *d, const struct option *x, const bool *shares,
                        const char *reason, struct slice record, struct render *r)
{
    struct json_writer *out = r->out;
    uint32_t count = 0;
    for (uint32_t i = 0; i < x->member_count; i++)
        count += shares[i];
    if (count < 2)
        return;
    jw_object(out);
    jw_key(out, "actors");
    jw_array(out);
    for (uint32_t i = 0; i < x->member_count; i++)
        if (shares[i] && refs_add(r->refs, d->actors[x->members[i]->actor].id))
            jw_text(out, d->actors[x->members[i]->actor].id);
    jw_array_end(out);
    jw_key_cstr(out, "reason", reason);
    if (record.len && refs_add(r->refs, record))
        jw_key_text(out, "of", record);
    jw_object_end(out);
}

/* Members with the same value, each set once, when it holds two at least. */
static int write_same(struct option_desk *d, const struct option *x, const struct slice *values,
                      const char *reason, struct render *r)
{
    bool *shares = arena_array_of(d->arena, bool, x->member_count + 1);
    if (!shares)
        return EN_NO_MEMORY;
    for (uint32_t i = 0; i < x->member_count; i++) {
        bool first = values[i].len > 0;
        for (uint32_t j = 0; j < i; j++)
            first &= !slice_eq(values[i], values[j]);
        for (uint32_t j = 0; first && j < x->member_count; j++)
            shares[j] = slice_eq(values[i], values[j]);
        if (first)
            write_cause(d, x, shares, reason, values[i], r);
    }
    return 0;
}

static int write_stated(struct option_desk *d, const struct option *x, struct render *r)
{
    const struct json *list = json_get(d->need.body, "common_causes");
    bool *shares = arena_array_of(d->arena, bool, x->member_count + 1);
    if (!shares)
        return EN_NO_MEMORY;
    for (uint32_t k = 0; list && k < list->count; k++) {
        for (uint32_t i = 0; i < x->member_count; i++)
            shares[i] = option_hangs_on(d, &list->items[k], x->members[i]->actor);
        write_cause(d, x, shares, "stated", S(""), r);
    }
    return 0;
}

static int write_causes(struct option_desk *d, const struct option *x, struct render *r,
                        struct error *err)
{
    struct slice *values = arena_array_of(d->arena, struct slice, x->member_count + 1);
    if (!values)
        return error_set(err, EN_NO_MEMORY, "options");
    jw_key(r->out, "common_causes");
    jw_array(r->out);
    for (uint32_t i = 0; i < x->member_count; i++)
        values[i] = topmost(d, x->members[i]->actor);
    int code = write_same(d, x, values, "parent", r);
    for (uint32_t i = 0; i < x->member_count; i++)
        values[i] = agreement_of(x->members[i]);
    if (code == 0)
        code = write_same(d, x, values, "agreement", r);
    if (code == 0)
        code = write_stated(d, x, r);
    jw_array_end(r->out);
    return code < 0 ? error_set(err, EN_NO_MEMORY, "options") : 0;
}

/* ---- requests ---- */

static int take_request(void *context, const struct slice *c)
{
    struct slices *all = context;
    if (all->count == LIMIT_PAGE)
        return 0;
    struct slice id = arena_copy(all->arena, c[0]);
    all->items[all->count++] = id;
    return id.ptr ? 0 : EN_NO_MEMORY;
}

int option_requests(struct option_desk *d, struct slice key, struct error *err, struct slices *ret)
{
    static const char sql[] = "SELECT r.id FROM requests_v k JOIN record_v r ON r.num = k.num"
                              " WHERE k.need = ?1 AND k.\"option\" = ?2 AND r.retracted = 0"
                              " ORDER BY r.id";
    struct slice values[] = { d->need.id, key };
    *ret = (struct slices){ .arena = d->arena };
    ret->items = arena_array_of(d->arena, struct slice, LIMIT_PAGE);
    if (!ret->items)
        return error_set(err, EN_NO_MEMORY, "options");
    return snapshot_query(d->snapshot, sql, values, 2, err, take_request, ret);
}

static int write_requests(struct option_desk *d, struct slice key, struct render *r,
                          struct error *err)
{
    struct slices ids;
    int code = option_requests(d, key, err, &ids);
    jw_key(r->out, "requests");
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < ids.count; i++)
        if (refs_add(r->refs, ids.items[i]))
            jw_text(r->out, ids.items[i]);
    jw_array_end(r->out);
    return code;
}

/* ---- the whole ---- */

int option_by_key(const struct option_set *set, struct slice key, struct error *err,
                  struct option **ret)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (slice_is(key, set->options[i].key)) {
            *ret = &set->options[i];
            return 0;
        }
    return error_set(err, EN_NOT_FOUND, "the need has no such option now");
}

static int write_one(struct option_desk *d, struct option_set *set, struct slice key,
                     struct render *r, struct error *err)
{
    struct option_odds *odds = NULL;
    struct option *x = NULL;
    int code = option_by_key(set, key, err, &x);
    if (code == 0)
        code = option_odds_open(d, &set->problem, err, &odds);
    if (code == 0)
        code = option_odds_backups(odds, x, err);
    option_odds_close(odds);
    if (code < 0)
        return code;
    option_write_head(d, r);
    option_write_members(d, x, r);
    write_why(d, x, r);
    code = write_drops(d, x, r, err);
    if (code == 0)
        code = write_causes(d, x, r, err);
    return code < 0 ? code : write_requests(d, key, r, err);
}

int options_write_one(struct node *n, const struct option_query *q, struct slice key,
                      struct render *r, struct error *err)
{
    struct option_desk *d = NULL;
    struct option_set set;
    int code = option_desk_open(n, r->snapshot, q, err, &d);
    if (code == 0)
        code = option_solve(d, err, &set);
    if (code == 0)
        code = write_one(d, &set, key, r, err);
    option_desk_close(d);
    return code;
}

/* What actors are worth to the open needs: see need_worth.h. */
#include "service/need_worth.h"

#include "kernel/criticality.h"
#include "service/options_internal.h"

struct open_need {
    struct slice id, priority;
};

struct open_needs {
    struct arena *arena;
    struct open_need *items;
    size_t count;
};

static int take_need(void *context, const struct slice *c)
{
    struct open_needs *l = context;
    struct slice id = arena_copy(l->arena, c[0]);
    struct slice priority = c[1].len ? arena_copy(l->arena, c[1]) : S("");
    if (l->count < LIMIT_PLAN_NEEDS)
        l->items[l->count++] = (struct open_need){ id, priority };
    return id.ptr && priority.ptr ? 0 : EN_NO_MEMORY;
}

static void chain_of(struct option_desk *d, uint32_t actor, struct actor_worth *w)
{
    uint32_t at = actor;
    w->chain[w->chain_count++] = d->actors[at].id;
    while (w->chain_count < NEED_CHAIN_MAX && d->actors[at].parent.len &&
           option_actor_of(d, d->actors[at].parent, NULL, &at) == 0)
        w->chain[w->chain_count++] = d->actors[at].id;
}

static int value_all(struct option_desk *d, const struct option_problem *p, struct error *err,
                     struct need_worth *w)
{
    size_t count = p->partner_count;
    double *shapley = arena_array_of(d->arena, double, count + 1);
    double *banzhaf = arena_array_of(d->arena, double, count + 1);
    w->actors = arena_array_of(d->arena, struct actor_worth, count + 1);
    if (!shapley || !banzhaf || !w->actors)
        return error_set(err, EN_NO_MEMORY, "criticality");
    int code = count ? option_values(d, p, err, shapley, banzhaf) : 0;
    for (uint32_t i = 0; code == 0 && i < p->mode_count; i++) {
        struct actor_worth *a = &w->actors[p->modes[i].partner];
        if (a->chain_count == 0)
            chain_of(d, p->modes[i].actor, a);
        a->worth = shapley[p->modes[i].partner];
    }
    w->count = p->partner_count;
    return code;
}

static int value_need(struct node *n, struct snapshot *s, struct slice need, int64_t as_of_ms,
                      struct error *err, struct need_worth *w)
{
    struct option_query q = { .need = need, .as_of_ms = as_of_ms };
    struct option_desk *d = NULL;
    struct option_problem p;
    int code = option_desk_open(n, s, &q, err, &d);
    if (code == 0 && (d->line_count == 0 || d->line_count > CRITICALITY_REQUIREMENTS_MAX))
        code = EN_TOO_LARGE;
    if (code == 0)
        code = option_columns(d, /* repairs= */ false, err, &p);
    if (code == 0)
        code = value_all(d, &p, err, w);
    option_desk_close(d);
    return code;
}

int need_worths_read(struct node *n, struct snapshot *s, int64_t as_of_ms, struct error *err,
                     struct need_worths *ret)
{
    static const char sql[] = "SELECT r.id, k.priority FROM needs_v k JOIN record_v r"
                              " ON r.num = k.num WHERE k.own AND k.state = 'open'"
                              " ORDER BY coalesce(k.priority, 'T9'), r.id";
    struct arena *a = snapshot_arena(s);
    struct open_needs open = { .arena = a };
    struct need_worths all = { 0 };
    open.items = arena_array_of(a, struct open_need, LIMIT_PLAN_NEEDS);
    all.needs = arena_array_of(a, struct need_worth, LIMIT_PLAN_NEEDS);
    if (!open.items || !all.needs)
        return error_set(err, EN_NO_MEMORY, "criticality");
    int code = snapshot_query(s, sql, NULL, 0, err, take_need, &open);
    for (size_t i = 0; code == 0 && i < open.count; i++) {
        struct error ignored = { 0 };
        struct need_worth w = { .need = open.items[i].id, .priority = open.items[i].priority };
        code = value_need(n, s, w.need, as_of_ms, &ignored, &w);
        if (code == 0)
            all.needs[all.count++] = w;
        else if (code == EN_NO_MEMORY || code == EN_IO || code == EN_CORRUPT)
            return error_set(err, code, "the needs cannot be read");
        code = 0;
    }
    *ret = all;
    return code < 0 ? error_set(err, code, "the needs cannot be read") : 0;
}

double need_worth_of(const struct need_worth *w, struct slice actor)
{
    double sum = 0;
    for (uint32_t i = 0; i < w->count; i++)
        for (uint32_t k = 0; k < w->actors[i].chain_count; k++)
            if (slice_eq(w->actors[i].chain[k], actor)) {
                sum += w->actors[i].worth;
                break;
            }
    return sum;
}

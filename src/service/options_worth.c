/*
 * What each partner is worth to a need: its share of the probability that the need is covered at
 * all (Shapley, Banzhaf), in how many of the options it stands, and whether anything is left
 * without it.
 *
 * The two values count a partner for every line toward which it brings something: a share of a
 * pooled quantity is taken as the whole of it. With more lines than the kernel takes they are null.
 */
#include "kernel/criticality.h"
#include "service/options_internal.h"

#include <stdlib.h>

struct worth {
    uint32_t actor, partner, with; /* options with it */
    double shapley, banzhaf;
    bool indispensable;
};

int option_values(struct option_desk *d, const struct option_problem *p, struct error *err,
                  double *shapley, double *banzhaf)
{
    struct criticality_partner *columns =
        arena_array_of(d->arena, struct criticality_partner, p->mode_count + 1);
    struct criticality_partner *partners =
        arena_array_of(d->arena, struct criticality_partner, p->partner_count + 1);
    uint32_t *of = arena_array_of(d->arena, uint32_t, p->mode_count + 1);
    struct criticality ignored;
    if (!columns || !partners || !of)
        return error_set(err, EN_NO_MEMORY, "criticality");
    for (uint32_t i = 0; i < p->mode_count; i++) {
        const struct option_mode *m = &p->modes[i];
        of[i] = m->partner;
        columns[i].probability = d->actors[m->actor].forecast;
        for (uint32_t k = 0; k < m->part_count; k++)
            columns[i].mask |= 1u << m->parts[k].requirement;
    }
    criticality_merge(of, columns, p->mode_count, p->partner_count, partners);
    return criticality_values(partners, p->partner_count, d->line_count, err, shapley, banzhaf,
                              &ignored);
}

static void count_options(const struct option_set *set, struct worth *all)
{
    for (uint32_t i = 0; i < set->count; i++)
        for (uint32_t j = 0; j < set->options[i].member_count; j++)
            all[set->options[i].members[j]->partner].with++;
}

/* Who is in every option of the front may still be done without, at a worse price. */
static int find_indispensable(struct option_desk *d, const struct option_set *set,
                              struct worth *all, struct error *err)
{
    uint32_t searches = 0;
    int code = 0;
    for (uint32_t i = 0; i < set->problem.partner_count; i++)
        searches += set->count > 0 && all[i].with == set->count;
    option_share_budget(d, searches);
    for (uint32_t i = 0; code == 0 && i < set->problem.partner_count; i++) {
        struct option_set rest = { 0 };
        if (set->count == 0 || all[i].with < set->count)
            continue;
        code = option_solve_without(d, all[i].actor, err, &rest);
        all[i].indispensable = code == 0 && rest.front.infeasible;
    }
    return code;
}

int option_reliances(struct option_desk *d, const struct option_set *set, struct error *err,
                     struct option_reliance **ret, uint32_t *ret_count)
{
    uint32_t count = set->problem.partner_count;
    struct worth *all = arena_array_of(d->arena, struct worth, count + 1);
    struct option_reliance *list = arena_array_of(d->arena, struct option_reliance, count + 1);
    if (!all || !list)
        return error_set(err, EN_NO_MEMORY, "criticality");
    for (uint32_t i = 0; i < set->problem.mode_count; i++)
        all[set->problem.modes[i].partner].actor = set->problem.modes[i].actor;
    count_options(set, all);
    int code = find_indispensable(d, set, all, err);
    for (uint32_t i = 0; code == 0 && i < count; i++)
        list[i] = (struct option_reliance){ .actor = d->actors[all[i].actor].id,
                                            .own = d->actors[all[i].actor].own,
                                            .with = all[i].with,
                                            .indispensable = all[i].indispensable };
    *ret = list;
    *ret_count = count;
    return code;
}

static int compare_worth(const void *x, const void *y)
{
    const struct worth *a = x, *b = y;
    if (a->shapley != b->shapley)
        return a->shapley > b->shapley ? -1 : 1;
    if (a->with != b->with)
        return a->with > b->with ? -1 : 1;
    return a->partner < b->partner ? -1 : a->partner > b->partner;
}

static void write_worth(struct option_desk *d, const struct worth *w, uint32_t options, bool valued,
                        struct render *r)
{
    struct json_writer *out = r->out;
    jw_object(out);
    if (refs_add(r->refs, d->actors[w->actor].id))
        jw_key_text(out, "actor", d->actors[w->actor].id);
    jw_key(out, "shapley");
    if (valued)
        jw_fixed(out, w->shapley, 6);
    else
        jw_null(out);
    jw_key(out, "banzhaf");
    if (valued)
        jw_fixed(out, w->banzhaf, 6);
    else
        jw_null(out);
    jw_key_int(out, "options", w->with);
    jw_key_int(out, "of", options);
    jw_key_bool(out, "indispensable", w->indispensable);
    jw_object_end(out);
}

static int write_criticality(struct option_desk *d, const struct option_set *set, struct render *r,
                             struct error *err)
{
    uint32_t count = set->problem.partner_count;
    struct worth *all = arena_array_of(d->arena, struct worth, count + 1);
    double *values = arena_array_of(d->arena, double, 2 * (size_t)count + 1);
    bool valued = d->line_count > 0 && d->line_count <= CRITICALITY_REQUIREMENTS_MAX;
    if (!all || !values)
        return error_set(err, EN_NO_MEMORY, "criticality");
    int code = valued && count ? option_values(d, &set->problem, err, values, values + count) : 0;
    for (uint32_t i = 0; i < set->problem.mode_count; i++) {
        const struct option_mode *m = &set->problem.modes[i];
        all[m->partner] = (struct worth){ .actor = m->actor,
                                          .partner = m->partner,
                                          .shapley = values[m->partner],
                                          .banzhaf = values[count + m->partner] };
    }
    count_options(set, all);
    if (code == 0)
        code = find_indispensable(d, set, all, err);
    if (count > 1)
        qsort(all, count, sizeof *all, compare_worth);
    option_write_head(d, r);
    jw_key(r->out, "items");
    jw_array(r->out);
    for (uint32_t i = 0; code == 0 && i < count; i++)
        write_worth(d, &all[i], set->count, valued, r);
    jw_array_end(r->out);
    return code;
}

int options_write_criticality(struct node *n, const struct option_query *q, struct render *r,
                              struct error *err)
{
    struct option_desk *d = NULL;
    struct option_set set;
    int code = option_desk_open(n, r->snapshot, q, err, &d);
    if (code == 0)
        code = option_solve(d, err, &set);
    if (code == 0)
        code = write_criticality(d, &set, r, err);
    option_desk_close(d);
    return code;
}

/*
 * The front of a need, and its points as options. The kernel answers with columns; here they get
 * the names that stay the same from one question to the next.
 *
 * An option's key is made of what it uses for what: sixteen digits of a hash over its offers' ids
 * and the numbers of the lines that they serve. The same coalition keeps its key as long as these
 * stand, whoever asks.
 */
#include "service/options_internal.h"

#include <sodium.h>
#include <stdlib.h>

enum { KEY_BYTES = 8, HASH_BYTES = 32, MEMBERS_MAX = 24 };

int option_front(struct option_desk *d, const struct option_problem *p, struct error *err,
                 struct cover_front *ret)
{
    struct cover_instance in = { .demands = p->demands,
                                 .requirement_count = p->line_count,
                                 .columns = p->columns,
                                 .column_count = p->mode_count,
                                 .partner_count = p->partner_count };
    struct cover_options o = { .budget = d->budget,
                               .partners_max = MEMBERS_MAX,
                               .readiness = !p->repairs };
    if (p->line_count == 0 || p->mode_count == 0) {
        *ret = (struct cover_front){ .state = COVER_EXACT, .infeasible = p->line_count > 0 };
        return 0;
    }
    return cover_solve(&in, &o, d->arena, err, ret);
}

/* ---- keys ---- */

struct key_part {
    struct slice offer;
    uint32_t line;
};

static int compare_parts(const void *x, const void *y)
{
    const struct key_part *a = x, *b = y;
    int by_offer = slice_compare(a->offer, b->offer);
    return by_offer ? by_offer : a->line < b->line ? -1 : a->line > b->line;
}

static int make_key(struct option_desk *d, struct option *x)
{
    unsigned char hash[HASH_BYTES];
    crypto_generichash_state state;
    size_t most = 0, count = 0;
    for (uint32_t i = 0; i < x->member_count; i++)
        most += x->members[i]->use_count;
    struct key_part *parts = arena_array_of(d->arena, struct key_part, most + 1);
    if (!parts)
        return EN_NO_MEMORY;
    for (uint32_t i = 0; i < x->member_count; i++)
        for (uint32_t j = 0; j < x->members[i]->use_count; j++) {
            const struct option_use *u = &x->members[i]->uses[j];
            parts[count++] = (struct key_part){ d->offers[u->offer].id, u->fit->line };
        }
    qsort(parts, count, sizeof *parts, compare_parts);
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    for (size_t i = 0; i < count; i++) {
        bool whole = parts[i].line == d->line_count;
        struct slice text = arena_printf(d->arena, SLICE_FMT ":%d\n", SLICE_ARG(parts[i].offer),
                                         whole ? -1 : (int)parts[i].line);
        if (!text.ptr)
            return EN_NO_MEMORY;
        crypto_generichash_update(&state, (const unsigned char *)text.ptr, text.len);
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(x->key, sizeof x->key, hash, KEY_BYTES);
    return 0;
}

/* ---- options ---- */

static int make_option(struct option_desk *d, const struct option_problem *p,
                       const struct cover_point *point, struct option *x)
{
    *x = (struct option){ .readiness = point->readiness, .risk = point->risk };
    x->members = arena_array_of(d->arena, const struct option_mode *, point->column_count + 1);
    if (!x->members)
        return EN_NO_MEMORY;
    for (uint32_t i = 0; i < point->column_count; i++) { /* columns go by actor's id */
        const struct option_mode *m = &p->modes[point->columns[i]];
        x->members[x->member_count++] = m;
        x->burden += m->burden;
        x->price += m->price;
        if (!x->weakest || m->risk > x->weakest->risk)
            x->weakest = m;
    }
    return p->repairs ? 0 : make_key(d, x);
}

int option_list(struct option_desk *d, const struct option_problem *p, const struct cover_front *f,
                struct error *err, struct option **ret)
{
    struct option_odds *odds = NULL;
    struct option *all = arena_array_of(d->arena, struct option, f->count + 1);
    if (!all)
        return error_set(err, EN_NO_MEMORY, "options");
    int code = f->count ? option_odds_open(d, p, err, &odds) : 0;
    for (uint32_t i = 0; code == 0 && i < f->count; i++) {
        if (make_option(d, p, &f->points[i], &all[i]) < 0)
            code = error_set(err, EN_NO_MEMORY, "options");
        if (code == 0)
            code = option_odds_of(odds, &all[i], err);
    }
    option_odds_close(odds);
    *ret = all;
    return code;
}

static bool has_last_resort(const struct option_desk *d)
{
    for (uint32_t i = 0; i < d->offer_count; i++)
        if (d->offers[i].last_resort)
            return true;
    return false;
}

static int solve_once(struct option_desk *d, struct error *err, struct option_set *ret)
{
    *ret = (struct option_set){ 0 };
    int code = option_columns(d, /* repairs= */ false, err, &ret->problem);
    return code < 0 ? code : option_front(d, &ret->problem, err, &ret->front);
}

int option_solve(struct option_desk *d, struct error *err, struct option_set *ret)
{
    int code = solve_once(d, err, ret);
    if (code == 0 && ret->front.infeasible && !d->last_resort && has_last_resort(d)) {
        d->last_resort = true;
        code = solve_once(d, err, ret);
    }
    if (code == 0 && ret->problem.capped)
        ret->front.state = COVER_STOPPED;
    if (code == 0)
        code = option_list(d, &ret->problem, &ret->front, err, &ret->options);
    ret->count = ret->front.count;
    return code;
}

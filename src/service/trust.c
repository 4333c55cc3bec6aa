/*
 * Trust for a viewer: see trust.h. A desk keeps, per (half-life, as-of, dimension), the folded sums
 * of all pairs and the network over them. Folds of whole days come from and go to the fold cache,
 * whose key is everything they depend on, the label mask among it.
 */
#include "service/trust.h"

#include "base/limits.h"
#include "service/half_life.h"
#include "service/node_internal.h"

#include <stdlib.h>

/* A fold in use by this desk. */
struct held {
    struct fold *fold;
    uint64_t last_used;
};

enum { HELD_MAX = 16 };

struct trust_desk {
    struct node *node;
    struct snapshot *snapshot;
    struct arena *arena;
    const struct columns *columns;
    struct trust_columns view;
    struct trust_parameters parameters;
    struct ranking *ranking;
    struct held held[HELD_MAX]; /* the last folds that were asked for */
    uint64_t clock;
};

static const char *const dimension_words[] = { "ability", "benevolence", "integrity" };

int trust_dimension_of(struct slice word)
{
    for (int i = 0; i < TRUST_DIMENSIONS; i++)
        if (slice_is(word, dimension_words[i]))
            return i;
    return TRUST_ALL;
}

const char *trust_dimension_word(int dimension)
{
    return dimension < 0 ? "all" : dimension_words[dimension];
}

static struct trust_parameters parameters_of(const struct weights *w)
{
    struct trust_parameters p = trust_parameters_default();
    p.half_life_kept = p.half_life_broken = w->half_life_strategic;
    p.lambda = w->lambda;
    p.prior_weight = w->prior_weight;
    p.kappa = w->kappa;
    p.reporter_cap = w->reporter_cap;
    p.prior_strength = w->prior_strength;
    p.reciprocity = w->reciprocity;
    p.witness_cap = w->witness_cap;
    p.base_rate = w->base_rate_default;
    return p;
}

const struct trust_parameters *trust_parameters_of(struct trust_desk *d)
{
    return &d->parameters;
}

/* The result carries the high-water label of everything that may enter it. */
static void mark_evidence(struct trust_desk *d)
{
    const struct columns *c = d->columns;
    const struct label_mask *mask = snapshot_mask(d->snapshot);
    bool *seen = arena_array_of(d->arena, bool, (size_t)mask->count + 1);
    for (uint32_t i = 0; seen && i < c->item_count; i++)
        if (c->label[i] < mask->count)
            seen[c->label[i]] = true;
    for (uint32_t l = 1; seen && l < mask->count; l++)
        if (seen[l] && label_mask_has(mask, l))
            snapshot_mark_number(d->snapshot, l);
}

int trust_open(struct node *n, struct snapshot *s, struct error *err, struct trust_desk **ret)
{
    struct arena *a = snapshot_arena(s);
    struct trust_desk *d = arena_new_of(a, struct trust_desk);
    if (!d)
        return error_set(err, EN_NO_MEMORY, "trust");
    const struct columns *c = snapshot_columns(s);
    *d = (struct trust_desk){ .node = n,
                              .snapshot = s,
                              .arena = a,
                              .columns = c,
                              .parameters = parameters_of(node_weights(n)),
                              .view = { .pair_count = c->pair_count,
                                        .offset = c->offset,
                                        .at = c->at,
                                        .since = c->since,
                                        .epoch = c->epoch,
                                        .weight = c->w_micro,
                                        .side = c->side,
                                        .label = c->label } };
    mark_evidence(d);
    int code = fold_cache_ranking(n->folds, c, err, &d->ranking);
    if (code == 0)
        *ret = d;
    return code;
}

void trust_close(struct trust_desk *d)
{
    if (!d)
        return;
    for (int i = 0; i < HELD_MAX; i++)
        if (d->held[i].fold)
            fold_cache_release(d->node->folds, d->held[i].fold);
    fold_cache_release_ranking(d->node->folds, d->ranking);
}

struct uuid trust_actor(const struct trust_desk *d, uint32_t number)
{
    return d->columns->party[d->ranking->party[number]];
}

static struct trust_view view_at(const struct trust_desk *d, int64_t as_of)
{
    struct trust_view v = trust_view_at(as_of);
    const struct label_mask *mask = snapshot_mask(d->snapshot);
    v.labels = mask->words;
    v.label_count = mask->count;
    return v;
}

static int fold_sums(struct trust_desk *d, struct fold *f, const struct decay *decay)
{
    size_t pairs = d->columns->pair_count;
    struct trust_view v = view_at(d, f->as_of);
    if (f->dimension == TRUST_ALL) {
        trust_fold_total(&d->view, 0, pairs, &v, decay, decay, f->sum);
        return 0;
    }
    enum { BLOCK = 256 };
    struct trust_state states[BLOCK];
    for (size_t first = 0; first < pairs; first += BLOCK) {
        size_t count = pairs - first < BLOCK ? pairs - first : BLOCK;
        trust_fold(&d->view, first, count, &v, decay, decay, states);
        for (size_t i = 0; i < count; i++)
            f->sum[first + i] = states[i].dimension[f->dimension];
    }
    return 0;
}

static int make_fold(struct trust_desk *d, int64_t half_life, int64_t as_of, int dimension,
                     struct error *err, struct fold **ret)
{
    struct fold_cache *cache = d->node->folds;
    const struct decay *decay = node_decay(d->node, half_life);
    struct fold *f = fold_new(cache, d->ranking, half_life, as_of, dimension);
    int code =
        decay && f && fold_sums(d, f, decay) == 0 ? 0 : error_set(err, EN_NO_MEMORY, "trust");
    if (code == 0)
        code = network_init(&d->ranking->index, f->sum, &d->parameters, err, &f->network);
    if (code < 0) {
        if (f)
            fold_cache_release(cache, f);
        return code;
    }
    fold_cache_offer(cache, f, snapshot_mask(d->snapshot));
    *ret = f;
    return 0;
}

/* The fold of this moment: from the desk's hand, from the cache, or made now. Valid until HELD_MAX
 * others have been asked for. */
static int fold_of(struct trust_desk *d, int64_t half_life, int64_t as_of, int dimension,
                   struct error *err, struct fold **ret)
{
    struct held *oldest = &d->held[0];
    for (int i = 0; i < HELD_MAX; i++) {
        struct held *h = &d->held[i];
        const struct fold *f = h->fold;
        if (f && f->half_life == half_life && f->as_of == as_of && f->dimension == dimension) {
            h->last_used = ++d->clock;
            *ret = h->fold;
            return 0;
        }
        if (h->last_used < oldest->last_used)
            oldest = h;
    }
    struct fold *f = fold_cache_find(d->node->folds, d->ranking, snapshot_mask(d->snapshot),
                                     half_life, as_of, dimension);
    int code = f ? 0 : make_fold(d, half_life, as_of, dimension, err, &f);
    if (code < 0)
        return code;
    if (oldest->fold)
        fold_cache_release(d->node->folds, oldest->fold);
    *oldest = (struct held){ .fold = f, .last_used = ++d->clock };
    *ret = f;
    return 0;
}

/* Number of an actor in the index. One without any evidence is the last, empty number, so that it
 * reads exactly as one whose evidence the viewer may not see. */
static uint32_t actor_number(const struct trust_desk *d, struct slice id)
{
    struct uuid uuid;
    uint32_t party = uuid_parse(id, &uuid) ? columns_party(d->columns, uuid) : UINT32_MAX;
    return party == UINT32_MAX ? d->columns->party_count : d->ranking->rank[party];
}

/* Records behind the pair's own visible items (one record may give items in two dimensions, side by
 * side in the columns). */
static uint32_t visible_records(const struct trust_desk *d, int64_t pair, int64_t as_of,
                                int dimension)
{
    struct trust_view v = view_at(d, as_of);
    uint32_t count = 0, last = UINT32_MAX;
    if (pair < 0)
        return 0;
    for (uint32_t i = d->columns->offset[pair]; i < d->columns->offset[pair + 1]; i++)
        if (trust_visible(&d->view, &v, i) && d->columns->record[i] != last &&
            (dimension < 0 || (int)trust_side_dimension(d->columns->side[i]) == dimension)) {
            last = d->columns->record[i];
            count++;
        }
    return count;
}

int trust_figure(struct trust_desk *d, const struct trust_query *q, struct error *err,
                 struct trust_figure *ret)
{
    struct fold *f;
    int64_t half_life =
        q->half_life ? q->half_life : trust_half_life(d, q->truster, q->trustee, q->as_of);
    int code = fold_of(d, half_life, q->as_of, q->dimension, err, &f);
    if (code < 0)
        return code;
    uint32_t truster = actor_number(d, q->truster), trustee = actor_number(d, q->trustee);
    int64_t pair = pair_index_find(&d->ranking->index, truster, trustee);
    *ret = (struct trust_figure){ .half_life = half_life,
                                  .evidence = visible_records(d, pair, q->as_of, q->dimension) };
    ret->reading = network_read(&f->network, truster, trustee, pair);
    double prior = ret->reading.prior.prior;
    ret->trust = opinion_read(ret->reading.total, prior, d->parameters.lambda, &d->parameters);
    ret->forecast = opinion_read(ret->reading.total, prior, 1, &d->parameters);
    return 0;
}

/* ---- what if ---- */

static void take_promise(void *context, const struct evidence_item *item)
{
    struct trust_promise *p = context;
    *(item->valence < 0 ? &p->broken[item->dimension] : &p->kept[item->dimension]) += item->w_micro;
}

struct trust_promise trust_promise_of(const struct weights *w, bool broken, struct slice stakes)
{
    struct trust_promise p = { 0 };
    struct testimony t = { .event = broken ? "commitment.broken" : "commitment.kept",
                           .truster = S("truster"), /* the items are only weighed */
                           .trustee = S("trustee"),
                           .stakes = stakes,
                           .share = 1 };
    weights_weigh(w, &t, take_promise, &p);
    return p;
}

static struct trust_sum promise_sum(const struct trust_promise *p, int dimension)
{
    struct trust_sum sum = { 0, 0 };
    for (int i = 0; i < TRUST_DIMENSIONS; i++) {
        if (dimension != TRUST_ALL && dimension != i)
            continue;
        sum.kept += (trust_integer)p->kept[i] << 32;
        sum.broken += (trust_integer)p->broken[i] << 32;
    }
    return sum;
}

struct evidence trust_promise_units(const struct trust_promise *p, int dimension)
{
    return trust_evidence(promise_sum(p, dimension));
}

int trust_what_if(struct trust_desk *d, const struct trust_query *q, const struct trust_promise *p,
                  struct error *err, struct trust_figure *ret_before,
                  struct trust_figure *ret_after)
{
    struct trust_figure before;
    struct fold *f;
    int code = trust_figure(d, q, err, &before);
    if (code == 0)
        code = fold_of(d, before.half_life, q->as_of, q->dimension, err, &f);
    if (code < 0)
        return code;
    struct network n = f->network; /* a borrowed copy: only its base rate is another */
    struct trust_sum added = promise_sum(p, q->dimension);
    struct trust_sum total = network_total(f->sum, d->ranking->index.pair_count);
    n.base_rate = network_base_rate(trust_sum_add(total, added), &d->parameters);
    uint32_t truster = actor_number(d, q->truster), trustee = actor_number(d, q->trustee);
    struct trust_figure after = before;
    after.reading =
        network_read(&n, truster, trustee, pair_index_find(&d->ranking->index, truster, trustee));
    struct evidence units = trust_evidence(added);
    after.reading.direct.kept += units.kept;
    after.reading.direct.broken += units.broken;
    after.reading.total.kept += units.kept;
    after.reading.total.broken += units.broken;
    double prior = after.reading.prior.prior;
    after.trust = opinion_read(after.reading.total, prior, d->parameters.lambda, &d->parameters);
    after.forecast = opinion_read(after.reading.total, prior, 1, &d->parameters);
    after.evidence += added.kept || added.broken;
    *ret_before = before;
    *ret_after = after;
    return 0;
}

/* ---- half-life ---- */

struct longest {
    const struct weights *weights;
    int64_t as_of, half_life;
};

static int take_longest(void *context, const struct slice *c)
{
    struct longest *l = context;
    struct tie t = tie_of(l->weights, &(struct tie_words){ c[0], c[1], c[2], c[3], c[4] });
    if (tie_in_force(&t, l->as_of) && t.half_life > l->half_life)
        l->half_life = t.half_life;
    return 0;
}

int64_t trust_half_life(struct trust_desk *d, struct slice a, struct slice b, int64_t as_of)
{
    static const char sql[] = "SELECT nature, horizon, term, \"from\", until FROM relationships_v"
                              " WHERE ((a = ?1 AND b = ?2) OR (a = ?2 AND b = ?1)) AND own";
    struct longest l = { .weights = node_weights(d->node), .as_of = as_of };
    struct slice pair[] = { a, b };
    snapshot_query(d->snapshot, sql, pair, 2, NULL, take_longest, &l); /* it keeps a failure */
    return l.half_life ? l.half_life : l.weights->half_life_situational;
}

/* ---- contact ---- */

static int64_t newest_contact(const struct trust_desk *d, uint32_t pair, const struct trust_view *v)
{
    const struct columns *c = d->columns;
    int64_t newest = INT64_MIN;
    for (uint32_t i = pair == UINT32_MAX ? 0 : c->offset[pair];
         pair != UINT32_MAX && i < c->offset[pair + 1]; i++)
        if (c->contact[i] && c->at[i] > newest && trust_visible(&d->view, v, i))
            newest = c->at[i];
    return newest;
}

int64_t trust_last_contact(struct trust_desk *d, struct slice a, struct slice b, int64_t as_of)
{
    struct trust_view v = view_at(d, as_of);
    struct uuid x, y;
    if (!uuid_parse(a, &x) || !uuid_parse(b, &y))
        return INT64_MIN;
    int64_t there = newest_contact(d, columns_pair(d->columns, x, y), &v);
    int64_t back = newest_contact(d, columns_pair(d->columns, y, x), &v);
    return there > back ? there : back;
}

/* ---- explanation ---- */

struct gather {
    struct trust_desk *desk;
    struct trust_view view;
    const struct decay *decay;
    int dimension;
    struct trust_term *terms;
    size_t count, capacity;
};

static int gather_pair(struct gather *g, int64_t pair, enum term_source source, double scale,
                       uint32_t via)
{
    if (pair < 0 || scale <= 0)
        return 0;
    size_t need = explain_pair(&g->desk->view, (size_t)pair, &g->view, g->decay, g->decay,
                               g->dimension, source, scale, via, NULL, 0);
    if (g->count + need > g->capacity) {
        size_t wider = (g->count + need) * 2 + 16;
        struct trust_term *terms = arena_array_of(g->desk->arena, struct trust_term, wider);
        if (!terms)
            return EN_NO_MEMORY;
        if (g->count)
            memcpy(terms, g->terms, g->count * sizeof *terms);
        g->terms = terms;
        g->capacity = wider;
    }
    g->count += explain_pair(&g->desk->view, (size_t)pair, &g->view, g->decay, g->decay,
                             g->dimension, source, scale, via, g->terms + g->count, need);
    return 0;
}

static int gather_all(struct gather *g, const struct fold *f, uint32_t truster, uint32_t trustee)
{
    struct trust_desk *d = g->desk;
    uint32_t most = d->ranking->index.actor_count;
    struct network_witness *witnesses =
        arena_array_of(d->arena, struct network_witness, (size_t)most + 1);
    if (!witnesses)
        return EN_NO_MEMORY;
    int code = gather_pair(g, pair_index_find(&d->ranking->index, truster, trustee), TERM_DIRECT, 1,
                           UINT32_MAX);
    if (code == 0 && d->parameters.network)
        code = gather_pair(g, pair_index_find(&d->ranking->index, trustee, truster),
                           TERM_RECIPROCAL, d->parameters.reciprocity, UINT32_MAX);
    size_t count = network_witnesses(&f->network, truster, trustee, witnesses, most);
    for (size_t i = 0; code == 0 && i < count && i < most; i++)
        code =
            gather_pair(g, witnesses[i].pair, TERM_WITNESS, witnesses[i].scale, witnesses[i].actor);
    return code;
}

static int64_t term_time(const struct trust_desk *d, const struct trust_term *t)
{
    return d->columns->at[t->item];
}

struct ordered_term {
    struct trust_term term;
    int64_t at;
    struct slice id; /* of its record: the tie-break that hidden records cannot change */
};

static int compare_terms(const void *x, const void *y)
{
    const struct ordered_term *a = x, *b = y;
    if (a->at != b->at)
        return a->at > b->at ? -1 : 1;
    int by_id = slice_compare(a->id, b->id);
    if (by_id != 0)
        return by_id;
    if (a->term.source != b->term.source)
        return a->term.source < b->term.source ? -1 : 1;
    if (a->term.side != b->term.side)
        return a->term.side < b->term.side ? -1 : 1;
    if (a->term.via != b->term.via)
        return a->term.via < b->term.via ? -1 : 1;
    return a->term.item < b->term.item ? -1 : a->term.item > b->term.item;
}

static int order_terms(struct gather *g, struct error *err)
{
    struct trust_desk *d = g->desk;
    struct ordered_term *all = arena_array_of(d->arena, struct ordered_term, g->count + 1);
    if (!all)
        return error_set(err, EN_NO_MEMORY, "trust");
    for (size_t i = 0; i < g->count; i++) {
        struct row row;
        all[i] = (struct ordered_term){ .term = g->terms[i], .at = term_time(d, &g->terms[i]) };
        int code = snapshot_record(d->snapshot, d->columns->record[g->terms[i].item], err, &row);
        if (code < 0)
            return code;
        all[i].id = row.id;
    }
    if (g->count > 1)
        qsort(all, g->count, sizeof *all, compare_terms);
    for (size_t i = 0; i < g->count; i++)
        g->terms[i] = all[i].term;
    return 0;
}

int trust_explain(struct trust_desk *d, const struct trust_query *q, bool forecast,
                  struct error *err, struct trust_explanation *ret)
{
    struct trust_explanation x = { .lambda = forecast ? 1 : d->parameters.lambda,
                                   .index = &d->ranking->index };
    struct trust_query same = *q;
    struct fold *f;
    int code = trust_figure(d, q, err, &x.figure);
    same.half_life = x.figure.half_life;
    if (code == 0)
        code = fold_of(d, same.half_life, q->as_of, q->dimension, err, &f);
    if (code < 0)
        return code;
    struct gather g = { .desk = d,
                        .view = view_at(d, q->as_of),
                        .decay = node_decay(d->node, same.half_life),
                        .dimension = q->dimension };
    if (gather_all(&g, f, actor_number(d, q->truster), actor_number(d, q->trustee)) < 0)
        return error_set(err, EN_NO_MEMORY, "trust");
    code = order_terms(&g, err);
    uint32_t *scratch = arena_array_of(d->arena, uint32_t, g.count + 1);
    if (code == 0 && !scratch)
        code = error_set(err, EN_NO_MEMORY, "trust");
    if (code < 0)
        return code;
    x.opinion = forecast ? x.figure.forecast : x.figure.trust;
    explain_shares(g.terms, g.count, x.figure.reading.total, x.opinion, x.lambda, &d->parameters,
                   scratch);
    x.terms = g.terms;
    x.count = g.count;
    *ret = x;
    return 0;
}

void trust_write_figure(const struct trust_figure *f, struct json_writer *out)
{
    jw_key_fixed(out, "trust", f->trust.expectation, 6);
    jw_key_fixed(out, "forecast", f->forecast.expectation, 6);
    jw_key_fixed(out, "belief", f->trust.belief, 6);
    jw_key_fixed(out, "disbelief", f->trust.disbelief, 6);
    jw_key_fixed(out, "uncertainty", f->trust.uncertainty, 6);
    jw_key_fixed(out, "prior", f->trust.prior, 6);
    jw_key_int(out, "evidence", f->evidence);
}

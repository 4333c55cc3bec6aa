/*
 * Whom to seek: the actors with whom a new relationship would add most.
 *
 * Two reasons, each told. A gap: lines of open needs that it could fit and that nobody of ours or
 * of our partners can bring, or only one; and cells of the coverage matrix in which no relationship
 * stands; chosen by the greedy method of kernel/seek.h, so each adds to those before it. And
 * structure: contacts in common, weighed by how far both sides trust them (kernel/structure.h).
 *
 *   a line weighs 1000 times its need's priority, a quarter of it when one partner can bring it; an
 *   empty cell weighs 100 times its demand, or 1 where nothing is asked for
 * Of equal gains whoever is closer is picked, then the lower id.
 *
 *   score = (2 * gain / all that could be gained + structural / the best structural) / 3
 *
 * Never proposed: whoever is a partner already, our own, what we are part of, states, posts and
 * persons, and whoever has ceased to be.
 */
#include "service/discovery.h"

#include "base/limits.h"

#include <stdlib.h>

enum { LINE_WEIGHT = 1000, SECOND_WEIGHT = 250, DEMAND_WEIGHT = 100, LINKS_MAX = 1000 };

struct discovery {
    struct shape shape;
    uint32_t of;
    struct cells cells;
    /* what is missing: lines, then cells; structure_nobody where nothing is */
    uint32_t *gap_of_line, *gap_of_cell, gap_count;
    int64_t *weight;
    uint32_t *first_standing, *standing; /* places in cells.standing, by actor */
    uint32_t *candidate, candidate_count;
    uint32_t *start, *gaps;       /* of candidates */
    struct structure_link *links; /* the closest first */
    uint32_t link_count;
    struct finding *items;
    uint32_t item_count;
    int64_t total;
};

/* ---- what is missing ---- */

static int find_gaps(struct discovery *d)
{
    const struct cells *c = &d->cells;
    size_t most = (size_t)c->line_count + c->cell_count;
    d->gap_of_line = arena_array_of(d->shape.arena, uint32_t, c->line_count + 1);
    d->gap_of_cell = arena_array_of(d->shape.arena, uint32_t, c->cell_count + 1);
    d->weight = arena_array_of(d->shape.arena, int64_t, most + 1);
    if (!d->gap_of_line || !d->gap_of_cell || !d->weight)
        return EN_NO_MEMORY;
    for (uint32_t i = 0; i < c->line_count; i++) {
        bool missing = c->lines[i].fitted && c->lines[i].holders < 2;
        int64_t each = c->lines[i].holders ? SECOND_WEIGHT : LINE_WEIGHT;
        d->gap_of_line[i] = missing ? d->gap_count : structure_nobody;
        if (missing)
            d->weight[d->gap_count++] = each * c->lines[i].weight;
    }
    for (uint32_t i = 0; i < c->cell_count; i++) {
        const struct cell *cell = &c->cells[i];
        bool missing = cell->instrument != CELL_UNSTATED && cell->relationships == 0;
        d->gap_of_cell[i] = missing ? d->gap_count : structure_nobody;
        if (missing)
            d->weight[d->gap_count++] = cell->demand ? DEMAND_WEIGHT * cell->demand : 1;
    }
    return 0;
}

/* ---- who could fill it ---- */

static bool may_be_sought(const struct discovery *d, uint32_t actor)
{
    const struct shape_actor *x = &d->shape.actors[actor];
    bool body = slice_is(x->nature, "organisation") || slice_is(x->nature, "unit") ||
                slice_is(x->nature, "community");
    return body && !x->ended && d->of != structure_nobody && actor != d->of &&
           !d->cells.partner[actor] && !shape_under(&d->shape, actor, d->of) &&
           !shape_under(&d->shape, d->of, actor);
}

static int sort_standing(struct discovery *d)
{
    const struct cells *c = &d->cells;
    size_t actors = (size_t)d->shape.actor_count + 2;
    d->first_standing = arena_array_of(d->shape.arena, uint32_t, actors);
    d->standing = arena_array_of(d->shape.arena, uint32_t, c->standing_count + 1);
    if (!d->first_standing || !d->standing)
        return EN_NO_MEMORY;
    for (uint32_t i = 0; i < c->standing_count; i++)
        d->first_standing[c->standing[i].actor + 2]++;
    for (uint32_t i = 0; i < d->shape.actor_count; i++)
        d->first_standing[i + 2] += d->first_standing[i + 1];
    for (uint32_t i = 0; i < c->standing_count; i++)
        d->standing[d->first_standing[c->standing[i].actor + 1]++] = i;
    return 0;
}

/* Gaps of an actor in ascending order: lines by number, then cells by number. */
static void add_gaps(struct discovery *d, uint32_t actor, uint32_t *at)
{
    const struct cells *c = &d->cells;
    uint32_t from = *at;
    for (uint32_t fit = cells_first_fit(c, actor);
         fit < c->fit_count && c->fits[fit].actor == actor; fit++) {
        uint32_t gap = d->gap_of_line[c->fits[fit].line];
        if (gap != structure_nobody && (*at == from || d->gaps[*at - 1] != gap))
            d->gaps[(*at)++] = gap;
    }
    for (uint32_t i = d->first_standing[actor]; i < d->first_standing[actor + 1]; i++) {
        uint32_t gap = d->gap_of_cell[c->standing[d->standing[i]].cell];
        if (gap != structure_nobody)
            d->gaps[(*at)++] = gap;
    }
}

struct nearness {
    uint32_t actor;
    double score;
};

static int compare_nearness(const void *x, const void *y)
{
    const struct nearness *a = x, *b = y;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return a->actor < b->actor ? -1 : a->actor > b->actor;
}

/* In the order of nearness, so that of equal gains the one with closer contacts is picked. */
static int order_candidates(struct discovery *d)
{
    size_t n = (size_t)d->shape.actor_count + 1;
    double *score = arena_array_of(d->shape.arena, double, n);
    struct nearness *all = arena_array_of(d->shape.arena, struct nearness, n);
    d->candidate = arena_array_of(d->shape.arena, uint32_t, n);
    if (!score || !all || !d->candidate)
        return EN_NO_MEMORY;
    for (uint32_t i = 0; i < d->link_count; i++)
        score[d->links[i].node] = d->links[i].score;
    for (uint32_t actor = 0; actor < d->shape.actor_count; actor++)
        if (may_be_sought(d, actor))
            all[d->candidate_count++] = (struct nearness){ actor, score[actor] };
    if (d->candidate_count > 1)
        qsort(all, d->candidate_count, sizeof *all, compare_nearness);
    for (uint32_t i = 0; i < d->candidate_count; i++)
        d->candidate[i] = all[i].actor;
    return 0;
}

static int find_candidates(struct discovery *d)
{
    const struct cells *c = &d->cells;
    uint32_t at = 0;
    int code = order_candidates(d);
    d->start = arena_array_of(d->shape.arena, uint32_t, (size_t)d->candidate_count + 1);
    d->gaps =
        arena_array_of(d->shape.arena, uint32_t, (size_t)c->fit_count + c->standing_count + 1);
    if (code < 0 || !d->start || !d->gaps)
        return EN_NO_MEMORY;
    for (uint32_t i = 0; i < d->candidate_count; i++) {
        d->start[i] = at;
        add_gaps(d, d->candidate[i], &at);
    }
    d->start[d->candidate_count] = at;
    return 0;
}

/* ---- choosing ---- */

static int64_t all_that_could_be_gained(const struct discovery *d)
{
    int64_t total = 0;
    bool *met = arena_array_of(d->shape.arena, bool, d->gap_count + 1);
    for (uint32_t i = 0; met && i < d->start[d->candidate_count]; i++)
        if (!met[d->gaps[i]]) {
            met[d->gaps[i]] = true;
            total += d->weight[d->gaps[i]];
        }
    return total;
}

/* What the pick adds to those before it. */
static void explain_gain(struct discovery *d, uint32_t candidate, bool *covered, struct finding *f)
{
    const struct cells *c = &d->cells;
    for (uint32_t i = 0; i < c->fit_count; i++) {
        uint32_t gap = d->gap_of_line[c->fits[i].line];
        bool same = f->line_count && f->lines[f->line_count - 1]->line == c->fits[i].line;
        if (c->fits[i].actor == f->actor && gap != structure_nobody && !covered[gap] && !same &&
            f->line_count < REASON_LINES_MAX)
            f->lines[f->line_count++] = &c->fits[i];
    }
    for (uint32_t i = d->first_standing[f->actor]; i < d->first_standing[f->actor + 1]; i++) {
        const struct cell *cell = &c->cells[c->standing[d->standing[i]].cell];
        uint32_t gap = d->gap_of_cell[cell - c->cells];
        if (gap == structure_nobody || covered[gap])
            continue;
        uint32_t at = f->cell_count < REASON_CELLS_MAX ? f->cell_count++ : REASON_CELLS_MAX;
        for (; at > 0 && f->cells[at - 1]->demand < cell->demand; at--)
            if (at < REASON_CELLS_MAX)
                f->cells[at] = f->cells[at - 1];
        if (at < REASON_CELLS_MAX)
            f->cells[at] = cell;
    }
    for (uint32_t i = d->start[candidate]; i < d->start[candidate + 1]; i++)
        covered[d->gaps[i]] = true;
}

static int choose(struct discovery *d, uint32_t limit, struct error *err)
{
    struct seek_problem p = { d->weight, d->gap_count, d->candidate_count, d->start, d->gaps };
    struct seek_pick *picks = arena_array_of(d->shape.arena, struct seek_pick, limit + 1);
    bool *covered = arena_array_of(d->shape.arena, bool, d->gap_count + 1);
    struct seek_result result = { 0 };
    if (!picks || !covered)
        return error_set(err, EN_NO_MEMORY, "discovery");
    int code = seek_greedy(&p, limit, err, picks, &result);
    for (uint32_t i = 0; code == 0 && i < result.count; i++) {
        struct finding *f = &d->items[d->item_count++];
        *f = (struct finding){ .actor = d->candidate[picks[i].candidate], .gain = picks[i].gain };
        explain_gain(d, picks[i].candidate, covered, f);
    }
    return code;
}

/* NULL when the actor is not among them yet. */
static struct finding *finding_of(struct discovery *d, uint32_t actor)
{
    for (uint32_t i = 0; i < d->item_count; i++)
        if (d->items[i].actor == actor)
            return &d->items[i];
    return NULL;
}

/* The closest join those who fill a gap; who is among them already keeps the reason. */
static void add_links(struct discovery *d, uint32_t limit)
{
    for (uint32_t i = 0; i < d->link_count; i++) {
        struct finding *f = finding_of(d, d->links[i].node);
        if (!f && i < limit) {
            f = &d->items[d->item_count++];
            *f = (struct finding){ .actor = d->links[i].node };
        }
        if (f)
            f->link = d->links[i];
    }
}

/* Who is closest, of those who may be sought. */
static int find_links(struct discovery *d, struct error *err)
{
    uint32_t kept = 0;
    int code = 0;
    d->links = arena_array_of(d->shape.arena, struct structure_link, LINKS_MAX);
    struct structure_links_work *work = structure_links_work_new(&d->shape.graph);
    if (!d->links || !work)
        code = error_set(err, EN_NO_MEMORY, "discovery");
    else if (d->of != structure_nobody)
        code =
            structure_links(&d->shape.graph, d->of, LINKS_MAX, work, err, d->links, &d->link_count);
    structure_links_work_free(work);
    for (uint32_t i = 0; i < d->link_count; i++)
        if (may_be_sought(d, d->links[i].node))
            d->links[kept++] = d->links[i];
    d->link_count = kept;
    return code;
}

static int compare_findings(const void *x, const void *y)
{
    const struct finding *a = x, *b = y;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return a->actor < b->actor ? -1 : a->actor > b->actor;
}

static int prepare(struct discovery *d, uint32_t limit, struct error *err)
{
    int code = find_links(d, err);
    if (code < 0)
        return code;
    code = find_gaps(d);
    code = code < 0 ? code : sort_standing(d);
    code = code < 0 ? code : find_candidates(d);
    d->items = arena_array_of(d->shape.arena, struct finding, 2 * (size_t)limit + 1);
    return code < 0 || !d->items ? error_set(err, EN_NO_MEMORY, "discovery") : 0;
}

static int find(struct discovery *d, uint32_t limit, struct error *err)
{
    int code = prepare(d, limit, err);
    if (code == 0) {
        d->total = all_that_could_be_gained(d);
        code = choose(d, limit, err);
    }
    if (code < 0)
        return code;
    add_links(d, limit);
    double best = d->link_count ? d->links[0].score : 0;
    for (uint32_t i = 0; i < d->item_count; i++) {
        struct finding *f = &d->items[i];
        double gap = d->total ? (double)f->gain / (double)d->total : 0;
        f->score = (2 * gap + (best > 0 ? f->link.score / best : 0)) / 3;
    }
    if (d->item_count > 1)
        qsort(d->items, d->item_count, sizeof *d->items, compare_findings);
    return 0;
}

/* ---- writing ---- */

/* How to come to the one to seek: the best chain there is, of what is asked for the whole list. */
struct way {
    struct introduction_graph graph;
    struct paths_work *work;
    struct trust_desk *desk;
};

static int way_open(struct discovery *d, struct way *w, struct error *err)
{
    struct shape *x = &d->shape;
    int code = introduction_graph_read(x->node, x->snapshot, x->as_of, err, &w->graph);
    if (code == 0)
        code = introduction_graph_settle(&w->graph, err);
    if (code == 0)
        code = trust_open(x->node, x->snapshot, err, &w->desk);
    w->work = code == 0 ? paths_work_new(&w->graph.paths) : NULL;
    return code == 0 && !w->work ? error_set(err, EN_NO_MEMORY, "discovery") : code;
}

static void way_close(struct way *w)
{
    paths_work_free(w->work);
    trust_close(w->desk);
    introduction_graph_done(&w->graph);
}

/* Both networks are of one day and one mask, so they have the same numbers. */
static int write_way(struct discovery *d, struct way *w, uint32_t actor, struct render *r,
                     struct error *err)
{
    struct paths_query q = { .source = d->of,
                             .targets = &actor,
                             .target_count = 1,
                             .hops = PATHS_HOPS_MAX,
                             .filter = introduction_filter(&w->graph) };
    struct paths_chain c;
    int code = d->of == structure_nobody ? 0 : paths_best(&w->graph.paths, &q, w->work, err, &c);
    if (code < 0 || d->of == structure_nobody || c.hops == 0)
        return code;
    jw_key(r->out, "introduction");
    return introductions_write_chain(&w->graph, w->desk, r, &c, NULL, err);
}

static int write_items(struct discovery *d, struct way *w, uint32_t limit, struct render *r,
                       struct error *err)
{
    struct json_writer *out = r->out;
    int code = 0;
    health_write_head(&d->shape, d->of, r);
    jw_key(out, "items");
    jw_array(out);
    for (uint32_t i = 0; code == 0 && i < d->item_count && i < limit; i++) {
        const struct finding *f = &d->items[i];
        jw_object(out);
        health_write_actor(&d->shape, f->actor, "actor", r);
        jw_key_fixed(out, "score", f->score, 6);
        jw_key_fixed(out, "gap", d->total ? (double)f->gain / (double)d->total : 0, 6);
        jw_key_fixed(out, "structural", f->link.score, 6);
        finding_write_reasons(&d->cells, f, r);
        code = write_way(d, w, f->actor, r, err);
        jw_object_end(out);
    }
    jw_array_end(out);
    return code;
}

int discovery_write(struct node *n, const struct health_query *q, struct render *r,
                    struct error *err)
{
    struct discovery d = { .of = structure_nobody };
    struct way w = { 0 };
    uint32_t limit = q->limit && q->limit < LIMIT_HEALTH_SHOWN ? (uint32_t)q->limit
                                                               : (uint32_t)LIMIT_HEALTH_SHOWN;
    int code = shape_read(n, r->snapshot, shape_day(q->as_of), err, &d.shape);
    if (code == 0 && q->of.len)
        d.of = shape_find(&d.shape, q->of);
    if (code == 0)
        code = cells_read(&d.shape, d.of, err, &d.cells);
    if (code == 0)
        code = find(&d, limit, err);
    if (code == 0)
        code = way_open(&d, &w, err);
    if (code == 0)
        code = write_items(&d, &w, limit, r, err);
    way_close(&w);
    shape_done(&d.shape);
    return code;
}

/*
 * The shape of the network as an answer: see health.h and kernel/structure.h.
 *
 * Cuts are told from `of`: whom it would no longer reach. Only those of its own component are
 * shown, and of bridges only relationships: a posting ends by itself, and being part of something
 * is no tie that anybody keeps up. Lists begin with what matters most and are cut at their limits;
 * the counts beside them are whole.
 */
#include "service/health.h"

#include "base/limits.h"
#include "record/registry.h"

#include <math.h>
#include <stdlib.h>

enum { GROUP_LEAST = 3, HOPS_MAX = 4 };

struct view {
    struct shape shape;
    uint32_t of;
    struct structure_cuts cuts;
    struct render *render;
};

void health_write_head(const struct shape *x, uint32_t of, struct render *r)
{
    char as_of[32];
    when_format_ms(x->as_of * 1000, false, as_of);
    jw_key_cstr(r->out, "as_of", as_of);
    if (of != structure_nobody)
        health_write_actor(x, of, "of", r);
}

bool health_write_actor(const struct shape *x, uint32_t actor, const char *name, struct render *r)
{
    if (!refs_add(r->refs, x->actors[actor].id))
        return false;
    if (name)
        jw_key_text(r->out, name, x->actors[actor].id);
    else
        jw_text(r->out, x->actors[actor].id);
    return true;
}

/* ---- cuts ---- */

static int compare_numbers(const void *x, const void *y)
{
    const uint32_t *a = x, *b = y;
    return *a < *b ? -1 : *a > *b;
}

/* Whom the cut leaves behind, the first of them by id. */
static int write_cut_off(struct view *v, const struct structure_cut *cut, struct error *err)
{
    uint32_t *all = arena_array_of(v->shape.arena, uint32_t, cut->cut_off + 1), count = 0;
    if (!all)
        return error_set(err, EN_NO_MEMORY, "health");
    for (uint32_t i = 0; i < cut->range_count; i++) {
        struct structure_range range = v->cuts.ranges[cut->ranges + i];
        for (uint32_t k = 0; k < range.count; k++)
            all[count++] = v->cuts.order[range.first + k];
    }
    qsort(all, count, sizeof *all, compare_numbers);
    jw_key_int(v->render->out, "count", count);
    jw_key(v->render->out, "cut_off");
    jw_array(v->render->out);
    for (uint32_t i = 0; i < count && i < LIMIT_HEALTH_MEMBERS; i++)
        health_write_actor(&v->shape, all[i], NULL, v->render);
    jw_array_end(v->render->out);
    return 0;
}

static int compare_cuts(const void *x, const void *y)
{
    const struct structure_cut *a = x, *b = y;
    if (a->cut_off != b->cut_off)
        return a->cut_off > b->cut_off ? -1 : 1;
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    return a->b < b->b ? -1 : a->b > b->b;
}

static bool same_component(const struct view *v, uint32_t actor)
{
    return v->of == structure_nobody || v->cuts.component[actor] == v->cuts.component[v->of];
}

/* The relationship that is the only tie between the two, or NULL. */
static const struct shape_tie *relationship_of(const struct shape *x, uint32_t a, uint32_t b)
{
    const struct shape_tie *t = shape_tie_between(x, a, b);
    t = t ? t : shape_tie_between(x, b, a);
    return t && t->basis == TIE_RELATIONSHIP ? t : NULL;
}

static int write_points(struct view *v, struct error *err)
{
    struct json_writer *out = v->render->out;
    const bool *partner = shape_partners(&v->shape, v->of);
    uint32_t shown = 0, count = 0;
    int code = partner ? 0 : error_set(err, EN_NO_MEMORY, "health");
    qsort(v->cuts.points, v->cuts.point_count, sizeof *v->cuts.points, compare_cuts);
    jw_key(out, "articulation");
    jw_array(out);
    for (uint32_t i = 0; code == 0 && i < v->cuts.point_count; i++) {
        const struct structure_cut *cut = &v->cuts.points[i];
        if (cut->a == v->of || !same_component(v, cut->a))
            continue;
        count++;
        if (shown++ >= LIMIT_HEALTH_SHOWN)
            continue;
        jw_object(out);
        health_write_actor(&v->shape, cut->a, "actor", v->render);
        jw_key_bool(out, "partner", partner[cut->a]);
        code = write_cut_off(v, cut, err);
        jw_object_end(out);
    }
    jw_array_end(out);
    jw_key_int(out, "articulation_count", count);
    return code;
}

static int write_bridges(struct view *v, struct error *err)
{
    struct json_writer *out = v->render->out;
    uint32_t shown = 0, count = 0;
    int code = 0;
    qsort(v->cuts.bridges, v->cuts.bridge_count, sizeof *v->cuts.bridges, compare_cuts);
    jw_key(out, "bridges");
    jw_array(out);
    for (uint32_t i = 0; code == 0 && i < v->cuts.bridge_count; i++) {
        const struct structure_cut *cut = &v->cuts.bridges[i];
        const struct shape_tie *t = relationship_of(&v->shape, cut->a, cut->b);
        if (!t || !same_component(v, cut->a))
            continue;
        count++;
        if (shown++ >= LIMIT_HEALTH_SHOWN)
            continue;
        jw_object(out);
        health_write_actor(&v->shape, cut->a, "a", v->render);
        health_write_actor(&v->shape, cut->b, "b", v->render);
        if (refs_add(v->render->refs, t->record))
            jw_key_text(out, "relationship", t->record);
        code = write_cut_off(v, cut, err);
        jw_object_end(out);
    }
    jw_array_end(out);
    jw_key_int(out, "bridge_count", count);
    return code;
}

/* ---- size and reach ---- */

static void write_size(struct view *v)
{
    const struct shape *x = &v->shape;
    uint32_t *members = arena_array_of(x->arena, uint32_t, v->cuts.component_count + 1);
    uint32_t components = 0, untied = 0, counts[TIE_ACCESS + 1] = { 0 };
    for (uint32_t i = 0; members && i < x->actor_count; i++)
        components += ++members[v->cuts.component[i]] == 2; /* nobody alone is a component */
    for (uint32_t i = 0; i < x->tie_count; i++)
        counts[x->ties[i].basis]++;
    for (uint32_t i = 0; i < x->actor_count; i++) { /* those without a tie are counted, too */
        if (x->actors[i].tied || !x->actors[i].own)
            continue; /* what partners state of others is no part of our figures */
        snapshot_mark_number(x->snapshot, x->actors[i].label);
        untied++;
    }
    jw_key_int(v->render->out, "nodes", x->tied_count);
    jw_key_int(v->render->out, "untied", untied);
    jw_key_int(v->render->out, "ties", x->tie_count);
    jw_key_int(v->render->out, "relationships", counts[TIE_RELATIONSHIP]);
    jw_key_int(v->render->out, "postings", counts[TIE_POSTING]);
    jw_key_int(v->render->out, "units", counts[TIE_UNIT]);
    jw_key_int(v->render->out, "components", components);
}

static int write_reach(struct view *v, struct error *err)
{
    struct json_writer *out = v->render->out;
    int code = 0;
    jw_key(out, "reach");
    jw_array(out);
    for (uint32_t hops = 1; code == 0 && hops <= HOPS_MAX && v->of != structure_nobody; hops++) {
        uint32_t count = 0;
        code = structure_reach(&v->shape.graph, v->of, hops, err, NULL, &count);
        jw_object(out);
        jw_key_int(out, "hops", hops);
        jw_key_int(out, "actors", count);
        jw_object_end(out);
    }
    jw_array_end(out);
    return code;
}

/* ---- brokers ---- */

struct broker {
    uint32_t actor;
    double betweenness, constraint;
};

static int compare_brokers(const void *x, const void *y)
{
    const struct broker *a = x, *b = y;
    if (a->betweenness != b->betweenness)
        return a->betweenness > b->betweenness ? -1 : 1;
    return a->actor < b->actor ? -1 : a->actor > b->actor;
}

static int find_brokers(struct view *v, uint32_t pivots, struct error *err, struct broker *all)
{
    const struct structure_graph *g = &v->shape.graph;
    double *between = arena_array_of(v->shape.arena, double, 2 * (size_t)g->node_count + 1);
    double *constraint = between + g->node_count;
    int code = between ? structure_betweenness(g, pivots, err, between)
                       : error_set(err, EN_NO_MEMORY, "health");
    if (code == 0)
        code = structure_constraint(g, err, constraint);
    for (uint32_t i = 0; code == 0 && i < g->node_count; i++)
        all[i] = (struct broker){ i, between[i], constraint[i] };
    if (code == 0 && g->node_count > 1)
        qsort(all, g->node_count, sizeof *all, compare_brokers);
    return code;
}

static int write_brokers(struct view *v, struct error *err)
{
    struct json_writer *out = v->render->out;
    const struct structure_graph *g = &v->shape.graph;
    uint32_t pivots = structure_pivots(g, LIMIT_HEALTH_STEPS), n = v->shape.tied_count;
    struct broker *all = arena_array_of(v->shape.arena, struct broker, g->node_count + 1);
    double pairs = n > 2 ? ((double)n - 1) * ((double)n - 2) / 2 : 1;
    int code = all ? find_brokers(v, pivots, err, all) : error_set(err, EN_NO_MEMORY, "health");
    jw_key(out, "brokers");
    jw_array(out);
    for (uint32_t i = 0; code == 0 && i < g->node_count && i < LIMIT_HEALTH_SHOWN; i++) {
        double share = all[i].betweenness / pairs; /* an estimate may be past what there is */
        if (all[i].betweenness <= 0)
            break;
        jw_object(out);
        health_write_actor(&v->shape, all[i].actor, "actor", v->render);
        jw_key_fixed(out, "betweenness", all[i].betweenness, 3);
        jw_key_fixed(out, "share", share > 1 ? 1 : share, 6);
        jw_key_fixed(out, "constraint", all[i].constraint, 6);
        jw_key_int(out, "ties", structure_degree(g, all[i].actor));
        jw_object_end(out);
    }
    jw_array_end(out);
    jw_key_bool(out, "brokers_exact", pivots >= g->node_count);
    return code;
}

/* ---- communities ---- */

struct group {
    uint32_t number, first, count, center; /* members stand together from `first` on */
    uint64_t strength;                     /* of the center, inside */
};

static int compare_groups(const void *x, const void *y)
{
    const struct group *a = x, *b = y;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

/* Members by group, and of each group whoever has the strongest ties inside. */
static void gather_groups(const struct structure_graph *g, const uint32_t *group, uint32_t count,
                          struct group *all, uint32_t *members)
{
    uint32_t at = 0;
    for (uint32_t v = 0; v < g->node_count; v++)
        all[group[v]].count++;
    for (uint32_t i = 0; i < count; at += all[i++].count)
        all[i] = (struct group){ .number = i, .first = at, .count = all[i].count };
    for (uint32_t i = 0; i < count; i++)
        all[i].count = 0;
    for (uint32_t v = 0; v < g->node_count; v++) {
        struct group *x = &all[group[v]];
        uint64_t strength = 0;
        for (uint32_t k = g->start[v]; k < g->start[v + 1]; k++)
            strength += group[g->to[k]] == group[v] ? g->strength[k] : 0;
        if (x->count == 0 || strength > x->strength) {
            x->center = v;
            x->strength = strength;
        }
        members[x->first + x->count++] = v;
    }
}

static void write_group(struct view *v, const struct group *x, uint32_t id, const uint32_t *members)
{
    struct json_writer *out = v->render->out;
    jw_object(out);
    jw_key_int(out, "id", id);
    health_write_actor(&v->shape, x->center, "center", v->render);
    jw_key_int(out, "count", x->count);
    jw_key(out, "members");
    jw_array(out);
    for (uint32_t i = 0; i < x->count && i < LIMIT_HEALTH_MEMBERS; i++)
        health_write_actor(&v->shape, members[x->first + i], NULL, v->render);
    jw_array_end(out);
    jw_object_end(out);
}

static int write_communities(struct view *v, struct error *err)
{
    const struct structure_graph *g = &v->shape.graph;
    uint32_t *group = arena_array_of(v->shape.arena, uint32_t, 2 * (size_t)g->node_count + 1);
    uint32_t *members = group + g->node_count, count = 0;
    struct group *all = arena_array_of(v->shape.arena, struct group, g->node_count + 1);
    if (!group || !all)
        return error_set(err, EN_NO_MEMORY, "health");
    int code = structure_communities(g, err, group, &count);
    if (code < 0)
        return code;
    gather_groups(g, group, count, all, members);
    qsort(all, count, sizeof *all, compare_groups);
    jw_key(v->render->out, "communities");
    jw_array(v->render->out);
    for (uint32_t i = 0; i < count && i < LIMIT_HEALTH_SHOWN && all[i].count >= GROUP_LEAST; i++)
        write_group(v, &all[i], i + 1, members);
    jw_array_end(v->render->out);
    jw_key_fixed(v->render->out, "modularity", structure_modularity(g, group), 6);
    return 0;
}

/* ---- audiences ---- */

struct audience_sum {
    uint32_t relationships;
    double weight, sum, low, high;
};

static void add_to_audience(const struct shape_tie *t, uint32_t of, struct audience_sum *s)
{
    double trust = t->a == of ? t->forecast : t->earned; /* ours in them */
    double weight = (double)shape_weight(t->priority);
    s->sum += weight * trust;
    s->weight += weight;
    s->low = s->relationships == 0 || trust < s->low ? trust : s->low;
    s->high = s->relationships == 0 || trust > s->high ? trust : s->high;
    s->relationships++;
}

static void write_audience(const struct choice *c, const struct audience_sum *s,
                           struct json_writer *out)
{
    jw_object(out);
    jw_key_cstr(out, "audience", c->value);
    jw_key_int(out, "relationships", s->relationships);
    if (s->relationships) {
        jw_key_fixed(out, "trust", s->sum / s->weight, 6);
        jw_key_fixed(out, "low", s->low, 6);
        jw_key_fixed(out, "high", s->high, 6);
    }
    jw_object_end(out);
}

/* Every audience, with relationships or without. */
static void write_audiences(struct view *v)
{
    const struct shape *x = &v->shape;
    const struct kind *kind = kinds_find(snapshot_kinds(x->snapshot), S("actor"));
    const struct choice *choices = kind_field(kind, S("audience"))->choices;
    jw_key(v->render->out, "audiences");
    jw_array(v->render->out);
    for (const struct choice *c = choices; c->value; c++) {
        struct audience_sum sum = { 0 };
        for (uint32_t i = 0; i < x->tie_count && v->of != structure_nobody; i++) {
            const struct shape_tie *t = &x->ties[i];
            uint32_t partner = t->a == v->of ? t->b : t->a;
            if (t->basis == TIE_RELATIONSHIP && (t->a == v->of || t->b == v->of) &&
                slice_is(x->actors[partner].audience, c->value))
                add_to_audience(t, v->of, &sum);
        }
        write_audience(c, &sum, v->render->out);
    }
    jw_array_end(v->render->out);
}

/* ---- together ---- */

static int write_all(struct view *v, struct error *err)
{
    health_write_head(&v->shape, v->of, v->render);
    write_size(v);
    int code = write_reach(v, err);
    if (code == 0)
        code = write_points(v, err);
    if (code == 0)
        code = write_bridges(v, err);
    if (code == 0)
        code = write_brokers(v, err);
    if (code == 0)
        code = write_communities(v, err);
    if (code == 0)
        write_audiences(v);
    return code;
}

int health_write(struct node *n, const struct health_query *q, struct render *r, struct error *err)
{
    struct view v = { .render = r };
    int code = shape_read(n, r->snapshot, shape_day(q->as_of), err, &v.shape);
    if (code == 0) {
        v.of = q->of.len ? shape_find(&v.shape, q->of) : structure_nobody;
        code = structure_cuts_init(&v.shape.graph, v.of, err, &v.cuts);
    }
    if (code == 0)
        code = write_all(&v, err);
    structure_cuts_done(&v.cuts);
    shape_done(&v.shape);
    return code;
}

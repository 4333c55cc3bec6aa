/*
 * Communities by Louvain's method, made one particular answer (rules in structure.h).
 *
 * Twice the total weight is m2; an actor i of weight k gains, by joining community d of weight t
 * with which it shares s, in units of 1 / m2^2 and up to a constant:  2 (m2 s - t k).  All of it is
 * whole numbers: strengths are below 2^14 and ties below 2^31, so products need 128 bits and no
 * rounding decides a move. Every move raises modularity, so the passes end. Each level costs
 * O(passes * ties).
 */
#include "kernel/structure.h"

#include "base/fault.h"

#include <stdlib.h>
#include <string.h>

/* A graph whose nodes are communities of the level below; a tie to itself is what lies inside. */
struct level {
    uint32_t count;
    uint32_t *start, *to;
    int64_t *weight;
};

struct mover {
    const struct level *level;
    int64_t m2;
    uint32_t *group;  /* per node */
    int64_t *of_node; /* weight of each node's ties */
    int64_t *of_group;
    int64_t *shared; /* per group, of the node at hand */
    uint32_t *touched;
    uint32_t touched_count;
};

static void level_done(struct level *l)
{
    base_free(l->start);
    base_free(l->to);
    base_free(l->weight);
    *l = (struct level){ 0 };
}

static bool level_room(struct level *l, uint32_t nodes, size_t ends)
{
    *l = (struct level){ .count = nodes,
                         .start = base_calloc((size_t)nodes + 1, sizeof(*l->start)),
                         .to = base_calloc(ends + 1, sizeof(*l->to)),
                         .weight = base_calloc(ends + 1, sizeof(*l->weight)) };
    return l->start && l->to && l->weight;
}

static bool level_of_graph(const struct structure_graph *g, struct level *ret)
{
    if (!level_room(ret, g->node_count, 2 * (size_t)g->tie_count))
        return false;
    memcpy(ret->start, g->start, ((size_t)g->node_count + 1) * sizeof(*ret->start));
    for (uint32_t k = 0; k < 2 * g->tie_count; k++) {
        ret->to[k] = g->to[k];
        ret->weight[k] = g->strength[k];
    }
    return true;
}

/* What the node shares with each community around it. */
static void share_out(struct mover *m, uint32_t node)
{
    const struct level *l = m->level;
    m->touched_count = 0;
    for (uint32_t k = l->start[node]; k < l->start[node + 1]; k++) {
        uint32_t group = m->group[l->to[k]];
        if (l->to[k] == node)
            continue;
        if (m->shared[group] == 0)
            m->touched[m->touched_count++] = group;
        m->shared[group] += l->weight[k];
    }
}

static __int128 gain_of(const struct mover *m, uint32_t node, uint32_t group)
{
    return (__int128)m->m2 * m->shared[group] - (__int128)m->of_group[group] * m->of_node[node];
}

static bool move_node(struct mover *m, uint32_t node)
{
    uint32_t from = m->group[node], best = from;
    share_out(m, node);
    m->of_group[from] -= m->of_node[node];
    __int128 most = gain_of(m, node, from);
    for (uint32_t i = 0; i < m->touched_count; i++) {
        uint32_t group = m->touched[i];
        __int128 gain = gain_of(m, node, group);
        if (gain > most || (gain == most && best != from && group < best)) {
            most = gain;
            best = group;
        }
    }
    for (uint32_t i = 0; i < m->touched_count; i++)
        m->shared[m->touched[i]] = 0;
    m->group[node] = best;
    m->of_group[best] += m->of_node[node];
    return best != from;
}

/* Moves nodes until none gains. True when any moved. */
static bool move_all(struct mover *m)
{
    bool any = false, moved = true;
    while (moved) {
        moved = false;
        for (uint32_t v = 0; v < m->level->count; v++)
            moved |= move_node(m, v);
        any |= moved;
    }
    return any;
}

/* Numbers communities by their lowest members; returns how many there are. map: room per number. */
static uint32_t renumber(uint32_t *group, uint32_t count, uint32_t *map)
{
    uint32_t next = 0;
    for (uint32_t v = 0; v < count; v++)
        map[v] = structure_nobody;
    for (uint32_t v = 0; v < count; v++) {
        if (map[group[v]] == structure_nobody)
            map[group[v]] = next++;
        group[v] = map[group[v]];
    }
    return next;
}

/* Communities become nodes. members: nodes by community, first: where each begins. */
static bool fold_level(struct mover *m, uint32_t groups, uint32_t *members, uint32_t *first,
                       struct level *ret)
{
    const struct level *l = m->level;
    uint32_t at = 0;
    if (!level_room(ret, groups, l->start[l->count]))
        return false;
    memset(first, 0, ((size_t)groups + 1) * sizeof(*first));
    for (uint32_t v = 0; v < l->count; v++)
        first[m->group[v] + 1]++;
    for (uint32_t g = 0; g < groups; g++)
        first[g + 1] += first[g];
    for (uint32_t v = 0; v < l->count; v++)
        members[first[m->group[v]]++] = v;
    for (uint32_t g = 0, from = 0; g < groups; from = first[g++]) {
        ret->start[g] = at;
        m->touched_count = 0;
        for (uint32_t i = from; i < first[g]; i++)
            for (uint32_t k = l->start[members[i]]; k < l->start[members[i] + 1]; k++) {
                uint32_t other = m->group[l->to[k]];
                if (m->shared[other] == 0)
                    m->touched[m->touched_count++] = other;
                m->shared[other] += l->weight[k];
            }
        for (uint32_t i = 0; i < m->touched_count; i++) {
            ret->to[at] = m->touched[i];
            ret->weight[at++] = m->shared[m->touched[i]];
            m->shared[m->touched[i]] = 0;
        }
    }
    ret->start[groups] = at;
    return true;
}

static void weigh(struct mover *m)
{
    const struct level *l = m->level;
    m->m2 = 0;
    for (uint32_t v = 0; v < l->count; v++) {
        m->of_node[v] = 0;
        for (uint32_t k = l->start[v]; k < l->start[v + 1]; k++)
            m->of_node[v] += l->weight[k];
        m->group[v] = v;
        m->of_group[v] = m->of_node[v];
        m->m2 += m->of_node[v];
    }
}

/* Level by level until nothing moves; ret_group holds each actor's community. */
static bool climb(struct mover *m, struct level *level, uint32_t *map, uint32_t *first,
                  uint32_t *ret_group)
{
    uint32_t actors = level->count;
    for (uint32_t v = 0; v < actors; v++)
        ret_group[v] = v;
    for (;;) {
        m->level = level;
        weigh(m);
        if (!move_all(m))
            return true;
        uint32_t groups = renumber(m->group, level->count, map);
        for (uint32_t v = 0; v < actors; v++)
            ret_group[v] = m->group[ret_group[v]];
        struct level above = { 0 };
        bool good = fold_level(m, groups, map, first, &above);
        level_done(level);
        *level = above;
        if (!good)
            return false;
    }
}

/* A community in pieces becomes its pieces, by lowest member. */
static uint32_t split(const struct structure_graph *g, uint32_t *group, uint32_t *queue,
                      uint32_t *piece)
{
    uint32_t count = 0;
    for (uint32_t v = 0; v < g->node_count; v++)
        piece[v] = structure_nobody;
    for (uint32_t v = 0; v < g->node_count; v++) {
        uint32_t head = 0, tail = 0;
        if (piece[v] != structure_nobody)
            continue;
        piece[v] = count;
        queue[tail++] = v;
        while (head < tail) {
            uint32_t u = queue[head++];
            for (uint32_t k = g->start[u]; k < g->start[u + 1]; k++)
                if (piece[g->to[k]] == structure_nobody && group[g->to[k]] == group[u]) {
                    piece[g->to[k]] = count;
                    queue[tail++] = g->to[k];
                }
        }
        count++;
    }
    memcpy(group, piece, (size_t)g->node_count * sizeof(*group));
    return count;
}

int structure_communities(const struct structure_graph *g, struct error *err, uint32_t *ret_group,
                          uint32_t *ret_count)
{
    size_t n = (size_t)g->node_count + 1;
    struct level level = { 0 };
    struct mover m = { .group = base_calloc(n, sizeof(uint32_t)),
                       .of_node = base_calloc(n, sizeof(int64_t)),
                       .of_group = base_calloc(n, sizeof(int64_t)),
                       .shared = base_calloc(n, sizeof(int64_t)),
                       .touched = base_calloc(n, sizeof(uint32_t)) };
    uint32_t *map = base_calloc(n, sizeof(*map)), *first = base_calloc(n, sizeof(*first));
    uint32_t *group = base_calloc(n, sizeof(*group));
    bool good = m.group && m.of_node && m.of_group && m.shared && m.touched && map && first &&
                group && level_of_graph(g, &level) && climb(&m, &level, map, first, group);
    if (good) {
        *ret_count = split(g, group, map, first);
        memcpy(ret_group, group, (size_t)g->node_count * sizeof(*group));
    }
    level_done(&level);
    base_free(m.group);
    base_free(m.of_node);
    base_free(m.of_group);
    base_free(m.shared);
    base_free(m.touched);
    base_free(map);
    base_free(first);
    base_free(group);
    return good ? 0 : error_set(err, EN_NO_MEMORY, "no memory for %u actors", g->node_count);
}

double structure_modularity(const struct structure_graph *g, const uint32_t *group)
{
    double inside = 0, all = 0, expected = 0;
    double *sum = base_calloc((size_t)g->node_count + 1, sizeof(*sum));
    for (uint32_t v = 0; sum && v < g->node_count; v++)
        for (uint32_t k = g->start[v]; k < g->start[v + 1]; k++) {
            all += g->strength[k];
            sum[group[v]] += g->strength[k];
            inside += group[v] == group[g->to[k]] ? g->strength[k] : 0;
        }
    for (uint32_t v = 0; sum && v < g->node_count; v++)
        expected += sum[v] * sum[v];
    base_free(sum);
    return all > 0 ? inside / all - expected / (all * all) : 0;
}

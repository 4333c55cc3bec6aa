/* Who to meet through whom: see structure.h. One question costs O(sum of the contacts' degrees). */
#include "kernel/structure.h"

#include "base/fault.h"

#include <math.h>
#include <stdlib.h>

static double part_of(const struct structure_graph *g, uint32_t near, uint32_t far)
{
    uint32_t middle = g->to[near]; /* has two ties at least: to both sides */
    return (double)g->strength[near] / STRUCTURE_ONE * ((double)g->strength[far] / STRUCTURE_ONE) /
           log((double)structure_degree(g, middle));
}

static bool before(const struct structure_link *a, const struct structure_link *b)
{
    return a->score > b->score || (a->score >= b->score && a->node < b->node);
}

/* Keeps the best of them in order. */
static void keep(struct structure_link *list, uint32_t *count, uint32_t most,
                 struct structure_link link)
{
    uint32_t at = *count;
    if (at == most && (most == 0 || !before(&link, &list[at - 1])))
        return;
    at = *count < most ? (*count)++ : most - 1;
    for (; at > 0 && before(&link, &list[at - 1]); at--)
        list[at] = list[at - 1];
    list[at] = link;
}

struct scores {
    double *score;
    uint32_t *common, *touched;
    uint32_t touched_count;
};

static void add_up(const struct structure_graph *g, uint32_t of, struct scores *s)
{
    for (uint32_t k = g->start[of]; k < g->start[of + 1]; k++)
        for (uint32_t l = g->start[g->to[k]]; l < g->start[g->to[k] + 1]; l++) {
            uint32_t v = g->to[l];
            if (v == of)
                continue;
            if (s->common[v]++ == 0)
                s->touched[s->touched_count++] = v;
            s->score[v] += part_of(g, k, l);
        }
}

/* The contacts that count most for a link; of equals the lower number. */
static void explain(const struct structure_graph *g, uint32_t of, struct structure_link *link)
{
    double parts[STRUCTURE_VIA_MAX] = { 0 };
    for (uint32_t k = g->start[of]; k < g->start[of + 1]; k++) {
        int64_t far = structure_find(g, g->to[k], link->node);
        double part = far == STRUCTURE_NONE ? 0 : part_of(g, k, (uint32_t)far);
        if (far == STRUCTURE_NONE ||
            (link->via_count == STRUCTURE_VIA_MAX && part <= parts[STRUCTURE_VIA_MAX - 1]))
            continue;
        uint32_t at =
            link->via_count < STRUCTURE_VIA_MAX ? link->via_count++ : STRUCTURE_VIA_MAX - 1;
        for (; at > 0 && part > parts[at - 1]; at--) {
            parts[at] = parts[at - 1];
            link->via[at] = link->via[at - 1];
        }
        parts[at] = part;
        link->via[at] = g->to[k];
    }
}

int structure_links(const struct structure_graph *g, uint32_t of, uint32_t count, struct error *err,
                    struct structure_link *ret, uint32_t *ret_count)
{
    if (of >= g->node_count)
        return error_set(err, EN_INVALID, "no such actor");
    size_t n = (size_t)g->node_count + 1;
    struct scores s = { base_calloc(n, sizeof(double)), base_calloc(n, sizeof(uint32_t)),
                        base_calloc(n, sizeof(uint32_t)), 0 };
    bool good = s.score && s.common && s.touched;
    uint32_t kept = 0;
    if (good)
        add_up(g, of, &s);
    for (uint32_t i = 0; good && i < s.touched_count; i++) {
        uint32_t v = s.touched[i];
        if (structure_find(g, of, v) == STRUCTURE_NONE)
            keep(ret, &kept, count,
                 (struct structure_link){ .node = v,
                                          .score = nearbyint(s.score[v] * 1e9) / 1e9,
                                          .common = s.common[v] });
    }
    for (uint32_t i = 0; i < kept; i++)
        explain(g, of, &ret[i]);
    base_free(s.score);
    base_free(s.common);
    base_free(s.touched);
    if (!good)
        return error_set(err, EN_NO_MEMORY, "no memory for %u actors", g->node_count);
    *ret_count = kept;
    return 0;
}

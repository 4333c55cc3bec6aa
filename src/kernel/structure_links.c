/*
 * Who to meet through whom: see structure.h. One question costs O(sum of the contacts' degrees):
 * what is as long as the network is work memory, which a question leaves as it found it.
 */
#include "kernel/structure.h"

#include "base/fault.h"

#include <math.h>
#include <stdlib.h>

enum { AHEAD = 16 }; /* looked ahead in a row: what is far away arrives while others are added */

/* What a contact in common adds: how far both sides trust it, less the more contacts it has. It has
 * two at least, those it is common to. */
static double part_of(uint32_t near, uint32_t far, double log_degree)
{
    return (double)near / STRUCTURE_ONE * ((double)far / STRUCTURE_ONE) / log_degree;
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

/* What is known of one actor during a question; all 0 between questions. */
struct score {
    double sum;
    uint32_t common;
    bool known; /* the one who asks, or a contact already */
};

struct structure_links_work {
    uint32_t node_count, touched_count;
    struct score *scores;
    uint32_t *touched;
};

struct structure_links_work *structure_links_work_new(const struct structure_graph *g)
{
    struct structure_links_work *w = base_calloc(1, sizeof(*w));
    if (!w)
        return NULL;
    w->node_count = g->node_count;
    w->scores = base_calloc((size_t)g->node_count + 1, sizeof(*w->scores));
    w->touched = base_malloc(((size_t)g->node_count + 1) * sizeof(*w->touched));
    if (w->scores && w->touched)
        return w;
    structure_links_work_free(w);
    return NULL;
}

void structure_links_work_free(struct structure_links_work *w)
{
    if (!w)
        return;
    base_free(w->scores);
    base_free(w->touched);
    base_free(w);
}

static void mark_known(const struct structure_graph *g, uint32_t of, struct structure_links_work *w,
                       bool known)
{
    w->scores[of].known = known;
    for (uint32_t k = g->start[of]; k < g->start[of + 1]; k++)
        w->scores[g->to[k]].known = known;
}

static void add_up(const struct structure_graph *g, uint32_t of, struct structure_links_work *w)
{
    for (uint32_t k = g->start[of]; k < g->start[of + 1]; k++) {
        double log_degree = log((double)structure_degree(g, g->to[k]));
        uint32_t end = g->start[g->to[k] + 1];
        for (uint32_t l = g->start[g->to[k]]; l < end; l++) {
            struct score *s = &w->scores[g->to[l]];
            __builtin_prefetch(&w->scores[g->to[l + AHEAD < end ? l + AHEAD : end - 1]]);
            if (s->known)
                continue;
            if (s->common++ == 0)
                w->touched[w->touched_count++] = g->to[l];
            s->sum += part_of(g->strength[k], g->strength[l], log_degree);
        }
    }
}

/* Of those touched the best; leaves the work memory as it was found. */
static uint32_t choose(struct structure_links_work *w, uint32_t most, struct structure_link *ret)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < w->touched_count; i++) {
        struct score *s = &w->scores[w->touched[i]];
        if (i + AHEAD < w->touched_count)
            __builtin_prefetch(&w->scores[w->touched[i + AHEAD]]);
        /* most are far from the best, whatever the rounding does */
        if (kept < most || (most > 0 && s->sum >= ret[most - 1].score - 1e-8))
            keep(ret, &kept, most,
                 (struct structure_link){ .node = w->touched[i],
                                          .score = nearbyint(s->sum * 1e9) / 1e9,
                                          .common = s->common });
        *s = (struct score){ 0 };
    }
    w->touched_count = 0;
    return kept;
}

static void name_contact(struct structure_link *link, double *parts, uint32_t actor, double part)
{
    if (link->via_count == STRUCTURE_VIA_MAX && part <= parts[STRUCTURE_VIA_MAX - 1])
        return;
    uint32_t at = link->via_count < STRUCTURE_VIA_MAX ? link->via_count++ : STRUCTURE_VIA_MAX - 1;
    for (; at > 0 && part > parts[at - 1]; at--) {
        parts[at] = parts[at - 1];
        link->via[at] = link->via[at - 1];
    }
    parts[at] = part;
    link->via[at] = actor;
}

/* The contacts that count most for a link, where the two rows meet; of equals the lower number. */
static void explain(const struct structure_graph *g, uint32_t of, struct structure_link *link)
{
    double parts[STRUCTURE_VIA_MAX] = { 0 };
    uint32_t k = g->start[of], l = g->start[link->node];
    while (k < g->start[of + 1] && l < g->start[link->node + 1]) {
        if (g->to[k] < g->to[l]) {
            k++;
        } else if (g->to[k] > g->to[l]) {
            l++;
        } else {
            double log_degree = log((double)structure_degree(g, g->to[k]));
            name_contact(link, parts, g->to[k],
                         part_of(g->strength[k], g->strength[l], log_degree));
            k++;
            l++;
        }
    }
}

int structure_links(const struct structure_graph *g, uint32_t of, uint32_t count,
                    struct structure_links_work *w, struct error *err, struct structure_link *ret,
                    uint32_t *ret_count)
{
    if (of >= g->node_count || w->node_count != g->node_count)
        return error_set(err, EN_INVALID, "no such actor");
    mark_known(g, of, w, true);
    add_up(g, of, w);
    mark_known(g, of, w, false);
    *ret_count = choose(w, count, ret);
    for (uint32_t i = 0; i < *ret_count; i++)
        explain(g, of, &ret[i]);
    return 0;
}

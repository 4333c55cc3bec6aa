/* Seeded graphs for the tests of structure.h, sparse enough to have cuts. */
#pragma once

#include "kernel/structure.h"
#include "random.h"

#include <stdlib.h>

struct case_graph {
    uint32_t node_count, tie_count;
    uint32_t *a, *b, *strength;
    struct structure_graph graph;
};

static inline void case_free(struct case_graph *c)
{
    structure_graph_done(&c->graph);
    free(c->a);
    free(c->b);
    free(c->strength);
}

/* Ties between any two, doubled and to oneself now and then. 0, or the code. */
static inline int case_make(struct random *r, uint32_t nodes, uint32_t ties, struct case_graph *c)
{
    *c = (struct case_graph){ .node_count = nodes,
                              .tie_count = ties,
                              .a = calloc(ties + 1, sizeof(uint32_t)),
                              .b = calloc(ties + 1, sizeof(uint32_t)),
                              .strength = calloc(ties + 1, sizeof(uint32_t)) };
    for (uint32_t i = 0; i < ties; i++) {
        c->a[i] = (uint32_t)random_below(r, nodes);
        c->b[i] = (uint32_t)random_below(r, nodes);
        c->strength[i] = 1 + (uint32_t)random_below(r, STRUCTURE_ONE);
    }
    return structure_graph_init(c->a, c->b, c->strength, ties, nodes, NULL, &c->graph);
}

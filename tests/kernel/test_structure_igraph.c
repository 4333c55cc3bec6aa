/* The shape of medium networks, judged by igraph. Built where igraph is installed. */
#include "structure_case.h"

#include <igraph/igraph.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "near.h"

enum { CASES = 12 };

struct judged {
    struct case_graph c;
    igraph_t graph;
    igraph_vector_t weights;
};

/* One igraph edge for each tie of the graph, beside its strength. */
static void judged_make(struct random *r, uint32_t nodes, uint32_t ties, struct judged *j)
{
    igraph_vector_int_t edges;
    assert_int_equal(case_make(r, nodes, ties, &j->c), 0);
    const struct structure_graph *g = &j->c.graph;
    igraph_vector_int_init(&edges, 0);
    igraph_vector_init(&j->weights, 0);
    for (uint32_t v = 0; v < nodes; v++)
        for (uint32_t k = g->start[v]; k < g->start[v + 1]; k++) {
            if (g->to[k] < v)
                continue;
            igraph_vector_int_push_back(&edges, v);
            igraph_vector_int_push_back(&edges, g->to[k]);
            igraph_vector_push_back(&j->weights, g->strength[k]);
        }
    assert_int_equal(igraph_create(&j->graph, &edges, nodes, IGRAPH_UNDIRECTED), IGRAPH_SUCCESS);
    igraph_vector_int_destroy(&edges);
}

static void judged_free(struct judged *j)
{
    igraph_destroy(&j->graph);
    igraph_vector_destroy(&j->weights);
    case_free(&j->c);
}

static int compare_integers(const void *x, const void *y)
{
    const igraph_integer_t *a = x, *b = y;
    return *a < *b ? -1 : *a > *b;
}

static void points_and_bridges_are_igraphs(void **state)
{
    (void)state;
    struct random r = { 21 };
    uint32_t points = 0, bridges = 0;
    for (uint32_t n = 0; n < CASES; n++) {
        struct judged j;
        struct structure_cuts cuts;
        igraph_vector_int_t list;
        judged_make(&r, 1000 + 300 * n, 1000 + 600 * n, &j);
        assert_int_equal(structure_cuts_init(&j.c.graph, n, NULL, &cuts), 0);
        igraph_vector_int_init(&list, 0);
        igraph_articulation_points(&j.graph, &list);
        assert_int_equal(igraph_vector_int_size(&list), cuts.point_count);
        qsort(VECTOR(list), cuts.point_count, sizeof(igraph_integer_t), compare_integers);
        for (uint32_t i = 0; i < cuts.point_count; i++)
            assert_int_equal(VECTOR(list)[i], cuts.points[i].a);
        igraph_bridges(&j.graph, &list);
        uint32_t single = 0; /* igraph saw ours merged: doubled ties are no bridges for us */
        for (igraph_integer_t i = 0; i < igraph_vector_int_size(&list); i++) {
            igraph_integer_t a, b;
            igraph_edge(&j.graph, VECTOR(list)[i], &a, &b);
            int64_t at = structure_find(&j.c.graph, (uint32_t)a, (uint32_t)b);
            single += !j.c.graph.several[at];
        }
        assert_int_equal(single, cuts.bridge_count);
        points += cuts.point_count;
        bridges += cuts.bridge_count;
        igraph_vector_int_destroy(&list);
        structure_cuts_done(&cuts);
        judged_free(&j);
    }
    assert_true(points > 500 && bridges > 500);
}

static void brokers_are_igraphs(void **state)
{
    (void)state;
    enum { NODES = 500 };
    struct random r = { 22 };
    for (uint32_t n = 0; n < CASES; n++) {
        struct judged j;
        double between[NODES], constraint[NODES];
        igraph_vector_t list;
        judged_make(&r, NODES, 600 + 150 * n, &j);
        igraph_vector_init(&list, 0);
        assert_int_equal(structure_betweenness(&j.c.graph, NODES, NULL, between), 0);
        igraph_betweenness(&j.graph, &list, igraph_vss_all(), IGRAPH_UNDIRECTED, NULL);
        for (uint32_t v = 0; v < NODES; v++)
            assert_near(between[v], VECTOR(list)[v], 1e-6);
        assert_int_equal(structure_constraint(&j.c.graph, NULL, constraint), 0);
        igraph_constraint(&j.graph, &list, igraph_vss_all(), &j.weights);
        for (uint32_t v = 0; v < NODES; v++)
            if (structure_degree(&j.c.graph, v))
                assert_near(constraint[v], VECTOR(list)[v], 1e-8);
        igraph_vector_destroy(&list);
        judged_free(&j);
    }
}

/* Both are heuristics: ours must not be behind, all in all. */
static void communities_are_as_good_as_igraphs(void **state)
{
    (void)state;
    struct random r = { 23 };
    double ours = 0, theirs = 0;
    for (uint32_t n = 0; n < CASES; n++) {
        struct judged j;
        uint32_t *group, count;
        igraph_vector_int_t membership;
        igraph_real_t value;
        judged_make(&r, 1000, 1500 + 400 * n, &j);
        group = calloc(1000, sizeof(*group));
        igraph_vector_int_init(&membership, 0);
        assert_int_equal(structure_communities(&j.c.graph, NULL, group, &count), 0);
        igraph_community_multilevel(&j.graph, &j.weights, 1, &membership, NULL, NULL);
        igraph_modularity(&j.graph, &membership, &j.weights, 1, IGRAPH_UNDIRECTED, &value);
        theirs += value;
        for (igraph_integer_t v = 0; v < 1000; v++)
            VECTOR(membership)[v] = group[v];
        igraph_modularity(&j.graph, &membership, &j.weights, 1, IGRAPH_UNDIRECTED, &value);
        assert_near(structure_modularity(&j.c.graph, group), value, 1e-9);
        ours += value;
        igraph_vector_int_destroy(&membership);
        free(group);
        judged_free(&j);
    }
    print_message("# modularity: ours %.4f, igraph's %.4f\n", ours / CASES, theirs / CASES);
    assert_true(ours > 0.98 * theirs);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_and_bridges_are_igraphs),
        cmocka_unit_test(brokers_are_igraphs),
        cmocka_unit_test(communities_are_as_good_as_igraphs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

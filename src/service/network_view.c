/* The network around one actor: see network_view.h. */
#include "service/network_view.h"

#include "base/limits.h"
#include "service/access.h"

#include <stdlib.h>

enum { EDGES_MAX = 3 * LIMIT_GRAPH_NODES };

struct graph {
    struct snapshot *snapshot;
    struct row *nodes;
    uint32_t *degree;
    size_t node_count;
    struct row *edges;
    size_t edge_count;
    bool truncated;
};

static size_t find_node(const struct graph *g, struct slice id)
{
    for (size_t i = 0; i < g->node_count; i++)
        if (slice_eq(g->nodes[i].id, id))
            return i;
    return SIZE_MAX;
}

static size_t add_node(struct graph *g, struct slice id)
{
    size_t at = find_node(g, id);
    if (at != SIZE_MAX)
        return at;
    if (!snapshot_readable(g->snapshot, id, NULL))
        return SIZE_MAX;
    if (g->node_count == LIMIT_GRAPH_NODES) {
        g->truncated = true;
        return SIZE_MAX;
    }
    if (snapshot_get(g->snapshot, NULL, id, NULL, &g->nodes[g->node_count]) < 0)
        return SIZE_MAX;
    return g->node_count++;
}

static bool has_edge(const struct graph *g, struct slice id)
{
    for (size_t i = 0; i < g->edge_count; i++)
        if (slice_eq(g->edges[i].id, id))
            return true;
    return false;
}

/* Adds the ties of one actor, in order of date and id, so that what is cut is no accident. */
static int expand(struct graph *g, struct slice id, struct error *err)
{
    static const char *const sides[] = { "a", "b" };
    for (int side = 0; side < 2; side++) {
        struct filter f = { slice_of(sides[side]), id };
        struct list_query q = { .kind = kinds_find(snapshot_kinds(g->snapshot), S("relationship")),
                                .filters = &f,
                                .filter_count = 1,
                                .order = LIST_WHEN,
                                .limit = EDGES_MAX };
        struct page page;
        int code = snapshot_list(g->snapshot, &q, err, &page);
        for (size_t i = 0; code == 0 && i < page.count; i++) {
            struct row *edge = &page.rows[i];
            if (has_edge(g, edge->id) || (code = snapshot_body(g->snapshot, edge, err)) < 0)
                continue;
            size_t a = add_node(g, json_get_text(edge->body, "a"));
            size_t b = add_node(g, json_get_text(edge->body, "b"));
            if (a == SIZE_MAX || b == SIZE_MAX)
                continue;
            if (g->edge_count == EDGES_MAX) {
                g->truncated = true;
                continue;
            }
            g->edges[g->edge_count++] = *edge;
            g->degree[a]++;
            g->degree[b]++;
        }
        if (code < 0)
            return code;
    }
    return 0;
}

static int write_nodes(struct graph *g, struct slice home, struct render *r, struct error *err)
{
    jw_key(r->out, "nodes");
    jw_array(r->out);
    for (size_t i = 0; i < g->node_count; i++) {
        struct row *node = &g->nodes[i];
        int code = snapshot_body(g->snapshot, node, err);
        if (code < 0)
            return code;
        static const char *const shown[] = { "nature", "audience", "country", "short_en",
                                             "short_fr" };
        jw_object(r->out);
        jw_key_text(r->out, "id", node->id);
        render_titles(g->snapshot, node, r->out);
        render_origin(r, node->origin);
        for (size_t j = 0; j < sizeof shown / sizeof *shown; j++) {
            struct slice text = json_get_text(node->body, shown[j]);
            if (text.len)
                jw_key_text(r->out, shown[j], text);
        }
        jw_key_bool(r->out, "home", home.len && slice_eq(node->id, home));
        jw_key_int(r->out, "degree", g->degree[i]);
        jw_object_end(r->out);
    }
    jw_array_end(r->out);
    return 0;
}

static int write_edge(struct trust_desk *d, struct row *edge, int64_t as_of, struct render *r,
                      struct error *err)
{
    struct json_writer *out = r->out;
    const struct json *b = edge->body;
    struct trust_query there = { .truster = json_get_text(b, "a"),
                                 .trustee = json_get_text(b, "b"),
                                 .as_of = as_of,
                                 .dimension = TRUST_ALL };
    there.half_life = trust_half_life(d, there.truster, there.trustee, as_of);
    struct trust_query back = there;
    back.truster = there.trustee;
    back.trustee = there.truster;
    struct trust_figure trust, earned;
    int code = trust_figure(d, &there, err, &trust);
    if (code == 0)
        code = trust_figure(d, &back, err, &earned);
    if (code < 0)
        return code;
    jw_object(out);
    jw_key_text(out, "source", there.truster);
    jw_key_text(out, "target", there.trustee);
    jw_key_text(out, "relationship", edge->id);
    render_origin(r, edge->origin);
    jw_key_text(out, "nature", json_get_text(b, "nature"));
    if (json_get_text(b, "priority").len)
        jw_key_text(out, "priority", json_get_text(b, "priority"));
    jw_key_fixed(out, "trust", trust.trust.expectation, 6);
    jw_key_fixed(out, "earned", earned.trust.expectation, 6);
    jw_key_fixed(out, "uncertainty", trust.trust.uncertainty, 6);
    int64_t contact = trust_last_contact(d, there.truster, there.trustee, as_of);
    if (contact != INT64_MIN) {
        char date[32];
        when_format_ms(contact * 1000, false, date);
        jw_key_text(out, "last_contact", slice_make(date, 10));
    }
    jw_object_end(out);
    return 0;
}

int network_write(struct node *n, struct snapshot *s, struct slice center, int depth, int64_t as_of,
                  struct render *r, struct error *err)
{
    struct arena *a = snapshot_arena(s);
    struct graph g = { .snapshot = s,
                       .nodes = arena_array_of(a, struct row, LIMIT_GRAPH_NODES),
                       .degree = arena_array_of(a, uint32_t, LIMIT_GRAPH_NODES),
                       .edges = arena_array_of(a, struct row, EDGES_MAX) };
    struct trust_desk *d = NULL;
    if (!g.nodes || !g.degree || !g.edges)
        return error_set(err, EN_NO_MEMORY, "network");
    int code = 0;
    if (center.len && add_node(&g, center) == SIZE_MAX)
        return error_set(err, EN_NOT_FOUND, "there is no such actor");
    size_t from = 0;
    for (int hop = 0; code == 0 && hop < depth; hop++) {
        size_t until = g.node_count;
        for (size_t i = from; code == 0 && i < until; i++)
            code = expand(&g, g.nodes[i].id, err);
        from = until;
    }
    if (code == 0)
        code = write_nodes(&g, settings_home(s), r, err);
    if (code == 0)
        code = trust_open(n, s, err, &d);
    if (code < 0)
        return code;
    jw_key(r->out, "edges");
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < g.edge_count; i++)
        code = write_edge(d, &g.edges[i], as_of, r, err);
    jw_array_end(r->out);
    jw_key_bool(r->out, "truncated", g.truncated);
    trust_close(d);
    return code;
}

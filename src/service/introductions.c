/* Who can introduce us, and to whom: see introductions.h. */
#include "service/introductions.h"

#include "base/limits.h"
#include "record/region.h"
#include "service/options_internal.h"

#include <stdio.h>
#include <stdlib.h>

/* The ends of the chains being looked for. */
struct ends {
    struct introduction_graph *graph;
    const struct introduction_query *query;
    struct introduction_giving *givings;
    uint32_t *targets;
    uint32_t count;
    bool *is_target;
    struct answerings concepts; /* of the capability asked for */
    bool has_thing;             /* some access leads to the thing itself */
};

static void add_end(struct ends *e, uint32_t actor, const char *basis, struct slice record)
{
    if (actor == UINT32_MAX || e->graph->actors[actor].ended)
        return;
    struct introduction_giving *g = &e->givings[actor];
    if (!e->is_target[actor])
        e->targets[e->count++] = actor;
    else if (slice_compare(g->record, record) <= 0)
        return; /* of several the one with the lowest id is named */
    e->is_target[actor] = true;
    *g = (struct introduction_giving){ basis, arena_copy(e->graph->arena, record) };
}

static int add_access(struct ends *e, struct slice record, struct slice holder,
                      struct slice strength)
{
    struct introduction_graph *g = e->graph;
    uint32_t from = introduction_actor_find(g, holder);
    if (from == UINT32_MAX)
        return 0;
    e->has_thing = true;
    return introduction_graph_add(
        g, &(struct introduction_tie){ .from = from,
                                       .to = g->actor_count,
                                       .strength = introduction_access_strength(g, strength),
                                       .basis = TIE_ACCESS,
                                       .record = arena_copy(g->arena, record) });
}

/* ---- to a region ---- */

static int take_place(void *context, const struct slice *c)
{
    struct ends *e = context;
    uint32_t actor = introduction_actor_find(e->graph, c[0]);
    if (region_within(c[1], e->query->asked))
        add_end(e, actor, "place", c[0]);
    return 0;
}

static int take_region_access(void *context, const struct slice *c)
{
    struct ends *e = context;
    struct slice asked = e->query->asked;
    if (!introduction_in_force(e->graph, c[4], c[5]) ||
        !(region_within(c[3], asked) || region_within(asked, c[3])))
        return 0;
    return add_access(e, c[0], c[1], c[2]);
}

static int ends_in_region(struct ends *e, struct error *err)
{
    static const char places[] =
        "SELECT r.id, i.value FROM item_v i JOIN actors_v k ON k.num = i.num"
        " JOIN record_v r ON r.num = k.num WHERE i.field = 'regions'";
    static const char accesses[] =
        "SELECT r.id, k.holder, k.strength, k.region, k.\"from\", k.until FROM accesses_v k"
        " JOIN record_v r ON r.num = k.num WHERE k.\"to\" = 'region'";
    struct introduction_graph *g = e->graph;
    for (uint32_t i = 0; i < g->actor_count; i++)
        if (g->actors[i].country.len && region_within(g->actors[i].country, e->query->asked))
            add_end(e, i, "place", g->actors[i].id);
    int code = snapshot_query(g->snapshot, places, NULL, 0, err, take_place, e);
    if (code == 0)
        code = snapshot_query(g->snapshot, accesses, NULL, 0, err, take_region_access, e);
    return code;
}

/* ---- to a capability ---- */

/* What answers the capability, as a need's line is answered: itself, all that is narrower, and what
 * an exact mapping says is the same. A desk with no more than what asking for concepts takes. */
static int find_concepts(struct ends *e, struct error *err)
{
    struct introduction_graph *g = e->graph;
    struct option_query q = { .as_of_ms = g->as_of * 1000 };
    struct option_desk desk = {
        .node = g->shape.node, .snapshot = g->snapshot, .arena = g->arena, .query = &q
    };
    return option_concepts(&desk, e->query->asked, /* close= */ false, err, &e->concepts);
}

static int take_offer(void *context, const struct slice *c)
{
    struct ends *e = context;
    if (answering_find(&e->concepts, c[2]) && introduction_in_force(e->graph, c[3], c[4]))
        add_end(e, introduction_actor_find(e->graph, c[1]), "offer", c[0]);
    return 0;
}

static int take_concept_access(void *context, const struct slice *c)
{
    struct ends *e = context;
    if (!answering_find(&e->concepts, c[3]) || !introduction_in_force(e->graph, c[4], c[5]))
        return 0;
    return add_access(e, c[0], c[1], c[2]);
}

static int ends_with_capability(struct ends *e, struct error *err)
{
    static const char offers[] = "SELECT r.id, k.actor, k.capability, k.\"from\", k.until FROM"
                                 " offers_v k JOIN record_v r ON r.num = k.num";
    static const char accesses[] = "SELECT r.id, k.holder, k.strength, k.concept, k.\"from\","
                                   " k.until FROM accesses_v k JOIN record_v r ON r.num = k.num"
                                   " WHERE k.concept <> ''";
    struct snapshot *s = e->graph->snapshot;
    int code = find_concepts(e, err);
    if (code == 0)
        code = snapshot_query(s, offers, NULL, 0, err, take_offer, e);
    if (code == 0)
        code = snapshot_query(s, accesses, NULL, 0, err, take_concept_access, e);
    return code;
}

/* ---- to a topic ---- */

static int take_found(struct ends *e, const struct row *row)
{
    const struct json *b = row->body;
    if (!introduction_in_force(e->graph, json_get_text(b, "from"), json_get_text(b, "until")))
        return 0;
    if (strcmp(row->kind->name, "access") == 0)
        return add_access(e, row->id, json_get_text(b, "holder"), json_get_text(b, "strength"));
    add_end(e, introduction_actor_find(e->graph, json_get_text(b, "actor")), "offer", row->id);
    return 0;
}

static int ends_of_topic(struct ends *e, struct error *err)
{
    static const char *const kinds[] = { "access", "offer" };
    struct snapshot *s = e->graph->snapshot;
    int code = 0;
    for (size_t k = 0; code == 0 && k < sizeof kinds / sizeof *kinds; k++) {
        struct list_query q = { .kind = kinds_find(snapshot_kinds(s), slice_of(kinds[k])),
                                .words = e->query->asked,
                                .order = LIST_TITLE,
                                .limit = LIMIT_PAGE };
        struct page page;
        do {
            code = snapshot_list(s, &q, err, &page);
            for (size_t i = 0; code == 0 && i < page.count; i++) {
                code = snapshot_body(s, &page.rows[i], err);
                if (code == 0)
                    code = take_found(e, &page.rows[i]);
            }
            q.after = code == 0 ? page.next : S("");
        } while (q.after.len);
    }
    return code;
}

/* ---- finding ---- */

static int find_ends(struct ends *e, struct error *err)
{
    struct introduction_graph *g = e->graph;
    int code = 0;
    e->givings = arena_array_of(g->arena, struct introduction_giving, (size_t)g->actor_count + 1);
    e->targets = arena_array_of(g->arena, uint32_t, (size_t)g->actor_count + 1);
    e->is_target = arena_array_of(g->arena, bool, (size_t)g->actor_count + 1);
    if (!e->givings || !e->targets || !e->is_target)
        return EN_NO_MEMORY;
    if (e->query->what == INTRODUCE_TO_REGION)
        code = ends_in_region(e, err);
    else if (e->query->what == INTRODUCE_TO_CAPABILITY)
        code = ends_with_capability(e, err);
    else if (e->query->what == INTRODUCE_TO_TOPIC)
        code = ends_of_topic(e, err);
    else
        add_end(e, introduction_actor_find(g, e->query->asked), NULL, e->query->asked);
    if (code == 0 && e->has_thing)
        e->targets[e->count++] = g->actor_count;
    return code;
}

static const char *reason_for_none(const struct introduction_answer *a, const struct ends *e,
                                   uint32_t source)
{
    const struct paths_graph *p = &a->graph.paths;
    if (e->count == 1 && e->targets[0] == source)
        return "self";
    if (e->count == 0)
        return e->query->what == INTRODUCE_TO_ACTOR ? "ended" : "nobody";
    return p->out_start[source] == p->out_start[source + 1] ? "no_tie" : "too_far";
}

static int ask_kernel(struct introduction_answer *a, const struct ends *e, struct error *err)
{
    struct introduction_graph *g = &a->graph;
    const struct introduction_query *q = e->query;
    struct paths_query ask = { .source = a->source,
                               .targets = e->targets,
                               .target_count = e->count,
                               .hops = q->hops,
                               .filter = introduction_filter(g) };
    struct paths_work *w = paths_work_new(&g->paths);
    if (!w)
        return error_set(err, EN_NO_MEMORY, "introductions");
    int code = paths_k_best(&g->paths, &ask, q->count, w, err, a->best, &a->best_count);
    if (code == 0)
        code = paths_disjoint(&g->paths, &ask, q->count, PATHS_NODE_DISJOINT, w, err,
                              a->node_disjoint, &a->node_disjoint_count);
    if (code == 0)
        code = paths_disjoint(&g->paths, &ask, q->count, PATHS_EDGE_DISJOINT, w, err,
                              a->edge_disjoint, &a->edge_disjoint_count);
    paths_work_free(w);
    return code;
}

int introductions_find(struct node *n, struct snapshot *s, const struct introduction_query *q,
                       struct error *err, struct introduction_answer *ret)
{
    struct introduction_graph *g = &ret->graph;
    struct ends e = { .graph = g, .query = q };
    *ret = (struct introduction_answer){ 0 };
    int code = introduction_graph_read(n, s, q->as_of, err, g);
    if (code == 0)
        code = find_ends(&e, err);
    if (code == 0)
        code = introduction_graph_settle(g, err);
    if (code < 0)
        return error_set(err, code, "introductions");
    ret->source = introduction_actor_find(g, q->of);
    ret->givings = e.givings;
    uint32_t left_out = introduction_actor_find(g, q->without);
    if (left_out != UINT32_MAX && introduction_graph_leave_out(g, left_out) < 0)
        return error_set(err, EN_NO_MEMORY, "introductions");
    if (ret->source == UINT32_MAX)
        return error_set(err, EN_NOT_FOUND, "there is no such actor");
    code = ask_kernel(ret, &e, err);
    if (code == 0 && ret->best_count == 0)
        ret->none_reason = reason_for_none(ret, &e, ret->source);
    return code;
}

void introductions_done(struct introduction_answer *a)
{
    introduction_graph_done(&a->graph);
}

/* ---- checking a path that is to be asked along ---- */

static int join_record(struct snapshot *s, struct slice id, struct error *err,
                       const struct label **join)
{
    struct row row;
    int code = snapshot_get(s, NULL, id, err, &row);
    if (code < 0)
        return code;
    if (!*join) {
        *join = row.label;
        return 0;
    }
    const struct label *wider = label_join(snapshot_policy(s), snapshot_arena(s), *join, row.label);
    *join = wider ? wider : *join;
    return wider ? 0 : error_set(err, EN_NO_MEMORY, "introductions");
}

static int check_ties(const struct introduction_graph *g, const struct slice *actors,
                      uint32_t count, struct error *err, const struct label **join)
{
    int code = join_record(g->snapshot, actors[0], err, join);
    for (uint32_t i = 0; code == 0 && i + 1 < count; i++) {
        uint32_t from = introduction_actor_find(g, actors[i]);
        uint32_t to = introduction_actor_find(g, actors[i + 1]);
        const struct introduction_tie *tie = NULL;
        char pointer[32];
        int len = snprintf(pointer, sizeof pointer, "/path/%u", i + 1);
        if (from != UINT32_MAX && to != UINT32_MAX)
            tie = introduction_tie_find(g, from, to);
        if (!tie)
            return error_field(err, slice_make(pointer, (size_t)len), REASON_RULE,
                               "no tie leads there from the one before");
        code = join_record(g->snapshot, actors[i + 1], err, join);
        if (code == 0)
            code = join_record(g->snapshot, tie->record, err, join);
    }
    return code;
}

int introductions_check_path(struct node *n, struct snapshot *s, const struct slice *actors,
                             uint32_t count, int64_t as_of, struct error *err,
                             const struct label **ret_label)
{
    struct introduction_graph g = { 0 };
    const struct label *join = NULL;
    int code = introduction_graph_read(n, s, as_of, err, &g);
    if (code == 0)
        code = introduction_graph_settle(&g, err);
    if (code == 0)
        code = check_ties(&g, actors, count, err, &join);
    introduction_graph_done(&g);
    if (code == 0)
        *ret_label = join;
    return code;
}

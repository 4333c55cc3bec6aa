/* One question's view of the network: see shape.h. */
#include "service/shape.h"

#include "base/limits.h"
#include "service/shape_cache.h"

enum { CHAIN_MAX = 32 };

uint32_t shape_actor_find(const struct shape_actor *actors, uint32_t count, struct slice id)
{
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = slice_compare(actors[middle].id, id);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return structure_nobody;
}

uint32_t shape_find(const struct shape *x, struct slice id)
{
    return shape_actor_find(x->actors, x->actor_count, id);
}

const struct shape_tie *shape_tie_between(const struct shape *x, uint32_t a, uint32_t b)
{
    uint32_t low = 0, high = x->tie_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct shape_tie *t = &x->ties[middle];
        if (t->a < a || (t->a == a && t->b < b))
            low = middle + 1;
        else
            high = middle;
    }
    return low < x->tie_count && x->ties[low].a == a && x->ties[low].b == b ? &x->ties[low] : NULL;
}

bool shape_under(const struct shape *x, uint32_t actor, uint32_t top)
{
    for (int i = 0; i < CHAIN_MAX && actor != structure_nobody; i++) {
        if (actor == top)
            return true;
        actor = x->actors[actor].parent;
    }
    return false;
}

bool *shape_partners(const struct shape *x, uint32_t of)
{
    bool *partner = arena_array_of(x->arena, bool, x->actor_count + 1);
    for (uint32_t i = 0; partner && i < x->tie_count; i++) {
        const struct shape_tie *t = &x->ties[i];
        if (t->basis == TIE_RELATIONSHIP && (t->a == of || t->b == of))
            partner[t->a == of ? t->b : t->a] = true;
    }
    return partner;
}

int64_t shape_weight(struct slice priority)
{
    static const struct {
        const char *word;
        int64_t weight;
    } rows[] = { { "T1", 16 }, { "T2", 8 }, { "T3", 4 }, { "T4", 2 }, { "T5", 1 } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (slice_is(priority, rows[i].word))
            return rows[i].weight;
    return 2;
}

/* A desk is opened even for a network that is kept: what its figures rest on is marked by it. */
int shape_open(struct node *n, struct snapshot *s, int64_t as_of, struct error *err,
               struct shape *ret)
{
    struct trust_desk *d = NULL;
    const struct shape_network *w = NULL;
    *ret = (struct shape){ .node = n, .snapshot = s, .arena = snapshot_arena(s), .as_of = as_of };
    int code = trust_open(n, s, err, &d);
    if (code == 0)
        code = shape_cache_get(n, s, d, as_of, err, &w);
    trust_close(d);
    if (code < 0)
        return code;
    ret->actors = w->actors;
    ret->actor_count = w->actor_count;
    ret->tied_count = w->tied_count;
    ret->ties = w->ties;
    ret->tie_count = w->tie_count;
    ret->graph = w->graph;
    ret->network = w;
    return 0;
}

int shape_read(struct node *n, struct snapshot *s, int64_t as_of, struct error *err,
               struct shape *ret)
{
    int code = shape_open(n, s, as_of, err, ret);
    for (uint32_t i = 0; code == 0 && i < ret->network->mark_count; i++)
        snapshot_mark_number(s, ret->network->marks[i]);
    return code;
}

void shape_done(struct shape *x)
{
    shape_cache_release(x->node, x->network);
    x->network = NULL;
}

/* ---- needs ---- */

static bool is_over(int64_t as_of, struct slice until)
{
    struct when w;
    return when_parse(until, &w) && when_last_ms(w) < as_of * 1000;
}

int shape_needs(struct snapshot *s, int64_t as_of, struct error *err, struct bodies *ret)
{
    static const char sql[] =
        "SELECT r.id, r.label, r.body FROM needs_v k JOIN record_v r ON r.num = k.num WHERE"
        " k.own AND k.state = 'open' ORDER BY coalesce(k.priority, 'T9'), r.id";
    int code = bodies_read(s, sql, NULL, 0, err, ret);
    size_t kept = 0;
    for (size_t i = 0; code == 0 && i < ret->count && kept < LIMIT_HEALTH_NEEDS; i++) {
        if (is_over(as_of, json_get_text(ret->items[i].json, "until")))
            continue;
        snapshot_mark_number(s, ret->items[i].label);
        ret->items[kept++] = ret->items[i];
    }
    ret->count = code == 0 ? kept : 0;
    return code;
}

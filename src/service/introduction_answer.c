/* What an answer about introductions shows: every chain with the record behind each tie. */
#include "service/introductions.h"

static const char *basis_word(enum tie_basis basis)
{
    static const char *const words[] = { "relationship", "posting", "unit", "membership",
                                         "access" };
    return words[basis];
}

/* An actor or a record that the answer names enters its marking and the audit. */
static int name_record(struct render *r, const char *member, struct slice id, struct error *err)
{
    struct row row;
    int code = snapshot_get(r->snapshot, NULL, id, err, &row);
    if (code == 0 && refs_add(r->refs, id))
        jw_key_text(r->out, member, id);
    return code;
}

static void write_contact(struct trust_desk *d, const struct introduction_graph *g, uint32_t from,
                          uint32_t to, struct json_writer *out)
{
    int64_t contact = trust_last_contact(d, g->actors[from].id, g->actors[to].id, g->as_of);
    char date[32];
    if (contact == INT64_MIN)
        return;
    when_format_ms(contact * 1000, false, date);
    jw_key_text(out, "last_contact", slice_make(date, 10));
}

static int write_hop(const struct introduction_graph *g, struct trust_desk *d, struct render *r,
                     uint32_t from, uint32_t to, struct error *err)
{
    const struct introduction_tie *tie = introduction_tie_find(g, from, to);
    bool to_thing = to == g->actor_count;
    if (!tie)
        return error_set(err, EN_INTERNAL, "a chain without its tie");
    jw_object(r->out);
    int code = name_record(r, "from", g->actors[from].id, err);
    if (code == 0 && !to_thing)
        code = name_record(r, "to", g->actors[to].id, err);
    jw_key_fixed(r->out, "strength", (double)tie->strength / PATHS_ONE, 4);
    jw_key_cstr(r->out, "basis", basis_word(tie->basis));
    if (code == 0)
        code = name_record(r, "record", tie->record, err);
    if (tie->basis == TIE_RELATIONSHIP) {
        jw_key_cstr(r->out, "nature", tie->interpersonal ? "interpersonal" : "institutional");
        jw_key_bool(r->out, "dormant", tie->dormant);
    }
    if (!to_thing)
        write_contact(d, g, from, to, r->out);
    jw_object_end(r->out);
    return code;
}

static uint32_t weakest(const struct paths_chain *c)
{
    uint32_t at = 0;
    for (uint32_t i = 1; i < c->hops; i++)
        if (c->strength[i] < c->strength[at])
            at = i;
    return at;
}

int introductions_write_chain(const struct introduction_graph *g, struct trust_desk *d,
                              struct render *r, const struct paths_chain *c,
                              const struct introduction_giving *gives, struct error *err)
{
    int code = 0;
    jw_object(r->out);
    jw_key_fixed(r->out, "probability", paths_probability(c), 4);
    jw_key(r->out, "actors");
    jw_array(r->out);
    for (uint32_t i = 0; i <= c->hops; i++)
        if (c->actors[i] < g->actor_count)
            jw_text(r->out, g->actors[c->actors[i]].id);
    jw_array_end(r->out);
    jw_key(r->out, "hops");
    jw_array(r->out);
    for (uint32_t i = 0; code == 0 && i < c->hops; i++)
        code = write_hop(g, d, r, c->actors[i], c->actors[i + 1], err);
    jw_array_end(r->out);
    jw_key_int(r->out, "weakest", weakest(c));
    if (code == 0 && gives && gives->basis) {
        jw_key(r->out, "gives");
        jw_object(r->out);
        jw_key_cstr(r->out, "basis", gives->basis);
        code = name_record(r, "record", gives->record, err);
        jw_object_end(r->out);
    }
    jw_object_end(r->out);
    return code;
}

static int write_chains(const struct introduction_answer *a, struct trust_desk *d, struct render *r,
                        const char *member, const struct paths_chain *chains, uint32_t count,
                        struct error *err)
{
    int code = 0;
    jw_key(r->out, member);
    jw_array(r->out);
    for (uint32_t i = 0; code == 0 && i < count; i++) {
        uint32_t end = chains[i].actors[chains[i].hops];
        code = introductions_write_chain(&a->graph, d, r, &chains[i],
                                         end < a->graph.actor_count ? &a->givings[end] : NULL, err);
    }
    jw_array_end(r->out);
    return code;
}

int introductions_write(const struct introduction_answer *a, struct trust_desk *d, struct render *r,
                        struct error *err)
{
    int code = write_chains(a, d, r, "paths", a->best, a->best_count, err);
    if (code == 0)
        code = write_chains(a, d, r, "disjoint", a->node_disjoint, a->node_disjoint_count, err);
    if (code == 0)
        code =
            write_chains(a, d, r, "edge_disjoint", a->edge_disjoint, a->edge_disjoint_count, err);
    if (a->none_reason)
        jw_key_cstr(r->out, "none_reason", a->none_reason);
    return code;
}

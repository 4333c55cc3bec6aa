/*
 * Clearances and the decision.
 *
 * read(K,L)  <=>  the same policy, the class held, every restrictive value held, every clause of
 *                 every permissive tag meets what the reader is, the TLP held, and the reader is
 *                 one of the persons where the label names any.
 * A group in a clause stands for itself and for its members at the date of the decision; it is
 * never stored expanded. Invariant: the decision is total (any arguments) and whatever it does not
 * know it denies. Must never decide from names: only from what the policy object says.
 */
#include "label/model.h"
#include "label/read.h"

struct held {
    struct clearance *clearance;
    struct set *restrictive;
    struct set *permissive;
};

static bool held_init(const struct policy *p, struct arena *a, struct held *ret)
{
    struct held h = {
        .clearance = arena_new_of(a, struct clearance),
        .restrictive = arena_array_of(a, struct set, p->restrictive_count),
        .permissive = arena_array_of(a, struct set, p->permissive_count),
    };
    if (!h.clearance || !h.restrictive || !h.permissive) {
        return false;
    }
    h.clearance->policy = p;
    h.clearance->restrictive = h.restrictive;
    h.clearance->permissive = h.permissive;
    *ret = h;
    return true;
}

/* Sets per tag; a part or a tag that is left out holds nothing. */
static void read_sets(struct reader *r, const struct tag *tags, uint32_t count,
                      const struct json *part, bool groups, struct path at, struct set *ret)
{
    if (!part || !read_type(r, part, JSON_OBJECT, at)) {
        return;
    }
    for (uint32_t i = 0; i < part->count; i++) {
        const struct json_member *m = &part->members[i];
        int t = tag_find(tags, count, m->name, /* fold= */ false);
        if (t < 0) {
            reader_refuse(r, path_name(at, m->name), REASON_UNKNOWN_FIELD, "no such tag");
            continue;
        }
        ret[t] = read_set(r, &m->value, &tags[t], groups, path_name(at, m->name));
    }
}

static bool all_of(struct arena *a, uint32_t count, struct set *ret)
{
    uint16_t *atoms = arena_array_of(a, uint16_t, count);
    if (!atoms) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        atoms[i] = (uint16_t)i;
    }
    *ret = (struct set){ .atoms = atoms, .count = count };
    return true;
}

bool clearance_finish(const struct policy *p, struct arena *a, struct clearance *c,
                      struct set *restrictive)
{
    if (c->tlp < p->levels[c->level].tlp) {
        c->tlp = p->levels[c->level].tlp;
    }
    for (uint32_t t = 0; t < p->restrictive_count; t++) {
        struct set *s = &restrictive[t];
        if (p->restrictive[t].chain && s->count > 0 && !all_of(a, s->atoms[s->count - 1] + 1U, s)) {
            return false;
        }
    }
    return true;
}

static void read_clearance(struct reader *r, const struct policy *p, const struct json *json,
                           struct path at, struct held *h)
{
    static const char *const known[] = {
        "policy", "class", "restrictive", "permissive", "tlp", NULL
    };
    read_known(r, json, at, known);
    read_policy_id(r, p, json, at);
    const struct json *level = json_get(json, "class");
    if (level) {
        h->clearance->level = read_level(r, p, level, path_name(at, S("class")));
    }
    read_sets(r, p->restrictive, p->restrictive_count, json_get(json, "restrictive"),
              /* groups= */ false, path_name(at, S("restrictive")), h->restrictive);
    read_sets(r, p->permissive, p->permissive_count, json_get(json, "permissive"),
              /* groups= */ true, path_name(at, S("permissive")), h->permissive);
    const struct json *tlp = json_get(json, "tlp");
    if (tlp) {
        h->clearance->tlp = read_tlp(r, tlp, path_name(at, S("tlp")));
    }
}

int clearance_parse(const struct policy *p, struct arena *a, const struct json *json,
                    struct slice pointer, struct error *err, const struct clearance **ret)
{
    struct reader r = { .a = a, .err = err };
    struct path at = path_of(pointer);
    bool empty = !json || json->type == JSON_NULL;
    if (!empty && !read_type(&r, json, JSON_OBJECT, at)) {
        return r.code;
    }
    struct held h;
    if (!held_init(p, a, &h)) {
        reader_no_memory(&r);
        return r.code;
    }
    if (!empty) {
        read_clearance(&r, p, json, at, &h);
    }
    if (r.code == 0 && !clearance_finish(p, a, h.clearance, h.restrictive)) {
        reader_no_memory(&r);
    }
    if (r.code == 0) {
        *ret = h.clearance;
    }
    return r.code;
}

/* ---- everything the policy knows ---- */

const struct clearance *clearance_make_all(const struct policy *p, struct arena *a)
{
    struct held h;
    if (!held_init(p, a, &h)) {
        return NULL;
    }
    h.clearance->level = (uint16_t)(p->level_count - 1);
    h.clearance->tlp = TLP_RED;
    h.clearance->everyone = true;
    for (uint32_t t = 0; t < p->restrictive_count; t++) {
        if (!all_of(a, p->restrictive[t].atom_count, &h.restrictive[t])) {
            return NULL;
        }
    }
    for (uint32_t t = 0; t < p->permissive_count; t++) {
        if (!all_of(a, p->permissive[t].atom_count, &h.permissive[t])) {
            return NULL;
        }
    }
    return h.clearance;
}

const struct clearance *clearance_all(const struct policy *p)
{
    return p->all;
}

bool clearance_reads_everyone(const struct clearance *c)
{
    return c->everyone;
}

bool clearance_within(const struct clearance *inner, const struct clearance *outer)
{
    const struct policy *p = outer->policy;
    bool within = inner->policy == p && inner->level <= outer->level && inner->tlp <= outer->tlp;
    for (uint32_t t = 0; within && t < p->restrictive_count; t++) {
        within = set_within(inner->restrictive[t], outer->restrictive[t]);
    }
    for (uint32_t t = 0; within && t < p->permissive_count; t++) {
        within = set_within(inner->permissive[t], outer->permissive[t]);
    }
    return within;
}

static bool common_sets(struct arena *a, uint32_t count, const struct set *x, const struct set *y,
                        struct set *ret)
{
    for (uint32_t t = 0; t < count; t++) {
        if (!set_common(a, x[t], y[t], &ret[t])) {
            return false;
        }
    }
    return true;
}

/* The steps of a chain come down with the lower one, and so does the TLP of a class. */
const struct clearance *clearance_meet(struct arena *a, const struct clearance *x,
                                       const struct clearance *y)
{
    const struct policy *p = x->policy;
    struct held h;
    if (y->policy != p || !held_init(p, a, &h)) {
        return NULL;
    }
    h.clearance->level = x->level < y->level ? x->level : y->level;
    h.clearance->tlp = x->tlp < y->tlp ? x->tlp : y->tlp;
    h.clearance->everyone = x->everyone && y->everyone;
    if (!common_sets(a, p->restrictive_count, x->restrictive, y->restrictive, h.restrictive) ||
        !common_sets(a, p->permissive_count, x->permissive, y->permissive, h.permissive)) {
        return NULL;
    }
    return h.clearance;
}

/* A class that demands more is kept: its labels have that TLP, and it is the TLP that refuses. */
const struct clearance *clearance_of_organisation(struct arena *a, const struct clearance *c)
{
    if (c->tlp <= TLP_ORGANISATION) {
        return c;
    }
    struct clearance *ret = arena_new_of(a, struct clearance);
    if (ret) {
        *ret = *c;
        ret->tlp = TLP_ORGANISATION;
    }
    return ret;
}

/* ---- the decision ---- */

static bool group_meets(const struct group *g, struct set reader, int64_t at_ms)
{
    for (uint32_t i = 0; i < g->count; i++) {
        const struct membership *m = &g->members[i];
        if (m->from_ms <= at_ms && at_ms < m->until_ms && set_has(reader, m->atom)) {
            return true;
        }
    }
    return false;
}

static bool clause_meets(const struct tag *tag, struct set clause, struct set reader, int64_t at_ms)
{
    for (uint32_t i = 0; i < clause.count; i++) {
        uint16_t atom = clause.atoms[i];
        if (set_has(reader, atom)) {
            return true;
        }
        if (atom >= tag->value_count && atom < tag->atom_count &&
            group_meets(&tag->groups[atom - tag->value_count], reader, at_ms)) {
            return true;
        }
    }
    return false;
}

static bool is_named(const struct clearance *c, const struct uuid *person, const struct label *l)
{
    return !l->persons.named || c->everyone || (person && persons_have(l->persons, person));
}

bool label_may_read(const struct policy *p, const struct clearance *c, const struct label *l,
                    int64_t at_ms)
{
    return label_may_read_by(p, c, NULL, l, at_ms);
}

bool label_may_read_by(const struct policy *p, const struct clearance *c, const struct uuid *person,
                       const struct label *l, int64_t at_ms)
{
    if (!p || !c || !l || c->policy != p || l->policy != p || l->level > c->level ||
        l->tlp > c->tlp || !is_named(c, person, l)) {
        return false;
    }
    for (uint32_t t = 0; t < p->restrictive_count; t++) {
        if (!set_within(l->restrictive[t], c->restrictive[t])) {
            return false;
        }
    }
    for (uint32_t t = 0; t < p->permissive_count; t++) {
        struct clauses all = l->permissive[t];
        for (uint32_t i = 0; i < all.count; i++) {
            if (!clause_meets(&p->permissive[t], all.items[i], c->permissive[t], at_ms)) {
                return false;
            }
        }
    }
    return true;
}

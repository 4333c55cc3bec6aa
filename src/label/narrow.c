/*
 * A label with at most one clause in each permissive tag, for forms that know no more.
 *
 * Invariant: whoever may read the result at the date may read the original then. The clauses'
 * intersection is taken as they are written, groups as words, and holds at every date; only where
 * that is empty are groups replaced by who belongs to them at the date, and the result is for that
 * date. Where that leaves nobody, nobody it is: never one of the clauses.
 */
#include "label/model.h"

struct narrowing {
    const struct tag *tag;
    struct arena *a;
    int64_t at_ms;
    bool expand;
};

static bool is_member(const struct group *g, uint16_t atom, int64_t at_ms)
{
    for (uint32_t i = 0; i < g->count; i++) {
        const struct membership *m = &g->members[i];
        if (m->atom == atom && m->from_ms <= at_ms && at_ms < m->until_ms) {
            return true;
        }
    }
    return false;
}

/* Is a reader who is this, and nothing else, met by the clause? */
static bool meets(const struct narrowing *n, struct set clause, uint16_t atom)
{
    if (set_has(clause, atom)) {
        return true;
    }
    for (uint32_t i = 0; n->expand && i < clause.count; i++) {
        uint16_t group = clause.atoms[i];
        if (group >= n->tag->value_count &&
            is_member(&n->tag->groups[group - n->tag->value_count], atom, n->at_ms)) {
            return true;
        }
    }
    return false;
}

/* Every atom of the tag that meets all clauses. */
static bool common(const struct narrowing *n, struct clauses all, struct set *ret)
{
    uint16_t *atoms = arena_array_of(n->a, uint16_t, n->tag->atom_count + 1);
    uint32_t count = 0;
    if (!atoms) {
        return false;
    }
    for (uint32_t atom = 0; atom < n->tag->atom_count; atom++) {
        uint32_t met = 0;
        while (met < all.count && meets(n, all.items[met], (uint16_t)atom)) {
            met++;
        }
        if (met == all.count) {
            atoms[count++] = (uint16_t)atom;
        }
    }
    *ret = set_normalise(atoms, count);
    return true;
}

static bool narrow_tag(struct arena *a, const struct tag *tag, struct clauses all, int64_t at_ms,
                       struct clauses *ret)
{
    struct narrowing n = { .tag = tag, .a = a, .at_ms = at_ms };
    struct set *one = arena_new_of(a, struct set);
    if (!one || !common(&n, all, one)) {
        return false;
    }
    n.expand = true;
    if (one->count == 0 && !common(&n, all, one)) {
        return false;
    }
    *ret = (struct clauses){ .items = one, .count = 1 };
    return true;
}

const struct label *label_narrow(const struct policy *p, struct arena *a, const struct label *l,
                                 int64_t at_ms)
{
    struct draft d;
    if (l->policy != p || !draft_init(p, a, &d)) {
        return NULL;
    }
    *d.label = *l;
    d.label->permissive = d.permissive;
    for (uint32_t t = 0; t < p->permissive_count; t++) {
        d.permissive[t] = l->permissive[t];
        if (l->permissive[t].count > 1 &&
            !narrow_tag(a, &p->permissive[t], l->permissive[t], at_ms, &d.permissive[t])) {
            return NULL;
        }
    }
    return d.label;
}

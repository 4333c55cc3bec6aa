/*
 * Why a clearance does not read a label: the first demand that it does not meet, in the order in
 * which people look: policy, named persons, class, caveats, releasability, TLP.
 *
 * The decision itself is label_may_read's alone: each demand is put into a label of its own and
 * that is asked for, so that this file can never see things otherwise.
 */
#include "label/model.h"

/* "CAN, USA" */
static struct slice names_of(struct arena *a, const struct tag *tag, struct set set)
{
    struct buf text cleanup_buf = { 0 };
    buf_init(&text, 4096);
    for (uint32_t i = 0; i < set.count && text.len < 1024; i++) {
        if (i > 0)
            buf_add_cstr(&text, ", ");
        buf_add(&text, tag->atoms[set.atoms[i]].name);
    }
    return arena_copy(a, buf_slice(&text));
}

static int found(enum label_why why, struct slice tag, struct slice value, struct label_denial *ret)
{
    *ret = (struct label_denial){ .why = why, .tag = tag, .value = value };
    return 0;
}

/* The label that demands just this level. */
static struct draft demand(const struct policy *p, struct arena *a, bool *good)
{
    struct draft d = { 0 };
    *good = draft_init(p, a, &d);
    return d;
}

static int why_restrictive(const struct policy *p, struct arena *a, const struct clearance *c,
                           const struct label *l, int64_t at_ms, struct label_denial *ret)
{
    for (uint32_t t = 0; t < p->restrictive_count; t++)
        for (uint32_t i = 0; i < l->restrictive[t].count; i++) {
            bool good;
            struct draft d = demand(p, a, &good);
            if (!good)
                return EN_NO_MEMORY;
            struct set one = { .atoms = &l->restrictive[t].atoms[i], .count = 1 };
            d.restrictive[t] = one;
            if (!label_may_read(p, c, d.label, at_ms))
                return found(WHY_TAG, p->restrictive[t].word.name,
                             names_of(a, &p->restrictive[t], one), ret);
        }
    return 1;
}

static int why_permissive(const struct policy *p, struct arena *a, const struct clearance *c,
                          const struct label *l, int64_t at_ms, struct label_denial *ret)
{
    for (uint32_t t = 0; t < p->permissive_count; t++)
        for (uint32_t i = 0; i < l->permissive[t].count; i++) {
            bool good;
            struct draft d = demand(p, a, &good);
            if (!good)
                return EN_NO_MEMORY;
            d.permissive[t] = (struct clauses){ .items = &l->permissive[t].items[i], .count = 1 };
            if (!label_may_read(p, c, d.label, at_ms))
                return found(WHY_TAG, p->permissive[t].word.name,
                             names_of(a, &p->permissive[t], l->permissive[t].items[i]), ret);
        }
    return 1;
}

int label_why(const struct policy *p, struct arena *a, const struct clearance *c,
              const struct label *l, int64_t at_ms, struct label_denial *ret)
{
    bool good;
    if (!l || l->policy != p || c->policy != p)
        return found(WHY_POLICY, S(""), l ? policy_id(l->policy) : S(""), ret);
    if (label_may_read(p, c, l, at_ms))
        return found(WHY_NOT, S(""), S(""), ret);
    struct draft d = demand(p, a, &good);
    if (!good)
        return EN_NO_MEMORY;
    if (l->persons.named && !c->everyone)
        return found(WHY_PERSON, S(""), S(""), ret);
    d.label->level = l->level;
    if (!label_may_read(p, c, d.label, at_ms))
        return found(WHY_CLASS, S(""), p->levels[l->level].name, ret);
    int code = why_restrictive(p, a, c, l, at_ms, ret);
    if (code == 1)
        code = why_permissive(p, a, c, l, at_ms, ret);
    return code == 1 ? found(WHY_TLP, S(""), slice_of(tlp_info(l->tlp)->name), ret) : code;
}

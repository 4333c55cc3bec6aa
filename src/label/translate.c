/*
 * A label of one policy as a label of another, by the equivalences of their files: see policies.h.
 *
 * When the target's file names the source among its equivalentPolicies, its word counts ("decrypt",
 * "both"), else the source's ("encrypt", "both"). Every class and value must be mapped; a
 * permissive value may be discarded, which leaves its clause narrower, and an informative one,
 * which nobody enforces. A clause stays one clause of one tag. Values that a file requires of
 * mapped labels are added as demands. Invariant: the classes are mapped in order, a group only onto
 * a group of no more members, and so whoever reads the translation could read the original. Must
 * never guess: what is not stated is refused.
 */
#include "label/policies.h"

#include "label/model.h"

struct mapping {
    const struct policy *from, *to;
    struct arena *a;
    struct error *err;
    bool inward; /* the target's file counts */
    struct draft d;
    int code;
};

/* Where one value of the source may go. */
struct target {
    enum tag_type type;
    uint16_t tag, atom;
};
enum { TARGETS = 512 };
struct targets {
    struct target items[TARGETS];
    uint32_t count;
    bool discard;
};

static void deny(struct mapping *m, struct slice name)
{
    if (m->code == 0) {
        m->code = error_set(m->err, EN_FORBIDDEN,
                            "\"" SLICE_FMT "\" of " SLICE_FMT " has no equivalent in " SLICE_FMT,
                            SLICE_ARG(name), SLICE_ARG(m->from->id), SLICE_ARG(m->to->id));
    }
}

static void no_memory(struct mapping *m)
{
    m->code = error_set(m->err, EN_NO_MEMORY, "no memory for a label");
}

static bool declares(const struct policy *p, const struct policy *other)
{
    for (uint32_t i = 0; i < p->equivalent_count; i++) {
        if (slice_eq(p->equivalents[i].oid, other->oid)) {
            return true;
        }
    }
    return false;
}

bool label_translates(const struct policy *from, const struct policy *to)
{
    return from == to || declares(to, from) || declares(from, to);
}

/* ---- classes ---- */

/* Does this equivalent, of a class of the file that counts, join the two classes? */
static bool joins(const struct mapping *m, const struct equivalent *e, const struct word *source,
                  const struct word *target)
{
    const struct policy *other = m->inward ? m->from : m->to;
    const struct word *named = m->inward ? source : target;
    return slice_eq(e->policy_oid, other->oid) && (m->inward ? e->inward : e->outward) &&
           !e->discard && slice_eq(e->ref.lacv, named->lacv);
}

/* The highest class that the source's class maps to; NULL when there is none. */
static const struct equivalent *map_level(const struct mapping *m, uint32_t level, uint32_t *ret)
{
    const struct word *source = &m->from->levels[level];
    for (uint32_t t = m->to->level_count; t > 0; t--) {
        const struct word *target = &m->to->levels[t - 1];
        const struct word *stated = m->inward ? target : source;
        for (uint32_t i = 0; i < stated->equivalent_count; i++) {
            if (joins(m, &stated->equivalents[i], source, target)) {
                *ret = t - 1;
                return &stated->equivalents[i];
            }
        }
    }
    return NULL;
}

/* A mapping that crosses over would take a higher class below a lower one. */
static bool levels_in_order(const struct mapping *m)
{
    uint32_t before = 0;
    for (uint32_t level = 0; level < m->from->level_count; level++) {
        uint32_t to;
        if (!map_level(m, level, &to)) {
            continue;
        }
        if (to < before) {
            return false;
        }
        before = to;
    }
    return true;
}

/* ---- values ---- */

static void add_target(struct targets *t, enum tag_type type, uint16_t tag, uint16_t atom)
{
    if (t->count < TARGETS) {
        t->items[t->count++] = (struct target){ .type = type, .tag = tag, .atom = atom };
    }
}

static void targets_outward(const struct mapping *m, const struct word *source, struct targets *ret)
{
    for (uint32_t i = 0; i < source->equivalent_count; i++) {
        const struct equivalent *e = &source->equivalents[i];
        uint16_t tag;
        uint16_t atom;
        if (!e->outward || !slice_eq(e->policy_oid, m->to->oid)) {
            continue;
        }
        ret->discard = ret->discard || e->discard;
        if (!e->discard && category_find(m->to, &e->ref, /* by_id= */ true, &tag, &atom)) {
            add_target(ret, e->ref.type, tag, atom);
        }
    }
}

static bool says_source(const struct mapping *m, const struct word *target, const struct tag *tag,
                        const struct word *source)
{
    for (uint32_t i = 0; i < target->equivalent_count; i++) {
        const struct equivalent *e = &target->equivalents[i];
        if (e->inward && !e->discard && slice_eq(e->policy_oid, m->from->oid) &&
            e->ref.type == tag->type && slice_eq(e->ref.set, tag->set_id) &&
            slice_eq(e->ref.lacv, source->lacv)) {
            return true;
        }
    }
    return false;
}

static void targets_inward(const struct mapping *m, const struct tag *tag,
                           const struct word *source, struct targets *ret)
{
    for (uint32_t i = 0; i < m->to->place_count; i++) {
        struct tag_place at = m->to->places[i];
        uint32_t count;
        const struct tag *t = &policy_tags(m->to, at.type, &count)[at.index];
        for (uint32_t k = 0; k < t->atom_count; k++) {
            if (says_source(m, &t->atoms[k], tag, source)) {
                add_target(ret, at.type, at.index, (uint16_t)k);
            }
        }
    }
}

/* The targets of a value, all of the type of its tag; refused when there are none, unless it may be
 * discarded. */
static void find_targets(struct mapping *m, const struct tag *tag, uint16_t atom,
                         struct targets *ret)
{
    const struct word *source = &tag->atoms[atom];
    ret->count = 0;
    ret->discard = false;
    if (m->inward) {
        targets_inward(m, tag, source, ret);
    } else {
        targets_outward(m, source, ret);
    }
    bool good = ret->count > 0 || (ret->discard && tag->type != TAG_RESTRICTIVE);
    for (uint32_t i = 0; i < ret->count; i++) {
        good = good && ret->items[i].type == tag->type;
    }
    if (!good || ret->count == TARGETS) {
        deny(m, source->name);
    }
}

static void add_to_set(struct mapping *m, struct set *sets, const struct target *t)
{
    uint16_t atom = t->atom;
    struct set one = { .atoms = &atom, .count = 1 };
    if (!set_union(m->a, sets[t->tag], one, &sets[t->tag])) {
        no_memory(m);
    }
}

static void map_sets(struct mapping *m, const struct tag *tags, uint32_t count,
                     const struct set *sets, struct set *ret)
{
    struct targets found;
    for (uint32_t t = 0; t < count; t++) {
        for (uint32_t i = 0; m->code == 0 && i < sets[t].count; i++) {
            find_targets(m, &tags[t], sets[t].atoms[i], &found);
            for (uint32_t k = 0; m->code == 0 && k < found.count; k++) {
                add_to_set(m, ret, &found.items[k]);
            }
        }
    }
}

/* ---- groups ---- */

/* Is this the same member, and of the source's group for all of the target's time? */
static bool covers(const struct mapping *m, const struct tag *from, const struct membership *x,
                   const struct target *member, const struct membership *y)
{
    struct targets found;
    struct mapping quiet = *m;
    quiet.err = NULL;
    quiet.code = 0;
    if (x->from_ms > y->from_ms || x->until_ms < y->until_ms) {
        return false;
    }
    find_targets(&quiet, from, x->atom, &found);
    for (uint32_t i = 0; quiet.code == 0 && i < found.count; i++) {
        if (found.items[i].tag == member->tag && found.items[i].atom == member->atom) {
            return true;
        }
    }
    return false;
}

/* Two groups that both say who their members are: nobody may be in the target's alone. */
static bool group_within(const struct mapping *m, const struct tag *from, uint16_t atom,
                         const struct target *to)
{
    const struct tag *tag = &m->to->permissive[to->tag];
    if (atom < from->value_count || to->atom < tag->value_count) {
        return true;
    }
    const struct group *x = &from->groups[atom - from->value_count];
    const struct group *y = &tag->groups[to->atom - tag->value_count];
    for (uint32_t i = 0; i < y->count; i++) {
        struct target member = { TAG_PERMISSIVE, to->tag, y->members[i].atom };
        bool covered = false;
        for (uint32_t k = 0; !covered && k < x->count; k++) {
            covered = covers(m, from, &x->members[k], &member, &y->members[i]);
        }
        if (!covered) {
            return false;
        }
    }
    return true;
}

/* ---- clauses ---- */

static void add_clause(struct mapping *m, uint16_t tag, struct set clause)
{
    struct clauses one = { .items = &clause, .count = 1 };
    if (!clauses_union(m->a, m->d.permissive[tag], one, &m->d.permissive[tag])) {
        no_memory(m);
    }
}

/* The targets of one value of a clause join what the clause has become. */
static void map_into_clause(struct mapping *m, const struct tag *from, uint16_t atom,
                            struct targets *found, int *tag, struct set *clause)
{
    find_targets(m, from, atom, found);
    for (uint32_t k = 0; m->code == 0 && k < found->count; k++) {
        const struct target *t = &found->items[k];
        struct set one = { .atoms = &t->atom, .count = 1 };
        bool fits = (*tag < 0 || *tag == t->tag) && group_within(m, from, atom, t);
        if (!fits) {
            deny(m, from->atoms[atom].name);
        } else if (!set_union(m->a, *clause, one, clause)) {
            no_memory(m);
        }
        *tag = t->tag;
    }
}

static void map_clause(struct mapping *m, const struct tag *from, struct set source)
{
    struct targets found;
    struct set clause = { 0 };
    int tag = source.count == 0 && m->to->permissive_count > 0 ? 0 : -1; /* nobody stays nobody */
    for (uint32_t i = 0; m->code == 0 && i < source.count; i++) {
        map_into_clause(m, from, source.atoms[i], &found, &tag, &clause);
    }
    if (m->code == 0 && tag < 0) {
        deny(m, from->word.name);
    }
    if (m->code == 0) {
        add_clause(m, (uint16_t)tag, clause);
    }
}

/* ---- what a file requires of mapped labels ---- */

static void require_value(struct mapping *m, const struct category_ref *ref)
{
    struct target t = { .type = ref->type };
    if (ref->lacv.len == 0 || !category_find(m->to, ref, /* by_id= */ false, &t.tag, &t.atom)) {
        deny(m, ref->set);
    } else if (t.type == TAG_PERMISSIVE) {
        add_clause(m, t.tag, (struct set){ .atoms = &t.atom, .count = 1 });
    } else {
        add_to_set(m, t.type == TAG_RESTRICTIVE ? m->d.restrictive : m->d.informative, &t);
    }
}

/* "all" is added; a choice is not ours to make. */
static void require(struct mapping *m, const struct category_group *groups, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (groups[i].operation != OPERATION_ALL && groups[i].count > 1) {
            deny(m, groups[i].refs[0].set);
        }
        for (uint32_t k = 0; m->code == 0 && k < groups[i].count; k++) {
            require_value(m, &groups[i].refs[k]);
        }
    }
}

/* ---- the whole label ---- */

/* TLP is kept; where the target's classes stand for TLP, the class follows it. */
static void map_class(struct mapping *m, const struct label *l)
{
    uint32_t level = 0;
    const struct equivalent *e = levels_in_order(m) ? map_level(m, l->level, &level) : NULL;
    if (!e) {
        deny(m, m->from->levels[l->level].name);
        return;
    }
    const struct word *levels = m->to->levels;
    while (level + 1 < m->to->level_count && levels[level + 1].tlp > levels[level].tlp &&
           levels[level + 1].tlp <= l->tlp) {
        level++;
    }
    m->d.label->level = (uint16_t)level;
    m->d.label->tlp = l->tlp;
    require(m, e->required, e->required_count);
    for (uint32_t i = 0; !m->inward && i < m->from->equivalent_count; i++) {
        if (slice_eq(m->from->equivalents[i].oid, m->to->oid)) {
            require(m, m->from->equivalents[i].required, m->from->equivalents[i].required_count);
        }
    }
}

static bool keep_originators(struct mapping *m, const struct label *l)
{
    struct uuid *ids = arena_array_of(m->a, struct uuid, l->originator_count);
    if (!ids) {
        return false;
    }
    for (uint32_t i = 0; i < l->originator_count; i++) {
        ids[i] = l->originators[i];
    }
    m->d.label->originators = ids;
    m->d.label->originator_count = l->originator_count;
    m->d.label->has_review = l->has_review;
    m->d.label->review_ms = l->review_ms;
    return true;
}

static int map_label(struct mapping *m, const struct label *l, const struct label **ret)
{
    const struct policy *from = m->from;
    if (l->persons.named) {
        deny(m, S("PERSONS")); /* one instance's users are not another's */
        return m->code;
    }
    if (!draft_init(m->to, m->a, &m->d) || !keep_originators(m, l)) {
        no_memory(m);
        return m->code;
    }
    map_class(m, l);
    map_sets(m, from->restrictive, from->restrictive_count, l->restrictive, m->d.restrictive);
    map_sets(m, from->informative, from->informative_count, l->informative, m->d.informative);
    for (uint32_t t = 0; t < from->permissive_count; t++) {
        for (uint32_t i = 0; m->code == 0 && i < l->permissive[t].count; i++) {
            map_clause(m, &from->permissive[t], l->permissive[t].items[i]);
        }
    }
    if (m->code == 0) {
        draft_finish(&m->d);
        *ret = m->d.label;
    }
    return m->code;
}

int label_translate(const struct policies *all, const struct policy *to, struct arena *a,
                    const struct json *label, struct error *err, const struct label **ret)
{
    const struct json *named =
        label && label->type == JSON_OBJECT ? json_get(label, "policy") : NULL;
    if (!named || named->type != JSON_STRING) {
        return error_field(err, S("/label/policy"), REASON_REQUIRED, "text");
    }
    const struct policy *from = policies_find(all, named->text);
    if (!from || !slice_eq(from->id, named->text)) {
        return error_set(err, EN_FORBIDDEN, "the policy \"" SLICE_FMT "\" is not known here",
                         SLICE_ARG(named->text));
    }
    const struct label *l = NULL;
    int code = label_parse(from, a, label, S("/label"), err, &l);
    if (code != 0 || from == to) {
        if (code == 0) {
            *ret = l;
        }
        return code;
    }
    struct mapping m = { .from = from, .to = to, .a = a, .err = err };
    m.inward = declares(to, from);
    if (!label_translates(from, to)) {
        return error_set(err, EN_FORBIDDEN, SLICE_FMT " and " SLICE_FMT " have no equivalences",
                         SLICE_ARG(from->id), SLICE_ARG(to->id));
    }
    return map_label(&m, l, ret);
}

/*
 * May a record get this label now? What a policy says between its values: required and excluded
 * classes and values, how many may be chosen, what is obsolete or not yet or no longer valid.
 *
 * Validity is asked when a label is given, never when it is read: a label that was valid stays
 * readable by exactly those it says, and a join may well have values that nobody could choose
 * together. Invariant: the answer names the value that stands in the way.
 */
#include "label/model.h"

#include <stdio.h>

struct check {
    const struct policy *p;
    const struct label *l;
    int64_t now_ms;
    struct slice pointer;
    struct error *err;
    int code;
};

__attribute__((format(printf, 2, 3))) static void refuse(struct check *c, const char *format, ...)
{
    char detail[128];
    va_list args;
    va_start(args, format);
    vsnprintf(detail, sizeof(detail), format, args);
    va_end(args);
    c->code = error_field(c->err, c->pointer, REASON_LABEL, "%s", detail);
}

/* Has the label this value of the tag; POLICY_NONE: any? */
static bool has(const struct label *l, enum tag_type type, uint16_t tag, uint16_t atom)
{
    if (type != TAG_PERMISSIVE) {
        struct set s = type == TAG_RESTRICTIVE ? l->restrictive[tag] : l->informative[tag];
        return atom == POLICY_NONE ? s.count > 0 : set_has(s, atom);
    }
    struct clauses all = l->permissive[tag];
    for (uint32_t i = 0; i < all.count; i++) {
        if (atom == POLICY_NONE ? all.items[i].count > 0 : set_has(all.items[i], atom)) {
            return true;
        }
    }
    return false;
}

static bool has_ref(const struct check *c, const struct category_ref *ref)
{
    uint16_t tag;
    uint16_t atom;
    return category_find(c->p, ref, /* by_id= */ false, &tag, &atom) &&
           has(c->l, ref->type, tag, atom);
}

static bool group_met(const struct check *c, const struct category_group *g)
{
    uint32_t met = 0;
    for (uint32_t i = 0; i < g->count; i++) {
        met += has_ref(c, &g->refs[i]);
    }
    switch (g->operation) {
    case OPERATION_ONLY_ONE:
        return met == 1;
    case OPERATION_ONE_OR_MORE:
        return met > 0;
    case OPERATION_ALL:
    default:
        return met == g->count;
    }
}

static void check_dates(struct check *c, const struct word *w)
{
    const struct rules *r = &w->rules;
    if (r->obsolete) {
        refuse(c, SLICE_FMT " is obsolete", SLICE_ARG(w->name));
    }
    if (c->now_ms < r->not_before_ms || c->now_ms > r->not_after_ms) {
        refuse(c, SLICE_FMT " is not valid now", SLICE_ARG(w->name));
    }
}

static void check_word(struct check *c, const struct word *w)
{
    const struct rules *r = &w->rules;
    struct slice class = c->p->levels[c->l->level].name;
    check_dates(c, w);
    if (r->excluded_classes >> c->l->level & 1) {
        refuse(c, SLICE_FMT " is excluded at " SLICE_FMT, SLICE_ARG(w->name), SLICE_ARG(class));
    }
    if (r->required_class != POLICY_NONE && c->l->level < r->required_class) {
        refuse(c, SLICE_FMT " needs the class " SLICE_FMT, SLICE_ARG(w->name),
               SLICE_ARG(c->p->levels[r->required_class].name));
    }
    for (uint32_t i = 0; i < r->required_count; i++) {
        if (!group_met(c, &r->required[i])) {
            refuse(c, SLICE_FMT " needs values of " SLICE_FMT, SLICE_ARG(w->name),
                   SLICE_ARG(r->required[i].refs[0].set));
        }
    }
    for (uint32_t i = 0; i < r->excluded_count; i++) {
        if (has_ref(c, &r->excluded[i])) {
            refuse(c, SLICE_FMT " excludes values of " SLICE_FMT, SLICE_ARG(w->name),
                   SLICE_ARG(r->excluded[i].set));
        }
    }
}

static void check_tag(struct check *c, struct tag_place at)
{
    uint32_t count;
    const struct tag *t = &policy_tags(c->p, at.type, &count)[at.index];
    uint32_t chosen = 0;
    for (uint32_t k = 0; k < t->atom_count; k++) {
        if (has(c->l, at.type, at.index, (uint16_t)k)) {
            check_word(c, &t->atoms[k]);
            chosen++;
        }
    }
    if (chosen > t->selection_max || (chosen > 0 && chosen < t->selection_min)) {
        refuse(c, SLICE_FMT " takes %u to %u values", SLICE_ARG(t->word.name), t->selection_min,
               t->selection_max);
    }
}

int label_check_new(const struct policy *p, const struct label *l, int64_t now_ms,
                    struct slice pointer, struct error *err)
{
    struct check c = { .p = p, .l = l, .now_ms = now_ms, .pointer = pointer, .err = err };
    check_dates(&c, &p->word);
    check_word(&c, &p->levels[l->level]);
    for (uint32_t i = 0; i < p->place_count; i++) {
        check_tag(&c, p->places[i]);
    }
    return c.code;
}

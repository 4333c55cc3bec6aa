/*
 * What a SPIF says between values: required and excluded ones, validity dates, and equivalents in
 * other policies.
 *
 * Invariant: every reference to a class or value of this policy meets something, so that a rule
 * cannot be void by a misspelling; references into other policies are kept as they stand and meet
 * something, or nothing, when a label is translated.
 */
#include "label/spif.h"

#include "base/when.h"

enum tag_type spif_tag_type(struct spif *s, const struct xml_node *n)
{
    struct slice type = spif_need(s, n, "tagType");
    struct slice kind = S("");
    if (slice_is(type, "enumerated")) {
        kind = spif_need(s, n, "enumType");
        type = kind;
    }
    if (slice_is(type, "restrictive")) {
        return TAG_RESTRICTIVE;
    }
    if (slice_is(type, "permissive")) {
        return TAG_PERMISSIVE;
    }
    if (!slice_is(type, "tagType7") || kind.len > 0) {
        spif_refuse(s, n,
                    "tagType is restrictive, permissive, enumerated (with enumType restrictive or "
                    "permissive) or tagType7");
    }
    return TAG_INFORMATIVE;
}

/* ---- references ---- */

static void read_ref(struct spif *s, const struct xml_node *n, struct category_ref *ret)
{
    static const char *const attributes[] = { "tagSetRef", "tagType", "enumType",
                                              "lacv",      "all",     NULL };
    static const char *const none[] = { NULL };
    spif_known(s, n, attributes, none);
    ret->set = spif_need(s, n, "tagSetRef");
    ret->type = spif_tag_type(s, n);
    ret->lacv = S("");
    struct slice lacv;
    if (!spif_bool(s, n, "all") && xml_get(n, "lacv", &lacv)) {
        ret->lacv = spif_need(s, n, "lacv");
    }
}

static const struct category_ref *read_refs(struct spif *s, const struct xml_node *n,
                                            const char *element, uint32_t *ret_count)
{
    uint32_t count = xml_count(n, SPIF_NS, element);
    struct category_ref *refs = spif_array(s, count, sizeof(*refs));
    const struct xml_node *c = xml_child(n, SPIF_NS, element);
    *ret_count = 0;
    for (; c && s->code == 0; c = xml_next(c, SPIF_NS, element)) {
        read_ref(s, c, &refs[(*ret_count)++]);
    }
    return refs;
}

static enum operation read_operation(struct spif *s, const struct xml_node *n)
{
    struct slice word = spif_need(s, n, "operation");
    if (slice_is(word, "onlyOne")) {
        return OPERATION_ONLY_ONE;
    }
    if (slice_is(word, "oneOrMore")) {
        return OPERATION_ONE_OR_MORE;
    }
    if (!slice_is(word, "all")) {
        spif_refuse(s, n, "operation is onlyOne, oneOrMore or all");
    }
    return OPERATION_ALL;
}

const struct category_group *spif_read_required(struct spif *s, const struct xml_node *n,
                                                uint32_t *ret_count)
{
    static const char *const attributes[] = { "operation", NULL };
    static const char *const elements[] = { "categoryGroup", NULL };
    uint32_t count = xml_count(n, SPIF_NS, "requiredCategory");
    struct category_group *groups = spif_array(s, count, sizeof(*groups));
    const struct xml_node *c = xml_child(n, SPIF_NS, "requiredCategory");
    *ret_count = 0;
    for (; c && s->code == 0; c = xml_next(c, SPIF_NS, "requiredCategory")) {
        struct category_group *g = &groups[(*ret_count)++];
        spif_known(s, c, attributes, elements);
        g->operation = read_operation(s, c);
        g->refs = read_refs(s, c, "categoryGroup", &g->count);
        if (g->count == 0) {
            spif_refuse(s, c, "a categoryGroup is required");
        }
    }
    return groups;
}

/* ---- rules of a class or category ---- */

static uint16_t read_class_name(struct spif *s, const struct xml_node *n, struct slice name)
{
    int level = word_find(s->p->levels, s->p->level_count, name, /* fold= */ false);
    if (level < 0) {
        spif_refuse(s, n, "\"" SLICE_FMT "\" is no classification", SLICE_ARG(name));
        return POLICY_NONE;
    }
    return (uint16_t)level;
}

static int64_t read_instant(struct spif *s, const struct xml_node *n, const char *attribute,
                            int64_t fallback)
{
    struct slice text;
    struct when w;
    if (!xml_get(n, attribute, &text)) {
        return fallback;
    }
    if (!when_parse(text, &w) || w.precision < WHEN_DAY) {
        spif_refuse(s, n, "\"%s\" is an instant, 2031-01-02T00:00:00Z", attribute);
        return fallback;
    }
    return when_first_ms(w);
}

void spif_read_rules(struct spif *s, const struct xml_node *n, struct word *w)
{
    static const char *const none[] = { NULL };
    static const char *const text[] = { "#text", NULL };
    struct slice required;
    struct rules *r = &w->rules;
    r->obsolete = spif_bool(s, n, "obsolete");
    r->not_before_ms = read_instant(s, n, "notBefore", INT64_MIN);
    r->not_after_ms = read_instant(s, n, "notAfter", INT64_MAX);
    r->required_class = xml_get(n, "requiredClass", &required) ? read_class_name(s, n, required)
                                                               : (uint16_t)POLICY_NONE;
    const struct xml_node *c = xml_child(n, SPIF_NS, "excludedClass");
    for (; c && s->code == 0; c = xml_next(c, SPIF_NS, "excludedClass")) {
        spif_known(s, c, none, text);
        uint16_t level = read_class_name(s, c, c->text);
        r->excluded_classes |= level < POLICY_LEVELS ? UINT64_C(1) << level : 0;
    }
    r->required = spif_read_required(s, n, &r->required_count);
    r->excluded = read_refs(s, n, "excludedCategory", &r->excluded_count);
}

/* ---- equivalents ---- */

static const struct equivalent_policy *policy_of_ref(const struct policy *p, struct slice name)
{
    for (uint32_t i = 0; i < p->equivalent_count; i++) {
        if (slice_eq(p->equivalents[i].name, name)) {
            return &p->equivalents[i];
        }
    }
    return NULL;
}

static void read_applied(struct spif *s, const struct xml_node *n, struct equivalent *e)
{
    struct slice applied = spif_need(s, n, "applied");
    e->outward = slice_is(applied, "encrypt") || slice_is(applied, "both");
    e->inward = slice_is(applied, "decrypt") || slice_is(applied, "both");
    if (!e->outward && !e->inward) {
        spif_refuse(s, n, "applied is encrypt, decrypt or both");
    }
}

static void read_equivalent(struct spif *s, const struct xml_node *n, bool category,
                            struct equivalent *e)
{
    static const char *const attributes[] = { "policyRef", "tagSetId", "tagType", "enumType",
                                              "lacv",      "applied",  "action",  NULL };
    static const char *const elements[] = { "requiredCategory", NULL };
    struct slice action;
    spif_known(s, n, attributes, elements);
    const struct equivalent_policy *of = policy_of_ref(s->p, spif_need(s, n, "policyRef"));
    if (!of) {
        spif_refuse(s, n, "policyRef names none of the equivalentPolicies");
        return;
    }
    e->policy_oid = of->oid;
    read_applied(s, n, e);
    e->discard = xml_get(n, "action", &action);
    if (e->discard && !slice_is(action, "discard")) {
        spif_refuse(s, n, "action is discard");
    }
    e->ref.lacv = e->discard ? S("") : spif_need(s, n, "lacv");
    if (category && !e->discard) {
        e->ref.set = spif_need(s, n, "tagSetId");
        e->ref.type = spif_tag_type(s, n);
    }
    e->required = spif_read_required(s, n, &e->required_count);
}

void spif_read_equivalents(struct spif *s, const struct xml_node *n, const char *element,
                           struct word *w)
{
    uint32_t count = xml_count(n, SPIF_NS, element);
    struct equivalent *all = spif_array(s, count, sizeof(*all));
    bool category = strcmp(element, "equivalentSecCategoryTag") == 0;
    const struct xml_node *c = xml_child(n, SPIF_NS, element);
    for (uint32_t i = 0; c && s->code == 0; c = xml_next(c, SPIF_NS, element), i++) {
        read_equivalent(s, c, category, &all[i]);
    }
    w->equivalents = all;
    w->equivalent_count = count;
}

void spif_read_equivalent_policies(struct spif *s, const struct xml_node *root)
{
    static const char *const attributes[] = { "name", "id", "userRefURI", "docRefURI", NULL };
    static const char *const elements[] = { "requiredCategory", NULL };
    const struct xml_node *list = xml_child(root, SPIF_NS, "equivalentPolicies");
    if (!list) {
        return;
    }
    uint32_t count = xml_count(list, SPIF_NS, "equivalentPolicy");
    struct equivalent_policy *all = spif_array(s, count, sizeof(*all));
    const struct xml_node *c = xml_child(list, SPIF_NS, "equivalentPolicy");
    for (uint32_t i = 0; c && s->code == 0; c = xml_next(c, SPIF_NS, "equivalentPolicy"), i++) {
        spif_known(s, c, attributes, elements);
        all[i].name = spif_need(s, c, "name");
        all[i].oid = spif_need(s, c, "id");
        all[i].required = spif_read_required(s, c, &all[i].required_count);
        s->p->equivalents = all;
        s->p->equivalent_count = i + 1;
    }
}

/* ---- do the references meet something? ---- */

static void check_refs(struct spif *s, const struct xml_node *at, const struct category_ref *refs,
                       uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint16_t tag, atom;
        if (!category_find(s->p, &refs[i], /* by_id= */ false, &tag, &atom)) {
            spif_refuse(s, at,
                        "a rule refers to lacv \"" SLICE_FMT "\" of the tag set \"" SLICE_FMT
                        "\", which has none",
                        SLICE_ARG(refs[i].lacv), SLICE_ARG(refs[i].set));
        }
    }
}

static void check_rules(struct spif *s, const struct xml_node *at, const struct rules *r)
{
    for (uint32_t i = 0; i < r->required_count; i++) {
        check_refs(s, at, r->required[i].refs, r->required[i].count);
    }
    check_refs(s, at, r->excluded, r->excluded_count);
}

void spif_check_rules(struct spif *s, const struct xml_node *root)
{
    const struct policy *p = s->p;
    for (uint32_t i = 0; i < p->level_count; i++) {
        check_rules(s, xml_child(root, SPIF_NS, "securityClassifications"), &p->levels[i].rules);
    }
    for (uint32_t i = 0; i < p->place_count; i++) {
        uint32_t count;
        const struct tag *t = &policy_tags(p, p->places[i].type, &count)[p->places[i].index];
        for (uint32_t k = 0; k < t->atom_count; k++) {
            check_rules(s, xml_child(root, SPIF_NS, "securityCategoryTagSets"), &t->atoms[k].rules);
        }
    }
}

/*
 * The category tags of a SPIF: sets, tags, values.
 *
 * Labels name a tag by its own name, or by that of its set where it has none. Invariant: names of
 * tags are unique over all types, names of values within their tag, and (set, type, lacv) finds one
 * value. Values that our block says are groups stand behind the others (see model.h).
 */
#include "label/spif.h"

/* ---- values ---- */

static void read_value(struct spif *s, const struct xml_node *n, struct word *w)
{
    static const char *const attributes[] = { "name",     "lacv",      "requiredClass",
                                              "obsolete", "notBefore", "notAfter",
                                              NULL };
    static const char *const elements[] = { "equivalentSecCategoryTag",
                                            "markingData",
                                            "markingQualifier",
                                            "excludedClass",
                                            "requiredCategory",
                                            "excludedCategory",
                                            NULL };
    spif_known(s, n, attributes, elements);
    w->name = spif_name(s, n, spif_need(s, n, "name"));
    w->lacv = spif_need(s, n, "lacv");
    w->color = S("");
    spif_read_marking(s, n, w);
    spif_read_rules(s, n, w);
    spif_read_equivalents(s, n, "equivalentSecCategoryTag", w);
}

static void refuse_value_twice(struct spif *s, const struct xml_node *n, const struct tag *t)
{
    const struct word *last = &t->atoms[t->atom_count - 1];
    for (uint32_t i = 0; i + 1 < t->atom_count; i++) {
        if (slice_eq_fold(t->atoms[i].name, last->name) || slice_eq(t->atoms[i].lacv, last->lacv)) {
            spif_refuse(s, n, "another value of this tag has this name or lacv");
        }
    }
}

/* The values that are groups, or those that are not. */
static void read_values(struct spif *s, const struct xml_node *tag, bool groups, struct tag *t)
{
    const struct xml_node *n = xml_child(tag, SPIF_NS, "tagCategory");
    for (; n && s->code == 0; n = xml_next(n, SPIF_NS, "tagCategory")) {
        struct slice name = S("");
        xml_get(n, "name", &name);
        if (spif_is_group(s, t->word.name, name) == groups) {
            read_value(s, n, &t->atoms[t->atom_count++]);
            refuse_value_twice(s, n, t);
            t->value_count += !groups;
        }
    }
}

/* ---- tags ---- */

static uint32_t read_selection(struct spif *s, const struct xml_node *n, const char *attribute,
                               uint32_t unbounded)
{
    struct slice text;
    int64_t count = 0;
    if (!xml_get(n, attribute, &text) || slice_is(text, "unbounded")) {
        return unbounded;
    }
    if (!slice_to_int64(text, &count) || count < 0 || count > POLICY_ATOMS) {
        spif_refuse(s, n, "\"%s\" is a number or unbounded", attribute);
    }
    return (uint32_t)count;
}

static void read_tag(struct spif *s, const struct xml_node *n, const struct xml_node *set,
                     struct tag *t)
{
    static const char *const attributes[] = {
        "name",         "tagType",      "enumType", "tag7Encoding", "singleSelection",
        "maxSelection", "minSelection", NULL
    };
    static const char *const elements[] = { "tagCategory", "markingQualifier", NULL };
    struct slice name;
    spif_known(s, n, attributes, elements);
    t->type = spif_tag_type(s, n);
    t->set_name = spif_need(s, set, "name");
    t->set_id = spif_need(s, set, "id");
    t->word.name =
        spif_name(s, n, xml_get(n, "name", &name) ? spif_need(s, n, "name") : t->set_name);
    t->word.people = (struct phrase){ t->word.name, t->word.name };
    spif_read_qualifiers(s, n, &t->qualifiers, &t->word.people);
    t->selection_min = read_selection(s, n, "minSelection", 0);
    t->selection_max = read_selection(s, n, "maxSelection", POLICY_ATOMS);
    if (spif_bool(s, n, "singleSelection")) {
        t->selection_max = 1;
    }
    t->nobody = (struct phrase){ S("NOT RELEASABLE"), S("NON COMMUNICABLE") };
    uint32_t count = xml_count(n, SPIF_NS, "tagCategory");
    if (count > POLICY_ATOMS) {
        spif_refuse(s, n, "at most %d values", POLICY_ATOMS);
        return;
    }
    t->atoms = spif_array(s, count, sizeof(*t->atoms));
    t->groups = spif_array(s, count, sizeof(*t->groups));
    if (s->code == 0) {
        read_values(s, n, /* groups= */ false, t);
        read_values(s, n, /* groups= */ true, t);
    }
}

/* In markings of forms: the words before the values, or the name. */
static void name_tag(struct tag *t)
{
    struct slice en = slice_trim(t->qualifiers.prefix.en);
    struct slice fr = slice_trim(t->qualifiers.prefix.fr);
    t->word.marking = (struct phrase){ en.len ? en : t->word.name, fr.len ? fr : t->word.name };
}

static struct tag *next_tag(struct policy *p, enum tag_type type)
{
    struct tag *all[] = { [TAG_RESTRICTIVE] = p->restrictive,
                          [TAG_PERMISSIVE] = p->permissive,
                          [TAG_INFORMATIVE] = p->informative };
    uint32_t *counts[] = { [TAG_RESTRICTIVE] = &p->restrictive_count,
                           [TAG_PERMISSIVE] = &p->permissive_count,
                           [TAG_INFORMATIVE] = &p->informative_count };
    return *counts[type] < POLICY_TAGS ? &all[type][(*counts[type])++] : NULL;
}

static bool same_set_has(const struct tag *x, const struct tag *y)
{
    for (uint32_t i = 0; i < x->atom_count; i++) {
        for (uint32_t k = 0; k < y->atom_count; k++) {
            if (slice_eq(x->atoms[i].lacv, y->atoms[k].lacv)) {
                return true;
            }
        }
    }
    return false;
}

static void refuse_tag_twice(struct spif *s, const struct xml_node *n, const struct tag *t)
{
    const struct policy *p = s->p;
    for (uint32_t i = 0; i < p->place_count; i++) {
        uint32_t count;
        const struct tag *o = &policy_tags(p, p->places[i].type, &count)[p->places[i].index];
        if (slice_eq_fold(o->word.name, t->word.name)) {
            spif_refuse(s, n, "another tag is called \"" SLICE_FMT "\"", SLICE_ARG(t->word.name));
        } else if (o->type == t->type && slice_eq(o->set_id, t->set_id) && same_set_has(o, t)) {
            spif_refuse(s, n, "another tag of this set and type has one of these lacv");
        }
    }
}

static void add_tag(struct spif *s, const struct xml_node *n, const struct xml_node *set,
                    struct tag_place *places)
{
    struct policy *p = s->p;
    struct tag read = { 0 };
    read_tag(s, n, set, &read);
    if (s->code != 0) {
        return;
    }
    name_tag(&read);
    refuse_tag_twice(s, n, &read);
    struct tag *t = next_tag(p, read.type);
    if (!t) {
        spif_refuse(s, n, "at most %d tags of a type", POLICY_TAGS);
        return;
    }
    *t = read;
    uint32_t count;
    const struct tag *all = policy_tags(p, read.type, &count);
    places[p->place_count++] =
        (struct tag_place){ .type = read.type, .index = (uint16_t)(t - all) };
}

static void read_set_of_tags(struct spif *s, const struct xml_node *set, struct tag_place *places)
{
    static const char *const attributes[] = { "name", "id", NULL };
    static const char *const elements[] = { "securityCategoryTag", NULL };
    spif_known(s, set, attributes, elements);
    const struct xml_node *other = xml_next(set, SPIF_NS, "securityCategoryTagSet");
    struct slice id = spif_need(s, set, "id");
    struct slice name = spif_need(s, set, "name");
    for (; other; other = xml_next(other, SPIF_NS, "securityCategoryTagSet")) {
        struct slice other_id = S("");
        struct slice other_name = S("");
        xml_get(other, "id", &other_id);
        xml_get(other, "name", &other_name);
        if (slice_eq(id, other_id) || slice_eq(name, other_name)) {
            spif_refuse(s, other, "another tag set has this name or id");
        }
    }
    const struct xml_node *n = xml_child(set, SPIF_NS, "securityCategoryTag");
    for (; n && s->code == 0; n = xml_next(n, SPIF_NS, "securityCategoryTag")) {
        add_tag(s, n, set, places);
    }
}

void spif_read_tag_sets(struct spif *s, const struct xml_node *root)
{
    static const char *const none[] = { NULL };
    static const char *const elements[] = { "securityCategoryTagSet", NULL };
    struct policy *p = s->p;
    p->restrictive = spif_array(s, POLICY_TAGS, sizeof(struct tag));
    p->permissive = spif_array(s, POLICY_TAGS, sizeof(struct tag));
    p->informative = spif_array(s, POLICY_TAGS, sizeof(struct tag));
    struct tag_place *places = spif_array(s, (size_t)3 * POLICY_TAGS, sizeof(*places));
    const struct xml_node *list = xml_child(root, SPIF_NS, "securityCategoryTagSets");
    if (s->code != 0 || !list) {
        return;
    }
    p->places = places;
    spif_known(s, list, none, elements);
    const struct xml_node *set = xml_child(list, SPIF_NS, "securityCategoryTagSet");
    for (; set && s->code == 0; set = xml_next(set, SPIF_NS, "securityCategoryTagSet")) {
        read_set_of_tags(s, set, places);
    }
}

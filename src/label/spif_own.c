/*
 * What SPIF 2.1 has no element for, in a block of our own among the extensions of the same file
 * (namespace urn:entente:policy:1; policy/README.md): groups with dated members, chains of values,
 * defaults, the TLP of a class, phrases for nobody and for a value alone.
 *
 * Invariant: a group's members are values of its tag (groups do not nest); the TLP of classes rises
 * with them. Must never ignore what it does not understand: a misspelt "until" would widen a group
 * for ever.
 */
#include "label/spif.h"

#include "base/limits.h"
#include "base/when.h"

static const struct xml_node *own_tag(const struct spif *s, struct slice name)
{
    const struct xml_node *n = s->own ? xml_child(s->own, SPIF_OWN_NS, "tag") : NULL;
    for (; n; n = xml_next(n, SPIF_OWN_NS, "tag")) {
        struct slice named;
        if (xml_get(n, "name", &named) && slice_eq(named, name)) {
            return n;
        }
    }
    return NULL;
}

bool spif_is_group(const struct spif *s, struct slice tag, struct slice value)
{
    const struct xml_node *n = own_tag(s, tag);
    n = n ? xml_child(n, SPIF_OWN_NS, "group") : NULL;
    for (; n; n = xml_next(n, SPIF_OWN_NS, "group")) {
        struct slice named;
        if (xml_get(n, "name", &named) && slice_eq(named, value)) {
            return true;
        }
    }
    return false;
}

/* ---- groups ---- */

/* A day, as the instant it begins (UTC); the fallback when it is absent. */
static int64_t read_day(struct spif *s, const struct xml_node *n, const char *attribute,
                        int64_t fallback)
{
    struct slice text;
    struct when w;
    if (!xml_get(n, attribute, &text)) {
        return fallback;
    }
    if (!when_parse(text, &w) || w.precision != WHEN_DAY) {
        spif_refuse(s, n, "\"%s\" is a day, 2024-03-07", attribute);
        return fallback;
    }
    return when_first_ms(w);
}

static void read_member(struct spif *s, const struct xml_node *n, const struct tag *t,
                        struct membership *ret)
{
    static const char *const attributes[] = { "name", "from", "until", NULL };
    static const char *const none[] = { NULL };
    spif_known(s, n, attributes, none);
    struct slice name = spif_need(s, n, "name");
    int atom = word_find(t->atoms, t->value_count, name, /* fold= */ false);
    if (atom < 0) {
        spif_refuse(s, n, "\"" SLICE_FMT "\" is no value of the tag", SLICE_ARG(name));
        return;
    }
    ret->atom = (uint16_t)atom;
    ret->from_ms = read_day(s, n, "from", INT64_MIN);
    ret->until_ms = read_day(s, n, "until", INT64_MAX);
    if (ret->until_ms <= ret->from_ms) {
        spif_refuse(s, n, "\"until\" is not after \"from\"");
    }
}

static void read_group(struct spif *s, const struct xml_node *n, struct tag *t)
{
    static const char *const attributes[] = { "name", NULL };
    static const char *const elements[] = { "member", NULL };
    spif_known(s, n, attributes, elements);
    struct slice name = spif_need(s, n, "name");
    int atom = word_find(t->atoms, t->atom_count, name, /* fold= */ false);
    if (atom < (int)t->value_count) {
        spif_refuse(s, n, "\"" SLICE_FMT "\" is no value of the tag", SLICE_ARG(name));
        return;
    }
    struct group *g = &t->groups[atom - (int)t->value_count];
    if (g->members) {
        spif_refuse(s, n, "a group stands here once");
        return;
    }
    uint32_t count = xml_count(n, SPIF_OWN_NS, "member");
    struct membership *members = spif_array(s, count + 1, sizeof(*members));
    const struct xml_node *m = xml_child(n, SPIF_OWN_NS, "member");
    for (uint32_t i = 0; m && s->code == 0; m = xml_next(m, SPIF_OWN_NS, "member"), i++) {
        read_member(s, m, t, &members[i]);
    }
    *g = (struct group){ .members = members, .count = count };
}

/* ---- tags ---- */

static uint16_t *read_names(struct spif *s, const struct xml_node *n, const struct tag *t,
                            struct slice list, uint32_t *ret_count)
{
    uint16_t *atoms = spif_array(s, LIMIT_LABEL_ATOMS, sizeof(*atoms));
    uint32_t limit = t->type == TAG_PERMISSIVE ? t->atom_count : t->value_count;
    *ret_count = 0;
    while (s->code == 0 && list.ptr) {
        struct slice name = slice_trim(slice_cut(&list, ','));
        int atom = word_find(t->atoms, limit, name, /* fold= */ false);
        if (atom < 0 || *ret_count == LIMIT_LABEL_ATOMS) {
            spif_refuse(s, n, "\"" SLICE_FMT "\" is no value of the tag", SLICE_ARG(name));
            break;
        }
        atoms[(*ret_count)++] = (uint16_t)atom;
    }
    return atoms;
}

/* "LEGAL, MEDICAL" of a restrictive tag; "CAN, USA; CAN, JPN", NOBODY or ANYONE of a permissive. */
static void read_default(struct spif *s, const struct xml_node *n, struct slice text, struct tag *t)
{
    uint32_t count;
    if (t->type != TAG_PERMISSIVE) {
        uint16_t *atoms = read_names(s, n, t, text, &count);
        t->default_set = set_normalise(atoms, count);
        return;
    }
    if (slice_is(text, "ANYONE")) {
        return;
    }
    struct set *items = spif_array(s, LIMIT_LABEL_CLAUSES, sizeof(*items));
    uint32_t clauses = 0;
    while (s->code == 0 && text.ptr) {
        struct slice clause = slice_trim(slice_cut(&text, ';'));
        if (clauses == LIMIT_LABEL_CLAUSES) {
            spif_refuse(s, n, "at most %d clauses", LIMIT_LABEL_CLAUSES);
            return;
        }
        if (slice_is(clause, "NOBODY")) {
            items[clauses++] = (struct set){ 0 };
            continue;
        }
        uint16_t *atoms = read_names(s, n, t, clause, &count);
        items[clauses++] = set_normalise(atoms, count);
    }
    if (s->code == 0) {
        t->default_clauses = clauses_normalise(items, clauses);
    }
}

static void set_side(struct phrase *p, struct slice lang, struct slice text)
{
    bool french = lang.len >= 2 && slice_eq_fold(slice_make(lang.ptr, 2), S("fr"));
    if (!french) {
        p->en = text;
    }
    if (french || lang.len == 0) {
        p->fr = text;
    }
}

static void read_phrase(struct spif *s, const struct xml_node *n, struct tag *t)
{
    static const char *const nobody[] = { "phrase", NULL };
    static const char *const alone[] = { "name", "phrase", NULL };
    static const char *const none[] = { NULL };
    bool is_nobody = slice_is(n->name, "nobody");
    spif_known(s, n, is_nobody ? nobody : alone, none);
    struct slice text = spif_need(s, n, "phrase");
    if (is_nobody) {
        set_side(&t->nobody, xml_lang(n), text);
        return;
    }
    int atom = word_find(t->atoms, t->atom_count, spif_need(s, n, "name"), /* fold= */ false);
    if (atom < 0) {
        spif_refuse(s, n, "\"name\" is no value of the tag");
        return;
    }
    set_side(&t->atoms[atom].alone, xml_lang(n), text);
}

static struct tag *find_tag(struct policy *p, struct slice name)
{
    for (uint32_t i = 0; i < p->place_count; i++) {
        struct tag *all[] = { [TAG_RESTRICTIVE] = p->restrictive,
                              [TAG_PERMISSIVE] = p->permissive,
                              [TAG_INFORMATIVE] = p->informative };
        struct tag *t = &all[p->places[i].type][p->places[i].index];
        if (slice_eq(t->word.name, name)) {
            return t;
        }
    }
    return NULL;
}

static void read_own_tag(struct spif *s, const struct xml_node *n)
{
    static const char *const attributes[] = { "name", "chain", "default", NULL };
    static const char *const elements[] = { "group", "nobody", "alone", NULL };
    struct slice text;
    spif_known(s, n, attributes, elements);
    struct slice name = spif_need(s, n, "name");
    struct tag *t = find_tag(s->p, name);
    if (!t || own_tag(s, name) != n) {
        spif_refuse(s, n, t ? "a tag stands here once" : "no tag of this policy");
        return;
    }
    t->chain = spif_bool(s, n, "chain");
    if (t->chain && t->type != TAG_RESTRICTIVE) {
        spif_refuse(s, n, "only a restrictive tag is a chain");
    }
    for (const struct xml_node *c = n->first; c && s->code == 0; c = c->next) {
        if (!slice_is(c->name, "group")) {
            read_phrase(s, c, t);
        } else if (t->type == TAG_PERMISSIVE) {
            read_group(s, c, t);
        } else {
            spif_refuse(s, c, "only a permissive tag has groups");
        }
    }
    if (xml_get(n, "default", &text)) {
        if (t->type == TAG_INFORMATIVE) {
            spif_refuse(s, n, "an informative tag has no default");
        }
        read_default(s, n, slice_trim(text), t);
    }
}

/* ---- classes and the policy ---- */

static enum tlp read_tlp_of(struct spif *s, const struct xml_node *n, struct slice text)
{
    enum tlp tlp = TLP_CLEAR;
    if (!tlp_parse(text, &tlp)) {
        spif_refuse(s, n, "tlp is CLEAR, GREEN, AMBER, AMBER+STRICT or RED");
    }
    return tlp;
}

static void read_own_class(struct spif *s, const struct xml_node *n)
{
    static const char *const attributes[] = { "name", "tlp", NULL };
    static const char *const none[] = { NULL };
    spif_known(s, n, attributes, none);
    struct policy *p = s->p;
    int level = word_find(p->levels, p->level_count, spif_need(s, n, "name"), /* fold= */ false);
    if (level < 0) {
        spif_refuse(s, n, "\"name\" is no classification");
        return;
    }
    p->levels[level].tlp = read_tlp_of(s, n, spif_need(s, n, "tlp"));
}

void spif_read_own(struct spif *s)
{
    static const char *const attributes[] = { "default", "tlp", NULL };
    static const char *const elements[] = { "class", "tag", NULL };
    struct policy *p = s->p;
    struct slice tlp;
    if (!s->own) {
        return;
    }
    spif_known(s, s->own, attributes, elements);
    if (xml_get(s->own, "tlp", &tlp)) {
        p->default_tlp = read_tlp_of(s, s->own, tlp);
    }
    for (const struct xml_node *c = s->own->first; c && s->code == 0; c = c->next) {
        if (slice_is(c->name, "class")) {
            read_own_class(s, c);
        } else {
            read_own_tag(s, c);
        }
    }
    for (uint32_t i = 1; i < p->level_count; i++) {
        if (p->levels[i].tlp < p->levels[i - 1].tlp) {
            spif_refuse(s, s->own, "the TLP of a class is below that of a lower one");
        }
    }
}

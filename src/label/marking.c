/*
 * The marking people read, in English or French: "SECRET // LEGAL // REL TO CAN, USA // TLP:AMBER".
 *
 * As a SPIF says it: the policy's name or the first phrase that replaces it, the class, then each
 * tag in the order of the file with its prefix, its phrases and its suffix; segments are separated
 * by the policy's separator. Every segment is one demand on the reader and all hold together; so a
 * second clause of a tag is a segment of its own, behind " // " at least, and cannot be misread as
 * "or". Whom a label names is not part of it, only that it does. TLP:CLEAR demands nothing and is
 * not written; TLP words stay English capitals in French. Must never hide a class other than the
 * lowest, whatever a category's suppressClassName says.
 */
#include "label/model.h"

#include "base/limits.h"

#include <assert.h>

struct writer {
    const struct policy *p;
    const struct label *l;
    bool french;
    struct buf *out;
    size_t start; /* where the first segment begins */
    struct slice separator;
};

/* Before a segment, unless it is the first. */
static void separate(struct writer *w, struct slice separator)
{
    if (w->out->len > w->start) {
        buf_add(w->out, separator);
    }
}

static struct slice strong(struct slice separator)
{
    return slice_trim(separator).len > 0 ? separator : S(" // ");
}

static struct set informative_or_restrictive(const struct label *l, struct tag_place at)
{
    return at.type == TAG_RESTRICTIVE ? l->restrictive[at.index] : l->informative[at.index];
}

static const struct tag *tag_at(const struct policy *p, struct tag_place at)
{
    uint32_t count;
    return &policy_tags(p, at.type, &count)[at.index];
}

/* The value itself; of a clause with other values too. */
static const struct word *first_in(const struct tag *t, struct set s,
                                   bool (*wanted)(const struct word *))
{
    for (uint32_t i = 0; i < s.count; i++) {
        if (wanted(&t->atoms[s.atoms[i]])) {
            return &t->atoms[s.atoms[i]];
        }
    }
    return NULL;
}

/* The first value of the label, in the order of the file, that is wanted. */
static const struct word *first_value(const struct writer *w, bool (*wanted)(const struct word *))
{
    for (uint32_t i = 0; i < w->p->place_count; i++) {
        struct tag_place at = w->p->places[i];
        const struct tag *t = tag_at(w->p, at);
        const struct word *found = NULL;
        if (at.type != TAG_PERMISSIVE) {
            found = first_in(t, informative_or_restrictive(w->l, at), wanted);
        }
        for (uint32_t k = 0;
             at.type == TAG_PERMISSIVE && !found && k < w->l->permissive[at.index].count; k++) {
            found = first_in(t, w->l->permissive[at.index].items[k], wanted);
        }
        if (found) {
            return found;
        }
    }
    return NULL;
}

static bool replaces_policy(const struct word *w)
{
    return w->replaces_policy;
}

static bool suppresses_class(const struct word *w)
{
    return w->suppresses_class;
}

static void add_policy(struct writer *w)
{
    const struct word *class = &w->p->levels[w->l->level];
    const struct word *value = first_value(w, replaces_policy);
    const struct phrase *phrase = &w->p->word.marking;
    if (!w->p->word.replaces_policy && class->replaces_policy) {
        phrase = &class->policy;
    } else if (!w->p->word.replaces_policy && value) {
        phrase = &value->policy;
    }
    buf_add(w->out, phrase_of(phrase, w->french));
}

static void add_class(struct writer *w)
{
    struct slice class = phrase_of(&w->p->levels[w->l->level].marking, w->french);
    if (class.len == 0 || (w->l->level == 0 && first_value(w, suppresses_class))) {
        return;
    }
    separate(w, w->separator);
    buf_add(w->out, class);
}

/* Prefix, phrases, suffix; nothing when no value has a phrase to show. */
static void add_values(struct writer *w, const struct tag *t, struct set s, struct slice before)
{
    struct slice between = phrase_of(&t->qualifiers.separator, w->french);
    bool open = false;
    if (s.count == 1 && t->atoms[s.atoms[0]].alone.en.len > 0) {
        separate(w, before);
        buf_add(w->out, phrase_of(&t->atoms[s.atoms[0]].alone, w->french));
        return;
    }
    for (uint32_t i = 0; i < s.count; i++) {
        struct slice phrase = phrase_of(&t->atoms[s.atoms[i]].marking, w->french);
        if (phrase.len == 0) {
            continue;
        }
        if (open) {
            buf_add(w->out, between.len > 0 ? between : S("/"));
        } else {
            separate(w, before);
            buf_add(w->out, phrase_of(&t->qualifiers.prefix, w->french));
        }
        buf_add(w->out, phrase);
        open = true;
    }
    if (open) {
        buf_add(w->out, phrase_of(&t->qualifiers.suffix, w->french));
    }
}

static void add_clauses(struct writer *w, const struct tag *t, struct clauses c)
{
    for (uint32_t i = 0; i < c.count; i++) {
        struct slice before = i == 0 ? w->separator : strong(w->separator);
        if (c.items[i].count == 0) {
            separate(w, before);
            buf_add(w->out, phrase_of(&t->nobody, w->french));
        } else {
            add_values(w, t, c.items[i], before);
        }
    }
}

static void add_tags(struct writer *w)
{
    for (uint32_t i = 0; i < w->p->place_count; i++) {
        struct tag_place at = w->p->places[i];
        const struct tag *t = tag_at(w->p, at);
        if (at.type == TAG_PERMISSIVE) {
            add_clauses(w, t, w->l->permissive[at.index]);
        } else {
            add_values(w, t, informative_or_restrictive(w->l, at), w->separator);
        }
    }
}

void label_write_marking(const struct policy *p, const struct label *l, bool french,
                         struct buf *out)
{
    assert(l->policy == p);
    struct slice separator = phrase_of(&p->qualifiers.separator, french);
    buf_add(out, phrase_of(&p->qualifiers.prefix, french));
    struct writer w = { .p = p,
                        .l = l,
                        .french = french,
                        .out = out,
                        .start = out->len,
                        .separator = separator.len > 0 ? separator : S(" ") };
    add_policy(&w);
    add_class(&w);
    add_tags(&w);
    buf_add(out, phrase_of(&p->qualifiers.suffix, french));
    if (l->persons.named) {
        separate(&w, strong(w.separator));
        buf_add(out, french ? S("PERSONNES DÉSIGNÉES SEULEMENT") : S("NAMED PERSONS ONLY"));
    }
    if (l->originator_count > 0) {
        separate(&w, strong(w.separator));
        buf_add(out, S("ORCON"));
    }
    if (l->tlp != p->levels[l->level].tlp) {
        separate(&w, strong(w.separator));
        buf_add(out, S("TLP:"));
        buf_add_cstr(out, tlp_info(l->tlp)->name);
    }
}

struct slice label_marking(const struct policy *p, struct arena *a, const struct label *l,
                           bool french)
{
    struct buf text cleanup_buf;
    buf_init(&text, LIMIT_RECORD);
    label_write_marking(p, l, french, &text);
    return buf_failed(&text) ? (struct slice){ 0 } : arena_copy(a, buf_slice(&text));
}

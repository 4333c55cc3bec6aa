/*
 * Labels: reading their JSON, writing the canonical form, the join, equality.
 *
 * The join of two labels is read by exactly those who may read both (standards: higher class, union
 * of the restrictive sets, union of the clauses made minimal, stricter TLP).
 * Invariant: a label that leaves this file is canonical (see label.h); its canonical text leaves
 * nothing unsaid, so a later change of a policy's defaults does not change what it means.
 * Must never widen: a part that cannot be understood refuses the whole label.
 */
#include "label/model.h"
#include "label/read.h"

#include <assert.h>

bool draft_init(const struct policy *p, struct arena *a, struct draft *ret)
{
    struct draft d = {
        .label = arena_new_of(a, struct label),
        .restrictive = arena_array_of(a, struct set, p->restrictive_count),
        .permissive = arena_array_of(a, struct clauses, p->permissive_count),
    };
    if (!d.label || !d.restrictive || !d.permissive) {
        return false;
    }
    d.label->policy = p;
    d.label->restrictive = d.restrictive;
    d.label->permissive = d.permissive;
    *ret = d;
    return true;
}

/* ---- reading ---- */

/* A part that is left out takes each tag's default; a tag left out of a part does not restrict. */
static void read_restrictive(struct reader *r, const struct policy *p, const struct json *part,
                             struct path at, struct draft *d)
{
    at = path_name(at, S("restrictive"));
    if (!part) {
        for (uint32_t t = 0; t < p->restrictive_count; t++) {
            d->restrictive[t] = p->restrictive[t].default_set;
        }
        return;
    }
    if (!read_type(r, part, JSON_OBJECT, at)) {
        return;
    }
    for (uint32_t i = 0; i < part->count; i++) {
        const struct json_member *m = &part->members[i];
        int t = tag_find(p->restrictive, p->restrictive_count, m->name, /* fold= */ false);
        if (t < 0) {
            reader_refuse(r, path_name(at, m->name), REASON_UNKNOWN_FIELD, "no restrictive tag");
            continue;
        }
        d->restrictive[t] =
            read_set(r, &m->value, &p->restrictive[t], /* groups= */ false, path_name(at, m->name));
    }
}

static void read_permissive(struct reader *r, const struct policy *p, const struct json *part,
                            struct path at, struct draft *d)
{
    at = path_name(at, S("permissive"));
    if (!part) {
        for (uint32_t t = 0; t < p->permissive_count; t++) {
            d->permissive[t] = p->permissive[t].default_clauses;
        }
        return;
    }
    if (!read_type(r, part, JSON_OBJECT, at)) {
        return;
    }
    for (uint32_t i = 0; i < part->count; i++) {
        const struct json_member *m = &part->members[i];
        int t = tag_find(p->permissive, p->permissive_count, m->name, /* fold= */ false);
        if (t < 0) {
            reader_refuse(r, path_name(at, m->name), REASON_UNKNOWN_FIELD, "no permissive tag");
            continue;
        }
        d->permissive[t] = read_clauses(r, &m->value, &p->permissive[t], path_name(at, m->name));
    }
}

static void read_label(struct reader *r, const struct policy *p, const struct json *json,
                       struct path at, struct draft *d)
{
    static const char *const known[] = {
        "policy", "class", "restrictive", "permissive", "tlp", NULL
    };
    read_known(r, json, at, known);
    read_policy_id(r, p, json, at);
    d->label->level = read_level(r, p, json_get(json, "class"), path_name(at, S("class")));
    read_restrictive(r, p, json_get(json, "restrictive"), at, d);
    read_permissive(r, p, json_get(json, "permissive"), at, d);
    const struct json *tlp = json_get(json, "tlp");
    d->label->tlp = tlp ? read_tlp(r, tlp, path_name(at, S("tlp"))) : p->default_tlp;
}

static bool says_nothing(const struct json *json)
{
    return !json || json->type == JSON_NULL || (json->type == JSON_OBJECT && json->count == 0);
}

int label_parse(const struct policy *p, struct arena *a, const struct json *json,
                struct slice pointer, struct error *err, const struct label **ret)
{
    if (says_nothing(json) && p->default_label) {
        *ret = p->default_label; /* lives with the policy, longer than any arena of its labels */
        return 0;
    }
    struct reader r = { .a = a, .err = err };
    struct path at = path_of(pointer);
    struct draft d;
    if (!read_type(&r, json, JSON_OBJECT, at)) {
        return r.code;
    }
    if (!draft_init(p, a, &d)) {
        reader_no_memory(&r);
        return r.code;
    }
    read_label(&r, p, json, at, &d);
    if (r.code == 0) {
        *ret = d.label;
    }
    return r.code;
}

/* ---- writing ---- */

static void write_set(struct json_writer *w, const struct tag *tag, struct set s)
{
    jw_array(w);
    for (uint32_t i = 0; i < s.count; i++) {
        jw_text(w, tag->atoms[s.atoms[i]].name);
    }
    jw_array_end(w);
}

static void write_permissive(const struct policy *p, const struct label *l, struct json_writer *w)
{
    jw_key(w, "permissive");
    jw_object(w);
    for (uint32_t i = 0; i < p->permissive_count; i++) {
        uint32_t t = p->permissive_order[i];
        struct clauses c = l->permissive[t];
        if (c.count == 0) {
            continue;
        }
        jw_key_slice(w, p->permissive[t].word.name);
        jw_array(w);
        for (uint32_t k = 0; k < c.count; k++) {
            write_set(w, &p->permissive[t], c.items[k]);
        }
        jw_array_end(w);
    }
    jw_object_end(w);
}

static void write_restrictive(const struct policy *p, const struct set *sets, struct json_writer *w)
{
    jw_key(w, "restrictive");
    jw_object(w);
    for (uint32_t i = 0; i < p->restrictive_count; i++) {
        uint32_t t = p->restrictive_order[i];
        if (sets[t].count > 0) {
            jw_key_slice(w, p->restrictive[t].word.name);
            write_set(w, &p->restrictive[t], sets[t]);
        }
    }
    jw_object_end(w);
}

void label_write_json(const struct policy *p, const struct label *l, struct json_writer *w)
{
    assert(l->policy == p);
    jw_object(w);
    jw_key_text(w, "class", p->levels[l->level].name);
    write_permissive(p, l, w);
    jw_key_text(w, "policy", p->id);
    write_restrictive(p, l->restrictive, w);
    jw_key_cstr(w, "tlp", tlp_info(l->tlp)->name);
    jw_object_end(w);
}

void label_write(const struct policy *p, const struct label *l, struct buf *out)
{
    struct json_writer w;
    jw_init(&w, out);
    label_write_json(p, l, &w);
}

void clearance_write(const struct policy *p, const struct clearance *c, struct buf *out)
{
    assert(c->policy == p);
    struct json_writer w;
    jw_init(&w, out);
    jw_object(&w);
    jw_key_text(&w, "class", p->levels[c->level].name);
    jw_key(&w, "permissive");
    jw_object(&w);
    for (uint32_t i = 0; i < p->permissive_count; i++) {
        uint32_t t = p->permissive_order[i];
        if (c->permissive[t].count > 0) {
            jw_key_slice(&w, p->permissive[t].word.name);
            write_set(&w, &p->permissive[t], c->permissive[t]);
        }
    }
    jw_object_end(&w);
    jw_key_text(&w, "policy", p->id);
    write_restrictive(p, c->restrictive, &w);
    jw_key_cstr(&w, "tlp", tlp_info(c->tlp)->name);
    jw_object_end(&w);
}

/* ---- join and equality ---- */

const struct label *label_join(const struct policy *p, struct arena *a, const struct label *x,
                               const struct label *y)
{
    struct draft d;
    /* labels of two policies have no join: translating is another operation, and it may refuse */
    if (!x || !y || x->policy != p || y->policy != p || !draft_init(p, a, &d)) {
        return NULL;
    }
    d.label->level = x->level > y->level ? x->level : y->level;
    d.label->tlp = x->tlp > y->tlp ? x->tlp : y->tlp;
    for (uint32_t t = 0; t < p->restrictive_count; t++) {
        if (!set_union(a, x->restrictive[t], y->restrictive[t], &d.restrictive[t])) {
            return NULL;
        }
    }
    for (uint32_t t = 0; t < p->permissive_count; t++) {
        if (!clauses_union(a, x->permissive[t], y->permissive[t], &d.permissive[t])) {
            return NULL;
        }
    }
    return d.label;
}

bool label_equal(const struct label *x, const struct label *y)
{
    if (x == y) {
        return true;
    }
    if (!x || !y || x->policy != y->policy || x->level != y->level || x->tlp != y->tlp) {
        return false;
    }
    for (uint32_t t = 0; t < x->policy->restrictive_count; t++) {
        if (set_compare(x->restrictive[t], y->restrictive[t]) != 0) {
            return false;
        }
    }
    for (uint32_t t = 0; t < x->policy->permissive_count; t++) {
        if (!clauses_equal(x->permissive[t], y->permissive[t])) {
            return false;
        }
    }
    return true;
}

bool label_is_lowest(const struct policy *p, const struct label *l)
{
    return label_equal(l, p->lowest_label);
}

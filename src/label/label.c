/*
 * Labels: reading their JSON and writing the canonical form.
 *
 * Invariant: a label that leaves this file is canonical (see label.h); its canonical text leaves
 * nothing unsaid, so a later change of a policy's defaults does not change what it means.
 * Must never widen: a part that cannot be understood refuses the whole label.
 */
#include "label/model.h"
#include "label/read.h"

#include "base/limits.h"
#include "base/when.h"

#include <assert.h>

bool draft_init(const struct policy *p, struct arena *a, struct draft *ret)
{
    struct draft d = {
        .label = arena_new_of(a, struct label),
        .restrictive = arena_array_of(a, struct set, p->restrictive_count),
        .permissive = arena_array_of(a, struct clauses, p->permissive_count),
        .informative = arena_array_of(a, struct set, p->informative_count),
    };
    if (!d.label || !d.restrictive || !d.permissive || !d.informative) {
        return false;
    }
    d.label->policy = p;
    d.label->restrictive = d.restrictive;
    d.label->permissive = d.permissive;
    d.label->informative = d.informative;
    *ret = d;
    return true;
}

void chain_keep_highest(const struct policy *p, struct set *restrictive)
{
    for (uint32_t t = 0; t < p->restrictive_count; t++) {
        struct set *s = &restrictive[t];
        if (p->restrictive[t].chain && s->count > 1) {
            *s = (struct set){ .atoms = s->atoms + s->count - 1, .count = 1 };
        }
    }
}

void draft_finish(struct draft *d)
{
    const struct policy *p = d->label->policy;
    enum tlp least = p->levels[d->label->level].tlp;
    if (d->label->tlp < least) {
        d->label->tlp = least;
    }
    chain_keep_highest(p, d->restrictive);
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

/* Informative values have no default: what nobody said is not shown. */
static void read_informative(struct reader *r, const struct policy *p, const struct json *part,
                             struct path at, struct draft *d)
{
    at = path_name(at, S("informative"));
    if (!part || !read_type(r, part, JSON_OBJECT, at)) {
        return;
    }
    for (uint32_t i = 0; i < part->count; i++) {
        const struct json_member *m = &part->members[i];
        int t = tag_find(p->informative, p->informative_count, m->name, /* fold= */ false);
        if (t < 0) {
            reader_refuse(r, path_name(at, m->name), REASON_UNKNOWN_FIELD, "no informative tag");
            continue;
        }
        d->informative[t] =
            read_set(r, &m->value, &p->informative[t], /* groups= */ false, path_name(at, m->name));
    }
}

/* A list of ids of this; NULL after a refusal. */
static const struct uuid *read_ids(struct reader *r, const struct json *list, struct path at,
                                   uint32_t limit, const char *what, uint32_t *ret_count)
{
    if (!read_type(r, list, JSON_ARRAY, at)) {
        return NULL;
    }
    if (list->count > limit) {
        reader_refuse(r, at, REASON_TOO_MANY, "%u", limit);
        return NULL;
    }
    struct uuid *ids = arena_array_of(r->a, struct uuid, list->count + 1);
    if (!ids) {
        reader_no_memory(r);
        return NULL;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        if (read_type(r, &list->items[i], JSON_STRING, path_index(at, i)) &&
            !uuid_parse(list->items[i].text, &ids[i])) {
            reader_refuse(r, path_index(at, i), REASON_FORMAT, "%s", what);
        }
    }
    *ret_count = ids_normalise(ids, list->count);
    return ids;
}

static void read_originators(struct reader *r, const struct json *list, struct path at,
                             struct label *l)
{
    if (list) {
        l->originators = read_ids(r, list, path_name(at, S("orcon")), LIMIT_LABEL_ORIGINATORS,
                                  "the id of an instance", &l->originator_count);
    }
}

static void read_persons(struct reader *r, const struct json *list, struct path at, struct label *l)
{
    if (list) {
        l->persons.named = true;
        l->persons.ids = read_ids(r, list, path_name(at, S("persons")), LIMIT_LABEL_PERSONS,
                                  "the id of a user", &l->persons.count);
    }
}

static void read_review(struct reader *r, const struct json *v, struct path at, struct label *l)
{
    struct when w;
    at = path_name(at, S("review"));
    if (!v || !read_type(r, v, JSON_STRING, at)) {
        return;
    }
    if (!when_parse(v->text, &w) || w.precision < WHEN_DAY) {
        reader_refuse(r, at, REASON_FORMAT, "a day or an instant");
        return;
    }
    l->has_review = true;
    l->review_ms = when_first_ms(w);
}

static void read_label(struct reader *r, const struct policy *p, const struct json *json,
                       struct path at, struct draft *d)
{
    static const char *const known[] = { "policy",      "class",   "restrictive", "permissive",
                                         "informative", "persons", "orcon",       "review",
                                         "tlp",         NULL };
    read_known(r, json, at, known);
    read_policy_id(r, p, json, at);
    d->label->level = read_level(r, p, json_get(json, "class"), path_name(at, S("class")));
    read_restrictive(r, p, json_get(json, "restrictive"), at, d);
    read_permissive(r, p, json_get(json, "permissive"), at, d);
    read_informative(r, p, json_get(json, "informative"), at, d);
    read_persons(r, json_get(json, "persons"), at, d->label);
    read_originators(r, json_get(json, "orcon"), at, d->label);
    read_review(r, json_get(json, "review"), at, d->label);
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
        draft_finish(&d);
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

/* Left out when there is none, as labels were written before there were any. */
static void write_informative(const struct policy *p, const struct label *l, struct json_writer *w)
{
    bool open = false;
    for (uint32_t i = 0; i < p->informative_count; i++) {
        uint32_t t = p->informative_order[i];
        if (l->informative[t].count == 0) {
            continue;
        }
        if (!open) {
            jw_key(w, "informative");
            jw_object(w);
            open = true;
        }
        jw_key_slice(w, p->informative[t].word.name);
        write_set(w, &p->informative[t], l->informative[t]);
    }
    if (open) {
        jw_object_end(w);
    }
}

static void write_originators(const struct label *l, struct json_writer *w)
{
    if (l->originator_count == 0) {
        return;
    }
    jw_key(w, "orcon");
    jw_array(w);
    for (uint32_t i = 0; i < l->originator_count; i++) {
        char id[UUID_TEXT + 1];
        uuid_format(l->originators[i], id);
        jw_text(w, slice_make(id, UUID_TEXT));
    }
    jw_array_end(w);
}

void label_write_json(const struct policy *p, const struct label *l, struct json_writer *w)
{
    assert(l->policy == p);
    jw_object(w);
    jw_key_text(w, "class", p->levels[l->level].name);
    write_informative(p, l, w);
    write_originators(l, w);
    write_permissive(p, l, w);
    persons_write(l->persons, w);
    jw_key_text(w, "policy", p->id);
    write_restrictive(p, l->restrictive, w);
    if (l->has_review) {
        char review[32];
        when_format_ms(l->review_ms, l->review_ms % 1000 != 0, review);
        jw_key_cstr(w, "review", review);
    }
    jw_key_cstr(w, "tlp", tlp_info(l->tlp)->name);
    jw_object_end(w);
}

void label_write(const struct policy *p, const struct label *l, struct buf *out)
{
    struct json_writer w;
    jw_init(&w, out);
    label_write_json(p, l, &w);
}

struct slice label_text(const struct policy *p, struct arena *a, const struct label *l)
{
    struct buf text cleanup_buf;
    buf_init(&text, LIMIT_RECORD);
    label_write(p, l, &text);
    return buf_failed(&text) ? (struct slice){ 0 } : arena_copy(a, buf_slice(&text));
}

struct json *label_json(const struct policy *p, struct arena *a, const struct label *l)
{
    struct slice text = label_text(p, a, l);
    struct json *json = NULL;
    return text.ptr && json_parse(a, text, NULL, &json) == 0 ? json : NULL;
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

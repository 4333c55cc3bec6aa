/*
 * The short text form of a label, for CSV and the command line:
 *   SECRET; Caveat: LEGAL; Releasable To: CAN, USA; Releasable To: CAN, JPN; TLP:AMBER
 * with, where there are any, Administrative: STAFF; PERSONS: <ids>; ORCON: <ids>; REVIEW:
 * 2031-01-02.
 *
 * The class comes first; a tag given twice must be met twice (never either of the two). NOBODY is
 * the clause without atoms; ANYONE and NONE say that a part is empty where the policy's default is
 * not. People type this, so ASCII case does not matter; the names written are the policy's own.
 * Invariant: what is written reads back as an equal label.
 */
#include "label/model.h"
#include "label/read.h"

#include "base/limits.h"
#include "base/when.h"

#include <assert.h>

/* ---- writing ---- */

static void add_names(const struct tag *tag, struct set s, struct buf *out)
{
    buf_add(out, S("; "));
    buf_add(out, tag->word.name);
    buf_add(out, S(": "));
    for (uint32_t i = 0; i < s.count; i++) {
        if (i > 0) {
            buf_add(out, S(", "));
        }
        buf_add(out, tag->atoms[s.atoms[i]].name);
    }
}

/* A part that is empty although the default is not must say so. */
static bool restrictive_unsaid(const struct policy *p, const struct label *l)
{
    bool by_default = false;
    for (uint32_t t = 0; t < p->restrictive_count; t++) {
        if (l->restrictive[t].count > 0) {
            return false;
        }
        by_default = by_default || p->restrictive[t].default_set.count > 0;
    }
    return by_default;
}

static bool permissive_unsaid(const struct policy *p, const struct label *l)
{
    bool by_default = false;
    for (uint32_t t = 0; t < p->permissive_count; t++) {
        if (l->permissive[t].count > 0) {
            return false;
        }
        by_default = by_default || p->permissive[t].default_clauses.count > 0;
    }
    return by_default;
}

static void write_restrictive(const struct policy *p, const struct label *l, struct buf *out)
{
    if (restrictive_unsaid(p, l)) {
        add_names(&p->restrictive[0], (struct set){ 0 }, out);
        buf_add(out, S("NONE"));
    }
    for (uint32_t t = 0; t < p->restrictive_count; t++) {
        if (l->restrictive[t].count > 0) {
            add_names(&p->restrictive[t], l->restrictive[t], out);
        }
    }
}

static void write_permissive(const struct policy *p, const struct label *l, struct buf *out)
{
    if (permissive_unsaid(p, l)) {
        add_names(&p->permissive[0], (struct set){ 0 }, out);
        buf_add(out, S("ANYONE"));
    }
    for (uint32_t t = 0; t < p->permissive_count; t++) {
        for (uint32_t i = 0; i < l->permissive[t].count; i++) {
            add_names(&p->permissive[t], l->permissive[t].items[i], out);
            if (l->permissive[t].items[i].count == 0) {
                buf_add(out, S("NOBODY"));
            }
        }
    }
}

static void write_ids(const char *before, const struct uuid *ids, uint32_t count, struct buf *out)
{
    for (uint32_t i = 0; i < count; i++) {
        char id[UUID_TEXT + 1];
        uuid_format(ids[i], id);
        buf_add_cstr(out, i == 0 ? before : ", ");
        buf_add_cstr(out, id);
    }
}

static void write_ids_and_review(const struct label *l, struct buf *out)
{
    write_ids("; PERSONS: ", l->persons.ids, l->persons.count, out);
    if (l->persons.named && l->persons.count == 0) {
        buf_add_cstr(out, "; PERSONS: NOBODY");
    }
    write_ids("; ORCON: ", l->originators, l->originator_count, out);
    if (l->has_review) {
        char review[32];
        when_format_ms(l->review_ms, l->review_ms % 1000 != 0, review);
        buf_add_cstr(out, "; REVIEW: ");
        buf_add_cstr(out, review);
    }
}

void label_write_text(const struct policy *p, const struct label *l, struct buf *out)
{
    assert(l->policy == p);
    buf_add(out, p->levels[l->level].name);
    write_restrictive(p, l, out);
    write_permissive(p, l, out);
    for (uint32_t t = 0; t < p->informative_count; t++) {
        if (l->informative[t].count > 0) {
            add_names(&p->informative[t], l->informative[t], out);
        }
    }
    write_ids_and_review(l, out);
    if (l->tlp != p->default_tlp || l->tlp != TLP_CLEAR) {
        buf_add(out, S("; TLP:"));
        buf_add_cstr(out, tlp_info(l->tlp)->name);
    }
}

/* ---- reading ---- */

/* What has been read so far; the parts that were mentioned do not take their defaults. */
struct scan {
    struct reader r;
    const struct policy *p;
    struct path at;
    struct draft d;
    struct set *held; /* a clearance is read: what the reader is, per permissive tag; else NULL */
    uint32_t clause_count;
    bool restrictive, permissive, tlp;
};

/* The names of a list, which has at least one. */
static struct set scan_names(struct scan *s, struct slice list, const struct tag *tag)
{
    uint16_t *atoms = arena_array_of(s->r.a, uint16_t, LIMIT_LABEL_ATOMS);
    if (!atoms) {
        reader_no_memory(&s->r);
        return (struct set){ 0 };
    }
    uint32_t count = 0;
    do {
        struct slice name = slice_trim(slice_cut(&list, ','));
        int atom = word_find(tag->atoms, tag->atom_count, name, /* fold= */ true);
        if (atom < 0) {
            reader_refuse(&s->r, s->at, REASON_CHOICE,
                          "\"" SLICE_FMT "\" is no value of " SLICE_FMT, SLICE_ARG(name),
                          SLICE_ARG(tag->word.name));
        } else if (count == LIMIT_LABEL_ATOMS) {
            reader_refuse(&s->r, s->at, REASON_TOO_MANY, "%d", LIMIT_LABEL_ATOMS);
            break;
        } else {
            atoms[count++] = (uint16_t)atom;
        }
    } while (list.ptr);
    return set_normalise(atoms, count);
}

static void scan_restrictive(struct scan *s, uint32_t t, struct slice list)
{
    s->restrictive = true;
    if (slice_eq_fold(list, S("NONE"))) {
        return;
    }
    struct set set = scan_names(s, list, &s->p->restrictive[t]);
    if (!set_union(s->r.a, s->d.restrictive[t], set, &s->d.restrictive[t])) {
        reader_no_memory(&s->r);
    }
}

/* What a reader is: a tag given twice adds to it. */
static void scan_held(struct scan *s, uint32_t t, struct slice list)
{
    if (slice_eq_fold(list, S("NOBODY"))) {
        return;
    }
    struct set set = scan_names(s, list, &s->p->permissive[t]);
    if (!set_union(s->r.a, s->held[t], set, &s->held[t])) {
        reader_no_memory(&s->r);
    }
}

static void scan_permissive(struct scan *s, uint32_t t, struct slice list)
{
    s->permissive = true;
    if (s->held) {
        scan_held(s, t, list);
        return;
    }
    if (slice_eq_fold(list, S("ANYONE"))) {
        return;
    }
    if (++s->clause_count > LIMIT_LABEL_CLAUSES) {
        reader_refuse(&s->r, s->at, REASON_TOO_MANY, "%d", LIMIT_LABEL_CLAUSES);
        return;
    }
    struct set set = { 0 };
    if (!slice_eq_fold(list, S("NOBODY"))) {
        set = scan_names(s, list, &s->p->permissive[t]);
    }
    struct clauses one = { .items = &set, .count = 1 };
    if (!clauses_union(s->r.a, s->d.permissive[t], one, &s->d.permissive[t])) {
        reader_no_memory(&s->r);
    }
}

static void scan_informative(struct scan *s, uint32_t t, struct slice list)
{
    struct set set = scan_names(s, list, &s->p->informative[t]);
    if (!set_union(s->r.a, s->d.informative[t], set, &s->d.informative[t])) {
        reader_no_memory(&s->r);
    }
}

/* Ids of users or of instances behind the `count` that are known; NULL when memory fails. */
static const struct uuid *scan_ids(struct scan *s, struct slice list, uint32_t limit, bool users,
                                   const struct uuid *known, uint32_t *count)
{
    struct uuid *ids = arena_array_of(s->r.a, struct uuid, limit);
    if (!ids) {
        reader_no_memory(&s->r);
        return NULL;
    }
    if (*count > 0) {
        memcpy(ids, known, *count * sizeof(*ids));
    }
    do {
        struct slice id = slice_trim(slice_cut(&list, ','));
        if (*count == limit) {
            reader_refuse(&s->r, s->at, REASON_TOO_MANY, "%u", limit);
            break;
        }
        if (slice_empty(id)) {
            reader_refuse(&s->r, s->at, REASON_REQUIRED, "an id in the list");
        } else if (!uuid_parse(id, &ids[*count])) {
            reader_refuse(&s->r, s->at, REASON_FORMAT,
                          users ? "\"" SLICE_FMT "\" is not the id of a user"
                                : "\"" SLICE_FMT "\" is not the id of an instance",
                          SLICE_ARG(id));
        } else {
            ++*count;
        }
    } while (list.ptr);
    *count = ids_normalise(ids, *count);
    return ids;
}

/* "ORCON: id, id"; said twice adds to what was said. */
static void scan_orcon(struct scan *s, struct slice list)
{
    struct label *l = s->d.label;
    l->originators = scan_ids(s, list, LIMIT_LABEL_ORIGINATORS, /* users= */ false, l->originators,
                              &l->originator_count);
}

/* "PERSONS: id, id"; said twice could be meant as either or both. */
static void scan_persons(struct scan *s, struct slice list)
{
    struct persons *named = &s->d.label->persons;
    if (named->named) {
        reader_refuse(&s->r, s->at, REASON_DUPLICATE, "PERSONS");
        return;
    }
    named->named = true;
    if (!slice_eq_fold(list, S("NOBODY"))) {
        named->ids = scan_ids(s, list, LIMIT_LABEL_PERSONS, /* users= */ true, NULL, &named->count);
    }
}

static void scan_review(struct scan *s, struct slice date)
{
    struct when w;
    if (s->d.label->has_review) {
        reader_refuse(&s->r, s->at, REASON_DUPLICATE, "REVIEW");
    } else if (!when_parse(date, &w) || w.precision < WHEN_DAY) {
        reader_refuse(&s->r, s->at, REASON_FORMAT, "REVIEW: a day or an instant");
    } else {
        s->d.label->has_review = true;
        s->d.label->review_ms = when_first_ms(w);
    }
}

static void scan_tlp(struct scan *s, struct slice word)
{
    if (s->tlp) {
        reader_refuse(&s->r, s->at, REASON_DUPLICATE, "TLP");
    } else if (!tlp_parse(word, &s->d.label->tlp)) {
        reader_refuse(&s->r, s->at, REASON_CHOICE, "TLP:CLEAR, GREEN, AMBER, AMBER+STRICT or RED");
    }
    s->tlp = true;
}

/* "Tag: A, B" or "TLP:AMBER". */
static void scan_piece(struct scan *s, struct slice piece)
{
    struct slice list = piece;
    struct slice name = slice_trim(slice_cut(&list, ':'));
    list = slice_trim(list);
    if (slice_eq_fold(name, S("TLP"))) {
        scan_tlp(s, list);
        return;
    }
    if (!s->held && slice_eq_fold(name, S("PERSONS"))) {
        scan_persons(s, list);
        return;
    }
    if (!s->held && slice_eq_fold(name, S("ORCON"))) {
        scan_orcon(s, list);
        return;
    }
    if (!s->held && slice_eq_fold(name, S("REVIEW"))) {
        scan_review(s, list);
        return;
    }
    const struct policy *p = s->p;
    int t = tag_find(p->restrictive, p->restrictive_count, name, /* fold= */ true);
    if (t >= 0) {
        scan_restrictive(s, (uint32_t)t, list);
        return;
    }
    t = tag_find(p->permissive, p->permissive_count, name, /* fold= */ true);
    if (t >= 0) {
        scan_permissive(s, (uint32_t)t, list);
        return;
    }
    t = s->held ? -1 : tag_find(p->informative, p->informative_count, name, /* fold= */ true);
    if (t >= 0) {
        scan_informative(s, (uint32_t)t, list);
        return;
    }
    reader_refuse(&s->r, s->at, REASON_CHOICE, "\"" SLICE_FMT "\" is no tag", SLICE_ARG(name));
}

static void apply_defaults(struct scan *s)
{
    for (uint32_t t = 0; !s->restrictive && t < s->p->restrictive_count; t++) {
        s->d.restrictive[t] = s->p->restrictive[t].default_set;
    }
    for (uint32_t t = 0; !s->permissive && t < s->p->permissive_count; t++) {
        s->d.permissive[t] = s->p->permissive[t].default_clauses;
    }
    if (!s->tlp) {
        s->d.label->tlp = s->p->default_tlp;
    }
}

static bool is_plain(struct slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if ((unsigned char)text.ptr[i] < 0x20 || text.ptr[i] == 0x7f) {
            return false;
        }
    }
    return slice_is_utf8(text);
}

/* All pieces of a text that is not empty, into s->d. */
static void scan_text(struct scan *s, struct slice text)
{
    const struct policy *p = s->p;
    if (!is_plain(text)) {
        reader_refuse(&s->r, s->at, REASON_TEXT, "one line of UTF-8");
        return;
    }
    if (!draft_init(p, s->r.a, &s->d)) {
        reader_no_memory(&s->r);
        return;
    }
    struct slice name = slice_trim(slice_cut(&text, ';'));
    int level = word_find(p->levels, p->level_count, name, /* fold= */ true);
    if (level < 0) {
        reader_refuse(&s->r, s->at, REASON_CHOICE, "\"" SLICE_FMT "\" is no class of " SLICE_FMT,
                      SLICE_ARG(name), SLICE_ARG(p->id));
    } else {
        s->d.label->level = (uint16_t)level;
    }
    while (text.ptr) {
        scan_piece(s, slice_trim(slice_cut(&text, ';')));
    }
}

int label_parse_text(const struct policy *p, struct arena *a, struct slice text,
                     struct slice pointer, struct error *err, const struct label **ret)
{
    text = slice_trim(text);
    if (slice_empty(text)) {
        *ret = p->default_label;
        return 0;
    }
    struct scan s = { .r = { .a = a, .err = err }, .p = p, .at = path_of(pointer) };
    scan_text(&s, text);
    if (s.r.code == 0) {
        apply_defaults(&s);
        draft_finish(&s.d);
        *ret = s.d.label;
    }
    return s.r.code;
}

int clearance_parse_text(const struct policy *p, struct arena *a, struct slice text,
                         struct slice pointer, struct error *err, const struct clearance **ret)
{
    struct scan s = { .r = { .a = a, .err = err }, .p = p, .at = path_of(pointer) };
    struct clearance *c = arena_new_of(a, struct clearance);
    s.held = arena_array_of(a, struct set, p->permissive_count + 1);
    if (!c || !s.held) {
        return error_set(err, EN_NO_MEMORY, "clearance");
    }
    scan_text(&s, slice_trim(text));
    if (s.r.code == 0) {
        *c = (struct clearance){ .policy = p,
                                 .level = s.d.label->level,
                                 .tlp = s.tlp ? s.d.label->tlp : TLP_CLEAR,
                                 .restrictive = s.d.restrictive,
                                 .permissive = s.held };
        if (!clearance_finish(p, a, c, s.d.restrictive)) {
            return error_set(err, EN_NO_MEMORY, "clearance");
        }
        *ret = c;
    }
    return s.r.code;
}

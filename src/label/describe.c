/*
 * The public description of a policy, from which forms are made.
 *
 * Invariant: it says the same as the policy file, with every default and name spelt out, and with
 * TLP. The names in "name" are the ones that labels use; "en" and "fr" are for people.
 */
#include "label/model.h"

#include "base/when.h"

static void write_word(struct json_writer *w, const struct word *word)
{
    jw_key_text(w, "name", word->name);
    jw_key_text(w, "en", word->people.en);
    jw_key_text(w, "fr", word->people.fr);
    jw_key_text(w, "marking_en", word->marking.en);
    jw_key_text(w, "marking_fr", word->marking.fr);
    if (word->rules.obsolete) {
        jw_key(w, "obsolete");
        jw_bool(w, true);
    }
}

static void write_levels(const struct policy *p, struct json_writer *w)
{
    jw_key(w, "levels");
    jw_array(w);
    for (uint32_t i = 0; i < p->level_count; i++) {
        jw_object(w);
        write_word(w, &p->levels[i]);
        jw_key_text(w, "color", p->levels[i].color);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void write_values(const struct tag *tag, struct json_writer *w)
{
    jw_key(w, "values");
    jw_array(w);
    for (uint32_t i = 0; i < tag->value_count; i++) {
        jw_object(w);
        write_word(w, &tag->atoms[i]);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void write_names(const struct tag *tag, struct set s, struct json_writer *w)
{
    jw_array(w);
    for (uint32_t i = 0; i < s.count; i++) {
        jw_text(w, tag->atoms[s.atoms[i]].name);
    }
    jw_array_end(w);
}

/* The day that begins at ms; open ends are left out. */
static void write_day(struct json_writer *w, const char *name, int64_t ms)
{
    if (ms == INT64_MIN || ms == INT64_MAX) {
        return;
    }
    char text[32];
    when_format_ms(ms, /* with_ms= */ false, text);
    jw_key_text(w, name, slice_make(text, strlen("2024-03-07")));
}

static void write_members(const struct tag *tag, const struct group *g, struct json_writer *w)
{
    jw_key(w, "members");
    jw_array(w);
    for (uint32_t i = 0; i < g->count; i++) {
        jw_object(w);
        jw_key_text(w, "is", tag->atoms[g->members[i].atom].name);
        write_day(w, "from", g->members[i].from_ms);
        write_day(w, "until", g->members[i].until_ms);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void write_groups(const struct tag *tag, struct json_writer *w)
{
    jw_key(w, "groups");
    jw_array(w);
    for (uint32_t i = tag->value_count; i < tag->atom_count; i++) {
        jw_object(w);
        write_word(w, &tag->atoms[i]);
        write_members(tag, &tag->groups[i - tag->value_count], w);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void write_restrictive(const struct policy *p, struct json_writer *w)
{
    jw_key(w, "restrictive");
    jw_array(w);
    for (uint32_t t = 0; t < p->restrictive_count; t++) {
        jw_object(w);
        write_word(w, &p->restrictive[t].word);
        write_values(&p->restrictive[t], w);
        jw_key(w, "default");
        write_names(&p->restrictive[t], p->restrictive[t].default_set, w);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void write_informative(const struct policy *p, struct json_writer *w)
{
    jw_key(w, "informative");
    jw_array(w);
    for (uint32_t t = 0; t < p->informative_count; t++) {
        jw_object(w);
        write_word(w, &p->informative[t].word);
        write_values(&p->informative[t], w);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void write_permissive(const struct policy *p, struct json_writer *w)
{
    jw_key(w, "permissive");
    jw_array(w);
    for (uint32_t t = 0; t < p->permissive_count; t++) {
        const struct tag *tag = &p->permissive[t];
        jw_object(w);
        write_word(w, &tag->word);
        write_values(tag, w);
        write_groups(tag, w);
        jw_key(w, "default");
        jw_array(w);
        for (uint32_t i = 0; i < tag->default_clauses.count; i++) {
            write_names(tag, tag->default_clauses.items[i], w);
        }
        jw_array_end(w);
        jw_object_end(w);
    }
    jw_array_end(w);
}

/* The policies whose labels may become labels of this one, or the reverse. */
static void write_equivalents(const struct policy *p, struct json_writer *w)
{
    jw_key(w, "equivalents");
    jw_array(w);
    for (uint32_t i = 0; i < p->equivalent_count; i++) {
        jw_object(w);
        jw_key_text(w, "name", p->equivalents[i].name);
        jw_key_text(w, "oid", p->equivalents[i].oid);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void write_tlp(struct json_writer *w)
{
    jw_key(w, "tlp");
    jw_array(w);
    for (unsigned i = 0; i < TLP_COUNT_; i++) {
        const struct tlp_info *info = tlp_info((enum tlp)i);
        jw_object(w);
        jw_key_cstr(w, "name", info->name);
        jw_key_cstr(w, "en", info->en);
        jw_key_cstr(w, "fr", info->fr);
        jw_key_cstr(w, "color", info->color);
        jw_object_end(w);
    }
    jw_array_end(w);
}

void policy_describe(const struct policy *p, struct json_writer *w)
{
    jw_object(w);
    jw_key_text(w, "id", p->id);
    jw_key_text(w, "oid", p->oid);
    jw_key_text(w, "digest", p->digest);
    jw_key_text(w, "en", p->word.people.en);
    jw_key_text(w, "fr", p->word.people.fr);
    write_levels(p, w);
    write_restrictive(p, w);
    write_permissive(p, w);
    write_informative(p, w);
    write_equivalents(p, w);
    write_tlp(w);
    jw_key(w, "default");
    label_write_json(p, p->default_label, w);
    jw_object_end(w);
}

static const struct tag *find_tag(const struct policy *p, struct slice name)
{
    static const enum tag_type types[] = { TAG_RESTRICTIVE, TAG_PERMISSIVE, TAG_INFORMATIVE };
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        uint32_t count;
        const struct tag *tags = policy_tags(p, types[i], &count);
        int at = tag_find(tags, count, name, false);
        if (at >= 0) {
            return &tags[at];
        }
    }
    return NULL;
}

static struct slice reading(const struct word *words, uint32_t count, struct slice name,
                            bool french)
{
    int at = word_find(words, count, name, false);
    struct slice marked = at < 0 ? name : phrase_of(&words[at].marking, french);
    struct slice named = at < 0 ? name : phrase_of(&words[at].people, french);
    return marked.len > 0 ? marked : named.len > 0 ? named : name;
}

struct slice policy_reading(const struct policy *p, struct slice tag, struct slice name,
                            bool french)
{
    if (tag.len == 0) {
        return reading(p->levels, p->level_count, name, french);
    }
    const struct tag *t = find_tag(p, tag);
    if (!t) {
        return name.len > 0 ? name : tag;
    }
    if (name.len > 0) {
        return reading(t->atoms, t->atom_count, name, french);
    }
    struct slice named = phrase_of(&t->word.people, french);
    return named.len > 0 ? named : tag;
}

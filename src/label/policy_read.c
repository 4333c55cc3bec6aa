/*
 * Reading the parts of a policy file: see policy_read.h.
 *
 * Invariant: names are unique without regard to case and hold no character with a meaning in the
 * text form or in a JSON pointer; a group's members are values (groups do not nest). All text is
 * copied into the policy's arena. Must never accept a member it does not understand.
 */
#include "label/policy_read.h"

#include "base/limits.h"
#include "base/when.h"

/* ---- names and phrases ---- */

static bool is_control(char c)
{
    return (unsigned char)c < 0x20 || c == 0x7f;
}

/* Characters past the basic plane (first byte 0xf0 and up) are left out so that the order of bytes
 * is the order of UTF-16 units that canonical JSON asks for. */
static bool name_fits(struct slice name)
{
    static const char *const reserved[] = { "NOBODY", "ANYONE", "NONE", "TLP", "ORCON", "REVIEW" };
    if (name.len == 0 || name.len > POLICY_NAME || slice_trim(name).len != name.len) {
        return false;
    }
    for (size_t i = 0; i < name.len; i++) {
        if (is_control(name.ptr[i]) || strchr(";,:/~\"\\", name.ptr[i]) ||
            (unsigned char)name.ptr[i] >= 0xf0) {
            return false;
        }
    }
    for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
        if (slice_eq_fold(name, slice_of(reserved[i]))) {
            return false;
        }
    }
    return true;
}

static struct slice keep(struct reader *r, struct slice text)
{
    struct slice copy = arena_copy(r->a, text);
    if (!copy.ptr) {
        reader_no_memory(r);
        return S("");
    }
    return copy;
}

struct slice policy_read_name(struct reader *r, const struct json *object, const char *member,
                              struct path at)
{
    const struct json *v = json_get(object, member);
    at = path_name(at, slice_of(member));
    if (!read_type(r, v, JSON_STRING, at)) {
        return S("");
    }
    if (!name_fits(v->text)) {
        reader_refuse(r, at, REASON_FORMAT,
                      "1 to %d bytes, none of ; , : / ~ \" \\, not NOBODY, ANYONE, NONE or TLP",
                      POLICY_NAME);
    }
    return keep(r, v->text);
}

struct slice policy_read_phrase(struct reader *r, const struct json *object, const char *member,
                                struct slice fallback, struct path at)
{
    const struct json *v = json_get(object, member);
    at = path_name(at, slice_of(member));
    if (!v || !read_type(r, v, JSON_STRING, at)) {
        return fallback;
    }
    if (v->text.len == 0 || v->text.len > LIMIT_NAME) {
        reader_refuse(r, at, REASON_RANGE, "1 to %d bytes", LIMIT_NAME);
    }
    for (size_t i = 0; i < v->text.len; i++) {
        if (is_control(v->text.ptr[i])) {
            reader_refuse(r, at, REASON_TEXT, "no control characters");
            break;
        }
    }
    return keep(r, v->text);
}

static void read_word(struct reader *r, const struct json *v, struct path at, struct word *w)
{
    w->name = policy_read_name(r, v, "name", at);
    w->en = policy_read_phrase(r, v, "en", w->name, at);
    w->fr = policy_read_phrase(r, v, "fr", w->en, at);
    w->marking_en = policy_read_phrase(r, v, "marking_en", w->name, at);
    w->marking_fr = policy_read_phrase(r, v, "marking_fr", w->marking_en, at);
    w->color = policy_read_phrase(r, v, "color", S(""), at);
}

static void refuse_twice(struct reader *r, const struct word *words, uint32_t before,
                         struct slice name, struct path at)
{
    if (word_find(words, before, name, /* fold= */ true) >= 0) {
        reader_refuse(r, path_name(at, S("name")), REASON_DUPLICATE, SLICE_FMT, SLICE_ARG(name));
    }
}

/* A list of objects within a limit. */
static bool read_list(struct reader *r, const struct json *list, uint32_t max, struct path at)
{
    if (!read_type(r, list, JSON_ARRAY, at)) {
        return false;
    }
    if (list->count > max) {
        reader_refuse(r, at, REASON_TOO_MANY, "%u", max);
        return false;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        if (!read_type(r, &list->items[i], JSON_OBJECT, path_index(at, i))) {
            return false;
        }
    }
    return true;
}

void policy_read_levels(struct reader *r, const struct json *list, struct path at, struct policy *p)
{
    static const char *const known[] = { "name",       "en",    "fr", "marking_en",
                                         "marking_fr", "color", NULL };
    if (!read_list(r, list, POLICY_LEVELS, at)) {
        return;
    }
    if (list->count == 0) {
        reader_refuse(r, at, REASON_REQUIRED, "one level");
        return;
    }
    struct word *levels = arena_array_of(r->a, struct word, list->count);
    if (!levels) {
        reader_no_memory(r);
        return;
    }
    p->levels = levels;
    for (uint32_t i = 0; i < list->count; i++) {
        read_known(r, &list->items[i], path_index(at, i), known);
        read_word(r, &list->items[i], path_index(at, i), &levels[i]);
        refuse_twice(r, levels, i, levels[i].name, path_index(at, i));
    }
    p->level_count = list->count;
}

/* ---- values and groups ---- */

static void read_values(struct reader *r, const struct json *list, struct path at,
                        struct word *atoms)
{
    static const char *const known[] = { "name", "en", "fr", "marking_en", "marking_fr", NULL };
    for (uint32_t i = 0; i < list->count; i++) {
        read_known(r, &list->items[i], path_index(at, i), known);
        read_word(r, &list->items[i], path_index(at, i), &atoms[i]);
        refuse_twice(r, atoms, i, atoms[i].name, path_index(at, i));
    }
}

/* A day, as the instant it begins (UTC); the fallback when it is absent. */
static int64_t read_day(struct reader *r, const struct json *object, const char *member,
                        int64_t fallback, struct path at)
{
    const struct json *v = json_get(object, member);
    at = path_name(at, slice_of(member));
    if (!v) {
        return fallback;
    }
    struct when when;
    if (!read_type(r, v, JSON_STRING, at)) {
        return fallback;
    }
    if (!when_parse(v->text, &when) || when.precision != WHEN_DAY) {
        reader_refuse(r, at, REASON_FORMAT, "a day, 2024-03-07");
        return fallback;
    }
    return when_first_ms(when);
}

static void read_membership(struct reader *r, const struct json *v, const struct tag *tag,
                            struct path at, struct membership *ret)
{
    static const char *const known[] = { "is", "from", "until", NULL };
    read_known(r, v, at, known);
    const struct json *is = json_get(v, "is");
    if (read_type(r, is, JSON_STRING, path_name(at, S("is")))) {
        int atom = word_find(tag->atoms, tag->value_count, is->text, /* fold= */ false);
        if (atom < 0) {
            reader_refuse(r, path_name(at, S("is")), REASON_CHOICE, "no value of " SLICE_FMT,
                          SLICE_ARG(tag->word.name));
        }
        ret->atom = (uint16_t)(atom < 0 ? 0 : atom);
    }
    ret->from_ms = read_day(r, v, "from", INT64_MIN, at);
    ret->until_ms = read_day(r, v, "until", INT64_MAX, at);
    if (ret->until_ms <= ret->from_ms) {
        reader_refuse(r, path_name(at, S("until")), REASON_ORDER, "from");
    }
}

static void read_group(struct reader *r, const struct json *v, const struct tag *tag,
                       struct path at, struct group *ret)
{
    static const char *const known[] = { "name",       "en",      "fr", "marking_en",
                                         "marking_fr", "members", NULL };
    read_known(r, v, at, known);
    const struct json *list = json_get(v, "members");
    at = path_name(at, S("members"));
    if (!read_list(r, list, POLICY_MEMBERS, at)) {
        return;
    }
    struct membership *members = arena_array_of(r->a, struct membership, list->count);
    if (!members) {
        reader_no_memory(r);
        return;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        read_membership(r, &list->items[i], tag, path_index(at, i), &members[i]);
    }
    *ret = (struct group){ .members = members, .count = list->count };
}

static void read_groups(struct reader *r, const struct json *list, struct path at,
                        struct word *atoms, struct tag *tag)
{
    struct group *groups = arena_array_of(r->a, struct group, list->count);
    if (!groups) {
        reader_no_memory(r);
        return;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        struct path here = path_index(at, i);
        read_word(r, &list->items[i], here, &atoms[tag->value_count + i]);
        refuse_twice(r, atoms, tag->value_count + i, atoms[tag->value_count + i].name, here);
        read_group(r, &list->items[i], tag, here, &groups[i]);
    }
    tag->groups = groups;
    tag->atom_count += list->count;
}

/* ---- tags ---- */

static void read_atoms(struct reader *r, const struct json *v, struct path at, struct tag *tag)
{
    const struct json *values = json_get(v, "values");
    const struct json *groups = json_get(v, "groups"); /* may be absent */
    uint32_t max = POLICY_ATOMS / 2;
    if (!read_list(r, values, max, path_name(at, S("values"))) ||
        (groups && !read_list(r, groups, max, path_name(at, S("groups"))))) {
        return;
    }
    struct word *atoms =
        arena_array_of(r->a, struct word, (size_t)values->count + (groups ? groups->count : 0));
    if (!atoms) {
        reader_no_memory(r);
        return;
    }
    tag->atoms = atoms;
    read_values(r, values, path_name(at, S("values")), atoms);
    tag->value_count = tag->atom_count = values->count;
    if (groups) {
        read_groups(r, groups, path_name(at, S("groups")), atoms, tag);
    }
}

static void read_restrictive_tag(struct reader *r, const struct json *v, struct path at,
                                 struct tag *tag)
{
    static const char *const known[] = { "name", "en", "fr", "values", "default", NULL };
    read_known(r, v, at, known);
    read_word(r, v, at, &tag->word);
    read_atoms(r, v, at, tag);
    tag->default_set =
        read_set(r, json_get(v, "default"), tag, /* groups= */ false, path_name(at, S("default")));
}

static void read_permissive_tag(struct reader *r, const struct json *v, struct path at,
                                struct tag *tag)
{
    static const char *const known[] = { "name",       "en",        "fr",        "marking_en",
                                         "marking_fr", "nobody_en", "nobody_fr", "values",
                                         "groups",     "default",   NULL };
    read_known(r, v, at, known);
    read_word(r, v, at, &tag->word);
    tag->nobody_en = policy_read_phrase(r, v, "nobody_en", S("NOT RELEASABLE"), at);
    tag->nobody_fr = policy_read_phrase(r, v, "nobody_fr", S("NON COMMUNICABLE"), at);
    read_atoms(r, v, at, tag);
    const struct json *by_default = json_get(v, "default");
    at = path_name(at, S("default"));
    if (by_default && by_default->type == JSON_STRING) {
        if (!slice_is(by_default->text, "ANYONE")) {
            reader_refuse(r, at, REASON_CHOICE, "\"ANYONE\" or a list of clauses");
        }
        return;
    }
    tag->default_clauses = read_clauses(r, by_default, tag, at);
}

/* Unique over both types, because the text form names a tag without its type. */
static void refuse_tag_twice(struct reader *r, const struct policy *p, const struct tag *tags,
                             uint32_t before, struct path at)
{
    struct slice name = tags[before].word.name;
    if (tag_find(tags, before, name, /* fold= */ true) >= 0 ||
        (tags != p->restrictive &&
         tag_find(p->restrictive, p->restrictive_count, name, /* fold= */ true) >= 0)) {
        reader_refuse(r, path_name(at, S("name")), REASON_DUPLICATE, SLICE_FMT, SLICE_ARG(name));
    }
}

static struct tag *read_tags(struct reader *r, const struct json *list, bool permissive,
                             struct path at, const struct policy *p, uint32_t *ret_count)
{
    if (!read_list(r, list, POLICY_TAGS, at)) {
        return NULL;
    }
    struct tag *tags = arena_array_of(r->a, struct tag, list->count);
    if (!tags) {
        reader_no_memory(r);
        return NULL;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        struct path here = path_index(at, i);
        if (permissive) {
            read_permissive_tag(r, &list->items[i], here, &tags[i]);
        } else {
            read_restrictive_tag(r, &list->items[i], here, &tags[i]);
        }
        refuse_tag_twice(r, p, tags, i, here);
    }
    *ret_count = list->count;
    return tags;
}

void policy_read_tags(struct reader *r, const struct json *root, struct path at, struct policy *p)
{
    p->restrictive = read_tags(r, json_get(root, "restrictive"), /* permissive= */ false,
                               path_name(at, S("restrictive")), p, &p->restrictive_count);
    p->permissive = read_tags(r, json_get(root, "permissive"), /* permissive= */ true,
                              path_name(at, S("permissive")), p, &p->permissive_count);
}

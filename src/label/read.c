/*
 * Reading the JSON of labels, clearances and policies: see read.h.
 *
 * Invariant: whatever is unknown (member, class, tag, value, TLP word, type) is refused with its
 * pointer; nothing is guessed and nothing is dropped silently. Must never return a set that is not
 * canonical, even after a refusal.
 */
#include "label/read.h"

#include "base/limits.h"

#include <stdio.h>

void reader_refuse(struct reader *r, struct path at, enum reason reason, const char *format, ...)
{
    char detail[256]; /* error_field cuts it at a whole character */
    va_list args;
    va_start(args, format);
    vsnprintf(detail, sizeof(detail), format, args);
    va_end(args);
    error_field(r->err, path_slice(&at), reason, "%s", detail);
    if (r->code == 0) {
        r->code = EN_INVALID;
    }
}

void reader_no_memory(struct reader *r)
{
    r->code = error_set(r->err, EN_NO_MEMORY, "no memory for a label");
}

static const char *type_name(enum json_type type)
{
    static const char *const names[] = {
        [JSON_NULL] = "null",   [JSON_BOOL] = "true or false", [JSON_NUMBER] = "a number",
        [JSON_STRING] = "text", [JSON_ARRAY] = "a list",       [JSON_OBJECT] = "an object",
    };
    return names[type];
}

bool read_type(struct reader *r, const struct json *v, enum json_type type, struct path at)
{
    if (!v) {
        reader_refuse(r, at, REASON_REQUIRED, "%s", type_name(type));
        return false;
    }
    if (v->type != type) {
        reader_refuse(r, at, REASON_TYPE, "%s", type_name(type));
        return false;
    }
    return true;
}

void read_known(struct reader *r, const struct json *object, struct path at,
                const char *const *names)
{
    for (uint32_t i = 0; i < object->count; i++) {
        struct slice name = object->members[i].name;
        const char *const *known = names;
        while (*known && !slice_is(name, *known)) {
            known++;
        }
        if (!*known) {
            reader_refuse(r, path_name(at, name), REASON_UNKNOWN_FIELD, "not offered here");
        }
    }
}

/* The atom that v names, or -1 after a refusal. */
static int read_atom(struct reader *r, const struct json *v, const struct tag *tag, bool groups,
                     struct path at)
{
    if (!read_type(r, v, JSON_STRING, at)) {
        return -1;
    }
    uint32_t count = groups ? tag->atom_count : tag->value_count;
    int atom = word_find(tag->atoms, count, v->text, /* fold= */ false);
    if (atom < 0) {
        reader_refuse(r, at, REASON_CHOICE, "no value of " SLICE_FMT, SLICE_ARG(tag->word.name));
    }
    return atom;
}

struct set read_set(struct reader *r, const struct json *list, const struct tag *tag, bool groups,
                    struct path at)
{
    const struct set none = { 0 };
    if (!read_type(r, list, JSON_ARRAY, at)) {
        return none;
    }
    if (list->count > LIMIT_LABEL_ATOMS) {
        reader_refuse(r, at, REASON_TOO_MANY, "%d", LIMIT_LABEL_ATOMS);
        return none;
    }
    uint16_t *atoms = arena_array_of(r->a, uint16_t, list->count);
    if (!atoms) {
        reader_no_memory(r);
        return none;
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        int atom = read_atom(r, &list->items[i], tag, groups, path_index(at, i));
        if (atom >= 0) {
            atoms[count++] = (uint16_t)atom;
        }
    }
    return set_normalise(atoms, count);
}

struct clauses read_clauses(struct reader *r, const struct json *list, const struct tag *tag,
                            struct path at)
{
    const struct clauses none = { 0 };
    if (!read_type(r, list, JSON_ARRAY, at)) {
        return none;
    }
    if (list->count == 0) {
        reader_refuse(r, at, REASON_REQUIRED, "a clause; [[]] is nobody, no tag is anyone");
        return none;
    }
    if (list->count > LIMIT_LABEL_CLAUSES) {
        reader_refuse(r, at, REASON_TOO_MANY, "%d", LIMIT_LABEL_CLAUSES);
        return none;
    }
    struct set *items = arena_array_of(r->a, struct set, list->count);
    if (!items) {
        reader_no_memory(r);
        return none;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        items[i] = read_set(r, &list->items[i], tag, /* groups= */ true, path_index(at, i));
    }
    return clauses_normalise(items, list->count);
}

uint16_t read_level(struct reader *r, const struct policy *p, const struct json *v, struct path at)
{
    if (!read_type(r, v, JSON_STRING, at)) {
        return 0;
    }
    int level = word_find(p->levels, p->level_count, v->text, /* fold= */ false);
    if (level < 0) {
        reader_refuse(r, at, REASON_CHOICE, "no class of " SLICE_FMT, SLICE_ARG(p->id));
        return 0;
    }
    return (uint16_t)level;
}

enum tlp read_tlp(struct reader *r, const struct json *v, struct path at)
{
    enum tlp tlp = TLP_RED;
    if (read_type(r, v, JSON_STRING, at) && !tlp_parse(v->text, &tlp)) {
        reader_refuse(r, at, REASON_CHOICE, "CLEAR, GREEN, AMBER, AMBER+STRICT or RED");
    }
    return tlp;
}

void read_policy_id(struct reader *r, const struct policy *p, const struct json *object,
                    struct path at)
{
    const struct json *id = json_get(object, "policy");
    at = path_name(at, S("policy"));
    if (id && read_type(r, id, JSON_STRING, at) && !slice_eq(id->text, p->id)) {
        reader_refuse(r, at, REASON_CHOICE, "the policy here is " SLICE_FMT, SLICE_ARG(p->id));
    }
}

/*
 * A security policy: loading it from its file, and asking it for its own labels.
 *
 * The file is XML SPIF 2.1 (policy/README.md). TLP is not in it: TLP is the same everywhere.
 * Invariant: a policy that loads is complete (every index that a label can hold is valid) and
 * immutable, so it may be shared by threads without a lock.
 * Must never load a file of which it does not understand every part.
 */
#include "label/spif.h"

#include <sodium.h>
#include <stdlib.h>

enum { POLICY_MEMORY = 64 * 1024 * 1024 };

int word_find(const struct word *words, uint32_t count, struct slice name, bool fold)
{
    for (uint32_t i = 0; i < count; i++) {
        if (fold ? slice_eq_fold(words[i].name, name) : slice_eq(words[i].name, name)) {
            return (int)i;
        }
    }
    return -1;
}

int tag_find(const struct tag *tags, uint32_t count, struct slice name, bool fold)
{
    for (uint32_t i = 0; i < count; i++) {
        struct slice known = tags[i].word.name;
        if (fold ? slice_eq_fold(known, name) : slice_eq(known, name)) {
            return (int)i;
        }
    }
    return -1;
}

const struct tag *policy_tags(const struct policy *p, enum tag_type type, uint32_t *ret_count)
{
    switch (type) {
    case TAG_RESTRICTIVE:
        *ret_count = p->restrictive_count;
        return p->restrictive;
    case TAG_PERMISSIVE:
        *ret_count = p->permissive_count;
        return p->permissive;
    case TAG_INFORMATIVE:
    default:
        *ret_count = p->informative_count;
        return p->informative;
    }
}

static int atom_of_lacv(const struct tag *t, struct slice lacv)
{
    for (uint32_t i = 0; i < t->atom_count; i++) {
        if (slice_eq(t->atoms[i].lacv, lacv)) {
            return (int)i;
        }
    }
    return -1;
}

bool category_find(const struct policy *p, const struct category_ref *ref, bool by_id,
                   uint16_t *ret_tag, uint16_t *ret_atom)
{
    uint32_t count;
    const struct tag *tags = policy_tags(p, ref->type, &count);
    for (uint32_t t = 0; t < count; t++) {
        if (!slice_eq(by_id ? tags[t].set_id : tags[t].set_name, ref->set)) {
            continue;
        }
        int atom = ref->lacv.len > 0 ? atom_of_lacv(&tags[t], ref->lacv) : POLICY_NONE;
        if (atom >= 0) {
            *ret_tag = (uint16_t)t;
            *ret_atom = (uint16_t)atom;
            return true;
        }
    }
    return false;
}

/* Insertion sort: a policy has a handful of tags. */
static const uint16_t *order_by_name(struct spif *s, const struct tag *tags, uint32_t count)
{
    uint16_t *order = spif_array(s, count, sizeof(*order));
    for (uint32_t i = 0; order && i < count; i++) {
        uint32_t at = i;
        while (at > 0 && slice_compare(tags[i].word.name, tags[order[at - 1]].word.name) < 0) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = (uint16_t)i;
    }
    return order;
}

/* The policy's own label and clearance objects, once everything they refer to is there. */
static int make_own(struct spif *s)
{
    struct policy *p = s->p;
    struct draft d;
    struct slice text = S("");
    p->restrictive_order = order_by_name(s, p->restrictive, p->restrictive_count);
    p->permissive_order = order_by_name(s, p->permissive, p->permissive_count);
    p->informative_order = order_by_name(s, p->informative, p->informative_count);
    if (s->code != 0 || !(p->all = clearance_make_all(p, p->arena)) ||
        !draft_init(p, p->arena, &d)) {
        return error_set(s->err, EN_NO_MEMORY, "no memory for the policy");
    }
    draft_finish(&d);
    p->lowest_label = d.label;
    p->states_default = s->own && xml_get(s->own, "default", &text);
    if (!p->states_default) {
        text = p->levels[0].name;
    }
    return label_parse_text(p, p->arena, text, S("default"), s->err, &p->default_label);
}

static int digest(struct policy *p, struct slice text, struct error *err)
{
    unsigned char hash[32];
    char *hex = arena_array_of(p->arena, char, 2 * sizeof(hash) + 1);
    if (!hex) {
        return error_set(err, EN_NO_MEMORY, "no memory for the policy");
    }
    crypto_generichash(hash, sizeof(hash), (const unsigned char *)text.ptr, text.len, NULL, 0);
    sodium_bin2hex(hex, 2 * sizeof(hash) + 1, hash, sizeof(hash));
    p->digest = slice_of(hex);
    return 0;
}

static struct policy *policy_new(void)
{
    struct arena *a = arena_new(POLICY_MEMORY);
    struct policy *p = a ? arena_new_of(a, struct policy) : NULL;
    if (!p) {
        arena_free(a);
        return NULL;
    }
    p->arena = a;
    return p;
}

static int load(struct policy *p, const struct xml_node *root, struct error *err)
{
    struct spif s = { .a = p->arena, .err = err, .p = p };
    spif_read(&s, root);
    return s.code ? s.code : make_own(&s);
}

int policy_load(struct slice text, struct error *err, struct policy **ret)
{
    struct arena *scratch = arena_new(POLICY_MEMORY);
    struct policy *p = policy_new();
    const struct xml_node *root = NULL;
    int code = 0;
    if (!scratch || !p) {
        code = error_set(err, EN_NO_MEMORY, "no memory for the policy");
    } else {
        code = xml_parse(text, scratch, err, &root);
    }
    if (code == 0) {
        code = load(p, root, err);
    }
    if (code == 0) {
        code = digest(p, text, err);
    }
    arena_free(scratch);
    if (code != 0) {
        policy_free(p);
        return code;
    }
    *ret = p;
    return 0;
}

void policy_free(struct policy *p)
{
    if (p) {
        arena_free(p->arena); /* the policy itself lives in it */
    }
}

struct slice policy_id(const struct policy *p)
{
    return p->id;
}

struct slice policy_oid(const struct policy *p)
{
    return p->oid;
}

struct slice policy_digest(const struct policy *p)
{
    return p->digest;
}

bool policy_states_default(const struct policy *p)
{
    return p->states_default;
}

const struct label *policy_default_label(const struct policy *p)
{
    return p->default_label;
}

const struct label *policy_lowest_label(const struct policy *p)
{
    return p->lowest_label;
}

/*
 * A security policy: loading it from its file, and asking it for its own labels.
 *
 * The file is JSON (policy/README.md): levels from the lowest, restrictive and permissive tags with
 * their values, groups with dated membership, defaults, markings. TLP is not in it: TLP is the same
 * everywhere. Invariant: a policy that loads is complete (every index that a label can hold is
 * valid) and immutable, so it may be shared by threads without a lock.
 * Must never load a file of which it does not understand every member.
 */
#include "label/policy_read.h"

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

/* Insertion sort: a policy has a handful of tags. */
static const uint16_t *order_by_name(struct reader *r, const struct tag *tags, uint32_t count)
{
    uint16_t *order = arena_array_of(r->a, uint16_t, count);
    if (!order) {
        reader_no_memory(r);
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = i;
        while (at > 0 && slice_compare(tags[i].word.name, tags[order[at - 1]].word.name) < 0) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = (uint16_t)i;
    }
    return order;
}

static void read_root(struct reader *r, const struct json *root, struct path at, struct policy *p)
{
    static const char *const known[] = { "id",         "en",  "fr",      "levels", "restrictive",
                                         "permissive", "tlp", "default", "about",  NULL };
    read_known(r, root, at, known);
    p->id = policy_read_name(r, root, "id", at);
    p->en = policy_read_phrase(r, root, "en", p->id, at);
    p->fr = policy_read_phrase(r, root, "fr", p->en, at);
    policy_read_levels(r, json_get(root, "levels"), path_name(at, S("levels")), p);
    policy_read_tags(r, root, at, p);
    const struct json *tlp = json_get(root, "tlp");
    p->default_tlp = tlp ? read_tlp(r, tlp, path_name(at, S("tlp"))) : TLP_CLEAR;
    if (r->code == 0) {
        p->restrictive_order = order_by_name(r, p->restrictive, p->restrictive_count);
        p->permissive_order = order_by_name(r, p->permissive, p->permissive_count);
    }
}

/* The policy's own label and clearance objects, once everything they refer to is there. */
static int make_own(struct policy *p, const struct json *root, struct error *err)
{
    struct draft d;
    const struct clearance *all = clearance_make_all(p, p->arena);
    if (!all || !draft_init(p, p->arena, &d)) {
        return error_set(err, EN_NO_MEMORY, "no memory for the policy");
    }
    p->all = all;
    p->lowest_label = d.label;
    return label_parse(p, p->arena, json_get(root, "default"), S("/default"), err,
                       &p->default_label);
}

static int load(struct policy *p, const struct json *root, struct error *err)
{
    struct reader r = { .a = p->arena, .err = err };
    struct path at = path_of(S(""));
    if (read_type(&r, root, JSON_OBJECT, at)) {
        read_root(&r, root, at, p);
    }
    return r.code ? r.code : make_own(p, root, err);
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

int policy_load(struct slice text, struct error *err, struct policy **ret)
{
    if (text.len > POLICY_BYTES) {
        return error_set(err, EN_TOO_LARGE, "a policy file has at most %d bytes", POLICY_BYTES);
    }
    struct arena *scratch = arena_new(POLICY_MEMORY);
    struct policy *p = policy_new();
    struct json *root = NULL;
    int code = 0;
    if (!scratch || !p) {
        code = error_set(err, EN_NO_MEMORY, "no memory for the policy");
    } else {
        code = json_parse(scratch, text, err, &root);
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

const struct label *policy_default_label(const struct policy *p)
{
    return p->default_label;
}

const struct label *policy_lowest_label(const struct policy *p)
{
    return p->lowest_label;
}

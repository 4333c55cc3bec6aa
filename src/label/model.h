/*
 * What a policy, a label and a clearance are made of. Only src/label/ includes this.
 *
 * A policy's order is the order of its file: levels from the lowest to the highest, tags and values
 * as they stand. Everything below refers to them by index, so a label or clearance means something
 * only together with the very policy object it was made with; `policy` says which, and the decision
 * denies when it is another.
 */
#pragma once

#include "label/label.h"
#include "label/set.h"
#include "label/tlp.h"

enum {
    POLICY_BYTES = 4 * 1024 * 1024, /* of a policy file */
    POLICY_LEVELS = 64,
    POLICY_TAGS = 32,      /* of each type */
    POLICY_ATOMS = 4096,   /* values and groups of one tag */
    POLICY_MEMBERS = 4096, /* memberships of one group */
    POLICY_NAME = 64,      /* bytes of a name */
};

/* A thing with a name (the stable key), names for people, and marking phrases. */
struct word {
    struct slice name;
    struct slice en, fr;
    struct slice marking_en, marking_fr;
    struct slice color; /* may be empty */
};

struct membership {
    uint16_t atom;    /* a value, never a group */
    int64_t from_ms;  /* included */
    int64_t until_ms; /* excluded */
};

struct group {
    const struct membership *members;
    uint32_t count;
};

/* Atoms 0..value_count-1 are values, value_count..atom_count-1 groups (permissive tags only). */
struct tag {
    struct word word;
    const struct word *atoms;
    uint32_t value_count;
    uint32_t atom_count;
    const struct group *groups;        /* of atom value_count + i */
    struct slice nobody_en, nobody_fr; /* permissive: marking of a clause without atoms */
    struct set default_set;            /* restrictive: when the author says nothing */
    struct clauses default_clauses;    /* permissive: the same */
};

struct label {
    const struct policy *policy;
    uint16_t level;
    enum tlp tlp;
    const struct set *restrictive;    /* one per restrictive tag */
    const struct clauses *permissive; /* one per permissive tag; no clause: anyone */
    const struct set *informative;    /* one per informative tag; shown, never enforced */
    const struct uuid *originators;   /* sorted, without duplicates */
    uint32_t originator_count;
    bool has_review;
    int64_t review_ms;
};

struct clearance {
    const struct policy *policy;
    uint16_t level;                /* and all below */
    enum tlp tlp;                  /* and all below */
    const struct set *restrictive; /* held, one per restrictive tag */
    const struct set *permissive;  /* what the reader is, one per permissive tag */
};

struct policy {
    struct arena *arena;
    struct slice id; /* the name */
    struct slice oid;
    struct slice digest; /* of the file */
    struct slice en, fr;
    const struct word *levels; /* from the lowest */
    uint32_t level_count;
    struct tag *restrictive;
    uint32_t restrictive_count;
    struct tag *permissive;
    uint32_t permissive_count;
    struct tag *informative;
    uint32_t informative_count;
    const uint16_t *restrictive_order; /* of the tags by name, as canonical JSON wants members */
    const uint16_t *permissive_order;
    const uint16_t *informative_order;
    enum tlp default_tlp;
    const struct label *default_label;
    const struct label *lowest_label;
    const struct clearance *all;
};

/* Index of the word with this name, or -1; fold: without regard to ASCII case. */
int word_find(const struct word *words, uint32_t count, struct slice name, bool fold);
int tag_find(const struct tag *tags, uint32_t count, struct slice name, bool fold);

/* A label of the lowest level without any restriction, to be filled; its arrays are writable until
 * it is handed out. NULL when memory fails. */
struct draft {
    struct label *label;
    struct set *restrictive;
    struct clauses *permissive;
    struct set *informative;
};
bool draft_init(const struct policy *p, struct arena *a, struct draft *ret);

/* Sorts and removes duplicates, in place; the number that is left. */
uint32_t originators_normalise(struct uuid *ids, uint32_t count);

/* Holds every level, value and group of the policy. NULL when memory fails. */
const struct clearance *clearance_make_all(const struct policy *p, struct arena *a);

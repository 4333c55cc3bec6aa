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
    POLICY_LEVELS = 64,   /* one bit each in a mask */
    POLICY_TAGS = 32,     /* of each type */
    POLICY_ATOMS = 4096,  /* values and groups of one tag */
    POLICY_NAME = 64,     /* bytes of a name */
    POLICY_NONE = 0xffff, /* no such level or value */
};

/* A text in both languages: what the file says for it, else the other one, else a name. */
struct phrase {
    struct slice en, fr;
};
static inline struct slice phrase_of(const struct phrase *p, bool french)
{
    return french ? p->fr : p->en;
}

enum tag_type { TAG_RESTRICTIVE, TAG_PERMISSIVE, TAG_INFORMATIVE };

/* A value of a tag set, of this or of another policy, as files refer to them: by the name (or, for
 * equivalents, the identifier) of the set, the type of its tag and the lacv. */
struct category_ref {
    struct slice set;
    enum tag_type type;
    struct slice lacv; /* empty: any value of the set */
};

enum operation { OPERATION_ONLY_ONE, OPERATION_ONE_OR_MORE, OPERATION_ALL };

struct category_group {
    enum operation operation;
    const struct category_ref *refs;
    uint32_t count;
};

/* A class or value of another policy that means the same. */
struct equivalent {
    struct slice policy_oid;
    bool outward;                          /* a label of this policy may become one of that */
    bool inward;                           /* and the reverse */
    bool discard;                          /* the value need not be mapped */
    struct category_ref ref;               /* of a class only the lacv */
    const struct category_group *required; /* values that the mapped label must have too */
    uint32_t required_count;
};

/* What a class or a value demands of a label that has it (label_check_new). */
struct rules {
    bool obsolete;
    int64_t not_before_ms, not_after_ms;
    uint16_t required_class;   /* this or a higher one, or POLICY_NONE */
    uint64_t excluded_classes; /* one bit per level */
    const struct category_group *required;
    uint32_t required_count;
    const struct category_ref *excluded;
    uint32_t excluded_count;
};

/* A thing with a name (the stable key), names for people, marking phrases, rules, equivalents. */
struct word {
    struct slice name;
    struct slice lacv;     /* a code; nothing is ever ordered by it */
    struct phrase people;  /* names in forms */
    struct phrase marking; /* may be empty: not shown */
    struct slice color;    /* may be empty */
    bool replaces_policy;  /* in markings `policy` stands for the policy's name */
    struct phrase policy;
    bool suppresses_class;
    struct phrase alone; /* marking of a clause that is this value only; may be empty */
    enum tlp tlp;        /* of a class: a label of it has at least this TLP */
    struct rules rules;
    const struct equivalent *equivalents;
    uint32_t equivalent_count;
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

/* How the phrases of a tag, or of the whole marking, are put together. */
struct qualifiers {
    struct phrase prefix, separator, suffix;
};

/* Atoms 0..value_count-1 are values, value_count..atom_count-1 groups (permissive tags only). */
struct tag {
    struct word word;
    enum tag_type type;
    struct slice set_name, set_id;
    struct word *atoms;
    uint32_t value_count;
    uint32_t atom_count;
    struct group *groups; /* of atom value_count + i */
    struct qualifiers qualifiers;
    struct phrase nobody;                  /* permissive: marking of a clause without atoms */
    uint32_t selection_min, selection_max; /* values of a new label; min: of one that has any */
    bool chain;             /* restrictive: values are steps, a higher one holds the lower */
    struct set default_set; /* restrictive: when the author says nothing */
    struct clauses default_clauses; /* permissive: the same */
};

struct tag_place {
    enum tag_type type;
    uint16_t index;
};

struct equivalent_policy {
    struct slice name, oid;
    const struct category_group *required; /* values that every label mapped to it must have */
    uint32_t required_count;
};

/* Users by whose ids alone a label is read. */
struct persons {
    bool named;             /* false: the label asks for no one in particular */
    const struct uuid *ids; /* sorted, without duplicates; none: nobody */
    uint32_t count;
};

struct label {
    const struct policy *policy;
    uint16_t level;
    enum tlp tlp;
    const struct set *restrictive;    /* one per restrictive tag */
    const struct clauses *permissive; /* one per permissive tag; no clause: anyone */
    const struct set *informative;    /* one per informative tag; shown, never enforced */
    struct persons persons;
    const struct uuid *originators; /* sorted, without duplicates */
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
    bool everyone;                 /* stands in for every person: the operator at the console */
};

struct policy {
    struct arena *arena;
    struct slice id; /* the name */
    struct slice oid;
    struct slice digest; /* of the file */
    struct word word;    /* the policy's own names and marking */
    struct qualifiers qualifiers;
    struct word *levels; /* from the lowest */
    uint32_t level_count;
    struct tag *restrictive;
    uint32_t restrictive_count;
    struct tag *permissive;
    uint32_t permissive_count;
    struct tag *informative;
    uint32_t informative_count;
    const struct tag_place *places; /* all tags in the order of the file */
    uint32_t place_count;
    const uint16_t *restrictive_order; /* of the tags by name, as canonical JSON wants members */
    const uint16_t *permissive_order;
    const uint16_t *informative_order;
    const struct equivalent_policy *equivalents;
    uint32_t equivalent_count;
    enum tlp default_tlp;
    bool states_default; /* the file says what an unlabelled record is */
    const struct label *default_label;
    const struct label *lowest_label;
    const struct clearance *all;
};

/* Index of the word with this name, or -1; fold: without regard to ASCII case. */
int word_find(const struct word *words, uint32_t count, struct slice name, bool fold);
int tag_find(const struct tag *tags, uint32_t count, struct slice name, bool fold);
const struct tag *policy_tags(const struct policy *p, enum tag_type type, uint32_t *ret_count);
/* The tag of this type in the set whose name (or identifier, by_id) it is, that has a value with
 * the lacv; false when there is none. An empty lacv finds the first tag, and no value. */
bool category_find(const struct policy *p, const struct category_ref *ref, bool by_id,
                   uint16_t *ret_tag, uint16_t *ret_atom);

/* A label of the lowest level without any restriction, to be filled; its arrays are writable until
 * it is handed out. NULL when memory fails. */
struct draft {
    struct label *label;
    struct set *restrictive;
    struct clauses *permissive;
    struct set *informative;
};
bool draft_init(const struct policy *p, struct arena *a, struct draft *ret);

/* Puts the steps of chains and the TLP of the class in order: the last step before a label is
 * handed out. */
void draft_finish(struct draft *d);
/* Of the steps of a chain only the highest stays: it demands the others. */
void chain_keep_highest(const struct policy *p, struct set *restrictive);

/* Sorts and removes duplicates, in place; the number that is left. */
uint32_t ids_normalise(struct uuid *ids, uint32_t count);

/* Those named in both, since each reader is one person. False when memory fails. */
bool persons_join(struct arena *a, struct persons x, struct persons y, struct persons *ret);
bool persons_equal(struct persons x, struct persons y);
bool persons_have(struct persons p, const struct uuid *id);
/* The member "persons" of a label, unless there are none. */
void persons_write(struct persons p, struct json_writer *w);

/* Who holds a step of a chain holds those below it; who holds a class holds its TLP. False when
 * memory fails. */
bool clearance_finish(const struct policy *p, struct arena *a, struct clearance *c,
                      struct set *restrictive);
/* Holds every level, value and group of the policy. NULL when memory fails. */
const struct clearance *clearance_make_all(const struct policy *p, struct arena *a);

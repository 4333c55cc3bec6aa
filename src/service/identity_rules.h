/*
 * The administrator's rules: what the claims of an identity provider make of somebody here.
 *
 * Invariants: the first rule whose conditions all hold decides, and when none does nobody comes in.
 * What a rule grants never exceeds its ceiling: what stands in the rule itself is checked when it
 * is read, what a claim asks for when it is granted; too much is refused, never cut to size, since
 * a claim that asks for too much is a fault somewhere. A rule can be read without running it.
 */
#pragma once

#include "label/label.h"
#include "picture/viewer.h"
#include "record/kind.h"

enum { RULES_MAX = 100 };

struct identity_rule {
    struct slice name;
    const struct json *when; /* claim: value, or list of values; NULL: always */
    /* the role: stated, or from a claim (through a table, when there is one) */
    enum role role; /* 0: from the claim */
    struct slice role_claim;
    const struct json *role_values;
    enum role role_ceiling;
    const struct clearance *clearance; /* NULL: from the claim */
    struct slice clearance_claim;
    const struct json *clearance_values;
    const struct clearance *ceiling;
    struct slice account_claim; /* whose text is the user name */
    bool known_only;            /* the user must be there already */
};

struct identity_rules {
    const struct identity_rule *items;
    size_t count;
};

/* The field table of one rule, for config_parse. */
extern const struct field identity_rule_fields[];
/* rules: an array that has passed the table. */
int identity_rules_parse(const struct policy *p, struct arena *a, const struct json *rules,
                         struct slice pointer, struct error *err, struct identity_rules *ret);

enum rule_outcome { RULE_GRANTED, RULE_NONE, RULE_CEILING, RULE_ACCOUNT };

struct grant {
    const struct identity_rule *rule;
    enum role role;
    const struct clearance *clearance;
    struct slice username; /* trimmed, not empty, without white space */
};

/* What the claims (an object) are granted. ret is filled only with RULE_GRANTED, but ret->rule
 * whenever one applied. */
enum rule_outcome identity_rules_apply(const struct identity_rules *rules, const struct policy *p,
                                       struct arena *a, const struct json *claims,
                                       struct grant *ret);

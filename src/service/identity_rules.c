/*
 * Reading and applying the administrator's rules; see identity_rules.h.
 *
 * A claim is named as it is called, or, when there is none of that name, as a path with dots
 * ("realm_access.roles"). A claim that is a list meets a condition by any of its values.
 */
#include "service/identity_rules.h"

#include "base/limits.h"
#include "record/record.h"

#include <stdio.h>

enum { USERNAME_MAX = 64, PATH_DEPTH = 8 };

static const struct choice accounts[] = {
    { "make", "Made on first sign-in", "Créé à la première connexion" },
    { "known", "Must exist", "Doit exister" },
    { 0 },
};

const struct field identity_rule_fields[] = {
    { .name = "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED, .max = 100 },
    { .name = "when", .type = FIELD_LABEL },
    { .name = "role", .type = FIELD_ENUM, .choices = role_choices },
    { .name = "role_claim", .type = FIELD_TEXT, .max = 200 },
    { .name = "role_values", .type = FIELD_LABEL },
    { .name = "role_ceiling", .type = FIELD_ENUM, .choices = role_choices },
    { .name = "clearance", .type = FIELD_LABEL },
    { .name = "clearance_claim", .type = FIELD_TEXT, .max = 200 },
    { .name = "clearance_values", .type = FIELD_LABEL },
    { .name = "clearance_ceiling", .type = FIELD_LABEL },
    { .name = "account_claim", .type = FIELD_TEXT, .max = 200 },
    { .name = "account", .type = FIELD_ENUM, .choices = accounts },
    { 0 },
};

/* ---- reading ---- */

struct reading {
    const struct policy *policy;
    struct arena *arena;
    struct slice pointer; /* of the rule */
    struct error *err;
    int code;
};

static struct slice pointer_of(struct reading *r, const char *member)
{
    struct slice at = arena_printf(r->arena, SLICE_FMT "/%s", SLICE_ARG(r->pointer), member);
    return at.ptr ? at : r->pointer;
}

static void refuse(struct reading *r, const char *member, enum reason reason, const char *detail)
{
    r->code = error_field(r->err, pointer_of(r, member), reason, "%s", detail);
}

static const struct clearance *read_clearance(struct reading *r, const struct json *json,
                                              const char *member)
{
    const struct clearance *c = NULL;
    int code = clearance_parse(r->policy, r->arena, json, pointer_of(r, member), r->err, &c);
    r->code = code < 0 ? code : r->code;
    return code < 0 ? NULL : c;
}

static void check_role_values(struct reading *r, const struct identity_rule *rule)
{
    const struct json *values = rule->role_values;
    for (uint32_t i = 0; values && i < values->count; i++) {
        const struct json *value = &values->members[i].value;
        enum role role;
        if (value->type != JSON_STRING || !role_parse(value->text, &role))
            refuse(r, "role_values", REASON_CHOICE, "a role");
        else if (role > rule->role_ceiling)
            refuse(r, "role_values", REASON_RULE, "above the rule's ceiling");
    }
}

static void check_clearance_values(struct reading *r, const struct identity_rule *rule)
{
    const struct json *values = rule->clearance_values;
    for (uint32_t i = 0; values && i < values->count; i++) {
        const struct clearance *c =
            read_clearance(r, &values->members[i].value, "clearance_values");
        if (c && rule->ceiling && !clearance_within(c, rule->ceiling))
            refuse(r, "clearance_values", REASON_RULE, "above the rule's ceiling");
    }
}

/* A role that is stated is its own ceiling; one that a claim chooses needs one. */
static void read_role(struct reading *r, const struct json *json, struct identity_rule *rule)
{
    struct slice stated = json_get_text(json, "role"), top = json_get_text(json, "role_ceiling");
    rule->role_claim = json_get_text(json, "role_claim");
    rule->role_values = json_get(json, "role_values");
    role_parse(stated, &rule->role);
    if (!role_parse(top, &rule->role_ceiling))
        rule->role_ceiling = rule->role;
    if (!stated.len == !rule->role_claim.len)
        refuse(r, "role", REASON_RULE, "either a role or a role_claim");
    else if (rule->role_claim.len && !top.len)
        refuse(r, "role_ceiling", REASON_REQUIRED, "");
    else if (rule->role > rule->role_ceiling)
        refuse(r, "role", REASON_RULE, "above the rule's ceiling");
    check_role_values(r, rule);
}

static void read_clearances(struct reading *r, const struct json *json, struct identity_rule *rule)
{
    const struct json *stated = json_get(json, "clearance");
    const struct json *top = json_get(json, "clearance_ceiling");
    rule->clearance_claim = json_get_text(json, "clearance_claim");
    rule->clearance_values = json_get(json, "clearance_values");
    if (stated)
        rule->clearance = read_clearance(r, stated, "clearance");
    rule->ceiling = top ? read_clearance(r, top, "clearance_ceiling") : rule->clearance;
    if (!stated == !rule->clearance_claim.len)
        refuse(r, "clearance", REASON_RULE, "either a clearance or a clearance_claim");
    else if (rule->clearance_claim.len && !top)
        refuse(r, "clearance_ceiling", REASON_REQUIRED, "");
    else if (rule->clearance && rule->ceiling && !clearance_within(rule->clearance, rule->ceiling))
        refuse(r, "clearance", REASON_RULE, "above the rule's ceiling");
    check_clearance_values(r, rule);
}

static bool is_plain(const struct json *v)
{
    return v->type == JSON_STRING || v->type == JSON_BOOL || v->type == JSON_NUMBER;
}

/* Conditions are plain values, or lists of them. */
static void read_when(struct reading *r, const struct json *json, struct identity_rule *rule)
{
    rule->when = json_get(json, "when");
    for (uint32_t i = 0; rule->when && i < rule->when->count; i++) {
        const struct json *wanted = &rule->when->members[i].value;
        bool fits = is_plain(wanted) || (wanted->type == JSON_ARRAY && wanted->count > 0);
        for (uint32_t k = 0; fits && wanted->type == JSON_ARRAY && k < wanted->count; k++)
            fits = is_plain(&wanted->items[k]);
        if (!fits)
            refuse(r, "when", REASON_TYPE, "a value or a list of values");
    }
}

int identity_rules_parse(const struct policy *p, struct arena *a, const struct json *rules,
                         struct slice pointer, struct error *err, struct identity_rules *ret)
{
    size_t count = rules && rules->type == JSON_ARRAY ? rules->count : 0;
    struct identity_rule *items = arena_array_of(a, struct identity_rule, count + 1);
    struct reading r = { .policy = p, .arena = a, .err = err };
    if (!items)
        return error_set(err, EN_NO_MEMORY, "rules");
    for (size_t i = 0; i < count; i++) {
        const struct json *json = &rules->items[i];
        r.pointer = arena_printf(a, SLICE_FMT "/%zu", SLICE_ARG(pointer), i);
        items[i].name = json_get_text(json, "name");
        items[i].account_claim = json_get_text(json, "account_claim");
        if (!items[i].account_claim.len)
            items[i].account_claim = S("preferred_username");
        items[i].known_only = slice_is(json_get_text(json, "account"), "known");
        read_when(&r, json, &items[i]);
        read_role(&r, json, &items[i]);
        read_clearances(&r, json, &items[i]);
    }
    if (r.code < 0)
        return r.code;
    if (arena_failed(a))
        return error_set(err, EN_NO_MEMORY, "rules");
    *ret = (struct identity_rules){ .items = items, .count = count };
    return 0;
}

/* ---- applying ---- */

static const struct json *claim_of(const struct json *claims, struct slice name)
{
    const struct json *value = json_get_slice(claims, name);
    const struct json *at = claims;
    struct slice rest = name;
    for (int depth = 0; !value && at && rest.len && depth < PATH_DEPTH; depth++) {
        at = json_get_slice(at, slice_cut(&rest, '.'));
        if (!rest.len)
            value = at;
    }
    return value;
}

/* Does the claim, or any of its values, equal this plain value? */
static bool has_value(const struct json *claim, const struct json *wanted)
{
    if (claim->type != JSON_ARRAY)
        return json_equal(claim, wanted);
    for (uint32_t i = 0; i < claim->count; i++)
        if (json_equal(&claim->items[i], wanted))
            return true;
    return false;
}

static bool has_text(const struct json *claim, struct slice wanted)
{
    struct json text = { .type = JSON_STRING, .text = wanted };
    return has_value(claim, &text);
}

static bool condition_holds(const struct json *claims, const struct json_member *condition)
{
    const struct json *claim = claim_of(claims, condition->name);
    const struct json *wanted = &condition->value;
    if (!claim)
        return false;
    if (wanted->type != JSON_ARRAY)
        return has_value(claim, wanted);
    for (uint32_t i = 0; i < wanted->count; i++)
        if (has_value(claim, &wanted->items[i]))
            return true;
    return false;
}

static bool applies(const struct identity_rule *rule, const struct json *claims)
{
    for (uint32_t i = 0; rule->when && i < rule->when->count; i++)
        if (!condition_holds(claims, &rule->when->members[i]))
            return false;
    return true;
}

/* The first row of the table that the claim names, else the row "*", else NULL. */
static const struct json *table_value(const struct json *table, const struct json *claim)
{
    const struct json *other = NULL;
    for (uint32_t i = 0; i < table->count; i++) {
        const struct json_member *m = &table->members[i];
        if (slice_is(m->name, "*"))
            other = &m->value;
        else if (claim && has_text(claim, m->name))
            return &m->value;
    }
    return other;
}

static enum rule_outcome grant_role(const struct identity_rule *rule, const struct json *claims,
                                    enum role *ret)
{
    const struct json *value = NULL;
    *ret = rule->role;
    if (rule->role_claim.len) {
        value = claim_of(claims, rule->role_claim);
        value = rule->role_values ? table_value(rule->role_values, value) : value;
        if (!value || value->type != JSON_STRING || !role_parse(value->text, ret))
            return RULE_NONE;
    }
    return *ret > rule->role_ceiling ? RULE_CEILING : RULE_GRANTED;
}

/* In its JSON form or, as a text, in the short one. */
static enum rule_outcome grant_clearance(const struct identity_rule *rule, const struct policy *p,
                                         struct arena *a, const struct json *claims,
                                         const struct clearance **ret)
{
    *ret = rule->clearance;
    if (rule->clearance_claim.len) {
        const struct json *value = claim_of(claims, rule->clearance_claim);
        value = rule->clearance_values ? table_value(rule->clearance_values, value) : value;
        bool text = value && value->type == JSON_STRING;
        if (!value || (!text && value->type != JSON_OBJECT) ||
            (text ? clearance_parse_text(p, a, value->text, S(""), NULL, ret)
                  : clearance_parse(p, a, value, S(""), NULL, ret)) < 0)
            return RULE_NONE;
    }
    return clearance_within(*ret, rule->ceiling) ? RULE_GRANTED : RULE_CEILING;
}

static bool name_account(const struct identity_rule *rule, const struct json *claims,
                         struct slice *ret)
{
    const struct json *claim = claim_of(claims, rule->account_claim);
    struct slice name = claim && claim->type == JSON_STRING ? slice_trim(claim->text) : S("");
    bool fits = name.len > 0 && name.len <= USERNAME_MAX;
    for (size_t i = 0; fits && i < name.len; i++)
        fits = (unsigned char)name.ptr[i] > 0x20 && name.ptr[i] != 0x7F;
    *ret = name;
    return fits;
}

enum rule_outcome identity_rules_apply(const struct identity_rules *rules, const struct policy *p,
                                       struct arena *a, const struct json *claims,
                                       struct grant *ret)
{
    struct grant g = { 0 };
    for (size_t i = 0; !g.rule && i < rules->count; i++)
        if (applies(&rules->items[i], claims))
            g.rule = &rules->items[i];
    if (!g.rule)
        return RULE_NONE;
    ret->rule = g.rule;
    enum rule_outcome outcome = grant_role(g.rule, claims, &g.role);
    if (outcome == RULE_GRANTED)
        outcome = grant_clearance(g.rule, p, a, claims, &g.clearance);
    if (outcome == RULE_GRANTED && !name_account(g.rule, claims, &g.username))
        outcome = RULE_ACCOUNT;
    if (outcome == RULE_GRANTED)
        *ret = g;
    return outcome;
}

/*
 * The administrator's rules: which one applies, what it grants, and what it never does. Rules that
 * are wrong in themselves are in tests/oidc/test-config.mjs.
 */
#include "service/config.h"
#include "service/embedded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct desk {
    struct arena *arena;
    struct policy *policy;
};

static int setup(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    d->arena = arena_new(1 << 24);
    assert_int_equal(policy_load(slice_of(embedded_policy), NULL, &d->policy), 0);
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    struct desk *d = *state;
    policy_free(d->policy);
    arena_free(d->arena);
    free(d);
    return 0;
}

/* Single quotes stand for double ones. */
static struct slice quoted(struct desk *d, const char *text)
{
    char *copy = arena_cstr(d->arena, slice_of(text));
    for (char *c = copy; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    return slice_of(copy);
}

static struct identity_rules rules_of(struct desk *d, const char *rules)
{
    static const char frame[] = "{'oidc':{'name_en':'IdP','issuer':'https://idp.example',"
                                "'client_id':'c','redirect':'https://here.example/oidc/callback',"
                                "'rules':%s}}";
    char text[4096];
    struct config config;
    struct error err = { 0 };
    snprintf(text, sizeof text, frame, rules);
    int code = config_parse(d->arena, d->policy, "/nowhere", quoted(d, text), &err, &config);
    if (code < 0)
        fail_msg("%s", err.message);
    return config.oidc->rules;
}

static enum rule_outcome apply(struct desk *d, const struct identity_rules *rules,
                               const char *claims, struct grant *ret)
{
    struct json *json = NULL;
    *ret = (struct grant){ 0 };
    assert_int_equal(json_parse(d->arena, quoted(d, claims), NULL, &json), 0);
    return identity_rules_apply(rules, d->policy, d->arena, json, ret);
}

static bool holds(struct desk *d, const struct grant *g, const char *clearance)
{
    const struct clearance *c = NULL;
    assert_int_equal(
        clearance_parse_text(d->policy, d->arena, slice_of(clearance), S(""), NULL, &c), 0);
    return clearance_within(c, g->clearance) && clearance_within(g->clearance, c);
}

#define PLAIN "'clearance':{'class':'UNCLASSIFIED'}"

static void the_first_rule_that_fits_decides(void **state)
{
    struct desk *d = *state;
    struct grant g;
    struct identity_rules rules =
        rules_of(d, "[{'name':'a','when':{'groups':'x','mfa':true},'role':'steward'," PLAIN "},"
                    "{'name':'b','when':{'groups':['x','y']},'role':'contributor'," PLAIN "},"
                    "{'name':'c','when':{'level':3},'role':'reader'," PLAIN "}]");
    static const struct {
        const char *claims, *rule;
    } cases[] = {
        { "{'groups':['w','x'],'mfa':true,'preferred_username':'p'}", "a" },
        { "{'groups':'x','mfa':true,'preferred_username':'p'}", "a" },
        { "{'groups':['x'],'mfa':'true','preferred_username':'p'}", "b" },
        { "{'groups':['y'],'level':3,'preferred_username':'p'}", "b" },
        { "{'groups':['xy'],'level':3,'preferred_username':'p'}", "c" },
        { "{'groups':['X'],'level':'3','preferred_username':'p'}", NULL },
        { "{'groups':{'x':'x'},'preferred_username':'p'}", NULL },
        { "{}", NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum rule_outcome outcome = apply(d, &rules, cases[i].claims, &g);
        assert_int_equal(outcome, cases[i].rule ? RULE_GRANTED : RULE_NONE);
        assert_true(!cases[i].rule || slice_is(g.rule->name, cases[i].rule));
    }
}

static void a_claim_is_found_by_its_name_and_else_by_its_path(void **state)
{
    struct desk *d = *state;
    struct grant g;
    struct identity_rules rules =
        rules_of(d, "[{'name':'n','when':{'realm.roles':'r'},'role':'reader'," PLAIN "}]");
    assert_int_equal(apply(d, &rules, "{'realm':{'roles':['r']},'preferred_username':'p'}", &g),
                     RULE_GRANTED);
    assert_int_equal(apply(d, &rules, "{'realm.roles':'r','preferred_username':'p'}", &g),
                     RULE_GRANTED);
    assert_int_equal(
        apply(d, &rules, "{'realm.roles':'q','realm':{'roles':'r'},'preferred_username':'p'}", &g),
        RULE_NONE);
    assert_int_equal(apply(d, &rules, "{'realm':['roles'],'preferred_username':'p'}", &g),
                     RULE_NONE);
}

static void what_a_claim_asks_for_stays_under_the_ceiling(void **state)
{
    struct desk *d = *state;
    struct grant g;
    struct identity_rules rules =
        rules_of(d, "[{'name':'n','role_claim':'role','role_ceiling':'contributor',"
                    "'clearance_claim':'level','clearance_ceiling':{'class':'CONFIDENTIAL',"
                    "'permissive':{'Releasable To':['CAN']}}}]");
    static const struct {
        const char *role, *level;
        enum rule_outcome outcome;
        const char *held;
    } cases[] = {
        { "'reader'", "{'class':'RESTRICTED'}", RULE_GRANTED, "RESTRICTED" },
        { "'contributor'", "'CONFIDENTIAL; Releasable To: CAN'", RULE_GRANTED,
          "CONFIDENTIAL; Releasable To: CAN" },
        { "'steward'", "'RESTRICTED'", RULE_CEILING, NULL },
        { "'administrator'", "'RESTRICTED'", RULE_CEILING, NULL },
        { "'reader'", "'SECRET'", RULE_CEILING, NULL },
        { "'reader'", "'RESTRICTED; Releasable To: USA'", RULE_CEILING, NULL },
        { "'reader'", "'RESTRICTED; TLP:RED'", RULE_CEILING, NULL },
        { "'reader'", "'NO SUCH LEVEL'", RULE_NONE, NULL },
        { "'reader'", "['RESTRICTED']", RULE_NONE, NULL },
        { "'reader'", "null", RULE_NONE, NULL },
        { "'king'", "'RESTRICTED'", RULE_NONE, NULL },
        { "['reader']", "'RESTRICTED'", RULE_NONE, NULL },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char claims[256];
        snprintf(claims, sizeof claims, "{'role':%s,'level':%s,'preferred_username':'p'}",
                 cases[i].role, cases[i].level);
        enum rule_outcome outcome = apply(d, &rules, claims, &g);
        if (outcome != cases[i].outcome)
            fail_msg("%s: %d", claims, (int)outcome);
        assert_true(!cases[i].held || holds(d, &g, cases[i].held));
    }
}

static void a_table_turns_the_words_of_others_into_ours(void **state)
{
    struct desk *d = *state;
    struct grant g;
    struct identity_rules rules = rules_of(
        d, "[{'name':'n','role_claim':'jobs','role_values':{'editor':'contributor','*':'reader'},"
           "'role_ceiling':'contributor','clearance_claim':'vetting','clearance_values':"
           "{'SC':{'class':'RESTRICTED'},'DV':{'class':'SECRET'}},"
           "'clearance_ceiling':{'class':'SECRET'}}]");
    assert_int_equal(
        apply(d, &rules, "{'jobs':['x','editor'],'vetting':'DV','preferred_username':'p'}", &g),
        RULE_GRANTED);
    assert_int_equal(g.role, ROLE_CONTRIBUTOR);
    assert_true(holds(d, &g, "SECRET"));
    assert_int_equal(apply(d, &rules, "{'vetting':['SC'],'preferred_username':'p'}", &g),
                     RULE_GRANTED);
    assert_int_equal(g.role, ROLE_READER);
    assert_true(holds(d, &g, "RESTRICTED"));
    /* a word of our own is none of theirs, and there is no row for what is not known */
    assert_int_equal(apply(d, &rules, "{'vetting':'SECRET','preferred_username':'p'}", &g),
                     RULE_NONE);
    assert_int_equal(apply(d, &rules, "{'preferred_username':'p'}", &g), RULE_NONE);
}

static void an_account_needs_a_name_without_white_space(void **state)
{
    struct desk *d = *state;
    struct grant g;
    struct identity_rules rules =
        rules_of(d, "[{'name':'n','role':'reader','account_claim':'email'," PLAIN "}]");
    assert_int_equal(apply(d, &rules, "{'email':' a@b.example '}", &g), RULE_GRANTED);
    assert_true(slice_is(g.username, "a@b.example"));
    static const char *const wrong[] = {
        "{}",          "{'email':''}",   "{'email':'a b'}", "{'email':'a\\tb'}",
        "{'email':7}", "{'email':['a']}"
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(apply(d, &rules, wrong[i], &g), RULE_ACCOUNT);
    char name[128];
    snprintf(name, sizeof name, "{'email':'%064d'}", 7);
    assert_int_equal(apply(d, &rules, name, &g), RULE_GRANTED);
    snprintf(name, sizeof name, "{'email':'%065d'}", 7);
    assert_int_equal(apply(d, &rules, name, &g), RULE_ACCOUNT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_first_rule_that_fits_decides, setup, teardown),
        cmocka_unit_test_setup_teardown(a_claim_is_found_by_its_name_and_else_by_its_path, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(what_a_claim_asks_for_stays_under_the_ceiling, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(a_table_turns_the_words_of_others_into_ours, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_account_needs_a_name_without_white_space, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

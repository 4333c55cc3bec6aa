/*
 * Signing in by an identity provider's word while memory fails: each allocation in turn, until
 * somebody is in. Before that nobody is, and there is one user at the end, as the rule says,
 * however often it was tried.
 */
#include "../../ops/desk.h"
#include "../ledger/fault_memory.h"

#include "base/fault.h"
#include "service/config.h"

static const struct with plain = { 0 };

struct bench {
    struct desk d;
    struct config first, second; /* the rules before and after */
};

static struct config rules_of(struct desk *d, const char *role, const char *class)
{
    struct config config;
    struct error err = { 0 };
    const char *text = desk_text(
        d,
        "{\"oidc\":{\"name_en\":\"IdP\",\"issuer\":\"https://idp.example\",\"client_id\":\"c\","
        "\"redirect\":\"https://here.example/oidc/callback\",\"rules\":[{\"name\":\"the rule\","
        "\"role\":\"%s\",\"clearance\":{\"class\":\"%s\"}}]}}",
        role, class);
    assert_int_equal(
        config_parse(d->arena, node_policy(d->node), "/x", slice_of(text), &err, &config), 0);
    return config;
}

static int setup(void **state)
{
    struct bench *x = calloc(1, sizeof *x);
    desk_open(&x->d);
    x->first = rules_of(&x->d, "reader", "UNCLASSIFIED");
    x->second = rules_of(&x->d, "steward", "SECRET");
    *state = x;
    return 0;
}

static int teardown(void **state)
{
    struct bench *x = *state;
    desk_done(&x->d);
    free(x);
    return 0;
}

static void arm_heap(int n)
{
    fault_arm_allocation(n);
}

/* One attempt with the n-th allocation refused; true when that struck. */
static bool attempt(struct bench *x, const struct fault *f, int n, const struct config *config,
                    enum role role)
{
    struct json *claims = NULL;
    struct arena *a cleanup_arena = arena_new(1 << 24);
    struct error err = { 0 };
    enum identity_reason reason = IDENTITY_OK;
    const struct viewer *v = NULL;
    struct slice rule;
    assert_int_equal(
        json_parse(a, S("{\"preferred_username\":\"jo\",\"name\":\"Jo\"}"), NULL, &claims), 0);
    const struct vouched who = { .rules = &config->oidc->rules,
                                 .issuer = S("https://idp.example"),
                                 .subject = S("subject"),
                                 .claims = claims };
    f->arm(n);
    int code = access_vouched(x->d.node, a, &who, DESK_NOW, &reason, &err, &rule, &v);
    bool struck = f->disarm();
    if (code == 0)
        assert_int_equal(v->role, role);
    else if (code != EN_NO_MEMORY && code != EN_IO && code != EN_BUSY)
        fail_msg("n=%d: %d %s (%s)", n, code, err.message, err.origin);
    assert_int_equal(code == 0, v != NULL);
    return struck;
}

static void sign_in_without(struct bench *x, void (*arm)(int n), bool (*disarm)(void))
{
    const struct fault f = { arm, disarm };
    struct {
        const struct config *config;
        enum role role;
    } rounds[] = { { &x->first, ROLE_READER }, { &x->second, ROLE_STEWARD } };
    for (size_t i = 0; i < 2; i++) {
        bool struck = true;
        int n = 1;
        for (; struck; n += 1 + n / 16)
            struck = attempt(x, &f, n, rounds[i].config, rounds[i].role);
        assert_true(n > 10);
        struct asked all = desk_must(&x->d, "user.list", NULL, NULL, plain);
        assert_int_equal(desk_count(all), 1);
        const struct json *user = &json_get(all.json, "items")->items[0];
        assert_true(slice_is(json_get_text(user, "role"), role_word(rounds[i].role)));
        assert_true(slice_is(json_get_text(user, "rule"), "the rule"));
    }
    desk_assert_rebuilds_alike(&x->d);
    desk_assert_sound(&x->d);
}

static void signing_in_without_memory_makes_one_user(void **state)
{
    sign_in_without(*state, arm_heap, fault_disarm);
}

static void signing_in_without_sqlite_memory_makes_one_user(void **state)
{
    sign_in_without(*state, fault_memory_arm, fault_memory_disarm);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(signing_in_without_memory_makes_one_user),
        CASE(signing_in_without_sqlite_memory_makes_one_user),
    };
    fault_memory_install();
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

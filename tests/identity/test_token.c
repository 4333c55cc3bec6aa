/*
 * ID tokens that another library made, under each algorithm; and the edges of every claim. What a
 * liar sends is in tests/oidc.
 */
#include "check.h"
#include "vectors.h"

#include "identity/id_token.h"

static const int64_t issued = INT64_C(1780000000) * 1000, ends = INT64_C(1780000300) * 1000;

static const char *const tokens[] = { vector_rs256, vector_ps256, vector_es256, vector_eddsa };
enum { TOKENS = sizeof(tokens) / sizeof(tokens[0]) };

static struct key_set *keys_of(const char *json)
{
    struct key_set *keys = NULL;
    struct error err = { 0 };
    assert_int_equal(key_set_parse(slice_of(json), &err, &keys), 0);
    return keys;
}

static struct id_token_expected expected(void)
{
    return (struct id_token_expected){ .issuer = S("https://idp.example"),
                                       .client_id = S("entente"),
                                       .nonce = S("the-nonce"),
                                       .access_token = S("an-access-token"),
                                       .begun_ms = issued,
                                       .now_ms = issued };
}

static enum identity_reason check(const char *token, const struct id_token_expected *e)
{
    struct arena *a cleanup_arena = arena_new(1 << 22);
    struct key_set *keys = keys_of(vector_keys);
    enum identity_reason reason = IDENTITY_OK;
    const struct json *claims = NULL;
    struct error err = { 0 };
    int code = id_token_check(keys, a, slice_of(token), e, &reason, &err, &claims);
    assert_int_equal(code == 0, reason == IDENTITY_OK);
    assert_int_equal(code == 0, claims != NULL);
    if (code == 0)
        assert_true(slice_is(json_get_text(claims, "name"), "Some One"));
    key_set_free(keys);
    return reason;
}

static void each_algorithm_of_the_list_is_taken(void **state)
{
    (void)state;
    const struct id_token_expected e = expected();
    for (size_t i = 0; i < TOKENS; i++)
        assert_int_equal(check(tokens[i], &e), IDENTITY_OK);
}

static void no_byte_of_a_token_can_be_another(void **state)
{
    (void)state;
    const struct id_token_expected e = expected();
    for (size_t i = 0; i < TOKENS; i++) {
        size_t len = strlen(tokens[i]);
        char *copy = strdup(tokens[i]);
        for (size_t at = 0; at < len; at += 7) {
            copy[at] = copy[at] == 'A' ? 'B' : 'A';
            if (copy[at] != tokens[i][at])
                assert_int_not_equal(check(copy, &e), IDENTITY_OK);
            copy[at] = tokens[i][at];
        }
        free(copy);
    }
}

static void times_hold_to_the_second_of_the_skew(void **state)
{
    (void)state;
    const int64_t skew = IDENTITY_SKEW_MS;
    static const enum identity_reason good = IDENTITY_OK;
    const struct {
        int64_t now, begun;
        enum identity_reason reason;
    } cases[] = {
        { ends + skew - 1, issued, good },
        { ends + skew, issued, IDENTITY_EXPIRED },
        { issued - skew, issued - skew, good },
        { issued - skew - 1, 0, IDENTITY_ISSUED },
        { issued + skew, issued + skew, good },
        { issued + skew + 1, issued + skew + 1, IDENTITY_ISSUED },
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct id_token_expected e = expected();
        e.now_ms = cases[i].now;
        e.begun_ms = cases[i].begun;
        assert_int_equal(check(vector_es256, &e), cases[i].reason);
    }
}

static void every_expectation_is_looked_at(void **state)
{
    (void)state;
    struct id_token_expected e = expected();
    e.issuer = S("https://idp.example/");
    assert_int_equal(check(vector_es256, &e), IDENTITY_TOKEN_ISSUER);
    e = expected();
    e.client_id = S("Entente");
    assert_int_equal(check(vector_es256, &e), IDENTITY_AUDIENCE);
    e = expected();
    e.nonce = S("the-nonc");
    assert_int_equal(check(vector_es256, &e), IDENTITY_NONCE);
    e = expected();
    e.nonce = S("");
    assert_int_equal(check(vector_es256, &e), IDENTITY_NONCE);
    for (size_t i = 0; i < TOKENS; i++) {
        e = expected();
        e.access_token = S("another");
        assert_int_equal(check(tokens[i], &e), IDENTITY_ACCESS_HASH);
    }
}

static void sets_without_a_usable_key_are_refused(void **state)
{
    (void)state;
    static const char *const sets[] = {
        "",
        "[]",
        "{}",
        "{\"keys\":{}}",
        "{\"keys\":[]}",
        "{\"keys\":[1,null,\"x\",{}]}",
        "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\",\"alg\":\"HS256\"}]}",
        "{\"keys\":[{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"X25519\",\"x\":"
        "\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"use\":\"enc\",\"x\":"
        "\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"RS256\",\"x\":"
        "\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}",
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"key_ops\":[\"sign\"],\"x\":"
        "\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}",
        /* a point that is not on the curve */
        "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\","
        "\"x\":\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\","
        "\"y\":\"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE\"}]}",
    };
    for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
        struct key_set *keys = NULL;
        struct error err = { 0 };
        int code = key_set_parse(slice_of(sets[i]), &err, &keys);
        if (code != EN_INVALID)
            fail_msg("set %zu: %d", i, code);
        assert_null(keys);
    }
}

static void base64url_has_one_form(void **state)
{
    (void)state;
    static const char *const wrong[] = { "", "A", "AA==", "A+8", "A/8", "A A", "AB", "AAB" };
    struct arena *a cleanup_arena = arena_new(1 << 16);
    struct slice got;
    assert_true(base64url_decode(a, S("_-8"), &got));
    assert_int_equal(got.len, 2);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_false(base64url_decode(a, slice_of(wrong[i]), &got));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_algorithm_of_the_list_is_taken),
        cmocka_unit_test(no_byte_of_a_token_can_be_another),
        cmocka_unit_test(times_hold_to_the_second_of_the_skew),
        cmocka_unit_test(every_expectation_is_looked_at),
        cmocka_unit_test(sets_without_a_usable_key_are_refused),
        cmocka_unit_test(base64url_has_one_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

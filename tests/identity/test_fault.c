/*
 * No memory: the 1st, 2nd, 3rd ... allocation of reading keys and checking a token is refused until
 * none is. Each time the refusal is no acceptance, and nothing leaks (the leak checker is the
 * judge).
 */
#include "check.h"
#include "vectors.h"

#include "base/fault.h"
#include "identity/id_token.h"

static int whole_check(const char *token)
{
    const struct id_token_expected e = { .issuer = S("https://idp.example"),
                                         .client_id = S("entente"),
                                         .nonce = S("the-nonce"),
                                         .access_token = S("an-access-token"),
                                         .begun_ms = INT64_C(1780000000000),
                                         .now_ms = INT64_C(1780000000000) };
    enum identity_reason reason = IDENTITY_OK;
    const struct json *claims = NULL;
    struct key_set *keys = NULL;
    struct arena *a cleanup_arena = arena_new(1 << 22);
    int code = a ? key_set_parse(slice_of(vector_keys), NULL, &keys) : EN_NO_MEMORY;
    if (code == 0)
        code = id_token_check(keys, a, slice_of(token), &e, &reason, NULL, &claims);
    assert_int_equal(code == 0, claims != NULL);
    key_set_free(keys);
    return code;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    static const char *const tokens[] = { vector_rs256, vector_es256, vector_eddsa };
    for (size_t i = 0; i < 3; i++) {
        long n = 1;
        bool struck = true;
        for (; struck; n++) {
            fault_arm_allocation(n);
            int code = whole_check(tokens[i]);
            struck = fault_disarm();
            assert_int_equal(struck, code != 0);
        }
        assert_true(n > 4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_allocation_may_fail) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

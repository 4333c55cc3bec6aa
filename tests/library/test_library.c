/* The public header from outside: open, state, ask, change, and be told what is wrong. */
#include "entente.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char directory[] = "/tmp/entente-library-XXXXXX";
static en_instance *instance;

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(directory) && en_instance_open(directory, 1, &instance) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    static const char *const names[] = { "ledger.db",  "ledger.db-wal",  "ledger.db-shm",
                                         "picture.db", "picture.db-wal", "picture.db-shm",
                                         "key" };
    char path[128];
    (void)state;
    en_instance_free(instance);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        unlink(path);
    }
    return rmdir(directory);
}

/* The value of "id" in an answer, as a parameters object. */
static void id_parameters(const en_result *r, char out[96])
{
    const char *id = strstr(en_result_text(r), "\"id\":\"");
    assert_non_null(id);
    snprintf(out, 96, "{\"id\":\"%.36s\"}", id + 6);
}

static void a_record_is_stated_read_and_changed(void **state)
{
    en_result *r;
    char id[96], etag[64];
    (void)state;
    assert_int_equal(
        en_instance_call(instance, NULL, "actor.create", NULL,
                         "{\"nature\":\"organisation\",\"name_en\":\"Harbour authority\"}", &r),
        0);
    id_parameters(r, id);
    snprintf(etag, sizeof etag, "%s", en_result_etag(r));
    assert_string_equal(en_result_marking(r), "UNCLASSIFIED");
    en_result_free(r);
    assert_int_equal(en_instance_call(instance, NULL, "actor.get", id, NULL, &r), 0);
    assert_non_null(strstr(en_result_text(r), "Harbour authority"));
    assert_string_equal(en_result_etag(r), etag);
    assert_string_equal(en_result_marking(r), "UNCLASSIFIED");
    en_result_free(r);
    assert_int_equal(en_instance_change(instance, NULL, "actor.change", id,
                                        "{\"name_fr\":\"Administration portuaire\"}", etag, &r),
                     0);
    assert_string_not_equal(en_result_etag(r), etag);
    en_result_free(r);
    assert_int_equal(
        en_instance_change(instance, NULL, "actor.change", id, "{\"name_fr\":\"X\"}", etag, &r),
        -6);
    assert_string_equal(en_result_word(r), "stale");
    en_result_free(r);
}

static void mistakes_are_named(void **state)
{
    static const struct {
        const char *token, *operation, *parameters, *body;
        int code;
    } cases[] = {
        { NULL, "no.such", NULL, NULL, -10 },
        { NULL, "actor.create", NULL, "{\"nature\":\"planet\"}", -1 },
        { NULL, "actor.create", NULL, "not json", -1 },
        { NULL, "actor.list", "[]", NULL, -1 },
        { NULL, "actor.list", "{\"colour\":\"red\"}", NULL, -1 },
        { NULL, "actor.get", "{\"id\":\"01890000-0000-7000-8000-000000000000\"}", NULL, -4 },
        { "ent_wrong", "portfolio", NULL, NULL, -2 },
        { NULL, "login", NULL, "{}", -10 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        en_result *r;
        assert_int_equal(en_instance_call(instance, cases[i].token, cases[i].operation,
                                          cases[i].parameters, cases[i].body, &r),
                         cases[i].code);
        assert_int_equal(en_result_code(r), cases[i].code);
        assert_true(strlen(en_result_message(r)) > 0);
        assert_int_equal(en_result_size(r), 0);
        en_result_free(r);
    }
}

static void an_absent_instance_is_an_error(void **state)
{
    en_instance *none = instance;
    (void)state;
    assert_true(en_instance_open("/nonexistent/entente", 0, &none) < 0);
    assert_null(none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_stated_read_and_changed),
        cmocka_unit_test(mistakes_are_named),
        cmocka_unit_test(an_absent_instance_is_an_error),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

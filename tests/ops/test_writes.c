/*
 * Writes that must not surprise: repeated requests, changes by people who do not see everything,
 * redactions, and labels that no longer can be stored or understood.
 */
#include "desk.h"

#include <stdio.h>

static int set_up(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    desk_open(d);
    *state = d;
    return 0;
}

static int tear_down(void **state)
{
    desk_done(*state);
    free(*state);
    return 0;
}

#define SECRET "{\"class\":\"SECRET\"}"
#define LOW "{\"class\":\"UNCLASSIFIED\",\"permissive\":{\"Releasable To\":[\"CAN\"]}}"

static const char *id_of(struct desk *d, const char *id)
{
    return desk_text(d, "{\"id\":\"%s\"}", id);
}

static void a_key_never_answers_for_another_record(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "A", NULL), *b = desk_actor(d, "B", NULL);
    struct with key = { .key = "k1" };
    desk_must(d, "actor.retract", id_of(d, a), "{}", key);
    assert_int_equal(desk_ask(d, "actor.retract", id_of(d, b), "{}", key).code, EN_INVALID);
    assert_int_equal(desk_ask(d, "actor.get", id_of(d, b), NULL, (struct with){ 0 }).code, 0);
    assert_int_equal(desk_ask(d, "actor.change", id_of(d, b), "{\"name_fr\":\"B\"}", key).code,
                     EN_INVALID);
    desk_assert_sound(d);
}

static void a_repeated_request_is_answered_as_the_first(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "A", NULL);
    struct asked seen = desk_must(d, "actor.get", id_of(d, a), NULL, (struct with){ 0 });
    struct with once = { .key = "change",
                         .if_match = desk_text(d, SLICE_FMT, SLICE_ARG(seen.etag)) };
    desk_must(d, "actor.change", id_of(d, a), "{\"name_fr\":\"Un\"}", once);
    struct asked again = desk_must(d, "actor.change", id_of(d, a), "{\"name_fr\":\"Un\"}", once);
    assert_int_equal(json_get_int(again.json, "version", 0), 2);
    assert_int_equal(desk_ask(d, "actor.change", id_of(d, a), "{\"name_fr\":\"Deux\"}", once).code,
                     EN_INVALID);
    for (int i = 0; i < 2; i++) {
        struct asked r = desk_must(d, "actor.retract", id_of(d, a), "{\"reason\":\"merged\"}",
                                   (struct with){ .key = "retract" });
        assert_int_equal(json_get_int(r.json, "version", 0), 3);
    }
    for (int i = 0; i < 2; i++) {
        struct asked r =
            desk_must(d, "actor.restore", id_of(d, a), NULL, (struct with){ .key = "restore" });
        assert_int_equal(json_get_int(r.json, "version", 0), 4);
    }
    for (int i = 0; i < 2; i++) {
        struct asked r = desk_must(d, "actor.redact", id_of(d, a), "{\"version\":1}",
                                   (struct with){ .key = "redact" });
        assert_int_equal(json_get_int(r.json, "version", 0), 5);
    }
    desk_assert_sound(d);
}

static void a_change_keeps_what_its_writer_cannot_see(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "A", NULL), *b = desk_actor(d, "B", NULL);
    const char *hidden = desk_actor(d, "H", SECRET), *parent = desk_actor(d, "P", SECRET);
    const struct viewer *low = desk_viewer(d, ROLE_CONTRIBUTOR, LOW);
    const char *e = desk_id(
        d, desk_must(d, "engagement.create", NULL,
                     desk_text(d,
                               "{\"title\":\"T\",\"when\":\"2026-05-01\",\"mode\":\"meeting\","
                               "\"status\":\"held\",\"participants\":[{\"actor\":\"%s\","
                               "\"position\":\"%s\"},{\"actor\":\"%s\"}]}",
                               a, hidden, hidden),
                     (struct with){ 0 }));
    const char *u = desk_id(
        d,
        desk_must(d, "actor.create", NULL,
                  desk_text(d, "{\"nature\":\"unit\",\"name_en\":\"U\",\"parent\":\"%s\"}", parent),
                  (struct with){ 0 }));
    desk_must(d, "engagement.change", id_of(d, e),
              desk_text(d, "{\"participants\":[{\"actor\":\"%s\"},{\"actor\":\"%s\"}]}", a, b),
              (struct with){ .viewer = low });
    desk_must(d, "actor.change", id_of(d, u), "{\"parent\":null,\"name_fr\":\"U\"}",
              (struct with){ .viewer = low });
    struct asked all = desk_must(d, "engagement.get", id_of(d, e), NULL, (struct with){ 0 });
    const struct json *who = json_get(all.json, "participants");
    assert_int_equal(who->count, 3);
    assert_true(slice_is(json_get_text(&who->items[0], "position"), hidden));
    assert_true(slice_is(json_get_text(&who->items[2], "actor"), hidden));
    all = desk_must(d, "actor.get", id_of(d, u), NULL, (struct with){ 0 });
    assert_true(slice_is(json_get_text(all.json, "parent"), parent));
    /* who sees it may remove it */
    desk_must(d, "actor.change", id_of(d, u), "{\"parent\":null}", (struct with){ 0 });
    all = desk_must(d, "actor.get", id_of(d, u), NULL, (struct with){ 0 });
    assert_null(json_get(all.json, "parent"));
}

static void a_steward_redacts_only_what_may_be_read(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "first name", SECRET);
    const struct viewer *low = desk_viewer(d, ROLE_STEWARD, LOW);
    desk_must(d, "actor.change", id_of(d, a),
              "{\"name_en\":\"second name\",\"label\":{\"class\":\"UNCLASSIFIED\"},"
              "\"release\":{\"authority\":\"o\",\"reason\":\"r\"}}",
              (struct with){ 0 });
    struct with as_low = { .viewer = low };
    assert_int_equal(desk_ask(d, "actor.redact", id_of(d, a), "{\"version\":1}", as_low).code,
                     EN_NOT_FOUND);
    assert_int_equal(desk_ask(d, "actor.redact", id_of(d, a), "{\"version\":7}", as_low).code,
                     EN_NOT_FOUND);
    desk_must(d, "actor.redact", id_of(d, a), "{}", as_low);
    assert_true(desk_files_contain(d, "first name"));
    desk_must(d, "actor.redact", id_of(d, a), "{}", (struct with){ 0 });
    desk_assert_sound(d);
    desk_assert_rebuilds_alike(d);
}

static void a_retraction_that_said_why_can_be_redacted(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "A", NULL);
    desk_must(d, "actor.retract", id_of(d, a), "{\"reason\":\"a compromising reason\"}",
              (struct with){ 0 });
    desk_must(d, "actor.redact", id_of(d, a), "{}", (struct with){ 0 });
    desk_assert_sound(d);
    desk_assert_rebuilds_alike(d);
    struct asked history = desk_must(d, "actor.history", id_of(d, a), NULL, (struct with){ 0 });
    assert_null(memmem(history.text.ptr, history.text.len, "compromising", 12));
    desk_close(d);
    assert_false(desk_files_contain(d, "compromising"));
    desk_reopen(d);
}

/* More clauses than a stored label may have: the join is shown, and nothing breaks. */
static void reading_many_labels_at_once_breaks_nothing(void **state)
{
    static const char *const others[] = { "USA", "GBR", "AUS", "NZL", "FRA", "DEU",
                                          "ITA", "ESP", "PRT", "NOR", "DNK", "SWE",
                                          "FIN", "POL", "CZE", "SVK", "HUN", "ROU" };
    struct desk *d = *state;
    enum { COUNT = sizeof others / sizeof *others };
    for (int i = 0; i < COUNT; i++)
        desk_actor(
            d, others[i],
            desk_text(
                d,
                "{\"class\":\"RESTRICTED\",\"permissive\":{\"Releasable To\":[[\"CAN\",\"%s\"]]}}",
                others[i]));
    struct with as_can = { .viewer = desk_viewer(d, ROLE_READER,
                                                 "{\"class\":\"SECRET\",\"permissive\":"
                                                 "{\"Releasable To\":[\"CAN\"]}}") };
    struct asked list = desk_must(d, "actor.list", "{}", NULL, as_can);
    assert_int_equal(desk_count(list), COUNT);
    assert_int_equal(desk_count(desk_must(d, "actor.list", "{}", NULL, as_can)), COUNT);
    struct asked audits =
        desk_must(d, "audit.list", "{\"limit\":\"200\"}", NULL, (struct with){ 0 });
    assert_true(desk_count(audits) >= 2 * COUNT);
    desk_assert_rebuilds_alike(d);
}

static void write_file(const char *directory, const char *name, const char *text, size_t size)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, size, f), size);
    fclose(f);
}

/* The built-in policy with one value of it renamed. */
static void a_label_that_the_policy_forgot_hides_its_record_and_no_other(void **state)
{
    struct desk *d = *state;
    extern const char embedded_policy[];
    size_t size = strlen(embedded_policy);
    char *policy = malloc(size + 1), *at;
    const char *known = desk_actor(d, "Known", NULL);
    const char *lost =
        desk_actor(d, "Lost", "{\"class\":\"SECRET\",\"restrictive\":{\"Caveat\":[\"LEGAL\"]}}");
    memcpy(policy, embedded_policy, size + 1);
    while ((at = strstr(policy, "\"LEGAL\"")))
        memcpy(at, "\"OTHER\"", 7);
    desk_close(d);
    write_file(d->directory, "policy.spif.xml", policy, size);
    desk_reopen(d);
    assert_int_equal(desk_ask(d, "actor.get", id_of(d, known), NULL, (struct with){ 0 }).code, 0);
    assert_int_equal(desk_ask(d, "actor.get", id_of(d, lost), NULL, (struct with){ 0 }).code,
                     EN_NOT_FOUND);
    desk_assert_sound(d);
    desk_close(d);
    write_file(d->directory, "policy.spif.xml", embedded_policy, size);
    desk_reopen(d);
    assert_int_equal(desk_ask(d, "actor.get", id_of(d, lost), NULL, (struct with){ 0 }).code, 0);
    free(policy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_key_never_answers_for_another_record, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_repeated_request_is_answered_as_the_first, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_change_keeps_what_its_writer_cannot_see, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_steward_redacts_only_what_may_be_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_retraction_that_said_why_can_be_redacted, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(reading_many_labels_at_once_breaks_nothing, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            a_label_that_the_policy_forgot_hides_its_record_and_no_other, set_up, tear_down),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

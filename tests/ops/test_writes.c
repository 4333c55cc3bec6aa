/*
 * Writes that must not surprise: repeated requests, changes by people who do not see everything,
 * redactions, and labels that no longer can be stored or understood.
 */
#include "desk.h"

#include "label/policies.h"
#include "service/embedded.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

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

static char *swapped(const char *text, const char *old, const char *new)
{
    const char *at = strstr(text, old);
    assert_non_null(at);
    char *all = malloc(strlen(text) + strlen(new) + 1);
    assert_non_null(all);
    memcpy(all, text, (size_t)(at - text));
    strncpy(all + (at - text), new, strlen(new) + 1);
    strncat(all, at + strlen(old), strlen(text));
    return all;
}

/* A value that has become obsolete: what has it stays, is read and is changed; nothing gets it. */
static void an_obsolete_value_is_kept_but_never_given(void **state)
{
    struct desk *d = *state;
    const char *kept =
        desk_actor(d, "Kept", "{\"class\":\"SECRET\",\"restrictive\":{\"Caveat\":[\"LEGAL\"]}}");
    const char *plain = desk_actor(d, "Plain", NULL);
    char *policy = swapped(embedded_policy, "<tagCategory name=\"LEGAL\"",
                           "<tagCategory obsolete=\"true\" name=\"LEGAL\"");
    desk_close(d);
    write_file(d->directory, "policy.spif.xml", policy, strlen(policy));
    desk_reopen(d);
    desk_must(d, "actor.get", id_of(d, kept), NULL, (struct with){ 0 });
    desk_must(d, "actor.change", id_of(d, kept), "{\"name_en\":\"Kept still\"}", (struct with){ 0 });
    struct asked refused =
        desk_ask(d, "actor.change", id_of(d, plain),
                 "{\"label\":{\"class\":\"SECRET\",\"restrictive\":{\"Caveat\":[\"LEGAL\"]}}}",
                 (struct with){ 0 });
    assert_int_equal(refused.code, EN_INVALID);
    assert_string_equal(refused.err.fields[0].pointer, "/label");
    assert_string_equal(refused.err.fields[0].detail, "LEGAL is obsolete");
    desk_assert_sound(d);
    free(policy);
}

static int open_code(struct desk *d, struct error *err)
{
    struct node *n = NULL;
    struct node_options o = { .directory = d->directory, .now_ms = d->now_ms };
    int code = node_open(&o, err, &n);
    node_close(n);
    return code;
}

/* Fail closed: what would leave records open to anyone, or would be passed over, is refused. */
static void a_policy_that_states_no_default_or_comes_in_the_old_form_is_refused(void **state)
{
    struct desk *d = *state;
    struct error err = { 0 };
    char *policy = swapped(embedded_policy, " default=\"UNCLASSIFIED\"", "");
    desk_close(d);
    write_file(d->directory, "policy.spif.xml", policy, strlen(policy));
    assert_int_equal(open_code(d, &err), EN_INVALID);
    assert_non_null(strstr(err.message, "record without label"));
    write_file(d->directory, "policy.spif.xml", "<SPIF/>", 7);
    assert_int_equal(open_code(d, &err), EN_INVALID);
    write_file(d->directory, "policy.spif.xml", embedded_policy, strlen(embedded_policy));
    assert_int_equal(open_code(d, &err), 0);
    write_file(d->directory, "policy.json", "{}", 2);
    assert_int_equal(open_code(d, &err), EN_UNSUPPORTED);
    char path[128];
    snprintf(path, sizeof path, "%s/policy.json", d->directory);
    assert_int_equal(remove(path), 0);
    desk_reopen(d);
    free(policy);
}

/* Files of partners are read by name, and one of them may take the place of a built-in policy. */
static void policies_of_partners_are_read_from_their_folder(void **state)
{
    struct desk *d = *state;
    struct error err = { 0 };
    char path[128];
    assert_int_equal(policies_count(node_policies(d->node)), 4);
    assert_ptr_equal(policies_own(node_policies(d->node)), node_policy(d->node));
    assert_non_null(policies_find(node_policies(d->node), S("NATO")));
    char *theirs = swapped(embedded_policy_tlp, "name=\"TLP\"", "name=\"THEIRS\"");
    desk_close(d);
    snprintf(path, sizeof path, "%s/policies", d->directory);
    assert_int_equal(mkdir(path, 0700), 0);
    write_file(path, "theirs.spif.xml", theirs, strlen(theirs));
    write_file(path, "notes.txt", "?", 1);
    desk_reopen(d);
    assert_int_equal(policies_count(node_policies(d->node)), 4); /* the same identifier */
    assert_null(policies_find(node_policies(d->node), S("TLP")));
    assert_non_null(policies_find(node_policies(d->node), S("THEIRS")));
    desk_close(d);
    write_file(path, "wrong.spif.xml", "<SPIF/>", 7);
    assert_int_equal(open_code(d, &err), EN_INVALID);
    char file[160];
    snprintf(file, sizeof file, "%s/wrong.spif.xml", path);
    assert_int_equal(remove(file), 0);
    desk_reopen(d);
    static const char *const left[] = { "theirs.spif.xml", "notes.txt" };
    for (size_t i = 0; i < 2; i++) {
        snprintf(file, sizeof file, "%s/%s", path, left[i]);
        assert_int_equal(remove(file), 0);
    }
    assert_int_equal(rmdir(path), 0);
    free(theirs);
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
        cmocka_unit_test_setup_teardown(an_obsolete_value_is_kept_but_never_given, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            a_policy_that_states_no_default_or_comes_in_the_old_form_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(policies_of_partners_are_read_from_their_folder, set_up,
                                        tear_down),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

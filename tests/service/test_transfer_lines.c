/* The instance as JSON Lines and back, its digest, and the sample network. */
#include "transfer_world.h"

#include "service/access_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void change(struct world *w, const char *kind, struct slice id, const char *patch)
{
    struct json *json = NULL;
    struct written done;
    struct write_context c = world_write(w, NULL);
    assert_int_equal(json_parse(w->arena, slice_of(patch), &w->err, &json), 0);
    if (records_change(&c, world_kind(w, kind), id, json, S("*"), &w->err, &done) < 0)
        fail_msg("%s", w->err.message);
}

/* Changed, relabelled, retracted, restored and redacted records, a user, a setting. */
static void live_a_little(struct world *w)
{
    struct written done;
    struct json *user = NULL;
    const struct kind *actor = world_kind(w, "actor");
    world_import(w, "actor",
                 "external_ids,nature,name_en,parent,label\n"
                 "t:1,organisation,One,,\nt:2,unit,Two,t:1,RESTRICTED\nt:3,unit,Three,t:1,\n"
                 "t:4,unit,Four,t:1,\nt:5,unit,Five,,\"SECRET; Releasable To: CAN, USA\"\n"
                 "t:6,unit,Six,,\n");
    struct slice ids[7];
    for (int i = 1; i < 7; i++) {
        char name[8];
        snprintf(name, sizeof name, "t:%d", i);
        ids[i] = world_id(w, "actor", name);
    }
    change(w, "actor", ids[1], "{\"name_fr\":\"Un\"}");
    change(w, "actor", ids[2], "{\"label\":{\"class\":\"CONFIDENTIAL\"}}");
    struct write_context c = world_write(w, NULL);
    assert_int_equal(records_retract(&c, actor, ids[3], S(""), S("*"), &w->err, &done), 0);
    c = world_write(w, NULL);
    assert_int_equal(records_restore(&c, actor, ids[3], &w->err, &done), 0);
    c = world_write(w, NULL);
    assert_int_equal(records_retract(&c, actor, ids[4], S("moved"), S("*"), &w->err, &done), 0);
    change(w, "actor", ids[5], "{\"notes\":\"a secret that should not have been written\"}");
    c = world_write(w, NULL);
    assert_int_equal(records_redact(&c, actor, ids[5], 2, &w->err, &done), 0);
    c = world_write(w, NULL);
    assert_int_equal(records_redact(&c, actor, ids[6], 0, &w->err, &done), 0);
    c = world_write(w, NULL);
    assert_int_equal(settings_put(&c, S("home"), ids[1], &w->err), 0);
    static const char stated[] = "{\"username\":\"keeper\",\"role\":\"administrator\","
                                 "\"password\":\"correct horse battery\"}";
    assert_int_equal(json_parse(w->arena, slice_of(stated), &w->err, &user), 0);
    c = world_write(w, NULL);
    if (access_create_user(&c, user, &w->err, &done) < 0)
        fail_msg("%s", w->err.message);
}

static void an_export_restores_the_same_digest(void **state)
{
    struct world *w = *state, other;
    struct buf lines cleanup_buf, again cleanup_buf;
    char before[65], after[65];
    const struct viewer *v;
    live_a_little(w);
    world_lines(w, NULL, &lines);
    assert_null(strstr(lines.ptr, "should not have been written"));
    world_digest(w, before);
    world_open(&other);
    struct transfer_report r = world_restore(&other, buf_slice(&lines));
    assert_int_equal(r.failed, 0);
    assert_int_equal(r.rows, world_entries(w));
    world_digest(&other, after);
    assert_string_equal(before, after);
    world_lines(&other, NULL, &again);
    assert_string_equal(lines.ptr, again.ptr);
    /* users come with what lets them log in */
    assert_int_equal(access_login(other.node, other.arena, S("keeper"), S("correct horse battery"),
                                  NOW_MS, &other.err, &v),
                     0);
    struct slice home = node_home(other.node, other.arena);
    assert_true(slice_eq(home, world_id(w, "actor", "t:1")));
    struct ledger_report verified;
    assert_int_equal(ledger_verify(node_ledger(other.node), NULL, NULL, &other.err, &verified), 0);
    world_close(&other);
}

static void the_digest_does_not_depend_on_the_order_of_entries(void **state)
{
    struct world *w = *state, other;
    struct buf lines cleanup_buf, turned cleanup_buf;
    char before[65], after[65];
    struct slice parts[4], rest;
    world_import(w, "actor", "nature,name_en\nunit,A\nunit,B\nunit,C\n");
    world_lines(w, NULL, &lines);
    world_digest(w, before);
    rest = buf_slice(&lines);
    for (int i = 0; i < 4; i++)
        parts[i] = slice_cut(&rest, '\n');
    buf_init(&turned, 1 << 20);
    for (int i = 3; i >= 0; i--) {
        buf_add(&turned, parts[i]);
        buf_add_char(&turned, '\n');
    }
    world_open(&other);
    assert_int_equal(world_restore(&other, buf_slice(&turned)).failed, 0);
    world_digest(&other, after);
    assert_string_equal(before, after);
    world_close(&other);
}

static void the_digest_sees_every_change(void **state)
{
    struct world *w = *state;
    char digests[4][65];
    struct written done;
    world_import(w, "actor", "external_ids,nature,name_en\nt:1,unit,A\n");
    struct slice id = world_id(w, "actor", "t:1");
    world_digest(w, digests[0]);
    change(w, "actor", id, "{\"name_en\":\"B\"}");
    world_digest(w, digests[1]);
    change(w, "actor", id, "{\"label\":{\"class\":\"SECRET\"}}");
    world_digest(w, digests[2]);
    struct write_context c = world_write(w, NULL);
    assert_int_equal(records_retract(&c, world_kind(w, "actor"), id, S(""), S("*"), &w->err, &done),
                     0);
    world_digest(w, digests[3]);
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < i; j++)
            assert_string_not_equal(digests[i], digests[j]);
}

static void records_that_exist_are_refused_and_nothing_is_written(void **state)
{
    struct world *w = *state;
    struct buf lines cleanup_buf;
    live_a_little(w);
    world_lines(w, NULL, &lines);
    int64_t entries = world_entries(w);
    struct transfer_report r = world_restore(w, buf_slice(&lines));
    assert_true(report_has(&r, 2, "id", REASON_DUPLICATE));
    assert_int_equal(r.created, 0);
    assert_int_equal(world_entries(w), entries);
}

static void a_wrong_line_is_told_and_nothing_is_written(void **state)
{
    struct world *w = *state, other;
    struct buf lines cleanup_buf;
    world_import(w, "actor", "nature,name_en\nunit,A\nunit,B\n");
    world_lines(w, NULL, &lines);
    world_open(&other);
    buf_add_cstr(&lines, "{\"operation\":\"put\",\"kind\":\"castle\"}\nnot json\n"
                         "{\"entente_export\":2,\"policy\":\"entente-default\"}\n");
    char *name = strstr(lines.ptr, "\"name_en\"");
    memcpy(name, "\"name_xx\"", 9);
    struct transfer_report r = world_restore(&other, buf_slice(&lines));
    assert_int_equal(r.failed, 4);
    assert_true(report_has(&r, 2, "/name_xx", REASON_UNKNOWN_FIELD));
    assert_true(report_has(&r, 4, "kind", REASON_CHOICE));
    assert_true(report_has(&r, 5, "", REASON_FORMAT));
    assert_true(report_has(&r, 6, "entente_export", REASON_FORMAT));
    assert_int_equal(world_entries(&other), 0);
    world_close(&other);
}

static void a_time_in_the_future_is_refused_and_the_clock_goes_on(void **state)
{
    struct world *w = *state, other;
    struct buf lines cleanup_buf;
    world_import(w, "actor", "nature,name_en\nunit,A\n");
    world_lines(w, NULL, &lines);
    char *at = strstr(lines.ptr, "\"at\":\"2");
    assert_non_null(at);
    at[6] = '9';
    world_open(&other);
    struct transfer_report r = world_restore(&other, buf_slice(&lines));
    assert_int_equal(r.failed, 1);
    assert_true(report_has(&r, 2, "at", REASON_RANGE));
    assert_int_equal(world_entries(&other), 0);
    world_close(&other);
}

#define KEEPER                                             \
    "{\"username\":\"keeper\",\"role\":\"administrator\"," \
    "\"clearance\":{\"class\":\"SECRET\"},\"issuer\":\"https://idp\",\"subject\":\"s1\"}"

static struct slice new_user(struct world *w, const char *stated)
{
    struct json *user = NULL;
    struct written done;
    struct write_context c = world_write(w, NULL);
    assert_int_equal(json_parse(w->arena, slice_of(stated), &w->err, &user), 0);
    assert_int_equal(access_create_user(&c, user, &w->err, &done), 0);
    return done.id;
}

static void users_are_restored_by_those_only_who_may_read_as_much(void **state)
{
    struct world *w = *state, other;
    struct buf lines cleanup_buf;
    struct transfer_report r;
    struct write_context c;
    new_user(w, KEEPER);
    world_lines(w, NULL, &lines);
    world_open(&other);
    c = world_write(&other, world_reader(&other, "RESTRICTED"));
    assert_int_equal(transfer_import(&c, buf_slice(&lines), NULL, &other.err, &r), 0);
    assert_true(report_has(&r, 2, "clearance", REASON_LABEL));
    assert_int_equal(world_entries(&other), 0);
    c = world_write(&other, world_reader(&other, "SECRET"));
    assert_int_equal(transfer_import(&c, buf_slice(&lines), NULL, &other.err, &r), 0);
    assert_int_equal(r.created, 1);
    world_close(&other);
}

#define LINE(id, kind, more, body)                                                  \
    "{\"id\":\"01890000-0000-7000-8000-00000000000" id "\",\"kind\":\"" kind        \
    "\",\"operation\":\"put\",\"user\":\"u\",\"at\":\"2026-01-01T00:00:00Z\"," more \
    "\"label\":{\"class\":\"UNCLASSIFIED\"},\"body\":" body "}\n"
#define THEIRS "\"instance\":\"cccccccc-cccc-7ccc-8ccc-cccccccccccc\","

/* A token acts in the place of its user. */
static void no_token_is_restored_for_one_who_may_read_more(void **state)
{
    struct world *w = *state;
    struct transfer_report r;
    struct write_context c;
    struct slice keeper = new_user(w, KEEPER);
    char *line =
        arena_cstr(w->arena, arena_printf(w->arena,
                                          LINE("1", "token", "",
                                               "{\"expires\":\"2027-01-01\",\"hash\":\"%064d\","
                                               "\"name\":\"t\",\"scope\":\"admin\",\"user\":"
                                               "\"" SLICE_FMT "\"}"),
                                          7, SLICE_ARG(keeper)));
    int64_t before = world_entries(w);
    c = world_write(w, world_reader(w, "RESTRICTED"));
    assert_int_equal(transfer_import(&c, slice_of(line), NULL, &w->err, &r), 0);
    assert_true(report_has(&r, 1, "user", REASON_LABEL));
    assert_int_equal(world_entries(w), before);
}

#define USER(id, name, subject)                                                \
    LINE(id, "user", "",                                                       \
         "{\"username\":\"" name "\",\"role\":\"reader\",\"clearance\":{"      \
         "\"class\":\"UNCLASSIFIED\"},\"issuer\":\"https://idp\",\"subject\":" \
         "\"" subject "\"}")

/* Whom an issuer calls by one subject is one user; of two, nobody could tell who signs in. */
static void no_second_user_of_one_identity_is_restored(void **state)
{
    struct world *w = *state;
    struct transfer_report r;
    struct row row;
    new_user(w, KEEPER);
    int64_t before = world_entries(w);
    struct write_context c = world_write(w, NULL);
    assert_int_equal(transfer_import(&c, S(USER("1", "al", "s1 ")), NULL, &w->err, &r), 0);
    assert_true(report_has(&r, 1, "/subject", REASON_DUPLICATE));
    c = world_write(w, NULL);
    assert_int_equal(transfer_import(&c, S(USER("1", " keeper", "s2")), NULL, &w->err, &r), 0);
    assert_true(report_has(&r, 1, "username", REASON_DUPLICATE));
    assert_int_equal(world_entries(w), before);
    /* a file that states both itself is not looked through: then neither is let in */
    r = world_restore(w, S(USER("1", "al", "s3") USER("2", "bo", "s3")));
    assert_int_equal(r.created, 2);
    struct snapshot *s = world_look(w, NULL);
    assert_int_equal(access_find_vouched(s, S("https://idp"), S("s1"), &w->err, &row), 0);
    assert_int_equal(access_find_vouched(s, S("https://idp"), S("s3"), &w->err, &row), EN_CONFLICT);
    snapshot_close(s);
}

static void what_others_stated_is_restored_by_those_only_who_may_read_everything(void **state)
{
    struct world *w = *state;
    struct transfer_report r;
    static const char line[] =
        LINE("1", "actor", THEIRS, "{\"name_en\":\"Theirs\",\"nature\":\"organisation\"}");
    struct write_context c = world_write(w, world_reader(w, "SECRET"));
    assert_int_equal(transfer_import(&c, slice_of(line), NULL, &w->err, &r), 0);
    assert_true(report_has(&r, 1, "instance", REASON_LABEL));
    assert_int_equal(world_entries(w), 0);
    r = world_restore(w, slice_of(line));
    assert_int_equal(r.created, 1);
}

static void consent_of_others_comes_from_no_file(void **state)
{
    struct world *w = *state;
    static const char line[] =
        LINE("1", "release", THEIRS,
             "{\"authority\":\"o\",\"decided_at\":\"2026-01-01T00:00:00Z\",\"decided_by\":\"d\","
             "\"nature\":\"onward\",\"proposed_by\":\"p\",\"reason\":\"r\",\"state\":"
             "\"approved\",\"to\":[\"dddddddd-dddd-7ddd-8ddd-dddddddddddd\"]}");
    struct transfer_report r = world_restore(w, slice_of(line));
    assert_int_equal(r.failed, 0);
    assert_int_equal(r.created, 0);
    assert_int_equal(r.note_count, 1);
    assert_int_equal(world_entries(w), 0);
}

static void who_may_not_read_everything_exports_no_users_and_no_secrets(void **state)
{
    struct world *w = *state;
    struct buf all cleanup_buf, some cleanup_buf;
    live_a_little(w);
    world_lines(w, NULL, &all);
    world_lines(w, world_reader(w, "RESTRICTED"), &some);
    assert_non_null(strstr(all.ptr, "argon2id"));
    assert_non_null(strstr(all.ptr, "\"kind\":\"user\""));
    assert_null(strstr(some.ptr, "\"kind\":\"user\""));
    assert_null(strstr(some.ptr, "argon2id"));
    assert_non_null(strstr(some.ptr, "\"name_en\":\"One\""));
    assert_null(strstr(some.ptr, "\"name_en\":\"Five\""));
}

static void a_partial_export_restores_what_can_stand_without_the_rest(void **state)
{
    struct world *w = *state, other;
    struct buf lines cleanup_buf = { 0 };
    world_import(w, "actor",
                 "external_ids,nature,name_en,label\nt:1,unit,One,\nt:2,unit,Two,SECRET\n");
    world_import(w, "posting", "external_ids,person,position\nt:p,t:1,t:2\n");
    world_lines(w, world_reader(w, "UNCLASSIFIED"), &lines);
    world_open(&other);
    struct transfer_report r = world_restore(&other, buf_slice(&lines));
    assert_int_equal(r.rows, 2);
    assert_int_equal(r.failed, 0);
    assert_int_equal(r.created, 1);
    assert_int_equal(r.note_count, 1);
    assert_int_equal(world_entries(&other), 1);
    world_close(&other);
}

static struct transfer_report load_sample(struct world *w, const char *directory)
{
    struct transfer_report r = { 0 };
    struct write_context c = world_write(w, NULL);
    if (transfer_sample(&c, directory, S("sample:ca-cansofcom"), NULL, &w->err, &r) < 0)
        fail_msg("%s", w->err.message);
    return r;
}

/* 10 schemes of words and 10 of capabilities; a concept per row of both files. */
enum { SCHEMES = 10 + 10, CONCEPTS = 57 + 226 };

static void the_sample_network_loads_whole_and_once(void **state)
{
    struct world *w = *state;
    const char *source = getenv("ENTENTE_SOURCE");
    char directory[512];
    if (!source) {
        print_message("# ENTENTE_SOURCE is not set\n");
        skip();
    }
    snprintf(directory, sizeof directory, "%s/data/sample", source);
    struct transfer_report r = load_sample(w, directory);
    assert_int_equal(r.failed, 0);
    assert_int_equal(r.created, 753 + 108 + 495 + 205 + 6910 + SCHEMES + CONCEPTS + 37 + 146 + 13);
    assert_int_equal(r.note_count, 1); /* areas are no records */
    int64_t entries = world_entries(w);
    assert_int_equal(entries, r.created + 1); /* the home actor */
    r = load_sample(w, directory);
    assert_int_equal(r.unchanged, r.rows);
    assert_int_equal(world_entries(w), entries);
    struct slice home = node_home(w->node, w->arena);
    assert_true(slice_eq(home, world_id(w, "actor", "sample:ca-cansofcom")));
    assert_true(slice_is(world_field(w, "actor", "sample:ca-gac", "audience"), "\"interagency\""));
    assert_true(slice_is(world_field(w, "actor", "sample:us-socom", "audience"), "\"ally\""));
    assert_true(slice_is(world_field(w, "actor", "sample:un-dpo", "audience"), "\"multilateral\""));
    /* it is for everybody, not for whoever loaded it */
    struct buf seen cleanup_buf;
    world_csv(w, world_reader(w, "UNCLASSIFIED"), "actor", &seen);
    assert_non_null(strstr(seen.ptr, "sample:un-dpo"));
}

/* What the conditions of the sample's offers are read as. */
static void the_sample_says_what_offers_rest_on_and_who_attested_them(void **state)
{
    struct world *w = *state;
    const char *source = getenv("ENTENTE_SOURCE");
    char directory[512];
    if (!source)
        skip();
    snprintf(directory, sizeof directory, "%s/data/sample", source);
    load_sample(w, directory);
    static const char *const rows[][4] = {
        /* kind, external id, field, value */
        { "offer", "sample:off-0034", "basis", "\"mechanism\"" },
        { "offer", "sample:off-0034", "standard", "\"WHO EMT classification\"" },
        { "offer", "sample:off-0034", "level", "\"Type 1 fixed\"" },
        { "offer", "sample:off-0034", "regions", "[\"001\"]" },
        { "offer", "sample:off-0034", "offered_by", "" }, /* it decides itself */
        { "offer", "sample:off-0127", "level", "\"Heavy USAR team\"" },
        { "offer", "sample:off-0128", "basis", "\"mandate\"" },
        { "offer", "sample:off-0128", "regions", "[\"CAN\"]" },
        { "offer", "sample:off-0163", "basis", "" }, /* the sample does not say */
        { "offer", "sample:off-0164", "quantity", "7278" },
        { "offer", "sample:off-0164", "until", "\"2023-05\"" },
        { "concept", "sample:eu-hcp", "unit", "\"module\"" },
        { "concept", "sample:canada-protected/PROTECTED B", "notation", "\"PROTECTED-B\"" },
        { "vocabulary", "sample:vocabulary/insarag", "title_fr",
          "\"Classification INSARAG des équipes de recherche et sauvetage\"" },
        { "request", "sample:req-ab-2013", "submitted_on", "\"2013-06\"" },
        { "request", "sample:req-nb-2019", "submitted_on", "\"2019-04-19\"" },
        { "request", "sample:req-ab-2013", "text",
          "\"Flood, Southern Alberta: sandbagging, evacuation, engineering\"" },
        { "mapping", "sample:eu-husar/insarag-heavy", "relation", "\"close\"" },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct slice got = world_field(w, rows[i][0], rows[i][1], rows[i][2]);
        if (!slice_is(got, rows[i][3]))
            fail_msg("%s %s: " SLICE_FMT, rows[i][1], rows[i][2], SLICE_ARG(got));
    }
    struct slice owner = world_field(w, "vocabulary", "sample:vocabulary/insarag", "owner");
    struct slice by = world_field(w, "offer", "sample:off-0127", "attested_by");
    struct slice top = world_field(w, "concept", "sample:eu-modules", "broader");
    assert_true(slice_eq(owner, by));
    assert_int_equal(owner.len, UUID_TEXT + 2);
    assert_int_equal(top.len, 0);
    assert_int_equal(world_field(w, "concept", "sample:eu-hcp", "broader").len, UUID_TEXT + 4);
}

static void a_directory_without_known_files_is_refused(void **state)
{
    struct world *w = *state;
    struct transfer_report r;
    struct write_context c = world_write(w, NULL);
    assert_int_equal(transfer_sample(&c, "/nonexistent", S(""), NULL, &w->err, &r), EN_NOT_FOUND);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        CASE(an_export_restores_the_same_digest),
        CASE(the_digest_does_not_depend_on_the_order_of_entries),
        CASE(the_digest_sees_every_change),
        CASE(records_that_exist_are_refused_and_nothing_is_written),
        CASE(a_wrong_line_is_told_and_nothing_is_written),
        CASE(a_time_in_the_future_is_refused_and_the_clock_goes_on),
        CASE(users_are_restored_by_those_only_who_may_read_as_much),
        CASE(no_token_is_restored_for_one_who_may_read_more),
        CASE(no_second_user_of_one_identity_is_restored),
        CASE(what_others_stated_is_restored_by_those_only_who_may_read_everything),
        CASE(consent_of_others_comes_from_no_file),
        CASE(who_may_not_read_everything_exports_no_users_and_no_secrets),
        CASE(a_partial_export_restores_what_can_stand_without_the_rest),
        CASE(the_sample_network_loads_whole_and_once),
        CASE(the_sample_says_what_offers_rest_on_and_who_attested_them),
        CASE(a_directory_without_known_files_is_refused),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

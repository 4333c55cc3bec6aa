/*
 * Records that named persons alone read: what an import without a label leaves, who reads it and
 * who does not, how it becomes readable to others, and what nobody can do with it.
 */
#include "transfer_world.h"

#include "service/release.h"

#include "base/limits.h"

#include <stdio.h>
#include <string.h>

static const char rows[] = "external_ids,nature,name_en\nt:1,unit,Harbour Unit\n";

static struct transfer_report bring(struct world *w, const struct viewer *v, const char *kind,
                                    const char *csv)
{
    struct transfer_report r = { 0 };
    struct write_context c = world_write(w, v);
    if (transfer_import_csv(&c, world_kind(w, kind), slice_of(csv), false, NULL, &w->err, &r) < 0)
        fail_msg("%s", w->err.message);
    return r;
}

static const struct viewer *user(struct world *w, enum role role)
{
    const struct viewer *like = world_reader(w, "RESTRICTED");
    struct viewer *v = arena_new_of(w->arena, struct viewer);
    assert_non_null(v);
    *v = *like;
    v->role = role;
    v->permissions = role_permissions(role);
    return v;
}

/* How many units the viewer reads; of the last one its id and label. */
static int units(struct world *w, const struct viewer *v, struct slice *ret_id,
                 const char **ret_label)
{
    struct buf out cleanup_buf = { 0 }, label cleanup_buf = { 0 };
    int count = 0;
    world_csv(w, v, "actor", &out);
    for (const char *at = out.ptr; (at = strstr(at, "Harbour Unit")); at++)
        count++;
    if (count > 0 && ret_id) {
        struct row row;
        *ret_id = slice_of(arena_cstr(w->arena, slice_make(strchr(out.ptr, '\n') + 1, UUID_TEXT)));
        struct snapshot *s = world_look(w, v);
        assert_int_equal(snapshot_get(s, world_kind(w, "actor"), *ret_id, &w->err, &row), 0);
        buf_init(&label, LIMIT_TEXT);
        label_write_text(node_policy(w->node), row.label, &label);
        *ret_label = arena_cstr(w->arena, buf_slice(&label));
        snapshot_close(s);
    }
    return count;
}

static int patch(struct world *w, const struct viewer *v, struct slice id, const char *text,
                 const char *grounds)
{
    struct json *json = NULL, *on = NULL;
    struct written done;
    struct write_context c = world_write(w, v);
    error_clear(&w->err);
    assert_int_equal(json_parse(w->arena, slice_of(text), &w->err, &json), 0);
    if (grounds)
        assert_true(json_parse(w->arena, slice_of(grounds), &w->err, &on) == 0 &&
                    json_object_set(w->arena, json, S("release"), on) == 0);
    int code = records_change(&c, world_kind(w, "actor"), id, json, S("*"), &w->err, &done);
    if (c.snapshot)
        snapshot_close(c.snapshot);
    return code;
}

static const char for_reason[] = "{\"authority\":\"My own\",\"reason\":\"Sorted\"}";

static void an_import_without_a_label_is_read_by_the_importer_alone(void **state)
{
    struct world *w = *state;
    struct slice id;
    const char *label;
    const struct viewer *alice = user(w, ROLE_STEWARD), *bob = user(w, ROLE_ADMINISTRATOR);
    struct viewer partner = *node_operator(w->node), token = *alice;
    struct transfer_report r = bring(w, alice, "actor", rows);
    assert_int_equal(r.created, 1);
    assert_int_equal(r.note_count, 1);
    assert_int_equal(units(w, alice, &id, &label), 1);
    assert_non_null(strstr(label, "UNCLASSIFIED; PERSONS: "));
    assert_int_equal(units(w, bob, NULL, NULL), 0);
    assert_int_equal(units(w, node_operator(w->node), NULL, NULL), 1);
    token.is_token = true;
    assert_int_equal(units(w, &token, NULL, NULL), 1);
    /* as a partner nobody is a person, whatever the officer is */
    partner.is_partner = true;
    partner.clearance = alice->clearance;
    partner.user = alice->user;
    partner.also = alice->clearance;
    assert_int_equal(units(w, &partner, NULL, NULL), 0);
    /* what stands there tells whoever brings the same nothing: it is another record */
    r = bring(w, bob, "actor", rows);
    assert_int_equal(r.created, 1);
    assert_int_equal(units(w, bob, NULL, NULL), 1);
    assert_int_equal(units(w, alice, NULL, NULL), 1);
    assert_int_equal(units(w, node_operator(w->node), NULL, NULL), 2);
    /* and again it is known */
    assert_int_equal(bring(w, alice, "actor", rows).unchanged, 1);
}

/* What an import says of a record that all read is the importer's too, until they label it. */
static void an_annotation_without_a_label_is_held_back_too(void **state)
{
    struct world *w = *state;
    struct buf seen cleanup_buf, hidden cleanup_buf;
    const struct viewer *alice = user(w, ROLE_STEWARD), *bob = user(w, ROLE_READER);
    world_import(w, "actor", rows);
    struct transfer_report r =
        bring(w, alice, "annotation", "external_ids,about,stance,text\nt:9,t:1,note,Quokka\n");
    assert_int_equal(r.created, 1);
    assert_int_equal(r.note_count, 1);
    world_csv(w, alice, "annotation", &seen);
    world_csv(w, bob, "annotation", &hidden);
    assert_non_null(strstr(seen.ptr, "Quokka"));
    assert_null(strstr(hidden.ptr, "Quokka"));
}

static void a_line_without_a_label_is_that_of_whoever_restores_it(void **state)
{
    struct world *w = *state;
    static const char line[] =
        "{\"at\":\"2026-01-01T00:00:00Z\",\"body\":{\"name_en\":\"Harbour "
        "Unit\",\"nature\":\"unit\"},\"id\":"
        "\"0190a000-0000-7000-8000-000000000001\",\"kind\":\"actor\",\"operation\":\"put\","
        "\"user\":\"u\"%s}\n";
    static const char *const nothing[] = { "", ",\"label\":null", ",\"label\":{}" };
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++) {
        struct world other;
        world_open(&other);
        const struct viewer *alice = user(&other, ROLE_ADMINISTRATOR);
        struct transfer_report r;
        struct write_context c = world_write(&other, alice);
        const char *text = arena_printf(other.arena, line, nothing[i]).ptr;
        if (transfer_import(&c, slice_of(text), NULL, &other.err, &r) < 0 || r.created != 1)
            fail_msg("%s: %s", nothing[i],
                     r.error_count ? r.errors[0].detail.ptr : other.err.message);
        assert_int_equal(r.note_count, 1);
        assert_int_equal(units(&other, alice, NULL, NULL), 1);
        assert_int_equal(units(&other, user(&other, ROLE_ADMINISTRATOR), NULL, NULL), 0);
        world_close(&other);
    }
    (void)w;
}

static struct transfer_report restore(struct world *w, const struct viewer *v, const char *line)
{
    struct transfer_report r = { 0 };
    struct write_context c = world_write(w, v);
    if (transfer_import(&c, slice_of(line), NULL, &w->err, &r) < 0)
        fail_msg("%s", w->err.message);
    return r;
}

/* Who may sign in is no secret of one administrator. */
static void no_label_hides_a_user(void **state)
{
    struct world *w = *state;
    static const char line[] =
        "{\"at\":\"2026-01-01T00:00:00Z\",\"body\":{\"username\":\"ghost\",\"role\":\"reader\","
        "\"active\":true},\"id\":\"0190a000-0000-7000-8000-000000000002\",\"kind\":\"user\","
        "\"operation\":\"put\",\"user\":\"u\"%s}\n";
    char label[200], person[UUID_TEXT + 1];
    const struct viewer *alice = user(w, ROLE_ADMINISTRATOR), *bob = user(w, ROLE_ADMINISTRATOR);
    uuid_format(alice->user, person);
    snprintf(label, sizeof label, ",\"label\":{\"class\":\"UNCLASSIFIED\",\"persons\":[\"%s\"]}",
             person);
    struct transfer_report r = restore(w, alice, arena_printf(w->arena, line, label).ptr);
    assert_true(report_has(&r, 1, "label", REASON_LABEL));
    r = restore(w, alice, arena_printf(w->arena, line, "").ptr);
    assert_int_equal(r.created, 1);
    assert_int_equal(r.note_count, 0);
    struct snapshot *s = world_look(w, bob);
    assert_true(
        snapshot_readable(s, S("0190a000-0000-7000-8000-000000000002"), world_kind(w, "user")));
    snapshot_close(s);
}

static void whom_it_names_alone_gives_it_free_with_a_reason(void **state)
{
    struct world *w = *state;
    struct slice id;
    const char *label;
    struct buf lines cleanup_buf, low cleanup_buf;
    const struct viewer *alice = user(w, ROLE_STEWARD), *bob = user(w, ROLE_READER);
    bring(w, alice, "actor", rows);
    units(w, alice, &id, &label);
    assert_int_equal(patch(w, bob, id, "{\"label\":{\"class\":\"UNCLASSIFIED\"}}", for_reason),
                     EN_NOT_FOUND);
    assert_int_equal(patch(w, alice, id, "{\"label\":{\"class\":\"UNCLASSIFIED\"}}", NULL),
                     EN_INVALID);
    assert_non_null(strstr(w->err.message, "/release"));
    assert_int_equal(units(w, bob, NULL, NULL), 0);
    assert_int_equal(patch(w, alice, id, "{\"label\":{\"class\":\"RESTRICTED\"}}", for_reason), 0);
    assert_int_equal(units(w, bob, NULL, NULL), 1);
    /* the decision is on record, for whoever reads what it set free */
    world_lines(w, bob, &lines);
    assert_non_null(strstr(lines.ptr, "\"authority\":\"My own\""));
    world_lines(w, world_reader(w, "UNCLASSIFIED"), &low);
    assert_null(strstr(low.ptr, "Harbour Unit"));
    assert_null(strstr(low.ptr, "My own"));
    /* that was all: the class is an officer's to lower */
    assert_int_equal(patch(w, alice, id, "{\"label\":{\"class\":\"UNCLASSIFIED\"}}", for_reason),
                     EN_FORBIDDEN);
}

/* One more person, and still for nobody else: nor is the decision. */
static void a_decision_between_persons_is_read_by_them(void **state)
{
    struct world *w = *state;
    struct slice id;
    const char *label;
    char text[300], of[2][UUID_TEXT + 1];
    struct buf theirs cleanup_buf, others cleanup_buf;
    const struct viewer *alice = user(w, ROLE_STEWARD), *bob = user(w, ROLE_READER);
    bring(w, alice, "actor", rows);
    units(w, alice, &id, &label);
    uuid_format(alice->user, of[0]);
    uuid_format(bob->user, of[1]);
    snprintf(text, sizeof text,
             "{\"label\":{\"class\":\"UNCLASSIFIED\",\"persons\":[\"%s\",\"%s\"]}}", of[0], of[1]);
    assert_int_equal(patch(w, alice, id, text, for_reason), 0);
    assert_int_equal(units(w, bob, NULL, NULL), 1);
    world_lines(w, bob, &theirs);
    world_lines(w, user(w, ROLE_ADMINISTRATOR), &others);
    assert_non_null(strstr(theirs.ptr, "My own"));
    assert_null(strstr(others.ptr, "My own"));
    /* nobody is put out again */
    snprintf(text, sizeof text, "{\"label\":{\"class\":\"UNCLASSIFIED\",\"persons\":[\"%s\"]}}",
             of[0]);
    assert_int_equal(patch(w, alice, id, text, for_reason), EN_INVALID);
}

/* By the end of the decision it would vanish for those who found it. */
static void what_was_given_free_stays_so(void **state)
{
    static const char until[] =
        "{\"authority\":\"My own\",\"reason\":\"Sorted\",\"until\":\"2099-01-01\"}";
    struct world *w = *state;
    struct slice id;
    const char *label;
    struct written done;
    struct page page;
    const struct viewer *alice = user(w, ROLE_STEWARD), *bob = user(w, ROLE_READER);
    struct viewer *officer = arena_new_of(w->arena, struct viewer);
    struct list_query q = { .kind = world_kind(w, "release"), .order = LIST_UPDATED, .limit = 1 };
    *officer = *user(w, ROLE_DISCLOSURE_OFFICER);
    bring(w, alice, "actor", rows);
    units(w, alice, &id, &label);
    assert_int_equal(patch(w, alice, id, "{\"label\":{\"class\":\"UNCLASSIFIED\"}}", until),
                     EN_INVALID);
    assert_non_null(strstr(w->err.message, "/release/until"));
    assert_int_equal(patch(w, alice, id, "{\"label\":{\"class\":\"UNCLASSIFIED\"}}", for_reason),
                     0);
    struct write_context c = world_write(w, officer);
    assert_int_equal(snapshot_list(c.snapshot, &q, &w->err, &page), 0);
    assert_int_equal(page.count, 1);
    if (release_revoke(&c, page.rows[0].id, S("no"), &w->err, &done) < 0)
        fail_msg("%s", w->err.message);
    assert_int_equal(units(w, bob, &id, &label), 1);
    assert_string_equal(label, "UNCLASSIFIED");
}

/* Whoever does not read a record's first version exports the others, and what was destroyed of them
 * is destroyed where they are restored, and nothing else. */
static void an_export_without_the_first_version_restores_the_rest(void **state)
{
    struct world *w = *state, other;
    struct slice id;
    const char *label;
    struct written done;
    struct buf lines cleanup_buf;
    struct viewer all = *user(w, ROLE_ADMINISTRATOR);
    struct buf stated cleanup_buf;
    struct json *json = NULL;
    const struct viewer *alice = user(w, ROLE_STEWARD);
    buf_init(&stated, LIMIT_RECORD);
    clearance_write(node_policy(w->node), clearance_all(node_policy(w->node)), &stated);
    assert_int_equal(json_parse(w->arena, buf_slice(&stated), &w->err, &json), 0);
    assert_int_equal(
        clearance_parse(node_policy(w->node), w->arena, json, S(""), &w->err, &all.clearance), 0);
    bring(w, alice, "actor", rows);
    units(w, alice, &id, &label);
    assert_int_equal(patch(w, alice, id,
                           "{\"label\":{\"class\":\"UNCLASSIFIED\"},\"notes\":\"Gone\"}",
                           for_reason),
                     0);
    assert_int_equal(patch(w, alice, id, "{\"notes\":\"Kept\"}", NULL), 0);
    struct write_context c = world_write(w, alice);
    if (records_redact(&c, world_kind(w, "actor"), id, 2, &w->err, &done) < 0)
        fail_msg("%s", w->err.message);
    world_lines(w, &all, &lines);
    assert_non_null(strstr(lines.ptr, "\"complete\":false"));
    world_open(&other);
    struct transfer_report r = world_restore(&other, buf_slice(&lines));
    assert_int_equal(r.failed, 0);
    assert_string_equal(arena_cstr(other.arena, world_field(&other, "actor", "t:1", "notes")),
                        "\"Kept\"");
    world_close(&other);
    /* the console's has everything, and whom it names reads it there */
    buf_done(&lines);
    world_lines(w, NULL, &lines);
    assert_non_null(strstr(lines.ptr, "\"complete\":true"));
    world_open(&other);
    r = world_restore(&other, buf_slice(&lines));
    if (r.failed)
        fail_msg("%s: %s", r.errors[0].column.ptr, r.errors[0].detail.ptr);
    struct viewer again = *world_reader(&other, "RESTRICTED"); /* of that instance's policy */
    again.user = alice->user;
    assert_int_equal(units(&other, &again, NULL, NULL), 1);
    world_close(&other);
}

static void what_else_it_demands_does_not_come_down_with_it(void **state)
{
    struct world *w = *state;
    struct slice id;
    const char *label;
    struct transfer_report r;
    char csv[256], person[UUID_TEXT + 1];
    const struct viewer *alice = user(w, ROLE_STEWARD);
    uuid_format(alice->user, person);
    snprintf(csv, sizeof csv,
             "external_ids,nature,name_en,label\nt:1,unit,Harbour Unit,RESTRICTED; PERSONS: %s\n",
             person);
    r = bring(w, alice, "actor", csv);
    assert_int_equal(r.created, 1);
    assert_int_equal(r.note_count, 0);
    units(w, alice, &id, &label);
    assert_int_equal(patch(w, alice, id, "{\"label\":{\"class\":\"UNCLASSIFIED\"}}", for_reason),
                     EN_FORBIDDEN);
    assert_int_equal(units(w, user(w, ROLE_ADMINISTRATOR), NULL, NULL), 0);
}

static void a_record_that_others_read_becomes_nobodys_own(void **state)
{
    struct world *w = *state;
    struct slice id;
    const char *label;
    char text[200], person[UUID_TEXT + 1];
    const struct viewer *alice = user(w, ROLE_ADMINISTRATOR), *bob = user(w, ROLE_READER);
    world_import(w, "actor", rows);
    units(w, alice, &id, &label);
    uuid_format(alice->user, person);
    snprintf(text, sizeof text, "{\"label\":{\"class\":\"RESTRICTED\",\"persons\":[\"%s\"]}}",
             person);
    assert_int_equal(patch(w, alice, id, text, for_reason), EN_INVALID);
    assert_non_null(strstr(w->err.message, "/label/persons"));
    snprintf(text, sizeof text,
             "external_ids,nature,name_en,label\nt:1,unit,Harbour Unit,RESTRICTED; PERSONS: %s\n",
             person);
    assert_true(bring(w, alice, "actor", text).failed == 1);
    assert_int_equal(units(w, bob, NULL, NULL), 1);
}

static void nobody_writes_for_others_what_they_could_not_read(void **state)
{
    struct world *w = *state;
    char csv[256], person[UUID_TEXT + 1];
    const struct viewer *alice = user(w, ROLE_STEWARD), *bob = user(w, ROLE_STEWARD);
    uuid_format(bob->user, person);
    snprintf(csv, sizeof csv,
             "external_ids,nature,name_en,label\nt:1,unit,Harbour Unit,UNCLASSIFIED; PERSONS: %s\n",
             person);
    struct transfer_report r = bring(w, alice, "actor", csv);
    assert_int_equal(r.failed, 1);
    assert_true(report_has(&r, 2, "label", REASON_LABEL));
    assert_int_equal(units(w, bob, NULL, NULL), 0);
}

/* A proposal to give the record this label is refused at the field. */
static void refuse_proposal(struct world *w, const struct viewer *v, struct slice id,
                            const char *label, const char *field)
{
    struct json *input = NULL;
    struct written done;
    struct slice text = arena_printf(w->arena,
                                     "{\"nature\":\"lower\",\"record\":\"" SLICE_FMT
                                     "\",\"label\":%s,\"reason\":\"r\"}",
                                     SLICE_ARG(id), label);
    assert_int_equal(json_parse(w->arena, text, &w->err, &input), 0);
    struct write_context c = world_write(w, v);
    assert_int_equal(release_propose(&c, input, &w->err, &done), EN_INVALID);
    assert_non_null(strstr(w->err.message, field));
    if (c.snapshot)
        snapshot_close(c.snapshot);
}

/* Nor by a proposal that lowers the rest. */
static void no_proposal_makes_a_record_vanish(void **state)
{
    struct world *w = *state;
    struct slice id;
    const char *label;
    char after[200], person[UUID_TEXT + 1];
    const struct viewer *alice = user(w, ROLE_DISCLOSURE_OFFICER);
    world_import(w, "actor",
                 "external_ids,nature,name_en,label\nt:1,unit,Harbour Unit,RESTRICTED\n");
    units(w, alice, &id, &label);
    uuid_format(alice->user, person);
    snprintf(after, sizeof after, "{\"class\":\"UNCLASSIFIED\",\"persons\":[\"%s\"]}", person);
    refuse_proposal(w, alice, id, after, "/label/persons");
}

static void a_proposal_that_no_officer_could_read_is_refused(void **state)
{
    struct world *w = *state;
    struct slice id;
    const char *label;
    const struct viewer *alice = user(w, ROLE_STEWARD);
    bring(w, alice, "actor", rows);
    units(w, alice, &id, &label);
    refuse_proposal(w, alice, id, "{\"class\":\"UNCLASSIFIED\"}", "/record");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_import_without_a_label_is_read_by_the_importer_alone),
        CASE(an_annotation_without_a_label_is_held_back_too),
        CASE(no_label_hides_a_user),
        CASE(a_decision_between_persons_is_read_by_them),
        CASE(what_was_given_free_stays_so),
        CASE(an_export_without_the_first_version_restores_the_rest),
        CASE(no_proposal_makes_a_record_vanish),
        CASE(a_line_without_a_label_is_that_of_whoever_restores_it),
        CASE(whom_it_names_alone_gives_it_free_with_a_reason),
        CASE(what_else_it_demands_does_not_come_down_with_it),
        CASE(a_record_that_others_read_becomes_nobodys_own),
        CASE(nobody_writes_for_others_what_they_could_not_read),
        CASE(a_proposal_that_no_officer_could_read_is_refused),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("labels for named persons", tests, NULL, NULL);
}

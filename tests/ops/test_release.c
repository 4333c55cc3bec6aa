/*
 * Releases: no label is lowered without its decision, decisions end and give the label back, an
 * originator's label obeys the originator, and an officer who asks as a partner gets the partner's
 * answer to the byte.
 */
#include "desk.h"

#include "base/limits.h"
#include "service/partner.h"
#include "service/release.h"

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

#define OPEN "{\"class\":\"UNCLASSIFIED\",\"permissive\":{}}"
#define RESTRICTED "{\"class\":\"RESTRICTED\",\"permissive\":{}}"
#define SECRET "{\"class\":\"SECRET\",\"permissive\":{}}"
#define HIGH "{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[\"CAN\"]},\"tlp\":\"RED\"}"
#define GROUNDS "\"release\":{\"authority\":\"Order 4\",\"reason\":\"Published\"}"
#define DAY INT64_C(86400000)

static const struct with plain = { 0 };

static const char *id_of(struct desk *d, const char *id)
{
    return desk_text(d, "{\"id\":\"%s\"}", id);
}

static struct with as_role(struct desk *d, enum role role)
{
    return (struct with){ .viewer = desk_viewer(d, role, HIGH) };
}

static struct slice class_of(struct desk *d, const char *kind, const char *id)
{
    struct asked a = desk_must(d, desk_text(d, "%s.get", kind), id_of(d, id), NULL, plain);
    return json_get_text(json_get(a.json, "label"), "class");
}

static struct slice state_of(struct desk *d, const char *release)
{
    struct asked a = desk_must(d, "release.get", id_of(d, release), NULL, plain);
    return json_get_text(a.json, "state");
}

static uint32_t release_count(struct desk *d, const char *filter)
{
    return desk_count(desk_must(d, "release.list", filter, NULL, plain));
}

static int64_t head(struct desk *d)
{
    struct ledger_head h;
    assert_int_equal(ledger_head_get(d->node->ledger, NULL, &h), 0);
    return h.seq;
}

static void sweep(struct desk *d)
{
    struct error err = { 0 };
    assert_int_equal(release_sweep(d->node, d->arena, d->now_ms, &err), 0);
}

/* ---- lowering ---- */

static void a_lower_label_stands_in_one_append_with_its_decision(void **state)
{
    struct desk *d = *state;
    struct with officer = as_role(d, ROLE_DISCLOSURE_OFFICER);
    const char *a = desk_actor(d, "A", SECRET);
    static const char lower[] = "{\"label\":" RESTRICTED "}";
    struct asked no = desk_ask(d, "actor.change", id_of(d, a), lower, as_role(d, ROLE_STEWARD));
    assert_int_equal(no.code, EN_FORBIDDEN);
    assert_non_null(strstr(no.err.message, "propose"));
    no = desk_ask(d, "actor.change", id_of(d, a), lower, officer);
    assert_int_equal(no.code, EN_INVALID);
    assert_string_equal(no.err.fields[0].pointer, "/release");
    no = desk_ask(d, "actor.change", id_of(d, a),
                  "{\"label\":" RESTRICTED ",\"release\":{\"reason\":\"x\"}}", officer);
    assert_int_equal(no.code, EN_INVALID);
    assert_string_equal(no.err.fields[0].pointer, "/release/authority");
    assert_int_equal(release_count(d, "{}"), 0);
    int64_t before = head(d);
    desk_must(d, "actor.change", id_of(d, a), "{\"label\":" RESTRICTED "," GROUNDS "}", officer);
    assert_int_equal(head(d), before + 2 + 1); /* record, release, and the audit of the answer */
    struct asked all = desk_must(d, "release.list", "{\"state\":\"approved\"}", NULL, plain);
    const struct json *r = &json_get(all.json, "items")->items[0];
    assert_int_equal(desk_count(all), 1);
    assert_true(slice_is(json_get_text(r, "record"), a));
    assert_true(slice_is(json_get_text(r, "authority"), "Order 4"));
    assert_true(slice_is(json_get_text(json_get(r, "label_before"), "class"), "SECRET"));
    assert_true(slice_is(json_get_text(json_get(r, "label_after"), "class"), "RESTRICTED"));
    assert_true(slice_is(json_get_text(json_get(r, "label"), "class"), "SECRET"));
    desk_assert_sound(d);
    desk_assert_rebuilds_alike(d);
}

static void an_added_reader_is_a_decision_and_a_raised_label_is_none(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(
        d, "A", "{\"class\":\"RESTRICTED\",\"permissive\":{\"Releasable To\":[[\"CAN\"]]}}");
    struct with steward = as_role(d, ROLE_STEWARD);
    static const char more[] = "{\"label\":{\"class\":\"SECRET\",\"permissive\":"
                               "{\"Releasable To\":[[\"CAN\",\"USA\"]]}}}";
    assert_int_equal(desk_ask(d, "actor.change", id_of(d, a), more, steward).code, EN_FORBIDDEN);
    desk_must(d, "actor.change", id_of(d, a),
              "{\"label\":{\"class\":\"SECRET\",\"permissive\":{\"Releasable To\":[[\"CAN\"]]}}}",
              steward);
    assert_int_equal(release_count(d, "{}"), 0);
}

static void a_repeated_lowering_is_one_decision(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "A", SECRET);
    struct with once = { .key = "lower" };
    for (int i = 0; i < 2; i++)
        desk_must(d, "actor.change", id_of(d, a), "{\"label\":" OPEN "," GROUNDS "}", once);
    assert_int_equal(release_count(d, "{}"), 1);
    desk_assert_sound(d);
}

static void a_release_is_never_written_as_a_record(void **state)
{
    struct desk *d = *state;
    static const char *const writes[] = { "create",  "change", "retract",
                                          "restore", "redact", "import" };
    for (size_t i = 0; i < sizeof writes / sizeof *writes; i++)
        assert_null(
            operations_find(d->operations, slice_of(desk_text(d, "release.%s", writes[i]))));
    struct error err = { 0 };
    struct write_context w = { .node = d->node, .now_ms = d->now_ms };
    struct written done;
    assert_int_equal(
        node_snapshot(d->node, node_operator(d->node), d->arena, d->now_ms, &err, &w.snapshot), 0);
    assert_int_equal(records_create(&w, kinds_find(d->node->kinds, S("release")),
                                    json_new_object(d->arena), &err, &done),
                     EN_FORBIDDEN);
}

/* ---- proposing and deciding ---- */

static const char *propose(struct desk *d, const char *record, const char *label, const char *more)
{
    struct with writer = as_role(d, ROLE_CONTRIBUTOR);
    const char *body = desk_text(d, "{\"record\":\"%s\",\"label\":%s,\"reason\":\"They asked\"%s}",
                                 record, label, more);
    return desk_id(d, desk_must(d, "release.propose", NULL, body, writer));
}

static void a_proposal_waits_until_an_officer_decides(void **state)
{
    struct desk *d = *state;
    struct with officer = as_role(d, ROLE_DISCLOSURE_OFFICER);
    const char *a = desk_actor(d, "A", SECRET);
    const char *r = propose(d, a, OPEN, "");
    assert_true(slice_is(class_of(d, "actor", a), "SECRET"));
    assert_int_equal(desk_ask(d, "release.queue", NULL, NULL, as_role(d, ROLE_STEWARD)).code,
                     EN_FORBIDDEN);
    struct asked q = desk_must(d, "release.queue", NULL, NULL, officer);
    assert_int_equal(json_get(q.json, "proposed")->count, 1);
    static const char approve[] = "{\"decision\":\"approve\",\"authority\":\"Order 9\"}";
    assert_int_equal(
        desk_ask(d, "release.decide", id_of(d, r), approve, as_role(d, ROLE_STEWARD)).code,
        EN_FORBIDDEN);
    struct asked no =
        desk_ask(d, "release.decide", id_of(d, r), "{\"decision\":\"approve\"}", officer);
    assert_int_equal(no.code, EN_INVALID);
    assert_string_equal(no.err.fields[0].pointer, "/authority");
    int64_t before = head(d);
    desk_must(d, "release.decide", id_of(d, r), approve, officer);
    assert_int_equal(head(d), before + 2 + 1); /* record, release, and the audit of the answer */
    assert_true(slice_is(class_of(d, "actor", a), "UNCLASSIFIED"));
    assert_true(slice_is(state_of(d, r), "approved"));
    assert_int_equal(desk_ask(d, "release.decide", id_of(d, r), approve, officer).code,
                     EN_CONFLICT);
    q = desk_must(d, "release.queue", NULL, NULL, officer);
    assert_int_equal(json_get(q.json, "proposed")->count, 0);
}

static void a_refused_proposal_changes_nothing(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "A", SECRET);
    const char *r = propose(d, a, OPEN, "");
    desk_must(d, "release.decide", id_of(d, r), "{\"decision\":\"refuse\",\"remark\":\"No\"}",
              as_role(d, ROLE_DISCLOSURE_OFFICER));
    assert_true(slice_is(class_of(d, "actor", a), "SECRET"));
    assert_true(slice_is(state_of(d, r), "refused"));
    assert_int_equal(desk_ask(d, "release.revoke", id_of(d, r), "{}", plain).code, EN_CONFLICT);
}

static void a_proposal_for_a_label_that_has_changed_is_refused(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "A", RESTRICTED);
    const char *r = propose(d, a, OPEN, ",\"authority\":\"Order 9\"");
    desk_must(d, "actor.change", id_of(d, a), "{\"label\":" SECRET "}", plain);
    assert_int_equal(
        desk_ask(d, "release.decide", id_of(d, r), "{\"decision\":\"approve\"}", plain).code,
        EN_CONFLICT);
    assert_true(slice_is(class_of(d, "actor", a), "SECRET"));
}

static void a_proposal_must_let_somebody_read_who_does_not_yet(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "A", RESTRICTED);
    static const char *const labels[] = { RESTRICTED, SECRET };
    for (int i = 0; i < 2; i++) {
        const char *body =
            desk_text(d, "{\"record\":\"%s\",\"label\":%s,\"reason\":\"x\"}", a, labels[i]);
        assert_int_equal(desk_ask(d, "release.propose", NULL, body, plain).code, EN_INVALID);
    }
    assert_int_equal(desk_ask(d, "release.propose", NULL,
                              "{\"record\":\"01890000-0000-7000-8000-000000000000\","
                              "\"label\":" OPEN ",\"reason\":\"x\"}",
                              plain)
                         .code,
                     EN_INVALID);
}

/* Whom it hides from gets the same answer as for a record that does not exist. */
static void a_proposal_tells_nothing_of_a_record_above_the_writer(void **state)
{
    struct desk *d = *state;
    struct with low = { .viewer =
                            desk_viewer(d, ROLE_CONTRIBUTOR, "{\"class\":\"UNCLASSIFIED\"}") };
    const char *hidden = desk_actor(d, "Hidden", SECRET);
    static const char form[] = "{\"record\":\"%s\",\"label\":" OPEN ",\"reason\":\"x\"}";
    struct asked one = desk_ask(d, "release.propose", NULL, desk_text(d, form, hidden), low);
    struct asked other = desk_ask(d, "release.propose", NULL,
                                  desk_text(d, form, "01890000-0000-7000-8000-000000000000"), low);
    assert_int_equal(one.code, EN_INVALID);
    assert_int_equal(one.code, other.code);
    assert_string_equal(one.err.message, other.err.message);
}

/* ---- ends ---- */

static void after_its_last_day_the_label_before_returns(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "A", SECRET);
    desk_must(d, "actor.change", id_of(d, a),
              "{\"label\":" OPEN ",\"release\":{\"authority\":\"o\",\"reason\":\"r\","
              "\"until\":\"2026-06-10\"}}",
              plain);
    sweep(d);
    assert_true(slice_is(class_of(d, "actor", a), "UNCLASSIFIED"));
    struct asked q = desk_must(d, "release.queue", "{\"days\":\"30\"}", NULL, plain);
    assert_int_equal(json_get(q.json, "expiring")->count, 1);
    d->now_ms += 60 * DAY;
    int64_t before = head(d);
    sweep(d);
    assert_int_equal(head(d), before + 2);
    assert_true(slice_is(class_of(d, "actor", a), "SECRET"));
    assert_int_equal(release_count(d, "{\"state\":\"expired\"}"), 1);
    before = head(d);
    sweep(d);
    assert_int_equal(head(d), before);
    desk_assert_sound(d);
}

static void what_ends_never_shows_more_than_the_label_of_now(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(
        d, "A",
        "{\"class\":\"SECRET\",\"restrictive\":{\"Caveat\":[\"LEGAL\"]},\"permissive\":{}}");
    desk_must(d, "actor.change", id_of(d, a), "{\"label\":" OPEN "," GROUNDS "}", plain);
    desk_must(d, "actor.change", id_of(d, a),
              "{\"label\":{\"class\":\"TOP SECRET\",\"permissive\":{}}}", plain);
    struct asked all = desk_must(d, "release.list", "{}", NULL, plain);
    const char *r = desk_text(
        d, SLICE_FMT, SLICE_ARG(json_get_text(&json_get(all.json, "items")->items[0], "id")));
    desk_must(d, "release.revoke", id_of(d, r), "{\"remark\":\"over\"}", plain);
    struct asked got = desk_must(d, "actor.get", id_of(d, a), NULL, plain);
    const struct json *label = json_get(got.json, "label");
    assert_true(slice_is(json_get_text(label, "class"), "TOP SECRET"));
    assert_int_equal(json_get(json_get(label, "restrictive"), "Caveat")->count, 1);
}

static void a_release_is_revoked_by_an_officer_and_a_proposal_by_its_author(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "A", SECRET);
    struct with writer = as_role(d, ROLE_CONTRIBUTOR), other = as_role(d, ROLE_CONTRIBUTOR);
    ((struct viewer *)(uintptr_t)(const void *)other.viewer)->user = uuid_new(1);
    const char *body = desk_text(d, "{\"record\":\"%s\",\"label\":" OPEN ",\"reason\":\"x\"}", a);
    const char *r = desk_id(d, desk_must(d, "release.propose", NULL, body, writer));
    assert_int_equal(desk_ask(d, "release.revoke", id_of(d, r), "{}", other).code, EN_FORBIDDEN);
    desk_must(d, "release.revoke", id_of(d, r), "{}", writer);
    r = desk_id(d, desk_must(d, "release.propose", NULL, body, writer));
    desk_must(d, "release.decide", id_of(d, r),
              "{\"decision\":\"approve\",\"authority\":\"Order\"}", plain);
    assert_int_equal(desk_ask(d, "release.revoke", id_of(d, r), "{}", writer).code, EN_FORBIDDEN);
    desk_must(d, "release.revoke", id_of(d, r), "{}", as_role(d, ROLE_DISCLOSURE_OFFICER));
    assert_true(slice_is(class_of(d, "actor", a), "SECRET"));
    assert_true(slice_is(state_of(d, r), "revoked"));
}

static void a_retracted_record_hides_its_past_again_when_its_release_ends(void **state)
{
    struct desk *d = *state;
    struct with low = { .viewer = desk_viewer(d, ROLE_READER, "{\"class\":\"UNCLASSIFIED\"}") };
    const char *a = desk_actor(d, "A", SECRET);
    const char *r = propose(d, a, OPEN, ",\"authority\":\"Order\"");
    desk_must(d, "release.decide", id_of(d, r), "{\"decision\":\"approve\"}", plain);
    desk_must(d, "actor.retract", id_of(d, a), "{}", plain);
    assert_int_equal(desk_ask(d, "actor.history", id_of(d, a), NULL, low).code, 0);
    desk_must(d, "release.revoke", id_of(d, r), "{}", plain);
    assert_int_equal(desk_ask(d, "actor.history", id_of(d, a), NULL, low).code, EN_NOT_FOUND);
    desk_assert_sound(d);
}

/* ---- imports ---- */

static struct asked import_raw(struct desk *d, const char *operation, const char *parameters,
                               const char *csv, const struct viewer *v)
{
    struct asked a = { 0 };
    struct buf out cleanup_buf;
    struct json *given = NULL, *json = NULL;
    buf_init(&out, LIMIT_RESPONSE);
    assert_int_equal(json_parse(d->arena, slice_of(parameters), &a.err, &given), 0);
    struct call c = { .node = d->node,
                      .operation = operations_find(d->operations, slice_of(operation)),
                      .viewer = v,
                      .arena = d->arena,
                      .now_ms = d->now_ms,
                      .parameters = given,
                      .raw = slice_of(csv),
                      .out = &out,
                      .err = &a.err };
    a.code = ops_run(&c);
    if (a.code == 0 &&
        json_parse(d->arena, arena_copy(d->arena, buf_slice(&out)), &a.err, &json) == 0)
        a.json = json;
    return a;
}

static struct asked import_csv(struct desk *d, const char *parameters, const char *csv,
                               const struct viewer *v)
{
    return import_raw(d, "actor.import", parameters, csv, v);
}

static void a_row_that_lowers_a_label_needs_its_decision_too(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "A", SECRET), *b = desk_actor(d, "B", SECRET);
    const char *csv = desk_text(d,
                                "id,name_en,nature,label\n%s,A,organisation,UNCLASSIFIED\n"
                                "%s,B2,organisation,SECRET\n",
                                a, b);
    struct asked r = import_csv(d, "{}", csv, desk_viewer(d, ROLE_STEWARD, HIGH));
    assert_int_equal(json_get_int(r.json, "failed", 0), 1);
    r = import_csv(d, "{}", csv, node_operator(d->node));
    assert_int_equal(json_get_int(r.json, "failed", 0), 1);
    assert_true(slice_is(class_of(d, "actor", a), "SECRET"));
    int64_t before = head(d);
    r = import_csv(d, "{\"release_authority\":\"Order\",\"release_reason\":\"Published\"}", csv,
                   desk_viewer(d, ROLE_DISCLOSURE_OFFICER, HIGH));
    assert_int_equal(r.code, 0);
    assert_int_equal(json_get_int(r.json, "failed", 9), 0);
    assert_int_equal(json_get_int(r.json, "changed", 0), 2);
    assert_int_equal(head(d), before + 3);
    assert_true(slice_is(class_of(d, "actor", a), "UNCLASSIFIED"));
    assert_int_equal(release_count(d, "{\"state\":\"approved\"}"), 1);
}

#define LINE(id, kind, at, label, body)                             \
    "{\"id\":\"" id "\",\"kind\":\"" kind                           \
    "\",\"operation\":\"put\",\"user\":\"u\",\"at\":\"2026-01-0" at \
    "T00:00:00Z\",\"label\":" label ",\"body\":" body "}\n"
#define ONE "01890000-0000-7000-8000-000000000001"
#define TWO "01890000-0000-7000-8000-000000000002"
#define BODY "{\"name_en\":\"A\",\"nature\":\"organisation\"}"
#define FALLS LINE(ONE, "actor", "1", SECRET, BODY) LINE(ONE, "actor", "2", OPEN, BODY)
#define DECISION                                                                              \
    LINE(TWO, "release", "2", SECRET,                                                         \
         "{\"authority\":\"o\",\"decided_at\":\"2026-01-02T00:00:00Z\",\"decided_by\":\"d\"," \
         "\"label_after\":" OPEN ",\"label_before\":" SECRET                                  \
         ",\"nature\":\"lower\",\"proposed_by\":"                                             \
         "\"p\",\"reason\":\"r\",\"record\":\"" ONE "\",\"state\":\"approved\"}")

static void a_restored_label_that_falls_has_the_decision_of_the_file(void **state)
{
    struct desk *d = *state;
    int64_t before = head(d);
    struct asked r = import_raw(d, "import", "{}", FALLS DECISION, node_operator(d->node));
    assert_int_equal(json_get_int(r.json, "failed", 9), 0);
    assert_int_equal(head(d), before + 3);
    assert_int_equal(release_count(d, "{}"), 1);
}

static void a_restored_label_that_falls_without_one_has_it_recorded(void **state)
{
    struct desk *d = *state;
    int64_t before = head(d);
    struct asked r = import_raw(d, "import", "{}", FALLS LINE(TWO, "actor", "3", OPEN, BODY),
                                node_operator(d->node));
    assert_int_equal(json_get_int(r.json, "failed", 9), 0);
    assert_int_equal(json_get(r.json, "notes")->count, 1);
    assert_int_equal(head(d), before + 4);
    struct asked all = desk_must(d, "release.list", "{\"state\":\"approved\"}", NULL, plain);
    assert_int_equal(desk_count(all), 1);
    assert_true(slice_is(json_get_text(&json_get(all.json, "items")->items[0], "record"), ONE));
    desk_assert_sound(d);
}

/* A decision in a file may say anything of the label before; what ends never lowers one. */
static void a_decision_from_a_file_gives_back_no_lower_label(void **state)
{
    struct desk *d = *state;
    const char *high = desk_actor(d, "High", SECRET);
    const char *line = desk_text(
        d,
        "{\"id\":\"" TWO "\",\"kind\":\"release\",\"operation\":\"put\",\"user\":\"u\","
        "\"at\":\"2026-01-02T00:00:00Z\",\"label\":" OPEN ",\"body\":{\"authority\":\"o\","
        "\"decided_at\":\"2026-01-02T00:00:00Z\",\"decided_by\":\"d\",\"label_after\":" SECRET
        ",\"label_before\":" OPEN ",\"nature\":\"lower\",\"proposed_by\":\"p\",\"reason\":\"r\","
        "\"record\":\"%s\",\"state\":\"approved\",\"until\":\"2026-01-03\"}}\n",
        high);
    struct asked r = import_raw(d, "import", "{}", line, node_operator(d->node));
    assert_int_equal(json_get_int(r.json, "failed", 9), 0);
    sweep(d);
    assert_int_equal(release_count(d, "{\"state\":\"expired\"}"), 1);
    assert_true(slice_is(class_of(d, "actor", high), "SECRET"));
}

/* ---- originators ---- */

#define THEM "cccccccc-cccc-7ccc-8ccc-cccccccccccc"
#define ORCON_THEM "{\"class\":\"RESTRICTED\",\"orcon\":[\"" THEM "\"],\"permissive\":{}}"

static const char *own_orcon(struct desk *d)
{
    char own[UUID_TEXT + 1];
    uuid_format(ledger_instance(d->node->ledger), own);
    return desk_text(d, "{\"class\":\"RESTRICTED\",\"orcon\":[\"%s\"],\"permissive\":{}}", own);
}

static void a_label_with_a_foreign_originator_is_changed_by_nobody_here(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "A", ORCON_THEM);
    static const char *const bodies[] = {
        "{\"label\":" RESTRICTED "," GROUNDS "}",
        "{\"label\":" OPEN "," GROUNDS "}",
        "{\"label\":{\"class\":\"SECRET\",\"orcon\":[\"" THEM "\"],\"permissive\":{}}," GROUNDS "}",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        assert_int_equal(desk_ask(d, "actor.change", id_of(d, a), bodies[i], plain).code,
                         EN_FORBIDDEN);
    const char *body = desk_text(d, "{\"record\":\"%s\",\"label\":" OPEN ",\"reason\":\"x\"}", a);
    assert_int_equal(desk_ask(d, "release.propose", NULL, body, plain).code, EN_FORBIDDEN);
    struct asked r =
        import_csv(d, "{\"release_authority\":\"o\",\"release_reason\":\"r\"}",
                   desk_text(d, "id,name_en,nature,label\n%s,A,organisation,UNCLASSIFIED\n", a),
                   node_operator(d->node));
    assert_int_equal(json_get_int(r.json, "failed", 0), 1);
    desk_must(d, "actor.change", id_of(d, a), "{\"name_fr\":\"Un\"}", plain);
    assert_int_equal(release_count(d, "{}"), 0);
}

static void our_own_originator_control_is_lifted_by_a_decision(void **state)
{
    struct desk *d = *state;
    const char *a = desk_actor(d, "A", own_orcon(d));
    assert_int_equal(desk_ask(d, "actor.change", id_of(d, a), "{\"label\":" RESTRICTED "}",
                              as_role(d, ROLE_STEWARD))
                         .code,
                     EN_FORBIDDEN);
    desk_must(d, "actor.change", id_of(d, a), "{\"label\":" RESTRICTED "," GROUNDS "}", plain);
    assert_int_equal(release_count(d, "{}"), 1);
}

/* ---- partners ---- */

#define PEER_CLEARANCE \
    "{\"class\":\"RESTRICTED\",\"permissive\":{\"Releasable To\":[\"DEU\"]},\"tlp\":\"GREEN\"}"

static int seen_by(struct desk *d, const char *peer, const char *id)
{
    return desk_ask(d, "actor.get", id_of(d, id), NULL, (struct with){ .as = peer }).code;
}

static const char *grant(struct desk *d, const char *record, const char *peer, const char *more)
{
    const char *body = desk_text(
        d, "{\"nature\":\"onward\"%s%s%s,\"to\":[\"%s\"],\"reason\":\"r\",\"authority\":\"o\"%s}",
        record ? ",\"record\":\"" : "", record ? record : "", record ? "\"" : "", peer, more);
    const char *r = desk_id(d, desk_must(d, "release.propose", NULL, body, plain));
    desk_must(d, "release.decide", id_of(d, r), "{\"decision\":\"approve\"}", plain);
    return r;
}

static void a_partner_reads_what_its_clearance_and_the_originators_allow(void **state)
{
    struct desk *d = *state;
    const char *peer = desk_peer(d, "Peer", 'b', PEER_CLEARANCE);
    const char *other = desk_peer(d, "Other", 'd', PEER_CLEARANCE);
    const char *open = desk_actor(d, "Open", RESTRICTED), *high = desk_actor(d, "High", SECRET);
    const char *a = desk_actor(d, "A", own_orcon(d)), *b = desk_actor(d, "B", own_orcon(d));
    assert_int_equal(seen_by(d, peer, open), 0);
    assert_int_equal(seen_by(d, peer, high), EN_NOT_FOUND);
    assert_int_equal(seen_by(d, peer, a), EN_NOT_FOUND);
    const char *one = grant(d, a, "Peer", "");
    assert_int_equal(seen_by(d, peer, a), 0);
    assert_int_equal(seen_by(d, peer, b), EN_NOT_FOUND);
    assert_int_equal(seen_by(d, other, a), EN_NOT_FOUND);
    const char *all = grant(d, NULL, peer, ",\"label\":" OPEN);
    assert_int_equal(seen_by(d, peer, b), 0);
    assert_int_equal(seen_by(d, other, b), EN_NOT_FOUND);
    desk_must(d, "release.revoke", id_of(d, all), "{}", plain);
    assert_int_equal(seen_by(d, peer, a), 0);
    assert_int_equal(seen_by(d, peer, b), EN_NOT_FOUND);
    desk_must(d, "release.revoke", id_of(d, one), "{}", plain);
    assert_int_equal(seen_by(d, peer, a), EN_NOT_FOUND);
}

static void a_grant_ends_with_its_last_day(void **state)
{
    struct desk *d = *state;
    const char *peer = desk_peer(d, "Peer", 'b', PEER_CLEARANCE);
    const char *a = desk_actor(d, "A", own_orcon(d));
    const char *r = grant(d, a, peer, ",\"until\":\"2026-06-10\"");
    assert_int_equal(seen_by(d, peer, a), 0);
    d->now_ms += 60 * DAY;
    assert_int_equal(seen_by(d, peer, a), EN_NOT_FOUND);
    assert_true(slice_is(state_of(d, r), "expired"));
}

static void a_grant_that_the_partner_may_not_read_does_not_count(void **state)
{
    struct desk *d = *state;
    const char *peer = desk_peer(d, "Peer", 'b', PEER_CLEARANCE);
    const char *a = desk_actor(d, "A", own_orcon(d));
    grant(d, a, peer, ",\"label\":" SECRET);
    assert_int_equal(seen_by(d, peer, a), EN_NOT_FOUND);
    const char *body = desk_text(d,
                                 "{\"nature\":\"onward\",\"record\":\"%s\",\"to\":[\"%s\"],"
                                 "\"reason\":\"r\",\"label\":%s}",
                                 a, peer, own_orcon(d));
    assert_int_equal(desk_ask(d, "release.propose", NULL, body, plain).code, EN_INVALID);
}

/* A record that a partner stated: its entries are theirs. */
static const char *foreign(struct desk *d, const char *kind, const char *instance,
                           const char *label, const char *body)
{
    struct error err = { 0 };
    struct appended done;
    char id[UUID_TEXT + 1];
    struct json *json = NULL;
    const struct label *l = NULL;
    struct slice text = { 0 };
    struct buf canonical cleanup_buf;
    buf_init(&canonical, LIMIT_RECORD);
    assert_int_equal(json_parse(d->arena, slice_of(label), &err, &json), 0);
    assert_int_equal(label_parse(d->node->policy, d->arena, json, S(""), &err, &l), 0);
    label_write(d->node->policy, l, &canonical);
    assert_int_equal(json_parse(d->arena, slice_of(body), &err, &json), 0);
    assert_int_equal(records_canonical(d->arena, json, &err, &text), 0);
    struct draft draft = { .operation = ENTRY_PUT,
                           .kind = slice_of(kind),
                           .record = uuid_new(DESK_NOW),
                           .label = buf_slice(&canonical),
                           .body = text,
                           .user = S("00000000-0000-0000-0000-000000000000") };
    assert_true(uuid_parse(slice_of(instance), &draft.instance));
    assert_int_equal(ledger_append(d->node->ledger, &draft, 1, DESK_NOW, &err, &done), 0);
    uuid_format(draft.record, id);
    return desk_text(d, "%s", id);
}

static const char *foreign_grant(struct desk *d, const char *instance, const char *record,
                                 const char *to)
{
    return foreign(d, "release", instance, OPEN,
                   desk_text(d,
                             "{\"authority\":\"o\",\"decided_at\":\"2026-01-01T00:00:00Z\","
                             "\"decided_by\":\"x\",\"nature\":\"onward\",\"proposed_by\":\"x\","
                             "\"reason\":\"r\",\"record\":\"%s\",\"state\":\"approved\","
                             "\"to\":[\"%s\"]}",
                             record, to));
}

/* A -> B -> C never reaches C without A's own word. */
static void only_the_originator_itself_grants_onward_release(void **state)
{
    struct desk *d = *state;
    static const char peer_instance[] = "bbbbbbbb-bbbb-7bbb-8bbb-bbbbbbbbbbbb";
    const char *peer = desk_peer(d, "C", 'b', PEER_CLEARANCE);
    const char *theirs = desk_peer(d, "A", 'c', PEER_CLEARANCE);
    const char *a = foreign(d, "actor", THEM, ORCON_THEM,
                            "{\"name_en\":\"Theirs\",\"nature\":\"organisation\"}");
    assert_int_equal(seen_by(d, peer, a), EN_NOT_FOUND);
    assert_int_equal(seen_by(d, theirs, a), 0); /* it is theirs */
    /* we may not speak for them, nor may a third, nor the one who wants it */
    const char *body = desk_text(d,
                                 "{\"nature\":\"onward\",\"record\":\"%s\",\"to\":[\"%s\"],"
                                 "\"reason\":\"r\"}",
                                 a, peer);
    assert_int_equal(desk_ask(d, "release.propose", NULL, body, plain).code, EN_INVALID);
    grant(d, NULL, peer, ",\"label\":" OPEN);
    foreign_grant(d, "dddddddd-dddd-7ddd-8ddd-dddddddddddd", a, peer_instance);
    foreign_grant(d, peer_instance, a, peer_instance);
    assert_int_equal(seen_by(d, peer, a), EN_NOT_FOUND);
    const char *r = foreign_grant(d, THEM, a, peer_instance);
    assert_int_equal(seen_by(d, peer, a), 0);
    assert_int_equal(desk_ask(d, "release.revoke", id_of(d, r), "{}", plain).code, EN_FORBIDDEN);
}

static void what_two_originators_control_needs_both(void **state)
{
    struct desk *d = *state;
    char own[UUID_TEXT + 1];
    static const char peer_instance[] = "bbbbbbbb-bbbb-7bbb-8bbb-bbbbbbbbbbbb";
    uuid_format(ledger_instance(d->node->ledger), own);
    const char *peer = desk_peer(d, "Peer", 'b', PEER_CLEARANCE);
    const char *a = desk_actor(
        d, "A",
        desk_text(d, "{\"class\":\"RESTRICTED\",\"orcon\":[\"%s\",\"" THEM "\"],\"permissive\":{}}",
                  own));
    grant(d, a, peer, "");
    assert_int_equal(seen_by(d, peer, a), EN_NOT_FOUND);
    foreign_grant(d, THEM, a, peer_instance);
    assert_int_equal(seen_by(d, peer, a), 0);
}

/* ---- asking as a partner ---- */

static void only_an_officer_asks_as_a_partner_and_nobody_writes_as_one(void **state)
{
    struct desk *d = *state;
    const char *peer = desk_peer(d, "Peer", 'b', PEER_CLEARANCE);
    struct with steward = as_role(d, ROLE_STEWARD);
    struct with officer = as_role(d, ROLE_DISCLOSURE_OFFICER);
    steward.as = officer.as = peer;
    assert_int_equal(desk_ask(d, "actor.list", NULL, NULL, steward).code, EN_FORBIDDEN);
    struct asked a = desk_must(d, "actor.list", NULL, NULL, officer);
    assert_true(slice_is(a.as_peer, peer));
    assert_true(a.as_narrowed); /* of another country */
    assert_false(desk_must(d, "actor.list", NULL, NULL, (struct with){ .as = peer }).as_narrowed);
    officer.as = "Peer";
    assert_true(slice_is(desk_must(d, "actor.list", NULL, NULL, officer).as_peer, peer));
    assert_true(slice_is(
        desk_must(d, "actor.list", desk_text(d, "{\"as\":\"%s\"}", peer), NULL, plain).as_peer,
        peer));
    static const char actor[] = "{\"nature\":\"organisation\",\"name_en\":\"x\"}";
    assert_int_equal(desk_ask(d, "actor.create", NULL, actor, officer).code, EN_FORBIDDEN);
    assert_int_equal(desk_ask(d, "user.list", NULL, NULL, officer).code, EN_FORBIDDEN);
    assert_int_equal(desk_ask(d, "release.queue", NULL, NULL, officer).code, EN_FORBIDDEN);
    officer.as = "Nobody";
    assert_int_equal(desk_ask(d, "actor.list", NULL, NULL, officer).code, EN_NOT_FOUND);
}

static void an_officer_sees_no_more_by_asking_as_a_partner_and_is_told(void **state)
{
    struct desk *d = *state;
    const char *peer = desk_peer(d, "Peer", 'b', PEER_CLEARANCE);
    const char *a = desk_actor(d, "A", RESTRICTED), *b = desk_actor(d, "B", OPEN);
    struct with low = { .viewer =
                            desk_viewer(d, ROLE_DISCLOSURE_OFFICER, "{\"class\":\"UNCLASSIFIED\"}"),
                        .as = peer };
    assert_int_equal(desk_ask(d, "actor.get", id_of(d, a), NULL, low).code, EN_NOT_FOUND);
    struct asked got = desk_must(d, "actor.get", id_of(d, b), NULL, low);
    assert_true(got.as_narrowed);
}

static void the_audit_names_the_officer_and_the_peer(void **state)
{
    struct desk *d = *state;
    const char *peer = desk_peer(d, "Peer", 'b', PEER_CLEARANCE);
    const char *a = desk_actor(d, "A", RESTRICTED);
    struct with officer = as_role(d, ROLE_DISCLOSURE_OFFICER);
    char user[UUID_TEXT + 1];
    officer.as = peer;
    desk_must(d, "actor.get", id_of(d, a), NULL, officer);
    uuid_format(officer.viewer->user, user);
    struct asked audits =
        desk_must(d, "audit.list", desk_text(d, "{\"reader\":\"%s\"}", user), NULL, plain);
    assert_int_equal(desk_count(audits), 1);
    const struct json *one = &json_get(audits.json, "items")->items[0];
    assert_true(slice_is(json_get_text(one, "seen_as"), peer));
}

/* Every reading operation, asked as the partner and by a user of the same clearance. */
static const char *parameters_of(struct desk *d, const struct operation *o, const char *actor,
                                 const char *other)
{
    struct buf p cleanup_buf;
    struct json_writer w;
    buf_init(&p, LIMIT_TEXT);
    jw_init(&w, &p);
    jw_object(&w);
    for (const struct parameter *x = o->parameters; x && x->name; x++) {
        if (!(x->field.flags & FIELD_REQUIRED) && x->place != IN_PATH)
            continue;
        bool second = strcmp(x->name, "trustee") == 0 || strcmp(x->name, "b") == 0;
        jw_key_cstr(&w, x->name, strcmp(x->name, "q") == 0 ? "office" : second ? other : actor);
    }
    jw_object_end(&w);
    return desk_text(d, SLICE_FMT, SLICE_ARG(buf_slice(&p)));
}

static void an_answer_as_a_partner_is_the_partners_own_to_the_byte(void **state)
{
    struct desk *d = *state;
    const char *peer = desk_peer(d, "Peer", 'b', PEER_CLEARANCE);
    const char *a = desk_actor(d, "Office A", RESTRICTED), *b = desk_actor(d, "Office B", OPEN);
    const char *c = desk_actor(d, "Office C", SECRET);
    static const char *const labels[] = { OPEN, RESTRICTED, SECRET };
    for (int i = 0; i < 3; i++) {
        const char *ends = desk_text(d,
                                     "{\"from\":\"%s\",\"to\":\"%s\",\"text\":\"t\","
                                     "\"stakes\":\"critical\",\"state\":\"kept\","
                                     "\"decided_on\":\"2026-0%d-01\",\"label\":%s}",
                                     i == 2 ? c : a, b, i + 2, labels[i]);
        desk_must(d, "commitment.create", NULL, ends, plain);
        desk_must(d, "relationship.create", NULL,
                  desk_text(d,
                            "{\"a\":\"%s\",\"b\":\"%s\",\"nature\":\"institutional\","
                            "\"horizon\":\"strategic\",\"term\":\"enduring\",\"label\":%s}",
                            i == 2 ? c : a, b, labels[i]),
                  plain);
    }
    struct viewer *user =
        (struct viewer *)(uintptr_t)(const void *)desk_viewer(d, ROLE_READER, PEER_CLEARANCE);
    int compared = 0, good = 0;
    for (size_t i = 0; i < d->operations->count; i++) {
        const struct operation *o = &d->operations->items[i];
        if (!(o->flags & OP_READ) || !o->handle || (o->flags & (OP_NO_HTTP | OP_WRITE)) ||
            strcmp(o->name, "me") == 0) /* says who asks */
            continue;
        const char *ends = parameters_of(d, o, a, b);
        struct asked partner =
            desk_ask(d, o->name, ends, o->body ? "{}" : NULL, (struct with){ .as = peer });
        struct asked own =
            desk_ask(d, o->name, ends, o->body ? "{}" : NULL, (struct with){ .viewer = user });
        if (partner.code != own.code || !slice_eq(partner.text, own.text))
            print_error("# %s\n# %d %.600s\n# %d %.600s\n", o->name, partner.code, partner.text.ptr,
                        own.code, own.text.ptr);
        assert_int_equal(partner.code, own.code);
        assert_true(slice_eq(partner.text, own.text));
        assert_true(slice_eq(partner.etag, own.etag));
        assert_true(slice_eq(partner.marking, own.marking));
        compared++;
        good += own.code == 0;
    }
    print_message("# %d operations, %d with an answer\n", compared, good);
    assert_true(good > 30);
    assert_true(compared > 60);
}

/* TLP:RED is for the persons that it names, whatever a peer was given once. */
static void no_partner_reads_what_is_red(void **state)
{
    struct desk *d = *state;
    const char *peer = desk_peer(d, "Peer", 'b', HIGH);
    const char *red = desk_actor(d, "Red",
                                 "{\"class\":\"UNCLASSIFIED\",\"permissive\":{},\"tlp\":"
                                 "\"RED\"}");
    const char *strict = desk_actor(d, "Strict",
                                    "{\"class\":\"SECRET\",\"permissive\":{},\"tlp\":"
                                    "\"AMBER+STRICT\"}");
    assert_int_equal(seen_by(d, peer, red), EN_NOT_FOUND);
    assert_int_equal(seen_by(d, peer, strict), 0);
}

/* ---- the difference ---- */

static const struct json *item_of(const struct json *list, const char *id)
{
    const struct json *items = json_get(list, "items");
    for (uint32_t i = 0; i < items->count; i++)
        if (slice_is(json_get_text(&items->items[i], "record"), id))
            return &items->items[i];
    return NULL;
}

static void says(const struct json *held, const char *id, const char *why, const char *value)
{
    const struct json *item = item_of(held, id);
    assert_non_null(item);
    assert_true(slice_is(json_get_text(item, "why"), why));
    if (value)
        assert_true(slice_is(json_get_text(item, "value"), value));
}

static void the_difference_says_what_is_held_back_and_why(void **state)
{
    struct desk *d = *state;
    const char *peer = desk_peer(d, "Peer", 'b', PEER_CLEARANCE);
    const char *open = desk_actor(d, "Open", OPEN), *high = desk_actor(d, "High", SECRET);
    const char *canada = desk_actor(
        d, "Canada", "{\"class\":\"UNCLASSIFIED\",\"permissive\":{\"Releasable To\":[[\"CAN\"]]}}");
    const char *caveat = desk_actor(
        d, "Caveat",
        "{\"class\":\"UNCLASSIFIED\",\"restrictive\":{\"Caveat\":[\"LEGAL\"]},\"permissive\":{}}");
    const char *red = desk_actor(d, "Red",
                                 "{\"class\":\"UNCLASSIFIED\",\"permissive\":{},\"tlp\":"
                                 "\"RED\"}");
    const char *orcon = desk_actor(d, "Orcon", own_orcon(d));
    struct asked a = desk_must(d, "peer.difference", id_of(d, peer), NULL, plain);
    const struct json *held = json_get(a.json, "held_back");
    assert_non_null(item_of(json_get(a.json, "would_get"), open));
    assert_int_equal(json_get_int(json_get(a.json, "has"), "count", 9), 0);
    says(held, high, "class", "SECRET");
    says(held, canada, "tag", "CAN");
    says(held, caveat, "tag", "LEGAL");
    says(held, red, "tlp", "RED");
    says(held, orcon, "orcon", NULL);
    assert_false(json_get_bool(a.json, "narrowed", true));
    assert_int_equal(json_get_int(held, "count", 0), 5);
    struct with low = { .viewer = desk_viewer(d, ROLE_DISCLOSURE_OFFICER,
                                              "{\"class\":\"UNCLASSIFIED\"}") };
    a = desk_must(d, "peer.difference", id_of(d, peer), NULL, low);
    assert_true(json_get_bool(a.json, "narrowed", false));
    assert_null(item_of(json_get(a.json, "held_back"), high));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_lower_label_stands_in_one_append_with_its_decision),
        TEST(an_added_reader_is_a_decision_and_a_raised_label_is_none),
        TEST(a_repeated_lowering_is_one_decision),
        TEST(a_release_is_never_written_as_a_record),
        TEST(a_proposal_waits_until_an_officer_decides),
        TEST(a_refused_proposal_changes_nothing),
        TEST(a_proposal_for_a_label_that_has_changed_is_refused),
        TEST(a_proposal_must_let_somebody_read_who_does_not_yet),
        TEST(a_proposal_tells_nothing_of_a_record_above_the_writer),
        TEST(after_its_last_day_the_label_before_returns),
        TEST(what_ends_never_shows_more_than_the_label_of_now),
        TEST(a_release_is_revoked_by_an_officer_and_a_proposal_by_its_author),
        TEST(a_retracted_record_hides_its_past_again_when_its_release_ends),
        TEST(a_row_that_lowers_a_label_needs_its_decision_too),
        TEST(a_restored_label_that_falls_has_the_decision_of_the_file),
        TEST(a_restored_label_that_falls_without_one_has_it_recorded),
        TEST(a_decision_from_a_file_gives_back_no_lower_label),
        TEST(a_label_with_a_foreign_originator_is_changed_by_nobody_here),
        TEST(our_own_originator_control_is_lifted_by_a_decision),
        TEST(a_partner_reads_what_its_clearance_and_the_originators_allow),
        TEST(no_partner_reads_what_is_red),
        TEST(a_grant_ends_with_its_last_day),
        TEST(a_grant_that_the_partner_may_not_read_does_not_count),
        TEST(only_the_originator_itself_grants_onward_release),
        TEST(what_two_originators_control_needs_both),
        TEST(only_an_officer_asks_as_a_partner_and_nobody_writes_as_one),
        TEST(an_officer_sees_no_more_by_asking_as_a_partner_and_is_told),
        TEST(the_audit_names_the_officer_and_the_peer),
        TEST(an_answer_as_a_partner_is_the_partners_own_to_the_byte),
        TEST(the_difference_says_what_is_held_back_and_why),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

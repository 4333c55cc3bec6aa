/* Records through the operation table: versions, races, keys, retraction, redaction, labels. */
#include "desk.h"

#include <pthread.h>

#define SECRET "{\"class\":\"SECRET\"}"
static const struct with plain = { 0 };

static int setup(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    desk_open(d);
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    desk_done(*state);
    free(*state);
    return 0;
}

static const char *by_id(struct desk *d, const char *id)
{
    return desk_text(d, "{\"id\":\"%s\"}", id);
}

static void what_is_written_is_read_at_once_with_its_etag(void **state)
{
    struct desk *d = *state;
    struct asked made = desk_must(d, "actor.create", NULL,
                                  "{\"nature\":\"organisation\",\"name_en\":\"Harbour\"}", plain);
    struct asked got = desk_must(d, "actor.get", by_id(d, desk_id(d, made)), NULL, plain);
    assert_true(slice_is(json_get_text(got.json, "name_en"), "Harbour"));
    assert_int_equal(json_get_int(got.json, "version", 0), 1);
    assert_true(made.etag.len == 32 && slice_eq(made.etag, got.etag));
    assert_true(made.location.len > 36);
}

static void a_change_needs_the_etag_that_was_seen(void **state)
{
    struct desk *d = *state;
    const char *id = desk_actor(d, "One", NULL);
    struct asked seen = desk_must(d, "actor.get", by_id(d, id), NULL, plain);
    const char *etag = arena_cstr(d->arena, seen.etag);
    struct asked none = desk_ask(d, "actor.change", by_id(d, id), "{\"name_en\":\"Two\"}",
                                 (struct with){ .if_match = "" });
    assert_int_equal(none.code, EN_PRECONDITION);
    desk_must(d, "actor.change", by_id(d, id), "{\"name_en\":\"Two\"}",
              (struct with){ .if_match = etag });
    struct asked late = desk_ask(d, "actor.change", by_id(d, id), "{\"name_en\":\"Three\"}",
                                 (struct with){ .if_match = etag });
    assert_int_equal(late.code, EN_STALE);
    struct asked got = desk_must(d, "actor.get", by_id(d, id), NULL, plain);
    assert_true(slice_is(json_get_text(got.json, "name_en"), "Two"));
}

struct racer {
    struct desk d; /* its own arena */
    const char *id, *etag;
    int code;
    pthread_barrier_t *start;
};

static void *race(void *context)
{
    struct racer *r = context;
    pthread_barrier_wait(r->start);
    r->code = desk_ask(&r->d, "actor.change", by_id(&r->d, r->id), "{\"notes\":\"mine\"}",
                       (struct with){ .if_match = r->etag })
                  .code;
    return NULL;
}

static void of_concurrent_changes_with_one_etag_exactly_one_wins(void **state)
{
    enum { RACERS = 6, RACES = 12 };
    struct desk *d = *state;
    for (int n = 0; n < RACES; n++) {
        const char *id = desk_actor(d, "Contested", NULL);
        struct asked seen = desk_must(d, "actor.get", by_id(d, id), NULL, plain);
        struct racer racers[RACERS];
        pthread_t threads[RACERS];
        pthread_barrier_t start;
        int won = 0;
        pthread_barrier_init(&start, NULL, RACERS);
        for (int i = 0; i < RACERS; i++) {
            racers[i] = (struct racer){
                .d = *d, .id = id, .etag = arena_cstr(d->arena, seen.etag), .start = &start
            };
            racers[i].d.arena = arena_new(1 << 24);
            pthread_create(&threads[i], NULL, race, &racers[i]);
        }
        for (int i = 0; i < RACERS; i++) {
            pthread_join(threads[i], NULL);
            won += racers[i].code == 0;
            assert_true(racers[i].code == 0 || racers[i].code == EN_STALE);
            arena_free(racers[i].d.arena);
        }
        pthread_barrier_destroy(&start);
        assert_int_equal(won, 1);
    }
}

static void the_same_key_again_gives_the_first_record(void **state)
{
    struct desk *d = *state;
    static const char body[] = "{\"nature\":\"organisation\",\"name_en\":\"Once\"}";
    struct with key = { .key = "k1" };
    struct asked first = desk_must(d, "actor.create", NULL, body, key);
    struct asked again = desk_must(d, "actor.create", NULL, body, key);
    assert_string_equal(desk_id(d, first), desk_id(d, again));
    assert_int_equal(desk_count(desk_must(d, "actor.list", NULL, NULL, plain)), 1);
    struct asked other = desk_ask(d, "actor.create", NULL,
                                  "{\"nature\":\"organisation\",\"name_en\":\"Other\"}", key);
    assert_int_equal(other.code, EN_INVALID);
    assert_string_equal(other.err.fields[0].pointer, "Idempotency-Key");
    /* a key belongs to its user */
    key.viewer = desk_viewer(d, ROLE_CONTRIBUTOR, "{\"class\":\"UNCLASSIFIED\"}");
    struct asked theirs = desk_must(d, "actor.create", NULL, body, key);
    assert_string_not_equal(desk_id(d, first), desk_id(d, theirs));
}

static void a_retracted_record_is_gone_until_it_is_restored(void **state)
{
    struct desk *d = *state;
    const char *id = desk_actor(d, "Fleeting", NULL);
    desk_must(d, "actor.retract", by_id(d, id), "{\"reason\":\"a mistake\"}", plain);
    assert_int_equal(desk_ask(d, "actor.get", by_id(d, id), NULL, plain).code, EN_GONE);
    assert_int_equal(desk_ask(d, "actor.change", by_id(d, id), "{\"notes\":\"x\"}", plain).code,
                     EN_GONE);
    assert_int_equal(desk_count(desk_must(d, "actor.list", NULL, NULL, plain)), 0);
    assert_int_equal(
        desk_count(desk_must(d, "actor.list", "{\"retracted\":\"true\"}", NULL, plain)), 1);
    assert_int_equal(desk_count(desk_must(d, "search", "{\"q\":\"fleeting\"}", NULL, plain)), 0);
    struct asked history = desk_must(d, "actor.history", by_id(d, id), NULL, plain);
    const struct json *items = json_get(history.json, "items");
    assert_int_equal(items->count, 2);
    assert_true(slice_is(json_get_text(&items->items[1], "reason"), "a mistake"));
    desk_must(d, "actor.restore", by_id(d, id), NULL, plain);
    struct asked got = desk_must(d, "actor.get", by_id(d, id), NULL, plain);
    assert_true(slice_is(json_get_text(got.json, "name_en"), "Fleeting"));
    assert_int_equal(json_get_int(got.json, "version", 0), 3);
    assert_int_equal(desk_count(desk_must(d, "search", "{\"q\":\"fleeting\"}", NULL, plain)), 1);
    assert_int_equal(desk_ask(d, "actor.restore", by_id(d, id), NULL, plain).code, EN_CONFLICT);
}

static void an_order_that_is_not_offered_is_refused(void **state)
{
    struct desk *d = *state;
    static const char *const rows[][2] = {
        { "actor.list", "name" },     { "actor.list", "-" },       { "actor.list", "--title" },
        { "engagement.export", "x" }, { "portfolio", "forecast" }, { "portfolio", "-" }
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct asked a =
            desk_ask(d, rows[i][0], desk_text(d, "{\"sort\":\"%s\"}", rows[i][1]), NULL, plain);
        assert_int_equal(a.code, EN_INVALID);
        assert_string_equal(a.err.fields[0].pointer, "sort");
        assert_int_equal(a.err.fields[0].reason, REASON_CHOICE);
    }
    desk_must(d, "actor.list", "{\"sort\":\"-title\"}", NULL, plain);
    desk_must(d, "portfolio", "{\"sort\":\"-last_contact\"}", NULL, plain);
}

static void a_portfolio_takes_only_words_that_its_fields_have(void **state)
{
    struct desk *d = *state;
    static const char *const rows[][2] = { { "audience", "friends" },
                                           { "priority", "T9" },
                                           { "posture", "lean" } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct asked a = desk_ask(
            d, "portfolio", desk_text(d, "{\"%s\":\"%s\"}", rows[i][0], rows[i][1]), NULL, plain);
        assert_int_equal(a.code, EN_INVALID);
        assert_string_equal(a.err.fields[0].pointer, rows[i][0]);
        assert_int_equal(a.err.fields[0].reason, REASON_CHOICE);
    }
    desk_must(d, "portfolio", "{\"audience\":\"ally\",\"priority\":\"T1\"}", NULL, plain);
}

static void tombstones_are_listed_page_by_page_to_an_end(void **state)
{
    struct desk *d = *state;
    enum { TOMBS = 7 };
    for (int i = 0; i < TOMBS; i++) {
        const char *id = desk_actor(d, "Gone", NULL);
        d->now_ms += i % 2; /* some at one moment */
        desk_must(d, "actor.retract", by_id(d, id), "{}", plain);
    }
    const char *parameters = "{\"retracted\":\"true\",\"limit\":\"2\"}";
    int pages = 0;
    uint32_t seen = 0;
    for (; parameters && pages < 10; pages++) {
        struct asked a = desk_must(d, "actor.list", parameters, NULL, plain);
        struct slice next = json_get_text(a.json, "next");
        seen += desk_count(a);
        parameters = next.len ? desk_text(d,
                                          "{\"retracted\":\"true\",\"limit\":\"2\","
                                          "\"cursor\":\"" SLICE_FMT "\"}",
                                          SLICE_ARG(next))
                              : NULL;
    }
    assert_int_equal(seen, TOMBS);
    assert_int_equal(pages, 4);
}

static void a_redacted_body_is_nowhere_any_more(void **state)
{
    struct desk *d = *state;
    static const char word[] = "Xylophonique";
    const char *id = desk_actor(d, word, NULL), *other = desk_actor(d, "Stays", NULL);
    desk_must(d, "actor.change", by_id(d, id), "{\"notes\":\"Xylophonique deux\"}", plain);
    assert_int_equal(desk_count(desk_must(d, "search", "{\"q\":\"xylo\"}", NULL, plain)), 1);
    desk_must(d, "actor.redact", by_id(d, id), "{}", plain);
    assert_int_equal(desk_count(desk_must(d, "search", "{\"q\":\"xylo\"}", NULL, plain)), 0);
    struct asked history = desk_must(d, "actor.history", by_id(d, id), NULL, plain);
    assert_int_equal(json_get(history.json, "items")->count, 4); /* one redaction a body */
    assert_null(memmem(history.text.ptr, history.text.len, word, 6));
    assert_int_equal(desk_ask(d, "actor.get", by_id(d, id), NULL, plain).code, EN_GONE);
    assert_int_equal(desk_ask(d, "actor.restore", by_id(d, id), NULL, plain).code, EN_GONE);
    desk_must(d, "actor.get", by_id(d, other), NULL, plain);
    desk_assert_sound(d);
    desk_assert_rebuilds_alike(d);
    assert_false(desk_files_contain(d, "ylophonique"));
    desk_close(d);
    assert_false(desk_files_contain(d, "ylophonique"));
    desk_reopen(d);
}

static void redacting_an_old_version_leaves_the_newest(void **state)
{
    struct desk *d = *state;
    const char *id = desk_actor(d, "Before", NULL);
    desk_must(d, "actor.change", by_id(d, id), "{\"name_en\":\"After\"}", plain);
    desk_must(d, "actor.redact", by_id(d, id), "{\"version\":1}", plain);
    struct asked got = desk_must(d, "actor.get", by_id(d, id), NULL, plain);
    assert_true(slice_is(json_get_text(got.json, "name_en"), "After"));
    struct asked history = desk_must(d, "actor.history", by_id(d, id), NULL, plain);
    assert_null(memmem(history.text.ptr, history.text.len, "Before", 6));
    assert_non_null(memmem(history.text.ptr, history.text.len, "After", 5));
    desk_assert_rebuilds_alike(d);
}

static void raising_a_label_hides_the_past_of_a_record_and_its_references(void **state)
{
    struct desk *d = *state;
    struct with low = { .viewer =
                            desk_viewer(d, ROLE_ADMINISTRATOR, "{\"class\":\"UNCLASSIFIED\"}") };
    const char *a = desk_actor(d, "Alpha", NULL), *b = desk_actor(d, "Bravo", NULL);
    const char *promise =
        desk_id(d, desk_must(d, "commitment.create", NULL,
                             desk_text(d,
                                       "{\"from\":\"%s\",\"to\":\"%s\",\"text\":\"boats\","
                                       "\"stakes\":\"routine\",\"state\":\"open\"}",
                                       a, b),
                             plain));
    desk_must(d, "actor.history", by_id(d, b), NULL, low);
    desk_must(d, "actor.change", by_id(d, b), "{\"label\":" SECRET "}", plain);
    const char *absent = "01890000-0000-7000-8000-000000000000";
    static const char *const reads[] = { "actor.get", "actor.history", "brief" };
    for (size_t i = 0; i < 3; i++) {
        struct asked hidden = desk_ask(d, reads[i], by_id(d, b), NULL, low);
        struct asked none = desk_ask(d, reads[i], by_id(d, absent), NULL, low);
        assert_int_equal(hidden.code, EN_NOT_FOUND);
        assert_int_equal(none.code, EN_NOT_FOUND);
        assert_string_equal(hidden.err.message, none.err.message);
    }
    struct asked got = desk_must(d, "commitment.get", by_id(d, promise), NULL, low);
    assert_non_null(json_get(got.json, "from"));
    assert_null(json_get(got.json, "to"));
    assert_int_equal(
        desk_count(desk_must(d, "commitment.list", desk_text(d, "{\"to\":\"%s\"}", b), NULL, low)),
        0);
    desk_must(d, "actor.history", by_id(d, b), NULL, plain);
}

static void a_label_above_ones_clearance_is_refused_and_lowering_needs_an_officer(void **state)
{
    struct desk *d = *state;
    const char *clearance = "{\"class\":\"RESTRICTED\",\"tlp\":\"RED\"}";
    struct with writer = { .viewer = desk_viewer(d, ROLE_CONTRIBUTOR, clearance) };
    struct with steward = { .viewer = desk_viewer(d, ROLE_STEWARD, clearance) };
    struct with officer = { .viewer = desk_viewer(d, ROLE_DISCLOSURE_OFFICER, clearance) };
    struct asked above =
        desk_ask(d, "actor.create", NULL,
                 "{\"nature\":\"organisation\",\"name_en\":\"x\",\"label\":" SECRET "}", writer);
    assert_int_equal(above.code, EN_INVALID);
    assert_int_equal(above.err.fields[0].reason, REASON_LABEL);
    const char *id = desk_actor(d, "Up", "{\"class\":\"RESTRICTED\"}");
    static const char lower[] = "{\"label\":{\"class\":\"UNCLASSIFIED\"}}";
    assert_int_equal(desk_ask(d, "actor.change", by_id(d, id), lower, writer).code, EN_FORBIDDEN);
    assert_int_equal(desk_ask(d, "actor.change", by_id(d, id), lower, steward).code, EN_FORBIDDEN);
    assert_int_equal(desk_ask(d, "actor.change", by_id(d, id), lower, officer).code, EN_INVALID);
    desk_must(d, "actor.change", by_id(d, id),
              "{\"label\":{\"class\":\"UNCLASSIFIED\"},"
              "\"release\":{\"authority\":\"Order 4\",\"reason\":\"Published\"}}",
              officer);
}

static void bodies_that_are_no_objects_are_refused(void **state)
{
    struct desk *d = *state;
    static const char *const writes[] = { "actor.create", "user.create", "token.create" };
    static const char *const bodies[] = { NULL, "[]", "\"x\"", "null", "7" };
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < sizeof bodies / sizeof *bodies; j++)
            assert_int_equal(desk_ask(d, writes[i], NULL, bodies[j], plain).code, EN_INVALID);
}

static void reads_above_the_lowest_level_are_audited_each_record_once(void **state)
{
    struct desk *d = *state;
    const char *open = desk_actor(d, "Open", NULL), *closed = desk_actor(d, "Closed", SECRET);
    struct with reader = { .viewer = desk_viewer(d, ROLE_READER, "{\"class\":\"SECRET\"}") };
    char user[UUID_TEXT + 1];
    uuid_format(reader.viewer->user, user);
    const char *mine = desk_text(d, "{\"reader\":\"%s\"}", user);
    desk_must(d, "actor.get", by_id(d, open), NULL, reader);
    assert_int_equal(desk_count(desk_must(d, "audit.list", mine, NULL, plain)), 0);
    desk_must(d, "actor.list", NULL, NULL, reader);
    struct asked audits = desk_must(d, "audit.list", mine, NULL, plain);
    assert_int_equal(desk_count(audits), 1);
    const struct json *one = &json_get(audits.json, "items")->items[0];
    assert_true(slice_is(json_get_text(one, "operation"), "actor.list"));
    assert_int_equal(json_get_int(one, "count", 0), 1);
    assert_int_equal(json_get(one, "records")->count, 1);
    assert_true(slice_is(json_get(one, "records")->items[0].text, closed));
    /* who may not read the record may not read that it was read */
    struct with low = { .viewer =
                            desk_viewer(d, ROLE_ADMINISTRATOR, "{\"class\":\"UNCLASSIFIED\"}") };
    assert_int_equal(desk_count(desk_must(d, "audit.list", mine, NULL, low)), 0);
}

static void an_annotation_without_a_label_has_that_of_what_it_is_about(void **state)
{
    struct desk *d = *state;
    const char *open = desk_actor(d, "Open", NULL), *closed = desk_actor(d, "Closed", SECRET);
    struct with low = { .viewer =
                            desk_viewer(d, ROLE_CONTRIBUTOR, "{\"class\":\"UNCLASSIFIED\"}") };
    for (int turn = 0; turn < 2; turn++) { /* either of the two may be the higher one */
        const char *about = turn ? open : closed, *same = turn ? closed : open;
        for (int i = 0; i < 2; i++) {
            const char *body = desk_text(d,
                                         "{\"about\":\"%s\",\"stance\":\"agree\",\"same_as\":"
                                         "\"%s\"%s}",
                                         about, same, i ? ",\"label\":null" : "");
            struct asked a = desk_must(d, "annotation.create", NULL, body, plain);
            a = desk_must(d, "annotation.get", by_id(d, desk_id(d, a)), NULL, plain);
            assert_true(slice_is(json_get_text(json_get(a.json, "label"), "class"), "SECRET"));
        }
    }
    const char *about_open =
        desk_text(d, "{\"about\":\"%s\",\"stance\":\"note\",\"text\":\"x\"}", open);
    struct asked a = desk_must(d, "annotation.create", NULL, about_open, low);
    a = desk_must(d, "annotation.get", by_id(d, desk_id(d, a)), NULL, plain);
    assert_true(slice_is(json_get_text(json_get(a.json, "label"), "class"), "UNCLASSIFIED"));
    /* what may not be read answers as what is not there */
    struct asked answers[2];
    for (int i = 0; i < 2; i++)
        answers[i] = desk_ask(d, "annotation.create", NULL,
                              desk_text(d, "{\"about\":\"%s\",\"stance\":\"note\",\"text\":\"x\"}",
                                        i ? closed : "00000000-0000-7000-8000-000000000000"),
                              low);
    struct asked one = answers[0], other = answers[1];
    assert_int_equal(one.code, EN_INVALID);
    assert_int_equal(other.code, EN_INVALID);
    assert_int_equal(one.err.field_count, other.err.field_count);
    assert_string_equal(one.err.fields[0].pointer, "/about");
    assert_string_equal(other.err.fields[0].pointer, "/about");
}

static void roles_permit_what_they_say(void **state)
{
    struct desk *d = *state;
    static const struct {
        const char *operation;
        enum role least;
    } rows[] = { { "actor.create", ROLE_CONTRIBUTOR }, { "actor.change", ROLE_CONTRIBUTOR },
                 { "actor.redact", ROLE_STEWARD },     { "actor.import", ROLE_STEWARD },
                 { "user.list", ROLE_ADMINISTRATOR },  { "user.create", ROLE_ADMINISTRATOR },
                 { "audit.list", ROLE_ADMINISTRATOR } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (enum role r = ROLE_READER; r <= ROLE_ADMINISTRATOR; r++) {
            struct with w = { .viewer = desk_viewer(d, r, "{\"class\":\"UNCLASSIFIED\"}") };
            int code = desk_ask(d, rows[i].operation, NULL, "{}", w).code;
            assert_int_equal(code == EN_FORBIDDEN, r < rows[i].least);
        }
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(what_is_written_is_read_at_once_with_its_etag),
        CASE(a_change_needs_the_etag_that_was_seen),
        CASE(of_concurrent_changes_with_one_etag_exactly_one_wins),
        CASE(the_same_key_again_gives_the_first_record),
        CASE(a_retracted_record_is_gone_until_it_is_restored),
        CASE(an_order_that_is_not_offered_is_refused),
        CASE(a_portfolio_takes_only_words_that_its_fields_have),
        CASE(tombstones_are_listed_page_by_page_to_an_end),
        CASE(a_redacted_body_is_nowhere_any_more),
        CASE(redacting_an_old_version_leaves_the_newest),
        CASE(raising_a_label_hides_the_past_of_a_record_and_its_references),
        CASE(a_label_above_ones_clearance_is_refused_and_lowering_needs_an_officer),
        CASE(bodies_that_are_no_objects_are_refused),
        CASE(reads_above_the_lowest_level_are_audited_each_record_once),
        CASE(an_annotation_without_a_label_has_that_of_what_it_is_about),
        CASE(roles_permit_what_they_say),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

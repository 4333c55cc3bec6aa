/* Users, passwords and tokens: who gets in, with what rights, until when. */
#include "desk.h"

#include "base/limits.h"

#include <sodium.h>

static const struct with plain = { 0 };
static const char first_password[] = "correct horse", second_password[] = "battery staple";

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

static const char *new_user(struct desk *d, const char *name, const char *role)
{
    return desk_id(d,
                   desk_must(d, "user.create", NULL,
                             desk_text(d,
                                       "{\"username\":\"%s\",\"role\":\"%s\",\"password\":\"%s\","
                                       "\"clearance\":{\"class\":\"SECRET\"}}",
                                       name, role, first_password),
                             plain));
}

static int login(struct desk *d, const char *name, const char *password, const struct viewer **ret)
{
    struct error err = { 0 };
    return access_login(d->node, d->arena, slice_of(name), slice_of(password), d->now_ms, &err,
                        ret);
}

static int enter(struct desk *d, struct slice token, const struct viewer **ret)
{
    struct error err = { 0 };
    return access_token(d->node, d->arena, token, d->now_ms, &err, ret);
}

static const char *by_id(struct desk *d, const char *id)
{
    return desk_text(d, "{\"id\":\"%s\"}", id);
}

/* The password hashes that the ledger still holds for a user. */
struct hashes {
    struct arena *arena;
    struct slice found[16];
    size_t count;
};

static int gather_hash(void *context, const struct entry *e)
{
    struct hashes *h = context;
    struct json *body = NULL;
    if (e->body.ptr && json_parse(h->arena, e->body, NULL, &body) == 0 &&
        json_get(body, "password_hash"))
        h->found[h->count++] = arena_copy(h->arena, json_get_text(body, "password_hash"));
    return 0;
}

static struct hashes hashes_of(struct desk *d, const char *id)
{
    struct hashes h = { .arena = d->arena };
    struct uuid uuid;
    struct error err = { 0 };
    assert_true(uuid_parse(slice_of(id), &uuid));
    assert_int_equal(ledger_read_record(d->node->ledger, uuid, &err, gather_hash, &h), 0);
    return h;
}

static void a_user_logs_in_with_role_and_clearance(void **state)
{
    struct desk *d = *state;
    const struct viewer *v = NULL;
    const char *id = new_user(d, "jo", "steward");
    assert_int_equal(login(d, "jo", first_password, &v), 0);
    assert_int_equal(v->role, ROLE_STEWARD);
    assert_int_equal(v->permissions, role_permissions(ROLE_STEWARD));
    assert_true(slice_is(v->username, "jo"));
    assert_int_equal(login(d, "jo", second_password, &v), EN_UNAUTHENTICATED);
    assert_int_equal(login(d, "nobody", first_password, &v), EN_UNAUTHENTICATED);
    desk_must(d, "user.change", by_id(d, id), "{\"active\":false}", plain);
    assert_int_equal(login(d, "jo", first_password, &v), EN_UNAUTHENTICATED);
    struct error err = { 0 };
    struct uuid uuid;
    assert_true(uuid_parse(slice_of(id), &uuid));
    assert_int_equal(access_user(d->node, d->arena, uuid, d->now_ms, &err, &v), EN_UNAUTHENTICATED);
}

static void names_are_taken_once_and_secrets_are_never_shown(void **state)
{
    struct desk *d = *state;
    const char *id = new_user(d, "jo", "reader");
    struct asked twice =
        desk_ask(d, "user.create", NULL,
                 "{\"username\":\"jo\",\"role\":\"reader\",\"password\":\"0123456789\"}", plain);
    assert_int_equal(twice.code, EN_INVALID);
    assert_int_equal(twice.err.fields[0].reason, REASON_DUPLICATE);
    struct asked stated = desk_ask(
        d, "user.create", NULL,
        "{\"username\":\"al\",\"role\":\"reader\",\"password_hash\":\"$argon2id$\"}", plain);
    assert_int_equal(stated.code, EN_INVALID);
    struct asked shown = desk_must(d, "user.get", by_id(d, id), NULL, plain);
    struct asked all = desk_must(d, "user.list", NULL, NULL, plain);
    assert_null(memmem(shown.text.ptr, shown.text.len, "argon", 5));
    assert_null(memmem(all.text.ptr, all.text.len, "argon", 5));
    struct asked brief =
        desk_ask(d, "user.create", NULL,
                 "{\"username\":\"al\",\"role\":\"reader\",\"password\":\"short\"}", plain);
    assert_int_equal(brief.code, EN_INVALID);
}

static void a_new_password_leaves_no_old_hash_in_any_version(void **state)
{
    struct desk *d = *state;
    const struct viewer *v = NULL;
    const char *id = new_user(d, "jo", "reader");
    /* versions that carry the first hash on */
    desk_must(d, "user.change", by_id(d, id), "{\"display_name\":\"Jo\"}", plain);
    desk_must(d, "user.change", by_id(d, id), "{\"language\":\"fr\"}", plain);
    struct hashes before = hashes_of(d, id);
    assert_int_equal(before.count, 3);
    assert_int_equal(login(d, "jo", first_password, &v), 0);
    struct with jo = { .viewer = v };
    struct asked wrong = desk_ask(
        d, "password", NULL,
        desk_text(d, "{\"current\":\"%s\",\"new\":\"%s\"}", second_password, second_password), jo);
    assert_int_equal(wrong.code, EN_INVALID);
    desk_must(d, "password", NULL,
              desk_text(d, "{\"current\":\"%s\",\"new\":\"%s\"}", first_password, second_password),
              jo);
    struct hashes after = hashes_of(d, id);
    assert_int_equal(after.count, 1);
    assert_false(slice_eq(after.found[0], before.found[0]));
    assert_int_equal(login(d, "jo", first_password, &v), EN_UNAUTHENTICATED);
    assert_int_equal(login(d, "jo", second_password, &v), 0);
    desk_assert_sound(d);
    desk_assert_rebuilds_alike(d);
    assert_false(desk_files_contain(d, arena_cstr(d->arena, before.found[0])));
}

static void a_change_without_a_password_keeps_it(void **state)
{
    struct desk *d = *state;
    const struct viewer *v = NULL;
    const char *id = new_user(d, "jo", "reader");
    desk_must(d, "user.change", by_id(d, id), "{\"role\":\"steward\"}", plain);
    assert_int_equal(login(d, "jo", first_password, &v), 0);
    assert_int_equal(v->role, ROLE_STEWARD);
}

struct tokens {
    struct slice secret;
    const char *id;
};

static struct tokens new_token(struct desk *d, const struct viewer *v, const char *scope)
{
    struct asked a = desk_must(
        d, "token.create", NULL,
        desk_text(d, "{\"name\":\"t\",\"scope\":\"%s\",\"expires\":\"2026-06-30\"}", scope),
        (struct with){ .viewer = v });
    return (struct tokens){ json_get_text(a.json, "token"), desk_id(d, a) };
}

static void a_token_has_what_scope_and_role_both_give(void **state)
{
    struct desk *d = *state;
    const struct viewer *v = NULL, *t = NULL;
    static const struct {
        const char *role, *scope;
        unsigned expected;
    } rows[] = {
        { "reader", "admin", PERMIT_SELF | PERMIT_READ },
        { "steward", "read", PERMIT_SELF | PERMIT_READ },
        { "steward", "write", PERMIT_SELF | PERMIT_READ | PERMIT_WRITE | PERMIT_STEWARD },
        { "administrator", "write", PERMIT_SELF | PERMIT_READ | PERMIT_WRITE | PERMIT_STEWARD },
        { "administrator", "calendar", PERMIT_CALENDAR },
        { "disclosure_officer", "write",
          PERMIT_SELF | PERMIT_READ | PERMIT_WRITE | PERMIT_STEWARD },
        { "disclosure_officer", "admin",
          PERMIT_SELF | PERMIT_READ | PERMIT_WRITE | PERMIT_STEWARD | PERMIT_DISCLOSE },
        { "administrator", "admin",
          PERMIT_SELF | PERMIT_READ | PERMIT_WRITE | PERMIT_STEWARD | PERMIT_DISCLOSE |
              PERMIT_ADMIN },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *name = desk_text(d, "user%zu", i);
        new_user(d, name, rows[i].role);
        assert_int_equal(login(d, name, first_password, &v), 0);
        assert_int_equal(enter(d, new_token(d, v, rows[i].scope).secret, &t), 0);
        assert_true(t->is_token);
        assert_int_equal(t->permissions, rows[i].expected);
        assert_true(slice_eq(t->username, v->username));
    }
}

static void a_token_makes_no_token(void **state)
{
    struct desk *d = *state;
    const struct viewer *v = NULL, *t = NULL;
    new_user(d, "jo", "administrator");
    assert_int_equal(login(d, "jo", first_password, &v), 0);
    assert_int_equal(enter(d, new_token(d, v, "read").secret, &t), 0);
    struct asked a = desk_ask(d, "token.create", NULL,
                              "{\"name\":\"t\",\"scope\":\"admin\",\"expires\":\"2026-06-30\"}",
                              (struct with){ .viewer = t });
    assert_int_equal(a.code, EN_FORBIDDEN);
}

static void a_token_ends_when_it_expires_is_revoked_or_its_user_goes(void **state)
{
    struct desk *d = *state;
    const struct viewer *v = NULL, *t = NULL;
    const char *id = new_user(d, "jo", "reader");
    assert_int_equal(login(d, "jo", first_password, &v), 0);
    struct tokens one = new_token(d, v, "read"), two = new_token(d, v, "read");
    assert_int_equal(enter(d, one.secret, &t), 0);
    assert_int_equal(enter(d, S("ent_none"), &t), EN_UNAUTHENTICATED);
    assert_int_equal(enter(d, S(""), &t), EN_UNAUTHENTICATED);
    /* somebody else's is as absent */
    struct with other = { .viewer = desk_viewer(d, ROLE_STEWARD, "{\"class\":\"SECRET\"}") };
    assert_int_equal(desk_ask(d, "token.revoke", by_id(d, one.id), NULL, other).code, EN_NOT_FOUND);
    desk_must(d, "token.revoke", by_id(d, one.id), NULL, (struct with){ .viewer = v });
    assert_int_equal(enter(d, one.secret, &t), EN_UNAUTHENTICATED);
    assert_int_equal(enter(d, two.secret, &t), 0);
    int64_t now = d->now_ms;
    d->now_ms = when_from_civil(2026, 7, 1) - 1;
    assert_int_equal(enter(d, two.secret, &t), 0);
    d->now_ms++;
    assert_int_equal(enter(d, two.secret, &t), EN_UNAUTHENTICATED);
    d->now_ms = now;
    struct asked mine = desk_must(d, "token.list", NULL, NULL, (struct with){ .viewer = v });
    assert_int_equal(desk_count(mine), 2);
    assert_null(memmem(mine.text.ptr, mine.text.len, "\"hash\"", 6));
    desk_must(d, "user.change", by_id(d, id), "{\"active\":false}", plain);
    assert_int_equal(enter(d, two.secret, &t), EN_UNAUTHENTICATED);
}

static void a_token_that_has_expired_cannot_be_made(void **state)
{
    struct desk *d = *state;
    struct asked a = desk_ask(d, "token.create", NULL,
                              "{\"name\":\"t\",\"scope\":\"read\",\"expires\":\"2020\"}", plain);
    assert_int_equal(a.code, EN_INVALID);
}

/* ---- who may be given what ---- */

static const char *field_of(const struct asked *a)
{
    return a->err.field_count ? a->err.fields[0].pointer : "";
}

#define assert_refused(a, code_, pointer_)                    \
    do {                                                      \
        struct asked refused_ = (a);                          \
        assert_int_equal(refused_.code, (code_));             \
        assert_string_equal(field_of(&refused_), (pointer_)); \
    } while (0)

static bool tells(const struct asked *a, const char *text)
{
    return memmem(a->text.ptr, a->text.len, text, strlen(text)) != NULL;
}

static void users_and_tokens_are_nothing_that_a_question_or_a_reference_can_name(void **state)
{
    struct desk *d = *state;
    struct with writer = { .viewer = desk_viewer(d, ROLE_CONTRIBUTOR, "{\"class\":\"SECRET\"}") };
    const char *user = new_user(d, "hidden-jo", "reader");
    const char *a = desk_actor(d, "One", NULL), *b = desk_actor(d, "Two", NULL);
    assert_int_equal(desk_ask(d, "user.get", by_id(d, user), NULL, writer).code, EN_FORBIDDEN);
    struct asked network =
        desk_ask(d, "network", desk_text(d, "{\"center\":\"%s\"}", user), NULL, writer);
    assert_int_equal(network.code, EN_NOT_FOUND);
    static const char *const questions[] = { "portfolio", "today" };
    for (size_t i = 0; i < 2; i++) {
        struct asked of =
            desk_must(d, questions[i], desk_text(d, "{\"of\":\"%s\"}", user), NULL, writer);
        assert_false(tells(&of, user) || tells(&of, "hidden-jo"));
    }
    struct asked brief =
        desk_must(d, "brief", desk_text(d, "{\"id\":\"%s\",\"of\":\"%s\"}", a, user), NULL, writer);
    assert_false(tells(&brief, user) || tells(&brief, "hidden-jo"));
    const char *promise = desk_text(d,
                                    "{\"from\":\"%s\",\"to\":\"%s\",\"text\":\"t\",\"state\":"
                                    "\"open\",\"stakes\":\"routine\",\"born_of\":\"%s\"}",
                                    a, b, user);
    assert_refused(desk_ask(d, "commitment.create", NULL, promise, writer), EN_INVALID, "/born_of");
}

static void a_token_list_still_names_its_user(void **state)
{
    struct desk *d = *state;
    const struct viewer *v = NULL;
    const char *id = new_user(d, "jo", "reader");
    assert_int_equal(login(d, "jo", first_password, &v), 0);
    new_token(d, v, "read");
    struct asked mine = desk_must(d, "token.list", NULL, NULL, (struct with){ .viewer = v });
    assert_int_equal(desk_count(mine), 1);
    const struct json *one = &json_get(mine.json, "items")->items[0];
    assert_true(slice_is(json_get_text(one, "user"), id));
}

static const char *token_for(struct desk *d, const char *user)
{
    return desk_text(d,
                     "{\"name\":\"t\",\"scope\":\"admin\",\"expires\":\"2026-06-30\","
                     "\"user\":\"%s\"}",
                     user);
}

static void a_token_for_another_acts_as_them_and_is_made_by_administrators_only(void **state)
{
    struct desk *d = *state;
    const struct viewer *jo = NULL, *t = NULL;
    const char *id = new_user(d, "jo", "reader"), *other = new_user(d, "al", "reader");
    struct with admin = { .viewer = desk_viewer(d, ROLE_ADMINISTRATOR, "{\"class\":\"SECRET\"}") };
    struct with by[] = { admin, plain };
    for (size_t i = 0; i < 2; i++) {
        struct asked made = desk_must(d, "token.create", NULL, token_for(d, id), by[i]);
        assert_int_equal(enter(d, json_get_text(made.json, "token"), &t), 0);
        assert_true(slice_is(t->username, "jo"));
        assert_int_equal(t->permissions, PERMIT_SELF | PERMIT_READ);
    }
    assert_int_equal(login(d, "jo", first_password, &jo), 0);
    struct with self = { .viewer = jo };
    assert_refused(desk_ask(d, "token.create", NULL, token_for(d, other), self), EN_INVALID,
                   "/user");
    desk_must(d, "token.create", NULL, token_for(d, id), self);
    assert_refused(desk_ask(d, "token.create", NULL,
                            token_for(d, "01890000-0000-7000-8000-000000000000"), admin),
                   EN_INVALID, "/user");
    assert_refused(desk_ask(d, "token.create", NULL,
                            "{\"name\":\"t\",\"scope\":\"read\",\"expires\":\"2026-06-30\"}",
                            plain),
                   EN_INVALID, "/user");
}

static void nobody_gives_a_clearance_above_their_own(void **state)
{
    struct desk *d = *state;
    const char *id = new_user(d, "jo", "reader"); /* cleared to SECRET */
    struct with low = { .viewer =
                            desk_viewer(d, ROLE_ADMINISTRATOR, "{\"class\":\"CONFIDENTIAL\"}") };
    assert_refused(desk_ask(d, "user.create", NULL,
                            "{\"username\":\"al\",\"role\":\"reader\",\"password\":\"0123456789\","
                            "\"clearance\":{\"class\":\"SECRET\"}}",
                            low),
                   EN_INVALID, "/clearance");
    assert_refused(
        desk_ask(d, "user.change", by_id(d, id), "{\"clearance\":{\"class\":\"TOP SECRET\"}}", low),
        EN_INVALID, "/clearance");
    assert_refused(
        desk_ask(d, "user.change", by_id(d, id), "{\"clearance\":{\"tlp\":\"RED\"}}", low),
        EN_INVALID, "/clearance");
    /* nor takes the place of one who has it */
    assert_refused(desk_ask(d, "user.change", by_id(d, id), "{\"password\":\"0123456789\"}", low),
                   EN_INVALID, "/password");
    assert_refused(desk_ask(d, "token.create", NULL, token_for(d, id), low), EN_INVALID, "/user");
    desk_must(d, "user.change", by_id(d, id), "{\"display_name\":\"Jo\"}", low);
    desk_must(d, "user.change", by_id(d, id), "{\"clearance\":{\"class\":\"CONFIDENTIAL\"}}", low);
    desk_must(d, "user.change", by_id(d, id), "{\"password\":\"0123456789\"}", low);
    desk_must(d, "user.change", by_id(d, id), "{\"clearance\":{\"class\":\"TOP SECRET\"}}", plain);
}

/* The day after its last one it lets nobody in, and whoever is in is out. */
static void a_clearance_that_has_an_end_ends(void **state)
{
    struct desk *d = *state;
    const struct viewer *v = NULL, *t = NULL, *before = NULL;
    const char *id = new_user(d, "jo", "reader");
    struct error err = { 0 };
    struct uuid uuid;
    assert_true(uuid_parse(slice_of(id), &uuid));
    assert_int_equal(login(d, "jo", first_password, &before), 0);
    struct tokens one = new_token(d, before, "read");
    assert_int_equal(enter(d, one.secret, &t), 0);
    desk_must(d, "user.change", by_id(d, id), "{\"cleared_until\":\"2026-05-31\"}", plain);
    assert_int_equal(login(d, "jo", first_password, &v), 0);
    assert_memory_not_equal(v->standing, before->standing, STANDING); /* sessions end */
    int64_t now = d->now_ms, end = when_from_civil(2026, 6, 1);
    assert_true(now < end);
    for (int i = 0; i < 4; i++) { /* read anew, and from what is kept */
        int wanted = i < 2 ? 0 : EN_UNAUTHENTICATED;
        d->now_ms = i < 2 ? end - 1 : end;
        assert_int_equal(access_user(d->node, d->arena, uuid, d->now_ms, &err, &v), wanted);
        assert_int_equal(enter(d, one.secret, &t), wanted);
        assert_int_equal(login(d, "jo", first_password, &v), wanted);
    }
    d->now_ms = now;
    /* whoever holds less may end it sooner, and not later */
    struct with low = { .viewer =
                            desk_viewer(d, ROLE_ADMINISTRATOR, "{\"class\":\"CONFIDENTIAL\"}") };
    desk_must(d, "user.change", by_id(d, id), "{\"cleared_until\":\"2026-04\"}", low);
    assert_refused(desk_ask(d, "user.change", by_id(d, id), "{\"cleared_until\":\"2026-05\"}", low),
                   EN_INVALID, "/clearance");
    assert_refused(desk_ask(d, "user.change", by_id(d, id), "{\"cleared_until\":null}", low),
                   EN_INVALID, "/clearance");
    static const char *const blanks[] = { " 2099-12-31", "2099-12-31 ", "  " };
    for (size_t i = 0; i < sizeof blanks / sizeof *blanks; i++)
        assert_refused(desk_ask(d, "user.change", by_id(d, id),
                                desk_text(d, "{\"cleared_until\":\"%s\"}", blanks[i]), low),
                       EN_INVALID, "/clearance");
    desk_must(d, "user.change", by_id(d, id), "{\"active\":false}", low);
    assert_refused(desk_ask(d, "user.change", by_id(d, id), "{\"active\":true}", low), EN_INVALID,
                   "/clearance");
    desk_must(d, "user.change", by_id(d, id), "{\"active\":true,\"cleared_until\":null}", plain);
    d->now_ms = end;
    assert_int_equal(login(d, "jo", first_password, &v), 0);
}

/* Blanks around a name make no second user of it: they are not kept. */
static void nobody_takes_a_name_or_an_identity_by_blanks(void **state)
{
    struct desk *d = *state;
    static const char *const others[] = {
        "\"username\":\" jo\",\"issuer\":\"https://idp\",\"subject\":\"s2\"",
        "\"username\":\"al\",\"issuer\":\" https://idp\",\"subject\":\"s1 \"",
    };
    static const char *const where[] = { "/username", "/subject" };
    desk_must(d, "user.create", NULL,
              "{\"username\":\"jo\",\"role\":\"reader\",\"clearance\":{\"class\":\"SECRET\"},"
              "\"issuer\":\"https://idp\",\"subject\":\"s1\"}",
              plain);
    for (int i = 0; i < 2; i++)
        assert_refused(desk_ask(d, "user.create", NULL,
                                desk_text(d,
                                          "{%s,\"role\":\"reader\",\"clearance\":{\"class\":"
                                          "\"UNCLASSIFIED\"}}",
                                          others[i]),
                                plain),
                       EN_INVALID, where[i]);
}

static void a_part_of_a_clearance_is_removed_by_null(void **state)
{
    struct desk *d = *state;
    const char *id = new_user(d, "jo", "reader");
    desk_must(d, "user.change", by_id(d, id),
              "{\"clearance\":{\"permissive\":{\"Releasable To\":[\"CAN\"]}}}", plain);
    struct asked after =
        desk_must(d, "user.change", by_id(d, id), "{\"clearance\":{\"permissive\":null}}", plain);
    assert_null(json_get(json_get(after.json, "clearance"), "permissive"));
    assert_true(slice_is(json_get_text(json_get(after.json, "clearance"), "class"), "SECRET"));
}

static void users_bear_the_lowest_label_only(void **state)
{
    struct desk *d = *state;
    const char *id = new_user(d, "jo", "reader");
    assert_refused(
        desk_ask(d, "user.change", by_id(d, id), "{\"label\":{\"class\":\"SECRET\"}}", plain),
        EN_INVALID, "/label");
    assert_refused(desk_ask(d, "user.create", NULL,
                            "{\"username\":\"al\",\"role\":\"reader\",\"password\":\"0123456789\","
                            "\"label\":{\"class\":\"SECRET\"}}",
                            plain),
                   EN_INVALID, "/label");
    struct asked seen = desk_must(d, "user.get", by_id(d, id), NULL, plain);
    struct buf label cleanup_buf;
    buf_init(&label, LIMIT_TEXT);
    json_write_value(json_get(seen.json, "label"), &label);
    desk_must(d, "user.change", by_id(d, id),
              desk_text(d, "{\"display_name\":\"Jo\",\"label\":" SLICE_FMT "}",
                        SLICE_ARG(buf_slice(&label))),
              plain);
}

/* ---- what reads are audited ---- */

static void an_old_version_above_the_lowest_level_is_audited_when_it_is_shown(void **state)
{
    struct desk *d = *state;
    const struct viewer *v = desk_viewer(d, ROLE_READER, "{\"class\":\"SECRET\"}");
    struct with reader = { .viewer = v };
    char text[UUID_TEXT + 1];
    uuid_format(v->user, text);
    const char *mine = desk_text(d, "{\"reader\":\"%s\"}", text);
    const char *id = desk_actor(d, "Was secret",
                                "{\"class\":\"SECRET\",\"permissive\":{},"
                                "\"restrictive\":{},\"tlp\":\"CLEAR\"}");
    desk_must(d, "actor.change", by_id(d, id),
              "{\"label\":{\"class\":\"UNCLASSIFIED\",\"permissive\":{},\"restrictive\":{},"
              "\"tlp\":\"CLEAR\"},"
              "\"release\":{\"authority\":\"o\",\"reason\":\"r\"}}",
              plain);
    desk_must(d, "actor.get", by_id(d, id), NULL, reader);
    assert_int_equal(desk_count(desk_must(d, "audit.list", mine, NULL, plain)), 0);
    desk_must(d, "actor.history", by_id(d, id), NULL, reader);
    struct asked audits = desk_must(d, "audit.list", mine, NULL, plain);
    assert_int_equal(desk_count(audits), 1);
    const struct json *one = &json_get(audits.json, "items")->items[0];
    assert_true(slice_is(json_get_text(one, "operation"), "actor.history"));
    assert_true(slice_is(json_get_text(json_get(one, "label"), "class"), "SECRET"));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(a_user_logs_in_with_role_and_clearance),
        CASE(names_are_taken_once_and_secrets_are_never_shown),
        CASE(a_new_password_leaves_no_old_hash_in_any_version),
        CASE(a_change_without_a_password_keeps_it),
        CASE(a_token_has_what_scope_and_role_both_give),
        CASE(a_token_makes_no_token),
        CASE(a_token_ends_when_it_expires_is_revoked_or_its_user_goes),
        CASE(a_token_that_has_expired_cannot_be_made),
        CASE(users_and_tokens_are_nothing_that_a_question_or_a_reference_can_name),
        CASE(a_token_list_still_names_its_user),
        CASE(a_token_for_another_acts_as_them_and_is_made_by_administrators_only),
        CASE(nobody_gives_a_clearance_above_their_own),
        CASE(a_clearance_that_has_an_end_ends),
        CASE(nobody_takes_a_name_or_an_identity_by_blanks),
        CASE(a_part_of_a_clearance_is_removed_by_null),
        CASE(users_bear_the_lowest_label_only),
        CASE(an_old_version_above_the_lowest_level_is_audited_when_it_is_shown),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

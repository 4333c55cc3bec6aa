/* Users, passwords and tokens: who gets in, with what rights, until when. */
#include "desk.h"

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
        { "administrator", "admin",
          PERMIT_SELF | PERMIT_READ | PERMIT_WRITE | PERMIT_STEWARD | PERMIT_ADMIN },
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
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

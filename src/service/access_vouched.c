/*
 * Signing in somebody for whom an identity provider vouches: the administrator's rules decide what
 * they may do here, and the user is made, or brought up to date, through the ledger. See access.h.
 *
 * Invariants: a user is found by issuer and subject alone, never by a name that somebody else may
 * bear; a user who was deactivated stays so; nothing is written when nothing differs. The writer is
 * the operator, whose rules these are; the record names the rule.
 */
#include "service/access_internal.h"

#include "base/limits.h"

#include <sodium.h>

struct signing_in {
    struct node *node;
    struct arena *arena;
    const struct vouched *who;
    struct grant grant;
    struct slice clearance; /* the grant's, as JSON */
    int64_t now_ms;
    struct error *err;
    enum identity_reason *reason;
};

static int refuse(struct signing_in *s, enum identity_reason reason, const char *why)
{
    *s->reason = reason;
    return error_set(s->err, EN_FORBIDDEN, "%s", why);
}

int access_find_vouched(struct snapshot *s, struct slice issuer, struct slice subject,
                        struct error *err, struct row *ret)
{
    const struct kind *k = kinds_find(snapshot_kinds(s), S("user"));
    struct filter filters[] = { { .field = S("subject"), .value = subject },
                                { .field = S("issuer"), .value = issuer } };
    struct list_query q = {
        .kind = k, .filters = filters, .filter_count = 2, .order = LIST_UPDATED, .limit = 2
    };
    struct page page;
    int code = snapshot_list(s, &q, err, &page);
    if (code == 0 && page.count == 0)
        code = error_set(err, EN_NOT_FOUND, "there is no such %s", "user");
    if (code == 0 && page.count > 1)
        code = error_set(err, EN_CONFLICT, "several users are this subject");
    if (code == 0) {
        *ret = page.rows[0];
        code = snapshot_body(s, ret, err);
    }
    return code;
}

static int apply_rules(struct signing_in *s)
{
    const struct policy *p = s->node->policy;
    switch (identity_rules_apply(s->who->rules, p, s->arena, s->who->claims, &s->grant)) {
    case RULE_NONE:
        return refuse(s, IDENTITY_NO_RULE, "no rule of the administrator lets this user in");
    case RULE_CEILING:
        return refuse(s, IDENTITY_CEILING, "the claims ask for more than the rule may grant");
    case RULE_ACCOUNT:
        return refuse(s, IDENTITY_ACCOUNT, "the claims hold no account name");
    case RULE_GRANTED:
        break;
    }
    struct buf text cleanup_buf;
    buf_init(&text, LIMIT_RECORD);
    clearance_write(p, s->grant.clearance, &text);
    s->clearance = buf_failed(&text) ? (struct slice){ 0 } : arena_copy(s->arena, buf_slice(&text));
    return s->clearance.ptr ? 0 : error_set(s->err, EN_NO_MEMORY, "user");
}

/* What the rule gives. The clearance is stated whole: a merge patch would leave what was held. */
static int set_grant(struct signing_in *s, struct json *fields)
{
    struct json *clearance = NULL;
    int code = json_parse(s->arena, s->clearance, s->err, &clearance);
    if (code == 0)
        code = json_object_set(s->arena, fields, S("clearance"), clearance);
    if (code == 0)
        code = json_set_text(s->arena, fields, "role", slice_of(role_word(s->grant.role)));
    return code < 0 ? code : json_set_text(s->arena, fields, "rule", s->grant.rule->name);
}

static struct slice display_name(const struct signing_in *s)
{
    struct slice name = slice_trim(json_get_text(s->who->claims, "name"));
    return name.len <= 100 ? name : S("");
}

/* ---- a user who is there ---- */

static bool same_clearance(struct signing_in *s, const struct json *body)
{
    const struct clearance *held = NULL;
    return clearance_parse(s->node->policy, s->arena, json_get(body, "clearance"), S(""), NULL,
                           &held) == 0 &&
           clearance_within(held, s->grant.clearance) && clearance_within(s->grant.clearance, held);
}

static bool same_role(const struct signing_in *s, const struct json *body)
{
    return slice_is(json_get_text(body, "role"), role_word(s->grant.role));
}

static bool is_current(struct signing_in *s, const struct json *body)
{
    struct slice name = display_name(s);
    return same_role(s, body) && same_clearance(s, body) &&
           slice_eq(json_get_text(body, "rule"), s->grant.rule->name) &&
           (name.len == 0 || slice_eq(json_get_text(body, "display_name"), name));
}

/* The body as it will be: a patch that takes the old clearance's members away. */
static int bring_up_to_date(struct signing_in *s, struct snapshot *snapshot, struct row *row)
{
    struct write_context w = { .node = s->node, .snapshot = snapshot, .now_ms = s->now_ms };
    struct written unused;
    struct json *fields = json_new_object(s->arena);
    struct slice name = display_name(s);
    int code = fields ? set_grant(s, fields) : EN_NO_MEMORY;
    if (code == 0)
        code = access_replace_clearance(s->arena, row->body, fields);
    if (code == 0)
        code = json_set_nonempty(s->arena, fields, "display_name", name);
    if (code == 0 && !(same_role(s, row->body) && same_clearance(s, row->body)))
        code = access_set_standing(s->arena, fields, s->now_ms);
    if (code < 0) {
        snapshot_close(snapshot);
        return error_set(s->err, code, "user");
    }
    return records_change(&w, row->kind, row->id, fields, S("*"), s->err, &unused);
}

/* ---- a user who is new ---- */

static int new_fields(struct signing_in *s, struct json **ret)
{
    struct json *fields = json_new_object(s->arena);
    bool french = slice_starts(json_get_text(s->who->claims, "locale"), S("fr"));
    struct slice name = display_name(s);
    int code = fields ? set_grant(s, fields) : EN_NO_MEMORY;
    if (code == 0)
        code = json_set_text(s->arena, fields, "username", s->grant.username);
    if (code == 0)
        code = json_set_text(s->arena, fields, "display_name", name.len ? name : s->grant.username);
    if (code == 0)
        code = json_set_text(s->arena, fields, "language", french ? S("fr") : S("en"));
    if (code == 0)
        code = json_set_text(s->arena, fields, "issuer", s->who->issuer);
    if (code == 0)
        code = json_set_text(s->arena, fields, "subject", s->who->subject);
    if (code == 0)
        code = json_set_bool(s->arena, fields, "active", true);
    *ret = fields;
    return code < 0 ? error_set(s->err, code, "user") : 0;
}

/* The request key by which two sign-ins at once, in whatever processes, make one user. */
static struct slice request_key(struct signing_in *s)
{
    unsigned char hash[32];
    char text[65];
    crypto_generichash_state h;
    crypto_generichash_init(&h, NULL, 0, sizeof hash);
    crypto_generichash_update(&h, (const unsigned char *)s->who->issuer.ptr, s->who->issuer.len);
    crypto_generichash_update(&h, (const unsigned char *)"\n", 1);
    crypto_generichash_update(&h, (const unsigned char *)s->who->subject.ptr, s->who->subject.len);
    crypto_generichash_final(&h, hash, sizeof hash);
    sodium_bin2hex(text, sizeof text, hash, sizeof hash);
    return arena_printf(s->arena, "identity:%s", text);
}

static int make_user(struct signing_in *s, struct snapshot *snapshot)
{
    struct write_context w = {
        .node = s->node, .snapshot = snapshot, .now_ms = s->now_ms, .request = request_key(s)
    };
    struct written unused;
    struct json *fields = NULL;
    struct row other;
    int code = 0;
    if (s->grant.rule->known_only)
        code = refuse(s, IDENTITY_ACCOUNT, "the rule lets in only users who are known");
    if (code == 0 &&
        access_find(snapshot, "user", "username", s->grant.username, NULL, &other) == 0)
        code = refuse(s, IDENTITY_NAME_TAKEN, "another user bears this name");
    if (code == 0)
        code = new_fields(s, &fields);
    if (code < 0) {
        snapshot_close(snapshot);
        return code;
    }
    return access_create_system(&w, "user", fields, s->err, &unused);
}

/* ---- both ---- */

/* One look, and what follows from it; 1 when something was written and must be looked at again. */
static int look(struct signing_in *s, struct uuid *ret)
{
    struct snapshot *snapshot = NULL;
    struct row row;
    int code = access_identity_open(s->node, s->arena, s->now_ms, s->err, &snapshot);
    if (code < 0)
        return code;
    int found = access_find_vouched(snapshot, s->who->issuer, s->who->subject, NULL, &row);
    if (found == EN_NOT_FOUND && snapshot_failure(snapshot) == 0) {
        code = make_user(s, snapshot);
        return code < 0 ? code : 1;
    }
    if (found == EN_CONFLICT)
        found = refuse(s, IDENTITY_ACCOUNT, "several users are this subject");
    if (found == 0 && (row.retracted || !json_get_bool(row.body, "active", true)))
        found = refuse(s, IDENTITY_INACTIVE, "this user may not log in");
    if (found == 0 && access_cleared_until(row.body) < s->now_ms)
        found = refuse(s, IDENTITY_INACTIVE, "this user's clearance has ended");
    if (found == 0 && !is_current(s, row.body)) {
        code = bring_up_to_date(s, snapshot, &row);
        return code < 0 ? code : 1;
    }
    int failure = snapshot_failure(snapshot);
    snapshot_close(snapshot);
    if (failure < 0 || (found < 0 && found != EN_FORBIDDEN))
        return error_set(s->err, failure < 0 ? failure : found, "users cannot be read");
    if (found == 0 && !uuid_parse(row.id, ret))
        found = error_set(s->err, EN_CORRUPT, "a record without an id");
    return found;
}

int access_vouched(struct node *n, struct arena *a, const struct vouched *who, int64_t now_ms,
                   enum identity_reason *ret_reason, struct error *err, struct slice *ret_rule,
                   const struct viewer **ret)
{
    enum { LOOKS = 3 }; /* written, or written by another, and then as it should be */
    struct signing_in s = {
        .node = n, .arena = a, .who = who, .now_ms = now_ms, .err = err, .reason = ret_reason
    };
    struct uuid user;
    *ret_reason = IDENTITY_FAULT;
    int code = apply_rules(&s);
    *ret_rule = s.grant.rule ? s.grant.rule->name : S("");
    if (code < 0)
        return code;
    code = 1;
    for (int i = 0; i < LOOKS && (code == 1 || code == EN_CONFLICT || code == EN_STALE); i++) {
        error_clear(err);
        code = look(&s, &user);
    }
    if (code == 1)
        code = error_set(err, EN_CONFLICT, "the user was changed meanwhile");
    return code < 0 ? code : access_user(n, a, user, now_ms, err, ret);
}

/*
 * Releases to peers: a peer that may have more than before is a decision, and a decision that is
 * over gives back what the peer had. See release.h.
 *
 * What a peer may have: nothing without a clearance; else what the clearance reads, of the kinds
 * sent, unless it is suspended. More is: a clearance that does not lie within the one before, a
 * kind that was not sent, a suspended peer that is sent to again. What returns is what both the
 * peer as it is and the peer before the decision had, so a narrowing since then stays. Where that
 * cannot be said (a clearance that the policy does not know any more, no kind in common), nothing
 * is left: the peer keeps no clearance, and what it has is withdrawn.
 */
#include "service/release_internal.h"

#include "base/limits.h"
#include "service/exchange.h"

/* What a peer may have; clearance NULL: nothing. */
struct terms {
    const struct clearance *clearance;
    const struct json *kinds; /* NULL: all */
    bool suspended;
};

static const struct json *list_of(const struct json *body, const char *name)
{
    const struct json *list = json_get(body, name);
    return list && list->type == JSON_ARRAY && list->count ? list : NULL;
}

static int terms_of(struct snapshot *s, const struct json *body, struct error *err,
                    struct terms *ret)
{
    struct terms t = { 0 };
    int code = 0;
    if (body && json_get(body, "clearance"))
        code = peer_clearance(snapshot_policy(s), snapshot_arena(s), body, err, &t.clearance);
    if (body) {
        t.kinds = list_of(body, "kinds_out");
        t.suspended = slice_is(json_get_text(body, "state"), "suspended");
    }
    if (code == 0)
        *ret = t;
    return code;
}

static bool has_kind(const struct json *kinds, struct slice kind)
{
    for (uint32_t i = 0; i < kinds->count; i++)
        if (slice_eq(kinds->items[i].text, kind))
            return true;
    return false;
}

static bool kinds_within(const struct json *inner, const struct json *outer)
{
    if (!outer)
        return true;
    for (uint32_t i = 0; inner && i < inner->count; i++)
        if (!has_kind(outer, inner->items[i].text))
            return false;
    return inner != NULL;
}

static bool resumes(const struct terms *before, const struct json *after)
{
    return before->suspended && slice_is(json_get_text(after, "state"), "confirmed");
}

static bool widens(const struct terms *before, const struct terms *after, bool resumed)
{
    return after->clearance &&
           (!before->clearance || !clearance_within(after->clearance, before->clearance) ||
            !kinds_within(after->kinds, before->kinds) || resumed);
}

/* ---- deciding ---- */

static void set_side(struct release_body *b, const struct json *peer, const char *clearance,
                     const char *kinds)
{
    if (peer && json_get(peer, "clearance"))
        release_set_json(b, clearance, json_get(peer, "clearance"));
    if (peer && list_of(peer, "kinds_out"))
        release_set_json(b, kinds, list_of(peer, "kinds_out"));
}

static int write_decision(struct snapshot *s, const struct peer_change *c, struct json *grounds,
                          bool resumed, struct error *err, struct draft *ret)
{
    static const char *const names[] = { "authority", "reason", "until", "review", NULL };
    struct release_body b = release_body_new(snapshot_arena(s));
    char id[UUID_TEXT + 1];
    uuid_format(c->record, id);
    b.kind = "peer_release";
    release_set(&b, "nature", S("clearance"));
    release_set(&b, "peer", arena_copy(b.arena, slice_of(id)));
    set_side(&b, c->before, "clearance_before", "kinds_before");
    set_side(&b, c->after, "clearance_after", "kinds_after");
    if (resumed) {
        release_set(&b, "state_before", json_get_text(c->before, "state"));
        release_set(&b, "state_after", json_get_text(c->after, "state"));
    }
    release_copy(&b, grounds, names);
    release_set(&b, "state", S("approved"));
    release_sign(&b, snapshot_viewer(s), c->now_ms);
    *ret = (struct draft){ .operation = ENTRY_PUT,
                           .kind = S("peer_release"),
                           .record = uuid_new(c->now_ms),
                           .expected = 0 };
    int code = release_body_text(s, &b, err, &ret->body);
    return code < 0
               ? code
               : release_label_text(s, policy_lowest_label(snapshot_policy(s)), err, &ret->label);
}

static int check_grounds(struct snapshot *s, const struct peer_change *c, struct error *err,
                         struct json **ret)
{
    if (!(snapshot_viewer(s)->permissions & PERMIT_DISCLOSE))
        return error_set(err, EN_FORBIDDEN, "only a disclosure officer decides on this");
    if (!c->grounds || c->grounds->type != JSON_OBJECT)
        return error_field(err, S("/release"), REASON_REQUIRED,
                           "this lets the peer have more: state its authority and reason");
    int code =
        fields_check(release_grounds, snapshot_arena(s), c->grounds, S("/release"), NULL, err, ret);
    if (code == 0 && release_is_over(*ret, c->now_ms))
        code = error_field(err, S("/release/until"), REASON_RULE, "it would be over already");
    return code;
}

int release_judge_peer(struct snapshot *s, const struct peer_change *c, struct error *err,
                       struct draft *ret, bool *ret_widens)
{
    struct terms before = { 0 }, after;
    struct json *grounds = NULL;
    *ret_widens = false;
    int code = terms_of(s, c->after, err, &after);
    /* a clearance that the policy does not know any more let nobody read */
    if (code == 0 && terms_of(s, c->before, NULL, &before) == EN_NO_MEMORY)
        code = error_set(err, EN_NO_MEMORY, "clearance");
    bool resumed = code == 0 && c->before && resumes(&before, c->after);
    if (code < 0 || !widens(&before, &after, resumed))
        return code;
    code = check_grounds(s, c, err, &grounds);
    if (code == 0)
        code = write_decision(s, c, grounds, resumed, err, ret);
    *ret_widens = code == 0;
    return code;
}

/* ---- giving back ---- */

/* What the peer had before the decision. */
static int terms_before(struct snapshot *s, const struct json *release, struct terms *ret)
{
    struct arena *a = snapshot_arena(s);
    const struct json *clearance = json_get(release, "clearance_before");
    const struct json *kinds = list_of(release, "kinds_before");
    struct json *as_peer = json_new_object(a);
    *ret = (struct terms){ 0 };
    if (!as_peer || (clearance && json_object_set(a, as_peer, S("clearance"), clearance) < 0) ||
        (kinds && json_object_set(a, as_peer, S("kinds_out"), kinds) < 0))
        return EN_NO_MEMORY;
    /* of what the policy does not know any more nothing is left */
    if (terms_of(s, as_peer, NULL, ret) == EN_NO_MEMORY)
        return EN_NO_MEMORY;
    ret->kinds = kinds;
    ret->suspended = slice_is(json_get_text(release, "state_before"), "suspended");
    return 0;
}

/* The kinds of both; an empty list: none. NULL without memory. */
static struct json *common_kinds(struct arena *a, const struct json *x, const struct json *y)
{
    struct json *both = json_new_array(a);
    for (uint32_t i = 0; both && i < x->count; i++)
        if (has_kind(y, x->items[i].text) && json_array_add(a, both, &x->items[i]) < 0)
            return NULL;
    return both;
}

static int set_clearance(struct snapshot *s, const struct clearance *c, struct json *body)
{
    struct arena *a = snapshot_arena(s);
    struct buf text cleanup_buf;
    struct json *json = NULL;
    buf_init(&text, LIMIT_RECORD);
    clearance_write(snapshot_policy(s), c, &text);
    struct slice copy = arena_copy(a, buf_slice(&text));
    if (buf_failed(&text) || !copy.ptr || json_parse(a, copy, NULL, &json) < 0)
        return EN_NO_MEMORY;
    return json_object_set(a, body, S("clearance"), json);
}

/* Takes from the peer's body what it has beyond `before`; *ret_changed when there was something. */
static int narrow(struct snapshot *s, const struct terms *now, const struct terms *before,
                  struct json *body, bool *ret_changed)
{
    struct arena *a = snapshot_arena(s);
    const struct json *kinds = now->kinds;
    bool nothing = !now->clearance || !before->clearance;
    *ret_changed = false;
    if (before->kinds && !kinds_within(kinds, before->kinds)) {
        kinds = kinds ? common_kinds(a, kinds, before->kinds) : before->kinds;
        if (!kinds)
            return EN_NO_MEMORY;
        nothing |= kinds->count == 0; /* an empty list would be all of them */
        if (kinds->count && json_object_set(a, body, S("kinds_out"), kinds) < 0)
            return EN_NO_MEMORY;
        *ret_changed = true;
    }
    if (nothing) {
        *ret_changed |= json_get(body, "clearance") != NULL;
        json_object_remove(body, S("clearance"));
        return 0;
    }
    if (clearance_within(now->clearance, before->clearance))
        return 0;
    const struct clearance *both = clearance_meet(a, now->clearance, before->clearance);
    *ret_changed = true;
    return both ? set_clearance(s, both, body) : EN_NO_MEMORY;
}

static int suspend(struct arena *a, const struct terms *before, struct json *body,
                   bool *ret_changed)
{
    if (!before->suspended || !slice_is(json_get_text(body, "state"), "confirmed"))
        return 0;
    *ret_changed = true;
    return json_set_text(a, body, "state", S("suspended"));
}

int release_return_peer(struct snapshot *s, const struct row *release, struct error *err,
                        struct draft *ret, size_t *ret_count)
{
    struct arena *a = snapshot_arena(s);
    const struct kind *k = kinds_find(snapshot_kinds(s), S("peer"));
    const struct json *nothing = json_new_object(a);
    struct release_body body = { .arena = a, .kind = "peer" };
    struct terms now = { 0 }, before;
    struct row row;
    bool changed = false;
    int code = snapshot_get(s, k, json_get_text(release->body, "peer"), err, &row);
    if (code == 0)
        code = snapshot_body(s, &row, err);
    if (code < 0)
        return code;
    body.json = nothing ? json_merge_patch(a, row.body, nothing) : NULL;
    if (!body.json || terms_of(s, row.body, NULL, &now) == EN_NO_MEMORY ||
        terms_before(s, release->body, &before) < 0 ||
        narrow(s, &now, &before, body.json, &changed) < 0 ||
        suspend(a, &before, body.json, &changed) < 0)
        return error_set(err, EN_NO_MEMORY, "peer");
    if (!changed)
        return 0;
    code = release_draft_version(s, &row, row.label, err, ret);
    if (code == 0)
        code = release_body_text(s, &body, err, &ret->body);
    *ret_count = code == 0 ? 1 : 0;
    return code;
}

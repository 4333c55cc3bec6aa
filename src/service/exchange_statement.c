/*
 * Taking one statement: may it be taken, and what does it change here?
 *
 * Invariants: nothing of ours and nothing of a third originator is ever written into; a foreign
 * record keeps its originator; what is not understood is refused with its reason, never guessed. A
 * statement whose originator is a peer of ours is taken from that peer alone: nobody speaks for
 * those who speak to us themselves. What is told of what stands here, in the answer and in the
 * receipt, is told to those alone who may read it: to anybody else the record answers as an absent
 * one, although nothing is written over it.
 */
#include "service/exchange_internal.h"

#include "base/limits.h"

static struct draft *add_draft(struct taking *t)
{
    if (t->draft_count == t->draft_capacity) {
        size_t wider = t->draft_capacity ? t->draft_capacity * 2 : 256;
        struct draft *more = arena_array_of(snapshot_arena(t->snapshot), struct draft, wider);
        if (!more)
            return NULL;
        if (t->draft_count)
            memcpy(more, t->drafts, t->draft_count * sizeof *more);
        t->drafts = more;
        t->draft_capacity = wider;
    }
    return &t->drafts[t->draft_count++];
}

static int no_memory(struct taking *t)
{
    return error_set(t->err, EN_NO_MEMORY, "the bundle needs too much memory");
}

/* What stands here of the record. */
struct present {
    bool is;
    const struct label *seen; /* of what stands here, also when it is another's; NULL: nothing that
                                 anybody may read */
    int64_t expected;         /* of the next draft: 0: nobody wrote it since; -1: any */
    struct row row;
    struct slice label;
};

static int draft_for(struct taking *t, const struct statement *st, struct present *p,
                     enum entry_operation operation, struct draft **ret)
{
    struct draft *d = add_draft(t);
    if (!d)
        return no_memory(t);
    *d = (struct draft){ .operation = operation,
                         .kind = p->is ? slice_of(p->row.kind->name) : st->kind,
                         .record = st->record,
                         .expected = p->expected,
                         .label = p->label,
                         .user = t->user,
                         .instance = st->instance };
    if (p->is)
        p->expected++;
    *ret = d;
    return 0;
}

/* ---- who may know what stands here? ---- */

static bool officer_reads(const struct taking *t, const struct label *l)
{
    return l && viewer_may_read(t->viewer, t->node->policy, l, t->now_ms);
}

/* Grants by others are not looked for: who is told less than they may know loses nothing. */
static bool peer_reads(const struct taking *t, const struct label *l)
{
    const struct uuid *of;
    size_t count = l ? label_originators(l, &of) : 0;
    for (size_t i = 0; i < count; i++)
        if (!uuid_eq(of[i], t->peer->instance))
            return false;
    return l && t->peer->clearance &&
           label_may_read(t->node->policy, t->peer->clearance, l, t->now_ms);
}

/* ---- may it be taken? ---- */

static bool listed(const struct json *kinds, struct slice kind)
{
    for (uint32_t i = 0; kinds && i < kinds->count; i++)
        if (slice_eq(kinds->items[i].text, kind))
            return true;
    return !kinds;
}

static bool speaks_for_itself(const struct taking *t, struct uuid instance)
{
    for (size_t i = 0; i < t->peer_count; i++)
        if (uuid_eq(t->peers[i].instance, instance) &&
            (slice_is(t->peers[i].state, "confirmed") || slice_is(t->peers[i].state, "suspended")))
            return true;
    return false;
}

/* A statement bears no signature of its own. What a relay says of a third is its word; that a third
 * consents to onward release is nobody's word but the third's. */
static bool is_borrowed_consent(const struct taking *t, const struct statement *st)
{
    return st->operation == STATE_PUT && slice_is(st->kind, "release") &&
           !uuid_eq(st->instance, t->peer->instance);
}

static enum exchange_reason judge_origin(const struct taking *t, const struct statement *st,
                                         const struct kind *k)
{
    if (uuid_eq(st->instance, ledger_instance(t->node->ledger)))
        return EXCHANGE_OWN_RECORD;
    if (!k || k->system || (st->operation == STATE_PUT && !listed(t->peer->kinds_in, st->kind)))
        return EXCHANGE_UNKNOWN_KIND; /* the end of what was wanted before is taken */
    if (st->operation != STATE_WITHDRAW && !uuid_eq(st->instance, t->peer->instance) &&
        speaks_for_itself(t, st->instance))
        return EXCHANGE_NOT_ORIGINATOR;
    if (is_borrowed_consent(t, st))
        return EXCHANGE_NOT_ORIGINATOR;
    return EXCHANGE_FINE;
}

/* The picture does not show what bears a label that this policy does not know; the ledger does.
 * What neither had at the snapshot may not be there when this is written either (the ledger says
 * EN_CONFLICT): what came to be since, through whomever, was not compared with this. */
static int look_in_ledger(struct taking *t, const struct statement *st, struct present *ret,
                          enum exchange_reason *ret_reason)
{
    struct entry e;
    int code =
        ledger_read_version(t->node->ledger, snapshot_arena(t->snapshot), st->record, 1, NULL, &e);
    if (code == EN_NOT_FOUND)
        return 0;
    if (code < 0)
        return error_set(t->err, code, "the ledger cannot be read");
    if (e.seq > snapshot_position(t->snapshot))
        return 0;
    ret->expected = -1;
    if (!uuid_eq(e.instance, st->instance) || !slice_eq(e.kind, st->kind))
        *ret_reason = EXCHANGE_TAMPERED;
    return 0;
}

static int find_present(struct taking *t, const struct statement *st, struct present *ret,
                        enum exchange_reason *ret_reason)
{
    char id[UUID_TEXT + 1];
    struct uuid origin;
    uuid_format(st->record, id);
    *ret = (struct present){ .is = false };
    int code = snapshot_get(t->snapshot, NULL, slice_of(id), NULL, &ret->row);
    if (code == EN_NOT_FOUND)
        return look_in_ledger(t, st, ret, ret_reason);
    if (code < 0)
        return error_set(t->err, code, "a record cannot be read");
    ret->seen = ret->row.label;
    if (!uuid_parse(ret->row.origin, &origin) || !uuid_eq(origin, st->instance) ||
        !slice_is(st->kind, ret->row.kind->name)) {
        *ret_reason = EXCHANGE_TAMPERED;
        return 0;
    }
    ret->is = true;
    ret->expected = ret->row.version;
    ret->label = label_text(t->node->policy, snapshot_arena(t->snapshot), ret->row.label);
    return ret->label.ptr ? 0 : no_memory(t);
}

/* How this revision stands to what others provide: negative: it is older than what another source
 * gave; 0: the same; positive: it is news. */
static int compare_sources(struct taking *t, const struct statement *st, int *ret)
{
    char id[UUID_TEXT + 1];
    struct holding *sources;
    struct exchange_revision mine = { .at_ms = st->at_ms, .entry = st->entry };
    size_t count = 0;
    uuid_format(st->record, id);
    int code = holding_sources(t->snapshot, slice_of(id), t->err, &sources, &count);
    *ret = 1;
    for (size_t i = 0; code == 0 && i < count; i++) {
        struct exchange_revision one = { .at_ms = sources[i].at_ms };
        if (slice_eq(sources[i].peer, t->peer->id) || sources[i].op == STATE_WITHDRAW ||
            !uuid_parse(sources[i].entry, &one.entry))
            continue;
        int order = exchange_revision_compare(&mine, &one);
        if (order < *ret)
            *ret = order < 0 ? -1 : 0;
    }
    return code;
}

/* ---- put ---- */

/* The label in our policy, as canonical text. */
static int judge_label(struct taking *t, const struct statement *st, struct slice *ret,
                       const struct label **ret_label, enum exchange_reason *ret_reason)
{
    struct arena *a = snapshot_arena(t->snapshot);
    if (t->label_known && slice_eq(t->label_seen, st->label)) {
        *ret_label = t->label_known;
        *ret = t->label_text;
        return 0;
    }
    int code = exchange_label_read(t->node, a, st->label_json, NULL, ret_label);
    if (code == EN_NO_MEMORY)
        return no_memory(t);
    if (code < 0) {
        *ret_reason = code == EN_FORBIDDEN ? EXCHANGE_LABEL_UNMAPPED : EXCHANGE_LABEL_UNKNOWN;
        return 0;
    }
    if (!label_may_read(t->node->policy, clearance_all(t->node->policy), *ret_label, t->now_ms)) {
        *ret_reason = EXCHANGE_ABOVE_US;
        return 0;
    }
    *ret = label_text(t->node->policy, a, *ret_label);
    if (!ret->ptr)
        return no_memory(t);
    t->label_seen = st->label;
    t->label_known = *ret_label;
    t->label_text = *ret;
    return 0;
}

static int judge_body(struct taking *t, const struct statement *st, struct slice *ret_body,
                      struct judged *ret)
{
    const struct kind *k = ret->kind;
    struct arena *a = snapshot_arena(t->snapshot);
    struct record_rules rules = { .reference = NULL };
    struct json *clean = NULL;
    struct buf text cleanup_buf = { 0 };
    int code = record_check(k, a, st->body_json, &rules, NULL, &clean);
    if (code == EN_NO_MEMORY || arena_failed(a))
        return no_memory(t);
    if (code < 0 ||
        (strcmp(k->name, "release") == 0 && !slice_is(json_get_text(clean, "nature"), "onward"))) {
        ret->reason = EXCHANGE_INVALID;
        return 0;
    }
    buf_init(&text, LIMIT_RECORD);
    json_write_canonical(a, clean, &text);
    if (buf_failed(&text) && !text.no_memory) {
        ret->reason = EXCHANGE_TOO_LARGE;
        return 0;
    }
    *ret_body = arena_copy(a, buf_slice(&text));
    ret->title = record_title(k, clean, false);
    ret->title_fr = record_title(k, clean, true);
    return ret_body->ptr && !buf_failed(&text) ? 0 : no_memory(t);
}

/* The originator destroyed earlier revisions: so do we, of those that stand here. */
static int redact_past(struct taking *t, const struct statement *st, struct present *p,
                       bool put_now, bool *ret_changes)
{
    struct version_row *versions;
    size_t count = 0, newest = 0;
    int code = snapshot_versions(t->snapshot, p->row.id, t->err, &versions, &count);
    for (size_t i = 0; code == 0 && i < count; i++)
        if (versions[i].operation == ENTRY_PUT)
            newest = i;
    for (size_t i = 0; code == 0 && i < count; i++) {
        struct draft *d;
        if (versions[i].operation != ENTRY_PUT || versions[i].redacted || (i == newest && !put_now))
            continue;
        code = draft_for(t, st, p, ENTRY_REDACT, &d);
        if (code == 0)
            d->redacts = versions[i].version;
        *ret_changes |= officer_reads(t, versions[i].label);
    }
    return code;
}

static int apply_put(struct taking *t, const struct statement *st, struct present *p,
                     struct slice label, struct slice body, struct judged *ret)
{
    struct draft *d;
    bool same =
        p->is && !p->row.retracted && slice_eq(p->row.body_text, body) && slice_eq(p->label, label);
    struct slice before = p->label;
    int code = 0;
    ret->is_new = !p->is || p->row.retracted;
    if (!same) {
        p->label = label;
        code = draft_for(t, st, p, ENTRY_PUT, &d);
        if (code == 0)
            d->body = body;
        ret->changes = true;
    }
    if (code == 0 && st->past_redacted && p->is)
        code = redact_past(t, st, p, !same, &ret->changes);
    p->label = before;
    return code;
}

/* What is stated, whatever stands here. */
static int judge_content(struct taking *t, const struct statement *st, struct judged *ret,
                         struct slice *ret_label, struct slice *ret_body)
{
    const struct label *label = NULL;
    int code = judge_label(t, st, ret_label, &label, &ret->reason);
    if (code == 0 && !ret->reason)
        code = judge_body(t, st, ret_body, ret);
    if (code < 0 || ret->reason)
        return code;
    return label_sum_add(&t->sum, label) < 0 ? no_memory(t) : 0;
}

static int judge_put(struct taking *t, const struct statement *st, struct present *p, int order,
                     struct judged *ret)
{
    struct slice label_text = S(""), body = S("");
    int code = judge_content(t, st, ret, &label_text, &body);
    if (code < 0 || ret->reason)
        return code;
    /* two carriers of one revision may show less or more of it; the first one stays */
    if (order == 0 && p->is && !p->row.retracted && !uuid_eq(st->instance, t->peer->instance))
        return 0;
    return apply_put(t, st, p, label_text, body, ret);
}

/* ---- the ends ---- */

static int retract(struct taking *t, const struct statement *st, struct present *p,
                   struct slice why, struct judged *ret)
{
    struct draft *d;
    int code = 0;
    if (!p->is)
        return 0;
    if (!p->row.retracted) {
        code = draft_for(t, st, p, ENTRY_RETRACT, &d);
        if (code == 0)
            d->body = why;
        ret->changes = true;
    }
    /* which of the past stands here cannot be told: all of it */
    if (code == 0 && st->past_redacted)
        code = redact_past(t, st, p, /* put_now= */ true, &ret->changes);
    return code;
}

static int redact(struct taking *t, const struct statement *st, struct present *p,
                  struct judged *ret)
{
    struct version_row *versions;
    size_t count = 0;
    bool stands = false;
    struct draft *d;
    if (!p->is)
        return 0;
    int code = snapshot_versions(t->snapshot, p->row.id, t->err, &versions, &count);
    for (size_t i = 0; code == 0 && i < count; i++)
        if (versions[i].operation == ENTRY_PUT && !versions[i].redacted) {
            stands = true;
            ret->changes |= officer_reads(t, versions[i].label);
        }
    if (code < 0 || !stands)
        return code;
    return draft_for(t, st, p, ENTRY_REDACT, &d);
}

/* It stays while another source provides it. */
static int withdraw(struct taking *t, const struct statement *st, struct present *p,
                    struct judged *ret)
{
    struct holding *sources;
    size_t count = 0;
    if (!p->is)
        return 0;
    int code = holding_sources(t->snapshot, p->row.id, t->err, &sources, &count);
    bool provided = false, ours = false;
    for (size_t i = 0; code == 0 && i < count; i++) {
        bool this_one = slice_eq(sources[i].peer, t->peer->id);
        ours |= this_one;
        provided |= !this_one && sources[i].op == STATE_PUT;
    }
    /* who never provided it has nothing to withdraw */
    if (code < 0 || provided || !ours)
        return code;
    return retract(t, st, p, S("{\"reason\":\"withdrawn\"}"), ret);
}

/* It is not taken, because of what stands here. Who asks and who sent it are told so when both may
 * read that: the receipt passes through the hands of the one on its way to the other. Else it is
 * judged as if nothing stood here, set aside, and no word is said of it. */
static int leave(struct taking *t, const struct statement *st, const struct present *p,
                 enum exchange_reason reason, struct judged *ret)
{
    struct slice label = S(""), body = S("");
    int code = 0;
    if (officer_reads(t, p->seen) && peer_reads(t, p->seen)) {
        ret->reason = reason;
        return 0;
    }
    if (st->operation == STATE_PUT)
        code = judge_content(t, st, ret, &label, &body);
    if (code == 0 && !ret->reason)
        ret->reason = EXCHANGE_SET_ASIDE;
    return code;
}

/* EXCHANGE_TAMPERED and EXCHANGE_OLDER. */
static int compare_present(struct taking *t, const struct statement *st, struct present *p,
                           int *ret_order, enum exchange_reason *ret_reason)
{
    int code = find_present(t, st, p, ret_reason);
    *ret_order = 1;
    if (code < 0 || *ret_reason || st->operation == STATE_WITHDRAW)
        return code;
    code = compare_sources(t, st, ret_order);
    if (code == 0 && *ret_order < 0)
        *ret_reason = EXCHANGE_OLDER;
    return code;
}

static int apply(struct taking *t, const struct statement *st, struct present *p, int order,
                 struct judged *ret)
{
    switch (st->operation) {
    case STATE_PUT:
        return judge_put(t, st, p, order, ret);
    case STATE_RETRACT:
        return retract(t, st, p, S(""), ret);
    case STATE_REDACT:
        return redact(t, st, p, ret);
    default:
        return withdraw(t, st, p, ret);
    }
}

int exchange_judge(struct taking *t, const struct statement *st, struct judged *ret)
{
    struct present p;
    enum exchange_reason reason = EXCHANGE_FINE;
    int order;
    *ret = (struct judged){ .kind = kinds_find(t->node->kinds, st->kind),
                            .title = S(""),
                            .title_fr = S("") };
    ret->reason = judge_origin(t, st, ret->kind);
    if (ret->reason)
        return 0;
    int code = compare_present(t, st, &p, &order, &reason);
    if (code < 0)
        return code;
    ret->hidden = (p.seen || reason) && !officer_reads(t, p.seen);
    if (reason)
        return leave(t, st, &p, reason, ret);
    if (p.is && !ret->hidden) {
        ret->title = p.row.title;
        ret->title_fr = p.row.title_fr.len ? p.row.title_fr : p.row.title;
    }
    return apply(t, st, &p, order, ret);
}

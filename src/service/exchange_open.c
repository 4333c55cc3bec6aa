/*
 * Opening a bundle: is it whole, for us, from a peer, signed by it, next in its row, and below the
 * officer who holds it?
 *
 * Invariant: nothing inside is acted upon before all of that is known, and nothing is written here
 * but the ends of releases that are over.
 * A stranger's bundle and a forged one are told apart only for the officer; no receipt is made for
 * either.
 */
#include "service/exchange_internal.h"
#include "service/release.h"

#include "base/limits.h"

#include <sodium.h>

static int say(struct exchange_taken *ret, enum bundle_outcome outcome, struct error *err)
{
    error_clear(err); /* the outcome says it */
    ret->outcome = outcome;
    return 0;
}

void opened_bundle_done(struct opened_bundle *o)
{
    parsed_bundle_done(&o->parsed);
}

/* What a code of the parser means for the bundle; 0 in ret when it means nothing about it. */
static enum bundle_outcome outcome_of(int code)
{
    switch (code) {
    case EN_CORRUPT:
        return BUNDLE_DAMAGED;
    case EN_INVALID:
        return BUNDLE_MALFORMED;
    case EN_TOO_LARGE:
        return BUNDLE_TOO_LARGE;
    default:
        return 0;
    }
}

static int unseal_and_parse(struct node *n, struct slice bundle, struct error *err,
                            struct opened_bundle *o, struct exchange_taken *ret)
{
    uint8_t key[BUNDLE_SESSION_KEY];
    const uint8_t *sealed = bundle_sealed_key(bundle);
    if (bundle.len > LIMIT_BUNDLE)
        return say(ret, BUNDLE_TOO_LARGE, err);
    if (!sealed)
        return say(ret, BUNDLE_MALFORMED, err);
    int code = signer_unseal(node_signer(n), sealed, BUNDLE_SEALED_KEY, err, key, sizeof key);
    if (code == EN_CORRUPT)
        return say(ret, BUNDLE_NOT_OURS, err);
    if (code == 0)
        code = bundle_parse(bundle, key, err, &o->parsed);
    sodium_memzero(key, sizeof key);
    return outcome_of(code) ? say(ret, outcome_of(code), err) : code;
}

/* First and last line. They passed the parser, but the parser is not believed. */
static int read_ends(struct arena *a, struct error *err, struct opened_bundle *o)
{
    struct slice line, last = S("");
    size_t at = 0;
    int64_t count = 0;
    if (!parsed_bundle_line(&o->parsed, &at, &line))
        return error_set(err, EN_INVALID, "the bundle is empty");
    int code = manifest_parse(a, line, err, &o->manifest);
    o->first = at;
    while (parsed_bundle_line(&o->parsed, &at, &line)) {
        last = line;
        count++;
    }
    o->count = count - 1;
    return code < 0 ? code : summary_parse(a, last, err, &o->summary);
}

static int check_peer(struct node *n, struct arena *a, int64_t now_ms, struct error *err,
                      struct opened_bundle *o, struct exchange_taken *ret)
{
    char from[UUID_TEXT + 1];
    if (!uuid_eq(o->manifest.to, ledger_instance(n->ledger)))
        return say(ret, BUNDLE_NOT_OURS, err);
    uuid_format(o->manifest.from, from);
    int code = release_sweep(n, a, now_ms, err); /* what a decision gave the peer may be over */
    if (code == 0)
        code = peer_find(n, a, slice_of(from), now_ms, err, &o->peer);
    if (code == EN_NOT_FOUND || (code == 0 && !uuid_eq(o->peer.instance, o->manifest.from)))
        return say(ret, BUNDLE_STRANGER, err);
    if (code < 0)
        return code;
    ret->peer = o->peer.id;
    ret->peer_name = o->peer.name;
    if (!signer_verify(o->peer.sign_key, SIGN_BUNDLE, o->parsed.hash, o->parsed.signature))
        return say(ret, BUNDLE_FORGED, err);
    return slice_is(o->peer.state, "confirmed") ? 0 : say(ret, BUNDLE_UNCONFIRMED, err);
}

/* Who holds a bundle that we cannot place must be cleared for everything. */
static int check_label(struct node *n, const struct viewer *v, struct arena *a, int64_t now_ms,
                       struct error *err, struct opened_bundle *o, struct exchange_taken *ret)
{
    bool readable = true;
    if (o->summary.label_json) {
        int code = exchange_label_read(n, a, o->summary.label_json, err, &ret->label);
        if (code < 0 && code != EN_INVALID && code != EN_FORBIDDEN)
            return code;
        error_clear(err);
        readable = code == 0 ? label_may_read(n->policy, v->clearance, ret->label, now_ms)
                             : clearance_within(clearance_all(n->policy), v->clearance);
        if (code < 0)
            ret->label = NULL;
    } else {
        ret->label = policy_lowest_label(n->policy);
    }
    return readable ? 0 : say(ret, BUNDLE_ABOVE_YOU, err);
}

static int read_last(struct node *n, int64_t now_ms, struct arena *a, struct error *err,
                     struct opened_bundle *o)
{
    struct snapshot *s = NULL;
    int code = node_snapshot(n, &n->operator, a, now_ms, err, &s);
    if (code < 0)
        return code;
    code = exchange_state_taken(s, o->peer.id, err, &o->last);
    snapshot_close(s);
    return code;
}

/* base <= taken < number, and the one before it is the one that we know. */
static int check_place(struct arena *a, struct error *err, struct opened_bundle *o,
                       struct exchange_taken *ret)
{
    const struct manifest *m = &o->manifest;
    struct slice wanted = exchange_wanted_basis(a, &o->peer);
    if (!wanted.ptr)
        return error_set(err, EN_NO_MEMORY, "bundle");
    ret->taken_up_to = o->last.number;
    if (m->number <= o->last.number)
        return say(ret, BUNDLE_OLD, err);
    if (m->base > o->last.number)
        return say(ret, BUNDLE_GAP, err);
    if (m->base > 0 && m->number == o->last.number + 1 && !slice_eq(m->previous, o->last.hash))
        return say(ret, BUNDLE_GAP, err); /* they were set back, and built on another past */
    if (m->base > 0 && !slice_eq(wanted, o->last.basis))
        return say(ret, BUNDLE_GAP,
                   err); /* what was refused, and never said again, is wanted now */
    return 0;
}

static void tell(const struct node *n, const struct opened_bundle *o, struct exchange_taken *ret)
{
    ret->number = o->manifest.number;
    ret->base = o->manifest.base;
    ret->made_ms = o->manifest.made_ms;
    ret->more = o->summary.more;
    ret->same_policy = slice_eq(o->manifest.policy_digest, policy_digest(n->policy));
    sodium_bin2hex(ret->hash, sizeof ret->hash, o->parsed.hash, sizeof o->parsed.hash);
}

int exchange_open(struct node *n, const struct viewer *v, struct arena *a, struct slice bundle,
                  int64_t now_ms, struct error *err, struct opened_bundle *ret_opened,
                  struct exchange_taken *ret)
{
    struct opened_bundle *o = ret_opened;
    int code = unseal_and_parse(n, bundle, err, o, ret);
    if (code < 0 || ret->outcome)
        return code;
    code = read_ends(a, err, o);
    if (code < 0)
        return outcome_of(code) ? say(ret, outcome_of(code), err) : code;
    code = check_peer(n, a, now_ms, err, o, ret);
    if (code == 0 && !ret->outcome)
        code = check_label(n, v, a, now_ms, err, o, ret);
    if (code == 0 && !ret->outcome)
        tell(n, o, ret);
    return code;
}

int exchange_place(struct node *n, struct arena *a, int64_t now_ms, struct error *err,
                   struct opened_bundle *o, struct exchange_taken *ret)
{
    int code = read_last(n, now_ms, a, err, o);
    return code < 0 ? code : check_place(a, err, o, ret);
}

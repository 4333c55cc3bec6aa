/*
 * Peers, bundles and receipts of a node; see node_calls.h.
 *
 * Invariant: nothing is made for a peer that lacks nothing, so that who asks in vain leaves no
 * trace in the ledger. A receipt goes only to the peer that signed what it acknowledges: over
 * whose connection a bundle came is no reason to believe it or to answer it.
 */
#include "net/node_calls.h"

#include "base/limits.h"

static int64_t position(void *context)
{
    const struct node_calls *c = context;
    return node_wait(c->node, /* after= */ 0, /* timeout_ms= */ 0);
}

struct net_peer node_calls_peer(const struct peer *p)
{
    return (struct net_peer){ .id = p->id,
                              .name = p->name,
                              .instance = p->instance,
                              .confirmed = slice_is(p->state, "confirmed"),
                              .url = p->url,
                              .tls_pin = p->tls_pin,
                              .trust_anchor = p->trust_anchor,
                              .revocation_list = p->revocation_list };
}

static int peers(void *context, struct arena *a, int64_t now_ms, struct error *err,
                 struct net_peer **ret, size_t *ret_count)
{
    const struct node_calls *c = context;
    struct peer *all = NULL;
    size_t count = 0;
    int code = peer_list(c->node, a, now_ms, err, &all, &count);
    struct net_peer *out = code == 0 ? arena_array_of(a, struct net_peer, count + 1) : NULL;
    if (!out) {
        return code < 0 ? code : error_set(err, EN_NO_MEMORY, "peers");
    }
    for (size_t i = 0; i < count; i++) {
        out[i] = node_calls_peer(&all[i]);
    }
    *ret = out;
    *ret_count = count;
    return 0;
}

static int card(void *context, struct arena *a, int64_t now_ms, struct error *err, struct buf *ret)
{
    const struct node_calls *c = context;
    const struct card_details details = { .tls_pin = slice_of(c->tls_pin) };
    (void)a;
    return exchange_card(c->node, c->viewer, &details, now_ms, err, ret);
}

static int make(void *context, struct arena *a, const struct net_peer *peer, int64_t now_ms,
                struct error *err, struct buf *ret)
{
    const struct node_calls *c = context;
    const struct exchange_wish wish = { .unless_empty = true };
    struct exchange_made made = { 0 };
    return exchange_make(c->node, c->viewer, a, peer->id, &wish, now_ms, err, ret, &made);
}

/* ---- what became of it, for a report ---- */

static void write_counts(const struct exchange_counts *n, struct json_writer *w)
{
    jw_key_int(w, "put", n->put);
    jw_key_int(w, "retract", n->retract);
    jw_key_int(w, "redact", n->redact);
    jw_key_int(w, "withdraw", n->withdraw);
    jw_key_int(w, "unchanged", n->unchanged);
    jw_key_int(w, "refused", n->refused);
}

static void write_refusals(const struct node_calls *c, const struct exchange_taken *t,
                           struct json_writer *w)
{
    jw_key(w, "refusals");
    jw_array(w);
    for (size_t i = 0; i < t->refusal_count; i++) {
        jw_object(w);
        jw_key_text(w, "record", t->refusals[i].record);
        jw_key_cstr(w, "reason", exchange_reason_word(t->refusals[i].reason));
        jw_key_cstr(w, "text", exchange_reason_text(t->refusals[i].reason, c->french));
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void write_taken(const struct node_calls *c, const struct exchange_taken *t, struct buf *ret)
{
    struct json_writer w;
    jw_init(&w, ret);
    jw_object(&w);
    jw_key_cstr(&w, "outcome", bundle_outcome_word(t->outcome));
    jw_key_int(&w, "number", t->number);
    write_counts(&t->counts, &w);
    write_refusals(c, t, &w);
    jw_object_end(&w);
}

static void write_receipted(const struct exchange_receipted *r, struct buf *ret)
{
    struct json_writer w;
    jw_init(&w, ret);
    jw_object(&w);
    jw_key_text(&w, "outcome", r->outcome);
    jw_key_int(&w, "number", r->number);
    write_counts(&r->counts, &w);
    jw_key(&w, "refusals");
    jw_array(&w);
    jw_array_end(&w);
    jw_object_end(&w);
}

/* ---- taking ---- */

static int take(void *context, struct arena *a, const struct net_peer *peer, struct slice bundle,
                int64_t now_ms, struct error *err, struct buf *ret_receipt, struct buf *ret_outcome,
                enum carry_again *ret_again)
{
    const struct node_calls *c = context;
    struct exchange_taken taken = { 0 };
    int code = exchange_take(c->node, c->viewer, a, bundle, now_ms, err, &taken, ret_receipt);
    if (code < 0) {
        return code;
    }
    if (taken.outcome != BUNDLE_TAKEN && taken.outcome != BUNDLE_OLD &&
        taken.outcome != BUNDLE_GAP) {
        return error_set(err, EN_CONFLICT, "%s", bundle_outcome_text(taken.outcome, c->french));
    }
    if (!slice_eq(taken.peer, peer->id)) {
        buf_clear(ret_receipt);
        return error_set(err, EN_CONFLICT, "the bundle is from another peer");
    }
    write_taken(c, &taken, ret_outcome);
    *ret_again = taken.outcome == BUNDLE_GAP ? CARRY_GAP : taken.more ? CARRY_MORE : CARRY_DONE;
    return 0;
}

static int receipt(void *context, struct arena *a, const struct net_peer *peer, struct slice text,
                   int64_t now_ms, struct error *err, struct buf *ret_outcome,
                   enum carry_again *ret_again)
{
    const struct node_calls *c = context;
    struct exchange_receipted receipted = { 0 };
    int code = exchange_receipt(c->node, c->viewer, a, text, now_ms, err, &receipted);
    if (code < 0) {
        return code;
    }
    (void)peer; /* it is believed for its signature; nothing is answered */
    write_receipted(&receipted, ret_outcome);
    *ret_again = slice_is(receipted.outcome, "gap") ? CARRY_GAP
                 : receipted.more                   ? CARRY_MORE
                                                    : CARRY_DONE;
    return 0;
}

void node_calls_init(struct node *n, const struct viewer *v, const char *tls_pin, bool french,
                     struct node_calls *ret)
{
    *ret = (struct node_calls){ .calls = { .position = position,
                                           .peers = peers,
                                           .card = card,
                                           .make = make,
                                           .take = take,
                                           .receipt = receipt },
                                .node = n,
                                .viewer = v,
                                .tls_pin = tls_pin,
                                .french = french };
    ret->calls.context = ret;
}

int node_carrier_open(struct node *n, const struct viewer *v, struct arena *a, int64_t now_ms,
                      bool french, struct error *err, struct node_carrier *ret)
{
    const char *directory = node_directory(n);
    *ret = (struct node_carrier){ 0 };
    int code = net_config_load(directory, a, err, &ret->carrier.config);
    code = code == 0 ? tls_identity_open(directory, ledger_instance(node_ledger(n)), now_ms, err,
                                         &ret->identity)
                     : code;
    code = code == 0 ? depot_open(directory, err, &ret->carrier.depot) : code;
    if (code < 0) {
        node_carrier_close(ret);
        return code;
    }
    node_calls_init(n, v, tls_identity_pin(ret->identity), french, &ret->calls);
    ret->carrier.calls = &ret->calls.calls;
    ret->carrier.identity = ret->identity;
    return 0;
}

void node_carrier_close(struct node_carrier *c)
{
    depot_close(c->carrier.depot);
    tls_identity_free(c->identity);
    *c = (struct node_carrier){ 0 };
}

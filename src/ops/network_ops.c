/*
 * Exchange over the network: sending a peer what it lacks, fetching what it has for us. What a
 * bundle holds and what becomes of it is the exchange's (service/exchange.h); how it travels is the
 * carrier's (net/carrier.h).
 */
#include "base/limits.h"
#include "net/node_calls.h"
#include "ops/internal.h"

struct carrying {
    struct call *call;
    struct node_carrier carrier;
    struct peer peer;
    struct net_peer net_peer;
    struct carrier_report report;
};

static void on_progress(void *context, int64_t done, int64_t total)
{
    struct call *c = context;
    if (c->progress)
        c->progress(c->progress_context, c->operation->name, done, total);
}

static int begin(struct call *c, struct carrying *ret)
{
    /* The work opens snapshots of its own, and the network may take its time. */
    snapshot_close(c->snapshot);
    c->snapshot = NULL;
    *ret = (struct carrying){ .call = c };
    int code = peer_find(c->node, c->arena, call_text(c, "id"), c->now_ms, c->err, &ret->peer);
    if (code < 0)
        return code;
    ret->net_peer = node_calls_peer(&ret->peer);
    return node_carrier_open(c->node, c->viewer, c->arena, c->now_ms, c->french, c->err,
                             &ret->carrier);
}

static int answer(const struct carrying *k)
{
    const struct carrier_report *r = &k->report;
    struct json_writer out;
    jw_init(&out, k->call->out);
    jw_object(&out);
    jw_key_text(&out, "peer", k->peer.id);
    jw_key_text(&out, "name", k->peer.name);
    jw_key_bool(&out, "nothing", r->nothing);
    if (!r->nothing) {
        jw_key_int(&out, "bundles", r->bundles);
        jw_key_cstr(&out, "bundle", r->bundle);
        jw_key_int(&out, "bytes", r->bytes);
        jw_key_int(&out, "resumed_at", r->resumed_at);
    }
    jw_key_int(&out, "attempts", r->attempts);
    if (!r->nothing) {
        jw_key_bool(&out, "acknowledged", r->acknowledged);
        jw_key(&out, "result");
        jw_raw(&out, r->outcome);
    }
    jw_object_end(&out);
    return 0;
}

static int carry(struct call *c, int (*one)(struct carrier *, const struct carrier_run *,
                                            struct error *, struct carrier_report *))
{
    struct carrying k;
    int code = begin(c, &k);
    if (code < 0)
        return code;
    const struct carrier_run run = { .arena = c->arena,
                                     .peer = &k.net_peer,
                                     .now_ms = c->now_ms,
                                     .progress = on_progress,
                                     .progress_context = c };
    code = one(&k.carrier.carrier, &run, c->err, &k.report);
    node_carrier_close(&k.carrier);
    return code < 0 ? code : answer(&k);
}

static int handle_push(struct call *c)
{
    return carry(c, carrier_push);
}

static int handle_pull(struct call *c)
{
    return carry(c, carrier_pull);
}

int network_pin(struct call *c, struct slice *ret)
{
    struct tls_identity *identity = NULL;
    int code = tls_identity_open(node_directory(c->node), ledger_instance(node_ledger(c->node)),
                                 c->now_ms, c->err, &identity);
    if (code < 0)
        return code;
    *ret = arena_copy(c->arena, slice_of(tls_identity_pin(identity)));
    tls_identity_free(identity);
    return ret->ptr ? 0 : error_set(c->err, EN_NO_MEMORY, "TLS pin");
}

static const struct parameter peer_parameters[] = {
    PARAMETER("id", IN_PATH, FIELD_TEXT, FIELD_REQUIRED, "The peer: its id, name or instance.",
              "Le pair : son identifiant, son nom ou son instance."),
    { 0 },
};

const struct operation network_rows[] = {
    { .name = "exchange.push",
      .method = "POST",
      .path = "/api/v1/peers/{id}/push",
      .permission = PERMIT_DISCLOSE,
      .flags = OP_WRITE | OP_LONG,
      .parameters = peer_parameters,
      .answer = "Carried",
      .help_en = "Sends a peer over the network what it may see and lacks; goes on where an "
                 "earlier attempt was cut.",
      .help_fr = "Envoie par le réseau à un pair ce qu'il peut voir et n'a pas ; reprend là où une "
                 "tentative a été coupée.",
      .handle = handle_push },
    { .name = "exchange.pull",
      .method = "POST",
      .path = "/api/v1/peers/{id}/pull",
      .permission = PERMIT_DISCLOSE,
      .flags = OP_WRITE | OP_LONG,
      .parameters = peer_parameters,
      .answer = "Carried",
      .help_en = "Fetches over the network what a peer has for us, takes it and sends the receipt.",
      .help_fr = "Cherche par le réseau ce qu'un pair a pour nous, le prend et envoie l'accusé de "
                 "réception.",
      .handle = handle_pull },
    { 0 },
};

/*
 * Listening for peers and sending by itself, beside the pages and the API; see serve_peers.h.
 *
 * Invariant: peers have a port of their own, and it is closed unless it was asked for.
 */
#include "cli/serve_peers.h"

#include "cli/render.h"
#include "http/exchange_pusher.h"
#include "http/exchange_server.h"
#include "net/node_calls.h"

#include <stdlib.h>

struct serve_peers {
    struct arena *arena;
    struct node_carrier listening, sending; /* one each: a carrier has one user at a time */
    struct exchange_server *server;
    struct pusher *pusher;
};

static int announce(struct cli *c, const struct exchange_options *o, struct serve_peers *s,
                    struct error *err)
{
    const char *address = o->address ? o->address : "127.0.0.1";
    bool six = strchr(address, ':') != NULL;
    fprintf(c->out, "%shttps://%s%s%s:%u (%s %s)\n", tr(c, "Peers are heard at ", "Pairs : "),
            six ? "[" : "", address, six ? "]" : "", (unsigned)exchange_port(s->server),
            tr(c, "TLS pin", "empreinte TLS"), tls_identity_pin(s->listening.identity));
    return fflush(c->out) == 0 ? 0 : error_set(err, EN_IO, "standard output");
}

static int listen_for_peers(struct cli *c, const struct arguments *args, struct serve_peers *s,
                            struct error *err)
{
    int64_t port = 0;
    int code = args_int(c, args, "exchange_port", 0, 65535, 0, err, &port);
    const struct exchange_options o = { .calls = &s->listening.calls.calls,
                                        .identity = s->listening.identity,
                                        .depot = s->listening.carrier.depot,
                                        .address = args_text(c, args, "exchange_address"),
                                        .port = (uint16_t)port };
    code = code == 0 ? exchange_serve(&o, err, &s->server) : code;
    return code == 0 ? announce(c, &o, s, err) : code;
}

static int start(struct cli *c, const struct arguments *args, struct node *n, struct serve_peers *s,
                 struct error *err)
{
    const struct viewer *self = node_operator(n);
    int64_t now_ms = when_clock_ms();
    struct net_config config;
    int code = net_config_load(node_directory(n), s->arena, err, &config);
    if (code == 0 && json_get(args->parameters, "exchange_port")) {
        code = node_carrier_open(n, self, s->arena, now_ms, false, err, &s->listening);
        code = code == 0 ? listen_for_peers(c, args, s, err) : code;
    }
    if (code == 0 && config.push) {
        code = node_carrier_open(n, self, s->arena, now_ms, false, err, &s->sending);
        code = code == 0 ? pusher_start(&s->sending.carrier, err, &s->pusher) : code;
    }
    return code;
}

int serve_peers_start(struct cli *c, const struct arguments *args, struct node *n,
                      struct error *err, struct serve_peers **ret)
{
    struct serve_peers *s = calloc(1, sizeof(*s));
    if (!s || !(s->arena = arena_new(LIMIT_ARENA))) {
        free(s);
        return error_set(err, EN_NO_MEMORY, "no memory for peers");
    }
    int code = start(c, args, n, s, err);
    if (code < 0) {
        serve_peers_stop(s);
        return code;
    }
    *ret = s;
    return 0;
}

void serve_peers_stop(struct serve_peers *s)
{
    if (!s) {
        return;
    }
    pusher_stop(s->pusher);
    exchange_stop(s->server);
    if (s->sending.identity) {
        node_carrier_close(&s->sending);
    }
    if (s->listening.identity) {
        node_carrier_close(&s->listening);
    }
    arena_free(s->arena);
    free(s);
}

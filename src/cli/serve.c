/*
 * Opens the node, makes sure that someone can sign in, serves, and waits for Ctrl-C or SIGTERM.
 *
 * Invariant: the sign-in link is printed only on request and works once; the password of an
 * administrator made here is random and known to nobody, so the link is the only way in until it is
 * changed.
 */
#include "cli/serve.h"

#include "base/log.h"
#include "cli/render.h"
#include "cli/run.h"
#include "cli/serve_peers.h"
#include "cli/signals.h"
#include "http/server.h"

#include <sodium.h>
#include <unistd.h>

enum { TEND_SECONDS = 60 };

static struct slice random_password(struct arena *a)
{
    uint8_t bytes[24];
    char text[sizeof(bytes) * 2 + 1];
    randombytes_buf(bytes, sizeof(bytes));
    sodium_bin2hex(text, sizeof(text), bytes, sizeof(bytes));
    return arena_copy(a, slice_of(text));
}

/* The administrator may read whatever the policy knows, as the operator does. */
static int admin_body(struct cli *c, struct node *n, struct error *err, struct json **ret)
{
    struct buf text cleanup_buf = { 0 };
    struct json_writer w;
    buf_init(&text, LIMIT_RECORD);
    jw_init(&w, &text);
    jw_object(&w);
    jw_key_cstr(&w, "username", "admin");
    jw_key_cstr(&w, "display_name", tr(c, "Administrator", "Administration"));
    jw_key_cstr(&w, "role", "administrator");
    jw_key_cstr(&w, "language", tr(c, "en", "fr"));
    jw_key_bool(&w, "active", true);
    jw_key_text(&w, "password", random_password(c->arena));
    jw_key(&w, "clearance");
    struct buf clearance cleanup_buf = { 0 };
    buf_init(&clearance, LIMIT_RECORD);
    clearance_write(node_policy(n), node_operator(n)->clearance, &clearance);
    jw_raw(&w, buf_slice(&clearance));
    jw_object_end(&w);
    struct slice kept = arena_copy(c->arena, buf_slice(&text));
    if (!kept.ptr || buf_failed(&text) || buf_failed(&clearance)) {
        return error_set(err, EN_NO_MEMORY, "no memory for the administrator");
    }
    return json_parse(c->arena, kept, err, ret);
}

/* An active administrator among the users of this page, if any. */
static bool find_administrator(const struct json *page, struct uuid *ret)
{
    const struct json *items = json_get(page, "items");
    for (uint32_t i = 0; items && items->type == JSON_ARRAY && i < items->count; i++) {
        const struct json *user = &items->items[i];
        if (slice_is(json_get_text(user, "role"), "administrator") &&
            json_get_bool(user, "active", true)) {
            return uuid_parse(json_get_text(user, "id"), ret);
        }
    }
    return false;
}

static int make_administrator(struct cli *c, struct node *n, struct error *err, struct uuid *ret)
{
    struct json *body = NULL, *made = NULL;
    int code = admin_body(c, n, err, &body);
    code =
        code == 0 ? run_named(c, n, node_operator(n), "user.create", NULL, body, err, &made) : code;
    if (code < 0) {
        return code;
    }
    if (!uuid_parse(json_get_text(made, "id"), ret)) {
        return error_set(err, EN_INTERNAL, "user.create answered without an id");
    }
    render_remark(c, tr(c, "Made the user \"admin\".\n", "Utilisateur « admin » créé.\n"));
    return 0;
}

static int administrator(struct cli *c, struct node *n, struct error *err, struct uuid *ret)
{
    struct slice cursor = { 0 };
    do {
        struct json *page = NULL, *parameters = json_new_object(c->arena);
        if (!parameters || json_set_nonempty(c->arena, parameters, "cursor", cursor) < 0) {
            return error_set(err, EN_NO_MEMORY, "no memory");
        }
        int code = run_named(c, n, node_operator(n), "user.list", parameters, NULL, err, &page);
        if (code < 0) {
            return code;
        }
        if (find_administrator(page, ret)) {
            return 0;
        }
        cursor = json_get_text(page, "next");
    } while (cursor.len > 0);
    return make_administrator(c, n, err, ret);
}

static int read_options(struct cli *c, const struct arguments *args, struct node *n,
                        struct http_options *ret, struct error *err)
{
    int64_t port = 0, threads = 0;
    int code = args_int(c, args, "port", 0, 65535, 8080, err, &port);
    int other = args_int(c, args, "threads", 0, 256, 0, err, &threads);
    const char *certificate = args_text(c, args, "tls_cert");
    const char *key = args_text(c, args, "tls_key");
    if (code < 0 || other < 0) {
        return code < 0 ? code : other;
    }
    if (!certificate != !key) {
        return error_field(err, certificate ? S("--tls-key") : S("--tls-cert"), REASON_REQUIRED,
                           "%s", certificate ? "--tls-cert" : "--tls-key");
    }
    *ret = (struct http_options){ .node = n,
                                  .operations = c->operations,
                                  .address = args_text(c, args, "address"),
                                  .port = (uint16_t)port,
                                  .tls_certificate = certificate,
                                  .tls_key = key,
                                  .https_in_front = args_switch(args, "https_in_front"),
                                  .threads = (unsigned)threads,
                                  .log_level = c->options.quiet ? LOG_WARNING : LOG_INFO };
    return 0;
}

/* Where it listens, on standard output, so that a script can read it. */
static int announce(struct cli *c, const struct http_options *o, struct http_server *s,
                    const struct uuid *user, struct error *err)
{
    char code[HTTP_CODE_TEXT + 1] = "";
    const char *address = o->address ? o->address : "127.0.0.1";
    bool six = strchr(address, ':') != NULL;
    if (user) {
        http_login_code(s, *user, code);
    }
    fprintf(c->out, "%s%s://%s%s%s:%u/%s%s\n", tr(c, "Entente is at ", "Entente est à "),
            o->tls_certificate ? "https" : "http", six ? "[" : "", address, six ? "]" : "",
            (unsigned)http_port(s), user ? "login?code=" : "", code);
    if (user) {
        render_remark(c, tr(c, "The link signs in once, within 15 minutes. Stop with Ctrl-C.\n",
                            "Le lien sert une fois, dans les 15 minutes. Arrêt : Ctrl-C.\n"));
    }
    return fflush(c->out) == 0 ? 0 : error_set(err, EN_IO, "standard output");
}

/* The usual port, or any free one when the usual one is taken and none was asked for. */
static int listen_on(struct cli *c, struct http_options *o, bool port_stated, struct error *err,
                     struct http_server **ret)
{
    int code = http_serve(o, err, ret);
    if (code != EN_IO || port_stated) {
        return code;
    }
    render_remark(c,
                  tr(c, "Port %u is taken; using a free one.\n",
                     "Le port %u est pris ; un port libre le remplace.\n"),
                  (unsigned)o->port);
    o->port = 0;
    error_clear(err);
    return http_serve(o, err, ret);
}

/* What cannot be done now is tried again in a minute; the log says what it was. */
static void tend(struct node *n)
{
    struct error err = { 0 };
    if (ops_tend(n, when_clock_ms(), &err) < 0) {
        log_line(LOG_ERROR, "tend", log_text("message", slice_of(err.message)));
    }
}

static int serve(struct cli *c, const struct arguments *args, struct node *n, struct error *err)
{
    struct http_options o;
    struct http_server *s = NULL;
    struct serve_peers *peers = NULL;
    struct uuid user;
    int code = read_options(c, args, n, &o, err);
    code = code == 0 ? administrator(c, n, err, &user) : code;
    code = code == 0 ? listen_on(c, &o, json_get(args->parameters, "port"), err, &s) : code;
    if (code < 0) {
        return code;
    }
    code = announce(c, &o, s, args_switch(args, "print_login_link") ? &user : NULL, err);
    code = code == 0 ? serve_peers_start(c, args, n, err, &peers) : code;
    tend(n);
    while (code == 0 && !signals_wait(TEND_SECONDS)) {
        tend(n);
    }
    serve_peers_stop(peers);
    http_stop(s);
    return code;
}

int serve_run(struct cli *c, const struct arguments *args, struct error *err)
{
    struct progress p;
    struct node *n cleanup_node = NULL;
    if (sodium_init() < 0) {
        return error_set(err, EN_INTERNAL, "no randomness");
    }
    signals_hold();
    progress_init(&p, c);
    int code = run_open(c, /* create= */ false, &p, err, &n);
    return code == 0 ? serve(c, args, n, err) : code;
}

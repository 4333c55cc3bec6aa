/*
 * The listener for peers: its life, its TLS, and the callbacks of libmicrohttpd; see
 * exchange_server.h.
 *
 * The certificate callback of GnuTLS, which is asked for our certificate at the start of every
 * handshake, also demands the other's and sets who looks at it: so the library that was made for
 * servers with anonymous clients requires a certificate from all.
 */
#include "http/exchange_server.h"

#include "http/exchange_request.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
    CONNECTIONS_MAX = 128,
    CONNECTIONS_PER_ADDRESS = 32,
    CONNECTION_MEMORY = 64 * 1024,
    CONNECTION_TIMEOUT_S = 20,
    THREADS = 2,
    WORKERS = 4,
    QUEUE_MAX = 64,
    STOP_TIMEOUT_MS = 5000,
};

#define PRIORITIES                                                                            \
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA:-AES-128-CBC:-AES-256-CBC:-SHA1:-GROUP-" \
    "FFDHE2048"

/* ---- TLS ---- */

static struct exchange_server *server_of(gnutls_session_t session)
{
    struct MHD_Connection *connection = gnutls_session_get_ptr(session);
    const union MHD_ConnectionInfo *info =
        connection ? MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT) : NULL;
    return info ? info->socket_context : NULL;
}

/* Tells why and reads what else has come of the handshake: a connection that is closed over unread
 * bytes is reset, and the other end would hear of that instead of the alert. */
static void refuse_certificate(gnutls_session_t session)
{
    char rest[4096];
    int fd = gnutls_transport_get_int(session);
    gnutls_alert_send(session, GNUTLS_AL_FATAL, GNUTLS_A_BAD_CERTIFICATE);
    for (int i = 0; i < 8 && recv(fd, rest, sizeof rest, MSG_DONTWAIT) > 0; i++) {
    }
}

/* In the handshake: is this the certificate of a confirmed peer? All others hear the same. */
static int on_certificate(gnutls_session_t session)
{
    struct exchange_server *s = server_of(session);
    unsigned count = 0;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(session, &count);
    int64_t now_ms = when_clock_ms();
    struct roster *roster = s && chain ? roster_take(s->rosters, now_ms) : NULL;
    bool known =
        roster && certificate_owner(roster->peers, roster->count, chain, count, now_ms) != NULL;
    if (roster) {
        roster_give(s->rosters, roster);
    }
    if (known) {
        return 0;
    }
    log_line(LOG_INFO, "exchange-certificate-refused");
    refuse_certificate(session);
    return GNUTLS_E_CERTIFICATE_ERROR;
}

static int on_handshake(gnutls_session_t session, const gnutls_datum_t *authorities,
                        int authority_count, const gnutls_pk_algorithm_t *algorithms,
                        int algorithm_count, gnutls_pcert_st **ret, unsigned *ret_count,
                        gnutls_privkey_t *ret_key)
{
    (void)authorities;
    (void)authority_count;
    (void)algorithms;
    (void)algorithm_count;
    struct exchange_server *s = server_of(session);
    if (!s) {
        return -1;
    }
    gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUIRE);
    gnutls_session_set_verify_function(session, on_certificate);
    tls_identity_offer(s->options.identity, ret, ret_count, ret_key);
    return 0;
}

static void on_connection(void *context, struct MHD_Connection *connection, void **ret_context,
                          enum MHD_ConnectionNotificationCode what)
{
    (void)connection;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        *ret_context = context;
    }
}

/* ---- one request ---- */

static void *on_target(void *context, const char *target, struct MHD_Connection *connection)
{
    (void)connection;
    struct exchange_server *s = context;
    struct exchange_request *r = exchange_request_new(s, target);
    if (r) {
        atomic_fetch_add(&s->running, 1);
    }
    return r;
}

static void on_work(struct job *job)
{
    struct exchange_request *r = (struct exchange_request *)job;
    exchange_request_run(r);
    MHD_resume_connection(r->connection); /* r may be gone from here on */
}

static enum MHD_Result finish(struct exchange_request *r)
{
    if (!exchange_request_works(r)) {
        return exchange_answer(r);
    }
    r->stage = EXCHANGE_WORK;
    r->job.run = on_work;
    MHD_suspend_connection(r->connection);
    if (!workers_submit(r->server->workers, &r->job)) {
        pace_end(r->server->rosters, r->peer->instance);
        error_set(&r->err, EN_BUSY, "too much is waiting");
        exchange_refuse(r, 0);
        r->retry_after = 1;
        MHD_resume_connection(r->connection);
    }
    return MHD_YES;
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **request)
{
    (void)context;
    (void)url;
    (void)version;
    struct exchange_request *r = *request;
    if (!r) {
        return MHD_NO;
    }
    switch (r->stage) {
    case EXCHANGE_HEAD:
        exchange_request_begin(r, connection, method);
        r->stage = EXCHANGE_BODY;
        return exchange_request_refuse_now(r) ? exchange_answer(r) : MHD_YES;
    case EXCHANGE_BODY:
        if (*upload_size > 0) {
            bool ok = exchange_request_collect(r, slice_make(upload, *upload_size));
            *upload_size = 0;
            return ok ? MHD_YES : MHD_NO;
        }
        return finish(r);
    case EXCHANGE_WORK:
        return exchange_answer(r);
    case EXCHANGE_SENT:
        break;
    }
    return MHD_NO;
}

/* One line per request: who, what and how much, nothing that was carried. */
static void log_request(const struct exchange_request *r, bool complete)
{
    log_line(LOG_INFO, "exchange", log_text("method", r->method),
             log_text("route", slice_of(r->route ? r->route->path : "")),
             log_number("status", r->status), log_number("received", (int64_t)r->received),
             log_text("peer", r->peer ? r->peer->id : (struct slice){ 0 }),
             log_number("complete", complete));
}

static void on_completed(void *context, struct MHD_Connection *connection, void **request,
                         enum MHD_RequestTerminationCode how)
{
    (void)connection;
    struct exchange_server *s = context;
    struct exchange_request *r = *request;
    if (!r) {
        return;
    }
    *request = NULL;
    if (r->method.len > 0) {
        log_request(r, r->stage == EXCHANGE_SENT && how == MHD_REQUEST_TERMINATED_COMPLETED_OK);
    }
    exchange_request_free(r);
    atomic_fetch_sub(&s->running, 1);
}

/* Percent-encodings are decoded by url.c, strictly; the library must leave them alone. */
static size_t on_unescape(void *context, struct MHD_Connection *connection, char *text)
{
    (void)context;
    (void)connection;
    return strlen(text);
}

__attribute__((format(printf, 2, 0))) static void on_library_log(void *context, const char *format,
                                                                 va_list args)
{
    (void)context;
    char text[200];
    int len = vsnprintf(text, sizeof(text), format, args);
    if (len > 0) {
        log_line(LOG_DEBUG, "libmicrohttpd", log_text("message", slice_trim(slice_of(text))));
    }
}

/* ---- the server ---- */

static int resolve(const struct exchange_options *o, struct error *err, struct addrinfo **ret)
{
    char port[8];
    const char *address = o->address ? o->address : "127.0.0.1";
    struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                              .ai_socktype = SOCK_STREAM };
    snprintf(port, sizeof(port), "%u", (unsigned)o->port);
    return getaddrinfo(address, port, &hints, ret) == 0
               ? 0
               : error_set(err, EN_INVALID, "%s is no numeric address", address);
}

static int listen_on(struct exchange_server *s, const struct addrinfo *at, struct error *err)
{
    unsigned flags =
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | MHD_USE_TLS;
    unsigned timeout = s->options.timeout_s ? s->options.timeout_s : CONNECTION_TIMEOUT_S;
    flags |= at->ai_family == AF_INET6 ? (unsigned)MHD_USE_IPv6 : 0;
    if (MHD_is_feature_supported(MHD_FEATURE_HTTPS_CERT_CALLBACK) != MHD_YES) {
        return error_set(err, EN_UNSUPPORTED, "this libmicrohttpd was built without TLS");
    }
    s->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, s, MHD_OPTION_EXTERNAL_LOGGER, on_library_log, s,
        MHD_OPTION_SOCK_ADDR, at->ai_addr, MHD_OPTION_HTTPS_CERT_CALLBACK, on_handshake,
        MHD_OPTION_HTTPS_PRIORITIES, PRIORITIES, MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)THREADS, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_MAX, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_PER_ADDRESS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT, timeout,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, on_target, s,
        MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed,
        s, MHD_OPTION_END);
    if (!s->daemon) {
        return error_set(err, EN_IO, "cannot listen for peers on %s port %u",
                         s->options.address ? s->options.address : "127.0.0.1",
                         (unsigned)s->options.port);
    }
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
    s->port = info ? info->port : s->options.port;
    return 0;
}

static void server_free(struct exchange_server *s)
{
    workers_free(s->workers);
    rosters_free(s->rosters);
    pthread_mutex_destroy(&s->uploads_lock);
    free(s);
}

int exchange_serve(const struct exchange_options *options, struct error *err,
                   struct exchange_server **ret)
{
    struct exchange_server *s = calloc(1, sizeof(*s));
    if (!s) {
        return error_set(err, EN_NO_MEMORY, "no memory for the listener for peers");
    }
    struct addrinfo *at = NULL;
    pthread_mutex_init(&s->uploads_lock, NULL);
    s->options = *options;
    s->rosters = rosters_new(options->calls);
    s->workers = workers_new(WORKERS, QUEUE_MAX);
    int code = s->rosters && s->workers
                   ? resolve(options, err, &at)
                   : error_set(err, EN_NO_MEMORY, "no memory for the listener for peers");
    code = code == 0 ? listen_on(s, at, err) : code;
    if (at) {
        freeaddrinfo(at);
    }
    if (code < 0) {
        server_free(s);
        return code;
    }
    *ret = s;
    return 0;
}

uint16_t exchange_port(const struct exchange_server *s)
{
    return s->port;
}

void exchange_stop(struct exchange_server *s)
{
    if (!s) {
        return;
    }
    MHD_socket listener = MHD_quiesce_daemon(s->daemon);
    const struct timespec pause = { .tv_nsec = 5 * 1000 * 1000 };
    for (int waited = 0; waited < STOP_TIMEOUT_MS && atomic_load(&s->running) > 0; waited += 5) {
        nanosleep(&pause, NULL);
    }
    workers_stop(s->workers); /* no suspended connection may be left when the daemon stops */
    MHD_stop_daemon(s->daemon);
    if (listener != MHD_INVALID_SOCKET) {
        close(listener);
    }
    server_free(s);
}

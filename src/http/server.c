/*
 * The listening server: its life, and the callbacks of libmicrohttpd; see server.h.
 *
 * The library's threads read sockets and run what is quick; writes, imports and sign-ins are handed
 * to workers while their connection is suspended (door.h).
 */
#include "http/certificate.h"
#include "http/dispatch.h"
#include "http/events.h"
#include "http/oidc.h"
#include "http/request.h"
#include "http/response.h"
#include "http/routes.h"
#include "service/config.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

_Static_assert((int)HTTP_CODE_TEXT == (int)CODE_TEXT, "one length of codes");

enum {
    CONNECTIONS_MAX = 2048,
    CONNECTIONS_PER_ADDRESS = 512,
    CONNECTION_MEMORY = 32 * 1024, /* request line and headers, both ways */
    CONNECTION_TIMEOUT_S = 60,
    WORKERS = 32, /* they mostly wait for the disk: many make large group commits */
    QUEUE_MAX = 1024,
    STOP_TIMEOUT_MS = 5000,
    PEM_MAX = 256 * 1024,
};

int64_t door_clock_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* ---- one request ---- */

static void *on_target(void *context, const char *target, struct MHD_Connection *connection)
{
    (void)connection;
    struct http_server *s = context;
    struct request *r = request_new(s, target);
    if (r) {
        atomic_fetch_add(&s->running, 1);
    }
    return r;
}

static void on_work(struct job *job)
{
    struct request *r = (struct request *)job;
    dispatch_run(r);
    MHD_resume_connection(r->connection); /* r may be gone from here on */
}

static enum MHD_Result finish(struct request *r)
{
    if (!request_is_long(r)) {
        dispatch_run(r);
        return response_send(r);
    }
    r->stage = STAGE_WORK;
    r->job.run = on_work;
    MHD_suspend_connection(r->connection);
    if (!workers_submit(r->server->workers, &r->job)) {
        error_set(&r->err, EN_BUSY, "too much is waiting to be written");
        r->answer.retry_after = 1;
        response_problem(r);
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
    struct request *r = *request;
    if (!r) {
        return MHD_NO;
    }
    switch (r->stage) {
    case STAGE_HEAD:
        request_begin(r, connection, method);
        r->stage = STAGE_BODY;
        if (!request_refuse_now(r)) {
            return MHD_YES;
        }
        dispatch_run(r);
        return response_send(r);
    case STAGE_BODY:
        if (*upload_size > 0) {
            bool ok = request_collect(r, upload, *upload_size);
            *upload_size = 0;
            return ok ? MHD_YES : MHD_NO;
        }
        return finish(r);
    case STAGE_WORK:
        return response_send(r);
    case STAGE_SENT:
        break;
    }
    return MHD_NO;
}

static const char *row_name(const struct request *r)
{
    return r->operation ? r->operation->name : routes_row_name(r->row);
}

/* One line per request: names and numbers of our own, nothing that was asked or answered. */
static void log_request(const struct request *r, bool complete)
{
    char user[UUID_TEXT + 1] = "";
    if (r->viewer) {
        uuid_format(r->viewer->user, user);
    }
    bool quiet =
        r->row == ROW_PAGES || r->row == ROW_HEALTH || r->row == ROW_READY || r->row == ROW_METRICS;
    log_line(quiet ? LOG_DEBUG : LOG_INFO, "request", log_text("method", r->method),
             log_text("operation", slice_of(row_name(r))), log_number("status", r->answer.status),
             log_number("bytes", (int64_t)r->sent), log_number("us", r->answer_us),
             log_text("user", slice_of(user)), log_number("complete", complete));
}

static void on_completed(void *context, struct MHD_Connection *connection, void **request,
                         enum MHD_RequestTerminationCode how)
{
    (void)connection;
    struct http_server *s = context;
    struct request *r = *request;
    if (!r) {
        return;
    }
    *request = NULL;
    bool answered = r->stage == STAGE_SENT;
    if (answered) {
        metrics_count(s->metrics, r->row, r->answer.status,
                      r->row == ROW_EVENTS ? -1 : r->answer_us);
    }
    if (r->method.len > 0) {
        log_request(r, answered && how == MHD_REQUEST_TERMINATED_COMPLETED_OK);
    }
    request_free(r);
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

static int read_pem(const char *path, struct error *err, char **ret)
{
    FILE *file = fopen(path, "re");
    char *text = file ? calloc(1, PEM_MAX) : NULL;
    size_t len = text ? fread(text, 1, PEM_MAX - 1, file) : 0;
    if (file) {
        fclose(file);
    }
    if (len == 0 || len == PEM_MAX - 1) {
        free(text);
        return error_set(err, EN_IO, "cannot read a PEM text from %s", path);
    }
    *ret = text;
    return 0;
}

static int read_tls(struct http_server *s, struct error *err)
{
    const struct http_options *o = &s->options;
    if (!o->tls_certificate != !o->tls_key) {
        return error_set(err, EN_INVALID, "TLS needs both a certificate and a key");
    }
    s->secure = o->https_in_front || o->tls_certificate;
    if (!o->tls_certificate) {
        return 0;
    }
    if (MHD_is_feature_supported(MHD_FEATURE_TLS) != MHD_YES) {
        return error_set(err, EN_UNSUPPORTED, "this libmicrohttpd was built without TLS");
    }
    int rc = read_pem(o->tls_certificate, err, &s->tls_certificate);
    rc = rc ? rc : read_pem(o->tls_key, err, &s->tls_key);
    const struct certificate_config *clients = certificate_configured(s);
    if (rc == 0 && clients) {
        rc = read_pem(clients->trust_anchors.ptr, err, &s->client_anchors);
    }
    return rc;
}

static int resolve(const struct http_options *o, struct error *err, struct addrinfo **ret)
{
    char port[8];
    const char *address = o->address ? o->address : "127.0.0.1";
    struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
                              .ai_socktype = SOCK_STREAM };
    snprintf(port, sizeof(port), "%u", (unsigned)o->port);
    if (getaddrinfo(address, port, &hints, ret) != 0) {
        return error_set(err, EN_INVALID, "%s is no numeric address", address);
    }
    return 0;
}

static unsigned thread_count(const struct http_options *o)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned threads = o->threads ? o->threads : (unsigned)(processors > 0 ? processors * 2 : 4);
    return threads < 2 ? 2 : threads > 32 ? 32 : threads;
}

static unsigned connection_limit(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur / 2 > CONNECTIONS_MAX) {
        return CONNECTIONS_MAX;
    }
    return files.rlim_cur < 128 ? 64 : (unsigned)(files.rlim_cur / 2);
}

static int listen_on(struct http_server *s, const struct addrinfo *at, struct error *err)
{
    unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
    flags |= at->ai_family == AF_INET6 ? (unsigned)MHD_USE_IPv6 : 0;
    flags |= s->tls_key ? (unsigned)MHD_USE_TLS : 0;
    struct MHD_OptionItem tls[] = {
        { MHD_OPTION_HTTPS_MEM_CERT, 0, s->tls_certificate },
        { MHD_OPTION_HTTPS_MEM_KEY, 0, s->tls_key },
        { MHD_OPTION_HTTPS_PRIORITIES, 0,
          (void *)(uintptr_t) "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2" },
        /* asks for a certificate and takes none for an answer; who may sign in is judged later */
        { s->client_anchors ? MHD_OPTION_HTTPS_MEM_TRUST : MHD_OPTION_END, 0, s->client_anchors },
        { MHD_OPTION_END, 0, NULL },
    };
    s->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, s, MHD_OPTION_EXTERNAL_LOGGER, on_library_log, s,
        MHD_OPTION_SOCK_ADDR, at->ai_addr, MHD_OPTION_THREAD_POOL_SIZE, thread_count(&s->options),
        MHD_OPTION_CONNECTION_LIMIT, connection_limit(), MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        (unsigned)CONNECTIONS_PER_ADDRESS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        (size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)CONNECTION_TIMEOUT_S,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, on_target, s,
        MHD_OPTION_UNESCAPE_CALLBACK, on_unescape, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed,
        s, s->tls_key ? MHD_OPTION_ARRAY : MHD_OPTION_END, tls, MHD_OPTION_END);
    if (!s->daemon) {
        return error_set(err, EN_IO, "cannot listen on %s port %u",
                         s->options.address ? s->options.address : "127.0.0.1",
                         (unsigned)s->options.port);
    }
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
    s->port = info ? info->port : s->options.port;
    return 0;
}

static void server_free(struct http_server *s)
{
    workers_free(s->workers);
    streams_free(s->streams);
    oidc_close(s);
    sessions_free(s->sessions);
    throttle_free(s->throttle);
    codes_free(s->codes);
    metrics_free(s->metrics);
    free(s->openapi.bytes);
    free(s->openapi.gzip);
    free(s->tls_certificate);
    free(s->tls_key);
    free(s->client_anchors);
    free(s);
}

static int make_parts(struct http_server *s, struct error *err)
{
    const struct operations *all = s->options.operations;
    s->sessions = sessions_new(LIMIT_SESSIONS);
    s->throttle = throttle_new();
    s->codes = codes_new();
    s->metrics = metrics_new(ROW_COUNT + all->count);
    s->workers = workers_new(WORKERS, QUEUE_MAX);
    if (!s->sessions || !s->throttle || !s->codes || !s->metrics || !s->workers) {
        return error_set(err, EN_NO_MEMORY, "no memory for the server");
    }
    for (size_t i = 0; i < ROW_COUNT; i++) {
        metrics_name(s->metrics, i, routes_row_name(i));
    }
    for (size_t i = 0; i < all->count; i++) {
        metrics_name(s->metrics, ROW_COUNT + i, all->items[i].name);
    }
    int rc = routes_make_openapi(s, err);
    rc = rc ? rc : read_tls(s, err);
    rc = rc ? rc : oidc_open(s, err);
    if (rc == 0) {
        s->streams = streams_new(s);
        rc = s->streams ? 0 : error_set(err, EN_NO_MEMORY, "no thread for the event streams");
    }
    return rc;
}

int http_serve(const struct http_options *options, struct error *err, struct http_server **ret)
{
    struct http_server *s = calloc(1, sizeof(*s));
    if (!s || sodium_init() < 0) {
        free(s);
        return error_set(err, EN_NO_MEMORY, "no memory for the server");
    }
    s->options = *options;
    if (!s->options.files) {
        s->options.files = web_files;
        s->options.file_count = web_file_count;
    }
    log_set_level(options->log_level);
    struct addrinfo *at = NULL;
    int rc = resolve(options, err, &at);
    rc = rc ? rc : make_parts(s, err);
    rc = rc ? rc : listen_on(s, at, err);
    if (at) {
        freeaddrinfo(at);
    }
    if (rc != 0) {
        if (s->streams) {
            streams_end(s->streams, 0);
        }
        server_free(s);
        return rc;
    }
    *ret = s;
    return 0;
}

uint16_t http_port(const struct http_server *s)
{
    return s->port;
}

void http_stop(struct http_server *s)
{
    if (!s) {
        return;
    }
    MHD_socket listener = MHD_quiesce_daemon(s->daemon);
    streams_end(s->streams, STOP_TIMEOUT_MS);
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

void http_login_code(struct http_server *s, struct uuid user, char ret[HTTP_CODE_TEXT + 1])
{
    codes_make(s->codes, user, when_clock_ms(), ret);
}

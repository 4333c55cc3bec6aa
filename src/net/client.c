/*
 * The client; see client.h. libcurl, built on the same GnuTLS as our server, carries the requests;
 * what it would decide about certificates by itself is switched off, because nobody but the record
 * of the peer says who the peer is.
 */
#include "net/client.h"

#include "base/limits.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { HEADER_MAX = 256 };

struct net_client {
    struct net_client_options options;
    CURL *curl;
    char *base; /* https://host:port, without a slash at its end */
    char message[CURL_ERROR_SIZE];

    /* of the request that runs */
    struct error *err;
    struct net_reply *reply;
    const struct net_request *request;
    size_t sent;
    bool judged; /* the other end is the peer */
    bool began;  /* the sink knows status and headers */
    int failure; /* of a callback of ours */
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void init_library(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

/* ---- callbacks ---- */

/* After the handshake (and the proxy), before the first byte of a request. */
static int on_connected(void *context, char *peer_address, char *own_address, int peer_port,
                        int own_port)
{
    (void)peer_address;
    (void)own_address;
    (void)peer_port;
    (void)own_port;
    struct net_client *c = context;
    struct curl_tlssessioninfo *tls = NULL;
    unsigned count = 0;
    const gnutls_datum_t *chain = NULL;
    if (curl_easy_getinfo(c->curl, CURLINFO_TLS_SSL_PTR, &tls) == CURLE_OK && tls &&
        tls->backend == CURLSSLBACKEND_GNUTLS && tls->internals) {
        chain = gnutls_certificate_get_peers(tls->internals, &count);
    }
    enum peer_verdict verdict =
        certificate_judge(c->options.peer, chain, count, PEER_IS_SERVER, c->options.now_ms);
    if (verdict != PEER_FITS) {
        c->failure = certificate_refuse(c->options.peer, verdict, c->err);
        return CURL_PREREQFUNC_ABORT;
    }
    c->judged = true;
    return CURL_PREREQFUNC_OK;
}

static size_t on_send(char *to, size_t size, size_t count, void *context)
{
    struct net_client *c = context;
    struct slice body = c->request->body;
    size_t room = size * count, left = body.len - c->sent;
    size_t n = room < left ? room : left;
    if (n > 0) {
        memcpy(to, body.ptr + c->sent, n);
    }
    c->sent += n;
    return n;
}

/* libcurl sends a body again from the start where it must: never on its own after a cut. */
static int on_seek(void *context, curl_off_t offset, int origin)
{
    struct net_client *c = context;
    if (origin != SEEK_SET || offset < 0 || (size_t)offset > c->request->body.len) {
        return CURL_SEEKFUNC_CANTSEEK;
    }
    c->sent = (size_t)offset;
    return CURL_SEEKFUNC_OK;
}

static void read_etag(struct slice value, char ret[72])
{
    bool quoted = value.len >= 2 && value.ptr[0] == '"' && value.ptr[value.len - 1] == '"';
    if (quoted && value.len - 2 < 72) {
        memcpy(ret, value.ptr + 1, value.len - 2);
        ret[value.len - 2] = '\0';
    }
}

/* "bytes 100-199/200" */
static int64_t read_range(struct slice value)
{
    int64_t from = -1;
    struct slice unit = slice_cut(&value, ' ');
    struct slice first = slice_cut(&value, '-');
    return slice_is(unit, "bytes") && slice_to_int64(first, &from) && from >= 0 ? from : -1;
}

static size_t on_header(char *text, size_t size, size_t count, void *context)
{
    struct net_client *c = context;
    struct slice line = slice_trim(slice_make(text, size * count));
    struct net_reply *reply = c->reply;
    if (slice_starts(line, S("HTTP/"))) { /* a new answer: after 100 Continue, or of the proxy */
        reply->status = 0;
        reply->etag[0] = '\0';
        reply->range_from = reply->length = -1;
        curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &reply->status);
        return size * count;
    }
    struct slice name = slice_cut(&line, ':');
    struct slice value = slice_trim(line);
    if (slice_eq_fold(name, S("ETag"))) {
        read_etag(value, reply->etag);
    } else if (slice_eq_fold(name, S("Content-Range"))) {
        reply->range_from = read_range(value);
    } else if (slice_eq_fold(name, S("Content-Length"))) {
        slice_to_int64(value, &reply->length);
    }
    return size * count;
}

static int sink_begin(struct net_client *c)
{
    const struct net_sink *sink = c->request->sink;
    if (c->began) {
        return 0;
    }
    c->began = true;
    return sink->begin(sink->context, c->reply, c->err);
}

static size_t on_receive(char *bytes, size_t size, size_t count, void *context)
{
    struct net_client *c = context;
    struct slice part = slice_make(bytes, size * count);
    const struct net_sink *sink = c->request->sink;
    curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &c->reply->status);
    if (sink && (c->reply->status == 200 || c->reply->status == 206)) {
        c->failure = sink_begin(c);
        c->failure = c->failure ? c->failure : sink->take(sink->context, part, c->err);
        return c->failure ? 0 : part.len;
    }
    buf_add(&c->reply->body, part);
    if (buf_failed(&c->reply->body)) {
        c->failure = error_set(c->err, EN_TOO_LARGE, "the answer of the peer is too large");
        return 0;
    }
    return part.len;
}

static int on_progress(void *context, curl_off_t down_total, curl_off_t down, curl_off_t up_total,
                       curl_off_t up)
{
    const struct net_client *c = context;
    bool sends = c->request->body.len > 0;
    int64_t total = sends ? up_total : down_total;
    if (c->options.progress && total > 0) {
        int64_t before = sends ? 0 : c->request->from;
        c->options.progress(c->options.progress_context, before + (sends ? up : down),
                            before + total);
    }
    return 0;
}

/* ---- setting it up ---- */

/* https://host:port of the peer's record: nothing else is ever asked. */
static int read_address(const struct net_peer *p, struct error *err, char **ret)
{
    struct slice url = slice_trim(p->url);
    while (url.len > 0 && url.ptr[url.len - 1] == '/') {
        url.len--;
    }
    bool clean = url.len <= LIMIT_URL / 2 && slice_starts(url, S("https://")) && url.len > 8;
    for (size_t i = 0; i < url.len; i++) {
        unsigned char b = (unsigned char)url.ptr[i];
        clean = clean && b > 0x20 && b < 0x7F && b != '@' && b != '?' && b != '#' && b != '\\';
    }
    if (!clean) {
        return error_set(err, EN_INVALID, "the peer has no address that begins with https://");
    }
    *ret = strndup(url.ptr, url.len);
    return *ret ? 0 : error_set(err, EN_NO_MEMORY, "no memory for the address");
}

#define SET(option, value) ok = ok && curl_easy_setopt(c->curl, option, value) == CURLE_OK

static bool set_tls(struct net_client *c)
{
    bool ok = true;
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_SSLCERT, tls_identity_certificate_path(c->options.identity));
    SET(CURLOPT_SSLKEY, tls_identity_key_path(c->options.identity));
    SET(CURLOPT_SSL_VERIFYPEER, 0L); /* by on_connected, and by nobody else */
    SET(CURLOPT_SSL_VERIFYHOST, 0L);
    SET(CURLOPT_SSL_SESSIONID_CACHE, 0L); /* every connection shows its certificate */
    SET(CURLOPT_PREREQFUNCTION, on_connected);
    SET(CURLOPT_PREREQDATA, c);
    return ok;
}

/* The pin once more, by libcurl itself: two locks on one door. */
static bool set_pin(struct net_client *c)
{
    char pin[16 + TLS_PIN_TEXT];
    bool ok = true;
    if (c->options.peer->tls_pin.len > 0) {
        snprintf(pin, sizeof(pin), "sha256//" SLICE_FMT, SLICE_ARG(c->options.peer->tls_pin));
        SET(CURLOPT_PINNEDPUBLICKEY, pin);
    }
    return ok;
}

static bool set_network(struct net_client *c)
{
    const struct net_config *config = c->options.config;
    bool ok = true;
    SET(CURLOPT_PROTOCOLS_STR, "https");
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_TCP_KEEPALIVE, 1L);
    SET(CURLOPT_CONNECTTIMEOUT, (long)config->connect_s);
    SET(CURLOPT_LOW_SPEED_LIMIT, 1L);
    SET(CURLOPT_LOW_SPEED_TIME, (long)config->stall_s);
    SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    SET(CURLOPT_USERAGENT, "Entente/" ENTENTE_VERSION);
    if (config->proxy) {
        SET(CURLOPT_PROXY, config->proxy);
    }
    if (config->no_proxy) {
        SET(CURLOPT_NOPROXY, config->no_proxy);
    }
    return ok;
}

static bool set_callbacks(struct net_client *c)
{
    bool ok = true;
    SET(CURLOPT_ERRORBUFFER, c->message);
    SET(CURLOPT_READFUNCTION, on_send);
    SET(CURLOPT_READDATA, c);
    SET(CURLOPT_SEEKFUNCTION, on_seek);
    SET(CURLOPT_SEEKDATA, c);
    SET(CURLOPT_HEADERFUNCTION, on_header);
    SET(CURLOPT_HEADERDATA, c);
    SET(CURLOPT_WRITEFUNCTION, on_receive);
    SET(CURLOPT_WRITEDATA, c);
    SET(CURLOPT_XFERINFOFUNCTION, on_progress);
    SET(CURLOPT_XFERINFODATA, c);
    SET(CURLOPT_NOPROGRESS, 0L);
    return ok;
}

int net_client_new(const struct net_client_options *options, struct error *err,
                   struct net_client **ret)
{
    pthread_once(&once, init_library);
    struct net_client *c = calloc(1, sizeof(*c));
    if (!c) {
        return error_set(err, EN_NO_MEMORY, "no memory for a connection");
    }
    c->options = *options;
    int code = read_address(options->peer, err, &c->base);
    c->curl = code == 0 ? curl_easy_init() : NULL;
    if (code == 0 && !(c->curl && set_tls(c) && set_pin(c) && set_network(c) && set_callbacks(c))) {
        code = error_set(err, EN_UNSUPPORTED, "this libcurl cannot do what the exchange needs");
    }
    if (code < 0) {
        net_client_free(c);
        return code;
    }
    *ret = c;
    return 0;
}

void net_client_free(struct net_client *c)
{
    if (c) {
        curl_easy_cleanup(c->curl);
        free(c->base);
        free(c);
    }
}

/* ---- one request ---- */

static struct curl_slist *header_list(const struct net_request *r, bool *ok)
{
    char text[HEADER_MAX];
    struct curl_slist *all = NULL, *longer = NULL;
    snprintf(text, sizeof(text), "Content-Type:%s%s", r->type ? " " : "", r->type ? r->type : "");
    all = curl_slist_append(NULL, text);
    *ok = all != NULL;
    if (r->from > 0 && *ok) {
        snprintf(text, sizeof(text), "If-Range: \"%s\"", r->if_range ? r->if_range : "");
        longer = curl_slist_append(all, text);
        *ok = longer != NULL;
    }
    return all;
}

static bool set_request(struct net_client *c, const char *url, const struct curl_slist *headers)
{
    const struct net_request *r = c->request;
    char range[32];
    bool ok = true;
    bool sends = strcmp(r->method, "GET") != 0;
    snprintf(range, sizeof(range), "%lld-", (long long)r->from);
    SET(CURLOPT_URL, url);
    SET(CURLOPT_HTTPGET, 1L);
    SET(CURLOPT_UPLOAD, sends ? 1L : 0L);
    SET(CURLOPT_INFILESIZE_LARGE, sends ? (curl_off_t)r->body.len : (curl_off_t)-1);
    SET(CURLOPT_CUSTOMREQUEST, sends ? r->method : NULL);
    SET(CURLOPT_HTTPHEADER, headers);
    SET(CURLOPT_RANGE, r->from > 0 ? range : NULL);
    return ok;
}

static bool says(const struct net_client *c, const char *word)
{
    return strstr(c->message, word) != NULL;
}

/* What libcurl says, in our words; whether another attempt may help. */
static int explain(struct net_client *c, CURLcode rc, struct error *err, bool *ret_cut)
{
    struct slice peer = c->options.peer->name;
    long proxy_status = 0;
    curl_easy_getinfo(c->curl, CURLINFO_HTTP_CONNECTCODE, &proxy_status);
    *ret_cut = false;
    if (says(c, "fatal alert")) {
        return error_set(err, EN_FORBIDDEN,
                         SLICE_FMT " does not accept our TLS certificate: it has not confirmed "
                                   "us, has suspended us, or knows another key",
                         SLICE_ARG(peer));
    }
    switch (rc) {
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
        return error_set(err, EN_BUSY, "the proxy cannot be reached");
    case CURLE_COULDNT_RESOLVE_HOST:
        return error_set(err, EN_BUSY, "the host name of " SLICE_FMT " is not known",
                         SLICE_ARG(peer));
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
        return certificate_refuse(c->options.peer, PEER_OTHER_KEY, err);
    case CURLE_SSL_CERTPROBLEM:
        return error_set(err, EN_CORRUPT, "our own TLS certificate or key cannot be used");
    default:
        break;
    }
    if (proxy_status >= 300) {
        return error_set(err, EN_FORBIDDEN, "the proxy refuses to connect to " SLICE_FMT " (%ld)",
                         SLICE_ARG(peer), proxy_status);
    }
    *ret_cut = rc != CURLE_OUT_OF_MEMORY && rc != CURLE_BAD_FUNCTION_ARGUMENT;
    if (c->judged) {
        return error_set(err, EN_BUSY, "the connection to " SLICE_FMT " was lost", SLICE_ARG(peer));
    }
    if (rc == CURLE_SSL_CONNECT_ERROR) {
        return error_set(err, EN_BUSY, "no TLS connection to " SLICE_FMT " came about",
                         SLICE_ARG(peer));
    }
    return error_set(err, EN_BUSY, SLICE_FMT " cannot be reached", SLICE_ARG(peer));
}

static int perform(struct net_client *c, struct error *err, bool *ret_cut)
{
    CURLcode rc = curl_easy_perform(c->curl);
    if (c->failure) {
        return c->failure;
    }
    if (rc != CURLE_OK) {
        return explain(c, rc, err, ret_cut);
    }
    curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &c->reply->status);
    if (!c->judged) { /* no answer counts that came from an end that was not looked at */
        return error_set(err, EN_INTERNAL, "the other end was not looked at");
    }
    const struct net_sink *sink = c->request->sink;
    return sink && (c->reply->status == 200 || c->reply->status == 206) ? sink_begin(c) : 0;
}

int net_client_run(struct net_client *c, const struct net_request *r, struct error *err,
                   struct net_reply *ret, bool *ret_cut)
{
    bool ok = false;
    *ret_cut = false;
    *ret = (struct net_reply){ .range_from = -1, .length = -1 };
    buf_init(&ret->body, LIMIT_RECEIPT);
    size_t size = strlen(c->base) + r->path.len + 1;
    char *url = malloc(size);
    struct curl_slist *headers = header_list(r, &ok);
    c->request = r;
    c->reply = ret;
    c->err = err;
    c->sent = 0;
    c->judged = c->began = false;
    c->failure = 0;
    c->message[0] = '\0';
    if (url) {
        snprintf(url, size, "%s" SLICE_FMT, c->base, SLICE_ARG(r->path));
    }
    int code = ok && url && set_request(c, url, headers)
                   ? perform(c, err, ret_cut)
                   : error_set(err, EN_NO_MEMORY, "no memory for a request");
    curl_slist_free_all(headers);
    free(url);
    return code;
}

/*
 * Signing in with a certificate; see certificate.h.
 */
#include "http/certificate.h"

#include "http/oidc_pending.h"
#include "http/vouched.h"
#include "identity/certificate.h"
#include "service/config.h"

#include <gnutls/gnutls.h>
#include <stdio.h>

enum { PEM_MAX = 4 * 1024 * 1024, ISSUER_MAX = 300, SUBJECT_TEXT_MAX = 255 };

const struct certificate_config *certificate_configured(const struct http_server *s)
{
    const struct config *config = node_config(s->options.node);
    return config ? config->certificates : NULL;
}

/* ---- what is shown ---- */

static bool is_proxy(const struct certificate_config *c, struct slice address)
{
    const struct json *list = c->proxies;
    for (uint32_t i = 0; list && i < list->count; i++) {
        if (slice_eq(list->items[i].text, address)) {
            return true;
        }
    }
    return false;
}

static void take_header(struct request *r, struct MHD_Connection *connection)
{
    const char *value =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, CERTIFICATE_HEADER);
    if (value) {
        certificate_from_header(r->arena, slice_of(value), r->certificates);
    }
}

static void take_tls(struct request *r, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    unsigned count = 0;
    const gnutls_datum_t *shown =
        info && info->tls_session
            ? gnutls_certificate_get_peers((gnutls_session_t)info->tls_session, &count)
            : NULL;
    for (unsigned i = 0; shown && i < count && i < CHAIN_MAX; i++) {
        struct slice der = slice_make((const char *)shown[i].data, shown[i].size);
        struct slice copy = der.len <= CERTIFICATE_MAX ? arena_copy(r->arena, der) : S("");
        if (copy.len == 0) {
            break;
        }
        r->certificates->certificates[r->certificates->count++] = copy;
    }
}

void certificate_take(struct request *r, struct MHD_Connection *connection)
{
    const struct certificate_config *c = certificate_configured(r->server);
    r->certificates = c ? arena_new_of(r->arena, struct chain) : NULL;
    if (!r->certificates) {
        return;
    }
    if (is_proxy(c, r->address)) {
        take_header(r, connection);
    } else {
        take_tls(r, connection);
    }
}

/* ---- the sign-in ---- */

static int read_text(struct arena *a, struct slice path, struct error *err, struct slice *ret)
{
    FILE *file = path.len > 0 ? fopen(path.ptr, "re") : NULL;
    cleanup_buf struct buf text;
    char chunk[8192];
    size_t got = 0;
    *ret = S("");
    if (path.len == 0) {
        return 0;
    }
    buf_init(&text, PEM_MAX);
    while (file && (got = fread(chunk, 1, sizeof(chunk), file)) > 0) {
        buf_add(&text, slice_make(chunk, got));
    }
    bool bad = !file || ferror(file) != 0 || buf_failed(&text) || text.len == 0;
    if (file) {
        fclose(file);
    }
    *ret = bad ? (struct slice){ 0 } : arena_copy(a, buf_slice(&text));
    return ret->ptr ? 0 : error_set(err, EN_IO, "cannot read a PEM text from %s", path.ptr);
}

static int check(struct request *r, const struct certificate_config *c, struct certified *ret)
{
    struct slice anchors, revoked;
    int code = read_text(r->arena, c->trust_anchors, &r->err, &anchors);
    code = code ? code : read_text(r->arena, c->revocation_lists, &r->err, &revoked);
    if (code == 0 && !r->certificates) {
        code = error_set(&r->err, EN_FORBIDDEN, "there is no certificate");
    }
    code =
        code ? code : certificate_check(anchors, revoked, r->certificates, r->arena, &r->err, ret);
    if (code == 0 && (ret->issuer.len > ISSUER_MAX || ret->subject.len > SUBJECT_TEXT_MAX)) {
        code = error_set(&r->err, EN_FORBIDDEN, "the certificate is not accepted: long names");
    }
    return code;
}

int certificate_login(struct request *r)
{
    const struct certificate_config *c = certificate_configured(r->server);
    struct slice from = r->headers.sec_fetch_site;
    struct certified who;
    bool own = from.len == 0 || slice_is(from, "same-origin") || slice_is(from, "none");
    if (!c || r->is_head || r->headers.sec_purpose.len > 0) {
        return error_set(&r->err, EN_NOT_FOUND, "no such page");
    }
    r->viewer = NULL; /* whoever it was before */
    if (!own) {
        return vouched_redirect(r, S("/login"));
    }
    if (check(r, c, &who) != 0) {
        return vouched_refuse(r, "certificate", IDENTITY_CERTIFICATE, S(""));
    }
    struct vouched vouched = {
        .rules = &c->rules, .issuer = who.issuer, .subject = who.subject, .claims = who.claims
    };
    struct slice next = json_get_text(r->parameters, "next");
    return vouched_sign_in(r, "certificate", &vouched, pending_fits(next) ? next : S("/"));
}

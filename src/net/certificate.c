/*
 * The decision about a certificate; see certificate.h.
 *
 * Invariant: everything that cannot be checked refuses. A revocation list without an anchor, a
 * damaged one, one whose next update is overdue: each refuses, because what it would have said is
 * not known.
 */
#include "net/certificate.h"

#include "net/identity.h"

#include <gnutls/x509.h>
#include <sodium.h>
#include <stdio.h>

enum { ANCHORS_MAX = 16, LISTS_MAX = 16, CHAIN_MAX = 8, EARLY_S = 5 * 60 };

struct chain {
    gnutls_x509_crt_t certificates[CHAIN_MAX];
    unsigned count;
};

static void chain_done(struct chain *c)
{
    for (unsigned i = 0; i < c->count; i++) {
        gnutls_x509_crt_deinit(c->certificates[i]);
    }
    c->count = 0;
}

static bool chain_read(const gnutls_datum_t *der, unsigned count, struct chain *ret)
{
    *ret = (struct chain){ 0 };
    for (unsigned i = 0; i < count && count <= CHAIN_MAX; i++) {
        gnutls_x509_crt_t c;
        if (gnutls_x509_crt_init(&c) < 0) {
            break;
        }
        ret->certificates[ret->count++] = c;
        if (gnutls_x509_crt_import(c, &der[i], GNUTLS_X509_FMT_DER) < 0) {
            ret->count--;
            gnutls_x509_crt_deinit(c);
            break;
        }
    }
    if (count == 0 || ret->count != count) {
        chain_done(ret);
        return false;
    }
    return true;
}

static bool pin_is(const struct net_peer *p, const gnutls_datum_t *der)
{
    char pin[TLS_PIN_TEXT + 1];
    return tls_pin_of(der, pin) && p->tls_pin.len == TLS_PIN_TEXT &&
           sodium_memcmp(pin, p->tls_pin.ptr, TLS_PIN_TEXT) == 0;
}

static enum peer_verdict judge_dates(gnutls_x509_crt_t c, int64_t now_ms)
{
    int64_t from = (int64_t)gnutls_x509_crt_get_activation_time(c);
    int64_t until = (int64_t)gnutls_x509_crt_get_expiration_time(c);
    int64_t now = now_ms / 1000;
    return from > now + EARLY_S ? PEER_EARLY : until < now ? PEER_EXPIRED : PEER_FITS;
}

static bool names_instance(gnutls_x509_crt_t c, struct uuid instance)
{
    char id[UUID_TEXT + 1], wanted[UUID_TEXT + 16], name[256];
    uuid_format(instance, id);
    snprintf(wanted, sizeof(wanted), "urn:uuid:%s", id);
    for (unsigned i = 0; i < 64; i++) {
        size_t size = sizeof(name) - 1;
        int type = gnutls_x509_crt_get_subject_alt_name(c, i, name, &size, NULL);
        if (type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) {
            return false;
        }
        if (type == GNUTLS_SAN_URI && slice_eq_fold(slice_make(name, size), slice_of(wanted))) {
            return true;
        }
    }
    return false;
}

/* ---- by a trust anchor ---- */

static gnutls_datum_t datum(struct slice text)
{
    return (gnutls_datum_t){ .data = (unsigned char *)(uintptr_t)text.ptr,
                             .size = (unsigned)text.len };
}

static bool add_anchors(gnutls_x509_trust_list_t list, struct slice pem)
{
    gnutls_x509_crt_t anchors[ANCHORS_MAX];
    unsigned count = ANCHORS_MAX;
    gnutls_datum_t text = datum(pem);
    if (gnutls_x509_crt_list_import(anchors, &count, &text, GNUTLS_X509_FMT_PEM,
                                    GNUTLS_X509_CRT_LIST_IMPORT_FAIL_IF_EXCEED) < 0) {
        return false;
    }
    int added = gnutls_x509_trust_list_add_cas(list, anchors, count, 0); /* takes those over */
    for (unsigned i = added > 0 ? (unsigned)added : 0; i < count; i++) {
        gnutls_x509_crt_deinit(anchors[i]);
    }
    return added == (int)count && count > 0;
}

/* One that does not say when the next is due cannot be known to hold (RFC 5280, 5.1.2.5 wants it). */
static enum peer_verdict judge_list(gnutls_x509_crl_t list, int64_t now_ms)
{
    time_t next = gnutls_x509_crl_get_next_update(list);
    return next == (time_t)-1 || (int64_t)next < now_ms / 1000 ? PEER_LIST_OLD : PEER_FITS;
}

static enum peer_verdict add_lists(gnutls_x509_trust_list_t list, struct slice pem, int64_t now_ms)
{
    gnutls_x509_crl_t lists[LISTS_MAX];
    unsigned count = LISTS_MAX;
    gnutls_datum_t text = datum(pem);
    enum peer_verdict verdict = PEER_FITS;
    if (gnutls_x509_crl_list_import(lists, &count, &text, GNUTLS_X509_FMT_PEM,
                                    GNUTLS_X509_CRT_LIST_IMPORT_FAIL_IF_EXCEED) < 0 ||
        count == 0) {
        return PEER_LIST_INVALID;
    }
    for (unsigned i = 0; i < count; i++) {
        int added = 0;
        verdict = verdict == PEER_FITS ? judge_list(lists[i], now_ms) : verdict;
        if (verdict == PEER_FITS) {
            added = gnutls_x509_trust_list_add_crls(list, &lists[i], 1, GNUTLS_TL_VERIFY_CRL, 0);
            verdict = added == 1 ? PEER_FITS : PEER_LIST_INVALID;
        }
        if (added != 1) { /* what was added is the trust list's */
            gnutls_x509_crl_deinit(lists[i]);
        }
    }
    return verdict;
}

static enum peer_verdict verify(gnutls_x509_trust_list_t list, struct chain *c, enum peer_end end)
{
    const char *purpose =
        end == PEER_IS_SERVER ? GNUTLS_KP_TLS_WWW_SERVER : GNUTLS_KP_TLS_WWW_CLIENT;
    gnutls_typed_vdata_st data = { .type = GNUTLS_DT_KEY_PURPOSE_OID,
                                   .data = (unsigned char *)(uintptr_t)purpose,
                                   .size = 0 };
    unsigned status = 0;
    if (gnutls_x509_trust_list_verify_crt2(list, c->certificates, c->count, &data, 1,
                                           GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM), &status,
                                           NULL) < 0) {
        return PEER_UNTRUSTED;
    }
    return status & GNUTLS_CERT_REVOKED         ? PEER_REVOKED
           : status & GNUTLS_CERT_EXPIRED       ? PEER_EXPIRED
           : status & GNUTLS_CERT_NOT_ACTIVATED ? PEER_EARLY
           : status                             ? PEER_UNTRUSTED
                                                : PEER_FITS;
}

static enum peer_verdict judge_by_anchor(const struct net_peer *p, struct chain *c,
                                         enum peer_end end, int64_t now_ms)
{
    gnutls_x509_trust_list_t list;
    if (gnutls_x509_trust_list_init(&list, 0) < 0) {
        return PEER_ANCHOR_INVALID;
    }
    enum peer_verdict verdict =
        add_anchors(list, p->trust_anchor) ? PEER_FITS : PEER_ANCHOR_INVALID;
    if (verdict == PEER_FITS && p->revocation_list.len > 0) {
        verdict = add_lists(list, p->revocation_list, now_ms);
    }
    verdict = verdict == PEER_FITS ? verify(list, c, end) : verdict;
    gnutls_x509_trust_list_deinit(list, 1);
    return verdict;
}

/* ---- the whole ---- */

static enum peer_verdict judge(const struct net_peer *p, const gnutls_datum_t *leaf,
                               struct chain *c, enum peer_end end, int64_t now_ms)
{
    bool pinned = p->tls_pin.len > 0;
    if (pinned && !pin_is(p, leaf)) {
        return PEER_OTHER_KEY;
    }
    if (p->trust_anchor.len > 0) {
        enum peer_verdict verdict = judge_by_anchor(p, c, end, now_ms);
        return verdict == PEER_FITS && !pinned && !names_instance(c->certificates[0], p->instance)
                   ? PEER_OTHER_INSTANCE
                   : verdict;
    }
    if (p->revocation_list.len > 0) {
        return PEER_LIST_INVALID;
    }
    return pinned ? judge_dates(c->certificates[0], now_ms) : PEER_NOT_PINNED;
}

enum peer_verdict certificate_judge(const struct net_peer *p, const gnutls_datum_t *chain,
                                    unsigned count, enum peer_end end, int64_t now_ms)
{
    struct chain c;
    if (!chain || !chain_read(chain, count, &c)) {
        return PEER_NO_CERTIFICATE;
    }
    enum peer_verdict verdict = judge(p, &chain[0], &c, end, now_ms);
    chain_done(&c);
    return verdict;
}

int certificate_refuse(const struct net_peer *p, enum peer_verdict verdict, struct error *err)
{
    char name[128];
    snprintf(name, sizeof(name), SLICE_FMT, SLICE_ARG(p->name));
    switch (verdict) {
    case PEER_FITS:
        break;
    case PEER_NO_CERTIFICATE:
        return error_set(err, EN_FORBIDDEN, "%s showed no TLS certificate", name);
    case PEER_NOT_PINNED:
        return error_set(err, EN_FORBIDDEN, "%s has neither a pinned TLS key nor a trust anchor",
                         name);
    case PEER_OTHER_KEY:
        return error_set(err, EN_FORBIDDEN, "%s showed another TLS key than the pinned one", name);
    case PEER_EARLY:
        return error_set(err, EN_FORBIDDEN, "the TLS certificate of %s is not valid yet", name);
    case PEER_EXPIRED:
        return error_set(err, EN_FORBIDDEN, "the TLS certificate of %s has expired", name);
    case PEER_UNTRUSTED:
        return error_set(err, EN_FORBIDDEN,
                         "the trust anchor of %s does not vouch for the TLS certificate", name);
    case PEER_REVOKED:
        return error_set(err, EN_FORBIDDEN, "the TLS certificate of %s was revoked", name);
    case PEER_LIST_INVALID:
        return error_set(err, EN_FORBIDDEN, "the revocation list of %s does not hold", name);
    case PEER_LIST_OLD:
        return error_set(err, EN_FORBIDDEN, "the revocation list of %s is out of date", name);
    case PEER_ANCHOR_INVALID:
        return error_set(err, EN_FORBIDDEN, "the trust anchor of %s is no certificate", name);
    case PEER_OTHER_INSTANCE:
        return error_set(err, EN_FORBIDDEN, "the TLS certificate of %s names another instance",
                         name);
    }
    return error_set(err, EN_INTERNAL, "a certificate that fits is no reason to refuse");
}

const struct net_peer *certificate_owner(const struct net_peer *peers, size_t peer_count,
                                         const gnutls_datum_t *chain, unsigned count,
                                         int64_t now_ms)
{
    for (size_t i = 0; i < peer_count; i++) {
        if (peers[i].confirmed &&
            certificate_judge(&peers[i], chain, count, PEER_IS_CLIENT, now_ms) == PEER_FITS) {
            return &peers[i];
        }
    }
    return NULL;
}

/*
 * Checking certificates by GnuTLS; see certificate.h. The time is the system's: it is GnuTLS that
 * compares it.
 */
#include "identity/certificate.h"

#include <gnutls/x509.h>
#include <sodium.h>

enum { NAMES_MAX = 32, NAME_BYTES = 1024, SERIAL_BYTES = 64 };

static const char for_clients[] = GNUTLS_KP_TLS_WWW_CLIENT;

static gnutls_datum_t datum(struct slice s)
{
    /* GnuTLS reads only; its type has no const */
    return (gnutls_datum_t){ .data = (unsigned char *)(uintptr_t)s.ptr, .size = (unsigned)s.len };
}

/* ---- reading ---- */

static void drop(gnutls_x509_crt_t *certificates, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        gnutls_x509_crt_deinit(certificates[i]);
    }
}

/* How many were read; less than the chain has when one is none. */
static size_t import_chain(const struct chain *chain, gnutls_x509_crt_t ret[CHAIN_MAX])
{
    size_t count = 0;
    for (; count < chain->count; count++) {
        gnutls_datum_t der = datum(chain->certificates[count]);
        if (gnutls_x509_crt_init(&ret[count]) != 0) {
            break;
        }
        if (gnutls_x509_crt_import(ret[count], &der, GNUTLS_X509_FMT_DER) != 0) {
            gnutls_x509_crt_deinit(ret[count]);
            break;
        }
    }
    return count;
}

static int open_trust(struct slice anchors, struct slice revoked, struct error *err,
                      gnutls_x509_trust_list_t *ret)
{
    gnutls_datum_t cas = datum(anchors), crls = datum(revoked);
    gnutls_x509_trust_list_t list;
    if (gnutls_x509_trust_list_init(&list, 0) != 0) {
        return error_set(err, EN_NO_MEMORY, "trust anchors");
    }
    int added = gnutls_x509_trust_list_add_trust_mem(list, &cas, NULL, GNUTLS_X509_FMT_PEM, 0, 0);
    int listed = 1;
    if (added > 0 && revoked.len > 0) {
        listed = gnutls_x509_trust_list_add_trust_mem(
            list, NULL, &crls, GNUTLS_X509_FMT_PEM,
            GNUTLS_TL_VERIFY_CRL | GNUTLS_TL_FAIL_ON_INVALID_CRL, 0);
    }
    if (added <= 0 || listed <= 0) {
        gnutls_x509_trust_list_deinit(list, /* all= */ 1);
        return error_set(
            err, EN_INVALID,
            added <= 0 ? "the trust anchors are no PEM certificates"
                       : "the revocation lists do not hold: out of date, or not the anchors'");
    }
    *ret = list;
    return 0;
}

static int verify(gnutls_x509_trust_list_t list, gnutls_x509_crt_t *certificates, size_t count,
                  struct error *err)
{
    unsigned status = 0;
    gnutls_typed_vdata_st purpose = { .type = GNUTLS_DT_KEY_PURPOSE_OID,
                                      .data = (unsigned char *)(uintptr_t)for_clients };
    int rc = gnutls_x509_trust_list_verify_crt2(list, certificates, (unsigned)count, &purpose, 1,
                                                GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM),
                                                &status, NULL);
    if (rc != 0 || status != 0) {
        const char *why = status & GNUTLS_CERT_REVOKED            ? "revoked"
                          : status & GNUTLS_CERT_EXPIRED          ? "expired"
                          : status & GNUTLS_CERT_PURPOSE_MISMATCH ? "not for clients"
                          : status & GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED
                              ? "the revocation list is out of date"
                          : status & GNUTLS_CERT_SIGNER_NOT_FOUND ? "of an unknown authority"
                                                                  : "not valid";
        return error_set(err, EN_FORBIDDEN, "the certificate is not accepted: %s", why);
    }
    return 0;
}

/* ---- what it says ---- */

static struct slice take_datum(struct arena *a, gnutls_datum_t *d)
{
    struct slice text = slice_make((const char *)d->data, d->size);
    struct slice copy = slice_is_utf8(text) ? arena_copy(a, text) : (struct slice){ 0 };
    gnutls_free(d->data);
    return copy;
}

/* All names of one type, as a list. */
static int set_names(struct arena *a, struct json *object, gnutls_x509_crt_t c, const char *name,
                     gnutls_x509_subject_alt_name_t wanted)
{
    struct json *list = json_new_array(a);
    int code = list ? 0 : EN_NO_MEMORY;
    for (unsigned i = 0; code == 0 && i < NAMES_MAX; i++) {
        char text[NAME_BYTES];
        size_t size = sizeof(text);
        int type = gnutls_x509_crt_get_subject_alt_name(c, i, text, &size, NULL);
        if (type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) {
            break;
        }
        if (type != (int)wanted || !slice_is_utf8(slice_make(text, size))) {
            continue;
        }
        struct json *value = json_new_text(a, arena_copy(a, slice_make(text, size)));
        code = value ? json_array_add(a, list, value) : EN_NO_MEMORY;
    }
    return code == 0 && list->count > 0 ? json_object_set(a, object, slice_of(name), list) : code;
}

static struct slice serial_of(struct arena *a, gnutls_x509_crt_t c)
{
    unsigned char bytes[SERIAL_BYTES];
    char text[2 * SERIAL_BYTES + 1];
    size_t size = sizeof(bytes);
    if (gnutls_x509_crt_get_serial(c, bytes, &size) != 0) {
        return S("");
    }
    sodium_bin2hex(text, sizeof(text), bytes, size);
    return arena_copy(a, slice_of(text));
}

static struct slice common_name_of(struct arena *a, gnutls_x509_crt_t c)
{
    char text[NAME_BYTES];
    size_t size = sizeof(text);
    int rc = gnutls_x509_crt_get_dn_by_oid(c, GNUTLS_OID_X520_COMMON_NAME, 0, 0, text, &size);
    struct slice name = slice_make(text, rc == 0 ? size : 0);
    return slice_is_utf8(name) ? arena_copy(a, name) : S("");
}

static int read_claims(struct arena *a, gnutls_x509_crt_t c, struct error *err,
                       struct certified *ret)
{
    gnutls_datum_t issuer = { 0 }, subject = { 0 };
    struct json *claims = json_new_object(a);
    if (gnutls_x509_crt_get_issuer_dn3(c, &issuer, 0) == 0) {
        ret->issuer = take_datum(a, &issuer);
    }
    if (gnutls_x509_crt_get_dn3(c, &subject, 0) == 0) {
        ret->subject = take_datum(a, &subject);
    }
    if (ret->issuer.len == 0 || ret->subject.len == 0) {
        return error_set(err, EN_FORBIDDEN, "the certificate is not accepted: it names nobody");
    }
    int code = claims ? 0 : EN_NO_MEMORY;
    code = code ? code : json_set_nonempty(a, claims, "issuer", ret->issuer);
    code = code ? code : json_set_nonempty(a, claims, "subject", ret->subject);
    code = code ? code : json_set_nonempty(a, claims, "serial", serial_of(a, c));
    code = code ? code : json_set_nonempty(a, claims, "common_name", common_name_of(a, c));
    code = code ? code : json_set_nonempty(a, claims, "name", common_name_of(a, c));
    code = code ? code : set_names(a, claims, c, "email", GNUTLS_SAN_RFC822NAME);
    code = code ? code : set_names(a, claims, c, "dns", GNUTLS_SAN_DNSNAME);
    code = code ? code : set_names(a, claims, c, "uri", GNUTLS_SAN_URI);
    ret->claims = claims;
    return code == 0 && !arena_failed(a) ? 0 : error_set(err, EN_NO_MEMORY, "certificate");
}

int certificate_check(struct slice anchors, struct slice revoked, const struct chain *chain,
                      struct arena *a, struct error *err, struct certified *ret)
{
    gnutls_x509_crt_t certificates[CHAIN_MAX];
    gnutls_x509_trust_list_t list = NULL;
    struct certified c = { 0 };
    if (chain->count == 0) {
        return error_set(err, EN_FORBIDDEN, "there is no certificate");
    }
    int code = open_trust(anchors, revoked, err, &list);
    if (code != 0) {
        return code;
    }
    size_t count = import_chain(chain, certificates);
    code = count == chain->count
               ? verify(list, certificates, count, err)
               : error_set(err, EN_FORBIDDEN, "the certificate is not accepted: not readable");
    if (code == 0) {
        code = read_claims(a, certificates[0], err, &c);
    }
    drop(certificates, count);
    gnutls_x509_trust_list_deinit(list, /* all= */ 1);
    if (code == 0) {
        *ret = c;
    }
    return code;
}

/* ---- from a proxy ---- */

static int hex_of(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static struct slice percent_decode(struct arena *a, struct slice text)
{
    char *out = arena_alloc(a, text.len + 1);
    size_t n = 0;
    for (size_t i = 0; out && i < text.len; i++) {
        int high = i + 2 < text.len && text.ptr[i] == '%' ? hex_of(text.ptr[i + 1]) : -1;
        int low = high >= 0 ? hex_of(text.ptr[i + 2]) : -1;
        out[n++] = low >= 0 ? (char)(high * 16 + low) : text.ptr[i];
        i += low >= 0 ? 2 : 0;
    }
    return slice_make(out, n);
}

static bool from_pem(struct arena *a, struct slice text, struct chain *ret)
{
    gnutls_datum_t pem = datum(text), der = { 0 };
    if (gnutls_pem_base64_decode2("CERTIFICATE", &pem, &der) != 0) {
        return false;
    }
    ret->certificates[0] = arena_copy(a, slice_make((const char *)der.data, der.size));
    gnutls_free(der.data);
    ret->count = ret->certificates[0].ptr ? 1 : 0;
    return ret->count > 0;
}

bool certificate_from_header(struct arena *a, struct slice header, struct chain *ret)
{
    struct slice text = slice_trim(header);
    if (text.len > 3 * (size_t)CERTIFICATE_MAX) {
        return false;
    }
    if (slice_starts(text, S("-----BEGIN"))) {
        return from_pem(a, percent_decode(a, text), ret);
    }
    unsigned char *bytes = arena_alloc(a, CERTIFICATE_MAX);
    size_t len = 0;
    if (!bytes || text.len < 3 || text.ptr[0] != ':' || text.ptr[text.len - 1] != ':' ||
        sodium_base642bin(bytes, CERTIFICATE_MAX, text.ptr + 1, text.len - 2, NULL, &len, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0) {
        return false;
    }
    ret->certificates[0] = slice_make((const char *)bytes, len);
    ret->count = 1;
    return true;
}

/*
 * Key and certificate of this instance; see identity.h.
 *
 * Invariant: the key file is never replaced and never used when others may read it. The
 * certificate names the instance (urn:uuid:...) and is good for both ends of a connection; what a
 * peer believes it is not by its issuer, which is itself, but by the key that the peer pinned.
 */
#include "net/identity.h"

#include "base/buf.h"
#include "ledger/file.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    CHAIN_MAX = 8,
    PEM_MAX = 64 * 1024,
    SERIAL_SIZE = 16,
    DAY_S = 24 * 60 * 60,
    CERTIFICATE_DAYS = 730,
    RENEW_DAYS = 60, /* before its end */
};

struct tls_identity {
    char *key_path;
    char *certificate_path;
    gnutls_privkey_t key;
    gnutls_pcert_st chain[CHAIN_MAX];
    unsigned count;
    char pin[TLS_PIN_TEXT + 1];
};

static int failed(struct error *err, const char *what, int rc)
{
    return error_set(err, rc == GNUTLS_E_MEMORY_ERROR ? EN_NO_MEMORY : EN_INTERNAL, "%s: %s", what,
                     gnutls_strerror(rc));
}

static bool pin_of_key(gnutls_pubkey_t key, char ret[TLS_PIN_TEXT + 1])
{
    gnutls_datum_t spki = { 0 };
    unsigned char hash[32];
    bool ok = gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &spki) == 0 &&
              gnutls_hash_fast(GNUTLS_DIG_SHA256, spki.data, spki.size, hash) == 0;
    gnutls_free(spki.data);
    if (ok) {
        sodium_bin2base64(ret, TLS_PIN_TEXT + 1, hash, sizeof(hash),
                          sodium_base64_VARIANT_ORIGINAL);
    }
    return ok;
}

bool tls_pin_of(const gnutls_datum_t *der, char ret[TLS_PIN_TEXT + 1])
{
    gnutls_x509_crt_t certificate = NULL;
    gnutls_pubkey_t key = NULL;
    bool ok = gnutls_x509_crt_init(&certificate) == 0 && gnutls_pubkey_init(&key) == 0 &&
              gnutls_x509_crt_import(certificate, der, GNUTLS_X509_FMT_DER) == 0 &&
              gnutls_pubkey_import_x509(key, certificate, 0) == 0 && pin_of_key(key, ret);
    if (certificate) {
        gnutls_x509_crt_deinit(certificate);
    }
    if (key) {
        gnutls_pubkey_deinit(key);
    }
    return ok;
}

/* ---- files ---- */

/* The whole file; private: only when nobody else may read it. */
static int read_pem(const char *path, bool private, struct error *err, struct buf *ret)
{
    struct stat info;
    char bytes[4096];
    ssize_t len = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return error_set(err, errno == ENOENT ? EN_NOT_FOUND : EN_IO, "cannot open %s: %s", path,
                         strerror(errno));
    }
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || (private && (info.st_mode & 077) != 0)) {
        close(fd);
        return error_set(err, EN_FORBIDDEN,
                         "the key %s may be read by others; it must have mode 0600", path);
    }
    while ((len = read(fd, bytes, sizeof(bytes))) > 0) {
        buf_add(ret, slice_make(bytes, (size_t)len));
    }
    close(fd);
    sodium_memzero(bytes, sizeof(bytes));
    return len < 0 || buf_failed(ret) ? error_set(err, EN_IO, "cannot read %s", path) : 0;
}

static gnutls_datum_t datum(const struct buf *b)
{
    return (gnutls_datum_t){ .data = (unsigned char *)b->ptr, .size = (unsigned)b->len };
}

static void wipe(struct buf *b)
{
    if (b->ptr) {
        sodium_memzero(b->ptr, b->len);
    }
    buf_done(b);
}

/* ---- the key ---- */

static int make_key(const char *path, struct error *err)
{
    gnutls_x509_privkey_t key;
    gnutls_datum_t pem = { 0 };
    int rc = gnutls_x509_privkey_init(&key);
    if (rc < 0) {
        return failed(err, "no TLS key", rc);
    }
    rc = gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
                                      GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
    rc = rc < 0 ? rc : gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL, 0, &pem);
    gnutls_x509_privkey_deinit(key);
    if (rc < 0) {
        return failed(err, "no TLS key", rc);
    }
    int code = file_write_private(path, slice_make((const char *)pem.data, pem.size), err);
    gnutls_memset(pem.data, 0, pem.size);
    gnutls_free(pem.data);
    if (code == EN_CONFLICT) { /* another process was quicker: take its key */
        error_clear(err);
        return 0;
    }
    return code;
}

static int load_key(struct tls_identity *t, struct error *err)
{
    struct buf pem;
    buf_init(&pem, PEM_MAX);
    int code = read_pem(t->key_path, /* private= */ true, err, &pem);
    if (code == EN_NOT_FOUND) {
        error_clear(err);
        code = make_key(t->key_path, err);
        code = code == 0 ? read_pem(t->key_path, /* private= */ true, err, &pem) : code;
    }
    if (code == 0) {
        gnutls_datum_t bytes = datum(&pem);
        int rc = gnutls_privkey_init(&t->key);
        rc = rc < 0 ? rc
                    : gnutls_privkey_import_x509_raw(t->key, &bytes, GNUTLS_X509_FMT_PEM, NULL, 0);
        code =
            rc < 0 ? error_set(err, EN_CORRUPT, "%s is not a private key in PEM", t->key_path) : 0;
    }
    wipe(&pem);
    return code;
}

/* The pin of our own key; with it, whether a certificate is of this key. */
static int pin_own(struct tls_identity *t, struct error *err)
{
    gnutls_pubkey_t key;
    int rc = gnutls_pubkey_init(&key);
    if (rc < 0) {
        return failed(err, "no TLS key", rc);
    }
    rc = gnutls_pubkey_import_privkey(key, t->key, 0, 0);
    bool ok = rc == 0 && pin_of_key(key, t->pin);
    gnutls_pubkey_deinit(key);
    return ok ? 0 : error_set(err, EN_CORRUPT, "%s has no public key", t->key_path);
}

/* ---- the certificate ---- */

static int describe(gnutls_x509_crt_t c, struct uuid instance, int64_t now_ms)
{
    char id[UUID_TEXT + 1], name[UUID_TEXT + 16];
    unsigned char serial[SERIAL_SIZE];
    int64_t now_s = now_ms / 1000;
    uuid_format(instance, id);
    snprintf(name, sizeof(name), "urn:uuid:%s", id);
    randombytes_buf(serial, sizeof(serial));
    serial[0] = (unsigned char)((serial[0] & 0x3F) | 0x40); /* positive, and of full length */
    int rc = gnutls_x509_crt_set_version(c, 3);
    rc = rc < 0 ? rc : gnutls_x509_crt_set_serial(c, serial, sizeof(serial));
    rc = rc < 0 ? rc : gnutls_x509_crt_set_activation_time(c, (time_t)(now_s - DAY_S));
    rc = rc < 0
             ? rc
             : gnutls_x509_crt_set_expiration_time(c, (time_t)(now_s + CERTIFICATE_DAYS * DAY_S));
    rc = rc < 0 ? rc
                : gnutls_x509_crt_set_dn_by_oid(c, GNUTLS_OID_X520_COMMON_NAME, 0, id, UUID_TEXT);
    rc = rc < 0 ? rc
                : gnutls_x509_crt_set_subject_alt_name(c, GNUTLS_SAN_URI, name,
                                                       (unsigned)strlen(name), GNUTLS_FSAN_SET);
    rc = rc < 0 ? rc : gnutls_x509_crt_set_basic_constraints(c, 0, -1);
    rc = rc < 0 ? rc : gnutls_x509_crt_set_key_usage(c, GNUTLS_KEY_DIGITAL_SIGNATURE);
    rc = rc < 0 ? rc : gnutls_x509_crt_set_key_purpose_oid(c, GNUTLS_KP_TLS_WWW_SERVER, 0);
    return rc < 0 ? rc : gnutls_x509_crt_set_key_purpose_oid(c, GNUTLS_KP_TLS_WWW_CLIENT, 0);
}

static int sign_certificate(const struct tls_identity *t, gnutls_x509_crt_t c,
                            gnutls_datum_t *ret_pem)
{
    gnutls_pubkey_t key;
    int rc = gnutls_pubkey_init(&key);
    if (rc < 0) {
        return rc;
    }
    rc = gnutls_pubkey_import_privkey(key, t->key, 0, 0);
    rc = rc < 0 ? rc : gnutls_x509_crt_set_pubkey(c, key);
    rc = rc < 0 ? rc : gnutls_x509_crt_privkey_sign(c, c, t->key, GNUTLS_DIG_SHA256, 0);
    rc = rc < 0 ? rc : gnutls_x509_crt_export2(c, GNUTLS_X509_FMT_PEM, ret_pem);
    gnutls_pubkey_deinit(key);
    return rc;
}

/* Writes the certificate in place of an older one, all or nothing. */
static int replace(const char *path, const gnutls_datum_t *pem, struct error *err)
{
    char *temporary = file_temporary(path);
    if (!temporary) {
        return error_set(err, EN_NO_MEMORY, "no memory for a TLS certificate");
    }
    int code = file_write_private(temporary, slice_make((const char *)pem->data, pem->size), err);
    if (code == 0 && rename(temporary, path) != 0) {
        code = error_set(err, EN_IO, "cannot write %s: %s", path, strerror(errno));
        unlink(temporary);
    }
    free(temporary);
    return code == 0 ? file_sync_parent(path, err) : code;
}

static int make_certificate(const struct tls_identity *t, struct uuid instance, int64_t now_ms,
                            struct error *err)
{
    gnutls_x509_crt_t c;
    gnutls_datum_t pem = { 0 };
    int rc = gnutls_x509_crt_init(&c);
    if (rc < 0) {
        return failed(err, "no TLS certificate", rc);
    }
    rc = describe(c, instance, now_ms);
    rc = rc < 0 ? rc : sign_certificate(t, c, &pem);
    gnutls_x509_crt_deinit(c);
    if (rc < 0) {
        return failed(err, "no TLS certificate", rc);
    }
    int code = replace(t->certificate_path, &pem, err);
    gnutls_free(pem.data);
    return code;
}

static void forget_chain(struct tls_identity *t)
{
    for (unsigned i = 0; i < t->count; i++) {
        gnutls_pcert_deinit(&t->chain[i]);
    }
    t->count = 0;
}

static int load_chain(struct tls_identity *t, struct error *err)
{
    struct buf pem cleanup_buf = { 0 };
    char pin[TLS_PIN_TEXT + 1] = "";
    buf_init(&pem, PEM_MAX);
    int code = read_pem(t->certificate_path, /* private= */ false, err, &pem);
    if (code < 0) {
        return code;
    }
    gnutls_datum_t bytes = datum(&pem);
    unsigned count = CHAIN_MAX;
    if (gnutls_pcert_list_import_x509_raw(t->chain, &count, &bytes, GNUTLS_X509_FMT_PEM, 0) < 0) {
        return error_set(err, EN_CORRUPT, "%s is not a certificate in PEM", t->certificate_path);
    }
    t->count = count;
    if (!tls_pin_of(&t->chain[0].cert, pin) || strcmp(pin, t->pin) != 0) {
        return error_set(err, EN_CORRUPT, "%s is not a certificate of the key %s",
                         t->certificate_path, t->key_path);
    }
    return 0;
}

/* One that we issued to ourselves and whose end is near; those of others are theirs to renew. */
static bool needs_renewal(const struct tls_identity *t, int64_t now_ms)
{
    gnutls_x509_crt_t c;
    if (gnutls_x509_crt_init(&c) < 0) {
        return false;
    }
    bool near = gnutls_x509_crt_import(c, &t->chain[0].cert, GNUTLS_X509_FMT_DER) == 0 &&
                gnutls_x509_crt_check_issuer(c, c) &&
                (int64_t)gnutls_x509_crt_get_expiration_time(c) <
                    now_ms / 1000 + (int64_t)RENEW_DAYS * DAY_S;
    gnutls_x509_crt_deinit(c);
    return near;
}

static int load_certificate(struct tls_identity *t, struct uuid instance, int64_t now_ms,
                            struct error *err)
{
    int code = load_chain(t, err);
    bool absent = code == EN_NOT_FOUND;
    if (absent || (code == 0 && needs_renewal(t, now_ms))) {
        if (absent) {
            error_clear(err);
        }
        forget_chain(t);
        code = make_certificate(t, instance, now_ms, err);
        code = code == 0 ? load_chain(t, err) : code;
    }
    return code;
}

int tls_identity_open(const char *directory, struct uuid instance, int64_t now_ms,
                      struct error *err, struct tls_identity **ret)
{
    struct tls_identity *t = calloc(1, sizeof(*t));
    if (!t) {
        return error_set(err, EN_NO_MEMORY, "no memory for a TLS identity");
    }
    t->key_path = file_join(directory, "tls.key");
    t->certificate_path = file_join(directory, "tls.crt");
    int code = t->key_path && t->certificate_path && sodium_init() >= 0
                   ? load_key(t, err)
                   : error_set(err, EN_NO_MEMORY, "no memory for a TLS identity");
    code = code == 0 ? pin_own(t, err) : code;
    code = code == 0 ? load_certificate(t, instance, now_ms, err) : code;
    if (code < 0) {
        tls_identity_free(t);
        return code;
    }
    *ret = t;
    return 0;
}

void tls_identity_free(struct tls_identity *t)
{
    if (!t) {
        return;
    }
    forget_chain(t);
    if (t->key) {
        gnutls_privkey_deinit(t->key);
    }
    free(t->key_path);
    free(t->certificate_path);
    free(t);
}

const char *tls_identity_pin(const struct tls_identity *t)
{
    return t->pin;
}

const char *tls_identity_key_path(const struct tls_identity *t)
{
    return t->key_path;
}

const char *tls_identity_certificate_path(const struct tls_identity *t)
{
    return t->certificate_path;
}

void tls_identity_offer(struct tls_identity *t, gnutls_pcert_st **ret, unsigned *ret_count,
                        gnutls_privkey_t *ret_key)
{
    *ret = t->chain;
    *ret_count = t->count;
    *ret_key = t->key;
}

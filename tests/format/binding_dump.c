/*
 * The two ends that binding_judge.py compares with xmlsec1.
 *
 *   binding_dump keys DIR           a P-256 key: DIR/private.pem, DIR/public.pem, DIR/cert.pem
 *   binding_dump make DIR LABEL     binds DIR/payload.bin to a label in text form, with that key
 *   binding_dump verify FILE [PEM]  says "ok <class>", or what is wrong; PEM: who must have signed
 */
#include "../label/check.h"
#include "binding_key.h"

#include "format/binding.h"

#include <sodium.h>

static void save(const char *directory, const char *name, const void *bytes, size_t len)
{
    char path[512];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    f = fopen(path, "wb");
    if (!f || fwrite(bytes, 1, len, f) != len || fclose(f) != 0) {
        exit(2);
    }
}

static struct slice load(struct arena *a, const char *directory, const char *name)
{
    enum { MOST = 1 << 20 };
    char *bytes = arena_alloc(a, MOST);
    char path[512];
    FILE *f;
    size_t len;

    snprintf(path, sizeof(path), "%s%s%s", directory, *directory ? "/" : "", name);
    f = fopen(path, "rb");
    if (!f || !bytes) {
        exit(2);
    }
    len = fread(bytes, 1, MOST, f);
    fclose(f);
    return slice_make(bytes, len);
}

static int make_keys(const char *directory)
{
    struct test_key k;
    gnutls_datum_t pem = { 0 };
    cleanup_buf struct buf public;

    test_key_new(&k);
    buf_init(&public, 4096);
    binding_write_pem(k.signer.point, &public);
    save(directory, "public.pem", public.ptr, public.len);
    test_key_export(&k, &pem);
    save(directory, "private.pem", pem.data, pem.size);
    gnutls_free(pem.data);
    test_key_certificate(&k, &pem);
    save(directory, "cert.pem", pem.data, pem.size);
    gnutls_free(pem.data);
    test_key_free(&k);
    return 0;
}

static int make(struct arena *a, const struct policy *p, const char *directory, const char *text)
{
    struct label_xml_source source = { .originator =
                                           S("urn:uuid:018f0000-0000-7000-8000-000000000001"),
                                       .now_ms = day("2026-01-02") };
    struct slice payload = load(a, directory, "payload.bin");
    struct binding_payload bound = { .uri = S("payload.bin"),
                                     .media = S("application/octet-stream") };
    struct error err = { 0 };
    struct test_key k;
    cleanup_buf struct buf label;
    cleanup_buf struct buf out;
    int r;

    buf_init(&label, 1 << 16);
    buf_init(&out, 1 << 16);
    test_key_import(&k, load(a, directory, "private.pem"));
    crypto_hash_sha256(bound.digest, (const uint8_t *)payload.ptr, payload.len);
    r = label_xml_write(p, a, label_of_text(p, a, text), &source, &err, &label);
    if (r == 0) {
        r = binding_write(&(struct slice){ label.ptr, label.len }, 1, &bound, &k.signer, &err,
                          &out);
    }
    test_key_free(&k);
    if (r != 0) {
        printf("%s\n", err.message);
        return 1;
    }
    save(directory, "payload.bin.bdo", out.ptr, out.len);
    return 0;
}

static int check(struct arena *a, const struct policy *p, const char *path, const char *pem,
                 struct error *err, struct binding *ret)
{
    uint8_t point[BINDING_POINT];
    uint8_t digest[32];
    const struct label *label = NULL;
    struct slice name;
    struct slice bytes;
    char directory[512];
    int r = pem ? binding_key_from_pem(load(a, "", pem), err, point) : 0;

    r = r ? r : binding_read(a, load(a, "", path), pem ? point : NULL, err, ret);
    r = r ? r : binding_file_name(a, ret->payload.uri, err, &name);
    r = r ? r : label_xml_label(p, a, &ret->label, S("label"), err, &label);
    if (r != 0) {
        return r;
    }
    snprintf(directory, sizeof(directory), "%s", path);
    *strrchr(directory, '/') = '\0';
    bytes = load(a, directory, name.ptr);
    crypto_hash_sha256(digest, (const uint8_t *)bytes.ptr, bytes.len);
    return memcmp(digest, ret->payload.digest, 32) == 0
               ? 0
               : error_set(err, EN_CORRUPT, "the payload was changed");
}

int main(int argc, char **argv)
{
    cleanup_arena struct arena *a = arena_new(CHECK_MEMORY);
    struct policy *p = default_policy();
    struct binding b = { 0 };
    struct error err = { 0 };
    int r = 2;

    if (argc == 3 && strcmp(argv[1], "keys") == 0) {
        r = make_keys(argv[2]);
    } else if (argc == 4 && strcmp(argv[1], "make") == 0) {
        r = make(a, p, argv[2], argv[3]);
    } else if (argc >= 3 && strcmp(argv[1], "verify") == 0) {
        r = check(a, p, argv[2], argc > 3 ? argv[3] : NULL, &err, &b) != 0;
        if (r == 0) {
            printf("ok " SLICE_FMT "%s\n", SLICE_ARG(json_get_text(b.label.label, "class")),
                   b.certified ? " certified" : "");
        } else {
            printf("%s\n", err.field_count ? err.fields[0].detail : err.message);
        }
    }
    policy_free(p);
    return r;
}

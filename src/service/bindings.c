/*
 * Making and checking bindings: see bindings.h.
 *
 * Invariant: a sidecar is about a file beside it, opened without following a link out of there; a
 * label that this instance's policy does not know is no label. Must never write a file.
 */
#include "service/bindings.h"

#include "ledger/signer.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static int sign_by_process(void *context, const uint8_t sha256[32], struct error *err,
                           uint8_t ret[64])
{
    return signer_ecdsa(context, sha256, err, ret);
}

int bindings_public_key(struct node *n, struct error *err, uint8_t ret[BINDING_POINT])
{
    return signer_ecdsa_public(node_signer(n), err, ret);
}

/* The texts of a label: ours, then its alternatives. */
struct texts {
    struct slice items[1 + BINDING_OTHERS];
    size_t count;
};

static int add_text(const struct policy *p, struct arena *a, const struct label *l,
                    const struct label_xml_source *source, struct error *err, struct texts *t)
{
    cleanup_buf struct buf xml;
    int code;

    buf_init(&xml, XML_BYTES);
    code = label_xml_write(p, a, l, source, err, &xml);
    if (code == 0) {
        t->items[t->count] = arena_copy(a, buf_slice(&xml));
        code = t->items[t->count++].ptr ? 0 : error_set(err, EN_NO_MEMORY, "binding");
    }
    return code;
}

/* A policy that has no equivalent of it has no alternative. */
static int add_alternatives(struct node *n, struct arena *a, const struct label *l,
                            struct label_xml_source source, struct error *err, struct texts *t)
{
    const struct label *narrow = label_narrow(node_policy(n), a, l, source.now_ms);
    const struct policies *all = node_policies(n);
    struct json *label = NULL;
    struct slice kept = { 0 };
    cleanup_buf struct buf text;
    int code;

    buf_init(&text, XML_BYTES);
    if (narrow) {
        label_write(node_policy(n), narrow, &text);
        kept = buf_failed(&text) ? kept : arena_copy(a, buf_slice(&text));
    }
    code = kept.ptr ? json_parse(a, kept, err, &label) : error_set(err, EN_NO_MEMORY, "binding");
    source.kind = LABEL_XML_ALTERNATIVE;
    for (size_t i = 1; code == 0 && i < policies_count(all) && t->count <= BINDING_OTHERS; i++) {
        const struct policy *to = policies_at(all, i);
        const struct label *other = NULL;
        struct error why = { 0 };

        code = label_translate(all, to, a, label, &why, &other);
        if (code == 0) {
            code = add_text(to, a, other, &source, err, t);
        } else if (code == EN_NO_MEMORY) {
            *err = why;
        } else {
            code = 0;
        }
    }
    return code;
}

static int make(struct node *n, struct arena *a, const struct label *l,
                const struct binding_payload *payload, bool alternatives, int64_t now_ms,
                struct error *err, struct buf *out)
{
    struct binding_signer signer = { .sign = sign_by_process, .context = node_signer(n) };
    struct label_xml_source source = { .now_ms = now_ms };
    char instance[UUID_TEXT + 1];
    struct texts t = { 0 };
    int code;

    uuid_format(ledger_instance(node_ledger(n)), instance);
    source.originator = arena_printf(a, "urn:uuid:%s", instance);
    code = add_text(node_policy(n), a, l, &source, err, &t);
    if (code == 0 && alternatives) {
        code = add_alternatives(n, a, l, source, err, &t);
    }
    if (code == 0) {
        code = bindings_public_key(n, err, signer.point);
    }
    return code ? code : binding_write(t.items, t.count, payload, &signer, err, out);
}

int bindings_make(struct node *n, struct arena *a, const struct label *l, const struct bound *what,
                  int64_t now_ms, struct error *err, struct buf *out)
{
    struct binding_payload payload = { .uri = what->uri, .media = what->media };

    crypto_hash_sha256(payload.digest, (const uint8_t *)what->bytes.ptr, what->bytes.len);
    return make(n, a, l, &payload, what->alternatives, now_ms, err, out);
}

/* ---- files ---- */

static int open_file(const char *path, int flags, struct error *err, int *ret)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags);

    if (fd < 0 && errno == ELOOP) {
        return error_set(err, EN_FORBIDDEN, "%s is a link to another place", path);
    }
    if (fd < 0) {
        return error_set(err, errno == ENOENT ? EN_NOT_FOUND : EN_IO, "%s: %s", path,
                         strerror(errno));
    }
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        close(fd);
        return error_set(err, EN_INVALID, "%s is not a file", path);
    }
    *ret = fd;
    return 0;
}

static ssize_t read_some(int fd, void *ret, size_t size)
{
    ssize_t n;

    do {
        n = read(fd, ret, size);
    } while (n < 0 && errno == EINTR);
    return n;
}

static int hash_file(const char *path, int flags, struct error *err, uint8_t ret[BINDING_DIGEST])
{
    crypto_hash_sha256_state state;
    uint8_t chunk[16 * 1024];
    ssize_t n;
    int fd = -1;
    int code = open_file(path, flags, err, &fd);

    if (code != 0) {
        return code;
    }
    crypto_hash_sha256_init(&state);
    while ((n = read_some(fd, chunk, sizeof(chunk))) > 0) {
        crypto_hash_sha256_update(&state, chunk, (size_t)n);
    }
    close(fd);
    if (n < 0) {
        return error_set(err, EN_IO, "%s: %s", path, strerror(errno));
    }
    crypto_hash_sha256_final(&state, ret);
    return 0;
}

static int read_small(struct arena *a, const char *path, struct error *err, struct slice *ret)
{
    char *bytes = arena_alloc(a, BINDING_BYTES + 1);
    size_t len = 0;
    ssize_t n = 0;
    int fd = -1;
    int code = bytes ? open_file(path, 0, err, &fd) : error_set(err, EN_NO_MEMORY, "binding");

    if (code != 0) {
        return code;
    }
    while (len <= BINDING_BYTES && (n = read_some(fd, bytes + len, BINDING_BYTES + 1 - len)) > 0) {
        len += (size_t)n;
    }
    close(fd);
    if (n < 0) {
        return error_set(err, EN_IO, "%s: %s", path, strerror(errno));
    }
    if (len > BINDING_BYTES) {
        return error_set(err, EN_TOO_LARGE, "a binding has at most %d bytes", BINDING_BYTES);
    }
    *ret = slice_make(bytes, len);
    return 0;
}

/* What follows the last slash, and what comes before it, with it. */
static struct slice base_name(const char *path, struct slice *ret_directory)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;

    *ret_directory = slice_make(path, (size_t)(name - path));
    return slice_of(name);
}

int bindings_make_file(struct node *n, struct arena *a, const struct label *l, const char *path,
                       struct slice media, int64_t now_ms, struct error *err, struct buf *out)
{
    struct binding_payload payload = { .media = media };
    struct slice directory;
    struct slice name = base_name(path, &directory);
    struct slice back;
    cleanup_buf struct buf uri = { 0 };
    int code = hash_file(path, 0, err, payload.digest);

    if (code != 0) {
        return code;
    }
    buf_init(&uri, BINDING_BYTES);
    binding_add_uri(&uri, name);
    payload.uri = buf_slice(&uri);
    code = binding_file_name(a, payload.uri, err, &back); /* or nobody could check it */
    return code ? code : make(n, a, l, &payload, true, now_ms, err, out);
}

static const char *sidecar_of(struct arena *a, const char *path)
{
    size_t len = strlen(path);
    size_t suffix = strlen(BINDING_SUFFIX);

    if (len > suffix && strcmp(path + len - suffix, BINDING_SUFFIX) == 0) {
        return path;
    }
    return arena_printf(a, "%s" BINDING_SUFFIX, path).ptr;
}

/* Whose signature is asked for. */
static int choose_key(struct node *n, struct arena *a, const struct bindings_query *q,
                      struct error *err, uint8_t ret[BINDING_POINT])
{
    struct slice pem = { 0 };
    int code;

    if (!q->key_path) {
        return bindings_public_key(n, err, ret);
    }
    code = read_small(a, q->key_path, err, &pem);
    return code ? code : binding_key_from_pem(pem, err, ret);
}

/* The signature must hold under the key that the binding brings; and that key must be the one that
 * is asked for, so that a stranger's signature is told from a broken one. */
static int check_signature(struct arena *a, const struct bindings_query *q, struct slice text,
                           const uint8_t key[BINDING_POINT], struct error *err,
                           struct bindings_check *ret)
{
    bool expected;
    int code = binding_read(a, text, q->key_path ? key : NULL, err, &ret->binding);

    if (code != 0) {
        return code;
    }
    expected = memcmp(ret->binding.point, key, BINDING_POINT) == 0;
    binding_fingerprint(ret->binding.point, ret->fingerprint);
    ret->by = !expected ? BINDING_BY_UNKNOWN : q->key_path ? BINDING_BY_GIVEN : BINDING_BY_US;
    if (!expected && !q->any_key) {
        return error_set(err, EN_FORBIDDEN,
                         "signed by another key (%s); give it with key if you know whose it is",
                         ret->fingerprint);
    }
    return 0;
}

static int check_payload(struct arena *a, const char *sidecar, struct error *err,
                         struct bindings_check *ret)
{
    uint8_t digest[BINDING_DIGEST];
    struct slice directory;
    struct slice name;
    int code = binding_file_name(a, ret->binding.payload.uri, err, &name);

    if (code != 0) {
        return code;
    }
    base_name(sidecar, &directory);
    ret->payload = arena_printf(a, SLICE_FMT SLICE_FMT, SLICE_ARG(directory), SLICE_ARG(name));
    if (!ret->payload.ptr) {
        return error_set(err, EN_NO_MEMORY, "binding");
    }
    code = hash_file(ret->payload.ptr, O_NOFOLLOW, err, digest);
    if (code == 0 && sodium_memcmp(digest, ret->binding.payload.digest, sizeof(digest)) != 0) {
        code = error_set(err, EN_CORRUPT, "%s was changed after it was signed", ret->payload.ptr);
    }
    return code;
}

/* Is this label's policy one that is read here: known, and with equivalences in ours? */
static bool speaks_to_us(const struct node *n, const struct label_xml *x)
{
    const struct policy *from = policies_find(node_policies(n), x->policy_name);
    return from && label_translates(from, node_policy(n));
}

/* Adds to what the alternatives before it demand. One that cannot be read might be the strictest.
 */
static int read_alternative(struct node *n, struct arena *a, const struct binding_other *o,
                            struct error *err, struct bindings_check *ret)
{
    const struct policy *own = node_policy(n);
    const struct label *l = NULL;
    int code;

    if (o->problem.len > 0) {
        return error_set(err, EN_FORBIDDEN, "an alternative label cannot be read: " SLICE_FMT,
                         SLICE_ARG(o->problem));
    }
    if (!speaks_to_us(n, &o->label)) {
        return 0;
    }
    code = label_xml_translate(node_policies(n), own, a, &o->label, err, &l);
    if (code == 0) {
        ret->label = ret->label ? label_join(own, a, ret->label, l) : l;
        ret->by_alternative = true;
        code = ret->label ? 0 : error_set(err, EN_NO_MEMORY, "binding");
    }
    return code;
}

/* The originator's label in our policy; where its policy is not read here, the alternatives, which
 * are the originator's word under the same signature: all of those that are read here, joined. */
static int read_label(struct node *n, struct arena *a, struct error *err,
                      struct bindings_check *ret)
{
    const struct binding *b = &ret->binding;
    int code = 0;

    if (!speaks_to_us(n, &b->label)) {
        for (uint32_t i = 0; code == 0 && i < b->other_count; i++) {
            if (b->others[i].label.kind == LABEL_XML_ALTERNATIVE) {
                code = read_alternative(n, a, &b->others[i], err, ret);
            }
        }
    }
    if (code == 0 && !ret->by_alternative) { /* or says why not */
        code =
            label_xml_translate(node_policies(n), node_policy(n), a, &b->label, err, &ret->label);
    }
    return code;
}

int bindings_verify(struct node *n, struct arena *a, const struct bindings_query *q,
                    struct error *err, struct bindings_check *ret)
{
    const char *sidecar = sidecar_of(a, q->path);
    struct bindings_check check = { 0 };
    uint8_t key[BINDING_POINT];
    struct slice text = { 0 };
    int code = sidecar ? choose_key(n, a, q, err, key) : error_set(err, EN_NO_MEMORY, "binding");

    code = code ? code : read_small(a, sidecar, err, &text);
    code = code ? code : check_signature(a, q, text, key, err, &check);
    code = code ? code : check_payload(a, sidecar, err, &check);
    code = code ? code : read_label(n, a, err, &check);
    if (code == 0) {
        *ret = check;
    }
    return code;
}

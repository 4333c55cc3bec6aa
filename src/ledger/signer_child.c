/*
 * The signing process itself.
 *
 * Invariant: the secrets stand in one locked region that no core dump takes, and in nothing that
 * leaves this process; what leaves is a signature over a message that names its purpose, a session
 * key that was sealed for this instance, or a public key. After the key is read the process can
 * read, write, draw randomness and exit. It must never allocate: it is forked from a process whose
 * other threads may hold the heap's locks.
 */
#include "ledger/chain.h"
#include "ledger/signer_internal.h"

#include "base/sandbox.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { POOL_SIZE = 64 * 1024 };

struct secrets {
    struct key key;
    uint8_t box_public[crypto_box_PUBLICKEYBYTES];
    uint8_t box_secret[crypto_box_SECRETKEYBYTES];
    struct signer_pool pool;
    uint8_t pool_bytes[POOL_SIZE];
};

/* Straight to the kernel: what a program puts before exit, read and write is not for this one. */
static void leave(void) __attribute__((noreturn));
static void leave(void)
{
    for (;;) {
        syscall(SYS_exit_group, 0);
    }
}

static bool take(void *ret, size_t size)
{
    long n;

    do {
        n = syscall(SYS_read, 0, ret, size);
    } while (n < 0 && errno == EINTR);
    return n == (long)size;
}

static bool give(const void *bytes, size_t size)
{
    long n;

    do {
        n = syscall(SYS_write, 0, bytes, size);
    } while (n < 0 && errno == EINTR);
    return n == (long)size;
}

bool signer_message(enum signer_purpose purpose, const uint8_t hash[SIGNER_HASH],
                    uint8_t ret[SIGNER_MESSAGE_SIZE])
{
    /* None begins as that of a head does (chain_head_message), and none is as long. */
    static const char domains[][17] = {
        [SIGN_BUNDLE] = "entente bundle 1",
        [SIGN_RECEIPT] = "entente receipt1",
        [SIGN_CARD] = "entente card 1\0\0",
    };

    if (purpose < SIGN_BUNDLE || purpose > SIGN_CARD) {
        return false;
    }
    memcpy(ret, domains[purpose], 16);
    memcpy(ret + 16, hash, SIGNER_HASH);
    return true;
}

static int sign_head(const struct secrets *s, const struct signer_request *q,
                     struct signer_answer *ret)
{
    struct ledger_head head = { .seq = q->seq };

    memcpy(head.hash.bytes, q->hash, sizeof(head.hash.bytes));
    key_sign_head(&s->key, &head, ret->bytes);
    ret->len = SIGNER_SIGNATURE;
    return 0;
}

static int sign_message(const struct secrets *s, const struct signer_request *q,
                        struct signer_answer *ret)
{
    uint8_t message[SIGNER_MESSAGE_SIZE];

    if (!signer_message(q->purpose, q->hash, message)) {
        return EN_INVALID;
    }
    crypto_sign_detached(ret->bytes, NULL, message, sizeof(message), s->key.secret_key);
    ret->len = SIGNER_SIGNATURE;
    return 0;
}

static int unseal(const struct secrets *s, const struct signer_request *q,
                  struct signer_answer *ret)
{
    if (q->sealed_len < crypto_box_SEALBYTES || q->sealed_len > sizeof(q->sealed) ||
        crypto_box_seal_open(ret->bytes, q->sealed, q->sealed_len, s->box_public, s->box_secret) !=
            0) {
        return EN_CORRUPT;
    }
    ret->len = q->sealed_len - crypto_box_SEALBYTES;
    return 0;
}

static int ecdsa(struct secrets *s, const struct signer_request *q, struct signer_answer *ret)
{
    bool made;

    s->pool = (struct signer_pool){ .bytes = s->pool_bytes, .size = sizeof(s->pool_bytes) };
    made = q->work == WORK_ECDSA ? signer_ecdsa_sign(&s->pool, s->key.seed, q->hash, ret->bytes)
                                 : signer_ecdsa_point(&s->pool, s->key.seed, ret->bytes);
    sodium_memzero(s->pool_bytes, s->pool.used);
    ret->len = 64;
    return made ? 0 : EN_INTERNAL;
}

static int answer(struct secrets *s, const struct signer_request *q, struct signer_answer *ret)
{
    switch (q->work) {
    case WORK_HEAD:
        return sign_head(s, q, ret);
    case WORK_SIGN:
        return sign_message(s, q, ret);
    case WORK_UNSEAL:
        return unseal(s, q, ret);
    case WORK_ECDSA:
    case WORK_ECDSA_PUBLIC:
        return ecdsa(s, q, ret);
    }
    return EN_INVALID;
}

/* Locked where the system allows it to lock anything. */
static struct secrets *secret_memory(void)
{
    void *region = mmap(NULL, sizeof(struct secrets), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (region == MAP_FAILED) {
        return NULL;
    }
    mlock(region, sizeof(struct secrets));
    madvise(region, sizeof(struct secrets), MADV_DONTDUMP);
    return region;
}

static int derive_box(struct secrets *s)
{
    return crypto_sign_ed25519_pk_to_curve25519(s->box_public, s->key.public_key) == 0 &&
                   crypto_sign_ed25519_sk_to_curve25519(s->box_secret, s->key.secret_key) == 0
               ? 0
               : EN_CORRUPT;
}

/* Everything that needs the system, in this order: after the last step there is none. */
static int prepare(int socket, const char *key_path, struct error *err, struct secrets **ret)
{
    static const int calls[] = { SYS_read, SYS_write, SYS_getrandom, SYS_exit, SYS_exit_group };
    struct secrets *s;
    int r = sandbox_alone(socket, "entente-signer");

    if (r != 0) {
        return error_set(err, EN_IO, "the signing process cannot close itself off: %s",
                         strerror(-r));
    }
    s = secret_memory();
    if (!s) {
        return error_set(err, EN_NO_MEMORY, "out of memory");
    }
    r = key_load(key_path, err, &s->key);
    if (r == 0 && derive_box(s) != 0) {
        r = error_set(err, EN_CORRUPT, "the key %s is none to seal boxes for", key_path);
    }
    if (r != 0) {
        return r;
    }
    r = sandbox_enter(calls, sizeof(calls) / sizeof(calls[0]));
    if (r != 0) {
        return error_set(err, EN_IO, "the system offers no filter of system calls (seccomp): %s",
                         strerror(-r));
    }
    *ret = s;
    return 0;
}

void signer_child(int socket, const char *key_path)
{
    struct signer_hello hello = { 0 };
    struct signer_request request;
    struct secrets *s = NULL;

    hello.code = prepare(socket, key_path, &hello.error, &s);
    if (s) {
        hello.identity = key_identity(&s->key);
        memcpy(hello.box_public, s->box_public, sizeof(hello.box_public));
    }
    if (!give(&hello, sizeof(hello)) || !s) {
        leave();
    }
    while (take(&request, sizeof(request))) {
        struct signer_answer ret = { 0 };

        ret.code = answer(s, &request, &ret);
        if (!give(&ret, sizeof(ret))) {
            break;
        }
        sodium_memzero(&ret, sizeof(ret));
    }
    leave();
}

/*
 * The ledger's end of the signing process: starting it, asking it, starting it again.
 *
 * Invariant: one request is under way at a time, and its answer is that request's: after any
 * failure the socket and the process are given up. A process started anew must hold the same key,
 * or it is not used. This end must never read the key file, except to make it on first use.
 */
#include "ledger/signer.h"

#include "base/fault.h"
#include "ledger/file.h"
#include "ledger/signer_internal.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWER_SECONDS = 20, TRIES = 2 };

struct signer {
    pthread_mutex_t lock; /* guards process and socket, and the order of requests */
    pid_t process;        /* 0: none */
    int socket;
    struct identity identity;
    uint8_t box_public[32];
    char *key_path;
};

/* The child runs with every signal blocked, so that an interrupt meant for the program does not
 * take its keys away while it still finishes its work. It ends with its socket. */
static pid_t fork_child(const int ends[2], const char *key_path)
{
    sigset_t all;
    sigset_t before;
    pid_t child;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    child = fork();
    if (child == 0) {
        signer_child(ends[1], key_path);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return child;
}

static void give_up(struct signer *s)
{
    if (s->process > 0) {
        close(s->socket);
        while (waitpid(s->process, NULL, 0) < 0 && errno == EINTR) {
        }
        s->process = 0;
    }
}

/* A process that does not answer may be a stopped one, which no closed socket would end. */
static void end_it(struct signer *s)
{
    if (s->process > 0) {
        kill(s->process, SIGKILL);
    }
    give_up(s);
}

static bool receive(int socket, void *ret, size_t size)
{
    ssize_t n;

    do {
        n = recv(socket, ret, size, 0);
    } while (n < 0 && errno == EINTR);
    return n == (ssize_t)size;
}

static bool transmit(int socket, const void *bytes, size_t size)
{
    ssize_t n;

    do {
        n = send(socket, bytes, size, MSG_NOSIGNAL);
    } while (n < 0 && errno == EINTR);
    return n == (ssize_t)size;
}

/* A new process and what it says first. */
static int begin(struct signer *s, struct error *err, struct signer_hello *ret)
{
    static const struct timeval patience = { .tv_sec = ANSWER_SECONDS };
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        return error_set(err, EN_IO, "cannot start the signing process: %s", strerror(errno));
    }
    setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    s->process = fork_child(ends, s->key_path);
    close(ends[1]);
    s->socket = ends[0];
    if (s->process < 0) {
        close(ends[0]);
        s->process = 0;
        return error_set(err, EN_IO, "cannot start the signing process: %s", strerror(errno));
    }
    if (!receive(s->socket, ret, sizeof(*ret))) {
        end_it(s);
        return error_set(err, EN_IO, "the signing process ended at its start");
    }
    if (ret->code != 0) {
        give_up(s);
        return error_set_at(err, ret->error.origin, ret->code, "%s", ret->error.message);
    }
    return 0;
}

static int begin_again(struct signer *s, struct error *err)
{
    struct signer_hello hello;
    struct error why = { 0 };
    int r = begin(s, &why, &hello);

    if (r != 0) {
        return error_set(err, EN_IO, "the signing process is gone and cannot be started again: %s",
                         why.message);
    }
    if (!identity_eq(&hello.identity, &s->identity)) {
        give_up(s);
        return error_set(err, EN_IO,
                         "the signing process is gone, and the key file is another one now");
    }
    return 0;
}

static int try_once(struct signer *s, const struct signer_request *request, struct error *err,
                    struct signer_answer *ret)
{
    int r = s->process > 0 ? 0 : begin_again(s, err);

    if (r != 0) {
        return r;
    }
    if (!transmit(s->socket, request, sizeof(*request)) || !receive(s->socket, ret, sizeof(*ret))) {
        end_it(s);
        return error_set(err, EN_IO, "the signing process ended before it answered");
    }
    return 0;
}

/* Asking twice is harmless: signing changes nothing. */
static int ask(struct signer *s, const struct signer_request *request, struct error *err,
               struct signer_answer *ret)
{
    struct error why = { 0 };
    int r = EN_IO;

    pthread_mutex_lock(&s->lock);
    for (int i = 0; i < TRIES && r != 0; i++) {
        error_clear(&why);
        r = try_once(s, request, &why, ret);
    }
    pthread_mutex_unlock(&s->lock);
    if (r != 0) {
        return error_set_at(err, why.origin, r, "%s", why.message);
    }
    return ret->code == 0 ? 0 : error_set(err, ret->code, "the signing process refused");
}

/* The key of a new instance is made here, once, and wiped. */
static int make_key(const char *key_path, int64_t now_ms, struct error *err)
{
    struct key key;
    int r;

    if (file_exists(key_path)) {
        return 0;
    }
    r = key_load_or_make(key_path, now_ms, err, &key);
    key_done(&key);
    return r;
}

static struct signer *make(const char *key_path)
{
    struct signer *s = base_calloc(1, sizeof(*s));
    size_t size = strlen(key_path) + 1;

    if (s) {
        s->key_path = base_malloc(size);
        if (!s->key_path) {
            base_free(s);
            return NULL;
        }
        memcpy(s->key_path, key_path, size);
        pthread_mutex_init(&s->lock, NULL);
    }
    return s;
}

int signer_start(const char *key_path, bool create, int64_t now_ms, struct error *err,
                 struct signer **ret)
{
    struct signer_hello hello;
    struct signer *s;
    int r;

    if (sodium_init() < 0) {
        return error_set(err, EN_INTERNAL, "the system gives no randomness");
    }
    r = create ? make_key(key_path, now_ms, err) : 0;
    if (r != 0) {
        return r;
    }
    s = make(key_path);
    if (!s) {
        return error_set(err, EN_NO_MEMORY, "out of memory");
    }
    r = begin(s, err, &hello);
    if (r != 0) {
        signer_stop(s);
        return r;
    }
    s->identity = hello.identity;
    memcpy(s->box_public, hello.box_public, sizeof(s->box_public));
    *ret = s;
    return 0;
}

void signer_stop(struct signer *s)
{
    if (!s) {
        return;
    }
    give_up(s);
    pthread_mutex_destroy(&s->lock);
    base_free(s->key_path);
    base_free(s);
}

struct uuid signer_instance(const struct signer *s)
{
    return s->identity.instance;
}

const struct identity *signer_identity(const struct signer *s)
{
    return &s->identity;
}

void signer_public_keys(const struct signer *s, uint8_t ret_sign[32], uint8_t ret_box[32])
{
    memcpy(ret_sign, s->identity.public_key, KEY_PUBLIC_SIZE);
    memcpy(ret_box, s->box_public, sizeof(s->box_public));
}

pid_t signer_process(struct signer *s)
{
    pid_t process;

    pthread_mutex_lock(&s->lock);
    process = s->process;
    pthread_mutex_unlock(&s->lock);
    return process;
}

int signer_sign_head(struct signer *s, const struct ledger_head *head, struct error *err,
                     uint8_t ret[SIGNER_SIGNATURE])
{
    struct signer_request request = { .work = WORK_HEAD, .seq = head->seq };
    struct signer_answer answer;
    int r;

    memcpy(request.hash, head->hash.bytes, sizeof(request.hash));
    r = ask(s, &request, err, &answer);
    if (r == 0) {
        memcpy(ret, answer.bytes, SIGNER_SIGNATURE);
    }
    return r;
}

int signer_sign(struct signer *s, enum signer_purpose purpose, const uint8_t hash[SIGNER_HASH],
                struct error *err, uint8_t ret[SIGNER_SIGNATURE])
{
    struct signer_request request = { .work = WORK_SIGN, .purpose = purpose };
    struct signer_answer answer;
    int r;

    memcpy(request.hash, hash, sizeof(request.hash));
    r = ask(s, &request, err, &answer);
    if (r == 0) {
        memcpy(ret, answer.bytes, SIGNER_SIGNATURE);
    }
    return r;
}

bool signer_verify(const uint8_t public_key[32], enum signer_purpose purpose,
                   const uint8_t hash[SIGNER_HASH], const uint8_t signature[SIGNER_SIGNATURE])
{
    uint8_t message[SIGNER_MESSAGE_SIZE];

    return signer_message(purpose, hash, message) &&
           crypto_sign_verify_detached(signature, message, sizeof(message), public_key) == 0;
}

int signer_unseal(struct signer *s, const uint8_t *sealed, size_t len, struct error *err,
                  uint8_t *ret, size_t ret_len)
{
    struct signer_request request = { .work = WORK_UNSEAL, .sealed_len = len };
    struct signer_answer answer;
    int r;

    if (ret_len > SIGNER_UNSEALED_MAX || len != ret_len + crypto_box_SEALBYTES) {
        return error_set(err, EN_CORRUPT, "the sealed box has another size than it must have");
    }
    memcpy(request.sealed, sealed, len);
    r = ask(s, &request, err, &answer);
    if (r == EN_CORRUPT) {
        return error_set(err, r, "the box was not sealed for this instance, or was changed");
    }
    if (r == 0) {
        memcpy(ret, answer.bytes, ret_len);
    }
    sodium_memzero(&answer, sizeof(answer));
    return r;
}

int signer_ecdsa(struct signer *s, const uint8_t sha256[SIGNER_HASH], struct error *err,
                 uint8_t ret[SIGNER_SIGNATURE])
{
    struct signer_request request = { .work = WORK_ECDSA };
    struct signer_answer answer;
    int r;

    memcpy(request.hash, sha256, sizeof(request.hash));
    r = ask(s, &request, err, &answer);
    if (r == 0) {
        memcpy(ret, answer.bytes, SIGNER_SIGNATURE);
    }
    return r;
}

int signer_ecdsa_public(struct signer *s, struct error *err, uint8_t ret[64])
{
    struct signer_request request = { .work = WORK_ECDSA_PUBLIC };
    struct signer_answer answer;
    int r = ask(s, &request, err, &answer);

    if (r == 0) {
        memcpy(ret, answer.bytes, 64);
    }
    return r;
}

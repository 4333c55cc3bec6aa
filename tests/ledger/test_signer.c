/*
 * The signing process: what it signs, what it never does, and what happens when it or its parent
 * dies.
 */
#include "fixture.h"

#include "base/sandbox.h"
#include "ledger/signer.h"

#include <nettle/ecc-curve.h>
#include <nettle/ecdsa.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const uint8_t a_hash[32] = "what is signed, hashed elsewhere";

static void path_of(const struct fixture *f, const char *name, char ret[128])
{
    snprintf(ret, 128, "%s/%s", f->ledger_dir, name);
}

static struct signer *signer_of(struct fixture *f)
{
    return ledger_signer(f->l);
}

static void a_signature_holds_for_one_purpose_and_one_hash(void **state)
{
    static const enum signer_purpose purposes[] = { SIGN_BUNDLE, SIGN_RECEIPT, SIGN_CARD };
    struct fixture *f = *state;
    uint8_t key[32];
    uint8_t box[32];
    uint8_t other[32] = { 1 };
    uint8_t signature[64];

    signer_public_keys(signer_of(f), key, box);
    for (size_t i = 0; i < 3; i++) {
        assert_ok(f, signer_sign(signer_of(f), purposes[i], a_hash, &f->err, signature));
        for (size_t k = 0; k < 3; k++) {
            assert_int_equal(signer_verify(key, purposes[k], a_hash, signature), i == k);
        }
        assert_false(signer_verify(key, SIGN_HEAD, a_hash, signature));
        assert_false(signer_verify(key, purposes[i], other, signature));
        assert_false(signer_verify(box, purposes[i], a_hash, signature));
        signature[63] ^= 1;
        assert_false(signer_verify(key, purposes[i], a_hash, signature));
    }
}

static void a_head_is_not_signed_as_a_bare_hash(void **state)
{
    struct fixture *f = *state;
    uint8_t signature[64];

    assert_int_equal(signer_sign(signer_of(f), SIGN_HEAD, a_hash, &f->err, signature), EN_INVALID);
    assert_int_equal(signer_sign(signer_of(f), (enum signer_purpose)99, a_hash, &f->err, signature),
                     EN_INVALID);
}

static void it_signs_heads_as_the_key_itself_does(void **state)
{
    struct fixture *f = *state;
    struct ledger_head head = { .seq = 7 };
    uint8_t expected[SIGNATURE_SIZE];
    uint8_t signature[64];
    struct key key;
    char path[128];

    memcpy(head.hash.bytes, a_hash, sizeof(a_hash));
    path_of(f, "key", path);
    assert_ok(f, key_load(path, &f->err, &key));
    key_sign_head(&key, &head, expected);
    assert_ok(f, signer_sign_head(signer_of(f), &head, &f->err, signature));
    assert_memory_equal(expected, signature, sizeof(signature));
}

static void a_box_sealed_for_it_is_opened_and_no_other(void **state)
{
    struct fixture *f = *state;
    uint8_t session[32] = "the key of a bundle";
    uint8_t sealed[32 + crypto_box_SEALBYTES];
    uint8_t opened[32] = { 0 };
    uint8_t key[32];
    uint8_t box[32];

    signer_public_keys(signer_of(f), key, box);
    assert_int_equal(crypto_box_seal(sealed, session, sizeof(session), box), 0);
    assert_ok(f, signer_unseal(signer_of(f), sealed, sizeof(sealed), &f->err, opened, 32));
    assert_memory_equal(session, opened, 32);
    memset(opened, 0, sizeof(opened));
    assert_int_equal(signer_unseal(signer_of(f), sealed, sizeof(sealed), &f->err, opened, 31),
                     EN_CORRUPT);
    for (size_t i = 0; i < sizeof(sealed); i += 5) {
        sealed[i] ^= 1;
        assert_int_equal(signer_unseal(signer_of(f), sealed, sizeof(sealed), &f->err, opened, 32),
                         EN_CORRUPT);
        sealed[i] ^= 1;
    }
    assert_int_equal(signer_unseal(signer_of(f), sealed, 10, &f->err, opened, 32), EN_CORRUPT);
    assert_true(sodium_is_zero(opened, sizeof(opened)));
}

static bool ecdsa_holds(const uint8_t point[64], const uint8_t hash[32],
                        const uint8_t signature[64])
{
    struct dsa_signature s;
    struct ecc_point p;
    mpz_t x;
    mpz_t y;
    bool holds;

    mpz_init(x);
    mpz_init(y);
    dsa_signature_init(&s);
    ecc_point_init(&p, nettle_get_secp_256r1());
    mpz_import(x, 32, 1, 1, 0, 0, point);
    mpz_import(y, 32, 1, 1, 0, 0, point + 32);
    mpz_import(s.r, 32, 1, 1, 0, 0, signature);
    mpz_import(s.s, 32, 1, 1, 0, 0, signature + 32);
    holds = ecc_point_set(&p, x, y) == 1 && ecdsa_verify(&p, 32, hash, &s) == 1;
    mpz_clear(x);
    mpz_clear(y);
    dsa_signature_clear(&s);
    ecc_point_clear(&p);
    return holds;
}

static void its_ecdsa_key_is_the_same_after_a_restart_and_signs(void **state)
{
    struct fixture *f = *state;
    uint8_t point[64];
    uint8_t again[64];
    uint8_t signature[64];

    assert_ok(f, signer_ecdsa_public(signer_of(f), &f->err, point));
    for (int i = 0; i < 40; i++) {
        uint8_t hash[32];

        randombytes_buf(hash, sizeof(hash));
        assert_ok(f, signer_ecdsa(signer_of(f), hash, &f->err, signature));
        assert_true(ecdsa_holds(point, hash, signature));
        hash[i % 32] ^= 0x10;
        assert_false(ecdsa_holds(point, hash, signature));
    }
    fixture_reopen(f);
    assert_ok(f, signer_ecdsa_public(signer_of(f), &f->err, again));
    assert_memory_equal(point, again, sizeof(point));
}

enum { CHUNK = 1 << 16, REGION_MAX = 1 << 30 };

/* What is looked for is kept turned over, byte by byte, so that the search does not find itself. */
static bool chunk_has(const uint8_t *chunk, size_t size, const uint8_t *turned, size_t len)
{
    for (size_t i = 0; i + len <= size; i++) {
        size_t k = 0;

        while (k < len && (chunk[i + k] ^ turned[k]) == 0xff) {
            k++;
        }
        if (k == len) {
            return true;
        }
    }
    return false;
}

static bool region_has(FILE *memory, unsigned long from, unsigned long to, const uint8_t *turned,
                       size_t len)
{
    static uint8_t chunk[CHUNK];
    bool found = false;

    for (unsigned long at = from; at < to && !found; at += CHUNK - 128) {
        size_t size = to - at < CHUNK ? to - at : CHUNK;

        if (fseek(memory, (long)at, SEEK_SET) == 0 && fread(chunk, 1, size, memory) == size) {
            found = chunk_has(chunk, size, turned, len);
        }
        sodium_memzero(chunk, sizeof(chunk));
    }
    return found;
}

/* Whether anything that this process can write to holds these bytes. */
static bool memory_has(const uint8_t *turned, size_t len)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    FILE *memory = fopen("/proc/self/mem", "rb");
    char line[512];
    bool found = false;

    assert_non_null(maps);
    assert_non_null(memory);
    setvbuf(memory, NULL, _IONBF, 0);
    while (!found && fgets(line, sizeof(line), maps)) {
        unsigned long from;
        unsigned long to;
        char mode[5];

        if (sscanf(line, "%lx-%lx %4s", &from, &to, mode) == 3 && mode[1] == 'w' &&
            to - from <= REGION_MAX) { /* larger ones are the sanitizers' */
            found = region_has(memory, from, to, turned, len);
        }
    }
    fclose(maps);
    fclose(memory);
    return found;
}

static void turned_seed(const struct fixture *f, uint8_t ret[32], uint8_t ret_hex[64])
{
    struct key key;
    char path[128];
    char hex[65];

    path_of(f, "key", path);
    assert_int_equal(key_load(path, NULL, &key), 0);
    sodium_bin2hex(hex, sizeof(hex), key.seed, sizeof(key.seed));
    for (size_t i = 0; i < 32; i++) {
        ret[i] = (uint8_t)~key.seed[i];
    }
    for (size_t i = 0; i < 64; i++) {
        ret_hex[i] = (uint8_t)~hex[i];
    }
    key_done(&key);
    sodium_memzero(hex, sizeof(hex));
}

static void the_process_that_writes_does_not_have_the_seed(void **state)
{
    struct fixture *f = *state;
    uint8_t turned[32];
    uint8_t turned_hex[64];
    uint8_t *planted = malloc(32);

    assert_non_null(planted);
    put(f, 1, -1, "{}");
    turned_seed(f, turned, turned_hex);
    assert_false(memory_has(turned, 32));
    assert_false(memory_has(turned_hex, 64));
    for (size_t i = 0; i < 32; i++) { /* or the search would find nothing ever */
        planted[i] = (uint8_t)~turned[i];
    }
    assert_true(memory_has(turned, 32));
    free(planted);
}

struct orphan {
    pid_t signer;
};

/* Opens the ledger, tells which process signs, and waits to be killed. */
static void parent_to_be_killed(const struct fixture *f, int out)
{
    struct ledger_options o = { .directory = f->ledger_dir, .now_ms = NOW_MS };
    struct ledger *l = NULL;
    struct orphan told;

    if (ledger_open(&o, NULL, &l) != 0) {
        _exit(2);
    }
    told.signer = signer_process(ledger_signer(l));
    if (write(out, &told, sizeof(told)) != (ssize_t)sizeof(told)) {
        _exit(3);
    }
    for (;;) {
        pause();
    }
}

static void it_ends_when_its_parent_is_killed(void **state)
{
    struct fixture *f = *state;
    struct orphan told = { 0 };
    int status = 0;
    int ends[2];
    pid_t parent;

    fixture_close(f);
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0); /* orphans come to this process */
    assert_int_equal(pipe(ends), 0);
    parent = fork();
    if (parent == 0) {
        parent_to_be_killed(f, ends[1]);
    }
    assert_int_equal(read(ends[0], &told, sizeof(told)), sizeof(told));
    assert_int_equal(kill(told.signer, 0), 0);
    assert_int_equal(kill(parent, SIGKILL), 0);
    assert_int_equal(waitpid(parent, &status, 0), parent);
    assert_int_equal(waitpid(told.signer, &status, 0), told.signer);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
    close(ends[0]);
    close(ends[1]);
    fixture_reopen(f);
}

static void it_ends_when_the_ledger_is_closed(void **state)
{
    struct fixture *f = *state;
    pid_t process = signer_process(signer_of(f));

    assert_int_equal(kill(process, 0), 0);
    fixture_close(f);
    assert_int_equal(kill(process, 0), -1);
    assert_int_equal(waitpid(process, NULL, WNOHANG), -1); /* and was waited for */
}

static void signals_of_the_terminal_do_not_end_it(void **state)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGALRM };
    struct fixture *f = *state;
    pid_t process = signer_process(signer_of(f));

    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
        assert_int_equal(kill(process, signals[i]), 0);
    }
    put(f, 1, -1, "{}");
    assert_int_equal(signer_process(signer_of(f)), process);
}

static void nobody_looks_into_it_and_it_filters_its_calls(void **state)
{
    struct fixture *f = *state;
    char path[64];
    char line[256];
    int filters = 0;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/status", (int)signer_process(signer_of(f)));
    file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, sizeof(line), file)) {
        filters += strcmp(line, "Seccomp:\t2\n") == 0 || strcmp(line, "NoNewPrivs:\t1\n") == 0 ||
                   strcmp(line, "Name:\tentente-signer\n") == 0 ||
                   strcmp(line, "Threads:\t1\n") == 0;
    }
    fclose(file);
    assert_int_equal(filters, 4);
    snprintf(path, sizeof(path), "/proc/%d/fd/1", (int)signer_process(signer_of(f)));
    assert_int_not_equal(access(path, F_OK), 0);
}

static void a_killed_one_is_started_again(void **state)
{
    struct fixture *f = *state;
    pid_t before = signer_process(signer_of(f));

    put(f, 1, -1, "{}");
    assert_int_equal(kill(before, SIGKILL), 0);
    put(f, 1, -1, "{\"a\":1}");
    assert_int_not_equal(signer_process(signer_of(f)), before);
    assert_sound(f);
}

static void a_killed_one_without_its_key_file_refuses_writes_by_name(void **state)
{
    struct fixture *f = *state;
    struct draft d = put_of(2, 0, "{}");
    struct appended ret;
    char key[128];
    char away[128];

    path_of(f, "key", key);
    path_of(f, "away", away);
    put(f, 1, -1, "{}");
    assert_int_equal(rename(key, away), 0);
    assert_int_equal(kill(signer_process(signer_of(f)), SIGKILL), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(append(f, &d, 1, &ret), EN_IO);
        assert_non_null(strstr(f->err.message, "signing process"));
        assert_non_null(strstr(f->err.message, "there is no key"));
    }
    assert_int_equal(rename(away, key), 0);
    assert_ok(f, append(f, &d, 1, &ret));
    assert_int_equal(ret.version, 1); /* what was refused left nothing */
    assert_sound(f);
}

static void another_key_in_its_place_is_not_used(void **state)
{
    struct fixture *f = *state;
    struct draft d = put_of(2, 0, "{}");
    struct appended ret;
    struct key other;
    char key[128];

    path_of(f, "key", key);
    assert_int_equal(unlink(key), 0);
    key_make(NOW_MS, &other);
    assert_ok(f, key_save(key, &other, &f->err));
    assert_int_equal(kill(signer_process(signer_of(f)), SIGKILL), 0);
    assert_int_equal(append(f, &d, 1, &ret), EN_IO);
    assert_non_null(strstr(f->err.message, "another one now"));
    assert_int_equal(ledger_backup(f->l, f->backup, NULL, &f->err), EN_CONFLICT);
}

enum { CALLERS = 6, ROUNDS = 60 };

static void *sign_much(void *context)
{
    struct fixture *f = context;
    uint8_t key[32];
    uint8_t box[32];

    signer_public_keys(signer_of(f), key, box);
    for (int i = 0; i < ROUNDS; i++) {
        uint8_t hash[32];
        uint8_t signature[64];

        randombytes_buf(hash, sizeof(hash));
        if (signer_sign(signer_of(f), SIGN_BUNDLE, hash, NULL, signature) != 0 ||
            !signer_verify(key, SIGN_BUNDLE, hash, signature)) {
            return f; /* a signature of another caller's hash, or none */
        }
    }
    return NULL;
}

static void many_callers_each_get_their_own_signature(void **state)
{
    struct fixture *f = *state;
    pthread_t threads[CALLERS];
    void *what = NULL;

    for (int i = 0; i < CALLERS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, sign_much, f), 0);
    }
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(threads[i], &what);
        assert_null(what);
    }
}

/* The call with this number in a child that may only write and exit. */
static int sandboxed(void (*act)(void))
{
    static const int calls[] = { SYS_write, SYS_exit_group };
    int status = 0;
    pid_t child = fork();

    if (child == 0) {
        if (sandbox_enter(calls, 2) != 0) {
            syscall(SYS_exit_group, 9);
        }
        act();
        syscall(SYS_exit_group, 0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

static void act_nothing(void)
{
    syscall(SYS_write, -1, "", 0);
}

static void act_open(void)
{
    syscall(SYS_openat, -1, "/dev/null", 0);
}

static void act_socket(void)
{
    syscall(SYS_socket, 1, 1, 0);
}

static void act_fork(void)
{
    syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

static void a_sandbox_kills_what_it_does_not_name(void **state)
{
    (void)state;
    assert_int_equal(sandboxed(act_nothing), 0);
    assert_int_equal(sandboxed(act_open), SIGSYS);
    assert_int_equal(sandboxed(act_socket), SIGSYS);
    assert_int_equal(sandboxed(act_fork), SIGSYS);
}

#define with_ledger(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_ledger(a_signature_holds_for_one_purpose_and_one_hash),
        with_ledger(a_head_is_not_signed_as_a_bare_hash),
        with_ledger(it_signs_heads_as_the_key_itself_does),
        with_ledger(a_box_sealed_for_it_is_opened_and_no_other),
        with_ledger(its_ecdsa_key_is_the_same_after_a_restart_and_signs),
        with_ledger(the_process_that_writes_does_not_have_the_seed),
        with_ledger(it_ends_when_its_parent_is_killed),
        with_ledger(it_ends_when_the_ledger_is_closed),
        with_ledger(signals_of_the_terminal_do_not_end_it),
        with_ledger(nobody_looks_into_it_and_it_filters_its_calls),
        with_ledger(a_killed_one_is_started_again),
        with_ledger(a_killed_one_without_its_key_file_refuses_writes_by_name),
        with_ledger(another_key_in_its_place_is_not_used),
        with_ledger(many_callers_each_get_their_own_signature),
        cmocka_unit_test(a_sandbox_kills_what_it_does_not_name),
    };

    return run_suite(tests);
}

/*
 * The instance key: made once, kept in the file `key` (mode 0600), loaded at every start.
 *
 * The file is text, four lines: "entente key 1", "instance <uuid>", "created <ms>", "ed25519 <seed
 * in hex>". Invariant: the secret exists in that file, in backups, and in this struct, which
 * key_done wipes and which only the signing process keeps (signer.h). It must never be written
 * anywhere else, never replaced once made, and never used when others on the machine may read it.
 */
#include "ledger/key.h"

#include "ledger/chain.h"
#include "ledger/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { KEY_FILE_MAX = 512 };

void key_from_seed(struct uuid instance, int64_t created_ms, const uint8_t seed[KEY_SEED_SIZE],
                   struct key *ret)
{
    ret->instance = instance;
    ret->created_ms = created_ms;
    memmove(ret->seed, seed, KEY_SEED_SIZE);
    crypto_sign_seed_keypair(ret->public_key, ret->secret_key, ret->seed);
}

void key_make(int64_t now_ms, struct key *ret)
{
    uint8_t seed[KEY_SEED_SIZE];

    randombytes_buf(seed, sizeof(seed));
    key_from_seed(uuid_new(now_ms), now_ms, seed, ret);
    sodium_memzero(seed, sizeof(seed));
}

struct identity key_identity(const struct key *key)
{
    struct identity ret = { .instance = key->instance, .created_ms = key->created_ms };

    memcpy(ret.public_key, key->public_key, KEY_PUBLIC_SIZE);
    return ret;
}

void key_done(struct key *key)
{
    sodium_memzero(key, sizeof(*key));
}

/* The rest of a line that starts with the word, or a slice with ptr NULL. */
static struct slice line_value(struct slice *rest, struct slice word)
{
    struct slice line = slice_cut(rest, '\n');

    if (!slice_starts(line, word)) {
        return slice_make(NULL, 0);
    }
    return slice_make(line.ptr + word.len, line.len - word.len);
}

static bool key_parse(struct slice text, struct key *ret)
{
    struct slice head = line_value(&text, S("entente key 1"));
    struct slice instance = line_value(&text, S("instance "));
    struct slice created = line_value(&text, S("created "));
    struct slice hex = line_value(&text, S("ed25519 "));
    uint8_t seed[KEY_SEED_SIZE];
    struct uuid id;
    int64_t created_ms;
    size_t len = 0;
    bool ok;

    ok = head.ptr && head.len == 0 && instance.ptr && uuid_parse(instance, &id) && created.ptr &&
         slice_to_int64(created, &created_ms) && hex.len == 2 * KEY_SEED_SIZE &&
         sodium_hex2bin(seed, sizeof(seed), hex.ptr, hex.len, NULL, &len, NULL) == 0 &&
         len == sizeof(seed) && slice_empty(text);
    if (ok) {
        key_from_seed(id, created_ms, seed, ret);
    }
    sodium_memzero(seed, sizeof(seed));
    return ok;
}

static int open_private(const char *path, struct error *err, int *ret_fd)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 && errno == ENOENT) {
        return error_set(err, EN_NOT_FOUND, "there is no key %s", path);
    }
    if (fd < 0) {
        return error_set(err, EN_IO, "cannot open the key %s: %s", path, strerror(errno));
    }
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || (info.st_mode & 077) != 0) {
        close(fd);
        return error_set(err, EN_FORBIDDEN,
                         "the key %s may be read by others; it must have mode 0600", path);
    }
    *ret_fd = fd;
    return 0;
}

int key_load(const char *path, struct error *err, struct key *ret)
{
    char text[KEY_FILE_MAX];
    ssize_t len;
    int fd = -1;
    int r = open_private(path, err, &fd);

    if (r != 0) {
        return r;
    }
    do {
        len = read(fd, text, sizeof(text));
    } while (len < 0 && errno == EINTR);
    close(fd);
    if (len < 0) {
        return error_set(err, EN_IO, "cannot read the key %s: %s", path, strerror(errno));
    }
    if (!key_parse(slice_make(text, (size_t)len), ret)) {
        r = error_set(err, EN_CORRUPT, "%s is not a key", path);
    }
    sodium_memzero(text, sizeof(text));
    return r;
}

int key_save(const char *path, const struct key *key, struct error *err)
{
    char instance[UUID_TEXT + 1];
    char hex[2 * KEY_SEED_SIZE + 1];
    char text[KEY_FILE_MAX];
    int len;
    int r;

    uuid_format(key->instance, instance);
    sodium_bin2hex(hex, sizeof(hex), key->seed, sizeof(key->seed));
    len = snprintf(text, sizeof(text), "entente key 1\ninstance %s\ncreated %lld\ned25519 %s\n",
                   instance, (long long)key->created_ms, hex);
    r = file_write_private(path, slice_make(text, (size_t)len), err);
    sodium_memzero(hex, sizeof(hex));
    sodium_memzero(text, sizeof(text));
    return r;
}

int key_load_or_make(const char *path, int64_t now_ms, struct error *err, struct key *ret)
{
    struct key made;
    int r = key_load(path, err, ret);

    if (r != EN_NOT_FOUND) {
        return r;
    }
    key_make(now_ms, &made);
    r = key_save(path, &made, err);
    key_done(&made);
    if (r != 0 && r != EN_CONFLICT) { /* EN_CONFLICT: another process was quicker, take its key */
        return r;
    }
    error_clear(err);
    return key_load(path, err, ret);
}

void key_sign_head(const struct key *key, const struct ledger_head *head,
                   uint8_t ret[SIGNATURE_SIZE])
{
    uint8_t message[HEAD_MESSAGE_SIZE];

    chain_head_message(key->instance, head, message);
    crypto_sign_detached(ret, NULL, message, sizeof(message), key->secret_key);
}

bool key_verify_head(const uint8_t public_key[KEY_PUBLIC_SIZE], struct uuid instance,
                     const struct ledger_head *head, const uint8_t signature[SIGNATURE_SIZE])
{
    uint8_t message[HEAD_MESSAGE_SIZE];

    chain_head_message(instance, head, message);
    return crypto_sign_verify_detached(signature, message, sizeof(message), public_key) == 0;
}

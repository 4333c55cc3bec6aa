/*
 * ECDSA on P-256 for XML signatures, by nettle, in the signing process alone.
 *
 * The private scalar is d = 1 + (BLAKE2b-512 keyed with the seed, over a fixed text) mod (n - 1): a
 * backup of the seed is a backup of this key. 512 bits over a range of 256 leave a bias below
 * 2^-250. Nonces are random (SP 800-90A is the kernel's). GMP allocates from the pool that is
 * passed in, which its owner locks and wipes; it must never reach the heap, and this file must
 * never run where another user of GMP does.
 */
#include "ledger/signer_internal.h"

#include <gmp.h>
#include <nettle/dsa.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecc.h>
#include <nettle/ecdsa.h>

/* FIPS 186-5 (SP 800-186) P-256: the order of the group, less one. */
static const char order_less_one[] =
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550";

/* GMP's allocator has no context; this process does one request at a time. */
static struct signer_pool *pool_in_use;

static void *pool_take(size_t size)
{
    struct signer_pool *pool = pool_in_use;
    uint8_t *ret = pool->bytes + pool->used;

    size = (size + 15) & ~(size_t)15;
    if (size > pool->size - pool->used) {
        __builtin_trap(); /* GMP cannot be told that there is no memory */
    }
    pool->used += size;
    return ret;
}

static void *pool_grow(void *old, size_t old_size, size_t size)
{
    void *ret = pool_take(size);

    memcpy(ret, old, old_size < size ? old_size : size);
    return ret;
}

static void pool_free(void *old, size_t size)
{
    (void)old; /* the whole pool is wiped after the request */
    (void)size;
}

static void draw(void *context, size_t size, uint8_t *ret)
{
    (void)context;
    randombytes_buf(ret, size);
}

static void use_pool(struct signer_pool *pool)
{
    pool_in_use = pool;
    mp_set_memory_functions(pool_take, pool_grow, pool_free);
}

static bool scalar(const uint8_t seed[KEY_SEED_SIZE], struct ecc_scalar *ret)
{
    static const char text[] = "entente ecdsa p-256 key 1";
    uint8_t wide[crypto_generichash_BYTES_MAX];
    mpz_t d;
    mpz_t most;
    int ok;

    crypto_generichash(wide, sizeof(wide), (const uint8_t *)text, sizeof(text) - 1, seed,
                       KEY_SEED_SIZE);
    mpz_init(d);
    mpz_import(d, sizeof(wide), 1, 1, 0, 0, wide);
    sodium_memzero(wide, sizeof(wide));
    mpz_init_set_str(most, order_less_one, 16);
    mpz_mod(d, d, most);
    mpz_add_ui(d, d, 1);
    ecc_scalar_init(ret, nettle_get_secp_256r1());
    ok = ecc_scalar_set(ret, d);
    return ok == 1;
}

/* Big-endian, with leading zeros. */
static void write_number(const mpz_t number, uint8_t ret[32])
{
    size_t len = (mpz_sizeinbase(number, 2) + 7) / 8;

    memset(ret, 0, 32);
    mpz_export(ret + 32 - len, NULL, 1, 1, 0, 0, number);
}

bool signer_ecdsa_sign(struct signer_pool *pool, const uint8_t seed[KEY_SEED_SIZE],
                       const uint8_t sha256[SIGNER_HASH], uint8_t ret[SIGNER_SIGNATURE])
{
    struct dsa_signature signature;
    struct ecc_scalar d;

    use_pool(pool);
    if (!scalar(seed, &d)) {
        return false;
    }
    dsa_signature_init(&signature);
    ecdsa_sign(&d, NULL, draw, SIGNER_HASH, sha256, &signature);
    write_number(signature.r, ret);
    write_number(signature.s, ret + 32);
    return true;
}

bool signer_ecdsa_point(struct signer_pool *pool, const uint8_t seed[KEY_SEED_SIZE],
                        uint8_t ret[64])
{
    struct ecc_point point;
    struct ecc_scalar d;
    mpz_t x;
    mpz_t y;

    use_pool(pool);
    if (!scalar(seed, &d)) {
        return false;
    }
    ecc_point_init(&point, nettle_get_secp_256r1());
    ecc_point_mul_g(&point, &d);
    mpz_init(x);
    mpz_init(y);
    ecc_point_get(&point, x, y);
    write_number(x, ret);
    write_number(y, ret + 32);
    return true;
}

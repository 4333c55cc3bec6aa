/*
 * Many decays at once. On x86-64 with AVX2 and FMA, four at a time: an estimate in doubles whose
 * error is bounded, floored where the bound proves the floor, and handed to the integer path where
 * it does not. So the result is the exact D in either form, bit for bit; only the speed differs.
 *
 *   dt = k 2^c + lo,   v = coarse[k] * exp((lo - half) * rate),   coarse[k] at the middle of block
 * k
 *
 * c is chosen so that the table has at most 2048 blocks up to 32 H, hence 2^c <= 32 H / 1024 and
 * |x| = |(lo - half) rate| <= (1/64) ln 2 = 0.01084. exp by its Taylor polynomial of degree 5:
 * remainder x^6/720 < 2^-48.6 relative; table, rate and rounding add less than 2^-50.5; v <= 2^32,
 * so the absolute error is below 2^-16.2. NEAR = 2^-15 leaves a factor of two. v further than NEAR
 * from every integer has floor(v) = D.
 *
 * It must never return an estimate that is not proven.
 */
#include "kernel/decay.h"

void decay_block_portable(const struct decay *d, uint32_t now, const uint32_t *at, size_t n,
                          uint64_t *ret)
{
    for (size_t i = 0; i < n; i++)
        ret[i] = at[i] <= now ? decay_of(d, (int64_t)(now - at[i])) : 0;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define NEAR 0x1p-15

/* Exact values for the lanes whose bit is set. */
__attribute__((noinline)) static void settle(const struct decay *d, uint32_t now,
                                             const uint32_t *at, int lanes, uint64_t *ret)
{
    for (int i = 0; i < 4; i++) {
        if (lanes >> i & 1)
            ret[i] = at[i] <= now ? decay_of(d, (int64_t)(now - at[i])) : 0;
    }
}

__attribute__((target("avx2,fma"))) static inline __m256d gather4(const double *table, __m128i k)
{
    /* four loads: as fast as vgatherdpd or faster on the processors measured */
    uint64_t low = (uint64_t)_mm_cvtsi128_si64(k);
    uint64_t high = (uint64_t)_mm_extract_epi64(k, 1);
    __m128d a = _mm_loadh_pd(_mm_load_sd(table + (uint32_t)low), table + (low >> 32));
    __m128d b = _mm_loadh_pd(_mm_load_sd(table + (uint32_t)high), table + (high >> 32));
    return _mm256_insertf128_pd(_mm256_castpd128_pd256(a), b, 1);
}

__attribute__((target("avx2,fma"))) static void
block_avx2(const struct decay *d, uint32_t now, const uint32_t *at, size_t n, uint64_t *ret)
{
    const __m128i now4 = _mm_set1_epi32((int)now);
    const __m128i shift = _mm_cvtsi32_si128((int)d->coarse_bits);
    const uint32_t block = (uint32_t)1 << d->coarse_bits;
    const __m128i low_bits = _mm_set1_epi32((int)(block - 1));
    const __m128i half = _mm_set1_epi32((int)(block / 2));
    const __m128i past = _mm_set1_epi32(DECAY_COARSE_SIZE);
    const __m256d rate = _mm256_set1_pd(d->rate), one = _mm256_set1_pd(1.0);
    const __m256d c2 = _mm256_set1_pd(1.0 / 2), c3 = _mm256_set1_pd(1.0 / 6);
    const __m256d c4 = _mm256_set1_pd(1.0 / 24), c5 = _mm256_set1_pd(1.0 / 120);
    const __m256d near = _mm256_set1_pd(NEAR), magic = _mm256_set1_pd(0x1p52);
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        __m128i dt = _mm_sub_epi32(now4, _mm_loadu_si128((const __m128i *)(const void *)(at + i)));
        __m128i k = _mm_min_epu32(_mm_srl_epi32(dt, shift), past);
        __m128i lo = _mm_sub_epi32(_mm_and_si128(dt, low_bits), half);
        __m256d x = _mm256_mul_pd(_mm256_cvtepi32_pd(lo), rate);
        __m256d y = _mm256_fmadd_pd(x, c5, c4);
        y = _mm256_fmadd_pd(x, y, c3);
        y = _mm256_fmadd_pd(x, y, c2);
        y = _mm256_fmadd_pd(x, y, one);
        y = _mm256_fmadd_pd(x, y, one);
        __m256d v = _mm256_mul_pd(y, gather4(d->coarse, k));
        __m256d whole = _mm256_floor_pd(v);
        __m256d rest = _mm256_sub_pd(v, whole);
        __m256d doubt = _mm256_or_pd(_mm256_cmp_pd(rest, near, _CMP_LT_OQ),
                                     _mm256_cmp_pd(rest, _mm256_sub_pd(one, near), _CMP_GT_OQ));
        __m256i bits = _mm256_castpd_si256(_mm256_add_pd(whole, magic));
        bits = _mm256_xor_si256(bits, _mm256_castpd_si256(magic));
        _mm256_storeu_si256((__m256i *)(void *)(ret + i), bits);
        int lanes = _mm256_movemask_pd(doubt);
        if (__builtin_expect(lanes != 0, 0))
            settle(d, now, at + i, lanes, ret + i);
    }
    decay_block_portable(d, now, at + i, n - i, ret + i);
}
#endif

void decay_block(const struct decay *d, uint32_t now, const uint32_t *at, size_t n, uint64_t *ret)
{
    if (d->half_life == DECAY_NONE) {
        for (size_t i = 0; i < n; i++)
            ret[i] = DECAY_ONE;
        return;
    }
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        block_avx2(d, now, at, n, ret);
        return;
    }
#endif
    decay_block_portable(d, now, at, n, ret);
}

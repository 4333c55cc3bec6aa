/*
 * w_micro * D for up to TRUST_BLOCK items (trust_block.h): first what the view leaves of the
 * weights, then all decays (decay_block), then the products. D is at most 2^32 and a weight below
 * 2^32, so a product fits 64 bits. Integers only; the vector form is the same sums in another order
 * of work.
 *
 * It must never branch on a label: which items are readable must not show in more than the result,
 * and the branch would be mispredicted half of the time.
 */
#include "kernel/trust_block.h"

#include <string.h>

/* 1 when the view has the label's bit, without a branch. */
static inline uint32_t readable_bit(const uint64_t *labels, uint32_t count, uint32_t label)
{
    uint32_t within = label < count;
    uint32_t at = within ? label : 0;
    return (uint32_t)(labels[at >> 6] >> (at & 63U)) & within;
}

/* Weights of items that the labels allow; the rest 0. */
static void readable_weights(const struct trust_run *run, size_t n, uint32_t *ret)
{
    const struct trust_view *v = run->view;
    uint32_t count = v->label_count < UINT32_MAX ? (uint32_t)v->label_count : UINT32_MAX;
    if (count == 0) {
        memset(ret, 0, n * sizeof(*ret));
        return;
    }
    for (size_t i = 0; i < n; i++)
        ret[i] = run->weight[i] & (0U - readable_bit(v->labels, count, run->label[i]));
}

/* Decays of all items, by the half-life of each one's valence; false: all fit 32 bits. */
static bool block_decays(const struct trust_run *run, size_t n, uint64_t *ret)
{
    bool whole = decay_block(run->kept, run->now, run->since, n, ret);
    if (run->kept == run->broken)
        return whole;
    uint64_t other[TRUST_BLOCK];
    whole |= decay_block(run->broken, run->now, run->since, n, other);
    for (size_t i = 0; i < n; i++)
        ret[i] = trust_side_broken(run->side[i]) ? other[i] : ret[i];
    return whole;
}

static uint32_t multiply(const struct trust_run *run, const uint32_t *weight, size_t n,
                         uint64_t *ret)
{
    uint32_t all = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t w = run->since[i] <= run->seen_until ? weight[i] : 0;
        ret[i] *= w;
        all |= w;
    }
    return all;
}

uint32_t trust_products_portable(const struct trust_run *run, size_t n, uint64_t *ret)
{
    uint32_t readable[TRUST_BLOCK];
    const uint32_t *weight = run->weight;
    if (run->view->labels) {
        readable_weights(run, n, readable);
        weight = readable;
    }
    (void)block_decays(run, n, ret);
    return multiply(run, weight, n, ret);
}

#if defined(__x86_64__)
#include <immintrin.h>

static inline __m128i load4(const uint32_t *p)
{
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}

/* All-ones in the 32-bit lanes whose label bit is set in a mask of at most 64 labels: a shift by 64
 * or more gives 0. */
__attribute__((target("avx2"))) static inline __m128i readable4(__m256i mask, __m128i label)
{
    __m256i bit = _mm256_slli_epi64(_mm256_srlv_epi64(mask, _mm256_cvtepu32_epi64(label)), 63);
    __m256 high = _mm256_castsi256_ps(bit); /* the sign of each upper half */
    __m128 lanes = _mm_shuffle_ps(_mm256_castps256_ps128(high), _mm256_extractf128_ps(high, 1),
                                  _MM_SHUFFLE(3, 1, 3, 1));
    return _mm_srai_epi32(_mm_castps_si128(lanes), 31);
}

/* The visible weights of items i .. i+3; mask: at most 64 labels, or NULL. */
__attribute__((target("avx2"))) static inline __m128i
visible4(const struct trust_run *run, const uint32_t *weight, const __m256i *mask, size_t i)
{
    __m128i until = _mm_set1_epi32((int)run->seen_until);
    __m128i since = load4(run->since + i);
    __m128i seen = _mm_cmpeq_epi32(_mm_min_epu32(since, until), since);
    __m128i w = _mm_and_si128(load4(weight + i), seen);
    return mask ? _mm_and_si128(w, readable4(*mask, load4(run->label + i))) : w;
}

/* Multiplies ret[i] = D by the visible weight, four at a time. whole: some D may be 2^32, with its
 * bit above the 32 that are multiplied. Constants choose the variant at compile time. */
__attribute__((target("avx2"), always_inline)) static inline uint32_t
multiply_by4(const struct trust_run *run, const uint32_t *weight, const __m256i *mask, bool whole,
             size_t n, uint64_t *ret)
{
    __m128i all = _mm_setzero_si128();
    for (size_t i = 0; i < n; i += 4) {
        __m128i w = visible4(run, weight, mask, i);
        __m256i wide = _mm256_cvtepu32_epi64(w);
        __m256i *at = (__m256i *)(void *)(ret + i);
        __m256i d = _mm256_loadu_si256(at);
        __m256i product = _mm256_mul_epu32(wide, d);
        if (whole) {
            __m256i high = _mm256_mul_epu32(wide, _mm256_srli_epi64(d, 32));
            product = _mm256_add_epi64(product, _mm256_slli_epi64(high, 32));
        }
        _mm256_storeu_si256(at, product);
        all = _mm_or_si128(all, w);
    }
    all = _mm_or_si128(all, _mm_srli_si128(all, 8));
    all = _mm_or_si128(all, _mm_srli_si128(all, 4));
    return (uint32_t)_mm_cvtsi128_si32(all);
}

__attribute__((target("avx2"))) static uint32_t multiply_avx2(const struct trust_run *run,
                                                              const uint32_t *weight, bool whole,
                                                              size_t n, uint64_t *ret)
{
    if (whole)
        return multiply_by4(run, weight, NULL, true, n, ret);
    return multiply_by4(run, weight, NULL, false, n, ret);
}

__attribute__((target("avx2"))) static uint32_t multiply_masked_avx2(const struct trust_run *run,
                                                                     uint64_t mask, bool whole,
                                                                     size_t n, uint64_t *ret)
{
    const __m256i labels = _mm256_set1_epi64x((long long)mask);
    if (whole)
        return multiply_by4(run, run->weight, &labels, true, n, ret);
    return multiply_by4(run, run->weight, &labels, false, n, ret);
}

/* A mask of at most 64 labels, cut to those it covers. */
static uint64_t small_mask(const struct trust_view *v)
{
    if (v->label_count == 0)
        return 0;
    return v->labels[0] & (UINT64_MAX >> (64 - v->label_count));
}

static uint32_t products_avx2(const struct trust_run *run, size_t n, uint64_t *ret)
{
    bool whole = block_decays(run, n, ret);
    if (!run->view->labels)
        return multiply_avx2(run, run->weight, whole, n, ret);
    if (run->view->label_count <= 64)
        return multiply_masked_avx2(run, small_mask(run->view), whole, n, ret);
    uint32_t readable[TRUST_BLOCK];
    readable_weights(run, n, readable);
    return multiply_avx2(run, readable, whole, n, ret);
}
#endif

uint32_t trust_products(const struct trust_run *run, size_t n, uint64_t *ret)
{
#if defined(__x86_64__)
    if (n % 4 == 0 && __builtin_cpu_supports("avx2"))
        return products_avx2(run, n, ret);
#endif
    return trust_products_portable(run, n, ret);
}

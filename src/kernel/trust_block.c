/*
 * w_micro * D for up to TRUST_BLOCK items (trust_block.h). D is at most 2^32 and a weight below
 * 2^32, so a product fits 64 bits.
 *
 * On x86-64 with AVX2 and FMA, eight at a time: an estimate of D in doubles whose error is bounded.
 * Where the bound proves the floor it is used, and where it does not the items go to the integer
 * path. So the result is the exact D in either form, bit for bit; only the speed differs.
 *
 *   dt = k 2^c + lo,   v = coarse[k] * exp((lo - half) * rate),   coarse[k] at the middle of block
 * k
 *
 * c is chosen so that the table has at most 2048 blocks up to 32 H, hence 2^c <= 32 H / 1024 and
 * |x| = |(lo - half) rate| <= (1/64) ln 2 = 0.01084. exp by its Taylor polynomial of degree 5:
 * remainder x^6/720 < 2^-48.6 relative; table, coefficients and rounding add less than 2^-50.5;
 * v <= 2^32, so the absolute error is below 2^-16.2.
 *
 * The floor: t = v + 2^36 is v in fixed point, 16 fraction bits, in the low bits of the double
 * (rounded: at most 2^-17 more). If the fraction is further than NEAR = 4 units (2^-14) from an
 * integer, the bits above it are D. Blocks that begin past 32 H hold 1/2: D = 0, and far from an
 * integer. D = 2^32 is an integer, so it always takes the integer path.
 *
 * It must never use an estimate that is not proven, and never branch on a label: the branch would
 * be mispredicted half of the time.
 */
#include "kernel/trust_block.h"

#include <string.h>

enum {
    GROUP = 32, /* items that go to the integer path together: 0.5 % of the groups */
    WIDTH = 8,  /* items at a time */
    NEAR = 4,   /* units of 2^-16 */
};

/* 1 when the view has the label's bit, without a branch. */
static inline uint32_t readable_bit(const uint64_t *labels, uint32_t count, uint32_t label)
{
    uint32_t within = label < count;
    uint32_t at = within ? label : 0;
    return (uint32_t)(labels[at >> 6] >> (at & 63U)) & within;
}

/* Weights of items that the labels allow; the rest 0. */
static void readable_weights_portable(const struct trust_run *run, size_t from, size_t n,
                                      uint32_t *ret)
{
    const struct trust_view *v = run->view;
    uint32_t count = v->label_count < UINT32_MAX ? (uint32_t)v->label_count : UINT32_MAX;
    if (count == 0) {
        memset(ret, 0, n * sizeof(*ret));
        return;
    }
    for (size_t i = from; i < n; i++)
        ret[i] = run->weight[i] & (0U - readable_bit(v->labels, count, run->label[i]));
}

/* Items of one half-life, times as in struct trust_run, weights after labels. */
struct part {
    const uint32_t *since, *weight;
    uint32_t now, seen_until;
    const struct decay *decay;
};

static uint32_t multiply(const struct part *p, size_t from, size_t until, uint64_t *ret)
{
    uint32_t all = 0;
    for (size_t i = from; i < until; i++) {
        ret[i] = 0;
        if (p->since[i] > p->seen_until)
            continue;
        ret[i] = p->weight[i] * decay_of(p->decay, (int64_t)(p->now - p->since[i]));
        all |= p->weight[i];
    }
    return all;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define VECTOR __attribute__((target("avx2,fma")))
#define VECTOR_INLINE __attribute__((target("avx2,fma"), always_inline)) static inline

/* What eight items are computed with. */
struct constants {
    __m256i now, seen_until, low_bits, half, past;
    __m128i shift;
    __m256d c1, c2, c3, c4, c5; /* rate^k / k! */
    const double *coarse;
};

VECTOR_INLINE struct constants constants_of(const struct part *p)
{
    const double x = p->decay->rate;
    const uint32_t block = (uint32_t)1 << p->decay->coarse_bits;
    return (struct constants){
        .now = _mm256_set1_epi32((int)p->now),
        .seen_until = _mm256_set1_epi32((int)p->seen_until),
        .low_bits = _mm256_set1_epi32((int)(block - 1)),
        .half = _mm256_set1_epi32((int)(block / 2)),
        .past = _mm256_set1_epi32(DECAY_COARSE_SIZE),
        .shift = _mm_cvtsi32_si128((int)p->decay->coarse_bits),
        .c1 = _mm256_set1_pd(x),
        .c2 = _mm256_set1_pd(x * x / 2),
        .c3 = _mm256_set1_pd(x * x * x / 6),
        .c4 = _mm256_set1_pd(x * x * x * x / 24),
        .c5 = _mm256_set1_pd(x * x * x * x * x / 120),
        .coarse = p->decay->coarse,
    };
}

VECTOR_INLINE __m256i load8(const uint32_t *p)
{
    return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

/* Four loads by hand: faster than vgatherdpd on the processors measured. */
VECTOR_INLINE __m256d gather4(const double *table, const uint32_t *k)
{
    __m128d a = _mm_loadh_pd(_mm_load_sd(table + k[0]), table + k[1]);
    __m128d b = _mm_loadh_pd(_mm_load_sd(table + k[2]), table + k[3]);
    return _mm256_insertf128_pd(_mm256_castpd128_pd256(a), b, 1);
}

/* base * exp(lo * rate) in fixed point, 16 fraction bits. */
VECTOR_INLINE __m256i fixed4(const struct constants *c, __m256d base, __m128i lo)
{
    __m256d x = _mm256_cvtepi32_pd(lo);
    __m256d y = _mm256_fmadd_pd(x, c->c5, c->c4);
    y = _mm256_fmadd_pd(x, y, c->c3);
    y = _mm256_fmadd_pd(x, y, c->c2);
    y = _mm256_fmadd_pd(x, y, c->c1);
    y = _mm256_fmadd_pd(x, y, _mm256_set1_pd(1.0));
    return _mm256_castpd_si256(_mm256_fmadd_pd(base, y, _mm256_set1_pd(0x1p36)));
}

/* Eight decays in fixed point, four each. */
VECTOR_INLINE void fixed8(const struct constants *c, __m256i since, __m256i *ret_a, __m256i *ret_b)
{
    uint32_t k[WIDTH];
    __m256i dt = _mm256_sub_epi32(c->now, since);
    _mm256_storeu_si256((__m256i *)(void *)k,
                        _mm256_min_epu32(_mm256_srl_epi32(dt, c->shift), c->past));
    __m256i lo = _mm256_sub_epi32(_mm256_and_si256(dt, c->low_bits), c->half);
    *ret_a = fixed4(c, gather4(c->coarse, k), _mm256_castsi256_si128(lo));
    *ret_b = fixed4(c, gather4(c->coarse, k + 4), _mm256_extracti128_si256(lo, 1));
}

/* Eight products; lowers *near to how far the fractions are from an integer, as (fraction + NEAR)
 * << 16. */
VECTOR_INLINE __m256i products8(const struct constants *c, const struct part *p, size_t i,
                                __m256i *near, uint64_t *ret)
{
    __m256i a, b, since = load8(p->since + i);
    fixed8(c, since, &a, &b);
    __m256i seen = _mm256_cmpeq_epi32(_mm256_min_epu32(since, c->seen_until), since);
    __m256i w = _mm256_and_si256(load8(p->weight + i), seen);
    __m256i fractions = _mm256_blend_epi32(a, _mm256_slli_epi64(b, 32), 0xaa);
    fractions = _mm256_add_epi32(fractions, _mm256_set1_epi32(NEAR));
    *near = _mm256_min_epu32(*near, _mm256_slli_epi32(fractions, 16));
    __m256i wa = _mm256_cvtepu32_epi64(_mm256_castsi256_si128(w));
    __m256i wb = _mm256_cvtepu32_epi64(_mm256_extracti128_si256(w, 1));
    __m256i *to = (__m256i *)(void *)(ret + i);
    _mm256_storeu_si256(to, _mm256_mul_epu32(_mm256_srli_epi64(a, 16), wa));
    _mm256_storeu_si256(to + 1, _mm256_mul_epu32(_mm256_srli_epi64(b, 16), wb));
    return w;
}

VECTOR_INLINE bool too_near(__m256i near)
{
    __m256i bound = _mm256_set1_epi32(2 * NEAR << 16);
    __m256i within = _mm256_cmpeq_epi32(_mm256_min_epu32(near, bound), near);
    return _mm256_movemask_epi8(within) != 0;
}

/* n is a multiple of WIDTH. */
VECTOR static uint32_t multiply_by8(const struct part *p, size_t n, uint64_t *ret)
{
    const struct constants c = constants_of(p);
    __m256i all = _mm256_setzero_si256();
    for (size_t from = 0; from < n;) {
        size_t until = n - from < GROUP ? n : from + GROUP;
        __m256i near = _mm256_set1_epi32(-1);
        for (size_t i = from; i < until; i += WIDTH)
            all = _mm256_or_si256(all, products8(&c, p, i, &near, ret));
        if (__builtin_expect(too_near(near), 0))
            (void)multiply(p, from, until, ret);
        from = until;
    }
    uint32_t lanes[WIDTH], any = 0;
    _mm256_storeu_si256((__m256i *)(void *)lanes, all);
    for (size_t i = 0; i < WIDTH; i++)
        any |= lanes[i];
    return any;
}

/* The last items, fewer than WIDTH, filled up with copies that weigh nothing. */
static uint32_t multiply_rest(const struct part *p, size_t from, size_t n, uint64_t *ret)
{
    uint32_t since[WIDTH], weight[WIDTH] = { 0 };
    uint64_t product[WIDTH];
    for (size_t i = 0; i < WIDTH; i++)
        since[i] = p->since[i < n ? from + i : from];
    for (size_t i = 0; i < n; i++)
        weight[i] = p->weight[from + i];
    struct part rest = *p;
    rest.since = since;
    rest.weight = weight;
    uint32_t all = multiply_by8(&rest, WIDTH, product);
    memcpy(ret + from, product, n * sizeof(*ret));
    return all;
}

/* The same as readable_weights_portable for at most 64 labels; the whole eights of n. A shift by 32
 * or more gives 0, so of the two words of the mask only the label's own can give its bit. */
VECTOR static size_t readable_by8(const struct trust_run *run, size_t n, uint32_t *ret)
{
    size_t count = run->view->label_count;
    uint64_t mask = count ? run->view->labels[0] & UINT64_MAX >> (64 - count) : 0;
    const __m256i low = _mm256_set1_epi32((int)(uint32_t)mask);
    const __m256i high = _mm256_set1_epi32((int)(mask >> 32));
    const __m256i word = _mm256_set1_epi32(32);
    size_t i = 0;
    for (; i + WIDTH <= n; i += WIDTH) {
        __m256i label = load8(run->label + i);
        __m256i bit = _mm256_or_si256(_mm256_srlv_epi32(low, label),
                                      _mm256_srlv_epi32(high, _mm256_sub_epi32(label, word)));
        __m256i all = _mm256_srai_epi32(_mm256_slli_epi32(bit, 31), 31);
        _mm256_storeu_si256((__m256i *)(void *)(ret + i),
                            _mm256_and_si256(all, load8(run->weight + i)));
    }
    return i;
}
#endif

static void readable_weights(const struct trust_run *run, size_t n, bool portable, uint32_t *ret)
{
    size_t done = 0;
#if defined(__x86_64__)
    if (!portable && run->view->label_count <= 64)
        done = readable_by8(run, n, ret);
#else
    (void)portable;
#endif
    readable_weights_portable(run, done, n, ret);
}

/* One half-life. */
static uint32_t products_of(const struct part *p, size_t n, bool portable, uint64_t *ret)
{
#if defined(__x86_64__)
    if (!portable && p->decay->half_life != DECAY_NONE) {
        size_t whole = n - n % WIDTH;
        uint32_t all = multiply_by8(p, whole, ret);
        return n > whole ? all | multiply_rest(p, whole, n - whole, ret) : all;
    }
#else
    (void)portable;
#endif
    return multiply(p, 0, n, ret);
}

static uint32_t products(const struct trust_run *run, size_t n, bool portable, uint64_t *ret)
{
    uint32_t readable[TRUST_BLOCK];
    struct part p = { .since = run->since,
                      .weight = run->weight,
                      .now = run->now,
                      .seen_until = run->seen_until,
                      .decay = run->kept };
    if (run->view->labels) {
        readable_weights(run, n, portable, readable);
        p.weight = readable;
    }
    uint32_t all = products_of(&p, n, portable, ret);
    if (run->kept == run->broken)
        return all;
    uint64_t other[TRUST_BLOCK];
    p.decay = run->broken;
    (void)products_of(&p, n, portable, other);
    for (size_t i = 0; i < n; i++)
        ret[i] = trust_side_broken(run->side[i]) ? other[i] : ret[i];
    return all;
}

uint32_t trust_products_portable(const struct trust_run *run, size_t n, uint64_t *ret)
{
    return products(run, n, true, ret);
}

uint32_t trust_products(const struct trust_run *run, size_t n, uint64_t *ret)
{
#if defined(__x86_64__)
    bool portable = !(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"));
    return products(run, n, portable, ret);
#else
    return products(run, n, true, ret);
#endif
}

/* Fewer than 2^9 products below 2^56: no overflow in 64 bits when two lanes share them. */
static void add_plain(const uint8_t *side, const uint64_t *product, size_t n, trust_integer *sums)
{
    uint64_t even[2] = { 0, 0 }, odd[2] = { 0, 0 };
    size_t i = 0;
    for (; i + 2 <= n; i += 2) {
        even[side[i] & 1U] += product[i];
        odd[side[i + 1] & 1U] += product[i + 1];
    }
    if (i < n)
        even[side[i] & 1U] += product[i];
    sums[0] += (trust_integer)even[0] + odd[0];
    sums[1] += (trust_integer)even[1] + odd[1];
}

#if defined(__x86_64__)
/* The sum of four lanes, each below 2^63. */
VECTOR_INLINE trust_integer sum4(__m256i x)
{
    uint64_t lane[4];
    _mm256_storeu_si256((__m256i *)(void *)lane, x);
    return (trust_integer)(lane[0] + lane[1]) + (lane[2] + lane[3]);
}

/* The whole fours of n. */
VECTOR static size_t add_by4(const uint8_t *side, const uint64_t *product, size_t n,
                             trust_integer *sums)
{
    __m256i all = _mm256_setzero_si256(), broken = all;
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        int32_t four;
        memcpy(&four, side + i, sizeof(four));
        /* bit 0 of the side becomes the sign, by which lanes are taken */
        __m256i sign = _mm256_slli_epi64(_mm256_cvtepu8_epi64(_mm_cvtsi32_si128(four)), 63);
        __m256i p = _mm256_loadu_si256((const __m256i *)(const void *)(product + i));
        __m256d part = _mm256_blendv_pd(_mm256_setzero_pd(), _mm256_castsi256_pd(p),
                                        _mm256_castsi256_pd(sign));
        all = _mm256_add_epi64(all, p);
        broken = _mm256_add_epi64(broken, _mm256_castpd_si256(part));
    }
    trust_integer lost = sum4(broken);
    sums[0] += sum4(all) - lost;
    sums[1] += lost;
    return i;
}
#endif

void trust_add_total(const uint8_t *side, const uint64_t *product, size_t n, trust_integer *sums)
{
    size_t done = 0;
#if defined(__x86_64__)
    if (n >= 8 && __builtin_cpu_supports("avx2"))
        done = add_by4(side, product, n, sums);
#endif
    add_plain(side + done, product + done, n - done, sums);
}

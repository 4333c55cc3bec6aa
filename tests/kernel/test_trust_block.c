/* The two forms of the fold's inner loop give the same integers: every length, label set,
 * half-life, heavy weights, hidden items, and times where the estimate of the fast form is in
 * doubt. */
#include "evidence.h"
#include "kernel/trust_block.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { LABELS_MAX = 200 };

struct block {
    uint32_t since[TRUST_BLOCK], weight[TRUST_BLOCK], label[TRUST_BLOCK];
    uint8_t side[TRUST_BLOCK];
    uint64_t mask[LABELS_MAX / 64 + 1];
    struct trust_view view;
    struct trust_run run;
};

/* Ages: anywhere up to 33 half-lives, the present second, and whole half-lives, where D is a power
 * of two. */
static uint32_t some_age(struct random *r, int64_t half_life)
{
    uint64_t h = half_life ? (uint64_t)half_life : 1000;
    uint64_t age = random_below(r, 33 * h);
    if (random_below(r, 50) == 0)
        age = random_below(r, 2) ? 0 : h * random_below(r, 33);
    return age < UINT32_MAX / 2 ? (uint32_t)age : UINT32_MAX / 2;
}

static void fill(struct random *r, struct block *b, const struct decay *kept,
                 const struct decay *broken)
{
    b->view = (struct trust_view){ 0 };
    b->run = (struct trust_run){ .since = b->since,
                                 .weight = b->weight,
                                 .side = b->side,
                                 .view = &b->view,
                                 .now = UINT32_MAX / 2 + (uint32_t)random_below(r, UINT32_MAX / 4),
                                 .kept = kept,
                                 .broken = broken };
    b->run.seen_until = b->run.now - (uint32_t)random_below(r, 3);
    for (size_t i = 0; i < TRUST_BLOCK; i++) {
        b->since[i] = b->run.now - some_age(r, kept->half_life);
        if (random_below(r, 20) == 0)
            b->since[i] = b->run.now + (uint32_t)random_below(r, UINT32_MAX / 4);
        b->weight[i] = made_weight(r, true);
        b->label[i] = (uint32_t)random_below(r, LABELS_MAX);
        b->side[i] = (uint8_t)random_below(r, TRUST_SIDES);
    }
    if (random_below(r, 3) == 0)
        return;
    for (size_t i = 0; i < sizeof(b->mask) / sizeof(b->mask[0]); i++)
        b->mask[i] = random_next(r);
    b->view.labels = b->mask;
    b->view.label_count = random_below(r, 2) ? random_below(r, 66) : random_below(r, LABELS_MAX);
    b->run.label = b->label;
}

static void both_forms_give_the_same_integers(void **state)
{
    (void)state;
    static const int64_t half_lives[] = { DECAY_NONE,     1,        40,       5000,
                                          90 * TRUST_DAY, 15552000, 63072000, (int64_t)1 << 36 };
    enum { KINDS = sizeof(half_lives) / sizeof(half_lives[0]) };
    struct random r = { 71 };
    struct decay *d[KINDS];
    for (size_t k = 0; k < KINDS; k++)
        d[k] = decay_new(half_lives[k]);
    static struct block b;
    static uint64_t fast[TRUST_BLOCK], plain[TRUST_BLOCK];
    for (int n = 0; n < 1500; n++) {
        size_t k = random_below(&r, KINDS),
               other = random_below(&r, 4) ? k : random_below(&r, KINDS);
        fill(&r, &b, d[k], d[other]);
        size_t count =
            random_below(&r, 3) ? random_below(&r, TRUST_BLOCK + 1) : random_below(&r, 20);
        uint32_t all = trust_products(&b.run, count, fast);
        assert_int_equal(all, trust_products_portable(&b.run, count, plain));
        for (size_t i = 0; i < count; i++)
            assert_int_equal(fast[i], plain[i]);
    }
    for (size_t k = 0; k < KINDS; k++)
        free(d[k]);
}

static void nothing_past_the_count_is_written(void **state)
{
    (void)state;
    struct random r = { 72 };
    struct decay *d = decay_new(63072000);
    static struct block b;
    uint64_t product[64];
    for (size_t n = 0; n < 40; n++) {
        fill(&r, &b, d, d);
        for (size_t i = 0; i < 64; i++)
            product[i] = 77;
        (void)trust_products(&b.run, n, product);
        for (size_t i = n; i < 64; i++)
            assert_int_equal(product[i], 77);
    }
    free(d);
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_forms_give_the_same_integers),
        cmocka_unit_test(nothing_past_the_count_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

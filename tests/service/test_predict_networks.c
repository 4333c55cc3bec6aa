/*
 * The value mode against published rating networks (Kumar et al. 2016): leave-one-out, it must
 * reproduce the known row for the additive closed form, RMSE, PCC and AUC of the sign, each
 * within 0.005.
 *
 * The data is not part of the sources: <source root>/../shared/data/trust-networks, or under
 * $ENTENTE_SHARED; where it is absent the tests are skipped.
 */
#include "service/predict.h"
#include "service/predict_table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../kernel/near.h"

static const double tolerance = 0.005;

struct pair {
    double want, got;
};

struct figures {
    double rmse, pcc, auc;
};

/* NULL when the file is absent. */
static FILE *open_network(const char *name)
{
    const char *shared = getenv("ENTENTE_SHARED"), *source = getenv("ENTENTE_SOURCE");
    char path[4096];
    if (shared)
        (void)snprintf(path, sizeof(path), "%s/data/trust-networks/%s", shared, name);
    else
        (void)snprintf(path, sizeof(path), "%s/../shared/data/trust-networks/%s",
                       source ? source : ".", name);
    return fopen(path, "rb");
}

static void load(const char *name, struct buf *ret)
{
    FILE *f = open_network(name);
    assert_non_null(f);
    char block[1 << 16];
    for (size_t n; (n = fread(block, 1, sizeof(block), f)) > 0;)
        buf_add(ret, slice_make(block, n));
    (void)fclose(f);
}

/* Ratings as a table of truster, trustee, value; `header`: one line to leave out. */
static void rewrite(struct slice text, bool header, struct buf *ret)
{
    buf_add_cstr(ret, "truster,trustee,value\n");
    if (header)
        (void)slice_cut(&text, '\n');
    while (text.len) {
        struct slice line = slice_trim(slice_cut(&text, '\n'));
        for (int column = 0; column < 3 && line.len; column++) {
            buf_add(ret, slice_cut(&line, ','));
            buf_add_char(ret, column < 2 ? ',' : '\n');
        }
    }
}

static int by_prediction(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    return x->got < y->got ? -1 : x->got > y->got;
}

/* Probability that a positive rating is predicted above one that is not; ties count half. */
static double auc_of(struct pair *p, size_t n)
{
    double ranks = 0, positive = 0;
    qsort(p, n, sizeof(*p), by_prediction);
    for (size_t i = 0, end = 0; i < n; i = end) {
        for (end = i + 1; end < n && p[end].got <= p[i].got;)
            end++;
        for (size_t k = i; k < end; k++) {
            positive += p[k].want > 0;
            ranks += p[k].want > 0 ? (double)(i + end + 1) / 2 : 0;
        }
    }
    return (ranks - positive * (positive + 1) / 2) / (positive * ((double)n - positive));
}

static struct figures figures_of(struct pair *p, size_t n)
{
    double square = 0, sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0, count = (double)n;
    for (size_t i = 0; i < n; i++) {
        double x = p[i].got, y = p[i].want;
        square += (x - y) * (x - y);
        sx += x, sy += y, sxx += x * x, syy += y * y, sxy += x * y;
    }
    double cov = sxy - sx * sy / count, vx = sxx - sx * sx / count, vy = syy - sy * sy / count;
    return (struct figures){ sqrt(square / count), cov / sqrt(vx * vy), auc_of(p, n) };
}

/* The answer's columns 2 (the rating) and 3 (the prediction), in ratings of -1..1. */
static struct figures judge(struct slice answer, double scale)
{
    cleanup_arena struct arena *a = arena_new((size_t)1 << 28);
    struct predict_table *t = arena_new_of(a, struct predict_table);
    struct error err = { 0 };
    assert_int_equal(predict_table_open(t, "answer", answer, a, &err), 0);
    struct pair *pairs = arena_array_of(a, struct pair, predict_table_rows_at_most(t));
    assert_non_null(pairs);
    size_t n = 0;
    while (predict_table_next(t, &err) > 0) {
        int64_t want = 0, got = 0;
        assert_true(predict_parse_micro(t->cells.cells[2], &want));
        assert_true(predict_parse_micro(t->cells.cells[3], &got));
        pairs[n++] = (struct pair){ (double)want / 1e6 / scale, (double)got / 1e6 / scale };
    }
    assert_true(n > 20000);
    return figures_of(pairs, n);
}

static void reproduce(const char *name, bool header, const char *scale, struct figures want)
{
    cleanup_buf struct buf file, table, answer;
    buf_init(&file, (size_t)1 << 26);
    buf_init(&table, (size_t)1 << 26);
    buf_init(&answer, (size_t)1 << 26);
    load(name, &file);
    struct predict_options o = predict_options_default();
    struct error err = { 0 };
    assert_int_equal(predict_options_set(&o, "values", S(""), &err), 0);
    assert_int_equal(predict_options_set(&o, "leave-one-out", S(""), &err), 0);
    assert_int_equal(predict_options_set(&o, "value-scale", slice_of(scale), &err), 0);
    rewrite(buf_slice(&file), header, &table);
    if (predict_run(&o, buf_slice(&table), buf_slice(&table), &answer, NULL, NULL, &err) < 0)
        fail_msg("%s", err.message);
    struct figures got = judge(buf_slice(&answer), strtod(scale, NULL));
    print_message("# %s: RMSE %.4f PCC %.4f AUC %.4f\n", name, got.rmse, got.pcc, got.auc);
    assert_near(got.rmse, want.rmse, tolerance);
    assert_near(got.pcc, want.pcc, tolerance);
    assert_near(got.auc, want.auc, tolerance);
}

static void bitcoin_otc_is_reproduced(void **state)
{
    (void)state;
    reproduce("soc-sign-bitcoinotc.csv", true, "10", (struct figures){ .250, .715, .922 });
}

static void bitcoin_alpha_is_reproduced(void **state)
{
    (void)state;
    reproduce("soc-sign-bitcoinalpha.csv", true, "10", (struct figures){ .217, .670, .899 });
}

static void wikipedia_adminship_is_reproduced(void **state)
{
    (void)state;
    reproduce("wiki-rfa-weighted.csv", false, "1", (struct figures){ .221, .532, .820 });
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    FILE *probe = open_network("soc-sign-bitcoinotc.csv");
    if (!probe) {
        (void)puts("1..0 # SKIP the rating networks are not here (see ENTENTE_SHARED)");
        return 0;
    }
    (void)fclose(probe);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bitcoin_otc_is_reproduced),
        cmocka_unit_test(bitcoin_alpha_is_reproduced),
        cmocka_unit_test(wikipedia_adminship_is_reproduced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

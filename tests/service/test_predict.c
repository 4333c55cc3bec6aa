/* The batch door: what it prints, what it passes through, what it refuses, and that its shortcuts
 * (cut rows, merged items, sums only where needed) change nothing against a full fold per query. */
#include "kernel/network.h"
#include "service/predict.h"
#include "service/predict_table.h"

#include "../kernel/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { OUT_MAX = 1 << 22 };

static int run(const struct predict_options *o, const char *evidence, const char *queries,
               struct buf *out, struct error *err)
{
    buf_init(out, OUT_MAX);
    return predict_run(o, slice_of(evidence), slice_of(queries), out, NULL, NULL, err);
}

static void prints(const struct predict_options *o, const char *evidence, const char *queries,
                   const char *want)
{
    cleanup_buf struct buf out;
    struct error err = { 0 };
    if (run(o, evidence, queries, &out, &err) < 0)
        fail_msg("%s", err.message);
    assert_string_equal(out.ptr, want);
}

static void refuses(const struct predict_options *o, const char *evidence, const char *queries,
                    const char *message)
{
    cleanup_buf struct buf out;
    struct error err = { 0 };
    assert_int_equal(run(o, evidence, queries, &out, &err), EN_INVALID);
    assert_string_equal(err.message, message);
    assert_int_equal(out.len, 0);
}

#define ANSWER ",belief,disbelief,uncertainty,prior,trust,forecast\n"

static void set(struct predict_options *o, const char *flag, const char *value)
{
    struct error err = { 0 };
    if (predict_options_set(o, flag, slice_of(value), &err) < 0)
        fail_msg("%s", err.message);
}

/* W 3, kappa .25, a .6; two kept, one broken, nothing fades:
 * forecast S = 1.25*3+3 = 6.75, E = .6 + (2*.4 - 1*.6)/6.75; trust n = 1.5, S = 7.375, E = .6 + (.8
 * - .9)/7.375 */
static void a_direct_opinion_is_the_formula(void **state)
{
    (void)state;
    struct predict_options o = predict_options_default();
    set(&o, "half-life", "none");
    set(&o, "network", "off");
    set(&o, "base-rate", "0.6");
    prints(&o,
           "truster,trustee,time,valence,weight\n"
           "a,b,10,3,1\na,b,20,0.5,1\na,b,30,-9,1\na,b,40,1,1\n",
           "truster,trustee,as_of\na,b,40\n",
           "truster,trustee,as_of" ANSWER
           "a,b,40,0.271186441,0.203389831,0.525423729,0.600000000,0.586440678,0.629629630\n");
}

static void one_half_life_halves_the_evidence(void **state)
{
    (void)state;
    struct predict_options o = predict_options_default();
    set(&o, "half-life", "100s");
    set(&o, "network", "off");
    set(&o, "base-rate", "0.6");
    /* weight 4 after two half-lives is 1 unit: S = 1.25 + 3 */
    prints(&o, "truster,trustee,time,valence,weight\na,b,0,1,4\n",
           "truster,trustee,as_of\na,b,200\n",
           "truster,trustee,as_of" ANSWER
           "a,b,200,0.235294118,0.000000000,0.764705882,0.600000000,0.694117647,0.694117647\n");
}

static void evidence_at_or_after_the_moment_is_unseen(void **state)
{
    (void)state;
    struct predict_options o = predict_options_default();
    prints(&o, "truster,trustee,time,valence\na,b,100,1\nb,a,100,-1\nc,b,200,-1\n",
           "truster,trustee,as_of\na,b,100\nb,a,7\n",
           "truster,trustee,as_of" ANSWER
           "a,b,100,0.000000000,0.000000000,1.000000000,0.600000000,0.600000000,0.600000000\n"
           "b,a,7,0.000000000,0.000000000,1.000000000,0.600000000,0.600000000,0.600000000\n");
}

static void query_columns_pass_through_as_they_stand(void **state)
{
    (void)state;
    struct predict_options o = predict_options_default();
    set(&o, "network", "off");
    prints(&o, "\xef\xbb\xbfWeight,Valence,time,TRUSTEE,truster\r\n",
           "id,\"as_of\",note,truster,trustee\r\n"
           "7, 5 ,\"one, \"\"two\"\"\nthree\",\"a\",b\r\n\r\n8,-3,,a,\"b\"",
           "id,\"as_of\",note,truster,trustee" ANSWER "7, 5 ,\"one, \"\"two\"\"\nthree\",\"a\",b,"
           "0.000000000,0.000000000,1.000000000,0.600000000,0.600000000,0.600000000\n8,-3,,a,\"b\","
           "0.000000000,0.000000000,1.000000000,0.600000000,0.600000000,0.600000000\n");
}

static void short_rows_are_filled_up(void **state)
{
    (void)state;
    struct predict_options o = predict_options_default();
    prints(&o, "truster,trustee,time,valence\n", "truster,trustee,as_of,note,more\na,b,5\n",
           "truster,trustee,as_of,note,more" ANSWER
           "a,b,5,,,0.000000000,0.000000000,1.000000000,0.600000000,0.600000000,0.600000000\n");
}

static void the_answer_keeps_the_separator_of_the_queries(void **state)
{
    (void)state;
    struct predict_options o = predict_options_default();
    prints(&o, "truster\ttrustee\ttime\tvalence\na\tb\t9\t1\n", "truster;trustee;as_of;x\na;b;5\n",
           "truster;trustee;as_of;x;belief;disbelief;uncertainty;prior;trust;forecast\n"
           "a;b;5;;0.000000000;0.000000000;1.000000000;0.600000000;0.600000000;0.600000000\n");
}

static void errors_name_file_line_column_and_reason(void **state)
{
    (void)state;
    struct predict_options o = predict_options_default();
    const char *q = "truster,trustee,as_of\n";
    refuses(&o, "truster,trustee,valence\n", q,
            "evidence, line 1, column time: the column is missing");
    refuses(&o, "truster,trustee,time,valence\na,b,1,1\na,b,soon,1\n", q,
            "evidence, line 3, column time: expected integer seconds");
    refuses(&o, "truster,trustee,time,valence\n\"a\n\",b,1,1\n\na,b,2,good\n", q,
            "evidence, line 5, column valence: expected a number");
    refuses(&o, "truster,trustee,time,valence,weight\na,b,1,1,-2\n", q,
            "evidence, line 2, column weight: expected 0 to 4294.967295");
    refuses(&o, "truster,trustee,time,valence\n,b,1,1\n", q,
            "evidence, line 2, column truster: a name is required");
    refuses(&o, "truster,trustee,time,valence\na,b,1,1,9\n", q,
            "evidence, line 2: more fields than columns");
    refuses(&o, "truster,trustee,time,valence\n\"a,b,1,1\n", q,
            "evidence, line 2, column 1: this quote is never closed");
    refuses(&o, "truster,trustee,time,valence\n", "truster,trustee\n",
            "queries, line 1, column as_of: the column is missing");
    refuses(&o, "truster,trustee,time,valence\n", "", "queries: no header line");
    refuses(&o, "truster,trustee,time,valence\n", "truster,trustee,as_of\na,b,\n",
            "queries, line 2, column as_of: expected integer seconds");
    set(&o, "values", "");
    refuses(&o, "truster,trustee,value\na,b,2\n", "truster,trustee\n",
            "evidence, line 2, column value: expected a rating between -1 and 1 (see "
            "--value-scale)");
}

static void every_flag_is_taken_and_explained_in_both_languages(void **state)
{
    (void)state;
    for (const struct predict_flag *f = predict_flags; f->name; f++) {
        struct predict_options o = predict_options_default(), before = o;
        assert_true(f->help_en && *f->help_en && f->help_fr && *f->help_fr);
        const char *value = "0.375";
        if (f->argument && strstr(f->argument, "DURATION"))
            value = "3d";
        if (f->argument && strcmp(f->argument, "on|off") == 0)
            value = "off";
        set(&o, f->name, value);
        assert_memory_not_equal(&o, &before, sizeof(o));
    }
}

static void a_flag_with_a_wrong_value_is_refused_and_changes_nothing(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        { "half-life", "soon" },       { "half-life", "-3d" },
        { "half-life", "0d" },         { "lambda", "0" },
        { "lambda", "1,5" },           { "kappa", "-0.1" },
        { "weight-prior", "none" },    { "network", "yes" },
        { "base-rate", "1" },          { "clip-low", "0" },
        { "witness-cap", "-1" },       { "no-such-flag", "1" },
        { "half-life", "999999999d" },
    };
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct predict_options o = predict_options_default(), before = o;
        struct error err = { 0 };
        assert_int_equal(predict_options_set(&o, wrong[i][0], slice_of(wrong[i][1]), &err),
                         EN_INVALID);
        assert_memory_equal(&o, &before, sizeof(o));
    }
    struct predict_options o = predict_options_default();
    set(&o, "clip-low", "0.9");
    set(&o, "clip-high", "0.1");
    refuses(&o, "truster,trustee,time,valence\n", "truster,trustee,as_of\n",
            "--clip-low: must not exceed --clip-high");
}

static void numbers_are_read_exactly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t micro;
    } good[] = {
        { "1", 1000000 },
        { "-0.5", -500000 },
        { ".25", 250000 },
        { "1e-05", 10 },
        { "2.5E2", 250000000 },
        { "0.0000005", 1 },
        { "0.00000049", 0 },
        { "+3.", 3000000 },
        { "-0.23699999999999999", -237000 },
        { "0.99999999999999999999999", 1000000 },
        { "1234567890.1234567", 1234567890123457 },
    };
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        int64_t got = 0;
        assert_true(predict_parse_micro(slice_of(good[i].text), &got));
        assert_int_equal(got, good[i].micro);
    }
    static const char *const bad[] = { "", "-", ".", "1.2.3", "0x1", "1e", "nan", "1e19", "1 2" };
    int64_t got = 0;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_false(predict_parse_micro(slice_of(bad[i]), &got));
    assert_true(predict_parse_seconds(S("1289241911.72836"), &got));
    assert_int_equal(got, 1289241911);
    assert_true(predict_parse_seconds(S("-0.5"), &got));
    assert_int_equal(got, -1);
    assert_true(predict_parse_seconds(S("1.5e3"), &got));
    assert_int_equal(got, 1500);
}

/* A generated batch, as arrays and as text. */
enum { ACTORS = 7, ITEMS = 160, QUERIES = 60 };

struct generated {
    struct {
        uint32_t truster, trustee, micro;
        int64_t at;
        bool broken;
    } item[ITEMS];
    struct {
        uint32_t truster, trustee;
        int64_t as_of;
    } query[QUERIES];
    struct buf evidence, queries;
};

static void write_evidence(struct generated *g)
{
    buf_init(&g->evidence, OUT_MAX);
    buf_add_cstr(&g->evidence, "time,truster,trustee,valence,weight\n");
    for (size_t i = 0; i < ITEMS; i++)
        buf_printf(&g->evidence, "%lld,n%u,n%u,%s,%u.%06u\n", (long long)g->item[i].at,
                   g->item[i].truster, g->item[i].trustee, g->item[i].broken ? "-2.5" : "+1",
                   g->item[i].micro / 1000000, g->item[i].micro % 1000000);
}

static void generate(struct random *r, struct generated *g)
{
    for (size_t i = 0; i < ITEMS; i++) {
        g->item[i].truster = (uint32_t)random_below(r, ACTORS - 1);
        g->item[i].trustee = (uint32_t)random_below(r, ACTORS);
        g->item[i].micro = (uint32_t)random_below(r, 4000001);
        g->item[i].at = (int64_t)random_below(r, 40) * 1000;
        g->item[i].broken = random_below(r, 3) == 0;
    }
    write_evidence(g);
    buf_init(&g->queries, OUT_MAX);
    buf_add_cstr(&g->queries, "truster,trustee,as_of\n");
    for (size_t i = 0; i < QUERIES; i++) {
        g->query[i].truster = (uint32_t)random_below(r, ACTORS);
        g->query[i].trustee = (uint32_t)random_below(r, ACTORS);
        g->query[i].as_of = (int64_t)random_below(r, 50) * 1000 - 2000;
        buf_printf(&g->queries, "n%u,n%u,%lld\n", g->query[i].truster, g->query[i].trustee,
                   (long long)g->query[i].as_of);
    }
}

static void generated_done(struct generated *g)
{
    buf_done(&g->evidence);
    buf_done(&g->queries);
}

/* The definition without any shortcut: every item of every pair, one by one, for this query alone.
 */
static void answer_plainly(const struct generated *g, size_t query, const struct predict_options *o,
                           struct buf *out)
{
    struct trust_sum sum[ACTORS * ACTORS] = { 0 };
    uint32_t truster[ACTORS * ACTORS], trustee[ACTORS * ACTORS];
    const struct trust_parameters *p = &o->parameters;
    int64_t as_of = g->query[query].as_of;
    for (uint32_t i = 0; i < ACTORS * ACTORS; i++) {
        truster[i] = i / ACTORS;
        trustee[i] = i % ACTORS;
    }
    for (size_t i = 0; i < ITEMS; i++) {
        if (g->item[i].at >= as_of)
            continue;
        struct trust_sum *s = &sum[g->item[i].truster * ACTORS + g->item[i].trustee];
        uint64_t age = (uint64_t)(as_of - g->item[i].at);
        if (g->item[i].broken)
            s->broken += g->item[i].micro * decay_exact(p->half_life_broken, age);
        else
            s->kept += g->item[i].micro * decay_exact(p->half_life_kept, age);
    }
    struct pair_index x;
    struct network n;
    uint32_t u = g->query[query].truster, v = g->query[query].trustee;
    assert_int_equal(pair_index_init(truster, trustee, ACTORS * ACTORS, ACTORS, NULL, &x), 0);
    assert_int_equal(network_init(&x, sum, p, NULL, &n), 0);
    struct network_reading reading = network_read(&n, u, v, u * ACTORS + v);
    struct opinion t = opinion_read(reading.total, reading.prior.prior, p->lambda, p);
    struct opinion f = opinion_read(reading.total, reading.prior.prior, 1, p);
    buf_printf(out, "n%u,n%u,%lld,%.9f,%.9f,%.9f,%.9f,%.9f,%.9f\n", u, v, (long long)as_of,
               t.belief, t.disbelief, t.uncertainty, t.prior, t.expectation, f.expectation);
    network_done(&n);
    pair_index_done(&x);
}

static struct predict_options some_options(struct random *r)
{
    static const char *const half_lives[] = { "none", "1000s", "400s", "2d", "730d" };
    struct predict_options o = predict_options_default();
    set(&o, "half-life", half_lives[random_below(r, 5)]);
    if (random_below(r, 3) == 0)
        set(&o, "half-life-negative", half_lives[random_below(r, 5)]);
    if (random_below(r, 3) == 0)
        set(&o, "reporter-cap", "none");
    if (random_below(r, 3) == 0)
        set(&o, "witness-cap", random_below(r, 2) ? "none" : "0");
    if (random_below(r, 4) == 0)
        set(&o, "base-rate", "0.7");
    return o;
}

static void every_shortcut_gives_what_a_full_fold_gives(void **state)
{
    (void)state;
    struct random r = { 61 };
    for (int n = 0; n < 25; n++) {
        struct generated g;
        generate(&r, &g);
        struct predict_options o = some_options(&r);
        cleanup_buf struct buf out, want;
        struct error err = { 0 };
        if (run(&o, g.evidence.ptr, g.queries.ptr, &out, &err) < 0)
            fail_msg("%s", err.message);
        buf_init(&want, OUT_MAX);
        buf_add_cstr(&want, "truster,trustee,as_of" ANSWER);
        for (size_t i = 0; i < QUERIES; i++)
            answer_plainly(&g, i, &o, &want);
        assert_string_equal(out.ptr, want.ptr);
        generated_done(&g);
    }
}

static void the_order_of_evidence_rows_changes_no_byte(void **state)
{
    (void)state;
    struct random r = { 62 };
    for (int n = 0; n < 25; n++) {
        struct generated g;
        generate(&r, &g);
        struct predict_options o = some_options(&r);
        cleanup_buf struct buf before, after;
        assert_int_equal(run(&o, g.evidence.ptr, g.queries.ptr, &before, NULL), 0);
        buf_done(&g.evidence);
        for (size_t i = ITEMS; i > 1; i--) {
            size_t j = random_below(&r, i);
            __typeof__(g.item[0]) swap = g.item[i - 1];
            g.item[i - 1] = g.item[j];
            g.item[j] = swap;
        }
        write_evidence(&g);
        assert_int_equal(run(&o, g.evidence.ptr, g.queries.ptr, &after, NULL), 0);
        assert_string_equal(before.ptr, after.ptr);
        generated_done(&g);
    }
}

static void values_take_the_latest_rating_before_the_moment(void **state)
{
    (void)state;
    struct predict_options o = predict_options_default();
    set(&o, "values", "");
    /* only a -> b is rated: mu = rating, m = mu, and no witness nor reciprocal */
    prints(&o, "truster,trustee,time,value\na,b,20,0.5\na,b,10,-1\na,b,20,0.7\n",
           "truster,trustee,as_of\na,b,10\na,b,20\na,b,21\n",
           "truster,trustee,as_of,value\na,b,10,0.000000000\na,b,20,-1.000000000\n"
           "a,b,21,0.600000000\n");
}

static void values_without_times_are_all_seen(void **state)
{
    (void)state;
    struct predict_options o = predict_options_default();
    set(&o, "values", "");
    set(&o, "value-scale", "10");
    prints(&o, "truster,trustee,value\na,b,5\n", "truster,trustee,as_of\na,b,\na,b,-5\n",
           "truster,trustee,as_of,value\na,b,,5.000000000\na,b,-5,5.000000000\n");
    set(&o, "leave-one-out", "");
    prints(&o, "truster,trustee,value\na,b,5\n", "truster,trustee\na,b\n",
           "truster,trustee,value\na,b,0.000000000\n");
}

int main(void)
{
    cmocka_set_message_output(CM_OUTPUT_TAP);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_direct_opinion_is_the_formula),
        cmocka_unit_test(one_half_life_halves_the_evidence),
        cmocka_unit_test(evidence_at_or_after_the_moment_is_unseen),
        cmocka_unit_test(query_columns_pass_through_as_they_stand),
        cmocka_unit_test(short_rows_are_filled_up),
        cmocka_unit_test(the_answer_keeps_the_separator_of_the_queries),
        cmocka_unit_test(errors_name_file_line_column_and_reason),
        cmocka_unit_test(every_flag_is_taken_and_explained_in_both_languages),
        cmocka_unit_test(a_flag_with_a_wrong_value_is_refused_and_changes_nothing),
        cmocka_unit_test(numbers_are_read_exactly),
        cmocka_unit_test(every_shortcut_gives_what_a_full_fold_gives),
        cmocka_unit_test(the_order_of_evidence_rows_changes_no_byte),
        cmocka_unit_test(values_take_the_latest_rating_before_the_moment),
        cmocka_unit_test(values_without_times_are_all_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

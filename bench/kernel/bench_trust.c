/*
 * Bench: the trust fold beside what it is measured against, in one run on one machine.
 *
 *   fold       10 M items of evidence over 100 k relationships, all decayed to one date: kept and
 * broken per relationship; with a viewer's label mask; and apart by dimension bandwidth  a plain
 * loop that only adds up the same arrays: what memory alone costs sqlite     the same sums as SQL
 * over 1 M of the items (a table in memory, clustered by its GROUP BY), with pow() and with the
 * exact decay as an application-defined function; compared per item portfolio  network prior,
 * witnesses and both read-outs for 10 k relationships over 1 M items
 *
 * Seeded; medians of several rounds; prints one JSON object. Usage: bench_trust [ITEMS [PAIRS]]
 */
#include "../clock.h"
#include "kernel/network.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 9, LABELS = 64, SQL_SHARE = 10 };
static const int64_t epoch = 1577836800; /* 2020-01-01 */
static const uint32_t span = 6U * 365U * 86400U;

struct columns {
    size_t items, pairs;
    uint32_t *offset, *since, *weight, *label;
    int64_t *at;
    uint8_t *side;
    struct trust_columns view;
};

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

static void *array(size_t count, size_t size)
{
    void *p = malloc((count + 1) * size);
    if (!p) {
        (void)fputs("no memory\n", stderr);
        exit(1);
    }
    return p;
}

/* Relationships get between half and one and a half times the mean of items. */
static struct columns make(size_t items, size_t pairs, uint64_t seed)
{
    struct columns c = { .items = items, .pairs = pairs };
    c.offset = array(pairs + 1, sizeof(*c.offset));
    c.since = array(items, sizeof(*c.since));
    c.weight = array(items, sizeof(*c.weight));
    c.label = array(items, sizeof(*c.label));
    c.at = array(items, sizeof(*c.at));
    c.side = array(items, sizeof(*c.side));
    size_t mean = items / pairs, at = 0;
    for (size_t p = 0; p < pairs; p++) {
        c.offset[p] = (uint32_t)at;
        size_t n = mean / 2 + next_random(&seed) % (mean + 1);
        at = p + 1 == pairs || at + n > items ? items : at + n;
    }
    c.offset[pairs] = (uint32_t)items;
    for (size_t i = 0; i < items; i++) {
        uint64_t r = next_random(&seed);
        c.since[i] = (uint32_t)(r % span);
        c.at[i] = epoch + c.since[i];
        c.weight[i] = 250000U << (r >> 40) % 5U;
        c.side[i] = (uint8_t)((r >> 48) % TRUST_SIDES);
        c.label[i] = (uint32_t)((r >> 56) % LABELS);
    }
    c.view = (struct trust_columns){ .pair_count = pairs,
                                     .offset = c.offset,
                                     .at = c.at,
                                     .since = c.since,
                                     .epoch = epoch,
                                     .weight = c.weight,
                                     .side = c.side,
                                     .label = c.label };
    return c;
}

static void done(struct columns *c)
{
    free(c->offset);
    free(c->since);
    free(c->weight);
    free(c->label);
    free(c->at);
    free(c->side);
}

static int compare_doubles(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static double median(double *times)
{
    qsort(times, ROUNDS, sizeof(*times), compare_doubles);
    return times[ROUNDS / 2];
}

/* Adds up the arrays the fold reads; wide enough that memory, not arithmetic, sets the pace. */
#if defined(__clang__)
#define WIDE __attribute__((noinline)) /* clang vectorises at -O2 */
#else
#define WIDE __attribute__((noinline, optimize("O3")))
#endif
WIDE static uint64_t read_words(const uint32_t *a, size_t n)
{
    uint32_t sum[32] = { 0 };
    for (size_t i = 0; i + 32 <= n; i += 32) {
        for (size_t k = 0; k < 32; k++)
            sum[k] += a[i + k];
    }
    uint64_t total = 0;
    for (size_t k = 0; k < 32; k++)
        total += sum[k];
    return total;
}

static volatile uint64_t sink;

static double bandwidth_ms(const struct columns *c, bool labels)
{
    double from = clock_ms(CLOCK_THREAD_CPUTIME_ID);
    uint64_t sum = read_words(c->since, c->items) + read_words(c->weight, c->items) +
                   read_words((const uint32_t *)(const void *)c->side, c->items / 4);
    if (labels)
        sum += read_words(c->label, c->items);
    sink = sum;
    return clock_ms(CLOCK_THREAD_CPUTIME_ID) - from;
}

static double fold_ms(const struct columns *c, const struct trust_view *v, const struct decay *d,
                      struct trust_sum *sums)
{
    double from = clock_ms(CLOCK_THREAD_CPUTIME_ID);
    trust_fold_total(&c->view, 0, c->pairs, v, d, d, sums);
    double ms = clock_ms(CLOCK_THREAD_CPUTIME_ID) - from;
    sink = (uint64_t)sums[c->pairs / 2].kept;
    return ms;
}

static double fold_dimensions_ms(const struct columns *c, const struct trust_view *v,
                                 const struct decay *d, struct trust_state *states)
{
    double from = clock_ms(CLOCK_THREAD_CPUTIME_ID);
    trust_fold(&c->view, 0, c->pairs, v, d, d, states);
    double ms = clock_ms(CLOCK_THREAD_CPUTIME_ID) - from;
    sink = (uint64_t)states[c->pairs / 2].dimension[0].kept;
    return ms;
}

struct fold_times {
    double bandwidth, bandwidth_labels;
    double fold, fold_labels,
        dimensions; /* all dimensions together; with a viewer's labels; each */
    double ratio, ratio_labels, ratio_dimensions;
};

/* Fold and bandwidth loop take turns, so that a busy machine slows both; the ratio is the median of
 * the rounds' ratios. */
static struct fold_times time_fold(const struct columns *c, const struct decay *d)
{
    uint64_t mask = 0xfedcba9876543211U; /* 33 of 64 labels */
    struct trust_view all = trust_view_at(epoch + span), some = all;
    some.labels = &mask;
    some.label_count = LABELS;
    struct trust_state *states = array(c->pairs, sizeof(*states));
    struct trust_sum *sums = array(c->pairs, sizeof(*sums));
    double b[ROUNDS], bl[ROUNDS], f[ROUNDS], fl[ROUNDS], fd[ROUNDS];
    double ratio[ROUNDS], ratio_labels[ROUNDS], ratio_dimensions[ROUNDS];
    (void)fold_ms(c, &all, d, sums); /* touches every page once */
    (void)fold_dimensions_ms(c, &all, d, states);
    for (int r = 0; r < ROUNDS; r++) {
        b[r] = bandwidth_ms(c, false);
        f[r] = fold_ms(c, &all, d, sums);
        bl[r] = bandwidth_ms(c, true);
        fl[r] = fold_ms(c, &some, d, sums);
        fd[r] = fold_dimensions_ms(c, &all, d, states);
        ratio[r] = f[r] / b[r];
        ratio_labels[r] = fl[r] / bl[r];
        ratio_dimensions[r] = fd[r] / b[r];
    }
    free(states);
    free(sums);
    return (struct fold_times){ .bandwidth = median(b),
                                .bandwidth_labels = median(bl),
                                .fold = median(f),
                                .fold_labels = median(fl),
                                .dimensions = median(fd),
                                .ratio = median(ratio),
                                .ratio_labels = median(ratio_labels),
                                .ratio_dimensions = median(ratio_dimensions) };
}

static void run_sql(sqlite3 *db, const char *sql)
{
    char *message = NULL;
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK) {
        (void)fprintf(stderr, "%s\n", message);
        exit(1);
    }
}

static void decay_function(sqlite3_context *context, int count, sqlite3_value **values)
{
    (void)count;
    const struct decay *d = sqlite3_user_data(context);
    sqlite3_result_int64(context, (sqlite3_int64)decay_of(d, sqlite3_value_int64(values[0])));
}

static sqlite3 *load_sql(const struct columns *c, struct decay *d, size_t *ret_items)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *insert = NULL;
    size_t pairs = c->pairs / SQL_SHARE;
    *ret_items = c->offset[pairs];
    if (sqlite3_open(":memory:", &db) != SQLITE_OK)
        exit(1);
    sqlite3_create_function(db, "decay", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, d, decay_function,
                            NULL, NULL);
    run_sql(db,
            "PRAGMA cache_size=-400000; CREATE TABLE evidence(pair INTEGER, broken INTEGER, n "
            "INTEGER, at INTEGER, w INTEGER, PRIMARY KEY(pair, broken, n)) WITHOUT ROWID; BEGIN");
    sqlite3_prepare_v2(db, "INSERT INTO evidence VALUES(?,?,?,?,?)", -1, &insert, NULL);
    for (size_t p = 0; p < pairs; p++) {
        for (size_t i = c->offset[p]; i < c->offset[p + 1]; i++) {
            sqlite3_bind_int64(insert, 1, (sqlite3_int64)p);
            sqlite3_bind_int64(insert, 2, trust_side_broken(c->side[i]));
            sqlite3_bind_int64(insert, 3, (sqlite3_int64)i);
            sqlite3_bind_int64(insert, 4, c->at[i]);
            sqlite3_bind_int64(insert, 5, c->weight[i]);
            if (sqlite3_step(insert) != SQLITE_DONE)
                exit(1);
            sqlite3_reset(insert);
        }
    }
    sqlite3_finalize(insert);
    run_sql(db, "COMMIT; ANALYZE");
    return db;
}

/* 0 when this SQLite lacks the functions. */
static double time_sql(sqlite3 *db, const char *expression, int64_t as_of)
{
    enum { SQL_ROUNDS = 3 };
    double best = 0;
    char sql[400];
    (void)snprintf(
        sql, sizeof(sql),
        "SELECT pair, broken, sum(w * %s) FROM evidence WHERE at <= ?1 GROUP BY pair, broken",
        expression);
    for (int r = 0; r < SQL_ROUNDS; r++) {
        sqlite3_stmt *select = NULL;
        if (sqlite3_prepare_v2(db, sql, -1, &select, NULL) != SQLITE_OK)
            return 0;
        sqlite3_bind_int64(select, 1, as_of);
        double from = clock_ms(CLOCK_THREAD_CPUTIME_ID), sum = 0;
        while (sqlite3_step(select) == SQLITE_ROW)
            sum += sqlite3_column_double(select, 2);
        double ms = clock_ms(CLOCK_THREAD_CPUTIME_ID) - from;
        sqlite3_finalize(select);
        sink = (uint64_t)sum;
        best = r == 0 || ms < best ? ms : best;
    }
    return best;
}

/* 10 k relationships among 1,000 actors over 1 M items: everything a portfolio page needs. */
static double time_portfolio(struct decay *d, double *ret_network_ms)
{
    enum { PAIRS = 10000, ACTORS = 1000, ITEMS = 1000000 };
    struct columns c = make(ITEMS, PAIRS, 7);
    struct trust_parameters p = trust_parameters_default();
    struct trust_sum *sums = array(PAIRS, sizeof(*sums));
    uint32_t *truster = array(PAIRS, sizeof(*truster)), *trustee = array(PAIRS, sizeof(*trustee));
    for (uint32_t i = 0; i < PAIRS; i++) {
        truster[i] = i % ACTORS;
        trustee[i] = (i % ACTORS + 1 + (i / ACTORS) * 37) % ACTORS;
    }
    double times[ROUNDS], network[ROUNDS];
    for (int r = 0; r < ROUNDS; r++) {
        struct trust_view v = trust_view_at(epoch + span);
        struct pair_index index;
        struct network n;
        double from = clock_ms(CLOCK_THREAD_CPUTIME_ID), sum = 0;
        trust_fold_total(&c.view, 0, PAIRS, &v, d, d, sums);
        double folded = clock_ms(CLOCK_THREAD_CPUTIME_ID);
        if (pair_index_init(truster, trustee, PAIRS, ACTORS, NULL, &index) < 0 ||
            network_init(&index, sums, &p, NULL, &n) < 0)
            exit(1);
        for (uint32_t i = 0; i < PAIRS; i++) {
            struct network_reading g = network_read(&n, truster[i], trustee[i], i);
            sum += opinion_read(g.total, g.prior.prior, p.lambda, &p).expectation;
            sum += opinion_read(g.total, g.prior.prior, 1, &p).expectation;
        }
        sink = (uint64_t)sum;
        network_done(&n);
        pair_index_done(&index);
        times[r] = clock_ms(CLOCK_THREAD_CPUTIME_ID) - from;
        network[r] = clock_ms(CLOCK_THREAD_CPUTIME_ID) - folded;
    }
    free(sums);
    free(truster);
    free(trustee);
    done(&c);
    *ret_network_ms = median(network);
    return median(times);
}

int main(int argc, char **argv)
{
    size_t items = argc > 1 ? strtoull(argv[1], NULL, 10) : 10000000;
    size_t pairs = argc > 2 ? strtoull(argv[2], NULL, 10) : 100000;
    if (pairs < SQL_SHARE || items < pairs || items > UINT32_MAX / 2)
        return 2;
    struct columns c = make(items, pairs, 1);
    struct decay *d = decay_new(730 * TRUST_DAY);
    if (!d)
        return 1;
    struct fold_times t = time_fold(&c, d);
    size_t sql_items = 0;
    sqlite3 *db = load_sql(&c, d, &sql_items);
    double pow_ms = time_sql(db, "pow(2.0, (at - ?1) / 63072000.0)", epoch + span);
    double function_ms = time_sql(db, "decay(?1 - at) / 4294967296.0", epoch + span);
    sqlite3_close(db);
    double network_ms = 0, portfolio_ms = time_portfolio(d, &network_ms);
    double fold_ns = t.fold * 1e6 / (double)items;
    double pow_ns = pow_ms * 1e6 / (double)sql_items;
    double function_ns = function_ms * 1e6 / (double)sql_items;
    printf("{\"bench\":\"trust\",\"clock\":\"thread cpu\",\"items\":%zu,\"pairs\":%zu,"
           "\"bandwidth_ms\":%.2f,\"bandwidth_with_labels_ms\":%.2f,\"fold_ms\":%.2f,"
           "\"fold_with_labels_ms\":%.2f,\"fold_by_dimension_ms\":%.2f,"
           "\"fold_ns_per_item\":%.3f,\"fold_to_bandwidth\":%.2f,"
           "\"fold_to_bandwidth_with_labels\":%.2f,\"fold_to_bandwidth_by_dimension\":%.2f,",
           items, pairs, t.bandwidth, t.bandwidth_labels, t.fold, t.fold_labels, t.dimensions,
           fold_ns, t.ratio, t.ratio_labels, t.ratio_dimensions);
    printf("\"sqlite_items\":%zu,\"sqlite_pow_ns_per_item\":%.1f,"
           "\"sqlite_function_ns_per_item\":%.1f,\"sqlite_pow_to_fold\":%.1f,"
           "\"sqlite_function_to_fold\":%.1f,\"portfolio_ms\":%.2f,"
           "\"portfolio_network_ms\":%.2f}\n",
           sql_items, pow_ns, function_ns, pow_ns / fold_ns, function_ns / fold_ns, portfolio_ms,
           network_ms);
    free(d);
    done(&c);
    return 0;
}

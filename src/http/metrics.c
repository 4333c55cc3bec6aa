/*
 * Prometheus counters and histograms; see metrics.h. Format: text exposition 0.0.4.
 */
#include "http/metrics.h"

#include <stdatomic.h>
#include <stdlib.h>

/* Upper bounds in microseconds; the last bucket is +Inf. */
static const int64_t bounds[] = { 100,   250,   500,    1000,   2500,    5000,    10000,
                                  25000, 50000, 100000, 250000, 1000000, 10000000 };
enum { BOUND_COUNT = sizeof(bounds) / sizeof(bounds[0]), CLASS_COUNT = 6 };

struct row {
    const char *name;
    _Atomic uint64_t classes[CLASS_COUNT]; /* by first digit of the status */
    _Atomic uint64_t buckets[BOUND_COUNT + 1];
    _Atomic uint64_t micros;
};

struct metrics {
    size_t count;
    struct row rows[];
};

struct metrics *metrics_new(size_t rows)
{
    struct metrics *m = calloc(1, sizeof(*m) + rows * sizeof(m->rows[0]));
    if (m) {
        m->count = rows;
    }
    return m;
}

void metrics_free(struct metrics *m)
{
    free(m);
}

void metrics_name(struct metrics *m, size_t row, const char *name)
{
    m->rows[row].name = name;
}

static void add(_Atomic uint64_t *counter, uint64_t n)
{
    atomic_fetch_add_explicit(counter, n, memory_order_relaxed);
}

static uint64_t value(_Atomic uint64_t *counter)
{
    return atomic_load_explicit(counter, memory_order_relaxed);
}

void metrics_count(struct metrics *m, size_t row, int status, int64_t micros)
{
    struct row *one = &m->rows[row];
    add(&one->classes[status >= 100 && status < 600 ? status / 100 : 0], 1);
    if (micros < 0) {
        return;
    }
    size_t bucket = 0;
    while (bucket < BOUND_COUNT && micros > bounds[bucket]) {
        bucket++;
    }
    add(&one->buckets[bucket], 1);
    add(&one->micros, (uint64_t)micros);
}

static void write_requests(struct row *one, struct buf *out)
{
    for (int i = 0; i < CLASS_COUNT; i++) {
        uint64_t n = value(&one->classes[i]);
        if (n > 0) {
            buf_printf(out, "entente_http_requests_total{operation=\"%s\",class=\"%dxx\"} %llu\n",
                       one->name, i, (unsigned long long)n);
        }
    }
}

static void write_histogram(struct row *one, struct buf *out)
{
    uint64_t buckets[BOUND_COUNT + 1];
    uint64_t total = 0;
    for (size_t i = 0; i <= BOUND_COUNT; i++) {
        buckets[i] = value(&one->buckets[i]);
        total += buckets[i];
    }
    if (total == 0) {
        return;
    }
    const char *name = "entente_http_request_seconds";
    uint64_t sum = 0;
    for (size_t i = 0; i < BOUND_COUNT; i++) {
        sum += buckets[i];
        buf_printf(out, "%s_bucket{operation=\"%s\",le=\"%g\"} %llu\n", name, one->name,
                   (double)bounds[i] / 1e6, (unsigned long long)sum);
    }
    buf_printf(out, "%s_bucket{operation=\"%s\",le=\"+Inf\"} %llu\n", name, one->name,
               (unsigned long long)total);
    buf_printf(out, "%s_sum{operation=\"%s\"} %.6f\n", name, one->name,
               (double)value(&one->micros) / 1e6);
    buf_printf(out, "%s_count{operation=\"%s\"} %llu\n", name, one->name,
               (unsigned long long)total);
}

void metrics_write(struct metrics *m, const struct gauge *gauges, size_t gauge_count,
                   struct buf *out)
{
    buf_add_cstr(out, "# HELP entente_build_info The running version.\n"
                      "# TYPE entente_build_info gauge\n");
    buf_printf(out, "entente_build_info{version=\"%s\"} 1\n", ENTENTE_VERSION);
    for (size_t i = 0; i < gauge_count; i++) {
        buf_printf(out, "# HELP %s %s\n# TYPE %s gauge\n%s %lld\n", gauges[i].name, gauges[i].help,
                   gauges[i].name, gauges[i].name, (long long)gauges[i].value);
    }
    buf_add_cstr(out, "# HELP entente_http_requests_total Requests by operation and status class.\n"
                      "# TYPE entente_http_requests_total counter\n");
    for (size_t i = 0; i < m->count; i++) {
        write_requests(&m->rows[i], out);
    }
    buf_add_cstr(out, "# HELP entente_http_request_seconds Time from request to answer.\n"
                      "# TYPE entente_http_request_seconds histogram\n");
    for (size_t i = 0; i < m->count; i++) {
        write_histogram(&m->rows[i], out);
    }
}

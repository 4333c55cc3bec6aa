/*
 * Benchmarks (b) and (f): the first page of a portfolio over many relationships and much evidence,
 * per viewer, and opening the instance again. Prints one JSON object.
 *
 *   bench_portfolio [relationships] [commitments]        default 10000 500000
 *
 * A commitment gives two items of evidence (ability and integrity), so 500,000 of them are a
 * million items. Limits, not peers: 50 ms for the page, 2 s for the opening.
 */
#include "base/limits.h"
#include "ops/ops.h"
#include "picture/picture.h"
#include "service/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define NOW_MS ((int64_t)1765000000000)
#define DAY_MS ((int64_t)86400000)

enum { BATCH = 10000, RUNS = 15 };

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(int code, const struct error *err)
{
    if (code >= 0)
        return;
    fprintf(stderr, "%d %s\n", code, err->message);
    exit(1);
}

static uint64_t state = 88172645463325252u;
static uint32_t any(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state % below);
}

static struct node *open_node(const char *directory)
{
    struct error err = { 0 };
    struct node *n = NULL;
    struct node_options o = { .directory = directory, .create = true, .now_ms = NOW_MS };
    must(node_open(&o, &err, &n), &err);
    return n;
}

struct filler {
    struct node *node;
    struct arena *arena;
    struct draft drafts[BATCH];
    struct appended done[BATCH];
    size_t count;
    struct slice label;
};

static void flush(struct filler *f)
{
    struct error err = { 0 };
    if (f->count)
        must(ledger_append(node_ledger(f->node), f->drafts, f->count, NOW_MS - DAY_MS, &err,
                           f->done),
             &err);
    f->count = 0;
    arena_reset(f->arena);
}

static void add(struct filler *f, const char *kind, struct uuid id, struct slice body)
{
    f->drafts[f->count++] = (struct draft){ .operation = ENTRY_PUT,
                                            .kind = slice_of(kind),
                                            .record = id,
                                            .label = f->label,
                                            .user = S("00000000-0000-0000-0000-000000000000"),
                                            .body = body };
    if (f->count == BATCH)
        flush(f);
}

static struct slice lowest_label(struct node *n)
{
    static char text[4096];
    struct buf out cleanup_buf;
    buf_init(&out, sizeof text - 1);
    label_write(node_policy(n), policy_lowest_label(node_policy(n)), &out);
    memcpy(text, out.ptr, out.len + 1);
    return slice_of(text);
}

static void date_of(int days_ago, char ret[32])
{
    when_format_ms(NOW_MS - days_ago * DAY_MS, false, ret);
    ret[10] = '\0';
}

static void fill(struct node *n, uint32_t relationships, uint32_t commitments, char home[37])
{
    struct filler *f = calloc(1, sizeof *f);
    char(*ids)[37] = calloc((size_t)relationships + 1, sizeof *ids);
    f->node = n;
    f->arena = arena_new(LIMIT_ARENA);
    f->label = lowest_label(n);
    for (uint32_t i = 0; i <= relationships; i++) {
        struct uuid id = uuid_new(NOW_MS);
        uuid_format(id, ids[i]);
        add(f, "actor", id,
            arena_printf(f->arena, "{\"name_en\":\"Partner %u\",\"nature\":\"organisation\"}", i));
    }
    for (uint32_t i = 1; i <= relationships; i++)
        add(f, "relationship", uuid_new(NOW_MS),
            arena_printf(
                f->arena,
                "{\"a\":\"%s\",\"b\":\"%s\",\"horizon\":\"%s\",\"nature\":\"institutional\","
                "\"priority\":\"T%u\"}",
                ids[0], ids[i], i % 3 ? "strategic" : "situational", i % 5 + 1));
    for (uint32_t i = 0; i < commitments; i++) {
        static const char *const states[] = { "kept", "kept", "kept", "late", "broken" };
        static const char *const stakes[] = { "routine", "significant", "critical" };
        char due[32];
        date_of((int)any(1400) + 1, due);
        uint32_t p = any(relationships) + 1;
        bool ours = any(2);
        add(f, "commitment", uuid_new(NOW_MS),
            arena_printf(f->arena,
                         "{\"decided_on\":\"%s\",\"due\":\"%s\",\"from\":\"%s\",\"stakes\":\"%s\","
                         "\"state\":\"%s\",\"text\":\"Promise %u\",\"to\":\"%s\"}",
                         due, due, ids[ours ? 0 : p], stakes[any(3)], states[any(5)], i,
                         ids[ours ? p : 0]));
    }
    flush(f);
    memcpy(home, ids[0], 37);
    arena_free(f->arena);
    free(ids);
    free(f);
}

static double ask(struct node *n, const struct operations *all, const char *home, const char *sort,
                  size_t *ret_bytes)
{
    struct error err = { 0 };
    struct arena *a = arena_new(LIMIT_ARENA);
    struct buf out cleanup_buf;
    buf_init(&out, LIMIT_RESPONSE);
    struct json *parameters = json_new_object(a);
    json_object_set(a, parameters, S("of"), json_new_text(a, slice_of(home)));
    json_object_set(a, parameters, S("sort"), json_new_text(a, slice_of(sort)));
    struct call c = { .node = n,
                      .operation = operations_find(all, S("portfolio")),
                      .viewer = node_operator(n),
                      .arena = a,
                      .now_ms = NOW_MS,
                      .parameters = parameters,
                      .out = &out,
                      .err = &err };
    double start = seconds();
    must(ops_run(&c), &err);
    double took = seconds() - start;
    *ret_bytes = out.len;
    arena_free(a);
    return took;
}

static int compare(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return a < b ? -1 : a > b;
}

static double median(struct node *n, const struct operations *all, const char *home,
                     const char *sort, size_t *ret_bytes)
{
    double times[RUNS];
    for (int i = 0; i < RUNS; i++)
        times[i] = ask(n, all, home, sort, ret_bytes);
    qsort(times, RUNS, sizeof *times, compare);
    return times[RUNS / 2];
}

int main(int argc, char **argv)
{
    uint32_t relationships = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 10000;
    uint32_t commitments = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 500000;
    char directory[] = "/tmp/entente-bench-XXXXXX", home[37], command[128];
    const struct operations *all = NULL;
    struct error err = { 0 };
    struct ledger_head head;
    size_t bytes = 0;
    if (!mkdtemp(directory))
        return 1;
    struct node *n = open_node(directory);
    double start = seconds();
    fill(n, relationships, commitments, home);
    double filled = seconds() - start;
    must(ledger_head_get(node_ledger(n), &err, &head), &err);
    node_close(n);
    start = seconds();
    n = open_node(directory);
    double opened = seconds() - start;
    struct arena *a = arena_new(LIMIT_ARENA);
    must(operations_make(a, node_kinds(n), &err, &all), &err);
    double by_name = median(n, all, home, "partner", &bytes);
    double by_trust = median(n, all, home, "-trust", &bytes);
    printf("{\"bench\":\"portfolio\",\"relationships\":%u,\"evidence_items\":%u,\"entries\":%lld,"
           "\"fill_entries_per_s\":%.0f,\"open_s\":%.3f,\"open_limit_s\":2,"
           "\"page_by_name_ms\":%.1f,\"page_by_trust_ms\":%.1f,\"page_limit_ms\":50,"
           "\"page_bytes\":%zu}\n",
           relationships, commitments * 2, (long long)head.seq, (double)head.seq / filled, opened,
           by_name * 1e3, by_trust * 1e3, bytes);
    arena_free(a);
    node_close(n);
    static const char *const names[] = { "ledger.db",  "ledger.db-wal",  "ledger.db-shm",
                                         "picture.db", "picture.db-wal", "picture.db-shm",
                                         "key" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(command, sizeof command, "%s/%s", directory, names[i]);
        unlink(command);
    }
    rmdir(directory);
    return 0;
}

/*
 * Benchmarks (b) and (f): the first page of a portfolio over many relationships and much evidence,
 * per viewer, and opening the instance again. Prints one JSON object.
 *
 *   bench_portfolio [relationships] [commitments] [engagements] [directory]
 *
 * By default 10000, 300000 and 680000, which is a million entries: a commitment gives two items of
 * evidence (ability and integrity), and of the engagements 200,000 were held and give one to either
 * side. Limits, not peers: 50 ms for the page, 2 s for the opening. Of every measure also the
 * processor time, for machines that have other work. A directory is kept, and used again when it
 * was filled before; without one, a temporary directory is filled and removed.
 */
#include "../clock.h"
#include "base/limits.h"
#include "ops/ops.h"
#include "picture/picture.h"
#include "service/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW_MS ((int64_t)1765000000000)
#define DAY_MS ((int64_t)86400000)

enum { BATCH = 10000, RUNS = 15 };

/* Wall clock and processor seconds, of all threads. */
struct moment {
    double wall, cpu;
};

static struct moment moment(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (struct moment){ clock_ms(CLOCK_MONOTONIC) / 1e3,
                            (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
                                (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6 };
}

static struct moment since(struct moment start)
{
    struct moment now = moment();
    return (struct moment){ now.wall - start.wall, now.cpu - start.cpu };
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

static void add_commitment(struct filler *f, uint32_t number, const char *home, const char *partner)
{
    static const char *const states[] = { "kept", "kept", "kept", "late", "broken" };
    static const char *const stakes[] = { "routine", "significant", "critical" };
    char due[32];
    date_of((int)any(1400) + 1, due);
    bool ours = any(2);
    const char *stake = stakes[any(3)], *end = states[any(5)];
    add(f, "commitment", uuid_new(NOW_MS),
        arena_printf(f->arena,
                     "{\"decided_on\":\"%s\",\"due\":\"%s\",\"from\":\"%s\",\"stakes\":\"%s\","
                     "\"state\":\"%s\",\"text\":\"Promise %u\",\"to\":\"%s\"}",
                     due, due, ours ? home : partner, stake, end, number, ours ? partner : home));
}

static void add_engagement(struct filler *f, uint32_t number, const char *home, const char *partner,
                           bool held)
{
    char when[32];
    date_of((int)any(1400) + 1, when);
    add(f, "engagement", uuid_new(NOW_MS),
        arena_printf(f->arena,
                     "{\"participants\":[{\"actor\":\"%s\"},{\"actor\":\"%s\"}],\"status\":\"%s\","
                     "\"title\":\"Meeting %u\",\"when\":\"%s\"}",
                     home, partner, held ? "held" : "planned", number, when));
}

struct size {
    uint32_t relationships, commitments, engagements;
};

static void fill(struct node *n, const struct size *size, char home[37])
{
    struct error err = { 0 };
    struct filler *f = calloc(1, sizeof *f);
    char(*ids)[37] = calloc((size_t)size->relationships + 1, sizeof *ids);
    f->node = n;
    f->arena = arena_new(LIMIT_ARENA);
    f->label = lowest_label(n);
    node_bulk_begin(n); /* as an import does */
    for (uint32_t i = 0; i <= size->relationships; i++) {
        struct uuid id = uuid_new(NOW_MS);
        uuid_format(id, ids[i]);
        add(f, "actor", id,
            arena_printf(f->arena, "{\"name_en\":\"Partner %u\",\"nature\":\"organisation\"}", i));
    }
    for (uint32_t i = 1; i <= size->relationships; i++)
        add(f, "relationship", uuid_new(NOW_MS),
            arena_printf(
                f->arena,
                "{\"a\":\"%s\",\"b\":\"%s\",\"horizon\":\"%s\",\"nature\":\"institutional\","
                "\"priority\":\"T%u\"}",
                ids[0], ids[i], i % 3 ? "strategic" : "situational", i % 5 + 1));
    for (uint32_t i = 0; i < size->commitments; i++)
        add_commitment(f, i, ids[0], ids[any(size->relationships) + 1]);
    for (uint32_t i = 0; i < size->engagements; i++)
        add_engagement(f, i, ids[0], ids[any(size->relationships) + 1], i % 17 < 5);
    flush(f);
    must(node_bulk_end(n, &err), &err);
    memcpy(home, ids[0], 37);
    arena_free(f->arena);
    free(ids);
    free(f);
}

static struct moment ask(struct node *n, const struct operations *all, const char *home,
                         const char *sort, struct buf *out)
{
    struct error err = { 0 };
    struct arena *a = arena_new(LIMIT_ARENA);
    buf_clear(out);
    struct json *parameters = json_new_object(a);
    json_object_set(a, parameters, S("of"), json_new_text(a, slice_of(home)));
    json_object_set(a, parameters, S("sort"), json_new_text(a, slice_of(sort)));
    struct call c = { .node = n,
                      .operation = operations_find(all, S("portfolio")),
                      .viewer = node_operator(n),
                      .arena = a,
                      .now_ms = NOW_MS,
                      .parameters = parameters,
                      .out = out,
                      .err = &err };
    struct moment start = moment();
    must(ops_run(&c), &err);
    struct moment took = since(start);
    arena_free(a);
    return took;
}

static int compare(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return a < b ? -1 : a > b;
}

/* Medians over the later runs, and the first run alone: what a change of the evidence costs. */
struct page_times {
    struct moment first, median;
    size_t bytes;
};

static struct page_times page_times(struct node *n, const struct operations *all, const char *home,
                                    const char *sort, const char *keep)
{
    struct page_times t = { 0 };
    struct buf out cleanup_buf;
    double wall[RUNS], cpu[RUNS];
    buf_init(&out, LIMIT_RESPONSE);
    t.first = ask(n, all, home, sort, &out);
    for (int i = 0; i < RUNS; i++) {
        struct moment took = ask(n, all, home, sort, &out);
        wall[i] = took.wall;
        cpu[i] = took.cpu;
    }
    qsort(wall, RUNS, sizeof *wall, compare);
    qsort(cpu, RUNS, sizeof *cpu, compare);
    t.median = (struct moment){ wall[RUNS / 2], cpu[RUNS / 2] };
    t.bytes = out.len;
    FILE *f = keep ? fopen(keep, "wbe") : NULL;
    if (f) {
        fwrite(out.ptr, 1, out.len, f);
        fclose(f);
    }
    return t;
}

static void write_times(const char *name, struct page_times t)
{
    printf("\"%s_ms\":%.1f,\"%s_cpu_ms\":%.1f,\"%s_first_ms\":%.1f,\"%s_first_cpu_ms\":%.1f,", name,
           t.median.wall * 1e3, name, t.median.cpu * 1e3, name, t.first.wall * 1e3, name,
           t.first.cpu * 1e3);
}

/* The home actor of a directory that was filled before. */
static bool read_home(const char *directory, char home[37])
{
    char path[512];
    snprintf(path, sizeof path, "%s/home", directory);
    FILE *f = fopen(path, "rbe");
    size_t got = f ? fread(home, 1, 36, f) : 0;
    home[got] = '\0';
    if (f)
        fclose(f);
    return got == 36;
}

static void write_home(const char *directory, const char *home)
{
    char path[512];
    snprintf(path, sizeof path, "%s/home", directory);
    FILE *f = fopen(path, "wbe");
    if (f) {
        fputs(home, f);
        fclose(f);
    }
}

static void remove_all(const char *directory)
{
    static const char *const names[] = {
        "ledger.db",      "ledger.db-wal",   "ledger.db-shm", "picture.db", "picture.db-wal",
        "picture.db-shm", "picture.db-lock", "key",           "home"
    };
    char path[512];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        unlink(path);
    }
    rmdir(directory);
}

static void measure(struct node *n, const char *home, const char *keep)
{
    const struct operations *all = NULL;
    struct error err = { 0 };
    struct arena *a = arena_new(LIMIT_ARENA);
    char by_name[512], by_trust[512];
    snprintf(by_name, sizeof by_name, "%s/by_name.json", keep ? keep : "");
    snprintf(by_trust, sizeof by_trust, "%s/by_trust.json", keep ? keep : "");
    must(operations_make(a, node_kinds(n), &err, &all), &err);
    struct page_times name = page_times(n, all, home, "partner", keep ? by_name : NULL);
    struct page_times trust = page_times(n, all, home, "-trust", keep ? by_trust : NULL);
    write_times("page_by_name", name);
    write_times("page_by_trust", trust);
    printf("\"page_limit_ms\":50,\"page_bytes\":%zu}\n", name.bytes);
    arena_free(a);
}

int main(int argc, char **argv)
{
    struct size size = { argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 10000,
                         argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 300000,
                         argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 680000 };
    char temporary[] = "/tmp/entente-bench-XXXXXX", home[37];
    const char *keep = argc > 4 ? argv[4] : NULL;
    const char *directory = keep ? keep : mkdtemp(temporary);
    struct error err = { 0 };
    struct ledger_head head;
    struct moment filled = { 0 };
    if (!directory || (keep && mkdir(keep, 0700) < 0 && access(keep, W_OK) < 0))
        return 1;
    if (!read_home(directory, home)) {
        struct node *n = open_node(directory);
        struct moment start = moment();
        fill(n, &size, home);
        filled = since(start);
        node_close(n);
        write_home(directory, home);
    }
    struct moment start = moment();
    struct node *n = open_node(directory);
    struct moment opened = since(start);
    must(ledger_head_get(node_ledger(n), &err, &head), &err);
    printf("{\"bench\":\"portfolio\",\"relationships\":%u,\"evidence_items\":%u,\"entries\":%lld,",
           size.relationships, size.commitments * 2 + size.engagements / 17 * 10,
           (long long)head.seq);
    if (filled.wall > 0)
        printf("\"fill_entries_per_s\":%.0f,\"fill_entries_per_cpu_s\":%.0f,",
               (double)head.seq / filled.wall, (double)head.seq / filled.cpu);
    printf("\"open_s\":%.3f,\"open_cpu_s\":%.3f,\"open_limit_s\":2,", opened.wall, opened.cpu);
    measure(n, home, keep);
    node_close(n);
    if (!keep)
        remove_all(directory);
    return 0;
}

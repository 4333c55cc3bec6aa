/*
 * Bench: one question about introductions through the operation table, in which the viewer's
 * network is made anew: every relationship folded both ways, then the three kernels. Beside it the
 * page of the portfolio of the same instance, which folds the relationships of one actor only.
 *
 *   bench_introductions [actors] [relationships] [commitments]
 *
 * By default 2000, 10000 and 50000. Medians of the later runs, in milliseconds of wall clock and of
 * processor time; the first run alone. Prints one JSON object. Works in a temporary directory.
 */
#include "../clock.h"
#include "base/limits.h"
#include "ops/ops.h"
#include "picture/picture.h"
#include "service/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NOW_MS ((int64_t)1765000000000)
#define DAY_MS ((int64_t)86400000)

enum { BATCH = 5000, RUNS = 15 };

struct filler {
    struct node *node;
    struct arena *arena;
    struct draft drafts[BATCH];
    struct appended done[BATCH];
    size_t count;
    struct slice label;
    uint64_t seed;
};

struct moment {
    double wall, cpu;
};

static struct moment moment(void)
{
    return (struct moment){ clock_ms(CLOCK_MONOTONIC), clock_ms(CLOCK_PROCESS_CPUTIME_ID) };
}

static void must(int code, const struct error *err)
{
    if (code >= 0)
        return;
    fprintf(stderr, "%d %s\n", code, err->message);
    exit(1);
}

static uint32_t any(struct filler *f, uint32_t below)
{
    uint64_t z = f->seed += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return (uint32_t)((z ^ (z >> 31)) % below);
}

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

static void fill(struct filler *f, char (*ids)[37], uint32_t actors, uint32_t relationships,
                 uint32_t commitments)
{
    for (uint32_t i = 0; i < actors; i++) {
        struct uuid id = uuid_new(NOW_MS);
        uuid_format(id, ids[i]);
        add(f, "actor", id,
            arena_printf(f->arena, "{\"name_en\":\"Actor %u\",\"nature\":\"organisation\"}", i));
    }
    for (uint32_t i = 0; i < relationships; i++) {
        uint32_t a = any(f, actors), b = (a + 1 + any(f, actors - 1)) % actors;
        add(f, "relationship", uuid_new(NOW_MS),
            arena_printf(f->arena,
                         "{\"a\":\"%s\",\"b\":\"%s\",\"horizon\":\"%s\",\"nature\":"
                         "\"institutional\"}",
                         ids[a], ids[b], i % 3 ? "strategic" : "situational"));
    }
    for (uint32_t i = 0; i < commitments; i++) {
        uint32_t a = any(f, actors), b = (a + 1 + any(f, actors - 1)) % actors;
        add(f, "commitment", uuid_new(NOW_MS),
            arena_printf(f->arena,
                         "{\"decided_on\":\"2025-%02u-01\",\"from\":\"%s\",\"stakes\":\"routine\","
                         "\"state\":\"%s\",\"text\":\"Promise\",\"to\":\"%s\"}",
                         any(f, 9) + 1, ids[a], i % 5 ? "kept" : "broken", ids[b]));
    }
    flush(f);
}

static struct moment ask(struct node *n, const struct operations *all, const char *operation,
                         const char *of, const char *to, bool *ret_found)
{
    struct error err = { 0 };
    struct buf out cleanup_buf;
    struct arena *a = arena_new(LIMIT_ARENA);
    struct json *parameters = json_new_object(a);
    buf_init(&out, LIMIT_RESPONSE);
    json_object_set(a, parameters, S("of"), json_new_text(a, slice_of(of)));
    if (to)
        json_object_set(a, parameters, S("to"), json_new_text(a, slice_of(to)));
    struct call c = { .node = n,
                      .operation = operations_find(all, slice_of(operation)),
                      .viewer = node_operator(n),
                      .arena = a,
                      .now_ms = NOW_MS,
                      .parameters = parameters,
                      .out = &out,
                      .err = &err };
    struct moment start = moment(), end;
    must(ops_run(&c), &err);
    end = moment();
    *ret_found = strstr(out.ptr, "none_reason") == NULL;
    arena_free(a);
    return (struct moment){ end.wall - start.wall, end.cpu - start.cpu };
}

static int compare(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return a < b ? -1 : a > b;
}

static void measure(struct filler *f, const struct operations *all, const char *operation,
                    char (*ids)[37], uint32_t actors)
{
    bool is_introduction = strcmp(operation, "introductions") == 0, was_found = false;
    double wall[RUNS], cpu[RUNS];
    int found = 0;
    struct moment first =
        ask(f->node, all, operation, ids[0], is_introduction ? ids[actors / 2] : NULL, &was_found);
    for (int i = 0; i < RUNS; i++) {
        uint32_t of = any(f, actors), to = (of + 1 + any(f, actors - 1)) % actors;
        struct moment m =
            ask(f->node, all, operation, ids[of], is_introduction ? ids[to] : NULL, &was_found);
        wall[i] = m.wall;
        cpu[i] = m.cpu;
        found += was_found;
    }
    qsort(wall, RUNS, sizeof *wall, compare);
    qsort(cpu, RUNS, sizeof *cpu, compare);
    printf(",\"%s\":{\"ms\":%.1f,\"cpu_ms\":%.1f,\"first_ms\":%.1f,\"first_cpu_ms\":%.1f",
           operation, wall[RUNS / 2], cpu[RUNS / 2], first.wall, first.cpu);
    if (is_introduction)
        printf(",\"asked\":%d,\"found\":%d", RUNS, found);
    printf("}");
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

static void remove_all(const char *directory)
{
    static const char *const names[] = { "ledger.db",       "ledger.db-wal",
                                         "ledger.db-shm",   "picture.db",
                                         "picture.db-wal",  "picture.db-shm",
                                         "picture.db-lock", "key" };
    char path[512];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        unlink(path);
    }
    rmdir(directory);
}

int main(int argc, char **argv)
{
    uint32_t actors = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : 2000;
    uint32_t relationships = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : 10000;
    uint32_t commitments = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 50000;
    char directory[] = "/tmp/entente-bench-XXXXXX";
    struct error err = { 0 };
    struct filler *f = calloc(1, sizeof *f);
    char(*ids)[37] = calloc((size_t)actors + 1, sizeof *ids);
    const struct operations *all = NULL;
    if (actors < 3 || !f || !ids || !mkdtemp(directory))
        return 1;
    struct node_options o = { .directory = directory, .create = true, .now_ms = NOW_MS };
    must(node_open(&o, &err, &f->node), &err);
    f->arena = arena_new(LIMIT_ARENA);
    f->label = lowest_label(f->node);
    f->seed = 11;
    node_bulk_begin(f->node);
    fill(f, ids, actors, relationships, commitments);
    must(node_bulk_end(f->node, &err), &err);
    struct arena *a = arena_new(LIMIT_ARENA);
    must(operations_make(a, node_kinds(f->node), &err, &all), &err);
    printf("{\"bench\":\"introductions\",\"actors\":%u,\"relationships\":%u,\"commitments\":%u",
           actors, relationships, commitments);
    measure(f, all, "introductions", ids, actors);
    measure(f, all, "portfolio", ids, actors);
    printf("}\n");
    node_close(f->node);
    remove_all(directory);
    arena_free(a);
    arena_free(f->arena);
    free(ids);
    free(f);
    return 0;
}

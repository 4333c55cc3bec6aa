/*
 * Bench: a bundle of many records made, looked into, taken and receipted, between two instances in
 * one process; then a bundle after few changes in the same ledger, beside one from nothing; and
 * before each the difference that an officer is shown.
 *
 *   bench_exchange [records] [changes]
 *
 * By default 100000 and 10. Beside it, on statements of the same size and number: hashing them
 * (BLAKE2b), compressing (zstd 1), sealing (secretstream) and inserting them into one bare table of
 * SQLite in one durable transaction. Processor time and wall time in milliseconds; prints one JSON
 * object. Works in a temporary directory.
 */
#include "../clock.h"
#include "base/limits.h"
#include "ledger/signer.h"
#include "picture/picture.h"
#include "service/difference.h"

#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zstd.h>

#define NOW_MS ((int64_t)1765000000000)

enum { BATCH = 4000, SEAL_CHUNK = 65536 };

struct side {
    char directory[64];
    struct node *node;
    struct arena *arena;
    struct slice peer; /* the other one's record here */
};

struct moment {
    double wall, cpu;
};

static struct moment moment(void)
{
    return (struct moment){ clock_ms(CLOCK_MONOTONIC), clock_ms(CLOCK_PROCESS_CPUTIME_ID) };
}

static double tell(const char *name, struct moment since)
{
    struct moment now = moment();
    printf(",\"%s\":{\"ms\":%.1f,\"cpu_ms\":%.1f}", name, now.wall - since.wall,
           now.cpu - since.cpu);
    return now.wall - since.wall;
}

static void must(int code, const struct error *err)
{
    if (code >= 0)
        return;
    fprintf(stderr, "%d %s\n", code, err->message);
    exit(1);
}

static void open_side(struct side *s, const char *name)
{
    struct error err = { 0 };
    snprintf(s->directory, sizeof s->directory, "/tmp/entente-bench-%s-XXXXXX", name);
    if (!mkdtemp(s->directory))
        exit(1);
    struct node_options o = { .directory = s->directory, .create = true, .now_ms = NOW_MS };
    must(node_open(&o, &err, &s->node), &err);
    s->arena = arena_new((size_t)1 << 30);
}

static void close_side(struct side *s)
{
    static const char *const names[] = { "ledger.db",
                                         "ledger.db-wal",
                                         "ledger.db-shm",
                                         "picture.db",
                                         "picture.db-wal",
                                         "picture.db-shm",
                                         "picture.db-lock",
                                         "raw.db",
                                         "raw.db-wal",
                                         "raw.db-shm",
                                         "key" };
    char path[128];
    node_close(s->node);
    arena_free(s->arena);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", s->directory, names[i]);
        unlink(path);
    }
    rmdir(s->directory);
}

/* `at` meets `other` by its card and gives it everything that an organisation may have. */
static void meet(struct side *at, struct side *other, const char *name)
{
    struct error err = { 0 };
    struct card_details details = { .name = slice_of(name), .url = S(""), .tls_pin = S("") };
    struct buf card cleanup_buf, clearance cleanup_buf;
    struct json *input = json_new_object(at->arena), *held = NULL, *grounds = NULL;
    char text[FINGERPRINT_TEXT + 1];
    uint8_t sign[32], box[32];
    buf_init(&card, LIMIT_CARD);
    buf_init(&clearance, LIMIT_RECORD);
    must(exchange_card(other->node, node_operator(other->node), &details, NOW_MS, &err, &card),
         &err);
    const struct clearance *all = clearance_all(node_policy(at->node));
    clearance_write(node_policy(at->node), clearance_of_organisation(at->arena, all), &clearance);
    must(json_parse(at->arena, arena_copy(at->arena, buf_slice(&clearance)), &err, &held), &err);
    json_object_set(at->arena, input, S("clearance"), held);
    must(json_parse(at->arena, S("{\"authority\":\"J2\",\"reason\":\"bench\"}"), &err, &grounds),
         &err);
    json_object_set(at->arena, input, S("release"), grounds);
    must(peer_meet(at->node, node_operator(at->node), at->arena,
                   arena_copy(at->arena, buf_slice(&card)), input, NOW_MS, &err, &at->peer),
         &err);
    signer_public_keys(node_signer(other->node), sign, box);
    peer_fingerprint(ledger_instance(node_ledger(other->node)), sign, box, text);
    must(peer_confirm(at->node, node_operator(at->node), at->arena, at->peer, slice_of(text), NULL,
                      NOW_MS, &err),
         &err);
}

static struct slice lowest_label(struct node *n, struct arena *a)
{
    struct buf out cleanup_buf;
    buf_init(&out, LIMIT_RECORD);
    label_write(node_policy(n), policy_lowest_label(node_policy(n)), &out);
    return arena_copy(a, buf_slice(&out));
}

/* States `count` actors from number `from` on; expected 0: new ones. */
static void state(struct side *s, struct uuid *ids, size_t from, size_t count, int version)
{
    struct error err = { 0 };
    struct draft *drafts = calloc(BATCH, sizeof *drafts);
    struct appended *done = calloc(BATCH, sizeof *done);
    struct slice label = lowest_label(s->node, s->arena);
    if (!drafts || !done)
        exit(1);
    node_bulk_begin(s->node);
    for (size_t at = from; at < from + count;) {
        struct arena *a = arena_new((size_t)1 << 26);
        size_t n = from + count - at < BATCH ? from + count - at : BATCH;
        for (size_t i = 0; i < n; i++)
            drafts[i] = (struct draft){
                .operation = ENTRY_PUT,
                .kind = S("actor"),
                .record = ids[at + i],
                .expected = version - 1,
                .label = label,
                .user = S("00000000-0000-0000-0000-000000000000"),
                .body = arena_printf(a,
                                     "{\"name_en\":\"Actor %zu of the northern region\",\"nature\":"
                                     "\"organisation\",\"notes\":\"Version %d, met at the yearly "
                                     "conference; keeps a duty officer and answers within a "
                                     "day.\"}",
                                     at + i, version)
            };
        must(ledger_append(node_ledger(s->node), drafts, n, NOW_MS + version, &err, done), &err);
        arena_free(a);
        at += n;
    }
    must(node_bulk_end(s->node, &err), &err);
    free(drafts);
    free(done);
}

/* ---- the parts by themselves, on text of the same size ---- */

static void raw_insert(const struct side *s, const char *lines, const size_t *ends, size_t count)
{
    char path[128];
    sqlite3 *db = NULL;
    sqlite3_stmt *st = NULL;
    snprintf(path, sizeof path, "%s/raw.db", s->directory);
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db,
                     "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(seq INTEGER"
                     " PRIMARY KEY, line BLOB); BEGIN",
                     NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "INSERT INTO t(line) VALUES(?1)", -1, &st, NULL) != SQLITE_OK)
        exit(1);
    for (size_t i = 0; i < count; i++) {
        size_t start = i ? ends[i - 1] : 0;
        sqlite3_bind_blob(st, 1, lines + start, (int)(ends[i] - start), SQLITE_STATIC);
        if (sqlite3_step(st) != SQLITE_DONE)
            exit(1);
        sqlite3_reset(st);
    }
    sqlite3_finalize(st);
    if (sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
        exit(1);
    sqlite3_close(db);
}

static void raw_seal(const char *bytes, size_t len)
{
    static unsigned char out[SEAL_CHUNK + crypto_secretstream_xchacha20poly1305_ABYTES];
    crypto_secretstream_xchacha20poly1305_state state_of;
    unsigned char key[crypto_secretstream_xchacha20poly1305_KEYBYTES];
    unsigned char header[crypto_secretstream_xchacha20poly1305_HEADERBYTES];
    crypto_secretstream_xchacha20poly1305_keygen(key);
    crypto_secretstream_xchacha20poly1305_init_push(&state_of, header, key);
    for (size_t at = 0; at < len; at += SEAL_CHUNK) {
        size_t n = len - at < SEAL_CHUNK ? len - at : SEAL_CHUNK;
        crypto_secretstream_xchacha20poly1305_push(
            &state_of, out, NULL, (const unsigned char *)bytes + at, n, NULL, 0, 0);
    }
}

static double raw_parts(const struct side *s, size_t count)
{
    enum { LINE = 640 };
    char *lines = malloc(count * LINE);
    size_t *ends = calloc(count, sizeof *ends);
    size_t len = 0, packed_len = ZSTD_compressBound(count * LINE);
    void *packed = malloc(packed_len);
    char id[UUID_TEXT + 1], entry[UUID_TEXT + 1];
    unsigned char hash[32];
    if (!lines || !ends || !packed)
        exit(1);
    for (size_t i = 0; i < count; i++) {
        uuid_format(uuid_new(NOW_MS), id);
        uuid_format(uuid_new(NOW_MS), entry);
        len += (size_t)snprintf(
            lines + len, LINE,
            "{\"at\":1765000000001,\"body\":{\"name_en\":\"Actor %zu of the northern region\","
            "\"nature\":\"organisation\",\"notes\":\"Version 1, met at the yearly conference; "
            "keeps "
            "a duty officer and answers within a day.\"},\"entry\":\"%s\",\"instance\":\"%s\","
            "\"kind\":\"actor\",\"label\":{\"class\":\"UNCLASSIFIED\",\"permissive\":{},\"policy\":"
            "\"entente-default\",\"restrictive\":{},\"tlp\":\"CLEAR\"},\"operation\":\"put\","
            "\"record\":\"%s\"}\n",
            i, entry, entry, id);
        ends[i] = len;
    }
    struct moment start = moment();
    for (size_t i = 0; i < count; i++) {
        size_t from = i ? ends[i - 1] : 0;
        crypto_generichash(hash, sizeof hash, (const unsigned char *)lines + from, ends[i] - from,
                           NULL, 0);
    }
    double sum = tell("raw_hash", start);
    start = moment();
    packed_len = ZSTD_compress(packed, packed_len, lines, len, 1);
    sum += tell("raw_compress", start);
    start = moment();
    raw_seal(packed, packed_len);
    sum += tell("raw_seal", start);
    start = moment();
    raw_insert(s, lines, ends, count);
    sum += tell("raw_insert", start);
    printf(",\"raw_bytes\":%zu,\"raw_sealed_bytes\":%zu", len, packed_len);
    free(lines);
    free(ends);
    free(packed);
    return sum;
}

/* ---- the exchange ---- */

struct step {
    const char *name;
    struct moment spent;
};
enum { MADE, INSPECTED, TAKEN, RECEIPTED, STEPS };

static void add_step(struct step *step, struct moment since)
{
    struct moment now = moment();
    step->spent.wall += now.wall - since.wall;
    step->spent.cpu += now.cpu - since.cpu;
}

/* One bundle; true when another follows it. */
static bool send_one(struct side *from, struct side *to, bool look, struct step *steps,
                     struct exchange_made *ret, size_t *ret_bytes)
{
    struct error err = { 0 };
    struct arena *a = arena_new((size_t)1 << 30);
    struct buf bundle cleanup_buf, receipt cleanup_buf;
    struct exchange_taken taken = { 0 };
    struct exchange_receipted receipted = { 0 };
    buf_init(&bundle, (size_t)1 << 30);
    buf_init(&receipt, (size_t)1 << 28);
    struct moment start = moment();
    must(exchange_make(from->node, node_operator(from->node), a, from->peer, NULL, NOW_MS + 10,
                       &err, &bundle, ret),
         &err);
    add_step(&steps[MADE], start);
    *ret_bytes += bundle.len;
    start = moment();
    if (look)
        must(exchange_inspect(to->node, node_operator(to->node), a, buf_slice(&bundle), NOW_MS + 11,
                              &err, &taken),
             &err);
    add_step(&steps[INSPECTED], start);
    start = moment();
    must(exchange_take(to->node, node_operator(to->node), a, buf_slice(&bundle), NOW_MS + 12, &err,
                       &taken, &receipt),
         &err);
    add_step(&steps[TAKEN], start);
    if (taken.outcome != BUNDLE_TAKEN || taken.counts.refused) {
        fprintf(stderr, "not taken: %s\n", bundle_outcome_word(taken.outcome));
        exit(1);
    }
    start = moment();
    must(exchange_receipt(from->node, node_operator(from->node), a, buf_slice(&receipt),
                          NOW_MS + 13, &err, &receipted),
         &err);
    add_step(&steps[RECEIPTED], start);
    arena_free(a);
    return ret->more;
}

/* All that there is to say, in as many bundles as it takes; the wall time of making and taking. */
static double send(struct side *from, struct side *to, const char *what, bool look)
{
    struct step steps[STEPS] = {
        { .name = "made" }, { .name = "inspected" }, { .name = "taken" }, { .name = "receipted" }
    };
    struct exchange_made made = { 0 };
    int64_t statements = 0, looked_at = 0, bundles = 0;
    size_t bytes = 0;
    bool more = true;
    for (; more; bundles++) {
        more = send_one(from, to, look, steps, &made, &bytes);
        statements += made.counts.put;
        looked_at += made.looked_at;
    }
    printf(",\"%s_bundles\":%lld,\"%s_looked_at\":%lld,\"%s_statements\":%lld,\"%s_bytes\":%zu",
           what, (long long)bundles, what, (long long)looked_at, what, (long long)statements, what,
           bytes);
    for (int i = 0; i < STEPS; i++)
        printf(",\"%s_%s\":{\"ms\":%.1f,\"cpu_ms\":%.1f}", what, steps[i].name, steps[i].spent.wall,
               steps[i].spent.cpu);
    return steps[MADE].spent.wall + steps[TAKEN].spent.wall;
}

/* What an officer is shown before it sends. */
static void compare(struct side *from, const char *name)
{
    struct error err = { 0 };
    struct arena *a = arena_new((size_t)1 << 30);
    struct snapshot *s = NULL;
    struct difference d;
    struct moment start = moment();
    must(difference_read(from->node, a, from->peer, node_operator(from->node), NOW_MS + 9, 200,
                         &err, &s, &d),
         &err);
    snapshot_close(s);
    tell(name, start);
    printf(",\"%s_would_get\":%zu", name, d.would_get.count);
    arena_free(a);
}

int main(int argc, char **argv)
{
    size_t count = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
    size_t changes = argc > 2 ? strtoul(argv[2], NULL, 10) : 10;
    struct side us = { 0 }, them = { 0 };
    struct uuid *ids = calloc(count + 1, sizeof *ids);
    if (!ids || count == 0 || changes > count || sodium_init() < 0)
        return 1;
    open_side(&us, "us");
    open_side(&them, "them");
    meet(&us, &them, "them");
    meet(&them, &us, "us");
    for (size_t i = 0; i < count; i++)
        ids[i] = uuid_new(NOW_MS);
    printf("{\"bench\":\"exchange\",\"records\":%zu,\"changes\":%zu", count, changes);
    state(&us, ids, 0, count, 1);
    double raw = raw_parts(&us, count);
    compare(&us, "all_difference");
    double all = send(&us, &them, "all", /* look= */ true);
    printf(",\"entries_per_s\":%.0f,\"times_raw\":%.1f", (double)count / all * 1e3, all / raw);
    state(&us, ids, 0, changes, 2);
    compare(&us, "few_difference");
    double few = send(&us, &them, "few", /* look= */ false);
    printf(",\"few_beside_all\":%.4f}\n", few / all);
    close_side(&us);
    close_side(&them);
    free(ids);
    return 0;
}

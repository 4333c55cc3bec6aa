/*
 * A stand-in for an instance, for the tests of the carrier: bundles are whatever bytes a file
 * holds, and taking one writes it into a folder. Everything else is the real listener and client.
 *
 *   stand DIR UUID pin                  makes the TLS identity, prints its pin
 *   stand DIR UUID serve [timeout]      listens, prints the port, until standard input ends
 *   stand DIR UUID push|pull|card PEER  prints the report, or the error and its code
 *
 * DIR/peers.json: [{"name","instance","state","url","tls_pin","trust_anchor","revocation_list"}],
 * read anew whenever it is newer. DIR/outgoing: the bundle for anybody who asks; after MORE
 * another follows, without that word. DIR/taken: one file for each bundle taken. DIR/receipts: one
 * line for each receipt.
 */
#include "base/json.h"
#include "base/limits.h"
#include "base/when.h"
#include "http/exchange_server.h"
#include "net/carrier.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct stand {
    const char *directory;
    struct arena *arena;
};

static struct slice read_file(const struct stand *s, struct arena *a, const char *name)
{
    char path[4096], bytes[65536];
    struct buf all cleanup_buf = { 0 };
    size_t n;
    buf_init(&all, LIMIT_BUNDLE);
    snprintf(path, sizeof(path), "%s/%s", s->directory, name);
    FILE *file = fopen(path, "rb");
    while (file && (n = fread(bytes, 1, sizeof(bytes), file)) > 0) {
        buf_add(&all, slice_make(bytes, n));
    }
    if (file) {
        fclose(file);
    }
    return file ? arena_copy(a, buf_slice(&all)) : (struct slice){ 0 };
}

static void write_file(const struct stand *s, const char *name, const char *mode,
                       struct slice bytes)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/%s", s->directory, name);
    FILE *file = fopen(path, mode);
    if (file) {
        fwrite(bytes.ptr, 1, bytes.len, file);
        fclose(file);
    }
}

static int64_t position(void *context)
{
    const struct stand *s = context;
    char path[4096];
    struct stat info;
    snprintf(path, sizeof(path), "%s/peers.json", s->directory);
    if (stat(path, &info) != 0) {
        return 0;
    }
    return (int64_t)((uint64_t)info.st_ino * 1000003 + (uint64_t)info.st_mtim.tv_sec * 1000000000 +
                     (uint64_t)info.st_mtim.tv_nsec);
}

static int peers(void *context, struct arena *a, int64_t now_ms, struct error *err,
                 struct net_peer **ret, size_t *ret_count)
{
    (void)now_ms;
    struct json *tree = NULL;
    struct slice text = read_file(context, a, "peers.json");
    if (!text.ptr || json_parse(a, text, err, &tree) != 0 || tree->type != JSON_ARRAY) {
        return error_set(err, EN_IO, "no peers.json");
    }
    struct net_peer *all = arena_array_of(a, struct net_peer, tree->count + 1);
    for (uint32_t i = 0; i < tree->count; i++) {
        const struct json *p = &tree->items[i];
        all[i] = (struct net_peer){ .id = json_get_text(p, "instance"),
                                    .name = json_get_text(p, "name"),
                                    .confirmed = slice_is(json_get_text(p, "state"), "confirmed"),
                                    .url = json_get_text(p, "url"),
                                    .tls_pin = json_get_text(p, "tls_pin"),
                                    .trust_anchor = json_get_text(p, "trust_anchor"),
                                    .revocation_list = json_get_text(p, "revocation_list") };
        if (!uuid_parse(all[i].id, &all[i].instance)) {
            return error_set(err, EN_INVALID, "peers.json has no instance");
        }
    }
    *ret = all;
    *ret_count = tree->count;
    return 0;
}

static int card(void *context, struct arena *a, int64_t now_ms, struct error *err, struct buf *ret)
{
    (void)context;
    (void)a;
    (void)now_ms;
    (void)err;
    buf_add_cstr(ret, "{\"card\":true}");
    return 0;
}

static int make(void *context, struct arena *a, const struct net_peer *peer, int64_t now_ms,
                struct error *err, struct buf *ret)
{
    (void)peer;
    (void)now_ms;
    (void)err;
    struct slice all = read_file(context, a, "outgoing");
    write_file(context, "made", "a", S("made\n"));
    buf_add(ret, all);
    if (slice_starts(all, S("MORE"))) {
        write_file(context, "outgoing", "wb", slice_make(all.ptr + 4, all.len - 4));
    }
    return 0;
}

static int take(void *context, struct arena *a, const struct net_peer *peer, struct slice bundle,
                int64_t now_ms, struct error *err, struct buf *ret_receipt, struct buf *ret_outcome,
                enum carry_again *ret_again)
{
    (void)now_ms;
    char name[DEPOT_HASH_TEXT + 1], path[128];
    if (slice_starts(bundle, S("FORGED"))) {
        return error_set(err, EN_CONFLICT, "forged: a secret of our own");
    }
    if (slice_starts(bundle, S("SLOW"))) {
        struct timespec pause = { .tv_sec = 3 };
        nanosleep(&pause, NULL);
    }
    depot_hash(bundle, name);
    snprintf(path, sizeof(path), "taken/%s", name);
    write_file(context, path, "wb", bundle);
    *ret_again = slice_starts(bundle, S("GAP"))    ? CARRY_GAP
                 : slice_starts(bundle, S("MORE")) ? CARRY_MORE
                                                   : CARRY_DONE;
    struct slice receipt =
        arena_printf(a, "{\"taken\":\"%s\",\"from\":\"" SLICE_FMT "\",\"again\":%d}", name,
                     SLICE_ARG(peer->id), (int)*ret_again);
    buf_add(ret_receipt, receipt);
    buf_add(ret_outcome, receipt);
    error_set(err, EN_NOT_FOUND, "something tried on the way"); /* 0 is what counts */
    return 0;
}

static int receipt(void *context, struct arena *a, const struct net_peer *peer,
                   struct slice receipt, int64_t now_ms, struct error *err, struct buf *ret_outcome,
                   enum carry_again *ret_again)
{
    (void)now_ms;
    (void)peer;
    (void)ret_outcome;
    struct json *tree = NULL;
    if (json_parse(a, receipt, err, &tree) != 0 || json_get_text(tree, "taken").len == 0) {
        return error_set(err, EN_CONFLICT, "no receipt");
    }
    *ret_again = (enum carry_again)json_get_int(tree, "again", CARRY_DONE);
    write_file(context, "receipts", "a", arena_printf(a, SLICE_FMT "\n", SLICE_ARG(receipt)));
    return 0;
}

static int serve(struct stand *s, const struct exchange_calls *calls, struct tls_identity *identity,
                 struct depot *depot, unsigned timeout_s, struct error *err)
{
    (void)s;
    char byte;
    struct exchange_server *server = NULL;
    const struct exchange_options options = {
        .calls = calls, .identity = identity, .depot = depot, .timeout_s = timeout_s
    };
    int code = exchange_serve(&options, err, &server);
    if (code < 0) {
        return code;
    }
    printf("%u\n", (unsigned)exchange_port(server));
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0) {
    }
    exchange_stop(server);
    return 0;
}

static void print_report(const struct carrier_report *r)
{
    struct buf out cleanup_buf = { 0 };
    struct json_writer w;
    buf_init(&out, LIMIT_RESPONSE);
    jw_init(&w, &out);
    jw_object(&w);
    jw_key_bool(&w, "nothing", r->nothing);
    jw_key_cstr(&w, "bundle", r->bundle);
    jw_key_int(&w, "bytes", r->bytes);
    jw_key_int(&w, "resumed_at", r->resumed_at);
    jw_key_int(&w, "attempts", r->attempts);
    jw_key_int(&w, "bundles", r->bundles);
    jw_key_bool(&w, "acknowledged", r->acknowledged);
    jw_object_end(&w);
    printf("%s\n", out.ptr);
}

static int carry(struct stand *s, struct carrier *c, const char *verb, const char *name,
                 struct error *err)
{
    struct net_peer *all = NULL;
    size_t count = 0;
    struct carrier_report report = { 0 };
    struct carrier_run run = { .arena = s->arena, .now_ms = when_clock_ms() };
    int code = peers(s, s->arena, run.now_ms, err, &all, &count);
    for (size_t i = 0; i < count; i++) {
        run.peer = slice_is(all[i].name, name) ? &all[i] : run.peer;
    }
    if (code < 0 || !run.peer) {
        return code < 0 ? code : error_set(err, EN_NOT_FOUND, "no such peer");
    }
    if (strcmp(verb, "card") == 0) {
        struct buf out cleanup_buf = { 0 };
        buf_init(&out, LIMIT_RESPONSE);
        code = carrier_card(c, &run, err, &out);
        printf("%s\n", code == 0 ? out.ptr : "");
        return code;
    }
    code = strcmp(verb, "push") == 0 ? carrier_push(c, &run, err, &report)
                                     : carrier_pull(c, &run, err, &report);
    if (code == 0) {
        print_report(&report);
    }
    return code;
}

static int run(struct stand *s, struct uuid instance, char **words, int count, struct error *err)
{
    const struct exchange_calls calls = { .context = s,
                                          .position = position,
                                          .peers = peers,
                                          .card = card,
                                          .make = make,
                                          .take = take,
                                          .receipt = receipt };
    struct tls_identity *identity = NULL;
    struct carrier c = { .calls = &calls };
    int code = tls_identity_open(s->directory, instance, when_clock_ms(), err, &identity);
    c.identity = identity;
    code = code == 0 ? depot_open(s->directory, err, &c.depot) : code;
    code = code == 0 ? net_config_load(s->directory, s->arena, err, &c.config) : code;
    c.config.retry_ms = 20;
    c.config.attempts = getenv("STAND_ATTEMPTS") ? 1 : c.config.attempts;
    if (code == 0 && strcmp(words[0], "pin") == 0) {
        printf("%s\n", tls_identity_pin(identity));
    } else if (code == 0 && strcmp(words[0], "serve") == 0) {
        unsigned timeout_s = count > 1 ? (unsigned)strtoul(words[1], NULL, 10) : 0;
        code = serve(s, &calls, identity, c.depot, timeout_s, err);
    } else if (code == 0) {
        code = count > 1 ? carry(s, &c, words[0], words[1], err) : EN_INVALID;
    }
    depot_close(c.depot);
    tls_identity_free(identity);
    return code;
}

int main(int argc, char **argv)
{
    struct error err = { 0 };
    struct uuid instance;
    struct stand s = { .directory = argc > 3 ? argv[1] : "", .arena = arena_new(LIMIT_ARENA) };
    if (argc < 4 || !uuid_parse(slice_of(argv[2]), &instance) || !s.arena) {
        fprintf(stderr, "stand DIR UUID pin|serve|push|pull|card ...\n");
        return 2;
    }
    int code = run(&s, instance, argv + 3, argc - 3, &err);
    if (code < 0) {
        fprintf(stderr, "%s: %s\n", error_code_info(code)->word, err.message);
    }
    arena_free(s.arena);
    return error_code_info(code)->exit_code;
}

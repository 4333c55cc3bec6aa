/*
 * The bytes of a bundle: what is written reads back, in whatever sizes; what was cut, changed,
 * prolonged or made to burst is refused with the right code; lines have one form.
 */
#include "format/bundle_internal.h"
#include "format/statement.h"

#include "base/limits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct keys {
    uint8_t public_key[32], secret_key[32];
};

static int setup(void **state)
{
    struct keys *k = calloc(1, sizeof *k);
    assert_non_null(k);
    assert_true(sodium_init() >= 0);
    crypto_box_keypair(k->public_key, k->secret_key);
    *state = k;
    return 0;
}

static int teardown(void **state)
{
    free(*state);
    return 0;
}

static void must_be(int code, int expected, const struct error *err)
{
    if (code != expected)
        fail_msg("%d instead of %d: %s", code, expected, err->message);
}

/* A bundle of these lines; buf_done frees. */
static void write_bundle(const struct keys *k, const char *const *lines, size_t count,
                         struct buf *ret)
{
    struct bundle_writer *w = NULL;
    struct error err = { 0 };
    uint8_t signature[BUNDLE_SIGNATURE];
    buf_init(ret, LIMIT_BUNDLE);
    must_be(bundle_writer_new(k->public_key, ret, &err, &w), 0, &err);
    for (size_t i = 0; i < count; i++)
        must_be(bundle_write(w, slice_of(lines[i]), &err), 0, &err);
    memset(signature, 7, sizeof signature);
    must_be(bundle_writer_end(w, signature, &err), 0, &err);
    bundle_writer_free(w);
}

static bool session_key(const struct keys *k, struct slice bundle, uint8_t ret[BUNDLE_SESSION_KEY])
{
    const uint8_t *sealed = bundle_sealed_key(bundle);
    return sealed &&
           crypto_box_seal_open(ret, sealed, BUNDLE_SEALED_KEY, k->public_key, k->secret_key) == 0;
}

/* Reads to the end: the code, and how many lines were given out. */
static int read_bundle(const struct keys *k, struct slice bundle, int *ret_lines)
{
    struct bundle_reader *r = NULL;
    struct slice line;
    uint8_t key[BUNDLE_SESSION_KEY];
    *ret_lines = 0;
    if (!session_key(k, bundle, key))
        return EN_FORBIDDEN;
    int code = bundle_reader_new(bundle, key, NULL, &r);
    if (code < 0)
        return code;
    while ((code = bundle_next(r, NULL, &line)) == 1)
        ++*ret_lines;
    bundle_reader_free(r);
    return code;
}

static void what_is_written_reads_back(void **state)
{
    const struct keys *k = *state;
    size_t size = LIMIT_STATEMENT;
    char *long_line = malloc(size + 1);
    struct bundle_reader *r = NULL;
    struct error err = { 0 };
    struct buf bundle cleanup_buf;
    struct slice line;
    uint8_t key[BUNDLE_SESSION_KEY], signature[BUNDLE_SIGNATURE], hash[BUNDLE_HASH],
        again[BUNDLE_HASH];
    assert_non_null(long_line);
    for (size_t i = 0; i < size; i++)
        long_line[i] = (char)('a' + (i * i + i / 7) % 26);
    long_line[size] = '\0';
    const char *const lines[] = { "{}", long_line, "x", long_line, "\xc3\xa9" };
    write_bundle(k, lines, 5, &bundle);
    assert_true(session_key(k, buf_slice(&bundle), key));
    must_be(bundle_reader_new(buf_slice(&bundle), key, &err, &r), 0, &err);
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 5; i++) {
            must_be(bundle_next(r, &err, &line), 1, &err);
            assert_true(slice_is(line, lines[i]));
        }
        must_be(bundle_next(r, &err, &line), 0, &err);
        bundle_reader_hash(r, round ? again : hash);
        must_be(bundle_reader_rewind(r, &err), 0, &err);
    }
    assert_memory_equal(hash, again, sizeof hash);
    bundle_reader_signature(r, signature);
    bundle_reader_free(r);
    free(long_line);
}

static void every_cut_is_seen(void **state)
{
    const char *const lines[] = { "{\"manifest\":1}", "{\"statement\":1}", "{\"end\":1}" };
    struct buf bundle cleanup_buf;
    int count;
    write_bundle(*state, lines, 3, &bundle);
    assert_int_equal(read_bundle(*state, buf_slice(&bundle), &count), 0);
    assert_int_equal(count, 3);
    for (size_t len = 0; len < bundle.len; len++) {
        int code = read_bundle(*state, slice_make(bundle.ptr, len), &count);
        assert_true(code == EN_CORRUPT || code == EN_INVALID || code == EN_FORBIDDEN);
    }
}

static void every_changed_bit_is_seen(void **state)
{
    const char *const lines[] = { "{\"manifest\":1}", "{\"statement\":1}", "{\"end\":1}" };
    struct buf bundle cleanup_buf;
    int count;
    write_bundle(*state, lines, 3, &bundle);
    for (size_t at = 0; at < bundle.len; at++) {
        bundle.ptr[at] ^= (char)(1 << (at % 8));
        int code = read_bundle(*state, buf_slice(&bundle), &count);
        assert_true(code == EN_CORRUPT || code == EN_INVALID || code == EN_FORBIDDEN);
        bundle.ptr[at] ^= (char)(1 << (at % 8));
    }
}

static void what_follows_the_end_is_refused(void **state)
{
    const char *const lines[] = { "{}" };
    struct buf bundle cleanup_buf;
    int count;
    write_bundle(*state, lines, 1, &bundle);
    buf_add_char(&bundle, '\0');
    assert_int_equal(read_bundle(*state, buf_slice(&bundle), &count), EN_CORRUPT);
}

static void another_s_key_opens_nothing(void **state)
{
    const char *const lines[] = { "{}" };
    struct keys other;
    struct buf bundle cleanup_buf;
    int count;
    crypto_box_keypair(other.public_key, other.secret_key);
    write_bundle(*state, lines, 1, &bundle);
    assert_int_equal(read_bundle(&other, buf_slice(&bundle), &count), EN_FORBIDDEN);
}

/* Whoever knows the recipient's key can seal anything to it. */
static void seal_plain(const struct keys *k, const void *zipped, size_t len, struct buf *ret)
{
    crypto_secretstream_xchacha20poly1305_state stream;
    uint8_t key[32], sealed[BUNDLE_SEALED_KEY], header[24], out[BUNDLE_BLOCK + 64];
    buf_init(ret, LIMIT_BUNDLE);
    crypto_secretstream_xchacha20poly1305_keygen(key);
    crypto_box_seal(sealed, key, sizeof key, k->public_key);
    crypto_secretstream_xchacha20poly1305_init_push(&stream, header, key);
    buf_add_cstr(ret, BUNDLE_MAGIC);
    buf_add(ret, slice_make((const char *)sealed, sizeof sealed));
    buf_add(ret, slice_make((const char *)header, sizeof header));
    for (size_t at = 0; at < len || len == 0;) {
        size_t n = len - at < BUNDLE_BLOCK ? len - at : BUNDLE_BLOCK;
        bool last = at + n == len;
        unsigned long long size = 0;
        crypto_secretstream_xchacha20poly1305_push(
            &stream, out, &size, (const uint8_t *)zipped + at, n, NULL, 0,
            last ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0);
        char head[4] = { (char)(size >> 24), (char)(size >> 16), (char)(size >> 8), (char)size };
        buf_add(ret, slice_make(head, 4));
        buf_add(ret, slice_make((const char *)out, (size_t)size));
        at += n;
        if (last)
            break;
    }
}

static int read_zipped(const struct keys *k, const void *plain, size_t len)
{
    struct buf bundle cleanup_buf;
    size_t room = ZSTD_compressBound(len);
    void *zipped = malloc(room);
    int count;
    ZSTD_CCtx *c = ZSTD_createCCtx();
    assert_non_null(zipped);
    ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, BUNDLE_WINDOW_LOG);
    ZSTD_CCtx_setParameter(c, ZSTD_c_contentSizeFlag, 0);
    ZSTD_inBuffer in = { plain, len, 0 };
    ZSTD_outBuffer out = { zipped, room, 0 };
    assert_int_equal(ZSTD_compressStream2(c, &out, &in, ZSTD_e_end), 0);
    seal_plain(k, zipped, out.pos, &bundle);
    ZSTD_freeCCtx(c);
    free(zipped);
    return read_bundle(k, buf_slice(&bundle), &count);
}

static void what_is_sealed_and_hostile_is_refused(void **state)
{
    struct buf bundle cleanup_buf;
    int count;
    size_t size = (size_t)64 << 20;
    char *bomb = calloc(1, size);
    assert_non_null(bomb);
    seal_plain(*state, "not zstd at all, whatever it says", 33, &bundle);
    assert_int_equal(read_bundle(*state, buf_slice(&bundle), &count), EN_INVALID);
    assert_int_equal(read_zipped(*state, "", 0), EN_INVALID);
    assert_int_equal(read_zipped(*state, "{}", 2), EN_INVALID);   /* a line without an end */
    assert_int_equal(read_zipped(*state, "{}\n", 3), EN_INVALID); /* not signed */
    assert_int_equal(read_zipped(*state, "\n", 1), EN_INVALID);
    assert_int_equal(read_zipped(*state, "\xff\n", 2), EN_INVALID);
    memset(bomb, 'x', size);
    assert_int_equal(read_zipped(*state, bomb, size), EN_TOO_LARGE); /* one line without an end */
    for (size_t i = 0; i < size; i++)
        bomb[i] = i % 2 ? '\n' : '1';
    assert_int_equal(read_zipped(*state, bomb, size), EN_TOO_LARGE); /* far more than it weighs */
    free(bomb);
}

/* ---- lines ---- */

static const char put[] =
    "{\"at\":1780000000000,\"body\":{\"name_en\":\"Caf\xc3\xa9\"},"
    "\"entry\":\"018f0000-0000-7000-8000-000000000001\","
    "\"instance\":\"018f0000-0000-7000-8000-000000000002\",\"kind\":\"actor\","
    "\"label\":{\"class\":\"SECRET\",\"policy\":\"p\"},\"operation\":\"put\","
    "\"record\":\"018f0000-0000-7000-8000-000000000003\"}";

static void a_statement_has_one_form(void **state)
{
    cleanup_arena struct arena *a = arena_new(1 << 20);
    struct error err = { 0 };
    struct statement s;
    struct buf again cleanup_buf;
    (void)state;
    buf_init(&again, LIMIT_STATEMENT);
    must_be(statement_parse(a, slice_of(put), &err, &s), 0, &err);
    assert_int_equal(s.operation, 1);
    assert_false(s.past_redacted);
    statement_write(&s, &again);
    assert_true(slice_is(buf_slice(&again), put));
    s.past_redacted = true;
    buf_clear(&again);
    statement_write(&s, &again);
    must_be(statement_parse(a, buf_slice(&again), &err, &s), 0, &err);
    assert_true(s.past_redacted);
    for (int op = 2; op <= 4; op++) {
        s.operation = op;
        buf_clear(&again);
        statement_write(&s, &again);
        must_be(statement_parse(a, buf_slice(&again), &err, &s), 0, &err);
        assert_int_equal(s.operation, op);
        assert_null(strstr(again.ptr, "body"));
    }
    assert_null(strstr(again.ptr, "\"at\"")); /* a withdrawal names no revision */
}

static void what_is_no_statement_is_refused(void **state)
{
    static const char *const wrong[] = {
        "",
        "[]",
        "null",
        "{}",
        "{\"operation\":\"put\"}",
        "{\"instance\":\"018f0000-0000-7000-8000-000000000002\",\"kind\":\"actor\","
        "\"operation\":\"destroy\",\"record\":\"018f0000-0000-7000-8000-000000000003\"}",
        "{\"instance\":\"018f0000-0000-7000-8000-000000000002\",\"kind\":\"actor\", "
        "\"operation\":\"withdraw\",\"record\":\"018f0000-0000-7000-8000-000000000003\"}",
        "{\"instance\":\"018F0000-0000-7000-8000-000000000002\",\"kind\":\"actor\","
        "\"operation\":\"withdraw\",\"record\":\"018f0000-0000-7000-8000-000000000003\"}",
        "{\"at\":1,\"instance\":\"018f0000-0000-7000-8000-000000000002\",\"kind\":\"actor\","
        "\"operation\":\"withdraw\",\"record\":\"018f0000-0000-7000-8000-000000000003\"}",
        "{\"instance\":\"018f0000-0000-7000-8000-000000000002\",\"kind\":\"\","
        "\"operation\":\"withdraw\",\"record\":\"018f0000-0000-7000-8000-000000000003\"}",
        "{\"extra\":1,\"instance\":\"018f0000-0000-7000-8000-000000000002\",\"kind\":\"actor\","
        "\"operation\":\"withdraw\",\"record\":\"018f0000-0000-7000-8000-000000000003\"}",
    };
    cleanup_arena struct arena *a = arena_new(1 << 20);
    struct statement s;
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(statement_parse(a, slice_of(wrong[i]), NULL, &s), EN_INVALID);
}

static struct manifest manifest_of(void)
{
    struct manifest m = { .number = 3, .base = 1, .made_ms = 5, .previous = S("") };
    m.from.bytes[0] = 1;
    m.to.bytes[0] = 2;
    m.policy_name = S("p");
    m.policy_oid = S("1.2");
    m.policy_digest = S("ab");
    return m;
}

static int ignore_line(void *context, struct slice line)
{
    (void)line;
    ++*(int *)context;
    return 0;
}

static int check_lines(const struct keys *k, const char *const *lines, size_t count)
{
    struct buf bundle cleanup_buf;
    struct bundle_reader *r = NULL;
    uint8_t key[BUNDLE_SESSION_KEY];
    struct error err = { 0 };
    int given = 0;
    write_bundle(k, lines, count, &bundle);
    assert_true(session_key(k, buf_slice(&bundle), key));
    must_be(bundle_reader_new(buf_slice(&bundle), key, &err, &r), 0, &err);
    int code = bundle_check(r, &err, ignore_line, &given);
    bundle_reader_free(r);
    if (code == 0)
        assert_int_equal(given, (int)count);
    return code;
}

static void a_bundle_is_a_manifest_statements_in_order_and_a_summary(void **state)
{
    struct buf manifest cleanup_buf;
    struct buf summary cleanup_buf;
    struct buf other cleanup_buf;
    struct manifest m = manifest_of();
    struct summary s = { .counts = { 1, 0, 0, 0 }, .label = S("") };
    char second[sizeof put];
    buf_init(&manifest, LIMIT_STATEMENT);
    buf_init(&summary, LIMIT_STATEMENT);
    buf_init(&other, LIMIT_STATEMENT);
    manifest_write(&m, &manifest);
    summary_write(&s, &summary);
    s.counts[0] = 2;
    summary_write(&s, &other);
    memcpy(second, put, sizeof put);
    second[sizeof put - 4] = '9'; /* another record, later in order */
    const char *const good[] = { manifest.ptr, put, summary.ptr };
    const char *const two[] = { manifest.ptr, put, second, other.ptr };
    const char *const disorder[] = { manifest.ptr, second, put, other.ptr };
    const char *const doubled[] = { manifest.ptr, put, put, other.ptr };
    const char *const miscounted[] = { manifest.ptr, put, other.ptr };
    const char *const no_manifest[] = { put, summary.ptr };
    const char *const no_summary[] = { manifest.ptr, put };
    const char *const only[] = { manifest.ptr };
    assert_int_equal(check_lines(*state, good, 3), 0);
    assert_int_equal(check_lines(*state, two, 4), 0);
    assert_int_equal(check_lines(*state, disorder, 4), EN_INVALID);
    assert_int_equal(check_lines(*state, doubled, 4), EN_INVALID);
    assert_int_equal(check_lines(*state, miscounted, 3), EN_INVALID);
    assert_int_equal(check_lines(*state, no_manifest, 2), EN_INVALID);
    assert_int_equal(check_lines(*state, no_summary, 2), EN_INVALID);
    assert_int_equal(check_lines(*state, only, 1), EN_INVALID);
}

static void a_manifest_counts_forward(void **state)
{
    cleanup_arena struct arena *a = arena_new(1 << 20);
    struct buf line cleanup_buf;
    struct manifest m = manifest_of(), back;
    (void)state;
    buf_init(&line, LIMIT_STATEMENT);
    manifest_write(&m, &line);
    assert_int_equal(manifest_parse(a, buf_slice(&line), NULL, &back), 0);
    assert_true(uuid_eq(back.to, m.to) && back.number == 3 && back.base == 1);
    m.base = 3;
    buf_clear(&line);
    manifest_write(&m, &line);
    assert_int_equal(manifest_parse(a, buf_slice(&line), NULL, &back), EN_INVALID);
}

#define with_keys(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_keys(what_is_written_reads_back),
        with_keys(every_cut_is_seen),
        with_keys(every_changed_bit_is_seen),
        with_keys(what_follows_the_end_is_refused),
        with_keys(another_s_key_opens_nothing),
        with_keys(what_is_sealed_and_hostile_is_refused),
        with_keys(a_statement_has_one_form),
        with_keys(what_is_no_statement_is_refused),
        with_keys(a_bundle_is_a_manifest_statements_in_order_and_a_summary),
        with_keys(a_manifest_counts_forward),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

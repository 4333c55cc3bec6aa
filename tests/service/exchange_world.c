#include "exchange_world.h"

#include "base/limits.h"
#include "format/bundle.h"
#include "ledger/signer.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define T0 INT64_C(1780000000000)

static void open_node(struct site *s, bool create)
{
    struct node_options o = { .directory = s->directory, .create = create, .now_ms = s->now_ms };
    if (node_open(&o, &s->err, &s->node) < 0)
        fail_msg("%s", s->err.message);
}

static void make_directory(struct site *s)
{
    const char *base = getenv("TMPDIR");
    *s = (struct site){ .arena = arena_new((size_t)1 << 30), .now_ms = T0 };
    snprintf(s->directory, sizeof s->directory, "%.40s/entente-XXXXXX", base ? base : "/tmp");
    assert_non_null(mkdtemp(s->directory));
}

void site_open(struct site *s)
{
    make_directory(s);
    open_node(s, true);
}

void site_reopen(struct site *s)
{
    node_close(s->node);
    open_node(s, false);
}

static void copy_file(const struct site *s, const char *from, const struct site *to_site,
                      const char *to)
{
    char path[128];
    char block[65536];
    size_t got;
    snprintf(path, sizeof path, "%s/%s", s->directory, from);
    FILE *in = fopen(path, "rb");
    snprintf(path, sizeof path, "%s/%s", to_site->directory, to);
    FILE *out = fopen(path, "wb");
    assert_non_null(in);
    assert_non_null(out);
    while ((got = fread(block, 1, sizeof block, in)) > 0)
        assert_int_equal(fwrite(block, 1, got, out), got);
    fclose(in);
    assert_int_equal(fclose(out), 0);
}

void site_leave(struct site *s)
{
    node_close(s->node);
    s->node = NULL;
}

void site_open_copy(struct site *s, const struct site *of)
{
    static const char *const files[] = { "key", "ledger.db", "picture.db" };
    char path[128];
    make_directory(s);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        copy_file(of, files[i], s, files[i]);
    snprintf(path, sizeof path, "%s/key", s->directory);
    assert_int_equal(chmod(path, 0600), 0);
    open_node(s, false);
}

void site_save(struct site *s)
{
    node_close(s->node); /* folds the journal into the file */
    copy_file(s, "ledger.db", s, "saved");
    open_node(s, false);
}

void site_set_back(struct site *s)
{
    char path[128];
    node_close(s->node);
    copy_file(s, "saved", s, "ledger.db");
    snprintf(path, sizeof path, "%s/picture.db", s->directory);
    unlink(path);
    open_node(s, false);
}

void site_close(struct site *s)
{
    static const char *const files[] = { "ledger.db",  "ledger.db-wal",  "ledger.db-shm",
                                         "picture.db", "picture.db-wal", "picture.db-shm",
                                         "key",        "saved" };
    char path[128];
    node_close(s->node);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(path, sizeof path, "%s/%s", s->directory, files[i]);
        unlink(path);
    }
    assert_int_equal(rmdir(s->directory), 0); /* nothing else was left behind */
    arena_free(s->arena);
}

static struct snapshot *look(struct site *s)
{
    struct snapshot *ret = NULL;
    error_clear(&s->err);
    site_ok(s, node_snapshot(s->node, node_operator(s->node), s->arena, s->now_ms, &s->err, &ret));
    return ret;
}

static struct json *parse(struct site *s, const char *text)
{
    struct json *o = NULL;
    site_ok(s, json_parse(s->arena, slice_of(text), &s->err, &o));
    return o;
}

struct json *site_grounds(struct site *s)
{
    return parse(s, "{\"authority\":\"J2\",\"reason\":\"test\"}");
}

static struct json *clearance_json(struct site *s, const char *text)
{
    const struct clearance *c = NULL;
    struct json *o = NULL;
    struct buf out cleanup_buf;
    buf_init(&out, LIMIT_RECORD);
    site_ok(s, clearance_parse_text(node_policy(s->node), s->arena, slice_of(text), S("/clearance"),
                                    &s->err, &c));
    clearance_write(node_policy(s->node), c, &out);
    site_ok(s, json_parse(s->arena, arena_copy(s->arena, buf_slice(&out)), &s->err, &o));
    return o;
}

static void meet_one(struct site *all, int a, int b, const char *clearance)
{
    struct site *s = &all[a], *other = &all[b];
    const struct viewer *v = node_operator(s->node);
    struct card_details details = { .name = S(""), .url = S(""), .tls_pin = S("") };
    struct json *input = json_new_object(s->arena);
    char name[16], text[FINGERPRINT_TEXT + 1];
    uint8_t sign[32], box[32];
    struct buf card cleanup_buf;
    buf_init(&card, LIMIT_CARD);
    snprintf(name, sizeof name, "site %d", b);
    json_object_set(s->arena, input, S("name"), json_new_text(s->arena, slice_of(name)));
    json_object_set(s->arena, input, S("clearance"), clearance_json(s, clearance));
    json_object_set(s->arena, input, S("release"), site_grounds(s));
    input = json_merge_patch(s->arena, input, json_new_object(s->arena));
    input->members[0].value.text = arena_copy(s->arena, slice_of(name));
    site_ok(other, exchange_card(other->node, node_operator(other->node), &details, other->now_ms,
                                 &other->err, &card));
    site_ok(s, peer_meet(s->node, v, s->arena, arena_copy(s->arena, buf_slice(&card)), input,
                         s->now_ms, &s->err, &s->peers[b]));
    signer_public_keys(node_signer(other->node), sign, box);
    peer_fingerprint(ledger_instance(node_ledger(other->node)), sign, box, text);
    site_ok(s, peer_confirm(s->node, v, s->arena, s->peers[b], slice_of(text), NULL, s->now_ms,
                            &s->err));
}

void sites_meet(struct site *all, int a, int b, const char *clearance_of_a,
                const char *clearance_of_b)
{
    meet_one(all, a, b, clearance_of_b);
    meet_one(all, b, a, clearance_of_a);
}

static const struct kind *kind_of(struct site *s, const char *name)
{
    const struct kind *k = kinds_find(node_kinds(s->node), slice_of(name));
    assert_non_null(k);
    return k;
}

static struct json *stated_label(struct site *s, const char *text)
{
    const struct label *l = NULL;
    struct json *o = NULL;
    struct buf out cleanup_buf;
    buf_init(&out, LIMIT_RECORD);
    site_ok(s, label_parse_text(node_policy(s->node), s->arena, slice_of(text), S("/label"),
                                &s->err, &l));
    label_write(node_policy(s->node), l, &out);
    site_ok(s, json_parse(s->arena, arena_copy(s->arena, buf_slice(&out)), &s->err, &o));
    return o;
}

struct slice site_state(struct site *s, const char *kind, const char *fields, const char *label)
{
    struct json *o = json_merge_patch(s->arena, parse(s, fields), json_new_object(s->arena));
    struct written done = { 0 };
    if (label)
        json_object_set(s->arena, o, S("label"), stated_label(s, label));
    struct write_context w = { .node = s->node, .snapshot = look(s), .now_ms = s->now_ms };
    site_ok(s, records_create(&w, kind_of(s, kind), o, &s->err, &done));
    return done.id;
}

int site_change(struct site *s, const char *kind, struct slice id, const char *patch)
{
    struct written done;
    struct json *o = parse(s, patch);
    struct write_context w = { .node = s->node, .snapshot = look(s), .now_ms = s->now_ms };
    return records_change(&w, kind_of(s, kind), id, o, S("*"), &s->err, &done);
}

void site_relabel(struct site *s, const char *kind, struct slice id, const char *label)
{
    struct written done;
    struct json *o = json_new_object(s->arena);
    json_object_set(s->arena, o, S("label"), stated_label(s, label));
    json_object_set(s->arena, o, S("release"), site_grounds(s));
    struct write_context w = { .node = s->node, .snapshot = look(s), .now_ms = s->now_ms };
    site_ok(s, records_change(&w, kind_of(s, kind), id, o, S("*"), &s->err, &done));
}

void site_retract(struct site *s, const char *kind, struct slice id)
{
    struct written done;
    struct write_context w = { .node = s->node, .snapshot = look(s), .now_ms = s->now_ms };
    site_ok(s, records_retract(&w, kind_of(s, kind), id, S(""), S("*"), &s->err, &done));
}

void site_redact(struct site *s, const char *kind, struct slice id, int64_t version)
{
    struct written done;
    struct write_context w = { .node = s->node, .snapshot = look(s), .now_ms = s->now_ms };
    site_ok(s, records_redact(&w, kind_of(s, kind), id, version, &s->err, &done));
}

struct slice site_actor(struct site *s, const char *name, const char *label)
{
    char fields[256];
    snprintf(fields, sizeof fields, "{\"nature\":\"organisation\",\"name_en\":\"%s\"}", name);
    return site_state(s, "actor", fields, label);
}

struct exchange_made site_make(struct site *s, int to, struct buf *ret)
{
    struct exchange_made made = { 0 };
    buf_init(ret, LIMIT_BUNDLE);
    error_clear(&s->err);
    site_ok(s, exchange_make(s->node, node_operator(s->node), s->arena, s->peers[to], &s->wish,
                             s->now_ms, &s->err, ret, &made));
    return made;
}

struct exchange_taken site_take(struct site *s, struct slice bundle, struct buf *ret)
{
    struct exchange_taken taken = { 0 };
    struct buf receipt cleanup_buf;
    buf_init(&receipt, LIMIT_RECEIPT);
    error_clear(&s->err);
    site_ok(s, exchange_take(s->node, node_operator(s->node), s->arena, bundle, s->now_ms, &s->err,
                             &taken, &receipt));
    if (ret)
        buf_add(ret, buf_slice(&receipt));
    return taken;
}

struct exchange_receipted site_receipt(struct site *s, struct slice receipt)
{
    struct exchange_receipted done = { 0 };
    error_clear(&s->err);
    site_ok(s, exchange_receipt(s->node, node_operator(s->node), s->arena, receipt, s->now_ms,
                                &s->err, &done));
    return done;
}

struct exchange_taken site_send(struct site *all, int from, int to)
{
    struct buf bundle cleanup_buf;
    struct buf receipt cleanup_buf;
    buf_init(&receipt, LIMIT_RECEIPT);
    site_make(&all[from], to, &bundle);
    struct exchange_taken taken = site_take(&all[to], buf_slice(&bundle), &receipt);
    if (receipt.len)
        site_receipt(&all[from], buf_slice(&receipt));
    return taken;
}

struct row site_row(struct site *s, struct slice id)
{
    struct row row = { 0 };
    struct snapshot *snap = look(s);
    int code = snapshot_get(snap, NULL, id, NULL, &row);
    snapshot_close(snap);
    return code == 0 ? row : (struct row){ 0 };
}

bool site_has(struct site *s, struct slice id)
{
    struct row row = site_row(s, id);
    return row.kind && !row.retracted;
}

struct slice site_body(struct site *s, struct slice id)
{
    struct row row = site_row(s, id);
    return row.kind ? row.body_text : S("");
}

int64_t site_entries(struct site *s)
{
    struct ledger_head head;
    site_ok(s, ledger_head_get(node_ledger(s->node), &s->err, &head));
    return head.seq;
}

void site_sound(struct site *s)
{
    struct ledger_report report;
    struct buf followed cleanup_buf;
    struct buf anew cleanup_buf;
    struct picture *p = node_picture(s->node);
    buf_init(&followed, LIMIT_RESPONSE);
    buf_init(&anew, LIMIT_RESPONSE);
    site_ok(s, ledger_verify(node_ledger(s->node), NULL, NULL, &s->err, &report));
    site_ok(s, node_refresh(s->node, &s->err));
    site_ok(s, picture_dump(p, &followed, &s->err));
    site_ok(s, picture_rebuild(p, node_ledger(s->node), &s->err));
    site_ok(s, picture_dump(p, &anew, &s->err));
    assert_true(slice_eq(buf_slice(&followed), buf_slice(&anew)));
}

static void write_line(struct bundle_writer *w, struct buf *line)
{
    assert_false(buf_failed(line));
    assert_int_equal(bundle_write(w, buf_slice(line), NULL), 0);
    buf_clear(line);
}

void site_craft(const struct craft *f, struct buf *ret)
{
    struct bundle_writer *w = NULL;
    struct site *claims = f->claims ? f->claims : f->from;
    struct site *addressed = f->addressed ? f->addressed : f->to;
    uint8_t sign[32], box[32], hash[BUNDLE_HASH], signature[BUNDLE_SIGNATURE];
    struct manifest m = { .from = ledger_instance(node_ledger(claims->node)),
                          .to = ledger_instance(node_ledger(addressed->node)),
                          .number = f->number,
                          .base = f->base,
                          .made_ms = f->from->now_ms,
                          .previous = S(""),
                          .policy_name = S("entente-default"),
                          .policy_oid = S("1"),
                          .policy_digest = S("00") };
    struct summary sum = { .label = S("") };
    struct buf line cleanup_buf;
    buf_init(&line, LIMIT_STATEMENT);
    buf_init(ret, LIMIT_BUNDLE);
    signer_public_keys(node_signer(f->to->node), sign, box);
    assert_int_equal(bundle_writer_new(box, ret, NULL, &w), 0);
    manifest_write(&m, &line);
    write_line(w, &line);
    for (size_t i = 0; i < f->count; i++) {
        statement_write(&f->statements[i], &line);
        write_line(w, &line);
        sum.counts[f->statements[i].operation - 1]++;
    }
    summary_write(&sum, &line);
    write_line(w, &line);
    bundle_writer_hash(w, hash);
    assert_int_equal(signer_sign(node_signer(f->from->node), SIGN_BUNDLE, hash, NULL, signature),
                     0);
    assert_int_equal(bundle_writer_end(w, signature, NULL), 0);
    bundle_writer_free(w);
}

/*
 * Non-interference of exchange, what stands here: a record that is hidden answers a bundle, in the
 * inspection and in the receipt, as one that is not there.
 *
 * What remains is stated in docs/exchange.md ("What exchange tells of what is hidden").
 */
#include "exchange_scene.h"

#include "base/limits.h"
#include "service/exchange_internal.h"

#include <stdlib.h>

/* Two instances: A holds what is hidden, BARE lacks it; both hold the rest, and know a relay that
 * sent them what its originator, whom nobody here knows, had said. */
enum { BARE = B, RELAY = C, CARRIER, TWINS };

struct twins {
    struct site sites[TWINS];
    struct statement statements[128];
    size_t count;
};

#define STRANGER "dddddddd-dddd-7ddd-8ddd-dddddddddddd"

static struct uuid uuid_of(const char *text)
{
    struct uuid id;
    assert_true(uuid_parse(slice_of(text), &id));
    return id;
}

static struct uuid numbered(unsigned n)
{
    struct uuid id = { { 1 } };
    id.bytes[15] = (uint8_t)n;
    return id;
}

#define LOW "{\"class\":\"UNCLASSIFIED\",\"policy\":\"entente-default\"}"
#define HIGH "{\"class\":\"SECRET\",\"policy\":\"entente-default\"}"
#define NEW_BODY "{\"name_en\":\"New\",\"nature\":\"organisation\"}"
#define OLD_BODY "{\"name_en\":\"Old\",\"nature\":\"organisation\"}"

static struct statement put_of(unsigned n, const char *label, int64_t at_ms)
{
    return (struct statement){ .operation = STATE_PUT,
                               .record = numbered(n),
                               .instance = uuid_of(STRANGER),
                               .kind = S("actor"),
                               .at_ms = at_ms,
                               .label = slice_of(label),
                               .body = at_ms < 10 ? S(OLD_BODY) : S(NEW_BODY) };
}

/* A record of this instance's own under an id that the carrier speaks of. */
static void plant(struct site *s, unsigned n, const char *label)
{
    struct json *json = NULL;
    const struct label *l = NULL;
    struct appended done;
    site_ok(s, json_parse(s->arena, slice_of(label), &s->err, &json));
    site_ok(s, label_parse(node_policy(s->node), s->arena, json, S("/"), &s->err, &l));
    struct draft d = { .operation = ENTRY_PUT,
                       .kind = S("actor"),
                       .record = numbered(n),
                       .expected = -1,
                       .label = label_text(node_policy(s->node), s->arena, l),
                       .body = S(NEW_BODY),
                       .user = S("00000000-0000-0000-0000-000000000000"),
                       .at_ms = SCENE_NOW_MS };
    site_ok(s, ledger_append(node_ledger(s->node), &d, 1, SCENE_NOW_MS, &s->err, &done));
}

static void take_crafted(struct twins *x, int from, int to, int64_t number, int64_t base,
                         const struct statement *statements, size_t count)
{
    struct craft f = { .from = &x->sites[from],
                       .to = &x->sites[to],
                       .number = number,
                       .base = base,
                       .statements = statements,
                       .count = count };
    struct buf bundle cleanup_buf;
    site_craft(&f, &bundle);
    struct exchange_taken t = site_take(&x->sites[to], buf_slice(&bundle), NULL);
    assert_int_equal(t.outcome, BUNDLE_TAKEN);
    assert_int_equal(t.counts.refused, 0);
}

enum { CASES = 9, PLANTED = 2 * CASES, FIRST_OWN = PLANTED + 1, OWN = 6 };

/* What the relay sent: of every case one that everybody here reads, and one that is hidden. */
static void relay(struct twins *x)
{
    struct statement low[CASES], high[CASES];
    for (unsigned i = 0; i < CASES; i++) {
        low[i] = put_of(2 * i + 1, LOW, 10);
        high[i] = put_of(2 * i + 2, HIGH, 10);
    }
    for (int i = A; i <= BARE; i++)
        take_crafted(x, RELAY, i, 1, 0, low, CASES);
    take_crafted(x, RELAY, A, 3, 1, high, CASES);
    take_crafted(x, RELAY, BARE, 3, 1, NULL, 0);
    for (unsigned i = 0; i < OWN; i++) {
        plant(&x->sites[A], FIRST_OWN + i, i % 2 ? HIGH : LOW);
        if (i % 2 == 0)
            plant(&x->sites[BARE], FIRST_OWN + i, LOW);
    }
}

/* What the carrier says, alike of both: older, the same, newer, another kind, ends, nonsense. */
static struct statement said_of(unsigned n)
{
    struct statement st = put_of(n, LOW, 11);
    switch ((n - 1) / 2 % CASES) {
    case 0:
        return put_of(n, LOW, 9);
    case 1:
        return put_of(n, LOW, 10);
    case 2:
        return st;
    case 3:
        st.kind = S("annotation");
        st.body = S("{\"about\":\"" STRANGER "\",\"stance\":\"agree\"}");
        return st;
    case 4:
        st.instance = uuid_of(WORLD_ORIGINATOR_A);
        st.past_redacted = true;
        return st;
    case 5:
        st.body = S("{\"colour\":\"red\"}");
        st.at_ms = 9;
        return st;
    default:
        break;
    }
    unsigned which = (n - 1) / 2 % CASES;
    st = (struct statement){ .operation = which == 6   ? STATE_RETRACT
                                          : which == 7 ? STATE_REDACT
                                                       : STATE_WITHDRAW,
                             .record = st.record,
                             .instance = st.instance,
                             .kind = st.kind,
                             .at_ms = which == 8 ? 0 : 9 + 2 * (which == 6),
                             .entry = st.entry };
    return st;
}

static void twins_open(struct twins *x)
{
    sites_open(x->sites, TWINS);
    for (int i = A; i <= BARE; i++) {
        sites_meet(x->sites, i, RELAY, SITES_ALL, SITES_ALL);
        sites_meet(x->sites, i, CARRIER, SITES_ALL, SCENE_CLEARANCE_B);
    }
    relay(x);
    for (unsigned n = 1; n < FIRST_OWN + OWN; n++)
        x->statements[x->count++] = said_of(n);
}

static void twins_close(struct twins *x)
{
    sites_close(x->sites, TWINS);
}

static void make_for(struct twins *x, int to, struct buf *ret)
{
    struct craft f = { .from = &x->sites[CARRIER],
                       .to = &x->sites[to],
                       .number = 1,
                       .statements = x->statements,
                       .count = x->count };
    site_craft(&f, ret);
}

static struct exchange_taken inspect(struct site *s, const struct viewer *v, struct slice bundle)
{
    struct exchange_taken t = { 0 };
    site_ok(s, exchange_inspect(s->node, v, s->arena, bundle, SCENE_NOW_MS, &s->err, &t));
    assert_int_equal(t.outcome, BUNDLE_TAKEN);
    return t;
}

static void same_answer(const struct exchange_taken *a, const struct exchange_taken *b)
{
    for (size_t i = 0; i < a->change_count && i < b->change_count; i++) {
        const struct exchange_change *p = &a->changes[i], *q = &b->changes[i];
        if (!slice_eq(p->record, q->record) || p->operation != q->operation ||
            p->is_new != q->is_new || strcmp(p->kind->name, q->kind->name) != 0 ||
            !slice_eq(p->title, q->title))
            fail_msg("%.*s and %.*s", (int)p->record.len, p->record.ptr, (int)q->record.len,
                     q->record.ptr);
    }
    for (size_t i = 0; i < a->refusal_count && i < b->refusal_count; i++) {
        assert_true(slice_eq(a->refusals[i].record, b->refusals[i].record));
        assert_true(slice_eq(a->refusals[i].statement, b->refusals[i].statement));
        assert_int_equal(a->refusals[i].reason, b->refusals[i].reason);
    }
    assert_int_equal(a->change_count, b->change_count);
    assert_int_equal(a->refusal_count, b->refusal_count);
    assert_memory_equal(&a->counts, &b->counts, sizeof a->counts);
}

static void an_inspection_tells_nothing_of_hidden_records(void **state)
{
    (void)state;
    static const char *const clearances[] = { "UNCLASSIFIED", SCENE_CLEARANCE_B };
    struct twins *x = calloc(1, sizeof *x);
    struct buf bundles[2];
    twins_open(x);
    for (int i = A; i <= BARE; i++)
        make_for(x, i, &bundles[i]);
    for (size_t i = 0; i < sizeof clearances / sizeof *clearances; i++) {
        struct exchange_taken t[2];
        for (int k = A; k <= BARE; k++) {
            struct viewer v = officer_of(&x->sites[k], clearances[i]);
            t[k] = inspect(&x->sites[k], &v, buf_slice(&bundles[k]));
        }
        same_answer(&t[A], &t[BARE]);
        print_message("# %zu refused, %zu changes\n", t[A].refusal_count, t[A].change_count);
        assert_true(t[A].refusal_count > 5); /* of what stands there to be read */
        assert_true(t[A].change_count > 8);
    }
    /* who may read all is told of all */
    struct exchange_taken whole =
        inspect(&x->sites[A], node_operator(x->sites[A].node), buf_slice(&bundles[A]));
    assert_true(whole.refusal_count > inspect(&x->sites[BARE], node_operator(x->sites[BARE].node),
                                              buf_slice(&bundles[BARE]))
                                              .refusal_count +
                                          5);
    for (int i = A; i <= BARE; i++)
        buf_done(&bundles[i]);
    twins_close(x);
    free(x);
}

/* The receipt but for what names the instance and its ledger. */
static struct slice receipt_text(struct site *s, struct slice receipt)
{
    static const char *const own[] = { "from", "head", "signature", "bundle", "last" };
    struct json *o = NULL;
    struct buf out cleanup_buf;
    buf_init(&out, LIMIT_RECEIPT);
    site_ok(s, json_parse(s->arena, receipt, &s->err, &o));
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        json_object_remove(o, slice_of(own[i]));
    json_write_canonical(s->arena, o, &out);
    return arena_copy(s->arena, buf_slice(&out));
}

static struct slice take_from_carrier(struct twins *x, int to)
{
    struct site *s = &x->sites[to];
    struct buf bundle cleanup_buf;
    struct buf receipt cleanup_buf;
    struct buf again cleanup_buf;
    buf_init(&receipt, LIMIT_RECEIPT);
    buf_init(&again, LIMIT_RECEIPT);
    make_for(x, to, &bundle);
    assert_int_equal(site_take(s, buf_slice(&bundle), &receipt).outcome, BUNDLE_TAKEN);
    assert_int_equal(site_take(s, buf_slice(&bundle), &again).outcome, BUNDLE_OLD);
    struct slice first = receipt_text(s, buf_slice(&receipt));
    assert_true(slice_eq(first, receipt_text(s, buf_slice(&again))));
    return first;
}

static struct slice id_text(struct site *s, unsigned n)
{
    char text[UUID_TEXT + 1];
    uuid_format(numbered(n), text);
    return arena_copy(s->arena, slice_of(text));
}

static void a_receipt_tells_nothing_of_hidden_records(void **state)
{
    (void)state;
    struct twins *x = calloc(1, sizeof *x);
    twins_open(x);
    struct site *a = &x->sites[A];
    struct slice full = take_from_carrier(x, A), bare = take_from_carrier(x, BARE);
    if (!slice_eq(full, bare))
        fail_msg("%.*s\n# and %.*s", (int)full.len, full.ptr, (int)bare.len, bare.ptr);
    assert_non_null(strstr(full.ptr, "older")); /* of what the carrier may read */
    assert_non_null(strstr(full.ptr, "tampered"));
    /* nothing was written over: the older one (2), the other kind (8), what is our own */
    assert_non_null(strstr(site_body(a, id_text(a, 2)).ptr, "New"));
    assert_string_equal(site_row(a, id_text(a, 8)).kind->name, "actor");
    for (unsigned i = 0; i < OWN; i++) {
        struct row row = site_row(a, id_text(a, FIRST_OWN + i));
        struct uuid origin;
        assert_true(uuid_parse(row.origin, &origin));
        assert_true(uuid_eq(origin, ledger_instance(node_ledger(a->node))));
        assert_int_equal(row.version, 1);
    }
    sites_sound(x->sites, BARE + 1);
    twins_close(x);
    free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_inspection_tells_nothing_of_hidden_records),
        cmocka_unit_test(a_receipt_tells_nothing_of_hidden_records),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

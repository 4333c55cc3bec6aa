/*
 * Non-interference of exchange: what an officer may not read changes no byte of what exchange
 * answers; what a partner may not read changes no statement of its bundles; and a record that is
 * hidden answers a bundle, in the inspection and in the receipt, as one that is not there.
 *
 * What remains is stated in docs/exchange.md ("What exchange tells of what is hidden").
 */
#include "service/exchange_world.h"
#include "world_bodies.h"

#include "base/limits.h"
#include "service/difference.h"
#include "service/exchange_internal.h"
#include "service/release.h"

#include <stdio.h>
#include <stdlib.h>

#define NOW_MS INT64_C(1780000000000) /* of the sites too */

enum { A, B, C, SITES };

#define CLEARANCE_B "RESTRICTED; Releasable To: CAN; TLP:AMBER"
#define CLEARANCE_C "SECRET; Releasable To: USA; TLP:AMBER+STRICT"

/* ---- the world, and two partners with whom it has exchanged ---- */

struct scene {
    struct world world;
    struct site sites[SITES]; /* A is the world's instance */
    struct slice theirs[64];  /* records of B */
    size_t their_count;
};

static char partner_b[UUID_TEXT + 1]; /* to whom originators grant onward release */

static struct slice body(struct world *w, const char *kind)
{
    char *copy = arena_cstr(w->arena, world_body(w, kind));
    while (
        strstr(copy, "\"nature\":\"lower\"")) /* made by operations alone, with the label before */
        copy = arena_cstr(w->arena, world_body(w, kind));
    char *at = strcmp(kind, "release") == 0 ? strstr(copy, WORLD_PARTNER) : NULL;
    if (at)
        memcpy(at, partner_b, UUID_TEXT);
    return slice_of(copy);
}

static const char *const kinds[] = { "relationship", "engagement", "commitment", "commitment",
                                     "posting",      "offer",      "agreement",  "obligation",
                                     "request",      "need",       "release",    "release",
                                     "release",      "release" };
static const struct world_recipe recipe = { .kinds = kinds,
                                            .kind_count = sizeof kinds / sizeof *kinds,
                                            .actors = 24,
                                            .others = 240,
                                            .changes = 80,
                                            .body = body };

static const char *const their_labels[] = { "UNCLASSIFIED", "UNCLASSIFIED", "RESTRICTED" };

/* B states some, raises some of them, and lowers one again: at A there are hidden records, and
 * hidden versions of readable ones. Bundles are of one level each. */
static void take_theirs(struct scene *x)
{
    struct site *b = &x->sites[B];
    for (int i = 0; i < 24; i++) {
        char fields[128];
        snprintf(fields, sizeof fields,
                 "{\"nature\":\"organisation\",\"name_en\":\"of B %d\","
                 "\"external_ids\":[\"w:%d\"]}",
                 i, i);
        x->theirs[x->their_count++] = site_state(b, "actor", fields, their_labels[i % 3]);
    }
    assert_int_equal(site_send(x->sites, B, A).outcome, BUNDLE_TAKEN);
    for (size_t i = 0; i < 8; i++)
        site_relabel(b, "actor", x->theirs[i], "SECRET; Releasable To: FRA");
    assert_int_equal(site_send(x->sites, B, A).outcome, BUNDLE_TAKEN);
    for (size_t i = 0; i < 3; i++)
        site_relabel(b, "actor", x->theirs[i], "UNCLASSIFIED");
    assert_int_equal(site_send(x->sites, B, A).outcome, BUNDLE_TAKEN);
}

/* One thing on both sides, as several say it. */
static void annotate(struct scene *x)
{
    static const char *const labels[] = { "UNCLASSIFIED", "RESTRICTED", "SECRET" };
    struct slice ours = site_actor(&x->sites[A], "of A", "UNCLASSIFIED");
    for (size_t i = 0; i < 12; i++) {
        char fields[256];
        snprintf(fields, sizeof fields,
                 "{\"about\":\"" SLICE_FMT "\",\"stance\":\"agree\",\"same_as\":\"" SLICE_FMT "\"}",
                 SLICE_ARG(x->theirs[i]), SLICE_ARG(ours));
        site_state(&x->sites[A], "annotation", fields, labels[i % 3]);
    }
}

static void scene_open(struct scene *x, uint64_t seed)
{
    *x = (struct scene){ .their_count = 0 };
    for (int i = B; i < SITES; i++)
        site_open(&x->sites[i]);
    uuid_format(ledger_instance(node_ledger(x->sites[B].node)), partner_b);
    world_make_of(&x->world, seed, &recipe);
    x->sites[A] =
        (struct site){ .node = x->world.node, .arena = arena_new(1u << 30), .now_ms = NOW_MS };
    sites_meet(x->sites, A, B, "SECRET; Releasable To: CAN, FRA; TLP:AMBER+STRICT", CLEARANCE_B);
    sites_meet(x->sites, A, C, "SECRET; Releasable To: CAN, FRA; TLP:AMBER+STRICT", CLEARANCE_C);
    take_theirs(x);
    annotate(x);
}

static void scene_close(struct scene *x)
{
    for (int i = B; i < SITES; i++)
        site_close(&x->sites[i]);
    arena_free(x->sites[A].arena);
    world_free(&x->world);
}

/* What is over ends before anything is compared: the end of a hidden release is a write. */
static void sweep(struct scene *x)
{
    struct site *a = &x->sites[A];
    site_ok(a, release_sweep(a->node, a->arena, NOW_MS, &a->err));
}

static const struct clearance *clearance_of(struct site *s, const char *text)
{
    const struct clearance *c = NULL;
    site_ok(s, clearance_parse_text(node_policy(s->node), s->arena, slice_of(text), S("/"), &s->err,
                                    &c));
    return c;
}

static struct viewer officer_of(struct site *s, const char *clearance)
{
    return (struct viewer){ .username = S("v"),
                            .display_name = S("v"),
                            .role = ROLE_ADMINISTRATOR,
                            .permissions = role_permissions(ROLE_ADMINISTRATOR),
                            .clearance = clearance_of(s, clearance) };
}

/* ---- (a) the officer ---- */

static const char *const officers[] = {
    "UNCLASSIFIED; Releasable To: DEU",
    CLEARANCE_B,
    "SECRET; Releasable To: CAN, USA; TLP:RED",
    "TOP SECRET; Releasable To: FRA; TLP:RED",
};
enum { OFFICERS = sizeof officers / sizeof *officers };

struct answer {
    int code;
    struct buf body;
    struct slice etag, marking;
    struct error err;
    struct arena *arena;
};

static void ask(struct node *n, const struct viewer *v, const struct operation *o,
                const char *parameters, struct answer *ret)
{
    struct json *p = NULL;
    *ret = (struct answer){ .arena = arena_new(LIMIT_ARENA) };
    assert_int_equal(json_parse(ret->arena, slice_of(parameters), NULL, &p), 0);
    buf_init(&ret->body, LIMIT_RESPONSE);
    struct call c = { .node = n,
                      .operation = o,
                      .viewer = v,
                      .arena = ret->arena,
                      .now_ms = NOW_MS,
                      .parameters = p,
                      .out = &ret->body,
                      .err = &ret->err };
    ret->code = ops_run(&c);
    ret->etag = c.etag;
    ret->marking = c.marking_en;
}

/* Asks both sides; true when there was an answer. */
static bool compare(struct world *w, const struct viewer *v, const char *operation,
                    const char *parameters)
{
    const struct operation *o = operations_find(w->operations, slice_of(operation));
    struct answer all, some;
    assert_non_null(o);
    ask(w->node, v, o, parameters, &all);
    ask(&w->filtered, v, o, parameters, &some);
    bool equal = all.code == some.code && slice_eq(all.etag, some.etag) &&
                 slice_eq(all.marking, some.marking) &&
                 strcmp(all.err.message, some.err.message) == 0 &&
                 slice_eq(buf_slice(&all.body), buf_slice(&some.body));
    bool good = all.code == 0;
    if (!equal)
        fprintf(stderr, "# %s %s\n# all:  %d %s\n%.4000s\n# some: %d %s\n%.4000s\n", operation,
                parameters, all.code, all.err.message, all.body.ptr ? all.body.ptr : "", some.code,
                some.err.message, some.body.ptr ? some.body.ptr : "");
    buf_done(&all.body);
    buf_done(&some.body);
    arena_free(all.arena);
    arena_free(some.arena);
    assert_true(equal);
    return good;
}

struct counts {
    int previews, differences, proofs, sides, named, theirs;
};

/* How often the answer says this. */
static int occurrences(struct world *w, const struct viewer *v, const char *operation,
                       const char *parameters, const char *words)
{
    struct answer x;
    int count = 0;
    ask(w->node, v, operations_find(w->operations, slice_of(operation)), parameters, &x);
    buf_add_char(&x.body, '\0');
    for (const char *at = x.body.ptr; (at = strstr(at, words)) != NULL; at++)
        count++;
    buf_done(&x.body);
    arena_free(x.arena);
    return count;
}

/* Whose records are: the same with and without what is above, and the names of peers for nobody
 * who may not disclose. */
static void compare_provenance(struct scene *x, const struct viewer *officer, struct counts *c)
{
    static const struct {
        const char *operation, *parameters;
    } asked[] = { { "actor.list", "{\"limit\":200}" },
                  { "actor.list", "{\"limit\":200,\"q\":\"B\"}" },
                  { "search", "{\"q\":\"of\",\"limit\":200}" },
                  { "today", "{}" },
                  { "portfolio", "{}" },
                  { "calendar", "{}" },
                  { "requests.board", "{}" } };
    struct world *w = &x->world;
    struct viewer reader = *officer;
    reader.role = ROLE_READER;
    reader.permissions = role_permissions(ROLE_READER);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
        const char *operation = asked[i].operation, *parameters = asked[i].parameters;
        compare(w, officer, operation, parameters);
        compare(w, &reader, operation, parameters);
        c->named += occurrences(w, officer, operation, parameters, "\"origin_name\":");
        c->theirs += occurrences(w, &reader, operation, parameters, "\"theirs\":true");
        assert_int_equal(occurrences(w, &reader, operation, parameters, "origin_name"), 0);
    }
}

static void compare_peer(struct scene *x, const struct viewer *v, int peer, struct counts *c)
{
    struct world *w = &x->world;
    struct slice id = x->sites[A].peers[peer];
    char parameters[160];
    snprintf(parameters, sizeof parameters, "{\"id\":\"" SLICE_FMT "\"}", SLICE_ARG(id));
    assert_true(compare(w, v, "peer.get", parameters));
    assert_true(compare(w, v, "peer.releases", parameters));
    c->previews += compare(w, v, "exchange.preview", parameters);
    snprintf(parameters, sizeof parameters, "{\"id\":\"" SLICE_FMT "\",\"limit\":500}",
             SLICE_ARG(id));
    c->differences += compare(w, v, "peer.difference", parameters);
    snprintf(parameters, sizeof parameters, "{\"peer\":\"" SLICE_FMT "\"}", SLICE_ARG(id));
    assert_true(compare(w, v, "exchange.log", parameters));
}

static void compare_record(struct scene *x, const struct viewer *v, struct slice id,
                           struct counts *c)
{
    char parameters[80];
    snprintf(parameters, sizeof parameters, "{\"id\":\"" SLICE_FMT "\"}", SLICE_ARG(id));
    compare(&x->world, v, "actor.get", parameters);
    compare(&x->world, v, "actor.history", parameters);
    c->proofs += compare(&x->world, v, "exchange.proof", parameters);
    c->sides += compare(&x->world, v, "sides", parameters);
}

static void compare_all(struct scene *x, const struct viewer *v, struct counts *c)
{
    struct world *w = &x->world;
    assert_true(compare(w, v, "peer.list", "{}"));
    assert_true(compare(w, v, "exchange.card", "{\"name\":\"A\",\"tls_pin\":\"p\"}"));
    assert_true(compare(w, v, "exchange.fingerprint", "{}"));
    assert_true(compare(w, v, "exchange.log", "{}"));
    assert_true(compare(w, v, "release.queue", "{\"days\":3660}"));
    compare_provenance(x, v, c);
    compare_peer(x, v, B, c);
    compare_peer(x, v, C, c);
    for (size_t i = 0; i < x->their_count; i++)
        compare_record(x, v, x->theirs[i], c);
    for (size_t i = 0; i < w->count; i += 5)
        compare_record(x, v, w->ids[i], c);
}

static void make_only(struct scene *x, int to)
{
    struct buf bundle cleanup_buf;
    site_make(&x->sites[A], to, &bundle);
}

static void exchange_tells_an_officer_nothing_of_what_is_above(void **state)
{
    (void)state;
    struct counts c = { 0 };
    struct scene *x = calloc(1, sizeof *x);
    scene_open(x, 11);
    assert_int_equal(site_send(x->sites, A, B).outcome, BUNDLE_TAKEN);
    assert_int_equal(site_send(x->sites, A, C).outcome, BUNDLE_TAKEN);
    world_change(&x->world, 60);
    assert_int_equal(site_send(x->sites, A, C).outcome, BUNDLE_TAKEN);
    make_only(x, B);
    world_change(&x->world, 60);
    sweep(x);
    for (size_t i = 0; i < OFFICERS; i++) {
        struct viewer v = officer_of(&x->sites[A], officers[i]);
        world_filter(&x->world, &v, NOW_MS);
        compare_all(x, &v, &c);
        world_unfilter(&x->world);
    }
    print_message("# %d previews, %d differences, %d proofs, %d sides, %d named, %d theirs\n",
                  c.previews, c.differences, c.proofs, c.sides, c.named, c.theirs);
    /* the comparison must be of answers that say something */
    assert_true(c.previews >= 3);
    assert_int_equal(c.differences, 2 * OFFICERS);
    assert_true(c.proofs > 40);
    assert_true(c.sides > 20);
    assert_true(c.named > 40);
    assert_true(c.theirs > 40);
    scene_close(x);
    free(x);
}

/* ---- (b) the partner ---- */

struct said {
    struct arena *arena;
    struct slice lines[4000];
    struct uuid records[4000];
    int operations[4000];
    size_t count;
};

static int note_said(void *context, const struct exchange_item *item)
{
    struct said *x = context;
    if (!item->operation)
        return 0;
    assert_true(x->count < sizeof x->lines / sizeof *x->lines);
    x->lines[x->count] = arena_copy(x->arena, item->line);
    x->records[x->count] = item->record;
    x->operations[x->count++] = item->operation;
    return 0;
}

/* The statements of the next bundle. */
static struct said *next_bundle(struct site *a, struct node *n, struct slice peer)
{
    struct said *x = calloc(1, sizeof *x);
    struct peer p;
    x->arena = a->arena;
    site_ok(a, peer_find(n, a->arena, peer, NOW_MS, &a->err, &p));
    struct exchange_diff d = { .node = n, .peer = &p, .now_ms = NOW_MS, .err = &a->err };
    site_ok(a, exchange_diff_begin(&d, a->arena));
    site_ok(a, exchange_diff_run(&d, note_said, x));
    exchange_diff_done(&d);
    return x;
}

static bool was_said(const struct said *x, struct uuid record)
{
    for (size_t i = 0; x && i < x->count; i++)
        if (uuid_eq(x->records[i], record))
            return true;
    return false;
}

/* A withdrawal names what the partner was told of, and says nothing else. */
static void check_withdrawal(struct site *a, const struct said *x, size_t i,
                             const struct said *before)
{
    struct json *o = NULL;
    assert_true(was_said(before, x->records[i]));
    assert_int_equal(json_parse(a->arena, x->lines[i], NULL, &o), 0);
    assert_int_equal(o->count, 4);
    assert_true(json_get(o, "instance") && json_get(o, "kind") && json_get(o, "operation") &&
                json_get(o, "record"));
}

/* Statement by statement; what is hidden from the partner adds withdrawals and nothing else. */
static int compare_said(struct site *a, const struct said *all, const struct said *some,
                        const struct said *before)
{
    size_t at = 0;
    int withdrawn = 0;
    for (size_t i = 0; i < all->count; i++) {
        if (at < some->count && slice_eq(all->lines[i], some->lines[at])) {
            at++;
            continue;
        }
        if (all->operations[i] != STATE_WITHDRAW)
            fail_msg("said: %.*s\n# and not: %.*s", (int)all->lines[i].len, all->lines[i].ptr,
                     at < some->count ? (int)some->lines[at].len : 0,
                     at < some->count ? some->lines[at].ptr : "");
        check_withdrawal(a, all, i, before);
        withdrawn++;
    }
    if (at < some->count)
        fail_msg("not said: %.*s", (int)some->lines[at].len, some->lines[at].ptr);
    return withdrawn;
}

static struct viewer partner_of(struct scene *x, int which, const char *clearance)
{
    struct viewer v = officer_of(&x->sites[A], clearance);
    v.role = ROLE_READER;
    v.permissions = role_permissions(ROLE_READER);
    v.is_partner = true;
    v.partner_instance = ledger_instance(node_ledger(x->sites[which].node));
    return v;
}

struct totals {
    size_t said;
    int withdrawn;
};

static struct said *compare_bundle(struct scene *x, int which, const char *clearance,
                                   const struct said *before, struct totals *t)
{
    struct site *a = &x->sites[A];
    struct viewer v = partner_of(x, which, clearance);
    sweep(x);
    world_filter(&x->world, &v, NOW_MS);
    struct said *all = next_bundle(a, x->world.node, a->peers[which]);
    struct said *some = next_bundle(a, &x->world.filtered, a->peers[which]);
    t->withdrawn += compare_said(a, all, some, before);
    t->said += some->count;
    world_unfilter(&x->world);
    free(some);
    return all;
}

static void a_bundle_says_nothing_of_what_the_partner_may_not_read(void **state)
{
    (void)state;
    static const char *const clearances[SITES] = { [B] = CLEARANCE_B, [C] = CLEARANCE_C };
    struct scene *x = calloc(1, sizeof *x);
    scene_open(x, 12);
    for (int i = B; i < SITES; i++) {
        struct totals first = { 0 }, later = { 0 };
        struct said *one = compare_bundle(x, i, clearances[i], NULL, &first);
        assert_int_equal(site_send(x->sites, A, i).outcome, BUNDLE_TAKEN);
        world_change(&x->world, 120);
        struct said *two = compare_bundle(x, i, clearances[i], one, &later);
        print_message("# first %zu, later %zu and %d withdrawn\n", first.said, later.said,
                      later.withdrawn);
        assert_true(first.said > 30);
        assert_int_equal(first.withdrawn, 0);
        assert_true(later.said > 5);
        assert_true(later.withdrawn > 0);
        free(one);
        free(two);
    }
    scene_close(x);
    free(x);
}

/* ---- what stands here and is hidden ---- */

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
                       .at_ms = NOW_MS };
    site_ok(s, ledger_append(node_ledger(s->node), &d, 1, NOW_MS, &s->err, &done));
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
    for (int i = A; i < TWINS; i++)
        site_open(&x->sites[i]);
    for (int i = A; i <= BARE; i++) {
        sites_meet(x->sites, i, RELAY, "SECRET; TLP:AMBER+STRICT", "SECRET; TLP:AMBER+STRICT");
        sites_meet(x->sites, i, CARRIER, "SECRET; TLP:AMBER+STRICT", CLEARANCE_B);
    }
    relay(x);
    for (unsigned n = 1; n < FIRST_OWN + OWN; n++)
        x->statements[x->count++] = said_of(n);
}

static void twins_close(struct twins *x)
{
    for (int i = A; i < TWINS; i++)
        site_close(&x->sites[i]);
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
    site_ok(s, exchange_inspect(s->node, v, s->arena, bundle, NOW_MS, &s->err, &t));
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
    static const char *const clearances[] = { "UNCLASSIFIED", CLEARANCE_B };
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
    for (int i = A; i <= BARE; i++)
        site_sound(&x->sites[i]);
    twins_close(x);
    free(x);
}

/* ---- a decision over a peer ---- */

/* What an ordinary user may ask without naming a record, or with this id. */
static bool is_ordinary(const struct operation *o, bool with_id)
{
    bool id = false;
    for (const struct parameter *p = o->parameters; p && p->name; p++) {
        if (!(p->field.flags & FIELD_REQUIRED) && p->place != IN_PATH)
            continue;
        if (strcmp(p->name, "id") != 0)
            return false;
        id = true;
    }
    return (o->flags & OP_READ) && o->handle && !(o->flags & OP_NO_HTTP) && id == with_id &&
           !(o->permission & (PERMIT_DISCLOSE | PERMIT_ADMIN));
}

static struct slice told(struct scene *x, const struct viewer *v, const struct operation *o,
                         const char *parameters)
{
    struct answer a;
    struct arena *kept = x->sites[A].arena;
    ask(x->world.node, v, o, parameters, &a);
    struct slice text = arena_printf(kept, "%d %s " SLICE_FMT " " SLICE_FMT, a.code, a.err.message,
                                     SLICE_ARG(a.marking), SLICE_ARG(buf_slice(&a.body)));
    buf_done(&a.body);
    arena_free(a.arena);
    return text;
}

static void give_more(struct scene *x, char ret[UUID_TEXT + 1])
{
    struct site *a = &x->sites[A];
    struct json *patch = json_new_object(a->arena), *clearance = NULL;
    struct snapshot *s = NULL;
    struct page page = { 0 };
    site_ok(a, json_parse(a->arena, S("{\"class\":\"TOP SECRET\"}"), NULL, &clearance));
    json_object_set(a->arena, patch, S("clearance"), clearance);
    json_object_set(a->arena, patch, S("release"), site_grounds(a));
    site_ok(a, peer_change(a->node, node_operator(a->node), a->arena, a->peers[C], patch, S("*"),
                           NOW_MS + 1000, &a->err));
    site_ok(a, node_snapshot(a->node, node_operator(a->node), a->arena, NOW_MS, &a->err, &s));
    struct list_query q = { .kind = kinds_find(node_kinds(a->node), S("peer_release")),
                            .order = LIST_WHEN,
                            .descending = true,
                            .limit = 1 };
    site_ok(a, snapshot_list(s, &q, &a->err, &page));
    snapshot_close(s);
    assert_int_equal(page.count, 1);
    memcpy(ret, page.rows[0].id.ptr, UUID_TEXT);
    ret[UUID_TEXT] = '\0';
}

/* It stands under the lowest label, as the peer does: what keeps it is that it is no record. */
static void a_decision_over_a_peer_is_seen_by_nobody_who_may_not_disclose(void **state)
{
    (void)state;
    struct scene *x = calloc(1, sizeof *x);
    scene_open(x, 5);
    const struct operations *all = x->world.operations;
    struct viewer v = officer_of(&x->sites[A], officers[OFFICERS - 2]);
    struct slice *before = calloc(all->count, sizeof *before);
    char id[UUID_TEXT + 1], named[64], unknown[64];
    int asked = 0, by_id = 0;
    v.role = ROLE_STEWARD;
    v.permissions = role_permissions(ROLE_STEWARD);
    sweep(x);
    for (size_t i = 0; i < all->count; i++)
        if (is_ordinary(&all->items[i], false))
            before[i] = told(x, &v, &all->items[i], "{}");
    give_more(x, id);
    snprintf(named, sizeof named, "{\"id\":\"%s\"}", id);
    snprintf(unknown, sizeof unknown, "{\"id\":\"00000000-0000-7000-8000-%.12s\"}", id + 24);
    for (size_t i = 0; i < all->count; i++) {
        const struct operation *o = &all->items[i];
        struct slice now = S(""), other = S("");
        if (is_ordinary(o, false)) {
            other = before[i];
            now = told(x, &v, o, "{}");
            asked++;
        } else if (is_ordinary(o, true)) {
            other = told(x, &v, o, unknown);
            now = told(x, &v, o, named);
            by_id++;
        }
        if (!slice_eq(now, other))
            fail_msg("%s: %.600s\n# and %.600s", o->name, now.ptr, other.ptr);
    }
    print_message("# %d questions, %d about the decision\n", asked, by_id);
    assert_true(asked > 30 && by_id > 20);
    free(before);
    scene_close(x);
    free(x);
}

/* ---- a clearance was lowered ---- */

/* What went before is above the officer who makes the next bundle: it is withdrawn unseen. */
static void a_preview_names_nothing_that_the_officer_may_not_read(void **state)
{
    (void)state;
    struct site s[2];
    struct exchange_preview p = { 0 };
    for (int i = 0; i < 2; i++)
        site_open(&s[i]);
    sites_meet(s, A, B, "SECRET; TLP:AMBER+STRICT", "SECRET; TLP:AMBER+STRICT");
    struct slice high = site_actor(&s[A], "High", "SECRET");
    struct slice low = site_actor(&s[A], "Low", "UNCLASSIFIED");
    site_send(s, A, B);
    assert_true(site_has(&s[B], high));
    struct json *patch = json_new_object(s[A].arena), *clearance = NULL;
    site_ok(&s[A], json_parse(s[A].arena, S("{\"class\":\"UNCLASSIFIED\",\"tlp\":\"CLEAR\"}"), NULL,
                              &clearance));
    json_object_set(s[A].arena, patch, S("clearance"), clearance);
    site_ok(&s[A], peer_change(s[A].node, node_operator(s[A].node), s[A].arena, s[A].peers[B],
                               patch, S("*"), NOW_MS, &s[A].err));
    struct viewer v = officer_of(&s[A], "UNCLASSIFIED");
    site_ok(&s[A],
            exchange_preview(s[A].node, &v, s[A].arena, s[A].peers[B], 0, NOW_MS, &s[A].err, &p));
    assert_int_equal(p.change_count, 0);
    assert_int_equal(p.held_count, 0);
    assert_int_equal(p.has, 0); /* the bundle that took it there is above the officer */
    site_ok(&s[A], exchange_preview(s[A].node, node_operator(s[A].node), s[A].arena, s[A].peers[B],
                                    0, NOW_MS, &s[A].err, &p));
    assert_int_equal(p.change_count, 1);
    assert_true(slice_eq(p.changes[0].record, high));
    assert_int_equal(p.has, 2);
    site_send(s, A, B);
    assert_false(site_has(&s[B], high));
    assert_true(site_has(&s[B], low));
    for (int i = 0; i < 2; i++)
        site_close(&s[i]);
}

/* What a readable bundle took there does not seem to have gone back when one above speaks of it,
 * nor to be renewed. */
static void a_bundle_above_changes_nothing_of_what_a_partner_has(void **state)
{
    (void)state;
    struct site s[2];
    for (int i = 0; i < 2; i++)
        site_open(&s[i]);
    sites_meet(s, A, B, "SECRET; TLP:AMBER+STRICT", "SECRET; TLP:AMBER+STRICT");
    struct slice low = site_actor(&s[A], "Low", "UNCLASSIFIED");
    struct viewer v = officer_of(&s[A], "UNCLASSIFIED");
    site_send(s, A, B);
    for (int round = 0; round < 2; round++) {
        struct snapshot *snap = NULL;
        struct difference d;
        site_ok(&s[A], difference_read(s[A].node, s[A].arena, s[A].peers[B], &v, NOW_MS, 10,
                                       &s[A].err, &snap, &d));
        snapshot_close(snap);
        const struct difference_list *list = round ? &d.would_get : &d.has;
        assert_int_equal(list->count, 1);
        assert_true(slice_eq(list->items[0].id, low) && list->items[0].has);
        assert_int_equal(d.has.count + d.would_get.count, 1);
        site_actor(&s[A], "High", "SECRET");
        site_ok(&s[A], site_change(&s[A], "actor", low, "{\"name_en\":\"Lower\"}"));
        site_send(s, A, B);
    }
    for (int i = 0; i < 2; i++)
        site_close(&s[i]);
}

/* ---- the difference and the next bundle ---- */

enum { MOST = 4096 };

static size_t kept(const struct exchange_preview *p, struct slice id)
{
    for (size_t i = 0; i < p->change_count; i++)
        if (slice_eq(p->changes[i].record, id))
            return i;
    return MOST;
}

static enum exchange_reason reason_of(const struct difference *d, struct slice id)
{
    for (size_t i = 0; i < d->held_back.shown; i++)
        if (slice_eq(d->held_back.items[i].id, id))
            return d->held_back.items[i].reason;
    return EXCHANGE_FINE;
}

static size_t puts_of(const struct exchange_preview *p)
{
    size_t puts = 0;
    for (size_t i = 0; i < p->change_count; i++)
        puts += p->changes[i].operation == STATE_PUT;
    return puts;
}

/* The world plants grants of others that no bundle brought; an officer cannot tell that from a
 * bundle above itself, and is told that they would go. */
static bool planted(struct scene *x, struct slice id)
{
    struct site *a = &x->sites[A];
    struct holding *sources;
    struct snapshot *s = NULL;
    struct row row;
    struct uuid origin;
    size_t count = 0;
    site_ok(a, node_snapshot(a->node, node_operator(a->node), a->arena, NOW_MS, &a->err, &s));
    site_ok(a, snapshot_get(s, NULL, id, &a->err, &row));
    site_ok(a, holding_sources(s, id, &a->err, &sources, &count));
    assert_true(uuid_parse(row.origin, &origin));
    snapshot_close(s);
    return count == 0 && !uuid_eq(origin, ledger_instance(node_ledger(a->node)));
}

static void drop_planted(struct scene *x, struct difference_list *list)
{
    size_t kept = 0;
    assert_int_equal(list->shown, list->count);
    for (size_t i = 0; i < list->shown; i++)
        if (!planted(x, list->items[i].id))
            list->items[kept++] = list->items[i];
    list->shown = list->count = kept;
}

static void same_as_preview(const struct difference *d, const struct exchange_preview *p)
{
    size_t reasons = 0;
    assert_int_equal(d->would_get.count, puts_of(p));
    for (size_t i = 0; i < d->would_get.shown; i++) {
        const struct difference_item *item = &d->would_get.items[i];
        size_t at = kept(p, item->id);
        assert_true(at < MOST && p->changes[at].operation == STATE_PUT);
        assert_int_equal(p->changes[at].is_new, !item->has);
    }
    for (size_t i = 0; i < d->held_back.shown; i++)
        reasons += d->held_back.items[i].reason != EXCHANGE_FINE;
    /* a preview repeats no reason for what was looked at before */
    assert_true(p->base ? reasons >= p->held_count : reasons == p->held_count);
    for (size_t i = 0; i < p->held_count; i++)
        assert_int_equal(reason_of(d, p->held[i].record), p->held[i].reason);
    for (size_t i = 0; i < d->has.shown; i++)
        assert_int_equal(kept(p, d->has.items[i].id), MOST);
}

/* Returns how many the difference lists as held back for the sake of a reference. */
static size_t compare_with_preview(struct scene *x, int peer, struct difference *ret)
{
    struct site *a = &x->sites[A];
    struct snapshot *s = NULL;
    struct exchange_preview p;
    size_t references = 0;
    site_ok(a, difference_read(a->node, a->arena, a->peers[peer], node_operator(a->node), NOW_MS,
                               MOST, &a->err, &s, ret));
    snapshot_close(s);
    site_ok(a, exchange_preview(a->node, node_operator(a->node), a->arena, a->peers[peer], 0,
                                NOW_MS, &a->err, &p));
    drop_planted(x, &ret->would_get);
    drop_planted(x, &ret->held_back);
    same_as_preview(ret, &p);
    for (size_t i = 0; i < ret->held_back.shown; i++)
        references += ret->held_back.items[i].reason == EXCHANGE_REFERENCE;
    return references;
}

static void the_difference_names_what_the_next_bundle_holds(void **state)
{
    (void)state;
    size_t references = 0, renewed = 0, has = 0;
    for (uint64_t seed = 21; seed < 23; seed++) {
        struct scene *x = calloc(1, sizeof *x);
        struct difference d;
        scene_open(x, seed);
        sweep(x);
        for (int round = 0; round < 3; round++)
            for (int peer = B; peer <= C; peer++) {
                references += compare_with_preview(x, peer, &d);
                assert_int_equal(site_send(x->sites, A, peer).outcome, BUNDLE_TAKEN);
                references += compare_with_preview(x, peer, &d);
                assert_int_equal(d.would_get.count, 0);
                world_change(&x->world, 40);
                sweep(x);
                make_only(x, peer); /* what is on its way is said again */
                references += compare_with_preview(x, peer, &d);
                for (size_t i = 0; i < d.would_get.shown; i++)
                    renewed += d.would_get.items[i].has;
                has += d.has.count;
            }
        scene_close(x);
        free(x);
    }
    print_message("# %zu held back for a reference, %zu renewed, %zu had\n", references, renewed,
                  has);
    assert_true(references > 20 && renewed > 20 && has > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exchange_tells_an_officer_nothing_of_what_is_above),
        cmocka_unit_test(a_bundle_says_nothing_of_what_the_partner_may_not_read),
        cmocka_unit_test(an_inspection_tells_nothing_of_hidden_records),
        cmocka_unit_test(a_receipt_tells_nothing_of_hidden_records),
        cmocka_unit_test(a_decision_over_a_peer_is_seen_by_nobody_who_may_not_disclose),
        cmocka_unit_test(a_preview_names_nothing_that_the_officer_may_not_read),
        cmocka_unit_test(a_bundle_above_changes_nothing_of_what_a_partner_has),
        cmocka_unit_test(the_difference_names_what_the_next_bundle_holds),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

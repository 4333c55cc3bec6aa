/*
 * Bundles as records of this ledger: what was sent and taken, and where that stands.
 *
 * Invariant: a number is used once; the request key of the first part sees to it across processes.
 * The record bears the join of the labels of what was in the bundle.
 */
#include "service/exchange_internal.h"

#include "base/limits.h"
#include "service/records.h"

#include <sodium.h>
#include <stdlib.h>

static int64_t number_of(struct slice text)
{
    int64_t n = 0;
    return slice_to_int64(text, &n) ? n : 0;
}

/* ---- where it stands ---- */

struct state_reading {
    struct exchange_state *state;
    struct arena *arena;
};

static int read_last(void *context, const struct slice *columns)
{
    struct state_reading *r = context;
    r->state->last = number_of(columns[0]);
    r->state->last_hash = arena_copy(r->arena, columns[1]);
    return 0;
}

static int read_base(void *context, const struct slice *columns)
{
    struct state_reading *r = context;
    struct when at;
    r->state->base = number_of(columns[0]);
    r->state->look = number_of(columns[1]);
    r->state->basis = arena_copy(r->arena, columns[2]);
    r->state->rest = arena_copy(r->arena, columns[4]);
    if (when_parse(columns[3], &at))
        r->state->base_ms = when_first_ms(at);
    return 0;
}

static int read_floor(void *context, const struct slice *columns)
{
    struct state_reading *r = context;
    int64_t floor = number_of(columns[0]);
    if (floor > r->state->last)
        r->state->last = floor;
    return 0;
}

static int read_unsettled(void *context, const struct slice *columns)
{
    struct state_reading *r = context;
    r->state->unsettled = number_of(columns[0]);
    return 0;
}

#define OF_PEER " FROM bundles_v WHERE peer = ?1 AND direction = 'made' AND part = 0"

int exchange_state_made(struct snapshot *s, struct slice peer, struct error *err,
                        struct exchange_state *ret)
{
    static const char last[] = "SELECT number, hash" OF_PEER " ORDER BY number DESC LIMIT 1";
    static const char floor[] = "SELECT max(coalesce(taken_up_to, 0))" OF_PEER;
    static const char base[] =
        "SELECT number, look, basis, at, rest" OF_PEER " AND state = 'receipted' AND number >"
        " (SELECT coalesce(max(number), 0)" OF_PEER " AND state = 'gap')"
        " ORDER BY number DESC LIMIT 1";
    static const char unsettled[] = "SELECT count(*)" OF_PEER " AND state = 'made'";
    struct state_reading r = { .state = ret, .arena = snapshot_arena(s) };
    *ret = (struct exchange_state){ .basis = S(""), .rest = S(""), .last_hash = S("") };
    int code = snapshot_query(s, last, &peer, 1, err, read_last, &r);
    if (code == 0)
        code = snapshot_query(s, floor, &peer, 1, err, read_floor, &r);
    if (code == 0)
        code = snapshot_query(s, base, &peer, 1, err, read_base, &r);
    if (code == 0)
        code = snapshot_query(s, unsettled, &peer, 1, err, read_unsettled, &r);
    return code;
}

struct taken_reading {
    struct exchange_last *last;
    struct arena *arena;
};

static int read_taken(void *context, const struct slice *columns)
{
    struct taken_reading *r = context;
    r->last->number = number_of(columns[0]);
    r->last->hash = arena_copy(r->arena, columns[1]);
    r->last->basis = arena_copy(r->arena, columns[2]);
    return 0;
}

int exchange_state_taken(struct snapshot *s, struct slice peer, struct error *err,
                         struct exchange_last *ret)
{
    static const char sql[] =
        "SELECT number, hash, basis FROM bundles_v WHERE peer = ?1 AND direction = 'taken'"
        " AND part = 0 ORDER BY number DESC LIMIT 1";
    struct taken_reading r = { .last = ret, .arena = snapshot_arena(s) };
    *ret = (struct exchange_last){ .hash = S(""), .basis = S("") };
    return snapshot_query(s, sql, &peer, 1, err, read_taken, &r);
}

struct between {
    struct slice *hashes;
    size_t count;
    struct arena *arena;
};

static int note_between(void *context, const struct slice *columns)
{
    struct between *b = context;
    if (b->count < LIMIT_RECEIPT_SINCE)
        b->hashes[b->count++] = arena_copy(b->arena, columns[0]);
    return 0;
}

int exchange_taken_between(struct node *n, struct arena *a, struct slice peer, int64_t after,
                           int64_t before, int64_t now_ms, struct error *err, struct slice **ret,
                           size_t *ret_count)
{
    static const char sql[] =
        "SELECT hash FROM bundles_v WHERE peer = ?1 AND direction = 'taken' AND part = 0"
        " AND number > ?2 AND number < ?3 ORDER BY number";
    struct between b = { .hashes = arena_array_of(a, struct slice, LIMIT_RECEIPT_SINCE),
                         .arena = a };
    struct slice values[3] = { peer, arena_printf(a, "%lld", (long long)after),
                               arena_printf(a, "%lld", (long long)before) };
    struct snapshot *s = NULL;
    if (!b.hashes || !values[2].ptr)
        return error_set(err, EN_NO_MEMORY, "bundles");
    int code = node_snapshot(n, node_operator(n), a, now_ms, err, &s);
    if (code == 0) {
        code = snapshot_query(s, sql, values, 3, err, note_between, &b);
        snapshot_close(s);
    }
    *ret = b.hashes;
    *ret_count = b.count;
    return code;
}

struct slice exchange_wanted_basis(struct arena *a, const struct peer *p)
{
    struct buf text cleanup_buf;
    unsigned char hash[32];
    buf_init(&text, LIMIT_RECORD);
    if (!p->kinds_in)
        return S("");
    json_write_value(p->kinds_in, &text);
    crypto_generichash(hash, sizeof hash, (const uint8_t *)text.ptr, text.len, NULL, 0);
    return buf_failed(&text) ? slice_make(NULL, 0) : hex_write(a, hash, sizeof hash);
}

/* ---- writing ---- */

static int set_counts(struct arena *a, struct json *o, const struct exchange_counts *c)
{
    struct json *counts = json_new_object(a);
    if (!counts || json_set_int(a, counts, "put", c->put) < 0 ||
        json_set_int(a, counts, "retract", c->retract) < 0 ||
        json_set_int(a, counts, "redact", c->redact) < 0 ||
        json_set_int(a, counts, "withdraw", c->withdraw) < 0 ||
        json_set_int(a, counts, "refused", c->refused) < 0)
        return EN_NO_MEMORY;
    return json_object_set(a, o, S("counts"), counts);
}

static int whole_members(struct arena *a, struct json *o, const struct bundle_facts *f)
{
    char at[32];
    when_format_ms(f->at_ms, true, at);
    if (json_set_text(a, o, "peer", f->peer) < 0 ||
        json_set_text(a, o, "direction", f->taken ? S("taken") : S("made")) < 0 ||
        json_set_text(a, o, "state", slice_of(f->state)) < 0 ||
        json_set_int(a, o, "number", f->number) < 0 || json_set_int(a, o, "base", f->base) < 0 ||
        json_set_text(a, o, "hash", f->hash) < 0 ||
        json_set_text(a, o, "at", arena_copy(a, slice_of(at))) < 0 ||
        json_set_int(a, o, "size", f->size) < 0)
        return EN_NO_MEMORY;
    if ((!f->taken && json_set_int(a, o, "look", f->look) < 0) ||
        json_set_nonempty(a, o, "basis", f->basis) < 0 ||
        (f->more && json_set_bool(a, o, "more", true) < 0) ||
        json_set_nonempty(a, o, "rest", f->rest) < 0 ||
        json_set_nonempty(a, o, "head", f->head) < 0)
        return EN_NO_MEMORY;
    return set_counts(a, o, &f->counts);
}

static int part_body(struct arena *a, const struct bundle_facts *f, const struct bundle_row *rows,
                     size_t count, size_t part, size_t parts, struct error *err, struct slice *ret)
{
    struct json *o = json_new_object(a);
    struct json *list = bundle_rows_pack(a, rows, count, f->taken);
    if (!o || !list || whole_members(a, o, f) < 0 ||
        json_set_int(a, o, "part", (int64_t)part) < 0 ||
        json_set_int(a, o, "parts", (int64_t)parts) < 0 ||
        (list->count && json_object_set(a, o, S("statements"), list) < 0))
        return error_set(err, EN_NO_MEMORY, "bundle");
    return bundle_record_body(a, o, NULL, err, ret);
}

int bundle_record_body(struct arena *a, const struct json *body, const struct json *patch,
                       struct error *err, struct slice *ret)
{
    struct buf text cleanup_buf = { 0 };
    const struct json *whole = patch ? json_merge_patch(a, body, patch) : body;
    buf_init(&text, LIMIT_RECORD);
    if (whole)
        json_write_canonical(a, whole, &text);
    *ret = arena_copy(a, buf_slice(&text));
    if (!whole || buf_failed(&text) || !ret->ptr)
        return error_set(err, EN_NO_MEMORY, "bundle");
    return 0;
}

/* The key that no second bundle of this number can have. */
static struct slice number_key(struct arena *a, const struct bundle_facts *f)
{
    return arena_printf(a, "bundle:%s:" SLICE_FMT ":%lld", f->taken ? "taken" : "made",
                        SLICE_ARG(f->peer), (long long)f->number);
}

static int append_parts(struct node *n, const struct draft *drafts, size_t count, int64_t now_ms,
                        struct arena *a, struct error *err)
{
    struct appended *done = arena_array_of(a, struct appended, count);
    if (!done)
        return error_set(err, EN_NO_MEMORY, "bundle");
    int code = ledger_append(n->ledger, drafts, count, now_ms, err, done);
    if (code == 0 && done[0].replayed)
        code = error_set(err, EN_BUSY, "another bundle of this peer was handled just now");
    return code;
}

int bundle_record_append(struct node *n, const struct viewer *v, const struct bundle_facts *facts,
                         const struct bundle_row *rows, size_t count, int64_t now_ms,
                         struct error *err)
{
    cleanup_arena struct arena *a = arena_new(LIMIT_ARENA);
    size_t parts = count ? (count + BUNDLE_ROWS_PART - 1) / BUNDLE_ROWS_PART : 1;
    struct draft *drafts = a ? arena_array_of(a, struct draft, parts) : NULL;
    int code = drafts ? 0 : error_set(err, EN_NO_MEMORY, "bundle");
    for (size_t i = 0; code == 0 && i < parts; i++) {
        size_t at = i * BUNDLE_ROWS_PART;
        size_t rest = count - at < BUNDLE_ROWS_PART ? count - at : BUNDLE_ROWS_PART;
        drafts[i] = (struct draft){ .operation = ENTRY_PUT,
                                    .kind = S("bundle"),
                                    .record = uuid_new(now_ms),
                                    .label = facts->label,
                                    .user = records_user(v, a) };
        code = part_body(a, facts, rows + at, rest, i, parts, err, &drafts[i].body);
    }
    if (code < 0)
        return code;
    drafts[0].request = number_key(a, facts);
    return append_parts(n, drafts, parts, now_ms, a, err);
}

static int compare_parts(const void *x, const void *y)
{
    int64_t a = json_get_int(((const struct row *)x)->body, "part", 0);
    int64_t b = json_get_int(((const struct row *)y)->body, "part", 0);
    return a < b ? -1 : a > b;
}

int bundle_record_find(struct snapshot *s, struct slice peer, const char *direction,
                       struct slice hash, struct error *err, struct row **ret, size_t *ret_count)
{
    struct filter filters[] = { { .field = S("hash"), .value = hash },
                                { .field = S("peer"), .value = peer },
                                { .field = S("direction"), .value = slice_of(direction) } };
    struct list_query q = { .kind = kinds_find(snapshot_kinds(s), S("bundle")),
                            .filters = filters,
                            .filter_count = 3,
                            .order = LIST_UPDATED,
                            .limit = LIMIT_BUNDLE_LINES / BUNDLE_ROWS_PART + 2 };
    struct page page;
    int code = snapshot_list(s, &q, err, &page);
    if (code == 0 && page.count == 0)
        code = error_set(err, EN_NOT_FOUND, "there is no such bundle");
    for (size_t i = 0; code == 0 && i < page.count; i++)
        code = snapshot_body(s, &page.rows[i], err);
    if (code < 0)
        return code;
    qsort(page.rows, page.count, sizeof *page.rows, compare_parts);
    *ret = page.rows;
    *ret_count = page.count;
    return 0;
}

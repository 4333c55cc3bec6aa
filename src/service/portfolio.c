/* The portfolio: see portfolio.h. */
#include "service/portfolio.h"

#include "base/limits.h"
#include "base/when.h"
#include "service/node_internal.h"

#include <math.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdlib.h>

enum { DAY = 86400, TREND_DAYS = 90, SPARK_POINTS = 12, SPARK_STEP_DAYS = 30, ALL_ROWS = 1000000 };

const char *contact_state_word(enum contact_state state)
{
    static const char *const words[] = { "none", "fresh", "due", "fading" };
    return words[state];
}

/* ---- commitments, counted once for all rows ---- */

struct tally {
    struct slice partner;
    uint32_t open, overdue;
};

struct tallies {
    struct tally *items;
    size_t count;
};

static struct slice column_copy(sqlite3_stmt *s, int column, struct arena *a)
{
    const char *text = (const char *)sqlite3_column_text(s, column);
    return arena_copy(a, slice_make(text ? text : "", (size_t)sqlite3_column_bytes(s, column)));
}

/* Open commitments between the actor and each other one; overdue when their last day is past. */
static int count_commitments(struct snapshot *s, struct slice of, const char *today,
                             struct error *err, struct tallies *ret)
{
    sqlite3_stmt *st = NULL;
    struct arena *a = snapshot_arena(s);
    size_t capacity = 64;
    struct tallies t = { .items = arena_array_of(a, struct tally, capacity) };
    int code = snapshot_prepare(
        s,
        "SELECT partner, count(*), sum(due IS NOT NULL AND due < substr(?2, 1, length(due))) FROM"
        " (SELECT \"to\" AS partner, due FROM commitments_v WHERE \"from\" = ?1 AND state = 'open'"
        " UNION ALL SELECT \"from\", due FROM commitments_v WHERE \"to\" = ?1 AND state = 'open')"
        " GROUP BY partner ORDER BY partner",
        err, &st);
    if (code < 0)
        return code;
    sqlite3_bind_text(st, 1, of.ptr, (int)of.len, SQLITE_STATIC);
    sqlite3_bind_text(st, 2, today, -1, SQLITE_STATIC);
    while (t.items && sqlite3_step(st) == SQLITE_ROW) {
        if (t.count == capacity) {
            struct tally *wider = arena_array_of(a, struct tally, capacity * 2);
            if (wider)
                memcpy(wider, t.items, t.count * sizeof *wider);
            t.items = wider;
            capacity *= 2;
        }
        if (t.items)
            t.items[t.count++] = (struct tally){ .partner = column_copy(st, 0, a),
                                                 .open = (uint32_t)sqlite3_column_int(st, 1),
                                                 .overdue = (uint32_t)sqlite3_column_int(st, 2) };
    }
    sqlite3_finalize(st);
    *ret = t;
    return t.items ? 0 : error_set(err, EN_NO_MEMORY, "portfolio");
}

static int compare_tally(const void *key, const void *item)
{
    return slice_compare(*(const struct slice *)key, ((const struct tally *)item)->partner);
}

/* ---- rows ---- */

static void set_contact(struct portfolio_row *row, int64_t as_of, int64_t fading_days)
{
    int64_t ideal = json_get_int(row->relationship.body, "cadence_ideal", 0);
    int64_t longest = json_get_int(row->relationship.body, "cadence_longest", 0);
    row->cadence = longest;
    if (row->last_contact == INT64_MIN) {
        row->contact = CONTACT_NONE;
        return;
    }
    int64_t days = (as_of - row->last_contact) / DAY;
    int64_t limit = longest ? longest : fading_days;
    if (days > limit)
        row->contact = CONTACT_FADING;
    else if (days > (ideal ? ideal : limit / 2))
        row->contact = CONTACT_DUE;
    else
        row->contact = CONTACT_FRESH;
}

static int64_t half_life_of(struct node *n, const struct row *relationship)
{
    return trust_relationship_half_life(
        node_weights(n), json_get_text(relationship->body, "nature"),
        json_get_text(relationship->body, "horizon"), json_get_text(relationship->body, "term"));
}

static int fill_figures(struct trust_desk *d, struct node *n, const struct portfolio_query *q,
                        struct portfolio_row *row, struct error *err)
{
    struct trust_figure before;
    struct trust_query ours = { .truster = q->of,
                                .trustee = row->partner.id,
                                .as_of = q->as_of,
                                .dimension = TRUST_ALL,
                                .half_life = half_life_of(n, &row->relationship) };
    struct trust_query theirs = ours;
    theirs.truster = row->partner.id;
    theirs.trustee = q->of;
    struct trust_query earlier = ours;
    earlier.as_of -= (int64_t)TREND_DAYS * DAY;
    int code = trust_figure(d, &ours, err, &row->trust);
    if (code == 0)
        code = trust_figure(d, &theirs, err, &row->earned);
    if (code == 0)
        code = trust_figure(d, &earlier, err, &before);
    if (code < 0)
        return code;
    row->trend = row->trust.trust.expectation - before.trust.expectation;
    row->last_contact = trust_last_contact(d, q->of, row->partner.id, q->as_of);
    set_contact(row, q->as_of, node_weights(n)->fading_days);
    return 0;
}

static bool contains_fold(struct slice text, struct slice word)
{
    for (size_t i = 0; i + word.len <= text.len; i++)
        if (slice_eq_fold(slice_make(text.ptr + i, word.len), word))
            return true;
    return word.len == 0;
}

static bool row_wanted(struct snapshot *s, const struct portfolio_query *q,
                       struct portfolio_row *row)
{
    const struct json *r = row->relationship.body, *p = row->partner.body;
    if (q->priority.len && !slice_eq(json_get_text(r, "priority"), q->priority))
        return false;
    if (q->posture.len && !slice_eq(json_get_text(r, "posture"), q->posture))
        return false;
    if (q->audience.len && !slice_eq(json_get_text(p, "audience"), q->audience))
        return false;
    row->title = snapshot_title(s, &row->partner, false);
    row->title_fr = snapshot_title(s, &row->partner, true);
    return contains_fold(row->title, q->words) || contains_fold(row->title_fr, q->words) ||
           contains_fold(json_get_text(p, "short_en"), q->words);
}

static int relationships_of(struct snapshot *s, struct slice of, struct error *err,
                            struct page *ret)
{
    static const char *const sides[] = { "a", "b" };
    const struct kind *k = kinds_find(snapshot_kinds(s), S("relationship"));
    struct page both[2];
    for (int i = 0; i < 2; i++) {
        struct filter f = { .field = slice_of(sides[i]), .value = of };
        struct list_query q = {
            .kind = k, .filters = &f, .filter_count = 1, .order = LIST_UPDATED, .limit = ALL_ROWS
        };
        int code = snapshot_list(s, &q, err, &both[i]);
        if (code < 0)
            return code;
    }
    struct row *rows =
        arena_array_of(snapshot_arena(s), struct row, both[0].count + both[1].count + 1);
    if (!rows)
        return error_set(err, EN_NO_MEMORY, "portfolio");
    memcpy(rows, both[0].rows, both[0].count * sizeof *rows);
    memcpy(rows + both[0].count, both[1].rows, both[1].count * sizeof *rows);
    *ret = (struct page){ .rows = rows, .count = both[0].count + both[1].count };
    return 0;
}

/* The other side of a relationship, when it is readable. */
static bool find_partner(struct snapshot *s, struct slice of, struct portfolio_row *row)
{
    if (snapshot_body(s, &row->relationship, NULL) < 0)
        return false;
    struct slice a = json_get_text(row->relationship.body, "a");
    struct slice other = slice_eq(a, of) ? json_get_text(row->relationship.body, "b") : a;
    return snapshot_readable(s, other, NULL) &&
           snapshot_get(s, NULL, other, NULL, &row->partner) == 0 &&
           snapshot_body(s, &row->partner, NULL) == 0;
}

/* ---- order and pages ---- */

/* What a row is sorted by: a number or a text, then the id. */
struct sort_key {
    double number;
    struct slice text;
};

static struct sort_key key_of(const struct portfolio_row *row, struct slice sort)
{
    if (slice_is(sort, "trust"))
        return (struct sort_key){ .number = round(row->trust.trust.expectation * 1e6) };
    if (slice_is(sort, "earned"))
        return (struct sort_key){ .number = round(row->earned.trust.expectation * 1e6) };
    if (slice_is(sort, "trend"))
        return (struct sort_key){ .number = round(row->trend * 1e6) };
    if (slice_is(sort, "last_contact"))
        return (struct sort_key){ .number = row->last_contact == INT64_MIN
                                                ? -1e18
                                                : (double)row->last_contact };
    if (slice_is(sort, "priority")) {
        struct slice p = json_get_text(row->relationship.body, "priority");
        return (struct sort_key){ .text = p.len ? p : S("T9") };
    }
    return (struct sort_key){ .text = row->title };
}

static int compare_keys(struct sort_key a, struct slice a_id, struct sort_key b, struct slice b_id)
{
    if (a.number < b.number)
        return -1;
    if (a.number > b.number)
        return 1;
    int by_text = slice_compare(a.text, b.text);
    return by_text != 0 ? by_text : slice_compare(a_id, b_id);
}

struct sorted_row {
    struct sort_key key;
    struct portfolio_row *row;
};

static int compare_sorted(const void *x, const void *y)
{
    const struct sorted_row *a = x, *b = y;
    return compare_keys(a->key, a->row->relationship.id, b->key, b->row->relationship.id);
}

/* Cursor: the id of the last row shown; its place is found again in the new order. */
static size_t first_after(const struct sorted_row *rows, size_t count, struct slice after,
                          bool descending)
{
    for (size_t i = 0; after.len && i < count; i++)
        if (slice_eq(rows[i].row->relationship.id, after))
            return descending ? count - i : i + 1;
    return 0;
}

static int take_page(struct snapshot *s, const struct portfolio_query *q, struct portfolio_row *all,
                     size_t count, struct error *err, struct portfolio *ret)
{
    struct slice sort = q->sort.len ? q->sort : S("partner");
    bool descending = sort.ptr[0] == '-';
    if (descending)
        sort = slice_make(sort.ptr + 1, sort.len - 1);
    struct arena *a = snapshot_arena(s);
    struct sorted_row *sorted = arena_array_of(a, struct sorted_row, count + 1);
    struct portfolio_row *rows = arena_array_of(a, struct portfolio_row, count + 1);
    if (!sorted || !rows)
        return error_set(err, EN_NO_MEMORY, "portfolio");
    for (size_t i = 0; i < count; i++)
        sorted[i] = (struct sorted_row){ .key = key_of(&all[i], sort), .row = &all[i] };
    if (count > 1)
        qsort(sorted, count, sizeof *sorted, compare_sorted);
    size_t from = first_after(sorted, count, q->after, descending), taken = 0;
    size_t limit = q->limit ? q->limit : count;
    for (size_t i = from; i < count && taken < limit; i++)
        rows[taken++] = *sorted[descending ? count - 1 - i : i].row;
    *ret = (struct portfolio){ .rows = rows, .count = taken };
    if (from + taken < count && taken > 0)
        ret->next = rows[taken - 1].relationship.id;
    return 0;
}

int portfolio_make(struct trust_desk *d, struct node *n, struct snapshot *s,
                   const struct portfolio_query *q, struct error *err, struct portfolio *ret)
{
    struct page page = { 0 };
    struct tallies tallies = { 0 };
    char today[32];
    when_format_ms(q->as_of * 1000, false, today);
    int code = relationships_of(s, q->of, err, &page);
    if (code == 0)
        code = count_commitments(s, q->of, today, err, &tallies);
    struct portfolio_row *all =
        arena_array_of(snapshot_arena(s), struct portfolio_row, page.count + 1);
    size_t count = 0;
    if (code == 0 && !all)
        code = error_set(err, EN_NO_MEMORY, "portfolio");
    for (size_t i = 0; code == 0 && i < page.count; i++) {
        struct portfolio_row *row = &all[count];
        *row = (struct portfolio_row){ .relationship = page.rows[i] };
        if (!find_partner(s, q->of, row) || !row_wanted(s, q, row))
            continue;
        code = fill_figures(d, n, q, row, err);
        const struct tally *t = tallies.count ? bsearch(&row->partner.id, tallies.items,
                                                        tallies.count, sizeof *t, compare_tally)
                                              : NULL;
        row->open_commitments = t ? t->open : 0;
        row->overdue_commitments = t ? t->overdue : 0;
        count++;
    }
    return code < 0 ? code : take_page(s, q, all, count, err, ret);
}

static int write_spark(struct trust_desk *d, const struct portfolio_row *row,
                       const struct portfolio_query *q, struct json_writer *out, struct error *err)
{
    struct trust_query then = { .truster = q->of,
                                .trustee = row->partner.id,
                                .dimension = TRUST_ALL,
                                .half_life = row->trust.half_life };
    jw_key(out, "spark");
    jw_array(out);
    for (int i = SPARK_POINTS - 1; i >= 0; i--) {
        struct trust_figure f;
        then.as_of = q->as_of - (int64_t)i * SPARK_STEP_DAYS * DAY;
        int code = trust_figure(d, &then, err, &f);
        if (code < 0)
            return code;
        jw_fixed(out, f.trust.expectation, 4);
    }
    jw_array_end(out);
    return 0;
}

static void write_member(struct json_writer *out, const char *name, const struct json *body)
{
    struct slice text = json_get_text(body, name);
    if (text.len)
        jw_key_text(out, name, text);
}

int portfolio_write_row(struct trust_desk *d, const struct portfolio_row *row,
                        const struct portfolio_query *q, bool spark, struct render *r,
                        struct error *err)
{
    struct json_writer *out = r->out;
    jw_object(out);
    jw_key_text(out, "relationship", row->relationship.id);
    jw_key_text(out, "partner", row->partner.id);
    jw_key_text(out, "title", row->title);
    jw_key_text(out, "title_fr", row->title_fr);
    write_member(out, "country", row->partner.body);
    write_member(out, "audience", row->partner.body);
    write_member(out, "nature", row->relationship.body);
    write_member(out, "priority", row->relationship.body);
    write_member(out, "posture", row->relationship.body);
    jw_key(out, "trust");
    jw_object(out);
    trust_write_figure(&row->trust, out);
    jw_object_end(out);
    jw_key(out, "earned");
    jw_object(out);
    trust_write_figure(&row->earned, out);
    jw_object_end(out);
    jw_key_fixed(out, "trend", row->trend, 6);
    int code = spark ? write_spark(d, row, q, out, err) : 0;
    if (row->last_contact != INT64_MIN) {
        char date[32];
        when_format_ms(row->last_contact * 1000, false, date);
        jw_key_text(out, "last_contact", slice_make(date, 10));
        jw_key_int(out, "days_since_contact", (q->as_of - row->last_contact) / DAY);
    }
    if (row->cadence)
        jw_key_int(out, "cadence_longest", row->cadence);
    jw_key_cstr(out, "contact_state", contact_state_word(row->contact));
    jw_key_int(out, "open_commitments", row->open_commitments);
    jw_key_int(out, "overdue_commitments", row->overdue_commitments);
    jw_key_int(out, "evidence", row->trust.evidence + row->earned.evidence);
    jw_object_end(out);
    return code;
}

/* The portfolio: see portfolio.h. */
#include "service/portfolio.h"

#include "base/limits.h"
#include "base/when.h"
#include "service/node_internal.h"

#include <math.h>
#include <stdlib.h>

enum { DAY = 86400, TREND_DAYS = 90, SPARK_POINTS = 12, SPARK_STEP_DAYS = 30 };

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
    struct arena *arena;
    struct tally *items;
    size_t count, capacity;
};

/* Doubles a list in the arena; the old one stays where it is. */
static bool grow_list(struct arena *a, void *list, size_t *capacity, size_t count, size_t size)
{
    void **items = list;
    size_t wider = *capacity ? *capacity * 2 : 64;
    void *moved = arena_alloc_array(a, wider, size);
    if (!moved)
        return false;
    if (count)
        memcpy(moved, *items, count * size);
    *items = moved;
    *capacity = wider;
    return true;
}

static int64_t number_of(struct slice text)
{
    int64_t number = 0;
    return slice_to_int64(text, &number) ? number : 0;
}

static int take_tally(void *context, const struct slice *columns)
{
    struct tallies *t = context;
    if (t->count == t->capacity &&
        !grow_list(t->arena, &t->items, &t->capacity, t->count, sizeof *t->items))
        return EN_NO_MEMORY;
    t->items[t->count++] = (struct tally){ .partner = arena_copy(t->arena, columns[0]),
                                           .open = (uint32_t)number_of(columns[1]),
                                           .overdue = (uint32_t)number_of(columns[2]) };
    return 0;
}

/* Open commitments between the actor and each other one; overdue when their last day is past. */
static int count_commitments(struct snapshot *s, struct slice of, struct slice today,
                             struct error *err, struct tallies *ret)
{
    static const char sql[] =
        "SELECT partner, count(*), sum(due IS NOT NULL AND due < substr(?2, 1, length(due))) FROM"
        " (SELECT \"to\" AS partner, due FROM commitments_v WHERE \"from\" = ?1 AND state = 'open'"
        " UNION ALL SELECT \"from\", due FROM commitments_v WHERE \"to\" = ?1 AND state = 'open')"
        " GROUP BY partner ORDER BY partner";
    struct slice values[] = { of, today };
    struct tallies t = { .arena = snapshot_arena(s) };
    int code = snapshot_query(s, sql, values, 2, err, take_tally, &t);
    *ret = t;
    return code;
}

static int compare_tally(const void *key, const void *item)
{
    return slice_compare(*(const struct slice *)key, ((const struct tally *)item)->partner);
}

/* ---- rows ---- */

static void set_contact(struct trust_desk *d, struct node *n, const struct portfolio_query *q,
                        struct portfolio_row *row)
{
    row->last_contact = trust_last_contact(d, q->of, row->partner, q->as_of);
    if (row->last_contact == INT64_MIN) {
        row->contact = CONTACT_NONE;
        return;
    }
    int64_t days = (q->as_of - row->last_contact) / DAY;
    int64_t limit = row->cadence_longest ? row->cadence_longest : node_weights(n)->fading_days;
    if (days > limit)
        row->contact = CONTACT_FADING;
    else if (days > (row->cadence_ideal ? row->cadence_ideal : limit / 2))
        row->contact = CONTACT_DUE;
    else
        row->contact = CONTACT_FRESH;
}

/* So many days before, at the beginning of that day. */
static int64_t days_before(int64_t as_of, int64_t days)
{
    int64_t then = as_of - days * DAY, rest = then % DAY;
    return then - (rest < 0 ? rest + DAY : rest);
}

static int fill_figures(struct trust_desk *d, const struct portfolio_query *q,
                        struct portfolio_row *row, struct error *err)
{
    struct trust_figure before;
    struct trust_query ours = { .truster = q->of,
                                .trustee = row->partner,
                                .as_of = q->as_of,
                                .dimension = TRUST_ALL,
                                .half_life = row->half_life };
    struct trust_query theirs = ours, earlier = ours;
    theirs.truster = row->partner;
    theirs.trustee = q->of;
    earlier.as_of = days_before(q->as_of, TREND_DAYS);
    int code = trust_figure(d, &ours, err, &row->trust);
    if (code == 0)
        code = trust_figure(d, &theirs, err, &row->earned);
    if (code == 0)
        code = trust_figure(d, &earlier, err, &before);
    if (code == 0)
        row->trend = row->trust.trust.expectation - before.trust.expectation;
    return code;
}

static bool contains_fold(struct slice text, struct slice word)
{
    for (size_t i = 0; i + word.len <= text.len; i++)
        if (slice_eq_fold(slice_make(text.ptr + i, word.len), word))
            return true;
    return word.len == 0;
}

static bool row_wanted(const struct portfolio_query *q, const struct portfolio_row *row)
{
    return (!q->priority.len || slice_eq(row->priority, q->priority)) &&
           (!q->posture.len || slice_eq(row->posture, q->posture)) &&
           (!q->audience.len || slice_eq(row->audience, q->audience)) &&
           (contains_fold(row->title, q->words) || contains_fold(row->title_fr, q->words) ||
            contains_fold(row->short_en, q->words));
}

enum {
    COLUMN_RELATIONSHIP,
    COLUMN_PARTNER,
    COLUMN_TITLE,
    COLUMN_TITLE_FR,
    COLUMN_SHORT,
    COLUMN_COUNTRY,
    COLUMN_AUDIENCE,
    COLUMN_NATURE,
    COLUMN_PRIORITY,
    COLUMN_POSTURE,
    COLUMN_HORIZON,
    COLUMN_TERM,
    COLUMN_IDEAL,
    COLUMN_LONGEST,
    COLUMN_COUNT
};

struct light {
    struct arena *arena;
    const struct weights *weights;
    struct portfolio_row *rows;
    size_t count, capacity;
};

static int take_light(void *context, const struct slice *c)
{
    struct light *l = context;
    struct slice kept[COLUMN_COUNT];
    if (l->count == l->capacity &&
        !grow_list(l->arena, &l->rows, &l->capacity, l->count, sizeof *l->rows))
        return EN_NO_MEMORY;
    for (int i = 0; i < COLUMN_COUNT; i++)
        kept[i] = arena_copy(l->arena, c[i]);
    l->rows[l->count++] = (struct portfolio_row){
        .relationship = kept[COLUMN_RELATIONSHIP],
        .partner = kept[COLUMN_PARTNER],
        .title = kept[COLUMN_TITLE],
        .title_fr = kept[COLUMN_TITLE_FR],
        .short_en = kept[COLUMN_SHORT],
        .country = kept[COLUMN_COUNTRY],
        .audience = kept[COLUMN_AUDIENCE],
        .nature = kept[COLUMN_NATURE],
        .priority = kept[COLUMN_PRIORITY],
        .posture = kept[COLUMN_POSTURE],
        .cadence_ideal = number_of(c[COLUMN_IDEAL]),
        .cadence_longest = number_of(c[COLUMN_LONGEST]),
        .half_life = trust_relationship_half_life(l->weights, c[COLUMN_NATURE], c[COLUMN_HORIZON],
                                                  c[COLUMN_TERM]),
    };
    return 0;
}

/* Rows of one partner come together: each gets the longest of their half-lives, as trust has one
 * half-life per pair; then the filters. */
static size_t settle_rows(const struct portfolio_query *q, struct portfolio_row *rows, size_t count)
{
    size_t kept = 0;
    for (size_t first = 0, end; first < count; first = end) {
        int64_t longest = 0;
        for (end = first; end < count && slice_eq(rows[end].partner, rows[first].partner); end++)
            longest = rows[end].half_life > longest ? rows[end].half_life : longest;
        for (size_t i = first; i < end; i++) {
            rows[i].half_life = longest;
            if (row_wanted(q, &rows[i]))
                rows[kept++] = rows[i];
        }
    }
    return kept;
}

/* All relationships of the actor that the filters leave, without figures. A retracted record has
 * no row in its kind's view. */
static int light_rows(struct snapshot *s, struct node *n, const struct portfolio_query *q,
                      struct error *err, struct portfolio_row **ret, size_t *ret_count)
{
    static const char sql[] =
        "SELECT r.id, p.id, p.title, p.title_fr, q.short_en, q.country, q.audience, k.nature,"
        " k.priority, k.posture, k.horizon, k.term, k.cadence_ideal, k.cadence_longest"
        " FROM relationships_v k JOIN record_v r ON r.num = k.num"
        " JOIN record_v p ON p.id = CASE WHEN k.a = ?1 THEN k.b ELSE k.a END"
        " JOIN actors_v q ON q.num = p.num WHERE k.a = ?1 OR k.b = ?1 ORDER BY p.id";
    struct light l = { .arena = snapshot_arena(s), .weights = node_weights(n) };
    int code = 0;
    if (snapshot_readable(s, q->of, NULL)) /* what you may not read names nothing */
        code = snapshot_query(s, sql, &q->of, 1, err, take_light, &l);
    if (code < 0)
        return code;
    *ret = l.rows;
    *ret_count = settle_rows(q, l.rows, l.count);
    return 0;
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
        return (struct sort_key){ .text = row->priority.len ? row->priority : S("T9") };
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
    return compare_keys(a->key, a->row->relationship, b->key, b->row->relationship);
}

/* Cursor: the id of the last row shown; its place is found again in the new order. */
static int first_after(const struct sorted_row *rows, size_t count, struct slice after,
                       bool descending, struct error *err, size_t *ret)
{
    *ret = 0;
    for (size_t i = 0; after.len && i < count; i++)
        if (slice_eq(rows[i].row->relationship, after)) {
            *ret = descending ? count - i : i + 1;
            return 0;
        }
    /* from the top again would send a client round for ever */
    return after.len ? error_field(err, S("cursor"), REASON_FORMAT, "a cursor of an earlier answer")
                     : 0;
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
    size_t from, taken = 0, limit = q->limit ? q->limit : count;
    int code = first_after(sorted, count, q->after, descending, err, &from);
    if (code < 0)
        return code;
    for (size_t i = from; i < count && taken < limit; i++)
        rows[taken++] = *sorted[descending ? count - 1 - i : i].row;
    *ret = (struct portfolio){ .rows = rows, .count = taken };
    if (from + taken < count && taken > 0)
        ret->next = rows[taken - 1].relationship;
    return 0;
}

/* What the page hands out enters marking and audit. */
static int show_row(struct snapshot *s, const struct portfolio_row *row, struct error *err)
{
    struct row shown;
    int code = snapshot_get(s, NULL, row->relationship, err, &shown);
    return code < 0 ? code : snapshot_get(s, NULL, row->partner, err, &shown);
}

int portfolio_make(struct trust_desk *d, struct node *n, struct snapshot *s,
                   const struct portfolio_query *q, struct error *err, struct portfolio *ret)
{
    static const char *const by_name[] = { "", "partner", "-partner", "priority", "-priority" };
    struct portfolio_row *all = NULL;
    struct tallies tallies = { 0 };
    struct portfolio page = { 0 };
    size_t count = 0;
    char today[32];
    bool needs_all = true;
    for (size_t i = 0; i < sizeof by_name / sizeof *by_name; i++)
        needs_all &= !slice_is(q->sort, by_name[i]);
    when_format_ms(q->as_of * 1000, false, today);
    int code = light_rows(s, n, q, err, &all, &count);
    for (size_t i = 0; code == 0 && needs_all && i < count; i++) {
        set_contact(d, n, q, &all[i]);
        code = fill_figures(d, q, &all[i], err);
    }
    if (code == 0)
        code = take_page(s, q, all, count, err, &page);
    if (code == 0)
        code = count_commitments(s, q->of, slice_of(today), err, &tallies);
    for (size_t i = 0; code == 0 && i < page.count; i++) {
        struct portfolio_row *row = &page.rows[i];
        const struct tally *t = tallies.count ? bsearch(&row->partner, tallies.items, tallies.count,
                                                        sizeof *t, compare_tally)
                                              : NULL;
        row->open_commitments = t ? t->open : 0;
        row->overdue_commitments = t ? t->overdue : 0;
        if (!needs_all) {
            set_contact(d, n, q, row);
            code = fill_figures(d, q, row, err);
        }
        if (code == 0)
            code = show_row(s, row, err);
    }
    *ret = page;
    return code;
}

static int write_spark(struct trust_desk *d, const struct portfolio_row *row,
                       const struct portfolio_query *q, struct json_writer *out, struct error *err)
{
    struct trust_query then = { .truster = q->of,
                                .trustee = row->partner,
                                .dimension = TRUST_ALL,
                                .half_life = row->half_life };
    jw_key(out, "spark");
    jw_array(out);
    for (int i = SPARK_POINTS - 1; i > 0; i--) {
        struct trust_figure f;
        then.as_of = days_before(q->as_of, (int64_t)i * SPARK_STEP_DAYS);
        int code = trust_figure(d, &then, err, &f);
        if (code < 0)
            return code;
        jw_fixed(out, f.trust.expectation, 4);
    }
    jw_fixed(out, row->trust.trust.expectation, 4); /* now */
    jw_array_end(out);
    return 0;
}

static void write_member(struct json_writer *out, const char *name, struct slice text)
{
    if (text.len)
        jw_key_text(out, name, text);
}

int portfolio_write_row(struct trust_desk *d, const struct portfolio_row *row,
                        const struct portfolio_query *q, bool spark, struct render *r,
                        struct error *err)
{
    struct json_writer *out = r->out;
    jw_object(out);
    jw_key_text(out, "relationship", row->relationship);
    jw_key_text(out, "partner", row->partner);
    jw_key_text(out, "title", row->title);
    jw_key_text(out, "title_fr", row->title_fr);
    write_member(out, "country", row->country);
    write_member(out, "audience", row->audience);
    write_member(out, "nature", row->nature);
    write_member(out, "priority", row->priority);
    write_member(out, "posture", row->posture);
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
    if (row->cadence_longest)
        jw_key_int(out, "cadence_longest", row->cadence_longest);
    jw_key_cstr(out, "contact_state", contact_state_word(row->contact));
    jw_key_int(out, "open_commitments", row->open_commitments);
    jw_key_int(out, "overdue_commitments", row->overdue_commitments);
    jw_key_int(out, "evidence", row->trust.evidence + row->earned.evidence);
    jw_object_end(out);
    return code;
}

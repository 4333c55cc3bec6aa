/* The portfolio: see portfolio.h. */
#include "service/portfolio.h"

#include "base/limits.h"
#include "base/when.h"
#include "service/node_internal.h"
#include "service/nurture_contacts.h"
#include "service/portfolio_internal.h"

#include <math.h>
#include <stdlib.h>

enum { DAY = 86400, SPARK_POINTS = 12, SPARK_STEP_DAYS = 30 };

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

static int take_tally(void *context, const struct slice *columns)
{
    struct tallies *t = context;
    if (t->count == t->capacity &&
        !grow_list(t->arena, &t->items, &t->capacity, t->count, sizeof *t->items))
        return EN_NO_MEMORY;
    t->items[t->count++] = (struct tally){ .partner = arena_copy(t->arena, columns[0]),
                                           .open = (uint32_t)slice_int64(columns[1]),
                                           .overdue = (uint32_t)slice_int64(columns[2]) };
    return 0;
}

/* Open commitments between the actor and each other one; overdue when their last day is past. */
static int count_commitments(struct snapshot *s, struct slice of, struct slice today,
                             struct error *err, struct tallies *ret)
{
    static const char sql[] =
        "SELECT partner, count(*), sum(due IS NOT NULL AND due < substr(?2, 1, length(due))) FROM"
        " (SELECT \"to\" AS partner, due FROM commitments_v WHERE \"from\" = ?1 AND state = 'open' "
        "AND own"
        " UNION ALL SELECT \"from\", due FROM commitments_v WHERE \"to\" = ?1 AND state = 'open' "
        "AND own)"
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

struct portfolio_row portfolio_row_of(const struct light_row *l, const struct weights *w,
                                      int64_t as_of)
{
    return (struct portfolio_row){ .relationship = l->relationship,
                                   .partner = l->partner,
                                   .title = l->title,
                                   .title_fr = l->title_fr,
                                   .short_en = l->short_en,
                                   .country = l->country,
                                   .audience = l->audience,
                                   .nature = l->nature,
                                   .priority = l->priority,
                                   .posture = l->posture,
                                   .half_life = ties_half_life(w, l->ties, l->tie_count, as_of),
                                   .cadence_ideal = l->cadence_ideal,
                                   .cadence_longest = l->cadence_longest };
}

/* The texts become the answer's own: the light row may go with its request. */
static bool own_texts(struct arena *a, struct portfolio_row *row)
{
    struct slice *texts[] = { &row->relationship, &row->partner, &row->title,    &row->title_fr,
                              &row->short_en,     &row->country, &row->audience, &row->nature,
                              &row->priority,     &row->posture };
    bool good = true;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        *texts[i] = arena_copy(a, *texts[i]);
        good &= texts[i]->ptr != NULL;
    }
    return good;
}

static bool contains_fold(struct slice text, struct slice word)
{
    for (size_t i = 0; i + word.len <= text.len; i++)
        if (slice_eq_fold(slice_make(text.ptr + i, word.len), word))
            return true;
    return word.len == 0;
}

static bool row_wanted(const struct portfolio_query *q, const struct light_row *row)
{
    return (!q->priority.len || slice_eq(row->priority, q->priority)) &&
           (!q->posture.len || slice_eq(row->posture, q->posture)) &&
           (!q->audience.len || slice_eq(row->audience, q->audience)) &&
           (contains_fold(row->title, q->words) || contains_fold(row->title_fr, q->words) ||
            contains_fold(row->short_en, q->words));
}

/* ---- order and pages ---- */

/* What a row is sorted by: a number or a text, then the id. */
struct sort_key {
    double number;
    struct slice text;
};

static unsigned part_of_sort(struct slice sort)
{
    static const struct {
        const char *word;
        unsigned part;
    } parts[] = { { "trust", PART_TRUST },
                  { "earned", PART_EARNED },
                  { "trend", PART_TREND },
                  { "last_contact", PART_CONTACT },
                  { "fading_on", PART_FALLS } };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (slice_is(sort, parts[i].word))
            return parts[i].part;
    return PART_NAME;
}

static struct sort_key key_of(const struct portfolio_row *row, struct slice sort)
{
    switch (part_of_sort(sort)) {
    case PART_TRUST:
        return (struct sort_key){ .number = round(row->trust.trust.expectation * 1e6) };
    case PART_EARNED:
        return (struct sort_key){ .number = round(row->earned.trust.expectation * 1e6) };
    case PART_TREND:
        return (struct sort_key){ .number = round(row->trend * 1e6) };
    case PART_CONTACT:
        return (struct sort_key){ .number = row->last_contact == INT64_MIN
                                                ? -1e18
                                                : (double)row->last_contact };
    case PART_FALLS:
        return (struct sort_key){ .number = row->falls < 0 ? 1e18 : (double)row->falls };
    default:
        break;
    }
    if (slice_is(sort, "priority"))
        return (struct sort_key){ .text = row->priority.len ? row->priority : S("T9") };
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
    const struct light_row *row;
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

/* Does one side always begin, or alone deliver? */
static bool is_one_sided(const struct nurture_rows *all, struct slice relationship)
{
    const struct nurture_row *row = nurture_row_of(all, relationship);
    struct fading_sides sides = row ? fading_sides_of(row) : (struct fading_sides){ 0 };
    return sides.began != SIDE_EVEN || sides.delivers != SIDE_EVEN;
}

static bool calls(const struct portfolio_query *q, const struct light_row *light,
                  const struct portfolio_row *row)
{
    return !q->needs ||
           (tie_in_force(&light->tie, q->as_of) && (portfolio_needs(row) & q->needs) != 0);
}

/* The rows that the query wants, with their keys: a figure only where order or filter need it. */
static int choose_rows(const struct figuring *f, struct snapshot *s, struct slice sort,
                       const struct light_rows *light, struct error *err, struct sorted_row *ret,
                       size_t *ret_count)
{
    const struct portfolio_query *q = f->query;
    unsigned parts = part_of_sort(sort) | (q->needs ? PART_CONTACT | PART_FALLS : 0);
    struct nurture_rows sides = { 0 };
    size_t count = 0;
    int code = q->one_sided ? nurture_rows_read(f->node, s, q->of, q->as_of, err, &sides) : 0;
    for (size_t i = 0; code == 0 && i < light->count; i++) {
        const struct light_row *l = &light->rows[i];
        if (!row_wanted(q, l) || (q->one_sided && !is_one_sided(&sides, l->relationship)))
            continue;
        struct portfolio_row row = portfolio_row_of(l, node_weights(f->node), q->as_of);
        code = parts ? portfolio_fill(f, parts, &row, err) : 0;
        if (code == 0 && calls(q, l, &row))
            ret[count++] = (struct sorted_row){ .key = key_of(&row, sort), .row = l };
    }
    *ret_count = count;
    return code;
}

static int take_page(const struct figuring *f, struct snapshot *s, const struct light_rows *light,
                     struct error *err, struct portfolio *ret)
{
    const struct portfolio_query *q = f->query;
    struct slice sort = q->sort.len ? q->sort : S("partner");
    bool descending = sort.ptr[0] == '-';
    if (descending)
        sort = slice_make(sort.ptr + 1, sort.len - 1);
    struct arena *a = snapshot_arena(s);
    struct sorted_row *sorted = arena_array_of(a, struct sorted_row, light->count + 1);
    size_t count = 0, from = 0;
    int code = sorted ? choose_rows(f, s, sort, light, err, sorted, &count)
                      : error_set(err, EN_NO_MEMORY, "portfolio");
    if (code == 0 && count > 1)
        qsort(sorted, count, sizeof *sorted, compare_sorted);
    if (code == 0)
        code = first_after(sorted, count, q->after, descending, err, &from);
    if (code < 0)
        return code;
    size_t most = q->limit && q->limit < count - from ? q->limit : count - from;
    struct portfolio_row *rows = arena_array_of(a, struct portfolio_row, most + 1);
    bool good = rows != NULL;
    for (size_t i = 0; good && i < most; i++) {
        size_t at = from + i;
        rows[i] = portfolio_row_of(sorted[descending ? count - 1 - at : at].row,
                                   node_weights(f->node), q->as_of);
        good = own_texts(a, &rows[i]);
    }
    if (!good)
        return error_set(err, EN_NO_MEMORY, "portfolio");
    *ret = (struct portfolio){ .rows = rows, .count = most, .total = count };
    if (from + most < count && most > 0)
        ret->next = rows[most - 1].relationship;
    return 0;
}

/* What the page hands out enters marking and audit. */
static int show_row(struct snapshot *s, struct portfolio_row *row, struct error *err)
{
    struct row shown;
    int code = snapshot_get(s, NULL, row->relationship, err, &shown);
    if (code == 0)
        row->origin = shown.origin;
    return code < 0 ? code : snapshot_get(s, NULL, row->partner, err, &shown);
}

/* Who met whom and who delivers, of this one relationship. */
static int fill_nurture(const struct figuring *f, struct snapshot *s, struct portfolio_row *row,
                        struct error *err)
{
    const struct portfolio_query *q = f->query;
    struct fading_query fading = { .of = q->of, .as_of = q->as_of, .floor = q->floor };
    row->nurture = (struct nurture_row){ .relationship = row->relationship,
                                         .partner = row->partner,
                                         .half_life = row->half_life,
                                         .cadence_ideal = row->cadence_ideal,
                                         .cadence_longest = row->cadence_longest };
    row->fading.row = &row->nurture;
    int code = contacts_fill_one(s, q->of, q->as_of, &row->nurture, err);
    if (code == 0)
        code = deliveries_fill_one(s, q->of, q->as_of, &row->nurture, err);
    return code < 0 ? code : fading_judge(f->desk, f->node, &fading, &row->fading, err);
}

static int fill_page(const struct figuring *f, struct snapshot *s, struct error *err,
                     struct portfolio *page)
{
    struct tallies tallies = { 0 };
    char today[32];
    when_format_ms(f->query->as_of * 1000, false, today);
    int code = count_commitments(s, f->query->of, slice_of(today), err, &tallies);
    for (size_t i = 0; code == 0 && i < page->count; i++) {
        struct portfolio_row *row = &page->rows[i];
        const struct tally *t = tallies.count ? bsearch(&row->partner, tallies.items, tallies.count,
                                                        sizeof *t, compare_tally)
                                              : NULL;
        row->open_commitments = t ? t->open : 0;
        row->overdue_commitments = t ? t->overdue : 0;
        code = portfolio_fill(f, PART_ALL, row, err);
        if (code == 0)
            code = fill_nurture(f, s, row, err);
        if (code == 0)
            code = show_row(s, row, err);
    }
    return code;
}

int portfolio_make(struct trust_desk *d, struct node *n, struct snapshot *s,
                   const struct portfolio_query *q, struct error *err, struct portfolio *ret)
{
    struct figuring f = { .desk = d, .node = n, .query = q };
    const struct light_rows *light = NULL;
    struct portfolio page = { 0 };
    int code = named_contacts_read(s, q->as_of, err, &f.named);
    if (code == 0)
        code = row_cache_get(n->rows, s, node_weights(n), q->of, err, &light);
    if (code == 0)
        code = take_page(&f, s, light, err, &page);
    row_cache_release(n->rows, light);
    if (code == 0)
        code = fill_page(&f, s, err, &page);
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
        then.as_of = portfolio_days_before(q->as_of, (int64_t)i * SPARK_STEP_DAYS);
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
    render_origin(r, row->origin);
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
    struct fading_query fading = { .of = q->of, .as_of = q->as_of, .floor = q->floor };
    if (code == 0)
        code = fading_write_state(&row->fading, &fading, r, err);
    jw_key_int(out, "open_commitments", row->open_commitments);
    jw_key_int(out, "overdue_commitments", row->overdue_commitments);
    jw_key_int(out, "evidence", row->trust.evidence + row->earned.evidence);
    jw_object_end(out);
    return code;
}

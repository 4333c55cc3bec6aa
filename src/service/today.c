/* Today: see today.h. */
#include "service/today.h"

#include "base/limits.h"
#include "service/nurture.h"
#include "service/portfolio.h"
#include "service/today_agreements.h"

#include <stdlib.h>

enum {
    DAY = 86400,
    SOON_DAYS = 14,
    BROKEN_DAYS = 90,
    FADING_MAX = 12,
    RECENT_MAX = 12,
    EACH_MAX = 50
};

/* "2026-11-23" so many days from the moment. */
static struct slice date_text(struct arena *a, int64_t seconds, int64_t days)
{
    char text[32];
    when_format_ms((seconds + days * DAY) * 1000, false, text);
    return arena_copy(a, slice_make(text, 10));
}

static int list_commitments(struct snapshot *s, const struct filter *filters, size_t count,
                            struct error *err, struct page *ret)
{
    struct list_query q = { .kind = kinds_find(snapshot_kinds(s), S("commitment")),
                            .filters = filters,
                            .filter_count = count,
                            .order = LIST_WHEN,
                            .limit = EACH_MAX };
    return snapshot_list(s, &q, err, ret);
}

/* Days begun since the last moment of the due date: the day after it is day 1. Negative while it is
 * still to come. */
static int64_t days_late(const struct json *body, int64_t as_of)
{
    struct when due;
    if (!when_parse(json_get_text(body, "due"), &due))
        return 0;
    int64_t day_ms = (int64_t)DAY * 1000, late_ms = as_of * 1000 - when_last_ms(due);
    return late_ms > 0 ? (late_ms + day_ms - 1) / day_ms : late_ms / day_ms;
}

static int write_commitment(struct render *r, struct row *row, int64_t as_of, struct error *err)
{
    struct json_writer *out = r->out;
    int code = snapshot_body(r->snapshot, row, err);
    if (code < 0)
        return code;
    struct slice from = json_get_text(row->body, "from"), to = json_get_text(row->body, "to");
    jw_object(out);
    jw_key_text(out, "record", row->id);
    jw_key_text(out, "text", json_get_text(row->body, "text"));
    if (refs_add(r->refs, from))
        jw_key_text(out, "from", from);
    if (refs_add(r->refs, to))
        jw_key_text(out, "to", to);
    struct slice due = json_get_text(row->body, "due"), at = json_get_text(row->body, "decided_on");
    if (due.len) {
        jw_key_text(out, "due", due);
        jw_key_int(out, "days_late", days_late(row->body, as_of));
    }
    if (at.len)
        jw_key_text(out, "at", at);
    jw_key_text(out, "stakes", json_get_text(row->body, "stakes"));
    render_origin(r, row->origin);
    jw_object_end(out);
    return 0;
}

/* The commitments from and to the actor that the two date filters leave. */
static int write_commitments(struct render *r, const char *name, struct slice home,
                             const struct filter *dates, size_t date_count, bool late,
                             int64_t as_of, struct error *err)
{
    static const char *const sides[] = { "from", "to" };
    struct json_writer *out = r->out;
    int code = 0;
    jw_key(out, name);
    jw_array(out);
    for (int side = 0; code == 0 && home.len && side < 2; side++) {
        struct filter filters[4] = { { .field = slice_of(sides[side]), .value = home } };
        struct page page;
        memcpy(filters + 1, dates, date_count * sizeof *dates);
        code = list_commitments(r->snapshot, filters, date_count + 1, err, &page);
        for (size_t i = 0; code == 0 && i < page.count; i++) {
            code = snapshot_body(r->snapshot, &page.rows[i], err);
            if (code == 0 && (!late || days_late(page.rows[i].body, as_of) > 0))
                code = write_commitment(r, &page.rows[i], as_of, err);
        }
    }
    jw_array_end(out);
    return code;
}

/* An open commitment and the last moment that its date can mean. */
struct coming {
    struct slice id;
    int64_t last_ms;
};
struct comings {
    struct arena *arena;
    int64_t from_ms, until_ms;
    struct coming *items;
    size_t count, capacity;
};

static int take_coming(void *context, const struct slice *columns)
{
    struct comings *l = context;
    struct when due;
    if (!when_parse(columns[1], &due) || when_last_ms(due) < l->from_ms ||
        when_last_ms(due) > l->until_ms)
        return 0;
    if (l->count == l->capacity) {
        size_t wider = l->capacity ? l->capacity * 2 : 64;
        struct coming *items = arena_array_of(l->arena, struct coming, wider);
        if (!items)
            return EN_NO_MEMORY;
        if (l->count)
            memcpy(items, l->items, l->count * sizeof *items);
        l->items = items;
        l->capacity = wider;
    }
    struct slice id = arena_copy(l->arena, columns[0]);
    l->items[l->count++] = (struct coming){ .id = id, .last_ms = when_last_ms(due) };
    return id.ptr ? 0 : EN_NO_MEMORY;
}

static int compare_comings(const void *x, const void *y)
{
    const struct coming *a = x, *b = y;
    if (a->last_ms != b->last_ms)
        return a->last_ms < b->last_ms ? -1 : 1;
    return slice_compare(a->id, b->id);
}

/* Open commitments whose last day lies in the coming days, soonest first. "2026-11" sorts before
 * "2026-11-23" and is due after it: as texts, dates are only compared as far as both go. */
static int write_due_soon(struct render *r, struct slice home, int64_t as_of, struct error *err)
{
    static const char sql[] =
        "SELECT r.id, k.due FROM commitments_v k JOIN record_v r ON r.num = k.num"
        " WHERE (k.\"from\" = ?1 OR k.\"to\" = ?1) AND k.state = 'open'"
        " AND k.due >= substr(?2, 1, length(k.due)) AND k.due < ?3";
    int64_t day = as_of - (as_of % DAY + DAY) % DAY;
    struct comings l = { .arena = snapshot_arena(r->snapshot),
                         .from_ms = day * 1000,
                         .until_ms = (day + (SOON_DAYS + 1) * DAY) * 1000 - 1 };
    struct slice values[] = { home, date_text(l.arena, as_of, -1),
                              date_text(l.arena, as_of, SOON_DAYS + 1) };
    int code = home.len ? snapshot_query(r->snapshot, sql, values, 3, err, take_coming, &l) : 0;
    if (code == 0 && l.count > 1)
        qsort(l.items, l.count, sizeof *l.items, compare_comings);
    jw_key(r->out, "due_soon");
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < l.count && i < EACH_MAX; i++) {
        struct row row;
        code = snapshot_get(r->snapshot, NULL, l.items[i].id, err, &row);
        if (code == 0)
            code = write_commitment(r, &row, as_of, err);
    }
    jw_array_end(r->out);
    return code;
}

static int write_promises(struct render *r, struct slice home, int64_t as_of, struct error *err)
{
    struct arena *a = snapshot_arena(r->snapshot);
    struct slice today = date_text(a, as_of, 0), yesterday = date_text(a, as_of, -1);
    struct filter overdue[] = { { S("state"), S("open") }, { S("due_until"), yesterday } };
    struct filter broken[] = { { S("state"), S("broken") },
                               { S("decided_on_from"), date_text(a, as_of, -BROKEN_DAYS) },
                               { S("decided_on_until"), today } };
    int code = write_commitments(r, "overdue", home, overdue, 2, true, as_of, err);
    if (code == 0)
        code = write_due_soon(r, home, as_of, err);
    if (code == 0)
        code = write_commitments(r, "broken", home, broken, 3, false, as_of, err);
    return code;
}

/* What is below the floor, soon below it, or past its longest interval; the soonest to fall first.
 */
static int write_fading(struct node *n, struct render *r, struct slice home, int64_t as_of,
                        struct error *err)
{
    struct trust_desk *d = NULL;
    struct portfolio p = { 0 };
    struct portfolio_query q = { .of = home,
                                 .as_of = as_of,
                                 .floor = node_nurture(n)->floor,
                                 .needs = FADING_ANY,
                                 .sort = S("fading_on"),
                                 .limit = FADING_MAX };
    int code = 0;
    if (home.len)
        code = trust_open(n, r->snapshot, err, &d);
    if (code == 0 && d)
        code = portfolio_make(d, n, r->snapshot, &q, err, &p);
    jw_key_fixed(r->out, "floor", q.floor, 4);
    jw_key_int(r->out, "fading_count", (int64_t)p.total);
    jw_key(r->out, "fading");
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < p.count; i++)
        code = portfolio_write_row(d, &p.rows[i], &q, true, r, err);
    jw_array_end(r->out);
    trust_close(d);
    return code;
}

static int write_upcoming(struct render *r, int64_t as_of, struct error *err)
{
    struct arena *a = snapshot_arena(r->snapshot);
    struct filter filters[] = { { S("status"), S("planned") },
                                { S("when_from"), date_text(a, as_of, 0) } };
    struct list_query q = { .kind = kinds_find(snapshot_kinds(r->snapshot), S("engagement")),
                            .filters = filters,
                            .filter_count = 2,
                            .order = LIST_WHEN,
                            .limit = RECENT_MAX };
    struct page page;
    int code = snapshot_list(r->snapshot, &q, err, &page);
    jw_key(r->out, "upcoming");
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < page.count; i++)
        code = render_record(r, &page.rows[i], err);
    jw_array_end(r->out);
    return code;
}

static int write_recent(struct render *r, struct error *err)
{
    struct version_row *rows;
    size_t count = 0;
    int code = snapshot_recent(r->snapshot, RECENT_MAX, err, &rows, &count);
    jw_key(r->out, "recent");
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < count; i++) {
        struct row row;
        code = snapshot_get(r->snapshot, NULL, rows[i].id, err, &row);
        if (code < 0)
            break;
        jw_object(r->out);
        jw_key_cstr(r->out, "kind", rows[i].kind->name);
        jw_key_text(r->out, "id", rows[i].id);
        render_titles(r->snapshot, &row, r->out);
        render_origin(r, row.origin);
        render_instant(r->out, "at", rows[i].at_ms);
        jw_key_text(r->out, "user", rows[i].user);
        jw_key_cstr(r->out, "operation", entry_operation_word(rows[i].operation));
        jw_object_end(r->out);
    }
    jw_array_end(r->out);
    return code;
}

int today_write(struct node *n, struct snapshot *s, struct slice home, int64_t as_of,
                struct render *r, struct error *err)
{
    int code = write_promises(r, home, as_of, err);
    if (code == 0)
        code = today_write_agreements(s, home, as_of, r, err);
    if (code == 0)
        code = write_fading(n, r, home, as_of, err);
    if (code == 0)
        code = write_upcoming(r, as_of, err);
    if (code == 0)
        code = write_recent(r, err);
    return code;
}

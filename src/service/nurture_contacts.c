/* Contact and delivery: see nurture_contacts.h. Rows are found by partner and by relationship. */
#include "service/nurture_contacts.h"

#include "base/limits.h"
#include "service/bodies.h"

#include <stdlib.h>

enum { DAY = 86400 };

struct finder {
    struct snapshot *snapshot;
    struct slice of;
    int64_t as_of;
    struct nurture_rows *rows;       /* by relationship */
    struct nurture_row **by_partner; /* then by relationship */
};

static int compare_partners(const void *x, const void *y)
{
    const struct nurture_row *const *a = x, *const *b = y;
    int order = slice_compare((*a)->partner, (*b)->partner);
    return order ? order : slice_compare((*a)->relationship, (*b)->relationship);
}

static bool index_rows(struct finder *f)
{
    struct arena *a = snapshot_arena(f->snapshot);
    f->by_partner = arena_array_of(a, struct nurture_row *, f->rows->count + 1);
    for (size_t i = 0; f->by_partner && i < f->rows->count; i++)
        f->by_partner[i] = &f->rows->rows[i];
    if (f->by_partner && f->rows->count > 1)
        qsort(f->by_partner, f->rows->count, sizeof *f->by_partner, compare_partners);
    return f->by_partner != NULL;
}

/* The first row of the partner in by_partner; the count when there is none. */
static size_t first_of(const struct finder *f, struct slice partner)
{
    size_t low = 0, high = f->rows->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (slice_compare(f->by_partner[middle]->partner, partner) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_of(const struct finder *f, size_t at, struct slice partner)
{
    return at < f->rows->count && slice_eq(f->by_partner[at]->partner, partner);
}

/* ---- engagements ---- */

static struct slice participant(const struct json *list, uint32_t i)
{
    return json_get_text(&list->items[i], "actor");
}

static bool takes_part(const struct json *body, struct slice actor)
{
    const struct json *list = json_get(body, "participants");
    for (uint32_t i = 0; list && i < list->count; i++)
        if (slice_eq(participant(list, i), actor))
            return true;
    return false;
}

/* The first participant that the viewer may read, as the engagement is shown. */
static struct slice began(struct snapshot *s, const struct json *body)
{
    const struct json *list = json_get(body, "participants");
    for (uint32_t i = 0; list && i < list->count; i++)
        if (snapshot_readable(s, participant(list, i), NULL))
            return participant(list, i);
    return S("");
}

static bool later(const struct contact *a, const struct contact *b)
{
    return a->at != b->at ? a->at > b->at : slice_compare(a->engagement, b->engagement) > 0;
}

static void take_held(const struct finder *f, struct nurture_row *row, const struct contact *c,
                      struct slice first)
{
    struct contacts *k = &row->contacts;
    if (!k->last.engagement.len || later(c, &k->last))
        k->last = *c;
    k->year += c->at > f->as_of - (int64_t)NURTURE_YEAR_DAYS * DAY;
    if (c->at <= f->as_of - (int64_t)NURTURE_BEGAN_DAYS * DAY)
        return;
    k->ours += slice_eq(first, f->of);
    k->theirs += slice_eq(first, row->partner);
}

static bool was_accepted(const struct contact *c)
{
    const struct json *ids = json_get(c->body, "external_ids");
    for (uint32_t i = 0; ids && i < ids->count; i++)
        if (ids->items[i].type == JSON_STRING && slice_starts(ids->items[i].text, S(PLAN_EXTERNAL)))
            return true;
    return false;
}

static void take_planned(struct nurture_row *row, const struct contact *c)
{
    struct contacts *k = &row->contacts;
    if (!k->next.engagement.len || later(&k->next, c))
        k->next = *c;
    if (k->accepted_count < NURTURE_ACCEPTED && was_accepted(c))
        k->accepted[k->accepted_count++] = *c;
}

static void take_row(const struct finder *f, struct nurture_row *row, const struct contact *c,
                     bool held, struct slice first)
{
    if (held)
        take_held(f, row, c, first);
    else
        take_planned(row, c);
}

/* Rows that it is contact for: each once. A gathering is no contact between any two of those who
 * were there, as for trust; it is for the relationships that it names. */
static void take_engagement(const struct finder *f, const struct body *b)
{
    const struct json *list = json_get(b->json, "participants");
    const struct json *named = json_get(b->json, "relationships");
    struct when when;
    bool held = slice_is(json_get_text(b->json, "status"), "held");
    if (!when_parse(json_get_text(b->json, "when"), &when) ||
        (held ? when_first_ms(when) / 1000 > f->as_of : when_last_ms(when) / 1000 < f->as_of))
        return;
    struct contact c = { .engagement = b->id,
                         .at = when_first_ms(when) / 1000,
                         .mode = json_get_text(b->json, "mode"),
                         .body = b->json };
    bool small = list && list->count <= LIMIT_EVIDENCE_PARTICIPANTS;
    bool ours = small && takes_part(b->json, f->of);
    struct slice first = began(f->snapshot, b->json);
    for (uint32_t i = 0; ours && i < list->count; i++)
        for (size_t at = first_of(f, participant(list, i)); is_of(f, at, participant(list, i));
             at++)
            take_row(f, f->by_partner[at], &c, held, first);
    for (uint32_t i = 0; named && i < named->count; i++) {
        struct slice id = named->items[i].type == JSON_STRING ? named->items[i].text : S("");
        struct nurture_row *row = nurture_row_of(f->rows, id);
        if (row && !(ours && takes_part(b->json, row->partner)))
            take_row(f, row, &c, held, first);
    }
}

/* values[0] is the actor. */
static int fill_from(struct snapshot *s, const char *sql, const struct slice *values, int count,
                     int64_t as_of, struct nurture_rows *rows, struct error *err)
{
    struct finder f = { .snapshot = s, .of = values[0], .as_of = as_of, .rows = rows };
    struct bodies all;
    int code = bodies_read(s, sql, values, count, err, &all);
    if (code == 0 && !index_rows(&f))
        code = error_set(err, EN_NO_MEMORY, "contacts");
    for (size_t i = 0; code == 0 && i < all.count; i++) {
        snapshot_mark_number(s, all.items[i].label);
        take_engagement(&f, &all.items[i]);
    }
    return code;
}

int contacts_fill(struct snapshot *s, struct slice of, int64_t as_of, struct nurture_rows *rows,
                  struct error *err)
{
    static const char sql[] =
        "SELECT r.id, r.label, r.body FROM record_v r JOIN engagements_v e ON e.num = r.num"
        " WHERE e.own AND e.status IN ('held', 'planned') AND r.num IN (SELECT num FROM item_v "
        "WHERE"
        " field = 'participants.actor' AND value = ?1 UNION SELECT i.num FROM item_v i"
        " JOIN record_v t ON t.id = i.value JOIN relationships_v k ON k.num = t.num"
        " WHERE i.field = 'relationships' AND (k.a = ?1 OR k.b = ?1)) ORDER BY r.id";
    return fill_from(s, sql, &of, 1, as_of, rows, err);
}

/* What concerns one relationship: far less than all that the actor does. */
int contacts_fill_one(struct snapshot *s, struct slice of, int64_t as_of, struct nurture_row *row,
                      struct error *err)
{
    static const char sql[] =
        "SELECT r.id, r.label, r.body FROM record_v r JOIN engagements_v e ON e.num = r.num"
        " WHERE r.num IN (SELECT x.num FROM item_v x WHERE x.field = 'participants.actor'"
        " AND x.value = ?2 AND EXISTS (SELECT 1 FROM item_v y WHERE y.num = x.num"
        " AND y.field = 'participants.actor' AND y.value = ?1)"
        " UNION SELECT num FROM item_v WHERE field = 'relationships' AND value = ?3)"
        " AND e.own AND e.status IN ('held', 'planned') ORDER BY r.id";
    struct nurture_rows one = { .rows = row, .count = 1 };
    struct slice values[] = { of, row->partner, row->relationship };
    return fill_from(s, sql, values, 3, as_of, &one, err);
}

/* ---- commitments ---- */

static int take_commitments(void *context, const struct slice *c)
{
    const struct finder *f = context;
    uint32_t count = (uint32_t)slice_int64(c[4]);
    bool open = slice_is(c[2], "open"), theirs = slice_is(c[1], "1");
    snapshot_mark_number(f->snapshot, (uint32_t)slice_int64(c[5]));
    for (size_t at = first_of(f, c[0]); is_of(f, at, c[0]); at++) {
        struct nurture_row *row = f->by_partner[at];
        struct delivery *d = theirs ? &row->theirs : &row->ours;
        d->open += open ? count : 0;
        d->overdue += open && slice_is(c[3], "1") ? count : 0;
        d->kept += slice_is(c[2], "kept") ? count : 0;
        d->late += slice_is(c[2], "late") ? count : 0;
        d->broken += slice_is(c[2], "broken") ? count : 0;
    }
    return 0;
}

/* The columns of promises between two,: partner, side, state, late, label. */
#define PROMISES(partner, side, where)                                                         \
    "SELECT " partner " AS partner, " side " AS side, state,"                                  \
    " due < substr(?2, 1, length(due)) AS late, label FROM commitments_v WHERE own AND " where \
    " AND (state = 'open' OR decided_on <= substr(?2, 1, length(decided_on)))"

static int deliveries_from(struct snapshot *s, const char *sql, struct slice of, struct slice with,
                           int64_t as_of, struct nurture_rows *rows, struct error *err)
{
    struct finder f = { .snapshot = s, .of = of, .as_of = as_of, .rows = rows };
    struct slice values[] = { of, nurture_day(snapshot_arena(s), as_of), with };
    if (!index_rows(&f) || !values[1].ptr)
        return error_set(err, EN_NO_MEMORY, "contacts");
    int code = snapshot_query(s, sql, values, with.len ? 3 : 2, err, take_commitments, &f);
    return code < 0 ? error_set(err, code, "the relationships cannot be read") : 0;
}

int deliveries_fill(struct snapshot *s, struct slice of, int64_t as_of, struct nurture_rows *rows,
                    struct error *err)
{
    static const char sql[] =
        "SELECT partner, side, state, late, count(*), label FROM"
        " (" PROMISES("\"to\"", "0", "\"from\" = ?1") " UNION ALL " PROMISES(
            "\"from\"", "1", "\"to\" = ?1") ") GROUP BY partner, side, state, late, label";
    return deliveries_from(s, sql, of, S(""), as_of, rows, err);
}

int deliveries_fill_one(struct snapshot *s, struct slice of, int64_t as_of, struct nurture_row *row,
                        struct error *err)
{
    static const char sql[] =
        "SELECT partner, side, state, late, count(*), label FROM"
        " (" PROMISES("\"to\"", "0", "\"to\" = ?3 AND \"from\" = ?1") " UNION ALL " PROMISES(
            "\"from\"", "1",
            "\"from\" = ?3 AND \"to\" = ?1") ") GROUP BY partner, side, state, late, label";
    struct nurture_rows one = { .rows = row, .count = 1 };
    return deliveries_from(s, sql, of, row->partner, as_of, &one, err);
}

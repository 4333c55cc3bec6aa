/* The figures of a portfolio's rows: see portfolio_internal.h. */
#include "service/portfolio_internal.h"

#include "service/node_internal.h"

#include <stdlib.h>

enum { DAY = 86400, TREND_DAYS = 90 };

const char *contact_state_word(enum contact_state state)
{
    static const char *const words[] = { "none", "fresh", "due", "fading" };
    return words[state];
}

/* ---- contact that only names the relationship ---- */

struct naming {
    struct arena *arena;
    int64_t as_of;
    struct named_contacts *all;
    size_t capacity;
};

/* The columns: relationship, when; those of one relationship follow each other. */
static int take_named(void *context, const struct slice *c)
{
    struct naming *x = context;
    struct named_contacts *all = x->all;
    struct when when;
    int64_t at = when_parse(c[1], &when) ? when_first_ms(when) / 1000 : INT64_MAX;
    if (at > x->as_of)
        return 0;
    if (all->count && slice_eq(all->items[all->count - 1].relationship, c[0])) {
        struct named_contact *last = &all->items[all->count - 1];
        last->newest = at > last->newest ? at : last->newest;
        return 0;
    }
    if (all->count == x->capacity) {
        size_t wider = x->capacity ? x->capacity * 2 : 64;
        struct named_contact *moved = arena_array_of(x->arena, struct named_contact, wider);
        if (!moved)
            return EN_NO_MEMORY;
        if (all->count)
            memcpy(moved, all->items, all->count * sizeof *moved);
        all->items = moved;
        x->capacity = wider;
    }
    struct slice id = arena_copy(x->arena, c[0]);
    all->items[all->count++] = (struct named_contact){ .relationship = id, .newest = at };
    return id.ptr ? 0 : EN_NO_MEMORY;
}

int named_contacts_read(struct snapshot *s, int64_t as_of, struct error *err,
                        struct named_contacts *ret)
{
    static const char sql[] =
        "SELECT i.value, e.\"when\" FROM item_v i JOIN engagements_v e ON e.num = i.num"
        " WHERE i.field = 'relationships' AND e.status = 'held' AND e.own ORDER BY i.value";
    struct naming x = { .arena = snapshot_arena(s), .as_of = as_of, .all = ret };
    *ret = (struct named_contacts){ 0 };
    int code = snapshot_query(s, sql, NULL, 0, err, take_named, &x);
    return code < 0 ? error_set(err, code, "the engagements cannot be read") : 0;
}

static int compare_named(const void *key, const void *item)
{
    return slice_compare(*(const struct slice *)key,
                         ((const struct named_contact *)item)->relationship);
}

static int64_t named_contact(const struct named_contacts *all, struct slice relationship)
{
    const struct named_contact *found =
        all->count ? bsearch(&relationship, all->items, all->count, sizeof *found, compare_named)
                   : NULL;
    return found ? found->newest : INT64_MIN;
}

/* ---- parts ---- */

static void set_contact(const struct figuring *f, struct portfolio_row *row)
{
    const struct portfolio_query *q = f->query;
    int64_t met = trust_last_contact(f->desk, q->of, row->partner, q->as_of);
    int64_t named = named_contact(&f->named, row->relationship);
    row->last_contact = met > named ? met : named;
    if (row->last_contact == INT64_MIN) {
        row->contact = CONTACT_NONE;
        return;
    }
    int64_t days = (q->as_of - row->last_contact) / DAY;
    int64_t limit =
        row->cadence_longest ? row->cadence_longest : node_weights(f->node)->fading_days;
    if (days > limit)
        row->contact = CONTACT_FADING;
    else if (days > (row->cadence_ideal ? row->cadence_ideal : limit / 2))
        row->contact = CONTACT_DUE;
    else
        row->contact = CONTACT_FRESH;
}

/* So many days before, at the beginning of that day. */
int64_t portfolio_days_before(int64_t as_of, int64_t days)
{
    int64_t then = as_of - days * DAY, rest = then % DAY;
    return then - (rest < 0 ? rest + DAY : rest);
}

int portfolio_fill(const struct figuring *f, unsigned parts, struct portfolio_row *row,
                   struct error *err)
{
    const struct portfolio_query *q = f->query;
    struct trust_figure before;
    struct trust_query ours = { .truster = q->of,
                                .trustee = row->partner,
                                .as_of = q->as_of,
                                .dimension = TRUST_ALL,
                                .half_life = row->half_life };
    struct trust_query theirs = ours, earlier = ours;
    int code = 0;
    theirs.truster = row->partner;
    theirs.trustee = q->of;
    earlier.as_of = portfolio_days_before(q->as_of, TREND_DAYS);
    if (parts & PART_CONTACT)
        set_contact(f, row);
    if (parts & (PART_TRUST | PART_TREND | PART_FALLS))
        code = trust_figure(f->desk, &ours, err, &row->trust);
    if (code == 0 && (parts & PART_EARNED))
        code = trust_figure(f->desk, &theirs, err, &row->earned);
    if (code == 0 && (parts & PART_TREND))
        code = trust_figure(f->desk, &earlier, err, &before);
    if (code == 0 && (parts & PART_TREND))
        row->trend = row->trust.trust.expectation - before.trust.expectation;
    if (code == 0 && (parts & PART_FALLS))
        code = fading_falls(f->desk, f->node, &row->trust, q->floor, err, &row->falls);
    return code;
}

/* Whom we never met is overdue only when an interval was set. */
unsigned portfolio_needs(const struct portfolio_row *row)
{
    bool overdue =
        row->contact == CONTACT_FADING || (row->contact == CONTACT_NONE && row->cadence_longest);
    return fading_need_of(row->falls) | (overdue ? FADING_OVERDUE : 0);
}

/* Fading: see fading.h. */
#include "service/fading.h"

#include "service/node_internal.h"

#include <stdlib.h>

enum { DAY = 86400, TREND_DAYS = 90, FEW = 4 };

/* Past days are whole, so that their folds are found again. */
static int64_t days_before(int64_t as_of, int64_t days)
{
    int64_t then = as_of - days * DAY, rest = then % DAY;
    return then - (rest < 0 ? rest + DAY : rest);
}

int fading_falls(struct trust_desk *d, struct node *n, const struct trust_figure *f, double floor,
                 struct error *err, int64_t *ret)
{
    const struct trust_parameters *p = trust_parameters_of(d);
    const struct decay *decay = node_decay(n, f->half_life);
    if (!decay)
        return error_set(err, EN_NO_MEMORY, "fading");
    *ret =
        opinion_time_to_fall(f->reading.total, f->trust.prior, p->lambda, floor, decay, decay, p);
    return 0;
}

unsigned fading_need_of(int64_t falls)
{
    return falls == 0                                             ? FADING_BELOW
           : falls > 0 && falls < (int64_t)FADING_SOON_DAYS * DAY ? FADING_SOON
                                                                  : 0;
}

unsigned fading_needs(const struct fading_row *row)
{
    bool known = row->row->contacts.last.engagement.len || row->row->cadence_longest;
    return fading_need_of(row->falls) | (known && row->overdue_days > 0 ? FADING_OVERDUE : 0);
}

static enum fading_side side_of(uint32_t ours, uint32_t theirs)
{
    if (ours + theirs < FEW)
        return SIDE_EVEN;
    if (theirs * 5 <= ours + theirs)
        return SIDE_OURS;
    return ours * 5 <= ours + theirs ? SIDE_THEIRS : SIDE_EVEN;
}

/* Who keeps their word: late counts half. */
static enum fading_side deliverer(const struct delivery *ours, const struct delivery *theirs)
{
    uint32_t our_all = ours->kept + ours->late + ours->broken;
    uint32_t their_all = theirs->kept + theirs->late + theirs->broken;
    if (our_all + their_all < FEW)
        return SIDE_EVEN;
    bool we = our_all && 2 * ours->kept + ours->late >= our_all;
    bool they = their_all && 2 * theirs->kept + theirs->late >= their_all;
    return we && !they ? SIDE_OURS : they && !we ? SIDE_THEIRS : SIDE_EVEN;
}

struct fading_sides fading_sides_of(const struct nurture_row *row)
{
    return (struct fading_sides){ .began = side_of(row->contacts.ours, row->contacts.theirs),
                                  .delivers = deliverer(&row->ours, &row->theirs) };
}

int fading_judge(struct trust_desk *d, struct node *n, const struct fading_query *q,
                 struct fading_row *row, struct error *err)
{
    const struct nurture_row *base = row->row;
    struct trust_figure before;
    struct trust_query ours = { .truster = q->of,
                                .trustee = base->partner,
                                .as_of = q->as_of,
                                .dimension = TRUST_ALL,
                                .half_life = base->half_life };
    struct trust_query theirs = ours, earlier = ours;
    theirs.truster = base->partner;
    theirs.trustee = q->of;
    earlier.as_of = days_before(q->as_of, TREND_DAYS);
    int code = trust_figure(d, &ours, err, &row->trust);
    if (code == 0)
        code = trust_figure(d, &theirs, err, &row->earned);
    if (code == 0)
        code = trust_figure(d, &earlier, err, &before);
    if (code == 0)
        code = fading_falls(d, n, &row->trust, q->floor, err, &row->falls);
    if (code == 0)
        code = fading_falls(d, n, &row->earned, q->floor, err, &row->earned_falls);
    if (code < 0)
        return code;
    row->trend = row->trust.trust.expectation - before.trust.expectation;
    int64_t since = nurture_days_since(base, q->as_of);
    int64_t longest = base->cadence_longest ? base->cadence_longest : node_weights(n)->fading_days;
    row->overdue_days = since < 0 ? longest : since - longest;
    row->sides = fading_sides_of(base);
    return 0;
}

static int compare_rows(const void *x, const void *y)
{
    const struct fading_row *a = x, *b = y;
    uint64_t a_falls = (uint64_t)a->falls, b_falls = (uint64_t)b->falls; /* never: last */
    if (a_falls != b_falls)
        return a_falls < b_falls ? -1 : 1;
    if (a->overdue_days != b->overdue_days)
        return a->overdue_days > b->overdue_days ? -1 : 1;
    return slice_compare(a->row->relationship, b->row->relationship);
}

int fading_make(struct trust_desk *d, struct node *n, struct snapshot *s,
                const struct fading_query *q, struct error *err, struct fading *ret)
{
    struct nurture_rows base;
    struct fading f = { 0 };
    int code = nurture_rows_read(n, s, q->of, q->as_of, err, &base);
    if (code < 0)
        return code;
    f.rows = arena_array_of(snapshot_arena(s), struct fading_row, base.count + 1);
    if (!f.rows)
        return error_set(err, EN_NO_MEMORY, "fading");
    for (; code == 0 && f.count < base.count; f.count++) {
        f.rows[f.count].row = &base.rows[f.count];
        code = fading_judge(d, n, q, &f.rows[f.count], err);
    }
    if (f.count > 1)
        qsort(f.rows, f.count, sizeof *f.rows, compare_rows);
    if (code == 0)
        *ret = f;
    return code;
}

/* ---- writing ---- */

static void write_figure(const char *name, const struct trust_figure *f, struct json_writer *out)
{
    jw_key(out, name);
    jw_object(out);
    trust_write_figure(f, out);
    jw_object_end(out);
}

static void write_falls(const char *name, int64_t falls, const struct fading_query *q,
                        struct render *r)
{
    struct json_writer *out = r->out;
    jw_key(out, name);
    jw_object(out);
    jw_key_cstr(out, "state", falls < 0 ? "never" : falls == 0 ? "below" : "later");
    if (falls > 0) {
        jw_key_text(out, "on", nurture_day(snapshot_arena(r->snapshot), q->as_of + falls));
        jw_key_int(out, "in_days", falls / DAY);
    }
    jw_object_end(out);
}

/* Who was there beside the two. */
static void write_with(const struct contact *c, struct slice of, struct slice partner,
                       struct render *r)
{
    const struct json *list = json_get(c->body, "participants");
    jw_key(r->out, "with");
    jw_array(r->out);
    for (uint32_t i = 0; list && i < list->count; i++) {
        struct slice id = json_get_text(&list->items[i], "actor");
        if (!slice_eq(id, of) && !slice_eq(id, partner) && refs_add(r->refs, id))
            jw_text(r->out, id);
    }
    jw_array_end(r->out);
}

static int write_engagement(const char *name, const struct contact *c, struct slice of,
                            struct slice partner, struct render *r, struct error *err)
{
    struct row shown;
    if (!c->engagement.len)
        return 0;
    int code = snapshot_get(r->snapshot, NULL, c->engagement, err, &shown);
    if (code < 0)
        return code;
    jw_key(r->out, name);
    jw_object(r->out);
    if (refs_add(r->refs, c->engagement))
        jw_key_text(r->out, "engagement", c->engagement);
    jw_key_text(r->out, "on", nurture_day(snapshot_arena(r->snapshot), c->at));
    jw_key_text(r->out, "mode", c->mode);
    write_with(c, of, partner, r);
    jw_object_end(r->out);
    return 0;
}

static int write_contact(const struct fading_row *row, const struct fading_query *q,
                         struct render *r, struct error *err)
{
    struct json_writer *out = r->out;
    const struct nurture_row *base = row->row;
    int64_t since = nurture_days_since(base, q->as_of);
    jw_key(out, "contact");
    jw_object(out);
    int code = write_engagement("last", &base->contacts.last, q->of, base->partner, r, err);
    if (code == 0)
        code = write_engagement("next", &base->contacts.next, q->of, base->partner, r, err);
    if (since >= 0)
        jw_key_int(out, "days_since", since);
    if (base->cadence_ideal)
        jw_key_int(out, "cadence_ideal", base->cadence_ideal);
    if (base->cadence_longest)
        jw_key_int(out, "cadence_longest", base->cadence_longest);
    jw_key_int(out, "overdue_days", row->overdue_days > 0 ? row->overdue_days : 0);
    if (row->overdue_days <= 0)
        jw_key_text(out, "due_on",
                    nurture_day(snapshot_arena(r->snapshot), q->as_of - row->overdue_days * DAY));
    jw_key_int(out, "in_year", base->contacts.year);
    jw_object_end(out);
    return code;
}

static void write_delivery(const char *name, const struct delivery *d, struct json_writer *out)
{
    jw_key(out, name);
    jw_object(out);
    jw_key_int(out, "kept", d->kept);
    jw_key_int(out, "late", d->late);
    jw_key_int(out, "broken", d->broken);
    jw_key_int(out, "open", d->open);
    jw_key_int(out, "overdue", d->overdue);
    jw_object_end(out);
}

static void write_sides(const struct fading_row *row, struct json_writer *out)
{
    static const char *const sides[] = { "even", "ours", "theirs" };
    jw_key(out, "began");
    jw_object(out);
    jw_key_int(out, "ours", row->row->contacts.ours);
    jw_key_int(out, "theirs", row->row->contacts.theirs);
    jw_key_cstr(out, "side", sides[row->sides.began]);
    jw_object_end(out);
    jw_key(out, "delivered");
    jw_object(out);
    write_delivery("ours", &row->row->ours, out);
    write_delivery("theirs", &row->row->theirs, out);
    jw_key_cstr(out, "side", sides[row->sides.delivers]);
    jw_object_end(out);
}

static void write_member(struct json_writer *out, const char *name, struct slice text)
{
    if (text.len)
        jw_key_text(out, name, text);
}

int fading_write_state(const struct fading_row *row, const struct fading_query *q, struct render *r,
                       struct error *err)
{
    write_falls("falls", row->falls, q, r);
    write_falls("earned_falls", row->earned_falls, q, r);
    int code = write_contact(row, q, r, err);
    write_sides(row, r->out);
    return code;
}

int fading_write_row(const struct fading_row *row, const struct fading_query *q, struct render *r,
                     struct error *err)
{
    const struct nurture_row *base = row->row;
    struct json_writer *out = r->out;
    struct row shown;
    int code = snapshot_get(r->snapshot, NULL, base->relationship, err, &shown);
    if (code == 0)
        code = snapshot_get(r->snapshot, NULL, base->partner, err, &shown);
    if (code < 0)
        return code;
    jw_object(out);
    if (refs_add(r->refs, base->relationship))
        jw_key_text(out, "relationship", base->relationship);
    if (refs_add(r->refs, base->partner))
        jw_key_text(out, "partner", base->partner);
    jw_key_text(out, "title", base->title);
    jw_key_text(out, "title_fr", base->title_fr);
    write_member(out, "priority", base->priority);
    write_member(out, "posture", base->posture);
    if (base->steward.len && refs_add(r->refs, base->steward))
        jw_key_text(out, "steward", base->steward);
    jw_key_int(out, "half_life_days", base->half_life / DAY);
    write_figure("trust", &row->trust, out);
    write_figure("earned", &row->earned, out);
    jw_key_fixed(out, "trend", row->trend, 6);
    code = fading_write_state(row, q, r, err);
    jw_object_end(out);
    return code;
}

int fading_write(struct node *n, const struct fading_query *q, struct render *r, struct error *err)
{
    struct trust_desk *d = NULL;
    struct fading f = { 0 };
    char as_of[32];
    int code = trust_open(n, r->snapshot, err, &d);
    if (code == 0 && q->of.len)
        code = fading_make(d, n, r->snapshot, q, err, &f);
    when_format_ms(q->as_of * 1000, false, as_of);
    jw_key_cstr(r->out, "as_of", as_of);
    if (q->of.len && refs_add(r->refs, q->of))
        jw_key_text(r->out, "of", q->of);
    jw_key_fixed(r->out, "floor", q->floor, 4);
    jw_key(r->out, "items");
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < f.count && i < q->limit; i++)
        code = fading_write_row(&f.rows[i], q, r, err);
    jw_array_end(r->out);
    trust_close(d);
    return code;
}

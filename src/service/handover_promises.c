/* What is owed either way: commitments, obligations, confidences, requests, and the agreements in
 * force: parts of the handover pack. See handover.h. */
#include "service/handover_internal.h"

#include "service/agreement_page.h"
#include "service/obligations.h"

#include <stdlib.h>

/* ---- records between the organisation and the partners ---- */

struct listing {
    const char *kind, *from, *to; /* fields */
    const struct filter *more;    /* one further filter, or NULL */
    bool newest_first;
};

struct listed {
    struct row *rows;
    size_t count, capacity;
};

static int add_row(struct handover *h, struct listed *l, const struct row *row)
{
    if (l->count == l->capacity) {
        size_t wider = l->capacity ? l->capacity * 2 : 32;
        struct row *rows = arena_array_of(h->arena, struct row, wider);
        if (!rows)
            return EN_NO_MEMORY;
        if (l->count)
            memcpy(rows, l->rows, l->count * sizeof *rows);
        l->rows = rows;
        l->capacity = wider;
    }
    l->rows[l->count++] = *row;
    return 0;
}

/* Those from one of the two to the other. */
static int list_pair(struct handover *h, const struct listing *what, struct slice from,
                     struct slice to, struct error *err, struct listed *ret)
{
    struct filter filters[3] = { { slice_of(what->from), from }, { slice_of(what->to), to } };
    struct page page;
    if (what->more)
        filters[2] = *what->more;
    struct list_query q = { .kind = kinds_find(snapshot_kinds(h->snapshot), slice_of(what->kind)),
                            .filters = filters,
                            .filter_count = what->more ? 3 : 2,
                            .order = LIST_WHEN,
                            .descending = what->newest_first,
                            .limit = HANDOVER_EACH_MAX };
    int code = snapshot_list(h->snapshot, &q, err, &page);
    for (size_t i = 0; code == 0 && i < page.count; i++)
        code = add_row(h, ret, &page.rows[i]);
    return code;
}

/* Dates as texts sort as they should; what has none comes last. */
static int compare_rows(const void *x, const void *y)
{
    const struct row *a = x, *b = y;
    if (!a->at.len != !b->at.len)
        return a->at.len ? -1 : 1;
    int by_date = slice_compare(a->at, b->at);
    return by_date ? by_date : slice_compare(a->id, b->id);
}

static int compare_newest(const void *x, const void *y)
{
    return compare_rows(y, x);
}

/* With all partners of the post; ours: from the organisation, else to it. */
static int list_side(struct handover *h, const struct listing *what, bool ours, struct error *err,
                     struct listed *ret)
{
    int code = 0;
    for (size_t i = 0; code == 0 && i < h->partners.count; i++) {
        struct slice partner = h->partners.items[i];
        code = ours ? list_pair(h, what, h->of, partner, err, ret)
                    : list_pair(h, what, partner, h->of, err, ret);
    }
    return code;
}

static int write_rows(struct handover *h, const char *name, const struct listing *what,
                      struct listed *l, struct render *r, struct error *err)
{
    int code = 0;
    (void)h;
    if (l->count > 1)
        qsort(l->rows, l->count, sizeof *l->rows,
              what->newest_first ? compare_newest : compare_rows);
    jw_key(r->out, name);
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < l->count && i < HANDOVER_EACH_MAX; i++)
        code = render_record(r, &l->rows[i], err);
    jw_array_end(r->out);
    return code;
}

static int write_commitments(struct handover *h, struct render *r, struct error *err)
{
    static const struct filter open = { S("state"), S("open") };
    static const struct listing what = { "commitment", "from", "to", &open, false };
    struct listed ours = { 0 }, theirs = { 0 };
    int code = list_side(h, &what, true, err, &ours);
    if (code == 0)
        code = list_side(h, &what, false, err, &theirs);
    if (code < 0)
        return code;
    jw_key(r->out, "commitments");
    jw_object(r->out);
    code = write_rows(h, "ours", &what, &ours, r, err);
    if (code == 0)
        code = write_rows(h, "theirs", &what, &theirs, r, err);
    jw_object_end(r->out);
    return code;
}

static int write_both_ways(struct handover *h, const char *name, const struct listing *what,
                           struct render *r, struct error *err)
{
    struct listed all = { 0 };
    int code = list_side(h, what, true, err, &all);
    if (code == 0)
        code = list_side(h, what, false, err, &all);
    return code == 0 ? write_rows(h, name, what, &all, r, err) : code;
}

/* A request that still moves: what was settled, declined, cancelled or expired is history. */
static int write_requests(struct handover *h, struct render *r, struct error *err)
{
    static const struct listing what = { "request", "from", "to", NULL, true };
    static const char *const ended[] = { "settled", "declined", "cancelled", "expired" };
    struct listed all = { 0 }, moving = { 0 };
    int code = list_side(h, &what, true, err, &all);
    if (code == 0)
        code = list_side(h, &what, false, err, &all);
    for (size_t i = 0; code == 0 && i < all.count; i++) {
        bool over = false;
        code = snapshot_body(h->snapshot, &all.rows[i], err);
        for (size_t e = 0; code == 0 && e < sizeof ended / sizeof *ended; e++)
            over |= slice_is(json_get_text(all.rows[i].body, "state"), ended[e]);
        if (code == 0 && !over)
            code = add_row(h, &moving, &all.rows[i]);
    }
    return code == 0 ? write_rows(h, "requests", &what, &moving, r, err) : code;
}

int handover_write_promises(struct handover *h, struct render *r, struct error *err)
{
    static const struct listing disclosures = { "disclosure", "from", "to", NULL, true };
    int code = write_commitments(h, r, err);
    if (code == 0)
        code = write_both_ways(h, "disclosures", &disclosures, r, err);
    return code == 0 ? write_requests(h, r, err) : code;
}

/* ---- agreements and what they oblige to ---- */

static bool is_party(const struct agreement_status *s, struct slice actor)
{
    for (size_t i = 0; i < s->party_count; i++)
        if (slice_eq(s->parties[i].party, actor))
            return true;
    return false;
}

static bool is_over(enum agreement_state state)
{
    return state == AGREEMENT_EXPIRED || state == AGREEMENT_TERMINATED ||
           state == AGREEMENT_SUPERSEDED;
}

enum joined { JOINED_NOT, JOINED_COVERED, JOINED_DIRECTLY };

/* For each agreement and each partner: both named as its parties while it is not over, or bound
 * together through it by their states or parents. */
static int find_joined(const struct handover *h, const struct agreements *g, uint8_t **ret)
{
    size_t wide = h->partners.count;
    uint8_t *joined = arena_array_of(h->arena, uint8_t, agreements_count(g) * wide + 1);
    int code = joined ? 0 : EN_NO_MEMORY;
    for (size_t p = 0; code == 0 && p < wide; p++) {
        const struct agreement_link *links = NULL;
        size_t count = 0;
        struct slice partner = h->partners.items[p];
        code = agreements_between(g, h->of, partner, S(""), &links, &count);
        for (size_t i = 0; code == 0 && i < count; i++)
            joined[links[i].index * wide + p] = JOINED_COVERED;
        for (size_t at = 0; code == 0 && at < agreements_count(g); at++) {
            const struct agreement_status *s = agreements_status_of(g, at);
            if (!is_over(s->state) && is_party(s, h->of) && is_party(s, partner))
                joined[at * wide + p] = JOINED_DIRECTLY;
        }
    }
    *ret = joined;
    return code;
}

/* Marks and audits the record that is told of. */
static int saw(struct handover *h, struct slice id, struct error *err)
{
    struct row row;
    return snapshot_get(h->snapshot, NULL, id, err, &row);
}

static int write_agreement(struct handover *h, const struct agreements *g, size_t at,
                           const uint8_t *joined, enum joined how, struct render *r,
                           struct error *err)
{
    const struct agreement_status *s = agreements_status_of(g, at);
    const struct json *body = agreements_body(g, at);
    struct slice id = agreements_id(g, at);
    uint8_t closest = JOINED_NOT;
    for (size_t i = 0; i < h->partners.count; i++)
        closest = joined[i] > closest ? joined[i] : closest;
    if (closest != (uint8_t)how)
        return 0;
    int code = saw(h, id, err);
    if (code < 0 || !refs_add(r->refs, id))
        return code;
    jw_object(r->out);
    jw_key_text(r->out, "agreement", id);
    jw_key_text(r->out, "instrument", json_get_text(body, "instrument"));
    jw_key_bool(r->out, "binding", json_get_bool(body, "binding", false));
    jw_key_bool(r->out, "direct", how == JOINED_DIRECTLY);
    jw_key_cstr(r->out, "state", agreement_state_word(s->state));
    write_day(r->out, "ends_on", s->ends_on);
    write_day(r->out, "notice_by", s->notice_by);
    jw_key(r->out, "partners");
    jw_array(r->out);
    for (size_t i = 0; i < h->partners.count; i++)
        if (joined[i] && refs_add(r->refs, h->partners.items[i]))
            jw_text(r->out, h->partners.items[i]);
    jw_array_end(r->out);
    jw_object_end(r->out);
    return 0;
}

/* The instance that asks for attention: the first overdue or due one, else the next. */
static const struct instance *pressing(const struct instances *all)
{
    for (size_t i = 0; i < all->count; i++)
        if (all->items[i].state <= INSTANCE_OVERDUE)
            return &all->items[i];
    return NULL;
}

static int write_obligation(struct handover *h, const struct agreements *g, struct row *row,
                            struct render *r, struct error *err)
{
    static const char *const words[] = { "act", "text", "stakes", "obligor", "beneficiary" };
    enum { BACK_DAYS = 366, AHEAD_DAYS = 366 };
    struct instances all;
    size_t at;
    int code = snapshot_body(h->snapshot, row, err);
    if (code < 0)
        return code;
    struct slice agreement = json_get_text(row->body, "agreement");
    bool under = agreements_find(g, agreement, &at) && refs_add(r->refs, agreement);
    code = obligation_instances(h->arena, row->body, under ? agreements_status_of(g, at) : NULL,
                                h->now_ms, h->now_ms - BACK_DAYS * DAY_MS,
                                h->now_ms + AHEAD_DAYS * DAY_MS, err, &all);
    const struct instance *next = code == 0 ? pressing(&all) : NULL;
    if (code < 0 || (!all.alive && !next))
        return code;
    refs_add(r->refs, json_get_text(row->body, "obligor"));
    refs_add(r->refs, json_get_text(row->body, "beneficiary"));
    jw_object(r->out);
    jw_key_text(r->out, "obligation", row->id);
    refs_add(r->refs, row->id);
    if (under)
        jw_key_text(r->out, "agreement", agreement);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        jw_key_text(r->out, words[i], json_get_text(row->body, words[i]));
    if (next) {
        write_day(r->out, "due", next->due_ms);
        jw_key_cstr(r->out, "state", instance_state_word(next->state));
    }
    jw_object_end(r->out);
    return 0;
}

static int write_obligations(struct handover *h, const struct agreements *g, struct render *r,
                             struct error *err)
{
    static const struct listing what = { "obligation", "obligor", "beneficiary", NULL, false };
    struct listed all = { 0 };
    int code = list_side(h, &what, true, err, &all);
    if (code == 0)
        code = list_side(h, &what, false, err, &all);
    if (all.count > 1)
        qsort(all.rows, all.count, sizeof *all.rows, compare_rows);
    jw_key(r->out, "obligations");
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < all.count && i < HANDOVER_EACH_MAX; i++)
        code = write_obligation(h, g, &all.rows[i], r, err);
    jw_array_end(r->out);
    return code;
}

int handover_write_agreements(struct handover *h, struct render *r, struct error *err)
{
    struct agreements *g = NULL;
    uint8_t *joined = NULL;
    int code = agreements_open(h->snapshot, h->as_of, err, &g);
    if (code == 0)
        code = find_joined(h, g, &joined);
    jw_key(r->out, "agreements");
    jw_array(r->out);
    for (int how = JOINED_DIRECTLY; how > JOINED_NOT; how--)
        for (size_t i = 0; code == 0 && i < agreements_count(g); i++)
            code =
                write_agreement(h, g, i, joined + i * h->partners.count, (enum joined)how, r, err);
    jw_array_end(r->out);
    if (code == EN_NO_MEMORY)
        return error_set(err, EN_NO_MEMORY, "handover");
    return code == 0 ? write_obligations(h, g, r, err) : code;
}

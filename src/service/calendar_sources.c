/* Where the days of the calendar come from, kind by kind: see calendar.h. */
#include "service/bodies.h"
#include "service/calendar.h"
#include "service/obligations.h"

/* The day that holds the last moment of a stated date; false: none is stated. */
static bool last_day_of(const struct json *body, const char *name, int64_t *ret)
{
    struct when w;
    if (!when_parse(json_get_text(body, name), &w))
        return false;
    *ret = when_last_ms(w) - (when_last_ms(w) % DAY_MS + DAY_MS) % DAY_MS;
    return true;
}

static const char *state_word(struct arena *a, const struct json *body)
{
    const char *word = arena_cstr(a, json_get_text(body, "state"));
    return word ? word : "";
}

/* ---- obligations ---- */

static int add_instances(struct calendar_list *l, const struct body *b, struct error *err)
{
    const struct calendar_query *q = l->query;
    struct slice agreement = json_get_text(b->json, "agreement");
    const struct agreement_status *status = NULL;
    struct instances all;
    size_t at;
    if (agreements_find(l->agreements, agreement, &at))
        status = agreements_status_of(l->agreements, at);
    /* what is due within the time was called for before it */
    int code = obligation_instances(l->arena, b->json, status, q->as_of_ms, q->from - 366 * DAY_MS,
                                    q->until, err, &all);
    for (size_t i = 0; code == 0 && i < all.count; i++) {
        const struct instance *one = &all.items[i];
        if (!all.alive && one->state < INSTANCE_FULFILLED && !one->stored)
            continue;
        code = calendar_add(l, (struct calendar_item){
                                   .day = one->due_ms - (one->due_ms % DAY_MS + DAY_MS) % DAY_MS,
                                   .what = CALENDAR_OBLIGATION,
                                   .record = b->id,
                                   .from = json_get_text(b->json, "obligor"),
                                   .to = json_get_text(b->json, "beneficiary"),
                                   .state = instance_state_word(one->state) });
    }
    return code;
}

static int collect_obligations(struct calendar_list *l, struct error *err)
{
    static const char sql[] =
        "SELECT r.id, r.label, r.body FROM obligations_v k JOIN record_v r ON r.num = k.num"
        " WHERE ?1 = '' OR k.obligor = ?1 OR k.beneficiary = ?1 ORDER BY r.id";
    struct bodies all = { 0 };
    int code = bodies_read(l->snapshot, sql, &l->query->of, 1, err, &all);
    for (size_t i = 0; code == 0 && i < all.count; i++)
        code = add_instances(l, &all.items[i], err);
    return code;
}

/* ---- one day of a record ---- */

struct source {
    enum calendar_what what;
    const char *sql; /* ?1: the actor, or empty */
    const char *day, *from, *to;
};

static const char commitments_sql[] =
    "SELECT r.id, r.label, r.body FROM commitments_v k JOIN record_v r ON r.num = k.num"
    " WHERE k.state = 'open' AND (?1 = '' OR k.\"from\" = ?1 OR k.\"to\" = ?1) ORDER BY r.id";
static const char transactions_sql[] =
    "SELECT r.id, r.label, r.body FROM transactions_v k JOIN record_v r ON r.num = k.num"
    " WHERE k.state IN ('ordered', 'delivered', 'defaulted', 'disputed')"
    " AND (?1 = '' OR k.supplier = ?1 OR k.receiver = ?1) ORDER BY r.id";
static const char requests_sql[] =
    "SELECT r.id, r.label, r.body FROM requests_v k JOIN record_v r ON r.num = k.num"
    " WHERE k.state IN ('submitted', 'validated', 'sourcing')"
    " AND (?1 = '' OR k.\"from\" = ?1 OR k.\"to\" = ?1) ORDER BY r.id";
static const char offers_sql[] =
    "SELECT r.id, r.label, r.body FROM offers_v k JOIN record_v r ON r.num = k.num"
    " WHERE k.attested_until IS NOT NULL AND (?1 = '' OR k.actor = ?1) ORDER BY r.id";

/* A transaction is owed by who received; a request's answer by whom it was made to. */
static const struct source sources[] = {
    { CALENDAR_COMMITMENT, commitments_sql, "due", "from", "to" },
    { CALENDAR_TRANSACTION, transactions_sql, "due", "receiver", "supplier" },
    { CALENDAR_REQUEST, requests_sql, "response_due", "to", "from" },
    { CALENDAR_ATTESTATION, offers_sql, "attested_until", "actor", NULL },
};

static int collect_source(struct calendar_list *l, const struct source *from, struct error *err)
{
    struct bodies all = { 0 };
    int64_t day;
    int code = bodies_read(l->snapshot, from->sql, &l->query->of, 1, err, &all);
    for (size_t i = 0; code == 0 && i < all.count; i++) {
        const struct json *body = all.items[i].json;
        if (!last_day_of(body, from->day, &day))
            continue;
        bool attested = from->what == CALENDAR_ATTESTATION;
        code = calendar_add(
            l, (struct calendar_item){ .day = day,
                                       .what = from->what,
                                       .record = all.items[i].id,
                                       .from = json_get_text(body, from->from),
                                       .to = from->to ? json_get_text(body, from->to) : S(""),
                                       .state = !attested ? state_word(l->arena, body)
                                                : day + DAY_MS > l->query->as_of_ms ? "attested"
                                                                                    : "lapsed" });
    }
    return code;
}

/* ---- needs: each day on which a line is required, once ---- */

static int add_need(struct calendar_list *l, const struct body *b)
{
    const struct json *lines = json_get(b->json, "requirements");
    int64_t day, earlier;
    int code = 0;
    for (uint32_t i = 0; code == 0 && lines && i < lines->count; i++) {
        bool again = !last_day_of(&lines->items[i], "required_by", &day);
        for (uint32_t j = 0; j < i && !again; j++)
            again = last_day_of(&lines->items[j], "required_by", &earlier) && earlier == day;
        if (!again)
            code =
                calendar_add(l, (struct calendar_item){ .day = day,
                                                        .what = CALENDAR_NEED,
                                                        .record = b->id,
                                                        .to = json_get_text(b->json, "requester"),
                                                        .state = state_word(l->arena, b->json) });
    }
    return code;
}

static int collect_needs(struct calendar_list *l, struct error *err)
{
    static const char sql[] =
        "SELECT r.id, r.label, r.body FROM needs_v k JOIN record_v r ON r.num = k.num"
        " WHERE k.state = 'open' AND (?1 = '' OR k.requester = ?1) ORDER BY r.id";
    struct bodies all = { 0 };
    int code = bodies_read(l->snapshot, sql, &l->query->of, 1, err, &all);
    for (size_t i = 0; code == 0 && i < all.count; i++)
        code = add_need(l, &all.items[i]);
    return code;
}

/* ---- agreements ---- */

/* It is among those whom the agreement lists or binds, or stands under one of them. */
static bool concerns(const struct calendar_list *l, size_t at)
{
    const struct agreement_status *s = agreements_status_of(l->agreements, at);
    bool listed = !l->query->of.len || agreements_bound(l->agreements, at, l->query->of);
    for (size_t i = 0; !listed && i < s->party_count; i++)
        listed = slice_eq(s->parties[i].party, l->query->of);
    return listed;
}

static int collect_agreements(struct calendar_list *l, struct error *err)
{
    int code = 0;
    (void)err;
    for (size_t at = 0; code == 0 && at < agreements_count(l->agreements); at++) {
        const struct agreement_status *s = agreements_status_of(l->agreements, at);
        const struct {
            enum calendar_what what;
            int64_t day;
        } days[] = { { CALENDAR_EXPIRES, s->ends_on },
                     { CALENDAR_RENEWS, s->renews_on },
                     { CALENDAR_NOTICE, s->notice_by },
                     { CALENDAR_ENTERS, s->in_force_on } };
        if (!concerns(l, at))
            continue;
        for (size_t i = 0; code == 0 && i < sizeof days / sizeof *days; i++)
            if (days[i].day != DAY_NEVER)
                code = calendar_add(
                    l, (struct calendar_item){ .day = days[i].day,
                                               .what = days[i].what,
                                               .record = agreements_id(l->agreements, at),
                                               .state = agreement_state_word(s->state) });
    }
    return code;
}

int calendar_collect(struct calendar_list *l, struct error *err)
{
    unsigned what = l->query->what ? l->query->what : ~0u;
    unsigned agreements = 1u << CALENDAR_EXPIRES | 1u << CALENDAR_RENEWS | 1u << CALENDAR_NOTICE |
                          1u << CALENDAR_ENTERS;
    int code = 0;
    if (what & 1u << CALENDAR_OBLIGATION)
        code = collect_obligations(l, err);
    for (size_t i = 0; code == 0 && i < sizeof sources / sizeof *sources; i++)
        if (what & 1u << sources[i].what)
            code = collect_source(l, &sources[i], err);
    if (code == 0 && (what & 1u << CALENDAR_NEED))
        code = collect_needs(l, err);
    if (code == 0 && (what & agreements))
        code = collect_agreements(l, err);
    return code < 0 ? error_set(err, code, "record") : 0;
}

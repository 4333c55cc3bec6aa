/* The page of an agreement: see agreement_page.h. */
#include "service/agreement_page.h"

#include "base/limits.h"
#include "service/balance.h"
#include "service/obligations.h"

enum { YEARS_BACK_DAYS = 731, AHEAD_DAYS = 366 }; /* of derived instances */

void write_day(struct json_writer *out, const char *name, int64_t day)
{
    char text[32];
    if (day == DAY_NEVER)
        return;
    when_format_ms(day, false, text);
    jw_key_text(out, name, slice_make(text, 10));
}

static void write_text(struct json_writer *out, const char *name, struct slice text)
{
    if (text.len)
        jw_key_text(out, name, text);
}

/* ---- status ---- */

static void write_parties(const struct agreement_status *s, struct render *r)
{
    struct json_writer *out = r->out;
    jw_key(out, "parties");
    jw_array(out);
    for (size_t i = 0; i < s->party_count; i++) {
        const struct agreement_party *p = &s->parties[i];
        if (!refs_add(r->refs, p->party))
            continue;
        jw_object(out);
        jw_key_text(out, "party", p->party);
        write_text(out, "role", p->role);
        jw_key_cstr(out, "state", party_state_word(p->state));
        write_day(out, "since", p->since);
        write_day(out, "until", p->until);
        if (p->suspended)
            jw_key_bool(out, "suspended", true);
        jw_object_end(out);
    }
    jw_array_end(out);
}

static void write_timeline(const struct agreement_status *s, struct render *r)
{
    struct json_writer *out = r->out;
    jw_key(out, "timeline");
    jw_array(out);
    for (size_t i = 0; i < s->event_count; i++) {
        const struct agreement_event *e = &s->events[i];
        if (e->party.len && !refs_add(r->refs, e->party))
            continue;
        jw_object(out);
        write_day(out, "at", e->at);
        jw_key_cstr(out, "event", e->event);
        write_text(out, "party", e->party);
        jw_key_cstr(out, "source", e->source);
        jw_key_bool(out, "future", e->future);
        jw_object_end(out);
    }
    jw_array_end(out);
}

void agreement_write_status(const struct agreements *g, size_t agreement, int64_t as_of,
                            struct render *r)
{
    const struct agreement_status *s = agreements_status_of(g, agreement);
    struct slice id = agreements_id(g, agreement), by = agreements_superseded_by(g, agreement);
    struct json_writer *out = r->out;
    char moment[32];
    when_format_ms(as_of * 1000, false, moment);
    jw_key_cstr(out, "as_of", moment);
    refs_add(r->refs, id);
    jw_key_text(out, "agreement", id);
    jw_key_cstr(out, "state", agreement_state_word(s->state));
    write_day(out, "since", s->since);
    write_day(out, "in_force_on", s->in_force_on);
    write_day(out, "provisional_on", s->provisional_on);
    write_day(out, "ends_on", s->ends_on);
    if (s->end)
        jw_key_cstr(out, "end_reason", agreement_end_word(s->end));
    write_day(out, "renews_on", s->renews_on);
    jw_key_int(out, "renewals", s->renewals);
    write_day(out, "notice_by", s->notice_by);
    if (by.len && refs_add(r->refs, by))
        jw_key_text(out, "superseded_by", by);
    write_parties(s, r);
    write_timeline(s, r);
}

/* ---- obligations ---- */

static void write_instance(const struct instance *i, struct render *r)
{
    struct json_writer *out = r->out;
    jw_object(out);
    jw_key_text(out, "on", i->on);
    write_day(out, "due", i->due_ms);
    if (i->grace_ms != i->due_ms)
        write_day(out, "grace_until", i->grace_ms);
    jw_key_cstr(out, "state", instance_state_word(i->state));
    write_text(out, "decided_on", i->decided_on);
    if (i->request.len && refs_add(r->refs, i->request))
        jw_key_text(out, "request", i->request);
    jw_key_bool(out, "stored", i->stored);
    jw_object_end(out);
}

static int write_obligation(const struct agreement_status *s, int64_t as_of, struct render *r,
                            struct row *row, struct error *err)
{
    static const char *const words[] = { "act", "trigger", "stakes" };
    struct json_writer *out = r->out;
    struct instances all;
    int64_t now = as_of * 1000;
    int code = snapshot_body(r->snapshot, row, err);
    if (code < 0)
        return code;
    struct slice obligor = json_get_text(row->body, "obligor");
    struct slice beneficiary = json_get_text(row->body, "beneficiary");
    if (!refs_add(r->refs, obligor) || !refs_add(r->refs, beneficiary))
        return 0;
    code =
        obligation_instances(snapshot_arena(r->snapshot), row->body, s, now,
                             now - YEARS_BACK_DAYS * DAY_MS, now + AHEAD_DAYS * DAY_MS, err, &all);
    if (code < 0)
        return code;
    jw_object(out);
    jw_key_text(out, "id", row->id);
    render_titles(r->snapshot, row, out);
    render_origin(r, row->origin);
    jw_key_text(out, "obligor", obligor);
    jw_key_text(out, "beneficiary", beneficiary);
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        write_text(out, words[i], json_get_text(row->body, words[i]));
    jw_key_bool(out, "survives", json_get_bool(row->body, "survives", false));
    jw_key_bool(out, "alive", all.alive);
    if (all.unreadable)
        jw_key_bool(out, "unreadable_rule", true);
    jw_key(out, "instances");
    jw_array(out);
    for (size_t i = 0; i < all.count; i++)
        write_instance(&all.items[i], r);
    jw_array_end(out);
    jw_object_end(out);
    return 0;
}

/* ---- the page ---- */

static int list_under(struct render *r, const char *kind, const char *field, struct slice id,
                      bool newest_first, struct error *err, struct page *ret)
{
    struct filter *f = arena_new_of(snapshot_arena(r->snapshot), struct filter);
    if (!f)
        return error_set(err, EN_NO_MEMORY, "agreement");
    *f = (struct filter){ slice_of(field), id };
    struct list_query q = { .kind = kinds_find(snapshot_kinds(r->snapshot), slice_of(kind)),
                            .filters = f,
                            .filter_count = 1,
                            .order = LIST_WHEN,
                            .descending = newest_first,
                            .limit = LIMIT_PAGE };
    return snapshot_list(r->snapshot, &q, err, ret);
}

static int write_obligations(const struct agreement_status *s, struct slice id, int64_t as_of,
                             struct render *r, struct error *err)
{
    struct page page = { 0 };
    int code = list_under(r, "obligation", "agreement", id, false, err, &page);
    jw_key(r->out, "obligations");
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < page.count; i++)
        code = write_obligation(s, as_of, r, &page.rows[i], err);
    jw_array_end(r->out);
    return code;
}

static int write_records(const char *name, const char *kind, const char *field, struct slice id,
                         struct render *r, struct error *err)
{
    struct page page = { 0 };
    int code = list_under(r, kind, field, id, true, err, &page);
    jw_key(r->out, name);
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < page.count; i++)
        code = render_record(r, &page.rows[i], err);
    jw_array_end(r->out);
    return code;
}

int agreement_write_page(const struct agreements *g, size_t agreement, int64_t as_of,
                         struct render *r, struct error *err)
{
    struct slice id = agreements_id(g, agreement);
    struct balance_query q = { .agreement = id, .as_of_ms = as_of * 1000 };
    jw_key(r->out, "status");
    jw_object(r->out);
    agreement_write_status(g, agreement, as_of, r);
    jw_object_end(r->out);
    int code = write_obligations(agreements_status_of(g, agreement), id, as_of, r, err);
    if (code == 0)
        code = write_records("transactions", "transaction", "agreement", id, r, err);
    if (code < 0)
        return code;
    jw_key(r->out, "balance");
    jw_object(r->out);
    code = balance_write(r->snapshot, &q, r, err);
    jw_object_end(r->out);
    return code < 0 ? code : write_records("commitments", "commitment", "born_of", id, r, err);
}

/* The brief: see brief.h. */
#include "service/brief.h"

#include "base/limits.h"

enum { EACH_MAX = 50 };

int trust_write_all(struct trust_desk *d, const struct trust_query *q, struct json_writer *out,
                    struct error *err)
{
    struct trust_figure f;
    int code = trust_figure(d, q, err, &f);
    if (code < 0)
        return code;
    struct trust_query part = *q;
    part.half_life = f.half_life;
    char as_of[32];
    when_format_ms(q->as_of * 1000, false, as_of);
    jw_key_text(out, "truster", q->truster);
    jw_key_text(out, "trustee", q->trustee);
    jw_key_cstr(out, "as_of", as_of);
    jw_key_cstr(out, "dimension", trust_dimension_word(q->dimension));
    jw_key_fixed(out, "half_life_days", (double)f.half_life / 86400, 1);
    trust_write_figure(&f, out);
    jw_key(out, "dimensions");
    jw_object(out);
    for (part.dimension = 0; code == 0 && part.dimension < TRUST_DIMENSIONS; part.dimension++) {
        code = trust_figure(d, &part, err, &f);
        jw_key(out, trust_dimension_word(part.dimension));
        jw_object(out);
        if (code == 0)
            trust_write_figure(&f, out);
        jw_object_end(out);
    }
    jw_object_end(out);
    const struct trust_parameters *p = trust_parameters_of(d);
    jw_key(out, "parameters");
    jw_object(out);
    jw_key_fixed(out, "lambda", p->lambda, 4);
    jw_key_fixed(out, "prior_weight", p->prior_weight, 4);
    jw_key_fixed(out, "kappa", p->kappa, 4);
    jw_key_fixed(out, "reciprocity", p->reciprocity, 4);
    jw_key_fixed(out, "witness_cap", p->witness_cap, 4);
    jw_key_fixed(out, "reporter_cap", p->reporter_cap, 4);
    jw_object_end(out);
    return code;
}

/* Records of a kind with these filters, newest first, as a list member. */
static int write_list(struct render *r, const char *name, const char *kind,
                      const struct filter *filters, size_t count, struct error *err)
{
    struct list_query q = { .kind = kinds_find(snapshot_kinds(r->snapshot), slice_of(kind)),
                            .filters = filters,
                            .filter_count = count,
                            .order = LIST_WHEN,
                            .descending = true,
                            .limit = EACH_MAX };
    struct page page;
    int code = snapshot_list(r->snapshot, &q, err, &page);
    jw_key(r->out, name);
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < page.count; i++)
        code = render_record(r, &page.rows[i], err);
    jw_array_end(r->out);
    return code;
}

/* Between home and the actor, both ways round, as one list. */
static int write_between(struct render *r, const char *name, const char *kind, const char *one,
                         const char *other, struct slice home, struct slice actor,
                         struct error *err)
{
    int code = 0;
    jw_key(r->out, name);
    jw_array(r->out);
    for (int turn = 0; code == 0 && turn < 2; turn++) {
        struct filter f[] = { { slice_of(turn ? other : one), home },
                              { slice_of(turn ? one : other), actor } };
        struct list_query q = { .kind = kinds_find(snapshot_kinds(r->snapshot), slice_of(kind)),
                                .filters = f,
                                .filter_count = 2,
                                .order = LIST_WHEN,
                                .descending = true,
                                .limit = EACH_MAX };
        struct page page;
        code = snapshot_list(r->snapshot, &q, err, &page);
        for (size_t i = 0; code == 0 && i < page.count; i++)
            code = render_record(r, &page.rows[i], err);
    }
    jw_array_end(r->out);
    return code;
}

static bool is_current(const struct json *body, struct slice today)
{
    struct slice from = json_get_text(body, "from"), until = json_get_text(body, "until");
    return slice_compare(from, today) <= 0 && (!until.len || slice_compare(today, until) <= 0);
}

/* Postings to this actor or to the positions under it. */
static int write_postings(struct render *r, const char *field, struct slice id, struct slice today,
                          struct error *err)
{
    struct filter f = { slice_of(field), id };
    struct list_query q = { .kind = kinds_find(snapshot_kinds(r->snapshot), S("posting")),
                            .filters = &f,
                            .filter_count = 1,
                            .order = LIST_WHEN,
                            .descending = true,
                            .limit = EACH_MAX };
    struct page page;
    int code = snapshot_list(r->snapshot, &q, err, &page);
    for (size_t i = 0; code == 0 && i < page.count; i++) {
        code = snapshot_body(r->snapshot, &page.rows[i], err);
        const struct json *b = page.rows[i].body;
        struct slice person = json_get_text(b, "person"), position = json_get_text(b, "position");
        if (code < 0 || !refs_add(r->refs, person) || !refs_add(r->refs, position))
            continue;
        jw_object(r->out);
        jw_key_text(r->out, "posting", page.rows[i].id);
        jw_key_text(r->out, "person", person);
        jw_key_text(r->out, "position", position);
        if (json_get_text(b, "from").len)
            jw_key_text(r->out, "from", json_get_text(b, "from"));
        if (json_get_text(b, "until").len)
            jw_key_text(r->out, "until", json_get_text(b, "until"));
        jw_key_bool(r->out, "current", is_current(b, today));
        render_origin(r, page.rows[i].origin);
        jw_object_end(r->out);
    }
    return code;
}

/* The actors under this one: positions give people, the rest are its units. */
static int write_people_and_units(struct render *r, struct slice actor, int64_t as_of,
                                  struct error *err)
{
    char today[32];
    when_format_ms(as_of * 1000, false, today);
    struct slice date = slice_make(today, 10);
    struct filter f = { S("parent"), actor };
    struct list_query q = { .kind = kinds_find(snapshot_kinds(r->snapshot), S("actor")),
                            .filters = &f,
                            .filter_count = 1,
                            .order = LIST_TITLE,
                            .limit = LIMIT_PAGE };
    struct page page;
    int code = snapshot_list(r->snapshot, &q, err, &page);
    jw_key(r->out, "people");
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < page.count; i++) {
        code = snapshot_body(r->snapshot, &page.rows[i], err);
        if (code == 0 && slice_is(json_get_text(page.rows[i].body, "nature"), "position"))
            code = write_postings(r, "position", page.rows[i].id, date, err);
    }
    if (code == 0)
        code = write_postings(r, "position", actor, date, err);
    if (code == 0)
        code = write_postings(r, "person", actor, date, err);
    jw_array_end(r->out);
    jw_key(r->out, "units");
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < page.count; i++)
        if (refs_add(r->refs, page.rows[i].id))
            jw_text(r->out, page.rows[i].id);
    jw_array_end(r->out);
    return code;
}

static int write_commitments(struct render *r, struct slice home, struct slice actor,
                             struct error *err)
{
    struct filter ours[] = { { S("from"), home }, { S("to"), actor } };
    struct filter theirs[] = { { S("from"), actor }, { S("to"), home } };
    jw_key(r->out, "commitments");
    jw_object(r->out);
    int code = write_list(r, "ours", "commitment", ours, 2, err);
    if (code == 0)
        code = write_list(r, "theirs", "commitment", theirs, 2, err);
    jw_object_end(r->out);
    return code;
}

static int write_engagements(struct render *r, struct slice home, struct slice actor,
                             struct error *err)
{
    struct filter f[] = { { S("participants.actor"), actor }, { S("participants.actor"), home } };
    return write_list(r, "engagements", "engagement", f, home.len && !slice_eq(home, actor) ? 2 : 1,
                      err);
}

static int write_trust(struct node *n, struct render *r, struct slice home, struct slice actor,
                       int64_t as_of, struct error *err)
{
    struct trust_desk *d = NULL;
    struct trust_query ours = {
        .truster = home, .trustee = actor, .as_of = as_of, .dimension = TRUST_ALL
    };
    struct trust_query theirs = ours;
    theirs.truster = actor;
    theirs.trustee = home;
    int code = trust_open(n, r->snapshot, err, &d);
    if (code < 0)
        return code;
    jw_key(r->out, "trust");
    jw_object(r->out);
    code = trust_write_all(d, &ours, r->out, err);
    jw_object_end(r->out);
    jw_key(r->out, "earned");
    jw_object(r->out);
    if (code == 0)
        code = trust_write_all(d, &theirs, r->out, err);
    jw_object_end(r->out);
    int64_t contact = trust_last_contact(d, home, actor, as_of);
    if (contact != INT64_MIN) {
        char date[32];
        when_format_ms(contact * 1000, false, date);
        jw_key_text(r->out, "last_contact", slice_make(date, 10));
    }
    trust_close(d);
    return code;
}

int brief_write(struct node *n, struct snapshot *s, struct slice home, struct row *actor,
                int64_t as_of, struct render *r, struct error *err)
{
    struct slice id = actor->id;
    struct filter member = { S("member"), id }, party = { S("parties.party"), id };
    (void)s;
    jw_key(r->out, "actor");
    int code = render_record(r, actor, err);
    bool pair = home.len && !slice_eq(home, id);
    if (code == 0 && pair)
        code = write_trust(n, r, home, id, as_of, err);
    if (code == 0)
        code = write_between(r, "relationships", "relationship", "a", "b", home.len ? home : id, id,
                             err);
    if (code == 0)
        code = write_people_and_units(r, id, as_of, err);
    if (code == 0)
        code = write_list(r, "memberships", "membership", &member, 1, err);
    if (code == 0)
        code = write_engagements(r, home, id, err);
    if (code == 0)
        code = write_commitments(r, home, id, err);
    if (code == 0)
        code = write_between(r, "disclosures", "disclosure", "from", "to", home, id, err);
    if (code == 0)
        code = write_between(r, "assessments", "assessment", "truster", "trustee", home, id, err);
    if (code == 0)
        code = write_list(r, "agreements", "agreement", &party, 1, err);
    return code;
}

/*
 * The answer of options for a need: the front, what was left out and why, what waits for somebody
 * to confirm that two words mean the same, and for a need that cannot be covered what is missing.
 */
#include "service/options_internal.h"

#include <math.h>

static void write_words(struct json_writer *out, const char *name, unsigned bits, int count,
                        const char *(*word)(int))
{
    jw_key(out, name);
    jw_array(out);
    for (int i = 0; i < count; i++)
        if (bits >> i & 1)
            jw_cstr(out, word(i));
    jw_array_end(out);
}

static double burden_units(int64_t tenths)
{
    return (double)tenths / 10;
}

static void write_reference(struct render *r, const char *name, struct slice id)
{
    if (id.len && refs_add(r->refs, id))
        jw_key_text(r->out, name, id);
}

/* ---- one option ---- */

static void write_use(struct option_desk *d, const struct option_use *u, struct render *r)
{
    struct json_writer *out = r->out;
    const struct option_offer *x = &d->offers[u->offer];
    jw_object(out);
    write_reference(r, "offer", x->id);
    write_reference(r, "capability", x->capability);
    if (u->fit->line < d->line_count) {
        jw_key_int(out, "requirement", u->fit->line);
        jw_key(out, "quantity");
        jw_double(out, (double)u->quantity / 1e6);
    }
    if (x->type > 0)
        jw_key_int(out, "type", x->type);
    write_reference(r, "agreement", u->fit->agreement);
    jw_key_bool(out, "attested", !(u->fit->notes & (NOTE_SELF_DECLARED | NOTE_ATTESTATION_PAST)));
    write_words(out, "notes", u->fit->notes, FIT_NOTES, fit_note_word);
    jw_object_end(out);
}

static struct slice basis_of(const struct option_desk *d, const struct option_mode *m)
{
    struct slice basis =
        m->use_count ? json_get_text(d->offers[m->uses[0].offer].body, "basis") : S("");
    return d->actors[m->actor].own ? S("own") : basis.len ? basis : S("agreement");
}

static void write_member(struct option_desk *d, const struct option_mode *m, struct render *r)
{
    struct json_writer *out = r->out;
    const struct option_actor *a = &d->actors[m->actor];
    struct slice agreement = S("");
    bool last_resort = false;
    for (uint32_t i = 0; i < m->use_count; i++) {
        last_resort |= d->offers[m->uses[i].offer].last_resort;
        if (!agreement.len)
            agreement = m->uses[i].fit->agreement;
    }
    jw_object(out);
    write_reference(r, "actor", a->id);
    jw_key_bool(out, "own", a->own);
    jw_key_fixed(out, "forecast", a->forecast, 6);
    jw_key_fixed(out, "low", a->interval.low, 6);
    jw_key_fixed(out, "high", a->interval.high, 6);
    jw_key_int(out, "evidence", a->own ? 0 : a->figure.evidence);
    jw_key_fixed(out, "burden", burden_units(m->burden), 1);
    jw_key_int(out, "readiness_hours", m->readiness);
    write_reference(r, "agreement", agreement);
    jw_key_text(out, "basis", basis_of(d, m));
    jw_key_bool(out, "last_resort", last_resort);
    jw_key(out, "offers");
    jw_array(out);
    for (uint32_t i = 0; i < m->use_count; i++)
        write_use(d, &m->uses[i], r);
    jw_array_end(out);
    jw_object_end(out);
}

static void write_backups(struct option_desk *d, const struct option *x, struct render *r)
{
    struct json_writer *out = r->out;
    if (!x->backup_counts[0] && !x->backup_counts[1])
        return;
    jw_key(out, "with_backups");
    jw_array(out);
    for (int which = 0; which < 2; which++) {
        if (!x->backup_counts[which])
            continue;
        jw_object(out);
        jw_key(out, "members");
        jw_array(out);
        for (uint32_t i = 0; i < x->backup_counts[which]; i++) {
            struct slice id = d->actors[x->backups[which][i]->actor].id;
            if (refs_add(r->refs, id))
                jw_text(out, id);
        }
        jw_array_end(out);
        jw_key_fixed(out, "probability", x->backup_probability[which], 6);
        jw_key_fixed(out, "burden", burden_units(x->burden + x->backup_burden[which]), 1);
        jw_object_end(out);
    }
    jw_array_end(out);
}

void option_write_open(struct option_desk *d, const struct option *x, struct render *r)
{
    jw_object(r->out);
    option_write_members(d, x, r);
}

void option_write_members(struct option_desk *d, const struct option *x, struct render *r)
{
    struct json_writer *out = r->out;
    jw_key_cstr(out, "key", x->key);
    jw_key_fixed(out, "probability", x->probability, 6);
    jw_key_fixed(out, "low", x->low, 6);
    jw_key_fixed(out, "high", x->high, 6);
    jw_key_int(out, "digits", x->digits);
    jw_key_fixed(out, "all_deliver", x->all_deliver, 6);
    jw_key_fixed(out, "burden", burden_units(x->burden), 1);
    jw_key_int(out, "risk", x->risk);
    jw_key_int(out, "readiness_hours", x->readiness);
    jw_key_int(out, "partners", x->member_count);
    jw_key(out, "weakest");
    jw_object(out);
    write_reference(r, "actor", d->actors[x->weakest->actor].id);
    jw_key_fixed(out, "probability", d->actors[x->weakest->actor].forecast, 6);
    jw_object_end(out);
    jw_key(out, "members");
    jw_array(out);
    for (uint32_t i = 0; i < x->member_count; i++)
        write_member(d, x->members[i], r);
    jw_array_end(out);
    write_backups(d, x, r);
}

/* ---- what was left out ---- */

/* A close mapping is the only thing between the offer and the line. */
static bool is_candidate(const struct option_desk *d, const struct fit *f)
{
    return f->line < d->line_count && f->reasons == FIT_MAPPING;
}

static void write_candidates(struct option_desk *d, struct render *r)
{
    struct json_writer *out = r->out;
    jw_key(out, "candidates");
    jw_array(out);
    for (uint32_t i = 0, shown = 0; i < d->fit_count && shown < LIMIT_OPTION_REASONS; i++) {
        const struct fit *f = &d->fits[i];
        if (!is_candidate(d, f))
            continue;
        jw_object(out);
        jw_key_int(out, "requirement", f->line);
        write_reference(r, "offer", d->offers[f->offer].id);
        write_reference(r, "actor", d->actors[d->offers[f->offer].actor].id);
        write_reference(r, "mapping", f->mapping);
        jw_key_cstr(out, "reason", fit_reason_word(0));
        jw_object_end(out);
        shown++;
    }
    jw_array_end(out);
}

static void write_excluded(struct option_desk *d, struct render *r)
{
    struct json_writer *out = r->out;
    unsigned allowed = d->last_resort ? FIT_LAST_RESORT : 0u;
    jw_key(out, "excluded");
    jw_array(out);
    for (uint32_t i = 0, shown = 0; i < d->fit_count && shown < LIMIT_OPTION_REASONS; i++) {
        const struct fit *f = &d->fits[i];
        if (f->line == d->line_count || !(f->reasons & ~allowed) || is_candidate(d, f))
            continue;
        jw_object(out);
        write_reference(r, "offer", d->offers[f->offer].id);
        write_reference(r, "actor", d->actors[d->offers[f->offer].actor].id);
        jw_key_int(out, "requirement", f->line);
        write_words(out, "reasons", f->reasons & ~allowed, FIT_REASONS, fit_reason_word);
        jw_object_end(out);
        shown++;
    }
    jw_array_end(out);
}

/* ---- the whole ---- */

void option_write_head(struct option_desk *d, struct render *r)
{
    char as_of[32];
    write_reference(r, "need", d->need.id);
    when_format_ms(d->query->as_of_ms, false, as_of);
    jw_key_cstr(r->out, "as_of", as_of);
}

static void write_state(const struct option_set *set, struct json_writer *out)
{
    static const char *const words[] = { "exact", "within", "stopped" };
    jw_key_cstr(out, "state", words[set->front.state]);
    jw_key(out, "gap");
    if (set->problem.capped || !isfinite(set->front.gap))
        jw_null(out);
    else
        jw_fixed(out, set->front.gap, 6);
    jw_key_bool(out, "infeasible", set->front.infeasible);
}

static int write_options(struct option_desk *d, struct option_set *set, struct render *r,
                         struct error *err)
{
    struct option_odds *odds = NULL;
    size_t most = d->query->limit ? d->query->limit : LIMIT_OPTIONS_SHOWN;
    int code = set->count ? option_odds_open(d, &set->problem, err, &odds) : 0;
    jw_key(r->out, "options");
    jw_array(r->out);
    for (uint32_t i = 0; code == 0 && i < set->count && i < most; i++) {
        code = option_odds_backups(odds, &set->options[i], err);
        option_write_open(d, &set->options[i], r);
        jw_object_end(r->out);
    }
    jw_array_end(r->out);
    option_odds_close(odds);
    return code;
}

int options_write(struct node *n, const struct option_query *q, struct render *r, struct error *err)
{
    struct option_desk *d = NULL;
    struct option_set set;
    int code = option_desk_open(n, r->snapshot, q, err, &d);
    if (code == 0)
        code = option_solve(d, err, &set);
    if (code == 0) {
        option_write_head(d, r);
        write_state(&set, r->out);
        jw_key_int(r->out, "count", set.count);
        code = write_options(d, &set, r, err);
        jw_key_int(r->out, "columns", set.problem.mode_count);
        jw_key_int(r->out, "partners", set.problem.partner_count);
        write_candidates(d, r);
        write_excluded(d, r);
    }
    if (code == 0 && set.front.infeasible) {
        jw_key(r->out, "gaps");
        jw_object(r->out);
        code = option_write_gaps(d, /* feasible= */ false, r, err);
        jw_object_end(r->out);
    }
    option_desk_close(d);
    return code;
}

int options_write_gaps(struct node *n, const struct option_query *q, struct render *r,
                       struct error *err)
{
    struct option_desk *d = NULL;
    struct option_set set;
    int code = option_desk_open(n, r->snapshot, q, err, &d);
    if (code == 0)
        code = option_solve(d, err, &set);
    if (code == 0) {
        option_write_head(d, r);
        code = option_write_gaps(d, !set.front.infeasible, r, err);
    }
    option_desk_close(d);
    return code;
}

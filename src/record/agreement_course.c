/*
 * The course of an agreement: all that is known on a day, taken in order, from the first act to the
 * end. What stood at the end of that day is kept on the way; what follows tells when it ends or
 * renews. The rules stand in agreement_status.c.
 *
 * On one day a term ends first, then parties leave, then others come, then it enters into force.
 * Cost: the days on which something happens times the parties.
 */
#include "record/agreement_internal.h"

/* ---- parties ---- */

static int64_t count_bound(const struct walk *w, bool unsuspended)
{
    int64_t count = 0;
    for (size_t at = 0; at < w->i->member_count; at++) {
        const struct member *m = &w->i->members[at];
        count += walk_bound(w, m) && !(unsuspended && m->suspended);
    }
    return count;
}

static bool is_provisional(const struct walk *w, const struct member *m)
{
    bool by_all = w->whole && m->listed && !m->observer && !m->provisional_off;
    return !w->ended && !m->withdrawn && !walk_bound(w, m) && (m->provisional || by_all);
}

static enum party_state state_of(const struct walk *w, const struct member *m)
{
    if (walk_bound(w, m))
        return PARTY_BOUND;
    if (w->ended && !m->withdrawn && (m->state == PARTY_BOUND || m->state == PARTY_ENDED))
        return PARTY_ENDED;
    if (is_provisional(w, m))
        return PARTY_PROVISIONAL;
    return m->withdrawn ? PARTY_WITHDRAWN : m->signed_ ? PARTY_SIGNED : PARTY_LISTED;
}

static const char *turn_word(enum party_state before, enum party_state after)
{
    if (after == PARTY_BOUND)
        return "party_bound";
    if (after == PARTY_WITHDRAWN)
        return "party_withdrawn";
    if (after == PARTY_PROVISIONAL)
        return "party_provisional";
    return before == PARTY_PROVISIONAL ? "party_provisional_ended" : NULL;
}

/* The members' states after a day; `common`: the whole agreement turned, which is told once. */
static void turn_members(struct walk *w, int64_t day, bool common)
{
    for (size_t at = 0; at < w->i->member_count; at++) {
        struct member *m = &w->i->members[at];
        enum party_state before = m->state, after = state_of(w, m);
        if (before == after)
            continue;
        m->state = after;
        if (after != PARTY_ENDED)
            m->since = day;
        struct agreement_party *p = w->seen ? &w->c.parties[at] : NULL;
        if (p && p->until == DAY_NEVER)
            p->until = day - DAY_MS;
        const char *word = turn_word(before, after);
        if (word && !common && !w->ended)
            event_add(w->events, day, word, m->actor, "term");
    }
}

/* What no act moves: the stated end, and another agreement in its place. */
static int64_t fixed_end(const struct walk *w)
{
    return w->i->ended != DAY_NEVER ? w->i->ended : w->i->superseded_on;
}

static void end_fixed(struct walk *w)
{
    bool replaced = w->i->superseded_on <= fixed_end(w);
    walk_end(w, fixed_end(w), replaced ? AGREEMENT_END_SUPERSEDED : AGREEMENT_END_STATED,
             INT64_MIN);
}

/* ---- a day ---- */

static void enter(struct walk *w, int64_t day)
{
    w->in_force = true;
    w->known_on = day;
    if (w->boundary == DAY_NEVER)
        w->boundary = term_end(w->i, day, 0);
    for (size_t at = 0; at < w->i->member_count; at++)
        w->i->members[at].consent |= w->i->members[at].implied && !w->i->members[at].withdrawn;
    event_add(w->events, day, "entry_into_force", S(""),
              w->i->in_force != DAY_NEVER ? "stated" : "term");
}

/* What a day's departures come to. */
struct departures {
    bool notice, left;
    int64_t known;
};

static void leave(struct walk *w, struct member *m, const struct effect *e, struct departures *d)
{
    if (walk_bound(w, m)) {
        d->left = true;
        d->known = e->known > d->known ? e->known : d->known;
    }
    m->consent = m->provisional = m->suspended = false;
    m->withdrawn = true;
}

static void take_notice(struct walk *w, struct member *m, const struct effect *e,
                        struct departures *d)
{
    if (w->in_force && !walk_bound(w, m))
        return;
    if (!w->in_force || count_bound(w, false) > 2) {
        leave(w, m, e, d);
        return;
    }
    d->notice = true;
    d->known = e->known > d->known ? e->known : d->known;
}

static void take_effect(struct walk *w, const struct effect *e, struct departures *d)
{
    struct member *m = &w->i->members[e->member];
    switch (e->kind) {
    case EFFECT_LEAVE:
        leave(w, m, e, d);
        break;
    case EFFECT_NOTICE:
        take_notice(w, m, e, d);
        break;
    case EFFECT_JOIN:
        m->consent = true;
        m->withdrawn = false;
        break;
    case EFFECT_SIGN:
        m->signed_ = true;
        break;
    case EFFECT_ENTRY:
        enter(w, e->day);
        break;
    case EFFECT_PROVISIONAL:
    case EFFECT_PROVISIONAL_END:
        m->provisional = e->kind == EFFECT_PROVISIONAL;
        m->provisional_off = !m->provisional;
        break;
    case EFFECT_SUSPEND:
    case EFFECT_RESUME:
        m->suspended = e->kind == EFFECT_SUSPEND;
        break;
    case EFFECT_OBJECT:
        if (walk_bound(w, m))
            walk_objection(w, e->day);
        break;
    case EFFECT_RENEW:
        m->consent_to_renewal = e->day;
        break;
    case EFFECT_NONE:
        break;
    }
}

/* Too few are left, or one of two gave notice. */
static void end_by_departure(struct walk *w, int64_t day, const struct departures *d)
{
    int64_t bound = count_bound(w, false), minimum = w->i->minimum;
    if (d->notice)
        walk_end(w, day, AGREEMENT_END_TERMINATION, d->known);
    else if (d->left && bound < minimum)
        walk_end(w, day, AGREEMENT_END_MINIMUM, d->known);
    else if (d->left && bound < 2)
        walk_end(w, day, AGREEMENT_END_TERMINATION, d->known);
}

/* Whether those who apply it before it is in force are still two. */
static bool look_provisional(struct walk *w, int64_t day)
{
    const struct instrument *i = w->i;
    int64_t parties = 0, willing = 0, applying = 0;
    bool stated = i->provisional_from <= day && day < i->provisional_end && !w->in_force;
    for (size_t at = 0; at < i->member_count; at++) {
        const struct member *m = &i->members[at];
        parties += m->listed && !m->observer;
        willing += m->listed && !m->observer && !m->provisional_off && !m->withdrawn;
    }
    w->whole = stated && !w->ended && (parties < 2 || willing >= 2);
    for (size_t at = 0; at < i->member_count; at++)
        applying += is_provisional(w, &i->members[at]);
    return !w->in_force && !w->ended && (w->whole || applying >= 2);
}

static void turn_provisional(struct walk *w, int64_t day, bool before, bool after)
{
    if (before == after)
        return;
    if (after && w->c.provisional_on == DAY_NEVER)
        w->c.provisional_on = day;
    w->c.provisional_end = after ? DAY_NEVER : day;
    w->c.provisional = after;
    if (!w->in_force || after)
        event_add(w->events, day, after ? "provisional_begins" : "provisional_ends", S(""), "term");
}

static void turn_suspended(struct walk *w, int64_t day)
{
    int64_t bound = count_bound(w, false), active = count_bound(w, true);
    bool after = bound > active && active < 2;
    if (after == w->c.suspended)
        return;
    w->c.suspended = after;
    *(after ? &w->c.suspended_on : &w->c.resumed_on) = day;
    event_add(w->events, day, after ? "suspended" : "resumed", S(""), "term");
}

static void close_day(struct walk *w, int64_t day, bool was_in_force)
{
    bool before = w->c.provisional, after = look_provisional(w, day);
    bool common = w->ended || before != after || was_in_force != w->in_force;
    turn_members(w, day, common);
    turn_provisional(w, day, before, after);
    if (!w->ended)
        turn_suspended(w, day);
}

static void live_day(struct walk *w, int64_t day)
{
    struct departures d = { .known = INT64_MIN };
    bool was_in_force = w->in_force;
    if (w->i->ended == DAY_NEVER && day == w->i->superseded_on)
        end_fixed(w);
    walk_terms(w, day);
    for (; !w->ended && w->at < w->effects.count && w->effects.items[w->at].day == day; w->at++)
        take_effect(w, &w->effects.items[w->at], &d);
    if (was_in_force)
        end_by_departure(w, day, &d);
    if (day == fixed_end(w))
        end_fixed(w);
    close_day(w, day, was_in_force);
}

/* ---- the whole ---- */

/* Ends of terms between the days on which something else happens. */
static void pass_quiet_terms(struct walk *w, int64_t day)
{
    bool ended = w->ended;
    walk_terms(w, day);
    if (w->ended && !ended)
        close_day(w, w->c.end, w->in_force);
}

static void see_today(struct walk *w, struct course *at_today)
{
    struct course *c = &w->c;
    pass_quiet_terms(w, w->i->today);
    w->seen = true;
    c->renewals = (int)w->term;
    c->boundary = w->ended ? DAY_NEVER : w->boundary;
    for (size_t at = 0; at < w->i->member_count; at++) {
        const struct member *m = &w->i->members[at];
        c->parties[at] = (struct agreement_party){
            .party = m->actor,
            .role = m->role,
            .state = m->state,
            .since = m->since,
            .until = m->state == PARTY_ENDED ? c->end - DAY_MS : DAY_NEVER,
            .suspended = m->state == PARTY_BOUND && m->suspended,
        };
    }
    *at_today = *c;
}

/* The last of what lies ahead: nothing more is known to happen but the ends of terms. */
static void look_ahead(struct walk *w)
{
    if (w->ended || w->boundary == DAY_NEVER)
        return;
    bool endless = walk_renews_alone(w) && w->stop_at == INT64_MAX && w->i->renewal_limit <= 0;
    pass_quiet_terms(w, endless ? w->c.boundary : DAY_NEVER - 1);
}

static int64_t next_day(const struct walk *w)
{
    int64_t next = w->at < w->effects.count ? w->effects.items[w->at].day : DAY_NEVER;
    int64_t fixed = fixed_end(w);
    return fixed < next ? fixed : next;
}

/* A term that ends before anything else happens ends on its own day. */
static int64_t day_to_live(struct walk *w, int64_t next)
{
    if (w->boundary < next && !walk_renews_alone(w))
        return w->boundary;
    if (w->boundary < next && term_end(w->i, w->c.entry, walk_last_term(w)) < next)
        return term_end(w->i, w->c.entry, walk_last_term(w));
    return next;
}

static void find_signing(struct walk *w)
{
    w->c.signed_on = w->i->concluded;
    for (size_t at = 0; at < w->effects.count; at++)
        if (w->effects.items[at].kind == EFFECT_SIGN && w->effects.items[at].day < w->c.signed_on)
            w->c.signed_on = w->effects.items[at].day;
}

int course_run(struct instrument *i, struct event_list *events, struct error *err,
               struct course *ret)
{
    struct walk w = { .i = i, .events = events, .stop_at = INT64_MAX, .boundary = i->expires };
    struct course today = { 0 };
    w.known_on = INT64_MIN;
    w.c = (struct course){ .entry = instrument_entry(i),
                           .provisional_on = DAY_NEVER,
                           .provisional_end = DAY_NEVER,
                           .suspended_on = DAY_NEVER,
                           .resumed_on = DAY_NEVER,
                           .end = DAY_NEVER,
                           .parties = arena_array_of(i->arena, struct agreement_party,
                                                     i->member_count + 1) };
    if (!w.c.parties)
        return error_set(err, EN_NO_MEMORY, "agreement");
    int code = effects_list(i, w.c.entry, err, &w.effects);
    if (code < 0)
        return code;
    find_signing(&w);
    for (int64_t next = next_day(&w); !w.ended && next != DAY_NEVER; next = next_day(&w)) {
        int64_t day = day_to_live(&w, next);
        if (day > i->today && !w.seen)
            see_today(&w, &today);
        if (day != DAY_NEVER)
            live_day(&w, day);
    }
    if (!w.seen)
        see_today(&w, &today);
    look_ahead(&w);
    today.end = w.c.end;
    today.end_known_on = w.c.end_known_on;
    today.reason = w.c.reason;
    today.provisional_end = w.c.provisional_end;
    today.renews = w.c.renews && (w.c.end == DAY_NEVER || w.c.end > today.boundary);
    *ret = today;
    return 0;
}

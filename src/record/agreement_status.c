/*
 * The status of an agreement on a day. These are the rules.
 *
 * Days. Everything counts in whole days of UTC. A date known only to the year or the month means,
 * as a beginning (in force, joined, concluded, a ratification), the first day it can mean, and as
 * an end (ended, expires, left, a notice, a withdrawal, an objection), the last. `ended`,
 * `expires`, `left` and `provisional_until` are last days; `effective` of an act is the first day
 * of its effect. What is done after the day that is asked about does not count yet; what was done
 * before counts from its effect. Stated days are known all along.
 *
 * Before it is in force. Nothing signed: the `stage` (agreed, when it states none). From the day
 * of conclusion or the first signature or binding act: signed. Provisionally applied: between
 * `provisional_from` and `provisional_until`, until entry into force, and while at least two
 * parties have not ended it by notice; or while at least two parties apply it by an act of theirs.
 *
 * Entry into force. A stated `in_force` wins. Else, by `entry_rule`, `entry_delay` after the
 * deposit that fulfils it: signature, when every listed party has signed (the day of conclusion
 * counts as everybody's signature when no signature is recorded; what binds signs too);
 * ratification, when every listed party has deposited what binds it, at least two; threshold, when
 * `entry_threshold` parties have. A party that accedes or succeeds is not waited for. Neither rule
 * nor date: it is signed and no more. Depositaries and observers are no parties.
 *
 * Who is bound. From the later of entry into force and: the stated `joined`; else the effect of
 * its ratification, acceptance, approval, accession, succession or definitive signature; else,
 * under the rule of signature, its signature. A listed party of which nothing is said is bound with
 * the entry into force, but under a threshold only if nothing is said of any party. Until: the
 * stated `left`; else its withdrawal. An act of a party that is not listed makes it one.
 *
 * Leaving. A notice of termination or a withdrawal takes effect on its `effective` day, or
 * `notice_period` after its deposit. Notice ends an agreement that binds at most two; a party of a
 * larger one only leaves it. It also ends when a party leaves and fewer than `minimum_parties`, or
 * than two, remain.
 *
 * Terms. The first term runs from entry into force for `term`, or until `expires`, after which
 * there is no renewal. The n-th renewal ends n times `renewal_period` later, counted from the
 * beginning, so it never drifts: a year from 29 February ends on 28 February, and on 29 in every
 * fourth. Automatic: renewed up to `renewal_limit` times, unless a bound party objected in time:
 * `notice_period` before the end of the term, counted back from it, that day included; with no
 * period, on the last day of the term. An objection that comes too late counts for the next end.
 * By consent: renewed when every bound party consented within the term.
 *
 * Suspension. A party suspends for itself; the agreement is suspended while fewer than two bound
 * parties remain that have not, and terms go on running. Each must resume for itself.
 *
 * The end. A stated `ended` wins over all computed ends, and takes the reason of the one that falls
 * on the same day; else the first counts: expiry, termination, too few parties, or the day from
 * which another agreement stands in its place. Expiring: in force, the end known, and nearer than
 * the notice period or ninety days, whichever is longer. After the end nobody is bound, whatever
 * the surviving clauses keep alive: that is the obligations' to say.
 */
#include "record/agreement_internal.h"

#include <stdlib.h>

enum { WARNING_DAYS = 90 };

const char *agreement_state_word(enum agreement_state state)
{
    static const char *const words[] = {
        [AGREEMENT_DRAFT] = "draft",
        [AGREEMENT_NEGOTIATING] = "negotiating",
        [AGREEMENT_AGREED] = "agreed",
        [AGREEMENT_SIGNED] = "signed",
        [AGREEMENT_PROVISIONAL] = "provisionally_applied",
        [AGREEMENT_IN_FORCE] = "in_force",
        [AGREEMENT_SUSPENDED] = "suspended",
        [AGREEMENT_EXPIRING] = "expiring",
        [AGREEMENT_EXPIRED] = "expired",
        [AGREEMENT_TERMINATED] = "terminated",
        [AGREEMENT_SUPERSEDED] = "superseded",
    };
    return words[state];
}

const char *agreement_end_word(enum agreement_end end)
{
    static const char *const words[] = {
        [AGREEMENT_END_NONE] = NULL,
        [AGREEMENT_END_EXPIRY] = "expiry",
        [AGREEMENT_END_TERMINATION] = "termination",
        [AGREEMENT_END_SUPERSEDED] = "superseded",
        [AGREEMENT_END_STATED] = "stated",
        [AGREEMENT_END_MINIMUM] = "minimum_parties",
    };
    return words[end];
}

const char *party_state_word(enum party_state state)
{
    static const char *const words[] = {
        [PARTY_LISTED] = "listed",           [PARTY_SIGNED] = "signed",
        [PARTY_PROVISIONAL] = "provisional", [PARTY_BOUND] = "bound",
        [PARTY_WITHDRAWN] = "withdrawn",     [PARTY_ENDED] = "ended",
    };
    return words[state];
}

/* ---- events ---- */

void event_add(struct event_list *l, int64_t at, const char *event, struct slice party,
               const char *source)
{
    if (l->count == l->capacity) {
        size_t wider = l->capacity ? l->capacity * 2 : 32;
        struct agreement_event *items = arena_array_of(l->arena, struct agreement_event, wider);
        l->failed |= !items;
        if (l->failed)
            return;
        if (l->count)
            memcpy(items, l->items, l->count * sizeof *items);
        l->items = items;
        l->capacity = wider;
    }
    l->items[l->count++] =
        (struct agreement_event){ .at = at, .event = event, .party = party, .source = source };
}

/* On one day acts come before what follows from them; then in the order of the record. */
static int compare_events(const void *x, const void *y)
{
    const struct agreement_event *a = x, *b = y;
    if (a->at != b->at)
        return a->at < b->at ? -1 : 1;
    int by_source = strcmp(a->source, b->source);
    if (by_source)
        return by_source;
    int by_event = strcmp(a->event, b->event);
    return by_event ? by_event : slice_compare(a->party, b->party);
}

static void add_acts(const struct instrument *i, struct event_list *l)
{
    for (size_t at = 0; at < i->act_count; at++) {
        const struct act *a = &i->acts[at];
        event_add(l, a->done, act_word(a->kind), i->members[a->member].actor, "action");
    }
    if (i->concluded != DAY_NEVER)
        event_add(l, i->concluded, "concluded", S(""), "stated");
}

static const char *end_event(const struct agreement_status *s)
{
    return s->end == AGREEMENT_END_EXPIRY       ? "expired"
           : s->end == AGREEMENT_END_SUPERSEDED ? "superseded"
                                                : "terminated";
}

static void add_terms(const struct course *c, const struct agreement_status *s, int64_t expiring,
                      struct event_list *l)
{
    if (s->notice_by != DAY_NEVER)
        event_add(l, s->notice_by, "notice_by", S(""), "term");
    if (expiring != DAY_NEVER && expiring < c->end)
        event_add(l, expiring, "expiring", S(""), "term");
    if (c->end != DAY_NEVER)
        event_add(l, c->end, end_event(s), S(""),
                  s->end == AGREEMENT_END_STATED ? "stated" : "term");
}

/* ---- the state ---- */

/* From when its end is known and near; DAY_NEVER when it is not to end. */
static int64_t expiring_from(const struct instrument *i, const struct course *c)
{
    if (c->end == DAY_NEVER || c->entry == DAY_NEVER || c->entry >= c->end)
        return DAY_NEVER;
    int64_t near = c->end - WARNING_DAYS * DAY_MS;
    int64_t notice = i->has_notice ? day_after(c->end, i->notice, -1) : near;
    int64_t from = notice < near ? notice : near;
    from = from > c->end_known_on ? from : c->end_known_on;
    return from > c->entry ? from : c->entry;
}

static int64_t latest(int64_t a, int64_t b)
{
    return b == DAY_NEVER || a > b ? a : b;
}

static void ended_state(const struct course *c, struct agreement_status *ret)
{
    ret->state = c->reason == AGREEMENT_END_EXPIRY       ? AGREEMENT_EXPIRED
                 : c->reason == AGREEMENT_END_SUPERSEDED ? AGREEMENT_SUPERSEDED
                                                         : AGREEMENT_TERMINATED;
    ret->since = c->end;
}

static void force_state(const struct instrument *i, const struct course *c, int64_t expiring,
                        struct agreement_status *ret)
{
    int64_t resumed = latest(c->entry, c->resumed_on);
    if (c->suspended)
        *ret = (struct agreement_status){ .state = AGREEMENT_SUSPENDED, .since = c->suspended_on };
    else if (expiring <= i->today)
        *ret = (struct agreement_status){ .state = AGREEMENT_EXPIRING,
                                          .since = latest(expiring, c->resumed_on) };
    else
        *ret = (struct agreement_status){ .state = AGREEMENT_IN_FORCE, .since = resumed };
}

static enum agreement_state stage_of(const struct json *body)
{
    struct slice stage = json_get_text(body, "stage");
    return slice_is(stage, "draft")         ? AGREEMENT_DRAFT
           : slice_is(stage, "negotiating") ? AGREEMENT_NEGOTIATING
                                            : AGREEMENT_AGREED;
}

static void early_state(const struct instrument *i, const struct course *c, const struct json *body,
                        struct agreement_status *ret)
{
    int64_t stopped = c->provisional_end <= i->today ? c->provisional_end : DAY_NEVER;
    ret->since = DAY_NEVER;
    if (c->provisional) {
        ret->state = AGREEMENT_PROVISIONAL;
        ret->since = c->provisional_on;
    } else if (c->signed_on <= i->today) {
        ret->state = AGREEMENT_SIGNED;
        ret->since = latest(c->signed_on, stopped);
    } else {
        ret->state = stage_of(body);
    }
}

/* The day by which a notice moves the end of the running term. */
static int64_t notice_day(const struct instrument *i, const struct course *c)
{
    bool term_ends = c->boundary != DAY_NEVER && c->boundary <= c->end && c->entry != DAY_NEVER;
    bool decided = c->reason != AGREEMENT_END_NONE && c->reason != AGREEMENT_END_EXPIRY &&
                   c->end <= c->boundary;
    bool stopped = i->renewal == RENEWAL_AUTOMATIC && i->expires == DAY_NEVER;
    if (!term_ends || decided || (!stopped && !i->has_notice))
        return DAY_NEVER;
    return term_notice(i, c->boundary);
}

int agreement_status(struct arena *a, const struct json *body, int64_t at_ms, int64_t superseded_on,
                     struct error *err, struct agreement_status *ret)
{
    struct instrument i;
    struct course c;
    struct event_list l = { .arena = a };
    struct agreement_status s = { 0 };
    int64_t superseded = superseded_on == DAY_NEVER ? DAY_NEVER : day_of(superseded_on);
    int code = instrument_read(a, body, day_of(at_ms), superseded, err, &i);
    if (code == 0)
        code = course_run(&i, &l, err, &c);
    if (code < 0)
        return code;
    int64_t expiring = expiring_from(&i, &c);
    if (c.end <= i.today)
        ended_state(&c, &s);
    else if (c.entry <= i.today)
        force_state(&i, &c, expiring, &s);
    else
        early_state(&i, &c, body, &s);
    s.in_force_on = c.entry < c.end ? c.entry : DAY_NEVER;
    s.provisional_on = c.provisional_on;
    s.provisional_until = c.provisional_end == DAY_NEVER ? DAY_NEVER : c.provisional_end - DAY_MS;
    s.ends_on = c.end == DAY_NEVER ? DAY_NEVER : c.end - DAY_MS;
    s.end = c.reason;
    s.renews_on = c.renews ? c.boundary : DAY_NEVER;
    s.renewals = c.renewals;
    s.notice_by = notice_day(&i, &c);
    s.parties = c.parties;
    s.party_count = i.member_count;
    add_acts(&i, &l);
    add_terms(&c, &s, expiring, &l);
    if (l.failed)
        return error_set(err, EN_NO_MEMORY, "agreement");
    if (l.count > 1)
        qsort(l.items, l.count, sizeof *l.items, compare_events);
    for (size_t at = 0; at < l.count; at++)
        l.items[at].future = l.items[at].at > i.today;
    s.events = l.items;
    s.event_count = l.count;
    *ret = s;
    return 0;
}

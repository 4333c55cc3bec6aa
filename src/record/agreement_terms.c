/* Terms and the end of an agreement's course: when a term ends, whether another follows, and what
 * an objection stops. The rules stand in agreement_status.c. */
#include "record/agreement_internal.h"

enum { RENEWALS_SHOWN = 200 }; /* the earlier ones are counted, not listed */

/* A computed end; a stated one wins over it, and takes its reason when both are one day. */
void walk_end(struct walk *w, int64_t day, enum agreement_end reason, int64_t known)
{
    int64_t stated = w->i->ended;
    if (w->ended || (stated != DAY_NEVER && stated != day))
        return;
    w->ended = true;
    w->c.end = day;
    w->c.reason = reason;
    w->c.end_known_on = stated != DAY_NEVER ? INT64_MIN : known;
}

/* The number of the last term, as far as it is known. */
int64_t walk_last_term(const struct walk *w)
{
    int64_t most = term_most(w->i);
    return w->stop_at < most ? w->stop_at : most;
}

/* The first term from `low` on that ends after the day, or `high`. */
static int64_t term_after(const struct walk *w, int64_t low, int64_t high, int64_t day)
{
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (term_end(w->i, w->c.entry, middle) > day)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static void renew(struct walk *w, int64_t term, int64_t known)
{
    int64_t hidden = term - w->term - RENEWALS_SHOWN;
    for (int64_t n = w->term + (hidden > 0 ? hidden : 0); n < term; n++)
        if (w->seen || w->renewals_shown++ < 2 * RENEWALS_SHOWN)
            event_add(w->events, term_end(w->i, w->c.entry, n), "renewal", S(""), "term");
    if (w->seen && w->boundary == w->c.boundary)
        w->c.renews = true;
    w->term = term;
    w->boundary = term_end(w->i, w->c.entry, term);
    w->known_on = known;
}

/* All that are bound consented within the running term; the day of the last consent. */
static bool all_consent(const struct walk *w, int64_t *ret)
{
    int64_t start = w->term ? term_end(w->i, w->c.entry, w->term - 1) : w->c.entry, last = start;
    bool any = false;
    for (size_t at = 0; at < w->i->member_count; at++) {
        const struct member *m = &w->i->members[at];
        if (!walk_bound(w, m))
            continue;
        if (m->consent_to_renewal == DAY_NEVER || m->consent_to_renewal < start)
            return false;
        last = m->consent_to_renewal > last ? m->consent_to_renewal : last;
        any = true;
    }
    *ret = last;
    return any;
}

static void renew_alone(struct walk *w, int64_t day)
{
    int64_t last = walk_last_term(w), term = term_after(w, w->term, last, day);
    if (term > w->term) {
        int64_t start = term_end(w->i, w->c.entry, term - 1);
        renew(w, term, start);
    }
    bool stopped = w->stop_at <= last;
    if (w->boundary <= day)
        walk_end(w, w->boundary, AGREEMENT_END_EXPIRY, stopped ? w->stop_known : w->known_on);
}

/* All ends of terms until this day, and on it. */
void walk_terms(struct walk *w, int64_t day)
{
    while (!w->ended && w->boundary <= day) {
        int64_t passed = w->boundary, last = 0;
        if (walk_renews_alone(w))
            renew_alone(w, day);
        else if (w->i->renewal == RENEWAL_CONSENT && w->i->expires == DAY_NEVER && w->in_force &&
                 w->term < term_most(w->i) && all_consent(w, &last))
            renew(w, w->term + 1, last);
        else
            walk_end(w, w->boundary, AGREEMENT_END_EXPIRY, w->known_on);
        if (!w->ended && w->boundary == passed)
            w->boundary = DAY_NEVER; /* the stated end is later: it stays in force until then */
    }
}

/* The first end of a term that an objection of this day is in time for. */
void walk_objection(struct walk *w, int64_t day)
{
    int64_t low = w->term, high = term_most(w->i);
    if (!walk_renews_alone(w) || w->boundary == DAY_NEVER)
        return;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (term_notice(w->i, term_end(w->i, w->c.entry, middle)) >= day)
            high = middle;
        else
            low = middle + 1;
    }
    if (low < w->stop_at) {
        w->stop_at = low;
        w->stop_known = day;
    }
}

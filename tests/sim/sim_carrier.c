/*
 * The carrier: bundles and receipts on their way, see sim.h.
 *
 * Invariant that is checked here: whatever is not a whole bundle for this site, next in its row,
 * leaves not one entry behind.
 */
#include "sim.h"

#include "base/limits.h"
#include "service/release.h"

#include <stdio.h>
#include <stdlib.h>

static struct mail *post(struct sim *w, int from, int to, bool receipt)
{
    if (w->mail_count == MAIL_MAX) { /* the oldest one is lost */
        buf_done(&w->mail[0].bytes);
        memmove(w->mail, w->mail + 1, (MAIL_MAX - 1) * sizeof *w->mail);
        w->mail_count--;
    }
    struct mail *m = &w->mail[w->mail_count++];
    *m = (struct mail){ .from = from, .to = to, .receipt = receipt };
    return m;
}

static void trace_counts(struct sim *w, const char *what, int from, int to,
                         const struct exchange_counts *c)
{
    sim_trace(w, "%s %d to %d: put %d retract %d redact %d withdraw %d unchanged %d refused %d",
              what, from, to, (int)c->put, (int)c->retract, (int)c->redact, (int)c->withdraw,
              (int)c->unchanged, (int)c->refused);
}

static struct exchange_made make(struct sim *w, int from, int to, struct buf *ret)
{
    w->sites[from].wish.most = w->bundle_most;
    struct exchange_made made = site_make(&w->sites[from], to, ret);
    sim_check(w, !w->bundle_most || made.counts.put <= w->bundle_most, "a bundle holds too much");
    sim_trace(w, "number %d over %d", (int)made.number, (int)made.base);
    trace_counts(w, "made", from, to, &made.counts);
    return made;
}

/* Who suspended a peer sends it nothing. */
static void make_for_suspended(struct sim *w, int from, int to)
{
    struct site *s = &w->sites[from];
    struct exchange_made made;
    struct buf bundle cleanup_buf;
    buf_init(&bundle, LIMIT_BUNDLE);
    error_clear(&s->err);
    int code = exchange_make(s->node, node_operator(s->node), s->arena, s->peers[to], &s->wish,
                             s->now_ms, &s->err, &bundle, &made);
    sim_check(w, code == EN_CONFLICT && bundle.len == 0, "site %d made a bundle for %d: %d", from,
              to, code);
}

void sim_make(struct sim *w, int from, int to)
{
    sim_tick(w);
    if (w->suspended[from][to]) {
        make_for_suspended(w, from, to);
        return;
    }
    struct mail *m = post(w, from, to, false);
    make(w, from, to, &m->bytes);
}

static void copy_mail(struct sim *w, const struct mail *m)
{
    struct mail copy = *m; /* what is copied may move while it is posted */
    struct buf bytes;
    buf_init(&bytes, LIMIT_BUNDLE);
    buf_add(&bytes, buf_slice(&m->bytes));
    post(w, copy.from, copy.to, copy.receipt)->bytes = bytes;
}

/* Cuts it short, or changes a byte. The place is a share of the length, since lengths differ. */
static bool damage(struct sim *w, struct mail *m)
{
    size_t at = m->bytes.len * sim_random(w, 1000) / 1000;
    if (m->bytes.len == 0)
        return false;
    if (sim_random(w, 2))
        buf_truncate(&m->bytes, at);
    else
        m->bytes.ptr[at] ^= (char)(1 + sim_random(w, 255));
    w->damaged++;
    return true;
}

static struct exchange_taken take(struct sim *w, int site, struct slice bytes, struct buf *receipt)
{
    struct site *s = &w->sites[site];
    site_ok(s, release_sweep(s->node, s->arena, s->now_ms, &s->err)); /* ends whatever arrives */
    int64_t before = site_entries(s);
    struct exchange_taken t = site_take(s, bytes, receipt);
    if (t.outcome != BUNDLE_TAKEN)
        sim_check(w, site_entries(s) == before, "%s changed site %d",
                  bundle_outcome_word(t.outcome), site);
    sim_check_arrivals(w, site);
    w->delivered++;
    return t;
}

/* Of a whole bundle for this site. */
static bool is_fine(const struct sim *w, enum bundle_outcome outcome)
{
    return outcome == BUNDLE_TAKEN || outcome == BUNDLE_OLD || (w->uneven && outcome == BUNDLE_GAP);
}

static void take_bundle(struct sim *w, struct mail *m, int site, bool whole)
{
    struct buf receipt;
    buf_init(&receipt, LIMIT_RECEIPT);
    struct exchange_taken t = take(w, site, buf_slice(&m->bytes), &receipt);
    sim_trace(w, "site %d takes a bundle of %d for %d: %s", site, m->from, m->to,
              whole ? bundle_outcome_word(t.outcome) : "damaged");
    if (!whole)
        sim_check(w, t.outcome != BUNDLE_TAKEN && t.outcome != BUNDLE_OLD, "damaged, but %s",
                  bundle_outcome_word(t.outcome));
    else if (site != m->to)
        sim_check(w, t.outcome == BUNDLE_NOT_OURS, "misdirected, but %s",
                  bundle_outcome_word(t.outcome));
    else if (w->suspended[site][m->from])
        sim_check(w, t.outcome == BUNDLE_UNCONFIRMED, "of a suspended peer, but %s",
                  bundle_outcome_word(t.outcome));
    else
        sim_check(w, is_fine(w, t.outcome), "fine, but %s", bundle_outcome_word(t.outcome));
    if (t.outcome == BUNDLE_TAKEN)
        trace_counts(w, "took", m->from, site, &t.counts);
    if (receipt.len)
        post(w, site, m->from, true)->bytes = receipt;
    else
        buf_done(&receipt);
}

static void take_receipt(struct sim *w, const struct mail *m, int site, bool whole)
{
    struct site *s = &w->sites[site];
    struct exchange_receipted done;
    int64_t before = site_entries(s);
    error_clear(&s->err);
    int code = exchange_receipt(s->node, node_operator(s->node), s->arena, buf_slice(&m->bytes),
                                s->now_ms, &s->err, &done);
    sim_trace(w, "site %d reads a receipt of %d for %d: %s", site, m->from, m->to,
              whole ? code == 0 ? "fine" : "no" : "damaged");
    if (site != m->to || code < 0)
        sim_check(w, site_entries(s) == before, "a receipt that is none changed site %d", site);
    if (whole && site == m->to) /* who was set back does not know all that it made */
        sim_check(w, code == 0 || (w->uneven && code == EN_NOT_FOUND), "a receipt is refused: %s",
                  s->err.message);
    else if (whole)
        sim_check(w, code == EN_CONFLICT, "a misdirected receipt: %d %s", code, s->err.message);
    /* one changed byte may be white space at the end, which means nothing */
}

static void arrive(struct sim *w, struct mail *m, int site, bool whole)
{
    struct mail copy = *m;
    (copy.receipt ? take_receipt(w, &copy, site, whole) : take_bundle(w, &copy, site, whole));
}

void sim_carry(struct sim *w)
{
    if (!w->mail_count)
        return;
    sim_tick(w);
    int at = (int)sim_random(w, (uint32_t)w->mail_count); /* reordered */
    struct mail m = w->mail[at];
    bool whole = true;
    int site = m.to;
    memmove(w->mail + at, w->mail + at + 1, (size_t)(w->mail_count - at - 1) * sizeof m);
    w->mail_count--;
    switch (sim_random(w, 10)) {
    case 0:
        sim_trace(w, "lost: %d to %d", m.from, m.to);
        buf_done(&m.bytes);
        return;
    case 1:
        copy_mail(w, &m);
        break;
    case 2:
        copy_mail(w, &m);
        whole = !damage(w, &m);
        break;
    case 3:
        copy_mail(w, &m);
        site = (int)sim_random(w, (uint32_t)w->site_count);
        break;
    }
    arrive(w, &m, site, whole);
    buf_done(&m.bytes);
}

/* ---- fair ---- */

static int64_t statements(const struct exchange_counts *c)
{
    return c->put + c->retract + c->redact + c->withdraw;
}

/* True when something was said. */
static bool exchange(struct sim *w, int from, int to)
{
    struct buf bundle cleanup_buf;
    struct buf receipt cleanup_buf;
    buf_init(&receipt, LIMIT_RECEIPT);
    sim_tick(w);
    model_spread(w);
    w->sites[from].wish.unless_empty = !w->forced[from][to];
    struct exchange_made made = make(w, from, to, &bundle);
    w->sites[from].wish.unless_empty = false;
    if (bundle.len == 0)
        return false;
    bool forced = w->forced[from][to];
    w->forced[from][to] = false;
    struct exchange_taken t = take(w, to, buf_slice(&bundle), &receipt);
    sim_check(w, t.outcome == BUNDLE_TAKEN || (w->uneven && is_fine(w, t.outcome)),
              "the fair carrier's bundle from %d to %d is %s", from, to,
              bundle_outcome_word(t.outcome));
    trace_counts(w, "took", from, to, &t.counts);
    for (size_t i = 0; i < t.refusal_count; i++)
        sim_trace(w, "refused: %d for %s", model_item(w, t.refusals[i].record),
                  exchange_reason_word(t.refusals[i].reason));
    site_receipt(&w->sites[from], buf_slice(&receipt));
    w->exchanged++;
    return forced || made.base == 0 || t.outcome != BUNDLE_TAKEN || statements(&made.counts) > 0;
}

/* As far as anything has to go, and as many bundles as one step may take. */
static int most_rounds(const struct sim *w)
{
    int bundles = w->bundle_most ? w->item_count / w->bundle_most + 1 : 1;
    return (2 * w->site_count + 6) * bundles * (w->uneven ? 2 : 1);
}

void sim_settle(struct sim *w)
{
    bool quiet = false;
    for (int round = 0; !quiet; round++) {
        int64_t day = w->now_ms / DAY_MS;
        quiet = true;
        sim_check(w, round < most_rounds(w), "the instances do not settle");
        for (int a = 0; a < w->site_count; a++)
            for (int b = 0; b < w->site_count; b++) {
                bool idle = !w->linked[a][b] || w->suspended[a][b] || w->suspended[b][a];
                if (idle || w->settled[a][b] || !exchange(w, a, b)) {
                    w->settled[a][b] = true;
                    continue;
                }
                quiet = false;
                for (int c = 0; c < w->site_count; c++) /* what b tells others may be new */
                    w->settled[b][c] = false;
            }
        quiet &= w->now_ms / DAY_MS == day;
    }
}

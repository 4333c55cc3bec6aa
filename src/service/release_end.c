/*
 * Ends of releases, and what waits for an officer: see release.h.
 *
 * Invariant: a decision that is over has no effect in any answer that is made after release_sweep
 * returned 0. What cannot be ended is an error, so that nobody is shown more than holds.
 */
#include "service/release_internal.h"

#include "base/limits.h"

#include <stdlib.h>

/* The label before, without persons that it named; the join with it when the label has changed
 * since the decision, or when the one before, which may come from a file, would let somebody read
 * who may not now. */
static int returning_label(struct snapshot *s, const struct row *release, const struct label *now,
                           struct error *err, const struct label **ret)
{
    const struct policy *p = snapshot_policy(s);
    struct arena *a = snapshot_arena(s);
    const struct label *before, *after;
    enum label_change change;
    int code = label_parse(p, a, json_get(release->body, "label_before"), S("/label_before"), err,
                           &before);
    if (code == 0)
        code = label_parse(p, a, json_get(release->body, "label_after"), S("/label_after"), err,
                           &after);
    if (code < 0)
        return error_set(err, EN_CORRUPT, "a release names a label that the policy does not know");
    if (label_narrows_persons(now, before)) /* others found it: it does not vanish for them */
        before = label_for_anyone(p, a, before);
    if (!before || label_change_of(s, now, before, &change) < 0)
        return error_set(err, EN_NO_MEMORY, "label");
    bool returns = label_equal(now, after) && change != LABEL_LOWERED && change != LABEL_CONTROLLED;
    *ret = returns ? before : label_join(p, a, now, before);
    return *ret ? 0 : error_set(err, EN_NO_MEMORY, "label");
}

/* The version that gives the record back its label, or the peer what it had; *ret_count 0 when
 * there is nothing to give. */
static int give_back(struct snapshot *s, const struct row *release, struct error *err,
                     struct draft *ret, size_t *ret_count)
{
    const struct label *label = NULL;
    struct row row;
    if (!slice_is(json_get_text(release->body, "state"), "approved"))
        return 0;
    if (strcmp(release->kind->name, "peer_release") == 0)
        return release_return_peer(s, release, err, ret, ret_count);
    if (!slice_is(json_get_text(release->body, "nature"), "lower"))
        return 0;
    int code = snapshot_get(s, NULL, json_get_text(release->body, "record"), err, &row);
    if (code == 0)
        code = returning_label(s, release, row.label, err, &label);
    if (code < 0 || label_equal(label, row.label))
        return code;
    code = release_draft_version(s, &row, label, err, ret);
    if (row.retracted) /* its past is raised with it */
        ret->operation = ENTRY_RETRACT;
    else
        ret->body = row.body_text;
    *ret_count = 1;
    return code;
}

int release_end(struct write_context *w, struct slice id, const struct json *patch,
                struct slice user, struct error *err, struct written *ret)
{
    struct snapshot *s = w->snapshot;
    struct draft drafts[2];
    struct row row;
    size_t count = 0;
    int code = release_find(s, id, err, &row);
    if (code == 0)
        code = give_back(s, &row, err, drafts, &count);
    if (code == 0)
        code = release_revise(s, &row, patch, err, &drafts[count]);
    return release_append(w, drafts, count + 1, user, code, err, ret);
}

/* ---- over by their date ---- */

/* Decisions over records and over peers alike. */
#define DECISIONS                                                 \
    "(SELECT num, state, until, review FROM releases_v UNION ALL" \
    " SELECT num, state, until, review FROM peer_releases_v)"

struct due {
    struct node *node;
    struct arena *arena;
    int64_t now_ms;
    struct slice id; /* the first that is over; empty: none */
};

static int find_due(void *context, const struct slice *c)
{
    struct due *d = context;
    struct when until;
    if (d->id.len || !when_parse(c[1], &until) || when_last_ms(until) >= d->now_ms)
        return 0;
    d->id = arena_copy(d->arena, c[0]);
    return d->id.ptr ? 0 : EN_NO_MEMORY;
}

/* Ends one release that is over; 1 when there was one. */
static int end_one(struct node *n, struct arena *a, int64_t now_ms, struct error *err)
{
    static const char sql[] = "SELECT r.id, k.until FROM " DECISIONS " k JOIN record_v r"
                              " ON r.num = k.num WHERE k.state = 'approved' AND k.until <> ''"
                              " AND r.origin = ?1 AND r.retracted = 0 ORDER BY r.id";
    struct write_context w = { .node = n, .now_ms = now_ms };
    struct due due = { .node = n, .arena = a, .now_ms = now_ms };
    struct written unused;
    char own[UUID_TEXT + 1];
    struct slice origin = slice_make(own, UUID_TEXT);
    uuid_format(ledger_instance(node_ledger(n)), own);
    int code = node_snapshot(n, node_operator(n), a, now_ms, err, &w.snapshot);
    if (code == 0)
        code = snapshot_query(w.snapshot, sql, &origin, 1, err, find_due, &due);
    if (code < 0 || !due.id.len) {
        snapshot_close(w.snapshot);
        return code < 0 ? error_set(err, code, "the releases cannot be read") : 0;
    }
    struct release_body patch = release_body_new(a);
    release_set(&patch, "state", S("expired"));
    if (patch.failed) {
        snapshot_close(w.snapshot);
        return error_set(err, EN_NO_MEMORY, "release");
    }
    struct slice user = records_user(node_operator(n), a);
    code = release_end(&w, due.id, patch.json, user, err, &unused);
    return code < 0 ? code : 1;
}

int release_sweep(struct node *n, struct arena *a, int64_t now_ms, struct error *err)
{
    enum { PATIENCE = 8 };
    int code = 1;
    for (int stale = 0; code != 0 && stale < PATIENCE;) {
        code = end_one(n, a, now_ms, err);
        if (code == EN_STALE) { /* another process ended it, or the record has just changed */
            error_clear(err);
            stale++;
        } else if (code < 0) {
            return code;
        }
    }
    return code == 0 ? 0 : error_set(err, EN_BUSY, "releases that are over cannot be ended");
}

/* ---- what waits ---- */

struct waiting {
    struct slice date, id;
};

struct release_list {
    struct waiting items[LIMIT_LIST];
    size_t count;
};

struct queue {
    struct arena *arena;
    int64_t now_ms, within_ms;
    struct release_list proposed, expiring, review;
};

static int wait(struct queue *q, struct release_list *list, struct slice date, struct slice id)
{
    if (list->count == LIMIT_LIST)
        return 0;
    struct waiting one = { arena_copy(q->arena, date), arena_copy(q->arena, id) };
    list->items[list->count++] = one;
    return one.id.ptr ? 0 : EN_NO_MEMORY;
}

static int take_waiting(void *context, const struct slice *c)
{
    struct queue *q = context;
    struct when until, review;
    if (slice_is(c[1], "proposed"))
        return wait(q, &q->proposed, c[4], c[0]);
    int code = 0;
    if (when_parse(c[2], &until) && when_last_ms(until) <= q->now_ms + q->within_ms)
        code = wait(q, &q->expiring, c[2], c[0]);
    if (code == 0 && when_parse(c[3], &review) && when_first_ms(review) <= q->now_ms)
        code = wait(q, &q->review, c[3], c[0]);
    return code;
}

static int compare_waiting(const void *x, const void *y)
{
    const struct waiting *a = x, *b = y;
    int order = slice_compare(a->date, b->date);
    return order ? order : slice_compare(a->id, b->id);
}

static struct slice *ids_of(struct arena *a, struct release_list *list, size_t *ret_count)
{
    struct slice *ids = arena_array_of(a, struct slice, list->count + 1);
    if (list->count)
        qsort(list->items, list->count, sizeof *list->items, compare_waiting);
    for (size_t i = 0; ids && i < list->count; i++)
        ids[i] = list->items[i].id;
    *ret_count = list->count;
    return ids;
}

int release_queue_read(struct snapshot *s, int64_t within_ms, struct error *err,
                       struct release_queue *ret)
{
    static const char sql[] =
        "SELECT r.id, k.state, coalesce(k.until, ''), coalesce(k.review, ''), r.updated"
        " FROM " DECISIONS " k JOIN record_v r ON r.num = k.num"
        " WHERE k.state IN ('proposed', 'approved') AND r.retracted = 0 ORDER BY r.id";
    struct arena *a = snapshot_arena(s);
    struct queue *q = arena_new_of(a, struct queue);
    if (!q)
        return error_set(err, EN_NO_MEMORY, "releases");
    q->arena = a;
    q->now_ms = snapshot_now(s);
    q->within_ms = within_ms;
    int code = snapshot_query(s, sql, NULL, 0, err, take_waiting, q);
    if (code < 0)
        return error_set(err, code, "the releases cannot be read");
    ret->proposed = ids_of(a, &q->proposed, &ret->proposed_count);
    ret->expiring = ids_of(a, &q->expiring, &ret->expiring_count);
    ret->review = ids_of(a, &q->review, &ret->review_count);
    return ret->proposed && ret->expiring && ret->review ? 0
                                                         : error_set(err, EN_NO_MEMORY, "releases");
}

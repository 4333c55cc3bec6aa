/*
 * Watching attention: in what state each relationship of the home actor is, for a viewer, at the
 * end of a day; and what has changed since the look before. See node.h.
 *
 * Invariant: states are a function of the day and of what the viewer may read, whatever the hour
 * and whatever else was written, so that looking again because of something hidden changes nothing.
 * The end of the day, since what happens today counts today; it is a whole day, so that its folds
 * are found again.
 */
#include "base/fault.h"
#include "service/access.h"
#include "service/node_internal.h"
#include "service/portfolio_internal.h"

#include <stdlib.h>

enum { DAY = 86400 };
enum watched_trust { WATCHED_LATER, WATCHED_SOON, WATCHED_BELOW };

struct watched {
    struct uuid relationship;
    uint8_t trust;   /* enum watched_trust */
    uint8_t contact; /* enum contact_state */
};

struct watch {
    struct watched *items; /* in order of relationship */
    size_t count;
};

static int compare_watched(const void *x, const void *y)
{
    const struct watched *a = x, *b = y;
    return uuid_compare(a->relationship, b->relationship);
}

void watch_free(struct watch *w)
{
    if (w)
        base_free(w->items);
    base_free(w);
}

static enum watched_trust trust_state(int64_t falls)
{
    unsigned need = fading_need_of(falls);
    return need == FADING_BELOW  ? WATCHED_BELOW
           : need == FADING_SOON ? WATCHED_SOON
                                 : WATCHED_LATER;
}

static int take_states(const struct figuring *f, const struct light_rows *light, struct error *err,
                       struct watch *ret)
{
    ret->items = base_calloc(light->count + 1, sizeof *ret->items);
    if (!ret->items)
        return error_set(err, EN_NO_MEMORY, "relationships");
    for (size_t i = 0; i < light->count; i++) {
        struct watched *w = &ret->items[ret->count];
        if (!tie_in_force(&light->rows[i].tie, f->query->as_of) ||
            !uuid_parse(light->rows[i].relationship, &w->relationship))
            continue;
        struct portfolio_row row =
            portfolio_row_of(&light->rows[i], node_weights(f->node), f->query->as_of);
        int code = portfolio_fill(f, PART_CONTACT | PART_FALLS, &row, err);
        if (code < 0)
            return code;
        w->trust = (uint8_t)trust_state(row.falls);
        w->contact = (uint8_t)row.contact;
        ret->count++;
    }
    if (ret->count > 1)
        qsort(ret->items, ret->count, sizeof *ret->items, compare_watched);
    return 0;
}

static int look(struct node *n, struct snapshot *s, int64_t day, struct error *err,
                struct watch *ret)
{
    struct portfolio_query q = { .of = settings_home(s),
                                 .as_of = (day + 1) * DAY,
                                 .floor = node_nurture(n)->floor };
    struct figuring f = { .node = n, .query = &q };
    const struct light_rows *light = NULL;
    if (!q.of.len)
        return 0;
    int code = trust_open(n, s, err, &f.desk);
    if (code == 0)
        code = named_contacts_read(s, q.as_of, err, &f.named);
    if (code == 0)
        code = row_cache_get(n->rows, s, node_weights(n), q.of, err, &light);
    if (code == 0)
        code = take_states(&f, light, err, ret);
    row_cache_release(n->rows, light);
    trust_close(f.desk);
    return code;
}

/* ---- what changed ---- */

static bool calls_for_attention(const struct watched *w)
{
    return w->trust != WATCHED_LATER || w->contact == CONTACT_FADING;
}

/* Other than before, or new and calling. What is no longer there is silent: it ended, or may not
 * be read any more. */
static bool has_changed(const struct watch *before, const struct watched *w)
{
    const struct watched *was =
        before->count ? bsearch(w, before->items, before->count, sizeof *w, compare_watched) : NULL;
    return was ? was->trust != w->trust || was->contact != w->contact : calls_for_attention(w);
}

static int tell_changes(const struct watch *before, const struct watch *now, struct arena *a,
                        struct error *err, struct attention_change **ret, size_t *ret_count)
{
    static const char *const words[] = { "later", "soon", "below" };
    struct attention_change *all = arena_array_of(a, struct attention_change, now->count + 1);
    size_t count = 0;
    if (!all)
        return error_set(err, EN_NO_MEMORY, "attention");
    for (size_t i = 0; before && i < now->count; i++) {
        const struct watched *w = &now->items[i];
        if (!has_changed(before, w))
            continue;
        struct attention_change *c = &all[count++];
        uuid_format(w->relationship, c->relationship);
        c->trust = words[w->trust];
        c->contact = contact_state_word(w->contact);
    }
    *ret = all;
    *ret_count = count;
    return 0;
}

int node_watch(struct node *n, const struct viewer *v, struct arena *a, int64_t now_ms, int64_t day,
               struct error *err, struct watch **watch, struct attention_change **ret,
               size_t *ret_count)
{
    struct watch *now = base_calloc(1, sizeof *now);
    struct snapshot *s = NULL;
    if (!now)
        return error_set(err, EN_NO_MEMORY, "attention");
    int code = node_snapshot(n, v, a, now_ms, err, &s);
    if (code == 0) {
        code = look(n, s, day, err, now);
        if (code == 0)
            code = snapshot_failure(s);
        snapshot_close(s);
    }
    if (code == 0)
        code = tell_changes(*watch, now, a, err, ret, ret_count);
    if (code < 0) {
        watch_free(now);
        return code;
    }
    watch_free(*watch);
    *watch = now;
    return 0;
}

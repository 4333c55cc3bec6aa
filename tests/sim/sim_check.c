/* What the instances hold beside what the model says: see sim.h. */
#include "sim.h"

#include "base/limits.h"
#include "picture/holdings.h"

#include <stdio.h>
#include <stdlib.h>

/* "item 12 text 3." in a body; a grant has no text of its own. */
static int text_in(struct slice body)
{
    const char *at = body.len ? memmem(body.ptr, body.len, " text ", 6) : NULL;
    return at ? (int)strtol(at + 6, NULL, 10) : 1;
}

/* ---- after every delivery ---- */

struct arrivals {
    struct sim *world;
    int site;
};

static int check_entry(void *context, const struct entry *e)
{
    struct arrivals *a = context;
    struct sim *w = a->world;
    char id[UUID_TEXT + 1], origin[UUID_TEXT + 1];
    uuid_format(e->instance, origin);
    w->seen[a->site] = e->seq;
    if (strcmp(origin, w->instances[a->site]) == 0)
        return 0;
    uuid_format(e->record, id);
    int item = model_item(w, slice_of(id));
    sim_check(w, item >= 0, "site %d got a record that nobody stated to anybody: " SLICE_FMT,
              a->site, SLICE_ARG(e->kind));
    sim_check(w, strcmp(origin, w->instances[w->items[item].origin]) == 0,
              "item %d lost its originator at site %d", item, a->site);
    if (e->operation != ENTRY_PUT || !e->body.ptr)
        return 0;
    int text = text_in(e->body);
    for (int i = 0; i < w->edition_count; i++)
        if (w->editions[i].item == item && w->editions[i].text == text &&
            (w->editions[i].may >> a->site & 1))
            return 0;
    sim_fail(w, "site %d holds item %d text %d, which was never for it", a->site, item, text);
    return 0;
}

void sim_check_arrivals(struct sim *w, int site)
{
    struct site *s = &w->sites[site];
    struct arrivals a = { .world = w, .site = site };
    site_ok(s, ledger_read(node_ledger(s->node), w->seen[site], 1000000, &s->err, check_entry, &a));
}

/* ---- when all is settled ---- */

static void check_held(struct sim *w, const struct model_holding *h, int site, int item)
{
    const struct item *it = &w->items[item];
    struct row row = site_row(&w->sites[site], slice_of(it->id));
    bool has = row.kind && !row.retracted, should = h->holds[item] >> site & 1;
    if (h->open[item] >> site & 1)
        return;
    sim_check(w, has == should, "site %d %s item %d of site %d, and should%s", site,
              has ? "has" : "lacks", item, it->origin, should ? "" : " not");
    if (!has || it->kind == ITEM_GRANT)
        return;
    sim_check(w, text_in(row.body_text) == it->text, "site %d has text %d of item %d, not %d", site,
              text_in(row.body_text), item, it->text);
    if (it->same_as < 0 || !w->linked[it->origin][site])
        return;
    bool names =
        memmem(row.body_text.ptr, row.body_text.len, w->items[it->same_as].id, UUID_TEXT) != NULL;
    struct site *o = &w->sites[it->origin];
    if (w->items[it->same_as].origin != it->origin && !(h->holds[it->same_as] >> it->origin & 1))
        return; /* it hangs on what the originator knew of it before */
    struct row named = site_row(o, slice_of(w->items[it->same_as].id));
    (void)named;
    bool may = model_reads(&w->grade[it->origin][site], &w->items[it->same_as].mark, w->now_ms);
    if (!w->items[it->same_as].mark.controlled)
        sim_check(w, names == may, "site %d %s what item %d names, and should%s", site,
                  names ? "knows" : "does not know", item, may ? "" : " not");
}

struct bodies {
    struct sim *world;
    int site, item;
};

static int check_destroyed(void *context, const struct entry *e)
{
    struct bodies *b = context;
    const struct item *it = &b->world->items[b->item];
    if (e->operation == ENTRY_PUT && e->body.ptr)
        sim_check(b->world, text_in(e->body) > it->destroyed,
                  "site %d keeps text %d of item %d, which was destroyed", b->site,
                  text_in(e->body), b->item);
    return 0;
}

/* The order to destroy reaches whoever may hear of the record. */
static void check_redacted(struct sim *w, const struct model_holding *h, int site, int item)
{
    const struct item *it = &w->items[item];
    struct bodies b = { .world = w, .site = site, .item = item };
    struct uuid id;
    struct site *s = &w->sites[site];
    if (!it->destroyed || it->mark.controlled || !w->linked[it->origin][site] ||
        !model_reads(&w->grade[it->origin][site], &it->mark, w->now_ms) ||
        !(w->kinds[it->origin][site] >> it->kind & 1))
        return;
    if (it->state == ITEM_LIVE && !(h->holds[item] >> site & 1))
        return; /* it waits for what it names, or is not wanted */
    if (it->kind != ITEM_ACTOR)
        return;
    assert_true(uuid_parse(slice_of(it->id), &id));
    site_ok(s, ledger_read_record(node_ledger(s->node), id, &s->err, check_destroyed, &b));
}

/* What one site knows of another's holding of every item; false where there is none. */
static void read_holdings(struct sim *w, struct site *s, int other,
                          enum holding_direction direction, bool *found, struct holding *ret)
{
    struct snapshot *snap = NULL;
    site_ok(s, node_snapshot(s->node, node_operator(s->node), s->arena, s->now_ms, &s->err, &snap));
    for (int i = 0; i < w->item_count; i++) {
        int code = holding_get(snap, s->peers[other], direction, slice_of(w->items[i].id), &s->err,
                               &ret[i]);
        assert_true(code >= 0);
        found[i] = code == 1;
    }
    snapshot_close(snap);
}

/* What one side believes to have brought is what the other believes to have got. */
static void check_accounts(struct sim *w, int from, int to)
{
    static struct holding made[ITEMS_MAX], taken[ITEMS_MAX];
    static bool was_made[ITEMS_MAX], was_taken[ITEMS_MAX];
    read_holdings(w, &w->sites[from], to, HOLDING_MADE, was_made, made);
    read_holdings(w, &w->sites[to], from, HOLDING_TAKEN, was_taken, taken);
    for (int i = 0; i < w->item_count; i++) {
        int64_t op = was_taken[i] ? taken[i].op : 0;
        /* what was lost on its way and withdrawn before it came has left no trace there */
        if (!was_made[i] || (!was_taken[i] && made[i].op == STATE_WITHDRAW))
            continue;
        sim_check(w, made[i].sent == 0, "item %d is still on its way from %d to %d", i, from, to);
        /* After a gap, what is refused when it is said again may be there from before, or not: then
         * it counts as there, with a text that nobody knows. */
        if (made[i].refused && w->uneven) {
            sim_check(w, made[i].op == STATE_PUT || op != STATE_PUT,
                      "site %d has forgotten that %d has item %d", from, to, i);
            continue;
        }
        sim_check(w, made[i].op == op, "of item %d site %d believes %d brought to %d, which has %d",
                  i, from, (int)made[i].op, to, (int)op);
        sim_check(w, !was_taken[i] || slice_eq(made[i].hash, taken[i].hash),
                  "sites %d and %d know item %d by other statements", from, to, i);
    }
}

static void check_proof(struct sim *w, int site, int item)
{
    struct site *s = &w->sites[site];
    struct snapshot *snap = NULL;
    struct buf out cleanup_buf;
    struct json_writer j;
    struct json *proof = NULL;
    buf_init(&out, LIMIT_RESPONSE);
    jw_init(&j, &out);
    site_ok(s, node_snapshot(s->node, node_operator(s->node), s->arena, s->now_ms, &s->err, &snap));
    jw_object(&j);
    site_ok(s, exchange_proof(snap, slice_of(w->items[item].id), &j, &s->err));
    jw_object_end(&j);
    snapshot_close(snap);
    site_ok(s, json_parse(s->arena, arena_copy(s->arena, buf_slice(&out)), &s->err, &proof));
    const struct json *items = json_get(proof, "items");
    for (int to = 0; to < w->site_count; to++) {
        const struct json *last = NULL;
        for (uint32_t i = 0; w->linked[site][to] && i < items->count; i++) {
            const struct json *one = &items->items[i];
            if (slice_is(json_get_text(one, "peer"), w->peer_ids[site][to]) &&
                slice_is(json_get_text(one, "direction"), "made") &&
                json_get_bool(one, "receipted", false))
                last = one;
        }
        if (!last)
            continue;
        bool put = slice_is(json_get_text(last, "operation"), "put");
        bool refused = json_get(last, "refused") != NULL;
        struct row row = site_row(&w->sites[to], slice_of(w->items[item].id));
        sim_check(w, refused || put == (row.kind && !row.retracted),
                  "the proof at %d says that %d %s item %d", site, to,
                  put ? "has" : "has no longer", item);
    }
}

void sim_check_settled(struct sim *w)
{
    struct model_holding *h = calloc(1, sizeof *h);
    assert_non_null(h);
    model_settle(w, h);
    for (int site = 0; site < w->site_count; site++)
        for (int i = 0; i < w->item_count; i++) {
            check_held(w, h, site, i);
            check_redacted(w, h, site, i);
        }
    for (int a = 0; a < w->site_count; a++)
        for (int b = 0; b < w->site_count; b++)
            if (w->linked[a][b])
                check_accounts(w, a, b);
    if (w->item_count) {
        int item = (int)sim_random(w, (uint32_t)w->item_count);
        if (w->items[item].state != ITEM_LOST)
            check_proof(w, w->items[item].origin, item);
    }
    free(h);
}

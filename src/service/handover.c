/* The handover pack: see handover.h. Here: whose post it is and which relationships are its own;
 * the parts of the pack are in handover_work.c, handover_people.c and handover_promises.c. */
#include "service/handover_internal.h"

#include <stdlib.h>

#define DAY INT64_C(86400)
enum { CONTACT_DAYS = 730, RECENT_ROTATION_DAYS = 365, COMING_ROTATION_DAYS = 180 };

/* ---- the post and its people ---- */

static bool is_organisation(void *context, struct slice actor, struct slice nature)
{
    (void)context;
    (void)actor;
    return slice_is(nature, "organisation") || slice_is(nature, "state");
}

static struct slice organisation_of(struct handover *h, struct slice actor, struct slice home)
{
    if (home.len && roster_belongs(h->roster, actor, home, h->now_ms))
        return home;
    struct slice above = roster_climb(h->roster, actor, h->now_ms, is_organisation, NULL);
    return above.len ? above : actor;
}

/* Who holds the post, who did before, who comes. */
static void find_people(struct handover *h)
{
    h->holder = roster_holder(h->roster, h->post, h->now_ms);
    h->next = roster_next(h->roster, h->post, h->now_ms);
    h->predecessor = h->holder ? roster_before(h->roster, h->holder) : NULL;
    int64_t recent = h->now_ms - RECENT_ROTATION_DAYS * DAY * 1000;
    if (h->next && h->next->first_ms <= h->now_ms + COMING_ROTATION_DAYS * DAY * 1000)
        h->incoming = h->next;
    if (!h->incoming && h->holder && h->predecessor && h->holder->first_ms >= recent)
        h->incoming = h->holder;
}

static int find_post(struct handover *h, struct row *actor, struct slice home, struct error *err)
{
    int code = snapshot_body(h->snapshot, actor, err);
    if (code < 0)
        return code;
    struct slice nature = json_get_text(actor->body, "nature");
    if (slice_is(nature, "person")) {
        const struct tour *t = roster_latest(h->roster, actor->id, h->now_ms);
        h->person = actor->id;
        h->post = t ? t->position : S("");
    } else if (slice_is(nature, "position")) {
        h->post = actor->id;
    } else {
        return error_set(err, EN_INVALID, "a position or a person is handed over");
    }
    if (h->post.len)
        find_people(h);
    if (!h->person.len && h->holder)
        h->person = h->holder->person;
    h->of = organisation_of(h, h->post.len ? h->post : actor->id, home);
    return 0;
}

/* ---- its relationships ---- */

bool handover_carried(const struct handover *h, const struct contact *c)
{
    for (size_t i = 0; i < c->carrier_count; i++) {
        const struct carrier *k = &c->carriers[i];
        bool post = h->post.len && slice_eq(k->position, h->post);
        if (post || (!h->post.len && slice_eq(k->person, h->person)))
            return true;
    }
    return false;
}

static const char *basis_of(const struct handover *h, const struct relation *one)
{
    if (h->post.len && slice_eq(json_get_text(one->body, "steward"), h->post))
        return "steward";
    for (size_t i = 0; i < h->contacts.count; i++) {
        const struct contact *c = &h->contacts.items[i];
        if (c->held && c->own && contact_with(c, one->partner) && handover_carried(h, c))
            return "contact";
    }
    return NULL;
}

struct chosen {
    struct relation relation;
    const char *basis;
    struct slice priority, title;
};

static int compare_chosen(const void *x, const void *y)
{
    const struct chosen *a = x, *b = y;
    int by_priority = slice_compare(a->priority, b->priority);
    int by_title = slice_compare(a->title, b->title);
    return by_priority ? by_priority
           : by_title  ? by_title
                       : slice_compare(a->relation.id, b->relation.id);
}

static void choose(struct handover *h, const struct relation *one, const char *basis,
                   struct chosen *list, size_t *count)
{
    struct slice priority = json_get_text(one->body, "priority");
    struct reference partner = { .title = S("") };
    snapshot_reference(h->snapshot, one->partner, NULL, &partner);
    list[(*count)++] =
        (struct chosen){ *one, basis, priority.len ? priority : S("~"), partner.title };
}

/* Of the organisation those that go through the post; of the post itself all institutional ones. */
static int choose_relations(struct handover *h, const struct relations *all,
                            const struct relations *own, struct error *err)
{
    size_t most = all->count + own->count, count = 0;
    struct chosen *list = arena_array_of(h->arena, struct chosen, most + 1);
    h->relations.items = arena_array_of(h->arena, struct relation, most + 1);
    h->basis = arena_array_of(h->arena, const char *, most + 1);
    if (!list || !h->relations.items || !h->basis)
        return error_set(err, EN_NO_MEMORY, "handover");
    for (size_t i = 0; i < own->count; i++)
        choose(h, &own->items[i], "party", list, &count);
    for (size_t i = 0; i < all->count; i++) {
        const char *basis = basis_of(h, &all->items[i]);
        if (basis)
            choose(h, &all->items[i], basis, list, &count);
    }
    if (count > 1)
        qsort(list, count, sizeof *list, compare_chosen);
    for (size_t i = 0; i < count && h->relations.count < HANDOVER_EACH_MAX; i++) {
        h->basis[h->relations.count] = list[i].basis;
        h->relations.items[h->relations.count++] = list[i].relation;
    }
    return 0;
}

/* Contact is looked for with all of them: which relationships are the post's is seen from it. */
static int all_partners(struct handover *h, const struct relations *all,
                        const struct relations *own, struct error *err, struct ids *ret)
{
    struct relations both = { .count = all->count + own->count };
    both.items = arena_array_of(h->arena, struct relation, both.count + 1);
    if (!both.items)
        return error_set(err, EN_NO_MEMORY, "handover");
    if (all->count)
        memcpy(both.items, all->items, all->count * sizeof *both.items);
    if (own->count)
        memcpy(both.items + all->count, own->items, own->count * sizeof *both.items);
    return relations_partners(h->snapshot, &both, err, ret);
}

static int find_relations(struct handover *h, struct error *err)
{
    struct relations all = { 0 }, own = { 0 };
    struct contacts_query q = { .of = h->of,
                                .from = (h->as_of - CONTACT_DAYS * DAY) * 1000,
                                .until = h->now_ms,
                                .planned = true,
                                .theirs = true };
    int code = relations_of(h->snapshot, h->of, h->as_of, err, &all);
    if (code == 0 && h->post.len && !slice_eq(h->post, h->of))
        code = relations_of(h->snapshot, h->post, h->as_of, err, &own);
    if (code == 0)
        code = all_partners(h, &all, &own, err, &q.partners);
    if (code == 0)
        code = contacts_read(h->snapshot, h->roster, &q, err, &h->contacts);
    if (code == 0)
        code = choose_relations(h, &all, &own, err);
    return code == 0 ? relations_partners(h->snapshot, &h->relations, err, &h->partners) : code;
}

int handover_find(struct handover *h, struct row *actor, struct slice home, struct error *err)
{
    int code = roster_open(h->snapshot, err, &h->roster);
    if (code == 0)
        code = find_post(h, actor, home, err);
    return code == 0 ? find_relations(h, err) : code;
}

/* ---- the pack ---- */

static void write_tour(const char *name, const struct tour *t, struct render *r)
{
    if (!t || !refs_add(r->refs, t->person))
        return;
    jw_key(r->out, name);
    jw_object(r->out);
    tour_write(t, r);
    jw_object_end(r->out);
}

static void write_head(struct handover *h, struct render *r)
{
    if (h->post.len && refs_add(r->refs, h->post))
        jw_key_text(r->out, "post", h->post);
    if (refs_add(r->refs, h->of))
        jw_key_text(r->out, "of", h->of);
    if (h->person.len && refs_add(r->refs, h->person))
        jw_key_text(r->out, "person", h->person);
    write_tour("holder", h->holder, r);
    write_tour("predecessor", h->predecessor, r);
    write_tour("successor", h->next, r);
    if (!h->holder || h->holder->last_ms == INT64_MAX)
        return;
    jw_key_text(r->out, "until", h->holder->until);
    jw_key_int(r->out, "days_left", (h->holder->last_ms / 1000) / DAY - h->as_of / DAY);
}

static int write_parts(struct handover *h, struct render *r, struct error *err)
{
    static int (*const parts[])(struct handover * h, struct render * r, struct error * err) = {
        handover_write_relationships, handover_write_succession, handover_write_promises,
        handover_write_engagements,   handover_write_people,     handover_write_agreements,
        handover_write_needs,
    };
    int code = relations_write_personal("personal", h->person, h->desk, h->as_of, r, err);
    for (size_t i = 0; code == 0 && i < sizeof parts / sizeof *parts; i++)
        code = parts[i](h, r, err);
    return code;
}

int handover_write(struct node *n, struct snapshot *s, struct row *actor, struct slice home,
                   int64_t as_of, struct render *r, struct error *err)
{
    struct handover h = { .node = n,
                          .snapshot = s,
                          .arena = snapshot_arena(s),
                          .as_of = as_of,
                          .now_ms = as_of * 1000 + 999,
                          .post = S(""),
                          .of = S(""),
                          .person = S("") };
    int code = handover_find(&h, actor, home, err);
    if (code == 0)
        code = trust_open(n, s, err, &h.desk);
    if (code < 0)
        return code;
    write_head(&h, r);
    code = write_parts(&h, r, err);
    trust_close(h.desk);
    return code;
}

/* Contacts: see contacts.h. */
#include "service/contacts.h"

#include "base/limits.h"
#include "service/bodies.h"

#include <stdlib.h>

struct reading {
    struct snapshot *snapshot;
    struct roster *roster;
    struct arena *arena;
    const struct contacts_query *query;
    struct slice *partners; /* sorted */
    struct contacts all;
    size_t capacity;
};

static int compare_slices(const void *x, const void *y)
{
    const struct slice *a = x, *b = y;
    return slice_compare(*a, *b);
}

static bool is_side(void *context, struct slice actor, struct slice nature)
{
    const struct reading *r = context;
    (void)nature;
    return slice_eq(actor, r->query->of) ||
           (r->query->partners.count &&
            bsearch(&actor, r->partners, r->query->partners.count, sizeof actor, compare_slices));
}

/* Ours or which partner: the nearest of them above the participant, so that a partner may be a part
 * of ours or ours a part of it. Empty: neither. */
static struct slice side_of(struct reading *r, const struct json *participant, int64_t at_ms)
{
    struct slice position = json_get_text(participant, "position");
    struct slice side =
        roster_climb(r->roster, json_get_text(participant, "actor"), at_ms, is_side, r);
    return side.len || !position.len ? side : roster_climb(r->roster, position, at_ms, is_side, r);
}

/* Who stands behind a participant of ours. */
static struct carrier carrier_of(struct reading *r, const struct json *participant, int64_t at_ms)
{
    struct slice actor = json_get_text(participant, "actor");
    struct slice position = json_get_text(participant, "position");
    const struct tour *own = roster_post(r->roster, actor, at_ms);
    const struct tour *then = roster_holder(r->roster, position.len ? position : actor, at_ms);
    if (own && (!then || !slice_eq(then->person, own->person)))
        return (struct carrier){ own->person, own, own->position }; /* a person */
    if (then)
        return (struct carrier){ then->person, then, then->position };
    bool seen = position.len && roster_belongs(r->roster, position, r->query->of, at_ms);
    return (struct carrier){ S(""), NULL, seen ? position : S("") };
}

static void add_partner(struct contact *c, struct slice partner)
{
    if (partner.len && !contact_with(c, partner))
        c->partners[c->partner_count++] = partner;
}

/* Splits the participants into ours and theirs. */
static int split(struct reading *r, struct contact *c)
{
    const struct json *list = json_get(c->body, "participants");
    uint32_t count = list ? list->count : 0;
    c->carriers = arena_array_of(r->arena, struct carrier, count + 1);
    c->partners = arena_array_of(r->arena, struct slice, 2 * (size_t)count + 1);
    if (!c->carriers || !c->partners)
        return EN_NO_MEMORY;
    for (uint32_t i = 0; i < count && count <= LIMIT_EVIDENCE_PARTICIPANTS; i++) {
        const struct json *p = &list->items[i];
        struct slice side = side_of(r, p, c->at_ms);
        if (slice_eq(side, r->query->of) && side.len)
            c->carriers[c->carrier_count++] = carrier_of(r, p, c->at_ms);
        else
            add_partner(c, side);
    }
    return 0;
}

static bool grow(struct reading *r)
{
    if (r->all.count < r->capacity)
        return true;
    size_t wider = r->capacity ? r->capacity * 2 : 64;
    struct contact *items = arena_array_of(r->arena, struct contact, wider);
    if (!items)
        return false;
    if (r->all.count)
        memcpy(items, r->all.items, r->all.count * sizeof *items);
    r->all.items = items;
    r->capacity = wider;
    return true;
}

static int add(struct reading *r, const struct body *b, bool own)
{
    struct when when;
    struct contact c = { .engagement = b->id, .label = b->label, .body = b->json, .own = own };
    if (!when_parse(json_get_text(b->json, "when"), &when))
        return 0;
    c.at_ms = when_first_ms(when);
    c.held = slice_is(json_get_text(b->json, "status"), "held");
    bool wanted = c.held ? c.at_ms >= r->query->from && c.at_ms <= r->query->until
                         : r->query->planned && when_last_ms(when) >= r->query->until;
    if (!wanted)
        return 0;
    int code = grow(r) ? split(r, &c) : EN_NO_MEMORY;
    if (code == 0 && c.carrier_count && c.partner_count)
        r->all.items[r->all.count++] = c;
    return code;
}

static int compare_contacts(const void *x, const void *y)
{
    const struct contact *a = x, *b = y;
    if (a->at_ms != b->at_ms)
        return a->at_ms < b->at_ms ? -1 : 1;
    return slice_compare(a->engagement, b->engagement);
}

/* Each once: an engagement is found by every participant of ours. */
static void settle(struct contacts *all)
{
    size_t count = 0;
    if (all->count > 1)
        qsort(all->items, all->count, sizeof *all->items, compare_contacts);
    for (size_t i = 0; i < all->count; i++)
        if (i == 0 || !slice_eq(all->items[i].engagement, all->items[count - 1].engagement))
            all->items[count++] = all->items[i];
    all->count = count;
}

/* A year or a month sorts before its days, so the text of the year is the safe lower bound. */
static struct slice year_of(struct arena *a, int64_t ms)
{
    char text[32];
    when_format_ms(ms, false, text);
    return arena_copy(a, slice_make(text, 4));
}

/* Those in which this one of ours takes part: ours, or what partners state. */
static int read_of(struct reading *r, struct slice actor, bool own, struct error *err)
{
    static const char sql[] =
        "SELECT r.id, r.label, r.body FROM engagements_v k JOIN record_v r ON r.num = k.num"
        " WHERE k.num IN (SELECT num FROM item_v WHERE field IN"
        " ('participants.actor', 'participants.position') AND value = ?1)"
        " AND k.own = (?3 = 'own') AND k.status IN ('held', 'planned') AND k.\"when\" >= ?2"
        " ORDER BY r.id";
    struct slice values[] = { actor, year_of(r->arena, r->query->from), own ? S("own") : S("") };
    struct bodies found = { 0 };
    int code = bodies_read(r->snapshot, sql, values, 3, err, &found);
    for (size_t b = 0; code == 0 && b < found.count; b++)
        code = add(r, &found.items[b], own);
    return code;
}

int contacts_read(struct snapshot *s, struct roster *r, const struct contacts_query *q,
                  struct error *err, struct contacts *ret)
{
    struct reading t = { .snapshot = s, .roster = r, .arena = snapshot_arena(s), .query = q };
    struct ids ours;
    t.partners = arena_array_of(t.arena, struct slice, q->partners.count + 1);
    int code = t.partners ? roster_under(r, q->of, err, &ours) : EN_NO_MEMORY;
    if (code == 0 && q->partners.count) {
        memcpy(t.partners, q->partners.items, q->partners.count * sizeof *t.partners);
        qsort(t.partners, q->partners.count, sizeof *t.partners, compare_slices);
    }
    for (size_t i = 0; code == 0 && i < ours.count; i++) {
        code = read_of(&t, ours.items[i], /* own= */ true, err);
        if (code == 0 && q->theirs)
            code = read_of(&t, ours.items[i], /* own= */ false, err);
    }
    if (code == EN_NO_MEMORY)
        return error_set(err, EN_NO_MEMORY, "contacts");
    if (code < 0)
        return code;
    settle(&t.all);
    *ret = t.all;
    return 0;
}

bool contact_with(const struct contact *c, struct slice partner)
{
    for (size_t i = 0; i < c->partner_count; i++)
        if (slice_eq(c->partners[i], partner))
            return true;
    return false;
}

bool contact_by(const struct contact *c, struct slice person)
{
    for (size_t i = 0; i < c->carrier_count; i++)
        if (slice_eq(c->carriers[i].person, person))
            return true;
    return false;
}

bool contact_names(const struct contact *c, struct slice relationship)
{
    const struct json *list = json_get(c->body, "relationships");
    for (uint32_t i = 0; list && i < list->count; i++)
        if (slice_eq(list->items[i].text, relationship))
            return true;
    return false;
}

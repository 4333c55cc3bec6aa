/* The partners' people and the needs that count on the partners: parts of the handover pack. See
 * handover.h. */
#include "service/handover_internal.h"

#include "service/answering.h"
#include "service/bodies.h"

/* ---- people ---- */

/* Who holds the position today, if it is one. */
static bool write_incumbent(struct handover *h, struct slice partner, struct slice position,
                            struct render *r)
{
    const struct tour *t = roster_holder(h->roster, position, h->now_ms);
    if (!t || !refs_add(r->refs, t->person))
        return false;
    jw_object(r->out);
    jw_key_text(r->out, "partner", partner);
    tour_write(t, r);
    const struct tour *next = roster_next(h->roster, position, h->now_ms);
    if (next && refs_add(r->refs, next->person)) {
        snapshot_mark_number(h->snapshot, next->label);
        jw_key_text(r->out, "next", next->person);
    }
    jw_object_end(r->out);
    return true;
}

static bool is_partner(void *context, struct slice actor, struct slice nature)
{
    const struct handover *h = context;
    (void)nature;
    for (size_t i = 0; i < h->partners.count; i++)
        if (slice_eq(h->partners.items[i], actor))
            return true;
    return slice_eq(h->of, actor);
}

/* Each position is told under the nearest partner above it; our own are not told. */
int handover_write_people(struct handover *h, struct render *r, struct error *err)
{
    size_t count = 0;
    int code = 0;
    jw_key(r->out, "people");
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < h->partners.count; i++) {
        struct ids under = { 0 };
        struct slice partner = h->partners.items[i];
        code = roster_under(h->roster, partner, err, &under);
        for (size_t j = 0; code == 0 && j < under.count && count < HANDOVER_EACH_MAX; j++) {
            struct slice nearest =
                roster_climb(h->roster, under.items[j], h->now_ms, is_partner, h);
            if (slice_eq(nearest, partner))
                count += write_incumbent(h, partner, under.items[j], r);
        }
    }
    jw_array_end(r->out);
    return code;
}

/* ---- needs ---- */

/* Who offers a concept that answers the line. */
struct supply {
    struct snapshot *snapshot;
    const struct answerings *concepts;
    struct slice partner;
    struct slice through; /* the offered concept, when it is another than the line's */
    struct slice capability;
    int64_t own, others;
};

/* The columns: actor, label, capability. The very capability is told before what answers it. */
static int take_offer(void *context, const struct slice *c)
{
    struct supply *s = context;
    const struct answering *answer = answering_find(s->concepts, c[2]);
    int64_t label = 0;
    if (!answer)
        return 0;
    slice_to_int64(c[1], &label);
    snapshot_mark_number(s->snapshot, (uint32_t)label);
    if (!slice_eq(c[0], s->partner)) {
        s->others++;
        return 0;
    }
    if (s->own++ == 0)
    s->through = answer->concept;
    if (slice_eq(answer->concept, s->capability))
        s->through = s->capability;
    return 0;
}

static int write_line(struct handover *h, const struct body *need, struct slice partner,
                      struct slice capability, const struct answerings *concepts, struct render *r,
                      struct error *err)
{
    static const char sql[] =
        "SELECT k.actor, r.label, k.capability FROM offers_v k JOIN record_v r"
        " ON r.num = k.num JOIN record_v a ON a.id = k.actor"
        " AND a.retracted = 0 ORDER BY r.id";
    struct supply s = {
        .snapshot = h->snapshot, .concepts = concepts, .partner = partner, .capability = capability
    };
    int code = snapshot_query(h->snapshot, sql, NULL, 0, err, take_offer, &s);
    if (code < 0 || s.own == 0 || !refs_add(r->refs, need->id) || !refs_add(r->refs, capability))
        return code;
    snapshot_mark_number(h->snapshot, need->label);
    jw_object(r->out);
    jw_key_text(r->out, "need", need->id);
    jw_key_text(r->out, "capability", capability);
    if (!slice_eq(s.through, capability) && refs_add(r->refs, s.through))
        jw_key_text(r->out, "through", s.through);
    jw_key_text(r->out, "partner", partner);
    jw_key_int(r->out, "offers", s.own);
    jw_key_int(r->out, "other_offers", s.others);
    jw_object_end(r->out);
    return 0;
}

static int write_need(struct handover *h, const struct body *need, struct render *r,
                      struct error *err)
{
    const struct json *lines = json_get(need->json, "requirements");
    int code = 0;
    for (uint32_t l = 0; code == 0 && lines && l < lines->count; l++) {
        struct slice capability = json_get_text(&lines->items[l], "capability");
        struct answerings concepts = { 0 };
        if (!snapshot_readable(h->snapshot, capability, NULL))
            continue;
        code = concepts_answering(h->snapshot, h->now_ms, capability, /* close= */ false, err,
                                  &concepts);
        for (size_t p = 0; code == 0 && p < h->partners.count; p++)
            code = write_line(h, need, h->partners.items[p], capability, &concepts, r, err);
    }
    return code;
}

/* Open needs with a line that an offer of the partner answers: with the very capability, a narrower
 * one, or one that an exact mapping says is the same. (What a close mapping or another repair would
 * bring in is the options' question.) */
int handover_write_needs(struct handover *h, struct render *r, struct error *err)
{
    static const char sql[] =
        "SELECT r.id, r.label, r.body FROM needs_v k JOIN record_v r ON r.num = k.num"
        " WHERE k.state = 'open' ORDER BY r.id";
    struct bodies all = { 0 };
    int code = bodies_read(h->snapshot, sql, NULL, 0, err, &all);
    jw_key(r->out, "needs");
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < all.count; i++)
        code = write_need(h, &all.items[i], r, err);
    jw_array_end(r->out);
    return code;
}

/* Relationships of an actor: see relations.h. */
#include "service/relations.h"

#include "service/bodies.h"

static bool in_force(const struct json *body, int64_t as_of)
{
    struct when from, until;
    int64_t now = as_of * 1000;
    if (when_parse(json_get_text(body, "from"), &from) && when_first_ms(from) > now)
        return false;
    return !when_parse(json_get_text(body, "until"), &until) || when_last_ms(until) >= now;
}

int relations_of(struct snapshot *s, struct slice of, int64_t as_of, struct error *err,
                 struct relations *ret)
{
    static const char sql[] =
        "SELECT r.id, r.label, r.body FROM relationships_v k JOIN record_v r ON r.num = k.num"
        " WHERE (k.a = ?1 OR k.b = ?1) AND k.own ORDER BY r.id";
    const struct kind *actor = kinds_find(snapshot_kinds(s), S("actor"));
    struct bodies all = { 0 };
    struct relations found = { 0 };
    int code = bodies_read(s, sql, &of, 1, err, &all);
    if (code == 0)
        found.items = arena_array_of(snapshot_arena(s), struct relation, all.count + 1);
    if (code == 0 && !found.items)
        code = error_set(err, EN_NO_MEMORY, "relationships");
    for (size_t i = 0; code == 0 && i < all.count; i++) {
        const struct body *b = &all.items[i];
        struct slice a = json_get_text(b->json, "a"), other = json_get_text(b->json, "b");
        struct slice partner = slice_eq(a, of) ? other : a;
        if (in_force(b->json, as_of) && snapshot_readable(s, partner, actor))
            found.items[found.count++] = (struct relation){ b->id, partner, b->label, b->json };
    }
    if (code == 0)
        *ret = found;
    return code;
}

bool relation_is_personal(const struct relation *r)
{
    return slice_is(json_get_text(r->body, "nature"), "interpersonal");
}

int relations_partners(struct snapshot *s, const struct relations *all, struct error *err,
                       struct ids *ret)
{
    struct ids ids = { arena_array_of(snapshot_arena(s), struct slice, all->count + 1), 0 };
    if (!ids.items)
        return error_set(err, EN_NO_MEMORY, "relationships");
    for (size_t i = 0; i < all->count; i++) {
        size_t j = 0;
        while (j < ids.count && !slice_eq(ids.items[j], all->items[i].partner))
            j++;
        if (j == ids.count)
            ids.items[ids.count++] = all->items[i].partner;
    }
    *ret = ids;
    return 0;
}

int relation_write_trust(const struct relation *one, struct slice of, struct trust_desk *d,
                         int64_t as_of, struct render *r, struct error *err)
{
    struct trust_figure trust, earned;
    struct trust_query there = {
        .truster = of, .trustee = one->partner, .as_of = as_of, .dimension = TRUST_ALL
    };
    struct trust_query back = there;
    back.truster = one->partner;
    back.trustee = of;
    int code = trust_figure(d, &there, err, &trust);
    if (code == 0)
        code = trust_figure(d, &back, err, &earned);
    if (code < 0)
        return code;
    snapshot_mark_number(r->snapshot, one->label);
    refs_add(r->refs, one->id);
    refs_add(r->refs, one->partner);
    jw_key_text(r->out, "relationship", one->id);
    jw_key_text(r->out, "partner", one->partner);
    jw_key_fixed(r->out, "trust", trust.trust.expectation, 6);
    jw_key_fixed(r->out, "earned", earned.trust.expectation, 6);
    return 0;
}

int relations_write_personal(const char *name, struct slice person, struct trust_desk *d,
                             int64_t as_of, struct render *r, struct error *err)
{
    struct relations all = { 0 };
    int code = person.len ? relations_of(r->snapshot, person, as_of, err, &all) : 0;
    jw_key(r->out, name);
    jw_array(r->out);
    for (size_t i = 0; code == 0 && i < all.count; i++) {
        if (!relation_is_personal(&all.items[i]))
            continue;
        jw_object(r->out);
        code = relation_write_trust(&all.items[i], person, d, as_of, r, err);
        jw_object_end(r->out);
    }
    jw_array_end(r->out);
    return code;
}

/* Whose a record is: see origins.h. */
#include "service/origins.h"

#include "service/access_internal.h"

enum { NAMES_KEPT = 32 }; /* further originators are looked up each time */

struct named {
    struct slice instance, name; /* no name: not one of our peers */
};

struct origins {
    struct snapshot *snapshot;
    char own[UUID_TEXT + 1];
    bool told;  /* which instance is ours */
    bool peers; /* this viewer may learn what we call them */
    struct named kept[NAMES_KEPT];
    size_t count;
};

struct origins *origins_new(struct snapshot *s)
{
    const struct viewer *v = snapshot_viewer(s);
    struct uuid own = snapshot_instance(s);
    struct origins *o = arena_new_of(snapshot_arena(s), struct origins);
    if (!o)
        return NULL;
    *o = (struct origins){ .snapshot = s,
                           .told = !uuid_eq(own, (struct uuid){ { 0 } }),
                           .peers = (v->permissions & PERMIT_DISCLOSE) != 0 };
    uuid_format(own, o->own);
    return o;
}

bool origins_foreign(const struct origins *o, struct slice origin)
{
    return o->told && origin.len && !slice_is(origin, o->own);
}

/* The actor that the peer stands for, where the viewer may read it. */
static int find_actor(struct snapshot *s, struct row *peer, struct row *ret)
{
    struct slice actor = json_get_text(peer->body, "actor");
    return actor.len ? snapshot_get(s, NULL, actor, NULL, ret) : EN_NOT_FOUND;
}

/* Empty when it is none of our peers: its records came through one. */
static struct slice look_up(struct origins *o, struct slice instance)
{
    struct row row, actor;
    int code = access_find(o->snapshot, "peer", "instance", instance, NULL, &row);
    if (code == 0 && !o->peers) {
        code = find_actor(o->snapshot, &row, &actor);
        row = actor;
    }
    if (code < 0 && code != EN_NOT_FOUND)
        snapshot_fail(o->snapshot, code); /* what could not be read is not unknown */
    return code < 0 ? S("") : row.title;
}

static struct slice name_of(struct origins *o, struct slice instance)
{
    for (size_t i = 0; i < o->count; i++)
        if (slice_eq(o->kept[i].instance, instance))
            return o->kept[i].name;
    struct slice name = look_up(o, instance);
    struct slice copy = arena_copy(snapshot_arena(o->snapshot), instance);
    if (copy.ptr && o->count < NAMES_KEPT)
        o->kept[o->count++] = (struct named){ .instance = copy, .name = name };
    return name;
}

void origins_write(struct origins *o, struct slice origin, struct json_writer *out)
{
    if (!origins_foreign(o, origin))
        return;
    jw_key_bool(out, "theirs", true);
    struct slice name = snapshot_viewer(o->snapshot)->is_partner ? S("") : name_of(o, origin);
    if (name.len)
        jw_key_text(out, "origin_name", name);
}

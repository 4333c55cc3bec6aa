/* The viewer of a peer: see partner.h. Peers are found with the operator's eyes, as users are. */
#include "service/partner.h"

#include "service/access_internal.h"
#include "service/exchange.h"
#include "service/release.h"

/* asked: by somebody who wants to see what it reads. */
static int take_peer(struct node *n, struct arena *a, struct row *row, bool asked,
                     struct error *err, struct viewer *ret)
{
    if (row->retracted || slice_is(json_get_text(row->body, "state"), "ended"))
        return error_set(err, EN_NOT_FOUND, "there is no such peer");
    if (!uuid_parse(row->id, &ret->user) ||
        !uuid_parse(json_get_text(row->body, "instance"), &ret->partner_instance))
        return error_set(err, EN_CORRUPT, "a peer without its instance");
    if (asked && !json_get(row->body, "clearance"))
        return error_set(err, EN_CONFLICT, "the peer has no clearance: state what it may read");
    ret->display_name = json_get_text(row->body, "name");
    return peer_clearance(n->policy, a, row->body, err, &ret->clearance);
}

/* By the id of its record, by its instance or by its name. */
static int find_row(struct snapshot *s, const struct kind *k, struct slice which, struct error *err,
                    struct row *ret)
{
    int code = snapshot_get(s, k, which, NULL, ret);
    if (code == 0)
        return snapshot_body(s, ret, err);
    if (code == EN_NOT_FOUND)
        code = access_find(s, "peer", "instance", which, NULL, ret);
    return code == EN_NOT_FOUND ? access_find(s, "peer", "name", which, err, ret) : code;
}

static int find_peer(struct node *n, struct arena *a, struct slice id, bool asked, int64_t now_ms,
                     struct error *err, struct viewer *ret)
{
    const struct kind *k = kinds_find(n->kinds, S("peer"));
    struct snapshot *s = NULL;
    struct row row;
    if (!k)
        return error_set(err, EN_NOT_FOUND, "there is no such peer");
    int code = access_identity_open(n, a, now_ms, err, &s);
    if (code < 0)
        return code;
    code = find_row(s, k, id, err, &row);
    if (code == 0)
        code = take_peer(n, a, &row, asked, err, ret);
    int failure = snapshot_failure(s);
    snapshot_close(s);
    return failure < 0 && failure != code ? error_set(err, failure, "peers cannot be read") : code;
}

int partner_viewer(struct node *n, struct arena *a, struct slice which,
                   const struct viewer *officer, int64_t now_ms, struct error *err,
                   const struct viewer **ret)
{
    struct viewer *v = arena_new_of(a, struct viewer);
    if (!v)
        return error_set(err, EN_NO_MEMORY, "peer");
    *v = (struct viewer){ .username = S("partner"),
                          .role = ROLE_READER,
                          .permissions = role_permissions(ROLE_READER),
                          .is_partner = true };
    int code = release_sweep(n, a, now_ms, err);
    if (code == 0)
        code = find_peer(n, a, which, officer != NULL, now_ms, err, v);
    if (code < 0)
        return code;
    if (officer) {
        v->french = officer->french;
        v->also = officer->clearance;
    }
    *ret = v;
    return 0;
}

bool partner_narrowed(const struct viewer *partner)
{
    return partner->also && !clearance_within(partner->clearance, partner->also);
}

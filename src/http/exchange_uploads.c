/*
 * Uploads in progress; see exchange_door.h.
 *
 * A connection that was cut on its way may look alive here until it times out, and its part has
 * one writer. So the newest upload of a bundle by its peer takes the part over; what still comes
 * over the older connection is refused.
 */
#include "http/exchange_door.h"

static void leave(struct exchange_request *r)
{
    struct exchange_request **at = &r->server->uploads;
    while (*at && *at != r) {
        at = &(*at)->next_upload;
    }
    if (*at) {
        *at = r->next_upload;
    }
}

/* Under the lock: another request that receives the same bundle from the same peer. */
static struct exchange_request *find_twin(const struct exchange_request *r)
{
    struct exchange_request *one = r->server->uploads;
    while (one && !(slice_eq(one->name, r->name) &&
                    memcmp(&one->peer->instance, &r->peer->instance, sizeof(struct uuid)) == 0)) {
        one = one->next_upload;
    }
    return one;
}

int upload_begin(struct exchange_request *r, int64_t *ret_size)
{
    struct exchange_server *s = r->server;
    int code = 0;
    pthread_mutex_lock(&s->uploads_lock);
    struct exchange_request *twin = find_twin(r);
    if (twin) {
        leave(twin);
        r->part = twin->part;
        twin->part = NULL;
    } else {
        code = depot_part_open(s->options.depot, DEPOT_IN, r->peer->instance, r->name, &r->err,
                               &r->part);
    }
    if (code == 0) {
        *ret_size = depot_part_size(r->part);
        r->next_upload = s->uploads;
        s->uploads = r;
    }
    pthread_mutex_unlock(&s->uploads_lock);
    return code;
}

int upload_append(struct exchange_request *r, struct slice bytes)
{
    pthread_mutex_lock(&r->server->uploads_lock);
    int code = r->part ? depot_part_append(r->part, bytes, r->part_length, &r->err)
                       : error_set(&r->err, EN_BUSY, "this bundle goes on over another connection");
    pthread_mutex_unlock(&r->server->uploads_lock);
    return code;
}

int upload_seal(struct exchange_request *r)
{
    pthread_mutex_lock(&r->server->uploads_lock);
    leave(r);
    pthread_mutex_unlock(&r->server->uploads_lock);
    return r->part ? 0 : error_set(&r->err, EN_BUSY, "this bundle goes on over another connection");
}

void upload_end(struct exchange_request *r, bool keep)
{
    pthread_mutex_lock(&r->server->uploads_lock);
    leave(r);
    depot_part_close(r->part, keep); /* before another upload of it may look: the file is locked */
    r->part = NULL;
    pthread_mutex_unlock(&r->server->uploads_lock);
}

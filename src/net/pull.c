/*
 * Fetching a bundle; see carrier.h. Only a complete one with the right hash is ever looked at.
 */
#include "net/talk.h"

#include "base/limits.h"

#include <unistd.h>

struct fetch {
    struct talk *talk;
    struct depot_part *part; /* NULL until the peer has named the bundle */
};

static int open_part(struct fetch *f, const char *name, struct error *err)
{
    struct talk *t = f->talk;
    if (!depot_is_hash(slice_of(name))) {
        return error_set(err, EN_CONFLICT, "the peer gave the bundle no name");
    }
    memcpy(t->report->bundle, name, DEPOT_HASH_TEXT + 1);
    return depot_part_open(t->carrier->depot, DEPOT_FROM, t->run->peer->instance,
                           slice_of(t->report->bundle), err, &f->part);
}

/* A whole bundle begins: what was there of another, or of this one, is void. */
static int begin_anew(struct fetch *f, const struct net_reply *reply, struct error *err)
{
    depot_part_close(f->part, /* keep= */ false);
    f->part = NULL;
    int code = open_part(f, reply->etag, err);
    if (code == 0 && depot_part_size(f->part) > 0) {
        depot_part_close(f->part, /* keep= */ false);
        f->part = NULL;
        code = open_part(f, reply->etag, err);
    }
    return code;
}

static int on_begin(void *context, const struct net_reply *reply, struct error *err)
{
    struct fetch *f = context;
    if (reply->status == 200) {
        return begin_anew(f, reply, err);
    }
    if (!f->part || reply->range_from != depot_part_size(f->part) ||
        strcmp(reply->etag, f->talk->report->bundle) != 0) {
        return error_set(err, EN_CONFLICT, "the peer sent another part than was asked for");
    }
    return 0;
}

static int on_take(void *context, struct slice bytes, struct error *err)
{
    struct fetch *f = context;
    f->talk->failures = 0;
    return depot_part_append(f->part, bytes, LIMIT_BUNDLE, err);
}

/* A young part of an earlier call. */
static void resume(struct fetch *f)
{
    struct talk *t = f->talk;
    int64_t size = 0;
    int fd = depot_kept(t->carrier->depot, DEPOT_FROM, t->run->peer->instance, t->run->now_ms,
                        LIMIT_EXCHANGE_RESUME_S, t->report->bundle, &size);
    if (fd >= 0) {
        close(fd);
        struct error ignored = { 0 };
        if (open_part(f, t->report->bundle, &ignored) == 0) {
            t->report->resumed_at = depot_part_size(f->part);
        }
    }
}

/* One attempt at the rest. */
static int fetch_rest(struct fetch *f, bool *ret_again)
{
    const struct net_sink sink = { .context = f, .begin = on_begin, .take = on_take };
    struct net_reply reply;
    const struct net_request r = { .method = "GET",
                                   .path = S(EXCHANGE_PATH "/outbox"),
                                   .from = f->part ? depot_part_size(f->part) : 0,
                                   .if_range = f->talk->report->bundle,
                                   .sink = &sink };
    int code = talk_once(f->talk, &r, &reply, ret_again);
    if (code < 0) {
        return code;
    }
    if (reply.status == 204) {
        f->talk->report->nothing = true;
    } else if (reply.status == 416) { /* all of it was there */
        code = f->part ? 0 : talk_refuse(f->talk, &reply);
    } else if (reply.status != 200 && reply.status != 206) {
        code = talk_refuse(f->talk, &reply);
    }
    buf_done(&reply.body);
    return code;
}

static int fetch(struct fetch *f)
{
    bool again = false;
    int code = fetch_rest(f, &again);
    while (code < 0 && again && talk_wait(f->talk)) {
        code = fetch_rest(f, &again);
    }
    return code;
}

/* Sends our receipt back. That it does not arrive harms nothing: the peer sends the same again, and
 * hears then that we have it. */
static bool acknowledge(struct talk *t, struct slice receipt)
{
    struct error kept = { 0 }, *err = t->err;
    struct net_reply reply;
    bool heard = false;
    const struct net_request r = { .method = "POST",
                                   .path = S(EXCHANGE_PATH "/receipts"),
                                   .type = RECEIPT_MEDIA,
                                   .body = receipt };
    t->err = &kept;
    t->failures = 0;
    if (receipt.len > 0 && talk_ask(t, &r, &reply) == 0) {
        heard = reply.status >= 200 && reply.status < 300;
        buf_done(&reply.body);
    }
    t->err = err;
    return heard;
}

static int take(struct talk *t, struct slice bundle)
{
    const struct exchange_calls *calls = t->carrier->calls;
    struct buf receipt cleanup_buf = { 0 };
    struct buf outcome cleanup_buf = { 0 };
    buf_init(&receipt, LIMIT_RECEIPT);
    buf_init(&outcome, LIMIT_RESPONSE);
    t->report->bytes = (int64_t)bundle.len;
    int code = calls->take(calls->context, t->run->arena, t->run->peer, bundle, t->run->now_ms,
                           t->err, &receipt, &outcome, &t->report->again);
    if (code == 0 && buf_failed(&receipt)) {
        code = error_set(t->err, EN_NO_MEMORY, "receipt");
    }
    return code < 0 ? code : talk_conclude(t, &outcome, acknowledge(t, buf_slice(&receipt)));
}

static int pull(struct talk *t)
{
    struct slice bundle = { 0 };
    struct fetch f = { .talk = t };
    resume(&f);
    int code = fetch(&f);
    bool fetched = code == 0 && !t->report->nothing;
    code = fetched ? depot_part_whole(f.part, t->err, &bundle) : code;
    code = code == 0 && fetched ? take(t, bundle) : code;
    depot_part_close(f.part, /* keep= */ code == EN_BUSY);
    return code;
}

int carrier_pull(struct carrier *c, const struct carrier_run *run, struct error *err,
                 struct carrier_report *ret)
{
    return talk_carry(c, run, pull, err, ret);
}

int carrier_card(struct carrier *c, const struct carrier_run *run, struct error *err,
                 struct buf *ret)
{
    struct talk t;
    struct carrier_report report;
    struct net_reply reply;
    const struct net_request r = { .method = "GET", .path = S(EXCHANGE_PATH "/card") };
    int code = talk_begin(c, run, err, &report, &t);
    if (code < 0) {
        return code;
    }
    code = talk_ask(&t, &r, &reply);
    if (code == 0) {
        code = reply.status == 200 ? 0 : talk_refuse(&t, &reply);
        if (code == 0) {
            buf_add(ret, buf_slice(&reply.body));
        }
        buf_done(&reply.body);
    }
    talk_end(&t);
    return code;
}

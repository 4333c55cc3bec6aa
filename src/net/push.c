/*
 * Sending a bundle; see carrier.h. The peer says how much of it it has; the rest follows.
 */
#include "net/talk.h"

#include "base/limits.h"

#include <unistd.h>

/* A young bundle of an earlier call that was not acknowledged. */
static bool resume(struct talk *t)
{
    int64_t size = 0;
    int fd = depot_kept(t->carrier->depot, DEPOT_TO, t->run->peer->instance, t->run->now_ms,
                        LIMIT_EXCHANGE_RESUME_S, t->report->bundle, &size);
    if (fd < 0) {
        return false;
    }
    close(fd);
    return true;
}

static int make(struct talk *t)
{
    const struct exchange_calls *calls = t->carrier->calls;
    struct buf bundle cleanup_buf = { 0 };
    buf_init(&bundle, LIMIT_BUNDLE);
    int code =
        calls->make(calls->context, t->run->arena, t->run->peer, t->run->now_ms, t->err, &bundle);
    if (code == 0 && buf_failed(&bundle)) {
        code = error_set(t->err, bundle.no_memory ? EN_NO_MEMORY : EN_TOO_LARGE,
                         "the bundle is larger than %d bytes", LIMIT_BUNDLE);
    }
    if (code < 0 || bundle.len == 0) {
        t->report->nothing = code == 0;
        return code;
    }
    return depot_keep(t->carrier->depot, DEPOT_TO, t->run->peer->instance, buf_slice(&bundle),
                      t->err, t->report->bundle);
}

/* How much of the bundle the peer has, and whether it has answered for all of it before. */
static int ask_have(struct talk *t, int64_t *ret_have, bool *ret_answered)
{
    struct json *answer = NULL;
    struct net_reply reply;
    const struct net_request r = { .method = "GET",
                                   .path = arena_printf(t->run->arena, EXCHANGE_PATH "/inbox/%s",
                                                        t->report->bundle) };
    int code = talk_ask(t, &r, &reply);
    if (code < 0) {
        return code;
    }
    if (reply.status != 200) {
        code = talk_refuse(t, &reply);
    } else {
        code = json_parse(t->run->arena, arena_copy(t->run->arena, buf_slice(&reply.body)), t->err,
                          &answer);
    }
    buf_done(&reply.body);
    if (code == 0) {
        *ret_have = json_get_int(answer, "have", 0);
        *ret_answered = json_get_bool(answer, "answered", false);
    }
    return code;
}

static int keep_receipt(struct talk *t, const struct net_reply *reply)
{
    t->receipt = arena_copy(t->run->arena, buf_slice(&reply->body));
    return t->receipt.ptr ? 0 : error_set(t->err, EN_NO_MEMORY, "receipt");
}

static int fetch_receipt(struct talk *t)
{
    struct net_reply reply;
    const struct net_request r = { .method = "GET",
                                   .path = arena_printf(t->run->arena, EXCHANGE_PATH "/receipts/%s",
                                                        t->report->bundle) };
    int code = talk_ask(t, &r, &reply);
    if (code < 0) {
        return code;
    }
    code = reply.status == 200 ? keep_receipt(t, &reply) : talk_refuse(t, &reply);
    buf_done(&reply.body);
    return code;
}

/* Sends what is missing. *ret_again: the peer has another idea of what it has, or was cut off. */
static int send_rest(struct talk *t, struct slice bundle, int64_t have, bool *ret_again)
{
    struct net_reply reply;
    const struct net_request r = {
        .method = "PUT",
        .path = arena_printf(t->run->arena, EXCHANGE_PATH "/inbox/%s?offset=%lld&length=%zu",
                             t->report->bundle, (long long)have, bundle.len),
        .type = BUNDLE_MEDIA,
        .body = slice_make(bundle.ptr + have, bundle.len - (size_t)have),
    };
    int code = talk_once(t, &r, &reply, ret_again);
    if (code < 0) {
        return code;
    }
    *ret_again = reply.status == 409;
    code = reply.status == 200 ? keep_receipt(t, &reply) : talk_refuse(t, &reply);
    t->failures += code < 0;
    buf_done(&reply.body);
    return code;
}

static int upload(struct talk *t, struct slice bundle)
{
    int64_t most = 0;
    bool again = true;
    int code = 0;
    for (bool first = true; again && (first || talk_wait(t)); first = false) {
        int64_t have = 0;
        bool answered = false;
        code = ask_have(t, &have, &answered);
        if (code < 0) {
            return code;
        }
        if (answered) {
            return fetch_receipt(t);
        }
        if (have < 0 || have > (int64_t)bundle.len) {
            return error_set(t->err, EN_CONFLICT, "the peer says that it has more than was sent");
        }
        t->report->resumed_at = first ? have : t->report->resumed_at;
        t->failures = have > most ? 0 : t->failures;
        most = have > most ? have : most;
        again = false;
        code = send_rest(t, bundle, have, &again);
    }
    return code;
}

/* Takes in what the peer acknowledges. */
static int take_receipt(struct talk *t)
{
    const struct exchange_calls *calls = t->carrier->calls;
    struct buf outcome cleanup_buf = { 0 };
    buf_init(&outcome, LIMIT_RESPONSE);
    int code = calls->receipt(calls->context, t->run->arena, t->run->peer, t->receipt,
                              t->run->now_ms, t->err, &outcome, &t->report->again);
    return code < 0 ? code : talk_conclude(t, &outcome, /* acknowledged= */ true);
}

/* The upload, and the receipt; the bundle is forgotten when it was answered. */
static int send(struct talk *t)
{
    struct depot_part *part = NULL;
    struct slice bundle = { 0 };
    int code = depot_part_open(t->carrier->depot, DEPOT_TO, t->run->peer->instance,
                               slice_of(t->report->bundle), t->err, &part);
    code = code == 0 ? depot_part_whole(part, t->err, &bundle) : code;
    t->report->bytes = (int64_t)bundle.len;
    code = code == 0 ? upload(t, bundle) : code;
    bool unanswered = code == EN_BUSY || code == EN_FORBIDDEN;
    depot_part_close(part, /* keep= */ unanswered);
    return code < 0 ? code : take_receipt(t);
}

static int push(struct talk *t)
{
    int code = resume(t) ? 0 : make(t);
    return code < 0 || t->report->nothing ? code : send(t);
}

int carrier_push(struct carrier *c, const struct carrier_run *run, struct error *err,
                 struct carrier_report *ret)
{
    return talk_carry(c, run, push, err, ret);
}

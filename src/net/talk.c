/*
 * Attempts and refusals; see talk.h.
 */
#include "net/talk.h"

#include "base/limits.h"
#include "base/utf8.h"

#include <stdio.h>
#include <time.h>

enum { SAID_MAX = 120, GAPS = 3, BUNDLES = 10000 };

int talk_begin(struct carrier *c, const struct carrier_run *run, struct error *err,
               struct carrier_report *report, struct talk *ret)
{
    *report = (struct carrier_report){ 0 };
    *ret = (struct talk){ .carrier = c, .run = run, .err = err, .report = report };
    if (!run->peer->confirmed) {
        return error_set(err, EN_CONFLICT, "the peer is not confirmed");
    }
    const struct net_client_options options = { .identity = c->identity,
                                                .peer = run->peer,
                                                .config = &c->config,
                                                .now_ms = run->now_ms,
                                                .progress = run->progress,
                                                .progress_context = run->progress_context };
    return net_client_new(&options, err, &ret->client);
}

void talk_end(struct talk *t)
{
    net_client_free(t->client);
    t->client = NULL;
}

static bool goes_on(const struct carrier_report *r, int64_t *gaps)
{
    *gaps += r->again == CARRY_GAP;
    return r->acknowledged && r->bundles < BUNDLES &&
           (r->again == CARRY_MORE || (r->again == CARRY_GAP && *gaps < GAPS));
}

int talk_carry(struct carrier *c, const struct carrier_run *run, int (*carry)(struct talk *t),
               struct error *err, struct carrier_report *ret)
{
    struct talk t;
    struct carrier_report told = { 0 };
    int64_t gaps = 0;
    int code = talk_begin(c, run, err, ret, &t);
    bool more = code == 0;
    while (more) {
        *ret = (struct carrier_report){ .attempts = told.attempts + 1 };
        code = carry(&t);
        if (code == 0 && ret->nothing && told.bundles > 0) {
            *ret = told; /* nothing was left after all */
            break;
        }
        ret->bundles = told.bundles + !ret->nothing;
        more = code == 0 && goes_on(ret, &gaps);
        told = *ret;
    }
    talk_end(&t);
    return code;
}

int talk_conclude(struct talk *t, const struct buf *outcome, bool acknowledged)
{
    t->report->acknowledged = acknowledged;
    t->report->outcome = arena_copy(t->run->arena, buf_slice(outcome));
    return t->report->outcome.ptr && !buf_failed(outcome)
               ? 0
               : error_set(t->err, EN_NO_MEMORY, "what became of the bundle");
}

bool talk_wait(struct talk *t)
{
    if (t->failures >= t->carrier->config.attempts) {
        return false;
    }
    int64_t ms = t->carrier->config.retry_ms << (t->failures - 1);
    struct timespec pause = { .tv_sec = (time_t)(ms / 1000), .tv_nsec = ms % 1000 * 1000000 };
    nanosleep(&pause, NULL);
    error_clear(t->err);
    t->report->attempts++;
    return true;
}

int talk_once(struct talk *t, const struct net_request *r, struct net_reply *ret, bool *ret_again)
{
    int code = net_client_run(t->client, r, t->err, ret, ret_again);
    if (code == 0 && (ret->status == 429 || ret->status == 503)) {
        *ret_again = true;
        code = talk_refuse(t, ret);
    }
    if (code < 0) {
        t->failures++;
        buf_done(&ret->body);
    }
    return code;
}

int talk_ask(struct talk *t, const struct net_request *r, struct net_reply *ret)
{
    bool again = false;
    int code = talk_once(t, r, ret, &again);
    while (code < 0 && again && talk_wait(t)) {
        code = talk_once(t, r, ret, &again);
    }
    return code;
}

/* What the peer said, for a person to read: a line of printable text, not too long. */
static void quote(struct arena *a, struct slice body, char ret[SAID_MAX + 1])
{
    struct json *problem = NULL;
    ret[0] = '\0';
    if (json_parse(a, body, NULL, &problem) != 0) {
        return;
    }
    struct slice said = json_get_text(problem, "detail");
    said = said.len > 0 ? said : json_get_text(problem, "title");
    size_t len = said.len <= SAID_MAX ? said.len : utf8_whole(said.ptr, SAID_MAX);
    for (size_t i = 0; i < len; i++) {
        ret[i] = (unsigned char)said.ptr[i] < 0x20 ? ' ' : said.ptr[i];
    }
    ret[len] = '\0';
}

int talk_refuse(struct talk *t, const struct net_reply *reply)
{
    char said[SAID_MAX + 1];
    struct slice name = t->run->peer->name;
    quote(t->run->arena, buf_slice(&reply->body), said);
    int code = reply->status == 429 || reply->status == 503   ? EN_BUSY
               : reply->status == 401 || reply->status == 403 ? EN_FORBIDDEN
               : reply->status == 413                         ? EN_TOO_LARGE
                                                              : EN_CONFLICT;
    if (said[0]) {
        return error_set(t->err, code, SLICE_FMT " answered %ld: %s", SLICE_ARG(name),
                         reply->status, said);
    }
    return error_set(t->err, code, SLICE_FMT " answered %ld", SLICE_ARG(name), reply->status);
}
